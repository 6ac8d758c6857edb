"""The app as Slack is asked to make it: exactly the scopes and events that are used, and why each is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from bot.i18n.translator import Translator
from rituals.messages import Text, say

COMMAND = "/comitia"

METHODS: Mapping[str, frozenset[str]] = {
    "auth.test": frozenset(),
    "chat.delete": frozenset({"chat:write"}),
    "chat.postMessage": frozenset({"chat:write"}),
    "chat.update": frozenset({"chat:write"}),
    "conversations.history": frozenset({"channels:history", "groups:history", "im:history"}),
    "conversations.info": frozenset({"channels:read", "groups:read"}),
    "conversations.list": frozenset({"channels:read", "groups:read"}),
    "conversations.open": frozenset({"im:write"}),
    "files.completeUploadExternal": frozenset({"files:write"}),
    "files.getUploadURLExternal": frozenset({"files:write"}),
    "files.info": frozenset({"files:read"}),
    "users.list": frozenset({"users:read", "users:read.email"}),
    "users.lookupByEmail": frozenset({"users:read.email"}),
    "views.open": frozenset(),
    "views.publish": frozenset(),
}
"""Every method of the Web API that the bot token is used for, and the scopes it needs here."""

APP_METHODS: Mapping[str, frozenset[str]] = {"apps.connections.open": frozenset({"connections:write"})}
"""The same for the app-level token, whose scopes no manifest can give."""

EVENTS: Mapping[str, frozenset[str]] = {
    "app_home_opened": frozenset(),
    "message.im": frozenset({"im:history"}),
    "team_join": frozenset({"users:read"}),
    "user_change": frozenset({"users:read"}),
}
"""Every event that is listened for, and the scopes it needs."""

SCOPES = frozenset({"commands"}).union(*METHODS.values(), *EVENTS.values())
"""What the bot token is granted, and nothing more."""

Mode = Literal["socket", "http"]


class UnusableManifest(ValueError):
    """Slack would not take it; `why` says what to change."""

    def __init__(self, why: Text) -> None:
        super().__init__(why)
        self.why = why


def manifest(*, name: str, translator: Translator, mode: Mode, url: str | None) -> dict[str, Any]:
    """The manifest of an app called `name`, which describes itself in the translator's language.

    `url`: in http mode, the public address that Comitia is reached at (https://comitia.example.org). Raises
    UnusableManifest.
    """
    name = name.strip()
    if not 1 <= len(name) <= 35:
        raise UnusableManifest(say("command-manifest-name"))
    if mode == "http" and not (url or "").startswith("https://"):
        raise UnusableManifest(say("command-manifest-url", example="https://…"))
    if mode == "socket" and url is not None:
        raise UnusableManifest(say("command-manifest-no-url"))
    calls = {"request_url": f"{url.rstrip('/')}/slack/events"} if url else {}
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": name,
            "description": translator.say(say("manifest-description")),
            "long_description": "\n\n".join(
                translator.say(text)
                for text in (
                    say("manifest-what"),
                    say("manifest-how"),
                    say("manifest-private"),
                )
            ),
            "background_color": "#1f4e5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": name, "always_online": True},
            "slash_commands": [
                {
                    "command": COMMAND,
                    "description": translator.say(say("manifest-command")),
                    "usage_hint": translator.say(say("manifest-usage")),
                    "should_escape": False,
                    **({"url": calls["request_url"]} if calls else {}),
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "event_subscriptions": {**calls, "bot_events": sorted(EVENTS)},
            "interactivity": {"is_enabled": True, **calls},
            "org_deploy_enabled": False,
            "socket_mode_enabled": mode == "socket",
            "token_rotation_enabled": False,
        },
    }
