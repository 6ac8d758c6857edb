"""KPI readings and actions."""

from sqlalchemy.ext.asyncio import AsyncConnection


class SqlReviews:
    """Answers `rituals.ports.reviews.Reviews`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
