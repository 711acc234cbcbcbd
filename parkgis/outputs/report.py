"""What the report says: its sheets, tables and columns, from one briefing; workbook and page draw it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from parkgis import findings
from parkgis.model import ATTRIBUTION
from parkgis.outputs import ahead, compared, owed, people, steps, tables
from parkgis.outputs.progress import communes, progress
from parkgis.outputs.tables import Column, Figure, Sheet, Table, clean, ha, named, table
from parkgis.reporting import Beside
from parkgis.rules import stage

if TYPE_CHECKING:
    from parkgis.briefing import Briefing, ProjectLine
    from parkgis.layers.tables import Statement
    from parkgis.ledger.store import Paper
    from parkgis.model import Finding, Severity
    from parkgis.words.catalogue import Words


NOTHING = Beside()
"""What stands beside a briefing drawn by itself: nothing was compared."""


def sheets(briefing: Briefing, words: Words, beside: Beside = NOTHING) -> tuple[Sheet, ...]:
    """Return the sheets of the report in order; the first holds the progress table alone."""
    made: dict[str, tuple[tuple[Table, ...], tuple[str, ...]]] = {
        "progress": ((progress(briefing, words, beside),), _notes(briefing, words)),
        "steps": ((steps.steps(briefing, words, beside),), ()),
        "steps_by_project": ((steps.by_project(briefing, words, beside),), ()),
        "since": (tuple(draw(briefing, words, beside) for draw in (compared.by_project, compared.reasons, compared.figures)), ()),
        "usable": ((ahead.usable_table(briefing, beside.ahead, words),), ()),
        "blockers": ((ahead.board_table(briefing, beside.ahead, words),), ()),
        "obstacles": ((owed.obstacles(briefing, words),), ()),
        "payments": ((owed.payments(briefing, words, beside),), ()),
        "people": ((people.people(briefing, words, beside),), ()),
        "plan": ((owed.plan(briefing, words, beside),), ()),
        "communes": ((communes(briefing, words),), ()),
        "papers": ((papers(briefing, words),), ()),
        "statements": ((statements(briefing, words), contradictions(briefing, words)), ()),
        "findings": ((found(briefing, words, beside),), ()),
        "projects": ((projects(briefing, words),), ()),
        "sources": ((sources(briefing, words, beside),), ()),
    }
    if beside.ahead.usable is None:
        made.pop("usable")
    if beside.ahead.board is None:
        made.pop("blockers")
    if briefing.scope(words.lang):
        made.pop("statements")  # what was said in public is not divided by project
    return tuple(
        Sheet(
            key,
            words(f"report.sheet_{key}"),
            words(f"report.title_{key}"),
            _lead(key, briefing, words, beside),
            drawn,
            notes,
        )
        for key, (drawn, notes) in made.items()
    )


def project_sheets(briefing: Briefing, words: Words, beside: Beside = NOTHING) -> tuple[Sheet, ...]:
    """Return a sheet a project: its steps, obstacles, documents and findings; its name stands above them, not in every row."""
    return tuple(_project_sheet(line, briefing, words, beside) for line in briefing.projects)


def _project_sheet(line: ProjectLine, briefing: Briefing, words: Words, beside: Beside) -> Sheet:
    mine = dataclasses.replace(briefing, papers=tuple(p for p in briefing.papers if p.project == line.id))
    alone = dataclasses.replace(briefing, projects=(line,), findings=line.findings)
    broken = dataclasses.replace(beside, broken=[f for f in beside.broken if f.where == line.id])
    drawn = (
        steps.by_project(briefing, words, beside, [line]), owed.obstacles(briefing, words, line.matters.obstacles),
        people.people(briefing, words, beside, [line]), papers(mine, words), found(alone, words, broken),
    )  # fmt: skip
    title = words("report.title_project_sheet", project=tables.brief(line, words.lang))
    return Sheet(f"project_{line.id}", line.id, title, line.developer, tuple(tables.without(one, "project") for one in drawn))


def title(briefing: Briefing, words: Words) -> str:
    """Return the title; a report that is narrowed says to what."""
    scope = clean(briefing.scope(words.lang))
    return words("report.title_scope", title=words("report.title"), scope=scope) if scope else words("report.title")


def compared_with(beside: Beside, words: Words) -> str:
    """Say which report this one is compared with; empty where it is compared with none."""
    then = beside.earlier
    if then is None:
        return ""
    key = "report.compared" if then.kept is None else "report.compared_kept"
    kept = {} if then.kept is None else {"number": str(then.kept)}
    return words(key, period=words(f"report.period_{beside.period}"), on=then.on, known=then.known, digest=then.digest[:16], **kept)


def _lead(key: str, briefing: Briefing, words: Words, beside: Beside) -> str:
    if key == "usable":
        return " ".join(ahead.usable(briefing, beside.ahead, words))
    if key == "blockers":
        return " ".join(ahead.board(briefing, beside.ahead, words, words("ahead.list")))
    if key == "since":
        said = compared_with(beside, words)
        return " ".join((said, words("report.note_still"), words("report.note_rounding"))) if said else ""
    return words(f"report.lead_{key}") if words.has(f"report.lead_{key}") else ""


def figures(briefing: Briefing, words: Words, beside: Beside = NOTHING) -> tuple[Figure, ...]:
    """Return the number block; ``difference`` is what documents state less what the map measures.

    Plan and period stand in it where there is a plan, and a report before.
    """
    counted, plan = briefing.counted, briefing.matters
    target = briefing.target.area_ha or None
    values: list[tuple[str, tables.Kind, tables.Value]] = [
        ("target", "ha", target),
        ("counted", "ha", ha(counted.area_m2)),
        ("remaining", "ha", None if target is None else ha(briefing.remaining_m2)),
        ("share", "share", None if briefing.share is None else tables.tidy(briefing.share)),
        ("year_gone", "share", tables.tidy(briefing.year_gone)),
        ("documents", "ha", ha(counted.documents_m2)),
        ("difference", "ha", tables.gap(ha(counted.documents_m2), ha(counted.geometry_m2))),
        ("unmapped", "ha", ha(counted.unmapped_m2)),
    ]
    if beside.earlier:
        values.append(("period", "ha", tables.gap(ha(counted.area_m2), ha(beside.earlier.total.counted_m2))))
    if plan.plan:
        values.append(("to_date", "ha", ha(plan.planned_to_date_m2)))
        values.append(("against", "ha", tables.gap(ha(counted.area_m2), ha(plan.planned_to_date_m2))))
    return tuple(Figure(k, _label(words, k, briefing), kind, value) for k, kind, value in values)


def _label(words: Words, key: str, briefing: Briefing) -> str:
    own = f"report.scope_figure_{key}" if briefing.scope(words.lang) else ""
    name = own if own and words.has(own) else f"report.figure_{key}"
    return words(name, **({"year": briefing.target.year} if "{year}" in words(name) else {}))


def remarks(briefing: Briefing, words: Words) -> tuple[str, ...]:
    """Return what must be said beside the numbers: no document yet, documents without areas."""
    counted = briefing.counted
    said = []
    if not counted.entries and not counted.area_m2 and not counted.unmapped_m2:
        said.append(words("report.no_document", year=briefing.target.year))
    if counted.unstated:
        said.append(words("report.unstated", entries=counted.entries, unstated=counted.unstated))
    return tuple(said)


def goal(briefing: Briefing, words: Words) -> str:
    """Say what is to be reached: the province's target, or what the plan of the scope says."""
    target = briefing.target
    if not briefing.scope(words.lang) and not target.area_ha:
        return words("report.goal_unset", year=target.year)
    if not briefing.scope(words.lang):
        return words("report.goal", year=target.year, area=target.area_ha)
    scope = clean(briefing.scope(words.lang))
    key = "report.goal_scope" if target.area_ha else "report.goal_none"
    return words(key, scope=scope, year=target.year, **({"area": target.area_ha} if target.area_ha else {}))


def masthead(briefing: Briefing, words: Words) -> tuple[str, ...]:
    """Return what the figures rest on: day, hour of knowledge, ledger entry, digest, grid."""
    return (
        words("report.cut_off", on=briefing.on),
        words("report.known", known=briefing.known),
        words("report.ledger", head_seq=briefing.head_seq),
        words("report.digest", digest=briefing.digest),
        words("report.operation", crs=", ".join(briefing.zones or (briefing.legal_crs,)), operation=briefing.operation),
    )


def _notes(briefing: Briefing, words: Words) -> tuple[str, ...]:
    return (
        briefing.defined(words),
        words("report.note_counts", year=briefing.target.year),
        words("report.note_measured", crs=", ".join(briefing.zones or (briefing.legal_crs,))),
        *(words(f"report.note_{name}") for name in ("no_data", "boundary", "rounding")),
    )


# -- papers ------------------------------------------------------------------------------------------


def papers(briefing: Briefing, words: Words) -> Table:
    """Return the documents behind the figures."""
    names = {p.id: tables.brief(p, words.lang) for p in briefing.projects}
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
        Column("label", words("report.col_label"), "text", 20, lambda s: s.label),
        Column("said", words("report.col_said"), "code", 11, lambda s: words.partial_day(s.date)),
        Column("precision", words("report.col_precision"), "text", 13, lambda s: _precision(s, words)),
        Column("metric", words("report.col_metric"), "text", 18, lambda s: named(words, "metric", s.metric)),
        Column("bound", words("report.col_bound"), "text", 8, lambda s: named(words, "bound", s.bound)),
        Column("value", words("report.col_value"), "figure", 10, lambda s: s.value),
        Column("unit", words("report.col_unit"), "text", 7, lambda s: named(words, "unit", s.unit)),
        Column("scope", words("report.col_scope"), "text", 10, lambda s: named(words, "scope", s.scope)),
        Column("part", words("report.col_part"), "text", 14, lambda s: s.part),
        Column("text", words("report.col_text"), "text", 38, lambda s: s.text),
        Column("source", words("report.col_source"), "text", 28, lambda s: s.source),
        Column("url", words("report.col_url"), "text", 26, lambda s: s.url),
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


def found(briefing: Briefing, words: Words, beside: Beside = NOTHING) -> Table:
    """Return every finding, the worst first, with the project it belongs to; figures that do not add up among them."""
    owners = {id(f): p for p in briefing.projects for f in p.findings}
    named = {p.id: p for p in briefing.projects}
    broken = [(named.get(f.where), f) for f in beside.broken]
    rows = sorted([*broken, *((owners.get(id(f)), f) for f in briefing.findings)], key=lambda r: -r[1].severity)
    where, *rest = _finding_columns(words)
    project: Column[tuple[ProjectLine | None, Finding]] = Column(
        "project", words("report.col_project"), "text", 26, lambda r: tables.brief(r[0], words.lang) if r[0] else ""
    )
    columns = (rest[0], project, dataclasses.replace(where, width=20), *rest[1:])
    return table(words, "findings", columns, tables.lines(columns, rows))


def _severity(severity: Severity, words: Words) -> str:
    return words(f"report.severity_{severity.name.lower()}")


def projects(briefing: Briefing, words: Words) -> Table:
    """Return the list of projects with park, decision, status and source, verbatim: the one table that holds every name whole."""
    parks = {park.id: park.name(words.lang) for park in briefing.parks}
    columns: tuple[Column[ProjectLine], ...] = (
        Column("id", words("report.col_id"), "code", 10, lambda p: p.id),
        Column("park", words("report.col_park"), "text", 24, lambda p: parks.get(p.park_id, p.park_id)),
        Column("project", words("report.col_project"), "text", 34, lambda p: p.name(words.lang)),
        Column("decision", words("report.col_decision"), "text", 34, lambda p: p.decision),
        Column("status", words("report.col_status"), "text", 24, lambda p: named(words, "status", p.status)),
        Column("source", words("report.col_source"), "text", 34, lambda p: p.source),
        Column("note", words("report.col_source_note"), "text", 46, lambda p: p.note),
    )
    return table(words, "projects", columns, tables.lines(columns, briefing.projects))


# -- sources -----------------------------------------------------------------------------------------


def sources(briefing: Briefing, words: Words, beside: Beside = NOTHING) -> Table:
    """Return what the figures rest on, line by line."""
    columns: tuple[Column[tuple[str, str]], ...] = (
        Column("what", words("report.col_what"), "text", 40, lambda r: r[0]),
        Column("said", words("report.col_rests"), "text", 110, lambda r: r[1]),
    )
    boundaries = sorted({p.boundary for p in briefing.projects if p.boundary != "none"})
    kinds = "; ".join(words(f"report.boundary_{kind}") + _credit(kind) for kind in boundaries)
    authority = briefing.target.authority
    said = (
        ("figures", ". ".join(masthead(briefing, words)[:2])),
        ("ledger", ". ".join(masthead(briefing, words)[2:4])),
        ("grid", masthead(briefing, words)[4]),
        ("definition", briefing.defined(words)),
        ("target", words("report.authority_plan") if briefing.scope(words.lang) else authority),
        ("compared", compared_with(beside, words)),
        ("boundaries", kinds),
        ("papers", words("report.rests_papers", count=len(briefing.papers))),
        ("projects", words("report.rests_projects", count=len(briefing.projects))),
        ("statements", words("report.rests_statements", count=len(briefing.statements))),
    )
    rows = [(words(f"report.rests_on_{key}"), text) for key, text in said if text]
    return table(words, "sources", columns, tables.lines(columns, rows))


def _credit(kind: str) -> str:
    return f" ({ATTRIBUTION[kind]})" if kind in ATTRIBUTION else ""
