"""What only Teams has: forms in the conversation, older clients, installations, chats, channels, and what is lost."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.tenant import running_tenant
from rituals.posts import PostState, ToPerson, ToRoom
from tests.bot.scenarios.horizon import (
    LUC,
    MARKS_CALLED,
    NADIA,
    NEWS,
    PRIYA,
    ROOM,
    SAM,
    STARTS,
    Json,
    address_of,
    database_in,
    email,
    french,
    words,
)
from tests.bot.scenarios.teams_house import (
    APP,
    CHANNELS,
    CHAT,
    TENANT,
    TeamsHouse,
    aad,
    at_work,
    house_of,
    tenant_config,
)
from tests.bot.scenarios.test_votes_and_marks import FIVE
from tests.builders import post

COMMITTEE = ToRoom(room="committee")


@pytest.fixture
async def house(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[TeamsHouse]:
    """Comitia at work on the Monday before anything is due."""
    async with house_of(tmp_path, sqlite_template) as built:
        yield built


async def states(house: TeamsHouse) -> dict[str, int]:
    return {str(state): number for state, number in (await house.station.outbox.counts()).items() if number}


def written(house: TeamsHouse, **changes: Any) -> Json:
    """What Teams sends when Sam says hello."""
    return {
        "type": "message",
        "id": "1",
        "channelId": "msteams",
        "serviceUrl": house.tenant.service_url,
        "from": {"id": "29:1sam", "name": "Sam Taylor", "aadObjectId": aad(SAM)},
        "recipient": {"id": f"28:{APP}"},
        "conversation": {"id": "a:1", "conversationType": "personal", "tenantId": TENANT},
        "channelData": {"tenant": {"id": TENANT}},
        "text": "hello",
        **changes,
    }


# --- cards and forms --------------------------------------------------------------------------------------------------


async def test_a_vote_changes_the_card_of_whoever_clicked_in_the_answer_itself(house: TeamsHouse) -> None:
    await house.to_ballots()
    pressed = await house.vote(SAM, "go")
    assert "✓ Go" in words(pressed["shown"]["card"])
    await house.after(seconds=10)
    assert "Your vote: Go." in words(await house.paper(SAM))
    assert not (await house.paper(SAM))["mine_alone"], "the message itself says so by now"
    await house.nothing_lost()


async def test_an_older_client_votes_by_the_fallback_of_the_button(house: TeamsHouse) -> None:
    await house.to_ballots()
    assert (await house.press(SAM, await house.paper(SAM), "vote", "triage:go", old_client=True))["ok"]
    await house.after(seconds=10)
    assert "Your vote: Go." in words(await house.paper(SAM))
    assert "One of 4 has voted" in words(await house.message(LUC, "Claims triage", ROOM))
    await house.nothing_lost()


async def test_without_dialogs_forms_stand_in_the_conversation(tmp_path: Path, sqlite_template: Path) -> None:
    async with house_of(tmp_path, sqlite_template, dialogs=False) as house:
        await house.to(MARKS_CALLED)
        await house.after(seconds=30)
        call = await house.message(SAM, "your marks, please")
        assert (await house.press(SAM, call, "open-marks"))["shown"]["kind"] == "card"
        for number in (1, 2):
            assert f"Initiative {number} of 2" in words(await house.view(SAM))
            sent = await house.submit(SAM, **FIVE)
            assert sent["ok"], sent
            await house.after(seconds=10)
        assert (await house.page.get("/page/dialog", who=aad(SAM)))["dialog"] is None
        await house.after(seconds=10)
        assert words(await house.message(SAM, "your marks, please")).count("✓ Change my marks") == 2
        await house.nothing_lost()


async def test_a_missing_answer_is_named_under_its_question_and_what_was_written_stays(house: TeamsHouse) -> None:
    await house.to_ballots()
    await house.vote(LUC, "go")
    await house.settle()
    await house.press(LUC, await house.paper(LUC), "open-reason", "triage")
    form = await house.view(LUC)
    (button,) = form["buttons"]
    data = button["data"] | {"answer.reason": "my-own-words " * 100}
    answer = await house.page.post(
        "/sandbox/forge",
        activity=written(
            house,
            type="invoke",
            name="task/submit",
            value={"data": data, "context": {"theme": "default"}},
            **{"from": {"id": "29:1luc", "aadObjectId": aad(LUC)}},
        ),
    )
    shown = answer["body"]["task"]["value"]["card"]["content"]
    assert "500" in words(shown)
    assert next(one["value"] for one in shown["body"] if one.get("id") == "answer.reason").startswith("my-own-words")


# --- people -----------------------------------------------------------------------------------------------------------


async def test_whoever_took_the_app_away_is_delivered_what_waits_once_they_have_it_again(house: TeamsHouse) -> None:
    assert (await house.page.post("/page/uninstall", who=aad(SAM)))["ok"]
    person = await house.person(SAM)
    await house.put(post("one", to=ToPerson(person=person), not_before=STARTS))
    await house.after(minutes=30)
    assert await house.messages(SAM) == []
    assert (await states(house))["pending"] >= 1
    assert (await house.page.counts())["refused_calls"] <= 2, "nobody knocks all the time"
    await house.install(SAM)
    await house.after(minutes=1)
    assert sum("Good morning." in words(one) for one in await house.messages(SAM)) == 1
    await house.nothing_lost()


@pytest.mark.parametrize("room", [ToRoom(room="news"), ToRoom(room="committee")])
async def test_a_room_that_refused_us_gets_what_waits_once_its_team_has_the_app_again(
    house: TeamsHouse, room: ToRoom
) -> None:
    channel = {"news": NEWS, "committee": ROOM}[room.room]
    team = {"who": aad(SAM), "conversation": CHANNELS[channel]}
    assert (await house.page.post("/page/uninstall", **team))["ok"]
    await house.put(post("one", to=room, not_before=STARTS))
    await house.after(seconds=90)
    async with house.app.memory.open_work() as work:
        assert list((await work.posts.refused()).rooms) == [room.room]
    assert (await house.page.post("/page/install", **team))["ok"]
    await house.after(seconds=2)
    assert sum("Good morning." in words(one) for one in await house.messages(SAM, channel)) == 1
    async with house.app.memory.open_work() as work:
        assert not (await work.posts.refused()).rooms
    await house.nothing_lost()


async def test_who_took_the_app_while_teams_told_nothing_of_them_is_known_after_the_next_start(
    tmp_path: Path, sqlite_template: Path
) -> None:
    database = database_in(tmp_path, sqlite_template)

    async def known(house: TeamsHouse) -> set[str]:
        async with house.app.memory.open_work() as work:
            return {
                one.email for one in await work.people.all_present() if await work.people.account_of(one.id, "teams")
            }

    async with running_tenant(tenant_config()) as tenant:
        async with at_work(tenant, database, tmp_path) as house:
            await house.page.fault("GetConversationMember", "http_500", times=100)
            await house.install(SAM, NADIA)
            await house.after(seconds=5)
            assert await known(house) == set()
            await house.page.delete("/sandbox/faults")
        async with at_work(tenant, database, tmp_path) as house:
            await house.after(seconds=5)
            assert await known(house) == {address_of(SAM), address_of(NADIA)}


async def test_somebody_new_is_known_by_their_address_as_soon_as_they_write(house: TeamsHouse) -> None:
    new = email("Ana Neu")
    assert (await house.page.post("/sandbox/people", mail=new, name="Ana Neu", locale="en-GB", tz="Asia/Kolkata"))["ok"]
    assert (await house.page.post("/page/messages", who=aad(new), text="hello"))["ok"]
    await house.after(seconds=5)
    seen = (await house.page.get("/page/messages", who=aad(new)))["messages"]
    assert "Hello Ana Neu" in words(seen)
    async with house.app.memory.open_work() as work:
        (ana,) = [one for one in await work.people.all_present() if one.email == new]
    assert (ana.locale, str(ana.zone)) == ("en", "Asia/Kolkata")
    await house.nothing_lost()


async def test_a_guest_is_a_stranger(tmp_path: Path, sqlite_template: Path) -> None:
    config = tenant_config()
    guest = {"mail": "guest@elsewhere.example", "name": "A Guest", "guest": True}
    async with house_of(tmp_path, sqlite_template, tenant={"people": [*config["people"], guest]}) as house:
        who = aad("guest@elsewhere.example")
        assert (await house.page.post("/page/messages", who=who, text="votes"))["ok"]
        await house.after(seconds=5)
        assert "I do not know you yet." in words((await house.page.get("/page/messages", who=who))["messages"])
        await house.nothing_lost()


async def test_whoever_has_no_account_in_the_tenant_is_answered_nothing(house: TeamsHouse) -> None:
    await house.settle()
    before = await house.page.counts()
    told = await house.page.post(
        "/sandbox/forge", activity=written(house, **{"from": {"id": "29:1nobody", "name": "Nobody"}})
    )
    assert told["status"] == 200
    await house.settle()
    assert (await house.page.counts())["posts_sent"] == before["posts_sent"]


async def test_another_tenant_is_not_let_in(house: TeamsHouse) -> None:
    await house.settle()
    before = await house.page.counts()
    other = "99999999-0000-4000-8000-000000000009"
    told = await house.page.post("/sandbox/forge", activity=written(house, channelData={"tenant": {"id": other}}))
    assert told["status"] == 403
    await house.settle()
    assert (await house.page.counts())["posts_sent"] == before["posts_sent"]


# --- channels and chats -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", [CHAT, NEWS])
async def test_what_is_the_same_for_all_is_said_where_it_was_asked(house: TeamsHouse, where: str) -> None:
    assert (await house.write(LUC, "prochaines", where, mention=True))["ok"]
    await house.after(seconds=5)
    assert "Prochaines séances" in words(await house.messages(NADIA, where))
    assert await house.messages(LUC) == []
    await house.nothing_lost()


async def test_help_in_a_channel_does_not_tell_what_somebody_is_here(house: TeamsHouse) -> None:
    (own,) = await house.command(PRIYA, "help")
    assert "Cancels what is under way" in words(own)
    told = set()
    for who in (PRIYA, SAM):
        assert (await house.write(who, "help", NEWS, mention=True))["ok"]
        await house.after(seconds=5)
        told.add(words((await house.messages(NADIA, NEWS))[-1]))
    (said,) = told
    assert "The next sittings." in said
    assert "in our own conversation" in said
    assert "Cancels what is under way" not in said
    await house.nothing_lost()


@pytest.mark.parametrize("where", [CHAT, NEWS])
async def test_what_concerns_one_person_is_said_to_them_alone(house: TeamsHouse, where: str) -> None:
    assert (await house.write(LUC, "mes-données", where, mention=True))["ok"]
    await house.after(seconds=5)
    assert "Ce que je garde à votre sujet" in french(words(await house.messages(LUC)))
    (_, said) = await house.messages(NADIA, where)
    assert "Ce que je garde" not in words(said)
    await house.nothing_lost()


async def test_nobody_is_heard_in_a_channel_who_does_not_call_the_app(house: TeamsHouse) -> None:
    assert (await house.write(LUC, "prochaines", NEWS))["ok"]
    await house.after(seconds=5)
    assert len(await house.messages(NADIA, NEWS)) == 1


async def test_a_vote_on_a_copy_shows_on_the_copy_on_the_paper_and_in_no_channel(house: TeamsHouse) -> None:
    await house.to_ballots()
    card = await house.message(SAM, "Claims triage", ROOM)
    assert not [button for button in house.buttons(card) if button.action == "vote"], "votes are cast in private"
    paper = await house.paper(PRIYA)
    await house.after(minutes=15)
    assert (await house.write(PRIYA, "ballots", ROOM, mention=True))["ok"]
    await house.after(seconds=5)
    copy = await house.paper(PRIYA)
    assert copy["id"] != paper["id"]
    pressed = await house.press(PRIYA, copy, "vote", "triage:defer")
    assert "✓ Defer" in words(pressed["shown"]["card"])
    await house.after(seconds=10)
    shown = {one["id"]: words(one) for one in await house.messages(PRIYA)}
    assert all("Your vote: Defer." in shown[one["id"]] for one in (paper, copy))
    assert "Your vote" not in words(await house.messages(SAM, ROOM))
    await house.nothing_lost()


# --- what is lost -----------------------------------------------------------------------------------------------------


async def test_where_the_settings_say_so_a_post_that_is_perhaps_said_is_said_again(
    tmp_path: Path, sqlite_template: Path
) -> None:
    async with house_of(tmp_path, sqlite_template, delivery={"on_unknown": "resend"}) as house:
        await house.fault("post", "reset", stored=False)
        await house.put(post("room", to=COMMITTEE, not_before=STARTS))
        await house.after(minutes=10)
        assert len([one for one in await house.messages(SAM, ROOM) if "Good morning." in words(one)]) == 1
        assert await states(house) == {PostState.SHOWN: 1}
        await house.nothing_lost()


async def test_a_wait_that_teams_asks_for_is_held(house: TeamsHouse) -> None:
    await house.page.fault("SendToConversation", "ratelimited", retry_after=40)
    person = await house.person(SAM)
    await house.put(post("one", to=ToPerson(person=person), not_before=STARTS))
    await house.after(seconds=38)
    assert await house.messages(SAM) == []
    await house.after(seconds=10)
    assert len(await house.messages(SAM)) == 1
    assert (await house.nothing_lost())["rate_limited"] == 1
    assert b'comitia_rate_limited_total{method="teams.post"} 1.0' in house.app.metrics.text()
