"""A small organisation on a real database, with a hand that moves its clock and an ear for all that is said.

Tuesday 7 April 2026, 10:00 in Paris, is a sitting; Easter Monday is the day before. Marks are asked for on Monday
30 March, the agenda is out on Thursday 2 April, ballots close at 17:00 (15:00 UTC). The next sitting is on 5 May.
"""

import inspect
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import aiosqlite
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

from bot.i18n.translator import LANGUAGES, translator_for
from rituals.calendar import HolidayShift, NthWeekday, Recurrence, Weekly, WorkingDays
from rituals.committee.ballots import VoteChoice
from rituals.committee.decisions import Ballot, BallotState, Decision, Vote
from rituals.committee.rules import CommitteeRules
from rituals.committee.scoring import Criterion
from rituals.errors import RitualError
from rituals.initiatives import Initiative, Stage
from rituals.messages import Form, Message, Reply, Text
from rituals.occurrences import Occurrence
from rituals.organisation import Organisation, Site
from rituals.people import Person, Role
from rituals.posts import Fate, Parcel, Place, Settlement
from rituals.use_cases import cast_vote, give_marks
from rituals.use_cases.catch_up import catch_up
from rituals.use_cases.planning import plan_ahead
from rituals.use_cases.run_due_steps import run_due_steps
from storage.messages import from_json
from storage.work import Memory, SqlWork
from tests.builders import NOBODY, PARIS, entry, initiative, marks, slack

TORONTO = ZoneInfo("America/Toronto")


def utc(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment of 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


START = utc(3, 27, 12)
CALL = utc(3, 30, 7)
AGENDA = utc(4, 2, 7)
OPENING = utc(4, 7, 8)
DEADLINE = utc(4, 7, 15)
NEXT_SITTING = utc(5, 5, 8)

SITTING = "committee-2026-04-07"
NEXT = "committee-2026-05-05"

FRANCE = WorkingDays(holidays="FR")
RULES = CommitteeRules(
    key="committee",
    title="AI committee",
    recurrence=Recurrence(rule=NthWeekday(nth=1, weekday=1), at=time(10), zone=PARIS),
    room="committee",
)
ORGANISATION = Organisation(
    name="Three Rivers",
    locale="fr",
    zone=PARIS,
    working_days=FRANCE,
    sites={
        "lyon": Site(zone=PARIS, working_days=FRANCE),
        "quebec": Site(zone=TORONTO, working_days=WorkingDays(holidays="CA-QC")),
        # Closed on the day of the call.
        "nice": Site(zone=PARIS, working_days=WorkingDays(holidays="FR", extra=frozenset({date(2026, 3, 30)}))),
    },
    rooms={"committee": "ai-committee"},
    rituals={"committee": RULES},
)
WEEKLY = replace(RULES, recurrence=Recurrence(rule=Weekly(weekday=1), at=time(10), zone=PARIS, shift=HolidayShift.NEXT))


def ruled(*rules: CommitteeRules) -> Organisation:
    """The organisation under other rules."""
    return replace(ORGANISATION, rituals={one.key: one for one in rules})


MEMBERS = ("anatolia", "bohumil", "cyprian", "dagmar", "eluned", "fionnuala")
"""Those who vote: a chair, a deputy and four members; eluned works in Quebec. Names no sentence of ours contains."""

CHAIR, DEPUTY, MEMBER = "anatolia", "bohumil", "cyprian"
ROLES: Mapping[str, frozenset[Role]] = {
    "anatolia": frozenset({Role.CHAIR}),
    "bohumil": frozenset({Role.DEPUTY}),
    **{name: frozenset({Role.MEMBER}) for name in MEMBERS[2:]},
    "sidonie": frozenset({Role.SECRETARY}),
    "adalbert": frozenset({Role.ADMIN}),
    "clotilde": frozenset({Role.CHANGE_MANAGER}),
    "sigurd": frozenset({Role.SPONSOR}),
    "perpetua": frozenset(),
}
LEFT = "leopoldine"
STRANGER = "zebulon"

CASES = (
    initiative("triage", title="Triage of claims", asked_on=date(2026, 1, 5)),
    initiative("fraud", title="Signs of fraud", stage=Stage.FRAMING, asked_on=date(2026, 1, 6)),
)


CHOICES = {"g": "go", "n": "no_go", "d": "defer", "a": "abstain"}

STAGES: Mapping[str, datetime] = {"planned": START, "called": CALL, "agenda": AGENDA, "voting": OPENING}
"""How far a house may have come, and when it was."""

SHEETS = (53524, 43544, 52425, 54534, 23523)
"""Marks whose median score, 3.45, fails where the score of their medians, 4.0, passes; one impact stands alone."""


@dataclass(frozen=True, slots=True)
class Said:
    """A post as the database has it."""

    id: str
    to: str
    kind: str
    state: str
    revision: int
    in_room: bool
    json: str

    @property
    def keys(self) -> frozenset[str]:
        """The keys of all its sentences."""
        return _keys(self.json)


@cache
def _keys(message: str) -> frozenset[str]:
    return frozenset(text["key"] for text in _nodes(json.loads(message)) if text.get("type") == "text")


async def _all_said(connection: AsyncConnection) -> list[Said]:
    post, words = SQLModel.metadata.tables["post"], SQLModel.metadata.tables["words"]
    found = await connection.execute(select(post, words.c.message).join(words, words.c.post == post.c.id))
    return [_said(row) for row in found.mappings()]


def _said(row: Mapping[Any, Any]) -> Said:
    return Said(
        id=row["id"],
        to=row["to"],
        kind=row["kind"],
        state=row["state"],
        revision=row["revision"],
        in_room=row["to_type"] == "room",
        json=row["message"],
    )


def _nodes(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for one in value.values():
            yield from _nodes(one)
    elif isinstance(value, list):
        for one in value:
            yield from _nodes(one)


def texts(value: object) -> Iterator[Text]:
    """Every sentence in a message, a form or a reply."""
    if isinstance(value, Text):
        yield value
        for blank in value.values.values():
            yield from texts(blank)
    elif is_dataclass(value):
        for field in sorted(fields(value), key=lambda field: field.name != "lead"):  # a lead is read first
            yield from texts(getattr(value, field.name))
    elif isinstance(value, tuple | list):
        for one in value:
            yield from texts(one)


def sentences(value: object, locale: str = "en") -> list[str]:
    """What a person reads, sentence by sentence."""
    return [translator_for(locale, PARIS).say(text) for text in texts(value)]


# --- the house -----------------------------------------------------------------------------------------------------


class House:
    """Comitia without a platform. Whatever is done in it, what it says afterwards is examined."""

    def __init__(self, memory: Memory, organisation: Organisation = ORGANISATION, at: datetime = START) -> None:
        self.memory = memory
        self.organisation = organisation
        self.at = at
        self.outbox = memory.outbox(platform="slack", locale="fr", zone="Europe/Paris")
        self.raw_marks: set[str] = set()
        self._examined: set[str] = set()

    async def settle_in(self, cases: Iterable[Initiative] = CASES) -> None:
        """People arrive, cases are listed, sittings are planned."""
        roster = [
            entry(email(name), *roles, name=name.title(), site="quebec", zone=TORONTO, locale="en")
            if name == "eluned"
            else entry(email(name), *roles, name=name.title(), site="lyon", zone=PARIS, locale="fr")
            for name, roles in ROLES.items()
        ]
        gone = entry(email(LEFT), Role.CHAIR, Role.ADMIN, name=LEFT.title())
        async with self.memory.open_work() as work:
            await work.people.adopt_roster([*roster, gone], default=NOBODY)
            for one in roster:
                await work.people.adopt_account(slack(one.email.partition("@")[0]), one, present=True)
            await work.people.adopt_account(slack(LEFT), gone, present=False)
            await work.initiatives.adopt(list(cases))
            await work.rooms.adopt("slack", {"committee": "C1"})
        await plan_ahead(self.at, open_work=self.memory.open_work, organisation=self.organisation)

    async def come_to(self, stage: str) -> None:
        """On to "planned", "called", "agenda" or "voting"; five members mark one of the two cases on the way."""
        for name, at in STAGES.items():
            if name == "called" and stage != "planned":
                await self.go(at)
                await self.all_mark("triage", *SHEETS)
                await self.mark(MEMBER, "triage", SHEETS[2])
            elif name != "planned" and stage != "planned":
                await self.go(at)
            if name == stage:
                break

    # --- what happens ---

    async def go(self, at: datetime, *, deliver: bool = True) -> list[Parcel]:
        """The clock shows `at`: due steps are done and due posts are shown; what was shown."""
        self.at = at
        await run_due_steps(at, open_work=self.memory.open_work, organisation=self.organisation)
        await self.examine()
        return await self.deliver() if deliver else []

    async def deliver(self) -> list[Parcel]:
        """Shows every post that is due."""
        shown: list[Parcel] = []
        while parcels := await self.outbox.claim(
            self.at, owner="test", lease_until=self.at + timedelta(minutes=1), limit=100
        ):
            shown += parcels
            await self.outbox.settle(
                [
                    Settlement(
                        post=one.post,
                        revision=one.revision,
                        fate=Fate.SHOWN if one.wanted else Fate.WITHDRAWN,
                        place=Place(conversation="C1", message=one.post),
                    )
                    for one in parcels
                ],
                at=self.at,
            )
        return shown

    async def ask(
        self, who: str, use_case: Callable[..., Awaitable[Any]], *request: Any, catching_up: bool = True
    ) -> Reply:
        """`who` asks for something now, and what shows it is put anew. Raises what the use case does."""
        wanted = inspect.signature(use_case).parameters
        ports = {
            "at": self.at,
            "look": self.memory.look_at_ballot,
            "open_work": self.memory.open_work,
            "organisation": self.organisation,
        }
        try:
            reply = await use_case(
                slack(who), *request, **{name: port for name, port in ports.items() if name in wanted}
            )
            if catching_up:
                await self.catch_up()
        except RitualError as refusal:
            say_everywhere(refusal.sentence)
            raise
        finally:
            await self.examine()
        say_everywhere(reply)
        return reply if isinstance(reply, Reply) else Reply()

    async def catch_up(self) -> int:
        """What replies have made old is put anew; how many replies that was."""
        return await catch_up(self.at, open_work=self.memory.open_work, organisation=self.organisation)

    async def mark(self, who: str, case: str, digits: int, sitting: str = SITTING) -> Reply:
        """`who` gives five marks, written in the order of Criterion."""
        self.raw_marks.add(str(digits))
        return await self.ask(who, give_marks.give_marks, f"{sitting}:{case}", answers(digits))

    async def all_mark(self, case: str, *sheets: int, sitting: str = SITTING) -> None:
        """Members in their order have given these marks (put where the use case puts them, which is quicker)."""
        self.raw_marks |= set(map(str, sheets))
        async with self.memory.open_work() as work:
            for who, sheet in zip(MEMBERS, sheets, strict=False):
                person = await work.people.by_account(slack(who))
                assert person is not None
                await work.marks.seal(sitting, person.id, case, marks(sheet))

    async def vote(
        self, who: str, case: str, choice: str, sitting: str = SITTING, *, catching_up: bool = True
    ) -> Reply:
        """`who` votes."""
        return await self.ask(who, cast_vote.cast_vote, f"{sitting}:{case}", choice, catching_up=catching_up)

    async def votes(self, case: str, choices: str, sitting: str = SITTING) -> None:
        """Members in their order vote, by initials: go, no_go, defer, abstain; "." for none."""
        for who, letter in zip(MEMBERS, choices, strict=False):
            if letter != ".":
                await self.vote(who, case, CHOICES[letter], sitting)

    async def have_voted(self, case: str, choices: str, sitting: str = SITTING) -> None:
        """The same, put where the use case puts it, which is quicker."""
        async with self.memory.open_work() as work:
            for who, letter in zip(MEMBERS, choices, strict=False):
                person = await work.people.by_account(slack(who))
                ballot = await work.ballots.get(f"{sitting}:{case}")
                if letter != "." and person is not None and ballot is not None:
                    vote = Vote(ballot=ballot.id, person=person.id, choice=VoteChoice(CHOICES[letter]), cast_at=self.at)
                    await work.ballots.cast(vote, seen=ballot)

    # --- what there is ---

    @asynccontextmanager
    async def work(self) -> AsyncIterator[SqlWork]:
        """One transaction."""
        async with self.memory.open_work() as work:
            yield work

    async def person(self, who: str) -> Person:
        """Whoever that is."""
        async with self.memory.open_work() as work:
            found = await work.people.by_account(slack(who))
        assert found is not None
        return found

    async def sitting(self, sitting: str = SITTING) -> Occurrence:
        """A sitting."""
        async with self.memory.open_work() as work:
            found = await work.occurrences.get(sitting)
        assert found is not None
        return found

    async def upcoming(self) -> list[Occurrence]:
        """Planned and held sittings."""
        async with self.memory.open_work() as work:
            return list(await work.occurrences.upcoming(self.at, limit=100))

    async def ballot(self, case: str, sitting: str = SITTING) -> Ballot:
        """A ballot."""
        async with self.memory.open_work() as work:
            found = await work.ballots.get(f"{sitting}:{case}")
        assert found is not None
        return found

    async def cast(self, case: str, sitting: str = SITTING) -> dict[str, Vote]:
        """The votes of a ballot, by name."""
        async with self.memory.open_work() as work:
            votes = {one.person: one for one in await work.ballots.votes(f"{sitting}:{case}")}
        return {who: votes[person.id] for who in MEMBERS if (person := await self.person(who)).id in votes}

    async def decisions(self, sitting: str = SITTING) -> dict[str, Decision]:
        """What a sitting decided, by initiative."""
        async with self.memory.open_work() as work:
            return {one.initiative: one for one in await work.ballots.decisions(sitting)}

    async def case(self, key: str) -> Initiative:
        """An initiative."""
        async with self.memory.open_work() as work:
            found = await work.initiatives.get(key)
        assert found is not None
        return found

    async def points(self, sitting: str = SITTING) -> list[str]:
        """What is on the agenda, in order."""
        async with self.memory.open_work() as work:
            return list(await work.occurrences.points(sitting))

    async def steps(self) -> dict[str, str]:
        """The state of every step by its id."""
        rows = await self.rows("step")
        return {row["id"]: row["state"] for row in rows}

    async def said(self, start: str = "") -> dict[str, Said]:
        """Posts whose id begins so."""
        async with self.memory.transaction() as connection:
            return {one.id: one for one in await _all_said(connection) if one.id.startswith(start)}

    async def post(self, post: str) -> Message:
        """The message of a post as it is now."""
        parcel = await self.outbox.peek(post, at=self.at)
        assert parcel is not None, f"nobody put {post}"
        return parcel.message

    async def reads(self, post: str, locale: str = "en") -> str:
        """What a post says, a sentence a line."""
        return "\n".join(sentences(await self.post(post), locale))

    async def rows(self, table: str) -> list[dict[str, Any]]:
        """A table, row by row."""
        async with self.memory.transaction() as connection:
            found = await connection.execute(select(SQLModel.metadata.tables[table]))
            return [dict(row) for row in found.mappings()]

    async def image(self) -> bytes:
        """The whole database, byte for byte: the same only where nothing at all was changed."""
        async with self.memory._engine.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            assert isinstance(driver, aiosqlite.Connection)
            image = await driver._execute(driver._conn.serialize)  # type: ignore[no-untyped-call]
        assert isinstance(image, bytes)
        return image

    async def break_row(self, table: str, row: str, **values: Any) -> None:
        """Writes what no version of ours would into a row."""
        found = SQLModel.metadata.tables[table]
        async with self.memory.transaction() as connection:
            await connection.execute(update(found).where(next(iter(found.primary_key)) == row).values(values))

    # --- what is never said ---

    async def examine(self) -> None:
        """Every sentence exists in both languages; no post tells a mark, and none in a room tells votes too soon."""
        async with self.memory.transaction() as connection:
            ballot = SQLModel.metadata.tables["ballot"]
            posts = await _all_said(connection)
            opened = await connection.execute(
                select(ballot.c.occurrence, ballot.c.position, ballot.c.initiative).where(
                    ballot.c.state == BallotState.OPEN
                )
            )
            open_cards = {f"card:{sitting}:{position:02}:{key}" for sitting, position, key in opened}
        for one in posts:
            if one.json not in self._examined:
                self._examined.add(one.json)
                can_be_said_everywhere(one.json)
                self._tells_no_mark(one)
            decided = one.kind == "committee-minutes" or (one.kind == "committee-card" and one.id not in open_cards)
            if one.in_room and not decided:
                _tells_no_vote(one)

    def _tells_no_mark(self, post: Said) -> None:
        whole = json.loads(post.json)
        numbers = {name for node in _nodes(whole) for name, value in node.items() if type(value) is int}
        assert numbers <= HARMLESS, f"{post.id} holds numbers nobody knows of: {numbers - HARMLESS}"
        for key in post.keys:
            assert not key.startswith("anchor"), f"{post.id} quotes an answer of a mark sheet"
        for digits in self.raw_marks:
            assert digits not in post.json, f"{post.id} holds somebody's marks"
        # A row of five single digits anywhere, whatever stands between them.
        assert not re.search(r"\b[1-5]\W+[1-5]\W+[1-5]\W+[1-5]\W+[1-5]\b", post.json)


HARMLESS = {
    *("count", "place", "marked", "members", "present", "entitled", "quorum", "done", "whole", "needed"),
    *("yes", "no", "defer", "abstain", "ballots", "marks", "hundredths"),
    "millionths",  # of the quorum, as the rules say
    *("decisions", "changes", "open"),
    *("answers", "comments"),  # the fewest of which anything is shown
}
"""Numbers a post may hold: counts of people and of things, and the median of a revealed score."""


_NAMES = re.compile("|".join((*ROLES, LEFT)))


def _tells_no_vote(post: Said) -> None:
    named = _NAMES.search(post.json.casefold())
    assert named is None, f"{post.id} names {named} in a room"
    told = {key for key in post.keys if key.startswith(("vote-", "outcome-", "tally", "paper-mine"))}
    assert not told, f"{post.id} says {told} in a room before the close"


def say_everywhere(value: object) -> None:
    """Raises MissingSentence unless every sentence of `value` can be said in every language."""
    for text in texts(value):
        for locale in LANGUAGES:
            assert translator_for(locale, PARIS).say(text).strip()


@cache
def can_be_said_everywhere(message: str) -> None:
    """The same of a message as the database has it; what passed is not said again for another test."""
    say_everywhere(from_json(message))


def email(who: str) -> str:
    """The address of somebody."""
    return f"{who}@example.org"


def answers(digits: int | str) -> dict[str, str]:
    """A mark sheet as a form sends it."""
    return {criterion.value: digit for criterion, digit in zip(Criterion, str(digits), strict=True)}


def values(shown: object) -> list[str]:
    """What the buttons of a message stand for, as "action value"."""
    return [f"{one['action']} {one['value']}" for one in _nodes(_plain(shown)) if "action" in one]


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value


def form_of(reply: Reply) -> Form:
    """The form a reply opens."""
    assert reply.form is not None
    return reply.form
