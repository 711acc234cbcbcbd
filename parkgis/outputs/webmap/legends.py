"""Layers and their classes: every class is in the legend, one without land too."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

from parkgis.outputs.map_definition import stage_classes_of
from parkgis.outputs.webmap.colours import CHANGES, GAINS, NO_DATA, READY, REST, SHARES, SIZES, UNRANKED, stage_classes
from parkgis.rules import stages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parkgis.outputs.map_definition import Layer, MapDefinition
    from parkgis.words.catalogue import Words

Json = dict[str, Any]

OUTLINE = "#dfe5ec"
SHARED = {"share": SHARES, "change": CHANGES, "size": (REST, *SIZES), "ready": READY, "gain": (UNRANKED, *GAINS)}
FIRST = {"share": ("unknown", NO_DATA), "size": (REST.code, REST.colour), "gain": (UNRANKED.code, UNRANKED.colour)}
"""The class before a map's own: what has no number to go by."""
PIXEL_M = 0.0254 / 96  # a CSS pixel on paper
MAX_ZOOM = 21
EQUATOR_M = 40_075_016.686


@dataclasses.dataclass(frozen=True)
class Outline:
    """Lines the user brought: each a flat list of differences of longitude and latitude in millionths of a degree."""

    attribution: str
    lines: list[Json]


@dataclasses.dataclass(frozen=True)
class TileServer:
    """Where tiles come from: an address with ``{z}/{x}/{y}``, and what the policy of the page has to name."""

    url: str
    host: str
    attribution: str
    max_zoom: int

    def options(self) -> Json:
        return {"url": self.url, "max_zoom": self.max_zoom}


def layers(definition: MapDefinition, outlines: Sequence[Outline]) -> list[Json]:
    """Return the layers in drawing order: what each is coloured by, and its classes."""
    files = iter(range(len(outlines)))
    found = []
    for i, layer in enumerate(definition.layers):
        name = f"file{i}" if layer.show == "file" else layer.show
        more = {"outline": next(files), "width": layer.width, "dashed": layer.dashed} if layer.show == "file" else {}
        found.append(
            {"id": name, "show": layer.show, "colour": layer.colour, "on": layer.on, "popup": list(layer.popup)}
            | {"classes": [{"code": c.code, "colour": c.colour} for c in classes(layer)], "limits": _limits(layer)}
            | {"of_stage": stage_classes_of(layer) if layer.colour == "stage" and layer.classes else None}
            | more
        )
    return found


@dataclasses.dataclass(frozen=True)
class Shown:
    """A class as the page knows it."""

    code: str
    colour: str
    label: str = ""


def classes(layer: Layer, words: Words | None = None) -> list[Shown]:
    """Return the classes of a layer: its own, or those every map shares."""
    if layer.classes:
        own = [Shown(f"own{i}", c.colour, c.label[words.lang] if words else "") for i, c in enumerate(layer.classes)]
        if layer.colour not in FIRST:
            return own
        code, colour = FIRST[layer.colour]
        return [Shown(code, colour, words(f"map.{layer.colour}_{code}") if words else ""), *own]
    if layer.colour == "stage":
        named = {"none": "map.stage_none"}
        short = {s.code: s.short(words.lang) if words else "" for s in stages()}
        return [Shown(c.code, c.colour, short.get(c.code) or (words(named[c.code]) if words else "")) for c in stage_classes()]
    shared = SHARED.get(layer.colour)
    if shared is None:  # one colour
        colour = OUTLINE if layer.colour == "outline" else layer.colour
        return [Shown("one", colour, words(f"map_tools.one_{layer.show}") if words and layer.show == "projects" else "")]
    return [Shown(c.code, c.colour, words(f"map.{layer.colour}_{c.code}") if words else "") for c in shared]


def _limits(layer: Layer) -> list[float | None]:
    """Return the upper limits of classes of shares (0-1), sizes or gains (hectares); None where all above belongs to it."""
    if layer.classes:
        return [c.to for c in layer.classes]
    shared = SHARED[layer.colour][1:] if layer.colour in FIRST else ()
    return [None if math.isinf(c.up_to) else c.up_to for c in shared]


def labels(definition: MapDefinition, words: Words) -> dict[str, Json]:
    """Return what each layer, its legend and its classes are called."""
    found = {}
    for i, layer in enumerate(definition.layers):
        name = f"file{i}" if layer.show == "file" else layer.show
        title = next((key for key in (f"map.legend_{layer.show}", f"map.legend_{layer.colour}") if words.has(key)), "")
        found[name] = {
            "label": layer.label[words.lang] if layer.label else words(f"map.layer_{layer.show}"),
            "legend": words(title) if title else "",
            "note": words("map.legend_tranche") if layer.show == "tranches" else "",
            "classes": {c.code: c.label for c in classes(layer, words)},
        }
    return found


def max_zoom(definition: MapDefinition) -> float:
    """Return how far the view goes in: on a public map to the published scale (at 21 degrees north), no further."""
    if not definition.public:
        return MAX_ZOOM
    pixel_m = PIXEL_M * definition.published_scale / math.cos(math.radians(21.1))
    return math.floor(math.log2(EQUATOR_M / 256 / pixel_m) * 4) / 4
