"""``parkgis record``: minutes become entries of the ledger, every row or none."""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
from typing import TYPE_CHECKING

import numpy as np
import shapely

from parkgis import crs
from parkgis.errors import EventUnknown, InputRefused, Reason, RowsRefused, StageUnknown, UsageError
from parkgis.intake.add import near
from parkgis.intake.parcels import to_legal
from parkgis.layers import detect, quality
from parkgis.layers.read import read
from parkgis.ledger import sheets
from parkgis.ledger.store import voided
from parkgis.model import Document, Event, Finding, Kind, Recorded, Severity, mint
from parkgis.rules import stages

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from parkgis.ledger.sheets import SheetRow
    from parkgis.workspace import Workspace


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What ``record`` did: new entries, how many were there already, what to look at."""

    recorded: tuple[Recorded, ...]
    already: int
    findings: tuple[Finding, ...]


class _Register:
    """Which parcels a project has, by full key and by (sheet, parcel), as known now."""

    def __init__(self, workspace: Workspace) -> None:
        self._sites = {site.project.id: site for site in workspace.sites(workspace.cut().known)}
        self._by_number: dict[str, dict[tuple[str, str], list[str]]] = {}

    def has_layer(self, project: str) -> bool:
        return self._sites[project].layer is not None

    def projects(self) -> Iterable[str]:
        return self._sites

    def candidates(self, project: str, commune: str, sheet: str, parcel: str) -> list[str]:
        """Return the keys these numbers can mean: one is an answer, several are ambiguous."""
        if project not in self._by_number:
            table: dict[tuple[str, str], list[str]] = {}
            for key in self._sites[project].columns.keys:
                _, number_sheet, number_parcel = key.split("/")
                table.setdefault((number_sheet, number_parcel.partition("#")[0].partition("?")[0]), []).append(key)
            self._by_number[project] = table
        found = self._by_number[project].get((sheet, parcel), [])
        return [key for key in found if key.partition("/")[0] == commune] if commune else found


def record_rows(workspace: Workspace, rows: Sequence[SheetRow], path: object, by: str) -> Outcome:
    """Record rows of minutes (:mod:`parkgis.ledger.sheets`): all or none.

    Raises
    ------
    RowsRefused
        With one finding a fault: file, row, value, remedy.
    EventConflict
        When the same minutes are in the ledger with other content.
    """
    register, today = _Register(workspace), workspace.today()
    findings: list[Finding] = []
    events: list[Event] = []
    for row in rows:
        event, found = _read_row(row, register, today, by)
        findings.extend(found)
        if event is not None:
            events.append(event)
    if refused := [f for f in findings if f.severity is Severity.ERROR]:
        raise RowsRefused(refused, path=path)
    unique = {event.id: event for event in events}
    if repeats := len(events) - len(unique):
        findings.append(Finding("row_repeats", Severity.INFO, where=str(path), facts={"count": repeats}))
    outcome = append(workspace, list(unique.values()))
    return dataclasses.replace(outcome, already=outcome.already + repeats, findings=(*findings, *outcome.findings))


def append(workspace: Workspace, events: Sequence[Event]) -> Outcome:
    """Append events; minutes recorded before are recognised, unless what was recorded is void by now."""
    struck = voided(workspace.store.events(None, [Kind.VOID]))
    fresh = [_renamed(event, struck) for event in events]
    new = workspace.store.append(fresh)
    return Outcome(tuple(new), len(fresh) - len(new), ())


def _renamed(event: Event, struck: set[str]) -> Event:
    """Give minutes that were recorded, voided and are recorded again an id of their own."""
    turn, id_ = 1, event.id
    while id_ in struck:
        turn += 1
        id_ = f"{event.id}~{turn}"
    return dataclasses.replace(event, id=id_)


def _read_row(row: SheetRow, register: _Register, today: dt.date, by: str) -> tuple[Event | None, list[Finding]]:
    found: list[Finding] = []

    def refuse(code: str, **facts: object) -> None:
        found.append(Finding(code, Severity.ERROR, where=row.where, facts=facts))

    if row.text("kind") not in ("", Kind.REACHED.value):
        refuse("row_kind", value=row.text("kind"))
    project, stage = row.text("project"), row.text("stage")
    if project not in register.projects():
        close = difflib.get_close_matches(project, list(register.projects()), n=3, cutoff=0.3)
        refuse("row_project", value=project, near=", ".join(close) or "–")
    if stage not in {s.code for s in stages()}:
        refuse("row_stage", value=stage, stages=", ".join(s.code for s in stages()))
    day, document_date = sheets.day(row.values.get("day")), sheets.day(row.values.get("document_date"))
    if day is None:
        refuse("row_day", value=row.text("day"))
    elif day > today:
        refuse("row_day_future", value=day, today=today)
    if not row.text("document"):
        refuse("row_document")
    if document_date is None or document_date > today:
        refuse("row_document_date", value=row.text("document_date"))
    area = sheets.number(row.values.get("area_m2")) if row.text("area_m2") else None
    if row.text("area_m2") and area is None:
        refuse("row_number", column="area_m2", value=row.text("area_m2"))
    key = "" if found else _key(row, project, register, found)
    if any(f.severity is Severity.ERROR for f in found) or day is None or document_date is None:
        return None, found
    document = Document(row.text("document"), document_date)
    return reached(project, stage, day, document, by=row.text("by") or by, parcel=key, area_m2=area, note=row.text("note")), found


def _key(row: SheetRow, project: str, register: _Register, found: list[Finding]) -> str:
    """Return the parcel key a row means, empty for an area alone; faults go to ``found``."""
    commune, sheet, parcel = (row.text(c) for c in ("commune", "sheet", "parcel"))
    if not sheet and not parcel:
        if not row.text("area_m2"):
            found.append(Finding("row_nothing", Severity.ERROR, where=row.where))
        return ""
    if not register.has_layer(project):
        found.append(Finding("recorded_without_layer", Severity.WARNING, where=row.where, facts={"project": project}))
        return f"{commune}/{sheet}/{parcel}"
    keys = register.candidates(project, commune, sheet, parcel)
    if not keys:
        found.append(
            Finding("row_parcel_unknown", Severity.ERROR, where=row.where, facts={"key": f"{sheet}/{parcel}", "project": project})
        )
        return ""
    if len(keys) > 1:
        facts = {"key": f"{sheet}/{parcel}", "candidates": ", ".join(keys)}
        found.append(Finding("row_parcel_ambiguous", Severity.ERROR, where=row.where, facts=facts))
        return ""
    return keys[0]


def reached(
    project: str, stage: str, day: dt.date, document: Document, *, by: str, parcel: str = "", geometry: str = "",
    area_m2: float | None = None, note: str = "",
) -> Event:  # fmt: skip
    """Return the event "land reached a stage", with the id its minutes give it.

    The id is minted from project, stage, parcel or polygon or area, and the document: the same minutes
    recorded twice count once, and the same minutes with another day are a conflict, not a second fact.
    """
    land = parcel or geometry or f"area {area_m2!r}"
    return Event(
        id=mint("reached", project, stage, land, document.number, document.date.isoformat()),
        kind=Kind.REACHED, day=day, project=project, stage=stage, parcel=parcel, geometry=geometry, area_m2=area_m2,
        source=document, by=by, note=note,
    )  # fmt: skip


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
    refused = [f for f in quality.look(incoming.frame, quality.AT_THE_DOOR[:3]) if f.code not in accepted]
    if refused:
        raise InputRefused(refused, path=path)
    placed = to_legal(np.asarray(shapely.force_2d(incoming.frame.geometry.values)), system, workspace.config.legal)
    shape = shapely.set_precision(shapely.union_all(shapely.make_valid(placed, method="structure")), 0.001)
    return f"SRID={workspace.config.legal.removeprefix('EPSG:')};{shapely.to_wkt(shape, rounding_precision=3)}"


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


def parcels_named(workspace: Workspace, project: str, names: Sequence[str]) -> list[str]:
    """Turn ``12/345`` or ``09214/12/345`` into keys of a project.

    Raises
    ------
    RowsRefused
        Naming each that is unknown or ambiguous.
    """
    workspace.project(project)
    register, keys = _Register(workspace), []
    found: list[Finding] = []
    for name in names:
        parts = name.split("/")
        if len(parts) not in (2, 3):
            raise UsageError(
                why=Reason("parcel_form", "{text} is no parcel: write SHEET/PARCEL or COMMUNE/SHEET/PARCEL", text=name)
            )
        values = dict(zip(("parcel", "sheet", "commune"), reversed(parts), strict=False))
        keys.append(_key(sheets.SheetRow(name, values), project, register, found))
    if refused := [f for f in found if f.severity is Severity.ERROR]:
        raise RowsRefused(refused, path=", ".join(names))
    return keys


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
