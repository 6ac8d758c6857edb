"""`comitia doctor` on a local tenant and a real database: what is well on Teams, what is not, and what to do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.app import migrate_database, recalling
from bot.app.teams import cloud_of, home_of
from bot.platforms.slack.manifest import SCOPES
from bot.platforms.teams.package import id_of
from bot.sandbox import running_workspace
from bot.settings import load
from bot.settings_values import LATER
from bot.tenant.config import CONSENTS
from rituals.people import Account, RosterEntry
from tests.bot.commands.patients import TeamsPatient, Wall, consents, line, on_teams, people, teams
from tests.bot.scenarios import house as slack
from tests.bot.scenarios.horizon import LUC, NEWS, PRIYA, ROOM, SAM, ZOE, Json, address_of, write_settings
from tests.bot.scenarios.teams_house import (
    APP,
    CHANNELS,
    PASSWORD,
    TENANT,
    aad,
    environ,
    link,
    teams_yaml,
)


@pytest.fixture
async def patient(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[TeamsPatient]:
    async with on_teams(tmp_path, sqlite_template) as made:
        yield made


async def test_who_is_well_has_no_fault(patient: TeamsPatient) -> None:
    code, lines = await patient.examined("committee")
    assert lines == [
        *patient.well_itself,
        f"ok       Teams app: Microsoft knows the app {APP} in the tenant {TENANT}",
        "ok       signing keys: 1 key of Microsoft’s can be had, by which its calls are recognised",
        line(lines, "clock: this machine and Microsoft differ by "),
        "skipped  messaging endpoint: Teams calls /teams/messages on 127.0.0.1:0 through your proxy, and whether it "
        "gets through cannot be seen from here: write “help” to Comitia in Teams while `comitia run` is at work",
        "ok       directory: Microsoft Graph tells of 5 people",
        "ok       AI committee: the app is in its team or chat",
        "ok       AI news: the app is in its team or chat",
        "ok       installation: the app is in your catalogue, and may install itself for people",
        "ok       people: 5 of the 5 named in the settings are among the 5 in Teams",
        "warning  rituals.prioritisation: 4 of 4 who vote can be written to in Teams, the quorum is 2; no score is "
        "shown of fewer than 5 who mark: name more, or do without scores",
        "ok       trial post: committee was shown it, and it was taken back",
        "No faults, 1 warning.",
    ]
    assert code == 0
    assert (await patient.page.counts())["impatient"] == 0


async def test_in_a_french_terminal_all_is_said_in_french(tmp_path: Path, sqlite_template: Path) -> None:
    async with on_teams(tmp_path, sqlite_template, app=consents(), teams=teams(news=False)) as patient:
        patient.secrets |= {"LANG": "fr_FR.UTF-8"}
        code, lines = await patient.examined("personne@horizon.example")
    assert code == 1
    assert lines[8:] == [
        f"ok      application Teams\xa0: Microsoft connaît l’application {APP} dans l’organisation {TENANT}",
        "ok      clés de signature\xa0: 1 clé de Microsoft est disponible pour reconnaître ses appels",
        line(lines, "horloge\xa0: cette machine et Microsoft diffèrent de "),
        "ignoré  point de terminaison\xa0: Teams appelle /teams/messages sur 127.0.0.1:0 à travers votre proxy, et "
        "d’ici on ne voit pas si cela passe\u202f; écrivez «\u202faide\u202f» à Comitia dans Teams pendant que "
        "`comitia run` est au travail",
        "ignoré  annuaire\xa0: User.Read.All n’est pas accordé\u202f; sans cela, on connaît les personnes dès qu’elles "
        "ont l’application ou lui écrivent, et pour l’accorder, voyez docs/teams.md, étape 3",
        "ok      AI committee\xa0: l’application est dans son équipe ou sa conversation",
        "erreur  AI news\xa0: l’application n’est pas dans son équipe ou sa conversation (BotNotInConversationRoster)"
        "\u202f; dans Teams, Applications, Comitia, Ajouter à une équipe, et seuls les canaux standard conviennent",
        "ignoré  installation\xa0: AppCatalog.Read.All n’est pas accordé\u202f; sans cela, une stratégie de "
        "configuration ou les personnes elles-mêmes installent l’application, et pour l’accorder, voyez docs/teams.md, "
        "étape 3",
        "alerte  personnes\xa0: 4 sur 5 nommées dans les paramètres ont été rencontrées dans Teams, ou sont dans l’un "
        "de ses canaux",
        "alerte  personnes\xa0: zoe.kovacs@horizon.example ne se trouvent pas dans Teams\u202f; corrigez l’adresse, "
        "faites installer l’application ou lui écrire une fois `comitia run` au travail, ou accordez User.Read.All "
        "dans Entra (docs/teams.md, étape 3)",
        "alerte  rituals.prioritisation\xa0: 4 sur 4 qui votent peuvent recevoir un message dans Teams, le quorum est "
        "de 2\u202f; aucune note n’est montrée à moins de 5 personnes qui notent\u202f; nommez-en davantage, ou "
        "passez-vous des notes",
        "erreur  message d’essai\xa0: personne@horizon.example n’est ni une personne ni un canal\u202f; donnez "
        "l’adresse d’un compte Teams, ou l’un ou l’autre nom d’un canal parmi committee (AI committee) et news (AI "
        "news)",
        "2 erreurs, 3 alertes.",
    ]


@pytest.mark.parametrize(
    ("language", "remedy"),
    [
        ("en_GB.UTF-8", ": write “resume prioritisation” to Comitia"),
        ("fr_FR.UTF-8", "\u202f; écrivez «\u202freprendre prioritisation\u202f» à Comitia"),
    ],
)
async def test_a_pause_is_ended_by_what_one_writes_in_teams(patient: TeamsPatient, language: str, remedy: str) -> None:
    async with recalling(load(patient.path, environ=patient.secrets)) as memories, memories.open_work() as work:
        await work.brakes.pause("prioritisation", at=Wall().now(), by="p")
    patient.secrets |= {"LANG": language}
    _, lines = await patient.examined()
    assert line(lines, " UTC").endswith(f" UTC{remedy}")


# --- who we are -------------------------------------------------------------------------------------------------------


async def test_without_the_secret_the_rest_is_looked_at(patient: TeamsPatient) -> None:
    patient.secrets = {}
    code, lines = await patient.examined()
    assert code == 1
    assert line(lines, "PASSWORD").startswith(
        "fault    settings: COMITIA_TEAMS__APP_PASSWORD is not given: set it, or "
    )
    assert line(lines, " database: ").startswith("ok ")
    assert line(lines, " teams: ") == "skipped  teams: without the client secret there is nobody to ask"


@pytest.mark.parametrize(
    ("secret", "section", "told"),
    [
        (
            "another",
            {},
            "Microsoft gives it no token (invalid_client, AADSTS7000215): COMITIA_TEAMS__APP_PASSWORD takes the "
            "secret’s Value (not its Secret ID); if it is lost, make a new one in Certificates & secrets",
        ),
        (
            PASSWORD,
            {"app_id": aad(SAM)},
            "Microsoft gives it no token (unauthorized_client, AADSTS700016): there is no such app in the tenant: "
            "correct teams.app_id or teams.tenant, as the bot’s Configuration has them",
        ),
        (
            PASSWORD,
            {"tenant": aad(SAM)},
            "Microsoft gives it no token (invalid_request, AADSTS90002): there is no such tenant: correct teams.tenant "
            "(the bot’s Configuration, App Tenant ID)",
        ),
    ],
)
async def test_what_microsoft_refuses_is_named_with_its_remedy(
    patient: TeamsPatient, secret: str, section: Json, told: str
) -> None:
    patient.secrets = environ(COMITIA_TEAMS__APP_PASSWORD=secret)
    patient.teams(**section)
    code, lines = await patient.examined("committee")
    assert code == 1
    assert line(lines, " Teams app: ") == f"fault    Teams app: {told}"
    assert line(lines, "rooms, people") == "skipped  rooms, people: first the app’s id, tenant and secret"
    assert line(lines, "signing keys:").startswith("ok "), "that does not depend on who we are"
    assert not any("trial post" in one or "another" in one for one in lines)


async def test_a_microsoft_that_does_not_answer_is_told_from_one_that_refuses(patient: TeamsPatient) -> None:
    patient.teams(api_url="http://127.0.0.1:1")
    code, lines = await patient.examined()
    assert code == 1
    assert line(lines, " Teams app: ") == (
        "fault    Teams app: Microsoft does not answer (ClientConnectorError): check the network; 127.0.0.1 must be "
        "let through a firewall"
    )
    assert line(lines, "signing keys:") == (
        "fault    signing keys: Microsoft does not answer (ClientConnectorError): let 127.0.0.1 through the firewall; "
        "without keys nothing from Teams is believed"
    )


@pytest.mark.parametrize("kind", ["http_500", "truncated"])
async def test_keys_that_cannot_be_had_are_a_fault(patient: TeamsPatient, kind: str) -> None:
    await patient.page.fault("GetKeys" if kind == "truncated" else "GetOpenId", kind)
    code, lines = await patient.examined()
    assert code == 1
    why = "unreadable" if kind == "truncated" else "http_500"
    assert f"signing keys: Microsoft does not answer ({why})" in line(lines, "signing keys:")
    assert line(lines, "AI committee:").startswith("ok "), "the rest is looked at all the same"


async def test_anonymous_is_for_trying_out(tmp_path: Path, sqlite_template: Path) -> None:
    nobody = {"app_id": "", "password": "", "tenant": "", "bot": "28:"}
    async with on_teams(tmp_path, sqlite_template, app=nobody) as patient:
        patient.secrets = {}
        patient.changes["teams"] = {"anonymous": True, "api_url": f"{patient.page.url}/teams"}
        code, lines = await patient.examined("committee")
    assert line(lines, " Teams app: ").startswith("warning  Teams app: nobody is asked who they are (teams.anonymous)")
    assert not any("signing keys" in one or "directory" in one for one in lines)
    assert line(lines, " people: ") == (
        "ok       people: 5 of the 5 named in the settings have been met in Teams, or are in one of its rooms"
    )
    assert line(lines, "trial post").startswith("ok ")
    assert code == 0


# --- people and rooms -------------------------------------------------------------------------------------------------


async def test_a_permission_that_is_not_granted_is_named(tmp_path: Path, sqlite_template: Path) -> None:
    granted = [one for one in CONSENTS if not one.startswith("TeamsAppInstallation")]
    async with on_teams(tmp_path, sqlite_template, app=consents(*granted)) as patient:
        code, lines = await patient.examined()
    assert line(lines, "directory:").startswith("ok ")
    assert line(lines, "installation:").startswith(
        "skipped  installation: TeamsAppInstallation.ReadWriteSelfForUser.All is not granted: without it an app setup"
    )
    assert code == 0


async def test_an_app_that_nobody_uploaded_is_missed(tmp_path: Path, sqlite_template: Path) -> None:
    app = consents(*CONSENTS) | {"in_catalogue": False}
    async with on_teams(tmp_path, sqlite_template, app=app) as patient:
        _, lines = await patient.examined()
    assert line(lines, "installation:") == (
        f"warning  installation: your catalogue has no app {id_of(APP)}: upload what `comitia manifest teams` writes "
        "(docs/teams.md, step 6)"
    )


async def test_whoever_is_in_no_room_is_known_once_they_were_met(tmp_path: Path, sqlite_template: Path) -> None:
    async with on_teams(tmp_path, sqlite_template, app=consents(), teams=teams(news=False)) as patient:
        zoe = Account(platform="teams", workspace=TENANT, user=aad(ZOE))
        async with recalling(load(patient.path, environ=patient.secrets)) as memories, memories.open_work() as work:
            entry = RosterEntry(email=address_of(ZOE), name="Zoé", locale="fr", zone=ZoneInfo("Europe/Paris"))
            await work.people.adopt_account(zoe, entry, present=True)
        _, lines = await patient.examined()
    assert line(lines, " people: ").startswith("ok       people: 5 of the 5 named")


async def test_a_guest_in_a_room_is_nobody_of_the_organisation(tmp_path: Path, sqlite_template: Path) -> None:
    everybody = [one | {"guest": one["mail"] == address_of(LUC)} for one in people()]
    async with on_teams(tmp_path, sqlite_template, app=consents(), people=everybody) as patient:
        _, lines = await patient.examined()
    assert line(lines, "cannot be found").startswith(
        "warning  people: luc.moreau@horizon.example (member) cannot be found in Teams: correct the address, have them "
    )


@pytest.mark.parametrize("cloud", ["public", "government"])
def test_whom_nobody_has_met_is_served_by_the_tenants_own_cloud(tmp_path: Path, cloud: str) -> None:
    tree = teams_yaml("", "x", teams={"app_id": APP, "tenant": TENANT, "cloud": cloud})
    settings = load(write_settings(tmp_path, tree), environ=environ())
    assert cloud_of(settings).serves(home_of(settings).service_url)


async def test_whoever_is_disabled_has_left(tmp_path: Path, sqlite_template: Path) -> None:
    everybody = [one | {"enabled": one["mail"] != address_of(PRIYA)} for one in people()]
    async with on_teams(tmp_path, sqlite_template, people=everybody) as patient:
        code, lines = await patient.examined()
    assert line(lines, "has left") == (
        "warning  people: priya.shah@horizon.example (deputy) has left Teams: name somebody else"
    )
    assert "3 of 3 who vote" in line(lines, "rituals.prioritisation")
    assert code == 0


async def test_whom_nobody_can_write_to_is_told_with_the_reason(tmp_path: Path, sqlite_template: Path) -> None:
    alone = people(without=[PRIYA, LUC])
    async with on_teams(
        tmp_path, sqlite_template, people=alone, teams=teams(committee=False, news=False), chats=[]
    ) as patient:
        assert (await patient.page.post("/page/block", who=aad(SAM)))["ok"]
        code, lines = await patient.examined()
    assert code == 1
    told = [one for one in lines if "cannot write" in one]
    assert told == [
        "warning  people: Comitia cannot write in Teams to priya.shah@horizon.example and luc.moreau@horizon.example "
        "(BotNotInConversationRoster): install the app for them, by a setup policy or by themselves (docs/teams.md, "
        "step 7)",
        "warning  people: Comitia cannot write in Teams to sam.taylor@horizon.example (ConversationBlockedByUser): "
        "have them unblock Comitia in Teams, or install it again",
    ]
    assert line(lines, "rituals.prioritisation").startswith(
        "fault    rituals.prioritisation: 1 of 4 who vote can be written to in Teams, the quorum is 2: "
    )
    assert line(lines, "AI committee:").startswith("fault    AI committee: the app is not in its team or chat (BotNot")


async def test_an_app_that_an_administrator_has_blocked_is_told_once(patient: TeamsPatient) -> None:
    assert (await patient.page.post("/sandbox/administer", disabled=True))["ok"]
    code, lines = await patient.examined()
    assert code == 1
    assert line(lines, " reach: ") == (
        "fault    reach: Teams refuses it (BotDisabledByAdmin): an administrator has blocked the app: allow it in the "
        "Teams admin centre, Manage apps"
    )


async def test_zeros_for_ids_are_faults_and_nobody_is_asked(patient: TeamsPatient) -> None:
    patient.changes = {"teams": {"app_id": LATER, "tenant": TENANT}}
    code, lines = await patient.examined()
    assert code == 1
    assert line(lines, "app_id") == (
        "fault    settings: teams.app_id still has zeros in place of the real one: docs/teams.md says where it is found"
    )
    assert line(lines, "skipped  teams") == "skipped  teams: with zeros for its ids there is nobody to ask"


async def test_slack_beside_teams_by_a_rooms_name_alone_is_worth_a_look(patient: TeamsPatient) -> None:
    patient.changes = {"rooms": {"committee": "board", "news": link(CHANNELS[NEWS], "AI news")}}
    _, lines = await patient.examined()
    assert line(lines, "as well").startswith(
        "warning  rooms.committee: a name without a link is a channel of Slack, so Comitia is at work on Slack as well:"
        " paste the link"
    )


async def test_a_link_to_no_channel_is_a_fault(patient: TeamsPatient) -> None:
    patient.changes = {"rooms": {"committee": link(CHANNELS[ROOM], "AI"), "gone": link("19:gone@thread.tacv2", "Gone")}}
    code, lines = await patient.examined("gone")
    assert code == 1
    assert line(lines, " Gone: ") == (
        "fault    Gone: there is no such channel or chat: copy its link anew (Copy link) into rooms.gone"
    )
    assert line(lines, "trial post").startswith("fault    trial post: Teams refuses it (ConversationNotFound): ")


# --- the trial post ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", ["news", "AI news", "Sam.Taylor@horizon.example"])
async def test_a_trial_post_is_shown_and_taken_back(patient: TeamsPatient, to: str) -> None:
    code, lines = await patient.examined(to)
    assert line(lines, "trial post") == f"ok       trial post: {to} was shown it, and it was taken back"
    assert code == 0
    counts = await patient.page.counts()
    assert (counts["posts_sent"], counts["deletes"]) == (1, 1)
    assert await patient.sees(SAM) == await patient.sees(SAM, NEWS) == []


async def test_a_trial_post_of_which_nothing_is_heard_may_still_be_there(patient: TeamsPatient) -> None:
    await patient.page.fault("SendToConversation", "reset", stored=True)
    code, lines = await patient.examined(address_of(SAM))
    assert code == 1
    assert line(lines, "trial post") == (
        "fault    trial post: Teams did not answer (ServerDisconnectedError), and it may still be there: look there, "
        "and try again"
    )
    assert len(await patient.sees(SAM)) == 1


async def test_in_a_rehearsal_the_trial_post_too_goes_to_the_one_person(patient: TeamsPatient) -> None:
    patient.changes = {"rehearsal": address_of(SAM)}
    await migrate_database(load(patient.path, environ=patient.secrets))
    await patient.page.fault("DeleteActivity", "http_500")
    code, lines = await patient.examined("committee")
    assert code == 1, "it could not be taken back, so that it can be read here"
    (told,) = await patient.sees(SAM)
    assert "Rehearsal, for AI committee" in told["summary"]
    assert await patient.sees(SAM, ROOM) == []
    assert line(lines, "rehearsal:").startswith("warning  rehearsal: everything goes to sam.taylor@horizon.example")


# --- both platforms ---------------------------------------------------------------------------------------------------


@asynccontextmanager
async def on_both(
    tmp_path: Path, template: Path, *, in_slack: Sequence[str], **tenant: Any
) -> AsyncIterator[TeamsPatient]:
    """The committee's room is in Teams, the news in Slack, where only some people are."""
    everybody = slack.workspace_config()["people"]
    there = [one for one in everybody if one["email"] in map(address_of, in_slack)]
    config = slack.workspace_config(people=there)
    config["app"]["scopes"] = sorted(SCOPES)
    config["channels"] = [one | {"members": "*"} for one in config["channels"]]
    async with on_teams(tmp_path, template, **tenant) as patient, running_workspace(config) as workspace:
        patient.secrets |= slack.environ()
        patient.changes = {
            "rooms": {"committee": link(CHANNELS[ROOM], "AI committee"), "news": "ai-news"},
            "slack": {"mode": "socket", "api_url": workspace.api_url},
        }
        yield patient


async def test_on_both_platforms_it_takes_one_of_them_to_be_known(tmp_path: Path, sqlite_template: Path) -> None:
    there = [one for one in people() if one["mail"] != address_of(ZOE)]
    async with on_both(tmp_path, sqlite_template, in_slack=[ZOE, SAM], people=there) as patient:
        assert (await patient.page.post("/page/block", who=aad(SAM)))["ok"]
        code, lines = await patient.examined(address_of(SAM))
    assert line(lines, "platforms:") == "ok       platforms: Slack and Teams"
    assert line(lines, "#ai-news:").startswith("ok ")
    assert line(lines, "AI committee:").startswith("ok ")
    assert "ok       people: 2 of the 5 named in the settings are among the 2 in Slack" in lines
    assert "ok       people: 4 of the 5 named in the settings are among the 4 in Teams" in lines
    assert not any("cannot write" in one for one in lines), "Sam is written to in Slack"
    assert "4 of 4 who vote can be written to in Slack or Teams" in line(lines, "rituals.prioritisation")
    trials = [one for one in lines if "trial post" in one]
    assert trials[0] == "ok       trial post: sam.taylor@horizon.example was shown it, and it was taken back"
    assert trials[1].startswith("fault    trial post: Teams refuses it (ConversationBlockedByUser): have them unblock ")
    assert code == 1


async def test_on_both_platforms_a_room_is_tried_where_it_is(tmp_path: Path, sqlite_template: Path) -> None:
    async with on_both(tmp_path, sqlite_template, in_slack=[ZOE]) as patient:
        for to in ("news", "committee"):
            _, lines = await patient.examined(to)
            assert [one for one in lines if "trial post" in one] == [
                f"ok       trial post: {to} was shown it, and it was taken back"
            ]
        code, lines = await patient.examined("hall")
    assert code == 1
    assert line(lines, "trial post") == (
        "fault    trial post: hall is nobody and no room: give the address of a Slack or Teams account, or one of "
        "committee (AI committee) and news (#ai-news), by either name"
    )
