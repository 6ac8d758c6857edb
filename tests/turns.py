"""Which tests one worker does in a row: those of a file, so that what they share is made once; long ones one by one."""

from xdist.scheduler import LoadGroupScheduling  # type: ignore[import-untyped]

ONE_BY_ONE = ("tests/bot/scenarios/", "tests/crashes/", "tests/soak/")
"""Where single tests take long: they come last, to whoever has time."""


class FileByFile(LoadGroupScheduling):  # type: ignore[misc]
    """Hands whole files out, the fullest first. What is in an `xdist_group` stays with its group.

    One by one, each worker would make what a file shares, and xdist would go through all that was done at every step.
    """

    def _split_scope(self, nodeid: str) -> str:
        scope: str = super()._split_scope(nodeid)
        alone = scope != nodeid or nodeid.startswith(ONE_BY_ONE)
        return scope if alone else nodeid.partition("::")[0]
