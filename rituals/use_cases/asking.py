"""Who is asking: every request is checked against people, roles and membership here, in one place."""

from __future__ import annotations

from rituals.errors import NotAllowed, Stranger
from rituals.people import Account, Act, Person
from rituals.ports import Work


async def somebody(work: Work, account: Account) -> Person:
    """The person behind an account. Raises Stranger for an unknown account or somebody who left."""
    person = await work.people.by_account(account)
    if person is None or not person.present:
        raise Stranger
    return person


async def somebody_who_may(work: Work, account: Account, act: Act) -> Person:
    """The person behind an account, provided a role of theirs permits `act`. Raises Stranger, NotAllowed."""
    person = await somebody(work, account)
    if not person.may(act):
        raise NotAllowed
    return person
