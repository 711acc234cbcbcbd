"""What the page tells of blocks of land and of the parcels that hold land back, beside their shapes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from parkgis.outputs.blockwords import due, rules
from parkgis.outputs.map_schema import LAID
from parkgis.outputs.webmap.colours import LIT
from parkgis.outputs.webmap.tables import ranks
from parkgis.rules import stage
from parkgis.words.catalogue import Words, keys

if TYPE_CHECKING:
    from parkgis.blockmap import BlockMap, Held
    from parkgis.briefing import Briefing
    from parkgis.outputs.map_definition import MapDefinition
    from parkgis.planning.board import Waits
    from parkgis.planning.patchwork import Patchwork
    from parkgis.shapes import Shapes

Json = dict[str, Any]

WORDS = "map_blocks."


def shared(shapes: Shapes, definition: MapDefinition) -> Json:
    """Return the figures of blocks and of the blocker board; nothing where no layer shows them."""
    if not definition.shows(*LAID):
        return {}
    laid = shapes.laid()
    found = {"blocks": {"rows": _rows(laid), "whole": _patchwork(laid.whole), "parks": list(map(_patchwork, laid.by_park()))}}
    return found | ({"board": _board(laid.demand_held())} if definition.shows("blockers") else {})


def _rows(laid: BlockMap) -> list[Json]:
    return [
        {
            "project": project,
            "number": one.number,
            "m2": round(one.area_m2, 2),
            "usable_m2": round(one.usable_m2, 2),
            "pieces": len(one.pieces),
            "width_m": round(one.width_m, 2),
            "compactness": round(one.compactness, 4),
            "frontage_m": round(one.frontage_m, 2),
            "rectangle_m": [round(side, 2) for side in laid.rectangles.get((project, one.number), ())],
        }
        for project, one in laid.listed()
    ]


def _patchwork(one: Patchwork) -> Json:
    return {
        "id": one.name,
        "m2": round(one.handed_m2, 2),
        "usable_m2": round(one.usable_m2, 2),
        "share": one.usable_share,
        "mesh_m2": one.mesh_m2,
        "blocks": one.blocks,
        "usable_blocks": one.usable_blocks,
        "largest_m2": round(one.largest_m2, 2),
    }


def _board(held: Held) -> Json:
    row = {pair: n for n, pair in enumerate(zip(held.open["project"], held.open["key"], strict=True))}
    stages = ranks([one.waits.stage for one in held.board.blockers]).tolist()
    return {
        "rows": [
            {
                "project": one.project,
                "key": one.key,
                "m2": round(one.area_m2, 2),
                "unlocks_m2": round(one.unlocked_m2, 2),
                "stage": at,
            }
            for one, at in zip(held.board.blockers, stages, strict=True)
        ],
        "bundles": [
            {
                "project": bundle.project,
                "keys": list(bundle.keys),
                "rows": [row[bundle.project, key] for key in bundle.keys],
                "unlocks_m2": round(bundle.unlocked_m2, 2),
                "better_m2": math.ceil(bundle.better_m2) if math.isfinite(bundle.better_m2) else None,
            }
            for bundle in held.bundles
        ],
        "rest_m2": math.ceil(held.board.rest_m2),
        "lit": LIT,
    }


# -- in words ----------------------------------------------------------------------------------------------


def texts(briefing: Briefing, shapes: Shapes, definition: MapDefinition, words: Words) -> Json:
    """Return what is said of them in one language."""
    if not definition.shows(*LAID):
        return {}
    laid = shapes.laid()
    said = {
        "rules": rules(laid.rules, words),
        "basis": words("blocks.basis"),
        "without": words("blocks.no_land_some", projects=", ".join(laid.without)) if laid.without else "",
        "parks": {park.id: park.name(words.lang) for park in briefing.parks},
    }
    return {"blocks": said} | ({"board": _board_texts(laid.demand_held(), words)} if definition.shows("blockers") else {})


def page_words(definition: MapDefinition, words: Words) -> dict[str, str]:
    """Return the labels that only such maps need."""
    every = keys(words.lang).items() if definition.shows(*LAID) else ()
    return {name.removeprefix(WORDS): text for name, text in every if name.startswith(WORDS)}


def _board_texts(held: Held, words: Words) -> Json:
    board = held.board
    none = "" if board.blockers else words("blocks.unlocked_none" if len(held.open) else "blocks.all_handed")
    exact = words("blocks.exact", exact=board.exact, rest=words.ha(board.rest_m2), proven=board.proven)
    return {"rows": [_waits(one.waits, words) for one in board.blockers], "none": none, "exact": exact}


def _waits(waits: Waits, words: Words) -> Json:
    lang = words.lang
    return {
        "obstacle": "; ".join(waits.obstacle_names(lang)),
        "next": stage(waits.next_stage).name(lang) if waits.next_stage else "",
        "office": waits.office(lang),
        "due": due(waits, words),
    }
