"""What scripted colleagues do in chat, on whichever platform: read what they are told, press buttons, fill in forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Given = Mapping[str, Sequence[str]]
"""What somebody chose: values by question."""

LOST = frozenset({"no_app_connected", "interrupted", "timed_out"})
"""What a click ends with when the app was not there: a person waits a moment and clicks again."""

ANSWERED = "✓"
"""How the app marks a button that was pressed already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Someone:
    """Somebody as the platform knows them; `room` is their conversation with the app."""

    user: str
    language: str
    room: str


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """A message to somebody alone that is new, or looks otherwise than before; said at a moment (epoch seconds)."""

    user: str
    message: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button of a message; `own` is how its platform calls it."""

    action: str
    value: str
    answered: bool = False
    primary: bool = False
    own: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something to choose, or, without options, to be written; `own` is how its platform calls it."""

    name: str
    options: tuple[str, ...] = ()
    own: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a person can do with a message."""

    buttons: tuple[Button, ...] = ()
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form that is open before somebody; what it is about is what the app calls it."""

    id: str
    about: str
    questions: tuple[Question, ...]


class Chat(Protocol):
    """A platform as people have it before them. What people do answers why it could not be done, "" where it was."""

    async def find(self, email: str) -> Someone:
        """Who has that address; what was said to them before is no news."""

    async def news(self) -> Sequence[News]:
        """What is new for those who were found."""

    async def message(self, user: str, message: str) -> Shown | None:
        """A message as it is now, if it is there."""

    async def press(self, user: str, message: str, button: Button, given: Given | None = None) -> str:
        """Presses a button of a message, with what was chosen in the message before."""

    async def form(self, user: str) -> Form | None:
        """The form that is open before somebody."""

    async def submit(self, user: str, form: Form, answers: Mapping[str, str]) -> str:
        """Sends a form, filled in."""

    async def close(self, user: str, form: Form) -> None:
        """Closes a form without sending it."""


class Chats:
    """Several platforms as one: everybody looks at one of them. Answers `Chat`."""

    def __init__(self, homes: Mapping[str, Chat]) -> None:
        self._homes = homes  # by e-mail
        self._chats = tuple(dict.fromkeys(homes.values()))
        self._by_user: dict[str, Chat] = {}

    async def find(self, email: str) -> Someone:
        """Who has that address."""
        chat = self._homes[email]
        found = await chat.find(email)
        self._by_user[found.user] = chat
        return found

    async def news(self) -> Sequence[News]:
        """What is new, platform by platform."""
        return [one for chat in self._chats for one in await chat.news()]

    async def message(self, user: str, message: str) -> Shown | None:
        """A message as it is now."""
        return await self._by_user[user].message(user, message)

    async def press(self, user: str, message: str, button: Button, given: Given | None = None) -> str:
        """Presses a button."""
        return await self._by_user[user].press(user, message, button, given)

    async def form(self, user: str) -> Form | None:
        """The form that is open."""
        return await self._by_user[user].form(user)

    async def submit(self, user: str, form: Form, answers: Mapping[str, str]) -> str:
        """Sends a form."""
        return await self._by_user[user].submit(user, form, answers)

    async def close(self, user: str, form: Form) -> None:
        """Closes a form."""
        await self._by_user[user].close(user, form)


def refusal(answer: Mapping[str, Any]) -> str:
    """Why a page did not do what it was asked, "" where it did."""
    return "" if answer.get("ok") else str(answer.get("error") or "refused")


def language_of(locale: str) -> str:
    """The language of the app's that suits a locale."""
    return "fr" if locale.startswith("fr") else "en"
