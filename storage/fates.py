"""What became of attempts to show posts, written down by the batch."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, String, Update, any_, bindparam, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rituals.posts import Fate, PostState, Settlement
from storage.direct import Direct
from storage.posts import LIVING_PAUSE, POST
from storage.statements import locked


async def write_fates(settlements: Iterable[Settlement], connection: AsyncConnection, at: datetime) -> None:
    """Writes what became of these posts; waits for whoever holds one of them."""
    for fate, shared, rows in _alike(settlements, at):
        await _ONE[fate].run_all(connection, shared, rows)


async def write_fates_of_free(
    settlements: Iterable[Settlement], connection: AsyncConnection, at: datetime
) -> Callable[[], frozenset[str]]:
    """Writes what became of those of these posts that nobody else holds, on PostgreSQL and with the next trip there.

    Which ones, once the transaction has ended.
    """
    written = []
    for fate, shared, rows in _alike(settlements, at):
        given = {f"{name}s": [row[name] for row in rows] for name in ("the_post", "the_conversation", "the_reference")}
        written.append(await _ALL_FREE[fate].soon(connection, {**shared, **given}))
    return lambda: frozenset(row["id"] for rows in written for row in rows())


def _alike(
    settlements: Iterable[Settlement], at: datetime
) -> Iterator[tuple[Fate, dict[str, Any], list[dict[str, Any]]]]:
    """By fate and what else they share, mostly one group: what they share, and what they do not."""
    alike: dict[tuple[Fate, int, datetime, str], list[dict[str, Any]]] = defaultdict(list)
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
        yield fate, {"the_revision": revision, "the_at": at, "the_due": due, "the_why": why}, rows


def _one() -> dict[Fate, Update]:
    """Of one post."""
    place = [bindparam(f"the_{name}", type_=String()) for name in ("conversation", "reference")]
    return _by_fate(update(POST).where(POST.c.id == bindparam("the_post")), *place)


def _all_free() -> dict[Fate, Update]:
    """Of all posts in a list that nobody else holds; their ids."""
    names = ("post", "conversation", "reference")
    posts, *places = (bindparam(f"the_{name}s", type_=ARRAY(String())) for name in names)
    given = func.unnest(posts, *places).table_valued(*names, name="given").render_derived()
    free = locked(select(POST.c.id).where(POST.c.id == any_(posts)), waiting=False)
    statement = update(POST).where(POST.c.id == given.c.post, POST.c.id.in_(free)).returning(POST.c.id)
    return _by_fate(statement, given.c.conversation, given.c.reference)


def _by_fate(one: Any, conversation: ColumnElement[Any], reference: ColumnElement[Any]) -> dict[Fate, Any]:
    given = {
        name: bindparam(f"the_{name}", type_=type_)
        for name, type_ in (
            ("revision", POST.c.revision.type),
            ("at", POST.c.due_at.type),
            ("due", POST.c.due_at.type),
            ("why", String()),
        )
    }
    newer = POST.c.revision > given["revision"]
    freed: dict[str, Any] = {"owner": None, "lease_until": None}
    tried = {**freed, "failures": POST.c.failures + 1, "due_at": given["due"], "why": given["why"]}
    over = {**freed, "attempted_at": None, "why": given["why"]}
    return {
        Fate.SHOWN: one.values(
            **freed,
            conversation=func.coalesce(conversation, POST.c.conversation),
            reference=func.coalesce(reference, POST.c.reference),
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


_ONE = {fate: _direct(statement) for fate, statement in _one().items()}
_ALL_FREE = {fate: _direct(statement) for fate, statement in _all_free().items()}
