"""`comitia status`: how things stand with what is posted, due and wrong, beside Comitia at work."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, TextIO, get_args

import aiohttp

from bot.app import CannotStart, recalling
from bot.commands.check import refuse
from bot.commands.speaking import speaker
from bot.i18n.translator import Translator
from bot.settings import Settings, SettingsError, load
from bot.web import REHEARSAL, WHOSE
from rituals.alarms import Alarm
from rituals.messages import Text, say
from rituals.ports.leases import Lease
from rituals.posts import PostState
from rituals.standing import Standing
from rituals.use_cases.alarms import Wrong
from rituals.use_cases.reach import PEOPLE_OF

WELL, WRONG, UNKNOWN = 0, 1, 2
"""What the exit code says: all is well, something is wrong, or that cannot be told."""

ANSWERS_WITHIN = 4.0
"""Seconds that the process at work has to say how it is."""

STEP_LATE = timedelta(minutes=5)
"""How late a step may be before that is wrong: what failed once is tried again by then."""

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (where we ask whoever listens everywhere)

Level = Literal["ok", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing and how it stands."""

    what: str
    words: Text
    level: Level = "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """All that could be learnt.

    `senders`: who sends on each platform, which nobody has to say of a SQLite file. `parts`: what the process at work
    says of itself; None where none answers. `rehearsed`: a rehearsal is at work in its place, which leaves this
    database alone.
    """

    at: datetime
    standing: Standing
    senders: Mapping[str, Lease | None]
    taken: bool | None
    parts: Mapping[str, str] | None
    rehearsed: bool = False

    @property
    def at_work(self) -> bool:
        """Whether a process is at work."""
        sends = any(sender is not None for sender in self.senders.values())
        return self.parts is not None or sends or (bool(self.taken) and not self.rehearsed)


async def run(path: Path, *, as_json: bool, environ: Mapping[str, str], at: datetime, out: TextIO) -> int:
    """Writes how things stand, a line each or as one JSON object; 0 well, 1 something is wrong, 2 cannot be told."""
    try:
        settings = load(path, environ=environ, need_secrets=False)
    except SettingsError as error:
        refuse(error, out, environ=environ, then=say("check-then-not-looked-at"))
        return UNKNOWN
    speak = speaker(environ, otherwise=settings.organisation.locale)
    answer = await _asked(settings)
    ours = answer is not None and answer.rehearses == (settings.rehearsal is not None)
    try:
        async with recalling(settings) as memories:
            found = Found(
                at=at,
                standing=await memories.standing(at),
                senders={platform: await memories.sender(platform) for platform in settings.platforms},
                taken=memories.taken,
                parts=answer.parts if answer is not None and ours else None,
                rehearsed=memories.rehearsed or (answer is not None and answer.rehearses and not ours),
            )
    except CannotStart as error:
        why = speak.say(error.why)
        told = json.dumps({"state": "unknown", "why": why}, ensure_ascii=False) if as_json else why
        out.write(f"{told}\n")
        return UNKNOWN
    lines = list(_lines(found, settings))
    wrong = any(line.level != "ok" for line in lines)
    if as_json:
        out.write(
            json.dumps(
                _as_json(found, wrong=wrong, rehearsal=settings.rehearsal is not None), ensure_ascii=False, indent=2
            )
            + "\n"
        )
    else:
        out.writelines(_said(lines, speak))
        out.write(speak.say(say("status-wrong" if wrong else "status-well")) + "\n")
    return WRONG if wrong else WELL


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What a process on this machine says of its parts, and whether it is a rehearsal's."""

    parts: Mapping[str, str]
    rehearses: bool


async def _asked(settings: Settings) -> _Answer | None:
    """What the process at work on this machine says of itself; None where nobody answers."""
    web = settings.web
    if web.port == 0:
        return None
    host = EVERYWHERE.get(web.host, web.host)
    url = f"http://[{host}]:{web.port}/readyz" if ":" in host else f"http://{host}:{web.port}/readyz"
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWERS_WITHIN)) as session,
            session.get(url) as answer,
        ):
            told, whose = await answer.json(), answer.headers.get(WHOSE)
    except (TimeoutError, OSError, aiohttp.ClientError, ValueError):
        return None
    if not isinstance(told, dict):
        return None
    parts = {str(name): str(state) for name, state in told.items()}
    return _Answer(parts=parts, rehearses=whose == REHEARSAL)


def _lines(found: Found, settings: Settings) -> Iterator[Line]:
    standing, at = found.standing, found.at
    yield _process(found, rehearsal=settings.rehearsal is not None)
    for part, state in (found.parts or {}).items():
        if state != "ok" and part not in found.senders:
            yield Line(what="part", words=say("status-part-failing", part=part, why=_why(state)), level="warning")
    for platform in found.senders:
        yield _platform(platform, found)
    schema = say("status-schema-rehearsal") if settings.rehearsal else say("status-schema")
    yield Line(what="schema", words=schema)
    for state in PostState:
        yield Line(what=f"posts-{state}", words=say("status-count", count=standing.posts.get(state, 0)))
    yield Line(what="unsettled", words=say("status-count", count=standing.unsettled))
    late_after = timedelta(minutes=settings.delivery.late_after)
    age = at - standing.oldest_unsent if standing.oldest_unsent is not None else timedelta()
    yield Line(
        what="oldest",
        words=say("status-oldest", age=_long(age)) if standing.oldest_unsent else say("status-none"),
        level="warning" if age >= late_after else "ok",
    )
    if standing.held_until is not None:
        until = _stamp(standing.held_until)
        yield Line(what="held", words=say("status-held", count=standing.held, until=until))
    if standing.bulk_idle_since is not None:
        idle = at - standing.bulk_idle_since
        level: Level = "warning" if idle >= late_after else "ok"
        yield Line(what="bulk", words=say("status-bulk", since=_long(idle)), level=level)
    yield _step(standing, at)
    for ritual, since in sorted(standing.paused.items()):
        name = say("doctor-pause-all") if ritual == "all" else ritual
        yield Line(what="paused", words=say("status-paused", ritual=name, since=_stamp(since)))
    for room, why in sorted(standing.rooms.items()):
        channel = settings.rooms[room].shown if room in settings.rooms else room
        yield Line(what="room", words=say("status-room", room=channel, why=why), level="warning")
    for alarm in standing.alarms:
        yield _alarm(alarm, settings)


def _platform(platform: str, found: Found) -> Line:
    """Whether we are connected to it, who sends there, and how many people it takes no message for."""
    state, sender = (found.parts or {}).get(platform), found.senders[platform]
    told = []
    if state is not None:
        told.append(say("status-connected") if state == "ok" else say("status-failing", why=_why(state)))
    if sender is not None:
        told.append(say("status-sender", owner=sender.owner[:8], until=f"{sender.until:%H:%M:%S} UTC"))
    else:
        told.append(say("status-sender-itself" if found.at_work and found.taken else "status-sender-none"))
    if unreached := found.standing.people.get(platform):
        told.append(say("status-people", count=unreached))
    words = say(f"status-platform-{len(told)}", **dict(zip(("first", "second", "third"), told, strict=False)))
    return Line(what=platform, words=words, level="ok" if state in {None, "ok"} else "warning")


def _why(state: str) -> str:
    """What follows "failing: "."""
    return state.partition(": ")[2]


def _process(found: Found, *, rehearsal: bool) -> Line:
    if rehearsal and found.at_work:
        return Line(what="process", words=say("status-rehearsal"))
    if found.parts is not None:
        return Line(what="process", words=say("status-answers"))
    if found.at_work:
        return Line(what="process", words=say("status-at-work"))
    words = say("status-rehearsal-instead") if found.rehearsed else say("status-not-at-work")
    return Line(what="process", words=words, level="warning")


def _step(standing: Standing, at: datetime) -> Line:
    step = standing.next_step
    if step is None:
        return Line(what="step", words=say("status-no-step"))
    name = say(f"command-step-{step.name.replace('_', '-')}")
    late = standing.late_by(at)
    words = say("status-step", step=name, occurrence=step.occurrence, due=_stamp(step.due_at))
    if late:
        words = say("status-step-late", step=name, occurrence=step.occurrence, late=_long(late))
    return Line(what="step", words=words, level="warning" if late >= STEP_LATE else "ok")


def _alarm(alarm: Alarm, settings: Settings) -> Line:
    if alarm.over_at is not None:
        return Line(what="alarm", words=say("status-alarm-over", name=alarm.name, over=_stamp(alarm.over_at)))
    wrong, _, room = alarm.name.partition(":")
    if wrong == Wrong.CHANNEL and room in settings.rooms:
        channel = settings.rooms[room].shown
        return Line(what="room", words=say("status-channel", room=room, channel=channel), level="warning")
    words = say("status-alarm", name=alarm.name, since=_stamp(alarm.since), told=_stamp(alarm.told_at))
    # That some lack the app in Teams, or the like, may stay so: the platform's line says how many.
    return Line(what="alarm", words=words, level="ok" if wrong in PEOPLE_OF.values() else "warning")


def _said(lines: list[Line], speak: Translator) -> Iterator[str]:
    """The lines, level and thing each in a column of its own."""
    levels = {level: speak.say(say(f"doctor-level-{level}")) for level in get_args(Level)}
    whats = [speak.say(say(f"status-what-{line.what}")) for line in lines]
    first, second = max(map(len, levels.values())), max(map(len, whats))
    for line, what in zip(lines, whats, strict=True):
        yield f"{levels[line.level]:<{first}}  {what:<{second}}  {speak.say(line.words)}\n"


def _long(time: timedelta) -> Text:
    minutes = int(time / timedelta(minutes=1))
    days, hours = minutes // 1440, minutes // 60 % 24
    if minutes < 2:
        return say("status-seconds", count=int(time.total_seconds()))
    if minutes < 120:
        return say("status-minutes", count=minutes)
    if minutes < 2880:
        return say("status-hours", count=minutes // 60)
    return say("status-days-hours", days=say("status-days", count=days), hours=say("status-hours", count=hours))


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _as_json(found: Found, *, wrong: bool, rehearsal: bool) -> dict[str, Any]:
    """The same for machines: moments in ISO 8601, durations in seconds."""
    standing, step = found.standing, found.standing.next_step
    return {
        "state": "wrong" if wrong else "well",
        "rehearsal": rehearsal,
        "at_work": found.at_work,
        "rehearsed_instead": found.rehearsed,
        "parts": found.parts,
        "platforms": {
            platform: {
                "state": (found.parts or {}).get(platform),
                "sender": None if sender is None else {"owner": sender.owner, "until": sender.until.isoformat()},
                "unreachable": standing.people.get(platform, 0),
            }
            for platform, sender in found.senders.items()
        },
        "posts": {state.value: standing.posts.get(state, 0) for state in PostState},
        "unsettled": standing.unsettled,
        "oldest_unsent_seconds": standing.unsent_for(found.at).total_seconds(),
        "held": {"posts": standing.held, "until": standing.held_until.isoformat() if standing.held_until else None},
        "next_step": None
        if step is None
        else {"name": step.name.value, "occurrence": step.occurrence, "due_at": step.due_at.isoformat()},
        "step_late_seconds": standing.late_by(found.at).total_seconds(),
        "paused": {ritual: since.isoformat() for ritual, since in standing.paused.items()},
        "unreachable": {"rooms": dict(standing.rooms), "people": sum(standing.people.values())},
        "alarms": [
            {
                "name": alarm.name,
                "since": alarm.since.isoformat(),
                "told_at": alarm.told_at.isoformat(),
                "over_at": alarm.over_at.isoformat() if alarm.over_at else None,
            }
            for alarm in standing.alarms
        ],
    }
