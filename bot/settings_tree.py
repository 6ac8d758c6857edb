"""The tree of the settings: every section and key, and the rules they come to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import time
from pathlib import Path
from typing import Literal

from pydantic import Field, PrivateAttr, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.settings_rituals import KpiSettings, RitualSettings
from bot.settings_values import (
    LATER,
    LATER_CHANNEL,
    WEEKDAYS,
    ApiUrl,
    Asks,
    ChannelOrLink,
    Currency,
    DatabaseUrl,
    Email,
    Holidays,
    Key,
    Locale,
    LongWords,
    Section,
    TimeOfDay,
    Uuid,
    Weekend,
    Whole,
    Words,
    Zone,
    day_of,
)
from bot.yaml_source import PREFIX, variable
from rituals.calendar import WorkingDays
from rituals.initiatives import Initiative, Stage, Standing
from rituals.measures import disclosure
from rituals.organisation import Organisation, Site
from rituals.people import Role, RosterEntry


class DaysOff(Section):
    """What makes a day a working day."""

    holidays: Holidays | None = Field(default=None, description="settings-wanted-holidays")
    weekend: Weekend | None = Field(default=None, description="settings-wanted-weekend")

    def working_days(self, base: WorkingDays) -> WorkingDays:
        """These days off, with `base` for what is not given."""
        holidays, extra, weekend = base.holidays, base.extra, base.weekend
        if self.holidays is not None:
            extra = frozenset(day for item in self.holidays if (day := day_of(item)) is not None)
            holidays = next((item for item in self.holidays if day_of(item) is None), None)
        if self.weekend is not None:
            weekend = frozenset(map(WEEKDAYS.index, self.weekend))
        return WorkingDays(weekend=weekend, holidays=holidays, extra=extra)


class OrganisationSettings(DaysOff):
    """Who we are."""

    name: Words = Field(description="settings-wanted-house-name")
    locale: Locale = Field(default="en", description="settings-wanted-locale")
    zone: Zone = Field(description="settings-wanted-zone")
    currency: Currency = Field(default="EUR", description="settings-wanted-currency")
    alarms: str | None = Field(default=None, description="settings-wanted-room")
    quiet_from: TimeOfDay = Field(default=time(19, 0), description="settings-wanted-at")


class SiteSettings(DaysOff):
    """A place where people work; its days off are the organisation's where it gives none."""

    zone: Zone = Field(description="settings-wanted-zone")


class PersonSettings(Section):
    """Somebody with a part in the rituals."""

    email: Email = Field(description="settings-wanted-email")
    roles: tuple[Role, ...] = Field(default=(), description="settings-wanted-roles")
    name: Words | None = Field(default=None, description="settings-wanted-person-name")
    site: str | None = Field(default=None, description="settings-wanted-site")
    locale: Locale | None = Field(default=None, description="settings-wanted-locale")
    zone: Zone | None = Field(default=None, description="settings-wanted-zone")


class InitiativeSettings(Section):
    """One AI use case."""

    key: Key = Field(description="settings-wanted-initiative-key")
    title: Words = Field(description="settings-wanted-title")
    summary: LongWords = Field(description="settings-wanted-summary")
    stage: Stage = Field(description="settings-wanted-stage")
    asks: Asks = Field(default=False, description="settings-wanted-asks")
    department: Words = Field(description="settings-wanted-department")
    owner: Email | None = Field(default=None, description="settings-wanted-owner")

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


def _fewest(basis: disclosure.Basis) -> int:
    floor = disclosure.FLOORS[basis]
    found: int = Field(default=floor, description="settings-wanted-people-count", ge=floor, le=1000)
    return found


class ThresholdSettings(Section):
    """How many people it takes before anything is shown of them. Raised to 1,000 at most, never below these."""

    k_score: Whole = Field(default=5, description="settings-wanted-people-count", ge=5, le=1000)
    answers: Whole = _fewest(disclosure.Basis.ANSWERS)
    comments: Whole = _fewest(disclosure.Basis.COMMENTS)
    telemetry: Whole = _fewest(disclosure.Basis.TELEMETRY)
    invitations: Whole = _fewest(disclosure.Basis.INVITATIONS)

    def rules(self) -> disclosure.Thresholds:
        """The thresholds as the rules know them."""
        return disclosure.Thresholds(
            answers=self.answers, comments=self.comments, telemetry=self.telemetry, invitations=self.invitations
        )


SLACK_SECRETS = frozenset({"bot_token", "app_token", "signing_secret"})


class SlackSettings(Section):
    """How we meet Slack. The three secrets come from the environment or from files."""

    mode: Literal["socket", "http"] = Field(default="socket", description="settings-wanted-mode")
    api_url: ApiUrl = Field(default="https://slack.com/api/", description="settings-wanted-https")
    team: str | None = Field(default=None, description="settings-wanted-team", pattern=r"^[TE][A-Z0-9]{1,20}$")
    posts_per_minute: Whole = Field(default=240, description="settings-wanted-number", ge=30, le=600)
    bot_token: SecretStr | None = Field(default=None, description="settings-wanted-bot-token")
    app_token: SecretStr | None = Field(default=None, description="settings-wanted-app-token")
    signing_secret: SecretStr | None = Field(default=None, description="settings-wanted-signing-secret")


class TeamsSettings(Section):
    """How we meet Teams. The password comes from the environment or from a file."""

    app_id: Uuid | None = Field(default=None, description="settings-wanted-app-id")
    tenant: Uuid | None = Field(default=None, description="settings-wanted-tenant")
    identity: Literal["secret", "managed"] = Field(default="secret", description="settings-wanted-identity")
    cloud: Literal["public", "government"] = Field(default="public", description="settings-wanted-cloud")
    posts_per_second: Whole = Field(default=25, description="settings-wanted-number", ge=1, le=40)
    dialogs: bool = Field(default=True, description="settings-wanted-dialogs")
    api_url: ApiUrl | None = Field(default=None, description="settings-wanted-https")
    anonymous: bool = Field(default=False, description="settings-wanted-anonymous")
    app_password: SecretStr | None = Field(default=None, description="settings-wanted-app-password")


class WebSettings(Section):
    """Where we listen."""

    host: Words = Field(default="127.0.0.1", description="settings-wanted-host")
    port: Whole = Field(default=8080, description="settings-wanted-port", ge=0, le=65535)


class DatabaseSettings(Section):
    """Where we remember: a file, or the URL of a server."""

    path: Words | None = Field(default=None, description="settings-wanted-path")
    url: DatabaseUrl | None = Field(default=None, description="settings-wanted-url")
    _live: SecretStr | None = PrivateAttr(default=None)

    @property
    def address(self) -> SecretStr:
        """The URL to open, with its asynchronous driver; a path is relative to the working directory."""
        if self.url is None:
            return SecretStr(f"sqlite+aiosqlite:///{self.path or 'comitia.sqlite'}")
        scheme, _, rest = self.url.get_secret_value().partition("://")
        drivers = {"postgresql": "postgresql+psycopg", "sqlite": "sqlite+aiosqlite"}
        return SecretStr(f"{drivers.get(scheme, scheme)}://{rest}")

    def rehearsed(self) -> DatabaseSettings:
        """Where a rehearsal remembers: a SQLite file of its own, so that nothing of it ever counts."""
        path = self.path
        if self.url is not None:
            scheme, _, rest = self.url.get_secret_value().partition("://")
            path = rest.removeprefix("/").partition("?")[0] if scheme.startswith("sqlite") else None
        live = Path(path or "comitia.sqlite")
        found = DatabaseSettings(path=str(live.with_name(f"{live.stem}.rehearsal{live.suffix or '.sqlite'}")))
        found._live = self.address
        return found

    @property
    def live(self) -> SecretStr:
        """In a rehearsal, the URL of the database it leaves alone; else `address`."""
        return self._live or self.address


class DeliverySettings(Section):
    """How what is posted gets out, on one machine or many."""

    lease: Whole = Field(default=30, description="settings-wanted-seconds", ge=10, le=600)
    stop_within: Whole = Field(default=20, description="settings-wanted-seconds", ge=1, le=300)
    late_after: Whole = Field(default=15, description="settings-wanted-minutes", ge=1, le=1440)
    on_unknown: Literal["skip", "resend"] = Field(default="skip", description="settings-wanted-on-unknown")


class LogSettings(Section):
    """What we log."""

    level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="settings-wanted-level")


class Settings(BaseSettings):
    """Everything that can be set. Made by `load`, which alone reads the file and the environment it is given."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, arbitrary_types_allowed=True, env_prefix=PREFIX
    )

    organisation: OrganisationSettings = Field(description="settings-wanted-organisation")
    # A section that may be left out needs no words: no fault asks for the whole of it.
    sites: Mapping[str, SiteSettings] = Field(default_factory=dict)
    rooms: Mapping[str, ChannelOrLink] = Field(default_factory=dict)
    people: tuple[PersonSettings, ...] = Field(default=(), description="settings-wanted-people")
    initiatives: tuple[InitiativeSettings, ...] = Field(default=(), description="settings-wanted-initiatives")
    kpis: tuple[KpiSettings, ...] = Field(default=(), description="settings-wanted-kpis")
    rituals: Mapping[str, RitualSettings] = Field(default_factory=dict)
    thresholds: ThresholdSettings = ThresholdSettings()
    slack: SlackSettings = SlackSettings()
    teams: TeamsSettings = TeamsSettings()
    web: WebSettings = WebSettings()
    database: DatabaseSettings = DatabaseSettings()
    delivery: DeliverySettings = DeliverySettings()
    log: LogSettings = LogSettings()
    rehearsal: Email | None = Field(default=None, description="settings-wanted-rehearsal")

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
            rooms={key: str(channel) for key, channel in self.rooms.items()},
            platforms={key: channel.platform for key, channel in self.rooms.items()},
            rituals={key: ritual.rules(key, ours.zone) for key, ritual in self.rituals.items()},
            kpis={kpi.key: kpi.rules(ours.currency) for kpi in self.kpis},
            currency=ours.currency,
            k_score=self.thresholds.k_score,
            thresholds=self.thresholds.rules(),
            alarms=ours.alarms,
            quiet_from=ours.quiet_from,
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

    def channels(self, platform: str) -> dict[str, str]:
        """The names of the channels that rooms are on that platform, by room."""
        return {key: channel.name for key, channel in self.rooms.items() if channel.platform == platform}

    @property
    def platforms(self) -> tuple[str, ...]:
        """The chat platforms we are to be at work on: "slack", "teams" or both."""
        given = {"slack": _given(self.slack), "teams": _given(self.teams)}
        return platforms_of({channel.platform for channel in self.rooms.values()}, given)

    def missing_secrets(self) -> tuple[str, ...]:
        """The environment variables `comitia run` still needs."""
        given = {"slack": _given(self.slack), "teams": _given(self.teams)}
        needed = [path for platform in self.platforms for path in needed_secrets(platform, given[platform])]
        return tuple(variable(path) for path in needed if path[-1] not in given[path[0]])

    def missing_ids(self) -> tuple[str, ...]:
        """The keys in which zeros stand for what Microsoft is yet to give, dotted: `comitia run` still needs them."""
        ids = {"teams.app_id": self.teams.app_id, "teams.tenant": self.teams.tenant}
        channels = {f"rooms.{key}": channel.conversation for key, channel in self.rooms.items()}
        return tuple(key for key, value in (ids | channels).items() if value in {LATER, LATER_CHANNEL})


def _given(section: Section) -> dict[str, object]:
    """The keys of a section that were given, or have a value anyway."""
    return {name: value for name, value in section if value is not None}


def platforms_of(rooms: Collection[str], given: Mapping[str, Mapping[str, object]]) -> tuple[str, ...]:
    """The platforms to be at work on, for the platforms of all `rooms` and the keys `given` of each section.

    On Teams where it is told who we are there; on Slack where there is a room or a token of it, or nothing of Teams.
    """
    teams = bool(given["teams"].get("app_id") or given["teams"].get("anonymous"))
    slack = not teams or "slack" in rooms or not SLACK_SECRETS.isdisjoint(given["slack"])
    return (*(("slack",) if slack else ()), *(("teams",) if teams else ()))


def needed_secrets(platform: str, given: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """The paths of the secrets that a platform needs, for the keys `given` of its section."""
    if platform == "teams":
        needs_none = given.get("anonymous") or given.get("identity") == "managed"
        return () if needs_none else (("teams", "app_password"),)
    second = {"socket": "app_token", "http": "signing_secret"}.get(str(given.get("mode", "socket")))
    return (("slack", "bot_token"), *((("slack", second),) if second else ()))
