"""People and their accounts."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, RowMapping, and_, bindparam, case, exists, false, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rituals.people import Account, Person, Role, RosterEntry
from storage.identities import owners
from storage.objections import objecting
from storage.statements import insert, upsert
from storage.tables.columns import table
from storage.tables.people import AccountRow, PersonRow, RoomRow
from storage.tables.posts import PostRow

PERSON = table(PersonRow)
ACCOUNT = table(AccountRow)
ROOM = table(RoomRow)
POST = table(PostRow)

_NEVER = ("", False, "", None)
"""What is known of an account that nobody has met: its person, whether they are there, whether they refuse messages."""


def is_account() -> ColumnElement[bool]:
    """That an account is the one of the blanks `platform`, `workspace` and `user`."""
    return and_(*(ACCOUNT.c[name] == bindparam(name) for name in ("platform", "workspace", "user")))


_BY_ACCOUNT = select(PERSON).join(ACCOUNT, ACCOUNT.c.person == PERSON.c.id).where(is_account())


def _person(row: RowMapping) -> Person:
    return Person(
        id=row["id"],
        name=row["name"],
        email=row["email"],
        locale=row["locale"],
        zone=ZoneInfo(row["zone"]),
        site=row["site"],
        roles=frozenset(Role(name) for name in row["roles"].split()),
        present=row["present"],
    )


def _roles(roles: frozenset[Role]) -> str:
    return " ".join(sorted(roles))


class SqlPeople:
    """Answers `rituals.ports.People`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def by_account(self, account: Account) -> Person | None:
        """The person of that account."""
        named = {"platform": account.platform, "workspace": account.workspace, "user": account.user}
        row = (await self._connection.execute(_BY_ACCOUNT, named)).mappings().one_or_none()
        return _person(row) if row else None

    async def account_of(self, person: str, platform: str) -> Account | None:
        """An account of the person there that the platform still has."""
        found = await self._connection.execute(
            select(ACCOUNT.c.workspace, ACCOUNT.c.user)
            .where(ACCOUNT.c.person == person, ACCOUNT.c.platform == platform, ACCOUNT.c.present)
            .order_by(ACCOUNT.c.user)
            .limit(1)
        )
        row = found.one_or_none()
        return None if row is None else Account(platform=platform, workspace=row.workspace, user=row.user)

    async def refusing(self, platform: str) -> frozenset[Account]:
        """The accounts there to which the platform takes no message."""
        found = await self._connection.execute(
            select(ACCOUNT.c.workspace, ACCOUNT.c.user).where(
                ACCOUNT.c.platform == platform, ACCOUNT.c.refused > "", ACCOUNT.c.present
            )
        )
        return frozenset(Account(platform=platform, workspace=row.workspace, user=row.user) for row in found)

    async def speak_on(self, account: Account, *, chosen: bool) -> bool:
        """Writes to whoever has that account there from now on, unless they chose another; whether that is new."""
        theirs = select(ACCOUNT.c.person).where(is_account()).scalar_subquery()
        changed = await self._connection.execute(
            update(PERSON)
            .where(PERSON.c.id == theirs)
            .where(
                or_(PERSON.c.voice != account.platform, PERSON.c.voice_chosen.is_(False))
                if chosen
                else and_(PERSON.c.voice != account.platform, PERSON.c.voice_chosen.is_(False))
            )
            .values(voice=account.platform, voice_chosen=chosen),
            {"platform": account.platform, "workspace": account.workspace, "user": account.user},
        )
        return changed.rowcount > 0

    async def get(self, person: str) -> Person | None:
        """The person of that id."""
        row = (await self._connection.execute(select(PERSON).where(PERSON.c.id == person))).mappings().one_or_none()
        return _person(row) if row else None

    async def all_present(self) -> Sequence[Person]:
        """Everybody who has not left, by e-mail."""
        rows = await self._connection.execute(select(PERSON).where(PERSON.c.present).order_by(PERSON.c.email))
        return [_person(row) for row in rows.mappings()]

    async def reachable(
        self, *, emails: Collection[str] = (), roles: frozenset[Role] = frozenset()
    ) -> Sequence[Person]:
        """Present people of these addresses, or who play one of these roles, that chat can reach; by e-mail."""
        addresses = [email.lower() for email in emails]
        ruled = PERSON.c.roles != "" if roles else false()
        rows = await self._connection.execute(
            select(PERSON)
            .where(
                *(PERSON.c.present, or_(PERSON.c.email.in_(addresses), ruled)),
                exists().where(ACCOUNT.c.person == PERSON.c.id, ACCOUNT.c.present),
            )
            .order_by(PERSON.c.email)
        )
        found = [_person(row) for row in rows.mappings()]
        return [one for one in found if one.email in addresses or one.has_any(roles)]

    async def adopt_roster(self, roster: Sequence[RosterEntry], *, default: RosterEntry) -> None:
        """Makes roles, sites and languages what the roster says; whoever it does not name keeps no role."""
        entries = {entry.email.lower(): entry for entry in roster}
        await self._connection.execute(
            update(PERSON)
            .where(PERSON.c.email.not_in(list(entries)), or_(PERSON.c.roles != "", PERSON.c.ruled != ""))
            .values(roles="", ruled="")
        )
        known = await self._known(entries, default)
        rows: dict[str, dict[str, Any]] = {}
        for email, entry in entries.items():
            row = _as_ruled(known[email], entry)
            if row["id"] in rows:  # named by two addresses that the organisation's files know as one person's
                row["roles"] = " ".join(sorted({*row["roles"].split(), *rows[row["id"]]["roles"].split()}))
            rows[row["id"]] = row
        await self._renew(rows.values(), known)

    async def adopt_account(self, account: Account, entry: RosterEntry, *, present: bool) -> None:
        """Ties an account to the person of that e-mail, making the person if new; app.yaml wins over the platform."""
        await self.adopt_accounts([(account, entry, present)])

    async def adopt_accounts(
        self,
        found: Sequence[tuple[Account, RosterEntry, bool]],
        *,
        default: RosterEntry | None = None,
        mends: bool = True,
    ) -> None:
        """The same for a page of a directory in few statements; account, what the platform says, whether there.

        `default`: language and zone of somebody new of whom nothing is said. `mends`: whether somebody who is there
        takes messages again who refused them before.
        """
        found = await self._without_forgotten(found)
        entries = {entry.email.lower(): entry for _, entry, _ in found}
        known = await self._known(entries, default or RosterEntry(email=""))
        rows = {known[email]["id"]: _as_told(known[email], entry) for email, entry in entries.items()}
        await self._renew(rows.values(), known)
        before = await self._tie(
            {account: (str(known[entry.email.lower()]["id"]), present) for account, entry, present in found},
            mends=mends,
        )
        await settle_presence(self._connection, {str(row["id"]) for row in known.values()} | before)

    async def _without_forgotten(
        self, found: Sequence[tuple[Account, RosterEntry, bool]]
    ) -> Sequence[tuple[Account, RosterEntry, bool]]:
        """Without those who had themselves forgotten: what a platform says does not bring them back."""
        forgotten = await objecting(self._connection, [f"mail:{entry.email.lower()}" for _, entry, _ in found])
        if not forgotten:
            return found
        # Whoever app.yaml names is known all the same, for their duties.
        known = await self._by_email(handle.removeprefix("mail:") for handle in forgotten)
        left_out = {handle.removeprefix("mail:") for handle in forgotten} - set(known)
        return [one for one in found if one[1].email.lower() not in left_out]

    async def _known(self, entries: Mapping[str, RosterEntry], default: RosterEntry) -> dict[str, RowMapping]:
        """The rows of these e-mails, made where there are none."""
        known = await self._by_email(entries)
        # In one order everywhere: two replicas that start together then wait for each other in no ring.
        new = [_new(email, entries[email], default) for email in sorted(entries) if email not in known]
        if new:
            await self._connection.execute(insert(self._connection, PERSON).on_conflict_do_nothing(), new)
            rows = await self._connection.execute(
                select(PERSON).where(PERSON.c.email.in_([row["email"] for row in new]))
            )
            known |= {row["email"]: row for row in rows.mappings()}
        return known

    async def _by_email(self, emails: Iterable[str]) -> dict[str, RowMapping]:
        """Whose the addresses are: what the organisation's files say, else the person of that very address."""
        wanted = list(emails)
        told = {
            handle.removeprefix("mail:"): person
            for handle, person in (await owners(self._connection, [f"mail:{email}" for email in wanted])).items()
        }
        rows = await self._connection.execute(
            select(PERSON).where(or_(PERSON.c.email.in_(wanted), PERSON.c.id.in_(list(told.values()))))
        )
        found = rows.mappings().all()
        by_id = {row["id"]: row for row in found}
        return {row["email"]: row for row in found if row["email"] in set(wanted)} | {
            email: by_id[person] for email, person in told.items()
        }

    async def _renew(self, rows: Iterable[dict[str, Any]], known: Mapping[str, RowMapping]) -> None:
        """Writes the rows that are not as they were."""
        before = {row["id"]: dict(row) for row in known.values()}
        changed = [row for row in rows if row != before[row["id"]]]
        if changed:
            names = [name for name in changed[0] if name not in {"id", "email", "present"}]
            await self._connection.execute(
                update(PERSON)
                .where(PERSON.c.email == bindparam("of"))
                .values({name: bindparam(f"new_{name}") for name in names}),
                [
                    {"of": row["email"], **{f"new_{name}": row[name] for name in names}}
                    for row in sorted(changed, key=lambda row: str(row["email"]))
                ],
            )

    async def _tie(self, owners: Mapping[Account, tuple[str, bool]], *, mends: bool) -> set[str]:
        """Keeps whose the accounts are and whether they are there; the ids of those who had them before."""
        rows = await self._connection.execute(
            select(ACCOUNT).where(ACCOUNT.c.user.in_([account.user for account in owners]))
        )
        before = {
            Account(platform=row["platform"], workspace=row["workspace"], user=row["user"]): (
                row["person"],
                row["present"],
                row["refused"],
                row["refused_at"],
            )
            for row in rows.mappings()
        }
        # Whom the platform says to be there is written to again, though messages were refused before.
        changed = [
            {**asdict(account), "person": person, "present": present, "refused": "", "refused_at": None}
            for account, (person, present) in owners.items()
            if before.get(account, _NEVER)[:3] != (person, present, "" if mends else before.get(account, _NEVER)[2])
        ]
        if changed:
            statement = insert(self._connection, ACCOUNT)
            new = {name: statement.excluded[name] for name in ("person", "present")}
            if mends:
                new |= {name: statement.excluded[name] for name in ("refused", "refused_at")}
            await self._connection.execute(
                statement.on_conflict_do_update(index_elements=["platform", "workspace", "user"], set_=new),
                sorted(changed, key=lambda row: tuple(map(str, row.values()))),
            )
        if mends:
            there = {account for account, (_, present) in owners.items() if present}
            await self._waiting_no_longer(
                {was[0]: was[3] for account, was in before.items() if was[3] and account in there}
            )
        return {before[account][0] for account in owners if account in before}

    async def _waiting_no_longer(self, refused: Mapping[str, datetime]) -> None:
        """What was put off since messages were refused, by person, goes out as it would have."""
        for person, since in refused.items():
            theirs = (POST.c.to_type == "person") & (POST.c.to == person)
            put_off = POST.c.behind & (POST.c.shown_revision == 0) & POST.c.lease_until.is_(None)
            due = case((POST.c.not_before > since, POST.c.not_before), else_=since)
            await self._connection.execute(update(POST).where(theirs, put_off, POST.c.due_at > due).values(due_at=due))


async def settle_presence(connection: AsyncConnection, people: Iterable[str]) -> None:
    """Somebody is present who has an account that is: on either platform, and under no address they have left.

    Whoever has left the organisation by its own files is not, whatever the platform says.
    """
    has_account = and_(~PERSON.c.gone, exists().where(ACCOUNT.c.person == PERSON.c.id, ACCOUNT.c.present))
    await connection.execute(
        update(PERSON)
        .where(PERSON.c.id.in_(sorted(people)), PERSON.c.present != has_account)
        .values(present=has_account)
    )
    theirs = exists().where(ACCOUNT.c.person == PERSON.c.id, ACCOUNT.c.present, ACCOUNT.c.platform == PERSON.c.voice)
    other = select(func.min(ACCOUNT.c.platform)).where(ACCOUNT.c.person == PERSON.c.id, ACCOUNT.c.present)
    await connection.execute(
        update(PERSON)
        .where(
            PERSON.c.id.in_(sorted(people)), ~theirs, exists().where(ACCOUNT.c.person == PERSON.c.id, ACCOUNT.c.present)
        )
        .values(voice=other.scalar_subquery(), voice_chosen=False)
    )


async def move_voices(connection: AsyncConnection, people: Iterable[str], at: datetime) -> None:
    """Whoever is written to where messages are refused is written to where none are, if they are there as well.

    What waited for them goes out there, at `at` or when it would have.
    """
    theirs = and_(ACCOUNT.c.person == PERSON.c.id, ACCOUNT.c.present)
    takes_none = exists().where(theirs, ACCOUNT.c.platform == PERSON.c.voice, ACCOUNT.c.refused > "")
    other = select(func.min(ACCOUNT.c.platform)).where(
        theirs, ACCOUNT.c.platform != PERSON.c.voice, ACCOUNT.c.refused == ""
    )
    moved = await connection.execute(
        update(PERSON)
        .where(PERSON.c.id.in_(sorted(people)), takes_none, other.scalar_subquery().is_not(None))
        .values(voice=other.scalar_subquery(), voice_chosen=False)
        .returning(PERSON.c.id, PERSON.c.voice)
    )
    for person, voice in sorted(tuple(row) for row in moved):
        is_new = and_(POST.c.first_shown_at.is_(None), POST.c.attempted_at.is_(None), POST.c.lease_until.is_(None))
        due = case((POST.c.not_before > at, POST.c.not_before), else_=at)
        await connection.execute(
            update(POST)
            .where(POST.c.to_type != "room", POST.c.to == person, POST.c.behind, is_new)
            .values(platform=voice, due_at=due, failures=0)
        )


def _new(email: str, entry: RosterEntry, default: RosterEntry) -> dict[str, Any]:
    return {
        "id": secrets.token_hex(8),
        "email": email,
        "name": entry.name or email.partition("@")[0],
        "locale": entry.locale or default.locale or "en",
        "zone": str(entry.zone or default.zone or "UTC"),
        "site": entry.site,
        "roles": _roles(entry.roles),
        "ruled": "",
        "present": True,
        "gone": False,
        "origin": None,
    }


def _said(entry: RosterEntry) -> dict[str, str]:
    """The columns a source speaks of."""
    said = {
        "name": entry.name,
        "locale": entry.locale,
        "zone": str(entry.zone) if entry.zone else None,
        "site": entry.site,
    }
    return {column: value for column, value in said.items() if value is not None}


def _as_ruled(known: RowMapping, entry: RosterEntry) -> dict[str, Any]:
    said = _said(entry)
    return {**known, "site": None, **said, "roles": _roles(entry.roles), "ruled": " ".join(sorted(said))}


def _as_told(known: RowMapping, entry: RosterEntry) -> dict[str, Any]:
    ruled = known["ruled"].split()
    return {**known, **{column: value for column, value in _said(entry).items() if column not in ruled}}


class SqlRooms:
    """Which conversation a room of app.yaml is on a platform."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def known(self, platform: str) -> set[str]:
        """The rooms whose conversation is known."""
        return set((await self._connection.execute(select(ROOM.c.room).where(ROOM.c.platform == platform))).scalars())

    async def listed(self, platform: str) -> dict[str, str]:
        """The channel's name of each room that app.yaml had at the last start; "" where that is not known."""
        found = await self._connection.execute(
            select(ROOM.c.room, ROOM.c.channel).where(ROOM.c.platform == platform, ROOM.c.channel.is_not(None))
        )
        return dict(found.all())

    async def adopt(
        self, platform: str, rooms: Mapping[str, str], *, channels: Mapping[str, str] | None = None
    ) -> None:
        """Keeps the conversation id of each room name, and of all rooms there are what their `channels` are called."""
        for room, conversation in rooms.items():
            # One that was refused is tried again at once: somebody may have restarted us because they mended it.
            values = {"platform": platform, "room": room, "conversation": conversation, "refused_at": None}
            await upsert(self._connection, ROOM, values)
        if channels is not None:
            ours = update(ROOM).where(ROOM.c.platform == platform)
            await self._connection.execute(ours.where(ROOM.c.room.not_in(sorted(channels))).values(channel=None))
            for room, channel in channels.items():
                await self._connection.execute(ours.where(ROOM.c.room == room).values(channel=channel))
