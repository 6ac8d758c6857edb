"""Whatever can be said is kept as JSON and comes back the same."""

from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from rituals import messages as m
from storage.messages import from_json, to_json
from tests.builders import message

WORDS = st.text(max_size=20)
PLAIN_VALUES: st.SearchStrategy[m.Value] = st.one_of(
    WORDS,
    st.sampled_from(["2026-03-02", "2026-03-02T09:00:00Z", "12", "true", "null", "{}"]),
    st.integers(),
    st.builds(m.Moment, at=st.datetimes(timezones=st.just(UTC)), style=st.sampled_from(["full", "time", "day"])),
    st.builds(m.Day, on=st.dates()),
    st.builds(m.Score, hundredths=st.integers()),
)


def texts(values: st.SearchStrategy[m.Value]) -> st.SearchStrategy[m.Text]:
    return st.builds(m.Text, key=WORDS, values=st.dictionaries(WORDS, values, max_size=3))


SIMPLE = texts(PLAIN_VALUES)
VALUES: st.SearchStrategy[m.Value] = st.one_of(
    PLAIN_VALUES,
    SIMPLE,
    st.builds(m.Several, items=st.lists(st.one_of(WORDS, SIMPLE), max_size=3).map(tuple)),
)
TEXTS = texts(VALUES)
PARAGRAPHS = st.builds(m.Paragraph, text=TEXTS, lead=st.none() | TEXTS)
CHOICES = st.builds(
    m.Choice,
    action=WORDS,
    value=WORDS,
    label=TEXTS,
    emphasis=st.sampled_from(m.Emphasis),
    spoken=st.none() | SIMPLE,
    confirm=st.none() | st.builds(m.Confirm, question=SIMPLE, yes=SIMPLE),
)
PARTS: st.SearchStrategy[m.Part] = st.one_of(
    st.builds(m.Heading, text=TEXTS),
    PARAGRAPHS,
    st.builds(m.Bullets, items=st.lists(PARAGRAPHS, max_size=2).map(tuple)),
    st.builds(m.Quote, text=WORDS, by=SIMPLE),
    st.builds(m.Note, text=TEXTS),
    st.builds(m.Meter, label=SIMPLE, done=st.integers(), whole=st.integers(), needed=st.none() | st.integers()),
    st.builds(m.Choices, group=WORDS, choices=st.lists(CHOICES, max_size=2).map(tuple)),
    st.just(m.Divider()),
)
MESSAGES = st.builds(m.Message, kind=WORDS, summary=TEXTS, parts=st.lists(PARTS, max_size=3).map(tuple))


@given(said=MESSAGES)
def test_a_message_comes_back_as_it_was(said: m.Message) -> None:
    text = to_json(said)
    assert from_json(text) == said
    assert to_json(from_json(text)) == text, "else the same words would count as a new revision"


def test_every_kind_of_part_is_tried() -> None:
    tried = {m.Heading, m.Paragraph, m.Bullets, m.Quote, m.Note, m.Meter, m.Choices, m.Divider}
    assert set(m.Part.__args__) == tried


def test_words_that_look_like_something_else_stay_words() -> None:
    for words in ("2026-03-02", "12", "true", '{"type": "moment"}', "", "\x00", "\u202e"):
        assert from_json(to_json(message(words))) == message(words)


@pytest.mark.parametrize("text", ["", "null", "{}", '{"kind": "x", "summary": {"key": "x"}, "parts": [{"type": "y"}]}'])
def test_what_is_no_message_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        from_json(text)
