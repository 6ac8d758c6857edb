"""chat.*: messages posted, changed, deleted, whispered."""

from bot.local.json_types import Json
from bot.sandbox.blocks import name_everything
from bot.sandbox.conversations import Conversation, Message
from bot.sandbox.drafts import UPDATE_CHARACTERS, Draft, read_metadata
from bot.sandbox.errors import SlackError
from bot.sandbox.methods.call import Call, Method
from bot.sandbox.methods.conversations import check_person
from bot.sandbox.workspace import posted_digest


def post_message(call: Call) -> Json:
    workspace = call.workspace
    conversation = _addressed(call)
    draft, metadata = workspace.draft(call.given), read_metadata(call.given.get("metadata"))
    message = Message(
        channel=conversation.id,
        ts=workspace.clock.stamp(),
        user=workspace.app.bot_user,
        text=draft.text,
        metadata=metadata or None,
        thread_ts=call.text("thread_ts"),
        posted=posted_digest(draft.text, draft.blocks),
    )
    name_everything(draft.blocks, workspace.new_id)
    message.blocks = draft.blocks
    workspace.say(message)
    workspace.counts.add("posts_sent")
    answer = {"ok": True, "channel": conversation.id, "ts": message.ts, "message": workspace.message_object(message)}
    return _warned(answer, draft)


def update(call: Call) -> Json:
    workspace = call.workspace
    conversation = call.conversation()
    message = conversation.messages.get(call.required("ts"))
    if message is None:
        raise SlackError("message_not_found")
    if message.user != workspace.app.bot_user:
        raise SlackError("cant_update_message")
    # Without text and blocks nothing is said; with text alone the blocks go.
    draft = workspace.draft(call.given, most=UPDATE_CHARACTERS)
    metadata = read_metadata(call.given.get("metadata"))
    name_everything(draft.blocks, workspace.new_id)
    message.text, message.blocks = draft.text, draft.blocks
    if metadata is not None:
        message.metadata = metadata or None
    message.edited = f"{int(workspace.clock.now())}.000000"
    workspace.rewrite(message)
    workspace.counts.add("edits")
    shown = workspace.message_object(message)
    return {"ok": True, "channel": conversation.id, "ts": message.ts, "text": message.text, "message": shown}


def delete(call: Call) -> Json:
    workspace = call.workspace
    conversation = call.conversation()
    message = conversation.messages.get(call.required("ts"))
    if message is None:
        raise SlackError("message_not_found")
    if message.user != workspace.app.bot_user:
        raise SlackError("cant_delete_message")
    workspace.remove(message)
    workspace.counts.add("deletes")
    return {"ok": True, "channel": conversation.id, "ts": message.ts}


def post_ephemeral(call: Call) -> Json:
    workspace = call.workspace
    conversation, person = call.conversation(), call.required("user")
    check_person(workspace, person)
    _check_open(conversation)
    if person not in conversation.members:
        raise SlackError("user_not_in_channel")
    draft = workspace.draft(call.given)
    name_everything(draft.blocks, workspace.new_id)
    message = Message(
        channel=conversation.id,
        ts=workspace.clock.stamp(),
        user=workspace.app.bot_user,
        text=draft.text,
        blocks=draft.blocks,
        ephemeral_for=person,
    )
    workspace.say(message)
    workspace.counts.add("ephemerals")
    return _warned({"ok": True, "message_ts": message.ts}, draft)


def permalink(call: Call) -> Json:
    conversation = call.conversation()
    ts = call.required("message_ts")
    if ts not in conversation.messages:
        raise SlackError("message_not_found")
    link = f"{call.workspace.url}/archives/{conversation.id}/p{ts.replace('.', '')}"
    return {"ok": True, "channel": conversation.id, "permalink": link}


def _addressed(call: Call) -> Conversation:
    """Answer where a message goes, and count it; a person's id means the direct messages with that person."""
    workspace, channel = call.workspace, call.required("channel")
    if channel[:1] in "UW" and channel not in workspace.conversations:
        try:
            check_person(workspace, channel)
        except SlackError:
            call.desk.limits.admit_post(None)
            raise
        call.desk.limits.admit_post(workspace.direct_id(channel))
        return workspace.direct(channel)
    known = workspace.conversations.get(channel)
    call.desk.limits.admit_post(known.id if known else None)
    conversation = call.conversation()
    _check_open(conversation)
    return conversation


def _check_open(conversation: Conversation) -> None:
    if conversation.is_archived:
        raise SlackError("is_archived")
    if not conversation.app_is_member:
        raise SlackError("not_in_channel")


def _warned(answer: Json, draft: Draft) -> Json:
    if draft.truncated:
        answer |= {"warning": "message_truncated", "response_metadata": {"warnings": ["message_truncated"]}}
    return answer


METHODS = {
    "chat.postMessage": Method(handle=post_message),
    "chat.update": Method(handle=update),
    "chat.delete": Method(handle=delete),
    "chat.postEphemeral": Method(handle=post_ephemeral),
    "chat.getPermalink": Method(handle=permalink),
}
