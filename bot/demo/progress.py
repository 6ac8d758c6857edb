"""How far the demo's clock has come, on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime

from bot.i18n.translator import Translator
from rituals.messages import Text, say


def progress(start: float, end: float, what: Text, speak: Translator) -> Callable[[float], None]:
    """Tells how far `what` is, given the time (epoch seconds): written over on a terminal, by the tenth elsewhere."""
    shown = -1
    live = sys.stderr.isatty()

    def told(now: float) -> None:
        nonlocal shown
        percent = int(100 * (now - start) / (end - start))
        # A line that is written over, or, in a file, a line for every ten percent.
        step = percent if live else percent // 10
        if step != shown:
            shown = step
            day = datetime.fromtimestamp(now, UTC).date().isoformat()
            line = speak.say(say("command-demo-percent", what=what, percent=percent, day=day))
            sys.stderr.write(f"\r{line}" if live and percent < 100 else f"\r{line}\n" if live else f"{line}\n")
            sys.stderr.flush()

    return told
