"""Whatever a process of ours was killed in the middle of, every kind of post is shown once, in its newest words."""

import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from rituals.messages import Message, Note, say
from rituals.posts import Address, Post, ToHome, ToPerson, ToRoom
from rituals.speech import KINDS
from tests.bot.scenarios.house import STARTS, House, Json, words, workspace_config
from tests.crashes.lives import Life, live, workspace_process
from tests.crashes.points import LOST, MOMENTS, OPERATIONS, Register, arm_sender, hurry_up, names_in
from tests.databases import Postgres
from tests.golden.drawing import register_everything
from tests.golden.samples import SAMPLES

register_everything()

pytestmark = pytest.mark.enable_socket  # a fork is asked for over a socket of the file system

FEW = {"withdraw": 6, "publish_home": 6, "find": 2}
"""So many posts of what does not depend on what a post says; what is to be found is looked for one by one."""

NEWEST = {"send": 1, "find": 1, "edit": 2, "publish_home": 2, "withdraw": 0}
"""The revision a post ends in, by what is done with it; 0 takes it back."""


def kinds_for(operation: str) -> list[str]:
    """Every kind of message goes out and is rewritten; where only the post counts, a few are enough."""
    return sorted(KINDS)[: FEW.get(operation)]


POSTS = [f"{operation}:{kind}" for operation in OPERATIONS for kind in kinds_for(operation)]


def email(n: int) -> str:
    return f"person.{n}@horizon.example"


def room(n: int) -> bool:
    """Whether that post goes to a room; each has a conversation of its own, so that none waits for another."""
    return n % 4 == 0 and not POSTS[n].startswith("publish_home:")


def workspace() -> Json:
    return workspace_config(
        people=[
            {"id": f"U{n:04}", "real_name": f"Person {n}", "email": email(n), "tz": "Europe/Paris", "locale": "en-GB"}
            for n in range(len(POSTS))
        ],
        channels=[{"name": f"room-{n}", "members": "*", "app_is_member": True} for n in range(len(POSTS)) if room(n)],
    )


SETTINGS: Json = {
    "rooms": {f"room{n}": f"room-{n}" for n in range(len(POSTS)) if room(n)},
    "people": [{"email": email(0), "roles": ["chair"]}],
    "initiatives": [],
    "rituals": {
        "prioritisation": {
            "kind": "prioritisation_committee",
            "title": "AI committee",
            "when": "1st tue",
            "at": "10:00",
            "room": "room0",
            "deadline": "17:00",
        }
    },
}


def message_of(kind: str, revision: int) -> Message:
    sample = SAMPLES[kind][False]
    mark = say("greeting", name=f"revision {revision}")
    return replace(sample, parts=(Note(text=mark), *sample.parts))


async def put(house: House, posts: Iterable[str], *, newest: bool) -> None:
    """Puts these posts in their first or their last revision, and lets three minutes pass."""
    at = house.clock.now()
    async with house.app.memory.open_work() as work:
        people = {one.email: one.id for one in await work.people.all_present()}
        for post in posts:
            n, (operation, _, kind) = POSTS.index(post), post.partition(":")
            person = people[email(n)]
            to: Address = ToRoom(room=f"room{n}") if room(n) else ToPerson(person=person)
            if operation == "publish_home":
                to, kind = ToHome(person=person), "home"
            if newest and not NEWEST[operation]:
                await work.posts.withdraw(post, at=at)
                continue
            words = message_of(kind, NEWEST[operation] if newest else 1)
            await work.posts.put(Post(id=post, to=to, message=words, ritual="prioritisation", not_before=STARTS), at=at)
    house.app.station("slack").delivery.nudge()
    await house.after(minutes=3)


async def before_the_kill(house: House, given: Json) -> None:
    """What is to be changed, or found, is there."""
    await put(house, given["posts"], newest=False)


async def around_the_kill(house: House, given: Json) -> None:
    """Everything is to be as it ends."""
    await put(house, given["posts"], newest=True)


async def after_the_kill(house: House, given: Json) -> Json:
    """The same once more, and what the workspace and the database say in the end."""
    await around_the_kill(house, given)
    await house.after(minutes=30)
    counts, posts = await house.page.counts(), dict(await house.app.station("slack").outbox.counts())
    shown = (await house.page.get("/sandbox/audit"))["messages"]
    homes = [
        (await house.page.get("/api/home", who=f"U{n:04}"))["view"]
        for n in range(len(POSTS))
        if POSTS[n].startswith("publish_home:")
    ]
    parcels = {post: await house.app.station("slack").outbox.peek(post, at=house.clock.now()) for post in POSTS}
    return {
        "shown": [(one["metadata"]["event_payload"]["key"], words(one)) for one in shown],
        "keys": {post: parcel.key for post, parcel in parcels.items() if parcel is not None},
        "homes": [words(view) for view in homes],
        "posts": posts,
        "duplicates": counts["duplicates"],
    }


def arm(given: Json) -> None:
    hurry_up(len(POSTS))
    arm_sender(given["moment"], Register(Path(given["register"])), losing=given["losing"])


def arm_nothing(given: Json) -> None:
    hurry_up(len(POSTS))


def test_every_kind_of_message_has_a_post_in_the_matrix() -> None:
    assert kinds_for("send") == kinds_for("edit") == sorted(KINDS)
    assert set(KINDS) <= set(SAMPLES)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_kill_at_that_moment_loses_nothing_and_says_nothing_twice(
    moment: str, tmp_path: Path, sqlite_template: Path
) -> None:
    lived_through(moment, Path(shutil.copyfile(sqlite_template, tmp_path / "comitia.sqlite")), tmp_path)


@pytest.mark.parametrize("moment", [LOST, "before the settlement commits"])
def test_a_kill_at_that_moment_loses_nothing_and_says_nothing_twice_on_postgresql(
    moment: str, tmp_path: Path, postgres: Postgres
) -> None:
    postgres.clean()
    lived_through(moment, postgres.url, tmp_path)


def lived_through(moment: str, database: Path | str, directory: Path) -> None:
    """Every post in the matrix meets that moment once, in as many lives as it takes; all of them are told once."""
    with workspace_process(workspace()) as url:
        life = Life(
            workspace=url,
            database=database,
            directory=directory,
            settings=SETTINGS,
            story=around_the_kill,
            arm=arm_nothing,
            given={"posts": POSTS},
        )

        def kill_until_all_were_there(moment: str, names: set[str], *, losing: bool = False) -> None:
            file = directory / ("lost" if losing else "point")
            given = {"posts": sorted(names), "moment": moment, "register": str(file), "losing": losing}
            while not (before := names_in(file)) >= names:
                end = live(replace(life, arm=arm, given=given))
                assert end.killed, f"{moment}: not reached by {sorted(names - before)}"
                assert names_in(file) > before

        there = [post for post in POSTS if NEWEST[post.partition(":")[0]] != 1]
        assert live(replace(life, story=before_the_kill, given={"posts": there})).faults == []
        # What is looked for was shown, and nobody knows.
        kill_until_all_were_there(LOST, {post for post in POSTS if post.startswith("find:")}, losing=True)
        kill_until_all_were_there(moment, set(POSTS))
        end = live(replace(life, story=after_the_kill))
    assert end.faults == []
    found = end.answer
    assert found["duplicates"] == 0
    keys = found["keys"]
    assert set(keys) == set(POSTS)
    said = [post for post in POSTS if not post.startswith(("withdraw:", "publish_home:"))]
    assert sorted(key for key, _ in found["shown"]) == sorted(keys[post] for post in said), "each of them once"
    told = dict(found["shown"])
    for post in said:
        assert f"revision {NEWEST[post.partition(':')[0]]}" in told[keys[post]], post
    assert len(found["homes"]) == FEW["publish_home"]
    assert all(f"revision {NEWEST['publish_home']}" in home for home in found["homes"])
    assert found["posts"] == {"shown": len(POSTS) - FEW["withdraw"], "withdrawn": FEW["withdraw"]}
