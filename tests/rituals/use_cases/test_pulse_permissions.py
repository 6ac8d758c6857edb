"""Who may do what with a pulse: one table, checked on every request, and nothing changed by any refusal."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from rituals.errors import NotFound, NotInvited, PulseCancelled, PulseClosed, RitualError, Stranger
from rituals.messages import Reply
from rituals.pulses import speech as says
from rituals.use_cases import answer_pulse
from storage.work import Memory
from tests.rituals.use_cases.house import LEFT, STRANGER
from tests.rituals.use_cases.pulse_house import CLOSE, HEARD, LAUNCH, WAVE, WITH_PULSE, PulseHouse

Doing = Callable[[PulseHouse, str, str], Awaitable[Reply]]


async def first_tap(house: PulseHouse, who: str, wave: str) -> Reply:
    return await house.ask(who, answer_pulse.answer, wave, "never")


async def send(house: PulseHouse, who: str, wave: str) -> Reply:
    return await house.ask(who, answer_pulse.answer_more, wave, {says.SATISFACTION: ("3",)})


async def open_comment(house: PulseHouse, who: str, wave: str) -> Reply:
    return await house.ask(who, answer_pulse.ask_for_comment, wave)


async def comment(house: PulseHouse, who: str, wave: str) -> Reply:
    return await house.ask(who, answer_pulse.give_comment, wave, "words")


async def change(house: PulseHouse, who: str, wave: str) -> Reply:
    return await house.ask(who, answer_pulse.ask_again, wave)


async def stop(house: PulseHouse, who: str, wave: str) -> Reply:
    return await house.ask(who, answer_pulse.stop_asking)


async def come_back(house: PulseHouse, who: str, wave: str) -> Reply:
    return await house.ask(who, answer_pulse.ask_on)


ANSWERING: tuple[Doing, ...] = (first_tap, send, open_comment, comment, change)
FOR_EVERYBODY: tuple[Doing, ...] = (stop, come_back)

# Who asks, and what became of the wave; what they are told instead of an answer (None: they may).
TABLE: dict[tuple[str, str], type[RitualError] | None] = {
    ("invited", "open"): None,
    ("invited", "closed"): PulseClosed,
    ("invited", "past its close"): PulseClosed,
    ("invited", "without its ritual"): PulseCancelled,
    ("invited", "cancelled"): PulseCancelled,
    ("invited", "unknown"): NotFound,
    ("opted out before", "open"): NotInvited,
    ("opted out since", "open"): None,
    ("not invited", "open"): NotInvited,
    ("not invited", "closed"): PulseClosed,
    ("not invited", "unknown"): NotFound,
    ("departed", "open"): Stranger,
    ("departed", "closed"): Stranger,
    ("gone before", "open"): Stranger,
    ("stranger", "open"): Stranger,
    ("stranger", "unknown"): Stranger,
}


async def come_to(house: PulseHouse, who: str, state: str) -> tuple[str, str]:
    """The house as the row has it; the name of who asks, and the wave they name."""
    await house.move_in()
    if who == "opted out before":
        for name in house.everybody[:12]:
            await house.ask(name, answer_pulse.stop_asking)
    await house.go(LAUNCH)
    await house.go(HEARD)
    invited = await house.asked()
    outside = [name for name in house.everybody if name not in invited]
    name = {
        "opted out before": "",
        "not invited": outside[0],
        "departed": invited[0],
        "gone before": LEFT,
        "stranger": STRANGER,
    }.get(who, invited[0])
    if who == "opted out before":
        rows = {row["person"]: row["asked"] for row in await house.rows("invitation")}
        name = [one for one in house.everybody if rows.get(await house.id(one)) is False][0]  # noqa: RUF015
    if who in {"invited", "opted out since", "departed"} and state != "unknown":
        await house.answer(invited[0])
    if who == "opted out since":
        await house.ask(name, answer_pulse.stop_asking)
    if who == "departed":
        await house.leaves(name)
    match state:
        case "closed":
            await house.go(CLOSE)
        case "past its close":
            house.at = CLOSE
        case "without its ritual":
            house.organisation = replace(WITH_PULSE, rituals={})
        case "cancelled":
            async with house.memory.open_work() as work:
                await work.pulses.discard(WAVE)
    return name, "pulse-2026-03-31:nothing" if state == "unknown" else WAVE


@pytest.mark.parametrize(("who", "state"), TABLE)
async def test_everybody_may_do_what_the_table_says_and_nothing_else(memory: Memory, who: str, state: str) -> None:
    house = PulseHouse(memory)
    name, wave = await come_to(house, who, state)
    wanted = TABLE[who, state]
    before = await house.image()
    for doing in ANSWERING:
        if wanted is None:
            await doing(house, name, wave)
            continue
        with pytest.raises(wanted):
            await doing(house, name, wave)
        assert await house.image() == before, f"{doing.__name__} was refused and changed something"
    for doing in FOR_EVERYBODY:
        if wanted is Stranger:
            with pytest.raises(Stranger):
                await doing(house, name, wave)
            assert await house.image() == before
        else:
            await doing(house, name, wave)


FORGED = (
    "",
    ":",
    "x:y:z",
    "a" * 10_000,
    "pulse-2026-03-31",
    f"{WAVE}:every_week",
    f"{WAVE}/1",
    "committee-2026-04-07:triage",
)


@pytest.mark.parametrize("wave", FORGED, ids=lambda wave: wave[:30] or "nothing")
async def test_a_forged_name_is_not_found_and_changes_nothing(memory: Memory, wave: str) -> None:
    house = PulseHouse(memory)
    name, _ = await come_to(house, "invited", "open")
    before = await house.image()
    for doing in ANSWERING:
        with pytest.raises(NotFound):
            await doing(house, name, wave)
    assert await house.image() == before


async def test_a_pulse_of_the_same_name_as_a_committee_now_is_off(memory: Memory) -> None:
    house = PulseHouse(memory)
    name, wave = await come_to(house, "invited", "open")
    committee = WITH_PULSE.rituals["committee"]
    house.organisation = replace(WITH_PULSE, rituals={"pulse": committee})
    with pytest.raises(PulseCancelled):
        await first_tap(house, name, wave)
    await house.go(CLOSE + timedelta(minutes=1), deliver=False)
    assert await house.rows("sealed_reply") == []
