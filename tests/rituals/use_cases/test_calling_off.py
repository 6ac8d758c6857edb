"""What is cancelled by hand, of every kind of ritual: nothing of it goes on, and whoever had heard of it is told."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import time, timedelta

import pytest

from rituals.calendar import Recurrence, Weekly
from rituals.digests.rules import DigestRules
from rituals.errors import NotAllowed, NotFound, NothingToDo, PulseCancelled, ReviewOff, Stranger
from rituals.figures.rules import FigureRules
from rituals.messages import Reply
from rituals.occurrences import OccurrenceState
from rituals.people import ALLOWED, Act, Role
from rituals.pulses.waves import ASKING, REMINDING, post_id
from rituals.use_cases import answer_pulse, brake, give_readings, my_data
from rituals.use_cases.planning import plan_ahead
from storage.work import Memory
from tests.builders import PARIS, entry, slack
from tests.rituals.use_cases.conftest import LivedThrough
from tests.rituals.use_cases.house import (
    LEFT,
    MEMBERS,
    ROLES,
    RULES,
    SITTING,
    STRANGER,
    House,
    email,
    sentences,
    utc,
    values,
)
from tests.rituals.use_cases.pulse_house import (
    CLOSE,
    LAUNCH,
    PULSE,
    PULSE_AT,
    REMINDED,
    WAVE,
    PulseHouse,
    heard,
)
from tests.rituals.use_cases.review_house import (
    ASKED,
    CANADIAN,
    HELD,
    NEXT_HELD,
    OWNER,
    REVIEW,
    REVIEW_RULES,
    ReviewHouse,
)

CHAIR = "anatolia"

FIGURES = FigureRules(
    key="figures",
    title="AI figures",
    recurrence=Recurrence(rule=Weekly(weekday=0), at=time(9), zone=PARIS),
    room="committee",
)
LETTER = DigestRules(
    key="letter",
    title="AI letter",
    recurrence=Recurrence(rule=Weekly(weekday=1), at=time(8, 30), zone=PARIS),
    readers=frozenset({Role.CHANGE_MANAGER, Role.MEMBER}),
)
EVERY_RITUAL = {one.key: one for one in (RULES, PULSE, REVIEW_RULES, FIGURES, LETTER)}
NEXT_OF_EACH = {
    "committee": SITTING,
    "pulse": PULSE_AT,
    "review": REVIEW,
    "figures": "figures-2026-03-30",
    "letter": "letter-2026-03-31",
}
BUTTONS = {
    "committee": "cancel-sitting",
    "pulse": "cancel-pulse",
    "review": "cancel-review",
    "figures": "cancel-figures",
    "letter": "cancel-letters",
}


def said(reply: Reply) -> str:
    """The sentence of a reply."""
    (sentence,) = sentences(reply.sentence)
    return sentence


@pytest.fixture
async def everything(lived_through: LivedThrough) -> ReviewHouse:
    """A ritual of every kind, on the Friday before any of them begins."""
    return await lived_through(_settled)


async def _settled(memory: Memory) -> ReviewHouse:
    house = ReviewHouse(memory)
    house.organisation = replace(house.organisation, rituals=EVERY_RITUAL)
    await house.settle_in()
    return house


@pytest.fixture
async def pulse(lived_through: LivedThrough) -> PulseHouse:
    """A wave of which everybody in Paris has heard; its chair can be asked to call it off."""
    return await lived_through(_heard_and_chaired)


async def _heard_and_chaired(memory: Memory) -> PulseHouse:
    house = await heard(memory)
    async with house.memory.open_work() as work:
        await work.people.adopt_account(slack(CHAIR), entry(email(CHAIR), Role.CHAIR), present=True)
    return house


# --- any kind ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ritual", EVERY_RITUAL)
async def test_what_is_cancelled_before_it_begins_says_and_does_nothing(everything: ReviewHouse, ritual: str) -> None:
    occurrence = NEXT_OF_EACH[ritual]
    reply = await everything.ask(CHAIR, brake.cancel_occurrence, occurrence)
    assert said(reply).startswith(f"{EVERY_RITUAL[ritual].title} of ")
    assert (await everything.sitting(occurrence)).state is OccurrenceState.CANCELLED
    assert await everything.said() == {}
    everything.organisation = replace(everything.organisation, rituals={ritual: EVERY_RITUAL[ritual]})
    for at in (ASKED, HELD):
        await everything.go(at)
    states = {step: state for step, state in (await everything.steps()).items() if step.startswith(f"{occurrence}/")}
    assert set(states.values()) == {"cancelled"}
    assert not [post for post in await everything.said() if f":{occurrence}" in post]
    await plan_ahead(everything.at, open_work=everything.memory.open_work, organisation=everything.organisation)
    assert (await everything.sitting(occurrence)).state is OccurrenceState.CANCELLED, "it is not planned again"
    with pytest.raises(NothingToDo):
        await everything.ask(CHAIR, brake.cancel_occurrence, occurrence)


@pytest.mark.parametrize("ritual", EVERY_RITUAL)
async def test_everybody_may_cancel_what_the_table_says_and_nobody_else(everything: ReviewHouse, ritual: str) -> None:
    before = await everything.image()
    holders = {who for who, roles in ROLES.items() if roles & ALLOWED[Act.CANCEL]}
    assert holders == {"anatolia", "bohumil", "adalbert"}
    asking: tuple[Callable[[str], Awaitable[Reply]], ...] = (
        lambda who: everything.ask(who, brake.cancel_occurrence, NEXT_OF_EACH[ritual]),
        lambda who: everything.ask(who, brake.list_to_cancel, ritual),
    )
    for who in {*ROLES, LEFT, STRANGER} - holders:
        for ask in asking:
            with pytest.raises(Stranger if who in {LEFT, STRANGER} else NotAllowed):
                await ask(who)
    assert await everything.image() == before
    for who in sorted(holders):
        assert values((await everything.ask(who, brake.list_to_cancel, ritual)).message)
    await everything.ask(min(holders), brake.cancel_occurrence, NEXT_OF_EACH[ritual])


@pytest.mark.parametrize("ritual", EVERY_RITUAL)
async def test_the_list_of_one_ritual_names_its_next_four(everything: ReviewHouse, ritual: str) -> None:
    shown = values((await everything.ask(CHAIR, brake.list_to_cancel, ritual)).message)
    assert shown[0] == f"{BUTTONS[ritual]} {NEXT_OF_EACH[ritual]}"
    assert {one.partition(" ")[0] for one in shown} == {BUTTONS[ritual]}
    assert len(shown) == (3 if ritual in {"committee", "review"} else 4)


async def test_the_list_of_all_names_two_of_each_the_soonest_first(everything: ReviewHouse) -> None:
    shown = (await everything.ask(CHAIR, brake.list_to_cancel)).message
    offered = [one.partition(" ")[0] for one in values(shown)]
    assert {button: offered.count(button) for button in offered} == dict.fromkeys(BUTTONS.values(), 2)
    assert values(shown)[0] == f"cancel-figures {NEXT_OF_EACH['figures']}"


async def test_an_unknown_ritual_is_asked_which(everything: ReviewHouse) -> None:
    for word in ("nonsense", "Pulse", "a" * 10_000):
        assert said(await everything.ask(CHAIR, brake.list_to_cancel, word)).startswith("Which one? Name one of: ")


@pytest.mark.parametrize("name", ["", "pulse", WAVE, f"{PULSE_AT}/launch_waves/", "a" * 10_000])
async def test_a_forged_name_is_not_found_and_changes_nothing(everything: ReviewHouse, name: str) -> None:
    before = await everything.image()
    with pytest.raises(NotFound):
        await everything.ask(CHAIR, brake.cancel_occurrence, name)
    assert await everything.image() == before


async def test_what_has_ended_cannot_be_cancelled(everything: ReviewHouse) -> None:
    await everything.go(HELD)
    with pytest.raises(NothingToDo):
        await everything.ask(CHAIR, brake.cancel_occurrence, REVIEW)


async def test_what_was_begun_under_another_kind_ends_too(voting: House) -> None:
    voting.organisation = replace(voting.organisation, rituals={"committee": replace(PULSE, key="committee")})
    await voting.ask(CHAIR, brake.cancel_occurrence, SITTING)
    assert [row["state"] for row in await voting.rows("ballot")] == ["cancelled"] * 2


# --- a pulse -------------------------------------------------------------------------------------------------------


async def test_what_was_answered_to_a_pulse_called_off_is_destroyed_and_published_nowhere(pulse: PulseHouse) -> None:
    for name in (await pulse.asked())[:9]:
        await pulse.answer(name)
        await pulse.send(name, "1")
    await pulse.ask(CHAIR, brake.cancel_occurrence, PULSE_AT)
    assert (await pulse.rows("sealed_reply"), await pulse.rows("seal_key")) == ([], [])
    for at in (REMINDED, CLOSE, CLOSE + timedelta(days=1)):
        await pulse.go(at)
    assert (await pulse.answers(), await pulse.waves()) == ([], [])
    assert await pulse.rows("pulse_comment") == []
    assert await pulse.asked(kind=REMINDING) == []
    async with pulse.memory.open_work() as work:
        counts = await work.counts()
    assert (counts["pulses_sent"], counts["pulses_answered"]) == (0, 0)


async def test_the_messages_of_a_pulse_called_off_say_so_and_ask_nothing(pulse: PulseHouse) -> None:
    names = await pulse.asked()
    heard = [name for name in names if pulse.everybody.index(name) % 8 != 7]
    await pulse.answer(heard[0])
    pulse.at += timedelta(minutes=5)
    await pulse.ask(CHAIR, brake.cancel_occurrence, PULSE_AT)
    assert {one.post for one in await pulse.deliver()} == {
        post_id(ASKING, WAVE, await pulse.id(name)) for name in heard
    }
    for name in heard:
        message = await pulse.message(name)
        assert sentences(message)[0].startswith("The question about Triage of claims is called off.")
        assert values(message) == []
    states = {one.to: one.state for one in (await pulse.said(f"{ASKING}:")).values()}
    for name in set(names) - set(heard):
        assert states[await pulse.id(name)] == "withdrawn", "nobody's first message is about a question that is off"


async def test_a_late_click_on_a_pulse_called_off_gets_a_sentence(pulse: PulseHouse) -> None:
    name, *_ = await pulse.asked()
    await pulse.answer(name)
    await pulse.ask(CHAIR, brake.cancel_occurrence, PULSE_AT)
    before = await pulse.image()
    for doing in (
        pulse.answer(name),
        pulse.send(name, "3"),
        pulse.comment(name, "words"),
        pulse.ask(name, answer_pulse.ask_for_comment, WAVE),
        pulse.ask(name, answer_pulse.ask_again, WAVE),
    ):
        with pytest.raises(PulseCancelled):
            await doing
    assert await pulse.image() == before


async def test_a_reminder_that_was_shown_says_so_too_and_is_forgotten_once_everybody_is_told(pulse: PulseHouse) -> None:
    await pulse.go(REMINDED)
    name = next(name for name in await pulse.asked(kind=REMINDING) if pulse.everybody.index(name) % 8 != 7)
    await pulse.ask(CHAIR, brake.cancel_occurrence, PULSE_AT)
    assert values(await pulse.message(name, kind=REMINDING)) == []
    await pulse.go(pulse.at + timedelta(minutes=11))
    assert await pulse.said(f"{REMINDING}:") == {}


async def test_many_people_are_told_in_parts_each_a_while_after_the_one_before(
    pulse: PulseHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rituals.use_cases.wave.PART", 5)
    await pulse.go(utc(3, 31, 15))  # Quebec has heard it too
    await pulse.go(utc(3, 31, 15, 1))  # and no message of theirs is too young to change
    told = []
    await pulse.ask(CHAIR, brake.cancel_occurrence, PULSE_AT)
    for _ in range(4):
        told.append(len({one.post for one in await pulse.deliver()}))
        await pulse.go(pulse.at + timedelta(minutes=10), deliver=False)
    assert told == [5, 5, 2, 0]


async def test_who_was_asked_is_forgotten_thirty_days_after_a_pulse_was_called_off(pulse: PulseHouse) -> None:
    await pulse.ask(CHAIR, brake.cancel_occurrence, PULSE_AT)
    rows = await pulse.rows("invitation")
    assert len([row for row in rows if row["wave"] == WAVE]) == 12
    for week in range(1, 6):
        await pulse.go(LAUNCH + timedelta(days=7 * week))
    assert [row for row in await pulse.rows("invitation") if row["wave"] == WAVE] == []
    assert await pulse.said(f"{ASKING}:{WAVE}:") == {}


async def test_the_next_pulse_takes_place_all_the_same(pulse: PulseHouse) -> None:
    await pulse.ask(CHAIR, brake.cancel_occurrence, PULSE_AT)
    await pulse.go(LAUNCH + timedelta(days=7))
    assert len(await pulse.asked("pulse-2026-04-07:triage")) == 12


async def test_whoever_was_asked_still_sees_it_among_what_is_kept_of_them(pulse: PulseHouse) -> None:
    name, *_ = await pulse.asked()
    await pulse.ask(CHAIR, brake.cancel_occurrence, PULSE_AT)
    assert "Triage of claims" in "\n".join(sentences((await pulse.ask(name, my_data.show_my_data)).message))


# --- a review ------------------------------------------------------------------------------------------------------


async def test_a_review_that_is_cancelled_asks_nobody_any_more(everything: ReviewHouse) -> None:
    await everything.go(ASKED)
    asked = await everything.said("readings:")
    await everything.ask(CHAIR, brake.cancel_occurrence, REVIEW)
    owner = f"readings:{REVIEW}:{(await everything.person(OWNER)).id}"
    canadian = f"readings:{REVIEW}:{(await everything.person(CANADIAN)).id}"
    assert set(asked) == {owner, canadian}
    assert "The review of Thursday 9 April is off, and no values are needed." in await everything.reads(owner)
    assert values(await everything.post(owner)) == []
    assert (await everything.said(canadian))[canadian].state == "withdrawn", "she had not heard of it"
    await everything.go(HELD)
    assert await everything.said("board:") == await everything.said("actions:") == {}


async def test_a_late_value_for_a_cancelled_review_gets_a_sentence_and_those_given_are_kept(
    everything: ReviewHouse,
) -> None:
    await everything.go(ASKED)
    await everything.give(OWNER, {"quality": "85 %", "delay": "4"})
    await everything.ask(CHAIR, brake.cancel_occurrence, REVIEW)
    before = await everything.image()
    for doing in (
        everything.give(OWNER, {"quality": "90 %", "delay": None}),
        everything.ask(OWNER, give_readings.ask_for_readings, REVIEW),
    ):
        with pytest.raises(ReviewOff):
            await doing
    assert await everything.image() == before
    everything.organisation = replace(everything.organisation, rituals={"review": REVIEW_RULES})
    await everything.go(utc(5, 11, 7))
    await everything.go(NEXT_HELD)
    assert (await everything.board("review-2026-05-14"))["quality"].value is not None


# --- letters -------------------------------------------------------------------------------------------------------


async def test_letters_not_sent_yet_do_not_go_out_and_those_sent_stay(everything: ReviewHouse) -> None:
    everything.organisation = replace(everything.organisation, rituals={"letter": LETTER})
    week = NEXT_OF_EACH["letter"]
    await everything.go(utc(3, 31, 6, 30))  # half past eight in Paris; Toronto still sleeps
    sent = set(await everything.said("letter:"))
    assert len(sent) == len(MEMBERS) - 2
    await everything.ask(CHAIR, brake.cancel_occurrence, week)
    await everything.go(utc(3, 31, 16))
    assert set(await everything.said(f"letter:{week}:")) == sent
    assert {one.state for one in (await everything.said("letter:")).values()} == {"shown"}
