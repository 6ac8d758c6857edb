"""What tests, and whoever runs a demo, may see and do besides what a person can; at the local workspace's addresses."""

from dataclasses import replace
from typing import get_args

from aiohttp import web

from bot.local import controls
from bot.local.faults import Faults
from bot.local.json_types import Json, compact
from bot.local.routes import PageError, doing, part, reading
from bot.tenant.cards import problems
from bot.tenant.conversations import CARD_TYPE, Message
from bot.tenant.entra import Bearers
from bot.tenant.errors import Undelivered
from bot.tenant.interactions import Interactions
from bot.tenant.keys import Forgery, Keys
from bot.tenant.limits import Limits
from bot.tenant.line import Line
from bot.tenant.page_api import shown
from bot.tenant.talk import Talk
from bot.tenant.tenant import Tenant


class Controls:
    def __init__(
        self,
        tenant: Tenant,
        *,
        interactions: Interactions,
        talk: Talk,
        line: Line,
        limits: Limits,
        faults: Faults,
        keys: Keys,
        bearers: Bearers,
    ) -> None:
        self._tenant = tenant
        self._interactions = interactions
        self._line = line
        self._limits = limits
        self._keys = keys
        self._bearers = bearers
        self._common = controls.Controls(
            tenant.counts, faults, counted=self._counted, put_person=lambda given: shown(talk.put_person(given))
        )

    def routes(self) -> list[web.RouteDef]:
        return [
            *self._common.routes(),
            reading("/sandbox/audit", self._audit),
            doing("/sandbox/register", self._register),
            doing("/sandbox/people/{id}", self._remove_person, "DELETE"),
            doing("/sandbox/forge", self._forge),
            doing("/sandbox/rotate", self._rotate),
            doing("/sandbox/tokens", self._tokens),
            doing("/sandbox/administer", self._administer),
        ]

    def _counted(self) -> Json:
        limits = self._limits
        return {
            **self._tenant.counts.as_json(),
            **{name: getattr(limits, name) for name in ("impatient", "deaf", "over")},
        }

    async def _audit(self, given: Json) -> Json:
        """Answer everything the app has said and not taken back, and what is wrong with its cards."""
        tenant = self._tenant
        said = [
            message
            for conversation in tenant.conversations.values()
            for message in conversation.messages.values()
            if message.author == tenant.app.bot
        ]
        found = [f"{message.id}: {problem}" for message in said for problem in _problems(message)]
        for dialog in self._interactions.dialogs.values():
            if dialog.card is not None:
                found += [f"dialog: {problem}" for problem in problems(dialog.card, dialog=True)]
        return {"messages": [_whole(message) for message in said], "problems": found}

    async def _register(self, given: Json) -> Json:
        """Take up where the app listens."""
        self._line.messages_url = given.get("messages_url")
        return {"ok": True}

    async def _remove_person(self, given: Json) -> Json:
        person = self._tenant.person(given["id"])
        if person is None:
            raise PageError("no_such_person", status=404)
        self._tenant.remove_person(person)
        return {"ok": True}

    async def _forge(self, given: Json) -> Json:
        """Send an activity, or any "body", with another token: "claims", a "forgery", or "authorization" as it is."""
        forgery, body = given.get("forgery"), given.get("body")
        if forgery is not None and forgery not in get_args(Forgery):
            raise PageError("invalid_forgery", status=400)
        token = self._keys.token(self._tenant.service_url, part(given, "claims"), forgery)
        authorization = given.get("authorization", f"Bearer {token}")
        try:
            answer = await self._line.post(compact(part(given, "activity")) if body is None else body, authorization)
        except Undelivered as error:
            raise PageError(error.reason) from error
        return {"ok": True, "status": answer.status, "body": answer.body}

    async def _rotate(self, given: Json) -> Json:
        """Sign with a new key; {"keep": false} takes the old ones away at once."""
        return {"ok": True, "kid": self._keys.rotate(keep=given.get("keep") is not False)}

    async def _tokens(self, given: Json) -> Json:
        """Revoke the app's tokens; {"lifetime": seconds} for those to come."""
        self._bearers.revoke()
        self._bearers.lifetime = given.get("lifetime", self._bearers.lifetime)
        return {"ok": True}

    async def _administer(self, given: Json) -> Json:
        """Do as an administrator: "disabled", "consents", "in_catalogue"; "forget" makes delta tokens too old."""
        tenant = self._tenant
        tenant.disabled = given.get("disabled", tenant.disabled)
        tenant.consents = set(given.get("consents", tenant.consents))
        tenant.app = replace(tenant.app, in_catalogue=given.get("in_catalogue", tenant.app.in_catalogue))
        if given.get("forget") is True:
            tenant.directory_epoch += 1
        return {"ok": True}


def _whole(message: Message) -> Json:
    """A message as it is for everybody."""
    names = ("id", "conversation", "thread", "at", "edited")
    return {name: getattr(message, name) for name in names} | message.content


def _problems(message: Message) -> list[str]:
    content = message.content
    cards = [one["content"] for one in content.get("attachments", ()) if one["contentType"] == CARD_TYPE]
    found = [problem for card in (*cards, *message.views.values()) for problem in problems(card)]
    if content.get("text") and content.get("attachments"):
        found.append("text and a card in one message: Teams makes two of them and tells the id of neither")
    if cards and not content.get("summary"):
        found.append("a card without summary: the notification says nothing")
    return found
