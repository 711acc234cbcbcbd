"""The web map of 40,000 and 100,000 demo parcels beside GeoDataFrame.explore() and folium.GeoJson of the same attributes;
of lonboard, kepler.gl and plotly (``map_peers.py``) the file, its making, and whether it shows anything without a network.

Every page is opened in a fresh context of the same headless Chromium without a network. The peers ask the internet for
Leaflet, jQuery, Bootstrap and icons: Leaflet is answered from the wheel that our page inlines, the rest with empty files
(they draw no parcel). *Drawn* is the time from opening the file until every parcel is on the screen, two frames later,
and what the page's main thread computed of it (on a busy machine the truer of the two); *whole* until the panel beside
the map stands as well; *gap* the longest time between two frames while a script zooms and pans, *task* the most that one
task of the main thread computed meanwhile; *heap* what V8 holds after a collection, with what its buffers hold apart.

``python benchmarks/maps.py [PARCELS ...]``; ``--gaps N`` opens our page alone, N times, and tells the gaps of all its frames
and the longest task of its main thread: where that is short, a gap is the machine's.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import importlib.resources
import json
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import folium
import map_peers
from playwright.sync_api import TimeoutError, sync_playwright

from parkgis import demo
from parkgis.briefing import brief
from parkgis.outputs import map_definition, webmap
from parkgis.shapes import shapes
from parkgis.words.catalogue import Words
from parkgis.workspace import shipped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import geopandas as gpd
    from playwright.sync_api import Browser, CDPSession, Page, Route

    Builder = Callable[[gpd.GeoDataFrame], str]

SIZES = (40_000, 100_000)
BUILDS = 3
MAPS = Path(__file__).parents[1] / "maps"
LEAFLET = ("js_lib_leaflet", "static", "js_lib_leaflet")
PATIENCE_MS = 170_000
MOST_EXPORTED = 40_000  # parcels; plotly takes minutes for more
GOAL_MS = 50.5  # of a frame gap; timestamps of frames are rounded

# Told by the page itself: no polling from outside, which would steal from the two cores.
WATCH = """
addEventListener("load", async () => {
  const { body, documentElement } = document, ours = document.getElementById("content");
  const frame = () => new Promise(requestAnimationFrame);
  const told = (key) => new Promise((tell) => {
    const look = () => body.dataset[key] && tell();
    new MutationObserver(look).observe(body, { attributes: true });
    look();
  });
  if (ours) {
    await told("drawn");
    await Promise.all(Object.values(parkgis.scene.layers).map((layer) => layer.settled?.()));
  }
  await frame(); await frame();
  documentElement.dataset.drawnAfter = performance.now();
  if (ours) { await told("ready"); await frame(); await frame(); }
  documentElement.dataset.wholeAfter = performance.now();
});
"""
GAPS = """
async () => {
  const map = window.parkgis?.map ?? Object.values(window).find((value) => value instanceof L.Map);
  const wait = (ms) => new Promise((tell) => setTimeout(tell, ms));
  const gaps = []; let last = performance.now(), watching = true;
  const tick = (now) => { gaps.push(now - last); last = now; if (watching) requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
  map.setView(PLACE, 15); await wait(700);
  for (const by of [1, 1, -1, -1, -1, -1]) { map.zoomIn(by); await wait(700); }
  map.setZoom(15); await wait(700);
  for (const by of [[220, 130], [220, -90], [-220, 130], [-220, -90], [220, 130], [220, -90], [-220, 130], [-220, -90]]) {
    map.panBy(by, {animate: true, duration: 0.25}); await wait(400);
  }
  watching = false;
  return gaps;
}
"""
COUNTED = {
    "ours": "Object.values(parkgis.scene.layers).find((l) => l.spec?.show === 'parcels').drawn().seen",
    "peer": "document.querySelectorAll('path.leaflet-interactive').length",
}


@dataclasses.dataclass(frozen=True)
class Run:
    """What one page cost."""

    name: str
    build_s: float
    size_mb: float
    drawn_s: float
    cpu_s: float
    whole_s: float
    parcels: int
    heap_mb: float
    buffers_mb: float
    gap_ms: float
    task_ms: float

    def row(self) -> str:
        return (
            f"{self.name:<22} file {self.size_mb:6.2f} MB   build {self.build_s:5.2f} CPU s   "
            f"drawn {self.drawn_s:6.2f} s, {self.cpu_s:5.2f} CPU s, whole {self.whole_s:6.2f} s ({self.parcels:,} parcels)   "
            f"heap {self.heap_mb:5.1f} + {self.buffers_mb:4.1f} MB   gap {self.gap_ms:5.0f} ms, task {self.task_ms:4.0f} CPU ms"
        )


def material(folder: Path, parcels: int) -> tuple[Any, Any, gpd.GeoDataFrame]:
    """Return a briefing and shapes of a demo workspace, and the frame with the attributes our page carries."""
    made = demo.make(folder, parcels=parcels)
    snapshot = made.snapshot(made.cut(on=dt.date(2026, 10, 31)))
    found = shapes(made, snapshot)
    days = [column for column in found.parcels if column.startswith("day_")]
    return brief(made, snapshot), found, found.parcels[["project", "key", "land_use", "area_in_m2", "stage", *days, "geometry"]]


def builders(briefing: Any, found: Any, frame: gpd.GeoDataFrame) -> dict[str, Callable[[], str]]:
    source = MAPS if MAPS.exists() else shipped() / "maps"
    definition = map_definition.read(source / "clearance.toml")
    fields = [column for column in frame if column != "geometry"]

    def explored() -> str:
        return str(frame.explore(column="stage", tiles=None).get_root().render())

    def geojson() -> str:
        drawn = folium.Map(tiles=None)
        tooltip = folium.GeoJsonTooltip(fields)
        degrees = frame.to_crs(4326)
        folium.GeoJson(degrees, tooltip=tooltip).add_to(drawn)
        west, south, east, north = degrees.total_bounds.tolist()
        drawn.fit_bounds([[south, west], [north, east]])
        return str(drawn.get_root().render())

    return {
        "parkgis map": lambda: webmap.draw(briefing, found, Words("vi"), definition),
        "GeoDataFrame.explore": explored,
        "folium.GeoJson": geojson,
    }


def built(build: Callable[[], str], runs: int) -> tuple[str, float]:
    """Return the page and the least CPU time of some builds."""
    spent = []
    for _ in range(runs):
        start = time.process_time()
        page = build()
        spent.append(time.process_time() - start)
    return page, min(spent)


def answer(route: Route) -> None:
    name = route.request.url.rpartition("/")[2]
    if route.request.url.startswith("file:"):
        route.continue_()
    elif name in ("leaflet.js", "leaflet.css"):
        package, *folders = LEAFLET
        kind = "text/javascript" if name.endswith("js") else "text/css"
        route.fulfill(
            body=importlib.resources.files(package).joinpath(*folders, name).read_text(encoding="utf-8"), content_type=kind
        )
    else:
        route.fulfill(body="", content_type="text/javascript" if name.endswith("js") else "text/css")


def opened(
    browser: Browser, path: Path, place: list[float], counted: str
) -> tuple[float, float, float, int, float, float, float, float]:
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.add_init_script(WATCH)
    page.route("**/*", answer)
    tools = context.new_cdp_session(page)
    tools.send("Performance.enable", {"timeDomain": "threadTicks"})
    empty = path.with_name("empty.html")
    empty.write_text("<title>.</title>", encoding="utf-8")
    page.goto(empty.as_uri())  # so that what is counted begins in the process that opens the map
    before = _computed(tools)
    page.goto(path.as_uri(), timeout=PATIENCE_MS)
    drawn_s, cpu_s = _told(page, "drawn"), _computed(tools) - before
    whole_s, parcels = _told(page, "whole"), page.evaluate(counted)
    tools.send("HeapProfiler.enable")
    tools.send("HeapProfiler.collectGarbage")
    heap = tools.send("Runtime.getHeapUsage")
    browser.start_tracing(page=page, categories=["toplevel"])
    gap_ms = max(page.evaluate(GAPS.replace("PLACE", str(place))))
    task_ms = _longest(browser.stop_tracing())
    context.close()
    return drawn_s, cpu_s, whole_s, parcels, heap["usedSize"] / 1e6, heap["backingStorageSize"] / 1e6, gap_ms, task_ms


def _told(page: Page, when: str) -> float:
    name = f"data-{when}-after"
    return float(page.locator(f"html[{name}]").get_attribute(name, timeout=PATIENCE_MS) or "nan") / 1000


def gaps_of(browser: Browser, folder: Path, parcels: int, runs: int) -> None:
    """Print how far the frames of our page lie apart while a script zooms and pans: each run, and all together."""
    folder.mkdir()
    briefing, found, frame = material(folder / "demo", parcels)
    path = folder / "parkgis.html"
    path.write_text(builders(briefing, found, frame)["parkgis map"](), encoding="utf-8")
    script = GAPS.replace("PLACE", str(place_in(frame)))
    every: list[float] = []
    for run in range(runs):
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(path.as_uri())
        page.wait_for_selector("body[data-ready]")
        page.wait_for_timeout(1000)
        browser.start_tracing(page=page, categories=["toplevel"])
        gaps = sorted(page.evaluate(script))
        task_ms = _longest(browser.stop_tracing())
        page.close()
        every += gaps
        print(f"  run {run + 1}: {spread(gaps)}, longest task {task_ms:.0f} CPU ms", flush=True)
    print(f"  all:   {spread(sorted(every))}")


def spread(gaps: list[float]) -> str:
    """Return the distribution of sorted gaps, milliseconds; one frame in sixty a second is 16.7."""
    middle, most, last = (gaps[int(share * (len(gaps) - 1))] for share in (0.5, 0.95, 0.99))
    over = f"{sum(gap > GOAL_MS for gap in gaps)} over {GOAL_MS:.0f}"
    return f"{len(gaps)} frames, median {middle:.1f}, p95 {most:.1f}, p99 {last:.1f}, max {gaps[-1]:.1f} ms, {over}"


def place_in(frame: gpd.GeoDataFrame) -> list[float]:
    """Return latitude and longitude of a place amid the parcels."""
    middle = frame.geometry.iloc[[len(frame) // 2]].to_crs(4326).iloc[0].centroid
    return [middle.y, middle.x]


def _computed(tools: CDPSession) -> float:
    return float(next(m["value"] for m in tools.send("Performance.getMetrics")["metrics"] if m["name"] == "TaskDuration"))


def _longest(trace: bytes) -> float:
    """Return the most that one task of any page's main thread computed, milliseconds."""
    events = json.loads(trace)["traceEvents"]
    named = (e for e in events if e["name"] == "thread_name" and e["args"]["name"] == "CrRendererMain")
    threads = {(e["pid"], e["tid"]) for e in named}
    spent = (e.get("tdur", 0) for e in events if e["name"].endswith("RunTask") and (e["pid"], e["tid"]) in threads)
    return max(spent, default=0) / 1000


def measure(browser: Browser, folder: Path, parcels: int) -> tuple[list[Run], gpd.GeoDataFrame]:
    folder.mkdir()
    briefing, found, frame = material(folder / "demo", parcels)
    runs = []
    for name, build in builders(briefing, found, frame).items():
        ours = name == "parkgis map"
        html, build_s = built(build, BUILDS if ours else 1)
        path = folder / f"{name.partition(' ')[0]}.html"
        path.write_text(html, encoding="utf-8")
        try:
            measured = opened(browser, path, place_in(frame), COUNTED["ours" if ours else "peer"])
        except TimeoutError:
            size_mb = len(html.encode()) / 1e6
            print(f"{name:<22} file {size_mb:6.2f} MB   build {build_s:5.2f} CPU s   not drawn after {PATIENCE_MS / 1000:.0f} s")
            continue
        runs.append(Run(name, build_s, len(html.encode()) / 1e6, *measured))
        print(runs[-1].row(), flush=True)
    return runs, frame


def export(browser: Browser, folder: Path, builds: Mapping[str, Builder], frame: gpd.GeoDataFrame, ours: Run) -> None:
    """Print what exports of other libraries cost to build, and whether they show anything without a network."""
    for name, build in builds.items():
        html, build_s = built(lambda build=build: build(frame), 1)  # type: ignore[misc]
        path, size_mb = folder / f"{name}.html", len(html.encode()) / 1e6
        path.write_text(html, encoding="utf-8")
        ratios = f"{size_mb / ours.size_mb:.0f}x / {build_s / ours.build_s:.1f}x ours"
        print(f"{name:<22} file {size_mb:6.2f} MB   build {build_s:5.2f} CPU s   {ratios}   {map_peers.offline(browser, path)}")


RATIOS = ("size_mb", "build_s", "drawn_s", "cpu_s", "heap_mb", "gap_ms", "task_ms")


def compare(ours: Run, peer: Run) -> None:
    times = [f"{name.partition('_')[0]} {getattr(peer, name) / getattr(ours, name):.0f}x" for name in RATIOS]
    print(f"  {peer.name} / ours: {', '.join(times)}")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("parcels", nargs="*", type=int)
    asked.add_argument("--gaps", type=int, default=0, metavar="N", help="measure only our own page's frame gaps, N times")
    said = asked.parse_args()
    others = {} if said.gaps else map_peers.installed()
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as name:
        for parcels in said.parcels or (SIZES[-1:] if said.gaps else SIZES):
            browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
            print(f"{parcels:,} parcels")
            folder = Path(name) / str(parcels)
            if said.gaps:
                gaps_of(browser, folder, parcels, said.gaps)
            else:
                (ours, *peers), frame = measure(browser, folder, parcels)
                for peer in peers:
                    compare(ours, peer)
                export(browser, folder, others if parcels <= MOST_EXPORTED else {}, frame, ours)
            browser.close()


if __name__ == "__main__":
    main()
