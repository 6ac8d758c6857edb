"""The keys that the database holds: what there is of each kind, never the keys themselves, and new ones for old."""

import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import bindparam, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from rituals.messages import say
from storage.backups import check_unused, stopped
from storage.engine import Unusable, importing_alone, wipe_deleted
from storage.identities import IDENTITY, IDENTITY_KEY, chunks, mark_of
from storage.people import PERSON
from storage.posts import POST
from storage.sending import SENDING_KEY, Sending, sending
from storage.tables.census import PostingRow
from storage.tables.columns import table
from storage.tables.marks import SealKeyRow
from storage.tables.pulses import PulseCycleRow

POSTING, SEAL_KEY, CYCLE = table(PostingRow), table(SealKeyRow), table(PulseCycleRow)

Kind = Literal["sending", "identity", "panels", "seals"]
"""sending: knows a message of ours again; identity: hashes addresses; panels: deals a cycle's; seals: open rounds'."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The keys of one kind: how many there are, and since when where that is known."""

    kind: Kind
    count: int
    since: datetime | None = None


async def kept_keys(engine: AsyncEngine) -> list[Kept]:
    """Every kind of key, also where there is none of it."""
    async with engine.connect() as connection:
        made = list((await connection.execute(select(SENDING_KEY.c.made_at))).scalars())
        return [
            Kept(kind="sending", count=len(made), since=made[0] if made else None),
            Kept(kind="identity", count=await _count(connection, "identity_key")),
            Kept(kind="panels", count=await _count(connection, "pulse_cycle")),
            Kept(kind="seals", count=await _count(connection, "seal_key")),
        ]


async def _count(connection: AsyncConnection, name: str) -> int:
    counted = {"identity_key": IDENTITY_KEY, "pulse_cycle": CYCLE, "seal_key": SEAL_KEY}[name]
    return int((await connection.execute(select(func.count()).select_from(counted))).scalar_one())


async def rotate_sending(engine: AsyncEngine, *, at: datetime) -> int:
    """Makes a new key for messages: how many keep the one they were tried under.

    What was tried and is not settled yet is looked for under the key it went out with, kept with the post from now on;
    whatever is shown is known by its place. Raises Unusable while anybody works on the database, and for as long as a
    restore is careful: what it may have sent and no longer knows can only be found under the former key.
    """
    async with _to_itself(engine) as connection:
        former = await sending(connection, at=at)
        if former.maybe_sent_since(at) is not None:
            raise Unusable(say("keys-careful"))
        under_way = select(POST.c.id).where(
            POST.c.attempted_at.is_not(None), POST.c.reference.is_(None), POST.c.key == "", POST.c.to_type != "home"
        )
        posts = list((await connection.execute(under_way)).scalars())
        await _keep_keys(connection, posts, former)
        fresh = {"id": 1, "key": secrets.token_bytes(32), "made_at": at}
        await connection.execute(delete(SENDING_KEY))
        await connection.execute(SENDING_KEY.insert().values(**fresh))
    return len(posts)


async def _keep_keys(connection: AsyncConnection, posts: list[str], former: Sending) -> None:
    keep = update(POST).where(POST.c.id == bindparam("the_post")).values(key=bindparam("the_key"))
    for some in chunks(posts):
        await connection.execute(keep, [{"the_post": post, "the_key": former.key_of(post)} for post in some])


async def rotate_identity(engine: AsyncEngine) -> int:
    """Hashes every address anew under a new key: how many.

    Only where each is known from people and their managers: a hash cannot be turned back. Raises Unusable where one is
    not (an employer's number, somebody who is gone or objected), where there is no key, and while anybody works on the
    database.
    """
    async with _to_itself(engine) as connection:
        former = (await connection.execute(select(IDENTITY_KEY.c.key))).scalar_one_or_none()
        if former is None:
            raise Unusable(say("keys-none"))
        emails = set((await connection.execute(select(PERSON.c.email))).scalars())
        managers = await connection.execute(select(POSTING.c.manager).where(POSTING.c.manager.is_not(None)).distinct())
        handles = {f"mail:{email.lower()}" for email in (*emails, *managers.scalars())}
        by_mark = {mark_of(former, handle): handle for handle in handles}
        marks = list((await connection.execute(select(IDENTITY.c.mark))).scalars())
        strange = sum(mark not in by_mark for mark in marks)
        if strange:
            raise Unusable(say("keys-strange", count=strange, total=len(marks)))
        fresh = secrets.token_bytes(32)
        anew = update(IDENTITY).where(IDENTITY.c.mark == bindparam("the_mark")).values(mark=bindparam("the_new"))
        for some in chunks(marks):
            new = [{"the_mark": mark, "the_new": mark_of(fresh, by_mark[mark])} for mark in some]
            await connection.execute(anew, new)
        await connection.execute(update(IDENTITY_KEY).values(key=fresh))
    if engine.dialect.name == "sqlite":
        await wipe_deleted(engine)  # else the former key would stay in the log
    return len(marks)


@asynccontextmanager
async def _to_itself(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One transaction, beside which nobody works on the database or begins to. Raises Unusable."""
    async with AsyncExitStack() as stack:
        if engine.dialect.name == "sqlite":
            stack.enter_context(stopped(engine))
            await stack.enter_async_context(importing_alone(engine))
            async with engine.begin() as connection:
                yield connection
            return
        await engine.dispose()  # a connection of our own would count as somebody's
        async with engine.begin() as connection:
            # Whoever starts waits here, and learns of the new key.
            await connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('comitia start'))"))
            await check_unused(connection)
            yield connection
