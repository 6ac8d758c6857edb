"""One loading of the settings: what the file, the environment and the arguments give, merged and checked."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from bot.settings_tree import Settings, Wrong, needed_tokens, time_of_day
from bot.yaml_source import (
    PREFIX,
    Fault,
    KeyPath,
    Mark,
    did_you_mean,
    dotted,
    masked,
    nearest,
    read_yaml,
    shown,
    variable,
    without_secrets,
)
from rituals.people import Role

ENVIRONMENT = "environment"
ARGUMENTS = "arguments"

T = TypeVar("T")

_SECRETS: frozenset[KeyPath] = frozenset(
    {("slack", "bot_token"), ("slack", "app_token"), ("slack", "signing_secret"), ("database", "url")}
)
_NEVER_IN_FILE = _SECRETS - {("database", "url")}
_RIVALS: dict[KeyPath, KeyPath] = {("database", "path"): ("database", "url"), ("database", "url"): ("database", "path")}
# A token's name, how it begins (xoxe. comes before one that Slack renews), how the other begins, where Slack shows it.
_BOT, _APP = r"(?:xoxe\.)?xoxb-\S", r"xapp-\S"
_TOKENS = {
    "bot_token": ("a bot token (xoxb-…)", _BOT, _APP, "OAuth & Permissions"),
    "app_token": ("an app-level token (xapp-…)", _APP, _BOT, "Basic Information, App-Level Tokens"),
}
_OR_OUT = ", or take the line out (a value that begins with # needs quotes)"
_SECRET_BYTES = 10_000
_TAKE_OUT = "take it out of the file and revoke it"
_KEY = re.compile(r"[a-z](?:_?[a-z0-9-])*")


@dataclass(slots=True)
class Loading:
    """One loading: the merged tree so far, where each value came from, and what is wrong."""

    file: str
    tree: dict[str, Any] = field(default_factory=dict)
    marks: Mapping[KeyPath, Mark] = field(default_factory=dict)
    origins: dict[KeyPath, tuple[str, str]] = field(default_factory=dict)  # path -> (environment or arguments, name)
    secrets: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    at_fault: set[KeyPath] = field(default_factory=set)

    def run(
        self, path: Path, environ: Mapping[str, str], overrides: Mapping[str, object], *, need_secrets: bool
    ) -> Settings | None:
        source = read_yaml(path, secrets=_SECRETS)
        self.marks = source.marks
        self.faults.extend(source.faults)
        self.at_fault.update(path for path in source.marks if any(dotted(path) == fault.key for fault in source.faults))
        unreadable = any(not fault.key for fault in source.faults)
        self.tree = copy.deepcopy(dict(source.values))
        given = self._given(environ, report=not unreadable)
        self.secrets = {value for _, path, value in given if path in _SECRETS and len(value) >= 6}
        if unreadable:
            return None  # what the file holds is unknown: whatever else one said would be guesswork
        self.tree = self._fit_section(Settings, self.tree, ())
        self._refuse_rivals_in_file()
        for name, path_of, value in given:
            self._put(path_of, self._split(path_of, value), (ENVIRONMENT, name))
        for key, wanted in _flat(overrides):
            self._override(key, wanted)
        settings = self._validated()
        self._cross_check()
        self._check_tokens(need=need_secrets)
        return settings

    def reported(self) -> tuple[Fault, ...]:
        """Every fault once, by file and line, with known secrets hidden."""
        order = {self.file: 0, ENVIRONMENT: 1, ARGUMENTS: 2}
        unique = dict.fromkeys(without_secrets(fault, self.secrets) for fault in self.faults)
        return tuple(
            sorted(unique, key=lambda fault: (order.get(fault.file, 3), fault.line or 0, fault.column or 0, fault.key))
        )

    # --- faults

    def fault(self, path: KeyPath, message: str, remedy: str, *, at_key: bool = False) -> None:
        """Notes a fault of the value (or of the key) at `path`, where it was given; only the first of a path."""
        if path in self.at_fault:
            return
        self.at_fault.add(path)
        file, name = self._origin(path) or (self.file, dotted(path))
        line = column = None
        if file == self.file:
            line, column = self._place(path, at_key=at_key)
        self.faults.append(Fault(file=file, line=line, column=column, key=name, message=message, remedy=remedy))

    def _origin(self, path: KeyPath) -> tuple[str, str] | None:
        for length in range(len(path), 0, -1):
            if path[:length] in self.origins:
                return self.origins[path[:length]]
        return None

    def _place(self, path: KeyPath, *, at_key: bool) -> tuple[int, int]:
        """The place of `path`, or of the nearest section around it that the file holds."""
        for length in range(len(path), 0, -1):
            mark = self.marks.get(path[:length])
            if mark is not None:
                whole = length == len(path) and not at_key
                return mark.value if whole or mark.key is None else mark.key
        return 1, 1

    def _hidden(self, path: KeyPath) -> bool:
        origin = self._origin(path)
        return path in _SECRETS or (origin is not None and origin[0] == ENVIRONMENT)

    def _quoted(self, path: KeyPath, value: object) -> str:
        """The value as a fault may begin with it: never one from the environment, never a section."""
        if value is None or self._hidden(path) or isinstance(value, Mapping | list | tuple | SecretStr):
            return "this"
        return shown(str(value).lower() if isinstance(value, bool) else value)

    # --- the file's keys

    def _fit(self, annotation: Any, value: object, path: KeyPath) -> object:
        kind = _bare(annotation)
        if isinstance(value, str) and any(secret in value for secret in self.secrets):
            self.fault(path, "this value is one of the secrets of the environment", _TAKE_OUT)
            return None
        if isinstance(value, dict):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                return self._fit_section(kind, value, path)
            if get_origin(kind) is Mapping:
                return self._fit_named(get_args(kind)[1], value, path)
            return value
        if isinstance(value, list):
            inner = get_args(kind)[0] if get_origin(kind) is tuple else str
            return [self._fit(inner, item, (*path, index)) for index, item in enumerate(value)]
        return value

    def _fit_section(self, model: type[BaseModel], values: Mapping[str, object], path: KeyPath) -> dict[str, Any]:
        fitted: dict[str, Any] = {}
        for key, value in values.items():
            here = (*path, key)
            info = model.model_fields.get(key)
            if here in _NEVER_IN_FILE:
                name = variable(here)
                self.fault(here, "a secret never stands in this file", f"give it as {name} or {name}_FILE", at_key=True)
            elif info is None:
                known = [name for name in model.model_fields if (*path, name) not in _NEVER_IN_FILE]
                self.fault(here, "there is no such key", did_you_mean(key, known), at_key=True)
            elif value is None:
                if not _is_section(info.annotation):
                    self.fault(here, "this is empty", f"give {info.description}{_OR_OUT}")
            else:
                fit = self._fit(info.annotation, value, here)
                if fit is not None:
                    fitted[key] = fit
        return fitted

    def _fit_named(self, annotation: Any, values: Mapping[str, object], path: KeyPath) -> dict[str, object]:
        fitted: dict[str, object] = {}
        for key, value in values.items():
            here = (*path, key)
            if not _KEY.fullmatch(key) or len(key) > 40:
                self.fault(here, "this is no good key", "write small letters, digits, - and single _", at_key=True)
            elif value is None:
                self.fault(here, "this is empty", f"give its value{_OR_OUT}")
            else:
                fit = self._fit(annotation, value, here)
                if fit is not None:
                    fitted[key] = fit
        return fitted

    def _refuse_rivals_in_file(self) -> None:
        database = self.tree.get("database", {})
        if isinstance(database, dict) and "path" in database and "url" in database:
            message = "a database has a path or a url, not both"
            self.fault(("database", "url"), message, "keep one of the two", at_key=True)

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
                    remedy = did_you_mean(upper, known) or "see app.yaml for what can be set"
                    self._fault_of(name, "there is no such setting", remedy)
                continue
            if not value:
                continue
            if path in _SECRETS and upper == variable(path) + "_FILE":
                content = self._secret_from(name, value)
                if content is None:
                    continue
                value = content
            value = value.strip() if path in _SECRETS else value
            if path in given:
                self._fault_of(name, f"this is also given by {given[path][0]}", "keep one of the two")
                continue
            given[path] = (name, path, value)
        for path, rival in _RIVALS.items():
            if path in given and rival in given and path < rival:
                self._fault_of(given[rival][0], f"{given[path][0]} names a database too", "keep one of the two")
        return list(given.values())

    def _known_variables(self) -> dict[str, KeyPath]:
        known = {variable(path): path for path in _leaves(Settings, self.tree, ())}
        return known | {f"{variable(path)}_FILE": path for path in sorted(_SECRETS, key=str)}

    def _secret_from(self, name: str, file: str) -> str | None:
        # The variable's value is never quoted: people put the token itself there by mistake.
        try:
            with Path(file).open("rb") as opened:
                content = opened.read(_SECRET_BYTES + 1)
            if len(content) > _SECRET_BYTES:
                raise ValueError
            secret = content.decode("utf-8-sig").strip()
        except OSError:
            self._fault_of(name, "the file it names cannot be read", "name a file that Comitia may read")
        except ValueError:
            self._fault_of(name, "the file it names is not a short text", "name a file that holds the secret alone")
        else:
            if secret:
                return secret
            self._fault_of(name, "the file it names is empty", "write the secret into it")
        return None

    def _fault_of(self, variable: str, message: str, remedy: str) -> None:
        fault = Fault(file=ENVIRONMENT, line=None, column=None, key=masked(variable), message=message, remedy=remedy)
        self.faults.append(fault)

    def _split(self, path: KeyPath, value: str) -> object:
        info = _field_at(path)
        if info is not None and get_origin(_bare(info.annotation)) is tuple:
            return [item.strip() for item in value.split(",")]
        return value

    def _override(self, key: str, value: object) -> None:
        if value is None:
            return
        known = {dotted(path): path for path in _leaves(Settings, self.tree, ())}
        path = known.get(key)
        if path is None or path in _NEVER_IN_FILE:
            message = "there is no such setting" if path is None else "a secret is never an argument: others can see it"
            remedy = did_you_mean(key, known) if path is None else f"give it as {variable(path)}"
            fault = Fault(file=ARGUMENTS, line=None, column=None, key=masked(key), message=message, remedy=remedy)
            self.faults.append(fault)
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
        self.origins[path] = origin
        rival = _RIVALS.get(path)
        if rival is not None and self.origins.get(rival, ("", ""))[0] != origin[0]:
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
        path = tuple(part for part in detail["loc"] if not (isinstance(part, str) and part.startswith("[")))
        kind, context = detail["type"], detail.get("ctx", {})
        info = _field_at(path)
        wanted = info.description if info is not None and info.description else "another value"
        quoted = self._quoted(path, detail.get("input"))
        remedy = f"give {wanted}"
        match kind:
            case "missing":
                section = dotted(path[:-1]) or "the file"
                self.fault(path, f"{section} lacks this key", f"add `{path[-1]}: …`, {wanted}")
            case "value_error" if isinstance(why := context.get("error"), Wrong):
                told = why.told if why.told is not None and not self._hidden(path) else f"{quoted} {why.problem}"
                self.fault(path, told, why.remedy)
            case "enum" | "literal_error":
                allowed = re.findall(r"'([^']+)'", str(context.get("expected", "")))
                written = detail.get("input")
                near = nearest(written, allowed) if isinstance(written, str) else None
                remedy = f'did you mean "{near}"?' if near else "write one of them"
                self.fault(path, f"{quoted} is not one of {', '.join(allowed)}", remedy)
            case "int_parsing" | "int_type" | "int_from_float":
                self.fault(path, f"{quoted} is not a whole number", remedy)
            case "greater_than_equal":
                self.fault(path, f"{quoted} is less than {context['ge']}", remedy)
            case "less_than_equal":
                self.fault(path, f"{quoted} is more than {context['le']}", remedy)
            case "string_type":
                self.fault(path, f"{quoted} is not text", f"{remedy}; quote a number, yes, no, on or off")
            case "string_too_long":
                self.fault(path, f"this is longer than {context['max_length']} letters", "make it shorter")
            case "tuple_type":
                self.fault(path, f"{quoted} is not a list (lines that begin with `- `)", remedy)
            case "mapping_type" | "model_type" | "model_attributes_type" | "dict_type":
                self.fault(path, f"{quoted} is not a section", "write its keys as lines of `key: value` below it")
            case _:
                self.fault(path, f"{quoted} cannot stand here", remedy)

    # --- what must agree

    def _cross_check(self) -> None:
        """Checks values against each other, reading the merged tree leniently: other faults hide none of these."""
        people = _items(self.tree, "people")
        rituals = self.tree.get("rituals")
        self._once(people, "email", "person", fold=True)
        self._once(_items(self.tree, "initiatives"), "key", "initiative")
        for of_person, person in people:
            self._known((*of_person, "site"), person.get("site"), "site")
        played = {role for _, person in people for role in _strings(person.get("roles"))}
        for key, ritual in rituals.items() if isinstance(rituals, dict) else ():
            if isinstance(ritual, dict):
                path: KeyPath = ("rituals", key)
                self._known((*path, "room"), ritual.get("room"), "room")
                self._voters(path, ritual, played)
                self._calendar_of(path, ritual)

    def _once(self, items: list[tuple[KeyPath, dict[str, object]]], key: str, what: str, *, fold: bool = False) -> None:
        first: dict[str, KeyPath] = {}
        for path, item in items:
            value = item.get(key)
            if isinstance(value, str):
                word = value.strip().lower() if fold else value
                if word in first:
                    line, _ = self._place((*first[word], key), at_key=False)
                    message = f"{self._quoted(path, value)} is already the {key} of the {what} on line {line}"
                    self.fault((*path, key), message, f"each {what} has an own {key}: merge the two or change one")
                else:
                    first[word] = path

    def _known(self, path: KeyPath, word: object, what: str) -> None:
        # A key whose value is at fault is known all the same.
        section = f"{what}s"
        known = {str(path[1]) for path in (*self.marks, *self.origins) if len(path) > 1 and path[0] == section}
        if isinstance(word, str) and word not in known:
            remedy = did_you_mean(word, known) or f"add it to `{section}`"
            self.fault(path, f"{self._quoted(path, word)} is not a {what} of `{section}`", remedy)

    def _voters(self, path: KeyPath, ritual: dict[str, object], played: set[str]) -> None:
        default = [role.value for role in (Role.CHAIR, Role.DEPUTY, Role.MEMBER)]
        voters = _strings(ritual["voters"]) if "voters" in ritual else default
        # A role that does not exist is its own fault; who plays it cannot be known before it is put right.
        if not (set(voters) | played) <= set(Role) or self._faulty_below("people"):
            return
        if not played.intersection(voters):
            roles = ", ".join(voters) if voters else "none"
            here = (*path, "voters") if "voters" in ritual else path
            message = f"this committee has no voters: nobody in `people` has a role of its voters ({roles})"
            self.fault(here, message, "give somebody such a role, or name other roles", at_key=True)

    def _check_tokens(self, *, need: bool) -> None:
        slack = self.tree.get("slack", {})
        mode = slack.get("mode", "socket") if isinstance(slack, dict) else None
        for name in needed_tokens(mode):
            path: KeyPath = ("slack", name)
            if need and path not in self.origins:
                self.faults.append(_missing_secret(variable(path), str(mode)))
        given = [(name, slack[name]) for name in _TOKENS if name in slack] if isinstance(slack, dict) else []
        for name, token in given:
            what, form, other, where = _TOKENS[name]
            if re.match(other, str(token)):
                remedy = "a bot token begins with xoxb-, an app token with xapp-"
                self.fault(("slack", name), "this is the other token of the two", remedy)
            elif not re.match(form, str(token)):
                self.fault(("slack", name), f"this does not look like {what}", f"copy it from the Slack app, {where}")

    def _faulty_below(self, section: str) -> bool:
        return any(path[0] == section and "email" not in path for path in self.at_fault)

    def _calendar_of(self, path: KeyPath, ritual: dict[str, object]) -> None:
        marks = _read(int, ritual.get("marks_before", 5))
        agenda = _read(int, ritual.get("agenda_before", 2))
        if marks is not None and agenda is not None and agenda >= marks:
            key = "agenda_before" if "agenda_before" in ritual else "marks_before"
            message = f"the agenda ({agenda} working days before) is no later than the call for marks ({marks} before)"
            self.fault((*path, key), message, "make agenda_before smaller than marks_before")
        at, deadline = _read(time_of_day, ritual.get("at")), _read(time_of_day, ritual.get("deadline", "17:00"))
        if at is not None and deadline is not None and deadline <= at:
            key = "deadline" if "deadline" in ritual else "at"
            message = f"ballots close ({deadline:%H:%M}) no later than they open ({at:%H:%M})"
            self.fault((*path, key), message, "make deadline later in the day than at")


# --- the shape of the tree -----------------------------------------------------------------------------------------


def _bare(annotation: Any) -> Any:
    """An annotation without Annotated and without "or None"."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, UnionType):
        kinds = [kind for kind in get_args(annotation) if kind is not NoneType]
        return _bare(kinds[0]) if len(kinds) == 1 else annotation
    return annotation


def _is_section(annotation: Any) -> bool:
    kind = _bare(annotation)
    return get_origin(kind) in (Mapping, tuple) or (isinstance(kind, type) and issubclass(kind, BaseModel))


def _field_at(path: KeyPath) -> FieldInfo | None:
    """The field that `path` names, or the one it stands in."""
    found: FieldInfo | None = None
    kind: Any = Settings
    for part in path:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found = kind.model_fields.get(str(part))
            kind = _bare(found.annotation) if found is not None else None
        elif get_origin(kind) is Mapping:
            kind = _bare(get_args(kind)[1])
        elif get_origin(kind) is tuple:
            kind = _bare(get_args(kind)[0])
    return found


def _leaves(annotation: Any, tree: object, path: KeyPath) -> Iterator[KeyPath]:
    """The paths of single values: those of the tree's own keys where keys are free; none inside lists of sections."""
    kind = _bare(annotation)
    below = tree if isinstance(tree, dict) else {}
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, info in kind.model_fields.items():
            yield from _leaves(info.annotation, below.get(name), (*path, name))
    elif get_origin(kind) is Mapping:
        for key, value in below.items():
            yield from _leaves(get_args(kind)[1], value, (*path, key))
    elif not (get_origin(kind) is tuple and _is_section(get_args(kind)[0])):
        yield path


def _flat(overrides: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    for key, value in overrides.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", list(value) if isinstance(value, tuple | set | frozenset) else value


def _missing_secret(name: str, mode: str) -> Fault:
    message = f"Slack in {mode} mode needs this secret"
    remedy = f"set {name} or {name}_FILE"
    return Fault(file=ENVIRONMENT, line=None, column=None, key=name, message=message, remedy=remedy)


def _items(tree: Mapping[str, object], section: str) -> list[tuple[KeyPath, dict[str, object]]]:
    items = tree.get(section)
    if not isinstance(items, list):
        return []
    return [((section, at), item) for at, item in enumerate(items) if isinstance(item, dict)]


def _strings(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list | tuple) else []


def _read(reader: Callable[[Any], T], value: object) -> T | None:
    try:
        return None if value is None or isinstance(value, bool) else reader(value)
    except (ValueError, TypeError):
        return None
