"""A KPI review from the call for values to the last rung of the ladder."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, time, timedelta
from fractions import Fraction
from pathlib import Path

import aiosqlite
import pytest

from rituals.errors import (
    ActionClosed,
    InvalidReply,
    NotAllowed,
    NotFound,
    NothingToDo,
    ReadingsClosed,
    ReviewOff,
    Stranger,
)
from rituals.kpis import Colour, Grey, KpiSource
from rituals.messages import Amount, Reply
from rituals.occurrences import OccurrenceState
from rituals.people import ALLOWED, Act, Role
from rituals.reviews.actions import ActionKind, ActionState
from rituals.reviews.ladder import Level
from rituals.use_cases import act_on, give_readings
from storage.work import Memory
from tests.rituals.use_cases.conftest import LivedThrough
from tests.rituals.use_cases.house import LEFT, ROLES, STRANGER, form_of, sentences, utc, values
from tests.rituals.use_cases.review_house import (
    ASKED,
    AUDITS,
    CANADIAN,
    DELAY,
    ESCALATION,
    HELD,
    NEXT_HELD,
    NEXT_REVIEW,
    OWNER,
    QUALITY,
    REVIEW,
    REVIEW_RULES,
    TODAY,
    ReviewHouse,
    asked_for_values,
    kpi,
    reviewed,
    settled,
)

SUNDAY = date(2026, 4, 5)
DUE = date(2026, 4, 23)
"""Ten working days after the review."""

HOSTILE = "<!channel> *bold* =cmd()"


@pytest.fixture
async def house(lived_through: LivedThrough) -> ReviewHouse:
    """People, four KPIs and planned reviews."""
    return await lived_through(settled)


@pytest.fixture
async def asked(lived_through: LivedThrough) -> ReviewHouse:
    """Owners have just been asked for values."""
    return await lived_through(asked_for_values)


@pytest.fixture
async def held(lived_through: LivedThrough) -> ReviewHouse:
    """One red, one amber, one green and one without a target."""
    return await lived_through(_held)


async def _held(memory: Memory) -> ReviewHouse:
    asked = await asked_for_values(memory)
    await asked.give(OWNER, {"quality": "85 %", "delay": "4"})
    await asked.publish(SUNDAY, 45, 100)
    await asked.go(HELD)
    return asked


@pytest.fixture
async def promised(lived_through: LivedThrough) -> ReviewHouse:
    """The owner of the red one has said what will be done."""
    return await lived_through(_promised)


async def _promised(memory: Memory) -> ReviewHouse:
    held = await _held(memory)
    await held.promise(OWNER, "escalation", "Rewrite ten questions", DUE)
    return held


async def ask_of(house: ReviewHouse, who: str) -> str:
    return await house.reads(f"readings:{REVIEW}:{(await house.person(who)).id}")


async def actions_of(house: ReviewHouse, who: str, review: str = REVIEW) -> str:
    return await house.reads(f"actions:{review}:{(await house.person(who)).id}")


async def board_of(house: ReviewHouse, review: str = REVIEW) -> str:
    return await house.reads(f"board:{review}")


# --- asking for values ---------------------------------------------------------------------------------------------


async def test_every_owner_is_asked_once_for_all_their_kpis(asked: ReviewHouse) -> None:
    said = await asked.said("readings:")
    assert set(said) == {f"readings:{REVIEW}:{(await asked.person(who)).id}" for who in (OWNER, CANADIAN)}
    words = await ask_of(asked, OWNER)
    assert "The quality" in words
    assert "The delay" in words
    assert "The escalation" not in words, "what Comitia reckons itself is asked of nobody"
    message = await asked.post(f"readings:{REVIEW}:{(await asked.person(OWNER)).id}")
    assert values(message) == [f"open-readings {REVIEW}"]


async def test_an_owner_is_asked_at_an_hour_of_their_own_place(house: ReviewHouse) -> None:
    shown = await house.go(ASKED)
    assert [one.post for one in shown] == [f"readings:{REVIEW}:{(await house.person(OWNER)).id}"]
    # Good Friday is a day off in Quebec.
    shown = await house.go(utc(4, 7, 13))
    assert [one.post for one in shown] == [f"readings:{REVIEW}:{(await house.person(CANADIAN)).id}"]


async def test_values_are_read_as_their_owner_writes_them_and_the_message_notes_them(asked: ReviewHouse) -> None:
    form = form_of(await asked.ask(OWNER, give_readings.ask_for_readings, REVIEW))
    assert [field.name for field in form.fields] == ["quality", "delay"]
    reply = await asked.give(OWNER, {"quality": "12,5 %", "delay": "1 234,5 days"})
    assert reply == Reply()
    async with asked.work() as work:
        given = await work.reviews.given(REVIEW)
    assert {key: one.value for key, one in given.items()} == {"quality": Fraction(1, 8), "delay": Fraction(2469, 2)}
    words = await ask_of(asked, OWNER)
    assert "noted: 12.5%" in words
    assert "Everything is noted" in words
    again = form_of(await asked.ask(OWNER, give_readings.ask_for_readings, REVIEW))
    assert [getattr(field, "initial", None) for field in again.fields] == ["12,5", "1234,5"]


async def test_a_later_value_replaces_an_earlier_one_and_an_emptied_field_takes_it_back(asked: ReviewHouse) -> None:
    await asked.give(OWNER, {"quality": "85", "delay": "4"})
    await asked.give(OWNER, {"quality": "90", "delay": None})
    async with asked.work() as work:
        given = await work.reviews.given(REVIEW)
    assert {key: one.value for key, one in given.items()} == {"quality": Fraction(9, 10)}
    assert "no value yet" in await ask_of(asked, OWNER)


@pytest.mark.parametrize(
    ("answers", "field", "key"),
    [
        ({"quality": "85", "delay": "soon"}, "delay", "refused-number"),
        ({"quality": "850", "delay": "4"}, "quality", "refused-share"),
        ({"quality": "8" * 41, "delay": "4"}, "quality", "refused-number"),
        ({"quality": "85", "delay": "1.234"}, "delay", "refused-number-meaning"),
        ({"quality": None, "delay": " "}, "quality", "refused-nothing-given"),
    ],
)
async def test_a_value_that_cannot_be_read_is_refused_under_its_field_and_nothing_is_kept(
    asked: ReviewHouse, answers: dict[str, str | None], field: str, key: str
) -> None:
    before = await asked.image()
    with pytest.raises(InvalidReply) as refused:
        await asked.give(OWNER, answers)
    assert (refused.value.field, refused.value.key) == (field, key)
    assert await asked.image() == before


async def test_six_kpis_are_asked_for_on_two_pages(memory: Memory) -> None:
    house = ReviewHouse(memory, *(kpi(f"kpi-{n}") for n in range(6)))
    await house.settle_in()
    await house.go(ASKED)
    first = form_of(await house.ask(OWNER, give_readings.ask_for_readings, None))
    assert len(first.fields) == 5
    second = form_of(await house.give(OWNER, {f"kpi-{n}": "80" for n in range(5)}))
    assert [field.name for field in second.fields] == ["kpi-5"]
    assert await house.give(OWNER, {"kpi-5": "80"}, page=2) == Reply()
    assert "Everything is noted" in await ask_of(house, OWNER)


@pytest.mark.parametrize("subject", ["", ":", f"{REVIEW}:x", f"{REVIEW}:9999", f"{NEXT_REVIEW}:1", "committee:1"])
async def test_a_forged_form_is_not_found(asked: ReviewHouse, subject: str) -> None:
    with pytest.raises(NotFound):
        await asked.ask(OWNER, give_readings.give_readings, subject, {"quality": "85"})


async def test_nobody_gives_the_value_of_somebody_elses_kpi_in_their_own_form(asked: ReviewHouse) -> None:
    with pytest.raises(NotFound):
        await asked.give(OWNER, {"audits": "3"})


async def test_values_are_closed_once_the_review_has_taken_place(held: ReviewHouse) -> None:
    with pytest.raises(ReadingsClosed):
        await held.give(OWNER, {"quality": "99", "delay": "1"})
    assert "has taken place" in await ask_of(held, OWNER)
    nothing = await held.ask(OWNER, give_readings.ask_for_readings, None)
    assert sentences(nothing.sentence) == ["No KPI waits for a value of yours."]


async def test_the_chair_is_asked_for_an_owner_nobody_can_reach_and_told_so(memory: Memory) -> None:
    house = ReviewHouse(memory, replace(QUALITY, owner="nobody@example.org"))
    await house.settle_in()
    await house.go(ASKED)
    assert "asked of you, since I cannot reach nobody@example.org" in await ask_of(house, "anatolia")
    await house.give("anatolia", {"quality": "50"})
    await house.go(HELD)
    assert "app.yaml names nobody@example.org" in await actions_of(house, "anatolia")


# --- the board -----------------------------------------------------------------------------------------------------


async def test_the_board_shows_every_colour_with_the_reds_first(held: ReviewHouse) -> None:
    assert list((await held.colours()).items()) == [
        ("escalation", Colour.RED),
        ("quality", Colour.AMBER),
        ("audits", Colour.GREY),
        ("delay", Colour.GREEN),
    ]
    words = await board_of(held)
    assert "🟢 1 green, 🟠 1 amber, 🔴 1 red and ⚪ 1 grey" in words
    assert (
        "45% (n = 100, measured) · target: at most 30% · tolerated up to 35% · 25% of the way from 50% to 30%" in words
    )
    assert "85% · target: at least 90% · tolerated up to 80% · 87.5% of the way from 50% to 90%" in words
    assert "target to be agreed: nobody has said what is acceptable" in words
    assert "4\u00a0days · target: at most 5\u00a0days · tolerated up to 6\u00a0days · 120% of the way from" in words
    assert await held.state() is OccurrenceState.CLOSED


AGAIN = "its target was to be looked at again on"


@pytest.mark.parametrize(("day", "said"), [(date(2026, 4, 8), True), (TODAY, True), (date(2026, 4, 10), False)])
async def test_the_board_says_which_target_was_to_be_looked_at_again(memory: Memory, day: date, *, said: bool) -> None:
    house = ReviewHouse(memory, replace(QUALITY, review_date=day), DELAY, replace(AUDITS, review_date=day))
    await house.settle_in()
    await house.go(HELD)
    told = {key for key, one in (await house.board()).items() if one.review_date is not None}
    assert told == ({"quality"} if said else set()), "not where none is set, nor where a target is yet to be agreed"
    words = await board_of(house)
    assert (f"no value · {AGAIN} {day:%A} {day.day} April · target: at least 90%" in words) is said
    assert (AGAIN in words) is said


async def test_the_day_of_a_target_comes_at_midnight_where_the_review_is_held(memory: Memory) -> None:
    house = ReviewHouse(memory)
    at_night = replace(REVIEW_RULES, recurrence=replace(REVIEW_RULES.recurrence, at=time(0, 30)))
    organisation = reviewed(replace(QUALITY, review_date=TODAY))
    house.organisation = replace(organisation, rituals={"review": at_night})
    await house.settle_in()
    await house.go(utc(4, 8, 22, 30))
    assert f"{AGAIN} Thursday 9 April" in await board_of(house)


async def test_a_board_goes_on_saying_what_it_said_of_a_target_whatever_app_yaml_says_since(memory: Memory) -> None:
    house = ReviewHouse(memory, replace(ESCALATION, review_date=TODAY))
    await house.settle_in()
    await house.publish(SUNDAY, 45, 100)
    await house.go(HELD)
    house.organisation = reviewed(replace(ESCALATION, review_date=date(2027, 4, 9)))
    await house.promise(OWNER, "escalation", "Rewrite ten questions", DUE)
    words = await board_of(house)
    assert "Rewrite ten questions" in words
    assert f"{AGAIN} Thursday 9 April" in words
    await house.go(NEXT_HELD)
    assert AGAIN not in await board_of(house, NEXT_REVIEW)


async def test_a_suppressed_figure_is_grey_and_no_number_of_it_is_told(asked: ReviewHouse) -> None:
    await asked.publish(SUNDAY, 4, 9)
    await asked.go(HELD)
    found = (await asked.board())["escalation"]
    assert (found.colour, found.grey, found.n, found.progress) == (Colour.GREY, Grey.TOO_FEW, None, None)
    assert "too few to judge · target" in await board_of(asked)


async def test_a_kpi_without_a_value_or_with_an_old_one_is_grey(asked: ReviewHouse) -> None:
    await asked.publish(SUNDAY - timedelta(weeks=7), 45, 100)
    await asked.go(HELD)
    board = await asked.board()
    assert board["quality"].grey is Grey.NO_DATA
    assert board["escalation"].grey is Grey.STALE
    assert "the last value dates from Sunday 15 February" in await board_of(asked)


async def test_a_figure_that_counts_everybody_is_on_one_side_of_its_target(asked: ReviewHouse) -> None:
    await asked.publish(SUNDAY, 45, 100)
    await asked.go(HELD)
    assert not (await asked.board())["escalation"].approximate, "a census has no interval"


@pytest.mark.parametrize(
    ("rollout", "colour"),
    [(date(2026, 2, 27), Colour.GREY), (date(2026, 2, 26), Colour.RED)],
    ids=["forty-one days before", "forty-two days before"],
)
async def test_adoption_has_no_colour_in_the_first_six_weeks_and_asks_for_no_action(
    memory: Memory, rollout: date, colour: Colour
) -> None:
    house = ReviewHouse(memory, kpi("adoption", source=KpiSource.ADOPTION))
    await house.settle_in()
    await house.roll_out("triage", rollout)
    await house.publish(SUNDAY, 120, 1000, metric="adoption")
    await house.go(HELD)
    found = (await house.board())["adoption"]
    assert found.colour is colour
    assert (found.grey is Grey.TOO_EARLY) is (colour is Colour.GREY)
    assert (found.action is None) is (colour is Colour.GREY)
    assert ("too early to judge" in await board_of(house)) is (colour is Colour.GREY)


async def test_a_day_agreed_for_the_first_colour_holds_where_it_is_later_and_other_figures_have_theirs_at_once(
    memory: Memory,
) -> None:
    adoption = replace(kpi("adoption", source=KpiSource.ADOPTION), judged_from=TODAY + timedelta(days=1))
    house = ReviewHouse(memory, adoption, replace(ESCALATION, initiative="fraud"))
    await house.settle_in()
    await house.roll_out("triage", date(2026, 1, 5))
    await house.roll_out("fraud", TODAY)
    await house.publish(SUNDAY, 120, 1000, metric="adoption")
    await house.publish(SUNDAY, 45, 100, case="fraud")
    await house.go(HELD)
    assert await house.colours() == {"escalation": Colour.RED, "adoption": Colour.GREY}


async def test_twelve_weeks_make_a_trend_a_projection_and_a_chart(asked: ReviewHouse) -> None:
    for week in range(12):
        await asked.publish(SUNDAY - timedelta(weeks=week), 400 + 10 * week, 1000)
    await asked.go(HELD)
    found = (await asked.board())["escalation"]
    assert [one.on for one in found.past] == [SUNDAY - timedelta(weeks=week) for week in reversed(range(12))]
    assert found.outlook is not None
    assert found.outlook.on == date(2026, 5, 15)
    # One point a week from 40 %, on the day of the next review, 40 days on.
    assert found.outlook.value == Amount.of(Fraction(40, 100) - Fraction(1, 100) * Fraction(40, 7), "%")
    words = await board_of(asked)
    assert "▼ falling · projection: 34.3% on Friday 15 May, if the trend holds" in words
    message = await asked.post(f"board:{REVIEW}")
    assert [part.type for part in message.parts].count("chart") == 1


async def test_savings_are_summed_up_by_month_and_readings_come_from_their_file(memory: Memory) -> None:
    saving = kpi("saving", source=KpiSource.SAVING, unit="EUR", agreed="0 1000 800")
    file = kpi("file", source=KpiSource.IMPORTED, unit="", agreed="0 10 8")
    house = ReviewHouse(memory, saving, file)
    await house.settle_in()
    await house.import_savings(
        "triage", (date(2026, 3, 15), "500.50"), (date(2026, 3, 31), "400"), (date(2026, 4, 8), "999")
    )
    await house.import_readings("file", (date(2026, 3, 1), "7"), (date(2026, 4, 1), "12.5"))
    await house.go(HELD)
    board = await house.board()
    assert board["saving"].value == Amount.of(Fraction(1801, 2), "EUR"), "this month is not over"
    assert board["saving"].colour is Colour.AMBER
    assert board["file"].value == Amount.of(Fraction(25, 2), "")
    assert "12.5 · target" in await board_of(house), "there was no review before"
    assert await house.said("readings:") == {}


async def test_a_review_of_nothing_shows_nothing(memory: Memory) -> None:
    house = ReviewHouse(memory)
    house.organisation = reviewed()
    await house.settle_in()
    await house.go(HELD)
    assert await house.said() == {}
    assert await house.state() is OccurrenceState.CLOSED


async def test_reviews_held_are_counted(held: ReviewHouse) -> None:
    async with held.work() as work:
        assert (await work.counts())["kpi_reviews_held"] == 1


async def test_a_review_within_five_working_days_is_held_late_and_says_so(asked: ReviewHouse) -> None:
    await asked.give(OWNER, {"quality": "85", "delay": "4"})
    await asked.go(utc(4, 15, 8))
    assert await asked.state() is OccurrenceState.CLOSED
    words = await board_of(asked)
    assert "KPI review: Wednesday 15 April" in words
    assert "This review was to be held on Thursday 9 April." in words


async def test_a_review_nobody_could_hold_in_time_is_missed_with_a_word_to_the_keepers(asked: ReviewHouse) -> None:
    await asked.go(utc(4, 16, 12))
    assert await asked.state() is OccurrenceState.MISSED
    (told,) = (await asked.said("skipped:")).values()
    assert told.to == (await asked.person("adalbert")).id
    assert "The KPI review was not held" in await asked.reads(told.id)
    assert await asked.said("board:") == {}
    assert "The review of Thursday 9 April is off" in await ask_of(asked, OWNER)
    with pytest.raises(ReviewOff):
        await asked.give(OWNER, {"quality": "85", "delay": "4"})


async def test_a_call_that_came_too_late_is_skipped_and_the_review_takes_place(house: ReviewHouse) -> None:
    await house.go(HELD)
    assert await house.said("readings:") == {}
    assert "Nobody was asked for KPI values" in await house.reads(next(iter(await house.said("skipped:"))))
    assert await house.state() is OccurrenceState.CLOSED


# --- actions -------------------------------------------------------------------------------------------------------


async def test_the_owner_of_red_kpis_is_asked_for_actions_in_one_message(memory: Memory) -> None:
    house = ReviewHouse(memory, QUALITY, DELAY)
    await house.settle_in()
    await house.go(ASKED)
    await house.give(OWNER, {"quality": "10", "delay": "9"})
    await house.go(HELD)
    (said,) = (await house.said("actions:")).values()
    assert values(await house.post(said.id)) == [f"open-action {REVIEW}:quality", f"open-action {REVIEW}:delay"]
    assert "2 of your KPIs are red" in await house.reads(said.id)
    assert "An action is asked of Cyprian · no due date yet" in await board_of(house)


async def test_what_the_owner_promises_is_shown_word_for_word_on_the_board(held: ReviewHouse) -> None:
    form = form_of(await held.ask(OWNER, act_on.open_action, f"{REVIEW}:escalation"))
    due = next(field for field in form.fields if field.name == "due")
    days = [option.value for option in getattr(due, "options", ())]
    assert days == ["2026-04-16", "2026-04-23", "2026-04-30", "2026-05-11"], "1 and 8 May are days off"
    assert getattr(due, "initial", None) == "2026-04-23"
    await held.promise(OWNER, "escalation", HOSTILE, DUE)
    assert f"Action: {HOSTILE} · Cyprian · due Thursday 23 April" in await board_of(held)
    assert "One action is under way" in await actions_of(held, OWNER)
    action = await held.action("escalation")
    assert (action.state, action.what, action.deadline.created) == (ActionState.OPEN, HOSTILE, TODAY)


@pytest.mark.parametrize(
    ("what", "due", "field"),
    [
        ("", "2026-04-23", "what"),
        ("x" * 301, "2026-04-23", "what"),
        ("Rewrite", "2026-04-09", "due"),
        ("Rewrite", "2026-05-12", "due"),
        ("Rewrite", "soon", "due"),
        ("Rewrite", None, "due"),
    ],
)
async def test_an_action_that_cannot_be_kept_is_refused_under_its_field(
    held: ReviewHouse, what: str, due: str | None, field: str
) -> None:
    before = await held.image()
    with pytest.raises(InvalidReply) as refused:
        await held.ask(OWNER, act_on.promise, f"{REVIEW}:escalation", {"what": what, "due": due})
    assert refused.value.field == field
    assert await held.image() == before


async def test_an_action_that_is_done_says_so_on_the_board(promised: ReviewHouse) -> None:
    await promised.ask(OWNER, act_on.do, f"{REVIEW}:escalation")
    assert "Done: Rewrite ten questions · Cyprian" in await board_of(promised)
    assert "Nothing is left to do" in await actions_of(promised, OWNER)
    with pytest.raises(NothingToDo):
        await promised.ask(OWNER, act_on.do, f"{REVIEW}:escalation")
    with pytest.raises(ActionClosed):
        await promised.promise(OWNER, "escalation", "Something else", DUE)


async def test_a_new_date_keeps_the_first_one_in_sight(promised: ReviewHouse) -> None:
    answers = {"due": "2026-04-30", "reason": "The supplier is late."}
    await promised.ask(OWNER, act_on.move, f"{REVIEW}:escalation", answers)
    assert "due Thursday 30 April, first promised for Thursday 23 April" in await board_of(promised)
    with pytest.raises(InvalidReply) as refused:
        await promised.ask(OWNER, act_on.move, f"{REVIEW}:escalation", answers | {"reason": "\n"})
    assert refused.value.field == "reason"


async def test_reminders_are_put_off_twice_and_no_more(promised: ReviewHouse) -> None:
    answers = {"until": "2026-04-14", "reason": "Next week."}
    for _ in range(2):
        form_of(await promised.ask(OWNER, act_on.open_snooze, f"{REVIEW}:escalation"))
        await promised.ask(OWNER, act_on.snooze, f"{REVIEW}:escalation", answers)
    with pytest.raises(InvalidReply):
        await promised.ask(OWNER, act_on.snooze, f"{REVIEW}:escalation", answers)
    assert (await promised.ask(OWNER, act_on.open_snooze, f"{REVIEW}:escalation")).sentence is not None
    message = await promised.post(f"actions:{REVIEW}:{(await promised.person(OWNER)).id}")
    assert f"open-action-snooze {REVIEW}:escalation" not in values(message)


async def test_what_is_taken_up_again_climbs_from_the_start(promised: ReviewHouse) -> None:
    await promised.climb_to(utc(4, 17, 12))
    assert (await promised.action("escalation")).deadline.reached == {Level.L1}
    await promised.ask(OWNER, act_on.do, f"{REVIEW}:escalation")
    form_of(await promised.ask(OWNER, act_on.open_again, f"{REVIEW}:escalation"))
    await promised.ask(OWNER, act_on.take_up_again, f"{REVIEW}:escalation", {"due": "2026-04-24"})
    deadline = (await promised.action("escalation")).deadline
    assert (deadline.reached, deadline.first_due) == (frozenset(), DUE)
    assert len(await promised.climb_to(utc(4, 23, 12))) > 0


async def test_a_kpi_without_a_target_blocks_until_somebody_agrees_on_one(held: ReviewHouse) -> None:
    action = await held.action("audits")
    assert (action.kind, action.state, action.owner) == (
        ActionKind.TARGET,
        ActionState.OPEN,
        (await held.person(CANADIAN)).id,
    )
    # Ten working days in Quebec, where 1 and 8 May are none of the days off.
    assert action.deadline.due == date(2026, 4, 23)
    assert "Action: agree on a target · Eluned · due Thursday 23 April" in await board_of(held)
    with pytest.raises(NotFound):
        await held.promise(CANADIAN, "audits", "Nothing", DUE)
    held.organisation = reviewed(QUALITY, DELAY, replace(AUDITS, baseline=Fraction(1), target=Fraction(10)), ESCALATION)
    await held.go(NEXT_HELD)
    assert (await held.action("audits")).state is ActionState.DONE


async def test_the_next_review_carries_over_what_is_open_and_lets_go_of_what_nobody_needs(held: ReviewHouse) -> None:
    await held.publish(SUNDAY + timedelta(weeks=5), 20, 100)
    await held.go(NEXT_HELD)
    assert (await held.action("escalation")).state is ActionState.LAPSED, "it is green again before anybody acted"
    with pytest.raises(ActionClosed):
        await held.promise(OWNER, "escalation", "Too late", date(2026, 5, 20))
    moved_on = await actions_of(held, CANADIAN)
    assert "A later review has taken place" in moved_on
    assert "agree on a target" in await actions_of(held, CANADIAN, NEXT_REVIEW)


async def test_a_board_says_what_the_review_before_showed_and_nothing_of_the_weeks_between(held: ReviewHouse) -> None:
    assert "at the last review" not in await board_of(held)
    for week, x in ((1, 47), (4, 48), (5, 55)):
        await held.publish(SUNDAY + timedelta(weeks=week), x, 100)
    await held.go(NEXT_HELD)
    words = await board_of(held, NEXT_REVIEW)
    assert "55% (n = 100, measured) · at the last review: 45% · target: at most 30%" in words
    assert "further from the target than at the start (50%)" in words
    assert "48%" not in words.partition("chart")[0]


async def test_a_red_kpi_with_an_open_action_is_asked_for_no_other(promised: ReviewHouse) -> None:
    await promised.publish(SUNDAY + timedelta(weeks=5), 50, 100)
    await promised.go(NEXT_HELD)
    async with promised.work() as work:
        assert [one.id for one in await work.reviews.actions_of("escalation")] == [f"{REVIEW}:escalation"]
    assert "Rewrite ten questions" in await board_of(promised, NEXT_REVIEW)
    await promised.ask(OWNER, act_on.do, f"{REVIEW}:escalation")
    assert "Done: Rewrite ten questions" in await board_of(promised, NEXT_REVIEW), "the newest board is the living one"


async def test_an_action_done_before_a_review_is_not_shown_there_and_red_asks_again(promised: ReviewHouse) -> None:
    await promised.ask(OWNER, act_on.do, f"{REVIEW}:escalation")
    await promised.publish(SUNDAY + timedelta(weeks=5), 50, 100)
    await promised.go(NEXT_HELD)
    assert (await promised.action("escalation", NEXT_REVIEW)).state is ActionState.AWAITED
    assert "Rewrite ten questions" not in await board_of(promised, NEXT_REVIEW)


async def test_the_list_of_actions_is_ones_own_or_everybodys_for_those_who_steer(promised: ReviewHouse) -> None:
    mine = await promised.ask(OWNER, act_on.list_actions)
    assert mine.message is not None
    assert "audits" not in str(values(mine.message))
    everybodys = await promised.ask("sidonie", act_on.list_actions)
    assert everybodys.message is not None
    assert f"action-done {REVIEW}:audits" in values(everybodys.message)
    assert (await promised.ask("perpetua", act_on.list_actions)).sentence is not None


# --- the ladder ----------------------------------------------------------------------------------------------------


async def climbs(house: ReviewHouse, until: date) -> dict[str, set[str]]:
    """Who was told of the red KPI's action, by day."""
    names = {(await house.person(who)).id: who for who in ROLES}
    async with house.work() as work:
        told = await work.reviews.tellings(f"{REVIEW}:escalation")
    found: dict[str, set[str]] = {}
    for person, on in told:
        if on <= until:
            found.setdefault(on.isoformat(), set()).add(names[person])
    return found


async def test_a_late_action_climbs_rung_by_rung_each_told_once(promised: ReviewHouse) -> None:
    await promised.climb_to(utc(5, 29, 12))
    assert await climbs(promised, date(2026, 5, 29)) == {
        "2026-04-16": {OWNER},
        "2026-04-21": {OWNER, "bohumil"},
        "2026-04-24": {OWNER, "anatolia"},
        "2026-05-04": {OWNER, "sigurd"},  # 1 May is a day off
        "2026-05-20": {OWNER, "anatolia", "sigurd"},  # 8 and 14 May too
    }
    assert (await promised.action("escalation")).deadline.reached == frozenset(Level) - {Level.L0}
    assert "more than 15 working days overdue: done, or a new date?" in await board_of(promised, NEXT_REVIEW)


async def test_a_letter_goes_out_in_the_owners_morning_and_offers_what_can_be_done(promised: ReviewHouse) -> None:
    shown = await promised.go(utc(4, 16, 6, 59))
    assert not [one for one in shown if one.post.startswith("climb:")]
    shown = await promised.go(utc(4, 16, 7))
    (letter,) = [one for one in shown if one.post.startswith("climb:")]
    assert letter.post == f"climb:{(await promised.person(OWNER)).id}:2026-04-16"
    assert "Half of the time is gone." in await promised.reads(letter.post)
    assert values(letter.message)[0] == f"action-done {REVIEW}:escalation"
    await promised.ask(OWNER, act_on.do, f"{REVIEW}:escalation")
    assert values(await promised.post(letter.post)) == ["action-done"][:0], "a letter offers nothing that is over"


async def test_only_the_newest_letter_about_late_actions_lives(memory: Memory) -> None:
    house = ReviewHouse(memory, QUALITY, DELAY)
    await house.settle_in()
    await house.go(ASKED)
    await house.give(OWNER, {"quality": "10", "delay": "9"})
    await house.go(HELD)
    await house.promise(OWNER, "quality", "Mend the quality", DUE)
    await house.promise(OWNER, "delay", "Mend the delay", date(2026, 5, 7))
    await house.climb_to(utc(4, 24, 12))
    letters = {post: one.state for post, one in (await house.said(f"climb:{(await house.person(OWNER)).id}:")).items()}
    newest = max(letters)
    assert {post for post, state in letters.items() if state == "shown"} == {newest}
    assert len(letters) > 1
    offered = values(await house.post(newest))
    assert {f"action-done {REVIEW}:quality", f"action-done {REVIEW}:delay"} <= set(offered), "what is open goes on"
    await house.ask(OWNER, act_on.do, f"{REVIEW}:delay")
    assert f"action-done {REVIEW}:delay" not in values(await house.post(newest))


async def test_a_sponsor_is_told_and_offered_nothing_they_may_not_do(promised: ReviewHouse) -> None:
    await promised.climb_to(utc(5, 4, 12))
    letter = f"climb:{(await promised.person('sigurd')).id}:2026-05-04"
    assert "it comes to you" in await promised.reads(letter)
    assert values(await promised.post(letter)) == []


async def test_two_late_actions_of_one_day_are_one_message(memory: Memory) -> None:
    house = ReviewHouse(memory, QUALITY, DELAY)
    await house.settle_in()
    await house.go(ASKED)
    await house.give(OWNER, {"quality": "10", "delay": "9"})
    await house.go(HELD)
    for key in ("quality", "delay"):
        await house.promise(OWNER, key, f"Mend the {key}", DUE)
    letters = await house.climb_to(utc(4, 16, 12))
    assert letters == [f"climb:{(await house.person(OWNER)).id}:2026-04-16"]
    words = await house.reads(letters[0])
    assert "2 actions need your attention" in words
    assert "Mend the quality" in words
    assert "Mend the delay" in words


async def test_what_is_late_is_counted_as_late_before_what_is_under_way(memory: Memory) -> None:
    house = ReviewHouse(memory, QUALITY, DELAY)
    await house.settle_in()
    await house.go(ASKED)
    await house.give(OWNER, {"quality": "10", "delay": "9"})
    await house.go(HELD)
    await house.promise(OWNER, "quality", "Mend the quality", DUE)
    await house.promise(OWNER, "delay", "Mend the delay", date(2026, 5, 7))

    async def said() -> str:
        listed = await house.ask(OWNER, act_on.list_actions)
        assert listed.message is not None
        return " ".join(sentences(listed.message))

    assert "2 actions are under way." in await said()
    await house.climb_to(utc(4, 24, 12))
    assert "One action is late. One other is under way." in await said()
    await house.climb_to(utc(5, 12, 12))
    assert "2 actions are late." in await said()
    assert "under way" not in await said()
    await house.ask(OWNER, act_on.do, f"{REVIEW}:delay")
    assert "One action is late." in await said()
    assert "One action is late." in await house.reads(f"actions:{REVIEW}:{(await house.person(OWNER)).id}")


async def test_what_is_done_or_has_no_date_climbs_no_further(held: ReviewHouse) -> None:
    await held.climb_to(utc(5, 14, 12))
    assert await climbs(held, date(2026, 5, 14)) == {}, "nobody promised anything"
    await held.promise(OWNER, "escalation", "Rewrite", date(2026, 5, 22))
    await held.ask(OWNER, act_on.do, f"{REVIEW}:escalation")
    await held.climb_to(utc(6, 30, 12))
    assert await climbs(held, date(2026, 6, 30)) == {}


async def test_a_new_date_for_what_is_late_erases_no_lateness(promised: ReviewHouse) -> None:
    await promised.climb_to(utc(4, 24, 12))
    await promised.ask(
        OWNER, act_on.move, f"{REVIEW}:escalation", {"due": "2026-05-22", "reason": "The supplier is late."}
    )
    await promised.climb_to(utc(5, 5, 12))
    assert "2026-05-04" in await climbs(promised, date(2026, 5, 5))
    letter = await promised.reads(f"climb:{(await promised.person('sigurd')).id}:2026-05-04")
    assert "The last reason given: The supplier is late." in letter


async def test_a_snooze_is_kept_and_the_next_rung_is_told_after_it(promised: ReviewHouse) -> None:
    await promised.ask(OWNER, act_on.snooze, f"{REVIEW}:escalation", {"until": "2026-04-22", "reason": "I am away."})
    await promised.climb_to(utc(4, 23, 12))
    assert await climbs(promised, date(2026, 4, 23)) == {"2026-04-22": {OWNER, "bohumil"}}


async def test_rungs_passed_while_the_bot_was_away_are_not_told_afterwards(promised: ReviewHouse) -> None:
    await promised.go(utc(4, 27, 8))
    assert await climbs(promised, date(2026, 4, 27)) == {"2026-04-27": {OWNER, "anatolia"}}


async def test_the_chair_hears_of_the_action_of_somebody_who_left(promised: ReviewHouse) -> None:
    person, action = (await promised.person(OWNER)).id, await promised.action("escalation")
    async with promised.work() as work:
        await work.reviews.put_action(replace(action, owner=None))
    await promised.climb_to(utc(4, 16, 12))
    assert await climbs(promised, date(2026, 4, 16)) == {"2026-04-16": {"anatolia"}}
    assert "whom I cannot reach" in await promised.reads(f"climb:{(await promised.person('anatolia')).id}:2026-04-16")
    assert f"climb:{person}:2026-04-16" not in await promised.said("climb:")


# --- who may -------------------------------------------------------------------------------------------------------

STEERING = frozenset({"anatolia", "bohumil", "sidonie", "adalbert"})
ACTION = f"{REVIEW}:escalation"
DATE = {"due": "2026-04-30", "reason": "Because."}

Doing = Callable[[ReviewHouse, str], Awaitable[object]]


def asking(use_case: Callable[..., Awaitable[object]], *request: object) -> Doing:
    async def ask(house: ReviewHouse, who: str) -> object:
        return await house.ask(who, use_case, *request)

    return ask


TABLE: dict[str, tuple[str, Doing, frozenset[str]]] = {
    "open the form for values": (
        "asked",
        asking(give_readings.ask_for_readings, REVIEW),
        frozenset({OWNER, CANADIAN, "adalbert"}),
    ),
    "give values": (
        "asked",
        asking(give_readings.give_readings, f"{REVIEW}:1", {"quality": "85"}),
        frozenset({OWNER, "adalbert"}),
    ),
    "open the form of an action": ("held", asking(act_on.open_action, ACTION), STEERING | {OWNER}),
    "promise": (
        "held",
        asking(act_on.promise, ACTION, {"what": "Rewrite", "due": "2026-04-23"}),
        STEERING | {OWNER},
    ),
    "open the form of a date": ("promised", asking(act_on.open_date, ACTION), STEERING | {OWNER}),
    "move": ("promised", asking(act_on.move, ACTION, DATE), STEERING | {OWNER}),
    "open the form of a snooze": ("promised", asking(act_on.open_snooze, ACTION), STEERING | {OWNER}),
    "snooze": (
        "promised",
        asking(act_on.snooze, ACTION, {"until": "2026-04-14", "reason": "Because."}),
        STEERING | {OWNER},
    ),
    "do": ("promised", asking(act_on.do, ACTION), STEERING | {OWNER}),
    "list actions": ("promised", asking(act_on.list_actions), frozenset(ROLES)),
    "open the form that takes up again": ("done", asking(act_on.open_again, ACTION), STEERING | {OWNER}),
    "take up again": ("done", asking(act_on.take_up_again, ACTION, {"due": "2026-04-30"}), STEERING | {OWNER}),
}


@pytest.mark.parametrize("act", TABLE)
async def test_everybody_may_do_what_the_table_says_and_nothing_else(
    act: str, house: ReviewHouse, tmp_path: Path
) -> None:
    stage, do, allowed = TABLE[act]
    await house.go(ASKED)
    if stage != "asked":
        await house.publish(SUNDAY, 45, 100)
        await house.go(HELD)
    if stage in {"promised", "done"}:
        await house.promise(OWNER, "escalation", "Rewrite", DUE)
    if stage == "done":
        await house.ask(OWNER, act_on.do, ACTION)
    before = await house.image()
    for who in (*ROLES, LEFT, STRANGER):
        if who not in allowed:
            # A colleague with KPIs of their own finds none of these among them.
            with pytest.raises((NotAllowed, Stranger, NotFound)) as refused:
                await do(house, who)
            assert isinstance(refused.value, Stranger) == (who in {LEFT, STRANGER})
            assert await house.image() == before, f"{who} was refused and changed something"
    lived = tmp_path / "lived.sqlite"
    lived.write_bytes(before)
    for who in sorted(allowed):
        await _restored(house, lived)
        await do(house, who)


async def _restored(house: ReviewHouse, lived: Path) -> None:
    """As it was before anybody did anything."""
    async with house.memory._engine.connect() as connection, aiosqlite.connect(lived) as source:
        driver = (await connection.get_raw_connection()).driver_connection
        assert isinstance(driver, aiosqlite.Connection)
        await source.backup(driver)


def test_the_table_covers_every_act_a_role_may_permit() -> None:
    holders = {Role.CHAIR: "anatolia", Role.DEPUTY: "bohumil", Role.SECRETARY: "sidonie", Role.ADMIN: "adalbert"}
    assert {holders[role] for role in ALLOWED[Act.STEER_ACTIONS]} == STEERING
    assert {holders[role] for role in ALLOWED[Act.GIVE_READINGS]} == {"adalbert"}


@pytest.mark.parametrize("name", ["", ":", "a" * 10_000, f"{REVIEW}:nothing", NEXT_REVIEW])
async def test_a_forged_action_is_not_found_and_changes_nothing(promised: ReviewHouse, name: str) -> None:
    before = await promised.image()
    for use_case, more in (
        (act_on.open_action, ()),
        (act_on.promise, ({"what": "x", "due": "2026-04-23"},)),
        (act_on.open_date, ()),
        (act_on.move, (DATE,)),
        (act_on.open_snooze, ()),
        (act_on.snooze, (DATE,)),
        (act_on.do, ()),
        (act_on.open_again, ()),
        (act_on.take_up_again, (DATE,)),
    ):
        with pytest.raises(NotFound):
            await promised.ask(OWNER, use_case, name, *more)
    assert await promised.image() == before
