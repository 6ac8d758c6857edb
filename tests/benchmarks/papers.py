"""Drawing and keeping one ballot paper, beside json.dumps of what comes out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.i18n.translator import translator_for
from bot.platforms.slack import render as slack
from bot.platforms.teams import render as teams
from storage.messages import from_json, to_json
from tests.benchmarks.committee import SMALL, ZONES, Size, paper_of, settings, sitting
from tests.benchmarks.measure import Line, calls_by_turns

TIMES = 20
ROUNDS = 7


async def papers(directory: Path) -> list[Line]:
    """For both platforms and two sizes of paper, in French and English alike."""
    found = []
    for size in (SMALL, Size(members=8, points=5)):
        place = directory / f"papers-{size.points}"
        place.mkdir()
        async with sitting(f"sqlite:///{place / 'comitia.sqlite'}", settings(place, size), size) as open_:
            paper = await paper_of(open_, 0)
        for locale in ("fr", "en"):
            translator = translator_for(locale, ZoneInfo(ZONES[0]))

            def drawn(how: Callable[..., Any], translator: Any = translator, paper: Any = paper) -> Any:
                return how(paper, translator)

            for name, how in (("Slack", slack.message), ("Teams", teams.message)):
                result = drawn(how)
                ours, limit = await calls_by_turns(
                    lambda how=how, drawn=drawn: drawn(how),  # type: ignore[misc]
                    lambda result=result: json.dumps(result),  # type: ignore[misc]
                    times=TIMES,
                    rounds=ROUNDS,
                )
                what = f"drawing a paper of {size.points} points for {name}, {locale}"
                limit_is = "json.dumps of the result"
                found.append(Line(group="paper", path=what, ours=ours, limit=limit, limit_is=limit_is))
        text = to_json(paper)
        tree = json.loads(text)
        calls = (
            lambda paper=paper: to_json(paper),
            lambda tree=tree: json.dumps(tree),
            lambda text=text: from_json(text),
            lambda text=text: json.loads(text),
        )
        kept, dumped, read, loaded = await calls_by_turns(*calls, times=TIMES, rounds=ROUNDS)
        what = f"a paper of {size.points} points as JSON text"
        found += [
            Line(group="paper", path=what, ours=kept, limit=dumped, limit_is="json.dumps of its tree"),
            Line(group="paper", path=f"{what}, and back", ours=read, limit=loaded, limit_is="json.loads of the text"),
        ]
    return found
