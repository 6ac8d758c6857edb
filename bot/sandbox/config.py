"""What a workspace is made of before anybody says anything: team, clock, app, people, channels, buttons."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.local.config import ClockSetting, ConfigError, distinct, made_id, only, part, read_clock, text, told_of_person
from bot.local.json_types import Json

SLACKBOT = "USLACKBOT"
EVENTS = ("app_home_opened", "app_mention", "member_joined_channel", "message.im", "team_join", "user_change")


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    id: str
    name: str

    @property
    def domain(self) -> str:
        return handle(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    id: str
    name: str
    bot_user: str
    bot_id: str
    bot_token: str
    app_token: str
    signing_secret: str
    mode: Literal["socket", "http"]
    request_url: str | None
    """For signed HTTP; may be registered later, when the app knows its own port."""
    commands: tuple[str, ...]
    events: frozenset[str]
    scopes: tuple[str, ...] | None
    """What the bot token was granted, as every answer to it tells; None tells nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    id: str
    name: str
    real_name: str
    email: str
    title: str = ""
    tz: str = "UTC"
    locale: str = "en-US"
    is_bot: bool = False
    featured: bool = False
    deleted: bool = False
    is_restricted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSetting:
    id: str
    name: str
    topic: str
    members: tuple[str, ...] | None
    """E-mail addresses; None is everybody."""
    app_is_member: bool
    is_private: bool
    is_archived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    id: str
    label: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    team: Team
    clock: ClockSetting
    app: App
    people: tuple[Person, ...]
    channels: tuple[ChannelSetting, ...]
    buttons: tuple[Button, ...]
    button_address: str | None


def read_config(document: Json) -> Config:
    """Read the JSON object of a configuration file; raises ConfigError on an unknown, missing or ill-typed key."""
    only(document, ["team", "clock", "app", "people", "channels", "buttons", "button_address"], "the configuration")
    team = part(document, "team", {"id", "name"})
    app = _read_app(document)
    people = tuple(read_person(person) for person in document.get("people", []))
    distinct([person.id for person in people], "people", "id or e-mail address")
    return Config(
        team=Team(id=text(team, "id", "team"), name=text(team, "name", "team")),
        clock=read_clock(document),
        app=app,
        people=people,
        channels=tuple(_read_channel(channel) for channel in document.get("channels", [])),
        buttons=tuple(Button(id=button["id"], label=button["label"]) for button in document.get("buttons", [])),
        button_address=document.get("button_address"),
    )


def read_person(document: Json) -> Person:
    """Read one person; id and handle are made from the e-mail address where they are absent."""
    given = told_of_person(document, Person.__dataclass_fields__, texts=("real_name", "email"))
    return Person(**{"id": made_id("U", given["email"]), "name": handle(given["real_name"]), **given})


def handle(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", ".", plain).strip(".")


def _read_app(document: Json) -> App:
    known = set(App.__dataclass_fields__)
    app = part(document, "app", known)
    mode = app.get("mode", "socket")
    if mode not in ("socket", "http"):
        raise ConfigError(f"app.mode: neither socket nor http: {mode!r}")
    events = frozenset(app.get("events", EVENTS))
    if not events <= set(EVENTS):
        raise ConfigError(f"app.events: unknown: {sorted(events - set(EVENTS))}")
    texts = {key: text(app, key, "app") for key in known - {"mode", "request_url", "commands", "events", "scopes"}}
    scopes = app.get("scopes")
    return App(
        **texts,
        mode=mode,
        request_url=app.get("request_url"),
        commands=tuple(app.get("commands", ())),
        events=events,
        scopes=None if scopes is None else tuple(scopes),
    )


def _read_channel(document: Json) -> ChannelSetting:
    only(document, ChannelSetting.__dataclass_fields__, "channels")
    name = text(document, "name", "channels")
    members = document.get("members", "*")
    return ChannelSetting(
        id=document.get("id") or made_id("C", name),
        name=name,
        topic=document.get("topic", ""),
        members=None if members == "*" else tuple(members),
        app_is_member=document.get("app_is_member", False),
        is_private=document.get("is_private", False),
        is_archived=document.get("is_archived", False),
    )
