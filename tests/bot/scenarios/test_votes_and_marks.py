"""What people do with buttons and forms, on each platform and over both of Slack's doors."""

import pytest

from tests.bot.scenarios.horizon import (
    BALLOTS_CLOSE,
    LUC,
    MARKS_CALLED,
    NADIA,
    PRIYA,
    ROOM,
    SAM,
    SITTING,
    ZOE,
    AnyHouse,
    words,
)
from tests.bot.scenarios.house import House

FIVE = {"impact": "4", "feasibility": "3", "alignment": "5", "risk": "2", "effort": "1"}


async def test_a_vote_is_shown_at_once_in_the_clicked_message_and_counted_on_the_card(any_door: AnyHouse) -> None:
    house = any_door
    await house.to_ballots()
    before, paper = await house.page.counts(), await house.paper(SAM)
    assert (await house.vote(SAM, "go"))["ok"]
    await house.settle()
    again = await house.paper(SAM)
    assert again["id"] == paper["id"]
    assert "Your vote: Go." in words(again)
    await house.after(seconds=10)
    assert "One of 4 has voted" in words(await house.message(SAM, "Claims triage", ROOM))
    # Slack redraws the paper by its reply address, so that only the card takes an edit. What Teams is answered is for
    # the client that was clicked in: the others are shown it by an edit.
    assert (await house.nothing_lost())["edits"] == before["edits"] + (2 if house.platform == "teams" else 1)


async def test_a_vote_is_redrawn_by_its_reply_address(either: House) -> None:
    house = either
    await house.to_ballots()
    before = await house.page.counts()
    assert (await house.vote(SAM, "go"))["ok"]
    await house.settle()
    assert (await house.page.counts())["redraws"] == before["redraws"] + 1


async def test_a_member_changes_their_vote_and_says_why(any_door: AnyHouse) -> None:
    house = any_door
    await house.to_ballots()
    await house.vote(LUC, "go")
    await house.settle()
    await house.vote(LUC, "no_go")
    await house.settle()
    await house.press(LUC, await house.paper(LUC), "open-reason", "triage")
    assert "Pourquoi" in words(await house.view(LUC))
    assert (await house.submit(LUC, reason="my-own-words: pas de données"))["ok"]
    await house.after(seconds=10)
    await house.to(BALLOTS_CLOSE)
    await house.after(seconds=30)
    minutes = words(await house.message(SAM, "minutes of", ROOM))
    assert "my-own-words: pas de données" in minutes
    assert "Luc Moreau (No-go)" in minutes
    await house.nothing_lost()


async def test_a_member_marks_everything_in_one_go(any_door: AnyHouse) -> None:
    house = any_door
    await house.to(MARKS_CALLED)
    await house.after(seconds=30)
    call = await house.message(SAM, "your marks, please")
    assert (await house.press(SAM, call, "open-marks"))["ok"]
    assert "Initiative 1 of 2" in words(await house.view(SAM))
    assert (await house.submit(SAM, **FIVE))["ok"]
    assert "Initiative 2 of 2" in words(await house.view(SAM))
    assert (await house.submit(SAM, **FIVE))["ok"]
    assert await house.form(SAM) is None
    await house.after(seconds=10)
    shown = await house.message(SAM, "your marks, please")
    assert [button.label for button in house.buttons(shown)] == ["✓ Change my marks"] * 2
    await house.nothing_lost()


async def test_a_missing_mark_is_named_under_its_question(house: House) -> None:
    await house.to(MARKS_CALLED)
    await house.after(seconds=30)
    await house.press(LUC, await house.message(LUC, "vos notes"), "open-marks")
    view = await house.view(LUC)
    forged = {
        "type": "view_submission",
        "team": {"id": "T0HORIZON"},
        "user": {"id": LUC, "team_id": "T0HORIZON"},
        "api_app_id": "A0COMITIA",
        "view": {
            **view,
            "callback_id": "committee-marks",
            "state": {"values": {"impact": {"answer": {"type": "radio_buttons", "selected_option": {"value": "6"}}}}},
        },
    }
    answer = await house.forge(forged)
    assert answer["ack"] == {"response_action": "errors", "errors": {"impact": "Choisissez une note de 1 à 5."}}
    await house.nothing_lost()


async def test_a_reason_that_is_too_long_is_refused_under_its_field(house: House) -> None:
    await house.to_ballots()
    await house.vote(SAM, "go")
    await house.settle()
    await house.press(SAM, await house.paper(SAM), "open-reason", "triage")
    view = await house.view(SAM)
    long = {"reason": {"answer": {"type": "plain_text_input", "value": "my-own-words " * 100}}}
    answer = await house.forge(
        {
            "type": "view_submission",
            "team": {"id": "T0HORIZON"},
            "user": {"id": SAM, "team_id": "T0HORIZON"},
            "api_app_id": "A0COMITIA",
            "view": {**view, "state": {"values": long}},
        }
    )
    assert answer["ack"]["response_action"] == "errors"
    assert "500 is the most" in answer["ack"]["errors"]["reason"]
    await house.nothing_lost()


async def test_pressing_while_the_ballot_has_closed_says_so_to_the_presser_alone(anywhere: AnyHouse) -> None:
    house = anywhere
    await house.to_ballots()
    (copy,) = await house.command(LUC, "")
    # The deadline has passed, the closing step not yet run: the copy still has its buttons.
    await house.turn_clock(BALLOTS_CLOSE)
    assert (await house.press(LUC, copy, "vote", "triage:go"))["ok"]
    await house.settle()
    assert "Ce vote est clos." in (await house.told(LUC))[-1]
    assert not any("Ce vote est clos." in one for one in await house.told(SAM))
    assert not any("Ce vote est clos." in words(one) for one in await house.messages(SAM, ROOM) if not one["alone"])
    await house.nothing_lost()


async def test_a_vote_in_a_copy_only_they_see_redraws_the_copy_and_edits_the_paper(house: House) -> None:
    await house.to_ballots()
    await house.type(SAM, "/comitia")
    await house.settle()
    copy = await house.message(SAM, "Claims triage", ROOM)
    assert copy["alone"]
    await house.press(SAM, copy, "vote", "triage:defer")
    await house.after(seconds=10)
    again = next(one for one in await house.messages(SAM, ROOM) if one["id"] == copy["id"])
    assert "Your vote: Defer." in words(again)
    assert "Your vote: Defer." in words(await house.paper(SAM))
    await house.nothing_lost()


@pytest.mark.parametrize("kind", ["http_500", "reset", "html_502", "truncated"])
async def test_where_the_redraw_fails_one_ordinary_edit_follows(house: House, kind: str) -> None:
    await house.to_ballots()
    before = await house.page.counts()
    # A truncated answer comes with 200: it was redrawn.
    await house.page.fault("response_url", kind, stored=kind == "truncated")
    await house.vote(SAM, "go")
    await house.after(seconds=10)
    counts = await house.nothing_lost()
    edits = counts["edits"] - before["edits"]
    assert (counts["redraws"] - before["redraws"], edits) == ((1, 1) if kind == "truncated" else (0, 2))
    assert "Your vote: Go." in words(await house.paper(SAM))


async def test_the_home_tab_shows_what_waits_and_follows_a_vote(either: House) -> None:
    house = either
    await house.to_ballots()
    home = await house.home(PRIYA)
    assert "2 ballots wait for your vote" in words(home)
    assert (await house.press(PRIYA, home, "vote", "search:abstain"))["ok"]
    await house.after(seconds=10)
    home = await house.home(PRIYA)
    assert "One ballot waits for your vote" in words(home)
    assert "Your vote: Abstain." in words(await house.paper(PRIYA))
    await house.nothing_lost()


async def test_somebody_who_is_not_on_the_committee_is_told_so(house: House) -> None:
    await house.to_ballots()
    forged = {
        "type": "block_actions",
        "team": {"id": "T0HORIZON"},
        "user": {"id": ZOE, "team_id": "T0HORIZON"},
        "api_app_id": "A0COMITIA",
        "trigger_id": "1.2.3",
        "container": {"type": "view"},
        "actions": [{"type": "button", "block_id": "b", "action_id": "vote|0", "value": f"{SITTING}:triage:go"}],
    }
    assert (await house.forge(forged))["ok"]
    await house.settle()
    async with house.app.memory.open_work() as work:
        assert await work.ballots.votes(f"{SITTING}:triage") == []
    await house.nothing_lost()


async def test_a_form_that_cannot_be_opened_becomes_a_sentence(house: House) -> None:
    await house.to_ballots()
    await house.vote(SAM, "go")
    await house.settle()
    for kind in ("reset", "http_500", "truncated", "internal_error", "ratelimited"):
        await house.page.fault("views.open", kind)
        assert (await house.press(SAM, await house.paper(SAM), "open-reason", "triage"))["ok"]
        await house.settle()
        told = [one for one in await house.messages(SAM) if "too long for the form to open" in words(one)]
        assert told
        assert told[-1]["ephemeral"]
    await house.nothing_lost()


async def test_a_form_that_opens_slowly_does_not_hold_up_the_acknowledgement(house: House) -> None:
    await house.to_ballots()
    await house.vote(NADIA, "go")
    await house.settle()
    await house.page.fault("views.open", "slow", seconds=1.2)
    assert (await house.press(NADIA, await house.paper(NADIA), "open-reason", "triage"))["ok"]
    await house.settle()
    await house.view(NADIA)
    await house.nothing_lost()
