"""What becomes of a command whose words cannot be printed, as it is typed in a shell."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CHECK = f"{shlex.quote(sys.executable)} -m bot check --config {shlex.quote(str(ROOT / 'app.yaml'))}"


def typed(rest: str, *, unbuffered: str, lang: str = "en_GB.UTF-8") -> subprocess.CompletedProcess[str]:
    environ = {"LANG": lang, "PATH": "/usr/bin:/bin", "PYTHONUNBUFFERED": unbuffered, "PYTHONPATH": str(ROOT)}
    told = ["bash", "-o", "pipefail", "-c", f"{CHECK} {rest}"]
    return subprocess.run(told, env=environ, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_is_told_in_one_line_and_ends_the_command_with_1(unbuffered: str) -> None:
    result = typed("> /dev/full", unbuffered=unbuffered)
    assert result.stderr == "What was to be printed could not be written (No space left on device).\n"
    assert result.returncode == 1
    french = typed("> /dev/full", unbuffered=unbuffered, lang="fr_FR.UTF-8").stderr
    assert french.startswith("Ce qui devait s’afficher n’a pas pu être écrit (")


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_where_nobody_is_to_hear_it_a_command_does_the_same_in_silence(closed: str, unbuffered: str) -> None:
    result = typed(closed, unbuffered=unbuffered)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_whoever_has_read_enough_is_told_nothing_more(unbuffered: str) -> None:
    assert typed("| head -1", unbuffered=unbuffered).stderr == ""
