"""What the workspace refuses, under the names that Slack documents.

SlackError            an answer {"ok": false, "error": …} of the Web API
  RateLimitedError    … with HTTP 429 and Retry-After
UndeliveredError      a payload that the app did not acknowledge
"""

from collections.abc import Sequence

from bot.local.json_types import Json


class SlackError(Exception):
    """A documented refusal; `messages` are the sentences that Slack puts in response_metadata."""

    def __init__(self, error: str, *, messages: Sequence[str] = (), more: Json | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.messages = tuple(messages)
        self.more = more or {}

    def as_answer(self) -> Json:
        answer: Json = {"ok": False, "error": self.error, **self.more}
        if self.messages:
            answer["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in self.messages]}
        return answer


class RateLimitedError(SlackError):
    """Too many calls of one method; `retry_after` is in whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("ratelimited")
        self.retry_after = retry_after


class UndeliveredError(Exception):
    """`reason` is no_app_connected, timed_out, interrupted or server_error; `final` forbids another try."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.final = final
