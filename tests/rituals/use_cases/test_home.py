"""The home of one person: what waits for them in every ritual, and of a pulse nothing that would tell who answered."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from rituals.calendar import ONE_DAY
from rituals.measures.disclosure import Thresholds
from rituals.pulses import speech as pulse_says
from rituals.reviews import speech as review_says
from rituals.reviews.actions import Action, ActionKind, ActionState
from rituals.reviews.ladder import Deadline
from rituals.use_cases import act_on, answer_pulse, brake, look
from storage.work import Memory
from tests.rituals.use_cases.conftest import LivedThrough
from tests.rituals.use_cases.house import House, email, say_everywhere, sentences, utc, values
from tests.rituals.use_cases.pulse_house import CLOSE, HEARD, PulseHouse, launched
from tests.rituals.use_cases.review_house import (
    ASKED,
    CANADIAN,
    HELD,
    NEXT_HELD,
    OWNER,
    REVIEW,
    TODAY,
    ReviewHouse,
    asked_for_values,
)

ANSWERED = {"quality": "85 %", "delay": "4"}
NOTHING = "Nothing waits for you. Enjoy your day."
DUE = date(2026, 4, 23)


async def home_id(house: House, who: str) -> str:
    return f"home:{(await house.person(who)).id}"


async def home(house: House, who: str, *, opened: bool = True) -> str:
    """What somebody's home says, in English; by default they have just opened it."""
    if opened:
        await house.ask(who, look.open_home)
    return await house.reads(await home_id(house, who))


async def buttons(house: House, who: str) -> list[str]:
    """What can be done on somebody's home as it is now."""
    return values(await house.post(await home_id(house, who)))


@pytest.fixture
async def asked(lived_through: LivedThrough) -> ReviewHouse:
    """Owners have just been asked for values."""
    return await lived_through(asked_for_values)


@pytest.fixture
async def held(lived_through: LivedThrough) -> ReviewHouse:
    """One KPI is red, and its owner has looked at their home since they gave their values."""
    return await lived_through(_held)


async def _held(memory: Memory) -> ReviewHouse:
    asked = await asked_for_values(memory)
    await asked.give(OWNER, ANSWERED)
    await home(asked, OWNER)
    await asked.publish(date(2026, 4, 5), 45, 100)
    await asked.go(HELD)
    return asked


@pytest.fixture
async def pulse(lived_through: LivedThrough) -> PulseHouse:
    """A question was put to twelve people of forty-eight, and those in Paris have heard it."""
    return await lived_through(launched)


# --- values --------------------------------------------------------------------------------------------------------


async def test_a_home_shows_the_values_somebody_is_asked_for_with_the_button_of_their_message(
    asked: ReviewHouse,
) -> None:
    shown = await home(asked, OWNER)
    assert "2 values are wanted by Thursday 9 April, 14:00: The quality and The delay" in shown
    assert NOTHING not in shown
    assert await buttons(asked, OWNER) == [f"open-readings {REVIEW}"]


async def test_a_value_that_is_given_leaves_the_home_without_its_being_opened_again(asked: ReviewHouse) -> None:
    await home(asked, OWNER)
    await asked.give(OWNER, {"quality": "85 %", "delay": None})
    assert "One value is wanted by Thursday 9 April, 14:00: The delay" in await home(asked, OWNER, opened=False)
    await asked.give(OWNER, ANSWERED)
    assert NOTHING in await home(asked, OWNER, opened=False)
    assert await buttons(asked, OWNER) == []


async def test_nobody_is_asked_on_their_home_before_they_are_asked_or_after_the_review(memory: Memory) -> None:
    house = ReviewHouse(memory)
    await house.settle_in()
    assert NOTHING in await home(house, CANADIAN)
    await house.go(ASKED)
    assert "One value is wanted" in await home(house, CANADIAN, opened=False)
    await house.go(HELD)
    assert "is wanted" not in await home(house, CANADIAN, opened=False)


async def test_a_home_tells_of_nothing_that_is_asked_of_others(asked: ReviewHouse) -> None:
    assert NOTHING in await home(asked, "perpetua")
    assert "quality" not in await home(asked, CANADIAN)


async def test_a_home_that_was_never_opened_is_not_drawn(asked: ReviewHouse) -> None:
    await asked.give(OWNER, ANSWERED)
    await asked.publish(date(2026, 4, 5), 45, 100)
    await asked.go(HELD)
    assert await asked.said("home:") == {}


# --- actions -------------------------------------------------------------------------------------------------------


async def test_an_action_that_is_asked_for_comes_to_the_home_with_its_button(held: ReviewHouse) -> None:
    shown = await home(held, OWNER, opened=False)
    assert "Your actions\nThe escalation\nWhat will be done, and by when?" in shown
    assert await buttons(held, OWNER) == [f"open-action {REVIEW}:escalation"]


async def test_an_action_says_when_it_is_due_and_how_late_it_is(held: ReviewHouse) -> None:
    await held.promise(OWNER, "escalation", "Rewrite ten questions", DUE)
    assert "Rewrite ten questions · due Thursday 23 April" in await home(held, OWNER, opened=False)
    assert "late" not in await home(held, OWNER)
    await held.climb_to(utc(4, 24, 9))
    assert "due Thursday 23 April · one working day late" in await home(held, OWNER, opened=False), "a level was told"
    held.at = utc(4, 28, 9)
    assert "due Thursday 23 April · 3 working days late" in await home(held, OWNER)
    await held.ask(OWNER, act_on.move, f"{REVIEW}:escalation", {"due": "2026-05-04", "reason": "The supplier is late."})
    shown = await home(held, OWNER, opened=False)
    assert "due Monday 4 May · 3 working days late: it was due Thursday 23 April" in shown


async def test_an_action_has_the_first_button_of_its_message_and_leaves_the_home_when_it_is_done(
    held: ReviewHouse,
) -> None:
    await held.promise(OWNER, "escalation", "Rewrite ten questions", DUE)
    message = await held.post(f"actions:{REVIEW}:{(await held.person(OWNER)).id}")
    assert await buttons(held, OWNER) == values(message)[:1] == [f"action-done {REVIEW}:escalation"]
    await held.ask(OWNER, act_on.do, f"{REVIEW}:escalation")
    assert NOTHING in await home(held, OWNER, opened=False)


async def test_an_action_a_later_review_no_longer_needs_leaves_the_home(held: ReviewHouse) -> None:
    await held.publish(date(2026, 5, 10), 10, 100)
    await held.go(utc(5, 11, 7))
    await held.give(OWNER, ANSWERED, review="review-2026-05-14")
    await held.go(NEXT_HELD)
    assert NOTHING in await home(held, OWNER, opened=False)


async def test_the_first_ten_actions_by_due_date_are_named_and_the_others_counted(asked: ReviewHouse) -> None:
    await asked.give(OWNER, ANSWERED)
    owner = await asked.person(OWNER)
    dues = [TODAY + n * ONE_DAY for n in range(11)]
    async with asked.work() as work:
        for n, due in [(11, None), *reversed(list(enumerate(dues)))]:
            await work.reviews.put_action(
                Action(
                    id=f"{REVIEW}:kpi-{n}",
                    occurrence=REVIEW,
                    kpi=f"kpi-{n}",
                    title=f"Number {n:02}",
                    kind=ActionKind.REMEDY,
                    state=ActionState.AWAITED if due is None else ActionState.OPEN,
                    owner=owner.id,
                    email=email(OWNER),
                    what="" if due is None else "Something",
                    deadline=Deadline.set(created=TODAY, due=due),
                )
            )
    shown = [line for line in (await home(asked, OWNER)).split("\n") if line.startswith(("Number", "And "))]
    assert shown == [*(f"Number {n:02}" for n in range(10)), "And 2 more."]


# --- the question of a pulse ---------------------------------------------------------------------------------------


def in_paris(house: PulseHouse, names: list[str]) -> list[str]:
    return [name for name in names if house.everybody.index(name) % 8 != 7]


async def test_a_question_is_on_the_home_of_whoever_has_heard_it_and_has_not_answered(pulse: PulseHouse) -> None:
    first, second, *_ = in_paris(pulse, await pulse.asked())
    assert NOTHING in await home(pulse, first), "the message comes at their own hour"
    await pulse.go(HEARD)
    line = "A question for you\nTriage of claims\nopen until Tuesday 7 April, 10:00"
    for name in (first, second):
        assert line in await home(pulse, name)
        assert await buttons(pulse, name) == []
    await pulse.answer(first, "never")
    assert NOTHING in await home(pulse, first)
    assert line in await home(pulse, second)
    others = [name for name in pulse.everybody if name not in await pulse.asked()]
    assert NOTHING in await home(pulse, others[0])


async def test_whoever_asked_to_be_left_in_peace_finds_no_question_on_their_home(pulse: PulseHouse) -> None:
    await pulse.go(HEARD)
    name, *_ = in_paris(pulse, await pulse.asked())
    await pulse.ask(name, answer_pulse.stop_asking)
    assert NOTHING in await home(pulse, name)


async def test_a_question_past_its_close_is_on_no_home_even_before_its_step_has_run(pulse: PulseHouse) -> None:
    await pulse.go(HEARD)
    name, *_ = in_paris(pulse, await pulse.asked())
    pulse.at = CLOSE
    assert NOTHING in await home(pulse, name)


async def test_no_home_is_drawn_because_somebody_answers(pulse: PulseHouse) -> None:
    await pulse.go(HEARD)
    name, *_ = in_paris(pulse, await pulse.asked())
    await home(pulse, name)
    before = await pulse.rows("post")
    pulse.at += timedelta(minutes=20)
    await pulse.answer(name, "never")
    await pulse.send(name, "1")
    await pulse.comment(name, "words")
    assert await pulse.rows("post") == before, "it would write down when they did"


async def test_after_the_close_no_home_tells_who_had_answered(pulse: PulseHouse) -> None:
    await pulse.go(HEARD)
    names = await pulse.asked()
    first, second, *_ = in_paris(pulse, names)
    outsider = next(name for name in pulse.everybody if name not in names)
    await pulse.answer(first)
    for name in (first, second, outsider):
        await home(pulse, name)
    await pulse.go(CLOSE)
    assert set(await pulse.said("home:")) == {await home_id(pulse, outsider)}
    for name in (first, second):
        assert NOTHING in await home(pulse, name)


async def test_neither_does_any_after_a_wave_is_called_off(pulse: PulseHouse) -> None:
    await pulse.go(HEARD)
    first, second, *_ = in_paris(pulse, await pulse.asked())
    await pulse.answer(first)
    for name in (first, second):
        await home(pulse, name)
    pulse.organisation = replace(pulse.organisation, rituals={})
    await pulse.go(utc(4, 2, 8))
    assert await pulse.said("home:") == {}


# --- the whole -----------------------------------------------------------------------------------------------------


async def test_a_cancelled_review_leaves_no_value_on_any_home(asked: ReviewHouse) -> None:
    await home(asked, OWNER)
    await asked.ask("anatolia", brake.cancel_occurrence, REVIEW)
    assert NOTHING in await home(asked, OWNER, opened=False)
    say_everywhere(await asked.post(await home_id(asked, OWNER)))


@pytest.mark.parametrize(("count", "more"), [(10, None), (11, "And one more."), (12, "And 2 more.")])
def test_more_than_ten_questions_or_values_are_counted(count: int, more: str | None) -> None:
    topic = pulse_says.Topic(wave="w", tool="Triage", closes_at=CLOSE, thresholds=Thresholds())
    wanted = review_says.ValuesWanted(
        occurrence=REVIEW, ritual="KPI review", until=HELD, kpis=[f"Number {n:02}" for n in range(1, count + 1)]
    )
    for shown in (pulse_says.at_home([topic] * count), review_says.values_at_home([wanted] * count)):
        say_everywhere(shown)
        assert (more in sentences(shown)) if more else not [one for one in sentences(shown) if one.startswith("And ")]
    line = "\n".join(sentences(review_says.values_at_home([wanted])))
    assert f"{count} values are wanted by Thursday 9 April, 14:00: Number 01," in line
    assert ("Number 11" in line, "more" in line) == (False, count > 10)
