"""Take the snapshot: fold every project, then put parks and province together."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import TYPE_CHECKING

import numpy as np

from parkgis.model import Finding, Severity
from parkgis.rules import stages
from parkgis.status import homes, lineage, matters, overdue, overlap, patches, stated
from parkgis.status.definition import Definition
from parkgis.status.fold import NEVER, fold, number, order_findings, row_of
from parkgis.status.patches import Ground
from parkgis.status.questions import Questions
from parkgis.status.snapshot import Counted, ParkStatus, ProjectStatus, Snapshot, StageArea
from parkgis.units import Basis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parkgis.ledger.store import Store
    from parkgis.model import Cut, Head, Park, Recorded, Target
    from parkgis.status.fold import Mask
    from parkgis.status.snapshot import Site
    from parkgis.status.whole import Reading


def take(
    store: Store, sites: Sequence[Site], parks: Sequence[Park], cut: Cut, target: Target, *, demo: bool,
    definition: Definition | None = None, told: Sequence[Finding] = (), reading: Reading | None = None,
) -> Snapshot:  # fmt: skip
    """Fold the ledger as of ``cut.on``, as known at ``cut.known``.

    Parameters
    ----------
    store : Store
    sites : sequence of Site
        Every project, with the layers known at ``cut.known``.
    parks : sequence of Park
    cut : Cut
        With ``confirmed_only``, what waits for a second person is not counted; the snapshot says how much it is.
    target : Target
    demo : bool
        Marks every answer.
    definition : Definition, optional
        What a countable hectare is; as shipped unless given.
    told : sequence of Finding
        What the caller found and the snapshot shall say.
    reading : Reading, optional
        What another snapshot read of the same store; where it cannot tell of this cut, the ledger is read anew.

    Returns
    -------
    Snapshot
        Areas in m2, basis grid, in each site's legal zone. The same store and cut give the same snapshot,
        whatever was learned later.
    """
    questions = Questions(store, cut, target, definition or Definition(), reading)
    pairs = [_project(site, questions) for site in sites]
    grounds, projects = [ground for ground, _ in pairs], tuple(status for _, status in pairs)
    head = store.head_at(cut.known)
    snapshot = Snapshot(
        cut=cut,
        head=head,
        digest=_digest(cut, head, sites, target, questions.definition),
        demo=demo,
        target=target,
        counted=_together(pairs, questions),
        stages=_stages_together(pairs),
        parks=tuple(_park(park, [p for p in pairs if p[1].project.park_id == park.id], questions) for park in parks),
        projects=projects,
        findings=(*told, *overlap.findings(grounds), *_strays(questions, sites)),
        definition=questions.definition,
        matters=matters.together([status.matters for status in projects], cut.on),
        asked=questions,
    )
    if not cut.confirmed_only:
        return snapshot
    every = dataclasses.replace(cut, confirmed_only=False)
    return _with_proposed(
        snapshot, take(store, sites, parks, every, target, demo=demo, definition=questions.definition, reading=reading)
    )


def _with_proposed(snapshot: Snapshot, every: Snapshot) -> Snapshot:
    """Say how much more would count if everything recorded were confirmed."""

    def more(confirmed: Counted, recorded: Counted) -> float:
        return recorded.area_m2 - confirmed.area_m2

    replace = dataclasses.replace
    projects = zip(snapshot.projects, every.projects, strict=True)
    parks = zip(snapshot.parks, every.parks, strict=True)
    return replace(
        snapshot,
        proposed_m2=more(snapshot.counted, every.counted),
        projects=tuple(replace(one, proposed_m2=more(one.counted, other.counted)) for one, other in projects),
        parks=tuple(replace(one, proposed_m2=more(one.counted, other.counted)) for one, other in parks),
    )


def _strays(ask: Questions, sites: Sequence[Site]) -> list[Finding]:
    return [
        Finding("event_without_project", Severity.WARNING, where=name, facts={"project": name})
        for name in sorted(ask.names - {site.project.id for site in sites})
    ]


Pair = tuple[Ground, ProjectStatus]


def _project(site: Site, ask: Questions) -> Pair:
    id_ = site.project.id
    kin = ask.lineage(id_)
    folded, findings = fold(site.columns, ask.whole(id_), kin, ask.cut.on, ask.unheld(id_))
    tranches = ask.tranches(id_)
    ground = patches.laid(site, folded, tranches)
    pieces = ground.patches
    counted = _counted(ground, ask)
    touched = (folded.days != NEVER).any(axis=0)
    touched[[p.row for p in pieces if p.row != patches.OUTSIDE]] = True
    without = int((folded.active & ~touched).sum())
    every = np.ones(len(folded.columns.keys), bool)
    findings += order_findings(folded)
    findings += overdue.early_findings(site, folded)
    findings += lineage.findings(site, kin, ask.cut.on)
    findings += matters.broken(
        ask.matters(id_), lambda stage, day: ground.reached(row_of(stage), every, number(day), outside=True)[0]
    )
    beside = matters.gather(ask.matters(id_), ask.cut.on, ask.period.start.year, site.user_of)
    findings += stated.contradictions(beside.counts)
    findings += homes.findings(id_, beside.homes, matters.payments_of(ask.matters(id_)), beside.counts, site.user_of)
    findings += patches.unsound(entry for entry in tranches if entry.event.geometry)
    findings += _unmapped_findings(tranches)
    findings += _difference_findings(ground, counted, ask)
    if without:
        findings.append(Finding("parcel_without_event", Severity.INFO, where=id_, facts={"count": without}))
    status = ProjectStatus(
        project=site.project,
        site=site,
        parcels=int(folded.active.sum()),
        parcels_m2=float(folded.columns.area_in_m2[folded.active].sum()),
        without_event=without,
        stages=_stage_areas(ground, every, ask.on, outside=True),
        communes=_communes(ground, ask.on),
        counted=counted,
        findings=tuple(findings),
        fold=folded,
        patches=tuple(pieces),
        matters=beside,
    )
    return ground, status


def _stage_areas(ground: Ground, among: Mask, day: int, *, outside: bool) -> tuple[StageArea, ...]:
    return tuple(StageArea(stage.code, *ground.reached(row, among, day, outside=outside)) for row, stage in enumerate(stages()))


def _communes(ground: Ground, day: int) -> dict[str, tuple[StageArea, ...]]:
    columns = ground.fold.columns
    lies_outside = any(p.row == patches.OUTSIDE for p in ground.patches)
    nobody = np.zeros(len(columns.keys), bool)
    among = {code: columns.commune == number for number, code in enumerate(columns.communes)}
    return {
        code: _stage_areas(ground, among.get(code, nobody), day, outside=code == "")
        for code in sorted({*columns.communes, *([""] if lies_outside else [])})
    }


def _counted(ground: Ground, ask: Questions) -> Counted:
    """Return what counts of the year: all by ``on`` less all before it began; nothing of projects out of scope."""
    if ground.site.project.group not in ask.definition.groups:
        return Counted()
    row, every = row_of(ask.stage), np.ones(len(ground.fold.columns.keys), bool)
    now, _ = ground.reached(row, every, ask.end, outside=True)
    then, _ = ground.reached(row, every, min(ask.before, ask.end), outside=True)
    project = ground.site.project.id
    tranches = [e.event for e in ask.tranches(project) if e.event.stage == ask.stage and ask.period.contains(e.event.day)]
    _, areas, _ = ask.first_stated(project, ground.fold.columns.index)
    stated = np.array([*areas, *(np.nan if e.area_m2 is None else e.area_m2 for e in tranches if e.geometry)])
    return _by(
        ask.definition,
        Counted(
            geometry_m2=max(now - then, 0.0),
            documents_m2=float(np.nansum(stated)),
            entries=len(stated),
            unstated=int(np.isnan(stated).sum()),
            unmapped_m2=float(sum(e.area_m2 or 0.0 for e in tranches if not e.geometry)),
        ),
    )


def _by(definition: Definition, counted: Counted) -> Counted:
    """Fill in the one area that counts, on the one basis of the definition."""
    if definition.basis is Basis.GRID:
        return dataclasses.replace(counted, area_m2=counted.geometry_m2)
    return dataclasses.replace(counted, area_m2=counted.documents_m2 + (0.0 if definition.mapped_only else counted.unmapped_m2))


def _unmapped_findings(tranches: Sequence[Recorded]) -> list[Finding]:
    return [
        Finding(
            "minutes_without_geometry",
            Severity.WARNING,
            where=f"ledger:{e.seq}",
            facts={"seq": e.seq, "document": e.event.source.number, "stage": e.event.stage, "area_m2": e.event.area_m2},
        )
        for e in tranches
        if not e.event.geometry
    ]


def _difference_findings(ground: Ground, counted: Counted, ask: Questions) -> list[Finding]:
    """Report where documents and geometry of counted land disagree beyond tolerance; neither is changed."""
    found = []
    project, columns = ground.site.project.id, ground.fold.columns
    rows, areas, repeated = ask.first_stated(project, columns.index)
    known = rows < len(columns.keys)
    row, stated = rows[known], areas[known]
    if len(row):
        measured = columns.area_in_m2[row]
        tolerance = ask.definition.tolerance_parcel
        off = np.abs(stated - measured) > tolerance * measured
        if off.any():
            example = columns.keys[row[int(off.argmax())]]
            facts = {"count": int(off.sum()), "example": example, "tolerance": tolerance}
            found.append(Finding("parcel_area_differs", Severity.WARNING, where=example, facts=facts))
    if repeated:
        found.append(Finding("reached_twice", Severity.INFO, where=project, facts={"count": repeated}))
    difference = counted.documents_m2 - counted.geometry_m2
    if (
        counted.entries
        and not counted.unstated
        and abs(difference) > ask.definition.tolerance_total * max(counted.geometry_m2, 1.0)
    ):
        facts = {"documents_m2": counted.documents_m2, "geometry_m2": counted.geometry_m2, "difference_m2": difference}
        found.append(Finding("documents_differ", Severity.WARNING, where=project, facts=facts))
    return found


def _together(pairs: Sequence[Pair], ask: Questions) -> Counted:
    pairs = [pair for pair in pairs if pair[1].project.group in ask.definition.groups]
    grounds, parts = [ground for ground, _ in pairs], [status.counted for _, status in pairs]
    row = row_of(ask.stage)
    shared = overlap.shared_m2(grounds, row, ask.end) - overlap.shared_m2(grounds, row, min(ask.before, ask.end))
    return _by(
        ask.definition,
        Counted(
            geometry_m2=max(sum(p.geometry_m2 for p in parts) - shared, 0.0),
            documents_m2=sum(p.documents_m2 for p in parts),
            entries=sum(p.entries for p in parts),
            unstated=sum(p.unstated for p in parts),
            unmapped_m2=sum(p.unmapped_m2 for p in parts),
        ),
    )


def _stages_together(pairs: Sequence[Pair]) -> tuple[StageArea, ...]:
    grounds, statuses = [ground for ground, _ in pairs], [status for _, status in pairs]
    return tuple(
        StageArea(
            stage.code,
            sum(s.stages[row].area_m2 for s in statuses) - overlap.shared_m2(grounds, row, overlap.ANY_DAY),
            sum(s.stages[row].parcels for s in statuses),
        )
        for row, stage in enumerate(stages())
    )


def _park(park: Park, pairs: Sequence[Pair], ask: Questions) -> ParkStatus:
    return ParkStatus(
        park=park,
        projects=tuple(status.project.id for _, status in pairs),
        planned_ha=round(sum(status.project.planned_ha for _, status in pairs), 4),
        stages=_stages_together(pairs),
        counted=_together(pairs, ask),
        matters=matters.together([status.matters for _, status in pairs], ask.cut.on),
    )


def _digest(cut: Cut, head: Head, sites: Sequence[Site], target: Target, definition: Definition) -> str:
    """Return the fingerprint of what a snapshot rests on: 64 hexadecimal digits of SHA-256."""
    facts = {
        "format": "parkgis.snapshot/v2",
        "on": cut.on.isoformat(),
        "confirmed_only": cut.confirmed_only,
        "without": sorted(cut.without),
        "definition": definition.facts(),
        "ledger": [head.seq, head.digest],
        "target": [target.year, target.area_ha],
        "sites": [[s.project.id, s.project.planned_ha, s.boundary, s.layer_sha256, s.boundary_sha256] for s in sites],
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
