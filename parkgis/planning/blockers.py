"""Parcels that stand in the way: how many usable hectares each would unlock if it alone were handed over next."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import shapely

from parkgis.planning.abreast import abreast
from parkgis.planning.ground import Ground
from parkgis.planning.mending import components
from parkgis.planning.opening import areas_of, reach_m

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

    from parkgis.planning.blocks import Rules
    from parkgis.planning.edges import Floats, Ints, Mask, Shapes
    from parkgis.planning.land import Land

SLIVER_M2 = 1e-6
"""Shapes that share less than this only touch."""
SLACK_M = 0.5
"""Far more than corners may be off."""
EXACT = 150
"""So many parcels of a project are recomputed at most, on average, in one ranking; the others are bounded."""


@dataclasses.dataclass(frozen=True, slots=True)
class Unlocked:
    """What handing over one more piece of land would change.

    Attributes
    ----------
    piece : int
        Row of the land.
    usable_m2 : float
        Usable land with it less usable land without it. Its own area is part of it, where it becomes usable itself.
    field : int
        Which of the fields that were ranked together it lies in.
    """

    piece: int
    usable_m2: float
    field: int = 0


@dataclasses.dataclass(frozen=True)
class Ranking:
    """Open pieces of one land, or of several, by what each would unlock alone.

    Attributes
    ----------
    first : tuple of Unlocked
        The largest first; exact.
    exact : int
        How many pieces were recomputed.
    open_pieces : int
        How many are not handed over.
    rest_m2 : float
        No piece that is not in ``first`` unlocks more than this: proven.
    """

    first: tuple[Unlocked, ...]
    exact: int
    open_pieces: int
    rest_m2: float

    @property
    def proven(self) -> int:
        """How many of ``first`` are proven to be the first."""
        return sum(one.usable_m2 + SLIVER_M2 >= self.rest_m2 for one in self.first)


class Field:
    """The land of a project with everything found that a question about one more piece needs.

    Parameters
    ----------
    land : Land
    rules : Rules
    ground : Ground, optional
        Of that land by these rules, where it was laid out already.

    Notes
    -----
    *Method*: closing and opening are local. Handing over a piece can change what is opened only within
    :attr:`reach_m` of it, so that neighbourhood alone is opened anew, and what has changed there is laid to the parts of opened
    land that it touches, whose areas are known. The answer equals that of :func:`parkgis.planning.blocks.find_blocks`
    for the land with the piece handed over.
    """

    def __init__(self, land: Land, rules: Rules, ground: Ground | None = None) -> None:
        self.land, self.rules = land, rules
        self.reach_m = rules.lane_m + reach_m(rules.width_m) + SLACK_M
        self.ground = ground or Ground(land, rules)
        self.parts, self.area_m2 = self.ground.opened.parts, self.ground.opened_m2
        self.handed_m2 = float((shapely.area(self.ground.joined.outlines) - self.ground.lanes_m2)[self.ground.held].sum())
        self._cut = areas_of(self.ground.opened.kept)
        self._cuts = shapely.STRtree(self._cut)
        self._tree = shapely.STRtree(self.parts)
        self._pieces = shapely.STRtree(land.shapes)

    @property
    def usable_m2(self) -> float:
        return float(self.area_m2[self.usable].sum())

    @property
    def usable(self) -> Mask:
        """Which parts are large enough."""
        mask: Mask = self.area_m2 >= self.rules.min_m2
        return mask

    def unlocked(self, pieces: Sequence[int]) -> float:
        """Return how much more land (m2) is usable once some open pieces near each other are handed over, too."""
        return self._changed(pieces)[0]

    def opens(self, pieces: Sequence[int]) -> BaseGeometry:
        """Return the usable land that these pieces would lie in or enlarge, as one shape; empty where there is none."""
        return self._changed(pieces, drawn=True)[1]

    def bounds_m2(self) -> tuple[Ints, Floats]:
        """Return the open pieces, and for each a bound above what it unlocks.

        *Method*: its own ground, and what lies within :attr:`reach_m` of it and is not usable yet, of the outlines alone that it
        would be joined to: closing adds ground no farther from the piece than a lane is wide. A piece that would be joined to no
        usable land must bring all of that to the least area, or unlocks nothing.
        """
        rows = np.flatnonzero(~self.land.handed & ~np.isin(self.land.use.astype(str), list(self.rules.barriers)))
        near, small = _Near(self, rows), ~self.usable
        bound = shapely.area(self.land.shapes[rows])
        piece, part = near.to(self.parts[small], self.ground.opened.owner[small])
        bound += np.bincount(piece, weights=self.area_m2[small][part], minlength=len(rows))
        rest, of = self.ground.opened.rest()
        piece, part = near.to(rest, of)
        inside = np.minimum(shapely.area(rest)[part], _shared_m2(rest[part], self._boxes(rows[piece])))
        bound += np.bincount(piece, weights=inside, minlength=len(rows))
        beside = np.zeros(len(rows), bool)
        beside[near.to(self.parts[~small], self.ground.opened.owner[~small])[0]] = True
        bound[~beside & (bound < self.rules.min_m2)] = 0.0
        return rows, bound

    def ranked(self, first: int = 20, exact: int = EXACT) -> Ranking:
        """Rank the open pieces by what each unlocks alone; as :func:`ranked` does for several fields."""
        return ranked([self], first, exact)

    def _boxes(self, rows: Ints, reach: float | None = None) -> Shapes:
        low_x, low_y, high_x, high_y = shapely.bounds(self.land.shapes[rows]).T
        far = self.reach_m if reach is None else reach
        boxes: Shapes = shapely.box(low_x - far, low_y - far, high_x + far, high_y + far)
        return boxes

    def _changed(self, pieces: Sequence[int], *, drawn: bool = False) -> tuple[float, BaseGeometry]:
        rows = np.asarray(pieces, np.int64)
        box = shapely.box(*shapely.total_bounds(self._boxes(rows)))
        far = shapely.box(*shapely.total_bounds(self._boxes(rows, 2 * self.reach_m + self.rules.lane_m)))
        near = np.sort(self._pieces.query(far))
        after = _some(self.land, near)
        after = dataclasses.replace(after, handed=after.handed | np.isin(near, rows))
        old, old_m2 = _within(self.ground, box, self._cut[np.sort(self._cuts.query(box, predicate="intersects"))])
        there = Ground(after, self.rules, self.ground.facing[near])
        new, new_m2 = _within(there, box, there.opened.parts)
        of = self._part_of(old)
        old_of, new_of = _overlapping(old, new)
        touched, at = np.unique(of, return_inverse=True)
        links = np.column_stack([at[old_of], len(touched) + new_of])
        group = components(len(touched) + len(new), links)
        outside = self.area_m2[touched] - np.bincount(at, old_m2, len(touched))
        area = np.bincount(group, np.concatenate([outside, new_m2]))
        usable = area >= self.rules.min_m2
        gain = float(area[usable].sum() - self.area_m2[touched][self.usable[touched]].sum())
        if not drawn:
            return gain, shapely.Polygon()
        mine = shapely.intersects(new, shapely.union_all(self.land.shapes[rows]))
        lit = np.unique(group[len(touched) :][mine])
        lit = lit[usable[lit]]
        inside = np.concatenate([self.parts[touched], new])[np.isin(group, lit)]
        return gain, shapely.union_all(inside)

    def _part_of(self, pieces: Shapes) -> Ints:
        """Return the part of the whole that each piece of one lies in."""
        at, part = self._tree.query(shapely.point_on_surface(pieces), predicate="dwithin", distance=0.01)
        of = np.full(len(pieces), -1)
        of[at[::-1]] = part[::-1]
        return of


class _Near:
    """Which ground handing over an open piece can change.

    The ground asks: GEOS prepares the shape that asks, and of two it is the ground that has thousands of vertices.
    """

    def __init__(self, field: Field, rows: Ints) -> None:
        ground, shapes = field.ground, field.land.shapes[rows]
        joined = ground.joined.outlines[ground.held]
        of, piece = shapely.STRtree(shapes).query(joined, predicate="dwithin", distance=field.rules.lane_m + SLACK_M)
        self._reach_m, self._outlines, self._joins = field.reach_m, len(joined), piece * len(joined) + of
        self._pieces = np.unique(piece)  # far from all outlines nothing is joined
        self._tree = shapely.STRtree(shapes[self._pieces])

    def to(self, ground: Shapes, of: Ints) -> tuple[Ints, Ints]:
        """Return the pairs of an open piece and ground within reach, of an outline the piece would be joined to."""
        part, near = self._tree.query(ground, predicate="dwithin", distance=self._reach_m)
        piece = self._pieces[near]
        joined = np.isin(piece * self._outlines + of[part], self._joins)
        return piece[joined], part[joined]


def ranked(fields: Sequence[Field], first: int = 20, exact: int = EXACT) -> Ranking:
    """Rank the open pieces of several lands together.

    Parameters
    ----------
    fields : sequence of Field
    first : int
        How many to return at most.
    exact : int
        How many to recompute at most for each field, on average.

    Notes
    -----
    *Method*: bounds of all pieces; then the most promising is recomputed, wherever it lies, until no other can be better.
    """
    of, rows, bound = _bounded(fields)
    order = np.argsort(-bound, kind="stable")
    found: list[Unlocked] = []
    done, most = 0, exact * len(fields)
    for done, at in enumerate(order.tolist()):
        if bound[at] <= (found[first - 1].usable_m2 if len(found) >= first else 0.0) or done >= most:
            break
        field, piece = int(of[at]), int(rows[at])
        found.append(Unlocked(piece, fields[field].unlocked([piece]), field))
        found.sort(key=lambda u: (-u.usable_m2, u.field, u.piece))
    else:
        done = len(order)
    left = float(bound[order[done]]) if done < len(order) else 0.0
    others = found[first].usable_m2 if len(found) > first else 0.0
    kept = tuple(u for u in found[:first] if u.usable_m2 > SLIVER_M2)
    return Ranking(kept, done, len(order), max(left, others))


def _bounded(fields: Sequence[Field]) -> tuple[Ints, Ints, Floats]:
    """Return the open pieces of all fields: the field, the row, and a bound above what it unlocks."""
    every = abreast(Field.bounds_m2, fields)
    of = np.repeat(np.arange(len(fields)), [len(rows) for rows, _ in every])
    rows = np.concatenate([np.empty(0, np.int64), *(rows for rows, _ in every)])
    return of, rows, np.concatenate([np.empty(0), *(bound for _, bound in every)])


def _within(ground: Ground, box: BaseGeometry, parts: Shapes) -> tuple[Shapes, Floats]:
    """Return what of parts of the opened land lies in a box, as polygons, and their areas without lanes."""
    parts = areas_of(shapely.intersection(parts, box))
    parts = parts[shapely.area(parts) > SLIVER_M2]
    return parts, ground.counted(parts)


def _some(land: Land, rows: Ints) -> Land:
    return dataclasses.replace(
        land, shapes=land.shapes[rows], handed=land.handed[rows], row=land.row[rows], key=land.key[rows], use=land.use[rows]
    )


def _shared_m2(one: Shapes, other: Shapes) -> Floats:
    """Return the area that the bounds of each pair of shapes share."""
    first, second = shapely.bounds(one), shapely.bounds(other)
    sides = np.minimum(first[:, 2:], second[:, 2:]) - np.maximum(first[:, :2], second[:, :2])
    area: Floats = np.maximum(sides, 0.0).prod(axis=1)
    return area


def _overlapping(one: Shapes, other: Shapes) -> tuple[Ints, Ints]:
    """Return which shapes of two sets share ground."""
    left, right = shapely.STRtree(other).query(one, predicate="intersects")
    real = shapely.area(shapely.intersection(one[left], other[right])) > SLIVER_M2
    return left[real].astype(np.int64), right[real].astype(np.int64)
