"""The same organisation with a pulse, and forty-eight people who have a tool.

Tuesday 31 March 2026 is a pulse: made ready at 9:00 in Paris (7:00 UTC), heard of at 10:00 wherever people are, closed
on Tuesday 7 April at 10:00 in Paris (8:00 UTC). Reminders follow on Thursday 2 April.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time

from rituals.calendar import Recurrence, Weekly
from rituals.census import Posting, Target
from rituals.initiatives import Standing
from rituals.measures.statistics import Window
from rituals.messages import Message, Reply
from rituals.occurrences import occurrence_id
from rituals.pulses import speech as says
from rituals.pulses.rules import PulseRules
from rituals.pulses.waves import ASKING, PlainAnswer, WaveCount, post_id
from rituals.use_cases import answer_pulse
from rituals.use_cases.planning import plan_ahead
from storage.statements import insert_all
from storage.tables.columns import table
from storage.tables.sources import FileImportRow
from storage.work import Memory
from tests.builders import NOBODY, PARIS, entry, initiative, slack
from tests.rituals.use_cases.house import LEFT, ORGANISATION, START, TORONTO, House, email, utc

PULSE = PulseRules(
    key="pulse", title="AI pulse", recurrence=Recurrence(rule=Weekly(weekday=1), at=time(10), zone=PARIS)
)
WITH_PULSE = replace(ORGANISATION, rituals={**ORGANISATION.rituals, "pulse": PULSE})

DAY = date(2026, 3, 31)
PULSE_AT = occurrence_id("pulse", DAY)
WAVE = f"{PULSE_AT}:triage"
LAUNCH, HEARD, REMINDED, CLOSE = utc(3, 31, 7), utc(3, 31, 8), utc(4, 2, 8), utc(4, 7, 8)

DEPARTMENTS: Mapping[str, int] = {"Claims": 24, "Sales": 16, "Legal": 8}
"""Of a quarter of each, six, four and two: the last two are too few to be told apart."""

TOOLS = (
    initiative("triage", title="Triage of claims", standing=Standing.ACTIVE, asked_on=None),
    initiative("search", title="Contract search", standing=Standing.ACTIVE, asked_on=None),
)
ALL_TIME = Window(first=date(2026, 1, 1), last=date(2027, 12, 31))


class PulseHouse(House):
    """People called claims00 … legal07; every eighth works in Quebec, in English."""

    def __init__(self, memory: Memory) -> None:
        super().__init__(memory, WITH_PULSE, START)
        self.everybody: list[str] = []
        self._ids: dict[str, str] = {}

    async def move_in(
        self,
        departments: Mapping[str, int] = DEPARTMENTS,
        *,
        have: Mapping[str, Iterable[Target]] | None = None,
        since: date = date(2026, 1, 5),
    ) -> None:
        """They arrive, with their departments, and get the tools of `have` (by default one, everybody)."""
        names = [(f"{name.lower()}{n:02}", name) for name, count in departments.items() for n in range(count)]
        self.everybody = [name for name, _ in names]
        roster = [
            entry(email(name), name=name.title(), site="quebec", zone=TORONTO, locale="en")
            if n % 8 == 7
            else entry(email(name), name=name.title(), site="lyon", zone=PARIS, locale="fr")
            for n, (name, _) in enumerate(names)
        ]
        gone = entry(email(LEFT), name=LEFT.title())
        async with self.memory.open_work() as work:
            await work.people.adopt_roster([*roster, gone], default=NOBODY)
            await work.people.adopt_accounts([(slack(one.email.partition("@")[0]), one, True) for one in roster])
            await work.people.adopt_account(slack(LEFT), gone, present=False)
            await work.initiatives.adopt(list(TOOLS))
        async with self.memory.transaction() as connection:
            await insert_all(
                connection,
                table(FileImportRow),
                [{"number": 1, "kind": "people", "file": "p.csv", "at": self.at, "state": "kept", "settled": False}],
            )
        async with self.memory.open_work() as work:
            handles = [f"mail:{email(name)}" for name, _ in names]
            await work.census.tie(dict(await work.census.owners(handles)), origin=1)
            await work.census.post(
                [
                    (
                        f"mail:{email(name)}",
                        Posting(valid_from=since, department=department, site="quebec" if n % 8 == 7 else "lyon"),
                    )
                    for n, (name, department) in enumerate(names)
                ],
                origin=1,
            )
            targets = have if have is not None else {"triage": [Target(rollout_on=since)]}
            for tool, those in targets.items():
                await work.census.target(tool, list(those), origin=1)
        await plan_ahead(self.at, open_work=self.memory.open_work, organisation=self.organisation)

    # --- what people see and do ---

    async def asked(self, wave: str = WAVE, kind: str = ASKING) -> list[str]:
        """Who has a message of that wave, by name."""
        found = {one.to for one in (await self.said(f"{kind}:{wave}:")).values()}
        return [name for name in self.everybody if await self.id(name) in found]

    async def id(self, who: str) -> str:
        """The id somebody has with us."""
        if who not in self._ids:
            self._ids = {row["email"].partition("@")[0]: str(row["id"]) for row in await self.rows("person")}
        return self._ids[who]

    async def message(self, who: str, wave: str = WAVE, kind: str = ASKING) -> Message:
        """The message somebody was sent."""
        return await self.post(post_id(kind, wave, await self.id(who)))

    async def due(self, who: str, wave: str = WAVE, kind: str = ASKING) -> datetime:
        """When somebody hears."""
        post = post_id(kind, wave, await self.id(who))
        (row,) = [row for row in await self.rows("post") if row["id"] == post]
        at: datetime = row["not_before"]
        return at.astimezone(UTC)

    async def answer(self, who: str, use: str = "every_week", wave: str = WAVE) -> Reply:
        """The first tap."""
        return await self.ask(who, answer_pulse.answer, wave, use)

    async def send(self, who: str, satisfaction: str = "", *barriers: str, wave: str = WAVE) -> Reply:
        """The button that sends the rest."""
        chosen = {says.SATISFACTION: (satisfaction,) if satisfaction else (), says.BARRIERS: barriers}
        return await self.ask(who, answer_pulse.answer_more, wave, chosen)

    async def comment(self, who: str, words: str, wave: str = WAVE) -> Reply:
        """The form for a comment, sent."""
        return await self.ask(who, answer_pulse.give_comment, wave, words)

    # --- what is known ---

    async def answers(self, tool: str = "triage") -> list[PlainAnswer]:
        """What was said of a tool, once that is known."""
        async with self.memory.open_work() as work:
            return list(await work.pulses.answers(tool, ALL_TIME))

    async def waves(self, tool: str = "triage") -> list[WaveCount]:
        """The closed waves about a tool."""
        async with self.memory.open_work() as work:
            return list(await work.pulses.wave_counts(tool, ALL_TIME))

    async def leaves(self, who: str) -> None:
        """Somebody leaves the organisation."""
        async with self.memory.open_work() as work:
            await work.people.adopt_account(slack(who), entry(email(who)), present=False)

    async def panelist(self, who: str) -> dict[str, object]:
        """What is kept of somebody's invitations."""
        (row,) = [row for row in await self.rows("panelist") if row["person"] == await self.id(who)] or [{}]
        return row


# --- stories -------------------------------------------------------------------------------------------------------


async def moved_in(memory: Memory) -> PulseHouse:
    """Forty-eight people have one tool, on the Friday before its first wave."""
    house = PulseHouse(memory)
    await house.move_in()
    return house


async def launched(memory: Memory) -> PulseHouse:
    """A question was put to twelve of them."""
    house = await moved_in(memory)
    await house.go(LAUNCH)
    return house


async def heard(memory: Memory) -> PulseHouse:
    """And everybody in Paris has heard it."""
    house = await launched(memory)
    await house.go(HEARD)
    return house
