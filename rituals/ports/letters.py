"""When each reader wants the digest, and what they were last told."""

from __future__ import annotations

from typing import Protocol


class Letters(Protocol):
    """Readers' wishes."""
