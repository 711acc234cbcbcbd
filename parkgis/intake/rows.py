"""Rows of minutes against the workspace: which project, stage and parcel they mean, and what the ledger says already."""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
import functools
from typing import TYPE_CHECKING

import numpy as np

from parkgis.intake.conflicts import against_ledger, unique
from parkgis.intake.reached import reached
from parkgis.layers.frame import frame_of
from parkgis.ledger import sheets
from parkgis.model import Document, Event, Finding, Kind, Severity
from parkgis.rules import stages

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from parkgis.intake.conflicts import Pair
    from parkgis.ledger.sheets import SheetRow, Understood
    from parkgis.model import Scalar
    from parkgis.workspace import Workspace

AGREES_SHARE, AGREES_M2 = 0.01, 0.5  # a parcel's document against its survey, as FAO SOLA does


class Register:
    """Which parcels a project has, by full key and by (sheet, parcel), as known now; which names projects go by."""

    def __init__(self, workspace: Workspace) -> None:
        self._sites = {site.project.id: site for site in workspace.sites(workspace.cut().known)}
        self._by_number: dict[str, dict[tuple[str, str], list[str]]] = {}

    def has_layer(self, project: str) -> bool:
        return self._sites[project].layer is not None

    def projects(self) -> Iterable[str]:
        return self._sites

    def project(self, said: str) -> str | None:
        """Return the id a text means: an id, ``ID – name``, or a name that one project has."""
        id_ = said.partition(" – ")[0].strip()
        if id_ in self._sites:
            return id_
        named = [i for i, s in self._sites.items() if _same(said, s.project.name_vi) or _same(said, s.project.name_en)]
        return named[0] if len(named) == 1 else None

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

    def surveyed_m2(self, project: str) -> Mapping[str, float]:
        """Return the areas the cadastral list states (basis survey), by key; empty without a layer."""
        layer = self._sites[project].layer
        if layer is None:
            return {}
        frame = frame_of(layer)
        return dict(zip(frame["key"], np.asarray(frame["area_document_m2"], float), strict=True))


def _same(left: str, right: str) -> bool:
    return bool(right) and left.casefold().strip() == right.casefold().strip()


def stage_code(said: str) -> str | None:
    """Return the code a text means: a code, ``code – name``, or a stage's name in either language.

    Examples
    --------
    >>> stage_code("paid"), stage_code("Quyết định thu hồi đất"), stage_code("đã GPMB")
    ('paid', 'recovered', None)
    """
    code = said.partition(" – ")[0].strip()
    names = {s.code: (s.code, s.vi, s.en, s.short_vi, s.short_en) for s in stages()}
    if code in names:
        return code
    named = [c for c, known in names.items() if any(_same(said, name) for name in known)]
    return named[0] if len(named) == 1 else None


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
    for row in rows:
        event, found = _Row(row, register, today).event(by)
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

    def __init__(self, row: SheetRow, register: Register, today: dt.date) -> None:
        self.row, self.register, self.today = row, register, today
        self.found: list[Finding] = []

    def refuse(self, code: str, role: str, **facts: object) -> None:
        if role in self.row.unread:
            return
        given = {"column": self.row.column(role), "value": sheets.shown(self.row.values.get(role)), **facts}
        self.found.append(Finding(code, Severity.ERROR, where=self.row.where, facts=given))

    def event(self, by: str) -> tuple[Event | None, list[Finding]]:
        row = self.row
        if row.text("kind") not in ("", Kind.REACHED.value):
            self.refuse("row_kind", "kind")
        project, stage, day, paper, area = self._project(), self._stage(), self._day(), self._paper(), self._area()
        key = parcel_key(row, project, self.register, self.found) if project and "parcel" not in row.unread else ""
        refused = any(f.severity is Severity.ERROR for f in self.found)
        if row.unread or refused or project is None or stage is None or day is None or paper is None:
            return None, self.found
        note = row.text("note")
        made = reached(project, stage, day, paper, by=row.text("by") or by, parcel=key, area_m2=area, note=note, facts=_shared(row))
        return made, self.found

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


def parcel_key(row: SheetRow, project: str, register: Register, found: list[Finding]) -> str:
    """Return the parcel key a row means, empty for an area alone; faults go to ``found``."""
    commune, sheet, parcel = (row.text(c) for c in ("commune", "sheet", "parcel"))
    facts: dict[str, object] = {"column": row.column("parcel"), "key": f"{sheet}/{parcel}", "project": project}
    if not sheet and not parcel:
        if not row.text("area_m2"):
            found.append(Finding("row_nothing", Severity.ERROR, where=row.where))
        return ""
    if not register.has_layer(project):
        return _key_alone(row, project, found)
    keys = register.candidates(project, commune, sheet, parcel)
    if len(keys) == 1:
        return keys[0]
    facts |= {"candidates": ", ".join(keys)} if keys else {"key": f"{commune}/{sheet}/{parcel}".strip("/")}
    code = "row_parcel_ambiguous" if keys else "row_parcel_unknown"
    found.append(Finding(code, Severity.ERROR, where=row.where, facts=facts))
    return ""


def _key_alone(row: SheetRow, project: str, found: list[Finding]) -> str:
    """Return the key of a parcel that no layer can vouch for: at least its numbers must look like numbers."""
    for role in ("sheet", "parcel"):
        if sheets.numbers(row.text(role)) != [row.text(role)]:
            facts = {"column": row.column(role), "value": sheets.shown(row.text(role))}
            found.append(Finding("row_number_form", Severity.ERROR, where=row.where, facts=facts))
    if "/" in row.text("commune"):
        facts = {"column": row.column("commune"), "value": sheets.shown(row.text("commune"))}
        found.append(Finding("row_number_form", Severity.ERROR, where=row.where, facts=facts))
    found.append(Finding("recorded_without_layer", Severity.WARNING, where=row.where, facts={"project": project}))
    return "/".join(row.text(c) for c in ("commune", "sheet", "parcel"))


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
