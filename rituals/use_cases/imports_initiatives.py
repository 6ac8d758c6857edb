"""Taking in a file of initiatives: what each is, and who gets it when."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from rituals.census import Target, Told, same_words
from rituals.imports import BadFile, Counted, InitiativeLine, LineFault, Outcome, did_you_mean
from rituals.initiatives import Initiative, Stage, Standing
from rituals.messages import Several, Text, say
from rituals.ports import OpenWork
from rituals.use_cases.imports import Source

_WORDS = ("title", "summary", "stage", "department", "owner")
_BESIDES = ("sponsor", "bucket")


async def import_initiatives(lines: Iterable[InitiativeLine], source: Source, *, open_work: OpenWork) -> Outcome:
    """Takes in initiatives, all or none.

    Words may stand in any of an initiative's lines; app.yaml's win where it lists the initiative. Targets named are all
    of that initiative's targets from now on. Raises BadFile.
    """
    told, faults, count = _gathered(lines)
    if faults:
        raise BadFile(faults)
    notices = []
    ruled = sorted(key for key, one in told.items() if key in source.listed and one.said(_WORDS))
    if ruled:
        notices.append(say("import-ruled", keys=Several(items=tuple(ruled))))
    async with open_work() as work:
        known = {one.key: one for one in await work.initiatives.all()}
        before = await work.census.told()
        notices += _empty(told, await work.census.departments())
        changes = []
        for key, one in told.items():
            was = before.get(key, Told())
            now = one.told(was, ruled=key in source.listed)
            missing = key not in known and key not in source.listed
            if now != was or key not in before or missing:
                changes.append((key, was, now))
        new = sum(key not in before for key, _, _ in changes)
        counted = Counted(lines=count, new=new, changed=len(changes) - new)
        if counted.is_nothing_new:
            return Outcome(number=None, counted=counted, notices=tuple(notices))
        number = await work.sources.begin("initiatives", file=source.file, at=source.at)
        for key, was, now in changes:
            words = None if key in source.listed else _initiative(key, now, known.get(key))
            await work.census.tell(key, now, words, origin=number)
            if set(now.targets) != set(was.targets):
                await work.census.target(key, now.targets, origin=number)
        await work.sources.keep(number, counted)
        return Outcome(number=number, counted=counted, notices=tuple(notices))


class _Gathered:
    """What all lines of one initiative say."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._words: dict[str, tuple[int, Any]] = {}
        self._lines: dict[tuple[str, str], int] = {}
        self.targets: dict[tuple[str, str], Target] = {}

    def take(self, line: InitiativeLine) -> Iterable[LineFault]:
        """Adds a line; a fault where it contradicts one before."""
        for name in (*_WORDS, *_BESIDES):
            value = getattr(line, name)
            if value is not None:
                before, known = self._words.setdefault(name, (line.line, value))
                if known != value:
                    yield LineFault(line=line.line, column=name, why=say("import-words-twice", line=str(before)))
        if line.target is not None:
            place = (same_words(line.target.department or ""), same_words(line.target.site or ""))
            before = self._lines.setdefault(place, line.line)
            if self.targets.setdefault(place, line.target).rollout_on != line.target.rollout_on:
                why = say("import-target-twice", line=str(before))
                yield LineFault(line=line.line, column="rollout_on", why=why)

    def said(self, names: Iterable[str]) -> bool:
        """Whether any of these words was said."""
        return any(name in self._words for name in names)

    def told(self, was: Told, *, ruled: bool) -> Told:
        """What holds now of what `was`; `ruled`: its words are app.yaml's."""
        said = {name: value for name, (_, value) in self._words.items() if not (ruled and name in _WORDS)}
        targets = tuple(self.targets.values())
        return replace(was, **said, targets=was.targets if set(targets) <= _held(was, targets) else targets)


def _held(was: Told, targets: Collection[Target]) -> set[Target]:
    """The targets that held, where those told are the same or none at all."""
    return set(was.targets) if len(was.targets) == len(targets) or not targets else set()


def _initiative(key: str, told: Told, known: Initiative | None) -> Initiative:
    """The initiative with the words told."""
    said: dict[str, Any] = {name: value for name in _WORDS if (value := getattr(told, name)) is not None}
    if known is not None:
        return replace(known, **said)
    first = next((target.department for target in told.targets if target.department), "")
    base = {"title": key, "summary": "", "stage": Stage.PILOT, "department": first}
    return Initiative(key=key, standing=Standing.ACTIVE, **{**base, **said})


def _gathered(lines: Iterable[InitiativeLine]) -> tuple[dict[str, _Gathered], list[LineFault], int]:
    told: dict[str, _Gathered] = {}
    faults: list[LineFault] = []
    count = 0
    for line in lines:
        count += 1
        faults += told.setdefault(line.initiative, _Gathered(line.initiative)).take(line)
    return told, faults, count


def _empty(told: Mapping[str, _Gathered], departments: frozenset[str]) -> list[Text]:
    """Targets in whose department nobody is: probably a slip, or the people file is still to come."""
    known = {same_words(department) for department in departments}
    missing = {
        target.department: None
        for one in told.values()
        for target in one.targets.values()
        if target.department is not None and same_words(target.department) not in known
    }
    if not departments or not missing:
        return []
    return [
        say("import-empty-department", department=name, hint=did_you_mean(name, departments))
        for name in list(missing)[:5]
    ]
