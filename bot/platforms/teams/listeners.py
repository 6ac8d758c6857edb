"""Turns what Teams sends into requests at the desk: committed first, answered next, followed up after."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.desk import Desk, Refused, met_fault
from bot.errands import Errands
from bot.i18n.translator import Translator, language_of
from bot.platforms.drawings import Drawings, translator_of
from bot.platforms.elsewhere import show_elsewhere
from bot.platforms.port import DeliveryError, Sender
from bot.platforms.teams import activities, answers, questions, render
from bot.platforms.teams.activities import Json, Kind, Malformed, Met, Reference, met
from bot.platforms.teams.answers import Answer
from bot.platforms.teams.connector import Connector
from bot.platforms.teams.copies import PAPER, Copies, Copy
from bot.platforms.teams.drawn import Drawn, wire
from bot.platforms.teams.forms import Forms, Stands
from bot.platforms.teams.references import References
from bot.platforms.teams.refusals import THROTTLED
from bot.platforms.teams.rosters import member_of
from rituals.messages import Message, Reply, say
from rituals.people import Account, RosterEntry
from rituals.ports import Clock, Outbox
from rituals.posts import Parcel, Place

log = logging.getLogger(__name__)

K = TypeVar("K")
V = TypeVar("V")

REMEMBERED = 5_000
"""How many people are remembered; whoever is forgotten is looked up again."""

HASTE = 5.0
"""Seconds that a click waits for Teams to say who somebody new is: Teams itself gives up on us after ten or fifteen."""

AT_ONCE = 4
"""Newcomers asked about at a time: a setup policy may install us for thousands within minutes."""

WAITING = 50_000
"""How many more are remembered until their turn comes; others are asked about at the next start."""

TRIES = 4
"""How often Teams is asked who a newcomer is, besides waiting as it asks to."""

NOT_SOON = timedelta(hours=1)
"""Where an error asks to wait longer, asking again does not help: they have refused us, or are gone."""

IN_TURN = timedelta(seconds=30)
"""How long an answer in the conversation waits for its turn: later it would answer nothing any more."""


class TeamsListeners:
    """Serves activities. Each commits first; what a person is answered with comes in the answer to their click."""

    def __init__(
        self,
        *,
        desk: Desk,
        connector: Connector,
        references: References,
        outbox: Outbox,
        clock: Clock,
        errands: Errands,
        drawings: Drawings[Drawn],
        copies: Copies | None = None,
        reopen: Callable[[], Awaitable[None]] | None = None,
        sender: Sender | None = None,
    ) -> None:
        self._desk = desk
        self._connector = connector
        self._references = references
        self._outbox = outbox
        self._clock = clock
        self._errands = errands
        self._drawings = drawings
        self._sender = sender
        self._copies = copies or Copies()
        self._copies.redraw = lambda whose, paper: errands.later(self._redraw_copies(whose, paper))
        self._met: OrderedDict[str, Met] = OrderedDict()
        self._asked: dict[str, asyncio.Task[None]] = {}
        self._newcomers: OrderedDict[str, Met] = OrderedDict()  # of whom Teams is still to be asked
        self._welcoming = 0
        self._closed = False
        self._reopen = reopen  # lets what waits for rooms that refused us find out whether they still do
        self._heard: OrderedDict[tuple[str, str], asyncio.Task[None]] = OrderedDict()
        self._forms = Forms(desk=desk, outbox=outbox, clock=clock, drawings=drawings)

    def close(self) -> None:
        """Asks about no newcomer any more: whoever waits is asked about at the next start."""
        self._closed = True
        if waiting := len(self._newcomers):
            extra = {"action": "newcomers_wait", "people": waiting}
            log.info("Newcomers are not known yet; they are asked about at the next start.", extra=extra)
        self._newcomers.clear()

    def welcome(self, newcomers: Iterable[Met]) -> None:
        """Asks Teams, a few at a time and after all else, who has the app and is not known yet."""
        for who in newcomers:
            if len(self._newcomers) >= WAITING or self._closed:
                log.warning("A newcomer is not known yet.", extra={"action": "newcomer_waits"})
                continue
            self._newcomers[who.account] = who
        while self._newcomers and self._welcoming < AT_ONCE:
            _, who = self._newcomers.popitem(last=False)
            self._welcoming += 1
            task = self._asking(who, patiently=True)
            task.add_done_callback(self._welcomed)

    def _welcomed(self, _: asyncio.Task[None]) -> None:
        self._welcoming -= 1
        if not self._closed:
            self.welcome(())

    async def serve(self, raw: Json) -> Answer | None:
        """Serves one activity. Raises Malformed for one that is not of the shape its kind has."""
        try:
            return await self._serve(raw)
        except Malformed:
            raise
        except Exception as error:  # noqa: BLE001
            words = self._at_fault(error)
            if raw["type"] == activities.MESSAGE:
                self._errands.later(self._say(met(raw), render.line(words, self._desk.house_translator)))
            return answers.of_fault(_word(raw, "name"), words)

    def _at_fault(self, error: Exception) -> str:
        """What is said of a fault of ours that nobody before has caught."""
        # The edge: its words may hold what somebody wrote, so only its kind and place are logged.
        reference = secrets.token_hex(4)
        self._desk.faults += 1
        fault = _Misread(type(error).__name__)
        log.error(
            "An activity could not be served (%s).",
            reference,
            exc_info=(_Misread, fault, error.__traceback__),
            extra={"action": "fault", "reference": reference},
        )
        return self._desk.house_translator.say(say("fault", reference=reference))

    async def _serve(self, raw: Json) -> Answer | None:
        who, kind = met(raw), raw["type"]
        if self._reopen is not None and who.kind is not Kind.PERSONAL and activities.brings_us(raw):
            # Which rooms are that team's channels is not told: each that refused us finds out by one post.
            await self._reopen()
            self._desk.nudge()
        if not who.account:
            # A bot, a connector or somebody from outside without an account: nobody here.
            return answers.nothing(_word(raw, "name")) if kind == activities.INVOKE else None
        if activities.takes_us_away(raw):
            # Nobody answers there any more, and what is kept of whoever did it stands.
            return None
        if kind == activities.CONVERSATION_UPDATE:
            # Tells no language; whoever has just been given the app is told of by an installation as well.
            await self._references.keep(who)
            return None
        writes = kind == activities.MESSAGE and who.kind is Kind.PERSONAL
        asking = await self._introduced(who, anew=kind == activities.INSTALLATION_UPDATE, writes=writes)
        match kind:
            case activities.INVOKE:
                # What follows waits until those who pressed at the same moment have their answers, cards included.
                with self._desk.afterwards.serving():
                    await _hastily(asking)
                    return await self._invoked(who, raw)
            case activities.MESSAGE:
                await self._once(who, raw, asking)
            case _:
                pass
        return None

    async def _once(self, who: Met, raw: Json, asking: asyncio.Task[None] | None) -> None:
        """Serves a message; sent again, as Teams does where we were slow, it is the one that is served already."""
        key = (who.conversation, _word(raw, "id"))
        heard = self._heard.get(key)
        if heard is None:
            heard = asyncio.create_task(self._message(who, raw, asking))
            heard.add_done_callback(partial(self._heard_out, key))
            if key[1]:
                _remember(self._heard, key, heard)
        # Whoever hangs up while waiting must not end what another waits for.
        await asyncio.shield(heard)

    def _heard_out(self, key: tuple[str, str], task: asyncio.Task[None]) -> None:
        # Where nobody waits any more, asyncio would log an error that nobody has seen with its words.
        failed = task.cancelled() or task.exception() is not None
        if failed and self._heard.get(key) is task:
            # Nothing came of it, so that it may come of its being sent again.
            del self._heard[key]

    async def _message(self, who: Met, raw: Json, asking: asyncio.Task[None] | None) -> None:
        if raw.get("value"):
            await _hastily(asking)
            await self._submitted_as_message(who, raw)
        elif asking is None:
            await self._written(who, raw)
        else:
            self._errands.later(self._written_by_somebody_new(who, raw, asking))

    # --- people -----------------------------------------------------------------------------------------------------

    async def _introduced(self, who: Met, *, anew: bool, writes: bool) -> asyncio.Task[None] | None:
        """Remembers how to write to whoever speaks; while Teams is asked who somebody new is, the errand that does."""
        before = self._met.get(who.account)
        if self._newcomers.pop(who.account, None) is not None:
            before = None  # whoever does something is asked about at once
        if before is None or anew or _has_moved(before, who):
            await self._references.keep(who)
        asked = self._asked.get(who.account)
        if asked is None and (before is None or anew or writes or _says_anew(before, who, "zone", "locale")):
            entry = _told(who)
            # Who has us anew takes messages from now on, as does who writes: whatever Teams tells of them, and when.
            takes = writes or anew
            known = await self._desk.knows(_account(who), locale=entry.locale, zone=entry.zone, writes=takes)
            if anew:
                self.welcome([who])
            elif before is None and not known:
                asked = self._asking(who)
        _remember(self._met, who.account, who)
        return asked

    def _asking(self, who: Met, *, patiently: bool = False) -> asyncio.Task[None]:
        asked = self._asked[who.account] = self._errands.later(self._adopt(who, patiently=patiently))
        asked.add_done_callback(lambda _: self._asked.pop(who.account, None))
        return asked

    async def _adopt(self, who: Met, *, patiently: bool) -> None:
        """Asks Teams for the address of somebody new; without it they stay a stranger."""
        try:
            told = await self._told_of(who, patiently=patiently)
        except DeliveryError as error:
            log.info("Somebody new is not known yet.", extra={"action": "member_unknown", "why": error.why})
            self._met.pop(who.account, None)  # asked again as soon as they are heard again
            return
        member = member_of(told, who.tenant)
        if member is None:
            return
        entry = replace(_told(who), email=member.email, name=member.name or None)
        await self._desk.met(_account(who), entry, present=True)

    async def _told_of(self, who: Met, *, patiently: bool) -> Json:
        where = who.of_channel.conversation if who.kind is Kind.CHANNEL else who.conversation
        tries = 1
        while True:
            try:
                return await self._connector.member(
                    who.service_url, where, who.user or who.account, patiently=patiently
                )
            except DeliveryError as error:
                wait = error.retry_after or timedelta(seconds=2**tries)
                if not patiently or tries == TRIES or error.permanent or wait > NOT_SOON:
                    raise
            tries += 1
            await self._clock.sleep_until(self._clock.now() + wait)

    # --- clicks -----------------------------------------------------------------------------------------------------

    async def _invoked(self, who: Met, raw: Json) -> Answer:
        name, data = str(raw["name"]), activities.sent(raw)
        if name == activities.PRESSED:
            clicked = _word(raw, "replyToId")
            if "form" in data:
                return answers.of_press(await self._sent(who, data, clicked=clicked))
            if "back" in data:
                return answers.of_press(await self._restored(who, data, clicked, _word(data, "back")))
            reply, now = await self._pressed(who, raw, data)
            if reply.form is not None:
                return answers.of_press(await self._forms.card(_account(who), reply.form, Stands.OVER))
            return answers.of_press(now.card if now is not None else await self._shown(who, reply))
        if name == activities.DIALOG_ASKED:
            reply, now = await self._pressed(who, raw, data)
            if reply.form is not None:
                account = _account(who)
                card = await self._forms.card(account, reply.form, Stands.DIALOG)
                return answers.dialog(card, title=await self._forms.title(account, reply.form))
            return answers.of_dialog(render.card(now.activity) if now is not None else await self._shown(who, reply))
        if name == activities.DIALOG_SENT:
            return answers.of_dialog(await self._sent(who, data, dialog=True))
        return answers.nothing(name)

    async def _pressed(self, who: Met, raw: Json, data: Json) -> tuple[Reply, Drawn | None]:
        """What the desk says to a button, and the message that stands in the clicked one's place, if one does."""
        action, value = _word(data, "action"), _word(data, "value")
        account = _account(who)
        reply = await self._desk.press(account, action, value, questions.inputs(data))
        clicked = _word(raw, "replyToId")
        if reply.elsewhere and clicked:
            self._errands.later(self._show_elsewhere(reply.elsewhere, clicked))
        if reply.redrawn is not None:
            self._errands.later(self._redraw(reply.redrawn))
            parcel = await self._outbox.peek(reply.redrawn, at=self._clock.now())
            if parcel is None:
                return reply, None
            if parcel.place is None or parcel.place.message != clicked:
                if who.kind is not Kind.PERSONAL or not clicked:
                    return reply, None
                # A copy they asked for: only the process that edits the paper changes those that it has shown itself.
                self._errands.later(self._redraw_copy(who, clicked, reply.redrawn))
            translator = translator_of(parcel)
            shown = self._drawings.of(parcel.message, translator)
            return reply, shown.once_chosen(parcel.message, action, value, translator)
        if reply.instead is not None:
            drawn = self._drawings.for_one(reply.instead, await self._desk.translator(account))
            if who.kind is Kind.PERSONAL and clicked:
                # The answer to the click changes what the clicker sees now; this, what they find tomorrow.
                self._errands.later(self._stand_in(who, clicked, drawn.body))
            return reply, drawn
        return reply, None

    async def _shown(self, who: Met, reply: Reply) -> str:
        """What a reply without a form comes to in the answer to a click: a line above what was clicked, or none."""
        account = _account(who)
        translator = (await self._desk.translator(account)).without_slash()
        message = reply.message or (reply.instead if reply.sentence is None else None)
        if message is not None:
            # For them alone, beside what they clicked.
            if who.kind is Kind.PERSONAL or await self._references.of_person(who.account):
                self._errands.later(self._whisper(who, self._drawn(message, translator)))
                return ""
            return translator.say(say("teams-write-first"))
        return translator.say(reply.sentence) if reply.sentence is not None else ""

    # --- forms ------------------------------------------------------------------------------------------------------

    async def _sent(self, who: Met, data: Json, *, dialog: bool = False, clicked: str = "") -> Json | str:
        """A form was sent: the card that follows, or what to say. `clicked`: what it stands over, if it does."""
        account, kind, subject = _account(who), _word(data, "form"), _word(data, "subject")
        over = bool(clicked and data.get("over"))
        given = questions.answers(data)
        said = await self._desk.submit(account, kind, subject, given)
        if isinstance(said, Refused):
            form = await self._forms.sent_back(account, kind, subject)
            if form is None:
                translator = (await self._desk.translator(account)).without_slash()
                return " ".join(translator.say(fault) for fault in said.faults.values())
            stands = Stands.DIALOG if dialog else Stands.OVER if over else Stands.ALONE
            return await self._forms.card(account, form, stands, faults=said.faults, given=given)
        self._forms.kept(account, kind, subject)
        if said.redrawn is not None:
            self._errands.later(self._redraw(said.redrawn))
        if said.form is not None and not over:
            return await self._forms.card(account, said.form, Stands.DIALOG if dialog else Stands.ALONE)
        if said.form is not None:
            # A message of its own: an edit of what was clicked would take away what stands in its place.
            self._errands.later(self._whisper(who, await self._forms.alone(account, said.form)))
            return await self._restored(who, data, clicked, kind)
        words = await self._shown(who, said)
        if dialog:
            return words
        translator = await self._desk.translator(account)
        words = words or translator.say(say("teams-form-kept"))
        if over:
            return await self._restored(who, data, clicked, kind, words)
        return render.card(render.line(words, translator))

    async def _restored(self, who: Met, data: Json, clicked: str, kind: str, words: str = "") -> Json:
        """The card that a form stood over, as it is now; `words`: what is said of the form once it is kept."""
        now, is_post = await self._forms.below(who, clicked, kind, _word(data, "subject"))
        if now is None:
            translator = await self._desk.translator(_account(who))
            return render.card(render.line(words or translator.say(say("teams-form-left")), translator))
        now = render.below(words, now) if words else now
        if words and not is_post and who.kind is Kind.PERSONAL:
            # A copy they asked for: nothing else would ever change it.
            self._errands.later(self._stand_in(who, clicked, wire(now)))
        return render.card(now)

    # --- words ------------------------------------------------------------------------------------------------------

    async def _submitted_as_message(self, who: Met, raw: Json) -> None:
        """An older client sends what a button holds as a message: what would answer it is said in the conversation."""
        data = activities.sent(raw)
        shown: Json | str
        if "form" in data:
            shown = await self._sent(who, data)
        elif "back" in data:
            shown = await self._restored(who, data, _word(raw, "replyToId"), _word(data, "back"))
        elif "action" in data:
            reply, now = await self._pressed(who, raw, data)
            if now is not None:
                clicked = _word(raw, "replyToId")
                if reply.instead is None and clicked:
                    self._errands.later(self._stand_in(who, clicked, now.body))
                return
            shown = await self._shown(who, reply)
            if reply.form is not None:
                shown = await self._forms.card(_account(who), reply.form, Stands.ALONE)
        else:
            raise Malformed("value.action")
        if shown:
            translator = (await self._desk.translator(_account(who))).without_slash()
            drawn = render.line(shown, translator) if isinstance(shown, str) else render.around(shown, "…")
            self._errands.later(self._whisper(who, drawn))

    async def _written_by_somebody_new(self, who: Met, raw: Json, asking: asyncio.Task[None]) -> None:
        """Somebody wrote of whom Teams is still to tell who they are: until then there is nothing to keep."""
        await asyncio.wait({asking})
        try:
            await self._written(who, raw)
        except Exception as error:  # noqa: BLE001
            await self._say(who, render.line(self._at_fault(error), self._desk.house_translator))

    async def _written(self, who: Met, raw: Json) -> None:
        """Somebody wrote to us: a command, or words. What they ask for is kept; the answer follows."""
        account, words = _account(who), activities.words(raw)
        reply = await self._desk.command(account, words)
        unknown = reply.sentence is not None and reply.sentence.key == "refused-command"
        if unknown and who.kind is Kind.PERSONAL:
            await self._desk.written_to(account, words, _word(raw, "id"))
            return
        translator = (await self._desk.translator(account)).without_slash()
        drawn = self._spoken(reply, translator)
        if reply.form is not None:
            drawn = await self._forms.alone(account, reply.form)
        if who.kind is Kind.PERSONAL:
            saying = self._say(who, drawn)
        elif reply.openly is not None:
            saying = self._say(who, self._drawn(reply.openly, translator))
        else:
            saying = self._answer_alone(who, drawn, translator)
        is_copy = reply.message is not None and reply.message.kind == PAPER
        self._errands.later(self._kept_as_copy(who, saying) if is_copy else saying)

    async def _answer_alone(self, who: Met, drawn: Json, translator: Translator) -> Place | None:
        """Others read where it was asked, so that only this is said there: where the answer is."""
        if await self._references.of_person(who.account) is None:
            await self._say(who, render.sentence(say("teams-write-first"), translator))
            return None
        place = await self._whisper(who, drawn)
        told = "teams-answered-privately" if place is not None else "teams-write-first"
        await self._say(who, render.sentence(say(told), translator))
        return place

    async def _kept_as_copy(self, who: Met, saying: Coroutine[Any, Any, Place | None]) -> None:
        """Says it, and remembers where."""
        place = await saying
        if place is not None:
            self._copies.keep(Copy(who=who, place=place))

    def _spoken(self, reply: Reply, translator: Translator) -> Json:
        message = reply.message or reply.instead
        if message is not None:
            return self._drawn(message, translator)
        return render.sentence(reply.sentence or say("refused-not-found"), translator)

    # --- afterwards -------------------------------------------------------------------------------------------------

    async def _redraw(self, post: str) -> None:
        """The living message itself is edited the ordinary way, once what it shows is put anew."""
        await self._desk.afterwards.caught_up()
        await self._outbox.hurry(post, at=self._clock.now())
        self._desk.nudge()

    async def _redraw_copy(self, who: Met, clicked: str, post: str) -> None:
        """What was clicked shows what they would be given now, once the living message is put anew."""
        await self._desk.afterwards.caught_up()
        parcel = await self._outbox.peek(post, at=self._clock.now())
        reply = await self._ballots(_account(who))
        if parcel is not None and not met_fault(reply):
            drawn = await self._given(_account(who), reply) or self._drawings.of(parcel.message, translator_of(parcel))
            await self._stand_in(who, clicked, drawn.body)

    async def _ballots(self, account: Account) -> Reply:
        """The ballots that are open for somebody, as they would be given them now; no message where none is."""
        return await self._desk.behind(account, "committee-reason", "")

    async def _given(self, account: Account, reply: Reply) -> Drawn | None:
        if reply.message is None:
            return None
        return self._drawings.for_one(reply.message, (await self._desk.translator(account)).without_slash())

    async def _redraw_copies(self, whose: str, paper: Parcel) -> None:
        """The paper was edited: the copies that somebody asked for show what they would be given now."""
        copies = self._copies.of(whose)
        if not copies:
            return
        account = Account(platform="teams", workspace=copies[-1].who.tenant, user=whose)
        reply = await self._ballots(account)
        if met_fault(reply):
            return  # it is logged, and they stay as they are until the paper changes once more
        drawn = await self._given(account, reply)
        if drawn is None:
            # Nothing is open any more: they say what came of it, as the paper does, and will never change again.
            self._copies.forget(whose)
            drawn = self._drawings.of(paper.message, translator_of(paper))
        for copy in copies:
            there = replace(copy.who, conversation=copy.place.conversation)
            await self._stand_in(there, copy.place.message, drawn.body)

    async def _stand_in(self, who: Met, clicked: str, drawn: bytes) -> None:
        # Kept nowhere: where it does not arrive, what it answers to is committed and the question still stands.
        await self._desk.afterwards.calm()
        place = Place(conversation=who.conversation, message=clicked)
        await self._trying(partial(self._connector.put, who.service_url, place, drawn, in_turn=IN_TURN))

    async def _show_elsewhere(self, shown: Mapping[str, Message], clicked: str) -> None:
        await self._desk.afterwards.calm()
        if self._sender is not None:
            await show_elsewhere(shown, clicked=clicked, outbox=self._outbox, sender=self._sender, clock=self._clock)

    async def _whisper(self, who: Met, drawn: Json) -> Place | None:
        """Says it to one person alone; where, if it is said."""
        reference = who.of_person
        if not reference.conversation:
            reference = await self._references.of_person(who.account) or reference
        conversation = reference.conversation
        if not conversation:
            try:
                conversation = await self._connector.converse(reference)
            except DeliveryError as error:
                log.info("Nobody could be told.", extra={"action": "not_told", "why": error.why})
                return None
            reference = replace(reference, conversation=conversation)
            await self._references.keep_conversation(who.account, reference)
        return await self._post(reference, drawn)

    async def _say(self, who: Met, drawn: Json) -> Place | None:
        """Says it where it was asked; where that stands, if it is said."""
        return await self._post(replace(who.of_channel, conversation=who.conversation), drawn)

    async def _post(self, reference: Reference, drawn: Json) -> Place | None:
        post = self._connector.post
        return await self._trying(
            partial(post, reference.service_url, reference.conversation, wire(drawn), in_turn=IN_TURN)
        )

    async def _trying(self, call: Callable[[], Awaitable[V]]) -> V | None:
        """A courtesy: what fails is noted, and tried again only where Teams asked to wait."""
        for last in (False, True):
            try:
                return await call()
            except DeliveryError as error:
                if error.why == THROTTLED and not last:
                    continue  # its turn comes once the wait is over
                log.info("An answer did not get through.", extra={"action": "answer_failed", "why": error.why})
                return None
        return None

    def _drawn(self, message: Message, translator: Translator) -> Json:
        return self._drawings.for_one(message, translator).activity


class _Misread(Exception):
    """Stands in for an error whose message may hold what somebody wrote."""


def _account(who: Met) -> Account:
    return Account(platform="teams", workspace=who.tenant, user=who.account)


def _told(who: Met) -> RosterEntry:
    """What an activity says of somebody: the language and zone of their client, and no e-mail."""
    return RosterEntry(email="", locale=language_of(who.locale) if who.locale else None, zone=_zone(who.zone))


def _has_moved(before: Met, now: Met) -> bool:
    """Whether what is kept of somebody, or of where they are, is not what it was."""
    if _says_anew(before, now, "tenant", "service_url", "user", "zone", "locale", "bot"):
        return True
    return now.conversation != before.conversation


def _says_anew(before: Met, now: Met, *names: str) -> bool:
    """Whether one of these parts is told, and is not what it was."""
    return any(getattr(now, name) and getattr(now, name) != getattr(before, name) for name in names)


async def _hastily(asking: asyncio.Task[None] | None) -> None:
    """Waits for who somebody is, not for long: whoever is not known by then is a stranger for now."""
    if asking is not None:
        await asyncio.wait({asking}, timeout=HASTE)


def _remember(kept: OrderedDict[K, V], key: K, value: V) -> None:
    """As the newest of so many; the oldest is forgotten."""
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > REMEMBERED:
        kept.popitem(last=False)


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _word(data: Json, name: str) -> str:
    word = data.get(name)
    return word if isinstance(word, str) else ""
