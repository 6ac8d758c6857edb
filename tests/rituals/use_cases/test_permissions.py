"""Who may do what: one table over every use case, checked on every request, and nothing changed by any refusal."""

from collections.abc import Awaitable, Callable

import pytest

from rituals.errors import (
    BallotCancelled,
    BallotClosed,
    InvalidReply,
    MarksClosed,
    NotAllowed,
    NotAMember,
    NotFound,
    NothingToDo,
    RitualError,
    Stranger,
)
from rituals.messages import Reply
from rituals.people import ALLOWED, Act, Role
from rituals.use_cases import brake, cast_vote, give_marks, look, my_data
from tests.rituals.use_cases.house import (
    AGENDA,
    DEADLINE,
    LEFT,
    MEMBERS,
    NEXT,
    OPENING,
    ROLES,
    SITTING,
    STRANGER,
    House,
    answers,
    sentences,
)

Fresh = Callable[[str], Awaitable[House]]
Doing = Callable[[House, str], Awaitable[Reply]]

BALLOT = f"{SITTING}:triage"


def asking(use_case: Callable[..., Awaitable[object]], *request: object) -> Doing:
    """Somebody asking for that."""

    async def ask(house: House, who: str) -> Reply:
        return await house.ask(who, use_case, *request)

    return ask


async def reason(house: House, who: str) -> Reply:
    await house.vote(who, "triage", "go")
    return await house.ask(who, cast_vote.give_reason, BALLOT, "Because.")


async def resumed(house: House, who: str) -> Reply:
    async with house.memory.open_work() as work:
        await work.brakes.pause("committee", at=house.at, by="test")
    return await house.ask(who, brake.resume, "committee")


VOTERS = frozenset(MEMBERS)
EVERYBODY = frozenset(ROLES)
CHAIR, DEPUTY, SECRETARY, ADMIN = "anatolia", "bohumil", "sidonie", "adalbert"

# What is asked for, when, and by whom it may be: everybody else is refused.
TABLE: dict[str, tuple[str, Doing, frozenset[str]]] = {
    "vote": ("voting", asking(cast_vote.cast_vote, BALLOT, "go"), VOTERS),
    "ask for the form of a reason": ("voting", asking(cast_vote.ask_for_reason, BALLOT), VOTERS),
    "give a reason": ("voting", reason, VOTERS),
    "open a form for marks": ("called", asking(give_marks.ask_for_marks, BALLOT), VOTERS),
    "give marks": ("called", asking(give_marks.give_marks, BALLOT, answers(33333)), VOTERS),
    "open the next form for marks": ("called", asking(give_marks.ask_for_marks, None), EVERYBODY),
    "pause one": ("planned", asking(brake.pause, "committee"), frozenset({CHAIR, DEPUTY, SECRETARY, ADMIN})),
    "pause all": ("planned", asking(brake.pause, "all"), frozenset({CHAIR, DEPUTY, SECRETARY, ADMIN})),
    "resume": ("planned", resumed, frozenset({CHAIR, DEPUTY, SECRETARY, ADMIN})),
    "see what can be cancelled": ("voting", asking(brake.list_to_cancel), frozenset({CHAIR, DEPUTY, ADMIN})),
    "cancel a sitting": ("voting", asking(brake.cancel_occurrence, SITTING), frozenset({CHAIR, DEPUTY, ADMIN})),
    "cancel a ballot": ("voting", asking(brake.cancel_ballot, BALLOT), frozenset({CHAIR, DEPUTY, ADMIN})),
    "see what can be withdrawn": ("voting", asking(brake.list_to_withdraw), frozenset({CHAIR, SECRETARY, ADMIN})),
    "withdraw": ("voting", asking(brake.withdraw, f"card:{SITTING}:01:triage"), frozenset({CHAIR, SECRETARY, ADMIN})),
    "open the home": ("voting", asking(look.open_home), EVERYBODY),
    "see the dates": ("voting", asking(look.show_dates), EVERYBODY),
    "see one's ballots": ("voting", asking(look.show_mine), EVERYBODY),
    "see one's own data": ("voting", asking(my_data.show_my_data), EVERYBODY),
    "see one's older votes": ("voting", asking(my_data.show_more_votes, "0"), EVERYBODY),
    "see what erasing does": ("voting", asking(my_data.ask_erase), EVERYBODY),
    "be erased": ("voting", asking(my_data.erase_me), EVERYBODY),
    "see the help": ("voting", asking(look.show_help), EVERYBODY),
    "write to the bot": ("voting", asking(look.answer_words, "hello", "Ev1"), EVERYBODY),
}


@pytest.mark.parametrize("act", TABLE)
async def test_everybody_may_do_what_the_table_says_and_nothing_else(fresh: Fresh, act: str) -> None:
    stage, do, allowed = TABLE[act]
    house = await fresh(stage)
    before = await house.image()
    for who in (*ROLES, LEFT, STRANGER):
        if who in allowed:
            continue
        with pytest.raises((NotAllowed, NotAMember, Stranger)) as refused:
            await do(house, who)
        assert isinstance(refused.value, Stranger) == (who in {LEFT, STRANGER})
        if act == "resume":  # the pause was ours
            async with house.memory.open_work() as work:
                assert await work.brakes.resume("committee") is not None
        else:
            assert await house.image() == before, f"{who} was refused and changed something"
    # One of each role is enough: members are alike.
    for who in sorted(allowed - set(MEMBERS[3:])):
        await do(await fresh(stage), who)


def test_the_table_covers_every_act_a_role_may_permit() -> None:
    holders = {Role.CHAIR: CHAIR, Role.DEPUTY: DEPUTY, Role.SECRETARY: SECRETARY, Role.ADMIN: ADMIN}
    for act, rows in {
        Act.PAUSE: ("pause one", "pause all", "resume"),
        Act.CANCEL: ("see what can be cancelled", "cancel a sitting", "cancel a ballot"),
        Act.WITHDRAW: ("see what can be withdrawn", "withdraw"),
    }.items():
        for row in rows:
            assert TABLE[row][2] == {holders[role] for role in ALLOWED[act]}


async def test_a_stranger_is_told_that_nobody_knows_them(house: House) -> None:
    with pytest.raises(Stranger) as refused:
        await house.ask(STRANGER, look.show_mine)
    assert "I do not know you yet" in sentences(refused.value.sentence)[0]


# --- what was never offered ----------------------------------------------------------------------------------------

FORGED = ("", ":", "x:y:z", "a" * 10_000, f"{NEXT}:triage", f"{SITTING}:nothing", f"{SITTING}:triage:go", SITTING)


@pytest.mark.parametrize("subject", FORGED, ids=lambda subject: subject[:30] or "nothing")
async def test_a_forged_name_is_not_found_and_changes_nothing(fresh: Fresh, subject: str) -> None:
    for stage, doings in {
        "voting": (
            asking(cast_vote.cast_vote, subject, "go"),
            asking(cast_vote.ask_for_reason, subject),
            asking(cast_vote.give_reason, subject, "Because."),
            asking(brake.cancel_ballot, subject),
            asking(brake.withdraw, subject),
            *([] if subject == SITTING else [asking(brake.cancel_occurrence, subject)]),
        ),
        "called": (
            asking(give_marks.ask_for_marks, subject),
            asking(give_marks.give_marks, subject, answers(33333)),
        ),
    }.items():
        house = await fresh(stage)
        before = await house.image()
        for do in doings:
            with pytest.raises(NotFound):
                await do(house, CHAIR)
        assert await house.image() == before


async def test_what_was_sent_to_one_person_cannot_be_withdrawn_by_another(voting: House) -> None:
    before = await voting.image()
    for post in (await voting.said("paper:")) | (await voting.said("marks:")):
        with pytest.raises(NotFound):
            await voting.ask(ADMIN, brake.withdraw, post)
    assert await voting.image() == before


@pytest.mark.parametrize("choice", ["", "GO", "yes", "go ", "no-go", "a" * 10_000])
async def test_a_choice_that_was_not_offered_is_refused(voting: House, choice: str) -> None:
    await voting.vote("cyprian", "triage", "no_go")
    before = await voting.image()
    with pytest.raises(InvalidReply) as refused:
        await voting.vote("cyprian", "triage", choice)
    assert refused.value.key == "refused-vote"
    assert await voting.image() == before


@pytest.mark.parametrize("mark", ["0", "6", "-1", "abc", "", " 3", "3.0", "3" * 10_000, "３", None])
async def test_a_mark_outside_the_scale_is_refused_and_its_field_is_named(called: House, mark: str | None) -> None:
    before = await called.image()
    for field in ("impact", "effort"):
        with pytest.raises(InvalidReply) as refused:
            await called.ask("cyprian", give_marks.give_marks, BALLOT, {**answers(33333), field: mark})
        assert (refused.value.field, refused.value.key) == (field, "refused-mark")
    assert await called.image() == before


async def test_a_missing_mark_is_refused_and_never_counted_as_one(called: House) -> None:
    before = await called.image()
    for given in ({}, {"impact": "3"}, {"impact": "3", "nonsense": "3"}):
        with pytest.raises(InvalidReply):
            await called.ask("cyprian", give_marks.give_marks, BALLOT, given)
    assert await called.image() == before


# --- too late ------------------------------------------------------------------------------------------------------


async def refused(house: House, error: type[RitualError], *doings: Doing) -> None:
    """All of that is refused to a member, and changes nothing."""
    before = await house.image()
    for do in doings:
        with pytest.raises(error):
            await do(house, "cyprian")
    assert await house.image() == before


VOTING = (
    asking(cast_vote.cast_vote, BALLOT, "no_go"),
    asking(cast_vote.ask_for_reason, BALLOT),
    asking(cast_vote.give_reason, BALLOT, "Because."),
)
MARKING = (asking(give_marks.ask_for_marks, BALLOT), asking(give_marks.give_marks, BALLOT, answers(33333)))


async def test_the_deadline_binds_even_before_its_step_has_run(voting: House) -> None:
    await voting.vote("cyprian", "triage", "go")
    voting.at = DEADLINE
    await refused(voting, BallotClosed, *VOTING)
    await voting.go(DEADLINE)
    await refused(voting, BallotClosed, *VOTING)


async def test_a_closed_ballot_stays_closed_when_the_clock_jumps_back(voting: House) -> None:
    await voting.go(DEADLINE)
    voting.at = OPENING
    await refused(voting, BallotClosed, *VOTING)


async def test_nobody_votes_on_a_cancelled_ballot(voting: House) -> None:
    await voting.vote("cyprian", "triage", "go")
    await voting.ask(CHAIR, brake.cancel_ballot, BALLOT)
    await refused(voting, BallotCancelled, *VOTING)


async def test_nobody_marks_for_a_cancelled_sitting(called: House) -> None:
    await called.ask(CHAIR, brake.cancel_occurrence, SITTING)
    await refused(called, MarksClosed, *MARKING)


async def test_nobody_marks_an_initiative_of_a_sitting_that_has_not_begun(called: House) -> None:
    await refused(called, NotFound, asking(give_marks.give_marks, f"{NEXT}:triage", answers(33333)))


async def test_marks_can_be_given_until_they_are_revealed(called: House) -> None:
    called.at = AGENDA
    await called.mark("fionnuala", "fraud", 33333)


async def test_what_is_cancelled_twice_was_cancelled_once(voting: House) -> None:
    await voting.ask(CHAIR, brake.cancel_ballot, BALLOT)
    await voting.ask(CHAIR, brake.cancel_occurrence, SITTING)
    before = await voting.image()
    with pytest.raises(NothingToDo):
        await voting.ask(CHAIR, brake.cancel_ballot, BALLOT)
    with pytest.raises(NothingToDo):
        await voting.ask(CHAIR, brake.cancel_occurrence, SITTING)
    assert await voting.image() == before
