"""Logs: a sentence for people, `action` and ids for machines, one JSON object a line; never what people wrote."""

from __future__ import annotations

import json
import logging
import sys
from typing import ClassVar


class JsonLines(logging.Formatter):
    """One line of JSON a record: time, level, sentence, action and ids."""

    FIELDS: ClassVar[tuple[str, ...]] = ("action", "alarm", "post", "step", "why", "reference", "room", "rooms")

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        line: dict[str, object] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "from": record.name,
            "says": record.getMessage(),
        }
        line |= {name: value for name in self.FIELDS if (value := getattr(record, name, None)) is not None}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class _Own(logging.Filter):
    """Other people's libraries speak only when something is wrong: at lower levels they print requests and payloads."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.name.partition(".")[0] in {"bot", "rituals", "storage"} or record.levelno >= logging.WARNING


def set_up(level: str) -> None:
    """Logs to stderr from `level` on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    handler.addFilter(_Own())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
