"""The rules of rituals as JSON text and back, so that what has begun keeps its own."""

import json
from functools import cache, lru_cache
from typing import Any

from pydantic import TypeAdapter

from rituals.committee.rules import CommitteeRules
from rituals.digests.rules import DigestRules
from rituals.figures.rules import FigureRules
from rituals.occurrences import Rules
from rituals.pulses.rules import PulseRules
from rituals.reviews.rules import ReviewRules

KINDS: dict[str, type] = {
    "committee": CommitteeRules,
    "pulse": PulseRules,
    "figures": FigureRules,
    "review": ReviewRules,
    "digest": DigestRules,
}
"""The kinds of rituals by the names under which their rules are kept, which never change."""


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(KINDS[kind])


def to_json(rules: Rules) -> str:
    """The rules as compact JSON, their kind beside them. Raises ValueError for what is no ritual's rules."""
    for kind, made in KINDS.items():
        if isinstance(rules, made):
            # The sets in them have no order of their own: the same rules give the same text.
            value = _adapter(kind).dump_python(rules, mode="json")
            ordered = {name: sorted(each) if name in {"voters", "readers"} else each for name, each in value.items()}
            return json.dumps({"kind": kind, "rules": ordered}, ensure_ascii=False, separators=(",", ":"))
    raise ValueError(f"no ritual has rules of the kind {type(rules).__name__}")


@lru_cache(maxsize=256)
def from_json(text: str) -> Rules:
    """The rules a JSON text holds; a rule made since has its default. Raises pydantic.ValidationError, KeyError."""
    value = json.loads(text)
    found: Rules = _adapter(value["kind"]).validate_python(value["rules"])
    return found
