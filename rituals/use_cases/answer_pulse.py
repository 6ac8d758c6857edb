"""Somebody answers a pulse: sealed until its wave closes, replaced by what they answer later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from rituals.errors import InvalidReply, NotFound, NotInvited, PulseCancelled, PulseClosed
from rituals.messages import Reply, say
from rituals.organisation import Organisation
from rituals.people import Account, Person
from rituals.plain import plain
from rituals.ports import OpenWork, Work
from rituals.pulses import speech as says
from rituals.pulses.questions import BAR, COM, SAT1, USE1
from rituals.pulses.rules import PulseRules
from rituals.pulses.waves import ASKING, REMINDING, PulseReply, Wave, WaveState, post_id
from rituals.use_cases.asking import somebody
from rituals.use_cases.wave import topic

Chosen = Mapping[str, Sequence[str]]
"""What was chosen beside a button, by field."""


async def answer(
    account: Account, wave_id: str, use: str, *, at: datetime, open_work: OpenWork, organisation: Organisation
) -> Reply:
    """Keeps the first answer, sealed, and offers the other questions in place of this one.

    Raises NotFound, NotInvited, PulseClosed, PulseCancelled, InvalidReply.
    """
    async with open_work() as work:
        person, wave = await _answerable(work, account, wave_id, organisation, at=at)
        USE1.checked((use,))
        before = await work.pulses.reply(wave.id, person.id)
        await work.pulses.seal(wave.id, person.id, before.with_use(use) if before else PulseReply(use=use))
        await work.posts.drop(post_id(REMINDING, wave.id, person.id))
        again = before is not None and (before.satisfaction is not None or bool(before.barriers))
        return Reply(instead=says.more(await topic(work, wave), person=person.id, barriers=wave.barriers, again=again))


async def answer_more(
    account: Account, wave_id: str, chosen: Chosen, *, at: datetime, open_work: OpenWork, organisation: Organisation
) -> Reply:
    """Keeps the other answers; what was left out stays as it was.

    Raises NotFound, NotInvited, PulseClosed, PulseCancelled, InvalidReply.
    """
    async with open_work() as work:
        person, wave = await _answerable(work, account, wave_id, organisation, at=at)
        before = await work.pulses.reply(wave.id, person.id)
        if before is None:
            raise InvalidReply(key="pulse-answer-first")
        reply = before
        if satisfaction := tuple(chosen.get(says.SATISFACTION, ())):
            reply = replace(reply, satisfaction=SAT1.checked(satisfaction)[0])
        if barriers := tuple(chosen.get(says.BARRIERS, ())):
            if not wave.barriers:
                raise InvalidReply(field=BAR.code)
            reply = replace(reply, barriers=barriers)
        await work.pulses.seal(wave.id, person.id, reply)
        return Reply(instead=says.thanks(await topic(work, wave)))


async def ask_for_comment(
    account: Account, wave_id: str, *, at: datetime, open_work: OpenWork, organisation: Organisation
) -> Reply:
    """The form for a comment. Raises NotFound, NotInvited, PulseClosed, PulseCancelled, InvalidReply."""
    async with open_work() as work:
        person, wave = await _answerable(work, account, wave_id, organisation, at=at)
        reply = await work.pulses.reply(wave.id, person.id)
        if reply is None:
            raise InvalidReply(key="pulse-answer-first")
        return Reply(form=says.comment_form(await topic(work, wave), comment=reply.comment))


async def give_comment(
    account: Account,
    wave_id: str,
    words: str | None,
    *,
    at: datetime,
    open_work: OpenWork,
    organisation: Organisation,
) -> Reply:
    """Keeps the comment with the rest; empty words take it back.

    Raises NotFound, NotInvited, PulseClosed, PulseCancelled, InvalidReply for more than 500 characters.
    """
    async with open_work() as work:
        person, wave = await _answerable(work, account, wave_id, organisation, at=at)
        before = await work.pulses.reply(wave.id, person.id)
        if before is None:
            raise InvalidReply(field="comment", key="pulse-answer-first")
        comment = plain(words or "")
        if len(comment) > COM.most:
            raise InvalidReply(field="comment", key="refused-too-long", limit=COM.most, length=len(comment))
        await work.pulses.seal(wave.id, person.id, replace(before, comment=comment))
        return Reply(sentence=say("pulse-comment-kept" if comment else "pulse-comment-taken-back"))


async def ask_again(
    account: Account, wave_id: str, *, at: datetime, open_work: OpenWork, organisation: Organisation
) -> Reply:
    """The first question once more, in place of what was clicked; it does not tell what was answered.

    Raises NotFound, NotInvited, PulseClosed, PulseCancelled.
    """
    async with open_work() as work:
        _, wave = await _answerable(work, account, wave_id, organisation, at=at)
        return Reply(instead=says.change(await topic(work, wave)))


async def stop_asking(account: Account, *, open_work: OpenWork) -> Reply:
    """Leaves the person in peace for good, in all pulses; what they have answered stays. Raises NotFound."""
    async with open_work() as work:
        person = await somebody(work, account)
        changed = await work.pulses.opt(person.id, out=True)
        if await _is_erased(work, person):
            return Reply(sentence=say("pulse-erased"))
        if not changed:
            return Reply(sentence=say("pulse-stopped-already"))
        for wave in await work.pulses.open_for(person.id):
            for kind in (ASKING, REMINDING):
                await work.posts.drop(post_id(kind, wave, person.id))
        return Reply(instead=says.stopped())


async def ask_on(account: Account, *, open_work: OpenWork) -> Reply:
    """Asks the person again from the next wave on; of somebody erased only the wish is kept. Raises NotFound."""
    async with open_work() as work:
        person = await somebody(work, account)
        changed = await work.pulses.opt(person.id, out=False)
        if await _is_erased(work, person):
            return Reply(sentence=say("pulse-erased"))
        return Reply(sentence=say("pulse-resumed" if changed else "pulse-resumed-already"))


async def _is_erased(work: Work, person: Person) -> bool:
    """Whether the person is left out of everything at their own request."""
    return bool(await work.personal.objected([f"mail:{person.email.lower()}"]))


async def _answerable(
    work: Work, account: Account, wave_id: str, organisation: Organisation, *, at: datetime
) -> tuple[Person, Wave]:
    person = await somebody(work, account)
    wave = await work.pulses.wave(wave_id, answering=True)
    if wave is None:
        raise NotFound
    # Its ritual may be gone, or be of another kind by now: what was said is destroyed at its next step.
    gone = not isinstance(organisation.rituals.get(wave.ritual), PulseRules)
    if wave.state is WaveState.CANCELLED or (gone and wave.state is WaveState.OPEN):
        raise PulseCancelled
    # The moment binds even while the closing step has not run yet.
    if wave.state is WaveState.CLOSED or at >= wave.closes_at:
        raise PulseClosed
    if not await work.pulses.is_invited(wave.id, person.id):
        raise NotInvited
    return person, wave
