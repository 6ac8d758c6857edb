"""KPI readings and the actions that reviews ask for."""

from __future__ import annotations

from typing import Protocol


class Reviews(Protocol):
    """Readings and actions."""
