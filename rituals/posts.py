"""A post: a message addressed to a person or a named room, kept until chat shows its newest revision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from rituals.messages import Message, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ToPerson:
    """A direct message to a person."""

    type: Literal["person"] = "person"
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToHome:
    """The person's home tab: what waits for them."""

    type: Literal["home"] = "home"
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToRoom:
    """A room by the name app.yaml gives it."""

    type: Literal["room"] = "room"
    room: str


Address = ToPerson | ToHome | ToRoom


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When somebody may be written to: from `opens` until just before `closes`."""

    opens: datetime
    closes: datetime


def next_window(windows: Sequence[Window], at: datetime) -> Window | None:
    """The first of `windows`, which follow one another, that is open at `at` or opens later; None after the last."""
    return next((one for one in windows if one.closes > at), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A message for an address. Putting a post whose `id` exists replaces its message: chat shows the last state.

    `not_before`: sent at that moment or later. `not_after`: not sent for the first time after it (counted as expired).
    `ritual`: the ritual it belongs to, so that a pause holds it back.
    `wanted`: False takes the post back (deleted where it is shown, never sent where it is not).
    `bulk`: one of very many, which goes out after everything else that is due.
    `windows`: first shown within one of these, which follow one another; none: whenever it is due.
    """

    id: str
    to: Address
    message: Message
    ritual: str
    not_before: datetime
    not_after: datetime | None = None
    wanted: bool = True
    bulk: bool = False
    windows: tuple[Window, ...] = ()


class PostState(StrEnum):
    """What became of a post."""

    PENDING = "pending"
    SHOWN = "shown"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"
    PERHAPS = "perhaps"  # sent, and nobody can tell whether it arrived: rather missed than said twice


class Refusal(StrEnum):
    """What a platform's lasting no is about, where it is not about the post."""

    LEFT = "left"  # the person is no longer there
    UNREACHABLE = "unreachable"  # the person is, and takes no message from us
    ROOM = "room"  # the room takes none


ROOM_PROBED_AFTER = timedelta(minutes=10)
PERSON_PROBED_AFTER = timedelta(days=1)
"""How long nothing is sent to whom a platform refuses messages; then one post finds out whether it still does."""

PERSON_PROBED_BY_BULK_AFTER = timedelta(weeks=4)
"""The same for what goes to thousands: every wave would otherwise ask again for each of them. Who is met again, by an
installation or by anything they do, is written to at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a platform shows a post: the conversation and the message in it, by the platform's ids."""

    conversation: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A claimed post on its way out.

    `key` is opaque and lasting: it travels in the message's metadata, so that an attempt whose outcome is unknown can
    be found again. `unsettled` says that an earlier first attempt (at `attempted_at`) never learnt its outcome;
    `to_be_sure` that nothing speaks of one, and that it is looked for all the same, since a restore may have lost it.
    `destination` is the platform's id of the person or room, None where it is not known (yet). `probes`: it was refused
    messages, and this one finds out whether it still is.
    """

    post: str
    revision: int
    to: Address
    message: Message
    key: str
    wanted: bool
    locale: str
    zone: str
    destination: str | None
    place: Place | None
    unsettled: bool
    attempted_at: datetime
    failures: int
    bulk: bool = False
    probes: bool = False
    to_be_sure: bool = False


class Fate(StrEnum):
    """How one attempt ended."""

    SHOWN = "shown"
    WITHDRAWN = "withdrawn"
    NOT_SENT = "not_sent"  # surely not shown: may be tried again as if new
    HELD = "held"  # not tried: our own pace, or the post before it, held it back
    RETURNED = "returned"  # not tried, and as it was
    UNKNOWN = "unknown"  # perhaps shown: must be looked up first
    REFUSED = "refused"  # never will be
    GIVEN_UP = "given_up"  # perhaps shown, and that cannot be looked up: never tried again


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What delivery learnt of one attempt.

    `try_again` is the next moment for NOT_SENT, UNKNOWN and HELD. `refusal`: whom the platform refuses from now on.
    `mended`: whoever was refused takes messages again.
    """

    post: str
    revision: int
    fate: Fate
    place: Place | None = None
    try_again: datetime | None = None
    why: str = ""
    refusal: Refusal | None = None
    mended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Whom platforms refuse messages to: why, by room, and how many people, by platform, the last of them when."""

    rooms: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, int] = field(default_factory=dict)
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedInRoom:
    """A post some room shows, for whoever wants to take it back."""

    id: str
    room: str
    summary: Text
    shown_at: datetime
