"""Narrow a snapshot and its briefing to a park, a project or a former commune.

A narrowed report has no part of the province's target: nobody has divided the 300 ha. Its target is what its own
plan says of the year, as the ledger holds it; without a plan it has none.
"""

from __future__ import annotations

import dataclasses
import difflib
from typing import TYPE_CHECKING, Literal

import numpy as np

from parkgis.briefing import brief
from parkgis.errors import Reason, UsageError
from parkgis.model import Target
from parkgis.rules import stages
from parkgis.rules.communes import communes
from parkgis.status import Counted, StageArea
from parkgis.status.matters import Matters, together
from parkgis.status.patches import OUTSIDE, Ground
from parkgis.status.questions import Questions
from parkgis.units import Basis
from parkgis.words.catalogue import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from parkgis.briefing import Briefing
    from parkgis.model import Finding
    from parkgis.status import ParkStatus, ProjectStatus, Snapshot
    from parkgis.status.fold import Mask
    from parkgis.workspace import Workspace

AUTHORITY = ""
"""A narrowed report's target is its own plan: nobody set it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Scope:
    """What a report is narrowed to; the whole province has an empty ``id``."""

    kind: Literal["province", "park", "project", "commune"] = "province"
    id: str = ""
    vi: str = ""
    en: str = ""

    def name(self, lang: str) -> str:
        return self.vi if lang == "vi" else self.en


WHOLE = Scope()


def find(workspace: Workspace, *, park: str = "", project: str = "", commune: str = "") -> Scope:
    """Return the scope asked for.

    Raises
    ------
    UsageError
        For two at once, or a park or commune that is not there, with the nearest.
    ProjectUnknown
    """
    asked = [text for text in (park, project, commune) if text]
    if len(asked) > 1:
        raise UsageError(why=Reason("report_scopes", "--park, --project and --commune narrow a report: give one of them"))
    if project:
        found = workspace.project(project)
        return Scope("project", found.id, found.name_vi, found.name_en)
    if park:
        return _park(workspace, park)
    return _commune(workspace, commune) if commune else WHOLE


def _park(workspace: Workspace, wanted: str) -> Scope:
    for park in workspace.parks:
        if park.id == wanted:
            return Scope("park", park.id, park.name_vi, park.name_en)
    raise UsageError(
        why=Reason(
            "report_park", "there is no park {park}; the nearest are {near}", park=wanted,
            near=_near(wanted, [park.id for park in workspace.parks]),
        )
    )  # fmt: skip


def _near(wanted: str, ids: Sequence[str]) -> str:
    return ", ".join(difflib.get_close_matches(wanted.upper(), ids, n=3, cutoff=0.3) or ids[:5]) or "–"


def _commune(workspace: Workspace, wanted: str) -> Scope:
    held = sorted({code for site in workspace.sites(workspace.cut().known) for code in site.columns.communes})
    if wanted not in held:
        why = Reason(
            "report_commune", "no parcel lies in a former commune with the code {commune}; the nearest are {near}",
            commune=wanted, near=_near(wanted, held),
        )  # fmt: skip
        raise UsageError(why=why)
    if known := communes().get(wanted):
        name = f"{known.old_name} ({wanted})"
        return Scope("commune", wanted, name, name)
    return Scope("commune", wanted, *(Words(lang)("report.commune_coded", code=wanted) for lang in ("vi", "en")))


# -- narrowing ---------------------------------------------------------------------------------------------


def narrowed(workspace: Workspace, snapshot: Snapshot, scope: Scope) -> Snapshot:
    """Return the snapshot of the scope alone; its digest stays that of the question it was taken from."""
    if scope.kind == "province":
        return snapshot
    if scope.kind == "commune":
        return _of_commune(workspace, snapshot, scope.id)
    parks = tuple(park for park in snapshot.parks if scope.id in (park.park.id, *park.projects))
    if scope.kind == "park":
        (park,) = parks
        mine = tuple(p for p in snapshot.projects if p.project.id in park.projects)
        return _put(snapshot, parks, mine, park.stages, park.counted)
    (status,) = (p for p in snapshot.projects if p.project.id == scope.id)
    parks = tuple(_as_project(park, status) for park in parks)
    return _put(snapshot, parks, (status,), status.stages, status.counted)


def _as_project(park: ParkStatus, status: ProjectStatus) -> ParkStatus:
    return dataclasses.replace(
        park, projects=(status.project.id,), planned_ha=status.project.planned_ha, stages=status.stages, counted=status.counted,
        matters=status.matters, proposed_m2=status.proposed_m2,
    )  # fmt: skip


def _put(
    snapshot: Snapshot, parks: tuple[ParkStatus, ...], projects: tuple[ProjectStatus, ...], areas: tuple[StageArea, ...],
    counted: Counted,
) -> Snapshot:  # fmt: skip
    matters = together([p.matters for p in projects], snapshot.cut.on)
    if len(projects) == 1:
        matters = dataclasses.replace(matters, baseline=projects[0].matters.baseline)
    ids = {p.project.id for p in projects}
    return dataclasses.replace(
        snapshot, parks=parks, projects=projects, stages=areas, counted=counted, matters=matters,
        target=Target(snapshot.target.year, _planned_ha(matters), AUTHORITY),
        proposed_m2=sum(p.proposed_m2 for p in projects),
        findings=tuple(f for f in snapshot.findings if _concerns(f, ids)),
    )  # fmt: skip


def _planned_ha(matters: Matters) -> float:
    return matters.plan[-1].cumulative_m2 / 10_000 if matters.plan else 0.0


def _concerns(finding: Finding, ids: set[str]) -> bool:
    """Tell whether a finding about several projects, or about none, concerns these."""
    named = finding.facts.get("projects") or finding.facts.get("project")
    return named is None or not ids.isdisjoint(str(named).split(", "))


# -- a former commune ----------------------------------------------------------------------------------------


def _of_commune(workspace: Workspace, snapshot: Snapshot, code: str) -> Snapshot:
    """Keep the parcels of a commune; land in no parcel has no commune, plans and payments cannot be divided by it."""
    there = workspace.as_known(snapshot.cut.known)
    ask = Questions(there.store, snapshot.cut, snapshot.target, snapshot.definition)
    projects = tuple(
        _in_commune(status, code, ask) for status in snapshot.projects if code in status.site.columns.communes
    )  # fmt: skip
    areas = _added([p.stages for p in projects])
    counted = _sum(p.counted for p in projects)
    parks = tuple(
        dataclasses.replace(
            park, projects=tuple(p.project.id for p in mine), planned_ha=round(sum(p.project.planned_ha for p in mine), 4),
            stages=_added([p.stages for p in mine]), counted=_sum(p.counted for p in mine),
            matters=together([p.matters for p in mine], snapshot.cut.on), proposed_m2=0.0,
        )
        for park in snapshot.parks if (mine := [p for p in projects if p.project.park_id == park.park.id])
    )  # fmt: skip
    return _put(snapshot, parks, projects, areas, counted)


def _in_commune(status: ProjectStatus, code: str, ask: Questions) -> ProjectStatus:
    columns = status.fold.columns
    among: Mask = columns.commune == columns.communes.index(code)
    patches = tuple(p for p in status.patches if p.row != OUTSIDE and among[p.row])
    folded = dataclasses.replace(status.fold, active=status.fold.active & among)
    ground = Ground(status.site, folded, patches)
    here = tuple(o for o in status.matters.obstacles if o.parcel.partition("/")[0] == code)
    return dataclasses.replace(
        status, fold=folded, patches=patches, parcels=int(folded.active.sum()),
        parcels_m2=float(columns.area_in_m2[folded.active].sum()),
        stages=tuple(StageArea(s.code, *ground.reached(row, among, ask.on, outside=False)) for row, s in enumerate(stages())),
        communes={code: status.communes[code]} if code in status.communes else {}, counted=_counted(ground, among, ask),
        findings=(), matters=Matters(obstacles=here, divided=False), proposed_m2=0.0, without_event=0,
    )  # fmt: skip


def _counted(ground: Ground, among: Mask, ask: Questions) -> Counted:
    """Return what counts of the year in some parcels, as :mod:`parkgis.status.take` does of all."""
    if ground.site.project.group not in ask.definition.groups:
        return Counted()
    row = [s.code for s in stages()].index(ask.stage)
    now, _ = ground.reached(row, among, ask.end, outside=False)
    then, _ = ground.reached(row, among, min(ask.before, ask.end), outside=False)
    rows, areas, _ = ask.first_stated(ground.site.project.id, ground.fold.columns.index)
    inside = (rows < len(among)) & among[np.minimum(rows, len(among) - 1)] if len(among) else np.zeros(len(rows), bool)
    stated = areas[inside]
    geometry_m2, documents_m2 = max(now - then, 0.0), float(np.nansum(stated))
    return Counted(
        area_m2=geometry_m2 if ask.definition.basis is Basis.GRID else documents_m2, documents_m2=documents_m2,
        entries=len(stated), unstated=int(np.isnan(stated).sum()), geometry_m2=geometry_m2,
    )  # fmt: skip


def _added(parts: Sequence[Sequence[StageArea]]) -> tuple[StageArea, ...]:
    return tuple(
        StageArea(s.code, sum(p[n].area_m2 for p in parts), sum(p[n].parcels for p in parts)) for n, s in enumerate(stages())
    )  # fmt: skip


def _sum(parts: Iterable[Counted]) -> Counted:
    names = [field.name for field in dataclasses.fields(Counted)]
    parts = list(parts)
    return Counted(**{name: sum(getattr(p, name) for p in parts) for name in names})


# -- its briefing --------------------------------------------------------------------------------------------


def briefed(workspace: Workspace, snapshot: Snapshot, scope: Scope) -> Briefing:
    """Return the briefing of a snapshot that :func:`narrowed` made; it says in its title what it is narrowed to."""
    briefing = brief(workspace, snapshot)
    if scope.kind == "province":
        return briefing
    ids = {p.id for p in briefing.projects}
    return dataclasses.replace(
        briefing, scope_vi=scope.vi, scope_en=scope.en, papers=tuple(p for p in briefing.papers if p.project in ids),
        statements=(), contradictions=(),
    )  # fmt: skip
