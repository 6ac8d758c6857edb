"""What was measured, as a table for people and as JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tests.benchmarks.measure import Layers, Line, Spread


def shown(seconds: float) -> str:
    """A duration in the unit that suits it: "87 µs", "3.4 ms", "1.20 s"."""
    return " ".join(_in_unit(seconds, seconds))


def spread(taken: Spread) -> str:
    """The median, the least and the most, all in the median's unit: "3.4 ms (3.1 … 5.0)"."""
    least, most = (_in_unit(seconds, taken.median)[0] for seconds in (taken.least, taken.most))
    return f"{shown(taken.median)} ({least} … {most})"


def _in_unit(seconds: float, like: float) -> tuple[str, str]:
    """A duration in the unit that suits another one."""
    if like < 0.001:
        return f"{seconds * 1e6:.0f}", "µs"
    return (f"{seconds * 1e3:.1f}", "ms") if like < 1 else (f"{seconds:.2f}", "s")


def table(found: Sequence[Line | Layers]) -> str:
    """The lines of one group, then the layers."""
    rows = [("path", "ours (least … most)", "bare limit (least … most)", "ratio", "goal", "the limit is")]
    rows += [_row(one) for one in found if isinstance(one, Line)]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    text = []
    for row in rows:
        numbers = "  ".join(f"{row[column]:>{widths[column]}}" for column in range(1, 5))
        text.append(f"{row[0]:<{widths[0]}}  {numbers}  {row[5]}".rstrip())
    for layers in (one for one in found if isinstance(one, Layers)):
        text += ["", f"Where the time goes: {layers.what}"]
        text += [f"  {shown(taken.median):>8}  {name}" for name, taken in layers.steps]
    return "\n".join(text) + "\n"


def _row(line: Line) -> tuple[str, str, str, str, str, str]:
    unit = " CPU" if line.unit == "s CPU" else ""
    limit = spread(line.limit) + unit if line.limit is not None else ""
    ratio = f"{line.ratio:.1f}x" if line.ratio is not None else ""
    return line.path, spread(line.ours) + unit, limit, ratio, _goal(line), line.limit_is


def _goal(line: Line) -> str:
    if line.met is None:
        return ""
    wanted = f"< {shown(line.under)}" if line.under is not None else f"{line.most_times:.1f}x"
    return f"{wanted} {'met' if line.met else 'MISSED'}"


def as_json(found: Sequence[Line | Layers]) -> str:
    """The lines, a JSON list: medians in seconds under `limit` and `ours`, with the least and the most beside them.

    `goal`: of the `ratio` (at most), or of `ours` itself (seconds to stay under), as `goal_of` says.
    """
    return json.dumps([_as_json(one) for one in found if isinstance(one, Line)], ensure_ascii=False, indent=2) + "\n"


def _as_json(line: Line) -> dict[str, object]:
    limit, ours = line.limit, line.ours
    said: dict[str, object] = {
        "path": line.path,
        "database": line.database,
        "transport": line.transport,
        "limit": limit.median if limit else None,
        "ours": ours.median,
        "unit": line.unit,
        "ratio": round(line.ratio, 2) if line.ratio is not None else None,
        "goal": line.under if line.under is not None else line.most_times,
        "met": line.met,
    }
    if line.met is not None:
        said["goal_of"] = "ours" if line.under is not None else "ratio"
    if limit:
        said |= {"limit_least": limit.least, "limit_most": limit.most, "limit_is": line.limit_is}
    return said | {"ours_least": ours.least, "ours_most": ours.most, "rounds": ours.rounds, "group": line.group}
