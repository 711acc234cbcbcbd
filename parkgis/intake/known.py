"""What a workspace knows of the place where a project's files ought to lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from parkgis import crs
from parkgis.intake.parcels import to_legal
from parkgis.layers.detect import FAR_KM, PROVINCE_KM, Near
from parkgis.layers.shift import REACH_M, Reference
from parkgis.vn2000 import PROVINCE, WGS84

if TYPE_CHECKING:
    from parkgis.model import Project
    from parkgis.status import Site
    from parkgis.workspace import Workspace

SAMPLED = 1000
"""Parcels of one project whose corners are looked at; about one file in a thousand metres shares them all."""

ZONES = ("EPSG:9209", "EPSG:9214")
"""The zones a file of the province may be in without anybody wondering: of old Bac Ninh, of old Bac Giang and the whole."""

BESIDE_M = 5000.0  # neighbours this far from a project's centre are looked at


def around(workspace: Workspace, project: Project) -> Near:
    """Return where a project's files ought to lie, with the corners that are known there.

    Corners are those of its surveyed boundary and its earlier parcels, and of other projects nearby; all in the project's
    own zone. Without any, ``reference`` is None and a shift of some hundred metres cannot be seen.
    """
    legal = workspace.legal(project)
    zones = tuple(dict.fromkeys([*(workspace.legal(p) for p in workspace.projects), *ZONES]))
    lon, lat = middle(workspace, project)
    east, north = crs.convert(np.array([[lon, lat]]), WGS84, legal)[0]
    box = (east - BESIDE_M, north - BESIDE_M, east + BESIDE_M, north + BESIDE_M)
    parts = [part for site in workspace.sites(workspace.cut().known) for part in _corners(site, project.id, box, legal)]
    reach = FAR_KM if project.lon is not None else PROVINCE_KM
    return Near(lon, lat, reach, zones, Reference(np.concatenate(parts), legal) if parts else None)


def middle(workspace: Workspace, project: Project) -> tuple[float, float]:
    """Return a project's centre, else the middle of all known centres (lon, lat)."""
    if project.lon is not None and project.lat is not None:
        return project.lon, project.lat
    known = [(p.lon, p.lat) for p in workspace.projects if p.lon is not None and p.lat is not None]
    return tuple(np.mean(known, axis=0)) if known else ((PROVINCE[0] + PROVINCE[2]) / 2, (PROVINCE[1] + PROVINCE[3]) / 2)


def _corners(site: Site, project_id: str, box: crs.Bounds, legal: str) -> list[npt.NDArray[Any]]:
    """Return shapes of a site in the zone ``legal``: all of the project's own boundary, samples of parcels."""
    own = site.project.id == project_id
    found = []
    zone = f"EPSG:{site.srid}"
    there = box if own or zone == legal else _box(box, legal, zone)
    if site.layer is not None:
        extent = site.layer.bounds() if own else there
        rows = site.layer.rows_touching(extent) if extent is not None else []
        few = [rows[int(at)] for at in np.linspace(0, len(rows) - 1, min(SAMPLED, len(rows)))]
        found.append(np.asarray(shapely.from_wkb(site.layer.wkb(few)), dtype=object))
    if site.boundary == "survey" and site.boundary_wkb:
        fence = shapely.from_wkb(site.boundary_wkb)
        if own or shapely.box(*there).buffer(REACH_M).intersects(fence):
            found.append(np.array([fence], dtype=object))
    placed = [to_legal(shapes, crs.parse(zone), legal) for shapes in found if len(shapes)]
    return [np.asarray(shapes) for shapes in placed]


def touching(site: Site, bounds: crs.Bounds, legal: str) -> npt.NDArray[Any]:
    """Return the parcels of a site whose boxes meet ``bounds``, both in the zone ``legal``."""
    zone = f"EPSG:{site.srid}"
    rows = site.layer.rows_touching(bounds if zone == legal else _box(bounds, legal, zone)) if site.layer else []
    if not rows or site.layer is None:
        return np.array([], dtype=object)
    shapes = np.asarray(shapely.from_wkb(site.layer.wkb(rows)), dtype=object)
    return np.asarray(to_legal(shapes, crs.parse(zone), legal))


def _box(box: crs.Bounds, source: str, target: str) -> crs.Bounds:
    corners = crs.convert(np.array([[box[0], box[1]], [box[2], box[1]], [box[2], box[3]], [box[0], box[3]]]), source, target)
    low, high = corners.min(axis=0), corners.max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])
