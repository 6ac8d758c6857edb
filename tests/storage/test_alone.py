"""One process works on a SQLite file at a time."""

import fcntl
import subprocess
import sys
from pathlib import Path
from threading import Thread, Timer

from sqlalchemy.ext.asyncio import AsyncEngine

from storage.engine import (
    NotAlone,
    alone_on,
    importing_alone,
    is_taken,
    kept_in_place,
    open_engine,
    replacing,
    schema_of,
)
from tests.refusals import refused

HOLDS = """
import sys, time
from storage.engine import alone_on, open_engine
with alone_on(open_engine(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_process_is_refused_until_the_first_is_gone_even_killed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'comitia.sqlite'}"
    engine = open_engine(url)
    with subprocess.Popen([sys.executable, "-c", HOLDS, url], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with (
            refused(NotAlone, match=r"another Comitia works on .*comitia\.sqlite: stop it first"),
            alone_on(engine),
        ):
            pass
        other.kill()
    with alone_on(engine):
        pass


async def test_a_file_that_goes_by_two_names_is_locked_under_both(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "linked.sqlite").symlink_to(tmp_path / "comitia.sqlite")
    first = open_engine(f"sqlite:///{tmp_path / 'comitia.sqlite'}")
    second = open_engine(f"sqlite:///{tmp_path / 'elsewhere' / 'linked.sqlite'}")
    with alone_on(first), refused(NotAlone, match=r"works on .*linked\.sqlite"), alone_on(second):
        pass
    async with importing_alone(second):
        with refused(NotAlone, match="another import"):
            async with importing_alone(first):
                pass


def test_a_database_in_memory_is_ones_own_anyway() -> None:
    first, second = open_engine("sqlite://"), open_engine("sqlite://")
    with alone_on(first), alone_on(second):
        pass


def test_whoever_only_looks_keeps_nobody_from_starting(tmp_path: Path) -> None:
    """A look takes the lock for microseconds; a start that meets it asks again."""
    engine = open_engine(f"sqlite:///{tmp_path / 'comitia.sqlite'}")
    lock = tmp_path / "comitia.sqlite.lock"
    lock.touch()
    with lock.open() as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        Timer(0.015, lambda: fcntl.flock(looking, fcntl.LOCK_UN)).start()
        with alone_on(engine):
            assert is_taken(engine)
    assert not is_taken(engine)


def test_a_file_that_somebody_has_open_is_not_replaced_and_one_that_is_being_replaced_is_waited_for(
    tmp_path: Path,
) -> None:
    database = tmp_path / "comitia.sqlite"
    engine = open_engine(f"sqlite:///{database}")
    with kept_in_place(engine), kept_in_place(engine), refused(NotAlone, match="is in use"), replacing(database):
        pass
    order: list[str] = []
    with replacing(database):
        opens = Thread(target=lambda: _note(engine, order))
        opens.start()
        opens.join(0.03)
        order.append("replaced")
    opens.join(5)
    assert order == ["replaced", "opened"]


def _note(engine: AsyncEngine, order: list[str]) -> None:
    with kept_in_place(engine):
        order.append("opened")


async def test_a_new_database_is_its_owners_alone_and_one_that_is_there_keeps_its_rights(tmp_path: Path) -> None:
    path = tmp_path / "comitia.sqlite"
    for rights in (0o600, 0o640):
        engine = open_engine(f"sqlite:///{path}")
        assert await schema_of(engine) is None
        await engine.dispose()
        assert path.stat().st_mode & 0o777 == rights
        path.chmod(0o640)
