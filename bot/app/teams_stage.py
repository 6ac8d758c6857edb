"""A rehearsal's people on Teams: found in the rooms, since nobody has written to a rehearsal before it begins."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict, replace

from bot.app.side import Around
from bot.desk import completed, with_roster
from bot.platforms.port import DeliveryError
from bot.platforms.teams.activities import Reference
from bot.platforms.teams.connector import Connector
from bot.platforms.teams.references import References
from bot.platforms.teams.rosters import Member, named_in
from bot.rehearsal import Stage
from bot.starting import CannotStart
from rituals.messages import say
from rituals.people import Account, RosterEntry

log = logging.getLogger(__name__)

TEAMS = "teams"


async def adopt_from_rooms(
    around: Around, *, connector: Connector, references: References, home: Reference
) -> Mapping[str, str]:
    """Whoever app.yaml names, and is not known yet, is looked for in the rooms and known from then on.

    So there are copies of what is for them. The rooms that did not tell who is in them, each with why.
    """
    email = (around.settings.rehearsal or "").lower()
    async with around.memory.open_work() as work:
        known = {person.email: person for person in await work.people.reachable(emails=[*around.roster, email])}
        unknown = {one for one in (*around.roster, email) if one not in known}
        if email in known and await work.people.account_of(known[email].id, TEAMS) is None:
            unknown.add(email)
    found, silent = await _in_rooms(around, unknown, connector=connector, references=references, home=home)
    await _adopt(around, found)
    return silent


async def stage_on_teams(
    around: Around, *, connector: Connector, references: References, home: Reference, silent: Mapping[str, str]
) -> Stage:
    """The one person a rehearsal is for; `silent`: rooms in which they may be all the same. Raises CannotStart."""
    email = (around.settings.rehearsal or "").lower()
    async with around.memory.open_work() as work:
        person = next((one for one in await work.people.reachable(emails=[email])), None)
        account = await work.people.account_of(person.id, TEAMS) if person else None
    if person is None or account is None:
        if silent:
            room, why = next(iter(silent.items()))
            channel = around.settings.rooms[room].shown
            raise CannotStart(say("command-teams-silent-room", email=email, room=channel, why=why))
        raise CannotStart(say("command-teams-no-rehearser", email=email))
    reference = await references.of_person(account.user) or replace(home, user=account.user)
    try:
        conversation = await connector.converse(reference)
    except DeliveryError as error:
        raise CannotStart(say("command-teams-refused-rehearser", email=email, why=error.why)) from None
    # Copies go to a conversation, not to somebody: where it is served is found by its own name.
    there = asdict(replace(reference, conversation=conversation, user=""))
    await around.memory.references(platform=TEAMS).keep(conversation, there, at=around.clock.now())
    return Stage(person=person.id, name=person.name, user=account.user, conversation=conversation)


async def _in_rooms(
    around: Around, wanted: set[str], *, connector: Connector, references: References, home: Reference
) -> tuple[Mapping[str, Member], Mapping[str, str]]:
    """Those of the `wanted` addresses who are in a room, and the rooms that do not tell, with why."""
    found: dict[str, Member] = {}
    silent: dict[str, str] = {}
    for key, channel in around.settings.rooms.items():
        left = wanted - set(found)
        if channel.platform != TEAMS or not left:
            continue
        room = await references.of_channel(channel.conversation) or replace(home, conversation=channel.conversation)
        try:
            found |= await named_in(room, left, connector=connector)
        except DeliveryError as error:
            # What is for that room goes to the one person all the same.
            silent[key] = error.why
            extra = {"action": "room_silent", "room": key, "why": error.why}
            log.warning("A room does not tell who is in it.", extra=extra)
    return found, silent


async def _adopt(around: Around, found: Mapping[str, Member]) -> None:
    settings = around.settings
    house = settings.organisation
    told = [
        (
            Account(platform=TEAMS, workspace=settings.teams.tenant or "", user=member.user),
            completed(
                with_roster(RosterEntry(email=member.email, name=member.name or None), around.roster),
                locale=house.locale,
                zone=house.zone,
            ),
            True,
        )
        for member in found.values()
    ]
    if told:
        async with around.memory.open_work() as work:
            await work.people.adopt_accounts(told)
