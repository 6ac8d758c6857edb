"""Who belongs where and has what, as files told it: versions, moves, departures, returns, people with two addresses."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from rituals.imports import BadFile
from rituals.initiatives import Stage
from rituals.measures.adoption import History, Snapshot, by_department, snapshot
from rituals.measures.statistics import Window
from rituals.people import Role
from rituals.use_cases.imports_undo import CannotUndo, undo_import
from rituals.use_cases.imports_upkeep import forget_old
from storage.work import Memory
from tests.builders import NOBODY, after, entry, slack
from tests.feeding import HOUSE, LISBON, everything, feed, said

GOLDEN = json.loads((Path(__file__).parents[1] / "golden_numbers" / "measures.json").read_text("utf-8"))[
    "point_in_time"
]
AS_OF = date(2026, 3, 29)
WINDOW = Window.ending(AS_OF)
DAY = timedelta(days=1)

TOOL = "initiative,title,target_department,rollout_on\nbot,A bot,Claims,2025-09-01\n"


async def people_of(memory: Memory) -> dict[str, str]:
    """Ids by the part of the address before the @."""
    async with memory.open_work() as work:
        found = await work.people.all_present()
    return {person.id: person.email.partition("@")[0] for person in found}


async def seen(memory: Memory, window: Window = WINDOW) -> Snapshot:
    async with memory.open_work() as work:
        return snapshot(await work.census.histories("bot", window), window)


async def population(memory: Memory, on: date, initiative: str = "bot") -> dict[str, tuple[str, date]]:
    names = await people_of(memory)
    async with memory.open_work() as work:
        found = await work.census.population(initiative, on)
    return {names[one.person]: (one.department, one.since) for one in found}


async def undo(memory: Memory, number: int | None = None) -> None:
    await undo_import(number, after(days=0), organisation=HOUSE, open_work=memory.open_work)


# --- point in time ---


async def test_the_golden_population_comes_out_of_its_files(memory: Memory) -> None:
    people = ["email;department;valid_from;left_on;access"]
    usage = ["initiative;email;date;actions"]
    for name, first, last, enabled, used in GOLDEN["people"]:
        begins = [day for day in (first, enabled) if day is not None]
        for day in sorted(set(begins)):
            there = first is not None and day >= first
            access = "bot" if enabled is not None and day >= enabled else ""
            people.append(f"{name}@x.org;{'Claims' if there else 'Elsewhere'};{day};{last or ''};{access}")
        usage += [f"bot;{name}@x.org;{day};3" for day in used]
    await feed(memory, "initiatives", TOOL)
    await feed(memory, "people", "\n".join(people), at=after(days=28))
    await feed(memory, "usage", "\n".join(usage), at=after(days=28))
    names = await people_of(memory)
    async with memory.open_work() as work:
        gone = {one.person for one in await work.census.histories("bot", WINDOW)} - set(names)
    assert len(gone) == 1, "p06, who has left, is no longer present and still counted in the past"
    found = await seen(memory)
    for state in ("enabled", "active", "dormant", "lapsed", "never", "shadow"):
        assert sorted(names[person] for person in getattr(found, state)) == GOLDEN[state]
    assert sorted(names[person] for person in found.eligible) == GOLDEN["denominator"]
    assert [names[person] for person in found.joiners] == ["p04"]
    assert found.leavers == gone
    assert [names[person] for person in found.outside] == ["p11"]
    assert (found.adoption.x, found.adoption.n) == (4, 9)


@pytest.mark.parametrize(("days", "counted"), [(13, 0), (14, 1)])
async def test_a_joiner_counts_from_the_fourteenth_day(memory: Memory, days: int, counted: int) -> None:
    await feed(memory, "initiatives", TOOL)
    joined = AS_OF - (days - 1) * DAY
    await feed(memory, "people", f"email,department,valid_from\nana@x.org,Claims,{joined}\n")
    found = await seen(memory)
    assert (found.adoption.n, len(found.joiners)) == (counted, 1 - counted)


async def test_a_move_takes_somebody_out_on_its_day_and_not_before(memory: Memory) -> None:
    await feed(memory, "initiatives", TOOL)
    await feed(
        memory,
        "people",
        "email,department,valid_from\nana@x.org,Claims,2025-09-01\nana@x.org,Legal,2026-03-16\n"
        "bo@x.org,Legal,2025-09-01\nbo@x.org,Claims,2026-03-16\n",
    )
    assert await population(memory, date(2026, 3, 15)) == {"ana": ("Claims", date(2025, 9, 1))}
    assert await population(memory, date(2026, 3, 16)) == {"bo": ("Claims", date(2026, 3, 16))}
    names = await people_of(memory)
    found = await seen(memory)
    assert [names[person] for person in found.eligible] == ["bo"], "14 days from the 16th to the 29th"
    assert [names[person] for person in found.leavers] == ["ana"]
    async with memory.open_work() as work:
        parts = by_department(await work.census.histories("bot", WINDOW), WINDOW)
    assert {name: len(part.eligible) for name, part in parts.items()} == {"Claims": 1, "Legal": 0}


async def test_a_move_within_the_target_population_goes_on_without_a_break(memory: Memory) -> None:
    await feed(
        memory,
        "initiatives",
        "initiative,target_department,rollout_on\nbot,Claims,2025-09-01\nbot,Legal,2025-12-01\n",
    )
    await feed(
        memory, "people", "email,department,valid_from\nana@x.org,Claims,2025-10-01\nana@x.org,Legal,2026-03-16\n"
    )
    assert await population(memory, AS_OF) == {"ana": ("Legal", date(2025, 10, 1))}


async def test_a_rollout_after_somebody_came_is_where_they_begin(memory: Memory) -> None:
    await feed(memory, "initiatives", "initiative,target_site,rollout_on\nbot,lisbon,2026-02-01\n")
    await feed(
        memory,
        "people",
        "email,department,site,valid_from\nana@x.org,Claims,Lisbon,2025-10-01\nbo@x.org,Claims,Porto,2025-10-01\n",
    )
    assert await population(memory, date(2026, 1, 31)) == {}
    assert await population(memory, AS_OF) == {"ana": ("Claims", date(2026, 2, 1))}
    async with memory.open_work() as work:
        assert await work.census.rolled_out() == {"bot": date(2026, 2, 1)}


async def test_somebody_who_left_is_not_present_after_that_day_and_comes_back_as_the_same_person(
    memory: Memory,
) -> None:
    await feed(memory, "initiatives", TOOL)
    await feed(memory, "people", "email,department,valid_from,left_on\nana@x.org,Claims,2025-09-01,2026-03-02\n")
    (ana,) = await people_of(memory)
    assert await population(memory, date(2026, 3, 2)) == {"ana": ("Claims", date(2025, 9, 1))}
    await forget_old(after(days=1), organisation=HOUSE, open_work=memory.open_work)
    assert await people_of(memory) == {}
    async with memory.open_work() as work:
        await work.people.adopt_account(slack("UANA"), entry("ana@x.org"), present=True)
    assert await people_of(memory) == {}, "the organisation's own files know better than a platform who has left"
    await feed(memory, "people", "email,department,valid_from\nana@x.org,Claims,2026-03-16\n", at=after(days=20))
    assert await people_of(memory) == {ana: "ana"}
    assert await population(memory, AS_OF) == {"ana": ("Claims", date(2026, 3, 16))}
    (history,) = await histories(memory)
    assert [(spell.first, spell.last) for spell in history.eligible] == [
        (date(2025, 9, 1), date(2026, 3, 2)),
        (date(2026, 3, 16), None),
    ]


async def histories(memory: Memory) -> list[History]:
    async with memory.open_work() as work:
        return list(await work.census.histories("bot", WINDOW))


async def test_lines_without_a_date_tell_what_holds_from_today_on_and_only_where_something_changed(
    memory: Memory,
) -> None:
    await feed(memory, "initiatives", TOOL)
    await feed(memory, "people", "email,department\nana@x.org,Claims\nbo@x.org,Claims\n")
    again = await feed(memory, "people", "email,department\nana@x.org,Claims\nbo@x.org,Legal\n", at=after(days=7))
    assert (again.counted.new, again.counted.changed) == (1, 0)
    assert await population(memory, date(2026, 3, 8)) == {
        "ana": ("Claims", date(2026, 3, 2)),
        "bo": ("Claims", date(2026, 3, 2)),
    }
    assert await population(memory, date(2026, 3, 9)) == {"ana": ("Claims", date(2026, 3, 2))}


async def test_a_line_without_a_date_that_says_somebody_left_before_ends_where_they_were(memory: Memory) -> None:
    await feed(memory, "initiatives", TOOL)
    await feed(memory, "people", "email,department,valid_from\nana@x.org,Claims,2025-09-01\n")
    gone = "email,department,left_on\nana@x.org,Former staff,2026-02-20\n"
    assert (await feed(memory, "people", gone)).counted.changed == 1
    assert (await feed(memory, "people", gone, at=after(days=30))).number is None
    (history,) = await histories(memory)
    assert [(spell.first, spell.last) for spell in history.eligible] == [(date(2025, 9, 1), date(2026, 2, 20))]


async def test_a_file_without_a_column_leaves_what_that_column_said(memory: Memory) -> None:
    await feed(memory, "initiatives", TOOL)
    await feed(memory, "people", "email,department,access,site\nana@x.org,Claims,bot,lisbon\n")
    await feed(memory, "people", "email,department\nana@x.org,Legal\n", at=after(days=3))
    (history,) = await histories(memory)
    assert [(spell.first, spell.last) for spell in history.enabled] == [(date(2026, 3, 2), None)]
    await feed(memory, "people", "email,department,access\nana@x.org,Legal,\n", at=after(days=5))
    (history,) = await histories(memory)
    assert [(spell.first, spell.last) for spell in history.enabled] == [(date(2026, 3, 2), date(2026, 3, 6))]


# --- one person, several addresses ---


async def test_two_addresses_of_one_person_count_once(memory: Memory) -> None:
    await feed(memory, "initiatives", TOOL)
    await feed(
        memory,
        "people",
        "email,department,valid_from,other_emails\nana@x.org,Claims,2025-09-01,\n"
        "ana.lima@x.org,Claims,2025-09-01,ana@x.org\n",
    )
    await feed(
        memory,
        "usage",
        "initiative,email,date,actions\nbot,ana@x.org,2026-03-02,1\nbot,ana.lima@x.org,2026-03-02,2\n",
    )
    (history,) = await histories(memory)
    assert [(week.monday, week.actions) for week in history.weeks] == [(date(2026, 3, 2), 3)]


async def test_people_known_apart_become_one_and_taking_that_back_parts_them(memory: Memory) -> None:
    async with memory.open_work() as work:
        await work.people.adopt_roster([entry("ana@x.org", Role.CHAIR)], default=NOBODY)
        await work.people.adopt_account(slack("UANA"), entry("ana@x.org"), present=True)
        await work.people.adopt_account(slack("ULIMA"), entry("lima@x.org"), present=True)
    before = await everything(memory)
    await feed(memory, "people", "email,department,other_emails\nlima@x.org,Claims,ana@x.org\n")
    async with memory.open_work() as work:
        ana, same = await work.people.by_account(slack("UANA")), await work.people.by_account(slack("ULIMA"))
    assert ana == same
    assert ana is not None
    assert ana.roles == {Role.CHAIR}
    assert list(await people_of(memory)) == [ana.id]
    async with memory.open_work() as work:  # the workspace's directory is read again at every start
        await work.people.adopt_account(slack("ULIMA"), entry("lima@x.org"), present=True)
        await work.people.adopt_roster([entry("lima@x.org", Role.DEPUTY)], default=NOBODY)
        ana = await work.people.by_account(slack("ULIMA"))
        assert ana == await work.people.by_account(slack("UANA"))
        assert ana is not None
        assert ana.roles == {Role.DEPUTY}
        await work.people.adopt_roster([entry("ana@x.org", Role.CHAIR)], default=NOBODY)
    await undo(memory)
    assert await everything(memory) == before


async def test_an_account_is_given_to_whoever_the_files_know_under_its_address(memory: Memory) -> None:
    await feed(memory, "people", "email,name,department,site,other_emails\nana@x.org,Ana,Claims,lisbon,a.lima@x.org\n")
    (ana,) = await people_of(memory)
    async with memory.open_work() as work:
        found = await work.people.get(ana)
        assert found is not None
        assert (found.name, found.site, found.zone, found.locale) == ("Ana", "lisbon", LISBON, "fr")
        await work.people.adopt_account(slack("UANA"), entry("a.lima@x.org", locale="en"), present=True)
        found = await work.people.by_account(slack("UANA"))
    assert found is not None
    assert (found.id, found.email, found.locale) == (ana, "ana@x.org", "en")


async def test_an_employers_number_follows_somebody_to_a_new_address(memory: Memory) -> None:
    await feed(memory, "initiatives", TOOL)
    await feed(memory, "people", "email,department,employee_id,valid_from\nana@x.org,Claims,A1,2025-09-01\n")
    await feed(memory, "people", "email,department,employee_id,valid_from\nana.roy@x.org,Legal,A1,2026-03-10\n")
    (history,) = await histories(memory)
    assert [placement.department for placement in history.placements] == ["Claims", "Legal"]


@pytest.mark.parametrize(
    ("lines", "line", "column", "why"),
    [
        ("a@x.org,Claims,,\na@x.org,Legal,,", 3, "department", "line 2 says otherwise of the same person"),
        ("a@x.org,Claims,A1,\nb@x.org,Claims,A1,", 3, "email", "line 2 tells of the same person under another address"),
        ("a@x.org,Claims,A1,\na@x.org,Claims,A2,", 3, "employee_id", "line 2 gives the same person another number"),
        ("a@x.org,Claims,A1,\nb@x.org,Legal,,a@x.org", 3, "department", "line 2 says otherwise"),
    ],
)
async def test_lines_about_one_person_that_contradict_each_other_are_both_named(
    memory: Memory, lines: str, line: int, column: str, why: str
) -> None:
    before = await everything(memory)
    with pytest.raises(BadFile) as bad:
        await feed(memory, "people", f"email,department,employee_id,other_emails\n{lines}\n")
    (fault,) = bad.value.faults
    assert (fault.line, fault.column) == (line, column)
    assert why in said(fault.why)
    assert await everything(memory) == before


async def test_an_address_with_another_number_is_somebody_else_unless_its_owner_has_left(memory: Memory) -> None:
    header = "email,department,employee_id,valid_from,left_on\n"
    await feed(memory, "people", f"{header}ana@x.org,Claims,A1,2025-01-01,\n")
    with pytest.raises(BadFile, match="1 fault"):
        await feed(memory, "people", f"{header}ana@x.org,Legal,B7,2026-03-01,\n")
    await feed(memory, "people", f"{header}ana@x.org,Claims,A1,2025-01-01,2026-01-31\n")
    again = await feed(memory, "people", f"{header}ana@x.org,Legal,B7,2026-03-01,\n")
    assert again.counted.new == 1


# --- initiatives ---


async def test_words_of_an_initiative_that_the_settings_list_stay_theirs(memory: Memory) -> None:
    told = await feed(memory, "initiatives", TOOL, listed=frozenset({"bot"}))
    assert [said(notice) for notice in told.notices] == ["app.yaml lists bot: its words hold, those of the file do not"]
    async with memory.open_work() as work:
        assert await work.initiatives.get("bot") is None
        assert set(await work.census.rolled_out()) == {"bot"}


async def test_an_initiative_is_told_by_file_with_sponsor_and_bucket(memory: Memory) -> None:
    await feed(
        memory,
        "initiatives",
        "initiative;titre;étape;sponsor;poche;service_cible;déployé_le\n"
        "bot;Un robot;pilote;cleo@x.org;cœur;Sinistres;12/01/2026\nbot;;;;;Juridique;01/02/2026\n",
    )
    async with memory.open_work() as work:
        one = await work.initiatives.get("bot")
        told = (await work.census.told())["bot"]
    assert one is not None
    assert (one.title, one.stage, one.department) == ("Un robot", Stage.PILOT, "Sinistres")
    assert (told.sponsor, told.bucket) == ("cleo@x.org", "core")
    assert sorted((target.department or "", target.rollout_on) for target in told.targets) == [
        ("Juridique", date(2026, 2, 1)),
        ("Sinistres", date(2026, 1, 12)),
    ]


async def test_a_later_file_replaces_the_targets_of_the_initiatives_it_names_and_no_others(memory: Memory) -> None:
    two = "initiative,target_department,rollout_on\nbot,Claims,2025-09-01\nother,Claims,2025-10-01\n"
    await feed(memory, "initiatives", two)
    await feed(memory, "initiatives", "initiative,target_department,rollout_on\nbot,Legal,2026-01-01\n")
    await feed(memory, "initiatives", "initiative,sponsor\nbot,cleo@x.org\n")
    async with memory.open_work() as work:
        assert await work.census.rolled_out() == {"bot": date(2026, 1, 1), "other": date(2025, 10, 1)}
    await undo(memory)
    await undo(memory)
    async with memory.open_work() as work:
        assert await work.census.rolled_out() == {"bot": date(2025, 9, 1), "other": date(2025, 10, 1)}


async def test_access_to_an_initiative_nobody_knows_is_a_slip_of_the_pen(memory: Memory) -> None:
    await feed(memory, "initiatives", TOOL)
    with pytest.raises(BadFile) as bad:
        await feed(memory, "people", "email,department,access\nana@x.org,Claims,bott\n")
    assert [(fault.line, fault.column) for fault in bad.value.faults] == [(2, "access")]
    assert 'did you mean "bot"?' in said(bad.value.faults[0].why)


# --- twice, and back ---

PEOPLE = (
    "email,name,department,site,valid_from,left_on,access,employee_id,other_emails\n"
    "ana@x.org,Ana,Claims,lisbon,2025-09-01,,bot,A1,a@x.org\nbo@x.org,Bo,claims,,2025-09-01,2026-01-31,,B2,\n"
    "bo@x.org,Bo,Legal,,2026-03-20,,bot,B2,\n"
)


async def test_the_same_files_again_change_nothing_and_taking_all_back_leads_to_before(memory: Memory) -> None:
    states = [await everything(memory)]
    for kind, text in (("initiatives", TOOL), ("people", PEOPLE)):
        assert (await feed(memory, kind, text)).number is not None
        states.append(await everything(memory))
        assert (await feed(memory, kind, text)).number is None
        assert await everything(memory) == states[-1]
    for state in reversed(states[:-1]):
        await undo(memory)
        assert await everything(memory) == state


async def test_a_correction_holds_until_it_is_taken_back(memory: Memory) -> None:
    await feed(memory, "initiatives", TOOL)
    await feed(memory, "people", PEOPLE)
    before = await everything(memory)
    told = await feed(memory, "people", "email,department,valid_from\nana@x.org,Legal,2025-09-01\n")
    assert (told.counted.new, told.counted.changed) == (0, 1)
    assert "ana" not in await population(memory, AS_OF)
    await undo(memory)
    assert await everything(memory) == before


async def test_what_later_imports_may_rest_on_is_not_taken_back_before_them(memory: Memory) -> None:
    await feed(memory, "initiatives", TOOL)
    await feed(memory, "people", PEOPLE)
    with pytest.raises(CannotUndo) as refusal:
        await undo(memory, 1)
    assert [one.number for one in refusal.value.later] == [2]
    with pytest.raises(CannotUndo, match="import 7"):
        await undo(memory, 7)
    await undo(memory, 2)
    await undo(memory, 1)
    with pytest.raises(CannotUndo):
        await undo(memory)


async def test_somebody_who_has_an_account_by_now_stays_when_the_file_is_taken_back(memory: Memory) -> None:
    await feed(memory, "initiatives", TOOL)
    await feed(memory, "people", PEOPLE)
    async with memory.open_work() as work:
        await work.people.adopt_account(slack("UANA"), entry("ana@x.org"), present=True)
    await undo(memory)
    assert list((await people_of(memory)).values()) == ["ana"]
