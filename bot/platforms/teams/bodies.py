"""What stands in the body of Microsoft's answers."""

from __future__ import annotations

import json

from bot.platforms.teams.activities import Json


def object_in(content: bytes) -> Json | None:
    """The JSON object a body holds: {} where there is nothing in it, None where there is anything else."""
    if not content.strip():
        return {}
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None
