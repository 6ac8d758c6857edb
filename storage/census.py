"""Who belongs where and has what, dated."""

import json
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

from rituals.census import (
    Eligible,
    Posting,
    Target,
    Told,
    access_spells,
    eligible_spells,
    placements,
    posting_on,
)
from rituals.initiatives import Initiative, Stage
from rituals.measures.adoption import History, Spell
from rituals.measures.statistics import Window
from rituals.people import RosterEntry
from storage import uses
from storage.identities import IDENTITY, TIE, Identities, chunks, everybodys, owners
from storage.initiatives import INITIATIVE, SqlInitiatives
from storage.objections import OBJECTION, objecting
from storage.people import ACCOUNT, PERSON
from storage.sources import USAGE_DAY, USAGE_SPAN, USAGE_WEEK
from storage.statements import insert, insert_all
from storage.tables.census import (
    InitiativeToldRow,
    MergerRow,
    MovedAccountRow,
    PostingRow,
    TargetRow,
)
from storage.tables.columns import table

POSTING = table(PostingRow)
MERGER = table(MergerRow)
MOVED = table(MovedAccountRow)
TARGET = table(TargetRow)
TOLD = table(InitiativeToldRow)


class SqlCensus:
    """Answers `rituals.ports.census.Census`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._identities = Identities(connection)
        self._read: dict[str, list[Posting]] | None = None  # everybody's postings, as long as this work adds none

    # --- questions ---

    async def population(self, initiative: str, on: date) -> Sequence[Eligible]:
        """Everybody in the target population of `initiative` on that day, people who are present only."""
        targets = await self._targets(initiative)
        if not targets:
            return []
        present = set((await self._connection.execute(select(PERSON.c.id).where(PERSON.c.present))).scalars())
        found = []
        for person, postings in (await self._everybody()).items():
            posting = posting_on(postings, on)
            if posting is None or person not in present:
                continue
            spell = next((spell for spell in eligible_spells(postings, targets) if on in spell), None)
            if spell is not None:
                found.append(
                    Eligible(person=person, department=posting.department, site=posting.site, since=spell.first)
                )
        return sorted(found, key=lambda one: one.person)

    async def histories(self, initiative: str, window: Window) -> Sequence[History]:
        """Of everybody who was eligible, had access or used `initiative` within `window` or before."""
        targets = await self._targets(initiative)
        everybody = await self._everybody()
        used = await uses.used(self._connection, initiative, window.last)
        found = []
        for person in sorted({*everybody, *used}):
            postings = everybody.get(person, [])
            eligible = _until(eligible_spells(postings, targets), window.last)
            enabled = _until(access_spells(postings, initiative), window.last)
            use = used.get(person)
            if not eligible and not enabled and use is None:
                continue
            use = use or uses.Use()
            found.append(
                History(
                    person=person,
                    eligible=eligible,
                    enabled=enabled,
                    used_on=frozenset(use.days),
                    weeks=use.person_weeks(),
                    first_use=use.first,
                    last_use=use.last,
                    placements=placements(postings),
                )
            )
        return found

    async def rolled_out(self) -> Mapping[str, date]:
        """The initiatives that people have, by key, with the day of their first rollout."""
        return {
            key: min(target.rollout_on for target in targets) for key, targets in (await self._all_targets()).items()
        }

    async def told(self) -> Mapping[str, Told]:
        """What the files say of each initiative they name."""
        targets = await self._all_targets()
        rows = await self._connection.execute(select(TOLD).order_by(TOLD.c.initiative, TOLD.c.origin))
        found = {
            row["initiative"]: Told(
                **{name: row[name] for name in ("title", "summary", "department", "owner", "sponsor", "bucket")},
                stage=None if row["stage"] is None else Stage(row["stage"]),
                targets=tuple(targets.get(row["initiative"], ())),
            )
            for row in rows.mappings()
        }
        return {key: Told(targets=tuple(those)) for key, those in targets.items() if key not in found} | found

    async def departments(self) -> frozenset[str]:
        """Every department anybody was ever told to be in."""
        return frozenset((await self._connection.execute(select(POSTING.c.department).distinct())).scalars())

    async def owners(self, handles: Iterable[str]) -> Mapping[str, str]:
        """Whose these addresses ("mail:…") and employer's numbers ("id:…") are; nobody's are left out."""
        wanted = list(dict.fromkeys(handles))
        emails = {handle.removeprefix("mail:"): handle for handle in wanted if handle.startswith("mail:")}
        found: dict[str, str] = {}
        for some in chunks(emails):
            rows = await self._connection.execute(select(PERSON.c.email, PERSON.c.id).where(PERSON.c.email.in_(some)))
            found |= {emails[email]: person for email, person in rows}
        return found | await owners(self._connection, wanted)

    async def identities(self, handles: Iterable[str], *, make: bool = True) -> Mapping[str, int]:
        """What stands for each of these handles here; made where it is new, or else left out."""
        return await (self._identities.make(handles) if make else self._identities.find(handles))

    async def postings(self, people: Iterable[str]) -> Mapping[str, Sequence[Posting]]:
        """The postings of these people, oldest first."""
        everybody = await self._everybody()
        return {person: everybody[person] for person in people if person in everybody}

    # --- what imports do ---

    async def make_people(self, entries: Sequence[RosterEntry], *, origin: int) -> Sequence[str]:
        """New people with what `entries` say, in that order; their ids."""
        rows = [
            {
                "id": secrets.token_hex(8),
                "email": entry.email,
                "name": entry.name or entry.email.partition("@")[0],
                "locale": entry.locale or "en",
                "zone": str(entry.zone or "UTC"),
                "site": entry.site,
                "roles": "",
                "ruled": "",
                "present": True,
                "gone": False,
                "origin": origin,
            }
            for entry in entries
        ]
        await insert_all(self._connection, PERSON, rows)
        return [str(row["id"]) for row in rows]

    async def merge(self, people: Iterable[str], *, origin: int) -> str:
        """Makes one person of several, whose accounts and identities become theirs; the id that remains.

        Who has a role remains, else who has an account, else the one known first.
        """
        has_account = exists().where(ACCOUNT.c.person == PERSON.c.id, ACCOUNT.c.present)
        rows = await self._connection.execute(
            select(PERSON.c.id)
            .where(PERSON.c.id.in_(list(people)))
            .order_by(PERSON.c.roles == "", ~has_account, PERSON.c.origin.nulls_first(), PERSON.c.email)
        )
        kept, *others = rows.scalars()
        for other in others:
            moved = (await self._connection.execute(select(ACCOUNT).where(ACCOUNT.c.person == other))).mappings().all()
            await insert_all(
                self._connection,
                MOVED,
                [
                    {name: row[name] for name in ("platform", "workspace", "user", "person")} | {"origin": origin}
                    for row in moved
                ],
            )
            await self._connection.execute(update(ACCOUNT).where(ACCOUNT.c.person == other).values(person=kept))
            tied = await self._connection.execute(select(TIE.c.identity).where(TIE.c.person == other).distinct())
            await self._retie({identity: str(kept) for identity in tied.scalars()}, origin, only_from=other)
            await insert_all(self._connection, MERGER, [{"person": other, "origin": origin, "into": kept}])
        self._read = None
        return str(kept)

    async def tie(self, owners: Mapping[str, str], *, origin: int) -> None:
        """Keeps whose each handle is."""
        numbers = await self._identities.make(owners)
        await self._retie({numbers[handle]: person for handle, person in owners.items()}, origin)
        self._read = None

    async def _retie(self, owners: Mapping[int, str], origin: int, *, only_from: str | None = None) -> None:
        known: dict[int, str] = {}
        for some in chunks(owners):
            rows = await self._connection.execute(
                select(TIE.c.identity, TIE.c.person).where(TIE.c.identity.in_(some)).order_by(TIE.c.origin)
            )
            known |= dict(rows.all())
        new = [
            {"identity": identity, "origin": origin, "person": person}
            for identity, person in sorted(owners.items())
            if known.get(identity) != person and only_from in {None, known.get(identity)}
        ]
        statement = insert(self._connection, TIE)
        if new:
            await self._connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["identity", "origin"], set_={"person": statement.excluded.person}
                ),
                new,
            )

    async def post(self, told: Sequence[tuple[str, Posting]], *, origin: int) -> None:
        """Adds postings, each by the address its line names first ("mail:…"); none of those who objected."""
        managers = [f"mail:{posting.manager}" for _, posting in told if posting.manager]
        objected = await objecting(self._connection, [*(handle for handle, _ in told), *managers])
        told = [(handle, posting) for handle, posting in told if handle not in objected]
        numbers = await self._identities.make(handle for handle, _ in told)
        await insert_all(
            self._connection,
            POSTING,
            [
                {
                    "identity": numbers[handle],
                    "valid_from": posting.valid_from,
                    "origin": origin,
                    "name": posting.name,
                    "department": posting.department,
                    "site": posting.site,
                    "manager": None if f"mail:{posting.manager}" in objected else posting.manager,
                    "access": " ".join(sorted(posting.access)),
                    "left_on": posting.left_on,
                    "employee": posting.employee,
                }
                for handle, posting in told
            ],
        )
        self._read = None

    async def target(self, initiative: str, targets: Sequence[Target], *, origin: int) -> None:
        """All the targets of an initiative from now on."""
        await insert_all(
            self._connection,
            TARGET,
            [
                {
                    "initiative": initiative,
                    "origin": origin,
                    "department": target.department or "",
                    "site": target.site or "",
                    "rollout_on": target.rollout_on,
                }
                for target in targets
            ],
        )

    async def tell(self, initiative: str, told: Told, words: Initiative | None, *, origin: int) -> None:
        """Keeps what a file says of an initiative; `words`: what the portfolio then has (None: app.yaml's stay)."""
        row: dict[str, Any] = {
            "initiative": initiative,
            "origin": origin,
            **{name: getattr(told, name) for name in ("title", "summary", "department", "owner", "sponsor", "bucket")},
            "stage": None if told.stage is None else told.stage.value,
            "before": "{}",
        }
        if words is not None:
            portfolio = SqlInitiatives(self._connection)
            known = await portfolio.get(initiative)
            row["before"] = None if known is None else json.dumps(_words(known))
            await portfolio.adopt([words])
        await insert_all(self._connection, TOLD, [row])

    async def take_back(self, origin: int) -> None:
        """Everything as it was before that import."""
        await self._take_back_words(origin)
        for told in (TARGET, POSTING):
            await self._connection.execute(delete(told).where(told.c.origin == origin))
        tied = set((await self._connection.execute(select(TIE.c.person).where(TIE.c.origin == origin))).scalars())
        await self._connection.execute(delete(TIE).where(TIE.c.origin == origin))
        mergers = (await self._connection.execute(select(MERGER).where(MERGER.c.origin == origin))).mappings().all()
        moved = (await self._connection.execute(select(MOVED).where(MOVED.c.origin == origin))).mappings().all()
        for row in moved:
            await self._connection.execute(
                update(ACCOUNT)
                .where(
                    ACCOUNT.c.platform == row["platform"],
                    ACCOUNT.c.workspace == row["workspace"],
                    ACCOUNT.c.user == row["user"],
                    ACCOUNT.c.person.in_([merger["into"] for merger in mergers]),
                )
                .values(person=row["person"])
            )
        await self._connection.execute(delete(MOVED).where(MOVED.c.origin == origin))
        await self._connection.execute(delete(MERGER).where(MERGER.c.origin == origin))
        await self._connection.execute(
            delete(PERSON).where(PERSON.c.origin == origin, *_unreferenced(PERSON, PERSON.c.id))
        )
        await self._connection.execute(update(PERSON).where(PERSON.c.origin == origin).values(origin=None))
        self._read = None
        await self.forget_strays()
        # Nobody's postings any more, so `settle` would not look at them.
        freed = tied | {str(row["person"]) for row in mergers}
        for some in chunks(sorted(freed)):
            await self._connection.execute(
                update(PERSON)
                .where(PERSON.c.id.in_(some), PERSON.c.gone)
                .values(gone=False, present=or_(_has_account(), ~_had_account()))
            )
            await self._connection.execute(
                update(PERSON).where(PERSON.c.id.in_(some), PERSON.c.ruled.not_like("%site%")).values(site=None)
            )

    async def _take_back_words(self, origin: int) -> None:
        rows = await self._connection.execute(select(TOLD).where(TOLD.c.origin == origin))
        portfolio = SqlInitiatives(self._connection)
        for row in rows.mappings().all():
            before: dict[str, Any] | None = None if row["before"] is None else json.loads(row["before"])
            known = await portfolio.get(row["initiative"])
            if before is None:
                await self._connection.execute(
                    delete(INITIATIVE).where(
                        INITIATIVE.c.key == row["initiative"], *_unreferenced(INITIATIVE, INITIATIVE.c.key)
                    )
                )
            elif before and known is not None:
                stage = Stage(before.pop("stage"))
                # A committee that has decided since is not overruled.
                stage = stage if row["stage"] in {None, known.stage.value} else known.stage
                await portfolio.put(replace(known, stage=stage, **before))
        await self._connection.execute(delete(TOLD).where(TOLD.c.origin == origin))

    async def left_before(self, day: date) -> Sequence[str]:
        """Whoever left before that day and has not come back, nor will."""
        everybody = await self._everybody()
        return [
            person
            for person, postings in everybody.items()
            if (last := postings[-1].left_on) is not None and last < day
        ]

    async def forget_strays(self) -> None:
        """Deletes the identities that nothing speaks of any more."""
        used = [
            select(column)
            for column in (
                *(TIE.c.identity, POSTING.c.identity, USAGE_DAY.c.identity, USAGE_WEEK.c.identity),
                *(USAGE_SPAN.c.identity, OBJECTION.c.identity),
            )
        ]
        await self._connection.execute(
            delete(IDENTITY).where(
                *(IDENTITY.c.id.not_in(one) for one in used),
                ~exists().where(POSTING.c.employee == IDENTITY.c.id),
            )
        )

    async def settle(self, today: date) -> None:
        """Brings presence, site and, where no platform tells it, name in line with today's postings."""
        everybody = await self._everybody()
        merged = set((await self._connection.execute(select(MERGER.c.person))).scalars()) - set(everybody)
        rows: list[Any] = []
        for some in chunks(sorted({*everybody, *merged})):
            found = await self._connection.execute(
                select(
                    *(PERSON.c.id, PERSON.c.name, PERSON.c.site, PERSON.c.ruled, PERSON.c.present, PERSON.c.gone),
                    _has_account().label("has_account"),
                    _had_account().label("had_account"),
                ).where(PERSON.c.id.in_(some))
            )
            rows += found.mappings().all()
        changed = []
        for row in rows:
            ruled = row["ruled"].split()
            now = _standing(everybody.get(row["id"], []), today)
            gone = now is None or (now.left_on is not None and now.left_on < today)
            wanted = {
                "gone": gone,
                "present": not gone and (row["has_account"] or not row["had_account"]),
                "site": row["site"] if now is None or "site" in ruled else now.site,
                "name": row["name"]
                if now is None or not now.name or "name" in ruled or row["had_account"]
                else now.name,
            }
            if any(row[name] != value for name, value in wanted.items()):
                changed.append({"of": row["id"]} | {f"new_{name}": value for name, value in wanted.items()})
        if changed:
            await self._connection.execute(
                update(PERSON)
                .where(PERSON.c.id == bindparam("of"))
                .values({name: bindparam(f"new_{name}") for name in ("gone", "present", "site", "name")}),
                changed,
            )

    # --- reading ---

    async def _everybody(self) -> dict[str, list[Posting]]:
        """Everybody's postings, oldest first; of several that begin on one day the newest import's."""
        if self._read is None:
            owner = await everybodys(self._connection)
            rows = await self._connection.execute(select(POSTING).order_by(POSTING.c.valid_from, POSTING.c.origin))
            found: dict[str, dict[date, Posting]] = defaultdict(dict)
            for row in rows.mappings():
                if row["identity"] in owner:
                    found[owner[row["identity"]]][row["valid_from"]] = _posting(row)
            self._read = {person: list(by_day.values()) for person, by_day in found.items()}
        return self._read

    async def _targets(self, initiative: str) -> list[Target]:
        return (await self._all_targets()).get(initiative, [])

    async def _all_targets(self) -> dict[str, list[Target]]:
        newest = select(TARGET.c.initiative, func.max(TARGET.c.origin).label("origin")).group_by(TARGET.c.initiative)
        held = newest.subquery()
        rows = await self._connection.execute(
            select(TARGET)
            .join(held, (held.c.initiative == TARGET.c.initiative) & (held.c.origin == TARGET.c.origin))
            .order_by(TARGET.c.initiative, TARGET.c.department, TARGET.c.site)
        )
        found: dict[str, list[Target]] = defaultdict(list)
        for row in rows.mappings():
            found[row["initiative"]].append(
                Target(rollout_on=row["rollout_on"], department=row["department"] or None, site=row["site"] or None)
            )
        return dict(found)


def _until(spells: Iterable[Spell], day: date) -> tuple[Spell, ...]:
    """Those that have begun by `day`."""
    return tuple(spell for spell in spells if spell.first <= day)


def _standing(postings: Sequence[Posting], today: date) -> Posting | None:
    """The newest posting that has begun, else the first to come."""
    begun = [posting for posting in postings if posting.valid_from <= today]
    return begun[-1] if begun else next(iter(postings), None)


def _posting(row: Mapping[Any, Any]) -> Posting:
    return Posting(
        valid_from=row["valid_from"],
        department=row["department"],
        site=row["site"],
        manager=row["manager"],
        access=frozenset(row["access"].split()),
        left_on=row["left_on"],
        name=row["name"],
        employee=row["employee"],
    )


def _words(one: Initiative) -> dict[str, str | None]:
    return {
        "title": one.title,
        "summary": one.summary,
        "stage": one.stage.value,
        "department": one.department,
        "owner": one.owner,
    }


def _has_account() -> ColumnElement[bool]:
    return exists().where(ACCOUNT.c.person == PERSON.c.id, ACCOUNT.c.present)


def _had_account() -> ColumnElement[bool]:
    return exists().where(ACCOUNT.c.person == PERSON.c.id)


def _unreferenced(of: Table, key: ColumnElement[Any]) -> Collection[ColumnElement[bool]]:
    """That no row of any table refers to a row of this one."""
    return [
        ~exists().where(foreign.parent == key)
        for other in SQLModel.metadata.sorted_tables
        for foreign in other.foreign_keys
        if foreign.column.table is of
    ]
