"""The database of the settings, opened for whoever works on it: alone, beside others, or to make and mend it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.settings import Settings
from bot.starting import CannotStart
from rituals.messages import say
from rituals.ports import OpenWork, Outbox
from rituals.ports.leases import Lease
from rituals.standing import Standing
from storage.engine import (
    NotAlone,
    Unusable,
    alone_on,
    check_schema,
    importing_alone,
    is_taken,
    is_yet_to_be_made,
    kept_in_place,
    open_engine,
    replacing,
    schema_of,
)
from storage.listed import listed_before
from storage.references import SqlReferences
from storage.rehearsal import is_rehearsal, mark_rehearsal
from storage.work import Memory

if TYPE_CHECKING:
    from storage.backups import Manifest, Restored
    from storage.keys import Kept


def sends(platform: str) -> str:
    """The lease of whoever sends on a platform."""
    return f"send {platform}"


@contextmanager
def _usable() -> Iterator[None]:
    try:
        yield
    except Unusable as error:
        raise CannotStart(error.why) from None


@asynccontextmanager
async def _opened(settings: Settings, *, replaced: bool = False, made: bool = False) -> AsyncIterator[AsyncEngine]:
    """The engine while the context lasts; a SQLite file stays what it is meanwhile, unless it is to be `replaced`.

    Raises CannotStart where there is no such file: only what is to make one (`replaced`, `made`) leaves one behind.
    """
    engine = open_engine(settings.database.address.get_secret_value())
    if not (replaced or made) and is_yet_to_be_made(engine):
        raise CannotStart(say("command-database-empty"))
    with nullcontext() if replaced else kept_in_place(engine):
        try:
            yield engine
        finally:
            await engine.dispose()


@asynccontextmanager
async def working_on(settings: Settings) -> AsyncIterator[AsyncEngine]:
    """The database of `settings` for Comitia at work, a SQLite file for it alone. Raises CannotStart."""
    async with _opened(settings) as engine, AsyncExitStack() as stack:
        with _usable():
            await check_schema(engine)
            stack.enter_context(alone_on(engine))
            if settings.rehearsal:
                # Beside Comitia at work in earnest: Slack would hand each of the two a part of what people do.
                stack.enter_context(alone_on(open_engine(settings.database.live.get_secret_value())))
            await _check_purpose(engine, settings)
        yield engine


@dataclass(frozen=True, kw_only=True)
class Memories:
    """The database, open for a look."""

    open_work: OpenWork
    outbox: Outbox
    standing: Callable[[datetime], Awaitable[Standing]]
    sender: Callable[[str], Awaitable[Lease | None]]  # of a platform
    listed_before: Callable[[], Awaitable[Mapping[str, str]]]  # what app.yaml listed at the last start
    taken: bool | None  # whether a process is at work on it, as far as that can be seen: on a SQLite file
    references: Callable[[str], SqlReferences]  # where people and channels of a platform are met
    rehearsed: bool  # whether a rehearsal is at work instead, which keeps the file to itself too, and leaves it alone


@asynccontextmanager
async def recalling(settings: Settings) -> AsyncIterator[Memories]:
    """The database of `settings`, beside whoever works on it. Raises CannotStart."""
    async with _opened(settings) as engine:
        with _usable():
            await check_schema(engine)
            await _check_purpose(engine, settings)
        memory = Memory(engine, home=settings.platforms[0])
        house = settings.organisation
        yield Memories(
            open_work=memory.open_work,
            outbox=memory.outbox(platform=settings.platforms[0], locale=house.locale, zone=str(house.zone)),
            standing=memory.standing,
            sender=lambda platform: memory.leases().holder(sends(platform)),
            listed_before=lambda: listed_before(engine),
            taken=is_taken(engine),
            references=lambda platform: memory.references(platform=platform),
            rehearsed=not settings.rehearsal and _is_rehearsed(settings),
        )


def _is_rehearsed(settings: Settings) -> bool:
    return bool(is_taken(open_engine(settings.database.rehearsed().address.get_secret_value())))


@asynccontextmanager
async def importing(settings: Settings) -> AsyncIterator[OpenWork]:
    """The database of `settings` for one import at a time, beside whoever works on it. Raises CannotStart."""
    async with _opened(settings) as engine, AsyncExitStack() as stack:
        with _usable():
            await check_schema(engine)
            await _check_purpose(engine, settings)
            await stack.enter_async_context(importing_alone(engine))
        yield Memory(engine, home=settings.platforms[0]).open_work


async def migrate_database(settings: Settings) -> None:
    """Brings the database of `settings` to this version's schema. Raises CannotStart."""
    from storage.migrate import migrate  # Alembic is slow to import, and only migrations need it.

    async with _opened(settings, made=True) as engine:
        with _usable():
            if await schema_of(engine) is not None:
                await _check_purpose(engine, settings)
                await migrate(engine)
                return
            await migrate(engine)
            if settings.rehearsal:
                await mark_rehearsal(engine)


def forget_rehearsal(settings: Settings) -> None:
    """Removes the database of the rehearsal of `settings`, unless somebody has it open."""
    assert settings.rehearsal is not None
    path = Path(settings.database.path or "")
    with suppress(NotAlone), replacing(path):
        for ending in ("", "-wal", "-shm"):
            Path(f"{path}{ending}").unlink(missing_ok=True)


async def back_up_database(settings: Settings, file: Path, *, at: datetime, force: bool) -> Manifest:
    """Writes all that the database of `settings` holds to a file, beside whoever works on it. Raises CannotStart."""
    from storage.backups import back_up

    async with _opened(settings) as engine:
        with _usable():
            return await back_up(engine, file, at=at, force=force)


async def restore_database(settings: Settings, file: Path, *, at: datetime) -> Restored:
    """Makes the database of `settings` what a backup holds; the former one is kept. Raises CannotStart."""
    from storage.backups import restore

    async with _opened(settings, replaced=True) as engine:
        with _usable():
            return await restore(engine, file, at=at, rehearsal=settings.rehearsal is not None)


async def keys_of(settings: Settings) -> list[Kept]:
    """What keys the database of `settings` holds, without the keys. Raises CannotStart."""
    from storage.keys import kept_keys

    async with _opened(settings) as engine:
        with _usable():
            await check_schema(engine)
            return await kept_keys(engine)


async def rotate_key(settings: Settings, kind: Literal["sending", "identity"], *, at: datetime) -> int:
    """Puts a new key in the place of the one there is: for how many something had to be done. Raises CannotStart."""
    from storage.keys import rotate_identity, rotate_sending

    async with _opened(settings) as engine:
        with _usable():
            await check_schema(engine)
            return await (rotate_sending(engine, at=at) if kind == "sending" else rotate_identity(engine))


async def _check_purpose(engine: AsyncEngine, settings: Settings) -> None:
    """Raises CannotStart where a rehearsal would work on a real database, or the real thing on a rehearsal's."""
    rehearsed = await is_rehearsal(engine)
    if rehearsed and not settings.rehearsal:
        raise CannotStart(say("command-database-rehearsed", name=engine.url.database or ""))
    if settings.rehearsal and not rehearsed:
        raise CannotStart(say("command-database-live", name=engine.url.database or ""))
