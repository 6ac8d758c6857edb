"""What must agree in the settings: values with each other, rituals with who plays their roles, platforms with rooms."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeVar

from bot.settings_findings import KEEP_ONE, Findings
from bot.settings_rituals import BETTER, KpiSettings, unit_of
from bot.settings_shape import TAG, wanted
from bot.settings_tree import SLACK_SECRETS, needed_secrets, platforms_of
from bot.settings_values import LATER, LATER_CHANNEL, amount, channel_of, is_loopback, time_of_day, unit_as_written
from bot.yaml_source import ENVIRONMENT, Fault, KeyPath, dotted, meant, nearest, variable
from rituals.calendar import Weekly, parse_rule
from rituals.errors import InvalidRule
from rituals.kpis import SHARE, KpiSource
from rituals.measures.statistics import Direction
from rituals.messages import Text, say
from rituals.people import Role

T = TypeVar("T")

# What is said where it is no such token, how it begins (xoxe. comes before one that Slack renews), how the other
# begins, and where Slack shows it.
_BOT, _APP = r"(?:xoxe\.)?xoxb-\S", r"xapp-\S"
_TOKENS = {
    "bot_token": (say("settings-token-not-bot"), _BOT, _APP, "OAuth & Permissions"),
    "app_token": (say("settings-token-not-app"), _APP, _BOT, "Basic Information, App-Level Tokens"),
}

UNMEANT = frozenset({"settings-slack-by-room", "settings-slack-by-token"})
"""What is noted where Slack may be at work beside Teams though nobody meant it."""


class Agreement:
    """The checks of one merged tree."""

    def __init__(self, tree: Mapping[str, Any], found: Findings) -> None:
        self._tree = tree
        self._found = found

    def check(self) -> None:
        """Checks values against each other, reading the merged tree leniently: other faults hide none of these."""
        people = _items(self._tree, "people")
        rituals = self._tree.get("rituals")
        self._once(people, "email", "settings-person-twice", say("settings-do-own-email"), fold=True)
        cure = say("settings-do-own-initiative")
        self._once(_items(self._tree, "initiatives"), "key", "settings-initiative-twice", cure)
        for of_person, person in people:
            self._known((*of_person, "site"), person.get("site"), "sites", "settings-unknown-site")
        house = self._tree.get("organisation")
        if isinstance(house, dict):
            self._known(("organisation", "alarms"), house.get("alarms"), "rooms", "settings-unknown-room")
        played = {role for _, person in people for role in _strings(person.get("roles"))}
        self._once(_items(self._tree, "kpis"), "key", "settings-kpi-twice", say("settings-do-own-kpi"))
        for of_kpi, kpi in _items(self._tree, "kpis"):
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
                    line, _ = self._found.place((*first[word], key), at_key=False)
                    problem = Text(key=twice, values={"value": self._found.quoted(path, value), "line": str(line)})
                    self._found.fault((*path, key), problem, cure)
                else:
                    first[word] = path

    def _known(self, path: KeyPath, word: object, section: str, unknown: str) -> None:
        # A key whose value is at fault is known all the same.
        known = {
            str(path[1]) for path in (*self._found.marks, *self._found.origins) if len(path) > 1 and path[0] == section
        }
        if isinstance(word, str) and word not in known:
            cure = meant(word, known) or say("settings-do-add-to", section=section)
            self._found.fault(path, Text(key=unknown, values={"value": self._found.quoted(path, word)}), cure)

    def _listed(self, path: KeyPath, keys: object) -> None:
        """Notes each of the initiatives that app.yaml does not list: a file that is imported may bring them."""
        known = [str(item.get("key")) for _, item in _items(self._tree, "initiatives")]
        for at, key in enumerate(_strings(keys)):
            self._unlisted((*path, at) if isinstance(keys, list) else path, key, known)

    def _unlisted(self, path: KeyPath, key: str, known: Sequence[str]) -> None:
        if key not in known:
            near = nearest(key, known)
            cure = say("settings-do-meant", near=near) if near else say("settings-do-imported")
            self._found.note(path, say("settings-unlisted", value=self._found.quoted(path, key)), cure)

    def _reviewed(self, path: KeyPath, keys: object) -> None:
        known = [key for _, item in _items(self._tree, "kpis") if isinstance(key := item.get("key"), str)]
        for at, key in enumerate(_strings(keys)):
            if key not in known:
                cure = meant(key, known) or say("settings-do-add-to", section="kpis")
                self._found.fault(
                    (*path, at), say("settings-unknown-kpi", value=self._found.quoted((*path, at), key)), cure
                )

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
            self._found.fault(here, Text(key=nobody, values={"roles": roles}), say("settings-do-role"), at_key=True)

    def check_platforms(self, *, need: bool) -> None:
        given = {name: self._section(name) for name in ("slack", "teams")}
        rooms = self._section("rooms")
        there = {channel.platform for one in rooms.values() if (channel := _read(channel_of, one)) is not None}
        at_work = platforms_of(there, given)
        for platform in at_work if need else ():
            for path in needed_secrets(platform, given[platform]):
                if path not in self._found.origins and path not in self._found.at_fault:
                    self._found.faults.append(_missing_secret(platform, variable(path), given[platform]))
        if "teams" in there and "teams" not in at_work:
            for key, one in rooms.items():
                if (channel := _read(channel_of, one)) is not None and channel.platform == "teams":
                    cure = say("settings-do-add", name="teams.app_id", wanted=say("settings-wanted-app-id"))
                    self._found.fault(("rooms", key), say("settings-teams-unknown"), cure)
        if need:
            self._check_zeros(given["teams"], rooms)
        if len(at_work) > 1:
            self._check_meant(given["slack"], rooms, there)
        self._check_teams(given["teams"])
        slack = given["slack"]
        for name, token in ((name, slack[name]) for name in _TOKENS if name in slack):
            unlike, form, other, where = _TOKENS[name]
            if re.match(other, str(token)):
                self._found.fault(("slack", name), say("settings-token-other"), say("settings-do-token-letters"))
            elif not re.match(form, str(token)):
                self._found.fault(("slack", name), unlike, say("settings-do-copy-token", where=where))

    def _check_zeros(self, teams: Mapping[str, object], rooms: Mapping[str, object]) -> None:
        """Faults each id and link in whose place zeros still stand."""
        zeros: list[KeyPath] = [("teams", key) for key in ("app_id", "tenant") if teams.get(key) == LATER]
        for key, one in rooms.items():
            if (channel := _read(channel_of, one)) is not None and channel.conversation == LATER_CHANNEL:
                zeros.append(("rooms", key))
        for path in zeros:
            self._found.fault(path, say("settings-zeros"), say("settings-do-zeros"))

    def _check_meant(self, slack: Mapping[str, object], rooms: Mapping[str, object], there: Collection[str]) -> None:
        """Notes, beside Teams, a room or a token of Slack where nothing else says that Slack is meant."""
        tokens = sorted(SLACK_SECRETS.intersection(slack))
        given = {path for path in (*self._found.marks, *self._found.origins) if path[:1] == ("slack",)}
        if given - {("slack", name) for name in tokens} or (tokens and "slack" in there):
            return
        for key, one in rooms.items():
            if (channel := _read(channel_of, one)) is not None and channel.platform == "slack":
                # One line: whoever forgot one link may have forgotten them all.
                self._found.note(("rooms", key), say("settings-slack-by-room"), say("settings-do-slack-by-room"))
                return
        self._found.note(("slack", tokens[0]), say("settings-slack-by-token"), say("settings-do-slack-by-token"))

    def _check_teams(self, teams: Mapping[str, object]) -> None:
        if teams.get("anonymous") is True:
            host = str(self._section("web").get("host", "127.0.0.1"))
            if not is_loopback(host):
                self._found.fault(("teams", "anonymous"), say("settings-anonymous-open"), say("settings-do-loopback"))
            if teams.get("app_id"):
                self._found.fault(("teams", "anonymous"), say("settings-anonymous-id"), KEEP_ONE)
        elif teams.get("app_id") and not teams.get("tenant"):
            self._found.missing(("teams", "tenant"), say("settings-wanted-tenant"))

    def _section(self, name: str) -> dict[str, Any]:
        found = self._tree.get(name)
        return found if isinstance(found, dict) else {}

    def _faulty_below(self, section: str) -> bool:
        return any(path[0] == section and "email" not in path for path in self._found.at_fault)

    def _reminder_of(self, path: KeyPath, ritual: dict[str, object]) -> None:
        days = _read(int, ritual.get("open_days", 7))
        reminder = _read(int, ritual.get("reminder_after", 2))
        if days is not None and reminder is not None and reminder >= days:
            key = "reminder_after" if "reminder_after" in ritual else "open_days"
            problem = say("settings-reminder-late", after=str(reminder), days=str(days))
            self._found.fault((*path, key), problem, say("settings-do-reminder"))

    def _weekly(self, path: KeyPath, ritual: dict[str, object]) -> None:
        rule = _read(parse_rule, ritual.get("when"))
        if rule is not None and not (isinstance(rule, Weekly) and rule.every == 1):
            self._found.note((*path, "when"), say("settings-not-weekly"), say("settings-do-every-tue"))

    def _kpi(self, path: KeyPath, kpi: dict[str, object]) -> None:
        """What the keys of one KPI must have in common."""
        source = _read(KpiSource, kpi.get("source"))
        initiative = kpi.get("initiative")
        if isinstance(initiative, str):
            known = [str(item.get("key")) for _, item in _items(self._tree, "initiatives")]
            self._unlisted((*path, "initiative"), initiative, known)
        if source is None:
            return  # a fault of its own, on which the rest hangs
        if source.is_figure and initiative is None:
            problem = say("settings-key-of-figure", section=dotted(path), source=source.value)
            cure = say("settings-do-add", name="initiative", wanted=say("settings-wanted-initiative"))
            self._found.fault((*path, "initiative"), problem, cure)
        for key in () if source.is_figure else ("unit", "direction"):
            if kpi.get(key) is None:
                self._found.missing((*path, key), wanted(KpiSettings.model_fields[key]))
        unit = self._unit_of(path, kpi, source)
        if unit is None:
            return
        bounds = {key: self._amount((*path, key), kpi.get(key), unit) for key in ("baseline", "target", "amber")}
        self._amber((*path, "amber"), bounds["target"], bounds["amber"], kpi, source)

    def _unit_of(self, path: KeyPath, kpi: dict[str, object], source: KpiSource) -> str | None:
        """The unit of a KPI's values; None where it is at fault or not said."""
        organisation = self._tree.get("organisation")
        currency = organisation.get("currency", "EUR") if isinstance(organisation, dict) else "EUR"
        own = unit_of(source, str(currency).strip().upper())
        said = _read(unit_as_written, kpi.get("unit"))
        if own is not None and said is not None and said != own:
            here = (*path, "unit")
            why = "settings-unit-currency" if source is KpiSource.SAVING else "settings-unit-share"
            self._found.fault(
                here, Text(key=why, values={"source": source.value, "unit": own}), say("settings-do-no-unit")
            )
            return None
        return own or said

    def _amount(self, path: KeyPath, written: object, unit: str) -> Fraction | None:
        """A value of a KPI in `unit`, told apart from what would be read a hundred times too large or too small."""
        value = _read(amount, written)
        if value is None:
            return None
        shown, text = self._found.quoted(path, written), str(written)
        if unit != SHARE:
            if "%" in text:
                problem = say("settings-percentage", value=shown, unit=unit)
                self._found.fault(path, problem, say("settings-do-number-of", unit=unit))
                return None
        elif not 0 <= value <= 1:
            likely = 1 < value <= 100 and "%" not in text
            cure = say("settings-do-percent", value=text.strip()) if likely else say("settings-do-share")
            self._found.fault(path, say("settings-no-share", value=shown), cure)
            return None
        elif value == 1 and text.strip() in {"1", "1.0", "1,0"}:
            self._found.fault(path, say("settings-one-or-all", value=shown), say("settings-do-one-or-all"))
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
            self._found.fault(path, say("settings-amber-no-target"), say("settings-do-target"))
        direction = _read(Direction, kpi.get("direction")) or BETTER.get(source)
        if target is None or direction is None:
            return
        if (amber > target) if direction is Direction.UP else (amber < target):
            up, value = direction is Direction.UP, self._found.quoted(path, kpi["amber"])
            problem = Text(key="settings-amber-more" if up else "settings-amber-less", values={"value": value})
            self._found.fault(path, problem, say("settings-do-amber-below" if up else "settings-do-amber-above"))

    def _calendar_of(self, path: KeyPath, ritual: dict[str, object]) -> None:
        marks = _read(int, ritual.get("marks_before", 5))
        agenda = _read(int, ritual.get("agenda_before", 2))
        if marks is not None and agenda is not None and agenda >= marks:
            key = "agenda_before" if "agenda_before" in ritual else "marks_before"
            self._found.fault(
                (*path, key),
                say("settings-agenda-late", agenda=str(agenda), marks=str(marks)),
                say("settings-do-agenda"),
            )
        at, deadline = _read(time_of_day, ritual.get("at")), _read(time_of_day, ritual.get("deadline", "17:00"))
        if at is not None and deadline is not None and deadline <= at:
            key = "deadline" if "deadline" in ritual else "at"
            problem = say("settings-ballots-close", deadline=f"{deadline:%H:%M}", at=f"{at:%H:%M}")
            self._found.fault((*path, key), problem, say("settings-do-deadline"))


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
