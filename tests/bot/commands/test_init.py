"""`comitia init` writes settings that `comitia check` takes, in French and in English, asked or told."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.cli import cli
from bot.commands import init
from bot.settings import load
from bot.settings_values import LATER, LATER_CHANNEL
from rituals.people import Role

APP = "c0c0c0c0-0000-4000-8000-00000000000c"
FLAGS = ("--name", "Horizon", "--chair", "nadia@horizon.example", "--members", "sam@horizon.example")

ANSWERS = (
    "en",
    "",
    "Horizon",
    "",
    "Europe/Pari",  # a slip, asked again
    "Europe/London",
    "GB-ENG",
    "#ai-board",
    "",
    "nadia",  # a slip
    "Nadia@Horizon.example",
    "priya@horizon.example, sam@horizon.example",
    "none",
    "luc@horizon.example",
    "",
    "",
    "sometimes",  # a slip
    "last thu",
    "9h30",
    "pulse",
)


def typed(path: Path, *arguments: str, answers: str = "", **environ: str) -> Any:
    return CliRunner().invoke(
        cli, ["init", "--config", str(path), *arguments], input=answers, env={"LANG": "C", "TZ": "", **environ}
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "app.yaml"


def test_what_is_asked_and_answered_is_what_is_written(path: Path) -> None:
    result = typed(path, answers="\n".join(ANSWERS) + "\n")
    assert result.exit_code == 0, result.output
    assert "“Europe/Pari” cannot be used. Write it as Europe/Paris." in result.output
    assert "“nadia” cannot be used. Write one e-mail address" in result.output
    assert "“sometimes” cannot be used." in result.output
    found = load(path, environ={}, need_secrets=False)
    assert (found.organisation.name, found.organisation.locale) == ("Horizon", "en")
    assert (str(found.organisation.zone), found.organisation.holidays) == ("Europe/London", ("GB-ENG",))
    assert found.channels("slack") == {"committee": "ai-board", "everybody": "ai-for-everybody"}
    assert {person.email: person.roles for person in found.people} == {
        "nadia@horizon.example": (Role.CHAIR, Role.ADMIN),
        "priya@horizon.example": (Role.DEPUTY,),
        "sam@horizon.example": (Role.DEPUTY,),
        "luc@horizon.example": (Role.MEMBER,),
    }
    assert set(found.rituals) == {"committee", "pulse"}
    assert found.rituals["committee"].when == "last thu"
    commands = [line.strip() for line in result.output.splitlines() if "comitia" in line and "--config" in line]
    assert commands == [
        f"1. comitia check --config {path}",
        f"2. comitia manifest slack --config {path}",
        f"3. comitia migrate --config {path}",
        f"4. comitia doctor --config {path}",
        f"5. comitia run --config {path} --rehearse nadia@horizon.example",
        f"comitia workspace --config {path}",
    ]


@pytest.mark.parametrize(
    ("lang", "room", "when", "zone", "holidays", "words"),
    [
        ("fr_FR.UTF-8", "comite-ia", "1er mardi", "Europe/Paris", ("FR",), "Qui joue un rôle"),
        ("en_GB.UTF-8", "ai-committee", "1st tue", "Europe/London", ("GB",), "Who plays a part"),
    ],
)
def test_with_yes_nothing_is_asked_and_the_language_of_the_machine_decides(
    path: Path, lang: str, room: str, when: str, zone: str, holidays: tuple[str, ...], words: str
) -> None:
    result = typed(path, "--yes", *FLAGS, LANG=lang)
    assert result.exit_code == 0, result.output
    found = load(path, environ={}, need_secrets=False)
    assert found.channels("slack")["committee"] == room
    assert found.rituals["committee"].when == when
    assert (str(found.organisation.zone), found.organisation.holidays) == (zone, holidays)
    assert words in path.read_text(encoding="utf-8")
    assert set(found.rituals) == {"committee", "pulse", "adoption", "review"}, "a letter would have no reader"


LINK = "https://teams.microsoft.com/l/channel/19%3Aboard%40thread.tacv2/AI%20board?groupId=1&tenantId=2"
ROOMS = ("--committee-room", LINK, "--everybody-room", LINK.replace("board", "everybody"))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_on_teams_the_file_says_who_we_are_there_and_never_a_secret(path: Path, language: str) -> None:
    environ = {"COMITIA_TEAMS__APP_PASSWORD": "verysecret"}
    given = ("--platform", "teams", "--app-id", APP.upper(), *ROOMS, "--language", language)
    result = typed(path, "--yes", *FLAGS, *given, **environ)
    assert result.exit_code == 0, result.output
    found, text = load(path, environ={}, need_secrets=False), path.read_text(encoding="utf-8")
    assert found.platforms == ("teams",)
    assert (found.teams.app_id, found.teams.tenant) == (APP, LATER)
    assert found.missing_secrets() == ("COMITIA_TEAMS__APP_PASSWORD",)
    assert "verysecret" not in text
    assert "COMITIA_TEAMS__APP_PASSWORD" in text
    assert "slack" not in text.casefold()
    assert max(map(len, text.splitlines())) <= 120 + len(LINK)
    assert f"comitia manifest teams --config {path}" in result.output
    assert "docs/teams.md" in result.output
    assert "manifest slack" not in result.output
    assert "comitia workspace" not in result.output, "that one is Slack's"


def test_on_both_a_room_is_on_either_and_each_gets_its_section(path: Path) -> None:
    answers = ["en", "both", "Horizon", "", "", "", "", APP, "ai-board", LINK, "nadia@horizon.example"]
    result = typed(path, answers="\n".join([*answers, *("" for _ in range(9))]))
    assert result.exit_code == 0, result.output
    found = load(path, environ={}, need_secrets=False)
    assert found.platforms == ("slack", "teams")
    assert found.channels("slack") == {"committee": "ai-board"}
    assert found.channels("teams") == {"everybody": "AI board"}
    assert (found.teams.app_id, found.teams.tenant) == (LATER, APP)
    for command in ("manifest slack", "manifest teams", "workspace"):
        assert f"comitia {command} --config {path}" in result.output


def test_on_teams_a_name_is_no_link(path: Path) -> None:
    refused = typed(path, "--yes", *FLAGS, "--platform", "teams", "--committee-room", "ai-board")
    assert refused.exit_code == 2
    assert "Copy link" in re.sub(r"\W+", " ", refused.output)
    assert not path.exists()


@pytest.mark.parametrize("none", ["", "none"])
def test_on_teams_ids_and_links_may_come_later(path: Path, none: str) -> None:
    answers = ["en", "teams", "Horizon", "", "", "", *([none] * 4), "nadia@horizon.example"]
    result = typed(path, answers="\n".join([*answers, *("" for _ in range(9))]))
    assert result.exit_code == 0, result.output
    found = load(path, environ={}, need_secrets=False)
    assert found.platforms == ("teams",)
    assert found.missing_ids() == ("teams.app_id", "teams.tenant", "rooms.committee", "rooms.everybody")
    assert found.channels("teams") == {"committee": "committee", "everybody": "everybody"}
    assert {room.conversation for room in found.rooms.values()} == {LATER_CHANNEL}
    package = re.search(r"comitia manifest teams .*\n +(.*)", result.output)
    assert package is not None
    assert package[1].startswith("once the bot’s app id stands in the file in place of the zeros: ")


def test_an_answer_that_nobody_can_do_without_is_asked_for_again_with_the_reason(path: Path) -> None:
    result = typed(path, answers="\n".join(["en", "", "", "Horizon", *("" for _ in range(5)), "", "nadia@x.example"]))
    assert result.output.count("An answer is needed here. One line of text.") == 1
    assert result.output.count("An answer is needed here. Write one e-mail address") == 1
    french = typed(path, answers="fr\n\n\nHorizon\n").output
    assert "Il faut une réponse ici. Une ligne de texte." in french


def test_the_zone_of_the_machine_is_offered(path: Path) -> None:
    assert typed(path, "--yes", *FLAGS, TZ="America/Toronto").exit_code == 0
    found = load(path, environ={}, need_secrets=False)
    assert (str(found.organisation.zone), found.organisation.holidays) == ("America/Toronto", ("CA",))


def test_with_change_managers_there_is_a_weekly_letter(path: Path) -> None:
    assert typed(path, "--yes", *FLAGS, "--change-managers", "tom@horizon.example").exit_code == 0
    assert "digest" in load(path, environ={}, need_secrets=False).rituals


def test_without_change_managers_the_file_says_how_a_letter_is_added(path: Path) -> None:
    assert typed(path, "--yes", *FLAGS).exit_code == 0
    text = path.read_text(encoding="utf-8")
    assert "give somebody the role change_manager" in text
    added = text.replace("  # digest: {", "  digest: {").replace("roles: [chair", "roles: [change_manager, chair")
    path.write_text(added, encoding="utf-8")
    assert "digest" in load(path, environ={}, need_secrets=False).rituals


@pytest.mark.parametrize("missing", ["name", "chair"])
def test_what_nobody_can_guess_must_be_given(path: Path, missing: str) -> None:
    at = FLAGS.index(f"--{missing}")
    result = typed(path, "--yes", *FLAGS[:at], *FLAGS[at + 2 :])
    assert result.exit_code == 1
    assert f"--{missing} is needed" in result.output
    assert not path.exists()


def test_a_file_that_is_there_is_replaced_only_by_force(path: Path) -> None:
    path.write_text("precious", encoding="utf-8")
    result = typed(path, "--yes", *FLAGS)
    assert (result.exit_code, path.read_text(encoding="utf-8")) == (1, "precious")
    assert "--force" in result.output
    assert typed(path, "--yes", "--force", *FLAGS).exit_code == 0
    assert "Horizon" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--zone", "Mars/Olympus"),
        ("--holidays", "ZZ"),
        ("--chair", "a@x.example, b@x.example"),
        ("--committee-room", "My Room"),
        ("--when", "sometimes"),
        ("--at", "25:00"),
        ("--rituals", "dance"),
        ("--locale", "de"),
        ("--platform", "irc"),
        ("--committee-room", "https://teams.microsoft.com/l/channel/19%3Aboard%40thread.tacv2/AI"),
    ],
)
def test_an_option_that_cannot_be_used_is_refused_and_nothing_is_written(path: Path, option: str, value: str) -> None:
    result = typed(path, "--yes", *FLAGS, option, value)
    assert result.exit_code == 2
    assert option in result.output
    assert not path.exists()


def test_what_is_good_alone_and_wrong_together_is_not_written(path: Path) -> None:
    result = typed(path, "--yes", *FLAGS, "--at", "23:59")
    assert result.exit_code == 1
    assert "ballots close (23:59) no later than they open (23:59)" in result.output
    assert not path.exists()


def test_what_stops_it_is_told_in_french_where_the_terminal_speaks_french(path: Path) -> None:
    missing = typed(path, "--yes", "--name", "Horizon", LANG="fr_FR.UTF-8")
    assert missing.exit_code == 1
    assert "Il faut --chair\u00a0: personne ne peut le deviner. Rien n’a été écrit." in missing.output
    together = ("--language", "fr", "--at", "23:59")
    refused = typed(path, "--yes", *FLAGS, *together)
    assert refused.exit_code == 1
    assert "les votes ferment (23:59) au plus tard quand ils s’ouvrent (23:59)" in refused.output
    assert "Rien n’a été écrit." in refused.output
    path.write_text("", encoding="utf-8")
    assert "existe déjà et reste tel quel" in typed(path, "--yes", *FLAGS, LANG="fr_FR.UTF-8").output


def test_what_stops_it_is_told_in_the_language_that_was_chosen(path: Path) -> None:
    missing = typed(path, "--yes", "--language", "fr", LANG="en_GB.UTF-8")
    assert "Il faut --name\u00a0: personne ne peut le deviner." in missing.output
    path.write_text("", encoding="utf-8")
    assert "existe déjà" in typed(path, "--yes", *FLAGS, "--language", "fr", LANG="en_GB.UTF-8").output
    assert "is there already" in typed(path, "--yes", *FLAGS, "--language", "de", LANG="en_GB.UTF-8").output


def test_whoever_stops_in_the_middle_is_told_so_in_the_language_they_chose(path: Path) -> None:
    result = typed(path, answers="fr\n")
    assert result.exit_code == 1
    assert result.output.endswith("\nRien n’a été écrit.\n")
    assert "Abort" not in result.output
    assert not path.exists()


def test_no_secret_is_in_it_whatever_the_environment_holds(path: Path) -> None:
    secret = "xoxb-1-2-verysecret"
    assert typed(path, "--yes", *FLAGS, COMITIA_SLACK__BOT_TOKEN=secret).exit_code == 0
    assert "verysecret" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_its_comments_keep_to_the_page_and_the_example_can_be_put_in_force(path: Path, language: str) -> None:
    assert typed(path, "--yes", *FLAGS, "--language", language).exit_code == 0
    text = path.read_text(encoding="utf-8")
    assert max(map(len, text.splitlines())) <= 120
    example = re.sub(r"^# (initiatives:|  - key:|    \w+: .*)", r"\1", text, flags=re.MULTILINE)
    path.write_text(example, encoding="utf-8")
    assert [one.key for one in load(path, environ={}, need_secrets=False).initiatives] == ["claims-triage"]
    rehearsed = re.sub(r"^# (rehearsal: .*)", r"\1", text, flags=re.MULTILINE)
    path.write_text(rehearsed, encoding="utf-8")
    assert load(path, environ={}, need_secrets=False).rehearsal == "nadia@horizon.example"


NAMES = st.text(alphabet=st.characters(exclude_categories=("C", "Z"), include_characters=" "), min_size=1, max_size=60)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(name=NAMES.filter(str.strip))
def test_whatever_an_organisation_is_called_it_is_called_so_in_the_settings(tmp_path: Path, name: str) -> None:
    path, out = tmp_path / "app.yaml", StringIO()
    asked: dict[str, str | None] = {"name": name, "chair": "a@x.example", "members": "b@x.example"}
    assert init.run(path, given=asked, yes=True, force=True, environ={}, out=out) == 0, out.getvalue()
    assert load(path, environ={}, need_secrets=False).organisation.name == name.strip()
