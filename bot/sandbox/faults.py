"""Answers that go wrong on purpose, for tests of what an app does about them."""

import asyncio
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from aiohttp import web

from bot.sandbox.json_types import Json, compact

Kind: TypeAlias = Literal[
    "timeout", "reset", "http_500", "html_502", "truncated", "internal_error", "ratelimited", "slow"
]
Lack: TypeAlias = Literal["native_charts", "processed_files"]
"""What a workspace may do without until the faults are cleared: it draws no charts (a workspace that does not have them
yet), or has not looked at an upload the first `times` that it is asked about it."""


@dataclass(slots=True, kw_only=True)
class Fault:
    method: str
    kind: Kind
    stored: bool = False
    times: int = 1
    seconds: float = 2.0
    retry_after: float = 1
    """Seconds; Slack says whole ones, what stands before it may not."""

    def as_json(self) -> Json:
        return {
            "method": self.method,
            "kind": self.kind,
            "stored": self.stored,
            "times": self.times,
            "seconds": self.seconds,
            "retry_after": self.retry_after,
        }


class Faults:
    """Faults still to come; `lacks` is the workspace's own list of what it does without."""

    def __init__(self, lacks: dict[str, int]) -> None:
        self._left: list[Fault] = []
        self._lacks = lacks

    def add(self, document: Json) -> None:
        """Plan a fault, or note `{"lacks": …, "times": 1}`; raises ValueError when it is neither."""
        if "lacks" in document:
            self._lack(**document)
            return
        try:
            fault = Fault(**document)
        except TypeError as error:
            raise ValueError(str(error)) from error
        if fault.kind not in get_args(Kind):
            raise ValueError(f"unknown kind of fault: {fault.kind}")
        self._left.append(fault)

    def clear(self) -> None:
        self._left.clear()
        self._lacks.clear()

    def left(self) -> list[Json]:
        lacks: list[Json] = [{"lacks": name, "times": times} for name, times in self._lacks.items()]
        return lacks + [fault.as_json() for fault in self._left]

    def take(self, method: str) -> Fault | None:
        """Answer the next fault planned for the method and count it as used."""
        for fault in self._left:
            if fault.method in (method, "*"):
                fault.times -= 1
                if fault.times <= 0:
                    self._left.remove(fault)
                return fault
        return None

    def _lack(self, *, lacks: object, times: object = 1, **more: object) -> None:
        if lacks not in get_args(Lack) or not isinstance(times, int) or more:
            raise ValueError(f"nothing a workspace can do without: {lacks}")
        self._lacks[str(lacks)] = times


def happens(fault: Fault) -> bool:
    """Answer whether what was asked is done although the answer goes wrong."""
    return fault.kind == "slow" or fault.stored


async def spoil(fault: Fault, request: web.Request, answer: Json) -> web.StreamResponse:
    """Answer as the fault says; `answer` is what a sound workspace would have said."""
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
        return _json(compact(answer))
    if fault.kind == "timeout":
        await asyncio.sleep(fault.seconds)
        return _cut(request)
    if fault.kind == "reset":
        return _cut(request)
    if fault.kind == "http_500":
        return web.Response(status=500, text="Internal Server Error")
    if fault.kind == "html_502":
        return web.Response(status=502, content_type="text/html", text="<html><body>Bad Gateway</body></html>")
    if fault.kind == "truncated":
        whole = compact(answer)
        return _json(whole[: max(1, len(whole) // 2)])
    if fault.kind == "ratelimited":
        text = compact({"ok": False, "error": "ratelimited"})
        return web.Response(
            status=429, content_type="application/json", text=text, headers={"Retry-After": str(fault.retry_after)}
        )
    return _json(compact({"ok": False, "error": "internal_error"}))


def _json(text: str) -> web.Response:
    return web.Response(content_type="application/json", text=text)


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
