"""Make a project's cadastre: boundary, numbered sheets and parcels, land users, survey areas."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from parkgis.demo import fields

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parkgis.demo.fields import Floats, Ints, Laid, Outline, Shapes

GRID = "EPSG:9209"
PARCEL_M2 = 620.0  # land to a parcel, without lanes
PARCELS_SHARE = 0.86  # of the land; the rest is lanes, canals and odd corners
MARGIN = 1.12  # how much farther out fields are laid than will be needed, as a scale
SHEET_M = 500.0  # a sheet of 1:1000
NUMBERING_ROW_M = 45.0
HOUSEHOLD_PARCELS = 3.3
ROUGH_SHARE = 0.012  # parcels whose written area departs from their drawing
WAY_SHARE = 0.012  # narrow parcels of paddy that are field roads and ditches
APART_M = 150.0


@dataclasses.dataclass(frozen=True)
class Ground:
    """A project's land around (0, 0): the boundary, and the parcels that lie in it or cross it."""

    project: str
    boundary: shapely.Polygon
    shapes: Shapes
    pattern: Ints
    area: Ints
    commune: Ints  # 0 or 1

    @property
    def reach_m(self) -> float:
        """Distance from (0, 0) to the farthest corner of any parcel or the boundary."""
        corners = np.concatenate([shapely.get_coordinates(self.boundary), shapely.get_coordinates(self.shapes)])
        return float(np.hypot(corners[:, 0], corners[:, 1]).max())


@dataclasses.dataclass(frozen=True)
class Cadastre:
    """A project's parcels in their place.

    Attributes
    ----------
    project : str
    boundary : shapely.Polygon
        EPSG:9209, metres.
    parcels : GeoDataFrame
        :data:`parkgis.frames.PARCELS`, sorted by commune, sheet and parcel number.
    area : ndarray of int64, shape (n,)
        Field area of each parcel.
    centres : ndarray of float64, shape (n, 2)
        Centroids, metres.
    vintage_2 : GeoDataFrame or None
        The parcels after a split, with the old one still among them; ``vintage_2_day`` is its day.
    """

    project: str
    boundary: shapely.Polygon
    parcels: gpd.GeoDataFrame
    area: Ints
    centres: Floats
    vintage_2: gpd.GeoDataFrame | None = None
    vintage_2_day: dt.date | None = None


def clear(rng: np.random.Generator, project: str, parcels: int) -> Ground:
    """Draw a boundary that encloses a number of parcels.

    Returns
    -------
    Ground
        Exactly ``parcels`` parcels, some of which the boundary crosses.
    """
    outline = fields.Outline.draw(rng)
    scale = MARGIN * math.sqrt(parcels * PARCEL_M2 / PARCELS_SHARE)
    while True:
        laid = fields.lay(rng, outline, scale)
        reach = _reach(laid, outline)
        if len(reach) > parcels and (limit := float(np.partition(reach, parcels)[parcels])) < scale:
            break
        scale *= 1.1
    rows = np.argsort(reach, kind="stable")[:parcels]
    across = rng.normal(size=2)
    commune = (laid.centres @ across > np.median(laid.centres @ across)).astype(np.int64)
    return Ground(project, outline.polygon(limit), laid.shapes[rows], laid.pattern[rows], laid.area[rows], commune[laid.area[rows]])


def _reach(laid: Laid, outline: Outline) -> Floats:
    """Return the scale at which the boundary takes a parcel in: with about a quarter of it inside."""
    xy, row = shapely.get_coordinates(laid.shapes, return_index=True)
    scale = outline.gauge(xy)
    first = np.searchsorted(row, np.arange(len(laid.shapes)))
    reach: Floats = 0.75 * np.minimum.reduceat(scale, first) + 0.25 * np.maximum.reduceat(scale, first)
    return reach


def settle(centres: Floats, reach_m: Floats) -> Floats:
    """Push projects apart until none reaches another; metres, rounded to the metre.

    At some thousand parcels nothing moves; a million are more land than the parks have.
    """
    places = centres.copy()
    needed = reach_m[:, None] + reach_m + APART_M
    np.fill_diagonal(needed, 0.0)
    for _ in range(10_000):
        away = places[:, None] - places
        gap = np.hypot(away[..., 0], away[..., 1])
        short = np.maximum(needed - gap, 0.0)
        if not short.any():
            break
        push = short / 2 / np.maximum(gap, 1.0) * 1.02
        places = places + (away * push[..., None]).sum(axis=1)
    return np.round(places)


def register(rng: np.random.Generator, ground: Ground, place: Floats, codes: Sequence[str], first_holder: int) -> Cadastre:
    """Move a project's land to its place and give every parcel its number, land user and areas.

    Parameters
    ----------
    place : ndarray, shape (2,)
        Where (0, 0) lies in EPSG:9209, whole metres.
    codes : sequence of str
        Codes of its two communes.
    first_holder : int
        Number of its first household.
    """
    boundary, shapes = _move(np.array([ground.boundary]), place)[0], _move(ground.shapes, place)
    xy = shapely.get_coordinates(shapely.centroid(shapes))
    sheet, number, order = _number(xy, ground.commune)
    shapes, xy, commune = shapes[order], xy[order], ground.commune[order]
    codes_of = np.array(codes, dtype=object)[commune]
    sheets, numbers = (np.array(list(map(str, part[order].tolist())), dtype=object) for part in (sheet, number))
    irregular = _overlap(rng, shapes)
    area = shapely.area(shapes)
    use = _land_use(rng, ground.pattern[order], area)
    table: dict[str, Any] = {
        "key": codes_of + "/" + sheets + "/" + numbers,
        "commune": codes_of,
        "sheet": sheets,
        "parcel": numbers,
        "land_use": use,
        "holder": _holders(rng, use, commune, codes, first_holder),
        "area_document_m2": _written(rng, area),
        "area_grid_m2": area,
        "area_in_m2": _inside(shapes, area, boundary),
        "irregular": irregular,
    }
    return Cadastre(ground.project, boundary, gpd.GeoDataFrame(table, geometry=shapes, crs=GRID), ground.area[order], xy)


def households(parcels: int) -> int:
    """Return how many households a number of parcels belongs to."""
    return max(1, round(parcels / HOUSEHOLD_PARCELS))


def _move(shapes: Shapes, place: Floats) -> Shapes:
    moved: Shapes = shapely.transform(shapes, lambda xy: np.round(xy + place, fields.MM))
    return moved


def _number(xy: Floats, commune: Ints) -> tuple[Ints, Ints, Ints]:
    """Number sheets from the north west and parcels in each to and fro from its north west.

    Returns
    -------
    sheet, number : ndarray of int64, shape (n,)
    order : ndarray of int64, shape (n,)
        By commune, sheet and number.
    """
    column, down = np.floor(xy[:, 0] / SHEET_M), -np.floor(xy[:, 1] / SHEET_M)
    tiles, of_tile = np.unique(np.column_stack([commune, down, column]), axis=0, return_inverse=True)
    sheet = (np.arange(len(tiles)) - np.searchsorted(tiles[:, 0], tiles[:, 0]) + 1)[of_tile.ravel()]
    row = np.floor((-down + 1 - xy[:, 1] / SHEET_M) * SHEET_M / NUMBERING_ROW_M)
    along = np.where(row % 2 == 0, xy[:, 0], -xy[:, 0])
    order = np.lexsort([along, row, sheet, commune])
    start = np.concatenate([[True], (np.diff(sheet[order]) != 0) | (np.diff(commune[order]) != 0)])
    number = np.empty(len(xy), np.int64)
    place = np.arange(len(xy))
    number[order] = place - np.maximum.accumulate(np.where(start, place, 0)) + 1
    return sheet, number, order


def _land_use(rng: np.random.Generator, pattern: Ints, area: Floats) -> Shapes:
    use = np.empty(len(pattern), dtype=object)
    for number, kind in enumerate(fields.PATTERNS):
        rows = pattern == number
        use[rows] = rng.choice(np.array(list(kind.uses), dtype=object), int(rows.sum()), p=list(kind.uses.values()))
    narrow = np.flatnonzero((use == "LUC") & (area <= np.quantile(area, 0.15)))
    ways = narrow[rng.random(len(narrow)) < WAY_SHARE / 0.15]
    use[ways] = rng.choice(np.array(["DTL", "DGT"], dtype=object), len(ways))
    return use


def _holders(rng: np.random.Generator, use: Shapes, commune: Ints, codes: Sequence[str], first: int) -> Shapes:
    """Give every parcel a land user: households with several parcels far apart, the commune for public land."""
    count = households(len(use))
    weight = rng.gamma(2.2, size=count)
    half = np.where(np.arange(count) < count / 2, 0, 1)  # households of the one commune and of the other
    holder = np.empty(len(use), dtype=object)
    for side in (0, 1):
        rows, ours = commune == side, weight * (half == side) if count > 1 else weight
        drawn = rng.choice(count, int(rows.sum()), p=ours / ours.sum())
        holder[rows] = [f"H{first + i:05d}" for i in drawn.tolist()]
    public = np.isin(use.astype(str), ["DTL", "DGT", "NTD"])
    holder[public] = np.array([f"UB{code}" for code in codes], dtype=object)[commune[public]]
    return holder


def _written(rng: np.random.Generator, area: Floats) -> Floats:
    """Return the area of the cadastral list: to 0.1 m2, a few of them wrong by some percent."""
    wrong = rng.random(len(area)) < ROUGH_SHARE
    factor = np.where(wrong, 1 + rng.choice([-1, 1], len(area)) * rng.uniform(0.012, 0.08, len(area)), 1.0)
    return np.round(area * factor, 1)


def _inside(shapes: Shapes, area: Floats, boundary: shapely.Polygon) -> Floats:
    shapely.prepare(boundary)
    crossing = np.flatnonzero(~shapely.contains_properly(boundary, shapes))
    inside = area.copy()
    inside[crossing] = shapely.area(shapely.intersection(shapes[crossing], boundary))
    return inside


def _overlap(rng: np.random.Generator, shapes: Shapes) -> npt.NDArray[np.bool_]:
    """Let one parcel reach into its neighbour, as two surveys of one edge do; changes ``shapes`` in place.

    Returns
    -------
    ndarray of bool, shape (n,)
        True for the two.
    """
    irregular = np.zeros(len(shapes), bool)
    tree = shapely.STRtree(shapes)
    for row in rng.permutation(len(shapes))[:200].tolist():
        grown = shapely.buffer(shapes[row], round(rng.uniform(0.3, 0.9), 2), join_style="mitre")
        near = tree.query(grown, predicate="intersects")
        shared = shapely.length(shapely.intersection(shapes[near], shapes[row].boundary)) * (near != row)
        other = int(near[shared.argmax()])
        wider = shapely.union(shapes[row], shapely.intersection(grown, shapes[other]), grid_size=10.0**-fields.MM)
        if shared.max() > 10 and wider.geom_type == "Polygon" and fields.AREA_M2[0] < wider.area < fields.AREA_M2[1]:
            shapes[row] = wider
            irregular[[row, other]] = True
            break
    return irregular
