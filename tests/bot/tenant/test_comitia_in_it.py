"""Comitia's own Teams parts and the tenant understand each other, each written from Microsoft's documents alone."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import aiohttp
import httpx
import pytest
from aiohttp import web

from bot.clock import WallClock
from bot.demo.clock import FollowedClock
from bot.pace import Pace
from bot.platforms.port import DeliveryError
from bot.platforms.teams.activities import Json, Reference
from bot.platforms.teams.answers import Answer
from bot.platforms.teams.auth import Authentication
from bot.platforms.teams.clouds import Cloud
from bot.platforms.teams.connector import Connector, rates
from bot.platforms.teams.directory import Directory
from bot.platforms.teams.door import Door
from bot.platforms.teams.graph import Graph
from bot.platforms.teams.installs import Given, Installs
from bot.platforms.teams.keys import SigningKeys
from bot.platforms.teams.tokens import ClientCredentials, ManagedIdentity, Source, Tokens
from bot.tenant import RunningTenant, running_tenant
from rituals.ports import Clock

from . import doors
from .doors import ANNA, APP_ID, BOB, BOT, GUEST, NEWS, PASSWORD, TENANT, Page, config, execute, page_of

CARD = b'{"type": "message", "summary": "s", "attachments": [{"contentType": "%b", "content": %b}]}'
CONTENT = b'{"type": "AdaptiveCard", "version": "1.5", "body": []}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Comitia:
    tenant: RunningTenant
    page: Page
    connector: Connector
    tokens: Tokens
    heard: list[Json]
    clock: Clock

    def to(self, user: str, conversation: str = "") -> Reference:
        service_url = self.tenant.service_url
        return Reference(tenant=TENANT, service_url=service_url, conversation=conversation, bot=BOT, user=user)


@pytest.fixture(params=["wall", "followed"])
async def comitia(request: pytest.FixtureRequest) -> AsyncIterator[Comitia]:
    """By our own clock, and by the tenant's as a demo follows it."""
    clock: Clock = WallClock()
    if request.param == "followed":
        clock = FollowedClock(datetime.fromtimestamp(doors.START, UTC), flowing=False)
    async with AsyncExitStack() as stack:
        tenant = await stack.enter_async_context(running_tenant(config()))
        page = await stack.enter_async_context(page_of(tenant))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        cloud = _cloud(tenant)
        tokens = Tokens(_credentials(session, clock, tenant), clock)
        heard: list[Json] = []

        async def serve(activity: Json) -> Answer | None:
            heard.append(activity)
            if activity["type"] != "invoke":
                return None
            thanks = {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "Thank you"}
            return Answer(body=thanks)

        keys = SigningKeys(session, tenant.openid_url, clock=clock)
        door = Door(Authentication(app_id=APP_ID, tenants=[TENANT], cloud=cloud, keys=keys, clock=clock), serve)
        listening = web.Application()
        listening.add_routes([web.post("/teams/messages", door.handle)])
        runner = web.AppRunner(listening, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        await page.post("/sandbox/register", messages_url=f"http://127.0.0.1:{runner.addresses[0][1]}/teams/messages")
        yield Comitia(
            tenant=tenant,
            page=page,
            connector=Connector(session, tokens, Pace(clock, rates(25)), clock, cloud=cloud),
            tokens=tokens,
            heard=heard,
            clock=clock,
        )


def _cloud(tenant: RunningTenant) -> Cloud:
    return Cloud(
        issuer="https://api.botframework.com",
        openid_url=tenant.openid_url,
        login_url=tenant.login_url,
        scope="https://api.botframework.com/.default",
        graph_url=tenant.graph_url,
        services=(tenant.url,),
    )


def _credentials(session: aiohttp.ClientSession, clock: Clock, tenant: RunningTenant) -> Source:
    return ClientCredentials(session, clock, login_url=tenant.login_url, tenant=TENANT, app_id=APP_ID, secret=PASSWORD)


async def test_what_people_do_is_let_in_by_the_door_and_answered(comitia: Comitia) -> None:
    assert (await comitia.page.post("/page/messages", who=ANNA, text="help"))["ok"]
    conversation = await comitia.connector.converse(comitia.to(ANNA))
    card = str(doors.card(execute())["attachments"][0]["content"]).replace("'", '"').encode()
    place = await comitia.connector.post(
        comitia.tenant.service_url, conversation, CARD % (doors.CARD_TYPE.encode(), card)
    )
    pressed = await comitia.page.press({"conversation": conversation, "id": place.message}, index=0)
    assert pressed["shown"] == {"kind": "toast", "text": "Thank you"}
    assert [activity["type"] for activity in comitia.heard] == ["message", "invoke"]


@pytest.mark.parametrize("comitia", ["followed"], indirect=True)
@pytest.mark.parametrize("keep", [True, False])
async def test_the_door_knows_a_new_key_within_some_minutes(comitia: Comitia, keep: bool) -> None:
    assert isinstance(comitia.clock, FollowedClock)
    assert (await comitia.page.post("/page/messages", who=ANNA, text="before"))["ok"]
    await comitia.page.post("/sandbox/rotate", keep=keep)
    assert (await comitia.page.post("/page/messages", who=ANNA, text="at once"))["error"] == "refused"
    comitia.clock.follow(comitia.clock.now() + timedelta(minutes=3))
    assert (await comitia.page.post("/page/messages", who=ANNA, text="after"))["ok"]


@pytest.mark.parametrize(
    "forged",
    [
        {"forgery": "stranger"},
        {"forgery": "withdrawn"},
        {"forgery": "none"},
        {"forgery": "hs256"},
        {"forgery": "unendorsed"},
        {"claims": {"aud": "another"}},
        {"claims": {"iss": "https://another.example"}},
        {"claims": {"exp": 1}},
        {"claims": {"nbf": 99_999_999_999}},
        {"claims": {"serviceurl": "https://another.example/"}},
        {"authorization": None},
        {"authorization": "Bearer garbage"},
    ],
)
async def test_the_door_refuses_what_the_tenant_forges(comitia: Comitia, forged: Json) -> None:
    await comitia.page.post("/page/messages", who=ANNA, text="genuine")
    [genuine] = comitia.heard
    told = await comitia.page.post("/sandbox/forge", activity=genuine, **forged)
    assert told["status"] in (401, 403)
    assert comitia.heard == [genuine]


async def test_a_channels_post_is_edited_and_taken_back(comitia: Comitia) -> None:
    service_url, content = comitia.tenant.service_url, CARD % (doors.CARD_TYPE.encode(), CONTENT)
    place = await comitia.connector.begin(comitia.to("", NEWS), content)
    await comitia.connector.put(service_url, place, content)
    [message] = await comitia.page.messages(conversation=NEWS)
    assert (message["id"], message["edited"]) == (place.message, True)
    await comitia.connector.delete(service_url, place)
    assert await comitia.page.messages(conversation=NEWS) == []
    assert (await comitia.page.get("/sandbox/audit"))["problems"] == []


async def test_whoever_has_not_the_app_is_known_as_unreachable(comitia: Comitia) -> None:
    with pytest.raises(DeliveryError) as refused:
        await comitia.connector.converse(comitia.to(GUEST))
    assert not refused.value.unknown
    channels = await comitia.connector.channels(comitia.tenant.service_url, doors.GENERAL)
    assert [channel["name"] for channel in channels] == [None, "news"]
    member = await comitia.connector.member(comitia.tenant.service_url, NEWS, BOB)
    assert member["aadObjectId"] == BOB


async def test_the_directory_is_read_and_the_app_installed(comitia: Comitia) -> None:
    async with httpx.AsyncClient() as client:
        graph = Graph(client, comitia.tokens, comitia.clock, cloud=_cloud(comitia.tenant))
        pages = [page async for page in Directory(graph).changes(TENANT)]
        told = {entry.user: present for page in pages for entry, _, present in page.people}
        assert told == {ANNA: True, BOB: True, GUEST: False}
        changed = [page async for page in Directory(graph).changes(TENANT, pages[-1].link)]
        assert [page.people for page in changed] == [()]
        installs = Installs(graph)
        app = await installs.catalogue_id(APP_ID)
        assert app is not None
        outcomes = [one async for batch in installs.install(app, [ANNA, GUEST]) for one in batch]
        assert [one.given for one in outcomes] == [Given.THERE, Given.INSTALLED]
        chat = await installs.chat(APP_ID, GUEST)
        assert chat is not None
        content = CARD % (doors.CARD_TYPE.encode(), CONTENT)
        assert (await comitia.connector.post(comitia.tenant.service_url, chat, content)).conversation == chat


async def test_a_managed_identity_is_served(comitia: Comitia) -> None:
    environment = {"IDENTITY_ENDPOINT": comitia.tenant.identity_url, "IDENTITY_HEADER": "local-identity"}
    async with aiohttp.ClientSession() as session:
        source = ManagedIdentity(session, WallClock(), app_id=APP_ID, environment=environment)
        granted = await source.ask("https://api.botframework.com/.default")
        headers = {"Authorization": f"Bearer {granted.bearer}"}
        async with session.get(f"{comitia.tenant.service_url}v3/teams/{doors.GENERAL}", headers=headers) as answer:
            assert answer.status == 200
