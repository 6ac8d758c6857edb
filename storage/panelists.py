"""Who may be asked by pulses: the panels they are dealt into, where they are, when they were last asked."""

import secrets
from collections.abc import Collection, Mapping
from zoneinfo import ZoneInfo

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rituals.pulses.panels import Panelist, Panels
from storage.census import MERGER
from storage.people import ACCOUNT, PERSON
from storage.statements import insert_all, insert_new
from storage.tables.columns import table
from storage.tables.pulses import PanelistRow, PulseCycleRow, PulsePlaceRow

CYCLE = table(PulseCycleRow)
PLACE = table(PulsePlaceRow)
PANELIST = table(PanelistRow)


class SqlPanelists:
    """Answers `rituals.ports.panelists.Panelists`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def key(self, ritual: str, cycle: str) -> bytes:
        """The secret by which a pulse deals its panels for `cycle`."""
        await insert_new(self._connection, CYCLE, {"ritual": ritual, "cycle": cycle, "key": secrets.token_bytes(32)})
        found = await self._connection.execute(
            select(CYCLE.c.key).where(CYCLE.c.ritual == ritual, CYCLE.c.cycle == cycle)
        )
        key: bytes = found.scalar_one()
        return key

    async def panels(self, ritual: str, cycle: str, *, count: int) -> Panels:
        """Who is in which panel; empty where none were dealt yet."""
        rows = await self._connection.execute(
            select(PLACE.c.person, PLACE.c.stratum, PLACE.c.panel).where(
                PLACE.c.ritual == ritual, PLACE.c.cycle == cycle
            )
        )
        found = rows.all()
        return Panels(
            cycle=cycle,
            count=count,
            strata={person: stratum for person, stratum, _ in found},
            assigned={person: panel for person, _, panel in found},
        )

    async def keep(self, ritual: str, panels: Panels, *, new: Collection[str]) -> None:
        """Keeps the places of `new` people, and forgets those of the pulse's earlier cycles."""
        for old in (PLACE, CYCLE):
            await self._connection.execute(delete(old).where(old.c.ritual == ritual, old.c.cycle < panels.cycle))
        await insert_all(
            self._connection,
            PLACE,
            [
                {
                    "ritual": ritual,
                    "cycle": panels.cycle,
                    "person": person,
                    "stratum": panels.strata[person],
                    "panel": panels.assigned[person],
                }
                for person in sorted(new)
            ],
        )

    async def all(self) -> Mapping[str, Panelist]:
        """What is kept of everybody who was ever invited or has opted out, by person.

        Of two people who turned out to be one, the one that remains keeps what either wished.
        """
        rows = await self._connection.execute(select(PANELIST))
        found = {row["person"]: Panelist(**row) for row in rows.mappings()}
        merged = await self._connection.execute(select(MERGER.c.person, MERGER.c.into).order_by(MERGER.c.origin))
        for person, into in merged:
            if person in found:
                found[into] = found[person].merged(found.get(into, Panelist(person=into)))
        return found

    async def whereabouts(self) -> Mapping[str, tuple[ZoneInfo, str | None]]:
        """The zone and the site of everybody who is there and has an account to be asked on, by person."""
        has_account = exists().where(ACCOUNT.c.person == PERSON.c.id, ACCOUNT.c.present)
        rows = await self._connection.execute(
            select(PERSON.c.id, PERSON.c.zone, PERSON.c.site).where(PERSON.c.present, has_account)
        )
        zones: dict[str, ZoneInfo] = {}
        return {person: (zones.setdefault(zone, ZoneInfo(zone)), site) for person, zone, site in rows}

    async def opt(self, person: str, *, out: bool) -> bool:
        """Leaves somebody in peace for good, or no longer; whether it was not so already."""
        values = {"person": person, "last_invited_on": None, "unanswered_in_a_row": 0, "opted_out": out}
        if await insert_new(self._connection, PANELIST, values):
            return out
        changed = await self._connection.execute(
            update(PANELIST).where(PANELIST.c.person == person, PANELIST.c.opted_out != out).values(opted_out=out)
        )
        return changed.rowcount == 1
