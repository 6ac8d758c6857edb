"""What the rules need from the outside: a unit of work with its repositories, and a clock."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from rituals.committee.ballots import VoteChoice
from rituals.committee.decisions import Ballot, Decision, Vote, Voting
from rituals.committee.scoring import Marks
from rituals.initiatives import Initiative
from rituals.occurrences import Occurrence, Step
from rituals.people import Account, Person, Role, RosterEntry
from rituals.ports.alarms import Alarms
from rituals.ports.census import Census
from rituals.ports.figures import Figures
from rituals.ports.letters import Letters
from rituals.ports.panelists import Panelists
from rituals.ports.personal import Personal
from rituals.ports.pulses import Pulses
from rituals.ports.redraws import Redraws
from rituals.ports.reviews import Reviews
from rituals.ports.sources import Sources
from rituals.posts import Parcel, Place, Post, PostedInRoom, Refused, Settlement


class People(Protocol):
    """Who is who."""

    async def by_account(self, account: Account) -> Person | None: ...

    async def speak_on(self, account: Account, *, chosen: bool) -> bool: ...

    async def account_of(self, person: str, platform: str) -> Account | None: ...
    async def refusing(self, platform: str) -> frozenset[Account]:
        """The accounts there to which the platform takes no message."""

    async def get(self, person: str) -> Person | None: ...
    async def all_present(self) -> Sequence[Person]: ...
    async def reachable(
        self, *, emails: Collection[str] = (), roles: frozenset[Role] = frozenset()
    ) -> Sequence[Person]:
        """Present people of these addresses, or who play one of these roles, that chat can reach; by e-mail."""

    async def adopt_roster(self, roster: Sequence[RosterEntry], *, default: RosterEntry) -> None:
        """Makes roles, sites and languages what app.yaml says; whoever it no longer names keeps no role."""

    async def adopt_account(self, account: Account, entry: RosterEntry, *, present: bool) -> None:
        """Ties a platform account to the person of that e-mail, making the person if new."""

    async def adopt_accounts(self, found: Sequence[tuple[Account, RosterEntry, bool]]) -> None:
        """The same for a page of a directory: account, what the platform says, whether it is there."""


class Initiatives(Protocol):
    """The portfolio."""

    async def get(self, key: str) -> Initiative | None: ...
    async def asking(self) -> Sequence[Initiative]:
        """Those that wait for a decision: most often put off first, then the longest waiting, then by key."""

    async def put(self, initiative: Initiative) -> None: ...
    async def adopt(self, listed: Sequence[Initiative]) -> None:
        """Adds the listed that are new and renews the words of the known; a stage once decided here stays."""

    async def all(self) -> Sequence[Initiative]: ...


class Occurrences(Protocol):
    """Dated instances of rituals."""

    async def get(self, occurrence: str, *, lock: bool = False) -> Occurrence | None: ...
    async def plan(self, occurrence: Occurrence, steps: Sequence[Step]) -> bool:
        """Adds it with its steps unless it is there; whether it was added."""

    async def untouched(self, ritual: str) -> Sequence[Occurrence]:
        """Planned ones of which no step is done yet."""

    async def forget(self, occurrence: str) -> None:
        """Removes an untouched one and its steps."""

    async def begin(self, occurrence: Occurrence) -> None:
        """Keeps the rules it begins with; those kept before stay."""

    async def put(self, occurrence: Occurrence) -> None: ...
    async def upcoming(self, after: datetime, *, limit: int) -> Sequence[Occurrence]:
        """Planned and held ones from `after` on, soonest first."""

    async def under_way(self) -> Sequence[Occurrence]:
        """Those with a step done and not ended."""

    async def points(self, occurrence: str) -> Sequence[str]:
        """Keys of the initiatives on its agenda, in agenda order."""

    async def put_points(self, occurrence: str, initiatives: Sequence[str]) -> None: ...


class Steps(Protocol):
    """What falls due."""

    async def claim_due(self, at: datetime, *, leaving: Iterable[str]) -> Step | None:
        """The first step due by `at`, now done unless this work fails; `leaving` aside paused rituals."""

    async def mark_skipped(self, step: Step) -> None: ...
    async def put_off(self, step: Step, *, until: datetime) -> None:
        """Tries a step again later: its effect failed."""

    async def add(self, step: Step) -> None:
        """Adds the step, or moves the waiting one of the same name and subject to the new moment."""

    async def cancel(self, occurrence: str, *, subject: str | None = None) -> None:
        """Cancels the waiting steps of an occurrence, or those about one subject only."""

    async def next_due(self) -> datetime | None: ...
    async def waiting(self, occurrence: str) -> Sequence[Step]: ...


class MarksBox(Protocol):
    """Marks, sealed until their reveal: ciphertext by person first, then plain sheets that nobody can trace."""

    async def seal(self, occurrence: str, person: str, initiative: str, marks: Marks) -> None:
        """Keeps a person's marks sealed; later marks replace earlier ones. Raises MarksClosed after the reveal."""

    async def mine(self, occurrence: str, person: str) -> Mapping[str, Marks]:
        """What the person has marked so far, by initiative; empty after the reveal."""

    async def participation(self, occurrence: str) -> Mapping[str, int]:
        """How many initiatives each person has marked."""

    async def reveal(self, occurrence: str) -> None:
        """Writes all sheets shuffled under random ids, deletes the sealed rows, destroys the key; once only."""

    async def discard(self, occurrence: str) -> None:
        """Destroys marks that will never be revealed, with their key: the sitting is off."""

    async def revealed(self, occurrence: str) -> bool: ...
    async def sheets(self, occurrence: str) -> Mapping[str, Sequence[Marks]]:
        """The revealed sheets by initiative."""


class Ballots(Protocol):
    """Ballots, who may vote in them, votes and decisions."""

    async def get(self, ballot: str, *, lock: bool = False) -> Ballot | None: ...
    async def voting(self, account: Account, ballot: str) -> Voting | None:
        """Whoever has that account before the ballot, as it all is now; None: no such ballot."""

    async def open(self, ballot: Ballot, voters: Sequence[str]) -> None: ...
    async def put(self, ballot: Ballot) -> None: ...
    async def of(self, occurrence: str) -> Sequence[Ballot]:
        """All ballots of a sitting, in agenda order."""

    async def voters(self, ballot: str) -> Sequence[str]: ...
    async def open_for(self, person: str) -> Sequence[Ballot]:
        """Open ballots the person is entitled to."""

    async def all_open(self) -> Sequence[Ballot]: ...
    async def cast(self, vote: Vote, *, seen: Ballot | Voting) -> Callable[[], bool]:
        """Keeps the vote, over the person's last one, if their ballot still is as it was seen: open, and until then.

        Whether it did, to be asked once this work has ended. Voters wait for nobody but a close, and a close for them.
        """

    async def votes(self, ballot: str) -> Sequence[Vote]: ...
    async def votes_of(self, person: str, ballots: Sequence[str]) -> Mapping[str, Vote]: ...
    async def choices(self, ballot: str) -> Sequence[VoteChoice]: ...
    async def decide(self, decision: Decision) -> None: ...
    async def decisions(self, occurrence: str) -> Sequence[Decision]: ...


class Posts(Protocol):
    """What is to be shown in chat."""

    async def put(self, post: Post, *, at: datetime, hold: datetime | None = None) -> int:
        """Keeps the post for delivery and returns its revision; the same message again changes nothing.

        `hold`: an edit waits until then, because the one who clicked is being shown it directly.
        """

    async def put_all(self, posts: Sequence[Post], *, at: datetime) -> None:
        """Puts many, as `put` would each."""

    async def exists(self, post: str) -> bool: ...
    async def drop(self, post: str) -> bool:
        """Takes back a post that nobody has been shown yet; False where it was shown, or may have been."""

    async def withdraw(self, post: str, *, at: datetime) -> bool:
        """Takes a post back; False where there is none to take back."""

    async def in_rooms(self, *, limit: int) -> Sequence[PostedInRoom]:
        """What rooms were last shown, newest first."""

    async def readdress(self) -> None: ...

    async def refused(self) -> Refused:
        """Whom the platform refuses messages to."""


class Rooms(Protocol):
    """Which conversation a room of app.yaml is on a platform."""

    async def known(self, platform: str) -> Collection[str]:
        """The rooms whose conversation is known."""

    async def listed(self, platform: str) -> Mapping[str, str]:
        """The channel's name of each room that app.yaml had at the last start; "" where that is not known."""

    async def adopt(
        self, platform: str, rooms: Mapping[str, str], *, channels: Mapping[str, str] | None = None
    ) -> None:
        """Keeps the conversation id of each room name, and of all rooms there are what their `channels` are called."""


class Brakes(Protocol):
    """Paused rituals."""

    async def paused(self) -> Mapping[str, datetime]:
        """Paused rituals and since when; the name "all" stands for every one."""

    async def pause(self, ritual: str, *, at: datetime, by: str) -> bool: ...
    async def resume(self, ritual: str) -> datetime | None:
        """Lifts the pause; since when it had stood, None where there was none."""


class Work(Protocol):
    """One transaction: all of it is kept when it ends well, none of it when it does not."""

    @property
    def people(self) -> People: ...
    @property
    def rooms(self) -> Rooms: ...
    @property
    def initiatives(self) -> Initiatives: ...
    @property
    def occurrences(self) -> Occurrences: ...
    @property
    def steps(self) -> Steps: ...
    @property
    def marks(self) -> MarksBox: ...
    @property
    def ballots(self) -> Ballots: ...
    @property
    def posts(self) -> Posts: ...
    @property
    def brakes(self) -> Brakes: ...
    @property
    def census(self) -> Census: ...
    @property
    def sources(self) -> Sources: ...
    @property
    def panelists(self) -> Panelists: ...
    @property
    def pulses(self) -> Pulses: ...
    @property
    def figures(self) -> Figures: ...
    @property
    def reviews(self) -> Reviews: ...
    @property
    def letters(self) -> Letters: ...
    @property
    def personal(self) -> Personal: ...
    @property
    def redraws(self) -> Redraws: ...
    @property
    def alarms(self) -> Alarms: ...


OpenWork = Callable[[], AbstractAsyncContextManager[Work]]

LookAtBallot = Callable[[Account, str], Awaitable[Voting | None]]
"""Whoever has an account before a ballot, as `Ballots.voting` tells, looked at before any work of theirs begins."""


class Outbox(Protocol):
    """Delivery's side of the posts: claims before it acts, settles after."""

    async def claim(
        self, at: datetime, *, owner: str, lease_until: datetime, limit: int, bulk: bool = True
    ) -> Sequence[Parcel]:
        """Posts whose shown revision is behind, now this owner's; bulk comes by itself and last, or not at all."""

    async def settle(
        self,
        settlements: Sequence[Settlement],
        *,
        at: datetime,
        attempting: Sequence[Parcel] = (),
        owner: str | None = None,
    ) -> frozenset[str]:
        """Records what became of attempts and, with it, the next ones: which of these may be made."""

    async def peek(self, post: str, *, at: datetime) -> Parcel | None:
        """The post as it is now, without claiming it."""

    async def standing(self, place: Place, *, at: datetime) -> Parcel | None:
        """The post that stands there, none of bulk, as it is now."""

    async def settle_redraw(self, post: str, revision: int, *, at: datetime) -> None:
        """The clicked message was redrawn through its reply address: that revision is shown."""

    async def hurry(self, post: str, *, at: datetime) -> None:
        """A redraw failed: the edit may go out now."""

    async def release(self, owner: str | None = None) -> None:
        """Gives back what an owner that is gone had claimed (all owners: None)."""

    async def next_due(self, *, bulk: bool = True) -> datetime | None:
        """When the next post wants to go out, paused ones left aside; without `bulk`, the next that is not."""

    async def counts(self) -> Mapping[str, int]:
        """Posts by state."""


class Clock(Protocol):
    """The time, and waiting for it."""

    def now(self) -> datetime: ...
    async def sleep_until(self, moment: datetime) -> None: ...
