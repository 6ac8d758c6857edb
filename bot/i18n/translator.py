"""Turns our values into sentences of a language, a locale's dates and numbers, and a reader's hour."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal, assert_never, get_args
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, get_currency_precision, get_currency_symbol, is_currency
from babel.units import format_unit, get_unit_name
from fluent.runtime import FluentBundle, FluentResource
from fluent.runtime.resolver import Message

from bot.i18n.plain import IN_A_SENTENCE, lines, one_line
from rituals.measures.disclosure import Display, Suppressed
from rituals.measures.disclosure import Form as Shown
from rituals.messages import Amount, Day, Moment, Score, Several, Share, Text, Value, say
from rituals.reviews.quantities import time_of

Language = Literal["en", "fr"]

LANGUAGES: tuple[Language, ...] = get_args(Language)

# British English and French of France: a 24-hour clock, the day before the month, no comma before "and".
_REGIONS: dict[Language, str] = {"en": "en_GB", "fr": "fr_FR"}

_NAMES_IN_A_LIST = 50
"""A list inside a sentence names so many; the others are counted ("Ana, Bo and 12 more")."""

_UNIT = 20
"""Longest name of a unit, in characters."""

# A blank longer than this reaches Fluent as a mark and is put in place afterwards: fluent.runtime refuses parts above
# 2,500 characters. Marks are noncharacters, which `plain` takes out of everything people write.
_LONG_BLANK = 60
_MARK = re.compile("\ufdd0([0-9]+)\ufdd1")

_ENTRY = re.compile(r"^(?=-?[A-Za-z][A-Za-z0-9_-]* *=)", re.MULTILINE)
"""Where an entry of a catalogue begins: whatever goes on in the next line is indented."""


_UNSLASHED = "unslashed-"


class MissingSentence(LookupError):
    """A key no catalogue has, or a sentence one of whose blanks was left empty: a bug, never shown to anybody."""


class Translator:
    """Says our texts in one language, with moments in one zone. Immutable, cheap to keep, safe to share.

    `names_zone`: hours are followed by whose they are ("17:00, Paris time"), for readers in several zones.
    `slash`: whether what one writes to us begins with /comitia.
    """

    __slots__ = ("_babel", "_catalogue", "_names_zone", "locale", "zone")

    def __init__(self, locale: Language, zone: ZoneInfo, *, names_zone: bool = False, slash: bool = True) -> None:
        if locale not in LANGUAGES:
            raise ValueError(f"no catalogue speaks {locale!r}; there are {', '.join(LANGUAGES)}")
        self.locale: Language = locale
        self.zone = zone
        self._names_zone = names_zone
        self._babel = _region(locale)
        self._catalogue = catalogue(locale, slash=slash)

    def say(self, text: Text) -> str:
        """The sentence of `text`, plain and on one line, without markup; text of people in it is made safe.

        Raises MissingSentence where the key or a blank is missing.
        """
        if not self._catalogue.has_message(text.key):
            raise MissingSentence(f"{self.locale} has no sentence {text.key!r}")
        pattern = self._catalogue.get_message(text.key).value
        if pattern is None:
            raise MissingSentence(f"{text.key!r} has no words in {self.locale}")
        long: list[str] = []
        blanks = {name: self._blank(value, long) for name, value in text.values.items()}
        said, errors = self._catalogue.format_pattern(pattern, blanks)
        if errors:
            raise MissingSentence(f"{text.key!r} cannot be said in {self.locale}: {errors[0]}") from errors[0]
        return _MARK.sub(lambda mark: long[int(mark[1])], str(said))

    def without_slash(self) -> Translator:
        """The same reader's, on a platform without commands: what one writes to us is named as it is written there."""
        return _without_slash(self.locale, self.zone, self._names_zone)

    def quote(self, text: str) -> str:
        """What a person wrote, to be shown on its own: made safe, its lines kept, at most 2,000 characters."""
        return lines(text)

    def number(self, value: int) -> str:
        """A whole number with the locale's thousands: "1,234", "1 234"."""
        return format_decimal(value, locale=self._babel)

    def score(self, score: Score) -> str:
        """One decimal, or two where there are two: "4.0", "3.45"; next to a pass mark, "3.5" for 3.45 would mislead."""
        return format_decimal(Decimal(score.hundredths).scaleb(-2), format="#,##0.0#", locale=self._babel)

    def share(self, share: Share) -> str:
        """The value of a share as disclosure lets it be shown: "12%", "40–60%", "90% or more", "mixed".

        What was suppressed is said alike whatever the reason. Its n, window and tier are for other sentences.
        """
        if isinstance(share.figure, Suppressed):
            return self.say(say("renderer-share-suppressed"))
        return self._displayed(share.figure.display)

    def amount(self, amount: Amount) -> str:
        """A quantity with its unit: "25%", "€1,200", "3.5 days"; one decimal at most, money its cents, halves up."""
        if amount.unit == "%":
            return self._percent(rounded(amount.value * 100))
        if _is_money(amount.unit):
            value = rounded(amount.value, get_currency_precision(amount.unit))
            whole = value == value.to_integral_value()
            pattern = re.sub(r"(?<=0)\.0+", "", self._babel.currency_formats["standard"].pattern) if whole else None
            return format_currency(value, amount.unit, pattern, locale=self._babel, currency_digits=not whole)
        if (time := time_of(amount.unit)) is not None:
            told = format_unit(rounded(amount.value), f"duration-{time}", length="long", locale=self._babel)
            return told.replace(" ", "\u00a0")
        number = format_decimal(rounded(amount.value), locale=self._babel)
        unit = one_line(amount.unit, _UNIT)
        return f"{number}\u00a0{unit}" if unit else number

    def unit(self, unit: str) -> str:
        """The name of an Amount's unit, for the axis of a chart: "%", "€", "days", ""."""
        if (time := time_of(unit)) is not None:
            return get_unit_name(f"duration-{time}", length="long", locale=self._babel) or unit
        return get_currency_symbol(unit, locale=self._babel) if _is_money(unit) else one_line(unit, _UNIT)

    def day(self, on: date) -> str:
        """A calendar day without its year: "Tuesday 6 January", "mardi 6 janvier"."""
        return self.say(
            say(
                "renderer-day",
                weekday=format_date(on, "EEEE", locale=self._babel),
                day=on.day,
                month=format_date(on, "MMMM", locale=self._babel),
            )
        )

    def short_day(self, on: date, *, year: bool = False) -> str:
        """A day for the axis of a chart: "6 Jan", "6 janv."; with its `year`, "6 Jan 2026"."""
        return format_skeleton("yMMMd" if year else "MMMd", on, locale=self._babel)

    def moment(self, moment: Moment) -> str:
        """An instant in the reader's zone: "Tuesday 6 January, 10:00", "10:00" or "Tuesday 6 January" by its style."""
        local = _aware(moment.at).astimezone(self.zone)
        time = format_time(local.time(), "short", locale=self._babel)
        if self._names_zone and moment.style == "full":
            time = self.say(say("renderer-hour-of", time=time, city=_city(self.zone)))
        match moment.style:
            case "full":
                return self.say(say("renderer-moment", day=self.day(local.date()), time=time))
            case "time":
                return time
            case "day":
                return self.day(local.date())
            case _ as never:
                assert_never(never)

    def several(self, several: Several) -> str:
        """The items joined as the language does: "Ana, Bo and Cyr"."""
        items = [self._words(item) for item in several.items]
        if len(items) > _NAMES_IN_A_LIST:
            others = len(items) - (_NAMES_IN_A_LIST - 1)
            items = [*items[: _NAMES_IN_A_LIST - 1], self.say(say("renderer-more", count=others))]
        return format_list(items, locale=self._babel)

    def _blank(self, value: Value, long: list[str]) -> str | int:
        """What Fluent gets for `value`: integers as they are (plural forms need them), a mark for what is long."""
        if isinstance(value, int):
            return value
        words = self._words(value)
        if len(words) <= _LONG_BLANK:
            return words
        long.append(words)
        return f"\ufdd0{len(long) - 1}\ufdd1"

    def _words(self, value: str | Text | Moment | Day | Score | Several | Share | Amount) -> str:
        match value:
            case str():
                return one_line(value, IN_A_SENTENCE)
            case Text():
                return self.say(value)
            case Moment():
                return self.moment(value)
            case Day():
                return self.day(value.on)
            case Score():
                return self.score(value)
            case Several():
                return self.several(value)
            case Share():
                return self.share(value)
            case Amount():
                return self.amount(value)
            case _ as never:
                assert_never(never)

    def _displayed(self, display: Display) -> str:
        low, high = display.low or 0, display.high or 0
        match display.form:
            case Shown.PERCENT:
                return self._percent(low)
            case Shown.BAND:
                return self.say(say("renderer-share-band", low=low, high=self._percent(high)))
            case Shown.AT_LEAST:
                return self.say(say("renderer-share-at-least", share=self._percent(low)))
            case Shown.AT_MOST:
                return self.say(say("renderer-share-at-most", share=self._percent(high)))
            case Shown.WORD:
                return self.say(say(f"renderer-share-{display.word or ''}"))
            case _ as never:
                assert_never(never)

    def _percent(self, points: Decimal | int) -> str:
        return self.say(say("renderer-percent", number=format_decimal(points, locale=self._babel)))


def rounded(value: Fraction, decimals: int = 1) -> Decimal:
    """`value` to so many decimals at most, halves away from zero, without zeros at its end."""
    steps = abs(value) * 10**decimals
    whole = (2 * steps.numerator + steps.denominator) // (2 * steps.denominator)
    found = Decimal(whole).scaleb(-decimals).normalize()
    found = found.quantize(Decimal(1)) if found == found.to_integral_value() else found
    return -found if value < 0 and found else found


@lru_cache(maxsize=1_024)
def translator_for(locale: str, zone: ZoneInfo, *, names_zone: bool = False) -> Translator:
    """The translator for a person's locale ("fr", "fr-CA") and zone; the same one for the same pair."""
    return Translator(language_of(locale), zone, names_zone=names_zone)


@lru_cache(maxsize=1_024)
def _without_slash(locale: Language, zone: ZoneInfo, names_zone: bool) -> Translator:  # noqa: FBT001
    return Translator(locale, zone, names_zone=names_zone, slash=False)


def language_of(locale: str) -> Language:
    """The language we speak to somebody whose client says `locale` ("fr-CA", "fr_FR", "de"): English where unknown."""
    wanted = re.split("[-_]", locale.strip().lower(), maxsplit=1)[0]
    return next((language for language in LANGUAGES if language == wanted), "en")


class Catalogue(FluentBundle):
    """The sentences of a language, each read when it is first said: to read all would double what a command takes."""

    def __init__(self, locale: Language, entries: Mapping[str, str]) -> None:
        super().__init__([_REGIONS[locale]], use_isolating=False)
        self._entries = entries

    def has_message(self, message_id: str) -> bool:
        """Whether there is such a sentence."""
        return message_id in self._entries

    def _lookup(self, entry_id: str, term: bool = False) -> Message:  # noqa: FBT001, FBT002 (fluent's)
        # By this Fluent also finds what a sentence refers to.
        key = f"-{entry_id}" if term else entry_id
        if key not in self._compiled and key in self._entries:
            self.add_resource(FluentResource(self._entries[key]))
        return super()._lookup(entry_id, term)


@cache
def catalogue(locale: Language, *, slash: bool = True) -> Catalogue:
    """The sentences of a language, found once in the package's own files. Raises ValueError for a key defined twice.

    Without `slash`, "/comitia help" is "help"; where that would be wrong, the sentence stands there again under the
    name it has, with "unslashed-" before it.
    """
    found: dict[str, str] = {}
    for name, source in sources(locale).items():
        for entry in _ENTRY.split(source)[1:]:
            key = entry.partition("=")[0].strip()
            if key in found:
                raise ValueError(f"{locale}: {key!r} is defined again in {name}")
            found[key] = entry
    if not slash:
        found = {
            key: found.get(f"{_UNSLASHED}{key}", entry).removeprefix(_UNSLASHED).replace("/comitia ", "")
            for key, entry in found.items()
            if not key.startswith(_UNSLASHED)
        }
    return Catalogue(locale, found)


def sources(locale: Language) -> Mapping[str, str]:
    """The catalogue files of a language: name -> text, in alphabetical order."""
    folder = files("bot.i18n") / "locales" / locale
    found = sorted((file for file in folder.iterdir() if file.name.endswith(".ftl")), key=lambda file: file.name)
    return {file.name: file.read_text(encoding="utf-8") for file in found}


def _is_money(unit: str) -> bool:
    return len(unit) == 3 and unit.isascii() and unit.isupper() and is_currency(unit)


def _city(zone: ZoneInfo) -> str:
    return zone.key.rpartition("/")[2].replace("_", " ")


@cache
def _region(locale: Language) -> Locale:
    return Locale.parse(_REGIONS[locale])


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"a moment without a zone: {at.isoformat()}")
    return at.astimezone(UTC)
