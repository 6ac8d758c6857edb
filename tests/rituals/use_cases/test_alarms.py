"""What is wrong with the bot itself reaches whoever looks after it, and so does its end."""

from dataclasses import replace
from datetime import timedelta

from rituals.people import Role
from rituals.use_cases.alarms import Trouble, Wrong, calm, sound
from tests.rituals.use_cases.house import DEADLINE, ROLES, SITTING, House

DEAF = Trouble(wrong=Wrong.DEAF)
OF_THE_ROOM = Trouble(wrong=Wrong.ROOM, about="committee", blanks={"room": "#comite", "why": "is_archived"})
HOUR = timedelta(hours=1)


async def told(house: House) -> dict[str, str]:
    """Whom alarms were put for, by post."""
    return {post: found.to for post, found in (await house.said("alarm:")).items()}


async def rings(house: House, trouble: Trouble, after: timedelta) -> bool:
    async with house.memory.open_work() as work:
        return await sound(trouble, at=house.at + after, work=work, organisation=house.organisation)


async def ends(house: House, trouble: Trouble, after: timedelta) -> bool:
    async with house.memory.open_work() as work:
        return await calm(trouble, at=house.at + after, work=work, organisation=house.organisation)


async def test_the_room_for_alarms_is_told_once_and_when_it_is_over(called: House) -> None:
    called.organisation = replace(called.organisation, alarms="committee")
    assert [await rings(called, DEAF, minutes * HOUR / 60) for minutes in (0, 1, 30)] == [True, False, False]
    assert await ends(called, DEAF, HOUR / 2)
    assert not await ends(called, DEAF, HOUR / 2)
    assert list((await told(called)).values()) == ["committee", "committee"]


async def test_without_a_room_each_admin_is_told_directly(called: House) -> None:
    assert await rings(called, DEAF, HOUR)
    admins = [(await called.person(name)).id for name, roles in ROLES.items() if Role.ADMIN in roles]
    assert sorted((await told(called)).values()) == sorted(admins)


async def test_that_the_room_for_alarms_is_closed_to_us_is_told_elsewhere(called: House) -> None:
    called.organisation = replace(called.organisation, alarms="committee")
    assert await rings(called, OF_THE_ROOM, HOUR)
    assert "committee" not in (await told(called)).values()
    before = len(await told(called))
    assert before
    assert await rings(called, DEAF, 2 * HOUR), "nor is anything else said in it"
    assert "committee" not in (await told(called)).values()
    assert len(await told(called)) == 2 * before
    assert await ends(called, OF_THE_ROOM, 3 * HOUR)
    assert await rings(called, DEAF, 9 * HOUR)
    assert "committee" in (await told(called)).values(), "once it takes messages again"


async def test_a_step_that_fails_again_and_again_is_told_and_so_is_its_end(voting: House) -> None:
    voting.organisation = replace(voting.organisation, alarms="committee")
    await voting.break_row("ballot", f"{SITTING}:triage", quorum_denominator=0)
    for minutes in (0, 5):
        await voting.go(DEADLINE + minutes * HOUR / 60)
        assert await told(voting) == {}, "it may well mend itself"
    for minutes in (10, 15, 20):
        await voting.go(DEADLINE + minutes * HOUR / 60)
    posts = await told(voting)
    assert len(posts) == 1, posts
    (post,) = posts
    assert f"step:{SITTING}/close_ballot" in post
    await voting.break_row("ballot", f"{SITTING}:triage", quorum_denominator=2)
    await voting.go(DEADLINE + 25 * HOUR / 60)
    assert sorted(name.endswith(":over:committee") for name in await told(voting)) == [False, True]
