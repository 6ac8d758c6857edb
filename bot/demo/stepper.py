"""Moves the clock from one thing to the next, waiting each time until nothing is on its way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.demo.colleagues import Colleagues
from bot.demo.intake import Intake
from bot.demo.page import Json, Unreachable
from bot.demo.processes import Comitia
from bot.demo.stand_ins import StandIns

BREATH = 0.004
"""Seconds between two looks while something is still on its way."""


class Stepper:
    """Steps the clock. Comitia may die at any moment of it: it is brought back and the step goes on."""

    def __init__(
        self, stand_ins: StandIns, comitia: Comitia, colleagues: Colleagues, intake: Intake | None = None
    ) -> None:
        self._stand_ins = stand_ins
        self._comitia = comitia
        self._colleagues = colleagues
        self._intake = intake
        self._turn = asyncio.Lock()

    async def now(self) -> float:
        """The time, in epoch seconds."""
        return await self._stand_ins.now()

    async def run_until(self, end: float, *, told: Callable[[float], None] | None = None) -> None:
        """Goes through everything that happens until `end` (epoch seconds) and stops there, quiet."""
        async with self._turn:
            while True:
                ahead = await self._settle()
                now = await self.now()
                if now >= end:
                    return
                await self._advance(min([end, *(moment for moment in ahead if moment > now)]))
                if told is not None:
                    told(await self.now())

    async def run_to_next_step(self) -> tuple[str, float] | None:
        """Goes on to the next step Comitia has planned, and through it; its name and its moment."""
        # What was due before anybody came is no next step: it is done first.
        await self._ask("/tick", {"now": await self.now()})
        await self.wait_until_quiet()
        state = await self._ask("/state")
        step = state["next_step"]
        if not isinstance(step, float):
            return None
        await self.run_until(step)
        return str(state["next_step_name"]), step

    async def next_post(self) -> float | None:
        """When Comitia's next message, or edit of one, wants to go out."""
        due = (await self._ask("/state"))["next_post"]
        return due if isinstance(due, float) else None

    async def breathe(self) -> None:
        """Lets the colleagues see what is new and do what is due, at the clock's own pace."""
        async with self._turn:
            await self._colleagues.notice()
            await self._colleagues.act(await self.now())

    async def wait_until_quiet(self) -> None:
        """Returns once nothing is on its way at this moment."""
        async with self._turn:
            await self._settle()

    async def figures(self) -> Json:
        """Comitia's own counts."""
        return await self._ask("/figures")

    async def account(self) -> Json:
        """What Comitia says became of its posts."""
        return await self._ask("/account")

    def kill_comitia(self) -> None:
        """SIGKILL, at once."""
        self._comitia.kill()

    async def back(self) -> None:
        """Waits for Comitia, restarting it where it died."""
        await self._ask("/state")

    async def rest(self) -> None:
        """Returns once nothing more comes of what was clicked; for whoever clicks while the clock stands still."""
        while await self._quiet_state() is None:  # noqa: ASYNC110  (as long as an edit takes)
            await asyncio.sleep(BREATH)

    async def _settle(self) -> list[float]:
        """Waits until nothing is on its way; what lies ahead."""
        looks = 0
        while True:
            await self._colleagues.notice()
            now = await self.now()
            if await self._colleagues.act(now) or (self._intake is not None and await self._intake.act(now)):
                looks = 0
                continue
            state = await self._quiet_state()
            if state is not None:
                looks += 1
                # Twice in a row with nothing new for anybody: what one side had just finished, the other has seen.
                if looks >= 2:
                    ahead = [state["next"], self._colleagues.next_at, self._intake and self._intake.next_at]
                    return [float(moment) for moment in ahead if isinstance(moment, int | float)]
                continue
            looks = 0
            await asyncio.sleep(BREATH)

    async def _quiet_state(self) -> Json | None:
        """How Comitia stands; None while something is on its way."""
        state = await self._ask("/state")
        return state if state["quiet"] and await self._stand_ins.idle() else None

    async def _advance(self, to: float) -> None:
        # A flowing clock may have passed the moment by itself meanwhile: a refusal is as good.
        await self._stand_ins.advance(to)
        await self._ask("/tick", {"now": await self.now()})

    async def _ask(self, path: str, body: Json | None = None) -> Json:
        while True:
            control = self._stand_ins.at(await self._comitia.control())
            try:
                return await (control.get(path) if body is None else control.post(path, body))
            except Unreachable:
                await asyncio.sleep(0.02)  # it has just died: look again
