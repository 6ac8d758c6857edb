"""Taking an import back: everything as it was before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rituals.calendar import local_day
from rituals.imports import FileImport
from rituals.organisation import Organisation
from rituals.ports import OpenWork
from rituals.use_cases.imports import sweep

_BUILD_ON = {"initiatives": frozenset({"initiatives", "people", "usage", "conversations", "savings"})}
"""Which kinds may rest on one; of any other only its own."""


class CannotUndo(Exception):
    """An import cannot be taken back; `later`: those that came after it and may rest on it, to be taken back first."""

    def __init__(self, number: int | None, *, later: Sequence[FileImport] = (), settled: bool = False) -> None:
        super().__init__(f"import {number}")
        self.number = number
        self.later = tuple(later)
        self.settled = settled


async def undo_import(
    number: int | None, at: datetime, *, organisation: Organisation, open_work: OpenWork
) -> FileImport:
    """Takes back the import of that number, or the last one (None), and returns what it was.

    Raises CannotUndo where there is none, where later ones may rest on it, and where a part of it is already summed up
    by week. A committee's decision taken since is not overruled, and somebody who has an account by now stays.
    """
    async with open_work() as work:
        imports = await work.sources.imports()
        found = next((one for one in reversed(imports) if number in {None, one.number}), None)
        if found is None:
            raise CannotUndo(number)
        building = _BUILD_ON.get(found.kind, frozenset({found.kind}))
        later = [one for one in imports if one.number > found.number and one.kind in building]
        if later or found.settled:
            raise CannotUndo(found.number, later=later, settled=found.settled)
        await work.sources.drop(found.number)
        await work.census.take_back(found.number)
        await work.census.settle(local_day(at, organisation.zone))
    await sweep(open_work=open_work)
    return found
