"""`comitia import`, `undo-import` and `imports`, beside a database that somebody else works on."""

import asyncio
import io
import os
import shutil
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.commands import import_ as command
from bot.imports.kinds import KINDS
from rituals.measures.statistics import Window
from storage.engine import alone_on, importing_alone, open_engine
from storage.work import Memory
from tests.databases import Postgres, opened

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
YAML = """
organisation: {{name: Acme, locale: fr, zone: Europe/Paris}}
database: {{url: "{url}"}}
initiatives:
  - {{key: bot, title: A bot, summary: Talks., stage: pilot, department: Claims}}
"""
FCR = """
kpis:
  - {key: fcr, title: Resolved at once, unit: "%", direction: up, source: imported, owner: ana@x.org}
"""
PEOPLE = "email,department,valid_from\nana@x.org,Claims,2026-01-01\n"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class House:
    """A directory with settings, a database and files."""

    def __init__(self, directory: Path, url: str, *, language: str = "en_GB.UTF-8") -> None:
        self.directory, self.url, self.environ = directory, url, {"LANG": language}
        self.config = directory / "app.yaml"
        self.config.write_text(YAML.format(url=url), "utf-8")

    async def take_in(self, kind: str, text: str | None, *, err: io.StringIO | None = None) -> tuple[int, str, str]:
        path = self.directory / f"{kind}.csv"
        if text is not None:
            path.write_text(text, "utf-8")
        out, err = io.StringIO(), err or io.StringIO()
        code = await command.run(kind, path, config=self.config, environ=self.environ, at=AT, out=out, err=err)
        return code, out.getvalue(), err.getvalue()

    async def undo(self, number: int | None = None) -> tuple[int, str]:
        out = io.StringIO()
        return await command.undo(number, config=self.config, environ=self.environ, at=AT, out=out), out.getvalue()

    async def listing(self) -> str:
        out = io.StringIO()
        assert await command.listing(config=self.config, environ=self.environ, out=out) == 0
        return out.getvalue()


@pytest.fixture
def house(tmp_path: Path, sqlite_template: Path) -> House:
    """A migrated SQLite file with nothing in it."""
    shutil.copyfile(sqlite_template, tmp_path / "comitia.sqlite")
    return House(tmp_path, f"sqlite:///{tmp_path / 'comitia.sqlite'}")


async def test_a_file_is_taken_in_once_listed_and_taken_back(house: House) -> None:
    code, out, err = await house.take_in("people", PEOPLE)
    assert (code, err) == (0, "")
    assert out == "people.csv: 1 line, 1 new, 0 changed. It is import 1: `comitia undo-import 1` takes it back.\n"
    assert (await house.take_in("people", None))[:2] == (
        0,
        "people.csv: nothing new in 1 line; nothing was changed.\n",
    )
    assert "1  2026-03-02 10:00  people         1 line, 1 new, 0 changed  people.csv" in await house.listing()
    assert await house.undo() == (0, "Import 1 (people, people.csv) is taken back: all is as it was before.\n")
    assert await house.listing() == "Nothing was imported yet.\n"


async def test_every_bad_line_is_named_the_first_twenty_shown_and_nothing_kept(house: House) -> None:
    lines = "".join(f"u{number}@x.org,Claims,31/13/2025\n" for number in range(30))
    code, out, err = await house.take_in("people", f"{PEOPLE}{lines}")
    assert (code, out) == (1, "")
    shown = err.splitlines()
    assert shown[0] == (
        'people.csv, line 3, column "valid_from": "31/13/2025" is not a date: write 2026-12-31, or 31/12/2026'
    )
    assert len(shown) == 22
    assert shown[-2:] == ["… and 10 more.", "30 faults: nothing was imported."]
    assert await house.listing() == "Nothing was imported yet.\n"


async def test_what_cannot_be_read_or_opened_says_so(house: House, tmp_path: Path) -> None:
    code, _, err = await house.take_in("usage", None)
    assert (code, err) == (
        1,
        "usage.csv: the file cannot be opened (No such file or directory)\nNothing was imported.\n",
    )
    assert (await house.take_in("usages", ""))[::2] == (2, '"usages" is no kind of file: did you mean "usage"?\n')
    out, told = io.StringIO(), io.StringIO()
    environ = house.environ
    assert await command.run("people", Path(), config=house.config, environ=environ, at=AT, out=out, err=told) == 1
    assert told.getvalue().startswith(".: the file cannot be opened (Is a directory)\n")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    blank = House(elsewhere, f"sqlite:///{elsewhere / 'blank.sqlite'}")
    code, _, err = await blank.take_in("people", PEOPLE)
    assert code == 1
    assert "the database has no tables yet: run `comitia migrate`" in err


async def test_why_an_import_is_not_taken_back_is_said(house: House) -> None:
    assert (await house.undo())[1] == "Nothing was taken back: nothing was imported.\n"
    assert "there is no import 9: `comitia imports` lists them" in (await house.undo(9))[1]
    await house.take_in("people", PEOPLE)
    await house.take_in("people", PEOPLE + "bo@x.org,Legal,2026-01-01\n")
    code, out = await house.undo(1)
    assert code == 1
    assert out.endswith(
        "import 2 (people, people.csv) came after it and may rest on it: take it back first, `comitia undo-import 2`.\n"
    )
    await house.take_in("people", PEOPLE + "cy@x.org,Legal,2026-01-01\n")
    assert (await house.undo(1))[1].endswith("take them back first, in the order 3, 2.\n")


def test_templates_are_written_for_one_kind_or_all() -> None:
    out, err = io.StringIO(), io.StringIO()
    assert command.template("usage", out, err, environ={}) == 0
    assert out.getvalue() == ("initiative,email,date,actions\nclaims-triage,ana.silva@example.org,2026-01-31,12\n")
    assert err.getvalue() == "usage.csv: headings may be French too, with or without accents: courriel (email)\n"
    out, err = io.StringIO(), io.StringIO()
    assert command.template(None, out, err, environ={"LANG": "fr_FR.UTF-8"}) == 0
    assert out.getvalue().count(".csv\n") == 6
    assert [line.partition("\u00a0")[0] for line in err.getvalue().splitlines()] == [f"{kind}.csv" for kind in KINDS]
    assert err.getvalue().endswith("accents\u00a0: indicateur (kpi), valeur (value), effectif (n)\n")
    err = io.StringIO()
    assert command.template("usag", out, err, environ={}) == 2
    assert err.getvalue() == '"usag" is no kind of file: did you mean "usage"?\n'


# --- in French -----------------------------------------------------------------------------------------------------


@pytest.fixture
def maison(house: House) -> House:
    """The same with a French terminal."""
    return House(house.directory, house.url, language="fr_FR.UTF-8")


async def test_a_french_terminal_reads_french_from_the_file_to_its_undoing(maison: House) -> None:
    assert (await maison.take_in("people", PEOPLE))[:2] == (
        0,
        "people.csv\u00a0: 1 ligne, 1 nouveauté, 0 changement. "
        "C’est l’import 1\u00a0: `comitia undo-import 1` l’annule.\n",
    )
    assert (await maison.take_in("people", None))[1] == (
        "people.csv\u00a0: rien de nouveau dans 1 ligne\u202f; rien n’a changé.\n"
    )
    assert "people         1 ligne, 1 nouveauté, 0 changement  people.csv" in await maison.listing()
    assert await maison.undo(7) == (
        1,
        "Rien n’a été annulé\u00a0: il n’y a pas d’import 7\u202f; `comitia imports` les énumère.\n",
    )
    assert await maison.undo() == (0, "L’import 1 (people, people.csv) est annulé\u00a0: tout est comme avant.\n")
    assert await maison.listing() == "Rien n’a encore été importé.\n"


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        (
            "people",
            "email,department,valid_from\nana@x.org,IT,31/13/2025\n",
            "people.csv, ligne 2, colonne «\u202fvalid_from\u202f»\u00a0: «\u202f31/13/2025\u202f» n’est pas une date"
            "\u00a0: écrivez 2026-12-31 ou 31/12/2026",
        ),
        (
            "people",
            "email,service\n,IT\n",
            "people.csv, ligne 2, colonne «\u202femail\u202f»\u00a0: ce champ est vide\u00a0: l’adresse de la personne",
        ),
        (
            "savings",
            'initiative,date,montant\nbot,2026-01-31,"1,234"\n',
            "savings.csv, ligne 2, colonne «\u202famount\u202f»\u00a0: «\u202f1,234\u202f» se lit 1234 ou 1,234\u00a0: "
            "écrivez 1234 ou 1234,00 pour le premier, 1,2340 pour le second",
        ),
        (
            "savings",
            "initiative,date,montants\n",
            "savings.csv, ligne 1, colonne «\u202fmontants\u202f»\u00a0: n’est pas une colonne du type savings\u00a0: "
            "vouliez-vous dire «\u202fmontant\u202f»\u202f?",
        ),
        (
            "savings",
            "initiative,date,montant\nbott,2026-01-31,12\n",
            "savings.csv, ligne 2, colonne «\u202finitiative\u202f»\u00a0: «\u202fbott\u202f» n’est une initiative ni "
            "d’app.yaml, ni d’un fichier initiatives déjà importé\u00a0: vouliez-vous dire «\u202fbot\u202f»\u202f?",
        ),
        (
            "readings",
            "kpi,date,value\nfcr,2026-01-31,45\n",
            "readings.csv, ligne 2, colonne «\u202fvalue\u202f»\u00a0: «\u202f45\u202f» n’est pas une part, et fcr est "
            "en pourcentage\u00a0: écrivez 45\u202f% ou 0,45",
        ),
    ],
)
async def test_a_french_terminal_is_told_in_french_what_is_wrong(
    maison: House, kind: str, text: str, told: str
) -> None:
    with maison.config.open("a", encoding="utf-8") as config:
        config.write(FCR)
    code, out, err = await maison.take_in(kind, text)
    assert (code, out) == (1, "")
    assert err.splitlines()[0] == told
    assert err.splitlines()[-1].endswith("\u00a0: rien n’a été importé.")


async def test_a_french_terminal_is_told_in_french_what_cannot_be_read(maison: House) -> None:
    assert await maison.take_in("usage", None) == (
        1,
        "",
        "usage.csv\u00a0: impossible d’ouvrir le fichier (il n’existe pas)\nRien n’a été importé.\n",
    )
    assert (await maison.take_in("usages", ""))[::2] == (
        2,
        "«\u202fusages\u202f» n’est pas un type de fichier\u00a0: vouliez-vous dire «\u202fusage\u202f»\u202f?\n",
    )


def test_a_french_terminal_that_names_no_file_is_asked_for_one_in_french() -> None:
    err = io.StringIO()
    assert command.nothing_named(err, environ={"LANG": "fr_FR.UTF-8"}) == 2
    assert err.getvalue() == "Indiquez un type et un fichier, ou demandez --template.\n"


async def test_a_terminal_without_a_language_speaks_the_organisations(house: House) -> None:
    silent = House(house.directory, house.url, language="C.UTF-8")
    assert await silent.listing() == "Rien n’a encore été importé.\n"


def many(lines: int) -> str:
    """Usage of as many lines."""
    rows = (
        f"bot,u{number % 500}@x.org,2026-{1 + number // 500 % 2:02}-{1 + number // 1000 % 28:02},{1 + number % 9}"
        for number in range(lines)
    )
    return "initiative,email,date,actions\n" + "\n".join(rows)


async def test_a_long_file_shows_how_far_it_has_come(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "LONG", 1000)
    text = many(22_000)
    code, _, err = await house.take_in("usage", text)
    assert code == 0
    assert err.splitlines()[0].startswith("Reading usage.csv: ")
    code, out, err = await house.take_in("usage", text, err=Terminal())
    assert (code, "nothing new in 22,000 lines" in out) == (0, True)
    assert err.startswith("\rReading usage.csv [")
    assert err.endswith("\r\x1b[K")


async def test_somebody_at_work_on_the_same_file_waits_for_no_import(house: House) -> None:
    """A running Comitia holds the file for itself and goes on reading and writing while usage comes in."""
    engine = open_engine(house.url)
    with alone_on(engine):
        memory = Memory(engine)
        task = asyncio.create_task(
            asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "import", "usage", str(house.directory / "usage.csv"),
                "--config", str(house.config), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
                env={**os.environ, "LC_ALL": "en_GB.UTF-8"},
            )
        )  # fmt: skip
        (house.directory / "usage.csv").write_text(many(6_000), "utf-8")
        process = await task
        ended = asyncio.create_task(process.communicate())
        turns = 0
        while not ended.done():
            async with memory.open_work() as work:
                await work.brakes.pause(f"ritual {turns}", at=AT, by="ana")
            turns += 1
            await asyncio.sleep(0.005)  # the import has no processor to itself either
        out, err = await ended
        assert (process.returncode, err) == (0, b"")
        assert b"6,000 lines, 6,000 new" in out
        assert turns > 10
        async with memory.open_work() as work:
            assert len(await work.brakes.paused()) == turns
            window = Window(first=date(2026, 1, 1), last=date(2026, 3, 1))
            assert await work.sources.match_rate(["bot"], window) == (0, 500)
    await engine.dispose()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_one_import_works_at_a_time(kind: str, house: House, request: pytest.FixtureRequest) -> None:
    if kind == "postgres":
        postgres: Postgres = request.getfixturevalue("postgres")
        postgres.clean()
        house = House(house.directory, postgres.url)
    engine = open_engine(house.url)
    async with importing_alone(engine):
        code, _, err = await house.take_in("people", PEOPLE)
    assert code == 1
    assert "another import is at work on this database: wait until it has ended" in err
    await engine.dispose()
    async with opened(house.url) as memory, memory.open_work() as work:
        assert await work.sources.imports() == []
