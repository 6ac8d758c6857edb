"""Does what falls due: each step once, in one transaction with its effect; what is too late is skipped with a word."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from rituals.occurrences import Occurrence, OccurrenceState, Step
from rituals.organisation import Organisation, Ritual
from rituals.ports import OpenWork, Work
from rituals.use_cases.alarms import Trouble, Wrong, calm, sound
from rituals.use_cases.procedures import all_procedures, procedure_of

log = logging.getLogger(__name__)

TRY_AGAIN = timedelta(minutes=5)
"""How long a step waits whose effect failed."""

AGAIN_AND_AGAIN = 2 * TRY_AGAIN
"""How late a step is that fails once more, so that a person is told: before, it may well mend itself."""

Ended = Callable[[Step, str], None]
"""Told how a step ended: "done", "skipped" or "failed"."""

GoesOn = Callable[[], bool]
"""Whether another step may begin."""


def _unheard(_step: Step, _end: str) -> None:
    pass


def _always() -> bool:
    return True


async def run_due_steps(
    at: datetime, *, open_work: OpenWork, organisation: Organisation, ended: Ended = _unheard, goes_on: GoesOn = _always
) -> int:
    """Does every step due by `at`, oldest first, each in a transaction of its own; how many were done or skipped.

    A step whose effect fails is logged once, put off by five minutes and does not hold up the others. `ended` is told
    of each step, `goes_on` asked before each.
    """
    done = 0
    while goes_on():
        step: Step | None = None
        try:
            async with open_work() as work:
                paused = await work.brakes.paused()
                if "all" in paused:
                    return done
                step = await work.steps.claim_due(at, leaving=paused)
                if step is None:
                    return done
                was_done = await _take(step, work, organisation, at=at)
                if at - step.due_at >= TRY_AGAIN:
                    await calm(await _failing(step, work, organisation), at=at, work=work, organisation=organisation)
            done += 1
            ended(step, "done" if was_done else "skipped")
        except Exception:
            # A loop that must survive: one broken ritual may not stop the others.
            if step is None:
                raise
            log.exception("A step failed and will be tried again.", extra={"action": "step_failed", "step": step.id})
            ended(step, "failed")
            async with open_work() as work:
                await work.steps.put_off(step, until=at + TRY_AGAIN)
            if at - step.due_at >= AGAIN_AND_AGAIN:
                async with open_work() as work:
                    await sound(await _failing(step, work, organisation), at=at, work=work, organisation=organisation)
    return done


async def _failing(step: Step, work: Work, organisation: Organisation) -> Trouble:
    """That the step fails: one trouble with the same step about other things, which fail for the same reason."""
    rules = organisation.rules_of(await work.occurrences.get(step.occurrence))
    title = rules.title if rules is not None else step.occurrence
    return Trouble(wrong=Wrong.STEP, about=f"{step.occurrence}/{step.name}", blanks={"ritual": title})


async def _take(step: Step, work: Work, organisation: Organisation, *, at: datetime) -> bool:
    """Does the step, or skips it; whether it was done."""
    occurrence = await work.occurrences.get(step.occurrence, lock=True)
    rules = organisation.rules_of(occurrence)
    if occurrence is None or rules is None:
        await work.steps.mark_skipped(step)
        if occurrence is not None:
            await _let_go(occurrence, work)
        log.warning(
            "A step was skipped: app.yaml no longer has its ritual.", extra={"action": "step_orphaned", "step": step.id}
        )
        return False
    if occurrence.rules is None:
        occurrence = replace(occurrence, rules=rules)
        await work.occurrences.begin(occurrence)
    if _is_too_late(step, at):
        await _skip(step, occurrence, rules, work, organisation, at)
        return False
    effect = procedure_of(rules).effects.get(step.name)
    if effect is None:
        # app.yaml gave the ritual's name to one of another kind.
        await work.steps.mark_skipped(step)
        await _let_go(occurrence, work)
        return False
    await effect(step, occurrence, rules, work, organisation, at)
    log.info("A step was done.", extra={"action": "step_done", "step": step.id})
    return True


def _is_too_late(step: Step, at: datetime) -> bool:
    return step.expires_at is not None and at >= step.expires_at


async def _skip(
    step: Step, occurrence: Occurrence, rules: Ritual, work: Work, organisation: Organisation, at: datetime
) -> None:
    """Skips a step together with the later ones of its occurrence that are too late as well."""
    late = [step, *(one for one in await work.steps.waiting(occurrence.id) if _is_too_late(one, at))]
    for one in late:
        await work.steps.mark_skipped(one)
        log.warning("A step was skipped: its moment has passed.", extra={"action": "step_skipped", "step": one.id})
    await procedure_of(rules).skip(late, occurrence, rules, work, organisation, at)


async def _let_go(occurrence: Occurrence, work: Work) -> None:
    """Cancels an occurrence whose ritual is gone; what kind it was is not known any more, so every kind lets go."""
    await work.steps.cancel(occurrence.id)
    await work.occurrences.put(replace(occurrence, state=OccurrenceState.CANCELLED))
    for procedure in all_procedures():
        await procedure.let_go(occurrence, work)
