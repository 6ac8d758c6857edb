"""Where people and channels are met on Teams: kept in the database for all our processes, at hand for a moment."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime, timedelta

from bot.platforms.teams.activities import Kind, Met, Reference
from rituals.ports import Clock
from storage.references import SqlReferences

KEPT = 5_000
"""How many references are at hand."""

FRESH = timedelta(minutes=1)
"""How long one at hand is believed: another process of ours may hear meanwhile that somebody is met elsewhere."""

_PARTS = ("tenant", "service_url", "conversation", "bot", "user")


class KeptReferences:
    """Answers `bot.platforms.teams.references.References`."""

    def __init__(self, kept: SqlReferences, clock: Clock) -> None:
        self._kept = kept
        self._clock = clock
        self._at_hand: OrderedDict[str, tuple[Reference, datetime]] = OrderedDict()
        self._reading: dict[str, object] = {}  # the latest look for each, none of which was doubted since it began

    async def expect(self, names: Collection[str]) -> None:
        """Reads at once how to write to these people and channels."""
        now = self._clock.now()
        if unread := [name for name in names if self._fresh(name, now) is None]:
            await self._read(unread, now)

    async def of_person(self, user: str) -> Reference | None:
        """How to write to a person."""
        return await self._of(user)

    async def of_channel(self, channel: str) -> Reference | None:
        """How to write to a channel or a group chat."""
        return await self._of(channel)

    async def unknown(self) -> list[Met]:
        """Those who have the app and are nobody's account: whoever had it given them while nobody could be asked."""
        return [
            Met(
                **{part: told[part] for part in (*_PARTS, "zone", "locale")},
                kind=Kind.PERSONAL,
                account=account,
                name="",
                team="",
                channel="",
            )
            for account, told in (await self._kept.unknown()).items()
        ]

    async def keep_conversation(self, user: str, reference: Reference) -> None:
        """How to write to a person, with the conversation created by us."""
        await self._kept.keep_conversation(user, asdict(reference), at=self._clock.now())
        self.doubt(user)

    async def keep(self, met: Met) -> None:
        """Whoever wrote or pressed, and where."""
        at = self._clock.now()
        more = {"zone": met.zone, "locale": met.locale, "team": met.team}
        if met.account:
            await self._kept.keep(met.account, asdict(met.of_person) | more, at=at)
            self.doubt(met.account)
        where = met.of_channel
        if met.channel or not met.account or where.conversation != met.of_person.conversation:
            await self._kept.keep(where.conversation, asdict(where) | {"team": met.team}, at=at)
            self.doubt(where.conversation)

    def doubt(self, name: str) -> None:
        """What is at hand, or just being read, is read anew."""
        self._at_hand.pop(name, None)
        self._reading.pop(name, None)

    async def _of(self, name: str) -> Reference | None:
        now = self._clock.now()
        at_hand = self._fresh(name, now)
        return at_hand if at_hand is not None else (await self._read([name], now)).get(name)

    def _fresh(self, name: str, now: datetime) -> Reference | None:
        reference, since = self._at_hand.get(name, (None, now))
        return reference if timedelta() <= now - since < FRESH else None

    async def _read(self, names: Collection[str], now: datetime) -> dict[str, Reference]:
        look = object()
        for name in names:
            self.doubt(name)
            self._reading[name] = look
        try:
            found = await self._kept.find_all(names)
        finally:
            latest = [name for name in names if self._reading.get(name) is look]
            for name in latest:
                del self._reading[name]
        references = {name: Reference(**{part: told[part] for part in _PARTS}) for name, told in found.items()}
        for name in latest:
            if name in references:
                self._at_hand[name] = (references[name], now)
        while len(self._at_hand) > KEPT:
            self._at_hand.popitem(last=False)
        return references
