"""`comitia install-teams`: gives people the app in Teams before they ask, so that they can be written to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from bot.commands.check import refuse
from bot.commands.speaking import speaker
from bot.settings import Settings, SettingsError, load
from rituals.messages import Text, say
from rituals.people import Account, RosterEntry

if TYPE_CHECKING:
    from bot.app import Memories
    from rituals.ports import Clock

TEAMS = "teams"

MISSED = {"refused": "install-refused", "unknown": "install-unknown", "failed": "install-failed-for"}

Tell = Callable[[Text], None]


async def install(
    path: Path, *, initiative: str | None, go: bool, environ: Mapping[str, str], clock: Clock, out: TextIO
) -> int:
    """Installs the app for everybody present, or an initiative's people, whom Teams lets it not write to yet.

    Told again, it goes on with those it had not come to. Without `go` it only counts. The exit code.
    """
    from bot.app import CannotStart, recalling

    try:
        settings = load(path, environ=environ, need_secrets=False)
        speak = speaker(environ, otherwise=settings.organisation.locale)

        def tell(text: Text) -> None:
            out.write(f"{speak.say(text)}\n")
            out.flush()

        if TEAMS not in settings.platforms or settings.teams.app_id is None:
            tell(say("install-no-teams"))
            return 1
        settings = load(path, environ=environ, need_secrets=True)
    except SettingsError as error:
        return refuse(error, out, environ=environ)
    try:
        async with recalling(settings) as memories:
            wanting = await _wanting(settings, memories, initiative, clock)
            if not wanting or not go:
                tell(say("install-waiting" if wanting else "install-nobody", count=len(wanting)))
                return 0
            return await _installed(settings, memories, wanting, clock, tell)
    except CannotStart as error:
        tell(say("install-failed", why=error.why))
        return 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanting:
    """Somebody who is to have the app."""

    account: Account
    email: str


async def _wanting(
    settings: Settings, memories: Memories, initiative: str | None, clock: Clock
) -> Mapping[str, Wanting]:
    """Those who have no conversation with us or take no message in it, by Entra's ids."""
    async with memories.open_work() as work:
        people = await work.people.all_present()
        if initiative is not None:
            today = clock.now().astimezone(settings.organisation.zone).date()
            theirs = {one.person for one in await work.census.population(initiative, today)}
            people = [one for one in people if one.id in theirs]
        accounts = {person.email: await work.people.account_of(person.id, TEAMS) for person in people}
        refusing = await work.people.refusing(TEAMS)
    references = memories.references(TEAMS)
    found: dict[str, Wanting] = {}
    for email, account in accounts.items():
        if account is not None:
            reference = await references.find(account.user)
            if reference is None or not reference["conversation"] or account in refusing:
                found[account.user] = Wanting(account=account, email=email)
    return found


async def _have_it(memories: Memories, wanting: Iterable[Wanting]) -> None:
    """They are written to again, with what waited: Teams may have told us while nobody of us was at work."""
    async with memories.open_work() as work:
        for one in wanting:
            await work.people.adopt_account(one.account, RosterEntry(email=one.email), present=True)


async def _installed(
    settings: Settings, memories: Memories, wanting: Mapping[str, Wanting], clock: Clock, tell: Tell
) -> int:
    from bot.app.teams import home_of
    from bot.app.teams_line import teams_on_the_line
    from bot.platforms.port import DeliveryError
    from bot.platforms.teams.graph import ConsentMissing
    from bot.platforms.teams.installs import Given
    from bot.platforms.teams.package import id_of

    manifest, counted = id_of(settings.teams.app_id or ""), Counter[Given]()
    references, home = memories.references(TEAMS), home_of(settings)
    try:
        async with teams_on_the_line(settings, clock=clock, memories=memories) as line:
            assert line.installs is not None
            app = await line.installs.catalogue_id(manifest)
            if app is None:
                tell(say("install-not-uploaded"))
                return 1
            async for outcomes in line.installs.install(app, list(wanting)):
                counted.update(one.given for one in outcomes)
                have = [wanting[one.user] for one in outcomes if one.given in {Given.INSTALLED, Given.THERE}]
                await _have_it(memories, have)
                for one in outcomes:
                    # Whoever is given it now, Teams tells Comitia of; who had it before, nobody has told it of yet.
                    chat = await line.installs.chat(manifest, one.user) if one.given is Given.THERE else None
                    if chat is not None:
                        where = {"tenant": home.tenant, "service_url": home.service_url, "bot": home.bot}
                        there = {**where, "conversation": chat, "user": one.user}
                        await references.keep(one.user, there, at=clock.now())
                tell(say("install-progress", done=counted.total(), count=len(wanting)))
    except DeliveryError as error:
        tell(error.told if isinstance(error, ConsentMissing) else say("install-stopped", why=error.why))
        return 1
    missed = counted.total() - counted[Given.INSTALLED] - counted[Given.THERE]
    tell(say("install-done", given=counted[Given.INSTALLED], there=counted[Given.THERE]))
    for given in (Given.REFUSED, Given.UNKNOWN, Given.FAILED):
        if counted[given]:
            tell(say(MISSED[given.value], count=counted[given]))
    return 1 if missed else 0
