"""Messages as JSON text and back."""

from functools import cache

from pydantic import TypeAdapter

from rituals.messages import Message


@cache
def _messages() -> TypeAdapter[Message]:
    return TypeAdapter(Message)


def to_json(message: Message) -> str:
    """The message as compact JSON; the same message gives the same text."""
    return _messages().dump_json(message).decode()


def from_json(text: str) -> Message:
    """The message a JSON text holds. Raises pydantic.ValidationError for anything else."""
    return _messages().validate_json(text)
