"""The way to the app: signed activities to where it listens, and what it answers within the service's patience."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from json import loads

import aiohttp

from bot.local.json_types import Json, compact
from bot.tenant.errors import Undelivered
from bot.tenant.keys import Keys
from bot.tenant.tenant import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`body` is the JSON object of the answer, or None where there is no such."""

    status: int
    body: Json | None


class Line:
    def __init__(self, tenant: Tenant, keys: Keys, session: aiohttp.ClientSession) -> None:
        self.messages_url = tenant.app.messages_url
        self._tenant = tenant
        self._keys = keys
        self._session = session

    @classmethod
    @asynccontextmanager
    async def opened(cls, tenant: Tenant, keys: Keys) -> AsyncIterator["Line"]:
        timeout = aiohttp.ClientTimeout(total=tenant.config.patience)
        async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0)) as session:
            yield cls(tenant, keys, session)

    async def deliver(self, activity: Json) -> Answer:
        """Hand an activity to the app; raises Undelivered."""
        bearer = self._keys.bearer(self._tenant.service_url)
        with self._tenant.counts.under_way():
            answer = await self.post(compact(activity), bearer and f"Bearer {bearer}")
        if answer.status >= 500:
            self._tenant.counts.add("server_errors")
            raise Undelivered("server_error")
        if not 200 <= answer.status < 300:
            self._tenant.counts.add("refused_activities")
            raise Undelivered("refused")
        return answer

    async def post(self, body: str, authorization: str | None) -> Answer:
        """Send a request exactly so, for tests of forged ones too; raises Undelivered where there is no answer."""
        if (url := self.messages_url) is None:
            raise Undelivered("no_app_connected")
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Microsoft-SkypeBotApi"}
        if authorization is not None:
            headers["Authorization"] = authorization
        counts = self._tenant.counts
        try:
            async with self._session.post(url, data=body.encode(), headers=headers, allow_redirects=False) as response:
                return Answer(status=response.status, body=_object(await response.read()))
        except TimeoutError as error:
            counts.add("unacknowledged")
            raise Undelivered("timed_out") from error
        except aiohttp.ClientConnectorError as error:
            raise Undelivered("no_app_connected") from error
        except aiohttp.ClientError as error:
            counts.add("interrupted")
            raise Undelivered("interrupted") from error


def _object(raw: bytes) -> Json | None:
    try:
        found = loads(raw)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
