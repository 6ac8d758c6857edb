"""People and channels are looked up at the pace that everybody who speaks to Slack keeps."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.pace import NotYet, Pace
from bot.platforms.slack.client import RATES
from bot.platforms.slack.directory import Directory
from tests.builders import AT, after


class Answer:
    """What the SDK gives back."""

    def __init__(self, **data: Any) -> None:
        self.data = data
        self.status_code = 429 if data.get("error") == "ratelimited" else 200
        self.headers = {"Retry-After": "30"}

    def get(self, name: str, default: Any = None) -> Any:
        return self.data.get(name, default)


class Slack:
    """A client that counts what it is asked, and asks to wait where the test says so."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.busy = False

    async def conversations_open(self, *, users: str) -> Answer:
        self.asked.append(users)
        if self.busy:
            raise SlackApiError("ratelimited", Answer(ok=False, error="ratelimited"))  # type: ignore[no-untyped-call]
        return Answer(channel={"id": f"D{users}"})

    async def users_lookupByEmail(self, *, email: str) -> Answer:  # noqa: N802
        raise SlackApiError("users_not_found", Answer(ok=False, error="users_not_found", email=email))  # type: ignore[no-untyped-call]


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.at = AT

    def now(self) -> Any:
        return self.at

    async def sleep_until(self, moment: Any) -> None:
        self.at = max(self.at, moment)


def looking(slack: Slack) -> tuple[Directory, Pace, Clock]:
    clock = Clock()
    pace = Pace(clock, RATES)
    client: Any = slack
    return Directory(client, pace, clock), pace, clock


async def test_conversations_are_opened_no_faster_than_slack_allows() -> None:
    slack = Slack()
    directory, _, clock = looking(slack)
    for each in range(50):
        assert await directory.direct_messages(f"U{each}") == f"DU{each}"
    assert clock.at - AT >= timedelta(minutes=1) - timedelta(seconds=1)


async def test_where_slack_asks_to_wait_everybody_who_opens_conversations_does() -> None:
    slack = Slack()
    slack.busy = True
    directory, pace, clock = looking(slack)
    with pytest.raises(SlackApiError):
        await directory.direct_messages("U1")
    with pytest.raises(NotYet) as wait:
        await pace.turn("conversations.open")
    assert wait.value.until == after(seconds=30)
    slack.busy = False
    assert await directory.direct_messages("U1") == "DU1"
    assert clock.at >= after(seconds=30)


async def test_addresses_are_looked_up_at_slack_s_pace_too() -> None:
    directory, _, clock = looking(Slack())
    for each in range(50):
        assert await directory.account_of(f"{each}@example.org", "T1") is None
    assert clock.at > AT
