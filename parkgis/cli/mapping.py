"""Writes maps: which ones, of which days, to which files. Imported only by commands that draw: it loads folium."""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
import re
from typing import TYPE_CHECKING

from parkgis.cli.laying import laid
from parkgis.errors import Reason, UsageError
from parkgis.layers.write import write_text
from parkgis.outputs import map_definition, webmap
from parkgis.outputs.webmap import embedding
from parkgis.outputs.webmap.content import Drawn
from parkgis.outputs.webmap.outlines import outlines
from parkgis.outputs.webmap.projects import listed
from parkgis.outputs.webmap.still import still
from parkgis.outputs.webmap.tiles import tile_server
from parkgis.shapes import Shapes, shapes
from parkgis.words.catalogue import Words
from parkgis.workspace import shipped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from parkgis.briefing import Briefing
    from parkgis.outputs.map_definition import MapDefinition
    from parkgis.status import Snapshot
    from parkgis.workspace import Workspace

DEFAULT = "overview"
ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:\d+)?")


@dataclasses.dataclass(frozen=True)
class Wish:
    """How maps are wanted; ``lang`` None leaves it to the definition, then to the workspace."""

    lang: str | None = None
    compare: dt.date | None = None
    embed: bool = False
    origins: tuple[str, ...] = ()


def definitions(found: Workspace, names: Sequence[str], *, every: bool = False) -> list[MapDefinition]:
    """Read the maps asked for and hold them against the workspace; its own ``maps/`` goes before the shipped one."""
    made = map_definition.find([found.root / "maps", shipped() / "maps"], names or [DEFAULT], every=every)
    ids = [*(park.id for park in found.parks), *(project.id for project in found.projects)]
    for definition in made:
        for park in definition.parks:
            if park not in ids:
                near = ", ".join(difflib.get_close_matches(park, ids, n=3, cutoff=0.3) or ids[:3])
                why = Reason("map_park", "there is no park and no project {park}; the nearest are {near}", park=park, near=near)
                raise definition.refuse(("parks",), why)
    return made


def origins(given: Sequence[str]) -> tuple[str, ...]:
    """Check the web sites that may talk to a small map."""
    for origin in given:
        if not ORIGIN.fullmatch(origin):
            why = Reason(
                "map_origin",
                "--embed-origin {origin}: write the address of a web site as https://www.bacninh.gov.vn",
                origin=origin,
            )
            raise UsageError(why=why)
    return tuple(given)


def write(
    found: Workspace, snapshot: Snapshot, briefing: Briefing, wanted: Sequence[MapDefinition], wish: Wish, output: Path | None,
    progress: Callable[[str, float], None],
) -> list[Path]:  # fmt: skip
    """Draw maps and put each in its place whole."""
    progress("map", 0.1)
    land = laid(found, snapshot, wanted, shapes(found, snapshot), lambda step, share: progress(step, 0.1 + 0.5 * share))
    paths = []
    for i, definition in enumerate(wanted):
        paths += _written(found, briefing, land, definition, wish, output)
        progress("map", 0.6 + 0.4 * (i + 1) / len(wanted))
    return paths


def _written(
    found: Workspace, briefing: Briefing, land: Shapes, definition: MapDefinition, wish: Wish, output: Path | None
) -> list[Path]:
    words = Words(wish.lang or definition.language or found.config.language, found.config.time_zone)
    compare = _earlier(definition, briefing, wish)
    lines, tiles = outlines(definition, found.root, found.config.legal), tile_server(definition)
    mark = "DEMO-" if briefing.demo else ""
    stem = f"{mark}{definition.name}-{briefing.on.isoformat()}-{words.lang}"
    if not wish.embed:
        path = output or found.output("maps", f"{stem}.html")
        write_text(path, webmap.draw(briefing, land, words, definition, compare=compare, outlines=lines, tiles=tiles))
        return [path]
    small = {"embed": True, "origins": wish.origins, "outlines": lines, "tiles": tiles}
    title = f"{definition.title[words.lang]} – {briefing.workspace}, {words.day(briefing.on)}"
    frame = embedding.snippet(f"{stem}-embed.html", f"{stem}.svg", title)
    texts = {
        "-embed.html": webmap.draw(briefing, land, words, definition, compare=compare, **small),
        ".svg": still(Drawn(briefing, land, definition, words, outlines=lines)),
        "-frame.html": frame,
        "-example.html": _example(frame, title, briefing, definition, words),
    }
    paths = []
    for end, text in texts.items():
        paths.append(found.output("maps", f"{stem}{end}"))
        write_text(paths[-1], text)
    return paths


def _example(frame: str, title: str, briefing: Briefing, definition: MapDefinition, words: Words) -> str:
    project = next((line.id for line in listed(briefing, definition) if line.boundary != "none"), briefing.projects[0].id)
    earlier = briefing.on - dt.timedelta(days=90)
    labels = (words("map_embed.earlier"), words("map_embed.now"), words("map_embed.park"), words("map_embed.said"))
    return embedding.example(frame, title, words.lang, (earlier.isoformat(), briefing.on.isoformat()), project, labels)


def _earlier(definition: MapDefinition, briefing: Briefing, wish: Wish) -> dt.date | None:
    """Return the earlier of two days; a map of changes begins with the target's year unless told otherwise."""
    asked = wish.compare or definition.compare
    if asked is None and any(layer.colour == "change" for layer in definition.layers):
        asked = min(dt.date(briefing.target.year, 1, 1), briefing.on) - dt.timedelta(days=1)
    if asked is not None and asked >= briefing.on:
        why = Reason("map_order", "the two days run backwards: {start} is not before {end}", start=asked, end=briefing.on)
        raise UsageError(why=why)
    return asked
