"""Readers' wishes about the digest."""

from sqlalchemy.ext.asyncio import AsyncConnection


class SqlLetters:
    """Answers `rituals.ports.letters.Letters`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
