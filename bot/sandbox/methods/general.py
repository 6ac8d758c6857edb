"""api.*, auth.*, apps.* and blocks.*: who am I, where do I connect, would this be accepted."""

from bot.local.json_types import Json
from bot.sandbox.blocks import Report, check_blocks, check_view
from bot.sandbox.drafts import as_structure
from bot.sandbox.errors import SlackError
from bot.sandbox.methods.call import Call, Method


def api_test(call: Call) -> Json:
    arguments = {name: value for name, value in call.given.items() if name != "token"}
    if (error := call.text("error")) is not None:
        return {"ok": False, "error": error, "args": arguments}
    return {"ok": True, "args": arguments}


def auth_test(call: Call) -> Json:
    app, team = call.workspace.app, call.workspace.team
    return {
        "ok": True,
        "url": f"{call.workspace.url}/",
        "team": team.name,
        "user": app.name.lower(),
        "team_id": team.id,
        "user_id": app.bot_user,
        "bot_id": app.bot_id,
        "is_enterprise_install": False,
    }


def open_connection(call: Call) -> Json:
    if call.workspace.app.mode != "socket":
        raise SlackError("socket_mode_not_enabled")
    address = call.workspace.url.replace("http://", "ws://", 1)
    return {"ok": True, "url": f"{address}/link/?ticket={call.desk.sockets.new_ticket()}"}


def validate(call: Call) -> Json:
    given = {name: call.given[name] for name in ("blocks", "view", "message") if call.text(name) is not None}
    if len(given) != 1:
        raise SlackError("invalid_arguments", messages=["must provide exactly one of `blocks`, `view`, or `message`"])
    ((name, text),) = given.items()
    payload = as_structure(text, "invalid_arguments")
    report = Report("message")
    if name == "view":
        check_view(payload, "", report)
    elif name == "blocks":
        check_blocks(payload, "", report)
    elif isinstance(payload, dict):
        check_blocks(payload.get("blocks", []), "/blocks", report)
    else:
        report.add("", "must be an object", type="object")
    if not report.problems:
        return {"ok": True}
    errors = [
        {"code": "failed_constraint", "message": one.message, "pointer": one.pointer, "constraint": one.constraint}
        for one in report.problems
    ]
    return {"ok": False, "error": f"invalid_{name}", "errors": errors}


METHODS = {
    "api.test": Method(handle=api_test, caller="anybody"),
    "auth.test": Method(handle=auth_test),
    "apps.connections.open": Method(handle=open_connection, caller="app"),
    "blocks.validate": Method(handle=validate),
}
