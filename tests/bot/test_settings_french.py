"""Whatever is wrong with the settings is said in French too, at the same place and with the same remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_origin

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot import settings_rituals, settings_tree
from bot.i18n.translator import LANGUAGES, sources, translator_for
from bot.settings import load_with_notes
from bot.settings_shape import bare, is_section, wanted
from bot.settings_tree import Settings
from tests.bot.settings_files import BASE, FRENCH, TOKENS, changed, faults, one
from tests.bot.test_settings_rituals import FILE_OF_KPI, NEW

ROOT = Path(__file__).parents[2]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "app.yaml"


def told(said: str) -> str:
    """With spaces of every width as plain ones; where they go, the catalogues' own tests hold."""
    return re.sub("[\u00a0\u202f]", " ", said)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "locale: fr",
            "locale: de",
            "3:11 organisation.locale: « de » ne fait pas partie de en, fr – écrivez l’un d’eux",
        ),
        (
            "zone: Europe/Paris",
            "zone: Europe/Pari",
            "4:9 organisation.zone: « Europe/Pari » n’est pas un fuseau horaire – vouliez-vous dire « Europe/Paris » ?",
        ),
        (
            "name: Trois Rivières",
            "nom: Trois",
            "1:1 organisation.name: cette clé manque dans organisation – ajoutez `name: …`, le nom de l’organisation",
        ),
        (
            "name: Trois Rivières",
            "name: # nous",
            "2:8 organisation.name: cette clé est vide – donnez le nom de l’organisation, ou retirez la ligne "
            "(une valeur qui commence par # demande des guillemets)",
        ),
        (
            "points: 5",
            "points: 11",
            "37:13 rituals.committee.points: « 11 » est supérieur à 10 – donnez un nombre de 1 à 10",
        ),
        (
            "points: 5",
            "points: 5\n    points: 6",
            "38:5 rituals.committee.points: cette clé est déjà donnée ligne 37 – gardez l’un des deux",
        ),
        (
            "points: 5",
            "points: 5\n    on: 6",
            '38:5 rituals.committee.on: cette clé se lit comme un booléen – mettez des guillemets : "on"',
        ),
        (
            "points: 5",
            "points: 5\nweb: 8080",
            "38:6 web: « 8080 » n’est pas une section – écrivez ses clés en lignes `clé: valeur` au-dessous",
        ),
        (
            "roles: [member]",
            "roles: member",
            "16:12 people[1].roles: « member » n’est pas une liste (des lignes qui commencent par `- `) "
            "– donnez une liste de rôles",
        ),
        (
            "email: bo@example.org",
            "email: ANA@example.org",
            "15:12 people[1].email: « ANA@example.org » est déjà l’email de la personne de la ligne 13 "
            "– chaque personne a son propre email : réunissez les deux ou changez-en un",
        ),
        (
            "room: committee",
            "room: comittee",
            "32:11 rituals.committee.room: « comittee » n’est pas un canal de `rooms` "
            "– vouliez-vous dire « committee » ?",
        ),
        (
            "deadline: 17:00",
            "deadline: 10:00",
            "35:15 rituals.committee.deadline: les votes ferment (10:00) au plus tard quand ils s’ouvrent (10:00) "
            "– donnez à deadline une heure plus tardive que at",
        ),
        (
            "when: 1st tue",
            "when: jour 32",
            "30:11 rituals.committee.when: « jour 32 » n’est pas une règle que Comitia peut suivre : un mois a les "
            'jours 1 à 31 ; trouvé 32 – écrivez par exemple "1er mardi", "dernier vendredi" ou "jour 15"',
        ),
        (
            "when: 1st tue",
            "when: toutes les 2 semaines lundi depuis 2026-01-07",
            "30:11 rituals.committee.when: « toutes les 2 semaines lundi depuis 2026-01-07 » n’est pas une règle que "
            "Comitia peut suivre : 2026-01-07 est un mercredi, la règle dit lundi ; vouliez-vous dire "
            '« depuis 2026-01-12 » ? – écrivez par exemple "1er mardi", "dernier vendredi" ou "jour 15"',
        ),
        (
            "holidays: FR",
            "holidays: SG-X",
            "5:13 organisation.holidays: le calendrier de jours fériés SG n’a pas de région « X » ; écrivez SG seul "
            "– écrivez FR ou CA-QC, ou des dates comme 2026-12-24",
        ),
        (
            "points: 5",
            "points: 5\nslack: {bot_token: mien}",
            "38:9 slack.bot_token: un secret ne figure jamais dans ce fichier "
            "– donnez-le par COMITIA_SLACK__BOT_TOKEN ou COMITIA_SLACK__BOT_TOKEN_FILE",
        ),
        (
            "points: 5",
            "points: 5\nthresholds: {comments: 4}",
            "38:24 thresholds.comments: « 4 » est inférieur à 10 "
            "– donnez un nombre, au moins 10 : en dessous, on reconnaîtrait des personnes",
        ),
    ],
)
def test_a_fault_of_the_file_is_told_in_french(file: Path, old: str, new: str, said: str) -> None:
    found = faults(file, changed(old, new))
    assert f"{file}:{said}" in [told(fault.said(FRENCH)) for fault in found]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            "source: adoption",
            "cette clé manque dans kpis[0] : adoption se compte sur une initiative "
            "– ajoutez `initiative: …`, une clé de `initiatives`",
        ),
        ("source: csat, initiative: i, target: 45", "« 45 » n’est pas une part – écrivez 45% ou une part comme 0.45"),
        (
            "source: saving, initiative: i, unit: USD",
            "saving est dans la monnaie de l’organisation : son unité est EUR – retirez l’unité",
        ),
    ],
)
def test_a_fault_of_a_kpi_is_told_in_french(file: Path, written: str, said: str) -> None:
    assert told(one(faults(file, FILE_OF_KPI % written)).said(FRENCH)).endswith(f": {said}")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "le fichier est vide – partez de l’app.yaml livré avec Comitia"),
        (b"a: 'x\n", "illisible en YAML : le guillemet ouvert ici n’est jamais fermé – fermez-le"),
        (b"a: b\n\tc: d\n", "une tabulation se trouve là où YAML veut des espaces – indentez avec des espaces"),
        (b"a:\n  b: 1\n c: 2\n", "illisible en YAML : attendu <block end>, trouvé '<block mapping start>'"),
        (b"a: b\n---\nc: d\n", "un second document commence – gardez un seul document : retirez la ligne `---`"),
        ("a: é\n".encode("latin-1"), "le fichier n’est pas du texte en UTF-8 – enregistrez-le en UTF-8"),
    ],
)
def test_a_file_that_is_no_yaml_is_told_in_french(file: Path, content: bytes, said: str) -> None:
    assert said in told(one(faults(file, content)).said(FRENCH))


def test_a_fault_of_the_environment_or_of_an_argument_is_told_in_french(file: Path) -> None:
    found = faults(file, BASE, {"COMITIA_SLACK__BOT_TOKEN": "non"}, {"web.prot": 1})
    assert [told(fault.said(FRENCH)) for fault in found] == [
        "environnement COMITIA_SLACK__APP_TOKEN: Slack en mode socket a besoin de ce secret "
        "– définissez COMITIA_SLACK__APP_TOKEN ou COMITIA_SLACK__APP_TOKEN_FILE",
        "environnement COMITIA_SLACK__BOT_TOKEN: cela ne ressemble pas à un jeton de bot (xoxb-…) "
        "– copiez-le depuis l’application Slack, OAuth & Permissions",
        "arguments web.prot: ce réglage n’existe pas – vouliez-vous dire « web.port » ?",
    ]


def test_what_is_worth_a_look_is_told_in_french(file: Path) -> None:
    file.write_text(changed("initiative: claims\n", "initiative: robots\n", NEW), encoding="utf-8")
    note = one(load_with_notes(file, environ=TOKENS)[1])
    assert told(note.said(FRENCH)).endswith(
        "kpis[0].initiative: « robots » n’est pas dans la liste `initiatives` "
        "– normal si un fichier que vous importez l’apporte"
    )


def test_the_text_of_the_exception_stays_english(file: Path) -> None:
    fault = one(faults(file, changed("locale: fr", "locale: de")))
    assert str(fault) == f'{file}:3:11 organisation.locale: "de" is not one of en, fr – write one of them'


# --- the catalogue and the code ------------------------------------------------------------------------------------


def sections() -> Iterator[type[BaseModel]]:
    yield Settings
    for module in (settings_tree, settings_rituals):
        for found in vars(module).values():
            if isinstance(found, type) and issubclass(found, BaseModel) and found.__module__ == module.__name__:
                yield found


def is_left_out_whole(field: FieldInfo) -> bool:
    """Whether it is a section, or sections by key, that need not be given."""
    return is_section(field.annotation) and not field.is_required() and get_origin(bare(field.annotation)) is not tuple


@pytest.mark.parametrize("name", [name for name, field in Settings.model_fields.items() if is_left_out_whole(field)])
@pytest.mark.parametrize("written", ["true", "7", "words", "[a]"])
def test_something_else_than_a_section_asks_for_one_key_a_line(file: Path, name: str, written: str) -> None:
    whole = f"organisation: {{name: Horizon, zone: Europe/Paris}}\n{name}: {written}\n"
    found = one(tuple(fault for fault in faults(file, whole) if fault.file == str(file)))
    assert found.key == name
    assert str(found).endswith(" is not a section – write its keys as lines of `key: value` below it")


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("section", dict.fromkeys(sections()))
def test_every_key_of_every_section_has_its_words(section: type[BaseModel], locale: str) -> None:
    speak = translator_for(locale, FRENCH.zone)
    for name, field in section.model_fields.items():
        if is_left_out_whole(field):
            assert field.description is None, f"{name}: no fault asks for it"
            continue
        asked = wanted(field)
        assert asked.key != "settings-wanted-value", name
        assert speak.say(asked), name


def test_no_sentence_about_settings_is_left_over() -> None:
    keys = re.findall(r"(?m)^([a-z0-9-]+) =", sources("en")["terminal-settings.ftl"])
    code = "".join(
        path.read_text(encoding="utf-8") for folder in ("bot", "rituals") for path in (ROOT / folder).rglob("*.py")
    )
    assert [key for key in keys if f'"{key}"' not in code] == []
