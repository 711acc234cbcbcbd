"""Blocks of land handed over, and the parcels that hold land back, as maps draw them; needs the extra ``planning``.

The figures are those of ``parkgis blocks`` and ``parkgis blockers`` for the same snapshot: the same functions find them.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from parkgis.planning.blocks import APART
from parkgis.planning.board import board
from parkgis.planning.bundles import best_bundle, opens
from parkgis.planning.opening import areas_of
from parkgis.planning.patchwork import has_land, mosaic, patchwork
from parkgis.rules import stages
from parkgis.shapes import in_grid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shapely.geometry.base import BaseGeometry

    from parkgis.planning.blocks import Block, Blocks
    from parkgis.planning.board import Board
    from parkgis.planning.edges import Ints, Shapes
    from parkgis.planning.land import Land
    from parkgis.planning.patchwork import Mosaic, Patchwork
    from parkgis.planning.ruling import Rules
    from parkgis.status import ProjectStatus, Snapshot
    from parkgis.workspace import Workspace

FIRST = 30
"""Parcels on the blocker board."""
TOGETHER, SECONDS = 5, 20.0
"""Parcels in a bundle, and the limit of the search in one project; on parks of a thousand parcels it ends within one."""
HAIR_M2, HAIR_M = 0.01, 0.05
"""What cutting leaves along an edge: parts as small, slits as narrow."""


@dataclasses.dataclass(frozen=True)
class Together:
    """Parcels of one project that were looked at together, and the usable land they would lie in.

    ``better_m2``: no other bundle of as many unlocks more than this beyond; infinite where it was not proven.
    """

    project: str
    keys: tuple[str, ...]
    unlocked_m2: float
    better_m2: float
    opens: BaseGeometry


@dataclasses.dataclass(frozen=True)
class Held:
    """What holds land back.

    Attributes
    ----------
    board : Board
        The first :data:`FIRST` parcels by what each unlocks alone.
    open : GeoDataFrame
        Land not handed over: ``project``, ``key``, ``stage`` (code, empty for none), ``area_m2``, ``unlocked_m2`` (NaN where it
        is not on the board). The board comes first, in its order.
    opens : ndarray of Polygon or MultiPolygon
        The usable land that each parcel of the board would lie in; in the grid of the map.
    bundles : tuple of Together
        The most hectares first.
    """

    board: Board
    open: gpd.GeoDataFrame
    opens: Shapes
    bundles: tuple[Together, ...]

    def of(self, projects: set[str]) -> Held:
        """Return what holds back land of some projects; the bound for the others still holds."""
        mine = [n for n, one in enumerate(self.board.blockers) if one.project in projects]
        return Held(
            dataclasses.replace(self.board, blockers=tuple(self.board.blockers[n] for n in mine)),
            self.open[self.open["project"].isin(projects)],
            self.opens[mine],
            tuple(bundle for bundle in self.bundles if bundle.project in projects),
        )


@dataclasses.dataclass(frozen=True)
class BlockMap:
    """Blocks of some projects.

    Attributes
    ----------
    rules : Rules
    found : tuple of Blocks
    parks : tuple of (park, projects)
    without : tuple of str
        Projects of which no parcel is known.
    land : GeoDataFrame
        Land handed over as it lies together, in the grid of the map: ``project``, ``number`` of the block (0 for a handed-over
        barrier), ``usable``, ``size_m2`` (usable land of the block). Usable land first, the largest block first.
    held : Held or None
    """

    rules: Rules
    found: tuple[Blocks, ...]
    parks: tuple[tuple[str, tuple[str, ...]], ...]
    without: tuple[str, ...]
    land: gpd.GeoDataFrame
    held: Held | None = None

    @property
    def whole(self) -> Patchwork:
        return patchwork("", self.found)

    @functools.cached_property
    def rectangles(self) -> dict[tuple[str, int], tuple[float, float]]:
        """Return length and width (m) of the largest rectangle in each block with usable land; some tenths of a second each."""
        found = {(project, one.number): one.rectangle() for project, one in self.listed() if one.usable_m2}
        return {place: (inside.length_m, inside.width_m) for place, inside in found.items() if inside.length_m}

    def by_park(self) -> list[Patchwork]:
        """Return the patchwork of each park that has land."""
        of = {part.land.project: part for part in self.found}
        return [patchwork(park, [of[id_] for id_ in ids if id_ in of]) for park, ids in self.parks if not of.keys().isdisjoint(ids)]

    def listed(self) -> list[tuple[str, Block]]:
        """Return every block with its project, the largest first."""
        every = [(part.land.project, block) for part in self.found for block in part.blocks]
        return sorted(every, key=lambda pair: (-pair[1].area_m2, pair[0], pair[1].number))

    def demand_held(self) -> Held:
        """Return what holds land back; it was asked for."""
        assert self.held is not None, "a map of blockers needs block_map(blockers=True)"
        return self.held

    def of(self, projects: set[str]) -> BlockMap:
        """Return the blocks of some projects only."""
        return dataclasses.replace(
            self,
            found=tuple(part for part in self.found if part.land.project in projects),
            without=tuple(id_ for id_ in self.without if id_ in projects),
            land=self.land[self.land["project"].isin(projects)],
            held=self.held and self.held.of(projects),
        )


def block_map(
    workspace: Workspace, snapshot: Snapshot, *, blockers: bool = False, progress: Callable[[float], None] = lambda _: None
) -> BlockMap:
    """Find the blocks of a snapshot, by the workspace's own rules.

    Parameters
    ----------
    workspace : Workspace
    snapshot : Snapshot
    blockers : bool
        Also seek what holds land back; it takes ten times as long.
    progress : callable
        Told the share done, 0-1.
    """
    rules, legal = workspace.config.blocks, workspace.as_known(snapshot.cut.known).config.legal
    laid = mosaic(snapshot, rules)
    progress(0.2 if blockers else 1.0)
    parks = tuple((line.park.id, tuple(line.projects)) for line in snapshot.parks)
    held = _held(workspace, snapshot, laid, legal, progress) if blockers else None
    return BlockMap(rules, laid.projects, parks, laid.without_land, _land(laid.projects, legal), held)


def _land(found: Iterable[Blocks], legal: str) -> gpd.GeoDataFrame:
    rows: list[tuple[str, int, bool, float]] = []
    shapes: list[BaseGeometry] = []
    for part in found:
        name, srid = part.land.project, part.land.srid
        barrier = shapely.union_all(part.land.shapes[part.labels == APART])
        pieces: list[tuple[int, bool, float, BaseGeometry]] = [(b.number, True, b.usable_m2, b.usable) for b in part.blocks]
        pieces += [(b.number, False, b.usable_m2, shapely.difference(b.shape, b.usable)) for b in part.blocks]
        for number, usable, size_m2, shape in [*pieces, (0, False, 0.0, barrier)]:
            polygons = areas_of(shape)
            polygons = polygons[shapely.area(polygons) > HAIR_M2]
            if len(polygons):
                rows.append((name, number, usable, size_m2))
                shapes.append(in_grid(shapely.multipolygons(polygons), srid, legal))
    order = sorted(range(len(rows)), key=lambda n: (not rows[n][2], -rows[n][3], rows[n][:2]))
    columns = {name: [rows[n][i] for n in order] for i, name in enumerate(("project", "number", "usable", "size_m2"))}
    return gpd.GeoDataFrame(columns, geometry=[shapes[n] for n in order], crs=legal)


# -- what holds land back ----------------------------------------------------------------------------------


def _held(workspace: Workspace, snapshot: Snapshot, laid: Mosaic, legal: str, progress: Callable[[float], None]) -> Held:
    ranking = board(snapshot, laid.rules, workspace.overdue(snapshot), first=FIRST, laid=laid)
    progress(0.7)
    of = {one.project: one.srid for one in ranking.blockers}
    lit = np.array([in_grid(_smooth(one.opens), of[one.project], legal) for one in ranking.blockers], dtype=object)
    with_land = [status for status in snapshot.projects if has_land(status)]
    lands = [part.land for part in laid.projects]
    bundles = []
    for done, land in enumerate(lands, start=1):
        bundles += _together(land, laid.rules, legal)
        progress(0.7 + 0.3 * done / len(lands))
    bundles.sort(key=lambda bundle: (-bundle.unlocked_m2, bundle.project))
    return Held(ranking, _open(with_land, lands, ranking, legal), lit, tuple(bundles))


def _together(land: Land, rules: Rules, legal: str) -> list[Together]:
    """Return the bundle of a project; none of one parcel, which the board already has."""
    best = best_bundle(land, rules, TOGETHER, SECONDS)
    if len(best.pieces) < 2 or best.usable_m2 <= 0:
        return []
    keys = tuple(str(land.key[piece]) for piece in best.pieces)
    lit = in_grid(_smooth(opens(land, rules, best.pieces)), land.srid, legal)
    return [Together(land.project, keys, best.usable_m2, best.gap_m2, lit)]


def _smooth(shape: BaseGeometry) -> BaseGeometry:
    """Close the slits along which a shape was put together; only to be drawn."""
    grown = shapely.buffer(shape, HAIR_M, join_style="mitre")
    return shapely.buffer(grown, -HAIR_M, join_style="mitre")


def _open(found: Iterable[ProjectStatus], lands: Iterable[Land], ranking: Board, legal: str) -> gpd.GeoDataFrame:
    place = {(one.project, one.key): n for n, one in enumerate(ranking.blockers)}
    names = ("project", "key", "stage", "area_m2", "unlocked_m2")
    rows: list[tuple[str, str, str, float, float]] = []
    order: list[int] = []
    shapes: list[Any] = []
    for status, land in zip(found, lands, strict=True):
        pieces = np.flatnonzero(~land.handed & ~np.isin(land.use.astype(str), list(ranking.rules.barriers)))
        areas = shapely.area(land.shapes[pieces]).tolist()
        for key, stage, area in zip(land.key[pieces].tolist(), _stages(status, land.row[pieces]), areas, strict=True):
            at = place.get((land.project, key), len(place))
            order.append(at)
            unlocked = ranking.blockers[at].unlocked_m2 if at < len(place) else float("nan")
            rows.append((land.project, key, stage, area, unlocked))
        shapes.extend(in_grid(land.shapes[pieces], land.srid, legal))
    by = np.argsort(np.array(order, np.intp), kind="stable").tolist()
    columns = {name: [rows[n][i] for n in by] for i, name in enumerate(names)}
    return gpd.GeoDataFrame(columns, geometry=[shapes[n] for n in by], crs=legal)


def _stages(status: ProjectStatus, row: Ints) -> list[str]:
    codes = np.array([*(stage.code for stage in stages()), ""], dtype=object)
    newest = codes[status.fold.newest()]
    return [str(newest[at]) if at >= 0 else "" for at in row.tolist()]
