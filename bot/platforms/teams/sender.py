"""Teams as delivery needs it: sends, edits, withdraws, to people and channels met before or never."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from types import TracebackType
from typing import TypeVar

from bot.pace import Turns
from bot.platforms.drawings import Drawings, translator_of
from bot.platforms.port import FAULT, DeliveryError
from bot.platforms.teams.activities import Reference
from bot.platforms.teams.connector import SPLIT, Connector
from bot.platforms.teams.copies import Copies
from bot.platforms.teams.drawn import draw
from bot.platforms.teams.references import References
from bot.platforms.teams.refusals import BROKEN, GONE
from rituals.posts import Parcel, Place, ToRoom

log = logging.getLogger(__name__)

T = TypeVar("T")

CHANNELS = ("@thread.tacv2", "@thread.skype")
"""How the ids of channels end. A group chat's do not: there, a post is one more message."""

# Microsoft wants no call repeated at which Teams broke down (500). But a card whose last edit was lost would be wrong
# for ever, and what was taken back would stay: what may be done twice is begun anew, three times through an afternoon.
# A first showing never is. Where it is given up then, later words go out by themselves, and whoever presses the old
# card is answered with how things stand.
RENEWED_AFTER = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3))
"""How long after each break-down what may be done twice is begun anew."""

BROKEN_KEPT = 5_000
"""How many break-downs are counted; a restart counts anew."""

DRAWN = 128
"""How many drawn cards are at hand: the papers of a committee, from which those who vote are answered."""


class TeamsSender:
    """Answers `bot.platforms.port.Sender`. One for a bot and its tenant.

    `home`: how to write where nobody was met yet: our tenant, our id, and Teams' service URL for the whole cloud.
    `dialogs`: whether clients open dialogs; where they do not, forms stand in the conversation.
    """

    def __init__(self, connector: Connector, references: References, *, home: Reference, dialogs: bool = True) -> None:
        self._connector = connector
        self._references = references
        self._home = home
        self._broken: OrderedDict[str, int] = OrderedDict()  # how often Teams broke down, by post or message
        self.drawings = Drawings(partial(draw, dialogs=dialogs), kept=DRAWN)
        self.copies = Copies()

    async def expect(self, parcels: Sequence[Parcel]) -> None:
        """Reads where all of them are met."""
        await self._references.expect({one.destination for one in parcels if one.destination})

    async def send(self, parcel: Parcel) -> Place:
        """Posts the card: to a person in the one conversation with them, to a channel as a post of its own."""
        with _Unsent(parcel):
            activity = self.drawings.of(parcel.message, translator_of(parcel)).body

        async def post(met: Reference) -> Place:
            with _Unsent(parcel):
                reference = await self._with_conversation(met, parcel)
            if reference.conversation.endswith(CHANNELS):
                return await self._connector.begin(reference, activity, to=parcel.to, bulk=parcel.bulk)
            return await self._connector.post(
                reference.service_url, reference.conversation, activity, to=parcel.to, bulk=parcel.bulk
            )

        return await self._where_met(parcel, post)

    async def edit(self, parcel: Parcel, place: Place) -> None:
        """Puts the newest card in the place of the one shown."""
        activity = self.drawings.of(parcel.message, translator_of(parcel)).body

        async def put(met: Reference) -> None:
            await self._connector.put(met.service_url, place, activity, to=parcel.to, bulk=parcel.bulk)

        await self._where_met(parcel, put)
        self.copies.edited(parcel)

    async def withdraw(self, place: Place) -> None:
        """Deletes the message."""
        # Whose conversation it is nobody says; a person's is reached by the whole cloud's service URL as well.
        reference = await self._references.of_channel(place.conversation.partition(SPLIT)[0]) or self._home
        name = f"{place.conversation} {place.message}"
        try:
            await self._connector.delete(reference.service_url, place)
        except DeliveryError as error:
            if error.why not in GONE:
                raise self._anew(name, error) from None
        self._broken.pop(name, None)

    async def publish_home(self, parcel: Parcel) -> None:
        """Teams gives bots no home: what waits for a person is told when they ask."""

    async def find(self, parcel: Parcel, *others: Parcel) -> Mapping[str, Place]:
        """Teams lets no bot read what it wrote: what may have been shown is never known."""
        raise DeliveryError("no_history", unreadable=True)

    def turns(self, parcel: Parcel) -> Turns:
        """By the one pace there is."""
        return self._connector.turns()

    async def _where_met(self, parcel: Parcel, show: Callable[[Reference], Awaitable[T]]) -> T:
        """Shows a post to whom it is for; also where another process of ours has met them, if they refuse it here."""
        with _Unsent(parcel):
            met = await self._met(parcel)
        try:
            shown = await show(met)
        except DeliveryError as error:
            if error.refusal is None:
                raise self._anew(parcel.post, error) from None
            self._references.doubt(parcel.destination or "")
            with _Unsent(parcel):
                anew = await self._met(parcel)
            if anew == met:
                raise
            shown = await show(anew)
        self._broken.pop(parcel.post, None)
        return shown

    def _anew(self, name: str, error: DeliveryError) -> DeliveryError:
        """The error as it is, or, where Teams broke down at what may be done twice, when that is begun anew."""
        if not error.permanent or error.why not in BROKEN:
            return error
        times = self._broken.pop(name, 0)
        if times == len(RENEWED_AFTER):
            return error
        self._broken[name] = times + 1
        if len(self._broken) > BROKEN_KEPT:
            self._broken.popitem(last=False)
        return DeliveryError(error.why, retry_after=RENEWED_AFTER[times])

    async def _with_conversation(self, met: Reference, parcel: Parcel) -> Reference:
        """Where a post goes, with a conversation that is there."""
        # Whoever refused messages may have removed us and had us back: the conversation may be another one since.
        if met.conversation and not (parcel.probes and met.user):
            return met
        conversation = await self._connector.converse(met, to=parcel.to, bulk=parcel.bulk)
        reference = replace(met, conversation=conversation)
        if reference != met:
            await self._references.keep_conversation(parcel.destination or "", reference)
        return reference

    async def _met(self, parcel: Parcel) -> Reference:
        """Whom a post is for, as they were met last; a channel's conversation is the channel."""
        destination = parcel.destination or ""
        if isinstance(parcel.to, ToRoom) or ":" in destination:
            # A person's id has no colon: in a rehearsal what is theirs goes to a conversation too.
            reference = await self._references.of_channel(destination) or self._home
            return replace(reference, conversation=destination, user="")
        return await self._references.of_person(destination) or replace(self._home, user=destination)


class _Unsent:
    """Whatever fails in here fails before anything is sent: nobody has to wonder, since nobody could look it up.

    A class, for each post passes here three times and generators cost as much as its drawing.
    """

    def __init__(self, parcel: Parcel) -> None:
        self._parcel = parcel

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, raised: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if not isinstance(error, Exception) or isinstance(error, DeliveryError):
            return
        if not self._parcel.failures:
            extra = {"action": "post_failed", "post": self._parcel.post}
            log.error("A post met a fault.", exc_info=error, extra=extra)
        raise DeliveryError(FAULT) from error
