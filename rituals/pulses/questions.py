"""The question bank: what a pulse may ask, as keys of the catalogues, and how an answer counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from types import MappingProxyType

from rituals.errors import InvalidReply
from rituals.measures.satisfaction import Scores
from rituals.measures.statistics import Proportion


class Answering(StrEnum):
    """How a question is answered."""

    ONE = "one"  # one of its options
    SEVERAL = "several"  # up to `most` of its options
    SCALE = "scale"  # 1 to 5, or one of its options
    TEXT = "text"  # free text of up to `most` characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A fixed answer; `fewest`: where its share needs more people than usual to be shown."""

    code: str
    fewest: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question by its `code`; its sentence has the blank {tool}.

    `shuffled`: how many of the first options are shown in random order. `most`: options or characters.
    """

    code: str
    answering: Answering
    options: tuple[Option, ...] = ()
    most: int = 1
    shuffled: int = 0

    @property
    def key(self) -> str:
        """The catalogue key of its sentence: "pulse-use1"."""
        return f"pulse-{self.code.lower()}"

    def option_key(self, option: str) -> str:
        """The catalogue key of an option, or of an end of the scale: "pulse-use1-every-week"."""
        return f"{self.key}-{option.lower().replace('_', '-')}"

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of all that may be chosen, points of the scale included."""
        scale = tuple(str(point) for point in SCALE) if self.answering is Answering.SCALE else ()
        return scale + tuple(option.code for option in self.options)

    def shown(self, chance: Random) -> tuple[Option, ...]:
        """The options in the order to show them in: those to be shuffled are, the last ones keep their places."""
        first = list(self.options[: self.shuffled])
        chance.shuffle(first)
        return (*first, *self.options[self.shuffled :])

    def checked(self, reply: Sequence[str]) -> tuple[str, ...]:
        """`reply` as it is kept: codes in the order of the bank, or one text without blanks around it.

        Raises InvalidReply, its `field` the code of the question, for nothing, for too much or for what was not
        offered.
        """
        if self.answering is Answering.TEXT:
            text = reply[0].strip() if len(reply) == 1 else ""
            if not text or len(text) > self.most:
                raise InvalidReply(field=self.code)
            return (text,)
        chosen = set(reply)
        if not chosen <= set(self.codes) or not 0 < len(chosen) <= self.most or len(chosen) != len(reply):
            raise InvalidReply(field=self.code)
        return tuple(code for code in self.codes if code in chosen)


SCALE = range(1, 6)
"""From 1, very dissatisfied or in full disagreement, to 5."""


def _options(*codes: str) -> tuple[Option, ...]:
    return tuple(Option(code=code) for code in codes)


USE1 = Question(
    code="USE1",
    answering=Answering.ONE,
    options=_options("every_week", "once_or_twice", "not_lately", "never", "no_access"),
)
USE2 = Question(
    code="USE2",
    answering=Answering.ONE,
    options=_options("almost_always", "half_the_time", "rarely", "never", "dont_know"),
)
SAT1 = Question(code="SAT1", answering=Answering.SCALE, options=_options("no_opinion"))
USF = Question(code="USF", answering=Answering.SCALE)
EAS = Question(code="EAS", answering=Answering.SCALE)
TRU = Question(code="TRU", answering=Answering.SCALE)
TIM = Question(code="TIM", answering=Answering.ONE, options=_options("saved", "neither", "cost"))
BAR = Question(
    code="BAR",
    answering=Answering.SEVERAL,
    options=(
        Option(code="B_EXP", fewest=10),  # to say that a tool questions one's expertise is to expose oneself
        *_options("B_CPX", "B_TRN", "B_TRU", "B_REL", "B_ACC", "B_POL", "B_OTH", "B_NON", "B_DK"),
    ),
    most=3,
    shuffled=7,
)
HLP = Question(
    code="HLP", answering=Answering.ONE, options=_options("training", "examples", "data_access", "settings", "nothing")
)
COM = Question(code="COM", answering=Answering.TEXT, most=500)

BANK: Mapping[str, Question] = MappingProxyType(
    {one.code: one for one in (USE1, USE2, SAT1, USF, EAS, TRU, TIM, BAR, HLP, COM)}
)
"""Every question, by its code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedUse:
    """What answers to USE1 amount to, in people.

    Whoever has no access is not active and stays among the `adoption` base; only `active_of_enabled` leaves them out.
    """

    adoption: Proportion
    active_of_enabled: Proportion


def reported_use(answers: Iterable[str]) -> ReportedUse:
    """Use in the past 4 weeks by what people say: every week, or once or twice.

    Raises InvalidReply for an answer that USE1 does not offer.
    """
    codes = [USE1.checked((answer,))[0] for answer in answers]
    active = sum(code in {"every_week", "once_or_twice"} for code in codes)
    enabled = sum(code != "no_access" for code in codes)
    return ReportedUse(adoption=Proportion(x=active, n=len(codes)), active_of_enabled=Proportion(x=active, n=enabled))


def scores(question: Question, answers: Iterable[str]) -> Scores:
    """The scores of a question on a scale; other options are no opinion.

    Raises InvalidReply for an answer that it does not offer, ValueError for a question without a scale.
    """
    if question.answering is not Answering.SCALE:
        raise ValueError(f"{question.code} has no scale")
    codes = [question.checked((answer,))[0] for answer in answers]
    points = [int(code) for code in codes if code.isdecimal()]
    return Scores(counts={point: points.count(point) for point in SCALE}, skipped=len(codes) - len(points))


def barrier_shares(answers: Iterable[Sequence[str]]) -> dict[str, Proportion]:
    """How many chose each barrier of those who were asked and answered, most chosen first, then as in the bank.

    The shares add up to more than one: people choose several.
    Raises InvalidReply for an answer that BAR does not offer.
    """
    replies = [BAR.checked(answer) for answer in answers]
    counted = {code: sum(code in reply for reply in replies) for code in BAR.codes}
    return {
        code: Proportion(x=counted[code], n=len(replies)) for code in sorted(counted, key=lambda code: -counted[code])
    }
