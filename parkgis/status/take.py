"""Take the snapshot: fold every project, then put parks and province together."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import TYPE_CHECKING

import numpy as np

from parkgis.model import Cut, Finding, Kind, Severity, Target
from parkgis.rules import counting_stage, stages
from parkgis.status import overlap, patches
from parkgis.status.fold import NEVER, fold, number, order_findings, row_of
from parkgis.status.patches import Ground
from parkgis.status.snapshot import Counted, ParkStatus, ProjectStatus, Snapshot, StageArea
from parkgis.units import year

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parkgis.layers.vintage import Floats
    from parkgis.ledger.store import Batch, Stated, Store
    from parkgis.model import Head, Park, Recorded
    from parkgis.status.fold import Mask, Rows
    from parkgis.status.snapshot import Site

TOLERANCE_PARCEL = 0.01  # document against geometry, as FAO SOLA does
TOLERANCE_TOTAL = 0.001


def take(store: Store, sites: Sequence[Site], parks: Sequence[Park], cut: Cut, target: Target, *, demo: bool) -> Snapshot:
    """Fold the ledger as of ``cut.on``, as known at ``cut.known``.

    Parameters
    ----------
    store : Store
    sites : sequence of Site
        Every project, with the layers known at ``cut.known``.
    parks : sequence of Park
    cut : Cut
    target : Target
    demo : bool
        Marks every answer.

    Returns
    -------
    Snapshot
        Areas in m2, basis grid, in each site's legal zone. The same store and cut give the same snapshot,
        whatever was learned later.
    """
    questions = _Questions(store, cut, target)
    pairs = [_project(site, questions) for site in sites]
    grounds, projects = [ground for ground, _ in pairs], tuple(status for _, status in pairs)
    head = store.head_at(cut.known)
    known = {site.project.id for site in sites}
    strays = tuple(
        Finding("event_without_project", Severity.WARNING, where=name, facts={"project": name})
        for name in sorted(questions.names - known)
    )
    return Snapshot(
        cut=cut,
        head=head,
        digest=_digest(cut, head, sites, target),
        demo=demo,
        target=target,
        counted=_together(pairs, questions),
        stages=_stages_together(pairs),
        parks=tuple(_park(park, [p for p in pairs if p[1].project.park_id == park.id], questions) for park in parks),
        projects=projects,
        findings=(*overlap.findings(grounds), *strays),
    )


class _Questions:
    """What is asked of the store, once, and handed out by project."""

    def __init__(self, store: Store, cut: Cut, target: Target) -> None:
        self.cut = cut
        self.on = number(cut.on)
        self.period = year(target.year)
        self.before = number(self.period.start) - 1
        self.end = min(self.on, number(self.period.end) - 1)
        self.stage = counting_stage().code
        self._batches: dict[str, list[Batch]] = {}
        for batch in store.reached(cut):
            self._batches.setdefault(batch.project, []).append(batch)
        self._stated: Mapping[str, Stated] = {s.project: s for s in store.stated(cut, self.stage)}
        self._drawn: dict[str, list[Recorded]] = {}
        for entry in store.drawn(Cut(dt.date.max, cut.known)):
            self._drawn.setdefault(entry.event.project, []).append(entry)
        self.names = {*self._batches, *(p for p, entries in self._drawn.items() if any(e.event.day <= cut.on for e in entries))}

    def batches(self, project: str) -> Sequence[Batch]:
        return self._batches.get(project, [])

    def first_stated(self, project: str, index: Mapping[str, int]) -> tuple[Rows, Floats, int]:
        """Return what documents state of parcels that came to count within the year, each by its first document.

        Parameters
        ----------
        index : mapping
            Row of each parcel key in the layer.

        Returns
        -------
        rows : ndarray of intp
            Row of the parcel; beyond the layer for a key that it does not hold.
        area_m2 : ndarray of float64
            Basis ``document``; NaN where the document states none.
        repeated : int
            Entries of parcels that another document counted before.
        """
        stated = self._stated.get(project)
        if stated is None:
            return np.empty(0, np.intp), np.empty(0), 0
        rows = _numbered(stated.keys, index)
        _, first = np.unique(rows, return_index=True)
        day = stated.days[first]
        within = first[(day >= np.datetime64(self.period.start)) & (day < np.datetime64(self.period.end))]
        return rows[within], stated.area_m2[within], len(rows) - len(first)

    def splits(self, project: str) -> list[Recorded]:
        return [e for e in self._drawn.get(project, []) if e.event.kind is Kind.SPLIT]

    def tranches(self, project: str) -> list[Recorded]:
        """Return entries that draw a polygon, or state an area alone, of days up to ``on``."""
        return [e for e in self._drawn.get(project, []) if e.event.kind is Kind.REACHED and e.event.day <= self.cut.on]


Pair = tuple[Ground, ProjectStatus]


def _project(site: Site, ask: _Questions) -> Pair:
    id_ = site.project.id
    folded, findings = fold(site.columns, ask.batches(id_), ask.splits(id_), ask.cut.on)
    tranches = ask.tranches(id_)
    drawn = [(row_of(e.event.stage), e) for e in tranches if e.event.geometry]
    pieces = patches.cut(site, folded, drawn) if drawn or folded.columns.irregular.any() else []
    ground = Ground(site, folded, pieces)
    counted = _counted(ground, ask)
    touched = (folded.days != NEVER).any(axis=0)
    touched[[p.row for p in pieces if p.row != patches.OUTSIDE]] = True
    without = int((folded.active & ~touched).sum())
    findings += order_findings(folded)
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
        stages=_stage_areas(ground, np.ones(len(folded.columns.keys), bool), ask.on, outside=True),
        communes=_communes(ground, ask.on),
        counted=counted,
        findings=tuple(findings),
        fold=folded,
        patches=tuple(pieces),
    )
    return ground, status


def _stage_areas(ground: Ground, among: Mask, day: int, *, outside: bool) -> tuple[StageArea, ...]:
    return tuple(StageArea(stage.code, *ground.reached(row, among, day, outside=outside)) for row, stage in enumerate(stages()))


def _communes(ground: Ground, day: int) -> dict[str, tuple[StageArea, ...]]:
    communes = ground.fold.columns.communes
    names = np.array(communes, dtype=object)
    lies_outside = any(p.row == patches.OUTSIDE for p in ground.patches)
    return {
        commune: _stage_areas(ground, names == commune, day, outside=commune == "")
        for commune in sorted({*communes, *([""] if lies_outside else [])})
    }


def _counted(ground: Ground, ask: _Questions) -> Counted:
    """Return what was handed over within the year: all by ``on`` less all before the year began."""
    row, every = row_of(ask.stage), np.ones(len(ground.fold.columns.keys), bool)
    now, _ = ground.reached(row, every, ask.end, outside=True)
    then, _ = ground.reached(row, every, min(ask.before, ask.end), outside=True)
    project = ground.site.project.id
    tranches = [e.event for e in ask.tranches(project) if e.event.stage == ask.stage and ask.period.contains(e.event.day)]
    _, areas, _ = ask.first_stated(project, ground.fold.columns.index)
    stated = np.array([*areas, *(np.nan if e.area_m2 is None else e.area_m2 for e in tranches if e.geometry)])
    return Counted(
        area_m2=max(now - then, 0.0),
        documents_m2=float(np.nansum(stated)),
        entries=len(stated),
        unstated=int(np.isnan(stated).sum()),
        unmapped_m2=float(sum(e.area_m2 or 0.0 for e in tranches if not e.geometry)),
    )


def _numbered(keys: Sequence[str], index: Mapping[str, int]) -> Rows:
    """Return the row of each key; keys that the layer does not hold get rows of their own behind it."""
    try:
        return np.fromiter(map(index.__getitem__, keys), np.intp, len(keys))
    except KeyError:
        longer = dict(index)
        return np.array([longer.setdefault(key, len(longer)) for key in keys], np.intp)


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


def _difference_findings(ground: Ground, counted: Counted, ask: _Questions) -> list[Finding]:
    """Report where documents and geometry of counted land disagree beyond tolerance; neither is changed."""
    found = []
    project, columns = ground.site.project.id, ground.fold.columns
    rows, areas, repeated = ask.first_stated(project, columns.index)
    known = rows < len(columns.keys)
    row, stated = rows[known], areas[known]
    if len(row):
        measured = columns.area_in_m2[row]
        off = np.abs(stated - measured) > TOLERANCE_PARCEL * measured
        if off.any():
            example = columns.keys[row[int(off.argmax())]]
            facts = {"count": int(off.sum()), "example": example, "tolerance": f"{TOLERANCE_PARCEL:.0%}"}
            found.append(Finding("parcel_area_differs", Severity.WARNING, where=example, facts=facts))
    if repeated:
        found.append(Finding("reached_twice", Severity.INFO, where=project, facts={"count": repeated}))
    difference = counted.documents_m2 - counted.area_m2
    if counted.entries and not counted.unstated and abs(difference) > TOLERANCE_TOTAL * max(counted.area_m2, 1.0):
        facts = {"documents_m2": counted.documents_m2, "geometry_m2": counted.area_m2, "difference_m2": difference}
        found.append(Finding("documents_differ", Severity.WARNING, where=project, facts=facts))
    return found


def _together(pairs: Sequence[Pair], ask: _Questions) -> Counted:
    grounds, parts = [ground for ground, _ in pairs], [status.counted for _, status in pairs]
    row = row_of(ask.stage)
    shared = overlap.shared_m2(grounds, row, ask.end) - overlap.shared_m2(grounds, row, min(ask.before, ask.end))
    return Counted(
        area_m2=max(sum(p.area_m2 for p in parts) - shared, 0.0),
        documents_m2=sum(p.documents_m2 for p in parts),
        entries=sum(p.entries for p in parts),
        unstated=sum(p.unstated for p in parts),
        unmapped_m2=sum(p.unmapped_m2 for p in parts),
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


def _park(park: Park, pairs: Sequence[Pair], ask: _Questions) -> ParkStatus:
    return ParkStatus(
        park=park,
        projects=tuple(status.project.id for _, status in pairs),
        planned_ha=round(sum(status.project.planned_ha for _, status in pairs), 4),
        stages=_stages_together(pairs),
        counted=_together(pairs, ask),
    )


def _digest(cut: Cut, head: Head, sites: Sequence[Site], target: Target) -> str:
    """Return the fingerprint of what a snapshot rests on: 64 hexadecimal digits of SHA-256."""
    facts = {
        "format": "parkgis.snapshot/v1",
        "on": cut.on.isoformat(),
        "ledger": [head.seq, head.digest],
        "target": [target.year, target.area_ha],
        "sites": [[s.project.id, s.project.planned_ha, s.boundary, s.layer_sha256, s.boundary_sha256] for s in sites],
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
