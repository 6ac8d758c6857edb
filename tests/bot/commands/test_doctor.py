"""`comitia doctor` on a local workspace, and on either platform: what is well, what is not, and what to do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import migrate_database, recalling
from bot.commands import doctor
from bot.commands.speaking import speaker
from bot.i18n.translator import LANGUAGES
from bot.platforms.slack.manifest import SCOPES
from bot.settings import load
from rituals.messages import Message, say
from rituals.posts import Fate, Post, PostState, Settlement, ToPerson, ToRoom
from tests.bot.commands.patients import Patient, SlackPatient, Wall, line, on_slack, on_teams
from tests.bot.scenarios.house import (
    LOBBY,
    NADIA,
    NEWS,
    PEOPLE,
    ROOM,
    SAM,
    address_of,
    app_yaml,
    email,
    environ,
    words,
    write_settings,
)


@pytest.fixture
async def patient(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[SlackPatient]:
    async with on_slack(tmp_path, sqlite_template) as made:
        yield made


async def test_who_is_well_has_no_fault(patient: SlackPatient) -> None:
    code, lines = await patient.examined()
    assert code == 0
    assert lines == [
        *patient.well_itself,
        "ok       bot token: it is @comitia in Horizon (T0HORIZON)",
        "ok       scopes: all that are needed, and no other",
        line(lines, "clock: this machine and Slack differ by "),
        "ok       app token: Socket Mode can connect",
        "ok       #ai-committee: the bot is in it",
        "ok       #ai-news: the bot is in it",
        "ok       people: 5 of the 5 named in the settings are among the 5 in Slack",
        "warning  rituals.prioritisation: 4 of 4 who vote can be written to in Slack, the quorum is 2; no score is "
        "shown of fewer than 5 who mark: name more, or do without scores",
        "No faults, 1 warning.",
    ]


async def test_in_a_french_terminal_all_is_said_in_french_levels_in_their_column(patient: SlackPatient) -> None:
    patient.secrets |= {"LANG": "fr_FR.UTF-8"}
    patient.changes = {"rooms": {"committee": "ai-committee", "news": "lobby"}}
    code, lines = await patient.examined("nobody@horizon.example")
    assert code == 1
    assert lines == [
        f"ok      paramètres\xa0: {patient.path} est bon",
        "ok      plateformes\xa0: Slack",
        "ok      base de données\xa0: elle répond, et son schéma est celui de cette version",
        "ok      pause\xa0: rien n’est en pause",
        "ignoré  usage\xa0: rien n’est importé",
        "ignoré  conversations\xa0: rien n’est importé",
        "ignoré  savings\xa0: rien n’est importé",
        "ok      messages\xa0: aucun pour l’instant",
        "ok      jeton du bot\xa0: c’est @comitia dans Horizon (T0HORIZON)",
        "ok      scopes\xa0: tous ceux qu’il faut, et aucun autre",
        line(lines, "horloge\xa0: cette machine et Slack diffèrent de "),
        "ok      jeton de l’application\xa0: Socket Mode peut se connecter",
        "ok      #ai-committee\xa0: le bot y est",
        "erreur  #lobby\xa0: le bot n’y est pas et ne peut rien y écrire\u202f; tapez-y /invite @comitia",
        "ok      personnes\xa0: 5 sur 5 nommées dans les paramètres sont parmi les 5 de Slack",
        "alerte  rituals.prioritisation\xa0: 4 sur 4 qui votent peuvent recevoir un message dans Slack, le quorum est "
        "de 2\u202f; aucune note n’est montrée à moins de 5 personnes qui notent\u202f; nommez-en davantage, ou "
        "passez-vous des notes",
        "erreur  message d’essai\xa0: nobody@horizon.example n’est ni une personne ni un canal\u202f; "
        "donnez l’adresse d’un compte Slack, ou l’un ou l’autre nom d’un canal parmi committee (#ai-committee) et news "
        "(#lobby)",
        "2 erreurs, 1 alerte.",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_of_a_post_has_words_of_its_own(language: str) -> None:
    speak = speaker({"LANG": language})
    assert len({speak.say(say(f"doctor-posts-{state}", count=1)) for state in PostState}) == len(PostState)


async def test_faulty_settings_are_the_only_thing_looked_at(patient: SlackPatient) -> None:
    patient.changes = {"rooms": {"committee": "Not A Room"}}
    code, lines = await patient.examined()
    assert code == 1
    assert "is not a channel name" in lines[0]
    assert lines[-1].endswith("nothing else was looked at.")


async def test_without_tokens_the_rest_is_looked_at_and_each_is_named(patient: SlackPatient) -> None:
    patient.secrets = {}
    code, lines = await patient.examined()
    assert code == 1
    assert line(lines, "BOT_TOKEN").startswith("fault    settings: COMITIA_SLACK__BOT_TOKEN is not given: set it, or ")
    assert line(lines, "APP_TOKEN").startswith("fault ")
    assert line(lines, " database: ").startswith("ok ")
    assert line(lines, "slack:") == "skipped  slack: without a bot token there is nobody to ask"


# --- the database -----------------------------------------------------------------------------------------------------


async def test_a_database_that_was_never_migrated_names_the_command(patient: SlackPatient) -> None:
    patient.database.unlink()
    code, lines = await patient.examined()
    assert code == 1
    assert line(lines, " database: ") == "fault    database: the database has no tables yet: run `comitia migrate`"
    assert line(lines, "#ai-news").startswith("ok "), "Slack is looked at all the same"
    patient.secrets |= {"LANG": "fr_FR.UTF-8"}
    assert line((await patient.examined())[1], "erreur ") == (
        "erreur  base de données\xa0: la base n’a pas encore de tables\xa0: lancez `comitia migrate`"
    )


async def test_a_pause_and_posts_that_did_not_get_through_are_told(patient: SlackPatient) -> None:
    settings = load(patient.path, environ=patient.secrets)
    now = Wall().now()
    async with recalling(settings) as memories:
        async with memories.open_work() as work:
            await work.brakes.pause("prioritisation", at=now, by="p")
            for n, (hours, ritual) in enumerate([(2, "r"), (2, "prioritisation"), (0, "r"), (3, "r"), (4, "r")]):
                message = Message(kind="x", summary=say("verbatim", words="x"), parts=())
                at = now - timedelta(hours=hours)
                post = Post(
                    id=f"p{n}",
                    to=ToRoom(room="news"),
                    message=message,
                    ritual=ritual,
                    not_before=at,
                    not_after=at + timedelta(minutes=1) if n == 3 else None,
                )
                await work.posts.put(post, at=at)
            for who, since in (("p", now - timedelta(hours=2)), ("q", now)):
                await work.posts.put(
                    Post(id=who, to=ToPerson(person=who), message=message, ritual="r", not_before=since, bulk=True),
                    at=since,
                )
        parcels = await memories.outbox.claim(now, owner="o", lease_until=now, limit=10)
        refused = [Settlement(post="p4", revision=1, fate=Fate.REFUSED, why="x") for one in parcels if one.post == "p4"]
        await memories.outbox.settle(refused, at=now)
        await memories.outbox.release()
    code, lines = await patient.examined()
    assert code == 0
    assert line(lines, "pause:").startswith("warning  pause: prioritisation is paused since ")
    assert line(lines, "pause:").endswith(" UTC: /comitia resume prioritisation")
    assert "ok       posts: 1 expired, 1 failed and 5 pending" in lines
    assert line(lines, "post failed").startswith("warning  posts: 1 post failed: the log says why")
    assert line(lines, "post expired").startswith("warning  posts: 1 post expired")
    assert line(lines, "more than an hour").startswith("warning  posts: 3 posts should have been shown")


@pytest.mark.parametrize(
    ("days", "begins"),
    [(3, "ok       usage: up to "), (30, "warning  usage: triage ends on ")],
)
def test_a_source_is_fresh_for_ten_days(tmp_path: Path, days: int, begins: str) -> None:
    settings = load(write_settings(tmp_path, app_yaml("http://127.0.0.1:1/api/", "x")), environ=environ())
    today = date(2026, 2, 3)
    at = datetime(2026, 2, 3, 12, tzinfo=UTC)
    finding = doctor._freshness("usage", {"triage": today - timedelta(days=days), "search": today}, at, settings)
    told = finding.said(speaker({}))
    assert told.startswith(begins)
    assert ("comitia import usage FILE.csv" in told) is (days == 30)


# --- either platform --------------------------------------------------------------------------------------------------


@pytest.fixture(params=[on_slack, on_teams], ids=["slack", "teams"])
async def either(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Patient]:
    async with request.param(tmp_path, sqlite_template) as made:
        yield made


@pytest.mark.parametrize(
    ("off", "level"),
    [(timedelta(), "ok"), (timedelta(minutes=-2), "warning"), (timedelta(hours=1), "fault")],
)
async def test_a_clock_that_is_off_is_told(either: Patient, off: timedelta, level: str) -> None:
    code, lines = await either.examined(off=off)
    assert line(lines, " clock: ").split()[0] == level
    assert code == (level == "fault")


async def test_people_who_are_not_there_are_named_with_the_address_they_may_have(either: Patient) -> None:
    there = [{"email": address_of(user), "roles": roles} for user, _, _, roles in PEOPLE[1:] if roles]
    strangers = [
        {"email": "nadia.benaly@horizon.example", "roles": ["chair"]},
        {"email": "x@elsewhere.example", "roles": ["sponsor"]},
    ]
    either.changes = {"people": [*there, *strangers]}
    code, lines = await either.examined()
    assert code == 0
    where = either.platform
    assert f"warning  people: 3 of the 5 named in the settings are among the 5 in {where}" in lines
    assert line(lines, "benaly").endswith(f"(chair) is not in {where}: did you mean nadia.benali@horizon.example?")
    told = f"(sponsor) is not in {where}: write the address of their {where} account"
    assert line(lines, "elsewhere").endswith(told)


# --- Slack ------------------------------------------------------------------------------------------------------------


async def test_a_token_that_slack_refuses_says_where_to_copy_it(patient: SlackPatient) -> None:
    patient.secrets = environ(COMITIA_SLACK__BOT_TOKEN="xoxb-another-one")
    code, lines = await patient.examined()
    assert code == 1
    told = line(lines, "bot token")
    assert (
        told
        == "fault    bot token: Slack refuses it (invalid_auth): copy it anew from the Slack app, OAuth & Permissions"
    )
    assert not any("another-one" in one for one in lines)


async def test_a_slack_that_does_not_answer_is_told_from_one_that_refuses(patient: SlackPatient) -> None:
    patient.api_url = "http://127.0.0.1:1/api/"
    code, lines = await patient.examined()
    assert code == 1
    assert "Slack does not answer (no_connection): check the network and slack.api_url" in line(lines, "bot token")


async def test_an_app_token_that_slack_refuses_is_a_fault(patient: SlackPatient) -> None:
    patient.secrets = environ(COMITIA_SLACK__APP_TOKEN="xapp-another-one")
    code, lines = await patient.examined()
    assert code == 1
    assert line(lines, "app token").startswith("fault    app token: Slack refuses it (invalid_auth): make one with ")


async def test_a_slack_that_asks_to_wait_is_no_fault(patient: SlackPatient) -> None:
    await patient.page.fault("apps.connections.open", "ratelimited")
    code, lines = await patient.examined()
    assert code == 0
    assert line(lines, "app token") == "warning  app token: Slack asks to wait: try again in a minute"


async def test_the_token_of_another_workspace_is_a_fault(patient: SlackPatient) -> None:
    patient.changes = {"slack": {"api_url": patient.api_url, "team": "T0OTHER"}}
    code, lines = await patient.examined()
    assert code == 1
    assert "it belongs to workspace T0HORIZON, slack.team says T0OTHER" in line(lines, "bot token")


@pytest.mark.parametrize(
    ("scopes", "code", "told"),
    [
        (
            sorted(SCOPES - {"im:write", "chat:write"}),
            1,
            "fault    scopes: missing: chat:write and im:write: take ",
        ),
        ([*SCOPES, "admin"], 0, "warning  scopes: granted and not needed: admin: take the manifest"),
        (None, 0, "skipped  scopes: Slack does not say"),
    ],
)
async def test_scopes_are_those_of_the_manifest(
    tmp_path: Path, sqlite_template: Path, scopes: list[str] | None, code: int, told: str
) -> None:
    async with on_slack(tmp_path, sqlite_template, app={"scopes": scopes}) as patient:
        found, lines = await patient.examined()
    assert found == code
    assert line(lines, " scopes: ").startswith(told)
    assert any("#ai-committee" in one for one in lines) is (code == 0)


async def test_rooms_that_are_not_there_and_rooms_without_the_bot_are_faults(patient: SlackPatient) -> None:
    patient.changes = {"rooms": {"committee": "ai-committee", "news": "lobby", "gone": "no-such-room"}}
    code, lines = await patient.examined()
    assert code == 1
    told = line(lines, "#lobby")
    assert told == "fault    #lobby: the bot is not in it and cannot post there: type /invite @comitia there"
    assert line(lines, "#no-such-room").startswith("fault    #no-such-room: there is no such channel that the bot can")
    assert line(lines, "#ai-committee").startswith("ok ")


async def test_somebody_who_left_is_told_and_is_no_voter_any_more(patient: SlackPatient) -> None:
    assert (await patient.page.post("/sandbox/people", id=NADIA, deleted=True))["ok"]
    code, lines = await patient.examined()
    assert line(lines, "has left").startswith(
        "warning  people: nadia.benali@horizon.example (chair and admin) has left"
    )
    assert "3 of 3 who vote can be written to in Slack, the quorum is 2" in line(lines, "rituals.prioritisation")
    assert code == 0


async def test_a_committee_that_can_never_reach_its_quorum_is_a_fault(patient: SlackPatient) -> None:
    people = [{"email": f"p{n}@elsewhere.example", "roles": ["member"]} for n in range(4)]
    patient.changes = {"people": [*people, {"email": email("Sam Taylor"), "roles": ["chair"]}]}
    code, lines = await patient.examined()
    assert code == 1
    told = line(lines, "rituals.prioritisation")
    assert told.startswith(
        "fault    rituals.prioritisation: 1 of 5 who vote can be written to in Slack, the quorum is 3: correct "
    )


# --- the trial post ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", ["committee", "ai-committee", "#ai-committee", "Sam.Taylor@horizon.example"])
async def test_a_trial_post_is_shown_and_taken_back(patient: SlackPatient, to: str) -> None:
    since = (await patient.page.get("/api/state", who=SAM))["sequence"]
    code, lines = await patient.examined(to)
    assert line(lines, "trial post") == f"ok       trial post: {to} was shown it, and it was taken back"
    assert code == 0
    changes = (await patient.page.get("/api/changes", since=since, who=SAM))["changes"]
    assert changes, "something happened where Sam can see it"
    assert await patient.sees(SAM, ROOM) == await patient.sees(SAM, NEWS) == []


@pytest.mark.parametrize(
    ("to", "told"),
    [
        (
            "lobby",
            "fault    trial post: lobby is nobody and no room: give the address of a Slack account, or one of "
            "committee (#ai-committee) and news (#ai-news), by either name",
        ),
        ("nobody@horizon.example", "fault    trial post: nobody@horizon.example is nobody and no room"),
    ],
)
async def test_a_trial_post_to_nobody_is_a_fault(patient: SlackPatient, to: str, told: str) -> None:
    code, lines = await patient.examined(to)
    assert code == 1
    assert line(lines, "trial post").startswith(told)


async def test_a_trial_post_where_the_bot_is_not_says_to_invite_it(patient: SlackPatient) -> None:
    patient.changes = {"rooms": {"committee": "ai-committee", "hall": "lobby"}}
    code, lines = await patient.examined("hall")
    assert code == 1
    assert line(lines, "trial post") == "fault    trial post: Slack refuses it (not_in_channel): invite the bot there"
    assert await patient.sees(SAM, LOBBY) == []


async def test_in_a_rehearsal_the_trial_post_too_goes_to_the_one_person(patient: SlackPatient) -> None:
    patient.changes = {"rehearsal": email("Sam Taylor")}
    await migrate_database(load(patient.path, environ=patient.secrets))
    await patient.page.fault("chat.delete", "http_500")
    code, lines = await patient.examined("committee")
    assert code == 1, "it could not be taken back, so that it can be read here"
    (told,) = await patient.sees(SAM)
    assert "Rehearsal: for #ai-committee" in words(told)
    assert await patient.sees(SAM, ROOM) == []
    assert line(lines, "rehearsal:").startswith("warning  rehearsal: everything goes to sam.taylor@horizon.example")
    assert line(lines, "trial post") == (
        "fault    trial post: Slack did not answer (http_500), and it may still be there: "
        "delete it by hand, and try again"
    )
