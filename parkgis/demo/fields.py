"""Lay fields: blocks of strips between lanes and canals, cut off at the edges of field areas.

Everything here lies around (0, 0) in metres, rounded to the millimetre; :mod:`parkgis.demo.cadastre` moves
it to its place. A block is a lattice of nodes; parcels take their corners from the nodes, so neighbours in
a block share vertices exactly.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Shapes = npt.NDArray[Any]

MM = 3
AREA_M2 = (100.0, 3000.0)
THINNEST = 0.022  # area over perimeter squared: a square has 0.0625, a strip of 1 to 8 has 0.025


@dataclasses.dataclass(frozen=True, slots=True)
class Pattern:
    """How a block is cut: width and depth of its strips (m), share of double strips, and what grows there."""

    width_m: tuple[float, float]
    depth_m: tuple[float, float]
    doubles: float
    uses: dict[str, float]


PADDY = {"LUC": 0.945, "HNK": 0.035, "NTS": 0.01, "CLN": 0.01}
PATTERNS = (
    Pattern((15, 25), (40, 60), 0.12, PADDY),  # after land consolidation
    Pattern((12, 19), (20, 31), 0.16, PADDY),  # before it
    Pattern((10, 14), (20, 29), 0.06, {"ONT": 0.72, "CLN": 0.22, "HNK": 0.06}),
    Pattern((10, 16), (28, 44), 0.10, {"HNK": 0.88, "CLN": 0.07, "LUC": 0.05}),
    Pattern((16, 26), (26, 40), 0.0, {"CLN": 0.85, "HNK": 0.15}),
    Pattern((22, 32), (36, 50), 0.0, {"NTS": 0.92, "CLN": 0.08}),
    Pattern((18, 34), (26, 42), 0.0, {"NTD": 0.7, "HNK": 0.3}),
)
WIDE, NARROW, VILLAGE = 0, 1, 2
DEEPEST_M = 72.0  # of any strip
OTHERS = (3, 4, 5, 6)
OTHER_SHARES = (0.50, 0.20, 0.22, 0.08)
OTHER_BLOCKS = 0.10  # share of blocks outside villages that are not paddy
VILLAGE_SHARE = 0.03  # of the land
HAMLET_M2 = 450_000.0  # land to one hamlet


class Outline:
    """An irregular star-shaped polygon of area 1 around (0, 0), and how far out a point lies in it.

    Parameters
    ----------
    corners : ndarray of float64, shape (k, 2)
        Counter-clockwise around (0, 0).
    """

    def __init__(self, corners: Floats) -> None:
        self._from = corners / math.sqrt(shapely.Polygon(corners).area)
        self._side = np.roll(self._from, -1, axis=0) - self._from
        self._angle = np.unwrap(np.arctan2(self._from[:, 1], self._from[:, 0]))

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Outline:
        """Draw 9 to 14 corners with sides of unequal length."""
        count = int(rng.integers(9, 15))
        angle = (np.arange(count) + rng.uniform(-0.3, 0.3, count)) * 2 * math.pi / count
        radius = rng.uniform(0.74, 1.2, count)
        return cls(radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]))

    def gauge(self, xy: Floats) -> Floats:
        """Return the scale at which the outline passes through each point, shape (n,)."""
        angle = np.arctan2(xy[:, 1], xy[:, 0])
        turned = self._angle[0] + np.mod(angle - self._angle[0], 2 * math.pi)
        wedge = np.searchsorted(self._angle, turned, side="right") - 1
        side, start = self._side[wedge], self._from[wedge]
        scale: Floats = _cross(xy, side) / _cross(start, side)
        return scale

    def polygon(self, scale: float) -> shapely.Polygon:
        return shapely.Polygon(np.round(self._from * scale, MM))


def _cross(a: Floats, b: Floats) -> Floats:
    product: Floats = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    return product


@dataclasses.dataclass(frozen=True)
class Laid:
    """Parcels as laid, row by row; ``area`` numbers the field area (`xu dong`) a parcel lies in."""

    shapes: Shapes
    pattern: Ints
    area: Ints
    centres: Floats  # of the field areas, shape (areas, 2)


def lay(rng: np.random.Generator, outline: Outline, scale: float) -> Laid:
    """Lay fields over an outline.

    Parameters
    ----------
    rng : numpy.random.Generator
    outline : Outline
    scale : float
        The outline's side, metres: its land is ``scale ** 2`` m2.

    Returns
    -------
    Laid
        Every parcel that may touch the outline at this scale, and some beyond. Cost: one Python step a
        block of some forty parcels.
    """
    areas, centres = _field_areas(rng, outline.polygon(scale), scale)
    village = _villages(rng, outline, scale)
    main = rng.uniform(0, math.pi)
    shapes, patterns, numbers = [], [], []
    for number, (area, centre) in enumerate(zip(areas, centres, strict=True)):
        found, pattern = _fill(rng, area, centre, main + rng.normal(0, 0.4), village)
        shapes.append(found)
        patterns.append(pattern)
        numbers.append(np.full(len(found), number))
    return Laid(np.concatenate(shapes), np.concatenate(patterns), np.concatenate(numbers), centres)


def _field_areas(rng: np.random.Generator, land: shapely.Polygon, scale: float) -> tuple[Shapes, Floats]:
    """Divide the land into field areas of some 20 ha, each with a course of its own."""
    step = min(max(scale / 2.1, 110.0), 460.0)
    count = math.ceil(max(map(abs, land.bounds)) / step) + 1
    grid = np.arange(-count, count + 1) * step
    seeds = np.stack(np.meshgrid(grid, grid), axis=-1).reshape(-1, 2)
    seeds = seeds + rng.uniform(-0.36, 0.36, seeds.shape) * step
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(seeds), ordered=True))
    shapely.prepare(land)
    wanted = shapely.intersects(land, cells)
    return shapely.set_precision(cells[wanted], 10.0**-MM), seeds[wanted]


def _villages(rng: np.random.Generator, outline: Outline, scale: float) -> Callable[[Floats], npt.NDArray[np.bool_]]:
    count = max(1, round(scale**2 / HAMLET_M2))
    radius = math.sqrt(VILLAGE_SHARE * scale**2 / count / math.pi)
    spots = rng.normal(size=(count, 2))
    # a plan avoids the villages: they lie toward its edge
    spots *= (rng.uniform(0.55, 0.95, count) * scale / outline.gauge(spots))[:, None]

    def inside(xy: Floats) -> npt.NDArray[np.bool_]:
        near: npt.NDArray[np.bool_] = np.hypot(*(xy[:, None] - spots).transpose(2, 0, 1)).min(axis=1) < radius
        return near

    return inside


def _fill(
    rng: np.random.Generator, area: shapely.Polygon, centre: Floats, turn: float, village: Callable[[Floats], npt.NDArray[np.bool_]]
) -> tuple[Shapes, Ints]:
    """Fill one field area with blocks and cut them at its edge, half a canal inside."""
    land = area.buffer(-rng.uniform(2.5, 4.5), join_style="mitre")
    frame = _Frame.draw(rng, centre, turn)
    boxes = np.array(list(_boxes(rng, shapely.hausdorff_distance(area.boundary, shapely.Point(centre)))))
    spots = frame.to_ground((boxes[:, [0, 2]] + boxes[:, [1, 3]]) / 2)
    half = np.hypot(boxes[:, 1] - boxes[:, 0], boxes[:, 3] - boxes[:, 2]) / 2
    near = shapely.distance(land, shapely.points(spots)) < half
    patterns = _choose(rng, village(spots[near]))
    blocks = [_block(rng, box, PATTERNS[p], frame) for box, p in zip(boxes[near], patterns, strict=True)]
    shapes = np.concatenate([np.empty(0, object), *blocks])
    return _clip(shapes, np.repeat(patterns, [len(b) for b in blocks]), land)


def _boxes(rng: np.random.Generator, reach: float) -> Iterator[tuple[float, float, float, float]]:
    """Yield blocks (u0, u1, v0, v1): bands between canals and lanes, cut by lanes that do not line up."""
    v = -reach - rng.uniform(0, 40)
    while v < reach:
        height = rng.uniform(46, 118)
        u = -reach - rng.uniform(0, 60)
        while u < reach:
            width = rng.uniform(60, 170)
            yield u, u + width, v, v + height
            u += width + rng.uniform(2.4, 4)
        v += height + (rng.uniform(6, 10) if rng.random() < 0.3 else rng.uniform(2.4, 4))


def _choose(rng: np.random.Generator, village: npt.NDArray[np.bool_]) -> Ints:
    """Choose the pattern of each block of one field area, where one size of paddy prevails."""
    count = len(village)
    wide = rng.random(count) < (0.95 if rng.random() < 0.78 else 0.12)
    found = np.where(wide, WIDE, NARROW)
    other = rng.random(count) < OTHER_BLOCKS
    found[other] = rng.choice(OTHERS, int(other.sum()), p=OTHER_SHARES)
    found[village] = VILLAGE
    return found


@dataclasses.dataclass(frozen=True, slots=True)
class _Frame:
    """The course of one field area: turned, and gently bent as land between rivers is."""

    centre: Floats
    turn: float
    bend_m: Floats  # two amplitudes
    wave: Floats  # two wave numbers, 1/m
    phase: Floats

    @classmethod
    def draw(cls, rng: np.random.Generator, centre: Floats, turn: float) -> _Frame:
        wave = 2 * math.pi / rng.uniform(380, 700, 2)
        return cls(centre, turn, rng.uniform(3, 11, 2), wave, rng.uniform(0, 2 * math.pi, 2))

    def to_ground(self, uv: Floats) -> Floats:
        bent = uv + self.bend_m * np.sin(uv[..., ::-1] * self.wave + self.phase)
        cos, sin = math.cos(self.turn), math.sin(self.turn)
        ground: Floats = np.round(bent @ np.array([[cos, sin], [-sin, cos]]) + self.centre, MM)
        return ground


def _block(rng: np.random.Generator, box: Floats, pattern: Pattern, frame: _Frame) -> Shapes:
    across = rng.random() < 0.28  # strips along the band instead of across it
    u0, u1, v0, v1 = box[[2, 3, 0, 1]] if across else box
    strips = max(1, round((u1 - u0) / rng.uniform(*pattern.width_m)))
    ranks = max(1, math.ceil((v1 - v0) / rng.uniform(*pattern.depth_m) - 0.45), math.ceil((v1 - v0) / DEEPEST_M))
    nodes = _nodes(rng, strips, ranks) * [u1 - u0, v1 - v0] + [u0, v0]
    doubles = pattern.doubles if (u1 - u0) * (v1 - v0) / strips / ranks < AREA_M2[1] / 2.4 else 0.0
    return _cut(frame.to_ground(nodes[..., ::-1] if across else nodes), rng.random((strips, ranks)) < doubles)


def _nodes(rng: np.random.Generator, strips: int, ranks: int) -> Floats:
    """Return the nodes of a block in the unit square, shape (strips + 1, ranks + 1, 2), none on a perfect grid."""
    u, v = rng.uniform(0.75, 1.3, strips).cumsum(), rng.uniform(0.9, 1.12, ranks).cumsum()
    nodes = np.zeros((strips + 1, ranks + 1, 2))
    nodes[1:, :, 0] = u[:, None] / u[-1]
    nodes[:, 1:, 1] = v / v[-1]
    shift = rng.uniform(-1, 1, nodes.shape) * [0.09 / strips, 0.04 / ranks]
    shift[[0, -1], :, 0] *= 0.1  # the outer edge is a lane: it runs nearly straight
    shift[:, [0, -1], 1] *= 0.1
    return nodes + shift


def _cut(nodes: Floats, double: npt.NDArray[np.bool_]) -> Shapes:
    """Make parcels from nodes; a double strip keeps the nodes between as vertices, as its neighbours have them.

    A double strip's ring runs bottom left, middle, right, top right, middle, left: the split of a parcel
    cuts from middle to middle.
    """
    double[-1:] = False
    double[1:] &= ~double[:-1]
    single = ~double
    single[1:] &= ~double[:-1]
    i, j = np.nonzero(single)
    singles = nodes[i[:, None] + [0, 1, 1, 0], j[:, None] + [0, 0, 1, 1]]
    i, j = np.nonzero(double)
    doubles = nodes[i[:, None] + [0, 1, 2, 2, 1, 0], j[:, None] + [0, 0, 0, 1, 1, 1]]
    return np.concatenate([shapely.polygons(singles), shapely.polygons(doubles)])


def _clip(shapes: Shapes, pattern: Ints, land: shapely.Polygon) -> tuple[Shapes, Ints]:
    """Cut parcels at the edge of the land; leave out what is then no parcel any more."""
    shapely.prepare(land)
    there = shapely.intersects(land, shapes)
    kept, pattern = shapes[there], pattern[there]
    crossing = ~shapely.contains_properly(land, kept)
    # the same millimetre grid as the nodes: neighbours get the same new vertex
    kept[crossing] = shapely.intersection(kept[crossing], land, grid_size=10.0**-MM)
    size = shapely.area(kept)
    fits = (shapely.get_type_id(kept) == shapely.GeometryType.POLYGON) & (size >= AREA_M2[0]) & (size <= AREA_M2[1])
    fits &= size > THINNEST * shapely.length(kept) ** 2
    return kept[fits], pattern[fits]
