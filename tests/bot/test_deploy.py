"""What is deployed: the image is built of files that exist, and its commands are ones that Comitia has."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import cli
from tests.missing import cannot_be_tried

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "deploy" / "comitia.service"


def instructions() -> list[tuple[str, str]]:
    """(instruction, what follows) of the Dockerfile, continued lines joined."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = (line.strip() for line in text.splitlines())
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in lines if line and line[0] != "#"]


def test_all_that_the_image_is_built_of_exists_and_reaches_the_builder() -> None:
    copied = [
        source
        for name, rest in instructions()
        if name == "COPY" and not rest.startswith("--from")
        for source in rest.split()[:-1]
    ]
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert copied
    for source in copied:
        assert (ROOT / source).exists(), source
        assert f"!{source}" in ignored, f"{source} does not reach the builder"


def test_the_image_runs_as_nobody_in_particular_and_stops_as_systemd_does() -> None:
    last = dict(instructions())
    assert last["USER"] == "10001:10001"
    assert last["STOPSIGNAL"] == "SIGTERM"


def test_the_probe_of_the_image_is_python_that_compiles() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    found = re.search(r'CMD \["python", "-c", "(.*?)"\]', text)
    assert found is not None
    compile(found.group(1), "HEALTHCHECK", "exec")
    assert "/healthz" in found.group(1)


def test_what_image_and_unit_start_is_a_command_of_comitia() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert 'ENTRYPOINT ["comitia"]\nCMD ["run"]' in text
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(UNIT, encoding="utf-8")
    assert unit["Service"]["ExecStart"].endswith("/comitia run")
    assert CliRunner().invoke(cli, ["run", "--help"]).exit_code == 0


def units() -> dict[str, str]:
    """The unit as it comes, for Slack, and as docs/teams.md would have it for Teams alone."""
    slack = UNIT.read_text(encoding="utf-8")
    before, _, rest = slack.partition("# Slack\n")
    _, _, teams = rest.partition("# Teams\n")
    return {"slack": slack, "teams": before + re.sub(r"^#(?=LoadCredential|Environment)", "", teams, flags=re.M)}


def test_for_teams_alone_no_token_of_slack_is_left_in_the_unit() -> None:
    named = {platform: re.findall(r"^LoadCredential=(\w+)", text, re.M) for platform, text in units().items()}
    assert named == {"slack": ["bot", "app"], "teams": ["teams"]}
    given = re.findall(r"^Environment=(.*)", units()["teams"], re.M)
    assert given == ["COMITIA_TEAMS__APP_PASSWORD_FILE=%d/teams"]
    assert units()["teams"].partition("ExecStart")[2] == units()["slack"].partition("ExecStart")[2]


@pytest.mark.parametrize("platform", ["slack", "teams"])
def test_systemd_finds_no_fault_with_the_unit(tmp_path: Path, platform: str) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        cannot_be_tried("No systemd-analyze here, so nothing examined the unit: apt-get install systemd")
    copy = tmp_path / UNIT.name
    copy.write_text(units()[platform].replace("/srv/comitia/.venv/bin/comitia", "/bin/true"), encoding="utf-8")
    told = subprocess.run([analyze, "verify", str(copy)], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (0, "")
