"""users.*: who is in the workspace."""

from bot.local.json_types import Json
from bot.sandbox.errors import SlackError
from bot.sandbox.methods.call import Call, Method, next_page


def listing(call: Call) -> Json:
    workspace, locale = call.workspace, call.flag("include_locale")
    limit = call.limit(default=len(workspace.people), most=1000)
    place = call.cursor("user") or ""
    names = [name for name in sorted(workspace.people) if name >= place]
    found = [workspace.user_object(workspace.people[name], locale=locale) for name in names[:limit]]
    after = names[limit] if len(names) > limit else None
    return {"ok": True, "members": found, "cache_ts": int(workspace.clock.now()), **next_page("user", after)}


def info(call: Call) -> Json:
    person = call.workspace.people.get(call.required("user"))
    if person is None:
        raise SlackError("user_not_found")
    return {"ok": True, "user": call.workspace.user_object(person, locale=call.flag("include_locale"))}


def lookup_by_email(call: Call) -> Json:
    person = call.workspace.with_email(call.required("email"))
    if person is None or person.deleted:
        raise SlackError("users_not_found")
    return {"ok": True, "user": call.workspace.user_object(person)}


METHODS = {
    "users.list": Method(handle=listing),
    "users.info": Method(handle=info),
    "users.lookupByEmail": Method(handle=lookup_by_email),
}
