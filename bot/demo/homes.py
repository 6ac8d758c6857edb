"""Where Horizon is in chat: on Slack, on Teams, or half of its people on each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import quote

import yaml

from bot.demo import horizon
from bot.demo.chat import Chat, Chats
from bot.demo.page import Page
from bot.demo.slack import SlackChat
from bot.demo.teams import TeamsChat
from bot.local.config import made_id
from bot.tenant.config import made_guid
from rituals.people import Account

Platform = Literal["slack", "teams"]

TENANT = made_guid("horizon")
APP = made_guid("horizon:comitia")
APP_PASSWORD = "horizon-demo-password"  # noqa: S105  (opens nothing but the local tenant)

TWICE = 20
"""Of so many people, one of each platform has an account on every one."""

ROOMS = {"committee": "ai-committee", "news": "ai-news"}


def _thread(channel: str) -> str:
    return f"19:{made_id('', channel).lower()}@thread.tacv2"


class Homes:
    """Who is on which platform; where there are two, the rooms are on Slack, everybody is at home on one of them, and
    some have an account on the other as well, which they never open.

    `language`: of the rooms and of what people wrote.
    """

    def __init__(self, *platforms: Platform, language: str = "en") -> None:
        self.platforms = platforms
        self._language = language
        everybody = [*horizon.CAST, *horizon.extras()]
        self.everybody = {
            person.email: (person, platforms[place % len(platforms)]) for place, person in enumerate(everybody)
        }
        self._twice = {person.email for place, person in enumerate(everybody) if place % TWICE < len(platforms)}

    def account(self, email: str) -> Account:
        """Somebody's account where they are at home."""
        _, platform = self.everybody[email]
        if platform == "teams":
            return Account(platform=platform, workspace=TENANT, user=made_guid(email))
        return Account(platform=platform, workspace=horizon.TEAM, user=made_id("U", email))

    def workspace(self, *, stepped: bool, start: str) -> dict[str, Any]:
        """The local workspace's configuration."""
        whole = horizon.workspace(stepped=stepped, start=start)
        theirs = set(self._on("slack"))
        people = [person for person in whole["people"] if person["email"] in theirs]
        channels = [
            {**one, "members": "*" if one["members"] == "*" else [email for email in one["members"] if email in theirs]}
            for one in whole["channels"]
        ]
        return {**whole, "people": people, "channels": channels}

    def tenant(self, *, stepped: bool, start: str) -> dict[str, Any]:
        """The local tenant's configuration."""
        theirs = self._on("teams")
        committee = [person.email for person in horizon.CAST if person.email in theirs]
        return {
            "clock": {"mode": "stepped" if stepped else "flowing", "start": start},
            "app": {"app_id": APP, "password": APP_PASSWORD, "tenant": TENANT},
            "people": [
                {
                    "name": person.name,
                    "mail": person.email,
                    "title": person.title,
                    "department": person.department,
                    "tz": person.zone,
                    "locale": person.locale,
                    "featured": person.featured,
                }
                for person in theirs.values()
            ],
            "teams": [
                {
                    "name": channel,
                    "members": committee if room == "committee" else "*",
                    "channels": [{"name": channel, "id": _thread(channel)}],
                }
                for room, channel in ROOMS.items()
            ],
        }

    def settings(self, places: Mapping[str, str], *, database: str, past: bool = False) -> str:
        """Horizon's app.yaml, met at these addresses, by platform."""
        api_url = f"{places.get('slack', '')}/api-slack/"
        tree: dict[str, Any] = yaml.safe_load(
            horizon.settings(database=database, api_url=api_url, past=past, language=self._language)
        )
        if "slack" not in self.platforms:
            del tree["slack"]
            tree["rooms"] = {room: _link(channel) for room, channel in ROOMS.items()}
        if "teams" in self.platforms:
            tree["teams"] = {"app_id": APP, "tenant": TENANT, "api_url": places["teams"]}
        return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False)

    def secrets(self) -> dict[str, str]:
        """What Comitia is told by its environment."""
        slack = {
            "COMITIA_SLACK__BOT_TOKEN": horizon.BOT_TOKEN,
            "COMITIA_SLACK__APP_TOKEN": horizon.APP_TOKEN,
            "COMITIA_SLACK__SIGNING_SECRET": horizon.SIGNING_SECRET,
        }
        teams = {"COMITIA_TEAMS__APP_PASSWORD": APP_PASSWORD}
        return {**(slack if "slack" in self.platforms else {}), **(teams if "teams" in self.platforms else {})}

    def chat(self, pages: Mapping[str, Page]) -> Chat:
        """What people have before them, given the page of each platform."""
        chats: dict[str, Chat] = {
            platform: TeamsChat(page) if platform == "teams" else SlackChat(page) for platform, page in pages.items()
        }
        return Chats({email: chats[platform] for email, (_, platform) in self.everybody.items()})

    def _on(self, platform: Platform) -> dict[str, horizon.Character]:
        return {
            email: person
            for email, (person, home) in self.everybody.items()
            if home == platform or email in self._twice
        }


def _link(channel: str) -> str:
    """The link that Teams gives of a channel."""
    return f"https://teams.microsoft.com/l/channel/{quote(_thread(channel), safe='')}/{channel}?tenantId={TENANT}"


ON_SLACK = Homes("slack")
ON_TEAMS = Homes("teams")
ON_BOTH = Homes("slack", "teams")

HOMES: Mapping[str, Homes] = {"slack": ON_SLACK, "teams": ON_TEAMS, "both": ON_BOTH}
