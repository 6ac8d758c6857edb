"""When rituals fall due."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.i18n.translator import Translator, translator_for
from rituals.calendar import (
    EXAMPLES,
    LAST,
    DayOfMonth,
    Due,
    HolidayShift,
    NthWeekday,
    Recurrence,
    Rule,
    Weekly,
    WeekOfMonth,
    WorkingDayOfMonth,
    WorkingDays,
    days,
    local_day,
    moment,
    occurrences,
    parse_rule,
    sensible,
)
from rituals.errors import InvalidRule

PARIS = ZoneInfo("Europe/Paris")
ZONES = [
    PARIS,
    *map(
        ZoneInfo,
        (
            "America/Toronto",
            "America/Sao_Paulo",
            "Asia/Kolkata",
            "Australia/Lord_Howe",
            "Pacific/Apia",
            "Africa/Casablanca",
        ),
    ),
]
ENGLISH = Translator("en", ZoneInfo("UTC"))
FIRST, FINAL = date(2024, 1, 1), date(2033, 12, 31)
EVE = FIRST - timedelta(days=1)  # an interval begins after its bound
TEN_YEARS = [FIRST + timedelta(days=n) for n in range((FINAL - FIRST).days + 1)]
MONTHS = {(day.year, day.month) for day in TEN_YEARS}

FRANCE = WorkingDays(holidays="FR")
QUEBEC = WorkingDays(holidays="CA-QC")
EVERY_DAY = WorkingDays(weekend=frozenset())
SUMMERS = frozenset(day for day in TEN_YEARS if day.month == 8)
CALENDARS = [
    FRANCE,
    QUEBEC,
    EVERY_DAY,
    WorkingDays(weekend=frozenset({4, 5})),
    WorkingDays(holidays="FR", extra=SUMMERS),
    WorkingDays(weekend=frozenset({0, 1, 2, 3, 5, 6})),
]

thorough = settings(deadline=None, max_examples=60)  # a first look at a year loads its holidays
weekdays = st.integers(0, 6)
ordinals = st.sampled_from([1, 2, 3, 4, 5, LAST])
dates = st.dates(FIRST, FINAL)
times = st.times().map(lambda at: at.replace(microsecond=0))
moments = st.datetimes(datetime(2024, 1, 1), datetime(2033, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
calendars = st.sampled_from(CALENDARS)
zones = st.sampled_from(ZONES)
shifts = st.sampled_from(HolidayShift)
nth_weekdays = st.builds(NthWeekday, nth=ordinals, weekday=weekdays)
weeks_of_month = st.builds(WeekOfMonth, week=ordinals, weekday=weekdays)
days_of_month = st.builds(DayOfMonth, day=st.integers(1, 31))
working_days_of_month = st.builds(WorkingDayOfMonth, nth=ordinals)
weekly = st.builds(Weekly, weekday=weekdays) | st.builds(
    lambda start, every: Weekly(weekday=start.weekday(), every=every, start=start), dates, st.integers(1, 52)
)
dated_rules = st.one_of(nth_weekdays, weeks_of_month, days_of_month, weekly)
rules = st.one_of(dated_rules, working_days_of_month)
recurrences = st.builds(Recurrence, rule=rules, at=times, zone=zones, shift=shifts)


def found(
    rule: Rule,
    after: date = EVE,
    until: date = FINAL,
    working_days: WorkingDays = EVERY_DAY,
    shift: HolidayShift = HolidayShift.KEEP,
) -> list[tuple[date, date]]:
    return list(days(rule, after, until, working_days, shift))


def nominals(rule: Rule) -> list[date]:
    """The rule's own days in ten years, whatever the holidays."""
    return [nominal for nominal, _ in found(rule)]


def of_2026(text: str, working_days: WorkingDays = FRANCE, shift: HolidayShift = HolidayShift.NEXT) -> list[str]:
    pairs = found(parse_rule(text), date(2025, 12, 31), date(2026, 12, 31), working_days, shift)
    return [f"{actual:%m-%d}" for _, actual in pairs]


# --- reading -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "rule"),
    [
        (
            ("1st tue", "first Tuesday", "the 1st tuesday of the month", "1er mardi", "le premier mardi du mois"),
            "1st tue",
        ),
        (("third thursday", "3rd thu", "every third thursday of the month", "3e jeudi", "3ème jeudi"), "3rd thu"),
        (("last fri", "every last friday", "dernier vendredi", "DERNIER  VENDREDI."), "last fri"),
        (("5th wed", "cinquième mercredi"), "5th wed"),
        (("2nd sun", "second sunday", "deuxieme dimanche"), "2nd sun"),
        (("day 15", "jour 15", "the 15th", "le 15 du mois"), "day 15"),
        (("last day", "dernier jour du mois", "day 31"), "day 31"),
        (("first day of the month", "le 1er jour", "day 1"), "day 1"),
        (("last working day", "dernier jour ouvré", "last business day of the month"), "last working day"),
        (("first working day", "premier jour ouvré", "1er jour ouvre du mois"), "1st working day"),
        (("weekly mon", "every mon", "weekly on Mondays", "chaque lundi", "tous les lundis"), "every mon"),
        (("every sat", "chaque samedi", "toutes les semaines le samedi"), "every sat"),
        (
            (
                "every 2 weeks mon from 2026-01-05",
                "every two weeks on monday starting 2026-01-05",
                "toutes les 2 semaines lundi depuis 2026-01-05",
                "toutes les deux semaines le lundi à partir du 2026-01-05",
            ),
            "every 2 weeks mon from 2026-01-05",
        ),
        (
            ("every third week of the month tue", "week 3 tue", "3e semaine du mois mardi", "semaine 3 le mardi"),
            "week 3 tue",
        ),
        (("last week of the month fri", "dernière semaine du mois vendredi"), "last week of the month fri"),
    ],
)
def test_a_rule_is_read_in_english_and_in_french(texts: tuple[str, ...], rule: str) -> None:
    assert {str(parse_rule(text)) for text in texts} == {rule}


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_that_is_given_is_understood(text: str) -> None:
    assert parse_rule(text) == parse_rule(text.upper())


@given(rules)
def test_a_rule_reads_back_what_it_says(rule: Rule) -> None:
    assert parse_rule(str(rule)) == rule


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("1st tusday", "1st tuesday"),
        ("dernier jour ouvrable", "dernier jour ouvré"),
        ("lst fri", "last fri"),
        ("mon", "every mon"),
        ("chaque lundy", "chaque lundi"),
        ("evry 2 weeks mon from 2026-01-05", "every 2 weeks mon from 2026-01-05"),
    ],
)
def test_a_rule_written_wrong_is_refused_with_what_was_found_and_the_nearest_right_one(text: str, nearest: str) -> None:
    with pytest.raises(InvalidRule) as refusal:
        parse_rule(text)
    assert f"“{text}”" in said(refusal.value)
    assert f"did you mean “{nearest}”?" in said(refusal.value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("day 32", "found 32"),
        ("day 0", "found 0"),
        ("week 6 mon", "weeks 1 to 5"),
        ("every 2 weeks mon", "counted from when"),
        ("every 0 weeks mon from 2026-01-05", "found 0"),
        ("every 53 weeks mon from 2026-01-05", "found 53"),
        ("every 2 weeks mon from tomorrow", "“tomorrow” is not a date"),
        ("every 2 weeks mon from 2026-02-30", "“2026-02-30” is not a date"),
        ("every 2 weeks mon from 2026-01-07", "“from 2026-01-12”"),
        ("every second monday", "two things"),
        ("chaque 2e mardi", "two things"),
        ("every third week tue", "“every 3 weeks tue from”"),
        ("", "“”"),
        ("0 9 * * 1", "“0 9 * * 1”"),
        ("mon " * 100, "…”"),
    ],
)
def test_a_rule_that_cannot_be_followed_is_refused_and_says_why(text: str, why: str) -> None:
    with pytest.raises(InvalidRule) as refusal:
        parse_rule(text)
    assert why in said(refusal.value)
    assert "\n" not in said(refusal.value)


@pytest.mark.parametrize("text", ["6th tue", "something else"])
def test_a_refused_rule_names_the_readers_own_examples_each_of_which_is_understood(text: str) -> None:
    with pytest.raises(InvalidRule) as refusal:
        parse_rule(text)
    english = re.findall("“(.+?)”", said(refusal.value).partition("for instance")[2])
    told = translator_for("fr", ZoneInfo("UTC")).say(refusal.value.sentence)
    french = re.findall("« (.+?) »", told.partition("par exemple")[2])
    assert (*english, *french) == EXAMPLES


def said(refusal: InvalidRule) -> str:
    return ENGLISH.say(refusal.sentence)


words = st.sampled_from([*" ".join(EXAMPLES).split(), "the", "le", "of", "month", "du", "mois", "weeks", "-1", "99"])


@thorough
@given(st.text(max_size=40) | st.lists(words, max_size=9).map(" ".join))
@example("\u0661st tue")
def test_any_text_is_a_rule_or_a_refusal(text: str) -> None:
    try:
        rule = parse_rule(text)
    except InvalidRule:
        return
    assert parse_rule(str(rule)) == rule


@pytest.mark.parametrize("nth", [0, 6, -2])
def test_an_ordinal_is_one_to_five_or_last(nth: int) -> None:
    with pytest.raises(ValueError, match="1st to 5th"):
        NthWeekday(nth=nth, weekday=0)
    with pytest.raises(ValueError, match="1st to 5th"):
        WorkingDayOfMonth(nth=nth)


def test_a_weekday_is_one_of_seven() -> None:
    with pytest.raises(ValueError, match="weekday"):
        Weekly(weekday=7)


def test_a_recurrence_has_a_local_time() -> None:
    with pytest.raises(ValueError, match="local"):
        Recurrence(rule=Weekly(weekday=0), at=time(9, tzinfo=UTC), zone=PARIS)


# --- working days --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("working_days", "day", "working"),
    [
        (FRANCE, date(2026, 5, 1), False),
        (QUEBEC, date(2026, 5, 1), True),
        (QUEBEC, date(2026, 6, 24), False),
        (WorkingDays(holidays="CA"), date(2026, 6, 24), True),
        (FRANCE, date(2026, 4, 6), False),  # Easter Monday
        (FRANCE, date(2026, 4, 7), True),
        (FRANCE, date(2026, 4, 4), False),  # a Saturday
        (WorkingDays(holidays="US"), date(2026, 7, 3), False),  # taken for the 4th, a Saturday
        (WorkingDays(), date(2026, 5, 1), True),
        (WorkingDays(extra=frozenset({date(2026, 5, 4)})), date(2026, 5, 4), False),
        (WorkingDays(weekend=frozenset({4, 5})), date(2026, 5, 1), False),
        (WorkingDays(weekend=frozenset({4, 5})), date(2026, 5, 3), True),
    ],
)
def test_a_working_day_is_no_weekend_no_public_holiday_and_no_day_off(
    working_days: WorkingDays,
    day: date,
    working: bool,
) -> None:
    assert working_days.is_working(day) is working


def test_days_taken_instead_count_in_the_year_they_fall_in() -> None:
    american = WorkingDays(holidays="US")
    assert not american.is_working(date(2027, 12, 31))  # for New Year's Day 2028, a Saturday
    assert american.is_working(date(2026, 12, 31))


def test_equal_descriptions_of_working_days_are_equal_and_hash_alike() -> None:
    again = WorkingDays(holidays="FR", extra=frozenset({date(2026, 5, 4)}))
    assert again == WorkingDays(holidays="FR", extra=frozenset([date(2026, 5, 4)]))
    assert len({again, WorkingDays(holidays="FR"), FRANCE}) == 2


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("FRR", "did you mean “FR”?"),
        ("fr", "did you mean “FR”?"),
        ("CA-QB", "did you mean “CA-QC”?"),
        ("CA-Quebec", "did you mean “CA-QC”?"),
        ("FR-", "it has 57"),
        ("SG-X", "write SG alone"),
        ("HolidayBase", "no holiday calendar"),
        ("", "no holiday calendar"),
    ],
)
def test_an_unknown_holiday_calendar_is_refused_with_the_nearest_known_one(name: str, why: str) -> None:
    with pytest.raises(InvalidRule) as refusal:
        WorkingDays(holidays=name)
    assert why in said(refusal.value)


@pytest.mark.parametrize("weekend", [frozenset(range(7)), frozenset({7}), frozenset({-1})])
def test_a_weekend_leaves_a_day_to_work(weekend: frozenset[int]) -> None:
    with pytest.raises(ValueError, match="weekend"):
        WorkingDays(weekend=weekend)


def test_working_days_before_and_after_a_day_skip_what_is_off() -> None:
    sitting = date(2026, 5, 5)  # a Tuesday, after a long weekend
    assert FRANCE.before(sitting, 1) == date(2026, 5, 4)
    assert FRANCE.before(sitting, 2) == date(2026, 4, 30)
    assert FRANCE.after(date(2026, 4, 30), 1) == date(2026, 5, 4)
    assert FRANCE.before(sitting, 0) == sitting
    assert FRANCE.after(date(2026, 5, 2), 0) == date(2026, 5, 2)
    with pytest.raises(ValueError, match="0 or more"):
        FRANCE.before(sitting, -1)
    with pytest.raises(ValueError, match="0 or more"):
        FRANCE.after(sitting, -1)


@thorough
@given(calendars, dates, st.integers(1, 30))
def test_as_many_working_days_lie_between_as_were_asked_for(working_days: WorkingDays, day: date, n: int) -> None:
    earlier, later = working_days.before(day, n), working_days.after(day, n)
    for first, last in ((earlier, day - timedelta(days=1)), (day + timedelta(days=1), later)):
        span = [first + timedelta(days=k) for k in range((last - first).days + 1)]
        assert sum(map(working_days.is_working, span)) == n
    assert working_days.is_working(earlier)
    assert working_days.is_working(later)


@thorough
@given(calendars, dates)
def test_a_working_day_is_its_own_next_and_previous_and_any_other_has_none_nearer(
    working_days: WorkingDays, day: date
) -> None:
    following, preceding = working_days.next_working(day), working_days.previous_working(day)
    assert preceding <= day <= following
    if working_days.is_working(day):
        assert preceding == day == following
    else:
        assert working_days.next_working(preceding + timedelta(days=1)) == following
        assert working_days.is_working(preceding)


# --- days ----------------------------------------------------------------------------------------------------------


def test_a_committee_on_the_first_tuesday_meets_on_these_days_of_2026() -> None:
    assert of_2026("1st tue") == (
        ["01-06", "02-03", "03-03", "04-07", "05-05", "06-02", "07-07", "08-04", "09-01", "10-06", "11-03", "12-01"]
    )


def test_a_day_off_moves_an_occurrence_as_its_rule_says() -> None:
    on_labour_day = "1st fri"  # 1 May 2026
    assert "05-04" in of_2026(on_labour_day, shift=HolidayShift.NEXT)
    assert "04-30" in of_2026(on_labour_day, shift=HolidayShift.PREVIOUS)
    assert "05-01" in of_2026(on_labour_day, shift=HolidayShift.KEEP)
    skipping = of_2026(on_labour_day, shift=HolidayShift.SKIP)
    assert not [day for day in skipping if day.startswith("05")]


def test_day_31_is_the_last_day_of_a_shorter_month() -> None:
    assert of_2026("day 31", EVERY_DAY)[:4] == ["01-31", "02-28", "03-31", "04-30"]
    assert date(2028, 2, 29) in nominals(DayOfMonth(day=30))


def test_the_edges_of_a_month_are_its_first_and_last_working_days() -> None:
    assert of_2026("first working day")[:5] == ["01-02", "02-02", "03-02", "04-01", "05-04"]
    assert of_2026("last working day")[:5] == ["01-30", "02-27", "03-31", "04-30", "05-29"]


def test_every_two_weeks_counts_from_its_first_day_and_never_before_it() -> None:
    assert of_2026("every 2 weeks mon from 2026-02-02", EVERY_DAY)[:3] == ["02-02", "02-16", "03-02"]


def test_a_week_belongs_to_the_month_of_its_thursday() -> None:
    # 1 October 2026 is a Thursday: the first week of October begins in September.
    assert "09-28" in of_2026("week 1 mon", EVERY_DAY)
    assert of_2026("week 3 tue")[:4] == ["01-13", "02-17", "03-17", "04-14"]
    in_september = found(WeekOfMonth(week=1, weekday=0), date(2026, 9, 20), date(2026, 9, 30))
    assert [day for day, _ in in_september] == [date(2026, 9, 28)]
    in_november = found(WeekOfMonth(week=5, weekday=6), date(2026, 10, 31), date(2026, 11, 30))
    assert [day for day, _ in in_november] == [date(2026, 11, 1)]


@given(nth_weekdays)
@thorough
def test_the_nth_weekday_is_the_nth_in_a_plain_count_of_the_month(rule: NthWeekday) -> None:
    by_month: dict[tuple[int, int], list[date]] = {}
    for day in TEN_YEARS:
        if day.weekday() == rule.weekday:
            by_month.setdefault((day.year, day.month), []).append(day)
    place = rule.nth if rule.nth == LAST else rule.nth - 1
    assert nominals(rule) == [same[place] for same in by_month.values() if len(same) >= rule.nth]


@given(weeks_of_month)
@thorough
def test_the_nth_week_is_the_nth_in_a_plain_count_of_thursdays(rule: WeekOfMonth) -> None:
    beyond = [FIRST + timedelta(days=n) for n in range(-31, len(TEN_YEARS) + 31)]
    by_month: dict[tuple[int, int], list[date]] = {}
    for day in beyond:
        if day.weekday() == 3:
            by_month.setdefault((day.year, day.month), []).append(day)
    place = rule.week if rule.week == LAST else rule.week - 1
    theirs = [same[place] + timedelta(days=rule.weekday - 3) for same in by_month.values() if len(same) >= rule.week]
    assert nominals(rule) == [day for day in theirs if FIRST <= day <= FINAL]


@given(st.one_of(nth_weekdays.filter(lambda rule: rule.nth != 5), days_of_month))
@thorough
def test_a_monthly_rule_falls_once_in_every_month(rule: Rule) -> None:
    counted = Counter((day.year, day.month) for day in nominals(rule))
    assert set(counted) == MONTHS
    assert set(counted.values()) == {1}


@given(weeks_of_month.filter(lambda rule: rule.week != 5))
@thorough
def test_a_week_of_the_month_comes_once_for_every_month(rule: WeekOfMonth) -> None:
    thursdays = [day + timedelta(days=3 - rule.weekday) for day in nominals(rule)]
    counted = Counter((day.year, day.month) for day in thursdays)
    assert set(counted.values()) == {1}
    assert len(MONTHS - set(counted)) <= 1  # at either end its day may lie outside the ten years


@given(calendars, st.sampled_from([1, LAST]), shifts)
@thorough
def test_the_edge_of_a_month_is_a_working_day_with_none_beyond_it_in_the_month(
    working_days: WorkingDays, nth: int, shift: HolidayShift
) -> None:
    pairs = found(WorkingDayOfMonth(nth=nth), working_days=working_days, shift=shift)
    for nominal, actual in pairs:
        assert (nominal.year, nominal.month) == (actual.year, actual.month)
        assert working_days.is_working(actual)
        first, last = sorted((nominal, actual))
        between = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        assert [day for day in between if working_days.is_working(day)] == [actual]
    open_months = {(day.year, day.month) for day in TEN_YEARS if working_days.is_working(day)}
    assert [(nominal.year, nominal.month) for nominal, _ in pairs] == sorted(open_months)


@given(weekly)
@thorough
def test_a_weekly_rule_keeps_its_weekday_and_its_stride(rule: Weekly) -> None:
    found_days = nominals(rule)
    assert {day.weekday() for day in found_days} <= {rule.weekday}
    strides = {later - earlier for earlier, later in pairwise(found_days)}
    assert strides <= {timedelta(weeks=rule.every)}
    if rule.start is not None:
        assert found_days[0] == rule.start


@given(rules, calendars, shifts)
@thorough
def test_nominal_and_actual_days_both_strictly_increase(
    rule: Rule, working_days: WorkingDays, shift: HolidayShift
) -> None:
    for each in zip(*found(rule, working_days=working_days, shift=shift), strict=True):
        assert all(earlier < later for earlier, later in pairwise(each))


@given(dated_rules, calendars, shifts)
@thorough
def test_an_actual_day_is_where_the_shift_puts_its_nominal_day(
    rule: Rule, working_days: WorkingDays, shift: HolidayShift
) -> None:
    places: dict[HolidayShift, Callable[[date], date]] = {
        HolidayShift.NEXT: working_days.next_working,
        HolidayShift.PREVIOUS: working_days.previous_working,
        HolidayShift.KEEP: lambda day: day,
        HolidayShift.SKIP: lambda day: day,
    }
    place = places[shift]
    inner = FIRST + timedelta(days=60), FINAL - timedelta(days=60)  # no closure is longer
    pairs = found(rule, working_days=working_days, shift=shift)
    assert all(actual == place(nominal) for nominal, actual in pairs)
    if shift is not HolidayShift.KEEP:
        assert all(working_days.is_working(actual) for _, actual in pairs)
    expected = [day for day in nominals(rule) if shift is not HolidayShift.SKIP or working_days.is_working(day)]
    # No nominal day is lost: it is there, or another one that takes place on the same day is there for it.
    taken = {actual for _, actual in pairs}
    assert {place(day) for day in expected if inner[0] <= day <= inner[1]} <= taken
    assert {nominal for nominal, _ in pairs if inner[0] <= nominal <= inner[1]} <= set(expected)


def test_occurrences_that_a_long_closure_shifts_onto_one_day_are_one_the_nearest() -> None:
    closed = WorkingDays(extra=frozenset(date(2026, 8, n) for n in range(3, 22)))  # from a Monday to a Friday
    mondays = Weekly(weekday=0)
    after, until = date(2026, 7, 26), date(2026, 8, 31)
    assert found(mondays, after, until, closed, HolidayShift.NEXT) == [
        (date(2026, 7, 27), date(2026, 7, 27)),
        (date(2026, 8, 24), date(2026, 8, 24)),
        (date(2026, 8, 31), date(2026, 8, 31)),
    ]
    assert found(mondays, after, until, closed, HolidayShift.PREVIOUS) == [
        (date(2026, 7, 27), date(2026, 7, 27)),
        (date(2026, 8, 3), date(2026, 7, 31)),
        (date(2026, 8, 24), date(2026, 8, 24)),
        (date(2026, 8, 31), date(2026, 8, 31)),
    ]
    # The nominal day may lie outside the interval that holds the actual one.
    assert found(mondays, date(2026, 7, 27), date(2026, 7, 31), closed, HolidayShift.PREVIOUS) == [
        (date(2026, 8, 3), date(2026, 7, 31))
    ]
    tuesdays_closed = WorkingDays(extra=frozenset({date(2026, 7, 28)}))
    assert found(Weekly(weekday=1), date(2026, 7, 28), date(2026, 7, 29), tuesdays_closed, HolidayShift.NEXT) == [
        (date(2026, 7, 28), date(2026, 7, 29))
    ]


@given(rules, calendars, shifts, dates)
@thorough
def test_day_by_day_an_interval_holds_what_it_holds_as_a_whole(
    rule: Rule, working_days: WorkingDays, shift: HolidayShift, start: date
) -> None:
    edges = [start + timedelta(days=n) for n in range(62)]
    one_by_one = [pair for after, until in pairwise(edges) for pair in found(rule, after, until, working_days, shift)]
    assert one_by_one == found(rule, edges[0], edges[-1], working_days, shift)


@given(rules, calendars, shifts, dates, dates, dates)
@thorough
def test_cutting_an_interval_of_days_in_two_changes_nothing(
    rule: Rule, working_days: WorkingDays, shift: HolidayShift, one: date, two: date, three: date
) -> None:
    start, cut, end = sorted((one, two, three))
    halves = found(rule, start, cut, working_days, shift) + found(rule, cut, end, working_days, shift)
    assert halves == found(rule, start, end, working_days, shift)
    assert all(start < actual <= end for _, actual in halves)


@given(rules, calendars, shifts, dates)
def test_an_empty_interval_holds_nothing(rule: Rule, working_days: WorkingDays, shift: HolidayShift, day: date) -> None:
    assert found(rule, day, day, working_days, shift) == []
    assert found(rule, day, day - timedelta(days=9), working_days, shift) == []


@pytest.mark.parametrize("nth", [1, LAST])
def test_holidays_published_late_move_an_occurrence_and_keep_its_identity(nth: int) -> None:
    edges = frozenset(day for day in TEN_YEARS if day.day in {1, 2, 29, 30, 31})
    before, later = (
        found(WorkingDayOfMonth(nth=nth), working_days=WorkingDays(extra=off)) for off in (frozenset[date](), edges)
    )
    assert [nominal for nominal, _ in before] == [nominal for nominal, _ in later]
    assert before != later


# --- moments -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "day", "at", "utc"),
    [
        ("Europe/Paris", date(2026, 3, 29), time(2, 30), "2026-03-29T01:30"),  # skipped: 03:30 in summer time
        ("Europe/Paris", date(2026, 10, 25), time(2, 30), "2026-10-25T00:30"),  # twice: the first
        ("America/Toronto", date(2026, 3, 8), time(2, 0), "2026-03-08T07:00"),
        ("America/Toronto", date(2026, 11, 1), time(1, 59), "2026-11-01T05:59"),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), "2026-10-03T15:45"),  # a gap of half an hour
        ("America/Sao_Paulo", date(2018, 11, 4), time(0, 0), "2018-11-04T03:00"),  # a gap at midnight
        ("Pacific/Apia", date(2011, 12, 30), time(10, 0), "2011-12-30T20:00"),  # a day that never was
        ("Africa/Casablanca", date(2026, 2, 15), time(2, 30), "2026-02-15T01:30"),  # back for Ramadan: the first
        ("Asia/Kolkata", date(2026, 3, 29), time(2, 30), "2026-03-28T21:00"),
    ],
)
def test_a_skipped_time_moves_forward_and_of_a_repeated_one_the_first_counts(
    zone: str, day: date, at: time, utc: str
) -> None:
    assert moment(day, at, ZoneInfo(zone)) == datetime.fromisoformat(f"{utc}+00:00")
    assert moment(day, at.replace(fold=1), ZoneInfo(zone)) == moment(day, at, ZoneInfo(zone))
    assert moment(day, at, ZoneInfo(zone)).tzinfo is UTC


# Every day on which a zone's clocks change in ten years, and one time within each kind of change.
CHANGES = [
    (zone, day)
    for zone in ZONES
    for day in TEN_YEARS
    if datetime.combine(day, time(0), tzinfo=zone).utcoffset()
    != datetime.combine(day + timedelta(days=1), time(0), tzinfo=zone).utcoffset()
]


@thorough
@given(st.sampled_from(CHANGES) | st.tuples(zones, dates), times)
def test_clocks_show_the_time_asked_for_unless_they_skip_it(change: tuple[ZoneInfo, date], at: time) -> None:
    zone, day = change
    wanted = datetime.combine(day, at)
    found_at = moment(day, at, zone)
    shown = found_at.astimezone(zone).replace(tzinfo=None, fold=0)
    both = [wanted.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    if shown == wanted:
        assert found_at == min(both)
    else:
        skipped = found_at.astimezone(zone).utcoffset()
        before = (found_at - timedelta(days=1)).astimezone(zone).utcoffset()
        assert skipped is not None
        assert before is not None
        assert shown - wanted == skipped - before > timedelta(0)
        assert all(one.astimezone(zone).replace(tzinfo=None, fold=0) != wanted for one in both)


def test_every_zone_that_changes_its_clocks_is_tried_on_the_days_it_does() -> None:
    assert {zone.key for zone, _ in CHANGES} == {
        "Europe/Paris",
        "America/Toronto",
        "Australia/Lord_Howe",
        "Africa/Casablanca",
    }


def test_a_local_day_is_the_day_on_the_clocks_of_the_zone() -> None:
    late = datetime(2026, 5, 4, 23, 30, tzinfo=UTC)
    assert local_day(late, PARIS) == date(2026, 5, 5)
    assert local_day(late, ZoneInfo("America/Toronto")) == date(2026, 5, 4)
    with pytest.raises(ValueError, match="zone"):
        local_day(datetime(2026, 5, 4), PARIS)  # noqa: DTZ001


# --- occurrences ---------------------------------------------------------------------------------------------------


def test_a_committee_falls_due_at_its_local_time_in_winter_and_in_summer() -> None:
    recurrence = Recurrence(rule=parse_rule("1st tue"), at=time(10, 0), zone=PARIS)
    after, until = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 30, tzinfo=UTC)
    assert occurrences(recurrence, after=after, until=until, working_days=FRANCE) == [
        Due(nominal=date(2026, 3, 3), at=datetime(2026, 3, 3, 9, 0, tzinfo=UTC)),
        Due(nominal=date(2026, 4, 7), at=datetime(2026, 4, 7, 8, 0, tzinfo=UTC)),
    ]


def test_an_interval_is_open_where_it_begins_and_closed_where_it_ends() -> None:
    recurrence = Recurrence(rule=Weekly(weekday=1), at=time(10, 0), zone=PARIS)
    at = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    second = timedelta(seconds=1)

    def count(after: datetime, until: datetime) -> int:
        return len(occurrences(recurrence, after=after, until=until, working_days=FRANCE))

    assert count(at, at + second) == 0
    assert count(at - second, at) == 1
    assert count(at - second, at - second) == 0


def test_clocks_put_back_over_midnight_hide_no_occurrence() -> None:
    newfoundland = ZoneInfo("America/St_Johns")  # 00:01 on Sunday 7 November 2010 was 23:01 on Saturday again
    recurrence = Recurrence(rule=Weekly(weekday=6), at=time(0, 0, 30), zone=newfoundland)
    at = moment(date(2010, 11, 7), time(0, 0, 30), newfoundland)
    until = at + timedelta(minutes=10)
    assert local_day(until, newfoundland) == date(2010, 11, 6)
    due = occurrences(recurrence, after=at - timedelta(days=2), until=until, working_days=EVERY_DAY)
    assert due == [Due(nominal=date(2010, 11, 7), at=at)]


def test_an_occurrence_on_a_day_the_zone_skipped_takes_place_on_the_next() -> None:
    apia = ZoneInfo("Pacific/Apia")
    recurrence = Recurrence(rule=Weekly(weekday=4), at=time(10, 0), zone=apia)
    at = moment(date(2011, 12, 31), time(10, 0), apia)
    due = occurrences(recurrence, after=at - timedelta(hours=1), until=at, working_days=EVERY_DAY)
    assert due == [Due(nominal=date(2011, 12, 30), at=at)]


def test_an_interval_of_moments_without_zone_is_refused() -> None:
    recurrence = Recurrence(rule=Weekly(weekday=1), at=time(10, 0), zone=PARIS)
    with pytest.raises(ValueError, match="zone"):
        occurrences(
            recurrence,
            after=datetime(2026, 3, 1),  # noqa: DTZ001
            until=datetime(2026, 4, 1),  # noqa: DTZ001
            working_days=FRANCE,
        )


@thorough
@given(recurrences, calendars)
def test_in_ten_years_occurrences_strictly_increase_at_their_local_time(
    recurrence: Recurrence, working_days: WorkingDays
) -> None:
    due = occurrences(
        recurrence,
        after=moment(FIRST, time(0), recurrence.zone) - timedelta(microseconds=1),
        until=moment(FINAL, time(23, 59, 59), recurrence.zone),
        working_days=working_days,
    )
    assert [(one.nominal, one.at) for one in due] == [
        (nominal, moment(actual, recurrence.at, recurrence.zone))
        for nominal, actual in found(recurrence.rule, working_days=working_days, shift=recurrence.shift)
    ]
    assert all(earlier.at < later.at for earlier, later in pairwise(due))
    assert all(earlier.nominal < later.nominal for earlier, later in pairwise(due))
    moved = [one for one in due if one.at.astimezone(recurrence.zone).time() != recurrence.at]
    assert all((recurrence.zone, local_day(one.at, recurrence.zone)) in CHANGES for one in moved)


@thorough
@given(recurrences, calendars, moments, moments, moments)
def test_cutting_an_interval_of_moments_in_two_changes_nothing(
    recurrence: Recurrence, working_days: WorkingDays, one: datetime, two: datetime, three: datetime
) -> None:
    start, cut, end = sorted((one, two, three))
    whole = occurrences(recurrence, after=start, until=end, working_days=working_days)
    halves = [
        *occurrences(recurrence, after=start, until=cut, working_days=working_days),
        *occurrences(recurrence, after=cut, until=end, working_days=working_days),
    ]
    assert halves == whole
    assert all(start < due.at <= end for due in whole)
    assert all(due.at.tzinfo is UTC for due in whole)


@thorough
@given(recurrences, calendars, dates)
def test_asking_again_from_each_occurrence_finds_the_next_one(
    recurrence: Recurrence, working_days: WorkingDays, day: date
) -> None:
    start = moment(day, time(0), recurrence.zone)
    end = start + timedelta(days=400)
    whole = occurrences(recurrence, after=start, until=end, working_days=working_days)
    assume(whole)
    for place, due in enumerate(whole[:5]):
        assert occurrences(recurrence, after=due.at, until=end, working_days=working_days) == whole[place + 1 :]


# --- sensible hours ------------------------------------------------------------------------------------------------


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("at", "then"),
    [
        ("2026-04-30T08:30", "2026-04-30T08:30"),
        ("2026-04-30T12:00", "2026-04-30T12:00"),
        ("2026-04-30T18:00", "2026-04-30T18:00"),
        ("2026-04-30T08:29", "2026-04-30T08:30"),
        ("2026-04-29T18:01", "2026-04-30T08:30"),
        ("2026-04-30T18:01", "2026-05-04T08:30"),  # then come Labour Day and a weekend
        ("2026-05-01T12:00", "2026-05-04T08:30"),
        ("2026-05-02T03:00", "2026-05-04T08:30"),
    ],
)
def test_people_are_written_to_in_working_hours_or_at_the_next_opening(at: str, then: str) -> None:
    assert sensible(paris(at), PARIS, FRANCE) == paris(then)


def test_a_day_the_zone_skipped_has_no_opening() -> None:
    apia = ZoneInfo("Pacific/Apia")  # went from Thursday 29 to Saturday 31 December 2011
    evening = moment(date(2011, 12, 29), time(20, 0), apia)
    assert sensible(evening, apia, WorkingDays()) == moment(date(2012, 1, 2), time(8, 30), apia)


def test_clocks_put_back_over_the_opening_do_not_send_anybody_into_the_past() -> None:
    shown_again = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)  # 02:15 in Paris for the second time
    assert sensible(shown_again, PARIS, EVERY_DAY, earliest=time(2, 30)) == shown_again


def test_hours_end_after_they_begin_and_a_moment_has_a_zone() -> None:
    with pytest.raises(ValueError, match="hours"):
        sensible(paris("2026-04-30T12:00"), PARIS, FRANCE, earliest=time(18, 0), latest=time(8, 0))
    with pytest.raises(ValueError, match="zone"):
        sensible(datetime(2026, 4, 30), PARIS, FRANCE)  # noqa: DTZ001


@thorough
@given(moments, zones, calendars)
def test_a_sensible_moment_is_never_earlier_and_within_hours_and_stays_where_it_is(
    at: datetime, zone: ZoneInfo, working_days: WorkingDays
) -> None:
    then = sensible(at, zone, working_days)
    local = then.astimezone(zone)
    assert then >= at
    assert working_days.is_working(local.date())
    assert time(8, 30) <= local.time() <= time(18, 0)
    assert sensible(then, zone, working_days) == then
    if then > at:
        assert local.time() == time(8, 30)
        assert working_days.next_working(local_day(at, zone)) <= local.date()


@thorough
@given(moments, moments, zones, calendars)
def test_who_is_to_hear_first_hears_first(
    one: datetime, two: datetime, zone: ZoneInfo, working_days: WorkingDays
) -> None:
    earlier, later = sorted((one, two))
    assert sensible(earlier, zone, working_days) <= sensible(later, zone, working_days)
