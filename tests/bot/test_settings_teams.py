"""What is said of Teams in the settings: who Comitia is there, which rooms are there, and what is missing."""

from pathlib import Path

import pytest

from bot.settings import load_with_notes
from bot.settings_values import LATER, LATER_CHANNEL, Channel
from tests.bot.settings_files import BASE, BOT, FRENCH, TOKENS, faults, read

APP, TENANT = "0ab1c2d3-0000-4000-8000-00000000c0de", "7f3e0000-1111-4222-8333-444455556666"
LINK = "https://teams.microsoft.com/l/channel/19%3Aabc-1.2_3%40thread.tacv2/Actualit%C3%A9s%20IA?groupId=1&tenantId=2"
PASSWORD = {"COMITIA_TEAMS__APP_PASSWORD": "not-a-real~password"}
ON_TEAMS = f"teams:\n  app_id: {APP}\n  tenant: {TENANT}\n"
IN_TEAMS = BASE.replace("committee: comite-ia", f"committee: {LINK}")


def problems(directory: Path, text: str, environ: dict[str, str] | None = None) -> dict[str, str]:
    """What is wrong, by key: the sentence that says so."""
    return {fault.key: fault.problem.key for fault in faults(directory / "app.yaml", text, environ or {})}


def test_a_room_is_the_channel_whose_link_is_given(tmp_path: Path) -> None:
    found = read(tmp_path / "app.yaml", IN_TEAMS + ON_TEAMS, PASSWORD)
    assert found.rooms["committee"] == Channel("Actualités IA", "teams", "19:abc-1.2_3@thread.tacv2")
    assert (found.channels("teams"), found.channels("slack")) == ({"committee": "Actualités IA"}, {})
    assert found.organisation_rules().rooms == {"committee": "Actualités IA"}


def test_a_link_to_a_group_chat_is_a_room_too(tmp_path: Path) -> None:
    chat = "https://teams.microsoft.com/l/chat/19:0123abcd@thread.v2/conversations?context=x"
    found = read(tmp_path / "app.yaml", IN_TEAMS.replace(LINK, chat) + ON_TEAMS, PASSWORD)
    assert found.rooms["committee"] == Channel("19:0123abcd@thread.v2", "teams", "19:0123abcd@thread.v2")


@pytest.mark.parametrize(
    "link",
    [
        "https://teams.example/l/channel/19%3Aabc%40thread.tacv2/News",
        "https://teams.microsoft.com/l/team/19%3Aabc%40thread.tacv2/News",
        "https://teams.microsoft.com/l/channel/29%3Aabc/News",
        "http://teams.microsoft.com/l/channel/19%3Aabc%40thread.tacv2/News",
        "https://teams.microsoft.com/l/channel/19%3Aabc%2F..%2Fx%40thread.tacv2/News",
    ],
)
def test_what_is_no_link_of_teams_is_refused(tmp_path: Path, link: str) -> None:
    assert problems(tmp_path, IN_TEAMS.replace(LINK, link) + ON_TEAMS, PASSWORD)["rooms.committee"] == (
        "settings-not-teams-link"
    )


@pytest.mark.parametrize(
    ("text", "environ", "platforms"),
    [
        (BASE, TOKENS, ("slack",)),
        (BASE + ON_TEAMS, TOKENS | PASSWORD, ("slack", "teams")),
        (IN_TEAMS + ON_TEAMS, PASSWORD, ("teams",)),
        (IN_TEAMS + ON_TEAMS, TOKENS | PASSWORD, ("slack", "teams")),
        (IN_TEAMS + ON_TEAMS + "  identity: managed\n", {}, ("teams",)),
        (IN_TEAMS + "teams:\n  anonymous: true\n", {}, ("teams",)),
    ],
)
def test_it_is_at_work_where_it_has_rooms_or_is_somebody(
    tmp_path: Path, text: str, environ: dict[str, str], platforms: tuple[str, ...]
) -> None:
    found = read(tmp_path / "app.yaml", text, environ)
    assert found.platforms == platforms
    assert found.missing_secrets() == ()


@pytest.mark.parametrize(
    ("text", "environ", "key", "problem"),
    [
        (IN_TEAMS + ON_TEAMS, {}, "COMITIA_TEAMS__APP_PASSWORD", "settings-teams-secret-needed"),
        (BASE + ON_TEAMS, PASSWORD, "COMITIA_SLACK__BOT_TOKEN", "settings-secret-needed"),
        (IN_TEAMS, TOKENS, "rooms.committee", "settings-teams-unknown"),
        (IN_TEAMS + f"teams:\n  app_id: {APP}\n", PASSWORD, "teams.tenant", "settings-key-missing"),
        (IN_TEAMS + "teams:\n  app_id: comitia\n", PASSWORD, "teams.app_id", "settings-not-uuid"),
        (IN_TEAMS + ON_TEAMS + "  anonymous: true\n", PASSWORD, "teams.anonymous", "settings-anonymous-id"),
        (
            IN_TEAMS + "teams:\n  anonymous: true\nweb:\n  host: 0.0.0.0\n",
            {},
            "teams.anonymous",
            "settings-anonymous-open",
        ),
        (IN_TEAMS + ON_TEAMS + "  posts_per_second: 80\n", PASSWORD, "teams.posts_per_second", "settings-more"),
    ],
)
def test_what_is_missing_or_at_odds_is_named_with_its_key(
    tmp_path: Path, text: str, environ: dict[str, str], key: str, problem: str
) -> None:
    assert problems(tmp_path, text, environ).get(key) == problem


def test_the_password_is_never_taken_from_the_file_nor_shown(tmp_path: Path) -> None:
    secret = "hunter2~hunter2~hunter2"
    found = faults(tmp_path / "app.yaml", IN_TEAMS + ON_TEAMS + f"  app_password: {secret}\n", {})
    assert "teams.app_password" in {fault.key for fault in found}
    assert secret not in "".join(map(repr, found))
    settings = read(tmp_path / "app.yaml", IN_TEAMS + ON_TEAMS, {"COMITIA_TEAMS__APP_PASSWORD": secret})
    assert secret not in repr(settings)


NO_LINK = f"https://teams.microsoft.com/l/channel/{LATER_CHANNEL}/committee"


def test_zeros_for_ids_are_good_to_look_at_and_not_to_run(tmp_path: Path) -> None:
    text = IN_TEAMS.replace(LINK, NO_LINK) + ON_TEAMS.replace(APP, LATER).replace(TENANT, LATER)
    zeros = ("teams.app_id", "teams.tenant", "rooms.committee")
    assert problems(tmp_path, text, PASSWORD) == dict.fromkeys(zeros, "settings-zeros")
    found, _ = load_with_notes(tmp_path / "app.yaml", environ={}, need_secrets=False)
    assert found.missing_ids() == zeros
    assert read(tmp_path / "app.yaml", IN_TEAMS + ON_TEAMS, PASSWORD).missing_ids() == ()


def noted(tmp_path: Path, text: str, environ: dict[str, str]) -> list[tuple[str, str]]:
    """What is worth a look: its key, and the sentence."""
    (tmp_path / "app.yaml").write_text(text, encoding="utf-8")
    _, notes = load_with_notes(tmp_path / "app.yaml", environ=environ, need_secrets=False)
    assert all(note.said(FRENCH) != str(note) for note in notes)
    return [(note.key, note.problem.key) for note in notes]


ON_SLACK_BY_TOKEN = ("COMITIA_SLACK__BOT_TOKEN", "settings-slack-by-token")
ON_SLACK_BY_ROOM = ("rooms.committee", "settings-slack-by-room")


@pytest.mark.parametrize(
    ("text", "environ", "expected"),
    [
        (IN_TEAMS + ON_TEAMS, {"COMITIA_SLACK__BOT_TOKEN": BOT}, [ON_SLACK_BY_TOKEN]),
        (BASE + ON_TEAMS, {}, [ON_SLACK_BY_ROOM]),
        (IN_TEAMS.replace("rooms:", "rooms:\n  news: news") + ON_TEAMS, {}, [("rooms.news", ON_SLACK_BY_ROOM[1])]),
    ],
)
def test_slack_beside_teams_by_a_token_or_a_name_alone_is_worth_a_look(
    tmp_path: Path, text: str, environ: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    assert noted(tmp_path, text, environ) == expected


@pytest.mark.parametrize(
    ("text", "environ"),
    [
        (IN_TEAMS + ON_TEAMS, {}),
        (BASE + ON_TEAMS, TOKENS),  # a room and a token: that is meant
        (BASE + ON_TEAMS + "slack:\n  mode: socket\n", {}),
        (IN_TEAMS + ON_TEAMS + "slack:\n  mode: socket\n", TOKENS),
        (BASE + ON_TEAMS, {"COMITIA_SLACK__MODE": "http"}),
        (BASE, TOKENS),
    ],
)
def test_slack_that_is_meant_is_not(tmp_path: Path, text: str, environ: dict[str, str]) -> None:
    assert noted(tmp_path, text, environ) == []
