"""What comes before Comitia is in Microsoft's Agents Playground; tests/browser sees it there."""

import json
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from bot.app.teams import home_of
from bot.demo import horizon, playground
from bot.demo.playground import CHANNEL, GROUP, NotThere
from bot.settings import load
from rituals.people import Role
from tests.missing import cannot_be_tried

SAM = horizon.PLAYED[0]

LISTENS = "require('http').createServer().listen(0, function () { console.log(this.address().address) })"


async def _why_not(directory: Path, *, client: Path, port: int = 0) -> str:
    with pytest.raises(NotThere) as why:
        async with playground.playing(directory, SAM, client=client, port=port):
            raise AssertionError("it was there")
    return why.value.why.key


async def test_without_node_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert await _why_not(tmp_path, client=Path(__file__)) == "command-playground-no-node"


async def test_without_the_playground_it_is_said_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _node_in(tmp_path, monkeypatch)
    assert await _why_not(tmp_path, client=tmp_path / "cli.js") == "command-playground-not-there"


async def test_a_port_that_is_taken_is_not_passed_over_for_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _node_in(tmp_path, monkeypatch)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert await _why_not(tmp_path, client=Path(__file__), port=port) == "command-workspace-port"


async def test_the_files_of_an_earlier_demo_are_not_taken_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _node_in(tmp_path, monkeypatch)
    (tmp_path / "comitia.sqlite").touch()
    assert await _why_not(tmp_path, client=Path(__file__)) == "command-playground-once"


@pytest.mark.parametrize("me", horizon.PLAYED, ids=lambda me: me.first)
def test_comitia_is_on_teams_alone_with_its_rooms_in_the_playground(tmp_path: Path, me: horizon.Character) -> None:
    file = tmp_path / "app.yaml"
    text = playground.settings(me, database=str(tmp_path / "db.sqlite"), api_url="http://127.0.0.1:1/")
    file.write_text(text, encoding="utf-8")
    settings = load(file, environ={})
    assert settings.platforms == ("teams",)
    assert {room.conversation for room in settings.rooms.values()} == {GROUP, CHANNEL}
    assert not settings.teams.dialogs
    assert home_of(settings).service_url == "http://127.0.0.1:1/"
    roles = next(entry.roles for entry in settings.roster() if entry.email == me.email)
    assert {Role.MEMBER, Role.CHANGE_MANAGER} <= roles


def test_the_playground_knows_six_people_of_horizon() -> None:
    config = playground.playground_config(SAM)
    people = [config["currentUser"], *config["users"]]
    cast = {person.email for person in horizon.CAST}
    assert len(config["users"]) == 5
    assert len({person["id"] for person in people}) == 6
    assert {person["email"] for person in people} <= cast


def test_the_playground_is_pinned_and_no_registry_is_named() -> None:
    lock = (playground.HERE / "package-lock.json").read_text(encoding="utf-8")
    packages = json.loads(lock)["packages"]
    [(name, pinned)] = [(name, one) for name, one in packages.items() if name]
    assert name == f"node_modules/{playground.PACKAGE}"
    assert packages[""]["dependencies"] == {playground.PACKAGE: pinned["version"]}
    assert pinned["integrity"].startswith("sha512-")
    assert "://" not in lock


def test_it_listens_on_this_machine_alone_and_goes_when_comitia_does() -> None:
    node = shutil.which("node")
    if node is None:
        cannot_be_tried("No Node.js here, so nobody saw where the Playground listens: apt-get install nodejs npm")
    before = Path(playground.__file__).with_name("loopback.cjs")
    # Whose standard input ends at once: as when whoever started it is gone.
    done = subprocess.run([node, "-r", before, "-e", LISTENS], input="", capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stdout.strip()) == (0, "127.0.0.1")


def _node_in(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    node = directory / "node"
    node.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(directory))
