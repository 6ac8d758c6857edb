"""How the settings read their values: what people write, and what each comes to."""

from __future__ import annotations

import ipaddress
import re
from datetime import date, time
from fractions import Fraction
from functools import cache
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, PlainValidator, SecretStr

from bot.yaml_source import did_you_mean, nearest
from rituals.calendar import Weekly, WorkingDays, parse_rule
from rituals.errors import InvalidRule

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""As settings write them, in the order of `date.weekday()`."""

# Control characters, halves of surrogate pairs, and signs that turn the direction of what is written around them.
_CONTROL = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069\\ud800-\\udfff]")


class Wrong(ValueError):
    """A value nobody can use. `problem` follows the value in the sentence; `told` replaces both where it says more."""

    def __init__(self, problem: str, remedy: str, told: str | None = None) -> None:
        super().__init__(problem)
        self.problem, self.remedy, self.told = problem, remedy, told


# --- how single values are read ------------------------------------------------------------------------------------


def _words(value: object) -> str:
    if isinstance(value, bool):
        raise Wrong("is read as a boolean, not as text", 'quote it: "yes", "no", "on"')
    if not isinstance(value, str | int):
        raise Wrong("is not text", "write one line of text")
    text = str(value).strip()
    if not text:
        raise Wrong("is empty", "write at least one letter")
    if _CONTROL.search(text):
        raise Wrong("holds a line break or a control character", "write one line of plain text")
    return text


def _paragraph(value: object) -> str:
    return _words(" ".join(value.split()) if isinstance(value, str) else value)


def _zone(value: object) -> ZoneInfo:
    if isinstance(value, ZoneInfo):
        return value
    name = _words(value)
    known = _zones()
    if name not in known:
        raise Wrong("is not a time zone", did_you_mean(name, known) or "write it as Europe/Paris")
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
        raise Wrong("is not a time of day", "write hours and minutes, such as 10:00")
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
    raise Wrong("is not a number", "write 1/2, 50% or 0.5")


def _quorum(value: object) -> Fraction:
    quorum = _fraction(value)
    if quorum > 1:
        raise Wrong("is more than everybody", "a quorum is at most 1: write 1/2 or 50%")
    if quorum <= 0:
        raise Wrong("lets nobody decide", "a quorum is more than 0: write 1/2 or 50%")
    return quorum


def _pass_mark(value: object) -> Fraction:
    mark = _fraction(value)
    if not 1 <= mark <= 5:
        raise Wrong("is not between 1 and 5", "marks run from 1 to 5: write 3.5")
    return mark


def _when(value: object) -> str:
    text = _words(value)
    try:
        parse_rule(text)
    except InvalidRule as why:
        raise Wrong("is not a calendar rule", 'write it as "1st tue", "last fri" or "day 15"', told=str(why)) from None
    return text


def _weekly(value: object) -> str:
    text = _when(value)
    rule = parse_rule(text)
    if not isinstance(rule, Weekly) or rule.every != 1:
        raise Wrong("does not fall due every week", 'write it as "every mon"')
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
        raise Wrong("names more than one holiday calendar", "name one, and add other days off as dates (2026-12-24)")
    for item in calendars:
        try:
            WorkingDays(holidays=item)
        except InvalidRule as why:
            raise Wrong(
                "is not a holiday calendar", "write FR or CA-QC, or dates such as 2026-12-24", told=str(why)
            ) from None
    return tuple(items)


def _weekend(value: object) -> tuple[str, ...]:
    items = (
        [_words(item).casefold() for item in value] if isinstance(value, list | tuple) else [_words(value).casefold()]
    )
    for item in items:
        if item not in WEEKDAYS:
            raise Wrong("is not a list of weekdays", did_you_mean(item, WEEKDAYS))
    if len(set(items)) == len(WEEKDAYS):
        raise Wrong("leaves no day to work", "leave a working day in the week")
    return tuple(items)


def _email(value: object) -> str:
    text = _words(value).lower()
    if len(text) > 254 or not re.fullmatch(r"[^@\s<>]+@[^@\s<>.]+(?:\.[^@\s<>.]+)+", text):
        raise Wrong("is not an e-mail address", "write it as ana.silva@example.org")
    return text


def _channel(value: object) -> str:
    text = _words(value).removeprefix("#")
    if len(text) > 80 or not re.fullmatch(r"[\w-]+", text) or text != text.lower():
        raise Wrong("is not a channel name", "write it as in chat: small letters, digits, - and _, without #")
    return text


def _asks(value: object) -> date | bool:
    if isinstance(value, date | bool):
        return value
    day = day_of(value) if isinstance(value, str) else None
    if day is None:
        raise Wrong("is neither yes, no nor a date", "write true, false, or the date it began to ask: 2026-01-05")
    return day


def _day(value: object) -> date:
    if isinstance(value, date):
        return value
    day = day_of(value) if isinstance(value, str) else None
    if day is None:
        raise Wrong("is not a date", "write it as 2026-01-05")
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
        raise Wrong("is not a number", "write it as 12, 0.45 or 45%")
    whole, comma, decimals, percent = found.groups()
    if comma == "," and len(decimals) == 3 and len(whole) <= 3 and whole.strip("-0") and not percent:
        raise Wrong("may be thousands or a decimal", f"write {whole}{decimals} or {whole}.{decimals}")
    return Fraction(f"{whole}.{decimals or 0}") / (100 if percent else 1)


def unit_as_written(value: object) -> str:
    """A unit as it was written; "percent" for "%", which takes quotes in YAML. Raises Wrong."""
    text = _words(value)
    if text.casefold() in {"percent", "per cent", "pourcent", "pour cent"}:
        return "%"
    if len(text) > 20:
        raise Wrong("is longer than 20 letters", 'write a short unit such as "%", EUR or jours')
    return text


def _currency(value: object) -> str:
    code = _words(value).upper()
    known = _currencies()
    if code not in known:
        near = nearest(code, known) if len(code) == 3 else None
        raise Wrong(
            "is no currency of today", f'did you mean "{near}"?' if near else "write its code of three letters: EUR"
        )
    return code


@cache
def _currencies() -> frozenset[str]:
    """What people pay with somewhere today, by ISO 4217 code."""
    money = get_global("territory_currencies").values()
    return frozenset(code for used in money for code, _, until, is_tender in used if until is None and is_tender)


def _whole(value: object) -> object:
    if isinstance(value, bool):
        raise Wrong("is not a whole number", "write it in digits")
    return value


def _api_url(value: object) -> str:
    text = _words(value)
    remedy = "write https://…, or http://127.0.0.1:… for a local workspace"
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        raise Wrong("is not an address", remedy) from None
    if parts.username is not None or parts.query or parts.fragment or not host:
        raise Wrong("is not a plain address", remedy)
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(host)):
        raise Wrong("would send tokens in the clear", remedy)
    return text if text.endswith("/") else text + "/"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _database_url(value: object) -> SecretStr:
    text = value.get_secret_value() if isinstance(value, SecretStr) else _words(value)
    scheme = text.partition("://")[0]
    if "://" not in text or scheme not in {"postgresql", "postgresql+psycopg", "sqlite", "sqlite+aiosqlite"}:
        raise Wrong("is not an address of a database Comitia knows", "write postgresql://… or sqlite:///…")
    server = _server(text)
    if scheme.startswith("sqlite"):
        if server:
            raise Wrong("names a server, and SQLite has none", "write sqlite:///… with three strokes before the file")
        return SecretStr(text)
    remedy = "write postgresql://host:5432/name; in a password write %40 for @ and %25 for %"
    try:
        port = urlsplit(f"//{server}").port
    except ValueError:
        raise Wrong("has no usable host and port", remedy) from None
    if port == 0 or re.search(r"[@#\s\\]", server):
        raise Wrong("has no usable host and port", remedy)
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
Channel = Annotated[str, PlainValidator(_channel)]
Asks = Annotated[
    date | bool, PlainValidator(_asks), PlainSerializer(lambda asks: asks if isinstance(asks, bool) else str(asks))
]
Whole = Annotated[int, BeforeValidator(_whole)]
DatabaseUrl = Annotated[SecretStr, BeforeValidator(_database_url)]
ApiUrl = Annotated[str, PlainValidator(_api_url)]
Locale = Literal["en", "fr"]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]


class Section(BaseModel):
    """A part of the settings: frozen, and no key beyond its own. Descriptions say what a fault's remedy says."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, arbitrary_types_allowed=True)
