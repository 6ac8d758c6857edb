"""The directory as Graph tells it: people page by page, and whoever changed since a token was given."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection
from json import loads
from urllib.parse import urlencode

from aiohttp import web

from bot.local.json_types import Json, compact
from bot.tenant.config import Person
from bot.tenant.entra import GRAPH
from bot.tenant.errors import Refused
from bot.tenant.tenant import Tenant

PAGE, LARGEST_PAGE = 100, 999
_USUAL = ("displayName", "givenName", "id", "jobTitle", "mail", "officeLocation", "preferredLanguage", "surname")
_SAME = re.compile(r"(\S+) eq '((?:[^']|'')*)'")


class Directory:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def person(self, request: web.Request) -> Person:
        """Answer whom a request's path names, by id or address; raises Refused."""
        name = request.match_info["user"]
        person = self._tenant.people.get(name) or self._tenant.with_mail(name)
        if person is None:
            raise Refused.coded(404, "Request_ResourceNotFound", f"Resource '{name}' does not exist.")
        return person

    async def list(self, request: web.Request) -> tuple[int, Json]:
        """Users in the order of their ids, all or those with one address, page by page."""
        query = request.query
        people = sorted(self._tenant.people.values(), key=lambda person: person.id)
        if wanted := query.get("$filter"):
            name, value = condition(wanted, ("mail", "userPrincipalName", "id"))
            people = [person for person in people if str(_as_graph(person)[name]).lower() == value.lower()]
        select = query.get("$select")
        start, size = (_told(query.get("$skiptoken")) or {"at": 0})["at"], _size(query.get("$top"))
        answer = collection("users", [_only(each, select) for each in people[start : start + size]])
        if start + size < len(people):
            again = {name: query[name] for name in ("$select", "$filter", "$top") if name in query}
            answer["@odata.nextLink"] = self._link("users", **again, **{"$skiptoken": _token({"at": start + size})})
        return 200, answer

    async def delta(self, request: web.Request) -> tuple[int, Json]:
        """All users at first, then whoever changed since; a token tells both and what was selected."""
        tenant, query = self._tenant, request.query
        told = _told(query.get("$skiptoken") or query.get("$deltatoken"))
        if told is None:
            told = {"epoch": tenant.directory_epoch, "from": None, "to": len(tenant.directory_changes), "at": 0}
            told["select"] = query.get("$select", "")
        if told["epoch"] != tenant.directory_epoch:
            link = self._link("users/delta")
            refused = Refused.coded(410, "resyncRequired", "Resynchronization is required.")
            raise Refused(410, refused.body, headers={"Location": link})
        if "$deltatoken" in query:
            told |= {"from": told["to"], "to": len(tenant.directory_changes), "at": 0}
        names = (
            sorted(set(tenant.directory_changes[: told["to"]]) & set(tenant.people))
            if told["from"] is None
            else sorted(set(tenant.directory_changes[told["from"] : told["to"]]))
        )
        size = _size(_preferred(request))
        page, select = names[told["at"] : told["at"] + size], told["select"]
        answer = collection("users", [self._changed(name, select) for name in page])
        if told["at"] + size < len(names):
            answer["@odata.nextLink"] = self._link(
                "users/delta", **{"$skiptoken": _token(told | {"at": told["at"] + size})}
            )
        else:
            answer["@odata.deltaLink"] = self._link("users/delta", **{"$deltatoken": _token(told)})
        return 200, answer

    async def user(self, request: web.Request) -> tuple[int, Json]:
        person = self.person(request)
        return 200, _only(person, request.query.get("$select"))

    def _changed(self, name: str, select: str | None) -> Json:
        person = self._tenant.people.get(name)
        if person is None:
            return {"id": name, "@removed": {"reason": "changed"}}
        return {"id": name} | _only(person, select)

    def _link(self, path: str, **query: str) -> str:
        return f"{self._tenant.url}/graph/v1.0/{path}?{urlencode(query, safe='$,')}"


def collection(what: str, values: list[Json]) -> Json:
    return {"@odata.context": f"{GRAPH}/v1.0/$metadata#{what}", "value": values}


def condition(text: str, known: Collection[str]) -> tuple[str, str]:
    """Read "name eq 'value'"; raises Refused for any other filter."""
    found = _SAME.fullmatch(text.strip())
    if found is None or found[1] not in known:
        raise Refused.coded(400, "Request_UnsupportedQuery", "Unsupported filter.")
    return found[1], found[2].replace("''", "'")


def _as_graph(person: Person) -> Json:
    """All that Graph knows of a person here."""
    given, _, family = person.name.partition(" ")
    return {
        "id": person.id,
        "displayName": person.name,
        "givenName": given,
        "surname": family,
        "mail": person.mail,
        "userPrincipalName": person.upn,
        "jobTitle": person.title or None,
        "department": person.department or None,
        "officeLocation": person.office or None,
        "usageLocation": person.usage_location or None,
        "preferredLanguage": person.locale or None,
        "accountEnabled": person.enabled,
        "userType": "Guest" if person.guest else "Member",
        "mailboxSettings": {"timeZone": person.tz, "language": {"locale": person.locale}},
    }


def _only(person: Person, select: str | None) -> Json:
    """The properties asked for, or the usual ones; raises Refused for one that does not exist."""
    known = _as_graph(person)
    names = select.split(",") if select else _USUAL
    if unknown := set(names) - set(known):
        raise Refused.coded(400, "BadRequest", f"Could not find a property named '{min(unknown)}'.")
    return {name: known[name] for name in names}


def _size(asked: str | None) -> int:
    return min(int(asked), LARGEST_PAGE) if asked and asked.isdecimal() and int(asked) else PAGE


def _preferred(request: web.Request) -> str | None:
    found = re.search(r"odata\.maxpagesize=(\d+)", request.headers.get("Prefer", ""))
    return found and found[1]


def _token(told: Json) -> str:
    return urlsafe_b64encode(compact(told).encode()).decode()


def _told(token: str | None) -> Json | None:
    """What a token says; None without one; raises Refused for one that was never given."""
    if not token:
        return None
    try:
        told = loads(urlsafe_b64decode(token))
    except ValueError as error:
        raise Refused.coded(400, "BadRequest", "Badly formed token.") from error
    return told if isinstance(told, dict) else None
