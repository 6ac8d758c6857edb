"""Clicks as Slack would send them, and a client that does as little as a client can."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

from tests.benchmarks.committee import SIGNING_SECRET, TEAM, account

Json = dict[str, Any]


class Caller:
    """A client that does as little as a client can: whole requests out, statuses in, on one kept connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def to(cls, port: int) -> Caller:
        """Connects."""
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def post(self, request: bytes) -> None:
        """Sends it and waits for the whole answer. Raises RuntimeError for anything but 200."""
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = next(
            (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0
        )
        await self._reader.readexactly(length)
        if b" 200 " not in head[:15]:
            raise RuntimeError(head.decode(errors="replace"))


def signed(payload: Json) -> bytes:
    """The payload as Slack would send it: a whole HTTP request."""
    body = urlencode({"payload": json.dumps(payload)})
    now = str(int(time.time()))
    signature = SignatureVerifier(SIGNING_SECRET).generate_signature(timestamp=now, body=body)
    head = (
        "POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"X-Slack-Request-Timestamp: {now}\r\nX-Slack-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


def click(number: int, ballot: str, choice: str, drawn: Json, address: str) -> Json:
    """A member's click on their ballot paper."""
    return {
        "type": "block_actions",
        "team": {"id": TEAM, "domain": "bench"},
        "user": {"id": account(number).user, "team_id": TEAM, "username": f"member.{number}"},
        "api_app_id": "A0BENCH",
        "token": "verification",
        "trigger_id": "1.2.3",
        "is_enterprise_install": False,
        "container": {"type": "message", "message_ts": "1.1", "channel_id": "D1", "is_ephemeral": False},
        "channel": {"id": "D1", "name": "directmessage"},
        "message": {"type": "message", "ts": "1.1", **drawn},
        "response_url": f"{address}/respond",
        "actions": [
            {
                "type": "button",
                "action_id": "vote|0",
                "block_id": ballot,
                "value": f"{ballot}:{choice}",
                "action_ts": "1.2",
            }
        ],
    }
