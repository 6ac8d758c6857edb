"""What is published of one initiative, Sunday by Sunday."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

import pytest

from rituals.figures.barriers import BARRIERS
from rituals.figures.reckoning import Kept, Known, Reckoned, looked_at, overlapping, reckon
from rituals.figures.records import CaveatKind, Metric, Record
from rituals.measures.adoption import History, PersonWeek, Placement, Spell
from rituals.measures.disclosure import Figure, Form, Published, Release, Suppressed, Thresholds
from rituals.measures.statistics import Proportion, Tier, Window
from rituals.pulses.waves import PlainAnswer, WaveCount
from tests.rituals.figures.world import DAY, OPENED, SUNDAY, WEEK, answers, people, person, sessions, until, wave


@dataclass
class Keeper:
    """Keeps what reckonings publish, as storage does."""

    records: dict[tuple[str, str, date], Record] = field(default_factory=dict)
    counts: dict[tuple[str, date], Proportion] = field(default_factory=dict)
    releases: dict[tuple[str, str], Release] = field(default_factory=dict)

    def reckon(self, known: Known, sunday: date = SUNDAY) -> Reckoned:
        """One reckoning, kept."""
        looked = set(looked_at(sunday))
        records = [one for one in self.records.values() if one.sunday in looked]
        last: dict[str, date] = {}
        for one in records:
            last[one.metric] = max(one.sunday, last.get(one.metric, one.sunday))
        near = overlapping(sunday)
        kept = Kept(
            records=records,
            counts=self.counts,
            releases=self.releases,
            last=last,
            barriers_told=any(one.metric in BARRIERS and one.sunday in near for one in self.records.values()),
        )
        found = reckon(known, kept, until=sunday, thresholds=Thresholds())
        self.records |= {(one.metric, one.department, one.sunday): one for one in found.records}
        self.counts |= {(one.metric, one.sunday): one.counted for one in found.counts if not one.department}
        for key, release in found.releases.items():
            self.releases.pop(key, None)
            if release is not None:
                self.releases[key] = release
        return found

    def figure(self, metric: Metric, sunday: date = SUNDAY, department: str = "") -> Figure | None:
        """What stands."""
        found = self.records.get((metric, department, sunday))
        return None if found is None else found.figure

    def shown(self, metric: Metric, sunday: date = SUNDAY, department: str = "") -> Published:
        """The same, where it is shown."""
        found = self.figure(metric, sunday, department)
        assert isinstance(found, Published), f"{metric} of {department!r} is {found}"
        return found


def by_usage(
    histories: Iterable[History],
    *,
    identities: tuple[int, int] = (100, 100),
    usage_until: date | None = SUNDAY,
    opened: date = OPENED,
    sunday: date = SUNDAY,
) -> Known:
    """An initiative with telemetry."""
    return Known(
        initiative="triage",
        live_since=opened,
        histories=until(histories, sunday),
        identities=dict.fromkeys(looked_at(sunday), identities),
        usage_until=usage_until,
    )


def by_pulses(*waves: tuple[WaveCount, list[PlainAnswer]], usage: Known | None = None) -> Known:
    """An initiative with pulses, and nothing else unless `usage` says so."""
    known = usage or Known(initiative="triage", live_since=OPENED)
    return replace(
        known, waves=tuple(each for each, _ in waves), answers=tuple(one for _, said in waves for one in said)
    )


def kinds(found: Reckoned) -> set[CaveatKind]:
    return {one.kind for one in found.caveats}


# --- telemetry -----------------------------------------------------------------------------------------------------


def test_the_guides_twelve_percent_is_measured_with_its_n_and_without_an_interval() -> None:
    keeper = Keeper()
    found = keeper.reckon(by_usage(people(250, 30)))
    adoption = keeper.shown(Metric.ADOPTION)
    assert (adoption.x, adoption.n, adoption.display.low) == (30, 250, 12)
    assert (adoption.tier, adoption.method, adoption.ci_low) == (Tier.MEASURED, "telemetry", None)
    assert (adoption.window.first, adoption.window.last) == (date(2026, 3, 2), SUNDAY)
    assert not adoption.provisional
    assert not found.caveats


def test_point_in_time_counts_who_was_there_on_the_sunday() -> None:
    joined_14, joined_13 = SUNDAY - 13 * DAY, SUNDAY - 12 * DAY
    moved = Placement(department="Claims", spell=Spell(first=OPENED, last=SUNDAY - 8 * DAY))
    there = Placement(department="Sales", spell=Spell(first=SUNDAY - 7 * DAY))
    rehired = person("rehired", used_on=[OPENED + DAY])
    histories = [
        *people(60, 20),
        *people(60, 10, department="Sales"),
        person("14 days", since=joined_14, used_on=[SUNDAY]),
        person("13 days", since=joined_13, used_on=[SUNDAY]),
        person("left", until=SUNDAY - DAY, used_on=[SUNDAY - 2 * DAY]),
        replace(person("transferred", used_on=[SUNDAY - 20 * DAY]), placements=(moved, there)),
        replace(rehired, eligible=(Spell(first=OPENED, last=OPENED + WEEK), Spell(first=SUNDAY - 20 * DAY))),
    ]
    keeper = Keeper()
    keeper.reckon(by_usage(histories))
    assert keeper.counts[Metric.ADOPTION, SUNDAY] == Proportion(x=20 + 10 + 1 + 1, n=60 + 60 + 1 + 1 + 1)
    assert keeper.counts[Metric.DORMANT, SUNDAY] == Proportion(x=1, n=123), "use before a return is use once"
    claims, sales = (keeper.shown(Metric.ADOPTION, SUNDAY, name) for name in ("Claims", "Sales"))
    assert (claims.n, sales.n) == (62, 61)


def test_those_in_no_department_are_a_part_of_their_own() -> None:
    keeper = Keeper()
    lost = [replace(one, placements=()) for one in people(60, 6, department="Nowhere")]
    keeper.reckon(by_usage([*people(60, 20), *lost]))
    assert keeper.shown(Metric.ADOPTION, SUNDAY, "—").n == 60


def test_who_is_never_and_no_longer_active_is_told_of_all_together_only() -> None:
    histories = [*people(60, 12), *(person(f"once {n}", used_on=[SUNDAY - 60 * DAY]) for n in range(20))]
    keeper = Keeper()
    keeper.reckon(by_usage(histories))
    assert keeper.shown(Metric.NEVER).x == 48
    assert keeper.shown(Metric.DORMANT).x == 20
    assert {one.department for one in keeper.records.values() if one.metric != Metric.ADOPTION} == {""}


def test_of_fewer_than_fifty_people_only_the_rate_is_told_roughly_and_not_who_never_used_it() -> None:
    keeper = Keeper()
    keeper.reckon(by_usage([*people(20, 5), *people(20, 9, department="Sales")]))
    adoption = keeper.shown(Metric.ADOPTION)
    assert (adoption.x, adoption.display.low) == (None, 35)
    assert keeper.figure(Metric.NEVER) == keeper.figure(Metric.DORMANT) == Suppressed(kind="complementary")
    assert keeper.figure(Metric.ADOPTION, SUNDAY, "Claims") == Suppressed(kind="complementary")


def test_of_too_few_people_nothing_is_told() -> None:
    keeper = Keeper()
    keeper.reckon(by_usage(people(9, 5)))
    assert {one.figure for one in keeper.records.values()} == {Suppressed(kind="primary")}


def test_nobody_to_use_it_is_no_figure() -> None:
    keeper = Keeper()
    keeper.reckon(by_usage([person("gone", until=SUNDAY - 60 * DAY, used_on=[SUNDAY - 70 * DAY])]))
    assert (Metric.ADOPTION, "", SUNDAY) not in keeper.records


def test_before_the_first_use_ever_known_there_is_no_figure_and_not_a_zero() -> None:
    keeper = Keeper()
    keeper.reckon(by_usage(people(60, 12, on=SUNDAY - 3 * WEEK)))
    assert sorted(sunday for metric, sunday in keeper.counts if metric == Metric.ADOPTION) == [
        SUNDAY - WEEK * back for back in (3, 2, 1, 0)
    ]


@pytest.mark.parametrize(("days_in", "is_known"), [(0, True), (1, False)])
def test_of_weeks_before_the_source_began_nothing_is_told_rather_than_no_use(days_in: int, is_known: bool) -> None:
    since = Window.ending(SUNDAY).first + days_in * DAY
    keeper = Keeper()
    known = by_usage(people(60, 12))
    keeper.reckon(
        replace(
            known,
            usage_from=since,
            conversations=[(SUNDAY, sessions(45, 55))],
            conversations_from=since,
            conversations_until=SUNDAY,
        )
    )
    for metric in (Metric.ADOPTION, Metric.NEVER, Metric.DORMANT, Metric.ESCALATION):
        assert (keeper.figure(metric) is not None) is is_known, metric
        assert keeper.figure(metric, SUNDAY - WEEK) is None


def test_what_a_pulse_says_of_weeks_the_usage_does_not_know_is_told() -> None:
    closed = wave(SUNDAY, invited=60, answered=40, population={"Claims": 250})
    said = answers(closed, "Claims", {"every_week": 10, "never": 30})
    usage = replace(by_usage(people(250, 30)), usage_from=SUNDAY - WEEK)
    keeper = Keeper()
    keeper.reckon(by_pulses((closed, said), usage=usage))
    assert keeper.shown(Metric.ADOPTION).tier is Tier.ESTIMATED


@pytest.mark.parametrize(
    ("weeks_known", "days_late", "method"),
    [(12, 0, "habit"), (12, 1, "habit_4w"), (4, 0, "habit_4w"), (4, 1, None)],
)
def test_a_habit_is_read_from_the_weeks_the_source_knows(weeks_known: int, days_late: int, method: str | None) -> None:
    mondays = [SUNDAY - 6 * DAY - WEEK * back for back in range(weeks_known)]
    weeks = [PersonWeek(monday=monday, actions=1) for monday in mondays]
    keeper = Keeper()
    known = by_usage([replace(one, weeks=tuple(weeks)) for one in people(60, 60)])
    keeper.reckon(replace(known, usage_from=mondays[-1] + days_late * DAY))
    habit = keeper.figure(Metric.HABIT)
    assert (habit.method if isinstance(habit, Published) else None) == method
    if isinstance(habit, Published):
        assert (habit.x, habit.n) == (60, 60)


def test_before_it_was_opened_there_is_no_figure() -> None:
    keeper = Keeper()
    opened = SUNDAY - 10 * DAY
    keeper.reckon(by_usage(people(60, 12), opened=opened))
    assert {sunday for _, _, sunday in keeper.records} <= {SUNDAY - WEEK, SUNDAY}


def test_habits_are_shown_of_those_of_whom_they_can_be_told() -> None:
    mondays = [SUNDAY - 6 * DAY - WEEK * back for back in range(12)]

    def weeks(active: int) -> list[PersonWeek]:
        return [PersonWeek(monday=monday, actions=int(number < active)) for number, monday in enumerate(mondays)]

    histories = [
        *(person(f"regular {n}", weeks=weeks(9)) for n in range(30)),
        *(person(f"now and then {n}", weeks=weeks(8)) for n in range(30)),
        *(person(f"new {n}", since=SUNDAY - 20 * DAY) for n in range(10)),
    ]
    keeper = Keeper()
    keeper.reckon(by_usage(histories))
    habit = keeper.shown(Metric.HABIT)
    assert (habit.x, habit.n, habit.method, habit.window.days) == (30, 60, "habit", 84)
    assert keeper.shown(Metric.ADOPTION).n == 70


# --- what telemetry does not know ----------------------------------------------------------------------------------


def test_telemetry_that_knows_too_few_accounts_is_an_indication_and_says_so() -> None:
    keeper = Keeper()
    found = keeper.reckon(by_usage(people(250, 30), identities=(80, 100)))
    adoption = keeper.shown(Metric.ADOPTION)
    assert (adoption.tier, adoption.method) == (Tier.INDICATIVE, "telemetry_partial")
    assert adoption.display.indicative
    (caveat,) = found.caveats
    assert caveat.kind is CaveatKind.COVERAGE
    assert isinstance(caveat.figure, Published)
    assert (caveat.figure.x, caveat.figure.n) == (80, 100)
    assert keeper.figure(Metric.HABIT) is None


def test_ninety_five_of_a_hundred_accounts_are_enough() -> None:
    keeper = Keeper()
    assert not keeper.reckon(by_usage(people(250, 30), identities=(95, 100))).caveats
    assert keeper.shown(Metric.ADOPTION).tier is Tier.MEASURED


def test_a_good_pulse_is_better_than_telemetry_that_knows_too_few() -> None:
    closed = wave(SUNDAY, invited=60, answered=40, population={"Claims": 250})
    said = answers(closed, "Claims", {"every_week": 10, "never": 30})
    keeper = Keeper()
    found = keeper.reckon(by_pulses((closed, said), usage=by_usage(people(250, 30), identities=(80, 100))))
    assert keeper.shown(Metric.ADOPTION).tier is Tier.ESTIMATED
    assert CaveatKind.COVERAGE in kinds(found)


# --- sources that are late -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "is_published", "provisional"),
    [
        (SUNDAY, True, False),
        (SUNDAY - 2 * DAY, True, False),
        (SUNDAY - 3 * DAY, True, True),
        (SUNDAY - 6 * DAY, True, True),
        (SUNDAY - 7 * DAY, False, False),
    ],
)
def test_a_week_is_complete_by_its_friday_provisional_before_and_missing_before_it_began(
    told: date, is_published: bool, provisional: bool
) -> None:
    keeper = Keeper()
    found = keeper.reckon(by_usage(people(60, 12, on=SUNDAY - 2 * WEEK), usage_until=told))
    adoption = keeper.figure(Metric.ADOPTION)
    assert isinstance(adoption, Published) is is_published
    assert (isinstance(adoption, Published) and adoption.provisional) is provisional
    assert (CaveatKind.LATE in kinds(found)) is (provisional or not is_published)


def test_what_came_in_late_is_restated_by_a_point_and_marked() -> None:
    keeper = Keeper()
    keeper.reckon(by_usage(people(250, 30)))
    found = keeper.reckon(by_usage(people(250, 33), sunday=SUNDAY + WEEK, usage_until=SUNDAY + WEEK), SUNDAY + WEEK)
    now = keeper.records[Metric.ADOPTION, "", SUNDAY]
    assert now.revised
    assert keeper.shown(Metric.ADOPTION).x == 33
    revised = [one for one in found.caveats if one.kind is CaveatKind.REVISED]
    assert {(one.metric, one.on) for one in revised} == {(Metric.ADOPTION, SUNDAY)}


def test_less_than_a_point_is_not_restated() -> None:
    keeper = Keeper()
    keeper.reckon(by_usage(people(250, 30)))
    before = dict(keeper.records)
    later = by_usage(people(250, 32), sunday=SUNDAY + WEEK, usage_until=SUNDAY + WEEK)
    keeper.reckon(later, SUNDAY + WEEK)
    assert {key: one for key, one in keeper.records.items() if key[2] <= SUNDAY} == before


def test_a_provisional_figure_becomes_final_without_being_called_revised() -> None:
    keeper = Keeper()
    keeper.reckon(by_usage(people(250, 30, on=SUNDAY - 5 * DAY), usage_until=SUNDAY - 3 * DAY))
    assert keeper.shown(Metric.ADOPTION).provisional
    keeper.reckon(by_usage(people(250, 31, on=SUNDAY - 5 * DAY), usage_until=SUNDAY + WEEK), SUNDAY + WEEK)
    assert not keeper.shown(Metric.ADOPTION).provisional
    assert keeper.shown(Metric.ADOPTION).x == 31
    assert not keeper.records[Metric.ADOPTION, "", SUNDAY].revised


def test_a_figure_of_other_people_is_never_restated() -> None:
    keeper = Keeper()
    keeper.reckon(by_usage(people(250, 30)))
    before = keeper.shown(Metric.ADOPTION)
    one_fewer = people(250, 60)[:-1]
    keeper.reckon(by_usage(one_fewer, sunday=SUNDAY + WEEK, usage_until=SUNDAY + WEEK), SUNDAY + WEEK)
    assert keeper.shown(Metric.ADOPTION) == before


def test_sundays_missed_are_caught_up_with_twelve_at_most() -> None:
    keeper = Keeper()
    daily = [replace(one, used_on=frozenset({OPENED + DAY, *one.used_on})) for one in people(60, 12)]
    keeper.reckon(by_usage(daily))
    assert sorted(sunday for metric, sunday in keeper.counts if metric == Metric.ADOPTION) == looked_at(SUNDAY)
    later = SUNDAY + 3 * WEEK
    keeper.reckon(by_usage(daily, sunday=later, usage_until=later), later)
    told = [sunday for metric, sunday in keeper.counts if metric == Metric.ADOPTION]
    assert sorted(told) == [*looked_at(SUNDAY), *looked_at(later)[-3:]]


def test_reckoning_again_changes_nothing() -> None:
    closed = wave(SUNDAY, invited=60, answered=40, population={"Claims": 250})
    said = answers(closed, "Claims", {"every_week": 10, "never": 30}, ["4"] * 20 + ["2"] * 10)
    known = replace(
        by_pulses((closed, said), usage=by_usage([*people(250, 30), *people(12, 3, department="Sales")])),
        conversations=[(SUNDAY, sessions(45, 55))],
        conversations_until=SUNDAY,
    )
    keeper = Keeper()
    keeper.reckon(known)
    before = dict(keeper.records)
    again = keeper.reckon(known)
    assert again.records == ()
    assert again.counts == ()
    assert keeper.records == before
    assert {one.metric for one in before.values()} >= {"adoption", "habit", "escalation", "csat", "response_rate"}


# --- small groups over time ----------------------------------------------------------------------------------------


def test_a_small_group_that_hardly_changed_keeps_its_last_figure_week_after_week() -> None:
    first = people(30, 10, on=SUNDAY - 10 * DAY)
    keeper = Keeper()
    keeper.reckon(by_usage(first, sunday=SUNDAY - WEEK, usage_until=SUNDAY - WEEK), SUNDAY - WEEK)
    told = keeper.shown(Metric.ADOPTION, SUNDAY - WEEK)
    joined = [*first, *(person(f"joined {n}", used_on=[SUNDAY]) for n in range(4))]
    keeper.reckon(by_usage(joined))
    kept = keeper.shown(Metric.ADOPTION)
    assert kept.carried_forward
    assert (kept.display, kept.as_of) == (told.display, SUNDAY - WEEK)
    # Compared with whom the figure is of, not with who was there last week.
    more = [*joined, person("the fifth", used_on=[SUNDAY])]
    later = SUNDAY + WEEK
    keeper.reckon(by_usage(more, sunday=later, usage_until=later), later)
    assert not keeper.shown(Metric.ADOPTION, later).carried_forward
    assert keeper.shown(Metric.ADOPTION, later).n == 35


def test_a_group_about_to_be_small_is_remembered_too() -> None:
    keeper = Keeper()
    first = people(52, 20, on=SUNDAY - 10 * DAY)
    keeper.reckon(by_usage(first, sunday=SUNDAY - WEEK, usage_until=SUNDAY - WEEK), SUNDAY - WEEK)
    keeper.reckon(by_usage(first[:49]))
    assert keeper.shown(Metric.ADOPTION).carried_forward
    assert keeper.shown(Metric.ADOPTION).x is None


def test_what_was_carried_forward_is_not_told_anew_by_restating() -> None:
    keeper = Keeper()
    claims, sales = people(30, 10, on=SUNDAY - 10 * DAY), people(90, 40, department="Sales", on=SUNDAY - 10 * DAY)
    keeper.reckon(by_usage([*claims, *sales], sunday=SUNDAY - WEEK, usage_until=SUNDAY - WEEK), SUNDAY - WEEK)
    joined = [*claims, person("joined", used_on=[SUNDAY])]
    keeper.reckon(by_usage([*joined, *sales]))
    told = keeper.shown(Metric.ADOPTION, SUNDAY, "Claims")
    assert told.carried_forward
    late = people(90, 50, department="Sales", on=SUNDAY - 10 * DAY)
    later = SUNDAY + WEEK
    keeper.reckon(by_usage([*joined, *late], sunday=later, usage_until=later), later)
    assert keeper.records[Metric.ADOPTION, "", SUNDAY].revised
    assert keeper.shown(Metric.ADOPTION, SUNDAY, "Claims") == told


# --- pulses --------------------------------------------------------------------------------------------------------

DEPARTMENTS: Mapping[str, tuple[int, int, int]] = {
    "Sinistres": (120, 24, 3),
    "Souscription": (80, 32, 10),
    "Indemnisation": (150, 30, 6),
    "IT": (50, 34, 20),
}
"""Population, answers and users of the golden post-stratification."""


def golden_wave(closed_on: date = SUNDAY) -> tuple[WaveCount, list[PlainAnswer]]:
    closed = wave(
        closed_on,
        invited=200,
        answered=120,
        population={name: population for name, (population, _, _) in DEPARTMENTS.items()},
    )
    said = [
        one
        for name, (_, n, x) in DEPARTMENTS.items()
        for one in answers(closed, name, {"every_week": x, "never": n - x})
    ]
    return closed, said


def test_without_telemetry_adoption_is_estimated_as_in_the_golden_case() -> None:
    keeper = Keeper()
    keeper.reckon(by_pulses(golden_wave()))
    adoption = keeper.shown(Metric.ADOPTION)
    assert (adoption.tier, adoption.method, adoption.x, adoption.n, adoption.N) == (
        Tier.ESTIMATED,
        "post_stratified",
        39,
        120,
        400,
    )
    assert adoption.display.low == 25, "0.248529, where the raw share is 0.325"
    assert [adoption.ci_low, adoption.ci_high] == pytest.approx([0.179067, 0.333975], abs=1e-6)
    assert keeper.counts[Metric.ADOPTION_EFFECTIVE, SUNDAY] == Proportion(x=29, n=117)


def test_four_closed_waves_are_one_pool() -> None:
    waves = [
        (closed, answers(closed, "Claims", {"every_week": 5, "never": 10}))
        for closed in (
            wave(SUNDAY - WEEK * back, invited=30, answered=15, population={"Claims": 120}) for back in range(5)
        )
    ]
    keeper = Keeper()
    keeper.reckon(by_pulses(*waves))
    adoption = keeper.shown(Metric.ADOPTION)
    assert (adoption.n, adoption.tier) == (60, Tier.ESTIMATED)
    assert adoption.window.days == 28


@pytest.mark.parametrize(("answered", "invited"), [(29, 60), (40, 201)])
def test_few_answers_or_few_of_the_invited_give_bounds_only(answered: int, invited: int) -> None:
    closed = wave(SUNDAY, invited=invited, answered=answered, population={"Claims": 400})
    keeper = Keeper()
    found = keeper.reckon(by_pulses((closed, answers(closed, "Claims", {"every_week": 10, "never": answered - 10}))))
    adoption = keeper.shown(Metric.ADOPTION)
    assert adoption.tier is Tier.INDICATIVE
    assert adoption.display.form is Form.BAND
    assert adoption.display.indicative
    assert (CaveatKind.RESPONSE in kinds(found)) is (5 * answered < invited)


def test_answers_from_a_stratum_that_is_not_told_are_still_heard() -> None:
    closed = wave(SUNDAY, invited=60, answered=42, population={"Claims": 250})
    said = [*answers(closed, "Claims", {"every_week": 10, "never": 25}), *answers(closed, "", {"every_week": 7})]
    keeper = Keeper()
    keeper.reckon(by_pulses((closed, said)))
    assert keeper.shown(Metric.ADOPTION).n == 42


@pytest.mark.parametrize(
    ("scores", "form", "low", "indicative"),
    [
        (["5"] * 3 + ["1"] * 1, None, None, False),
        (["5"] * 5 + ["1"] * 2, Form.WORD, None, True),
        (["5"] * 9 + ["1"] * 6, Form.PERCENT, 60, True),
        (["1"] * 3 + ["2"] * 4 + ["3"] * 9 + ["4"] * 15 + ["5"] * 9, Form.PERCENT, 60, False),
    ],
)
def test_satisfaction_is_told_as_precisely_as_there_are_answers(
    scores: list[str], form: Form | None, low: int | None, indicative: bool
) -> None:
    closed = wave(SUNDAY, invited=80, answered=50, population={"Claims": 250})
    said = answers(closed, "Claims", {"every_week": 50}, [*scores, "no_opinion"])
    keeper = Keeper()
    keeper.reckon(by_pulses((closed, said)))
    csat = keeper.figure(Metric.CSAT)
    if form is None:
        assert csat == Suppressed(kind="primary")
        return
    assert isinstance(csat, Published)
    assert (csat.display.form, csat.display.low, csat.display.indicative) == (form, low, indicative)
    assert csat.n == len(scores)


def test_the_golden_satisfaction_has_its_golden_interval() -> None:
    closed = wave(SUNDAY, invited=80, answered=40, population={"Claims": 250})
    scores = ["1"] * 3 + ["2"] * 4 + ["3"] * 9 + ["4"] * 15 + ["5"] * 9
    keeper = Keeper()
    keeper.reckon(by_pulses((closed, answers(closed, "Claims", {"every_week": 40}, scores))))
    csat = keeper.shown(Metric.CSAT)
    assert (csat.x, csat.n) == (24, 40)
    assert [csat.ci_low, csat.ci_high] == pytest.approx([0.445959, 0.736517], abs=1e-6)


def of_two_departments(head_office: int, network: int) -> Keeper:
    """So many satisfied among 80 answers of a head office of 200, and among 60 of a network of 600."""
    closed = wave(SUNDAY, invited=200, answered=140, population={"Head office": 200, "Network": 600})
    keeper = Keeper()
    keeper.reckon(
        by_pulses(
            (
                closed,
                [
                    *answers(
                        closed, "Head office", {"every_week": 80}, ["5"] * head_office + ["2"] * (80 - head_office)
                    ),
                    *answers(closed, "Network", {"every_week": 60}, ["4"] * network + ["1"] * (60 - network)),
                ],
            )
        )
    )
    return keeper


def test_departments_that_answer_more_weigh_no_more_and_the_answers_as_they_came_stand_beside() -> None:
    keeper = of_two_departments(56, 27)
    csat, plain = keeper.shown(Metric.CSAT), keeper.shown(Metric.CSAT_AS_ANSWERED)
    assert (csat.method, csat.display.low, csat.n) == ("post_stratified", 51, 140)
    assert (plain.method, plain.display.low, plain.n) == ("answers", 59, 140)
    assert csat.ci_low is not None
    assert csat.ci_high is not None
    assert csat.ci_low < 0.5125 < csat.ci_high


@pytest.mark.parametrize(
    ("satisfied", "head_office", "method"),
    [(15, 52, "answers"), (20, 206, "answers"), (15, 53, "post_stratified")],
    ids=["52 and 50 %", "68.67 and 66.67 %", "53 and 50 %"],
)
def test_what_lies_two_points_from_the_answers_as_they_came_is_told_as_they_came(
    satisfied: int, head_office: int, method: str
) -> None:
    people = 300 if head_office > 100 else 100
    population = {"Head office": head_office, "Network": people - head_office}
    closed = wave(SUNDAY, invited=40, answered=30, population=population)
    said = [
        *answers(closed, "Head office", {"every_week": satisfied}, ["5"] * satisfied),
        *answers(closed, "Network", {"every_week": 30 - satisfied}, ["1"] * (30 - satisfied)),
    ]
    keeper = Keeper()
    keeper.reckon(by_pulses((closed, said)))
    assert keeper.shown(Metric.CSAT).method == method


def test_where_departments_are_of_one_mind_there_is_nothing_to_weigh() -> None:
    keeper = of_two_departments(48, 36)
    assert keeper.shown(Metric.CSAT).method == "answers"
    assert not any(Metric.CSAT_AS_ANSWERED in key for key in keeper.records)


def test_the_response_rate_leaves_out_those_who_left_and_nobody_else() -> None:
    closed = wave(SUNDAY, invited=150, answered=58, left=4, population={"Claims": 400})
    keeper = Keeper()
    keeper.reckon(by_pulses((closed, answers(closed, "Claims", {"never": 58}))))
    rate = keeper.shown(Metric.RESPONSE_RATE)
    assert (rate.x, rate.n, rate.display.low) == (58, 146, 40)
    assert Fraction(58, 146) == Fraction(rate.x or 0, rate.n)


def test_a_pool_that_differs_from_the_last_by_too_few_answers_is_not_published() -> None:
    first = wave(SUNDAY - WEEK, invited=60, answered=40, population={"Claims": 250})
    few = wave(SUNDAY, invited=60, answered=4, population={"Claims": 250})
    heard = (first, answers(first, "Claims", {"every_week": 10, "never": 30}, ["5"] * 30))
    keeper = Keeper()
    keeper.reckon(by_pulses(heard), SUNDAY - WEEK)
    keeper.reckon(by_pulses(heard, (few, answers(few, "Claims", {"every_week": 4}, ["5"] * 4))))
    for metric in (Metric.ADOPTION, Metric.CSAT):
        assert keeper.figure(metric) is None
        assert keeper.shown(metric, SUNDAY - WEEK)
    assert keeper.shown(Metric.RESPONSE_RATE).n == 120, "sixty more were asked: that many tell nothing of one"
    more = wave(SUNDAY + WEEK, invited=60, answered=5, population={"Claims": 250})
    keeper.reckon(
        by_pulses(
            heard,
            (few, answers(few, "Claims", {"every_week": 4}, ["5"] * 4)),
            (more, answers(more, "Claims", {"every_week": 5}, ["5"] * 5)),
        ),
        SUNDAY + WEEK,
    )
    assert keeper.shown(Metric.ADOPTION, SUNDAY + WEEK).n == 49


def test_without_anything_known_nothing_is_published() -> None:
    found = Keeper().reckon(Known(initiative="triage", live_since=OPENED))
    assert (found.records, found.counts, dict(found.releases), found.caveats) == ((), (), {}, ())


# --- conversations -------------------------------------------------------------------------------------------------


def talked(*weeks: tuple[date, int, int], told: date = SUNDAY) -> Known:
    """Conversations by week: its Sunday, escalated, resolved."""
    return Known(
        initiative="triage",
        live_since=OPENED,
        conversations=[(day, sessions(escalated, resolved)) for day, escalated, resolved in weeks],
        conversations_until=told,
    )


def test_escalation_is_of_engaged_sessions_over_four_weeks() -> None:
    keeper = Keeper()
    keeper.reckon(talked(*((SUNDAY - WEEK * back, 99, 121) for back in range(4)), (SUNDAY - 4 * WEEK, 0, 500)))
    escalation = keeper.shown(Metric.ESCALATION)
    assert (escalation.x, escalation.n, escalation.display.low, escalation.ci_low) == (396, 880, 45, None)
    assert keeper.counts[Metric.ESCALATION_WEEK, SUNDAY] == Proportion(x=99, n=220)


def test_too_few_conversations_are_not_told() -> None:
    keeper = Keeper()
    keeper.reckon(talked((SUNDAY, 4, 5)))
    assert keeper.figure(Metric.ESCALATION) == Suppressed(kind="primary")


def test_conversations_that_are_late_make_a_provisional_rate_that_is_revised() -> None:
    keeper = Keeper()
    wednesday = SUNDAY - 4 * DAY
    found = keeper.reckon(talked((wednesday, 30, 70), told=wednesday))
    assert keeper.shown(Metric.ESCALATION).provisional
    assert kinds(found) == {CaveatKind.LATE}
    later = SUNDAY + WEEK
    found = keeper.reckon(talked((wednesday, 30, 70), (SUNDAY, 60, 40), (later, 30, 70), told=later), later)
    assert keeper.shown(Metric.ESCALATION).x == 90
    assert not keeper.shown(Metric.ESCALATION).provisional
    assert kinds(found) == {CaveatKind.REVISED}
