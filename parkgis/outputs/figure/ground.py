"""Where a map lies: its scale, its window of the grid, ticks, scale bar and north."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from parkgis.outputs.figure.canvas import GREY, INK, PAPER, POINT_MM

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from parkgis.outputs.figure.canvas import Sheet
    from parkgis.words.catalogue import Words

    Bounds = tuple[float, float, float, float]

SCALES = (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 8)
CLOSEST = 500
"""Denominator of the largest scale a map is drawn at, however small its land."""


@dataclasses.dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of the sheet (mm) that shows a rectangle of the grid (m) at ``1 : denominator`` exactly."""

    left: float
    top: float
    width: float
    height: float
    x: float  # centre, metres
    y: float
    denominator: float

    @property
    def bounds(self) -> Bounds:
        half_x, half_y = (side * self.denominator / 2000 for side in (self.width, self.height))
        return self.x - half_x, self.y - half_y, self.x + half_x, self.y + half_y

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the grid lies on the sheet, in millimetres."""
        west, _, _, north = self.bounds
        return self.left + (x - west) * 1000 / self.denominator, self.top + (north - y) * 1000 / self.denominator


def window(
    bounds: Bounds, left: float, top: float, width: float, height: float, margin: float = 0.06, closest: float = CLOSEST
) -> Window:
    """Fit a rectangle of the grid into one of the sheet, at the largest round scale that shows all of it.

    Parameters
    ----------
    bounds : min x, min y, max x, max y
        Metres.
    left, top, width, height : float
        Millimetres.
    margin : float
        Share of the rectangle to leave free around.
    closest : float
        Denominator of the largest scale allowed.
    """
    west, south, east, north = bounds
    room = 1 - 2 * margin
    needed = max((east - west) / width, (north - south) / height) * 1000 / room
    return Window(left, top, width, height, (west + east) / 2, (south + north) / 2, round_scale(max(needed, closest)))


def round_scale(needed: float) -> float:
    """Return the next round denominator that is not below the one needed.

    Examples
    --------
    >>> round_scale(110_000), round_scale(3.0)
    (125000.0, 500.0)
    """
    needed = max(needed, CLOSEST)
    power = 10.0 ** math.floor(math.log10(needed))
    return float(next((n * power for n in SCALES if n * power >= needed * (1 - 1e-9)), 10 * power))


def axes_of(sheet: Sheet, window: Window) -> Axes:
    """Return axes on the window whose units are metres of the grid."""
    west, south, east, north = window.bounds
    axes = sheet.axes(window.left, window.top, window.width, window.height)
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_facecolor("#fbfbf8")
    for spine in axes.spines.values():
        spine.set(color=INK, linewidth=0.7, zorder=20)
    return axes


def grid(sheet: Sheet, axes: Axes, window: Window, words: Words, size_pt: float) -> None:
    """Mark round coordinates of the grid: crosses inside, ticks and full metres outside, below and left."""
    west, south, east, north = window.bounds
    step = _step((east - west) / max(window.width / 38, 2))
    xs, ys = _multiples(west, east, step), _multiples(south, north, step)
    crosses = [(x, y) for x in xs for y in ys]
    if crosses:
        axes.plot(
            *zip(*crosses, strict=True), linestyle="none", marker="+", markersize=4, color="#8c979f", markeredgewidth=0.4, zorder=3
        )
    for x in xs:
        at, _ = window.place(x, south)
        sheet.line(at, window.top + window.height, at, window.top + window.height + 1, colour=INK)
        sheet.text(at, window.top + window.height + 1.3, words.number(x, 0), size_pt, colour=GREY, align="center")
    for y in ys:
        _, at = window.place(west, y)
        sheet.line(window.left - 1, at, window.left, at, colour=INK)
        drawn = sheet.text(window.left - 1.6, at, words.number(y, 0), size_pt, colour=GREY, align="right")
        drawn.set(rotation=90, va="center", y=1 - at / sheet.size.height)


def _multiples(low: float, high: float, step: float) -> list[float]:
    return [n * step for n in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(n * power for n in (1, 2, 5, 10) if n * power >= rough)


def bar_metres(window: Window, at_most_mm: float) -> float:
    """Return the round length that a scale bar of at most so many millimetres stands for."""
    rough = at_most_mm * window.denominator / 1000
    power = 10.0 ** math.floor(math.log10(rough))
    return max(n * power for n in (1, 2, 5) if n * power <= rough)


def scale_bar(
    sheet: Sheet, window: Window, left: float, top: float, at_most_mm: float, words: Words, size_pt: float
) -> float:  # fmt: skip
    """Draw a bar of four fields, true to the grid, with the scale under it; return the y below."""
    metres = bar_metres(window, at_most_mm)
    whole = metres * 1000 / window.denominator
    thick = size_pt * 0.2
    line = size_pt * POINT_MM * 1.25
    unit, per = ("km", 1000) if metres >= 1000 else ("m", 1)
    places = 0 if (metres / per).is_integer() and (metres / per / 2).is_integer() else 1
    sheet.text(left, top, "0", size_pt)
    sheet.text(left + whole / 2, top, words.number(metres / per / 2, places), size_pt, align="center")
    sheet.text(left + whole, top, f"{words.number(metres / per, 0)} {unit}", size_pt, align="center")
    for n in range(4):
        fill = INK if n % 2 == 0 else PAPER
        sheet.box(left + n * whole / 4, top + line, whole / 4, thick, fill, edge=INK, line_pt=0.4)
    said = words("figure.scale", scale=words.number(window.denominator, 0))
    sheet.text(left, top + line + thick + 1, said, size_pt)
    return top + 2 * line + thick + 1.5


def north_arrow(sheet: Sheet, centre: float, top: float, height: float, words: Words, size_pt: float) -> None:
    """Draw grid north: up, since every map here is drawn in its own grid."""
    letter = size_pt * POINT_MM * 1.3
    sheet.text(centre, top, words("figure.north"), size_pt, bold=True, align="center")
    sheet.triangle([(centre, top + letter), (centre - height * 0.24, top + height), (centre, top + height * 0.84)], INK)
    sheet.triangle([(centre, top + letter), (centre + height * 0.24, top + height), (centre, top + height * 0.84)], PAPER)
