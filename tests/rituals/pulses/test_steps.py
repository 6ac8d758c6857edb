"""When a pulse is made ready, heard of, reminded of and closed; and whose turn it is."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from rituals.calendar import Due, HolidayShift, Recurrence, Weekly, WorkingDays, days, moment, parse_rule
from rituals.occurrences import StepName
from rituals.pulses.panels import Panels, deal, in_turn, turn_of
from rituals.pulses.rules import PulseRules
from rituals.pulses.steps import following, own_hour, planned

PARIS, AUCKLAND, QUEBEC = ZoneInfo("Europe/Paris"), ZoneInfo("Pacific/Auckland"), ZoneInfo("America/Toronto")
FRANCE = WorkingDays(holidays="FR")
DAY = date(2026, 3, 31)
DUE = Due(nominal=DAY, at=moment(DAY, time(10), PARIS))


def rules(**changes: object) -> PulseRules:
    recurrence = Recurrence(rule=Weekly(weekday=1), at=time(10), zone=PARIS)
    return PulseRules(**{"key": "pulse", "title": "Pulse", "recurrence": recurrence, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize("zones", [[], [PARIS, QUEBEC], [AUCKLAND, PARIS]])
def test_it_is_made_ready_before_anybodys_morning(zones: list[ZoneInfo]) -> None:
    (launch,) = planned(rules(), DUE, zones)
    assert launch.name is StepName.LAUNCH_WAVES
    for zone in [*zones, PARIS]:
        assert launch.due_at <= moment(DAY, time(10), zone) - timedelta(hours=1)
    assert launch.expires_at == datetime(2026, 4, 5, 8, tzinfo=UTC), "two days before the close"


@pytest.mark.parametrize("open_days", [1, 2, 3, 7, 21])
def test_it_expires_after_it_is_due_and_before_it_closes(open_days: int) -> None:
    (launch,) = planned(rules(open_days=open_days), DUE, [AUCKLAND])
    *_, close = following(rules(open_days=open_days), DUE, [AUCKLAND], FRANCE)
    assert launch.expires_at is not None
    assert launch.due_at < DUE.at <= launch.expires_at < close.due_at


def test_the_reminder_counts_working_days_and_the_close_does_not() -> None:
    reminder, close = following(rules(reminder_after=4, open_days=9), DUE, [QUEBEC], FRANCE)
    assert (reminder.name, close.name) == (StepName.REMIND, StepName.CLOSE_WAVE)
    # Wednesday, Thursday, Friday and, after Easter Monday, Tuesday.
    assert reminder.due_at == datetime(2026, 4, 7, 7, tzinfo=UTC)
    assert close.due_at == datetime(2026, 4, 9, 8, tzinfo=UTC)


def test_a_reminder_too_close_to_the_end_is_none() -> None:
    assert [one.name for one in following(rules(reminder_after=4), DUE, [], FRANCE)] == [StepName.CLOSE_WAVE]
    assert [one.name for one in following(rules(reminder_after=0), DUE, [], FRANCE)] == [StepName.CLOSE_WAVE]


def test_people_hear_at_the_hour_of_the_pulse_in_their_own_zone_or_at_the_next_sensible_one() -> None:
    early = datetime(2026, 3, 30, 20, tzinfo=UTC)
    for zone in (PARIS, AUCKLAND, QUEBEC):
        assert own_hour(DAY, rules(), zone, FRANCE, after=early) == moment(DAY, time(10), zone)
    night = moment(DAY, time(23), PARIS)
    assert own_hour(DAY, rules(), PARIS, FRANCE, after=night) == moment(date(2026, 4, 1), time(8, 30), PARIS)


# --- whose turn ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", ["every tue", "every 2 weeks tue from 2026-01-06", "1st mon", "last fri"])
def test_every_panel_has_its_turn_whatever_the_rule(rule: str) -> None:
    found = [
        turn_of(parse_rule(rule), nominal)
        for nominal, _ in days(
            parse_rule(rule), date(2025, 12, 31), date(2027, 6, 30), WorkingDays(), HolidayShift.KEEP
        )
    ]
    assert found == list(range(found[0], found[0] + len(found)))


def test_topics_take_turns_and_people_begin_with_different_ones() -> None:
    topics = ("search", "triage", "voice")
    first = {f"p{n}": in_turn(f"p{n}", topics, key=b"key", turn=0) for n in range(300)}
    assert min(Counter(first.values()).values()) > 60
    for person in list(first)[:20]:
        assert sorted(in_turn(person, topics, key=b"key", turn=turn) for turn in range(3)) == list(topics)
    with pytest.raises(ValueError, match="nothing"):
        in_turn("ana", (), key=b"key", turn=0)


def test_many_newcomers_join_as_they_would_one_by_one() -> None:
    panels = deal({f"p{n}": f"s{n % 3}" for n in range(50)}, key=b"key", cycle="2026-Q2")
    newcomers = {f"n{n}": f"s{n % 5}" for n in range(40)}
    one_by_one: Panels = panels
    for person, stratum in newcomers.items():
        one_by_one = one_by_one.joined(person, stratum)
    assert panels.joined_by(newcomers) == one_by_one
    assert panels.joined_by({"p0": "elsewhere"}) == panels
