"""How something of ours is put around the product from outside, by name."""

from collections.abc import Callable
from functools import wraps
from typing import Any


def wrap(owner: type, name: str, around: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    """Puts something around a method that must be there: a renamed one is noticed."""
    setattr(owner, name, wraps(getattr(owner, name))(around(getattr(owner, name))))
