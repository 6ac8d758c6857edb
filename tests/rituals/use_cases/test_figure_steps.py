"""The weekly figures as a ritual: reckoned initiative by initiative, told where there is news and nowhere else."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy import text

from rituals.calendar import Weekly
from rituals.figures.records import CaveatKind, Metric
from rituals.figures.rules import FigureRules
from rituals.initiatives import Standing
from rituals.kpis import KpiSource
from rituals.measures.disclosure import Published, Suppressed
from rituals.measures.statistics import Direction
from rituals.messages import Bullets, Chart, Message, Paragraph, Share, Text
from rituals.occurrences import OccurrenceState
from rituals.pulses.waves import PlainAnswer
from rituals.use_cases.reckon import as_headline
from storage.work import Memory
from tests.rituals.figures.world import (
    DAY,
    OPENED,
    RULES,
    SUNDAY,
    WEEK,
    Case,
    World,
    answers,
    kpi,
    moment,
    monday_after,
    people,
    person,
    sessions,
    wave,
)
from tests.rituals.use_cases.house import sentences, texts

SUNDAYS = [SUNDAY + WEEK * number for number in range(6)]


def used(count: int, active: int, *, department: str = "Claims", each: int = 0) -> Case:
    """People of whom `active` have used it on every Saturday since it was opened; from SUNDAY on, `each` week more."""
    saturdays = [OPENED + 5 * DAY + WEEK * number for number in range(60)]
    histories = []
    for number in range(count):
        if number < active:
            days = saturdays
        else:
            late = (number - active) // each if each else 1_000
            days = [day for day in saturdays if day > SUNDAY + WEEK * late]
        histories.append(person(f"{department}-{number:04}", department=department, used_on=days))
    return Case(histories=histories, identities=(100, 100), usage_until=SUNDAY + 52 * WEEK)


async def living(memory: Memory, *rules: FigureRules, **cases: Case) -> World:
    """A world whose rituals are planned from the first Monday on."""
    world = World(memory, *rules, kpis=[kpi(KpiSource.ADOPTION, "0.6", amber="0.4")])
    world.cases = dict(cases)
    await world.settle_in()
    await world.plan(moment(monday_after(SUNDAY) - DAY))
    return world


def told(message: Message) -> list[str]:
    """The initiatives that have a card."""
    leads = [part.lead for part in message.parts if isinstance(part, Paragraph) and part.lead is not None]
    return [str(lead.values["words"]) for lead in leads if lead.key == "verbatim"]


def lines(message: Message) -> list[str]:
    """The initiatives that have a line at the end."""
    *_, last = [part for part in message.parts if isinstance(part, Bullets)]
    return [str(item.lead.values["words"]) for item in last.items if item.lead and item.lead.key == "verbatim"]


def keys(message: Message) -> set[str]:
    return {text.key for text in texts(message)}


# --- when a room hears of it ---------------------------------------------------------------------------------------


async def test_the_first_figure_is_told_the_same_ones_are_not_and_a_card_is_due_after_four_weeks(
    memory: Memory,
) -> None:
    world = await living(memory, triage=used(250, 30))
    said = [len(await world.week(sunday)) for sunday in SUNDAYS]
    assert said == [1, 0, 0, 0, 1, 0]


async def test_a_message_tells_of_the_last_complete_sunday(memory: Memory) -> None:
    world = await living(memory, triage=used(250, 30))
    (message,) = await world.week(SUNDAY)
    assert sentences(message, "fr")[1] == "AI in use\u00a0: jusqu’au dimanche 29 mars"
    assert "12\u202f% des 250 personnes concernées s’en sont servies du lundi 2 mars au dimanche 29 mars (mesuré)." in [
        words.replace("\u00a0%", "\u202f%") for words in sentences(message, "fr")
    ]


async def test_an_arrow_is_told_once_and_not_every_week_in_which_it_holds(memory: Memory) -> None:
    world = await living(memory, triage=used(250, 30, each=20))
    posts = {sunday: await world.week(sunday) for sunday in SUNDAYS}
    risen = [sunday for sunday, said in posts.items() if said and "figures-trend-up" in keys(said[0])]
    assert risen == [SUNDAYS[1], SUNDAYS[5]], "news once, and four weeks later part of a card that is due"
    assert [sunday for sunday, said in posts.items() if said] == [SUNDAY, *risen]
    async with world.open_work() as work:
        (change,) = [one for one in await work.figures.changes(SUNDAYS[-1]) if one.metric == Metric.ADOPTION]
    assert change.direction is Direction.UP


@pytest.mark.parametrize(
    ("head_office", "network", "direction"),
    [(72, 9, None), (40, 19, Direction.UP)],
    ids=["only the answers rose", "only the weighed share rose"],
)
async def test_a_weighed_satisfaction_changes_by_the_sample_it_is_worth_and_not_by_its_answers(
    memory: Memory, head_office: int, network: int, direction: Direction | None
) -> None:
    def scores(satisfied: int, of: int) -> list[str]:
        return ["5"] * satisfied + ["1"] * (of - satisfied)

    later = SUNDAY + 4 * WEEK
    population = {"Head office": 100, "Network": 300}
    first, last = (wave(day, invited=300, answered=100, population=population) for day in (SUNDAY, later))
    case = Case(waves=[first, last])
    case.answers = [
        *answers(first, "Head office", {"every_week": 20}, scores(18, 20)),
        *answers(first, "Network", {"every_week": 80}, scores(32, 80)),
        *answers(last, "Head office", {"every_week": 80}, scores(head_office, 80)),
        *answers(last, "Network", {"every_week": 20}, scores(network, 20)),
    ]
    world = await living(memory, triage=case)
    await world.week(SUNDAY)
    await world.week(later)
    async with world.open_work() as work:
        shown = await work.figures.series(Metric.CSAT, "triage", [SUNDAY, later])
        changes = {one.metric: one.direction for one in await work.figures.changes(later)}
    assert {one.method for one in shown if isinstance(one, Published)} == {"post_stratified"}
    assert changes.get(Metric.CSAT) is direction


async def test_a_pool_without_a_small_wave_is_never_told_however_long_ago_the_one_with_it_was(memory: Memory) -> None:
    population = {"Claims": 100}
    small = wave(SUNDAY - 4 * DAY, invited=4, answered=2, population=population)
    large = wave(SUNDAY + DAY, invited=60, answered=30, population=population)
    case = Case(waves=[small, large])
    case.answers = [
        *answers(small, "Claims", {"every_week": 2}, ["1", "1"]),
        *answers(large, "Claims", {"every_week": 30}, ["5"] * 15 + ["2"] * 15),
    ]
    world = await living(memory, triage=case)
    sundays = [SUNDAY + WEEK * number for number in range(20)]
    for sunday in sundays:
        await world.plan(moment(sunday))
        await world.week(sunday)
    async with world.open_work() as work:
        shown = await work.figures.series(Metric.CSAT, "triage", sundays)
    assert {one.n for one in shown if isinstance(one, Published)} == {32}, "the other tells what two people said"


async def test_two_rituals_of_one_room_say_one_message_a_week(memory: Memory) -> None:
    other = replace(RULES, key="again", recurrence=replace(RULES.recurrence, rule=Weekly(weekday=2)))
    world = await living(memory, RULES, other, triage=used(250, 30))
    await world.go(moment(monday_after(SUNDAY) + 3 * DAY))
    assert len(await world.said()) == 1


async def test_another_room_is_told_as_well(memory: Memory) -> None:
    other = replace(RULES, key="again", room="committee")
    world = await living(memory, RULES, other, triage=used(250, 30))
    await world.go(moment(monday_after(SUNDAY)))
    assert len(await world.said()) == 2


async def test_what_holds_people_back_is_published_and_never_told_to_a_room_nor_logged(
    memory: Memory, caplog: pytest.LogCaptureFixture
) -> None:
    case = used(250, 30)
    for week in range(3):
        closed = wave(SUNDAY + WEEK * week, invited=60, answered=20, population={"Claims": 250})
        case.waves.append(closed)
        case.answers += answers(closed, "Claims", {"every_week": 20}, ["4"] * 20)
        case.answers += [PlainAnswer(wave=closed.wave, stratum="Claims", question="BAR", codes=("B_CPX", "B_EXP"))] * 20
    world = await living(memory, triage=case)
    caplog.set_level("DEBUG")
    for sunday in SUNDAYS:
        await world.week(sunday)
    async with world.open_work() as work:
        told = {one.sunday: one.figure for one in await work.figures.wholes(SUNDAYS, metrics=["barrier_exp"])}
    assert list(told) == [SUNDAYS[0], SUNDAYS[4]]
    assert [one.n for one in told.values() if isinstance(one, Published)] == [20, 40]
    said = str(await world.said())
    assert "figures-title" in said
    assert not re.search("barrier|pulse-bar|b_cpx|b-cpx", said, re.IGNORECASE)
    assert not re.search("barrier_|b_cpx|b_exp", caplog.text, re.IGNORECASE)
    async with memory.transaction() as connection:
        counted = (await connection.execute(text("SELECT DISTINCT metric FROM figure_count"))).scalars().all()
    assert not [metric for metric in counted if metric.startswith("barrier")]


async def test_an_initiative_nobody_knows_anything_of_says_nothing(memory: Memory) -> None:
    world = await living(memory, triage=Case())
    assert await world.week(SUNDAY) == []
    async with world.open_work() as work:
        occurrence = await work.occurrences.get(f"adoption-{monday_after(SUNDAY)}")
    assert occurrence is not None
    assert occurrence.state is OccurrenceState.CLOSED


async def test_a_week_missed_is_caught_up_with_by_the_next_one(memory: Memory) -> None:
    world = await living(memory, triage=used(250, 30))
    await world.go(moment(monday_after(SUNDAY) + 6 * DAY))
    assert await world.said() == {}
    await world.week(SUNDAY + WEEK)
    async with world.open_work() as work:
        assert None not in await work.figures.series("adoption", "triage", [SUNDAY, SUNDAY + WEEK])


async def test_an_initiative_that_fails_holds_up_no_other(memory: Memory) -> None:
    world = await living(memory, broken=used(60, 12), triage=used(250, 30))
    world.cases["broken"].identities = (2, 1)  # more known than there are
    world.cases["broken"].conversations = dict.fromkeys([SUNDAY - 4 * WEEK, SUNDAY], "nonsense")  # type: ignore[arg-type]
    (message,) = await world.week(SUNDAY)
    assert told(message) == ["The case of triage"]


async def test_only_what_the_ritual_names_is_told(memory: Memory) -> None:
    world = await living(memory, replace(RULES, initiatives=("fraud",)), fraud=used(60, 12), triage=used(250, 30))
    (message,) = await world.week(SUNDAY)
    assert told(message) == ["The case of fraud"]


# --- what it hears -------------------------------------------------------------------------------------------------


async def test_a_stopped_initiative_is_reckoned_and_told_no_more(memory: Memory) -> None:
    world = await living(memory, triage=used(250, 30), fraud=used(250, 30, each=20))
    low = kpi(KpiSource.ADOPTION, "0.6", of="fraud")
    world.organisation = replace(world.organisation, kpis={low.key: low})
    (message,) = await world.week(SUNDAY)
    assert len(told(message)) == 2
    async with world.open_work() as work:
        assert (await work.figures.alerts("fraud"))["adoption"].is_raised
        fraud = await work.initiatives.get("fraud")
        assert fraud is not None
        await work.initiatives.put(replace(fraud, standing=Standing.STOPPED))
    said = [message for sunday in SUNDAYS[1:] for message in await world.week(sunday)]
    assert [told(message) for message in said] == [["The case of triage"]]
    async with world.open_work() as work:
        assert not (await work.figures.alerts("fraud"))["adoption"].is_raised
        assert not [one for one in await work.figures.changes(SUNDAYS[-1]) if one.initiative == "fraud"]
        last = await work.figures.latest(Metric.ADOPTION, "fraud", SUNDAYS[-1])
    assert last is not None
    assert last[0] == SUNDAYS[-1]


async def test_conversations_by_week_are_known_from_their_monday_on(memory: Memory) -> None:
    weekly = {SUNDAY - WEEK * back: sessions(45, 55) for back in range(4)}
    daily = {SUNDAY - DAY * back: sessions(45, 55) for back in range(22)}
    world = await living(memory, weekly=Case(conversations=weekly), daily=Case(conversations=daily))
    await world.week(SUNDAY)
    async with world.open_work() as work:
        assert await work.figures.latest(Metric.ESCALATION, "weekly", SUNDAY) is not None
        assert await work.figures.latest(Metric.ESCALATION, "daily", SUNDAY) is None


async def test_with_twenty_initiatives_a_few_are_told_in_full_and_the_others_in_a_line(memory: Memory) -> None:
    world = await living(memory, **{f"case{number:02}": used(60 + number, 12) for number in range(20)})
    (message,) = await world.week(SUNDAY)
    assert len(told(message)) == 6
    assert len(lines(message)) == 14
    assert len([part for part in message.parts if isinstance(part, Chart)]) == 2
    assert len(message.parts) <= 50


async def test_a_chart_has_twelve_sundays_and_its_words_tell_first_last_and_target(memory: Memory) -> None:
    world = await living(memory, triage=used(250, 30))
    (message,) = await world.week(SUNDAY)
    (chart,) = [part for part in message.parts if isinstance(part, Chart)]
    assert len(chart.labels) == 12
    assert chart.target is not None
    words = sentences(chart.alt)[0]
    assert words == "Adoption of The case of triage: 12% on Sunday 11 January, 12% on Sunday 29 March; target: 60%."


async def test_escalation_past_what_was_agreed_raises_an_alert_once(memory: Memory) -> None:
    case = Case(conversations={SUNDAY + WEEK * number: sessions(90, 110) for number in range(-11, 8)})
    world = await living(memory, triage=case)
    world.organisation = replace(
        world.organisation, kpis={"escalation": kpi(KpiSource.ESCALATION, "0.30", amber="0.35")}
    )
    said = [await world.week(sunday) for sunday in SUNDAYS]
    assert [len(each) for each in said] == [1, 0, 0, 0, 1, 0]
    assert "figures-event-raise-escalation" in keys(said[0][0])
    assert "figures-event-raise-escalation" not in keys(said[4][0])
    assert "figures-next-handovers" in keys(said[4][0])


async def test_savings_are_of_the_last_period_that_is_over(memory: Memory) -> None:
    case = used(250, 30)
    case.savings = {date(2026, 2, 28): Fraction(21_000), date(2026, 3, 20): Fraction(9_000)}
    world = await living(memory, triage=case)
    world.organisation = replace(world.organisation, kpis={"saving": kpi(KpiSource.SAVING, "20000")})
    (message,) = await world.week(SUNDAY)
    assert "€21,000 over the last period, closed on Saturday 28 February; target: €20,000, reached" in sentences(
        message
    )


async def test_a_late_source_is_told_of(memory: Memory) -> None:
    case = used(250, 30)
    case.usage_until = SUNDAY - 4 * DAY
    world = await living(memory, triage=case)
    (message,) = await world.week(SUNDAY)
    assert {"figures-provisional", "figures-late-adoption"} <= keys(message)
    async with world.open_work() as work:
        assert [one.kind for one in await work.figures.caveats(SUNDAY)] == [CaveatKind.LATE]


async def test_the_headline_as_data_says_what_is_suppressed_and_nothing_more(memory: Memory) -> None:
    case = used(9, 3)
    case.conversations = {SUNDAY - 4 * WEEK: sessions(1, 1), SUNDAY: sessions(45, 55)}
    world = await living(memory, triage=case)
    await world.week(SUNDAY)
    async with world.open_work() as work:
        found = as_headline("triage", await work.figures.headline("triage", SUNDAY))
    assert found["key"] == "triage"
    assert found["adoption"] == {"suppressed": "primary"}
    assert found["csat"] is None
    escalation = found["escalation"]
    assert isinstance(escalation, dict)
    assert (escalation["x"], escalation["n"], escalation["ci_low"]) == (45, 100, None)


# --- what it never hears -------------------------------------------------------------------------------------------


def walked(value: object) -> Iterator[object]:
    """Every value in a message."""
    yield value
    if isinstance(value, Text):
        for blank in value.values.values():
            yield from walked(blank)
    elif is_dataclass(value):
        for one in fields(value):
            yield from walked(getattr(value, one.name))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from walked(item)


@pytest.mark.parametrize("n", [1, 4, 9, 10, 19, 20, 49, 50])
async def test_no_message_counts_or_names_few(memory: Memory, n: int) -> None:
    closed = wave(SUNDAY, invited=20, answered=4, population={"Claims": 60})
    case = used(n, n // 2, department="Smalldept")
    case.histories += people(60, 20, department="Largedept")
    case.conversations = {SUNDAY: sessions(4, 5)}
    case.waves, case.answers = [closed], answers(closed, "Claims", {"every_week": 4}, ["5"] * 4)
    world = await living(memory, triage=case, other=used(n, n // 2))
    (message,) = await world.week(SUNDAY)
    figures = [one.figure for one in walked(message) if isinstance(one, Share)]
    assert all(one.n >= 10 for one in figures if isinstance(one, Published))
    # A suppressed one is said in words of its own; on a chart it is a gap.
    charts = [part for part in message.parts if isinstance(part, Chart)]
    points = [point for chart in charts for series in chart.series for point in series.points]
    gaps = [one for one in points if isinstance(one, Share) and isinstance(one.figure, Suppressed)]
    assert sum(isinstance(one, Suppressed) for one in figures) == len(gaps)
    everything = " ".join(sentences(message))
    assert "Smalldept" not in everything
    assert "Largedept" not in everything
    assert not re.search(r"\b[A-Z]\w+-\d{4}\b", everything), "somebody is named"
    counted = re.findall(r"(\d+) (?:people|conversations|answers)", everything)
    assert counted
    assert all(int(number) >= 10 for number in counted)
