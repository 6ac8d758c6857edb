"""Horizon and its committee, and what every platform's house has in common: time, posts, and what people can do."""

import asyncio
import json
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import aiohttp
import yaml

from bot.app import Application
from bot.app.side import Station
from bot.demo.clock import FollowedClock
from rituals.occurrences import occurrence_id
from rituals.posts import Post
from tests.bot.page import Page as Page

Json = dict[str, Any]

NADIA, PRIYA, SAM, LUC, ZOE = "U0NADIA", "U0PRIYA", "U0SAM", "U0LUC", "U0ZOE"
MEMBERS = (NADIA, PRIYA, SAM, LUC)
ROOM, NEWS = "C0COMMITTEE", "C0NEWS"
"""What scenarios call people and rooms on every platform; on Slack, they are their ids."""

PEOPLE: tuple[tuple[str, str, str, list[str]], ...] = (
    (NADIA, "Nadia Benali", "fr-FR", ["chair", "admin"]),
    (PRIYA, "Priya Shah", "en-GB", ["deputy"]),
    (SAM, "Sam Taylor", "en-GB", ["member"]),
    (LUC, "Luc Moreau", "fr-FR", ["member"]),
    (ZOE, "Zoé Kovacs", "fr-FR", []),
)
STARTS = datetime(2026, 1, 26, 8, 0, tzinfo=UTC)
"""A Monday, nine in Paris; the sitting of February follows eight days later."""

MARKS_CALLED = datetime(2026, 1, 27, 8, 0, tzinfo=UTC)
AGENDA_OUT = datetime(2026, 1, 30, 8, 0, tzinfo=UTC)
BALLOTS_OPEN = datetime(2026, 2, 3, 9, 0, tzinfo=UTC)
BALLOTS_CLOSE = datetime(2026, 2, 3, 16, 0, tzinfo=UTC)
SITTING = occurrence_id("prioritisation", date(2026, 2, 3))


def email(name: str) -> str:
    """The address of somebody called `name`."""
    return name.lower().replace(" ", ".").replace("é", "e") + "@horizon.example"


def address_of(user: str) -> str:
    """The e-mail address of one of PEOPLE."""
    return next(email(name) for one, name, _, _ in PEOPLE if one == user)


RITUALS: Json = {
    "prioritisation": {
        "kind": "prioritisation_committee",
        "title": "AI committee",
        "when": "1st tue",
        "at": "10:00",
        "room": "committee",
        "deadline": "17:00",
    }
}


def horizon_yaml(database: str, **sections: Any) -> Json:
    """Horizon's app.yaml without what it is on; `sections` are added, or replace whole ones."""
    return {
        "organisation": {"name": "Horizon", "locale": "en", "zone": "Europe/Paris"},
        "people": [
            {"email": email(name), "name": name, **({"roles": roles} if roles else {})} for _, name, _, roles in PEOPLE
        ],
        "initiatives": [
            {
                "key": key,
                "title": title,
                "summary": f"What {title.lower()} is for.",
                "stage": "poc",
                "department": "Claims",
                "asks": "2025-12-01",
            }
            for key, title in (("triage", "Claims triage"), ("search", "Contract search"))
        ],
        "rituals": deepcopy(RITUALS),  # tests change theirs
        "web": {"host": "127.0.0.1", "port": 0},
        "database": {"path": database},
        **sections,
    }


def write_settings(tmp_path: Path, settings: Json) -> Path:
    """An app.yaml."""
    path = tmp_path / "app.yaml"
    written = yaml.dump(settings, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
    path.write_text(written, encoding="utf-8")
    return path


def settings_and_secrets(
    folder: Path, database: Path | str, tree: Json, secrets: dict[str, str]
) -> tuple[Path, dict[str, str]]:
    """An app.yaml in `folder`, and the secrets of a process beside it; the URL of a database is one of them."""
    if isinstance(database, str):
        tree = {key: section for key, section in tree.items() if key != "database"}
        secrets = {**secrets, "COMITIA_DATABASE__URL": database}
    return write_settings(folder, tree), secrets


def database_in(folder: Path, template: Path) -> Path:
    """The migrated database in a folder, new where there is none yet."""
    database = folder / "comitia.sqlite"
    if not database.exists():
        shutil.copyfile(template, database)
    return database


async def clock_of(page: Page) -> FollowedClock:
    """The clock of whatever the page belongs to, for us to go by."""
    time = await page.get("/api/clock")
    return FollowedClock(datetime.fromtimestamp(time["now"], UTC), flowing=time["mode"] == "flowing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button as somebody sees it; `at` is where it is in the platform's own words."""

    action: str
    value: str
    label: str
    at: Json


class AnyHouse(ABC):
    """A platform, Comitia at work there, and what people do. People and rooms are called as in PEOPLE and ROOM.

    A message or form is the platform's own JSON with these among it: "id"; "where": its conversation; "alone":
    whether nobody else can see it. `words` and `labels` say what it shows.
    """

    platform: str
    calls: ClassVar[Mapping[str, Sequence[str]]]
    """What the platform calls what may go wrong; see `fault`."""

    def __init__(self, page: Page, app: Application, clock: FollowedClock) -> None:
        self.page = page
        self.pages = [page]  # of every platform that Comitia is at work on: they have one time
        self.app = app
        self.clock = clock

    @property
    def station(self) -> Station:
        """Comitia's side on this platform."""
        return self.app.station(self.platform)

    # --- time -------------------------------------------------------------------------------------------------------

    async def settle(self) -> None:
        """Returns once nothing is on its way at this moment."""
        quiet = 0
        async with asyncio.timeout(20):
            while quiet < 2:
                quiet = quiet + 1 if await self._quiet() else 0
                await asyncio.sleep(0.002)

    async def _quiet(self) -> bool:
        # What costs nothing to ask is asked first.
        now = self.clock.now()
        if not self._at_rest(now):
            return False
        for station in self.app.stations:
            due = await station.outbox.next_due()
            if due is not None and due <= now and not station.delivery.in_flight:
                return False
        return all([(await page.counts())["idle"] for page in self.pages]) and self._at_rest(now)

    def _at_rest(self, now: datetime) -> bool:
        waking = self.clock.next_waking
        return self.app.quiet and not (waking is not None and waking <= now)

    async def to(self, end: datetime) -> None:
        """Goes through everything that happens until `end`, and stops there, quiet."""
        while True:
            await self.settle()
            now = self.clock.now()
            if now >= end:
                return
            async with self.app.memory.open_work() as work:
                step = await work.steps.next_due()
            due = [await station.outbox.next_due() for station in self.app.stations]
            ahead = (self.clock.next_waking, *due, step)
            await self.jump(min([end, *(moment for moment in ahead if moment is not None and moment > now)]))

    async def jump(self, to: datetime) -> None:
        """Moves the clock there in one go, and lets Comitia look."""
        await self.turn_clock(to)
        await self.app.look()

    async def turn_clock(self, to: datetime) -> None:
        """Moves the clock there in one go, before Comitia has looked."""
        for page in self.pages:
            assert (await page.post("/api/clock/advance", to=to.timestamp()))["ok"]
        self.clock.follow(to)

    async def after(self, **time: float) -> None:
        """Goes through everything of so much time."""
        await self.to(self.clock.now() + timedelta(**time))

    async def to_ballots(self) -> None:
        """The ballots of February have just opened and everybody has their paper."""
        await self.to(BALLOTS_OPEN)
        await self.after(seconds=30)

    # --- posts ------------------------------------------------------------------------------------------------------

    async def put(self, *posts: Post, nudge: bool = True) -> None:
        """What a use case does in its transaction."""
        async with self.app.memory.open_work() as work:
            for post in posts:
                await work.posts.put(post, at=self.clock.now())
        if nudge:
            self.station.delivery.nudge()

    async def withdraw(self, post: str) -> None:
        async with self.app.memory.open_work() as work:
            assert await work.posts.withdraw(post, at=self.clock.now())
        self.station.delivery.nudge()

    async def person(self, user: str) -> str:
        """The id a person has with us."""
        async with self.app.memory.open_work() as work:
            return next(one.id for one in await work.people.all_present() if one.email == address_of(user))

    # --- what people see --------------------------------------------------------------------------------------------

    @abstractmethod
    async def messages(self, who: str, channel: str | None = None) -> list[Json]:
        """What a person sees in a room, or in their conversation with the app."""

    async def message(self, who: str, containing: str, channel: str | None = None) -> Json:
        """The newest message that says so."""
        found = [one for one in await self.messages(who, channel) if containing in words(one)]
        assert found, f"nobody told {who}: {containing}"
        return found[-1]

    @abstractmethod
    async def told(self, who: str) -> list[str]:
        """What a person was told where they did something, so that nobody else could see it; the newest last."""

    @abstractmethod
    async def at_home(self, who: str) -> Json | None:
        """What Comitia shows a person beside its messages, if the platform has a place for it and they went there."""

    @abstractmethod
    def buttons(self, shown: Json) -> list[Button]:
        """What can be pressed on a message or a form."""

    def button(self, shown: Json, action: str, value: str = "") -> Button:
        """The first button of that action whose value has `value` in it."""
        for button in self.buttons(shown):
            if button.action == action and value in button.value:
                return button
        raise AssertionError(f"there is no button {action} {value}")

    async def paper(self, who: str) -> Json:
        """The person's ballot paper."""
        for message in reversed(await self.messages(who)):
            if any(button.action == "vote" for button in self.buttons(message)):
                return message
        raise AssertionError(f"{who} has no ballot paper")

    @abstractmethod
    async def form(self, who: str) -> Json | None:
        """The form the person sees."""

    async def view(self, who: str) -> Json:
        """The form the person sees, as there is one."""
        found = await self.form(who)
        assert found is not None, f"{who} sees no form"
        return found

    @abstractmethod
    def given(self, form: Json) -> dict[str, str]:
        """What stands in the fields of a form, by field."""

    @abstractmethod
    async def last_words(self, who: str) -> str:
        """What stood in the form's place once it was sent."""

    # --- what people do ---------------------------------------------------------------------------------------------

    @abstractmethod
    async def everybody_is_here(self) -> None:
        """Comitia knows how to write to everybody, Zoé too."""

    @abstractmethod
    async def told_anew(self, who: str) -> None:
        """The platform tells Comitia of somebody once more."""

    @abstractmethod
    async def ask(self, who: str, text: str) -> None:
        """Asks Comitia for something, without waiting for what follows."""

    @abstractmethod
    async def command(self, who: str, text: str) -> list[Json]:
        """Asks Comitia for something; the messages that only this person then sees."""

    @abstractmethod
    async def write(self, who: str, text: str) -> Json:
        """Writes to Comitia as one would to anybody."""

    @abstractmethod
    async def press(
        self, who: str, message: Json, action: str, value: str = "", *, chosen: Sequence[str] = (), **more: Any
    ) -> Json:
        """Presses the first button of that action whose value has `value` in it, with these options chosen above."""

    async def vote(self, who: str, choice: str, about: str = "triage") -> Json:
        return await self.press(who, await self.paper(who), "vote", f"{about}:{choice}")

    @abstractmethod
    async def submit(self, who: str, **answers: str) -> Json:
        """Fills the open form and sends it: a mark's digit, or words."""

    # --- what the platform does -------------------------------------------------------------------------------------

    async def fault(self, call: str, kind: str, **more: Any) -> None:
        """The next call that is a "post" (to a person or a room), an "edit" or a "withdrawal" goes wrong."""
        for method in self.calls[call]:
            await self.page.fault(method, kind, **more)

    @abstractmethod
    async def said(self) -> list[Json]:
        """Every message of Comitia's that stands anywhere."""

    @abstractmethod
    async def nothing_lost(self) -> Json:
        """The counts, which say that everything was acknowledged and nothing said twice."""

    async def health(self, path: str = "/readyz") -> tuple[int, Json]:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{self.app.port}{path}") as answer,
        ):
            return answer.status, await answer.json()


def words(shown: object) -> str:
    """Everything a message or form says on any platform, in one string."""
    if isinstance(shown, dict):
        return " ".join(words(value) for key, value in shown.items() if key in _SAYING)
    if isinstance(shown, list):
        return " ".join(words(each) for each in shown)
    return shown if isinstance(shown, str) else ""


_SAYING = {"blocks", "elements", "element", "text", "label", "title", "options", "hint", "description"} | {
    *("summary", "cards", "card", "body", "items", "inlines", "actions", "choices", "placeholder")
}


def content(message: Json) -> Any:
    """What a message is made of in the platform's own words, to be compared."""
    return message.get("blocks", message.get("cards"))


def french(text: str) -> str:
    """The same with ordinary spaces before the signs that French sets apart."""
    return text.replace("\u202f", " ").replace("\u00a0", " ")


async def until(true: Callable[[], Any], *, seconds: float = 10) -> None:
    """Waits for something that nothing tells of."""
    async with asyncio.timeout(seconds):
        while True:
            found = true()
            if asyncio.iscoroutine(found):
                found = await found
            if found:
                return
            await asyncio.sleep(0.01)


def plain(document: object) -> str:
    """As JSON, for a look at everything at once."""
    return json.dumps(document, ensure_ascii=False)
