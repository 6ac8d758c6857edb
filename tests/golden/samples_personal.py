"""Samples of what somebody is told of their own data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from rituals.committee.ballots import VoteChoice
from rituals.digests.wishes import Wish
from rituals.messages import Message
from rituals.people import Person, Role
from rituals.personal import speech as personal
from rituals.personal.data import Asked, Duty, Kept, NamedVote, Owned, Use

Pen = Callable[[str], str]

VOTED = datetime(2026, 4, 7, 8, 30, tzinfo=UTC)


def _votes(pen: Pen, count: int) -> tuple[NamedVote, ...]:
    reasoned = NamedVote(title=pen("Signs of fraud"), choice=VoteChoice.NO_GO, at=VOTED, reason=pen("Not yet."))
    return (
        reasoned,
        *(NamedVote(title=pen("Triage of claims"), choice=VoteChoice.GO, at=VOTED) for _ in range(count - 1)),
    )


def kept(pen: Pen, votes: int = 12) -> Kept:
    """Something of everything."""
    return Kept(
        platforms=(pen("slack"), pen("teams")),
        uses=(
            Use(initiative="triage", days=9, first=date(2025, 11, 3), last=date(2026, 4, 3)),
            Use(initiative="search", days=0, first=date(2025, 9, 1), last=date(2025, 9, 2)),
        ),
        asked=(
            Asked(initiative="triage", on=date(2026, 4, 7), is_open=True, answered=True),
            Asked(initiative="search", on=date(2026, 4, 7), is_open=True, answered=False),
            Asked(initiative="triage", on=date(2026, 3, 10), is_open=False, answered=False),
        ),
        last_asked_on=date(2026, 4, 7),
        unanswered=2,
        opted_out=True,
        unrevealed=2,
        votes=_votes(pen, votes),
        actions=(Owned(what=pen("Train the team"), due=date(2026, 4, 20)), Owned(what=pen("Agree"), due=None)),
        readings=3,
        messages=14,
        objected_on=date(2026, 1, 5),
    )


def _data(pen: Pen) -> Message:
    person = Person(
        id="p1",
        name=pen("Ana Lima"),
        email=pen("ana.lima@example.org"),
        locale="fr",
        zone=ZoneInfo("Europe/Paris"),
        site=pen("lyon"),
        roles=frozenset({Role.MEMBER, Role.CHANGE_MANAGER}),
    )
    return personal.my_data(
        person=person,
        zone=pen("Europe/Paris"),
        place=personal.Place(department=pen("Claims"), manager=pen("bo.lind@example.org")),
        kept=kept(pen),
        wish=Wish(weekday=1, at=time(9)),
        titles={"triage": pen("Triage of claims"), "search": pen("Contract search")},
    )


def _more(pen: Pen) -> Message:
    return personal.more_votes(votes=_votes(pen, 25), start=0)


def _erase(_: Pen) -> Message:
    return personal.ask_erase(duties=frozenset({Duty.ROLE, Duty.OWNER}))


MESSAGES: dict[str, Callable[[Pen], Message]] = {
    "personal-data": _data,
    "personal-votes": _more,
    "personal-erase": _erase,
}
