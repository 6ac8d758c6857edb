"""Turns what Slack sends into requests at the desk: committed first, acknowledged next, answered directly after."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk import Desk, Refused
from bot.i18n.translator import Translator, language_of, translator_for
from bot.platforms.elsewhere import show_elsewhere
from bot.platforms.port import Sender
from bot.platforms.slack import buttons, questions, render
from bot.platforms.slack.charts import ChartFiles
from bot.platforms.slack.client import UNREADABLE
from bot.platforms.slack.pictures import Pictures
from bot.platforms.slack.replies import Replies
from rituals.messages import Chart, Message, Reply, Text, say
from rituals.people import Account, RosterEntry
from rituals.ports import Clock, Outbox

log = logging.getLogger(__name__)

ANYTHING = re.compile(".*", re.DOTALL)

ACK_WAITS = 1.0
"""Seconds an acknowledgement (due within three) waits for a form to open."""

TRIGGER_LASTS = 4.0
"""Seconds after which a form that Slack has not opened will not open any more (its trigger lasts three)."""

Json = dict[str, Any]


class Misread(Exception):
    """A listener failed; stands in for the error itself, whose message may hold what somebody wrote."""


class Identity:
    """Who we are in the workspace, asked once with auth.test."""

    def __init__(self, *, team: str, bot_id: str, bot_user: str, bot_token: str) -> None:
        self.team = team
        self.bot_id = bot_id
        self.bot_user = bot_user
        self._bot_token = bot_token

    def authorizing(self) -> Callable[..., Awaitable[AuthorizeResult]]:
        """Bolt's question on every request, answered from memory.

        A plain function: Bolt calls it by its argument names and stumbles over a method's `self`.
        """

        async def authorize(team_id: str | None) -> AuthorizeResult:
            return AuthorizeResult(
                enterprise_id=None,
                team_id=self.team,
                bot_token=self._bot_token,
                bot_id=self.bot_id,
                bot_user_id=self.bot_user,
            )

        return authorize

    def ours_only(self) -> Callable[..., Awaitable[BoltResponse | None]]:
        """Bolt's step before it: what comes from another workspace is acknowledged and dropped, without a word."""

        async def step(req: AsyncBoltRequest, next: Callable[[], Awaitable[None]]) -> BoltResponse | None:
            team = req.context.team_id
            if team is not None and team != self.team:
                log.info("Something of another workspace was dropped.", extra={"action": "other_workspace"})
                return BoltResponse(status=200, body="")
            await next()
            return None

        return step


class SlackListeners:
    """Every door of the Bolt app. Each listener commits first and acknowledges last."""

    def __init__(
        self,
        *,
        identity: Identity,
        desk: Desk,
        replies: Replies,
        outbox: Outbox,
        clock: Clock,
        command: str,
        pictures: Pictures | None = None,
        sender: Sender | None = None,
    ) -> None:
        self._identity = identity
        self._sender = sender
        self._pictures = pictures
        self._desk = desk
        self._replies = replies
        self._outbox = outbox
        self._clock = clock
        self._command = command

    def listen(self, app: AsyncApp) -> None:
        """Opens the doors; the last of each kind takes what nobody else does, so that nothing stays unacknowledged."""
        app.action(ANYTHING)(self._pressed)  # first, since Bolt asks one after the other, and most of all is pressed
        app.command(self._command)(self._typed)
        app.command(ANYTHING)(self._acknowledged)
        app.view(ANYTHING)(self._submitted)
        app.view_closed(ANYTHING)(self._acknowledged)
        app.options(ANYTHING)(self._acknowledged)
        app.shortcut(ANYTHING)(self._acknowledged)
        app.event("app_home_opened")(self._home_opened)
        app.event("message")(self._written_to)
        app.event("team_join")(self._met)
        app.event("user_change")(self._met)
        app.event(ANYTHING)(self._acknowledged)
        app.error(self._failed)

    async def _failed(self, error: Exception, body: Json) -> BoltResponse:
        """The edge: acknowledged all the same, since sending it again would fail again."""
        if isinstance(error, BoltUnhandledRequestError):
            log.info("Something unknown was acknowledged.", extra={"action": "unknown_payload"})
            return BoltResponse(status=200, body="")
        reference = secrets.token_hex(4)
        misread = Misread(type(error).__name__)
        log.error(
            "A request could not be served (%s).",
            reference,
            exc_info=(Misread, misread, error.__traceback__),
            extra={"action": "fault", "reference": reference},
        )
        self._desk.faults += 1
        address = body.get("response_url")
        if isinstance(address, str) and address:
            reply = Reply(sentence=say("fault", reference=reference))
            self._say(address, reply, None, {})
        return BoltResponse(status=200, body="")

    async def _acknowledged(self, ack: AsyncAck) -> None:
        await ack()

    async def _typed(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        account = self._account(body["user_id"])
        reply = await self._desk.command(account, body.get("text") or "")
        translator = await self._desk.translator(account)
        if reply.form is not None:
            await self._open(client, body, render.form(reply.form, translator), account)
            await ack()
            return
        await ack(response_type="ephemeral", **self._drawn(reply, translator))

    async def _pressed(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        action = body["actions"][0]
        if questions.is_answer(str(action.get("action_id") or "")):
            # Chosen, and not sent yet.
            await ack()
            return
        account = self._account(body["user"]["id"])
        if self._is_stranger(body):
            reply = Reply(sentence=say("refused-stranger"))
        else:
            name = buttons.action_of(str(action.get("action_id") or ""))
            reply = await self._desk.press(account, name, _value_of(action), _chosen_beside(action, body))
        address = body.get("response_url")
        if reply.redrawn is not None:
            if address and not _is_ephemeral(body):
                self._replies.later(self._redraw(reply.redrawn, address))
            else:
                self._replies.later(self._instead_of_redraw(reply.redrawn, account, address))
        elif reply.instead is not None and address:
            whisper = {"response_type": "ephemeral"} if _is_ephemeral(body) else {}
            self._replies.later(self._stand_in(address, reply.instead, account, whisper))
        elif reply != Reply() and reply.form is None and address:
            self._say(address, reply, account, body)
        elif reply != Reply():
            translator = await self._desk.translator(account)
            view = render.form(reply.form, translator) if reply.form else _notice(reply, translator)
            await self._open(client, body, view, account)
        clicked = str((body.get("container") or {}).get("message_ts") or "")
        if reply.elsewhere and clicked:
            self._replies.later(self._show_elsewhere(reply.elsewhere, clicked))
        await ack()

    async def _submitted(self, ack: AsyncAck, body: Json) -> None:
        view = body["view"]
        account = self._account(body["user"]["id"])
        if self._is_stranger(body):
            translator = await self._desk.translator(account)
            await ack(response_action="update", view=_notice(Reply(sentence=say("refused-stranger")), translator))
            return
        answers = questions.answers(view["state"]["values"])
        reply = await self._desk.submit(account, view["callback_id"], view.get("private_metadata") or "", answers)
        if isinstance(reply, Reply) and reply.sentence is None and reply.message is None and reply.form is None:
            await ack()
            return
        translator = await self._desk.translator(account)
        if isinstance(reply, Refused):
            await ack(questions.errors(reply.faults, translator))
        elif reply.form is not None:
            await ack(response_action="update", view=render.form(reply.form, translator))
        else:
            await ack(response_action="update", view=_notice(reply, translator))

    async def _home_opened(self, body: Json) -> None:
        event = body["event"]
        if event.get("tab") != "messages":
            await self._desk.home_opened(self._account(event["user"]))

    async def _written_to(self, body: Json) -> None:
        event = body["event"]
        ours = event.get("bot_id") or event.get("user") in {None, self._identity.bot_user}
        if event.get("channel_type") == "im" and not event.get("subtype") and not ours:
            await self._desk.written_to(self._account(event["user"]), event.get("text") or "", body["event_id"])

    async def _met(self, body: Json) -> None:
        met = member(body["event"]["user"], self._identity.team)
        if met is not None:
            account, entry, present = met
            await self._desk.met(account, entry, present=present)

    # --- answers after the acknowledgement --------------------------------------------------------------------------

    async def _redraw(self, post: str, address: str) -> None:
        if not await self._desk.afterwards.caught_up():
            return  # it is edited the ordinary way, once it can be
        parcel = await self._outbox.peek(post, at=self._clock.now())
        if parcel is not None:
            translator = translator_for(parcel.locale, ZoneInfo(parcel.zone))
            at_hand = self._pictures_of(parcel.message, translator)
            # A picture that is not uploaded yet comes with the edit.
            whole = at_hand is None or None not in at_hand
            drawn = render.message(parcel.message, translator, pictures=at_hand)
            if whole and await self._replies.post(address, {"replace_original": True, **drawn}):
                await self._outbox.settle_redraw(post, parcel.revision, at=self._clock.now())
                return
        await self._outbox.hurry(post, at=self._clock.now())
        self._desk.nudge()

    async def _instead_of_redraw(self, post: str, account: Account, address: str | None) -> None:
        await self._desk.afterwards.caught_up()
        # Pressed somewhere else than in the living message (on the home tab, or a copy only they see): that message is
        # edited the ordinary way, and a copy is drawn anew from what is committed.
        await self._outbox.hurry(post, at=self._clock.now())
        self._desk.nudge()
        if address is not None:
            fresh = await self._desk.command(account, "")
            drawn = self._drawn(fresh, await self._desk.translator(account))
            await self._replies.post(address, {"replace_original": True, "response_type": "ephemeral", **drawn})

    async def _stand_in(self, address: str, message: Message, account: Account, whisper: Json) -> None:
        # Kept nowhere: where it does not arrive, what it answers to is committed and the question still stands.
        await self._desk.afterwards.calm()
        drawn = render.message(message, await self._desk.translator(account))
        await self._replies.post(address, {"replace_original": True, **whisper, **drawn})

    async def _show_elsewhere(self, shown: Mapping[str, Message], clicked: str) -> None:
        await self._desk.afterwards.calm()
        if self._sender is not None:
            await show_elsewhere(shown, clicked=clicked, outbox=self._outbox, sender=self._sender, clock=self._clock)

    def _say(self, address: str, reply: Reply, account: Account | None, body: Json) -> None:
        """Says it to `account` in their language, in the organisation's where nobody knows who asked."""
        head = {"response_type": "ephemeral", "replace_original": _is_ephemeral(body)}
        message = reply.message

        async def post() -> None:
            await self._desk.afterwards.calm()
            translator = await self._desk.translator(account) if account else self._desk.house_translator
            taken = await self._replies.post(address, {**head, **self._drawn(reply, translator)})
            if not taken and message is not None and any(isinstance(part, Chart) for part in message.parts):
                # Perhaps a workspace that draws no charts: rather said twice than not at all.
                await self._replies.post(address, {**head, **render.message(message, translator, pictures=())})

        self._replies.later(post())

    async def _open(self, client: AsyncWebClient, body: Json, view: Json, account: Account) -> None:
        """Opens a modal; where that fails, a sentence says so.

        A slow opening goes on after the acknowledgement, which must not come late.
        """

        async def open_or_say() -> None:
            address = body.get("response_url")
            if not await _opened(client, body, view) and address:
                self._say(address, Reply(sentence=say("refused-too-late")), account, {})

        await asyncio.wait({self._replies.later(open_or_say())}, timeout=ACK_WAITS)

    def _drawn(self, reply: Reply, translator: Translator) -> Json:
        message = reply.message or reply.instead  # where nothing was clicked there is nothing to stand in for
        if message is not None:
            at_hand = self._pictures_of(message, translator)
            return render.message(message, translator, pictures=at_hand)
        return render.sentence(reply.sentence or Text(key="refused-not-found"), translator)

    def _pictures_of(self, message: Message, translator: Translator) -> ChartFiles | None:
        return self._pictures.at_hand(message, translator) if self._pictures is not None else None

    def _is_stranger(self, body: Json) -> bool:
        """Whether a person of another workspace acts in a shared channel: they may press, but are nobody here."""
        return (body["user"].get("team_id") or self._identity.team) != self._identity.team

    def _account(self, user: str) -> Account:
        return Account(platform="slack", workspace=self._identity.team, user=user)


def member(user: Json, team: str) -> tuple[Account, RosterEntry, bool] | None:
    """What Slack says of a user as (account, entry, present); None for bots, strangers and those without an e-mail."""
    profile = user.get("profile") or {}
    email = profile.get("email")
    if not email or user.get("is_bot") or user.get("id") == "USLACKBOT" or user.get("is_stranger"):
        return None
    if user.get("team_id") not in {None, "", team}:
        return None
    account = Account(platform="slack", workspace=team, user=user["id"])
    locale = user.get("locale")
    entry = RosterEntry(
        email=email,
        name=user.get("real_name") or profile.get("real_name") or None,
        locale=language_of(locale) if locale else None,
        zone=_zone(user.get("tz")),
    )
    return account, entry, not user.get("deleted")


def _zone(name: object) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if isinstance(name, str) and name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _chosen_beside(action: Json, body: Json) -> dict[str, tuple[str, ...]]:
    """What stands in the fields a button sends, by field."""
    state = (body.get("state") or {}).get("values") or {}
    return questions.inputs(state, group=str(action.get("block_id") or ""))


def _value_of(action: Json) -> str:
    return str(action.get("value") or (action.get("selected_option") or {}).get("value") or "")


def _is_ephemeral(body: Json) -> bool:
    return bool((body.get("container") or {}).get("is_ephemeral"))


def _notice(reply: Reply, translator: Translator) -> Json:
    """A modal that only says something."""
    sentence = reply.sentence or Text(key="refused-not-found")
    message = reply.message or reply.instead or Message(kind="notice", summary=sentence, parts=())
    return render.notice(message, translator)


async def _opened(client: AsyncWebClient, body: Json, view: Json) -> bool:
    trigger = body.get("trigger_id")
    if not trigger:
        return False
    try:
        async with asyncio.timeout(TRIGGER_LASTS):
            await client.views_open(trigger_id=trigger, view=view)
    except UNREADABLE as error:
        log.warning("A form could not be opened.", extra={"action": "form_not_opened", "why": type(error).__name__})
        return False
    return True
