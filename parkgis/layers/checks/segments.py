"""Gaps between parcels, by arithmetic on their segments.

In a clean coverage every segment inside it is drawn twice, once each way; what is drawn once is its rim. The rim runs
in closed rings: around the whole one way, around every piece of uncovered land the other way. Following the rings is
sorting and indexing of numbers, with no overlay at all. Only where parcels are out of order, so that the rim crosses
itself between two corners, are its lines noded and polygonised.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from parkgis.layers.edges import cycles, follow

if TYPE_CHECKING:
    from parkgis.layers.checks.limits import Bools, Ints, Shapes
    from parkgis.layers.checks.pairs import Overlaps
    from parkgis.layers.edges import Rim

REACH = 2.0  # how far around a parcel out of order rim lines are noded: so many sides of a square as large as a gap may be


def gaps(shapes: Shapes, known: Overlaps, tree: shapely.STRtree, smallest_m2: float, largest_m2: float) -> Shapes:
    """Return the pieces of uncovered land that parcels enclose.

    Parameters
    ----------
    shapes : ndarray of valid polygons, shape (n,)
        Metres.
    known : Overlaps
        Of the same parcels: their rim, and which of them are out of order with a neighbour.
    tree : STRtree
        Over ``shapes``.
    smallest_m2, largest_m2 : float
        Square metres: a gap is more than the one and at most the other.

    Returns
    -------
    ndarray of polygons
    """

    def sized(found: Shapes) -> Shapes:
        areas = shapely.area(found)
        return found[(areas <= largest_m2) & (areas > smallest_m2)]

    edges, suspects = known.rim, known.suspects
    if not len(edges):
        return np.empty(0, object)
    following = follow(edges)
    ring = cycles(following)
    dirty = np.zeros(len(shapes), bool)
    dirty[suspects] = True
    doubtful = _any(dirty[edges.row] | (np.bincount(following, minlength=len(edges))[following] != 1), ring)
    traced = sized(_traced(edges, following, ring, ~doubtful, largest_m2))
    faces = _noded(shapes, edges, doubtful[ring], suspects, tree, REACH * largest_m2**0.5)
    return np.concatenate([traced, _uncovered(sized(faces), tree)])


def _any(flags: Bools, ring: Ints) -> Bools:
    """Tell for each ring whether any of its segments is flagged."""
    return np.asarray(np.bincount(ring, flags) > 0)


def _traced(edges: Rim, following: Ints, ring: Ints, among: Bools, largest_m2: float) -> Shapes:
    """Return the rings that run around uncovered land, as polygons."""
    start = np.unique(ring, return_index=True)[1]
    origin = edges.start[start[ring]]
    a, b = edges.start - origin, edges.end - origin
    areas = np.bincount(ring, (a[:, 0] * b[:, 1] - b[:, 0] * a[:, 1]) / 2)
    sizes = np.bincount(ring)
    wanted = np.flatnonzero(among & (areas < 0) & (areas >= -largest_m2 - 1e-6) & (sizes > 2))
    if not len(wanted):
        return np.empty(0, object)
    first = start[wanted]
    steps, at = [first], following[first]
    while (at != first).any():
        steps.append(at)
        at = np.where(at == first, first, following[at])
    walk = np.column_stack(steps)
    inside = np.arange(walk.shape[1]) < sizes[wanted][:, None]
    corners, owner = edges.start[walk[inside]], np.nonzero(inside)[0]
    return np.asarray(shapely.polygons(shapely.linearrings(corners, indices=owner)))


def _noded(shapes: Shapes, edges: Rim, doubtful: Bools, suspects: Ints, tree: shapely.STRtree, reach_m: float) -> Shapes:
    """Return every face that rim lines around parcels out of order enclose, covered or not."""
    if not len(suspects):
        return np.empty(0, object)
    west, south, east, north = shapely.bounds(shapes[suspects]).T
    around = shapely.box(west - reach_m, south - reach_m, east + reach_m, north + reach_m)
    zone = np.zeros(len(shapes), bool)
    zone[tree.query(around)[1]] = True
    near = zone[edges.row] & doubtful
    lines = shapely.linestrings(np.stack([edges.start[near], edges.end[near]], axis=1))
    return np.asarray(shapely.get_parts(shapely.polygonize([shapely.union_all(lines)])))


def _uncovered(faces: Shapes, tree: shapely.STRtree) -> Shapes:
    """Leave out the faces that lie in a parcel."""
    covered = tree.query(shapely.point_on_surface(faces), predicate="within")[0]
    return np.delete(faces, np.unique(covered))
