"""Turns what Teams sends into requests at the desk: committed first, answered next, followed up after."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.desk import Desk, Refused
from bot.errands import Errands
from bot.forms import ASKED_BY
from bot.i18n.translator import Translator, language_of
from bot.platforms.drawings import Drawings, translator_of
from bot.platforms.port import DeliveryError
from bot.platforms.teams import activities, answers, questions, render
from bot.platforms.teams.activities import Json, Kind, Malformed, Met, Reference, met
from bot.platforms.teams.answers import Answer
from bot.platforms.teams.connector import Connector
from bot.platforms.teams.drawn import Drawn, wire
from bot.platforms.teams.references import References
from bot.platforms.teams.refusals import THROTTLED
from bot.platforms.teams.rosters import member_of
from rituals.messages import Form, Message, Reply, Text, say
from rituals.people import Account, RosterEntry
from rituals.ports import Clock, Outbox
from rituals.posts import Place

log = logging.getLogger(__name__)

K = TypeVar("K")
V = TypeVar("V")

REMEMBERED = 5_000
"""How many people, and how many open forms, are remembered; whoever is forgotten is looked up again."""

HASTE = 5.0
"""Seconds that a click waits for Teams to say who somebody new is: Teams itself gives up on us after ten or fifteen."""

IN_TURN = timedelta(seconds=30)
"""How long an answer in the conversation waits for its turn: later it would answer nothing any more."""

PUBLIC = frozenset({"dates", "next", "prochaines", "calendar", "calendrier", "help", "aide", "?"})
"""Words to which the answer may be read by everybody in a channel: it is the same for all."""


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
    ) -> None:
        self._desk = desk
        self._connector = connector
        self._references = references
        self._outbox = outbox
        self._clock = clock
        self._errands = errands
        self._drawings = drawings
        self._met: OrderedDict[str, Met] = OrderedDict()
        self._asked: dict[str, asyncio.Task[None]] = {}
        self._heard: OrderedDict[tuple[str, str], asyncio.Task[None]] = OrderedDict()
        self._forms: OrderedDict[tuple[str, str, str], Form] = OrderedDict()

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
            heard.add_done_callback(_seen)
            if key[1]:
                _remember(self._heard, key, heard)
        try:
            # Whoever hangs up while waiting must not end what another waits for.
            await asyncio.shield(heard)
        except Exception:
            # Nothing came of it, so that it may come of its being sent again.
            self._heard.pop(key, None)
            raise

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
        if before is None or anew or _has_moved(before, who):
            await self._references.keep(who)
        asked = self._asked.get(who.account)
        if asked is None and (before is None or anew or writes or _says_anew(before, who, "zone", "locale")):
            entry = _told(who)
            known = await self._desk.knows(_account(who), locale=entry.locale, zone=entry.zone, writes=writes)
            if anew or (before is None and not known):
                asked = self._asked[who.account] = self._errands.later(self._adopt(who))
                asked.add_done_callback(lambda _: self._asked.pop(who.account, None))
        _remember(self._met, who.account, who)
        return asked

    async def _adopt(self, who: Met) -> None:
        """Asks Teams for the address of somebody new; without it they stay a stranger."""
        where = who.of_channel.conversation if who.kind is Kind.CHANNEL else who.conversation
        try:
            told = await self._connector.member(who.service_url, where, who.user or who.account)
        except DeliveryError as error:
            log.info("Somebody new is not known yet.", extra={"action": "member_unknown", "why": error.why})
            self._met.pop(who.account, None)  # asked again as soon as they are heard again
            return
        member = member_of(told, who.tenant)
        if member is None:
            return
        entry = replace(_told(who), email=member.email, name=member.name or None)
        await self._desk.met(_account(who), entry, present=True)

    # --- clicks -----------------------------------------------------------------------------------------------------

    async def _invoked(self, who: Met, raw: Json) -> Answer:
        name, data = str(raw["name"]), activities.sent(raw)
        if name == activities.PRESSED:
            if "form" in data:
                return answers.of_press(await self._sent(who, data))
            reply, now = await self._pressed(who, raw, data)
            return answers.of_press(now.card if now is not None else await self._shown(who, reply))
        if name == activities.DIALOG_ASKED:
            reply, now = await self._pressed(who, raw, data)
            if reply.form is not None:
                return answers.dialog(await self._form_of(who, reply.form), title=await self._title(who, reply.form))
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
        if reply.redrawn is not None:
            self._errands.later(self._redraw(reply.redrawn))
            parcel = await self._outbox.peek(reply.redrawn, at=self._clock.now())
            if parcel is None:
                return reply, None
            if parcel.place is None or parcel.place.message != clicked:
                if who.kind is not Kind.PERSONAL or not clicked:
                    return reply, None
                # A copy they asked for: nothing else would ever change it.
                self._errands.later(self._redraw_copy(who, clicked, reply.redrawn))
            translator = translator_of(parcel)
            shown = self._drawings.of(parcel.message, translator)
            return reply, shown.once_chosen(parcel.message, action, value, translator)
        if reply.instead is not None:
            drawn = self._drawings.of(reply.instead, await self._desk.translator(account))
            if who.kind is Kind.PERSONAL and clicked:
                # The answer to the click changes what the clicker sees now; this, what they find tomorrow.
                self._errands.later(self._stand_in(who, clicked, drawn))
            return reply, drawn
        return reply, None

    async def _shown(self, who: Met, reply: Reply) -> Json | str:
        """What a reply comes to in the answer to a click: a card in the clicked one's place, or a line above it."""
        account = _account(who)
        translator = (await self._desk.translator(account)).without_slash()
        if reply.form is not None:
            return await self._form_of(who, reply.form, inline=True)
        message = reply.message or reply.instead
        if message is not None:
            # For them alone, beside what they clicked.
            if who.kind is Kind.PERSONAL or await self._references.of_person(who.account):
                self._errands.later(self._whisper(who, self._drawn(message, translator)))
                return ""
            return translator.say(say("teams-write-first"))
        return translator.say(reply.sentence) if reply.sentence is not None else ""

    # --- forms ------------------------------------------------------------------------------------------------------

    async def _form_of(
        self,
        who: Met,
        form: Form,
        *,
        inline: bool = False,
        faults: Mapping[str, Text] | None = None,
        given: Mapping[str, str | None] | None = None,
    ) -> Json:
        """The card of a form, which is remembered until it is sent: sent back, it is drawn with what is wrong."""
        key = (who.account, form.kind, form.subject)
        _remember(self._forms, key, _blank(form))
        translator = (await self._desk.translator(_account(who))).without_slash()
        return render.form(form, translator, errors=faults, given=given, dialog=not inline)

    async def _title(self, who: Met, form: Form) -> str:
        return (await self._desk.translator(_account(who))).say(form.title)

    async def _sent(self, who: Met, data: Json, *, dialog: bool = False) -> Json | str:
        """A form was sent: the card that follows, or what to say."""
        account, kind, subject = _account(who), _word(data, "form"), _word(data, "subject")
        given = questions.answers(data)
        said = await self._desk.submit(account, kind, subject, given)
        if isinstance(said, Refused):
            form = self._forms.get((who.account, kind, subject))
            if form is None:
                # Asked for from another process of ours, or long ago.
                again = await self._desk.press(account, ASKED_BY.get(kind, ""), subject)
                form = again.form
            if form is None or (form.kind, form.subject) != (kind, subject):
                translator = (await self._desk.translator(account)).without_slash()
                return " ".join(translator.say(fault) for fault in said.faults.values())
            return await self._form_of(who, form, inline=not dialog, faults=said.faults, given=given)
        self._forms.pop((who.account, kind, subject), None)
        if said.redrawn is not None:
            self._errands.later(self._redraw(said.redrawn))
        shown: Json | str = ""
        if said.form is not None:
            following = await self._form_of(who, said.form, inline=not dialog)
            if dialog:
                return following
            # A message of its own: an edit of what was clicked would take away what stands in its place.
            self._errands.later(self._whisper(who, render.around(following, await self._title(who, said.form))))
        else:
            shown = await self._shown(who, said)
        if not dialog and isinstance(shown, str):
            # The form stands in the conversation, in the place of what was clicked: words take its place.
            translator = (await self._desk.translator(account)).without_slash()
            return render.card(render.line(shown or translator.say(say("teams-form-kept")), translator))
        return shown

    # --- words ------------------------------------------------------------------------------------------------------

    async def _submitted_as_message(self, who: Met, raw: Json) -> None:
        """An older client sends what a button holds as a message: what would answer it is said in the conversation."""
        data = activities.sent(raw)
        if "form" in data:
            shown = await self._sent(who, data)
        elif "action" in data:
            reply, now = await self._pressed(who, raw, data)
            if now is not None:
                clicked = _word(raw, "replyToId")
                if reply.instead is None and clicked:
                    self._errands.later(self._stand_in(who, clicked, now))
                return
            shown = await self._shown(who, reply)
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
            drawn = render.around(await self._form_of(who, reply.form, inline=True), translator.say(reply.form.title))
        if who.kind is Kind.PERSONAL or words.partition(" ")[0].casefold() in PUBLIC:
            self._errands.later(self._say(who, drawn))
        else:
            self._errands.later(self._answer_alone(who, drawn, translator))

    async def _answer_alone(self, who: Met, drawn: Json, translator: Translator) -> None:
        """Others read where it was asked, so that only this is said there: where the answer is."""
        if await self._references.of_person(who.account) is not None:
            await self._whisper(who, drawn)
            await self._say(who, render.sentence(say("teams-answered-privately"), translator))
        else:
            await self._say(who, render.sentence(say("teams-write-first"), translator))

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
        """What was clicked shows what the living message shows, once that is put anew."""
        await self._desk.afterwards.caught_up()
        parcel = await self._outbox.peek(post, at=self._clock.now())
        if parcel is not None:
            await self._stand_in(who, clicked, self._drawings.of(parcel.message, translator_of(parcel)))

    async def _stand_in(self, who: Met, clicked: str, drawn: Drawn) -> None:
        # Kept nowhere: where it does not arrive, what it answers to is committed and the question still stands.
        await self._desk.afterwards.calm()
        place = Place(conversation=who.conversation, message=clicked)
        await self._trying(partial(self._connector.put, who.service_url, place, drawn.body, in_turn=IN_TURN))

    async def _whisper(self, who: Met, drawn: Json) -> None:
        """Says it to one person alone."""
        reference = who.of_person
        if not reference.conversation:
            reference = await self._references.of_person(who.account) or reference
        conversation = reference.conversation
        if not conversation:
            try:
                conversation = await self._connector.converse(reference)
            except DeliveryError as error:
                log.info("Nobody could be told.", extra={"action": "not_told", "why": error.why})
                return
            reference = replace(reference, conversation=conversation)
            await self._references.keep_conversation(who.account, reference)
        await self._post(reference, drawn)

    async def _say(self, who: Met, drawn: Json) -> None:
        """Says it where it was asked."""
        await self._post(replace(who.of_channel, conversation=who.conversation), drawn)

    async def _post(self, reference: Reference, drawn: Json) -> None:
        post = self._connector.post
        await self._trying(partial(post, reference.service_url, reference.conversation, wire(drawn), in_turn=IN_TURN))

    async def _trying(self, call: Callable[[], Awaitable[object]]) -> None:
        """A courtesy: what fails is noted, and tried again only where Teams asked to wait."""
        for last in (False, True):
            try:
                await call()
            except DeliveryError as error:
                if error.why == THROTTLED and not last:
                    continue  # its turn comes once the wait is over
                log.info("An answer did not get through.", extra={"action": "answer_failed", "why": error.why})
            return

    def _drawn(self, message: Message, translator: Translator) -> Json:
        return self._drawings.of(message, translator).activity


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


def _seen(task: asyncio.Task[None]) -> None:
    """Where nobody waits any more, asyncio would log the error with its words."""
    if not task.cancelled():
        task.exception()


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


def _blank(form: Form) -> Form:
    """The form without what somebody has answered before: that is nothing to remember beside its sealed row."""
    return replace(form, fields=tuple(replace(field, initial=None) for field in form.fields))


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _word(data: Json, name: str) -> str:
    word = data.get(name)
    return word if isinstance(word, str) else ""
