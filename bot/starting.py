"""Starting: who we are in the workspace, waited for where Slack asks to, and refused with a sentence and its remedy."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from math import ceil
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from bot.desk import completed, with_roster
from bot.i18n.translator import translator_for
from bot.platforms.port import DeliveryError
from bot.platforms.slack import directory
from bot.platforms.slack.client import RATELIMITED, classify
from bot.platforms.slack.listeners import Identity
from bot.platforms.slack.socket import MOST, NotTaken
from bot.rehearsal import Stage
from bot.settings import Settings
from rituals.messages import Several, Text, say
from rituals.people import RosterEntry
from rituals.ports import OpenWork

log = logging.getLogger(__name__)

T = TypeVar("T")

LONGEST_START = timedelta(minutes=2)
"""How long a start waits in all where Slack asks to, beside its long lists, which are read at Slack's own pace."""


class CannotStart(Exception):
    """Something outside is not as it must be; `why` says what and the remedy (in English where nobody translates)."""

    def __init__(self, why: Text) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        return translator_for("en", ZoneInfo("UTC")).say(self.why)


class Waits:
    """What is left of the time that one start waits where Slack asks to."""

    def __init__(self) -> None:
        self._left = LONGEST_START
        self._told = False

    async def out(self, ask: Callable[[], Awaitable[T]]) -> T:
        """What Slack answers, asked again after each wait; raises as `ask`, also where the wait would be too long."""
        while True:
            try:
                return await ask()
            except Exception as error:
                outcome = classify(error)
                if outcome is None or outcome.why != RATELIMITED or outcome.retry_after is None:
                    raise
                if outcome.retry_after > self._left:
                    raise
                wait = outcome.retry_after
            self._left -= wait
            if not self._told:
                log.info("Slack asks to wait; the start goes on when it may.", extra={"action": "start_paced"})
                self._told = True
            # Slack's limits pass in our time, whatever the clock of the rituals says.
            await asyncio.sleep(wait.total_seconds())


@contextmanager
def telling(refused: Callable[[str], Text]) -> Iterator[None]:
    """Turns whatever Slack, or silence, answers at the start into CannotStart; `refused` says it of a refusal."""
    try:
        yield
    except NotTaken as error:
        if error.why == MOST:
            raise CannotStart(say("command-too-many-connections")) from None
        raise CannotStart(say("command-slack-silent", why=error.why)) from None
    except Exception as error:
        outcome = error if isinstance(error, DeliveryError) else classify(error)
        if outcome is None:
            raise
        if outcome.why == RATELIMITED:
            minutes = ceil((outcome.retry_after or timedelta()) / timedelta(minutes=1))
            raise CannotStart(say("command-slack-waits", minutes=max(minutes, 1))) from None
        if _answered(error) and not outcome.unknown:
            raise CannotStart(refused(outcome.why)) from None
        raise CannotStart(say("command-slack-silent", why=outcome.why)) from None


def _answered(error: Exception) -> bool:
    return hasattr(error, "response")  # slack_sdk's own error, which alone holds what Slack answered


class _Answer(Protocol):
    def get(self, key: str, default: Any = None) -> Any: ...


async def identity_of(ask: Callable[[], Awaitable[_Answer]], token: str, settings: Settings, waits: Waits) -> Identity:
    """Who we are in the workspace, as `ask` (auth.test) tells. Raises CannotStart."""
    with telling(lambda why: say("command-refused-bot-token", why=why)):
        who = await waits.out(ask)
    team, bot = str(who.get("team_id")), who.get("bot_id")
    if not bot:
        raise CannotStart(say("command-not-a-bot"))
    if settings.slack.team is not None and settings.slack.team != team:
        raise CannotStart(say("command-other-workspace", team=team, wanted=settings.slack.team))
    return Identity(team=team, bot_id=str(bot), bot_user=str(who.get("user_id")), bot_token=token)


async def stage_of(
    settings: Settings, open_work: OpenWork, slack: directory.Directory, identity: Identity, waits: Waits
) -> Stage:
    """Finds the one person a rehearsal is for. Raises CannotStart."""
    email = settings.rehearsal or ""
    scopes = Several(items=("users:read.email", "im:write"))
    with telling(lambda why: say("command-refused-rehearser", why=why, scopes=scopes)):
        account = await waits.out(lambda: slack.account_of(email, identity.team))
        user = account.user if account else ""
        conversation = await waits.out(lambda: slack.direct_messages(user)) if user else ""
    person = None
    if account is not None:
        async with open_work() as work:
            person = await work.people.by_account(account)
    if account is None or person is None:
        raise CannotStart(say("command-no-rehearser", email=email))
    return Stage(person=person.id, name=person.name, user=account.user, conversation=conversation)


async def adopt_roster(settings: Settings, open_work: OpenWork, roster: dict[str, RosterEntry]) -> None:
    """Brings people and initiatives up to date with app.yaml."""
    house = settings.organisation
    default = RosterEntry(email="", locale=house.locale, zone=house.zone)
    async with open_work() as work:
        await work.people.adopt_roster(list(roster.values()), default=default)
        await work.initiatives.adopt(settings.initiatives_listed())


async def adopt_workspace(
    settings: Settings,
    open_work: OpenWork,
    slack: directory.Directory,
    identity: Identity,
    roster: dict[str, RosterEntry],
) -> Mapping[str, str]:
    """Brings people and rooms up to date with the workspace. Raises CannotStart.

    Gives back the rooms that stay the channel they were, as there is none of the name (the value) they have by now.
    """
    house = settings.organisation
    scopes = Several(items=("users:read", "users:read.email"))
    with telling(lambda why: say("command-refused-people", why=why, scopes=scopes)):
        async for page in slack.members(identity.team):
            told = [
                (account, completed(with_roster(entry, roster), locale=house.locale, zone=house.zone), present)
                for account, entry, present in page
            ]
            async with open_work() as work:
                await work.people.adopt_accounts(told)
    scopes = Several(items=("channels:read", "groups:read"))
    with telling(lambda why: say("command-refused-channels", why=why, scopes=scopes)):
        channels = settings.channels("slack")
        found = await slack.rooms(channels)
    async with open_work() as work:
        await work.rooms.adopt("slack", found, channels=channels)
        known = await work.rooms.known("slack")
    missing = {room: name for room, name in channels.items() if room not in found}
    if any(room not in known for room in channels):
        named = tuple(say("command-channel", channel=name, room=room) for room, name in missing.items())
        raise CannotStart(say("command-no-channel", channels=Several(items=named)))
    if missing:
        # Renamed or archived since: it is still the channel it was, and one room less is no reason to stop the rest.
        gone = ", ".join(f"#{name} (room {room})" for room, name in missing.items())
        log.warning("No channel is called %s any more.", gone, extra={"action": "room_renamed"})
    log.info("People, rooms and initiatives are up to date.", extra={"action": "adopted", "rooms": len(found)})
    return missing
