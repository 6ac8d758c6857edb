"""What we say, as values: keys and blanks, choices and forms, never a sentence and never a platform's markup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Literal

from rituals.measures.disclosure import Published, Suppressed

# --- words ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A sentence by its catalogue key, with the values of its blanks. A `str` value is text written by people."""

    type: Literal["text"] = "text"
    key: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """An instant (aware, UTC), shown in the reader's zone and locale. `style`: "full" day and time, "time", "day"."""

    type: Literal["moment"] = "moment"
    at: datetime
    style: Literal["full", "time", "day"] = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A local calendar day."""

    type: Literal["day"] = "day"
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A score shown with one decimal, rounded half up: `hundredths` is the exact value times 100."""

    type: Literal["score"] = "score"
    hundredths: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Several:
    """A list inside a sentence ("Ana, Bo and Cyr"), joined as the reader's language does."""

    type: Literal["several"] = "several"
    items: tuple[str | Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share of people or conversations as disclosure lets it be shown; no other figure about people is ever said."""

    type: Literal["share"] = "share"
    figure: Published | Suppressed


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A quantity that is about no group of people: a target, a saving. `unit` "%" takes a share 0..1; "" has none.

    Kept as a whole number of millionths of the unit; shown with one decimal at most, rounded half up.
    """

    type: Literal["amount"] = "amount"
    millionths: int
    unit: str = ""

    @classmethod
    def of(cls, value: Fraction, unit: str = "") -> Amount:
        """`value`, to the nearest millionth."""
        return cls(millionths=round(value * 1_000_000), unit=unit)

    @property
    def value(self) -> Fraction:
        """The quantity, exact."""
        return Fraction(self.millionths, 1_000_000)


Value = str | int | Text | Moment | Day | Score | Several | Share | Amount


def say(key: str, **values: Value) -> Text:
    """The sentence `key` with its blanks filled; `say("greeting", name="Ana")`."""
    return Text(key=key, values=values)


# --- things a person can do ----------------------------------------------------------------------------------------


class Emphasis(StrEnum):
    """How a choice stands among its neighbours."""

    PLAIN = "plain"
    CHOSEN = "chosen"  # what the person has already answered
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """A second question before something that cannot be taken back."""

    question: Text
    yes: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A button: `action` names what is asked ("vote"), `value` says what of ("<ballot id>:go").

    `spoken` is what a screen reader says where the label alone would be ambiguous.
    """

    action: str
    value: str
    label: Text
    emphasis: Emphasis = Emphasis.PLAIN
    spoken: Text | None = None
    confirm: Confirm | None = None


# --- parts of a message --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The title of a message or of one of its parts."""

    type: Literal["heading"] = "heading"
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph; `lead` stands first, in bold."""

    type: Literal["paragraph"] = "paragraph"
    text: Text
    lead: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """A list of short lines."""

    type: Literal["bullets"] = "bullets"
    items: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What a person wrote, word for word, with who wrote it."""

    type: Literal["quote"] = "quote"
    text: str
    by: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Small print."""

    type: Literal["note"] = "note"
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """A progress towards a whole, drawn and said: `done` of `whole`; `needed` marks a threshold (a quorum)."""

    type: Literal["meter"] = "meter"
    label: Text
    done: int
    whole: int
    needed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """A row of buttons; `group` is unique within the message."""

    type: Literal["choices"] = "choices"
    group: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Divider:
    """A line between two parts."""

    type: Literal["divider"] = "divider"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One line of a chart, a point for each label; None, and what disclosure suppressed, leave a gap."""

    name: Text
    points: tuple[Share | Amount | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Lines or bars over `labels`; `alt` says what there is to see, for whoever cannot see it. `target`: a level line.

    1 to 20 labels, 1 to 3 series, all of one unit.
    """

    type: Literal["chart"] = "chart"
    title: Text
    alt: Text
    labels: tuple[Day | Text, ...]
    series: tuple[Series, ...]
    target: Series | None = None
    style: Literal["line", "bar"] = "line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Questions answered within the message and sent with one button; `group` is unique within the message."""

    type: Literal["inputs"] = "inputs"
    group: str
    fields: tuple[Scale | Picks, ...]
    send: Choice


Part = Heading | Paragraph | Bullets | Quote | Note | Meter | Choices | Divider | Chart | Inputs


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message of a registered `kind`: its parts, and a one-line `summary` for notifications and screen readers."""

    kind: str
    summary: Text
    parts: tuple[Part, ...]


# --- forms ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer of a scale or list: its stored value and its words."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A question answered by one of a few written options."""

    type: Literal["scale"] = "scale"
    name: str
    label: Text
    options: tuple[Option, ...]
    hint: Text | None = None
    initial: str | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Picks:
    """A question answered by up to `most` of a few written options."""

    type: Literal["picks"] = "picks"
    name: str
    label: Text
    options: tuple[Option, ...]
    most: int
    hint: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A question answered in the person's own words, at most `limit` characters."""

    type: Literal["words"] = "words"
    name: str
    label: Text
    limit: int
    hint: Text | None = None
    initial: str | None = None
    optional: bool = True
    multiline: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form a person fills and sends in one go. `subject` comes back with the answer (never confidential)."""

    kind: str
    subject: str
    title: Text
    submit: Text
    intro: tuple[Paragraph | Note, ...] = ()
    fields: tuple[Scale | Words, ...] = ()


# --- answers to a click --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the person who clicked gets directly, rendered in memory and never stored.

    `sentence`: one line only they see. `message`: a whole message only they see. `form`: a form to open.
    `redrawn`: the id of the living post they clicked, to be shown anew at once.
    `instead`: a message shown in place of the one they clicked, to them alone and nowhere kept.
    `openly`: what is said instead of `message` where others read the answer too; None where nothing of it may be.
    `elsewhere`: what other posts of theirs show from now on, by id, wherever they stand and were not clicked; to them
    alone and nowhere kept.
    """

    sentence: Text | None = None
    message: Message | None = None
    form: Form | None = None
    redrawn: str | None = None
    instead: Message | None = None
    openly: Message | None = None
    elsewhere: Mapping[str, Message] = field(default_factory=dict)
