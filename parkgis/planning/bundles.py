"""Which parcels to unlock together: a bundle of at most so many, and a proven bound above what any bundle could unlock.

Both look at areas alone: blocks and open parcels are the nodes of a graph, joined where they share an edge or lie within a lane
of each other; what lies together counts where it is large enough. With a least width of zero, no lanes and no overlaps that is what
:mod:`parkgis.planning.blocks` finds; with a width the blocks hold at most as much, so that the bound stays a bound.
"""

from __future__ import annotations

import dataclasses
import math
import time
from typing import TYPE_CHECKING

import numpy as np
import shapely

from parkgis.planning.blocks import find_blocks
from parkgis.planning.edges import edges_of
from parkgis.planning.proof import solve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from shapely.geometry.base import BaseGeometry

    from parkgis.planning.blocks import Blocks, Rules
    from parkgis.planning.edges import Floats, Ints
    from parkgis.planning.land import Land

PASSABLE = (0.75, 1.0)
"""Shares of the least width that an edge must have for land to stay usable across it: guesses, which are recomputed."""
LONGEST = 8
"""Parcels in one bridge that growing tries."""


@dataclasses.dataclass(frozen=True, slots=True)
class Bundle:
    """Open pieces to hand over together.

    Attributes
    ----------
    pieces : tuple of int
        Rows of the land, in the order of the land.
    usable_m2 : float
        Usable land with all of them less usable land now: recomputed, with width and lanes.
    bound_m2 : float
        No bundle of as many pieces unlocks more; proven. Infinite where none was sought.
    """

    pieces: tuple[int, ...]
    usable_m2: float
    bound_m2: float = math.inf

    @property
    def gap_m2(self) -> float:
        """At most so much is another bundle better."""
        return max(self.bound_m2 - self.usable_m2, 0.0)


def best_bundle(land: Land, rules: Rules, most: int, seconds: float = 20.0) -> Bundle:
    """Seek the bundle of at most ``most`` open pieces that unlocks most usable land.

    Parameters
    ----------
    land : Land
    rules : Rules
    most : int
    seconds : float
        Limit of the search for the proof; 0 only grows bridges, without a bound.

    Notes
    -----
    *Method*: bridges are grown greedily by what they unlock a parcel; a mixed-integer programme then seeks better and proves
    how much better there can be (:func:`parkgis.planning.proof.solve`). The better of the two when recomputed is returned.
    """
    until = time.monotonic() + seconds
    blocks = find_blocks(land, rules)
    net = network(blocks)
    tried, bound = [grow(net, most)], math.inf
    for share in PASSABLE if rules.width_m else ():
        wide = network(blocks, share * rules.width_m)
        tried.append(grow(wide, most))
        if seconds > 0 and most > 0 and share < 1:
            tried.append(solve(wide, most, seconds / 5, tried[-1])[0])
    if seconds > 0 and most > 0:
        solved, value = solve(net, most, max(until - time.monotonic(), seconds / 4), tried[0])
        tried.append(solved)
        bound = value - blocks.usable_m2
    scored = [(_usable(land, rules, pieces) - blocks.usable_m2, pieces) for pieces in dict.fromkeys(tried)]
    gain, pieces = max(scored, key=lambda pair: (pair[0], -len(pair[1])))
    return Bundle(pieces, gain, max(bound, gain) if math.isfinite(bound) else bound)


def opens(land: Land, rules: Rules, pieces: Sequence[int]) -> BaseGeometry:
    """Return the usable land that some open pieces would lie in or enlarge, once all are handed over; empty where there is none."""
    after = _after(land, rules, pieces)
    parts = [shapely.get_parts(block.usable) for block in after.blocks if np.isin(pieces, block.pieces).any()]
    mine = shapely.union_all(land.shapes[list(pieces)])
    return shapely.union_all([part for several in parts for part in several if part.intersects(mine)])


def _usable(land: Land, rules: Rules, pieces: Iterable[int]) -> float:
    return _after(land, rules, pieces).usable_m2


def _after(land: Land, rules: Rules, pieces: Iterable[int]) -> Blocks:
    handed = land.handed.copy()
    handed[list(pieces)] = True
    return find_blocks(dataclasses.replace(land, handed=handed), rules)


@dataclasses.dataclass(frozen=True)
class Network:
    """Blocks and open pieces as a graph.

    Attributes
    ----------
    area_m2 : ndarray of float64, shape (nodes,)
        Blocks first, then open pieces.
    piece : ndarray of int64, shape (nodes,)
        Row of the land; -1 for a block.
    near : list of set of int
        Neighbours of each node.
    min_m2 : float
    """

    area_m2: Floats
    piece: Ints
    near: list[set[int]]
    min_m2: float

    @property
    def blocks(self) -> int:
        return int((self.piece < 0).sum())

    def usable_m2(self, taken: Iterable[int]) -> float:
        """Return the area of what lies together and is large enough, with some open nodes handed over."""
        there = {*range(self.blocks), *taken}
        total = 0.0
        while there:
            heap, area = [there.pop()], 0.0
            while heap:
                node = heap.pop()
                area += float(self.area_m2[node])
                found = self.near[node] & there
                there -= found
                heap += found
            total += area if area >= self.min_m2 else 0.0
        return total


def network(found: Blocks, passable_m: float = 0.0) -> Network:
    """Contract blocks to nodes and join them with the open pieces beside them.

    Parameters
    ----------
    found : Blocks
    passable_m : float
        Leave out neighbours across an edge shorter than this: with the least width a guess at what stays usable, no longer a bound.
    """
    land, rules = found.land, found.rules
    barrier = np.isin(land.use.astype(str), list(rules.barriers))
    open_ = np.flatnonzero(~land.handed & ~barrier)
    count = len(found.blocks)
    node = np.where(found.labels > 0, found.labels - 1, -1)
    node[open_] = count + np.arange(len(open_))
    near: list[set[int]] = [set() for _ in range(count + len(open_))]
    for one, other in _pairs(found, np.flatnonzero(node >= 0), passable_m).tolist():
        a, b = int(node[one]), int(node[other])
        if a != b:
            near[a].add(b)
            near[b].add(a)
    for one, other in _in_several(found):
        near[one].add(other)
        near[other].add(one)
    area = np.array([*(b.area_m2 for b in found.blocks), *shapely.area(land.shapes[open_])], np.float64)
    return Network(area, np.concatenate([np.full(count, -1), open_]).astype(np.int64), near, rules.min_m2)


def _in_several(found: Blocks) -> list[tuple[int, int]]:
    """Return pairs of blocks in which parts of one piece lie: as if they lay together, so that a bound stays a bound."""
    piece = np.concatenate([np.empty(0, np.int64), *(block.pieces for block in found.blocks)])
    block = np.repeat(np.arange(len(found.blocks)), [len(block.pieces) for block in found.blocks])
    order = np.argsort(piece, kind="stable")
    same = np.flatnonzero(piece[order][1:] == piece[order][:-1])
    return list(zip(block[order[same]].tolist(), block[order[same + 1]].tolist(), strict=True))


def _pairs(found: Blocks, rows: Ints, passable_m: float) -> Ints:
    """Return which pieces lie beside each other: across an edge, or within a lane."""
    land, rules = found.land, found.rules
    shared, length_m = edges_of(land.shapes[rows], rules.tolerance_m).pairs()
    if passable_m:
        wide: Ints = rows[shared[length_m >= passable_m]]
        return wide
    shapes = land.shapes[rows]
    left, right = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=rules.lane_m)
    left, right = left[left < right], right[left < right]
    lane = found.ground.facing[rows] & bool(rules.lane_m)
    beside = lane[left] & lane[right]
    beside[~beside] = shapely.area(shapely.intersection(shapes[left[~beside]], shapes[right[~beside]])) > 0
    near = np.column_stack([left[beside], right[beside]])
    both: Ints = rows[np.concatenate([shared, near])]
    return both


# -- growing bridges -----------------------------------------------------------------------------------


def grow(net: Network, most: int) -> tuple[int, ...]:
    """Take bridge after bridge, each time the one that unlocks most a parcel; return rows of the land."""
    state = _Grown(net)
    while len(state.taken) < most:
        best, gain = state.best(most - len(state.taken))
        if gain <= 0:
            break
        state.take(best)
    return tuple(sorted(int(net.piece[node]) for node in state.taken))


class _Grown:
    """A graph in which what was taken has grown together with its neighbours."""

    def __init__(self, net: Network) -> None:
        self.net = net
        self.taken: list[int] = []
        self.home = {node: node for node in range(net.blocks)}
        self.area = {node: float(net.area_m2[node]) for node in range(net.blocks)}
        self.members: dict[int, list[int]] = {node: [node] for node in range(net.blocks)}

    def best(self, left: int) -> tuple[tuple[int, ...], float]:
        found: tuple[int, ...] = ()
        value, score = 0.0, 0.0
        for path in self._paths(min(left, LONGEST)):
            gain = self.gain(path)
            if gain / len(path) > score + 1e-9:
                found, value, score = path, gain, gain / len(path)
        return found, value

    def gain(self, path: Sequence[int]) -> float:
        """Return how much more is usable with some open nodes that lie together."""
        homes = {self.home[node] for p in path for node in self.net.near[p] if node in self.home}
        whole = sum(self.area[home] for home in homes) + float(self.net.area_m2[list(path)].sum())
        before = sum(self.area[home] for home in homes if self.area[home] >= self.net.min_m2)
        return (whole if whole >= self.net.min_m2 else 0.0) - before

    def take(self, path: Sequence[int]) -> None:
        for node in path:
            homes = {self.home[other] for other in self.net.near[node] if other in self.home}
            self.area[node] = float(self.net.area_m2[node]) + sum(self.area.pop(home) for home in homes)
            self.members[node] = [node, *(m for home in homes for m in self.members.pop(home))]
            for member in self.members[node]:
                self.home[member] = node
            self.taken.append(node)

    def _paths(self, longest: int) -> Iterator[tuple[int, ...]]:
        """Yield single open nodes, the shortest bridges from each block to others, and the largest that grow out of each."""
        open_ = [node for node in range(self.net.blocks, len(self.net.near)) if node not in self.home]
        yield from ((node,) for node in open_)
        if longest > 1:
            for home, members in self.members.items():
                yield from self._bridges(members, home, longest)
            for node in open_:
                yield from self._swelling([node], longest)

    def _bridges(self, members: Sequence[int], home: int, longest: int) -> Iterator[tuple[int, ...]]:
        before: dict[int, int] = {}
        ring = sorted({n for m in members for n in self.net.near[m] if n not in self.home})
        seen = set(ring)
        met: set[int] = set()
        for length in range(1, longest + 1):
            following = []
            for node in ring:
                others = {self.home[n] for n in self.net.near[node] if n in self.home} - {home} - met
                if others and length > 1:
                    met |= others
                    yield self._back(node, before)
                for n in sorted(self.net.near[node]):
                    if n not in seen and n not in self.home:
                        seen.add(n)
                        before[n] = node
                        following.append(n)
            ring = following
        if self.area[home] < self.net.min_m2:
            yield from self._swelling([], longest, members)

    @staticmethod
    def _back(node: int, before: dict[int, int]) -> tuple[int, ...]:
        path = [node]
        while path[-1] in before:
            path.append(before[path[-1]])
        return tuple(path)

    def _swelling(self, start: list[int], longest: int, members: Sequence[int] = ()) -> Iterator[tuple[int, ...]]:
        """Yield a heap that takes its largest neighbour again and again until it is large enough."""
        path = list(start)
        while len(path) < longest:
            around = {n for m in (*members, *path) for n in self.net.near[m] if n not in self.home and n not in path}
            if not around:
                return
            path.append(max(around, key=lambda n: (self.gain_area(n), -n)))
            if self.gain(path) > 0:
                yield tuple(path)
                return

    def gain_area(self, node: int) -> float:
        """Return the area that a node brings with the blocks beside it."""
        homes = {self.home[n] for n in self.net.near[node] if n in self.home}
        return float(self.net.area_m2[node]) + sum(self.area[home] for home in homes)
