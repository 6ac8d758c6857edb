"""One loading of the settings: what the file, the environment and the arguments give, merged and checked."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from bot.i18n.translator import LANGUAGES, Language
from bot.settings_rituals import BETTER, KpiSettings, unit_of
from bot.settings_shape import TAG, bare, field_at, fields_of, is_section, leaves, untagged, variants, wanted
from bot.settings_tree import SLACK_SECRETS, Settings, needed_secrets, platforms_of
from bot.settings_values import Wrong, amount, channel_of, is_loopback, time_of_day, unit_as_written
from bot.yaml_source import (
    ARGUMENTS,
    ENVIRONMENT,
    PREFIX,
    Fault,
    KeyPath,
    Mark,
    dotted,
    masked,
    meant,
    nearest,
    quoted,
    read_yaml,
    variable,
    without_secrets,
)
from rituals.calendar import Weekly, parse_rule
from rituals.errors import InvalidRule
from rituals.kpis import SHARE, KpiSource
from rituals.measures.statistics import Direction
from rituals.messages import Text, say
from rituals.people import Role

T = TypeVar("T")

_SECRETS: frozenset[KeyPath] = frozenset(
    {*(("slack", name) for name in SLACK_SECRETS), ("teams", "app_password"), ("database", "url")}
)
_NEVER_IN_FILE = _SECRETS - {("database", "url")}
_RIVALS: dict[KeyPath, KeyPath] = {("database", "path"): ("database", "url"), ("database", "url"): ("database", "path")}
# What is said where it is no such token, how it begins (xoxe. comes before one that Slack renews), how the other
# begins, and where Slack shows it.
_BOT, _APP = r"(?:xoxe\.)?xoxb-\S", r"xapp-\S"
_TOKENS = {
    "bot_token": (say("settings-token-not-bot"), _BOT, _APP, "OAuth & Permissions"),
    "app_token": (say("settings-token-not-app"), _APP, _BOT, "Basic Information, App-Level Tokens"),
}
_SECRET_BYTES = 10_000
_KEEP_ONE = say("settings-do-keep-one")
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
        for key, chosen in _flat(overrides):
            self._override(key, chosen)
        settings = self._validated()
        self._cross_check()
        self._check_tokens(need=need_secrets)
        return settings

    @property
    def locale(self) -> Language:
        """The organisation's language as far as it can be read, whatever else is wrong; English otherwise."""
        house = self.tree.get("organisation")
        said = house.get("locale") if isinstance(house, dict) else None
        return next((language for language in LANGUAGES if language == said), "en")

    def reported(self) -> tuple[Fault, ...]:
        """Every fault once, by file and line, with known secrets hidden."""
        return self._ordered(self.faults)

    def noted(self) -> tuple[Fault, ...]:
        """What is no fault and worth a look, in the same order."""
        return self._ordered(self.notes)

    def _ordered(self, found: Sequence[Fault]) -> tuple[Fault, ...]:
        order = {self.file: 0, ENVIRONMENT: 1, ARGUMENTS: 2}
        unique = {str(fault): fault for fault in (without_secrets(fault, self.secrets) for fault in found)}
        return tuple(
            sorted(
                unique.values(),
                key=lambda fault: (order.get(fault.file, 3), fault.line or 0, fault.column or 0, fault.key),
            )
        )

    # --- faults

    def fault(self, path: KeyPath, problem: Text, cure: Text | None, *, at_key: bool = False) -> None:
        """Notes a fault of the value (or of the key) at `path`, where it was given; only the first of a path."""
        if path in self.at_fault:
            return
        self.at_fault.add(path)
        self.faults.append(self._placed(path, problem, cure, at_key=at_key))

    def _note(self, path: KeyPath, problem: Text, cure: Text | None) -> None:
        if path not in self.at_fault:
            self.notes.append(self._placed(path, problem, cure, at_key=False))

    def _placed(self, path: KeyPath, problem: Text, cure: Text | None, *, at_key: bool) -> Fault:
        file, name = self._origin(path) or (self.file, dotted(path))
        line = column = None
        if file == self.file:
            line, column = self._place(path, at_key=at_key)
        return Fault(file=file, line=line, column=column, key=name, problem=problem, cure=cure)

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

    def _quoted(self, path: KeyPath, value: object) -> Text:
        """The value as a fault may begin with it: never one from the environment, never a section."""
        if value is None or self._hidden(path) or isinstance(value, Mapping | list | tuple | SecretStr):
            return say("settings-this")
        return quoted(str(value).lower() if isinstance(value, bool) else value)

    # --- the file's keys

    def _fit(self, annotation: Any, value: object, path: KeyPath) -> object:
        kind = bare(annotation)
        if isinstance(value, str) and any(secret in value for secret in self.secrets):
            self.fault(path, say("settings-value-is-secret"), say("settings-do-revoke"))
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
                self.fault(here, say("settings-secret-in-file"), cure, at_key=True)
            elif info is None:
                known = [name for name in fields if (*path, name) not in _NEVER_IN_FILE]
                self._unknown_key(here, known, variants(kind), values.get(TAG))
            elif value is None:
                if not is_section(info.annotation):
                    self.fault(here, say("settings-empty"), say("settings-do-give-or-out", wanted=wanted(info)))
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
            self.fault(path, say("settings-key-of-no-kind", kind=str(kind)), cure, at_key=True)
        else:
            self.fault(path, say("settings-key-unknown"), meant(key, known), at_key=True)

    def _fit_named(self, annotation: Any, values: Mapping[str, object], path: KeyPath) -> dict[str, object]:
        fitted: dict[str, object] = {}
        for key, value in values.items():
            here = (*path, key)
            if not _KEY.fullmatch(key) or len(key) > 40:
                self.fault(here, say("settings-key-bad"), say("settings-do-key-letters"), at_key=True)
            elif value is None:
                cure = say("settings-do-give-or-out", wanted=say("settings-wanted-its-value"))
                self.fault(here, say("settings-empty"), cure)
            else:
                fit = self._fit(annotation, value, here)
                if fit is not None:
                    fitted[key] = fit
        return fitted

    def _refuse_rivals_in_file(self) -> None:
        database = self.tree.get("database", {})
        if isinstance(database, dict) and "path" in database and "url" in database:
            self.fault(("database", "url"), say("settings-path-and-url"), _KEEP_ONE, at_key=True)

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
            if path in _SECRETS and upper == variable(path) + "_FILE":
                content = self._secret_from(name, value)
                if content is None:
                    continue
                value = content
            value = value.strip() if path in _SECRETS else value
            if path in given:
                self._fault_of(name, say("settings-variable-twice", variable=given[path][0]), _KEEP_ONE)
                continue
            given[path] = (name, path, value)
        for path, rival in _RIVALS.items():
            if path in given and rival in given and path < rival:
                self._fault_of(given[rival][0], say("settings-variable-database", variable=given[path][0]), _KEEP_ONE)
        return list(given.values())

    def _known_variables(self) -> dict[str, KeyPath]:
        known = {variable(path): path for path in leaves(Settings, self.tree, ())}
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
            self._fault_of(name, say("settings-secret-unreadable"), say("settings-do-readable"))
        except ValueError:
            self._fault_of(name, say("settings-secret-not-short"), say("settings-do-secret-alone"))
        else:
            if secret:
                return secret
            self._fault_of(name, say("settings-secret-empty"), say("settings-do-write-secret"))
        return None

    def _fault_of(self, variable: str, problem: Text, cure: Text) -> None:
        fault = Fault(file=ENVIRONMENT, line=None, column=None, key=masked(variable), problem=problem, cure=cure)
        self.faults.append(fault)

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
        path = untagged(detail["loc"])
        kind, context = detail["type"], detail.get("ctx", {})
        asked = wanted(field_at(path, self.tree))
        value = self._quoted(path, detail.get("input"))
        cure = say("settings-do-give", wanted=asked)
        match kind:
            case "missing":
                self._missing(path, asked)
            case "value_error" if isinstance(why := context.get("error"), Wrong):
                told = None if self._hidden(path) else why.told
                self.fault(
                    path, told or Text(key=why.problem.key, values={**why.problem.values, "value": value}), why.cure
                )
            case "enum" | "literal_error":
                self._not_one_of(path, detail.get("input"), str(context.get("expected", "")))
            case "union_tag_not_found":
                self._missing((*path, TAG), say("settings-wanted-kind"))
            case "union_tag_invalid":
                written = detail["input"].get(TAG) if isinstance(detail["input"], Mapping) else None
                self._not_one_of((*path, TAG), written, str(context.get("expected_tags", "")))
            case "int_parsing" | "int_type" | "int_from_float":
                self.fault(path, say("settings-not-whole", value=value), cure)
            case "greater_than_equal":
                self.fault(path, say("settings-less", value=value, bound=str(context["ge"])), cure)
            case "less_than_equal":
                self.fault(path, say("settings-more", value=value, bound=str(context["le"])), cure)
            case "string_type":
                self.fault(path, say("settings-not-text", value=value), say("settings-do-give-text", wanted=asked))
            case "string_too_long":
                self.fault(path, say("settings-too-long", most=context["max_length"]), say("settings-do-shorter"))
            case "tuple_type":
                self.fault(path, say("settings-not-list", value=value), cure)
            case "mapping_type" | "model_type" | "model_attributes_type" | "dict_type":
                self.fault(path, say("settings-not-section", value=value), say("settings-do-key-lines"))
            case _:
                self.fault(path, say("settings-not-here", value=value), cure)

    def _missing(self, path: KeyPath, asked: Text) -> None:
        problem = say("settings-key-missing", section=dotted(path[:-1]) or say("settings-the-file"))
        self.fault(path, problem, say("settings-do-add", name=str(path[-1]), wanted=asked))

    def _not_one_of(self, path: KeyPath, written: object, expected: str) -> None:
        allowed = re.findall(r"'([^']+)'", expected)
        near = nearest(written, allowed) if isinstance(written, str) else None
        cure = say("settings-do-meant", near=near) if near else say("settings-do-one-of-them")
        value = self._quoted(path, written)
        self.fault(path, say("settings-not-one-of", value=value, allowed=", ".join(allowed)), cure)

    # --- what must agree

    def _cross_check(self) -> None:
        """Checks values against each other, reading the merged tree leniently: other faults hide none of these."""
        people = _items(self.tree, "people")
        rituals = self.tree.get("rituals")
        self._once(people, "email", "settings-person-twice", say("settings-do-own-email"), fold=True)
        cure = say("settings-do-own-initiative")
        self._once(_items(self.tree, "initiatives"), "key", "settings-initiative-twice", cure)
        for of_person, person in people:
            self._known((*of_person, "site"), person.get("site"), "sites", "settings-unknown-site")
        house = self.tree.get("organisation")
        if isinstance(house, dict):
            self._known(("organisation", "alarms"), house.get("alarms"), "rooms", "settings-unknown-room")
        played = {role for _, person in people for role in _strings(person.get("roles"))}
        self._once(_items(self.tree, "kpis"), "key", "settings-kpi-twice", say("settings-do-own-kpi"))
        for of_kpi, kpi in _items(self.tree, "kpis"):
            self._kpi(of_kpi, kpi)
        for key, ritual in rituals.items() if isinstance(rituals, dict) else ():
            if isinstance(ritual, dict):
                path: KeyPath = ("rituals", key)
                if "room" in ritual:
                    self._known((*path, "room"), ritual["room"], "rooms", "settings-unknown-room")
                self._check_ritual(path, ritual, played)

    def _check_ritual(self, path: KeyPath, ritual: dict[str, object], played: set[str]) -> None:
        """What the keys of one kind must have in common, among themselves and with the rest."""
        self._listed((*path, "initiatives"), ritual.get("initiatives"))
        match ritual.get(TAG):
            case "prioritisation_committee":
                voters = (Role.CHAIR, Role.DEPUTY, Role.MEMBER)
                self._played(path, ritual, played, key="voters", default=voters, nobody="settings-no-voters")
                self._calendar_of(path, ritual)
            case "pulse":
                self._reminder_of(path, ritual)
                self._weekly(path, ritual)
            case "kpi_review":
                self._reviewed((*path, "kpis"), ritual.get("kpis"))
            case "weekly_digest":
                readers = (Role.CHANGE_MANAGER,)
                self._played(path, ritual, played, key="readers", default=readers, nobody="settings-no-readers")

    def _once(
        self,
        items: list[tuple[KeyPath, dict[str, object]]],
        key: str,
        twice: str,
        cure: Text,
        *,
        fold: bool = False,
    ) -> None:
        """Faults, as the sentence `twice` says it, every item whose `key` an item before has too."""
        first: dict[str, KeyPath] = {}
        for path, item in items:
            value = item.get(key)
            if isinstance(value, str):
                word = value.strip().lower() if fold else value
                if word in first:
                    line, _ = self._place((*first[word], key), at_key=False)
                    problem = Text(key=twice, values={"value": self._quoted(path, value), "line": str(line)})
                    self.fault((*path, key), problem, cure)
                else:
                    first[word] = path

    def _known(self, path: KeyPath, word: object, section: str, unknown: str) -> None:
        # A key whose value is at fault is known all the same.
        known = {str(path[1]) for path in (*self.marks, *self.origins) if len(path) > 1 and path[0] == section}
        if isinstance(word, str) and word not in known:
            cure = meant(word, known) or say("settings-do-add-to", section=section)
            self.fault(path, Text(key=unknown, values={"value": self._quoted(path, word)}), cure)

    def _listed(self, path: KeyPath, keys: object) -> None:
        """Notes each of the initiatives that app.yaml does not list: a file that is imported may bring them."""
        known = [str(item.get("key")) for _, item in _items(self.tree, "initiatives")]
        for at, key in enumerate(_strings(keys)):
            self._unlisted((*path, at) if isinstance(keys, list) else path, key, known)

    def _unlisted(self, path: KeyPath, key: str, known: Sequence[str]) -> None:
        if key not in known:
            near = nearest(key, known)
            cure = say("settings-do-meant", near=near) if near else say("settings-do-imported")
            self._note(path, say("settings-unlisted", value=self._quoted(path, key)), cure)

    def _reviewed(self, path: KeyPath, keys: object) -> None:
        known = [key for _, item in _items(self.tree, "kpis") if isinstance(key := item.get("key"), str)]
        for at, key in enumerate(_strings(keys)):
            if key not in known:
                cure = meant(key, known) or say("settings-do-add-to", section="kpis")
                self.fault((*path, at), say("settings-unknown-kpi", value=self._quoted((*path, at), key)), cure)

    def _played(
        self,
        path: KeyPath,
        ritual: dict[str, object],
        played: set[str],
        *,
        key: str,
        default: Sequence[Role],
        nobody: str,
    ) -> None:
        """Faults, as the sentence `nobody` says it, a ritual whose `key` names roles that nobody plays."""
        named = _strings(ritual[key]) if key in ritual else [role.value for role in default]
        # A role that does not exist is its own fault; who plays it cannot be known before it is put right.
        if not (set(named) | played) <= set(Role) or self._faulty_below("people"):
            return
        if not played.intersection(named):
            here = (*path, key) if key in ritual else path
            roles = ", ".join(named) if named else say("settings-none")
            self.fault(here, Text(key=nobody, values={"roles": roles}), say("settings-do-role"), at_key=True)

    def _check_tokens(self, *, need: bool) -> None:
        given = {name: self._section(name) for name in ("slack", "teams")}
        rooms = self._section("rooms")
        there = {channel.platform for one in rooms.values() if (channel := _read(channel_of, one)) is not None}
        at_work = platforms_of(there, given)
        for platform in at_work if need else ():
            for path in needed_secrets(platform, given[platform]):
                if path not in self.origins:
                    self.faults.append(_missing_secret(platform, variable(path), given[platform]))
        if "teams" in there and "teams" not in at_work:
            for key, one in rooms.items():
                if (channel := _read(channel_of, one)) is not None and channel.platform == "teams":
                    cure = say("settings-do-add", name="teams.app_id", wanted=say("settings-wanted-app-id"))
                    self.fault(("rooms", key), say("settings-teams-unknown"), cure)
        self._check_teams(given["teams"])
        slack = given["slack"]
        for name, token in ((name, slack[name]) for name in _TOKENS if name in slack):
            unlike, form, other, where = _TOKENS[name]
            if re.match(other, str(token)):
                self.fault(("slack", name), say("settings-token-other"), say("settings-do-token-letters"))
            elif not re.match(form, str(token)):
                self.fault(("slack", name), unlike, say("settings-do-copy-token", where=where))

    def _check_teams(self, teams: Mapping[str, object]) -> None:
        if teams.get("anonymous") is True:
            host = str(self._section("web").get("host", "127.0.0.1"))
            if not is_loopback(host):
                self.fault(("teams", "anonymous"), say("settings-anonymous-open"), say("settings-do-loopback"))
            if teams.get("app_id"):
                self.fault(("teams", "anonymous"), say("settings-anonymous-id"), _KEEP_ONE)
        elif teams.get("app_id") and not teams.get("tenant"):
            self._missing(("teams", "tenant"), say("settings-wanted-tenant"))

    def _section(self, name: str) -> dict[str, Any]:
        found = self.tree.get(name)
        return found if isinstance(found, dict) else {}

    def _faulty_below(self, section: str) -> bool:
        return any(path[0] == section and "email" not in path for path in self.at_fault)

    def _reminder_of(self, path: KeyPath, ritual: dict[str, object]) -> None:
        days = _read(int, ritual.get("open_days", 7))
        reminder = _read(int, ritual.get("reminder_after", 2))
        if days is not None and reminder is not None and reminder >= days:
            key = "reminder_after" if "reminder_after" in ritual else "open_days"
            problem = say("settings-reminder-late", after=str(reminder), days=str(days))
            self.fault((*path, key), problem, say("settings-do-reminder"))

    def _weekly(self, path: KeyPath, ritual: dict[str, object]) -> None:
        rule = _read(parse_rule, ritual.get("when"))
        if rule is not None and not (isinstance(rule, Weekly) and rule.every == 1):
            self._note((*path, "when"), say("settings-not-weekly"), say("settings-do-every-tue"))

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
            problem = say("settings-key-of-figure", section=dotted(path), source=source.value)
            cure = say("settings-do-add", name="initiative", wanted=say("settings-wanted-initiative"))
            self.fault((*path, "initiative"), problem, cure)
        for key in () if source.is_figure else ("unit", "direction"):
            if kpi.get(key) is None:
                self._missing((*path, key), wanted(KpiSettings.model_fields[key]))
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
            why = "settings-unit-currency" if source is KpiSource.SAVING else "settings-unit-share"
            self.fault(here, Text(key=why, values={"source": source.value, "unit": own}), say("settings-do-no-unit"))
            return None
        return own or said

    def _amount(self, path: KeyPath, written: object, unit: str) -> Fraction | None:
        """A value of a KPI in `unit`, told apart from what would be read a hundred times too large or too small."""
        value = _read(amount, written)
        if value is None:
            return None
        shown, text = self._quoted(path, written), str(written)
        if unit != SHARE:
            if "%" in text:
                problem = say("settings-percentage", value=shown, unit=unit)
                self.fault(path, problem, say("settings-do-number-of", unit=unit))
                return None
        elif not 0 <= value <= 1:
            likely = 1 < value <= 100 and "%" not in text
            cure = say("settings-do-percent", value=text.strip()) if likely else say("settings-do-share")
            self.fault(path, say("settings-no-share", value=shown), cure)
            return None
        elif value == 1 and text.strip() in {"1", "1.0", "1,0"}:
            self.fault(path, say("settings-one-or-all", value=shown), say("settings-do-one-or-all"))
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
            self.fault(path, say("settings-amber-no-target"), say("settings-do-target"))
        direction = _read(Direction, kpi.get("direction")) or BETTER.get(source)
        if target is None or direction is None:
            return
        if (amber > target) if direction is Direction.UP else (amber < target):
            up, value = direction is Direction.UP, self._quoted(path, kpi["amber"])
            problem = Text(key="settings-amber-more" if up else "settings-amber-less", values={"value": value})
            self.fault(path, problem, say("settings-do-amber-below" if up else "settings-do-amber-above"))

    def _calendar_of(self, path: KeyPath, ritual: dict[str, object]) -> None:
        marks = _read(int, ritual.get("marks_before", 5))
        agenda = _read(int, ritual.get("agenda_before", 2))
        if marks is not None and agenda is not None and agenda >= marks:
            key = "agenda_before" if "agenda_before" in ritual else "marks_before"
            self.fault(
                (*path, key),
                say("settings-agenda-late", agenda=str(agenda), marks=str(marks)),
                say("settings-do-agenda"),
            )
        at, deadline = _read(time_of_day, ritual.get("at")), _read(time_of_day, ritual.get("deadline", "17:00"))
        if at is not None and deadline is not None and deadline <= at:
            key = "deadline" if "deadline" in ritual else "at"
            problem = say("settings-ballots-close", deadline=f"{deadline:%H:%M}", at=f"{at:%H:%M}")
            self.fault((*path, key), problem, say("settings-do-deadline"))


def _flat(overrides: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    for key, value in overrides.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", list(value) if isinstance(value, tuple | set | frozenset) else value


def _missing_secret(platform: str, name: str, given: Mapping[str, object]) -> Fault:
    mode = str(given.get("mode", "socket"))
    problem = say("settings-secret-needed", mode=mode) if platform == "slack" else say("settings-teams-secret-needed")
    cure = say("settings-do-set-secret", variable=name)
    return Fault(file=ENVIRONMENT, line=None, column=None, key=name, problem=problem, cure=cure)


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
