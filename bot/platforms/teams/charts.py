"""Teams' own charts, with words for whoever does not see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from bot.charts import Plot, distinct, plain_number, plot, whole
from bot.i18n.plain import cut, never_empty
from bot.i18n.translator import Translator
from bot.platforms.teams.activities import Json
from bot.platforms.teams.elements import LABEL, inert, rich_text, small_run, text_run
from rituals.messages import Chart, Several, say

_CHART_LABEL = 40

_SHORT_DAYS = 10
"""Up to so many days have room for the words they are called by below a line."""

_COLORS = (
    *("categoricalLightBlue", "categoricalPurple", "categoricalTeal"),
    *("categoricalMarigold", "categoricalLavender", "categoricalLime"),
)
"""Of the series, in their order: neighbours differ in lightness too. Teams' own are a navy and a violet much alike."""

_TARGET = "neutral"
"""A light grey: a level to be measured by, not one more series."""


def chart_of(chart: Chart, translator: Translator) -> list[Json]:
    """Teams' own chart, and below it in words what there is to see: charts have no alternative text.

    A client that draws none shows its title in its place.
    """
    shown, gaps = whole(plot(chart, translator))
    title = rich_text([text_run(cut(shown.title, LABEL), bold=True)])
    words = [shown.alt]
    if shown.is_empty:
        return [title, {**rich_text([text_run(shown.alt)]), "spacing": "None"}]
    if gaps:
        words.append(translator.say(say("renderer-chart-gaps", labels=Several(items=gaps))))
    return [
        {**_native(shown), "fallback": title},
        *(rich_text([small_run(line)], spacing="Small") for line in words),
    ]


def _native(shown: Plot) -> Json:
    is_line = shown.style == "line"
    dated = shown.days if is_line and shown.days and not _are_named(shown.days) else ()
    places = [day.isoformat() for day in dated] or distinct([inert(label) for label in shown.labels], _CHART_LABEL)
    rows = [(line.name, line.points, _COLORS[n % len(_COLORS)]) for n, line in enumerate(shown.lines)]
    if shown.target is not None:
        rows.append((shown.target.name, shown.target.points * len(places), _TARGET))
    names = distinct([inert(name) for name, _, _ in rows], _CHART_LABEL)
    data = [
        {
            "legend": name,
            "color": color,
            "values": [{"x": at, "y": plain_number(y or Decimal())} for at, y in zip(places, points, strict=True)],
        }
        for name, (_, points, color) in zip(names, rows, strict=True)
    ]
    head: Json = {"title": never_empty(inert(shown.title), LABEL)}
    if shown.unit_name:
        head["yAxisTitle"] = shown.unit_name
    if is_line:
        return {"type": "Chart.Line", **head, "data": data}
    if len(data) == 1:
        return {"type": "Chart.VerticalBar", **head, "data": data[0]["values"]}
    return {"type": "Chart.VerticalBar.Grouped", **head, "data": data}


def _are_named(days: Sequence[date]) -> bool:
    """Whether these days are called by our own words below a line, and not left to Teams.

    Days written as YYYY-MM-DD Teams draws at their distance, but what it names below the line are days of its own
    choice, in long words that it cuts after the month: ours are named where there is room, and nothing to be misled by
    because they follow each other evenly, as weeks and months do.
    """
    steps = [after - before for before, after in pairwise(days)]
    return len(days) <= _SHORT_DAYS and (not steps or max(steps) <= min(steps) * 1.5)
