"""Messages as Teams is told them, kept in pieces: a card with a button or two that look otherwise is quickly made."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from bot.i18n.translator import Translator
from bot.platforms.teams import buttons, render
from bot.platforms.teams.activities import Json
from rituals.messages import Choice, Choices, Emphasis, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """An activity that shows one card. Nobody changes it.

    `around`, `head`: the activity up to its card, the card up to its body; `parts`: the body's, on the wire.
    """

    activity: Json
    around: bytes
    head: bytes
    parts: tuple[bytes, ...]
    kept: dict[tuple[str, str], Drawn] = field(default_factory=dict, compare=False)

    @property
    def card(self) -> bytes:
        """The card, on the wire."""
        return b'%b,"body":[%b]}' % (self.head, b",".join(self.parts))

    @property
    def body(self) -> bytes:
        """The whole activity, on the wire."""
        return b"%b%b}]}" % (self.around, self.card)

    def once_chosen(self, message: Message, action: str, value: str, translator: Translator) -> Drawn:
        """The same once that choice is made: `message` is the one this shows, `translator` whoever worded it.

        Made once for all whose cards are alike, as those of a committee mostly are.
        """
        kept = self.kept.get((action, value))
        if kept is None:
            kept = self.kept[action, value] = self._with(_changed(message, action, value), translator)
        return kept

    def _with(self, choices: Iterable[Choice], translator: Translator) -> Drawn:
        card = render.card(self.activity)
        changed = buttons.chosen(card["body"], choices, translator)
        body = [changed.get(place, part) for place, part in enumerate(card["body"])]
        return replace(
            self,
            activity=render.around({**card, "body": body}, self.activity["summary"]),
            parts=tuple(wire(changed[at]) if at in changed else part for at, part in enumerate(self.parts)),
            kept={},
        )


def draw(message: Message, translator: Translator, *, dialogs: bool = True) -> Drawn:
    """The message as Teams is told it. `dialogs`: whether clients open any. Raises what `render.message` raises."""
    activity = render.message(message, translator)
    if not dialogs:
        activity = buttons.without_dialogs(activity)
    card = render.card(activity)
    around = wire(render.around({}, activity["summary"]))
    return Drawn(
        activity=activity,
        around=around.removesuffix(b"{}}]}"),
        head=wire({name: part for name, part in card.items() if name != "body"})[:-1],
        parts=tuple(wire(part) for part in card["body"]),
    )


def wire(said: Json) -> bytes:
    """JSON as it travels."""
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def _changed(message: Message, action: str, value: str) -> list[Choice]:
    """The choices that look otherwise once that one is chosen: the whole message is put anew a moment later."""
    changed: list[Choice] = []
    for part in message.parts:
        if isinstance(part, Choices) and any((one.action, one.value) == (action, value) for one in part.choices):
            for one in part.choices:
                if (one.action, one.value) == (action, value):
                    changed.append(replace(one, emphasis=Emphasis.CHOSEN))
                elif one.emphasis is Emphasis.CHOSEN:
                    changed.append(replace(one, emphasis=Emphasis.PLAIN))
    return changed
