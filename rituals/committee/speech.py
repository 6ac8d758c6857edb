"""What the committee says: the call for marks, the agenda, ballot papers, living cards and the minutes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from rituals.committee.ballots import Majority, Outcome, Tally, VoteChoice
from rituals.committee.decisions import Ballot, BallotState, Decision
from rituals.committee.scoring import Criterion, Headline, Marks
from rituals.initiatives import Initiative, Stage
from rituals.messages import (
    Amount,
    Bullets,
    Choice,
    Choices,
    Confirm,
    Divider,
    Emphasis,
    Form,
    Heading,
    Message,
    Meter,
    Moment,
    Note,
    Option,
    Paragraph,
    Part,
    Quote,
    Scale,
    Score,
    Several,
    Text,
    Words,
    say,
)
from rituals.speech import form_kind, message_kind

MOST_PARTS = 90
"""Parts of a home before the dates; Slack shows a hundred blocks."""

REASON_LIMIT = 500
"""Most characters of a vote's reason."""


def stage_name(stage: Stage) -> Text:
    """The stage in the reader's words."""
    return say(f"stage-{stage}")


def choice_name(choice: VoteChoice) -> Text:
    """The answer in the reader's words."""
    return say(f"vote-{choice.replace('_', '-')}")


# --- marks ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One initiative on its way to a vote."""

    initiative: str
    title: str
    summary: str
    department: str
    asks: Stage
    carried_over: int = 0

    @classmethod
    def of(cls, initiative: Initiative) -> Point:
        """The point an initiative makes on an agenda."""
        return cls(
            initiative=initiative.key,
            title=initiative.title,
            summary=initiative.summary,
            department=initiative.department,
            asks=initiative.stage.next(),
            carried_over=initiative.carried_over,
        )


@message_kind("committee-marks-call")
def marks_call(
    *,
    occurrence: str,
    ritual: str,
    sitting: datetime,
    until: datetime,
    points: Sequence[Point],
    given: frozenset[str],
    open_: bool,
    held: bool = True,
) -> Message:
    """The one direct message that asks a member for marks. `given`: what this member has marked already.

    `open_`: marks can be given; `held`: the sitting was neither cancelled nor missed.
    """
    day = Moment(at=sitting, style="day")
    if open_:
        why = say("marks-call-why", sitting=day, until=Moment(at=until), count=len(points))
    else:
        why = say("marks-call-over") if held else say("marks-call-off", sitting=day)
    title = say("marks-call-title" if open_ else "marks-call-title-over", ritual=ritual)
    parts: list[Part] = [Heading(text=title), Paragraph(text=why)]
    # One button stands out at a time: the first that still waits. Its form leads on to the others.
    first = next((point.initiative for point in points if point.initiative not in given), None)
    for n, point in enumerate(points, start=1):
        done = point.initiative in given
        parts.append(
            Paragraph(
                lead=say("verbatim", words=point.title),
                text=say(
                    "point-line", summary=point.summary, department=point.department, stage=stage_name(point.asks)
                ),
            )
        )
        if open_:
            parts.append(
                Choices(
                    group=f"marks-{n}",
                    choices=(
                        Choice(
                            action="open-marks",
                            value=f"{occurrence}:{point.initiative}",
                            label=say("marks-change" if done else "marks-give"),
                            emphasis=_standing_out(done=done, first=point.initiative == first),
                            spoken=say("marks-change-spoken" if done else "marks-give-spoken", title=point.title),
                        ),
                    ),
                )
            )
    if held:
        parts.append(Note(text=say("marks-sealed-note" if open_ else "marks-revealed-note")))
    return Message(
        kind="committee-marks-call",
        summary=say("marks-call-summary", ritual=ritual, count=len(points)) if open_ else title,
        parts=tuple(parts),
    )


def _standing_out(*, done: bool, first: bool) -> Emphasis:
    if done:
        return Emphasis.CHOSEN
    return Emphasis.PRIMARY if first else Emphasis.PLAIN


@form_kind("committee-marks")
def marks_form(*, occurrence: str, point: Point, mine: Marks | None, place: int, whole: int) -> Form:
    """Five questions, each with five written answers. Its subject names the sitting and the initiative."""
    return Form(
        kind="committee-marks",
        subject=f"{occurrence}:{point.initiative}",
        title=say("marks-form-title"),
        submit=say("marks-form-submit"),
        intro=(
            Paragraph(lead=say("verbatim", words=point.title), text=say("verbatim", words=point.summary)),
            Note(text=say("marks-form-place", place=place, whole=whole)),
        ),
        fields=tuple(
            Scale(
                name=criterion,
                label=say(f"criterion-{criterion}"),
                options=tuple(
                    Option(value=str(mark), label=say("anchor", mark=mark, words=say(f"anchor-{criterion}-{mark}")))
                    for mark in range(1, 6)
                ),
                initial=None if mine is None else str(mine[criterion]),
            )
            for criterion in Criterion
        ),
    )


# --- agenda --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredPoint:
    """A point of the agenda with what the marks said of it."""

    point: Point
    headline: Headline


def score_words(headline: Headline) -> Text:
    """The headline score in words, or why there is none."""
    if headline.median is None:
        return say("score-suppressed")
    return say(
        "score-passes" if headline.passes else "score-fails",
        score=Score(hundredths=int(headline.median * 100 + Fraction(1, 2))),
        count=headline.scorers or 0,
    )


def warnings_of(headline: Headline) -> tuple[Text, ...]:
    """What the committee should talk about before it votes."""
    words: list[Text] = []
    if headline.paradox:
        words.append(say("warning-paradox"))
    for criteria, key in ((headline.disagreement, "warning-disagreement"), (headline.lone_voice, "warning-lone-voice")):
        if criteria:
            words.append(say(key, criteria=Several(items=tuple(say(f"short-{one}") for one in criteria))))
    return tuple(words)


@message_kind("committee-agenda")
def agenda(
    *, ritual: str, opens: datetime, closes: datetime, points: Sequence[ScoredPoint], marked: int, members: int
) -> Message:
    """The agenda in the room: the points in the order given, each with its headline score."""
    parts: list[Part] = [Heading(text=say("agenda-title", ritual=ritual))]
    if points:
        parts.append(Paragraph(text=say("agenda-when", opens=Moment(at=opens), closes=Moment(at=closes, style="time"))))
    for n, scored in enumerate(points, start=1):
        lines = [Paragraph(text=score_words(scored.headline))]
        if scored.point.carried_over:
            lines.append(Paragraph(text=say("carried-over", count=scored.point.carried_over)))
        lines += [Paragraph(text=warning) for warning in warnings_of(scored.headline)]
        parts += [
            Paragraph(
                lead=say("agenda-point", place=n, title=scored.point.title),
                text=say(
                    "point-line",
                    summary=scored.point.summary,
                    department=scored.point.department,
                    stage=stage_name(scored.point.asks),
                ),
            ),
            Bullets(items=tuple(lines)),
        ]
    if points:
        parts.append(Note(text=say("agenda-note", marked=marked, members=members)))
    else:
        parts.append(Paragraph(text=say("agenda-empty")))
    return Message(
        kind="committee-agenda", summary=say("agenda-summary", ritual=ritual, count=len(points)), parts=tuple(parts)
    )


# --- ballots -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLine:
    """One ballot on a member's paper: their own answer, and the decision once there is one."""

    ballot: Ballot
    summary: str
    score: Text
    choice: VoteChoice | None = None
    has_reason: bool = False
    decision: Decision | None = None


def _paper_parts(line: PaperLine, *, group: str) -> list[Part]:
    ballot = line.ballot
    parts: list[Part] = [
        Paragraph(
            lead=say("agenda-point", place=ballot.position, title=ballot.title),
            text=say("paper-question", stage=stage_name(ballot.asks), score=line.score, summary=line.summary),
        )
    ]
    if line.decision is not None:
        parts.append(Paragraph(text=outcome_words(line.decision)))
    elif ballot.state is BallotState.CANCELLED:
        parts.append(Paragraph(text=say("ballot-cancelled")))
    if line.choice is not None and ballot.state is not BallotState.CANCELLED:
        key = "paper-mine-reason" if line.has_reason else "paper-mine"
        if ballot.state is BallotState.OPEN:
            parts.append(
                Note(
                    text=say(
                        f"{key}-open", choice=choice_name(line.choice), until=Moment(at=ballot.closes_at, style="time")
                    )
                )
            )
        else:
            parts.append(Note(text=say(key, choice=choice_name(line.choice))))
    if ballot.state is BallotState.OPEN:
        choices = [
            Choice(
                action="vote",
                value=f"{ballot.id}:{choice}",
                label=choice_name(choice),
                emphasis=Emphasis.CHOSEN if choice is line.choice else Emphasis.PLAIN,
                spoken=say("vote-spoken", choice=choice_name(choice), title=ballot.title),
            )
            for choice in VoteChoice
        ]
        if line.choice is not None:
            choices.append(
                Choice(
                    action="open-reason",
                    value=ballot.id,
                    label=say("reason-change" if line.has_reason else "reason-add"),
                    spoken=say("reason-spoken", title=ballot.title),
                )
            )
        parts.append(Choices(group=group, choices=tuple(choices)))
    return parts


@message_kind("committee-paper")
def paper(*, ritual: str, lines: Sequence[PaperLine]) -> Message:
    """A member's ballot paper: one direct message with every ballot of the sitting, changing as they vote."""
    open_ = [line for line in lines if line.ballot.state is BallotState.OPEN]
    off = all(line.ballot.state is BallotState.CANCELLED for line in lines)
    left = [line for line in open_ if line.choice is None]
    parts: list[Part] = [
        Heading(text=say("paper-title", ritual=ritual)),
        Paragraph(
            text=say("paper-left", count=len(left), until=Moment(at=max(line.ballot.closes_at for line in left)))
            if left
            else say("paper-done" if open_ else "paper-off" if off else "paper-over")
        ),
    ]
    for n, line in enumerate(lines, start=1):  # by place on the paper: it may hold ballots of two committees
        parts += [Divider(), *_paper_parts(line, group=f"ballot-{n}")]
    if open_:
        parts += [Divider(), Note(text=say("paper-named"))]
    return Message(
        kind="committee-paper",
        summary=say("paper-summary", ritual=ritual, count=len(open_)) if open_ else say("paper-title", ritual=ritual),
        parts=tuple(parts),
    )


@form_kind("committee-reason")
def reason_form(*, ballot: Ballot, choice: VoteChoice, reason: str) -> Form:
    """A reason for one's vote, in one's own words."""
    return Form(
        kind="committee-reason",
        subject=ballot.id,
        title=say("reason-form-title"),
        submit=say("reason-form-submit"),
        intro=(
            Paragraph(lead=say("verbatim", words=ballot.title), text=say("paper-mine", choice=choice_name(choice))),
            Note(text=say("reason-form-note")),
        ),
        fields=(
            Words(
                name="reason", label=say("reason-form-label"), limit=REASON_LIMIT, initial=reason or None, optional=True
            ),
        ),
    )


@message_kind("committee-card")
def card(
    *, ballot: Ballot, summary: str, score: Text, present: int, quorum_needed: int, decision: Decision | None
) -> Message:
    """The living card of one ballot in the room: participation while open, never who or what; then the decision."""
    head = Paragraph(
        lead=say("agenda-point", place=ballot.position, title=ballot.title),
        text=say("paper-question", stage=stage_name(ballot.asks), score=score, summary=summary),
    )
    if decision is not None:
        parts: tuple[Part, ...] = (
            head,
            Paragraph(text=outcome_words(decision)),
            Note(text=tally_words(decision.tally)),
        )
    elif ballot.state is BallotState.CANCELLED:
        parts = (head, Paragraph(text=say("ballot-cancelled")))
    else:
        everybody = present == ballot.entitled
        parts = (
            head,
            Meter(
                label=say("card-participation", present=present, entitled=ballot.entitled, quorum=quorum_needed),
                done=present,
                whole=ballot.entitled,
                needed=quorum_needed,
            ),
            Note(text=say("card-everybody" if everybody else "card-note", until=Moment(at=ballot.closes_at))),
        )
    return Message(kind="committee-card", summary=say("card-summary", title=ballot.title), parts=parts)


# --- decisions -----------------------------------------------------------------------------------------------------


def outcome_words(decision: Decision) -> Text:
    """The decision as a sentence."""
    key = f"outcome-{decision.outcome.replace('_', '-')}"
    if decision.outcome is Outcome.GO and decision.tally.weak_mandate:
        key = "outcome-go-weak"
    return say(key, title=decision.title, stage=stage_name(decision.to_stage))


def tally_words(tally: Tally) -> Text:
    """The counts as a sentence."""
    return say(
        "tally",
        yes=tally.yes,
        no=tally.no,
        defer=tally.defer,
        abstain=tally.abstain,
        present=tally.present,
        entitled=tally.entitled,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesPoint:
    """A decided point with who voted what, by name, and the reasons given."""

    decision: Decision
    by_choice: Mapping[VoteChoice, tuple[str, ...]]
    reasons: Sequence[tuple[str, VoteChoice, str]]  # name, choice, words


@message_kind("committee-minutes")
def minutes(
    *,
    ritual: str,
    sitting: datetime,
    points: Sequence[MinutesPoint],
    next_sitting: datetime | None,
    cancelled: Sequence[str] = (),
    rule: tuple[Majority, Fraction] | None = None,
) -> Message:
    """What was decided, by how many, who voted what, and why. `cancelled`: ballots taken back, by title.

    `rule`: the majority and the quorum (0..1) by which it was decided.
    """
    parts: list[Part] = [Heading(text=say("minutes-title", ritual=ritual, sitting=Moment(at=sitting, style="day")))]
    for point in points:
        parts.append(Paragraph(lead=say("verbatim", words=point.decision.title), text=outcome_words(point.decision)))
        lines = [Paragraph(text=tally_words(point.decision.tally))]
        lines += [
            Paragraph(lead=choice_name(choice), text=say("minutes-names", names=Several(items=names)))
            for choice, names in point.by_choice.items()
            if names
        ]
        parts.append(Bullets(items=tuple(lines)))
        parts += [
            Quote(text=words, by=say("minutes-reason-by", name=name, choice=choice_name(choice)))
            for name, choice, words in point.reasons
        ]
    if not points:
        parts.append(Paragraph(text=say("minutes-nothing")))
    parts += [Paragraph(lead=say("verbatim", words=title), text=say("ballot-cancelled")) for title in cancelled]
    if rule is not None:
        majority, quorum = rule
        words = say(f"majority-{majority.value.replace('_', '-')}")
        parts.append(Note(text=say("minutes-rule", majority=words, quorum=Amount.of(quorum, "%"))))
    if next_sitting is not None:
        parts.append(Note(text=say("minutes-next", at=Moment(at=next_sitting))))
    return Message(
        kind="committee-minutes", summary=say("minutes-summary", ritual=ritual, count=len(points)), parts=tuple(parts)
    )


@message_kind("committee-cancelled")
def sitting_cancelled(*, ritual: str, sitting: datetime, next_sitting: datetime | None) -> Message:
    """A word to the room that a sitting will not be held."""
    words = say("cancelled-text", ritual=ritual, sitting=Moment(at=sitting))
    parts: list[Part] = [Paragraph(lead=say("cancelled-lead"), text=words)]
    if next_sitting is not None:
        parts.append(Note(text=say("minutes-next", at=Moment(at=next_sitting))))
    return Message(kind="committee-cancelled", summary=words, parts=tuple(parts))


# --- home ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingSitting:
    """A sitting to come, for whoever looks at the dates."""

    ritual: str
    at: datetime
    voting: bool  # its ballots are open


@dataclass(frozen=True, slots=True, kw_only=True)
class PointToMark:
    """An initiative a member may mark now."""

    occurrence: str
    point: Point
    given: bool


def _dates(coming: Sequence[ComingSitting]) -> Part:
    if not coming:
        return Paragraph(text=say("dates-none"))
    return Bullets(
        items=tuple(
            Paragraph(
                lead=say("verbatim", words=one.ritual),
                text=say("dates-now" if one.voting else "dates-line", at=Moment(at=one.at)),
            )
            for one in coming
        )
    )


@message_kind("dates")
def dates(*, coming: Sequence[ComingSitting], paused: Sequence[str]) -> Message:
    """The next sittings."""
    parts: list[Part] = [Heading(text=say("dates-title")), _dates(coming)]
    if paused:
        parts.append(Note(text=say("dates-paused", rituals=Several(items=tuple(paused)))))
    return Message(kind="dates", summary=say("dates-title"), parts=tuple(parts))


@message_kind("home")
def home(
    *,
    name: str,
    to_mark: Sequence[PointToMark],
    lines: Sequence[PaperLine],
    coming: Sequence[ComingSitting],
    also: Sequence[Part] = (),
) -> Message:
    """What waits for one person, on their home tab. `also`: what waits for them elsewhere than in committees."""
    parts: list[Part] = [Heading(text=say("home-title", name=name))]
    left = sum(line.choice is None for line in lines)
    unmarked = sum(not one.given for one in to_mark)
    if left or unmarked:
        parts.append(Paragraph(text=say("home-waiting", ballots=left, marks=unmarked)))
    elif not also:
        parts.append(Paragraph(text=say("home-nothing")))
    if lines:
        parts.append(Heading(text=say("home-ballots")))
        for line in lines:
            parts += _paper_parts(line, group=f"home-{line.ballot.id}")
        parts.append(Note(text=say("paper-named")))
    if to_mark:
        parts.append(Heading(text=say("home-marks")))
        for one in to_mark:
            parts += [
                Paragraph(lead=say("verbatim", words=one.point.title), text=say("verbatim", words=one.point.summary)),
                Choices(
                    group=f"mark-{one.occurrence}-{one.point.initiative}",
                    choices=(
                        Choice(
                            action="open-marks",
                            value=f"{one.occurrence}:{one.point.initiative}",
                            label=say("marks-change" if one.given else "marks-give"),
                            emphasis=Emphasis.CHOSEN if one.given else Emphasis.PRIMARY,
                            spoken=say(
                                "marks-change-spoken" if one.given else "marks-give-spoken", title=one.point.title
                            ),
                        ),
                    ),
                ),
            ]
    # A home that holds too much would not be shown at all: what is last goes, and is in its own message all the same.
    parts += also[: max(0, MOST_PARTS - len(parts))]
    parts += [Divider(), Heading(text=say("dates-title")), _dates(coming), Note(text=say("home-help"))]
    return Message(kind="home", summary=say("home-title", name=name), parts=tuple(parts))


def taking_back(action: str, value: str, *, title: str, what: Text) -> Choice:
    """A button that cancels a sitting or a ballot, or takes a post back, after a second question that names `what`."""
    return Choice(
        action=action,
        value=value,
        label=say(action),
        emphasis=Emphasis.DANGER,
        spoken=say(f"{action}-spoken", title=title),
        confirm=Confirm(question=say(f"{action}-sure", what=what), yes=say(action)),
    )


def sitting_named(ritual: str, at: datetime) -> Paragraph:
    """A paragraph that names one sitting."""
    return Paragraph(lead=say("verbatim", words=ritual), text=say("dates-line", at=Moment(at=at)))
