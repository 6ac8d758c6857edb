"""files.*: an address to upload to, the upload completed, what became of it."""

from bot.local.json_types import Json
from bot.sandbox.drafts import as_structure
from bot.sandbox.errors import SlackError
from bot.sandbox.files import LARGEST, File
from bot.sandbox.methods.call import Call, Method


def upload_url(call: Call) -> Json:
    workspace = call.workspace
    name, length = call.required("filename"), call.required("length")
    if not length.isdecimal() or not 1 <= int(length) <= LARGEST:
        raise SlackError("invalid_arguments", messages=[f"length must be a number between 1 and {LARGEST}"])
    file = File(
        id=f"F0{workspace.new_id().upper()}",
        name=name,
        length=int(length),
        created=int(workspace.clock.now()),
        alt_text=call.text("alt_txt") or "",
    )
    return {"ok": True, "upload_url": f"{workspace.url}/upload/{workspace.files.expect(file)}", "file_id": file.id}


def complete(call: Call) -> Json:
    """Share nothing: an app that wants a file seen names it in a message."""
    given = as_structure(call.required("files"), "invalid_arguments")
    if not isinstance(given, list) or not given or not all(isinstance(one, dict) and "id" in one for one in given):
        raise SlackError("invalid_arguments", messages=["files must be an array of objects with an id"])
    found = []
    for one in given:
        file = call.workspace.files.get(str(one["id"]))
        if file is None or not file.content or file.complete:
            raise SlackError("file_not_found")
        found.append((file, str(one.get("title") or "")))
    for file, title in found:
        file.title = title
        file.unread = call.workspace.lacks.get("processed_files", 0)
        call.workspace.files.complete(file)
    call.workspace.counts.add("uploads")
    return {"ok": True, "files": [{"id": file.id, "title": title or file.name} for file, title in found]}


def info(call: Call) -> Json:
    workspace = call.workspace
    file = workspace.files.get(call.required("file"))
    if file is None or not file.complete:
        raise SlackError("file_not_found")
    file.unread = max(file.unread - 1, 0)
    return {"ok": True, "file": file.as_slack(workspace.app.bot_user, workspace.url), "comments": []}


METHODS = {
    "files.getUploadURLExternal": Method(handle=upload_url),
    "files.completeUploadExternal": Method(handle=complete),
    "files.info": Method(handle=info),
}
