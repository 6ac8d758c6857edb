"""The key by which a message in chat is known again, made from its post's id, and what a restore asks of delivery."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.statements import insert_new
from storage.tables.columns import table
from storage.tables.sending import SendingKeyRow

SENDING_KEY = table(SendingKeyRow)

CAREFUL = timedelta(days=2)
"""How long after a restore each post is looked for before it is sent."""

CATCHING_UP = timedelta(minutes=10)
"""After the first start, what falls due for so long follows from what is done again: the parts of a wave, say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """The installation's key, and since when (up to a restore) it may have sent what it no longer knows."""

    key: bytes
    lost_since: datetime | None
    careful_until: datetime | None

    def key_of(self, post: str) -> str:
        """What travels in the message's metadata: opaque, and the same whenever the same post is put again."""
        return _key_of(self.key, post)

    def maybe_sent_since(self, at: datetime) -> datetime | None:
        """From when on a post that is new to us may be in chat already; None where it cannot be."""
        return self.lost_since if self.careful_until is not None and at < self.careful_until else None


@lru_cache(maxsize=4096)
def _key_of(key: bytes, post: str) -> str:
    return hmac.digest(key, post.encode(), hashlib.sha256).hex()[:32]


def careful_of(due_at: datetime) -> datetime:
    """A step due then may have been done before the restore where delivery is careful until that moment, or longer."""
    return due_at - CATCHING_UP + CAREFUL


async def sending(connection: AsyncConnection, *, at: datetime) -> Sending:
    """The key, made if there is none; the first call after a restore says until when delivery is careful."""
    found = await _kept(connection)
    if found is None:
        await insert_new(connection, SENDING_KEY, {"id": 1, "key": secrets.token_bytes(32), "made_at": at})
        found = await _kept(connection)
        assert found is not None
    if found.lost_since is not None and found.careful_until is None:
        # From here and not from the restore: what waits for a first look has all that time to be redone.
        await connection.execute(
            update(SENDING_KEY).where(SENDING_KEY.c.careful_until.is_(None)).values(careful_until=at + CAREFUL)
        )
        found = await _kept(connection)
        assert found is not None
    return found


async def _kept(connection: AsyncConnection) -> Sending | None:
    kept = select(SENDING_KEY.c.key, SENDING_KEY.c.lost_since, SENDING_KEY.c.careful_until)
    row = (await connection.execute(kept.where(SENDING_KEY.c.id == 1))).one_or_none()
    return None if row is None else Sending(key=row.key, lost_since=row.lost_since, careful_until=row.careful_until)
