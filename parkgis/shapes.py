"""What maps draw beside a briefing, gathered once from a snapshot: geometry, and what happened when."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from parkgis import crs
from parkgis.layers import schematic
from parkgis.layers.frame import frame_of
from parkgis.model import Kind
from parkgis.rules import counting_stage, stages
from parkgis.status import lineage
from parkgis.status.fold import NEVER, children, number, parents, row_of
from parkgis.status.patches import Ground
from parkgis.status.series import counted_by_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import numpy.typing as npt
    from shapely.geometry.base import BaseGeometry

    from parkgis.blockmap import BlockMap
    from parkgis.model import Cut, Recorded
    from parkgis.status import ProjectStatus, Site, Snapshot
    from parkgis.status.fold import Mask
    from parkgis.status.series import CountedSeries
    from parkgis.workspace import Workspace

Steps = tuple[tuple[int, float], ...]
"""From this day number on, this area (m2)."""

NOTED = (Kind.OBSTACLE, Kind.LIFTED, Kind.PAYMENT)
LEGIBLE_MM = 0.25
"""What a printed map can still show: lines are as exact as this, land narrower is not drawn."""


@dataclasses.dataclass(frozen=True, slots=True)
class Note:
    """What the ledger says of one parcel beside its stages; no text that a person could be named in.

    ``code`` names the obstacle, or for a split or merge the parcels on the other side of it.
    """

    kind: str
    project: str
    parcel: str
    day: int
    code: str
    document: str
    open: bool


@dataclasses.dataclass(frozen=True)
class History:
    """When land was handed over, and what stands beside it.

    Attributes
    ----------
    handed : mapping of str to steps
        A project: handed over to the developer, ever, by day (m2, grid).
    counted : steps
        The province: counted toward the target's year, by day, on the basis of the definition in force.
    notes : tuple of Note
    disputed : mapping of (project, parcel key) to float
        What the document states (m2) of a parcel where that is not what the map measures, beyond tolerance.
    lives : mapping of (project, parcel key) to (int, int)
        Of parcels that a split or merge made or retired: the day numbers from which and until which they were there
        (0 and :data:`parkgis.status.fold.NEVER` where it did not).
    unseen : tuple of int
        Days of splits and merges whose older parcels no layer holds: before them only the newer shapes can be drawn.
    """

    handed: Mapping[str, Steps] = dataclasses.field(default_factory=dict)
    counted: Steps = ()
    notes: tuple[Note, ...] = ()
    disputed: Mapping[tuple[str, str], float] = dataclasses.field(default_factory=dict)
    lives: Mapping[tuple[str, str], tuple[int, int]] = dataclasses.field(default_factory=dict)
    unseen: tuple[int, ...] = ()


@dataclasses.dataclass(frozen=True)
class Shapes:
    """The geometry beside a briefing, all in the legal VN-2000 grid (metres); what maps draw.

    Attributes
    ----------
    projects : GeoDataFrame
        Columns ``project``, ``boundary``; only projects that have a shape.
    parcels : GeoDataFrame
        Active parcels: ``project``, ``key``, ``land_use``, ``area_in_m2`` (grid), ``stage`` (code of the
        highest-ranked stage reached as a whole, or empty) and one ``day_CODE`` a stage: int32 days since
        1970-01-01, :data:`parkgis.status.fold.NEVER` where not reached.
    tranches : GeoDataFrame
        Pieces of land that reached a stage otherwise: ``project``, ``key`` (empty outside parcels),
        ``stage``, ``day``.
    history : History
    former : GeoDataFrame, optional
        Parcels that a split or merge retired by the snapshot's day, as ``parcels`` has them: what earlier days show.
    blocks : BlockMap or None
        Land handed over as it lies together, and what holds land back; None where nobody asked.
    """

    projects: gpd.GeoDataFrame
    parcels: gpd.GeoDataFrame
    tranches: gpd.GeoDataFrame
    history: History = dataclasses.field(default_factory=History)
    former: gpd.GeoDataFrame | None = None
    blocks: BlockMap | None = None

    def narrowed(self, projects: set[str]) -> Shapes:
        """Return the shapes of some projects only."""
        frames = {name: frame[frame["project"].isin(projects)] for name, frame in self._frames().items()}
        history = dataclasses.replace(
            self.history,
            handed={name: steps for name, steps in self.history.handed.items() if name in projects},
            notes=tuple(note for note in self.history.notes if note.project in projects),
            disputed={key: area for key, area in self.history.disputed.items() if key[0] in projects},
        )
        return dataclasses.replace(self, **frames, history=history, blocks=self.blocks and self.blocks.of(projects))

    def _frames(self) -> dict[str, gpd.GeoDataFrame]:
        every = {"projects": self.projects, "parcels": self.parcels, "tranches": self.tranches, "former": self.former}
        return {name: frame for name, frame in every.items() if frame is not None}

    def laid(self) -> BlockMap:
        """Return the blocks; they were asked for."""
        assert self.blocks is not None, "a map of usable land needs block_map()"
        return self.blocks


def shape_of(site: Site, legal: str) -> BaseGeometry | None:
    """Return a project's shape in the legal grid for drawing: surveyed, from OSM, schematic, or none."""
    if site.boundary == "schematic":
        return schematic.circle(site.project, legal)
    return in_grid(shapely.from_wkb(site.boundary_wkb), site.srid, legal) if site.boundary_wkb else None


def in_grid(shape: Any, srid: int, legal: str) -> Any:
    """Return shapes of a project in the grid of the map: a park of the other former province has its own zone."""
    own = f"EPSG:{srid}"
    return (
        shape if not srid or own == legal else shapely.transform(shape, lambda xy: crs.convert(xy, own, legal) if len(xy) else xy)
    )


def shapes(workspace: Workspace, snapshot: Snapshot, *, past: bool = True) -> Shapes:
    """Gather the geometry of a snapshot for drawing; ``past`` False leaves the history out, which only the web map tells."""
    legal = workspace.as_known(snapshot.cut.known).config.legal
    drawn = [(p.project.id, p.boundary, shape_of(p.site, legal)) for p in snapshot.projects]
    known = [row for row in drawn if row[2] is not None]
    projects = gpd.GeoDataFrame(
        {"project": [r[0] for r in known], "boundary": [r[1] for r in known]}, geometry=[r[2] for r in known], crs=legal
    )
    mapped = [p for p in snapshot.projects if p.site.layer is not None and p.parcels]
    parcels = [_parcels(p, p.fold.active, legal) for p in mapped]
    former = [_parcels(p, gone, legal) for p in mapped if (gone := lineage.retired(p.fold)).any()] if past else []
    tranches = [
        (
            p.project.id,
            p.fold.columns.keys[t.row] if t.row >= 0 else "",
            stages()[t.stage].code,
            t.day,
            in_grid(t.shape, p.site.srid, legal),
        )
        for p in snapshot.projects
        for t in p.patches
    ]
    return Shapes(
        projects,
        _together(parcels, legal) if parcels else _no_parcels(legal),
        gpd.GeoDataFrame(
            pd.DataFrame([t[:4] for t in tranches], columns=["project", "key", "stage", "day"]),
            geometry=[t[4] for t in tranches],
            crs=legal,
        ),
        history(workspace, snapshot) if past else History(),
        _together(former, legal) if former else None,
    )


def _together(frames: Sequence[gpd.GeoDataFrame], legal: str) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=legal)


def _parcels(status: ProjectStatus, among: Mask, legal: str) -> gpd.GeoDataFrame:
    assert status.site.layer is not None
    frame = frame_of(status.site.layer)
    codes = np.array([*(s.code for s in stages()), ""], dtype=object)
    frame["project"] = status.project.id
    frame["stage"] = codes[status.fold.newest()]
    for row, stage in enumerate(stages()):
        frame[f"day_{stage.code}"] = status.fold.days[row]
    frame = frame[among]
    return frame.set_geometry(in_grid(frame.geometry.to_numpy(), status.site.srid, legal), crs=legal)


def _no_parcels(legal: str) -> gpd.GeoDataFrame:
    columns = ["project", "key", "land_use", "area_in_m2", "stage", *(f"day_{s.code}" for s in stages())]
    return gpd.GeoDataFrame({c: [] for c in columns}, geometry=[], crs=legal)


# -- what happened when ------------------------------------------------------------------------------------


def history(workspace: Workspace, snapshot: Snapshot, counted: CountedSeries | None = None) -> History:
    """Gather what a map tells of other days than its own, all as known at the snapshot's hour.

    ``counted`` is :func:`parkgis.status.series.counted_by_day` of the same snapshot, where it is there already.
    """
    counted = counted or counted_by_day(snapshot)
    return History(
        handed={p.project.id: steps for p in snapshot.projects if (steps := _handed(p))},
        counted=tuple((number(step.day), step.area_m2) for step in counted.total),
        notes=_notes(workspace.store.standing(_all_recorded(snapshot.cut), NOTED)) + _kin(workspace, snapshot),
        disputed=_disputed(workspace, snapshot),
        lives={life: days for p in snapshot.projects for life, days in lineage.lives(p)},
        unseen=tuple(sorted({number(e.event.day) for p, e in _lineage(workspace, snapshot) if lineage.unseen(p, e.event)})),
    )


def _all_recorded(cut: Cut) -> Cut:
    return dataclasses.replace(cut, confirmed_only=False)  # no second person stands behind notes


def _handed(status: ProjectStatus) -> Steps:
    """Return the area of a project handed over to the developer by each day on which it grew (m2, grid)."""
    row = row_of(counting_stage().code)
    days = {*status.fold.days[row][status.fold.active].tolist(), *(p.day for p in status.patches if p.stage == row)} - {NEVER}
    ground, every = Ground(status.site, status.fold, status.patches), np.ones(len(status.fold.columns.keys), bool)
    return tuple((day, ground.reached(row, every, day, outside=True)[0]) for day in sorted(days))


def _notes(entries: Iterable[Recorded]) -> tuple[Note, ...]:
    entries = list(entries)
    lifted = {e.event.refers for e in entries if e.event.kind is Kind.LIFTED}
    of = {e.event.id: e.event for e in entries}
    found = []
    for entry in entries:
        event = entry.event
        parcel = event.parcel or (of[event.refers].parcel if event.refers in of else "")
        if parcel:
            about = of.get(event.refers, event)
            still = event.kind is Kind.OBSTACLE and event.id not in lifted
            code = str(about.fact("code") or "")
            found.append(Note(str(event.kind), event.project, parcel, number(event.day), code, event.source.number, still))
    return tuple(found)


def _lineage(workspace: Workspace, snapshot: Snapshot) -> Iterator[tuple[ProjectStatus, Recorded]]:
    of = {p.project.id: p for p in snapshot.projects}
    for entry in workspace.store.standing(snapshot.cut, (Kind.SPLIT, Kind.MERGE)):
        if entry.event.project in of and entry.event.day <= snapshot.cut.on:
            yield of[entry.event.project], entry


def _kin(workspace: Workspace, snapshot: Snapshot) -> tuple[Note, ...]:
    """Tell old and new parcels of each other, by the splits and merges that the fold took."""
    found = []
    for status, entry in _lineage(workspace, snapshot):
        event, index, day = entry.event, status.fold.columns.index, number(entry.event.day)
        old, new = parents(event), children(event)
        if all(key in index and status.fold.until[index[key]] == day for key in old):
            sides = [*((key, "into", new) for key in old), *((key, "from", old) for key in new)]
            found += [
                Note(f"{event.kind}_{way}", event.project, key, day, ", ".join(others), event.source.number, False)
                for key, way, others in sides
            ]
    return tuple(found)


def _disputed(workspace: Workspace, snapshot: Snapshot) -> dict[tuple[str, str], float]:
    """Return what documents state of handed-over parcels where the map measures something else."""
    found = {}
    of = {p.project.id: p.site.columns for p in snapshot.projects}
    for stated in workspace.store.stated(snapshot.cut, counting_stage().code):
        columns = of.get(stated.project)
        for key, area in zip(stated.keys, stated.area_m2.tolist(), strict=True):
            if columns is None or key not in columns.index or area != area:
                continue
            measured = float(columns.area_in_m2[columns.index[key]])
            if abs(area - measured) > snapshot.definition.tolerance_parcel * measured:
                found[stated.project, key] = area
    return found


# -- land put together -------------------------------------------------------------------------------------


def stage_areas(found: Shapes, scale: int) -> gpd.GeoDataFrame:
    """Join the land of each project by the highest stage reached: no single parcel can be told apart or measured.

    Parameters
    ----------
    found : Shapes
    scale : int
        Denominator of the published scale. Borders between stages are moved together by what it can show
        (0.25 mm), without gaps; a piece smaller than the square of 2 mm is left out.

    Returns
    -------
    GeoDataFrame
        ``project``, ``stage`` (empty for none yet), in the order of the stages.
    """
    step_m, least_m2 = LEGIBLE_MM / 1000 * scale, (0.002 * scale) ** 2
    land = found.parcels[["project", "stage"]].set_geometry(found.parcels.geometry, crs=found.parcels.crs)
    joined = land.dissolve(by=["project", "stage"], as_index=False) if len(land) else land
    if len(joined):
        joined = joined.set_geometry(shapely.coverage_simplify(joined.geometry.to_numpy(), step_m), crs=land.crs)
        joined = joined.explode(ignore_index=True)
    big = joined[_large(joined.geometry.to_numpy(), least_m2)]
    place = {"": 0, **{s.code: i for i, s in enumerate(stages(), start=1)}}
    return big.iloc[np.argsort([place[code] for code in big["stage"]], kind="stable")].reset_index(drop=True)


def _large(pieces: npt.NDArray[np.object_], least_m2: float) -> npt.NDArray[np.bool_]:
    mask: npt.NDArray[np.bool_] = (shapely.get_dimensions(pieces) == 2) & (shapely.area(pieces) >= least_m2)
    return mask
