"""Who is who: app.yaml's roster, the platforms' accounts, and what happens when they disagree."""

from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from rituals.people import Account, Person, Role
from storage.work import Memory
from tests.builders import NOBODY, PARIS, entry, slack

TOKYO = ZoneInfo("Asia/Tokyo")
ANA = slack("UANA")


async def person_of(memory: Memory, account: Account = ANA) -> Person:
    async with memory.open_work() as work:
        found = await work.people.by_account(account)
    assert found is not None
    return found


async def present(memory: Memory) -> list[str]:
    async with memory.open_work() as work:
        return [person.email for person in await work.people.all_present()]


async def test_the_roster_makes_people_with_what_it_says_and_the_default_for_the_rest(memory: Memory) -> None:
    async with memory.open_work() as work:
        await work.people.adopt_roster(
            [
                entry("ana@example.org", Role.CHAIR, Role.ADMIN, name="Ana Lima", site="lyon", locale="fr", zone=TOKYO),
                entry("bo@example.org", Role.MEMBER),
            ],
            default=NOBODY,
        )
        ana, bo = await work.people.all_present()
        assert await work.people.get(ana.id) == ana
    assert (ana.name, ana.site, ana.locale, ana.zone) == ("Ana Lima", "lyon", "fr", TOKYO)
    assert ana.roles == {Role.CHAIR, Role.ADMIN}
    assert (bo.name, bo.site, bo.locale, bo.zone) == ("bo", None, "en", PARIS)
    assert bo.roles == {Role.MEMBER}
    assert ana.present
    assert bo.present


async def test_an_unknown_id_or_account_is_nobody(memory: Memory) -> None:
    async with memory.open_work() as work:
        assert await work.people.get("nobody") is None
        assert await work.people.by_account(ANA) is None


async def test_adopting_the_same_roster_again_changes_nobody(memory: Memory) -> None:
    roster = [entry("ana@example.org", Role.CHAIR, locale="fr"), entry("bo@example.org", Role.MEMBER)]
    seen = []
    for _ in range(2):
        async with memory.open_work() as work:
            await work.people.adopt_roster(roster, default=NOBODY)
            seen.append(await work.people.all_present())
    assert seen[0] == seen[1]


async def test_a_new_roster_moves_roles_and_sites_and_whoever_it_does_not_name_keeps_no_role(memory: Memory) -> None:
    async with memory.open_work() as work:
        await work.people.adopt_roster(
            [entry("ana@example.org", Role.CHAIR, site="lyon"), entry("bo@example.org", Role.MEMBER)], default=NOBODY
        )
        await work.people.adopt_roster([entry("ana@example.org", Role.MEMBER)], default=NOBODY)
        ana, bo = await work.people.all_present()
    assert ana.roles == {Role.MEMBER}
    assert ana.site is None
    assert bo.roles == frozenset()


async def test_an_empty_roster_takes_every_role(memory: Memory) -> None:
    async with memory.open_work() as work:
        await work.people.adopt_roster([entry("ana@example.org", Role.CHAIR)], default=NOBODY)
        await work.people.adopt_roster([], default=NOBODY)
        (ana,) = await work.people.all_present()
    assert ana.roles == frozenset()


async def test_an_e_mail_is_the_same_in_small_and_large_letters(memory: Memory) -> None:
    async with memory.open_work() as work:
        await work.people.adopt_roster([entry("Ana.Lima@Example.org", Role.CHAIR)], default=NOBODY)
        await work.people.adopt_account(ANA, entry("ANA.LIMA@example.ORG", name="Ana"), present=True)
    ana = await person_of(memory)
    assert ana.email == "ana.lima@example.org"
    assert ana.roles == {Role.CHAIR}
    assert await present(memory) == ["ana.lima@example.org"]


async def test_a_platform_makes_the_person_it_is_the_first_to_speak_of(memory: Memory) -> None:
    async with memory.open_work() as work:
        told = entry("ana@example.org", name="Ana", locale="fr", zone=TOKYO)
        await work.people.adopt_account(ANA, told, present=True)
    ana = await person_of(memory)
    assert (ana.name, ana.locale, ana.zone, ana.roles) == ("Ana", "fr", TOKYO, frozenset())


async def test_app_yaml_wins_over_the_platform_in_all_it_speaks_of(memory: Memory) -> None:
    async with memory.open_work() as work:
        ruled = entry("ana@example.org", Role.CHAIR, name="Ana Lima", site="lyon", locale="fr")
        await work.people.adopt_roster([ruled], default=NOBODY)
        told = entry("ana@example.org", name="ana.l", site="paris", locale="en", zone=TOKYO)
        await work.people.adopt_account(ANA, told, present=True)
    ana = await person_of(memory)
    assert (ana.name, ana.site, ana.locale) == ("Ana Lima", "lyon", "fr")
    assert ana.roles == {Role.CHAIR}
    assert ana.zone == TOKYO, "app.yaml says nothing of the zone"


async def test_what_app_yaml_no_longer_speaks_of_the_platform_may_change_again(memory: Memory) -> None:
    async with memory.open_work() as work:
        await work.people.adopt_roster([entry("ana@example.org", Role.CHAIR, locale="fr")], default=NOBODY)
        await work.people.adopt_roster([entry("ana@example.org", Role.CHAIR)], default=NOBODY)
        await work.people.adopt_account(ANA, entry("ana@example.org", locale="en"), present=True)
    ana = await person_of(memory)
    assert ana.locale == "en"
    assert ana.roles == {Role.CHAIR}


async def test_a_platform_neither_gives_nor_takes_roles_of_somebody_known(memory: Memory) -> None:
    async with memory.open_work() as work:
        await work.people.adopt_roster([entry("ana@example.org", Role.MEMBER)], default=NOBODY)
        await work.people.adopt_account(ANA, entry("ana@example.org", Role.ADMIN), present=True)
        await work.people.adopt_account(ANA, entry("ana@example.org"), present=True)
    assert (await person_of(memory)).roles == {Role.MEMBER}


async def test_what_a_platform_does_not_say_stays_as_it_was(memory: Memory) -> None:
    async with memory.open_work() as work:
        await work.people.adopt_account(
            ANA, entry("ana@example.org", name="Ana", locale="fr", zone=TOKYO), present=True
        )
    before = await person_of(memory)
    async with memory.open_work() as work:
        await work.people.adopt_account(ANA, entry("ana@example.org"), present=True)
    assert await person_of(memory) == before


async def test_somebody_who_leaves_is_not_present_keeps_their_past_and_may_come_back(memory: Memory) -> None:
    async with memory.open_work() as work:
        await work.people.adopt_roster([entry("ana@example.org", Role.CHAIR)], default=NOBODY)
        await work.people.adopt_account(ANA, entry("ana@example.org"), present=True)
    before = await person_of(memory)
    async with memory.open_work() as work:
        await work.people.adopt_account(ANA, entry("ana@example.org"), present=False)
    gone = await person_of(memory)
    assert await present(memory) == []
    assert (gone.id, gone.present, gone.has_any(frozenset({Role.CHAIR}))) == (before.id, False, False)
    async with memory.open_work() as work:
        await work.people.adopt_account(ANA, entry("ana@example.org"), present=True)
    assert await person_of(memory) == before


async def test_a_roster_does_not_call_back_who_left(memory: Memory) -> None:
    async with memory.open_work() as work:
        await work.people.adopt_account(ANA, entry("ana@example.org"), present=False)
        await work.people.adopt_roster([entry("ana@example.org", Role.CHAIR)], default=NOBODY)
    assert await present(memory) == []


async def test_whoever_left_one_platform_is_present_on_the_other(memory: Memory) -> None:
    teams = Account(platform="teams", workspace="tenant", user="29:ana")
    async with memory.open_work() as work:
        await work.people.adopt_account(ANA, entry("ana@example.org"), present=True)
        await work.people.adopt_account(teams, entry("ana@example.org"), present=True)
        await work.people.adopt_account(teams, entry("ana@example.org"), present=False)
    assert await present(memory) == ["ana@example.org"]
    assert await person_of(memory) == await person_of(memory, teams)


async def test_an_account_with_a_new_address_is_the_new_person_s_and_the_old_one_is_gone(memory: Memory) -> None:
    async with memory.open_work() as work:
        await work.people.adopt_account(ANA, entry("ana@example.org"), present=True)
        await work.people.adopt_account(ANA, entry("ana.lima@example.org"), present=True)
    assert (await person_of(memory)).email == "ana.lima@example.org"
    assert await present(memory) == ["ana.lima@example.org"]


async def test_the_same_user_id_in_two_workspaces_is_two_accounts(memory: Memory) -> None:
    elsewhere = slack("UANA", workspace="T2")
    async with memory.open_work() as work:
        await work.people.adopt_account(ANA, entry("ana@example.org"), present=True)
        await work.people.adopt_account(elsewhere, entry("bo@example.org"), present=True)
    assert (await person_of(memory)).email == "ana@example.org"
    assert (await person_of(memory, elsewhere)).email == "bo@example.org"


async def test_a_page_of_a_directory_may_name_somebody_twice_and_somebody_known(memory: Memory) -> None:
    async with memory.open_work() as work:
        await work.people.adopt_account(slack("UBO"), entry("bo@example.org", name="Bo"), present=True)
        await work.people.adopt_accounts(
            [
                (ANA, entry("ana@example.org", name="Ana"), False),
                (slack("UANA2"), entry("Ana@example.org", name="Ana"), True),
                (slack("UBO"), entry("bo@example.org", name="Bo Berg"), True),
            ]
        )
        await work.people.adopt_accounts([])
    assert await present(memory) == ["ana@example.org", "bo@example.org"]
    assert (await person_of(memory)).id == (await person_of(memory, slack("UANA2"))).id
    assert (await person_of(memory, slack("UBO"))).name == "Bo Berg"


@pytest.mark.parametrize("known", [False, True])
async def test_a_page_of_two_hundred_takes_a_handful_of_statements(memory: Memory, known: bool) -> None:
    page = [
        (slack(f"U{n}"), entry(f"p{n}@example.org", name=f"P {n}", locale="en", zone=PARIS), True) for n in range(200)
    ]
    if known:
        async with memory.open_work() as work:
            await work.people.adopt_accounts(page)
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(memory._engine.sync_engine, "before_cursor_execute", note)
    async with memory.open_work() as work:
        await work.people.adopt_accounts(page)
    assert len(await present(memory)) == 200
    assert len(statements) <= 12
