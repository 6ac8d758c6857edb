"""The pictures of charts: readable, in no need of colour or of the machine's fonts, and safe whatever people write."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from bot.charts import plot
from bot.i18n.translator import Translator
from bot.pictures import HEIGHT, SHARPNESS, WIDTH, png, svg
from rituals.messages import Amount, Chart, Series
from tests.bot.test_charts import ENGLISH, FRENCH, chart, euros, named
from tests.golden.samples import HOSTILE, share

SVG = "{http://www.w3.org/2000/svg}"
Pixel = tuple[int, int, int]
PAPER, BLUE = (255, 255, 255), (0, 0x72, 0xB2)

TWELVE = chart(
    tuple(None if week == 4 else share(30 + 5 * week, 400) for week in range(12)), target=Amount.of(Fraction(1, 4), "%")
)


def drawn(said: Chart = TWELVE, translator: Translator = ENGLISH) -> str:
    return svg(plot(said, translator), translator)


def texts(picture: str) -> list[str]:
    return [str(each.text) for each in ElementTree.fromstring(picture).iter(f"{SVG}text")]


def size(picture: bytes) -> tuple[int, int]:
    """Width and height, as the file says."""
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack_from(">II", picture, 16)
    return width, height


def rows(picture: bytes) -> tuple[int, list[bytes]]:
    """How many bytes a pixel takes (3, or 4 with its alpha), and each row of the picture."""
    (width, height), at, packed, wide = size(picture), 8, b"", 0
    while at < len(picture):
        (length,) = struct.unpack_from(">I", picture, at)
        kind, body = picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            assert body[8] == 8
            wide = {2: 3, 6: 4}[body[9]]
        elif kind == b"IDAT":
            packed += body
        at += 12 + length
    raw, row, found = zlib.decompress(packed), bytes(width * wide), []
    for y in range(height):
        start = y * (width * wide + 1)
        row = bytes(_unfiltered(raw[start], raw[start + 1 : start + 1 + width * wide], row, wide))
        found.append(row)
    return wide, found


@cache
def pixels(picture: bytes) -> Callable[[float, float], Pixel]:
    """The colour at a place of the SVG."""
    wide, lines = rows(picture)

    def pixel(x: float, y: float) -> Pixel:
        place = round(x * SHARPNESS) * wide
        red, green, blue = lines[round(y * SHARPNESS)][place : place + 3]
        return red, green, blue

    return pixel


def _unfiltered(kind: int, line: bytes, above: bytes, wide: int) -> Sequence[int]:
    """A row of a PNG: what each byte was predicted to be (by its left, its upper neighbour, …) added to it."""
    if kind == 0:
        return line
    if kind == 2:
        return [(byte + up) & 255 for byte, up in zip(line, above, strict=True)]
    row = bytearray(wide)
    for place, byte in enumerate(line):
        left, up = row[place], above[place]
        if kind == 1:
            predicted = left
        elif kind == 3:
            predicted = (left + up) // 2
        else:
            corner = above[place - wide] if place >= wide else 0
            nearer = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
            predicted = (left, up, corner)[nearer.index(min(nearer))]
        row.append((byte + predicted) & 255)
    return row[wide:]


def points(picture: str) -> list[tuple[float, float]]:
    """Where the round marks are."""
    return [
        (float(each.attrib["cx"]), float(each.attrib["cy"]))
        for each in ElementTree.fromstring(picture).iter(f"{SVG}circle")
    ]


# --- what is drawn -------------------------------------------------------------------------------------------------


def test_the_line_is_drawn_from_point_to_point_with_a_gap_between_its_two_parts() -> None:
    picture = drawn()
    assert size(png(picture)) == (WIDTH * SHARPNESS, HEIGHT * SHARPNESS)
    pixel, marks = pixels(png(picture)), points(picture)
    assert len(marks) == 11
    between = [((x1 + x2) / 2, (y1 + y2) / 2) for (x1, y1), (x2, y2) in pairwise(marks)]
    gap = between.pop(3)
    assert [pixel(*place) for place in (*marks, *between)] == [BLUE] * 20
    assert BLUE not in {pixel(gap[0], y) for y in range(120, 380)}


def test_letters_are_drawn_without_any_font_of_the_machine() -> None:
    pixel = pixels(png(drawn()))
    written = {pixel(x, y) for x in range(24, 200) for y in range(20, 50)}
    assert (0x1D, 0x1C, 0x1D) in written
    assert PAPER in written


def test_the_title_the_target_and_the_last_value_are_written() -> None:
    said = texts(drawn())
    assert "✓ Adoption" in said
    assert "✓ Target 25%" in said
    assert "21%" in said


def test_numbers_and_days_are_written_as_the_reader_does() -> None:
    said = texts(drawn(translator=FRENCH))
    assert {"✓ Target 25\u202f%", "21\u202f%", "22 mars"} <= set(said)


def test_the_last_label_is_always_there_and_none_run_into_each_other() -> None:
    labels = [each for each in texts(drawn()) if each.endswith((" Jan", " Feb", " Mar"))]
    assert labels[0] == "22 Mar"
    assert 3 <= len(labels) <= 6


def test_letters_are_tall_enough_for_a_phone() -> None:
    root = ElementTree.fromstring(drawn())
    sizes = {float(each.get("font-size", root.attrib["font-size"])) for each in root.iter(f"{SVG}text")}
    assert min(sizes) * 340 / WIDTH >= 11


def test_series_are_told_apart_without_colour() -> None:
    three = ElementTree.fromstring(drawn(chart((euros(1), euros(2)), (euros(3), euros(4)), (euros(5), euros(6)))))
    dashes = [each.get("stroke-dasharray") for each in three.iter(f"{SVG}polyline")]
    assert len(set(dashes)) == 3
    assert [len(list(three.iter(f"{SVG}{mark}"))) for mark in ("circle", "polygon")] == [3, 3]
    bars = drawn(chart((euros(1), euros(2)), (euros(3), euros(4)), style="bar"))
    assert "url(#hatch1)" in bars


def test_a_loss_is_drawn_below_nothing() -> None:
    root = ElementTree.fromstring(drawn(chart((euros(100), euros(-100)), style="bar")))
    gain, loss = [each for each in root.iter(f"{SVG}rect") if each.get("stroke-width") == "2"]
    assert float(gain.attrib["y"]) + float(gain.attrib["height"]) == pytest.approx(float(loss.attrib["y"]))


@pytest.mark.parametrize("style", ["line", "bar"])
@pytest.mark.parametrize("values", [(0,), (0, 0), (7,), (-3, -5), (1_000_000, 2), (10**12,)])
def test_any_amounts_make_a_picture_whose_numbers_are_within_it(values: tuple[int, ...], style: str) -> None:
    root = ElementTree.fromstring(drawn(chart(tuple(map(euros, values)), target=euros(3), style=style)))
    for each in root.iter():
        for name, most in (("x", WIDTH), ("cx", WIDTH), ("x1", WIDTH), ("y", HEIGHT), ("cy", HEIGHT), ("y1", HEIGHT)):
            assert 0 <= float(each.get(name, 0)) <= most


# --- what people write ---------------------------------------------------------------------------------------------


def test_what_people_write_is_letters_and_never_markup() -> None:
    attack = '</text><script>x</script><image href="http://e.vil/"/>&amp; ]]> <!-- " \' ' + HOSTILE
    said = Chart(
        title=named(attack),
        alt=named("x"),
        labels=(named(attack), named(attack + "2")),
        series=(
            Series(name=named(attack), points=(euros(1), Amount.of(Fraction(2), "EUR"))),
            Series(name=named(attack[::-1]), points=(euros(1), euros(2))),
        ),
        target=Series(name=named(attack), points=(euros(1),) * 2),
    )
    picture = drawn(said)
    known = {"svg", "defs", "pattern", "rect", "text", "line", "polyline", "circle", "polygon"}
    assert {each.tag.removeprefix(SVG) for each in ElementTree.fromstring(picture).iter()} <= known
    assert "&lt;/text&gt;&lt;script&gt;" in picture
    assert size(png(picture)) == (WIDTH * SHARPNESS, HEIGHT * SHARPNESS)


def test_the_same_chart_is_the_same_picture() -> None:
    assert drawn() == drawn()
    assert png(drawn()) == png(drawn())


def test_a_unit_written_by_people_is_letters_too() -> None:
    said = chart((Amount.of(Fraction(3), "<b>"), Amount.of(Fraction(4), "<b>")))
    assert "4\u00a0<b>" in texts(drawn(said))


def test_a_flat_series_of_shares_stands_between_zero_and_a_round_number_above_it() -> None:
    flat = tuple(Amount.of(Fraction(7, 10), "%") for _ in range(3))
    said = [one.text for one in ElementTree.fromstring(drawn(chart(flat))).iter() if one.text and "%" in one.text]
    assert said[:5] == ["0%", "20%", "40%", "60%", "80%"]
