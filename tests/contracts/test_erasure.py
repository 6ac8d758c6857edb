"""Somebody who is erased is in no table any more, and no file or directory brings them back.

Every table that has a column for a person is given a row of Ana's, whatever else the table is for: a table that is new
and forgets nobody is found here.
"""

from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Date, Integer, LargeBinary, Table, Time
from sqlmodel import AutoString, SQLModel

from rituals.people import Account, Person, Role
from rituals.posts import PostState
from storage.tables.columns import Utc
from storage.work import Memory
from tests.builders import AT, NOBODY, entry, slack
from tests.feeding import feed, said

ANA, OTHER, BO = "ana@x.org", "ana.lima@x.org", "bo@x.org"
TODAY = date(2026, 3, 2)

PEOPLE = (
    "email,other_emails,employee_id,name,department,site,manager,access\n"
    f"{ANA},{OTHER},E1,Ana Lima,Claims,lisbon,{BO},bot\n"
    f"{BO},,E2,Bo Lind,Claims,,{ANA},bot\n"
)
INITIATIVES = "initiative,title,target_department,rollout_on\nbot,A bot,Claims,2025-09-01\n"
USAGE = (
    "initiative,email,date,actions\n"
    f"bot,{ANA},2026-02-23,3\nbot,{OTHER},2026-02-24,2\nbot,{ANA},2025-12-01,1\nbot,{BO},2026-02-23,1\n"
)

NAMES = {"person", "by", "owner", "to", "subject", "into"}
"""What a column for a person may be called where it refers to no other table."""

OF_OTHERS = {("room", "room"), ("figure_member", "department"), ("seal_key", "subject"), ("initiative", "owner")}
OF_OTHERS |= {("initiative_told", "owner"), ("post", "owner"), ("lease", "owner")}
"""Columns of these names that are not for a person's id."""

DUTIES = {"person", "account", "tie", "merger", "moved_account", "voter", "vote", "sealed_marks", "action", "step"}
DUTIES |= {"telling", "given_reading", "pause", "post", "initiative_told", "panelist", "redraw"}


def personal(of: Table) -> list[Column[Any]]:
    """The columns of a table that may name a person."""
    return [
        column
        for column in of.columns
        if (of.name, column.name) not in OF_OTHERS
        and (
            any(foreign.column.table.name == "person" for foreign in column.foreign_keys)
            or (column.name in NAMES and isinstance(column.type, AutoString) and not column.foreign_keys)
        )
    ]


def filler(column: Column[Any], known: dict[str, Any]) -> Any:
    """Something that fits, or the row that is referred to."""
    for foreign in column.foreign_keys:
        return known[f"{foreign.column.table.name}.{foreign.column.name}"]
    match column.type:
        case Boolean():
            return True
        case Integer():
            return 7
        case Date():
            return TODAY
        case Utc():
            return AT
        case Time():
            return time(9)
        case LargeBinary():
            return b"sealed"
        case _:
            return f"{column.table.name}-{column.name}"


async def insert(memory: Memory, of: Table, known: dict[str, Any], **values: Any) -> None:
    row = {
        column.name: values.get(column.name, None if column.nullable else filler(column, known))
        for column in of.columns
        if not (column.autoincrement is True and column.name not in values)
    }
    async with memory.transaction() as connection:
        await connection.execute(of.insert().values(**row))


async def person_of(memory: Memory, email: str) -> Person | None:
    async with memory.open_work() as work:
        return await work.personal.by_address(email)


async def who(memory: Memory, email: str) -> Person:
    found = await person_of(memory, email)
    assert found is not None
    return found


async def everything(memory: Memory) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    async with memory.transaction() as connection:
        return {
            of.name: sorted((tuple(row) for row in await connection.execute(of.select())), key=repr)
            for of in SQLModel.metadata.sorted_tables
        }


async def holding(memory: Memory, *words: str) -> set[str]:
    """Every table in a row of which one of the words occurs."""
    return {
        name
        for name, rows in (await everything(memory)).items()
        if any(word in repr(row) for row in rows for word in words)
    }


@pytest.fixture
async def ana(memory: Memory) -> Person:
    """Ana, who has no role, with something in every table that can hold something of hers."""
    async with memory.open_work() as work:
        await work.people.adopt_roster([entry(ANA, name="Ana Lima"), entry(BO, name="Bo Lind")], default=NOBODY)
        await work.people.adopt_account(slack("UANA"), entry(ANA, name="Ana Lima"), present=True)
        await work.people.adopt_account(slack("UOTHER"), entry(OTHER, name="Ana Lima"), present=True)
        on_teams = Account(platform="teams", workspace="t1", user="aad-ana")
        await work.people.adopt_account(on_teams, entry(ANA, name="Ana Lima"), present=True)
    for user, name in (("aad-ana", "29:ana"), ("aad-bo", "29:bo")):
        where = {"tenant": "t1", "service_url": "https://smba", "conversation": f"a:{user}", "bot": "28:app"}
        await memory.references(platform="teams").keep(user, {**where, "user": name}, at=AT)
    await feed(memory, "initiatives", INITIATIVES)
    await feed(memory, "people", PEOPLE)
    await feed(memory, "usage", USAGE)
    async with memory.open_work() as work:
        await work.sources.fold("bot", date(2025, 12, 1))
    ana = await who(memory, ANA)
    tables = SQLModel.metadata.tables
    known = {"person.id": ana.id, "initiative.key": "bot", "file_import.number": 1, "identity.id": 1}
    for name, key in (("occurrence", "sitting"), ("action", "action"), ("wave", "wave"), ("ballot", "ballot")):
        values = {"id": key, "state": "closed", **({"owner": ana.id, "email": ANA} if name == "action" else {})}
        await insert(memory, tables[name], known, **values)
        known[f"{name}.id"] = key
    rows = await everything(memory)
    for of in SQLModel.metadata.sorted_tables:
        columns = personal(of)
        if columns and not any(ana.id in repr(row) for row in rows[of.name]):
            more = {"post": {"to_type": "person"}, "vote": {"choice": "go"}}.get(of.name, {})
            if of.name in {"post", "step"}:
                more["id"] = f"x:{ana.id}"
            ours = {column.name: ana.id for column in columns}
            await insert(memory, of, known, **more, **ours)
    return ana


async def erase(memory: Memory, person: Person, *, forget: bool = True) -> None:
    async with memory.open_work() as work:
        await work.personal.object(person, on=TODAY)
        await work.personal.erase(person, forget=forget)


async def test_every_table_that_may_name_somebody_names_ana(memory: Memory, ana: Person) -> None:
    named = await holding(memory, ana.id)
    assert named == {of.name for of in SQLModel.metadata.sorted_tables if personal(of)} | {"person"}
    assert named >= {"invitation", "sealed_reply", "panelist", "pulse_place", "figure_member", "letter_told", "tie"}


async def test_after_an_erasure_no_table_holds_id_name_or_address(memory: Memory, ana: Person) -> None:
    before = {"posting", "usage_day", "usage_week", "usage_span"}
    assert {name for name, rows in (await everything(memory)).items() if rows} >= before
    merged = [row[0] for row in (await everything(memory))["merger"]]
    async with memory.open_work() as work:
        assert merged, "her other address was somebody's before the file said whose"
        assert merged != [ana.id]
        assert (await work.personal.kept(ana.id, today=TODAY)).uses
    await erase(memory, ana)
    assert await holding(memory, ana.id, *merged) == set()
    assert await holding(memory, ANA, OTHER, "Ana Lima", "UANA", "UOTHER", "aad-ana", "29:ana") == set()
    assert await holding(memory, "aad-bo") == {"reference"}, "where others are met stays"
    rows = await everything(memory)
    assert [len(rows[name]) for name in ("usage_day", "usage_week", "usage_span", "posting")] == [1, 0, 0, 1]
    assert len(rows["figure_member"]) == 1, "a small group is as large as it was"


async def test_what_is_not_hers_stays(memory: Memory, ana: Person) -> None:
    bo = await who(memory, BO)
    async with memory.open_work() as work:
        before = await work.personal.kept(bo.id, today=TODAY)
    await erase(memory, ana)
    async with memory.open_work() as work:
        assert await work.personal.kept(bo.id, today=TODAY) == before
        assert (await work.census.postings([bo.id]))[bo.id][0].manager is None, "it was Ana"
    assert before.uses[0].days == 1


async def test_the_next_files_and_directory_do_not_bring_her_back(memory: Memory, ana: Person) -> None:
    await erase(memory, ana)
    outcome = await feed(memory, "people", PEOPLE.replace("Claims", "Sales"))
    assert any("asked to be left out" in said(notice) for notice in outcome.notices)
    await feed(memory, "usage", USAGE.replace(",3", ",5"))
    async with memory.open_work() as work:
        for user, email in (("UANA", ANA), ("UOTHER", OTHER.upper())):
            await work.people.adopt_account(slack(user), entry(email, name="Ana Lima"), present=True)
        await work.people.adopt_account(slack("UBO"), entry(BO), present=True)
        assert await work.people.by_account(slack("UANA")) is None
        assert await work.people.by_account(slack("UBO")) is not None
        assert await work.personal.objections() == 1
    assert await holding(memory, ANA, OTHER, "Ana Lima") == set()
    rows = await everything(memory)
    assert len(rows["usage_day"]) == 1
    assert len(rows["person"]) == 1


async def test_an_address_she_gets_later_is_left_out_too(memory: Memory, ana: Person) -> None:
    await erase(memory, ana)
    await feed(memory, "people", PEOPLE.replace(OTHER, "lima@x.org").replace("Claims", "Sales"))
    async with memory.open_work() as work:
        assert await work.personal.objected(["mail:lima@x.org", "mail:bo@x.org"]) == {"mail:lima@x.org"}
        assert await work.personal.objections() == 1


async def test_to_take_an_import_back_leaves_the_objection(memory: Memory, ana: Person) -> None:
    await erase(memory, ana)
    async with memory.open_work() as work:
        for number in (2, 1):
            await work.census.take_back(number)
    async with memory.open_work() as work:
        assert await work.personal.objections() == 1
        assert await work.personal.objected([f"mail:{ANA}"]) == {f"mail:{ANA}"}


async def test_whoever_is_let_in_again_is_known_and_counted_from_then_on(memory: Memory, ana: Person) -> None:
    await erase(memory, ana)
    async with memory.open_work() as work:
        assert await work.personal.lift(OTHER.upper())
        assert not await work.personal.lift(OTHER)
        assert await work.personal.objections() == 0
        await work.people.adopt_account(slack("UANA"), entry(ANA, name="Ana Lima"), present=True)
    await feed(memory, "usage", USAGE)
    again = await who(memory, ANA)
    assert again.id != ana.id
    async with memory.open_work() as work:
        assert (await work.personal.kept(again.id, today=TODAY)).uses[0].days == 1


async def test_whoever_has_a_duty_keeps_what_it_takes_and_nothing_else(memory: Memory, ana: Person) -> None:
    await erase(memory, ana, forget=False)
    assert await holding(memory, ana.id) <= DUTIES
    assert await holding(memory, ana.id) >= {"person", "account", "voter", "vote", "sealed_marks", "action"}
    assert await holding(memory, "Claims") == {"posting", "target", "initiative"}, "Bo's, and the tool's"
    bo = await who(memory, BO)
    async with memory.open_work() as work:
        kept = await work.personal.kept(ana.id, today=TODAY)
        assert (kept.uses, kept.asked, kept.objected_on) == ((), (), TODAY)
        assert await work.people.by_account(slack("UANA")) == ana
        assert [one.person for one in await work.census.population("bot", TODAY)] == [bo.id]
    await feed(memory, "people", PEOPLE.replace("Claims", "Sales"))
    await feed(memory, "usage", USAGE)
    async with memory.open_work() as work:
        assert (await work.personal.kept(ana.id, today=TODAY)).uses == ()
        await work.people.adopt_account(slack("UANA"), entry(ANA, name="Ana L."), present=True)
        found = await work.people.by_account(slack("UANA"))
        assert found is not None
        assert found.name == "Ana L.", "who is known for a duty is kept up to date"


async def test_app_yaml_brings_back_whom_it_names_but_not_what_measures_them(memory: Memory, ana: Person) -> None:
    await erase(memory, ana)
    async with memory.open_work() as work:
        await work.people.adopt_roster([entry(ANA, Role.MEMBER, name="Ana Lima")], default=NOBODY)
        await work.people.adopt_account(slack("UANA"), entry(ANA), present=True)
    await feed(memory, "people", PEOPLE.replace("Claims", "Sales"))
    await feed(memory, "usage", USAGE)
    again = await who(memory, ANA)
    async with memory.open_work() as work:
        kept = await work.personal.kept(again.id, today=TODAY)
        assert (kept.platforms, kept.uses) == (("slack",), ())
        assert await work.census.postings([again.id]) == {}


async def test_to_erase_twice_is_to_erase_once(memory: Memory, ana: Person) -> None:
    await erase(memory, ana, forget=False)
    before = await everything(memory)
    await erase(memory, ana, forget=False)
    assert await everything(memory) == before


async def test_a_message_that_delivery_holds_is_erased_and_delivery_goes_on(memory: Memory, ana: Person) -> None:
    outbox = memory.outbox(platform="slack", locale="en", zone="UTC")
    async with memory.transaction() as connection:
        post = SQLModel.metadata.tables["post"]
        await connection.execute(post.update().values(state=PostState.PENDING, behind=True, due_at=AT))
    await erase(memory, ana)
    assert await outbox.next_due() is None
    assert await outbox.counts() == {}
    async with memory.transaction() as connection:
        assert (await connection.execute(SQLModel.metadata.tables["words"].select())).all() == []


# --- what is shown -------------------------------------------------------------------------------------------------


async def test_what_somebody_used_is_told_to_the_day_even_where_it_is_kept_by_week(memory: Memory, ana: Person) -> None:
    async with memory.open_work() as work:
        (use,) = (await work.personal.kept(ana.id, today=TODAY)).uses
        later = (await work.personal.kept(ana.id, today=date(2026, 4, 20))).uses
    assert (use.initiative, use.days, use.first, use.last) == ("bot", 2, date(2025, 12, 1), date(2026, 2, 24))
    assert later[0].days == 0


async def test_of_two_files_that_tell_of_one_day_the_newest_holds(memory: Memory, ana: Person) -> None:
    await feed(memory, "usage", f"initiative,email,date,actions\nbot,{ANA},2026-02-23,0\n")
    async with memory.open_work() as work:
        (use,) = (await work.personal.kept(ana.id, today=TODAY)).uses
    assert use.days == 1


async def test_somebody_of_whom_nothing_is_kept_has_nothing(memory: Memory) -> None:
    async with memory.open_work() as work:
        kept = await work.personal.kept("nobody", today=TODAY)
        assert await work.personal.by_address(ANA) is None
        assert await work.personal.objections() == 0
    assert kept == type(kept)()
