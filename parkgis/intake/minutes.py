"""``parkgis record``: minutes become entries of the ledger, every row or none."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import shapely

from parkgis import crs
from parkgis.errors import EventUnknown, InputRefused, Reason, RowsRefused, StageUnknown, UsageError
from parkgis.intake.add import near
from parkgis.intake.outcome import Outcome as Outcome  # what minutes give
from parkgis.intake.outcome import append as append
from parkgis.intake.parcels import to_legal
from parkgis.intake.reached import reached as reached  # minutes are made of it
from parkgis.intake.register import parcels_named as parcels_named
from parkgis.intake.rows import plan
from parkgis.layers import checks, detect
from parkgis.layers.read import read
from parkgis.model import Document, Event, Kind, mint
from parkgis.rules import stages

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from parkgis.intake.rows import Plan
    from parkgis.ledger.sheets import SheetRow
    from parkgis.workspace import Workspace


def record_rows(workspace: Workspace, rows: Sequence[SheetRow], path: object, by: str) -> Outcome:
    """Record rows of minutes (:mod:`parkgis.ledger.sheets`): all or none.

    Raises
    ------
    RowsRefused
        With one finding a fault: file, sheet, row, column, value, remedy. Minutes that are in the ledger with
        other content are such a fault.
    """
    return record_plan(workspace, plan(workspace, rows, path, by), path)


def record_plan(workspace: Workspace, planned: Plan, path: object) -> Outcome:
    """Record what was planned (:func:`parkgis.intake.rows.plan_file`), all or none.

    Raises
    ------
    RowsRefused
        When any of its findings forbids it.
    """
    if planned.refused:
        raise RowsRefused(planned.refused, path=path)
    outcome = append(workspace, planned.events)
    return dataclasses.replace(outcome, already=outcome.already + planned.already, findings=planned.findings)


def tranche(workspace: Workspace, project_id: str, path: Path, told: str | None, accepted: Iterable[str] = ()) -> str:
    """Read a tranche polygon from a file and return it as EWKT in the legal grid, to the millimetre.

    Raises
    ------
    InputError, CrsError
    """
    project = workspace.project(project_id)
    incoming = read(path)
    b = [float(v) for v in incoming.frame.total_bounds]
    system = detect.settle(
        path, (b[0], b[1], b[2], b[3]), incoming.declared, crs.parse(told) if told else None, near(workspace, project),
        accept_far="far" in accepted,
    )  # fmt: skip
    refused = [f for f in checks.look(incoming.frame, checks.AT_THE_DOOR[:3]) if f.code not in accepted]
    if refused:
        raise InputRefused(refused, path=path)
    legal = workspace.legal(project)
    placed = to_legal(np.asarray(shapely.force_2d(incoming.frame.geometry.values)), system, legal)
    shape = shapely.set_precision(shapely.union_all(shapely.make_valid(placed, method="structure")), 0.001)
    return f"SRID={legal.removeprefix('EPSG:')};{shapely.to_wkt(shape, rounding_precision=3)}"


def void(workspace: Workspace, ref: str, reason: str, document: Document, by: str) -> Outcome:
    """Record that an earlier entry does not hold; the entry stays where it is.

    Parameters
    ----------
    ref : str
        Its number in the ledger, or its id.

    Raises
    ------
    EventUnknown, UsageError
    """
    if not reason.strip():
        raise UsageError(why=Reason("void_reason", "a void needs its reason: --reason TEXT"))
    entry = workspace.store.get(int(ref)) if ref.isdigit() and len(ref) < 19 else workspace.store.find([ref]).get(ref)
    if entry is None:
        raise EventUnknown(ref=ref)
    event = Event(
        id=mint("void", entry.event.id, document.number, document.date.isoformat()), kind=Kind.VOID, day=workspace.today(),
        project=entry.event.project, source=document, by=by, refers=entry.event.id, note=reason.strip(),
    )  # fmt: skip
    return append(workspace, [event])


def demand(stage: str, day: dt.date, document_date: dt.date, today: dt.date) -> None:
    """Refuse a stage that does not exist and days in the future.

    Raises
    ------
    StageUnknown, UsageError
    """
    if stage not in {s.code for s in stages()}:
        raise StageUnknown(stage=stage, stages=", ".join(s.code for s in stages()))
    for name, value in (("day", day), ("document date", document_date)):
        if value > today:
            raise UsageError(
                why=Reason("future", "{option} {value} is in the future (today is {today})", option=name, value=value, today=today)
            )
