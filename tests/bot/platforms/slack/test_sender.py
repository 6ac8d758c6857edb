"""What goes to Slack goes there with every parser off."""

import json
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.clock import WallClock
from bot.pace import Pace
from bot.platforms.port import DeliveryError
from bot.platforms.slack.client import SlackSender
from rituals.posts import Place
from tests import builders

Json = dict[str, Any]


class Line:
    """A sender, and what it sent: (method, body)."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Json]] = []
        self.refusal = ""
        clock = WallClock()
        self.sender = SlackSender(AsyncWebClient(), Pace(clock, {}), clock, post=self._posted)

    async def _posted(self, client: AsyncWebClient, method: str, body: bytes) -> AsyncSlackResponse:
        self.sent.append((method, json.loads(body)))
        said = {"ok": False, "error": self.refusal} if self.refusal else {"ok": True, "channel": "C1", "ts": "1.1"}
        answer = AsyncSlackResponse(
            client=client, http_verb="POST", api_url=method, req_args={}, data=said, headers={}, status_code=200
        )
        if self.refusal:
            raise SlackApiError("no", answer)  # type: ignore[no-untyped-call]
        return answer


@pytest.fixture
def line() -> Line:
    return Line()


async def test_nothing_posted_is_parsed_or_unfolded(line: Line) -> None:
    await line.sender.send(builders.parcel(destination="C1"))
    ((method, body),) = line.sent
    assert method == "chat.postMessage"
    assert body["parse"] == "none"
    assert [body[name] for name in ("mrkdwn", "unfurl_links", "unfurl_media")] == [False] * 3
    assert not body.get("link_names")


async def test_nothing_edited_is_parsed(line: Line) -> None:
    await line.sender.edit(builders.parcel(destination="C1"), Place(conversation="C1", message="1.1"))
    ((method, body),) = line.sent
    assert (method, body["parse"]) == ("chat.update", "none")
    assert not body.get("link_names")


async def test_a_refused_token_is_known_until_a_call_is_taken(line: Line) -> None:
    for line.refusal in ("token_revoked", "channel_not_found"):
        with pytest.raises(DeliveryError):
            await line.sender.send(builders.parcel(destination="C1"))
        assert line.sender.token_refused == "token_revoked"
    line.refusal = ""
    await line.sender.send(builders.parcel(destination="C1"))
    assert line.sender.token_refused == ""
