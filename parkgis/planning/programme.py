"""The programme whose best solution is the best bundle: what counts hangs together with land that is large enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from parkgis.errors import ExtraMissing, Reason
from parkgis.planning.mending import components

try:
    from scipy.sparse import coo_array, csr_array, vstack
    from scipy.sparse.csgraph import breadth_first_order, maximum_flow
except ModuleNotFoundError as error:
    raise ExtraMissing(what=Reason("extra_blocks", "Blocks of land"), extra="planning") from error

if TYPE_CHECKING:
    from parkgis.planning.bundles import Network
    from parkgis.planning.edges import Floats, Ints, Mask

PARTS = 10**6
"""Flows are whole numbers: so many make one."""
BROKEN = 1e-3
"""A cut that is broken by less is not worth a row."""


class Programme:
    """Which nodes count, and how each hangs together with the mainland, or with a root in land that will be large enough.

    Every node that counts is entered by one arc: from a neighbour that counts, from the mainland (the blocks that are large enough,
    as one), or as a root. Where there may be roots, areas flow along arcs, so that each root gathers the least area.

    Attributes
    ----------
    nodes : ndarray of int64, shape (n,)
        Of the network: blocks that are too small, and open pieces, that may come to count.
    unit_m2 : float
        Areas are counted in this.
    most_gain : float
        A first bound, in units.
    cost, upper, integral : ndarray of float64
        Of the variables: which nodes count, which arcs and roots are used, what flows.
    """

    def __init__(self, net: Network, most: int) -> None:
        large = np.zeros(len(net.near), bool)
        large[: net.blocks] = net.area_m2[: net.blocks] >= net.min_m2
        one = np.repeat(np.arange(len(net.near)), [len(near) for near in net.near])
        other = np.array([n for near in net.near for n in sorted(near)], np.int64)
        shore = np.zeros(len(net.near), bool)
        shore[one[large[other]]] = True
        self._open = net.piece >= 0
        root = self._choose(net, most, large, shore, np.column_stack([one, other]))
        n = len(self.nodes)
        place = np.full(len(net.near), -1)
        place[self.nodes] = np.arange(n)
        inner = (place[one] >= 0) & (place[other] >= 0)
        beach = np.flatnonzero(shore[self.nodes])
        self._from = np.concatenate([place[one[inner]], np.full(len(beach), n)])
        self._to = np.concatenate([place[other[inner]], beach])
        self._roots = np.flatnonzero(root[self.nodes])
        self.unit_m2 = max(float(net.area_m2[self.nodes].max(initial=1.0)), 1.0)
        self._area, self._open = net.area_m2[self.nodes] / self.unit_m2, self._open[self.nodes]
        self.most_gain = _potential(self._area, self._open, most)
        self._shape(net.min_m2 / self.unit_m2, most)

    def _choose(self, net: Network, most: int, large: Mask, shore: Mask, pairs: Ints) -> Mask:
        """Choose the nodes that may come to count, and return which may be roots."""
        label = components(len(large), pairs[~large[pairs].any(axis=1)])
        reach, root = np.zeros(len(large), bool), np.zeros(len(large), bool)
        for some in np.split(np.argsort(label, kind="stable"), np.cumsum(np.bincount(label))[:-1]):
            if large[some].any():
                continue
            area, open_ = net.area_m2[some], self._open[some]
            enough = _potential(area, open_, most) >= net.min_m2
            reach[some] = enough or shore[some].any()
            # With a block in it, one of its blocks is its root; that of open pieces alone is sought only where those suffice.
            root[some] = enough & (~open_ | (_potential(area[open_], open_[open_], most) >= net.min_m2))
        self.nodes = np.flatnonzero(reach)
        return root

    def _shape(self, least: float, most: int) -> None:
        n, m, q = len(self.nodes), len(self._from), len(self._roots)
        flows = m + q if q else 0
        self.cost = np.concatenate([-self._area, np.zeros(m + q + flows)])
        self.upper = np.concatenate([np.ones(n + m + q), np.full(flows, self.most_gain)])
        self.integral = np.concatenate([np.ones(n + m + q), np.zeros(flows)])
        self._parts: list[Any] = []
        self._low: list[Floats] = []
        self._high: list[Floats] = []
        self._add(np.zeros(self._open.sum(), int), np.flatnonzero(self._open), 1.0, -np.inf, float(most))
        node, arc, root = np.arange(n), n + np.arange(m), n + m + np.arange(q)
        entered = np.concatenate([node, self._to, self._roots])
        self._add(entered, np.concatenate([node, arc, root]), np.repeat([-1.0, 1.0, 1.0], [n, m, q]), 0.0, 0.0)
        self._one_way()
        if q:
            self._gathered(least, m + q + n + np.arange(m), 2 * m + q + n + np.arange(q))

    def _add(self, row: Ints, column: Ints, value: Any, low: float, high: float) -> None:
        count = int(row.max(initial=-1)) + 1
        values = np.broadcast_to(np.asarray(value, np.float64), len(row))
        self._parts.append(coo_array((values, (row, column)), shape=(count, len(self.cost))).tocsr())
        self._low.append(np.full(count, low))
        self._high.append(np.full(count, high))

    def _one_way(self) -> None:
        """Between two nodes one arc at most is used, and only where both count."""
        n = len(self.nodes)
        code, back = self._from * np.int64(n + 1) + self._to, self._to * np.int64(n + 1) + self._from
        order = np.argsort(code)
        one = np.flatnonzero(self._from < self._to)
        other = order[np.searchsorted(code[order], back[one])]
        row = np.arange(len(one))
        for end in (self._from[one], self._to[one]):
            columns = np.concatenate([n + one, n + other, end])
            self._add(np.tile(row, 3), columns, np.repeat([1.0, 1.0, -1.0], len(one)), -np.inf, 0.0)

    def _gathered(self, least: float, flow: Ints, brought: Ints) -> None:
        """What a node counts flows to it from the mainland or from a root, which brings the least area or more."""
        n, m, q = len(self.nodes), len(flow), len(brought)
        out = np.flatnonzero(self._from < n)
        rows = np.concatenate([self._to, self._roots, self._from[out], np.arange(n)])
        columns = np.concatenate([flow, brought, flow[out], np.arange(n)])
        values = np.concatenate([np.ones(m + q), np.full(len(out), -1.0), -self._area])
        self._add(rows, columns, values, 0.0, 0.0)
        used = n + np.arange(m + q)
        every, row = np.concatenate([flow, brought]), np.arange(m + q)
        self._add(np.tile(row, 2), np.concatenate([every, used]), np.repeat([1.0, -self.most_gain], m + q), -np.inf, 0.0)
        self._add(np.tile(row[:q], 2), np.concatenate([brought, used[m:]]), np.repeat([1.0, -least], q), 0.0, np.inf)

    def rows(self) -> tuple[Any, Floats, Floats]:
        """Return the matrix of the constraints, and what its rows must reach and must not exceed."""
        matrix, low, high = vstack(self._parts).tocsc(), np.concatenate(self._low), np.concatenate(self._high)
        self._parts, self._low, self._high = [matrix.tocsr()], [low], [high]
        return matrix, low, high

    def for_linprog(self) -> dict[str, Any]:
        """Return the constraints as :func:`scipy.optimize.linprog` takes them."""
        matrix, low, high = self.rows()
        rows, even = matrix.tocsr(), low == high
        under, over = ~even & np.isfinite(high), ~even & np.isfinite(low)
        return {
            "A_ub": vstack([rows[under], -rows[over]]), "b_ub": np.concatenate([high[under], -low[over]]),
            "A_eq": rows[even], "b_eq": low[even], "bounds": np.column_stack([np.zeros(len(self.upper)), self.upper]),
        }  # fmt: skip

    def taken(self, values: Floats) -> list[int]:
        """Return the open nodes, of the network, that count in a solution."""
        return [int(node) for node in self.nodes[(values[: len(self.nodes)] > 0.5) & self._open]]

    def cut(self, values: Floats) -> int:
        """Add what a solution breaks: as much as a node counts must enter any set of nodes around it; return how many cuts."""
        n, m = len(self.nodes), len(self._from)
        counts, arcs = values[:n], values[n : n + m]
        inner = self._from < n
        begun = np.concatenate([self._to[~inner], self._roots])
        given = np.concatenate([arcs[~inner], values[n + m : n + m + len(self._roots)]])
        source = np.bincount(begun, given, n).astype(np.float64)
        capacity = np.rint(np.concatenate([arcs[inner], source]) * PARTS).astype(np.int32)
        tail, head = np.append(self._from[inner], np.full(n, n)), np.append(self._to[inner], np.arange(n))
        graph = csr_array((capacity, (tail, head)), shape=(n + 1, n + 1))
        sets: dict[bytes, tuple[int, Mask]] = {}
        for node in np.flatnonzero((counts > 10 * BROKEN) & (source < counts - BROKEN)).tolist():
            found = maximum_flow(graph, n, node)
            if found.flow_value < (counts[node] - BROKEN) * PARTS:
                around = _behind(graph - found.flow, node)
                sets.setdefault(around.tobytes(), (node, around))
        for node, around in sets.values():
            into = np.flatnonzero(around[self._to] & ~around[self._from])
            columns = np.concatenate([[node], n + into, n + m + np.flatnonzero(around[self._roots])])
            self._add(np.zeros(len(columns), int), columns, np.append(-1.0, np.ones(len(columns) - 1)), 0.0, np.inf)
        return len(sets)


def _behind(left: Any, node: int) -> Mask:
    """Return the nodes from which what is left of the capacities leads to a node."""
    left = left.tocsr()
    left.data = (left.data > 0).astype(np.int32)
    left.eliminate_zeros()
    mask = np.zeros(left.shape[0], bool)
    mask[breadth_first_order(left.T.tocsr(), node, return_predecessors=False)] = True
    return mask


def _potential(area: Floats, open_: Mask, most: int) -> float:
    """Return the area of all blocks and of the largest open pieces: no bundle brings together more."""
    return float(area[~open_].sum() + np.sort(area[open_])[::-1][:most].sum())
