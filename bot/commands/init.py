"""`comitia init`: asks what an organisation is like and writes its app.yaml."""

from __future__ import annotations

import re
import tempfile
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TextIO
from urllib.parse import quote
from zoneinfo import ZoneInfo

import typer
import yaml
from babel.core import get_global
from pydantic import TypeAdapter, ValidationError

from bot.commands.speaking import terminal_language
from bot.i18n.translator import LANGUAGES, Translator, translator_for
from bot.settings import Fault, SettingsError, load
from bot.settings_values import (
    LATER,
    LATER_CHANNEL,
    Email,
    Holidays,
    Locale,
    TimeOfDay,
    Uuid,
    When,
    Words,
    Zone,
    channel_of,
)
from rituals.calendar import WorkingDays
from rituals.errors import InvalidRule
from rituals.initiatives import Stage
from rituals.messages import Text, say
from rituals.people import Role

WIDTH = 118

OTHERS = ("pulse", "adoption", "review", "digest")
"""The rituals beside the committee, by the key they get."""

ALL, NONE = frozenset({"all", "tous", "tout"}), frozenset({"none", "no", "aucun", "non", "-"})

Answers = dict[str, Any]


class Unanswered(Exception):
    """An answer that nobody can guess was neither given nor asked for; `args[0]` is the option's name."""


def _ever(_: Answers) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question: what it asks, what it takes, what is taken where nothing is said, and whether it is `asked` at all.

    Of several with one name, one is asked at most.
    """

    name: str
    asks: Text
    hint: Text
    read: Callable[[str], Any]
    default: Callable[[Answers, Mapping[str, str]], str | None]
    asked: Callable[[Answers], bool] = _ever


def run(
    path: Path,
    *,
    given: Mapping[str, str | None],
    yes: bool,
    force: bool,
    environ: Mapping[str, str],
    out: TextIO,
) -> int:
    """Asks what `given` (by the questions' names) leaves open, and writes the settings to `path`; the exit code.

    With `yes` nothing is asked: defaults are taken. A file that is there is only replaced with `force`.
    """
    speak = _translator(_wished(given, environ))
    if path.exists() and not force:
        out.write(f"{speak.say(say('init-there-already', path=str(path), force='--force', config='--config'))}\n")
        return 1
    answers: Answers = {}
    try:
        _ask(answers, given, yes=yes, environ=environ)
    except typer.Abort:
        # Click would say so in English.
        speak = _translator(answers.get("language", speak.locale))
        out.write(f"\n{speak.say(say('init-nothing-written'))}\n")
        return 1
    except Unanswered as missing:
        out.write(f"{speak.say(say('init-needed', option=f'--{missing}'))}\n")
        return 1
    speak = _translator(answers["language"])
    text = written(answers)
    faults = _faults(text, path)
    if faults:
        # Each answer is good by itself: only what they come to together can be wrong.
        out.writelines(f"{fault.said(speak)}\n" for fault in faults)
        out.write(f"{speak.say(say('init-nothing-written'))}\n")
        return 1
    path.write_text(text, encoding="utf-8")
    out.write(f"\n{speak.say(say('init-written', path=str(path)))}\n\n")
    for number, (key, command) in enumerate(_steps(answers, f"--config {path}"), start=1):
        out.write(f"  {number}. comitia {command}\n     {speak.say(Text(key=f'init-next-{key}'))}\n")
    if _is_on("teams", answers):
        out.write(f"\n{speak.say(say('init-next-azure'))}\n  docs/teams.md\n")
    if _is_on("slack", answers):
        out.write(f"\n{speak.say(say('init-next-workspace'))}\n  comitia workspace --config {path}\n")
    return 0


def _steps(answers: Answers, config: str) -> Iterator[tuple[str, str]]:
    """What comes next: what it is for, and the command."""
    yield "check", f"check {config}"
    if _is_on("slack", answers):
        yield "manifest", f"manifest slack {config}"
    if _is_on("teams", answers):
        yield "package-later" if answers["app-id"] == LATER else "package", f"manifest teams {config}"
    yield "migrate", f"migrate {config}"
    yield "doctor", f"doctor {config}"
    yield "rehearse", f"run {config} --rehearse {answers['chair'][0]}"


def _wished(given: Mapping[str, str | None], environ: Mapping[str, str]) -> str:
    """The language to speak before any answer is read: the one given, else the terminal's."""
    said = (given.get("language") or "").strip()
    return said if said in LANGUAGES else terminal_language(environ)


# --- asking --------------------------------------------------------------------------------------------------------


def _ask(answers: Answers, given: Mapping[str, str | None], *, yes: bool, environ: Mapping[str, str]) -> None:
    """Puts an answer to each question into `answers`, one after the other."""
    for question in QUESTIONS:
        if not question.asked(answers):
            continue
        speak = _translator(answers.get("language", terminal_language(environ)))
        said = given.get(question.name)
        default = question.default(answers, environ)
        if said is not None:
            try:
                answers[question.name] = question.read(said)
            except ValueError:
                raise typer.BadParameter(_wrong(said, question, speak), param_hint=f"--{question.name}") from None
        elif yes:
            if default is None:
                raise Unanswered(question.name)
            answers[question.name] = question.read(default)
        else:
            answers[question.name] = _asked(question, default, speak)


def _asked(question: Question, default: str | None, speak: Translator) -> Any:
    def read(words: str) -> Any:
        try:
            return question.read(words)
        except ValueError:
            raise typer.BadParameter(_wrong(words, question, speak)) from None

    # Click would ask over and over, without a word, where there is no default or an empty one: a sign stands for
    # nothing, and an empty answer that nobody can do without is read, and refused, as any other.
    shown = default if default != "" else "-"
    return typer.prompt(speak.say(question.asks), default=shown or "", show_default=shown is not None, value_proc=read)


def _wrong(words: str, question: Question, speak: Translator) -> str:
    if not words.strip():
        return speak.say(say("init-blank", hint=question.hint))
    return speak.say(say("init-wrong", answer=words.strip(), hint=question.hint))


def _translator(language: str) -> Translator:
    return translator_for(language, ZoneInfo("UTC"))


# --- what answers are taken ----------------------------------------------------------------------------------------


def _one(annotation: Any) -> Callable[[str], Any]:
    adapter = TypeAdapter(annotation)

    def read(words: str) -> Any:
        adapter.validate_python(words.strip())
        return words.strip()

    return read


def _several(annotation: Any, *, most: int = 100) -> Callable[[str], tuple[Any, ...]]:
    adapter = TypeAdapter(annotation)

    def read(words: str) -> tuple[Any, ...]:
        if words.strip().casefold() in {"", *NONE}:
            return ()
        found = tuple(adapter.validate_python(word) for word in re.split(r"[,;\s]+", words.strip()) if word)
        if len(found) > most:
            raise ValueError
        return tuple(dict.fromkeys(found))

    return read


def _somebody(words: str) -> tuple[Any, ...]:
    found = _several(Email, most=1)(words)
    if not found:
        raise ValueError
    return found


def _holidays(words: str) -> str:
    text = words.strip()
    if text.casefold() in {"", *NONE}:
        return ""
    TypeAdapter(Holidays).validate_python([item.strip() for item in text.split(",")])
    return text


def _room(*platforms: str) -> Callable[[str], str]:
    """A channel of one of these: on Slack by its name, on Teams by its link."""

    def read(words: str) -> str:
        channel = channel_of(words)
        if channel.platform not in platforms:
            raise ValueError
        return str(channel) if channel.platform == "slack" else words.strip()

    return read


def _link(key: str) -> Callable[[str], str]:
    """The link of a channel of Teams, or one of zeros for the room `key` where nobody has it yet."""
    given = _room("teams")

    def read(words: str) -> str:
        later = words.strip().casefold() in {"", *NONE}
        return f"https://teams.microsoft.com/l/channel/{quote(LATER_CHANNEL)}/{key}" if later else given(words)

    return read


def _id(words: str) -> str:
    text = words.strip()
    return LATER if text.casefold() in {"", *NONE} else str(TypeAdapter(Uuid).validate_python(text))


def _others(words: str) -> tuple[str, ...]:
    text = words.strip().casefold()
    if text in ALL:
        return OTHERS
    if text in {"", *NONE}:
        return ()
    chosen = re.split(r"[,;\s]+", text)
    if not set(chosen) <= set(OTHERS):
        raise ValueError
    return tuple(one for one in OTHERS if one in chosen)


# --- what is taken where nothing is said ---------------------------------------------------------------------------


def _always(value: str | None) -> Callable[[Answers, Mapping[str, str]], str | None]:
    return lambda _answers, _environ: value


def _by_language(**values: str) -> Callable[[Answers, Mapping[str, str]], str | None]:
    return lambda answers, _environ: values[answers["language"]]


def _zone(answers: Answers, environ: Mapping[str, str]) -> str | None:
    named = environ.get("TZ", "").removeprefix(":")
    try:
        TypeAdapter(Zone).validate_python(named)
    except ValidationError:
        return "Europe/Paris" if answers["language"] == "fr" else "Europe/London"
    return named


def _public_holidays(answers: Answers, _: Mapping[str, str]) -> str | None:
    """The country of the zone, where its holidays are known."""
    country = get_global("zone_territories").get(answers["zone"], "")
    try:
        WorkingDays(holidays=country or None)
    except InvalidRule:
        return ""
    return str(country)


def _keeper(answers: Answers, _: Mapping[str, str]) -> str | None:
    return str((answers["secretary"] or answers["chair"])[0])


def _fitting(answers: Answers, _: Mapping[str, str]) -> str | None:
    return ", ".join(one for one in OTHERS if one != "digest" or answers["change-managers"])


def _is_on(platform: str, answers: Answers) -> bool:
    return answers["platform"] in {platform, "both"}


def _rooms(name: str, **values: str) -> Iterator[Question]:
    """The question for a room, as its platform names one; nobody can guess a link, which may come later."""
    slack, later = _by_language(**values), _always("")
    for on, read, default in (
        ("slack", _room("slack"), slack),
        ("teams", _link(name.removesuffix("-room")), later),
        ("both", _room("slack", "teams"), slack),
    ):
        yield Question(
            name=name,
            asks=Text(key=f"init-{name}-teams" if on == "teams" else f"init-{name}"),
            hint=Text(key=f"init-room-hint-{on}"),
            read=read,
            default=default,
            asked=lambda answers, on=on: bool(answers["platform"] == on),  # type: ignore[misc]
        )


QUESTIONS: Sequence[Question] = (
    Question(
        name="language",
        asks=say("init-language"),
        hint=say("init-language-hint"),
        read=_one(Locale),
        default=lambda _, environ: terminal_language(environ),
    ),
    Question(
        name="platform",
        asks=say("init-platform"),
        hint=say("init-platform-hint"),
        read=_one(Literal["slack", "teams", "both"]),
        default=_always("slack"),
    ),
    Question(name="name", asks=say("init-name"), hint=say("init-name-hint"), read=_one(Words), default=_always(None)),
    Question(
        name="locale",
        asks=say("init-locale"),
        hint=say("init-language-hint"),
        read=_one(Locale),
        default=lambda answers, _: str(answers["language"]),
    ),
    Question(name="zone", asks=say("init-zone"), hint=say("init-zone-hint"), read=_one(Zone), default=_zone),
    Question(
        name="holidays",
        asks=say("init-holidays"),
        hint=say("init-holidays-hint"),
        read=_holidays,
        default=_public_holidays,
    ),
    *(
        Question(
            name=name,
            asks=Text(key=f"init-{name}"),
            hint=say("init-id-hint"),
            read=_id,
            default=_always(""),
            asked=lambda answers: _is_on("teams", answers),
        )
        for name in ("app-id", "tenant")
    ),
    *_rooms("committee-room", en="ai-committee", fr="comite-ia"),
    *_rooms("everybody-room", en="ai-for-everybody", fr="ia-pour-tous"),
    Question(
        name="chair", asks=say("init-chair"), hint=say("init-somebody-hint"), read=_somebody, default=_always(None)
    ),
    Question(
        name="deputies",
        asks=say("init-deputies"),
        hint=say("init-people-hint"),
        read=_several(Email),
        default=_always(""),
    ),
    Question(
        name="secretary",
        asks=say("init-secretary"),
        hint=say("init-people-hint"),
        read=_several(Email, most=1),
        default=_always(""),
    ),
    Question(
        name="members",
        asks=say("init-members"),
        hint=say("init-people-hint"),
        read=_several(Email),
        default=_always(""),
    ),
    Question(
        name="change-managers",
        asks=say("init-change-managers"),
        hint=say("init-people-hint"),
        read=_several(Email),
        default=_always(""),
    ),
    Question(name="admin", asks=say("init-admin"), hint=say("init-somebody-hint"), read=_somebody, default=_keeper),
    Question(
        name="when",
        asks=say("init-when"),
        hint=say("init-when-hint"),
        read=_one(When),
        default=_by_language(en="1st tue", fr="1er mardi"),
    ),
    Question(name="at", asks=say("init-at"), hint=say("init-at-hint"), read=_one(TimeOfDay), default=_always("10:00")),
    Question(
        name="rituals",
        asks=say("init-rituals", names=", ".join(OTHERS)),
        hint=say("init-rituals-hint", names=", ".join(OTHERS)),
        read=_others,
        default=_fitting,
    ),
)


# --- writing -------------------------------------------------------------------------------------------------------


def written(answers: Answers) -> str:
    """The text of an app.yaml that says what was answered, with comments in the language it was answered in."""
    return "\n".join(_lines(answers)) + "\n"


def _lines(answers: Answers) -> Iterator[str]:
    speak = _translator(answers["language"])

    def told(key: str, indent: str = "", **values: str) -> list[str]:
        return textwrap.wrap(
            speak.say(Text(key=f"init-told-{key}", values=values)),
            WIDTH,
            initial_indent=f"{indent}# ",
            subsequent_indent=f"{indent}# ",
            break_long_words=False,
            break_on_hyphens=False,
        )

    yield from told("head")
    yield "#"
    yield from told("secrets", suffix="_FILE")
    if _is_on("slack", answers):
        yield "#   COMITIA_SLACK__BOT_TOKEN        xoxb-…"
        yield "#   COMITIA_SLACK__APP_TOKEN        xapp-…   (slack.mode: socket)"
        yield "#   COMITIA_SLACK__SIGNING_SECRET            (slack.mode: http)"
    if _is_on("teams", answers):
        yield "#   COMITIA_TEAMS__APP_PASSWORD             (teams.identity: secret)"
    yield ""
    yield "organisation:"
    yield f"  name: {_scalar(answers['name'])}"
    yield f"  locale: {answers['locale']}"
    yield f"  zone: {_scalar(answers['zone'])}"
    if answers["holidays"]:
        days = [item.strip() for item in answers["holidays"].split(",")]
        yield f"  holidays: {_scalar(days[0]) if len(days) == 1 else '[' + ', '.join(map(_scalar, days)) + ']'}"
    yield ""
    yield from told(f"rooms-{answers['platform']}")
    yield "rooms:"
    yield f"  committee: {_scalar(answers['committee-room'])}"
    yield f"  everybody: {_scalar(answers['everybody-room'])}"
    yield ""
    yield from told("people")
    yield f"#   roles: {', '.join(role.value for role in Role)}"
    yield "people:"
    for email, roles in _cast(answers).items():
        yield f"  - email: {_scalar(email)}"
        yield f"    roles: [{', '.join(roles)}]"
    yield ""
    yield from told("initiatives", asks="asks: true", sign="#")
    yield f"#   stage: {', '.join(stage.value for stage in Stage)}"
    for line in (
        "initiatives:",
        "- key: claims-triage",
        f"  title: {speak.say(say('init-example-title'))}",
        f"  summary: {speak.say(say('init-example-summary'))}",
        "  stage: poc",
        "  asks: true",
        f"  department: {speak.say(say('init-example-department'))}",
        f"  owner: {answers['chair'][0]}",
    ):
        yield f"# {'' if line == 'initiatives:' else '  '}{line}"
    yield ""
    yield from told("rituals")
    yield "rituals:"
    yield from _committee(answers, speak, told)
    for key in answers["rituals"]:
        yield ""
        yield from told(key, "  ")
        yield f"  {key}:"
        kind, *rest = _OTHERS[key]
        title = f"title: {_scalar(speak.say(Text(key=f'init-title-{key}')))}"
        yield from (f"    {line}" for line in (f"kind: {kind}", title, *rest))
    if "digest" not in answers["rituals"]:
        kind, *rest = _OTHERS["digest"]
        title = f"title: {_scalar(speak.say(say('init-title-digest')))}"
        yield ""
        yield from told("no-digest", "  ", role=Role.CHANGE_MANAGER.value, sign="#")
        yield f"  # digest: {{{', '.join((f'kind: {kind}', title, *rest))}}}"
    yield ""
    yield from told("rehearsal")
    yield f"# rehearsal: {answers['chair'][0]}"
    yield ""
    if _is_on("slack", answers):
        yield from told("slack")
        yield "slack:"
        yield "  mode: socket"
        yield ""
    if _is_on("teams", answers):
        yield from told("teams")
        yield "teams:"
        yield f"  app_id: {_quoted(answers['app-id'])}"
        yield f"  tenant: {_quoted(answers['tenant'])}"
        yield "  identity: secret"
        yield ""
    yield "web:"
    yield "  host: 127.0.0.1"
    yield "  port: 8080"
    yield ""
    yield from told("database")
    yield "database:"
    yield "  path: comitia.sqlite"


_OTHERS: Mapping[str, Sequence[str]] = {
    "pulse": ("pulse", "when: every tue", 'at: "10:00"'),
    "adoption": ("adoption_post", "when: every mon", 'at: "09:30"', "room: everybody"),
    "review": ("kpi_review", "when: 2nd thu", 'at: "14:00"', "room: committee"),
    "digest": ("weekly_digest", "when: every mon", 'at: "08:30"'),
}


def _committee(answers: Answers, speak: Translator, told: Callable[..., list[str]]) -> Iterator[str]:
    yield from told("committee", "  ")
    yield "  committee:"
    yield "    kind: prioritisation_committee"
    yield f"    title: {_scalar(speak.say(say('init-title-committee')))}"
    yield f"    when: {_scalar(answers['when'])}"
    yield f"    at: {_quoted(answers['at'])}"
    yield f"    deadline: {_quoted(_deadline(answers['at']))}"
    yield "    room: committee"
    yield "    quorum: 1/2"


def _cast(answers: Answers) -> dict[str, list[str]]:
    """The people by address, each once, with all their roles."""
    roles = {
        "chair": Role.CHAIR,
        "deputies": Role.DEPUTY,
        "secretary": Role.SECRETARY,
        "members": Role.MEMBER,
        "change-managers": Role.CHANGE_MANAGER,
        "admin": Role.ADMIN,
    }
    cast: dict[str, list[str]] = {}
    for name, role in roles.items():
        for email in answers[name]:
            cast.setdefault(email, []).append(role.value)
    return cast


def _deadline(at: str) -> str:
    """The ballots' close: five in the afternoon, or the end of the day for a committee that opens late."""
    hour = int(re.split("[:h]", at)[0])
    return "17:00" if hour < 17 else "23:59"


def _scalar(value: str) -> str:
    """A value as YAML reads it back."""
    return yaml.safe_dump(value, allow_unicode=True, width=10_000).removesuffix("\n...\n").removesuffix("\n")


def _quoted(value: str) -> str:
    return f'"{value}"'


def _faults(text: str, path: Path) -> Sequence[Fault]:
    """What `comitia check` would say of it."""
    with tempfile.TemporaryDirectory(prefix="comitia-init-") as folder:
        draft = Path(folder) / path.name
        draft.write_text(text, encoding="utf-8")
        try:
            load(draft, environ={}, need_secrets=False)
        except SettingsError as error:
            return error.faults
    return ()
