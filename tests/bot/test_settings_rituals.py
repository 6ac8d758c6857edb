"""The kinds of rituals and the KPIs as settings give them: what they come to, and what is wrong with them."""

from __future__ import annotations

from datetime import date, time, timedelta
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.settings import load_with_notes
from rituals.calendar import HolidayShift, parse_rule
from rituals.digests.rules import DigestRules
from rituals.figures.rules import FigureRules
from rituals.kpis import Kpi, KpiSource
from rituals.measures.disclosure import Thresholds
from rituals.measures.statistics import Direction
from rituals.organisation import Organisation
from rituals.people import Role
from rituals.pulses.rules import PulseRules
from rituals.reviews.rules import ReviewRules
from tests.bot.settings_files import BASE, TOKENS, changed, faults, one, read

NEW = """\
organisation:
  name: Trois Rivières
  zone: Europe/Paris
  currency: CAD
rooms:
  all: ia-pour-tous
people:
  - {email: ana@example.org, roles: [change_manager]}
initiatives:
  - {key: claims, title: Claims, summary: S., stage: poc, department: Claims}
kpis:
  - key: escalation
    title: Handed over
    initiative: claims
    source: escalation
    baseline: 45%
    target: 30%
    amber: 0.35
    owner: Ana@example.org
  - key: delay
    title: Days to settle
    source: asked
    unit: days
    direction: down
    baseline: 9
    target: 5
    amber: "6,5"
    owner: ana@example.org
rituals:
  pulse:
    kind: pulse
    title: Pulse
    when: every tue
    reminder_after: 2
  usage:
    kind: adoption_post
    title: Usage
    at: 9:30
    room: all
  review:
    kind: kpi_review
    title: Review
    when: 2nd thu
    at: 14:00
    room: all
    kpis: [delay]
  letter:
    kind: weekly_digest
    title: Letter
    when: every mon
    at: 8:30
"""
FILE_OF_KPI = "organisation: {name: A, zone: UTC}\nkpis:\n  - {key: k, title: T, owner: a@example.org, %s}\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "app.yaml"


def rules_of(file: Path, text: str = NEW) -> Organisation:
    return read(file, text).organisation_rules()


def only_kpi(file: Path, written: str) -> Kpi:
    return rules_of(file, FILE_OF_KPI % written).kpis["k"]


# --- kinds of rituals ----------------------------------------------------------------------------------------------


def test_each_kind_becomes_its_rules_with_what_is_usual_where_nothing_is_said(file: Path) -> None:
    rituals = rules_of(file).rituals
    pulse, usage, review, letter = rituals["pulse"], rituals["usage"], rituals["review"], rituals["letter"]
    assert isinstance(pulse, PulseRules)
    assert (pulse.key, pulse.title, pulse.initiatives, pulse.barriers) == ("pulse", "Pulse", (), True)
    assert (pulse.open_days, pulse.reminder_after, pulse.recurrence.at) == (7, 2, time(10))
    assert isinstance(usage, FigureRules)
    assert (usage.recurrence.rule, usage.recurrence.at) == (parse_rule("every mon"), time(9, 30))
    assert (usage.room, usage.card_every, usage.lag, usage.initiatives) == ("all", 4, 3, ())
    assert isinstance(review, ReviewRules)
    assert (review.room, review.kpis, review.ask_before, review.action_days) == ("all", ("delay",), 3, 10)
    assert isinstance(letter, DigestRules)
    assert letter.readers == {Role.CHANGE_MANAGER}
    for ritual in rituals.values():
        assert ritual.recurrence.zone == ZoneInfo("Europe/Paris")
        assert ritual.recurrence.shift is HolidayShift.NEXT


def test_each_kind_takes_what_is_said_instead(file: Path) -> None:
    text = changed(
        "reminder_after: 2",
        "reminder_after: 0\n    at: 16h\n    initiatives: [claims, claims]\n    open_days: 5\n    barriers: no",
        NEW,
    )
    text = changed("at: 9:30", "at: 9:30\n    when: last fri\n    zone: America/Toronto\n    lag: 0", text)
    text = changed("kpis: [delay]", "holiday: skip\n    ask_before: 5\n    action_days: 20", text)
    text = changed("at: 8:30", "at: 8:30\n    readers: [admin, change_manager]", text)
    rituals = rules_of(file, text).rituals
    pulse, usage, review, letter = rituals["pulse"], rituals["usage"], rituals["review"], rituals["letter"]
    assert isinstance(pulse, PulseRules)
    assert (pulse.initiatives, pulse.open_days, pulse.reminder_after, pulse.barriers) == (("claims",), 5, 0, False)
    assert pulse.recurrence.at == time(16)
    assert isinstance(usage, FigureRules)
    assert (usage.lag, str(usage.recurrence.rule), usage.recurrence.zone) == (
        0,
        "last fri",
        ZoneInfo("America/Toronto"),
    )
    assert isinstance(review, ReviewRules)
    assert (review.kpis, review.ask_before, review.action_days) == ((), 5, 20)
    assert review.recurrence.shift is HolidayShift.SKIP
    assert isinstance(letter, DigestRules)
    assert letter.readers == {Role.ADMIN, Role.CHANGE_MANAGER}


def test_variables_reach_the_keys_of_each_kind_and_no_other_s(file: Path) -> None:
    environ = {
        **TOKENS,
        "COMITIA_RITUALS__PULSE__OPEN_DAYS": "9",
        "COMITIA_RITUALS__PULSE__INITIATIVES": "claims, other",
        "COMITIA_RITUALS__PULSE__BARRIERS": "false",
        "COMITIA_RITUALS__LETTER__READERS": "change_manager,chair",
    }
    rituals = read(file, NEW, environ).organisation_rules().rituals
    pulse, letter = rituals["pulse"], rituals["letter"]
    assert isinstance(pulse, PulseRules)
    assert (pulse.open_days, pulse.initiatives, pulse.barriers) == (9, ("claims", "other"), False)
    assert isinstance(letter, DigestRules)
    assert letter.readers == {Role.CHANGE_MANAGER, Role.CHAIR}
    fault = one(faults(file, NEW, {**TOKENS, "COMITIA_RITUALS__PULSE__ROOM": "all"}))
    assert (fault.key, fault.message) == ("COMITIA_RITUALS__PULSE__ROOM", "there is no such setting")


def test_a_variable_may_give_the_kind_that_the_file_leaves_out(file: Path) -> None:
    text = changed("    kind: pulse\n", "", NEW)
    environ = {**TOKENS, "COMITIA_RITUALS__PULSE__KIND": "pulse", "COMITIA_RITUALS__PULSE__OPEN_DAYS": "9"}
    pulse = read(file, text, environ).organisation_rules().rituals["pulse"]
    assert isinstance(pulse, PulseRules)
    assert pulse.open_days == 9
    fault = one(faults(file, text, {**TOKENS, "COMITIA_RITUALS__PULSE__KIND": "weekly_digets"}))
    assert fault.key == "COMITIA_RITUALS__PULSE__KIND"
    assert fault.remedy == 'did you mean "weekly_digest"?'
    assert "digets" not in str(fault)


def test_a_ritual_without_kind_is_told_all_five(file: Path) -> None:
    fault = one(faults(file, changed("    kind: pulse\n", "", NEW)))
    assert (fault.line, fault.column, fault.key) == (30, 3, "rituals.pulse.kind")
    assert fault.message == "rituals.pulse lacks this key"
    assert fault.remedy == (
        "add `kind: …`, prioritisation_committee, pulse, adoption_post, kpi_review or weekly_digest"
    )


def test_an_unknown_kind_is_told_all_five(file: Path) -> None:
    fault = one(faults(file, changed("kind: pulse", "kind: barometer", NEW)))
    assert (fault.line, fault.column, fault.key) == (31, 11, "rituals.pulse.kind")
    assert fault.message == (
        '"barometer" is not one of prioritisation_committee, pulse, adoption_post, kpi_review, weekly_digest'
    )


def test_typing_errors_are_found_where_the_kind_is_unknown_too(file: Path) -> None:
    text = changed("reminder_after: 2", "reminder_aftr: 2", changed("kind: pulse", "kind: x", NEW))
    assert [fault.key for fault in faults(file, text)] == ["rituals.pulse.kind", "rituals.pulse.reminder_aftr"]


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "key", "said"),
    [
        ("reminder_after: 2", "room: all", 34, 5, "rituals.pulse.room", "pulse has no such key – it is a key of prior"),
        ("reminder_after: 2", "lag: 2", 34, 5, "rituals.pulse.lag", "it is a key of adoption_post: take it out"),
        ("kpis: [delay]", "quorum: 1/2", 46, 5, "rituals.review.quorum", "kpi_review has no such key"),
        ("reminder_after: 2", "remind_after: 2", 34, 5, "rituals.pulse.remind_after", 'mean "reminder_after"?'),
        ("kind: pulse", "kind:", 31, 10, "rituals.pulse.kind", "this is empty – give prioritisation_committee, pulse"),
        ("kind: pulse", "kind: [pulse]", 31, 11, "rituals.pulse.kind", "this is not one of"),
        ("kind: pulse", "kind: true", 31, 11, "rituals.pulse.kind", '"true" is not one of'),
        ("reminder_after: 2", "open_days: 22", 34, 16, "rituals.pulse.open_days", "more than 21"),
        ("reminder_after: 2", "open_days: 1", 34, 16, "rituals.pulse.open_days", "less than 2"),
        ("reminder_after: 2", "open_days: 2", 34, 16, "rituals.pulse.open_days", "no sooner than the close (2 days"),
        ("reminder_after: 2", "reminder_after: 7", 34, 21, "rituals.pulse.reminder_after", "or 0 for no reminder"),
        ("reminder_after: 2", "barriers: maybe", 34, 15, "rituals.pulse.barriers", "give true or false"),
        ("reminder_after: 2", "initiatives: claims", 34, 18, "rituals.pulse.initiatives", "not a list"),
        ("reminder_after: 2", "initiatives: [A B]", 34, 19, "rituals.pulse.initiatives[0]", "keys of `initiatives`"),
        ("    when: every tue\n", "", 30, 3, "rituals.pulse.when", "rituals.pulse lacks this key"),
        ("at: 9:30", "at: 9:30\n    card_every: 13", 39, 17, "rituals.usage.card_every", "more than 12"),
        ("    at: 9:30\n    room: all", "    at: 9:30\n    room: al", 39, 11, "rituals.usage.room", 'mean "all"?'),
        ("    at: 9:30\n    room: all", "    at: 9:30", 35, 3, "rituals.usage.room", "lacks this key"),
        ("kpis: [delay]", "kpis: [delai]", 46, 12, "rituals.review.kpis[0]", 'did you mean "delay"?'),
        ("kpis: [delay]", "holiday: never", 46, 14, "rituals.review.holiday", "next, previous, skip, keep"),
        ("kpis: [delay]", "ask_before: 0", 46, 17, "rituals.review.ask_before", "less than 1"),
        ("when: every mon", "when: 1st mon", 50, 11, "rituals.letter.when", "does not fall due every week"),
        ("when: every mon", "when: every 2 weeks mon from 2026-01-05", 50, 11, "rituals.letter.when", '"every mon"'),
        ("when: every mon", "when: evry mon", 50, 11, "rituals.letter.when", "every mon"),
        ("at: 8:30", "at: 8:30\n    readers: [sponsor]", 52, 5, "rituals.letter.readers", "this digest has no readers"),
        ("at: 8:30", "at: 8:30\n    readers: [boss]", 52, 15, "rituals.letter.readers[0]", "is not one of admin"),
        ("currency: CAD", "currency: CAN", 4, 13, "organisation.currency", 'did you mean "C'),
        ("currency: CAD", "currency: FRF", 4, 13, "organisation.currency", "is no currency of today"),
        ("currency: CAD", "currency: €", 4, 13, "organisation.currency", "three letters: EUR"),
    ],
)
def test_a_fault_of_a_ritual_names_its_place_its_key_and_a_remedy(
    file: Path, old: str, new: str, line: int, column: int, key: str, said: str
) -> None:
    found = faults(file, changed(old, new, NEW))
    fault = one(tuple(fault for fault in found if fault.key == key))
    assert said in f"{fault.message} – {fault.remedy}"
    assert fault.remedy
    assert (fault.line, fault.column) == (line, column)


def test_a_digest_without_change_managers_is_refused(file: Path) -> None:
    fault = one(faults(file, changed("roles: [change_manager]", "roles: [admin]", NEW)))
    assert (fault.key, fault.line) == ("rituals.letter", 47)


# --- KPIs ----------------------------------------------------------------------------------------------------------


def test_a_kpi_on_a_figure_has_the_figure_s_unit_and_direction(file: Path) -> None:
    rules = rules_of(file)
    assert rules.kpis["escalation"] == Kpi(
        key="escalation",
        title="Handed over",
        initiative="claims",
        source=KpiSource.ESCALATION,
        unit="%",
        direction=Direction.DOWN,
        baseline=Fraction(9, 20),
        target=Fraction(3, 10),
        amber=Fraction(7, 20),
        owner="ana@example.org",
        frequency=timedelta(days=30),
    )
    assert list(rules.kpis) == ["escalation", "delay"]


@pytest.mark.parametrize(
    ("source", "unit", "direction"),
    [("adoption", "%", Direction.UP), ("csat", "%", Direction.UP), ("saving", "EUR", Direction.UP)],
)
def test_every_figure_knows_what_is_better(file: Path, source: str, unit: str, direction: Direction) -> None:
    kpi = only_kpi(file, f"source: {source}, initiative: any")
    assert (kpi.unit, kpi.direction, kpi.is_agreed) == (unit, direction, False)


def test_savings_are_in_the_currency_of_the_organisation(file: Path) -> None:
    text = changed("source: escalation", "source: saving", NEW)
    text = changed("    baseline: 45%\n    target: 30%\n    amber: 0.35\n", "    target: 120 000\n", text)
    saving = rules_of(file, text).kpis["escalation"]
    assert (saving.unit, saving.target, saving.direction) == ("CAD", Fraction(120_000), Direction.UP)


def test_what_is_asked_is_in_the_unit_it_says(file: Path) -> None:
    delay = rules_of(file).kpis["delay"]
    assert (delay.unit, delay.direction, delay.initiative) == ("days", Direction.DOWN, None)
    assert (delay.baseline, delay.target, delay.amber) == (Fraction(9), Fraction(5), Fraction(13, 2))


@pytest.mark.parametrize(
    ("written", "share"),
    [
        ("45%", Fraction(9, 20)),
        ('"45 %"', Fraction(9, 20)),
        ("45\N{NARROW NO-BREAK SPACE}%", Fraction(9, 20)),
        ('"4,5 %"', Fraction(9, 200)),
        ('"12,125%"', Fraction(97, 800)),
        ("0.45", Fraction(9, 20)),
        ('"0,45"', Fraction(9, 20)),
        ('"0,125"', Fraction(1, 8)),
        ("9/20", Fraction(9, 20)),
        ("1%", Fraction(1, 100)),
        ("100%", Fraction(1)),
        ("0", Fraction(0)),
    ],
)
def test_a_share_is_read_exactly(file: Path, written: str, share: Fraction) -> None:
    for unit in ('"%"', "percent", "pourcent"):
        kpi = only_kpi(file, f"source: imported, direction: up, unit: {unit}, target: {written}")
        assert (kpi.target, kpi.unit) == (share, "%")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("12000", Fraction(12_000)),
        ("12 000", Fraction(12_000)),
        ("1\N{NO-BREAK SPACE}200\N{NARROW NO-BREAK SPACE}000", Fraction(1_200_000)),
        ('"12 000,50"', Fraction(24_001, 2)),
        ("-3.5", Fraction(-7, 2)),
        ("\N{MINUS SIGN}3.5", Fraction(-7, 2)),
        ('"12,0005"', Fraction(24_001, 2000)),
        ("12.125", Fraction(97, 8)),
    ],
)
def test_an_amount_is_read_exactly(file: Path, written: str, value: Fraction) -> None:
    assert only_kpi(file, f"source: asked, direction: up, unit: k€, target: {written}").target == value


@pytest.mark.parametrize(
    ("frequency", "every"),
    [("weekly", timedelta(days=7)), ("monthly", timedelta(days=30)), ("quarterly", timedelta(days=91))],
)
def test_a_kpi_is_read_as_often_as_it_says(file: Path, frequency: str, every: timedelta) -> None:
    kpi = only_kpi(
        file,
        f"source: asked, direction: up, unit: x, frequency: {frequency}, min_n: 30, "
        "judged_from: 2026-04-01, review_date: 2026-12-15",
    )
    assert (kpi.frequency, kpi.min_n) == (every, 30)
    assert (kpi.judged_from, kpi.review_date) == (date(2026, 4, 1), date(2026, 12, 15))


@pytest.mark.parametrize(
    ("written", "key", "said"),
    [
        ("source: adoption", "initiative", "kpis[0] lacks this key: adoption is counted of an initiative"),
        ("source: adoption, initiative: i, unit: days", "unit", "its unit is % – leave the unit out"),
        ("source: saving, initiative: i, unit: USD", "unit", "its unit is EUR"),
        ("source: asked, direction: up", "unit", "kpis[0] lacks this key"),
        ("source: asked, unit: days", "direction", "add `direction: …`, up or down"),
        ("source: asked, unit: %s, direction: up" % ("x" * 21), "unit", "longer than 20 letters"),
        ("source: asked, unit: days, direction: more", "direction", "is not one of up, down"),
        ("source: adopton, initiative: i", "source", 'did you mean "adoption"?'),
        ("initiative: i", "source", "kpis[0] lacks this key"),
        ("source: csat, initiative: i, target: 45", "target", '"45" is no share – write 45% or a share such as 0.45'),
        ("source: csat, initiative: i, target: 145%", "target", "a share lies between 0% and 100%"),
        ("source: csat, initiative: i, target: -5%", "target", "a share lies between 0% and 100%"),
        ("source: csat, initiative: i, target: 1", "target", '"1" may be 1% or all – write 1% or 100%'),
        ("source: csat, initiative: i, target: many", "target", "is not a number"),
        ("source: csat, initiative: i, target: 1 2%", "target", "is not a number"),
        ("source: asked, unit: days, direction: up, target: 5%", "target", "and the unit is days"),
        ("source: asked, unit: x, direction: up, target: '12,000'", "target", "write 12000 or 12.000"),
        ("source: csat, initiative: i, amber: 40%", "amber", "add `target: …`"),
        ("source: csat, initiative: i, target: 40%, amber: 45%", "amber", "where more is better"),
        ("source: escalation, initiative: i, target: 40%, amber: 30%", "amber", "where less is better"),
        ("source: asked, unit: x, direction: down, target: 4, amber: 3", "amber", "tolerated above the target"),
        ("source: asked, unit: x, direction: up, min_n: -1", "min_n", "less than 0"),
        ("source: asked, unit: x, direction: up, review_date: soon", "review_date", "write it as 2026-01-05"),
        ("source: asked, unit: x, direction: up, judged_from: 2026-02-30", "judged_from", "is not a date"),
        ("source: asked, unit: x, direction: up, frequency: daily", "frequency", "weekly, monthly, quarterly"),
        ("source: asked, unit: x, direction: up, initiative: A B", "initiative", "a key of `initiatives`"),
        ("source: asked, unit: x, direction: up, tagret: 4", "tagret", 'did you mean "target"?'),
    ],
)
def test_a_fault_of_a_kpi_names_its_place_its_key_and_a_remedy(file: Path, written: str, key: str, said: str) -> None:
    fault = one(faults(file, FILE_OF_KPI % written))
    assert fault.key == f"kpis[0].{key}"
    assert said in f"{fault.message} – {fault.remedy}"
    assert fault.remedy
    assert fault.line == 3
    if f" {key}: " in f", {written}":
        line = (FILE_OF_KPI % written).splitlines()[2]
        assert fault.column == line.index(f" {key}: ") + (2 if key == "tagret" else len(key) + 4)


def test_a_kpi_without_a_proper_owner_is_refused_in_its_place(file: Path) -> None:
    fault = one(faults(file, changed("owner: Ana@example.org", "owner: Ana", NEW)))
    assert (fault.line, fault.column, fault.key) == (19, 12, "kpis[0].owner")
    assert one(faults(file, changed("    owner: Ana@example.org\n", "", NEW))).key == "kpis[0].owner"


def test_two_kpis_of_one_key_are_refused(file: Path) -> None:
    fault = one(faults(file, changed("  - key: delay", "  - key: escalation", changed("[delay]", "[]", NEW))))
    assert (fault.line, fault.key) == (20, "kpis[1].key")
    assert "KPI on line 12" in fault.message


# --- what is worth a look, and thresholds --------------------------------------------------------------------------


def test_an_initiative_that_may_be_imported_is_noted_and_no_fault(file: Path) -> None:
    text = changed("initiative: claims\n", "initiative: claim\n", NEW)
    file.write_text(changed("reminder_after: 2", "initiatives: [claims, robots]", text), encoding="utf-8")
    settings, notes = load_with_notes(file, environ=TOKENS)
    assert settings.organisation_rules().kpis["escalation"].initiative == "claim"
    assert [(note.line, note.column, note.key, note.remedy) for note in notes] == [
        (14, 17, "kpis[0].initiative", 'did you mean "claims"?'),
        (34, 27, "rituals.pulse.initiatives[1]", "right if a file you import brings it"),
    ]


def test_a_pulse_that_is_not_weekly_is_noted_and_no_fault(file: Path) -> None:
    file.write_text(changed("when: every tue", "when: 1st tue", NEW), encoding="utf-8")
    note = one(load_with_notes(file, environ=TOKENS)[1])
    assert (note.line, note.key) == (33, "rituals.pulse.when")
    assert "every tue" in note.remedy


def test_a_good_file_leaves_nothing_to_look_at(file: Path) -> None:
    file.write_text(NEW, encoding="utf-8")
    assert load_with_notes(file, environ=TOKENS)[1] == ()


def test_thresholds_are_raised_and_stay_at_their_floor_else(file: Path) -> None:
    rules = rules_of(file, BASE + "thresholds: {k_score: 6, answers: 8, telemetry: 20}\n")
    assert rules.thresholds == Thresholds(answers=8, comments=10, telemetry=20, invitations=5)
    assert rules.k_score == 6
    assert rules_of(file).thresholds == Thresholds()


@pytest.mark.parametrize(
    ("key", "floor"), [("k_score", 5), ("answers", 5), ("comments", 10), ("telemetry", 10), ("invitations", 5)]
)
def test_no_threshold_goes_below_its_floor(file: Path, key: str, floor: int) -> None:
    fault = one(faults(file, BASE + f"thresholds: {{{key}: {floor - 1}}}\n"))
    assert fault.message == f'"{floor - 1}" is less than {floor}'
    assert fault.remedy == f"give a number, {floor} or more: fewer would give people away"
    assert rules_of(file, BASE + f"thresholds: {{{key}: {floor}}}\n").thresholds == Thresholds()
