"""The boundary of a project: the surveyed one from a file, or, only to draw, the one OpenStreetMap has."""

from __future__ import annotations

import hashlib
import importlib.metadata
from typing import TYPE_CHECKING

import numpy as np
import shapely

from parkgis import crs, vn2000
from parkgis.errors import InputRefused, Reason, UsageError
from parkgis.intake import parcels as intake
from parkgis.intake.add import Added, near, opened, quiet, site_of
from parkgis.intake.deposit import deposit, document_of
from parkgis.layers import checks, detect, overpass
from parkgis.layers.frame import frame_of
from parkgis.model import ATTRIBUTION, Document, Finding, Severity

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

    from parkgis.intake.add import Options, Progress
    from parkgis.model import Project
    from parkgis.workspace import Workspace

OFF = 0.05
"""Share of the planned area by which a boundary may differ before it is a warning."""


def add_boundary(workspace: Workspace, project_id: str, path: Path, options: Options, progress: Progress = quiet) -> Added:
    """Take a surveyed boundary in; parcels already there are measured against it anew, as a new vintage.

    Raises
    ------
    UsageError
        When there is one and ``options.replace`` is not set.
    InputError, CrsError
    """
    project = workspace.project(project_id)
    head = workspace.store.head()
    site = site_of(workspace, project_id)
    if site.boundary == "survey" and not options.replace:
        raise UsageError(
            why=Reason(
                "has_boundary",
                "project {project} already has a surveyed boundary; to put this file in its place, pass --replace",
                project=project_id,
            )
        )
    incoming, system = opened(workspace, project, path, options)
    refused = [f for f in checks.look(incoming.frame, checks.AT_THE_DOOR[:3]) if f.code not in options.accepted]
    if refused:
        raise InputRefused(refused, path=path)
    shapes = np.asarray(shapely.force_2d(incoming.frame.geometry.values))
    placed = intake.to_legal(shapes, system, workspace.legal(project), swapped=options.swapped)
    shape = shapely.union_all(intake.mended(placed)[0])
    progress("measure", 0.5)
    vintages: list[tuple[str, gpd.GeoDataFrame | BaseGeometry]] = [("boundary:survey", shape)]
    if site.layer:
        frame = frame_of(site.layer)
        frame["area_in_m2"] = intake.area_inside(intake.mended(np.asarray(frame.geometry.values))[0], shape)
        vintages.append(("parcels", frame))
    deposit(workspace, project_id, document_of(path), options.by, head.seq, vintages)
    area = float(shape.area)
    return Added(path, project_id, len(shapes), area, area, crs.name(system), {}, (_against_plan(project, area, path.name),))


def fetch_boundary(
    workspace: Workspace, project_id: str, by: str, endpoint: str = "", *, accept_far: bool = False, progress: Progress = quiet
) -> tuple[Added, overpass.Outline]:
    """Get a project's outline from OpenStreetMap and keep it as its boundary to draw; nothing is ever measured by it.

    Parameters
    ----------
    endpoint : str
        Of an Overpass API; empty for the one in ``parkgis.toml``.
    accept_far : bool
        The place is right although far from the published centre.

    Raises
    ------
    UsageError
        When ``layers/projects.csv`` names no way, no service is named, or a surveyed boundary is there, which outranks it.
        When the outline lies elsewhere.
    ServiceFailed
    """
    project = workspace.project(project_id)
    service = endpoint or workspace.config.overpass
    wanted = _wanted(project, service)
    head = workspace.store.head()
    if site_of(workspace, project_id).boundary == "survey":
        raise UsageError(why=Reason("has_survey", "project {project} has a surveyed boundary; that one holds", project=project_id))
    progress("fetch", 0.1)
    outline = overpass.fetch(service, wanted, f"parkgis/{importlib.metadata.version('parkgis')} (boundary of one project)")
    _demand_near(workspace, project, outline, accept_far=accept_far)
    progress("write", 0.8)
    (shape,) = intake.to_legal(np.array([outline.shape], dtype=object), crs.parse(vn2000.WGS84), workspace.legal(project))
    names = ", ".join(f"{r} v{v}" for r, v in zip(outline.references, outline.versions, strict=True))
    paper = Document(f"OpenStreetMap {names}", outline.day, service, hashlib.sha256(outline.raw).hexdigest())
    deposit(workspace, project_id, paper, by, head.seq, [("boundary:osm", shape)])
    area = float(shape.area)
    credit = Finding("osm_attribution", Severity.INFO, where=names, facts={"attribution": ATTRIBUTION["osm"]})
    added = Added(workspace.root, project_id, 1, area, area, vn2000.WGS84, {}, (_against_plan(project, area, names), credit))
    return added, outline


def _wanted(project: Project, service: str) -> tuple[overpass.Reference, ...]:
    try:
        wanted = overpass.references(project.osm_way)
    except ValueError as error:
        raise UsageError(
            why=Reason(
                "osm_reference", "layers/projects.csv, osm_way: {text} is no way; write 28473576 or relation/123", text=str(error)
            )
        ) from error
    if not wanted:
        raise UsageError(
            why=Reason("osm_unknown", "layers/projects.csv names no OpenStreetMap way for project {project}", project=project.id)
        )
    if not service:
        raise UsageError(
            why=Reason("osm_service", "no service is named: write [overpass] endpoint in parkgis.toml, or pass --endpoint")
        )
    return wanted


def _demand_near(workspace: Workspace, project: Project, outline: overpass.Outline, *, accept_far: bool) -> None:
    """Refuse an outline that lies elsewhere: the number is that of another place."""
    west, south, east, north = (float(v) for v in outline.shape.bounds)
    place = crs.place((west, south, east, north), vn2000.WGS84, near(workspace, project))
    if place is not None and place.in_vietnam and (accept_far or place.distance_km <= detect.FAR_KM):
        return
    raise UsageError(
        why=Reason(
            "osm_elsewhere",
            "{elements} lies at {lat} N {lon} E, not near project {project}; check osm_way in layers/projects.csv (if it is right: "
            "--accept far)",
            elements=", ".join(map(str, outline.references)),
            lat=f"{(south + north) / 2:.4f}",
            lon=f"{(west + east) / 2:.4f}",
            project=project.id,
        )
    )


def _against_plan(project: Project, area_m2: float, where: str) -> Finding:
    planned = project.planned_ha * 10_000
    severity = Severity.WARNING if abs(area_m2 - planned) > OFF * planned else Severity.INFO
    return Finding(
        "boundary_area",
        severity,
        where=where,
        facts={"area_m2": area_m2, "planned_m2": planned, "difference_m2": area_m2 - planned},
    )
