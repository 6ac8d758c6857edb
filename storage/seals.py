"""Replies sealed under the key of their wave, all of one length, until the wave closes."""

import json
from collections.abc import Sequence

from cryptography.fernet import Fernet
from sqlalchemy import and_, bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rituals.pulses.waves import PulseReply
from storage.direct import Direct
from storage.marks import KEY
from storage.statements import insert_new, inserting_new
from storage.tables.columns import table
from storage.tables.pulses import InvitationRow, SealedReplyRow

INVITATION = table(InvitationRow)
SEALED = table(SealedReplyRow)

SEALED_LENGTH = 2_560
"""Bytes under every seal, so that a ciphertext's length says nothing: 500 characters of four bytes, and the codes."""

_SEALED_COLUMNS = ("wave", "person", "ciphertext")

_SEAL_NEW = Direct(lambda dialect: inserting_new(dialect, SEALED), blanks=_SEALED_COLUMNS)

_RESEAL = Direct(
    lambda _: (
        update(SEALED)
        .where(
            SEALED.c.wave == bindparam("of_wave"),
            SEALED.c.person == bindparam("by"),
            SEALED.c.ciphertext == bindparam("before"),
        )
        .values(ciphertext=bindparam("after"))
        .returning(SEALED.c.wave)
    )
)


class Seals:
    """Those of the waves that one piece of work has to do with."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._seals: dict[str, Fernet] = {}  # of the waves this work has read the key of
        self._read: dict[tuple[str, str], bytes | None] = {}  # the sealed replies it has read, by wave and person

    async def begin(self, wave: str) -> None:
        """Makes a wave's key."""
        await insert_new(self._connection, KEY, {"subject": wave, "key": Fernet.generate_key()})

    def opened(self, wave: str, key: bytes | None, person: str | None, ciphertext: bytes | None) -> PulseReply | None:
        """What a sealed reply says that was read together with its wave's key; the one that `keep` will replace."""
        if key is not None:
            self._seals[wave] = Fernet(key)
        if person is not None:
            self._read[wave, person] = ciphertext
        seal = self._seals.get(wave)
        return None if seal is None or ciphertext is None else _read(seal.decrypt(ciphertext))

    async def keep(self, wave: str, person: str, reply: PulseReply) -> bool:
        """Keeps the reply sealed, over the one that was `opened` in this work; False where it is another by now."""
        seal = await self._seal(wave)
        # A fixed time inside the token: when somebody answered is nobody's business.
        row = {"wave": wave, "person": person, "ciphertext": seal.encrypt_at_time(_written(reply), 0)}
        before = self._read.pop((wave, person))
        if before is None:
            return bool(await _SEAL_NEW.rows(self._connection, row, ending=True))
        # "of_wave", since a blank of a column's own name is for the value it is to have.
        blanks = {"of_wave": wave, "by": person, "before": before, "after": row["ciphertext"]}
        return bool(await _RESEAL.rows(self._connection, blanks, ending=True))

    async def all(self, wave: str) -> Sequence[tuple[PulseReply, str]]:
        """Every reply to a wave, each with the stratum it came from."""
        seal = await self._seal(wave)
        rows = await self._connection.execute(
            select(SEALED.c.ciphertext, INVITATION.c.stratum)
            .join(INVITATION, and_(INVITATION.c.wave == SEALED.c.wave, INVITATION.c.person == SEALED.c.person))
            .where(SEALED.c.wave == wave)
        )
        return [(_read(seal.decrypt(ciphertext)), stratum) for ciphertext, stratum in rows]

    async def destroy(self, wave: str) -> None:
        """Deletes a wave's replies and its key, without which nobody reads them again."""
        await self._connection.execute(delete(SEALED).where(SEALED.c.wave == wave))
        await self._connection.execute(delete(KEY).where(KEY.c.subject == wave))
        self._seals.pop(wave, None)

    async def _seal(self, wave: str) -> Fernet:
        if wave not in self._seals:
            found = await self._connection.execute(select(KEY.c.key).where(KEY.c.subject == wave))
            key = found.scalar_one_or_none()
            assert key is not None, "a wave has its key until it closes"
            return Fernet(key)
        return self._seals[wave]


def _written(reply: PulseReply) -> bytes:
    said = {"use": reply.use, "sat": reply.satisfaction, "bar": reply.barriers, "com": reply.comment}
    return json.dumps(said, ensure_ascii=False).encode().ljust(SEALED_LENGTH)


def _read(written: bytes) -> PulseReply:
    said = json.loads(written)
    return PulseReply(use=said["use"], satisfaction=said["sat"], barriers=tuple(said["bar"]), comment=said["com"])
