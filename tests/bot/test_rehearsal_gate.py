"""The last gate of a rehearsal, which no platform has a part in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from bot.pace import Turns
from bot.platforms.port import DeliveryError
from bot.rehearsal import Gate, Stage
from rituals.posts import Parcel, Place
from tests.builders import parcel


@dataclass
class Recorder:
    """A sender that would show anything anywhere, and writes down where."""

    shown: list[str] = field(default_factory=list)

    async def expect(self, parcels: Sequence[Parcel]) -> None:
        """Nothing to look up."""

    async def send(self, parcel: Parcel) -> Place:
        self.shown.append(parcel.destination or "")
        return Place(conversation=parcel.destination or "", message="1")

    async def edit(self, parcel: Parcel, place: Place) -> None:
        self.shown.append(place.conversation)

    async def withdraw(self, place: Place) -> None:
        self.shown.append(place.conversation)

    async def publish_home(self, parcel: Parcel) -> None:
        self.shown.append(parcel.destination or "")

    async def find(self, parcel: Parcel, *others: Parcel) -> Mapping[str, Place]:
        self.shown += [one.destination or "" for one in (parcel, *others)]
        return {}

    def turns(self, parcel: Parcel) -> Turns:
        return Turns(method="", free=1, opens_at=datetime(2026, 1, 26, tzinfo=UTC))


async def test_the_last_gate_lets_nothing_through_to_anybody_else() -> None:
    recorder = Recorder()
    gate = Gate(recorder, Stage(person="p", name="Sam", user="U0SAM", conversation="D0SAM"))
    for where in (None, "", "C0COMMITTEE", "D0LUC", "U0LUC", "G0SECRET"):
        elsewhere, place = parcel(destination=where), Place(conversation=where or "", message="1")
        for attempt in (
            gate.send(elsewhere),
            gate.edit(elsewhere, place),
            gate.withdraw(place),
            gate.publish_home(elsewhere),
            gate.find(elsewhere),
        ):
            with pytest.raises(DeliveryError) as refused:
                await attempt
            assert refused.value.permanent
    assert recorder.shown == []
    here = parcel(destination="D0SAM")
    await gate.edit(here, await gate.send(here))
    await gate.withdraw(Place(conversation="D0SAM", message="1"))
    await gate.publish_home(parcel(destination="U0SAM"))
    await gate.find(here)
    assert recorder.shown == ["D0SAM", "D0SAM", "D0SAM", "U0SAM", "D0SAM"]
