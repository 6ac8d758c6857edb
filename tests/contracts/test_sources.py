"""What other systems counted: usage by day and week, conversations, savings, readings; twice, back, and with time."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rituals.errors import InvalidReply
from rituals.imports import BadFile, FileImport, UsageCount, UsageLine
from rituals.measures.adoption import History
from rituals.measures.escalation import Conversations
from rituals.measures.statistics import Window
from rituals.reviews.quantities import read_quantity
from rituals.use_cases.imports import import_usage, sweep
from rituals.use_cases.imports_undo import CannotUndo, undo_import
from rituals.use_cases.imports_upkeep import forget_old
from storage.work import Memory
from tests.builders import AT, after
from tests.feeding import HOUSE, everything, feed, said, source

BOT = "initiative,rollout_on\nbot,2025-01-01\nother,2025-01-01\n"
PEOPLE = "email,department,valid_from\nana@x.org,Claims,2025-01-01\nbo@x.org,Claims,2025-01-01\n"
USAGE = "initiative,email,date,actions\n"
EVER = Window(first=date(2024, 1, 1), last=date(2027, 12, 31))


async def history(memory: Memory, name: str = "ana", window: Window = EVER, initiative: str = "bot") -> History:
    async with memory.open_work() as work:
        found = await work.census.histories(initiative, window)
        (person,) = {one.id for one in await work.people.all_present() if one.email == f"{name}@x.org"}
    return next(one for one in found if one.person == person)


async def undo(memory: Memory, number: int | None = None, at: datetime = AT) -> FileImport:
    return await undo_import(number, at, organisation=HOUSE, open_work=memory.open_work)


@pytest.fixture
async def known(memory: Memory) -> Memory:
    """A database that knows two initiatives and two people."""
    await feed(memory, "initiatives", BOT)
    await feed(memory, "people", PEOPLE)
    return memory


# --- usage ---


async def test_usage_is_kept_by_day_and_read_by_week_as_well(known: Memory) -> None:
    told = await feed(known, "usage", f"{USAGE}bot,ana@x.org,2026-02-27,2\nbot,ANA@x.org,01/03/2026,3\n")
    assert (told.counted.lines, told.counted.new, told.counted.changed) == (2, 2, 0)
    ana = await history(known)
    assert ana.used_on == {date(2026, 2, 27), date(2026, 3, 1)}
    assert [(week.monday, week.actions) for week in ana.weeks] == [(date(2026, 2, 23), 5)]
    assert (ana.first_use, ana.last_use) == (date(2026, 2, 27), date(2026, 3, 1))
    async with known.open_work() as work:
        assert await work.sources.last_days("usage") == {"bot": date(2026, 3, 1)}


async def test_the_first_day_told_of_stays_when_weeks_are_summed_up(known: Memory) -> None:
    await feed(
        known, "usage", f"{USAGE}bot,ana@x.org,2026-02-18,0\nbot,ana@x.org,2026-02-19,2\nbot,ana@x.org,2026-03-01,3\n"
    )
    for _ in range(2):
        async with known.open_work() as work:
            assert await work.sources.first_days("usage") == {"bot": date(2026, 2, 19)}
            assert await work.sources.last_days("usage") == {"bot": date(2026, 3, 1)}
            await work.sources.fold("bot", date(2026, 2, 16))


async def test_what_happened_after_a_window_is_not_known_in_it(known: Memory) -> None:
    await feed(known, "usage", f"{USAGE}bot,ana@x.org,2026-02-27,2\nbot,ana@x.org,2026-03-01,3\n")
    ana = await history(known, window=Window.ending(date(2026, 2, 28)))
    assert ana.used_on == {date(2026, 2, 27)}
    assert ana.last_use == date(2026, 2, 27)
    assert [(week.monday, week.actions) for week in ana.weeks] == [(date(2026, 2, 23), 2)]


async def test_a_corrected_count_replaces_the_earlier_one_and_nought_takes_the_use_away(known: Memory) -> None:
    await feed(known, "usage", f"{USAGE}bot,ana@x.org,2026-02-27,2\nbot,ana@x.org,2026-02-26,1\n")
    told = await feed(known, "usage", f"{USAGE}bot,ana@x.org,2026-02-27,9\nbot,ana@x.org,2026-02-26,0\n")
    assert (told.counted.new, told.counted.changed) == (0, 2)
    ana = await history(known)
    assert ana.used_on == {date(2026, 2, 27)}
    assert [week.actions for week in ana.weeks] == [9]
    await undo(known)
    ana = await history(known)
    assert [week.actions for week in ana.weeks] == [3]


async def test_no_use_is_nothing_new_where_none_was_known(known: Memory) -> None:
    assert (await feed(known, "usage", f"{USAGE}bot,ana@x.org,2026-02-27,0\n")).number is None


async def test_addresses_of_nobody_we_know_are_counted_without_their_name(known: Memory) -> None:
    told = await feed(
        known, "usage", f"{USAGE}bot,ana@x.org,2026-02-27,2\nbot,robot@x.org,2026-02-27,2\nbot,eve@y.org,2026-02-28,1\n"
    )
    assert [said(notice) for notice in told.notices] == [
        "2 addresses are nobody’s in the people files: counted for the match rate, by no name"
    ]
    async with known.open_work() as work:
        assert await work.sources.match_rate(["bot"], Window.ending(date(2026, 3, 1))) == (1, 3)
        assert await work.sources.match_rate(["bot"], Window.ending(date(2026, 2, 27))) == (1, 2)
        assert await work.sources.match_rate(["bot", "other"], Window.ending(date(2026, 3, 1))) == (1, 3)
        assert await work.sources.match_rate(["other"], Window.ending(date(2026, 3, 1))) == (0, 0)
        strangers = [one for one in await work.census.histories("bot", EVER) if one.person.startswith("unknown:")]
    assert sorted(len(one.used_on) for one in strangers) == [1, 1]
    assert "robot" not in repr(await everything(known))
    await feed(known, "people", "email,department,valid_from\nrobot@x.org,Claims,2026-02-01\n")
    assert (await history(known, "robot")).used_on == {date(2026, 2, 27)}, "their use is theirs once they are known"


async def test_an_initiative_nobody_knows_is_named_and_nothing_is_kept(known: Memory) -> None:
    before = await everything(known)
    lines = "".join(f"bott,u{number}@x.org,2026-02-27,2\n" for number in range(25))
    with pytest.raises(BadFile) as bad:
        await feed(known, "usage", f"{USAGE}bot,ana@x.org,2026-02-27,2\n{lines}")
    assert (len(bad.value.faults), bad.value.count) == (20, 25)
    assert 'did you mean "bot"?' in said(bad.value.faults[0].why)
    assert await everything(known) == before


async def test_lines_of_one_day_that_contradict_each_other_are_both_named(known: Memory) -> None:
    same = "bot,ana@x.org,2026-02-27,2\n"
    assert (await feed(known, "usage", USAGE + same + same)).counted.new == 1
    with pytest.raises(BadFile) as bad:
        await feed(known, "usage", f"{USAGE}{same}bot,ana@x.org,27/02/2026,3\n")
    (fault,) = bad.value.faults
    assert (fault.line, fault.column) == (3, "actions")
    assert said(fault.why).startswith("line 2 gives another number")


async def test_many_chunks_count_all_at_once_or_never(known: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rituals.use_cases.imports.CHUNK", 3)
    before = await everything(known)
    lines = [
        UsageLine(line=2, initiative="bot", email=f"u{number}@x.org", day=date(2026, 2, 1), actions=1)
        for number in range(10)
    ]

    async def seen() -> int:
        async with known.open_work() as work:
            return (await work.sources.match_rate(["bot"], EVER))[1]

    done: list[int] = []

    def broken() -> Iterator[UsageLine]:
        yield from lines[:8]
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await import_usage(broken(), source("usage"), open_work=known.open_work, progress=done.append)
    assert done == [3, 6]
    assert await seen() == 0
    assert await everything(known) == before
    told = await import_usage(lines, source("usage"), open_work=known.open_work)
    assert (told.counted.new, await seen()) == (10, 10)


async def test_what_an_import_that_died_left_behind_counts_for_nothing_and_is_swept(known: Memory) -> None:
    before = await everything(known)
    async with known.open_work() as work:
        number = await work.sources.begin("usage", file="usage.csv", at=AT)
    async with known.open_work() as work:
        (identity,) = (await work.census.identities(["mail:ana@x.org"])).values()
        count = UsageCount(initiative="bot", day=date(2026, 2, 1), identity=identity, actions=1)
        await work.sources.add_usage(number, [count])
    assert (await history(known)).used_on == frozenset()
    async with known.open_work() as work:
        assert await work.sources.last_days("usage") == {}
        assert [one.number for one in await work.sources.imports()] == [1, 2]
    await sweep(open_work=known.open_work)
    assert await everything(known) == before


async def test_the_number_of_an_import_that_was_taken_back_is_never_given_again(known: Memory) -> None:
    lines = [f"{USAGE}bot,ana@x.org,2026-02-2{day},2\n" for day in range(4)]
    numbers = [(await feed(known, "usage", lines[0])).number]
    await undo(known)
    numbers.append((await feed(known, "usage", lines[1])).number)
    assert (await feed(known, "usage", lines[1])).number is None, "nothing new"
    for _ in range(2):
        numbers.append((await feed(known, "usage", lines[2])).number)
        await undo(known)
    await undo(known)
    numbers.append((await feed(known, "usage", lines[3])).number)
    assert numbers == [3, 4, 5, 6, 7]
    async with known.open_work() as work:
        assert [one.number for one in await work.sources.imports()] == [1, 2, 7]


async def test_an_import_that_is_stopped_leaves_nothing(known: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rituals.use_cases.imports.CHUNK", 1)
    before = await everything(known)
    started = asyncio.Event()

    def endless() -> Iterator[UsageLine]:
        day = date(2026, 2, 1)
        while True:
            yield UsageLine(line=2, initiative="bot", email=f"u{day.toordinal()}@x.org", day=day, actions=1)
            day -= timedelta(days=1)

    task = asyncio.create_task(
        import_usage(endless(), source("usage"), open_work=known.open_work, progress=lambda _: started.set())
    )
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await everything(known) == before


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    files=st.lists(
        st.dictionaries(
            st.tuples(st.sampled_from(["ana@x.org", "bo@x.org", "eve@y.org"]), st.integers(1, 4)),
            st.integers(0, 3),
            max_size=5,
        ),
        max_size=3,
    )
)
async def test_usage_twice_is_usage_once_and_taken_back_is_as_before(
    memory: Memory, files: list[dict[tuple[str, int], int]]
) -> None:
    if (await feed(memory, "initiatives", BOT)).number is not None:
        await feed(memory, "people", PEOPLE)
    states = [await everything(memory)]
    made = 0
    for told in files:
        text = USAGE + "".join(f"bot,{who},2026-02-{day:02},{count}\n" for (who, day), count in told.items())
        outcome = await feed(memory, "usage", text)
        if outcome.number is not None:
            made += 1
            states.append(await everything(memory))
        now = await everything(memory)
        assert (await feed(memory, "usage", text)).number is None
        assert now == await everything(memory)
        assert states[-1] == now
    for state in reversed(states[:-1]):
        await undo(memory)
        assert await everything(memory) == state
    assert made == len(states) - 1


# --- counts of assistants, ledgers, reckonings ---


async def test_conversations_come_back_by_day_the_newest_told(known: Memory) -> None:
    header = "initiative;date;escalated;resolved;abandoned;unengaged;avoidable\n"
    week = Conversations(unengaged=8, escalated=45, confirmed=40, implied=0, abandoned=15, avoidable=20)
    await feed(known, "conversations", f"{header}bot;22/02/2026;45;40;15;8;20\nbot;2026-03-01;1 000;2;3;;\n")
    window = Window(first=date(2026, 2, 16), last=date(2026, 3, 1))
    async with known.open_work() as work:
        found = await work.sources.conversations("bot", window)
        assert await work.sources.conversations("bot", Window.ending(date(2026, 2, 21))) == []
        assert await work.sources.last_days("conversations") == {"bot": date(2026, 3, 1)}
        assert await work.sources.first_days("conversations") == {"bot": date(2026, 2, 22)}
    assert found == [
        (date(2026, 2, 22), week),
        (date(2026, 3, 1), Conversations(unengaged=0, escalated=1000, confirmed=2, implied=0, abandoned=3)),
    ]
    told = await feed(known, "conversations", f"{header}bot;22/02/2026;44;40;15;8;20\nbot;2026-03-01;1000;2;3;0;0\n")
    assert (told.counted.new, told.counted.changed) == (0, 1)
    async with known.open_work() as work:
        assert (await work.sources.conversations("bot", window))[0][1] == replace(week, escalated=44)
    await undo(known)
    async with known.open_work() as work:
        assert await work.sources.conversations("bot", window) == found


async def test_savings_are_exact(known: Memory) -> None:
    text = "initiative;date;montant\nbot;31/01/2026;1\u202f234,10 €\nbot;28/02/2026;-0,1\n"
    before = await everything(known)
    await feed(known, "savings", text)
    assert (await feed(known, "savings", text)).number is None
    async with known.open_work() as work:
        assert await work.sources.savings("bot", EVER) == [
            (date(2026, 1, 31), Fraction(123410, 100)),
            (date(2026, 2, 28), Fraction(-1, 10)),
        ]
        assert await work.sources.last_days("savings") == {"bot": date(2026, 2, 28)}
    await undo(known)
    assert await everything(known) == before


async def test_readings_are_exact_and_name_a_kpi_of_the_settings(memory: Memory) -> None:
    text = "kpi,date,value,n\nfcr,2026-01-31,45 %,120\nfcr,2026-02-28,0.5,\n"
    await feed(memory, "readings", text, units={"fcr": "%"})
    async with memory.open_work() as work:
        assert await work.sources.readings("fcr", date(2026, 2, 27)) == [(date(2026, 1, 31), Fraction(9, 20), 120)]
        assert await work.sources.readings("fcr", AT.date()) == [
            (date(2026, 1, 31), Fraction(9, 20), 120),
            (date(2026, 2, 28), Fraction(1, 2), None),
        ]
        assert await work.sources.last_days("readings") == {"fcr": date(2026, 2, 28)}
    with pytest.raises(BadFile) as bad:
        await feed(memory, "readings", text, units={"fcrs": "%"})
    assert 'did you mean "fcrs"?' in said(bad.value.faults[0].why)


UNITS = {"fcr": "%", "delay": "days", "ratio": ""}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("fcr,2026-01-31,45,", '"45" is no share, and fcr is in percent: write 45% or 0.45'),
        ('fcr,2026-01-31,"7,5",', '"7.5" is no share, and fcr is in percent: write 7.5% or 0.075'),
        ("fcr,2026-01-31,100,", '"100" is no share, and fcr is in percent: write 100% or 1'),
        ("fcr,2026-01-31,450,", "fcr is a share, which lies between 0% and 100%: correct the value"),
        ("fcr,2026-01-31,450 %,", "fcr is a share, which lies between 0% and 100%: correct the value"),
        ("fcr,2026-01-31,-0.1,", "fcr is a share, which lies between 0% and 100%: correct the value"),
        ("delay,2026-01-31,45 %,", "is a percentage, and delay is counted in days: write the number alone"),
        ("ratio,2026-01-31,45 %,", "is a percentage, and ratio has no unit: write the number alone, or make its unit"),
    ],
)
async def test_a_value_that_would_be_read_a_hundred_times_too_large_or_small_is_refused(
    memory: Memory, row: str, why: str
) -> None:
    with pytest.raises(BadFile) as bad:
        await feed(memory, "readings", f"kpi,date,value,n\ndelay,2026-01-30,45,\n{row}\n", units=UNITS)
    (fault,) = bad.value.faults
    assert (fault.line, fault.column) == (3, "value")
    assert said(fault.why).startswith(why)


async def test_no_share_means_one_thing_in_a_file_and_another_in_a_form(memory: Memory) -> None:
    async def in_file(text: str) -> Fraction | None:
        try:
            await feed(memory, "readings", f"kpi;date;value\nfcr;2026-01-31;{text}\n", units=UNITS)
        except BadFile:
            return None
        async with memory.open_work() as work:
            return (await work.sources.readings("fcr", AT.date()))[0][1]

    def in_form(text: str) -> Fraction | None:
        try:
            return read_quantity(text, unit="%", locale="fr", field="fcr")
        except InvalidReply:
            return None

    for text in ("45", "45 %", "0,45", "0.45 %", "0", "1", "1 %", "1,5", "100", "100 %"):
        told = {await in_file(text), in_form(text)} - {None}
        assert len(told) == 1, text
    assert (await in_file("101 %"), in_form("101 %")) == (None, None)


async def test_an_assistants_lines_that_contradict_each_other_are_both_named(known: Memory) -> None:
    with pytest.raises(BadFile) as bad:
        await feed(known, "savings", "initiative,date,amount\nbot,2026-01-31,1\nbot,2026-01-31,2\nno,2026-01-31,2\n")
    assert [(fault.line, fault.column) for fault in bad.value.faults] == [(3, None), (4, "initiative")]
    assert said(bad.value.faults[0].why).startswith("line 2 says otherwise of bot on 2026-01-31")


# --- time ---


async def forget(memory: Memory, at: datetime) -> None:
    await forget_old(at, organisation=HOUSE, open_work=memory.open_work)


async def test_days_become_weeks_after_a_hundred_days_and_go_after_thirteen_months(known: Memory) -> None:
    text = f"{USAGE}bot,ana@x.org,2026-02-17,2\nbot,ana@x.org,2026-02-20,3\nbot,ana@x.org,2026-03-02,1\n"
    await feed(known, "usage", text)
    await feed(known, "usage", f"{USAGE}bot,ana@x.org,2026-02-20,4\n")
    whole = await history(known)
    sunday = datetime(2026, 2, 22, 12, tzinfo=AT.tzinfo)
    await forget(known, sunday + timedelta(days=100))
    assert await history(known) == whole, "not a day too early"
    await forget(known, sunday + timedelta(days=101))
    older = await history(known)
    assert older.used_on == {date(2026, 3, 2)}
    assert older.weeks == whole.weeks
    assert (older.first_use, older.last_use) == (date(2026, 2, 17), date(2026, 3, 2))
    assert older.is_active(Window(first=date(2026, 2, 16), last=date(2026, 2, 22)))
    async with known.open_work() as work:
        assert await work.sources.match_rate(["bot"], Window.ending(date(2026, 2, 22), 7)) == (1, 1)
    await forget(known, sunday + timedelta(days=420))
    oldest = await history(known)
    assert (oldest.used_on, oldest.weeks) == (frozenset(), ())
    assert (oldest.first_use, oldest.last_use) == (date(2026, 2, 17), date(2026, 3, 2)), "as long as they stay"


async def test_days_that_became_weeks_are_neither_told_twice_nor_taken_back(known: Memory) -> None:
    text = f"{USAGE}bot,ana@x.org,2026-02-17,2\nbot,ana@x.org,2026-03-02,1\n"
    await feed(known, "usage", text)
    later = after(days=95)
    await forget(known, later)
    state = await everything(known)
    told = await feed(known, "usage", text, at=later)
    assert told.number is None
    assert said(told.notices[-1]).startswith("1 line left aside: of days already summed up by week")
    assert await everything(known) == state
    with pytest.raises(CannotUndo) as refusal:
        await undo(known)
    assert refusal.value.settled
    assert (await feed(known, "usage", f"{USAGE}other,ana@x.org,2026-02-17,2\n", at=later)).number is not None


async def test_usage_of_more_than_thirteen_months_ago_is_left_aside(known: Memory) -> None:
    told = await feed(known, "usage", f"{USAGE}bot,ana@x.org,2025-01-29,2\nbot,ana@x.org,2025-01-30,2\n")
    assert (told.counted.new, len(told.notices)) == (1, 1)


async def test_three_months_after_somebody_has_left_nothing_they_did_is_kept(known: Memory) -> None:
    await feed(known, "usage", f"{USAGE}bot,ana@x.org,2026-02-17,2\nbot,bo@x.org,2026-02-17,2\n")
    await feed(known, "people", "email,department,valid_from,left_on\nana@x.org,Claims,2025-01-01,2026-02-28\n")
    await forget(known, after(days=60))
    async with known.open_work() as work:
        assert await work.sources.match_rate(["bot"], EVER) == (2, 2)
    await forget(known, after(days=92))
    async with known.open_work() as work:
        assert await work.sources.match_rate(["bot"], EVER) == (1, 1)


async def test_the_first_use_outlives_a_departure_and_a_return(known: Memory) -> None:
    await feed(known, "usage", f"{USAGE}bot,ana@x.org,2026-02-17,2\n")
    await feed(known, "people", "email,department,valid_from,left_on\nana@x.org,Claims,2025-01-01,2026-02-28\n")
    await feed(known, "people", "email,department,valid_from\nana@x.org,Legal,2026-03-10\n", at=after(days=10))
    ana = await history(known)
    assert (len(ana.eligible), ana.first_use) == (2, date(2026, 2, 17))
