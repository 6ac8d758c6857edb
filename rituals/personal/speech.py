"""What somebody is told of their own data: what is kept and for how long, and what erasing does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rituals.committee.speech import choice_name
from rituals.digests.wishes import WEEKDAYS, Wish
from rituals.messages import (
    Bullets,
    Choice,
    Choices,
    Confirm,
    Day,
    Emphasis,
    Heading,
    Message,
    Moment,
    Note,
    Paragraph,
    Part,
    Several,
    Text,
    say,
)
from rituals.people import Person
from rituals.personal.data import Asked, Duty, Kept, NamedVote, Use
from rituals.speech import message_kind

VOTES_SHOWN = 10
"""How many votes one message shows; a button shows the older ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the files say somebody belongs today."""

    department: str
    manager: str | None = None


@message_kind("personal-data")
def my_data(
    *,
    person: Person,
    zone: str,
    place: Place | None,
    kept: Kept,
    wish: Wish | None,
    titles: Mapping[str, str],
    handed_over: bool = False,
) -> Message:
    """All that is tied to the person, with how long each is kept. `zone`: its name; `titles` of initiatives by key.

    `handed_over`: somebody else reads it first, so that nothing in it tells what the person answered, or whether.
    """
    parts: list[Part] = [
        Heading(text=say("personal-title")),
        Note(text=say("personal-handed-over", name=person.name) if handed_over else say("personal-only-you")),
        Bullets(items=tuple(_who(person, zone, place, kept, counts_messages=not handed_over))),
    ]
    parts += _section("personal-uses", [_use(one, titles) for one in kept.uses], "personal-uses-kept")
    asked = [_asked(one, titles, handed_over=handed_over) for one in kept.asked]
    if kept.last_asked_on is not None:
        day = Day(on=kept.last_asked_on)
        asked.append(
            _line(
                say("personal-last-asked-on", day=day)
                if handed_over
                else say("personal-last-asked", day=day, unanswered=kept.unanswered)
            )
        )
    if kept.opted_out:
        asked.append(_line(say("personal-opted-out")))
    parts += _section("personal-pulses", asked, "personal-pulses-kept")
    committee = [_vote(one) for one in kept.votes[:VOTES_SHOWN]]
    if kept.unrevealed:
        committee.insert(0, _line(say("personal-marks", count=kept.unrevealed)))
    parts += _section("personal-votes", committee, "personal-votes-kept")
    parts += _older(len(kept.votes), VOTES_SHOWN)
    parts += _section("personal-duties", [*_actions(kept), *_wished(wish)], None)
    parts += [
        Heading(text=say("personal-untied")),
        Paragraph(text=say("personal-untied-words")),
        _way_out(kept),
    ]
    return Message(kind="personal-data", summary=say("personal-title"), parts=tuple(parts))


def _way_out(kept: Kept) -> Part:
    """The button that erases; a word to somebody who has been erased already."""
    if kept.objected_on is not None:
        return Paragraph(text=say("personal-erased-already"))
    erase = Choice(action="ask-erase", value="me", label=say("personal-erase"), emphasis=Emphasis.PLAIN)
    return Choices(group="personal", choices=(erase,))


@message_kind("personal-votes")
def more_votes(*, votes: Sequence[NamedVote], start: int) -> Message:
    """The person's votes from the `start`th on, newest first."""
    shown = votes[start : start + VOTES_SHOWN]
    return Message(
        kind="personal-votes",
        summary=say("personal-votes"),
        parts=(
            Heading(text=say("personal-votes")),
            Bullets(items=tuple(_vote(one) for one in shown)) if shown else Paragraph(text=say("personal-nothing")),
            *_older(len(votes), start + VOTES_SHOWN),
        ),
    )


@message_kind("personal-erase")
def ask_erase(*, duties: frozenset[Duty]) -> Message:
    """What erasing does, before it is done. `duties`: why the person stays known by name."""
    parts: list[Part] = [
        Heading(text=say("personal-erase-title")),
        Paragraph(lead=say("personal-erase-goes"), text=say("personal-erase-goes-words")),
        Paragraph(lead=say("personal-erase-stays"), text=say("personal-erase-stays-words")),
    ]
    if duties:
        reasons = Several(items=tuple(say(f"personal-duty-{one}") for one in sorted(duties)))
        parts.append(Paragraph(lead=say("personal-erase-known"), text=say("personal-erase-duties", reasons=reasons)))
    else:
        parts.append(Paragraph(lead=say("personal-erase-forgotten"), text=say("personal-erase-forgotten-words")))
    parts += [
        Paragraph(lead=say("personal-erase-after"), text=say("personal-erase-after-words")),
        Choices(
            group="erase",
            choices=(
                Choice(
                    action="erase-me",
                    value="me",
                    label=say("personal-erase"),
                    emphasis=Emphasis.DANGER,
                    confirm=Confirm(question=say("personal-erase-sure"), yes=say("personal-erase")),
                ),
            ),
        ),
    ]
    return Message(kind="personal-erase", summary=say("personal-erase-title"), parts=tuple(parts))


# --- lines ---------------------------------------------------------------------------------------------------------


def _line(text: Text, lead: Text | None = None) -> Paragraph:
    return Paragraph(text=text, lead=lead)


def _words(words: str) -> Text:
    return say("verbatim", words=words)


def _section(title: str, lines: Sequence[Paragraph], kept: str | None) -> list[Part]:
    parts: list[Part] = [Heading(text=say(title))]
    parts.append(Bullets(items=tuple(lines)) if lines else Paragraph(text=say("personal-nothing")))
    if kept is not None:
        parts.append(Note(text=say(kept)))
    return parts


def _who(person: Person, zone: str, place: Place | None, kept: Kept, *, counts_messages: bool) -> list[Paragraph]:
    lines = [
        _line(say("personal-address", email=person.email), _words(person.name)),
        _line(say("personal-zone", zone=zone, language=say(f"personal-language-{person.locale}"))),
    ]
    if kept.platforms:
        lines.append(_line(say("personal-accounts", platforms=Several(items=kept.platforms))))
    if person.site:
        lines.append(_line(say("personal-site", site=person.site)))
    if place is not None:
        lines.append(_line(say("personal-department", department=place.department)))
        if place.manager:
            lines.append(_line(say("personal-manager", manager=place.manager)))
    if person.roles:
        roles = tuple(say(f"personal-role-{role.replace('_', '-')}") for role in sorted(person.roles))
        lines.append(_line(say("personal-roles", roles=Several(items=roles))))
    # Whoever has not answered a pulse gets a reminder: the count alone would tell of it.
    if kept.messages and counts_messages:
        lines.append(_line(say("personal-messages", count=kept.messages)))
    if kept.objected_on is not None:
        lines.append(_line(say("personal-objected", day=Day(on=kept.objected_on))))
    return lines


def _use(one: Use, titles: Mapping[str, str]) -> Paragraph:
    return _line(
        say("personal-use", count=one.days, first=Day(on=one.first), last=Day(on=one.last)),
        _words(titles.get(one.initiative, one.initiative)),
    )


def _asked(one: Asked, titles: Mapping[str, str], *, handed_over: bool) -> Paragraph:
    if not one.is_open:
        key = "personal-asked"
    elif handed_over:
        key = "personal-asked-sealed"
    else:
        key = "personal-answered" if one.answered else "personal-unanswered"
    return _line(say(key, day=Day(on=one.on)), _words(titles.get(one.initiative, one.initiative)))


def _vote(one: NamedVote) -> Paragraph:
    key = "personal-vote-reason" if one.reason else "personal-vote"
    reason = {"reason": one.reason} if one.reason else {}
    return _line(
        say(key, choice=choice_name(one.choice), at=Moment(at=one.at, style="day"), **reason), _words(one.title)
    )


def _older(count: int, start: int) -> list[Part]:
    if count <= start:
        return []
    older = Choice(action="my-votes", value=str(start), label=say("personal-older", count=count - start))
    return [Choices(group="older", choices=(older,))]


def _actions(kept: Kept) -> list[Paragraph]:
    lines = [_line(_due(one.due), _words(one.what)) for one in kept.actions]
    if kept.readings:
        lines.append(_line(say("personal-readings", count=kept.readings)))
    return lines


def _due(due: date | None) -> Text:
    return say("personal-action", due=Day(on=due)) if due else say("personal-action-undated")


def _wished(wish: Wish | None) -> list[Paragraph]:
    if wish is None:
        return []
    if wish.weekday is None:
        return [_line(say("personal-wish-none"), say("personal-letter"))]
    day = say(f"digest-day-{WEEKDAYS[wish.weekday]}")
    return [_line(say("personal-wish", day=day, hour=wish.at.hour), say("personal-letter"))]
