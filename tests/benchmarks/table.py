"""What was measured, as a table for people and as JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from tests.benchmarks.measure import Layers, Line


def shown(seconds: float) -> str:
    """A duration in the unit that suits it: "87 µs", "3.4 ms", "1.20 s"."""
    if seconds < 0.001:
        return f"{seconds * 1e6:.0f} µs"
    return f"{seconds * 1e3:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def table(found: Sequence[Line | Layers], facts: Mapping[str, object], skipped: Sequence[str]) -> str:
    """The lines by group, then the layers."""
    lines = [one for one in found if isinstance(one, Line)]
    rows = [("what", "ours", "bare limit", "ratio", "the limit is")]
    rows += [(one.what, shown(one.ours), shown(one.limit), f"{one.ratio:.1f}x", one.limit_is) for one in lines]
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
        text += [f"  {shown(seconds):>8}  {name}" for name, seconds in layers.steps]
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
                    "what": one.what,
                    "ours": one.ours,
                    "limit": one.limit,
                    "limit_is": one.limit_is,
                    "ratio": round(one.ratio, 2),
                }
                for one in found
                if isinstance(one, Line)
            ],
            "layers": [
                {"what": one.what, "steps": [{"what": what, "seconds": seconds} for what, seconds in one.steps]}
                for one in found
                if isinstance(one, Layers)
            ],
            "not_measured": list(skipped),
        },
        ensure_ascii=False,
        indent=2,
    )
