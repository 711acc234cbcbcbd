"""``parkgis add``: a file becomes a vintage, the vintage an entry of the ledger; or nothing happens."""

from __future__ import annotations

import contextlib
import dataclasses
import gc
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from parkgis import crs
from parkgis.errors import InputRefused, Reason, UsageError
from parkgis.intake import known, succession
from parkgis.intake import parcels as intake
from parkgis.intake.deposit import deposit, document_of
from parkgis.layers import checks, detect, holders, text
from parkgis.layers.read import Incoming, read
from parkgis.model import Event, Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    import pyproj

    from parkgis.intake.succession import Proposal
    from parkgis.model import Project
    from parkgis.status import Site
    from parkgis.workspace import Workspace

    Progress = Callable[[str, float], None]


@dataclasses.dataclass(frozen=True, slots=True)
class Options:
    """What the user says of a file.

    ``accepted`` holds finding codes that are taken in knowingly, and ``far`` for a place far from the project. Of a newer
    file for parcels that are there: ``proposal`` is the id of the proposal the officer has seen, ``told`` maps old keys to new ones
    where he knows better, ``paper`` is the document of splits and merges.
    """

    layer: str | None = None
    crs: str | None = None
    encoding: str | None = None
    swapped: bool = False
    fields: Mapping[str, str] = dataclasses.field(default_factory=dict)
    accepted: Collection[str] = ()
    replace: bool = False
    by: str = ""
    linework: Path | None = None
    sheet: str = ""
    proposal: str = ""
    told: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    paper: succession.Paper | None = None


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
    sha256: str = ""


SHARES = {"read": 0.0, "check": 0.2, "measure": 0.3, "judge": 0.53, "write": 0.56}
"""Where the bar stands when a step begins: shares of the time of 1,000,000 parcels (``benchmarks/add.py``)."""


def quiet(_step: str, _share: float) -> None:
    """Tell nobody how far the work is."""


near = known.middle
"""Where a project's files ought to lie (lon, lat)."""


def opened(workspace: Workspace, project: Project, path: Path, options: Options) -> tuple[Incoming, pyproj.CRS]:
    """Read a file and settle which system its coordinates are in."""
    with _uncollected():
        incoming = _legible(read(path, options.layer, raw=True, config=options.linework, sheet=options.sheet), options)
    frame, told = incoming.frame, crs.parse(options.crs) if options.crs else None
    shapes = np.asarray(frame.geometry.values, dtype=object)
    placed = detect.place(
        path, shapes, incoming.declared, told, known.around(workspace, project), swapped=options.swapped, accepted=options.accepted
    )
    if placed.swapped != options.swapped:  # found so and accepted: from here on x is where the user says it is
        turned = gpd.GeoSeries(shapely.transform(shapes, lambda xy: xy[:, ::-1]), index=frame.index, crs=frame.crs)
        frame = frame.set_geometry(turned)
    return dataclasses.replace(incoming, frame=frame, findings=(*incoming.findings, *placed.findings)), placed.system


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Keep Python from looking for garbage: among a million new shapes there is none, and looking takes as long as reading."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _legible(incoming: Incoming, options: Options) -> Incoming:
    """Return a file with its text read as told; text that nobody has spoken of and that is not right is refused."""
    told = text.told(options.encoding, options.accepted)
    frame, said = text.judge(incoming.frame, told, raw=incoming.raw)
    findings = (*incoming.findings, *said)
    refused = [f for f in findings if f.severity is Severity.ERROR and f.code not in options.accepted]
    if refused:
        raise InputRefused(refused, path=incoming.path)
    return dataclasses.replace(incoming, frame=frame, findings=findings)


def examine(
    workspace: Workspace, project_id: str, path: Path, options: Options, progress: Progress = quiet
) -> tuple[gpd.GeoDataFrame, Added]:
    """Do everything ``add`` does except writing: what ``parkgis check FILE`` shows.

    Raises
    ------
    InputError, CrsError, UsageError, ProjectUnknown
    """
    project = workspace.project(project_id)
    progress("read", SHARES["read"])
    incoming, system = opened(workspace, project, path, options)
    fields = intake.match_fields(incoming, options.fields)
    if "personal_column" not in options.accepted and (refused := intake.misused(fields, Severity.ERROR)):
        raise InputRefused(refused, path=path)
    progress("check", SHARES["check"])
    frame, at_door = intake.admit(intake.labelled(incoming, fields), path, options.accepted)
    site = site_of(workspace, project_id)
    fence = shapely.from_wkb(site.fence_wkb) if site.fence_wkb else None
    progress("measure", SHARES["measure"])
    measured = intake.measure(frame, system, workspace.legal(project), fence, swapped=options.swapped)
    others, elsewhere = _on_other_projects(workspace, project_id, measured)
    measured["irregular"] |= elsewhere
    progress("check", SHARES["judge"])
    unread = [str(c) for c in incoming.frame.columns if c not in (*fields.values(), incoming.frame.geometry.name)]
    notes = [Finding("not_imported", Severity.INFO, facts={"columns": ", ".join(unread)})] if unread else []
    notes += intake.misused(fields, Severity.WARNING)
    findings = (*incoming.findings, *at_door, *checks.look(measured, _checks(measured)), *others, *notes)
    added = Added(
        path, project_id, len(measured), float(measured["area_grid_m2"].sum()), float(measured["area_in_m2"].sum()),
        crs.name(system), fields, tuple(dataclasses.replace(f, where=f"{path.name}: {f.where}".rstrip(": ")) for f in findings),
        incoming.sha256,
    )  # fmt: skip
    return measured, added


def _checks(measured: gpd.GeoDataFrame) -> list[checks.Check]:
    """Return the checks worth running: where measuring found no overlap, none is looked for again."""
    skipped = () if measured["irregular"].any() else checks.PAIRWISE
    return [check for check in checks.CHECKS if check not in skipped]


def add_parcels(workspace: Workspace, project_id: str, path: Path, options: Options, progress: Progress = quiet) -> Added:
    """Take parcels in as a new vintage of a project.

    Raises
    ------
    UsageError
        When the project has parcels that the file changes and ``options.proposal`` is not the id of the proposal
        (:func:`propose`); ``options.replace`` is enough where no ground and no key changes.
    InputRefused
        When entries would lose their land: nothing vanishes silently.
    """
    head = workspace.store.head()
    site = site_of(workspace, project_id)
    frame, added = examine(workspace, project_id, path, options, progress)
    changes: list[Event] = []
    carried = frame.iloc[:0]
    if site.layer:
        proposal = _proposal(workspace, site, frame, options)
        succession.demand_seen(proposal, options.proposal, replace=options.replace, path=path)
        changes, carried = succession.events(workspace, project_id, proposal, options.paper, options.by), proposal.carried
        added = dataclasses.replace(added, findings=(*added.findings, *proposal.findings))
    progress("write", SHARES["write"])
    with _pseudonymous(workspace, project_id, frame) as (frame, kept):
        layer = succession.joined(frame, carried)
        deposit(workspace, project_id, document_of(path, added.sha256), options.by, head.seq, [("parcels", layer)], changes)
    progress("done", 1.0)
    return dataclasses.replace(added, findings=(*added.findings, *kept))


def propose(
    workspace: Workspace, project_id: str, path: Path, options: Options, progress: Progress = quiet
) -> tuple[Proposal, Added]:
    """Say what a newer file would make of a project's parcels; nothing is written.

    Raises
    ------
    UsageError
        When the project has no parcels yet.
    """
    site = site_of(workspace, project_id)
    if not site.layer:
        raise UsageError(why=Reason("no_parcels_yet", "project {project} has no parcels to compare with", project=project_id))
    frame, added = examine(workspace, project_id, path, options, progress)
    progress("compare", SHARES["write"])
    return _proposal(workspace, site, frame, options), added


def _proposal(workspace: Workspace, site: Site, frame: gpd.GeoDataFrame, options: Options) -> Proposal:
    identity = (*sorted(options.accepted), *(f"{old}={new}" for old, new in sorted(options.told.items())), intake.digest(frame))
    return succession.propose(workspace, site, frame, options.accepted, options.told, "\x1f".join(identity))


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


def site_of(workspace: Workspace, project_id: str) -> Site:
    """Return a project with the layers known now."""
    workspace.project(project_id)
    return next(s for s in workspace.sites(workspace.cut().known) if s.project.id == project_id)


def _on_other_projects(
    workspace: Workspace, project_id: str, frame: gpd.GeoDataFrame
) -> tuple[list[Finding], np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Find parcels that lie on parcels of another project; they are measured by geometry from then on."""
    mask = np.zeros(len(frame), bool)
    found = []
    shapes, bounds, legal = np.asarray(frame.geometry.values), tuple(frame.total_bounds), crs.key(frame.crs)
    tree: shapely.STRtree | None = None
    for site in workspace.sites(workspace.cut().known):
        if site.project.id == project_id or not len(theirs := known.touching(site, bounds, legal)):
            continue
        tree = tree or shapely.STRtree(shapes)
        rows_here, areas = _shared(theirs, shapes, tree)
        real = areas > checks.SLIVER_M2
        if real.any():
            mask[rows_here[real]] = True
            facts = {"project": site.project.id, "count": len(set(rows_here[real])), "area_m2": float(areas[real].sum())}
            found.append(Finding("overlap_project", Severity.WARNING, where=site.project.id, facts=facts))
    return found, mask


def _shared(theirs: intake.Shapes, ours: intake.Shapes, tree: shapely.STRtree) -> tuple[intake.Rows, intake.Floats]:
    """Return, for pairs of parcels whose boxes meet, our row and the area (m2) both cover."""
    left, right = tree.query(theirs)
    mended_left, mended_right = (intake.mended(shapes[rows])[0] for shapes, rows in ((theirs, left), (ours, right)))
    return right, np.asarray(shapely.area(shapely.intersection(mended_left, mended_right)))
