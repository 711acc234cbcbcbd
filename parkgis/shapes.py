"""The geometry beside a briefing: what maps draw, gathered once from a snapshot."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from parkgis.layers import schematic
from parkgis.layers.frame import frame_of
from parkgis.rules import stages

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from parkgis.status import ProjectStatus, Site, Snapshot
    from parkgis.workspace import Workspace


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
    """

    projects: gpd.GeoDataFrame
    parcels: gpd.GeoDataFrame
    tranches: gpd.GeoDataFrame


def shape_of(site: Site, legal: str) -> BaseGeometry | None:
    """Return a project's shape in the legal grid for drawing: surveyed, from OSM, schematic, or none."""
    if site.boundary == "schematic":
        return schematic.circle(site.project, legal)
    return shapely.from_wkb(site.boundary_wkb) if site.boundary_wkb else None


def shapes(workspace: Workspace, snapshot: Snapshot) -> Shapes:
    """Gather the geometry of a snapshot for drawing."""
    legal = workspace.config.legal
    drawn = [(p.project.id, p.boundary, shape_of(p.site, workspace.config.legal)) for p in snapshot.projects]
    known = [row for row in drawn if row[2] is not None]
    projects = gpd.GeoDataFrame(
        {"project": [r[0] for r in known], "boundary": [r[1] for r in known]}, geometry=[r[2] for r in known], crs=legal
    )
    parcels = [_parcels(p) for p in snapshot.projects if p.site.layer is not None and p.parcels]
    tranches = [
        (p.project.id, p.fold.columns.keys[t.row] if t.row >= 0 else "", stages()[t.stage].code, t.day, t.shape)
        for p in snapshot.projects
        for t in p.patches
    ]
    return Shapes(
        projects,
        gpd.GeoDataFrame(pd.concat(parcels, ignore_index=True), crs=legal) if parcels else _no_parcels(legal),
        gpd.GeoDataFrame(
            pd.DataFrame([t[:4] for t in tranches], columns=["project", "key", "stage", "day"]),
            geometry=[t[4] for t in tranches],
            crs=legal,
        ),
    )


def _parcels(status: ProjectStatus) -> gpd.GeoDataFrame:
    assert status.site.layer is not None
    frame = frame_of(status.site.layer)
    codes = np.array([*(s.code for s in stages()), ""], dtype=object)
    frame["project"] = status.project.id
    frame["stage"] = codes[status.fold.newest()]
    for row, stage in enumerate(stages()):
        frame[f"day_{stage.code}"] = status.fold.days[row]
    return frame[status.fold.active]


def _no_parcels(legal: str) -> gpd.GeoDataFrame:
    columns = ["project", "key", "land_use", "area_in_m2", "stage", *(f"day_{s.code}" for s in stages())]
    return gpd.GeoDataFrame({c: [] for c in columns}, geometry=[], crs=legal)
