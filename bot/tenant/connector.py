"""Bot Connector: where the app writes, edits and takes back messages and asks who is in a conversation."""

import asyncio
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from json import loads

from aiohttp import web

from bot.local.json_types import Json, compact
from bot.tenant.answering import Answering, Do, Handler
from bot.tenant.cards import LARGEST, is_card, too_new
from bot.tenant.config import Person
from bot.tenant.conversations import CARD_TYPE, Conversation, Message
from bot.tenant.entra import CONNECTOR, Bearers
from bot.tenant.errors import Refused
from bot.tenant.limits import Limits
from bot.tenant.tenant import Tenant, not_in_roster

LARGEST_ACTIVITY = 100 * 1024
"""Bytes in UTF-16, without pictures in base64."""
_PICTURE = re.compile(r"data:image/[a-z+]+;base64,[A-Za-z0-9+/=]*")
_SMALLEST_PAGE, _LARGEST_PAGE = 50, 500


class Connector:
    def __init__(self, tenant: Tenant, limits: Limits, bearers: Bearers, answering: Answering) -> None:
        self._tenant = tenant
        self._limits = limits
        self._bearers = bearers
        self._answering = answering

    def routes(self) -> list[web.RouteDef]:
        base = "/teams/v3/conversations"
        activities = base + "/{conversation}/activities"
        return [
            web.post(base, self._handler("CreateConversation", self._create)),
            web.post(activities, self._handler("SendToConversation", self._send)),
            web.post(activities + "/{activity}", self._handler("ReplyToActivity", self._send)),
            web.put(activities + "/{activity}", self._handler("UpdateActivity", self._update)),
            web.delete(activities + "/{activity}", self._handler("DeleteActivity", self._delete)),
            web.get(base + "/{conversation}/members", self._handler("GetConversationMembers", self._all_members)),
            web.get(base + "/{conversation}/members/{member}", self._handler("GetConversationMember", self._member)),
            web.get(
                base + "/{conversation}/pagedmembers",
                self._handler("GetConversationPagedMembers", self._paged_members),
            ),
            web.get("/teams/v3/teams/{team}", self._handler("FetchTeamDetails", self._team)),
            web.get("/teams/v3/teams/{team}/conversations", self._handler("FetchChannelList", self._channels)),
        ]

    def _handler(self, method: str, do: Do) -> Handler:
        async def admitted(request: web.Request) -> tuple[int, object]:
            authorization = request.headers.get("Authorization")
            if self._tenant.app.app_id and not self._bearers.admits(authorization, CONNECTOR):
                raise Refused(401, {"message": "Authorization has been denied for this request."})
            self._limits.admit()
            return await do(request)

        return self._answering.handler(method, admitted)

    # Writing

    async def _create(self, request: web.Request) -> tuple[int, Json]:
        raw = await request.read()
        given = _object(raw)
        data = _part(given, "channelData")
        bot = given.get("bot")
        if bot is not None and (not isinstance(bot, dict) or bot.get("id") != self._tenant.app.bot):
            raise _bad("The bot is not the one that asks.")
        if isinstance(channel := data.get("channel"), dict):
            return self._create_thread(str(channel.get("id")), given, raw)
        members = given.get("members")
        if given.get("isGroup") or not isinstance(members, list) or len(members) != 1:
            raise _bad("Incorrect conversation creation parameters: a bot opens a conversation with one person.")
        tenant = given.get("tenantId") or _part(data, "tenant").get("id")
        if tenant != self._tenant.app.tenant:
            raise _bad("Incorrect conversation creation parameters: the tenant.")
        person = self._tenant.person(str(members[0].get("id") if isinstance(members[0], dict) else None))
        if person is None:
            raise not_in_roster()
        conversation = self._tenant.personal(person.id)
        self._limits.admit_send(conversation.id)
        self._tenant.require_reachable(conversation)
        self._tenant.counts.add("conversations_created")
        if (activity := given.get("activity")) is None:
            return 201, {"id": conversation.id}
        message = self._said(conversation, self._message_in(activity, raw), None)
        return 201, {"id": conversation.id, "activityId": message.id}

    def _create_thread(self, channel: str, given: Json, raw: bytes) -> tuple[int, Json]:
        conversation, _ = self._tenant.conversation(channel)
        if conversation.kind != "channel" or given.get("isGroup") is not True:
            raise _bad("Incorrect conversation creation parameters: isGroup and the channel.")
        self._limits.admit_send(conversation.id)
        self._tenant.require_reachable(conversation)
        self._tenant.counts.add("conversations_created")
        message = self._said(conversation, self._message_in(given.get("activity"), raw), None)
        return 201, {"id": f"{conversation.id};messageid={message.id}", "activityId": message.id}

    async def _send(self, request: web.Request) -> tuple[int, Json]:
        conversation, thread = self._open(request)
        raw = await request.read()
        activity = _object(raw)
        if activity.get("type") == "typing":
            return 202, {}
        self._message_in(activity, raw)
        if (replied := request.match_info.get("activity")) is not None and conversation.kind == "channel":
            thread = self._message(conversation, replied).thread
        if thread is not None and thread not in conversation.messages:
            raise Refused.coded(404, "ActivityNotFoundInConversation", "The thread is gone.")
        both = bool(activity.get("text") and activity.get("attachments"))
        message = self._said(conversation, activity, thread, raw)
        # Teams makes two messages of text and a card, and tells the id of neither.
        return 201, {} if both else {"id": message.id}

    async def _update(self, request: web.Request) -> tuple[int, Json]:
        conversation, thread = self._open(request)
        message = self._message(conversation, request.match_info["activity"])
        if thread not in (None, message.thread):
            raise Refused.coded(404, "ActivityNotFoundInConversation", "The message is in another thread.")
        if message.author != self._tenant.app.bot:
            raise _bad("The activity is not the bot's own.")
        if message.editing:
            raise Refused.coded(412, "PreconditionFailed", "Precondition failed, please try again.")
        message.editing = True
        try:
            raw = await request.read()
            await asyncio.sleep(self._tenant.config.edit_seconds)
            self._message_in(_object(raw), raw)
            self._tenant.counts.add("edits")
            self._tenant.rewrite(conversation, message, raw)
        finally:
            message.editing = False
        return 200, {"id": message.id}

    async def _delete(self, request: web.Request) -> tuple[int, None]:
        conversation, _ = self._open(request)
        message = self._message(conversation, request.match_info["activity"])
        if message.author != self._tenant.app.bot:
            raise _bad("The activity is not the bot's own.")
        self._tenant.counts.add("deletes")
        self._tenant.remove(conversation, message)
        return 200, None

    def _open(self, request: web.Request) -> tuple[Conversation, str | None]:
        """The conversation and thread that a request writes to; raises Refused."""
        conversation, thread = self._tenant.conversation(request.match_info["conversation"])
        self._limits.admit_send(conversation.id)
        self._tenant.require_reachable(conversation)
        return conversation, thread

    def _message(self, conversation: Conversation, name: str) -> Message:
        message = conversation.messages.get(name)
        if message is None:
            raise Refused.coded(404, "ActivityNotFoundInConversation", "The activity is not in the conversation.")
        return message

    def _message_in(self, activity: object, raw: bytes) -> Json:
        """Answer a message activity that can be shown; counts what Teams takes and shows badly; raises Refused."""
        if not isinstance(activity, dict) or activity.get("type") != "message":
            raise _bad("Activities of this type cannot be sent.")
        _require_small(activity, len(raw))
        attachments = activity.get("attachments") or []
        text = activity.get("text") or ""
        if not isinstance(attachments, list) or not isinstance(text, str) or not (text or attachments):
            raise _bad("A message needs text or attachments.")
        add = self._tenant.counts.add
        if text and attachments:
            add("text_with_card")
        for attachment in attachments:
            if not isinstance(attachment, dict) or not isinstance(attachment.get("contentType"), str):
                raise _bad("An attachment needs a contentType.")
            if attachment["contentType"] == CARD_TYPE:
                if not is_card(attachment.get("content")):
                    raise _bad("The content of the attachment is no Adaptive Card.")
                if too_new(attachment["content"]):
                    add("too_new_cards")
                if len(raw) > LARGEST and len(compact(attachment["content"]).encode()) > LARGEST:
                    add("large_cards")
        for entity in activity.get("entities") or ():
            if entity.get("type") == "mention" and str(entity.get("text")) not in text:
                raise _bad("The text of a mention is not in the text of the message.")
        return activity

    def _said(
        self, conversation: Conversation, activity: Json, thread: str | None, raw: bytes | None = None
    ) -> Message:
        self._tenant.counts.add("posts_sent")
        return self._tenant.say(conversation, self._tenant.app.bot, activity, thread=thread, raw=raw)

    # Asking

    async def _member(self, request: web.Request) -> tuple[int, Json]:
        conversation = self._asked(request)
        person = self._tenant.person(request.match_info["member"])
        if person is None or not self._tenant.is_in(person.id, conversation):
            raise Refused.coded(404, "MemberNotFoundInConversation", "The member is not in the conversation.")
        return 200, self._shown(person)

    async def _all_members(self, request: web.Request) -> tuple[int, list[Json]]:
        return 200, [self._shown(person) for person in self._tenant.members(self._asked(request))]

    async def _paged_members(self, request: web.Request) -> tuple[int, Json]:
        members = self._tenant.members(self._asked(request))
        try:
            size = int(request.query.get("pageSize", _LARGEST_PAGE))
            token = request.query.get("continuationToken", "")
            start = int(urlsafe_b64decode(token).decode()) if token else 0
        except ValueError as error:
            raise _bad("The page size or the continuation token.") from error
        end = start + min(max(size, _SMALLEST_PAGE), _LARGEST_PAGE)
        page: Json = {"members": [self._shown(person) for person in members[start:end]]}
        if end < len(members):
            page["continuationToken"] = urlsafe_b64encode(str(end).encode()).decode()
        return 200, page

    async def _team(self, request: web.Request) -> tuple[int, Json]:
        team = self._tenant.teams[self._asked_team(request)]
        counts = {"channelCount": len(team.channels), "memberCount": len(self._tenant.team_members[team.id])}
        return 200, {"id": team.id, "name": team.name, "aadGroupId": team.group, **counts}

    async def _channels(self, request: web.Request) -> tuple[int, Json]:
        team = self._tenant.teams[self._asked_team(request)]
        # The first channel has no name: every language has its own for it.
        named = [{"id": one.id, "name": None if one.id == team.id else one.name} for one in team.channels]
        return 200, {"conversations": named}

    def _asked(self, request: web.Request) -> Conversation:
        conversation, _ = self._tenant.conversation(request.match_info["conversation"])
        self._limits.admit_read(conversation.id)
        self._tenant.require_reachable(conversation)
        return conversation

    def _asked_team(self, request: web.Request) -> str:
        name = request.match_info["team"]
        if name not in self._tenant.teams:
            raise Refused.coded(404, "NotFound", "Team not found.")
        self._limits.admit_read(name)
        self._tenant.require_reachable(self._tenant.conversations[name])
        return name

    def _shown(self, person: Person) -> Json:
        given, _, family = person.name.partition(" ")
        return {
            "id": person.user,
            "name": person.name,
            "givenName": given,
            "surname": family,
            "aadObjectId": person.id,
            "objectId": person.id,
            "email": person.mail,
            "userPrincipalName": person.upn,
            "tenantId": self._tenant.app.tenant,
            "userRole": "guest" if person.guest else "user",
        }


def _object(raw: bytes) -> Json:
    try:
        given = loads(raw)
    except ValueError as error:
        raise _bad("The body is no JSON.") from error
    if not isinstance(given, dict):
        raise _bad("The body is no JSON object.")
    return given


def _part(given: Json, name: str) -> Json:
    value = given.get(name)
    return value if isinstance(value, dict) else {}


def _require_small(activity: Json, size: int) -> None:
    # Nothing takes more characters than it takes bytes.
    if 2 * size <= LARGEST_ACTIVITY:
        return
    if len(_PICTURE.sub("", compact(activity)).encode("utf-16-le")) > LARGEST_ACTIVITY:
        raise Refused.coded(413, "MessageSizeTooBig", "Message size too large.")


def _bad(why: str) -> Refused:
    return Refused.coded(400, "BadSyntax", why)
