"""What delivery asks of a platform, and how a platform says no."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from rituals.posts import Parcel, Place

PACED = "paced"
"""Why a post waits that was held back by our own pace: nothing is wrong with it."""


class DeliveryError(Exception):
    """A platform's no, or silence.

    `permanent`: it will never work. `unknown`: it may have worked all the same and must be looked up before it is tried
    again. `retry_after`: how long the platform asks to wait. The message never holds text of people or secrets.
    """

    def __init__(
        self, why: str, *, permanent: bool = False, unknown: bool = False, retry_after: timedelta | None = None
    ) -> None:
        super().__init__(why)
        self.why = why
        self.permanent = permanent
        self.unknown = unknown
        self.retry_after = retry_after


class Sender(Protocol):
    """A platform's hands. Every method raises DeliveryError."""

    async def send(self, parcel: Parcel) -> Place:
        """Shows a post for the first time."""

    async def edit(self, parcel: Parcel, place: Place) -> None:
        """Shows the post's newest revision in its place; doing it twice is doing it once."""

    async def withdraw(self, place: Place) -> None:
        """Takes a post away; one that is gone already is fine."""

    async def publish_home(self, parcel: Parcel) -> None:
        """Shows a person's home."""

    async def find(self, parcel: Parcel) -> Place | None:
        """Where an earlier attempt of this post ended up, by the key it carried; None if nowhere."""
