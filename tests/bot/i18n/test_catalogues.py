"""The catalogues say the same things in every language, in words only."""

from __future__ import annotations

import ast as python
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest
from babel import Locale
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from bot.i18n.translator import LANGUAGES, Catalogue, Language, catalogue, sources
from rituals.use_cases.alarms import Wrong
from rituals.use_cases.reach import PEOPLE_OF

ROOT = Path(__file__).parents[3]

# Markup of any platform, an address, a mention, an emoji's name, the start of a list.
MARKUP = re.compile(r"[*_`~<>|\\]|\]\(|://|www\.|@|:[a-z0-9_+-]+:|^\s*(?:[-+#]|\d+[.)])\s", re.MULTILINE)

# In French, what stands before these is a no-break space: narrow before ? ! ; and full before a colon.
LOOSE_FRENCH = re.compile(
    r"[^\u202f\s?!.](?=[?!;])|[^\u00a0\d](?=:)|(?<=«)[^\u00a0\u202f]|[^\u00a0\u202f](?=»)|(?<!^) (?=[?!;:»])"
)


class Sentence(Visitor):
    """What a message is made of: its blanks, its words, the keys of its selectors."""

    def __init__(self) -> None:
        self.blanks: set[str] = set()
        self.words: list[str] = []
        self.selectors: list[set[str]] = []

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802 (fluent's name)
        self.blanks.add(node.id.name)

    def visit_TextElement(self, node: ast.TextElement) -> None:  # noqa: N802 (fluent's name)
        self.words.append(str(node.value))

    def visit_StringLiteral(self, node: ast.StringLiteral) -> None:  # noqa: N802 (fluent's name)
        self.words.append(str(node.value))

    def visit_SelectExpression(self, node: ast.SelectExpression) -> None:  # noqa: N802 (fluent's name)
        named = {variant.key.name for variant in node.variants if isinstance(variant.key, ast.Identifier)}
        self.selectors.append(named)
        self.generic_visit(node)


@cache
def entries(locale: Language) -> Mapping[str, Sequence[ast.EntryType]]:
    """What each file of a language holds."""
    return {name: FluentParser().parse(source).body for name, source in sources(locale).items()}


@cache
def said(locale: Language) -> Mapping[str, Sentence]:
    """Every message of a language, by key."""
    found: dict[str, Sentence] = {}
    for body in entries(locale).values():
        for entry in body:
            if isinstance(entry, ast.Message):
                found[entry.id.name] = Sentence()
                found[entry.id.name].visit(entry)
    return found


def unfilled(sentences: Catalogue, key: str) -> str:
    """A sentence as it is said with nothing in its blanks."""
    pattern = sentences.get_message(key).value
    return str(sentences.format_pattern(pattern, {})[0]) if pattern is not None else ""


def of_the_terminal() -> set[str]:
    """Keys of what only the command line says: it may name an option, an address or a file."""
    read = [entry for name, body in entries("en").items() if name.startswith("terminal") for entry in body]
    return {entry.id.name for entry in read if isinstance(entry, ast.Message)}


@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_file_is_read_without_a_fault(locale: Language) -> None:
    assert not [one.content for body in entries(locale).values() for one in body if isinstance(one, ast.Junk)]


@pytest.mark.parametrize("locale", LANGUAGES)
def test_each_sentence_is_found_by_itself(locale: Language) -> None:
    assert all(catalogue(locale).has_message(key) for key in said(locale))
    assert [key for key in said(locale) if catalogue(locale).get_message(key).value is None] == []


@pytest.mark.parametrize("locale", LANGUAGES)
def test_without_a_command_no_sentence_names_one(locale: Language) -> None:
    bare = catalogue(locale, slash=False)
    written = {key for key in said(locale) if key.startswith("unslashed-")}
    assert {key.removeprefix("unslashed-") for key in written} < set(said(locale))
    assert [key for key in set(said(locale)) - written if "/comitia" in unfilled(bare, key)] == []
    assert "/comitia" in unfilled(catalogue(locale), "home-help")


@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_command_in_a_sentence_has_its_quotes_where_nothing_begins_with_one(locale: Language) -> None:
    naming = {key for key, sentence in said(locale).items() if "/comitia" in "".join(sentence.words)}
    in_quotes = {key.removeprefix("unslashed-") for key in said(locale) if key.startswith("unslashed-")}
    # In the list of help each stands alone; what the manifest says is read in Slack only.
    alone = {key for key in naming if key.startswith("help-") and key.endswith("-command")}
    in_slack = {entry.id.name for entry in entries(locale)["manifest.ftl"] if isinstance(entry, ast.Message)}
    assert naming - alone - in_slack <= in_quotes


def test_an_alarm_has_the_sentences_that_are_said_of_it_and_no_others() -> None:
    told = {wrong for wrong in Wrong if wrong not in {Wrong.DATABASE, Wrong.DISK}}
    over = {wrong for wrong in Wrong if wrong not in PEOPLE_OF.values()}
    assert {key for key in said("en") if key.startswith("alarm-")} == {
        *(f"alarm-{wrong}{end}" for wrong in told for end in ("", "-do")),
        *(f"alarm-{wrong}-over" for wrong in over),
    }


def test_every_language_has_the_same_files() -> None:
    assert all(set(sources(locale)) == set(sources("en")) for locale in LANGUAGES)


# Thousands of sentences: each test looks at all of a language and names those that are not as they should be.


@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_language_says_it_with_the_same_blanks(locale: Language) -> None:
    assert {key: sentence.blanks for key, sentence in said(locale).items()} == {
        key: sentence.blanks for key, sentence in said("en").items()
    }


@pytest.mark.parametrize("locale", LANGUAGES)
def test_selectors_have_the_plural_forms_of_the_language(locale: Language) -> None:
    # "many" of French begins at a million: allowed, never asked for.
    spoken = Locale.parse(locale).plural_form.tags | {"other"}
    for key, sentence in said(locale).items():
        for named in sentence.selectors:
            assert named <= spoken, f"{key}: a selector chooses among numbers and plural forms"
            assert "other" in named, key
            if len(named) > 1:
                assert named >= spoken - {"many"}, key


@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_sentence_has_words_and_neither_markup_nor_address(locale: Language) -> None:
    assert not [key for key, sentence in said(locale).items() if not sentence.words and not sentence.blanks]
    terminal = of_the_terminal()
    assert not [words for words in said_with(MARKUP, locale) if words.partition(":")[0] not in terminal]


def test_french_signs_keep_their_no_break_spaces() -> None:
    assert not said_with(LOOSE_FRENCH, "fr")


def test_french_has_one_word_for_a_pulse_and_one_for_a_channel() -> None:
    others = re.compile(r"\b(?:baromètre|sondage|salon)s?\b", re.IGNORECASE)
    # What `comitia init` calls one is a title, the organisation's to change.
    assert [one.partition(":")[0] for one in said_with(others, "fr")] == ["init-title-pulse"]


@pytest.mark.parametrize("locale", LANGUAGES)
def test_ellipses_are_typographic(locale: Language) -> None:
    assert not said_with(re.compile(r"\.\.\."), locale)


def said_with(pattern: re.Pattern[str], locale: Language) -> list[str]:
    """The sentences of a language in which that stands."""
    return [
        f"{key}: {words}" for key, sentence in said(locale).items() for words in sentence.words if pattern.search(words)
    ]


def keys_in_code() -> Iterator[tuple[str, str]]:
    """Every key written out in the code: `say("key", …)`, `Text(key="key")` and the `key = "…"` of a refusal."""
    for folder in ("rituals", "storage", "bot"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in python.walk(python.parse(path.read_text(encoding="utf-8"))):
                for key in _keys(node, refusals=folder == "rituals"):
                    yield key, f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


def _keys(node: python.AST, *, refusals: bool) -> Iterator[str]:
    if isinstance(node, python.Call) and isinstance(node.func, python.Name):
        if node.func.id == "say" and node.args:
            yield from _literals(node.args[0])
        for keyword in node.keywords:
            if node.func.id == "Text" and keyword.arg == "key":
                yield from _literals(keyword.value)
    if refusals and isinstance(node, python.Assign) and [python.unparse(it) for it in node.targets] == ["key"]:
        yield from _literals(node.value)


def _literals(node: python.expr) -> Iterator[str]:
    if isinstance(node, python.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)
    elif isinstance(node, python.Constant) and isinstance(node.value, str):
        yield node.value


def test_every_key_in_the_code_has_its_sentence() -> None:
    missing = {f"{key} ({where})" for key, where in keys_in_code() if key not in said("en")}
    assert not missing, "add these to the catalogues: " + ", ".join(sorted(missing))
