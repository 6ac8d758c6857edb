"""How every address of the service answers: a planned fault first, JSON, refusals as they are documented."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from aiohttp import web

from bot.local.faults import KINDS, Fault, Faults, spoil
from bot.local.json_types import compact
from bot.tenant.errors import Refused, Throttled
from bot.tenant.limits import Limits
from bot.tenant.tenant import Tenant

Do: TypeAlias = Callable[[web.Request], Awaitable[tuple[int, object]]]
Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

_STATUSES = {
    "http_401": (401, "Unauthorized"),
    "http_403": (403, "MessageWritesBlocked"),
    "http_404": (404, "ConversationNotFound"),
    "http_412": (412, "PreconditionFailed"),
    "http_413": (413, "MessageSizeTooBig"),
    "http_503": (503, "ServiceUnavailable"),
    "http_504": (504, "GatewayTimeout"),
}


def planned_faults() -> Faults:
    """Faults of any answer, and those the service names by their status; "ratelimited" is 429 with Retry-After."""
    return Faults(KINDS | {"ratelimited", *_STATUSES})


class Answering:
    def __init__(self, tenant: Tenant, limits: Limits, faults: Faults) -> None:
        self._counts = tenant.counts
        self._limits = limits
        self._faults = faults

    def handler(self, method: str, do: Do) -> Handler:
        """A handler of one operation; `method`, its documented name as "SendToConversation", is what faults call it."""

        async def serve(request: web.Request) -> web.StreamResponse:
            with self._counts.under_way():
                fault = self._faults.take(method)
                if fault is None:
                    return await self._sound(request, do)
                whole = await self._sound(request, do) if fault.happens else _json(200, {})
                return await self._spoiled(fault, request, whole)

        return serve

    async def _sound(self, request: web.Request, do: Do) -> web.Response:
        try:
            status, body = await do(request)
        except Refused as refused:
            self._counts.add("rate_limited" if isinstance(refused, Throttled) else "refused_calls")
            if refused.status == 412:
                self._counts.add("conflicts")
            return _json(refused.status, refused.body, refused.headers)
        return web.Response(status=status) if body is None else _json(status, body)

    async def _spoiled(self, fault: Fault, request: web.Request, whole: web.Response) -> web.Response:
        if fault.kind == "ratelimited":
            self._close(request, fault.retry_after)
            self._counts.add("rate_limited")
            refused = Throttled(1)
            return _json(429, refused.body, {"Retry-After": str(fault.retry_after)})
        if fault.kind in _STATUSES:
            status, code = _STATUSES[fault.kind]
            return _json(status, Refused.coded(status, code, "Planned.").body)
        return await spoil(fault, request, whole)

    def _close(self, request: web.Request, seconds: float) -> None:
        conversation = request.match_info.get("conversation")
        if request.path.startswith("/graph/"):
            self._limits.close_graph(seconds)
        elif conversation is not None:
            self._limits.close(conversation.partition(";")[0], seconds)
        else:
            self._limits.close_all(seconds)


def _json(status: int, body: object, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(status=status, text=compact(body), content_type="application/json", headers=headers)
