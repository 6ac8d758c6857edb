"""The user objects that the Web API answers."""

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.local.json_types import Json
from bot.sandbox.config import SLACKBOT, App, Person, Team


@lru_cache(maxsize=4096)
def _zone(tz: str, hour: int) -> tuple[str, int]:
    moment = datetime.fromtimestamp(hour * 3600, UTC).astimezone(ZoneInfo(tz))
    offset = moment.utcoffset()
    return moment.tzname() or tz, int(offset.total_seconds()) if offset else 0


def as_slack(person: Person, team: Team, app: App, now: float, *, locale: bool) -> Json:
    """Answer the user object; the offset is the one in force at that moment."""
    user: Json = {
        "id": person.id,
        "team_id": team.id,
        "name": person.name,
        "deleted": person.deleted,
        "profile": _profile(person, team, app),
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": int(now),
    }
    if person.deleted:
        return user
    user |= {
        "real_name": person.real_name,
        "color": "9f69e7",
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": person.is_restricted,
        "is_ultra_restricted": False,
    }
    if person.id != SLACKBOT:
        label, offset = _zone(person.tz, int(now // 3600))
        user |= {"tz": person.tz, "tz_label": label, "tz_offset": offset}
    if not person.is_bot:
        user["is_email_confirmed"] = person.id != SLACKBOT
    if locale:
        user["locale"] = person.locale
    return user


def _profile(person: Person, team: Team, app: App) -> Json:
    first, _, last = person.real_name.partition(" ")
    profile: Json = {
        "title": person.title,
        "phone": "",
        "skype": "",
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": "",
        "display_name_normalized": "",
        "fields": None,
        "status_text": "",
        "status_emoji": "",
        "first_name": first,
        "last_name": last,
        "team": team.id,
    }
    if person.is_bot:
        profile["always_active"] = True
        if person.id == app.bot_user:
            profile |= {"api_app_id": app.id, "bot_id": app.bot_id}
    elif person.id != SLACKBOT:
        profile["email"] = person.email
    return profile


def slackbot() -> Person:
    return Person(id=SLACKBOT, name="slackbot", real_name="Slackbot", email="")


def bot_person(app: App) -> Person:
    return Person(id=app.bot_user, name=app.name.lower(), real_name=app.name, email="", is_bot=True)
