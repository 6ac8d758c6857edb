"""views.*: modals and the Home tab."""

from bot.local.json_types import Json
from bot.sandbox import states
from bot.sandbox.drafts import read_view
from bot.sandbox.errors import SlackError
from bot.sandbox.methods.call import Call, Method
from bot.sandbox.views import View


def open_view(call: Call) -> Json:
    return _exchange(call, push=False)


def push(call: Call) -> Json:
    return _exchange(call, push=True)


def update(call: Call) -> Json:
    if call.text("view_id") is None and call.text("external_id") is None:
        raise SlackError("invalid_arguments", messages=["must provide either `view_id` or `external_id`"])
    content = _content(call)
    view = call.desk.views.find(call.text("view_id"), call.text("external_id"))
    if view is None:
        raise SlackError("not_found")
    _check_hash(call, view)
    return _answer(call, call.desk.views.update(view, content))


def publish(call: Call) -> Json:
    person = call.required("user_id")
    content = _content(call)
    if content["type"] != "home":
        raise SlackError("invalid_arguments", messages=["must be a `home` view [json-pointer:/view/type]"])
    if call.workspace.human(person) is None:
        raise SlackError("user_not_found")
    view = call.desk.views.home(person)
    if view is not None:
        _check_hash(call, view)
    elif call.text("hash") is not None:
        raise SlackError("hash_conflict")
    return _answer(call, call.desk.views.publish(person, content))


def _exchange(call: Call, *, push: bool) -> Json:
    """Trade a trigger for a modal; a view or stack that is refused leaves the trigger unused."""
    trigger_id = call.required("trigger_id")
    content = _content(call)
    if content["type"] != "modal":
        raise SlackError("invalid_arguments", messages=["must be a `modal` view [json-pointer:/view/type]"])
    triggers, views = call.desk.triggers, call.desk.views
    person = triggers.check(trigger_id)
    view = views.push(person, content) if push else views.open(person, content)
    triggers.use(trigger_id)
    return _answer(call, view)


def _content(call: Call) -> Json:
    given = call.given.get("view")
    if given is None or given == "":
        raise SlackError("invalid_arguments", messages=["missing required field: view"])
    return read_view(given)


def _check_hash(call: Call, view: View) -> None:
    given = call.text("hash")
    if given is not None and given != view.hash:
        raise SlackError("hash_conflict")


def _answer(call: Call, view: View) -> Json:
    values = states.values(view.content["blocks"], view.chosen)
    return {"ok": True, "view": call.desk.views.as_slack(view, values)}


METHODS = {
    "views.open": Method(handle=open_view),
    "views.push": Method(handle=push),
    "views.update": Method(handle=update),
    "views.publish": Method(handle=publish),
}
