"""A briefing as the plain data the page shows: texts are ready to be shown, in one language.

Nothing here is HTML: the page sets every text as text (``dom.js``).
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from parkgis import crs
from parkgis.outputs.webmap.colours import SHARES, Class, share_class, stage_classes
from parkgis.outputs.webmap.tables import DAY_ZERO, UNKNOWN
from parkgis.rules import land_codes, stages
from parkgis.status.fold import EPOCH
from parkgis.vn2000 import PROVINCE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parkgis.briefing import Briefing, ProjectLine
    from parkgis.layers.tables import Statement
    from parkgis.shapes import Shapes
    from parkgis.words.catalogue import Words

Json = dict[str, Any]
Rows = list[list[str]]

SHORT_DIGEST = 12
PREFIX = re.compile(r"^(?:DEMO )?KCN (?=\w)")  # on a map of industrial parks, and under a DEMO band, it says nothing
PAGE_WORDS = (
    "panel", "panel_close", "map_label", "zoom_in", "zoom_out", "home", "close", "failed", "layers", "layer_empty", "about",
    "row_project", "row_land_use", "row_area_in", "row_stage", "row_area", "row_day", "col_stage", "col_day", "parcel",
    "tranche_part", "tranche_outside", "parts_here", "unknown_area", "stage_none", "statement_source", "legend_lines",
    "east", "north",
)  # fmt: skip


def content(briefing: Briefing, shapes: Shapes, words: Words) -> Json:
    """Return everything the page's script needs beside the shapes, ready for JSON."""
    drawn = set(shapes.projects["project"])
    west, south, east, north = PROVINCE
    return {
        "lang": words.lang,
        "demo": words("word.demo") if briefing.demo else "",
        "demo_short": words("word.demo_short") if briefing.demo else "",
        "words": {name: words(f"map.{name}") for name in PAGE_WORDS},
        "bar": bar(briefing, words),
        "warnings": warnings(briefing, shapes, words),
        "legends": legends(briefing, shapes, words),
        "layers": layers(shapes, words),
        "projects": {line.id: project(line, briefing, words) for line in briefing.projects},
        "list": _list(briefing, words),
        "undrawn": _undrawn([line.id for line in briefing.projects if line.id not in drawn], words),
        "statements": statements(briefing, words),
        "about": about(briefing, words),
        "land": {code.code: code.vi if words.lang == "vi" else code.en for code in land_codes()},
        "stages": [{"code": stage.code, "short": stage.short(words.lang), "name": stage.name(words.lang)} for stage in stages()],
        "days": {"epoch": EPOCH.isoformat(), "zero": DAY_ZERO},
        "unknown_area": UNKNOWN,
        "bounds": [[south, west], [north, east]],  # what a map shows that has nothing to show
    }


def title(briefing: Briefing, words: Words) -> str:
    """Return the page's title: DEMO first, where it is one."""
    mark = f"{words('word.demo_short')} – " if briefing.demo else ""
    return f"{mark}{words('map.title')} – {briefing.workspace}, {words.day(briefing.on)}"


def bar(briefing: Briefing, words: Words) -> Json:
    """Return the title bar: whose map, of which day, and the one number."""
    year = briefing.target.year
    target_ha = briefing.target.area_ha
    return {
        "board": briefing.board(words.lang),
        "title": words("map.title"),
        "cut": words("map.cut", on=briefing.on),
        "label": words("map.headline", year=year),
        "value": words.ha(briefing.counted.area_m2),
        "of": words("map.of_target", area=words.number(target_ha, 0 if target_ha.is_integer() else 2)),
        "share": briefing.share or 0.0,
        "gone": briefing.year_gone,
        "lines": [
            words("map.share_of_target", share=words.percent(briefing.share)),
            words("map.year_gone", year=year, gone=words.percent(briefing.year_gone)),
            words("map.remaining", area_ha=words.ha(briefing.remaining_m2)),
            words("map.by_documents", area_ha=words.ha(briefing.counted.documents_m2)),
        ],
        "facts": [
            [words("map.known", known=briefing.known), ""],
            [words("map.entry", seq=briefing.head_seq) if briefing.head_seq else words("map.entry_none"), ""],
            [words("map.digest", digest=briefing.digest[:SHORT_DIGEST] or words("word.none")), briefing.digest],
            [f"{briefing.operation}, {briefing.legal_crs}", ""],
        ],
    }


def warnings(briefing: Briefing, shapes: Shapes, words: Words) -> list[str]:
    """Return the plain sentences that stand on the map itself."""
    found = []
    if not briefing.papers:
        found.append(words("map.no_document"))
    if (shapes.projects["boundary"] == "schematic").any():
        found.append(words("map.schematic_warning"))
    return found


def legends(briefing: Briefing, shapes: Shapes, words: Words) -> Json:
    """Return every class of every legend with how many it holds, empty ones too."""
    held = Counter(share_class(line, briefing).code for line in briefing.projects)
    reached = Counter(shapes.parcels["stage"])
    lang = words.lang
    names = {"none": words("map.stage_none"), **{s.code: s.short(lang) for s in stages()}}
    return {
        "share": {
            "title": words("map.legend_share"),
            "classes": [_class(c, words(f"map.share_{c.code}"), held[c.code], words) for c in SHARES],
        },
        "stage": {
            "title": words("map.legend_stage"),
            "note": words("map.legend_tranche"),
            "classes": [_class(c, names[c.code], reached["" if c.code == "none" else c.code], words) for c in stage_classes()],
        },
        "lines": [[code, words(f"map.line_{code}")] for code in ("schematic", "osm", "survey")],
    }


def _class(of: Class, label: str, count: int, words: Words) -> Json:
    return {"code": of.code, "colour": of.colour, "label": label, "count": words.number(count, 0)}


def layers(shapes: Shapes, words: Words) -> list[Json]:
    """Return the switchable layers in drawing order, with how many shapes each holds."""
    counts = {"projects": len(shapes.projects), "parcels": len(shapes.parcels), "tranches": len(shapes.tranches)}
    counts["labels"] = counts["projects"]
    return [{"id": name, "label": words(f"map.layer_{name}"), "count": count} for name, count in counts.items()]


def project(line: ProjectLine, briefing: Briefing, words: Words) -> Json:
    """Return what the map says of one project, drawn or not."""
    park = next(park for park in briefing.parks if park.id == line.park_id)
    of = share_class(line, briefing)
    return {
        "name": line.name(words.lang),
        "label": _label(line, briefing, words.lang),
        "class": of.code,
        "boundary": line.boundary,
        "share": "" if of is SHARES[0] else words.percent(line.share),
        "planned": f"{words.number(line.planned_ha)} {words('word.ha')}",
        "sheet": {
            "title": line.name(words.lang),
            "sub": f"{park.name(words.lang)} · {line.id}",
            "rows": _rows(line, briefing, words),
            "head": [words("map.col_stage"), words("map.col_area"), words("map.col_parcels")],
            "table": [
                [stage.short(words.lang), words.ha(area.area_m2), words.number(area.parcels, 0)]
                for stage, area in zip(stages(), line.stages, strict=True)
            ],
        },
    }


def _label(line: ProjectLine, briefing: Briefing, lang: str) -> str:
    """Return the name without what is in brackets, unless another project would be called the same."""
    short = PREFIX.sub("", line.name(lang)).partition(" (")[0]
    alike = sum(PREFIX.sub("", other.name(lang)).partition(" (")[0] == short for other in briefing.projects)
    return short if alike == 1 else PREFIX.sub("", line.name(lang))


def _rows(line: ProjectLine, briefing: Briefing, words: Words) -> Rows:
    ha = words("word.ha")
    counted = line.counted
    status = f"map.status_{line.status}"
    rows = [
        ("row_developer", line.developer or words("word.unknown")),
        ("row_planned", f"{words.number(line.planned_ha)} {ha}"),
        ("row_share", _share(line, briefing, words)),
        ("row_counted", f"{words.ha(counted.area_m2)} {ha}"),
        ("row_documents", f"{words.ha(counted.documents_m2)} {ha}"),
        ("row_unmapped", words("map.row_unmapped_value", area_ha=words.ha(counted.unmapped_m2)) if counted.unmapped_m2 else ""),
        ("row_boundary", words(f"word.boundary_{line.boundary}")),
        ("row_boundary_area", f"{words.ha(line.boundary_m2)} {ha}" if line.boundary_m2 is not None else ""),
        ("row_parcels", _parcels(line, words) if line.parcels else ""),
        ("row_findings", words.number(len(line.findings), 0)),
        ("row_status", words(status) if words.has(status) else line.status),
        ("row_communes", line.communes),
        ("row_decision", line.decision),
        ("row_source", line.source),
    ]
    return [[words(f"map.{key}", year=briefing.target.year), value] for key, value in rows if value]


def _share(line: ProjectLine, briefing: Briefing, words: Words) -> str:
    if share_class(line, briefing) is SHARES[0]:
        return words("map.share_unknown")
    return words("map.share_value", share=words.percent(line.share), area_ha=words.ha(line.handed.area_m2))


def _parcels(line: ProjectLine, words: Words) -> str:
    return words("map.row_parcels_value", count=line.parcels, area_ha=words.ha(line.parcels_m2), without=line.without_event)


def _list(briefing: Briefing, words: Words) -> Json:
    groups = [(group.code, [line.id for line in briefing.projects if line.group == group.code]) for group in briefing.groups]
    return {
        "title": words("map.list_projects", count=len(briefing.projects)),
        "groups": [{"title": _group(code, words), "projects": ids} for code, ids in groups if ids],
    }


def _group(code: str, words: Words) -> str:
    key = f"word.group_{code}"
    return words(key) if words.has(key) else code


def _undrawn(ids: list[str], words: Words) -> Json:
    return {"title": words("map.undrawn", count=len(ids)), "projects": ids, "none": words("map.undrawn_none")}


def statements(briefing: Briefing, words: Words) -> Json:
    """Return public statements by the park they name, the newest first; never added, never counted."""
    order = {park.id: i for i, park in enumerate(briefing.parks)}
    said = sorted(briefing.statements, key=lambda s: (order.get(s.park_id, len(order)), s.label))
    labels = {label: [s for s in said if s.label == label] for label in dict.fromkeys(s.label for s in said)}
    conflicts = len(briefing.contradictions)
    return {
        "title": words("map.statements", count=len(said)),
        "intro": words("map.statements_intro"),
        "conflict": words("map.statements_conflict", count=conflicts) if conflicts else "",
        "groups": [{"label": label, "items": [_said(s, words) for s in _newest_first(group)]} for label, group in labels.items()],
    }


def _newest_first(said: Iterable[Statement]) -> list[Statement]:
    return sorted(said, key=lambda s: s.date, reverse=True)


def _said(statement: Statement, words: Words) -> Json:
    how = statement.date_inferred
    inferred = f" ({_known(f'map.inferred_{how}', how, words)})" if how else ""
    parts = [statement.part] if statement.part else []
    scope = [words(f"word.scope_{statement.scope}")] if statement.scope == "part" else []
    return {
        "date": words.partial_day(statement.date) + inferred,
        "metric": _known(f"map.metric_{statement.metric}", statement.metric, words),
        "value": _value(statement, words),
        "scope": ": ".join(scope + parts),
        "text": statement.text,
        "source": statement.source,
        "url": statement.url,
    }


def _value(statement: Statement, words: Words) -> str:
    decimals = len(f"{statement.value:.10g}".partition(".")[2])  # as precise as it was said
    unit = _known(f"map.unit_{statement.unit}", statement.unit, words)
    bound = _known(f"word.bound_{statement.bound}", statement.bound, words)
    return f"{bound} {words.number(statement.value, decimals)} {unit}".strip()


def _known(key: str, otherwise: str, words: Words) -> str:
    return words(key) if words.has(key) else otherwise


def about(briefing: Briefing, words: Words) -> Rows:
    """Return how the map was made: the days, the digest, the coordinate systems, the credits."""
    name = crs.parse(briefing.legal_crs).name
    zone = words("map.about_zone_text", name=name, crs=briefing.legal_crs, operation=briefing.operation)
    target = f"{words.number(briefing.target.area_ha)} {words('word.ha')}, {briefing.target.year}"
    rows = [
        ("cut", words.day(briefing.on)),
        ("known", words.moment(briefing.known)),
        ("entry", str(briefing.head_seq) if briefing.head_seq else words("map.entry_none")),
        ("digest", briefing.digest or words("word.none")),
        ("target", "; ".join(filter(None, [target, briefing.target.authority]))),
        ("area", words("map.about_area_text")),
        ("zone", zone),
        ("base", words("map.about_base_text")),
        ("made", words("map.about_made_text")),
    ]
    return [[words(f"map.about_{key}"), value] for key, value in rows]
