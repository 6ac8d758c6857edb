"""What a person's other messages show once one of them is answered: put there directly, and kept nowhere."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace

from bot.platforms.port import DeliveryError, Sender
from rituals.messages import Message
from rituals.ports import Clock, Outbox

log = logging.getLogger(__name__)


async def show_elsewhere(
    shown: Mapping[str, Message], *, clicked: str, outbox: Outbox, sender: Sender, clock: Clock
) -> None:
    """Shows a message in the place of each of these posts, where it stands on this platform and was not clicked.

    `clicked`: the platform's id of the message that was. Where it does not arrive, the question stands there still.
    """
    for post, message in shown.items():
        parcel = await outbox.peek(post, at=clock.now())
        if parcel is None or parcel.place is None or not parcel.wanted or parcel.place.message == clicked:
            continue
        try:
            # As bulk: where a crowd answers at once, what a committee waits for goes first.
            await sender.edit(replace(parcel, message=message, bulk=True), parcel.place)
        except DeliveryError as error:
            log.info("An answer did not get through.", extra={"action": "answer_failed", "why": error.why})
