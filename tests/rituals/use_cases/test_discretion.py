"""What is never said: marks anywhere, votes before the close, and neither in the logs."""

import logging
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rituals.committee.ballots import VoteChoice, tally
from rituals.messages import Meter, Scale
from rituals.use_cases import brake, cast_vote, give_marks, look
from tests.rituals.use_cases.house import (
    AGENDA,
    CALL,
    CHOICES,
    DEADLINE,
    LEFT,
    MEMBERS,
    OPENING,
    ROLES,
    SHEETS,
    SITTING,
    House,
    form_of,
    texts,
)

# That no post tells a mark, and none in a room a vote too soon, is examined after everything any test here does.


@pytest.mark.parametrize(
    ("harmless", "telling"),
    [
        ("Triage of claims", "Cyprian"),
        ('"key":"card-summary"', '"key":"vote-go"'),
        ('"key":"card-summary"', '"key":"outcome-deferred"'),
        ('"present":0', '"present":0,"impact":5'),
        ("Triage of claims", "53524"),
    ],
)
async def test_whoever_examines_would_notice_a_card_that_tells(voting: House, harmless: str, telling: str) -> None:
    voting.raw_marks.add("53524")
    card = (await voting.said("card:"))[f"card:{SITTING}:01:triage"]
    await voting.examine()
    assert harmless in card.json
    await voting.break_row("words", card.id, message=card.json.replace(harmless, telling))
    with pytest.raises(AssertionError, match=f"card:{SITTING}:01:triage"):
        await voting.examine()


async def test_logs_hold_no_reason_vote_mark_or_name(house: House, caplog: pytest.LogCaptureFixture) -> None:
    secret = "Because of the orchard."
    with caplog.at_level(logging.DEBUG):
        await house.go(CALL)
        await house.mark("cyprian", "triage", 54321)
        await house.all_mark("triage", 54321, 12345, 54321, 12345, 54321)
        await house.go(AGENDA)
        await house.go(OPENING)
        await house.votes("triage", "gnda")
        await house.ask("cyprian", cast_vote.give_reason, f"{SITTING}:triage", secret)
        # A fault on the way tells no more: what is bound to a statement stays out of its error.
        await house.break_row("ballot", f"{SITTING}:fraud", majority="nonsense")
        await house.go(DEADLINE)
        await house.break_row("ballot", f"{SITTING}:fraud", majority="simple")
        await house.ask("anatolia", brake.pause, "all")
        await house.ask("anatolia", brake.resume, "all")
        await house.go(DEADLINE + (DEADLINE - OPENING))
    ours = [one for one in caplog.records if one.name.partition(".")[0] in {"bot", "rituals", "storage"}]
    assert {one.__dict__.get("action") for one in ours} >= {"step_done", "step_failed"}
    formatter = logging.Formatter()
    for record in ours:
        line = formatter.format(record) + repr(
            {name: value for name, value in record.__dict__.items() if name != "exc_info"}
        )
        for word in ("orchard", "54321", "12345", *ROLES, LEFT):
            assert word not in line.casefold()
        for choice in CHOICES.values():
            assert f"'{choice}'" not in line


async def test_a_form_shows_its_owner_only_their_own_marks_and_nothing_after_the_reveal(called: House) -> None:
    for who, sheet in zip(MEMBERS, (*SHEETS, None), strict=True):
        form = form_of(await called.ask(who, give_marks.ask_for_marks, f"{SITTING}:triage"))
        given = [field.initial for field in form.fields if isinstance(field, Scale)]
        assert given == (list(str(sheet)) if sheet else [None] * 5)
    await called.go(AGENDA)
    cyprian = await called.person("cyprian")
    async with called.memory.open_work() as work:
        assert await work.marks.mine(SITTING, cyprian.id) == {}


async def test_a_paper_shows_its_owner_only_their_own_vote(voting: House) -> None:
    await voting.vote("cyprian", "triage", "no_go")
    for who in MEMBERS:
        shown = (await voting.ask(who, look.show_mine)).message
        told = [text.values["choice"] for text in texts(shown) if text.key.startswith("paper-mine")]
        assert len(told) == (who == "cyprian")
        others = [name for name in ROLES if name.title() in repr(shown)]
        assert others == []


# --- in any order --------------------------------------------------------------------------------------------------

Fresh = Callable[[str], Awaitable[House]]

VOTE = st.tuples(st.sampled_from(MEMBERS), st.sampled_from(sorted(CHOICES.values())), st.integers(1, 2))


@given(cast=st.lists(VOTE, max_size=5))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_votes_in_any_order_and_repeated_count_as_each_persons_last(
    fresh: Fresh, cast: list[tuple[str, str, int]]
) -> None:
    voting = await fresh("voting")
    last: dict[str, str] = {}
    for who, choice, times in cast:
        for _ in range(times):  # a request that is delivered again
            await voting.vote(who, "triage", choice)
        last[who] = choice
    async with voting.memory.open_work() as work:
        counted = tally(await work.ballots.choices(f"{SITTING}:triage"), entitled=6)
    assert counted == tally((VoteChoice(choice) for choice in last.values()), entitled=6)
    card = await voting.post(f"card:{SITTING}:01:triage")
    assert [part.done for part in card.parts if isinstance(part, Meter)] == [len(last)]
