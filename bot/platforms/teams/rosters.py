"""Who is in a room, by e-mail: how people are found before they write to us, where nobody opens a directory."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.platforms.teams.activities import Json, Reference
from bot.platforms.teams.connector import Connector

MOST = 2_000
"""So many members of a room are looked at: of more, a directory tells better."""

_ADDRESS = re.compile(r"[^@\s#]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody in a room. `user`: Entra object id; `email` as Teams writes it."""

    user: str
    email: str
    name: str


async def named_in(room: Reference, wanted: Collection[str], *, connector: Connector) -> Mapping[str, Member]:
    """Those of the `wanted` addresses (lower case) that are in a room, by address. Guests are left out.

    Raises DeliveryError, also where nobody is wanted: the room does not have us then, or is not there.
    """
    found: dict[str, Member] = {}
    seen = 0
    async for one in connector.members(room.service_url, room.conversation):
        member = member_of(one, room.tenant)
        if member is not None and member.email.lower() in wanted:
            found[member.email.lower()] = member
        seen += 1
        if len(found) == len(wanted) or seen == MOST:
            break
    return found


def member_of(told: Json, tenant: str) -> Member | None:
    """What Teams says of a member; None for guests, for people of other tenants, and where there is no address."""
    user = told.get("aadObjectId") or told.get("objectId")
    email = next((str(told[name]) for name in ("email", "userPrincipalName") if told.get(name)), "")
    if not isinstance(user, str) or not _ADDRESS.fullmatch(email) or str(told.get("userRole")).casefold() == "guest":
        return None
    # In a chat with another organisation, or a channel shared with one, its people are members like ours.
    if tenant and str(told.get("tenantId") or tenant).casefold() != tenant.casefold():
        return None
    return Member(user=user, email=email, name=str(told.get("name") or ""))
