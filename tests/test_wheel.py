"""The wheel works where the repository is not."""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def ran(*command: str, cwd: Path) -> str:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("COMITIA_", "PYTHON"))}
    done = subprocess.run(command, cwd=cwd, env=environ, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel alone in an environment of its own, which borrows this one's dependencies."""
    place = tmp_path_factory.mktemp("wheel")
    ran(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(place), str(ROOT), cwd=place)
    venv.create(place / "venv", with_pip=False)
    [wheel] = place.glob("comitia-*.whl")
    target = next((place / "venv" / "lib").glob("python3.*")) / "site-packages"
    install = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile")
    ran(*install, "--target", str(target), str(wheel), cwd=place)
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
    )
    ran(str(installed / "venv/bin/python"), "-c", code, cwd=installed)


def test_an_installed_comitia_migrates_a_database_and_checks_settings(installed: Path) -> None:
    (installed / "app.yaml").write_text((ROOT / "app.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    python = str(installed / "venv/bin/python")
    assert "(fr, Europe/Paris)" in ran(python, "-m", "bot", "check", cwd=installed)
    ran(python, "-m", "bot", "migrate", cwd=installed)
    ran(python, "-m", "bot", "migrate", cwd=installed)
    assert (installed / "comitia.sqlite").exists()


def test_an_installed_demo_runs(installed: Path) -> None:
    said = ran(
        str(installed / "venv/bin/python"),
        "-m",
        "bot",
        "demo",
        "--headless",
        "--weeks",
        "1",
        "--history",
        "1",
        "--json",
        cwd=installed,
    )
    assert json.loads(said)["posts_sent"] > 10
