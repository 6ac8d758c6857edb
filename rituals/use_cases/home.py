"""Somebody's home: what waits for them in every ritual, kept up to date once they have opened it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from rituals.calendar import local_day
from rituals.committee import speech as says
from rituals.messages import Part
from rituals.organisation import Organisation
from rituals.people import Person
from rituals.ports import Work
from rituals.posts import Post, ToHome
from rituals.pulses import speech as pulse
from rituals.reviews import speech as review
from rituals.use_cases import reviewing, sitting, wave


async def put_home(
    work: Work, person: Person, organisation: Organisation, *, at: datetime, opened: bool = False
) -> None:
    """Keeps the person's home up to date, once they have opened it."""
    post = f"home:{person.id}"
    if not opened and not await work.posts.exists(post):
        return
    lines = [line for _, found in await sitting.open_lines(work, person, organisation, at=at) for line in found]
    await work.posts.put(
        Post(
            id=post,
            to=ToHome(person=person.id),
            message=says.home(
                name=person.name,
                to_mark=await sitting.points_to_mark(work, person, organisation),
                lines=lines,
                coming=await sitting.coming(work, organisation, at=at),
                also=await _beside_committees(work, person, organisation, at=at),
            ),
            ritual="home",
            not_before=at,
        ),
        at=at,
    )


async def put_homes(work: Work, people: Iterable[str | None], organisation: Organisation, *, at: datetime) -> None:
    """Keeps the homes of several people, by id, up to date: in the order of their addresses, as everywhere."""
    found = [await work.people.get(one) for one in {one for one in people if one is not None}]
    for person in sorted((one for one in found if one is not None and one.present), key=lambda one: one.email):
        await put_home(work, person, organisation, at=at)


async def _beside_committees(work: Work, person: Person, organisation: Organisation, *, at: datetime) -> list[Part]:
    """Their actions, the values they are asked for, and the questions of pulses they have not answered.

    A home is not drawn because somebody answers a pulse: that would write down when they did. It is drawn whenever
    they open it.
    """
    today, working_days = local_day(at, person.zone), organisation.working_days_at(person.site)
    actions = [
        review.Due(action=one, late=one.deadline.overdue(today, working_days))
        for one in await work.reviews.open_actions()
        if one.owner == person.id
    ]
    questions = [await wave.topic(work, one) for one in await work.pulses.waiting_for(person.id) if at < one.closes_at]
    return [
        *review.actions_at_home(actions),
        *review.values_at_home(await reviewing.values_wanted(work, person, organisation)),
        *pulse.at_home(questions),
    ]
