"""People come from Microsoft Graph page by page, then change by change; the app is given to them at Graph's pace."""

import logging
from bisect import bisect_left
from collections.abc import AsyncIterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest

from bot.i18n.translator import translator_for
from bot.platforms.port import DeliveryError
from bot.platforms.teams.clouds import GOVERNMENT, PUBLIC
from bot.platforms.teams.directory import Directory, Page
from bot.platforms.teams.graph import RATES, SILENCES, TEAMWORK, TRIES, USERS, ConsentMissing, Graph, GraphRefused
from bot.platforms.teams.installs import BATCH, Given, Installs, Outcome
from rituals.people import Account, RosterEntry
from tests.bot.platforms.teams.graph_stand_in import (
    CATALOGUE_ID,
    MANIFEST,
    NO_TLS,
    PERMISSIONS,
    Answer,
    Bearers,
    Json,
    Talk,
    cloud_at,
    no,
    talk,
    user,
)
from tests.bot.platforms.teams.microsoft import Clock

TENANT = "8a2d0c1e-tenant"
INSTALL = "TeamsAppInstallation.ReadWriteSelfForUser.All"


@pytest.fixture
async def world() -> AsyncIterator[Talk]:
    async with talk() as world:
        yield world


def account(name: str) -> Account:
    return Account(platform="teams", workspace=TENANT, user=f"id-of-{name}")


async def read(world: Talk, since: str = "", sites: tuple[str, ...] = ()) -> list[Page]:
    return [page async for page in Directory(world.graph, sites=sites).changes(TENANT, since)]


def names(page: Page) -> list[str]:
    return [entry.name or "" for _, entry, _ in page.people]


# --- people ---------------------------------------------------------------------------------------------------------


async def test_everybody_is_read_page_by_page_up_to_the_link_that_tells_changes(world: Talk) -> None:
    world.far.rounds = [[[user("ada"), user("bo")], [], [user("cleo")]]]
    pages = await read(world)
    assert [names(page) for page in pages] == [["Ada", "Bo"], [], ["Cleo"]]
    assert [page.anew for page in pages] == [True, False, False]
    assert [page.link for page in pages] == ["", "", world.far.link("delta", 1)]
    assert pages[0].people[0][0] == account("ada")
    assert world.bearers.scopes == {"https://graph.microsoft.com/.default"}


async def test_members_come_as_those_of_other_platforms_do(world: Talk) -> None:
    world.far.rounds = [[[user("ada")], [user("bo", accountEnabled=False)]]]
    pages = [page async for page in Directory(world.graph).members(TENANT)]
    assert pages == [
        [(account("ada"), RosterEntry(email="ada@example.org", name="Ada"), True)],
        [(account("bo"), RosterEntry(email="bo@example.org", name="Bo"), False)],
    ]


@pytest.mark.parametrize(
    ("said", "entry", "present"),
    [
        ({}, {}, True),
        ({"mail": "Ada.L@Example.org"}, {"email": "Ada.L@Example.org"}, True),
        ({"mail": None}, {}, True),
        ({"mail": "no address"}, {}, True),
        ({"userPrincipalName": "ada"}, {}, True),
        ({"accountEnabled": False}, {}, False),
        ({"accountEnabled": None}, {}, True),
        ({"userType": "Guest"}, {}, False),
        ({"userType": None}, {}, True),
        ({"preferredLanguage": "fr-FR"}, {"locale": "fr"}, True),
        ({"preferredLanguage": "de"}, {"locale": "en"}, True),
        ({"displayName": None}, {"name": None}, True),
        ({"officeLocation": "LYON"}, {"site": "Lyon"}, True),
        ({"officeLocation": "Tower B, 3.14"}, {}, True),
    ],
)
async def test_what_is_said_of_a_person_is_what_graph_says_of_a_user(
    world: Talk, said: Json, entry: dict[str, str], present: bool
) -> None:
    world.far.rounds = [[[user("ada", **said)]]]
    (page,) = await read(world, sites=("Paris", "Lyon"))
    expected = RosterEntry(**{"email": "ada@example.org", "name": "Ada"} | entry)  # type: ignore[arg-type]
    assert page.people == ((account("ada"), expected, present),)
    assert page.gone == ()


@pytest.mark.parametrize("name", ["ada", "ada_mail.com#EXT#@example.onmicrosoft.com", "ada@localhost", "", None])
async def test_an_account_without_an_address_is_nobodys(world: Talk, name: str | None) -> None:
    world.far.rounds = [[[user("ada", mail=None, userPrincipalName=name), {"displayName": "without an id"}]]]
    (page,) = await read(world)
    assert (page.people, page.gone) == ((), (account("ada"),))


async def test_a_kept_link_tells_what_has_changed_since(world: Talk) -> None:
    world.far.rounds = [
        [[user("ada"), user("bo"), user("cleo")]],
        [[user("bo", displayName="Bob"), {"id": "id-of-cleo", "@removed": {"reason": "changed"}}]],
        [[]],
    ]
    (everybody,) = await read(world)
    (changes,) = await read(world, everybody.link)
    assert (names(changes), changes.gone, changes.anew) == (["Bob"], (account("cleo"),), False)
    (nothing,) = await read(world, changes.link)
    assert (nothing.people, nothing.gone, nothing.link) == ((), (), world.far.link("delta", 3))


async def test_of_what_is_told_twice_on_a_page_the_later_holds(world: Talk) -> None:
    removed = {"@removed": {"reason": "deleted"}}
    world.far.rounds = [
        [[user("ada"), user("bo"), user("ada", displayName="Ida"), {"id": "id-of-bo"} | removed]],
        [[{"id": "id-of-ada"} | removed, user("ada")]],
    ]
    first, then = [*await read(world), *await read(world, world.far.link("delta", 1))]
    assert (names(first), first.gone) == (["Ida"], (account("bo"),))
    assert (names(then), then.gone) == (["Ada"], ())


async def test_of_whom_only_the_change_is_told_the_rest_is_asked_for(world: Talk) -> None:
    world.far.users = {"id-of-ada": user("ada", accountEnabled=False, displayName="Ada L.")}
    world.far.rounds = [[[]], [[{"id": "id-of-ada", "displayName": "Ada L."}, {"id": "id-of-bo", "mail": None}]]]
    (page,) = await read(world, world.far.link("delta", 1))
    assert page.people == ((account("ada"), RosterEntry(email="ada@example.org", name="Ada L."), False),)
    assert page.gone == (account("bo"),)


@pytest.mark.parametrize("reset", [no(410, "resyncRequired"), no(400, "syncStateNotFound")])
async def test_an_expired_link_begins_anew(world: Talk, reset: Answer) -> None:
    world.far.rounds = [[[user("ada")], [user("bo")]]]
    world.far.answers.append(reset)
    pages = await read(world, world.far.link("delta", 7))
    assert [(names(page), page.anew) for page in pages] == [(["Ada"], True), (["Bo"], False)]


async def test_a_reset_in_the_midst_begins_anew_but_only_once(world: Talk) -> None:
    world.far.rounds = [[[user("ada")], [user("bo")]]]
    pages: list[tuple[list[str], bool]] = []

    async def interrupted() -> None:
        async for page in Directory(world.graph).changes(TENANT):
            pages.append((names(page), page.anew))
            world.far.answers.append(no(410, "resyncRequired", Location="https://elsewhere.example/users/delta"))

    with pytest.raises(GraphRefused) as refused:
        await interrupted()
    assert pages == [(["Ada"], True), (["Ada"], True)]
    assert (refused.value.status, refused.value.why) == (410, "resyncRequired")


@pytest.mark.parametrize(
    "astray",
    [
        "https://elsewhere.example/v1.0/users/delta?$skiptoken=1",
        "{url}@elsewhere.example/v1.0/users/delta",
        "http://elsewhere.example\\@127.0.0.1/v1.0/users/delta",
        "http://somebody:else@{host}/v1.0/users/delta?$skiptoken=0-1",
        "http://127.0.0.1:1/v1.0/users/delta?$skiptoken=0-1",
        "https://{host}/v1.0/users/delta?$skiptoken=0-1",
        "{url}/v1.0/../beta/users/delta",
        "{url}/v1.0/%2e%2e/beta/users/delta",
        "{url}/v1.0.evil/users/delta",
        "/v1.0/users/delta?$skiptoken=0-1",
        "\n",
    ],
)
@pytest.mark.parametrize("kind", ["@odata.nextLink", "@odata.deltaLink"])
async def test_a_link_that_leads_elsewhere_is_neither_followed_nor_kept(world: Talk, astray: str, kind: str) -> None:
    link = astray.format(url=world.far.url, host=world.far.url.removeprefix("http://"))
    world.far.answers.append(Answer(status=200, body={"value": [user("ada")], kind: link}))
    with pytest.raises(DeliveryError):
        await read(world)
    assert len(world.calls) == 1
    # And where it was kept, by whatever mischance, everybody is read.
    world.far.rounds = [[[user("bo")]]]
    (page,) = await read(world, link)
    assert (names(page), page.anew) == (["Bo"], True)
    with pytest.raises(DeliveryError, match="link_astray"):
        await world.graph.follow(USERS, link, permission="User.Read.All")


@pytest.mark.parametrize("end", [{}, {"@odata.nextLink": "the same"}, {"@odata.nextLink": 7}])
async def test_a_reading_that_would_never_end_is_ended(world: Talk, end: Json) -> None:
    since = world.far.link("delta", 1)
    said = {"@odata.nextLink": since} if end.get("@odata.nextLink") == "the same" else end
    world.far.answers.append(Answer(status=200, body={"value": [], **said}))
    with pytest.raises(DeliveryError, match="directory_without_end"):
        await read(world, since)


# --- calls ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 503, 504])
async def test_a_call_waits_as_long_as_graph_asks_to(world: Talk, status: int) -> None:
    world.far.rounds = [[[user("ada")]]]
    world.far.answers.extend([no(status, "TooManyRequests", Retry_After="90"), no(status, "x", Retry_After="7")])
    (page,) = await read(world)
    assert names(page) == ["Ada"]
    assert (world.waited, len(world.calls)) == (97, 3)


async def test_a_call_that_is_not_told_how_long_waits_twice_as_long_each_time(world: Talk) -> None:
    world.far.answers.extend([no(503, "serviceNotAvailable")] * 4)
    await read(world)
    gaps = [(after - before).total_seconds() for before, after in zip(world.calls, world.calls[1:], strict=False)]
    assert gaps == [2, 4, 8, 16]


async def test_a_call_that_is_put_off_again_and_again_ends(world: Talk) -> None:
    world.far.answers.extend([no(429, "TooManyRequests", Retry_After="60")] * (TRIES + 1))
    with pytest.raises(DeliveryError) as refused:
        await read(world)
    assert (refused.value.why, refused.value.retry_after) == ("Throttled", timedelta(minutes=1))
    assert (len(world.calls), world.waited) == (TRIES, 60 * (TRIES - 1))


async def test_a_very_long_wait_is_the_callers(world: Talk) -> None:
    world.far.answers.append(no(429, "TooManyRequests", Retry_After="1800"))
    for _ in range(2):
        with pytest.raises(DeliveryError) as refused:
            await read(world)
        assert (refused.value.why, refused.value.retry_after) == ("Throttled", timedelta(minutes=30))
    assert (len(world.calls), world.waited) == (1, 0)


async def test_a_bearer_that_is_refused_is_renewed_once(world: Talk) -> None:
    world.far.good = "bearer-2"
    world.far.rounds = [[[user("ada")]]]
    (page,) = await read(world)
    assert names(page) == ["Ada"]
    world.far.good = "none"
    with pytest.raises(GraphRefused) as refused:
        await read(world)
    assert (refused.value.status, world.bearers.given) == (401, 3)


async def test_a_redirection_is_not_followed(world: Talk) -> None:
    world.far.answers.append(Answer(status=302, headers={"Location": f"{world.far.url}/v1.0/users/delta"}))
    with pytest.raises(GraphRefused, match="http_302"):
        await read(world)
    assert len(world.calls) == 1


@pytest.mark.parametrize("content", [b"<html>", b"[]", b'{"value": ['])
async def test_an_answer_that_cannot_be_read_is_nobodys_fault_here(world: Talk, content: bytes) -> None:
    world.far.answers.append(Answer(status=200, body=content))
    with pytest.raises(DeliveryError, match="unreadable"):
        await read(world)


async def test_the_most_of_a_refusal_is_kept_that_is_no_words(world: Talk) -> None:
    refusal = no(403, "Forbidden", inner="AccessDenied", words="Ada Lovelace (id-of-ada) is blocked by policy.")
    world.far.answers.append(refusal)
    with pytest.raises(GraphRefused) as refused:
        await read(world)
    assert (refused.value.codes, str(refused.value)) == (("Forbidden", "AccessDenied"), "Forbidden")
    world.far.answers.append(no(500, "Ada Lovelace; see https://graph.microsoft.com"))
    with pytest.raises(GraphRefused, match=r"^http_500$"):
        await read(world)


async def test_silence_is_asked_again_and_tells_nothing_of_what_was_asked(caplog: pytest.LogCaptureFixture) -> None:
    clock, calls = Clock(), list[str]()

    def silent(request: httpx.Request) -> httpx.Response:
        calls.append(request.headers["Authorization"])
        raise httpx.ConnectTimeout(f"no answer from {request.url} with {request.headers['Authorization']}")

    caplog.set_level(logging.DEBUG, logger="bot")
    async with httpx.AsyncClient(transport=httpx.MockTransport(silent)) as client:
        graph = Graph(client, Bearers(), clock, cloud=cloud_at("https://graph.microsoft.com/v1.0"))
        with pytest.raises(DeliveryError) as refused:
            await graph.get(USERS, ("users", "id-of-ada"), permission="User.Read.All")
    assert (str(refused.value), refused.value.__suppress_context__) == ("ConnectTimeout", True)
    assert calls == ["Bearer bearer-1"] * SILENCES
    assert "bearer" not in caplog.text
    assert "id-of-ada" not in caplog.text


@pytest.mark.parametrize("permission", sorted(PERMISSIONS))
async def test_where_consent_is_missing_it_is_said_which_and_what_to_do(world: Talk, permission: str) -> None:
    async def everything() -> None:
        await read(world)
        await Installs(world.graph).catalogue_id(MANIFEST)
        await Installs(world.graph).chat(MANIFEST, "ada")

    world.far.consents = set(PERMISSIONS) - {permission}
    with pytest.raises(ConsentMissing) as missing:
        await everything()
    assert (missing.value.permission, missing.value.why) == (permission, f"consent_missing:{permission}")
    for locale, remedy in (("en", "Grant admin consent"), ("fr", "Accorder le consentement d’administrateur")):
        told = translator_for(locale, ZoneInfo("UTC")).say(missing.value.told)
        assert permission in told
        assert remedy in told


async def test_each_of_microsofts_clouds_has_a_graph_of_its_own() -> None:
    async with httpx.AsyncClient(verify=NO_TLS) as client:
        ours, theirs = (Graph(client, Bearers(), Clock(), cloud=cloud) for cloud in (PUBLIC, GOVERNMENT))
    assert ours.leads_home("https://graph.microsoft.com:443/v1.0/users/microsoft.graph.delta()?$deltatoken=a%2Bb")
    assert theirs.leads_home("https://graph.microsoft.us/v1.0/users/delta?$deltatoken=1")
    assert not theirs.leads_home("https://graph.microsoft.com/v1.0/users/delta?$deltatoken=1")
    assert theirs.name_of("appCatalogs", "a/b") == "https://graph.microsoft.us/v1.0/appCatalogs/a%2Fb"


# --- installations --------------------------------------------------------------------------------------------------


async def test_the_app_is_found_in_the_catalogue_by_the_manifests_id(world: Talk) -> None:
    installs = Installs(world.graph)
    world.far.apps.insert(0, {"id": "from-the-store", "externalId": MANIFEST, "distributionMethod": "store"})
    assert await installs.catalogue_id(MANIFEST) == CATALOGUE_ID
    assert await installs.catalogue_id("another") is None
    assert await installs.catalogue_id("' or externalId ne '") is None
    assert world.far.asked[-1][2] == {"$filter": "externalId eq ''' or externalId ne '''"}


async def test_each_persons_outcome_is_told(world: Talk) -> None:
    world.far.installed = {"bo"}
    world.far.instead = {
        "cleo": no(403, "Forbidden", inner="AccessDenied", words="App is blocked by app permission policy."),
        "dan": no(404, "NotFound"),
        "eve": no(400, "BadRequest", words="Exception in CreateOrUpdateUserAppEntitlementForTeamsAsync."),
    }
    users = ["ada", "bo", "cleo", "dan", "eve"]
    (told,) = [batch async for batch in Installs(world.graph).install(CATALOGUE_ID, users)]
    assert told == [
        Outcome(user="ada", given=Given.INSTALLED),
        Outcome(user="bo", given=Given.THERE),
        Outcome(user="cleo", given=Given.REFUSED, why="Forbidden"),
        Outcome(user="dan", given=Given.UNKNOWN, why="NotFound"),
        Outcome(user="eve", given=Given.FAILED, why="BadRequest"),
    ]
    assert world.far.installed == {"ada", "bo"}


async def test_no_more_than_thirty_are_installed_in_any_second(world: Talk) -> None:
    users = [f"user-{each}" for each in range(100)]
    async for _ in Installs(world.graph).install(CATALOGUE_ID, users):
        pass
    assert len(world.far.installed) == 100
    calls = sorted(world.calls)
    within = [bisect_left(calls, begin + timedelta(seconds=1)) - at for at, begin in enumerate(calls)]
    assert max(within) <= BATCH
    assert world.waited < 100 / 20
    # And half of what may go at once is left for whoever asks about somebody now.
    assert max(calls.count(moment) for moment in calls) == RATES[TEAMWORK].bulk_burst < RATES[TEAMWORK].burst


async def test_one_who_is_put_off_puts_off_the_others(world: Talk) -> None:
    world.far.answers.append(no(429, "TooManyRequests", Retry_After="60"))
    users = [f"user-{each}" for each in range(2 * BATCH)]
    batches = [batch async for batch in Installs(world.graph).install(CATALOGUE_ID, users)]
    assert {one.given for batch in batches for one in batch} == {Given.INSTALLED}
    assert world.far.installed == set(users)
    late = [moment for moment in world.calls if (moment - world.calls[0]).total_seconds() >= 60]
    assert len(late) >= BATCH + 1  # whoever was not under way by then


async def test_what_was_done_is_told_before_what_ends_it_for_all(world: Talk) -> None:
    users = [f"user-{each}" for each in range(BATCH)]
    world.far.instead = {"user-7": no(403, "Forbidden", words="Missing role permissions on the request. API requires")}
    told: list[Outcome] = []

    async def given(users: list[str]) -> None:
        async for batch in Installs(world.graph).install(CATALOGUE_ID, users):
            told.extend(batch)

    with pytest.raises(ConsentMissing, match=INSTALL):
        await given([*users, "later"])
    assert {one.user for one in told} == set(users) - {"user-7"} == world.far.installed
    # Whoever goes on does so with the rest.
    world.far.instead = {}
    rest = [user for user in [*users, "later"] if user not in {one.user for one in told}]
    await given(rest)
    assert [(one.user, one.given) for one in told[-2:]] == [("user-7", Given.INSTALLED), ("later", Given.INSTALLED)]


async def test_the_conversation_with_somebody_is_known_once_they_have_the_app(world: Talk) -> None:
    installs = Installs(world.graph)
    assert await installs.chat(MANIFEST, "ada") is None
    world.far.installed = {"ada"}
    assert await installs.chat(MANIFEST, "ada") == "19:ada@unq.gbl.spaces"
    world.far.answers.append(no(404, "NotFound"))
    assert await installs.chat(MANIFEST, "nobody") is None
    world.far.answers.append(no(403, "Forbidden"))
    with pytest.raises(GraphRefused):
        await installs.chat(MANIFEST, "ada")
