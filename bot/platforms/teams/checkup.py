"""What `comitia doctor` asks of Microsoft: whether it knows us, signs to us, and lets us write to rooms and people."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parsedate_to_datetime

import aiohttp

from bot.platforms.port import PACED, DeliveryError
from bot.platforms.teams.activities import Reference
from bot.platforms.teams.clouds import Cloud
from bot.platforms.teams.connector import SILENT, Connector
from bot.platforms.teams.keys import KeysUnavailable, SigningKeys
from bot.platforms.teams.references import References
from bot.platforms.teams.refusals import NO_CONNECTION, THROTTLED
from bot.platforms.teams.rosters import Member, named_in
from bot.platforms.teams.tokens import Refused, Source
from rituals.ports import Clock

WITHIN = aiohttp.ClientTimeout(total=10, connect=5)


class Silent(Exception):
    """Microsoft did not give what was asked; `why` in its own word. `number`: Entra's own, see tokens.Refused.

    `refused`: it answered, and said no.
    """

    def __init__(self, why: str, *, refused: bool, number: int = 0) -> None:
        super().__init__(why)
        self.why = why
        self.refused = refused
        self.number = number


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysTold:
    """How many signing keys there are, and the time by the clock of whoever publishes them, if told."""

    keys: int
    told_at: datetime | None


class Checkup:
    """Asks, and changes nothing but that a conversation with a person is there, which nobody sees.

    `source`: None where nobody asks who we are, as Teams' local stand-ins do not. Every method raises Silent.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        source: Source | None,
        connector: Connector,
        references: References,
        clock: Clock,
        *,
        cloud: Cloud,
        home: Reference,
    ) -> None:
        self._session = session
        self._source = source
        self._connector = connector
        self._references = references
        self._clock = clock
        self._cloud = cloud
        self._home = home

    async def bearer(self) -> None:
        """Whether we are given a token to write with."""
        if self._source is None:
            return
        try:
            await self._source.ask(self._cloud.scope)
        except Refused as error:
            raise Silent(error.why, refused=True, number=error.number) from None
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            # The name alone: the error itself may hold the request, and with it the secret.
            raise Silent(type(error).__name__, refused=False) from None

    async def published(self) -> KeysTold:
        """The keys by which activities are known to be Microsoft's."""
        try:
            async with self._session.get(self._cloud.openid_url, timeout=WITHIN, allow_redirects=False) as answer:
                status, date = answer.status, answer.headers.get("Date", "")
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Silent(type(error).__name__, refused=False) from None
        if status != 200:
            raise Silent(f"http_{status}", refused=False)
        keys = SigningKeys(self._session, self._cloud.openid_url, clock=self._clock)
        try:
            await keys.ensure()
        except KeysUnavailable:
            raise Silent("unreadable", refused=False) from None
        finally:
            await keys.close()
        return KeysTold(keys=len(keys.known), told_at=_moment(date))

    async def members(self, channel: str, wanted: Collection[str]) -> Mapping[str, Member]:
        """Those of the `wanted` addresses that are in a room, which has us in it."""
        reference = await self._references.of_channel(channel) or replace(self._home, conversation=channel)
        try:
            return await named_in(reference, wanted, connector=self._connector)
        except DeliveryError as error:
            raise _silent(error) from None

    async def conversation(self, user: str) -> str:
        """The conversation with a person, by Entra object id, which there is where they have the app."""
        kept = await self._references.of_person(user)
        reference = kept if kept is not None else replace(self._home, user=user)
        while True:
            try:
                return await self._connector.converse(reference)
            except DeliveryError as error:
                if error.why not in {PACED, THROTTLED}:
                    raise _silent(error) from None
                await self._clock.sleep_until(self._clock.now() + (error.retry_after or SILENT))


def _silent(error: DeliveryError) -> Silent:
    """What became of a call; whoever fell silent is told by the name of an error of ours, or of a broken gate."""
    why = error.why
    silent = why == NO_CONNECTION or why.endswith("Error") or why.startswith("http_5")
    return Silent(why, refused=not silent)


def _moment(date: str) -> datetime | None:
    try:
        return parsedate_to_datetime(date) if date else None
    except ValueError:
        return None
