"""What may be written of who belongs where, and which reply may be given."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rituals.errors import InvalidReply
from rituals.pulses.waves import REST, PulseReply, coarsened, post_id, told_apart, wave_id

quick = settings(max_examples=200, deadline=None)


@pytest.mark.parametrize(
    ("sizes", "kept"),
    [
        ({"Claims": 6, "Sales": 5}, {"Claims", "Sales"}),
        ({"Claims": 6, "Sales": 5, "Legal": 1}, {"Claims"}),  # five and one are told together
        ({"Claims": 9, "Sales": 4, "Legal": 1}, {"Claims"}),
        ({"Claims": 6, "IT": 6, "Legal": 4}, {"IT"}),  # of equal ones the first by name goes
        ({"Claims": 5}, {"Claims"}),
        ({"Claims": 4}, set()),
        ({}, set()),
        ({"Claims": 8, REST: 2}, set()),  # whose department is not known is among the rest
    ],
)
def test_strata_too_small_to_be_told_go_together(sizes: dict[str, int], kept: set[str]) -> None:
    assert coarsened([name for name, size in sizes.items() for _ in range(size)], 5) == kept


@quick
@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(1, 20), max_size=8), st.integers(2, 8))
def test_nothing_that_is_written_is_of_fewer_than_k(sizes: dict[str, int], k: int) -> None:
    kept = coarsened([name for name, size in sizes.items() for _ in range(size)], k)
    written = Counter({name: size for name, size in sizes.items() if name in kept})
    written[REST] += sum(size for name, size in sizes.items() if name not in kept)
    told = [size for size in written.values() if size]
    assert all(size >= k for size in told) or not kept
    if sum(sizes.values()) >= k:
        assert all(size >= k for size in told)


def test_who_answered_is_told_where_nobody_or_enough_did() -> None:
    asked = {"Claims": 6, "Sales": 9, "Legal": 5, "": 7}
    assert told_apart(asked, {"Claims": 4, "Sales": 5, "": 0}, 5) == ["", "Legal", "Sales"]


def test_names_are_lasting() -> None:
    assert wave_id("pulse-2026-03-31", "triage") == "pulse-2026-03-31:triage"
    assert post_id("pulse", "pulse-2026-03-31:triage", "ana") == "pulse:pulse-2026-03-31:triage:ana"


def test_a_reply_is_kept_in_the_order_of_the_bank() -> None:
    reply = PulseReply(use="never", satisfaction="no_opinion", barriers=("B_DK", "B_EXP"), comment=" words ")
    assert (reply.barriers, reply.comment) == (("B_EXP", "B_DK"), "words")
    assert reply.with_use("no_access") == PulseReply(
        use="no_access", satisfaction="no_opinion", barriers=("B_EXP", "B_DK"), comment="words"
    )


@pytest.mark.parametrize(
    ("reply", "field"),
    [
        ({"use": "yes"}, "USE1"),
        ({"use": "never", "satisfaction": "6"}, "SAT1"),
        ({"use": "never", "satisfaction": ""}, "SAT1"),
        ({"use": "never", "barriers": ("B_EXP", "B_CPX", "B_TRN", "B_TRU")}, "BAR"),
        ({"use": "never", "barriers": ("B_EXP", "B_EXP")}, "BAR"),
        ({"use": "never", "comment": "x" * 501}, "COM"),
    ],
)
def test_what_was_not_offered_makes_no_reply(reply: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidReply) as refused:
        PulseReply(**reply)  # type: ignore[arg-type]
    assert refused.value.field == field
