"""`make soak`: the long proofs in full; progress on stderr, figures as JSON on stdout."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from dataclasses import asdict
from functools import partial
from pathlib import Path

from tests.conftest import pytest_configure
from tests.crashes.grounds import TEAMS
from tests.databases import Postgres, migrated, running_postgres
from tests.soak.long_wave import wave
from tests.soak.storm import Weather, storm
from tests.soak.teams_wave import wave_on_teams


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


def _made(place: str, name: str) -> Path:
    directory = Path(place) / name
    directory.mkdir()
    return directory


def main() -> int:
    """Runs what is asked for (all of it, if nothing is); 1 where something was lost or said twice."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument(
        "parts", nargs="*", choices=["one", "two", "wave", "teams", []], help="which proofs; all by default"
    )
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--wave", type=int, default=50_000)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--weeks", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    parts = given.parts or ["one", "two", "wave", "teams"]
    pytest_configure()
    weather = Weather(kills=given.kills, kill_after=(1.0, 6.0))
    rage = partial(storm, people=given.people, seed=given.seed, weeks=given.weeks, weather=weather, told=_say)
    figures: dict[str, object] = {}
    well = True
    with tempfile.TemporaryDirectory(prefix="comitia-soak-") as place:
        if "one" in parts:
            _say(f"{given.people} people, one process on SQLite, {weather}")
            directory = _made(place, "one")
            migrated(f"sqlite:///{directory / 'comitia.sqlite'}")
            told = asyncio.run(rage(directory, directory / "comitia.sqlite"))
            figures["one process, SQLite"] = asdict(told)
            well = well and told.well
        if "two" in parts:
            _say(f"{given.people} people, two processes on PostgreSQL, {weather}")
            with running_postgres() as (connection, socket):
                told = asyncio.run(rage(_made(place, "two"), Postgres(connection, socket).url, replicas=2))
            figures["two processes, PostgreSQL"] = asdict(told)
            well = well and told.well
        if "wave" in parts:
            _say(f"a wave of {given.wave} at 300 a minute")
            moods = {given.wave // 5: 30.0, given.wave * 3 // 5: 2.5}
            sent = asyncio.run(wave(_made(place, "wave"), given.wave, moods=moods))
            figures["long wave"] = asdict(sent)
            well = well and sent.well
        if "teams" in parts:
            _say(f"on Teams {given.people} people, one process on SQLite, {weather}")
            directory = _made(place, "storm")
            migrated(f"sqlite:///{directory / 'comitia.sqlite'}")
            told = asyncio.run(rage(directory, directory / "comitia.sqlite", ground=TEAMS))
            figures["one process on Teams, SQLite"] = asdict(told)
            well = well and told.well
            people, to_a_room = given.wave // 5, 200
            _say(f"on Teams a wave of {people} to people never met, and {to_a_room} posts to one room")
            for name, sending in {
                "wave on Teams": wave_on_teams(_made(place, "teams"), people=people),
                "room on Teams": wave_on_teams(_made(place, "room"), to_a_room=to_a_room),
            }.items():
                heard = asyncio.run(sending)
                figures[name] = asdict(heard)
                well = well and heard.well
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
