"""The tree of the settings: every section and key, and the rules they come to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, PrivateAttr, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.settings_rituals import KpiSettings, RitualSettings
from bot.settings_values import (
    WEEKDAYS,
    ApiUrl,
    Asks,
    Channel,
    Currency,
    DatabaseUrl,
    Email,
    Holidays,
    Key,
    Locale,
    LongWords,
    Section,
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

    holidays: Holidays | None = Field(
        default=None, description="a country (FR), a country and its part (CA-QC), or dates"
    )
    weekend: Weekend | None = Field(default=None, description="a list of mon tue wed thu fri sat sun")

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

    name: Words = Field(description="the organisation's name")
    locale: Locale = Field(default="en", description="en or fr")
    zone: Zone = Field(description="a time zone such as Europe/Paris")
    currency: Currency = Field(default="EUR", description="the code of a currency, such as EUR")


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

    key: Key = Field(description="a short lasting name such as claims-triage")
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


def _fewest(basis: disclosure.Basis) -> int:
    floor = disclosure.FLOORS[basis]
    found: int = Field(
        default=floor, description=f"a number, {floor} or more: fewer would give people away", ge=floor, le=1000
    )
    return found


class ThresholdSettings(Section):
    """How many people it takes before anything is shown of them. Raised at will, never below these."""

    k_score: Whole = Field(default=5, description="a number, 5 or more: fewer would give people away", ge=5, le=1000)
    answers: Whole = _fewest(disclosure.Basis.ANSWERS)
    comments: Whole = _fewest(disclosure.Basis.COMMENTS)
    telemetry: Whole = _fewest(disclosure.Basis.TELEMETRY)
    invitations: Whole = _fewest(disclosure.Basis.INVITATIONS)

    def rules(self) -> disclosure.Thresholds:
        """The thresholds as the rules know them."""
        return disclosure.Thresholds(
            answers=self.answers, comments=self.comments, telemetry=self.telemetry, invitations=self.invitations
        )


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
    kpis: tuple[KpiSettings, ...] = Field(default=(), description="a list of KPIs")
    rituals: Mapping[str, RitualSettings] = Field(default_factory=dict, description="a section of rituals by key")
    thresholds: ThresholdSettings = Field(
        default=ThresholdSettings(), description="a section with k_score, answers, comments, telemetry and invitations"
    )
    slack: SlackSettings = Field(default=SlackSettings(), description="a section with mode, api_url and team")
    web: WebSettings = Field(default=WebSettings(), description="a section with host and port")
    database: DatabaseSettings = Field(default=DatabaseSettings(), description="a section with path or url")
    log: LogSettings = Field(default=LogSettings(), description="a section with level")
    rehearsal: Email | None = Field(
        default=None, description="the e-mail address of the one person who gets everything"
    )

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
            kpis={kpi.key: kpi.rules(ours.currency) for kpi in self.kpis},
            currency=ours.currency,
            k_score=self.thresholds.k_score,
            thresholds=self.thresholds.rules(),
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
