"""The workspace's page, and Comitia's controls, for a client that asks them thousands of times: JSON over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

Json = dict[str, Any]


class PageError(Exception):
    """What came back is no answer."""


class Unreachable(PageError):
    """Nobody answered, or not to the end."""


class Page:
    """A client of that address. A refusal is an answer like any other: what it says is JSON too."""

    def __init__(self, session: aiohttp.ClientSession, address: str) -> None:
        self._session = session
        self._address = address

    async def get(self, path: str, **query: str | float) -> Json:
        """What is there. Raises PageError."""
        return await self._ask("GET", path, params=query)

    async def post(self, path: str, body: Json) -> Json:
        """What is said to that. Raises PageError."""
        return await self._ask("POST", path, json=body)

    def at(self, address: str) -> Page:
        """The same client at another address."""
        return Page(self._session, address)

    async def _ask(self, method: str, path: str, **given: Any) -> Json:
        try:
            async with self._session.request(method, self._address + path, **given) as answer:
                return dict(await answer.json())
        except aiohttp.ContentTypeError as error:
            raise PageError(f"{path}: {error.status}") from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unreachable(f"{path}: {error or type(error).__name__}") from error


@asynccontextmanager
async def visiting(address: str) -> AsyncIterator[Page]:
    """A client of the page at that address, for as long as the context lasts."""
    # httpx takes four times as long for each request, and a demo makes thousands.
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session:
        yield Page(session, address)
