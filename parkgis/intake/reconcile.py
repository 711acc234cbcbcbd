"""Gather the two lists a comparison needs: what the ledger holds, and what came in a file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np

from parkgis.errors import FileMissing, RowsRefused
from parkgis.intake import compare
from parkgis.intake.compare import Comparison, Side
from parkgis.intake.parcels import labelled, match_fields
from parkgis.intake.rows import Register, stage_code
from parkgis.layers.read import read
from parkgis.layers.tables import sha256
from parkgis.ledger import sheets
from parkgis.ledger.gpkg import GpkgStore
from parkgis.model import Cut, Finding, Kind, Severity
from parkgis.rules import counting_stage
from parkgis.rules import stage as stage_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    from parkgis.status import Snapshot
    from parkgis.workspace import Workspace

TABLES = (".csv", ".xlsx", ".xlsm", ".xls", ".txt")

Listed = tuple[str, str, str, float, str, str, str]
"""Commune, sheet, parcel, area (m2, NaN for none), label, where, basis of the area."""


def reconcile(
    workspace: Workspace, path: Path, cut: Cut, project: str = "", stage: str = "", layer: str | None = None,
    fields: Mapping[str, str] | None = None,
) -> Comparison:  # fmt: skip
    """Compare the ledger with another list of the parcels that reached a stage.

    Parameters
    ----------
    workspace : Workspace
    path : Path
        ``.xlsx`` or ``.csv`` (read as minutes are), another parkgis ledger, or a layer of polygons with sheet
        and parcel numbers.
    cut : Cut
    project : str
        Id; empty for every project.
    stage : str
        Code; the one that counts toward the target unless said otherwise.
    layer : str, optional
        Of a GeoPackage with several.
    fields : mapping, optional
        Role -> column, where a layer's own names are not the trade's.

    Returns
    -------
    Comparison
        Areas here are those of the documents where they state one (basis ``document``), else measured on the
        map (``grid``).

    Raises
    ------
    ProjectUnknown, StageUnknown, InputError, RowsRefused
    """
    stage = stage_of(stage).code if stage else counting_stage().code
    if project:
        workspace.project(project)
    if not path.is_file():
        raise FileMissing(path=path)
    snapshot = workspace.snapshot(cut)
    here = ours(workspace, snapshot, project, stage)
    listed, findings = theirs(workspace, path, cut.on, project, stage, layer, fields or {})
    there = _side(listed)
    lines = compare.match(here, there)
    return Comparison(
        here=here, there=there, lines=lines, groups=compare.summed(lines, here, there), file=path.name, sha256=sha256(path),
        project=project, stage=stage, on=snapshot.cut.on, known=snapshot.cut.known, head_seq=snapshot.head.seq,
        digest=snapshot.digest, demo=snapshot.demo, findings=(*_drawn(workspace, cut, project, stage), *findings),
    )  # fmt: skip


def _side(listed: list[Listed]) -> Side:
    return Side(
        keys=[compare.key(*row[:3]) for row in listed],
        area_m2=np.array([row[3] for row in listed], float),
        labels=[row[4] for row in listed],
        where=[row[5] for row in listed],
        basis=[row[6] for row in listed],
    )


# -- here --------------------------------------------------------------------------------------------------


def ours(workspace: Workspace, snapshot: Snapshot, project: str, stage: str) -> Side:
    """Return the parcels that reached a stage as a whole."""
    stated = _stated(workspace, snapshot.cut, stage)
    batches: dict[str, set[str]] = {}
    for batch in workspace.store.reached(snapshot.cut):
        if batch.stage == stage:
            batches.setdefault(batch.project, set()).update(batch.keys)
    listed: list[Listed] = []
    for status in snapshot.projects:
        id_ = status.project.id
        if project and id_ != project:
            continue
        columns = status.site.columns
        measured = dict(zip(columns.keys, columns.area_in_m2, strict=True))
        keys = [columns.keys[row] for row in np.flatnonzero(status.fold.reached(stage))]
        keys += sorted(batches.get(id_, set()) - set(measured))  # minutes that came before their layer
        for key in keys:
            area = stated.get((id_, key))
            basis = "document" if area is not None else "grid" if key in measured else ""
            listed.append((*_cut(key), measured.get(key, np.nan) if area is None else area, key, id_, basis))
    return _side(listed)


def _stated(workspace: Workspace, cut: Cut, stage: str) -> dict[tuple[str, str], float]:
    """Return the area each parcel's first document that states one gives it."""
    found: dict[tuple[str, str], float] = {}
    for stated in workspace.store.stated(cut, stage):
        for key, area in zip(stated.keys, stated.area_m2, strict=True):
            if not np.isnan(area):
                found.setdefault((stated.project, key), float(area))
    return found


def _drawn(workspace: Workspace, cut: Cut, project: str, stage: str) -> list[Finding]:
    """Say how much of the ledger a list of parcels cannot show: tranches and areas alone."""
    events = [e.event for e in workspace.store.drawn(cut) if e.event.kind is Kind.REACHED and e.event.stage == stage]
    mine = [e for e in events if not project or e.project == project]
    areas = [e.area_m2 for e in mine if e.area_m2 is not None]
    facts = {"count": len(mine), "area_m2": float(sum(areas)) if areas else None}
    return [Finding("compare_drawn", Severity.WARNING, where=project, facts=facts)] if mine else []


# -- there -------------------------------------------------------------------------------------------------


def theirs(
    workspace: Workspace, path: Path, on: dt.date, project: str, stage: str, layer: str | None, fields: Mapping[str, str]
) -> tuple[list[Listed], list[Finding]]:
    """Read the other list; rows about another project or stage are left out, and counted."""
    if path.suffix.lower() in TABLES:
        return _table(workspace, path, project, stage)
    if layer is None and _is_ledger(path):
        return _ledger(path, on, project, stage), []
    incoming = read(path, layer)
    frame = labelled(incoming, match_fields(incoming, fields))
    rows = zip(frame["commune"], frame["sheet"], frame["parcel"], frame["area_document_m2"], strict=True)
    return [_listed((c, s, p), float(a), f"{path.name}:{n}") for n, (c, s, p, a) in enumerate(rows, 1)], []


def _listed(numbers: tuple[str, str, str], area_m2: float, where: str) -> Listed:
    return (*numbers, area_m2, "/".join(filter(None, numbers)), where, "" if np.isnan(area_m2) else "document")


def _table(workspace: Workspace, path: Path, project: str, stage: str) -> tuple[list[Listed], list[Finding]]:
    understood = sheets.understood(path, needed=())
    if understood.refused:
        raise RowsRefused(understood.refused, path=path)
    register = Register(workspace)
    listed: list[Listed] = []
    elsewhere = 0
    alone: list[float] = []
    for row in understood.rows:
        other = row.text("project") and project and register.project(row.text("project")) != project
        if other or (row.text("stage") and stage_code(row.text("stage")) != stage):
            elsewhere += 1
            continue
        area = sheets.number(row.values.get("area_m2"))
        if not row.text("parcel"):
            alone.append(area or 0.0)
            continue
        numbers = (row.text("commune"), row.text("sheet"), row.text("parcel"))
        listed.append(_listed(numbers, np.nan if area is None else area, row.where))
    findings = list(understood.findings)
    if elsewhere:
        findings.append(Finding("compare_elsewhere", Severity.INFO, where=path.name, facts={"count": elsewhere}))
    if alone:
        facts = {"count": len(alone), "area_m2": float(sum(alone))}
        findings.append(Finding("compare_no_parcel", Severity.WARNING, where=path.name, facts=facts))
    return listed, findings


def _is_ledger(path: Path) -> bool:
    """Tell whether a file is a parkgis ledger: it has its table, and the column no other has."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            return ("digest",) in db.execute("SELECT name FROM pragma_table_info('ledger')").fetchall()
    except sqlite3.Error:
        return False


def _ledger(path: Path, on: dt.date, project: str, stage: str) -> list[Listed]:
    """Read another ledger as of the same day, as it stands now: when it learned a thing is its own affair."""
    store = GpkgStore(path)
    newest = store.head().at
    if newest is None:
        return []
    found: dict[tuple[str, str], float] = {}
    for stated in store.stated(Cut(on, newest), stage):
        if project and stated.project != project:
            continue
        for key, area in zip(stated.keys, stated.area_m2, strict=True):
            if np.isnan(found.setdefault((stated.project, key), float(area))):
                found[stated.project, key] = float(area)
    return [_listed(_cut(key), area, f"{path.name}!{id_}") for (id_, key), area in found.items()]


def _cut(key: str) -> tuple[str, str, str]:
    commune, sheet, parcel = key.split("/")
    return commune, sheet, parcel.partition("#")[0].partition("?")[0]
