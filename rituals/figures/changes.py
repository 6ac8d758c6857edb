"""What changed since the four weeks before: a census by rule, samples where chance would hardly do it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rituals.figures.records import Change, Metric
from rituals.measures.adoption import change_arrow
from rituals.measures.disclosure import Figure, Published
from rituals.measures.statistics import Change as Compared
from rituals.measures.statistics import Direction, Proportion, Tier, flagged

COMPARED = (Metric.ADOPTION, Metric.HABIT, Metric.ESCALATION, Metric.CSAT)
"""The figures of which a change is worth saying."""

_CENSUS = frozenset({Metric.ADOPTION, Metric.HABIT})
"""Those that count everybody where they are measured; conversations stand for those to come, as answers do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One figure of an initiative as it was published for a Sunday and for the one four weeks `before`, and counted.

    `counted`: before and after, what they were counted from (of an estimate, the simple sample it is worth).
    """

    metric: Metric
    initiative: str
    before: Figure | None
    after: Figure | None
    counted: tuple[Proportion, Proportion]


def confirmed(pairs: Sequence[Pair], sunday: date) -> list[Change]:
    """The changes among all `pairs` of one Sunday that are worth saying, in their order.

    A census: by 2 points and 5 people or more. Samples: all are put to one test (Benjamini and Hochberg, and Newcombe's
    interval). Only where both were published, alike and anew, and what they show has moved: a change never says more
    about people than the two figures do.
    """
    told = [
        (pair, pair.before, pair.after)
        for pair in pairs
        if isinstance(pair.before, Published) and isinstance(pair.after, Published) and _alike(pair.before, pair.after)
    ]
    samples = [pair for pair, _, after in told if not _is_census(pair.metric, after)]
    flags = flagged([Compared(before=pair.counted[0], after=pair.counted[1]) for pair in samples])
    moved = {
        (pair.metric, pair.initiative): _direction(*pair.counted)
        for pair, is_flagged in zip(samples, flags, strict=True)
        if is_flagged
    }
    found = []
    for pair, before, after in told:
        direction = (
            change_arrow(*pair.counted) if _is_census(pair.metric, after) else moved.get((pair.metric, pair.initiative))
        )
        if direction is not None and direction is _shown_move(before, after):
            found.append(
                Change(
                    metric=pair.metric,
                    initiative=pair.initiative,
                    sunday=sunday,
                    before=before,
                    after=after,
                    direction=direction,
                )
            )
    return found


def is_told_flat(before: Figure | None, after: Figure | None) -> bool:
    """Whether two figures four weeks apart may be compared at all, so that no change is worth saying too."""
    return isinstance(before, Published) and isinstance(after, Published) and _alike(before, after)


def _is_census(metric: Metric, figure: Published) -> bool:
    return metric in _CENSUS and figure.tier is Tier.MEASURED


def _alike(before: Published, after: Published) -> bool:
    return (
        before.method == after.method
        and before.tier is after.tier
        and after.tier is not Tier.INDICATIVE
        and not before.carried_forward
        and not after.carried_forward
    )


def _direction(before: Proportion, after: Proportion) -> Direction | None:
    if before.rate is None or after.rate is None or before.rate == after.rate:
        return None
    return Direction.UP if after.rate > before.rate else Direction.DOWN


def _shown_move(before: Published, after: Published) -> Direction | None:
    one, other = _shown(before), _shown(after)
    if one is None or other is None:
        return None
    if other[0] > one[0] and other[1] > one[1]:
        return Direction.UP
    return Direction.DOWN if other[0] < one[0] and other[1] < one[1] else None


def _shown(figure: Published) -> tuple[int, int] | None:
    low, high = figure.display.low, figure.display.high
    return None if low is None or high is None else (low, high)
