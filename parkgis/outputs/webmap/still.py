"""A map without a script: one SVG for pages that forbid them, with title, legend, scale and day."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import shapely

from parkgis import shapes as land
from parkgis.outputs.land_classes import of_land
from parkgis.outputs.map_schema import LAID
from parkgis.outputs.webmap.about import SHORT_DIGEST, sources
from parkgis.outputs.webmap.colours import share_class, stage_classes
from parkgis.outputs.webmap.legends import classes
from parkgis.outputs.webmap.projects import PREFIX, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

    from parkgis.briefing import ProjectLine
    from parkgis.outputs.webmap.content import Drawn

WIDTH, HEIGHT, HEAD, FOOT, SIDE = 600, 400, 46, 30, 150
KEYED, COLOURED = ("projects", "parcels", "stages", *LAID), ("share", "stage", "size", "ready", "gain")  # in the legend
SCALE = 100_000  # land is put together and thinned for this scale: the picture shows no more
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
FONT = "system-ui, 'Segoe UI', Arial, sans-serif"


def still(made: Drawn) -> str:
    """Draw the map as SVG, 600 x 400.

    Returns
    -------
    str
        No script, no link, no picture from elsewhere; all text escaped here, at one place.
    """
    words, briefing = made.words, made.briefing
    title = made.definition.title[words.lang]
    pieces = list(_pieces(made))
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" '
        f'font-family={quoteattr(FONT)} xml:lang="{words.lang}" aria-label={quoteattr(_clean(title))}>',
        f"<title>{_text(title)}</title>",
        _hatches(made),
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<rect y="{HEAD}" width="{WIDTH}" height="{HEIGHT - HEAD - FOOT}" fill="#f4f6f9"/>',
        *pieces,
        *_legend(made),
        _write(8, 18, title, 14, "700"),
        _write(8, 36, words("map.cut", on=briefing.on), 11, "600", "#0b4f8a"),
        _write(WIDTH - 8, 18, _figure(made), 12, "700", anchor="end"),
        *_foot(made),
        *(
            [_demo(words("word.demo_short")), _write(WIDTH - 8, 36, words("word.demo"), 10, "700", "#b3261e", "end")]
            if briefing.demo
            else []
        ),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _figure(made: Drawn) -> str:
    words, target = made.words, made.briefing.target
    if not target.area_ha:  # a briefing narrowed to land without a plan
        return f"{target.year}: {words.ha(made.briefing.counted.area_m2)} {words('word.ha')}"
    of = words("map.of_target", area=words.number(target.area_ha, 0 if target.area_ha.is_integer() else 2))
    return f"{target.year}: {words.ha(made.briefing.counted.area_m2)} {of}"


def _text(text: str) -> str:
    return escape(_clean(text))


def _clean(text: str) -> str:
    return CONTROL.sub("", text)


def _write(x: float, y: float, text: str, size: float, weight: str = "400", fill: str = "#16202c", anchor: str = "start") -> str:
    look = f'font-size="{size}" font-weight="{weight}" fill="{fill}" text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{_text(text)}</text>'


def _demo(text: str) -> str:
    middle = f"{(WIDTH - SIDE) / 2} {HEIGHT / 2 + 30}"
    return (
        f'<text transform="translate({middle}) rotate(-20)" font-size="110" font-weight="800" fill="#b3261e" fill-opacity="0.12" '
        f'text-anchor="middle">{_text(text)}</text>'
    )


# -- the land ----------------------------------------------------------------------------------------------


def _pieces(made: Drawn) -> Iterator[str]:
    """Yield projects, land by stage, names."""
    wanted = {line.id: line for line in listed(made.briefing, made.definition)}
    found = made.shapes.projects[made.shapes.projects["project"].isin(wanted)]
    bounds = found.total_bounds if len(found) else np.zeros(4)
    place = _Place(*bounds)
    share = any(layer.show == "projects" and layer.colour == "share" for layer in made.definition.layers)
    for id_, boundary, shape in zip(found["project"], found["boundary"], found.geometry, strict=True):
        of = share_class(wanted[id_], made.briefing) if share else None
        fill = (f"url(#hatch-{of.code})" if boundary == "schematic" else of.colour) if of else "#eef1f5"
        dash = {"schematic": ' stroke-dasharray="4 3"', "osm": ' stroke-dasharray="9 3"'}.get(boundary, "")
        yield f'<path d="{place.path(shape)}" fill="{fill}" fill-rule="evenodd" stroke="#26323f"{dash}/>'
    if any(layer.on and layer.show in ("parcels", "stages") for layer in made.definition.layers):
        colours = {"" if c.code == "none" else c.code: c.colour for c in stage_classes()}
        areas = land.stage_areas(made.shapes, max(SCALE // 4, made.definition.published_scale))
        for stage, shape in zip(areas["stage"], areas.geometry, strict=True):
            yield f'<path d="{place.path(shape)}" fill="{colours[stage]}" fill-rule="evenodd"/>'
    yield from _laid(made, place)
    yield from _names(made, wanted, found, place)
    yield from place.scale_bar(made)


def _laid(made: Drawn, place: _Place) -> Iterator[str]:
    """Yield blocks, and the parcels of the blocker board; the others would be dots."""
    for layer in made.definition.layers:
        if layer.show not in LAID or not layer.on:
            continue
        laid = made.shapes.laid()
        frame = laid.land if layer.show == "usable" else laid.demand_held().open.iloc[: len(laid.demand_held().opens)]
        for of, shape in zip(of_land(frame, layer, 0).tolist(), frame.geometry, strict=True):
            yield f'<path d="{place.path(shape)}" fill="{classes(layer)[of].colour}" fill-rule="evenodd"/>'


def _names(made: Drawn, wanted: Mapping[str, ProjectLine], found: gpd.GeoDataFrame, place: _Place) -> Iterator[str]:
    """Yield names below their shapes; one that would cover another is left out."""
    taken: list[shapely.Polygon] = []
    for id_, shape in zip(found["project"], found.geometry, strict=True):
        x, y = place.at(shape.centroid.x, shape.bounds[1])
        name = PREFIX.sub("", wanted[id_].name(made.words.lang)).partition(" (")[0]
        box = shapely.box(x - 2.1 * len(name), y, x + 2.1 * len(name), y + 9)
        if any(box.intersects(other) for other in taken):
            continue
        taken.append(box)
        yield (
            f'<text x="{x:.1f}" y="{y + 8:.1f}" font-size="7.5" text-anchor="middle" fill="#16202c" stroke="#ffffff" '
            f'stroke-width="2" paint-order="stroke">{_text(name)}</text>'
        )


class _Place:
    """Where metres of the legal grid lie in the picture; north is up."""

    def __init__(self, west: float, south: float, east: float, north: float) -> None:
        width, height = WIDTH - SIDE - 40, HEIGHT - HEAD - FOOT - 44
        self.pixel_m = max((east - west) / width, (north - south) / height, 1.0)
        self.west = (west + east) / 2 - self.pixel_m * (WIDTH - SIDE) / 2
        self.north = (south + north) / 2 + self.pixel_m * (HEIGHT - HEAD - FOOT - 16) / 2

    def at(self, east: float, north: float) -> tuple[float, float]:
        return (east - self.west) / self.pixel_m, HEAD + (self.north - north) / self.pixel_m

    def path(self, shape: BaseGeometry) -> str:
        rings = shapely.get_rings(shapely.get_parts(shapely.simplify(shape, self.pixel_m / 3)))
        return "".join(self._ring(shapely.get_coordinates(ring)) for ring in rings)

    def _ring(self, xy: Iterable[tuple[float, float]]) -> str:
        points = [f"{x:.1f} {y:.1f}" for x, y in (self.at(*point) for point in list(xy)[:-1])]
        return f"M{'L'.join(points)}Z"

    def scale_bar(self, made: Drawn) -> Iterator[str]:
        most = 90 * self.pixel_m
        step = max(n * 10**i for n in (1, 2, 5) for i in range(6) if n * 10**i <= most)
        text = f"{step} m" if step < 1000 else f"{step // 1000} km"
        y = HEIGHT - FOOT - 8
        yield f'<path d="M10 {y - 5}v5h{step / self.pixel_m:.1f}v-5" fill="none" stroke="#16202c"/>'
        yield _write(10 + step / self.pixel_m + 5, y, text, 9)
        yield f'<path d="M{WIDTH - SIDE - 18} {HEAD + 8}l6 20-6-4-6 4z" fill="#16202c"/>'
        yield _write(WIDTH - SIDE - 18, HEAD + 40, made.words("map.north"), 9, "700", anchor="middle")


# -- around it ---------------------------------------------------------------------------------------------


def _hatches(made: Drawn) -> str:
    shown = [c for layer in made.definition.layers if layer.colour == "share" for c in classes(layer)]
    patterns = "".join(
        f'<pattern id="hatch-{c.code}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="6" height="6" fill="{c.colour}" fill-opacity="0.35"/>'
        f'<rect width="2.5" height="6" fill="{c.colour}"/></pattern>'
        for c in shown
    )
    return f"<defs>{patterns}</defs>"


def _legend(made: Drawn) -> Iterator[str]:
    y = HEAD + 16.0
    yield f'<rect x="{WIDTH - SIDE}" y="{HEAD}" width="{SIDE}" height="{HEIGHT - HEAD - FOOT}" fill="#ffffff" stroke="#d4dae2"/>'
    for layer in made.definition.layers:
        if layer.show not in KEYED or layer.colour not in COLOURED or not layer.on:
            continue
        for c in classes(layer, made.words):
            box = f'x="{WIDTH - SIDE + 8}" y="{y - 8:.1f}" width="16" height="9"'
            yield f'<rect {box} fill="{c.colour}" stroke="#64748b" stroke-width="0.5"/>'
            yield _write(WIDTH - SIDE + 29, y, c.label, 8.5)
            y += 14
        y += 8


def _foot(made: Drawn) -> Iterator[str]:
    words, briefing = made.words, made.briefing
    facts = [
        words("map.known", known=briefing.known),
        words("map.digest", digest=briefing.digest[:SHORT_DIGEST]),
        briefing.operation,
        briefing.legal_crs,
    ]
    yield _write(8, HEIGHT - FOOT + 12, " · ".join(facts), 8, fill="#52606f")
    credits = sources(briefing, made.shapes, [o.attribution for o in made.outlines], None, words)
    yield _write(8, HEIGHT - FOOT + 24, " · ".join(credits), 8, fill="#52606f")
