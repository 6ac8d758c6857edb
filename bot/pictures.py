"""Pictures of charts, for platforms that draw none: an SVG readable on a phone, and its PNG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from html import escape
from importlib.resources import as_file, files
from math import ceil, floor

from bot.charts import Line, Plot
from bot.i18n.plain import cut
from bot.i18n.translator import Translator
from rituals.messages import Amount

WIDTH, HEIGHT = 720, 440
"""Of the SVG. On a phone, about 340 points wide, its small letters are 11 points tall."""

SHARPNESS = 1.5
"""Pixels of the PNG for each unit of the SVG."""

_TITLE, _SMALL = 30, 24
_EDGE = 24
_INK, _GRID, _PAPER = "#1d1c1d", "#d9d9d9", "#ffffff"

# Okabe and Ito's colours keep apart for every kind of colour vision; marks and dashes do without any colour.
_LOOKS = (
    ("#0072b2", "circle", ""),
    ("#d55e00", "square", "16 8"),
    ("#009e73", "triangle", "4 8"),
)

_TICKS = 4
_LINE_GAP = 30
"""Between the values written beside the ends of lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """Where the numbers stand: the area of the plot and the range of its axis."""

    left: float
    right: float
    top: float
    bottom: float
    low: Decimal
    high: Decimal
    places: int
    edged: bool

    def x(self, at: int) -> float:
        """The middle of a label's place; `edged`, the first and the last stand at the edges."""
        wide = self.right - self.left
        if self.edged and self.places > 1:
            return self.left + wide * at / (self.places - 1)
        return self.left + wide * (at + 0.5) / self.places

    def y(self, number: Decimal) -> float:
        """The height of a number."""
        return self.bottom - (self.bottom - self.top) * float((number - self.low) / (self.high - self.low))


def svg(plot: Plot, translator: Translator) -> str:
    """The picture of `plot`; the same plot gives the same text. Every word in it is escaped, none is markup."""
    title = _lines(plot.title, _TITLE, WIDTH - 2 * _EDGE)
    ticks = _ticks(plot)
    words = [_said(tick, plot, translator) for tick in ticks]
    ends = [_said(line.points[line.last], plot, translator) if line.last is not None else "" for line in plot.lines]
    legend = _legend(plot) if len(plot.lines) > 1 else []
    is_line = plot.style == "line"
    frame = _Frame(
        left=_EDGE + max(_wide(word, _SMALL) for word in words) + 14,
        right=WIDTH - _EDGE - (max(_wide(end, _SMALL, bold=True) for end in ends) + 16 if is_line and ends else 0),
        top=48 + len(title) * 38 + len(legend) * 36 + (8 if legend else 0),
        bottom=HEIGHT - 52,
        low=ticks[0],
        high=ticks[-1],
        places=len(plot.labels),
        edged=is_line,
    )
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
        f' font-family="DejaVu Sans" font-size="{_SMALL}" fill="{_INK}">',
        _patterns(),
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{_PAPER}"/>',
        *(_text(_EDGE, 46 + 38 * at, line, size=_TITLE, bold=True) for at, line in enumerate(title)),
    ]
    for row, entries in enumerate(legend):
        for x, index in entries:
            drawn += _entry(plot, index, x, 60 + len(title) * 38 + row * 36)
    for tick, word in zip(ticks, words, strict=True):
        y = frame.y(tick)
        colour = _INK if tick == 0 else _GRID
        drawn.append(_stroke(frame.left, y, frame.right, y, colour, 1.5))
        drawn.append(_text(frame.left - 12, y + 8, word, anchor="end"))
    drawn += _labels(plot, frame)
    for index, line in enumerate(plot.lines):
        drawn += _polyline(line, index, frame) if is_line else _bars(line, index, plot, frame, translator)
    if plot.target is not None:
        drawn += _target(plot, plot.target, frame, translator)
    if is_line:
        drawn += _ends(plot, ends, frame)
    return "\n".join([*drawn, "</svg>"])


def png(svg: str) -> bytes:
    """The picture as PNG, 1,080 by 660 pixels, with the letters this package brings along."""
    import resvg_py  # only where a picture is wanted is what draws it read in

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=SHARPNESS,
            skip_system_fonts=True,
            font_files=list(_fonts()),
            font_family="DejaVu Sans",
        )
    )


@cache
def _fonts() -> tuple[str, ...]:
    found = []
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"):
        with as_file(files("bot") / "fonts" / name) as path:
            found.append(str(path))
    return tuple(found)


# --- the axes ------------------------------------------------------------------------------------------------------


def _ticks(plot: Plot) -> list[Decimal]:
    """Round numbers around everything drawn, zero among them."""
    numbers = [
        point for line in (*plot.lines, *filter(None, [plot.target])) for point in line.points if point is not None
    ]
    low, high = min([Decimal(), *numbers]), max([Decimal(), *numbers])
    if low == high:
        high = Decimal(10) if plot.unit == "%" else Decimal(1)
    rough = (high - low) / _TICKS
    power = Decimal(1).scaleb(rough.adjusted())
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= rough)
    return [step * at for at in range(floor(low / step), ceil(high / step) + 1)]


def _labels(plot: Plot, frame: _Frame) -> Iterator[str]:
    """As many labels as have room, the last always among them."""
    most = (frame.right - frame.left) / frame.places * 1.6
    words = [cut(label, max(int(most / _wide("n", _SMALL)), 8)) for label in plot.labels]
    step = (frame.right - frame.left) / max(frame.places - (1 if frame.edged else 0), 1)
    every = ceil((max(_wide(word, _SMALL) for word in words) + 16) / step) if frame.places > 1 else 1
    for at in range(len(words) - 1, -1, -every):
        half = _wide(words[at], _SMALL) / 2
        x = min(max(frame.x(at), _EDGE + half), WIDTH - _EDGE - half)
        yield _text(x, HEIGHT - 18, words[at], anchor="middle")
        yield _stroke(frame.x(at), frame.bottom, frame.x(at), frame.bottom + 6, _INK, 1.5)


def _target(plot: Plot, target: Line, frame: _Frame, translator: Translator) -> list[str]:
    level = target.points[0] or Decimal()
    y = frame.y(level)
    words = f"{cut(target.name, 24)} {_said(level, plot, translator)}"
    below = y - frame.top < 34
    return [
        _stroke(frame.left, y, frame.right, y, _INK, 2.5, dashes="8 6"),
        _text(frame.left + 8, y + 30 if below else y - 10, words, halo=True),
    ]


def _legend(plot: Plot) -> list[list[tuple[float, int]]]:
    """Where the names of the series stand: rows of (x, series)."""
    rows: list[list[tuple[float, int]]] = [[]]
    x = float(_EDGE)
    for index, line in enumerate(plot.lines):
        wide = 54 + _wide(_named(line), _SMALL) + 20
        if rows[-1] and x + wide > WIDTH:
            rows.append([])
            x = _EDGE
        rows[-1].append((x, index))
        x += wide
    return rows


def _entry(plot: Plot, index: int, x: float, y: float) -> Iterator[str]:
    colour, mark, dashes = _LOOKS[index % len(_LOOKS)]
    if plot.style == "line":
        yield _stroke(x, y - 8, x + 44, y - 8, colour, 4, dashes=dashes)
        yield _mark(mark, x + 22, y - 8, colour)
    else:
        box = f'x="{_n(x + 20)}" y="{_n(y - 20)}"'
        yield f'<rect {box} width="24" height="24" fill="{_fill(index)}" stroke="{colour}"/>'
    yield _text(x + 54, y, _named(plot.lines[index]))


def _named(line: Line) -> str:
    return cut(line.name, 36)


# --- the numbers ---------------------------------------------------------------------------------------------------


def _polyline(line: Line, index: int, frame: _Frame) -> Iterator[str]:
    colour, mark, dashes = _LOOKS[index % len(_LOOKS)]
    for run in _runs(line.points):
        points = [(frame.x(at), frame.y(number)) for at, number in run]
        path = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        if len(points) > 1:
            yield (
                f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="4" stroke-linejoin="round"'
                f"{dashed}/>"
            )
        for x, y in points:
            yield _mark(mark, x, y, colour)


def _ends(plot: Plot, ends: Sequence[str], frame: _Frame) -> Iterator[str]:
    """The last number of each line, written beside its point; close ones are moved apart."""
    placed = sorted(
        (frame.y(line.points[line.last] or Decimal()), index, line.last)
        for index, line in enumerate(plot.lines)
        if line.last is not None
    )
    lowest = frame.top - _LINE_GAP
    for y, index, at in placed:
        lowest = max(y, lowest + _LINE_GAP)
        colour = _LOOKS[index % len(_LOOKS)][0]
        yield _text(frame.x(at) + 14, lowest + 8, ends[index], bold=True, colour=colour, halo=True)


def _bars(line: Line, index: int, plot: Plot, frame: _Frame, translator: Translator) -> Iterator[str]:
    room = (frame.right - frame.left) / frame.places
    each = min(room * 0.76, 110) / len(plot.lines)
    colour = _LOOKS[index % len(_LOOKS)][0]
    ground = frame.y(max(frame.low, Decimal()))
    for at, number in enumerate(line.points):
        if number is None:
            continue
        x, y = frame.x(at) - each * len(plot.lines) / 2 + each * index, frame.y(number)
        tall = max(abs(y - ground), 1)
        yield (
            f'<rect x="{_n(x + 2)}" y="{_n(min(y, ground))}" width="{_n(each - 4)}" height="{_n(tall)}"'
            f' fill="{_fill(index)}" stroke="{colour}" stroke-width="2"/>'
        )
        words = _said(number, plot, translator)
        if _wide(words, _SMALL, bold=True) <= max(each, room / len(plot.lines) - 8):
            yield _text(x + each / 2, min(y, ground) - 10, words, bold=True, anchor="middle", halo=True)


def _runs(points: Sequence[Decimal | None]) -> Iterator[list[tuple[int, Decimal]]]:
    """The stretches of numbers between two gaps."""
    run: list[tuple[int, Decimal]] = []
    for at, point in enumerate(points):
        if point is not None:
            run.append((at, point))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _said(number: Decimal | None, plot: Plot, translator: Translator) -> str:
    value = Fraction(number or 0)
    return translator.amount(Amount.of(value / 100 if plot.unit == "%" else value, plot.unit))


# --- strokes and letters -------------------------------------------------------------------------------------------


def _text(
    x: float,
    y: float,
    words: str,
    *,
    size: int = _SMALL,
    bold: bool = False,
    anchor: str = "start",
    colour: str = _INK,
    halo: bool = False,
) -> str:
    look = f' font-size="{size}"' if size != _SMALL else ""
    look += ' font-weight="bold"' if bold else ""
    look += f' text-anchor="{anchor}"' if anchor != "start" else ""
    look += f' fill="{colour}"' if colour != _INK else ""
    look += f' stroke="{_PAPER}" stroke-width="6" stroke-linejoin="round" paint-order="stroke"' if halo else ""
    return f'<text x="{_n(x)}" y="{_n(y)}"{look}>{escape(words)}</text>'


def _stroke(x1: float, y1: float, x2: float, y2: float, colour: str, width: float, *, dashes: str = "") -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" stroke="{colour}"'
        f' stroke-width="{_n(width)}"{dashed}/>'
    )


def _mark(mark: str, x: float, y: float, colour: str) -> str:
    if mark == "circle":
        return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="6" fill="{colour}"/>'
    if mark == "square":
        return f'<rect x="{_n(x - 6)}" y="{_n(y - 6)}" width="12" height="12" fill="{colour}"/>'
    corners = f"{_n(x)},{_n(y - 8)} {_n(x - 8)},{_n(y + 6)} {_n(x + 8)},{_n(y + 6)}"
    return f'<polygon points="{corners}" fill="{colour}"/>'


def _fill(index: int) -> str:
    """Bars: the first full, the others hatched, each its own way."""
    place = index % len(_LOOKS)
    return f"url(#hatch{place})" if place else _LOOKS[0][0]


def _patterns() -> str:
    hatched = (
        f'<pattern id="hatch{place}" width="10" height="10" patternUnits="userSpaceOnUse"'
        f' patternTransform="rotate({45 if place == 1 else 135})">'
        f'<rect width="10" height="10" fill="{_PAPER}"/>'
        f'<rect width="5" height="10" fill="{_LOOKS[place][0]}"/></pattern>'
        for place in (1, 2)
    )
    return f"<defs>{''.join(hatched)}</defs>"


def _lines(words: str, size: int, room: float) -> list[str]:
    """`words` in two lines at most."""
    most = int(room / _wide("n", size, bold=True))
    if len(words) <= most:
        return [words]
    place = words.rfind(" ", 0, most + 1)
    if place < most // 2:
        return [cut(words, most)]
    return [words[:place], cut(words[place + 1 :], most)]


def _wide(words: str, size: int, *, bold: bool = False) -> float:
    """About how wide the words are: an average letter of this face, a little generous."""
    return len(words) * size * (0.68 if bold else 0.61)


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
