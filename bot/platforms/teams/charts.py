"""Teams' own charts, with words for whoever does not see them."""

from __future__ import annotations

from decimal import Decimal

from bot.charts import Plot, distinct, plain_number, plot, whole
from bot.i18n.plain import cut, never_empty
from bot.i18n.translator import Translator
from bot.platforms.teams.activities import Json
from bot.platforms.teams.elements import LABEL, inert, rich_text, small_run, text_run
from rituals.messages import Chart, Several, say

_CHART_LABEL = 40


def chart_of(chart: Chart, translator: Translator, picture: str | None) -> list[Json]:
    """Teams' own chart, and below it in words what there is to see: charts have no alternative text."""
    shown, gaps = whole(plot(chart, translator))
    title = rich_text([text_run(cut(shown.title, LABEL), bold=True)])
    words = [shown.alt]
    if shown.is_empty:
        return [title, {**rich_text([text_run(shown.alt)]), "spacing": "None"}]
    if gaps:
        words.append(translator.say(say("renderer-chart-gaps", labels=Several(items=gaps))))
    fallback = title if picture is None else {"type": "Image", "url": picture, "altText": cut(shown.title, LABEL)}
    return [
        {**_native(shown), "fallback": fallback},
        *(rich_text([small_run(line)], spacing="Small") for line in words),
    ]


def _native(shown: Plot) -> Json:
    # Teams draws days in their order and at their distance when they are written as YYYY-MM-DD.
    is_line = shown.style == "line"
    dates = [day.isoformat() for day in shown.days] if is_line and shown.days else None
    places = dates or distinct([inert(label) for label in shown.labels], _CHART_LABEL)
    rows = [(line.name, line.points) for line in shown.lines]
    if shown.target is not None:
        rows.append((shown.target.name, shown.target.points * len(places)))
    names = distinct([inert(name) for name, _ in rows], _CHART_LABEL)
    data = [
        {
            "legend": name,
            "values": [{"x": at, "y": plain_number(y or Decimal())} for at, y in zip(places, points, strict=True)],
        }
        for name, (_, points) in zip(names, rows, strict=True)
    ]
    head: Json = {"title": never_empty(inert(shown.title), LABEL)}
    if shown.unit_name:
        head["yAxisTitle"] = shown.unit_name
    if is_line:
        return {"type": "Chart.Line", **head, "data": data}
    if len(data) == 1:
        return {"type": "Chart.VerticalBar", **head, "data": data[0]["values"]}
    return {"type": "Chart.VerticalBar.Grouped", **head, "data": data}
