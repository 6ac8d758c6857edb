"""What app.yaml lists by key, flat and as text, so that the next one can be held against it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, time
from fractions import Fraction
from zoneinfo import ZoneInfo

from bot.settings_tree import Settings

PEOPLE = frozenset({"owner"})
"""Keys whose value is somebody's address: kept as a digest, which tells that it is another and no more."""


def listed(settings: Settings) -> dict[str, str]:
    """Every value of every ritual, KPI and initiative by its path, such as "rituals.committee.deadline": "17:00"."""
    things = [
        *(("rituals", key, ritual) for key, ritual in settings.rituals.items()),
        *(("kpis", kpi.key, kpi) for kpi in settings.kpis),
        *(("initiatives", initiative.key, initiative) for initiative in settings.initiatives),
    ]
    return {f"{kind}.{name}.{key}": text for kind, name, thing in things for key, text in _values(thing)}


def _values(thing: Iterable[tuple[str, object]]) -> Iterator[tuple[str, str]]:
    for key, value in thing:
        if value is not None:
            text = _written(value)
            yield key, hashlib.sha256(text.encode()).hexdigest()[:16] if key in PEOPLE else text


def _written(value: object) -> str:
    """A value much as app.yaml has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, ZoneInfo):
        return value.key
    if isinstance(value, Fraction):
        return f"{float(value):g}" if Fraction(f"{float(value):g}") == value else str(value)
    if isinstance(value, (tuple, list)):
        return ", ".join(map(_written, value))
    return str(value)
