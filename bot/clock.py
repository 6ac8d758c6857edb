"""The wall clock, and the sleep of whoever waits for it."""

import asyncio
from datetime import UTC, datetime


class WallClock:
    """Answers `rituals.ports.Clock` with the machine's own time."""

    def now(self) -> datetime:
        """This moment, aware UTC."""
        return datetime.now(UTC)

    async def sleep_until(self, moment: datetime) -> None:
        """Returns once the moment has come. Sleeps in short turns, so that a clock that jumps is noticed."""
        while (left := (moment - self.now()).total_seconds()) > 0:  # noqa: ASYNC110  (time gives no event)
            await asyncio.sleep(min(left, 30.0))
