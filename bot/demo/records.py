"""Horizon's CSV files: who belongs where, who has which tool, who used it, what was escalated and what was saved.

The 12 % and the 45 % of the story are nowhere else: whoever changes a row of these files changes the figures.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from bot.demo import horizon

Row = tuple[object, ...]

FIRST_MONDAY = date(2025, 8, 4)
"""The files tell of usage from here on: twelve weeks before the first Monday of the history."""

NOTES_SINCE = date(2025, 10, 13)
"""When everybody was given the meeting notes."""

ROLLOUT = date(2025, 7, 28)
"""When most tools were given to people: half a year before the story begins."""

WEEK = timedelta(days=7)

HEADERS: Mapping[str, Sequence[str]] = {
    "people": ("email", "name", "department", "site", "valid_from", "left_on", "access"),
    "initiatives": ("initiative", "target_department", "rollout_on"),
    "usage": ("initiative", "email", "date", "actions"),
    "conversations": ("initiative", "date", "unengaged", "escalated", "confirmed", "implied", "abandoned", "avoidable"),
    "savings": ("initiative", "date", "amount"),
}
"""The kinds of files in the order they are imported, and their columns."""

DATED = {"usage": 2, "conversations": 1, "savings": 1}
"""Of the files that grow week by week, which column has the day."""


def write(directory: Path, *, weeks: int) -> None:
    """Writes the files that `directory` does not have yet, with `weeks` (1 or more) of the time to come."""
    directory.mkdir(parents=True, exist_ok=True)
    until = horizon.START_DAY + weeks * WEEK
    rows: Mapping[str, Callable[[], Iterator[Row]]] = {
        "people": _people,
        "initiatives": _initiatives,
        "usage": lambda: _usage(until),
        "conversations": lambda: _conversations(until),
        "savings": lambda: _savings(until),
    }
    for kind, header in HEADERS.items():
        path = directory / f"{kind}.csv"
        if not path.exists():
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(header)
                writer.writerows(rows[kind]())


def cut(directory: Path, kind: str, *, after: date, until: date, into: Path) -> bool:
    """Writes the rows of a growing file from `after` on and before `until` to `into`; whether there are any."""
    with (directory / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    day = DATED[kind]
    some = [row for row in rows if row and after <= date.fromisoformat(row[day]) < until]
    with into.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(some)
    return bool(some)


# --- what the files tell -------------------------------------------------------------------------------------------

TOOLS = {
    "Claims": {"claims-assistant": ROLLOUT, "document-sorting": date(2026, 1, 12)},
    "Data and IT": {"code-assistant": ROLLOUT},
    "Customer Support": {"support-chatbot": ROLLOUT},
}
"""The tools each of these departments was given, and when, beside the meeting notes that everybody has."""

JOINED = date(2026, 1, 19)
LEFT = date(2026, 1, 9)


def _everybody() -> list[horizon.Character]:
    return [*horizon.CAST, *horizon.extras()]


def _of(department: str) -> list[horizon.Character]:
    return [person for person in _everybody() if person.department == department]


def _people() -> Iterator[Row]:
    # Two advisers came a week ago, and two have left: they are in no denominator, and the file says so.
    banking = _of("Retail Banking")
    came, left = banking[-4:-2], banking[-2:]
    for person in _everybody():
        tools = TOOLS.get(person.department, {})
        yield (
            person.email,
            person.name,
            person.department,
            person.site,
            JOINED if person in came else date(2025, 1, 1),
            LEFT if person in left else "",
            " ".join([*tools, "meeting-notes"]),
        )


def _initiatives() -> Iterator[Row]:
    for department, tools in TOOLS.items():
        for tool, since in tools.items():
            yield tool, department, since
    yield "meeting-notes", "", NOTES_SINCE


def _usage(until: date) -> Iterator[Row]:
    mondays = [FIRST_MONDAY + n * WEEK for n in range((until - FIRST_MONDAY).days // 7)]
    used: list[tuple[str, Sequence[str], date]] = []
    claims, developers = _of("Claims"), _of("Data and IT")
    for n, monday in enumerate(mondays):
        # Claims: seven who stay, two who come now and then, and six who have tried and given up before Christmas.
        regular, seldom, gave_up = claims[3:10], claims[10:12], claims[12:18]
        used.append(("claims-assistant", [one.email for one in regular], monday))
        used.append(("claims-assistant", [seldom[n % 2].email], monday))
        if monday < date(2025, 12, 15):
            used.append(("claims-assistant", [one.email for one in gave_up[n % 3 :: 2]], monday))
        used.append(("code-assistant", [one.email for one in developers[4:28]], monday))
        # Meeting notes spread by themselves: two more people every week.
        if monday >= NOTES_SINCE:
            weeks = (monday - NOTES_SINCE).days // 7
            used.append(("meeting-notes", [one.email for one in _everybody()[20 : 48 + 2 * weeks]], monday))
    for initiative, emails, monday in used:
        for email in emails:
            chance = random.Random(f"{initiative}:{email}:{monday}")  # noqa: S311  (made-up usage)
            for day in sorted(chance.sample(range(5), chance.randint(1, 3))):
                yield initiative, email, monday + timedelta(days=day), chance.randint(1, 9)


ESCALATED = (101, 102, 101, 101)
"""Of 225 conversations a week: 405 of 900 in any four weeks, which is 45 %."""


def _conversations(until: date) -> Iterator[Row]:
    sunday = FIRST_MONDAY - timedelta(days=1)
    n = 0
    while (sunday := sunday + WEEK) < until:
        escalated = ESCALATED[n % len(ESCALATED)]
        confirmed, implied = 61, 225 - escalated - 61 - 14
        yield "support-chatbot", sunday, 30, escalated, confirmed, implied, 14, escalated - 12
        n += 1


def _savings(until: date) -> Iterator[Row]:
    month = date(2025, 10, 31)
    n = 0
    while month < until:
        yield "support-chatbot", month, 17_800 + 350 * (n % 4)
        month = (month + timedelta(days=40)).replace(day=1) - timedelta(days=1)
        n += 1
