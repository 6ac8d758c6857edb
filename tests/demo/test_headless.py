"""The headless demo, as anybody runs it: the same figures for the same seed, and none lost to SIGKILL."""

import asyncio
import json
import sys
from typing import Any

import pytest

COUNTED_AS_THEY_COME = {"posts_sent", "edits", "kills"}  # edits coalesce


async def played(*arguments: str) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "demo",
        "--headless",
        "--json",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()[-2000:]
    return dict(json.loads(out))


def figures(run: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in run.items() if name not in COUNTED_AS_THEY_COME}


@pytest.mark.xdist_group("headless")
async def test_killing_comitia_at_random_moments_changes_no_figure_and_doubles_no_message() -> None:
    calm, killed = await asyncio.gather(
        played("--weeks", "2", "--seed", "7", "--history", "1"),
        played("--weeks", "2", "--seed", "7", "--history", "1", "--kills", "4"),
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
