"""One sample of every kind of message and form, and the same with hostile text wherever people write.

Each maker is given a pen: it writes the sample's words as they are, or the hostile ones in their place.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from rituals import speech
from rituals.committee import speech as committee
from rituals.committee.ballots import Majority, Outcome, Tally, VoteChoice
from rituals.committee.decisions import Ballot, BallotState, Decision
from rituals.committee.scoring import Criterion, Headline, Marks
from rituals.initiatives import Stage
from rituals.measures.disclosure import Basis, Counted, Ledger, Thresholds, publish
from rituals.measures.statistics import Tier, Window
from rituals.messages import (
    Amount,
    Bullets,
    Chart,
    Choice,
    Choices,
    Confirm,
    Day,
    Divider,
    Emphasis,
    Form,
    Heading,
    Inputs,
    Message,
    Meter,
    Moment,
    Note,
    Option,
    Paragraph,
    Picks,
    Quote,
    Scale,
    Score,
    Series,
    Several,
    Share,
    Text,
    Words,
    say,
)
from tests.golden import (
    samples_alarms,
    samples_digest,
    samples_figures,
    samples_personal,
    samples_pulses,
    samples_rehearsal,
    samples_reviews,
)

Pen = Callable[[str], str]

HOSTILE_WORDS = (
    "<!channel>",
    "<@U1>",
    "*x* _y_ ~z~ `q`",
    ":tada:",
    "[a](http://e.vil)",
    "</at>",
    "{ $x }",
    "{{DATE(2026-01-06T10:00:00Z)}}",
    "=cmd()",
    "\\n",
)
"""What must come out as it is written, and do nothing."""

HOSTILE = " ".join(HOSTILE_WORDS) + " \u202e\u2067\u0645\u0631\u062d\u0628\u0627\u200b" + "\n" * 500 + "x" * 10_000
"""All of them, a right-to-left override before Arabic, a flood of newlines, and 10,000 characters."""


def _as_it_is(words: str) -> str:
    return words


def _hostile(words: str) -> str:
    return HOSTILE if words else words


NINE = datetime(2026, 1, 6, 9, 0, tzinfo=UTC)
FIVE = datetime(2026, 1, 6, 16, 0, tzinfo=UTC)
NEXT = datetime(2026, 2, 3, 9, 0, tzinfo=UTC)


# --- every part, whatever is registered ----------------------------------------------------------------------------


def _demo(pen: Pen) -> Message:
    name = say("renderer-chosen", label=pen("Ana"))
    return Message(
        kind="demo",
        summary=name,
        parts=(
            Heading(text=say("renderer-required")),
            Paragraph(text=say("renderer-moment", day=Day(on=date(2026, 5, 1)), time=pen("Bo"))),
            Divider(),
            Heading(text=name),
            Paragraph(
                lead=say("renderer-moment", day=Moment(at=NINE, style="day"), time=Moment(at=NINE, style="time")),
                text=say("renderer-chosen", label=Moment(at=NINE)),
            ),
            Bullets(
                items=(
                    Paragraph(text=say("renderer-chosen", label=Score(hundredths=345))),
                    Paragraph(text=say("renderer-chosen", label=Several(items=(pen("Ana"), pen("Bo"), name)))),
                    Paragraph(text=say("renderer-and-more", count=1), lead=name),
                    Paragraph(text=say("renderer-and-more", count=12_345)),
                )
            ),
            Quote(text=pen("First line.\n\nThird line, <b>bold</b> & co."), by=name),
            Meter(label=say("renderer-more", count=5), done=5, whole=8, needed=4),
            Meter(label=name, done=0, whole=0),
            _demo_chart(name),
            Chart(
                title=name,
                alt=name,
                labels=(name, say("renderer-more", count=2), say("renderer-more", count=3)),
                series=(
                    Series(name=name, points=(Amount.of(Fraction(5, 4), "EUR"), None, Amount.of(Fraction(3), "EUR"))),
                ),
                style="bar",
            ),
            Inputs(
                group="demo-questions",
                fields=(
                    Scale(name="how", label=name, options=_options(5), hint=name, initial="3", optional=True),
                    Picks(name="why", label=name, options=_options(3), most=2, hint=name),
                ),
                send=Choice(action="send", value="1", label=name, emphasis=Emphasis.PRIMARY),
            ),
            Choices(
                group="demo",
                choices=(
                    Choice(action="vote", value="1:go", label=say("renderer-close"), emphasis=Emphasis.CHOSEN),
                    Choice(action="vote", value="1:defer", label=say("renderer-close"), spoken=name),
                    Choice(action="give", value="1", label=name, emphasis=Emphasis.PRIMARY),
                    Choice(
                        action="cancel",
                        value="1",
                        label=say("renderer-keep"),
                        emphasis=Emphasis.DANGER,
                        confirm=Confirm(question=name, yes=say("renderer-close")),
                    ),
                ),
            ),
            Note(text=name),
        ),
    )


def _options(count: int) -> tuple[Option, ...]:
    return tuple(Option(value=str(mark), label=say("renderer-more", count=mark)) for mark in range(1, count + 1))


def _demo_chart(name: Text) -> Chart:
    """Twelve weeks of which the first has no figure and the fifth was suppressed."""
    first = date(2026, 1, 4)
    return Chart(
        title=name,
        alt=say("renderer-chosen", label=share(57, 400)),
        labels=tuple(Day(on=first + timedelta(weeks=week)) for week in range(12)),
        series=(
            Series(
                name=name,
                points=(
                    None,
                    *(share(3 if week == 4 else 30 + 3 * week, 5 if week == 4 else 400) for week in range(1, 12)),
                ),
            ),
        ),
        target=Series(name=name, points=(Amount.of(Fraction(1, 4), "%"),) * 12),
    )


def share(x: int, n: int) -> Share:
    """`x` of `n` people as disclosure lets it be shown."""
    counted = Counted(
        metric="adoption_28d",
        x=x,
        n=n,
        N=n,
        method="census",
        window=Window.ending(date(2026, 3, 22)),
        as_of=date(2026, 3, 22),
        tier=Tier.MEASURED,
        basis=Basis.TELEMETRY,
        members=None,
    )
    figure, _ = publish(counted, thresholds=Thresholds(), ledger=Ledger())
    return Share(figure=figure)


def _demo_form(pen: Pen) -> Form:
    name = say("renderer-chosen", label=pen("Ana"))
    few = tuple(Option(value=str(mark), label=say("renderer-more", count=mark)) for mark in range(1, 6))
    many = tuple(Option(value=str(mark), label=say("renderer-more", count=mark)) for mark in range(1, 8))
    return Form(
        kind="demo",
        subject="demo:1",
        title=say("renderer-required"),
        submit=say("renderer-close"),
        intro=(Paragraph(text=name, lead=name), Note(text=name)),
        fields=(
            Scale(name="few", label=name, options=few, hint=name, initial="3"),
            Scale(name="many", label=name, options=many, optional=True),
            Scale(name="named", label=name, options=(Option(value="ana", label=name),), initial="gone"),
            Words(name="why", label=name, limit=500, hint=name, initial=pen("Because.")),
            Words(name="title", label=name, limit=80, optional=False, multiline=False),
        ),
    )


# --- greetings and orders ------------------------------------------------------------------------------------------


def _greeting(pen: Pen) -> Message:
    return speech.greeting(pen("Ana"))


def _help(_: Pen) -> Message:
    return speech.help_message(may_brake=True, reads_digest=True)


def _step_skipped(pen: Pen) -> Message:
    ritual = pen("Prioritisation committee")
    return speech.step_skipped(ritual=ritual, step="open_ballots", at=committee.sitting_named(ritual, NINE))


def _brake_list(pen: Pen) -> Message:
    ritual = pen("Prioritisation committee")
    row = (
        committee.sitting_named(ritual, NINE),
        committee.taking_back(
            "cancel-sitting",
            "committee-2026-01-06",
            title=ritual,
            what=say("sitting-named", ritual=ritual, at=Moment(at=NINE)),
        ),
    )
    return speech.brake_list(title="cancel-title", empty="cancel-nothing", rows=(row, row))


# --- the committee -------------------------------------------------------------------------------------------------


def _point(pen: Pen, *, place: int = 1, carried_over: int = 0) -> committee.Point:
    return committee.Point(
        initiative=f"claims-{place}",
        title=pen("Simple claims"),
        summary=pen("Sorts simple claims and prepares their settlement."),
        department=pen("Claims"),
        asks=Stage.MVP,
        carried_over=carried_over,
    )


def _ballot(pen: Pen, *, place: int = 1, state: BallotState = BallotState.OPEN) -> Ballot:
    return Ballot(
        id=f"ballot-{place}",
        occurrence="committee-2026-01-06",
        initiative=f"claims-{place}",
        position=place,
        title=pen("Simple claims"),
        asks=Stage.MVP,
        entitled=8,
        majority=Majority.SIMPLE,
        quorum=Fraction(1, 2),
        opened_at=NINE,
        closes_at=FIVE,
        state=state,
    )


def _decision(pen: Pen, outcome: Outcome = Outcome.GO) -> Decision:
    return Decision(
        ballot="ballot-1",
        occurrence="committee-2026-01-06",
        initiative="claims-1",
        title=pen("Simple claims"),
        outcome=outcome,
        tally=Tally(entitled=8, yes=4, no=1, abstain=1),
        from_stage=Stage.POC,
        to_stage=Stage.MVP,
        decided_at=FIVE,
    )


_SCORED = Headline(
    scorers=6,
    median=Fraction(79, 20),
    suppressed=None,
    passes=True,
    mean=Fraction(4),
    composite_of_medians=Fraction(17, 5),
    paradox=True,
    disagreement=(Criterion.RISK, Criterion.EFFORT),
    lone_voice=(Criterion.IMPACT,),
)

_UNSCORED = Headline(
    scorers=None,
    median=None,
    suppressed="primary",
    passes=None,
    mean=None,
    composite_of_medians=None,
    paradox=False,
    disagreement=(),
    lone_voice=(),
)


def _marks_call(pen: Pen) -> Message:
    return committee.marks_call(
        occurrence="committee-2026-01-06",
        ritual=pen("Prioritisation committee"),
        sitting=NINE,
        until=FIVE,
        points=(_point(pen), _point(pen, place=2)),
        given=frozenset({"claims-2"}),
        open_=True,
    )


def _agenda(pen: Pen) -> Message:
    return committee.agenda(
        ritual=pen("Prioritisation committee"),
        opens=NINE,
        closes=FIVE,
        points=(
            committee.ScoredPoint(point=_point(pen), headline=_SCORED),
            committee.ScoredPoint(point=_point(pen, place=2, carried_over=2), headline=_UNSCORED),
        ),
        marked=6,
        members=8,
    )


def _paper_lines(pen: Pen) -> tuple[committee.PaperLine, ...]:
    score = committee.score_words(_SCORED)
    summary = pen("Sorts simple claims and prepares their settlement.")
    return (
        committee.PaperLine(ballot=_ballot(pen), summary=summary, score=score),
        committee.PaperLine(
            ballot=_ballot(pen, place=2), summary=summary, score=score, choice=VoteChoice.NO_GO, has_reason=True
        ),
        committee.PaperLine(
            ballot=_ballot(pen, place=3, state=BallotState.CLOSED),
            summary=summary,
            score=committee.score_words(_UNSCORED),
            choice=VoteChoice.GO,
            decision=_decision(pen),
        ),
        committee.PaperLine(ballot=_ballot(pen, place=4, state=BallotState.CANCELLED), summary=summary, score=score),
    )


def _paper(pen: Pen) -> Message:
    return committee.paper(ritual=pen("Prioritisation committee"), lines=_paper_lines(pen))


def _card(pen: Pen) -> Message:
    return committee.card(
        ballot=_ballot(pen),
        summary=pen("Sorts simple claims and prepares their settlement."),
        score=committee.score_words(_SCORED),
        present=5,
        quorum_needed=4,
        decision=None,
    )


def _minutes(pen: Pen) -> Message:
    names = (pen("Ana"), pen("Bo"), pen("Cyr"), pen("Dee"))
    point = committee.MinutesPoint(
        decision=_decision(pen),
        by_choice={VoteChoice.GO: names, VoteChoice.NO_GO: (pen("Eli"),), VoteChoice.ABSTAIN: (pen("Fay"),)},
        reasons=((pen("Eli"), VoteChoice.NO_GO, pen("The data are not ready.\nAsk again in spring.")),),
    )
    put_off = committee.MinutesPoint(decision=_decision(pen, Outcome.DEFERRED), by_choice={}, reasons=())
    return committee.minutes(
        ritual=pen("Prioritisation committee"),
        sitting=NINE,
        points=(point, put_off),
        next_sitting=NEXT,
        rule=(Majority.SIMPLE, Fraction(1, 2)),
    )


def _cancelled(pen: Pen) -> Message:
    return committee.sitting_cancelled(ritual=pen("Prioritisation committee"), sitting=NINE, next_sitting=NEXT)


def _coming(pen: Pen) -> tuple[committee.ComingSitting, ...]:
    return (
        committee.ComingSitting(ritual=pen("Prioritisation committee"), at=NINE, voting=True),
        committee.ComingSitting(ritual=pen("Prioritisation committee"), at=NEXT, voting=False),
    )


def _dates(pen: Pen) -> Message:
    return committee.dates(coming=_coming(pen), paused=(pen("Monthly KPI review"),))


def _home(pen: Pen) -> Message:
    return committee.home(
        name=pen("Ana"),
        to_mark=(
            committee.PointToMark(occurrence="committee-2026-02-03", point=_point(pen), given=False),
            committee.PointToMark(occurrence="committee-2026-02-03", point=_point(pen, place=2), given=True),
        ),
        lines=_paper_lines(pen)[:2],
        coming=_coming(pen),
        also=(*samples_reviews.at_home(pen), *samples_pulses.at_home(pen)),
    )


def _marks_form(pen: Pen) -> Form:
    mine = Marks(given=dict(zip(Criterion, (5, 3, 5, 4, 2), strict=True)))
    return committee.marks_form(occurrence="committee-2026-02-03", point=_point(pen), mine=mine, place=1, whole=2)


def _reason_form(pen: Pen) -> Form:
    return committee.reason_form(
        ballot=_ballot(pen), choice=VoteChoice.NO_GO, reason=pen("The data are not ready.\nAsk again in spring.")
    )


_MESSAGES: dict[str, Callable[[Pen], Message]] = {
    "demo": _demo,
    "greeting": _greeting,
    "help": _help,
    "help-for-all": lambda _: speech.help_for_all(),
    "step-skipped": _step_skipped,
    "brake-list": _brake_list,
    "committee-marks-call": _marks_call,
    "committee-agenda": _agenda,
    "committee-paper": _paper,
    "committee-card": _card,
    "committee-minutes": _minutes,
    "committee-cancelled": _cancelled,
    "dates": _dates,
    "home": _home,
    **samples_digest.MESSAGES,
    **samples_figures.MESSAGES,
    **samples_alarms.MESSAGES,
    **samples_personal.MESSAGES,
    **samples_pulses.MESSAGES,
    **samples_rehearsal.MESSAGES,
    **samples_reviews.MESSAGES,
}

_FORMS: dict[str, Callable[[Pen], Form]] = {
    "demo": _demo_form,
    "committee-marks": _marks_form,
    "committee-reason": _reason_form,
    **samples_digest.FORMS,
    **samples_pulses.FORMS,
    **samples_reviews.FORMS,
}

SAMPLES: dict[str, tuple[Message, Message]] = {
    kind: (make(_as_it_is), make(_hostile)) for kind, make in _MESSAGES.items()
}
"""Kind -> a sample message, and the same with hostile text."""

FORMS: dict[str, tuple[Form, Form]] = {kind: (make(_as_it_is), make(_hostile)) for kind, make in _FORMS.items()}
"""Kind -> a sample form, and the same with hostile text."""
