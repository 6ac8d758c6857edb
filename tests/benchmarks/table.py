"""What was measured, as a table for people and as JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

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


def table(found: Sequence[Line | Layers], facts: Mapping[str, object], skipped: Sequence[str]) -> str:
    """The lines by group, then the layers."""
    lines = [one for one in found if isinstance(one, Line)]
    rows = [("path", "ours (least … most)", "bare limit (least … most)", "ratio", "the limit is")]
    rows += [(one.path, spread(one.ours), spread(one.limit), f"{one.ratio:.1f}x", one.limit_is) for one in lines]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    text = ["  ".join(f"{name}: {value}" for name, value in facts.items()), ""]
    group = ""
    for row, line in zip(rows, [None, *lines], strict=True):
        if line is not None and line.group != group:
            text.append("")
            group = line.group
        text.append(
            f"{row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]:>{widths[3]}}  {row[4]}"
        )
    for layers in (one for one in found if isinstance(one, Layers)):
        text += ["", f"Where the time goes: {layers.what}"]
        text += [f"  {shown(taken.median):>8}  {name}" for name, taken in layers.steps]
    text += ["", *(f"Not measured: {why}" for why in skipped)] if skipped else []
    return "\n".join(text) + "\n"


def as_json(found: Sequence[Line | Layers], facts: Mapping[str, object], skipped: Sequence[str]) -> str:
    """The same, times in seconds."""
    return json.dumps(
        {
            "facts": dict(facts),
            "lines": [
                {
                    "group": one.group,
                    "path": one.path,
                    "database": one.database,
                    "transport": one.transport,
                    "limit_is": one.limit_is,
                    "limit": asdict(one.limit),
                    "ours": asdict(one.ours),
                    "unit": one.unit,
                    "ratio": round(one.ratio, 2),
                }
                for one in found
                if isinstance(one, Line)
            ],
            "layers": [
                {"what": one.what, "steps": [{"what": what, "seconds": taken.median} for what, taken in one.steps]}
                for one in found
                if isinstance(one, Layers)
            ],
            "not_measured": list(skipped),
        },
        ensure_ascii=False,
        indent=2,
    )
