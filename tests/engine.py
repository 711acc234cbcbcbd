"""A page with the map's engine alone: Leaflet, one table, one layer; what the whole map has around it is left out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from parkgis.outputs.webmap.encode import Table, encode
from parkgis.outputs.webmap.page import EXPORT, IMPORT, _read, leaflet_css, leaflet_js

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

MODULES = ("decode.js", "table.js", "canvas.js", "raster.js", "paths.js", "shapelayer.js")
COLOURS = ("#e8eaee", "#f0f724", "#fecc27", "#fba238", "#ee7b51", "#d8576b", "#b8328a", "#8f0da4", "#5c01a6", "#0d0887")
START = """
const began = performance.now();
const map = L.map("map", {zoomSnap: 0.25, maxZoom: 21, fadeAnimation: false, attributionControl: false, zoomAnimation: ANIMATED});
const table = await readTable("parcels");
const read = performance.now();
const extent = extentOf(table) ?? L.latLngBounds([[21, 106], [21.2, 106.2]]);
map.fitBounds(extent.pad(0.02), {animate: false});
map.createPane("parcels").style.pointerEvents = "none";
const layer = new ShapeLayer("parcels", table, {colours: COLOURS, hatched: HATCHED});
layer.show(table.tuples.days ? reachedOn(table, "days", 1e6) : new Uint8Array(table.rows));
layer.addTo(map);
await layer.settled();
const times = {read: read - began, drawn: performance.now() - began};
Object.assign(window, {engine: {map, table, layer, reachedOn, extentOf, rowsAt, toLegal, fromLegal, HIDDEN, ...times}});
document.body.dataset.ready = "true";
"""


def page_of(table: Table, *, hatched: bool = False, animated: bool = False) -> str:
    """Return the page; ``window.engine`` holds its map, table and layer once ``body[data-ready]`` is there."""
    script = "\n".join(EXPORT.sub("", IMPORT.sub("", _read(name))) for name in MODULES)
    start = START.replace("COLOURS", json.dumps(COLOURS)).replace("HATCHED", json.dumps(hatched))
    return "\n".join(
        [
            '<!DOCTYPE html><html><head><meta charset="utf-8"><link rel="icon" href="data:,">',
            f"<style>{leaflet_css()} html, body, #map {{ height: 100%; margin: 0 }}</style></head><body>",
            '<div id="map"></div>',
            f'<script type="application/octet-stream" id="parcels">{encode(table)}</script>',
            f"<script>{leaflet_js()}</script>",
            f'<script type="module">{script}\n{start.replace("ANIMATED", json.dumps(animated))}</script></body></html>',
        ]
    )


def show(page: Page, table: Table, folder: Path, *, hatched: bool = False) -> Page:
    """Open the page from disk and wait until every shape is drawn."""
    path = folder / "engine.html"
    path.write_text(page_of(table, hatched=hatched), encoding="utf-8")
    page.goto(path.as_uri())
    page.wait_for_selector("body[data-ready]")
    return page
