"""Forms as people fill them in: in a dialog, in the place of the card that asked for them, or in a message alone."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from enum import Enum

from bot.desk import Desk
from bot.forms import ASKED_BY
from bot.i18n.translator import Translator
from bot.platforms.drawings import Drawings, translator_of
from bot.platforms.teams import render
from bot.platforms.teams.activities import Json, Met
from bot.platforms.teams.drawn import Drawn
from rituals.messages import Form, Text
from rituals.people import Account
from rituals.ports import Clock, Outbox
from rituals.posts import Place
from rituals.rehearsal import copies

REMEMBERED = 5_000
"""How many open forms are remembered; one that is forgotten is asked for again."""

TELLING = "committee-reason"
"""The kind of form that says what somebody voted: it is not remembered, and asked for again it says what stands now."""


class Stands(Enum):
    """Where a form stands."""

    DIALOG = "dialog"
    OVER = "over"  # in the place of the card that asked for it, until it is sent or left
    ALONE = "alone"  # in a message of its own


class Forms:
    """The forms that are open, and what some of them stand over."""

    def __init__(self, *, desk: Desk, outbox: Outbox, clock: Clock, drawings: Drawings[Drawn]) -> None:
        self._desk = desk
        self._outbox = outbox
        self._clock = clock
        self._drawings = drawings
        self._open: OrderedDict[tuple[str, str, str], Form] = OrderedDict()

    async def card(
        self,
        account: Account,
        form: Form,
        stands: Stands,
        *,
        faults: Mapping[str, Text] | None = None,
        given: Mapping[str, str | None] | None = None,
    ) -> Json:
        """The card of a form, which is remembered until it is sent: sent back, it is drawn with what is wrong."""
        if _plain(form.kind) != TELLING:
            key = (account.user, form.kind, form.subject)
            self._open[key] = blank(form)
            self._open.move_to_end(key)
            if len(self._open) > REMEMBERED:
                self._open.popitem(last=False)
        dialog, over = stands is Stands.DIALOG, stands is Stands.OVER
        return render.form(form, await self._translator(account), errors=faults, given=given, dialog=dialog, over=over)

    async def alone(self, account: Account, form: Form) -> Json:
        """The activity that shows a form in a message of its own."""
        return render.around(await self.card(account, form, Stands.ALONE), await self.title(account, form))

    async def title(self, account: Account, form: Form) -> str:
        """What a form is called."""
        return (await self._desk.translator(account)).say(form.title)

    async def sent_back(self, account: Account, kind: str, subject: str) -> Form | None:
        """The open form of that kind and subject, without answers; None where there is none any more."""
        form = self._open.get((account.user, kind, subject))
        if form is None:
            # Asked for from another process of ours, or long ago, or never remembered.
            action, value = ASKED_BY.get(_plain(kind), ""), subject
            if kind != _plain(kind):
                action, value = copies.asking(action, value)
            form = (await self._desk.press(account, action, value)).form
        return form if form is not None and (form.kind, form.subject) == (kind, subject) else None

    def kept(self, account: Account, kind: str, subject: str) -> None:
        """What stood in it is kept: it is open no more."""
        self._open.pop((account.user, kind, subject), None)

    async def below(self, who: Met, clicked: str, kind: str, subject: str) -> tuple[Json | None, bool]:
        """What a form stands over as it is now, and whether that is a post of ours; no activity where nobody knows."""
        at = self._clock.now()
        parcel = await self._outbox.standing(Place(conversation=who.conversation, message=clicked), at=at)
        if parcel is not None:
            return self._drawings.of(parcel.message, translator_of(parcel)).activity, True
        account = Account(platform="teams", workspace=who.tenant, user=who.account)
        reply = await self._desk.behind(account, kind, subject)
        translator = await self._translator(account)
        message = reply.message or reply.instead
        if message is not None:
            return self._drawings.for_one(message, translator).activity, False
        return render.sentence(reply.sentence, translator) if reply.sentence is not None else None, False

    async def _translator(self, account: Account) -> Translator:
        return (await self._desk.translator(account)).without_slash()


def _plain(kind: str) -> str:
    """The kind of a form, for that of a rehearsal's too."""
    return copies.submitted(kind) or kind


def blank(form: Form) -> Form:
    """The form without what somebody has answered before: that is nothing to remember beside its sealed row."""
    return replace(form, fields=tuple(replace(field, initial=None) for field in form.fields))
