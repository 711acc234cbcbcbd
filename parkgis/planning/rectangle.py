"""The largest rectangle that fits into a polygon: how large a factory hall the land could hold."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import shapely
import shapely.affinity

if TYPE_CHECKING:
    from shapely.geometry import Polygon

    from parkgis.planning.edges import Floats, Mask

CELLS = 96
"""Cells along the longer side of the polygon's box in the first search."""
GROWTH = 24
"""Halvings while a side is pushed outward: the last step is far below a millimetre."""
ROUNDS = 2
DIRECTIONS = 4


@dataclasses.dataclass(frozen=True, slots=True)
class Rectangle:
    """A rectangle inside a polygon.

    Attributes
    ----------
    length_m, width_m : float
        The longer side first; zero where nothing fits.
    shape : Polygon
        In the polygon's grid; empty where nothing fits.
    """

    length_m: float
    width_m: float
    shape: Polygon

    @property
    def area_m2(self) -> float:
        return self.length_m * self.width_m


def largest_rectangle(polygon: Polygon) -> Rectangle:
    """Find a large rectangle inside a polygon, turned as the polygon's edges are.

    Parameters
    ----------
    polygon : Polygon
        Valid, metres.

    Returns
    -------
    Rectangle
        Truly inside. A lower bound of the largest: it is sought in the few directions that the edges favour and on a raster of
        :data:`CELLS` cells, then every side is pushed outward as far as it goes.
    """
    found = Rectangle(0.0, 0.0, shapely.Polygon())
    if polygon.is_empty:
        return found
    centre = polygon.envelope.centroid
    for angle in _directions(polygon):
        turned = shapely.affinity.rotate(polygon, -angle, origin=centre)
        box = _pushed(turned, _seed(turned))
        if box is not None and (box[2] - box[0]) * (box[3] - box[1]) > found.area_m2:
            sides = sorted((box[2] - box[0], box[3] - box[1]))
            found = Rectangle(sides[1], sides[0], shapely.affinity.rotate(shapely.box(*box), angle, origin=centre))
    return found


def _directions(polygon: Polygon) -> Floats:
    """Return the directions, in degrees from 0 to 90, that most of the outline runs along."""
    at = shapely.get_coordinates(polygon.exterior)
    step = np.diff(at, axis=0)
    angle = np.degrees(np.arctan2(step[:, 1], step[:, 0])) % 90
    length = np.hypot(*step.T)
    weight, edge = np.histogram(angle, bins=45, range=(0, 90), weights=length)
    best = np.argsort(-weight, kind="stable")[:DIRECTIONS]
    found = [
        float(np.average(angle[inside], weights=length[inside]))
        for low, high in zip(edge[best], edge[best + 1], strict=True)
        if length[inside := (angle >= low) & (angle < high)].sum() > 0
    ]
    return np.array([*found, 0.0])


def _seed(polygon: Polygon) -> Floats | None:
    """Return the box (min x, min y, max x, max y) of the largest rectangle of raster cells inside, or None."""
    low_x, low_y, high_x, high_y = polygon.bounds
    size = max(high_x - low_x, high_y - low_y) / CELLS
    columns, rows = (max(1, round((high - low) / size)) for low, high in ((low_x, high_x), (low_y, high_y)))
    x, y = np.linspace(low_x, high_x, columns + 1), np.linspace(low_y, high_y, rows + 1)
    left, bottom = np.meshgrid(x[:-1], y[:-1])
    right, top = np.meshgrid(x[1:], y[1:])
    shapely.prepare(polygon)
    inside = shapely.covers(polygon, shapely.box(left, bottom, right, top))
    best = _largest_of_cells(inside)
    return None if best is None else np.array([x[best[0]], y[best[1]], x[best[2]], y[best[3]]])


def _largest_of_cells(inside: Mask) -> tuple[int, int, int, int] | None:
    """Return (first column, first row, end column, end row) of the largest full rectangle of a raster.

    *Method*: heights of columns of full cells, row by row, and a stack of rising heights: linear in the cells.
    """
    best, found = 0, None
    heights = [0] * (inside.shape[1] + 1)
    for row, cells in enumerate(inside.tolist()):
        stack: list[int] = []
        for column in range(len(heights)):
            heights[column] = heights[column] + 1 if column < len(cells) and cells[column] else 0
            while stack and heights[stack[-1]] >= heights[column]:
                height = heights[stack.pop()]
                first = stack[-1] + 1 if stack else 0
                if height * (column - first) > best:
                    best, found = height * (column - first), (first, row + 1 - height, column, row + 1)
            stack.append(column)
    return found


def _pushed(polygon: Polygon, seed: Floats | None) -> Floats | None:
    """Push each side of a box outward as far as the polygon covers it."""
    if seed is None:
        return None
    shapely.prepare(polygon)
    box, limit = seed.copy(), np.array(polygon.bounds)
    for side in (*range(4), *range(4)) * (ROUNDS // 2):
        near, far = box[side], limit[side]
        for _ in range(GROWTH):
            middle = (near + far) / 2
            tried = box.copy()
            tried[side] = middle
            near, far = (middle, far) if polygon.covers(shapely.box(*tried)) else (near, middle)
        box[side] = near
    return box
