"""Charts: what a chart shows, in the reader's words and numbers, whoever draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from bot.i18n.plain import cut
from bot.i18n.translator import Translator, rounded
from rituals.measures.disclosure import Form, Published
from rituals.messages import Amount, Chart, Day, Series, Share

MOST_LABELS = 20

# --- what there is to draw -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One series: a number for each label of its plot, in the plot's unit; None leaves a gap."""

    name: str
    points: tuple[Decimal | None, ...]

    @property
    def last(self) -> int | None:
        """The place of the last number, None without any."""
        return next((at for at in reversed(range(len(self.points))) if self.points[at] is not None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A chart in one language, its numbers in `unit` as in Amount, shares in percent.

    `days`: the labels as days, None where they are words. `target` has one number, for the whole width. A share that
    is shown as anything but a percentage has no number and is a gap: a dot would say more than its words do.
    """

    title: str
    alt: str
    style: Literal["line", "bar"]
    unit: str
    unit_name: str
    labels: tuple[str, ...]
    days: tuple[date, ...] | None
    lines: tuple[Line, ...]
    target: Line | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is no number to draw."""
        return all(line.last is None for line in self.lines)


def plot(chart: Chart, translator: Translator) -> Plot:
    """The numbers and words of `chart`.

    Raises ValueError for 0 or more than 20 labels, a series with another number of points, or points of several units.
    """
    size = len(chart.labels)
    if not 1 <= size <= MOST_LABELS:
        raise ValueError(f"a chart has 1 to {MOST_LABELS} labels, not {size}")
    drawn = [*chart.series, *([chart.target] if chart.target else [])]
    if any(len(series.points) != size for series in chart.series):
        raise ValueError("a series has a point, or None, for each label")
    units = {_unit(point) for series in drawn for point in series.points if point is not None}
    if len(units) > 1:
        raise ValueError(f"one chart, one unit: {', '.join(sorted(units))}")
    unit = units.pop() if units else ""
    days = [label.on for label in chart.labels if isinstance(label, Day)]
    return Plot(
        title=translator.say(chart.title),
        alt=translator.say(chart.alt),
        style=chart.style,
        unit=unit,
        unit_name=translator.unit(unit),
        labels=_labels(chart, translator),
        days=tuple(days) if len(days) == size else None,
        lines=tuple(_line(series, translator) for series in chart.series),
        target=_level(chart.target, translator) if chart.target else None,
    )


def whole(full: Plot) -> tuple[Plot, tuple[str, ...]]:
    """`full` for platforms that know no gaps, and which labels a reader would miss.

    Series without a number are left out, and then the labels at which one of the others has none: to be told apart
    where a line is drawn over them; before the beginning and after the end there is nothing to be misled by.
    """
    lines = [line for line in full.lines if line.last is not None]
    kept = [at for at in range(len(full.labels)) if all(line.points[at] is not None for line in lines)]
    if not lines or not kept:
        return replace(full, lines=()), ()
    around = range(kept[0], kept[-1]) if full.style == "line" else range(len(full.labels))
    gaps = tuple(full.labels[at] for at in around if at not in kept)
    return (
        replace(
            full,
            labels=tuple(full.labels[at] for at in kept),
            days=None if full.days is None else tuple(full.days[at] for at in kept),
            lines=tuple(Line(name=line.name, points=tuple(line.points[at] for at in kept)) for line in lines),
        ),
        gaps,
    )


def distinct(names: Sequence[str], limit: int) -> list[str]:
    """The names within `limit` characters, none empty and no two alike: "Ana", "Ana 2"."""
    found: list[str] = []
    for name in names:
        shown = cut(name, limit) if name.strip() else "…"
        number = 1
        while shown in found:
            number += 1
            shown = f"{cut(name, limit - len(str(number)) - 1)} {number}"
        found.append(shown)
    return found


def _labels(chart: Chart, translator: Translator) -> tuple[str, ...]:
    def words(*, year: bool) -> list[str]:
        return [
            translator.short_day(label.on, year=year) if isinstance(label, Day) else translator.say(label)
            for label in chart.labels
        ]

    short = words(year=False)
    return tuple(short if len(set(short)) == len(short) else words(year=True))


def _line(series: Series, translator: Translator) -> Line:
    return Line(name=translator.say(series.name), points=tuple(map(_number, series.points)))


def _level(target: Series, translator: Translator) -> Line | None:
    """The target as one level: its last number, the one that holds now."""
    line = _line(target, translator)
    return None if line.last is None else Line(name=line.name, points=(line.points[line.last],))


def _unit(point: Share | Amount) -> str:
    return "%" if isinstance(point, Share) else point.unit


def _number(point: Share | Amount | None) -> Decimal | None:
    if isinstance(point, Amount):
        return rounded(point.value * (100 if point.unit == "%" else 1))
    if isinstance(point, Share) and isinstance(point.figure, Published):
        display = point.figure.display
        return Decimal(display.low) if display.form is Form.PERCENT and display.low is not None else None
    return None


def plain_number(number: Decimal) -> int | float:
    """The number as JSON has it: whole where it is whole."""
    return int(number) if number == number.to_integral_value() else float(number)
