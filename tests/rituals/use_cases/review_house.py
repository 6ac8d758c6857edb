"""The small organisation with a monthly KPI review.

The review of April is on Thursday the 9th at 14:00 in Paris (12:00 UTC). Three working days before it, Easter Monday
being none, is Friday the 3rd. The next one would be on Ascension Day and is held on Friday 15 May.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from sqlalchemy import select
from sqlmodel import SQLModel

from rituals.calendar import NthWeekday, Recurrence
from rituals.census import Target
from rituals.figures.records import Record
from rituals.imports import Reading
from rituals.kpis import Colour, Kpi, KpiSource
from rituals.measures.disclosure import Basis, Counted, Ledger, Thresholds, publish
from rituals.measures.statistics import Direction, Tier, Window
from rituals.messages import Reply
from rituals.occurrences import OccurrenceState
from rituals.organisation import Organisation
from rituals.reviews.actions import Action
from rituals.reviews.board import KpiStatus
from rituals.reviews.rules import ReviewRules
from rituals.use_cases import act_on, give_readings
from storage.work import Memory
from tests.builders import PARIS
from tests.rituals.use_cases.house import ORGANISATION, START, House, can_be_said_everywhere, email, utc

ASKED = utc(4, 3, 7)
HELD = utc(4, 9, 12)
NEXT_HELD = utc(5, 15, 12)
TODAY = date(2026, 4, 9)

REVIEW = "review-2026-04-09"
NEXT_REVIEW = "review-2026-05-14"

OWNER, CANADIAN = "cyprian", "eluned"

REVIEW_RULES = ReviewRules(
    key="review",
    title="KPI review",
    recurrence=Recurrence(rule=NthWeekday(nth=2, weekday=3), at=time(14), zone=PARIS),
    room="committee",
)


def kpi(
    key: str,
    *,
    source: KpiSource = KpiSource.ASKED,
    owner: str = OWNER,
    unit: str = "%",
    direction: Direction = Direction.UP,
    agreed: str = "5/10 9/10 8/10",
    initiative: str | None = "triage",
    frequency: timedelta = timedelta(days=30),
) -> Kpi:
    """A followed figure; `agreed`: baseline, target and tolerance, or nothing."""
    baseline, target, amber = map(Fraction, agreed.split()) if agreed else (None, None, None)
    return Kpi(
        key=key,
        title=f"The {key}",
        unit=unit,
        direction=direction,
        owner=email(owner),
        source=source,
        frequency=frequency,
        initiative=initiative,
        baseline=baseline,
        target=target,
        amber=amber,
    )


QUALITY = kpi("quality")
DELAY = kpi("delay", unit="days", direction=Direction.DOWN, agreed="10 5 6")
AUDITS = kpi("audits", owner=CANADIAN, unit="", agreed="")
ESCALATION = kpi("escalation", source=KpiSource.ESCALATION, direction=Direction.DOWN, agreed="5/10 3/10 35/100")
KPIS = (QUALITY, DELAY, AUDITS, ESCALATION)


def reviewed(*kpis: Kpi) -> Organisation:
    """The organisation with these KPIs."""
    return replace(ORGANISATION, rituals={"review": REVIEW_RULES}, kpis={one.key: one for one in kpis})


class ReviewHouse(House):
    """Comitia without a platform, reviewing KPIs."""

    def __init__(self, memory: Memory, *kpis: Kpi, at: datetime = START) -> None:
        super().__init__(memory, reviewed(*(kpis or KPIS)), at)

    async def examine(self) -> None:
        """Every sentence of every post exists in both languages."""
        async with self.memory.transaction() as connection:
            found = await connection.execute(select(SQLModel.metadata.tables["words"].c.message))
            for message in set(found.scalars()) - self._examined:
                self._examined.add(message)
                can_be_said_everywhere(message)

    async def publish(self, on: date, x: int, n: int, *, metric: str = "escalation", case: str = "triage") -> None:
        """What was published of an initiative for a Sunday."""
        counted = Counted(
            metric=metric,
            x=x,
            n=n,
            N=n,
            method="census",
            window=Window.ending(on),
            as_of=on,
            tier=Tier.MEASURED,
            basis=Basis.TELEMETRY,
            members=None,
        )
        figure, _ = publish(counted, thresholds=Thresholds(), ledger=Ledger())
        async with self.work() as work:
            await work.figures.publish([Record(metric=metric, initiative=case, sunday=on, figure=figure)], [])

    async def roll_out(self, case: str, on: date) -> None:
        """A file says that everybody gets an initiative on that day."""
        async with self.work() as work:
            number = await work.sources.begin("initiatives", file="initiatives.csv", at=self.at)
            await work.census.target(case, [Target(rollout_on=on)], origin=number)

    async def import_readings(self, key: str, *told: tuple[date, str]) -> None:
        """A file of readings."""
        async with self.work() as work:
            number = await work.sources.begin("readings", file="readings.csv", at=self.at)
            counted = await work.sources.add_readings(
                number, {(key, on): Reading(value=value, n=None) for on, value in told}
            )
            await work.sources.keep(number, counted)

    async def import_savings(self, case: str, *told: tuple[date, str]) -> None:
        """A file of savings."""
        async with self.work() as work:
            number = await work.sources.begin("savings", file="savings.csv", at=self.at)
            counted = await work.sources.add_savings(number, {(case, on): amount for on, amount in told})
            await work.sources.keep(number, counted)

    async def give(self, who: str, answers: Mapping[str, str | None], *, review: str = REVIEW, page: int = 1) -> Reply:
        """`who` sends the form for values."""
        return await self.ask(who, give_readings.give_readings, f"{review}:{page}", answers)

    async def promise(self, who: str, kpi: str, what: str, due: date, *, review: str = REVIEW) -> Reply:
        """`who` says what will be done and by when."""
        return await self.ask(who, act_on.promise, f"{review}:{kpi}", {"what": what, "due": due.isoformat()})

    async def board(self, review: str = REVIEW) -> dict[str, KpiStatus]:
        """What a review shows, by KPI."""
        async with self.work() as work:
            return {one.kpi: one for one in await work.reviews.board(review)}

    async def colours(self, review: str = REVIEW) -> dict[str, Colour]:
        """The colours of a board."""
        return {key: one.colour for key, one in (await self.board(review)).items()}

    async def action(self, kpi: str, review: str = REVIEW) -> Action:
        """An action."""
        async with self.work() as work:
            found = await work.reviews.action(f"{review}:{kpi}")
        assert found is not None
        return found

    async def state(self, review: str = REVIEW) -> OccurrenceState:
        """How far a review has come."""
        return (await self.sitting(review)).state

    async def climb_to(self, at: datetime) -> list[str]:
        """Every step up to `at`, each at its moment; the letters that were put on the way, by id."""
        before = set(await self.said("climb:"))
        while self.at < at:
            async with self.work() as work:
                due = await work.steps.next_due()
            await self.go(min(at, max(due, self.at)) if due is not None else at)
        return sorted(set(await self.said("climb:")) - before)


# --- stories -------------------------------------------------------------------------------------------------------


async def settled(memory: Memory) -> ReviewHouse:
    """People, four KPIs and planned reviews."""
    house = ReviewHouse(memory)
    await house.settle_in()
    return house


async def asked_for_values(memory: Memory) -> ReviewHouse:
    """Owners have just been asked."""
    house = await settled(memory)
    await house.go(ASKED)
    return house
