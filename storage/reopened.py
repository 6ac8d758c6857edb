"""Rooms that refused messages and may take them again: what waits for them is not put off any longer."""

from sqlalchemy import case, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.people import ROOM
from storage.posts import POST
from storage.statements import locked


async def reopen(connection: AsyncConnection, *, platform: str) -> None:
    """Lets one post find out, for each room of a platform that refused one, whether it still does."""
    refused = await connection.execute(
        select(ROOM.c.room, ROOM.c.refused_at).where(
            ROOM.c.platform == platform, ROOM.c.refused > "", ROOM.c.refused_at.is_not(None)
        )
    )
    for room, since in refused.all():
        await connection.execute(
            update(ROOM).where(ROOM.c.platform == platform, ROOM.c.room == room).values(refused_at=None)
        )
        due = case((POST.c.not_before > since, POST.c.not_before), else_=since)
        put_off = (
            select(POST.c.id)
            .where(POST.c.platform == platform, POST.c.to_type == "room", POST.c.to == room)
            .where(POST.c.behind, POST.c.lease_until.is_(None), POST.c.due_at > due)
            .where(or_(POST.c.shown_revision == 0, POST.c.failures > 0))
        )
        await connection.execute(
            update(POST).where(POST.c.id.in_(locked(put_off, waiting=False, of=POST))).values(due_at=due)
        )
