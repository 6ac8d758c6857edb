"""What people ask for: commands in two languages, the brake, a hello; and what the directory tells."""

import pytest

from tests.bot.scenarios.horizon import (
    BALLOTS_OPEN,
    LUC,
    MARKS_CALLED,
    NADIA,
    PRIYA,
    ROOM,
    SAM,
    SITTING,
    ZOE,
    AnyHouse,
    email,
    french,
    words,
)
from tests.bot.scenarios.house import TEAM, House, buttons


async def answer(house: AnyHouse, who: str, text: str) -> str:
    """What a person is told, and nobody else, when they ask."""
    return " ".join(words(one) for one in await house.command(who, text))


@pytest.mark.parametrize(
    ("who", "text", "told"),
    [
        (SAM, "", "No ballot waits for you."),
        (SAM, "help", "What you can ask me"),
        (LUC, "aide", "Ce que vous pouvez me demander"),
        (SAM, "dates", "Next sittings"),
        (LUC, "prochaines", "Prochaines séances"),
        (SAM, "marks", "No initiative waits for your marks."),
        (LUC, "notes", "Aucune initiative n’attend vos notes."),
        (SAM, "pause all", "Your role does not allow that."),
        (LUC, "annuler", "Votre rôle ne le permet pas."),
        (NADIA, "pause nothing-like-it", "prioritisation"),
        (NADIA, "reprendre tout", "c’est déjà le cas."),
    ],
)
async def test_a_command_is_answered_in_the_language_of_whoever_gave_it(
    anywhere: AnyHouse, who: str, text: str, told: str
) -> None:
    assert told in french(await answer(anywhere, who, text))
    await anywhere.nothing_lost()


@pytest.mark.parametrize(
    ("who", "text", "told"),
    [(SAM, "dance", "I do not know “dance”."), (LUC, "danse", "Je ne connais pas « danse »")],
)
async def test_a_command_that_nobody_knows_is_told_so(house: House, who: str, text: str, told: str) -> None:
    assert told in french(await answer(house, who, text))


async def test_commands_work_over_every_door(any_door: AnyHouse) -> None:
    house = any_door
    assert "What you can ask me" in await answer(house, SAM, "help")
    await house.to_ballots()
    assert "Claims triage" in await answer(house, SAM, "ballots")
    assert "Claims triage" in await answer(house, LUC, "bulletins")
    await house.nothing_lost()


async def test_marks_can_be_asked_for_by_command(any_door: AnyHouse) -> None:
    house = any_door
    await house.to(MARKS_CALLED)
    await house.after(seconds=10)
    await house.command(SAM, "marks")
    assert "Initiative 1 of 2" in words(await house.view(SAM))
    await house.nothing_lost()


async def test_a_pause_holds_everything_back_until_it_is_lifted(anywhere: AnyHouse) -> None:
    house = anywhere
    assert "pause" in await answer(house, NADIA, "pause tout")
    await house.to(BALLOTS_OPEN)
    assert await house.messages(SAM) == []
    assert "prioritisation" not in await answer(house, NADIA, "reprendre tout")
    await house.app.look()
    await house.after(seconds=30)
    assert "Claims triage" in words(await house.paper(SAM))
    await house.nothing_lost()


async def test_a_ballot_is_cancelled_by_its_button(any_door: AnyHouse) -> None:
    house = any_door
    await house.to_ballots()
    (asked,) = await house.command(PRIYA, "cancel")
    assert "What should be cancelled?" in words(asked)
    assert (await house.press(PRIYA, asked, "cancel-ballot", "triage"))["ok"]
    await house.after(seconds=10)
    assert any("is cancelled" in one for one in await house.told(PRIYA))
    assert "This ballot was cancelled." in words(await house.message(SAM, "Claims triage", ROOM))
    await house.nothing_lost()


async def test_a_sitting_is_cancelled_by_its_button(anywhere: AnyHouse) -> None:
    house = anywhere
    await house.to(MARKS_CALLED)
    await house.after(seconds=10)
    (asked,) = await house.command(PRIYA, "cancel")
    assert (await house.press(PRIYA, asked, "cancel-sitting", SITTING))["ok"]
    await house.after(seconds=20)
    assert "will not be held" in words(await house.message(SAM, "Cancelled", ROOM))
    await house.nothing_lost()


async def test_a_cancel_button_kept_from_before_a_role_was_lost_does_nothing(house: House) -> None:
    await house.to_ballots()
    (asked,) = await house.command(PRIYA, "cancel")
    block, element = next(buttons(asked))
    answered = await house.forge(
        {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": SAM, "team_id": TEAM},
            "api_app_id": "A0COMITIA",
            "container": {"type": "message", "is_ephemeral": True},
            "actions": [{**element, "block_id": block["block_id"]}],
        }
    )
    assert answered["ok"]
    async with house.app.memory.open_work() as work:
        assert len(await work.ballots.all_open()) == 2


async def test_a_wrong_post_is_taken_back_by_its_button(anywhere: AnyHouse) -> None:
    house = anywhere
    await house.to_ballots()
    (asked,) = await house.command(NADIA, "retirer")
    assert (await house.press(NADIA, asked, "withdraw", "card"))["ok"]
    await house.after(seconds=10)
    assert (await house.nothing_lost())["deletes"] == 1


async def test_a_hello_is_answered_once_in_the_language_of_whoever_said_it(any_door: AnyHouse) -> None:
    house = any_door
    assert (await house.write(LUC, "bonjour"))["ok"]
    assert (await house.write(SAM, "hello"))["ok"]
    await house.after(seconds=5)
    assert sum("Bonjour Luc Moreau" in words(one) for one in await house.messages(LUC)) == 1
    assert sum("Hello Sam Taylor" in words(one) for one in await house.messages(SAM)) == 1
    assert (await house.nothing_lost())["posts_sent"] == 2


async def test_a_hello_is_answered_once_even_when_it_is_delivered_twice(either: House) -> None:
    house = either
    await house.type(LUC, "bonjour", await house.dm(LUC))
    await house.after(seconds=5)
    event = {
        "type": "event_callback",
        "team_id": TEAM,
        "api_app_id": "A0COMITIA",
        "event_id": "Ev0TWICE",
        "event": {
            "type": "message",
            "channel_type": "im",
            "user": SAM,
            "text": "hello",
            "ts": "1.2",
            "channel": await house.dm(SAM),
        },
    }
    for _ in range(2):
        assert (await house.forge(event, "events_api"))["ok"]
    await house.after(seconds=5)
    assert sum("Bonjour Luc Moreau" in words(one) for one in await house.messages(LUC)) == 1
    assert sum("Hello Sam Taylor" in words(one) for one in await house.messages(SAM)) == 1
    assert (await house.nothing_lost())["posts_sent"] == 2


async def test_the_bot_never_answers_itself_nor_an_edit_nor_a_channel(house: House) -> None:
    about = {"type": "message", "channel_type": "im", "ts": "1.2", "channel": "D1", "text": "hello"}
    for event in (
        about | {"user": "U0COMITIA"},
        about | {"bot_id": "B0COMITIA"},
        about | {"user": SAM, "subtype": "message_changed"},
        about | {"user": SAM, "channel_type": "channel"},
        about,
    ):
        payload = {"type": "event_callback", "team_id": TEAM, "event_id": "Ev1", "event": event}
        assert (await house.forge(payload, "events_api"))["ok"]
    await house.after(seconds=5)
    assert (await house.nothing_lost())["posts_sent"] == 0


async def test_somebody_new_is_known_at_once_and_somebody_gone_is_asked_nothing(either: House) -> None:
    house = either
    await house.page.post(
        "/sandbox/people", id="U0NEW", real_name="Ana Neu", email=email("Ana Neu"), tz="Europe/Paris", locale="en-GB"
    )
    await house.settle()
    await house.type("U0NEW", "hello", await house.dm("U0NEW"))
    await house.after(seconds=5)
    assert "Hello Ana Neu" in words(await house.messages("U0NEW"))
    await house.page.post("/sandbox/people", id="U0NEW", real_name="Ana Neumann")
    await house.page.post("/sandbox/people", id=SAM, deleted=True)
    await house.settle()
    await house.type("U0NEW", "hello again", await house.dm("U0NEW"))
    await house.after(seconds=5)
    assert "Hello Ana Neumann" in words(await house.messages("U0NEW"))
    await house.to_ballots()
    async with house.app.memory.open_work() as work:
        assert {one.entitled for one in await work.ballots.all_open()} == {3}
    await house.nothing_lost()


async def test_somebody_nobody_knows_is_told_so(anywhere: AnyHouse) -> None:
    house = anywhere
    await house.everybody_is_here()
    zoe = await house.person(ZOE)
    async with house.app.memory.transaction() as connection:
        await connection.exec_driver_sql("DELETE FROM account WHERE person = ?", (zoe,))
    assert "I do not know you yet." in await answer(house, ZOE, "")
    await house.nothing_lost()
