"""People of the organisation, their roles, and what each role may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo


class Role(StrEnum):
    """A part somebody plays in the rituals; given by e-mail in app.yaml."""

    ADMIN = "admin"
    CHAIR = "chair"
    DEPUTY = "deputy"
    SECRETARY = "secretary"
    MEMBER = "member"
    CHANGE_MANAGER = "change_manager"
    SPONSOR = "sponsor"


class Act(StrEnum):
    """What somebody may want to do that not everybody may."""

    PAUSE = "pause"  # pause and resume rituals
    CANCEL = "cancel"  # cancel an occurrence or a ballot
    WITHDRAW = "withdraw"  # take a wrong post back
    GIVE_READINGS = "give_readings"  # give the values of KPIs that others own
    STEER_ACTIONS = "steer_actions"  # change the state and the date of others' actions


ALLOWED: dict[Act, frozenset[Role]] = {
    Act.PAUSE: frozenset({Role.ADMIN, Role.CHAIR, Role.DEPUTY, Role.SECRETARY}),
    Act.CANCEL: frozenset({Role.ADMIN, Role.CHAIR, Role.DEPUTY}),
    Act.WITHDRAW: frozenset({Role.ADMIN, Role.CHAIR, Role.SECRETARY}),
    Act.GIVE_READINGS: frozenset({Role.ADMIN}),
    Act.STEER_ACTIONS: frozenset({Role.ADMIN, Role.CHAIR, Role.DEPUTY, Role.SECRETARY}),
}
"""Who may do what beyond answering for oneself. Checked on every request; voting and marking go by membership."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the organisation. `locale` is "en" or "fr"; `site` names a site of app.yaml where known.

    `present` is False for somebody who left or was deactivated: asked nothing, counted nowhere new.
    """

    id: str
    name: str
    email: str
    locale: str
    zone: ZoneInfo
    site: str | None = None
    roles: frozenset[Role] = frozenset()
    present: bool = True

    def may(self, act: Act) -> bool:
        """Whether one of the person's roles permits `act`."""
        return self.present and not self.roles.isdisjoint(ALLOWED[act])

    def has_any(self, roles: frozenset[Role]) -> bool:
        """Whether the person plays one of `roles`."""
        return self.present and not self.roles.isdisjoint(roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person's account on a chat platform: `platform` "slack" or "teams", the workspace's and the user's id there."""

    platform: str
    workspace: str
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterEntry:
    """What is known of somebody from one source; None where that source says nothing."""

    email: str
    name: str | None = None
    roles: frozenset[Role] = frozenset()
    site: str | None = None
    locale: str | None = None
    zone: ZoneInfo | None = None
