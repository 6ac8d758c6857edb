from __future__ import annotations

import copy
import re
import subprocess
import sys
from datetime import date, time
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import make_url

from bot.settings import SettingsError, load
from bot.settings_rituals import RitualSettings
from bot.yaml_source import MAX_ALIASES, MAX_DEPTH, MAX_NODES, masked
from rituals.calendar import HolidayShift, WorkingDays, parse_rule
from rituals.committee.ballots import Majority
from rituals.committee.rules import CommitteeRules
from rituals.initiatives import Stage, Standing
from rituals.kpis import KpiSource
from rituals.people import Role
from tests.bot.settings_files import APP, BASE, BOT, SECRETS, SIGNING, TOKENS, URL, changed, faults, one, read

ROOT = Path(__file__).parents[2]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "app.yaml"


# --- what a good file comes to -------------------------------------------------------------------------------------


def test_a_good_file_becomes_the_organisation_s_rules(file: Path) -> None:
    rules = read(file).organisation_rules()
    assert (rules.name, rules.locale, rules.zone) == ("Trois Rivières", "fr", ZoneInfo("Europe/Paris"))
    assert rules.working_days == WorkingDays(holidays="FR")
    assert rules.sites["quebec"].zone == ZoneInfo("America/Toronto")
    assert rules.sites["quebec"].working_days == WorkingDays(holidays="CA-QC")
    assert rules.rooms == {"committee": "comite-ia"}
    assert rules.k_score == 5
    committee = rules.rituals["committee"]
    assert isinstance(committee, CommitteeRules)
    assert committee.key == committee.room == "committee"
    assert committee.recurrence.rule == parse_rule("1st tue")
    assert committee.recurrence.at == time(10, 0)
    assert committee.recurrence.zone == ZoneInfo("Europe/Paris")
    assert committee.recurrence.shift is HolidayShift.NEXT
    assert committee.deadline == time(17, 0)
    assert committee.quorum == Fraction(1, 2)
    assert committee.majority is Majority.SIMPLE
    assert committee.pass_mark == Fraction(7, 2)
    assert committee.voters == {Role.CHAIR, Role.DEPUTY, Role.MEMBER}


def test_a_good_file_becomes_the_roster_and_the_portfolio(file: Path) -> None:
    settings = read(file)
    ana, bo = settings.roster()
    assert (ana.email, ana.roles, ana.zone, ana.locale) == (
        "ana@example.org",
        frozenset({Role.CHAIR, Role.ADMIN}),
        None,
        None,
    )
    assert (bo.site, bo.zone) == ("quebec", ZoneInfo("America/Toronto"))
    (claims,) = settings.initiatives_listed()
    assert (claims.stage, claims.standing, claims.asked_on) == (Stage.POC, Standing.ASKING, date(2026, 1, 5))


@pytest.mark.parametrize(
    ("asks", "standing", "asked_on"),
    [
        ("false", Standing.ACTIVE, None),
        ("true", Standing.ASKING, None),
        ("2026-02-03", Standing.ASKING, date(2026, 2, 3)),
    ],
)
def test_an_initiative_asks_or_not_or_since_a_day(
    file: Path, asks: str, standing: Standing, asked_on: date | None
) -> None:
    (claims,) = read(file, changed("asks: 2026-01-05", f"asks: {asks}")).initiatives_listed()
    assert (claims.standing, claims.asked_on) == (standing, asked_on)


@pytest.mark.parametrize(
    ("written", "quorum"),
    [
        ("1/2", Fraction(1, 2)),
        ("50%", Fraction(1, 2)),
        ("0.5", Fraction(1, 2)),
        ('"0,5"', Fraction(1, 2)),
        ("33 %", Fraction(33, 100)),
        ("2 / 3", Fraction(2, 3)),
        ("1", Fraction(1)),
        ("0.1", Fraction(1, 10)),
    ],
)
def test_a_quorum_is_read_exactly(file: Path, written: str, quorum: Fraction) -> None:
    text = changed("quorum: 1/2", f"quorum: {written}")
    committee = read(file, text).organisation_rules().rituals["committee"]
    assert isinstance(committee, CommitteeRules)
    assert committee.quorum == quorum


@pytest.mark.parametrize(
    ("written", "at"), [("10:00", time(10)), ('"9:05"', time(9, 5)), ("10h30", time(10, 30)), ("8h", time(8))]
)
def test_a_time_of_day_needs_no_quotes(file: Path, written: str, at: time) -> None:
    text = changed("at: 10:00", f"at: {written}")
    assert read(file, text).organisation_rules().rituals["committee"].recurrence.at == at


def test_days_off_may_be_a_calendar_and_dates_and_another_weekend(file: Path) -> None:
    text = changed("  holidays: FR", "  holidays: [FR, 2026-12-24]\n  weekend: [fri, sat]")
    rules = read(file, text).organisation_rules()
    expected = WorkingDays(weekend=frozenset({4, 5}), holidays="FR", extra=frozenset({date(2026, 12, 24)}))
    assert rules.working_days == expected
    assert rules.sites["quebec"].working_days.weekend == frozenset({4, 5})


def test_sections_may_be_left_empty(file: Path) -> None:
    text = "organisation: {name: A, zone: Europe/Paris}\npeople:\ninitiatives:\nrituals:\nweb:\n"
    settings = read(file, text)
    assert settings.roster() == ()
    assert (settings.web.host, settings.web.port, settings.organisation.locale) == ("127.0.0.1", 8080, "en")


def test_aliases_are_read_as_what_they_stand_for(file: Path) -> None:
    text = changed("zone: Europe/Paris", "zone: &home Europe/Paris")
    text = changed("zone: America/Toronto", "zone: *home", text)
    assert read(file, text).sites["quebec"].zone == ZoneInfo("Europe/Paris")


def test_the_settings_are_frozen(file: Path) -> None:
    loaded = read(file)
    with pytest.raises(ValueError, match="frozen"):
        loaded.web.port = 1  # type: ignore[misc]
    with pytest.raises(ValueError, match="frozen"):
        loaded.web = loaded.web  # type: ignore[misc]


def test_the_example_that_comes_with_comitia_lacks_nothing_but_secrets() -> None:
    settings = load(ROOT / "app.yaml", environ={}, need_secrets=False)
    assert settings.missing_secrets() == ("COMITIA_SLACK__BOT_TOKEN", "COMITIA_SLACK__APP_TOKEN")
    assert settings.organisation_rules().rituals
    assert settings.initiatives_listed()


def test_the_example_names_the_address_where_a_local_workspace_takes_calls() -> None:
    text = (ROOT / "app.yaml").read_text(encoding="utf-8")
    named = re.search(r"a local workspace: http://127\.0\.0\.1:8900(/\S+/)\)", text)
    assert named is not None
    assert f'"{named[1]}{{method}}"' in (ROOT / "bot" / "sandbox" / "server.py").read_text(encoding="utf-8")


def test_the_example_shows_every_kind_of_ritual_with_every_key_of_it() -> None:
    text = (ROOT / "app.yaml").read_text(encoding="utf-8")
    loaded = load(ROOT / "app.yaml", environ={}, need_secrets=False)
    assert {type(ritual) for ritual in loaded.rituals.values()} == set(get_args(get_args(RitualSettings)[0]))
    for key, ritual in loaded.rituals.items():
        part = re.split(r"\n(?:  )?[a-z]", text[text.index(f"\n  {key}:\n    kind") + 3 :])[0]
        assert not {name for name in type(ritual).model_fields if f" {name}:" not in part}, key


def test_what_the_example_shows_as_left_out_has_the_value_it_then_has(file: Path) -> None:
    text = (ROOT / "app.yaml").read_text(encoding="utf-8")
    said = re.sub(r"(?m)^    # ((?!initiatives|kpis|judged_from)[a-z_]+: )", r"    \1", text)
    said = re.sub(
        r"(?m)^  # ((?:weekend|currency|answers|comments|telemetry|invitations|quiet_from|on_unknown|posts_per_minute"
        r"|stop_within|late_after): )",
        r"  \1",
        said,
    )
    assert said.count("#") < text.count("#") - 25
    shown, example = read(file, said).organisation_rules(), read(file, text).organisation_rules()
    assert shown == example


def test_the_example_shows_every_key() -> None:
    text = (ROOT / "app.yaml").read_text(encoding="utf-8")
    loaded = load(ROOT / "app.yaml", environ={}, need_secrets=False)
    first = (loaded, loaded.organisation, loaded.sites["lyon"], loaded.people[0], loaded.initiatives[0])
    others = (loaded.kpis[0], loaded.thresholds, loaded.slack, loaded.web, loaded.database, loaded.log, loaded.delivery)
    known = {key for section in (*first, *others) for key in type(section).model_fields}
    known -= {"bot_token", "app_token", "signing_secret"}
    assert not {key for key in known if f"{key}:" not in text and f"{key} " not in text and f"{key}," not in text}


# --- faults, each at its place -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "key", "said"),
    [
        ("name: Trois Rivières", "nam: Trois", 2, 3, "organisation.nam", 'did you mean "name"?'),
        ("name: Trois Rivières", "nom: Trois", 1, 1, "organisation.name", "lacks this key"),
        ("locale: fr", "locale: de", 3, 11, "organisation.locale", '"de" is not one of en, fr'),
        ("locale: fr", "locale: no", 3, 11, "organisation.locale", "is not one of en, fr"),
        ("name: Trois Rivières", "name: yes", 2, 9, "organisation.name", "quote it"),
        ("name: Trois Rivières", "name: # ours", 2, 8, "organisation.name", "this is empty"),
        ("name: Trois Rivières", r'name: "a\e[2Jb"', 2, 9, "organisation.name", "control character"),
        ("zone: Europe/Paris", "zone: Europe/Pari", 4, 9, "organisation.zone", 'did you mean "Europe/Paris"?'),
        ("zone: Europe/Paris", "zone: ../../etc/passwd", 4, 9, "organisation.zone", "is not a time zone"),
        ("holidays: FR", "holidays: CA-QB", 5, 13, "organisation.holidays", "CA-QC"),
        ("holidays: FR", "holidays: XX", 5, 13, "organisation.holidays", "no holiday calendar"),
        ("holidays: FR", "holidays: [FR, DE]", 5, 13, "organisation.holidays", "more than one holiday calendar"),
        ("holidays: FR", "weekend: [sun, sat, mo]", 5, 12, "organisation.weekend", "weekdays"),
        ("zone: America/Toronto", "zone: America/Torono", 8, 11, "sites.quebec.zone", "America/Toronto"),
        ("  quebec:", "  Québec City:", 7, 3, "sites.Québec City", "small letters"),
        ("committee: comite-ia", "committee: Comité IA", 11, 14, "rooms.committee", "not a channel name"),
        ("email: bo@example.org", "email: bo", 15, 12, "people[1].email", "not an e-mail address"),
        ("email: bo@example.org", "email: ANA@example.org", 15, 12, "people[1].email", "person on line 13"),
        ("roles: [member]", "roles: [membre]", 16, 13, "people[1].roles[0]", 'did you mean "member"?'),
        ("roles: [member]", "roles: member", 16, 12, "people[1].roles", "not a list"),
        ("site: quebec", "site: qebec", 17, 11, "people[1].site", 'did you mean "quebec"?'),
        ("key: claims", "key: Claims Triage", 19, 10, "initiatives[0].key", "claims-triage"),
        ("stage: poc", "stage: pocc", 22, 12, "initiatives[0].stage", 'did you mean "poc"?'),
        ("asks: 2026-01-05", "asks: 2026-13-05", 23, 11, "initiatives[0].asks", "neither yes, no nor a date"),
        ("owner: ana@example.org", "owner: Ana", 25, 12, "initiatives[0].owner", "not an e-mail address"),
        ("kind: prioritisation_committee", "kind: pulze", 28, 11, "rituals.committee.kind", 'did you mean "pulse"?'),
        ("when: 1st tue", "when: 1st teu", 30, 11, "rituals.committee.when", "1st tue"),
        ("at: 10:00", "at: 25:00", 31, 9, "rituals.committee.at", "not a time of day"),
        ("room: committee", "room: comittee", 32, 11, "rituals.committee.room", 'did you mean "committee"?'),
        ("agenda_before: 2", "agenda_before: 5", 34, 20, "rituals.committee.agenda_before", "no later than the call"),
        ("marks_before: 5", "marks_before: five", 33, 19, "rituals.committee.marks_before", "not a whole number"),
        ("marks_before: 5", "marks_before: true", 33, 19, "rituals.committee.marks_before", "not a whole number"),
        ("deadline: 17:00", "deadline: 10:00", 35, 15, "rituals.committee.deadline", "no later than they open"),
        ("quorum: 1/2", "quorum: 3/2", 36, 13, "rituals.committee.quorum", "more than everybody"),
        ("quorum: 1/2", "quorum: 50", 36, 13, "rituals.committee.quorum", "50%"),
        ("quorum: 1/2", "quorum: 0", 36, 13, "rituals.committee.quorum", "lets nobody decide"),
        ("quorum: 1/2", "quorum: -1", 36, 13, "rituals.committee.quorum", "lets nobody decide"),
        ("quorum: 1/2", "quorum: 1/0", 36, 13, "rituals.committee.quorum", "is not a number"),
        ("quorum: 1/2", "quorum: half", 36, 13, "rituals.committee.quorum", "write 1/2, 50% or 0.5"),
        ("points: 5", "points: 11", 37, 13, "rituals.committee.points", "more than 10"),
        ("points: 5", "points: 0", 37, 13, "rituals.committee.points", "less than 1"),
        ("points: 5", "pionts: 5", 37, 5, "rituals.committee.pionts", 'did you mean "points"?'),
        ("points: 5", "voters: [sponsor]", 37, 5, "rituals.committee.voters", "has no voters"),
        ("points: 5", "voters: []", 37, 5, "rituals.committee.voters", "has no voters"),
        ("points: 5", "voters: [chiar]", 37, 14, "rituals.committee.voters[0]", 'did you mean "chair"?'),
        ("points: 5", "majority: twothirds", 37, 15, "rituals.committee.majority", 'did you mean "two_thirds"?'),
        ("points: 5", "pass_mark: 6", 37, 16, "rituals.committee.pass_mark", "between 1 and 5"),
        ("points: 5", "holiday: later", 37, 14, "rituals.committee.holiday", "next, previous, skip, keep"),
        ("points: 5", "points: !!python/name:os.system x", 37, 13, "rituals.committee.points", "a tag"),
        ("points: 5", "<<: {points: 5}", 37, 5, "rituals.committee.<<", "merge keys"),
        ("points: 5", "points: 5\n    points: 6", 38, 5, "rituals.committee.points", "already given on line 37"),
        ("points: 5", "points: 5\n    on: 6", 38, 5, "rituals.committee.on", "quote it"),
        ("points: 5", "points: 5\n    7: 6", 38, 5, "rituals.committee.7", "read as a number"),
        ("points: 5", "points: 5\nthresholds: {k_score: 4}", 38, 23, "thresholds.k_score", "less than 5"),
        ("points: 5", "points: 5\nslack: {mode: webhook}", 38, 15, "slack.mode", "socket, http"),
        ("points: 5", "points: 5\nslack: {api_url: 'http://slack.example/'}", 38, 18, "slack.api_url", "in the clear"),
        ("points: 5", "points: 5\nslack: {bot_token: mine}", 38, 9, "slack.bot_token", "a secret never stands"),
        ("points: 5", "points: 5\nweb: {port: 70000}", 38, 13, "web.port", "more than 65535"),
        ("points: 5", "points: 5\nweb: 8080", 38, 6, "web", "is not a section"),
        ("points: 5", "points: 5\ndatabase: {path: a.db, url: 'sqlite:///a'}", 38, 24, "database.url", "not both"),
        ("points: 5", "points: 5\ndatabase: {url: 'mysql://db/x'}", 38, 17, "database.url", "postgresql://"),
        ("points: 5", "points: 5\nlog: {level: loud}", 38, 14, "log.level", "debug, info, warning, error"),
        ("points: 5", "points: 5\n_env_file: x", 38, 1, "_env_file", "no such key"),
        ("points: 5", "points: 5\npoeple: []", 38, 1, "poeple", 'did you mean "people"?'),
    ],
)
def test_a_fault_names_its_place_its_key_and_a_remedy(
    file: Path, old: str, new: str, line: int, column: int, key: str, said: str
) -> None:
    found = faults(file, changed(old, new))
    fault = one(tuple(fault for fault in found if fault.key == key))
    assert (fault.file, fault.line, fault.column) == (str(file), line, column)
    assert said in f"{fault.message} – {fault.remedy}"
    assert fault.remedy
    assert str(fault).startswith(f"{file}:{line}:{column} {key}: ")


def test_a_default_that_disagrees_is_reported_where_the_other_value_stands(file: Path) -> None:
    text = changed("    deadline: 17:00\n", "", changed("at: 10:00", "at: 18:00"))
    fault = one(faults(file, text))
    assert (fault.key, fault.line) == ("rituals.committee.at", 31)


def test_a_second_initiative_of_the_same_key_is_refused(file: Path) -> None:
    again = "  - {key: claims, title: T, summary: S, stage: mvp, department: D}\nrituals:"
    fault = one(faults(file, changed("rituals:", again)))
    assert (fault.line, fault.column, fault.key) == (26, 11, "initiatives[1].key")
    assert "initiative on line 19" in fault.message


def test_a_committee_nobody_votes_in_is_refused(file: Path) -> None:
    text = changed("roles: [chair, admin]", "roles: [admin]", changed("roles: [member]", "roles: []"))
    fault = one(faults(file, text))
    assert (fault.key, fault.line, fault.column) == ("rituals.committee", 27, 3)
    assert "chair, deputy, member" in fault.message


def test_all_faults_are_reported_together_by_line(file: Path) -> None:
    text = BASE
    for old, new in (("locale: fr", "locale: xx"), ("stage: poc", "stage: x"), ("at: 10:00", "at: x")):
        text = changed(old, new, text)
    text = changed("room: committee", "room: nowhere", text)
    environ = {"COMITIA_WEB__PORT": "x", "COMITIA_NOTHING": "y"}
    found = faults(file, text, environ, {"log.level": "loud"})
    assert [(Path(fault.file).name, fault.line, fault.key) for fault in found] == [
        ("app.yaml", 3, "organisation.locale"),
        ("app.yaml", 22, "initiatives[0].stage"),
        ("app.yaml", 31, "rituals.committee.at"),
        ("app.yaml", 32, "rituals.committee.room"),
        ("environment", None, "COMITIA_NOTHING"),
        ("environment", None, "COMITIA_SLACK__APP_TOKEN"),
        ("environment", None, "COMITIA_SLACK__BOT_TOKEN"),
        ("environment", None, "COMITIA_WEB__PORT"),
        ("arguments", None, "log.level"),
    ]


# --- environment and arguments -------------------------------------------------------------------------------------


def test_the_environment_wins_over_the_file_and_arguments_over_both(file: Path) -> None:
    text = BASE + "web: {port: 1}\nlog: {level: error}\n"
    environ = {**TOKENS, "COMITIA_WEB__PORT": "2", "COMITIA_LOG__LEVEL": "warning", "COMITIA_WEB__HOST": ""}
    loaded = read(file, text, environ, {"web": {"port": 3}, "log.level": None, "rituals.committee.points": 7})
    assert (loaded.web.port, loaded.web.host, loaded.log.level) == (3, "127.0.0.1", "warning")
    committee = loaded.organisation_rules().rituals["committee"]
    assert isinstance(committee, CommitteeRules)
    assert committee.points == 7


def test_a_variable_reaches_a_ritual_by_its_key_and_lists_by_commas(file: Path) -> None:
    environ = {
        **TOKENS,
        "COMITIA_RITUALS__COMMITTEE__VOTERS": "chair, sponsor",
        "COMITIA_ORGANISATION__HOLIDAYS": "FR,2026-12-24",
        "COMITIA_ROOMS__COMMITTEE": "elsewhere",
    }
    rules = read(file, BASE, environ).organisation_rules()
    committee = rules.rituals["committee"]
    assert isinstance(committee, CommitteeRules)
    assert committee.voters == {Role.CHAIR, Role.SPONSOR}
    assert rules.working_days.extra == {date(2026, 12, 24)}
    assert rules.rooms["committee"] == "elsewhere"


def test_the_process_s_own_environment_is_not_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMITIA_WEB__PORT", "7")
    assert read(file).web.port == 8080


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("COMITIA_WEB__PROT", "COMITIA_WEB__PORT"),
        ("COMITIA_SLACK__BOT_TOKN", "COMITIA_SLACK__BOT_TOKEN"),
        ("COMITIA_SLACK_BOT_TOKEN", "COMITIA_SLACK__BOT_TOKEN"),
        ("COMITIA_RITUALS__COMITEE__AT", "COMITIA_RITUALS__COMMITTEE__AT"),
        ("COMITIA_WEB__PORT_FILE", "COMITIA_WEB__PORT"),
    ],
)
def test_an_unknown_variable_is_refused_naming_the_nearest(file: Path, name: str, near: str) -> None:
    fault = one(faults(file, BASE, {**TOKENS, name: BOT}))
    assert (fault.file, fault.key, fault.line) == ("environment", name, None)
    assert f'"{near}"' in fault.remedy


def test_a_variable_at_fault_never_shows_its_value(file: Path) -> None:
    names = [
        "ORGANISATION__ZONE",
        "ORGANISATION__LOCALE",
        "ORGANISATION__HOLIDAYS",
        "ORGANISATION__WEEKEND",
        "ROOMS__COMMITTEE",
        "RITUALS__COMMITTEE__AT",
        "RITUALS__COMMITTEE__WHEN",
        "RITUALS__COMMITTEE__ROOM",
        "RITUALS__COMMITTEE__POINTS",
        "RITUALS__COMMITTEE__QUORUM",
        "RITUALS__COMMITTEE__HOLIDAY",
        "RITUALS__COMMITTEE__VOTERS",
        "SLACK__API_URL",
        "SLACK__TEAM",
        "WEB__PORT",
        "LOG__LEVEL",
        "DATABASE__URL",
        "SLACK__BOT_TOKEN_FILE",
    ]
    value = "Grüße an niemanden"
    found = faults(file, BASE, {**{f"COMITIA_{name}": value for name in names}, "COMITIA_SLACK__APP_TOKEN": APP})
    assert {f"COMITIA_{name}" for name in names} <= {fault.key for fault in found}
    assert not [fault for fault in found if "Grüße" in str(fault)]


def test_an_unknown_argument_and_a_secret_argument_are_refused(file: Path) -> None:
    found = faults(file, BASE, TOKENS, {"web.prot": 1, "slack.bot_token": BOT})
    assert [(fault.file, fault.key) for fault in found] == [("arguments", "slack.bot_token"), ("arguments", "web.prot")]
    assert '"web.port"' in found[1].remedy


# --- secrets -------------------------------------------------------------------------------------------------------


def test_secrets_come_from_the_environment_or_from_files(file: Path, tmp_path: Path) -> None:
    kept = tmp_path / "token"
    kept.write_text(f"{BOT}\n", encoding="utf-8")
    environ = {
        "COMITIA_SLACK__BOT_TOKEN_FILE": str(kept),
        "COMITIA_SLACK__APP_TOKEN": APP,
        "COMITIA_SLACK__SIGNING_SECRET": SIGNING,
        "COMITIA_DATABASE__URL": URL,
    }
    loaded = read(file, BASE + "database: {path: here.sqlite}\n", environ)
    assert loaded.slack.bot_token is not None
    assert loaded.slack.bot_token.get_secret_value() == BOT
    assert loaded.database.path is None
    assert loaded.database.address.get_secret_value() == URL.replace("postgresql:", "postgresql+psycopg:")
    assert loaded.missing_secrets() == ()
    shown = f"{loaded!r} {loaded} {loaded.model_dump()} {loaded.model_dump_json()} {loaded.slack!r}"
    assert not [secret for secret in SECRETS if secret in shown]


def test_a_path_becomes_an_address_of_sqlite(file: Path) -> None:
    assert read(file).database.address.get_secret_value() == "sqlite+aiosqlite:///comitia.sqlite"
    loaded = read(file, BASE + "database: {url: 'postgresql://db.example/comitia'}\n")
    assert loaded.database.address.get_secret_value() == "postgresql+psycopg://db.example/comitia"


def test_slack_over_http_needs_the_signing_secret(file: Path) -> None:
    fault = one(faults(file, BASE + "slack: {mode: http}\n"))
    assert fault.key == "COMITIA_SLACK__SIGNING_SECRET"
    assert "_FILE" in fault.remedy


def test_a_secret_given_twice_or_in_a_bad_file_is_refused(file: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.write_text("\n", encoding="utf-8")
    twice = {**TOKENS, "COMITIA_SLACK__BOT_TOKEN_FILE": str(file)}
    assert "also given by COMITIA_SLACK__BOT_TOKEN" in one(faults(file, BASE, twice)).message
    unreadable = [str(tmp_path / "nowhere"), str(tmp_path)]
    for value in (str(empty), *unreadable, BOT, "a\0b"):
        found = faults(file, BASE, {"COMITIA_SLACK__APP_TOKEN": APP, "COMITIA_SLACK__BOT_TOKEN_FILE": value})
        assert "COMITIA_SLACK__BOT_TOKEN_FILE" in {fault.key for fault in found}
        # Only what can be nothing but a path is quoted: some give the token itself.
        assert [fault for fault in found if value in str(fault)] == list(found[: value in unreadable])
        assert "this secret" not in "".join(map(str, found)), "one fault, told once"


def test_two_databases_from_the_environment_are_refused(file: Path) -> None:
    environ = {**TOKENS, "COMITIA_DATABASE__URL": URL, "COMITIA_DATABASE__PATH": "x.sqlite"}
    assert "names a database too" in one(faults(file, BASE, environ)).message


@pytest.mark.parametrize("value", ["nonsense", "xoxp-1111-2222", "xoxb-", "Bearer " + BOT])
def test_what_is_no_token_is_noticed_unseen(file: Path, value: str) -> None:
    found = faults(file, BASE, {"COMITIA_SLACK__BOT_TOKEN": value, "COMITIA_SLACK__APP_TOKEN": value})
    assert [fault.key for fault in found] == ["COMITIA_SLACK__APP_TOKEN", "COMITIA_SLACK__BOT_TOKEN"]
    assert found[0].message == "this does not look like an app-level token (xapp-…)"
    assert found[1].message == "this does not look like a bot token (xoxb-…)"
    assert value == "xoxb-" or value not in "".join(map(str, found))


def test_a_token_that_slack_renews_is_taken(file: Path) -> None:
    assert read(file, BASE, TOKENS | {"COMITIA_SLACK__BOT_TOKEN": f"xoxe.{BOT}"}).slack.bot_token


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:pw@h:abc/db",
        "postgresql://me:pw@h:70000/db",
        "postgresql://me:pw@h:0/db",
        "postgresql://me:pw@h:-1/db",
        "postgresql://me:pw@h:54 32/db",
        "postgresql://me:p@ss@h/db",
        "postgresql://me:pw@[::1/db",
        "postgresql://h#x/db",
        "sqlite://comitia.sqlite",
    ],
)
def test_a_database_url_that_cannot_be_opened_is_refused_unseen(file: Path, url: str) -> None:
    fault = one(faults(file, BASE, TOKENS | {"COMITIA_DATABASE__URL": url}))
    assert (fault.key, fault.file) == ("COMITIA_DATABASE__URL", "environment")
    assert url not in str(fault)
    assert "pw" not in str(fault)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://h/db",
        "postgresql://me:p#w?/x:y%40@h:5432/db?sslmode=require",
        "postgresql://me@/db?host=/run/postgresql",
        "postgresql+psycopg://[::1]:5432/db",
        "postgresql:///db",
        "sqlite:///a b@c:1.sqlite",
        "sqlite:////var/lib/comitia.sqlite",
        "sqlite://",
    ],
)
def test_a_database_url_that_can_be_opened_is_taken(file: Path, url: str) -> None:
    loaded = read(file, BASE, TOKENS | {"COMITIA_DATABASE__URL": url}).database.address.get_secret_value()
    make_url(loaded).get_dialect()().create_connect_args(make_url(loaded))


def test_a_password_in_the_file_is_told_the_variable_of_its_key(file: Path) -> None:
    fault = one(faults(file, BASE + f"database: {{url: '{URL}'}}\n"))
    assert fault.remedy.endswith("give it as COMITIA_DATABASE__URL or COMITIA_DATABASE__URL_FILE")
    fault = one(faults(file, BASE + f"slack: {{app_token: {APP}}}\n"))
    assert fault.remedy.endswith("give it as COMITIA_SLACK__APP_TOKEN or COMITIA_SLACK__APP_TOKEN_FILE")
    fault = one(faults(file, changed("name: Trois Rivières", f"name: {BOT}")))
    assert "COMITIA_" not in fault.remedy


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("locale: fr", "locale: de", '"de" is not one of en, fr – write one of them'),
        (
            "key: claims",
            "key: My Claims",
            '"My Claims" cannot stand here – give a short lasting name such as claims-triage',
        ),
    ],
)
def test_a_fault_says_a_thing_once(file: Path, old: str, new: str, said: str) -> None:
    assert str(one(faults(file, changed(old, new)))).endswith(f": {said}")


def test_swapped_tokens_are_noticed(file: Path) -> None:
    found = faults(file, BASE, {"COMITIA_SLACK__BOT_TOKEN": APP, "COMITIA_SLACK__APP_TOKEN": BOT})
    assert [fault.key for fault in found] == ["COMITIA_SLACK__APP_TOKEN", "COMITIA_SLACK__BOT_TOKEN"]


@pytest.mark.parametrize("secret", [BOT, APP, URL, "xoxp-2222-3333", "https://x:y@example.org/", f"see {BOT} here"])
@pytest.mark.parametrize(
    ("old", "line", "column", "key"),
    [
        ("Trois Rivières", 2, 9, "organisation.name"),
        ("Settles simple claims.", 21, 14, "initiatives[0].summary"),
        ("1st tue", 30, 11, "rituals.committee.when"),
        ("comite-ia", 11, 14, "rooms.committee"),
        ("chair, admin", 14, 13, "people[0].roles[0]"),
    ],
)
def test_a_value_that_looks_like_a_secret_is_refused_unseen(
    file: Path, secret: str, old: str, line: int, column: int, key: str
) -> None:
    found = faults(file, changed(old, f'"{secret}"'))
    fault = one(tuple(fault for fault in found if fault.key == key))
    assert (fault.line, fault.column) == (line, column)
    assert "looks like a secret" in fault.message
    assert secret not in "".join(map(str, found))


def test_a_signing_secret_is_known_by_its_key(file: Path) -> None:
    found = faults(file, BASE + f"log: {{my_password: {SIGNING}}}\n")
    assert one(found).message == "this value looks like a secret"


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "template",
    [
        "{0}: {0}\n",
        "organisation: {0}\n",
        "organisation: {{{0}: {0}}}\n",
        "people: [{0}, {{email: {0}, roles: {0}, site: {0}}}]\n",
        "rituals: {{committee: {{when: {0}, at: {0}, room: {0}, voters: [{0}], quorum: {0}, deadline: {0}}}}}\n",
        "initiatives: [{{key: {0}, stage: {0}, asks: {0}, owner: {0}}}]\n",
        "slack: {{bot_token: {0}, api_url: {0}, team: {0}, token: {0}}}\n",
        "database: {{url: {0}, password: {0}}}\n",
        "organisation: *{0}\n",
        "organisation: !{0} x\n",
        "organisation: &{0} {{a: b\n",
        "organisation: [{0}\n",
        "organisation: '{0}\n",
        "? [{0}]\n: {0}\n",
        "a: b: {0}\n",
        "%{0}\n---\na: b\n",
        "\t{0}\n",
    ],
)
def test_no_fault_ever_shows_a_secret(file: Path, template: str, secret: str) -> None:
    environ = {
        "COMITIA_SLACK__BOT_TOKEN": BOT,
        "COMITIA_SLACK__SIGNING_SECRET": SIGNING,
        "COMITIA_DATABASE__URL": URL,
        "COMITIA_SLACK__TEAM": "hunter2hunter2",
        f"COMITIA_{BOT}": BOT,
    }
    written = template.format(secret)
    if secret == "hunter2hunter2":  # nothing tells it from a word but that the environment gives it as a secret
        environ["COMITIA_SLACK__APP_TOKEN"] = secret
    faults(file, written, environ)  # `faults` itself looks for every secret


# --- hostile files -------------------------------------------------------------------------------------------------

LAUGHS = "a: &a [l, l, l, l, l, l, l, l, l]\n" + "".join(
    f"{chr(98 + at)}: &{chr(98 + at)} [{', '.join([f'*{chr(97 + at)}'] * 9)}]\n" for at in range(9)
)


@pytest.mark.parametrize(
    ("content", "line", "column", "said"),
    [
        (LAUGHS.encode(), None, None, "aliases"),
        (b"a: &a [*a]\n", None, None, "aliases"),
        (b"a: &a {b: *a}\n", None, None, "aliases"),
        (b"a: " + b"[" * 500_000, 1, MAX_DEPTH + 3, "too deep"),
        (b"a: &a x\nb: [" + b"*a, " * (MAX_ALIASES + 1) + b"]\n", 2, 5 + 4 * MAX_ALIASES, "too deep or too large"),
        (b"# " + b"x" * 1_000_000, None, None, "1 MB"),
        (b"- x\n" * 30_000, MAX_NODES, 3, "too large"),
        (b"\x7fELF\x02\x01\x01\x00\x00\x00", 1, 1, "control character"),
        (b"a: b\nc: \x00\n", 2, 4, "control character"),
        ("organisation:\n  name: Trois Rivières\n".encode("latin-1"), 2, 19, "not UTF-8"),
        ("organisation: x\n".encode("utf-16"), 1, 1, "not UTF-8"),
        (b"", None, None, "empty"),
        (b"# only a comment\n", None, None, "empty"),
        (b"- a\n- b\n", 1, 1, "key: value"),
        (b"just words\n", 1, 1, "key: value"),
        (b"a: b\n\tc: d\n", 2, 1, "tab"),
        (b"a:\n  b: 1\n c: 2\n", 3, 2, "not readable"),
        (b"a: 'x\n", 1, 4, "never closed"),
        (b'a:\n  b: "10:00\n  c: 1\n  d: "x"\n', 2, 6, "closed on line 4 only"),
        (b'a: "x\nb: y # "z"\n', 1, 4, "closed on line 2 only"),
        (b"a: [1, 2\nb: 3\n", 2, 2, "not readable"),
        (b"a: b: c\n", 1, 5, "second colon"),
        (b"a: @b\n", 1, 4, "quotes"),
        (b"a: *b\n", 1, 4, "anchor"),
        (b"a: b\n---\nc: d\n", 2, 1, "second document"),
    ],
    ids=lambda value: value[:20].decode("utf-8", "replace") if isinstance(value, bytes) else None,
)
def test_a_hostile_or_broken_file_gives_one_clear_fault(
    file: Path, content: bytes, line: int | None, column: int | None, said: str
) -> None:
    fault = one(faults(file, content, {"COMITIA_WEB__PROT": "1", **TOKENS}))
    if line is not None:
        assert (fault.line, fault.column) == (line, column)
    assert said in f"{fault.message} {fault.remedy}"
    assert len(str(fault)) < 600


def test_a_file_that_is_not_there_gives_one_clear_fault(tmp_path: Path) -> None:
    for path in (tmp_path / "no.yaml", tmp_path):
        with pytest.raises(SettingsError) as refusal:
            load(path, environ=TOKENS)
        assert one(refusal.value.faults).file == str(path)


@given(content=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
@settings(deadline=None)
def test_no_file_whatever_makes_loading_crash(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "app.yaml"
        path.write_bytes(content)
        with pytest.raises(SettingsError):
            load(path, environ=TOKENS)


_TREE = yaml.safe_load(BASE)
_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=5,
)


def _paths(tree: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [path, *(deep for key, value in inner for deep in _paths(value, (*path, key)))]


@given(where=st.sampled_from(_paths(_TREE)[1:]), junk=_JUNK)
@settings(deadline=None)
def test_junk_in_any_place_is_accepted_or_refused_at_a_place(where: tuple[str | int, ...], junk: object) -> None:
    tree = copy.deepcopy(_TREE)
    at = tree
    for part in where[:-1]:
        at = at[part]
    at[where[-1]] = junk
    with TemporaryDirectory() as folder:
        path = Path(folder) / "app.yaml"
        path.write_text(yaml.dump(tree, Dumper=yaml.CSafeDumper, allow_unicode=True), encoding="utf-8")
        try:
            load(path, environ=TOKENS)
        except SettingsError as refusal:
            assert all(fault.line for fault in refusal.faults)  # noqa: PT017


# --- properties ----------------------------------------------------------------------------------------------------

_words = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=30).filter(
    lambda text: text.strip() == text and masked(text) == text
)
_keys = st.from_regex(r"[a-z](_?[a-z0-9]){0,8}", fullmatch=True)
_zones = st.sampled_from(["Europe/Paris", "America/Toronto", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"])
_roles = st.lists(st.sampled_from([role.value for role in Role]), max_size=3, unique=True)
_emails = st.builds("{}@example.org".format, _keys)
_holidays = st.sampled_from(["FR", "CA-QC", ["FR", "2026-12-24"], ["2026-12-24"]])


@st.composite
def kpi_trees(draw: st.DrawFn) -> dict[str, object]:
    source = draw(st.sampled_from([source.value for source in KpiSource]))
    is_share = source in {"adoption", "escalation", "csat"}
    own = {} if source not in {"imported", "asked"} else {"unit": "%" if draw(st.booleans()) else "jours"}
    share = st.fractions(0, 1, max_denominator=100).map(lambda part: f"{part.numerator}/{part.denominator}")
    values = share if is_share or own.get("unit") == "%" else st.integers(-(10**9), 10**9)
    direction = draw(st.sampled_from(["up", "down"]))
    bounds = sorted(draw(st.lists(values, min_size=2, max_size=2)), key=lambda one: Fraction(str(one)))
    amber, target = bounds if direction == "up" else reversed(bounds)
    kpi = {
        "key": draw(_keys),
        "title": draw(_words),
        "initiative": draw(_keys),
        "source": source,
        "direction": direction,
        "owner": draw(_emails),
        "frequency": draw(st.sampled_from(["weekly", "monthly", "quarterly"])),
        "review_date": str(draw(st.dates())),
        **own,
    }
    agreed = {"baseline": draw(values), "target": target, "amber": amber}
    return kpi | (agreed if draw(st.booleans()) else {})


@st.composite
def trees(draw: st.DrawFn) -> dict[str, object]:
    sites = draw(st.dictionaries(_keys, st.fixed_dictionaries({"zone": _zones}, optional={"holidays": _holidays})))
    rooms = draw(st.dictionaries(_keys, _keys, min_size=1, max_size=3))
    person = st.fixed_dictionaries(
        {"email": _emails, "roles": _roles},
        optional={"name": _words, "locale": st.sampled_from(["en", "fr"]), "zone": _zones}
        | ({"site": st.sampled_from(sorted(sites))} if sites else {}),
    )
    people = draw(st.lists(person, max_size=4, unique_by=lambda one: one["email"]))
    chair = {"email": "chair@elsewhere.example", "roles": ["chair"]}
    initiative = st.fixed_dictionaries(
        {
            "key": _keys,
            "title": _words,
            "summary": _words,
            "stage": st.sampled_from([stage.value for stage in Stage]),
            "department": _words,
            "asks": st.booleans() | st.dates().map(str),
        },
        optional={"owner": _emails},
    )
    committee = st.fixed_dictionaries(
        {
            "kind": st.just("prioritisation_committee"),
            "title": _words,
            "when": st.sampled_from(["1st tue", "last fri", "jour 15", "chaque lundi", "dernier jour ouvré"]),
            "at": st.times(max_value=time(16, 59)).map(lambda at: f"{at:%H:%M}"),
            "room": st.sampled_from(sorted(rooms)),
        },
        optional={
            "zone": _zones,
            "holiday": st.sampled_from([shift.value for shift in HolidayShift]),
            "marks_before": st.integers(4, 20),
            "agenda_before": st.integers(1, 3),
            "deadline": st.just("17:00"),
            "quorum": st.fractions(Fraction(1, 100), 1, max_denominator=100).map(str) | st.just("50%"),
            "majority": st.sampled_from([majority.value for majority in Majority]),
            "points": st.integers(1, 10),
            "pass_mark": st.fractions(1, 5, max_denominator=100).map(str),
            "closing_wait": st.integers(0, 3600),
        },
    )
    at = st.times().map(lambda at: f"{at:%H:%M}")
    shift = st.sampled_from([shift.value for shift in HolidayShift])
    some_keys = st.lists(_keys, max_size=3)
    room = st.sampled_from(sorted(rooms))
    kpis = draw(st.lists(kpi_trees(), max_size=3, unique_by=lambda one: str(one["key"])))
    kpi_keys = [str(one["key"]) for one in kpis]
    pulse = st.fixed_dictionaries(
        {"kind": st.just("pulse"), "title": _words, "when": st.sampled_from(["every tue", "1st mon"])},
        optional={
            "at": at,
            "holiday": shift,
            "initiatives": some_keys,
            "open_days": st.integers(6, 21),
            "reminder_after": st.integers(0, 5),
            "barriers": st.booleans(),
        },
    )
    adoption = st.fixed_dictionaries(
        {"kind": st.just("adoption_post"), "title": _words, "at": at, "room": room},
        optional={
            "when": st.just("chaque lundi"),
            "zone": _zones,
            "holiday": shift,
            "initiatives": some_keys,
            "card_every": st.integers(1, 12),
            "lag": st.integers(0, 14),
        },
    )
    review = st.fixed_dictionaries(
        {"kind": st.just("kpi_review"), "title": _words, "when": st.just("2nd thu"), "at": at, "room": room},
        optional={
            "zone": _zones,
            "holiday": shift,
            "ask_before": st.integers(1, 20),
            "action_days": st.integers(1, 60),
        }
        | ({"kpis": st.lists(st.sampled_from(kpi_keys), max_size=3)} if kpi_keys else {}),
    )
    readers = st.just(["chair"])
    digest = st.fixed_dictionaries(
        {"kind": st.just("weekly_digest"), "title": _words, "when": st.just("every fri"), "at": at, "readers": readers}
    )
    return {
        "organisation": draw(
            st.fixed_dictionaries(
                {"name": _words, "zone": _zones},
                optional={"holidays": _holidays, "currency": st.sampled_from(["EUR", "CHF", "CAD"])},
            )
        ),
        "sites": sites,
        "rooms": rooms,
        "people": [chair, *people],
        "initiatives": draw(st.lists(initiative, max_size=3, unique_by=lambda one: one["key"])),
        "kpis": kpis,
        "rituals": draw(st.dictionaries(_keys, st.one_of(committee, pulse, adoption, review, digest), max_size=4)),
        "thresholds": {"k_score": draw(st.integers(5, 50)), "comments": draw(st.integers(10, 50))},
        "web": {"port": draw(st.integers(0, 65535))},
    }


@given(tree=trees())
@settings(deadline=None, max_examples=60)
def test_a_valid_tree_round_trips(tree: dict[str, object]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "app.yaml"
        path.write_text(yaml.dump(tree, Dumper=yaml.CSafeDumper, allow_unicode=True), encoding="utf-8")
        first = load(path, environ={}, need_secrets=False)
        dumped = first.model_dump(mode="json", exclude_none=True)
        written = yaml.dump(dumped, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
        path.write_text(written, encoding="utf-8")
        second = load(path, environ={}, need_secrets=False)
    assert second == first
    assert second.organisation_rules() == first.organisation_rules()
    assert second.roster() == first.roster()
    assert len(first.organisation_rules().rituals) == len(tree["rituals"])  # type: ignore[arg-type]
    assert len(first.organisation_rules().kpis) == len(tree["kpis"])  # type: ignore[arg-type]


# --- costs ---------------------------------------------------------------------------------------------------------


def test_importing_the_settings_imports_no_vendor() -> None:
    program = "import sys, bot.settings; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"slack_bolt", "slack_sdk", "sqlalchemy", "sqlmodel", "alembic", "aiohttp"} & set(done.stdout.split())
