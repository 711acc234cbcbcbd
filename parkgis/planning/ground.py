"""The ground that blocks are found on: land handed over, the lanes between it, and what of both is wide enough."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np
import shapely

from parkgis.planning.coverage import join
from parkgis.planning.edges import edges_of
from parkgis.planning.opening import between, opened

if TYPE_CHECKING:
    from parkgis.planning.coverage import Joined
    from parkgis.planning.edges import Edges, Floats, Ints, Mask, Shapes
    from parkgis.planning.land import Land
    from parkgis.planning.opening import Opened
    from parkgis.planning.ruling import Rules


class Ground:
    """Handed-over land, and the lanes between it.

    Parameters
    ----------
    land : Land
    rules : Rules
    facing : ndarray of bool, shape (pieces of land,), optional
        As :func:`open_sided` finds them; for a part of a land of which they are known.

    Attributes
    ----------
    barrier : ndarray of bool, shape (pieces of land,)
    solid : ndarray of int64
        Rows of handed-over land that is no barrier; one for each part of a piece.
    parts : ndarray of Polygon
        Those parts.
    lanes : ndarray of Polygon
    """

    def __init__(self, land: Land, rules: Rules, facing: Mask | None = None) -> None:
        self.land, self.rules = land, rules
        self.barrier: Mask = land.handed & np.isin(land.use.astype(str), list(rules.barriers))
        rows = np.flatnonzero(land.handed & ~self.barrier)
        self.parts, of = shapely.get_parts(land.shapes[rows], return_index=True)
        self.solid: Ints = rows[of]
        self._facing = facing
        self.lanes = self._lanes() if rules.lane_m and len(self.solid) else np.empty(0, dtype=object)

    @functools.cached_property
    def edges(self) -> Edges:
        return edges_of(self.land.shapes, self.rules.tolerance_m)

    @functools.cached_property
    def facing(self) -> Mask:
        """Which pieces lie near an edge along which a lane may run."""
        return open_sided(self.land, self.rules, self.edges) if self._facing is None else self._facing

    @functools.cached_property
    def joined(self) -> Joined:
        """The land and the lanes, joined; the labels of the land come first."""
        return join(np.concatenate([self.parts, self.lanes]), self.rules.tolerance_m)

    @functools.cached_property
    def held(self) -> Ints:
        """Which outlines of :attr:`joined` hold land, and are not lanes alone."""
        return np.unique(self.joined.labels[: len(self.solid)])

    @functools.cached_property
    def opened(self) -> Opened:
        """What of the outlines that hold land is wide enough; ``owner`` are rows of :attr:`held`."""
        return opened(self.joined.outlines[self.held], self.rules.width_m)

    @functools.cached_property
    def opened_m2(self) -> Floats:
        """Area of each part of :attr:`opened` without the lanes in it."""
        return self.counted(self.opened.parts)

    @functools.cached_property
    def lanes_m2(self) -> Floats:
        """Area of the lanes in each outline of :attr:`joined`."""
        mine = self.joined.labels[len(self.solid) :]
        area: Floats = np.bincount(mine, shapely.area(self.lanes), len(self.joined.outlines)).astype(np.float64)
        return area

    def counted(self, shapes: Shapes) -> Floats:
        """Return the area of shapes without the lanes in them."""
        at, lane = self._tree.query(shapes, predicate="intersects")
        inside = shapely.area(shapely.intersection(shapes[at], self.lanes[lane]))
        area: Floats = shapely.area(shapes) - np.bincount(at, inside, len(shapes))
        return area

    @functools.cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.lanes)

    def _lanes(self) -> Shapes:
        """Return the ground between pieces of handed-over land that is narrow enough, and nobody's parcel but a lane's.

        *Method*: closing by a disk of diameter ``lane_m`` of the pieces near the rims that do not face other people's land.
        """
        rules, land = self.rules, self.land
        near = np.unique(self.solid[self.facing[self.solid]])
        if not len(near):
            return np.empty(0, dtype=object)
        whole = join(land.shapes[near], rules.tolerance_m).outlines
        taken = np.ones(len(land), bool)
        taken[near] = False
        taken &= land.handed | ~_connects(land, rules)
        least_m2 = rules.tolerance_m**2
        return _without(between(whole[~shapely.is_empty(whole)], rules.lane_m, least_m2), land.shapes[taken], least_m2)


def _connects(land: Land, rules: Rules) -> Mask:
    mask: Mask = np.isin(land.use.astype(str), list(rules.connectors))
    return mask


def open_sided(land: Land, rules: Rules, edges: Edges) -> Mask:
    """Tell which pieces lie near an edge that nobody shares, or that a lane's parcel shares: only there can a lane run."""
    free, lane = edges.loose(), _connects(land, rules)
    for mine, theirs in (pair := edges.meetings(), pair[::-1]):
        free[mine[lane[edges.owner[theirs]]]] = True
    mask = np.zeros(len(land), bool)
    mask[edges.owner[free]] = True
    others = np.flatnonzero(~mask)
    if free.any() and len(others):
        ends = np.stack([edges.xy[edges.start[free]], edges.xy[edges.end[free]]], axis=1)
        tree, far = shapely.STRtree(land.shapes[others]), 3 * rules.lane_m
        mask[others[tree.query(shapely.linestrings(ends), predicate="dwithin", distance=far)[1]]] = True
    return mask


def _without(parts: Shapes, taken: Shapes, least_m2: float) -> Shapes:
    """Return parts less the shapes that lie on them, and of that what is large enough."""
    part, other = shapely.STRtree(taken).query(parts, predicate="intersects")
    order = np.argsort(part, kind="stable")
    part, other = part[order], other[order]
    turn = np.arange(len(part)) - np.searchsorted(part, part)
    left = parts.copy()
    for now in (turn == n for n in range(turn.max(initial=-1) + 1)):
        left[part[now]] = shapely.difference(left[part[now]], taken[other[now]])
    found = shapely.get_parts(left)
    kept: Shapes = found[shapely.area(found) > least_m2]
    return kept
