"""The weekly figures and what was published of them."""

from sqlalchemy.ext.asyncio import AsyncConnection


class SqlFigures:
    """Answers `rituals.ports.figures.Figures`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
