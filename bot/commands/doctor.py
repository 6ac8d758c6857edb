"""`comitia doctor`: looks at everything Comitia needs to be at work, and says what to do about what is missing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import TextIO

from bot.app import CannotStart, Memories, recalling
from bot.commands.check import refuse
from bot.commands.findings import Examination, Finding, Known, Level, Trial, chat, named, person_of
from bot.commands.speaking import as_in_chat, speaker
from bot.settings import Fault, Settings, SettingsError, load_with_notes
from bot.settings_agreement import UNMEANT
from bot.settings_values import LATER
from rituals.committee.ballots import Tally
from rituals.committee.rules import CommitteeRules
from rituals.messages import Several, Text, say
from rituals.ports import Clock
from rituals.posts import PostState

SOURCES = ("usage", "conversations", "savings")

STALE = timedelta(days=10)
"""A source that is older tells nothing of the last whole week."""


async def run(path: Path, *, to: str | None, environ: Mapping[str, str], clock: Clock, out: TextIO) -> int:
    """Writes a line for each thing looked at; the exit code, 1 where one of them is a fault.

    `to`: an address or a room that gets a trial post, which is taken back at once. No token is ever written.
    """
    try:
        settings, notes = load_with_notes(path, environ=environ, need_secrets=False)
    except SettingsError as error:
        return refuse(error, out, environ=environ, then=say("check-then-not-looked-at"))
    speak = as_in_chat(speaker(environ, otherwise=settings.organisation.locale), settings.platforms)
    unmeant = [note for note in notes if note.problem.key in UNMEANT]
    faults = warnings = 0
    async for finding in _examined(settings, path, unmeant, to=to, clock=clock):
        faults += finding.level == "fault"
        warnings += finding.level == "warning"
        out.write(f"{finding.said(speak)}\n")
        out.flush()
    counted = say(
        "doctor-counted",
        faults=say("doctor-counted-faults", count=faults),
        warnings=say("doctor-counted-warnings", count=warnings),
    )
    out.write(f"{speak.say(counted)}\n")
    return 1 if faults else 0


async def _examined(
    settings: Settings, path: Path, unmeant: Sequence[Fault], *, to: str | None, clock: Clock
) -> AsyncIterator[Finding]:
    missing = settings.missing_secrets()
    what = say("doctor-what-settings")
    yield Finding(level="ok", what=what, words=say("doctor-settings-good", path=str(path)))
    for name in missing:
        words, remedy = say("doctor-secret-missing", name=name), say("doctor-secret-remedy", file=f"{name}_FILE")
        yield Finding(level="fault", what=what, words=words, remedy=remedy)
    for key in settings.missing_ids():
        yield Finding(level="fault", what=what, words=say("doctor-zeros", name=key), remedy=say("settings-do-zeros"))
    platforms = tuple(chat((platform,)) for platform in settings.platforms)
    words = say("doctor-platforms", platforms=Several(items=platforms))
    yield Finding(level="ok", what=say("doctor-what-platforms"), words=words)
    for note in unmeant:
        yield Finding(level="warning", what=note.key, words=note.problem, remedy=note.cure)
    if settings.rehearsal:
        words, remedy = say("doctor-rehearsal", email=settings.rehearsal), say("doctor-rehearsal-remedy")
        yield Finding(level="warning", what=say("doctor-what-rehearsal"), words=words, remedy=remedy)
    what = say("doctor-what-database")
    async with AsyncExitStack() as stack:
        memories: Memories | None = None
        try:
            memories = await stack.enter_async_context(recalling(settings))
        except CannotStart as error:
            yield Finding(level="fault", what=what, words=error.why)
        else:
            yield Finding(level="ok", what=what, words=say("doctor-database-well"))
            async for finding in _remembered(settings, memories, clock.now()):
                yield finding
        sides: list[Examination] = []
        for platform in settings.platforms:
            if platform == "teams" and LATER in {settings.teams.app_id, settings.teams.tenant}:
                yield Finding(level="skipped", what=platform, words=say("doctor-teams-no-id"))
                continue
            if not _has_secret(settings, platform):
                yield Finding(level="skipped", what=platform, words=say(f"doctor-{platform}-no-token"))
                continue
            side = await _side(platform, settings, stack, to=to, clock=clock, memories=memories)
            sides.append(side)
            async for finding in side.look():
                yield finding
        known = [side.known for side in sides if side.known is not None]
        if len(known) == len(settings.platforms):
            for finding in _people(settings, known):
                yield finding
            for finding in _quorums(settings, known):
                yield finding
        if to is not None and known:
            async for finding in _tried(sides, Trial(settings=settings, to=to, clock=clock)):
                yield finding


def _has_secret(settings: Settings, platform: str) -> bool:
    """Whether there is the secret without which nobody answers at all."""
    if platform == "slack":
        return settings.slack.bot_token is not None
    return not any("TEAMS" in name for name in settings.missing_secrets())


async def _side(
    platform: str,
    settings: Settings,
    stack: AsyncExitStack,
    *,
    to: str | None,
    clock: Clock,
    memories: Memories | None,
) -> Examination:
    """A platform to be examined; what that takes is imported where it is at work."""
    if platform == "teams":
        from bot.commands.doctor_teams import examining_teams

        return await stack.enter_async_context(examining_teams(settings, clock=clock, memories=memories, to=to))
    from bot.commands.doctor_slack import examining_slack

    return await stack.enter_async_context(examining_slack(settings, clock=clock))


async def _tried(sides: Sequence[Examination], trial: Trial) -> AsyncIterator[Finding]:
    """What became of a trial post, on each platform that knows whom it is for."""
    found = [finding for side in sides if (finding := await side.tried(trial)) is not None]
    for finding in found:
        yield finding
    if found:
        return
    asked = chat([side.platform for side in sides])
    remedy = say("doctor-trial-remedy", chat=asked)
    rooms = tuple(
        say("doctor-trial-room", room=key, channel=channel.shown) for key, channel in trial.settings.rooms.items()
    )
    if rooms:
        remedy = say("doctor-trial-remedy-rooms", chat=asked, rooms=Several(items=rooms))
    yield trial.failed(say("doctor-trial-nobody", to=trial.to), remedy)


# --- what the database tells ---------------------------------------------------------------------------------------


async def _remembered(settings: Settings, memories: Memories, at: datetime) -> AsyncIterator[Finding]:
    async with memories.open_work() as work:
        paused = await work.brakes.paused()
        days = {kind: await work.sources.last_days(kind) for kind in SOURCES}
    for ritual, since in sorted(paused.items()):
        yield Finding(
            level="warning",
            what=say("doctor-what-pause"),
            words=say(
                "doctor-paused",
                ritual=say("doctor-pause-all") if ritual == "all" else ritual,
                since=f"{since:%Y-%m-%d %H:%M} UTC",
            ),
            remedy=say("doctor-pause-remedy", ritual=ritual),
        )
    if not paused:
        yield Finding(level="ok", what=say("doctor-what-pause"), words=say("doctor-pause-none"))
    for kind, last in days.items():
        yield _freshness(kind, last, at, settings)
    standing = await memories.standing(at)
    counts = standing.posts
    what = say("doctor-what-posts")
    told = tuple(say(f"doctor-posts-{state}", count=count) for state, count in sorted(counts.items()))
    words = say("doctor-posts", counts=Several(items=told)) if told else say("doctor-posts-none")
    yield Finding(level="ok", what=what, words=words)
    if failed := counts.get(PostState.FAILED):
        words, remedy = say("doctor-posts-not-shown", count=failed), say("doctor-posts-not-shown-remedy")
        yield Finding(level="warning", what=what, words=words, remedy=remedy)
    if expired := counts.get(PostState.EXPIRED):
        words, remedy = say("doctor-posts-too-late", count=expired), say("doctor-posts-too-late-remedy")
        yield Finding(level="warning", what=what, words=words, remedy=remedy)
    if standing.stuck:
        words, remedy = say("doctor-posts-overdue", count=standing.stuck), say("doctor-posts-overdue-remedy")
        yield Finding(level="warning", what=what, words=words, remedy=remedy)


def _freshness(kind: str, days: Mapping[str, date], at: datetime, settings: Settings) -> Finding:
    if not days:
        return Finding(level="skipped", what=kind, words=say("doctor-source-none"))
    today = at.astimezone(settings.organisation.zone).date()
    stale = {key: day for key, day in days.items() if today - day > STALE}
    if stale:
        told = tuple(say("doctor-source-ends", initiative=key, day=str(day)) for key, day in sorted(stale.items()))
        words, remedy = say("doctor-source-stale", told=Several(items=told)), say("doctor-source-remedy", kind=kind)
        return Finding(level="warning", what=kind, words=words, remedy=remedy)
    words = say("doctor-source-fresh", day=str(max(days.values())), count=len(days))
    return Finding(level="ok", what=kind, words=words)


# --- who is known to the platforms ---------------------------------------------------------------------------------


def _people(settings: Settings, known: Sequence[Known]) -> Iterator[Finding]:
    what, where = say("doctor-what-people"), chat([one.platform for one in known])
    told = [one for one in known if one.users or not one.whole]
    for one in known:
        if one not in told:
            words = say("doctor-people-untold", chat=chat((one.platform,)))
            remedy = say("doctor-people-untold-remedy", scope="users:read.email")
            yield Finding(level="fault", what=what, words=words, remedy=remedy)
    if not told:
        return
    users = {email for one in told for email in one.users}
    gone = {email: one.platform for one in known for email in one.gone if email not in users}
    wanted = named(settings)
    unknown = [email for email in wanted if email not in users]
    for one in told:
        found = sum(1 for email in wanted if email in one.users)
        words = say("doctor-people-met", found=found, named=len(wanted), chat=chat((one.platform,)))
        if one.whole:
            count = len(one.users)
            words = say("doctor-people", found=found, named=len(wanted), count=count, chat=chat((one.platform,)))
        yield Finding(level="warning" if unknown else "ok", what=what, words=words)
    whole = all(one.whole for one in told)
    unmet: list[str | Text] = []
    for email in unknown:
        person = person_of(email, wanted[email])
        if email in gone:
            words = say("doctor-person-left", person=person, chat=chat((gone[email],)))
            yield Finding(level="warning", what=what, words=words, remedy=say("doctor-person-left-remedy"))
            continue
        near = get_close_matches(email, users, n=1, cutoff=0.8)
        if not (near or whole or email == settings.rehearsal):
            unmet.append(person)
            continue
        remedy = say("doctor-person-near", email=near[0]) if near else say("doctor-person-remedy", chat=where)
        level: Level = "fault" if email == settings.rehearsal else "warning"
        words = say("doctor-person-unknown", person=person, chat=where)
        yield Finding(level=level, what=what, words=words, remedy=remedy)
    if unmet:
        # Nobody told who there is: a misspelt address and somebody not met yet look alike.
        words = say("doctor-people-unmet", people=Several(items=tuple(unmet)), chat=where)
        yield Finding(level="warning", what=what, words=words, remedy=say("doctor-person-unmet-remedy"))
    yield from _unreached(wanted, known)


def _unreached(wanted: Iterable[str], known: Sequence[Known]) -> Iterator[Finding]:
    """Whom the settings name, and no platform lets us write to; by why."""
    whys: dict[str, list[str]] = {}
    remedies: dict[str, Text] = {}
    for email in wanted:
        there = [one for one in known if email in one.users]
        noes = [one.unreachable[email] for one in there if email in one.unreachable]
        if noes and len(noes) == len(there):
            whys.setdefault(noes[0].why, []).append(email)
            remedies[noes[0].why] = noes[0].remedy
    for why, emails in sorted(whys.items()):
        words = say("doctor-unreached", people=Several(items=tuple(emails)), why=why)
        yield Finding(level="warning", what=say("doctor-what-people"), words=words, remedy=remedies[why])


def _quorums(settings: Settings, known: Sequence[Known]) -> Iterator[Finding]:
    users = {email for one in known for email in one.users}
    reached = {email for one in known for email in one.users if email not in one.unreachable}
    gone = {email for one in known for email in one.gone} - users
    for key, rules in settings.organisation_rules().rituals.items():
        if not isinstance(rules, CommitteeRules):
            continue
        entries = [entry for entry in settings.roster() if entry.roles & rules.voters]
        voters = [entry.email.lower() for entry in entries if entry.email.lower() not in gone]
        found = sum(1 for email in voters if email in reached)
        needed = Tally(entitled=len(voters)).quorum_needed(rules.quorum)
        where = chat([one.platform for one in known])
        words = say("doctor-quorum", found=found, voters=len(voters), quorum=needed, chat=where)
        what = f"rituals.{key}"
        if found < max(needed, 1):
            yield Finding(level="fault", what=what, words=words, remedy=say("doctor-quorum-remedy"))
        elif found < settings.thresholds.k_score:
            words = say("doctor-quorum-unscored", quorum=words, least=settings.thresholds.k_score)
            yield Finding(level="warning", what=what, words=words, remedy=say("doctor-quorum-unscored-remedy"))
        else:
            yield Finding(level="ok", what=what, words=words)
