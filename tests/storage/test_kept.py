"""A SQLite file, or a folder, that may not be written is called that, with the remedy."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from storage.engine import WrongSchema, open_engine, schema_of
from tests.refusals import refused

NOBODY = 65_534


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that everybody may look into: pytest's own are their owner's alone."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        with closing(sqlite3.connect(Path(made) / "comitia.sqlite")) as database:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("CREATE TABLE some (thing)")
        yield Path(made)
        Path(made).chmod(0o755)


@contextmanager
def as_anybody() -> Iterator[None]:
    """Without root's rights, which may write everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize(
    ("kept", "rights", "told"),
    [
        ("comitia.sqlite", 0o444, r"/comitia\.sqlite cannot be written: give Comitia’s account the right to"),
        ("comitia.sqlite", 0o000, r"/comitia\.sqlite cannot be written"),
        (".", 0o555, r"nothing can be written in /.*, where comitia\.sqlite and its log stand: give Comitia’s account"),
    ],
)
async def test_what_may_not_be_written_is_named(folder: Path, kept: str, rights: int, told: str) -> None:
    (folder / "comitia.sqlite").chmod(0o666)
    folder.chmod(0o777)  # noqa: ASYNC240
    (folder / kept).chmod(rights)
    engine = open_engine(f"sqlite:///{folder / 'comitia.sqlite'}")
    with refused(WrongSchema, match=told), as_anybody():
        await schema_of(engine)
    await engine.dispose()


async def test_a_new_file_cannot_be_made_where_nothing_can_be_written(folder: Path) -> None:
    folder.chmod(0o555)  # noqa: ASYNC240
    engine = open_engine(f"sqlite:///{folder / 'other.sqlite'}")
    with refused(WrongSchema, match=r"nothing can be written in /.*, where other\.sqlite"), as_anybody():
        await schema_of(engine)
    await engine.dispose()


async def test_what_is_no_database_is_called_that_though_it_may_not_be_written(folder: Path) -> None:
    (folder / "comitia.sqlite").write_bytes(b"no database" * 99)
    (folder / "comitia.sqlite").chmod(0o444)
    engine = open_engine(f"sqlite:///{folder / 'comitia.sqlite'}")
    with refused(WrongSchema, match="file is not a database"), as_anybody():
        await schema_of(engine)
    await engine.dispose()
