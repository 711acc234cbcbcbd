"""The edges of parcels by arithmetic: which of them no neighbour shares, how those run, and where they meet.

In a clean coverage every edge inside it is drawn twice, once each way; what is drawn once is its rim. Finding the rim is sorting
numbers. All that may be wrong between parcels shows in it: how many parcels cover a place changes only across rim edges, so
where none of them crosses another one, what holds beside one edge of a closed line holds all along that line.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Shapes = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]
Hashes = npt.NDArray[np.uint64]

TURN = 8.0  # more than a full turn in radians: the keys of two nodes never mix
NEAR_M = 1e-6  # edges nearer than this may meet: whoever asks looks at them again
TABLE = 24  # bits of a key by which most edges are known not to be of the rim
_ONE = np.uint64(1)


@dataclasses.dataclass(frozen=True, eq=False)
class Rim:
    """Edges that one parcel draws and no other the other way, directed so that their parcel lies on the left.

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


def rim(shapes: Shapes) -> Rim:
    """Return every edge that no other parcel draws the other way.

    Parameters
    ----------
    shapes : ndarray of polygons and multipolygons, shape (n,)
        Missing and empty ones have no edges.
    """
    xy, ring, row, backward = drawn(shapes)
    node = hashed(xy)
    step = np.flatnonzero((ring[1:] == ring[:-1]) & (node[1:] != node[:-1]))
    lone = step[_unmatched(node[step], node[step + 1], backward[ring[step]])]
    turned = backward[ring[lone]]
    first, second = np.where(turned, lone + 1, lone), np.where(turned, lone, lone + 1)
    return Rim(xy[first], xy[second], row[ring[lone]])


def drawn(shapes: Shapes) -> tuple[Floats, Ints, Ints, Bools]:
    """Return the corners of all rings, the ring of each; and for each ring its row, and whether it has its land on the right.

    Most parcels are one ring: taking rings out as geometries of their own would cost as much as all the rest.
    """
    plain = (shapely.get_type_id(shapes) == 3) & (shapely.get_num_interior_rings(shapes) == 0)
    rows, others = np.flatnonzero(plain), np.flatnonzero(~plain)
    alone = shapes if len(rows) == len(shapes) else shapes[rows]
    xy, ring = shapely.get_coordinates(alone), np.repeat(np.arange(len(rows)), shapely.get_num_coordinates(alone))
    if not len(others):
        return xy, ring, rows, _signed(xy, ring, len(rows)) <= 0
    parts, owner = shapely.get_parts(shapes[others], return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    more, inner = shapely.get_coordinates(rings, return_index=True)
    outer = np.r_[np.ones(len(rows), bool), np.diff(part, prepend=-1) != 0]
    every = np.concatenate([xy, more]), np.concatenate([ring, inner + len(rows)])
    return *every, np.concatenate([rows, others[owner[part]]]), (_signed(*every, len(outer)) > 0) != outer


def _signed(xy: Floats, ring: Ints, count: int) -> Floats:
    """Return the area of each ring, positive where it runs against the clock.

    Trapezoids, from a meridian nearby: products of northings, a million metres squared, would leave too few digits.
    """
    east = xy[:, 0] - (xy[0, 0] if len(xy) else 0.0)
    below = (east[1:] + east[:-1]) * (xy[1:, 1] - xy[:-1, 1])
    below[ring[1:] != ring[:-1]] = 0.0
    return np.asarray(np.bincount(ring[1:], below, minlength=count) / 2)


def _unmatched(one: Hashes, two: Hashes, turned: Bools) -> Bools:
    """Tell which edges are not drawn as often one way as the other.

    Sorting the keys themselves, with the way in their last bit, takes half the time of sorting their order.
    """
    if not len(one):
        return np.zeros(0, bool)
    key = (((one ^ two) + (one + two) * np.uint64(3)) << _ONE) | ((one < two) != turned)  # but for the last bit the same both ways
    ordered = np.sort(key)
    pair = ordered >> _ONE
    first = np.flatnonzero(np.r_[True, pair[1:] != pair[:-1]])
    net = np.add.reduceat(np.where(ordered & _ONE, np.int8(1), np.int8(-1)), first, dtype=np.int64)
    lone = pair[first[net != 0]]
    return _among(key >> _ONE, lone)


def _among(keys: Hashes, few: Hashes) -> Bools:
    """Tell which keys are among a few, which are sorted."""
    shift = np.uint64(63 - TABLE)
    table = np.zeros(1 << TABLE, bool)
    table[few >> shift] = True
    found: Bools = table[keys >> shift]
    likely = np.flatnonzero(found)
    if len(few):
        found[likely] = few[np.minimum(np.searchsorted(few, keys[likely]), len(few) - 1)] == keys[likely]
    return found


def hashed(xy: Floats) -> Hashes:
    """Return a number a point, equal for equal coordinates (64 bits: two of a million points meet once in 10 million times)."""
    east, north = _bits(xy[:, 0]), _bits(xy[:, 1])
    mixed: Any = east * np.uint64(0x9E3779B97F4A7C15) + (north ^ (east >> np.uint64(31))) * np.uint64(0xC2B2AE3D27D4EB4F)
    return np.asarray((mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9), np.uint64)


def _bits(axis: Floats) -> Hashes:
    return (np.ascontiguousarray(axis) + 0.0).view(np.uint64)  # + 0.0: minus nought is nought


# -- how a rim runs ----------------------------------------------------------------------------------------


def follow(edges: Rim) -> Ints:
    """Return for each edge the next one around the land on its right: the sharpest turn right at its end."""
    return turned(*_nodes(edges), edges.end - edges.start)


def turned(start: Ints, end: Ints, run: Floats) -> Ints:
    """Return for each edge the one that leaves its end by the sharpest turn right; start and end are numbers of nodes, from 0."""
    out = start * TURN + np.arctan2(run[:, 1], run[:, 0]) + np.pi
    back = end * TURN + np.arctan2(-run[:, 1], -run[:, 0]) + np.pi
    order = np.argsort(out, kind="stable")
    begin = np.r_[0, np.cumsum(np.bincount(start, minlength=end.max(initial=-1) + 1))]
    place = np.searchsorted(out[order], back, side="right")
    return np.asarray(order[np.where(place < begin[end + 1], place, begin[end])])


def cycles(following: Ints) -> Ints:
    """Number the rings that a "next" of each edge makes: the ring of each edge, from 0."""
    least, jump = np.arange(len(following)), following
    for _ in range(len(following).bit_length()):
        least, jump = np.minimum(least, least[jump]), jump[jump]
    return np.asarray(np.unique(least, return_inverse=True)[1])


def _nodes(edges: Rim) -> tuple[Ints, Ints]:
    """Number the corners: of the start and of the end of each edge. Rings are closed, so every end is a start."""
    nodes, start = np.unique(hashed(edges.start), return_inverse=True)
    return start, np.searchsorted(nodes, hashed(edges.end))


# -- where a rim meets itself ------------------------------------------------------------------------------


def doubtful(edges: Rim, tree: shapely.STRtree) -> Ints:
    """Return rows of parcels with which every piece of land that several parcels cover can be found.

    Parameters
    ----------
    edges : Rim
    tree : STRtree
        Over the parcels.

    Returns
    -------
    ndarray of int
        Parcels with a rim edge that another one crosses, touches or covers, and of each closed line of other edges
        one parcel, if there another parcel lies on it. Empty: no two parcels overlap, and all that touch share whole edges.

    Notes
    -----
    Land covered twice is bounded by rim edges with that land on their left, as it is everywhere else along their line
    up to the first edge that meets another. Two edges that meet end to start, and no others there, do not count as meeting.
    """
    if not len(edges):
        return np.empty(0, np.intp)
    met = _met(edges)
    start, end = _nodes(edges)
    onward = np.empty(len(edges), np.intp)
    onward[start] = np.arange(len(edges))  # by node; where several start, all are met
    line = cycles(onward[end])
    first = np.unique(line, return_index=True)[1]
    middle = shapely.points((edges.start[first] + edges.end[first]) / 2)
    at, row = tree.query(middle, predicate="intersects")
    covered = first[at[row != edges.row[first[at]]]]
    return np.unique(np.concatenate([edges.row[met], edges.row[covered]]))


def _met(edges: Rim) -> Bools:
    """Tell which edges cross, touch or lie on another one, other than end to start."""
    start, end = _nodes(edges)
    several = np.bincount(start) > 1
    met = several[start] | several[end]
    lines = np.asarray(shapely.linestrings(np.stack([edges.start, edges.end], axis=1)))
    one, other = shapely.STRtree(lines).query(lines)
    apart = (one < other) & (end[one] != start[other]) & (end[other] != start[one])
    one, other = one[apart], other[apart]
    meeting = ~(_beside(edges, one, other) | _beside(edges, other, one))
    met[one[meeting]] = met[other[meeting]] = True
    return met


def _beside(edges: Rim, one: Ints, other: Ints) -> Bools:
    """Tell for pairs whether the second edge lies wholly on one side of the line through the first."""
    origin, run = edges.start[one], edges.end[one] - edges.start[one]
    ends = (edges.start[other] - origin, edges.end[other] - origin)
    from_, to = (run[:, 0] * at[:, 1] - run[:, 1] * at[:, 0] for at in ends)
    near = NEAR_M * np.hypot(run[:, 0], run[:, 1])
    return np.asarray(((from_ > near) & (to > near)) | ((from_ < -near) & (to < -near)))
