"""Answers that go wrong on purpose, for tests of what an app does about them."""

import asyncio
from collections.abc import Collection
from dataclasses import asdict, dataclass

from aiohttp import web

from bot.local.json_types import Json

KINDS = frozenset({"timeout", "reset", "http_500", "html_502", "truncated", "slow"})
"""What may go wrong with any answer over HTTP; a platform adds its own."""


@dataclass(slots=True, kw_only=True)
class Fault:
    method: str
    kind: str
    stored: bool = False
    times: int = 1
    seconds: float = 2.0
    retry_after: float = 1
    """Seconds; a platform says whole ones, what stands before it may not."""

    @property
    def happens(self) -> bool:
        """Whether what was asked is done although the answer goes wrong."""
        return self.kind == "slow" or self.stored


class Faults:
    """Faults still to come."""

    def __init__(self, kinds: Collection[str] = KINDS) -> None:
        self._kinds = kinds
        self._left: list[Fault] = []

    def add(self, document: Json) -> None:
        """Plan a fault; raises ValueError when it is none."""
        try:
            fault = Fault(**document)
        except TypeError as error:
            raise ValueError(str(error)) from error
        if fault.kind not in self._kinds:
            raise ValueError(f"unknown kind of fault: {fault.kind}")
        self._left.append(fault)

    def clear(self) -> None:
        self._left.clear()

    def left(self) -> list[Json]:
        return [asdict(fault) for fault in self._left]

    def take(self, method: str) -> Fault | None:
        """Answer the next fault planned for the method and count it as used."""
        for fault in self._left:
            if fault.method in (method, "*"):
                fault.times -= 1
                if fault.times <= 0:
                    self._left.remove(fault)
                return fault
        return None


async def spoil(fault: Fault, request: web.Request, whole: web.Response) -> web.Response:
    """Answer as a fault of KINDS says; `whole` is what would have been said otherwise."""
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
        return whole
    if fault.kind == "timeout":
        await asyncio.sleep(fault.seconds)
        return _cut(request)
    if fault.kind == "reset":
        return _cut(request)
    if fault.kind == "http_500":
        return web.Response(status=500, text="Internal Server Error")
    if fault.kind == "html_502":
        return web.Response(status=502, content_type="text/html", text="<html><body>Bad Gateway</body></html>")
    text = whole.text or ""
    return web.Response(status=whole.status, content_type=whole.content_type, text=text[: max(1, len(text) // 2)])


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
