"""Files as people send them: every encoding, separator and way of writing a day; and files that are none."""

import io
import re
from datetime import date
from pathlib import Path

import pytest

from bot.imports import reading, values
from bot.imports.kinds import KINDS
from bot.imports.reading import CannotRead
from bot.imports.values import Wrong
from rituals.imports import BadFile, UsageLine
from tests.feeding import read, said

HEADER = "initiative,email,date,actions\n"
ANA = UsageLine(line=2, initiative="bot", email="ana@x.org", day=date(2026, 1, 31), actions=12)


def fault(kind: str, text: str | bytes) -> tuple[int, str | None, str]:
    """The one thing wrong with a file."""
    with pytest.raises(BadFile) as bad:
        read(kind, text)
    (found,) = bad.value.faults
    return found.line, found.column, said(found.why)


@pytest.mark.parametrize(
    "text",
    [
        "initiative,email,date,actions\nbot,ana@x.org,2026-01-31,12\n",
        "\ufeffinitiative,email,date,actions\nbot,ana@x.org,2026-01-31,12",
        "Initiative;E-mail;Date;Actions\r\nbot;ANA@X.org;31/01/2026;12\r\n;;;\r\n",
        'initiative\temail\tdate\tactions\nbot\t"ana@x.org"\t31.01.2026\t"12"\n\n',
        "Cas d'usage;Courriel;Jour;Nombre\nbot; ana@x.org ;2026-01-31 00:00:00;12,0\n",
        '"initiative","email","date","actions"\n"bot","ana@x.org","2026-01-31","12"\n',
    ],
)
def test_a_file_is_read_however_its_program_wrote_it(text: str) -> None:
    assert read("usage", text) == [ANA]


def test_the_line_that_tells_a_spreadsheet_the_separator_is_no_header() -> None:
    (line,) = read("usage", "sep=;\r\ninitiative;email;date;actions\r\nbot;ana@x.org;2026-01-31;12\r\n")
    assert (line.line, line.email) == (3, "ana@x.org")


def test_text_over_several_lines_keeps_the_numbers_of_lines_right() -> None:
    text = 'initiative,summary,rollout_on\nbot,"One\ntwo\nthree",2026-01-01\nbot,,2026-13-01\n'
    assert fault("initiatives", text) == (
        5,
        "rollout_on",
        '"2026-13-01" is not a date: write 2026-12-31, or 31/12/2026',
    )


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ((HEADER + "bot,zoé@x.org,2026-01-31,1\n").encode("latin-1"), r"line 2, byte 7 \(0xE9, probably \"é\" in W"),
        (HEADER.encode("utf-16"), "written in UTF-16: save it again as"),
        (HEADER.encode("utf-16-le"), "written in UTF-16: save it again as"),
        (b"", "the file is empty"),
        (b"\n\n \n", "the file is empty"),
        (b"PK\x03\x04\x14\x00", "this is a spreadsheet or an archive"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "line 1, byte 1 .0x89.* is not UTF-8"),
        (HEADER.encode() + b"bot,\x00,,\n", "line 2 holds binary data"),
        (HEADER.encode() + b"x" * 300_000, "line 2 is longer than any line of a CSV file"),
        (
            HEADER.encode() + b'bot,"ana@x.org,2026-01-31,1\nbot,b@x.org,2026-01-31,1\n',
            "line 2: a quote .* never closed",
        ),
        (HEADER.encode() + b'bot,"ana"@x.org,2026-01-31,1\n', "line 2: text stands behind a closing quote"),
        (HEADER.encode() + b"bot,a@x.org,2026-01-31,1\rbot,b@x.org,2026-01-31,1\n", "line 2: .*old Macs"),
    ],
)
def test_what_is_no_csv_file_is_refused_with_the_place_and_the_remedy(raw: bytes, told: str) -> None:
    with pytest.raises(CannotRead) as refused:
        read("usage", raw)
    assert re.search(told, said(refused.value.why))


def test_a_directory_or_nothing_at_all_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "no.csv"):
        with pytest.raises(CannotRead) as refused, reading.opened(path):
            pass
        assert said(refused.value.why).startswith("the file cannot be opened (")


@pytest.mark.parametrize(
    ("text", "column", "why"),
    [
        ("initiative,email,date\n", "actions", "is missing: how often"),
        ("initiative,email,date,actions,actons\n", "actons", 'is no column of usage: did you mean "actions"?'),
        ("initiative,email,date,actions,colour\n", "colour", "is no column of usage: known: initiative, email"),
        ("initiative,email,date,actions,zzz\n", "zzz", "is no column of usage: known: initiative, email"),
        (
            "initiative,courriel,date,actions,zzz\n",
            "zzz",
            "is no column of usage: known: initiative, courriel (email), d",
        ),
        ("Initiative,Courriel,Date\n", "actions", "is missing: how often"),
        ("initiative,email,courriel,date,actions\n", "courriel", 'is there twice (also as "email")'),
        ("initiative,email,date,actions,\n", None, "a column has no name"),
    ],
)
def test_the_header_is_told_what_it_lacks(text: str, column: str | None, why: str) -> None:
    line, where, told = fault("usage", text)
    assert (line, where) == (1, column)
    assert told.startswith(why)


@pytest.mark.parametrize(
    ("heading", "column", "why"),
    [
        ("escaladéees", "escaladéees", 'is no column of conversations: did you mean "escaladees"?'),
        (
            "Transférées",
            "Transférées",
            "is no column of conversations: known: initiative, date, escaladees (escalated), c",
        ),
        ("évitables", "escaladees (escalated)", "is missing: handed to a human"),
    ],
)
def test_a_french_header_is_told_french_headings(heading: str, column: str, why: str) -> None:
    with pytest.raises(BadFile) as bad:
        read("conversations", f"initiative;date;Confirmées;Abandonnées;{heading}\n")
    first = bad.value.faults[0]
    assert first.column == column
    assert said(first.why).startswith(why)


def test_the_headings_a_template_offers_in_french_make_a_file_one_could_send() -> None:
    for kind in KINDS.values():
        header = [column.french[0] if column.french else column.name for column in kind.columns]
        (line,) = read(kind.name, reading.written([header, kind.template[1]]))
        assert line.line == 2


@pytest.mark.parametrize(
    ("row", "column", "why"),
    [
        ("bot,ana@x.org,2026-01-31", None, "has 3 fields and the header 4"),
        ("bot,ana@x.org,2026-01-31,1,2", None, "has 5 fields and the header 4"),
        ("bot,ana@x.org,31/13/2026,1", "date", '"31/13/2026" is not a date: write 2026-12-31'),
        ("bot,ana@x.org,2026-03-04,1", "date", '"2026-03-04" lies in the future: today is 2026-03-02'),
        ("bot,ana@x.org,26-03-01,1", "date", '"26-03-01" is not a date'),
        ("bot,ana@x.org,0026-03-01,1", "date", '"0026-03-01" is too long ago'),
        ("bot,ana@x.org,2026-01-31,-1", "actions", '"-1" is not a whole number'),
        ("bot,ana@x.org,2026-01-31,1.5", "actions", '"1.5" is not a whole number'),
        ("bot,ana@x.org,2026-01-31,=1+1", "actions", '"=1+1" is not a whole number'),
        ("bot,ana@x.org,2026-01-31,²", "actions", '"²" is not a whole number'),
        ("bot,,2026-01-31,1", "email", "it is empty: the person’s address"),
        ("bot,ana,2026-01-31,1", "email", '"ana" is not an e-mail address'),
        ("bot,=cmd|' /C calc'!A0@x.org,2026-01-31,1", "email", "\"=cmd|' /C calc'!A0@x.org\" begins like a formula"),
        ("bot,+ana@x.org,2026-01-31,1", "email", '"+ana@x.org" begins like a formula'),
        ("Bot,ana@x.org,2026-01-31,1", "initiative", '"Bot" is not a key'),
        ("@SUM(1),ana@x.org,2026-01-31,1", "initiative", '"@SUM(1)" is not a key'),
        ("bot,ana@x.org\x1b[2J,2026-01-31,1", "email", '"ana@x.org\ufffd[2J" is not an e-mail address'),
    ],
)
def test_a_bad_field_is_named_with_its_remedy(row: str, column: str | None, why: str) -> None:
    line, where, told = fault("usage", f"{HEADER}bot,bo@x.org,2026-03-03,1\n{row}\n")
    assert (line, where) == (3, column)
    assert told.startswith(why)


@pytest.mark.parametrize(
    ("text", "column", "why"),
    [
        ("email,department\na@x.org,=HYPERLINK(1)\n", "department", "begins like a formula"),
        ("email,department,valid_from,left_on\na@x.org,IT,2026-02-01,2026-01-01\n", "left_on", "is before valid_from"),
        ("email,department,manager\na@x.org,IT,A@x.org\n", "manager", "nobody is their own manager"),
        ("email,department,valid_from\na@x.org,IT,2062-01-01\n", "valid_from", "lies in the future"),
        ("email,department,name\na@x.org,IT,\u202eana\n", "name", "holds a line break or a control"),
        (f"email,department,name\na@x.org,IT,{'x' * 201}\n", "name", "is 201 characters long"),
        ("email,department,employee_id\na@x.org,IT,=1\n", "employee_id", "is not a number of staff"),
        ("email,department,other_emails\na@x.org,IT,b@x.org;c@x.org\n", "other_emails", "is not an e-mail address"),
    ],
)
def test_a_bad_line_about_a_person_is_named(text: str, column: str, why: str) -> None:
    line, where, told = fault("people", text)
    assert (line, where) == (2, column)
    assert why in told


def test_a_title_that_looks_like_a_formula_stays_the_text_it_is() -> None:
    (line,) = read("initiatives", "initiative,title\nbot,=1+1\n")
    assert line.title == "=1+1"


@pytest.mark.parametrize(
    ("row", "column", "why"),
    [
        ("bot,2026-01-31,4,1,1,5,,", "avoidable", "5 is more than there are in escalated (4)"),
        (
            "bot,2026-01-31,4,1,1,,3,",
            "contacted_again",
            "3 is more than there are in confirmed + implied + abandoned (2)",
        ),
        ("bot,2026-01-31,4,1,1,,,2", "resolved_and_contacted", "2 is more than there are in confirmed + implied (1)"),
    ],
)
def test_a_part_is_no_more_than_its_whole(row: str, column: str, why: str) -> None:
    header = "initiative,date,escalated,confirmed,abandoned,avoidable,contacted_again,resolved_and_contacted"
    assert fault("conversations", f"{header}\n{row}\n") == (2, column, why)


def test_a_target_needs_its_day() -> None:
    assert fault("initiatives", "initiative,target_site,rollout_on\nbot,lyon,\n")[:2] == (2, "rollout_on")


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("1234.5", "1234.5"),
        ("1 234,5", "1234.5"),
        ("1\u00a0234,50", "1234.5"),
        ("1\u202f234\u202f567", "1234567"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1.234.567", "1234567"),
        ("0,125", "0.125"),
        ("1234.567", "1234.567"),
        ("1'234.50", "1234.5"),
        ("-0,10", "-0.1"),
        ("−3", "-3"),
        ("+3", "3"),
        ("-0", "0"),
        ("45 %", "0.45"),
        ("12,5%", "0.125"),
        ("0.1", "0.1"),
    ],
)
def test_a_number_is_read_exactly_as_english_or_french_write_it(text: str, exact: str) -> None:
    assert values.decimal(text) == exact


@pytest.mark.parametrize("text", ["", "-", "1,2,3", "1.2.3", "1e5", "NaN", "inf", "0x10", "٣", "1,23.4", "1" * 21, "%"])
def test_what_is_no_number_is_none(text: str) -> None:
    with pytest.raises(Wrong):
        values.decimal(text)


@pytest.mark.parametrize("text", ["1,234", "1.234", "-1.234", "1,234 %"])
def test_three_digits_after_one_comma_or_dot_may_mean_two_numbers_and_are_refused(text: str) -> None:
    with pytest.raises(Wrong) as refused:
        values.decimal(text)
    assert said(refused.value.why).startswith("may mean 1234 or 1.234: write 1234 or 1234.00 for the first")


def test_an_amount_or_a_count_that_may_mean_two_numbers_is_refused() -> None:
    with pytest.raises(Wrong) as refused:
        values.amount("12,345 €")
    assert said(refused.value.why).startswith("may mean 12345 or 12.345: write 12345 or 12345.00")
    with pytest.raises(Wrong) as refused:
        values.count("1.000")
    assert said(refused.value.why).endswith("write 1000")


def test_an_amount_is_no_share() -> None:
    assert values.amount("1 234,50 €") == "1234.5"
    with pytest.raises(Wrong):
        values.amount("45 %")


@pytest.mark.parametrize("text", ["01/02/2026", "1/2/2026", "01.02.2026", "2026-02-01"])
def test_the_day_comes_before_the_month(text: str) -> None:
    assert values.day(text) == date(2026, 2, 1)


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_template_is_a_file_one_could_send(kind: str) -> None:
    (line,) = read(kind, reading.written(KINDS[kind].template))
    assert line.line == 2


def test_no_name_of_a_column_means_two() -> None:
    for kind in KINDS.values():
        names = [name for column in kind.columns for name in column.names]
        assert len(names) == len(set(names)), kind.name


def test_how_much_was_read_is_known() -> None:
    raw = (HEADER + "bot,ana@x.org,2026-01-31,1\n" * 100).encode()
    sheet = reading.Sheet(io.BytesIO(raw), len(raw))
    shares = [sheet.share for _ in sheet.rows()]
    assert shares == sorted(shares)
    assert (shares[0] < 0.05, shares[-1]) == (True, 1.0)
