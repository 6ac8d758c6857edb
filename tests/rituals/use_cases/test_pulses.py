"""A pulse, from its launch to the day on which who took part is forgotten."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from rituals.calendar import Recurrence, Weekly
from rituals.census import Target
from rituals.errors import InvalidReply, NotInvited, PulseCancelled, PulseClosed
from rituals.messages import Inputs, Message
from rituals.organisation import Organisation
from rituals.pulses.panels import Panelist
from rituals.pulses.waves import REMINDING
from rituals.use_cases import answer_pulse
from rituals.use_cases.planning import plan_ahead
from storage.work import Memory
from tests.builders import PARIS
from tests.rituals.use_cases.conftest import LivedThrough
from tests.rituals.use_cases.house import TORONTO, sentences, utc, values
from tests.rituals.use_cases.pulse_house import (
    CLOSE,
    HEARD,
    LAUNCH,
    PULSE,
    PULSE_AT,
    REMINDED,
    WAVE,
    WITH_PULSE,
    PulseHouse,
    heard,
    moved_in,
)

WEEK = timedelta(days=7)


@pytest.fixture
async def pulse(lived_through: LivedThrough) -> PulseHouse:
    """Forty-eight people who have one tool, on the Friday before its first wave."""
    return await lived_through(moved_in)


@pytest.fixture
async def asked(lived_through: LivedThrough) -> PulseHouse:
    """The first wave was launched, and everybody in Paris has heard of it."""
    return await lived_through(heard)


def ruled(**changes: object) -> Organisation:
    """The organisation with other rules for its pulse."""
    return replace(WITH_PULSE, rituals={**WITH_PULSE.rituals, "pulse": replace(PULSE, **changes)})  # type: ignore[arg-type]


async def weeks(house: PulseHouse, count: int, *, first: datetime = LAUNCH) -> list[list[str]]:
    """Who was asked in each of so many weeks, which nobody answers."""
    found = []
    for week in range(count):
        at = first + week * WEEK
        await house.go(at)
        found.append(await house.asked(f"pulse-{at.date()}:triage"))
        await house.go(at + timedelta(hours=1))
    return found


def abroad(name: str) -> bool:
    """Whether that person works in Quebec."""
    return int(name[-2:]) % 8 == 7


# --- who is asked, and when ----------------------------------------------------------------------------------------


async def test_a_quarter_of_every_department_is_asked_at_a_time(pulse: PulseHouse) -> None:
    (found,) = await weeks(pulse, 1)
    assert [sum(name.startswith(one) for name in found) for one in ("claims", "sales", "legal")] == [6, 4, 2]


async def test_four_weeks_ask_everybody_once(memory: Memory) -> None:
    house = PulseHouse(memory)
    await house.move_in(since=date(2026, 3, 20))  # too late for the first
    found = await weeks(house, 5)
    assert [len(names) for names in found] == [0, 12, 12, 12, 12]
    assert sorted(name for names in found for name in names) == sorted(house.everybody)


async def test_nobody_is_asked_twice_within_28_days(pulse: PulseHouse) -> None:
    found = await weeks(pulse, 8)
    asked_on: dict[str, list[int]] = {}
    for week, names in enumerate(found):
        for name in names:
            asked_on.setdefault(name, []).append(week)
    assert max(len(those) for those in asked_on.values()) == 2
    for those in asked_on.values():
        assert all(later - earlier >= 4 for earlier, later in pairwise(those))


async def test_whoever_only_a_file_knows_is_neither_asked_nor_counted_as_asked(pulse: PulseHouse) -> None:
    async with pulse.memory.transaction() as connection:
        await connection.exec_driver_sql(
            "DELETE FROM account WHERE person IN (SELECT id FROM person WHERE email LIKE 'sales%')"
        )
    await pulse.go(LAUNCH)
    await pulse.go(HEARD)
    assert len(await pulse.asked()) == 8
    assert not [name for name in await pulse.asked() if name.startswith("sales")]
    await pulse.go(CLOSE)
    (count,) = await pulse.waves()
    assert (count.invited, count.left) == (8, 0)


async def test_people_hear_at_ten_in_the_morning_wherever_they_are(pulse: PulseHouse) -> None:
    await pulse.go(LAUNCH)
    for name in await pulse.asked():
        assert (await pulse.due(name)).astimezone(TORONTO if abroad(name) else PARIS).hour == 10
        assert (await pulse.due(name)).date() == date(2026, 3, 31)


async def test_a_day_off_of_their_own_site_is_waited_out(pulse: PulseHouse) -> None:
    # Easter Monday is a day off in France and not in Quebec; the pulse of Mondays is put off for nobody else.
    pulse.organisation = ruled(recurrence=Recurrence(rule=Weekly(weekday=0), at=PULSE.recurrence.at, zone=PARIS))
    await plan_ahead(pulse.at, open_work=pulse.memory.open_work, organisation=pulse.organisation)
    await pulse.go(utc(4, 7, 7))
    found = await pulse.asked("pulse-2026-04-06:triage")
    assert found
    for name in found:
        assert (await pulse.due(name, "pulse-2026-04-06:triage")).date() == date(2026, 4, 7)


async def test_after_a_holiday_28_days_still_lie_between_two_invitations_and_no_turn_is_lost(
    pulse: PulseHouse,
) -> None:
    pulse.organisation = ruled(recurrence=Recurrence(rule=Weekly(weekday=0), at=PULSE.recurrence.at, zone=PARIS))
    await plan_ahead(pulse.at, open_work=pulse.memory.open_work, organisation=pulse.organisation)
    await pulse.go(utc(4, 7, 7))  # the Tuesday after Easter
    first = await pulse.asked("pulse-2026-04-06:triage")
    await pulse.go(utc(5, 4, 7))  # a Monday, 27 days later
    second = await pulse.asked("pulse-2026-05-04:triage")
    assert first == second != []
    for name in second:
        assert (await pulse.due(name, "pulse-2026-05-04:triage")).date() == date(2026, 5, 5)


async def test_nobody_is_asked_about_what_they_have_had_for_less_than_a_fortnight(memory: Memory) -> None:
    house = PulseHouse(memory)
    await house.move_in(have={"triage": [Target(rollout_on=date(2026, 3, 18))]})
    await house.go(LAUNCH)
    assert await house.asked() == []
    await house.go(LAUNCH + WEEK)
    assert len(await house.asked("pulse-2026-04-07:triage")) == 12


async def test_whoever_has_left_is_not_asked(pulse: PulseHouse) -> None:
    for name in pulse.everybody[:10]:
        await pulse.leaves(name)
    await pulse.go(LAUNCH)
    assert not set(await pulse.asked()) & set(pulse.everybody[:10])


async def test_whoever_leaves_between_the_launch_and_their_message_hears_nothing(pulse: PulseHouse) -> None:
    await pulse.go(LAUNCH, deliver=False)
    first, *_ = await pulse.asked()
    await pulse.leaves(first)
    shown = await pulse.go(HEARD)
    assert await pulse.id(first) not in {one.to.person for one in shown if one.destination}  # type: ignore[union-attr]


async def test_four_people_are_too_few_to_be_asked(memory: Memory) -> None:
    house = PulseHouse(memory)
    await house.move_in({"Claims": 4})
    await house.go(LAUNCH)
    assert await house.rows("wave") == []
    assert (await house.rows("invitation"), await house.asked()) == ([], [])


async def test_of_few_people_everybody_is_asked_at_one_turn_in_four(memory: Memory) -> None:
    house = PulseHouse(memory)
    await house.move_in({"Claims": 12})
    found = await weeks(house, 4)
    assert sorted(map(len, found)) == [0, 0, 0, 12]


async def test_two_tools_share_their_people_in_turns(memory: Memory) -> None:
    house = PulseHouse(memory)
    everybody = [Target(rollout_on=date(2026, 1, 5))]
    await house.move_in({"Claims": 80}, have={"triage": everybody, "search": everybody})
    about: dict[str, list[str]] = {}
    for week in range(8):
        at = utc(4, 7, 7) + week * WEEK
        await house.go(at)
        for tool in ("triage", "search"):
            for name in await house.asked(f"pulse-{at.date()}:{tool}"):
                about.setdefault(name, []).append(tool)
    assert len(about) == 80
    assert {tuple(sorted(those)) for those in about.values()} == {("search", "triage")}


async def test_of_two_tools_the_one_with_too_few_to_ask_leaves_them_to_the_other(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    searching: list[str] = []

    def lopsided(person: str, topics: Sequence[str], *, key: bytes, turn: int) -> str:
        if len(searching) < 4 and "search" in topics:
            searching.append(person)
        return "search" if person in searching and "search" in topics else "triage"

    monkeypatch.setattr("rituals.use_cases.wave.in_turn", lopsided)
    house = PulseHouse(memory)
    everybody = [Target(rollout_on=date(2026, 1, 5))]
    await house.move_in({"Claims": 80}, have={"triage": everybody, "search": everybody})
    await house.go(LAUNCH)
    assert len(searching) == 4
    assert len(await house.asked()) == 20
    assert await house.asked(f"{PULSE_AT}:search") == []


async def test_departments_of_which_too_few_are_asked_are_not_told_apart(asked: PulseHouse) -> None:
    rows = await asked.rows("invitation")
    assert {row["stratum"] for row in rows} == {"Claims", ""}
    assert sum(row["stratum"] == "" for row in rows) == 6
    (wave,) = await asked.rows("wave")
    assert (wave["k_answers"], wave["k_comments"], wave["k_invitations"]) == (5, 10, 5)


async def test_a_large_wave_enters_in_parts(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rituals.use_cases.wave.PART", 5)
    house = PulseHouse(memory)
    await house.move_in()
    await house.go(LAUNCH)
    assert len(await house.asked()) == 12
    names = [one for one in await house.steps() if one.startswith("pulse-2026-03-31/launch_waves/pulse")]
    assert names == [f"pulse-2026-03-31/launch_waves/{WAVE}{part}" for part in ("", "/1", "/2")]
    await house.answer((await house.asked())[0])
    await house.go(REMINDED)
    assert len(await house.asked(kind=REMINDING)) == 11


async def test_a_launch_repeated_after_a_crash_asks_nobody_twice(asked: PulseHouse) -> None:
    before = await asked.said("pulse:")
    await asked.break_row("step", "pulse-2026-03-31/launch_waves/", state="waiting")
    await asked.break_row("step", f"pulse-2026-03-31/launch_waves/{WAVE}", state="waiting")
    await asked.go(HEARD)
    assert await asked.said("pulse:") == before


# --- what people are told ------------------------------------------------------------------------------------------


async def test_before_the_first_tap_people_read_why_how_and_until_when(asked: PulseHouse) -> None:
    first, *_ = await asked.asked()
    told = "\n".join(sentences(await asked.message(first)))
    for words in ("Triage of claims", "separated from your name when the wave closes", "Tuesday 7 April, 10:00"):
        assert words in told
    for words in ("from 5 answers on, comments from 10", "Don’t ask me again", "In the past 4 weeks"):
        assert words in told


async def test_everybody_is_sent_the_same_words(asked: PulseHouse) -> None:
    assert len({one.json for one in (await asked.said("pulse:")).values()}) == 1


async def test_no_post_changes_when_somebody_answers(asked: PulseHouse) -> None:
    before = await asked.rows("post")
    first, *_ = await asked.asked()
    await asked.answer(first, "never")
    await asked.send(first, "2", "B_EXP")
    await asked.comment(first, "my own words")
    assert await asked.rows("post") == before


@pytest.mark.parametrize("use", ["every_week", "no_access"])
async def test_what_stands_in_place_of_the_question_tells_no_answer(asked: PulseHouse, use: str) -> None:
    first, *_ = await asked.asked()
    one, other = await asked.answer(first, use), await asked.answer(first, "never")
    assert one.instead == other.instead is not None
    sent = await asked.send(first, "1", "B_TRU")
    assert sent.instead is not None
    assert values(sent.instead) == [f"pulse-comment {WAVE}", f"pulse-change {WAVE}"]
    again = await asked.ask(first, answer_pulse.ask_again, WAVE)
    assert again.instead is not None
    assert not [choice for choice in values(again.instead) if "chosen" in choice]


async def test_barriers_stand_in_an_order_of_ones_own_that_stays_with_three_last(asked: PulseHouse) -> None:
    def order(message: Message | None) -> list[str]:
        assert message is not None
        (inputs,) = [part for part in message.parts if isinstance(part, Inputs)]
        return [option.value for option in inputs.fields[1].options]

    orders = [order((await asked.answer(name)).instead) for name in await asked.asked()]
    assert len({tuple(one) for one in orders}) > 6
    assert {tuple(one[7:]) for one in orders} == {("B_OTH", "B_NON", "B_DK")}
    assert [order((await asked.answer(name)).instead) for name in await asked.asked()] == orders


async def test_where_barriers_are_not_asked_they_are_neither_offered_nor_taken(memory: Memory) -> None:
    house = PulseHouse(memory)
    house.organisation = ruled(barriers=False)
    await house.move_in()
    await house.go(HEARD)
    first, *_ = await house.asked()
    shown = (await house.answer(first)).instead
    assert "B_EXP" not in str(shown)
    with pytest.raises(InvalidReply):
        await house.send(first, "4", "B_EXP")


# --- answers -------------------------------------------------------------------------------------------------------


async def said(house: PulseHouse) -> dict[str, tuple[str, ...]]:
    """What the only one who answered said to each question."""
    answers = await house.answers()
    assert len({one.question for one in answers}) == len(answers)
    return {one.question: one.codes for one in answers}


async def test_two_taps_make_a_full_answer(asked: PulseHouse) -> None:
    first, *_ = await asked.asked()
    await asked.answer(first, "once_or_twice")
    await asked.send(first, "4", "B_CPX", "B_EXP")
    await asked.go(CLOSE)
    assert await said(asked) == {"USE1": ("once_or_twice",), "SAT1": ("4",), "BAR": ("B_EXP", "B_CPX")}


async def test_the_first_tap_alone_is_an_answer(asked: PulseHouse) -> None:
    first, *_ = await asked.asked()
    await asked.answer(first, "no_access")
    await asked.go(CLOSE)
    assert await said(asked) == {"USE1": ("no_access",)}


async def test_a_later_answer_replaces_the_earlier_one_and_what_is_left_out_stays(asked: PulseHouse) -> None:
    first, *_ = await asked.asked()
    await asked.answer(first, "never")
    await asked.send(first, "1", "B_TRN")
    again = await asked.answer(first, "every_week")  # from the message, the reminder or the button to change
    assert "What you leave out stays as it was." in " ".join(sentences(again))
    await asked.send(first, "5")
    await asked.go(CLOSE)
    assert await said(asked) == {"USE1": ("every_week",), "SAT1": ("5",), "BAR": ("B_TRN",)}


async def test_nothing_is_known_before_the_wave_closes(asked: PulseHouse) -> None:
    for name in await asked.asked():
        await asked.answer(name)
    await asked.go(CLOSE - timedelta(seconds=1))
    assert (await asked.answers(), await asked.waves()) == ([], [])
    assert (await asked.rows("pulse_answer"), await asked.rows("pulse_comment")) == ([], [])
    await asked.go(CLOSE)
    assert len(await asked.answers()) == 12


async def test_a_comment_is_kept_apart_from_the_other_answers(asked: PulseHouse) -> None:
    first, second, *_ = await asked.asked()
    for name in (first, second):
        await asked.answer(name)
    kept = await asked.comment(first, " my own words \x07")
    assert kept.sentence is not None
    assert sentences(kept.sentence) == ["Your comment is kept, sealed like the rest."]
    await asked.comment(second, "never mind")
    form = await asked.ask(second, answer_pulse.ask_for_comment, WAVE)
    assert form.form is not None
    assert form.form.fields[0].initial == "never mind"
    await asked.comment(second, "")
    await asked.go(CLOSE)
    (only,) = await asked.rows("pulse_comment")
    assert {name: only[name] for name in only if name != "id"} == {"wave": WAVE, "words": "my own words"}


@pytest.mark.parametrize("use", ["", "EVERY_WEEK", "yes", "5", "a" * 5_000])
async def test_an_answer_that_was_not_offered_is_refused(asked: PulseHouse, use: str) -> None:
    first, *_ = await asked.asked()
    before = await asked.image()
    with pytest.raises(InvalidReply):
        await asked.answer(first, use)
    assert await asked.image() == before


@pytest.mark.parametrize(
    ("satisfaction", "barriers"),
    [("6", ()), ("0", ()), ("", ("B_XYZ",)), ("", ("B_EXP", "B_CPX", "B_TRN", "B_TRU")), ("3", ("B_EXP", "B_EXP"))],
)
async def test_more_than_was_offered_is_refused_and_nothing_of_it_kept(
    asked: PulseHouse, satisfaction: str, barriers: tuple[str, ...]
) -> None:
    first, *_ = await asked.asked()
    await asked.answer(first)
    before = await asked.image()
    with pytest.raises(InvalidReply):
        await asked.send(first, satisfaction, *barriers)
    assert await asked.image() == before


async def test_a_comment_of_more_than_500_characters_is_refused(asked: PulseHouse) -> None:
    first, *_ = await asked.asked()
    await asked.answer(first)
    await asked.comment(first, "😀\n" * 250)
    with pytest.raises(InvalidReply) as refused:
        await asked.comment(first, "x" * 501)
    assert (refused.value.field, refused.value.key) == ("comment", "refused-too-long")


async def test_without_the_first_answer_there_is_nothing_to_add_to(asked: PulseHouse) -> None:
    first, *_ = await asked.asked()
    before = await asked.image()
    ways: tuple[Callable[[], object], ...] = (
        lambda: asked.send(first, "4"),
        lambda: asked.comment(first, "words"),
        lambda: asked.ask(first, answer_pulse.ask_for_comment, WAVE),
    )
    for way in ways:
        with pytest.raises(InvalidReply) as refused:
            await way()  # type: ignore[misc]
        assert refused.value.key == "pulse-answer-first"
    assert await asked.image() == before


# --- the reminder --------------------------------------------------------------------------------------------------


async def test_two_working_days_later_whoever_has_not_answered_is_reminded_once(asked: PulseHouse) -> None:
    first, second, *others = await asked.asked()
    await asked.answer(first)
    await asked.leaves(second)
    await asked.go(REMINDED)
    assert await asked.asked(kind=REMINDING) == others
    before = await asked.said("pulse-reminder:")
    await asked.go(CLOSE - timedelta(hours=1))
    assert (await asked.said("pulse-reminder:")).keys() == before.keys()
    for name in others:
        due = (await asked.due(name, kind=REMINDING)).astimezone(TORONTO if abroad(name) else PARIS)
        assert (due.date(), due.hour) == (date(2026, 4, 2), 10)


async def test_whoever_answers_before_their_reminder_is_due_gets_none(asked: PulseHouse) -> None:
    await asked.go(REMINDED - timedelta(hours=1), deliver=False)
    first, *_ = await asked.asked(kind=REMINDING)
    await asked.answer(first)
    shown = await asked.go(REMINDED + timedelta(hours=8))
    assert f"{REMINDING}:{WAVE}:{await asked.id(first)}" not in {one.post for one in shown}
    assert len([one for one in shown if one.post.startswith(REMINDING)]) == 11


async def test_the_reminder_is_answered_like_the_question(asked: PulseHouse) -> None:
    await asked.go(REMINDED)
    first, *_ = await asked.asked(kind=REMINDING)
    reminder = await asked.message(first, kind=REMINDING)
    assert values(reminder) == values(await asked.message(first))
    assert "the only reminder" in " ".join(sentences(reminder))


async def test_whoever_answers_after_the_reminder_is_thanked_once_in_both_messages_and_no_post_changes(
    asked: PulseHouse,
) -> None:
    early, late, *_ = await asked.asked()
    assert (await asked.answer(early)).elsewhere == {}
    await asked.go(REMINDED)
    before = await asked.rows("post")
    shown = (await asked.answer(late, "never")).elsewhere
    person = await asked.id(late)
    assert shown.keys() == {f"pulse:{WAVE}:{person}", f"{REMINDING}:{WAVE}:{person}"}
    assert {tuple(values(one)) for one in shown.values()} == {(f"pulse-comment {WAVE}", f"pulse-change {WAVE}")}
    assert (await asked.answer(late, "every_week")).elsewhere == {}
    assert (await asked.answer(early)).elsewhere == {}
    assert await asked.rows("post") == before


async def test_where_no_reminder_is_wanted_there_is_none(memory: Memory) -> None:
    house = PulseHouse(memory)
    house.organisation = ruled(reminder_after=0)
    await house.move_in()
    for at in (LAUNCH, HEARD, REMINDED, CLOSE):
        await house.go(at)
    assert await house.asked(kind=REMINDING) == []
    assert len(await house.waves()) == 1


# --- the close -----------------------------------------------------------------------------------------------------


async def test_a_wave_counts_those_asked_those_gone_unanswering_and_those_who_answered(asked: PulseHouse) -> None:
    names = await asked.asked()
    for name in names[:6]:
        await asked.answer(name)
    for name in names[5:8]:  # one of them had answered
        await asked.leaves(name)
    await asked.go(CLOSE)
    (count,) = await asked.waves()
    assert (count.invited, count.left, count.answered) == (12, 2, 6)
    assert (count.closed_on, count.population) == (date(2026, 4, 7), {"Claims": 24, "": 24})


async def test_a_closed_wave_edits_nothing_and_a_late_click_gets_a_sentence(asked: PulseHouse) -> None:
    first, *_ = await asked.asked()
    await asked.answer(first)
    before = {one.id: (one.revision, one.json) for one in (await asked.said(f"pulse:{WAVE}")).values()}
    await asked.go(CLOSE)
    assert {one.id: (one.revision, one.json) for one in (await asked.said(f"pulse:{WAVE}")).values()} == before
    image = await asked.image()
    again, comment = (asked.ask(first, way, WAVE) for way in (answer_pulse.ask_again, answer_pulse.ask_for_comment))
    for doing in (again, comment, asked.answer(first), asked.send(first, "3"), asked.comment(first, "words")):
        with pytest.raises(PulseClosed) as refused:
            await doing
        assert sentences(refused.value.sentence)[0].startswith("This question has closed")
        assert refused.value.instead is not None
        assert refused.value.instead.kind == "pulse-closed"
    assert await asked.image() == image


async def test_the_close_binds_even_before_its_step_has_run_and_after_the_clock_jumps_back(asked: PulseHouse) -> None:
    first, *_ = await asked.asked()
    asked.at = CLOSE
    with pytest.raises(PulseClosed) as early:
        await asked.answer(first)
    assert early.value.instead is None, "a clock that has leapt takes no buttons away"
    await asked.go(CLOSE)
    asked.at = HEARD
    with pytest.raises(PulseClosed):
        await asked.answer(first)


async def test_the_occurrence_is_over_with_its_last_wave(asked: PulseHouse) -> None:
    async def state() -> object:
        return next(row["state"] for row in await asked.rows("occurrence") if row["id"] == "pulse-2026-03-31")

    assert await state() == "held"
    await asked.go(CLOSE)
    assert await state() == "closed"


async def test_who_answered_is_known_only_where_enough_did(asked: PulseHouse) -> None:
    names = await asked.asked()
    claims, rest = [one for one in names if one.startswith("claims")], [n for n in names if n[0] != "c"]
    for name in (*claims[:5], *rest[:4]):
        await asked.answer(name)
    await asked.go(CLOSE)
    counted = {name: (await asked.panelist(name))["unanswered_in_a_row"] for name in names}
    # Of the six of Claims five answered; of the other six four: who those are would tell what they said.
    assert [counted[name] for name in claims] == [0, 0, 0, 0, 0, 1]
    assert [counted[name] for name in rest] == [0] * 6
    assert not [name for name in (await asked.rows("invitation"))[0] if "answer" in name]


async def test_after_three_unanswered_people_are_asked_half_as_often() -> None:
    today = date(2026, 4, 7)
    kept = Panelist(person="ana", last_invited_on=today, unanswered_in_a_row=3)
    assert kept.free_from == today + timedelta(days=56)
    assert kept.merged(Panelist(person="bo", opted_out=True)) == Panelist(
        person="bo", last_invited_on=today, unanswered_in_a_row=0, opted_out=True
    )


async def test_reminders_are_forgotten_at_the_close_and_participation_after_thirty_days(asked: PulseHouse) -> None:
    first, *_ = await asked.asked()
    await asked.answer(first)
    await asked.comment(first, "words")
    await asked.go(REMINDED)
    await asked.go(CLOSE)
    assert await asked.said("pulse-reminder:") == {}
    assert len(await asked.said(f"pulse:{WAVE}:")) == 12
    for week in range(1, 6):
        await asked.go(CLOSE + week * WEEK)
    assert [row for row in await asked.rows("invitation") if row["wave"] == WAVE] == []
    assert await asked.said(f"pulse:{WAVE}:") == {}
    assert len(await asked.rows("pulse_comment")) == 1
    with pytest.raises(PulseClosed):
        await asked.answer(first)
    async with asked.memory.open_work() as work:
        today = date(2026, 11, 1)
        await work.pulses.forget(participation=today, comments=today, answers=date(2026, 4, 1))
    assert (await asked.rows("pulse_comment"), len(await asked.answers())) == ([], 1)
    async with asked.memory.open_work() as work:
        await work.pulses.forget(participation=today, comments=today, answers=today)
    assert await asked.answers() == []
    assert len(await asked.waves()) >= 1


# --- left in peace -------------------------------------------------------------------------------------------------


async def test_opting_out_takes_one_tap_lasts_and_stays_in_the_denominator(asked: PulseHouse) -> None:
    first = (await asked.asked())[0]
    reply = await asked.ask(first, answer_pulse.stop_asking)
    assert reply.instead is not None
    assert values(reply.instead) == ["pulse-resume on"]
    await asked.go(REMINDED)
    assert first not in await asked.asked(kind=REMINDING)
    await weeks(asked, 10, first=LAUNCH + WEEK)
    mine = await asked.id(first)
    later = [row["asked"] for row in await asked.rows("invitation") if row["person"] == mine and row["wave"] != WAVE]
    assert later == [False] * len(later) != []
    assert [one.id for one in (await asked.said("pulse")).values() if one.to == mine and WAVE not in one.id] == []
    counts = await asked.waves()
    assert (counts[0].invited, counts[0].left) == (12, 0)
    assert [count.invited for count in counts[5:9]] == [12] * 4, "nobody is missing who could have been asked"


async def test_whoever_opts_out_before_their_message_is_due_does_not_get_it(pulse: PulseHouse) -> None:
    await pulse.go(LAUNCH)
    first, *_ = await pulse.asked()
    await pulse.ask(first, answer_pulse.stop_asking)
    shown = await pulse.go(HEARD)
    assert await pulse.id(first) not in {one.to.person for one in shown}  # type: ignore[union-attr]


async def test_whoever_opted_out_may_still_answer_what_they_were_asked_and_come_back(asked: PulseHouse) -> None:
    first, *_ = await asked.asked()
    await asked.ask(first, answer_pulse.stop_asking)
    assert (await asked.ask(first, answer_pulse.stop_asking)).sentence is not None
    await asked.answer(first)
    for key in ("Welcome back", "I ask you now and then already"):
        assert key in " ".join(sentences(await asked.ask(first, answer_pulse.ask_on)))
    await asked.go(CLOSE)
    assert len(await asked.answers()) == 1
    assert (await asked.panelist(first))["opted_out"] is False


async def test_somebody_never_asked_may_opt_out_before(pulse: PulseHouse) -> None:
    for name in pulse.everybody[:40]:
        await pulse.ask(name, answer_pulse.stop_asking)
    await pulse.go(LAUNCH)
    assert await pulse.asked() == [], "of the eight left too few are asked this week"


# --- called off, missed, late --------------------------------------------------------------------------------------


async def test_when_its_ritual_is_gone_what_was_said_is_destroyed_unread(asked: PulseHouse) -> None:
    first, *_ = await asked.asked()
    await asked.answer(first)
    asked.organisation = replace(WITH_PULSE, rituals={})
    with pytest.raises(PulseCancelled):
        await asked.answer(first)
    await asked.go(REMINDED)
    assert (await asked.rows("sealed_reply"), await asked.rows("seal_key")) == ([], [])
    await asked.go(CLOSE)
    assert (await asked.answers(), await asked.waves()) == ([], [])
    asked.organisation = WITH_PULSE
    with pytest.raises(PulseCancelled) as refused:
        await asked.answer(first)
    assert refused.value.instead is not None, "it says so where they clicked, and has no buttons any more"
    assert refused.value.instead.kind == "pulse-called-off"


async def test_a_launch_put_off_by_an_outage_runs_while_there_is_time_to_answer(pulse: PulseHouse) -> None:
    late = utc(4, 2, 12)  # a Thursday, two in the afternoon
    await pulse.go(late)
    found = await pulse.asked()
    assert len(found) == 12
    for name in found:
        assert await pulse.due(name) == (utc(4, 2, 14) if abroad(name) else late)
    await pulse.go(CLOSE)
    assert await pulse.asked(kind=REMINDING) == [], "after Easter there is no time left for one"
    assert (await pulse.waves())[0].closed_on == date(2026, 4, 7)


async def test_where_nobody_would_hear_in_time_there_is_no_wave(pulse: PulseHouse) -> None:
    await pulse.go(utc(4, 4, 12))  # the Saturday before Easter: people are back two hours before the close
    assert await pulse.rows("wave") == []


async def test_a_wave_whose_time_has_passed_is_missed_without_a_word(pulse: PulseHouse) -> None:
    await pulse.go(utc(4, 5, 12))
    assert await pulse.rows("wave") == []
    assert await pulse.said("skipped") == {}
    states = {row["id"]: row["state"] for row in await pulse.rows("occurrence")}
    assert states["pulse-2026-03-31"] == "missed"
    await pulse.go(LAUNCH + WEEK)
    assert len(await pulse.asked("pulse-2026-04-07:triage")) == 12


async def test_a_pause_holds_back_what_was_not_sent_yet(pulse: PulseHouse) -> None:
    await pulse.go(LAUNCH)
    async with pulse.memory.open_work() as work:
        await work.brakes.pause("pulse", at=pulse.at, by="test")
    assert await pulse.go(HEARD) == []
    async with pulse.memory.open_work() as work:
        await work.brakes.resume("pulse")
    assert len(await pulse.go(HEARD)) == len([name for name in await pulse.asked() if not abroad(name)])


# --- who may -------------------------------------------------------------------------------------------------------


async def test_only_the_invited_answer(asked: PulseHouse) -> None:
    invited = await asked.asked()
    before = await asked.image()
    for name in [name for name in asked.everybody if name not in invited][:3]:
        for doing in (asked.answer(name), asked.send(name, "3"), asked.comment(name, "words")):
            with pytest.raises(NotInvited) as refused:
                await doing
    assert sentences(refused.value.sentence)[0].startswith("This question was put to others")
    assert await asked.image() == before
