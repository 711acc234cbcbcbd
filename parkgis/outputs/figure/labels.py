"""Names on a map that do not lie on each other: on their land where there is room, else beside it with a line."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from parkgis.outputs.figure.canvas import GREY, POINT_MM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from matplotlib.axes import Axes

    from parkgis.outputs.figure.canvas import Sheet
    from parkgis.outputs.figure.ground import Window

    Box = tuple[float, float, float, float]  # left, top, right, bottom in millimetres

TURNS = (0, 180, 90, 270, 45, 315, 135, 225)
REACH = (1.0, 1.6, 2.4)


class Named(NamedTuple):
    """Something with a name: its middle and half its width and height, in metres of the grid."""

    name: str
    x: float
    y: float
    half_width: float
    half_height: float


def write(sheet: Sheet, axes: Axes, window: Window, named: Iterable[Named], size_pt: float, taken: Sequence[Box] = ()) -> int:
    """Write names, the largest land first, and return how many found no room.

    Parameters
    ----------
    taken : sequence of Box
        Where nothing may be written.
    """
    boxes, left_out = list(taken), 0
    west, south, east, north = window.bounds
    shown = [one for one in named if west < one.x < east and south < one.y < north]
    several = sorted(shown, key=lambda n: (-n.half_width * n.half_height, n.name))
    land = [_on_sheet(one, window) for one in several]
    for one, own in zip(several, land, strict=True):
        text = sheet.one_line(one.name, window.width * 0.3, size_pt)
        half = sheet.width_mm(text, size_pt) / 2 + 0.4, size_pt * POINT_MM * 0.62
        tried = [(at, _around(at, half)) for at in _places(one, window, half)]
        free = [
            (at, box) for at, box in tried if _inside(box, window) and not any(_meet(box, other) for other in boxes)
        ]  # fmt: skip
        clear = [(at, box) for at, box in free if not any(_meet(box, other) for other in land if other is not own)]
        if best := next(iter(clear or free), None):
            (x, y, away), box = best
            boxes.append(box)
            _put(sheet, axes, window, one, text, (x, y), size_pt, away)
        else:
            left_out += 1
    return left_out


def _on_sheet(one: Named, window: Window) -> Box:
    left, top = window.place(one.x - one.half_width, one.y + one.half_height)
    right, bottom = window.place(one.x + one.half_width, one.y - one.half_height)
    return left, top, right, bottom


def _around(at: tuple[float, float, bool], half: tuple[float, float]) -> Box:
    return at[0] - half[0], at[1] - half[1], at[0] + half[0], at[1] + half[1]


def _places(one: Named, window: Window, half: tuple[float, float]) -> Iterator[tuple[float, float, bool]]:
    """Yield middles to try (mm), and whether a line has to lead from there to the land."""
    x, y = window.place(one.x, one.y)
    roomy = one.half_width * 1000 / window.denominator > half[0] * 1.1  # else the name would hide the land
    if roomy:
        yield x, y, False
    wide, high = one.half_width * 1000 / window.denominator, one.half_height * 1000 / window.denominator
    for reach in REACH:
        for turn in TURNS:
            across, down = math.cos(math.radians(turn)), math.sin(math.radians(turn))
            yield x + across * (wide * reach + half[0] + 0.4), y + down * (high * reach + half[1] + 0.3), reach > 1
    if not roomy:
        yield x, y, False


def _inside(box: Box, window: Window) -> bool:
    right, bottom = window.left + window.width, window.top + window.height
    return box[0] > window.left + 0.5 and box[1] > window.top + 0.5 and box[2] < right - 0.5 and box[3] < bottom - 0.5


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _put(
    sheet: Sheet, axes: Axes, window: Window, one: Named, text: str, at: tuple[float, float], size_pt: float, away: bool
) -> None:  # fmt: skip
    west, _, _, north = window.bounds
    x = west + (at[0] - window.left) * window.denominator / 1000
    y = north - (at[1] - window.top) * window.denominator / 1000
    if away:
        axes.plot([one.x, x], [one.y, y], color=GREY, linewidth=0.4, zorder=14)
    sheet.label(axes, x, y, text, size_pt, ha="center", va="center_baseline", zorder=15)
