"""Who gets the app and who takes it away, and what the app is told of it."""

import pytest

from .doors import ANNA, ANNA_USER, BOB, BOB_USER, BOT, CHAT, GENERAL, GUEST, NEWS, OUTSIDE, TENANT, App, Page


async def test_who_installs_the_app_is_met_by_two_activities(app: App, page: Page) -> None:
    assert (await app.open(GUEST)).status == 403
    assert (await page.post("/page/install", who=GUEST))["ok"]
    update, installed = app.heard
    assert (update["type"], update["membersAdded"]) == ("conversationUpdate", [{"id": BOT}])
    assert (installed["type"], installed["action"], installed["locale"]) == ("installationUpdate", "add", "en-US")
    for heard in (update, installed):
        assert heard["from"]["aadObjectId"] == GUEST
        assert heard["conversation"]["id"] == await app.conversation(GUEST)
        assert heard["channelData"]["tenant"] == {"id": TENANT}
        # Neither tells the client: whoever needs the zone asks the directory.
        assert "entities" not in heard
        assert "localTimezone" not in heard
    assert (await page.post("/page/install", who=GUEST))["error"] == "installed_already"


async def test_who_takes_the_app_away_is_reached_no_more_until_they_install_it_again(app: App, page: Page) -> None:
    mine = await app.conversation()
    assert (await page.post("/page/uninstall", who=ANNA))["ok"]
    assert [(heard["type"], heard["action"]) for heard in app.heard] == [("installationUpdate", "remove")]
    for refused in (await app.send(mine), await app.open(), await app.open(ANNA_USER)):
        assert (refused.status, refused.code) == (403, "BotNotInConversationRoster")
    assert (await page.post("/page/messages", who=ANNA, text="Hello?"))["error"] == "not_installed"
    assert (await page.post("/page/uninstall", who=ANNA))["error"] == "not_installed"
    await page.post("/page/install", who=ANNA)
    assert (await app.send(mine)).status == 201


async def test_a_team_gets_the_app_and_loses_it(app: App, page: Page) -> None:
    assert (await app.send(OUTSIDE)).status == 403
    await page.post("/page/install", who=ANNA, conversation=OUTSIDE)
    update, installed = app.heard
    assert update["channelData"]["eventType"] == "teamMemberAdded"
    assert update["channelData"]["team"]["id"] == OUTSIDE
    assert installed["conversation"]["conversationType"] == "channel"
    assert (await app.send(OUTSIDE)).status == 201
    await page.post("/page/uninstall", who=ANNA, conversation=OUTSIDE)
    assert app.last("conversationUpdate")["membersRemoved"] == [{"id": BOT}]
    assert (await app.send(OUTSIDE)).status == 403


async def test_a_person_is_reached_through_a_team_only_while_it_has_the_app(app: App, page: Page) -> None:
    bobs = await app.conversation(BOB)
    for where in (GENERAL, CHAT):
        assert (await app.send(bobs)).status == 201
        await page.post("/page/uninstall", who=ANNA, conversation=where)
    assert (await app.send(bobs)).code == "BotNotInConversationRoster"


async def test_an_app_that_is_not_there_hears_no_mention(app: App, page: Page) -> None:
    await page.post("/page/messages", who=ANNA, conversation=OUTSIDE, text="help", mention=True)
    assert app.heard == []


async def test_who_comes_into_a_team_and_goes_is_told_to_the_app_in_it(app: App, page: Page) -> None:
    assert (await page.get("/page/messages", who=GUEST, conversation=NEWS))["error"] == "conversation_not_found"
    await page.post("/page/join", who=GUEST, team=GENERAL)
    heard = app.last("conversationUpdate")
    assert heard["membersAdded"][0]["aadObjectId"] == GUEST
    assert heard["channelData"]["eventType"] == "teamMemberAdded"
    assert (await page.get("/page/messages", who=GUEST, conversation=NEWS))["messages"] == []
    await page.post("/page/leave", who=BOB, team=GENERAL)
    assert app.last("conversationUpdate")["membersRemoved"] == [{"id": BOB_USER, "aadObjectId": BOB}]
    assert (await page.post("/page/leave", who=BOB, team=GENERAL))["error"] == "no_change"
    assert (await page.post("/page/join", who=BOB, team=NEWS))["error"] == "team_not_found"


async def test_what_changes_while_the_app_is_away_changes_all_the_same(app: App, page: Page) -> None:
    await page.post("/sandbox/register", messages_url=None)
    assert (await page.post("/page/uninstall", who=ANNA))["error"] == "no_app_connected"
    assert (await app.open()).status == 403


@pytest.mark.parametrize("who", [ANNA, ANNA_USER])
async def test_a_person_removed_from_the_tenant_is_gone(app: App, page: Page, who: str) -> None:
    mine = await app.conversation()
    assert (await page.delete(f"/sandbox/people/{who}"))["ok"]
    assert (await page.get("/page/messages", who=who))["error"] == "no_such_person"
    assert (await app.send(mine)).status == 403
    assert (await app.open(who)).status == 403
