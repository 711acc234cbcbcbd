"""What is left of a shape that is nowhere too narrow, and the lanes that run between shapes: tile by tile, since both are local."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from parkgis.planning.coverage import join

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapely.geometry.base import BaseGeometry

    from parkgis.planning.edges import Ints, Shapes

    Box = tuple[float, float, float, float]
    Work = Callable[[BaseGeometry], BaseGeometry]

TILE_COORDINATES = 1500
"""Above this a shape is cut in two: the cost of a buffer grows faster than its outline."""
SHARPER = 1.000001
"""The disk that widens again is larger by this, so that rounding leaves no hair between the shape and what was opened."""
MITRE = 2.0
STITCH_M = 0.002
"""Corners this near are one where tiles meet: the same line was cut twice."""


@dataclasses.dataclass(frozen=True)
class Opened:
    """What of some shapes is nowhere narrower than a width, and what is.

    Attributes
    ----------
    parts : ndarray of Polygon
    owner : ndarray of int64
        Row of the shape that each part belongs to.
    tiles, kept : ndarray of objects
        The shapes, the large ones in tiles, and what is opened of each.
    """

    parts: Shapes
    owner: Ints
    tiles: Shapes
    kept: Shapes

    def rest(self) -> Shapes:
        """Return the ground of the shapes that lies in no part, cut at the edges of tiles."""
        return _areas(shapely.difference(self.tiles, self.kept))[0]


def opened(shapes: Shapes, width_m: float) -> Opened:
    """Return the parts of shapes that are nowhere narrower than a width.

    Parameters
    ----------
    shapes : ndarray of Polygon, shape (n,)
        Metres.
    width_m : float
        0 returns the shapes.

    Returns
    -------
    Opened
        *Method*: opening by a disk of this diameter; corners that the disk would round come back sharp. What lies farther away
        than :func:`reach_m` has no part in it, so large shapes are opened in tiles.
    """
    large = shapely.get_num_coordinates(shapes) > TILE_COORDINATES if width_m else np.zeros(len(shapes), bool)
    small = np.flatnonzero(~large)
    tiles, kept = [shapes[small]], [_narrowed(shapes[small], width_m)]
    found, at = _areas(kept[0])
    parts, owner = [found], [small[at]]
    for row in np.flatnonzero(large):
        cores, left = _tiles(shapes[row], reach_m(width_m), lambda part: _narrowed(part, width_m))
        tiles.append(cores)
        kept.append(left)
        parts.append(_stitched(left))
        owner.append(np.full(len(parts[-1]), row))
    return Opened(np.concatenate(parts), np.concatenate(owner).astype(np.int64), np.concatenate(tiles), np.concatenate(kept))


def _narrowed(shapes: Any, width_m: float) -> Any:
    if not width_m:
        return shapes
    kept = shapely.buffer(shapes, -width_m / 2)
    return shapely.intersection(shapely.buffer(kept, width_m / 2 * SHARPER, join_style="mitre", mitre_limit=MITRE), shapes)


def reach_m(width_m: float) -> float:
    """Return how far away a change of a shape can change what is opened."""
    return width_m * (1 + MITRE) / 2 + 0.5


def between(shape: BaseGeometry, width_m: float) -> Shapes:
    """Return the ground that lies between parts of a shape and is at most so wide.

    *Method*: closing by a disk of this diameter, less the shape.
    """
    half = width_m / 2

    def work(part: BaseGeometry) -> BaseGeometry:
        return shapely.difference(shapely.buffer(shapely.buffer(part, half), -half), part)

    return _stitched(_tiles(shape, 2 * width_m + 0.5, work)[1])


def areas_of(shapes: Any) -> Shapes:
    """Return the polygons of shapes, whatever else lies among them."""
    return _areas(shapes)[0]


def _areas(shapes: Any) -> tuple[Shapes, Ints]:
    """Return the polygons of shapes, whatever else lies among them, and which shape each came from."""
    parts, of = shapely.get_parts(np.atleast_1d(shapes), return_index=True)
    parts, again = shapely.get_parts(parts, return_index=True)  # a collection may hold multipolygons
    real = (shapely.get_dimensions(parts) == 2) & (shapely.area(parts) > 0)
    return parts[real], of[again][real].astype(np.int64)


def _stitched(tiles: Shapes) -> Shapes:
    """Join what tiles hold across their edges."""
    parts = _areas(tiles)[0]
    if len(tiles) <= 1:
        return parts
    joined = join(parts, STITCH_M).outlines
    return joined[shapely.area(joined) > 0]


def _tiles(shape: BaseGeometry, margin_m: float, work: Work) -> tuple[Shapes, Shapes]:
    """Do some local work tile by tile; return what lies in each tile, and what the work made of it."""
    if shape.is_empty:
        return np.empty(0, dtype=object), np.empty(0, dtype=object)
    west, south, east, north = shape.bounds
    grown = (west - margin_m, south - margin_m, east + margin_m, north + margin_m)
    found = _halves(shape, grown, margin_m, work)
    pairs = np.empty((len(found), 2), dtype=object)
    pairs[:] = found
    return pairs[:, 0], pairs[:, 1]


def _halves(shape: BaseGeometry, core: Box, margin_m: float, work: Work) -> list[tuple[BaseGeometry, BaseGeometry]]:
    """Cut the shape in two until it is small; each tile sees what lies around it, and answers for its core alone."""
    west, south, east, north = core
    if shapely.get_num_coordinates(shape) <= TILE_COORDINATES or max(east - west, north - south) < 8 * margin_m:
        tile = shapely.box(*core)
        return [(shapely.intersection(shape, tile), shapely.intersection(work(shape), tile))]
    if east - west >= north - south:
        middle = (west + east) / 2
        cores = ((west, south, middle, north), (middle, south, east, north))
    else:
        middle = (south + north) / 2
        cores = ((west, south, east, middle), (west, middle, east, north))
    found = []
    for part in cores:
        window = shapely.box(part[0] - margin_m, part[1] - margin_m, part[2] + margin_m, part[3] + margin_m)
        near = shapely.intersection(shape, window)
        if not near.is_empty:
            found += _halves(near, part, margin_m, work)
    return found
