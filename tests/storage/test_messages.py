"""Whatever can be said is kept as JSON and comes back the same."""

from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from rituals import messages as m
from rituals.measures.disclosure import Suppressed
from storage.messages import from_json, to_json
from tests.builders import message
from tests.golden.samples import share

WORDS = st.text(max_size=20)
AMOUNTS = st.builds(m.Amount, millionths=st.integers(), unit=st.sampled_from(["%", "EUR", "", "min"]))
SHARES = st.builds(share, x=st.integers(0, 4), n=st.sampled_from([4, 10, 60])) | st.builds(
    lambda kind: m.Share(figure=Suppressed(kind=kind)), st.sampled_from(["primary", "complementary", "ledger"])
)
PLAIN_VALUES: st.SearchStrategy[m.Value] = st.one_of(
    WORDS,
    st.sampled_from(["2026-03-02", "2026-03-02T09:00:00Z", "12", "true", "null", "{}"]),
    st.integers(),
    st.builds(m.Moment, at=st.datetimes(timezones=st.just(UTC)), style=st.sampled_from(["full", "time", "day"])),
    st.builds(m.Day, on=st.dates()),
    st.builds(m.Score, hundredths=st.integers()),
    AMOUNTS,
    SHARES,
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
SERIES = st.builds(m.Series, name=SIMPLE, points=st.lists(st.none() | AMOUNTS | SHARES, max_size=2).map(tuple))
OPTIONS = st.lists(st.builds(m.Option, value=WORDS, label=SIMPLE), max_size=2).map(tuple)
SCALES = st.builds(
    m.Scale,
    name=WORDS,
    label=SIMPLE,
    options=OPTIONS,
    hint=st.none() | SIMPLE,
    initial=st.none() | WORDS,
    optional=st.booleans(),
)
PICKS = st.builds(m.Picks, name=WORDS, label=SIMPLE, options=OPTIONS, most=st.integers(), hint=st.none() | SIMPLE)
PARTS: st.SearchStrategy[m.Part] = st.one_of(
    st.builds(m.Heading, text=TEXTS),
    PARAGRAPHS,
    st.builds(m.Bullets, items=st.lists(PARAGRAPHS, max_size=2).map(tuple)),
    st.builds(m.Quote, text=WORDS, by=SIMPLE),
    st.builds(m.Note, text=TEXTS),
    st.builds(m.Meter, label=SIMPLE, done=st.integers(), whole=st.integers(), needed=st.none() | st.integers()),
    st.builds(m.Choices, group=WORDS, choices=st.lists(CHOICES, max_size=2).map(tuple)),
    st.just(m.Divider()),
    st.builds(
        m.Chart,
        title=TEXTS,
        alt=TEXTS,
        labels=st.lists(st.builds(m.Day, on=st.dates()) | SIMPLE, max_size=2).map(tuple),
        series=st.lists(SERIES, max_size=2).map(tuple),
        target=st.none() | SERIES,
        style=st.sampled_from(["line", "bar"]),
    ),
    st.builds(m.Inputs, group=WORDS, fields=st.lists(SCALES | PICKS, max_size=2).map(tuple), send=CHOICES),
)
MESSAGES = st.builds(m.Message, kind=WORDS, summary=TEXTS, parts=st.lists(PARTS, max_size=3).map(tuple))


@settings(deadline=None)  # the first example pays for pydantic's reading of the types
@given(said=MESSAGES)
def test_a_message_comes_back_as_it_was(said: m.Message) -> None:
    text = to_json(said)
    assert from_json(text) == said
    assert to_json(from_json(text)) == text, "else the same words would count as a new revision"


def test_every_kind_of_part_is_tried() -> None:
    tried = {m.Heading, m.Paragraph, m.Bullets, m.Quote, m.Note, m.Meter, m.Choices, m.Divider, m.Chart, m.Inputs}
    assert set(m.Part.__args__) == tried


def test_words_that_look_like_something_else_stay_words() -> None:
    for words in ("2026-03-02", "12", "true", '{"type": "moment"}', "", "\x00", "\u202e"):
        assert from_json(to_json(message(words))) == message(words)


def test_a_published_figure_that_was_changed_on_the_way_is_not_read() -> None:
    said = m.Message(kind="x", summary=m.say("x", share=share(48, 400)), parts=())
    with pytest.raises((ValidationError, TypeError)):
        from_json(to_json(said).replace('"x":48', '"x":49'))


@pytest.mark.parametrize("text", ["", "null", "{}", '{"kind": "x", "summary": {"key": "x"}, "parts": [{"type": "y"}]}'])
def test_what_is_no_message_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        from_json(text)
