"""What the weekly letter says: what needs a decision first, then what changed or holds back, what is open or next."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from fractions import Fraction

from rituals.digests.facts import (
    Ahead,
    Breach,
    Changed,
    Doubt,
    HeldBack,
    How,
    Kind,
    LetterFacts,
    Overdue,
    Red,
    Undecided,
    Untargeted,
)
from rituals.digests.wishes import WEEKDAYS, Wish, times_with, written
from rituals.figures.barriers import BARRIERS
from rituals.figures.records import CaveatKind, Metric
from rituals.measures.disclosure import Form as Shown
from rituals.measures.disclosure import Published
from rituals.measures.satisfaction import Opinion
from rituals.measures.statistics import Tier
from rituals.messages import (
    Amount,
    Bullets,
    Choice,
    Choices,
    Day,
    Form,
    Heading,
    Message,
    Moment,
    Note,
    Option,
    Paragraph,
    Part,
    Scale,
    Share,
    Text,
    Value,
    say,
)
from rituals.pulses.questions import BAR
from rituals.speech import form_kind, message_kind

MOST_LINES = 12
"""Most lines of one letter; each part says how many more it has."""

AT_LEAST = 2
"""So many lines of each part are told before any part is given more."""

MOST_DOUBTS = 3
"""Most words of doubt about single figures."""

FEWEST_SEEN = 10
"""Fewest identities of which a coverage is told."""

FEWEST_OBJECTED = 5
"""Fewest people of whom it is told how many are left out."""


class Section(StrEnum):
    """The parts of a letter, in order."""

    DECISIONS = "decisions"
    CHANGES = "changes"
    BARRIERS = "barriers"  # told once to each reader
    OPEN = "open"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line. `key`: its lasting name, by which it is known whether the reader was told; "" for what is no news."""

    key: str
    words: Paragraph


def lines_of(facts: LetterFacts) -> dict[Section, list[Line]]:
    """Every line there is to tell, by section."""
    just_told = {(one.initiative, one.metric) for one in facts.changed}
    return {
        Section.DECISIONS: [
            *(_undecided(one) for one in facts.undecided if one.needs_deciding),
            *(_overdue(one) for one in facts.overdue if one.needs_deciding),
            *(_untargeted(one) for one in facts.untargeted),
        ],
        Section.CHANGES: [_changed(one) for one in facts.changed],
        Section.BARRIERS: [_held_back(one) for one in facts.held_back],
        Section.OPEN: [
            *(_breach(one) for one in facts.breaches if (one.initiative, one.metric) not in just_told),
            *(_red(one) for one in facts.reds),
            *(_overdue(one) for one in facts.overdue if not one.needs_deciding),
        ],
        Section.AHEAD: [_ahead(one) for one in facts.ahead],
    }


def told_by(facts: LetterFacts) -> frozenset[str]:
    """The names of all that a letter of these facts tells."""
    named = {line.key for lines in lines_of(facts).values() for line in lines if line.key}
    doubts = [one.caveat for one in facts.caveats.doubts]
    return frozenset(named | {f"doubt:{one.kind}:{one.initiative}:{one.metric}" for one in doubts})


def left_for_later(facts: LetterFacts, told: Collection[str]) -> frozenset[str]:
    """What holds people back that a letter after the one that `told` has no room for: the next one tells it."""
    sections = _told_now(facts, told)
    room = dict(zip(sections, _rooms(sections), strict=True))[Section.BARRIERS]
    return frozenset(line.key for line in sections[Section.BARRIERS][room:])


def _told_now(facts: LetterFacts, told: Collection[str], *, whole: bool = False) -> dict[Section, list[Line]]:
    """Every line of a letter, by section: what holds people back is told once, unless the `whole` is asked for."""
    sections = lines_of(facts)
    if not whole:
        sections[Section.BARRIERS] = [line for line in sections[Section.BARRIERS] if line.key not in told]
    return sections


def _rooms(sections: Mapping[Section, Sequence[Line]]) -> list[int]:
    return shared_out([len(lines) for lines in sections.values()])


def is_news(facts: LetterFacts, told: Collection[str]) -> bool:
    """Whether there is anything to tell that the reader was not `told` by the letter before."""
    return not told_by(facts) <= set(told)


@message_kind("digest")
def letter(
    *,
    ritual: str,
    digest: str,
    facts: LetterFacts,
    told: Collection[str] = frozenset(),
    whole: bool = False,
    next_letter: datetime | None = None,
) -> Message:
    """The letter of `ritual`, whose key is `digest`; one line where everything was `told` before and not all of it is
    asked for (`whole`). `next_letter`: when the next one comes, for a letter shown before its day.
    """
    sections = _told_now(facts, told, whole=whole)
    if not whole and not is_news(facts, told):
        return _nothing_new(ritual, sections)
    parts: list[Part] = [Heading(text=say("digest-title", ritual=ritual))]
    for (section, lines), room in zip(sections.items(), _rooms(sections), strict=True):
        if lines:
            parts += [
                Heading(text=say(f"digest-{section}", count=len(lines))),
                Bullets(items=tuple(line.words for line in lines[:room])),
            ]
            if left := len(lines) - room:
                parts.append(Note(text=say("digest-and-more", count=left)))
    if not any(sections.values()):
        parts.append(Paragraph(text=say("digest-quiet")))
    if facts.stable:
        parts.append(Paragraph(text=say("digest-stable", count=facts.stable)))
    parts += [Note(text=words) for words in _caveats(facts)]
    if next_letter is not None:
        parts.append(Note(text=say("digest-next", at=Moment(at=next_letter))))
    parts.append(
        Choices(
            group="digest",
            choices=(Choice(action="open-digest-day", value=digest, label=say("digest-choose")),),
        )
    )
    return Message(
        kind="digest",
        summary=say(
            "digest-summary",
            ritual=ritual,
            decisions=len(sections[Section.DECISIONS]),
            changes=len(sections[Section.CHANGES]),
        ),
        parts=tuple(parts),
    )


def shared_out(wanted: Sequence[int], *, room: int = MOST_LINES, least: int = AT_LEAST) -> list[int]:
    """How many of the lines `wanted` by each part are told within `room`: first `least` of each, then in order."""
    given = [0] * len(wanted)
    for step in (least, room):
        for index, want in enumerate(wanted):
            more = max(0, min(want - given[index], step, room - sum(given)))
            given[index] += more
    return given


def _nothing_new(ritual: str, sections: dict[Section, list[Line]]) -> Message:
    decisions, still_open = len(sections[Section.DECISIONS]), len(sections[Section.OPEN])
    words = (
        say("digest-nothing-new-but", ritual=ritual, decisions=decisions, open=still_open)
        if decisions or still_open
        else say("digest-nothing-new", ritual=ritual)
    )
    return Message(kind="digest", summary=words, parts=(Paragraph(text=words),))


# --- one line each -------------------------------------------------------------------------------------------------


def _line(key: str, about: str, text: Text) -> Line:
    return Line(key=key, words=Paragraph(lead=say("verbatim", words=about), text=text))


def _joined(words: Iterable[Text]) -> Text:
    first, *others = words
    for other in others:
        first = say("digest-and-also", first=first, then=other)
    return first


def _undecided(one: Undecided) -> Line:
    words: list[Text] = []
    if one.sitting is None:
        words.append(say("digest-no-sitting"))
    elif one.sitting.voting:
        words.append(say("digest-voting", until=Moment(at=one.sitting.at)))
    else:
        words.append(say("digest-on-agenda", ritual=one.sitting.ritual, at=Moment(at=one.sitting.at, style="day")))
    if one.put_off:
        words.append(say("digest-put-off", count=one.put_off))
    if one.is_stuck and one.since is not None:
        words.append(say("digest-waits-since", day=Day(on=one.since)))
    if one.is_stuck:
        words.append(say("digest-stuck"))
    # Each further sitting that may decide on it, and each time it was put off, is news.
    sitting = one.sitting.at.date().isoformat() if one.sitting else "none"
    return _line(f"undecided:{one.initiative}:{sitting}:{one.put_off}:{one.is_stuck}", one.title, _joined(words))


def _overdue(one: Overdue) -> Line:
    key = "digest-very-late" if one.needs_deciding else "digest-late"
    text = say(key, owner=one.owner, count=one.days, due=Day(on=one.due))
    return _line(f"overdue:{one.action}:{one.level.name}", one.title, _doing(one.what, text))


def _untargeted(one: Untargeted) -> Line:
    return _line(f"untargeted:{one.kpi}", one.title, say("digest-no-target"))


def metric_name(metric: str) -> Text:
    """The figure in the reader's words."""
    return say(f"digest-metric-{metric.replace('_', '-')}")


def figure_words(figure: Published) -> Text:
    """A figure with all it takes to read it: its n, window and tier."""
    return say(
        "digest-figure-provisional" if figure.provisional else "digest-figure",
        share=Share(figure=figure),
        n=figure.n,
        days=figure.window.days,
        until=Day(on=figure.window.last),
        tier=say(f"digest-tier-{figure.tier}"),
    )


def _changed(one: Changed) -> Line:
    past = one.how in (How.RAISED, How.WORSENED)
    key = f"digest-changed-{one.how}-{Metric(one.metric).better}" if past else f"digest-changed-{one.how}"
    words = say(key, metric=metric_name(one.metric), figure=figure_words(one.figure))
    if one.before is not None:
        words = say("digest-before", now=words, before=Share(figure=one.before))
    return _line(f"changed:{one.initiative}:{one.metric}:{one.how}:{one.figure.as_of}", one.title, words)


def _held_back(one: HeldBack) -> Line:
    figures = [figure for _, figure in one.barriers]
    is_sure = not any(figure.display.indicative for figure in figures)
    words = say(
        "digest-held-back",
        barriers=_joined(_barrier(metric, figure) for metric, figure in one.barriers),
        days=figures[0].window.days,
        until=Day(on=figures[0].window.last),
        tier=say(f"digest-tier-{figures[0].tier if is_sure else Tier.INDICATIVE}"),
    )
    return _line(f"barriers:{one.initiative}:{figures[0].as_of}", one.title, words)


def _barrier(metric: str, figure: Published) -> Text:
    barrier = say(BAR.option_key(BARRIERS[metric].code))
    if figure.display.form is Shown.WORD:
        # Of a share of which less is better.
        key = "digest-barrier-most" if figure.display.word is Opinion.UNFAVOURABLE else "digest-barrier-some"
        return say(key, barrier=barrier, n=figure.n)
    share = Share(figure=figure)
    if figure.x is None:
        return say("digest-barrier-roughly", barrier=barrier, share=share, n=figure.n)
    return say("digest-barrier", barrier=barrier, x=figure.x, n=figure.n, share=share)


def _breach(one: Breach) -> Line:
    metric = metric_name(one.metric)
    figure = figure_words(one.figure) if isinstance(one.figure, Published) else Share(figure=one.figure)
    better = Metric(one.metric).better
    if one.target is None:
        words = say(f"digest-breach-open-{better}", metric=metric, figure=figure)
    else:
        words = say(f"digest-breach-{better}", metric=metric, figure=figure, target=Amount.of(one.target, "%"))
    if one.since is not None:
        words = _joined((words, say("digest-since", day=Day(on=one.since))))
    return _line(f"breach:{one.initiative}:{one.metric}:{one.since}", one.title, words)


def _red(one: Red) -> Line:
    key = "digest-red-unsure" if one.approximate else "digest-red"
    return _line(f"red:{one.kpi}", one.title, say(key, on=Day(on=one.on), value=one.value, target=one.target))


def _ahead(one: Ahead) -> Line:
    when = Moment(at=one.on) if isinstance(one.on, datetime) else Day(on=one.on)
    named = f"ahead:{one.kind}:{one.id}" if one.kind is not Kind.PULSE else ""
    # A ritual's title says what it is: only an action's is somebody else's, the initiative's.
    key = "digest-ahead-action" if one.kind is Kind.ACTION else "digest-ahead-ritual"
    return _line(named, one.title, _doing(one.what, say(key, at=when)))


def _doing(what: str, text: Text) -> Text:
    """What an action is to do, then what is said of it."""
    return _joined((say("verbatim", words=what), text)) if what else text


def _caveats(facts: LetterFacts) -> Iterable[Text]:
    caveats = facts.caveats
    if caveats.seen >= FEWEST_SEEN:
        share = Amount.of(Fraction(caveats.known, caveats.seen), "%")
        yield say("digest-coverage", share=share, seen=caveats.seen)
    if isinstance(caveats.response, Published):
        response = caveats.response
        yield say("digest-response", share=Share(figure=response), n=response.n, days=response.window.days)
    if caveats.suppressed:
        yield say("digest-suppressed", count=caveats.suppressed)
    if caveats.objected >= FEWEST_OBJECTED:
        yield say("digest-objected", count=caveats.objected)
    elif caveats.objected:
        yield say("digest-objected-few")
    told = caveats.doubts[:MOST_DOUBTS]
    yield from map(_doubt, told)
    if left := len(caveats.doubts) - len(told):
        yield say("digest-doubts-more", count=left)


def _doubt(one: Doubt) -> Text:
    caveat = one.caveat
    blanks: dict[str, Value] = {"metric": metric_name(caveat.metric), "title": one.title}
    if caveat.on is not None and caveat.kind in {CaveatKind.LATE, CaveatKind.REVISED}:
        blanks["day"] = Day(on=caveat.on)
    if caveat.figure is not None and caveat.kind is not CaveatKind.LATE:
        blanks["share"] = Share(figure=caveat.figure)
    return say(f"digest-doubt-{caveat.kind}", **blanks)


# --- when ----------------------------------------------------------------------------------------------------------


@form_kind("digest-day")
def day_form(*, digest: str, wish: Wish) -> Form:
    """On which day, at which hour of their own zone, a reader wants the letter; or not at all."""
    return Form(
        kind="digest-day",
        subject=digest,
        title=say("digest-form-title"),
        submit=say("digest-form-submit"),
        intro=(Note(text=say("digest-form-note")),),
        fields=(
            Scale(
                name="day",
                label=say("digest-form-day"),
                options=(
                    *(Option(value=name, label=say(f"digest-day-{name}")) for name in WEEKDAYS),
                    Option(value="none", label=say("digest-day-none")),
                ),
                initial="none" if wish.weekday is None else WEEKDAYS[wish.weekday],
            ),
            Scale(
                name="hour",
                label=say("digest-form-hour"),
                options=tuple(Option(value=written(at), label=_time(at)) for at in times_with(wish.at)),
                initial=written(wish.at),
            ),
        ),
    )


def _time(at: time) -> Text:
    if not at.minute:
        return say("digest-hour", hour=at.hour)
    return say("digest-hour-past", hour=at.hour, tens=at.minute // 10, ones=at.minute % 10)
