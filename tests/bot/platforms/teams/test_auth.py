"""Who is let in: what Microsoft signed for us, from an organisation we serve, and nothing else."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from hypothesis import given, settings
from hypothesis import strategies as st
from jwt.algorithms import RSAAlgorithm

from bot.platforms.teams import auth
from bot.platforms.teams.auth import LEEWAY, Anonymous, Asked, Authentication, Refused, Unauthenticated
from bot.platforms.teams.clouds import GOVERNMENT, PUBLIC, Cloud
from bot.platforms.teams.door import Door
from bot.platforms.teams.keys import LOOKED_FOR_AGAIN_AFTER, RENEWED_AFTER, TRUSTED_FOR, KeysUnavailable
from tests.bot.platforms.teams.microsoft import (
    APP,
    NOW,
    SERVICE_URL,
    TENANT,
    Clock,
    Microsoft,
    Served,
    activity,
    authentication,
    execute,
    knocking,
    microsoft,
    open_door,
    signed,
    unsigned,
)

SHORT = generate_private_key(public_exponent=65537, key_size=1024)


def _in(seconds: float) -> int:
    return int((NOW + timedelta(seconds=seconds)).timestamp())


def _claimed(**claims: Any) -> str:
    return signed(claims)


TOKENS: dict[str, tuple[str | None, int]] = {
    "good": (signed(), 200),
    "good, without nbf": (signed(without="nbf"), 200),
    "good, the app id in capitals": (_claimed(aud=APP.upper()), 200),
    "good, scheme in small letters": (signed().replace("Bearer", "bearer"), 200),
    "missing": (None, 401),
    "empty": ("", 401),
    "only the scheme": ("Bearer", 401),
    "only the scheme and a blank": ("Bearer ", 401),
    "another scheme": (signed().replace("Bearer", "Basic"), 401),
    "garbage": ("Bearer garbage", 401),
    "garbage in three parts": ("Bearer a.b.c", 401),
    "three dots": ("Bearer ..", 401),
    "letters of another alphabet": ("Bearer é.é.é", 401),
    "half of a letter": ("Bearer \udcc3.a.b", 401),
    "a header that is no object": (unsigned([1], {}), 401),
    "a header nested beyond measure": (unsigned(b"[" * 5900, {}), 401),
    "a key id that is no word": (unsigned({"alg": "RS256", "kid": 7}, {}), 401),
    "an algorithm that is no word": (unsigned({"alg": ["RS256"], "kid": "key-1"}, {}), 401),
    "no key id": (signed(kid=None), 401),
    "forged: another key under a known id": (signed(number=2), 401),
    "forged: no signature": (signed(algorithm="none"), 401),
    "forged: signed with the public key as a secret": (signed(algorithm="HS256"), 401),
    "forged: RS256 said, nothing signed": (unsigned({"alg": "RS256", "kid": "key-1"}, {"iss": PUBLIC.issuer}), 401),
    "cut short": (signed()[:-4], 401),
    "an unknown key id": (signed(kid="key-9"), 401),
    "expired": (_claimed(exp=_in(-LEEWAY - 1)), 401),
    "expired within what clocks may differ": (_claimed(exp=_in(-LEEWAY + 1)), 200),
    "not yet valid": (_claimed(nbf=_in(LEEWAY + 1)), 401),
    "not yet valid within what clocks may differ": (_claimed(nbf=_in(LEEWAY - 1)), 200),
    "no end": (signed(without="exp"), 401),
    "an end that is no number": (_claimed(exp="later"), 401),
    "an end beyond all numbers": (_claimed(exp=float("inf")), 401),
    "an end that is not a number": (_claimed(exp=float("nan")), 401),
    "a beginning that is nothing": (_claimed(nbf=None), 401),
    "another issuer": (_claimed(iss="https://sts.windows.net/x/"), 401),
    "no issuer": (signed(without="iss"), 401),
    "another audience": (_claimed(aud="00000000-0000-0000-0000-000000000000"), 401),
    "several audiences with us among them": (_claimed(aud=[APP]), 401),
    "no audience": (signed(without="aud"), 401),
    "another service url": (_claimed(serviceurl="https://smba.trafficmanager.net/amer/"), 403),
    "no service url": (signed(without="serviceurl"), 403),
}


@pytest.mark.parametrize("kind", TOKENS)
@pytest.mark.parametrize("raw", [activity(), execute()], ids=["message", "invoke"])
async def test_each_kind_of_token_has_one_outcome(kind: str, raw: dict[str, Any]) -> None:
    bearer, outcome = TOKENS[kind]
    served = Served()

    async with open_door(served) as (knock, _, _):
        assert await knock(raw, bearer=bearer) == outcome

    assert len(served.raws) == (outcome == 200)


@pytest.mark.parametrize(
    ("raw", "outcome"),
    [
        (activity(channelData={"tenant": {"id": "another"}}), 403),
        (activity(channelData={}, conversation={"id": "a:1", "tenantId": "another"}), 403),
        (activity(channelData={}, conversation={"id": "a:1"}), 403),
        (activity(channelData={"tenant": {"id": TENANT.upper()}}), 200),
        (activity(channelData=None), 200),  # the conversation names it as well
        (activity(channelId="emulator"), 403),
        (activity(channelId=None), 403),
        (activity(channelId=["msteams"]), 403),
    ],
)
async def test_a_good_token_opens_only_for_our_tenant_and_for_teams(raw: dict[str, Any], outcome: int) -> None:
    served = Served()

    async with open_door(served) as (knock, _, _):
        assert await knock(raw, bearer=signed()) == outcome

    assert len(served.raws) == (outcome == 200)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "http://smba.trafficmanager.net/emea/",
        "https://smba.trafficmanager.net:8443/emea/",
        "https://smba.trafficmanager.net@evil.example/",
        "https://smba.trafficmanager.net.evil.example/",
        "https://evil.example\\@smba.trafficmanager.net/",
        "https://evil.example#.botframework.com/",
        "https://botframework.com.evil.example/",
        "https://evilbotframework.com/",
        "https://127.0.0.1/",
        "file:///etc/passwd",
        "https://[::1",
        "//smba.trafficmanager.net/",
    ],
)
async def test_a_good_token_for_a_service_url_that_is_not_microsofts_is_refused(url: str) -> None:
    async with open_door() as (knock, _, _):
        assert await knock(activity(serviceUrl=url), bearer=_claimed(serviceurl=url)) == 403


@pytest.mark.parametrize(
    ("cloud", "url"),
    [
        (PUBLIC, "https://smba.trafficmanager.net/emea/"),
        (PUBLIC, "https://smba.trafficmanager.net:443/teams"),
        (PUBLIC, "https://smba.infra.gcc.teams.microsoft.com/teams"),
        (PUBLIC, "https://europe.webchat.botframework.com/"),
        (GOVERNMENT, "https://smba.infra.gov.teams.microsoft.us/gov/"),
    ],
)
def test_each_cloud_has_its_own_service_urls(cloud: Cloud, url: str) -> None:
    other = GOVERNMENT if cloud is PUBLIC else PUBLIC

    assert cloud.serves(url)
    assert not other.serves(url)


async def test_a_key_without_an_endorsement_for_teams_signs_nothing_for_it() -> None:
    async with open_door() as (knock, stand_in, _):
        stand_in.endorsements = ["webchat"]

        assert await knock(activity(), bearer=signed()) == 401


async def test_a_token_once_good_is_looked_at_again_each_time() -> None:
    async with open_door() as (knock, _, clock):
        assert await knock(activity(), bearer=signed()) == 200
        assert await knock(activity(serviceUrl="https://smba.trafficmanager.net/amer/"), bearer=signed()) == 403
        assert await knock(activity(channelData={"tenant": {"id": "another"}}), bearer=signed()) == 403
        clock.at += timedelta(hours=1, seconds=LEEWAY + 1)

        assert await knock(activity(), bearer=signed()) == 401


# --- keys -----------------------------------------------------------------------------------------------------------


async def test_keys_are_fetched_once_for_many_activities_at_once() -> None:
    async with open_door() as (knock, stand_in, _):
        outcomes = await asyncio.gather(*(knock(activity(), bearer=_claimed(nbf=_in(-number))) for number in range(20)))

        assert set(outcomes) == {200}
        assert stand_in.asked == 1


async def test_a_new_key_is_taken_without_a_restart() -> None:
    async with open_door() as (knock, stand_in, clock):
        await knock(activity(), bearer=signed())
        stand_in.published = {"key-2": 2}
        clock.at += LOOKED_FOR_AGAIN_AFTER

        assert await knock(activity(), bearer=signed(kid="key-2", number=2)) == 200
        assert stand_in.asked == 2


async def test_a_key_that_is_withdrawn_signs_no_more_even_what_it_signed_before() -> None:
    async with open_door() as (knock, stand_in, clock):
        old = signed(at=NOW + RENEWED_AFTER)
        assert await knock(activity(), bearer=signed()) == 200
        stand_in.published = {"key-2": 2}
        clock.at += RENEWED_AFTER
        assert await knock(activity(), bearer=signed(kid="key-2", number=2, at=clock.at)) == 200

        assert await knock(activity(), bearer=old) == 401


async def test_a_key_that_changes_under_its_id_no_longer_answers_for_tokens_of_the_old_one() -> None:
    async with open_door() as (knock, stand_in, clock):
        assert await knock(activity(), bearer=signed()) == 200
        stand_in.published = {"key-1": 3}
        clock.at += LOOKED_FOR_AGAIN_AFTER
        await knock(activity(), bearer=signed(kid="key-9"))

        assert await knock(activity(), bearer=signed()) == 401
        assert await knock(activity(), bearer=signed(number=3)) == 200


async def test_unknown_keys_make_no_storm_of_requests() -> None:
    async with open_door() as (knock, stand_in, clock):
        await knock(activity(), bearer=signed())
        clock.at += LOOKED_FOR_AGAIN_AFTER

        outcomes = await asyncio.gather(*(knock(activity(), bearer=signed(kid=f"key-x{n}")) for n in range(30)))

        assert set(outcomes) == {401}
        assert stand_in.asked == 2


async def test_keys_at_hand_hold_while_the_endpoint_is_down_and_unknown_ones_are_refused() -> None:
    async with open_door() as (knock, stand_in, clock):
        await knock(activity(), bearer=signed())
        stand_in.down = True
        clock.at += RENEWED_AFTER + timedelta(hours=1)
        good = signed(at=clock.at)

        assert await knock(activity(), bearer=good) == 200
        assert await knock(activity(), bearer=signed(kid="key-9", at=clock.at)) == 401
        for number in range(5):
            assert await knock(activity(), bearer=signed({"jti": str(number)}, at=clock.at)) == 200
        assert stand_in.asked == 2


async def test_without_any_keys_nothing_is_said_of_a_token_and_the_endpoint_is_not_stormed() -> None:
    served = Served()
    async with open_door(served) as (knock, stand_in, clock):
        stand_in.down = True
        assert {await knock(activity(), bearer=signed()) for _ in range(5)} == {503}
        assert await knock(activity(), bearer="Bearer garbage") == 401
        assert stand_in.asked == 1

        stand_in.down = False
        clock.at += timedelta(seconds=5)
        assert await knock(activity(), bearer=signed()) == 200
    assert len(served.raws) == 1


async def test_keys_are_looked_at_again_each_day_and_one_withdrawn_no_longer_opens() -> None:
    async with microsoft() as stand_in, authentication(stand_in, clock := Clock()) as ours:
        asked = Asked(header=signed(at=NOW + RENEWED_AFTER), channel="msteams", service_url=SERVICE_URL, tenant=TENANT)
        await ours._keys.ensure()
        stand_in.published = {"key-2": 2}
        clock.at += RENEWED_AFTER
        await ours.admit(asked)  # nobody waits for the new ones
        assert ours._keys._fetching is not None
        await ours._keys._fetching

        with pytest.raises(Unauthenticated, match="unknown_key"):
            await ours.admit(asked)
        assert stand_in.asked == 2


async def test_keys_that_cannot_be_renewed_are_not_believed_for_ever() -> None:
    async with open_door() as (knock, stand_in, clock):
        await knock(activity(), bearer=signed())
        stand_in.down = True
        clock.at += TRUSTED_FOR

        assert await knock(activity(), bearer=signed(kid="key-2", at=clock.at)) == 503


@pytest.mark.parametrize(
    "junk",
    [
        b"",
        b"[]",
        b"nonsense",
        b'{"keys": 7}',
        b'{"keys": [7, {"kid": "key-1", "kty": "oct", "k": "eA"}]}',
        b'{"keys": [{"kid": "key-1", "kty": "RSA", "n": 7, "e": "AQAB"}]}',
        b'{"keys": [{"kid": "key-1", "kty": "RSA"}]}',
        b'{"keys": [{"kid": "key-1", "kty": "RSA", "n": "AQAB", "e": "AQAB", "endorsements": 7}]}',
        b'{"keys": ' + b"[" * 50_000,
    ],
    ids=lambda given: str(given)[:40],
)
async def test_junk_in_place_of_keys_is_no_keys(junk: bytes) -> None:
    async with open_door() as (knock, stand_in, _):
        stand_in.junk = junk

        assert await knock(activity(), bearer=signed()) == 503


async def test_a_document_of_keys_that_does_not_end_is_not_read_to_its_end() -> None:
    async with open_door() as (knock, stand_in, clock):
        keys = json.dumps({"keys": [stand_in.jwk("key-1", 1)]}).encode()
        stand_in.junk = keys + b" " * (1 << 20)
        assert await knock(activity(), bearer=signed()) == 503

        stand_in.junk = keys
        clock.at += timedelta(seconds=5)
        assert await knock(activity(), bearer=signed()) == 200


@pytest.mark.parametrize(
    "kind", [{"use": "enc"}, {"kty": "EC"}, {"n": RSAAlgorithm.to_jwk(SHORT.public_key(), as_dict=True)["n"]}]
)
async def test_a_key_for_something_else_or_too_short_signs_nothing(kind: dict[str, str]) -> None:
    async with open_door() as (knock, stand_in, _):
        keys = [{**stand_in.jwk("key-1", 1), **kind}, stand_in.jwk("key-2", 2)]
        stand_in.junk = json.dumps({"keys": keys}).encode()

        assert await knock(activity(), bearer=signed(kid="key-2", number=2)) == 200
        assert await knock(activity(), bearer=signed()) == 401
        assert await knock(activity(), bearer=signed(key=SHORT)) == 401


async def test_an_algorithm_we_do_not_take_makes_nobody_look_for_a_key() -> None:
    async with open_door() as (knock, stand_in, _):
        for algorithm in ("none", "HS256"):
            assert await knock(activity(), bearer=signed(kid="key-9", algorithm=algorithm)) == 401

        assert stand_in.asked == 0


async def test_no_more_tokens_are_remembered_than_a_few_hundred(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "_REMEMBERED", 2)
    async with microsoft() as stand_in, authentication(stand_in, Clock()) as ours:
        for number in range(5):
            header = signed({"jti": str(number)})
            await ours.admit(Asked(header=header, channel="msteams", service_url=SERVICE_URL, tenant=TENANT))

        assert len(ours._verified) == 2


async def test_keys_are_not_fetched_from_wherever_a_document_says() -> None:
    async with microsoft() as stand_in, authentication(stand_in, Clock()) as ours:
        for address in ("http://keys.example/", "file:///keys", "", None, 7):
            with pytest.raises(ValueError, match="jwks_uri"):
                ours._keys._keys_url({"jwks_uri": address})
        assert ours._keys._keys_url({"jwks_uri": "https://login.example/keys"}) == "https://login.example/keys"


async def test_who_hangs_up_does_not_end_what_others_wait_for() -> None:
    clock = Clock()
    async with microsoft() as stand_in, authentication(stand_in, clock) as ours:
        asked = Asked(header=signed(), channel="msteams", service_url=SERVICE_URL, tenant=TENANT)
        first, second = asyncio.create_task(ours.admit(asked)), asyncio.create_task(ours.admit(asked))
        await asyncio.sleep(0)
        first.cancel()

        assert (await second)["aud"] == APP
        assert stand_in.asked == 1


async def test_no_keys_is_told_apart_from_a_refusal() -> None:
    async with microsoft() as stand_in, authentication(stand_in, Clock()) as ours:
        stand_in.down = True

        with pytest.raises(KeysUnavailable):
            await ours.admit(Asked(header=signed(), channel="msteams", service_url=SERVICE_URL, tenant=TENANT))


# --- what it is made of ---------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(header=st.one_of(st.text(), st.from_regex(r"Bearer [A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*")))
def test_whatever_is_written_in_the_header_it_is_a_refusal(header: str) -> None:
    async def ask() -> None:
        async with authentication(Microsoft(url="http://127.0.0.1:9"), Clock()) as ours:  # nobody is asked for a key
            with pytest.raises(Unauthenticated):
                await ours.admit(Asked(header=header, channel="msteams", service_url=SERVICE_URL, tenant=TENANT))

    asyncio.run(ask())


@pytest.mark.parametrize(("app", "tenants"), [("", {TENANT}), (APP, set()), (APP, {""})])
async def test_nobody_is_let_in_without_an_app_or_a_tenant(app: str, tenants: set[str]) -> None:
    async with microsoft() as stand_in, authentication(stand_in, Clock()) as ours:
        with pytest.raises(ValueError, match="app id"):
            Authentication(app_id=app, tenants=tenants, cloud=PUBLIC, keys=ours._keys, clock=Clock())


async def test_refusals_say_why_without_what_was_sent() -> None:
    async with microsoft() as stand_in, authentication(stand_in, Clock()) as ours:
        with pytest.raises(Refused) as refusal:
            await ours.admit(Asked(header="Bearer se.cr.et", channel="", service_url="", tenant=""))

    assert str(refusal.value) == refusal.value.why == "malformed"


# --- a local client without tokens ----------------------------------------------------------------------------------


async def test_only_this_machine_is_heard_unsigned_and_answered_at_its_own_address() -> None:
    served = Served()
    local = activity(serviceUrl="http://localhost:56150/_connector", channelData={}, channelId="emulator")
    async with knocking(Anonymous(host="127.0.0.1"), served) as knock:
        assert await knock(local) == 200
        assert await knock(activity()) == 403
        assert await knock(local, headers={"X-Forwarded-For": "203.0.113.7"}) == 403
        assert await knock(local, headers={"Host": "rebound.example"}) == 403
        assert await knock(local, headers={"Content-Type": "text/plain"}) == 415
    assert len(served.raws) == 1


@pytest.mark.parametrize(
    ("place", "outcome"),
    [
        ("203.0.113.7", 403),
        ("::ffff:203.0.113.7", 403),
        ("not an address", 403),
        ("", 403),
        ("::ffff:127.0.0.1", 200),
        ("::1", 200),
    ],
)
async def test_another_machine_is_not_heard_unsigned_even_where_it_reaches_us(place: str, outcome: int) -> None:
    served = Served()
    door = Door(Anonymous(host="127.0.0.1"), served)

    async def handle(request: web.Request) -> web.Response:
        return await door.handle(request.clone(remote=place))

    app = web.Application()
    app.router.add_post("/", handle)
    async with TestServer(app) as server, ClientSession() as session:
        local = activity(serviceUrl="http://127.0.0.1:56150/")
        async with session.post(server.make_url("/"), json=local) as response:
            assert response.status == outcome

    assert len(served.raws) == (outcome == 200)


def test_unsigned_activities_are_taken_on_this_machine_only() -> None:
    for host in ("0.0.0.0", "comitia.example", ""):
        with pytest.raises(ValueError, match=r"127\.0\.0\.1"):
            Anonymous(host=host)
