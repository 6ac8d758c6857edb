"""Who can rehearse on Teams: nobody has written to a rehearsal before it begins, and Teams lists nobody by itself."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest

from bot.app import CannotStart
from bot.tenant import running_tenant
from tests.bot.scenarios.anywhere import rehearsal_on
from tests.bot.scenarios.conftest import Log
from tests.bot.scenarios.horizon import NADIA, SAM, Page, address_of
from tests.bot.scenarios.teams_house import aad, tenant_config


async def test_whoever_is_in_no_room_and_never_wrote_cannot_rehearse(tmp_path: Path) -> None:
    teams = [team | {"members": [address_of(NADIA)]} for team in tenant_config()["teams"]]
    async with running_tenant(tenant_config(teams=teams)) as tenant:
        with pytest.raises(CannotStart, match="nobody with the address sam"):
            async with rehearsal_on(tenant, tmp_path):
                raise AssertionError("it must not start")


async def test_a_room_that_does_not_tell_who_is_in_it_is_named_where_nobody_was_found(tmp_path: Path, log: Log) -> None:
    async with running_tenant(tenant_config()) as tenant:
        async with aiohttp.ClientSession() as session:
            await Page(session, tenant.url).fault("GetConversationPagedMembers", "http_503", times=9)
        with pytest.raises(CannotStart, match=r"does not tell who is in the room AI committee \(ServiceUnavailable\)"):
            async with rehearsal_on(tenant, tmp_path):
                raise AssertionError("it must not start")
    assert sum("room_silent" in line for line in log.lines) == 2


async def test_whom_the_app_cannot_write_to_cannot_rehearse(tmp_path: Path) -> None:
    async with running_tenant(tenant_config()) as tenant:
        async with aiohttp.ClientSession() as session:
            assert (await Page(session, tenant.url).post("/page/block", who=aad(SAM)))["ok"]
        with pytest.raises(CannotStart, match=r"ConversationBlockedByUser.*install the app for them"):
            async with rehearsal_on(tenant, tmp_path):
                raise AssertionError("it must not start")
