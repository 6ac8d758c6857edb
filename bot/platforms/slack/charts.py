"""Charts as Slack draws them itself, as pictures, or in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.charts import Plot, distinct, plain_number, plot, whole
from bot.i18n.plain import cut, never_empty
from bot.i18n.translator import Translator
from bot.platforms.slack.elements import LABEL, TEXT, Json, rich_text, section, small_print, text_run
from rituals.messages import Chart, Part, Several, say

# In a message.
_CHARTS = 2

# Block Kit's limits, in characters.
_CHART_TITLE = 50
_CHART_AXIS = 50
_CHART_LABEL = 20

ChartFiles = Sequence[str | None]
"""For each chart of a message, the id of the file that shows it on Slack; None for a chart that is put into words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A part that is drawn the same whatever the extent."""

    blocks: tuple[Json, ...]


def drawn(parts: Sequence[Part], translator: Translator) -> list[Part | Ready]:
    """The parts with the charts that Slack draws itself; two of them are as many as a message may hold."""
    ready: list[Part | Ready] = []
    left = _CHARTS
    for part in parts:
        shown, gaps = whole(plot(part, translator)) if isinstance(part, Chart) else (None, ())
        if shown is None or shown.is_empty or not left:
            ready.append(part)
            continue
        left -= 1
        words = [shown.alt, *([_gaps(gaps, translator)] if gaps else [])]
        ready.append(Ready(blocks=(_data_visualization(shown), *map(small_print, words))))
    return ready


def pictured(parts: Sequence[Part], translator: Translator, pictures: ChartFiles) -> list[Part | Ready]:
    """The parts with charts shown as pictures where there are any."""
    left = iter(pictures)
    ready: list[Part | Ready] = []
    for part in parts:
        file = next(left, None) if isinstance(part, Chart) else None
        if file is None or not isinstance(part, Chart):
            ready.append(part)
            continue
        # The picture is named in short; what there is to see stands below it for everybody, as under a drawn chart.
        image = {
            "type": "image",
            "slack_file": {"id": file},
            "alt_text": never_empty(translator.say(part.title), LABEL),
        }
        ready.append(Ready(blocks=(image, small_print(translator.say(part.alt)))))
    return ready


def _data_visualization(shown: Plot) -> Json:
    """Slack's own chart. It takes bare strings; the documentation knows no markup in them."""
    categories = distinct(shown.labels, _CHART_LABEL)
    rows = [(line.name, line.points) for line in shown.lines]
    if shown.target is not None:
        rows.append((shown.target.name, shown.target.points * len(categories)))
    names = distinct([name for name, _ in rows], _CHART_LABEL)
    axes: Json = {"categories": categories}
    if shown.unit_name:
        axes["y_label"] = cut(shown.unit_name, _CHART_AXIS)
    return {
        "type": "data_visualization",
        "title": never_empty(shown.title, _CHART_TITLE),
        "chart": {
            "type": shown.style,
            "series": [
                {
                    "name": name,
                    "data": [
                        {"label": label, "value": plain_number(point)}
                        for label, point in zip(categories, points, strict=True)
                        if point is not None
                    ],
                }
                for name, (_, points) in zip(names, rows, strict=True)
            ],
            "axis_config": axes,
        },
    }


def in_words(chart: Chart, translator: Translator) -> list[Json]:
    """The title of a chart and what there is to see."""
    runs = [
        text_run(cut(translator.say(chart.title), TEXT), bold=True),
        text_run("\n"),
        text_run(translator.say(chart.alt)),
    ]
    return [rich_text(section(runs))]


def _gaps(labels: Sequence[str], translator: Translator) -> str:
    return translator.say(say("renderer-chart-gaps", labels=Several(items=tuple(labels))))
