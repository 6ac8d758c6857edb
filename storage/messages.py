"""Messages as JSON text and back."""

from functools import cache, lru_cache

from pydantic import TypeAdapter

from rituals.messages import Message


@cache
def _messages() -> TypeAdapter[Message]:
    return TypeAdapter(Message)


def to_json(message: Message) -> str:
    """The message as compact JSON; the same message gives the same text."""
    return _messages().dump_json(message).decode()


@lru_cache(maxsize=128)
def from_json(text: str) -> Message:
    """The message a JSON text holds, the same one for the same text: a wave says it to thousands.

    Raises pydantic.ValidationError for anything else.
    """
    return _messages().validate_json(text)
