"""A map on its sheet: title above, map, legend beside or below it, insets, and where its figures come from."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np
import shapely

from parkgis.outputs.figure import land
from parkgis.outputs.figure.canvas import ALARM, GREY, INK, PAPER, POINT_MM
from parkgis.outputs.figure.ground import axes_of, grid, north_arrow, scale_bar, window
from parkgis.outputs.figure.labels import write
from parkgis.outputs.figure.land import Style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from parkgis.outputs.figure.canvas import Sheet
    from parkgis.outputs.figure.ground import Window
    from parkgis.outputs.figure.labels import Box
    from parkgis.outputs.figure.scene import Key, Legend, Scene
    from parkgis.words.catalogue import Words

USUAL_MM = (297.0, 210.0)
THIN_PT = 0.3  # an edge of less than this is a parcel's
LEGIBLE_MM = 1.2
"""Parcels narrower than this on paper are drawn without an edge: edges alone would be all one sees."""


@dataclasses.dataclass(frozen=True, slots=True)
class Heading:
    """The words around a map; ``facts`` stand beside it, ``foot`` under it."""

    board: str
    title: str
    cut: str
    mark: str
    facts: tuple[tuple[str, bool], ...]  # text, whether bold
    foot: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Inset:
    """A park drawn larger beside the map."""

    name: str
    scene: Scene


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """Rectangles of a sheet in millimetres (left, top, width, height), and the factor of letter sizes."""

    scale: float
    edge: float
    map: tuple[float, float, float, float]
    side: tuple[float, float, float, float]
    insets: tuple[tuple[float, float, float, float], ...]
    beside: bool


def scale_of(width_mm: float, height_mm: float) -> float:
    """Return by how much letters are larger than on a landscape A4."""
    return min(max(math.sqrt(width_mm * height_mm / (USUAL_MM[0] * USUAL_MM[1])), 0.55), 2.0)


def paint(sheet: Sheet, scene: Scene, heading: Heading, insets: Sequence[Inset], words: Words) -> None:
    """Draw a whole page."""
    k = scale_of(sheet.size.width, sheet.size.height)
    top = _head(sheet, heading, k)
    bottom = _foot(sheet, heading, k)
    plan = layout(sheet.size.width, top, bottom, k, len(insets))
    view = window(scene.bounds, *plan.map, closest=scene.closest)
    axes = axes_of(sheet, view)
    draw(axes, scene, view, k)
    grid(sheet, axes, view, words, 5.0 * k)
    insets = insets[: len(plan.insets)]
    taken = _frames(sheet, axes, view, insets, k)
    left_out = write(sheet, axes, view, scene.names, 6.2 * k, taken)
    _insets(sheet, plan, insets, words)
    notes = [*scene.warnings, *([words("figure.unnamed", count=left_out)] if left_out else [])]
    _side(sheet, plan, view, scene, heading, notes, words)


def draw(axes: Axes, scene: Scene, view: Window, k: float) -> None:
    """Draw the land of a scene that a window shows."""
    edges = _edges_show(scene, view)
    for group in scene.groups:
        seen = land.within(group.shapes, view.bounds)
        found = group.paths if seen.all() else list(land.paths(group.shapes[seen]))
        style = group.style
        thin = style.line_pt < THIN_PT and not style.hatch and not edges
        style = dataclasses.replace(style, line_pt=0.0 if thin else style.line_pt * k)
        land.draw(axes, found, style, group.order)


def _edges_show(scene: Scene, view: Window) -> bool:
    if not len(scene.parcels):
        return True
    side_m = math.sqrt(max(float(np.median(shapely.area(scene.parcels))), 0.0))
    return side_m * 1000 / view.denominator >= LEGIBLE_MM


def layout(width: float, top: float, bottom: float, k: float, insets: int) -> Plan:
    """Divide what is left between title and foot: the legend beside the map on a wide sheet, else below it."""
    edge, ticks = 7 * k, 5.0 * k
    high, wide = bottom - top, width - 2 * edge
    beside = wide > high * 1.05
    left = edge + ticks
    if beside:
        side = (width - edge - 66 * k, top, 66 * k, high)
        full = (left, top, side[0] - left - 4 * k, high - ticks)
    else:
        below = min(72 * k, high * 0.4)
        side = (edge, bottom - below, wide, below)
        full = (left, top, wide - ticks, high - below - ticks - 3 * k)
    boxes, height = _strip(full, k, insets, ticks)
    return Plan(k, edge, (full[0], full[1], full[2], full[3] - height), side, boxes, beside)


def _strip(
    full: tuple[float, float, float, float], k: float, insets: int, ticks: float
) -> tuple[tuple[tuple[float, float, float, float], ...], float]:  # fmt: skip
    """Return the rectangles of insets in a strip along the lower edge, and how high the strip is with its ticks."""
    count = min(insets, how_many(full[2], k))
    if not count:
        return (), 0.0
    gap = 2.0 * k
    width = (full[2] - gap * (count - 1)) / count
    height = min(width * 0.8, full[3] * 0.34)
    top = full[1] + full[3] - height
    return tuple((full[0] + n * (width + gap), top, width, height) for n in range(count)), height + ticks + 2 * k


def how_many(width_mm: float, k: float) -> int:
    """Return how many insets find room side by side."""
    return int(width_mm / (42 * max(k, 0.8))) if width_mm >= 120 else 0


# -- around the map ------------------------------------------------------------------------------------------


def _head(sheet: Sheet, heading: Heading, k: float) -> float:
    edge, width = 7 * k, sheet.size.width - 14 * k
    if heading.mark:
        sheet.badge(sheet.size.width - edge, edge, heading.mark, 9 * k)
        width -= sheet.width_mm(heading.mark, 9 * k, True) + 9 * k
    at = sheet.paragraph(edge, edge - 1.5 * k, heading.board, width, 7.5 * k, colour=GREY, most=2)
    at = sheet.paragraph(edge, at + 0.3 * k, heading.title, width, 14 * k, bold=True, most=2)
    return sheet.paragraph(edge, at, heading.cut, width, 9 * k, most=1) + 2 * k


def _foot(sheet: Sheet, heading: Heading, k: float) -> float:
    edge, at = 7 * k, sheet.size.height - 5 * k
    for text in reversed(heading.foot):
        lines = sheet.lines(text, sheet.size.width - 2 * edge, 5.6 * k, most=3)
        at -= len(lines) * 5.6 * k * POINT_MM * 1.28
        colour = ALARM if text == heading.foot[0] and heading.mark else GREY
        sheet.paragraph(edge, at, text, sheet.size.width - 2 * edge, 5.6 * k, colour=colour, most=3)
    return at - 2 * k


def _side(
    sheet: Sheet, plan: Plan, view: Window, scene: Scene, heading: Heading, notes: Sequence[str], words: Words
) -> None:  # fmt: skip
    """Write number, legend, scale and warnings into the side; in columns where it lies below the map."""
    k = plan.scale
    left, top, width, height = plan.side
    columns = 1 if plan.beside else 3
    column = (width - (columns - 1) * 5 * k) / columns
    blocks = [_facts_height(sheet, heading, column, k), *(_legend_height(sheet, one, column, k) for one in scene.legends)]
    squeeze = min(1.0, (height - 34 * k) / max(sum(blocks), 1.0)) if plan.beside else 1.0
    small = max(squeeze, 0.7) * k
    at, n = _facts(sheet, heading, left, top, column, small), 0
    for legend in scene.legends:
        tall = _legend_height(sheet, legend, column, small)
        if not plan.beside and at + tall > top + height and n < columns - 1:
            n, at = n + 1, top
        at = _legend(sheet, legend, left + n * (column + 5 * k), at, column, words, small)
    if not plan.beside and n < columns - 1:
        n, at = n + 1, top
    x = left + n * (column + 5 * k)
    north_arrow(sheet, x + column - 6 * k, at, 11 * k, words, 7 * k)
    at = scale_bar(sheet, view, x + 1, at + 1 * k, column - 22 * k, words, 6.2 * k) + 2.5 * k
    room = max(int((top + height - at) / (5.6 * k * POINT_MM * 1.28)), 0)
    for note in notes:
        lines = len(sheet.lines(note, column, 5.6 * k, most=8))
        if room <= 0:
            break
        at = sheet.paragraph(x, at, note, column, 5.6 * k, most=min(room, 8)) + 0.8 * k
        room -= lines


def _facts_height(sheet: Sheet, heading: Heading, width: float, k: float) -> float:
    return sum(_fact_lines(sheet, text, width, k, bold) for text, bold in heading.facts) + 3 * k


def _fact_lines(sheet: Sheet, text: str, width: float, k: float, bold: bool) -> float:
    size = (13 if bold else 6.8) * k
    return len(sheet.lines(text, width, size, bold=bold)) * size * POINT_MM * 1.28


def _facts(sheet: Sheet, heading: Heading, left: float, top: float, width: float, k: float) -> float:
    for text, bold in heading.facts:
        top = sheet.paragraph(left, top, text, width, (13 if bold else 6.8) * k, bold=bold, colour=INK if bold else GREY)
    return top + 3 * k


def _legend_height(sheet: Sheet, legend: Legend, width: float, k: float) -> float:
    title = len(sheet.lines(legend.title, width, 6.8 * k, bold=True)) * 6.8 * k * POINT_MM * 1.28
    return title + len(legend.keys) * 4.2 * k + 3.5 * k


def _legend(sheet: Sheet, legend: Legend, left: float, top: float, width: float, words: Words, k: float) -> float:
    at = sheet.paragraph(left, top, legend.title, width, 6.8 * k, bold=True) + 0.5 * k
    for key in legend.keys:
        _key(sheet, key, left, at, width, words, k)
        at += 4.2 * k
    return at + 3 * k


def _key(sheet: Sheet, key: Key, left: float, top: float, width: float, words: Words, k: float) -> None:
    style: Style = key.style
    sheet.box(
        left,
        top,
        6 * k,
        3.2 * k,
        style.fill,
        edge=style.edge,
        hatch=style.hatch,
        dashed=style.dashed,
        line_pt=max(style.line_pt, 0.3),
    )
    count = "" if key.count is None else words.number(key.count, 0)
    taken = sheet.width_mm(count, 6.2 * k) + 1.5 * k if count else 0.0
    middle = top + 1.6 * k
    sheet.text(left + 7.5 * k, middle, sheet.one_line(key.label, width - 7.5 * k - taken, 6.2 * k), 6.2 * k, stand="center")
    if count:
        sheet.text(left + width, middle, count, 6.2 * k, align="right", stand="center", colour=GREY)


# -- insets --------------------------------------------------------------------------------------------------


def _frames(sheet: Sheet, axes: Axes, view: Window, insets: Sequence[Inset], k: float) -> list[Box]:
    """Show on the main map where each inset lies, by its letter."""
    taken = []
    for n, inset in enumerate(insets):
        west, south, east, north = inset.scene.bounds
        axes.plot([west, east, east, west, west], [south, south, north, north, south], color=INK, linewidth=0.5 * k, zorder=16)
        left, top = view.place(west, north)
        box = (left, top - 3.4 * k, left + 3.4 * k, top)
        sheet.box(box[0], box[1], 3.4 * k, 3.4 * k, INK)
        sheet.text(left + 1.7 * k, top - 1.7 * k, letter(n), 6 * k, bold=True, colour=PAPER, align="center", stand="center")
        taken.append(box)
    return taken


def letter(n: int) -> str:
    return chr(ord("A") + n)


def _insets(sheet: Sheet, plan: Plan, insets: Sequence[Inset], words: Words) -> None:
    k = plan.scale
    for n, (inset, (left, top, width, height)) in enumerate(zip(insets, plan.insets, strict=False)):
        view = window(inset.scene.bounds, left, top, width, height, closest=inset.scene.closest)
        draw(axes_of(sheet, view), inset.scene, view, k)
        sheet.box(left, top, 3.4 * k, 3.4 * k, INK)
        sheet.text(left + 1.7 * k, top + 1.7 * k, letter(n), 6 * k, bold=True, colour=PAPER, align="center", stand="center")
        said = f"1:{words.number(view.denominator, 0)}"
        sheet.text(left + width, top + height + 0.6 * k, said, 5.8 * k, align="right", colour=GREY)
        name = sheet.one_line(inset.name, width - sheet.width_mm(said, 5.8 * k) - 1.5, 5.8 * k)
        sheet.text(left, top + height + 0.6 * k, name, 5.8 * k)
