"""Small values for tests, each whole by itself: say what matters to the test, the rest is as usual."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from rituals.committee.ballots import Majority, Outcome, Tally, VoteChoice
from rituals.committee.decisions import Ballot, BallotState, Decision, Vote
from rituals.committee.scoring import Criterion, Marks
from rituals.initiatives import Initiative, Stage, Standing
from rituals.messages import Message, Paragraph, say
from rituals.occurrences import Occurrence, OccurrenceState, Step, StepName, occurrence_id
from rituals.people import Account, Role, RosterEntry
from rituals.posts import Address, Parcel, Post, ToRoom

PARIS = ZoneInfo("Europe/Paris")
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""The moment at which tests begin, a Monday morning."""


def after(*, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> datetime:
    """A moment so long after AT."""
    return AT + timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def slack(user: str, *, workspace: str = "T1") -> Account:
    """An account on Slack."""
    return Account(platform="slack", workspace=workspace, user=user)


def entry(
    email: str,
    *roles: Role,
    name: str | None = None,
    site: str | None = None,
    locale: str | None = None,
    zone: ZoneInfo | None = None,
) -> RosterEntry:
    """What one source says of somebody."""
    return RosterEntry(email=email, name=name, roles=frozenset(roles), site=site, locale=locale, zone=zone)


NOBODY = entry("", locale="en", zone=PARIS)
"""What holds for whoever app.yaml says nothing of."""


def initiative(
    key: str = "chatbot",
    *,
    title: str = "A chat bot",
    stage: Stage = Stage.POC,
    standing: Standing = Standing.ASKING,
    asked_on: date | None = date(2026, 2, 2),
    carried_over: int = 0,
) -> Initiative:
    """An initiative that waits for a decision."""
    return Initiative(
        key=key,
        title=title,
        summary=f"What {title} is for.",
        stage=stage,
        standing=standing,
        department="Support",
        owner="ana@example.org",
        asked_on=asked_on,
        carried_over=carried_over,
    )


def occurrence(
    nominal: date = date(2026, 3, 10),
    *,
    ritual: str = "committee",
    state: OccurrenceState = OccurrenceState.PLANNED,
    at: datetime | None = None,
) -> Occurrence:
    """A sitting at nine in the morning, UTC."""
    return Occurrence(
        id=occurrence_id(ritual, nominal),
        ritual=ritual,
        nominal=nominal,
        at=at or datetime(nominal.year, nominal.month, nominal.day, 9, tzinfo=UTC),
        zone=PARIS,
        state=state,
    )


def step(
    of: Occurrence,
    name: StepName = StepName.CALL_FOR_MARKS,
    *,
    due_at: datetime = AT,
    expires_at: datetime | None = None,
    subject: str = "",
) -> Step:
    """A step of an occurrence, due at AT."""
    return Step(occurrence=of.id, name=name, due_at=due_at, expires_at=expires_at, subject=subject)


def marks(digits: int | str = 33333) -> Marks:
    """Five marks written as five digits, in the order of Criterion: `marks(54321)`."""
    return Marks({criterion: int(digit) for criterion, digit in zip(Criterion, str(digits), strict=True)})


def ballot(
    of: Occurrence,
    about: str = "chatbot",
    *,
    position: int = 1,
    entitled: int = 3,
    state: BallotState = BallotState.OPEN,
    opened_at: datetime = AT,
) -> Ballot:
    """A ballot of a sitting about an initiative."""
    return Ballot(
        id=f"{of.id}:{about}",
        occurrence=of.id,
        initiative=about,
        position=position,
        title=f"The matter of {about}",
        asks=Stage.MVP,
        entitled=entitled,
        majority=Majority.TWO_THIRDS,
        quorum=Fraction(1, 3),
        opened_at=opened_at,
        closes_at=opened_at + timedelta(hours=7),
        state=state,
    )


def vote(
    in_: Ballot, person: str, choice: VoteChoice = VoteChoice.GO, *, reason: str = "", cast_at: datetime = AT
) -> Vote:
    """A person's vote."""
    return Vote(ballot=in_.id, person=person, choice=choice, reason=reason, cast_at=cast_at)


def decision(of: Ballot, outcome: Outcome = Outcome.GO) -> Decision:
    """What came of a ballot: two yes and one no."""
    return Decision(
        ballot=of.id,
        occurrence=of.occurrence,
        initiative=of.initiative,
        title=of.title,
        outcome=outcome,
        tally=Tally(entitled=of.entitled, yes=2, no=1),
        from_stage=Stage.POC,
        to_stage=of.asks,
        decided_at=AT,
    )


def message(words: str = "Good morning.") -> Message:
    """A message of one paragraph."""
    text = say("verbatim", words=words)
    return Message(kind="greeting", summary=text, parts=(Paragraph(text=text),))


def post(
    id: str = "p1",
    words: str = "Good morning.",
    *,
    to: Address | None = None,
    ritual: str = "committee",
    not_before: datetime = AT,
    not_after: datetime | None = None,
) -> Post:
    """A post to the room "ai"."""
    return Post(
        id=id,
        to=to or ToRoom(room="ai"),
        message=message(words),
        ritual=ritual,
        not_before=not_before,
        not_after=not_after,
    )


def parcel(**changes: Any) -> Parcel:
    """A post to the room "ai", claimed for the first time."""
    whole = Parcel(
        post="p1",
        revision=1,
        to=ToRoom(room="ai"),
        message=message(),
        key="k",
        wanted=True,
        locale="en",
        zone="Europe/Paris",
        destination="C1",
        place=None,
        unsettled=False,
        attempted_at=AT,
        failures=0,
    )
    return replace(whole, **changes)


def words_of(shown: Message) -> str:
    """What `message` was made of."""
    return str(shown.summary.values["words"])


def ids(values: Iterable[Post | Occurrence | Ballot]) -> list[str]:
    """Their ids, in order."""
    return [value.id for value in values]
