"""What a letter gathers from figures, reviews and sittings, told once each and only as it was published."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import text

from rituals.digests.facts import How, Kind, LetterFacts, Sitting
from rituals.figures.alerts import Alert, Event, Severity
from rituals.figures.records import AlertEvent, Caveat, CaveatKind, Change, Record
from rituals.initiatives import Standing
from rituals.kpis import Colour, Kpi, KpiSource
from rituals.measures.disclosure import Suppressed
from rituals.measures.statistics import Direction
from rituals.messages import Amount
from rituals.reviews.actions import Action, ActionKind, ActionState
from rituals.reviews.board import KpiStatus
from rituals.reviews.ladder import Deadline, Level
from rituals.use_cases.letter_facts import gather
from tests.builders import initiative
from tests.golden.samples_digest import barrier, published
from tests.rituals.use_cases.house import ORGANISATION, SITTING, House, utc

SUNDAY = date(2026, 3, 29)
MONDAY = utc(3, 30, 6)
BEFORE = SUNDAY - timedelta(weeks=3)


def kpi(key: str, **more: object) -> Kpi:
    made = Kpi(
        key=key,
        title=key.title(),
        unit="days",
        direction=Direction.DOWN,
        owner="cyprian@example.org",
        source=KpiSource.IMPORTED,
        frequency=timedelta(days=30),
        baseline=Fraction(20),
        target=Fraction(10),
    )
    return replace(made, **more)  # type: ignore[arg-type]


ESCALATION = kpi(
    "escalated",
    unit="%",
    source=KpiSource.ESCALATION,
    initiative="triage",
    baseline=Fraction(1, 2),
    target=Fraction(3, 10),
)
KPIS = {one.key: one for one in (kpi("delay"), kpi("nowhere", target=None), kpi("unsaid", target=None), ESCALATION)}


async def facts(house: House) -> LetterFacts:
    async with house.work() as work:
        return await gather(work, replace(ORGANISATION, kpis=KPIS), at=MONDAY)


async def put_action(house: House, key: str, due: date | None, **more: object) -> Action:
    action = Action(
        id=f"{SITTING}:{key}",
        occurrence=SITTING,
        kpi=key,
        title=key.title(),
        kind=ActionKind.REMEDY,
        state=ActionState.OPEN,
        owner=(await house.person("cyprian")).id,
        email="cyprian@example.org",
        deadline=Deadline.set(created=date(2026, 2, 2), due=due),
        what=f"Do {key}",
    )
    action = replace(action, **more)  # type: ignore[arg-type]
    async with house.work() as work:
        await work.reviews.put_action(action)
    return action


async def test_what_waits_is_told_with_the_sitting_that_is_near(house: House) -> None:
    found = (await facts(house)).undecided
    sitting = Sitting(ritual="AI committee", at=utc(4, 7, 8))
    assert [(one.initiative, one.sitting) for one in found] == [("fraud", sitting), ("triage", sitting)]


async def test_what_waits_far_from_any_sitting_is_told_only_when_it_is_stuck(house: House) -> None:
    async with house.work() as work:
        await work.initiatives.put(initiative("fresh", title="Fresh", asked_on=date(2026, 4, 10)))
        for key in ("triage", "fraud"):
            case = await work.initiatives.get(key)
            assert case is not None
            await work.initiatives.put(replace(case, standing=Standing.ACTIVE))
        await work.initiatives.put(initiative("stuck", title="Stuck", asked_on=date(2026, 4, 1), carried_over=2))
    async with house.work() as work:
        found = (await gather(work, ORGANISATION, at=utc(4, 10, 8))).undecided
    assert [(one.initiative, one.sitting, one.is_stuck) for one in found] == [("stuck", None, True)]


async def test_what_is_being_voted_on_comes_first_until_its_ballots_close(voting: House) -> None:
    async with voting.work() as work:
        found = (await gather(work, ORGANISATION, at=voting.at)).undecided
    assert {(one.sitting and one.sitting.voting, one.sitting and one.sitting.at) for one in found} == {
        (True, utc(4, 7, 15))
    }


async def test_actions_are_told_by_how_late_they_are_and_those_put_off_are_not(house: House) -> None:
    await put_action(house, "late", date(2026, 3, 27))
    await put_action(house, "very", date(2026, 3, 10))
    await put_action(house, "soon", date(2026, 4, 3))
    await put_action(house, "far", date(2026, 5, 29))
    await put_action(house, "undated", None)
    away = Deadline.set(created=date(2026, 2, 2), due=date(2026, 3, 10)).snoozed(date(2026, 4, 20), reason="Ill.")
    await put_action(house, "snoozed", None, deadline=away)
    found = await facts(house)
    assert [(one.what, one.owner, one.level, one.days) for one in found.overdue] == [
        ("Do very", "Cyprian", Level.L4, 14),
        ("Do late", "Cyprian", Level.L3, 1),
    ]
    assert [one.what for one in found.ahead if one.kind is Kind.ACTION] == ["Do soon"]


async def test_a_kpi_without_target_is_told_once_as_such_or_as_its_late_action(house: House) -> None:
    assert [one.kpi for one in (await facts(house)).untargeted] == ["nowhere", "unsaid"]
    await put_action(house, "unsaid", date(2026, 3, 10), kind=ActionKind.TARGET)
    found = await facts(house)
    assert [one.kpi for one in found.untargeted] == ["nowhere"]
    assert [one.action for one in found.overdue] == [f"{SITTING}:unsaid"]


async def test_reviews_and_sittings_of_the_week_to_come_are_told(house: House) -> None:
    async with house.work() as work:
        assert not (await gather(work, ORGANISATION, at=MONDAY)).ahead
        (sitting,) = (await gather(work, ORGANISATION, at=MONDAY + timedelta(days=1))).ahead
    assert (sitting.kind, sitting.id, sitting.title) == (Kind.SITTING, SITTING, "AI committee")


@pytest.fixture
async def figured(house: House) -> House:
    """Figures of two initiatives were published for the Sunday before, and three weeks earlier."""
    escalation = published(396, 880, "escalation")
    async with house.work() as work:
        for sunday in (BEFORE, SUNDAY):
            await work.figures.publish(
                [
                    Record(metric=metric, initiative=key, sunday=sunday, figure=figure)
                    for key, metric, figure in (
                        ("triage", "adoption", published(90, 200)),
                        ("triage", "escalation", escalation),
                        ("fraud", "adoption", published(40, 200)),
                        ("fraud", "csat", Suppressed(kind="primary")),
                    )
                ],
                [],
            )
        await work.figures.put_changes(
            SUNDAY,
            [
                Change(
                    metric="adoption",
                    initiative="triage",
                    sunday=SUNDAY,
                    before=published(60, 200),
                    after=published(90, 200),
                    direction=Direction.UP,
                )
            ],
        )
        raised = AlertEvent(initiative="triage", metric="escalation_week", sunday=BEFORE, event=Event.RAISE)
        alert = Alert(worst=Severity.WARNING, past=3, week=SUNDAY, posted=BEFORE)
        await work.figures.put_alert("triage", "escalation_week", alert, raised)
        caveats = [
            Caveat(kind=CaveatKind.LATE, initiative="fraud", sunday=SUNDAY, metric="adoption", on=date(2026, 3, 1))
        ]
        await work.figures.put_caveats("fraud", SUNDAY, caveats)
    return house


async def test_figures_are_told_once_each_as_change_as_breach_or_as_stable(figured: House) -> None:
    found = await facts(figured)
    assert [(one.title, one.metric, one.how) for one in found.changed] == [("Triage of claims", "adoption", How.UP)]
    assert [(one.metric, one.target, one.since) for one in found.breaches] == [("escalation", Fraction(3, 10), BEFORE)]
    assert found.stable == 1, "the adoption of fraud; what is suppressed is not called stable"
    assert [(one.title, one.caveat.kind) for one in found.caveats.doubts] == [("Signs of fraud", CaveatKind.LATE)]


async def test_a_change_is_told_once_and_not_each_week_in_which_it_is_confirmed_again(figured: House) -> None:
    async with figured.work() as work:
        (risen,) = await work.figures.changes(SUNDAY)
    for direction, back, is_told in (
        (Direction.UP, 1, False),
        (Direction.UP, 3, False),
        (Direction.UP, 4, True),
        (Direction.DOWN, 1, True),
    ):
        earlier = SUNDAY - timedelta(weeks=back)
        async with figured.work() as work:
            await work.figures.put_changes(earlier, [replace(risen, sunday=earlier, direction=direction)])
        found = await facts(figured)
        assert bool(found.changed) is is_told, (direction, back)
        assert found.stable == 1, "what still changes is not stable"
        async with figured.work() as work:
            await work.figures.put_changes(earlier, [])


async def test_of_what_was_stopped_nothing_is_told(figured: House) -> None:
    async with figured.work() as work:
        for key in ("triage", "fraud"):
            one = await work.initiatives.get(key)
            assert one is not None
            await work.initiatives.put(replace(one, standing=Standing.STOPPED, asked_on=None))
        alert = Alert(worst=Severity.CRITICAL, past=4, week=SUNDAY, posted=SUNDAY)
        told = AlertEvent(initiative="triage", metric="escalation_week", sunday=SUNDAY, event=Event.WORSEN)
        await work.figures.put_alert("triage", "escalation_week", alert, told)
        red = KpiStatus(
            kpi="escalated",
            title="Escalated",
            direction=Direction.DOWN,
            colour=Colour.RED,
            value=Amount.of(Fraction(45), "%"),
            target=Amount.of(Fraction(30), "%"),
            on=SUNDAY,
        )
        await work.reviews.keep_board(SITTING, [red])
    found = await facts(figured)
    assert (found.changed, found.breaches, found.reds, found.stable, found.caveats.doubts) == ((), (), (), 0, ())


async def test_an_alert_of_this_week_is_news_and_one_reminded_of_is_still_open(figured: House) -> None:
    alert = Alert(worst=Severity.CRITICAL, past=4, week=SUNDAY, posted=SUNDAY)
    for event, how in ((Event.WORSEN, How.WORSENED), (Event.REMIND, None)):
        told = AlertEvent(initiative="triage", metric="escalation_week", sunday=SUNDAY, event=event)
        async with figured.work() as work:
            await work.figures.put_alert("triage", "escalation_week", alert, told)
        changed = {one.metric: one.how for one in (await facts(figured)).changed}
        assert changed.get("escalation") == how


async def test_what_is_red_is_told_unless_an_alert_tells_it(figured: House) -> None:
    async with figured.work() as work:
        await work.reviews.keep_board(
            SITTING,
            [
                KpiStatus(
                    kpi=key,
                    title=key.title(),
                    direction=Direction.DOWN,
                    colour=colour,
                    value=Amount.of(Fraction(25), "days"),
                    target=Amount.of(Fraction(10), "days"),
                    on=SUNDAY,
                )
                for key, colour in (
                    ("delay", Colour.RED),
                    ("escalated", Colour.RED),
                    ("nowhere", Colour.GREY),
                    ("gone from app.yaml", Colour.RED),
                )
            ],
        )
    assert [(one.kpi, one.on) for one in (await facts(figured)).reds] == [("delay", date(2026, 4, 7))]


async def put_barriers(house: House, sunday: date, *barriers: tuple[int, int, str], initiative: str = "triage") -> None:
    async with house.work() as work:
        await work.figures.publish(
            [
                Record(metric=metric, initiative=initiative, sunday=sunday, figure=figure)
                for metric, figure in (barrier(*one) for one in barriers)
            ],
            [],
        )


async def test_the_barriers_most_named_are_told_as_long_as_there_can_be_nothing_newer(figured: House) -> None:
    named = [(6, 42, "barrier_acc"), (18, 42, "barrier_cpx"), (9, 42, "barrier_exp"), (15, 42, "barrier_trn")]
    for back, is_told in ((0, True), (3, True), (4, False)):
        async with figured.work() as work:
            before = await gather(work, replace(ORGANISATION, kpis=KPIS), at=MONDAY)
        assert before.held_back == ()
        await put_barriers(figured, SUNDAY - timedelta(weeks=back), *named)
        found = (await facts(figured)).held_back
        assert [(one.title, [metric for metric, _ in one.barriers]) for one in found] == (
            [("Triage of claims", ["barrier_cpx", "barrier_trn", "barrier_exp"])] if is_told else []
        )
        async with figured.memory.transaction() as connection:
            await connection.execute(text("DELETE FROM figure WHERE metric LIKE 'barrier_%'"))


async def test_barriers_are_neither_stable_figures_nor_changes_nor_too_small_a_group(figured: House) -> None:
    before = await facts(figured)
    await put_barriers(figured, SUNDAY, (18, 42, "barrier_cpx"))
    after = await facts(figured)
    assert after.held_back
    assert replace(after, held_back=()) == before


async def test_of_what_was_stopped_no_barrier_is_told_nor_one_that_hardly_anybody_names(figured: House) -> None:
    await put_barriers(figured, SUNDAY, (2, 42, "barrier_cpx"))
    await put_barriers(figured, SUNDAY, (18, 42, "barrier_cpx"), initiative="fraud")
    async with figured.work() as work:
        one = await work.initiatives.get("fraud")
        assert one is not None
        await work.initiatives.put(replace(one, standing=Standing.STOPPED, asked_on=None))
    assert (await facts(figured)).held_back == ()


async def test_to_gather_changes_nothing(figured: House) -> None:
    await put_action(figured, "late", date(2026, 3, 27))
    before = await figured.image()
    await facts(figured)
    assert await figured.image() == before


async def test_a_database_without_figures_has_a_letter_all_the_same(house: House) -> None:
    found = await facts(house)
    assert (found.changed, found.breaches, found.reds, found.stable) == ((), (), (), 0)
    assert (found.caveats.seen, found.caveats.response, found.caveats.suppressed) == (0, None, 0)
