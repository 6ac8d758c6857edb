"""What a person's browser or client, and whoever drives a test, sends to a local workspace or tenant."""

from __future__ import annotations

from typing import Any

import aiohttp

Json = dict[str, Any]


class Page:
    """Asks at paths below `url`; who asks is given as `who`."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self.url = url

    async def get(self, path: str, **query: Any) -> Json:
        return await self._ask("GET", path, params=_as(query))

    async def post(self, path: str, **body: Any) -> Json:
        return await self._ask("POST", path, json=_as(body))

    async def delete(self, path: str) -> Json:
        return await self._ask("DELETE", path)

    async def fault(self, method: str, kind: str, **more: Any) -> None:
        """The next calls of `method` go wrong."""
        assert (await self.post("/sandbox/faults", method=method, kind=kind, **more))["ok"]

    async def counts(self) -> Json:
        """What was counted, once nothing is under way."""
        return await self.get("/sandbox/idle", wait=10)

    async def _ask(self, method: str, path: str, **options: Any) -> Json:
        async with self._session.request(method, self.url + path, **options) as response:
            answer: Json = await response.json()
            return answer


def _as(fields: Json) -> Json:
    """`as` is no name for a Python argument."""
    return {"as" if name == "who" else name: value for name, value in fields.items()}
