"""Slack, as the bot token of the settings meets it: what speaks to it, and what hears of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.metrics import Metrics
from bot.pace import Pace
from bot.platforms.slack.checkup import Checkup
from bot.platforms.slack.client import SlackSender, counting, rates
from bot.platforms.slack.directory import Directory
from bot.platforms.slack.listeners import Identity
from bot.settings import Settings
from rituals.ports import Clock

PATIENCE = timedelta(seconds=20)
"""How long one call to a platform may take before its outcome counts as unknown."""


def timeout_of(patience: timedelta) -> aiohttp.ClientTimeout:
    """The timeout of a session in which no call takes longer.

    slack_sdk ignores its own once it is given a session: the session's is the one that counts.
    """
    return aiohttp.ClientTimeout(total=patience.total_seconds(), connect=patience.total_seconds() / 4)


@dataclass(frozen=True, kw_only=True)
class Line:
    """Slack, on the line."""

    token: str
    session: aiohttp.ClientSession
    client: AsyncWebClient
    pace: Pace
    checkup: Checkup
    directory: Directory
    sender: SlackSender


@asynccontextmanager
async def on_the_line(
    settings: Settings, *, clock: Clock, patience: timedelta = PATIENCE, metrics: Metrics | None = None
) -> AsyncIterator[Line]:
    """Slack as the bot token of `settings` meets it, without being at work there; calls are counted by `metrics`."""
    slack = settings.slack
    pace = Pace(clock, rates(slack.posts_per_minute))
    watching = [metrics.watching(), counting(pace)] if metrics is not None else []
    async with aiohttp.ClientSession(timeout=timeout_of(patience), trace_configs=watching) as session:
        token = slack.bot_token.get_secret_value() if slack.bot_token else ""
        # No retries by the SDK: on a dropped connection it would silently post twice.
        client = AsyncWebClient(token=token, base_url=slack.api_url, session=session, retry_handlers=[])
        yield Line(
            token=token,
            session=session,
            client=client,
            pace=pace,
            checkup=Checkup(client),
            directory=Directory(client, pace, clock),
            sender=SlackSender(client, pace, clock),
        )


def hearing(settings: Settings, line: Line, identity: Identity) -> AsyncApp:
    """Who takes what Slack sends us, and hands it to whoever listens."""
    slack = settings.slack
    return AsyncApp(
        name="comitia",  # else Bolt walks the whole stack to find one
        authorize=identity.authorizing(),
        before_authorize=identity.ours_only(),
        client=AsyncWebClient(base_url=slack.api_url, session=line.session, retry_handlers=[]),
        signing_secret=slack.signing_secret.get_secret_value() if slack.signing_secret else None,
        # Acknowledged after commit, and at once: Bolt's own way polls every ten milliseconds.
        process_before_response=True,
        request_verification_enabled=slack.mode == "http",
        ssl_check_enabled=slack.mode == "http",
        # What nobody listens for is an error to Bolt, so that our own handler can acknowledge it.
        raise_error_for_unhandled_request=True,
    )
