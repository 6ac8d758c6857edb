"""How single fields are read: days, numbers, addresses, keys, as people write them in English and French."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rituals.messages import Text, say

# Control characters, halves of surrogate pairs, and signs that turn the direction of what is written around them.
_CONTROL = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069\\ud800-\\udfff]")
_EMAIL = re.compile(r"[^@\s<>,;\"']+@[^@\s<>,;\"'.]+(?:\.[^@\s<>,;\"'.]+)+")
_KEY = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_FRENCH = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
# Spaces between thousands: ordinary, no-break and narrow no-break, thin; and the apostrophe of Switzerland.
_SPACES = dict.fromkeys(map(ord, " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"))
_FORMULA = ("=", "+", "-", "@")
# One comma or dot before three digits sets thousands apart for some and decimals for others; no thousands begin with 0.
_TWO_WAYS = re.compile(r"[-+−]?([1-9][0-9]{0,2})[.,]([0-9]{3})", re.ASCII)


class Wrong(ValueError):
    """A field nobody can use; `why` follows the field in the sentence and holds the remedy."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.key)
        self.why = why


def plain(text: str) -> str:
    """One line of text as it was written; a formula in it stays the text it is. Raises Wrong."""
    text = text.strip()
    if _CONTROL.search(text):
        raise Wrong(say("import-control-line"))
    if len(text) > 200:
        raise Wrong(say("import-long", length=len(text), most=200))
    return text


def paragraph(text: str) -> str:
    """Text of several lines, in one. Raises Wrong."""
    text = " ".join(text.split())
    if _CONTROL.search(text):
        raise Wrong(say("import-control"))
    if len(text) > 2000:
        raise Wrong(say("import-long", length=len(text), most=2000))
    return text


def name(text: str) -> str:
    """The name of a department or a site, which is no formula. Raises Wrong."""
    text = " ".join(plain(text).split())
    if text.startswith(_FORMULA):
        raise Wrong(say("import-formula-name"))
    return text


def email(text: str) -> str:
    """An address, in small letters. Raises Wrong."""
    text = text.strip().lower()
    if text.startswith(_FORMULA):
        raise Wrong(say("import-formula-address"))
    if len(text) > 254 or _EMAIL.fullmatch(text) is None or _CONTROL.search(text):
        raise Wrong(say("import-no-email"))
    return text


def emails(text: str) -> frozenset[str]:
    """Addresses separated by spaces. Raises Wrong."""
    return frozenset(email(one) for one in text.split())


def key(text: str) -> str:
    """The short lasting name of an initiative or a KPI. Raises Wrong."""
    text = text.strip()
    if _KEY.fullmatch(text) is None:
        raise Wrong(say("import-no-key"))
    return text


def keys(text: str) -> frozenset[str]:
    """Keys separated by spaces. Raises Wrong."""
    return frozenset(key(one) for one in text.split())


def number_of_theirs(text: str) -> str:
    """An employer's number: letters, digits and - . _ /, kept as it is. Raises Wrong."""
    text = text.strip()
    if re.fullmatch(r"[\w./-]{1,60}", text) is None or text.startswith(_FORMULA):
        raise Wrong(say("import-no-staff-number"))
    return text.casefold()


def day(text: str) -> date:
    """A day written 2026-01-31, or 31/01/2026: the day first, always. Raises Wrong."""
    text = text.strip()
    try:
        if found := _ISO.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _FRENCH.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        pass
    raise Wrong(say("import-no-date"))


def count(text: str) -> int:
    """A whole number, 0 or more. Raises Wrong."""
    bare = text.translate(_SPACES)
    if two_ways := _TWO_WAYS.fullmatch(bare):
        raise Wrong(say("import-count-doubtful", number=f"{two_ways[1]}{two_ways[2]}"))
    found = _decimal(bare)
    if found is None or found != found.to_integral_value() or not 0 <= found <= 10**9:
        raise Wrong(say("import-no-count"))
    return int(found)


def decimal(text: str) -> str:
    """A number as exact text: 1234.5, 1 234,5, 45 % (0.45); a lone comma is the decimal sign.

    Raises Wrong, also for 1,234 and 1.234, which may mean two numbers.
    """
    bare = text.translate(_SPACES)
    share = bare.endswith("%")
    found = _unmistakable(bare.removesuffix("%"))
    if found is None:
        raise Wrong(say("import-no-number"))
    return _exact(found.scaleb(-2) if share else found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number as exact text; `in_percent`: the sign stood behind it, and 45 % is 0.45."""

    exact: str
    in_percent: bool


def quantity(text: str) -> Quantity:
    """A number as `decimal` reads it, and whether it was written in percent. Raises Wrong."""
    return Quantity(exact=decimal(text), in_percent="%" in text)


def amount(text: str) -> str:
    """An amount of money as exact text; € may stand behind it. Raises Wrong, as for `decimal`."""
    bare = text.translate(_SPACES).removesuffix("€")
    found = _unmistakable(bare)
    if found is None:
        raise Wrong(say("import-no-amount"))
    return _exact(found)


def _unmistakable(text: str) -> Decimal | None:
    if found := _TWO_WAYS.fullmatch(text):
        whole, part = found.groups()
        raise Wrong(say("import-two-ways", whole=whole, part=part))
    return _decimal(text)


def _decimal(text: str) -> Decimal | None:
    """Thousands may be set apart by dots, commas or apostrophes where that is unmistakable."""
    sign, digits = (text[:1], text[1:]) if text[:1] in {"-", "+", "−"} else ("", text)
    patterns = (
        (r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|[0-9]{1,3}(?:\.[0-9]{3}){2,}", ".", ","),
        (r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+|[0-9]{1,3}(?:,[0-9]{3}){2,}", ",", "."),
        (r"[0-9]{1,3}(?:['’][0-9]{3})+(?:[.,][0-9]+)?", "'’", ".,"),
        (r"[0-9]+(?:[.,][0-9]+)?", "", ".,"),
    )
    for pattern, between, point in patterns:
        if len(digits) <= 20 and re.fullmatch(pattern, digits, re.ASCII):
            bare = digits.translate(dict.fromkeys(map(ord, between)))
            found = Decimal(bare.translate({ord(sign): "." for sign in point}))
            return -found if sign in {"-", "−"} else found
    return None


def _exact(number: Decimal) -> str:
    text = format(number.normalize(), "f")
    return "0" if text == "-0" else text
