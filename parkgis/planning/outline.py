"""The outlines of joined polygons, traced along the edges that no neighbour cancels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from parkgis.planning.edges import Edges, Floats, Ints, Shapes


def trace(edges: Edges, labels: Ints, count: int) -> Shapes:
    """Draw one polygon a label around what is joined.

    Parameters
    ----------
    edges : Edges
    labels : ndarray of int64, shape (edges.rows,)
        Which outline each polygon belongs to, 0 to ``count`` - 1.
    count : int

    Returns
    -------
    ndarray of Polygon, shape (count,)
        Where the polygons of a label lie side by side: their union, with its holes. Where some lie on each other the polygon
        is invalid, or meets another's inside: see :func:`sound`. Empty where a label has no edge. Polygons of two labels may
        share edges only where ``edges`` are grouped by label (:meth:`~parkgis.planning.edges.Edges.within`).

    Notes
    -----
    *Method*: at a vertex where an outline touches itself the walk turns right, which keeps shell and holes apart. The cost is
    that of the edges on the rim, not of the polygons.
    """
    rim = edges.outer()
    if not len(rim):
        return np.full(count, shapely.Polygon(), dtype=object)
    label = labels[edges.owner[rim]]
    ring, order = _rings(_following(edges, rim, label))
    rim, label = rim[order], label[order]
    return _polygons(edges.xy[edges.start[rim]], ring, label, count)


def sound(outlines: Shapes) -> bool:
    """Tell whether outlines are valid and none overlaps another.

    They are, exactly when nothing that was joined lies on anything else: the outlines then bound every point once.
    """
    return bool(shapely.is_valid(shapely.multipolygons(outlines[~shapely.is_empty(outlines)])))


def _following(edges: Edges, rim: Ints, label: Ints) -> Ints:
    """Return for each edge of the rim the place of the one that follows it."""
    span = np.int64(len(edges.xy))
    leaving, arriving = label * span + edges.start[rim], label * span + edges.end[rim]
    order = np.argsort(leaving, kind="stable")
    following = order[np.searchsorted(leaving[order], arriving)]
    again = np.r_[False, leaving[order][1:] == leaving[order][:-1]]
    pinched = np.isin(arriving, leaving[order][again])
    if pinched.any():
        here = np.flatnonzero(np.isin(leaving, leaving[order][again]))
        following[pinched] = _right_turns(edges, rim, np.flatnonzero(pinched), here, arriving, leaving)
    return following


def _right_turns(edges: Edges, rim: Ints, come: Ints, go: Ints, arriving: Ints, leaving: Ints) -> Ints:
    """Pair the edges that arrive at a vertex with those that leave it: the next one counter-clockwise, seen from the vertex."""
    vertex = np.concatenate([arriving[come], leaving[go]])
    near = np.concatenate([edges.end[rim[come]], edges.start[rim[go]]])
    far = np.concatenate([edges.start[rim[come]], edges.end[rim[go]]])
    angle = np.arctan2(*(edges.xy[far] - edges.xy[near])[:, ::-1].T)
    leaves = np.arange(len(vertex)) >= len(come)
    order = np.lexsort((leaves, angle, vertex))
    head = np.flatnonzero(np.r_[True, vertex[order][1:] != vertex[order][:-1]])
    # Turn each vertex's list so that it begins with an edge that arrives; then the n-th that leaves follows the n-th that arrives.
    place = np.arange(len(order))
    start = np.repeat(head, np.diff(np.r_[head, len(order)]))
    arrives = ~leaves[order]
    first = np.minimum.reduceat(np.where(arrives, place, len(order)), head)
    size = np.repeat(np.diff(np.r_[head, len(order)]), np.diff(np.r_[head, len(order)]))
    turned = start + (place - np.repeat(first, np.diff(np.r_[head, len(order)]))) % size
    walk = np.empty_like(order)
    walk[turned] = order
    ins, outs = walk[~leaves[walk]], walk[leaves[walk]]
    found = np.empty(len(come), np.int64)
    found[ins] = go[outs - len(come)]
    return found


def _rings(following: Ints) -> tuple[Ints, Ints]:
    """Walk every cycle; return the ring of each edge in walking order, and that order."""
    after, seen = following.tolist(), bytearray(len(following))
    order: list[int] = []
    starts: list[int] = []
    for first in range(len(after)):
        if seen[first]:
            continue
        starts.append(len(order))
        at = first
        while not seen[at]:
            seen[at] = 1
            order.append(at)
            at = after[at]
    size = np.diff(np.r_[np.array(starts, np.int64), len(order)])
    return np.repeat(np.arange(len(starts)), size), np.array(order, np.int64)


def _polygons(xy: Floats, ring: Ints, label: Ints, count: int) -> Shapes:
    """Put rings together: within a label the shell first, then its holes."""
    head = np.flatnonzero(np.r_[True, ring[1:] != ring[:-1]])
    size = np.diff(np.r_[head, len(ring)])
    twice = _twice_area(xy, head, size)
    real = np.flatnonzero(size >= 3)
    real = real[np.lexsort((-twice[real], label[head][real]))]
    if not len(real):
        return np.full(count, shapely.Polygon(), dtype=object)
    length = size[real] + 1
    offsets = np.r_[0, np.cumsum(length)]
    inside = np.arange(offsets[-1]) - np.repeat(offsets[:-1], length)
    rows = np.repeat(head[real], length) + inside % np.repeat(size[real], length)
    rings = np.r_[0, np.cumsum(np.bincount(label[head][real], minlength=count))]
    found: Shapes = shapely.from_ragged_array(shapely.GeometryType.POLYGON, xy[rows], (offsets, rings))
    return found


def _twice_area(xy: Floats, head: Ints, size: Ints) -> Floats:
    local = xy - xy[0]
    last = head + size - 1
    after = np.arange(1, len(xy) + 1)
    after[last] = head
    cross = local[:, 0] * local[after, 1] - local[after, 0] * local[:, 1]
    summed: Floats = np.add.reduceat(cross, head)
    return summed
