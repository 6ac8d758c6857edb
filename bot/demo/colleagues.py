"""Scripted colleagues: people in chat who mark, vote and answer by the same clicks a person makes."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.demo.chat import LOST, Button, Chat, Form, Given, News, Shown

RESPONDING = 0.55
"""How likely somebody is to answer a pulse."""

REASONS = {
    "go": {
        "en": (
            "Clear gain for the teams, and the data are there.",
            "The people who would use it are asking for it.",
            "Let us start small and measure.",
        ),
        "fr": (
            "Le gain est clair pour les équipes, et les données sont là.",
            "Celles et ceux qui s’en serviraient le demandent.",
            "Commençons petit, et mesurons.",
        ),
    },
    "no_go": {
        "en": (
            "Too close to what another team is building.",
            "The effort is out of proportion to the gain.",
            "The data it needs are not there, and will not be this year.",
        ),
        "fr": (
            "Trop proche de ce que construit une autre équipe.",
            "L’effort est sans rapport avec le gain.",
            "Les données nécessaires n’existent pas, et n’existeront pas cette année.",
        ),
    },
    "defer": {
        "en": (
            "I would like to see a baseline first.",
            "Not before the risk review is finished.",
            "A good idea at a bad moment: the teams have no time for it this quarter.",
        ),
        "fr": (
            "Je voudrais d’abord une mesure de départ.",
            "Pas avant la fin de l’analyse des risques.",
            "Bonne idée, mauvais moment : les équipes n’ont pas le temps ce trimestre.",
        ),
    },
    "abstain": {
        "en": (
            "I am too close to the project to judge it.",
            "I do not know this field well enough to decide.",
            "I could not read the file in time.",
        ),
        "fr": (
            "Je suis trop proche du projet pour en juger.",
            "Je connais trop mal ce domaine pour trancher.",
            "Je n’ai pas pu lire le dossier à temps.",
        ),
    },
}
"""Why somebody voted as they did, by their choice and their language."""

REMEDIES = {
    "en": "Sit with two teams for a morning and remove what holds them back.",
    "fr": "Passer une matinée avec deux équipes et lever ce qui les freine.",
}
"""What an owner promises about a figure that is not good enough."""

USES = ("every_week", "once_or_twice")
USES_NOT = ("not_lately", "never")
BARRIERS = ("B_EXP", "B_CPX", "B_CPX", "B_TRN", "B_REL", "B_TRU")
"""What holds people back: first of all that it is complicated, and that it calls their expertise into question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taste:
    """How a tool is liked: the chance (0..1) that somebody says they use it, and that they are satisfied."""

    used: float
    liked: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What somebody says in a pulse; no `score` where one tap is enough for them."""

    use: str
    score: str | None = None
    barriers: tuple[str, ...] = ()


def answer_of(chance: random.Random, taste: Taste) -> Answer:
    """What somebody of that taste answers, by their dice."""
    uses = chance.random() < taste.used
    use = chance.choice(USES if uses else USES_NOT)
    if chance.random() > 0.85:
        return Answer(use=use)
    likes = chance.random() < taste.liked
    score = chance.choice("45" if likes else "1233")
    barriers = () if uses and likes else tuple(sorted({chance.choice(BARRIERS), chance.choice(BARRIERS)}))
    return Answer(use=use, score=score, barriers=barriers)


@dataclass(order=True, frozen=True, slots=True)
class Plan:
    """Something a colleague is going to do at a moment of the workspace's clock (epoch seconds)."""

    at: float
    order: int
    who: str = field(compare=False)
    act: Callable[[], Awaitable[None]] = field(compare=False)


class Colleagues:
    """A crowd of committee members. `played` names those (by e-mail) whom a real person plays: nobody acts for them.
    `asleep`: nobody does anything.

    `tastes`: by initiative, what they answer to pulses. `readings`: by KPI, what its owner says of it.

    `hurry`: seconds between a message and the answer are multiplied by this; `grain`: moments are rounded to so many
    seconds, so that a message a moment later changes nobody's plans. `back`: waits for an app that was not there.
    `rest`: waits until everybody has been shown what a click changed, so that of two clicks each is shown.
    """

    def __init__(
        self,
        chat: Chat,
        *,
        people: Sequence[str],
        leaning: Mapping[str, float],
        seed: int,
        tastes: Mapping[str, Taste] | None = None,
        readings: Mapping[str, str] | None = None,
        played: frozenset[str] = frozenset(),
        asleep: bool = False,
        hurry: float = 1.0,
        grain: float = 600.0,
        back: Callable[[], Awaitable[None]] | None = None,
        rest: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._chat = chat
        self._emails = list(people)
        self._played = played
        self._asleep = asleep
        self._people: dict[str, str] = {}  # user id -> e-mail
        self._languages: dict[str, str] = {}
        self._rooms: dict[str, str] = {}  # user id -> direct conversation with the app
        self._leaning = leaning
        self._tastes = tastes or {}
        self._readings = readings or {}
        self._seed = seed
        self._hurry = hurry
        self._grain = grain
        self._back = back
        self._rest = rest
        self._plans: list[Plan] = []
        self._order = itertools.count()
        self._seen: set[tuple[str, str, str]] = set()

    @property
    def next_at(self) -> float | None:
        """When the next of them does something."""
        return self._plans[0].at if self._plans else None

    async def arrive(self) -> None:
        """Finds out who they are in chat; what was said before they came does not concern them."""
        for email in self._emails:
            found = await self._chat.find(email)
            self._people[found.user] = email
            self._languages[found.user] = found.language
            self._rooms[found.user] = found.room

    def user(self, email: str) -> str:
        """Somebody's user id."""
        return next(user for user, address in self._people.items() if address == email)

    def room(self, user: str) -> str:
        """Somebody's direct conversation with the app."""
        return self._rooms[user]

    @property
    def rooms(self) -> set[str]:
        """Everybody's direct conversation with the app."""
        return set(self._rooms.values())

    async def offered(self, user: str, message: str) -> set[str]:
        """What the buttons of a message to somebody ask for."""
        return {button.action for button in await self._buttons(user, message)}

    async def notice(self) -> None:
        """Looks at what is new and makes plans."""
        if self._asleep:
            return
        for news in await self._chat.news():
            await self._look(news)

    async def act(self, now: float) -> int:
        """Does what was planned up to `now`; how many things."""
        done = 0
        while self._plans and self._plans[0].at <= now:
            await heapq.heappop(self._plans).act()
            done += 1
        return done

    # --- plans ------------------------------------------------------------------------------------------------------

    async def _look(self, news: News) -> None:
        if self._people[news.user] in self._played:
            return
        shown = await self._chat.message(news.user, news.message)
        if shown is not None:
            self._plan(news.user, news.message, shown, news.at)

    def _plan(self, user: str, message: str, shown: Shown, at: float) -> None:
        if not shown.buttons:
            return
        kind, first = {button.action for button in shown.buttons}, shown.buttons[0].value
        if "open-marks" in kind and self._first(user, message, "marks"):
            chance = self._chance(user, "marks", first.partition(":")[0])
            # Where a person plays two of the nine, all others mark: five marks are the fewest a score is shown from.
            if chance.random() < 0.94 or self._played:
                self._add(user, at, chance.uniform(600, 5_400), lambda: self._mark(user, message))
        if "vote" in kind and self._first(user, message, "votes"):
            chance = self._chance(user, "votes", first.partition(":")[0])
            if chance.random() < 0.94:
                wait = chance.uniform(300, 4_800)
                self._add(user, at, wait, lambda: self._vote(user, message))
                explains, wavers = chance.random() < 0.4, chance.random() < 0.2
                if explains:
                    self._add(user, at, wait + 600, lambda: self._say_why(user, message, wavers=wavers))
                if wavers:
                    self._add(user, at, chance.uniform(5_400, 7_200), lambda: self._change_mind(user, message))

        if "pulse-use" in kind and self._first(user, first.rpartition(":")[0], "pulse"):
            chance = self._chance(user, "pulse", first.rpartition(":")[0])
            if chance.random() < RESPONDING:
                self._add(user, at, chance.uniform(300, 9_000), lambda: self._answer_pulse(user, message))
        if "open-readings" in kind and self._first(user, message, "readings"):
            self._add(user, at, 3_600, lambda: self._fill_in(user, message, "open-readings"))
        if "open-action" in kind and self._first(user, message, "action"):
            self._add(user, at, 5_400, lambda: self._fill_in(user, message, "open-action"))

    def _add(self, user: str, at: float, wait: float, act: Callable[[], Awaitable[None]]) -> None:
        moment = at + wait * self._hurry
        if self._grain:
            # Platforms let out no two messages at the same second: what counts is the hour they belong to.
            moment = ((at // self._grain * self._grain + wait * self._hurry) // self._grain + 1) * self._grain
        heapq.heappush(self._plans, Plan(moment, next(self._order), user, act))

    def _first(self, user: str, matter: str, what: str) -> bool:
        if (user, matter, what) in self._seen:
            return False
        self._seen.add((user, matter, what))
        return True

    def _chance(self, user: str, *about: str) -> random.Random:
        # A person's dice for a matter: the same whatever else happened before.
        return random.Random(":".join((str(self._seed), self._people[user], *about)))  # noqa: S311

    # --- marks ------------------------------------------------------------------------------------------------------

    async def _mark(self, user: str, message: str) -> None:
        waiting = [
            button
            for button in await self._buttons(user, message)
            if button.action == "open-marks" and not button.answered
        ]
        if not waiting or not await self._click(user, message, waiting[0]):
            return
        for _ in range(30):
            form = await self._chat.form(user)
            if form is None:
                return
            if not form.questions:
                await self._chat.close(user, form)
                return
            if not await self._send(user, form, self._marks(user, form)):
                return

    def _marks(self, user: str, form: Form) -> dict[str, str]:
        initiative = form.about.rpartition(":")[2]
        chance = self._chance(user, "mark", form.about)
        marks: dict[str, str] = {}
        for question in form.questions:
            # Risk and effort are costs: who likes an initiative marks them low.
            likes = self._leaning.get(initiative, 0.5)
            cost = question.name in {"risk", "effort"}
            centre = 1 + 4 * ((1 - likes) if cost else likes)
            marks[question.name] = str(min(5, max(1, round(chance.gauss(centre, 0.9)))))
        return marks

    # --- votes ------------------------------------------------------------------------------------------------------

    async def _vote(self, user: str, message: str) -> None:
        for ballot in await self._open_ballots(user, message, unanswered=True):
            await self._press(user, message, ballot, self._choice(user, ballot))

    async def _change_mind(self, user: str, message: str) -> None:
        ballots = await self._open_ballots(user, message)
        if ballots:
            await self._press(user, message, ballots[-1], "go")

    def _choice(self, user: str, ballot: str) -> str:
        initiative = ballot.rpartition(":")[2]
        chance = self._chance(user, "vote", ballot)
        likes = self._leaning.get(initiative, 0.5) + chance.gauss(0, 0.22)
        if chance.random() < 0.06:
            return "abstain"
        if likes > 0.52:
            return "go"
        return "defer" if likes > 0.40 else "no_go"

    async def _open_ballots(self, user: str, message: str, *, unanswered: bool = False) -> list[str]:
        found: dict[str, bool] = {}
        for button in await self._buttons(user, message):
            if button.action == "vote":
                ballot = button.value.rpartition(":")[0]
                found[ballot] = found.get(ballot, False) or button.answered
        return [ballot for ballot, answered in found.items() if not (unanswered and answered)]

    async def _press(self, user: str, message: str, ballot: str, choice: str) -> None:
        for button in await self._buttons(user, message):
            if (button.action, button.value) == ("vote", f"{ballot}:{choice}"):
                await self._click(user, message, button)
                return

    async def _say_why(self, user: str, message: str, *, wavers: bool) -> None:
        buttons = await self._buttons(user, message)
        votes = dict(
            button.value.rpartition(":")[::2] for button in buttons if button.action == "vote" and button.answered
        )
        asked = [button for button in buttons if button.action == "open-reason" and button.value in votes]
        if wavers:
            # They are about to vote otherwise on the last one, and would have to take their words back.
            last = (await self._open_ballots(user, message))[-1:]
            asked = [one for one in asked if one.value not in last]
        if not asked:
            return
        chance = self._chance(user, "why", asked[0].value)
        button = chance.choice(asked)
        words = chance.choice(REASONS[votes[button.value]][self._languages[user]])
        await self._click(user, message, button)
        form = await self._chat.form(user)
        if form is not None:
            await self._send(user, form, {question.name: words for question in form.questions})

    # --- pulses, values, actions ------------------------------------------------------------------------------------

    async def _answer_pulse(self, user: str, message: str) -> None:
        """Two taps: whether they use it, and then how they like it, sent with one button."""
        offered = [button for button in await self._buttons(user, message) if button.action == "pulse-use"]
        if not offered:
            return
        wave = offered[0].value.rpartition(":")[0]
        chance = self._chance(user, "answer", wave)
        said = answer_of(chance, self._tastes.get(wave.rpartition(":")[2], Taste(used=0.5, liked=0.5)))
        chosen = next(one for one in offered if one.value == f"{wave}:{said.use}")
        if not await self._click(user, message, chosen) or said.score is None:
            return
        shown = await self._chat.message(user, message) or Shown()
        for _ in range(200):
            # What comes in place of the question is drawn a moment after the click: a person looks again.
            if shown.questions:
                break
            await asyncio.sleep(0.01)
            shown = await self._chat.message(user, message) or Shown()
        likes = {said.score, *said.barriers}
        given = {one.name: [option for option in one.options if option in likes] for one in shown.questions}
        for button in shown.buttons:
            if button.action == "pulse-send":
                await self._click(user, message, button, given)

    async def _fill_in(self, user: str, message: str, action: str) -> None:
        """Opens the form of every such button of a message, and fills it in."""
        for _ in range(5):
            waiting = [one for one in await self._buttons(user, message) if one.action == action and one.primary]
            if not waiting or not await self._click(user, message, waiting[0]):
                return
            form = await self._chat.form(user)
            if form is None:
                return
            answers = {
                one.name: one.options[0]
                if one.options
                else self._readings.get(one.name, REMEDIES[self._languages[user]])
                for one in form.questions
            }
            if not await self._send(user, form, answers) or action == "open-readings":
                return

    # --- clicks -----------------------------------------------------------------------------------------------------

    async def _buttons(self, user: str, message: str) -> Sequence[Button]:
        shown = await self._chat.message(user, message)
        return () if shown is None else shown.buttons

    async def _click(self, user: str, message: str, button: Button, given: Given | None = None) -> bool:
        return await self._surely(lambda: self._chat.press(user, message, button, given))

    async def _send(self, user: str, form: Form, answers: Mapping[str, str]) -> bool:
        return await self._surely(lambda: self._chat.submit(user, form, answers))

    async def _surely(self, do: Callable[[], Awaitable[str]]) -> bool:
        for _ in range(20):
            why = await do()
            if why not in LOST:
                if self._rest is not None:
                    await self._rest()
                return not why
            if self._back is not None:
                await self._back()
        return False
