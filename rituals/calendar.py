"""When rituals fall due: rules in plain words, working days, and the moments they become in a zone."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from zoneinfo import ZoneInfo

import holidays as holiday_library
from holidays.registry import EntityLoader

from rituals.errors import InvalidRule
from rituals.messages import Several, Text, say

ONE_DAY = timedelta(days=1)
LAST = -1
"""As an ordinal: the last of the month."""


class HolidayShift(StrEnum):
    """What becomes of an occurrence whose day is not a working day."""

    NEXT = "next"  # the next working day
    PREVIOUS = "previous"  # the working day before
    SKIP = "skip"  # it does not take place
    KEEP = "keep"  # it takes place all the same


# --- working days --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingDays:
    """The days people work: not the `weekend`, not a public holiday, not one of the `extra` days off.

    `weekend`: weekdays as `date.weekday()` counts them, Monday 0. `holidays`: a calendar of the `holidays` library by
    country, or country and subdivision ("FR", "CA-QC"); None for no public holidays. Two equal descriptions are equal
    and hash alike. Raises InvalidRule for an unknown calendar, ValueError for a weekend that leaves no day to work.
    """

    weekend: frozenset[int] = frozenset({5, 6})
    holidays: str | None = None
    extra: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.weekend < frozenset(range(7)):
            raise ValueError(
                f"a weekend is made of weekdays 0 (Monday) to 6 (Sunday) and leaves a day to work; found "
                f"{sorted(self.weekend)}"
            )
        if self.holidays is not None:
            _check_calendar(self.holidays)

    def is_working(self, day: date) -> bool:
        """Whether people work on `day`."""
        if day.weekday() in self.weekend or day in self.extra:
            return False
        return self.holidays is None or day not in _public_holidays(self.holidays, day.year)

    def next_working(self, day: date) -> date:
        """`day` if it is a working day, else the first working day later."""
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def previous_working(self, day: date) -> date:
        """`day` if it is a working day, else the last working day earlier."""
        while not self.is_working(day):
            day -= ONE_DAY
        return day

    def before(self, day: date, n: int) -> date:
        """The `n`th working day strictly before `day`, itself working or not; `day` for n = 0.

        Raises ValueError for a negative `n`.
        """
        _check_count(n)
        for _ in range(n):
            day = self.previous_working(day - ONE_DAY)
        return day

    def after(self, day: date, n: int) -> date:
        """The `n`th working day strictly after `day`, itself working or not; `day` for n = 0.

        Raises ValueError for a negative `n`.
        """
        _check_count(n)
        for _ in range(n):
            day = self.next_working(day + ONE_DAY)
        return day


def _check_count(n: int) -> None:
    if n < 0:
        raise ValueError(f"a number of working days is 0 or more, not {n}")


@lru_cache(maxsize=256)
def _check_calendar(name: str) -> None:
    """Raises InvalidRule, with the nearest known name, unless `name` is a calendar of the holidays library."""
    country, dash, part = name.partition("-")
    known = set(EntityLoader.get_country_codes(include_aliases=True))
    if country not in known:
        near = difflib.get_close_matches(country.upper(), sorted(known), n=1, cutoff=0.5)
        raise InvalidRule(_or_near(say("rule-calendar", name=_shown(name)), near[0] if near else None))
    if not dash:
        return
    calendar = holiday_library.country_holidays(country)
    parts = tuple(calendar.subdivisions)
    if part not in parts:
        also = calendar.subdivisions_aliases  # "Quebec" for QC
        near = difflib.get_close_matches(part, [*parts, *also], n=1, cutoff=0.5)
        why = (
            say("rule-calendar-part", country=country, part=_shown(part), parts=Several(items=parts))
            if parts
            else say("rule-calendar-whole", country=country, part=_shown(part))
        )
        raise InvalidRule(_or_near(why, f"{country}-{also.get(near[0], near[0])}" if near else None))


def _or_near(what: Text, near: str | None) -> Text:
    return say("rule-near", what=what, near=near) if near else what


@lru_cache(maxsize=1024)
def _public_holidays(name: str, year: int) -> frozenset[date]:
    """The public holidays of one year, days taken instead ("observed") among them."""
    country, _, part = name.partition("-")
    return frozenset(holiday_library.country_holidays(country, subdiv=part or None, years=year, expand=False))


# --- rules ---------------------------------------------------------------------------------------------------------

_WEEKDAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ORDINAL_NAMES = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 5: "5th", LAST: "last"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NthWeekday:
    """The nth (1..5, or LAST) `weekday` (Monday 0) of the month: "1st tue". A month with no 5th has no occurrence."""

    nth: int
    weekday: int

    def __post_init__(self) -> None:
        _check_nth(self.nth)
        _check_weekday(self.weekday)

    def __str__(self) -> str:
        return f"{_ORDINAL_NAMES[self.nth]} {_WEEKDAY_NAMES[self.weekday]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfMonth:
    """A day by its number (1..31): "day 15". In a month that has no such day, the month's last."""

    day: int

    def __post_init__(self) -> None:
        if not 1 <= self.day <= 31:
            raise InvalidRule(say("rule-day-of-month", found=str(self.day)))

    def __str__(self) -> str:
        return f"day {self.day}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingDayOfMonth:
    """The nth (1..5, or LAST) working day of the month: "last working day".

    Which day that is depends on the holidays, so its nominal date is the nth (or last) calendar day: holidays
    published late move the occurrence and never make a second one of it. A month without an nth working day has none.
    """

    nth: int

    def __post_init__(self) -> None:
        _check_nth(self.nth)

    def __str__(self) -> str:
        return f"{_ORDINAL_NAMES[self.nth]} working day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekly:
    """`weekday` (Monday 0) of every week, or of every nth week (1..52): "every 2 weeks mon from 2026-01-05".

    `start` is the first occurrence, on that weekday; nothing falls due before it. Only a weekly rule may go without.
    """

    weekday: int
    every: int = 1
    start: date | None = None

    def __post_init__(self) -> None:
        _check_weekday(self.weekday)
        if not 1 <= self.every <= 52:
            raise InvalidRule(say("rule-every", found=str(self.every)))
        if self.start is None:
            if self.every > 1:
                example = say("rule-from-when", every=str(self.every), weekday=say("rule-weekday", number=self.weekday))
                raise InvalidRule(example)
        elif self.start.weekday() != self.weekday:
            right = self.start + (self.weekday - self.start.weekday()) % 7 * ONE_DAY
            found, says = say("rule-weekday", number=self.start.weekday()), say("rule-weekday", number=self.weekday)
            other = {"start": str(self.start), "right": str(right)}
            raise InvalidRule(say("rule-other-weekday", **other, found=found, says=says))

    def __str__(self) -> str:
        head = "every" if self.every == 1 else f"every {self.every} weeks"
        tail = "" if self.start is None else f" from {self.start}"
        return f"{head} {_WEEKDAY_NAMES[self.weekday]}{tail}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekOfMonth:
    """`weekday` (Monday 0) of the month's nth week (1..5, or LAST): "week 3 tue".

    Weeks run from Monday to Sunday, and a week belongs to the month that holds its Thursday, as ISO 8601 gives a week
    to the year that holds its Thursday. So a week belongs to one month only; "week 1 mon" may be one of the last days
    of the month before, "week 4 sun" or "week 5 sun" one of the first of the next. A month with four Thursdays has no
    week 5, and no occurrence of it.
    """

    week: int
    weekday: int

    def __post_init__(self) -> None:
        if self.week not in _ORDINAL_NAMES:
            raise InvalidRule(say("rule-week-of-month", found=str(self.week)))
        _check_weekday(self.weekday)

    def __str__(self) -> str:
        head = "last week of the month" if self.week == LAST else f"week {self.week}"
        return f"{head} {_WEEKDAY_NAMES[self.weekday]}"


Rule = NthWeekday | DayOfMonth | WorkingDayOfMonth | Weekly | WeekOfMonth
"""A rule; `str(rule)` is its plain English form, which `parse_rule` reads back."""


def _check_nth(nth: int) -> None:
    if nth not in _ORDINAL_NAMES:
        raise ValueError(f"an ordinal is 1st to 5th or last; found {nth}")


def _check_weekday(weekday: int) -> None:
    if not 0 <= weekday <= 6:
        raise ValueError(f"a weekday is 0 (Monday) to 6 (Sunday); found {weekday}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """A rule with its local time `at`, the `zone` of that time, and what a day off does to it."""

    rule: Rule
    at: time
    zone: ZoneInfo
    shift: HolidayShift = HolidayShift.NEXT

    def __post_init__(self) -> None:
        if self.at.tzinfo is not None:
            raise ValueError("the time of a recurrence is local to its zone and carries none of its own")


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One occurrence: `nominal`, its rule's date and its identity; `at`, the moment it takes place (aware, UTC)."""

    nominal: date
    at: datetime


# --- reading a rule ------------------------------------------------------------------------------------------------

_WEEKDAYS = {
    word: number
    for number, words in enumerate(
        (
            "mon monday mondays lun lundi lundis",
            "tue tues tuesday tuesdays mar mardi mardis",
            "wed weds wednesday wednesdays mer mercredi mercredis",
            "thu thur thurs thursday thursdays jeu jeudi jeudis",
            "fri friday fridays ven vendredi vendredis",
            "sat saturday saturdays sam samedi samedis",
            "sun sunday sundays dim dimanche dimanches",
        )
    )
    for word in words.split()
}
_ORDINALS = {
    word: number
    for number, words in {
        1: "1st first 1er 1ere 1re premier premiere",
        2: "2nd 2d second 2e 2eme 2nde deuxieme seconde",
        3: "3rd third 3e 3eme troisieme",
        4: "4th fourth 4e 4eme quatrieme",
        5: "5th fifth 5e 5eme cinquieme",
        LAST: "last dernier derniere",
    }.items()
    for word in words.split()
}
_NUMBERS = {
    word: number
    for number, words in enumerate(("one une", "two deux", "three trois", "four quatre", "five cinq", "six"), start=1)
    for word in words.split()
}
_OTHER_WORDS = frozenset(
    {"every", "each", "weekly", "the", "on", "of", "month", "week", "weeks", "day", "working", "business", "from"}
    | {"since", "starting", "chaque", "tous", "toutes", "les", "le", "la", "du", "de", "mois", "semaine", "semaines"}
    | {"jour", "ouvre", "depuis", "partir"}
)

EXAMPLES = (
    "1st tue",
    "last fri",
    "third thursday",
    "day 15",
    "first working day",
    "last working day",
    "every mon",
    "every 2 weeks mon from 2026-01-05",
    "week 3 tue",
    "1er mardi",
    "dernier vendredi",
    "jour 15",
    "dernier jour ouvré",
    "chaque lundi",
    "toutes les 2 semaines lundi depuis 2026-01-05",
    "3e semaine du mois mardi",
)
"""Rules as people write them, one of each kind in each language; every one is understood.

A refusal names those of its reader's language."""

_LONGEST_RULE = 120  # characters; a longer text is a mistake, and is not searched for likenesses

_ORDINAL = f"(?P<nth>{'|'.join(_ORDINALS)})"
_WEEKDAY = f"(?P<weekday>{'|'.join(_WEEKDAYS)})"
_NUMBER = f"(?P<number>[0-9]{{1,4}}|{'|'.join(_NUMBERS)})"
_OF_THE_MONTH = "(?P<month> of (?:(?:the|each|every) )?month| du mois| de chaque mois)?"
_FROM = "(?: (?:from|since|starting(?: from| on)?|depuis(?: le)?|a partir du) (?P<start>\\S+))?"


def _nth_weekday(found: re.Match[str]) -> Rule:
    nth, weekday = _ORDINALS[found["nth"]], _WEEKDAYS[found["weekday"]]
    rule = NthWeekday(nth=nth, weekday=weekday)
    if found["every"] and not found["month"] and nth not in {1, LAST}:
        # "every second monday": the second of the month to some, one Monday in two to others.
        raise _two_meanings(rule, nth, weekday)
    return rule


def _week_of_month(found: re.Match[str]) -> Rule:
    nth, weekday = _ORDINALS[found["nth"]], _WEEKDAYS[found["weekday"]]
    rule = WeekOfMonth(week=nth, weekday=weekday)
    if found["every"] and not found["month"]:
        raise _two_meanings(rule, nth, weekday)
    return rule


def _two_meanings(monthly: Rule, nth: int, weekday: int) -> InvalidRule:
    weeks = "every" if nth in {1, LAST} else f"every {nth} weeks"
    other = f"{weeks} {_WEEKDAY_NAMES[weekday]} from"
    return InvalidRule(say("rule-two-meanings", monthly=str(monthly), weekly=other))


def _weekly(found: re.Match[str]) -> Rule:
    number = found.groupdict().get("number") or "1"
    start = None
    if found["start"]:
        try:
            start = date.fromisoformat(found["start"])
        except ValueError:
            raise InvalidRule(say("rule-not-date", text=_shown(found["start"]))) from None
    return Weekly(weekday=_WEEKDAYS[found["weekday"]], every=_number(number), start=start)


def _edge_day(found: re.Match[str]) -> Rule:
    return DayOfMonth(day=31 if _ORDINALS[found["nth"]] == LAST else 1)


def _number(word: str) -> int:
    return _NUMBERS[word] if word in _NUMBERS else int(word)


_GRAMMAR: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Rule]], ...] = tuple(
    (re.compile(pattern), build)
    for pattern, build in (
        (f"(?P<every>every |each |chaque )?(?:the |le |la )?{_ORDINAL} {_WEEKDAY}{_OF_THE_MONTH}", _nth_weekday),
        (
            f"(?:day|jour|the|le) (?P<day>[0-9]{{1,4}})(?:st|nd|rd|th|er)?{_OF_THE_MONTH}",
            lambda found: DayOfMonth(day=int(found["day"])),
        ),
        (
            f"(?:every |the |le )?{_ORDINAL} (?:(?:working|business) day|jour ouvre){_OF_THE_MONTH}",
            lambda found: WorkingDayOfMonth(nth=_ORDINALS[found["nth"]]),
        ),
        (f"(?:the |le )?(?P<nth>1st|first|1er|premier|last|dernier) (?:day|jour){_OF_THE_MONTH}", _edge_day),
        (
            f"(?:weekly|every|each|every week|each week|chaque|tous les|toutes les semaines|chaque semaine)"
            f"(?: on| le)? {_WEEKDAY}{_FROM}",
            _weekly,
        ),
        (f"(?:every|toutes les) {_NUMBER} (?:weeks?|semaines?)(?: on| le)? {_WEEKDAY}{_FROM}", _weekly),
        (
            f"(?P<every>every |each |chaque )?(?:the |la )?{_ORDINAL} (?:week|semaine){_OF_THE_MONTH}(?: on| le)? "
            f"{_WEEKDAY}",
            _week_of_month,
        ),
        (
            f"(?:week|semaine) (?P<week>[0-9]{{1,4}}){_OF_THE_MONTH}(?: on| le)? {_WEEKDAY}",
            lambda found: WeekOfMonth(week=int(found["week"]), weekday=_WEEKDAYS[found["weekday"]]),
        ),
    )
)


def parse_rule(text: str) -> Rule:
    """The rule that `text` says in English or French; see EXAMPLES. Capitals, accents and spaces do not matter.

    Raises InvalidRule saying what was found, what is understood, and the nearest thing that is.
    """
    try:
        rule = _read(_plain(text))
    except InvalidRule as refusal:
        why = say("rule-not-followed", text=_shown(text), why=refusal.sentence)
        raise InvalidRule(why) from None
    if rule is not None:
        return rule
    near = _nearest(text)
    found, examples = _shown(text), say("rule-examples")
    if near is None:
        raise InvalidRule(say("rule-not-understood", text=found, examples=examples))
    raise InvalidRule(say("rule-not-understood-near", text=found, near=near, examples=examples))


def _read(plain: str) -> Rule | None:
    if len(plain) > _LONGEST_RULE:
        return None
    for pattern, build in _GRAMMAR:
        found = pattern.fullmatch(plain)
        if found:
            return build(found)
    return None


def _plain(text: str) -> str:
    """`text` in lower case, without accents, with single spaces and no final stop."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(bare.split()).rstrip(" .")


def _shown(text: str) -> Text:
    """What was found, between quotes, on one line and of a bearable length."""
    line = " ".join(text.split())
    return say("rule-quoted", text=line if len(line) <= 60 else line[:59] + "…")


def _nearest(text: str) -> str | None:
    """A rule that is understood and looks like `text`: its words put right one by one, else the likest example."""
    plain = _plain(text)
    if len(plain) > _LONGEST_RULE:
        return None
    vocabulary = sorted({*_WEEKDAYS, *_ORDINALS, *_NUMBERS, *_OTHER_WORDS})
    words = []
    for word in plain.split():
        near = [] if word in vocabulary or word[0].isdigit() else difflib.get_close_matches(word, vocabulary, n=1)
        words.append(near[0] if near else word)
    righted = " ".join(words)
    # A weekday alone: people mean every week.
    for candidate in (righted, f"every {righted}"):
        try:
            if _read(candidate) is not None:
                return candidate.replace("ouvre", "ouvré")
        except InvalidRule:
            continue
    examples = {_plain(example): example for example in EXAMPLES}
    likest = difflib.get_close_matches(righted, examples, n=1)
    return examples[likest[0]] if likest else None


# --- days and moments ----------------------------------------------------------------------------------------------


def days(
    rule: Rule, after: date, until: date, working_days: WorkingDays, shift: HolidayShift
) -> Iterator[tuple[date, date]]:
    """The (nominal, actual) days of `rule` whose actual day is later than `after` and no later than `until`.

    Both strictly increase. The nominal date is the rule's own and identifies the occurrence whatever the holidays;
    the actual one is where `shift` puts it. A skipped one is not yielded. Where a long closure shifts several onto one
    day, only the nearest takes place (two sittings of one committee on one day are one sitting): the last for NEXT, the
    first for PREVIOUS. Bounds are on the actual day, so neighbouring intervals never share or lose an occurrence.
    """
    if until <= after:
        return
    # A nominal day outside the bounds may be shifted into them, from no further than the days off around each bound.
    first, last = after + ONE_DAY, until
    if shift is HolidayShift.NEXT:
        first = working_days.previous_working(after) + ONE_DAY
    elif shift is HolidayShift.PREVIOUS:
        last = working_days.next_working(until + ONE_DAY) - ONE_DAY
    pairs = (
        (nominal, actual)
        for nominal, actual in _placed(rule, first, last, working_days, shift)
        if after < actual <= until
    )
    for _, same_day in groupby(pairs, key=lambda pair: pair[1]):
        together = list(same_day)
        yield together[0] if shift is HolidayShift.PREVIOUS else together[-1]


def occurrences(recurrence: Recurrence, *, after: datetime, until: datetime, working_days: WorkingDays) -> list[Due]:
    """What falls due later than `after` and no later than `until` (aware moments), in order.

    Raises ValueError for a moment without zone.
    """
    # Margins: a skipped time moves forward, in Samoa once by a whole day, and clocks put back just after midnight
    # (as in Newfoundland) show the day before once more.
    candidates = days(
        recurrence.rule,
        after=local_day(after, recurrence.zone) - 2 * ONE_DAY,
        until=local_day(until, recurrence.zone) + ONE_DAY,
        working_days=working_days,
        shift=recurrence.shift,
    )
    due = (Due(nominal=nominal, at=moment(day, recurrence.at, recurrence.zone)) for nominal, day in candidates)
    return [one for one in due if after < one.at <= until]


def moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment (UTC) when clocks in `zone` show `at` on `day`.

    A time that clocks skip moves forward by what they skip (02:30 -> 03:30); of a time they show twice, the first.
    """
    # PEP 495: with fold=0 both a skipped and a repeated time take the offset in force before the change.
    return datetime.combine(day, at.replace(fold=0), tzinfo=zone).astimezone(UTC)


def local_day(at: datetime, zone: ZoneInfo) -> date:
    """The calendar day in `zone` at the moment `at` (aware). Raises ValueError for a moment without zone."""
    return _local(at, zone).date()


def sensible(
    at: datetime,
    zone: ZoneInfo,
    working_days: WorkingDays,
    *,
    earliest: time = time(8, 30),
    latest: time = time(18, 0),
) -> datetime:
    """`at` if people in `zone` are at work then, `earliest` and `latest` included; else the next opening (UTC).

    Never before `at`. Raises ValueError for a moment without zone or hours that end before they begin.
    """
    if latest <= earliest:
        raise ValueError(f"working hours end after they begin: {earliest} to {latest}")
    local = _local(at, zone)
    day = local.date()
    if working_days.is_working(day) and earliest <= local.time() <= latest:
        return at
    if local.time() > latest:
        day += ONE_DAY
    while True:
        day = working_days.next_working(day)
        opening = moment(day, earliest, zone)
        if local_day(opening, zone) == day:  # not so on a day that the zone skipped altogether
            # Clocks put back across the opening show an earlier time again after it: people are at work.
            return max(at, opening)
        day += ONE_DAY


def _local(at: datetime, zone: ZoneInfo) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a moment needs a zone")
    return at.astimezone(zone)


def _placed(
    rule: Rule, first: date, last: date, working_days: WorkingDays, shift: HolidayShift
) -> Iterator[tuple[date, date]]:
    """Every (nominal, actual) of `rule` with a nominal day from `first` to `last`, in order, at least."""
    if isinstance(rule, WorkingDayOfMonth):
        yield from _working_days_of_month(rule, first, last, working_days)
        return
    nominals = _weeks(rule, first, last) if isinstance(rule, Weekly) else _months(rule, first, last)
    for nominal in nominals:
        if shift is HolidayShift.KEEP or working_days.is_working(nominal):
            yield nominal, nominal
        elif shift is HolidayShift.NEXT:
            yield nominal, working_days.next_working(nominal)
        elif shift is HolidayShift.PREVIOUS:
            yield nominal, working_days.previous_working(nominal)


def _working_days_of_month(
    rule: WorkingDayOfMonth, first: date, last: date, working_days: WorkingDays
) -> Iterator[tuple[date, date]]:
    """Nominal and actual of each month that touches `first`..`last`: both are in the same month."""
    for month in _firsts(first, last):
        working = [day for day in _days_of(month) if working_days.is_working(day)]
        if rule.nth == LAST and working:
            yield _last_day(month), working[-1]
        elif 0 < rule.nth <= len(working):
            yield month.replace(day=rule.nth), working[rule.nth - 1]


def _weeks(rule: Weekly, first: date, last: date) -> Iterator[date]:
    stride = 7 * rule.every
    origin = rule.start or date(1, 1, 1) + rule.weekday * ONE_DAY  # the first day of our calendar is a Monday
    first = max(first, origin)
    day = first + (origin - first).days % stride * ONE_DAY
    while day <= last:
        yield day
        day += stride * ONE_DAY


def _months(rule: NthWeekday | DayOfMonth | WeekOfMonth, first: date, last: date) -> Iterator[date]:
    # The week of a month may begin before it and end after it: a week of margin.
    for month in _firsts(first - 7 * ONE_DAY, last + 7 * ONE_DAY):
        day = _in_month(rule, month)
        if day is not None and first <= day <= last:
            yield day


def _in_month(rule: NthWeekday | DayOfMonth | WeekOfMonth, month: date) -> date | None:
    match rule:
        case DayOfMonth(day=number):
            return min(month + (number - 1) * ONE_DAY, _last_day(month))
        case NthWeekday(nth=nth, weekday=weekday):
            return _nth_of_month(nth, weekday, month)
        case WeekOfMonth(week=week, weekday=weekday):
            thursday = _nth_of_month(week, 3, month)
            return None if thursday is None else thursday + (weekday - 3) * ONE_DAY


def _nth_of_month(nth: int, weekday: int, month: date) -> date | None:
    if nth == LAST:
        end = _last_day(month)
        return end - (end.weekday() - weekday) % 7 * ONE_DAY
    day = month + ((weekday - month.weekday()) % 7 + 7 * (nth - 1)) * ONE_DAY
    return day if day.month == month.month else None


def _firsts(first: date, last: date) -> Iterator[date]:
    """The first day of every month that touches `first`..`last`."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = _last_day(month) + ONE_DAY


def _last_day(month: date) -> date:
    return (month.replace(day=28) + 4 * ONE_DAY).replace(day=1) - ONE_DAY


def _days_of(month: date) -> Iterator[date]:
    for number in range(_last_day(month).day):
        yield month + number * ONE_DAY
