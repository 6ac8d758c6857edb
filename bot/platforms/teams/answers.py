"""What an invoke is answered with, in the shapes that Teams reads."""

from __future__ import annotations

from dataclasses import dataclass

from bot.platforms.teams.activities import DIALOG_ASKED, DIALOG_SENT, PRESSED, Json

CARD = "application/vnd.microsoft.card.adaptive"
WORDS = "application/vnd.microsoft.activity.message"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an invoke is answered with; `body` is JSON (as it travels already, where it is bytes), or nothing."""

    status: int = 200
    body: Json | bytes | None = None


def of_press(shown: Json | bytes | str) -> Answer:
    """To a button: a card that takes the clicked one's place for the clicker, or words above it."""
    if isinstance(shown, bytes):
        return Answer(body=b'{"statusCode":200,"type":"%b","value":%b}' % (CARD.encode(), shown))
    kind = WORDS if isinstance(shown, str) else CARD
    return Answer(body={"statusCode": 200, "type": kind, "value": shown})


def dialog(card: Json, *, title: str) -> Answer:
    """To a button that asks for a dialog: the dialog."""
    task = {"title": title, "height": "large", "width": "medium", "card": {"contentType": CARD, "content": card}}
    return Answer(body={"task": {"type": "continue", "value": task}})


def of_dialog(shown: Json | str) -> Answer:
    """To what a dialog sent: the next card in it, a last word, or nothing, which closes it."""
    if isinstance(shown, dict):
        value = {"card": {"contentType": CARD, "content": shown}}
        return Answer(body={"task": {"type": "continue", "value": value}})
    return Answer(body={"task": {"type": "message", "value": shown}} if shown else None)


def nothing(name: str) -> Answer:
    """To an invoke of that name which asks for nothing of ours.

    501 for a name we do not know: Microsoft's own handlers (`TeamsActivityHandler`) answer it so, and Teams then knows
    that nothing was done. It is no fault of ours, and no 500.
    """
    if name == PRESSED:
        return of_press("")
    return Answer() if name in {DIALOG_ASKED, DIALOG_SENT} else Answer(status=501)


def of_fault(name: str, words: str) -> Answer | None:
    """To an invoke of that name which failed through a fault of ours: the person is told."""
    if name == PRESSED:
        return of_press(words)
    return of_dialog(words) if name in {DIALOG_ASKED, DIALOG_SENT} else None
