"""What a KPI review says: the call for values, the board, the actions asked for and the word that one is late."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import reduce

from rituals.kpis import SHARE, Colour, Grey
from rituals.measures.disclosure import Published
from rituals.measures.statistics import Direction
from rituals.messages import (
    Amount,
    Bullets,
    Chart,
    Choice,
    Choices,
    Day,
    Emphasis,
    Form,
    Heading,
    Message,
    Moment,
    Note,
    Option,
    Paragraph,
    Part,
    Scale,
    Series,
    Several,
    Share,
    Text,
    Words,
    say,
)
from rituals.reviews.actions import Action, ActionKind, ActionState
from rituals.reviews.board import DatedValue, KpiStatus, Told
from rituals.reviews.ladder import Level
from rituals.reviews.quantities import time_of
from rituals.speech import form_kind, message_kind

ACTION_LIMIT = 300
"""Most characters of an action, and of a reason."""

QUANTITY_LIMIT = 40
"""Most characters of a value that somebody writes."""

FIELDS = 5
"""Most values asked for in one form."""

MOST_PARAGRAPHS = 20
"""KPIs of a board that have a paragraph of their own; the others, the least pressing, share a list."""

MOST_RUNGS = 15
"""Late actions that the message of a day names."""

MOST_BUTTONS = 20
"""Buttons of one message: the first actions have theirs, the others when their turn comes."""

MOST_CHARTS = 2
FEWEST_DRAWN = 3
"""Charts of a board, and the points that are worth one."""


def colour_name(colour: Colour) -> Text:
    """The colour as a sign and a word."""
    return say(f"kpi-colour-{colour}")


def _joined(texts: Sequence[Text]) -> Text:
    return reduce(lambda left, right: say("review-joined", left=left, right=right), texts)


def _sentences(texts: Sequence[Text]) -> Text:
    return reduce(lambda left, right: say("review-sentences", left=left, right=right), texts)


def _more(count: int) -> list[Part]:
    """A word about actions that a message has no room for."""
    return [Note(text=say("actions-more", count=count))] if count > 0 else []


# --- asking for values ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A KPI whose value somebody is asked for. `given`: what they have said for this review; `last`: the one before.

    `initial`: what a form shows as already written. `instead_of`: the address of whom app.yaml names, where that is
    somebody chat cannot reach.
    """

    kpi: str
    title: str
    unit: str
    given: Amount | None = None
    last: DatedValue | None = None
    initial: str | None = None
    instead_of: str | None = None


@message_kind("review-ask")
def ask(
    *, occurrence: str, ritual: str, review: datetime, wanted: Sequence[Wanted], open_: bool, off: bool = False
) -> Message:
    """The one direct message that asks an owner for the values of all their KPIs; it shows what is noted.

    `open_`: values can be given; `off`: the review was cancelled or missed.
    """
    left = sum(one.given is None for one in wanted)
    title = say("readings-ask-title", ritual=ritual)
    until = Moment(at=review)
    if open_:
        why = say("readings-ask-why", count=left, until=until) if left else say("readings-ask-noted", until=until)
    else:
        why = say("readings-ask-off", review=Moment(at=review, style="day")) if off else say("readings-ask-over")
    parts: list[Part] = [
        Heading(text=title),
        Paragraph(text=why),
        Bullets(items=tuple(Paragraph(lead=say("verbatim", words=one.title), text=_standing(one)) for one in wanted)),
    ]
    if open_:
        parts.append(
            Choices(
                group="readings",
                choices=(
                    Choice(
                        action="open-readings",
                        value=occurrence,
                        label=say("readings-give" if left else "readings-change"),
                        emphasis=Emphasis.PRIMARY if left else Emphasis.CHOSEN,
                    ),
                ),
            )
        )
        parts.append(Note(text=say("readings-ask-note")))
    return Message(
        kind="review-ask",
        summary=say("readings-ask-summary", ritual=ritual, count=left) if open_ and left else title,
        parts=tuple(parts),
    )


def _standing(one: Wanted) -> Text:
    if one.given is not None:
        said = say("readings-ask-given", value=one.given)
    elif one.last is not None and one.last.value is not None:
        said = say("readings-ask-last", value=one.last.value, on=Day(on=one.last.on))
    else:
        said = say("readings-ask-first")
    if one.instead_of is not None:
        return _joined([said, say("readings-ask-instead", email=one.instead_of)])
    return said


@form_kind("review-readings")
def readings_form(*, occurrence: str, page: int, pages: int, wanted: Sequence[Wanted]) -> Form:
    """The fields of at most five KPIs. Its subject names the review and the page."""
    notes = [Note(text=say("readings-form-note"))]
    if pages > 1:
        notes.append(Note(text=say("readings-form-page", page=page, pages=pages)))
    return Form(
        kind="review-readings",
        subject=f"{occurrence}:{page}",
        title=say("readings-form-title"),
        submit=say("readings-form-submit"),
        intro=tuple(notes),
        fields=tuple(
            Words(
                name=one.kpi,
                label=say("verbatim", words=one.title),
                hint=_hint(one),
                limit=QUANTITY_LIMIT,
                initial=one.initial,
                multiline=False,
            )
            for one in wanted
        ),
    )


def _hint(one: Wanted) -> Text:
    if one.unit == SHARE:
        hint = say("reading-hint-share")
    else:
        time = time_of(one.unit)
        unit = one.unit if time is None else say(f"unit-{time}")
        hint = say("reading-hint-unit", unit=unit) if unit else say("reading-hint")
    if one.last is None or one.last.value is None:
        return hint
    return say("reading-hint-last", hint=hint, value=one.last.value, on=Day(on=one.last.on))


# --- the board -----------------------------------------------------------------------------------------------------


@message_kind("review-board")
def board(
    *,
    ritual: str,
    review: datetime,
    statuses: Sequence[KpiStatus],
    names: Mapping[str, str],
    planned: date | None = None,
) -> Message:
    """How every KPI stands, in the order given; living, for its actions change. `names`: of people, by id.

    `planned`: the day it was to be held, where it is held late.
    """
    counted = [
        say(f"review-count-{colour}", count=count)
        for colour in Colour
        if (count := sum(one.colour is colour for one in statuses))
    ]
    day = Moment(at=review, style="day")
    parts: list[Part] = [
        Heading(text=say("review-title", ritual=ritual, day=day)),
        Paragraph(text=say("review-counts", counts=Several(items=tuple(counted)))),
    ]
    if planned is not None:
        parts.append(Note(text=say("review-late", day=Day(on=planned))))
    drawn = _worth_drawing(statuses)
    for one in statuses[:MOST_PARAGRAPHS]:
        parts.append(Paragraph(lead=_lead(one), text=_figures(one)))
        if one.action is not None:
            parts.append(Note(text=action_line(one.action, names)))
        if one.kpi in drawn:
            parts.append(_chart(one))
    rest = statuses[MOST_PARAGRAPHS:]
    if rest:
        parts.append(
            Bullets(
                items=tuple(
                    Paragraph(
                        lead=_lead(one),
                        text=_joined([_figures(one), *([action_line(one.action, names)] if one.action else [])]),
                    )
                    for one in rest
                )
            )
        )
    parts.append(Note(text=_legend(statuses)))
    red = sum(one.colour is Colour.RED for one in statuses)
    return Message(
        kind="review-board",
        summary=say("review-summary", ritual=ritual, count=len(statuses), red=red),
        parts=tuple(parts),
    )


def _lead(one: KpiStatus) -> Text:
    return say("review-kpi", colour=_colour(one), title=one.title)


def _colour(one: KpiStatus) -> Text:
    name = colour_name(one.colour)
    return say("review-approximate", colour=name) if one.approximate else name


def _figures(one: KpiStatus) -> Text:
    """A KPI in one line: what is amiss, value, target, tolerance, the way covered and where it is heading."""
    said: list[Text] = []
    if one.grey is not None:
        said.append(_why_grey(one))
    if one.review_date is not None:
        # Before the figures, of which a long board cuts the end: it is what the meeting is to do.
        said.append(say("review-target-again", on=Day(on=one.review_date)))
    if one.told is not None:
        said.append(_value(one))
    if one.before is not None and one.grey is None:
        said.append(say("review-before", value=one.before))
    if one.target is not None and one.grey is not Grey.NO_TARGET:
        said.append(
            say("review-target-up" if one.direction is Direction.UP else "review-target-down", value=one.target)
        )
        if one.amber is not None:
            said.append(say("review-amber", value=one.amber))
    if one.progress is not None:
        said.append(_progress(one, one.progress))
    if one.course is not None:
        said.append(say(f"review-course-{one.course}"))
    if one.outlook is not None:
        said.append(say("review-outlook", value=one.outlook.value, on=Day(on=one.outlook.on)))
    return _joined(said)


def _progress(one: KpiStatus, covered: Fraction) -> Text:
    """How far it has come, and on which way where the board knows: one kept by an earlier version may not."""
    progress = Amount.of(covered, SHARE)
    if one.baseline is None or one.target is None:
        return say("review-progress-back") if covered < 0 else say("review-progress", progress=progress)
    if covered < 0:
        return say("review-progress-back-from", baseline=one.baseline)
    return say("review-progress-from", progress=progress, baseline=one.baseline, target=one.target)


def _why_grey(one: KpiStatus) -> Text:
    if one.grey is Grey.STALE and one.on is not None:
        return say("kpi-grey-stale", on=Day(on=one.on))
    return say(f"kpi-grey-{(one.grey or Grey.NO_DATA).replace('_', '-')}")


def _value(one: KpiStatus) -> Text:
    value: Told | None = one.value
    if isinstance(value, Share) and isinstance(value.figure, Published):
        return say("review-value-figure", value=value, n=value.figure.n, tier=say(f"review-tier-{value.figure.tier}"))
    if one.n is not None and value is not None:
        return say("review-value-n", value=value, n=one.n)
    return say("review-value", value=value or "")


def _legend(statuses: Sequence[KpiStatus]) -> Text:
    said = [say("review-note")]
    if any(one.progress is not None and one.baseline is None for one in statuses):
        said.append(say("review-note-progress"))
    if any(one.approximate for one in statuses):
        said.append(say("review-note-approximate"))
    if any(isinstance(one.value, Share) for one in statuses):
        said.append(say("review-note-window"))
    return _sentences(said)


def _worth_drawing(statuses: Sequence[KpiStatus]) -> frozenset[str]:
    """The KPIs that get a chart: the first red ones, else those that have come the furthest."""
    able = [
        one
        for one in statuses[:MOST_PARAGRAPHS]
        if one.grey is None and sum(past.value is not None for past in one.past) >= FEWEST_DRAWN
    ]
    red = [one for one in able if one.colour is Colour.RED]
    others = sorted((one for one in able if one.colour is not Colour.RED), key=lambda one: -(one.progress or 0))
    return frozenset(one.kpi for one in [*red, *others][:MOST_CHARTS])


def _chart(one: KpiStatus) -> Chart:
    values = [past for past in one.past if past.value is not None]
    first, last = values[0], values[-1]
    blanks = {
        "title": one.title,
        "first": first.value or "",
        "first_on": Day(on=first.on),
        "last": last.value or "",
        "last_on": Day(on=last.on),
    }
    target = None
    alt = say("review-chart-alt", **blanks)
    if one.target is not None:
        target = Series(name=say("review-chart-target"), points=(one.target,) * len(one.past))
        alt = say("review-chart-alt-target", target=one.target, **blanks)
    return Chart(
        title=say("verbatim", words=one.title),
        alt=alt,
        labels=tuple(Day(on=past.on) for past in one.past),
        series=(Series(name=say("review-chart-value"), points=tuple(past.value for past in one.past)),),
        target=target,
    )


# --- actions -------------------------------------------------------------------------------------------------------


def action_line(action: Action, names: Mapping[str, str], *, aged: bool = True) -> Text:
    """An action in one line for everybody: what, who, by when, and how late (`aged`)."""
    who = names.get(action.owner or "")
    if action.state is ActionState.AWAITED:
        return say("action-line-awaited", owner=who) if who else say("action-line-nobody")
    what = _what(action)
    owner = say("verbatim", words=who) if who else say("action-nobody")
    if action.state is ActionState.DONE:
        return say("action-line-done", what=what, owner=owner)
    due, first = action.deadline.due, action.deadline.first_due
    if due is None:
        return say("action-line-undated", what=what, owner=owner)
    if first is not None and first != due:
        line = say("action-line-moved", what=what, owner=owner, due=Day(on=due), first=Day(on=first))
    else:
        line = say("action-line", what=what, owner=owner, due=Day(on=due))
    level = _level(action)
    return line if level < Level.L3 or not aged else _joined([line, say(f"action-level-{int(level)}")])


def _level(action: Action) -> Level:
    """The highest level it was told of."""
    return max(action.deadline.reached, default=Level.L0)


def _under_way(found: Sequence[Action]) -> Text:
    """How many actions are open, those that are late first; `action_line` says how late each is."""
    late = sum(_level(action) >= Level.L3 for action in found)
    if not late:
        return say("actions-open", count=len(found))
    others = len(found) - late
    said = [say("actions-late", count=late)]
    return _sentences([*said, say("actions-late-others", count=others)] if others else said)


def _what(action: Action) -> Text:
    return say("action-target") if action.kind is ActionKind.TARGET else say("verbatim", words=action.what)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """An action with how its KPI stands. `stranger`: whoever app.yaml names is nobody chat can reach."""

    action: Action
    status: KpiStatus | None = None
    stranger: bool = False


@message_kind("review-actions")
def actions(*, ritual: str, tasks: Sequence[Task], names: Mapping[str, str]) -> Message:
    """The one direct message about all the actions that wait for a person, changing as they answer."""
    open_ = [task.action for task in tasks if task.action.is_open]
    left = len(open_)
    waiting = sum(task.action.state is ActionState.AWAITED for task in tasks)
    otherwise = _under_way(open_) if left else say("actions-done")
    why = say("actions-why", count=waiting) if waiting else otherwise
    title = say("actions-title", ritual=ritual)
    parts: list[Part] = [Heading(text=title), Paragraph(text=why)]
    buttons = MOST_BUTTONS
    ranked = sorted(tasks, key=lambda task: list(ActionState).index(task.action.state))
    for n, task in enumerate(ranked[:MOST_PARAGRAPHS], start=1):
        choices = _choices(task.action) if buttons > 0 else ()
        buttons -= len(choices)
        parts += _task(task, names, Choices(group=f"action-{n}", choices=choices))
    parts += _more(len(tasks) - MOST_PARAGRAPHS)
    if waiting:
        parts.append(Note(text=say("actions-note")))
    return Message(
        kind="review-actions",
        summary=say("actions-summary", ritual=ritual, count=left) if left else title,
        parts=tuple(parts),
    )


def _task(task: Task, names: Mapping[str, str], choices: Choices) -> list[Part]:
    action = task.action
    lead = say("verbatim", words=action.title)
    if task.status is not None:
        lead = say("review-kpi", colour=_colour(task.status), title=action.title)
    text = action_line(action, names)
    if action.state is ActionState.AWAITED:
        text = _figures(task.status) if task.status is not None else say("action-awaited")
    if task.stranger:
        text = _joined([text, say("action-stranger", email=action.email)])
    parts: list[Part] = [Paragraph(lead=lead, text=text)]
    return [*parts, choices] if choices.choices else parts


def _choices(action: Action) -> tuple[Choice, ...]:
    """What can be done about an action."""

    def choice(name: str, emphasis: Emphasis = Emphasis.PLAIN, label: str | None = None) -> Choice:
        return Choice(
            action=name,
            value=action.id,
            label=say(label or name),
            emphasis=emphasis,
            spoken=say(f"{name}-spoken", title=action.title),
        )

    if action.state is ActionState.AWAITED:
        return (choice("open-action", Emphasis.PRIMARY),)
    if action.state is ActionState.DONE:
        return (choice("open-action-again"),)
    if action.state is not ActionState.OPEN:
        return ()
    found = [choice("action-done", Emphasis.PRIMARY)]
    if action.kind is ActionKind.REMEDY:
        found.append(choice("open-action", label="open-action-change"))
    found.append(choice("open-action-date"))
    if action.deadline.may_snooze:
        found.append(choice("open-action-snooze"))
    return tuple(found)


@message_kind("review-action-list")
def action_list(*, tasks: Sequence[Task], names: Mapping[str, str]) -> Message:
    """Open actions, each with its buttons, for whoever asks to see them."""
    title = say("actions-mine")
    parts: list[Part] = [Heading(text=title), Paragraph(text=_under_way([task.action for task in tasks]))]
    buttons = MOST_BUTTONS
    for n, task in enumerate(tasks[:MOST_PARAGRAPHS], start=1):
        parts.append(Paragraph(lead=say("verbatim", words=task.action.title), text=action_line(task.action, names)))
        if buttons > 0:
            parts.append(Choices(group=f"action-{n}", choices=_choices(task.action)))
            buttons -= len(_choices(task.action))
    parts += _more(len(tasks) - MOST_PARAGRAPHS)
    return Message(kind="review-action-list", summary=title, parts=tuple(parts))


@message_kind("review-moved-on")
def moved_on(*, ritual: str) -> Message:
    """What remains of a message about actions once a later review has sent a newer one."""
    title = say("actions-title", ritual=ritual)
    return Message(
        kind="review-moved-on", summary=title, parts=(Heading(text=title), Paragraph(text=say("actions-moved-on")))
    )


@form_kind("review-action")
def action_form(*, action: Action, days: Sequence[date], initial: date | None) -> Form:
    """What will be done about a red KPI, and by when."""
    due = action.deadline.due
    return Form(
        kind="review-action",
        subject=action.id,
        title=say("action-form-title"),
        submit=say("action-form-submit"),
        intro=(Paragraph(lead=say("verbatim", words=action.title), text=say("action-form-why")),),
        fields=(
            Words(
                name="what",
                label=say("action-form-what"),
                hint=say("action-form-hint"),
                limit=ACTION_LIMIT,
                initial=action.what or None,
                optional=False,
            ),
            _days("due", "action-form-due", [*([due] if due and due not in days else []), *days], due or initial),
        ),
    )


@form_kind("review-date")
def date_form(*, action: Action, days: Sequence[date]) -> Form:
    """Another date for an action, and why."""
    return Form(
        kind="review-date",
        subject=action.id,
        title=say("date-form-title"),
        submit=say("date-form-submit"),
        intro=(
            Paragraph(lead=say("verbatim", words=action.title), text=_what(action)),
            Note(text=say("date-form-note")),
        ),
        fields=(_days("due", "action-form-due", days, None), _reason()),
    )


@form_kind("review-snooze")
def snooze_form(*, action: Action, days: Sequence[date], left: int) -> Form:
    """No reminder before a day, and why; `left`: how many times that may still be asked for."""
    return Form(
        kind="review-snooze",
        subject=action.id,
        title=say("snooze-form-title"),
        submit=say("snooze-form-submit"),
        intro=(
            Paragraph(lead=say("verbatim", words=action.title), text=_what(action)),
            Note(text=say("snooze-form-note", count=left)),
        ),
        fields=(_days("until", "snooze-form-until", days, None), _reason()),
    )


@form_kind("review-again")
def again_form(*, action: Action, days: Sequence[date]) -> Form:
    """A date for an action that is taken up again."""
    return Form(
        kind="review-again",
        subject=action.id,
        title=say("again-form-title"),
        submit=say("again-form-submit"),
        intro=(Paragraph(lead=say("verbatim", words=action.title), text=_what(action)),),
        fields=(_days("due", "action-form-due", days, None),),
    )


def _days(name: str, label: str, days: Sequence[date], initial: date | None) -> Scale:
    return Scale(
        name=name,
        label=say(label),
        options=tuple(Option(value=day.isoformat(), label=say("action-form-day", on=Day(on=day))) for day in days),
        initial=initial.isoformat() if initial else None,
    )


def _reason() -> Words:
    return Words(name="reason", label=say("action-form-reason"), limit=ACTION_LIMIT, optional=False)


# --- the ladder ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """An action that has reached a level, for one reader: `theirs`, or somebody else's."""

    task: Task
    level: Level
    theirs: bool


@message_kind("review-climb")
def climb(*, rungs: Sequence[Rung], names: Mapping[str, str], may: Collection[str]) -> Message:
    """The one direct message of a day about actions that are running out of time or late.

    `may`: the ids of the actions whose state the reader may change.
    """
    parts: list[Part] = [Heading(text=say("climb-title", count=len(rungs)))]
    buttons = MOST_BUTTONS
    for n, rung in enumerate(rungs[:MOST_RUNGS], start=1):
        action = rung.task.action
        parts.append(Paragraph(lead=say("verbatim", words=action.title), text=action_line(action, names, aged=False)))
        notes = []
        if action.state is ActionState.OPEN:
            notes.append(say(f"climb-{int(rung.level)}-{'yours' if rung.theirs else 'theirs'}"))
        if action.reason and not rung.theirs:
            notes.append(say("climb-reason", reason=action.reason))
        if rung.task.stranger:
            notes.append(say("action-stranger", email=action.email))
        if notes:
            parts.append(Note(text=_sentences(notes)))
        if action.id in may and action.state is ActionState.OPEN and buttons > 0:
            parts.append(Choices(group=f"climb-{n}", choices=_choices(action)))
            buttons -= len(_choices(action))
    parts += _more(len(rungs) - MOST_RUNGS)
    return Message(kind="review-climb", summary=say("climb-title", count=len(rungs)), parts=tuple(parts))


# --- home ----------------------------------------------------------------------------------------------------------

MOST_AT_HOME = 10
"""Actions, and values, that a home names."""

BUTTONS_AT_HOME = 1
"""Of an action; its message has them all. A card on Teams holds 25 kB, and a home has more to show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An open action for its owner's eyes; `late`: working days."""

    action: Action
    late: int


def actions_at_home(dues: Sequence[Due]) -> list[Part]:
    """The open actions of whose home it is, in the order given, with the first button of their message; or nothing."""
    if not dues:
        return []
    parts: list[Part] = [Heading(text=say("actions-at-home"))]
    for n, due in enumerate(dues[:MOST_AT_HOME], start=1):
        parts += [
            Paragraph(lead=say("verbatim", words=due.action.title), text=_due(due)),
            Choices(group=f"home-action-{n}", choices=_choices(due.action)[:BUTTONS_AT_HOME]),
        ]
    return [*parts, *_more(len(dues) - MOST_AT_HOME)]


def _due(due: Due) -> Text:
    action, deadline = due.action, due.action.deadline
    if action.state is ActionState.AWAITED:
        return say("action-awaited")
    if deadline.due is None:
        return say("action-at-home-undated", what=_what(action))
    said = say("action-at-home", what=_what(action), due=Day(on=deadline.due))
    if not due.late:
        return said
    if deadline.missed_due is not None:
        late = say("action-at-home-late-since", count=due.late, missed=Day(on=deadline.missed_due))
    else:
        late = say("action-at-home-late", count=due.late)
    return _joined([said, late])


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuesWanted:
    """The KPIs, by title, whose values somebody was asked for by a review and has not given."""

    occurrence: str
    ritual: str
    until: datetime
    kpis: Sequence[str]


def values_at_home(wanted: Sequence[ValuesWanted]) -> list[Part]:
    """The values asked of whose home it is, by review, each with the button of its message; or nothing."""
    if not wanted:
        return []
    parts: list[Part] = [Heading(text=say("values-at-home"))]
    for n, one in enumerate(wanted[:MOST_AT_HOME], start=1):
        named: list[str | Text] = list(one.kpis[:MOST_AT_HOME])
        if left := len(one.kpis) - len(named):
            named.append(say("values-at-home-others", count=left))
        until = Moment(at=one.until)
        text = say("values-at-home-line", count=len(one.kpis), until=until, kpis=Several(items=tuple(named)))
        give = Choice(
            action="open-readings", value=one.occurrence, label=say("readings-give"), emphasis=Emphasis.PRIMARY
        )
        parts += [
            Paragraph(lead=say("verbatim", words=one.ritual), text=text),
            Choices(group=f"home-values-{n}", choices=(give,)),
        ]
    return [*parts, *_more(len(wanted) - MOST_AT_HOME)]
