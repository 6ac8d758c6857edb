"""The local workspace, the local tenant, or both, as one place with one time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.demo.page import Json, Page, visiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """The ids of all messages that the app has said and not taken back, and how many faults there are in them."""

    said: frozenset[str]
    problems: int


class StandIns:
    """Clients of what stands in for the platforms, by platform."""

    def __init__(self, pages: Mapping[str, Page]) -> None:
        self.pages = pages

    async def now(self) -> float:
        """The time, in epoch seconds."""
        first = next(iter(self.pages.values()))
        return float((await first.get("/api/clock"))["now"])

    async def advance(self, to: float) -> None:
        """Moves the time on; a clock that is past that moment already stays as it is."""
        for page in self.pages.values():
            await page.post("/api/clock/advance", {"to": to})

    async def idle(self) -> bool:
        """Whether nothing is on its way."""
        return all([(await page.get("/sandbox/idle"))["idle"] for page in self.pages.values()])

    async def counts(self) -> dict[str, Json]:
        """What was counted, by platform."""
        return {platform: await page.get("/sandbox/counts") for platform, page in self.pages.items()}

    async def audits(self) -> dict[str, Audit]:
        """What the app has said, by platform."""
        found = {platform: await page.get("/sandbox/audit") for platform, page in self.pages.items()}
        return {
            platform: Audit(
                said=frozenset(str(message.get("ts") or message["id"]) for message in told["messages"]),
                problems=len(told.get("problems", ())),
            )
            for platform, told in found.items()
        }

    def at(self, address: str) -> Page:
        """A client like theirs at another address."""
        return next(iter(self.pages.values())).at(address)


@asynccontextmanager
async def standing_in(places: Mapping[str, str]) -> AsyncIterator[StandIns]:
    """Clients of what answers at these addresses, by platform, for as long as the context lasts."""
    async with visiting("") as nowhere:
        yield StandIns({platform: nowhere.at(address) for platform, address in places.items()})
