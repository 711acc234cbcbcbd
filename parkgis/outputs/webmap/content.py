"""A briefing as the plain data the page shows: what both languages share, and every text in each.

Nothing here is HTML: the page sets every text as text (``dom.js``). Areas travel as ``{"m2": number}``, so
that the reader can switch the unit; texts are ready to be shown.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from parkgis.outputs.webmap import about, laid, legends, projects, statements, timeline
from parkgis.outputs.webmap.tables import DAY_ZERO, UNKNOWN
from parkgis.rules import land_codes, stages
from parkgis.rules.obstacles import obstacle_codes
from parkgis.status.fold import EPOCH
from parkgis.vn2000 import PROVINCE, TM3
from parkgis.words.catalogue import LANGUAGES, Words, keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parkgis.briefing import Briefing
    from parkgis.outputs.map_definition import MapDefinition
    from parkgis.outputs.webmap.legends import Outline, TileServer
    from parkgis.shapes import Shapes

Json = dict[str, Any]

TOOLS = "map_tools."
PAGE_WORDS = (
    "panel", "panel_close", "map_label", "zoom_in", "zoom_out", "home", "close", "layers", "layer_empty", "about", "cut",
    "headline", "of_target", "share_of_target", "year_gone", "remaining", "by_documents", "row_project", "row_land_use",
    "row_area_in", "row_stage", "row_area", "row_day", "col_stage", "col_area", "col_parcels", "col_day", "parcel",
    "tranche_part", "tranche_outside", "parts_here", "unknown_area", "share_unknown", "stage_none", "statement_source",
    "legend_lines", "east", "north",
)  # fmt: skip
ZONES = (9209, 9214)  # old Bac Ninh, and the merged province's administrative maps


@dataclasses.dataclass(frozen=True)
class Drawn:
    """Everything a page is made from: the figures, the land, the definition, and what its layers brought."""

    briefing: Briefing
    shapes: Shapes
    definition: MapDefinition
    words: Words
    compare: int | None = None  # day number of the earlier of two days
    outlines: Sequence[Outline] = ()
    tiles: TileServer | None = None
    embed: bool = False
    origins: Sequence[str] = ()


def content(made: Drawn) -> Json:
    """Return everything the page's script needs beside the shapes, ready for JSON."""
    spoken = {lang: Words(lang, made.briefing.time_zone) for lang in LANGUAGES}
    return {"lang": made.words.lang, **shared(made), "texts": {lang: texts(made, words) for lang, words in spoken.items()}}


def shared(made: Drawn) -> Json:
    """Return what needs no words: days, classes, colours, extent."""
    west, south, east, north = PROVINCE
    briefing, definition = made.briefing, made.definition
    return {
        "name": definition.name,
        "demo": briefing.demo,
        "public": definition.public,
        "embed": made.embed,
        "origins": list(made.origins),
        "days": {"epoch": EPOCH.isoformat(), "zero": DAY_ZERO},
        "unknown_area": UNKNOWN,
        "time": timeline.times(made.shapes, briefing, definition, made.compare),
        "target": timeline.target(briefing),
        "projects": {line.id: projects.shared(line, briefing) for line in projects.listed(briefing, definition)},
        "groups": projects.groups(briefing, definition),
        "undrawn": projects.undrawn(briefing, made.shapes, definition),
        "layers": legends.layers(definition, made.outlines),
        "outlines": [outline.lines for outline in made.outlines],
        "tiles": made.tiles.options() if made.tiles else None,
        "history": timeline.history(made.shapes, briefing, definition),
        "extent": definition.extent,
        "max_zoom": legends.max_zoom(definition),
        "grid": _zones(briefing.legal_crs),
        "bounds": [[south, west], [north, east]],  # what a map shows that has nothing to show
        "print": {"digest": briefing.digest, "crs": briefing.legal_crs},
        **laid.shared(made.shapes, definition),
    }


def _zones(legal: str) -> list[Json]:
    """Return the grids in which a place is told: the legal one first."""
    codes = dict.fromkeys([int(legal.removeprefix("EPSG:")), *ZONES])
    return [{"code": f"EPSG:{code}", "lon0": TM3[code]} for code in codes]


def texts(made: Drawn, words: Words) -> Json:
    """Return every text of the page in one language."""
    briefing, shapes, definition = made.briefing, made.shapes, made.definition
    lang = words.lang
    return {
        "title": about.title(briefing, definition, words),
        "demo": words("word.demo") if briefing.demo else "",
        "demo_short": words("word.demo_short") if briefing.demo else "",
        "words": {**{name: words(f"map.{name}") for name in PAGE_WORDS}, **_tools(words), **laid.page_words(definition, words)},
        "bar": about.bar(briefing, definition, words),
        "warnings": about.warnings(briefing, shapes, definition, words),
        "layers": legends.labels(definition, words),
        "lines": [[code, words(f"map.line_{code}")] for code in ("schematic", "osm", "survey")],
        "projects": {line.id: projects.sheet(line, briefing, definition, words) for line in projects.listed(briefing, definition)},
        "groups": {group.code: projects.group_name(group.code, words) for group in briefing.groups},
        "list": projects.titles(briefing, shapes, definition, words),
        "statements": statements.statements(briefing, words),
        "about": about.rows(briefing, definition, words, credits_of(made, words)),
        "credits": credits_of(made, words),
        "land": {code.code: code.vi if lang == "vi" else code.en for code in land_codes()},
        "stages": [{"code": stage.code, "short": stage.short(lang), "name": stage.name(lang)} for stage in stages()],
        "obstacles": {code: one.name(lang) for code, one in obstacle_codes().items()},
        **laid.texts(briefing, shapes, definition, words),
    }


def _tools(words: Words) -> dict[str, str]:
    return {name.removeprefix(TOOLS): text for name, text in keys(words.lang).items() if name.startswith(TOOLS)}


def credits_of(made: Drawn, words: Words) -> list[str]:
    """Return whom the layers of this map come from, as plain text."""
    return about.sources(made.briefing, made.shapes, [o.attribution for o in made.outlines], made.tiles, words)
