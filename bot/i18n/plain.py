"""Text written by people made safe to show: nothing invisible, nothing that reorders, nothing endless."""

from __future__ import annotations

import re
import unicodedata

FSI = "\u2068"
PDI = "\u2069"
ELLIPSIS = "…"

IN_A_SENTENCE = 300
"""Longest text of a person inside a sentence, in characters."""

IN_A_QUOTE = 2_000
"""Longest text of a person shown on its own, in characters."""

QUOTED_LINES = 30
"""Most lines a quote takes; what follows is folded onto the last one, so that no flood of newlines fills a screen."""

_LINE_BREAK = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n\u00a0\u202f]+")  # the no-break ones are typography and stay
_BLANK_LINES = re.compile(r"\n{3,}")
_JOINERS = "\u200c\u200d"
_REGIONAL = ("\U0001f1e6", "\U0001f1ff")

# Shown as nothing, yet letters or marks by category: fillers, joiners of graphemes, the Khmer inherent vowels.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")

# Letters, digits and signs of European languages, each shown as itself and from left to right: most text is nothing
# else, and what is cleaned character by character takes most of the time that it takes to draw a message.
_ORDINARY = re.compile("[\x20-\x7e\u00a0-\u00ac\u00ae-\u024f\u2010-\u2027\u202f\u20ac]*")

# Every combining mark of a living script fits; the towers that cover the neighbouring lines do not.
_MARKS_IN_A_ROW = 6

# How far a cut steps back to keep a letter with its marks, or an emoji with its parts, whole.
_LONGEST_CLUSTER = 16


def one_line(text: str, limit: int = IN_A_SENTENCE) -> str:
    """`text` for a sentence: on one line, at most `limit` long, isolated where it holds right-to-left letters."""
    if len(text) <= limit and "  " not in text and _ORDINARY.fullmatch(text):
        return text.strip()
    folded = _SPACES.sub(" ", _LINE_BREAK.sub(" ", text)).strip()
    return isolated(cut(_visible(folded, enough=limit + _LONGEST_CLUSTER).strip(), limit))


def lines(text: str) -> str:
    """`text` with its lines kept: at most IN_A_QUOTE long, `QUOTED_LINES` lines, and one blank line in a row."""
    visible = _visible(_SPACES.sub(" ", _LINE_BREAK.sub("\n", text)))
    stripped = "\n".join(line.strip() for line in visible.split("\n"))
    kept = _BLANK_LINES.sub("\n\n", stripped).strip().split("\n")
    last = " ".join(line for line in kept[QUOTED_LINES - 1 :] if line)
    return cut("\n".join([*kept[: QUOTED_LINES - 1], last]).strip(), IN_A_QUOTE)


def cut(text: str, limit: int) -> str:
    """`text` within `limit` UTF-16 units (what chat platforms count at worst), ended by "…" where something is gone.

    The cut falls between whole characters as readers see them, and closes what it leaves open (isolates).
    """
    if length(text) <= limit:
        return text
    room = limit - len(ELLIPSIS) - len(PDI)
    end = used = 0
    for char in text:
        used += 1 + (ord(char) > 0xFFFF)
        if used > room:
            break
        end += 1
    kept = text[: _boundary(text, end)].rstrip()
    still_open = kept.count(FSI) - kept.count(PDI)
    return kept + ELLIPSIS + PDI * max(still_open, 0)


def never_empty(text: str, limit: int) -> str:
    """`text` within `limit` and never empty: a button or a question always has a name, even of invisible signs."""
    return cut(text, limit) if text.strip() else "…"


def parted(text: str, limit: int) -> tuple[str, str]:
    """`text` in two, the first within `limit` and ended at a space: what does not fit goes on in the second.

    The second is empty where all fits or where there is no space to break at (the first is then to be cut).
    """
    if length(text) <= limit:
        return text, ""
    end = 0
    for at, char in enumerate(text):
        # An isolate broken in two is closed in the first part and opened again in the second.
        if char == " " and length(text[:at]) + len(PDI) <= limit:
            end = at
    first, rest = text[:end].rstrip(), text[end:].lstrip()
    if not first:
        return text, ""
    still_open = max(first.count(FSI) - first.count(PDI), 0)
    return first + PDI * still_open, FSI * still_open + rest


def length(text: str) -> int:
    """How long `text` is in UTF-16 units: a letter is one, most emoji are two."""
    if text.isascii() or max(text) <= "\uffff":
        return len(text)
    return len(text) + sum(char > "\uffff" for char in text)


def isolated(text: str) -> str:
    """`text` set apart (FSI … PDI) where it holds right-to-left letters, so that it cannot reorder its neighbours."""
    if any(unicodedata.bidirectional(char) in {"R", "AL"} for char in text):
        return f"{FSI}{text}{PDI}"
    return text


def _visible(text: str, *, enough: int | None = None) -> str:
    """`text` without controls, bidi marks and what shows as nothing; joiners stay between two visible characters.

    Stops after `enough` characters, for callers that cut what comes back.
    """
    kept: list[str] = []
    marks = 0
    for at, char in enumerate(text):
        if enough is not None and len(kept) > enough:
            break
        if char == " " and kept and kept[-1] == " ":  # what stood between the two was dropped
            continue
        if char in _JOINERS:
            if kept and kept[-1] not in _JOINERS and _joins(text, at):
                kept.append(char)
            continue
        category = unicodedata.category(char)
        if category == "Cs":
            kept.append("\ufffd")
            continue
        if (category in {"Cc", "Cf"} and char != "\n") or char in _INVISIBLE or _unwanted_code(ord(char)):
            continue
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if marks <= _MARKS_IN_A_ROW:
            kept.append(char)
    return "".join(kept)


def _joins(text: str, at: int) -> bool:
    """Whether the joiner at `at` stands between two characters it can join: letters, marks or symbols."""
    if not 0 < at < len(text) - 1:
        return False
    return all(unicodedata.category(text[near])[0] in "LMS" for near in (at - 1, at + 1))


def _unwanted_code(code: int) -> bool:
    """Noncharacters (the translator marks its blanks with them) and the supplementary variation selectors."""
    return 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE or 0xE0100 <= code <= 0xE01EF


def _boundary(text: str, end: int) -> int:
    """The last place at or before `end` where `text` may be cut without splitting what reads as one character."""
    for place in range(end, max(end - _LONGEST_CLUSTER, 0), -1):
        if not _inside(text, place):
            return place
    return end


def _inside(text: str, place: int) -> bool:
    """Whether `place` is within one character as read: before a mark, beside a joiner, between a flag's halves."""
    before, after = text[place - 1], text[place]
    if unicodedata.category(after)[0] == "M" or after in _JOINERS or 0x1F3FB <= ord(after) <= 0x1F3FF:
        return True
    if before == "\u200d":
        return True
    # Flags are pairs of regional letters: an odd number of them before a further one splits a pair.
    start = place
    while start > 0 and _REGIONAL[0] <= text[start - 1] <= _REGIONAL[1]:
        start -= 1
    return _REGIONAL[0] <= after <= _REGIONAL[1] and (place - start) % 2 == 1
