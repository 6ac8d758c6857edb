"""Waves, replies and counts, alike on every database, and with several people answering at once."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from rituals.measures.disclosure import Thresholds
from rituals.measures.statistics import Window
from rituals.posts import ToHome, ToPerson
from rituals.pulses.panels import Panelist, deal
from rituals.pulses.waves import (
    ASKING,
    REMINDING,
    Answering,
    Invitation,
    PlainAnswer,
    PulseReply,
    Wave,
    WaveState,
    post_id,
)
from storage.posts import POST
from storage.statements import insert_all
from storage.tables.census import MergerRow
from storage.tables.columns import table
from storage.tables.sources import FileImportRow
from storage.work import Memory, SqlWork
from tests.builders import AT, NOBODY, PARIS, after, entry, occurrence, post, slack, step
from tests.databases import on_postgres, until_somebody_waits

PULSE = occurrence(date(2026, 3, 3), ritual="pulse")
DAY = date(2026, 3, 3)
CLOSED = date(2026, 3, 10)
WINDOW = Window.ending(date(2026, 3, 29))


def wave(initiative: str = "triage", **changes: object) -> Wave:
    values: dict[str, object] = {
        "id": f"{PULSE.id}:{initiative}",
        "occurrence": PULSE.id,
        "ritual": "pulse",
        "initiative": initiative,
        "opened_on": DAY,
        "closes_at": after(days=8),
        "barriers": True,
        "thresholds": Thresholds(answers=6),
    }
    return Wave(**{**values, **changes})  # type: ignore[arg-type]


def invitation(person: str, stratum: str = "Claims", *, asked: bool = True) -> Invitation:
    return Invitation(person=person, stratum=stratum, zone=PARIS, site=None, invited_on=DAY, asked=asked)


@pytest.fixture
async def people(memory: Memory) -> Sequence[str]:
    """Ten people, their accounts named like them, and a wave that asks nine; the last has opted out."""
    async with memory.open_work() as work:
        await work.people.adopt_roster([entry(f"p{n}@example.org") for n in range(10)], default=NOBODY)
        everybody = [one.id for one in await work.people.all_present()]
        for n, one in enumerate(everybody):
            await work.people.adopt_account(slack(one), entry(f"p{n}@example.org"), present=True)
        await work.occurrences.plan(PULSE, [step(PULSE)])
        await work.panelists.opt(everybody[9], out=True)
        asked = [invitation(one, "Claims" if n < 7 else "") for n, one in enumerate(everybody[:9])]
        await work.pulses.launch(wave(), [*asked, invitation(everybody[9], asked=False)], {"Claims": 30, "": 9})
    return everybody


async def faced(work: SqlWork, person: str, *, of: Wave | None = None) -> Answering:
    """Somebody before the question."""
    found = await work.pulses.answering(slack(person), (of or wave()).id)
    assert found is not None
    assert found.person == person
    return found


async def seal(memory: Memory, person: str, reply: PulseReply | str, *, of: Wave | None = None) -> None:
    """Somebody answers."""
    said = PulseReply(use=reply) if isinstance(reply, str) else reply
    async with memory.open_work() as work:
        while not await work.pulses.seal((await faced(work, person, of=of)).wave.id, person, said):
            pass


async def close(memory: Memory, *, on: date = CLOSED, of: Wave | None = None) -> None:
    async with memory.open_work() as work:
        await work.pulses.close((of or wave()).id, on=on)


async def test_a_wave_is_kept_as_it_was_launched_and_once_only(memory: Memory, people: Sequence[str]) -> None:
    async with memory.open_work() as work:
        await work.pulses.launch(wave(barriers=False), [invitation("somebody")], {})
        assert await work.pulses.wave(wave().id) == wave()
        assert await work.pulses.wave("pulse-2026-03-03:nothing") is None
        assert await work.pulses.waves(PULSE.id) == [wave()]
        assert {one.person for one in await work.pulses.untold(wave().id, limit=20)} == set(people[:9])
        assert await work.pulses.answering(slack(people[0]), "pulse-2026-03-03:nothing") is None


async def test_only_who_has_an_account_can_be_heard_from(memory: Memory, people: Sequence[str]) -> None:
    async with memory.open_work() as work:
        assert set(await work.panelists.whereabouts()) == set(people)
        for n in range(1, 10):
            await work.people.adopt_account(slack(people[n]), entry(f"p{n}@example.org"), present=False)
        assert list(await work.panelists.whereabouts()) == [people[0]]
        stranger = await work.pulses.answering(slack("somebody"), wave().id)
    assert stranger is not None
    assert (stranger.person, stranger.is_asked, stranger.reply) == (None, False, None)


async def test_only_those_asked_are_invited(memory: Memory, people: Sequence[str]) -> None:
    async with memory.open_work() as work:
        assert [(await faced(work, one)).is_asked for one in people] == [True] * 9 + [False]
        assert await work.pulses.open_for(people[0]) == [wave().id]
        assert await work.pulses.open_for(people[9]) == []
        assert {one.person for one in await work.pulses.untold(wave().id, limit=20)} == set(people[:9])
        assert len(await work.pulses.untold(wave().id, limit=4)) == 4


async def test_parts_of_those_unreminded_are_apart_and_together_everybody(
    memory: Memory, people: Sequence[str]
) -> None:
    await seal(memory, people[3], "never")
    async with memory.open_work() as work:
        await work.panelists.opt(people[4], out=True)
        parts = [await work.pulses.unreminded(wave().id, part=part, size=4) for part in range(4)]
    assert sorted(one.person for part in parts for one in part) == sorted({*people[:9]} - {people[3], people[4]})
    assert parts[3] == []


async def test_a_reply_is_read_by_its_person_until_the_close(memory: Memory, people: Sequence[str]) -> None:
    whole = PulseReply(use="never", satisfaction="2", barriers=("B_EXP", "B_TRN"), comment='“ \\ " é\n😀' * 50)
    await seal(memory, people[0], "every_week")
    await seal(memory, people[0], whole)
    async with memory.open_work() as work:
        assert (await faced(work, people[0])).reply == whole
        assert (await faced(work, people[1])).reply is None
    await close(memory)
    async with memory.open_work() as work:
        assert (await faced(work, people[0])).reply is None
        assert {one.question: one for one in await work.pulses.answers("triage", WINDOW)} == {
            question: PlainAnswer(wave=wave().id, stratum="Claims", question=question, codes=codes)
            for question, codes in {"USE1": ("never",), "SAT1": ("2",), "BAR": ("B_EXP", "B_TRN")}.items()
        }


async def test_the_longest_comment_there_may_be_fits_under_the_seal(memory: Memory, people: Sequence[str]) -> None:
    for words in ("😀" * 500, '"' * 500, "\\" * 500, "\n".join("é" * 250)):
        await seal(memory, people[0], PulseReply(use="no_access", barriers=("B_EXP", "B_CPX", "B_TRN"), comment=words))
    async with memory.transaction() as connection:
        rows = (await connection.exec_driver_sql("SELECT ciphertext FROM sealed_reply")).all()
    await seal(memory, people[0], "never")
    async with memory.transaction() as connection:
        assert [len(one) for (one,) in rows] == [
            len(one) for (one,) in (await connection.exec_driver_sql("SELECT ciphertext FROM sealed_reply")).all()
        ]


async def test_the_counts_of_a_wave_are_those_of_its_close(memory: Memory, people: Sequence[str]) -> None:
    for person in people[:7]:
        await seal(memory, person, "never")
    async with memory.transaction() as connection:
        gone = (people[0], people[7], people[9])  # one answered, one did not, one had opted out
        for person in gone:
            await connection.exec_driver_sql(f"UPDATE person SET present = false WHERE id = '{person}'")
        # Whoever takes no message was asked all the same: only who left is not counted.
        for never_reached in (people[8], people[9]):
            refused = f"UPDATE account SET refused = 'cannot_dm' WHERE person = '{never_reached}'"
            assert (await connection.exec_driver_sql(refused)).rowcount == 1
    async with memory.open_work() as work:
        assert await work.pulses.wave_counts("triage", WINDOW) == []
    await close(memory)
    await close(memory, on=CLOSED + timedelta(days=1))
    async with memory.open_work() as work:
        (count,) = await work.pulses.wave_counts("triage", WINDOW)
        assert (count.invited, count.left, count.answered, count.closed_on) == (10, 2, 7, CLOSED)
        assert count.population == {"Claims": 30, "": 9}
        assert len(await work.pulses.answers("triage", WINDOW)) == 7
        kept = await work.panelists.all()
    # Of Claims all seven answered; of the other two nobody did.
    assert [kept[one].unanswered_in_a_row for one in people[:9]] == [0] * 7 + [1, 1]
    assert kept[people[9]] == Panelist(person=people[9], opted_out=True)


@pytest.mark.parametrize(("answered", "counted"), [(5, [0] * 7), (6, [0] * 6 + [1])])
async def test_who_left_how_many_unanswered_is_noted_where_the_threshold_of_the_wave_is_met(
    memory: Memory, people: Sequence[str], answered: int, counted: list[int]
) -> None:
    for person in people[:answered]:
        await seal(memory, person, "never")
    await close(memory)
    async with memory.open_work() as work:
        kept = await work.panelists.all()
    assert [kept[one].unanswered_in_a_row for one in people[:7]] == counted


async def test_answers_and_counts_belong_to_the_day_of_the_close(memory: Memory, people: Sequence[str]) -> None:
    await seal(memory, people[0], "never")
    await close(memory, on=WINDOW.last)
    async with memory.open_work() as work:
        for window, found in ((WINDOW, 1), (WINDOW.previous(), 0), (Window(first=WINDOW.last, last=WINDOW.last), 1)):
            assert len(await work.pulses.answers("triage", window)) == found
            assert len(await work.pulses.wave_counts("triage", window)) == found
        assert await work.pulses.answers("search", WINDOW) == []


async def test_a_wave_that_is_off_leaves_nothing_that_was_said(memory: Memory, people: Sequence[str]) -> None:
    other = wave("search")
    async with memory.open_work() as work:
        await work.pulses.launch(other, [invitation(people[0])], {})
    await seal(memory, people[0], "never")
    await seal(memory, people[0], "never", of=other)
    async with memory.open_work() as work:
        await work.pulses.discard(wave().id)
    assert await counted(memory, "sealed_reply", "seal_key", "invitation") == [1, 1, 1]
    await close(memory)
    async with memory.open_work() as work:
        assert [one.state for one in await work.pulses.waves(PULSE.id)] == [WaveState.OPEN, WaveState.CANCELLED]
        assert await work.pulses.answers("triage", WINDOW) == []
        await work.pulses.close(other.id, on=CLOSED)
        await work.pulses.discard(other.id)
        assert len(await work.pulses.answers("search", WINDOW)) == 1


async def told(memory: Memory, person: str, kind: str = ASKING, *, shown: bool = True) -> None:
    """A message of the wave was put, and by default shown to the person."""
    async with memory.open_work() as work:
        await work.posts.put(post(post_id(kind, wave().id, person), to=ToPerson(person=person)), at=AT)
    if shown:
        async with memory.transaction() as connection:
            await connection.execute(
                update(POST).where(POST.c.id == post_id(kind, wave().id, person)).values(first_shown_at=AT)
            )


async def test_a_wave_called_off_keeps_who_was_asked_until_that_is_forgotten(
    memory: Memory, people: Sequence[str]
) -> None:
    await seal(memory, people[0], "never")
    async with memory.open_work() as work:
        await work.pulses.discard(wave().id, on=CLOSED)
        assert await work.pulses.wave_counts("triage", WINDOW) == []
    assert await counted(memory, "sealed_reply", "seal_key", "invitation") == [0, 0, 10]
    for day, kept in ((CLOSED, 10), (CLOSED + timedelta(days=1), 0)):
        async with memory.open_work() as work:
            await work.pulses.forget(participation=day, comments=DAY, answers=DAY)
        assert await counted(memory, "invitation") == [kept]


async def test_a_question_waits_for_whoever_was_shown_it_and_has_neither_answered_nor_opted_out(
    memory: Memory, people: Sequence[str]
) -> None:
    for person in people[:3]:
        await told(memory, person)
    await told(memory, people[3], shown=False)
    await seal(memory, people[1], "never")
    async with memory.open_work() as work:
        await work.panelists.opt(people[2], out=True)
        waiting = [[one.id for one in await work.pulses.waiting_for(person)] for person in people[:5]]
        assert waiting == [[wave().id], [], [], [], []]
        assert list(await work.pulses.waiting_for(people[0])) == [wave()]
    await close(memory)
    async with memory.open_work() as work:
        assert await work.pulses.waiting_for(people[0]) == []


async def test_those_who_heard_are_told_part_by_part(memory: Memory, people: Sequence[str]) -> None:
    asked = sorted(people[:9])
    for person in (asked[0], asked[3], asked[5]):
        await told(memory, person)
    await told(memory, asked[1], REMINDING)
    await told(memory, asked[2], shown=False)
    async with memory.open_work() as work:
        found = [await work.pulses.heard(wave().id, ASKING, part=part, size=4) for part in range(4)]
        assert found == [[asked[0], asked[3]], [asked[5]], [], None]
        assert await work.pulses.heard(wave().id, REMINDING, part=0, size=9) == [asked[1]]
        await work.pulses.forget_reminders(wave().id)
        assert await work.pulses.heard(wave().id, REMINDING, part=0, size=9) == []


@pytest.mark.parametrize("off", [False, True])
async def test_the_homes_of_all_who_were_asked_go_with_the_seals(
    memory: Memory, people: Sequence[str], *, off: bool
) -> None:
    async with memory.open_work() as work:
        for person in people:
            await work.posts.put(post(f"home:{person}", to=ToHome(person=person)), at=AT)
        if off:
            await work.pulses.discard(wave().id, on=CLOSED)
        else:
            await work.pulses.close(wave().id, on=CLOSED)
        # The last has opted out, and was not asked.
        assert [await work.posts.exists(f"home:{person}") for person in people] == [False] * 9 + [True]


async def test_opting_out_is_told_once_and_outlives_erasure(memory: Memory, people: Sequence[str]) -> None:
    await seal(memory, people[0], "never")
    async with memory.open_work() as work:
        assert [await work.panelists.opt(people[0], out=out) for out in (False, True, True, False, True)] == [
            *(False, True, False, True, True),
        ]
        for person in people[:2]:
            await work.pulses.erase(person)
        kept = await work.panelists.all()
        assert kept[people[0]] == Panelist(person=people[0], last_invited_on=DAY, opted_out=True)
        assert not kept[people[1]].may_be_invited(DAY + timedelta(days=27)), "nobody is asked twice in 28 days"
        assert kept[people[1]].may_be_invited(DAY + timedelta(days=28))
        erased = await faced(work, people[0])
        assert (erased.reply, erased.is_asked) == (None, False)


async def test_whoever_turns_out_to_be_two_people_keeps_what_either_wished(
    memory: Memory, people: Sequence[str]
) -> None:
    async with memory.transaction() as connection:
        await insert_all(
            connection,
            table(FileImportRow),
            [{"number": 1, "kind": "people", "file": "p.csv", "at": AT, "state": "kept", "settled": False}],
        )
        await insert_all(connection, table(MergerRow), [{"person": people[9], "origin": 1, "into": people[0]}])
    async with memory.open_work() as work:
        kept = await work.panelists.all()
    assert (kept[people[0]].opted_out, kept[people[0]].last_invited_on) == (True, DAY)


async def test_panels_stay_for_their_cycle_and_go_with_it(memory: Memory) -> None:
    async with memory.open_work() as work:
        key = await work.panelists.key("pulse", "2026-Q1")
        assert (await work.panelists.key("pulse", "2026-Q1"), len(key)) == (key, 32)
        dealt = deal({"ana": "Claims", "bo": "Sales"}, key=key, cycle="2026-Q1")
        await work.panelists.keep("pulse", dealt, new=dealt.assigned.keys())
        more = dealt.joined("cy", "Claims")
        await work.panelists.keep("pulse", more, new={"cy"})
        await work.panelists.keep("other", dealt, new=())
    async with memory.open_work() as work:
        assert await work.panelists.panels("pulse", "2026-Q1", count=4) == more
        assert await work.panelists.key("pulse", "2026-Q2") != key
        await work.panelists.keep("pulse", deal({"ana": "Claims"}, key=b"k", cycle="2026-Q2"), new={"ana"})
    async with memory.open_work() as work:
        assert (await work.panelists.panels("pulse", "2026-Q1", count=4)).assigned == {}
        assert len((await work.panelists.panels("pulse", "2026-Q2", count=4)).assigned) == 1
    assert await counted(memory, "pulse_cycle", "pulse_place") == [1, 1]


async def counted(memory: Memory, *tables: str) -> list[int]:
    async with memory.transaction() as connection:
        return [(await connection.exec_driver_sql(f"SELECT count(*) FROM {one}")).scalar_one() for one in tables]


# --- several at once -----------------------------------------------------------------------------------------------


@on_postgres
async def test_people_answer_side_by_side(memory: Memory, people: Sequence[str]) -> None:
    async with memory.open_work() as one, memory.open_work() as other, asyncio.timeout(10):
        for work, person in ((one, people[0]), (other, people[1])):
            assert (await faced(work, person)).reply is None
            assert await work.pulses.seal(wave().id, person, PulseReply(use="never"))
    await close(memory)
    assert await counted(memory, "pulse_answer") == [2]


@on_postgres
async def test_the_last_of_two_taps_on_two_replicas_counts(memory: Memory, people: Sequence[str]) -> None:
    async def tap(use: str) -> None:
        await seal(memory, people[0], use)

    await asyncio.gather(*(tap(use) for use in ("never", "every_week", "never", "once_or_twice")))
    await tap("no_access")
    await close(memory)
    async with memory.open_work() as work:
        assert [one.codes for one in await work.pulses.answers("triage", WINDOW)] == [("no_access",)]


@on_postgres
async def test_the_close_waits_for_an_answer_under_way(memory: Memory, people: Sequence[str]) -> None:
    async with memory.open_work() as work:
        await faced(work, people[0])
        closing = asyncio.create_task(close(memory))
        await until_somebody_waits(memory)
        assert await work.pulses.seal(wave().id, people[0], PulseReply(use="never"))
    await closing
    assert await counted(memory, "pulse_answer", "sealed_reply") == [1, 0]


@on_postgres
async def test_an_answer_that_waited_for_the_close_finds_the_wave_closed(memory: Memory, people: Sequence[str]) -> None:
    async def find() -> Answering:
        async with memory.open_work() as work:
            return await faced(work, people[0])

    async with memory.open_work() as work:
        await work.pulses.close(wave().id, on=CLOSED)
        finding = asyncio.create_task(find())
        await until_somebody_waits(memory)
    assert (await finding).wave.state is WaveState.CLOSED
