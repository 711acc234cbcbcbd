"""``parkgis add``: a file becomes a vintage, the vintage an entry of the ledger; or nothing happens."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from parkgis import crs
from parkgis.errors import InputRefused, Reason, UsageError
from parkgis.intake import parcels as intake
from parkgis.layers import detect, holders, quality, write
from parkgis.layers.frame import frame_of
from parkgis.layers.read import Incoming, read
from parkgis.layers.tables import sha256
from parkgis.model import Cut, Document, Event, Finding, Kind, Severity, mint
from parkgis.vn2000 import PROVINCE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    import pyproj
    from shapely.geometry.base import BaseGeometry

    from parkgis.model import Project
    from parkgis.status import Site
    from parkgis.workspace import Workspace

    Progress = Callable[[str, float], None]


@dataclasses.dataclass(frozen=True, slots=True)
class Options:
    """What the user says of a file.

    ``accepted`` holds finding codes that are taken in knowingly, and ``far`` for a place far from the project.
    """

    layer: str | None = None
    crs: str | None = None
    encoding: str | None = None
    swapped: bool = False
    fields: Mapping[str, str] = dataclasses.field(default_factory=dict)
    accepted: Collection[str] = ()
    replace: bool = False
    by: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Added:
    """What ``add`` did: the vintage, its numbers, and what a person should look at."""

    path: Path
    project: str
    rows: int
    area_grid_m2: float
    area_in_m2: float
    system: str
    fields: Mapping[str, str]
    findings: tuple[Finding, ...]


def _quiet(_step: str, _share: float) -> None:
    pass


def near(workspace: Workspace, project: Project) -> tuple[float, float]:
    """Return where a project's files ought to lie: its centre, else the middle of all known centres (lon, lat)."""
    if project.lon is not None and project.lat is not None:
        return project.lon, project.lat
    known = [(p.lon, p.lat) for p in workspace.projects if p.lon is not None and p.lat is not None]
    return tuple(np.mean(known, axis=0)) if known else ((PROVINCE[0] + PROVINCE[2]) / 2, (PROVINCE[1] + PROVINCE[3]) / 2)


def _opened(workspace: Workspace, project: Project, path: Path, options: Options) -> tuple[Incoming, pyproj.CRS]:
    incoming = read(path, options.layer, options.encoding)
    bounds = tuple(float(v) for v in incoming.frame.total_bounds)
    system = detect.settle(
        path,
        (bounds[0], bounds[1], bounds[2], bounds[3]),
        incoming.declared,
        crs.parse(options.crs) if options.crs else None,
        near(workspace, project),
        swapped=options.swapped,
        accept_far="far" in options.accepted,
    )
    return incoming, system


def examine(
    workspace: Workspace, project_id: str, path: Path, options: Options, progress: Progress = _quiet
) -> tuple[gpd.GeoDataFrame, Added]:
    """Do everything ``add`` does except writing: what ``parkgis check FILE`` shows.

    Raises
    ------
    InputError, CrsError, UsageError, ProjectUnknown
    """
    project = workspace.project(project_id)
    progress("read", 0.0)
    incoming, system = _opened(workspace, project, path, options)
    fields = intake.match_fields(incoming, options.fields)
    if "personal_column" not in options.accepted and (refused := intake.misused(fields, Severity.ERROR)):
        raise InputRefused(refused, path=path)
    progress("check", 0.3)
    frame, at_door = intake.admit(intake.labelled(incoming, fields), path, options.accepted)
    site = _site(workspace, project_id)
    fence = shapely.from_wkb(site.fence_wkb) if site.fence_wkb else None
    progress("measure", 0.5)
    measured = intake.measure(frame, system, workspace.config.legal, fence, swapped=options.swapped)
    others, elsewhere = _on_other_projects(workspace, project_id, measured)
    measured["irregular"] |= elsewhere
    progress("check", 0.7)
    unread = [str(c) for c in incoming.frame.columns if c not in (*fields.values(), incoming.frame.geometry.name)]
    notes = [Finding("not_imported", Severity.INFO, facts={"columns": ", ".join(unread)})] if unread else []
    notes += intake.misused(fields, Severity.WARNING)
    findings = (*at_door, *quality.look(measured, quality.CHECKS), *others, *notes)
    added = Added(
        path, project_id, len(measured), float(measured["area_grid_m2"].sum()), float(measured["area_in_m2"].sum()),
        crs.name(system), fields, tuple(dataclasses.replace(f, where=f"{path.name}: {f.where}".rstrip(": ")) for f in findings),
    )  # fmt: skip
    return measured, added


def add_parcels(workspace: Workspace, project_id: str, path: Path, options: Options, progress: Progress = _quiet) -> Added:
    """Take parcels in as a new vintage of a project.

    Raises
    ------
    UsageError
        When the project has parcels and ``options.replace`` is not set.
    InputRefused
        When parcels that the ledger speaks of are not in the new file: nothing vanishes silently.
    """
    head = workspace.store.head()
    site = _site(workspace, project_id)
    if site.layer and not options.replace:
        raise UsageError(
            why=Reason(
                "has_parcels",
                "project {project} already has {count} parcels; to put this file in their place, pass --replace",
                project=project_id,
                count=len(site.columns.keys),
            )
        )
    frame, added = examine(workspace, project_id, path, options, progress)
    if site.layer:
        _demand_recorded_keys(workspace, project_id, site, frame, path)
    progress("write", 0.8)
    with _pseudonymous(workspace, project_id, frame) as (frame, kept):
        _write_vintages(workspace, project_id, path, options.by, head.seq, [("parcels", frame)])
    progress("done", 1.0)
    return dataclasses.replace(added, findings=(*added.findings, *kept))


@contextlib.contextmanager
def _pseudonymous(
    workspace: Workspace, project_id: str, frame: gpd.GeoDataFrame
) -> Iterator[tuple[gpd.GeoDataFrame, list[Finding]]]:
    """Put pseudonyms in the place of names; the names stay on file apart if the block succeeds."""
    named = intake.people(frame)
    if not named:
        yield frame, []
        return
    with holders.enrolled(workspace.root, project_id, named) as pseudonyms:
        facts = {"count": len(set(pseudonyms) - {""}), "file": f"{holders.FOLDER}/{holders.BOOK}"}
        bare = frame.drop(columns=[column for column in frame.columns if column.startswith("private_")])
        yield bare.assign(holder=pseudonyms), [Finding("holders_kept", Severity.INFO, where=project_id, facts=facts)]


def add_boundary(workspace: Workspace, project_id: str, path: Path, options: Options, progress: Progress = _quiet) -> Added:
    """Take a surveyed boundary in; parcels already there are measured against it anew, as a new vintage."""
    project = workspace.project(project_id)
    head = workspace.store.head()
    site = _site(workspace, project_id)
    if site.boundary == "survey" and not options.replace:
        raise UsageError(
            why=Reason(
                "has_boundary",
                "project {project} already has a surveyed boundary; to put this file in its place, pass --replace",
                project=project_id,
            )
        )
    incoming, system = _opened(workspace, project, path, options)
    refused = [f for f in quality.look(incoming.frame, quality.AT_THE_DOOR[:3]) if f.code not in options.accepted]
    if refused:
        raise InputRefused(refused, path=path)
    shapes = np.asarray(shapely.force_2d(incoming.frame.geometry.values))
    placed = intake.to_legal(shapes, system, workspace.config.legal, swapped=options.swapped)
    shape = shapely.union_all(shapely.make_valid(placed, method="structure"))
    progress("measure", 0.5)
    vintages: list[tuple[str, gpd.GeoDataFrame | BaseGeometry]] = [("boundary:survey", shape)]
    if site.layer:
        frame = frame_of(site.layer)
        frame["area_in_m2"] = intake.area_inside(np.asarray(shapely.make_valid(frame.geometry.values, method="structure")), shape)
        vintages.append(("parcels", frame))
    _write_vintages(workspace, project_id, path, options.by, head.seq, vintages)
    area, planned = float(shape.area), project.planned_ha * 10_000
    differs = Finding(
        "boundary_area",
        Severity.INFO,
        where=path.name,
        facts={"area_m2": area, "planned_m2": planned, "difference_m2": area - planned},
    )
    return Added(path, project_id, len(shapes), area, area, crs.name(system), {}, (differs,))


def _site(workspace: Workspace, project_id: str) -> Site:
    workspace.project(project_id)
    return next(s for s in workspace.sites(workspace.cut().known) if s.project.id == project_id)


def _demand_recorded_keys(workspace: Workspace, project_id: str, site: Site, frame: gpd.GeoDataFrame, path: Path) -> None:
    recorded: set[str] = set()
    cut = Cut(dt.date.max, workspace.cut().known)
    for batch in workspace.store.reached(cut):
        if batch.project == project_id:
            recorded.update(batch.keys)
    gone = sorted((recorded & set(site.columns.keys)) - set(frame["key"]))
    if gone:
        raise InputRefused(
            [Finding("keys_vanish", Severity.ERROR, where=gone[0], facts={"count": len(gone), "example": ", ".join(gone[:5])})],
            path=path,
        )


def _on_other_projects(
    workspace: Workspace, project_id: str, frame: gpd.GeoDataFrame
) -> tuple[list[Finding], np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Find parcels that lie on parcels of another project; they are measured by geometry from then on."""
    mask = np.zeros(len(frame), bool)
    found = []
    shapes = np.asarray(shapely.make_valid(frame.geometry.values, method="structure"))
    tree = shapely.STRtree(shapes)
    for site in workspace.sites(workspace.cut().known):
        rows = site.layer.rows_touching(tuple(frame.total_bounds)) if site.layer and site.project.id != project_id else []
        if not rows or site.layer is None:
            continue
        theirs = shapely.make_valid(shapely.from_wkb(site.layer.wkb(rows)), method="structure")
        left, right = tree.query(theirs, predicate="intersects")
        areas = shapely.area(shapely.intersection(theirs[left], shapes[right]))
        real = areas > quality.SLIVER_M2
        if real.any():
            mask[right[real]] = True
            facts = {"project": site.project.id, "count": len(set(right[real])), "area_m2": float(areas[real].sum())}
            found.append(Finding("overlap_project", Severity.WARNING, where=site.project.id, facts=facts))
    return found, mask


def _write_vintages(
    workspace: Workspace,
    project_id: str,
    source: Path,
    by: str,
    after: int,
    vintages: Sequence[tuple[str, gpd.GeoDataFrame | BaseGeometry]],
) -> None:
    """Write each vintage file, then enter all of them in one append; take the files back if that fails."""
    at = workspace.clock()
    digest = sha256(source)
    written: list[Path] = []
    try:
        events = []
        for role, content in vintages:
            folder = "parcels" if role == "parcels" else "boundaries"
            path = _free(workspace.root / "layers" / folder, project_id)
            if isinstance(content, gpd.GeoDataFrame):
                sha = write.write_parcels(content, path, at)
            else:
                sha = write.write_boundary(content, project_id, "survey", workspace.config.legal, path, at)
            written.append(path)
            relative = path.relative_to(workspace.root).as_posix()
            events.append(
                Event(
                    id=mint("layer", project_id, relative, sha),
                    kind=Kind.LAYER,
                    day=workspace.today(),
                    project=project_id,
                    source=Document(
                        source.name, dt.datetime.fromtimestamp(source.stat().st_mtime, dt.UTC).date(), source.name, digest
                    ),
                    by=by,
                    refers=relative,
                    into=(role, sha),
                )
            )
        workspace.store.append(events, after=after)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise


def _free(folder: Path, project_id: str) -> Path:
    number = 1
    while (path := folder / f"{project_id}-{number}.gpkg").exists():
        number += 1
    return path
