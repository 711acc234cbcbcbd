"""What a static map draws and says, out of a briefing, its shapes and a map definition: no paper yet."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from parkgis import crs
from parkgis.errors import Reason, UsageError
from parkgis.outputs.blockwords import rules, summary
from parkgis.outputs.figure import land
from parkgis.outputs.figure.ground import CLOSEST
from parkgis.outputs.figure.labels import Named
from parkgis.outputs.figure.land import Style
from parkgis.outputs.land_classes import of_land, of_project
from parkgis.outputs.map_schema import LAID
from parkgis.outputs.webmap.legends import classes
from parkgis.shapes import stage_areas
from parkgis.vn2000 import PROVINCE, WGS84

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import geopandas as gpd
    from matplotlib.path import Path
    from shapely.geometry.base import BaseGeometry

    from parkgis.briefing import Briefing, ProjectLine
    from parkgis.outputs.figure.ground import Bounds
    from parkgis.outputs.figure.land import Shapes as Array
    from parkgis.outputs.land_classes import Places
    from parkgis.outputs.map_definition import Layer, MapDefinition
    from parkgis.shapes import Shapes
    from parkgis.words.catalogue import Words

PREFIX = re.compile(r"^(?:DEMO )?(?:KCN (?=\w))?")  # on a map of industrial parks, and under a DEMO mark, it says nothing
PROJECTS, LAND, PIECES = 2.0, 5.0, 6.0  # drawing order
HATCH = "xxxx"
EDGE = "#3b4650"
BOUNDARY = {
    "survey": ("#1f2933", 1.1, "", False),
    "osm": ("#4b5b68", 0.7, "", False),
    "schematic": ("#6d7983", 0.7, "////", True),
}
"""Colour, width (points), hatch and dashes of a boundary, by where it comes from: doubt is drawn, not only said."""


@dataclasses.dataclass(frozen=True)
class Group:
    """Shapes of one class; their ``paths`` are laid out once, however many sheets they are drawn on."""

    shapes: Array
    style: Style
    order: float

    @functools.cached_property
    def paths(self) -> list[Path]:
        return list(land.paths(self.shapes))


@dataclasses.dataclass(frozen=True, slots=True)
class Key:
    """A line of the legend: how it is drawn, what it is called, how many there are."""

    style: Style
    label: str
    count: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Legend:
    title: str
    keys: tuple[Key, ...]


@dataclasses.dataclass(frozen=True)
class Scene:
    """All a map draws: groups in order, names, legends, the sentences it has to say, and its extent (metres)."""

    groups: tuple[Group, ...]
    names: tuple[Named, ...]
    legends: tuple[Legend, ...]
    warnings: tuple[str, ...]
    credits: tuple[str, ...]
    bounds: Bounds
    parcels: Array
    closest: float  # denominator of the largest scale it may be drawn at


def scene(briefing: Briefing, shapes: Shapes, words: Words, definition: MapDefinition, park: str = "", since: int = 0) -> Scene:
    """Put together what a map draws.

    Parameters
    ----------
    definition : MapDefinition
    park : str
        Only this park's projects; empty for all.
    since : int
        Day number of the earlier of two days, for a map of changes.

    Raises
    ------
    UsageError
        For a definition with a layer that only the web map draws.
    """
    _demand_drawable(definition)
    lines = [line for line in briefing.projects if park in ("", line.park_id)]
    mine = shapes.narrowed({line.id for line in lines})
    projects, parcels = mine.projects, mine.parcels
    colouring = {layer.show: layer for layer in definition.layers if layer.on}
    groups: list[Group] = []
    legends: list[Legend] = []
    for show, layer in colouring.items():
        if show == "projects":
            groups += _projects(briefing, lines, projects, layer)
            legends += [_share_legend(briefing, lines, layer, words)] if layer.colour == "share" else []
        elif show != "labels":
            frame = SOURCES[show](mine, definition)
            pieces = show == "tranches"
            places = of_land(frame, layer, since)
            groups += _land(frame, layer, places, PIECES if pieces else LAND, HATCH if pieces else "")
            if not (pieces and "parcels" in colouring):
                legends.append(_land_legend(layer, places, words, pieces="tranches" in colouring))
    legends.append(_lines_legend(words))
    named = "labels" in colouring and len(projects) > 1
    return Scene(
        groups=tuple(groups),
        names=tuple(_names(briefing, projects, words)) if named else (),
        legends=tuple(legends),
        warnings=tuple(_warnings(briefing, lines, mine, definition, words)),
        credits=tuple(_credits(projects, briefing, words)),
        bounds=_extent(definition, briefing, projects, parcels, park),
        parcels=np.asarray(parcels.geometry, dtype=object),
        closest=float(definition.published_scale) if definition.public else CLOSEST,
    )


SOURCES: dict[str, Callable[[Shapes, MapDefinition], gpd.GeoDataFrame]] = {
    "parcels": lambda found, _: found.parcels,
    "tranches": lambda found, _: found.tranches,
    "stages": lambda found, definition: stage_areas(found, definition.published_scale),
    "usable": lambda found, _: found.laid().land,
    "blockers": lambda found, _: found.laid().demand_held().open.iloc[::-1],  # the board on top
}
"""Where the land of a layer comes from; lines that a user brings are the web map's alone."""


def _demand_drawable(definition: MapDefinition) -> None:
    for layer in definition.layers:
        if layer.on and layer.show not in (*SOURCES, "projects", "labels"):
            raise UsageError(
                why=Reason(
                    "figure_layer", "the map {name} has a layer {show} coloured by {colour}, which only parkgis map draws",
                    name=definition.name, show=layer.show, colour=layer.colour,
                )
            )  # fmt: skip


def _projects(briefing: Briefing, lines: Sequence[ProjectLine], frame: gpd.GeoDataFrame, layer: Layer) -> list[Group]:
    """Group projects by class and boundary: the fill says the class, the edge how good the boundary is."""
    shown = classes(layer)
    by_id = {line.id: shown[of_project(line, briefing, layer)].colour for line in lines}
    place: dict[tuple[str, str], list[BaseGeometry]] = {}
    for id_, kind, shape in zip(frame["project"], frame["boundary"], frame.geometry, strict=True):
        place.setdefault((by_id[id_], kind), []).append(shape)
    found = []
    for (fill, kind), several in sorted(place.items(), key=lambda item: item[0]):
        found.append(Group(np.array(several, dtype=object), project_style(fill, kind), PROJECTS))
    return found


def project_style(fill: str, boundary: str) -> Style:
    edge, line_pt, hatch, dashed = BOUNDARY[boundary]
    return Style(fill, edge, line_pt, hatch, dashed)


def _land(frame: gpd.GeoDataFrame, layer: Layer, places: Places, order: float, hatch: str) -> list[Group]:
    shapes = np.asarray(frame.geometry, dtype=object)
    found = []
    for n, of in enumerate(classes(layer)):
        mine = shapes[places == n]
        if len(mine):
            found.append(Group(mine, Style(of.colour, _line_on(of.colour, hatch), 0.2, hatch), order + n / 100))
    return found


def _line_on(fill: str, hatch: str) -> str:
    """Return a colour that shows on the fill: for hatches as strong as can be, for edges between parcels a mild one."""
    red, green, blue = (int(fill[n : n + 2], 16) for n in (1, 3, 5))
    dark = 0.299 * red + 0.587 * green + 0.114 * blue < 128
    return ("#ffffff" if dark else EDGE) if hatch else ("#9fb0c4" if dark else "#7d8790")


# -- legends -------------------------------------------------------------------------------------------------


def _share_legend(briefing: Briefing, lines: Sequence[ProjectLine], layer: Layer, words: Words) -> Legend:
    held = Counter(of_project(line, briefing, layer) for line in lines)
    keys = tuple(Key(Style(c.colour, EDGE, 0.4), c.label, held[n]) for n, c in enumerate(classes(layer, words)))
    return Legend(words("map.legend_share"), keys)


def _land_legend(layer: Layer, places: Places, words: Words, *, pieces: bool) -> Legend:
    """Return every class with how many it holds; not so where land was put together, since its pieces tell nothing."""
    held = None if layer.show == "stages" else Counter(places.tolist())
    keys = [
        Key(Style(c.colour, EDGE, 0.4), c.label, None if held is None else held[n]) for n, c in enumerate(classes(layer, words))
    ]  # fmt: skip
    if pieces:
        keys.append(Key(Style("#ffffff", EDGE, 0.4, HATCH), words("figure.tranche")))
    key = f"map.legend_{layer.colour}"
    title = layer.label[words.lang] if layer.label else words(key if words.has(key) else f"map.layer_{layer.show}")
    return Legend(title, tuple(keys))


def _lines_legend(words: Words) -> Legend:
    keys = [Key(project_style("#ffffff", kind), words(f"figure.line_{kind}")) for kind in BOUNDARY]
    return Legend(words("map.legend_lines"), tuple(keys))


# -- names, sentences, extent --------------------------------------------------------------------------------


def _names(briefing: Briefing, frame: gpd.GeoDataFrame, words: Words) -> list[Named]:
    found = []
    for id_, (west, south, east, north) in zip(frame["project"], frame.geometry.bounds.to_numpy(), strict=True):
        line = next(line for line in briefing.projects if line.id == id_)
        name = short_name(line, briefing, words.lang)
        found.append(Named(name, (west + east) / 2, (south + north) / 2, (east - west) / 2, (north - south) / 2))
    return found


def short_name(line: ProjectLine, briefing: Briefing, lang: str) -> str:
    """Return the name without what is in brackets, unless another project would be called the same."""
    short = PREFIX.sub("", line.name(lang)).partition(" (")[0]
    alike = sum(PREFIX.sub("", other.name(lang)).partition(" (")[0] == short for other in briefing.projects)
    return short if alike == 1 else PREFIX.sub("", line.name(lang))


def _warnings(
    briefing: Briefing, lines: Sequence[ProjectLine], shapes: Shapes, definition: MapDefinition, words: Words
) -> list[str]:  # fmt: skip
    drawn = set(shapes.projects["project"])
    kinds = {line.boundary for line in lines if line.id in drawn}
    undrawn = [line.id for line in lines if line.id not in drawn]
    found = [definition.note[words.lang]] if definition.note else []
    if definition.shows(*LAID):
        whole = shapes.laid().whole
        found.append(summary(whole, words) if whole.handed_m2 else words("blocks.none", on=briefing.on))
        found.append(rules(shapes.laid().rules, words))
    if not briefing.papers:
        found.append(words("map.no_document"))
    if "schematic" in kinds:
        found.append(words("map.schematic_warning"))
    if undrawn:
        found.append(
            words("figure.undrawn", count=len(undrawn), projects=", ".join(undrawn[:6]) + ("…" if len(undrawn) > 6 else ""))
        )
    return found


def _credits(frame: gpd.GeoDataFrame, briefing: Briefing, words: Words) -> list[str]:
    kinds = set(frame["boundary"])
    return [
        words("figure.credit", board=briefing.board(words.lang)),
        *(words("figure.credit_osm") for _ in ["osm"] if "osm" in kinds),
    ]


def _extent(
    definition: MapDefinition, briefing: Briefing, projects: gpd.GeoDataFrame, parcels: gpd.GeoDataFrame, park: str
) -> Bounds:  # fmt: skip
    """Return what the map shows: what its definition says, or the park's land; the province where there is nothing."""
    if isinstance(definition.extent, tuple) and not park:
        return _in_grid(definition.extent, briefing.legal_crs)
    close = definition.extent == "parcels" and len(parcels)
    frames = [parcels] if close else [] if definition.extent == "province" and not park else [projects, parcels]
    boxes = np.array([frame.total_bounds for frame in frames if len(frame)])
    if not len(boxes):
        return _in_grid(PROVINCE, briefing.legal_crs)
    (west, south), (east, north) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    return float(west), float(south), float(east), float(north)


def _in_grid(degrees: Bounds, legal: str) -> Bounds:
    west, south, east, north = degrees
    corners = crs.convert(np.array([[west, south], [west, north], [east, south], [east, north]]), WGS84, legal)
    return float(corners[:, 0].min()), float(corners[:, 1].min()), float(corners[:, 0].max()), float(corners[:, 1].max())
