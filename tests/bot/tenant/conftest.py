"""A running tenant for every test, and the doors into it."""

from collections.abc import AsyncIterator

import pytest

from bot.tenant import RunningTenant, running_tenant

from .doors import App, Page, app_in, config, page_of


@pytest.fixture
async def tenant() -> AsyncIterator[RunningTenant]:
    async with running_tenant(config()) as running:
        yield running


@pytest.fixture
async def page(tenant: RunningTenant) -> AsyncIterator[Page]:
    async with page_of(tenant) as opened:
        yield opened


@pytest.fixture
async def app(tenant: RunningTenant, page: Page) -> AsyncIterator[App]:
    async with app_in(tenant, page) as listening:
        yield listening
