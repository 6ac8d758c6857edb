"""What became of attempts to show posts, written down by the batch."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import String, Update, bindparam, case, func, or_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rituals.posts import Fate, PostState, Settlement
from storage.direct import Direct
from storage.posts import LIVING_PAUSE, POST


async def write_fates(settlements: Iterable[Settlement], connection: AsyncConnection, at: datetime) -> None:
    """Writes what became of these posts, which are the connection's transaction's."""
    alike: dict[tuple[Fate, int, datetime, str], list[dict[str, Any]]] = defaultdict(list)  # mostly one group
    for one in settlements:
        due = at + LIVING_PAUSE if one.fate is Fate.SHOWN else one.try_again or at
        alike[one.fate, one.revision, due, one.why].append(
            {
                "the_post": one.post,
                "the_conversation": one.place.conversation if one.place else None,
                "the_reference": one.place.message if one.place else None,
            }
        )
    for (fate, revision, due, why), rows in alike.items():
        shared = {"the_revision": revision, "the_at": at, "the_due": due, "the_why": why}
        await _BY_FATE[fate].run_all(connection, shared, rows)


def _by_fate() -> dict[Fate, Update]:
    given = {
        name: bindparam(f"the_{name}", type_=type_)
        for name, type_ in (
            ("revision", POST.c.revision.type),
            ("conversation", String()),
            ("reference", String()),
            ("at", POST.c.due_at.type),
            ("due", POST.c.due_at.type),
            ("why", String()),
        )
    }
    newer = POST.c.revision > given["revision"]
    one = update(POST).where(POST.c.id == bindparam("the_post"))
    freed: dict[str, Any] = {"owner": None, "lease_until": None}
    tried = {**freed, "failures": POST.c.failures + 1, "due_at": given["due"], "why": given["why"]}
    over = {**freed, "attempted_at": None, "why": given["why"]}
    return {
        Fate.SHOWN: one.values(
            **freed,
            conversation=func.coalesce(given["conversation"], POST.c.conversation),
            reference=func.coalesce(given["reference"], POST.c.reference),
            state=PostState.SHOWN,
            shown_revision=given["revision"],
            shown_at=given["at"],
            first_shown_at=func.coalesce(POST.c.first_shown_at, given["at"]),
            behind=or_(newer, POST.c.wanted.is_(False)),
            due_at=given["due"],
            attempted_at=None,
            failures=0,
            why="",
        ),
        Fate.WITHDRAWN: one.values(
            **freed,
            state=case((POST.c.wanted, PostState.EXPIRED), else_=PostState.WITHDRAWN),
            behind=False,
            attempted_at=None,
        ),
        # Words put meanwhile deserve an attempt of their own.
        Fate.REFUSED: one.values(**over, state=PostState.FAILED, behind=newer),
        Fate.GIVEN_UP: one.values(**over, state=PostState.PERHAPS, behind=False),
        Fate.NOT_SENT: one.values(**tried, attempted_at=None),
        Fate.UNKNOWN: one.values(**tried),
        # It was not tried: an attempt recorded by this claim never was one, and nothing failed.
        Fate.HELD: one.values(**freed, attempted_at=None, due_at=given["due"]),
        Fate.RETURNED: one.values(**freed),
    }


def _direct(statement: Update) -> Direct:
    return Direct(lambda _: statement)


_BY_FATE = {fate: _direct(statement) for fate, statement in _by_fate().items()}
