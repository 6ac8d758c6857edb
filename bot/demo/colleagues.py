"""Scripted colleagues: clients of the workspace's page who mark and vote by the same clicks a person makes."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.demo.page import Json, Page

RESPONDING = 0.55
"""How likely somebody is to answer a pulse."""

LOST = {"no_app_connected", "interrupted", "timed_out"}
"""What a click ends with when the app was not there: a person waits a moment and clicks again."""

ANSWERED = "✓"
"""How the app marks a button that was pressed already."""

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

    `hurry`: seconds between a message and the answer are multiplied by this; `grain`: moments are rounded up to so many
    seconds, so that a message a moment later changes nobody's plans.
    """

    def __init__(
        self,
        page: Page,
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
    ) -> None:
        self._page = page
        self._emails = list(people)
        self._played = played
        self._asleep = asleep
        self._people: dict[str, str] = {}  # user id -> e-mail
        self._languages: dict[str, str] = {}
        self._rooms: dict[str, str] = {}  # direct conversation with the app -> user id
        self._leaning = leaning
        self._tastes = tastes or {}
        self._readings = readings or {}
        self._seed = seed
        self._hurry = hurry
        self._grain = grain
        self._back = back
        self._plans: list[Plan] = []
        self._order = itertools.count()
        self._since = 0
        self._seen: set[tuple[str, str, str]] = set()

    @property
    def next_at(self) -> float | None:
        """When the next of them does something."""
        return self._plans[0].at if self._plans else None

    async def arrive(self) -> None:
        """Finds out who they are in the workspace; what was said before they came does not concern them."""
        for email in self._emails:
            found = (await self._page.get("/api/people", q=email))["people"]
            user = found[0]["id"]
            state = await self._page.get("/api/state", **{"as": user})
            self._people[user] = email
            self._languages[user] = "fr" if str(found[0]["locale"]).startswith("fr") else "en"
            self._rooms[state["dm"]["id"]] = user
            self._since = state["sequence"]

    def user(self, email: str) -> str:
        """Somebody's user id."""
        return next(user for user, address in self._people.items() if address == email)

    def room(self, user: str) -> str:
        """Somebody's direct conversation with the app."""
        return next(room for room, owner in self._rooms.items() if owner == user)

    @property
    def rooms(self) -> set[str]:
        """Everybody's direct conversation with the app."""
        return set(self._rooms)

    async def notice(self) -> None:
        """Looks at what is new and makes plans."""
        if self._asleep:
            return
        answer = await self._page.get("/api/changes", since=self._since)
        self._since = answer["sequence"]
        for change in answer["changes"]:
            if change["type"] in {"message", "changed"}:
                await self._look(change)

    async def act(self, now: float) -> int:
        """Does what was planned up to `now`; how many things."""
        done = 0
        while self._plans and self._plans[0].at <= now:
            await heapq.heappop(self._plans).act()
            done += 1
        return done

    # --- plans ------------------------------------------------------------------------------------------------------

    async def _look(self, change: Json) -> None:
        user = self._rooms.get(change["channel"])
        if user is None or self._people[user] in self._played:
            return
        message = await self._message(user, change["channel"], change["ts"])
        if message is not None:
            self._plan(user, change["channel"], change["ts"], message, float(change["ts"]))

    def _plan(self, user: str, channel: str, ts: str, message: Json, at: float) -> None:
        values = [
            (block["block_id"], element["action_id"], element.get("value", "")) for block, element in _buttons(message)
        ]
        kind = {action.split("|")[0] for _, action, _ in values}
        if "open-marks" in kind and self._first(user, ts, "marks"):
            chance = self._chance(user, "marks", values[0][2].partition(":")[0])
            # Where a person plays two of the nine, all others mark: five marks are the fewest a score is shown from.
            if chance.random() < 0.94 or self._played:
                self._add(user, at, chance.uniform(600, 5_400), lambda: self._mark(user, channel, ts))
        if "vote" in kind and self._first(user, ts, "votes"):
            chance = self._chance(user, "votes", values[0][2].partition(":")[0])
            if chance.random() < 0.94:
                wait = chance.uniform(300, 4_800)
                self._add(user, at, wait, lambda: self._vote(user, channel, ts))
                explains, wavers = chance.random() < 0.4, chance.random() < 0.2
                if explains:
                    self._add(user, at, wait + 600, lambda: self._say_why(user, channel, ts, wavers=wavers))
                if wavers:
                    self._add(user, at, chance.uniform(5_400, 7_200), lambda: self._change_mind(user, channel, ts))

        if "pulse-use" in kind and self._first(user, values[0][2].rpartition(":")[0], "pulse"):
            chance = self._chance(user, "pulse", values[0][2].rpartition(":")[0])
            if chance.random() < RESPONDING:
                self._add(user, at, chance.uniform(300, 9_000), lambda: self._answer_pulse(user, channel, ts))
        if "open-readings" in kind and self._first(user, ts, "readings"):
            self._add(user, at, 3_600, lambda: self._fill_in(user, channel, ts, "open-readings"))
        if "open-action" in kind and self._first(user, ts, "action"):
            self._add(user, at, 5_400, lambda: self._fill_in(user, channel, ts, "open-action"))

    def _add(self, user: str, at: float, wait: float, act: Callable[[], Awaitable[None]]) -> None:
        moment = at + wait * self._hurry
        if self._grain:
            moment = (moment // self._grain + 1) * self._grain
        heapq.heappush(self._plans, Plan(moment, next(self._order), user, act))

    def _first(self, user: str, ts: str, what: str) -> bool:
        if (user, ts, what) in self._seen:
            return False
        self._seen.add((user, ts, what))
        return True

    def _chance(self, user: str, *about: str) -> random.Random:
        # A person's dice for a matter: the same whatever else happened before.
        return random.Random(":".join((str(self._seed), self._people[user], *about)))  # noqa: S311

    # --- marks ------------------------------------------------------------------------------------------------------

    async def _mark(self, user: str, channel: str, ts: str) -> None:
        message = await self._message(user, channel, ts)
        waiting = [
            (block, element)
            for block, element in _buttons(message or {})
            if element["action_id"].startswith("open-marks") and not _answered(element)
        ]
        if not waiting or not await self._click(user, {"channel": channel, "ts": ts}, *waiting[0]):
            return
        for _ in range(30):
            view = (await self._page.get("/api/view", **{"as": user}))["view"]
            if view is None:
                return
            if not any(block["type"] == "input" for block in view["blocks"]):
                await self._page.post("/api/view/close", {"as": user, "view": view["id"]})
                return
            answers = self._answers(user, view)
            sent = await self._patiently("/api/view/submit", {"as": user, "view": view["id"], "values": answers})
            if not sent["ok"]:
                return

    def _answers(self, user: str, view: Json) -> Json:
        about = view.get("private_metadata", "")
        initiative = about.rpartition(":")[2]
        chance = self._chance(user, "mark", about)
        answers: Json = {}
        for block in view["blocks"]:
            if block["type"] != "input":
                continue
            # Risk and effort are costs: who likes an initiative marks them low.
            likes = self._leaning.get(initiative, 0.5)
            cost = block["block_id"] in {"risk", "effort"}
            centre = 1 + 4 * ((1 - likes) if cost else likes)
            mark = min(5, max(1, round(chance.gauss(centre, 0.9))))
            option = next(one for one in block["element"]["options"] if one["value"] == str(mark))
            element = block["element"]
            answers[block["block_id"]] = {element["action_id"]: {"type": element["type"], "selected_option": option}}
        return answers

    # --- votes ------------------------------------------------------------------------------------------------------

    async def _vote(self, user: str, channel: str, ts: str) -> None:
        for ballot in await self._open_ballots(user, channel, ts, unanswered=True):
            await self._press(user, channel, ts, ballot, self._choice(user, ballot))

    async def _change_mind(self, user: str, channel: str, ts: str) -> None:
        ballots = await self._open_ballots(user, channel, ts)
        if ballots:
            await self._press(user, channel, ts, ballots[-1], "go")

    def _choice(self, user: str, ballot: str) -> str:
        initiative = ballot.rpartition(":")[2]
        chance = self._chance(user, "vote", ballot)
        likes = self._leaning.get(initiative, 0.5) + chance.gauss(0, 0.22)
        if chance.random() < 0.06:
            return "abstain"
        if likes > 0.52:
            return "go"
        return "defer" if likes > 0.40 else "no_go"

    async def _open_ballots(self, user: str, channel: str, ts: str, *, unanswered: bool = False) -> list[str]:
        message = await self._message(user, channel, ts)
        found: dict[str, bool] = {}
        for _, element in _buttons(message or {}):
            if element["action_id"].startswith("vote|"):
                ballot = element["value"].rpartition(":")[0]
                found[ballot] = found.get(ballot, False) or _answered(element)
        return [ballot for ballot, answered in found.items() if not (unanswered and answered)]

    async def _press(self, user: str, channel: str, ts: str, ballot: str, choice: str) -> None:
        message = await self._message(user, channel, ts)
        for block, element in _buttons(message or {}):
            if element["action_id"].startswith("vote|") and element["value"] == f"{ballot}:{choice}":
                await self._click(user, {"channel": channel, "ts": ts}, block, element)
                return

    async def _say_why(self, user: str, channel: str, ts: str, *, wavers: bool) -> None:
        message = await self._message(user, channel, ts)
        buttons = _buttons(message or {})
        votes = dict(
            element["value"].rpartition(":")[::2]
            for _, element in buttons
            if element["action_id"].startswith("vote|") and _answered(element)
        )
        asked = [
            (block, element)
            for block, element in buttons
            if element["action_id"].startswith("open-reason") and element.get("value") in votes
        ]
        if wavers:
            # They are about to vote otherwise on the last one, and would have to take their words back.
            last = (await self._open_ballots(user, channel, ts))[-1:]
            asked = [one for one in asked if one[1]["value"] not in last]
        if not asked:
            return
        chance = self._chance(user, "why", asked[0][1]["value"])
        block, element = chance.choice(asked)
        words = chance.choice(REASONS[votes[element["value"]]][self._languages[user]])
        await self._click(user, {"channel": channel, "ts": ts}, block, element)
        view = (await self._page.get("/api/view", **{"as": user}))["view"]
        if view is None:
            return
        values = {
            one["block_id"]: {one["element"]["action_id"]: {"type": "plain_text_input", "value": words}}
            for one in view["blocks"]
            if one["type"] == "input"
        }
        await self._patiently("/api/view/submit", {"as": user, "view": view["id"], "values": values})

    # --- pulses, values, actions ------------------------------------------------------------------------------------

    async def _answer_pulse(self, user: str, channel: str, ts: str) -> None:
        """Two taps: whether they use it, and then how they like it, sent with one button."""
        offered = [
            (block, element)
            for block, element in _buttons(await self._message(user, channel, ts) or {})
            if element["action_id"].startswith("pulse-use|")
        ]
        if not offered:
            return
        wave = offered[0][1]["value"].rpartition(":")[0]
        chance = self._chance(user, "answer", wave)
        said = answer_of(chance, self._tastes.get(wave.rpartition(":")[2], Taste(used=0.5, liked=0.5)))
        chosen = next(one for one in offered if one[1]["value"] == f"{wave}:{said.use}")
        if not await self._click(user, {"channel": channel, "ts": ts}, *chosen) or said.score is None:
            return
        message = await self._message(user, channel, ts) or {}
        for _ in range(200):
            # What comes in place of the question is drawn a moment after the click: a person looks again.
            if _selects(message):
                break
            await asyncio.sleep(0.01)
            message = await self._message(user, channel, ts) or {}
        values: Json = {}
        for block, element in _selects(message):
            options = [one for one in element["options"] if one["value"] in {said.score, *said.barriers}]
            if element["type"] == "static_select" and options:
                picked = {"type": element["type"], "selected_option": options[0]}
            else:
                picked = {"type": element["type"], "selected_options": options}
            values[block["block_id"]] = {element["action_id"]: picked}
        for block, element in _buttons(message):
            if element["action_id"].startswith("pulse-send|"):
                await self._click(user, {"channel": channel, "ts": ts}, block, element, values=values)

    async def _fill_in(self, user: str, channel: str, ts: str, action: str) -> None:
        """Opens the form of every such button of a message, and fills it in."""
        for _ in range(5):
            message = await self._message(user, channel, ts) or {}
            asked = [one for one in _buttons(message) if one[1]["action_id"].startswith(f"{action}|")]
            waiting = [one for one in asked if one[1].get("style") == "primary"]
            if not waiting or not await self._click(user, {"channel": channel, "ts": ts}, *waiting[0]):
                return
            view = (await self._page.get("/api/view", **{"as": user}))["view"]
            if view is None:
                return
            values: Json = {}
            for block in view["blocks"]:
                if block["type"] == "input":
                    element = block["element"]
                    words = self._readings.get(block["block_id"], REMEDIES[self._languages[user]])
                    given: Json = {"type": element["type"], "value": words}
                    if element["type"] != "plain_text_input":
                        given = {"type": element["type"], "selected_option": element["options"][0]}
                    values[block["block_id"]] = {element["action_id"]: given}
            sent = await self._patiently("/api/view/submit", {"as": user, "view": view["id"], "values": values})
            if not sent["ok"] or action == "open-readings":
                return

    # --- the page ---------------------------------------------------------------------------------------------------

    async def _message(self, user: str, channel: str, ts: str) -> Json | None:
        messages: list[Json] = (await self._page.get("/api/messages", **{"as": user, "channel": channel}))["messages"]
        return next((one for one in messages if one["ts"] == ts), None)

    async def _click(
        self, user: str, container: Json, block: Json, element: Json, *, values: Json | None = None
    ) -> bool:
        answer = await self._patiently(
            "/api/actions",
            {
                "as": user,
                "container": container,
                "block_id": block["block_id"],
                "action_id": element["action_id"],
                "value": element.get("value"),
                "confirmed": True,
                **({"values": values} if values else {}),
            },
        )
        return bool(answer["ok"])

    async def _patiently(self, path: str, body: Json) -> Json:
        answer: Json = {}
        for _ in range(20):
            answer = await self._page.post(path, body)
            if answer.get("ok") or answer.get("error") not in LOST:
                return answer
            if self._back is not None:
                await self._back()
        return answer


def _answered(element: Json) -> bool:
    return str(element["text"]["text"]).startswith(ANSWERED)


def _selects(message: Json) -> list[tuple[Json, Json]]:
    return [
        (block, element)
        for block in message.get("blocks") or []
        for element in (*block.get("elements", ()), block.get("accessory"), block.get("element"))
        if isinstance(element, dict) and element.get("type") in {"static_select", "multi_static_select"}
    ]


def _buttons(message: Json) -> list[tuple[Json, Json]]:
    return [
        (block, element)
        for block in message.get("blocks") or []
        if block.get("type") == "actions"
        for element in block["elements"]
        if element["type"] == "button"
    ]
