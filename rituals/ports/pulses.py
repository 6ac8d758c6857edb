"""Pulses: waves, invitations, sealed replies and what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from rituals.measures.statistics import Window
from rituals.people import Account
from rituals.pulses.waves import Answering, Invitation, PlainAnswer, PulseReply, Wave, WaveCount


class Pulses(Protocol):
    """What is kept of pulses."""

    # --- waves ---

    async def launch(self, wave: Wave, invitations: Sequence[Invitation], population: Mapping[str, int]) -> None:
        """Opens a wave with its key and its invitations; those asked were last invited on their day."""

    async def wave(self, wave: str, *, lock: bool = False) -> Wave | None:
        """The wave. `lock`: nobody answers before this work ends."""

    async def waves(self, occurrence: str) -> Sequence[Wave]:
        """All waves of an occurrence, by id."""

    async def untold(self, wave: str, *, limit: int, told: int = 0) -> Sequence[Invitation]:
        """Up to `limit` of those asked who are still there and have no message yet; the first `told` surely have."""

    async def unreminded(self, wave: str, *, part: int, size: int) -> Sequence[Invitation]:
        """Of the `part`th (from 0) `size` people asked, those still there who have neither answered nor opted out."""

    async def open_for(self, person: str) -> Sequence[str]:
        """The open waves in which the person was asked, by id."""

    async def waiting_for(self, person: str) -> Sequence[Wave]:
        """The open waves whose question the person was shown and has not answered, the first to close first.

        None for whoever wants to be left in peace. For the person's own eyes and nobody else's.
        """

    async def heard(self, wave: str, kind: str, *, part: int, size: int) -> Sequence[str] | None:
        """Of the `part`th (from 0) `size` people asked, those who were sent that post; None beyond the last part.

        `kind`: of the posts a wave sends.
        """

    # --- sealed replies ---

    async def answering(self, account: Account, wave: str) -> Answering | None:
        """Whoever has that account before the wave, which stays as it is until this work ends; None: no such wave.

        People answer side by side; only the close waits for them, and they for it.
        """

    async def seal(self, wave: str, person: str, reply: PulseReply) -> bool:
        """Keeps the reply of somebody whom `answering` has found in this work sealed, over their earlier one.

        False, and it is not kept, where the earlier one is no longer what was read: the person pressed twice, and what
        they pressed is to be put together anew. What this work did before may be kept by it already.
        """

    async def close(self, wave: str, *, on: date) -> None:
        """Separates what was said from who said it: plain answers and comments, shuffled, under random ids.

        Counts the wave, notes who has left how many unanswered, and deletes the sealed rows, the key and whatever tells
        who had not answered (reminders, and the homes of those asked), all at once, and once only.
        """

    async def discard(self, wave: str, *, on: date | None = None) -> None:
        """Destroys what was said in an open wave, with its key, the homes of those asked and messages nobody was shown.

        `on`: the day it is called off; who was asked is then kept as long as of a wave closed that day, to be told.
        Without it the invitations go too.
        """

    async def forget_reminders(self, wave: str) -> None:
        """Deletes what is kept of a wave's reminders."""

    # --- what became of them ---

    async def answers(self, initiative: str, window: Window) -> Sequence[PlainAnswer]:
        """The answers of the waves that closed on a day within `window`, in no order that tells anything."""

    async def wave_counts(self, initiative: str, window: Window) -> Sequence[WaveCount]:
        """How many each wave that closed within `window` asked and heard from, oldest first."""

    async def forget(self, *, participation: date, comments: date, answers: date) -> None:
        """Deletes what belongs to waves closed before these days: who was asked, with their messages, what was said.

        The counts of a wave stay.
        """
