"""The weekly letter in the direct message, its preview and its day; one's own data, shown and erased, in chat."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest

from bot.commands import digest as digest_command
from bot.commands import personal as personal_command
from tests.bot.scenarios.anywhere import PLATFORMS, house_on
from tests.bot.scenarios.horizon import (
    LUC,
    PEOPLE,
    PRIYA,
    SAM,
    ZOE,
    AnyHouse,
    Json,
    email,
    french,
    plain,
    words,
    write_settings,
)
from tests.bot.scenarios.horizon import RITUALS as COMMITTEE
from tests.bot.scenarios.house import House, app_yaml, buttons, environ, house_of
from tests.bot.scenarios.teams_house import teams_yaml

READERS = {PRIYA: ["deputy", "change_manager"], LUC: ["member", "change_manager"]}
RITUALS = {
    **COMMITTEE,
    "letter": {"kind": "weekly_digest", "title": "AI letter", "when": "every tue", "at": "08:30"},
}
STAFF = [
    {"email": email(name), "name": name, "roles": READERS.get(user, roles)} for user, name, _, roles in PEOPLE if roles
]
TUESDAY = datetime(2026, 1, 27, 7, 30, tzinfo=UTC)


SECTIONS: Json = {"rituals": RITUALS, "people": STAFF}


@pytest.fixture(params=PLATFORMS)
async def lettered(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> AsyncIterator[AnyHouse]:
    """Comitia at work with a digest for Priya (in English) and Luc (in French), on Monday morning."""
    async with house_on(request.param, tmp_path, sqlite_template, **SECTIONS) as built:
        yield built


@pytest.fixture
async def on_slack(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[House]:
    """The same on Slack."""
    async with house_of(tmp_path, sqlite_template, **SECTIONS) as built:
        yield built


async def told(house: AnyHouse, who: str, text: str) -> Json:
    """The one message a person alone sees when they ask."""
    (new,) = await house.command(who, text)
    return new


async def test_each_reader_finds_the_letter_in_their_own_language_and_nobody_else_does(lettered: AnyHouse) -> None:
    await lettered.to(TUESDAY)
    await lettered.after(seconds=20)
    assert "Decisions needed (2)" in words(await lettered.messages(PRIYA))
    assert "À décider (2)" in french(words(await lettered.messages(LUC)))
    assert "AI letter" not in words(await lettered.messages(SAM))
    counts = await lettered.nothing_lost()
    assert counts["posts_sent"] >= 2


async def test_a_reader_looks_at_the_letter_and_moves_it_to_another_day(lettered: AnyHouse) -> None:
    shown = await told(lettered, PRIYA, "digest")
    assert "Your next letter: Tuesday 27 January, 08:30." in words(shown)
    assert (await lettered.press(PRIYA, shown, "open-digest-day", "letter"))["ok"]
    assert "On which day?" in words(await lettered.view(PRIYA))
    await lettered.submit(PRIYA, day="thu", hour="16:00")
    assert "Your next letter comes Thursday 29 January, 16:00." in await lettered.last_words(PRIYA)
    await lettered.to(TUESDAY)
    await lettered.after(hours=2)
    seen = words(await lettered.messages(PRIYA)).count("Decisions needed")
    assert seen == (1 if lettered.platform == "teams" else 0), "the preview, where it stands among the messages"
    await lettered.to(datetime(2026, 1, 29, 15, 1, tzinfo=UTC))
    assert words(await lettered.messages(PRIYA)).count("Decisions needed") == seen + 1
    await lettered.nothing_lost()


async def test_whoever_is_no_reader_is_told_who_is(lettered: AnyHouse) -> None:
    assert "is for change managers" in words(await told(lettered, SAM, "digest"))
    assert "conduisent le changement" in words(await told(lettered, ZOE, "lettre"))


@pytest.mark.parametrize(
    ("who", "text", "said"),
    [
        (SAM, "my-data", "What I keep about you"),
        (ZOE, "mes-données", "Ce que je garde à votre sujet"),
        (ZOE, "MES-DONNEES", "Ce que je garde à votre sujet"),
        (ZOE, "mes-donne\u0301es", "Ce que je garde à votre sujet"),
        (SAM, "erase", "Erase my data"),
        (LUC, "effacer", "Effacer mes données"),
    ],
)
async def test_one_s_own_data_are_shown_in_the_direct_reply_only(
    lettered: AnyHouse, who: str, text: str, said: str
) -> None:
    assert said in french(words(await told(lettered, who, text)))
    async with lettered.app.memory.transaction() as connection:
        posts = (await connection.exec_driver_sql("SELECT post, message FROM words")).all()
    assert "personal" not in plain([list(row) for row in posts])
    # On Teams the reply itself is a message like any other.
    assert (await lettered.nothing_lost())["posts_sent"] == (1 if lettered.platform == "teams" else 0)


async def test_somebody_without_a_role_is_forgotten_by_two_presses(lettered: AnyHouse) -> None:
    shown = await told(lettered, ZOE, "mes-données")
    assert (await lettered.press(ZOE, shown, "ask-erase", "me"))["ok"]
    await lettered.settle()
    assert "Ce qui disparaît" in (await lettered.told(ZOE))[-1]
    asked = await told(lettered, ZOE, "effacer")
    assert "Ce qui disparaît" in words(asked)
    assert (await lettered.press(ZOE, asked, "erase-me", "me"))["ok"]
    await lettered.settle()
    assert any("I no longer know who you are" in one for one in await lettered.told(ZOE))
    async with lettered.app.memory.open_work() as work:
        assert email("Zoé Kovacs") not in [one.email for one in await work.people.all_present()]
    assert "I do not know you yet" in words(await told(lettered, ZOE, "my-data"))
    await lettered.told_anew(ZOE)
    assert "I do not know you yet" in words(await told(lettered, ZOE, ""))
    await lettered.nothing_lost()


async def test_the_last_press_before_all_is_erased_looks_dangerous_and_asks_once_more(on_slack: House) -> None:
    asked = await told(on_slack, ZOE, "effacer")
    (button,) = [element for _, element in buttons(asked) if "confirm" in element]
    assert button["style"] == "danger"


# --- the command line ----------------------------------------------------------------------------------------------


async def test_the_preview_prints_what_goes_out_beside_a_comitia_at_work_and_changes_nothing(
    on_slack: House, tmp_path: Path
) -> None:
    settings = write_settings(
        tmp_path, app_yaml("http://127.0.0.1:1/api/", str(tmp_path / "comitia.sqlite"), rituals=RITUALS, people=STAFF)
    )

    async def dump() -> str:
        async with on_slack.app.memory.transaction() as connection:
            names = (await connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars()
            rows = {name: (await connection.exec_driver_sql(f"SELECT * FROM {name}")).all() for name in names.all()}
        return json.dumps({name: sorted(map(repr, found)) for name, found in rows.items()})

    async def printed(email: str | None = None, language: str | None = None) -> tuple[int, str]:
        out = StringIO()
        at = datetime(2026, 1, 27, 7, 0, tzinfo=UTC)
        code = await digest_command.run(settings, email=email, language=language, environ=environ(), at=at, out=out)
        return code, out.getvalue()

    before = await dump()
    code, text = await printed(email=email("Priya Shah"))
    assert code == 0
    assert text.startswith("Priya Shah <priya.shah@horizon.example>, Tuesday 27 January 2026, 08:30 (Europe/Paris)\n")
    assert "- Claims triage · on the agenda of AI committee, Tuesday 3 February\n" in text
    assert (await printed())[1].startswith("Luc Moreau <"), "the first reader, by address"
    assert "À décider (2)" in french((await printed(email=email("Priya Shah"), language="fr"))[1])
    assert await printed(email=email("Sam Taylor")) == (
        1,
        "The letter goes to nobody: sam.taylor@horizon.example is no reader of the digest; "
        "give `roles: [change_manager]` in `people`.\n",
    )
    assert await dump() == before


async def test_an_admin_shows_and_erases_on_behalf_of_somebody(on_slack: House, tmp_path: Path) -> None:
    settings = write_settings(
        tmp_path, app_yaml("http://127.0.0.1:1/api/", str(tmp_path / "comitia.sqlite"), rituals=RITUALS, people=STAFF)
    )
    at = datetime(2026, 1, 27, 7, 0, tzinfo=UTC)

    async def erase(who: str, *, sure: bool = True, lift: bool = False) -> tuple[int, str]:
        out = StringIO()
        code = await personal_command.erase(settings, who, sure=sure, lift=lift, environ=environ(), at=at, out=out)
        return code, out.getvalue()

    out = StringIO()
    zoe = email("Zoé Kovacs")
    assert await personal_command.show(settings, zoe, environ=environ(), at=at, out=out) == 0
    assert "Ce que je garde à votre sujet" in french(out.getvalue())
    assert (await erase(zoe, sure=False))[0] == 1
    assert await erase(zoe) == (
        0,
        "Erased, and forgotten altogether. Comitia counts this person in no figure from now on.\n",
    )
    assert await erase(zoe) == (1, f"Nobody is known as {zoe}.\n")
    assert (await erase(zoe, lift=True))[0] == 0
    assert await erase(zoe, lift=True) == (1, f"{zoe} was not left out.\n")
    code, text = await erase(email("Sam Taylor"))
    assert (code, "which stay because the settings give them a role." in text) == (0, True)
    french_terminal = environ() | {"LC_ALL": "fr_FR.UTF-8"}
    out = StringIO()
    assert await personal_command.show(settings, zoe, environ=french_terminal, at=at, out=out) == 1
    assert out.getvalue() == f"Personne n’est connu sous l’adresse {zoe}.\n"


async def test_the_command_line_names_what_is_written_to_comitia_as_it_is_written_there(
    lettered: AnyHouse, tmp_path: Path
) -> None:
    yaml = teams_yaml if lettered.platform == "teams" else app_yaml
    tree: Json = yaml("http://127.0.0.1:1/", str(tmp_path / "comitia.sqlite"), rituals=RITUALS, people=STAFF)
    settings = write_settings(tmp_path, tree)
    await lettered.to(TUESDAY)
    await lettered.after(seconds=20)
    at = TUESDAY + timedelta(hours=1)
    letter, page = StringIO(), StringIO()
    assert await digest_command.run(settings, email=None, language="en", environ={}, at=at, out=letter) == 0
    assert await personal_command.show(settings, email("Sam Taylor"), environ={}, at=at, out=page) == 0
    by_name = {"slack": "/comitia {}", "teams": "“{}”"}[lettered.platform]
    assert f"{by_name.format('digest')} shows them." in letter.getvalue().replace("\n", " ")
    assert f"In chat they see more: {by_name.format('my-data')} also tells them" in page.getvalue().replace("\n", " ")
