"""What the map says of each project, drawn or not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from parkgis.outputs.webmap.timeline import day

if TYPE_CHECKING:
    from parkgis.briefing import Briefing, ProjectLine
    from parkgis.outputs.map_definition import MapDefinition
    from parkgis.shapes import Shapes
    from parkgis.words.catalogue import Words

Json = dict[str, Any]
Value = str | dict[str, float]

PREFIX = re.compile(r"^(?:DEMO )?KCN (?=\w)")  # on a map of industrial parks, and under a DEMO band, it says nothing


def listed(briefing: Briefing, definition: MapDefinition) -> list[ProjectLine]:
    """Return the projects of this map: all, or those named by themselves or by their park."""
    wanted = set(definition.parks)
    return [line for line in briefing.projects if not wanted or line.id in wanted or line.park_id in wanted]


def shared(line: ProjectLine, briefing: Briefing) -> Json:
    """Return what needs no words: planned area, boundary, and from which day on a document is known."""
    days = [paper.day for paper in briefing.papers if paper.project == line.id]
    return {
        "planned_m2": line.planned_ha * 10_000,
        "boundary": line.boundary,
        "handed_m2": round(line.handed.area_m2, 2),
        "documented": day(min(days)) if days else None,
        "parcels": line.parcels,
        "stages": [[round(area.area_m2, 2), area.parcels] for area in line.stages],
    }


def groups(briefing: Briefing, definition: MapDefinition) -> list[Json]:
    """Return the projects by group, in the order of the briefing."""
    of = [(group.code, [line.id for line in listed(briefing, definition) if line.group == group.code]) for group in briefing.groups]
    return [{"code": code, "projects": ids} for code, ids in of if ids]


def group_name(code: str, words: Words) -> str:
    key = f"word.group_{code}"
    return words(key) if words.has(key) else code


def undrawn(briefing: Briefing, shapes: Shapes, definition: MapDefinition) -> list[str]:
    """Return the projects that have no shape to draw."""
    drawn = set(shapes.projects["project"])
    return [line.id for line in listed(briefing, definition) if line.id not in drawn]


def titles(briefing: Briefing, shapes: Shapes, definition: MapDefinition, words: Words) -> Json:
    """Return what the lists are called."""
    return {
        "all": words("map.list_projects", count=len(listed(briefing, definition))),
        "undrawn": words("map.undrawn", count=len(undrawn(briefing, shapes, definition))),
        "undrawn_none": words("map.undrawn_none"),
    }


def sheet(line: ProjectLine, briefing: Briefing, definition: MapDefinition, words: Words) -> Json:
    """Return the texts of one project: names, where it lies, and the rows a click shows."""
    park = next(park for park in briefing.parks if park.id == line.park_id)
    fields = next((layer.popup for layer in definition.layers if layer.show == "projects"), ())
    rows = rows_of(line, briefing, words)
    wanted = fields or tuple(rows)
    return {
        "name": line.name(words.lang),
        "label": _label(line, briefing, words.lang),
        "sub": f"{park.name(words.lang)} · {line.id}",
        "communes": line.communes,
        "boundary": words(f"word.boundary_{line.boundary}"),
        "rows": [[field, *rows[field]] for field in wanted if field in rows and rows[field][1]],
        "stages": not fields or "stages" in fields,
    }


def _label(line: ProjectLine, briefing: Briefing, lang: str) -> str:
    """Return the name without what is in brackets, unless another project would be called the same."""
    short = PREFIX.sub("", line.name(lang)).partition(" (")[0]
    alike = sum(PREFIX.sub("", other.name(lang)).partition(" (")[0] == short for other in briefing.projects)
    return short if alike == 1 else PREFIX.sub("", line.name(lang))


def rows_of(line: ProjectLine, briefing: Briefing, words: Words) -> dict[str, tuple[str, Value]]:
    """Return label and value by the field's name (:data:`parkgis.outputs.map_schema.PROJECT_FIELDS`)."""
    counted = line.counted
    status = f"map.status_{line.status}"
    known = any(paper.project == line.id for paper in briefing.papers)
    year = briefing.target.year
    values: dict[str, Value] = {
        "developer": line.developer or words("word.unknown"),
        "planned": {"m2": line.planned_ha * 10_000},
        "handed": {"m2": round(line.handed.area_m2, 2)} if known else words("map.share_unknown"),
        "share": words.percent(line.share) if known and line.share is not None else "",
        "counted": {"m2": round(counted.area_m2, 2)},
        "documents": {"m2": round(counted.documents_m2, 2)},
        "unmapped": {"m2": round(counted.unmapped_m2, 2)} if counted.unmapped_m2 else "",
        "boundary": words(f"word.boundary_{line.boundary}"),
        "boundary_area": {"m2": round(line.boundary_m2, 2)} if line.boundary_m2 is not None else "",
        "parcels": _parcels(line, words) if line.parcels else "",
        "findings": words.number(len(line.findings), 0),
        "status": words(status) if words.has(status) else line.status,
        "communes": line.communes,
        "decision": line.decision,
        "source": line.source,
    }
    return {field: (words(f"map.row_{field}", year=year), value) for field, value in values.items()}


def _parcels(line: ProjectLine, words: Words) -> str:
    return words("map.row_parcels_value", count=line.parcels, area_ha=words.ha(line.parcels_m2), without=line.without_event)
