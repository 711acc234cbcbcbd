"""The edges of polygons on a fine grid: which of them two polygons share, and which stand alone.

A coverage is clean where neighbours share whole edges, vertex for vertex. Cadastral files often are not: a vertex is off by a
centimetre, or one neighbour has a vertex the other has not. :func:`edges_of` mends both within a tolerance before it matches.
"""

from __future__ import annotations

import dataclasses
import functools

import numpy as np
import numpy.typing as npt
import pandas as pd

from parkgis.layers.edges import drawn
from parkgis.planning.mending import components, mended

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Shapes = npt.NDArray[np.object_]

GRID_M = 0.001
"""Vertices nearer than this are one vertex; far below what a survey can tell (0.01 m)."""

TOLERANCE_M = 0.05
"""How far a neighbour's vertex may be off and still be the same: the accuracy of a cadastral corner."""


@dataclasses.dataclass(frozen=True)
class Edges:
    """Directed edges of polygons, the inside on the left, grouped where they join the same two vertices.

    Attributes
    ----------
    owner : ndarray of int64, shape (m,)
        Row of the polygon.
    start, end : ndarray of int64, shape (m,)
        Rows of ``xy``.
    xy : ndarray of float64, shape (vertices, 2)
        Metres, in the grid of the polygons.
    group : ndarray of int64, shape (m,)
        Edges of one group join the same two vertices, in either direction.
    rows : int
        How many polygons there are.
    crossed : bool
        Some edges were cut where others cross them: polygons lie on each other.
    """

    owner: Ints
    start: Ints
    end: Ints
    xy: Floats
    group: Ints
    rows: int
    crossed: bool = False

    @property
    def sign(self) -> Ints:
        """1 for an edge that runs from the lower vertex to the higher, else -1, shape (m,)."""
        return np.where(self.start < self.end, 1, -1)

    def redrawn(self, old: Mask, owner: Ints, start: Ints, end: Ints, xy: Floats) -> Edges:
        """Return these edges with others in the place of some, which are grouped among themselves; ``old`` has shape (m,)."""
        kept, new = np.flatnonzero(~old), _grouped(owner, start, end, xy, self.rows)
        both = [(self.owner[kept], new.owner), (self.start[kept], new.start), (self.end[kept], new.end)]
        owner, start, end = (np.concatenate(pair) for pair in both)
        group = np.concatenate([self.group[kept], new.group + self.group.max(initial=-1) + 1])
        return Edges(owner, start, end, xy, group, self.rows, self.crossed)

    def within(self, labels: Ints) -> Edges:
        """Return the same edges, grouped so that only those of one label meet; ``labels`` has shape (rows,)."""
        code = self.group * np.int64(self.rows + 1) + labels[self.owner]
        return dataclasses.replace(self, group=pd.factorize(code)[0])

    def loose(self) -> Mask:
        """Tell which edges belong to one polygon alone, shape (m,)."""
        alone: Mask = self._count[self.group] == 1
        return alone

    def outer(self) -> Ints:
        """Return the edges, by row, that the others of their group do not cancel: the rim of what is joined."""
        net = self.net[self.group] * self.sign
        outward = np.flatnonzero(net > 0)
        several = outward[net[outward] > 1]
        if self._count.max(initial=1) <= 2 and not len(several):
            return outward
        order = outward[np.argsort(self.group[outward], kind="stable")]
        turn = np.arange(len(order)) - np.searchsorted(self.group[order], self.group[order])
        return np.sort(order[turn < net[order]])

    def uneven(self) -> Mask:
        """Tell which edges are drawn more often one way than the other: the rim, and whatever lies on something, shape (m,)."""
        mask: Mask = (self.net != 0)[self.group]
        return mask

    def knotted(self) -> Ints:
        """Return the polygons, by row, on the rim where it meets itself: whatever crosses itself is among them."""
        rim = np.flatnonzero(self.uneven())
        several = np.bincount(self.start[rim], minlength=len(self.xy)) > 1
        mine = np.zeros(self.rows, bool)
        mine[self.owner[rim[several[self.start[rim]]]]] = True
        return np.flatnonzero(mine)

    def meetings(self) -> tuple[Ints, Ints]:
        """Return edges, by row, that two different polygons share: (one, other), each of shape (k,)."""
        every = np.arange(len(self.group))
        first = np.empty(self.group.max(initial=-1) + 1, np.int64)
        first[self.group[::-1]] = every[::-1]
        later = np.flatnonzero(first[self.group] != every)
        earlier = first[self.group[later]]
        apart = self.owner[earlier] != self.owner[later]
        return earlier[apart], later[apart]

    def joined(self) -> Ints:
        """Return the label of each polygon, joined across shared edges; shape (rows,)."""
        one, other = self.meetings()
        return components(self.rows, np.column_stack([self.owner[one], self.owner[other]]))

    def pairs(self) -> tuple[Ints, Floats]:
        """Return which polygons share an edge, and how much of it.

        Returns
        -------
        pairs : ndarray of int64, shape (k, 2)
            The lower row first, each pair once, in order.
        length_m : ndarray of float64, shape (k,)
        """
        one, other = self.meetings()
        two = np.sort(np.column_stack([self.owner[one], self.owner[other]]), axis=1)
        length = np.hypot(*(self.xy[self.end[one]] - self.xy[self.start[one]]).T)
        code, place = np.unique(two @ np.array([self.rows, 1]), return_inverse=True)
        summed = np.bincount(place.ravel(), weights=length, minlength=len(code)).astype(np.float64)
        return np.column_stack(np.divmod(code, max(self.rows, 1))), summed

    @functools.cached_property
    def _count(self) -> Ints:
        return np.bincount(self.group, minlength=1)

    @functools.cached_property
    def net(self) -> Ints:
        return np.bincount(self.group, weights=self.sign, minlength=1).astype(np.int64)


def edges_of(shapes: Shapes, tolerance_m: float = TOLERANCE_M) -> Edges:
    """Take polygons apart into edges that neighbours share.

    Parameters
    ----------
    shapes : ndarray of Polygon or MultiPolygon, shape (n,)
        Metres; none missing. Rings may run either way; an empty one has no edges.
    tolerance_m : float
        Vertices of edges that no neighbour shares are drawn together within it, and such edges are split where a
        neighbour has a vertex on them.

    Returns
    -------
    Edges

    Notes
    -----
    *Method*: one sort of all edges; the mending looks only at edges that stand alone. 100,000 parcels take about 0.1 s.
    """
    at, owner, start, end = _taken_apart(shapes)
    xy, index = _vertices(at)
    return mended(_grouped(owner, index[start], index[end], xy, len(shapes)), tolerance_m)


def _taken_apart(shapes: Shapes) -> tuple[Floats, Ints, Ints, Ints]:
    """Return all points, and of each edge its owner, start and end: shells counter-clockwise, holes clockwise."""
    at, ring, owner, backward = drawn(shapes)
    start = np.flatnonzero(ring[1:] == ring[:-1])
    of = ring[start]
    return at, owner[of], start + backward[of], start + ~backward[of]


def _vertices(at: Floats) -> tuple[Floats, Ints]:
    """Number the vertices of the fine grid; each keeps the coordinates that came first."""
    east, north = (np.rint((axis - np.floor(axis.min(initial=np.inf))) / GRID_M).astype(np.int64) for axis in at.T)
    index, numbered = pd.factorize(east * np.int64(2**31) + north)
    first = np.empty(len(numbered), np.int64)
    first[index[::-1]] = np.arange(len(index))[::-1]
    return at[first], index


def _grouped(owner: Ints, start: Ints, end: Ints, xy: Floats, rows: int) -> Edges:
    real = start != end
    if not real.all():
        owner, start, end = owner[real], start[real], end[real]
    group, _ = pd.factorize(np.minimum(start, end) * np.int64(max(len(xy), 1)) + np.maximum(start, end))
    return Edges(owner, start, end, xy, group, rows)
