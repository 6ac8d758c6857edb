"""What an app hands in as a message or view, checked before it is stored."""

from dataclasses import dataclass
from json import JSONDecodeError, loads
from typing import Any

from bot.local.json_types import Json, compact
from bot.sandbox.blocks import Report, check_blocks, check_view
from bot.sandbox.errors import SlackError

TEXT_CHARACTERS = 40_000
UPDATE_CHARACTERS = 4_000
METADATA_BYTES = 8_000
VIEW_BYTES = 250_000


@dataclass(slots=True, kw_only=True)
class Draft:
    text: str
    blocks: list[Json]
    truncated: bool = False


def read_draft(given: Json, *, most: int | None = None) -> Draft:
    """Read text and blocks; raises SlackError. Longer text is cut at 40,000 characters, or refused beyond `most`."""
    text, blocks = given.get("text"), read_blocks(given.get("blocks"))
    text = "" if text is None else str(text)
    if not text.strip() and not blocks:
        raise SlackError("no_text")
    if most is not None and len(text) > most:
        raise SlackError("msg_too_long")
    return Draft(text=text[:TEXT_CHARACTERS], blocks=blocks, truncated=len(text) > TEXT_CHARACTERS)


def read_blocks(given: object) -> list[Json]:
    """Read blocks given as JSON or as its text; raises SlackError invalid_blocks_format or invalid_blocks."""
    if given is None or given == "":
        return []
    blocks = as_structure(given, "invalid_blocks_format")
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    report = Report("message")
    check_blocks(blocks, "/blocks", report)
    if report.problems:
        sentences = [str(problem) for problem in report.problems]
        raise SlackError("invalid_blocks", messages=sentences, more={"errors": sentences})
    return blocks


def read_metadata(given: object) -> Json | None:
    """Read a message's metadata; {} is answered as it is. Raises SlackError."""
    if given is None or given == "":
        return None
    metadata = as_structure(given, "invalid_metadata_format")
    if metadata == {}:
        return {}
    if not isinstance(metadata, dict) or set(metadata) != {"event_type", "event_payload"}:
        raise SlackError("invalid_metadata_format")
    kind, payload = metadata["event_type"], metadata["event_payload"]
    if not isinstance(kind, str) or not kind or not isinstance(payload, dict):
        raise SlackError("invalid_metadata_format")
    if len(compact(metadata).encode()) > METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return metadata


def read_view(given: object) -> Json:
    """Read a view given as JSON or as its text; raises SlackError invalid_arguments or view_too_large."""
    view = as_structure(given, "invalid_arguments")
    report = Report("modal")
    check_view(view, "/view", report)
    if report.problems:
        raise SlackError("invalid_arguments", messages=[str(problem) for problem in report.problems])
    if len(compact(view).encode()) > VIEW_BYTES:
        raise SlackError("view_too_large")
    found: Json = view
    return found


def as_structure(given: object, error: str) -> Any:
    if not isinstance(given, str):
        return given
    try:
        return loads(given)
    except JSONDecodeError as broken:
        raise SlackError(error) from broken
