"""The shape of the settings: which keys a section has, of which kind it is, and the field that a place names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.settings_tree import Settings
from bot.yaml_source import KeyPath
from rituals.messages import Text, say

TAG = "kind"
"""The key that tells of which kind a section is, where there are several."""


def bare(annotation: Any) -> Any:
    """An annotation without Annotated and without "or None"."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, UnionType):
        kinds = [kind for kind in get_args(annotation) if kind is not NoneType]
        return bare(kinds[0]) if len(kinds) == 1 else annotation
    return annotation


def is_section(annotation: Any) -> bool:
    """Whether a value holds others: a section, sections by key, or a list."""
    kind = bare(annotation)
    return get_origin(kind) in (Mapping, tuple) or fields_of(kind, None) is not None


def variants(kind: Any) -> dict[str, type[BaseModel]]:
    """The sections one of which a value is, by the tag that tells which; none where it is no such union."""
    if get_origin(kind) not in (Union, UnionType):
        return {}
    models = [one for one in map(bare, get_args(kind)) if isinstance(one, type) and issubclass(one, BaseModel)]
    return {tag: model for model in models for tag in get_args(bare(model.model_fields[TAG].annotation))}


def fields_of(kind: Any, values: object) -> Mapping[str, FieldInfo] | None:
    """The keys of a section; those of every kind where it may be of several and does not say which. None of others."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind.model_fields
    known = variants(kind)
    tag = values.get(TAG) if isinstance(values, Mapping) else None
    if isinstance(tag, str) and tag in known:
        return known[tag].model_fields
    return {name: info for model in known.values() for name, info in model.model_fields.items()} or None


def _inner(kind: Any) -> Any:
    """What the values of a mapping or the items of a list are; None of others."""
    if get_origin(kind) is Mapping:
        return bare(get_args(kind)[1])
    return bare(get_args(kind)[0]) if get_origin(kind) is tuple else None


def field_at(path: KeyPath, tree: object) -> FieldInfo | None:
    """The field that `path` names, or the one it stands in; `tree` tells of what kind the sections on the way are."""
    found: FieldInfo | None = None
    kind: Any = Settings
    for part in path:
        fields = fields_of(kind, tree)
        if fields is None:
            kind = _inner(kind)
        else:
            found = fields.get(str(part))
            kind = bare(found.annotation) if found is not None else None
        tree = tree.get(part) if isinstance(tree, Mapping) else None
    return found


def untagged(location: Sequence[str | int]) -> KeyPath:
    """Where a value stands, of a place as pydantic tells it: with the kinds of sections, and "[key]" for a key."""
    path: list[str | int] = []
    kind: Any = Settings
    for part in location:
        several = variants(kind)
        if part in several:
            kind = several[str(part)]
        elif not (isinstance(part, str) and part.startswith("[")):
            path.append(part)
            fields = fields_of(kind, None)
            info = fields.get(str(part)) if fields is not None else None
            kind = _inner(kind) if fields is None else bare(info.annotation) if info is not None else None
    return tuple(path)


def leaves(annotation: Any, tree: object, path: KeyPath) -> Iterator[KeyPath]:
    """The paths of single values: those of the tree's own keys where keys are free; none inside lists of sections."""
    kind = bare(annotation)
    below = tree if isinstance(tree, dict) else {}
    fields = fields_of(kind, tree)
    if fields is not None:
        for name, info in fields.items():
            yield from leaves(info.annotation, below.get(name), (*path, name))
    elif get_origin(kind) is Mapping:
        for key, value in below.items():
            yield from leaves(get_args(kind)[1], value, (*path, key))
    elif not (get_origin(kind) is tuple and is_section(get_args(kind)[0])):
        yield path


def wanted(info: FieldInfo | None) -> Text:
    """What a key asks for: "a number from 1 to 10"."""
    if info is None or not info.description:
        return say("settings-wanted-value")
    bounds = {
        blank: str(bound)
        for limit in info.metadata
        for blank, bound in (("least", getattr(limit, "ge", None)), ("most", getattr(limit, "le", None)))
        if bound is not None
    }
    return Text(key=info.description, values=dict(bounds))
