"""Tells a person what is wrong with the bot itself: once, then less and less often, and once more when it is over."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from rituals import speech
from rituals.messages import Message, Value
from rituals.organisation import Organisation
from rituals.people import Role
from rituals.ports import Work
from rituals.posts import Address, Post, ToPerson, ToRoom

log = logging.getLogger(__name__)

WORTH_TELLING = timedelta(days=1)
"""How long after its moment a word about something wrong is still sent."""


class Wrong(StrEnum):
    """What needs a person: `alarm-<value>` says it, `alarm-<value>-do` what to do, `alarm-<value>-over` its end."""

    STEP = "step"  # blanks: ritual
    DATABASE = "database"  # why: told once it is over
    DISK = "disk"  # none: told once it is over
    STUCK = "stuck"  # count
    ROOM = "room"  # room, why
    CHANNEL = "channel"  # room, channel
    PEOPLE = "people"  # count: on Slack; never told to be over
    UNINSTALLED = "uninstalled"  # count: on Teams; never told to be over
    DEAF = "deaf"  # none


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something wrong. `about` tells it from others of its kind; `blanks` fill its sentences."""

    wrong: Wrong
    about: str = ""
    blanks: dict[str, Value] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name it keeps while it lasts."""
        return f"{self.wrong}:{self.about}" if self.about else str(self.wrong)


async def sound(trouble: Trouble, *, at: datetime, work: Work, organisation: Organisation) -> bool:
    """Says that it is wrong, in the room for alarms or to each admin, where it is time to; whether it was said."""
    if not await work.alarms.ring(trouble.name, at=at):
        return False
    log.warning("A person must see to it.", extra={"action": "alarm", "alarm": trouble.name})
    message = speech.alarm(trouble.wrong, **trouble.blanks)
    await _tell(message, trouble, f"{trouble.name}:{at.isoformat()}", at, work, organisation)
    return True


async def calm(trouble: Trouble, *, at: datetime, work: Work, organisation: Organisation) -> bool:
    """Says that it is over, where somebody was told of it; whether it was said."""
    since = await work.alarms.over(trouble.name, at=at)
    if since is None:
        return False
    log.info("It is well again.", extra={"action": "alarm_over", "alarm": trouble.name})
    message = speech.alarm_over(trouble.wrong, since=since, **trouble.blanks)
    await _tell(message, trouble, f"{trouble.name}:{at.isoformat()}:over", at, work, organisation)
    return True


async def _tell(
    message: Message, trouble: Trouble, name: str, at: datetime, work: Work, organisation: Organisation
) -> None:
    for to in await _keepers(trouble, work, organisation):
        whom = to.room if isinstance(to, ToRoom) else to.person if isinstance(to, ToPerson) else ""
        await work.posts.put(
            Post(
                id=f"alarm:{name}:{whom}",
                to=to,
                message=message,
                ritual="keeping",
                not_before=at,
                not_after=at + WORTH_TELLING,
            ),
            at=at,
        )


async def _keepers(trouble: Trouble, work: Work, organisation: Organisation) -> Sequence[Address]:
    room = organisation.alarms
    if room is not None:
        itself = Trouble(wrong=Wrong.ROOM, about=room).name
        # Whatever is wrong while that room takes no message is said elsewhere, its own trouble first of all.
        if itself not in {trouble.name, *(alarm.name for alarm in await work.alarms.standing())}:
            return [ToRoom(room=room)]
    everybody = await work.people.reachable(roles=frozenset({Role.ADMIN, Role.CHAIR}))
    keepers = [one for one in everybody if Role.ADMIN in one.roles] or everybody
    return [ToPerson(person=one.id) for one in keepers]
