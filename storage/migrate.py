"""Brings a database to the newest schema."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.engine import schema_of


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("storage") / "migrations"))
    return config


async def migrate(engine: AsyncEngine) -> None:
    """Runs every migration that is missing; with none missing it changes nothing. Raises WrongSchema as `schema_of`."""
    await schema_of(engine)
    async with engine.begin() as connection:
        await connection.run_sync(upgrade)


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Runs the migrations that are missing up to that one, within the transaction the connection is in."""
    if connection.dialect.name == "postgresql":
        # Replicas that start together migrate one after the other.
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('comitia migrate'))"))
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
