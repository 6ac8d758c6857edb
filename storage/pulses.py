"""Waves of pulses: who is invited; replies sealed until a wave closes, shuffled and nobody's after."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from rituals.measures.disclosure import Thresholds
from rituals.measures.statistics import Window
from rituals.occurrences import StepName
from rituals.people import Account
from rituals.pulses.waves import (
    ASKING,
    REMINDING,
    Answering,
    Invitation,
    PlainAnswer,
    PulseReply,
    Wave,
    WaveCount,
    WaveState,
    told_apart,
)
from storage.direct import Direct, Row
from storage.initiatives import INITIATIVE
from storage.marks import KEY
from storage.occurrences import STEP
from storage.panelists import PANELIST, PLACE
from storage.people import ACCOUNT, PERSON, is_account
from storage.posts import POST
from storage.seals import INVITATION, SEALED, Seals
from storage.statements import insert, insert_all, insert_new, locked
from storage.tables.columns import table
from storage.tables.pulses import (
    PulseAnswerRow,
    PulseCommentRow,
    WavePopulationRow,
    WaveRow,
)
from storage.wave_posts import delete_posts, forget_homes, post_of, withdraw_posts

WAVE = table(WaveRow)
POPULATION = table(WavePopulationRow)
ANSWER = table(PulseAnswerRow)
COMMENT = table(PulseCommentRow)

_ANSWERING = Direct(
    lambda _: (
        select(
            WAVE,
            *(PERSON.c.id.label("who"), PERSON.c.present, INVITATION.c.asked, SEALED.c.ciphertext, KEY.c.key),
            *(INITIATIVE.c.title, STEP.c.due_at.label("reminds_at")),
        )
        .select_from(WAVE)
        .outerjoin(ACCOUNT, is_account())
        .outerjoin(PERSON, PERSON.c.id == ACCOUNT.c.person)
        .outerjoin(INVITATION, and_(INVITATION.c.wave == WAVE.c.id, INVITATION.c.person == PERSON.c.id))
        .outerjoin(SEALED, and_(SEALED.c.wave == WAVE.c.id, SEALED.c.person == PERSON.c.id))
        .outerjoin(KEY, KEY.c.subject == WAVE.c.id)
        .outerjoin(INITIATIVE, INITIATIVE.c.key == WAVE.c.initiative)
        # That of its first part, which falls due with those of all others. By its id, as `Step.id` says it.
        .outerjoin(STEP, STEP.c.id == WAVE.c.occurrence + f"/{StepName.REMIND}/" + WAVE.c.id)
        .where(WAVE.c.id == bindparam("wave"))
        .with_for_update(read=True, of=WAVE)
    )
)


def _wave(row: RowMapping | Row) -> Wave:
    return Wave(
        id=row["id"],
        occurrence=row["occurrence"],
        ritual=row["ritual"],
        initiative=row["initiative"],
        opened_on=row["opened_on"],
        closes_at=row["closes_at"],
        barriers=row["barriers"],
        thresholds=_thresholds(row["k_answers"], row["k_comments"], row["k_telemetry"], row["k_invitations"]),
        state=WaveState(row["state"]),
    )


@cache
def _thresholds(answers: int, comments: int, telemetry: int, invitations: int) -> Thresholds:
    """Few differ, and each checks itself when it is made."""
    return Thresholds(answers=answers, comments=comments, telemetry=telemetry, invitations=invitations)


def _invitation(row: RowMapping) -> Invitation:
    return Invitation(
        person=row["person"],
        stratum=row["stratum"],
        zone=ZoneInfo(row["zone"]),
        site=row["site"],
        invited_on=row["invited_on"],
        asked=row["asked"],
    )


def _asked_in(wave: str) -> Select[Any]:
    """Those asked, in an order that stays."""
    return select(INVITATION).where(INVITATION.c.wave == wave, INVITATION.c.asked).order_by(INVITATION.c.person)


def _is_there() -> ColumnElement[bool]:
    """That the person of the invitation at hand has not left."""
    return exists().where(PERSON.c.id == INVITATION.c.person, PERSON.c.present)


class SqlPulses:
    """Answers `rituals.ports.pulses.Pulses`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self.destroyed = False  # whether this work deleted seals, so that what they leave behind is wiped after it
        self._seals = Seals(connection)

    # --- waves ---

    async def launch(self, wave: Wave, invitations: Sequence[Invitation], population: Mapping[str, int]) -> None:
        """Opens a wave with its key and its invitations; those asked were last invited on their day."""
        added = await insert_new(
            self._connection,
            WAVE,
            {
                "id": wave.id,
                "occurrence": wave.occurrence,
                "ritual": wave.ritual,
                "initiative": wave.initiative,
                "state": wave.state,
                "opened_on": wave.opened_on,
                "closes_at": wave.closes_at,
                "barriers": wave.barriers,
                "k_answers": wave.thresholds.answers,
                "k_comments": wave.thresholds.comments,
                "k_telemetry": wave.thresholds.telemetry,
                "k_invitations": wave.thresholds.invitations,
                "invited": len(invitations),
                "departed": 0,
                "answered": 0,
            },
        )
        if not added:
            return
        # Here and not with the first reply: nothing that somebody answers may leave another trace than their seal.
        await self._seals.begin(wave.id)
        await insert_all(
            self._connection,
            POPULATION,
            [{"wave": wave.id, "stratum": name, "people": people} for name, people in sorted(population.items())],
        )
        ordered = sorted(invitations, key=lambda one: one.person)
        await insert_all(
            self._connection,
            INVITATION,
            [
                {
                    "wave": wave.id,
                    "person": one.person,
                    "stratum": one.stratum,
                    "zone": str(one.zone),
                    "site": one.site,
                    "invited_on": one.invited_on,
                    "asked": one.asked,
                }
                for one in ordered
            ],
        )
        asked = [
            {"person": one.person, "last_invited_on": one.invited_on, "unanswered_in_a_row": 0, "opted_out": False}
            for one in ordered
            if one.asked
        ]
        if asked:
            statement = insert(self._connection, PANELIST)
            new = {"last_invited_on": statement.excluded.last_invited_on}
            await self._connection.execute(statement.on_conflict_do_update(index_elements=["person"], set_=new), asked)

    async def wave(self, wave: str, *, lock: bool = False) -> Wave | None:
        """The wave. `lock`: nobody answers before this work ends."""
        statement = select(WAVE).where(WAVE.c.id == wave)
        row = (await self._connection.execute(locked(statement) if lock else statement)).mappings().one_or_none()
        return _wave(row) if row else None

    async def waves(self, occurrence: str) -> Sequence[Wave]:
        """All waves of an occurrence, by id."""
        rows = await self._connection.execute(select(WAVE).where(WAVE.c.occurrence == occurrence).order_by(WAVE.c.id))
        return [_wave(row) for row in rows.mappings()]

    async def untold(self, wave: str, *, limit: int, told: int = 0) -> Sequence[Invitation]:
        """Up to `limit` of those asked who are still there and have no message yet; the first `told` surely have."""
        has_message = exists().where(POST.c.id == post_of(ASKING))
        people = _asked_in(wave).where(_is_there(), ~has_message)
        if told:
            first = _asked_in(wave).with_only_columns(INVITATION.c.person).limit(1).offset(told).scalar_subquery()
            people = people.where(INVITATION.c.person >= first)
        return await self._invitations(people.limit(limit))

    async def unreminded(self, wave: str, *, part: int, size: int) -> Sequence[Invitation]:
        """Of the `part`th (from 0) `size` people asked, those still there who have neither answered nor opted out."""
        people = _asked_in(wave).limit(size).offset(part * size).with_only_columns(INVITATION.c.person)
        has_answered = exists().where(SEALED.c.wave == wave, SEALED.c.person == INVITATION.c.person)
        has_opted_out = exists().where(PANELIST.c.person == INVITATION.c.person, PANELIST.c.opted_out)
        return await self._invitations(
            _asked_in(wave).where(INVITATION.c.person.in_(people), _is_there(), ~has_answered, ~has_opted_out)
        )

    async def _invitations(self, statement: Select[Any]) -> Sequence[Invitation]:
        return [_invitation(row) for row in (await self._connection.execute(statement)).mappings()]

    async def open_for(self, person: str) -> Sequence[str]:
        """The open waves in which the person was asked, by id."""
        rows = await self._connection.execute(
            select(WAVE.c.id)
            .join(INVITATION, INVITATION.c.wave == WAVE.c.id)
            .where(INVITATION.c.person == person, INVITATION.c.asked, WAVE.c.state == WaveState.OPEN)
            .order_by(WAVE.c.id)
        )
        return list(rows.scalars())

    async def waiting_for(self, person: str) -> Sequence[Wave]:
        """The open waves whose question the person was shown and has not answered, the first to close first."""
        rows = await self._connection.execute(
            select(WAVE)
            .join(INVITATION, INVITATION.c.wave == WAVE.c.id)
            .join(POST, POST.c.id == post_of(ASKING))
            .where(INVITATION.c.person == person, INVITATION.c.asked, WAVE.c.state == WaveState.OPEN)
            .where(
                POST.c.wanted,
                POST.c.first_shown_at.is_not(None),
                ~exists().where(SEALED.c.wave == WAVE.c.id, SEALED.c.person == person),
                ~exists().where(PANELIST.c.person == person, PANELIST.c.opted_out),
            )
            .order_by(WAVE.c.closes_at, WAVE.c.id)
        )
        return [_wave(row) for row in rows.mappings()]

    async def heard(self, wave: str, kind: str, *, part: int, size: int) -> Sequence[str] | None:
        """Of the `part`th (from 0) `size` people asked, those who were sent that post; None where there is none."""
        found = await self._connection.execute(
            _asked_in(wave).limit(size).offset(part * size).with_only_columns(INVITATION.c.person)
        )
        people = list(found.scalars())
        if not people:
            return None
        rows = await self._connection.execute(
            _asked_in(wave)
            .join(POST, POST.c.id == post_of(kind))
            .where(
                INVITATION.c.person.in_(people),
                POST.c.wanted,
                or_(POST.c.first_shown_at.is_not(None), POST.c.attempted_at.is_not(None)),
            )
            .with_only_columns(INVITATION.c.person)
        )
        return list(rows.scalars())

    # --- sealed replies ---

    async def answering(self, account: Account, wave: str) -> Answering | None:
        """Whoever has that account before the wave, in one query; None where there is no such wave.

        The wave is kept as it is by a shared lock; a reply is not, and `seal` sees to it that none gets lost.
        """
        row = await _ANSWERING.one_or_none(
            self._connection,
            {"platform": account.platform, "workspace": account.workspace, "user": account.user, "wave": wave},
        )
        if row is None:
            return None
        person = row["who"] if row["present"] else None
        return Answering(
            person=person,
            wave=_wave(row),
            tool=row["initiative"] if row["title"] is None else row["title"],
            is_asked=bool(row["asked"]),
            reminds_at=row["reminds_at"],
            reply=self._seals.opened(wave, row["key"], person, row["ciphertext"]),
        )

    async def seal(self, wave: str, person: str, reply: PulseReply) -> bool:
        """Keeps the reply sealed, over the one `answering` has read in this work; False where it is another by now."""
        return await self._seals.keep(wave, person, reply)

    async def close(self, wave: str, *, on: date) -> None:
        """Separates what was said from who said it: plain answers and comments, shuffled, under random ids."""
        found = await self.wave(wave, lock=True)
        if found is None or found.state is not WaveState.OPEN:
            return
        await self._write_plain(wave)
        await self._count(found, on)
        await self.forget_reminders(wave)  # whoever was sent one had not answered by then
        await forget_homes(self._connection, wave)
        await self._destroy(wave)

    async def _write_plain(self, wave: str) -> None:
        replies = await self._seals.all(wave)
        answers = [
            {
                "id": secrets.token_hex(16),
                "wave": wave,
                "stratum": stratum,
                "question": question,
                "codes": " ".join(codes),
            }
            for reply, stratum in replies
            for question, codes in reply.by_question().items()
        ]
        comments = [
            {"id": secrets.token_hex(16), "wave": wave, "words": reply.comment} for reply, _ in replies if reply.comment
        ]
        chance = secrets.SystemRandom()
        for into, rows in ((ANSWER, answers), (COMMENT, comments)):
            chance.shuffle(rows)
            await insert_all(self._connection, into, rows)

    async def _count(self, wave: Wave, on: date) -> None:
        has_answered = exists().where(SEALED.c.wave == wave.id, SEALED.c.person == INVITATION.c.person)
        rows = await self._connection.execute(
            select(
                INVITATION.c.stratum,
                INVITATION.c.asked,
                func.count(),
                func.sum(case((has_answered, 1), else_=0)),
                func.sum(case((or_(has_answered, _is_there()), 0), else_=1)),
            )
            .where(INVITATION.c.wave == wave.id)
            .group_by(INVITATION.c.stratum, INVITATION.c.asked)
        )
        counted = [(stratum, asked, invited, int(said), int(gone)) for stratum, asked, invited, said, gone in rows]
        await self._connection.execute(
            update(WAVE)
            .where(WAVE.c.id == wave.id)
            .values(
                state=WaveState.CLOSED,
                closed_on=on,
                invited=sum(invited for _, _, invited, _, _ in counted),
                answered=sum(said for _, _, _, said, _ in counted),
                departed=sum(gone for _, _, _, _, gone in counted),
            )
        )
        strata = told_apart(
            {stratum: invited for stratum, asked, invited, _, _ in counted if asked},
            {stratum: said for stratum, asked, _, said, _ in counted if asked},
            wave.thresholds.answers,
        )
        if strata:
            await self._connection.execute(
                update(PANELIST)
                .where(
                    PANELIST.c.person.in_(
                        select(INVITATION.c.person).where(
                            INVITATION.c.wave == wave.id, INVITATION.c.asked, INVITATION.c.stratum.in_(strata)
                        )
                    )
                )
                .values(
                    unanswered_in_a_row=case(
                        (PANELIST.c.person.in_(select(SEALED.c.person).where(SEALED.c.wave == wave.id)), 0),
                        else_=PANELIST.c.unanswered_in_a_row + 1,
                    )
                )
            )

    async def discard(self, wave: str, *, on: date | None = None) -> None:
        """Destroys what was said in an open wave, with its key, the homes of those asked and posts nobody was shown."""
        found = await self.wave(wave, lock=True)
        if found is None or found.state is not WaveState.OPEN:
            return
        for kind in (ASKING, REMINDING):
            await withdraw_posts(self._connection, kind, wave)
        await forget_homes(self._connection, wave)
        await self._connection.execute(
            update(WAVE).where(WAVE.c.id == wave).values(state=WaveState.CANCELLED, closed_on=on)
        )
        if on is None:
            await self._connection.execute(delete(INVITATION).where(INVITATION.c.wave == wave))
        await self._destroy(wave)

    async def forget_reminders(self, wave: str) -> None:
        """Deletes what is kept of a wave's reminders."""
        await delete_posts(self._connection, REMINDING, INVITATION.c.wave == wave)

    async def _destroy(self, wave: str) -> None:
        await self._seals.destroy(wave)
        self.destroyed = True

    # --- what became of them ---

    async def answers(self, initiative: str, window: Window) -> Sequence[PlainAnswer]:
        """The answers of the waves that closed on a day within `window`, in no order that tells anything."""
        rows = await self._connection.execute(
            select(ANSWER)
            .join(WAVE, WAVE.c.id == ANSWER.c.wave)
            .where(*_closed_within(initiative, window))
            .order_by(ANSWER.c.id)
        )
        return [
            PlainAnswer(
                wave=row["wave"],
                stratum=row["stratum"],
                question=row["question"],
                codes=tuple(row["codes"].split()),
            )
            for row in rows.mappings()
        ]

    async def wave_counts(self, initiative: str, window: Window) -> Sequence[WaveCount]:
        """How many each wave that closed within `window` asked and heard from, oldest first."""
        rows = await self._connection.execute(
            select(WAVE).where(*_closed_within(initiative, window)).order_by(WAVE.c.closed_on, WAVE.c.id)
        )
        waves = rows.mappings().all()
        people = await self._connection.execute(
            select(POPULATION).where(POPULATION.c.wave.in_([row["id"] for row in waves]))
        )
        population: dict[str, dict[str, int]] = {}
        for wave, stratum, count in people:
            population.setdefault(wave, {})[stratum] = count
        return [
            WaveCount(
                wave=row["id"],
                initiative=row["initiative"],
                closed_on=row["closed_on"],
                invited=row["invited"],
                left=row["departed"],
                answered=row["answered"],
                population=population.get(row["id"], {}),
            )
            for row in waves
        ]

    async def forget(self, *, participation: date, comments: date, answers: date) -> None:
        """Deletes what belongs to waves closed before these days; their counts stay."""
        for kind in (ASKING, REMINDING):
            await delete_posts(self._connection, kind, INVITATION.c.wave.in_(_closed_before(participation)))
        for what, before in ((INVITATION, participation), (COMMENT, comments), (ANSWER, answers)):
            await self._connection.execute(delete(what).where(what.c.wave.in_(_closed_before(before))))

    async def erase(self, person: str) -> None:
        """Deletes all that is kept of somebody but when they were last asked, and the wish to be left in peace.

        Both protect them: without the day they might be asked again too soon. What was separated stays.
        """
        for what in (SEALED, INVITATION, PLACE):
            await self._connection.execute(delete(what).where(what.c.person == person))
        await self._connection.execute(
            update(PANELIST).where(PANELIST.c.person == person).values(unanswered_in_a_row=0)
        )
        self.destroyed = True


def _closed_within(initiative: str, window: Window) -> tuple[ColumnElement[bool], ...]:
    return (
        WAVE.c.initiative == initiative,
        WAVE.c.state == WaveState.CLOSED,
        WAVE.c.closed_on >= window.first,
        WAVE.c.closed_on <= window.last,
    )


def _closed_before(day: date) -> Any:
    return select(WAVE.c.id).where(WAVE.c.closed_on < day)
