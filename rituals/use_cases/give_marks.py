"""A member marks an initiative: five answers, sealed until the agenda."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from rituals.committee import speech as says
from rituals.committee.rules import CommitteeRules
from rituals.committee.scoring import Criterion, Marks
from rituals.errors import InvalidReply, MarksClosed, NotAMember, NotFound
from rituals.messages import Form, Reply, say
from rituals.occurrences import Occurrence, OccurrenceState
from rituals.organisation import Organisation
from rituals.people import Account, Person
from rituals.ports import OpenWork, Work
from rituals.use_cases import home, sitting
from rituals.use_cases.asking import somebody


async def ask_for_marks(
    account: Account, subject: str | None, *, open_work: OpenWork, organisation: Organisation
) -> Reply:
    """The form for one initiative; `subject` "<occurrence>:<initiative>", None for the first that still waits.

    Raises NotFound, NotAMember, MarksClosed.
    """
    async with open_work() as work:
        person = await somebody(work, account)
        if subject is None:
            waiting = await sitting.points_to_mark(work, person, organisation)
            if not waiting:
                return Reply(sentence=say("marks-none-waiting"))
            first = next((one for one in waiting if not one.given), waiting[0])
            subject = f"{first.occurrence}:{first.point.initiative}"
        occurrence, rules, initiative = await _entitled(work, person, subject, organisation)
        return Reply(form=await _form(work, person, occurrence, rules, initiative))


async def give_marks(
    account: Account,
    subject: str,
    answers: Mapping[str, str | None],
    *,
    at: datetime,
    open_work: OpenWork,
    organisation: Organisation,
) -> Reply:
    """Keeps the marks and offers the next initiative that still waits, so that one sitting is marked in one go.

    Raises NotFound, NotAMember, MarksClosed, InvalidReply (with the field at fault).
    """
    async with open_work() as work:
        person = await somebody(work, account)
        occurrence, rules, initiative = await _entitled(work, person, subject, organisation)
        await work.marks.seal(occurrence.id, person.id, initiative, marks_from(answers))
        given = await work.marks.mine(occurrence.id, person.id)
        await sitting.put_marks_call(work, person, occurrence, rules, organisation, at=at)
        await home.put_home(work, person, organisation, at=at)
        left = [one.key for one in await sitting.points_of(work, occurrence, rules) if one.key not in given]
        if left:
            return Reply(form=await _form(work, person, occurrence, rules, left[0]))
        return Reply()


def marks_from(answers: Mapping[str, str | None]) -> Marks:
    """Five whole marks from 1 to 5. Raises InvalidReply naming the first criterion at fault."""
    raw: dict[Criterion, int] = {}
    for criterion in Criterion:
        answer = answers.get(criterion)
        if answer is None or answer not in {"1", "2", "3", "4", "5"}:
            raise InvalidReply(field=criterion, key="refused-mark")
        raw[criterion] = int(answer)
    return Marks(raw)


async def _entitled(
    work: Work, person: Person, subject: str, organisation: Organisation
) -> tuple[Occurrence, CommitteeRules, str]:
    sitting_id, _, initiative = subject.partition(":")
    occurrence = await work.occurrences.get(sitting_id, lock=True)
    rules = organisation.committee_of(occurrence)
    if occurrence is None or rules is None:
        raise NotFound
    if not person.has_any(rules.voters):
        raise NotAMember
    if occurrence.state is not OccurrenceState.PLANNED or await work.marks.revealed(occurrence.id):
        raise MarksClosed
    if initiative not in await work.occurrences.points(occurrence.id):
        raise NotFound
    return occurrence, rules, initiative


async def _form(work: Work, person: Person, occurrence: Occurrence, rules: CommitteeRules, key: str) -> Form:
    points = await sitting.points_of(work, occurrence, rules)
    keys = [one.key for one in points]
    given = await work.marks.mine(occurrence.id, person.id)
    place = keys.index(key)
    return says.marks_form(
        occurrence=occurrence.id,
        point=says.Point.of(points[place]),
        mine=given.get(key),
        place=place + 1,
        whole=len(keys),
    )
