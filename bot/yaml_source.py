"""Reading app.yaml: plain values with the line and column of every key and value, and every fault found on the way."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from bot.i18n.translator import Language, Translator, translator_for
from rituals.messages import Several, Text, Value, say

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
MAX_ALIASES = 200
MAX_KEY = 100
MAX_VALUE = 10_000
MAX_NODES = 20_000
"""Limits far above any real organisation's file, and low enough that a hostile one is refused within seconds."""

KeyPath = tuple[str | int, ...]
"""Where a value stands: keys of mappings and positions in lists, from the root."""

HIDDEN = "•••"
PREFIX = "COMITIA_"

_TOKEN = re.compile(r"\bx(?:ox[a-z]|app)-[\w-]+", re.IGNORECASE)
_HEX = re.compile(r"\b[0-9a-f]{32,}\b", re.IGNORECASE)
_PASSWORD_IN_URL = re.compile(r"://[^/\s@:]*:\S{1,300}@|[?&](?:ssl)?password=[^&\s]+", re.IGNORECASE)
_SECRET_KEY = re.compile(r"secret|token|password", re.IGNORECASE)

ENVIRONMENT = "environment"
ARGUMENTS = "arguments"
_ELSEWHERE = {ENVIRONMENT: say("settings-in-environment"), ARGUMENTS: say("settings-in-arguments")}

_TAG = "tag:yaml.org,2002:"
_PLAIN_TAGS = frozenset(_TAG + name for name in ("str", "int", "float", "bool", "null", "timestamp", "seq", "map"))
_BARE_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_MOST_DIGITS = 18


# --- faults --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with the settings, where it stands and what to do about it.

    `file`: the file as it was named, or ENVIRONMENT, or ARGUMENTS. `line` and `column` count from 1.
    `key`: the dotted name of the setting ("people[0].email"), or the name of an environment variable.
    """

    file: str
    line: int | None
    column: int | None
    key: str
    problem: Text
    cure: Text | None

    def said(self, speak: Translator) -> str:
        """The fault on one line in the language of `speak`: its place, its key, what is wrong and what to do."""
        file = speak.say(_ELSEWHERE[self.file]) if self.file in _ELSEWHERE else self.file
        place = ":".join(str(part) for part in (file, self.line, self.column) if part is not None)
        named = f"{place} {self.key}" if self.key else place
        return f"{named}: {' – '.join(speak.say(text) for text in (self.problem, self.cure) if text is not None)}"

    @property
    def message(self) -> str:
        """What is wrong, in English."""
        return _english().say(self.problem)

    @property
    def remedy(self) -> str:
        """What to do about it, in English; empty where nothing is known."""
        return _english().say(self.cure) if self.cure is not None else ""

    def __str__(self) -> str:
        return self.said(_english())


def _english() -> Translator:
    return translator_for("en", ZoneInfo("UTC"))


class SettingsError(Exception):
    """The settings cannot be used. `faults` are all that is wrong, by file and line; none shows a secret.

    Its text is English; `Fault.said` speaks other languages. `locale`: the organisation's, as far as it can be read.
    """

    def __init__(self, faults: Iterable[Fault], *, locale: Language = "en") -> None:
        self.faults = tuple(faults)
        self.locale = locale
        super().__init__("\n".join(map(str, self.faults)))


def dotted(path: KeyPath) -> str:
    """`("people", 0, "email")` as "people[0].email"; a key that looks like a secret is hidden."""
    written = ""
    for part in path:
        if isinstance(part, int):
            written += f"[{part}]"
        else:
            written += f".{masked(part)}" if written else masked(part)
    return written


def variable(path: KeyPath) -> str:
    """The environment variable that gives the setting at `path`."""
    return PREFIX + "__".join(str(part).upper().replace("-", "_") for part in path)


def looks_secret(value: str, key: str = "") -> bool:
    """Whether `value`, standing under `key`, looks like a token, a signing secret or a URL with a password."""
    if _TOKEN.search(value) or _PASSWORD_IN_URL.search(value):
        return True
    return bool(_SECRET_KEY.search(key) and _HEX.search(value))


def masked(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` without anything that looks like a secret, or is one of `secrets`, cut to a length one can read."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    for pattern in (_PASSWORD_IN_URL, _TOKEN, _HEX):
        text = pattern.sub(HIDDEN, text)
    text = "".join(sign if sign.isprintable() else " " for sign in text)
    return text if len(text) <= 1200 else text[:1199] + "…"


def shown(value: object) -> str:
    """A value as a fault may show it: short, on one line, never a secret."""
    text = masked(str(value))
    return text if len(text) <= 60 else f"{text[:59]}…"


def quoted(value: object) -> Text:
    """A value between quotes, as `shown` shows it."""
    return say("settings-quoted", value=shown(value))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` most resembles, or None where none is near."""
    if len(word) > MAX_KEY:
        return None
    by_fold = {one.casefold(): one for one in known}
    found = difflib.get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.6)
    return by_fold[found[0]] if found else None


def meant(word: str, known: Iterable[str]) -> Text | None:
    """A cure naming the nearest known word, or all of them where they are few, or None otherwise."""
    listed = sorted(known)
    near = nearest(word, listed)
    if near is not None:
        return say("settings-do-meant", near=near)
    return say("settings-do-known", known=Several(items=tuple(listed))) if 0 < len(listed) <= 16 else None


# --- the file ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Where a key and its value begin; lines and columns count from 1. An item of a list has no key of its own."""

    key: tuple[int, int] | None
    value: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a file says: plain values (dict, list, str, int, bool, None), the marks of each path, and the faults."""

    values: Mapping[str, object] = field(default_factory=dict)
    marks: Mapping[KeyPath, Mark] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


class _Refused(Exception):
    """The whole file is refused; `line` and `column` count from 1."""

    def __init__(self, problem: Text, cure: Text, line: int | None = None, column: int | None = None) -> None:
        super().__init__(problem.key)
        self.problem, self.cure, self.line, self.column = problem, cure, line, column


_BEGIN = say("settings-do-begin")


def read_yaml(path: Path, *, secrets: Collection[KeyPath] = ()) -> Source:
    """The settings of a YAML file with their places. Never raises for what the file holds: see `Source.faults`.

    `secrets`: the settings that may hold a secret, each of which an environment variable gives.
    Dates, times and fractions stay the text that was written ("10:00" is not 600, "1e3" not 1000.0): the settings
    read them with their own rules.
    """
    name = str(path)
    loader: _Composer | None = None
    try:
        text = _text(path)
        loader = _Composer(text)
        try:
            root = loader.get_single_node()
        finally:
            loader.dispose()
        if root is None:
            raise _Refused(say("settings-file-empty"), _BEGIN)
        if not isinstance(root, yaml.MappingNode):
            raise _Refused(say("settings-file-no-lines"), _BEGIN, 1, 1)
        walk = _Walk(name, secrets)
        values = walk.mapping(root, ())
    except _Refused as why:
        refused = Fault(file=name, line=why.line, column=why.column, key="", problem=why.problem, cure=why.cure)
        return Source(faults=(refused,))
    except yaml.MarkedYAMLError as error:
        return Source(faults=(_syntax_fault(name, error, loader.long_quote if loader else None),))
    except yaml.reader.ReaderError as error:
        line, column = _place(text, error.position)
        return Source(
            faults=(
                Fault(
                    file=name,
                    line=line,
                    column=column,
                    key="",
                    problem=say("settings-control-here"),
                    cure=say("settings-do-delete-sign"),
                ),
            )
        )
    return Source(values=values, marks=walk.marks, faults=tuple(walk.faults))


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _Refused(say("settings-file-none"), say("settings-do-name-file")) from None
    except OSError as error:
        refused = say("settings-file-unreadable", why=_why_unreadable(error))
        raise _Refused(refused, say("settings-do-permissions")) from None
    if len(content) > MAX_BYTES:
        raise _Refused(say("settings-file-large"), say("settings-do-settings-only"))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _place(content[: error.start].decode("utf-8-sig"), None)
        raise _Refused(say("settings-file-not-utf8"), say("settings-do-utf8"), line, column) from None


def _why_unreadable(error: OSError) -> Text | str:
    if isinstance(error, IsADirectoryError):
        return say("settings-file-folder")
    return say("settings-file-forbidden") if isinstance(error, PermissionError) else str(error.strerror)


def _place(text: str, position: int | None) -> tuple[int, int]:
    before = text if position is None else text[:position]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _syntax_fault(name: str, error: yaml.MarkedYAMLError, long_quote: tuple[yaml.Mark, yaml.Mark] | None) -> Fault:
    mark = error.problem_mark or error.context_mark
    words = error.problem or error.context or ""
    if error.context_mark and "quoted scalar" in (error.context or "") and "unexpected" in words:
        mark = error.context_mark
        why, cure = say("settings-yaml-quote-open"), say("settings-do-close")
    elif long_quote and mark and mark.line == long_quote[1].line:
        # One quote was forgotten: the next in the file closes what it opened, and only what follows makes no sense.
        mark = long_quote[0]
        why, cure = say("settings-yaml-quote-late", line=str(long_quote[1].line + 1)), say("settings-do-close-here")
    elif "\\t" in words or "'\t'" in words:
        why, cure = say("settings-yaml-tab"), say("settings-do-spaces")
    elif "undefined alias" in words:
        why, cure = say("settings-yaml-alias"), say("settings-do-quote-star")
    elif "cannot start any token" in words:
        why, cure = say("settings-yaml-start"), say("settings-do-quotes")
    elif "mapping values are not allowed" in words:
        why, cure = say("settings-yaml-colon"), say("settings-do-quote-colon")
    elif "but found another document" in words:
        why, cure = say("settings-yaml-documents"), say("settings-do-one-document")
    else:
        why, cure = _parser_says(words), say("settings-do-look-around")
    return Fault(
        file=name,
        line=mark.line + 1 if mark else None,
        column=mark.column + 1 if mark else None,
        key="",
        problem=say("settings-yaml", why=why),
        cure=cure,
    )


def _parser_says(words: str) -> Text:
    """What the parser found, where we have no better words for it."""
    # What it quotes may be somebody's token: only single signs (":") and its own names (<scalar>) are kept.
    words = masked(re.sub(r"(['\"])(?!<[a-z ]+>)[^'\"]{3,}\1", "…", words))
    if found := re.fullmatch(r"expected (.+), but (?:found|got) (.+)", words):
        return say("settings-yaml-expected", wanted=found[1], found=found[2])
    if found := re.fullmatch(r"could not find expected (.+)", words):
        return say("settings-yaml-missing", wanted=found[1])
    return say("settings-yaml-says", words=words)


class _Composer(yaml.SafeLoader):
    """PyYAML's composer with limits, checked while the file is read so that a bomb never goes off."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = self._nodes = self._aliases = 0
        self.long_quote: tuple[yaml.Mark, yaml.Mark] | None = None
        """Where the last quoted text that goes over several lines begins and ends."""

    def scan_flow_scalar(self, style: str) -> yaml.ScalarToken:
        """The next quoted text; one over several lines is noted."""
        token: yaml.ScalarToken = super().scan_flow_scalar(style)
        if token.start_mark.line != token.end_mark.line:
            self.long_quote = token.start_mark, token.end_mark
        return token

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """The next node, refused beyond the limits."""
        mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
        self._nodes += 1
        self._aliases += self.check_event(yaml.AliasEvent)
        if self._depth >= MAX_DEPTH or self._nodes > MAX_NODES or self._aliases > MAX_ALIASES:
            raise _Refused(say("settings-file-deep"), _TOO_MUCH, mark.line + 1, mark.column + 1)
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1


_TOO_MUCH = say("settings-do-limits", levels=MAX_DEPTH, nodes=MAX_NODES, aliases=MAX_ALIASES)
_KINDS = {
    "bool": say("settings-kind-boolean"),
    "int": say("settings-kind-number"),
    "float": say("settings-kind-number"),
    "null": say("settings-kind-nothing"),
    "timestamp": say("settings-kind-date"),
}


class _Walk:
    """Turns composed nodes into plain values, noting marks and faults. Aliases are expanded, within the same limit."""

    def __init__(self, file: str, secrets: Collection[KeyPath]) -> None:
        self.file = file
        self._secrets = secrets
        self.marks: dict[KeyPath, Mark] = {}
        self.faults: list[Fault] = []
        self._visited = 0

    def mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, object]:
        self._count(node, path)
        values: dict[str, object] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node, path)
            if key is None:
                continue
            here = (*path, key)
            if key in values:
                line, _ = self.marks[here].key or self.marks[here].value
                self._fault(key_node, here, say("settings-key-twice", line=str(line)), say("settings-do-keep-one"))
                continue
            self.marks[here] = Mark(key=_at(key_node), value=_at(value_node))
            values[key] = self._value(value_node, here)
        return values

    def _key(self, node: yaml.Node, path: KeyPath) -> str | None:
        if not isinstance(node, yaml.ScalarNode):
            self._fault(node, path, say("settings-key-no-word"), say("settings-do-key-value"))
            return None
        if len(node.value) > MAX_KEY:
            self._fault(node, path, say("settings-key-long", most=MAX_KEY), say("settings-do-shorter"))
            return None
        if node.tag == _TAG + "merge":
            self._fault(node, (*path, "<<"), say("settings-key-merge"), say("settings-do-write-out"))
            return None
        if node.tag != _TAG + "str":
            kind = _KINDS.get(node.tag.removeprefix(_TAG), say("settings-kind-other"))
            quote = say("settings-do-quote-key", name=masked(node.value))
            cure = quote if node.value else say("settings-do-write-key")
            self._fault(node, (*path, node.value), say("settings-key-read-as", kind=kind), cure)
            return None
        if looks_secret(node.value):
            self._fault(node, (*path, node.value), say("settings-key-secret"), self._exposed((), node.value))
            return None
        return str(node.value)

    def _value(self, node: yaml.Node, path: KeyPath) -> object:
        if node.tag not in _PLAIN_TAGS:
            self._fault(node, path, say("settings-tag"), say("settings-do-no-tag"))
            return None
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            self._count(node, path)
            items: list[object] = []
            for index, item in enumerate(node.value):
                self.marks[(*path, index)] = Mark(key=None, value=_at(item))
                items.append(self._value(item, (*path, index)))
            return items
        self._count(node, path)
        return self._scalar(node, path)

    def _scalar(self, node: yaml.Node, path: KeyPath) -> str | int | bool | None:
        written = str(node.value)
        key = next((part for part in reversed(path) if isinstance(part, str)), "")
        if len(written) > MAX_VALUE:
            self._fault(node, path, say("settings-value-long", most=MAX_VALUE), say("settings-do-shorter"))
            return None
        if looks_secret(written, key):
            self._fault(node, path, say("settings-value-secret"), self._exposed(path, written))
            return None
        match node.tag.removeprefix(_TAG):
            case "null":
                return None
            case "bool":
                return written.casefold() in {"true", "yes", "on"}
            case "int" if _BARE_INT.fullmatch(written) and len(written) <= _MOST_DIGITS:
                return int(written)
            case _:
                return written

    def _count(self, node: yaml.Node, path: KeyPath) -> None:
        # An alias is one node composed and as many visited as it stands for; one that holds itself goes on for ever.
        self._visited += 1
        if self._visited > MAX_NODES or len(path) > MAX_DEPTH:
            raise _Refused(say("settings-aliases-endless"), _TOO_MUCH, *_at(node))

    def _exposed(self, path: KeyPath, secret: str) -> Text:
        take_out = say("settings-do-change-password" if "://" in secret else "settings-do-revoke")
        elsewhere = (
            say("settings-do-give-secret", variable=variable(path))
            if path in self._secrets
            else say("settings-do-secret-elsewhere")
        )
        return say("settings-do-both", first=take_out, second=elsewhere)

    def _fault(self, node: yaml.Node, path: KeyPath, problem: Text, cure: Text) -> None:
        line, column = _at(node)
        fault = Fault(file=self.file, line=line, column=column, key=dotted(path), problem=problem, cure=cure)
        self.faults.append(fault)


def _at(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def without_secrets(fault: Fault, secrets: Iterable[str]) -> Fault:
    """`fault` with every one of `secrets` hidden, wherever a value came to be quoted."""
    known = tuple(secrets)
    return replace(
        fault,
        key=masked(fault.key, known),
        problem=_masked(fault.problem, known),
        cure=_masked(fault.cure, known) if fault.cure is not None else None,
    )


def _masked(text: Text, secrets: tuple[str, ...]) -> Text:
    def hidden(value: Value) -> Value:
        match value:
            case str():
                return masked(value, secrets)
            case Text():
                return _masked(value, secrets)
            case Several():
                return Several(
                    items=tuple(
                        masked(one, secrets) if isinstance(one, str) else _masked(one, secrets) for one in value.items
                    )
                )
            case _:
                return value

    return Text(key=text.key, values={name: hidden(value) for name, value in text.values.items()})
