"""Tells a person whom the platform refuses messages to: rooms by name, people by their number."""

from __future__ import annotations

from datetime import datetime

from rituals.organisation import Organisation
from rituals.ports import OpenWork
from rituals.use_cases.alarms import Trouble, Wrong, calm, sound


async def tell_of_reach(at: datetime, *, open_work: OpenWork, organisation: Organisation, platform: str) -> None:
    """Says what cannot be reached at `at`, as often as alarms do, and what can again."""
    async with open_work() as work:
        refused = await work.posts.refused(platform)
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


def _named(room: str, organisation: Organisation) -> str:
    channel = organisation.rooms.get(room)
    return f"#{channel}" if channel else room
