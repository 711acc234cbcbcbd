"""What is left of a shape that is nowhere too narrow, and the lanes that run between shapes: tile by tile, since both are local."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from parkgis.planning.coverage import join

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shapely.geometry.base import BaseGeometry

    from parkgis.planning.edges import Ints, Shapes

    Box = tuple[float, float, float, float]
    Work = Callable[[Any], Shapes]

TILE_COORDINATES = 4000
"""Above this a shape is cut in two: the cost of a buffer grows faster than its outline."""
SHARPER = 1.000001
"""The disk that widens or narrows again is larger by this: rounding leaves no hair between the shape and what was opened, and no
line of what was closed runs along one of the shape, which GEOS takes twice the time to tell apart."""
MITRE = 2.0
NOTHING = np.empty(0, dtype=object)
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
    tile_of : ndarray of int64
        Row of the shape that each tile belongs to.
    """

    parts: Shapes
    owner: Ints
    tiles: Shapes
    kept: Shapes
    tile_of: Ints

    def rest(self) -> tuple[Shapes, Ints]:
        """Return the ground of the shapes that lies in no part, cut at the edges of tiles, and the row of each one's shape."""
        found, tile = _areas(shapely.difference(self.tiles, self.kept))
        return found, self.tile_of[tile]


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
    parts, owner, tile_of = [found], [small[at]], [small]
    for row in np.flatnonzero(large):
        done = _tiles(shapes[[row]], reach_m(width_m), lambda part: areas_of(_narrowed(part, width_m)))
        tiles.append(np.array([shapely.multipolygons(tile.core) for tile in done], dtype=object))
        kept.append(np.array([shapely.multipolygons(np.concatenate([tile.whole, tile.cut])) for tile in done], dtype=object))
        parts.append(_stitched(done))
        owner.append(np.full(len(parts[-1]), row))
        tile_of.append(np.full(len(done), row))
    return Opened(*(np.concatenate(column) for column in (parts, owner, tiles, kept, tile_of)))


def _narrowed(shapes: Any, width_m: float) -> Any:
    if not width_m:
        return shapes
    kept = shapely.buffer(shapes, -width_m / 2)
    return shapely.intersection(shapely.buffer(kept, width_m / 2 * SHARPER, join_style="mitre", mitre_limit=MITRE), shapes)


def reach_m(width_m: float) -> float:
    """Return how far away a change of a shape can change what is opened."""
    return width_m * (1 + MITRE) / 2 + 0.5


def between(shapes: Shapes, width_m: float, least_m2: float = 0.0) -> Shapes:
    """Return the ground that lies between shapes, or between parts of one, and is at most so wide.

    Parameters
    ----------
    shapes : ndarray of Polygon, shape (n,)
        Metres; apart from each other.
    width_m : float
    least_m2 : float
        What is no larger lies in a corner and between nothing.

    Returns
    -------
    ndarray of Polygon
        *Method*: closing by a disk of this diameter, less the shapes.
    """
    half = width_m / 2

    def work(part: BaseGeometry) -> Shapes:
        made = areas_of(shapely.difference(shapely.buffer(shapely.buffer(part, half), -half * SHARPER), part))
        return made[shapely.area(made) > least_m2]

    return _stitched(_tiles(shapes, 2 * width_m + 0.5, work))


def areas_of(shapes: Any) -> Shapes:
    """Return the polygons of shapes, whatever else lies among them."""
    return _areas(shapes)[0]


def _areas(shapes: Any) -> tuple[Shapes, Ints]:
    """Return the polygons of shapes, whatever else lies among them, and which shape each came from."""
    parts, of = shapely.get_parts(np.atleast_1d(shapes), return_index=True)
    parts, again = shapely.get_parts(parts, return_index=True)  # a collection may hold multipolygons
    real = (shapely.get_dimensions(parts) == 2) & (shapely.area(parts) > 0)
    return parts[real], of[again][real].astype(np.int64)


class _Tile(NamedTuple):
    """What lies in a tile, and what some work made of it: polygons that lie within it, and polygons cut at its edge."""

    core: Shapes
    whole: Shapes
    cut: Shapes


def _stitched(tiles: Sequence[_Tile]) -> Shapes:
    """Gather what tiles hold; join what was cut at their edges."""
    whole = np.concatenate([NOTHING, *(tile.whole for tile in tiles)])
    cut = np.concatenate([NOTHING, *(tile.cut for tile in tiles)])
    joined = join(cut, STITCH_M).outlines if len(tiles) > 1 else cut
    return np.concatenate([whole, joined[shapely.area(joined) > 0]])


def _tiles(shapes: Shapes, margin_m: float, work: Work) -> list[_Tile]:
    """Do some local work on polygons tile by tile."""
    if not len(shapes):
        return []
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    grown = (west - margin_m, south - margin_m, east + margin_m, north + margin_m)
    return _halves(shapes, grown, margin_m, work)


def _halves(shapes: Shapes, core: Box, margin_m: float, work: Work) -> list[_Tile]:
    """Cut the ground in two until little lies in it; each tile sees what lies around it, and answers for its core alone."""
    west, south, east, north = core
    if shapely.get_num_coordinates(shapes).sum() <= TILE_COORDINATES or max(east - west, north - south) < 8 * margin_m:
        made = work(shapely.multipolygons(shapes))
        return [_Tile(np.concatenate(_clipped(shapes, core)), *_clipped(made, core))]
    if east - west >= north - south:
        middle = (west + east) / 2
        cores = ((west, south, middle, north), (middle, south, east, north))
    else:
        middle = (south + north) / 2
        cores = ((west, south, east, middle), (west, middle, east, north))
    found = []
    for part in cores:
        window = (part[0] - margin_m, part[1] - margin_m, part[2] + margin_m, part[3] + margin_m)
        near = np.concatenate(_clipped(shapes, window))
        if len(near):
            found += _halves(near, part, margin_m, work)
    return found


def _clipped(shapes: Shapes, box: Box) -> tuple[Shapes, Shapes]:
    """Return the polygons that lie within a box, and what lies in it of those that cross its edge.

    Most lie on one side, which their bounds tell: GEOS need not see them.
    """
    low, high = np.hsplit(shapely.bounds(shapes), 2)
    within = ((low > box[:2]) & (high < box[2:])).all(axis=1)
    across = ((high > box[:2]) & (low < box[2:])).all(axis=1) & ~within
    return shapes[within], areas_of(shapely.intersection(shapes[across], shapely.box(*box)))
