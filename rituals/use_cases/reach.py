"""Tells a person whom the platform refuses messages to, rooms by name and people by their number, or does not know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from rituals.organisation import Organisation
from rituals.ports import OpenWork
from rituals.use_cases.alarms import Trouble, Wrong, calm, sound

PEOPLE_OF = {"slack": Wrong.PEOPLE, "teams": Wrong.UNINSTALLED}
"""What it is called that people take no message, by platform: what to do about it is not the same."""

COUNTED_AFTER = timedelta(minutes=5)
"""How long after the last of them was found out the number of people is told."""


async def tell_of_reach(at: datetime, *, open_work: OpenWork, organisation: Organisation) -> None:
    """Says what cannot be reached at `at`, and what can again: of rooms as often as alarms do, of people once.

    That somebody has not the app may stay so for months. It is said again once ten times as many have not; and not
    while a wave finds out, one by one, how many they are.
    """
    async with open_work() as work:
        refused, standing = await work.posts.refused(), await work.alarms.standing()
        now = {
            room: Trouble(wrong=Wrong.ROOM, about=room, blanks={"room": _named(room, organisation), "why": why})
            for room, why in refused.rooms.items()
        }
        people = {
            PEOPLE_OF[platform]: Trouble(wrong=PEOPLE_OF[platform], about=f"{len(str(count))}", blanks={"count": count})
            for platform, count in refused.people.items()
        }
        told = {alarm.name for alarm in standing}
        counted = refused.last_at is None or at - refused.last_at >= COUNTED_AFTER
        new = [one for one in people.values() if counted and one.name not in told]
        for trouble in (*now.values(), *new):
            await sound(trouble, at=at, work=work, organisation=organisation)
        for alarm in standing:
            wrong, _, room = alarm.name.partition(":")
            if wrong == Wrong.ROOM and room not in now:
                over = Trouble(wrong=Wrong.ROOM, about=room, blanks={"room": _named(room, organisation)})
                await calm(over, at=at, work=work, organisation=organisation)
            elif wrong in PEOPLE_OF.values() and wrong not in people:
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
