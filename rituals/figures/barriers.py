"""What holds people back: the barriers a pulse asks about as figures, and which of them are worth telling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

from rituals.measures.disclosure import Form, Published
from rituals.measures.satisfaction import Opinion
from rituals.pulses.questions import BAR, Option

BARRIERS: Mapping[str, Option] = MappingProxyType(
    {f"barrier_{one.code.removeprefix('B_').lower()}": one for one in BAR.options[: BAR.shuffled]}
)
"""By metric, each barrier of the question that says what is in the way: not "other", nor "nothing", nor no answer."""

MOST_NAMED = 3
"""Most barriers told of one initiative."""

FEW = 10
"""Percent: what so few or fewer name holds nobody back who could be helped without being found."""

# What a word stands for, in percent and roughly: less is better, so that "unfavourable" is more than 60 %.
_SHARE_OF = {Opinion.UNFAVOURABLE: 60, Opinion.DIVIDED: 30, Opinion.FAVOURABLE: 0}


def most_named(shown: Mapping[str, Published]) -> Sequence[tuple[str, Published]]:
    """The barriers that most name, by metric, most named first and then as in the bank; three at most.

    It goes by what each figure shows and by nothing else, so that neither choice nor order tells more than they do.
    """
    ranked = [(metric, shown[metric]) for metric in BARRIERS if metric in shown]
    ranked = [(metric, figure) for metric, figure in ranked if _points(figure) > FEW]
    return tuple(sorted(ranked, key=lambda one: -_points(one[1]))[:MOST_NAMED])


def _points(figure: Published) -> Fraction:
    """How many name it, in percent, as far as the figure shows."""
    if figure.x is not None:
        return Fraction(100 * figure.x, figure.n)
    display = figure.display
    if display.form is Form.WORD and display.word is not None:
        return Fraction(_SHARE_OF[display.word])
    return Fraction(display.high or 0 if display.form is Form.AT_MOST else display.low or 0)
