"""Which language the command line speaks, and in whose words: those of the `terminal` catalogues."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from zoneinfo import ZoneInfo

from bot.i18n.translator import Language, Translator, language_of, translator_for

_NONE = {"", "c", "posix"}


def terminal_language(environ: Mapping[str, str], *, otherwise: str = "en") -> Language:
    """The terminal's own language by LC_ALL, LC_MESSAGES or LANG; `otherwise` (a locale) where they name none."""
    said = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    return language_of(otherwise if said.partition(".")[0].lower() in _NONE else said)


def speaker(environ: Mapping[str, str], *, otherwise: str = "en") -> Translator:
    """What says a `Text` in the terminal's language; moments in UTC."""
    return translator_for(terminal_language(environ, otherwise=otherwise), ZoneInfo("UTC"))


def as_in_chat(speak: Translator, platforms: Collection[str]) -> Translator:
    """`speak`, naming what one writes to us as it is written there: without /comitia where nobody is on Slack."""
    return speak if "slack" in platforms else speak.without_slash()
