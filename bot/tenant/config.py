"""What a tenant is made of before anybody says anything: the app, its clock, people, teams and chats."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from bot.local.config import ClockSetting, ConfigError, distinct, made_id, only, part, read_clock, text, told_of_person
from bot.local.json_types import Json

CONSENTS = ("User.Read.All", "TeamsAppInstallation.ReadWriteSelfForUser.All", "AppCatalog.Read.All")


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The registration. Without `app_id` nothing is signed and no bearer asked for, as with a local emulator."""

    app_id: str
    password: str
    tenant: str
    name: str = "Comitia"
    bot: str = ""
    """How conversations name it: "28:<app id>" unless given."""
    messages_url: str | None = None
    """Where it listens; may be registered later, when the app knows its own port."""
    identity_header: str = "local-identity"
    """The secret that App Service hands to whoever may ask it for a managed identity's token."""
    external_id: str = ""
    """The id in the app's manifest, by which the catalogue finds it; the app id unless given."""
    in_catalogue: bool = True
    consents: tuple[str, ...] = CONSENTS
    """The permissions that an administrator granted for Graph."""

    @property
    def catalogue_id(self) -> str:
        """What the organisation's catalogue calls it, which is not the manifest's id."""
        return made_guid(f"catalogue:{self.app_id}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """`id` is Entra's object id, `user` is what this app alone knows the person by."""

    id: str
    user: str
    name: str
    mail: str
    upn: str
    tz: str = "UTC"
    locale: str = "en-US"
    title: str = ""
    department: str = ""
    office: str = ""
    usage_location: str = ""
    guest: bool = False
    enabled: bool = True
    installed: bool = True
    featured: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Its id is that of its first channel, General."""

    id: str
    name: str
    group: str
    channels: tuple[Channel, ...]
    members: tuple[str, ...] | None
    """E-mail addresses; None is everybody."""
    installed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    id: str
    name: str
    members: tuple[str, ...]
    installed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    app: App
    clock: ClockSetting
    people: tuple[Person, ...]
    teams: tuple[Team, ...]
    chats: tuple[Chat, ...]
    calls_per_second: int = 50
    """For the app in the whole tenant."""
    patience: float = 15.0
    """Seconds (of ours) that the service waits for the app to answer an activity."""
    edit_seconds: float = 0.002
    """How long (in our time) an edit takes, within which another of the same message is a conflict."""


def read_config(document: Json) -> Config:
    """Read the JSON object of a configuration file; raises ConfigError on an unknown, missing or ill-typed key."""
    only(document, Config.__dataclass_fields__, "the configuration")
    people = tuple(read_person(person) for person in document.get("people", []))
    distinct([one.id for one in people], "people", "id")
    distinct([one.user for one in people], "people", "user")
    more = {name: document[name] for name in ("calls_per_second", "patience", "edit_seconds") if name in document}
    return Config(
        app=_read_app(part(document, "app", App.__dataclass_fields__)),
        clock=read_clock(document),
        people=people,
        teams=tuple(_read_team(team) for team in document.get("teams", [])),
        chats=tuple(_read_chat(chat) for chat in document.get("chats", [])),
        **more,
    )


def read_person(document: Json) -> Person:
    """Read one person; the ids are made from the e-mail address where they are absent."""
    given = told_of_person(document, Person.__dataclass_fields__, texts=("mail", "name"))
    mail = given["mail"]
    made = {"id": made_guid(mail), "user": "29:1" + made_id("", mail), "upn": mail}
    return Person(**(made | given))


def made_guid(seed: str) -> str:
    """Answer a GUID that is always the same for the same seed."""
    return str(uuid5(NAMESPACE_URL, seed.lower()))


def _read_app(document: Json) -> App:
    given: dict[str, Any] = dict(document)
    for name in ("app_id", "password", "tenant"):
        if not isinstance(given.get(name), str):
            raise ConfigError(f"app.{name}: missing")
    if "consents" in given:
        given["consents"] = tuple(given["consents"])
    given["bot"] = given.get("bot") or f"28:{given['app_id']}"
    given["external_id"] = given.get("external_id") or given["app_id"]
    return App(**given)


def _read_team(document: Json) -> Team:
    only(document, Team.__dataclass_fields__, "teams")
    name = text(document, "name", "teams")
    channels = [_read_channel(channel, name) for channel in document.get("channels", [])]
    general = document.get("id") or _thread_id(f"{name}/General")
    if all(channel.id != general for channel in channels):
        channels.insert(0, Channel(id=general, name="General"))
    return Team(
        id=general,
        name=name,
        group=document.get("group") or made_guid(f"group:{name}"),
        channels=tuple(channels),
        members=_addresses(document.get("members", "*"), "teams.members"),
        installed=document.get("installed", True),
    )


def _read_channel(document: Json, team: str) -> Channel:
    only(document, Channel.__dataclass_fields__, "teams.channels")
    name = text(document, "name", "teams.channels")
    return Channel(id=document.get("id") or _thread_id(f"{team}/{name}"), name=name)


def _read_chat(document: Json) -> Chat:
    only(document, Chat.__dataclass_fields__, "chats")
    name = text(document, "name", "chats")
    members = _addresses(document.get("members", []), "chats.members")
    if members is None:
        raise ConfigError("chats.members: a chat names its people")
    chat = document.get("id") or f"19:{made_id('', name).lower()}@thread.v2"
    return Chat(id=chat, name=name, members=members, installed=document.get("installed", True))


def _addresses(value: str | Sequence[str], where: str) -> tuple[str, ...] | None:
    if value == "*":
        return None
    if isinstance(value, str):
        raise ConfigError(f"{where}: neither * nor a list")
    return tuple(value)


def _thread_id(seed: str) -> str:
    return f"19:{made_id('', seed).lower()}@thread.tacv2"
