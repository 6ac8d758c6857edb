"""How the settings read their values: what people write, and what each comes to."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from datetime import date, time
from fractions import Fraction
from functools import cache
from typing import Annotated, Literal
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, PlainValidator, SecretStr

from bot.yaml_source import meant, nearest
from rituals.calendar import Weekly, WorkingDays, parse_rule
from rituals.errors import InvalidRule
from rituals.messages import Text, say
from rituals.organisation import shown_on

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""As settings write them, in the order of `date.weekday()`."""

# Control characters, halves of surrogate pairs, and signs that turn the direction of what is written around them.
_CONTROL = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069\\ud800-\\udfff]")


class Wrong(ValueError):
    """A value nobody can use. `problem` leaves its `value` blank; `told`, which quotes it, may say more."""

    def __init__(self, problem: Text, cure: Text, told: Text | None = None) -> None:
        super().__init__(problem.key)
        self.problem, self.cure, self.told = problem, cure, told


# --- how single values are read ------------------------------------------------------------------------------------


def _words(value: object) -> str:
    if isinstance(value, bool):
        raise Wrong(say("settings-boolean"), say("settings-do-quote-yes"))
    if not isinstance(value, str | int):
        raise Wrong(say("settings-not-text"), say("settings-do-line"))
    text = str(value).strip()
    if not text:
        raise Wrong(say("settings-blank"), say("settings-do-letter"))
    if _CONTROL.search(text):
        raise Wrong(say("settings-not-plain"), say("settings-do-plain-line"))
    return text


def _paragraph(value: object) -> str:
    return _words(" ".join(value.split()) if isinstance(value, str) else value)


def _zone(value: object) -> ZoneInfo:
    if isinstance(value, ZoneInfo):
        return value
    name = _words(value)
    known = _zones()
    if name not in known:
        raise Wrong(say("settings-not-zone"), meant(name, known) or say("settings-do-zone"))
    return ZoneInfo(name)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def time_of_day(value: object) -> time:
    """A time as it was written: 10:00, 9h30, 8h. Raises Wrong."""
    if isinstance(value, time):
        return value
    found = re.fullmatch(r"([01]?[0-9]|2[0-3])(?::([0-5][0-9])|h([0-5][0-9])?)", _words(value))
    if found is None:
        raise Wrong(say("settings-not-time"), say("settings-do-time"))
    return time(int(found[1]), int(found[2] or found[3] or 0))


def _fraction(value: object) -> Fraction:
    if isinstance(value, Fraction):
        return value
    text = _words(value).replace(" ", "")
    if found := re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text):
        if int(found[2]):
            return Fraction(int(found[1]), int(found[2]))
    elif found := re.fullmatch(r"(-?[0-9]{1,6}(?:[.,][0-9]{1,6})?)(%?)", text):
        return Fraction(found[1].replace(",", ".")) / (100 if found[2] else 1)
    raise Wrong(say("settings-not-number"), say("settings-do-fraction"))


def _quorum(value: object) -> Fraction:
    quorum = _fraction(value)
    if quorum > 1:
        raise Wrong(say("settings-over-everybody"), say("settings-do-quorum-most"))
    if quorum <= 0:
        raise Wrong(say("settings-nobody-decides"), say("settings-do-quorum-least"))
    return quorum


def _pass_mark(value: object) -> Fraction:
    mark = _fraction(value)
    if not 1 <= mark <= 5:
        raise Wrong(say("settings-not-mark"), say("settings-do-mark"))
    return mark


def _when(value: object) -> str:
    text = _words(value)
    try:
        parse_rule(text)
    except InvalidRule as why:
        raise Wrong(say("settings-not-rule"), say("settings-do-rule"), told=why.sentence) from None
    return text


def _weekly(value: object) -> str:
    text = _when(value)
    rule = parse_rule(text)
    if not isinstance(rule, Weekly) or rule.every != 1:
        raise Wrong(say("settings-not-every-week"), say("settings-do-every-week"))
    return text


def day_of(text: str) -> date | None:
    """The day that `text` writes as 2026-01-05; None where it writes none."""
    try:
        return date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None


def _holidays(value: object) -> tuple[str, ...]:
    """Calendars by code and days off by date, as they were written; at most one calendar."""
    items = [_words(item) for item in value] if isinstance(value, list | tuple) else [_words(value)]
    calendars = [item for item in items if day_of(item) is None]
    if len(calendars) > 1:
        raise Wrong(say("settings-two-calendars"), say("settings-do-one-calendar"))
    for item in calendars:
        try:
            WorkingDays(holidays=item)
        except InvalidRule as why:
            raise Wrong(say("settings-not-calendar"), say("settings-do-calendar"), told=why.sentence) from None
    return tuple(items)


def _weekend(value: object) -> tuple[str, ...]:
    items = (
        [_words(item).casefold() for item in value] if isinstance(value, list | tuple) else [_words(value).casefold()]
    )
    for item in items:
        if item not in WEEKDAYS:
            raise Wrong(say("settings-not-weekdays"), meant(item, WEEKDAYS) or say("settings-do-weekdays"))
    if len(set(items)) == len(WEEKDAYS):
        raise Wrong(say("settings-no-day-to-work"), say("settings-do-working-day"))
    return tuple(items)


def _email(value: object) -> str:
    text = _words(value).lower()
    if len(text) > 254 or not re.fullmatch(r"[^@\s<>]+@[^@\s<>.]+(?:\.[^@\s<>.]+)+", text):
        raise Wrong(say("settings-not-email"), say("settings-do-email"))
    return text


@dataclass(frozen=True, slots=True)
class Channel:
    """Where a room is in chat: a channel of Slack by its name, or one of Teams by its link.

    `conversation`: the platform's id where app.yaml tells it already ("19:…" in the link), else "".
    """

    name: str
    platform: Literal["slack", "teams"] = "slack"
    conversation: str = ""

    def __str__(self) -> str:
        return self.name

    @property
    def shown(self) -> str:
        """As people of that platform write it."""
        return shown_on(self.platform, self.name)


def channel_of(value: object) -> Channel:
    """The channel that `value` names. Raises Wrong."""
    text = _words(value)
    if "://" in text:
        return _linked(text)
    text = text.removeprefix("#")
    if len(text) > 80 or not re.fullmatch(r"[\w-]+", text) or text != text.lower():
        raise Wrong(say("settings-not-channel"), say("settings-do-channel"))
    return Channel(text)


_TEAMS_LINK = re.compile(
    r"https://teams\.(?:microsoft\.com|cloud\.microsoft|microsoft\.us)/l/(channel|chat)/([^/?#]+)(?:/([^?#]*))?"
)


def _linked(text: str) -> Channel:
    """A channel or group chat of Teams by the link that Teams gives of it."""
    found = _TEAMS_LINK.match(text)
    conversation = unquote(found[2]) if found else ""
    if not found or not re.fullmatch(r"19:[\w.@-]{1,200}", conversation, re.ASCII):
        raise Wrong(say("settings-not-teams-link"), say("settings-do-teams-link"))
    name = unquote(found[3] or "").strip("/").strip() if found[1] == "channel" else ""
    return Channel(name[:80] or conversation, "teams", conversation)


LATER = "00000000-0000-0000-0000-000000000000"
"""Stands for an id that Microsoft has not given yet."""

LATER_CHANNEL = f"19:{'0' * 32}@thread.tacv2"
"""Stands for a channel of Teams whose link nobody has yet: its id."""


def _uuid(value: object) -> str:
    text = _words(value).lower()
    if not re.fullmatch(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", text):
        raise Wrong(say("settings-not-uuid"), say("settings-do-uuid"))
    return text


def _asks(value: object) -> date | bool:
    if isinstance(value, date | bool):
        return value
    day = day_of(value) if isinstance(value, str) else None
    if day is None:
        raise Wrong(say("settings-not-asks"), say("settings-do-asks"))
    return day


def _day(value: object) -> date:
    if isinstance(value, date):
        return value
    day = day_of(value) if isinstance(value, str) else None
    if day is None:
        raise Wrong(say("settings-not-date"), say("settings-do-date"))
    return day


_AMOUNT = re.compile(r"(-?[0-9]{1,15})(?:([.,])([0-9]{1,6}))?(%?)")
_RATIO = re.compile(r"(-?[0-9]{1,30})/([0-9]{1,30})")


def amount(value: object) -> Fraction:
    """A number as people write it: 12, 0.45, 0,45, 12 000, 45%, 45 %, 9/20; exact. Raises Wrong."""
    if isinstance(value, Fraction):
        return value
    text = re.sub(r"(?<=[0-9])[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}](?=[0-9]{3}(?![0-9]))", "", _words(value))
    text = re.sub(r"\s*([%/])\s*", r"\1", text.replace("\N{MINUS SIGN}", "-"))
    if (found := _RATIO.fullmatch(text)) and int(found[2]):
        return Fraction(int(found[1]), int(found[2]))
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise Wrong(say("settings-not-number"), say("settings-do-amount"))
    whole, comma, decimals, percent = found.groups()
    if comma == "," and len(decimals) == 3 and len(whole) <= 3 and whole.strip("-0") and not percent:
        raise Wrong(say("settings-thousands"), say("settings-do-thousands", whole=whole, decimals=decimals))
    return Fraction(f"{whole}.{decimals or 0}") / (100 if percent else 1)


def unit_as_written(value: object) -> str:
    """A unit as it was written; "percent" for "%", which takes quotes in YAML. Raises Wrong."""
    text = _words(value)
    if text.casefold() in {"percent", "per cent", "pourcent", "pour cent"}:
        return "%"
    if len(text) > 20:
        raise Wrong(say("settings-long-unit"), say("settings-do-short-unit"))
    return text


def _currency(value: object) -> str:
    code = _words(value).upper()
    known = _currencies()
    if code not in known:
        near = nearest(code, known) if len(code) == 3 else None
        cure = say("settings-do-meant", near=near) if near else say("settings-do-currency")
        raise Wrong(say("settings-not-currency"), cure)
    return code


@cache
def _currencies() -> frozenset[str]:
    """What people pay with somewhere today, by ISO 4217 code."""
    money = get_global("territory_currencies").values()
    return frozenset(code for used in money for code, _, until, is_tender in used if until is None and is_tender)


def _whole(value: object) -> object:
    if isinstance(value, bool):
        raise Wrong(say("settings-not-whole"), say("settings-do-digits"))
    return value


def _api_url(value: object) -> str:
    text = _words(value)
    cure = say("settings-do-https")
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        raise Wrong(say("settings-not-address"), cure) from None
    if parts.username is not None or parts.query or parts.fragment or not host:
        raise Wrong(say("settings-not-plain-address"), cure)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise Wrong(say("settings-in-the-clear"), cure)
    return text if text.endswith("/") else text + "/"


def is_loopback(host: str) -> bool:
    """Whether a host, by name or address, is this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _database_url(value: object) -> SecretStr:
    text = value.get_secret_value() if isinstance(value, SecretStr) else _words(value)
    scheme = text.partition("://")[0]
    if "://" not in text or scheme not in {"postgresql", "postgresql+psycopg", "sqlite", "sqlite+aiosqlite"}:
        raise Wrong(say("settings-not-database"), say("settings-do-database"))
    server = _server(text)
    if scheme.startswith("sqlite"):
        if server:
            raise Wrong(say("settings-sqlite-server"), say("settings-do-strokes"))
        return SecretStr(text)
    cure = say("settings-do-host")
    try:
        port = urlsplit(f"//{server}").port
    except ValueError:
        raise Wrong(say("settings-no-host"), cure) from None
    if port == 0 or re.search(r"[@#\s\\]", server):
        raise Wrong(say("settings-no-host"), cure)
    return SecretStr(text)


def _server(url: str) -> str:
    # As SQLAlchemy takes a URL apart, which lets a password hold signs that end a host elsewhere.
    found = re.match(r"[^:]*://(?:[^:/]*(?::[^@]*)?@)?([^/?]*)", url)
    return found[1] if found else ""


def _written(value: object) -> str:
    return value.strftime("%H:%M") if isinstance(value, time) else str(value)


AsText = PlainSerializer(_written, return_type=str)
# Always with its stroke: a bare 1 may be 1% or all.
AsRatio = PlainSerializer(lambda value: f"{value.numerator}/{value.denominator}", return_type=str)
Words = Annotated[str, BeforeValidator(_words), Field(max_length=200)]
LongWords = Annotated[str, BeforeValidator(_paragraph), Field(max_length=2000)]
Zone = Annotated[ZoneInfo, PlainValidator(_zone), AsText]
TimeOfDay = Annotated[time, PlainValidator(time_of_day), AsText]
Quorum = Annotated[Fraction, PlainValidator(_quorum), AsText]
PassMark = Annotated[Fraction, PlainValidator(_pass_mark), AsText]
When = Annotated[str, PlainValidator(_when)]
EveryWeek = Annotated[str, PlainValidator(_weekly)]
Day = Annotated[date, PlainValidator(_day), AsText]
Amount = Annotated[Fraction, PlainValidator(amount), AsRatio]
Unit = Annotated[str, PlainValidator(unit_as_written)]
Currency = Annotated[str, PlainValidator(_currency)]
Holidays = Annotated[tuple[str, ...], BeforeValidator(_holidays)]
Weekend = Annotated[tuple[str, ...], BeforeValidator(_weekend)]
Email = Annotated[str, PlainValidator(_email)]
ChannelOrLink = Annotated[Channel, PlainValidator(channel_of), PlainSerializer(str)]
Uuid = Annotated[str, PlainValidator(_uuid)]
Asks = Annotated[
    date | bool, PlainValidator(_asks), PlainSerializer(lambda asks: asks if isinstance(asks, bool) else str(asks))
]
Whole = Annotated[int, BeforeValidator(_whole)]
DatabaseUrl = Annotated[SecretStr, BeforeValidator(_database_url)]
ApiUrl = Annotated[str, PlainValidator(_api_url)]
Locale = Literal["en", "fr"]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]


class Section(BaseModel):
    """A part of the settings: frozen, and no key beyond its own.

    The description of a key is the key of a sentence: what a fault asks for. Its blanks `least` and `most` are the
    bounds of the value.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, arbitrary_types_allowed=True)
