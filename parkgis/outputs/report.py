"""What the report says: its sheets, tables and columns, from one briefing; workbook and page draw it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from parkgis import findings
from parkgis.outputs import tables
from parkgis.outputs.progress import communes, progress
from parkgis.outputs.tables import Column, Figure, Sheet, Table, ha, named, table
from parkgis.rules import stage

if TYPE_CHECKING:
    from parkgis.briefing import Briefing, ProjectLine
    from parkgis.layers.tables import Statement
    from parkgis.ledger.store import Paper
    from parkgis.model import Finding, Severity
    from parkgis.words.catalogue import Words


def sheets(briefing: Briefing, words: Words) -> tuple[Sheet, ...]:
    """Return the sheets of the report in order; the first holds the progress table alone."""
    made = {
        "progress": ((progress(briefing, words),), _notes(briefing, words)),
        "communes": ((communes(briefing, words),), ()),
        "papers": ((papers(briefing, words),), ()),
        "statements": ((statements(briefing, words), contradictions(briefing, words)), ()),
        "findings": ((found(briefing, words),), ()),
        "projects": ((projects(briefing, words),), ()),
    }
    return tuple(
        Sheet(
            key,
            words(f"report.sheet_{key}"),
            words(f"report.title_{key}"),
            words(f"report.lead_{key}") if words.has(f"report.lead_{key}") else "",
            drawn,
            notes,
        )
        for key, (drawn, notes) in made.items()
    )


def figures(briefing: Briefing, words: Words) -> tuple[Figure, ...]:
    """Return the number block; ``difference`` is what documents state less what the map measures."""
    counted = briefing.counted
    values: tuple[tuple[str, tables.Kind, tables.Value], ...] = (
        ("target", "ha", briefing.target.area_ha),
        ("counted", "ha", ha(counted.area_m2)),
        ("remaining", "ha", ha(briefing.remaining_m2)),
        ("share", "share", None if briefing.share is None else tables.tidy(briefing.share)),
        ("year_gone", "share", tables.tidy(briefing.year_gone)),
        ("documents", "ha", ha(counted.documents_m2)),
        ("difference", "ha", ha(counted.documents_m2 - counted.geometry_m2)),
        ("unmapped", "ha", ha(counted.unmapped_m2)),
    )
    return tuple(Figure(k, words(f"report.figure_{k}", **_year(words, k, briefing)), kind, value) for k, kind, value in values)


def remarks(briefing: Briefing, words: Words) -> tuple[str, ...]:
    """Return what must be said beside the numbers: no document yet, documents without areas."""
    counted = briefing.counted
    said = []
    if not counted.entries and not counted.area_m2 and not counted.unmapped_m2:
        said.append(words("report.no_document", year=briefing.target.year))
    if counted.unstated:
        said.append(words("report.unstated", entries=counted.entries, unstated=counted.unstated))
    return tuple(said)


def masthead(briefing: Briefing, words: Words) -> tuple[str, ...]:
    """Return what the figures rest on: day, hour of knowledge, ledger entry, digest, grid."""
    return (
        words("report.cut_off", on=briefing.on),
        words("report.known", known=briefing.known),
        words("report.ledger", head_seq=briefing.head_seq),
        words("report.digest", digest=briefing.digest),
        words("report.operation", crs=briefing.legal_crs, operation=briefing.operation),
    )


def _year(words: Words, key: str, briefing: Briefing) -> dict[str, int]:
    return {"year": briefing.target.year} if "{year}" in words(f"report.figure_{key}") else {}


def _notes(briefing: Briefing, words: Words) -> tuple[str, ...]:
    return (
        briefing.defined(words),
        words("report.note_counts", year=briefing.target.year),
        words("report.note_measured", crs=briefing.legal_crs),
        *(words(f"report.note_{name}") for name in ("no_data", "boundary", "rounding")),
    )


# -- papers ------------------------------------------------------------------------------------------


def papers(briefing: Briefing, words: Words) -> Table:
    """Return the documents behind the figures."""
    names = {p.id: p.name(words.lang) for p in briefing.projects}
    columns: tuple[Column[Paper], ...] = (
        Column("number", words("report.col_number"), "text", 28, lambda p: p.number),
        Column("date", words("report.col_date"), "day", 12, lambda p: p.date),
        Column("project", words("report.col_project"), "text", 36, lambda p: names.get(p.project, p.project)),
        Column("stage", words("report.col_paper_stage"), "text", 46, lambda p: stage(p.stage).name(words.lang)),
        Column("day", words("report.col_day"), "day", 12, lambda p: p.day),
        Column("entries", words("report.col_entries"), "whole", 10, lambda p: p.entries, True),
        Column("stated", words("report.col_stated"), "ha", 13, lambda p: ha(p.stated_m2)),
        Column("first", words("report.col_first"), "code", 10, lambda p: p.first_seq),
    )
    return table(words, "papers", columns, tables.lines(columns, briefing.papers))


# -- what was said in public -------------------------------------------------------------------------


def statements(briefing: Briefing, words: Words) -> Table:
    """Return the public statements, dates as precise as they were said."""
    columns: tuple[Column[Statement], ...] = (
        Column("label", words("report.col_label"), "text", 22, lambda s: s.label),
        Column("said", words("report.col_said"), "code", 11, lambda s: words.partial_day(s.date)),
        Column("precision", words("report.col_precision"), "text", 13, lambda s: _precision(s, words)),
        Column("metric", words("report.col_metric"), "text", 20, lambda s: named(words, "metric", s.metric)),
        Column("bound", words("report.col_bound"), "text", 8, lambda s: named(words, "bound", s.bound)),
        Column("value", words("report.col_value"), "figure", 10, lambda s: s.value),
        Column("unit", words("report.col_unit"), "text", 7, lambda s: named(words, "unit", s.unit)),
        Column("scope", words("report.col_scope"), "text", 10, lambda s: named(words, "scope", s.scope)),
        Column("part", words("report.col_part"), "text", 14, lambda s: s.part),
        Column("text", words("report.col_text"), "text", 44, lambda s: s.text),
        Column("source", words("report.col_source"), "text", 28, lambda s: s.source),
        Column("url", words("report.col_url"), "text", 34, lambda s: s.url),
        Column("confidence", words("report.col_confidence"), "text", 10, lambda s: named(words, "confidence", s.confidence)),
    )
    return table(words, "statements", columns, tables.lines(columns, briefing.statements))


def _precision(said: Statement, words: Words) -> str:
    precision = words(f"report.precision_{said.precision}")
    return words(f"report.inferred_{said.date_inferred}", precision=precision) if said.date_inferred else precision


def contradictions(briefing: Briefing, words: Words) -> Table:
    """Return where public statements contradict each other."""
    columns = _finding_columns(words)
    return table(words, "contradictions", columns, tables.lines(columns, [(None, f) for f in briefing.contradictions]))


# -- findings and projects ---------------------------------------------------------------------------


def _finding_columns(words: Words) -> tuple[Column[tuple[ProjectLine | None, Finding]], ...]:
    return (
        Column("where", words("report.col_where"), "text", 30, lambda r: findings.place(r[1], words)),
        Column("severity", words("report.col_severity"), "text", 13, lambda r: _severity(r[1].severity, words)),
        Column("finding", words("report.col_finding"), "text", 62, lambda r: findings.sentence(r[1], words)),
        Column("remedy", words("report.col_remedy"), "text", 62, lambda r: findings.remedy(r[1], words)),
    )


def found(briefing: Briefing, words: Words) -> Table:
    """Return every finding, the worst first, with the project it belongs to."""
    owners = {id(f): p for p in briefing.projects for f in p.findings}
    rows = sorted(((owners.get(id(f)), f) for f in briefing.findings), key=lambda r: -r[1].severity)
    where, *rest = _finding_columns(words)
    project: Column[tuple[ProjectLine | None, Finding]] = Column(
        "project", words("report.col_project"), "text", 26, lambda r: r[0].name(words.lang) if r[0] else ""
    )
    columns = (rest[0], project, dataclasses.replace(where, width=20), *rest[1:])
    return table(words, "findings", columns, tables.lines(columns, rows))


def _severity(severity: Severity, words: Words) -> str:
    return words(f"report.severity_{severity.name.lower()}")


def projects(briefing: Briefing, words: Words) -> Table:
    """Return the list of projects with decision, status and source, verbatim."""
    columns: tuple[Column[ProjectLine], ...] = (
        Column("id", words("report.col_id"), "code", 10, lambda p: p.id),
        Column("project", words("report.col_project"), "text", 34, lambda p: p.name(words.lang)),
        Column("decision", words("report.col_decision"), "text", 38, lambda p: p.decision),
        Column("status", words("report.col_status"), "text", 24, lambda p: named(words, "status", p.status)),
        Column("source", words("report.col_source"), "text", 38, lambda p: p.source),
        Column("note", words("report.col_source_note"), "text", 60, lambda p: p.note),
    )
    return table(words, "projects", columns, tables.lines(columns, briefing.projects))
