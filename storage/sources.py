"""What other systems counted."""

from sqlalchemy.ext.asyncio import AsyncConnection


class SqlSources:
    """Answers `rituals.ports.sources.Sources`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
