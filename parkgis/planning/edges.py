"""The edges of polygons on a fine grid: which of them two polygons share, and which stand alone.

A coverage is clean where neighbours share whole edges, vertex for vertex. Cadastral files often are not: a vertex is off by a
centimetre, or one neighbour has a vertex the other has not. :func:`edges_of` mends both within a tolerance before it matches.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from parkgis.errors import ExtraMissing, Reason
from parkgis.layers.edges import drawn

try:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree
except ModuleNotFoundError as error:
    raise ExtraMissing(what=Reason("extra_blocks", "Blocks of land"), extra="planning") from error

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
    """

    owner: Ints
    start: Ints
    end: Ints
    xy: Floats
    group: Ints
    rows: int

    @property
    def sign(self) -> Ints:
        """1 for an edge that runs from the lower vertex to the higher, else -1, shape (m,)."""
        return np.where(self.start < self.end, 1, -1)

    def of(self, mask: Mask) -> Edges:
        """Return the edges of some polygons; ``mask`` has shape (rows,)."""
        keep = mask[self.owner]
        return dataclasses.replace(self, owner=self.owner[keep], start=self.start[keep], end=self.end[keep], group=self.group[keep])

    def beside(self, shapes: Shapes) -> Edges:
        """Return the edges of these polygons and of some more, whose rows follow."""
        at, owner, start, end = _taken_apart(shapes)
        xy, index = _vertices(np.concatenate([self.xy, at]))
        start, end = index[len(self.xy) + start], index[len(self.xy) + end]
        return _grouped(
            np.concatenate([self.owner, owner + self.rows]),
            np.concatenate([index[self.start], start]),
            np.concatenate([index[self.end], end]),
            xy,
            self.rows + len(shapes),
        )

    def within(self, labels: Ints) -> Edges:
        """Return the same edges, grouped so that only those of one label meet; ``labels`` has shape (rows,)."""
        code = self.group * np.int64(self.rows + 1) + labels[self.owner]
        return dataclasses.replace(self, group=pd.factorize(code)[0])

    def loose(self) -> Mask:
        """Tell which edges belong to one polygon alone, shape (m,)."""
        alone: Mask = self._count()[self.group] == 1
        return alone

    def outer(self) -> Ints:
        """Return the edges, by row, that the others of their group do not cancel: the rim of what is joined."""
        net = self._net()[self.group] * self.sign
        outward = np.flatnonzero(net > 0)
        several = outward[net[outward] > 1]
        if self._count().max(initial=1) <= 2 and not len(several):
            return outward
        order = outward[np.argsort(self.group[outward], kind="stable")]
        turn = np.arange(len(order)) - np.searchsorted(self.group[order], self.group[order])
        return np.sort(order[turn < net[order]])

    def stacked(self) -> Mask:
        """Tell which polygons lie on each other along an edge: three at one edge, or two on the same side of it; shape (rows,)."""
        odd = (self._count() > 2) | (np.abs(self._net()) > 1)
        mask = np.zeros(self.rows, bool)
        mask[self.owner[odd[self.group]]] = True
        return mask

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

    def _count(self) -> Ints:
        return np.bincount(self.group, minlength=1)

    def _net(self) -> Ints:
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
    return _mended(_grouped(owner, index[start], index[end], xy, len(shapes)), tolerance_m)


def _taken_apart(shapes: Shapes) -> tuple[Floats, Ints, Ints, Ints]:
    """Return all points, and of each edge its owner, start and end: shells counter-clockwise, holes clockwise."""
    at, ring, owner, backward = drawn(shapes)
    start = np.flatnonzero(ring[1:] == ring[:-1])
    of = ring[start]
    return at, owner[of], start + backward[of], start + ~backward[of]


def components(rows: int, pairs: Ints) -> Ints:
    """Return the label of each row, joined along pairs, numbered by the first row of each; shape (rows,)."""
    graph = coo_array((np.ones(len(pairs), bool), (pairs[:, 0], pairs[:, 1])), shape=(rows, rows))
    labels: Ints = connected_components(graph, directed=False)[1].astype(np.int64)
    return labels


def _vertices(at: Floats) -> tuple[Floats, Ints]:
    """Number the vertices of the fine grid; each keeps the coordinates that came first."""
    cell = np.rint((at - np.floor(at.min(axis=0, initial=np.inf))) / GRID_M).astype(np.int64)
    index, numbered = pd.factorize(cell[:, 0] * np.int64(2**31) + cell[:, 1])
    first = np.empty(len(numbered), np.int64)
    first[index[::-1]] = np.arange(len(index))[::-1]
    return at[first], index


def _grouped(owner: Ints, start: Ints, end: Ints, xy: Floats, rows: int) -> Edges:
    real = start != end
    if not real.all():
        owner, start, end = owner[real], start[real], end[real]
    group, _ = pd.factorize(np.minimum(start, end) * np.int64(max(len(xy), 1)) + np.maximum(start, end))
    return Edges(owner, start, end, xy, group, rows)


# -- mending -----------------------------------------------------------------------------------------


def _mended(edges: Edges, tolerance_m: float) -> Edges:
    loose = edges.loose()
    if not loose.any():
        return edges
    there = np.unique(np.concatenate([edges.start[loose], edges.end[loose]]))
    tree = cKDTree(edges.xy[there])
    near = tree.query_pairs(tolerance_m, output_type="ndarray")
    if len(near):
        become = np.arange(len(edges.xy))
        label = components(len(there), near.astype(np.int64))
        become[there] = there[np.unique(label, return_index=True)[1]][label]
        edges = _grouped(edges.owner, become[edges.start], become[edges.end], edges.xy, edges.rows)
    return _split(edges, tolerance_m)


def _split(edges: Edges, tolerance_m: float) -> Edges:
    """Split edges that stand alone where a vertex of others that do lies on them."""
    loose = np.flatnonzero(edges.loose())
    if not len(loose):
        return edges
    there = np.unique(edges.start[loose])
    lines = shapely.linestrings(np.stack([edges.xy[edges.start[loose]], edges.xy[edges.end[loose]]], axis=1))
    at, of = shapely.STRtree(np.asarray(shapely.points(edges.xy[there]))).query(lines, predicate="dwithin", distance=tolerance_m)[
        ::-1
    ]
    edge, vertex = loose[of], there[at]
    inner = (vertex != edges.start[edge]) & (vertex != edges.end[edge])
    edge, vertex = edge[inner], vertex[inner]
    if not len(edge):
        return edges
    base, step = edges.xy[edges.start[edge]], edges.xy[edges.end[edge]] - edges.xy[edges.start[edge]]
    along = ((edges.xy[vertex] - base) * step).sum(axis=1) / (step**2).sum(axis=1)
    inner = (along > 0) & (along < 1)
    return _cut(edges, edge[inner], vertex[inner], along[inner])


def _cut(edges: Edges, edge: Ints, vertex: Ints, along: Floats) -> Edges:
    """Put vertices into edges, in the order in which they lie on them."""
    every = np.arange(len(edges.owner))
    of = np.concatenate([every, edge])
    place = np.concatenate([np.zeros(len(every)), along])
    start = np.concatenate([edges.start, vertex])
    order = np.lexsort((place, of))
    of, start = of[order], start[order]
    last = np.r_[of[1:] != of[:-1], True]
    end = np.where(last, edges.end[of], np.r_[start[1:], 0])
    return _grouped(edges.owner[of], start, end, edges.xy, edges.rows)
