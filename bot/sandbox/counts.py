"""What a run is judged by: how often things happened, and what was said twice."""

from collections.abc import Iterable

from bot.local.json_types import digest_text
from bot.sandbox.conversations import Message, read_ts

NAMES = (
    "posts_sent",
    "edits",
    "redraws",
    "deletes",
    "ephemerals",
    "uploads",
    "unacknowledged",
    "interrupted",
    "server_errors",
    "rate_limited",
    "dropped_events",
)
SAME_WORDS_SECONDS = 600


def duplicates(messages: Iterable[Message]) -> int:
    """Count what chat.postMessage stored twice in one channel, of messages in the order of their ts.

    Twice is: the same metadata ever, or the same text and blocks within ten minutes of the last such message.
    """
    keys: set[tuple[str, str]] = set()
    words: dict[tuple[str, str], float] = {}
    found = 0
    for message in messages:
        if message.posted is None:
            continue
        key = (message.channel, digest_text(message.metadata)) if message.metadata else None
        said = (message.channel, message.posted)
        at = float(read_ts(message.ts) or 0)
        if (key is not None and key in keys) or at - words.get(said, float("-inf")) <= SAME_WORDS_SECONDS:
            found += 1
        if key is not None:
            keys.add(key)
        words[said] = at
    return found
