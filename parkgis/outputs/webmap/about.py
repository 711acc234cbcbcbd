"""What every map says of itself: whose it is, of which day, on which ground its figures stand, whom to credit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parkgis import crs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parkgis.briefing import Briefing
    from parkgis.outputs.map_definition import MapDefinition
    from parkgis.outputs.webmap.legends import TileServer
    from parkgis.shapes import Shapes
    from parkgis.words.catalogue import Words

Json = dict[str, Any]
Rows = list[list[str]]

SHORT_DIGEST = 12


def title(briefing: Briefing, definition: MapDefinition, words: Words) -> str:
    """Return the page's title: DEMO first, where it is one."""
    mark = f"{words('word.demo_short')} – " if briefing.demo else ""
    return f"{mark}{definition.title[words.lang]} – {briefing.workspace}, {words.day(briefing.on)}"


def bar(briefing: Briefing, definition: MapDefinition, words: Words) -> Json:
    """Return the title bar: whose map, and the facts it stands on."""
    target_ha = briefing.target.area_ha
    return {
        "board": briefing.board(words.lang),
        "title": definition.title[words.lang],
        "label": words("map.headline", year=briefing.target.year),
        "of": words("map.of_target", area=words.number(target_ha, 0 if target_ha.is_integer() else 2)),
        "facts": [
            [words("map.known", known=briefing.known), ""],
            [words("map.entry", seq=briefing.head_seq) if briefing.head_seq else words("map.entry_none"), ""],
            [words("map.digest", digest=briefing.digest[:SHORT_DIGEST] or words("word.none")), briefing.digest],
            [f"{briefing.operation}, {briefing.legal_crs}", ""],
        ],
    }


def warnings(briefing: Briefing, shapes: Shapes, definition: MapDefinition, words: Words) -> list[str]:
    """Return the plain sentences that stand on the map itself."""
    found = [definition.note[words.lang]] if definition.note else []
    if not briefing.papers:
        found.append(words("map.no_document"))
    if (shapes.projects["boundary"] == "schematic").any():
        found.append(words("map.schematic_warning"))
    return found


def rows(briefing: Briefing, definition: MapDefinition, words: Words, credits: Sequence[str]) -> Rows:
    """Return how the map was made: the days, the digest, the coordinate systems, the credits."""
    name = crs.parse(briefing.legal_crs).name
    zone = words("map.about_zone_text", name=name, crs=briefing.legal_crs, operation=briefing.operation)
    target = f"{words.number(briefing.target.area_ha)} {words('word.ha')}, {briefing.target.year}"
    found = [
        ("cut", words.day(briefing.on)),
        ("known", words.moment(briefing.known)),
        ("entry", str(briefing.head_seq) if briefing.head_seq else words("map.entry_none")),
        ("digest", briefing.digest or words("word.none")),
        ("target", "; ".join(filter(None, [target, briefing.target.authority]))),
        ("area", words("map.about_area_text")),
        ("zone", zone),
        ("edition", words(f"map.edition_{definition.edition}", scale=words.number(definition.published_scale, 0))),
        ("base", words("map.about_base_text") if definition.tiles is None else words("map.about_base_tiles")),
        ("sources", "; ".join(credits)),
        ("made", words("map.about_made_text")),
    ]
    return [[words(f"map.about_{key}"), value] for key, value in found]


def sources(briefing: Briefing, shapes: Shapes, brought: Sequence[str], tiles: TileServer | None, words: Words) -> list[str]:
    """Return whom the layers come from, each once."""
    found = [words("map.credit_ledger", board=briefing.board(words.lang))]
    drawn = set(shapes.projects["boundary"])
    found += [words(f"map.credit_{kind}") for kind in ("schematic", "osm") if kind in drawn]
    return list(dict.fromkeys([*found, *brought, *([tiles.attribution] if tiles else [])]))
