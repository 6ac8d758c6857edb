"""Identities: the e-mail addresses and numbers by which other systems know people, kept as keyed hashes."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.statements import insert, insert_new
from storage.tables.census import IdentityKeyRow, IdentityRow, TieRow
from storage.tables.columns import table

IDENTITY_KEY = table(IdentityKeyRow)
IDENTITY = table(IdentityRow)
TIE = table(TieRow)

MANY = 5000
"""How many values one statement asks for, well under what either database takes."""


def chunks(values: Iterable[Any], size: int = MANY) -> Iterator[list[Any]]:
    """The values, no more than `size` at a time."""
    rest = iter(values)
    while found := list(islice(rest, size)):
        yield found


class Identities:
    """Handles ("mail:…", "id:…") and the numbers that stand for them; only their keyed hashes are kept."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._key: bytes | None = None

    async def find(self, handles: Iterable[str]) -> dict[str, int]:
        """The numbers of those that have one."""
        key = await self._known_key()
        if key is None:
            return {}
        by_mark = {mark_of(key, handle): handle for handle in handles}
        found: dict[str, int] = {}
        for marks in chunks(by_mark):
            rows = await self._connection.execute(
                select(IDENTITY.c.mark, IDENTITY.c.id).where(IDENTITY.c.mark.in_(marks))
            )
            found |= {by_mark[mark]: number for mark, number in rows}
        return found

    async def make(self, handles: Iterable[str]) -> dict[str, int]:
        """The numbers of all of them."""
        wanted = list(dict.fromkeys(handles))
        found = await self.find(wanted)
        missing = [handle for handle in wanted if handle not in found]
        if missing:
            key = await self._known_key()
            if key is None:
                await insert_new(self._connection, IDENTITY_KEY, {"id": 1, "key": secrets.token_bytes(32)})
                key = await self._known_key()
                assert key is not None
            await self._connection.execute(
                insert(self._connection, IDENTITY).on_conflict_do_nothing(),
                [{"mark": mark} for mark in sorted(mark_of(key, handle) for handle in missing)],
            )
            found |= await self.find(missing)
        return found

    async def _known_key(self) -> bytes | None:
        if self._key is None:
            found = await self._connection.execute(select(IDENTITY_KEY.c.key))
            self._key = found.scalar_one_or_none()
        return self._key


def mark_of(key: bytes, handle: str) -> str:
    """What is kept of a handle: an HMAC-SHA256 under the one key, half of it, in hex."""
    return hmac.digest(key, handle.encode(), hashlib.sha256).hex()[:32]


async def owners(connection: AsyncConnection, handles: Iterable[str]) -> dict[str, str]:
    """Whose these handles are by what the files told last."""
    numbers = await Identities(connection).find(handles)
    of = {number: handle for handle, number in numbers.items()}
    found: dict[str, str] = {}
    for some in chunks(of):
        rows = await connection.execute(
            select(TIE.c.identity, TIE.c.person).where(TIE.c.identity.in_(some)).order_by(TIE.c.origin)
        )
        found |= {of[identity]: person for identity, person in rows}
    return found


async def everybodys(connection: AsyncConnection) -> Mapping[int, str]:
    """Whose each identity is by what the files told last."""
    rows = await connection.execute(select(TIE.c.identity, TIE.c.person).order_by(TIE.c.origin))
    return dict(rows.all())
