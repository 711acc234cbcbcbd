"""Mend a parcel layer where no opinion is needed, with a receipt; nothing is written here, and the input stays as it is.

Four steps, each only where asked and only on the parcels that need it: invalid rings are made valid keeping the land they
enclose; rings are put in order (outer against the clock, inner with it); corners are snapped onto a neighbour's
boundary closer than a stated tolerance; enclosed gaps up to a stated area are given to the parcel that shares the longest
boundary with them. A parcel whose area would change by more than a stated limit is left as it was and named.
Which of two overlapping parcels is right, and where a spike should be, is an opinion: neither is touched.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import shapely

from parkgis.layers.checks.limits import Bools, Floats, Ints, Shapes, limit
from parkgis.layers.checks.pairs import overlaps
from parkgis.layers.checks.segments import gaps

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapely.geometry.base import BaseGeometry

PASSES = 4  # before a parcel, or a layer, is said never to rest
MOST_M2 = 1.0
"""Square metres by which a parcel's area may change before it is left alone."""
TOUCH_M = 1e-4  # a gap's corners may be computed, not drawn: this near to a parcel they lie on it


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """What to mend.

    Attributes
    ----------
    valid : bool
        Make invalid shapes valid.
    order : bool
        Put rings in order; corners and area stay.
    snap_m : float
        Move corners onto a neighbour's boundary that is closer than this; 0: none.
    close_m2 : float
        Close gaps up to this area; 0: none.
    most_m2 : float
        Area change above which a parcel is left alone.
    """

    valid: bool = True
    order: bool = False
    snap_m: float = 0.0
    close_m2: float = 0.0
    most_m2: float = MOST_M2


@dataclasses.dataclass(frozen=True, eq=False)
class Receipt:
    """What was done, row by row of the layer.

    Attributes
    ----------
    shapes : ndarray of geometry, shape (n,)
        The layer afterwards; a row that is not ``changed`` is the very same object as before.
    before_m2, after_m2 : ndarray of float64, shape (n,)
        Of an invalid shape, before: the area its rings give by the surveyor's formula, as they are written.
    steps : ndarray of str, shape (n,)
        The steps that changed the row, joined by ``+``; empty for none.
    left : ndarray of bool, shape (n,)
        Whether mending was refused because the area would change too much.
    proposed_m2 : ndarray of float64, shape (n,)
        The change refused; 0 where nothing was.
    """

    shapes: Shapes
    before_m2: Floats
    after_m2: Floats
    steps: Shapes
    left: Bools
    proposed_m2: Floats

    @property
    def changed(self) -> Bools:
        return np.asarray(self.steps != "", bool)


def repair(shapes: Shapes, plan: Plan, to_grid: Callable[[Shapes], Shapes] | None = None) -> Receipt:
    """Mend a layer as planned.

    Parameters
    ----------
    shapes : ndarray of polygons, shape (n,)
        Metres; missing and empty ones stay so. Degrees only for a plan that neither snaps nor closes gaps.
    plan : Plan
    to_grid : callable, optional
        Brings shapes into metres to measure them, where they are not.

    Notes
    -----
    Laws, held by tests: mending what is mended changes nothing; the total area changes by no more than the receipt
    says; no new overlap; a valid layer with ``Plan()`` comes back object by object.
    """
    work = _Work(shapes, plan, to_grid or np.asarray)
    for _ in range(PASSES):  # a gap closed is a corner to snap to
        before = work.now.copy()
        if plan.valid:
            work.accept("valid", *_valid(work.now))
        if plan.snap_m:
            work.accept("snap", *_snapped(work.now, plan.snap_m, work.allows))
        if plan.close_m2:
            work.accept("gap", *_closed(work.now, plan.close_m2))
        if plan.order:
            work.accept("order", *_ordered(work.now))
        if all(a is b for a, b in zip(before, work.now, strict=True)):
            break
    return work.receipt()


class _Work:
    """A layer on the bench: takes each step's proposals, or refuses them."""

    def __init__(self, shapes: Shapes, plan: Plan, to_grid: Callable[[Shapes], Shapes]) -> None:
        self.now, self._plan, self._to_grid = shapes.copy(), plan, to_grid
        self._before = self._areas(shapes)
        self._steps = np.full(len(shapes), "", dtype=object)
        self._left = np.zeros(len(shapes), bool)
        self._proposed = np.zeros(len(shapes))

    def allows(self, row: int, shape: BaseGeometry) -> bool:
        """Tell whether a row may become a shape."""
        area = float(self._areas(np.array([shape], dtype=object))[0])
        return abs(area - float(self._before[row])) <= self._plan.most_m2

    def accept(self, step: str, rows: Ints, shapes: Shapes) -> None:
        """Take new shapes of some rows, except those that change too much."""
        if not len(rows):
            return
        change = self._areas(shapes) - self._before[rows]
        fine = (np.abs(change) <= self._plan.most_m2) & shapely.is_valid(shapes)
        kept, refused = rows[fine], rows[~fine]
        self.now[kept] = shapes[fine]
        self._steps[kept] = ["+".join(dict.fromkeys([*filter(None, had.split("+")), step])) for had in self._steps[kept]]
        self._left[refused] = True
        self._proposed[refused] = change[~fine]

    def receipt(self) -> Receipt:
        after = self._areas(self.now)
        return Receipt(self.now, self._before, after, self._steps, self._left, self._proposed)

    def _areas(self, shapes: Shapes) -> Floats:
        with np.errstate(invalid="ignore"):  # of a coordinate that is no number
            areas = shapely.area(self._to_grid(shapes))
        return np.where(np.isfinite(areas), areas, 0.0)


# -- the steps: rows, and what they would become -----------------------------------------------------------

Proposal = tuple[Ints, Shapes]


def _valid(shapes: Shapes) -> Proposal:
    """Propose valid shapes: of the two readings GEOS has of a crossing ring, the one nearer to the area written down.

    A shape with a coordinate that is no number is proposed as it is, which nobody takes.
    """
    rows = np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_valid(shapes))
    made = shapes[rows]
    whole = np.array([np.isfinite(shapely.get_coordinates(shape)).all() for shape in made], bool)
    broken = made[whole]
    readings = [
        _land(shapely.make_valid(broken, method="structure", keep_collapsed=False)),
        _land(shapely.make_valid(broken, method="linework")),
    ]
    off = [np.abs(shapely.area(reading) - shapely.area(broken)) for reading in readings]
    made[whole] = np.where(off[0] <= off[1], *readings)
    return rows, made


def _land(shapes: Shapes) -> Shapes:
    """Return the polygons of each shape; lines and points enclose nothing."""
    mixed = np.flatnonzero(~np.isin(shapely.get_type_id(shapes), (3, 6)))
    for row in mixed:
        parts = shapely.get_parts(shapely.get_parts(shapes[row]))
        shapes[row] = shapely.union_all(parts[shapely.get_type_id(parts) == 3])
    return shapes


def _ordered(shapes: Shapes) -> Proposal:
    turned = shapely.orient_polygons(shapes)
    rows = np.flatnonzero(~shapely.equals_identical(turned, shapes) & ~shapely.is_missing(shapes))
    return rows, turned[rows]


def _snapped(shapes: Shapes, snap_m: float, allows: Callable[[int, BaseGeometry], bool]) -> Proposal:
    """Propose to move corners and edges onto a corner of a neighbour closer than ``snap_m``, until nothing moves any more.

    What may not be done is proposed all the same, so that it can be named; nothing else leans on it.
    """
    now = shapes.copy()
    refused: dict[int, BaseGeometry] = {}
    moving: list[int] = []
    for _ in range(PASSES):
        moving = _snap_once(now, snap_m, allows, refused)
        if not moving:
            break
    now[moving] = shapes[moving]  # what never rests stays where it was
    rows = np.flatnonzero(~shapely.equals_identical(now, shapes) & ~shapely.is_missing(shapes))
    named = np.array([row for row in refused if row not in set(rows.tolist())], np.intp)
    return np.concatenate([rows, named]), np.concatenate([now[rows], np.array([refused[row] for row in named], dtype=object)])


def _snap_once(
    now: Shapes, snap_m: float, allows: Callable[[int, BaseGeometry], bool], refused: dict[int, BaseGeometry]
) -> list[int]:
    """Snap each parcel that is out of order, in place and in the order of the rows; return the rows that moved."""
    at = np.flatnonzero(shapely.is_valid(now) & ~shapely.is_empty(now))
    if len(at) < 2:
        return []
    edges = shapely.coverage_invalid_edges(now[at], gap_width=snap_m)
    tree, moved = shapely.STRtree(now[at]), []
    for row in at[~(shapely.is_empty(edges) | shapely.is_missing(edges))].tolist():
        near = at[tree.query(now[row], predicate="dwithin", distance=2 * snap_m)]
        near = near[near != row]
        shape = _settled(now[row], shapely.extract_unique_points(shapely.GeometryCollection(list(now[near]))), snap_m)
        if shape is None or shapely.equals_identical(shape, now[row]):
            continue
        if _overlap(shape, now[near]) > _overlap(now[row], now[near]) + limit("gap_noise"):
            continue
        if allows(row, shape):
            now[row] = shape
            moved.append(row)
        else:
            refused[row] = shape
    return moved


def _settled(shape: BaseGeometry, corners: BaseGeometry, snap_m: float) -> BaseGeometry | None:
    """Snap until nothing moves any more; None where it never rests, or is no parcel any more."""
    for _ in range(PASSES):
        moved = _like(shapely.snap(shape, corners, snap_m), shape)
        if moved is None or not moved.is_valid or moved.is_empty:
            return None
        if shapely.equals_identical(moved, shape):
            return shape
        shape = moved
    return None


def _closed(shapes: Shapes, close_m2: float) -> Proposal:
    """Propose to give each gap to the parcel that shares the longest boundary with it."""
    there = np.flatnonzero(shapely.is_valid(shapes) & ~shapely.is_empty(shapes))
    sound = shapes[there]
    tree = shapely.STRtree(sound)
    taken: dict[int, list[BaseGeometry]] = {}
    for gap in gaps(sound, overlaps(sound, tree), tree, limit("gap_noise"), close_m2):
        near = tree.query(gap, predicate="dwithin", distance=TOUCH_M)
        if len(near):
            shared = shapely.length(shapely.intersection(gap.boundary, shapely.buffer(sound[near], TOUCH_M)))
            taken.setdefault(int(near[int(shared.argmax())]), []).append(gap)
    rows, made = [], []
    for row, pieces in sorted(taken.items()):
        whole = _like(shapely.union_all([sound[row], *pieces]), sound[row])
        near = np.setdiff1d(tree.query(sound[row], predicate="dwithin", distance=TOUCH_M), [row])
        if whole is not None and _overlap(whole, sound[near]) <= _overlap(sound[row], sound[near]) + limit("gap_noise"):
            rows.append(int(there[row]))
            made.append(whole)
    return np.array(rows, np.intp), np.array(made, dtype=object)


def _like(whole: BaseGeometry, before: BaseGeometry) -> BaseGeometry | None:
    """Return a shape as the type it had; None where it has come to consist of more or fewer parts."""
    if isinstance(whole, shapely.Polygon) and before.geom_type == "MultiPolygon":
        whole = shapely.MultiPolygon([whole])
    same = whole.geom_type == before.geom_type and shapely.get_num_geometries(whole) == shapely.get_num_geometries(before)
    return whole if same else None


def _overlap(shape: BaseGeometry, others: Shapes) -> float:
    return float(shapely.area(shapely.intersection(others, shape)).sum())
