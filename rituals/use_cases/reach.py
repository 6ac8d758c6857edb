"""Tells a person whom the platform refuses messages to, rooms by name and people by their number, or does not know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from rituals.organisation import Organisation
from rituals.ports import OpenWork
from rituals.use_cases.alarms import Trouble, Wrong, calm, sound


async def tell_of_reach(at: datetime, *, open_work: OpenWork, organisation: Organisation) -> None:
    """Says what cannot be reached at `at`, as often as alarms do, and what can again."""
    async with open_work() as work:
        refused = await work.posts.refused()
        now = {
            room: Trouble(wrong=Wrong.ROOM, about=room, blanks={"room": _named(room, organisation), "why": why})
            for room, why in refused.rooms.items()
        }
        people = Trouble(wrong=Wrong.PEOPLE, blanks={"count": refused.people})
        for trouble in now.values():
            await sound(trouble, at=at, work=work, organisation=organisation)
        if refused.people:
            await sound(people, at=at, work=work, organisation=organisation)
        for alarm in await work.alarms.standing():
            wrong, _, room = alarm.name.partition(":")
            if wrong == Wrong.ROOM and room not in now:
                over = Trouble(wrong=Wrong.ROOM, about=room, blanks={"room": _named(room, organisation), "why": "—"})
                await calm(over, at=at, work=work, organisation=organisation)
            elif wrong == Wrong.PEOPLE and not refused.people:
                await work.alarms.over(alarm.name, at=at)


async def tell_of_channels(
    at: datetime, missing: Mapping[str, str], *, open_work: OpenWork, organisation: Organisation
) -> None:
    """Says which rooms app.yaml gives a channel that is not there, and which it no longer does.

    `missing`: the channel's name by room. Such a room stays the channel it was, for a rename in chat changes nothing.
    """
    async with open_work() as work:
        now = {room: _lacking(room, channel) for room, channel in missing.items()}
        for trouble in now.values():
            await sound(trouble, at=at, work=work, organisation=organisation)
        for alarm in await work.alarms.standing():
            wrong, _, room = alarm.name.partition(":")
            if wrong == Wrong.CHANNEL and room not in now:
                over = _lacking(room, organisation.rooms.get(room, room))
                await calm(over, at=at, work=work, organisation=organisation)


def _lacking(room: str, channel: str) -> Trouble:
    return Trouble(wrong=Wrong.CHANNEL, about=room, blanks={"room": room, "channel": f"#{channel}"})


def _named(room: str, organisation: Organisation) -> str:
    return organisation.called(room)
