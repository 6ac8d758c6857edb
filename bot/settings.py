"""The settings: app.yaml under the environment under the arguments, checked whole and frozen."""

from __future__ import annotations

import copy
import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    SecretStr,
    ValidationError,
)
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.yaml_source import (
    Fault,
    KeyPath,
    Mark,
    SettingsError,
    did_you_mean,
    dotted,
    masked,
    read_yaml,
    shown,
    without_secrets,
)
from rituals.calendar import HolidayShift, Recurrence, WorkingDays, parse_rule
from rituals.committee.ballots import Majority
from rituals.committee.rules import CommitteeRules
from rituals.errors import InvalidRule
from rituals.initiatives import Initiative, Stage, Standing
from rituals.organisation import Organisation, Site
from rituals.people import Role, RosterEntry

__all__ = ["Fault", "Settings", "SettingsError", "load"]

PREFIX = "COMITIA_"
ENVIRONMENT = "environment"
ARGUMENTS = "arguments"

T = TypeVar("T")

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SECRET_BYTES = 10_000
# Control characters, halves of surrogate pairs, and signs that turn the direction of what is written around them.
_CONTROL = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069\\ud800-\\udfff]")


class _Wrong(ValueError):
    """A value nobody can use. `problem` follows the value in the sentence; `told` replaces both where it says more."""

    def __init__(self, problem: str, remedy: str, told: str | None = None) -> None:
        super().__init__(problem)
        self.problem, self.remedy, self.told = problem, remedy, told


# --- how single values are read ------------------------------------------------------------------------------------


def _words(value: object) -> str:
    if isinstance(value, bool):
        raise _Wrong("is read as a boolean, not as text", 'quote it: "yes", "no", "on"')
    if not isinstance(value, str | int):
        raise _Wrong("is not text", "write one line of text")
    text = str(value).strip()
    if not text:
        raise _Wrong("is empty", "write at least one letter")
    if _CONTROL.search(text):
        raise _Wrong("holds a line break or a control character", "write one line of plain text")
    return text


def _paragraph(value: object) -> str:
    return _words(" ".join(value.split()) if isinstance(value, str) else value)


def _zone(value: object) -> ZoneInfo:
    if isinstance(value, ZoneInfo):
        return value
    name = _words(value)
    known = _zones()
    if name not in known:
        raise _Wrong("is not a time zone", did_you_mean(name, known) or "write it as Europe/Paris")
    return ZoneInfo(name)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _time(value: object) -> time:
    if isinstance(value, time):
        return value
    found = re.fullmatch(r"([01]?[0-9]|2[0-3])(?::([0-5][0-9])|h([0-5][0-9])?)", _words(value))
    if found is None:
        raise _Wrong("is not a time of day", "write hours and minutes, such as 10:00")
    return time(int(found[1]), int(found[2] or found[3] or 0))


def _fraction(value: object) -> Fraction:
    if isinstance(value, Fraction):
        return value
    text = _words(value).replace(" ", "")
    if found := re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text):
        if int(found[2]):
            return Fraction(int(found[1]), int(found[2]))
    elif found := re.fullmatch(r"(-?[0-9]{1,6}(?:[.,][0-9]{1,6})?)(%?)", text):
        return Fraction(found[1].replace(",", ".")) / (100 if found[2] else 1)
    raise _Wrong("is not a number", "write 1/2, 50% or 0.5")


def _quorum(value: object) -> Fraction:
    quorum = _fraction(value)
    if quorum > 1:
        raise _Wrong("is more than everybody", "a quorum is at most 1: write 1/2 or 50%")
    if quorum <= 0:
        raise _Wrong("lets nobody decide", "a quorum is more than 0: write 1/2 or 50%")
    return quorum


def _pass_mark(value: object) -> Fraction:
    mark = _fraction(value)
    if not 1 <= mark <= 5:
        raise _Wrong("is not between 1 and 5", "marks run from 1 to 5: write 3.5")
    return mark


def _when(value: object) -> str:
    text = _words(value)
    try:
        parse_rule(text)
    except InvalidRule as why:
        raise _Wrong("is not a calendar rule", 'write it as "1st tue", "last fri" or "day 15"', told=str(why)) from None
    return text


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None


def _holidays(value: object) -> tuple[str, ...]:
    """Calendars by code and days off by date, as they were written; at most one calendar."""
    items = [_words(item) for item in value] if isinstance(value, list | tuple) else [_words(value)]
    calendars = [item for item in items if _date(item) is None]
    if len(calendars) > 1:
        raise _Wrong("names more than one holiday calendar", "name one, and add other days off as dates (2026-12-24)")
    for item in calendars:
        try:
            WorkingDays(holidays=item)
        except InvalidRule as why:
            raise _Wrong(
                "is not a holiday calendar", "write FR or CA-QC, or dates such as 2026-12-24", told=str(why)
            ) from None
    return tuple(items)


def _weekend(value: object) -> tuple[str, ...]:
    items = (
        [_words(item).casefold() for item in value] if isinstance(value, list | tuple) else [_words(value).casefold()]
    )
    for item in items:
        if item not in _WEEKDAYS:
            raise _Wrong("is not a list of weekdays", did_you_mean(item, _WEEKDAYS))
    if len(set(items)) == len(_WEEKDAYS):
        raise _Wrong("leaves no day to work", "leave a working day in the week")
    return tuple(items)


def _email(value: object) -> str:
    text = _words(value).lower()
    if len(text) > 254 or not re.fullmatch(r"[^@\s<>]+@[^@\s<>.]+(?:\.[^@\s<>.]+)+", text):
        raise _Wrong("is not an e-mail address", "write it as ana.silva@example.org")
    return text


def _channel(value: object) -> str:
    text = _words(value).removeprefix("#")
    if len(text) > 80 or not re.fullmatch(r"[\w-]+", text) or text != text.lower():
        raise _Wrong("is not a channel name", "write it as in chat: small letters, digits, - and _, without #")
    return text


def _asks(value: object) -> date | bool:
    if isinstance(value, date | bool):
        return value
    day = _date(value) if isinstance(value, str) else None
    if day is None:
        raise _Wrong("is neither yes, no nor a date", "write true, false, or the date it began to ask: 2026-01-05")
    return day


def _whole(value: object) -> object:
    if isinstance(value, bool):
        raise _Wrong("is not a whole number", "write a whole number")
    return value


def _api_url(value: object) -> str:
    text = _words(value)
    remedy = "write https://…, or http://127.0.0.1:… for a local workspace"
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        raise _Wrong("is not an address", remedy) from None
    if parts.username is not None or parts.query or parts.fragment or not host:
        raise _Wrong("is not a plain address", remedy)
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(host)):
        raise _Wrong("would send tokens in the clear", remedy)
    return text if text.endswith("/") else text + "/"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _database_url(value: object) -> SecretStr:
    text = value.get_secret_value() if isinstance(value, SecretStr) else _words(value)
    scheme = text.partition("://")[0]
    if "://" not in text or scheme not in {"postgresql", "postgresql+psycopg", "sqlite", "sqlite+aiosqlite"}:
        raise _Wrong("is not an address of a database Comitia knows", "write postgresql://… or sqlite:///…")
    return SecretStr(text)


def _written(value: object) -> str:
    return value.strftime("%H:%M") if isinstance(value, time) else str(value)


AsText = PlainSerializer(_written, return_type=str)
Words = Annotated[str, BeforeValidator(_words), Field(max_length=200)]
LongWords = Annotated[str, BeforeValidator(_paragraph), Field(max_length=2000)]
Zone = Annotated[ZoneInfo, PlainValidator(_zone), AsText]
TimeOfDay = Annotated[time, PlainValidator(_time), AsText]
Quorum = Annotated[Fraction, PlainValidator(_quorum), AsText]
PassMark = Annotated[Fraction, PlainValidator(_pass_mark), AsText]
When = Annotated[str, PlainValidator(_when)]
Holidays = Annotated[tuple[str, ...], BeforeValidator(_holidays)]
Weekend = Annotated[tuple[str, ...], BeforeValidator(_weekend)]
Email = Annotated[str, PlainValidator(_email)]
Channel = Annotated[str, PlainValidator(_channel)]
Asks = Annotated[
    date | bool, PlainValidator(_asks), PlainSerializer(lambda asks: asks if isinstance(asks, bool) else str(asks))
]
Whole = Annotated[int, BeforeValidator(_whole)]
DatabaseUrl = Annotated[SecretStr, BeforeValidator(_database_url)]
ApiUrl = Annotated[str, PlainValidator(_api_url)]
Locale = Literal["en", "fr"]


# --- the tree ------------------------------------------------------------------------------------------------------


class Section(BaseModel):
    """A part of the settings: frozen, and no key beyond its own. Descriptions say what a fault's remedy says."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, arbitrary_types_allowed=True)


class DaysOff(Section):
    """What makes a day a working day."""

    holidays: Holidays | None = Field(
        default=None, description="a country (FR), a country and its part (CA-QC), or dates"
    )
    weekend: Weekend | None = Field(default=None, description="a list of mon tue wed thu fri sat sun")

    def working_days(self, base: WorkingDays) -> WorkingDays:
        """These days off, with `base` for what is not given."""
        holidays, extra, weekend = base.holidays, base.extra, base.weekend
        if self.holidays is not None:
            extra = frozenset(day for item in self.holidays if (day := _date(item)) is not None)
            holidays = next((item for item in self.holidays if _date(item) is None), None)
        if self.weekend is not None:
            weekend = frozenset(map(_WEEKDAYS.index, self.weekend))
        return WorkingDays(weekend=weekend, holidays=holidays, extra=extra)


class OrganisationSettings(DaysOff):
    """Who we are."""

    name: Words = Field(description="the organisation's name")
    locale: Locale = Field(default="en", description="en or fr")
    zone: Zone = Field(description="a time zone such as Europe/Paris")


class SiteSettings(DaysOff):
    """A place where people work; its days off are the organisation's where it gives none."""

    zone: Zone = Field(description="a time zone such as Europe/Paris")


class PersonSettings(Section):
    """Somebody with a part in the rituals."""

    email: Email = Field(description="an e-mail address")
    roles: tuple[Role, ...] = Field(default=(), description="a list of roles")
    name: Words | None = Field(default=None, description="the person's name")
    site: str | None = Field(default=None, description="a key of `sites`")
    locale: Locale | None = Field(default=None, description="en or fr")
    zone: Zone | None = Field(default=None, description="a time zone such as Europe/Paris")


class InitiativeSettings(Section):
    """One AI use case."""

    key: str = Field(description="a short lasting name such as claims-triage", pattern=r"^[a-z][a-z0-9_-]{0,39}$")
    title: Words = Field(description="a title of one line")
    summary: LongWords = Field(description="what it is for, in a sentence or two")
    stage: Stage = Field(description="opportunity, framing, poc, mvp, pilot or industrialised")
    asks: Asks = Field(default=False, description="true, false, or the date since when it asks for its next stage")
    department: Words = Field(description="the department it belongs to")
    owner: Email | None = Field(default=None, description="the owner's e-mail address")

    def listed(self) -> Initiative:
        """The initiative as the rules know it."""
        return Initiative(
            key=self.key,
            title=self.title,
            summary=self.summary,
            stage=self.stage,
            standing=Standing.ASKING if self.asks is not False else Standing.ACTIVE,
            department=self.department,
            owner=self.owner,
            asked_on=None if isinstance(self.asks, bool) else self.asks,
        )


class CommitteeSettings(Section):
    """A prioritisation committee."""

    kind: Literal["prioritisation_committee"] = Field(description="prioritisation_committee")
    title: Words = Field(description="the title people see")
    when: When = Field(description='a calendar rule such as "1st tue"')
    at: TimeOfDay = Field(description="hours and minutes, such as 10:00")
    zone: Zone | None = Field(default=None, description="a time zone such as Europe/Paris")
    holiday: HolidayShift = Field(default=HolidayShift.NEXT, description="next, previous, skip or keep")
    room: str = Field(description="a key of `rooms`")
    voters: tuple[Role, ...] = Field(default=(Role.CHAIR, Role.DEPUTY, Role.MEMBER), description="a list of roles")
    marks_before: Whole = Field(default=5, description="a number of working days, 2 to 20", ge=2, le=20)
    agenda_before: Whole = Field(default=2, description="a number of working days, 1 to 19", ge=1, le=19)
    deadline: TimeOfDay = Field(default=time(17, 0), description="hours and minutes, such as 17:00")
    quorum: Quorum = Field(default=Fraction(1, 2), description="a share such as 1/2 or 50%")
    majority: Majority = Field(default=Majority.SIMPLE, description="simple, absolute, two_thirds or three_quarters")
    points: Whole = Field(default=5, description="a whole number from 1 to 10", ge=1, le=10)
    pass_mark: PassMark = Field(default=Fraction(7, 2), description="a mark from 1 to 5, such as 3.5")
    closing_wait: Whole = Field(default=60, description="seconds, 0 to 3600", ge=0, le=3600)

    def rules(self, key: str, zone: ZoneInfo) -> CommitteeRules:
        """The committee as the rules know it; `zone` is the organisation's."""
        return CommitteeRules(
            key=key,
            title=self.title,
            recurrence=Recurrence(rule=parse_rule(self.when), at=self.at, zone=self.zone or zone, shift=self.holiday),
            room=self.room,
            voters=frozenset(self.voters),
            marks_before=self.marks_before,
            agenda_before=self.agenda_before,
            deadline=self.deadline,
            quorum=self.quorum,
            majority=self.majority,
            points=self.points,
            pass_mark=self.pass_mark,
            closing_wait=self.closing_wait,
        )


class Thresholds(Section):
    """How many answers it takes before anything is shown."""

    k_score: Whole = Field(default=5, description="a whole number, 5 or more", ge=5, le=1000)


class SlackSettings(Section):
    """How we meet Slack. The three secrets come from the environment or from files."""

    mode: Literal["socket", "http"] = Field(default="socket", description="socket or http")
    api_url: ApiUrl = Field(default="https://slack.com/api/", description="an https address")
    team: str | None = Field(
        default=None, description="a workspace id such as T0123ABCD", pattern=r"^[TE][A-Z0-9]{1,20}$"
    )
    bot_token: SecretStr | None = Field(default=None, description="the bot token, xoxb-…")
    app_token: SecretStr | None = Field(default=None, description="the app-level token, xapp-…")
    signing_secret: SecretStr | None = Field(default=None, description="the signing secret of the Slack app")


class WebSettings(Section):
    """Where we listen."""

    host: Words = Field(default="127.0.0.1", description="an address to listen on, such as 127.0.0.1")
    port: Whole = Field(default=8080, description="a port, 0 to 65535 (0: any that is free)", ge=0, le=65535)


class DatabaseSettings(Section):
    """Where we remember: a file, or the URL of a server."""

    path: Words | None = Field(default=None, description="a file name such as comitia.sqlite")
    url: DatabaseUrl | None = Field(default=None, description="postgresql://… or sqlite:///…")

    @property
    def address(self) -> SecretStr:
        """The URL to open, with its asynchronous driver; a path is relative to the working directory."""
        if self.url is None:
            return SecretStr(f"sqlite+aiosqlite:///{self.path or 'comitia.sqlite'}")
        scheme, _, rest = self.url.get_secret_value().partition("://")
        drivers = {"postgresql": "postgresql+psycopg", "sqlite": "sqlite+aiosqlite"}
        return SecretStr(f"{drivers.get(scheme, scheme)}://{rest}")


class LogSettings(Section):
    """What we log."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="debug, info, warning or error"
    )


class Settings(BaseSettings):
    """Everything that can be set. Made by `load`, which alone reads the file and the environment it is given."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, arbitrary_types_allowed=True, env_prefix=PREFIX
    )

    organisation: OrganisationSettings = Field(description="a section with name, locale and zone")
    sites: Mapping[str, SiteSettings] = Field(default_factory=dict, description="a section of sites by key")
    rooms: Mapping[str, Channel] = Field(default_factory=dict, description="a section of channel names by key")
    people: tuple[PersonSettings, ...] = Field(default=(), description="a list of people")
    initiatives: tuple[InitiativeSettings, ...] = Field(default=(), description="a list of initiatives")
    rituals: Mapping[str, CommitteeSettings] = Field(default_factory=dict, description="a section of rituals by key")
    thresholds: Thresholds = Field(default=Thresholds(), description="a section with k_score")
    slack: SlackSettings = Field(default=SlackSettings(), description="a section with mode, api_url and team")
    web: WebSettings = Field(default=WebSettings(), description="a section with host and port")
    database: DatabaseSettings = Field(default=DatabaseSettings(), description="a section with path or url")
    log: LogSettings = Field(default=LogSettings(), description="a section with level")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load` hands over: the process's own environment comes in by its argument, nowhere else."""
        return (init_settings,)

    def organisation_rules(self) -> Organisation:
        """The organisation as the rules know it."""
        ours = self.organisation
        working_days = ours.working_days(WorkingDays())
        return Organisation(
            name=ours.name,
            locale=ours.locale,
            zone=ours.zone,
            working_days=working_days,
            sites={
                key: Site(zone=site.zone, working_days=site.working_days(working_days))
                for key, site in self.sites.items()
            },
            rooms=dict(self.rooms),
            rituals={key: ritual.rules(key, ours.zone) for key, ritual in self.rituals.items()},
            k_score=self.thresholds.k_score,
        )

    def roster(self) -> tuple[RosterEntry, ...]:
        """The people app.yaml names, in its order. A person's zone is their own, else their site's, else None."""
        return tuple(
            RosterEntry(
                email=person.email,
                roles=frozenset(person.roles),
                name=person.name,
                site=person.site,
                locale=person.locale,
                zone=person.zone or (self.sites[person.site].zone if person.site else None),
            )
            for person in self.people
        )

    def initiatives_listed(self) -> tuple[Initiative, ...]:
        """The initiatives app.yaml lists, in its order."""
        return tuple(initiative.listed() for initiative in self.initiatives)

    def missing_secrets(self) -> tuple[str, ...]:
        """The environment variables `comitia run` still needs."""
        needed = _needed_tokens(self.slack.mode)
        return tuple(_variable(("slack", name)) for name in needed if getattr(self.slack, name) is None)


_SECRETS: frozenset[KeyPath] = frozenset(
    {("slack", "bot_token"), ("slack", "app_token"), ("slack", "signing_secret"), ("database", "url")}
)
_NEVER_IN_FILE = _SECRETS - {("database", "url")}
_RIVALS: dict[KeyPath, KeyPath] = {("database", "path"): ("database", "url"), ("database", "url"): ("database", "path")}
_OR_OUT = ", or take the line out (a value that begins with # needs quotes)"
_TAKE_OUT = "take it out of the file and revoke it"
_KEY = re.compile(r"[a-z](?:_?[a-z0-9-])*")


# --- loading -------------------------------------------------------------------------------------------------------


def load(
    path: Path,
    *,
    environ: Mapping[str, str],
    overrides: Mapping[str, object] | None = None,
    need_secrets: bool = True,
) -> Settings:
    """The settings of the file `path`, under the COMITIA_… variables of `environ`, under `overrides`.

    A variable names a key in capitals, levels joined by two underscores (COMITIA_WEB__PORT); lists of words are joined
    by commas; an empty variable counts as not given. A secret may stand in a file named by its variable and _FILE.
    `overrides`: dotted keys ("web.port") or nested mappings; None counts as not given. With `need_secrets` False a
    missing token is no fault (see `Settings.missing_secrets`).

    Raises SettingsError with everything that is wrong; no secret is in it, nor in what it was raised from.
    """
    loading = _Loading(str(path))
    settings = loading.run(path, environ, overrides or {}, need_secrets=need_secrets)
    faults = loading.reported()
    if faults or settings is None:
        raise SettingsError(faults)
    return settings


@dataclass(slots=True)
class _Loading:
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
        source = read_yaml(path)
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
                name = _variable(here)
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
            if path in _SECRETS and upper == _variable(path) + "_FILE":
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
        known = {_variable(path): path for path in _leaves(Settings, self.tree, ())}
        return known | {f"{_variable(path)}_FILE": path for path in sorted(_SECRETS, key=str)}

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
            remedy = did_you_mean(key, known) if path is None else f"give it as {_variable(path)}"
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
            case "value_error" if isinstance(why := context.get("error"), _Wrong):
                told = why.told if why.told is not None and not self._hidden(path) else f"{quoted} {why.problem}"
                self.fault(path, told, why.remedy)
            case "enum" | "literal_error":
                allowed = re.findall(r"'([^']+)'", str(context.get("expected", "")))
                written = detail.get("input")
                near = did_you_mean(written, allowed) if isinstance(written, str) else ""
                self.fault(path, f"{quoted} is not one of {', '.join(allowed)}", near or remedy)
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
                self.fault(path, f"{quoted} is not {wanted}", remedy)

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
        for name in _needed_tokens(mode):
            path: KeyPath = ("slack", name)
            if need and path not in self.origins:
                self.faults.append(_missing_secret(_variable(path), str(mode)))
        for name, wrong in (("bot_token", "xapp-"), ("app_token", "xoxb-")):
            if isinstance(slack, dict) and str(slack.get(name, "")).startswith(wrong):
                remedy = "a bot token begins with xoxb-, an app token with xapp-"
                self.fault(("slack", name), "this is the other token of the two", remedy)

    def _faulty_below(self, section: str) -> bool:
        return any(path[0] == section and "email" not in path for path in self.at_fault)

    def _calendar_of(self, path: KeyPath, ritual: dict[str, object]) -> None:
        marks = _read(int, ritual.get("marks_before", 5))
        agenda = _read(int, ritual.get("agenda_before", 2))
        if marks is not None and agenda is not None and agenda >= marks:
            key = "agenda_before" if "agenda_before" in ritual else "marks_before"
            message = f"the agenda ({agenda} working days before) is no later than the call for marks ({marks} before)"
            self.fault((*path, key), message, "make agenda_before smaller than marks_before")
        at, deadline = _read(_time, ritual.get("at")), _read(_time, ritual.get("deadline", "17:00"))
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


def _variable(path: KeyPath) -> str:
    return PREFIX + "__".join(str(part).upper().replace("-", "_") for part in path)


def _flat(overrides: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    for key, value in overrides.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", list(value) if isinstance(value, tuple | set | frozenset) else value


def _needed_tokens(mode: object) -> tuple[str, ...]:
    return {"socket": ("bot_token", "app_token"), "http": ("bot_token", "signing_secret")}.get(
        str(mode), ("bot_token",)
    )


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
