"""Quantities as people write them: "12,5 %", "1 234,5", "€1,200"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from rituals.errors import InvalidReply
from rituals.kpis import SHARE

MOST_WHOLE, MOST_DECIMALS = 12, 4
"""Digits before and after the decimal sign: what a quantity may have, and is told with."""

TIMES: Mapping[str, frozenset[str]] = {
    "minute": frozenset({"minute", "minutes"}),
    "hour": frozenset({"hour", "hours", "heure", "heures"}),
    "day": frozenset({"day", "days", "jour", "jours"}),
    "week": frozenset({"week", "weeks", "semaine", "semaines"}),
    "month": frozenset({"month", "months", "mois"}),
}
"""Units of time, as people spell them out in either language."""

_SPACES = re.compile(r"[\s\u00a0\u202f\u2009'’]+")  # some write thousands with an apostrophe
_NUMBER = re.compile(r"(?P<sign>[-−+]?)(?P<digits>[0-9]+(?:[.,][0-9]+)*)")
_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$", "CAD": "$", "CHF": "CHF"}


def read_quantity(text: str, *, unit: str, locale: str, field: str) -> Fraction:
    """What `text` says, in `unit` (a share 0..1 where that is "%"); the unit may be written or not.

    The decimal sign is a comma or a point. "1,234" is read as the language of `locale` does; "1.234" in French has two
    meanings and is refused, as is a share of 1 or less without its sign: "0.45" is 45 % in a file, "45" is in a form.
    Raises InvalidReply naming `field`.
    """
    bare = _SPACES.sub("", text)
    same = TIMES.get(time_of(unit) or "", frozenset())
    # The longest first: "jours" is no "s" after a "jour".
    for name in sorted({unit, _SIGNS.get(unit, ""), *same} - {""}, key=lambda one: (-len(one), one)):
        shorter = _without(bare, _SPACES.sub("", name))
        if shorter != bare:
            bare = shorter
            break
    found = _NUMBER.fullmatch(bare)
    if found is None:
        raise InvalidReply(field=field, key="refused-number")
    whole, decimals = _parted(found["digits"], locale, field)
    if len(whole.lstrip("0")) > MOST_WHOLE or len(decimals.rstrip("0")) > MOST_DECIMALS:
        raise InvalidReply(field=field, key="refused-number-length", whole=MOST_WHOLE, decimals=MOST_DECIMALS)
    value = Fraction(int(whole + decimals), 10 ** len(decimals))
    if found["sign"] in {"-", "−"}:
        value = -value
    if unit != SHARE:
        return value
    if not 0 <= value <= 100:
        raise InvalidReply(field=field, key="refused-share")
    if 0 < value <= 1 and SHARE not in text:
        raise InvalidReply(field=field, key="refused-share-meaning")
    return value / 100


def time_of(unit: str) -> str | None:
    """The unit of time ("day") that a unit's name means; None where it is another, or somebody's own word."""
    return next((time for time, names in TIMES.items() if unit in names), None)


def write_quantity(value: Fraction, *, unit: str, locale: str) -> str:
    """`value` as its reader would write it into a form, with no more of the unit than it takes: "12,5", "0,5 %"."""
    shown = value * 100 if unit == SHARE else value
    parts = round(abs(shown) * 10**MOST_DECIMALS)
    digits = str(parts).rjust(MOST_DECIMALS + 1, "0")
    whole, decimals = digits[:-MOST_DECIMALS], digits[-MOST_DECIMALS:].rstrip("0")
    point = "," if _is_french(locale) else "."
    sign = f"\u00a0{SHARE}" if unit == SHARE and 0 < parts <= 10**MOST_DECIMALS else ""
    return ("-" if shown < 0 else "") + whole + (point + decimals if decimals else "") + sign


def _without(bare: str, name: str) -> str:
    folded = bare.casefold()
    if folded.endswith(name.casefold()):
        return bare[: -len(name)]
    return bare[len(name) :] if folded.startswith(name.casefold()) else bare


def _parted(digits: str, locale: str, field: str) -> tuple[str, str]:
    """The digits before and after the decimal sign."""
    signs = re.findall("[.,]", digits)
    groups = re.split("[.,]", digits)
    if not signs:
        return digits, ""
    if len(set(signs)) == 2:
        if len(set(signs[:-1])) == 1 and _are_thousands(groups[:-1]):
            return "".join(groups[:-1]), groups[-1]
        raise InvalidReply(field=field, key="refused-number")
    if len(signs) > 1:
        if _are_thousands(groups):
            return "".join(groups), ""
        raise InvalidReply(field=field, key="refused-number")
    if _are_thousands(groups) and groups[0].lstrip("0") and signs[0] == ("." if _is_french(locale) else ","):
        if _is_french(locale):
            raise InvalidReply(field=field, key="refused-number-meaning")
        return "".join(groups), ""
    return groups[0], groups[1]


def _are_thousands(groups: list[str]) -> bool:
    return 1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])


def _is_french(locale: str) -> bool:
    return locale.lower().startswith("fr")
