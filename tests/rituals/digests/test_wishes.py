"""When a letter comes: each reader's own day and hour, through zones, days off and changing clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rituals.calendar import Due, Recurrence, Weekly, WorkingDays, local_day
from rituals.digests.rules import DigestRules
from rituals.digests.wishes import (
    Wish,
    end_of_week,
    expiry,
    letter_moment,
    monday_of,
    planning_moment,
    usual,
)

PARIS, TORONTO, AUCKLAND = ZoneInfo("Europe/Paris"), ZoneInfo("America/Toronto"), ZoneInfo("Pacific/Auckland")
FRANCE = WorkingDays(holidays="FR")
TUESDAY = date(2026, 3, 31)
NINE = Wish(weekday=1, at=time(9))


def due(nominal: date) -> Due:
    return Due(nominal=nominal, at=datetime(nominal.year, nominal.month, nominal.day, 7, tzinfo=UTC))


def test_whoever_has_chosen_nothing_gets_it_at_the_ritual_s_own_day_and_hour() -> None:
    rules = DigestRules(
        key="letter", title="Letter", recurrence=Recurrence(rule=Weekly(weekday=1), at=time(8, 30), zone=PARIS)
    )
    assert usual(rules, TUESDAY) == Wish(weekday=1, at=time(8, 30))


@pytest.mark.parametrize(
    ("zone", "moment"),
    [
        (PARIS, datetime(2026, 3, 31, 7, tzinfo=UTC)),
        (TORONTO, datetime(2026, 3, 31, 13, tzinfo=UTC)),
        (AUCKLAND, datetime(2026, 3, 30, 20, tzinfo=UTC)),
    ],
)
def test_the_hour_is_the_reader_s_own(zone: ZoneInfo, moment: datetime) -> None:
    assert letter_moment(NINE, TUESDAY, zone, WorkingDays()) == moment


def test_nine_o_clock_stays_nine_o_clock_when_the_clocks_change() -> None:
    before = letter_moment(NINE, date(2026, 3, 24), PARIS, FRANCE)
    after = letter_moment(NINE, TUESDAY, PARIS, FRANCE)
    assert before is not None
    assert after is not None
    assert after - before == timedelta(days=7, hours=-1)


def test_on_a_day_off_it_comes_on_the_next_working_day() -> None:
    easter_monday = Wish(weekday=0, at=time(9))
    assert letter_moment(easter_monday, date(2026, 4, 7), PARIS, FRANCE) == datetime(2026, 4, 7, 7, tzinfo=UTC)
    assert letter_moment(easter_monday, date(2026, 4, 7), TORONTO, WorkingDays()) == datetime(
        2026, 4, 6, 13, tzinfo=UTC
    )


def test_a_friday_off_is_made_up_for_on_monday_and_not_lost() -> None:
    friday = Wish(weekday=4, at=time(9))
    off = WorkingDays(extra=frozenset({date(2026, 4, 3)}))
    moment = letter_moment(friday, TUESDAY, PARIS, off)
    assert moment == datetime(2026, 4, 6, 7, tzinfo=UTC)
    assert expiry(moment, TUESDAY, PARIS) == datetime(2026, 4, 6, 22, tzinfo=UTC), "beyond the week's own end"


def test_who_wants_no_letter_has_no_moment() -> None:
    assert letter_moment(Wish(weekday=None, at=time(9)), TUESDAY, PARIS, FRANCE) is None


def test_a_letter_may_be_late_until_its_week_is_over() -> None:
    moment = letter_moment(NINE, TUESDAY, PARIS, FRANCE)
    assert moment is not None
    assert expiry(moment, TUESDAY, PARIS) == datetime(2026, 4, 5, 22, tzinfo=UTC) == end_of_week(TUESDAY, PARIS)


@given(
    nominal=st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    house=st.sampled_from(["Pacific/Honolulu", "Europe/Paris", "Pacific/Kiritimati"]),
    zone=st.sampled_from(
        ["Pacific/Kiritimati", "Pacific/Auckland", "Asia/Tokyo", "America/Toronto", "Pacific/Pago_Pago"]
    ),
    weekday=st.integers(0, 4),
    hour=st.integers(7, 18),
)
def test_letters_are_planned_before_any_reader_s_and_end_after_them(
    nominal: date, house: str, zone: str, weekday: int, hour: int
) -> None:
    there = ZoneInfo(zone)
    moment = letter_moment(Wish(weekday=weekday, at=time(hour)), nominal, there, WorkingDays())
    assert moment is not None
    assert planning_moment(due(nominal), ZoneInfo(house)) < moment < expiry(moment, nominal, there)
    assert local_day(moment, there) == monday_of(nominal) + timedelta(days=weekday)
