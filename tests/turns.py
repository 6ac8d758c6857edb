"""Which tests one worker does in a row: those of a file, so that what they share is made once; long ones one by one."""

from collections import OrderedDict
from typing import Any

from xdist.scheduler import LoadGroupScheduling  # type: ignore[import-untyped]

LONG = (
    *("headless", "browser", "tests/demo/", "tests/benchmarks/"),
    *("tests/storage/test_backups.py", "tests/storage/test_migrations_with_data.py"),
)
"""Groups and files that wait for other processes for long: they come first, or the others would wait for them."""

LONGER = ("tests/soak/", "tests/crashes/")
ONE_BY_ONE = ("tests/bot/scenarios/", *LONGER)
"""Where single tests take long: they come last, to whoever has time, and the longer ones among them first."""

Tests = dict[str, bool]
"""Tests of one turn, and whether each was done."""


class _Turns(OrderedDict[str, Tests]):
    """What waits for a worker."""

    def popitem(self, last: bool = True) -> tuple[str, Tests]:
        """The longest of all, then whole files, the fullest first, then what goes one by one."""
        scope = max(self, key=lambda one: (one.startswith(LONG), len(self[one]), one.startswith(LONGER)))
        return scope, self.pop(scope)


class FileByFile(LoadGroupScheduling):  # type: ignore[misc]
    """Hands whole files out. What is in an `xdist_group` stays with its group.

    One by one, each worker would make what a file shares, and xdist would go through all that was done at every step.
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.workqueue = _Turns()

    def _split_scope(self, nodeid: str) -> str:
        scope: str = super()._split_scope(nodeid)
        alone = scope != nodeid or nodeid.startswith(ONE_BY_ONE)
        return scope if alone else nodeid.partition("::")[0]
