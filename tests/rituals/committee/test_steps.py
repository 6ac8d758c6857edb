from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from rituals.calendar import Due, Recurrence, WorkingDays, local_day, moment, parse_rule
from rituals.committee.rules import CommitteeRules
from rituals.committee.steps import MORNING, closing, sitting_steps
from rituals.occurrences import StepName

PARIS = ZoneInfo("Europe/Paris")
ZONES = (
    "Europe/Paris",
    "America/Toronto",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
)
CALENDARS = (None, "FR", "CA-QC")


def rules(*, zone: ZoneInfo = PARIS, marks: int = 5, agenda: int = 2, at: time = time(10)) -> CommitteeRules:
    recurrence = Recurrence(rule=parse_rule("1st tue"), at=at, zone=zone)
    return CommitteeRules(key="c", title="C", recurrence=recurrence, room="r", marks_before=marks, agenda_before=agenda)


def sitting(day: date, committee: CommitteeRules) -> Due:
    return Due(nominal=day, at=moment(day, committee.recurrence.at, committee.recurrence.zone))


def test_a_sitting_has_its_three_steps_each_until_the_next() -> None:
    committee = rules()
    call, agenda, opening = sitting_steps(committee, sitting(date(2026, 12, 1), committee), WorkingDays(holidays="FR"))
    assert (call.name, call.due_at) == (StepName.CALL_FOR_MARKS, datetime(2026, 11, 24, 8, tzinfo=UTC))
    assert (agenda.name, agenda.due_at) == (StepName.PUBLISH_AGENDA, datetime(2026, 11, 27, 8, tzinfo=UTC))
    assert (opening.name, opening.due_at) == (StepName.OPEN_BALLOTS, datetime(2026, 12, 1, 9, tzinfo=UTC))
    assert call.expires_at == agenda.due_at
    assert agenda.expires_at == opening.due_at
    assert opening.expires_at == closing(committee, date(2026, 12, 1)) == datetime(2026, 12, 1, 16, tzinfo=UTC)


def test_days_off_do_not_count_as_days_before() -> None:
    committee = rules()
    call, agenda, _ = sitting_steps(committee, sitting(date(2026, 5, 5), committee), WorkingDays(holidays="FR"))
    assert local_day(agenda.due_at, PARIS) == date(2026, 4, 30)  # 1 May is a holiday
    assert local_day(call.due_at, PARIS) == date(2026, 4, 27)


def test_days_are_counted_back_from_the_actual_day_not_the_nominal_one() -> None:
    committee = rules()
    moved = Due(nominal=date(2026, 12, 1), at=moment(date(2026, 12, 3), time(10), PARIS))
    _, agenda, opening = sitting_steps(committee, moved, WorkingDays())
    assert local_day(agenda.due_at, PARIS) == date(2026, 12, 1)
    assert opening.expires_at == moment(date(2026, 12, 3), time(17), PARIS)


@given(
    day=st.dates(date(2024, 1, 1), date(2033, 12, 31)),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    calendar=st.sampled_from(CALENDARS),
    agenda=st.integers(1, 5),
    more=st.integers(1, 10),
    at=st.times(max_value=time(16, 59)).map(lambda at: at.replace(second=0, microsecond=0, fold=0)),
)
def test_steps_are_in_order_on_working_mornings_and_leave_no_gap(
    day: date, zone: ZoneInfo, calendar: str | None, agenda: int, more: int, at: time
) -> None:
    committee = rules(zone=zone, marks=agenda + more, agenda=agenda, at=at)
    working_days = WorkingDays(holidays=calendar)
    steps = sitting_steps(committee, sitting(day, committee), working_days)
    assert [step.due_at for step in steps] == sorted(step.due_at for step in steps)
    assert [step.expires_at for step in steps[:-1]] == [step.due_at for step in steps[1:]]
    assert all(step.expires_at is not None and step.expires_at > step.due_at for step in steps)
    for step in steps[:-1]:
        local = step.due_at.astimezone(zone)
        assert local.time() == MORNING
        assert working_days.is_working(local.date())
    assert steps[-1].due_at - steps[0].due_at >= timedelta(days=1)
