"""The front desk: turns what somebody does on any platform into a use case, and refusals and faults into a sentence."""

from __future__ import annotations

import logging
import secrets
import unicodedata
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NotRequired, TypedDict
from zoneinfo import ZoneInfo

from bot.afterwards import Afterwards
from bot.i18n.translator import Translator, translator_for
from rituals.errors import InvalidReply, RitualError
from rituals.messages import Reply, Text, say
from rituals.organisation import Organisation
from rituals.people import Account, RosterEntry
from rituals.ports import Clock, LookAtBallot, OpenWork
from rituals.pulses import speech as pulse
from rituals.rehearsal import copies
from rituals.use_cases import (
    act_on,
    answer_pulse,
    brake,
    cast_vote,
    give_marks,
    give_readings,
    look,
    my_data,
    read_digest,
    voices,
)

log = logging.getLogger(__name__)

FAULT = "fault"
"""The key of what is said of a fault of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A form sent back: what is wrong, by field."""

    faults: Mapping[str, Text]


class Ports(TypedDict):
    """What most use cases are handed."""

    open_work: OpenWork
    organisation: Organisation


class DeskPorts(TypedDict):
    """What a desk is made with."""

    open_work: OpenWork
    organisation: Organisation
    clock: Clock
    roster: Mapping[str, RosterEntry]
    look: LookAtBallot
    nudge: Callable[[], None]
    afterwards: NotRequired[Afterwards]
    heard: NotRequired[Callable[[Account], None]]


class Desk:
    """Serves every platform alike. Each method is one request: it commits before it returns and never raises."""

    def __init__(
        self,
        *,
        open_work: OpenWork,
        organisation: Organisation,
        clock: Clock,
        roster: Mapping[str, RosterEntry],
        look: LookAtBallot,
        nudge: Callable[[], None],
        afterwards: Afterwards | None = None,
        heard: Callable[[Account], None] | None = None,
    ) -> None:
        self._open_work = open_work
        self._organisation = organisation
        self._ports: Ports = {"open_work": open_work, "organisation": organisation}
        self._clock = clock
        self._roster = roster
        self._look = look
        self._heard = heard  # told who did something, where there is more than one place to do it
        self.nudge = nudge
        self.afterwards = afterwards or Afterwards(
            open_work=open_work, organisation=organisation, clock=clock, nudge=nudge
        )
        self.faults = 0

    @property
    def house_translator(self) -> Translator:
        """The organisation's own language and zone."""
        return translator_for(self._organisation.locale, self._organisation.zone)

    async def translator(self, account: Account) -> Translator:
        """The language and zone to answer somebody in; the organisation's for a stranger."""
        person = None
        try:
            async with self._open_work() as work:
                person = await work.people.by_account(account)
        except Exception as error:  # noqa: BLE001
            # Whoever asks is being told of the fault, which is logged with its reference: in some language.
            log.warning("A language is not known.", extra={"action": "language_unknown", "why": type(error).__name__})
        if person is None:
            return self.house_translator
        return translator_for(person.locale, person.zone)

    async def knows(
        self, account: Account, *, locale: str | None = None, zone: ZoneInfo | None = None, writes: bool = False
    ) -> bool:
        """Whether the account is somebody's; the language and zone their client has are theirs from then on.

        `writes`: they write to us, and so take messages again if they refused them before.
        """
        async with self._open_work() as work:
            person = await work.people.by_account(account)
        if person is None:
            return False
        told = with_roster(RosterEntry(email=person.email, locale=locale, zone=zone), self._roster)
        lives = (told.locale or person.locale, str(told.zone or person.zone))
        if writes or lives != (person.locale, str(person.zone)):
            await self.met(account, told, present=True)
        return True

    async def press(
        self, account: Account, action: str, value: str, chosen: Mapping[str, Sequence[str]] | None = None
    ) -> Reply:
        """A button was pressed; `chosen`: what stands in the fields it sends, by field."""
        self._hear(account)
        at, ports = self._clock.now(), self._ports
        match action:
            case "vote":
                ballot, _, choice = value.rpartition(":")
                voting = cast_vote.cast_vote(account, ballot, choice, at=at, look=self._look, **ports)
                return await self._served(voting, silent=True)
            case "open-reason":
                return await self._served(cast_vote.ask_for_reason(account, value, at=at, **ports))
            case "open-marks":
                return await self._served(give_marks.ask_for_marks(account, value, **ports))
            case "open-readings":
                return await self._served(give_readings.ask_for_readings(account, value, **ports))
            case "open-action":
                return await self._served(act_on.open_action(account, value, at=at, **ports))
            case "open-action-date":
                return await self._served(act_on.open_date(account, value, at=at, **ports))
            case "open-action-snooze":
                return await self._served(act_on.open_snooze(account, value, at=at, **ports))
            case "open-action-again":
                return await self._served(act_on.open_again(account, value, at=at, **ports))
            case "action-done":
                return await self._served(act_on.do(account, value, at=at, **ports))
            case "cancel-ballot":
                return await self._served(brake.cancel_ballot(account, value, at=at, **ports))
            case "cancel-sitting" | "cancel-pulse" | "cancel-review" | "cancel-figures" | "cancel-letters":
                return await self._served(brake.cancel_occurrence(account, value, at=at, **ports))
            case "withdraw":
                return await self._served(brake.withdraw(account, value, at=at, open_work=self._open_work))
            case pulse.USE:
                wave, _, use = value.rpartition(":")
                return await self._served(answer_pulse.answer(account, wave, use, at=at, **ports), silent=True)
            case pulse.SEND:
                sent = answer_pulse.answer_more(account, value, chosen or {}, at=at, **ports)
                return await self._served(sent, silent=True)
            case pulse.COMMENT:
                return await self._served(answer_pulse.ask_for_comment(account, value, at=at, **ports))
            case pulse.CHANGE:
                return await self._served(answer_pulse.ask_again(account, value, at=at, **ports))
            case pulse.STOP:
                return await self._served(answer_pulse.stop_asking(account, open_work=self._open_work))
            case pulse.RESUME:
                return await self._served(answer_pulse.ask_on(account, open_work=self._open_work))
            case "open-digest-day":
                return await self._served(read_digest.ask_for_day(account, value, **ports))
            case "my-votes":
                return await self._served(my_data.show_more_votes(account, value, at=at, open_work=self._open_work))
            case "ask-erase":
                return await self._served(my_data.ask_erase(account, **ports))
            case "erase-me":
                return await self._served(my_data.erase_me(account, at=at, **ports))
            case copies.ACTION:
                return Reply(sentence=say("rehearsal-over"))
            case _:
                # An old message, or a forged one: nothing of ours is called that.
                return Reply(sentence=say("refused-not-found"))

    async def submit(
        self, account: Account, kind: str, subject: str, answers: Mapping[str, str | None]
    ) -> Reply | Refused:
        """A form was sent."""
        at, ports = self._clock.now(), self._ports
        request: Awaitable[Reply]
        match kind:
            case "committee-marks":
                request = give_marks.give_marks(account, subject, answers, at=at, **ports)
            case "review-readings":
                request = give_readings.give_readings(account, subject, answers, at=at, **ports)
            case "review-action":
                request = act_on.promise(account, subject, answers, at=at, **ports)
            case "review-date":
                request = act_on.move(account, subject, answers, at=at, **ports)
            case "review-snooze":
                request = act_on.snooze(account, subject, answers, at=at, **ports)
            case "review-again":
                request = act_on.take_up_again(account, subject, answers, at=at, **ports)
            case "committee-reason":
                request = cast_vote.give_reason(account, subject, answers.get("reason"), at=at, **ports)
            case "digest-day":
                request = read_digest.choose_day(account, subject, answers, at=at, **ports)
            case "pulse-comment":
                request = answer_pulse.give_comment(account, subject, answers.get("comment"), at=at, **ports)
            case _:
                return Reply(sentence=say("refused-not-found"))
        try:
            return await self._served(request, raising=InvalidReply)
        except InvalidReply as refusal:
            field = refusal.field or next(iter(answers), "")
            return Refused(faults={field: refusal.sentence}) if field else Reply(sentence=refusal.sentence)

    async def behind(self, account: Account, kind: str, subject: str) -> Reply:
        """What such a form was asked for from, where that is no post: as it would be answered now."""
        at, ports = self._clock.now(), self._ports
        match kind:
            case "committee-reason":
                return await self._served(look.show_mine(account, at=at, **ports))
            case "review-action" | "review-date" | "review-snooze" | "review-again":
                return await self._served(act_on.list_actions(account, **ports))
            case "digest-day":
                return await self._served(read_digest.show_digest(account, at=at, **ports))
            case "pulse-comment":
                # Nothing more is answered, and what was stays.
                return await self._served(answer_pulse.answer_more(account, subject, {}, at=at, **ports), silent=True)
            case _:
                return Reply()

    async def command(self, account: Account, words: str) -> Reply:
        """`/comitia …` was typed, in French or in English."""
        self._hear(account)
        at, ports = self._clock.now(), self._ports
        # Some keyboards type an accent as a sign of its own.
        verb, _, rest = unicodedata.normalize("NFC", words).strip().partition(" ")
        what = rest.strip()
        match verb.casefold():
            case "" | "ballots" | "bulletins" | "votes" | "vote":
                return await self._served(look.show_mine(account, at=at, **ports))
            case "dates" | "next" | "prochaines" | "calendar" | "calendrier":
                return await self._served(look.show_dates(account, at=at, **ports))
            case "marks" | "notes":
                return await self._served(give_marks.ask_for_marks(account, None, **ports))
            case "readings" | "values" | "valeurs" | "relevés":
                return await self._served(give_readings.ask_for_readings(account, None, **ports))
            case "actions":
                return await self._served(act_on.list_actions(account, **ports))
            case "help" | "aide" | "?":
                return await self._served(look.show_help(account, open_work=self._open_work))
            case "here" | "ici":
                return await self._served(voices.choose(account, open_work=self._open_work))
            case "pause":
                return await self._served(brake.pause(account, _ritual(what), at=at, **ports))
            case "resume" | "reprendre":
                return await self._served(brake.resume(account, _ritual(what), at=at, **ports))
            case "pulse" | "pulses" | "sondage" | "sondages":
                return await self._pulse(account, what.casefold())
            case "digest" | "lettre":
                return await self._served(read_digest.show_digest(account, at=at, **ports))
            case "my-data" | "mydata" | "mes-données" | "mes-donnees":
                return await self._served(my_data.show_my_data(account, at=at, open_work=self._open_work))
            case "erase" | "effacer":
                return await self._served(my_data.ask_erase(account, **ports))
            case "cancel" | "annuler":
                return await self._served(brake.list_to_cancel(account, _ritual(what or "all"), at=at, **ports))
            case "withdraw" | "retirer":
                return await self._served(brake.list_to_withdraw(account, **self._ports))
            case _:
                return Reply(sentence=say("refused-command", words=words.strip()))

    async def _pulse(self, account: Account, what: str) -> Reply:
        match what:
            case "off" | "stop" | "non" | "no":
                return await self._served(answer_pulse.stop_asking(account, open_work=self._open_work))
            case "on" | "oui" | "yes":
                return await self._served(answer_pulse.ask_on(account, open_work=self._open_work))
            case _:
                return Reply(sentence=say("pulse-which"))

    async def home_opened(self, account: Account) -> None:
        """The home tab was opened."""
        await self._served(
            look.open_home(account, at=self._clock.now(), open_work=self._open_work, organisation=self._organisation)
        )

    async def written_to(self, account: Account, words: str, event: str) -> None:
        """Somebody wrote to the bot."""

        async def answer() -> Reply:
            await look.answer_words(account, words, event, at=self._clock.now(), open_work=self._open_work)
            return Reply()

        await self._served(answer())

    async def met(self, account: Account, entry: RosterEntry, *, present: bool) -> None:
        """The platform told of an account: new, changed or gone. app.yaml wins over what the platform says."""

        async def adopt() -> Reply:
            told = with_roster(entry, self._roster)
            async with self._open_work() as work:
                if await work.people.by_account(account) is None:
                    told = completed(told, locale=self._organisation.locale, zone=self._organisation.zone)
                await work.people.adopt_account(account, told, present=present)
            return Reply()

        await self._served(adopt())

    def _hear(self, account: Account) -> None:
        if self._heard is not None:
            self._heard(account)

    async def _served(
        self, request: Awaitable[Reply], *, raising: type[RitualError] | None = None, silent: bool = False
    ) -> Reply:
        """Serves one request; `silent`: it puts no post, so that delivery has nothing to look for."""
        try:
            with self.afterwards.serving():
                reply = await request
        except RitualError as refusal:
            if raising is not None and isinstance(refusal, raising):
                raise
            log.info("A request was refused.", extra={"action": "refused", "why": refusal.key})
            return Reply(sentence=refusal.sentence, instead=refusal.instead)
        except Exception:
            # The edge: whatever is wrong is logged once, with a reference the person sees.
            reference = secrets.token_hex(4)
            self.faults += 1
            log.exception("A request failed (%s).", reference, extra={"action": "fault", "reference": reference})
            return Reply(sentence=say(FAULT, reference=reference))
        if not silent:
            self.nudge()
        return reply


def met_fault(reply: Reply) -> bool:
    """Whether a fault of ours is all there is to say: it is logged by then."""
    return reply.sentence is not None and reply.sentence.key == FAULT


def _ritual(word: str) -> str:
    return "all" if word.casefold() in {"all", "tout", "tous"} else word


def completed(entry: RosterEntry, *, locale: str, zone: ZoneInfo) -> RosterEntry:
    """What is known of somebody, with the organisation's language and zone where nothing is said of them."""
    return replace(entry, locale=entry.locale or locale, zone=entry.zone or zone)


def with_roster(entry: RosterEntry, roster: Mapping[str, RosterEntry]) -> RosterEntry:
    """What a platform knows of somebody, under what app.yaml says of them."""
    known = roster.get(entry.email.lower())
    if known is None:
        return entry
    return RosterEntry(
        email=entry.email,
        name=known.name or entry.name,
        roles=known.roles,
        site=known.site,
        locale=known.locale or entry.locale,
        zone=known.zone or entry.zone,
    )
