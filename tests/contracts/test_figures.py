"""The weekly figures: kept as they were published, read again as such, and by nobody else's hand."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy import select, update

from rituals.figures.alerts import Alert, Event, Severity
from rituals.figures.records import AlertEvent, Card, Caveat, CaveatKind, Change, Count, Metric, Record
from rituals.measures.disclosure import (
    Basis,
    Counted,
    Figure,
    Forged,
    Ledger,
    Published,
    Release,
    Suppressed,
    Thresholds,
    publish,
)
from rituals.measures.statistics import Direction, Proportion, Tier, Window, wilson
from storage.figures import FIGURE, MEMBER, from_json, to_json
from storage.work import Memory

SUNDAY = date(2026, 3, 29)
WEEK = timedelta(weeks=1)


def figure(x: int, n: int, *, metric: str = "adoption", sunday: date = SUNDAY) -> Figure:
    """The figure of a census."""
    counted = Counted(
        metric=metric,
        x=x,
        n=n,
        N=n,
        method="telemetry",
        window=Window.ending(sunday),
        as_of=sunday,
        tier=Tier.MEASURED,
        basis=Basis.TELEMETRY,
        members=frozenset(f"p{number}" for number in range(n)),
    )
    return publish(counted, thresholds=Thresholds(), ledger=Ledger())[0]


def published(x: int, n: int, *, sunday: date = SUNDAY) -> Published:
    found = figure(x, n, sunday=sunday)
    assert isinstance(found, Published)
    return found


def record(x: int, n: int, *, metric: str = "adoption", department: str = "", sunday: date = SUNDAY) -> Record:
    """What was published of the initiative "triage"."""
    return Record(
        metric=metric,
        initiative="triage",
        department=department,
        sunday=sunday,
        figure=figure(x, n, metric=metric, sunday=sunday),
        population="a digest",
    )


ANSWERED = publish(
    Counted(
        metric="csat",
        x=18,
        n=24,
        N=None,
        method="answers",
        window=Window.ending(SUNDAY),
        as_of=SUNDAY,
        tier=Tier.ESTIMATED,
        basis=Basis.ANSWERS,
        members=None,
        interval=wilson(Proportion(x=18, n=24)),
    ),
    thresholds=Thresholds(),
    ledger=Ledger(),
)[0]


# --- figures -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kept", [figure(30, 250), figure(3, 12), figure(20, 31), figure(1, 9), ANSWERED])
async def test_a_figure_is_read_again_as_it_was_published(memory: Memory, kept: Figure) -> None:
    told = replace(record(30, 250), figure=kept)
    async with memory.open_work() as work:
        await work.figures.publish([told], [])
    async with memory.open_work() as work:
        assert await work.figures.latest("adoption", "triage", SUNDAY) == (SUNDAY, kept)
        assert await work.figures.records("triage", [SUNDAY]) == [told]


@pytest.mark.parametrize(
    "change",
    [
        {"x": 29},
        {"n": 12},
        {"provisional": True},
        {"as_of": "2026-03-22"},
        {"display": {"form": "percent", "low": 13, "high": 13, "word": None, "indicative": False}},
        {"warrant": "0" * 16},
    ],
)
async def test_a_figure_changed_in_the_database_is_refused(memory: Memory, change: dict[str, object]) -> None:
    async with memory.open_work() as work:
        await work.figures.publish([record(30, 250)], [])
    async with memory.transaction() as connection:
        kept = (await connection.execute(select(FIGURE.c.figure))).scalar_one()
        await connection.execute(update(FIGURE).values(figure=json.dumps({**json.loads(kept), **change})))
    async with memory.open_work() as work:
        with pytest.raises((Forged, ValidationError)):
            await work.figures.latest("adoption", "triage", SUNDAY)


async def test_a_suppressed_figure_is_kept_without_a_count(memory: Memory) -> None:
    hidden = Suppressed(kind="primary")
    assert json.loads(to_json(hidden)) == {"type": "suppressed", "kind": "primary"}
    assert from_json(to_json(hidden)) == hidden


async def test_the_latest_is_of_the_whole_and_not_after_the_day_asked_for(memory: Memory) -> None:
    earlier, later = record(30, 250, sunday=SUNDAY - WEEK), record(40, 250)
    async with memory.open_work() as work:
        await work.figures.publish([earlier, later, record(10, 60, department="Claims")], [])
        assert await work.figures.latest("adoption", "triage", SUNDAY - WEEK) == (SUNDAY - WEEK, earlier.figure)
        assert await work.figures.latest("adoption", "triage", SUNDAY + WEEK) == (SUNDAY, later.figure)
        assert await work.figures.latest("adoption", "fraud", SUNDAY) is None
        assert await work.figures.latest("adoption", "triage", SUNDAY - 2 * WEEK) is None
        assert await work.figures.last_sunday(SUNDAY + WEEK) == SUNDAY
        assert await work.figures.last_sunday(SUNDAY - 2 * WEEK) is None


async def test_wholes_are_of_these_sundays_metrics_and_initiative_alone(memory: Memory) -> None:
    adoption, habit, department = record(30, 250), record(20, 250, metric="habit"), record(9, 60, department="Claims")
    other, older = replace(adoption, initiative="fraud"), record(30, 250, sunday=SUNDAY - WEEK)
    async with memory.open_work() as work:
        await work.figures.publish([adoption, habit, department, other, older], [])
        assert await work.figures.wholes([SUNDAY - WEEK, SUNDAY]) == [older, other, adoption, habit]
        assert await work.figures.wholes([SUNDAY], metrics=["habit"]) == [habit]
        assert await work.figures.wholes([SUNDAY], metrics=["adoption"], initiative="triage") == [adoption]
        assert await work.figures.wholes([SUNDAY], metrics=[]) == []


async def test_a_series_has_a_place_for_each_sunday_asked_for(memory: Memory) -> None:
    told = record(30, 250)
    async with memory.open_work() as work:
        await work.figures.publish([told], [])
        found = await work.figures.series("adoption", "triage", [SUNDAY - WEEK, SUNDAY, SUNDAY + WEEK])
        assert found == [None, told.figure, None]
        assert await work.figures.series("adoption", "triage", []) == []


async def test_the_headline_has_three_figures_each_there_or_not(memory: Memory) -> None:
    told, hidden = record(30, 250), record(3, 9, metric="escalation")
    async with memory.open_work() as work:
        await work.figures.publish([told, hidden], [])
        assert await work.figures.headline("triage", SUNDAY) == {
            "adoption": told.figure,
            "escalation": Suppressed(kind="primary"),
            "csat": None,
        }


async def test_the_same_sunday_again_replaces_what_was_published(memory: Memory) -> None:
    restated = replace(record(40, 250), revised=True)
    count = Count(metric="adoption", initiative="triage", sunday=SUNDAY, counted=Proportion(x=30, n=250))
    async with memory.open_work() as work:
        await work.figures.publish([record(30, 250)], [count])
        await work.figures.publish([restated], [replace(count, counted=Proportion(x=40, n=250))])
        assert await work.figures.records("triage", [SUNDAY]) == [restated]
        assert await work.figures.counts(["adoption"], [SUNDAY]) == {
            ("adoption", "triage", SUNDAY): Proportion(x=40, n=250)
        }


async def test_many_rows_are_kept_at_once(memory: Memory) -> None:
    many = [record(30, 250, department=f"Department {number:03}") for number in range(450)]
    async with memory.open_work() as work:
        await work.figures.publish(many, [])
        assert await work.figures.records("triage", [SUNDAY]) == many


async def test_groups_that_were_suppressed_are_counted_once_whatever_was_hidden_of_them(memory: Memory) -> None:
    hidden = [record(1, 7, department=name, metric=metric) for name in "ab" for metric in ("adoption", "habit")]
    async with memory.open_work() as work:
        await work.figures.publish([record(30, 250), *hidden, record(1, 7, sunday=SUNDAY - WEEK)], [])
        assert await work.figures.suppressed(SUNDAY) == 2
        assert await work.figures.suppressed(SUNDAY - WEEK) == 1
        assert await work.figures.suppressed(SUNDAY + WEEK) == 0


async def test_counts_are_of_whole_initiatives_and_of_one_where_it_is_named(memory: Memory) -> None:
    whole = Count(metric="csat", initiative="triage", sunday=SUNDAY, counted=Proportion(x=3, n=4))
    async with memory.open_work() as work:
        await work.figures.publish([], [whole, replace(whole, initiative="fraud"), replace(whole, department="Claims")])
        assert set(await work.figures.counts(["csat"], [SUNDAY])) == {
            ("csat", "triage", SUNDAY),
            ("csat", "fraud", SUNDAY),
        }
        assert set(await work.figures.counts(["csat"], [SUNDAY], initiative="fraud")) == {("csat", "fraud", SUNDAY)}


# --- small groups --------------------------------------------------------------------------------------------------


async def test_what_was_last_shown_of_a_small_group_is_known_with_its_people(memory: Memory) -> None:
    first = Release(figure=published(3, 12), members=frozenset({"p1", "p2"}))
    second = Release(figure=published(20, 40), members=frozenset({"p2", "p3", "p4"}))
    async with memory.open_work() as work:
        await work.figures.put_releases("triage", {("adoption", "Claims"): first, ("adoption", ""): second})
        await work.figures.put_releases("triage", {("adoption", "Claims"): second, ("habit", ""): first})
        await work.figures.put_releases("triage", {("adoption", ""): None})
        await work.figures.put_releases("fraud", {("adoption", "Claims"): first})
    async with memory.open_work() as work:
        assert await work.figures.releases("triage") == {("adoption", "Claims"): second, ("habit", ""): first}


async def test_somebody_forgotten_leaves_their_group_as_large_as_it_was(memory: Memory) -> None:
    release = Release(figure=published(3, 12), members=frozenset({"p1", "p2"}))
    async with memory.open_work() as work:
        await work.figures.put_releases("triage", {("adoption", "Claims"): release, ("habit", "Claims"): release})
        await work.figures.forget("p1")
        await work.figures.forget("nobody")
        found = await work.figures.releases("triage")
    assert len(found) == 2
    assert all(len(one.members) == 2 and "p2" in one.members and "p1" not in one.members for one in found.values())
    async with memory.transaction() as connection:
        assert "p1" not in (await connection.execute(select(MEMBER.c.person))).scalars().all()


# --- alerts --------------------------------------------------------------------------------------------------------


async def test_an_alert_stands_where_it_was_left(memory: Memory) -> None:
    raised = Alert(worst=Severity.CRITICAL, past=2, better=0, week=SUNDAY, posted=SUNDAY)
    event = AlertEvent(initiative="triage", metric="escalation", sunday=SUNDAY, event=Event.RAISE)
    async with memory.open_work() as work:
        assert await work.figures.alerts("triage") == {}
        await work.figures.put_alert("triage", "escalation", raised, event)
        await work.figures.put_alert("triage", "csat", Alert(week=SUNDAY), None)
    async with memory.open_work() as work:
        assert await work.figures.alerts("triage") == {"escalation": raised, "csat": Alert(week=SUNDAY)}
        assert await work.figures.events(after=SUNDAY - WEEK, until=SUNDAY) == [event]
        assert await work.figures.events(after=SUNDAY, until=SUNDAY + WEEK) == []


# --- what was said -------------------------------------------------------------------------------------------------


async def test_changes_caveats_and_cards_are_replaced_by_the_next_ones(memory: Memory) -> None:
    change = Change(
        metric="adoption",
        initiative="triage",
        sunday=SUNDAY,
        before=published(30, 250, sunday=SUNDAY - 4 * WEEK),
        after=published(60, 250),
        direction=Direction.UP,
    )
    late = Caveat(
        kind=CaveatKind.LATE, initiative="triage", sunday=SUNDAY, metric=Metric.ADOPTION, on=SUNDAY - 5 * WEEK
    )
    covered = Caveat(
        kind=CaveatKind.COVERAGE, initiative="triage", sunday=SUNDAY, metric=Metric.ADOPTION, figure=figure(80, 100)
    )
    card = Card(ritual="adoption", room="everybody", initiative="triage", sunday=SUNDAY, shown_on=SUNDAY + WEEK)
    async with memory.open_work() as work:
        await work.figures.put_changes(SUNDAY, [change])
        await work.figures.put_caveats("triage", SUNDAY, [late, covered])
        await work.figures.put_caveats("fraud", SUNDAY, [replace(late, initiative="fraud")])
        await work.figures.put_card(replace(card, shown_on=SUNDAY))
        await work.figures.put_card(replace(card, arrow=Direction.DOWN))
    async with memory.open_work() as work:
        assert await work.figures.changes(SUNDAY) == [change]
        assert await work.figures.changes(SUNDAY - WEEK) == []
        assert await work.figures.caveats(SUNDAY) == [replace(late, initiative="fraud"), covered, late]
        assert await work.figures.cards("everybody") == [replace(card, arrow=Direction.DOWN)]
        assert await work.figures.cards("committee") == []
        await work.figures.put_changes(SUNDAY, [])
        await work.figures.put_caveats("triage", SUNDAY, [])
        assert await work.figures.changes(SUNDAY) == []
        assert await work.figures.caveats(SUNDAY) == [replace(late, initiative="fraud")]
