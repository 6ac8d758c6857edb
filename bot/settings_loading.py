"""One loading of the settings: what the file, the environment and the arguments give, merged and checked."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from bot.settings_rituals import BETTER, KINDS, KpiSettings, unit_of
from bot.settings_tree import Settings, needed_tokens
from bot.settings_values import Wrong, amount, time_of_day, unit_as_written
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
from rituals.calendar import Weekly, parse_rule
from rituals.errors import InvalidRule
from rituals.kpis import SHARE, KpiSource
from rituals.measures.statistics import Direction
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
TAG = "kind"
"""The key that tells of which kind a section is, where there are several."""

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
    notes: list[Fault] = field(default_factory=list)  # what may well be meant, and is worth a look
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
        for name, path_of, value in given:
            if path_of[-1] == "kind":  # which keys the file may give hangs on it
                self._put(path_of, value, (ENVIRONMENT, name))
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
        return self._ordered(self.faults)

    def noted(self) -> tuple[Fault, ...]:
        """What is no fault and worth a look, in the same order."""
        return self._ordered(self.notes)

    def _ordered(self, found: Sequence[Fault]) -> tuple[Fault, ...]:
        order = {self.file: 0, ENVIRONMENT: 1, ARGUMENTS: 2}
        unique = dict.fromkeys(without_secrets(fault, self.secrets) for fault in found)
        return tuple(
            sorted(unique, key=lambda fault: (order.get(fault.file, 3), fault.line or 0, fault.column or 0, fault.key))
        )

    # --- faults

    def fault(self, path: KeyPath, message: str, remedy: str, *, at_key: bool = False) -> None:
        """Notes a fault of the value (or of the key) at `path`, where it was given; only the first of a path."""
        if path in self.at_fault:
            return
        self.at_fault.add(path)
        self.faults.append(self._placed(path, message, remedy, at_key=at_key))

    def _note(self, path: KeyPath, message: str, remedy: str) -> None:
        if path not in self.at_fault:
            self.notes.append(self._placed(path, message, remedy, at_key=False))

    def _placed(self, path: KeyPath, message: str, remedy: str, *, at_key: bool) -> Fault:
        file, name = self._origin(path) or (self.file, dotted(path))
        line = column = None
        if file == self.file:
            line, column = self._place(path, at_key=at_key)
        return Fault(file=file, line=line, column=column, key=name, message=message, remedy=remedy)

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
            if _fields(kind, value) is not None:
                return self._fit_section(kind, value, path)
            if get_origin(kind) is Mapping:
                return self._fit_named(get_args(kind)[1], value, path)
            return value
        if isinstance(value, list):
            inner = get_args(kind)[0] if get_origin(kind) is tuple else str
            return [self._fit(inner, item, (*path, index)) for index, item in enumerate(value)]
        return value

    def _fit_section(self, kind: Any, values: Mapping[str, object], path: KeyPath) -> dict[str, Any]:
        fields = _fields(kind, values) or {}
        fitted: dict[str, Any] = {}
        for key, value in values.items():
            here = (*path, key)
            info = fields.get(key)
            if here in _NEVER_IN_FILE:
                name = variable(here)
                self.fault(here, "a secret never stands in this file", f"give it as {name} or {name}_FILE", at_key=True)
            elif info is None:
                known = [name for name in fields if (*path, name) not in _NEVER_IN_FILE]
                self._unknown_key(here, known, _variants(kind), values.get(TAG))
            elif value is None:
                if not _is_section(info.annotation):
                    self.fault(here, "this is empty", f"give {info.description}{_OR_OUT}")
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
            remedy = f"it is a key of {', '.join(having)}: take it out, or write another kind"
            self.fault(path, f"{kind} has no such key", remedy, at_key=True)
        else:
            self.fault(path, "there is no such key", did_you_mean(key, known), at_key=True)

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
        info = _field_at(path, self.tree)
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
        path = _untagged(detail["loc"])
        kind, context = detail["type"], detail.get("ctx", {})
        info = _field_at(path, self.tree)
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
                self._not_one_of(path, detail.get("input"), str(context.get("expected", "")))
            case "union_tag_not_found":
                self.fault((*path, TAG), f"{dotted(path)} lacks this key", f"add `{TAG}: …`, {KINDS}")
            case "union_tag_invalid":
                written = detail["input"].get(TAG) if isinstance(detail["input"], Mapping) else None
                self._not_one_of((*path, TAG), written, str(context.get("expected_tags", "")))
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

    def _not_one_of(self, path: KeyPath, written: object, expected: str) -> None:
        allowed = re.findall(r"'([^']+)'", expected)
        near = nearest(written, allowed) if isinstance(written, str) else None
        remedy = f'did you mean "{near}"?' if near else "write one of them"
        self.fault(path, f"{self._quoted(path, written)} is not one of {', '.join(allowed)}", remedy)

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
        self._once(_items(self.tree, "kpis"), "key", "KPI")
        for of_kpi, kpi in _items(self.tree, "kpis"):
            self._kpi(of_kpi, kpi)
        for key, ritual in rituals.items() if isinstance(rituals, dict) else ():
            if isinstance(ritual, dict):
                path: KeyPath = ("rituals", key)
                if "room" in ritual:
                    self._known((*path, "room"), ritual["room"], "room")
                self._check_ritual(path, ritual, played)

    def _check_ritual(self, path: KeyPath, ritual: dict[str, object], played: set[str]) -> None:
        """What the keys of one kind must have in common, among themselves and with the rest."""
        self._listed((*path, "initiatives"), ritual.get("initiatives"))
        match ritual.get(TAG):
            case "prioritisation_committee":
                voters = (Role.CHAIR, Role.DEPUTY, Role.MEMBER)
                self._played(path, ritual, played, key="voters", default=voters, what="committee")
                self._calendar_of(path, ritual)
            case "pulse":
                self._reminder_of(path, ritual)
                self._weekly(path, ritual)
            case "kpi_review":
                self._reviewed((*path, "kpis"), ritual.get("kpis"))
            case "weekly_digest":
                readers = (Role.CHANGE_MANAGER,)
                self._played(path, ritual, played, key="readers", default=readers, what="digest")

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

    def _listed(self, path: KeyPath, keys: object) -> None:
        """Notes each of the initiatives that app.yaml does not list: a file that is imported may bring them."""
        known = [str(item.get("key")) for _, item in _items(self.tree, "initiatives")]
        for at, key in enumerate(_strings(keys)):
            self._unlisted((*path, at) if isinstance(keys, list) else path, key, known)

    def _unlisted(self, path: KeyPath, key: str, known: Sequence[str]) -> None:
        if key not in known:
            near = nearest(key, known)
            remedy = f'did you mean "{near}"?' if near else "right if a file you import brings it"
            self._note(path, f"{self._quoted(path, key)} is not listed in `initiatives`", remedy)

    def _reviewed(self, path: KeyPath, keys: object) -> None:
        known = [key for _, item in _items(self.tree, "kpis") if isinstance(key := item.get("key"), str)]
        for at, key in enumerate(_strings(keys)):
            if key not in known:
                remedy = did_you_mean(key, known) or "add it to `kpis`"
                self.fault((*path, at), f"{self._quoted((*path, at), key)} is not a KPI of `kpis`", remedy)

    def _played(
        self,
        path: KeyPath,
        ritual: dict[str, object],
        played: set[str],
        *,
        key: str,
        default: Sequence[Role],
        what: str,
    ) -> None:
        """Faults a ritual whose `key` names roles that nobody plays."""
        wanted = _strings(ritual[key]) if key in ritual else [role.value for role in default]
        # A role that does not exist is its own fault; who plays it cannot be known before it is put right.
        if not (set(wanted) | played) <= set(Role) or self._faulty_below("people"):
            return
        if not played.intersection(wanted):
            roles = ", ".join(wanted) if wanted else "none"
            here = (*path, key) if key in ritual else path
            message = f"this {what} has no {key}: nobody in `people` has a role of its {key} ({roles})"
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

    def _reminder_of(self, path: KeyPath, ritual: dict[str, object]) -> None:
        days = _read(int, ritual.get("open_days", 7))
        reminder = _read(int, ritual.get("reminder_after", 2))
        if days is not None and reminder is not None and reminder >= days:
            key = "reminder_after" if "reminder_after" in ritual else "open_days"
            message = f"the reminder ({reminder} working days after) comes no sooner than the close ({days} days after)"
            self.fault((*path, key), message, "make reminder_after smaller than open_days, or 0 for no reminder")

    def _weekly(self, path: KeyPath, ritual: dict[str, object]) -> None:
        rule = _read(parse_rule, ritual.get("when"))
        if rule is not None and not (isinstance(rule, Weekly) and rule.every == 1):
            message = "this pulse is not weekly: each time it asks a quarter of the people, and nobody twice in 28 days"
            self._note((*path, "when"), message, 'write it as "every tue" to hear from everybody within four weeks')

    # --- KPIs

    def _kpi(self, path: KeyPath, kpi: dict[str, object]) -> None:
        """What the keys of one KPI must have in common."""
        source = _read(KpiSource, kpi.get("source"))
        initiative = kpi.get("initiative")
        if isinstance(initiative, str):
            known = [str(item.get("key")) for _, item in _items(self.tree, "initiatives")]
            self._unlisted((*path, "initiative"), initiative, known)
        if source is None:
            return  # a fault of its own, on which the rest hangs
        if source.is_figure and initiative is None:
            message = f"{dotted(path)} lacks this key: {source} is counted of an initiative"
            self.fault((*path, "initiative"), message, "add `initiative: …`, a key of `initiatives`")
        for key in () if source.is_figure else ("unit", "direction"):
            if kpi.get(key) is None:
                wanted = KpiSettings.model_fields[key].description
                self.fault((*path, key), f"{dotted(path)} lacks this key", f"add `{key}: …`, {wanted}")
        unit = self._unit_of(path, kpi, source)
        if unit is None:
            return
        bounds = {key: self._amount((*path, key), kpi.get(key), unit) for key in ("baseline", "target", "amber")}
        self._amber((*path, "amber"), bounds["target"], bounds["amber"], kpi, source)

    def _unit_of(self, path: KeyPath, kpi: dict[str, object], source: KpiSource) -> str | None:
        """The unit of a KPI's values; None where it is at fault or not said."""
        organisation = self.tree.get("organisation")
        currency = organisation.get("currency", "EUR") if isinstance(organisation, dict) else "EUR"
        own = unit_of(source, str(currency).strip().upper())
        said = _read(unit_as_written, kpi.get("unit"))
        if own is not None and said is not None and said != own:
            here = (*path, "unit")
            what = "is in the currency of the organisation" if source is KpiSource.SAVING else "is a share"
            self.fault(here, f"{source} {what}: its unit is {own}", "leave the unit out")
            return None
        return own or said

    def _amount(self, path: KeyPath, written: object, unit: str) -> Fraction | None:
        """A value of a KPI in `unit`, told apart from what would be read a hundred times too large or too small."""
        value = _read(amount, written)
        if value is None:
            return None
        quoted, text = self._quoted(path, written), str(written)
        if unit != SHARE:
            if "%" in text:
                remedy = f'write the number of {unit}, or make the unit "%"'
                self.fault(path, f"{quoted} is a percentage, and the unit is {unit}", remedy)
                return None
        elif not 0 <= value <= 1:
            remedy = f"write {text.strip()}% or a share such as 0.45" if 1 < value <= 100 and "%" not in text else ""
            self.fault(path, f"{quoted} is no share", remedy or "a share lies between 0% and 100%")
            return None
        elif value == 1 and text.strip() in {"1", "1.0", "1,0"}:
            self.fault(path, f"{quoted} may be 1% or all", "write 1% or 100%")
            return None
        return value

    def _amber(
        self,
        path: KeyPath,
        target: Fraction | None,
        amber: Fraction | None,
        kpi: dict[str, object],
        source: KpiSource,
    ) -> None:
        if amber is None:
            return
        if kpi.get("target") is None:
            self.fault(path, "amber is what is tolerated short of a target, and there is none", "add `target: …`")
        direction = _read(Direction, kpi.get("direction")) or BETTER.get(source)
        if target is None or direction is None:
            return
        if (amber > target) if direction is Direction.UP else (amber < target):
            better, side = ("more", "below") if direction is Direction.UP else ("less", "above")
            message = f"{self._quoted(path, kpi['amber'])} is better than the target, where {better} is better"
            self.fault(path, message, f"amber is what is tolerated {side} the target, or change direction")

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
    return get_origin(kind) in (Mapping, tuple) or _fields(kind, None) is not None


def _variants(kind: Any) -> dict[str, type[BaseModel]]:
    """The sections one of which a value is, by the tag that tells which; none where it is no such union."""
    if get_origin(kind) not in (Union, UnionType):
        return {}
    models = [one for one in map(_bare, get_args(kind)) if isinstance(one, type) and issubclass(one, BaseModel)]
    return {tag: model for model in models for tag in get_args(_bare(model.model_fields[TAG].annotation))}


def _fields(kind: Any, values: object) -> Mapping[str, FieldInfo] | None:
    """The keys of a section; those of every kind where it may be of several and does not say which. None of others."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind.model_fields
    variants = _variants(kind)
    tag = values.get(TAG) if isinstance(values, Mapping) else None
    if isinstance(tag, str) and tag in variants:
        return variants[tag].model_fields
    return {name: info for model in variants.values() for name, info in model.model_fields.items()} or None


def _inner(kind: Any) -> Any:
    """What the values of a mapping or the items of a list are; None of others."""
    if get_origin(kind) is Mapping:
        return _bare(get_args(kind)[1])
    return _bare(get_args(kind)[0]) if get_origin(kind) is tuple else None


def _field_at(path: KeyPath, tree: object) -> FieldInfo | None:
    """The field that `path` names, or the one it stands in; `tree` tells of what kind the sections on the way are."""
    found: FieldInfo | None = None
    kind: Any = Settings
    for part in path:
        fields = _fields(kind, tree)
        if fields is None:
            kind = _inner(kind)
        else:
            found = fields.get(str(part))
            kind = _bare(found.annotation) if found is not None else None
        tree = tree.get(part) if isinstance(tree, Mapping) else None
    return found


def _untagged(location: Sequence[str | int]) -> KeyPath:
    """Where a value stands, of a place as pydantic tells it: with the kinds of sections, and "[key]" for a key."""
    path: list[str | int] = []
    kind: Any = Settings
    for part in location:
        variants = _variants(kind)
        if part in variants:
            kind = variants[str(part)]
        elif not (isinstance(part, str) and part.startswith("[")):
            path.append(part)
            fields = _fields(kind, None)
            info = fields.get(str(part)) if fields is not None else None
            kind = _inner(kind) if fields is None else _bare(info.annotation) if info is not None else None
    return tuple(path)


def _leaves(annotation: Any, tree: object, path: KeyPath) -> Iterator[KeyPath]:
    """The paths of single values: those of the tree's own keys where keys are free; none inside lists of sections."""
    kind = _bare(annotation)
    below = tree if isinstance(tree, dict) else {}
    fields = _fields(kind, tree)
    if fields is not None:
        for name, info in fields.items():
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
    except (ValueError, TypeError, InvalidRule):
        return None
