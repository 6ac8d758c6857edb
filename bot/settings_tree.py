"""The tree of the settings: every key, what it takes, and the rules it comes to."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from datetime import date, time
from fractions import Fraction
from functools import cache
from typing import Annotated, Literal
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
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.yaml_source import PREFIX, did_you_mean, variable
from rituals.calendar import HolidayShift, Recurrence, WorkingDays, parse_rule
from rituals.committee.ballots import Majority
from rituals.committee.rules import CommitteeRules
from rituals.errors import InvalidRule
from rituals.initiatives import Initiative, Stage, Standing
from rituals.organisation import Organisation, Site
from rituals.people import Role, RosterEntry

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Control characters, halves of surrogate pairs, and signs that turn the direction of what is written around them.
_CONTROL = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069\\ud800-\\udfff]")


class Wrong(ValueError):
    """A value nobody can use. `problem` follows the value in the sentence; `told` replaces both where it says more."""

    def __init__(self, problem: str, remedy: str, told: str | None = None) -> None:
        super().__init__(problem)
        self.problem, self.remedy, self.told = problem, remedy, told


# --- how single values are read ------------------------------------------------------------------------------------


def _words(value: object) -> str:
    if isinstance(value, bool):
        raise Wrong("is read as a boolean, not as text", 'quote it: "yes", "no", "on"')
    if not isinstance(value, str | int):
        raise Wrong("is not text", "write one line of text")
    text = str(value).strip()
    if not text:
        raise Wrong("is empty", "write at least one letter")
    if _CONTROL.search(text):
        raise Wrong("holds a line break or a control character", "write one line of plain text")
    return text


def _paragraph(value: object) -> str:
    return _words(" ".join(value.split()) if isinstance(value, str) else value)


def _zone(value: object) -> ZoneInfo:
    if isinstance(value, ZoneInfo):
        return value
    name = _words(value)
    known = _zones()
    if name not in known:
        raise Wrong("is not a time zone", did_you_mean(name, known) or "write it as Europe/Paris")
    return ZoneInfo(name)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def time_of_day(value: object) -> time:
    """A time as it was written: 10:00, 9h30, 8h. Raises Wrong."""
    if isinstance(value, time):
        return value
    found = re.fullmatch(r"([01]?[0-9]|2[0-3])(?::([0-5][0-9])|h([0-5][0-9])?)", _words(value))
    if found is None:
        raise Wrong("is not a time of day", "write hours and minutes, such as 10:00")
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
    raise Wrong("is not a number", "write 1/2, 50% or 0.5")


def _quorum(value: object) -> Fraction:
    quorum = _fraction(value)
    if quorum > 1:
        raise Wrong("is more than everybody", "a quorum is at most 1: write 1/2 or 50%")
    if quorum <= 0:
        raise Wrong("lets nobody decide", "a quorum is more than 0: write 1/2 or 50%")
    return quorum


def _pass_mark(value: object) -> Fraction:
    mark = _fraction(value)
    if not 1 <= mark <= 5:
        raise Wrong("is not between 1 and 5", "marks run from 1 to 5: write 3.5")
    return mark


def _when(value: object) -> str:
    text = _words(value)
    try:
        parse_rule(text)
    except InvalidRule as why:
        raise Wrong("is not a calendar rule", 'write it as "1st tue", "last fri" or "day 15"', told=str(why)) from None
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
        raise Wrong("names more than one holiday calendar", "name one, and add other days off as dates (2026-12-24)")
    for item in calendars:
        try:
            WorkingDays(holidays=item)
        except InvalidRule as why:
            raise Wrong(
                "is not a holiday calendar", "write FR or CA-QC, or dates such as 2026-12-24", told=str(why)
            ) from None
    return tuple(items)


def _weekend(value: object) -> tuple[str, ...]:
    items = (
        [_words(item).casefold() for item in value] if isinstance(value, list | tuple) else [_words(value).casefold()]
    )
    for item in items:
        if item not in _WEEKDAYS:
            raise Wrong("is not a list of weekdays", did_you_mean(item, _WEEKDAYS))
    if len(set(items)) == len(_WEEKDAYS):
        raise Wrong("leaves no day to work", "leave a working day in the week")
    return tuple(items)


def _email(value: object) -> str:
    text = _words(value).lower()
    if len(text) > 254 or not re.fullmatch(r"[^@\s<>]+@[^@\s<>.]+(?:\.[^@\s<>.]+)+", text):
        raise Wrong("is not an e-mail address", "write it as ana.silva@example.org")
    return text


def _channel(value: object) -> str:
    text = _words(value).removeprefix("#")
    if len(text) > 80 or not re.fullmatch(r"[\w-]+", text) or text != text.lower():
        raise Wrong("is not a channel name", "write it as in chat: small letters, digits, - and _, without #")
    return text


def _asks(value: object) -> date | bool:
    if isinstance(value, date | bool):
        return value
    day = _date(value) if isinstance(value, str) else None
    if day is None:
        raise Wrong("is neither yes, no nor a date", "write true, false, or the date it began to ask: 2026-01-05")
    return day


def _whole(value: object) -> object:
    if isinstance(value, bool):
        raise Wrong("is not a whole number", "write it in digits")
    return value


def _api_url(value: object) -> str:
    text = _words(value)
    remedy = "write https://…, or http://127.0.0.1:… for a local workspace"
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        raise Wrong("is not an address", remedy) from None
    if parts.username is not None or parts.query or parts.fragment or not host:
        raise Wrong("is not a plain address", remedy)
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(host)):
        raise Wrong("would send tokens in the clear", remedy)
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
        raise Wrong("is not an address of a database Comitia knows", "write postgresql://… or sqlite:///…")
    server = _server(text)
    if scheme.startswith("sqlite"):
        if server:
            raise Wrong("names a server, and SQLite has none", "write sqlite:///… with three strokes before the file")
        return SecretStr(text)
    remedy = "write postgresql://host:5432/name; in a password write %40 for @ and %25 for %"
    try:
        port = urlsplit(f"//{server}").port
    except ValueError:
        raise Wrong("has no usable host and port", remedy) from None
    if port == 0 or re.search(r"[@#\s\\]", server):
        raise Wrong("has no usable host and port", remedy)
    return SecretStr(text)


def _server(url: str) -> str:
    # As SQLAlchemy takes a URL apart, which lets a password hold signs that end a host elsewhere.
    found = re.match(r"[^:]*://(?:[^:/]*(?::[^@]*)?@)?([^/?]*)", url)
    return found[1] if found else ""


def _written(value: object) -> str:
    return value.strftime("%H:%M") if isinstance(value, time) else str(value)


AsText = PlainSerializer(_written, return_type=str)
Words = Annotated[str, BeforeValidator(_words), Field(max_length=200)]
LongWords = Annotated[str, BeforeValidator(_paragraph), Field(max_length=2000)]
Zone = Annotated[ZoneInfo, PlainValidator(_zone), AsText]
TimeOfDay = Annotated[time, PlainValidator(time_of_day), AsText]
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
    points: Whole = Field(default=5, description="a number from 1 to 10", ge=1, le=10)
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

    k_score: Whole = Field(default=5, description="a number, 5 or more", ge=5, le=1000)


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
        needed = needed_tokens(self.slack.mode)
        return tuple(variable(("slack", name)) for name in needed if getattr(self.slack, name) is None)


def needed_tokens(mode: object) -> tuple[str, ...]:
    """The tokens that Slack needs in `mode`, by their keys in `slack`."""
    return {"socket": ("bot_token", "app_token"), "http": ("bot_token", "signing_secret")}.get(
        str(mode), ("bot_token",)
    )
