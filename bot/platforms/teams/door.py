"""The web route Teams' activities come in by: read, let in or refused, served, and answered in our own words."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import logging
import re
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.platforms.teams.activities import INVOKE, Json, Malformed, checked
from bot.platforms.teams.answers import Answer
from bot.platforms.teams.auth import Admission, Refused
from bot.platforms.teams.clouds import is_loopback
from bot.platforms.teams.drawn import wire
from bot.platforms.teams.keys import KeysUnavailable
from bot.platforms.teams.mends import Adapter

log = logging.getLogger(__name__)

MOST = 1 << 20
"""Bytes an activity may have."""

READ_WITHIN = 10.0
"""Seconds an activity may take to arrive; Teams itself gives up after fifteen."""

_UNWRITABLE = re.compile(rb"\\u(?:[dD][89a-fA-F]|0000)")


Serve = Callable[[Json], Awaitable[Answer | None]]
"""Serves one activity, given as raw JSON; None where there is nothing to answer. May raise Malformed."""


class Door:
    """Takes POSTed activities: 200 where one was served, an invoke with its answer.

    Otherwise 400, 408, 413, 415 (not an activity), 401, 403 (not let in), 503 (Microsoft's keys cannot be had, so that
    nobody could be told right or wrong: Teams shows that it did not work, and our own health is in question, not the
    sender), 500 (a fault of ours that nobody before has caught).
    """

    def __init__(self, authentication: Admission, serve: Serve) -> None:
        self._authentication = authentication
        self._adapter = Adapter(authentication)
        self._serve = serve

    async def handle(self, request: web.Request) -> web.Response:
        """Answers one request; never raises but when the request itself is cancelled."""
        answer: Answer | None = None
        try:
            header = request.headers.get("Authorization", "")
            if self._authentication.anonymous:
                _from_here(request)
            elif not header:
                # Said before a megabyte is read for nobody.
                return _refused(401, "missing")
            raw = await _activity(request)

            async def turn() -> None:
                nonlocal answer
                answer = await self._serve(raw)

            await self._adapter.process(header, raw, turn)
            return _answered(answer if raw["type"] == INVOKE else None)
        except Refused as refusal:
            return _refused(refusal.status, refusal.why)
        except KeysUnavailable:
            return _refused(503, "keys")
        except Malformed as fault:
            return _refused(400, str(fault))
        except _Unreadable as fault:
            response = _refused(fault.status, fault.why)
            response.force_close()  # what is left of it is not read
            return response
        except Exception as error:  # noqa: BLE001
            return _failed(error)


class _Unreadable(Exception):
    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


async def _activity(request: web.Request) -> Json:
    # A page in somebody's browser can post plain text anywhere, but JSON only where it is let.
    if request.content_type != "application/json":
        raise _Unreadable(415, "content_type")
    if (request.content_length or 0) > MOST:
        raise _Unreadable(413, "size")
    # Mostly it came with its headers: then there is nothing to wait for.
    body = request.content.read_nowait() if request.content.is_eof() else await _arriving(request)
    if len(body) > MOST:
        raise _Unreadable(413, "size")
    try:
        raw = json.loads(body)
        if _UNWRITABLE.search(body):
            raw = _writable(raw)
    except (ValueError, RecursionError) as error:
        raise _Unreadable(400, "json") from error
    return checked(raw)


async def _arriving(request: web.Request) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(READ_WITHIN):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > MOST:
                    break
    except TimeoutError as error:
        raise _Unreadable(408, "slow") from error
    except (web.RequestPayloadError, ConnectionError) as error:
        raise _Unreadable(400, "body") from error
    return bytes(body)


def _writable(value: Any) -> Any:
    """The same without halves of emoji, which cannot be written down anywhere, and NUL, which PostgreSQL refuses."""
    match value:
        case str():
            return value.encode("utf-8", "replace").decode().replace("\0", "?")
        case list():
            return [_writable(one) for one in value]
        case dict():
            return {_writable(name): _writable(one) for name, one in value.items()}
    return value


def _from_here(request: web.Request) -> None:
    """Refuses what comes from another machine, through a proxy, or by a name that is not this machine's own."""
    try:
        peer = ipaddress.ip_address(request.remote or "")
    except ValueError:
        peer = None
    mapped = getattr(peer, "ipv4_mapped", None) or peer
    through = any(name in request.headers for name in ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host"))
    host = request.url.host or ""
    if mapped is None or not mapped.is_loopback or through or not is_loopback(host):
        raise _Unreadable(403, "not_local")


def _answered(answer: Answer | None) -> web.Response:
    if answer is None:
        return web.Response()
    if answer.body is None:
        return web.Response(status=answer.status)
    body = answer.body if isinstance(answer.body, bytes) else wire(answer.body)
    return web.Response(body=body, status=answer.status, content_type="application/json", charset="utf-8")


def _refused(status: int, why: str) -> web.Response:
    log.info("An activity was not taken.", extra={"action": "activity_refused", "why": why})
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {"Retry-After": "5"} if status == 503 else None
    return web.Response(status=status, headers=headers)


def _failed(error: Exception) -> web.Response:
    # The error's words, and what it happened to, may hold what somebody wrote: only its kind and place are told.
    reference = secrets.token_hex(4)
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    extra = {"action": "fault", "reference": reference, "why": type(error).__name__ + place}
    log.error("An activity could not be served (%s).", reference, extra=extra)
    return web.Response(status=500)
