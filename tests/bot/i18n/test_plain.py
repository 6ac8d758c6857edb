"""Text written by people is shown without anything invisible, reordering or endless, and cut between characters."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.i18n.plain import QUOTED_LINES, cut, length, lines, one_line, parted

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
FLAG = "\U0001f1eb\U0001f1f7"


@pytest.mark.parametrize(
    "turning", [*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A)), "\u200e", "\u200f", "\u061c"]
)
def test_what_turns_the_direction_of_text_is_taken_out(turning: str) -> None:
    assert one_line(f"a{turning}b") == "ab"
    assert lines(f"a{turning}b") == "ab"


@pytest.mark.parametrize(
    "nothing", ["\0", "\x1b", "\x7f", "\u200b", "\ufeff", "\u2060", "\u00ad", "\u3164", "\U000e0041"]
)
def test_what_shows_as_nothing_is_taken_out(nothing: str) -> None:
    assert one_line(f"a{nothing}b") == "ab"
    assert one_line(nothing) == ""


def test_joiners_stay_where_they_join() -> None:
    assert one_line(FAMILY) == FAMILY
    assert one_line("a \u200d\u200d b\u200d") == "a b"
    assert (
        one_line("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645")
        == "\u2068\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645\u2069"
    )


def test_a_tower_of_marks_is_lowered() -> None:
    assert len(one_line("a" + "\u0301" * 100)) == 7


def test_half_a_character_becomes_the_sign_of_one() -> None:
    assert one_line("a\ud800b") == "a\ufffdb"


def test_a_flood_of_lines_is_folded_onto_the_last() -> None:
    flood = "\n".join(f"{n}" for n in range(100))
    kept = lines(flood).split("\n")
    assert len(kept) == QUOTED_LINES
    assert kept[-1].startswith("29 30 31")
    assert lines("\n" * 1_000 + "a" + "\n" * 1_000) == "a"


@given(st.text(), st.integers(min_value=4, max_value=400))
@example("\u2068" * 20 + "x" * 20, 10)
@example("🎉" * 20, 9)
def test_a_cut_text_is_never_too_long(text: str, limit: int) -> None:
    text = one_line(text, 1_000)
    assert length(cut(text, limit)) <= limit
    assert cut(text, limit) == text or "…" in cut(text, limit)
    assert cut(text, limit).count("\u2068") == cut(text, limit).count("\u2069")


@given(st.text(), st.integers(min_value=4, max_value=400))
def test_a_line_is_a_line_within_its_limit(text: str, limit: int) -> None:
    shown = one_line(text, limit)
    assert length(shown) <= limit + 2  # the isolate around it
    assert not any(unicodedata.category(char) in {"Cc", "Cs"} for char in shown)
    assert "  " not in shown


@pytest.mark.parametrize("whole", [FAMILY, FLAG, "e\u0301", "👍\U0001f3fd", "1\ufe0f\u20e3"])
def test_a_cut_falls_between_characters_as_they_are_read(whole: str) -> None:
    text = "a" + whole * 10
    for limit in range(4, length(text)):
        kept = cut(text, limit).removesuffix("…")
        assert kept == "a" + whole * (len(kept) // len(whole))


def test_what_does_not_fit_goes_on_in_the_second_part() -> None:
    assert parted("one two", 10) == ("one two", "")
    assert parted("one two three", 10) == ("one two", "three")
    assert parted("x" * 20, 10) == ("x" * 20, "")
    assert parted("\u2068\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd \u05d8\u05d5\u05d1\u2069", 9) == (
        "\u2068\u05e9\u05dc\u05d5\u05dd\u2069",
        "\u2068\u05e2\u05d5\u05dc\u05dd \u05d8\u05d5\u05d1\u2069",
    )
