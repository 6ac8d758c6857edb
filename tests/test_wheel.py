"""The wheel works where the repository is not: its demo, as anybody runs it, and one that is killed tell the same."""

import asyncio
import json
import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("headless")

ROOT = Path(__file__).parent.parent
COUNTED_AS_THEY_COME = {"posts_sent", "edits", "chats", "kills", "perhaps"}  # edits coalesce


def ran(*command: str, cwd: Path) -> str:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("COMITIA_", "PYTHON"))}
    done = subprocess.run(command, cwd=cwd, env=environ, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel alone in an environment of its own, which borrows this one's dependencies."""
    place = tmp_path_factory.mktemp("wheel")
    venv.create(place / "venv", with_pip=False)
    target = next((place / "venv" / "lib").glob("python3.*")) / "site-packages"
    # Given the sources pip makes a wheel of them first, and installs that.
    install = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps")
    ran(*install, "--no-compile", "--target", str(target), str(ROOT), cwd=place)
    borrowed = next(path for path in sys.path if path.endswith("site-packages"))
    # Named after the wheel's own folder in the search order, so that ours wins over the repository's editable install.
    (target / "borrowed.pth").write_text(f"{borrowed}\n", encoding="utf-8")
    return place


def test_the_wheel_brings_catalogues_migrations_and_the_workspaces_page(installed: Path) -> None:
    code = (
        "import bot, storage; from importlib.resources import files; import pathlib\n"
        "assert 'venv' in bot.__file__ and 'venv' in storage.__file__, bot.__file__\n"
        "from bot.i18n.translator import catalogue; catalogue('fr'); catalogue('en')\n"
        "assert (files('bot.sandbox') / 'page' / 'index.html').is_file()\n"
        "assert (files('storage') / 'migrations' / 'env.py').is_file()\n"
        "from bot.platforms.teams.package import drawn; assert drawn('color') and drawn('outline')\n"
    )
    ran(str(installed / "venv/bin/python"), "-c", code, cwd=installed)


def test_an_installed_comitia_migrates_a_database_and_checks_settings(installed: Path) -> None:
    (installed / "app.yaml").write_text((ROOT / "app.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    python = str(installed / "venv/bin/python")
    assert "(fr, Europe/Paris)" in ran(python, "-m", "bot", "check", cwd=installed)
    ran(python, "-m", "bot", "migrate", cwd=installed)
    assert (installed / "comitia.sqlite").exists()


def played(python: Path | str, *arguments: str, cwd: Path) -> dict[str, Any]:
    """Two weeks of the demo; what it says at the end."""
    weeks = ("--weeks", "2", "--seed", "7", "--history", "1")
    return dict(json.loads(ran(str(python), "-m", "bot", "demo", "--headless", "--json", *weeks, *arguments, cwd=cwd)))


def figures(run: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in run.items() if name not in COUNTED_AS_THEY_COME}


async def test_killing_comitia_at_random_moments_changes_no_figure_of_an_installed_one_and_doubles_no_message(
    installed: Path,
) -> None:
    calm, killed = await asyncio.gather(
        asyncio.to_thread(played, installed / "venv/bin/python", cwd=installed),
        asyncio.to_thread(played, sys.executable, "--kills", "3", cwd=ROOT),
    )
    assert killed["kills"] >= 1
    assert figures(killed) == figures(calm)
    assert calm["committees_held"] == 1
    assert calm["ballots"] == calm["decisions"] == 5
    assert calm["votes"] > 30
    assert calm["duplicates"] == calm["errors"] == 0
    assert calm["posts_sent"] > 20
    assert calm["pulses_sent"] > 20
    assert 0 < calm["pulses_answered"] < calm["pulses_sent"]
    assert calm["response_rate"]["x"] == calm["pulses_answered"]
    assert calm["digests_delivered"] == 4
    adoption = {one["key"]: one["adoption"] for one in calm["initiatives"]}
    assert (adoption["claims-assistant"]["x"], adoption["claims-assistant"]["n"]) == (9, 75)
