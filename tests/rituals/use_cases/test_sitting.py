"""The life of a sitting, from its planning to its minutes, as members and the room see it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.i18n.translator import translator_for
from rituals.committee.ballots import Outcome
from rituals.committee.decisions import BallotState
from rituals.committee.speech import REASON_LIMIT
from rituals.errors import BallotClosed, InvalidReply, MarksClosed
from rituals.initiatives import Initiative, Stage, Standing
from rituals.messages import Heading, Meter, Note, Quote, Scale, Words, say
from rituals.occurrences import OccurrenceState
from rituals.people import Role
from rituals.use_cases import cast_vote, give_marks, look
from rituals.use_cases.planning import plan_ahead
from storage.work import Memory
from tests.builders import NOBODY, PARIS, entry, initiative, slack
from tests.rituals.use_cases.house import (
    AGENDA,
    CALL,
    CASES,
    DEADLINE,
    MEMBERS,
    NEXT,
    NEXT_SITTING,
    OPENING,
    RULES,
    SITTING,
    START,
    WEEKLY,
    House,
    email,
    form_of,
    ruled,
    sentences,
    texts,
    utc,
    values,
)


async def paper(house: House, who: str, sitting: str = SITTING) -> str:
    """What somebody's ballot paper says."""
    return await house.reads(f"paper:{sitting}:{(await house.person(who)).id}")


async def call(house: House, who: str) -> str:
    """What somebody's call for marks says."""
    return await house.reads(f"marks:{SITTING}:{(await house.person(who)).id}")


# --- planning ------------------------------------------------------------------------------------------------------


async def test_sittings_are_planned_ahead_on_working_days(house: House) -> None:
    planned = await house.upcoming()
    assert [one.at for one in planned] == [OPENING, NEXT_SITTING, utc(6, 2, 8)]
    assert await plan_ahead(START, open_work=house.memory.open_work, organisation=house.organisation) == 0


async def test_nothing_happens_before_its_time(house: House) -> None:
    assert await house.go(CALL - timedelta(seconds=1)) == []
    assert await house.said() == {}


# --- marks ---------------------------------------------------------------------------------------------------------


async def test_every_voter_is_asked_for_marks_once_five_working_days_before(house: House) -> None:
    await house.go(CALL)
    asked = await house.said("marks:")
    assert {one.to for one in asked.values()} == {(await house.person(who)).id for who in MEMBERS}
    await house.go(CALL + timedelta(hours=1))
    assert await house.said("marks:") == asked


async def test_a_call_for_marks_comes_at_a_sensible_hour_where_the_member_works(house: House) -> None:
    eluned = await house.person("eluned")
    at_once = {one.post for one in await house.go(CALL)}
    assert len(at_once) == 5
    assert f"marks:{SITTING}:{eluned.id}" not in at_once
    assert await house.go(utc(3, 30, 12, 29)) == []
    late = await house.go(utc(3, 30, 12, 30))  # 08:30 in Quebec
    assert [one.post for one in late] == [f"marks:{SITTING}:{eluned.id}"]


async def test_a_call_for_marks_waits_for_the_end_of_a_day_off_at_the_members_site(house: House) -> None:
    async with house.memory.open_work() as work:
        await work.people.adopt_roster(
            [entry(email("cyprian"), Role.MEMBER, name="Cyprian", site="nice", zone=PARIS)], default=NOBODY
        )
    assert await house.go(CALL) == []
    assert len(await house.go(utc(3, 31, 6, 30))) == 1


async def test_a_call_for_marks_that_nobody_could_be_shown_in_time_is_never_sent(house: House) -> None:
    await house.go(CALL, deliver=False)
    assert await house.go(AGENDA + timedelta(minutes=1)) != []
    assert {one.state for one in (await house.said("marks:")).values()} == {"expired"}


async def test_the_form_asks_five_questions_with_written_answers(called: House) -> None:
    form = form_of(await called.ask("fionnuala", give_marks.ask_for_marks, f"{SITTING}:triage"))
    assert [field.name for field in form.fields] == ["impact", "feasibility", "alignment", "risk", "effort"]
    for field in form.fields:
        assert isinstance(field, Scale)
        assert [option.value for option in field.options] == ["1", "2", "3", "4", "5"]
        assert field.initial is None
        assert not field.optional


async def test_after_one_initiative_the_next_form_is_offered_until_all_are_marked(house: House) -> None:
    await house.go(CALL)
    first = form_of(await house.ask("cyprian", give_marks.ask_for_marks, None))
    assert first.subject == f"{SITTING}:triage"
    second = form_of(await house.mark("cyprian", "triage", 52413))
    assert second.subject == f"{SITTING}:fraud"
    assert "Initiative 2 of 2" in "".join(sentences(second))
    assert (await house.mark("cyprian", "fraud", 11111)).form is None
    again = form_of(await house.ask("cyprian", give_marks.ask_for_marks, None))
    assert [field.initial for field in again.fields if isinstance(field, Scale)] == list("52413")


async def test_marks_are_sealed_and_replaced_by_later_ones(house: House) -> None:
    await house.go(CALL)
    await house.mark("cyprian", "triage", 11111)
    await house.mark("cyprian", "triage", 54321)
    sealed = await house.rows("sealed_marks")
    assert len(sealed) == 1
    assert b"54321" not in sealed[0]["ciphertext"]
    assert await house.rows("mark_sheet") == []
    await house.go(AGENDA)
    assert [row["marks"] for row in await house.rows("mark_sheet")] == ["54321"]
    assert await house.rows("sealed_marks") == await house.rows("seal_key") == []


async def test_the_call_shows_a_member_what_they_have_marked(called: House) -> None:
    assert "Marks given for Triage of claims; change them" in await call(called, "cyprian")
    assert "Give my marks for Triage of claims" in await call(called, "fionnuala")


async def test_the_call_ends_with_the_agenda(called: House) -> None:
    await called.go(AGENDA)
    over = await call(called, "cyprian")
    assert "The marks are closed" in over
    assert "your marks, please" not in over
    assert values(await called.post(f"marks:{SITTING}:{(await called.person('cyprian')).id}")) == []


async def test_marks_after_the_agenda_are_refused(called: House) -> None:
    await called.go(AGENDA)
    with pytest.raises(MarksClosed):
        await called.mark("fionnuala", "triage", 33333)
    with pytest.raises(MarksClosed):
        await called.ask("fionnuala", give_marks.ask_for_marks, f"{SITTING}:triage")


async def test_before_the_call_no_initiative_waits_for_marks(house: House) -> None:
    said = (await house.ask("cyprian", give_marks.ask_for_marks, None)).sentence
    assert said is not None
    assert said.key == "marks-none-waiting"


async def test_somebody_who_joins_after_the_call_marks_from_their_home(called: House) -> None:
    new = entry(email("wilhelmina"), Role.MEMBER, name="Wilhelmina", locale="en", zone=PARIS)
    async with called.memory.open_work() as work:
        await work.people.adopt_account(slack("wilhelmina"), new, present=True)
    await called.ask("wilhelmina", look.open_home)
    person = await called.person("wilhelmina")
    assert "2 initiatives wait for your marks." in await called.reads(f"home:{person.id}")
    assert form_of(await called.mark("wilhelmina", "triage", 33333)).subject == f"{SITTING}:fraud"
    await called.mark("wilhelmina", "fraud", 33333)
    assert "Nothing waits for you" in await called.reads(f"home:{person.id}")


# --- agenda --------------------------------------------------------------------------------------------------------


async def test_the_agenda_is_out_two_working_days_before_ordered_by_headline(house: House) -> None:
    await house.go(CALL)
    await house.all_mark("triage", 22244, 22244, 22244, 22244, 55511)
    await house.all_mark("fraud", 44422, 44422, 44422, 11155, 11155)
    assert await house.points() == ["triage", "fraud"]
    await house.go(AGENDA)
    # 2.0 and 4.0 by the median, which one enthusiast and two sceptics do not move.
    assert await house.points() == ["fraud", "triage"]
    said = await house.reads(f"agenda:{SITTING}")
    assert "Voting opens Tuesday 7 April, 10:00, and closes at 17:00." in said
    assert said.index("1. Signs of fraud") < said.index("2. Triage of claims")
    assert "Score 4.0 out of 5 (median of 5 members), above the pass mark" in said
    assert "Score 2.0 out of 5 (median of 5 members), below the pass mark" in said
    assert "5 of 6 members gave marks" in said


async def test_no_score_is_shown_of_fewer_marks_than_the_threshold(called: House) -> None:
    await called.all_mark("fraud", 55511, 55511, 55511, 55511)
    await called.go(AGENDA)
    said = await called.reads(f"agenda:{SITTING}")
    # The unscored comes last, whatever four members think of it.
    assert said.index("1. Triage of claims") < said.index("2. Signs of fraud")
    assert said.count("out of 5") == 1
    assert "No score: too few marks to show one" in said


async def test_the_threshold_is_what_the_organisation_says(called: House) -> None:
    called.organisation = replace(called.organisation, k_score=6)
    await called.go(AGENDA)
    assert "out of 5" not in await called.reads(f"agenda:{SITTING}")


async def test_the_agenda_warns_of_a_paradox_and_of_a_lone_voice(called: House) -> None:
    await called.go(AGENDA)
    said = await called.reads(f"agenda:{SITTING}")
    assert "Score 3.45 out of 5 (median of 5 members), below the pass mark" in said
    assert "Look twice" in said
    assert "One member stands alone. Worth hearing on: impact." in said
    assert "The committee disagrees" not in said


async def test_the_agenda_warns_of_disagreement(house: House) -> None:
    await house.go(CALL)
    await house.all_mark("triage", 13333, 23333, 33333, 43333, 53333)
    await house.go(AGENDA)
    said = await house.reads(f"agenda:{SITTING}")
    assert "The committee disagrees" in said
    assert "Look twice" not in said


async def test_equal_scores_keep_the_order_in_which_they_have_waited(house: House) -> None:
    await house.go(CALL)
    for key in ("fraud", "triage"):
        await house.all_mark(key, 33333, 33333, 33333, 33333, 33333)
    await house.go(AGENDA)
    assert await house.points() == ["triage", "fraud"]


async def test_an_agenda_has_no_more_points_than_the_rules_allow(memory: Memory) -> None:
    house = House(memory, ruled(replace(RULES, points=1)))
    await house.settle_in()
    await house.go(CALL)
    assert await house.points() == ["triage"]


async def test_what_is_industrialised_has_nothing_to_ask_for(memory: Memory) -> None:
    house = House(memory)
    await house.settle_in([*CASES, initiative("done", stage=Stage.INDUSTRIALISED, asked_on=date(2025, 1, 1))])
    await house.go(CALL)
    assert await house.points() == ["triage", "fraud"]


# --- ballots -------------------------------------------------------------------------------------------------------


async def test_ballots_open_with_one_paper_a_member_and_one_card_a_ballot(voting: House) -> None:
    assert (await voting.sitting()).state is OccurrenceState.HELD
    papers, cards = await voting.said("paper:"), await voting.said("card:")
    assert {one.to for one in papers.values()} == {(await voting.person(who)).id for who in MEMBERS}
    assert set(cards) == {f"card:{SITTING}:01:triage", f"card:{SITTING}:02:fraud"}
    assert all(one.in_room for one in cards.values())
    ballot = await voting.ballot("triage")
    assert (ballot.asks, ballot.entitled, ballot.closes_at) == (Stage.MVP, 6, DEADLINE)
    said = await paper(voting, "cyprian")
    assert "2 ballots wait for you, until Tuesday 7 April, 17:00." in said
    assert "Votes are named" in said


async def test_a_paper_waits_for_a_sensible_hour_only_where_two_hours_are_left_to_vote(voting: House) -> None:
    eluned = await voting.person("eluned")
    assert (await voting.said(f"paper:{SITTING}:{eluned.id}"))[f"paper:{SITTING}:{eluned.id}"].state == "pending"
    assert [one.post for one in await voting.go(utc(4, 7, 12, 30))] == [f"paper:{SITTING}:{eluned.id}"]


async def test_a_paper_whose_sensible_hour_is_too_late_comes_at_once(memory: Memory) -> None:
    house = House(memory, ruled(replace(RULES, deadline=RULES.deadline.replace(hour=16))))
    await house.settle_in()
    await house.come_to("voting")
    assert {one.state for one in (await house.said("paper:")).values()} == {"shown"}


async def test_a_vote_replaces_an_earlier_one(voting: House) -> None:
    for choice in ("go", "no_go", "defer", "abstain", "go", "no_go"):
        await voting.vote("cyprian", "triage", choice)
    assert {who: one.choice.value for who, one in (await voting.cast("triage")).items()} == {"cyprian": "no_go"}


async def test_a_click_redraws_the_paper_and_the_ordinary_edit_waits_for_it(voting: House) -> None:
    reply = await voting.vote("cyprian", "triage", "go")
    post = f"paper:{SITTING}:{(await voting.person('cyprian')).id}"
    assert reply.redrawn == post
    assert (await voting.said(post))[post].revision == 2
    assert post not in {one.post for one in await voting.deliver()}
    assert post in {one.post for one in await voting.go(OPENING + timedelta(seconds=4))}
    said = await paper(voting, "cyprian")
    assert "Your vote: Go. You can change it until 17:00." in said
    assert "One ballot waits for you" in said


async def test_the_same_vote_again_changes_nothing_and_keeps_its_reason(voting: House) -> None:
    await voting.vote("cyprian", "triage", "go")
    await voting.ask("cyprian", cast_vote.give_reason, f"{SITTING}:triage", "Claims wait too long.")
    before = await voting.image()
    voting.at += timedelta(minutes=5)
    await voting.vote("cyprian", "triage", "go")
    assert await voting.image() == before


async def test_a_card_tells_how_many_voted_and_never_who_or_what(voting: House) -> None:
    await voting.votes("triage", "gnd")
    card = await voting.post(f"card:{SITTING}:01:triage")
    meter = next(part for part in card.parts if isinstance(part, Meter))
    assert (meter.done, meter.whole, meter.needed) == (3, 6, 3)
    assert "3 of 6 have voted. Quorum: 3." in await voting.reads(f"card:{SITTING}:01:triage")


async def test_thirty_votes_are_one_card(voting: House) -> None:
    for choice in ("go", "no_go", "defer", "abstain", "go"):
        await voting.votes("triage", choice[0] * 6)
    assert len(await voting.said("card:")) == 2
    shown = await voting.go(OPENING + timedelta(seconds=10))
    assert sum(one.post == f"card:{SITTING}:01:triage" for one in shown) == 1


# --- reasons -------------------------------------------------------------------------------------------------------


async def test_a_reason_stays_with_its_vote_and_goes_with_its_answer(voting: House) -> None:
    await voting.vote("cyprian", "triage", "go")
    await voting.ask("cyprian", cast_vote.give_reason, f"{SITTING}:triage", "  Claims\r\nwait.\x07 ")
    assert (await voting.cast("triage"))["cyprian"].reason == "Claims\nwait."
    assert "with your reason" in await paper(voting, "cyprian")
    form = form_of(await voting.ask("cyprian", cast_vote.ask_for_reason, f"{SITTING}:triage"))
    assert [field.initial for field in form.fields if isinstance(field, Words)] == ["Claims\nwait."]
    await voting.vote("cyprian", "triage", "no_go")
    assert (await voting.cast("triage"))["cyprian"].reason == ""
    assert "with your reason" not in await paper(voting, "cyprian")


async def test_an_empty_reason_takes_the_reason_back(voting: House) -> None:
    await voting.vote("cyprian", "triage", "go")
    for words in ("Because.", None, "Because.", " \n\t "):
        await voting.ask("cyprian", cast_vote.give_reason, f"{SITTING}:triage", words)
    assert (await voting.cast("triage"))["cyprian"].reason == ""


async def test_a_reason_has_at_most_five_hundred_characters(voting: House) -> None:
    await voting.vote("cyprian", "triage", "go")
    longest = "é" * REASON_LIMIT
    await voting.ask("cyprian", cast_vote.give_reason, f"{SITTING}:triage", longest)
    with pytest.raises(InvalidReply) as refused:
        await voting.ask("cyprian", cast_vote.give_reason, f"{SITTING}:triage", longest + "!")
    assert refused.value.field == "reason"
    assert "501 characters; 500 is the most" in sentences(refused.value.sentence)[0]
    assert (await voting.cast("triage"))["cyprian"].reason == longest


async def test_a_reason_without_a_vote_is_refused(voting: House) -> None:
    reply = await voting.ask("cyprian", cast_vote.ask_for_reason, f"{SITTING}:triage")
    assert reply.form is None
    assert sentences(reply.sentence) == ["Vote first, then say why."]
    with pytest.raises(InvalidReply):
        await voting.ask("cyprian", cast_vote.give_reason, f"{SITTING}:triage", "Because.")
    assert await voting.cast("triage") == {}


# --- closing -------------------------------------------------------------------------------------------------------


async def test_a_ballot_everybody_voted_in_closes_after_a_minute_to_change_ones_mind(voting: House) -> None:
    await voting.votes("triage", "gggggn")
    closes = OPENING + timedelta(seconds=60)
    assert (await voting.ballot("triage")).closes_at == closes
    assert "Everybody has voted" in await voting.reads(f"card:{SITTING}:01:triage")
    await voting.go(closes - timedelta(seconds=1))
    await voting.vote("fionnuala", "triage", "go")
    assert (await voting.ballot("triage")).closes_at == closes  # nobody holds it open by changing their mind
    await voting.go(closes)
    assert (await voting.ballot("triage")).state is BallotState.CLOSED
    assert (await voting.ballot("fraud")).state is BallotState.OPEN
    assert (await voting.decisions())["triage"].tally.yes == 6
    assert await voting.said("minutes:") == {}
    with pytest.raises(BallotClosed):
        await voting.vote("cyprian", "triage", "no_go")


async def test_a_vote_in_the_last_minute_does_not_put_the_deadline_off(voting: House) -> None:
    voting.at = DEADLINE - timedelta(seconds=30)
    await voting.votes("triage", "gggggg")
    assert (await voting.ballot("triage")).closes_at == DEADLINE


async def test_the_deadline_closes_what_is_open_and_the_minutes_say_who_voted_what_and_why(voting: House) -> None:
    await voting.have_voted("triage", "gggn.a")
    await voting.have_voted("fraud", "nnng..")
    await voting.ask("cyprian", cast_vote.give_reason, f"{SITTING}:fraud", "The data are *not* ready <!channel>.")
    await voting.go(DEADLINE)
    found = await voting.decisions()
    assert {key: one.outcome for key, one in found.items()} == {"triage": Outcome.GO, "fraud": Outcome.NO_GO}
    assert (await voting.sitting()).state is OccurrenceState.CLOSED
    minutes = await voting.post(f"minutes:{SITTING}")
    said = await voting.reads(f"minutes:{SITTING}")
    assert "AI committee: minutes of Tuesday 7 April" in said
    assert "Go: it moves on to MVP." in said
    assert "3 go, 1 no-go, 0 defer, 1 abstain" in said
    assert "Anatolia, Bohumil and Cyprian" in said
    assert "Next sitting: Tuesday 5 May, 10:00" in said
    quotes = [part for part in minutes.parts if isinstance(part, Quote)]
    assert [one.text for one in quotes] == ["The data are *not* ready <!channel>."]
    assert sentences(quotes[0].by)[0] == "Cyprian (No-go)"
    assert next(part.text.key for part in minutes.parts if isinstance(part, Heading | Note)) == "minutes-title"


async def test_a_go_moves_the_stage_and_a_no_go_stops(voting: House) -> None:
    await voting.have_voted("triage", "ggg")
    await voting.have_voted("fraud", "nnn")
    await voting.go(DEADLINE)
    triage, fraud = await voting.case("triage"), await voting.case("fraud")
    assert (triage.stage, triage.standing, triage.asked_on) == (Stage.MVP, Standing.ACTIVE, None)
    assert (fraud.stage, fraud.standing, fraud.asked_on) == (Stage.FRAMING, Standing.STOPPED, None)
    await voting.go(utc(4, 28, 8))
    assert await voting.points(NEXT) == []


@pytest.mark.parametrize(
    ("choices", "outcome"),
    [
        ("gn....", Outcome.NO_QUORUM),
        ("......", Outcome.NO_QUORUM),
        ("gga...", Outcome.GO),
        ("ggnn..", Outcome.NOT_ADOPTED),
        ("aaaaaa", Outcome.NOT_ADOPTED),
        ("gddnd.", Outcome.DEFERRED),
        ("ggdd..", Outcome.GO),
        ("gnnn..", Outcome.NO_GO),
    ],
)
async def test_votes_decide_by_quorum_then_deferral_then_majority(
    voting: House, choices: str, outcome: Outcome
) -> None:
    await voting.have_voted("triage", choices)
    await voting.go(DEADLINE)
    assert (await voting.decisions())["triage"].outcome is outcome
    triage = await voting.case("triage")
    assert triage.carried_over == (outcome not in {Outcome.GO, Outcome.NO_GO})


async def test_what_is_put_off_comes_first_at_the_next_sitting(memory: Memory) -> None:
    house = House(memory)
    await house.settle_in([*CASES, initiative("new", title="Brand new", asked_on=date(2020, 1, 1))])
    await house.come_to("voting")
    await house.have_voted("new", "ggg")
    await house.have_voted("triage", "ggg")
    await house.have_voted("fraud", "ddd")
    await house.go(DEADLINE)
    async with house.memory.open_work() as work:
        await work.initiatives.adopt([initiative("other", title="Another", asked_on=date(2020, 1, 1))])
    await house.go(utc(4, 27, 7))
    assert await house.points(NEXT) == ["fraud", "other"]
    for who in MEMBERS:
        await house.mark(who, "other", 55511, NEXT)
        await house.mark(who, "fraud", 11155, NEXT)
    await house.go(utc(4, 30, 7))
    assert await house.points(NEXT) == ["fraud", "other"]
    assert "Carried over from the last sitting" in await house.reads(f"agenda:{NEXT}")


@pytest.mark.parametrize("others", [(), CASES[1:]])
async def test_a_weekly_committee_takes_up_again_what_it_has_just_put_off(
    memory: Memory, others: tuple[Initiative, ...]
) -> None:
    house = House(memory, ruled(WEEKLY), at=utc(4, 7, 12))
    await house.settle_in(CASES[:1])
    await house.go(utc(4, 7, 13))
    async with house.memory.open_work() as work:
        await work.initiatives.adopt(others)
    await house.go(utc(4, 14, 7))  # an hour before this sitting, marks are asked for the next one
    assert await house.points("committee-2026-04-21") == [one.key for one in others]
    await house.go(utc(4, 14, 8))
    await house.have_voted("triage", "ddd", "committee-2026-04-14")
    await house.go(utc(4, 14, 15))
    await house.go(utc(4, 17, 7))
    assert await house.points("committee-2026-04-21") == ["triage", *(one.key for one in others)]
    assert "1. Triage of claims" in await house.reads("agenda:committee-2026-04-21")


async def test_after_the_close_papers_and_cards_tell_the_decision(voting: House) -> None:
    await voting.have_voted("triage", "ggg")
    await voting.go(DEADLINE)
    for said in (await paper(voting, "cyprian"), await voting.reads(f"card:{SITTING}:01:triage")):
        assert "Go: it moves on to MVP." in said
    over = await paper(voting, "cyprian")
    assert "All ballots are closed. Thank you." in over
    assert "open" not in over
    assert values(await voting.post(f"paper:{SITTING}:{(await voting.person('cyprian')).id}")) == []


async def test_a_weak_mandate_is_named(memory: Memory) -> None:
    house = House(memory)
    await house.settle_in()
    await house.come_to("voting")
    await house.have_voted("triage", "gaa")
    await house.go(DEADLINE)
    assert "weak mandate" in await house.reads(f"minutes:{SITTING}")


async def test_somebody_who_leaves_after_voting_has_voted_by_their_name(voting: House) -> None:
    await voting.have_voted("triage", "ggg")
    gone = entry(email("cyprian"), Role.MEMBER, name="Cyprian")
    async with voting.memory.open_work() as work:
        await work.people.adopt_account(slack("cyprian"), gone, present=False)
    await voting.go(DEADLINE)
    assert (await voting.decisions())["triage"].tally.yes == 3
    assert "Anatolia, Bohumil and Cyprian" in await voting.reads(f"minutes:{SITTING}")


async def test_somebody_who_joins_after_the_opening_votes_at_the_next_sitting(voting: House) -> None:
    new = entry(email("wilhelmina"), Role.MEMBER, name="Wilhelmina", locale="en", zone=PARIS)
    async with voting.memory.open_work() as work:
        await work.people.adopt_account(slack("wilhelmina"), new, present=True)
    assert (await voting.ask("wilhelmina", look.show_mine)).message is None
    await voting.votes("triage", "gggggg")
    await voting.go(OPENING + timedelta(minutes=1))
    assert (await voting.decisions())["triage"].tally.entitled == 6


async def test_a_member_without_the_role_any_more_keeps_the_vote_of_this_sitting(voting: House) -> None:
    async with voting.memory.open_work() as work:
        everybody = [entry(one.email, *one.roles) for one in await work.people.all_present()]
        await work.people.adopt_roster([one for one in everybody if one.email != email("cyprian")], default=NOBODY)
    await voting.vote("cyprian", "triage", "go")
    await voting.go(DEADLINE)
    assert "All ballots are closed" in await paper(voting, "cyprian")


# --- nothing to decide ---------------------------------------------------------------------------------------------


async def test_where_nothing_asks_nobody_is_asked_and_there_are_no_empty_papers_or_minutes(memory: Memory) -> None:
    house = House(memory)
    await house.settle_in([initiative(standing=Standing.ACTIVE, asked_on=None)])
    await house.go(CALL)
    assert await house.said() == {}
    await house.go(AGENDA)
    said = await house.reads(f"agenda:{SITTING}")
    assert "No initiative asks for a decision this time." in said
    assert "Ballots open" not in said
    assert "gave marks" not in said
    await house.go(OPENING)
    await house.go(DEADLINE)
    assert set(await house.said()) == {f"agenda:{SITTING}"}
    assert (await house.sitting()).state is OccurrenceState.CLOSED


async def test_an_initiative_that_begins_to_ask_after_the_call_is_voted_on_without_a_score(memory: Memory) -> None:
    house = House(memory)
    await house.settle_in([])
    await house.go(CALL)
    async with house.memory.open_work() as work:
        await work.initiatives.adopt(CASES)
    await house.go(AGENDA)
    assert "No score" in await house.reads(f"agenda:{SITTING}")
    await house.go(OPENING)
    await house.have_voted("triage", "ggg")
    await house.go(DEADLINE)
    assert (await house.case("triage")).stage is Stage.MVP


# --- what somebody looks at ----------------------------------------------------------------------------------------


async def test_the_home_of_somebody_who_opened_it_follows_the_sitting(house: House) -> None:
    cyprian = await house.person("cyprian")
    await house.go(CALL)
    assert await house.said("home:") == {}
    await house.ask("cyprian", look.open_home)
    home = f"home:{cyprian.id}"
    assert "2 initiatives wait for your marks." in await house.reads(home)
    await house.go(AGENDA)
    assert "Nothing waits for you" in await house.reads(home)
    await house.go(OPENING)
    assert "2 ballots wait for your vote." in await house.reads(home)
    await house.vote("cyprian", "triage", "go")
    assert "One ballot waits for your vote." in await house.reads(home)
    assert "Voting now, since Tuesday 7 April, 10:00" in await house.reads(home)
    await house.go(DEADLINE)
    assert "Nothing waits for you" in await house.reads(home)
    assert list(await house.said("home:")) == [home]


async def test_open_ballots_of_two_committees_are_on_one_paper(memory: Memory) -> None:
    other = replace(RULES, key="data", title="Data board", points=1)
    house = House(memory, ruled(replace(RULES, points=1), other))
    await house.settle_in()
    await house.come_to("voting")
    shown = (await house.ask("cyprian", look.show_mine)).message
    assert shown is not None
    assert [one for one in values(shown) if one.endswith(":go")] == [
        f"vote {SITTING}:triage:go",
        "vote data-2026-04-07:fraud:go",
    ]
    assert "AI committee · Data board: your ballots" in sentences(shown)
    groups = [part.group for part in shown.parts if hasattr(part, "group")]
    assert len(groups) == len(set(groups)) == 2


async def test_ballots_past_their_deadline_no_longer_wait(voting: House) -> None:
    voting.at = DEADLINE
    assert sentences((await voting.ask("cyprian", look.show_mine)).sentence) == ["No ballot waits for you."]


async def test_dates_name_the_next_sittings_and_what_is_paused(house: House) -> None:
    shown = await house.ask("perpetua", look.show_dates)
    assert "Tuesday 7 April, 10:00" in sentences(shown.message)
    assert isinstance(shown.message.parts[0] if shown.message else None, Heading)


async def test_somebody_who_writes_gets_one_answer_however_often_it_is_delivered(house: House) -> None:
    for _ in range(2):
        await house.ask("perpetua", look.answer_words, "bonjour", "Ev1")
        await house.ask("perpetua", look.answer_words, "aide ?", "Ev2")
    assert {one.kind for one in (await house.said("answer:")).values()} == {"greeting", "help"}
    assert len(await house.said("answer:")) == 2


async def test_help_tells_those_who_read_the_digest_how_to_see_it_and_choose_its_day_and_nobody_else(
    house: House,
) -> None:
    said = sentences((await house.ask("clotilde", look.show_help)).message)
    told = said[said.index("/comitia digest") + 1]
    assert "as it stands now" in told
    assert translator_for("en", PARIS).say(say("digest-choose")) in told, "by the name of the button under it"
    for other in ("sidonie", "perpetua"):
        assert "/comitia digest" not in sentences((await house.ask(other, look.show_help)).message)


@pytest.mark.parametrize(("who", "brakes"), [("perpetua", False), ("sidonie", True), ("adalbert", True)])
async def test_help_names_the_brake_to_those_who_may_use_it(house: House, who: str, brakes: bool) -> None:
    shown = await house.ask(who, look.show_help)
    assert ("help-pause" in {text.key for text in texts(shown)}) is brakes
