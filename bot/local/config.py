"""How a stand-in reads what it is made of: the clock, and objects that know their keys."""

import hashlib
from base64 import b32encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.local.json_types import Json


class ConfigError(ValueError):
    """The configuration cannot be used; the sentence names the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSetting:
    mode: Literal["stepped", "flowing"]
    start: float


def read_clock(document: Json) -> ClockSetting:
    """Read the "clock" of a configuration; raises ConfigError."""
    clock = part(document, "clock", {"mode", "start"})
    mode = clock.get("mode", "flowing")
    if mode not in ("stepped", "flowing"):
        raise ConfigError(f"clock.mode: neither stepped nor flowing: {mode!r}")
    return ClockSetting(mode=mode, start=read_moment(clock.get("start", 0)))


def read_moment(value: object) -> float:
    """Answer epoch seconds for epoch seconds or an ISO date with its offset; raises ConfigError."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise ConfigError(f"not a moment: {value!r}") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def made_id(letter: str, seed: str) -> str:
    """Answer an id that is always the same for the same seed."""
    return letter + b32encode(hashlib.sha256(seed.lower().encode()).digest())[:10].decode()


def told_of_person(document: Json, known: Collection[str], *, texts: Collection[str]) -> Json:
    """Answer what is given of a person: known keys, the texts among them, a zone there is; raises ConfigError."""
    only(document, known, "people")
    for name in texts:
        text(document, name, "people")
    given = {key: value for key, value in document.items() if value is not None}
    try:
        ZoneInfo(given.get("tz", "UTC"))
    except (ZoneInfoNotFoundError, ValueError, TypeError) as error:
        raise ConfigError(f"people.tz: no such zone: {given['tz']!r}") from error
    return given


def distinct(ids: Collection[str], where: str, what: str) -> None:
    if len(ids) != len(set(ids)):
        raise ConfigError(f"{where}: two have the same {what}")


def part(document: Json, key: str, known: Collection[str]) -> Json:
    part = document.get(key)
    if not isinstance(part, dict):
        raise ConfigError(f"{key}: missing")
    only(part, known, key)
    return part


def only(document: Json, known: Collection[str], where: str) -> None:
    unknown = sorted(set(document) - set(known))
    if unknown:
        raise ConfigError(f"{where}: unknown key {unknown[0]!r}")


def text(document: Mapping[str, Any], key: str, where: str) -> str:
    value = document.get(key)
    if not isinstance(value, str) or not value:
        raise ConfigError(f"{where}.{key}: missing")
    return value
