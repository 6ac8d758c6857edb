"""Trigger ids: what lets an app open one modal within three seconds of somebody's click."""

import secrets
from dataclasses import dataclass

from bot.local.clock import Clock
from bot.sandbox.errors import SlackError

SECONDS = 3.0


@dataclass(slots=True)
class _Trigger:
    person: str
    at: float
    used: bool = False


class Triggers:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._all: dict[str, _Trigger] = {}

    def new(self, person: str) -> str:
        trigger_id = f"{len(self._all) + 100_000}.{secrets.randbelow(10**7):07d}.{secrets.token_hex(16)}"
        self._all[trigger_id] = _Trigger(person, self._clock.now())
        return trigger_id

    def check(self, trigger_id: str) -> str:
        """Answer the person whose click it was; raises SlackError when it is unknown, used up or too old."""
        trigger = self._all.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._clock.now() - trigger.at > SECONDS:
            raise SlackError("expired_trigger_id")
        return trigger.person

    def use(self, trigger_id: str) -> None:
        self._all[trigger_id].used = True
