"""The tenant's people, read page by page from Microsoft Graph, and from then on only what has changed."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass

from bot.i18n.translator import language_of
from bot.platforms.port import DeliveryError
from bot.platforms.teams.activities import Json
from bot.platforms.teams.graph import USERS, Graph, GraphRefused, listed
from bot.platforms.teams.refusals import OURS
from rituals.people import Account, RosterEntry

log = logging.getLogger(__name__)

PERMISSION = "User.Read.All"

# What is not needed is not asked for: a change to it would come to us as well. Time zones are no part of the directory:
# each is one more call to somebody's mailbox, with one more permission and without news of changes, and whoever clicks
# or writes tells theirs anyway.
PROPERTIES = (
    "id",
    "displayName",
    "mail",
    "userPrincipalName",
    "accountEnabled",
    "userType",
    "preferredLanguage",
    "officeLocation",
)

_SELECT = {"$select": ",".join(PROPERTIES)}
_ALWAYS = frozenset({"userPrincipalName", "accountEnabled"})
_ADDRESS = re.compile(r"[^@\s#]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some of the people. The same person may come again on a later page, which then holds.

    `people`: account, what Graph says, whether there. `gone`: accounts that are no more, or without an e-mail, by
    which we know people. `anew`: a reading of everybody begins, maybe in the midst of another: whoever is neither on
    this page nor on a later one is not there. `link`: with it the next reading of changes goes on from here, for seven
    days; "" on every page but the last. It is kept with the people of all pages, or not at all.
    """

    people: tuple[tuple[Account, RosterEntry, bool], ...]
    gone: tuple[Account, ...]
    anew: bool
    link: str


class Directory:
    """Reads the directory as long as Graph lets it, waits where it must. Raises what Graph raises.

    `sites`: the organisation's sites; an office by such a name is somebody's site, any other is not.
    """

    def __init__(self, graph: Graph, *, sites: Collection[str] = ()) -> None:
        self._graph = graph
        self._sites = {site.casefold(): site for site in sites}

    async def members(self, tenant: str) -> AsyncIterator[list[tuple[Account, RosterEntry, bool]]]:
        """Everybody of the tenant who may be somebody here, a page at a time."""
        async for page in self.changes(tenant):
            yield list(page.people)

    async def changes(self, tenant: str, since: str = "") -> AsyncIterator[Page]:
        """Who changed since a reading whose last page had `since` as its link; everybody for ""."""
        link = since
        if link and not self._graph.leads_home(link):
            # Kept in another of Microsoft's clouds: what it was the link to is not ours to call any more.
            log.warning("The directory's link leads elsewhere; everybody is read.", extra={"action": "directory_anew"})
            link = ""
        anew, again = not link, True
        while True:
            try:
                said = await self._read(link)
            except GraphRefused as error:
                if not (link and again and error.status in {400, 410}):
                    raise
                # Expired (after seven days), or reset on Graph's side; said with either status.
                log.info("The directory is read from its beginning.", extra={"action": "directory_anew"})
                link, anew, again = "", True, False
                continue
            following, last = _word(said, "@odata.nextLink"), _word(said, "@odata.deltaLink")
            if following in {"", link} and not last:
                raise DeliveryError("directory_without_end", retry_after=OURS)
            if not self._graph.leads_home(last or following):
                raise DeliveryError("link_astray", retry_after=OURS)
            yield await self._page(tenant, listed(said), anew=anew, link=last)
            if last:
                return
            link, anew = following, False

    async def _read(self, link: str) -> Json:
        if link:
            return await self._graph.follow(USERS, link, permission=PERMISSION)
        return await self._graph.get(USERS, ("users", "delta"), _SELECT, permission=PERMISSION)

    async def _page(self, tenant: str, users: list[Json], *, anew: bool, link: str) -> Page:
        people: dict[Account, tuple[Account, RosterEntry, bool]] = {}
        gone: dict[Account, None] = {}
        for user in users:
            if not _word(user, "id"):
                continue
            account = Account(platform="teams", workspace=tenant, user=_word(user, "id"))
            people.pop(account, None)
            gone.pop(account, None)
            known = await self._whole(user)
            entry = None if known is None else self._entry(known)
            if known is None or entry is None:
                gone[account] = None
            else:
                people[account] = (account, entry, _present(known))
        return Page(people=tuple(people.values()), gone=tuple(gone), anew=anew, link=link)

    async def _whole(self, user: Json) -> Json | None:
        """All that Graph says of somebody; None if they are gone.

        Graph tells all properties with each change, but promises only those that changed: half of it would take
        somebody who left for somebody who is there.
        """
        if "@removed" in user:
            return None
        if user.keys() >= _ALWAYS:
            return user
        try:
            return await self._graph.get(USERS, ("users", _word(user, "id")), _SELECT, permission=PERMISSION)
        except GraphRefused as error:
            if error.status == 404:
                return None
            raise

    def _entry(self, user: Json) -> RosterEntry | None:
        """What a user says of a person; None without an e-mail, since we know people by theirs."""
        email = next(
            (word for name in ("mail", "userPrincipalName") if _ADDRESS.fullmatch(word := _word(user, name))), ""
        )
        if not email:
            return None
        locale = _word(user, "preferredLanguage")
        return RosterEntry(
            email=email,
            name=_word(user, "displayName") or None,
            site=self._sites.get(_word(user, "officeLocation").casefold()),
            locale=language_of(locale) if locale else None,
        )


def _present(user: Json) -> bool:
    return user.get("accountEnabled") is not False and _word(user, "userType").casefold() != "guest"


def _word(user: Json, name: str) -> str:
    word = user.get(name)
    return word.strip() if isinstance(word, str) else ""
