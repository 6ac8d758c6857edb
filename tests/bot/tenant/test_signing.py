"""How the tenant proves to the app who it is, and what it asks of the app before it gives a token."""

import time
from typing import Any

import aiohttp
import jwt
import pytest

from bot.tenant import RunningTenant, running_tenant

from .doors import ANNA, APP_ID, CHAT, GRAPH_SCOPE, App, Json, Page, app_in, config, page_of


async def _published(tenant: RunningTenant) -> dict[str, Json]:
    """The keys by their names, found as an app finds them."""
    async with aiohttp.ClientSession() as session:
        async with session.get(tenant.openid_url) as response:
            address = (await response.json())["jwks_uri"]
        async with session.get(address) as response:
            return {key["kid"]: key for key in (await response.json())["keys"]}


async def _bearer(app: App, page: Page) -> str:
    """The token that came with something Anna wrote."""
    await page.post("/page/messages", who=ANNA, text="Hello")
    kind, _, token = (app.authorizations[-1] or "").partition(" ")
    assert kind == "Bearer"
    return token


def _verified(token: str, key: Json) -> Json:
    issuer = "https://api.botframework.com"
    found: Json = jwt.decode(token, jwt.PyJWK(key).key, algorithms=["RS256"], audience=APP_ID, issuer=issuer)
    return found


async def test_an_activity_is_signed_by_a_published_key_for_the_app_and_its_service_url(
    tenant: RunningTenant, app: App, page: Page
) -> None:
    token = await _bearer(app, page)
    key = (await _published(tenant))[jwt.get_unverified_header(token)["kid"]]
    assert "msteams" in key["endorsements"]
    claims = _verified(token, key)
    assert claims["serviceurl"] == app.heard[-1]["serviceUrl"] == tenant.service_url


async def test_a_token_serves_for_many_activities(app: App, page: Page) -> None:
    assert await _bearer(app, page) == await _bearer(app, page)


async def test_a_token_holds_by_the_tenants_clock_and_by_ours(app: App, page: Page) -> None:
    for days in (0, 1000):
        await page.after(days * 86_400)
        claims = jwt.decode(await _bearer(app, page), options={"verify_signature": False})
        for now in (time.time(), (await page.get("/api/clock"))["now"]):
            assert claims["nbf"] < now < claims["exp"] - 60


async def test_after_a_rotation_another_key_signs_and_the_old_one_is_still_published(
    tenant: RunningTenant, app: App, page: Page
) -> None:
    before = jwt.get_unverified_header(await _bearer(app, page))["kid"]
    told = await page.post("/sandbox/rotate")
    token = await _bearer(app, page)
    assert jwt.get_unverified_header(token)["kid"] == told["kid"] != before
    published = await _published(tenant)
    assert set(published) == {before, told["kid"]}
    _verified(token, published[told["kid"]])


async def test_a_rotation_may_take_the_old_key_away(tenant: RunningTenant, page: Page) -> None:
    told = await page.post("/sandbox/rotate", keep=False)
    assert set(await _published(tenant)) == {told["kid"]}


@pytest.mark.parametrize(
    ("forgery", "error"),
    [
        ("stranger", jwt.InvalidSignatureError),
        ("hs256", jwt.InvalidAlgorithmError),
        ("none", jwt.InvalidAlgorithmError),
    ],
)
async def test_a_forged_token_names_a_published_key_and_does_not_hold(
    tenant: RunningTenant, app: App, page: Page, forgery: str, error: type[Exception]
) -> None:
    assert (await page.post("/sandbox/forge", activity={"type": "message"}, forgery=forgery))["status"] == 200
    token = (app.authorizations[-1] or "").removeprefix("Bearer ")
    key = (await _published(tenant))[jwt.get_unverified_header(token)["kid"]]
    with pytest.raises(error):
        _verified(token, key)


async def test_a_withdrawn_key_is_not_published_and_an_unendorsed_one_is(
    tenant: RunningTenant, app: App, page: Page
) -> None:
    for forgery, published in (("withdrawn", False), ("unendorsed", True)):
        await page.post("/sandbox/forge", activity={"type": "message"}, forgery=forgery)
        token = (app.authorizations[-1] or "").removeprefix("Bearer ")
        key = (await _published(tenant)).get(jwt.get_unverified_header(token)["kid"])
        assert (key is not None) is published
        if key is not None:
            assert "msteams" not in key["endorsements"]
            _verified(token, key)


@pytest.mark.parametrize(
    ("claims", "error"),
    [
        ({"aud": "another"}, jwt.InvalidAudienceError),
        ({"iss": "https://another.example"}, jwt.InvalidIssuerError),
        ({"exp": 1}, jwt.ExpiredSignatureError),
        ({"nbf": 9_999_999_999}, jwt.ImmatureSignatureError),
        ({"aud": None}, jwt.MissingRequiredClaimError),
    ],
)
async def test_a_token_may_claim_something_else(
    tenant: RunningTenant, app: App, page: Page, claims: Json, error: type[Exception]
) -> None:
    await page.post("/sandbox/forge", activity={"type": "message"}, claims=claims)
    token = (app.authorizations[-1] or "").removeprefix("Bearer ")
    with pytest.raises(error):
        _verified(token, (await _published(tenant))[jwt.get_unverified_header(token)["kid"]])


async def test_anything_may_be_sent_with_any_authorization_or_none(app: App, page: Page) -> None:
    told = await page.post("/sandbox/forge", body='{"type": "ping"}', authorization=None)
    assert (told["status"], app.heard[-1], app.authorizations[-1]) == (200, {"type": "ping"}, None)
    app.answers["ping"] = (401, {"why": "nobody"})
    told = await page.post("/sandbox/forge", body='{"type": "ping"}', authorization="Basic x")
    assert (told["status"], told["body"], app.authorizations[-1]) == (401, {"why": "nobody"}, "Basic x")


async def test_an_app_without_an_id_is_neither_signed_for_nor_asked_for_a_token() -> None:
    async with (
        running_tenant(config(app={"app_id": "", "bot": "28:local"})) as tenant,
        page_of(tenant) as page,
        aiohttp.ClientSession() as session,
    ):
        app = App(session, tenant)
        assert (await app.send(CHAT, bearer=None)).status == 201
        assert (await page.get("/page/state"))["app"]["bot"] == "28:local"


# The app's own tokens


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "another"}, 400, "unauthorized_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"scope": "https://api.botframework.com"}, 400, "invalid_scope"),
        ({"scope": "https://another.example/.default"}, 400, "invalid_scope"),
        ({"tenant": "common"}, 400, "invalid_request"),
    ],
)
async def test_no_token_is_given_to_who_asks_wrongly(
    app: App, changes: dict[str, str], status: int, error: str
) -> None:
    refused = await app.token(**changes)
    assert (refused.status, refused.body["error"]) == (status, error)
    assert "app-secret" not in str(refused.body)


async def test_tokens_differ_and_are_for_what_was_asked(app: App) -> None:
    assert app.bearer != (await app.token()).body["access_token"]
    assert (await app.graph("GET", "users")).status == 200
    app.graph_bearer = app.bearer
    assert (await app.graph("GET", "users")).code == "InvalidAuthenticationToken"
    assert (await app.token(scope=GRAPH_SCOPE)).body["token_type"] == "Bearer"


@pytest.mark.parametrize(
    ("path", "headers", "version"),
    [
        ("/msi/token", {"X-IDENTITY-HEADER": "local-identity"}, "2019-08-01"),
        ("/metadata/identity/oauth2/token", {"Metadata": "true"}, "2018-02-01"),
    ],
)
async def test_a_managed_identity_gets_its_token_as_app_service_and_machines_do(
    tenant: RunningTenant, app: App, path: str, headers: dict[str, str], version: str
) -> None:
    query: Any = {"api-version": version, "resource": "https://api.botframework.com", "client_id": APP_ID}
    async with aiohttp.ClientSession(tenant.url, headers=headers) as session:
        async with session.get(path, params=query) as response:
            app.bearer = (await response.json())["access_token"]
        assert (await app.send(CHAT)).status == 201
        for change in ({"api-version": "2001-01-01"}, {"client_id": "another"}, {"resource": "https://x.example"}):
            async with session.get(path, params=query | change) as response:
                assert response.status == 400
    async with aiohttp.ClientSession(tenant.url) as session, session.get(path, params=query) as response:
        assert response.status == 400


async def test_a_site_of_another_name_may_not_drive_the_tenant(tenant: RunningTenant) -> None:
    async with aiohttp.ClientSession(tenant.url) as session:
        for headers in ({"Host": "tenant.example"}, {"Origin": "https://tenant.example"}):
            async with session.post("/page/messages", headers=headers, json={}) as response:
                assert response.status == 403


async def test_the_app_listens_where_it_was_registered_and_may_move(tenant: RunningTenant, page: Page) -> None:
    assert (await page.post("/page/messages", who=ANNA, text="Hello"))["error"] == "no_app_connected"
    async with app_in(tenant, page) as first:
        assert (await page.post("/page/messages", who=ANNA, text="Hello"))["ok"]
        async with app_in(tenant, page) as second:
            assert (await page.post("/page/messages", who=ANNA, text="Hello"))["ok"]
            assert (len(first.heard), len(second.heard)) == (1, 1)
    assert (await page.post("/page/messages", who=ANNA, text="Hello"))["error"] == "no_app_connected"
