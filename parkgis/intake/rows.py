"""Rows of minutes against the workspace: which project, stage and parcel they mean, and what the ledger says already."""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
import functools
import itertools
from typing import TYPE_CHECKING

import numpy as np

from parkgis.intake import kinds
from parkgis.intake.conflicts import against_ledger, unique, unrecorded
from parkgis.intake.enter import Paper
from parkgis.intake.reached import reached
from parkgis.intake.register import Register as Register  # rows are read by it
from parkgis.intake.register import parcel_key as parcel_key
from parkgis.intake.register import stage_code as stage_code
from parkgis.ledger import sheets
from parkgis.model import Document, Event, Finding, Kind, Severity
from parkgis.rules import stages
from parkgis.rules.kinds import sheet_kinds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parkgis.intake.conflicts import Pair
    from parkgis.ledger.sheets import SheetRow, Understood
    from parkgis.model import Scalar
    from parkgis.workspace import Workspace

AGREES_SHARE, AGREES_M2 = 0.01, 0.5  # a parcel's document against its survey, as FAO SOLA does


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """What rows of minutes would record.

    Attributes
    ----------
    events : tuple of Event
        Not in the ledger yet, each once.
    already : int
        Rows the ledger holds word for word, or that repeat another row.
    findings : tuple of Finding
        Any at ERROR forbids to record anything.
    """

    events: tuple[Event, ...]
    already: int
    findings: tuple[Finding, ...]

    @property
    def refused(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.severity is Severity.ERROR)


def plan_file(workspace: Workspace, understood: Understood, by: str) -> Plan:
    """Say what a file of minutes would record, with everything that is wrong with it at once, row by row."""
    planned = plan(workspace, understood.rows, understood.file, by)
    order = {row.where: n for n, row in enumerate(understood.rows)}
    findings = sorted((*understood.findings, *planned.findings), key=lambda f: order.get(f.where, -1))
    return dataclasses.replace(planned, findings=tuple(findings))


def plan(workspace: Workspace, rows: Sequence[SheetRow], path: object, by: str) -> Plan:
    """Say what rows would record, writing nothing.

    Parameters
    ----------
    workspace : Workspace
    rows : sequence of SheetRow
    path : object
        Named where a finding is about the whole file.
    by : str
        Who records, where a row does not say.
    """
    register, today = Register(workspace), workspace.today()
    findings: list[Finding] = []
    pairs: list[Pair] = []
    raised: list[Event] = []
    for lifts, several in itertools.groupby(_lifts_last(rows), _lifts):
        if lifts:  # an obstacle may be raised in one row and lifted in another
            raised = unrecorded(workspace, [event for _, event in pairs if event.kind is Kind.OBSTACLE])
        for row in several:
            event, found = _Row(row, workspace, register, today).event(by, raised)
            findings.extend(found)
            if event is not None:
                pairs.append((row, event))
    findings = [*_once(findings, "recorded_without_layer", "project"), *_together(pairs, register)]
    once, contradictions = unique(pairs)
    new, conflicts = against_ledger(workspace, once)
    findings += contradictions + conflicts
    if repeats := len(pairs) - len(once) - len(contradictions):
        findings.append(Finding("row_repeats", Severity.INFO, where=str(path), facts={"count": repeats}))
    return Plan(tuple(new), len(pairs) - len(new), tuple(findings))


def _lifts(row: SheetRow) -> bool:
    return kinds.kind_of(row.text("kind")) is Kind.LIFTED


def _lifts_last(rows: Sequence[SheetRow]) -> list[SheetRow]:
    return sorted(itertools.chain.from_iterable(map(kinds.spread, rows)), key=_lifts)


def _once(findings: Sequence[Finding], code: str, fact: str) -> list[Finding]:
    """Keep the first finding of a code for each value of a fact: a thousand rows need not say it a thousand times."""
    seen: set[object] = set()
    kept = []
    for finding in findings:
        if finding.code != code or finding.facts[fact] not in seen:
            kept.append(finding)
        if finding.code == code:
            seen.add(finding.facts[fact])
    return kept


# -- one row -----------------------------------------------------------------------------------------------


class _Row:
    """One row in the making: its faults gather while it is read."""

    def __init__(self, row: SheetRow, workspace: Workspace, register: Register, today: dt.date) -> None:
        self.row, self.workspace, self.register, self.today = row, workspace, register, today
        self.found: list[Finding] = []

    def refuse(self, code: str, role: str, **facts: object) -> None:
        if role in self.row.unread:
            return
        given = {"column": self.row.column(role), "value": sheets.shown(self.row.values.get(role)), **facts}
        self.found.append(Finding(code, Severity.ERROR, where=self.row.where, facts=given))

    def event(self, by: str, raised: Sequence[Event] = ()) -> tuple[Event | None, list[Finding]]:
        row, kind = self.row, kinds.kind_of(self.row.text("kind"))
        if kind is None:
            self.refuse("row_kind", "kind", kinds=", ".join(sheet_kinds()))
            return None, self.found
        lacking = [role for role in kinds.needed(kind) if not row.text(role) and role != "stage"]
        for role in lacking:
            self.refuse("row_role_missing", role, kind=kind.value)
        project, day, paper, area = self._project(), self._day(), self._paper(), self._area()
        stage = self._stage() if "stage" in kinds.needed(kind) else ""
        key = self._key(project, kind) if project else ""
        refused = any(f.severity is Severity.ERROR for f in self.found)
        if row.unread or refused or project is None or stage is None or day is None or paper is None:
            return None, self.found
        note, who = row.text("note"), row.text("by") or by
        if kind is Kind.REACHED:
            return reached(project, stage, day, paper, by=who, parcel=key, area_m2=area, note=note, facts=_shared(row)), self.found
        told = dataclasses.replace(row, values={**row.values, "stage": stage, "area_m2": area})
        event, found = kinds.made(self.workspace, kind, Paper(project, day, paper, who, note), key, told, raised)
        return event, [*self.found, *found]

    def _key(self, project: str, kind: Kind) -> str:
        """Return the key of the parcel a row is about; empty for none."""
        on_land = kind is Kind.REACHED or (kind in kinds.ON_PARCELS and (self.row.text("sheet") or self.row.text("parcel")))
        return parcel_key(self.row, project, self.register, self.found) if on_land and "parcel" not in self.row.unread else ""

    def _project(self) -> str | None:
        said = self.row.text("project")
        found = self.register.project(said)
        if found is None:
            close = difflib.get_close_matches(said, list(self.register.projects()), n=3, cutoff=0.3)
            self.refuse("row_project", "project", near=", ".join(close) or "–")
        return found

    def _stage(self) -> str | None:
        found = stage_code(self.row.text("stage"))
        if found is None:
            self.refuse("row_stage", "stage", stages=", ".join(s.code for s in stages()))
        return found

    def _day(self) -> dt.date | None:
        day = sheets.day(self.row.values.get("day"))
        if day is None:
            self.refuse("row_day", "day")
        elif day > self.today:
            self.refuse("row_day_future", "day", value=day, today=self.today)
        return day

    def _paper(self) -> Document | None:
        number, date = self.row.text("document"), sheets.day(self.row.values.get("document_date"))
        if not number:
            self.refuse("row_document", "document")
        if date is None or date > self.today:
            self.refuse("row_document_date", "document_date")
        return Document(number, date) if number and date else None

    def _area(self) -> float | None:
        area = sheets.number(self.row.values.get("area_m2"))
        if area is None and self.row.text("area_m2"):
            self.refuse("row_number", "area_m2")
        return area


def _shared(row: SheetRow) -> tuple[tuple[str, Scalar], ...]:
    """Return what keeps an area stated for several parcels in the ledger: it is nobody's own area."""
    return () if row.together is None else (("area_together_m2", row.together[0]), ("parcels_together", row.together[1]))


# -- several rows ------------------------------------------------------------------------------------------


def _together(pairs: Sequence[Pair], register: Register) -> list[Finding]:
    """Hold an area stated for several parcels against the sum of their surveyed areas; it is split over none."""
    groups: dict[tuple[str, float, str], list[Pair]] = {}
    for row, event in pairs:
        if row.together is not None:
            groups.setdefault((event.project, *row.together), []).append((row, event))
    surveyed = functools.cache(register.surveyed_m2)
    found = []
    for (project, area, names), members in groups.items():
        areas = [surveyed(project).get(event.parcel, np.nan) for _, event in members]
        known = bool(np.isfinite(areas).all())
        total = float(np.sum(areas)) if known else None
        facts = {"area_m2": area, "parcels": names, "survey_m2": total, "difference_m2": None if total is None else area - total}
        off = total is not None and abs(area - total) > max(AGREES_M2, AGREES_SHARE * total)
        code, severity = ("area_together_differs", Severity.WARNING) if off else ("area_together", Severity.INFO)
        found.append(Finding(code, severity, where=members[0][0].where, facts=facts))
    return found
