"""Files take the place of others whole or not at all, also on disks that give a file no second name."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.files import give_name, keep_as

WHOLE = b"whole" * 999


def fails(number: int) -> Callable[..., None]:
    def failing(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return failing


@pytest.fixture(params=["second names", "none"])
def disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder on a disk of either kind."""
    if request.param == "none":
        monkeypatch.setattr(os, "link", fails(errno.EPERM))
    return tmp_path


@pytest.fixture
def whole(disk: Path) -> Path:
    path = disk / ".file.part"
    path.write_bytes(WHOLE)
    return path


def test_a_whole_file_gets_its_name(disk: Path, whole: Path) -> None:
    give_name(whole, disk / "file")
    assert (disk / "file").read_bytes() == WHOLE


def test_a_file_that_is_there_is_not_replaced(disk: Path, whole: Path) -> None:
    (disk / "file").write_bytes(b"another")
    with pytest.raises(FileExistsError):
        give_name(whole, disk / "file")
    assert (disk / "file").read_bytes() == b"another"


def test_where_the_disk_refuses_nothing_stays_under_the_name(
    disk: Path, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", fails(errno.EPERM))
    monkeypatch.setattr(os, "replace", fails(errno.EIO))
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        give_name(whole, disk / "file")
    assert not (disk / "file").exists()


def test_the_database_keeps_its_name_while_it_gets_another(disk: Path, whole: Path) -> None:
    whole.chmod(0o640)
    keep_as(whole, disk / "former")
    assert whole.read_bytes() == (disk / "former").read_bytes() == WHOLE
    assert (disk / "former").stat().st_mode & 0o777 == 0o640
    assert sorted(one.name for one in disk.iterdir()) == [".file.part", "former"]
