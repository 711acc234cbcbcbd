"""``parkgis check``: every finding in one list, of a file before it comes in or of the workspace as it is."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import shapely

from parkgis.errors import InputRefused
from parkgis.intake import add
from parkgis.layers import checks
from parkgis.layers.frame import frame_of
from parkgis.layers.tables import contradictions, sha256
from parkgis.ledger.verify import verify
from parkgis.model import Finding, Kind, Severity
from parkgis.status import Definition
from parkgis.status.fold import NEVER

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    import geopandas as gpd

    from parkgis.intake.add import Options, Progress
    from parkgis.layers.checks import Case, Marks
    from parkgis.model import Cut
    from parkgis.status import ProjectStatus, Site
    from parkgis.workspace import Workspace

LEVELS = {"info": Severity.INFO, "warning": Severity.WARNING, "error": Severity.ERROR}
DROPPED = frozenset({"geometry_empty", "geometry_type"})
"""Codes of rows that never become parcels: only the door sees them."""


@dataclasses.dataclass(frozen=True, eq=False)
class Checked:
    """The parcels of one project, and what the checks marked on them."""

    project: str
    case: Case
    marks: tuple[Marks, ...]

    def findings(self) -> list[Finding]:
        """Return a finding a code, said of the project."""
        found = (checks.summary(marks, self.case) for marks in self.marks)
        return [dataclasses.replace(f, where=f"{self.project}: {f.where}".rstrip(": ")) for f in found]


@dataclasses.dataclass(frozen=True, eq=False)
class Report:
    """What ``check`` found.

    Attributes
    ----------
    findings : tuple of Finding
        The worst first; those of the checks among them, a finding a project and code.
    checked : tuple of Checked
        The places behind them.
    """

    findings: tuple[Finding, ...]
    checked: tuple[Checked, ...] = ()


def file_report(workspace: Workspace, project: str, path: Path, options: Options, progress: Progress) -> Report:
    """Judge a file as ``add`` would, and further; what would be refused is among the findings.

    Raises
    ------
    InputError, CrsError, UsageError, ProjectUnknown
        For a file that cannot be read, or whose place is not known.
    """
    door = checks.codes(checks.AT_THE_DOOR)
    knowing = dataclasses.replace(options, accepted=(*options.accepted, *door))
    try:
        measured, added = add.examine(workspace, project, path, knowing, progress)
    except InputRefused as refused:
        return Report(_sorted(refused.findings))
    progress("check", 0.8)
    site = next(s for s in workspace.sites(workspace.cut().known) if s.project.id == project)
    checked = _checked(measured, site, _definition(workspace, workspace.cut().known), workspace.today())
    told = set(checks.codes()) - DROPPED
    return Report(_sorted([*checked.findings(), *(f for f in added.findings if f.code not in told)]), (checked,))


def workspace_report(workspace: Workspace, cut: Cut, project: str | None, progress: Progress) -> Report:
    """Judge the layers of a workspace as of a cut, and its ledger; of one project only its own.

    Raises
    ------
    ProjectUnknown
    """
    if project is not None:
        workspace.project(project)
    snapshot = workspace.snapshot(cut)
    definition = _definition(workspace, cut.known)
    chosen = [status for status in snapshot.projects if project in (None, status.project.id)]
    layered = [status for status in chosen if status.site.layer is not None]
    checked = []
    for number, status in enumerate(layered):
        progress("check", number / len(layered))
        checked.append(_stored(status, definition, cut.on))
    places = {one.project for one in checked}
    found = [f for one in checked for f in one.findings()]
    for status in chosen:
        found += [f for f in status.findings if f.code != "parcel_without_event" or status.project.id not in places]
    if project is None:
        found += [*ledger_findings(workspace), *snapshot.findings, *contradictions(workspace.statements)]
    return Report(_sorted(found), tuple(checked))


def ledger_findings(workspace: Workspace) -> tuple[Finding, ...]:
    """Verify the digest chain, and every layer vintage against the digest its entry holds."""
    return (*verify(workspace.store), *_changed_vintages(workspace))


def _stored(status: ProjectStatus, definition: Definition, on: dt.date) -> Checked:
    """Check the parcels of a project that there are on the day: neither split or merged before, nor made later."""
    assert status.site.layer is not None
    active = status.fold.active
    touched = (status.fold.days != NEVER).any(axis=0)
    touched[[patch.row for patch in status.patches if patch.row >= 0]] = True
    keys = status.fold.columns.keys
    recorded = frozenset(keys[row] for row in np.flatnonzero(touched))
    frame = frame_of(status.site.layer)[active].reset_index(drop=True)
    return _checked(frame, status.site, definition, on, recorded)


def _checked(
    frame: gpd.GeoDataFrame, site: Site, definition: Definition, on: dt.date, recorded: frozenset[str] | None = None
) -> Checked:
    case = checks.Case(
        frame,
        fence=shapely.from_wkb(site.fence_wkb) if site.fence_wkb else None,
        planned_m2=site.project.planned_ha * 10_000,
        on=on,
        recorded=recorded,
        tolerance_parcel=definition.tolerance_parcel,
        tolerance_total=definition.tolerance_total,
    )
    return Checked(site.project.id, case, checks.marks(case))


def _definition(workspace: Workspace, known: dt.datetime) -> Definition:
    return workspace.recorded_definition(known) or Definition()


def _sorted(found: list[Finding] | tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(sorted(found, key=lambda f: -f.severity))


def _changed_vintages(workspace: Workspace) -> list[Finding]:
    found = []
    for entry in workspace.store.events(None, [Kind.LAYER]):
        path = workspace.root / entry.event.refers
        facts = {"seq": entry.seq, "file": entry.event.refers}
        if not path.is_file():
            found.append(Finding("vintage_gone", Severity.ERROR, where=entry.event.refers, facts=facts))
        elif sha256(path) != entry.event.into[1]:
            found.append(Finding("vintage_changed", Severity.ERROR, where=entry.event.refers, facts=facts))
    return found
