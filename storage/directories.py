"""The people of an organisation as its directory tells of them: all of them once, and from then on who changed."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rituals.people import Account, RosterEntry
from storage.outbox import OpenConnection
from storage.people import ACCOUNT, SqlPeople, settle_presence
from storage.statements import insert_new
from storage.tables.columns import table
from storage.tables.directories import DirectoryRow

DIRECTORY = table(DirectoryRow)

PART = 500
"""How many accounts one statement names."""


class SqlDirectory:
    """What is kept of one organisation's on a platform."""

    def __init__(self, transaction: OpenConnection, *, platform: str, workspace: str) -> None:
        self._transaction = transaction
        self._platform = platform
        self._workspace = workspace
        self._ours = and_(DIRECTORY.c.platform == platform, DIRECTORY.c.workspace == workspace)
        self._accounts = and_(ACCOUNT.c.platform == platform, ACCOUNT.c.workspace == workspace)

    async def since(self, *, at: datetime, every: timedelta) -> str | None:
        """The link with which a reading goes on ("": from the beginning), for one replica in that time; else None."""
        row = {"platform": self._platform, "workspace": self._workspace, "link": "", "asked_at": at}
        async with self._transaction() as connection:
            if await insert_new(connection, DIRECTORY, row):
                return ""
            asked = update(DIRECTORY).where(self._ours, DIRECTORY.c.asked_at <= at - every).values(asked_at=at)
            found = await connection.execute(asked.returning(DIRECTORY.c.link))
            row = found.one_or_none()
            return None if row is None else str(row.link)

    async def adopt(
        self,
        people: Sequence[tuple[Account, RosterEntry, bool]],
        gone: Sequence[Account],
        *,
        default: RosterEntry,
    ) -> None:
        """Brings some of the people up to date: account, what is said, whether there. Who is `gone` has left.

        Whoever is not there and nobody we know stays unknown; `default`: language and zone of somebody new.
        """
        async with self._transaction() as connection:
            absent = [account.user for account, _, present in people if not present]
            known = await self._known(connection, absent)
            found = [one for one in people if one[2] or one[0].user in known]
            await SqlPeople(connection).adopt_accounts(found, default=default, mends=False)
            await self._leave(connection, [account.user for account in gone])

    async def keep(self, link: str, *, everybody: Collection[str] | None = None) -> None:
        """A reading is at its end. `everybody`: those it told of, where it told of all; nobody else is there."""
        async with self._transaction() as connection:
            if everybody is not None:
                there = await connection.execute(select(ACCOUNT.c.user).where(self._accounts, ACCOUNT.c.present))
                await self._leave(connection, sorted(set(there.scalars()) - set(everybody)))
            await connection.execute(update(DIRECTORY).where(self._ours).values(link=link))

    async def _known(self, connection: AsyncConnection, users: Sequence[str]) -> set[str]:
        found = await connection.execute(select(ACCOUNT.c.user).where(self._accounts, ACCOUNT.c.user.in_(users)))
        return set(found.scalars())

    async def _leave(self, connection: AsyncConnection, users: Sequence[str]) -> None:
        for begin in range(0, len(users), PART):
            theirs = and_(self._accounts, ACCOUNT.c.user.in_(users[begin : begin + PART]), ACCOUNT.c.present)
            people = (await connection.execute(select(ACCOUNT.c.person).where(theirs))).scalars().all()
            await connection.execute(update(ACCOUNT).where(theirs).values(present=False))
            await settle_presence(connection, people)
