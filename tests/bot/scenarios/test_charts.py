"""Charts in messages, through the whole house, on each platform."""

from dataclasses import replace

from rituals.messages import Message, Reply
from rituals.posts import ToRoom
from tests.bot.scenarios.horizon import PRIYA, ROOM, SAM, STARTS, AnyHouse, content
from tests.bot.test_charts import chart, euros, named
from tests.builders import post

COMMITTEE = ToRoom(room="committee")
RISING = Message(kind="x", summary=named("rising"), parts=(chart((euros(1), euros(2))),))
FALLING = Message(kind="x", summary=named("falling"), parts=(chart((euros(2), euros(1))),))

NUMBER = {"slack": "value", "teams": "y"}
"""Where each platform's own chart has what is drawn."""


def drawn(house: AnyHouse, shown: object) -> list[int]:
    """What a message's charts draw, from left to right."""
    if isinstance(shown, list):
        return [number for each in shown for number in drawn(house, each)]
    if not isinstance(shown, dict):
        return []
    number = shown.get(NUMBER[house.platform])
    return [number] if isinstance(number, int) else drawn(house, list(shown.values()))


async def test_a_chart_is_drawn_once_and_anew_in_its_place(anywhere: AnyHouse) -> None:
    house = anywhere
    await house.put(replace(post("chart", to=COMMITTEE, not_before=STARTS), message=RISING))
    await house.after(minutes=1)
    (before,) = await house.messages(SAM, ROOM)
    assert drawn(house, content(before)) == [1, 2]
    await house.put(replace(post("chart", to=COMMITTEE, not_before=STARTS), message=FALLING))
    await house.after(minutes=1)
    (after,) = await house.messages(SAM, ROOM)
    assert (after["id"], drawn(house, content(after))) == (before["id"], [2, 1])
    await house.nothing_lost()


async def test_an_answer_with_a_chart_is_drawn_for_whoever_asked_alone(anywhere: AnyHouse) -> None:
    house = anywhere
    await house.to_ballots()

    async def figures(*_: object, **__: object) -> Reply:
        return Reply(message=RISING)

    house.app.desk.press = figures  # type: ignore[method-assign]
    before = len(await house.messages(PRIYA))
    await house.vote(SAM, "go")
    await house.after(seconds=5)
    answer = (await house.messages(SAM))[-1]
    assert drawn(house, content(answer)) == [1, 2]
    assert answer["alone"]
    assert len(await house.messages(PRIYA)) == before
    await house.nothing_lost()
