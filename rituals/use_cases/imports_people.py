"""Taking in a file of people: who belongs where, from when, under which addresses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from rituals.census import Posting, same_words
from rituals.imports import BadFile, Counted, LineFault, Outcome, PersonLine
from rituals.messages import Several, Text, say
from rituals.people import RosterEntry
from rituals.ports import OpenWork, Work
from rituals.use_cases.imports import Source, known_initiatives, unknown_initiative


async def import_people(lines: Iterable[PersonLine], source: Source, *, open_work: OpenWork) -> Outcome:
    """Takes in people, all or none.

    Lines with an address or an employer's number in common are about one person. A line without a date tells what
    holds from today on, where it does not already. Raises BadFile.
    """
    told = list(lines)
    async with open_work() as work:
        told, left_out = await _without_objectors(told, work)
        told, notices = await _spelled(told, source, work)
        notices += left_out
        faults = await _unknown_access(told, source, work)
        handles = list(dict.fromkeys(handle for line in told for handle in line.handles))
        owners = await work.census.owners(handles)
        groups = _groups(told, owners)
        identities = await work.census.identities(handles)
        known = await work.census.postings({person for group in groups for person in group.people})
        planned = []
        for group in groups:
            stored = sorted(
                (posting for person in group.people for posting in known.get(person, ())),
                key=lambda posting: posting.valid_from,
            )
            plan = _Plan(stored, identities, source.today)
            known_as_one = not group.is_joined(owners)
            for line in sorted(group.lines, key=lambda line: (line.valid_from or source.today, line.line)):
                plan.take(line, known_as_one=known_as_one)
            plan.check()
            faults += plan.faults
            planned.append((group, plan))
        if faults:
            raise BadFile(sorted(faults, key=lambda fault: fault.line))
        counted = Counted(
            lines=len(told),
            new=sum(plan.new or group.is_joined(owners) for group, plan in planned),
            changed=sum(plan.changed for _, plan in planned),
        )
        if counted.is_nothing_new:
            return Outcome(number=None, counted=counted, notices=notices)
        number = await work.sources.begin("people", file=source.file, at=source.at)
        await _keep(planned, source, number, work)
        await work.sources.keep(number, counted)
        await work.census.settle(source.today)
        return Outcome(number=number, counted=counted, notices=notices)


# --- who is who -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """One person's lines, and the ids they are known by: none of somebody new, several of people who become one."""

    lines: tuple[PersonLine, ...]
    people: tuple[str, ...]

    @property
    def handles(self) -> set[str]:
        """All their addresses and numbers."""
        return {handle for line in self.lines for handle in line.handles}

    def is_joined(self, owners: Mapping[str, str]) -> bool:
        """Whether it brings addresses or people together that were apart."""
        return len(self.people) > 1 or any(handle not in owners for handle in self.handles)


def _groups(lines: Sequence[PersonLine], owners: Mapping[str, str]) -> list[_Group]:
    """The lines by person: those that share an address, a number, or an owner of either."""
    above: dict[str, str] = {}

    def root(node: str) -> str:
        above.setdefault(node, node)
        while above[node] != node:
            above[node] = above[above[node]]
            node = above[node]
        return node

    for line in lines:
        first = root(line.handle)
        for handle in line.handles:
            above[root(handle)] = first = root(first)
            if handle in owners:
                above[root(f"person:{owners[handle]}")] = first
    by_root: dict[str, list[PersonLine]] = defaultdict(list)
    for line in lines:
        by_root[root(line.handle)].append(line)
    return [
        _Group(
            lines=tuple(group),
            people=tuple(sorted({owners[handle] for line in group for handle in line.handles if handle in owners})),
        )
        for group in by_root.values()
    ]


async def _keep(planned: Sequence[tuple[_Group, _Plan]], source: Source, number: int, work: Work) -> None:
    strangers = [group for group, _ in planned if not group.people]
    made = iter(await work.census.make_people([_entry(group, source) for group in strangers], origin=number))
    ties: dict[str, str] = {}
    postings = []
    for group, plan in planned:
        if not group.people:
            person = next(made)
        elif len(group.people) == 1:
            person = group.people[0]
        else:
            person = await work.census.merge(group.people, origin=number)
        ties |= dict.fromkeys(group.handles, person)
        postings += plan.added
    await work.census.tie(ties, origin=number)
    await work.census.post(postings, origin=number)


def _entry(group: _Group, source: Source) -> RosterEntry:
    """What holds of somebody new until a platform tells more."""
    newest = max(group.lines, key=lambda line: line.valid_from or source.today)
    site = source.organisation.sites.get(newest.site or "")
    return RosterEntry(
        email=newest.email,
        name=next((line.name for line in reversed(group.lines) if line.name), None),
        site=newest.site,
        locale=source.organisation.locale,
        zone=site.zone if site else source.organisation.zone,
    )


# --- what holds from when -------------------------------------------------------------------------------------------


class _Plan:
    """One person's postings, known and told. `added`: those to write, each with the address its line names first."""

    def __init__(self, stored: Iterable[Posting], identities: Mapping[str, int], today: date) -> None:
        self._identities = identities
        self._today = today
        self._now = {posting.valid_from: posting for posting in stored}
        self._stored = dict(self._now)
        self._said: dict[date, PersonLine] = {}
        self._added: dict[date, tuple[PersonLine, Posting]] = {}
        self.faults: list[LineFault] = []

    @property
    def added(self) -> list[tuple[str, Posting]]:
        """Who by which address, and where from when."""
        return [(line.handle, posting) for line, posting in self._added.values()]

    @property
    def new(self) -> int:
        """How many begin on a day on which nothing began before."""
        return sum(day not in self._stored for day in self._added)

    @property
    def changed(self) -> int:
        """How many replace another that began on the same day."""
        return sum(day in self._stored for day in self._added)

    def take(self, line: PersonLine, *, known_as_one: bool) -> None:
        """Adds what `line` tells beyond what is known; `known_as_one`: its addresses are known to be one person's."""
        day = line.valid_from or self._today
        before = self._said.get(day)
        if before is not None:
            self._compare(before, line, known_as_one=known_as_one)
            return
        self._said[day] = line
        base = self._latest(day)
        told = self._posting(line, day, base)
        if line.valid_from is None:
            if base is not None and told.says_the_same(base):
                return
            if line.left_on is not None and line.left_on < self._today:
                gone = self._departed(line, line.left_on, told, base)
                if gone is None:
                    return
                told = gone
        if self._now.get(told.valid_from) != told:
            self._now[told.valid_from] = told
            self._added[told.valid_from] = (line, told)

    def _departed(self, line: PersonLine, left_on: date, told: Posting, base: Posting | None) -> Posting | None:
        """Of a line that only says today that somebody left before: the posting they left, ended; None if it is."""
        if base is None:
            return replace(told, valid_from=left_on)
        if base.left_on == left_on:
            return None
        if base.valid_from > left_on:
            why = say("import-left-early", left=left_on.isoformat(), begins=base.valid_from.isoformat())
            self.faults.append(LineFault(line=line.line, column="left_on", why=why))
            return None
        return replace(base, left_on=left_on)

    def _posting(self, line: PersonLine, day: date, base: Posting | None) -> Posting:
        """What the line tells; a column that the file does not have leaves what holds as it is."""
        kept = base or Posting(valid_from=day, department=line.department)
        back = kept.left_on is not None and kept.left_on < day
        number = None if line.employee_id is None else self._identities[f"id:{line.employee_id}"]
        return Posting(
            valid_from=day,
            department=line.department,
            site=line.site if "site" in line.said else kept.site,
            manager=line.manager if "manager" in line.said else kept.manager,
            access=line.access if "access" in line.said else kept.access,
            left_on=line.left_on if "left_on" in line.said or back else kept.left_on,
            name=line.name or kept.name,
            employee=number if number is not None or back else kept.employee,
        )

    def _latest(self, day: date) -> Posting | None:
        return max(
            (posting for begins, posting in self._now.items() if begins <= day),
            key=lambda posting: posting.valid_from,
            default=None,
        )

    def _compare(self, before: PersonLine, line: PersonLine, *, known_as_one: bool) -> None:
        """Two lines of one person and day must say the same, and that they are one person."""
        if any(getattr(before, name) != getattr(line, name) for name in _TOLD):
            why = say("import-person-twice", line=str(before.line))
            self.faults.append(LineFault(line=line.line, column=_differing(before, line), why=why))
        elif None not in (numbers := {before.employee_id, line.employee_id}) and len(numbers) > 1:
            why = say("import-number-twice", line=str(before.line))
            self.faults.append(LineFault(line=line.line, column="employee_id", why=why))
        elif before.email != line.email and not (known_as_one or _linked(before, line)):
            why = say("import-address-twice", line=str(before.line))
            self.faults.append(LineFault(line=line.line, column="email", why=why))

    def check(self) -> None:
        """Adds a fault where one person has two numbers without having left in between: it is probably two people."""
        ordered = sorted(self._now.values(), key=lambda posting: posting.valid_from)
        for before, after in pairwise(ordered):
            added = self._added.get(after.valid_from) or self._added.get(before.valid_from)
            left = before.left_on is not None and before.left_on < after.valid_from
            if added is None or left or None in {before.employee, after.employee} or before.employee == after.employee:
                continue
            other = self._added.get(before.valid_from)
            why = say("import-number-of-before")
            if other and other[0] is not added[0]:
                why = say("import-number-of-line", line=str(other[0].line))
            self.faults.append(LineFault(line=added[0].line, column="employee_id", why=why))


_TOLD = ("department", "site", "manager", "access", "left_on", "name")


def _differing(one: PersonLine, other: PersonLine) -> str | None:
    return next((name for name in _TOLD if getattr(one, name) != getattr(other, name)), None)


def _linked(one: PersonLine, other: PersonLine) -> bool:
    return one.email in other.other_emails or other.email in one.other_emails


# --- what lines name -------------------------------------------------------------------------------------------------


async def _spelled(lines: list[PersonLine], source: Source, work: Work) -> tuple[list[PersonLine], tuple[Text, ...]]:
    """The lines with departments and sites spelled as before, and what is worth saying of their sites."""
    departments = {same_words(known): known for known in await work.census.departments()}
    sites = {same_words(key): key for key in source.organisation.sites}
    strange: dict[str, None] = {}
    spelled = []
    for line in lines:
        department = departments.setdefault(same_words(line.department), line.department)
        site = line.site
        if site is not None:
            if same_words(site) not in sites and source.organisation.sites:
                strange[site] = None
            site = sites.setdefault(same_words(site), site)
        spelled.append(replace(line, department=department, site=site))
    if not strange:
        return spelled, ()
    named = Several(items=tuple(say("import-word", word=site) for site in list(strange)[:5]))
    return spelled, (say("import-unknown-sites", sites=named),)


async def _without_objectors(lines: list[PersonLine], work: Work) -> tuple[list[PersonLine], tuple[Text, ...]]:
    """The lines but for those of people who asked to be left out, and a word about how many these are."""
    objected = await work.personal.objected(handle for line in lines for handle in line.handles)
    dropped = [line for line in lines if not objected.isdisjoint(line.handles)]
    if not dropped:
        return lines, ()
    # An address that is new beside a known one is theirs too.
    await work.personal.widen([line.handles for line in dropped])
    notice = say("import-objectors", count=len(dropped))
    return [line for line in lines if objected.isdisjoint(line.handles)], (notice,)


async def _unknown_access(lines: Iterable[PersonLine], source: Source, work: Work) -> list[LineFault]:
    known = await known_initiatives(work, source)
    return [
        unknown_initiative(line.line, key, known, column="access")
        for line in lines
        for key in sorted(line.access - known)
    ]
