"""The app as Teams is given it: one zip with its manifest in English and French, and two icons."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from io import BytesIO
from typing import Any
from uuid import UUID, uuid5
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from bot.i18n.translator import Language, Translator, translator_for
from rituals.messages import Text, say

SCHEMA = "1.17"
"""Of the manifest. All that is used is in it; newer ones reach the governments' clouds late."""

VERSION = "1.0.0"
"""Of the app. Teams takes an update under a higher one only: whoever changes a word of the package raises it."""

_ADDRESS = "https://developer.microsoft.com/json-schemas/teams/v{version}/{name}.schema.json"
_APPS = UUID("6a1c7e1f-6d0b-4b53-9d7c-3f7b0f5a2c11")
"""The space our ids of apps are made in: the app's id in Teams follows from the bot's, so that it never changes."""

_ACCENT = "#0f6170"
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""A zip knows no earlier one. Every file has it, so that equal settings give equal bytes."""

_OTHER: Language = "fr"

_COMMANDS: Mapping[tuple[str, ...], tuple[tuple[Text, Text], ...]] = {
    ("personal",): (
        (say("package-ballots"), say("package-ballots-about")),
        (say("package-marks"), say("package-marks-about")),
        (say("package-readings"), say("package-readings-about")),
        (say("package-actions"), say("package-actions-about")),
        (say("package-dates"), say("package-dates-about")),
        (say("package-digest"), say("package-digest-about")),
        (say("package-pulse-off"), say("package-pulse-off-about")),
        (say("package-my-data"), say("package-my-data-about")),
        (say("package-erase"), say("package-erase-about")),
        (say("package-help"), say("package-help-about")),
    ),
    # What is asked in front of everybody is answered in front of everybody: nothing of one's own is suggested there.
    ("team", "groupChat"): (
        (say("package-dates"), say("package-dates-about")),
        (say("package-help"), say("package-help-about")),
    ),
}
"""What Teams suggests where people write, ten a list at most: by scopes, the words and what they do."""


class UnusablePackage(ValueError):
    """Teams would not take it; `why` says what to change."""

    def __init__(self, why: Text) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """What an organisation says of its app. `bot`: the Azure bot's app id, a GUID; the rest is shown to people.

    Of the addresses, Teams shows the website to whoever looks for help, and the two others beside the app.
    """

    bot: str
    name: str
    developer: str
    website: str
    privacy: str
    terms: str
    version: str = VERSION

    @property
    def id(self) -> str:
        """The id of the app in Teams, the same for a bot for ever."""
        return id_of(self.bot)

    def examined(self) -> App:
        """The app as it may be written. Raises UnusablePackage."""
        if not 1 <= len(self.name) <= 30:
            raise UnusablePackage(say("command-package-name"))
        if not 1 <= len(self.developer) <= 32:
            raise UnusablePackage(say("command-package-developer"))
        for option, address in (("--website", self.website), ("--privacy", self.privacy), ("--terms", self.terms)):
            if not re.fullmatch(r"https://[^\s/]+(/\S*)?", address) or len(address) > 2048:
                raise UnusablePackage(say("command-package-address", option=option, example="https://…"))
        if not re.fullmatch(r"(0|[1-9]\d{0,8})(\.(0|[1-9]\d{0,8})){2}", self.version, re.ASCII):
            raise UnusablePackage(say("command-package-version", example=VERSION))
        return replace(self, bot=_as_uuid(self.bot))


def id_of(bot: str) -> str:
    """The id in Teams of the app of the bot with that app id. Raises UnusablePackage."""
    return str(uuid5(_APPS, _as_uuid(bot)))


def _as_uuid(bot: str) -> str:
    try:
        return str(UUID(bot))
    except ValueError:
        raise UnusablePackage(say("command-package-bot", given=bot)) from None


def package(app: App) -> bytes:
    """The zip to be uploaded; the same app gives the same bytes. Raises UnusablePackage."""
    app = app.examined()
    held = BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as archive:
        for name, content in (
            ("manifest.json", _written(manifest(app))),
            (f"{_OTHER}.json", _written(translation(app, _OTHER))),
            ("color.png", drawn("color")),
            ("outline.png", drawn("outline")),
        ):
            entry = ZipInfo(name, _FIRST_DAY)
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = 3  # not that of the machine
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return held.getvalue()


def manifest(app: App) -> dict[str, Any]:
    """The manifest, in English."""
    speak = _speaker("en")
    return {
        "$schema": _ADDRESS.format(version=SCHEMA, name="MicrosoftTeams"),
        "manifestVersion": SCHEMA,
        "version": app.version,
        "id": app.id,
        "localizationInfo": {
            "defaultLanguageTag": "en",
            "additionalLanguages": [{"languageTag": _OTHER, "file": f"{_OTHER}.json"}],
        },
        "developer": {
            "name": app.developer,
            "websiteUrl": app.website,
            "privacyUrl": app.privacy,
            "termsOfUseUrl": app.terms,
        },
        "name": _name(app, speak),
        "description": _description(speak),
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": _ACCENT,
        "bots": [
            {
                "botId": app.bot,
                "scopes": ["personal", "team", "groupChat"],
                "supportsFiles": False,
                "isNotificationOnly": False,
                "commandLists": [
                    {
                        "scopes": list(scopes),
                        "commands": [
                            {"title": speak.say(words), "description": speak.say(about)} for words, about in commands
                        ],
                    }
                    for scopes, commands in _COMMANDS.items()
                ],
            }
        ],
        # No page of ours is shown in Teams: there is no domain to load anything from.
        "validDomains": [],
        # By this Microsoft Graph knows whose installation an app may see to: its own. Nobody signs in to the resource.
        "webApplicationInfo": {"id": app.bot, "resource": f"api://botid-{app.bot}"},
        "defaultInstallScope": "personal",
        "defaultGroupCapability": {"team": "bot", "groupchat": "bot"},
    }


def translation(app: App, language: Language) -> dict[str, str]:
    """Everything that the manifest says to people, in another language, each under its path in the manifest."""
    return {
        "$schema": _ADDRESS.format(version=SCHEMA, name="MicrosoftTeams.Localization"),
        **dict(_translated(app, _speaker(language))),
    }


def _translated(app: App, speak: Translator) -> Iterator[tuple[str, str]]:
    for length, name in _name(app, speak).items():
        yield f"name.{length}", name
    for length, description in _description(speak).items():
        yield f"description.{length}", description
    for at, commands in enumerate(_COMMANDS.values()):
        for row, (words, about) in enumerate(commands):
            yield f"bots[0].commandLists[{at}].commands[{row}].title", speak.say(words)
            yield f"bots[0].commandLists[{at}].commands[{row}].description", speak.say(about)


def _name(app: App, speak: Translator) -> dict[str, str]:
    return {"short": app.name, "full": speak.say(say("package-full", name=app.name))}


def _description(speak: Translator) -> dict[str, str]:
    told = (say("manifest-what"), say("package-how"), say("manifest-private"))
    return {"short": speak.say(say("package-short")), "full": "\n\n".join(map(speak.say, told))}


def drawn(name: str) -> bytes:
    """The icon `name` ("color" or "outline") as PNG, at the size its drawing gives."""
    import resvg_py  # only where a package is made is what draws it read in

    drawing = (files("bot.platforms.teams") / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    return bytes(resvg_py.svg_to_bytes(svg_string=drawing, skip_system_fonts=True))


def _written(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def _speaker(language: Language) -> Translator:
    return translator_for(language, ZoneInfo("UTC"))
