"""People and their accounts."""

import secrets
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rituals.people import Account, Person, Role, RosterEntry
from storage.statements import insert_new, upsert
from storage.tables.columns import table
from storage.tables.people import AccountRow, PersonRow, RoomRow

PERSON = table(PersonRow)
ACCOUNT = table(AccountRow)
ROOM = table(RoomRow)


def _person(row: RowMapping) -> Person:
    return Person(
        id=row["id"],
        name=row["name"],
        email=row["email"],
        locale=row["locale"],
        zone=ZoneInfo(row["zone"]),
        site=row["site"],
        roles=frozenset(Role(name) for name in row["roles"].split()),
        present=row["present"],
    )


def _roles(roles: frozenset[Role]) -> str:
    return " ".join(sorted(roles))


class SqlPeople:
    """Answers `rituals.ports.People`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def by_account(self, account: Account) -> Person | None:
        """The person of that account."""
        statement = (
            select(PERSON)
            .join(ACCOUNT, ACCOUNT.c.person == PERSON.c.id)
            .where(
                ACCOUNT.c.platform == account.platform,
                ACCOUNT.c.workspace == account.workspace,
                ACCOUNT.c.user == account.user,
            )
        )
        row = (await self._connection.execute(statement)).mappings().one_or_none()
        return _person(row) if row else None

    async def get(self, person: str) -> Person | None:
        """The person of that id."""
        row = (await self._connection.execute(select(PERSON).where(PERSON.c.id == person))).mappings().one_or_none()
        return _person(row) if row else None

    async def all_present(self) -> Sequence[Person]:
        """Everybody who has not left, by e-mail."""
        rows = await self._connection.execute(select(PERSON).where(PERSON.c.present).order_by(PERSON.c.email))
        return [_person(row) for row in rows.mappings()]

    async def adopt_roster(self, roster: Sequence[RosterEntry], *, default: RosterEntry) -> None:
        """Makes roles, sites and languages what the roster says; whoever it does not name keeps no role."""
        named = [entry.email.lower() for entry in roster]
        await self._connection.execute(update(PERSON).where(PERSON.c.email.not_in(named)).values(roles=""))
        for entry in roster:
            await self._adopt(entry, default, authority=True)

    async def adopt_account(self, account: Account, entry: RosterEntry, *, present: bool) -> None:
        """Ties an account to the person of that e-mail, making the person if new."""
        person = await self._adopt(entry, entry, authority=False)
        await self._connection.execute(update(PERSON).where(PERSON.c.id == person).values(present=present))
        await upsert(
            self._connection,
            ACCOUNT,
            {"platform": account.platform, "workspace": account.workspace, "user": account.user, "person": person},
        )

    async def _adopt(self, entry: RosterEntry, default: RosterEntry, *, authority: bool) -> str:
        email = entry.email.lower()
        await insert_new(
            self._connection,
            PERSON,
            {
                "id": secrets.token_hex(8),
                "email": email,
                "name": entry.name or email.partition("@")[0],
                "locale": entry.locale or default.locale or "en",
                "zone": str(entry.zone or default.zone or "UTC"),
                "site": entry.site,
                "roles": _roles(entry.roles),
                "present": True,
            },
        )
        known = (await self._connection.execute(select(PERSON).where(PERSON.c.email == email))).mappings().one()
        changes: dict[str, Any] = {
            "name": entry.name,
            "locale": entry.locale,
            "zone": str(entry.zone) if entry.zone else None,
            "site": entry.site,
            "roles": _roles(entry.roles) if authority else None,
        }
        changes = {name: value for name, value in changes.items() if value is not None and value != known[name]}
        if authority and entry.site is None and known["site"] is not None:
            changes["site"] = None
        if changes:
            await self._connection.execute(update(PERSON).where(PERSON.c.email == email).values(**changes))
        return str(known["id"])


class SqlRooms:
    """Which conversation a room of app.yaml is on a platform."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def adopt(self, platform: str, rooms: dict[str, str]) -> None:
        """Keeps the conversation id of each room name."""
        for room, conversation in rooms.items():
            await upsert(self._connection, ROOM, {"platform": platform, "room": room, "conversation": conversation})
