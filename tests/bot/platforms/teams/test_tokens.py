"""Bearers are asked for once, kept while they are good, renewed early; what they are asked with is told to nobody."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import aiohttp
import pytest

from bot.demo.clock import FollowedClock
from bot.platforms.port import DeliveryError
from bot.platforms.teams.tokens import Anonymous, ClientCredentials, ManagedIdentity, Tokens
from tests.bot.platforms.teams.far_side import Answer, Asked, FarSide, far_side, says

START = datetime(2026, 1, 26, 8, 0, tzinfo=UTC)
SCOPE = "https://api.botframework.com/.default"
GRAPH = "https://graph.microsoft.com/.default"
SECRET = "Fr~8Q-not-to-be-told"


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


@pytest.fixture
async def microsoft() -> AsyncIterator[FarSide]:
    async with far_side() as side:

        def granted(asked: Asked) -> Answer:
            return says({"token_type": "Bearer", "expires_in": 3599, "access_token": f"bearer-{len(side.asked)}"})

        side.usually = granted
        yield side


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def clock() -> FollowedClock:
    return FollowedClock(START, flowing=False)


@pytest.fixture
def tokens(microsoft: FarSide, session: aiohttp.ClientSession, clock: FollowedClock) -> Tokens:
    source = ClientCredentials(
        session, clock, login_url=microsoft.url, tenant="the tenant", app_id="the-app", secret=SECRET
    )
    return Tokens(source, clock)


async def test_a_bearer_is_asked_for_with_the_apps_id_and_secret_at_its_tenant(
    tokens: Tokens, microsoft: FarSide
) -> None:
    assert await tokens.bearer(SCOPE) == "bearer-1"
    (asked,) = microsoft.asked
    assert (asked.verb, asked.path) == ("POST", "/the%20tenant/oauth2/v2.0/token")
    assert parse_qs(asked.body.decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["the-app"],
        "client_secret": [SECRET],
        "scope": [SCOPE],
    }


async def test_a_bearer_is_kept_until_some_minutes_before_its_end(
    tokens: Tokens, microsoft: FarSide, clock: FollowedClock
) -> None:
    assert [await tokens.bearer(SCOPE) for _ in range(3)] == ["bearer-1"] * 3
    clock.follow(at(54.9))
    assert await tokens.bearer(SCOPE) == "bearer-1"
    clock.follow(at(55))
    assert await tokens.bearer(SCOPE) == "bearer-2"
    assert len(microsoft.asked) == 2


async def test_one_that_lives_shortly_is_renewed_at_half_its_life(
    tokens: Tokens, microsoft: FarSide, clock: FollowedClock
) -> None:
    microsoft.answers.append(says({"expires_in": "120", "access_token": "brief"}))
    assert await tokens.bearer(SCOPE) == "brief"
    clock.follow(at(0.99))
    assert await tokens.bearer(SCOPE) == "brief"
    clock.follow(at(1))
    assert await tokens.bearer(SCOPE) == "bearer-2"


async def test_each_scope_has_a_bearer_of_its_own(tokens: Tokens) -> None:
    assert [await tokens.bearer(scope) for scope in (SCOPE, GRAPH, SCOPE)] == ["bearer-1", "bearer-2", "bearer-1"]


async def test_however_many_ask_at_once_it_is_asked_for_once(tokens: Tokens, microsoft: FarSide) -> None:
    microsoft.gate.clear()
    asking = [asyncio.create_task(tokens.bearer(SCOPE)) for _ in range(40)]
    await microsoft.arrived.wait()
    asking[0].cancel()
    microsoft.gate.set()
    bearers = await asyncio.gather(*asking, return_exceptions=True)
    assert isinstance(bearers[0], asyncio.CancelledError)
    assert bearers[1:] == ["bearer-1"] * 39
    assert len(microsoft.asked) == 1


async def test_the_old_one_is_used_while_a_new_one_cannot_be_had(
    tokens: Tokens, microsoft: FarSide, clock: FollowedClock
) -> None:
    await tokens.bearer(SCOPE)
    clock.follow(at(57))
    microsoft.answers.extend([says({}, 503), says({}, 503)])
    assert [await tokens.bearer(SCOPE) for _ in range(5)] == ["bearer-1"] * 5
    assert len(microsoft.asked) == 2  # and nobody storms a door that was just shut
    clock.follow(at(60))
    with pytest.raises(DeliveryError) as refused:
        await tokens.bearer(SCOPE)
    assert (refused.value.why, refused.value.unknown, refused.value.permanent) == ("token_http_503", False, False)
    clock.follow(at(61))
    assert await tokens.bearer(SCOPE) == "bearer-4"


async def test_who_was_refused_asks_again_when_it_may(tokens: Tokens, microsoft: FarSide, clock: FollowedClock) -> None:
    microsoft.answers.append(says({"error": "temporarily_unavailable"}, 429, Retry_After="30"))
    for _ in range(3):
        with pytest.raises(DeliveryError) as refused:
            await tokens.bearer(SCOPE)
        assert refused.value.why == "token_temporarily_unavailable"
        assert refused.value.retry_after == timedelta(seconds=30)
    assert len(microsoft.asked) == 1
    clock.follow(at(0.5))
    assert await tokens.bearer(SCOPE) == "bearer-2"


async def test_an_outage_is_complained_of_once_and_the_next_one_again(
    tokens: Tokens, microsoft: FarSide, clock: FollowedClock, caplog: pytest.LogCaptureFixture
) -> None:
    for minute, is_out in ((0, True), (1, True), (2, False), (90, True)):
        clock.follow(at(minute))
        microsoft.answers.extend([says({}, 503)] if is_out else [])
        with suppress(DeliveryError):
            await tokens.bearer(SCOPE)
    assert len(microsoft.asked) == 4
    assert len(caplog.records) == 2


async def test_one_that_is_refused_elsewhere_is_asked_for_anew(tokens: Tokens) -> None:
    bearer = await tokens.bearer(SCOPE)
    tokens.forget(SCOPE, "another")
    assert await tokens.bearer(SCOPE) == bearer
    tokens.forget(SCOPE, bearer)
    assert await tokens.bearer(SCOPE) == "bearer-2"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (says({"error": "invalid_client", "error_description": f"AADSTS7000215: {SECRET}"}, 401), "invalid_client"),
        (says({"error": f"Invalid: {SECRET}"}, 400), "http_400"),
        (says([SECRET], 400), "http_400"),
        (Answer(status=302, headers={"Location": "https://elsewhere.example"}), "http_302"),
        (Answer(body=b"<html>"), "unreadable"),
        (says({"expires_in": 3599}), "unreadable"),
        (says({"expires_in": "soon", "access_token": "bearer"}), "unreadable"),
        (says({"access_token": "bearer"}), "unreadable"),
        (Answer(cut=True), "ServerDisconnectedError"),
    ],
)
async def test_why_there_is_none_is_told_without_a_word_of_what_was_asked(
    tokens: Tokens, microsoft: FarSide, caplog: pytest.LogCaptureFixture, answer: Answer, why: str
) -> None:
    microsoft.answers.append(answer)
    with caplog.at_level(logging.DEBUG), pytest.raises(DeliveryError) as refused:
        await tokens.bearer(SCOPE)
    assert (refused.value.why, refused.value.permanent) == (f"token_{why}", False)
    assert refused.value.retry_after is not None
    told = f"{refused.value!r} {refused.value.__cause__!r} {refused.value.__context__!r} {caplog.text}"
    assert SECRET not in told
    assert "bearer" not in told
    assert [record.__dict__["why"] for record in caplog.records if record.name.endswith("tokens")] == [f"token_{why}"]


async def test_no_way_to_entra_is_no_token(session: aiohttp.ClientSession, clock: FollowedClock) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        source = ClientCredentials(session, clock, login_url=url, tenant="t", app_id="a", secret=SECRET)
        with pytest.raises(DeliveryError) as refused:
            await Tokens(source, clock).bearer(SCOPE)
    assert (refused.value.why, refused.value.unknown) == ("token_ClientConnectorError", False)


async def test_a_granted_bearer_does_not_show_in_a_traceback(
    microsoft: FarSide, session: aiohttp.ClientSession, clock: FollowedClock
) -> None:
    source = ClientCredentials(session, clock, login_url=microsoft.url, tenant="t", app_id="a", secret=SECRET)
    granted = await source.ask(SCOPE)
    assert granted.bearer == "bearer-1"
    assert "bearer-1" not in repr(granted)


async def test_an_app_services_identity_is_asked_with_its_header(
    microsoft: FarSide, session: aiohttp.ClientSession, clock: FollowedClock
) -> None:
    ends = START + timedelta(hours=1)
    microsoft.answers.append(says({"access_token": "managed", "expires_on": str(int(ends.timestamp()))}))
    environment = {"IDENTITY_ENDPOINT": f"{microsoft.url}/msi/token", "IDENTITY_HEADER": "from-inside"}
    tokens = Tokens(ManagedIdentity(session, clock, app_id="the-app", environment=environment), clock)
    assert await tokens.bearer(SCOPE) == "managed"
    (asked,) = microsoft.asked
    assert (asked.verb, asked.path, asked.headers["X-IDENTITY-HEADER"]) == ("GET", "/msi/token", "from-inside")
    assert asked.query == {
        "resource": "https://api.botframework.com",
        "api-version": "2019-08-01",
        "client_id": "the-app",
    }
    clock.follow(at(54.9))
    assert await tokens.bearer(SCOPE) == "managed"
    clock.follow(at(55))
    assert await tokens.bearer(SCOPE) == "bearer-2"


async def test_a_virtual_machines_identity_is_asked_at_its_fixed_address(clock: FollowedClock) -> None:
    async with far_side() as side, aiohttp.ClientSession(connector=_Led(side)) as session:
        side.usually = lambda asked: says({"access_token": "managed", "expires_in": "86399"})
        tokens = Tokens(ManagedIdentity(session, clock, app_id="the-app", environment={}), clock)
        assert await tokens.bearer(GRAPH) == "managed"
    (asked,) = side.asked
    assert asked.path == "/metadata/identity/oauth2/token"
    assert (asked.headers["Host"], asked.headers["Metadata"]) == ("169.254.169.254", "true")
    assert asked.query["resource"] == "https://graph.microsoft.com"
    assert asked.query["api-version"] == "2018-02-01"


async def test_where_nobody_asks_who_we_are_there_is_no_bearer() -> None:
    nobody = Anonymous()
    nobody.forget(SCOPE, await nobody.bearer(SCOPE))
    assert await nobody.bearer(SCOPE) == ""


class _Led(aiohttp.TCPConnector):
    """Leads every connection to a server on this machine, whatever address it is for."""

    def __init__(self, side: FarSide) -> None:
        super().__init__()
        self._port = int(side.url.rpartition(":")[2])

    async def _resolve_host(self, host: str, port: int, traces: object = None) -> list[aiohttp.abc.ResolveResult]:
        return [
            aiohttp.abc.ResolveResult(
                hostname=host, host="127.0.0.1", port=self._port, family=socket.AF_INET, proto=0, flags=0
            )
        ]
