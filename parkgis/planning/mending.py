"""Edges of a rim, mended: vertices drawn together, edges cut where others have a vertex on them, and where others cross them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import shapely

from parkgis.errors import ExtraMissing, Reason

try:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree
except ModuleNotFoundError as error:
    raise ExtraMissing(what=Reason("extra_blocks", "Blocks of land"), extra="planning") from error

if TYPE_CHECKING:
    from parkgis.planning.edges import Edges, Floats, Ints, Mask

SAME_M = 1e-3
"""Crossings nearer than this to each other or to a vertex are one vertex."""
ROUNDING_M = 1e-8
"""Numbers of six digits before the point have no more behind it."""
ROUNDS = 4
"""An edge that was drawn to a vertex may cross others anew; so often that is looked at again."""


def components(rows: int, pairs: Ints) -> Ints:
    """Return the label of each row, joined along pairs, numbered by the first row of each; shape (rows,)."""
    graph = coo_array((np.ones(len(pairs), bool), (pairs[:, 0], pairs[:, 1])), shape=(rows, rows))
    labels: Ints = connected_components(graph, directed=False)[1].astype(np.int64)
    return labels


def mended(edges: Edges, tolerance_m: float) -> Edges:
    """Draw vertices of the rim together within a tolerance; cut edges of it where others of it have a vertex on them or cross."""
    if not edges.uneven().any():
        return edges
    edges = _drawn_together(edges, tolerance_m)
    rim = np.flatnonzero(edges.uneven())
    cuts = _Cuts(edges, rim, tolerance_m)
    owner, start, end, xy = cuts.done()
    if len(owner) == len(rim):
        return edges
    old = _between(edges, edges.start[rim])
    rest = np.flatnonzero(old & ~edges.uneven())
    owner, start = np.concatenate([owner, edges.owner[rest]]), np.concatenate([start, edges.start[rest]])
    done = edges.redrawn(old, owner, start, np.concatenate([end, edges.end[rest]]), xy)
    return dataclasses.replace(done, crossed=True) if cuts.crossed else done


def _drawn_together(edges: Edges, tolerance_m: float) -> Edges:
    rim = edges.uneven()
    there = np.flatnonzero(_marked(len(edges.xy), edges.start[rim]))
    tree = cKDTree(edges.xy[there], balanced_tree=False, compact_nodes=False)
    near = tree.query_pairs(tolerance_m, output_type="ndarray").astype(np.int64)
    if not len(near):
        return edges
    become = np.arange(len(edges.xy))
    label = components(len(there), near)
    become[there] = there[np.unique(label, return_index=True)[1]][label]
    moved = _marked(len(edges.xy), there[near.ravel()])
    some = moved[edges.start] | moved[edges.end] | _between(edges, there)
    return edges.redrawn(some, edges.owner[some], become[edges.start[some]], become[edges.end[some]], edges.xy)


def _between(edges: Edges, vertices: Ints) -> Mask:
    """Tell which edges join two of these vertices: on those an edge drawn anew may come to lie, so they are matched again, too."""
    there = _marked(len(edges.xy), vertices)
    mask: Mask = there[edges.start] & there[edges.end]
    return mask


def _marked(count: int, rows: Ints) -> Mask:
    mask = np.zeros(count, bool)
    mask[rows] = True
    return mask


class _Cuts:
    """Edges of a rim while they are being cut; ``tangled`` are those that may cross others."""

    def __init__(self, edges: Edges, rim: Ints, tolerance_m: float) -> None:
        self.owner, self.start, self.end, self.xy = edges.owner[rim], edges.start[rim], edges.end[rim], edges.xy
        self.crossed = False
        one, other = self._close(np.arange(len(rim)), tolerance_m)
        edge, vertex = self._at_vertices(one, other, tolerance_m)
        self.tangled = self._doubtful(one, other, 3 * tolerance_m, _marked(len(rim), edge))
        self._cut(edge, vertex)

    def done(self) -> tuple[Ints, Ints, Ints, Floats]:
        """Cut what crosses until nothing does; return owner, start and end of each edge, and all vertices."""
        for _ in range(ROUNDS):
            if not self._at_crossings():
                break
        return self.owner, self.start, self.end, self.xy

    def _close(self, edges: Ints, tolerance_m: float = 0.0) -> tuple[Ints, Ints]:
        """Return pairs of edges, the lower first, of which the boxes are near."""
        one, two = self.xy[self.start[edges]], self.xy[self.end[edges]]
        boxes = np.stack([np.minimum(one, two) - tolerance_m / 2, np.maximum(one, two) + tolerance_m / 2], axis=1)
        diagonals = np.asarray(shapely.linestrings(boxes))
        left, right = shapely.STRtree(diagonals).query(diagonals)
        once = left < right
        return edges[left[once]], edges[right[once]]

    def _sides(self, one: Ints, other: Ints) -> tuple[Floats, Floats]:
        """Return how far the start and the end of each second edge lie left of the line through the first, in metres."""
        origin = self.xy[self.start[one]]
        run = self.xy[self.end[one]] - origin
        run /= np.hypot(run[:, 0], run[:, 1])[:, None]
        ends = (self.xy[self.start[other]] - origin, self.xy[self.end[other]] - origin)
        first, second = (run[:, 0] * at[:, 1] - run[:, 1] * at[:, 0] for at in ends)
        return first, second

    def _doubtful(self, one: Ints, other: Ints, near_m: float, bent: Mask) -> Mask:
        """Return the edges that cross others, or might once some are bent a little; those that go on from each other do not."""
        for _ in range(2):
            left, right = self._sides(one, other)
            meet = ~(((left > near_m) & (right > near_m)) | ((left < -near_m) & (right < -near_m)))
            one, other = other[meet], one[meet]
        real = self._apart(one, other) | bent[one] | bent[other]
        return _marked(len(self.owner), np.concatenate([one[real], other[real]]))

    def _apart(self, one: Ints, other: Ints) -> Mask:
        """Tell which pairs of edges share no vertex."""
        here, there = (self.start[one], self.end[one]), (self.start[other], self.end[other])
        apart: Mask = np.logical_and.reduce([mine != yours for mine in here for yours in there])
        return apart

    def _at_vertices(self, one: Ints, other: Ints, tolerance_m: float) -> tuple[Ints, Ints]:
        """Return edges, and vertices of others that lie on them."""
        edge, vertex = np.concatenate([one, other]), self.start[np.concatenate([other, one])]  # rings close: every end is a start
        inner = (vertex != self.start[edge]) & (vertex != self.end[edge])
        edge, vertex = edge[inner], vertex[inner]
        base = self.xy[self.start[edge]]
        step, at = self.xy[self.end[edge]] - base, self.xy[vertex] - base
        long2 = (step**2).sum(axis=1)
        along = (at * step).sum(axis=1) / long2
        off = step[:, 0] * at[:, 1] - step[:, 1] * at[:, 0]
        on = (off**2 <= tolerance_m**2 * long2) & (along > 0) & (along < 1)
        return edge[on], vertex[on]

    def _at_crossings(self) -> bool:
        """Cut what crosses; tell whether a cut had to move to a vertex nearby, so that something else may cross now."""
        one, other = self._close(np.flatnonzero(self.tangled))
        apart = self._apart(one, other)
        one, other = one[apart], other[apart]
        left, right = self._sides(one, other)
        below, above = self._sides(other, one)
        crossing = (left * right < 0) & (below * above < 0)
        one, other = one[crossing], other[crossing]
        if not len(one):
            return False
        at = self._crossed(one, other)
        vertex = self._numbered(at)
        self.crossed = True
        self._cut(np.concatenate([one, other]), np.concatenate([vertex, vertex]))
        return bool((np.abs(self.xy[vertex] - at) > ROUNDING_M).any())

    def _crossed(self, one: Ints, other: Ints) -> Floats:
        """Return where edges cross: to the last bit the same for all edges between the same vertices."""
        low, high = (np.minimum(self.start, self.end), np.maximum(self.start, self.end))
        turn = (low[one] > low[other]) | ((low[one] == low[other]) & (high[one] > high[other]))
        one, other = np.where(turn, other, one), np.where(turn, one, other)
        base, from_ = self.xy[low[one]], self.xy[low[other]]
        run, across = self.xy[high[one]] - base, self.xy[high[other]] - from_
        gone = from_ - base
        share = (gone[:, 0] * across[:, 1] - gone[:, 1] * across[:, 0]) / (run[:, 0] * across[:, 1] - run[:, 1] * across[:, 0])
        at: Floats = base + share[:, None] * run
        return at

    def _numbered(self, at: Floats) -> Ints:
        """Give each point a vertex: one that is there already, or a new one."""
        there = np.unique(np.concatenate([self.start[self.tangled], self.end[self.tangled]]))
        every = np.concatenate([self.xy[there], at])
        near = cKDTree(every).query_pairs(SAME_M, output_type="ndarray").astype(np.int64)
        label = components(len(every), near)
        first = np.unique(label, return_index=True)[1]
        new = first >= len(there)
        number = np.where(new, len(self.xy) + np.cumsum(new) - 1, there[np.minimum(first, len(there) - 1)])
        self.xy = np.concatenate([self.xy, every[first[new]]])
        found: Ints = number[label[len(there) :]]
        return found

    def _cut(self, edge: Ints, vertex: Ints) -> None:
        """Put vertices into edges, in the order in which they lie on them."""
        inner = (vertex != self.start[edge]) & (vertex != self.end[edge])
        edge, vertex = np.divmod(np.unique(edge[inner] * np.int64(len(self.xy)) + vertex[inner]), len(self.xy))
        if not len(edge):
            return
        base = self.xy[self.start[edge]]
        along = ((self.xy[vertex] - base) * (self.xy[self.end[edge]] - base)).sum(axis=1)
        cut = _marked(len(self.owner), edge)
        whole, some = np.flatnonzero(~cut), np.flatnonzero(cut)
        of, place = np.concatenate([some, edge]), np.concatenate([np.full(len(some), -np.inf), along])
        order = np.lexsort((place, of))
        of, start = of[order], np.concatenate([self.start[some], vertex])[order]
        end = np.where(np.r_[of[1:] != of[:-1], True], self.end[of], np.r_[start[1:], 0])
        parent = np.concatenate([whole, of])
        self.owner, self.tangled = self.owner[parent], self.tangled[parent]
        self.start, self.end = np.concatenate([self.start[whole], start]), np.concatenate([self.end[whole], end])
