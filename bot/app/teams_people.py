"""The tenant's people by Microsoft Graph, where we may read them: at the start, then by the hour who has changed."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta

import httpx

from bot.app.side import Around
from bot.desk import with_roster
from bot.platforms.port import DeliveryError
from bot.platforms.teams.clouds import Cloud
from bot.platforms.teams.directory import PERMISSION, Directory, Page
from bot.platforms.teams.graph import ConsentMissing, Graph
from bot.platforms.teams.tokens import Bearers
from rituals.people import RosterEntry

log = logging.getLogger(__name__)

EVERY = timedelta(hours=1)

LONGEST_START = 120.0
"""Seconds that a start waits for the people of a large tenant; the others come while Comitia is at work."""


class TeamsPeople:
    """Reads them one reading at a time. Without the permission people are met as they come: that is no fault."""

    def __init__(self, around: Around, client: httpx.AsyncClient, tokens: Bearers, *, cloud: Cloud) -> None:
        settings = around.settings
        self._around = around
        self._tenant = settings.teams.tenant or ""
        self._kept = around.memory.directory(platform="teams", workspace=self._tenant)
        self._directory = Directory(Graph(client, tokens, around.clock, cloud=cloud), sites=settings.sites)
        house = settings.organisation
        self._house = RosterEntry(email="", locale=house.locale, zone=house.zone)
        self._reading: asyncio.Task[None] | None = None
        self._asked_at: datetime | None = None
        self._refused = ""

    async def adopt(self) -> None:
        """Brings people up to date, or begins to."""
        self._begin(self._around.clock.now(), every=timedelta())
        assert self._reading is not None
        await asyncio.wait({self._reading}, timeout=LONGEST_START)

    def look(self, at: datetime) -> None:
        """Lets who has changed be read, where an hour has passed; returns at once."""
        if self._asked_at is None or not timedelta() <= at - self._asked_at < EVERY:
            self._begin(at, every=EVERY)

    async def close(self) -> None:
        """Reads no more: what was not read is read next time."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    def _begin(self, at: datetime, *, every: timedelta) -> None:
        if self._reading is None or self._reading.done():
            self._asked_at = at
            # No errand: a stop does not wait until Graph lets us read on.
            self._reading = asyncio.create_task(self._trying(at, every), name="directory")

    async def _trying(self, at: datetime, every: timedelta) -> None:
        try:
            await self._read(at, every)
        except Exception:
            # What must survive: whoever is not read now is so within the hour.
            log.exception("The directory could not be read.", extra={"action": "directory_failed"})

    async def _read(self, at: datetime, every: timedelta) -> None:
        since = await self._kept.since(at=at, every=every)
        if since is None:
            return  # another replica does
        try:
            told = await self._adopted(since)
        except DeliveryError as error:
            self._tell(error)
            return
        self._refused = ""
        log.info("%d people were read from the directory.", told, extra={"action": "directory_read"})

    async def _adopted(self, since: str) -> int:
        told, everybody = 0, None if since else set[str]()
        async for page in self._directory.changes(self._tenant, since):
            if page.anew:
                everybody = set()
            await self._adopt(page)
            told += len(page.people)
            if everybody is not None:
                everybody |= {account.user for account, _, _ in page.people}
            if page.link:
                await self._kept.keep(page.link, everybody=everybody)
        return told

    async def _adopt(self, page: Page) -> None:
        people = [
            (account, with_roster(entry, self._around.roster), present) for account, entry, present in page.people
        ]
        await self._kept.adopt(people, page.gone, default=self._house)

    def _tell(self, error: DeliveryError) -> None:
        """Says why they cannot be read, once for each reason."""
        if error.why == self._refused:
            return
        self._refused = error.why
        if isinstance(error, ConsentMissing):
            extra = {"action": "directory_not_granted", "why": PERMISSION}
            log.info("The directory may not be read: people are met as they come.", extra=extra)
        else:
            extra = {"action": "directory_not_read", "why": error.why}
            log.warning("The directory could not be read; it is tried again within the hour.", extra=extra)
