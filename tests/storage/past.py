"""A small organisation in the middle of its month, as rows of each table: what earlier versions left in databases."""

from datetime import UTC, date, datetime, time
from typing import Any

from cryptography.fernet import Fernet

Row = dict[str, Any]


def _at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


FIGURE = (
    '{"type":"published","metric":"adoption","x":15,"n":75,"N":75,"method":"telemetry","window":{"first":"2025-09-22",'
    '"last":"2025-10-19"},"as_of":"2025-10-19","tier":"measured","provisional":false,"ci_low":null,"ci_high":null,'
    '"display":{"form":"percent","low":20,"high":20,"word":null,"indicative":false},"carried_forward":false,'
    '"warrant":"e43acc71003a6ff3"}'
)
STATUS = (
    '{"kpi":"claims-days","title":"Days to settle","direction":"down","colour":"grey","grey":"no_target",'
    '"approximate":false,"value":null,"on":null,"n":null,"before":null,"baseline":null,"target":null,"amber":null,'
    '"progress":null,"course":null,"outlook":null,"past":[],"action":null}'
)
MESSAGE = (
    '{"kind":"greeting","summary":{"type":"text","key":"verbatim","values":{"words":"Words of before."}},"parts":'
    '[{"type":"paragraph","text":{"type":"text","key":"verbatim","values":{"words":"Words of before."}}}]}'
)
SEAL = b"O6yj8SXa50cC73m2m8be_eqvK7-gVSFMiBJjJ_cbKG8="
MARKS = Fernet(SEAL).encrypt_at_time(b"43212", 0)
REPLY = Fernet(SEAL).encrypt_at_time(
    b'{"use": "never", "sat": null, "bar": ["B_EXP"], "com": "Too slow."}'.ljust(2600), 0
)

SITTING, NEXT, PULSE, REVIEW = "committee-2026-03-03", "committee-2026-04-07", "pulse-2026-02-24", "review-2026-02-12"
BALLOT, CLOSED, OPEN, ACTION = f"{SITTING}:triage", f"{PULSE}:search", f"{PULSE}:triage", f"{REVIEW}:claims-days"


def _occurrence(id_: str, ritual: str, at: datetime, state: str) -> Row:
    return {
        **{"id": id_, "ritual": ritual, "nominal": at.date(), "at": at, "zone": "Europe/Paris", "state": state},
        **{"rules": None, "planned_at": None},
    }


def _step(occurrence: str, name: str, due_at: datetime, *, done: bool, subject: str = "") -> Row:
    return {
        "id": f"{occurrence}/{name}/{subject}",
        "occurrence": occurrence,
        "name": name,
        "subject": subject,
        "due_at": due_at,
        "try_at": due_at,
        "expires_at": None,
        "state": "done" if done else "waiting",
        "done_at": due_at if done else None,
    }


def _ballot(id_: str, initiative: str, *, position: int, state: str) -> Row:
    return {
        **{"id": id_, "occurrence": SITTING, "initiative": initiative, "position": position},
        **{"title": f"Claims {initiative}", "asks": "mvp", "entitled": 2, "majority": "simple"},
        **{"quorum_numerator": 1, "quorum_denominator": 2, "opened_at": _at(3, 3), "closes_at": _at(3, 3, 16)},
        "state": state,
    }


def _wave(id_: str, initiative: str, *, state: str, answered: int) -> Row:
    closed = state == "closed"
    return {
        **{"id": id_, "occurrence": PULSE, "ritual": "pulse", "initiative": initiative, "state": state},
        **{"opened_on": date(2026, 2, 24), "closes_at": _at(3, 3), "closed_on": date(2026, 3, 3) if closed else None},
        **{"barriers": True, "k_answers": 5, "k_comments": 10, "k_telemetry": 10, "k_invitations": 5},
        **{"invited": 2 if closed else 0, "departed": 0, "answered": answered},
    }


def _person(id_: str, name: str, roles: str) -> Row:
    return {
        **{"id": id_, "email": f"{name.lower()}@example.org", "name": name, "locale": "fr", "zone": "Europe/Paris"},
        **{"site": "lyon", "roles": roles, "ruled": "name", "present": True, "gone": False, "origin": None},
        **{"voice": "slack", "voice_chosen": False},
    }


def _post(id_: str, *, shown: bool) -> Row:
    return {
        **{"id": id_, "ritual": "committee", "to_type": "room", "to": "committee", "kind": "greeting"},
        **{"message": MESSAGE, "revision": 1, "wanted": True, "not_before": _at(2, 1), "not_after": None},
        **{"state": "shown" if shown else "pending", "behind": not shown, "due_at": _at(2, 1), "key": f"key of {id_}"},
        **{
            "shown_revision": int(shown),
            "conversation": "C1" if shown else None,
            "reference": "1.1" if shown else None,
        },
        **{"shown_at": _at(2, 1) if shown else None, "first_shown_at": _at(2, 1) if shown else None},
        **{"attempted_at": None, "failures": 0, "why": "", "owner": None, "lease_until": None},
        **{"bulk": False, "windows": "", "closes_at": None, "platform": "slack"},
    }


TAKES_MESSAGES: Row = {"refused": "", "refused_at": None}

ROWS: dict[str, list[Row]] = {
    "person": [
        _person("ana", "Ana", "chair admin"),
        _person("ben", "Ben", "member"),
        _person("cy", "Cy", "") | {"present": False, "gone": True},
    ],
    "account": [
        {"platform": "slack", "workspace": "T1", "user": "U1", "person": "ana", "present": True} | TAKES_MESSAGES,
        {"platform": "slack", "workspace": "T1", "user": "U2", "person": "ben", "present": False} | TAKES_MESSAGES,
    ],
    "room": [{"platform": "slack", "room": "committee", "conversation": "C1", "channel": ""} | TAKES_MESSAGES],
    "initiative": [
        {
            **{
                "key": key,
                "title": f"Claims {key}",
                "summary": "What it is for.",
                "stage": "poc",
                "standing": standing,
            },
            **{"department": "Claims", "owner": "ana@example.org", "asked_on": date(2026, 1, 5), "carried_over": 1},
        }
        for key, standing in (("triage", "asking"), ("search", "active"))
    ],
    "occurrence": [
        _occurrence(SITTING, "committee", _at(3, 3), "held"),
        _occurrence(NEXT, "committee", _at(4, 7), "planned"),
        _occurrence(PULSE, "pulse", _at(2, 24), "held"),
        _occurrence(REVIEW, "review", _at(2, 12), "held"),
    ],
    "step": [
        _step(SITTING, "open_ballots", _at(3, 3), done=True),
        _step(SITTING, "close_ballot", _at(3, 3, 16), done=False, subject=BALLOT),
        _step(NEXT, "call_for_marks", _at(3, 2), done=True),
        _step(NEXT, "open_ballots", _at(4, 7), done=False),
        _step(PULSE, "launch_waves", _at(2, 24), done=True),
    ],
    "point": [
        {"occurrence": SITTING, "initiative": "triage", "position": 1},
        {"occurrence": NEXT, "initiative": "triage", "position": 1},
    ],
    "seal_key": [{"subject": NEXT, "key": SEAL}, {"subject": OPEN, "key": SEAL}],
    "sealed_marks": [{"occurrence": NEXT, "person": "ben", "initiative": "triage", "ciphertext": MARKS}],
    "mark_sheet": [{"id": "5" * 32, "occurrence": SITTING, "initiative": "triage", "marks": "12345"}],
    "reveal": [{"occurrence": SITTING, "members": 1}],
    "ballot": [
        _ballot(BALLOT, "triage", position=1, state="open"),
        _ballot(f"{SITTING}:search", "search", position=2, state="closed"),
    ],
    "voter": [{"ballot": BALLOT, "person": person} for person in ("ana", "ben")],
    "vote": [{"ballot": BALLOT, "person": "ana", "choice": "go", "reason": "Because.", "cast_at": _at(3, 3, 10)}],
    "decision": [
        {
            **{"ballot": f"{SITTING}:search", "occurrence": SITTING, "initiative": "search", "title": "Claims search"},
            **{"outcome": "go", "entitled": 2, "yes": 2, "no": 0, "defer": 0, "abstain": 0},
            **{"from_stage": "framing", "to_stage": "poc", "decided_at": _at(2, 3)},
        }
    ],
    "pause": [{"ritual": "figures", "since": _at(2, 20), "by": "ana"}],
    "post": [_post("minutes:1", shown=True), _post("agenda:2", shown=False)],
    # --- from 0002 on ---
    "file_import": [
        {
            **{"number": number, "kind": "people", "file": "people.csv", "at": _at(1, 5), "state": "kept"},
            **{"lines": 2, "new": 2, "changed": 0, "settled": False},
        }
        for number in (1, 2)
    ],
    "identity_key": [{"id": 1, "key": b"k" * 32}],
    "identity": [{"id": 1, "mark": "a" * 32}, {"id": 2, "mark": "b" * 32}, {"id": 3, "mark": "c" * 32}],
    "tie": [{"identity": 1, "origin": 1, "person": "ana"}, {"identity": 2, "origin": 1, "person": "ben"}],
    "merger": [{"person": "cy", "origin": 2, "into": "ben"}],
    "moved_account": [{"platform": "slack", "workspace": "T1", "user": "U2", "origin": 2, "person": "cy"}],
    "posting": [
        {
            **{"identity": identity, "valid_from": date(2025, 1, 1), "origin": 1, "name": None, "department": "Claims"},
            **{"site": "lyon", "manager": None, "access": "triage", "left_on": None, "employee": None},
        }
        for identity in (1, 2)
    ],
    "target": [
        {"initiative": "triage", "origin": 2, "department": "Claims", "site": "", "rollout_on": date(2025, 9, 1)}
    ],
    "initiative_told": [
        {
            **{"initiative": "triage", "origin": 2, "title": "Claims triage", "summary": None, "stage": None},
            **{"department": None, "owner": None, "sponsor": "ben@example.org", "bucket": "core", "before": "{}"},
        }
    ],
    "usage_day": [
        {"initiative": "triage", "on_day": date(2026, 2, 2), "identity": 1, "origin": 1, "actions": 3},
        {"initiative": "triage", "on_day": date(2026, 2, 3), "identity": 2, "origin": 1, "actions": 1},
    ],
    "usage_week": [{"initiative": "triage", "monday": date(2025, 9, 1), "identity": 1, "actions": 8}],
    "usage_span": [{"initiative": "triage", "identity": 1, "first_on": date(2025, 9, 2), "last_on": date(2025, 9, 30)}],
    "usage_fold": [{"initiative": "triage", "until": date(2025, 10, 5)}],
    "conversation_count": [
        {
            **{"initiative": "triage", "on_day": date(2026, 2, 1), "origin": 1, "unengaged": 3, "escalated": 1},
            **{"confirmed": 6, "implied": 4, "abandoned": 1, "avoidable": 0, "contacted_again": 0},
            "resolved_and_contacted": 0,
        }
    ],
    "saving": [{"initiative": "triage", "on_day": date(2026, 1, 31), "origin": 1, "amount": "17800.50"}],
    "reading": [{"kpi": "claims-days", "on_day": date(2026, 1, 31), "origin": 1, "value": "10.8", "n": 12}],
    # --- from 0003 on ---
    "pulse_cycle": [{"ritual": "pulse", "cycle": "2026", "key": b"c" * 32}],
    "pulse_place": [{"ritual": "pulse", "cycle": "2026", "person": "ben", "stratum": "Claims|triage", "panel": 2}],
    "panelist": [
        {"person": "ben", "last_invited_on": date(2026, 2, 24), "unanswered_in_a_row": 1, "opted_out": False},
        {"person": "ana", "last_invited_on": None, "unanswered_in_a_row": 0, "opted_out": True},
    ],
    "wave": [
        _wave(CLOSED, "search", state="closed", answered=2),
        _wave(OPEN, "triage", state="open", answered=0),
    ],
    "wave_population": [{"wave": wave, "stratum": "Claims", "people": 40} for wave in (CLOSED, OPEN)],
    "invitation": [
        {
            **{"wave": wave, "person": "ben", "stratum": "Claims", "zone": "Europe/Paris", "site": "lyon"},
            **{"invited_on": date(2026, 2, 24), "asked": True},
        }
        for wave in (CLOSED, OPEN)
    ],
    "sealed_reply": [{"wave": OPEN, "person": "ben", "ciphertext": REPLY}],
    "pulse_answer": [
        {"id": "1" * 32, "wave": CLOSED, "stratum": "Claims", "question": "USE1", "codes": "never"},
        {"id": "2" * 32, "wave": CLOSED, "stratum": "Claims", "question": "BAR", "codes": "B_EXP B_TRN"},
    ],
    "pulse_comment": [{"id": "3" * 32, "wave": CLOSED, "words": "It is slow."}],
    # --- from 0004 on ---
    "figure": [
        {
            **{"initiative": "triage", "metric": "adoption", "department": "", "sunday": date(2026, 2, 1)},
            **{"is_suppressed": False, "figure": FIGURE, "population": "p" * 32, "revised": False},
        }
    ],
    "figure_alert": [
        {
            **{"initiative": "triage", "metric": "adoption", "worst": 1, "past": 2, "better": 0},
            **{"week": date(2026, 2, 1), "posted": None},
        }
    ],
    "figure_card": [
        {
            **{"room": "news", "ritual": "figures", "initiative": "triage", "sunday": date(2026, 2, 1)},
            **{"shown_on": date(2026, 2, 2), "arrow": "up"},
        }
    ],
    "figure_caveat": [
        {
            **{"sunday": date(2026, 2, 1), "initiative": "triage", "kind": "revised", "metric": "adoption"},
            **{"figure": FIGURE, "on": date(2026, 1, 25)},
        }
    ],
    "figure_change": [
        {
            **{"sunday": date(2026, 2, 1), "initiative": "triage", "metric": "adoption", "before": FIGURE},
            **{"after": FIGURE, "direction": "up"},
        }
    ],
    "figure_count": [
        {
            **{"sunday": date(2026, 2, 1), "metric": "adoption", "initiative": "triage", "department": ""},
            **{"x": 15, "n": 75},
        }
    ],
    "figure_event": [{"sunday": date(2026, 2, 1), "initiative": "triage", "metric": "adoption", "event": "raise"}],
    "figure_member": [{"initiative": "triage", "metric": "adoption", "department": "Claims", "person": "ben"}],
    "figure_release": [{"initiative": "triage", "metric": "adoption", "department": "Claims", "figure": FIGURE}],
    # --- from 0005 on ---
    "given_reading": [
        {
            **{"occurrence": REVIEW, "kpi": "claims-days", "on": date(2026, 2, 9), "value": "54/5", "n": None},
            "by": "ana",
        }
    ],
    "kpi_status": [{"occurrence": REVIEW, "kpi": "claims-days", "place": 0, "told": STATUS}],
    "action": [
        {
            **{"id": ACTION, "occurrence": REVIEW, "kpi": "claims-days", "title": "Days to settle", "kind": "remedy"},
            **{"state": "open", "owner": "ana", "email": "ana@example.org", "what": "See to it.", "reason": ""},
            **{"created": date(2026, 2, 12), "due": date(2026, 2, 26), "first_due": date(2026, 2, 26)},
            **{"missed_due": date(2026, 2, 26), "reached": "1 2", "snoozes": 0, "snoozed_until": None},
            "closed_on": None,
        }
    ],
    "telling": [{"person": "ana", "on": date(2026, 2, 27), "action": ACTION, "level": 1}],
    # --- from 0006 on ---
    "letter_wish": [{"person": "ana", "weekday": 3, "at": time(9, 30)}],
    "letter_told": [
        {"digest": "digest", "person": "ana", "told": "red:claims-days\nundecided:triage:2026-03-03:0:True"}
    ],
    "objection": [{"identity": 3, "objector": "o" * 16, "since": date(2026, 1, 20)}],
    # --- from 0008 on ---
    "lease": [{"name": "sending slack", "owner": "o" * 16, "until": _at(3, 3)}],
    "alarm": [{"name": "token slack", "since": _at(3, 1), "told_at": _at(3, 1), "times": 1, "over_at": _at(3, 2)}],
    "redraw": [{"id": 1, "occurrence": SITTING, "person": "ana", "subject": BALLOT, "asked_at": _at(3, 3, 10)}],
    "sending_key": [
        {"id": 1, "key": b"s" * 32, "made_at": _at(1, 5), "lost_since": None, "careful_until": None},
    ],
    "listed": [{"path": "rituals/committee", "value": "listed"}],
    "reference": [
        {
            **{"platform": "teams", "id": "7" * 36, "tenant": "8" * 36, "service_url": "https://example.org/"},
            **{"conversation": "a:1", "bot": "28:9", "user": "29:7", "team": "", "zone": "", "locale": "fr"},
            "seen_at": _at(2, 1),
        }
    ],
    "directory": [{"platform": "teams", "workspace": "8" * 36, "link": "", "asked_at": _at(3, 3, 6)}],
}
"""Rows by table, in the shape of schema 0008; a column that a schema does not have yet is left out of it."""

ANSWERS_TOGETHER: list[Row] = [
    {
        **{"id": "1" * 32, "wave": CLOSED, "stratum": "Claims", "use": "never", "satisfaction": None},
        "barriers": "B_EXP B_TRN",
    }
]
"""The same answers as `pulse_answer` had them before 0007."""
