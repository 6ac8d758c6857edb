"""A running workspace for every test, and the doors into it."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import RunningWorkspace, running_workspace

from .doors import Page, client_of, config, page_of


@pytest.fixture
async def workspace() -> AsyncIterator[RunningWorkspace]:
    async with running_workspace(config()) as running:
        yield running


@pytest.fixture
def client(workspace: RunningWorkspace) -> AsyncWebClient:
    return client_of(workspace)


@pytest.fixture
async def page(workspace: RunningWorkspace) -> AsyncIterator[Page]:
    async with page_of(workspace) as opened:
        yield opened
