"""The activities that what people do becomes, as the app is sent them."""

from datetime import UTC, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from bot.local.json_types import Json
from bot.tenant.config import Person
from bot.tenant.conversations import Conversation
from bot.tenant.tenant import Tenant

THEME = {"theme": "default"}


class Activities:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def message(self, person: Person, conversation: Conversation, thread: str, name: str, text: str) -> Json:
        """What somebody wrote; in a team or chat it reaches the app only with its mention, which comes along."""
        app = self._tenant.app
        mention = f"<at>{app.name}</at>"
        said = self._envelope("message", person, conversation, thread, client=True) | {
            "id": name,
            "text": text if conversation.kind == "personal" else f"{mention} {text}",
            "textFormat": "plain",
            "attachments": [{"contentType": "text/html", "content": f"<div>{_escaped(text)}</div>"}],
        }
        if conversation.kind != "personal":
            mentioned = {"id": app.bot, "name": app.name}
            said["entities"] = [{"type": "mention", "mentioned": mentioned, "text": mention}, *said["entities"]]
        return said

    def submitted(self, person: Person, conversation: Conversation, thread: str, card: str, value: Json) -> Json:
        """A button that sends its data as a message without words, in reply to the card's."""
        said = self._envelope("message", person, conversation, thread, client=True)
        return said | {"replyToId": card, "value": value}

    def invoke(
        self, name: str, person: Person, conversation: Conversation, thread: str, value: Json, *, card: str | None
    ) -> Json:
        said = self._envelope("invoke", person, conversation, thread, client=True) | {"name": name, "value": value}
        return said if card is None else said | {"replyToId": card}

    def pressed(self, action: Json, data: Json) -> Json:
        """The value of an invoke adaptiveCard/action."""
        sent = {name: action[name] for name in ("type", "id", "title", "verb") if name in action}
        return {"action": {**sent, "data": data}, "trigger": "manual"}

    def installation(self, person: Person, conversation: Conversation, action: str) -> Json:
        """The app came or went: tells the language at most."""
        return self._envelope("installationUpdate", person, conversation, None) | {
            "action": action,
            "locale": person.locale,
        }

    def update(self, person: Person, conversation: Conversation, event: str | None, **what: object) -> Json:
        """Members or channels changed."""
        said = self._envelope("conversationUpdate", person, conversation, None) | what
        if event is not None:
            said["channelData"] = {**said["channelData"], "eventType": event}
        return said

    def bot_account(self) -> Json:
        return {"id": self._tenant.app.bot}

    def account(self, person: Person) -> Json:
        return {"id": person.user, "aadObjectId": person.id}

    def _envelope(
        self, kind: str, person: Person, conversation: Conversation, thread: str | None, *, client: bool = False
    ) -> Json:
        tenant = self._tenant
        now = datetime.fromtimestamp(tenant.clock.now(), UTC)
        where: Json = {"conversationType": conversation.kind, "tenantId": tenant.app.tenant, "id": conversation.id}
        data: Json = {"tenant": {"id": tenant.app.tenant}}
        if conversation.kind != "personal":
            where["isGroup"] = True
        if conversation.kind == "channel":
            team = tenant.teams[conversation.team]
            data |= {
                "teamsTeamId": team.id,
                "teamsChannelId": conversation.id,
                "team": {"id": team.id, "name": team.name, "aadGroupId": team.group},
                "channel": {"id": conversation.id},
            }
            if thread is not None:
                where["id"] = f"{conversation.id};messageid={thread}"
        said: Json = {
            "type": kind,
            "id": str(uuid4()),
            "timestamp": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "channelId": "msteams",
            "serviceUrl": tenant.service_url,
            "from": {"id": person.user, "name": person.name, "aadObjectId": person.id},
            "conversation": where,
            "recipient": {"id": tenant.app.bot, "name": tenant.app.name},
            "channelData": data,
        }
        if client:
            language, _, country = person.locale.partition("-")
            about = {"locale": person.locale, "country": country or language.upper(), "platform": "Web"}
            said |= {
                "locale": person.locale,
                "localTimezone": person.tz,
                "localTimestamp": now.astimezone(ZoneInfo(person.tz)).isoformat(timespec="milliseconds"),
                "entities": [{"type": "clientInfo", **about, "timezone": person.tz}],
            }
        return said


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
