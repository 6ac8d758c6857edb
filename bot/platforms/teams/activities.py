"""What Teams sends, as values: read from the raw JSON, since the SDK's models lose tenants, zones and countries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Json = dict[str, Any]

MESSAGE = "message"
INVOKE = "invoke"
CONVERSATION_UPDATE = "conversationUpdate"
INSTALLATION_UPDATE = "installationUpdate"
"""Kinds of activities."""

PRESSED = "adaptiveCard/action"
DIALOG_ASKED = "task/fetch"
DIALOG_SENT = "task/submit"
"""Names of invokes."""


class Malformed(Exception):
    """An activity lacks what its kind must have. The message names the part, never what is in it."""


class Kind(StrEnum):
    """Where something was said or pressed, in Teams' own words."""

    PERSONAL = "personal"
    GROUP = "groupChat"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What is needed to write to a person or a channel again.

    `conversation`: "" while none was created with that person yet; a channel's own id for a channel. `bot`: our id
    there, "28:…". `user`: "29:…" as this bot knows the person, or the Entra object id; "" for a channel.
    """

    tenant: str
    service_url: str
    conversation: str
    bot: str
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """Who an activity is from and where it happened; "" for whatever Teams left out.

    `conversation`: with its thread in a channel ("19:…@thread.tacv2;messageid=…"). `user`: "29:…", only known to this
    bot. `account`: the person's Entra object id, the one name that holds everywhere. `zone`: an IANA name, unchecked.
    `locale`: the language of the client, as "fr-FR". `team`, `channel`: ids, in a channel only. `bot`: our own id.
    """

    tenant: str
    service_url: str
    conversation: str
    kind: Kind
    user: str
    account: str
    name: str
    zone: str
    locale: str
    team: str
    channel: str
    bot: str

    @property
    def of_person(self) -> Reference:
        """How to write to the person: in this conversation if it is theirs alone, else in one still to be created."""
        conversation = self.conversation if self.kind is Kind.PERSONAL else ""
        return Reference(
            tenant=self.tenant,
            service_url=self.service_url,
            conversation=conversation,
            bot=self.bot,
            user=self.user or self.account,
        )

    @property
    def of_channel(self) -> Reference:
        """How to write to the channel, or to the group chat."""
        return Reference(
            tenant=self.tenant,
            service_url=self.service_url,
            conversation=self.channel or self.conversation,
            bot=self.bot,
            user="",
        )


def met(raw: Json) -> Met:
    """Who an activity is from and where it happened. Never raises: absent or odd parts are ""."""
    sender, conversation, data = _part(raw, "from"), _part(raw, "conversation"), _part(raw, "channelData")
    client = _client(raw)
    where = _word(conversation, "id")
    kind = _kind(conversation, data)
    channel = ""
    if kind is Kind.CHANNEL:
        # What happens to a team as a whole (an installation, new members) names no channel.
        channel = _word(_part(data, "channel"), "id") or _word(data, "teamsChannelId") or where.partition(";")[0]
    return Met(
        tenant=tenant_of(raw),
        service_url=_word(raw, "serviceUrl"),
        conversation=where,
        kind=kind,
        user=_word(sender, "id"),
        account=_word(sender, "aadObjectId"),
        name=_word(sender, "name"),
        zone=_word(client, "timezone") or _word(raw, "localTimezone"),
        locale=_word(raw, "locale") or _word(client, "locale"),
        team=_word(_part(data, "team"), "id") or _word(data, "teamsTeamId"),
        channel=channel,
        bot=_word(_part(raw, "recipient"), "id"),
    )


def tenant_of(raw: Mapping[str, Any]) -> str:
    """The tenant an activity says it is from, "" if it says none."""
    named = _word(_part(_part(raw, "channelData"), "tenant"), "id")
    return named or _word(_part(raw, "conversation"), "tenantId")


def checked(raw: object) -> Json:
    """`raw` if it has the shape of an activity, down to what a button or dialog sent.

    Raises:
        Malformed: it has not.
    """
    if not isinstance(raw, dict):
        raise Malformed("activity")
    for name in ("type", "serviceUrl"):
        if not _word(raw, name):
            raise Malformed(name)
    for name in ("from", "conversation", "recipient", "channelData"):
        if not isinstance(raw.get(name), dict | None):
            raise Malformed(name)
    if not _word(_part(raw, "conversation"), "id"):
        raise Malformed("conversation.id")
    if raw["type"] == INVOKE:
        if not _word(raw, "name"):
            raise Malformed("name")
        if raw["name"] in {PRESSED, DIALOG_ASKED, DIALOG_SENT}:
            sent(raw)
    return raw


def sent(raw: Json) -> Json:
    """What a button or a dialog sent: its own data with the inputs among it, each a string; {} for words alone.

    Raises:
        Malformed: it is not of the shape its kind has.
    """
    value = raw.get("value")
    if raw.get("type") != INVOKE:
        # The fallback of a button for older clients sends a message: the data is its value.
        return _object({} if value is None else value, "value")
    value = _object(value, "value")
    if raw.get("name") != PRESSED:
        return _object(value.get("data", {}), "value.data")
    action = _object(value.get("action"), "value.action")
    if not isinstance(action.get("verb", ""), str):
        raise Malformed("value.action.verb")
    return _object(action.get("data", {}), "value.action.data")


def takes_us_away(raw: Json) -> bool:
    """Whether the app is taken away from a person, a team or a chat."""
    return _tells_of_us(raw, "remove", "membersRemoved")


def brings_us(raw: Json) -> bool:
    """Whether the app is given to a person, a team or a chat, or given anew."""
    return _tells_of_us(raw, "add", "membersAdded")


def _tells_of_us(raw: Json, action: str, members: str) -> bool:
    if raw["type"] == INSTALLATION_UPDATE:
        return _word(raw, "action").startswith(action)
    us, told = _word(_part(raw, "recipient"), "id"), _listed(raw.get(members))
    return raw["type"] == CONVERSATION_UPDATE and any(isinstance(one, dict) and one.get("id") == us for one in told)


def words(raw: Json) -> str:
    """What somebody wrote to us, without the mention of us that a channel asks for, or the `/comitia` of Slack."""
    text = _word(raw, "text")
    bot = _word(_part(raw, "recipient"), "id")
    for entity in _listed(raw.get("entities")):
        if isinstance(entity, dict) and entity.get("type") == "mention":
            called = _word(entity, "text")
            if called and bot and _word(_part(entity, "mentioned"), "id") == bot:
                text = text.replace(called, " ")
    return re.sub(r"^/comitia(?: |$)", "", re.sub(r"[ \t\xa0]+", " ", text).strip())


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


_KINDS = frozenset(Kind)


def _kind(conversation: Json, data: Json) -> Kind:
    named = _word(conversation, "conversationType")
    if named in _KINDS:
        return Kind(named)
    if isinstance(data.get("channel"), dict) or isinstance(data.get("team"), dict):
        return Kind.CHANNEL
    return Kind.GROUP if conversation.get("isGroup") is True else Kind.PERSONAL


def _client(raw: Json) -> Json:
    for entity in _listed(raw.get("entities")):
        if isinstance(entity, dict) and entity.get("type") == "clientInfo":
            return entity
    return {}


def _object(value: object, name: str) -> Json:
    if not isinstance(value, dict):
        raise Malformed(name)
    return value


def _part(raw: Mapping[str, Any], name: str) -> Json:
    part = raw.get(name)
    return part if isinstance(part, dict) else {}


def _word(raw: Mapping[str, Any], name: str) -> str:
    word = raw.get(name)
    return word if isinstance(word, str) else ""
