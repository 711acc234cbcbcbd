"""The outlines of joined polygons, traced along the edges that no neighbour cancels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from parkgis.layers.edges import cycles, turned

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
    return drawn_along(edges.xy, edges.start[rim], edges.end[rim], labels[edges.owner[rim]], count)


def drawn_along(xy: Floats, start: Ints, end: Ints, label: Ints, count: int) -> Shapes:
    """Draw polygons along edges that have them on the left.

    Parameters
    ----------
    xy : ndarray of float64, shape (vertices, 2)
    start, end : ndarray of int64, shape (m,)
        Rows of ``xy``.
    label : ndarray of int64, shape (m,)
        The polygon of each edge, 0 to ``count`` - 1.
    count : int

    Returns
    -------
    ndarray of Polygon, shape (count,)
    """
    if not len(start):
        return np.full(count, shapely.Polygon(), dtype=object)
    ring, order = _rings(_following(xy, start, end, label))
    return _polygons(xy[start[order]], ring, label[order], count)


def sound(outlines: Shapes) -> bool:
    """Tell whether outlines as :func:`trace` draws them bound every point once: valid, apart, and every hole a hole.

    They do, exactly when nothing that was joined lies on anything else. Land that two joined polygons cover, with all its corners
    theirs, is drawn as one more ring against the clock; a polygon takes it for a hole, and no validity test looks at directions.
    """
    drawn = outlines[~shapely.is_empty(outlines)]
    rings, of = shapely.get_rings(drawn, return_index=True)
    holes = rings[1:][of[1:] == of[:-1]]
    return not shapely.is_ccw(holes).any() and bool(shapely.is_valid(shapely.multipolygons(drawn)))


def _following(xy: Floats, start: Ints, end: Ints, label: Ints) -> Ints:
    """Return for each edge the one of its polygon that follows it."""
    span = np.int64(len(xy))
    nodes, leaving = np.unique(label * span + start, return_inverse=True)
    arriving = np.searchsorted(nodes, label * span + end)
    if len(nodes) == len(start):
        following = np.empty(len(start), np.int64)
        following[leaving] = np.arange(len(start))
        return following[arriving]
    return turned(leaving, arriving, xy[end] - xy[start])


def _rings(following: Ints) -> tuple[Ints, Ints]:
    """Walk every cycle; return the ring of each edge in walking order, and that order.

    *Method*: each ring is cut open before its first edge; how far an edge is from the end it learns by looking twice as far at
    each step.
    """
    ring = cycles(following)
    ahead = np.where(following == np.unique(ring, return_index=True)[1][ring], -1, following)
    left = (ahead >= 0).astype(np.int64)
    while (going := np.flatnonzero(ahead >= 0)).size:
        left[going] += left[ahead[going]]
        ahead[going] = ahead[ahead[going]]
    order = np.lexsort((-left, ring))
    return ring[order], order


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
