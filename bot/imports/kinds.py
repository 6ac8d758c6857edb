"""What each kind of file holds: its columns, how a field of each is read, and the line they make."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.imports import values
from bot.imports.values import Wrong
from rituals.census import Target
from rituals.imports import (
    ConversationLine,
    InitiativeLine,
    PersonLine,
    Reading,
    ReadingLine,
    SavingLine,
    UsageLine,
)
from rituals.initiatives import Stage
from rituals.measures.escalation import Conversations
from rituals.messages import Text, say

_PLANNED = timedelta(days=731)
"""How far ahead an arrival or a rollout may lie; further is a slip of the pen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: what it is called, also in `french` (the first is the one told), how a field is read, what it means."""

    name: str
    read: Callable[[str], Any]
    meaning: Text
    example: str = ""
    french: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    required: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Every heading it may have."""
        return self.name, *self.french, *self.also

    @property
    def in_both(self) -> str:
        """How a French file calls it, and its name where that is another."""
        return f"{self.french[0]} ({self.name})" if self.french else self.name


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

    def __init__(self, column: str | None, why: Text) -> None:
        super().__init__(why.key)
        self.column, self.why = column, why


# --- how lines are made ---------------------------------------------------------------------------------------------


def _person(line: int, told: Mapping[str, Any], said: frozenset[str]) -> PersonLine:
    begins, left = told.get("valid_from"), told.get("left_on")
    if begins is not None and left is not None and left < begins:
        raise Amiss("left_on", say("import-left-before", left=left.isoformat(), begins=begins.isoformat()))
    email: str = told["email"]
    if told.get("manager") == email:
        raise Amiss("manager", say("import-own-manager"))
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
        raise Amiss("rollout_on", say("import-target-day"))
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
            raise Amiss(part, say("import-part-larger", part=counts[part], wholes=" + ".join(wholes), whole=whole))
    return ConversationLine(line=line, initiative=told["initiative"], day=told["date"], counts=Conversations(**counts))


def _saving(line: int, told: Mapping[str, Any], said: frozenset[str]) -> SavingLine:
    return SavingLine(line=line, initiative=told["initiative"], day=told["date"], amount=told["amount"])


def _reading(line: int, told: Mapping[str, Any], said: frozenset[str]) -> ReadingLine:
    value: values.Quantity = told["value"]
    return ReadingLine(
        line=line,
        kpi=told["kpi"],
        day=told["date"],
        reading=Reading(value=value.exact, n=told.get("n")),
        in_percent=value.in_percent,
    )


def _stage(text: str) -> Stage:
    known = {"idea": "opportunity", "opportunite": "opportunity", "cadrage": "framing", "pilote": "pilot"}
    known |= {"industrialise": "industrialised", "scale": "industrialised"}
    word = folded(text)
    try:
        return Stage(known.get(word, word))
    except ValueError:
        raise Wrong(say("import-no-stage", stages=", ".join(Stage))) from None


def _bucket(text: str) -> str:
    word = {"coeur": "core", "pari": "bet"}.get(folded(text), folded(text))
    if word not in {"core", "bet", "exploration"}:
        raise Wrong(say("import-no-bucket"))
    return word


def folded(text: str) -> str:
    """Without capitals, accents, ligatures and spaces around; what stands between words is one underscore."""
    bare = "".join(
        sign for sign in unicodedata.normalize("NFKD", text.strip().casefold()) if not unicodedata.combining(sign)
    )
    return "_".join(bare.replace("œ", "oe").replace("-", " ").replace("_", " ").replace("'", " ").split())


# --- the kinds ------------------------------------------------------------------------------------------------------

_INITIATIVE = Column(
    name="initiative",
    read=values.key,
    meaning=say("import-is-initiative"),
    example="claims-triage",
    also=("key", "cle", "use_case", "cas_d_usage"),
    required=True,
)
_EMAIL = Column(
    name="email",
    read=values.email,
    meaning=say("import-is-email"),
    example="ana.silva@example.org",
    french=("courriel", "adresse_e_mail", "adresse_mail", "adresse_electronique"),
    also=("e_mail", "mail"),
    required=True,
)


def _date(meaning: Text, example: str) -> Column:
    return Column(name="date", read=values.day, meaning=meaning, example=example, also=("day", "jour"), required=True)


def _count(
    name: str, meaning: Text, example: str, *french: str, also: tuple[str, ...] = (), required: bool = False
) -> Column:
    return Column(
        name=name, read=values.count, meaning=meaning, example=example, french=french, also=also, required=required
    )


SOON = timedelta(days=1)
"""How far ahead of today what was counted may lie."""

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            name="people",
            make=_person,
            dated={"valid_from": _PLANNED, "left_on": _PLANNED},
            columns=(
                _EMAIL,
                Column(
                    name="name", read=values.plain, meaning=say("import-is-name"), example="Ana Silva", french=("nom",)
                ),
                Column(
                    name="department",
                    read=values.name,
                    meaning=say("import-is-department"),
                    example="Claims",
                    french=("service", "departement", "direction"),
                    required=True,
                ),
                Column(name="site", read=values.name, meaning=say("import-is-site"), example="lyon", also=("lieu",)),
                Column(
                    name="manager",
                    read=values.email,
                    meaning=say("import-is-manager"),
                    example="bo.berg@example.org",
                    french=("responsable", "n_plus_1"),
                ),
                Column(
                    name="valid_from",
                    read=values.day,
                    meaning=say("import-is-valid-from"),
                    example="2026-01-01",
                    french=("valable_du", "a_partir_du", "depuis"),
                ),
                Column(
                    name="left_on",
                    read=values.day,
                    meaning=say("import-is-left-on"),
                    french=("date_de_depart", "parti_le", "sortie"),
                ),
                Column(
                    name="access",
                    read=values.keys,
                    meaning=say("import-is-access"),
                    example="claims-triage",
                    french=("acces", "licences"),
                    also=("licenses",),
                ),
                Column(
                    name="employee_id",
                    read=values.number_of_theirs,
                    meaning=say("import-is-employee-id"),
                    example="A1042",
                    french=("matricule",),
                ),
                Column(
                    name="other_emails",
                    read=values.emails,
                    meaning=say("import-is-other-emails"),
                    french=("autres_courriels", "autres_emails"),
                    also=("alias",),
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
                    meaning=say("import-is-title"),
                    example="Claims triage",
                    french=("titre",),
                ),
                Column(
                    name="summary",
                    read=values.paragraph,
                    meaning=say("import-is-summary"),
                    example="Sorts incoming claims.",
                    french=("resume",),
                    also=("description",),
                ),
                Column(
                    name="stage",
                    read=_stage,
                    meaning=say("import-is-stage", stages=", ".join(Stage)),
                    example="pilot",
                    french=("etape", "stade"),
                ),
                Column(
                    name="department",
                    read=values.name,
                    meaning=say("import-is-its-department"),
                    example="Claims",
                    french=("service", "departement", "direction"),
                ),
                Column(
                    name="owner",
                    read=values.email,
                    meaning=say("import-is-owner"),
                    example="bo.berg@example.org",
                    french=("porteur", "responsable"),
                ),
                Column(
                    name="sponsor",
                    read=values.email,
                    meaning=say("import-is-sponsor"),
                    example="cleo.roy@example.org",
                    french=("parrain",),
                ),
                Column(
                    name="bucket",
                    read=_bucket,
                    meaning=say("import-is-bucket"),
                    example="core",
                    french=("poche", "categorie"),
                ),
                Column(
                    name="target_department",
                    read=values.name,
                    meaning=say("import-is-target-department"),
                    example="Claims",
                    french=("service_cible", "departement_cible", "direction_cible"),
                ),
                Column(
                    name="target_site",
                    read=values.name,
                    meaning=say("import-is-target-site"),
                    french=("site_cible",),
                ),
                Column(
                    name="rollout_on",
                    read=values.day,
                    meaning=say("import-is-rollout-on"),
                    example="2026-01-12",
                    french=("deploye_le", "deploiement", "date_de_deploiement"),
                ),
            ),
        ),
        Kind(
            name="usage",
            make=_usage,
            dated={"date": SOON},
            columns=(
                _INITIATIVE,
                _EMAIL,
                _date(say("import-is-day-of-use"), "2026-01-31"),
                _count(
                    "actions",
                    say("import-is-actions"),
                    "12",
                    also=("usages", "nombre"),
                    required=True,
                ),
            ),
        ),
        Kind(
            name="conversations",
            make=_conversations,
            dated={"date": SOON},
            columns=(
                _INITIATIVE,
                _date(say("import-is-day-or-week"), "2026-02-01"),
                _count("escalated", say("import-is-escalated"), "45", "escaladees", "escalades", required=True),
                _count(
                    "confirmed",
                    say("import-is-confirmed"),
                    "30",
                    "confirmees",
                    "resolues",
                    also=("resolved",),
                    required=True,
                ),
                _count("implied", say("import-is-implied"), "10", "implicites"),
                _count("abandoned", say("import-is-abandoned"), "15", "abandonnees", required=True),
                _count("unengaged", say("import-is-unengaged"), "8", "sans_echange"),
                _count("avoidable", say("import-is-avoidable"), "20", "evitables"),
                _count("contacted_again", say("import-is-contacted-again"), "4", "recontacts"),
                _count(
                    "resolved_and_contacted",
                    say("import-is-resolved-and-contacted"),
                    "2",
                    "resolues_et_recontactees",
                ),
            ),
        ),
        Kind(
            name="savings",
            make=_saving,
            dated={"date": SOON},
            columns=(
                _INITIATIVE,
                _date(say("import-is-period-end"), "2026-01-31"),
                Column(
                    name="amount",
                    read=values.amount,
                    meaning=say("import-is-amount"),
                    example="1234.50",
                    french=("montant", "economies"),
                    required=True,
                ),
            ),
        ),
        Kind(
            name="readings",
            make=_reading,
            dated={"date": SOON},
            columns=(
                Column(
                    name="kpi",
                    read=values.key,
                    meaning=say("import-is-kpi"),
                    example="first-contact-resolution",
                    french=("indicateur",),
                    required=True,
                ),
                _date(say("import-is-day-of-value"), "2026-01-31"),
                Column(
                    name="value",
                    read=values.quantity,
                    meaning=say("import-is-value"),
                    example="0.45",
                    french=("valeur",),
                    required=True,
                ),
                _count("n", say("import-is-n"), "120", "effectif"),
            ),
        ),
    )
}
