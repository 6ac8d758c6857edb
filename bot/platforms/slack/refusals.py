"""What each no of Slack's Web API means for the one it was said about: the post, its reader, its room, or ourselves."""

from __future__ import annotations

from enum import StrEnum

from rituals.posts import Refusal


class About(StrEnum):
    """What a refusal is about, where it is not about the address."""

    OURS = "ours"  # the token, its scopes, the app: somebody must mend it, and every post waits
    TRANSIENT = "transient"  # perhaps done all the same: looked up, then tried again
    PACE = "pace"  # too soon


Meaning = About | Refusal

# Names as the error tables of chat.postMessage, chat.update, conversations.open and conversations.history give them.
# What is not here is about the message itself and never gets through.
MEANINGS: dict[str, Meaning] = {
    "ratelimited": About.PACE,
    "rate_limited": About.PACE,
    # perhaps done ("some aspect of the operation may have succeeded")
    "internal_error": About.TRANSIENT,
    "fatal_error": About.TRANSIENT,
    "service_unavailable": About.TRANSIENT,
    "request_timeout": About.TRANSIENT,
    "message_limit_exceeded": About.TRANSIENT,
    "external_channel_migrating": About.TRANSIENT,
    # the token: account_inactive is said of its own account, not of the reader's
    "invalid_auth": About.OURS,
    "not_authed": About.OURS,
    "account_inactive": About.OURS,
    "token_revoked": About.OURS,
    "token_expired": About.OURS,
    "missing_scope": About.OURS,
    "no_permission": About.OURS,
    "not_allowed_token_type": About.OURS,
    "access_denied": About.OURS,
    "accesslimited": About.OURS,
    "ekm_access_denied": About.OURS,
    "enterprise_is_restricted": About.OURS,
    "org_login_required": About.OURS,
    "team_access_not_granted": About.OURS,
    "team_added_to_org": About.OURS,
    "two_factor_setup_required": About.OURS,
    "messages_tab_disabled": About.OURS,  # a setting of the app
    # the reader
    "user_disabled": Refusal.LEFT,
    "user_not_found": Refusal.UNREACHABLE,
    "users_not_found": Refusal.UNREACHABLE,
    "user_not_visible": Refusal.UNREACHABLE,
    "user_is_bot": Refusal.UNREACHABLE,
    "cannot_dm_bot": Refusal.UNREACHABLE,
    "cannot_dm_self": Refusal.UNREACHABLE,
    "is_inactive": Refusal.UNREACHABLE,
    # the room
    "channel_not_found": Refusal.ROOM,
    "not_in_channel": Refusal.ROOM,
    "is_archived": Refusal.ROOM,
    "restricted_action": Refusal.ROOM,
    "restricted_action_read_only_channel": Refusal.ROOM,
    "restricted_action_thread_only_channel": Refusal.ROOM,
    "restricted_action_non_threadable_channel": Refusal.ROOM,
}

TOKEN_REFUSED = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})
"""Why nothing can be sent at all until somebody gives us another token."""

NO_HISTORY = {
    "missing_scope",
    "no_permission",
    "not_allowed_token_type",
    "access_denied",
    "ekm_access_denied",
    "method_not_supported_for_channel_type",
    "method_deprecated",
    "deprecated_endpoint",
}
"""Why a history cannot be read, however often one asks."""


def refusal_of(code: str, *, to_room: bool) -> Refusal | None:
    """Whom the platform refuses, where an answer about a message to a room, or to a person, says so."""
    meaning = MEANINGS.get(code)
    if not isinstance(meaning, Refusal):
        return None
    if to_room:
        return Refusal.ROOM if meaning is Refusal.ROOM else None
    # Of a conversation with one person Slack says what it says of rooms.
    return Refusal.UNREACHABLE if meaning is Refusal.ROOM else meaning
