"""A rehearsal by the real door: one person gets everything, marked so, and nobody else gets anything."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import CannotStart, migrate_database
from bot.pace import Turns
from bot.platforms.port import DeliveryError
from bot.rehearsal import Gate, Stage
from bot.sandbox import running_workspace
from bot.settings import load
from rituals.messages import Heading, Message, Reply, say
from rituals.people import Account
from rituals.posts import Address, Parcel, Place, Post, ToHome, ToPerson, ToRoom
from rituals.pulses import speech as pulse
from rituals.rehearsal import copies as copies_
from rituals.speech import greeting
from rituals.use_cases import answer_pulse
from tests.bot.scenarios.house import (
    BALLOTS_CLOSE,
    LOBBY,
    LUC,
    MARKS_CALLED,
    NADIA,
    NEWS,
    PEOPLE,
    PRIYA,
    ROOM,
    SAM,
    SITTING,
    TEAM,
    ZOE,
    House,
    Json,
    app_yaml,
    at_work,
    buttons,
    environ,
    words,
    workspace_config,
    write_settings,
)

OTHERS = (NADIA, PRIYA, LUC, ZOE)
REHEARSER = "sam.taylor@horizon.example"


async def fresh(tmp_path: Path) -> None:
    """A rehearsal's database, made as `comitia run --rehearse` makes it."""
    settings = load(write_settings(tmp_path, at_home(tmp_path)), environ=environ())
    await migrate_database(settings)


def at_home(tmp_path: Path, rehearser: str = REHEARSER) -> Json:
    return app_yaml("http://127.0.0.1:1/api/", str(tmp_path / "comitia.sqlite"), rehearsal=rehearser)


@asynccontextmanager
async def rehearsed(tmp_path: Path, rehearser: str = REHEARSER, **changes: Any) -> AsyncIterator[House]:
    await fresh(tmp_path)
    async with (
        running_workspace(workspace_config()) as workspace,
        at_work(workspace, tmp_path / "comitia.sqlite", tmp_path, rehearsal=rehearser, **changes) as house,
    ):
        yield house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Sam rehearses, an ordinary member."""
    async with rehearsed(tmp_path) as built:
        yield built


async def nobody_else_has_anything(house: House) -> None:
    """No room has a message, and nobody but Sam a direct one or a home."""
    for channel in (ROOM, NEWS, LOBBY):
        assert [one for one in await house.messages(SAM, channel) if not one["ephemeral"]] == []
    for person in OTHERS:
        assert await house.messages(person) == []
        # Asking for it as a page would opens it too, which must not have given them one either.
        assert (await house.page.get("/api/home", who=person))["view"] is None
    await house.settle()
    for person in OTHERS:
        assert (await house.page.get("/api/home", who=person))["view"] is None


def copies(messages: list[Json], mark: str) -> Iterator[Json]:
    return (one for one in messages if mark in plain(words(one)))


def plain(said: str) -> str:
    return said.replace("\u202f", " ").replace("\u00a0", " ")


async def press_on(house: House, message: Json, value: str) -> list[str]:
    """Presses the button of a copy whose value has `value` in it; what only Sam is told."""
    before = {one["ts"] for one in await house.messages(SAM) if one["ephemeral"]}
    assert (await house.press(SAM, message, "rehearsal", value))["ok"]
    await house.settle()
    return [words(one) for one in await house.messages(SAM) if one["ephemeral"] and one["ts"] not in before]


# --- everything goes to one person ------------------------------------------------------------------------------------


async def test_a_whole_committee_goes_to_one_person_marked_and_to_nobody_else(house: House) -> None:
    await house.to(BALLOTS_CLOSE)
    await house.after(minutes=5)
    mine = await house.messages(SAM)
    assert "The rehearsal at Horizon has begun" in words(mine[0])
    for mark in (
        "Rehearsal: for Priya Shah",
        "Rehearsal: for Sam Taylor",
        "Répétition : pour Nadia Benali",
        "Répétition : pour Luc Moreau",
        "Rehearsal: for #ai-committee",
    ):
        assert list(copies(mine, mark)), mark
    assert all(re.search("Rehearsal: for |Répétition : pour ", plain(words(one))) for one in mine)
    assert mine[0]["text"].startswith("Rehearsal, for Sam Taylor: ")
    assert any("quorum" in words(one) for one in copies(mine, "Rehearsal: for #ai-committee"))
    await nobody_else_has_anything(house)
    await house.nothing_lost()


async def test_posts_to_every_kind_of_address_reach_nobody_else_however_they_change(house: House) -> None:
    async with house.app.memory.open_work() as work:
        people = [person.id for person in await work.people.all_present()]
    addresses: list[Address] = [ToRoom(room="committee"), ToRoom(room="news")]
    addresses += [kind(person=person) for person in people for kind in (ToPerson, ToHome)]
    for round_ in range(3):
        at = house.clock.now()
        async with house.app.memory.open_work() as work:
            for n, to in enumerate(addresses):
                message = Message(kind="x", summary=said(f"{round_}"), parts=(Heading(text=said(f"{round_}")),))
                await work.posts.put(Post(id=f"flood-{n}", to=to, message=message, ritual="r", not_before=at), at=at)
        house.app.station("slack").delivery.nudge()
        await house.after(minutes=2)
    async with house.app.memory.open_work() as work:
        for n in range(0, len(addresses), 2):
            await work.posts.withdraw(f"flood-{n}", at=house.clock.now())
    house.app.station("slack").delivery.nudge()
    await house.after(minutes=2)
    shown = [one for one in await house.messages(SAM) if "Rehearsal" in words(one) and words(one).endswith("2")]
    assert shown
    await nobody_else_has_anything(house)
    assert set(await house.app.station("slack").outbox.counts()) == {"shown", "withdrawn"}
    await house.nothing_lost()


def said(words_: str) -> Any:
    return say("verbatim", words=words_)


# --- what people do ---------------------------------------------------------------------------------------------------


async def test_one_votes_on_ones_own_copy_and_the_others_only_tell_whose_they_are(house: House) -> None:
    await house.to_ballots()
    mine = await house.messages(SAM)
    own = [one for one in copies(mine, "Rehearsal: for Sam Taylor") if list(buttons(one))][-1]
    lucs = [one for one in copies(mine, "Répétition : pour Luc Moreau") if list(buttons(one))][-1]
    assert "this copy is for somebody else" in " ".join(await press_on(house, lucs, "triage:go"))
    assert await press_on(house, own, "triage:go") == []
    await house.after(seconds=30)
    own = await house.message(SAM, "Rehearsal: for Sam Taylor")
    async with house.app.memory.open_work() as work:
        ballots = await work.ballots.of(SITTING)
        votes = [vote for ballot in ballots for vote in await work.ballots.votes(ballot.id)]
    assert len(votes) == 1
    redrawn = next(one for one in await house.messages(SAM) if one["ts"] == own["ts"])
    assert plain(words(redrawn)).count("Rehearsal: for Sam Taylor") == 1
    assert "✓ Go" in words(redrawn)
    cards = [plain(words(one)) for one in copies(await house.messages(SAM), "Rehearsal: for #ai-committee")]
    assert any("One of 4 has voted" in card for card in cards), cards
    await nobody_else_has_anything(house)
    await house.nothing_lost()


async def test_marks_are_given_by_the_copys_form(house: House) -> None:
    await house.to(MARKS_CALLED + timedelta(minutes=5))
    call = next(one for one in copies(await house.messages(SAM), "Rehearsal: for Sam Taylor") if list(buttons(one)))
    await press_on(house, call, "open-marks")
    view = await house.view(SAM)
    marks = {block["block_id"]: "4" for block in view["blocks"] if block["type"] == "input"}
    await house.submit(SAM, **marks)
    async with house.app.memory.open_work() as work:
        assert list((await work.marks.participation(SITTING)).values()) == [1]
    assert "Initiative 2 of 2" in words(await house.view(SAM))
    await nobody_else_has_anything(house)


async def test_others_who_type_are_told_that_a_rehearsal_is_on_and_only_they_see_it(house: House) -> None:
    for who, told in ((LUC, "Une répétition est en cours"), (PRIYA, "A rehearsal is on"), (ZOE, "Une répétition")):
        assert (await house.type(who, "/comitia", NEWS))["ok"]
        answers = [one for one in await house.messages(who, NEWS) if one["ephemeral"]]
        assert [told in words(one) for one in answers] == [True]
        await house.type(who, "hello", await house.dm(who))
    await house.settle()
    for who in (LUC, PRIYA, ZOE):
        assert [one["user"] for one in await house.messages(who)] == [who]
    assert len(await house.messages(SAM)) == 1, "the rehearsing person has no part in it"
    await house.nothing_lost()


async def test_the_rehearsing_person_has_commands_a_home_and_an_answer(house: House) -> None:
    await house.to_ballots()
    await house.type(SAM, "/comitia", await house.dm(SAM))
    whispered = [one for one in await house.messages(SAM) if one["ephemeral"]][-1]
    await press_on(house, whispered | {"channel": await house.dm(SAM)}, "triage:go")
    home = await house.home(SAM)
    assert "Rehearsal: for Sam Taylor" in plain(words(home))
    await house.press(SAM, home, "rehearsal", "search:no_go")
    await house.settle()
    async with house.app.memory.open_work() as work:
        ballots = await work.ballots.of(SITTING)
        assert sum([len(await work.ballots.votes(ballot.id)) for ballot in ballots]) == 2
    await house.type(SAM, "hello", await house.dm(SAM))
    await house.after(seconds=5)
    assert "Hello Sam Taylor" in words(await house.message(SAM, "Hello"))
    await nobody_else_has_anything(house)
    await house.nothing_lost()


async def test_what_takes_the_place_of_ones_own_copy_is_marked_too(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def thanks(*_given: object, **_ports: object) -> Reply:
        return Reply(instead=greeting("Sam"))

    monkeypatch.setattr(answer_pulse, "answer", thanks)
    account = Account(platform="slack", workspace=TEAM, user=SAM)
    async with house.app.memory.open_work() as work:
        sam = await work.people.by_account(account)
    assert sam is not None
    reply = await house.app.desk.press(account, copies_.ACTION, f"{sam.id} {pulse.USE} w:1")
    to = say("rehearsal-for-person", name="Sam Taylor")
    assert reply == Reply(instead=copies_.copy_of(greeting("Sam"), to=to, owner=sam.id))


# --- before and after -------------------------------------------------------------------------------------------------


async def test_copies_of_a_rehearsal_do_nothing_once_it_is_over_and_live_messages_nothing_during_it(
    tmp_path: Path, sqlite_template: Path
) -> None:
    await fresh(tmp_path)
    live = tmp_path / "comitia.sqlite"
    shutil.copyfile(sqlite_template, live)
    async with running_workspace(workspace_config()) as workspace:
        async with at_work(workspace, live, tmp_path, rehearsal=REHEARSER) as house:
            await house.to(MARKS_CALLED + timedelta(minutes=5))
            copy = [one for one in copies(await house.messages(SAM), "Rehearsal: for Sam Taylor") if list(buttons(one))]
            before = {one["ts"]: plain(words(one)) for one in await house.messages(SAM)}
        async with at_work(workspace, live, tmp_path) as house:
            assert "is over" in " ".join(await press_on(house, copy[-1], ""))
            await house.to_ballots()
            after = {one["ts"]: plain(words(one)) for one in await house.messages(SAM) if not one["ephemeral"]}
            assert {ts: after[ts] for ts in before} == before, "copies stay as they were"
            paper = await house.paper(SAM)
            assert (await house.vote(LUC, "go"))["ok"]
            await house.settle()
        async with at_work(workspace, live, tmp_path, rehearsal=REHEARSER) as house:
            assert (await house.press(SAM, paper, "vote", "triage:go"))["ok"]
            await house.settle()
            assert any("not part of it" in words(one) for one in await house.messages(SAM))
            await house.after(minutes=2)
            assert [one["blocks"] for one in await house.messages(SAM) if one["ts"] == paper["ts"]] == [paper["blocks"]]


async def test_whoever_rehearses_next_leaves_the_first_ones_copies_alone(tmp_path: Path) -> None:
    await fresh(tmp_path)
    live = tmp_path / "comitia.sqlite"
    async with running_workspace(workspace_config()) as workspace:
        async with at_work(workspace, live, tmp_path, rehearsal=REHEARSER) as house:
            await house.to_ballots()
            before = [words(one) for one in await house.messages(SAM)]
        async with at_work(workspace, live, tmp_path, rehearsal="luc.moreau@horizon.example") as house:
            await house.to(BALLOTS_CLOSE)
            await house.after(minutes=5)
            assert [words(one) for one in await house.messages(SAM)] == before
            assert list(copies(await house.messages(LUC), "Rehearsal: for #ai-committee"))
            assert set(await house.app.station("slack").outbox.counts()) == {"shown"}


async def test_a_rehearsal_and_the_real_thing_never_work_on_each_others_database(
    tmp_path: Path, sqlite_template: Path
) -> None:
    await fresh(tmp_path)
    file = tmp_path / "comitia.rehearsal.sqlite"
    async with running_workspace(workspace_config()) as workspace:
        with pytest.raises(CannotStart, match=r"is the database of a rehearsal: name another in the settings"):
            async with at_work(workspace, file, tmp_path):
                pass
        file.unlink()
        shutil.copyfile(sqlite_template, file)
        with pytest.raises(CannotStart, match=r"is not the database of a rehearsal, .* move that file away"):
            async with at_work(workspace, tmp_path / "comitia.sqlite", tmp_path, rehearsal=REHEARSER):
                pass
    with pytest.raises(CannotStart, match="is not the database of a rehearsal"):
        await fresh(tmp_path)


async def test_a_rehearsal_and_the_real_thing_are_never_at_work_at_once(tmp_path: Path, sqlite_template: Path) -> None:
    await fresh(tmp_path)
    live = tmp_path / "comitia.sqlite"
    shutil.copyfile(sqlite_template, live)
    async with running_workspace(workspace_config()) as workspace:
        for first, second in ((None, REHEARSER), (REHEARSER, None)):
            one: Json = {"rehearsal": first} if first else {}
            other: Json = {"rehearsal": second} if second else {}
            async with at_work(workspace, live, tmp_path, **one):
                with pytest.raises(CannotStart, match=r"another Comitia works on .*comitia.sqlite: stop it first"):
                    async with at_work(workspace, live, tmp_path, **other):
                        pass


@pytest.mark.parametrize("nobody", ["nobody@horizon.example", "comitia@horizon.example"])
async def test_a_rehearsal_for_nobody_does_not_start_and_says_what_to_correct(tmp_path: Path, nobody: str) -> None:
    with pytest.raises(CannotStart, match=r"nobody in the workspace has the address .* correct `rehearsal`"):
        async with rehearsed(tmp_path, nobody):
            pass


def test_a_rehearsal_remembers_in_a_file_of_its_own(tmp_path: Path) -> None:
    def path_for(database: Json | None, **more: str) -> str | None:
        tree = at_home(tmp_path) | {"database": database or {}}
        settings = load(write_settings(tmp_path, tree), environ=environ(**more))
        return settings.database.path

    assert path_for(None) == "comitia.rehearsal.sqlite"
    assert path_for({"path": "/var/lib/comitia/memory.db"}) == "/var/lib/comitia/memory.rehearsal.db"
    assert path_for({"url": "sqlite:////srv/x.sqlite"}) == "/srv/x.rehearsal.sqlite"
    assert path_for(None, COMITIA_DATABASE__URL="postgresql://db.example/c") == "comitia.rehearsal.sqlite"


async def test_the_mark_is_in_the_file_itself(tmp_path: Path) -> None:
    await fresh(tmp_path)
    with sqlite3.connect(tmp_path / "comitia.rehearsal.sqlite") as connection:
        assert connection.execute("PRAGMA application_id").fetchone() != (0,)
    connection.close()


# --- the last gate ----------------------------------------------------------------------------------------------------


@dataclass
class Recorder:
    """A sender that would show anything anywhere, and writes down where."""

    shown: list[str] = field(default_factory=list)

    async def send(self, parcel: Parcel) -> Place:
        self.shown.append(parcel.destination or "")
        return Place(conversation=parcel.destination or "", message="1")

    async def edit(self, parcel: Parcel, place: Place) -> None:
        self.shown.append(place.conversation)

    async def withdraw(self, place: Place) -> None:
        self.shown.append(place.conversation)

    async def publish_home(self, parcel: Parcel) -> None:
        self.shown.append(parcel.destination or "")

    async def find(self, parcel: Parcel, *others: Parcel) -> Mapping[str, Place]:
        self.shown += [one.destination or "" for one in (parcel, *others)]
        return {}

    def turns(self, parcel: Parcel) -> Turns:
        return Turns(method="", free=1, opens_at=datetime(2026, 1, 26, tzinfo=UTC))


async def test_the_last_gate_lets_nothing_through_to_anybody_else() -> None:
    recorder = Recorder()
    gate = Gate(recorder, Stage(person="p", name="Sam", user="U0SAM", conversation="D0SAM"))
    parcel = Parcel(
        post="x",
        revision=1,
        to=ToRoom(room="committee"),
        message=Message(kind="x", summary=said("x"), parts=()),
        key="k",
        wanted=True,
        locale="en",
        zone="UTC",
        destination=None,
        place=None,
        unsettled=False,
        attempted_at=datetime(2026, 1, 1, tzinfo=UTC),
        failures=0,
    )
    for where in (None, "", "C0COMMITTEE", "D0LUC", "U0LUC", "G0SECRET"):
        elsewhere, place = replace(parcel, destination=where), Place(conversation=where or "", message="1")
        for attempt in (
            gate.send(elsewhere),
            gate.edit(elsewhere, place),
            gate.withdraw(place),
            gate.publish_home(elsewhere),
            gate.find(elsewhere),
        ):
            with pytest.raises(DeliveryError) as refused:
                await attempt
            assert refused.value.permanent
    assert recorder.shown == []
    here = replace(parcel, destination="D0SAM")
    await gate.edit(here, await gate.send(here))
    await gate.withdraw(Place(conversation="D0SAM", message="1"))
    await gate.publish_home(replace(parcel, destination="U0SAM"))
    await gate.find(here)
    assert recorder.shown == ["D0SAM", "D0SAM", "D0SAM", "U0SAM", "D0SAM"]


def test_everybody_of_these_scenarios_is_watched() -> None:
    assert {user for user, *_ in PEOPLE} == {SAM, *OTHERS}
