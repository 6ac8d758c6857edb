"""What the tenant refuses, under the names that Microsoft documents.

Refused               an answer of the connector, of Graph or of the token endpoint that is not the one asked for
  Throttled           … with HTTP 429 and Retry-After
Undelivered           an activity that the app did not take
"""

from collections.abc import Mapping

from bot.local.json_types import Json


class Refused(Exception):
    """A documented refusal; `body` is the whole JSON answer."""

    def __init__(self, status: int, body: Json, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body
        self.headers = dict(headers or {})

    @classmethod
    def coded(cls, status: int, code: str, message: str) -> "Refused":
        """A refusal as the connector and Graph put it."""
        return cls(status, {"error": {"code": code, "message": message}})


class Throttled(Refused):
    """Too many calls; `retry_after` is in whole seconds."""

    def __init__(self, retry_after: int) -> None:
        body = {"error": {"code": "TooManyRequests", "message": "Too many requests."}}
        super().__init__(429, body, headers={"Retry-After": str(retry_after)})
        self.retry_after = retry_after


class Undelivered(Exception):
    """`reason` is no_app_connected, timed_out, interrupted, server_error or refused (by 401, 403 or the like)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
