"""Whatever a process of ours was killed in the middle of, every kind of post is told once, in its newest words."""

import re
import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from rituals.messages import Message, Note, say
from rituals.posts import Address, Post, ToHome, ToPerson, ToRoom
from rituals.speech import KINDS
from tests.bot.scenarios.horizon import STARTS, AnyHouse, Json, plain
from tests.crashes.grounds import SLACK, TEAMS, Ground
from tests.crashes.lives import Life, live, stand_in_process
from tests.crashes.points import LOST, MOMENTS, Register, arm_sender, hurry_up, names_in
from tests.databases import Postgres
from tests.golden.drawing import register_everything
from tests.golden.samples import SAMPLES

register_everything()

pytestmark = pytest.mark.enable_socket  # a fork is asked for over a socket of the file system

FEW = {"withdraw": 6, "publish_home": 6, "find": 2}
"""So many posts of what does not depend on what a post says; what is to be found is looked for one by one."""

NEWEST = {"send": 1, "find": 1, "edit": 2, "publish_home": 2, "withdraw": 0}
"""The revision a post ends in, by what is done with it; 0 takes it back."""

ON_RECORD = (
    "after the attempt committed",
    "before the call leaves",
    LOST,
    "after the answer is read",
    "before the settlement commits",
)
"""Moments at which the database holds an attempt and not what became of it."""

DONE = ON_RECORD[2:]
"""Those of them at which the platform has done what was asked."""


def posts_on(ground: Ground, every: int = 1) -> list[str]:
    """A post for each thing done with each kind of message, or with `every` so-many-th.

    Every kind goes out and is rewritten; where only the post counts, a few are enough.
    """
    return [f"{one}:{kind}" for one in ground.operations for kind in sorted(KINDS)[: FEW.get(one)][::every]]


def email(n: int) -> str:
    return f"person.{n}@horizon.example"


def room(n: int, post: str) -> bool:
    """Whether that post goes to a room; each has a conversation of its own, so that none waits for another."""
    return n % 4 == 0 and not post.startswith("publish_home:")


def settings(ground: Ground, posts: Sequence[str], policy: str) -> Json:
    return {
        "rooms": ground.rooms(rooms(posts)),
        "people": [{"email": email(0), "roles": ["chair"]}],
        "initiatives": [],
        "delivery": {"on_unknown": policy},
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


def rooms(posts: Sequence[str]) -> list[str]:
    return [f"room{n}" for n, post in enumerate(posts) if room(n, post)]


def message_of(post: str, kind: str, revision: int) -> Message:
    sample = SAMPLES[kind][False]
    mark = say("greeting", name=f"{post}, revision {revision}")
    return replace(sample, parts=(Note(text=mark), *sample.parts))


def told(said: Iterable[object]) -> list[str]:
    """What messages and homes say of themselves: "edit:committee-card, revision 2"."""
    found = [re.findall(r"(\w+:[\w-]+, revision \d)", plain(one)) for one in said]
    assert all(len(set(marks)) == 1 for marks in found)
    return [marks[0] for marks in found]


async def put(house: AnyHouse, given: Json, posts: Iterable[str], *, newest: bool) -> None:
    """Puts these posts in their first or their last revision, and lets three minutes pass."""
    at = house.clock.now()
    async with house.app.memory.open_work() as work:
        people = {one.email: one.id for one in await work.people.all_present()}
        for post in posts:
            n, (operation, _, kind) = given["posts"].index(post), post.partition(":")
            person = people[email(n)]
            to: Address = ToRoom(room=f"room{n}") if room(n, post) else ToPerson(person=person)
            if operation == "publish_home":
                to, kind = ToHome(person=person), "home"
            if newest and not NEWEST[operation]:
                await work.posts.withdraw(post, at=at)
                continue
            words = message_of(post, kind, NEWEST[operation] if newest else 1)
            await work.posts.put(Post(id=post, to=to, message=words, ritual="prioritisation", not_before=STARTS), at=at)
    house.station.delivery.nudge()
    await house.after(minutes=3)


async def before_the_kill(house: AnyHouse, given: Json) -> None:
    """What is to be changed is there."""
    await put(house, given, [post for post in given["posts"] if NEWEST[post.partition(":")[0]] != 1], newest=False)


async def around_the_kill(house: AnyHouse, given: Json) -> None:
    """Everything is to be as it ends."""
    await put(house, given, given.get("only") or given["posts"], newest=True)


async def after_the_kill(house: AnyHouse, given: Json) -> Json:
    """The same once more, and what the platform and the database say in the end."""
    await around_the_kill(house, given)
    await house.after(minutes=30)
    async with house.app.memory.transaction() as connection:
        rows = await connection.exec_driver_sql("SELECT id, state FROM post")
        states: dict[str, str] = dict(tuple(row) for row in rows)
    posts = dict(await house.station.outbox.counts())
    counts = await house.page.counts()
    said = (await house.page.get("/sandbox/audit"))["messages"]
    homes = [
        (await house.page.get("/api/home", who=f"U{n:05}"))["view"]
        for n, post in enumerate(given["posts"])
        if post.startswith("publish_home:")
    ]
    return {
        "told": told(said),
        "homes": told(homes),
        "states": states,
        "counts": posts,
        "duplicates": counts["duplicates"],
    }


def arm(ground: Ground, given: Json) -> None:
    hurry_up(len(given["posts"]))
    arm_sender(ground, given["moment"], Register(Path(given["register"])), losing=given["losing"])


def arm_nothing(_: Ground, given: Json) -> None:
    hurry_up(len(given["posts"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a matrix came to: how often each post is told in which revision, and what the database says of it."""

    told: Counter[str]
    states: dict[str, str]
    duplicates: int

    def assert_each(self, operation: str, state: str, *, times: int = 1) -> None:
        """Each post of an operation is told so often in its newest words, and not at all in others."""
        posts = {post for post in self.states if post.startswith(f"{operation}:")}
        assert {self.states[post] for post in posts} == {state}
        newest = {f"{post}, revision {NEWEST[operation]}": times for post in posts if times}
        assert {mark: n for mark, n in self.told.items() if mark.startswith(f"{operation}:")} == newest


def lived_through(
    ground: Ground, moment: str, database: Path | str, directory: Path, *, policy: str = "skip", every: int = 1
) -> Told:
    """Every post of the matrix meets that moment once, in as many lives as it takes; what is told in the end."""
    posts = posts_on(ground, every)
    people = {email(n): f"Person {n}" for n in range(len(posts))}
    with stand_in_process(ground, ground.crowd(people, rooms(posts))) as url:
        life = Life(
            ground=ground,
            url=url,
            database=database,
            directory=directory,
            settings=settings(ground, posts, policy),
            story=around_the_kill,
            arm=arm_nothing,
            given={"posts": posts},
        )

        def kill_until_all_were_there(moment: str, names: set[str], *, losing: bool = False) -> None:
            file = directory / ("lost" if losing else "point")
            given = {"only": sorted(names), "moment": moment, "register": str(file), "losing": losing}
            while not (before := names_in(file)) >= names:
                end = live(replace(life, arm=arm, given={**life.given, **given}))
                assert end.killed, f"{moment}: not reached by {sorted(names - before)}"
                assert names_in(file) > before

        assert live(replace(life, story=before_the_kill)).faults == []
        # What is looked for was shown, and nobody knows.
        kill_until_all_were_there(LOST, {post for post in posts if post.startswith("find:")}, losing=True)
        kill_until_all_were_there(moment, set(posts))
        end = live(replace(life, story=after_the_kill))
    assert end.faults == []
    found = end.answer
    assert set(found["states"]) == set(posts)
    assert found["counts"] == Counter(found["states"].values())
    return Told(told=Counter([*found["told"], *found["homes"]]), states=found["states"], duplicates=found["duplicates"])


@pytest.fixture
def database(tmp_path: Path, sqlite_template: Path) -> Path:
    return Path(shutil.copyfile(sqlite_template, tmp_path / "comitia.sqlite"))


def test_every_kind_of_message_has_a_post_in_the_matrix() -> None:
    for ground in (SLACK, TEAMS):
        kinds = [post.partition(":") for post in posts_on(ground)]
        assert {kind for operation, _, kind in kinds if operation == "send"} == set(KINDS)
        assert {kind for operation, _, kind in kinds if operation == "edit"} == set(KINDS)
    assert set(KINDS) <= set(SAMPLES)


# --- Slack: what may have been lost is looked for ---------------------------------------------------------------------


def assert_everything_once(found: Told) -> None:
    for operation in ("send", "edit", "publish_home", "find"):
        found.assert_each(operation, "shown")
    found.assert_each("withdraw", "withdrawn", times=0)
    assert found.duplicates == 0


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_kill_at_that_moment_loses_nothing_and_says_nothing_twice(
    moment: str, tmp_path: Path, database: Path
) -> None:
    assert_everything_once(lived_through(SLACK, moment, database, tmp_path))


@pytest.mark.parametrize("moment", [LOST, "before the settlement commits"])
def test_a_kill_at_that_moment_loses_nothing_and_says_nothing_twice_on_postgresql(
    moment: str, tmp_path: Path, postgres: Postgres
) -> None:
    postgres.clean()
    assert_everything_once(lived_through(SLACK, moment, postgres.url, tmp_path, every=4))


# --- Teams: nobody can look for it ------------------------------------------------------------------------------------


def assert_nothing_twice(found: Told, moment: str) -> None:
    """A post is missing only where its attempt was on record before the call left, and is counted as perhaps told."""
    if moment in ON_RECORD:
        found.assert_each("send", "perhaps", times=1 if moment in DONE else 0)
    else:
        found.assert_each("send", "shown")
    assert_the_rest_is_told(found)
    assert found.duplicates == 0


def assert_nothing_missing(found: Told, moment: str) -> None:
    """A post is told twice only where its call was done and nobody knows."""
    found.assert_each("send", "shown", times=2 if moment in DONE else 1)
    assert_the_rest_is_told(found)


def assert_the_rest_is_told(found: Told) -> None:
    """Whose place is known may be told anew as often as it takes."""
    found.assert_each("edit", "shown")
    found.assert_each("withdraw", "withdrawn", times=0)


@pytest.mark.parametrize("moment", MOMENTS)
def test_on_teams_a_kill_says_nothing_twice_and_what_may_be_missing_is_counted(
    moment: str, tmp_path: Path, database: Path
) -> None:
    # Until an attempt is on record nobody has looked at what a post says: a few kinds are enough there.
    every = 1 if moment in (*ON_RECORD, MOMENTS[-1]) else 4
    assert_nothing_twice(lived_through(TEAMS, moment, database, tmp_path, every=every), moment)


@pytest.mark.parametrize("moment", ["before the call leaves", LOST])
def test_on_teams_a_kill_loses_nothing_where_what_is_unknown_is_sent_again(
    moment: str, tmp_path: Path, database: Path
) -> None:
    assert_nothing_missing(lived_through(TEAMS, moment, database, tmp_path, policy="resend", every=4), moment)


@pytest.mark.parametrize("policy", ["skip", "resend"])
def test_on_teams_an_answer_lost_in_a_kill_is_treated_alike_on_postgresql(
    policy: str, tmp_path: Path, postgres: Postgres
) -> None:
    postgres.clean()
    found = lived_through(TEAMS, LOST, postgres.url, tmp_path, policy=policy, every=4)
    (assert_nothing_missing if policy == "resend" else assert_nothing_twice)(found, LOST)
