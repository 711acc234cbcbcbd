"""Gaps between parcels, by arithmetic on their segments.

In a clean coverage every segment inside it is drawn twice, once each way; what is drawn once is its rim. The rim runs
in closed rings: around the whole one way, around every piece of uncovered land the other way. Following the rings is
sorting and indexing of numbers, with no overlay at all. Only where parcels are out of order, so that the rim crosses
itself between two corners, are its lines noded and polygonised.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from parkgis.layers.checks.limits import Bools, Floats, Ints, Shapes

Hashes = npt.NDArray[np.uint64]
TURN = 8.0  # more than a full turn in radians: the keys of two nodes never mix
REACH = 2.0  # how far around a parcel out of order rim lines are noded: so many sides of a square as large as a gap may be


@dataclasses.dataclass(frozen=True, eq=False)
class Rim:
    """Segments that one parcel draws and no other the other way, directed so that their parcel lies on the left.

    Attributes
    ----------
    start, end : ndarray of float64, shape (n, 2)
    row : ndarray of int, shape (n,)
        The parcel.
    """

    start: Floats
    end: Floats
    row: Ints

    def __len__(self) -> int:
        return len(self.row)


def gaps(shapes: Shapes, suspects: Ints, tree: shapely.STRtree, smallest_m2: float, largest_m2: float) -> Shapes:
    """Return the pieces of uncovered land that parcels enclose.

    Parameters
    ----------
    shapes : ndarray of valid polygons, shape (n,)
        Metres.
    suspects : ndarray of int
        Rows that are out of order with a neighbour (:attr:`parkgis.layers.checks.pairs.Overlaps.suspects`).
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

    edges = rim(shapes)
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


def rim(shapes: Shapes) -> Rim:
    """Return every segment that no other parcel draws the other way."""
    xy, ring, row, backward = _drawn(shapes)
    step = np.flatnonzero((ring[1:] == ring[:-1]) & (xy[1:] != xy[:-1]).any(axis=1))
    node = hashed(xy)
    lone = step[_unmatched(node[step], node[step + 1], backward[ring[step]])]
    turned = backward[ring[lone]]
    first, second = np.where(turned, lone + 1, lone), np.where(turned, lone, lone + 1)
    return Rim(xy[first], xy[second], row[ring[lone]])


def _drawn(shapes: Shapes) -> tuple[Floats, Ints, Ints, Bools]:
    """Return the corners of all rings, the ring of each; and for each ring its row, and whether it has its land on the right.

    Most parcels are one ring: taking rings out as geometries of their own would cost as much as all the rest.
    """
    plain = (shapely.get_type_id(shapes) == 3) & (shapely.get_num_interior_rings(shapes) == 0)
    rows, others = np.flatnonzero(plain), np.flatnonzero(~plain)
    xy, ring = shapely.get_coordinates(shapes[rows], return_index=True)
    parts, owner = shapely.get_parts(shapes[others], return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    more, inner = shapely.get_coordinates(rings, return_index=True)
    outer = np.r_[np.ones(len(rows), bool), np.diff(part, prepend=-1) != 0]
    every = np.concatenate([xy, more]), np.concatenate([ring, inner + len(rows)])
    return *every, np.concatenate([rows, others[owner[part]]]), (_signed(*every, len(outer)) > 0) != outer


def _signed(xy: Floats, ring: Ints, count: int) -> Floats:
    """Return the area of each ring, positive where it runs against the clock."""
    first = np.searchsorted(ring, np.arange(count))
    local = xy - xy[np.minimum(first, len(xy) - 1)][ring]  # a million metres squared leave too few digits
    step = ring[1:] == ring[:-1]
    cross = np.where(step, local[:-1, 0] * local[1:, 1] - local[1:, 0] * local[:-1, 1], 0.0)
    return np.asarray(np.bincount(ring[1:], cross, minlength=count) / 2)


def _unmatched(one: Hashes, two: Hashes, turned: Bools) -> Bools:
    """Tell which segments are not drawn as often one way as the other."""
    key = (one ^ two) + (one + two) * np.uint64(3)  # the same both ways
    order = np.argsort(key)
    sorted_key = key[order]
    first = np.flatnonzero(np.r_[True, sorted_key[1:] != sorted_key[:-1]])
    way = np.where((one < two) != turned, 1, -1)[order]
    net = np.add.reduceat(way, first)
    alone = np.empty(len(key), bool)
    alone[order] = np.repeat(net != 0, np.diff(np.r_[first, len(key)]))
    return alone


def hashed(xy: Floats) -> Hashes:
    """Return a number a point, equal for equal coordinates (64 bits: two of a million points meet once in 10 million times)."""
    east, north = _bits(xy[:, 0]), _bits(xy[:, 1])
    mixed: Any = east * np.uint64(0x9E3779B97F4A7C15) + (north ^ (east >> np.uint64(31))) * np.uint64(0xC2B2AE3D27D4EB4F)
    return np.asarray((mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9), np.uint64)


def _bits(axis: Floats) -> Hashes:
    return (np.ascontiguousarray(axis) + 0.0).view(np.uint64)  # + 0.0: minus nought is nought


def follow(edges: Rim) -> Ints:
    """Return for each segment the next one around the land on its right: the sharpest turn right at its end."""
    nodes, start = np.unique(hashed(edges.start), return_inverse=True)
    end = np.searchsorted(nodes, hashed(edges.end))
    run = edges.end - edges.start
    out = start * TURN + np.arctan2(run[:, 1], run[:, 0]) + np.pi
    back = end * TURN + np.arctan2(-run[:, 1], -run[:, 0]) + np.pi
    order = np.argsort(out, kind="stable")
    begin = np.searchsorted(start[order], np.arange(len(nodes) + 1))
    place = np.searchsorted(out[order], back, side="right")
    return np.asarray(order[np.where(place < begin[end + 1], place, begin[end])])


def cycles(following: Ints) -> Ints:
    """Number the rings that a "next" of each segment makes: the ring of each segment, from 0."""
    least, jump = np.arange(len(following)), following
    for _ in range(len(following).bit_length()):
        least, jump = np.minimum(least, least[jump]), jump[jump]
    return np.asarray(np.unique(least, return_inverse=True)[1])


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
