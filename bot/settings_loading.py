"""One loading of the settings: what the file, the environment and the arguments give, merged and checked."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.i18n.translator import LANGUAGES, Language
from bot.settings_agreement import Agreement
from bot.settings_findings import KEEP_ONE, SECRETS, Findings
from bot.settings_shape import TAG, bare, field_at, fields_of, is_section, leaves, untagged, variants, wanted
from bot.settings_tree import Settings
from bot.settings_values import Wrong
from bot.yaml_source import (
    ARGUMENTS,
    ENVIRONMENT,
    PREFIX,
    Fault,
    KeyPath,
    dotted,
    masked,
    meant,
    nearest,
    read_yaml,
    variable,
)
from rituals.messages import Text, say

_NEVER_IN_FILE = SECRETS - {("database", "url")}
_RIVALS: dict[KeyPath, KeyPath] = {("database", "path"): ("database", "url"), ("database", "url"): ("database", "path")}
_SECRET_BYTES = 10_000
_KEY = re.compile(r"[a-z](?:_?[a-z0-9-])*")


@dataclass(slots=True)
class Loading:
    """One loading: what is found wrong, and the merged tree so far."""

    found: Findings
    tree: dict[str, Any] = field(default_factory=dict)

    def run(
        self, path: Path, environ: Mapping[str, str], overrides: Mapping[str, object], *, need_secrets: bool
    ) -> Settings | None:
        source = read_yaml(path, secrets=SECRETS)
        self.found.marks = source.marks
        self.found.faults.extend(source.faults)
        self.found.at_fault.update(
            path for path in source.marks if any(dotted(path) == fault.key for fault in source.faults)
        )
        unreadable = any(not fault.key for fault in source.faults)
        self.tree = copy.deepcopy(dict(source.values))
        given = self._given(environ, report=not unreadable)
        self.found.secrets = {value for _, path, value in given if path in SECRETS and len(value) >= 6}
        if unreadable:
            return None  # what the file holds is unknown: whatever else one said would be guesswork
        for name, path_of, value in given:
            if path_of[-1] == "kind":  # which keys the file may give hangs on it
                self._put(path_of, value, (ENVIRONMENT, name))
        self.tree = self._fit_section(Settings, self.tree, ())
        self._refuse_rivals_in_file()
        for name, path_of, value in given:
            self._put(path_of, self._split(path_of, value), (ENVIRONMENT, name))
        for key, chosen in _flat(overrides):
            self._override(key, chosen)
        settings = self._validated()
        agreement = Agreement(self.tree, self.found)
        agreement.check()
        agreement.check_platforms(need=need_secrets)
        return settings

    @property
    def locale(self) -> Language:
        """The organisation's language as far as it can be read, whatever else is wrong; English otherwise."""
        house = self.tree.get("organisation")
        said = house.get("locale") if isinstance(house, dict) else None
        return next((language for language in LANGUAGES if language == said), "en")

    # --- the file's keys

    def _fit(self, annotation: Any, value: object, path: KeyPath) -> object:
        kind = bare(annotation)
        if isinstance(value, str) and any(secret in value for secret in self.found.secrets):
            self.found.fault(path, say("settings-value-is-secret"), say("settings-do-revoke"))
            return None
        if isinstance(value, dict):
            if fields_of(kind, value) is not None:
                return self._fit_section(kind, value, path)
            if get_origin(kind) is Mapping:
                return self._fit_named(get_args(kind)[1], value, path)
            return value
        if isinstance(value, list):
            inner = get_args(kind)[0] if get_origin(kind) is tuple else str
            return [self._fit(inner, item, (*path, index)) for index, item in enumerate(value)]
        return value

    def _fit_section(self, kind: Any, values: Mapping[str, object], path: KeyPath) -> dict[str, Any]:
        fields = fields_of(kind, values) or {}
        fitted: dict[str, Any] = {}
        for key, value in values.items():
            here = (*path, key)
            info = fields.get(key)
            if here in _NEVER_IN_FILE:
                cure = say("settings-do-give-secret", variable=variable(here))
                self.found.fault(here, say("settings-secret-in-file"), cure, at_key=True)
            elif info is None:
                known = [name for name in fields if (*path, name) not in _NEVER_IN_FILE]
                self._unknown_key(here, known, variants(kind), values.get(TAG))
            elif value is None:
                if not is_section(info.annotation):
                    self.found.fault(here, say("settings-empty"), say("settings-do-give-or-out", wanted=wanted(info)))
            else:
                fit = self._fit(info.annotation, value, here)
                if fit is not None:
                    fitted[key] = fit
        return fitted

    def _unknown_key(
        self, path: KeyPath, known: Sequence[str], variants: Mapping[str, type[BaseModel]], kind: object
    ) -> None:
        key = str(path[-1])
        having = [tag for tag, model in variants.items() if key in model.model_fields]
        if having:
            cure = say("settings-do-other-kind", kinds=", ".join(having))
            self.found.fault(path, say("settings-key-of-no-kind", kind=str(kind)), cure, at_key=True)
        else:
            self.found.fault(path, say("settings-key-unknown"), meant(key, known), at_key=True)

    def _fit_named(self, annotation: Any, values: Mapping[str, object], path: KeyPath) -> dict[str, object]:
        fitted: dict[str, object] = {}
        for key, value in values.items():
            here = (*path, key)
            if not _KEY.fullmatch(key) or len(key) > 40:
                self.found.fault(here, say("settings-key-bad"), say("settings-do-key-letters"), at_key=True)
            elif value is None:
                cure = say("settings-do-give-or-out", wanted=say("settings-wanted-its-value"))
                self.found.fault(here, say("settings-empty"), cure)
            else:
                fit = self._fit(annotation, value, here)
                if fit is not None:
                    fitted[key] = fit
        return fitted

    def _refuse_rivals_in_file(self) -> None:
        database = self.tree.get("database", {})
        if isinstance(database, dict) and "path" in database and "url" in database:
            self.found.fault(("database", "url"), say("settings-path-and-url"), KEEP_ONE, at_key=True)

    # --- environment and arguments

    def _given(self, environ: Mapping[str, str], *, report: bool) -> list[tuple[str, KeyPath, str]]:
        """What the environment gives: (variable, path, value); files of secrets are read."""
        known = self._known_variables()
        given: dict[KeyPath, tuple[str, KeyPath, str]] = {}
        for name, value in sorted(environ.items()):
            upper = name.upper()
            if not upper.startswith(PREFIX):
                continue
            path = known.get(upper)
            if path is None:
                if report:
                    cure = meant(upper, known) or say("settings-do-see-example")
                    self._fault_of(name, say("settings-variable-unknown"), cure)
                continue
            if not value:
                continue
            if path in SECRETS and upper == variable(path) + "_FILE":
                content = self._secret_from(name, value)
                if content is None:
                    self.found.at_fault.add(path)
                    continue
                value = content
            value = value.strip() if path in SECRETS else value
            if path in given:
                self._fault_of(name, say("settings-variable-twice", variable=given[path][0]), KEEP_ONE)
                continue
            given[path] = (name, path, value)
        for path, rival in _RIVALS.items():
            if path in given and rival in given and path < rival:
                self._fault_of(given[rival][0], say("settings-variable-database", variable=given[path][0]), KEEP_ONE)
        return list(given.values())

    def _known_variables(self) -> dict[str, KeyPath]:
        known = {variable(path): path for path in leaves(Settings, self.tree, ())}
        return known | {f"{variable(path)}_FILE": path for path in sorted(SECRETS, key=str)}

    def _secret_from(self, name: str, file: str) -> str | None:
        # People put the token itself there by mistake: the variable's value is quoted only where it is a path for sure.
        try:
            with Path(file).open("rb") as opened:
                content = opened.read(_SECRET_BYTES + 1)
            if len(content) > _SECRET_BYTES:
                raise ValueError
            secret = content.decode("utf-8-sig").strip()
        except OSError as error:
            problem = say("settings-secret-unreadable")
            if Path(file).is_absolute():
                problem = say("settings-secret-unreadable-file", file=file, why=error.strerror or type(error).__name__)
            self._fault_of(name, problem, say("settings-do-readable"))
        except ValueError:
            self._fault_of(name, say("settings-secret-not-short"), say("settings-do-secret-alone"))
        else:
            if secret:
                return secret
            self._fault_of(name, say("settings-secret-empty"), say("settings-do-write-secret"))
        return None

    def _fault_of(self, variable: str, problem: Text, cure: Text) -> None:
        fault = Fault(file=ENVIRONMENT, line=None, column=None, key=masked(variable), problem=problem, cure=cure)
        self.found.faults.append(fault)

    def _split(self, path: KeyPath, value: str) -> object:
        info = field_at(path, self.tree)
        if info is not None and get_origin(bare(info.annotation)) is tuple:
            return [item.strip() for item in value.split(",")]
        return value

    def _override(self, key: str, value: object) -> None:
        if value is None:
            return
        known = {dotted(path): path for path in leaves(Settings, self.tree, ())}
        path = known.get(key)
        if path is None or path in _NEVER_IN_FILE:
            problem = say("settings-variable-unknown" if path is None else "settings-secret-argument")
            cure = meant(key, known) if path is None else say("settings-do-give-variable", variable=variable(path))
            fault = Fault(file=ARGUMENTS, line=None, column=None, key=masked(key), problem=problem, cure=cure)
            self.found.faults.append(fault)
        else:
            self._put(path, value, (ARGUMENTS, key))

    def _put(self, path: KeyPath, value: object, origin: tuple[str, str]) -> None:
        *above, last = path
        at: Any = self.tree
        for part in above:
            if not isinstance(at.setdefault(part, {}), dict):
                return  # the file holds no section there, which is a fault of its own
            at = at[part]
        at[last] = value
        self.found.origins[path] = origin
        rival = _RIVALS.get(path)
        if rival is not None and self.found.origins.get(rival, ("", ""))[0] != origin[0]:
            at.pop(rival[-1], None)

    # --- values

    def _validated(self) -> Settings | None:
        try:
            return Settings(**self.tree)
        except ValidationError as error:
            details = error.errors(include_url=False)
        for detail in details:
            self._explain(detail)
        return None

    def _explain(self, detail: ErrorDetails) -> None:
        path = untagged(detail["loc"])
        kind, context = detail["type"], detail.get("ctx", {})
        asked = wanted(field_at(path, self.tree))
        value = self.found.quoted(path, detail.get("input"))
        cure = say("settings-do-give", wanted=asked)
        match kind:
            case "missing":
                self.found.missing(path, asked)
            case "value_error" if isinstance(why := context.get("error"), Wrong):
                told = None if self.found.hidden(path) else why.told
                self.found.fault(
                    path, told or Text(key=why.problem.key, values={**why.problem.values, "value": value}), why.cure
                )
            case "enum" | "literal_error":
                self._not_one_of(path, detail.get("input"), str(context.get("expected", "")))
            case "union_tag_not_found":
                self.found.missing((*path, TAG), say("settings-wanted-kind"))
            case "union_tag_invalid":
                written = detail["input"].get(TAG) if isinstance(detail["input"], Mapping) else None
                self._not_one_of((*path, TAG), written, str(context.get("expected_tags", "")))
            case "int_parsing" | "int_type" | "int_from_float":
                self.found.fault(path, say("settings-not-whole", value=value), cure)
            case "greater_than_equal":
                self.found.fault(path, say("settings-less", value=value, bound=str(context["ge"])), cure)
            case "less_than_equal":
                self.found.fault(path, say("settings-more", value=value, bound=str(context["le"])), cure)
            case "string_type":
                self.found.fault(
                    path, say("settings-not-text", value=value), say("settings-do-give-text", wanted=asked)
                )
            case "string_too_long":
                self.found.fault(path, say("settings-too-long", most=context["max_length"]), say("settings-do-shorter"))
            case "tuple_type":
                self.found.fault(path, say("settings-not-list", value=value), cure)
            case "mapping_type" | "model_type" | "model_attributes_type" | "dict_type":
                self.found.fault(path, say("settings-not-section", value=value), say("settings-do-key-lines"))
            case _:
                self.found.fault(path, say("settings-not-here", value=value), cure)

    def _not_one_of(self, path: KeyPath, written: object, expected: str) -> None:
        allowed = re.findall(r"'([^']+)'", expected)
        near = nearest(written, allowed) if isinstance(written, str) else None
        cure = say("settings-do-meant", near=near) if near else say("settings-do-one-of-them")
        value = self.found.quoted(path, written)
        self.found.fault(path, say("settings-not-one-of", value=value, allowed=", ".join(allowed)), cure)


def _flat(overrides: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    for key, value in overrides.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", list(value) if isinstance(value, tuple | set | frozenset) else value
