"""What may go wrong with Slack's answers besides any other's, and what a workspace may do without."""

from typing import Literal, TypeAlias, get_args

from aiohttp import web

from bot.local import faults
from bot.local.faults import KINDS, Fault
from bot.local.json_types import Json, compact

Lack: TypeAlias = Literal["native_charts", "processed_files"]
"""What a workspace may do without until the faults are cleared: it draws no charts (a workspace that does not have them
yet), or has not looked at an upload the first `times` that it is asked about it."""


class Faults(faults.Faults):
    """Faults still to come; `lacks` is the workspace's own list of what it does without."""

    def __init__(self, lacks: dict[str, int]) -> None:
        super().__init__(KINDS | {"internal_error", "ratelimited"})
        self._lacks = lacks

    def add(self, document: Json) -> None:
        """Plan a fault, or note `{"lacks": …, "times": 1}`; raises ValueError when it is neither."""
        if "lacks" in document:
            self._lack(**document)
            return
        super().add(document)

    def clear(self) -> None:
        super().clear()
        self._lacks.clear()

    def left(self) -> list[Json]:
        lacks: list[Json] = [{"lacks": name, "times": times} for name, times in self._lacks.items()]
        return lacks + super().left()

    def _lack(self, *, lacks: object, times: object = 1, **more: object) -> None:
        if lacks not in get_args(Lack) or not isinstance(times, int) or more:
            raise ValueError(f"nothing a workspace can do without: {lacks}")
        self._lacks[str(lacks)] = times


async def spoil(fault: Fault, request: web.Request, answer: Json) -> web.StreamResponse:
    """Answer as the fault says; `answer` is what a sound workspace would have said."""
    if fault.kind == "ratelimited":
        text = compact({"ok": False, "error": "ratelimited"})
        headers = {"Retry-After": str(fault.retry_after)}
        return web.Response(status=429, content_type="application/json", text=text, headers=headers)
    said = {"ok": False, "error": "internal_error"} if fault.kind == "internal_error" else answer
    whole = web.Response(content_type="application/json", text=compact(said))
    return whole if fault.kind == "internal_error" else await faults.spoil(fault, request, whole)
