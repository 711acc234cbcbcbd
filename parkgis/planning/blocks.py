"""Blocks of handed-over land: what lies together, how much of it a factory could stand on."""

from __future__ import annotations

import dataclasses
import functools
import math
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry import MultiPolygon

from parkgis.planning.coverage import join
from parkgis.planning.edges import edges_of
from parkgis.planning.opening import between, opened
from parkgis.planning.rectangle import Rectangle, largest_rectangle
from parkgis.planning.ruling import Rules as Rules  # a block is a block by its rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry import Polygon
    from shapely.geometry.base import BaseGeometry

    from parkgis.planning.coverage import Joined
    from parkgis.planning.edges import Edges, Ints, Mask, Shapes
    from parkgis.planning.land import Land

ROADS = ("DGT",)
APART = -1


@dataclasses.dataclass(frozen=True, slots=True)
class Block:
    """Handed-over land joined across shared edges.

    Attributes
    ----------
    number : int
        From 1, the largest first.
    pieces : ndarray of int64
        Rows of the land.
    shape : Polygon
        With the lanes that run through it; metres.
    area_m2 : float
        Handed over; lanes do not count.
    usable_m2 : float
        In parts of at least the wanted area and width.
    usable : MultiPolygon
        Those parts.
    width_m : float
        Diameter of the largest circle inside.
    compactness : float
        4 pi area / perimeter^2 of the shape: 1 for a circle.
    frontage_m : float
        Length along land used as road that is not part of the block.
    """

    number: int
    pieces: Ints
    shape: Polygon
    area_m2: float
    usable_m2: float
    usable: MultiPolygon
    width_m: float
    compactness: float
    frontage_m: float

    def rectangle(self) -> Rectangle:
        """Find the largest rectangle inside: sought when asked, it takes some tenths of a second."""
        return largest_rectangle(self.shape)


@dataclasses.dataclass(frozen=True)
class Blocks:
    """The blocks of one project, or of several that lie in one grid.

    Attributes
    ----------
    labels : ndarray of int64, shape (pieces of land,)
        ``number`` of the block of each piece; 0 for land not handed over, :data:`APART` for a handed-over barrier.
    barrier_m2 : float
        Handed over, in no block.
    ground : Ground
        What they were found on.
    """

    land: Land
    rules: Rules
    blocks: Sequence[Block]
    labels: Ints
    barrier_m2: float
    ground: Ground = dataclasses.field(repr=False, compare=False)

    @property
    def area_m2(self) -> float:
        return math.fsum(block.area_m2 for block in self.blocks)

    @property
    def usable_m2(self) -> float:
        return math.fsum(block.usable_m2 for block in self.blocks)

    @property
    def usable_share(self) -> float | None:
        """Share of the handed-over land that is usable, 0-1; None where nothing was handed over."""
        whole = self.area_m2 + self.barrier_m2
        return self.usable_m2 / whole if whole else None

    @property
    def mesh_m2(self) -> float | None:
        """Effective mesh size: the mean area of the block that a point of the handed-over land lies in; None where there is none.

        *Source*: Jaeger (2000), Landscape Ecology 15: sum of squared areas over the whole area.
        """
        whole = self.area_m2 + self.barrier_m2
        return math.fsum(block.area_m2**2 for block in self.blocks) / whole if whole else None


def find_blocks(land: Land, rules: Rules) -> Blocks:
    """Join handed-over land into blocks and measure them.

    Parameters
    ----------
    land : Land
    rules : Rules

    Returns
    -------
    Blocks
        The largest first; ground under several pieces counts once.
    """
    ground = Ground(land, rules)
    blocks = _measured(ground)
    labels = np.where(ground.barrier, APART, 0)
    for block in reversed(blocks):  # of a piece in several parts, the largest block
        labels[block.pieces] = block.number
    return Blocks(land, rules, blocks, labels, float(shapely.union_all(land.shapes[ground.barrier]).area), ground)


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

    def _lanes(self) -> Shapes:
        """Return the ground between pieces of handed-over land that is narrow enough, and nobody's parcel but a lane's.

        *Method*: closing by a disk of diameter ``lane_m`` of the pieces near the rims that do not face other people's land.
        """
        rules, land = self.rules, self.land
        near = np.unique(self.solid[self.facing[self.solid]])
        if not len(near):
            return np.empty(0, dtype=object)
        whole = MultiPolygon(join(land.shapes[near], rules.tolerance_m).outlines.tolist())
        taken = np.ones(len(land), bool)
        taken[near] = False
        taken &= land.handed | ~_connects(land, rules)
        return _without(between(whole, rules.lane_m), land.shapes[taken], rules.tolerance_m)


def _connects(land: Land, rules: Rules) -> Mask:
    mask: Mask = np.isin(land.use.astype(str), list(rules.connectors))
    return mask


def open_sided(land: Land, rules: Rules, edges: Edges) -> Mask:
    """Tell which pieces lie near an edge that nobody shares, or that a lane's parcel shares: only there can a lane run."""
    free, lane = edges.loose(), _connects(land, rules)
    for mine, theirs in (pair := edges.meetings(), pair[::-1]):
        free[mine[lane[edges.owner[theirs]]]] = True
    mask = np.zeros(len(land), bool)
    if free.any():
        ends = np.stack([edges.xy[edges.start[free]], edges.xy[edges.end[free]]], axis=1)
        near = shapely.STRtree(land.shapes).query(shapely.linestrings(ends), predicate="dwithin", distance=3 * rules.lane_m)
        mask[near[1]] = True
    return mask


def _without(parts: Shapes, taken: Shapes, tolerance_m: float) -> Shapes:
    """Return parts less the shapes that lie on them."""
    part, other = shapely.STRtree(taken).query(parts, predicate="intersects")
    left = parts.copy()
    for row in np.unique(part):
        left[row] = shapely.difference(parts[row], shapely.union_all(taken[other[part == row]]))
    found = shapely.get_parts(left)
    kept: Shapes = found[shapely.area(found) > tolerance_m**2]
    return kept


def _measured(ground: Ground) -> tuple[Block, ...]:
    land, rules, solid, lanes, done = ground.land, ground.rules, ground.solid, ground.lanes, ground.joined
    mine, count = done.labels[: len(solid)], len(done.outlines)
    within = _by_label(lanes, done.labels[len(solid) :], count)
    road = _frontage(land, ground.edges, solid, mine, count)
    area = shapely.area(done.outlines) - shapely.area(within)
    order = [int(label) for label in np.argsort(-area, kind="stable") if area[label] > 0]
    pieces = np.split(solid[np.argsort(mine, kind="stable")], np.cumsum(np.bincount(mine, minlength=count))[:-1])
    order = [label for label in order if len(pieces[label])]
    return tuple(
        _block(number, np.unique(pieces[label]), done.outlines[label], float(area[label]), within[label], float(road[label]), rules)
        for number, label in enumerate(order, start=1)
    )


def _by_label(shapes: Shapes, labels: Ints, count: int) -> Shapes:
    """Return the union of the shapes of each label; empty where there is none."""
    found = np.full(count, shapely.Polygon(), dtype=object)
    for label in np.unique(labels):
        found[label] = shapely.union_all(shapes[labels == label])
    return found


def _frontage(land: Land, edges: Edges, solid: Ints, labels: Ints, count: int) -> np.typing.NDArray[np.float64]:
    """Return the length of each block's rim along road that is not part of it."""
    road = np.isin(land.use.astype(str), ROADS)
    of = np.full(edges.rows, APART)
    of[solid] = labels
    one, other = edges.meetings()
    length = np.hypot(*(edges.xy[edges.end[one]] - edges.xy[edges.start[one]]).T)
    found = np.zeros(count)
    for mine, theirs in ((one, other), (other, one)):
        along = road[edges.owner[theirs]] & (of[edges.owner[theirs]] == APART) & (of[edges.owner[mine]] != APART)
        np.add.at(found, of[edges.owner[mine[along]]], length[along])
    return found


def _block(
    number: int, pieces: Ints, shape: Polygon, area_m2: float, lanes: BaseGeometry, frontage_m: float, rules: Rules
) -> Block:
    usable = usable_parts(shape, rules, lanes) if area_m2 >= rules.min_m2 else shapely.MultiPolygon()
    return Block(
        number=number,
        pieces=pieces,
        shape=shape,
        area_m2=area_m2,
        usable_m2=min(float(usable.area - shapely.intersection(usable, lanes).area), area_m2),  # rounding of lanes
        usable=usable,
        width_m=2 * float(shapely.maximum_inscribed_circle(shape).length),
        compactness=4 * math.pi * shape.area / shape.length**2,
        frontage_m=frontage_m,
    )


def usable_parts(shape: Polygon, rules: Rules, lanes: BaseGeometry | None = None) -> MultiPolygon:
    """Return the parts of a shape that are wide and large enough.

    Parameters
    ----------
    shape : Polygon
    rules : Rules
    lanes : BaseGeometry, optional
        Of the shape, not counted in the area that a part must have.

    Returns
    -------
    MultiPolygon
        As :func:`parkgis.planning.opening.opened` leaves them.
    """
    parts = opened(np.array([shape], dtype=object), rules.width_m).parts
    counted = shapely.area(parts) - (0.0 if lanes is None else shapely.area(shapely.intersection(parts, lanes)))
    return MultiPolygon(parts[counted >= rules.min_m2].tolist())
