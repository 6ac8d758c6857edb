"""Posts arrive once and only once, whatever happens to the calls and to us."""

import asyncio
import shutil
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import Application
from bot.demo.clock import FollowedClock
from bot.pace import Pace
from bot.platforms.slack.client import RATES, SlackSender
from bot.sandbox import running_workspace
from rituals.messages import Message, Paragraph, Text, say
from rituals.posts import Address, PostState, ToPerson, ToRoom
from tests.bot.scenarios.anywhere import PLATFORMS, one_more_on, running_for_many
from tests.bot.scenarios.conftest import Log
from tests.bot.scenarios.horizon import AnyHouse
from tests.bot.scenarios.house import (
    BOT_TOKEN,
    LOBBY,
    MEMBERS,
    NADIA,
    NEWS,
    ROOM,
    SAM,
    STARTS,
    House,
    at_work,
    house_of,
    until,
    words,
    workspace_config,
)
from tests.builders import post
from tests.databases import Postgres, opened

KINDS = ("timeout", "reset", "http_500", "html_502", "truncated", "internal_error")
COMMITTEE = ToRoom(room="committee")


def message_of(words: Text) -> Message:
    return Message(kind="greeting", summary=words, parts=(Paragraph(text=words),))


async def state_of(house: AnyHouse, state: PostState) -> int:
    return (await house.station.outbox.counts()).get(state, 0)


async def said(house: AnyHouse, text: str, who: str = SAM, channel: str | None = None) -> int:
    return sum(text in words(one) for one in await house.messages(who, channel))


# --- lost answers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stored", [True, False], ids=["stored", "not-stored"])
@pytest.mark.parametrize("kind", KINDS)
async def test_a_post_whose_answer_is_lost_is_said_once(house: House, kind: str, stored: bool) -> None:
    person = await house.person(SAM)
    for method in ("chat.postMessage", "chat.postMessage", "conversations.history"):
        await house.page.fault(method, kind, stored=stored, seconds=0.05)
    await house.put(post("room", to=COMMITTEE, not_before=STARTS))
    await house.put(post("person", to=ToPerson(person=person), not_before=STARTS))
    await house.after(minutes=3)
    assert await said(house, "Good morning.", SAM, ROOM) == 1
    assert await said(house, "Good morning.") == 1
    assert (await house.nothing_lost())["posts_sent"] == 2
    assert await state_of(house, PostState.SHOWN) == 2


@pytest.mark.parametrize("stored", [True, False], ids=["stored", "not-stored"])
@pytest.mark.parametrize("kind", KINDS)
async def test_an_edit_or_a_withdrawal_whose_answer_is_lost_is_done_again(
    anywhere: AnyHouse, kind: str, stored: bool
) -> None:
    house = anywhere
    if house.platform == "teams":
        # Nobody is to try again after a 500 there; its passing troubles have statuses of their own.
        kind = {"internal_error": "http_503", "http_500": "http_504"}.get(kind, kind)
    for name in ("edited", "withdrawn"):
        await house.put(post(name, name, to=COMMITTEE, not_before=STARTS))
    await house.after(minutes=1)
    await house.fault("edit", kind, stored=stored, seconds=0.05)
    await house.fault("withdrawal", kind, stored=stored, seconds=0.05)
    await house.put(post("edited", "The last word.", to=COMMITTEE, not_before=STARTS))
    await house.withdraw("withdrawn")
    await house.after(minutes=3)
    assert [words(one).strip() for one in await house.messages(SAM, ROOM)] == ["The last word. The last word."]
    assert await state_of(house, PostState.WITHDRAWN) == 1
    await house.nothing_lost()


async def test_a_call_takes_no_longer_than_the_session_allows(tmp_path: Path, sqlite_template: Path) -> None:
    async with house_of(tmp_path, sqlite_template, patience=timedelta(seconds=0.2)) as house:
        await house.page.fault("chat.postMessage", "slow", seconds=5)
        began = time.monotonic()
        await house.put(post(to=COMMITTEE, not_before=STARTS))
        await until(lambda: house.station.delivery.resting)
        assert time.monotonic() - began < 2
        await house.after(minutes=1)
        assert (await house.page.get("/sandbox/counts"))["posts_sent"] == 1
        assert await said(house, "Good morning.", SAM, ROOM) == 1
        # The slow call still sleeps in the workspace; it need not be waited for.


async def test_a_call_is_made_once_by_every_client(house: House) -> None:
    """slack_sdk's own retry would say it twice without telling: it is in force nowhere, not even in Bolt's copies."""
    await house.page.fault("chat.postMessage", "reset", stored=True, times=2)
    await house.put(post(to=COMMITTEE, not_before=STARTS))
    await house.settle()
    faults = await house.page.get("/sandbox/faults")
    assert [one["times"] for one in faults["faults"]] == [1]
    await house.page.fault("views.open", "reset", times=2)
    await house.to_ballots()
    paper = await house.paper(SAM)
    await house.press(SAM, paper, "vote", "triage:go")
    await house.settle()
    await house.press(SAM, await house.paper(SAM), "open-reason", "triage")
    faults = await house.page.get("/sandbox/faults")
    assert [one["times"] for one in faults["faults"] if one["method"] == "views.open"] == [1]


# --- pace -------------------------------------------------------------------------------------------------------------


async def test_a_method_that_is_told_to_wait_waits_and_the_others_go_on(house: House) -> None:
    await house.put(post("edited", "First words.", to=COMMITTEE, not_before=STARTS))
    await house.after(seconds=10)
    await house.page.fault("chat.postMessage", "ratelimited", retry_after=40)
    await house.put(post("news", "Some news.", to=ToRoom(room="news"), not_before=STARTS))
    await house.settle()
    await house.put(
        post("edited", "Other words.", to=COMMITTEE, not_before=STARTS),
        post("more", "More news.", to=ToRoom(room="news"), not_before=STARTS),
    )
    await house.after(seconds=39)
    assert await said(house, "Other words.", SAM, ROOM) == 1
    assert await house.messages(SAM, NEWS) == []
    await house.after(seconds=5)
    assert len(await house.messages(SAM, NEWS)) == 2
    assert (await house.nothing_lost())["rate_limited"] == 0


async def test_a_post_that_meets_a_fault_is_kept_holds_up_nobody_and_arrives_once_it_is_mended(
    anywhere: AnyHouse, log: Log
) -> None:
    house = anywhere
    log.faults = 1  # said once, however often it is tried
    broken = replace(post("r1", to=COMMITTEE, not_before=STARTS), message=message_of(say("no-such-sentence")))
    await house.put(broken, post("r2", "The next line.", to=COMMITTEE, not_before=STARTS))
    await house.after(seconds=60)
    assert await said(house, "The next line.", channel=ROOM) == 1
    assert await state_of(house, PostState.PENDING) == 1
    await house.put(post("r1", "Mended.", to=COMMITTEE, not_before=STARTS))
    await house.after(seconds=600)
    assert await said(house, "Mended.", channel=ROOM) == 1
    assert await state_of(house, PostState.PENDING) == 0


async def test_a_room_gets_its_messages_in_the_order_they_were_put(anywhere: AnyHouse) -> None:
    house = anywhere
    await house.put(*(post(f"r{n:02}", f"Line {n}.", to=COMMITTEE, not_before=STARTS) for n in range(14)))
    await house.after(seconds=20)
    lines = [words(message) for message in await house.messages(SAM, ROOM)]
    assert [f"Line {n}." in line for n, line in enumerate(lines)] == [True] * 14


async def test_a_room_gets_what_it_can_take_and_other_rooms_do_not_wait_for_it(anywhere: AnyHouse) -> None:
    house = anywhere
    await house.put(*(post(f"r{n}", f"Line {n}.", to=COMMITTEE, not_before=STARTS) for n in range(12)), nudge=False)
    await house.put(post("news", "Some news.", to=ToRoom(room="news"), not_before=STARTS + timedelta(seconds=1)))
    await house.after(seconds=4)
    assert len(await house.messages(SAM, NEWS)) == 1
    assert len(await house.messages(SAM, ROOM)) < 12
    await house.after(minutes=1)
    assert len(await house.messages(SAM, ROOM)) == 12
    assert (await house.nothing_lost())["rate_limited"] == 0


async def test_many_changes_in_a_burst_become_few_edits_and_the_last_state_wins(anywhere: AnyHouse) -> None:
    house = anywhere
    await house.put(post("card", "0 have voted.", to=COMMITTEE, not_before=STARTS))
    await house.after(seconds=10)
    for n in range(1, 31):
        await house.put(post("card", f"{n} have voted.", to=COMMITTEE, not_before=STARTS))
        if n % 10 == 0:
            await house.after(seconds=0.7)
    await house.after(seconds=10)
    assert (await house.nothing_lost())["edits"] <= 2
    assert await said(house, "30 have voted.", SAM, ROOM) == 1


async def test_edits_of_one_message_are_three_seconds_apart(anywhere: AnyHouse) -> None:
    house = anywhere
    await house.put(post("card", "0 have voted.", to=COMMITTEE, not_before=STARTS))
    await house.settle()
    edited_at = []
    for n in range(1, 12):
        before = (await house.page.counts())["edits"]
        await house.put(post("card", f"{n} have voted.", to=COMMITTEE, not_before=STARTS))
        await house.after(seconds=1)
        if (await house.page.counts())["edits"] > before:
            edited_at.append(house.clock.now())
    gaps = [later - sooner for sooner, later in pairwise(edited_at)]
    assert len(gaps) >= 2
    assert min(gaps) >= timedelta(seconds=3)


# --- refusals ---------------------------------------------------------------------------------------------------------


async def test_a_post_waits_until_the_bot_is_invited(tmp_path: Path, sqlite_template: Path) -> None:
    rooms = {"committee": "ai-committee", "news": "lobby"}
    async with house_of(tmp_path, sqlite_template, rooms=rooms) as house:
        await house.put(post(to=ToRoom(room="news"), not_before=STARTS))
        await house.after(minutes=25)
        assert await house.messages(SAM, LOBBY) == []
        async with aiohttp.ClientSession() as session:
            client = AsyncWebClient(BOT_TOKEN, base_url=house.workspace.api_url, session=session, retry_handlers=[])
            await client.conversations_join(channel=LOBBY)
        await house.after(minutes=11)
        assert await said(house, "Good morning.", SAM, LOBBY) == 1
        await house.nothing_lost()


async def test_what_nobody_mends_is_complained_of_once(tmp_path: Path, sqlite_template: Path, log: Log) -> None:
    rooms = {"committee": "ai-committee", "news": "lobby"}
    async with house_of(tmp_path, sqlite_template, rooms=rooms) as house:
        await house.put(post(to=ToRoom(room="news"), not_before=STARTS))
        await house.after(minutes=45)
    assert sum("not_in_channel" in line and '"warning"' in line for line in log.lines) == 1


async def test_a_post_that_comes_too_late_is_not_sent_and_is_counted(anywhere: AnyHouse) -> None:
    house = anywhere
    await house.fault("post", "ratelimited", retry_after=600)
    await house.put(
        post("late", to=COMMITTEE, not_before=STARTS, not_after=STARTS + timedelta(minutes=5)),
        post("patient", "Later.", to=COMMITTEE, not_before=STARTS + timedelta(minutes=1)),
    )
    await house.after(minutes=30)
    assert [words(one).split()[0] for one in await house.messages(SAM, ROOM)] == ["Later."]
    assert await state_of(house, PostState.EXPIRED) == 1


async def test_a_post_taken_back_before_it_is_sent_never_shows(anywhere: AnyHouse) -> None:
    house = anywhere
    await house.put(post(to=COMMITTEE, not_before=STARTS + timedelta(minutes=5)))
    await house.withdraw("p1")
    await house.after(minutes=10)
    assert await house.messages(SAM, ROOM) == []
    assert await state_of(house, PostState.WITHDRAWN) == 1


async def test_a_post_taken_back_after_it_was_sent_disappears(anywhere: AnyHouse) -> None:
    house = anywhere
    await house.put(post(to=COMMITTEE, not_before=STARTS))
    await house.after(seconds=5)
    await house.withdraw("p1")
    await house.after(seconds=5)
    assert await house.messages(SAM, ROOM) == []
    assert (await house.nothing_lost())["deletes"] == 1


async def test_an_edit_of_a_message_somebody_deleted_is_given_up(house: House, log: Log) -> None:
    await house.put(post(to=COMMITTEE, not_before=STARTS))
    await house.after(seconds=5)
    (shown,) = await house.messages(SAM, ROOM)
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(BOT_TOKEN, base_url=house.workspace.api_url, session=session, retry_handlers=[])
        await client.chat_delete(channel=ROOM, ts=shown["ts"])
    await house.put(post(words="Other words.", to=COMMITTEE, not_before=STARTS))
    await house.after(hours=1)
    assert await house.messages(SAM, ROOM) == []
    assert await state_of(house, PostState.FAILED) == 1
    log.faults = 1
    assert "message_not_found" in log.errors[0]


async def test_somebody_who_left_holds_up_nothing(house: House, log: Log) -> None:
    person = await house.person(SAM)
    await house.put(post("shown", "Before.", to=ToPerson(person=person), not_before=STARTS))
    await house.after(seconds=5)
    await house.page.post("/sandbox/people", id=SAM, deleted=True)
    await house.settle()
    await house.put(
        post("shown", "After.", to=ToPerson(person=person), not_before=STARTS),
        post(
            "never",
            to=ToPerson(person=person),
            not_before=STARTS,
            not_after=STARTS + timedelta(hours=1),
        ),
    )
    await house.after(minutes=90)
    assert await state_of(house, PostState.EXPIRED) == 1
    assert await house.station.outbox.next_due() is None
    assert sum("unknown_destination" in line and '"warning"' in line for line in log.lines) == 1


async def test_whoever_looks_after_the_bot_is_told_once_of_a_room_that_takes_nothing(
    tmp_path: Path, sqlite_template: Path
) -> None:
    rooms = {"committee": "ai-committee", "news": "lobby"}
    async with house_of(tmp_path, sqlite_template, rooms=rooms) as house:
        for n in range(5):
            await house.put(post(f"p{n}", to=ToRoom(room="news"), not_before=STARTS))
        await house.after(minutes=35)
        told = [words(one) for one in await house.messages(NADIA) if "#lobby" in words(one)]
        assert len(told) == 1
        assert "not_in_channel" in told[0]
        async with aiohttp.ClientSession() as session:
            client = AsyncWebClient(BOT_TOKEN, base_url=house.workspace.api_url, session=session, retry_handlers=[])
            await client.conversations_join(channel=LOBBY)
        await house.after(minutes=11)
        assert await said(house, "Good morning.", SAM, LOBBY) == 5
        assert len([one for one in await house.messages(NADIA) if "#lobby" in words(one)]) == 2, "and that it is over"


async def test_a_room_is_the_channel_it_was_whatever_it_is_called(tmp_path: Path, sqlite_template: Path) -> None:
    database = tmp_path / "comitia.sqlite"
    shutil.copyfile(sqlite_template, database)
    config = workspace_config()
    async with running_workspace(config) as workspace, at_work(workspace, database, tmp_path):
        pass
    config["channels"][1]["name"] = "ai-gazette"
    async with running_workspace(config) as workspace, at_work(workspace, database, tmp_path) as house:
        await house.put(post(to=ToRoom(room="news"), not_before=STARTS))
        await house.after(seconds=5)
        assert await said(house, "Good morning.", SAM, NEWS) == 1


# --- crashes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", ["room", "person"])
@pytest.mark.parametrize("sent", [True, False], ids=["sent", "not-sent"])
async def test_after_a_crash_between_sending_and_settling_the_message_is_found_again(
    tmp_path: Path, sqlite_template: Path, to: str, sent: bool
) -> None:
    database = tmp_path / "comitia.sqlite"
    shutil.copyfile(sqlite_template, database)
    async with running_workspace(workspace_config()) as workspace:
        async with at_work(workspace, database, tmp_path) as house:
            person = await house.person(SAM)
        address: Address = COMMITTEE if to == "room" else ToPerson(person=person)
        async with opened(f"sqlite:///{database}") as memory, aiohttp.ClientSession() as session:
            async with memory.open_work() as work:
                await work.posts.put(post(to=address, not_before=STARTS), at=STARTS)
            outbox = memory.outbox(platform="slack", locale="en", zone="Europe/Paris")
            lease = STARTS + timedelta(minutes=3)
            (parcel,) = await outbox.claim(STARTS, owner="gone", lease_until=lease, limit=8)
            assert await outbox.settle([], at=STARTS, attempting=[parcel], owner="gone") == {parcel.post}
            if sent:
                client = AsyncWebClient(BOT_TOKEN, base_url=workspace.api_url, session=session, retry_handlers=[])
                clock = FollowedClock(STARTS, flowing=False)
                await SlackSender(client, Pace(clock, RATES), clock).send(parcel)
        async with at_work(workspace, database, tmp_path) as house:
            await house.after(minutes=5)
            assert await said(house, "Good morning.", SAM, ROOM if to == "room" else None) == 1
            assert (await house.nothing_lost())["posts_sent"] == 1
            # Found again, it is one of ours: it can be edited and taken back.
            await house.put(post(words="Other words.", to=address, not_before=STARTS))
            await house.after(minutes=1)
            assert await said(house, "Other words.", SAM, ROOM if to == "room" else None) == 1


async def test_a_post_is_found_again_behind_hundreds_of_others(house: House) -> None:
    await house.page.fault("chat.postMessage", "reset", stored=True)
    await house.put(post("lost", "The lost one.", to=COMMITTEE, not_before=STARTS))
    await house.settle()
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(BOT_TOKEN, base_url=house.workspace.api_url, session=session, retry_handlers=[])
        now = house.clock.now()
        for n in range(250):
            now += timedelta(seconds=1)
            assert (await house.page.post("/api/clock/advance", to=now.timestamp()))["ok"]
            await client.chat_postMessage(channel=ROOM, text=f"Chatter {n}.")
    house.clock.follow(now)
    await house.app.look()
    await house.after(minutes=1)
    assert await said(house, "The lost one.", SAM, ROOM) == 1
    assert await state_of(house, PostState.SHOWN) == 1


async def test_an_outage_of_the_database_is_waited_out_and_logged_once(anywhere: AnyHouse, log: Log) -> None:
    house = anywhere
    async with house.app.memory.transaction() as connection:
        await connection.exec_driver_sql("ALTER TABLE pause RENAME TO gone")
    house.station.delivery.nudge()
    await until(lambda: log.errors)
    await house.app.look()
    await house.app.look()
    async with house.app.memory.transaction() as connection:
        await connection.exec_driver_sql("ALTER TABLE gone RENAME TO pause")
    await until(lambda: any("delivery_back" in line for line in log.lines))
    await house.app.look()
    await house.put(post(to=COMMITTEE, not_before=STARTS))
    await house.after(seconds=5)
    assert await said(house, "Good morning.", SAM, ROOM) == 1
    log.faults = 2


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_two_replicas_on_one_database_say_everything_once(
    tmp_path: Path, postgres: Postgres, platform: str
) -> None:
    postgres.clean()
    others = [f"Extra {n}" for n in range(30)]
    async with AsyncExitStack() as stack:
        ground = await stack.enter_async_context(running_for_many(platform, others=others))
        houses = []
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            houses.append(await stack.enter_async_context(one_more_on(ground, postgres.url, tmp_path / name)))
        one, two = houses
        async with one.app.memory.open_work() as work:
            ids = [person.id for person in await work.people.all_present()]
        await one.put(
            *(
                post(f"dm{n}", f"Hello {n}.", to=ToPerson(person=person), not_before=STARTS)
                for n, person in enumerate(ids)
            ),
            *(post(f"room{n}", f"Line {n}.", to=COMMITTEE, not_before=STARTS) for n in range(6)),
        )
        two.station.delivery.nudge()
        now = STARTS
        for _ in range(60):
            await asyncio.gather(rested(one.app), rested(two.app))
            if (await one.station.outbox.counts()).get(PostState.SHOWN) == len(ids) + 6:
                break
            now += timedelta(seconds=2)
            assert (await one.page.post("/api/clock/advance", to=now.timestamp()))["ok"]
            for house in houses:
                house.clock.follow(now)
                await house.app.look()
        counts = await one.nothing_lost()
        assert counts["posts_sent"] == len(ids) + 6
        assert (await one.station.outbox.counts()).get(PostState.SHOWN) == len(ids) + 6
        assert len(ids) == 30 + len(MEMBERS) + 1


async def rested(app: Application) -> None:
    await until(lambda: app.quiet)
