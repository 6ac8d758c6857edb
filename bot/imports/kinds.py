"""What each kind of file holds: its columns, how they are read, and the line they make."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from bot.imports import values
from bot.imports.values import Wrong
from rituals.census import Target
from rituals.imports import (
    ConversationLine,
    InitiativeLine,
    LineFault,
    PersonLine,
    Reading,
    ReadingLine,
    SavingLine,
    UsageLine,
)
from rituals.initiatives import Stage
from rituals.measures.escalation import Conversations

_PLANNED = timedelta(days=731)
"""How far ahead an arrival or a rollout may lie; further is a slip of the pen."""
_LONG_AGO = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: what it is called (and how else, in English and French), how a field is read, and what it means."""

    name: str
    read: Callable[[str], Any]
    meaning: str
    example: str = ""
    also: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of file. `make` turns a line's number, values and the columns there are into a value; may raise Amiss."""

    name: str
    columns: tuple[Column, ...]
    make: Callable[[int, Mapping[str, Any], frozenset[str]], Any]
    dated: Mapping[str, timedelta] = field(default_factory=dict)  # how far ahead of today each date may lie

    @property
    def template(self) -> list[list[str]]:
        """The header and an example line."""
        return [[column.name for column in self.columns], [column.example for column in self.columns]]


class Amiss(ValueError):
    """A line whose fields do not go together; `column` None where none is more to blame."""

    def __init__(self, column: str | None, why: str) -> None:
        super().__init__(why)
        self.column, self.why = column, why


# --- how lines are made ---------------------------------------------------------------------------------------------


def _person(line: int, told: Mapping[str, Any], said: frozenset[str]) -> PersonLine:
    begins, left = told.get("valid_from"), told.get("left_on")
    if begins is not None and left is not None and left < begins:
        raise Amiss("left_on", f"{left} is before valid_from, {begins}: correct one of the two")
    email: str = told["email"]
    if told.get("manager") == email:
        raise Amiss("manager", "nobody is their own manager: leave it empty at the top")
    return PersonLine(
        line=line,
        email=email,
        name=told.get("name"),
        department=told["department"],
        site=told.get("site"),
        manager=told.get("manager"),
        valid_from=begins,
        left_on=left,
        access=told.get("access") or frozenset(),
        employee_id=told.get("employee_id"),
        other_emails=(told.get("other_emails") or frozenset()) - {email},
        said=said,
    )


def _initiative(line: int, told: Mapping[str, Any], said: frozenset[str]) -> InitiativeLine:
    department, site, rollout = told.get("target_department"), told.get("target_site"), told.get("rollout_on")
    if rollout is None and (department or site):
        raise Amiss("rollout_on", "is empty, and the line names a target: write the day on which they get it")
    target = None if rollout is None else Target(rollout_on=rollout, department=department, site=site)
    words = {name: told.get(name) for name in _WORDS}
    return InitiativeLine(line=line, initiative=told["initiative"], target=target, **words)


_WORDS = ("title", "summary", "stage", "department", "owner", "sponsor", "bucket")


def _usage(line: int, told: Mapping[str, Any], said: frozenset[str]) -> UsageLine:
    return UsageLine(
        line=line,
        initiative=told["initiative"],
        email=told["email"],
        day=told["date"],
        actions=told["actions"],
    )


_PARTS = ("escalated", "confirmed", "implied", "abandoned", "unengaged")
_WITHIN = ("avoidable", "contacted_again", "resolved_and_contacted")


def _conversations(line: int, told: Mapping[str, Any], said: frozenset[str]) -> ConversationLine:
    counts = {name: told.get(name) or 0 for name in (*_PARTS, *_WITHIN)}
    for part, wholes in (
        ("avoidable", ("escalated",)),
        ("contacted_again", ("confirmed", "implied", "abandoned")),
        ("resolved_and_contacted", ("confirmed", "implied")),
    ):
        whole = sum(counts[name] for name in wholes)
        if counts[part] > whole:
            raise Amiss(part, f"{counts[part]} is more than there are in {' + '.join(wholes)} ({whole})")
    return ConversationLine(line=line, initiative=told["initiative"], day=told["date"], counts=Conversations(**counts))


def _saving(line: int, told: Mapping[str, Any], said: frozenset[str]) -> SavingLine:
    return SavingLine(line=line, initiative=told["initiative"], day=told["date"], amount=told["amount"])


def _reading(line: int, told: Mapping[str, Any], said: frozenset[str]) -> ReadingLine:
    return ReadingLine(
        line=line, kpi=told["kpi"], day=told["date"], reading=Reading(value=told["value"], n=told.get("n"))
    )


def _stage(text: str) -> Stage:
    known = {"idea": "opportunity", "opportunite": "opportunity", "cadrage": "framing", "pilote": "pilot"}
    known |= {"industrialise": "industrialised", "scale": "industrialised"}
    word = _folded(text)
    try:
        return Stage(known.get(word, word))
    except ValueError:
        raise Wrong(f"is not a stage: write one of {', '.join(Stage)}") from None


def _bucket(text: str) -> str:
    word = {"coeur": "core", "pari": "bet"}.get(_folded(text), _folded(text))
    if word not in {"core", "bet", "exploration"}:
        raise Wrong("is not a bucket: write core, bet or exploration")
    return word


def _folded(text: str) -> str:
    """Without capitals, accents, ligatures and spaces around; what stands between words is one underscore."""
    bare = "".join(
        sign for sign in unicodedata.normalize("NFKD", text.strip().casefold()) if not unicodedata.combining(sign)
    )
    return "_".join(bare.replace("œ", "oe").replace("-", " ").replace("_", " ").replace("'", " ").split())


# --- the kinds ------------------------------------------------------------------------------------------------------

_INITIATIVE = Column(
    name="initiative",
    read=values.key,
    meaning="the key of an initiative",
    example="claims-triage",
    also=("key", "cle", "use_case", "cas_d_usage"),
    required=True,
)
_EMAIL = Column(
    name="email",
    read=values.email,
    meaning="the person's address",
    example="ana.silva@example.org",
    also=("e_mail", "mail", "courriel", "adresse_e_mail", "adresse_mail", "adresse_electronique"),
    required=True,
)


def _date(meaning: str, example: str) -> Column:
    return Column(name="date", read=values.day, meaning=meaning, example=example, also=("day", "jour"), required=True)


def _count(name: str, meaning: str, example: str, *also: str, required: bool = False) -> Column:
    return Column(name=name, read=values.count, meaning=meaning, example=example, also=also, required=required)


_SOON = timedelta(days=1)

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            name="people",
            make=_person,
            dated={"valid_from": _PLANNED, "left_on": _PLANNED},
            columns=(
                _EMAIL,
                Column(name="name", read=values.plain, meaning="the person's name", example="Ana Silva", also=("nom",)),
                Column(
                    name="department",
                    read=values.name,
                    meaning="where the person belongs",
                    example="Claims",
                    also=("service", "departement", "direction"),
                    required=True,
                ),
                Column(name="site", read=values.name, meaning="where the person works", example="lyon", also=("lieu",)),
                Column(
                    name="manager",
                    read=values.email,
                    meaning="the address of the person's manager",
                    example="bo.berg@example.org",
                    also=("responsable", "n_plus_1"),
                ),
                Column(
                    name="valid_from",
                    read=values.day,
                    meaning="the day from which the line holds; empty: today",
                    example="2026-01-01",
                    also=("valable_du", "a_partir_du", "depuis"),
                ),
                Column(
                    name="left_on",
                    read=values.day,
                    meaning="the person's last day",
                    also=("date_de_depart", "parti_le", "sortie"),
                ),
                Column(
                    name="access",
                    read=values.keys,
                    meaning="keys of the initiatives they have access to, separated by spaces",
                    example="claims-triage",
                    also=("acces", "licences", "licenses"),
                ),
                Column(
                    name="employee_id",
                    read=values.number_of_theirs,
                    meaning="the employer's number: it stays when the address changes",
                    example="A1042",
                    also=("matricule",),
                ),
                Column(
                    name="other_emails",
                    read=values.emails,
                    meaning="further addresses of the same person, separated by spaces",
                    also=("autres_courriels", "autres_emails", "alias"),
                ),
            ),
        ),
        Kind(
            name="initiatives",
            make=_initiative,
            dated={"rollout_on": _PLANNED},
            columns=(
                _INITIATIVE,
                Column(
                    name="title",
                    read=values.plain,
                    meaning="a title of one line",
                    example="Claims triage",
                    also=("titre",),
                ),
                Column(
                    name="summary",
                    read=values.paragraph,
                    meaning="what it is for",
                    example="Sorts incoming claims.",
                    also=("resume", "description"),
                ),
                Column(name="stage", read=_stage, meaning=", ".join(Stage), example="pilot", also=("etape", "stade")),
                Column(
                    name="department",
                    read=values.name,
                    meaning="the department it belongs to",
                    example="Claims",
                    also=("service", "departement", "direction"),
                ),
                Column(
                    name="owner",
                    read=values.email,
                    meaning="the owner's address",
                    example="bo.berg@example.org",
                    also=("porteur", "responsable"),
                ),
                Column(
                    name="sponsor",
                    read=values.email,
                    meaning="the sponsor's address",
                    example="cleo.roy@example.org",
                    also=("parrain",),
                ),
                Column(
                    name="bucket",
                    read=_bucket,
                    meaning="core, bet or exploration",
                    example="core",
                    also=("poche", "categorie"),
                ),
                Column(
                    name="target_department",
                    read=values.name,
                    meaning="a department that gets it; empty: any",
                    example="Claims",
                    also=("service_cible", "departement_cible", "direction_cible"),
                ),
                Column(
                    name="target_site",
                    read=values.name,
                    meaning="a site that gets it; empty: any",
                    also=("site_cible",),
                ),
                Column(
                    name="rollout_on",
                    read=values.day,
                    meaning="the day they get it",
                    example="2026-01-12",
                    also=("deploye_le", "deploiement", "date_de_deploiement"),
                ),
            ),
        ),
        Kind(
            name="usage",
            make=_usage,
            dated={"date": _SOON},
            columns=(
                _INITIATIVE,
                _EMAIL,
                _date("the day of use", "2026-01-31"),
                _count(
                    "actions",
                    "how often the person used it on that day, by own doing",
                    "12",
                    "usages",
                    "nombre",
                    required=True,
                ),
            ),
        ),
        Kind(
            name="conversations",
            make=_conversations,
            dated={"date": _SOON},
            columns=(
                _INITIATIVE,
                _date("a day, or the last day of the week the line sums up", "2026-02-01"),
                _count("escalated", "handed to a human", "45", "escaladees", "escalades", required=True),
                _count(
                    "confirmed",
                    "resolved, and the person said so",
                    "30",
                    "resolved",
                    "resolues",
                    "confirmees",
                    required=True,
                ),
                _count("implied", "resolved, as nobody said otherwise", "10", "implicites"),
                _count("abandoned", "left without an end", "15", "abandonnees", required=True),
                _count("unengaged", "in which nobody took part", "8", "sans_echange"),
                _count(
                    "avoidable", "of the escalated: asked for by the person, or the assistant failed", "20", "evitables"
                ),
                _count(
                    "contacted_again", "of those not escalated: the person came back within 24 hours", "4", "recontacts"
                ),
                _count(
                    "resolved_and_contacted",
                    "of the resolved: a human was asked all the same",
                    "2",
                    "resolues_et_recontactees",
                ),
            ),
        ),
        Kind(
            name="savings",
            make=_saving,
            dated={"date": _SOON},
            columns=(
                _INITIATIVE,
                _date("the last day of the period", "2026-01-31"),
                Column(
                    name="amount",
                    read=values.amount,
                    meaning="the amount saved, in the organisation's currency",
                    example="1234.50",
                    also=("montant", "economies"),
                    required=True,
                ),
            ),
        ),
        Kind(
            name="readings",
            make=_reading,
            dated={"date": _SOON},
            columns=(
                Column(
                    name="kpi",
                    read=values.key,
                    meaning="the key of a KPI",
                    example="first-contact-resolution",
                    also=("indicateur",),
                    required=True,
                ),
                _date("the day the value is of", "2026-01-31"),
                Column(
                    name="value",
                    read=values.decimal,
                    meaning="a number, or a share such as 45 %",
                    example="0.45",
                    also=("valeur",),
                    required=True,
                ),
                _count("n", "of how many the value is", "120", "effectif"),
            ),
        ),
    )
}


# --- lines from fields ----------------------------------------------------------------------------------------------

_MEMORY = 50_000
"""How many fields of a column are remembered with what they were read as: days and addresses come again and again."""


class Reader:
    """Reads one file's fields by its header. `faults` of the header itself: nothing can be read then."""

    def __init__(self, kind: Kind, header: Sequence[str], today: date) -> None:
        self._kind = kind
        self._today = today
        known = {alias: column for column in kind.columns for alias in (column.name, *column.also)}
        self._columns = [known.get(_folded(name)) for name in header]
        self._memory: list[dict[str, Any]] = [{} for _ in header]
        self._said = frozenset(column.name for column in self._columns if column is not None)
        self.faults = list(self._check(header, known))

    def _check(self, header: Sequence[str], known: Mapping[str, Column]) -> Iterable[LineFault]:
        seen: dict[str, str] = {}
        for written, column in zip(header, self._columns, strict=True):
            if column is None and not written.strip():
                yield LineFault(line=1, column=None, why="a column has no name: name it or take it out")
            elif column is None:
                near = _nearest(_folded(written), known)
                names = ", ".join(column.name for column in self._kind.columns)
                hint = f'did you mean "{near.name}"?' if near else f"known: {names}"
                yield LineFault(line=1, column=written.strip(), why=f"is no column of {self._kind.name}: {hint}")
            elif column.name in seen:
                why = f'is there twice (also as "{seen[column.name]}"): take one of the two out'
                yield LineFault(line=1, column=written.strip(), why=why)
            else:
                seen[column.name] = written.strip()
        for column in self._kind.columns:
            if column.required and column.name not in seen:
                yield LineFault(line=1, column=column.name, why=f"is missing: {column.meaning}")

    def read(self, line: int, row: Sequence[str]) -> tuple[Any, list[LineFault]]:
        """The value a row makes (None with faults), and what is wrong with it."""
        if len(row) != len(self._columns):
            fields = f"has {len(row)} field{'s' if len(row) != 1 else ''} and the header {len(self._columns)}"
            why = f'{fields}: leave none out, and quote ("…") text that holds the separator'
            return None, [LineFault(line=line, column=None, why=why)]
        told: dict[str, Any] = {}
        faults: list[LineFault] = []
        for place, text in enumerate(row):
            column = self._columns[place]
            memory = self._memory[place]
            if column is None:
                continue
            if text in memory:
                told[column.name] = memory[text]
                continue
            try:
                value = self._value(column, text)
            except Wrong as wrong:
                faults.append(LineFault(line=line, column=column.name, why=f"{_quoted(text)} {wrong.why}"))
                continue
            if len(memory) < _MEMORY:
                memory[text] = value
            told[column.name] = value
        if faults:
            return None, faults
        try:
            return self._kind.make(line, told, self._said), []
        except Amiss as amiss:
            return None, [LineFault(line=line, column=amiss.column, why=amiss.why)]

    def _value(self, column: Column, text: str) -> Any:
        if not text.strip():
            if column.required:
                raise Wrong(f"is empty: {column.meaning}")
            return None
        value = column.read(text)
        if isinstance(value, date):
            ahead = self._kind.dated.get(column.name, _SOON)
            if value > self._today + ahead:
                raise Wrong(f"lies in the future: today is {self._today}")
            if value < _LONG_AGO:
                raise Wrong("is too long ago to be meant: write the year in full")
        return value


def _nearest(folded: str, known: Mapping[str, Column]) -> Column | None:
    """The column probably meant; of names so short, two that share a few letters are no misspelling yet."""
    close = difflib.get_close_matches(folded[:60], known, n=1, cutoff=0.75)
    return known[close[0]] if close else None


def _quoted(text: str) -> str:
    """A field as a fault shows it: in one line, cut where it is long, without signs that a terminal would obey."""
    if not text.strip():
        return "it"
    shown = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text.strip())
    return f'"{shown[:60]}…"' if len(shown) > 60 else f'"{shown}"'
