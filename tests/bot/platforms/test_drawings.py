"""A message is drawn once for all who read it alike."""

from zoneinfo import ZoneInfo

from bot.i18n.translator import Translator, translator_for
from bot.platforms.drawings import KEPT, Drawings
from rituals.messages import Message, Paragraph
from tests.bot.test_charts import named

PARIS = translator_for("fr", ZoneInfo("Europe/Paris"))
LIMA = translator_for("fr", ZoneInfo("America/Lima"))


def message(words: str = "words") -> Message:
    return Message(kind="x", summary=named("summary"), parts=(Paragraph(text=named(words)),))


class Pencil:
    """Draws, and counts how often."""

    def __init__(self) -> None:
        self.drawn: list[tuple[Message, Translator]] = []

    def __call__(self, message: Message, translator: Translator) -> str:
        self.drawn.append((message, translator))
        return f"drawing {len(self.drawn)}"


def test_a_message_of_a_wave_is_drawn_once_for_all_of_one_language_and_zone() -> None:
    pencil, same = Pencil(), message()
    drawings = Drawings(pencil)
    assert [drawings.of(same, reader) for reader in (PARIS, LIMA, PARIS, LIMA, PARIS)] == [
        "drawing 1",
        "drawing 2",
        "drawing 1",
        "drawing 2",
        "drawing 1",
    ]
    assert len(pencil.drawn) == 2


def test_another_message_is_never_shown_as_one_that_was_drawn_before() -> None:
    drawings = Drawings(lambda message, translator: str(message.parts))
    for number in range(3 * KEPT):
        # Made and let go at once: the next may lie where this one lay.
        assert f"number {number}" in drawings.of(message(f"number {number}"), PARIS)


def test_what_was_drawn_long_ago_is_let_go() -> None:
    pencil, first = Pencil(), message()
    drawings = Drawings(pencil)
    assert drawings.of(first, PARIS) == "drawing 1"
    for _ in range(KEPT):
        drawings.of(message(), PARIS)
    assert drawings.of(first, PARIS) == f"drawing {KEPT + 2}"


def test_what_is_told_to_one_person_alone_is_remembered_nowhere() -> None:
    pencil, alone = Pencil(), message()
    drawings = Drawings(pencil)
    assert [drawings.for_one(alone, PARIS) for _ in range(2)] == ["drawing 1", "drawing 2"]
    assert drawings.of(alone, PARIS) == "drawing 3"
