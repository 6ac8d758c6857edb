"""Text written by people, made plain: no control or direction-changing characters, tidy line ends."""

from __future__ import annotations

import unicodedata

_DIRECTION = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C, 0xFEFF}


def plain(text: str) -> str:
    """`text` in NFC without control, format-override and lone surrogate characters; line ends become a newline."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(
        character
        for character in text
        if character == "\n"
        or (unicodedata.category(character) not in {"Cc", "Cs"} and ord(character) not in _DIRECTION)
    ).strip()
