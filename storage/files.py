"""Files that take the place of others whole or not at all, whatever interrupts it."""

import errno
import fcntl
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from rituals.messages import say
from storage.engine import Unusable


@contextmanager
def temporary(near: Path, ending: str) -> Iterator[Path]:
    """A file of its owner's alone beside another, so that it can take its place; gone at the end.

    Its name is always the same: what a process that was killed has left is found again. Raises Unusable while another
    process has it.
    """
    path = near.with_name(f".{near.name}{ending}.part")
    with os.fdopen(os.open(path, os.O_CREAT | os.O_RDWR, 0o600), "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Unusable(say("kept-at-it", file=str(near))) from None
        file.truncate(0)
        try:
            yield path
        finally:
            _gone(path)


def _gone(path: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        Path(f"{path}{ending}").unlink(missing_ok=True)


@contextmanager
def failing(key: str, *, file: Path) -> Iterator[None]:
    """Tells what the disk or the database refuses, without anything that is kept in it."""
    try:
        yield
    except OSError as error:
        raise Unusable(say(key, file=str(file), why=error.strerror or type(error).__name__)) from None
    except (sqlite3.Error, DBAPIError) as error:
        why = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        raise Unusable(say(key, file=str(file), why=why)) from None


def give_name(whole: Path, name: Path) -> None:
    """Gives a file that is whole its name, which replaces nothing, whatever came in between.

    Where the disk has no second names (FAT, many a CIFS), an empty file of that name is what keeps others from it, and
    the whole one takes its place. Raises FileExistsError, and OSError where the disk refuses.
    """
    try:
        name.hardlink_to(whole)
        return
    except FileExistsError:
        raise
    except OSError:
        os.close(os.open(name, os.O_CREAT | os.O_EXCL, 0o600))
    try:
        whole.replace(name)
    except OSError:
        name.unlink(missing_ok=True)  # ours, and empty
        raise


def keep_as(database: Path, former: Path) -> None:
    """Gives the database a second name, a new one; where the disk has no second names, a copy has it once it is whole.

    Never a rename: between that and the moment when the fresh file takes the name there would be no database at all.
    """
    try:
        former.hardlink_to(database)
    except FileExistsError:
        raise
    except OSError:
        with temporary(former, "") as copy:
            shutil.copyfile(database, copy)
            copy.chmod(database.stat().st_mode & 0o777)
            on_disk(copy)
            give_name(copy, former)


def digest_of(file: Path) -> str:
    """The SHA-256 of a file, hexadecimal."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def on_disk(path: Path) -> None:
    """Returns once a file's contents, or a directory's names, would survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # What is mounted from elsewhere may know of no such thing for a directory, and sees to it by itself.
        if error.errno not in {errno.EINVAL, errno.ENOTSUP} or not path.is_dir():
            raise
    finally:
        os.close(descriptor)
