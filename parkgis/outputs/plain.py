"""Answers as data: JSON with versioned roots, and CSV. Keys are the same in every language."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from parkgis.findings import remedy, sentence
from parkgis.ledger import text
from parkgis.outputs import matters
from parkgis.rules import stages
from parkgis.units import hectares

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from parkgis.briefing import Briefing, ParkLine, ProjectLine
    from parkgis.layers.tables import Statement
    from parkgis.model import Finding, Recorded
    from parkgis.status import Counted, StageArea
    from parkgis.words.catalogue import Words


def _dump(root: str, body: Any) -> str:
    return json.dumps({root: body}, ensure_ascii=False, indent=2)


def _stages(areas: Sequence[StageArea]) -> list[dict[str, Any]]:
    return [{"code": s.code, "area_m2": round(s.area_m2, 2), "parcels": s.parcels} for s in areas]


def _finding(finding: Finding) -> dict[str, Any]:
    facts = {name: fact if isinstance(fact, int | float | str | None) else str(fact) for name, fact in finding.facts.items()}
    return {"code": finding.code, "severity": finding.severity.name.lower(), "where": finding.where, "facts": facts}


def _project(line: ProjectLine, lang: str) -> dict[str, Any]:
    return {
        "id": line.id,
        "park": line.park_id,
        "name": line.name(lang),
        "group": line.group,
        "planned_ha": line.planned_ha,
        "boundary": line.boundary,
        "parcels": line.parcels,
        "parcels_m2": round(line.parcels_m2, 2),
        "parcels_without_event": line.without_event,
        "stages": _stages(line.stages),
        "communes": [{"commune": code, "stages": _stages(areas)} for code, areas in line.by_commune.items()],
        "counted_ha": round(hectares(line.counted.area_m2), 6),
        "documents_ha": round(hectares(line.counted.documents_m2), 6),
        "unmapped_ha": round(hectares(line.counted.unmapped_m2), 6),
        "proposed_ha": round(hectares(line.proposed_m2), 6),
        **matters.keys(line.matters, lang),
        "findings": [_finding(f) for f in line.findings],
    }


def _park(line: ParkLine, lang: str) -> dict[str, Any]:
    return {
        "id": line.id,
        "name": line.name(lang),
        "group": line.group,
        "planned_ha": line.planned_ha,
        "projects": list(line.projects),
        "stages": _stages(line.stages),
        "counted_ha": round(hectares(line.counted.area_m2), 6),
        "documents_ha": round(hectares(line.counted.documents_m2), 6),
        "proposed_ha": round(hectares(line.proposed_m2), 6),
        **matters.keys(line.matters, lang),
    }


def _statement(said: Statement) -> dict[str, Any]:
    return {
        "park": said.park_id,
        "project": said.project_id,
        "label": said.label,
        "date": said.date,
        "precision": said.precision,
        "date_inferred": said.date_inferred,
        "metric": said.metric,
        "value": said.value,
        "unit": said.unit,
        "bound": said.bound,
        "scope": said.scope,
        "part": said.part,
        "statement": said.text,
        "source": said.source,
        "url": said.url,
        "confidence": said.confidence,
    }


def status_json(briefing: Briefing, lang: str) -> str:
    """Return ``{"parkgis.status/v1": ...}``: areas in m2 and ha (basis grid unless the key says documents)."""
    counted = briefing.counted
    body = {
        "on": briefing.on.isoformat(),
        "known": briefing.known.isoformat(),
        "digest": briefing.digest,
        "demo": briefing.demo,
        "ledger": {"entries": briefing.head_seq},
        "target": {
            "year": briefing.target.year,
            "area_ha": briefing.target.area_ha,
            "counted_ha": round(hectares(counted.area_m2), 6),
            "documents_ha": round(hectares(counted.documents_m2), 6),
            "unmapped_ha": round(hectares(counted.unmapped_m2), 6),
            "remaining_ha": round(hectares(briefing.remaining_m2), 6),
            "entries": counted.entries,
            "entries_without_area": counted.unstated,
            "approval": briefing.approval,
            "proposed_ha": round(hectares(briefing.proposed_m2), 6),
        },
        "definition": matters.definition(briefing.definition),
        **matters.keys(briefing.matters, lang),
        "stages": _stages(briefing.stages),
        "groups": [
            {"code": g.code, "parks": g.parks, "projects": g.projects, "planned_ha": g.planned_ha, "official_ha": g.official_ha}
            for g in briefing.groups
        ],
        "parks": [_park(p, lang) for p in briefing.parks],
        "projects": [_project(p, lang) for p in briefing.projects],
        "statements": [_statement(s) for s in briefing.statements],
        "contradictions": [_finding(f) for f in briefing.contradictions],
        "findings": [_finding(f) for f in briefing.findings],
    }
    return _dump("parkgis.status/v1", body)


def safe(value: object) -> object:
    """Keep a text cell text: a spreadsheet must not take it for a formula."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return value


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def status_csv(briefing: Briefing, lang: str, by: str = "project") -> str:
    """Return a row a project, a park or a former commune: cumulative hectares by stage; point decimals."""
    header, lines = {"project": _by_project, "park": _by_park, "commune": _by_commune}[by](briefing, lang)
    codes = [f"{s.code}_ha" for s in stages()]
    rows = ([briefing.on.isoformat(), *line, "DEMO" if briefing.demo else "", briefing.digest] for line in lines)
    return _csv(["on", *(c for h in header for c in (codes if h == "stages" else [h])), "demo", "digest"], rows)


Lines = tuple[list[str], list[list[object]]]
COUNTED = ["counted_ha", "documents_ha", "unmapped_ha"]


def _ha(*areas_m2: float) -> list[float]:
    return [round(hectares(area), 6) for area in areas_m2]


def _counted(counted: Counted) -> list[float]:
    return _ha(counted.area_m2, counted.documents_m2, counted.unmapped_m2)


def _by_project(briefing: Briefing, lang: str) -> Lines:
    header = ["park", "project", "name", "group", "planned_ha", "boundary", "parcels", "stages", *COUNTED]
    return header, [
        [p.park_id, p.id, p.name(lang), p.group, p.planned_ha, p.boundary, p.parcels, *_ha(*(s.area_m2 for s in p.stages)),
         *_counted(p.counted)]
        for p in briefing.projects
    ]  # fmt: skip


def _by_park(briefing: Briefing, lang: str) -> Lines:
    header = ["park", "name", "group", "planned_ha", "stages", *COUNTED]
    return header, [
        [p.id, p.name(lang), p.group, p.planned_ha, *_ha(*(s.area_m2 for s in p.stages)), *_counted(p.counted)]
        for p in briefing.parks
    ]


def _by_commune(briefing: Briefing, lang: str) -> Lines:
    return ["park", "project", "name", "commune", "stages"], [
        [p.park_id, p.id, p.name(lang), commune, *_ha(*(s.area_m2 for s in areas))]
        for p in briefing.projects
        for commune, areas in p.by_commune.items()
    ]


def findings(found: Iterable[Finding], words: Words, form: str) -> str:
    """Return findings as ``{"parkgis.findings/v1": [...]}`` or CSV, with text and remedy in the language asked."""
    if form == "json":
        body = [{**_finding(f), "text": sentence(f, words), "remedy": remedy(f, words)} for f in found]
        return _dump("parkgis.findings/v1", body)
    rows = ([f.severity.name.lower(), f.code, f.where, sentence(f, words), remedy(f, words)] for f in found)
    return _csv(["severity", "code", "where", "text", "remedy"], rows)


def entries(found: Iterable[Recorded], form: str) -> str:
    """Return ledger entries as ``{"parkgis.ledger/v1": [...]}`` or CSV, every stored column."""
    rows = [(*text.to_row(e.seq, e.at, e.event), e.digest) for e in found]
    if form == "json":
        return _dump("parkgis.ledger/v1", [dict(zip(text.COLUMNS, row, strict=True)) for row in rows])
    return _csv(text.COLUMNS, rows)
