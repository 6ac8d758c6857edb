"""The ballots that people asked to see once more: no posts, and yet shown anew whenever their paper changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from bot.platforms.teams.activities import Met
from rituals.posts import Parcel, Place

PAPER = "committee-paper"
"""The kind of message there are copies of."""

REMEMBERED = 5_000
"""Of how many people copies are remembered."""

EACH = 3
"""How many of somebody's copies are remembered, the newest: they follow their paper, and each costs an edit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One of them: whoever asked, and where it stands."""

    who: Met
    place: Place


class Copies:
    """The copies that this process has shown. Of another process's, or of before a start, nobody knows any more."""

    def __init__(self) -> None:
        self._of: OrderedDict[str, tuple[Copy, ...]] = OrderedDict()
        self.redraw: Callable[[str, Parcel], object] | None = None
        """Shows somebody's copies anew; told their paper, which was edited."""

    def keep(self, copy: Copy) -> None:
        """Remembers a copy that was just shown."""
        whose = copy.who.account
        self._of[whose] = (*self.of(whose), copy)[-EACH:]
        self._of.move_to_end(whose)
        if len(self._of) > REMEMBERED:
            self._of.popitem(last=False)

    def of(self, account: str) -> tuple[Copy, ...]:
        """Somebody's copies, the newest last."""
        return self._of.get(account, ())

    def forget(self, account: str) -> None:
        """Nothing on them will change any more."""
        self._of.pop(account, None)

    def edited(self, parcel: Parcel) -> None:
        """A post was edited: copies of it are to be shown anew."""
        whose = parcel.destination or ""
        if parcel.message.kind == PAPER and self.redraw is not None and whose in self._of:
            self.redraw(whose, parcel)
