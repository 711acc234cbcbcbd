"""Blocks of handed-over land: what lies together, how much of it a factory could stand on."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry import MultiPolygon

from parkgis.planning.ground import Ground
from parkgis.planning.rectangle import Rectangle, largest_rectangle
from parkgis.planning.ruling import Rules as Rules  # a block is a block by its rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry import Polygon

    from parkgis.planning.edges import Edges, Floats, Ints, Shapes
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
    frontage_m : float
        Length along land used as road that is not part of the block.
    """

    number: int
    pieces: Ints
    shape: Polygon
    area_m2: float
    usable_m2: float
    usable: MultiPolygon
    frontage_m: float

    @property
    def width_m(self) -> float:
        """Diameter of the largest circle inside."""
        return 2 * float(shapely.maximum_inscribed_circle(self.shape).length)

    @property
    def compactness(self) -> float:
        """4 pi area / perimeter^2 of the shape: 1 for a circle."""
        return 4 * math.pi * self.shape.area / self.shape.length**2

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


def _measured(ground: Ground) -> tuple[Block, ...]:
    solid, done = ground.solid, ground.joined
    mine, count = done.labels[: len(solid)], len(done.outlines)
    road = _frontage(ground.land, ground.edges, solid, mine, count)
    area = shapely.area(done.outlines) - ground.lanes_m2
    usable, usable_m2 = _usable(ground)
    pieces = np.split(solid[np.argsort(mine, kind="stable")], np.cumsum(np.bincount(mine, minlength=count))[:-1])
    order = ground.held[np.argsort(-area[ground.held], kind="stable")]
    return tuple(
        Block(
            number=number,
            pieces=np.unique(pieces[label]),
            shape=done.outlines[label],
            area_m2=float(area[label]),
            usable_m2=min(float(usable_m2[label]), float(area[label])),  # rounding of lanes
            usable=usable[label],
            frontage_m=float(road[label]),
        )
        for number, label in enumerate(order[area[order] > 0].tolist(), start=1)
    )


def _usable(ground: Ground) -> tuple[Shapes, Floats]:
    """Return what of each outline is wide and large enough, and its area without lanes."""
    large = ground.opened_m2 >= ground.rules.min_m2
    of, count = ground.held[ground.opened.owner[large]], len(ground.joined.outlines)
    shapes = np.full(count, MultiPolygon(), dtype=object)
    for label in np.unique(of):
        shapes[label] = MultiPolygon(ground.opened.parts[large][of == label].tolist())
    return shapes, np.bincount(of, ground.opened_m2[large], count).astype(np.float64)


def _frontage(land: Land, edges: Edges, solid: Ints, labels: Ints, count: int) -> Floats:
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
