"""How a call to Slack ended."""

from datetime import timedelta

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.platforms.slack.client import classify


def answered(error: str | None, *, status: int = 200, headers: dict[str, str] | None = None) -> SlackApiError:
    data = {"ok": False, "error": error} if error else {}
    response = AsyncSlackResponse(
        client=None, http_verb="POST", api_url="", req_args={}, data=data, headers=headers or {}, status_code=status
    )
    return SlackApiError("no", response)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("code", ["internal_error", "fatal_error", "service_unavailable", "request_timeout"])
def test_what_may_have_been_done_is_unknown(code: str) -> None:
    outcome = classify(answered(code))
    assert outcome is not None
    assert (outcome.unknown, outcome.permanent) == (True, False)


@pytest.mark.parametrize(
    "error",
    [
        TimeoutError(),
        ConnectionResetError(),
        aiohttp.ServerDisconnectedError(),
        aiohttp.ClientPayloadError(),
        SlackRequestError("no"),
        answered(None, status=502),
        UnicodeDecodeError("utf-8", b"x", 0, 1, "cut"),
    ],
)
def test_silence_is_unknown(error: Exception) -> None:
    outcome = classify(error)
    assert outcome is not None
    assert (outcome.unknown, outcome.permanent) == (True, False)


@pytest.mark.parametrize(
    "code", ["not_in_channel", "channel_not_found", "is_archived", "invalid_auth", "missing_scope"]
)
def test_what_a_person_can_mend_is_tried_again(code: str) -> None:
    outcome = classify(answered(code))
    assert outcome is not None
    assert (outcome.unknown, outcome.permanent) == (False, False)
    assert outcome.retry_after is not None


@pytest.mark.parametrize("code", ["invalid_blocks", "message_not_found", "user_not_found", "msg_too_long"])
def test_what_will_never_work_is_given_up(code: str) -> None:
    outcome = classify(answered(code))
    assert outcome is not None
    assert outcome.permanent


@pytest.mark.parametrize(
    ("headers", "wait"),
    [({"Retry-After": "30"}, 30), ({"retry-after": "2.5"}, 2.5), ({}, 1), ({"Retry-After": "soon"}, 1)],
)
@pytest.mark.parametrize("error", ["ratelimited", "rate_limited", None])
def test_a_wait_is_as_long_as_slack_says(error: str | None, headers: dict[str, str], wait: float) -> None:
    outcome = classify(answered(error, status=429, headers=headers))
    assert outcome is not None
    assert (outcome.why, outcome.unknown) == ("ratelimited", False)
    assert outcome.retry_after == timedelta(seconds=wait)


def test_a_bug_of_ours_is_none_of_slacks() -> None:
    assert classify(KeyError("x")) is None
