"""Rehearsal: everything goes to one person, marked with where it would have gone, and nothing to anybody else."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Unpack

from bot.desk import Desk, DeskPorts, Refused
from bot.pace import Turns
from bot.platforms.port import DeliveryError, Sender
from rituals.messages import Message, Reply, say
from rituals.organisation import Organisation
from rituals.people import Account
from rituals.ports import OpenWork, Outbox
from rituals.posts import Fate, Parcel, Place, Post, Settlement, ToHome, ToPerson, ToRoom
from rituals.rehearsal import copies
from rituals.rehearsal.speech import rehearsal_begins

log = logging.getLogger(__name__)

CHATS = {"slack": "Slack", "teams": "Teams"}

NOT_THEIRS = "rehearsal"
"""Why the last gate refuses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The one person a rehearsal is for: who they are to us and to the platform, and their direct messages."""

    person: str
    name: str
    user: str
    conversation: str


class RehearsedOutbox:
    """Answers `rituals.ports.Outbox`: every parcel is turned into the one person's copy before anybody sees it.

    `outboxes`: by platform, that of the one person first: what would go out on another comes to them as well.
    """

    def __init__(
        self, outboxes: Mapping[str, Outbox], *, stage: Stage, open_work: OpenWork, organisation: Organisation
    ) -> None:
        self._outboxes = outboxes
        self._here, self._outbox = next(iter(outboxes.items()))
        self._stage = stage
        self._open_work = open_work
        self._organisation = organisation

    async def claim(
        self, at: datetime, *, owner: str, lease_until: datetime, limit: int, bulk: bool = True
    ) -> Sequence[Parcel]:
        """As the outbox does; other people's homes, and copies somebody rehearsed with before, are settled unseen."""
        claimed: list[Parcel] = []
        for platform, outbox in self._outboxes.items():
            if len(claimed) < limit:
                claim = partial(outbox.claim, at, owner=owner, lease_until=lease_until, bulk=bulk)
                claimed += await self._claimed(partial(claim, limit=limit - len(claimed)), platform, at)
        return claimed

    async def _claimed(
        self, claim: Callable[[], Awaitable[Sequence[Parcel]]], platform: str, at: datetime
    ) -> list[Parcel]:
        while True:
            parcels = await claim()
            kept = [parcel for parcel in parcels if self._is_shown(parcel)]
            dropped = [
                Settlement(
                    post=parcel.post,
                    revision=parcel.revision,
                    fate=Fate.SHOWN if parcel.wanted else Fate.WITHDRAWN,
                )
                for parcel in parcels
                if not self._is_shown(parcel)
            ]
            if dropped:
                await self._outbox.settle(dropped, at=at)
            if kept or not parcels:
                return [await self._copied(parcel, platform) for parcel in kept]

    async def peek(self, post: str, *, at: datetime) -> Parcel | None:
        """The copy as it is now, without claiming it."""
        for platform, outbox in self._outboxes.items():
            parcel = await outbox.peek(post, at=at)
            if parcel is not None and self._is_shown(parcel) and parcel.destination is not None:
                return await self._copied(parcel, platform)
        return None

    async def standing(self, place: Place, *, at: datetime) -> Parcel | None:
        """The copy that stands there, as it is now."""
        for platform, outbox in self._outboxes.items():
            parcel = await outbox.standing(place, at=at)
            if parcel is not None and self._is_shown(parcel) and parcel.destination is not None:
                return await self._copied(parcel, platform)
        return None

    async def settle(
        self,
        settlements: Sequence[Settlement],
        *,
        at: datetime,
        attempting: Sequence[Parcel] = (),
        owner: str | None = None,
    ) -> frozenset[str]:
        return await self._outbox.settle(settlements, at=at, attempting=attempting, owner=owner)

    async def settle_redraw(self, post: str, revision: int, *, at: datetime) -> None:
        await self._outbox.settle_redraw(post, revision, at=at)

    async def hurry(self, post: str, *, at: datetime) -> None:
        await self._outbox.hurry(post, at=at)

    async def release(self, owner: str | None = None) -> None:
        for outbox in self._outboxes.values():
            await outbox.release(owner)

    async def next_due(self, *, bulk: bool = True) -> datetime | None:
        moments = [await outbox.next_due(bulk=bulk) for outbox in self._outboxes.values()]
        return min((moment for moment in moments if moment is not None), default=None)

    async def counts(self) -> Mapping[str, int]:
        """Posts by state."""
        return await self._outbox.counts()

    def _is_shown(self, parcel: Parcel) -> bool:
        if isinstance(parcel.to, ToHome):
            return parcel.to.person == self._stage.person
        return parcel.place is None or parcel.place.conversation == self._stage.conversation

    async def _copied(self, parcel: Parcel, platform: str) -> Parcel:
        # Whom nobody knows on the platform would get nothing, and neither is there a copy of it.
        known = parcel.destination is not None
        match parcel.to:
            case ToRoom():
                name, owner = self._organisation.called(parcel.to.room), ""
            case ToPerson() | ToHome():
                name, owner = await self._name(parcel.to.person), parcel.to.person
        to = say("rehearsal-for", name=name)
        if platform != self._here:
            to = say("rehearsal-for-elsewhere", name=name, chat=CHATS[platform])
        there = self._stage.user if isinstance(parcel.to, ToHome) else self._stage.conversation
        return replace(
            parcel,
            message=copies.copy_of(parcel.message, to=to, owner=owner),
            destination=there if known else None,
        )

    async def _name(self, person: str) -> str:
        async with self._open_work() as work:
            found = await work.people.get(person)
        return found.name if found else person


class Gate:
    """Answers `bot.platforms.port.Sender`: the last gate, which lets nothing through to anybody but the one person."""

    def __init__(self, sender: Sender, stage: Stage) -> None:
        self._sender = sender
        self._stage = stage

    async def expect(self, parcels: Sequence[Parcel]) -> None:
        """Looks up what it takes to show these, wherever they go."""
        await self._sender.expect(parcels)

    async def send(self, parcel: Parcel) -> Place:
        """Into their direct messages, or nowhere."""
        self._check(parcel.destination, self._stage.conversation)
        return await self._sender.send(parcel)

    async def edit(self, parcel: Parcel, place: Place) -> None:
        """There, or nowhere."""
        self._check(place.conversation, self._stage.conversation)
        await self._sender.edit(parcel, place)

    async def withdraw(self, place: Place) -> None:
        """From there, or from nowhere."""
        self._check(place.conversation, self._stage.conversation)
        await self._sender.withdraw(place)

    async def publish_home(self, parcel: Parcel) -> None:
        """Their home, or nobody's."""
        self._check(parcel.destination, self._stage.user)
        await self._sender.publish_home(parcel)

    async def find(self, parcel: Parcel, *others: Parcel) -> Mapping[str, Place]:
        """There, or nowhere."""
        for one in (parcel, *others):
            self._check(one.destination, self._stage.conversation)
        return await self._sender.find(parcel, *others)

    def turns(self, parcel: Parcel) -> Turns:
        """As the platform allows."""
        return self._sender.turns(parcel)

    def _check(self, where: str | None, allowed: str) -> None:
        if where != allowed:
            raise DeliveryError(NOT_THEIRS, permanent=True)


class RehearsalDesk(Desk):
    """The front desk during a rehearsal: it serves the one person, and tells everybody else that it is on."""

    def __init__(self, *, stage: Stage, **ports: Unpack[DeskPorts]) -> None:
        super().__init__(**ports)
        self._stage = stage

    async def press(self, account: Account, action: str, value: str, *given: Any, **more: Any) -> Reply:
        """A button was pressed: it works on a copy of the person's own, or of a room's."""
        if not self._is_theirs(account):
            return Reply(sentence=say("rehearsal-elsewhere"))
        asked = copies.pressed(action, value)
        if asked is None:
            return Reply(sentence=say("rehearsal-before"))
        if asked.owner not in {"", self._stage.person}:
            return Reply(sentence=say("rehearsal-not-yours"))
        return self._bound(await super().press(account, asked.action, asked.value, *given, **more))

    async def submit(self, account: Account, kind: str, *given: Any, **more: Any) -> Reply | Refused:
        """A form was sent."""
        asked = copies.submitted(kind)
        if not self._is_theirs(account):
            return Reply(sentence=say("rehearsal-elsewhere"))
        if asked is None:
            return Reply(sentence=say("rehearsal-before"))
        reply = await super().submit(account, asked, *given, **more)
        return self._bound(reply) if isinstance(reply, Reply) else reply

    async def command(self, account: Account, words: str) -> Reply:
        """`/comitia …` was typed: strangers to the rehearsal are told of it, and only they see that."""
        if not self._is_theirs(account):
            return Reply(sentence=say("rehearsal-elsewhere"))
        return self._bound(await super().command(account, words))

    async def behind(self, account: Account, kind: str, subject: str) -> Reply:
        """What a form was asked for from, as it would be answered now."""
        asked = copies.submitted(kind)
        if asked is None or not self._is_theirs(account):
            return Reply()
        return self._bound(await super().behind(account, asked, subject))

    async def home_opened(self, account: Account) -> None:
        """The home tab was opened: other people's stay as they are."""
        if self._is_theirs(account):
            await super().home_opened(account)

    async def written_to(self, account: Account, words: str, event: str) -> None:
        """Somebody wrote to the bot: an answer would be a message of its own, which others do not get."""
        if self._is_theirs(account):
            await super().written_to(account, words, event)

    def _is_theirs(self, account: Account) -> bool:
        return account.user == self._stage.user

    def _bound(self, reply: Reply) -> Reply:
        return replace(
            reply,
            message=copies.bound(reply.message, owner=self._stage.person) if reply.message else None,
            instead=self._copied(reply.instead) if reply.instead else None,
            elsewhere={post: self._copied(message) for post, message in reply.elsewhere.items()},
            form=copies.bound_form(reply.form) if reply.form else None,
        )

    def _copied(self, message: Message) -> Message:
        """What takes the place of a copy of theirs is one too."""
        to = say("rehearsal-for", name=self._stage.name)
        return copies.copy_of(message, to=to, owner=self._stage.person)


async def begin(stage: Stage, *, at: datetime, open_work: OpenWork, organisation: Organisation) -> None:
    """Tells the person, once, that the rehearsal has begun."""
    post = Post(
        id="rehearsal-begins",
        to=ToPerson(person=stage.person),
        message=rehearsal_begins(organisation=organisation.name),
        ritual="keeping",
        not_before=at,
    )
    async with open_work() as work:
        await work.posts.put(post, at=at)
    log.info("A rehearsal is on: everything goes to one person.", extra={"action": "rehearsal"})
