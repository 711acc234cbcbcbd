"""Maps as lonboard, kepler.gl and plotly export them to one HTML file, where they are installed.

They are no part of any extra of parkgis. Beside it in an environment of its own:
``python -m pip install -c constraints.txt -e ".[office]" playwright lonboard keplergl plotly``. Measured with 0.17, 0.4.0 and 7.1.
"""

from __future__ import annotations

import importlib
import importlib.util
import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import geopandas as gpd
    from playwright.sync_api import Browser, Route

LOOK_AFTER_MS = 8000
COLOURS = 1 << 20


def lonboard(frame: gpd.GeoDataFrame) -> str:
    of = importlib.import_module("lonboard")
    return str(of.Map(of.PolygonLayer.from_geopandas(frame.to_crs(4326))).to_html())


def keplergl(frame: gpd.GeoDataFrame) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kepler.html"
        importlib.import_module("keplergl").KeplerGl(data={"parcels": frame.to_crs(4326)}).save_to_html(file_name=str(path))
        return path.read_text(encoding="utf-8")


def plotly(frame: gpd.GeoDataFrame) -> str:
    degrees = frame.to_crs(4326)
    west, south, east, north = degrees.total_bounds.tolist()
    fields = [column for column in degrees if column != "geometry"]
    figure = importlib.import_module("plotly.express").choropleth_map(
        degrees, geojson=degrees.geometry, locations=degrees.index, color="stage", hover_data=fields, map_style="white-bg", zoom=10,
        center={"lat": (south + north) / 2, "lon": (west + east) / 2},
    )  # fmt: skip
    return str(figure.to_html(include_plotlyjs=True))


PEERS: Mapping[str, Callable[[gpd.GeoDataFrame], str]] = {"lonboard": lonboard, "keplergl": keplergl, "plotly": plotly}


def installed() -> dict[str, Callable[[gpd.GeoDataFrame], str]]:
    """Return the peers that are here; say which are not."""
    missing = [name for name in PEERS if importlib.util.find_spec(name) is None]
    if missing:
        print(f"{', '.join(missing)} not installed: skipped; benchmarks/map_peers.py says how")
    return {name: build for name, build in PEERS.items() if name not in missing}


def offline(browser: Browser, path: Path) -> str:
    """Open a page with the network cut; say what it asked for and how many colours are on the screen after a while."""
    asked: list[str] = []
    page = browser.new_page(viewport={"width": 1000, "height": 700})

    def cut(route: Route) -> None:
        if route.request.url.startswith(("file:", "data:", "blob:")):
            route.continue_()
        else:
            asked.append(route.request.url)
            route.abort()

    page.route("**/*", cut)
    page.goto(path.as_uri(), timeout=90_000)
    page.wait_for_timeout(LOOK_AFTER_MS)
    seen = Image.open(io.BytesIO(page.screenshot(timeout=90_000))).convert("RGB").getcolors(COLOURS) or []
    page.close()
    shown = "blank" if len(seen) == 1 else f"{len(seen)} colours on the screen"
    return f"without network: asks for {len(asked)} remote files, {shown} after {LOOK_AFTER_MS / 1000:.0f} s"
