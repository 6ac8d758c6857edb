"""The command line speaks the terminal's language, and the organisation's where the terminal has none."""

import pytest

from bot.commands.speaking import terminal_language


@pytest.mark.parametrize(
    ("environ", "otherwise", "spoken"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "en", "fr"),
        ({"LANG": "en_GB.UTF-8"}, "fr", "en"),
        ({"LC_ALL": "fr_CA.UTF-8", "LANG": "en_GB.UTF-8"}, "en", "fr"),
        ({"LC_MESSAGES": "fr_FR", "LANG": "C"}, "en", "fr"),
        ({"LANG": "C.UTF-8"}, "fr", "fr"),
        ({"LANG": "POSIX"}, "fr", "fr"),
        ({}, "fr", "fr"),
        ({}, "en", "en"),
        ({"LANG": "de_DE.UTF-8"}, "fr", "en"),
    ],
)
def test_it_speaks(environ: dict[str, str], otherwise: str, spoken: str) -> None:
    assert terminal_language(environ, otherwise=otherwise) == spoken
