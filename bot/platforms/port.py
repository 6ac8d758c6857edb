"""What delivery asks of a platform, and how a platform says no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from bot.pace import Turns
from rituals.posts import Parcel, Place, Refusal

PACED = "paced"
"""Why a post waits that was held back by our own pace: nothing is wrong with it."""

FAULT = "fault"
"""Why a post waits that met a bug of ours."""


class DeliveryError(Exception):
    """A platform's no, or silence.

    `permanent`: it will never work. `unknown`: it may have worked all the same and must be looked up before it is tried
    again. `unreadable`: what became of an earlier attempt cannot be looked up. `retry_after`: how long the platform
    asks to wait. `refusal`: whom it refuses for a while. The message never holds text of people or secrets.
    """

    def __init__(
        self,
        why: str,
        *,
        permanent: bool = False,
        unknown: bool = False,
        unreadable: bool = False,
        retry_after: timedelta | None = None,
        refusal: Refusal | None = None,
    ) -> None:
        super().__init__(why)
        self.why = why
        self.permanent = permanent
        self.unknown = unknown
        self.unreadable = unreadable
        self.retry_after = retry_after
        self.refusal = refusal


class Sender(Protocol):
    """A platform's hands. Every method raises DeliveryError."""

    async def expect(self, parcels: Sequence[Parcel]) -> None:
        """Looks up what it takes to show these, all at once: they come soon, if nothing holds them up.

        Where it raises, whatever it is, each is looked up when it comes.
        """

    async def send(self, parcel: Parcel) -> Place:
        """Shows a post for the first time."""

    async def edit(self, parcel: Parcel, place: Place) -> None:
        """Shows the post's newest revision in its place; doing it twice is doing it once."""

    async def withdraw(self, place: Place) -> None:
        """Takes a post away; one that is gone already is fine."""

    async def publish_home(self, parcel: Parcel) -> None:
        """Shows a person's home."""

    async def find(self, parcel: Parcel, *others: Parcel) -> Mapping[str, Place]:
        """Where earlier attempts of posts to one conversation ended up, by post; without those that did nowhere."""

    def turns(self, parcel: Parcel) -> Turns:
        """How many bulk posts like this one may go out now, and when several may."""


class Connection(Protocol):
    """A lasting connection over which a platform tells what people do."""

    @property
    def down_for(self) -> timedelta:
        """For how long there has been none."""
