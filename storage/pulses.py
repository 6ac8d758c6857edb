"""Pulses: waves, invitations, sealed replies and answers."""

from sqlalchemy.ext.asyncio import AsyncConnection


class SqlPulses:
    """Answers `rituals.ports.pulses.Pulses`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self.destroyed = False  # whether this work deleted seals, so that what they leave behind is wiped after it
