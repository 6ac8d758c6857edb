"""The weekly digest on the stepped clock: to each reader once a week, at their own hour, with what is new to them."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from sqlalchemy import text

from rituals.calendar import Recurrence, Weekly
from rituals.digests.rules import DigestRules
from rituals.errors import InvalidReply, NotAReader, NotFound, Stranger
from rituals.figures.records import Record
from rituals.kpis import Kpi, KpiSource
from rituals.measures.statistics import Direction
from rituals.messages import Scale
from rituals.people import Role
from rituals.use_cases import read_digest
from rituals.use_cases.brake import pause, resume
from rituals.use_cases.run_due_steps import run_due_steps
from storage.work import Memory
from tests.builders import PARIS, initiative
from tests.golden.samples_digest import barrier, published
from tests.rituals.use_cases.conftest import LivedThrough
from tests.rituals.use_cases.house import (
    LEFT,
    ORGANISATION,
    RULES,
    STRANGER,
    House,
    form_of,
    sentences,
    utc,
    values,
)

LETTER = DigestRules(
    key="letter",
    title="AI letter",
    recurrence=Recurrence(rule=Weekly(weekday=1), at=time(8, 30), zone=PARIS),
    readers=frozenset({Role.CHANGE_MANAGER, Role.MEMBER}),
)
KPI = Kpi(
    key="delay",
    title="Days to settle",
    unit="days",
    direction=Direction.DOWN,
    owner="nobody@example.org",
    source=KpiSource.IMPORTED,
    frequency=timedelta(days=30),
)
READING = replace(ORGANISATION, rituals={"committee": RULES, "letter": LETTER}, kpis={"delay": KPI})

WEEK = "letter-2026-03-31"
IN_PARIS, IN_TORONTO = utc(3, 31, 6, 30), utc(3, 31, 12, 30)
READER, ABROAD = "clotilde", "eluned"


@pytest.fixture
async def reading(lived_through: LivedThrough) -> House:
    """People, two cases, sittings and letters planned from Friday 27 March on; the clocks change on the 29th."""
    return await lived_through(_settled)


async def _settled(memory: Memory) -> House:
    house = House(memory, READING)
    await house.settle_in()
    return house


async def letters(house: House, week: str = WEEK) -> dict[str, str]:
    """The state of each reader's letter, by name."""
    people = {(await house.person(who)).id: who for who in (READER, ABROAD, "cyprian", "dagmar", "fionnuala")}
    return {people[one.to]: one.state for one in (await house.said(f"letter:{week}:")).values()}


async def waiting(house: House, who: str, week: str = WEEK) -> str | None:
    """The state of the step that sends somebody's letter."""
    return (await house.steps()).get(f"{week}/send_letter/{(await house.person(who)).id}")


async def choose(house: House, who: str, day: str, hour: str = "9:00") -> str:
    reply = await house.ask(who, read_digest.choose_day, "letter", {"day": day, "hour": hour})
    assert reply.sentence is not None
    return sentences(reply.sentence)[0]


async def preview(house: House, who: str | None = None) -> read_digest.Preview:
    """What somebody, by default the first reader, would be sent now."""
    return await read_digest.preview(
        who, at=house.at, open_work=house.memory.open_work, organisation=house.organisation
    )


async def test_letters_are_planned_before_the_week_begins_and_sent_to_each_at_their_own_hour(reading: House) -> None:
    await reading.go(utc(3, 28, 22))
    assert {await waiting(reading, who) for who in (READER, ABROAD)} == {"waiting"}
    assert await letters(reading) == {}
    await reading.go(IN_PARIS - timedelta(minutes=1))
    assert await letters(reading) == {}
    await reading.go(IN_PARIS)
    assert await letters(reading) == dict.fromkeys((READER, "cyprian", "dagmar", "fionnuala"), "shown")
    await reading.go(IN_TORONTO)
    assert (await letters(reading))[ABROAD] == "shown"


async def test_a_week_s_letter_is_sent_once_whatever_is_run_twice(reading: House) -> None:
    for _ in range(3):
        await reading.go(IN_TORONTO)
    assert len(await letters(reading)) == 5
    assert {row["revision"] for row in await reading.rows("post") if row["kind"] == "digest"} == {1}


async def test_once_everybody_has_theirs_the_week_is_closed(reading: House) -> None:
    await reading.go(IN_PARIS)
    assert (await reading.sitting(WEEK)).state == "held"
    await reading.go(IN_TORONTO)
    assert (await reading.sitting(WEEK)).state == "closed"


async def test_the_second_letter_tells_what_is_new_and_the_third_that_nothing_is(reading: House) -> None:
    shown = []
    for day in (utc(3, 31, 7), utc(4, 7, 7), utc(4, 14, 7), utc(4, 21, 7)):
        reading.at = day
        await reading.go(day)
        week = f"letter-2026-{day.month:02}-{day.day:02}"
        shown.append(await reading.reads(f"letter:{week}:{(await reading.person(READER)).id}"))
    assert "Days to settle" in shown[0]
    assert "Triage of claims" in shown[0]
    assert shown[3].splitlines()[0].startswith("AI letter: nothing new.")


async def test_what_holds_people_back_is_told_once_to_each_reader_and_again_when_there_is_more(
    reading: House,
) -> None:
    shown = []
    for day in (utc(3, 31, 13), utc(4, 7, 13), utc(4, 14, 13), utc(4, 21, 13), utc(4, 28, 13)):
        sunday = day.date() - timedelta(days=2)
        records = [Record(metric="adoption", initiative="triage", sunday=sunday, figure=published(90, 200))]
        if sunday in (date(2026, 3, 29), date(2026, 4, 26)):
            metric, figure = barrier(18, 42, "barrier_cpx", sunday)
            records.append(Record(metric=metric, initiative="triage", sunday=sunday, figure=figure))
        async with reading.work() as work:
            await work.figures.publish(records, [])
        await run_due_steps(day, open_work=reading.memory.open_work, organisation=reading.organisation)
        letters = [f"letter:letter-{day.date()}:{(await reading.person(who)).id}" for who in (READER, ABROAD)]
        shown.append(["18 of 42 answers" in await reading.reads(letter) for letter in letters])
    assert shown == [[True, True], *[[False, False]] * 3, [True, True]]


async def test_what_a_letter_has_no_room_for_of_what_holds_people_back_comes_with_the_next(reading: House) -> None:
    tools = [f"tool{number:02}" for number in range(14)]
    metric, figure = barrier(18, 42, "barrier_cpx", date(2026, 3, 29))
    async with reading.work() as work:
        for key in tools:
            await work.initiatives.put(initiative(key, title=f"The case of {key}", asked_on=None))
        records = [Record(metric=metric, initiative=key, sunday=figure.as_of, figure=figure) for key in tools]
        await work.figures.publish(records, [])
    told = []
    for day in (utc(3, 31, 13), utc(4, 7, 13), utc(4, 14, 13)):
        await run_due_steps(day, open_work=reading.memory.open_work, organisation=reading.organisation)
        letter = await reading.reads(f"letter:letter-{day.date()}:{(await reading.person(READER)).id}")
        told.append([key for key in tools if f"The case of {key}" in letter])
    assert [key for week in told for key in week] == tools
    assert 0 < len(told[0]) < len(tools)


async def test_a_letter_late_by_hours_waits_for_the_next_sensible_hour_and_one_late_by_a_week_is_not_sent(
    reading: House,
) -> None:
    await reading.go(utc(4, 1, 21))
    assert set((await letters(reading)).values()) == {"pending", "shown"}
    assert (await letters(reading))[READER] == "pending", "it is eleven at night in Paris"
    assert (await letters(reading))[ABROAD] == "shown", "it is five in the afternoon in Quebec"
    await reading.go(utc(4, 2, 5))
    assert (await letters(reading))[READER] == "shown"


async def test_a_week_nobody_was_there_for_is_passed_over_in_silence(reading: House) -> None:
    await reading.go(utc(4, 6, 12))
    assert await letters(reading) == {}
    assert (await reading.sitting(WEEK)).state == "missed"
    assert not [one for one in await reading.said("skipped:") if "letter" in one]


async def test_letters_planned_and_held_up_past_their_week_are_skipped_without_a_word(reading: House) -> None:
    await reading.go(utc(3, 30, 12))
    await reading.ask("adalbert", pause, "letter")
    await reading.go(utc(4, 6, 12))
    await reading.ask("adalbert", resume, "letter")
    await reading.go(utc(4, 6, 13))
    assert await letters(reading) == {}
    assert await waiting(reading, READER) == "skipped"
    assert (await reading.sitting(WEEK)).state == "closed"
    assert not [one for one in await reading.said("skipped:") if "letter" in one]


async def test_somebody_who_is_no_reader_any_more_gets_none(reading: House) -> None:
    await reading.go(utc(3, 30, 12))
    await reading.break_row("person", (await reading.person(READER)).id, roles="")
    await reading.break_row("person", (await reading.person("dagmar")).id, present=False)
    await reading.go(IN_TORONTO)
    assert set(await letters(reading)) == {ABROAD, "cyprian", "fionnuala"}


async def test_nobody_has_the_roles_of_a_reader_and_the_week_is_over_at_once(memory: Memory) -> None:
    lonely = replace(LETTER, readers=frozenset())
    house = House(memory, replace(READING, rituals={"letter": lonely}))
    await house.settle_in()
    await house.go(IN_PARIS)
    assert (await house.sitting(WEEK)).state == "closed"


# --- choosing ------------------------------------------------------------------------------------------------------


async def test_a_reader_chooses_a_day_and_the_letter_that_waits_moves(reading: House) -> None:
    await reading.go(utc(3, 30, 12))
    assert await choose(reading, READER, "thu", "16:00") == "Noted. Your next letter comes Thursday 2 April, 16:00."
    await reading.go(IN_TORONTO)
    assert READER not in await letters(reading)
    await reading.go(utc(4, 2, 14))
    assert (await letters(reading))[READER] == "shown"


async def test_the_choice_lasts_and_is_what_the_form_shows_next_time(reading: House) -> None:
    await choose(reading, READER, "fri", "18:00")
    form = form_of(await reading.ask(READER, read_digest.ask_for_day, "letter"))
    assert [getattr(field, "initial", None) for field in form.fields] == ["fri", "18:00"]
    await reading.go(utc(4, 3, 16))
    assert (await letters(reading))[READER] == "shown"


async def test_whoever_has_chosen_nothing_is_shown_the_usual_day(reading: House) -> None:
    form = form_of(await reading.ask(READER, read_digest.ask_for_day, "letter"))
    assert [getattr(field, "initial", None) for field in form.fields] == ["tue", "8:30"]


async def test_to_choose_only_a_day_keeps_the_time_the_letter_has(reading: House) -> None:
    rules = replace(LETTER, recurrence=replace(LETTER.recurrence, at=time(8, 45)))
    reading.organisation = replace(reading.organisation, rituals={**reading.organisation.rituals, "letter": rules})
    form = form_of(await reading.ask(READER, read_digest.ask_for_day, "letter"))
    _, hour = (field for field in form.fields if isinstance(field, Scale))
    assert hour.initial == "8:45"
    assert [one.value for one in hour.options][2:6] == ["8:00", "8:30", "8:45", "9:00"]
    assert await choose(reading, READER, "thu", hour.initial) == (
        "Noted. Your next letter comes Thursday 2 April, 08:45."
    )


async def test_no_letter_at_all_takes_back_the_one_that_waits(reading: House) -> None:
    await reading.go(utc(3, 30, 12))
    assert (await choose(reading, READER, "none")).startswith("Noted: no more letters.")
    for day in (IN_TORONTO, utc(4, 7, 13)):
        await reading.go(day)
    assert READER not in await letters(reading)
    assert READER not in await letters(reading, "letter-2026-04-07")
    assert "Thursday 16 April" in await choose(reading, READER, "thu")
    await reading.go(utc(4, 16, 7))
    assert (await letters(reading, "letter-2026-04-14"))[READER] == "shown"


async def test_a_day_that_has_passed_leaves_the_letter_that_waits_where_it_is(reading: House) -> None:
    await choose(reading, READER, "fri")
    await reading.go(utc(4, 1, 12))
    assert "Friday 3 April, 09:00" in await choose(reading, READER, "mon")
    await reading.go(utc(4, 3, 7))
    assert (await letters(reading))[READER] == "shown"
    await reading.go(utc(4, 7, 7))
    assert READER in await letters(reading, "letter-2026-04-07"), "Easter Monday is off, so it comes on Tuesday"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"day": "sun", "hour": "9:00"}, "day"),
        ({"day": None, "hour": "9:00"}, "day"),
        ({"hour": "9:00"}, "day"),
        ({"day": "mon", "hour": "6:30"}, "hour"),
        ({"day": "mon", "hour": "18:30"}, "hour"),
        ({"day": "mon", "hour": "09:00"}, "hour"),
        ({"day": "mon", "hour": "９:00"}, "hour"),
        ({"day": "mon"}, "hour"),
    ],
)
async def test_a_day_or_hour_that_was_not_offered_is_refused(
    reading: House, given: dict[str, str | None], field: str
) -> None:
    with pytest.raises(InvalidReply) as refused:
        await reading.ask(READER, read_digest.choose_day, "letter", given)
    assert refused.value.field == field
    assert await reading.rows("letter_wish") == []


# --- looking -------------------------------------------------------------------------------------------------------


async def test_a_reader_sees_the_letter_as_it_stands_now_and_it_is_told_to_nobody(reading: House) -> None:
    await reading.go(utc(3, 30, 12))
    before = await reading.image()
    reply = await reading.ask(READER, read_digest.show_digest)
    assert reply.message is not None
    said = sentences(reply.message)
    assert "Decisions needed (3)" in said
    assert "Your next letter: Tuesday 31 March, 08:30." in said
    assert "open-digest-day letter" in values(reply.message)
    assert await reading.image() == before, "to look changes nothing"


async def test_what_was_told_is_shown_whole_to_whoever_asks(reading: House) -> None:
    await reading.go(IN_PARIS)
    reply = await reading.ask(READER, read_digest.show_digest)
    assert "Decisions needed (3)" in sentences(reply.message)


@pytest.mark.parametrize("who", ["anatolia", "perpetua", "adalbert"])
async def test_only_readers_read_and_choose(reading: House, who: str) -> None:
    before = await reading.image()
    for ask in (
        (read_digest.show_digest,),
        (read_digest.ask_for_day, "letter"),
        (read_digest.choose_day, "letter", {"day": "mon", "hour": "9:00"}),
    ):
        with pytest.raises(NotAReader):
            await reading.ask(who, *ask)
    assert await reading.image() == before


@pytest.mark.parametrize("who", [LEFT, STRANGER])
async def test_strangers_and_those_who_left_are_told_nothing(reading: House, who: str) -> None:
    with pytest.raises(Stranger):
        await reading.ask(who, read_digest.show_digest)


@pytest.mark.parametrize("digest", ["", "committee", "letter ", "x" * 10_000])
async def test_a_digest_that_is_not_there_is_not_found(reading: House, digest: str) -> None:
    for ask in (
        (read_digest.ask_for_day, digest),
        (read_digest.choose_day, digest, {"day": "mon", "hour": "9:00"}),
    ):
        with pytest.raises(NotFound):
            await reading.ask(READER, *ask)


async def test_where_no_digest_is_set_up_that_is_said(house: House) -> None:
    reply = await house.ask(READER, read_digest.show_digest)
    assert reply.sentence is not None
    assert sentences(reply.sentence) == ["No weekly letter is set up here."]
    with pytest.raises(NotFound):
        await preview(house)


async def test_a_preview_is_what_would_go_out_and_changes_nothing(reading: House) -> None:
    await reading.go(IN_PARIS - timedelta(minutes=1))
    before = await reading.image()
    found = await preview(reading, "Clotilde@example.org ")
    assert await reading.image() == before
    assert found.next_letter == IN_PARIS
    await reading.go(IN_PARIS)
    assert await reading.post(f"letter:{WEEK}:{found.person.id}") == found.message
    with pytest.raises(NotAReader):
        await preview(reading, "anatolia@example.org")


async def test_what_was_delivered_is_counted_and_what_was_not_is_not(reading: House) -> None:
    await reading.go(IN_PARIS, deliver=False)
    async with reading.memory.open_work() as work:
        assert (await work.counts())["digests_delivered"] == 0
    await reading.deliver()
    async with reading.memory.open_work() as work:
        assert (await work.counts())["digests_delivered"] == 4


async def test_the_database_knows_of_each_reader_only_what_they_were_told(reading: House) -> None:
    await reading.go(IN_PARIS)
    async with reading.memory.transaction() as connection:
        rows = (await connection.execute(text("SELECT told FROM letter_told"))).scalars().all()
    assert len(rows) == 4
    assert set(rows) == {
        "ahead:sitting:committee-2026-04-07\nundecided:fraud:2026-04-07:0:False\n"
        "undecided:triage:2026-04-07:0:False\nuntargeted:delay"
    }
