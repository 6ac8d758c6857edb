"""A board of many KPIs, and a person with many actions, fit one message on every platform."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.i18n.translator import LANGUAGES, Translator, translator_for
from bot.platforms.slack import render as slack
from bot.platforms.teams import render as teams
from rituals.messages import Message
from rituals.reviews import speech as review
from rituals.reviews.actions import Action, ActionState
from rituals.reviews.ladder import Level
from tests.golden.drawing import block_kit_faults, strings
from tests.golden.samples import HOSTILE
from tests.golden.samples_reviews import HELD, action, statuses

Pen = Callable[[str], str]


def as_written(words: str) -> str:
    return words


def as_long_as_may_be(_: str) -> str:
    """The longest title that settings take, of the most unfriendly words."""
    return HOSTILE[:200]


PENS = [as_written, as_long_as_may_be]
NAMES = {"p1": "Ana Silva"}


def translators() -> Sequence[Translator]:
    return [translator_for(locale, ZoneInfo("Europe/Paris")) for locale in LANGUAGES]


def fits(message: Message) -> None:
    for translator in translators():
        assert block_kit_faults(slack.message(message, translator)) == []
        teams.message(message, translator)


@pytest.mark.parametrize("pen", PENS)
@pytest.mark.parametrize("count", [20, 60])
def test_a_board_of_that_many_red_kpis_fits_one_message(pen: Pen, count: int) -> None:
    red = statuses(pen)[0]
    fits(
        review.board(
            ritual=pen("KPI review"),
            review=HELD,
            statuses=[replace(red, kpi=f"kpi-{n}", review_date=HELD.date()) for n in range(count)],
            names=NAMES,
        )
    )


def test_every_kpi_of_twenty_is_told_in_full() -> None:
    red = statuses(as_written)[0]
    shown = review.board(
        ritual="KPI review",
        review=HELD,
        statuses=[
            replace(red, kpi=f"kpi-{n}", title=f"The number {n} of all", review_date=HELD.date()) for n in range(20)
        ],
        names=NAMES,
    )
    said = " ".join(strings(slack.message(shown, translators()[0])))
    assert all(f"The number {n} of all" in said for n in range(20))
    assert said.count("first promised for Thursday 16 April · overdue") == 20
    assert said.count("its target was to be looked at again on Thursday 9 April") == 20


def _actions(pen: Pen, state: ActionState, count: int) -> list[Action]:
    return [action(pen, f"kpi-{n}", state=state) for n in range(count)]


@pytest.mark.parametrize("pen", PENS)
@pytest.mark.parametrize("state", [ActionState.AWAITED, ActionState.OPEN, ActionState.DONE])
@pytest.mark.parametrize("count", [20, 40])
def test_that_many_actions_of_one_person_fit_one_message(pen: Pen, state: ActionState, count: int) -> None:
    status = statuses(pen)[0]
    tasks = [review.Task(action=one, status=status, stranger=True) for one in _actions(pen, state, count)]
    fits(review.actions(ritual=pen("KPI review"), tasks=tasks, names=NAMES))
    fits(review.action_list(tasks=tasks, names=NAMES))


def test_each_of_twenty_actions_asked_for_has_its_button() -> None:
    tasks = [review.Task(action=one) for one in _actions(as_written, ActionState.AWAITED, 20)]
    message = review.actions(ritual="KPI review", tasks=tasks, names=NAMES)
    assert sum(part.type == "choices" for part in message.parts) == 20


@pytest.mark.parametrize("pen", PENS)
def test_that_many_late_actions_fit_one_message(pen: Pen) -> None:
    rungs = [
        review.Rung(task=review.Task(action=replace(one, reason=pen("Late")), stranger=True), level=level, theirs=False)
        for one in _actions(pen, ActionState.OPEN, 8)
        for level in (Level.L3, Level.L4, Level.L5)
    ]
    fits(review.climb(rungs=rungs, names=NAMES, may={rung.task.action.id for rung in rungs}))
