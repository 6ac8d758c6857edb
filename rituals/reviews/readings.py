"""Readings of a KPI put side by side: what may be told of each, how it stands and where it is heading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby

from rituals.kpis import FEWEST_POINTS, Colour, Grey, Kpi, Reading, Status, progress, projection, status, theil_sen
from rituals.measures.disclosure import Figure, Form, Published
from rituals.measures.statistics import Interval, percent
from rituals.messages import Amount, Share
from rituals.reviews.board import Course, DatedValue, KpiStatus, Outlook, Told

MOST_READINGS = 12
"""How many of the last readings are looked at."""

ONE_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A value of one day as it may be told, and as it is judged; `reading` None where it cannot be."""

    on: date
    value: Told
    reading: Reading | None


def of_figure(figure: Figure, sunday: date) -> Past:
    """What was published for a Sunday: nothing but what a reader sees of it is judged."""
    return Past(on=sunday, value=Share(figure=figure), reading=_read(figure, sunday))


def of_reading(reading: Reading, unit: str) -> Past:
    """What somebody gave, or a file."""
    return Past(on=reading.on, value=Amount.of(reading.value, unit), reading=reading)


def sundays(until: date) -> list[date]:
    """The last Sundays up to that day, oldest first."""
    last = until - timedelta(days=until.isoweekday() % 7)
    return [last - weeks * ONE_WEEK for weeks in reversed(range(MOST_READINGS))]


def totals(amounts: Sequence[tuple[date, Fraction]], frequency: timedelta, until: date) -> list[Reading]:
    """Dated amounts summed up by week, month or quarter (as the `frequency` is), of the periods over by `until`."""
    found = []
    for period, group in groupby(sorted(amounts), key=lambda one: _period(one[0], frequency)):
        dated = list(group)
        if period < _period(until, frequency):
            found.append(Reading(value=sum((amount for _, amount in dated), Fraction()), on=dated[-1][0]))
    return found[-MOST_READINGS:]


def assess(kpi: Kpi, past: Sequence[Past], *, today: date, ahead: date) -> KpiStatus:
    """How `kpi` stands on `today` by its readings, oldest first; a trend is carried on to the day `ahead`."""
    last = past[-1] if past else None
    found = status(kpi, last.reading if last else None, today=today)
    if found.grey is Grey.NO_DATA and last is not None:
        found = Status(colour=Colour.GREY, grey=Grey.TOO_FEW)
    known = [one.reading for one in past if one.reading is not None]
    course, outlook = _course(kpi, known, ahead) if found.grey is None else (None, None)
    judged = last.reading if last and found.grey in {None, Grey.TOO_EARLY} else None
    return KpiStatus(
        kpi=kpi.key,
        title=kpi.title,
        direction=kpi.direction,
        colour=found.colour,
        grey=found.grey,
        approximate=found.approximate,
        value=last.value if last else None,
        on=last.on if last else None,
        n=last.reading.n if last and last.reading else None,
        baseline=None if kpi.baseline is None else Amount.of(kpi.baseline, kpi.unit),
        target=None if kpi.target is None else Amount.of(kpi.target, kpi.unit),
        amber=None if kpi.amber is None else Amount.of(kpi.amber, kpi.unit),
        progress=progress(kpi, judged.value) if judged else None,
        review_date=kpi.review_date if kpi.is_target_due(today) else None,
        course=course,
        outlook=outlook,
        past=tuple(
            DatedValue(on=one.on, value=one.value if one.reading is not None else None) for one in past[-MOST_READINGS:]
        ),
    )


def _course(kpi: Kpi, known: Sequence[Reading], ahead: date) -> tuple[Course | None, Outlook | None]:
    """Where a line through the readings surely leads; an outlook only where that is somewhere."""
    if len(known) < FEWEST_POINTS or known[0].on == known[-1].on:
        return None, None
    points = [((reading.on - known[0].on).days, reading.value) for reading in known]
    low, high = theil_sen(points).slope_interval
    if low <= 0 <= high:
        return Course.UNCLEAR, None
    value = projection(points, (ahead - known[0].on).days, share=kpi.is_share)
    outlook = None if value is None else Outlook(on=ahead, value=Amount.of(value, kpi.unit))
    return Course.RISING if low > 0 else Course.FALLING, outlook


def _read(figure: Figure, on: date) -> Reading | None:
    if not isinstance(figure, Published) or figure.display.form is Form.WORD:
        return None
    display = figure.display
    low = Fraction(display.low if display.low is not None else 0, 100)
    high = Fraction(display.high if display.high is not None else 100, 100)
    match display.form:
        case Form.AT_LEAST:
            value = low
        case Form.AT_MOST:
            value = high
        case _:
            value = (low + high) / 2
    interval = None if low == high else Interval(low=float(low), high=float(high))
    if figure.ci_low is not None and figure.ci_high is not None:
        interval = Interval(low=figure.ci_low, high=figure.ci_high)
    # Where the count is told and is what the percentage shows, it is judged to the point.
    if display.form is Form.PERCENT and figure.x is not None and percent(Fraction(figure.x, figure.n)) == display.low:
        value = Fraction(figure.x, figure.n)
    return Reading(value=value, on=on, n=figure.n, interval=interval)


def _period(on: date, frequency: timedelta) -> tuple[int, int]:
    if frequency <= ONE_WEEK:
        return on.isocalendar()[:2]
    if frequency <= timedelta(days=31):
        return on.year, on.month
    return on.year, (on.month - 1) // 3
