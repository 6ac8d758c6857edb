"""Somebody answers a pulse: sealed until its wave closes, replaced by what they answer later."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from rituals.errors import InvalidReply, NotFound, PulseCancelled, PulseClosed, Stranger
from rituals.messages import Reply, say
from rituals.organisation import Organisation
from rituals.people import Account, Person
from rituals.plain import plain
from rituals.ports import OpenWork, Work
from rituals.pulses import speech as says
from rituals.pulses.questions import BAR, COM, SAT1
from rituals.pulses.rules import PulseRules
from rituals.pulses.waves import ASKING, REMINDING, Answering, PulseReply, WaveState, post_id
from rituals.use_cases.asking import somebody

Chosen = Mapping[str, Sequence[str]]
"""What was chosen beside a button, by field."""


async def answer(
    account: Account, wave_id: str, use: str, *, at: datetime, open_work: OpenWork, organisation: Organisation
) -> Reply:
    """Keeps the first answer, sealed, and offers the other questions in place of this one.

    Whoever answers after a reminder has the question before them twice: the other one thanks them as well.
    Raises NotFound, NotInvited, PulseClosed, PulseCancelled, InvalidReply.
    """
    async with open_work() as work:

        def with_use(one: Answering) -> PulseReply:
            return one.reply.with_use(use) if one.reply else PulseReply(use=use)

        one = await _answered(work, account, wave_id, with_use, organisation, at=at)
        before, person = one.reply, one.person or ""
        again = before is not None and (before.satisfaction is not None or bool(before.barriers))
        more = says.more(_topic(one), person=person, barriers=one.wave.barriers, again=again)
        if before is not None or not one.may_be_reminded(at):
            return Reply(instead=more)
        # Once: a later answer changes neither that it is answered nor what is said of it.
        asked = (post_id(kind, wave_id, person) for kind in (ASKING, REMINDING))
        return Reply(instead=more, elsewhere=dict.fromkeys(asked, says.thanks(_topic(one))))


async def answer_more(
    account: Account, wave_id: str, chosen: Chosen, *, at: datetime, open_work: OpenWork, organisation: Organisation
) -> Reply:
    """Keeps the other answers; what was left out stays as it was.

    Raises NotFound, NotInvited, PulseClosed, PulseCancelled, InvalidReply.
    """
    async with open_work() as work:

        def with_rest(one: Answering) -> PulseReply:
            reply = one.reply
            if reply is None:
                raise InvalidReply(key="pulse-answer-first")
            if satisfaction := tuple(chosen.get(says.SATISFACTION, ())):
                reply = replace(reply, satisfaction=SAT1.checked(satisfaction)[0])
            if barriers := tuple(chosen.get(says.BARRIERS, ())):
                if not one.wave.barriers:
                    raise InvalidReply(field=BAR.code)
                reply = replace(reply, barriers=barriers)
            return reply

        one = await _answered(work, account, wave_id, with_rest, organisation, at=at)
        return Reply(instead=says.thanks(_topic(one)))


async def ask_for_comment(
    account: Account, wave_id: str, *, at: datetime, open_work: OpenWork, organisation: Organisation
) -> Reply:
    """The form for a comment. Raises NotFound, NotInvited, PulseClosed, PulseCancelled, InvalidReply."""
    async with open_work() as work:
        one = await _answerable(work, account, wave_id, organisation, at=at)
        if one.reply is None:
            raise InvalidReply(key="pulse-answer-first")
        return Reply(form=says.comment_form(_topic(one), comment=one.reply.comment))


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
        comment = plain(words or "")

        def with_comment(one: Answering) -> PulseReply:
            if one.reply is None:
                raise InvalidReply(field="comment", key="pulse-answer-first")
            if len(comment) > COM.most:
                raise InvalidReply(field="comment", key="refused-too-long", limit=COM.most, length=len(comment))
            return replace(one.reply, comment=comment)

        await _answered(work, account, wave_id, with_comment, organisation, at=at)
        return Reply(sentence=say("pulse-comment-kept" if comment else "pulse-comment-taken-back"))


async def ask_again(
    account: Account, wave_id: str, *, at: datetime, open_work: OpenWork, organisation: Organisation
) -> Reply:
    """The first question once more, in place of what was clicked; it does not tell what was answered.

    Raises NotFound, NotInvited, PulseClosed, PulseCancelled.
    """
    async with open_work() as work:
        one = await _answerable(work, account, wave_id, organisation, at=at)
        return Reply(instead=says.change(_topic(one)))


async def stop_asking(account: Account, *, open_work: OpenWork) -> Reply:
    """Leaves the person in peace for good, in all pulses; what they have answered stays. Raises NotFound."""
    async with open_work() as work:
        person = await somebody(work, account)
        changed = await work.panelists.opt(person.id, out=True)
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
        changed = await work.panelists.opt(person.id, out=False)
        if await _is_erased(work, person):
            return Reply(sentence=say("pulse-erased"))
        return Reply(sentence=say("pulse-resumed" if changed else "pulse-resumed-already"))


async def _is_erased(work: Work, person: Person) -> bool:
    """Whether the person is left out of everything at their own request."""
    return bool(await work.personal.objected([f"mail:{person.email.lower()}"]))


async def _answered(
    work: Work,
    account: Account,
    wave_id: str,
    change: Callable[[Answering], PulseReply],
    organisation: Organisation,
    *,
    at: datetime,
) -> Answering:
    """Keeps the reply that `change` makes of what stood there; that and who it was of."""
    while True:
        one = await _answerable(work, account, wave_id, organisation, at=at)
        reply, person = change(one), one.person or ""
        if one.may_be_reminded(at):
            await work.posts.drop(post_id(REMINDING, one.wave.id, person))
        # Last of all: it is kept with what is done before it.
        if await work.pulses.seal(one.wave.id, person, reply):
            return one


async def _answerable(
    work: Work, account: Account, wave_id: str, organisation: Organisation, *, at: datetime
) -> Answering:
    """Somebody known who may answer now."""
    one = await work.pulses.answering(account, wave_id)
    if one is None:
        await somebody(work, account)
        raise NotFound
    if one.person is None:
        raise Stranger
    # Its ritual may be gone, or be of another kind by now: what was said is destroyed at its next step.
    if one.wave.state is WaveState.OPEN and not isinstance(organisation.rituals.get(one.wave.ritual), PulseRules):
        raise PulseCancelled
    try:
        one.check(at)
    except PulseClosed as closed:
        if one.wave.state is not WaveState.CLOSED:
            raise  # by the clock alone, and that may have leapt: its closing step has not run yet
        # Nobody edits a thousand messages at a close: each loses its buttons as somebody comes back to it.
        raise PulseClosed(instead=says.closed(_topic(one))) from closed
    except PulseCancelled as cancelled:
        raise PulseCancelled(instead=says.called_off(_topic(one))) from cancelled
    return one


def _topic(one: Answering) -> says.Topic:
    return says.Topic(wave=one.wave.id, tool=one.tool, closes_at=one.wave.closes_at, thresholds=one.wave.thresholds)
