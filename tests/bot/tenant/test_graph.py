"""Graph's directory and the app given to people, as an app with an administrator's consent has them."""

import pytest

from .doors import ANNA, APP_ID, BOB, GUEST, TENANT, App, Json, Page

CHANGED = "users/delta?$select=id,mail,accountEnabled"
BIND = "https://graph.microsoft.com/v1.0/appCatalogs/teamsApps/"


async def _all(app: App, path: str) -> tuple[list[Json], str | None]:
    """All pages, and the link for what changes later."""
    found: list[Json] = []
    page = (await app.graph("GET", path)).body
    while "@odata.nextLink" in page:
        found += page["value"]
        page = (await app.graph("GET", page["@odata.nextLink"])).body
    return found + page["value"], page.get("@odata.deltaLink")


async def _catalogue_id(app: App) -> str:
    listed = (await app.graph("GET", f"appCatalogs/teamsApps?$filter=externalId eq '{APP_ID}'")).body["value"]
    found: str = listed[0]["id"]
    return found


async def _install(app: App, person: str, catalogue_id: str) -> tuple[int, str | None]:
    body = {"teamsApp@odata.bind": BIND + catalogue_id}
    told = await app.graph("POST", f"users/{person}/teamwork/installedApps", body)
    return told.status, None if told.body is None else told.code


# The directory


async def test_everybody_comes_first_page_by_page_with_what_was_selected(app: App) -> None:
    found, link = await _all(app, CHANGED)
    assert {person["id"] for person in found} == {ANNA, BOB, GUEST}
    assert all(set(person) == {"id", "mail", "accountEnabled"} for person in found)
    assert link is not None
    first = (await app.graph("GET", CHANGED, headers={"Prefer": "odata.maxpagesize=2"})).body
    assert len(first["value"]) == 2
    assert "$skiptoken=" in first["@odata.nextLink"]
    assert "@odata.deltaLink" not in first


async def test_the_link_of_the_last_page_tells_only_what_changed_since(app: App, page: Page) -> None:
    _, link = await _all(app, CHANGED)
    assert link is not None
    nothing, link = await _all(app, link)
    assert nothing == []
    assert link is not None
    await page.post("/sandbox/people", id=ANNA, mail="anna.keller@horizon.example")
    await page.post("/sandbox/people", id=ANNA, enabled=False)
    await page.delete(f"/sandbox/people/{BOB}")
    changed, _ = await _all(app, link)
    assert changed == [
        {"id": ANNA, "mail": "anna.keller@horizon.example", "accountEnabled": False},
        {"id": BOB, "@removed": {"reason": "changed"}},
    ]


async def test_who_comes_while_pages_are_read_is_told_at_the_next_time(app: App, page: Page) -> None:
    first = (await app.graph("GET", CHANGED, headers={"Prefer": "odata.maxpagesize=2"})).body
    await page.post("/sandbox/people", name="Zoe Kovacs", mail="zoe@horizon.example")
    rest, link = await _all(app, first["@odata.nextLink"])
    assert len(first["value"]) + len(rest) == 3
    assert link is not None
    [new], _ = await _all(app, link)
    assert new["mail"] == "zoe@horizon.example"


async def test_a_link_that_is_too_old_asks_to_begin_anew(app: App, page: Page) -> None:
    _, link = await _all(app, CHANGED)
    assert link is not None
    await page.post("/sandbox/administer", forget=True)
    refused = await app.graph("GET", link)
    assert (refused.status, refused.code) == (410, "resyncRequired")
    anew, _ = await _all(app, refused.headers["Location"])
    assert len(anew) == 3


async def test_users_are_found_by_address_and_listed_page_by_page(app: App) -> None:
    by_mail = await app.graph("GET", "users?$filter=mail eq 'ANNA@horizon.example'&$select=id,preferredLanguage")
    assert by_mail.body["value"] == [{"id": ANNA, "preferredLanguage": "fr-FR"}]
    listed, _ = await _all(app, "users?$top=1")
    assert [person["id"] for person in listed] == sorted([ANNA, BOB, GUEST])
    guest = await app.graph("GET", f"users/{GUEST}?$select=userType,department")
    assert guest.body == {"userType": "Guest", "department": None}


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("users/nobody", 404, "Request_ResourceNotFound"),
        ("users?$select=shoeSize", 400, "BadRequest"),
        ("users?$filter=startswith(mail,'a')", 400, "Request_UnsupportedQuery"),
        ("users/delta?$deltatoken=garbage", 400, "BadRequest"),
    ],
)
async def test_a_question_graph_does_not_know_is_refused(app: App, path: str, status: int, code: str) -> None:
    refused = await app.graph("GET", path)
    assert (refused.status, refused.code) == (status, code)


@pytest.mark.parametrize(
    ("consent", "path"),
    [
        ("User.Read.All", "users/delta"),
        ("AppCatalog.Read.All", "appCatalogs/teamsApps"),
        ("TeamsAppInstallation.ReadWriteSelfForUser.All", f"users/{ANNA}/teamwork/installedApps"),
    ],
)
async def test_without_an_administrators_consent_graph_tells_nothing(
    app: App, page: Page, consent: str, path: str
) -> None:
    assert (await app.graph("GET", path)).status == 200
    others = {"User.Read.All", "AppCatalog.Read.All", "TeamsAppInstallation.ReadWriteSelfForUser.All"} - {consent}
    await page.post("/sandbox/administer", consents=sorted(others))
    refused = await app.graph("GET", path)
    assert (refused.status, refused.code) == (403, "Authorization_RequestDenied")


async def test_graph_throttles_where_a_test_plans_it(app: App, page: Page) -> None:
    await page.fault("DeltaUsers", "ratelimited", retry_after=3)
    refused = await app.graph("GET", CHANGED)
    assert (refused.status, refused.headers["Retry-After"]) == (429, "3")
    assert (await app.graph("GET", CHANGED)).status == 429
    await page.after(3)
    assert (await app.graph("GET", CHANGED)).status == 200


# The app


async def test_the_catalogue_finds_the_app_by_its_manifest_and_calls_it_otherwise(app: App, page: Page) -> None:
    assert await _catalogue_id(app) != APP_ID
    assert (await app.graph("GET", "appCatalogs/teamsApps?$filter=externalId eq 'x'")).body["value"] == []
    await page.post("/sandbox/administer", in_catalogue=False)
    assert (await app.graph("GET", "appCatalogs/teamsApps")).body["value"] == []


async def test_installing_for_a_person_tells_the_app_and_makes_them_reachable(app: App, page: Page) -> None:
    assert await _install(app, GUEST, await _catalogue_id(app)) == (201, None)
    await page.counts()
    assert [heard["type"] for heard in app.heard] == ["conversationUpdate", "installationUpdate"]
    assert app.heard[1]["from"]["aadObjectId"] == GUEST
    assert (await app.open(GUEST)).status == 201
    assert await _install(app, GUEST, await _catalogue_id(app)) == (409, "Conflict")


@pytest.mark.parametrize(
    ("person", "catalogue_id", "told"),
    [
        ("nobody", None, (404, "Request_ResourceNotFound")),
        (GUEST, TENANT, (404, "NotFound")),
        (GUEST, "manifest", (400, "BadRequest")),
    ],
)
async def test_only_an_app_of_the_catalogue_is_installed_for_somebody_of_the_tenant(
    app: App, person: str, catalogue_id: str | None, told: tuple[int, str]
) -> None:
    assert await _install(app, person, catalogue_id or await _catalogue_id(app)) == told
    assert app.heard == []


async def test_an_installation_tells_its_chat_which_the_connector_knows_too(app: App, page: Page) -> None:
    path = f"users/{ANNA}/teamwork/installedApps"
    expanded = f"{path}?$expand=teamsApp&$filter=teamsApp/externalId eq '{APP_ID}'"
    [installed] = (await app.graph("GET", expanded)).body["value"]
    assert installed["teamsApp"]["externalId"] == APP_ID
    chat = (await app.graph("GET", f"{path}/{installed['id']}/chat")).body["id"]
    assert (await app.send(chat)).status == 201
    assert len(await page.messages()) == 1
    assert (await app.graph("GET", f"users/{BOB}/teamwork/installedApps")).body["value"] == []
    assert (await app.graph("GET", f"users/{BOB}/teamwork/installedApps/{installed['id']}/chat")).status == 404


async def test_the_app_is_taken_from_a_person_through_graph_too(app: App, page: Page) -> None:
    path = f"users/{ANNA}/teamwork/installedApps"
    [installed] = (await app.graph("GET", path)).body["value"]
    assert (await app.graph("DELETE", f"{path}/{installed['id']}")).status == 204
    await page.counts()
    assert app.last("installationUpdate")["action"] == "remove"
    assert (await app.open()).status == 403


async def test_thirty_people_a_second_get_the_app(app: App, page: Page) -> None:
    catalogue_id = await _catalogue_id(app)
    for number in range(31):
        await page.post("/sandbox/people", name=f"P {number}", mail=f"p{number}@x.example", installed=False)
    told = [await _install(app, f"p{number}@x.example", catalogue_id) for number in range(31)]
    assert told == [(201, None)] * 30 + [(429, "TooManyRequests")]
    await page.after(1)
    assert await _install(app, "p30@x.example", catalogue_id) == (201, None)
