"""How a page finds people among all there are."""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from bot.local.json_types import Json

AT_MOST = 20


class Featured(Protocol):
    @property
    def featured(self) -> bool: ...


P = TypeVar("P", bound=Featured)


def found(people: Mapping[str, P], given: Json, *, known_by: Callable[[P], str | None]) -> list[P]:
    """Answer those with the "ids" asked for, else those first who are featured of all with "q" in their names.

    `known_by` answers the names, address and title of a person, None for whoever is not to be found by them.
    """
    if ids := given.get("ids"):
        return [people[name] for name in ids.split(",") if name in people]
    wanted = str(given.get("q", "")).casefold()
    hits = [one for one in people.values() if (words := known_by(one)) is not None and wanted in words.casefold()]
    return sorted(hits, key=lambda one: not one.featured)[:AT_MOST]
