"""The shape of what travels: JSON objects, read and written compactly."""

from json import JSONEncoder
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

_COMPACT = JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_SORTED = JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def compact(value: object) -> str:
    """Answer the shortest JSON text of the value, in the order its keys were given."""
    return _COMPACT.encode(value)


def digest_text(value: object) -> str:
    """Answer one JSON text for equal values whatever the order of their keys."""
    return _SORTED.encode(value)
