"""What is kept of one person, and its erasure.

What goes when somebody asks to be erased, and what stays:

* What measures them goes in any case: use by day, by week, first and last; where the files say they belong; their
  invitations, sealed replies of open waves and places in panels; the reasons of their votes; their wishes about the
  digest; what they were told of these in messages of their own.
* What was published stays: counts and figures are of groups, and answers that were separated from names at the close
  of their wave cannot be found any more. Of a small group's last figure their id is replaced by a token, for a group
  that shrinks by one on both sides would tell of them.
* Whoever has a duty (a role in app.yaml, a ballot still open, an initiative or an action of theirs) stays known by name
  for it: person, accounts, votes without reasons, marks still sealed, what they are to do; and, so that they are not
  asked again too soon, the day of their last invitation with the wish to have none.
* Of anybody else nothing stays that holds their id, name or address, but for minutes already published, which named
  them when they voted: the rows of their votes go, and the decision keeps its count.
* So that the next file or directory does not bring them back, the identities they were known by, keyed hashes of
  addresses and numbers, are marked as objecting: what comes in for these is dropped at the door (`storage.objections`),
  which leaves them out of numerator and denominator alike. Whoever has both this database and an address can tell
  whether its owner objected; nobody can list names from it.

A table that refers to a person and is not named here loses its rows: to be forgotten is the default.
"""

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, distinct, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

from rituals.committee.ballots import VoteChoice
from rituals.committee.decisions import BallotState
from rituals.measures.statistics import Window
from rituals.people import Person
from rituals.personal.data import Asked, Kept, NamedVote, Owned, Use
from rituals.pulses.waves import WaveState
from rituals.reviews.actions import ActionState
from storage.figures import SqlFigures
from storage.identities import Identities
from storage.objections import OBJECTION, objecting
from storage.people import SqlPeople
from storage.pulses import SqlPulses
from storage.redraws import REDRAW
from storage.sources import counts_now
from storage.statements import insert_new
from storage.tables.ballots import BallotRow, VoteRow, VoterRow
from storage.tables.brakes import PauseRow
from storage.tables.census import IdentityRow, InitiativeToldRow, MergerRow, MovedAccountRow, PostingRow, TieRow
from storage.tables.columns import table
from storage.tables.initiatives import InitiativeRow
from storage.tables.marks import SealedMarksRow
from storage.tables.occurrences import StepRow
from storage.tables.people import AccountRow, PersonRow
from storage.tables.posts import PostRow
from storage.tables.pulses import InvitationRow, PanelistRow, PulsePlaceRow, SealedReplyRow, WaveRow
from storage.tables.references import ReferenceRow
from storage.tables.reviews import ActionRow, GivenReadingRow, TellingRow
from storage.tables.sources import UsageDayRow, UsageSpanRow, UsageWeekRow

PERSON, ACCOUNT = table(PersonRow), table(AccountRow)
IDENTITY, TIE, MERGER, MOVED = table(IdentityRow), table(TieRow), table(MergerRow), table(MovedAccountRow)
POSTING, TOLD, INITIATIVE = table(PostingRow), table(InitiativeToldRow), table(InitiativeRow)
USAGE_DAY, USAGE_WEEK, USAGE_SPAN = table(UsageDayRow), table(UsageWeekRow), table(UsageSpanRow)
BALLOT, VOTER, VOTE, SEALED_MARKS = table(BallotRow), table(VoterRow), table(VoteRow), table(SealedMarksRow)
WAVE, INVITATION, SEALED_REPLY = table(WaveRow), table(InvitationRow), table(SealedReplyRow)
PANELIST, PLACE = table(PanelistRow), table(PulsePlaceRow)
ACTION, GIVEN, TELLING = table(ActionRow), table(GivenReadingRow), table(TellingRow)
PAUSE, POST, STEP = table(PauseRow), table(PostRow), table(StepRow)
REFERENCE = table(ReferenceRow)

DUTIES = (PERSON, ACCOUNT, TIE, MERGER, VOTER, VOTE, SEALED_MARKS)
"""What refers to a person and stays for as long as they have a duty."""

UNREFERRED: Sequence[tuple[Table, str]] = (*((PLACE, "person"), (INVITATION, "person"), (SEALED_REPLY, "person")),)
"""What names a person without referring to them, and goes in any case."""

UNREFERRED_DUTIES: Sequence[tuple[Table, str]] = (
    *((MOVED, "person"), (TELLING, "person"), (STEP, "subject")),
    *((PANELIST, "person"), (REDRAW, "person")),
)
"""The same, but it stays as long as there is a duty."""

EMPTIED: Sequence[tuple[Table, str, str | None]] = (
    (PAUSE, "by", ""),
    (GIVEN, "by", ""),
    (ACTION, "owner", None),
)
"""Where a person is named in something that is not about them: the row stays when they are forgotten, without them."""

MEASURING = ("pulse%", "digest%", "personal%")
"""Kinds of messages that go even of somebody with a duty."""

OPEN_ACTIONS = (ActionState.AWAITED, ActionState.OPEN)


class SqlPersonal:
    """Answers `rituals.ports.personal.Personal`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._identities = Identities(connection)
        self.destroyed = False  # whether this work erased somebody, so that what is left behind is wiped after it

    # --- what there is ---

    async def kept(self, person: str, *, today: date) -> Kept:
        """All that is tied to the person."""
        platforms = await self._list(select(ACCOUNT.c.platform).where(ACCOUNT.c.person == person).distinct())
        found = await self._connection.execute(select(PANELIST).where(PANELIST.c.person == person))
        panelist = found.mappings().one_or_none()
        numbers = await self._numbers([person])
        return Kept(
            platforms=tuple(sorted(platforms)),
            uses=await self._uses(numbers, today),
            asked=await self._asked(person),
            last_asked_on=panelist["last_invited_on"] if panelist else None,
            unanswered=panelist["unanswered_in_a_row"] if panelist else 0,
            opted_out=bool(panelist and panelist["opted_out"]),
            unrevealed=await self._count(SEALED_MARKS, SEALED_MARKS.c.person == person),
            votes=await self._votes(person),
            actions=await self._actions(person),
            readings=await self._count(GIVEN, GIVEN.c.by == person),
            messages=await self._count(POST, _addressed_to([person])),
            objected_on=await self._objected_on(numbers),
        )

    async def _uses(self, numbers: Sequence[int], today: date) -> tuple[Use, ...]:
        """By initiative; of several imports that tell of one day the newest holds."""
        window = Window.ending(today)
        days: dict[str, dict[date, int]] = defaultdict(dict)
        counted = await self._connection.execute(
            select(USAGE_DAY.c.initiative, USAGE_DAY.c.on_day, USAGE_DAY.c.actions)
            .where(USAGE_DAY.c.identity.in_(numbers), counts_now())
            .order_by(USAGE_DAY.c.origin)
        )
        for initiative, day, actions in counted:
            days[initiative][day] = actions
        used = {key: {day for day, actions in of.items() if actions} for key, of in days.items()}
        ends: dict[str, set[date]] = defaultdict(set, {key: set(of) for key, of in used.items()})
        weeks = await self._connection.execute(
            select(USAGE_WEEK.c.initiative, USAGE_WEEK.c.monday).where(USAGE_WEEK.c.identity.in_(numbers))
        )
        for initiative, monday in weeks:
            ends[initiative] |= {monday, monday + timedelta(days=6)}
        spans = await self._connection.execute(
            select(USAGE_SPAN.c.initiative, USAGE_SPAN.c.first_on, USAGE_SPAN.c.last_on).where(
                USAGE_SPAN.c.identity.in_(numbers)
            )
        )
        exact: dict[str, set[date]] = defaultdict(set)
        for initiative, first, last in spans:
            exact[initiative] |= {first, last}
        found = []
        for initiative in sorted({*ends, *exact}):
            # First and last use are known to the day beside weeks that are not.
            known = used.get(initiative, set()) | exact[initiative] or ends[initiative]
            if known:
                recent = sum(day in window for day in used.get(initiative, ()))
                found.append(Use(initiative=initiative, days=recent, first=min(known), last=max(known)))
        return tuple(found)

    async def _asked(self, person: str) -> tuple[Asked, ...]:
        answered = exists().where(SEALED_REPLY.c.wave == INVITATION.c.wave, SEALED_REPLY.c.person == person)
        rows = await self._connection.execute(
            select(WAVE.c.initiative, INVITATION.c.invited_on, WAVE.c.state, answered.label("answered"))
            .join(WAVE, WAVE.c.id == INVITATION.c.wave)
            .where(INVITATION.c.person == person, INVITATION.c.asked)
            .order_by(INVITATION.c.invited_on.desc(), WAVE.c.initiative)
        )
        return tuple(
            Asked(initiative=initiative, on=on, is_open=state == WaveState.OPEN, answered=bool(said))
            for initiative, on, state, said in rows
        )

    async def _votes(self, person: str) -> tuple[NamedVote, ...]:
        rows = await self._connection.execute(
            select(BALLOT.c.title, VOTE.c.choice, VOTE.c.cast_at, VOTE.c.reason)
            .join(BALLOT, BALLOT.c.id == VOTE.c.ballot)
            .where(VOTE.c.person == person)
            .order_by(VOTE.c.cast_at.desc(), BALLOT.c.id)
        )
        return tuple(
            NamedVote(title=title, choice=VoteChoice(choice), at=at, reason=reason)
            for title, choice, at, reason in rows
        )

    async def _actions(self, person: str) -> tuple[Owned, ...]:
        rows = await self._connection.execute(
            select(ACTION.c.what, ACTION.c.title, ACTION.c.due)
            .where(ACTION.c.owner == person, ACTION.c.state.in_(OPEN_ACTIONS))
            .order_by(ACTION.c.due, ACTION.c.id)
        )
        return tuple(Owned(what=what or title, due=due) for what, title, due in rows)

    async def by_address(self, email: str) -> Person | None:
        """The person of that address, present or not."""
        found = await self._list(select(PERSON.c.id).where(PERSON.c.email == email))
        while into := await self._list(select(MERGER.c.into).where(MERGER.c.person.in_(found))):
            found = into
        return await SqlPeople(self._connection).get(found[0]) if found else None

    async def decided_in(self, person: str) -> Sequence[str]:
        """The ended sittings whose minutes quote a reason of theirs."""
        return await self._list(
            select(BALLOT.c.occurrence)
            .join(VOTE, VOTE.c.ballot == BALLOT.c.id)
            .where(
                VOTE.c.person == person,
                VOTE.c.reason != "",
                exists().where(POST.c.id == "minutes:" + BALLOT.c.occurrence, POST.c.wanted),
            )
            .distinct()
            .order_by(BALLOT.c.occurrence)
        )

    async def has_duties(self, person: Person) -> tuple[bool, bool]:
        """Whether they are entitled to an open ballot, and whether an initiative or an open action is theirs."""
        ballots = await self._count(
            VOTER.join(BALLOT, BALLOT.c.id == VOTER.c.ballot),
            and_(VOTER.c.person == person.id, BALLOT.c.state == BallotState.OPEN),
        )
        owned = [
            await self._count(INITIATIVE, func.lower(INITIATIVE.c.owner) == person.email),
            await self._count(
                TOLD, or_(func.lower(TOLD.c.owner) == person.email, func.lower(TOLD.c.sponsor) == person.email)
            ),
            await self._count(ACTION, and_(ACTION.c.owner == person.id, ACTION.c.state.in_(OPEN_ACTIONS))),
        ]
        return bool(ballots), any(owned)

    # --- erasing ---

    async def forget_reasons(self, person: str) -> None:
        """Deletes the reasons of all their votes."""
        await self._connection.execute(update(VOTE).where(VOTE.c.person == person).values(reason=""))

    async def object(self, person: Person, *, on: date) -> None:
        """Marks every identity of theirs, the address they are known by first."""
        people = await self._all_of(person.id)
        emails = await self._list(select(PERSON.c.email).where(PERSON.c.id.in_(people)))
        made = await self._identities.make(f"mail:{email}" for email in sorted(emails))
        objector = secrets.token_hex(8)
        for number in sorted({*made.values(), *await self._numbers(people)}):
            await insert_new(self._connection, OBJECTION, {"identity": number, "objector": objector, "since": on})

    async def erase(self, person: Person, *, forget: bool) -> None:
        """Deletes what measures the person; with `forget` their duties too, and then the person."""
        people = await self._all_of(person.id)
        emails = await self._list(select(PERSON.c.email).where(PERSON.c.id.in_(people)))
        numbers = await self._numbers(people)
        for of in (USAGE_DAY, USAGE_WEEK, USAGE_SPAN, POSTING):
            await self._connection.execute(delete(of).where(of.c.identity.in_(numbers)))
        for one in people:
            await SqlFigures(self._connection).forget(one)
            await SqlPulses(self._connection).erase(one)
        mine = _addressed_to(people)
        if not forget:
            mine = and_(mine, or_(*(POST.c.kind.like(kind) for kind in MEASURING)))
        await self._connection.execute(delete(POST).where(mine))
        if forget:
            for emptied, column, value in EMPTIED:
                named = emptied.c[column].in_(people)
                more = {"email": ""} if emptied is ACTION else {}
                await self._connection.execute(update(emptied).where(named).values({column: value, **more}))
            await self._connection.execute(update(ACTION).where(ACTION.c.email.in_(emails)).values(email=""))
            await self._connection.execute(update(POSTING).where(POSTING.c.manager.in_(emails)).values(manager=None))
            # Where they are met; should they write once more, that is kept anew, so that they can be answered.
            met = select(ACCOUNT.c.user).where(ACCOUNT.c.person.in_(people), ACCOUNT.c.platform == REFERENCE.c.platform)
            await self._connection.execute(delete(REFERENCE).where(REFERENCE.c.id.in_(met)))
        gone = [*UNREFERRED, *(UNREFERRED_DUTIES if forget else ())]
        for of, column in gone:
            await self._connection.execute(delete(of).where(of.c[column].in_(people)))
        # Whatever refers to a row goes before it.
        for of in reversed(SQLModel.metadata.sorted_tables):
            whose = _refers_to_a_person(of, people)
            if whose is not None and (forget or of not in DUTIES):
                await self._connection.execute(delete(of).where(whose))
        if forget:
            await self._connection.execute(delete(PERSON).where(PERSON.c.id.in_(people)))
        self.destroyed = True

    # --- objections ---

    async def objected(self, handles: Iterable[str]) -> frozenset[str]:
        """Those of these handles whose owner is left out of everything."""
        return frozenset(await objecting(self._connection, list(handles)))

    async def widen(self, people: Iterable[Collection[str]]) -> None:
        """Of somebody one of whose handles is left out, leaves out all the others they are told to have."""
        for handles in people:
            numbers = await self._identities.make(sorted(handles))
            rows = await self._connection.execute(
                select(OBJECTION.c.objector, OBJECTION.c.since)
                .where(OBJECTION.c.identity.in_(numbers.values()))
                .order_by(OBJECTION.c.since, OBJECTION.c.objector)
                .limit(1)
            )
            known = rows.first()
            if known is not None:
                for number in sorted(numbers.values()):
                    values = {"identity": number, "objector": known.objector, "since": known.since}
                    await insert_new(self._connection, OBJECTION, values)

    async def objections(self) -> int:
        """How many people are left out."""
        found = await self._connection.execute(select(func.count(distinct(OBJECTION.c.objector))))
        return int(found.scalar_one())

    async def lift(self, email: str) -> bool:
        """Leaves the owner of that address out no longer."""
        found = await self._identities.find([f"mail:{email.lower()}"])
        whose = select(OBJECTION.c.objector).where(OBJECTION.c.identity.in_(found.values()))
        lifted = await self._connection.execute(
            delete(OBJECTION).where(OBJECTION.c.objector.in_(whose)).returning(OBJECTION.c.identity)
        )
        return lifted.first() is not None

    async def _objected_on(self, numbers: Sequence[int]) -> date | None:
        found = await self._connection.execute(
            select(func.min(OBJECTION.c.since)).where(OBJECTION.c.identity.in_(numbers))
        )
        since: date | None = found.scalar_one_or_none()
        return since

    # --- who they are ---

    async def _all_of(self, person: str) -> list[str]:
        """The person, and those that the files know to be the same one."""
        people = {person}
        while True:
            mergers = await self._connection.execute(
                select(MERGER.c.person, MERGER.c.into).where(
                    or_(MERGER.c.into.in_(people), MERGER.c.person.in_(people))
                )
            )
            found = people.union(*mergers.all())
            if found == people:
                return sorted(people)
            people = found

    async def _numbers(self, people: Sequence[str]) -> list[int]:
        """The identities of these people: addresses, and employer's numbers."""
        tied = set(await self._list(select(TIE.c.identity).where(TIE.c.person.in_(people))))
        emails = await self._list(select(PERSON.c.email).where(PERSON.c.id.in_(people)))
        tied |= set((await self._identities.find(f"mail:{email}" for email in emails)).values())
        numbers = await self._list(
            select(POSTING.c.employee).where(POSTING.c.identity.in_(tied), POSTING.c.employee.is_not(None))
        )
        known = await self._list(select(IDENTITY.c.id).where(IDENTITY.c.id.in_(tied | set(numbers))))
        return sorted(known)

    async def _list(self, statement: Any) -> list[Any]:
        return list((await self._connection.execute(statement)).scalars())

    async def _count(self, of: Any, where: ColumnElement[bool]) -> int:
        found = await self._connection.execute(select(func.count()).select_from(of).where(where))
        return int(found.scalar_one())


def _addressed_to(people: Sequence[str]) -> ColumnElement[bool]:
    return and_(POST.c.to_type != "room", POST.c.to.in_(people))


def _refers_to_a_person(of: Table, people: Sequence[str]) -> ColumnElement[bool] | None:
    """The rows of a table that refer to one of them; None for a table that refers to nobody."""
    columns = [foreign.parent for foreign in of.foreign_keys if foreign.column.table is PERSON]
    return or_(*(column.in_(people) for column in columns)) if columns else None
