"""Files that come in: their lines as values, what is wrong with them, and what came of them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rituals.census import Target
from rituals.initiatives import Stage
from rituals.measures.escalation import Conversations
from rituals.messages import Text, say

KINDS = ("people", "initiatives", "usage", "conversations", "savings", "readings")

KEEP_DAYS = timedelta(days=100)
"""How long usage is kept by day: the habit of 12 weeks needs 84."""
KEEP_WEEKS = timedelta(days=396)
"""How long it is kept by week: 13 months."""
KEEP_AFTER_LEAVING = timedelta(days=92)
"""How long after somebody has left their first and last use are kept."""


# --- lines ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """A line about a person. `valid_from` None: from today on; `said`: the columns that the file has at all."""

    line: int
    email: str
    department: str
    other_emails: frozenset[str] = frozenset()
    employee_id: str | None = None
    name: str | None = None
    site: str | None = None
    manager: str | None = None
    access: frozenset[str] = frozenset()
    valid_from: date | None = None
    left_on: date | None = None
    said: frozenset[str] = frozenset()

    @property
    def handle(self) -> str:
        """The address the line names first."""
        return f"mail:{self.email}"

    @property
    def handles(self) -> tuple[str, ...]:
        """Everything the person is known by."""
        numbers = () if self.employee_id is None else (f"id:{self.employee_id}",)
        return (self.handle, *(f"mail:{email}" for email in sorted(self.other_emails)), *numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class InitiativeLine:
    """A line about an initiative: its words, a target, or both; None where the line says nothing."""

    line: int
    initiative: str
    title: str | None = None
    summary: str | None = None
    stage: Stage | None = None
    department: str | None = None
    owner: str | None = None
    sponsor: str | None = None
    bucket: str | None = None
    target: Target | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageLine:
    """How often the owner of an address used an initiative on a day."""

    line: int
    initiative: str
    email: str
    day: date
    actions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageCount:
    """The same once it is known what stands for the address."""

    initiative: str
    day: date
    identity: int
    actions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationLine:
    """How an initiative's conversations ended."""

    line: int
    initiative: str
    day: date
    counts: Conversations


@dataclass(frozen=True, slots=True, kw_only=True)
class SavingLine:
    """What an initiative saved in a period; `amount` as exact decimal text."""

    line: int
    initiative: str
    day: date
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A value as exact decimal text, and of how many it is where that is known."""

    value: str
    n: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLine:
    """A value of a followed figure; `in_percent`: it was written with the sign, which the value has taken in."""

    line: int
    kpi: str
    day: date
    reading: Reading
    in_percent: bool = False


# --- what is wrong with a file --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFault:
    """What is wrong in one line of a file, with the remedy; `column` None where it is the line itself."""

    line: int
    column: str | None
    why: Text


class BadFile(Exception):
    """A file that cannot be taken in; nothing of it was. `faults`: the first of them, `count` of them all."""

    def __init__(self, faults: Iterable[LineFault], *, count: int | None = None) -> None:
        self.faults = tuple(faults)
        self.count = len(self.faults) if count is None else count
        super().__init__(f"{self.count} faults")


def did_you_mean(word: str, known: Iterable[str]) -> Text:
    """Which of the `known` words was probably meant, or which there are."""
    words = sorted(known)
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    if close:
        return say("import-meant", word=close[0])
    if not words:
        return say("import-none-known")
    return say("import-known", words=f"{', '.join(words[:8])}{' …' if len(words) > 8 else ''}")


# --- what came of it -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Lines of a file: all of them, those that told something new, those that changed what was known."""

    lines: int = 0
    new: int = 0
    changed: int = 0

    def __add__(self, other: Counted) -> Counted:
        return Counted(lines=self.lines + other.lines, new=self.new + other.new, changed=self.changed + other.changed)

    @property
    def is_nothing_new(self) -> bool:
        """Whether everything was known already."""
        return not self.new and not self.changed


@dataclass(frozen=True, slots=True, kw_only=True)
class FileImport:
    """A file that was taken in. `settled`: a part is summed up by week, so that it can no longer be taken back."""

    number: int
    kind: str
    file: str
    at: datetime
    counted: Counted
    settled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a file: the import's `number` (None: nothing was new), counts, and what is worth saying besides."""

    number: int | None
    counted: Counted
    notices: tuple[Text, ...] = ()
