"""The messages of a wave: its question, its reminder, and the homes on which the question stands too."""

from sqlalchemy import ColumnElement, Select, delete, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rituals.posts import PostState
from storage.people import PERSON
from storage.posts import POST
from storage.seals import INVITATION
from storage.statements import locked


def post_of(kind: str) -> ColumnElement[str]:
    """The id of that post to whoever the invitation at hand is for, as `rituals.pulses.waves.post_id` says it."""
    return literal(f"{kind}:") + INVITATION.c.wave + ":" + INVITATION.c.person


async def withdraw_posts(connection: AsyncConnection, kind: str, wave: str) -> None:
    """Takes back those posts of a wave that nobody was shown."""
    await connection.execute(
        update(POST)
        .where(
            POST.c.id.in_(_posts_of(kind, INVITATION.c.wave == wave)),
            *(POST.c.wanted, POST.c.first_shown_at.is_(None), POST.c.attempted_at.is_(None)),
        )
        .values(wanted=False, behind=False, state=PostState.WITHDRAWN)
    )


async def delete_posts(connection: AsyncConnection, kind: str, whose: ColumnElement[bool]) -> None:
    """Deletes those posts to the invitations that `whose` says."""
    # One that delivery holds is left: it goes with the next that are forgotten.
    await connection.execute(delete(POST).where(POST.c.id.in_(_posts_of(kind, whose)), POST.c.owner.is_(None)))


async def forget_homes(connection: AsyncConnection, wave: str) -> None:
    """Deletes the homes of all who were asked: one with the question on it tells who had not answered by then.

    All of them, for those without it would tell the rest; each is drawn anew when it is next opened.
    """
    home = literal("home:") + INVITATION.c.person
    theirs = (INVITATION.c.wave == wave, INVITATION.c.asked)
    # In the order in which homes are drawn one after the other: who locks in one order never waits in a ring.
    await connection.execute(
        locked(
            select(POST.c.id)
            .select_from(POST)
            .join(INVITATION, POST.c.id == home)
            .join(PERSON, PERSON.c.id == INVITATION.c.person)
            .where(*theirs)
            .order_by(PERSON.c.email),
            of=POST,
        )
    )
    await connection.execute(delete(POST).where(POST.c.id.in_(select(home).where(*theirs))))


def _posts_of(kind: str, whose: ColumnElement[bool]) -> Select[str]:
    return select(post_of(kind)).where(whose)
