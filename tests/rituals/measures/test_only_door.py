"""Nothing but disclosure makes a published figure; storage only reads again what it wrote."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
DOOR = "rituals/measures/disclosure.py"


def makings(source: str) -> Iterator[int]:
    """The lines that make, change or vouch for a published figure."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "rituals.measures.disclosure":
            yield from (node.lineno for name in node.names if name.name.startswith("_"))
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in {"Published", "_warranted", "_warrant", "_sealed"}:
            yield node.lineno
        if called == "replace" and {"display", "warrant", "ci_low"} & {one.arg for one in node.keywords}:
            yield node.lineno


def code() -> dict[str, str]:
    """Every module of ours, by its path."""
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for folder in ("rituals", "storage", "bot")
        for path in sorted((ROOT / folder).rglob("*.py"))
    }


def test_published_figures_are_made_in_disclosure_and_nowhere_else() -> None:
    found = {path: list(makings(source)) for path, source in code().items()}
    assert {path for path, lines in found.items() if lines} == {DOOR}


def test_the_search_finds_what_it_is_for() -> None:
    for planted in (
        "figure = Published(metric='adoption')",
        "figure = disclosure.Published(**told)",
        "figure = replace(figure, x=3, warrant=anew)",
        "from rituals.measures.disclosure import _warranted",
    ):
        assert list(makings(planted)) == [1]
    assert not list(makings("words = text.replace('a', 'b')"))
