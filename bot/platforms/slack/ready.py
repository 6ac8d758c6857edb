"""Calls of Slack's Web API whose body is JSON text already: very many of a wave say the same."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

_joined = lru_cache(maxsize=64)(urljoin)  # of the few methods there are

Post = Callable[[AsyncWebClient, str, bytes], Awaitable[AsyncSlackResponse]]
"""A call of a method with a body that is JSON text, which ends or raises as the client's own."""


def with_more(drawn: str, more: Mapping[str, Any]) -> bytes:
    """The JSON object `drawn`, which is not empty, with `more` in front."""
    return f"{json.dumps(more)[:-1]}, {drawn[1:]}".encode()


async def posted(client: AsyncWebClient, method: str, body: bytes) -> AsyncSlackResponse:
    """Makes the call over the client's own session (or one just for it), and raises as the client does.

    slack_sdk takes a body apart and puts it into JSON again for each call, and words it for a log that nobody asked
    for: more work than all the rest of a call.
    """
    if client.session is None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=client.timeout)) as session:
            return await _posted(client, session, method, body)
    return await _posted(client, client.session, method, body)


async def _posted(
    client: AsyncWebClient, session: aiohttp.ClientSession, method: str, body: bytes
) -> AsyncSlackResponse:
    url = _joined(client.base_url, method)
    headers = {
        "User-Agent": client.headers["User-Agent"],
        "Authorization": f"Bearer {client.token}",
        "Content-Type": "application/json;charset=utf-8",
    }
    async with session.post(url, data=body, headers=headers, ssl=client.ssl or True, proxy=client.proxy) as answer:
        try:
            data = await answer.json()
        except aiohttp.ContentTypeError:
            data = {}
        except ValueError as error:
            raise SlackApiError("an answer that is not JSON", answer) from error  # type: ignore[no-untyped-call]
        found = AsyncSlackResponse(
            client=client,
            http_verb="POST",
            api_url=url,
            req_args={},
            data=data,
            headers=dict(answer.headers),
            status_code=answer.status,
        )
    return found.validate()  # type: ignore[no-any-return, no-untyped-call]
