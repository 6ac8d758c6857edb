"""Messages as a platform is told them, drawn once for all who read them in one language and zone."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from bot.i18n.translator import Translator, translator_for
from rituals.messages import Message
from rituals.posts import Parcel, ToRoom

Drawn = TypeVar("Drawn")

KEPT = 64
"""How many are remembered: a wave says the same thing to thousands."""


class Drawings(Generic[Drawn]):
    """What `draw` makes of messages, which must be the same every time."""

    def __init__(self, draw: Callable[[Message, Translator], Drawn], *, kept: int = KEPT) -> None:
        self._draw = draw
        self._most = kept
        self._kept: OrderedDict[tuple[int, Translator], tuple[Message, Drawn]] = OrderedDict()

    def of(self, message: Message, translator: Translator) -> Drawn:
        """The message as drawn; raises what `draw` raises."""
        name = (id(message), translator)
        kept = self._kept.get(name)
        if kept is None:
            # The message itself is kept beside, so that its id stands for it and no other.
            kept = self._kept[name] = (message, self._draw(message, translator))
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return kept[1]

    def for_one(self, message: Message, translator: Translator) -> Drawn:
        """The same for what is told to one person alone, which nobody else will ask for: it is remembered nowhere."""
        return self._draw(message, translator)


def translator_of(parcel: Parcel) -> Translator:
    """Whoever words a post for its reader; readers of a room may live in several zones, which are named there."""
    return translator_for(parcel.locale, ZoneInfo(parcel.zone), names_zone=isinstance(parcel.to, ToRoom))
