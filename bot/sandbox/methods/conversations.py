"""conversations.*: channels and direct messages, and what was said in them."""

from bot.local.json_types import Json
from bot.sandbox.conversations import read_ts
from bot.sandbox.errors import SlackError
from bot.sandbox.methods.call import Call, Method, next_page
from bot.sandbox.workspace import Workspace

_TYPES = frozenset({"public_channel", "private_channel", "im", "mpim"})


def check_person(workspace: Workspace, identity: str) -> None:
    """Refuse who cannot be written to; raises SlackError."""
    person = workspace.people.get(identity)
    if person is None:
        raise SlackError("user_not_found")
    if person.deleted:
        raise SlackError("user_disabled")
    if workspace.human(identity) is None:
        raise SlackError("cannot_dm_bot")


def open_direct(call: Call) -> Json:
    workspace = call.workspace
    if (channel := call.text("channel")) is not None:
        conversation = workspace.conversations.get(channel)
        if conversation is None or conversation.person is None:
            raise SlackError("channel_not_found")
        return {"ok": True, "no_op": True, "already_open": True, "channel": {"id": conversation.id}}
    users = call.given.get("users")
    names = [str(user) for user in users] if isinstance(users, list) else (call.text("users") or "").split(",")
    names = [name.strip() for name in names if name.strip()]
    if not names:
        raise SlackError("users_list_not_supplied")
    if len(names) > 8:
        raise SlackError("too_many_users")
    for name in names:
        check_person(workspace, name)
    if len(names) > 1:
        # Group messages are not part of this workspace.
        raise SlackError("method_not_supported_for_channel_type")
    known = workspace.opened_direct(names[0]) is not None
    conversation = workspace.direct(names[0])
    shown: Json = {"id": conversation.id}
    if call.flag("return_im"):
        shown = conversation.as_slack(workspace.app)
    return {"ok": True, "channel": shown, **({"no_op": True, "already_open": True} if known else {})}


def history(call: Call) -> Json:
    conversation = call.conversation()
    if not conversation.app_is_member:
        raise SlackError("not_in_channel")
    limit = call.limit(default=100, most=1000)
    oldest = read_ts(call.text("oldest") or "0")
    if oldest is None:
        raise SlackError("invalid_ts_oldest")
    latest = None
    if (given := call.text("latest")) is not None and given != "now":
        latest = read_ts(given)
        if latest is None:
            raise SlackError("invalid_ts_latest")
    inclusive = call.flag("inclusive")
    place = call.cursor("next_ts")
    if place is not None and read_ts(place) is None:
        raise SlackError("invalid_cursor")
    whole = call.flag("include_all_metadata")
    found: list[Json] = []
    after: str | None = None
    for message in conversation.newest_first(oldest, latest, inclusive=inclusive):
        is_answer = message.thread_ts not in (None, message.ts)
        if is_answer or (place is not None and message.ts > place):
            continue
        if len(found) == limit:
            after = message.ts
            break
        found.append(call.workspace.message_object(message, whole=whole))
    more = next_page("next_ts", after) if after is not None else {}
    return {"ok": True, "messages": found, "has_more": after is not None, "pin_count": 0, **more}


def info(call: Call) -> Json:
    return {"ok": True, "channel": call.conversation().as_slack(call.workspace.app)}


def listing(call: Call) -> Json:
    wanted = {kind.strip() for kind in (call.text("types") or "public_channel").split(",")}
    if not wanted <= _TYPES:
        raise SlackError("invalid_types")
    limit = call.limit(default=100, most=1000)
    place = call.cursor("channel") or ""
    found: list[Json] = []
    for name in sorted(call.workspace.conversations):
        each = call.workspace.conversations[name]
        kind = "im" if each.person is not None else "private_channel" if each.is_private else "public_channel"
        hidden = each.is_private and not each.app_is_member
        if name < place or kind not in wanted or hidden or (each.is_archived and call.flag("exclude_archived")):
            continue
        if len(found) == limit:
            return {"ok": True, "channels": found, **next_page("channel", name)}
        found.append(each.as_slack(call.workspace.app))
    return {"ok": True, "channels": found, **next_page("channel", None)}


def members(call: Call) -> Json:
    conversation = call.conversation()
    limit = call.limit(default=100, most=1000)
    place = call.cursor("user") or ""
    app = call.workspace.app
    names = sorted([conversation.person, app.bot_user] if conversation.person else conversation.everybody(app))
    names = [name for name in names if name >= place]
    after = names[limit] if len(names) > limit else None
    return {"ok": True, "members": names[:limit], **next_page("user", after)}


def join(call: Call) -> Json:
    workspace = call.workspace
    conversation = call.conversation()
    if conversation.person is not None or conversation.is_private:
        raise SlackError("method_not_supported_for_channel_type")
    if conversation.is_archived:
        raise SlackError("is_archived")
    already = conversation.app_is_member
    if not already:
        conversation.app_is_member = True
        workspace.keep_conversation(conversation)
    answer = {"ok": True, "channel": conversation.as_slack(workspace.app)}
    if already:
        answer |= {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    return answer


METHODS = {
    "conversations.open": Method(handle=open_direct),
    "conversations.history": Method(handle=history),
    "conversations.info": Method(handle=info),
    "conversations.list": Method(handle=listing),
    "conversations.members": Method(handle=members),
    "conversations.join": Method(handle=join),
}
