"""Horizon's past: three months of rituals run on the files, as fast as it goes, with people who answer at the desk.

Nothing of it is written by hand: Comitia itself runs, week after week of the workspace's clock, takes in the files as
they grow, and posts, asks and closes as it would. Only the clicks are spared: people answer at the front desk, and the
questions themselves are not shown to anybody.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import random
import secrets
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.app import Application, importing, migrate_database, running
from bot.demo import horizon
from bot.demo.child import posts_ahead
from bot.demo.clock import FollowedClock
from bot.demo.colleagues import REMEDIES, RESPONDING, answer_of
from bot.demo.homes import ON_SLACK, Homes
from bot.demo.intake import MONDAY_MORNING, take_in, take_in_week
from bot.demo.stand_ins import StandIns, standing_in
from bot.settings import Settings, load
from bot.starting import adopt_roster
from rituals.messages import Form, Picks, Scale, Words
from rituals.occurrences import OccurrenceState
from rituals.people import RosterEntry
from rituals.pulses import speech as pulse
from rituals.pulses.waves import ASKING, post_id
from rituals.reviews.actions import ActionKind, ActionState

BREATH = 0.002
READINGS: Mapping[str, tuple[str, ...]] = {"claims-days": ("11.6", "11.2", "10.8", "10.4", "10.1")}
"""What owners said of their KPIs, month after month."""


CYCLES = ("2025", "2026", "2027", "2028")
"""The years in which a demo may deal panels."""


@contextmanager
def repeatable(seed: int) -> Iterator[None]:
    """Makes what is drawn at random meanwhile the same every time: in a demo no id is a secret, and the panels that are
    dealt by people's ids shall be the same for the same seed.
    """
    dice = random.Random(seed)  # noqa: S311
    token_bytes, token_hex = secrets.token_bytes, secrets.token_hex
    secrets.token_bytes = lambda nbytes=None: dice.randbytes(nbytes or 32)
    secrets.token_hex = lambda nbytes=None: dice.randbytes(nbytes or 32).hex()
    try:
        yield
    finally:
        secrets.token_bytes, secrets.token_hex = token_bytes, token_hex


@dataclass(order=True, frozen=True, slots=True)
class Plan:
    """Something somebody does at a moment of the past."""

    at: datetime
    order: int
    act: Callable[[], Awaitable[None]] = field(compare=False)


def start(weeks: int = horizon.HISTORY_WEEKS) -> datetime:
    """When the past begins: on a Monday so many weeks ago, before the first files come in."""
    first = horizon.START_DAY - timedelta(weeks=weeks)
    return datetime.combine(first, time(4, 0), UTC)


async def live_through(
    directory: Path,
    places: Mapping[str, str],
    *,
    seed: int,
    homes: Homes = ON_SLACK,
    told: Callable[[float], None] = lambda now: None,
) -> None:
    """Runs the past of `directory`'s Comitia on the platforms at these addresses, up to the start of the story.

    `told`: the time (epoch seconds), as it goes on.
    """
    end = datetime.fromisoformat(horizon.START)
    async with standing_in(places) as platforms:
        now = datetime.fromtimestamp(await platforms.now(), UTC)
        if now >= end:
            return  # a directory of an earlier demo, whose past is already behind it
        settings_file = directory / "past.yaml"
        # The committee is what the story is about: it meets for the first time when the story begins.
        text = homes.settings(places, database=str(directory / "comitia.sqlite"), past=True)
        settings_file.write_text(text, encoding="utf-8")
        settings = load(settings_file, environ=homes.secrets())
        await migrate_database(settings)
        await begin(settings, homes, seed=seed, files=directory / "files", config=settings_file, at=now)
        clock = FollowedClock(now, flowing=False)
        async with AsyncExitStack() as stack:
            app = await stack.enter_async_context(running(settings, clock=clock))
            past = Past(app, clock, platforms, homes, files=directory / "files", config=settings_file, seed=seed)
            await past.run(end, told=told)
        settings_file.unlink()


async def begin(settings: Settings, homes: Homes, *, seed: int, files: Path, config: Path, at: datetime) -> None:
    """What there is on the first day: people, what they have, and whose turn it will be when a pulse asks.

    Nobody is at work yet: everything is made in one order, whatever platform people are on.
    """
    with repeatable(seed):
        async with importing(settings) as open_work:
            await adopt_roster(settings, open_work, {entry.email.lower(): entry for entry in settings.roster()})
            everybody = [(homes.account(email), _entry(one), True) for email, (one, _) in homes.everybody.items()]
            async with open_work() as work:
                await work.people.adopt_accounts(everybody)
                for cycle in CYCLES:
                    await work.panelists.key("pulse", cycle)
        # Who belongs where, and four weeks of what was counted before.
        for kind in ("people", "initiatives"):
            await take_in(kind, files / f"{kind}.csv", config=config, at=at)
        await take_in_week(files, after=date.min, config=config, at=at)


def _entry(person: horizon.Character) -> RosterEntry:
    """What a platform's directory says of somebody."""
    language = "fr" if person.locale.startswith("fr") else "en"
    return RosterEntry(email=person.email, name=person.name, locale=language, zone=ZoneInfo(person.zone))


class Past:
    """The past, moment by moment."""

    def __init__(
        self,
        app: Application,
        clock: FollowedClock,
        platforms: StandIns,
        homes: Homes,
        *,
        files: Path,
        config: Path,
        seed: int,
    ) -> None:
        self._app = app
        self._clock = clock
        self._platforms = platforms
        self._homes = homes
        self._files = files
        self._config = config
        self._seed = seed
        self._plans: list[Plan] = []
        self._order = itertools.count()
        self._people: dict[str, str] = {}  # person id -> e-mail
        self._asked: set[tuple[str, str]] = set()
        self._done: set[str] = set()

    async def run(self, end: datetime, *, told: Callable[[float], None]) -> None:
        """Up to `end`, quiet there."""
        await self._meet()
        monday = datetime.combine(self._clock.now().date(), MONDAY_MORNING, UTC)
        while monday < end:
            self._plan(monday, self._take_in_week)
            monday += timedelta(weeks=1)
        while True:
            await self._look()
            ahead = await self._settle()
            to = min([end, *ahead, *(plan.at for plan in self._plans[:1])])
            if to >= end and not (self._plans and self._plans[0].at <= end):
                await self._go(end)
                await self._look()
                await self._settle()
                return
            await self._go(max(to, self._clock.now()))
            while self._plans and self._plans[0].at <= self._clock.now():
                await heapq.heappop(self._plans).act()
            told(self._clock.now().timestamp())

    async def _look(self) -> None:
        """Comitia does what is due, and people see what is new for them."""
        async with self._app.memory.open_work() as work:
            due = await work.steps.next_due()
        await self._app.look()
        if due is not None and due <= self._clock.now():
            await self._respond()

    # --- the clock --------------------------------------------------------------------------------------------------

    async def _go(self, to: datetime) -> None:
        await self._platforms.advance(to.timestamp())
        self._clock.follow(to)

    async def _settle(self) -> list[datetime]:
        """Waits until nothing is on its way; what lies ahead."""
        while True:
            waking, now = self._clock.next_waking, self._clock.now()
            out, to_do = await posts_ahead(self._app, now)
            if self._app.quiet and not to_do and not (waking is not None and waking <= now):
                async with self._app.memory.open_work() as work:
                    step = await work.steps.next_due()
                return [moment for moment in (waking, out, step) if moment is not None and moment > now]
            await asyncio.sleep(BREATH)

    def _plan(self, at: datetime, act: Callable[[], Awaitable[None]]) -> None:
        heapq.heappush(self._plans, Plan(at, next(self._order), act))

    # --- files ------------------------------------------------------------------------------------------------------

    async def _take_in_week(self) -> None:
        at = self._clock.now()
        await take_in_week(self._files, after=at.date() - timedelta(weeks=1), config=self._config, at=at)

    # --- people -----------------------------------------------------------------------------------------------------

    async def _meet(self) -> None:
        for email in self._homes.everybody:
            async with self._app.memory.open_work() as work:
                person = await work.people.by_account(self._homes.account(email))
            if person is not None:
                self._people[person.id] = email

    async def _respond(self) -> None:
        """People see what is new for them."""
        reviews: list[str] = []
        async with self._app.memory.open_work() as work:
            waves = []
            for occurrence in await work.occurrences.under_way():
                waves += [wave.id for wave in await work.pulses.waves(occurrence.id)]
                if occurrence.ritual == "review" and occurrence.state is OccurrenceState.PLANNED:
                    reviews.append(occurrence.id)
            new = set(waves) - self._done
            asked = [
                (wave, one.person)
                for wave in sorted(new)
                for one in await work.pulses.unreminded(wave, part=0, size=len(self._people))
            ]
            for wave, person in asked:
                # The past's questions are nobody's business today.
                await work.posts.drop(post_id(ASKING, wave, person))
            actions = [one for one in await work.reviews.open_actions() if one.id not in self._done]
        self._done |= new
        # A day later, in the middle of it.
        tomorrow = datetime.combine(self._clock.now().date() + timedelta(days=1), time(12, 0), UTC)
        for wave, person in asked:
            chance = self._chance(self._people[person], "pulse", wave)
            if chance.random() < RESPONDING:
                self._plan(tomorrow, partial(self._answer, wave, person))
        for review in reviews:
            if review not in self._done:
                self._done.add(review)
                self._plan(self._clock.now() + timedelta(hours=4), partial(self._give_readings, review))
        for action in actions:
            self._done.add(action.id)
            if action.owner is not None and action.kind is ActionKind.REMEDY and action.state is ActionState.AWAITED:
                owner = self._people[action.owner]
                self._plan(self._clock.now() + timedelta(hours=3), partial(self._promise, owner, action.id))

    async def _answer(self, wave: str, person: str) -> None:
        email = self._people[person]
        chance = self._chance(email, "answer", wave)
        said = answer_of(chance, horizon.TASTES[wave.rpartition(":")[2]])
        desk, who = self._app.desk, self._homes.account(email)
        await desk.press(who, pulse.USE, f"{wave}:{said.use}")
        if said.score is not None:
            await desk.press(who, pulse.SEND, wave, {pulse.SATISFACTION: [said.score], pulse.BARRIERS: said.barriers})

    async def _give_readings(self, review: str) -> None:
        owners = {str(kpi["owner"]) for kpi in horizon.KPIS if kpi["source"] == "asked"}
        for owner in sorted(owners):
            reply = await self._app.desk.press(self._homes.account(owner), "open-readings", review)
            if reply.form is not None:
                await self._fill_in(owner, reply.form)

    async def _promise(self, owner: str, action: str) -> None:
        reply = await self._app.desk.press(self._homes.account(owner), "open-action", action)
        if reply.form is not None:
            await self._fill_in(owner, reply.form)
            self._plan(self._clock.now() + timedelta(days=11), partial(self._finish, owner, action))

    async def _finish(self, owner: str, action: str) -> None:
        await self._app.desk.press(self._homes.account(owner), "action-done", action)

    async def _fill_in(self, owner: str, form: Form) -> None:
        language = "fr" if next(one for one in horizon.CAST if one.email == owner).locale.startswith("fr") else "en"
        month = (self._clock.now().date() - start().date()).days // 30
        answers: dict[str, str | None] = {}
        for one in form.fields:
            match one:
                case Words():
                    said = READINGS.get(one.name)
                    answers[one.name] = said[month % len(said)] if said else REMEDIES[language]
                case Scale() | Picks():
                    answers[one.name] = one.options[0].value
        await self._app.desk.submit(self._homes.account(owner), form.kind, form.subject, answers)

    def _chance(self, *about: str) -> random.Random:
        return random.Random(":".join((str(self._seed), *about)))  # noqa: S311  (made-up people)
