"""Polygons as rings of grid points: metre-true, in the legal VN-2000 grid, to the centimetre.

The map carries the corners as the law knows them and lets the browser project them, so that an area or a
distance taken from the page is one of the legal grid. A cadastral list writes coordinates to 0.01 m, hence
:data:`GRID_M`: a corner moves by at most 0.0071 m (half the diagonal), and none at all if it was written so.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

Ints = npt.NDArray[np.int32]

GRID_M = 0.01
WIDEST = 2**22
"""Grid units (42 km) within which sums of products are whole numbers a 64-bit float holds exactly."""


@dataclasses.dataclass(frozen=True)
class Rings:
    """Polygons as rings of grid points; even-odd, so that holes and parts need no marks.

    Attributes
    ----------
    rings : ndarray of int32, shape (rows,)
        How many rings each row has.
    points : ndarray of int32, shape (all rings,)
        How many points each ring has, 1 or more; the closing point is left out.
    x, y : ndarray of int32, shape (all points,)
        East and north in units of :data:`GRID_M` from ``origin_m``.
    origin_m : tuple of float
        East and north in the grid ``legal``, metres.
    legal : str
        ``EPSG:code`` of a VN-2000 zone.
    """

    rings: Ints
    points: Ints
    x: Ints
    y: Ints
    origin_m: tuple[float, float]
    legal: str


def rings(shapes: npt.NDArray[np.object_], legal: str) -> Rings:
    """Put polygons on the grid.

    Parameters
    ----------
    shapes : ndarray of BaseGeometry, shape (n,)
        Polygons and multipolygons in the ``legal`` VN-2000 grid, metres. An empty one has no rings; what has
        no area has none either.
    legal : str
        ``EPSG:code``.

    Returns
    -------
    Rings
        Outer rings run counter-clockwise and holes clockwise, so that overlapping neighbours do not cancel
        where many are filled as one path. A ring begins where it leaves an earlier one. A ring that the grid
        collapses keeps one point or two: it stays on the map as a dot or a line.
    """
    parts, row_of_part = _parts(shapes)
    flat = shapely.get_dimensions(parts) == 2
    sizes, part_of_loop = _loops(parts[flat])
    loop = np.repeat(np.arange(len(sizes)), sizes)
    xy = _oriented(shapely.get_coordinates(parts[flat]), loop, sizes, np.diff(part_of_loop, prepend=-1) != 0)
    origin = np.floor(xy.min(axis=0)) if len(xy) else np.zeros(2)
    grid = np.round((xy - origin) / GRID_M).astype(np.int32)
    kept = _kept(grid, loop)
    grid, loop = _begun(grid[kept], loop[kept])
    return Rings(
        np.bincount(row_of_part[flat][part_of_loop], minlength=len(shapes)).astype(np.int32),
        np.bincount(loop, minlength=len(sizes)).astype(np.int32),
        np.ascontiguousarray(grid[:, 0]),
        np.ascontiguousarray(grid[:, 1]),
        (float(origin[0]), float(origin[1])),
        legal,
    )


def _parts(shapes: npt.NDArray[np.object_]) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.int64]]:
    """Return the polygons of all rows and the row of each; where every row is one, no object is made anew."""
    if (shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON).all():
        return shapes, np.arange(len(shapes))
    parts, row_of_part = shapely.get_parts(shapes, return_index=True)
    return parts, row_of_part


def _loops(polygons: npt.NDArray[np.object_]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return how many points each ring has, in the order of the coordinates, and its polygon; only holed ones are taken apart."""
    holes = shapely.get_num_interior_rings(polygons)
    count = np.where(shapely.is_empty(polygons), 0, 1 + holes)
    of = np.repeat(np.arange(len(polygons)), count)
    sizes = shapely.get_num_coordinates(polygons)[of].astype(np.int64)
    sizes[holes[of] > 0] = shapely.get_num_coordinates(shapely.get_rings(polygons[holes > 0]))
    return sizes, of


def _oriented(
    xy: npt.NDArray[np.float64], loop: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64], outer: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """Turn round the rings that run the wrong way: outer ones go counter-clockwise, holes clockwise."""
    if not len(loop):
        return xy
    start = np.cumsum(sizes) - sizes
    x, y = (xy - xy[start[loop]]).T  # from the ring's own first point, which is its last as well
    cross = np.append(x[:-1] * y[1:] - x[1:] * y[:-1], 0.0)
    wrong = (np.add.reduceat(cross, start) > 0) != outer
    place = np.arange(len(loop))
    return xy[np.where(wrong[loop], 2 * start[loop] + sizes[loop] - 1 - place, place)]


def _kept(grid: Ints, loop: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Say which points stay: not the closing one, and of equal ones in a row the last, but one a ring always."""
    last = np.append(loop[1:] != loop[:-1], True)[: len(loop)]
    moved = np.append((grid[1:] != grid[:-1]).any(axis=1), True)[: len(loop)]
    kept: npt.NDArray[np.bool_] = moved & ~last
    if len(loop):
        start = np.flatnonzero(np.append(True, last[:-1]))
        kept[start[~np.logical_or.reduceat(kept, start)]] = True
    return kept


def _begun(grid: Ints, loop: npt.NDArray[np.int64]) -> tuple[Ints, npt.NDArray[np.int64]]:
    """Turn each ring so that it begins with the first corner it shares with an earlier ring after one that is its own."""
    if not len(loop):
        return grid, loop
    size = np.bincount(loop)
    start = np.cumsum(size) - size
    place = np.arange(len(loop)) - start[loop]
    first, vertex = firsts(grid[:, 0], grid[:, 1])
    known = loop[first[vertex]] < loop
    before = start[loop] + (place - 1) % size[loop]
    begins = np.where(known & ~known[before], place, len(loop))
    turn = np.minimum.reduceat(begins, start)
    turn[turn == len(loop)] = 0
    return grid[start[loop] + (place + turn[loop]) % size[loop]], loop


def firsts(x: Ints, y: Ints) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Number the different points in the order of their first appearance.

    Returns
    -------
    first : ndarray of int64, shape (different points,)
        Where each appears first, ascending.
    vertex : ndarray of int64, shape (points,)
        The number of each point.
    """
    key = (x.astype(np.int64) << 32) | (y.astype(np.int64) & 0xFFFFFFFF)
    vertex, different = pd.factorize(key)
    first = np.empty(len(different), np.int64)
    first[vertex[::-1]] = np.arange(len(vertex))[::-1]  # the last to be written is the first to appear
    return first, vertex


def twice_areas(shapes: Rings) -> npt.NDArray[np.float64]:
    """Return twice the area of each row in square grid units, exact; 0 for what reaches farther than :data:`WIDEST`."""
    loop = np.repeat(np.arange(len(shapes.points)), shapes.points)
    row = np.repeat(np.arange(len(shapes.rings)), shapes.rings)[loop]
    start = np.cumsum(shapes.points, dtype=np.int64) - shapes.points
    first = start[loop]
    x, y = (values.astype(np.float64) - values[first].astype(np.float64) for values in (shapes.x, shapes.y))
    after = np.arange(1, len(loop) + 1)
    if len(loop):
        ends = (start + shapes.points - 1)[shapes.points > 0]
        after[ends] = start[shapes.points > 0]
    far = (np.abs(x) > WIDEST) | (np.abs(y) > WIDEST)
    found: npt.NDArray[np.float64] = np.abs(np.bincount(row, x * y[after] - x[after] * y, minlength=len(shapes.rings)))
    found[row[far]] = 0.0
    return found
