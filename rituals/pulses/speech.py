"""What a pulse says: one question, two more for who likes, thanks, and how to be left in peace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from random import Random

from rituals.measures.disclosure import Thresholds
from rituals.messages import (
    Bullets,
    Choice,
    Choices,
    Emphasis,
    Form,
    Heading,
    Inputs,
    Message,
    Moment,
    Note,
    Option,
    Paragraph,
    Part,
    Picks,
    Scale,
    Text,
    Words,
    say,
)
from rituals.pulses.questions import BAR, COM, SAT1, USE1, Question
from rituals.speech import form_kind, message_kind

USE, SEND, COMMENT, CHANGE, STOP, RESUME = (
    "pulse-use",
    "pulse-send",
    "pulse-comment",
    "pulse-change",
    "pulse-stop",
    "pulse-resume",
)
"""What the buttons of a pulse ask for."""

SATISFACTION, BARRIERS = "satisfaction", "barriers"
"""The fields beside the one button that sends them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What a wave is about, and what its people are promised. `tool`: the title of the initiative."""

    wave: str
    tool: str
    closes_at: datetime
    thresholds: Thresholds

    @property
    def until(self) -> Moment:
        """When names and answers part."""
        return Moment(at=self.closes_at)


@message_kind("pulse-question")
def question(topic: Topic) -> Message:
    """The message that asks, before any tap: why, the question, the mode, the group sizes, and the way out."""
    return Message(
        kind="pulse-question",
        summary=say("pulse-summary", tool=topic.tool),
        parts=(
            Heading(text=say("pulse-title", tool=topic.tool)),
            Paragraph(text=say("pulse-why", tool=topic.tool)),
            *_asking(topic),
            _promise(topic),
            _way_out(topic),
        ),
    )


@message_kind("pulse-reminder")
def reminder(topic: Topic) -> Message:
    """The one reminder: the same question, in short."""
    return Message(
        kind="pulse-reminder",
        summary=say("pulse-reminder-summary", tool=topic.tool),
        parts=(
            Paragraph(text=say("pulse-reminder-why", tool=topic.tool, until=topic.until)),
            *_asking(topic),
            _promise(topic),
            _way_out(topic),
        ),
    )


@message_kind("pulse-more")
def more(topic: Topic, *, person: str, barriers: bool, again: bool) -> Message:
    """In place of the question once it is answered: two more for who likes. Chat keeps it, so it tells no answer.

    `barriers`: whether what holds people back is asked; `again`: whether these were answered before.
    """
    thanks, scale, send, afterwards, until = _for_all(topic, again=again)
    fields: list[Scale | Picks] = [scale]
    if barriers:
        # Always in the same order for one person: a message drawn anew must not jump about under their finger.
        chance = Random(f"{topic.wave} {person}")  # noqa: S311 (an order of options is no secret)
        offered = tuple(option.code for option in BAR.shown(chance))
        fields.append(Picks(name=BARRIERS, label=_sentence(BAR, topic), options=_options(BAR, offered), most=BAR.most))
    return Message(
        kind="pulse-more",
        summary=say("pulse-thanks", tool=topic.tool),
        parts=(thanks, Inputs(group="pulse-more", fields=tuple(fields), send=send), afterwards, until),
    )


@lru_cache(maxsize=64)
def _for_all(topic: Topic, *, again: bool) -> tuple[Paragraph, Scale, Choice, Choices, Note]:
    """What is the same for a whole crowd; made for each of them it would take longer than all else that is said."""
    return (
        Paragraph(lead=say("pulse-thanks", tool=topic.tool), text=say("pulse-more")),
        Scale(
            name=SATISFACTION,
            label=_sentence(SAT1, topic),
            options=_options(SAT1),
            hint=say("pulse-keeps") if again else None,
            optional=True,
        ),
        Choice(action=SEND, value=topic.wave, label=say("pulse-send"), emphasis=Emphasis.PRIMARY),
        _afterwards(topic),
        Note(text=say("pulse-until", until=topic.until)),
    )


@message_kind("pulse-thanks")
def thanks(topic: Topic) -> Message:
    """In place of what was sent."""
    return Message(
        kind="pulse-thanks",
        summary=say("pulse-done", tool=topic.tool),
        parts=(
            Paragraph(lead=say("pulse-done", tool=topic.tool), text=say("pulse-until", until=topic.until)),
            _afterwards(topic),
        ),
    )


@message_kind("pulse-change")
def change(topic: Topic) -> Message:
    """The question once more, for who wants to answer otherwise."""
    return Message(
        kind="pulse-change",
        summary=say("pulse-summary", tool=topic.tool),
        parts=(*_asking(topic), _promise(topic), _way_out(topic)),
    )


@message_kind("pulse-stopped")
def stopped() -> Message:
    """In place of a question to somebody who asked to be left in peace."""
    return Message(
        kind="pulse-stopped",
        summary=say("pulse-stopped"),
        parts=(
            Paragraph(text=say("pulse-stopped")),
            Choices(group="pulse-stopped", choices=(Choice(action=RESUME, value="on", label=say("pulse-resume")),)),
        ),
    )


@message_kind("pulse-called-off")
def called_off(topic: Topic) -> Message:
    """In place of a question that somebody called off."""
    words = say("pulse-called-off", tool=topic.tool)
    return Message(kind="pulse-called-off", summary=words, parts=(Paragraph(text=words),))


@message_kind("pulse-closed")
def closed(topic: Topic) -> Message:
    """In place of what somebody clicked too late."""
    words = say("pulse-closed", tool=topic.tool)
    return Message(kind="pulse-closed", summary=words, parts=(Paragraph(text=words),))


MOST_AT_HOME = 10
"""Questions named on somebody's home."""


def at_home(topics: Sequence[Topic]) -> tuple[Part, ...]:
    """What the home of somebody who was asked says of it, never of an answer; nothing where there is none."""
    if not topics:
        return ()
    lines = tuple(
        Paragraph(lead=say("verbatim", words=topic.tool), text=say("pulse-at-home-line", until=topic.until))
        for topic in topics[:MOST_AT_HOME]
    )
    left = len(topics) - len(lines)
    more = (Note(text=say("pulse-at-home-more", count=left)),) if left else ()
    return Heading(text=say("pulse-at-home")), Bullets(items=lines), *more


@form_kind("pulse-comment")
def comment_form(topic: Topic, *, comment: str) -> Form:
    """The form for a comment; drawn in memory for the person alone, who finds there what they wrote before."""
    return Form(
        kind="pulse-comment",
        subject=topic.wave,
        title=say("pulse-comment-title"),
        submit=say("pulse-comment-submit"),
        intro=(Note(text=say("pulse-comment-promise", comments=topic.thresholds.comments)),),
        fields=(
            Words(
                name="comment",
                label=_sentence(COM, topic),
                limit=COM.most,
                hint=say("pulse-comment-hint"),
                initial=comment or None,
            ),
        ),
    )


def _asking(topic: Topic) -> tuple[Part, ...]:
    choices = tuple(
        Choice(
            action=USE,
            value=f"{topic.wave}:{option.code}",
            label=say(USE1.option_key(option.code)),
        )
        for option in USE1.options
    )
    return Paragraph(text=_sentence(USE1, topic)), Choices(group="pulse-use", choices=choices)


def _promise(topic: Topic) -> Note:
    return Note(
        text=say(
            "pulse-promise",
            until=topic.until,
            answers=topic.thresholds.answers,
            comments=topic.thresholds.comments,
        )
    )


def _way_out(topic: Topic) -> Choices:
    return Choices(group="pulse-out", choices=(Choice(action=STOP, value=topic.wave, label=say("pulse-stop")),))


def _afterwards(topic: Topic) -> Choices:
    return Choices(
        group="pulse-after",
        choices=(
            Choice(action=COMMENT, value=topic.wave, label=say("pulse-comment")),
            Choice(action=CHANGE, value=topic.wave, label=say("pulse-change")),
        ),
    )


def _sentence(asked: Question, topic: Topic) -> Text:
    return say(asked.key, tool=topic.tool)


def _options(asked: Question, codes: tuple[str, ...] | None = None) -> tuple[Option, ...]:
    return tuple(_OPTIONS[asked.code, code] for code in codes or asked.codes)


_OPTIONS = {
    (asked.code, code): Option(value=code, label=say(asked.option_key(code)))
    for asked in (USE1, SAT1, BAR)
    for code in asked.codes
}
