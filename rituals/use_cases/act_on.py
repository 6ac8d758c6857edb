"""What people do about actions: say what and by when, do them, move or put them off, take them up again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from rituals.calendar import WorkingDays, local_day
from rituals.errors import ActionClosed, InvalidReply, NotAllowed, NotFound, NothingToDo
from rituals.messages import Reply, say
from rituals.organisation import Organisation
from rituals.people import Account, Act, Person
from rituals.plain import plain
from rituals.ports import OpenWork, Work
from rituals.reviews import speech as says
from rituals.reviews.actions import Action, ActionKind, ActionState
from rituals.reviews.ladder import MOST_SNOOZES
from rituals.reviews.rules import ReviewRules
from rituals.use_cases import home, reviewing
from rituals.use_cases.asking import somebody

OFFERED = 4
"""How many days a form offers."""

SNOOZES = (3, 5, 10)
"""Working days for which reminders can be put off."""

USUAL_DAYS = 10
"""Working days for an action of a review that app.yaml no longer has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """An action somebody may change, locked, with what its days are counted in."""

    action: Action
    working_days: WorkingDays
    today: date
    rules: ReviewRules | None

    def days(self) -> list[date]:
        """The days offered: halves of what the review gives, up to twice as much."""
        usual = self.rules.action_days if self.rules else USUAL_DAYS
        steps = dict.fromkeys(max(1, usual * half // 2) for half in range(1, OFFERED + 1))
        return [self.working_days.after(self.today, step) for step in steps]

    def usual(self) -> date:
        """The day offered first."""
        return self.working_days.after(self.today, self.rules.action_days if self.rules else USUAL_DAYS)

    def chosen(self, answer: str | None, *, field: str = "due") -> date:
        """The day that was chosen: a later one, no further off than was offered (perhaps yesterday)."""
        try:
            day = date.fromisoformat(answer or "")
        except ValueError:
            raise InvalidReply(field=field, key="refused-day") from None
        if not self.today < day <= max(self.days()):
            raise InvalidReply(field=field, key="refused-day")
        return day


async def list_actions(account: Account, *, open_work: OpenWork, organisation: Organisation) -> Reply:
    """The open actions of whoever asks, or all of them for those who steer. Raises NotFound."""
    async with open_work() as work:
        person = await somebody(work, account)
        steers = person.may(Act.STEER_ACTIONS)
        found = [one for one in await work.reviews.open_actions() if steers or one.owner == person.id]
        if not found:
            return Reply(sentence=say("actions-none"))
        names = await reviewing.names_of(work, [one.owner for one in found])
        return Reply(message=says.action_list(tasks=[says.Task(action=one) for one in found], names=names))


async def open_action(
    account: Account, action_id: str, *, at: datetime, open_work: OpenWork, organisation: Organisation
) -> Reply:
    """The form that says what will be done and by when. Raises NotFound, NotAllowed, ActionClosed."""
    async with open_work() as work:
        held = await _open(work, account, action_id, organisation, at)
        if held.action.kind is not ActionKind.REMEDY:
            raise NotFound
        return Reply(form=says.action_form(action=held.action, days=held.days(), initial=held.usual()))


async def promise(
    account: Account,
    action_id: str,
    answers: Mapping[str, str | None],
    *,
    at: datetime,
    open_work: OpenWork,
    organisation: Organisation,
) -> Reply:
    """Keeps what will be done and by when. Raises NotFound, NotAllowed, ActionClosed, InvalidReply."""
    async with open_work() as work:
        held = await _open(work, account, action_id, organisation, at)
        if held.action.kind is not ActionKind.REMEDY:
            raise NotFound
        what = _words(answers.get("what"), "what")
        promised = held.action.deadline.due
        same = promised is not None and answers.get("due") == promised.isoformat()
        due = promised if same and promised is not None else held.chosen(answers.get("due"))
        await _keep(
            work,
            held.action.promised(what, due=due, today=held.today, working_days=held.working_days),
            held,
            organisation,
            at,
        )
        return Reply()


async def open_date(
    account: Account, action_id: str, *, at: datetime, open_work: OpenWork, organisation: Organisation
) -> Reply:
    """The form for another date. Raises NotFound, NotAllowed, ActionClosed."""
    async with open_work() as work:
        held = await _promised(work, account, action_id, organisation, at)
        return Reply(form=says.date_form(action=held.action, days=held.days()))


async def move(
    account: Account,
    action_id: str,
    answers: Mapping[str, str | None],
    *,
    at: datetime,
    open_work: OpenWork,
    organisation: Organisation,
) -> Reply:
    """Gives an action another date; the first one is kept, and so is its lateness.

    Raises NotFound, NotAllowed, ActionClosed, InvalidReply.
    """
    async with open_work() as work:
        held = await _promised(work, account, action_id, organisation, at)
        due, reason = held.chosen(answers.get("due")), _words(answers.get("reason"), "reason")
        moved = held.action.moved(due, reason=reason, today=held.today, working_days=held.working_days)
        await _keep(work, moved, held, organisation, at)
        return Reply()


async def open_snooze(
    account: Account, action_id: str, *, at: datetime, open_work: OpenWork, organisation: Organisation
) -> Reply:
    """The form that puts reminders off, or why not once more. Raises NotFound, NotAllowed, ActionClosed."""
    async with open_work() as work:
        held = await _promised(work, account, action_id, organisation, at)
        left = MOST_SNOOZES - held.action.deadline.snoozes
        if left < 1:
            return Reply(sentence=say("refused-snoozed-enough"))
        return Reply(form=says.snooze_form(action=held.action, days=_snooze_days(held), left=left))


async def snooze(
    account: Account,
    action_id: str,
    answers: Mapping[str, str | None],
    *,
    at: datetime,
    open_work: OpenWork,
    organisation: Organisation,
) -> Reply:
    """Nobody is told of the action before a day. Raises NotFound, NotAllowed, ActionClosed, InvalidReply."""
    async with open_work() as work:
        held = await _promised(work, account, action_id, organisation, at)
        until, reason = held.chosen(answers.get("until"), field="until"), _words(answers.get("reason"), "reason")
        if until > max(_snooze_days(held)):
            raise InvalidReply(field="until", key="refused-day")
        if not held.action.deadline.may_snooze:
            raise InvalidReply(field="until", key="refused-snoozed-enough")
        await _keep(work, held.action.put_off(until, reason=reason), held, organisation, at)
        return Reply()


async def do(
    account: Account, action_id: str, *, at: datetime, open_work: OpenWork, organisation: Organisation
) -> Reply:
    """The action is done. Raises NotFound, NotAllowed, NothingToDo."""
    async with open_work() as work:
        held = await _held(work, account, action_id, organisation, at)
        if held.action.state is ActionState.DONE:
            raise NothingToDo
        if held.action.state is not ActionState.OPEN:
            raise NotFound
        await _keep(work, held.action.done(held.today), held, organisation, at)
        return Reply(sentence=say("action-done-noted", title=held.action.title))


async def open_again(
    account: Account, action_id: str, *, at: datetime, open_work: OpenWork, organisation: Organisation
) -> Reply:
    """The form that takes an action up again. Raises NotFound, NotAllowed, NothingToDo."""
    async with open_work() as work:
        held = await _done(work, account, action_id, organisation, at)
        return Reply(form=says.again_form(action=held.action, days=held.days()))


async def take_up_again(
    account: Account,
    action_id: str,
    answers: Mapping[str, str | None],
    *,
    at: datetime,
    open_work: OpenWork,
    organisation: Organisation,
) -> Reply:
    """Opens a done action again: it climbs from the start. Raises NotFound, NotAllowed, NothingToDo, InvalidReply."""
    async with open_work() as work:
        held = await _done(work, account, action_id, organisation, at)
        again = held.action.reopened(on=held.today, due=held.chosen(answers.get("due")))
        await _keep(work, again, held, organisation, at)
        return Reply()


# --- who may, and what follows -------------------------------------------------------------------------------------


async def _held(work: Work, account: Account, action_id: str, organisation: Organisation, at: datetime) -> _Held:
    person = await somebody(work, account)
    action = await work.reviews.action(action_id)
    if action is None:
        raise NotFound
    _check(person, action)
    asked_at = await work.occurrences.get(action.occurrence)
    rules = reviewing.review(organisation, asked_at)
    if rules is not None:
        await reviewing.newest(work, rules.key)  # the review first, then the action: always in this order
    action = await work.reviews.action(action_id, lock=True)
    if action is None:
        raise NotFound
    _check(person, action)
    working_days, owner = await reviewing.working_days_of(work, action, organisation)
    zone = owner.zone if owner else organisation.zone
    return _Held(action=action, working_days=working_days, today=local_day(at, zone), rules=rules)


def _check(person: Person, action: Action) -> None:
    if not reviewing.may_act(person, action):
        raise NotAllowed


async def _open(work: Work, account: Account, action_id: str, organisation: Organisation, at: datetime) -> _Held:
    held = await _held(work, account, action_id, organisation, at)
    if not held.action.is_open:
        raise ActionClosed
    return held


async def _promised(work: Work, account: Account, action_id: str, organisation: Organisation, at: datetime) -> _Held:
    held = await _open(work, account, action_id, organisation, at)
    if held.action.state is not ActionState.OPEN:
        raise NotFound
    return held


async def _done(work: Work, account: Account, action_id: str, organisation: Organisation, at: datetime) -> _Held:
    held = await _held(work, account, action_id, organisation, at)
    if held.action.state is not ActionState.DONE:
        raise NothingToDo
    return held


async def _keep(work: Work, action: Action, held: _Held, organisation: Organisation, at: datetime) -> None:
    await work.reviews.put_action(action)
    if action.state is ActionState.OPEN:
        await reviewing.plan_climb(work, action, organisation, after=held.today)
    await reviewing.catch_up(work, action, organisation, at=at)
    await home.put_homes(work, [action.owner], organisation, at=at)


def _snooze_days(held: _Held) -> Sequence[date]:
    return [held.working_days.after(held.today, days) for days in SNOOZES]


def _words(said: str | None, field: str) -> str:
    words = plain(said or "")
    if not words:
        raise InvalidReply(field=field, key=f"refused-{field}")
    if len(words) > says.ACTION_LIMIT:
        raise InvalidReply(field=field, key="refused-too-long", length=len(words), limit=says.ACTION_LIMIT)
    return words
