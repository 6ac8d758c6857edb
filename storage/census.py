"""Who belongs where and has what, dated."""

from sqlalchemy.ext.asyncio import AsyncConnection


class SqlCensus:
    """Answers `rituals.ports.census.Census`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
