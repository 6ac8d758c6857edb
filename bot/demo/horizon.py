"""Horizon, a made-up group of 250 people in six departments, and its AI initiatives."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from bot.demo import french
from bot.demo.colleagues import Taste

START = "2026-01-26T07:50:00Z"
"""A Monday, a little before nine in Paris, the day before the first call for marks."""

START_DAY = date(2026, 1, 26)
HISTORY_WEEKS = 13
"""How many weeks of rituals lie behind when the story begins."""

TEAM = "T0HORIZON"
BOT_TOKEN = "xoxb-horizon-demo"  # noqa: S105  (opens nothing but the local workspace)
APP_TOKEN = "xapp-horizon-demo"  # noqa: S105
SIGNING_SECRET = "horizon-demo-secret"  # noqa: S105

DEPARTMENTS = {
    "Claims": 75,
    "Customer Support": 50,
    "Retail Banking": 45,
    "Data and IT": 35,
    "Finance": 26,
    "Wealth Management": 15,
}
"""The departments and how many people each has, the cast included; the governance office has the others."""

PARIS, LONDON, MONTREAL = "Europe/Paris", "Europe/London", "America/Toronto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Character:
    """Somebody with a part to play."""

    first: str
    last: str
    title: str
    locale: str
    zone: str
    department: str
    roles: tuple[str, ...] = ()
    site: str = "paris"
    featured: bool = False

    @property
    def email(self) -> str:
        """Their address."""
        return f"{self.first}.{self.last}@horizon.example".lower().replace(" ", "").replace("é", "e").replace("ë", "e")

    @property
    def name(self) -> str:
        """Their full name."""
        return f"{self.first} {self.last}"


CAST = (
    Character(first="Camille", last="Laurent", title="Claims, AI committee member",
              department="Claims", locale="fr-FR", zone=PARIS, roles=("member",), featured=True),
    Character(first="Sam", last="Taylor", title="Customer Support, AI committee member",
              department="Customer Support", locale="en-GB", zone=LONDON, roles=("member",), site="london",
              featured=True),
    Character(first="Nadia", last="Benali", title="Chief Operating Officer, chairs the AI committee",
              department="Governance", locale="fr-FR", zone=PARIS, roles=("chair",), featured=True),
    Character(first="Priya", last="Shah", title="Chief Data Officer, deputy chair",
              department="Data and IT", locale="en-GB", zone=LONDON, roles=("deputy",), site="london", featured=True),
    Character(first="Luc", last="Moreau", title="Retail Banking, AI committee member",
              department="Retail Banking", locale="fr-FR", zone=PARIS, roles=("member",)),
    Character(first="Emma", last="Roy", title="Wealth Management, AI committee member",
              department="Wealth Management", locale="fr-CA", zone=MONTREAL, roles=("member",), site="montreal"),
    Character(first="Owen", last="Price", title="Finance, AI committee member",
              department="Finance", locale="en-GB", zone=LONDON, roles=("member",), site="london"),
    Character(first="Ines", last="Garcia", title="Data and IT, AI committee member",
              department="Data and IT", locale="fr-FR", zone=PARIS, roles=("member",)),
    Character(first="Marc", last="Dubois", title="Compliance, AI committee member",
              department="Governance", locale="fr-FR", zone=PARIS, roles=("member",)),
    Character(first="Julie", last="Petit", title="Governance office, secretary and administrator",
              department="Governance", locale="fr-FR", zone=PARIS, roles=("secretary", "admin"), featured=True),
    Character(first="Tom", last="Baker", title="Change manager, Customer Support",
              department="Customer Support", locale="en-GB", zone=LONDON, roles=("change_manager",), site="london",
              featured=True),
    Character(first="Claire", last="Fontaine", title="Change manager, Claims",
              department="Claims", locale="fr-FR", zone=PARIS, roles=("change_manager",), featured=True),
    Character(first="Henri", last="Vasseur", title="Executive sponsor",
              department="Governance", locale="fr-FR", zone=PARIS, roles=("sponsor",)),
)  # fmt: skip


PLAYED = (CAST[1], CAST[0])
"""Whom a newcomer plays: one in English, one in French."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An initiative of the group. `liked` is how the colleagues lean: 0 against, 1 in favour."""

    key: str
    title: str
    summary: str
    stage: str
    department: str
    owner: str
    asks: str | None
    liked: float


CASES = (
    Case(key="claims-assistant", title="Claims assistant", stage="pilot", department="Claims",
         summary="Suggests a settlement to claims handlers. Good in tests; after six months 12% of them use it.",
         owner="camille.laurent@horizon.example", asks="2025-10-06", liked=0.42),
    Case(key="support-chatbot", title="Support chatbot", stage="pilot", department="Customer Support",
         summary="Answers customers in under two seconds, and hands 45% of conversations to a human.",
         owner="sam.taylor@horizon.example", asks="2025-10-13", liked=0.55),
    Case(key="mortgage-scoring", title="Mortgage scoring", stage="mvp", department="Retail Banking",
         summary="Scores mortgage applications. Two other teams are building nearly the same model.",
         owner="luc.moreau@horizon.example", asks="2025-10-20", liked=0.72),
    Case(key="recommender", title="Product recommender", stage="framing", department="Retail Banking",
         summary="Recommends the next product to customers. Nobody has found the data it needs yet.",
         owner="luc.moreau@horizon.example", asks="2025-11-03", liked=0.10),
    Case(key="invoice-reading", title="Invoice reading", stage="poc", department="Finance",
         summary="Reads supplier invoices and fills in the accounts. A quick win in three months.",
         owner="owen.price@horizon.example", asks="2025-11-10", liked=0.92),
    Case(key="consumer-scoring", title="Consumer-credit scoring", stage="poc", department="Retail Banking",
         summary="Scores consumer-credit applications with its own model, next to the mortgage team's.",
         owner="luc.moreau@horizon.example", asks="2025-11-17", liked=0.30),
    Case(key="wealth-scoring", title="Wealth scoring", stage="framing", department="Wealth Management",
         summary="A third scoring model, for wealthy customers. Could share the mortgage team's.",
         owner="emma.roy@horizon.example", asks="2025-11-24", liked=0.12),
    Case(key="contract-search", title="Contract search", stage="opportunity", department="Data and IT",
         summary="Finds clauses in 40,000 contracts in seconds instead of hours.",
         owner="ines.garcia@horizon.example", asks="2025-12-01", liked=0.80),
    Case(key="fraud-alerts", title="Fraud alerts", stage="framing", department="Claims",
         summary="Flags claims that look wrong to an investigator. Strong gain, twelve months of work.",
         owner="camille.laurent@horizon.example", asks="2025-12-08", liked=0.60),
    Case(key="churn-forecast", title="Churn forecast", stage="opportunity", department="Customer Support",
         summary="Says which customers are about to leave, two months ahead.",
         owner="sam.taylor@horizon.example", asks="2025-12-15", liked=0.50),
    Case(key="complaint-sorting", title="Complaint sorting", stage="poc", department="Customer Support",
         summary="Routes complaints to whoever can settle them. Half the team would rather keep reading them all.",
         owner="sam.taylor@horizon.example", asks="2025-12-22", liked=0.46),
    Case(key="branch-staffing", title="Branch staffing", stage="framing", department="Retail Banking",
         summary="Forecasts how many advisers a branch needs each day. The unions have asked to see it first.",
         owner="luc.moreau@horizon.example", asks="2025-12-23", liked=0.44),
    Case(key="cash-forecast", title="Cash forecast", stage="mvp", department="Finance",
         summary="Forecasts the group's cash thirteen weeks ahead, twice as close as the spreadsheet.",
         owner="owen.price@horizon.example", asks="2025-12-29", liked=0.82),
    Case(key="portfolio-notes", title="Portfolio notes", stage="poc", department="Wealth Management",
         summary="Drafts the quarterly letter to each client. Advisers rewrite two drafts in three.",
         owner="emma.roy@horizon.example", asks="2025-12-30", liked=0.48),
    Case(key="damage-photos", title="Damage photos", stage="pilot", department="Claims",
         summary="Estimates car repairs from photographs, within 8% of the garage's bill.",
         owner="camille.laurent@horizon.example", asks="2026-01-02", liked=0.70),
    Case(key="code-assistant", title="Code assistant", stage="pilot", department="Data and IT",
         summary="Suggests code to 60 developers. The licences cost more than planned.",
         owner="ines.garcia@horizon.example", asks="2026-01-05", liked=0.53),
    Case(key="call-summaries", title="Call summaries", stage="mvp", department="Customer Support",
         summary="Writes up each call for the file; saves ninety seconds a call.",
         owner="sam.taylor@horizon.example", asks="2026-01-06", liked=0.66),
    Case(key="credit-letters", title="Credit letters", stage="opportunity", department="Retail Banking",
         summary="Explains in plain words why a loan was refused. Compliance has yet to read a sample.",
         owner="luc.moreau@horizon.example", asks="2026-01-07", liked=0.45),
    Case(key="expense-checks", title="Expense checks", stage="poc", department="Finance",
         summary="Flags odd expense claims. It finds little that the yearly audit does not.",
         owner="owen.price@horizon.example", asks="2026-01-08", liked=0.22),
    Case(key="client-onboarding", title="Client onboarding", stage="framing", department="Wealth Management",
         summary="Reads identity papers and fills in the file: two days instead of nine.",
         owner="emma.roy@horizon.example", asks="2026-01-09", liked=0.63),
    Case(key="policy-answers", title="Policy answers", stage="mvp", department="Claims",
         summary="Answers handlers' questions from the policy wording, with the page it found them on.",
         owner="camille.laurent@horizon.example", asks="2026-01-12", liked=0.75),
    Case(key="server-failures", title="Server failures", stage="opportunity", department="Data and IT",
         summary="Says a day ahead which servers will fail. Nobody has counted the failures so far.",
         owner="ines.garcia@horizon.example", asks="2026-01-13", liked=0.47),
    Case(key="voice-signature", title="Voice signature", stage="framing", department="Customer Support",
         summary="Recognises customers by their voice. Privacy lawyers are divided.",
         owner="sam.taylor@horizon.example", asks="2026-01-14", liked=0.35),
    Case(key="early-arrears", title="Early arrears", stage="poc", department="Retail Banking",
         summary="Spots customers about to miss a payment, so that somebody calls them in time.",
         owner="luc.moreau@horizon.example", asks="2026-01-16", liked=0.58),
    Case(key="supplier-risk", title="Supplier risk", stage="opportunity", department="Finance",
         summary="Reads the news about 900 suppliers. Most of what it raises is known already.",
         owner="owen.price@horizon.example", asks="2026-01-19", liked=0.45),
    Case(key="succession-letters", title="Succession letters", stage="opportunity", department="Wealth Management",
         summary="Gathers what heirs must be told, and drafts it.",
         owner="emma.roy@horizon.example", asks="2026-01-20", liked=0.51),
    Case(key="meeting-notes", title="Meeting notes", stage="pilot", department="Data and IT",
         summary="Writes the notes of internal meetings.", owner="ines.garcia@horizon.example", asks=None, liked=0.7),
    Case(key="document-sorting", title="Document sorting", stage="industrialised", department="Claims",
         summary="Sorts incoming mail by claim.", owner="camille.laurent@horizon.example", asks=None, liked=0.9),
)  # fmt: skip

REACHED = ("claims-assistant", "support-chatbot", "code-assistant", "document-sorting")
"""The tools that pulses ask about."""

TASTES = {
    "claims-assistant": Taste(used=0.22, liked=0.35),
    "support-chatbot": Taste(used=0.62, liked=0.48),
    "code-assistant": Taste(used=0.80, liked=0.78),
    "document-sorting": Taste(used=0.66, liked=0.72),
}
"""What the colleagues answer to pulses about them."""

READINGS = {"claims-days": "9.7"}
"""What owners say of their KPIs when they are asked."""

KPIS = (
    {
        "key": "claims-adoption",
        "title": "Claims assistant: adoption",
        "initiative": "claims-assistant",
        "source": "adoption",
        "baseline": "5%",
        "target": "60%",
        "amber": "40%",
        "owner": "camille.laurent@horizon.example",
        "frequency": "weekly",
    },
    {
        "key": "chatbot-escalation",
        "title": "Support chatbot: conversations handed to a human",
        "initiative": "support-chatbot",
        "source": "escalation",
        "baseline": "50%",
        "target": "30%",
        "amber": "35%",
        "owner": "sam.taylor@horizon.example",
        "frequency": "weekly",
    },
    {
        "key": "chatbot-csat",
        "title": "Support chatbot: satisfaction of the teams",
        "initiative": "support-chatbot",
        "source": "csat",
        "owner": "sam.taylor@horizon.example",
    },
    {
        "key": "chatbot-saving",
        "title": "Support chatbot: saved a month",
        "initiative": "support-chatbot",
        "source": "saving",
        "baseline": 0,
        "target": 40000,
        "amber": 30000,
        "owner": "owen.price@horizon.example",
    },
    {
        "key": "claims-days",
        "title": "Simple claims: days until they are settled",
        "initiative": "claims-assistant",
        "source": "asked",
        "unit": "days",
        "direction": "down",
        "baseline": 12,
        "target": 8,
        "amber": 10,
        "owner": "ines.garcia@horizon.example",
    },
)
"""What the group has agreed on before, and what it has not: nobody has said what satisfaction is good enough."""

_FIRST = (
    "Adele Alice Amir Anna Antoine Arthur Bruno Carla Chloe Daniel David Diane Elias Elise Eva Felix Fiona Gabriel "
    "George Hana Hugo Ivan Jade James Jeanne Karim Laura Leo Lina Louis Maya Mia Nina Noah Olga Oscar Paul Rosa Sara "
    "Theo Victor Zoe"
)
_LAST = (
    "Adams Arnaud Bell Blanc Boyer Clarke Colin Costa Cox Dumas Evans Faure Fisher Garnier Gray Guerin Hall Henry Hill "
    "Joly Kelly King Lambert Lee Lopez Martin Mason Meyer Mills Nguyen Novak Palmer Perrin Reed Renard Robin Rossi "
    "Roux Scott Silva Simon Stone Vidal Walker Ward Young"
)


def extras() -> tuple[Character, ...]:
    """Everybody else, department by department: the same people every time."""
    chance = random.Random("horizon")  # noqa: S311  (made-up people)
    names = [(first, last) for first in _FIRST.split() for last in _LAST.split()]
    chance.shuffle(names)
    taken = {person.name for person in CAST}
    unused = iter([(first, last) for first, last in names if f"{first} {last}" not in taken])
    people: list[Character] = []
    for department, size in DEPARTMENTS.items():
        for _ in range(size - sum(person.department == department for person in CAST)):
            first, last = next(unused)
            zone, locale, site = chance.choices(
                [(PARIS, "fr-FR", "paris"), (LONDON, "en-GB", "london"), (MONTREAL, "fr-CA", "montreal")], [6, 3, 1]
            )[0]
            people.append(
                Character(
                    first=first,
                    last=last,
                    title=department,
                    locale=locale,
                    zone=zone,
                    site=site,
                    department=department,
                )
            )
    return tuple(people)


def crowd() -> list[str]:
    """Those who may be asked something: the cast, and whoever has a tool that pulses ask about."""
    asked = {"Claims", "Customer Support", "Data and IT"}
    return [one.email for one in CAST] + [one.email for one in extras() if one.department in asked]


def workspace(*, stepped: bool, start: str = START) -> dict[str, Any]:
    """The local workspace's configuration; its clock begins at `start`."""
    committee = [person.email for person in CAST]
    return {
        "team": {"id": TEAM, "name": "Horizon"},
        "clock": {"mode": "stepped" if stepped else "flowing", "start": start},
        "app": {
            "id": "A0COMITIA",
            "name": "Comitia",
            "bot_user": "U0COMITIA",
            "bot_id": "B0COMITIA",
            "bot_token": BOT_TOKEN,
            "app_token": APP_TOKEN,
            "signing_secret": SIGNING_SECRET,
            "mode": "socket",
            "request_url": None,
            "commands": ["/comitia"],
        },
        "people": [
            {
                "real_name": person.name,
                "email": person.email,
                "title": person.title,
                "tz": person.zone,
                "locale": person.locale,
                "featured": person.featured,
            }
            for person in (*CAST, *extras())
        ],
        "channels": [
            {
                "name": "ai-committee",
                "topic": "What the AI committee decides",
                "members": committee,
                "app_is_member": True,
            },
            {"name": "ai-news", "topic": "How our AI tools are used", "members": "*", "app_is_member": True},
        ],
        "buttons": [
            {"id": "next", "label": {"en": "To the next thing due", "fr": "À la prochaine échéance"}},
            {"id": "week", "label": {"en": "A week on", "fr": "Une semaine plus tard"}},
        ],
        "button_address": None,
    }


def settings(*, database: str, api_url: str, past: bool = False, language: str = "en") -> str:
    """Horizon's app.yaml; in its past without the committee, and without reminders that nobody would see.

    `language`: of its rooms and of what its people wrote.
    """
    tree: dict[str, Any] = {
        "organisation": {"name": "Horizon", "locale": "en", "zone": PARIS, "holidays": "FR"},
        "sites": {
            "paris": {"zone": PARIS, "holidays": "FR"},
            "london": {"zone": LONDON, "holidays": "GB-ENG"},
            "montreal": {"zone": MONTREAL, "holidays": "CA-QC"},
        },
        "rooms": {"committee": "ai-committee", "news": "ai-news"},
        "people": [
            {"email": person.email, "name": person.name, "roles": list(person.roles), "site": person.site}
            for person in CAST
        ],
        "initiatives": [
            {
                "key": case.key,
                "title": case.title,
                "summary": case.summary,
                "stage": case.stage,
                "department": case.department,
                "owner": case.owner,
                **({"asks": case.asks} if case.asks else {}),
            }
            for case in CASES
        ],
        "rituals": {
            "prioritisation": {
                "kind": "prioritisation_committee",
                "title": "AI prioritisation committee",
                "when": "1st tue",
                "at": "10:00",
                "holiday": "next",
                "room": "committee",
                "deadline": "17:00",
                "quorum": "1/2",
                "majority": "simple",
                "points": 5,
                "pass_mark": 3.5,
            },
            "pulse": {
                "kind": "pulse",
                "title": "AI tools pulse",
                "when": "every tue",
                "at": "10:00",
                "initiatives": list(REACHED),
            },
            "figures": {
                "kind": "adoption_post",
                "title": "Our AI tools this week",
                "when": "every mon",
                "at": "09:00",
                "room": "news",
                "card_every": 1,
                "lag": 0,
            },
            "review": {
                "kind": "kpi_review",
                "title": "AI KPI review",
                "when": "2nd thu",
                "at": "14:00",
                "room": "committee",
            },
            "digest": {
                "kind": "weekly_digest",
                "title": "Change managers’ digest",
                "when": "every mon",
                "at": "09:30",
            },
        },
        "kpis": [dict(kpi) for kpi in KPIS],
        "slack": {"mode": "socket", "api_url": api_url},
        "web": {"host": "127.0.0.1", "port": 0},
        "database": {"path": database},
        "log": {"level": "warning"},
    }
    if language == "fr":
        _in_french(tree)
    if past:
        del tree["rituals"]["prioritisation"]
        tree["rituals"]["pulse"]["reminder_after"] = 0
    return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False)


def _in_french(tree: dict[str, Any]) -> None:
    tree["organisation"]["locale"] = "fr"
    for case in tree["initiatives"]:
        case["title"], case["summary"] = french.INITIATIVES[case["key"]]
    for kpi in tree["kpis"]:
        kpi["title"] = french.KPIS[kpi["key"]]
        if kpi.get("unit") == "days":
            kpi["unit"] = "jours"
    for key, ritual in tree["rituals"].items():
        ritual["title"] = french.RITUALS[key]
