"""What every chart has around it: title, unit and day, DEMO mark, notes, and where its figures come from."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from parkgis.outputs.figure.canvas import ALARM, GREY, INK, POINT_MM, About, draw
from parkgis.outputs.figure.fonts import FONT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from parkgis.outputs.charts.data import AsOf
    from parkgis.outputs.figure.canvas import Sheet
    from parkgis.words.catalogue import Words

SHORT_DIGEST = 12
USUAL_MM = (160.0, 90.0)  # at this size letters have their usual size; larger sheets have larger letters
# Blue and vermilion of Okabe and Ito's palette, darkened: apart for every colour vision, and apart in grey.
DONE, PLAN, NEED, LESS = "#0b4f8a", "#5b5b5b", "#b4491a", "#e8a66f"


@dataclasses.dataclass(frozen=True, slots=True)
class Room:
    """The rectangle left for the chart itself, in millimetres, and the factor of letter sizes."""

    left: float
    top: float
    width: float
    height: float
    scale: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height


@dataclasses.dataclass(frozen=True, slots=True)
class Texts:
    """The words around a chart; ``empty`` takes the place of the chart where there is nothing to draw."""

    title: str
    unit: str
    notes: Sequence[str] = ()
    empty: str = ""


def scale_of(width_mm: float, height_mm: float) -> float:
    """Return by how much letters are larger than on a chart of the usual size."""
    usual = USUAL_MM[0] * USUAL_MM[1]
    by_area = math.sqrt(width_mm * height_mm / usual)
    return min(max(min(by_area, width_mm / 110, height_mm / 55), 0.62), 3.0)


def chart(
    texts: Texts, as_of: AsOf, words: Words, paint: Callable[[Sheet, Room], None], alt: str, size_mm: tuple[float, float],
    dpi: int, form: str, font: str = FONT,
) -> bytes:  # fmt: skip
    """Draw a chart within its frame."""

    def whole(sheet: Sheet) -> None:
        room = frame(sheet, texts, as_of, words)
        if texts.empty:
            _sentence(sheet, room, texts.empty)
        else:
            paint(sheet, room)

    return draw(whole, size_mm, dpi, form, About(texts.title, alt, words.lang), font=font)


def frame(sheet: Sheet, texts: Texts, as_of: AsOf, words: Words) -> Room:
    """Write title, unit, notes and foot; return the room between them."""
    k, width = scale_of(sheet.size.width, sheet.size.height), sheet.size.width
    edge = 3.2 * k
    mark = words("word.demo_short") if as_of.demo else ""
    taken = sheet.width_mm(mark, 8 * k, True) + 7 * k if mark else 0.0
    below = sheet.paragraph(edge, edge, texts.title, width - 2 * edge - taken, 9.5 * k, bold=True, most=2)
    below = sheet.paragraph(edge, below + 0.3 * k, texts.unit, width - 2 * edge - taken, 7 * k, colour=GREY, most=2)
    if mark:
        sheet.badge(width - edge, edge, mark, 8 * k)
    foot = sheet.size.height - edge
    for text, colour in reversed([*((note, INK) for note in texts.notes), *_foot(as_of, words)]):
        lines = sheet.lines(text, width - 2 * edge, 5.6 * k, most=3)
        foot -= len(lines) * 5.6 * k * POINT_MM * 1.28
        sheet.paragraph(edge, foot, text, width - 2 * edge, 5.6 * k, colour=colour, most=3)
    return Room(edge, below + 1.5 * k, width - 2 * edge, max(foot - below - 3 * k, 5.0), k)


def _foot(as_of: AsOf, words: Words) -> list[tuple[str, str]]:
    entry = words("chart.entry", seq=as_of.head_seq) if as_of.head_seq else words("map.entry_none")
    known, digest = words("map.known", known=as_of.known), words("map.digest", digest=as_of.digest[:SHORT_DIGEST])
    basis = words(f"report.definition_{as_of.basis}")
    said = [(f"{basis[0].upper()}{basis[1:]} · {known} · {entry} · {digest}", GREY)]
    return [(words("word.demo"), ALARM), *said] if as_of.demo else said


def _sentence(sheet: Sheet, room: Room, text: str) -> None:
    size = 8.5 * room.scale
    sheet.box(room.left, room.top, room.width, room.height, "#f4f6f7")
    lines = len(sheet.lines(text, room.width * 0.8, size))
    top = room.top + room.height / 2 - lines * size * POINT_MM * 0.64
    sheet.paragraph(room.left + room.width * 0.1, top, text, room.width * 0.8, size, align="center")


def nice_step(span: float, about: int) -> float:
    """Return a round step (1, 2, 2.5 or 5 times a power of ten) that divides ``span`` into about that many parts.

    Examples
    --------
    >>> nice_step(320, 6), nice_step(0.9, 5)
    (100.0, 0.2)
    """
    rough = max(span, 1e-9) / max(about, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * n for n in (1, 2, 2.5, 5, 10) if power * n >= rough * 0.9999)


def places_of(step: float) -> int:
    """Return how many decimals the multiples of a round step need.

    Examples
    --------
    >>> places_of(50.0), places_of(2.5), places_of(0.02)
    (0, 1, 2)
    """
    return next(n for n in range(9) if abs(step * 10**n - round(step * 10**n)) < 1e-6)


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move places apart to at least ``gap``, keeping their order and staying within ``low`` and ``high``.

    Examples
    --------
    >>> spread([5.0, 5.0, 9.0], 2.0, 0.0, 10.0)
    [5.0, 7.0, 9.0]
    """
    order = sorted(range(len(wanted)), key=lambda n: wanted[n])
    placed = [0.0] * len(wanted)
    at = low - gap
    for n in order:
        at = placed[n] = max(wanted[n], at + gap)
    limit = high
    for n in reversed(order):
        placed[n] = min(placed[n], limit)
        limit = placed[n] - gap
    return placed
