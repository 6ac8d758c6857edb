"""The files of the demo, taken in week by week beside the running Comitia, as whoever keeps them would."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

from bot.commands import import_
from bot.demo import records
from bot.settings import Settings, load

MONDAY_MORNING = time(5, 0)
"""When the week's files come in (UTC)."""


class NotTakenIn(RuntimeError):
    """A file was refused; the message says where and why."""


@lru_cache(maxsize=1)
def _settings(config: Path) -> Settings:
    return load(config, environ={}, need_secrets=False)


async def take_in(kind: str, path: Path, *, config: Path, at: datetime) -> None:
    """`comitia import KIND PATH`, at a moment of the workspace's clock. Raises NotTakenIn."""
    out = io.StringIO()
    if await import_.bring_in(kind, path, _settings(config), at=at, out=out, err=out):
        raise NotTakenIn(out.getvalue())


class Intake:
    """Takes in the files every Monday morning from `first` on."""

    def __init__(self, files: Path, *, config: Path, first: date) -> None:
        self._files = files
        self._config = config
        self._next = datetime.combine(first, MONDAY_MORNING, UTC)

    @property
    def next_at(self) -> float:
        """When the next files come in (epoch seconds)."""
        return self._next.timestamp()

    async def act(self, now: float) -> int:
        """Takes in what is due by `now`; how many weeks it was. Raises NotTakenIn."""
        done = 0
        while self.next_at <= now:
            await take_in_week(
                self._files, after=self._next.date() - timedelta(weeks=1), config=self._config, at=self._next
            )
            self._next += timedelta(weeks=1)
            done += 1
        return done


async def take_in_week(files: Path, *, after: date, config: Path, at: datetime) -> None:
    """Takes in what the growing files tell of the days from `after` on, those before the day of `at`.

    Raises NotTakenIn.
    """
    for kind in records.DATED:
        part = files / f"{kind}-{at.date().isoformat()}.csv"
        if records.cut(files, kind, after=after, until=at.date(), into=part):
            await take_in(kind, part, config=config, at=at)
        part.unlink()
