"""Everybody sees and erases what is kept of themselves, in a direct reply only, and nobody else's."""

import json
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.i18n.translator import LANGUAGES
from rituals.digests.wishes import Wish
from rituals.errors import NotFound, Stranger
from rituals.kpis import Kpi, KpiSource
from rituals.measures.statistics import Direction
from rituals.people import Role
from rituals.personal.data import Duty
from rituals.use_cases import answer_pulse, cast_vote, my_data
from rituals.use_cases.planning import plan_ahead
from rituals.use_cases.reckon import reckon_initiative
from tests.builders import NOBODY, entry, slack
from tests.rituals.use_cases.conftest import LivedThrough
from tests.rituals.use_cases.house import (
    DEADLINE,
    LEFT,
    MEMBER,
    ORGANISATION,
    ROLES,
    SITTING,
    STRANGER,
    House,
    email,
    sentences,
    utc,
    values,
)
from tests.rituals.use_cases.pulse_house import CLOSE, REMINDED, PulseHouse, heard

REASON = "The data are not ready, and I said so."


async def shown(house: House, who: str) -> list[str]:
    """What somebody reads of their own data."""
    reply = await house.ask(who, my_data.show_my_data)
    assert reply.message is not None
    assert reply.redrawn is None
    return sentences(reply.message)


async def erased(house: House, who: str) -> str:
    """What somebody is told who has pressed the button."""
    reply = await house.ask(who, my_data.erase_me)
    assert reply.sentence is not None
    return sentences(reply.sentence)[0]


# --- seeing --------------------------------------------------------------------------------------------------------


async def test_a_member_sees_who_they_are_what_they_voted_and_what_is_sealed(called: House) -> None:
    said = await shown(called, MEMBER)
    for told in ("cyprian@example.org", "Roles: member", "Marks of one initiative, sealed until the agenda"):
        assert told in said
    assert "Time zone: Europe/Paris; language: French" in said
    assert not any(digits in " ".join(said) for digits in called.raw_marks)


async def test_votes_are_shown_with_their_reasons_newest_first(voting: House) -> None:
    await voting.vote(MEMBER, "triage", "go")
    voting.at += timedelta(minutes=1)
    await voting.vote(MEMBER, "fraud", "no_go")
    await voting.ask(MEMBER, cast_vote.give_reason, f"{SITTING}:fraud", REASON)
    said = await shown(voting, MEMBER)
    assert said.index("Signs of fraud") < said.index("Triage of claims")
    assert f"No-go, Tuesday 7 April: {REASON}" in said


async def test_to_look_puts_no_post_and_changes_nothing(voting: House) -> None:
    await voting.vote(MEMBER, "triage", "go")
    before = await voting.image()
    await voting.ask(MEMBER, my_data.show_my_data)
    await voting.ask(MEMBER, my_data.show_more_votes, "0")
    await voting.ask(MEMBER, my_data.ask_erase)
    assert await voting.image() == before


async def test_a_person_sees_their_own_and_nobody_else_s(voting: House) -> None:
    await voting.vote(MEMBER, "triage", "go")
    for who in ROLES:
        said = " ".join(await shown(voting, who)).casefold()
        assert email(who) in said
        assert not [other for other in ROLES if other != who and other in said]
        assert ("go, tuesday 7 april" in said) == (who == MEMBER)


@pytest.mark.parametrize("start", ["", "-1", "x", "１", "9" * 7, " 0"])
async def test_a_page_that_is_no_number_is_not_found(voting: House, start: str) -> None:
    with pytest.raises(NotFound):
        await voting.ask(MEMBER, my_data.show_more_votes, start)


async def test_beyond_the_last_vote_there_is_nothing(voting: House) -> None:
    reply = await voting.ask(MEMBER, my_data.show_more_votes, "999999")
    assert "Nothing." in sentences(reply.message)


@pytest.mark.parametrize("who", [LEFT, STRANGER])
async def test_a_stranger_sees_and_erases_nothing(voting: House, who: str) -> None:
    before = await voting.image()
    for ask in (
        (my_data.show_my_data,),
        (my_data.show_more_votes, "0"),
        (my_data.ask_erase,),
        (my_data.erase_me,),
    ):
        with pytest.raises(Stranger):
            await voting.ask(who, *ask)
    assert await voting.image() == before


# --- pulses --------------------------------------------------------------------------------------------------------


@pytest.fixture
async def pulsing(lived_through: LivedThrough) -> PulseHouse:
    """A wave is open and twelve people have heard of it."""
    return await lived_through(heard)


async def test_whoever_was_asked_sees_it_and_whether_they_have_answered_until_the_close(pulsing: PulseHouse) -> None:
    who, other = (await pulsing.asked())[:2]
    assert any("still open" in one for one in await shown(pulsing, who))
    await pulsing.answer(who)
    assert any("you have answered, under seal" in one for one in await shown(pulsing, who))
    await pulsing.go(CLOSE)
    told = [await shown(pulsing, one) for one in (who, other)]
    closed = [next(one for one in said if "no longer has your name" in one) for said in told]
    assert closed[0] == closed[1]


async def handed_over(house: House, who: str, locale: str = "en") -> list[str]:
    """What whoever looks after Comitia prints for somebody."""
    _, message = await my_data.data_by_address(email(who), at=house.at, open_work=house.memory.open_work)
    return sentences(message, locale)


@pytest.mark.parametrize("locale", LANGUAGES)
async def test_a_page_to_be_handed_over_is_the_same_whether_they_have_answered_or_not(
    pulsing: PulseHouse, locale: str
) -> None:
    here = [one for one in await pulsing.asked() if pulsing.everybody.index(one) % 8 != 7]
    answering, silent = here[:2]  # of one site and one language
    for moment in (None, REMINDED, CLOSE):
        if moment is None:
            before = await handed_over(pulsing, answering, locale)
            await pulsing.answer(answering)
            assert await handed_over(pulsing, answering, locale) == before
        else:
            await pulsing.go(moment)
        told = [
            " ".join(await handed_over(pulsing, who, locale)).casefold().replace(who, "somebody")
            for who in (answering, silent)
        ]
        assert told[0] == told[1], moment


async def test_a_page_to_be_handed_over_says_for_whom_it_is_and_that_they_see_more_in_chat(
    pulsing: PulseHouse,
) -> None:
    who = (await pulsing.asked())[0]
    told = await handed_over(pulsing, who)
    assert "asked Tuesday 31 March; what you answered, if you did, is under seal until the close" in told
    assert [one for one in told if one.startswith(f"This is for {who.title()} alone: to be handed over to them")]
    assert not [one for one in told if "Only you see this" in one]
    in_chat = await shown(pulsing, who)
    assert [one for one in in_chat if "Only you see this" in one]
    assert not [one for one in in_chat if "handed over" in one]


async def test_how_many_in_a_row_somebody_left_unanswered_is_said(pulsing: PulseHouse) -> None:
    asked = await pulsing.asked()
    for who in asked[1:]:
        await pulsing.answer(who)
    await pulsing.go(CLOSE)
    assert [(await pulsing.panelist(who))["unanswered_in_a_row"] for who in asked[:2]] == [1, 0]
    assert any(
        one.endswith("I have noted one closed question that you left unanswered.")
        for one in await shown(pulsing, asked[0])
    )
    assert any(
        one.endswith("I have noted no closed question that you left unanswered.")
        for one in await shown(pulsing, asked[1])
    )


async def test_an_erased_answer_of_an_open_wave_is_in_no_result(pulsing: PulseHouse) -> None:
    asked = await pulsing.asked()
    for who in asked:
        await pulsing.answer(who, "every_week")
    assert (await erased(pulsing, asked[0])).startswith("It is done: I no longer know")
    await pulsing.go(CLOSE)
    assert len(await pulsing.answers()) == len(asked) - 1
    (count,) = await pulsing.waves()
    assert (count.invited, count.answered) == (len(asked) - 1, len(asked) - 1)


async def test_who_is_erased_before_the_close_is_in_no_barrier_and_after_it_nothing_told_knows_them(
    pulsing: PulseHouse,
) -> None:
    asked = await pulsing.asked()
    for who in asked:
        await pulsing.answer(who)
        await pulsing.send(who, "4", "B_CPX", "B_TRN")
    ids = [await pulsing.id(who) for who in asked[:2]]
    await erased(pulsing, asked[0])
    await pulsing.go(CLOSE)
    sunday = date(2026, 4, 12)
    await barriers_reckoned(pulsing, sunday)
    before = await figures_kept(pulsing)
    assert {figure["n"] for figure in before} == {len(asked) - 1}
    await erased(pulsing, asked[1])
    await barriers_reckoned(pulsing, sunday)
    await barriers_reckoned(pulsing, sunday + timedelta(weeks=1))
    assert await figures_kept(pulsing) == before, "what was told is told no more exactly by who has left since"
    assert not any(one in str(before) for one in ids)


async def barriers_reckoned(pulsing: PulseHouse, sunday: date) -> None:
    async with pulsing.work() as work:
        await reckon_initiative(work, pulsing.organisation, "triage", until=sunday)


async def figures_kept(pulsing: PulseHouse) -> list[dict[str, object]]:
    """What was published of barriers, as it is kept."""
    kept = [row for row in await pulsing.rows("figure") if row["metric"].startswith("barrier_")]
    return [json.loads(row["figure"]) for row in sorted(kept, key=lambda row: (row["sunday"], row["metric"]))]


async def test_whoever_is_erased_is_asked_no_more(pulsing: PulseHouse) -> None:
    async with pulsing.memory.open_work() as work:
        before = len(await work.census.population("triage", date(2026, 4, 7)))
    for who in (await pulsing.asked())[:3]:
        await erased(pulsing, who)
    async with pulsing.memory.open_work() as work:
        assert len(await work.census.population("triage", date(2026, 4, 7))) == before - 3
        assert await work.personal.objections() == 3


async def test_whoever_was_forgotten_is_a_stranger(pulsing: PulseHouse) -> None:
    who = (await pulsing.asked())[0]
    await erased(pulsing, who)
    with pytest.raises(Stranger):
        await pulsing.ask(who, my_data.show_my_data)
    with pytest.raises(Stranger):
        await pulsing.answer(who)


# --- erasing -------------------------------------------------------------------------------------------------------


async def test_before_it_is_done_it_is_said_what_goes_and_there_is_one_button_with_a_second_question(
    house: House,
) -> None:
    reply = await house.ask("perpetua", my_data.ask_erase)
    assert values(reply.message) == ["erase-me me"]
    said = sentences(reply.message)
    assert "I forget you altogether" in said
    assert "Erase your data now? It cannot be brought back." in said


@pytest.mark.parametrize("who", [name for name, roles in ROLES.items() if roles])
async def test_whoever_has_a_role_stays_known_for_it(house: House, who: str) -> None:
    assert "I go on knowing you" in sentences((await house.ask(who, my_data.ask_erase)).message)
    assert (await erased(house, who)).startswith("It is done. Your name stays for your duties only")
    assert (await house.person(who)).roles == ROLES[who]
    assert any(one.startswith("Left out of all figures since") for one in await shown(house, who))


async def test_whoever_is_erased_already_is_told_so_and_offered_it_no_more(house: House) -> None:
    before = await house.ask(MEMBER, my_data.show_my_data)
    assert values(before.message) == ["ask-erase me"]
    await erased(house, MEMBER)
    after = await house.ask(MEMBER, my_data.show_my_data)
    assert values(after.message) == []
    assert any(one.startswith("You have been erased already") for one in sentences(after.message))


async def test_whoever_is_erased_and_asks_for_pulses_is_told_who_can_lift_it_and_their_wish_is_kept(
    house: House,
) -> None:
    await erased(house, MEMBER)
    for ask, opted_out in ((answer_pulse.stop_asking, True), (answer_pulse.ask_on, False)):
        said = " ".join(sentences(await house.ask(MEMBER, ask)))
        assert said.startswith("You were erased at your own request, so I ask you nothing.")
        assert "--lift" in said
        assert [row["opted_out"] for row in await house.rows("panelist")] == [opted_out]
    await my_data.lift_objection(email(MEMBER), open_work=house.memory.open_work)
    assert "I ask you now and then already" in " ".join(sentences(await house.ask(MEMBER, answer_pulse.ask_on)))


async def test_a_member_who_is_erased_still_votes(voting: House) -> None:
    await voting.vote(MEMBER, "triage", "go")
    await erased(voting, MEMBER)
    assert (await voting.cast("triage"))[MEMBER].choice == "go"
    await voting.vote(MEMBER, "fraud", "no_go")
    assert await voting.said(f"paper:{SITTING}:{(await voting.person(MEMBER)).id}")


async def test_reasons_go_from_the_votes_and_from_the_minutes_that_quote_them(voting: House) -> None:
    for who, case in ((MEMBER, "triage"), ("dagmar", "triage"), (MEMBER, "fraud")):
        await voting.vote(who, case, "go")
        await voting.ask(who, cast_vote.give_reason, f"{SITTING}:{case}", f"{REASON} {who}")
    await voting.go(DEADLINE)
    before = await voting.post(f"minutes:{SITTING}")
    await erased(voting, MEMBER)
    voting.at += timedelta(minutes=1)
    shown_again = await voting.deliver()
    assert [one.post for one in shown_again] == [f"minutes:{SITTING}"]
    for row in (*await voting.rows("post"), *await voting.rows("vote")):
        assert f"{REASON} {MEMBER}" not in repr(row)
    after = await voting.post(f"minutes:{SITTING}")
    assert len(after.parts) == len(before.parts) - 2
    said = sentences(after)
    assert f"{REASON} dagmar" in repr(after)
    assert any("Cyprian" in one for one in said), "votes are named, and stay"


async def test_whoever_is_entitled_to_an_open_ballot_stays_until_it_is_closed(voting: House) -> None:
    await voting.break_row("person", (await voting.person(MEMBER)).id, roles="")
    person = await voting.person(MEMBER)
    async with voting.work() as work:
        assert await my_data.duties_of(work, person, ORGANISATION) == {Duty.BALLOT}
    await voting.go(DEADLINE)
    async with voting.work() as work:
        assert await my_data.duties_of(work, person, ORGANISATION) == frozenset()
    assert "I no longer know who you are" in await erased(voting, MEMBER)
    assert len(await voting.decisions()) == 2, "what was decided stays"


async def test_whoever_owns_an_initiative_or_a_kpi_stays_known(house: House) -> None:
    kpi = Kpi(
        key="delay",
        title="Delay",
        unit="days",
        direction=Direction.DOWN,
        owner="Perpetua@example.org",
        source=KpiSource.ASKED,
        frequency=timedelta(days=30),
    )
    person = await house.person("perpetua")
    async with house.work() as work:
        assert await my_data.duties_of(work, person, replace(ORGANISATION, kpis={"delay": kpi})) == {Duty.OWNER}
        case = await work.initiatives.get("triage")
        assert case is not None
        await work.initiatives.put(replace(case, owner="Perpetua@Example.org"))
        assert await my_data.duties_of(work, person, ORGANISATION) == {Duty.OWNER}


async def test_wishes_about_the_letter_go_and_the_usual_day_holds_again(house: House) -> None:
    person = await house.person("clotilde")
    async with house.work() as work:
        await work.letters.put_wish(person.id, Wish(weekday=3, at=time(15)))
    assert "Thursday, 15:00" in await shown(house, "clotilde")
    await erased(house, "clotilde")
    assert await house.rows("letter_wish") == []


async def test_an_erasure_writes_no_name_into_any_post_or_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    person = await house.person("perpetua")
    await erased(house, "perpetua")
    assert "Somebody was erased" in caplog.text
    assert not [word for word in (person.id, person.email, person.name) if word in caplog.text]
    assert await house.said() == {}


async def test_an_erasure_that_fails_halfway_leaves_everything_as_it_was(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await house.person("perpetua")
    async with house.work() as work:
        await work.letters.put_wish(person.id, Wish(weekday=3, at=time(15)))
        failing = type(work.personal)

    async def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the lights go out")

    before = await house.image()
    monkeypatch.setattr(failing, "erase", fail)
    with pytest.raises(RuntimeError):
        await house.ask("perpetua", my_data.erase_me)
    assert await house.image() == before


async def test_an_admin_erases_on_behalf_of_somebody_and_lifts_it(house: House) -> None:
    ports = {"open_work": house.memory.open_work}
    done = await my_data.erase_by_address(
        " Perpetua@example.org", at=house.at, organisation=ORGANISATION, open_work=house.memory.open_work
    )
    assert done.is_forgotten
    told = entry(email("perpetua"), name="Perpetua")
    async with house.work() as work:
        await work.people.adopt_account(slack("perpetua"), told, present=True)
        assert await work.people.by_account(slack("perpetua")) is None
    for _ in range(2):
        with pytest.raises(NotFound):
            await my_data.data_by_address(email("perpetua"), at=house.at, **ports)
    await my_data.lift_objection(email("perpetua"), open_work=house.memory.open_work)
    with pytest.raises(NotFound):
        await my_data.lift_objection(email("perpetua"), open_work=house.memory.open_work)
    async with house.work() as work:
        await work.people.adopt_account(slack("perpetua"), told, present=True)
    person, message = await my_data.data_by_address(email("perpetua"), at=house.at, open_work=house.memory.open_work)
    assert person.name == "Perpetua"
    assert email("perpetua") in sentences(message)


async def test_a_role_given_later_makes_somebody_known_again_and_still_uncounted(house: House) -> None:
    await erased(house, "perpetua")
    async with house.work() as work:
        await work.people.adopt_roster([entry(email("perpetua"), Role.MEMBER, name="Perpetua")], default=NOBODY)
        await work.people.adopt_account(slack("perpetua"), entry(email("perpetua")), present=True)
    await plan_ahead(house.at, open_work=house.memory.open_work, organisation=ORGANISATION)
    assert any(one.startswith("Left out of all figures since") for one in await shown(house, "perpetua"))
    assert utc(3, 27) < house.at
