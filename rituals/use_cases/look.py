"""What somebody asks to see: their home, the next dates, help, a greeting."""

from __future__ import annotations

from datetime import datetime, timedelta

from rituals import speech
from rituals.committee import speech as says
from rituals.messages import Message, Reply, say
from rituals.organisation import Organisation
from rituals.people import Account, Act, Person, Role
from rituals.ports import OpenWork
from rituals.posts import Post, ToPerson
from rituals.use_cases import home, sitting
from rituals.use_cases.asking import somebody


async def open_home(account: Account, *, at: datetime, open_work: OpenWork, organisation: Organisation) -> Reply:
    """Puts the person's home up to date; delivery shows it. Raises NotFound."""
    async with open_work() as work:
        await home.put_home(work, await somebody(work, account), organisation, at=at, opened=True)
        return Reply()


async def show_dates(account: Account, *, at: datetime, open_work: OpenWork, organisation: Organisation) -> Reply:
    """The next sittings. Raises NotFound."""
    async with open_work() as work:
        await somebody(work, account)
        paused = await work.brakes.paused()
        titles = [one.title for one in organisation.rituals.values() if one.key in paused or "all" in paused]
        dates = says.dates(coming=await sitting.coming(work, organisation, at=at), paused=titles)
        return Reply(message=dates, openly=dates)


async def show_mine(account: Account, *, at: datetime, open_work: OpenWork, organisation: Organisation) -> Reply:
    """The person's open ballots, of every committee, as a paper only they see. Raises NotFound."""
    async with open_work() as work:
        person = await somebody(work, account)
        found = await sitting.open_lines(work, person, organisation, at=at)
        if not found:
            waiting = [one for one in await sitting.points_to_mark(work, person, organisation) if not one.given]
            return Reply(sentence=say("ballots-none-but-marks", count=len(waiting)) if waiting else say("ballots-none"))
        titles = " · ".join(dict.fromkeys(rules.title for rules, _ in found))
        return Reply(message=says.paper(ritual=titles, lines=[line for _, lines in found for line in lines]))


async def show_help(account: Account, *, open_work: OpenWork) -> Reply:
    """What can be typed, for this person. Raises NotFound."""
    async with open_work() as work:
        person = await somebody(work, account)
        return Reply(message=_help(person), openly=speech.help_for_all())


async def answer_words(account: Account, words: str, event: str, *, at: datetime, open_work: OpenWork) -> None:
    """Answers somebody who writes to the bot: help if they ask for it, a greeting otherwise. Raises NotFound.

    `event` names the platform's event: the same one delivered twice gets one answer.
    """
    async with open_work() as work:
        person = await somebody(work, account)
        asks = set(words.casefold().split()) & {"help", "aide", "?"}
        await work.posts.put(
            Post(
                id=f"answer:{event}",
                to=ToPerson(person=person.id),
                message=_help(person) if asks else speech.greeting(person.name),
                ritual="keeping",
                not_before=at,
                not_after=at + timedelta(hours=1),
            ),
            at=at,
        )


def _help(person: Person) -> Message:
    return speech.help_message(
        may_brake=any(person.may(act) for act in Act), reads_digest=person.has_any(frozenset({Role.CHANGE_MANAGER}))
    )
