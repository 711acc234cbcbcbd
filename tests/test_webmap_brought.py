"""What others bring: lines, tiles, a page around the map, hostile text; and the pictures and frames that are written for it."""

from __future__ import annotations

import dataclasses
import json
import re
import warnings
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import make
import pytest
import shapely
from chromium import show
from webmaps import Made, definition, of_demo, shipped_map, untouched, violations

from parkgis import crs
from parkgis.errors import MapInvalid
from parkgis.outputs import webmap
from parkgis.outputs.webmap import embedding
from parkgis.outputs.webmap.content import Drawn
from parkgis.outputs.webmap.outlines import outlines
from parkgis.outputs.webmap.still import still
from parkgis.outputs.webmap.tiles import tile_server
from parkgis.vn2000 import WGS84
from parkgis.words.catalogue import Words

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page, Route

pytestmark = pytest.mark.browser

HOSTILE = (
    "</script><script>alert(1)</script><img src=x onerror=alert(2)>`${alert(3)}`{{7*7}}"
    "'\"\u202ecod.\u2066javascript:alert(4)&lt;]]>"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return of_demo(tmp_path_factory.mktemp("brought") / "demo")


def lines_file(path: Path, names: list[str], crs: int | None = 9209) -> None:
    """Write squares around Que Vo, each with a name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    boxes = [make.land((2000.0 * i, 0.0, 2000.0 * i + 1900, 1500.0)) for i in range(len(names))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a file without a coordinate system is what some tests want
        gpd.GeoDataFrame({"ten": names}, geometry=boxes, crs=crs).to_file(path)


LAYER = """
title = {{ vi = {text}, en = {text} }}
note = {{ vi = {text}, en = {text} }}
[[layers]]
show = "projects"
label = {{ vi = {text}, en = {text} }}
[[layers.classes]]
to = 0.5
colour = "#c7e9b4"
label = {{ vi = {text}, en = {text} }}
[[layers.classes]]
colour = "#253494"
label = {{ vi = {text}, en = {text} }}
[[layers]]
file = "layers/outlines/xa.gpkg"
label = {{ vi = {text}, en = {text} }}
attribution = {text}
name_field = "ten"
colour = "#64748b"
[[layers]]
show = "parcels"
[[layers]]
show = "labels"
"""


def test_hostile_text_from_every_side_is_shown_and_never_run(page: Page, tmp_path: Path, made: Made) -> None:
    root = tmp_path / "w"
    lines_file(root / "layers/outlines/xa.gpkg", [HOSTILE, "Xã Việt Hùng"])
    own = definition(tmp_path, LAYER.format(text=json.dumps(HOSTILE)))
    brought = outlines(own, root, "EPSG:9209")
    project = made.shapes.parcels["project"].iloc[0]
    lines = tuple(
        dataclasses.replace(
            line, name_vi=HOSTILE, name_en=HOSTILE, developer=HOSTILE, communes=HOSTILE, note=HOSTILE, source=HOSTILE
        )
        if line.id == project
        else line
        for line in made.briefing.projects
    )
    papers = tuple(dataclasses.replace(paper, number=HOSTILE) for paper in made.briefing.papers)
    briefing = dataclasses.replace(
        made.briefing, projects=lines, papers=papers, board_vi=HOSTILE, board_en=HOSTILE, workspace=HOSTILE, digest=HOSTILE
    )
    parcels = made.shapes.parcels.assign(land_use=HOSTILE)
    parcels["key"] = [f"{HOSTILE}/{i}/1" for i in range(len(parcels))]
    shapes = dataclasses.replace(made.shapes, parcels=parcels)
    show(page, webmap.draw(briefing, shapes, Words("vi"), own, outlines=brought, origins=[HOSTILE]), tmp_path)
    page.evaluate("() => document.querySelectorAll('details').forEach(d => { d.open = true; })")
    page.locator("#search").fill("alert")
    page.locator("#results button").last.click()
    assert HOSTILE in (page.locator(".sheet").text_content() or "")
    page.locator("#lang-en").click()
    page.locator("#tool-table").click()
    page.keyboard.press("Escape")
    page.evaluate("window.print = () => {}")
    page.locator("#tool-print").click()
    page.locator("#print-now").click()
    assert HOSTILE in (page.locator("#sheet h1").text_content() or "")
    assert page.locator("h1").first.text_content() == HOSTILE
    assert HOSTILE in (page.locator(".credits").text_content() or "")
    assert page.locator("img, iframe, a[href^='javascript']").count() == 0
    drawn = still(Drawn(briefing, shapes, own, Words("vi"), outlines=brought))
    nodes = list(ET.fromstring(drawn).iter())
    assert {node.tag.rpartition("}")[2] for node in nodes} <= {"svg", "title", "defs", "pattern", "rect", "path", "text"}
    assert not [name for node in nodes for name in node.attrib if name.startswith("on") or name.endswith("href")]
    (tmp_path / "still.svg").write_text(drawn, encoding="utf-8")
    page.goto((tmp_path / "still.svg").as_uri())


def test_lines_of_the_user_are_drawn_named_and_credited(page: Page, tmp_path: Path, made: Made) -> None:
    root = tmp_path / "w"
    lines_file(root / "layers/outlines/xa.gpkg", ["Xã Việt Hùng", "Xã Quế Tân"])
    own = definition(tmp_path, LAYER.format(text='"Ranh giới xã"'))
    show(page, webmap.draw(made.briefing, made.shapes, Words("vi"), own, outlines=outlines(own, root, "EPSG:9209")), tmp_path)
    ends = page.evaluate(
        "parkgis.scene.layers.file1.getLayers().map(l => { const p = l.getLatLngs(); return [p[0].lat, p[0].lng]; })"
    )
    corners = crs.convert(shapely.get_coordinates(make.land((0, 0, 1900, 1500))), "EPSG:9209", WGS84)
    assert len(ends) == 2
    assert min(abs(corners - ends[0][::-1]).sum(axis=1)) < 2e-6  # a tenth of a metre
    assert "Ranh giới xã" in page.locator(".credits").inner_text()
    page.locator("#layer-file1").uncheck()
    assert not page.evaluate("parkgis.map.hasLayer(parkgis.scene.layers.file1)")


@pytest.mark.parametrize(
    ("names", "crs", "field", "said"),
    [(["a"], None, "ten", "coordinate system"), (["a"], 9209, "tenxa", "ten"), (None, 9209, "ten", "no such file")],
)
def test_lines_that_cannot_be_drawn_are_refused_with_the_line(
    tmp_path: Path, names: list[str] | None, crs: int | None, field: str, said: str
) -> None:
    if names:
        lines_file(tmp_path / "w/layers/outlines/xa.gpkg", names, crs)
    own = definition(tmp_path, LAYER.format(text='"x"').replace('name_field = "ten"', f'name_field = "{field}"'))
    with pytest.raises(MapInvalid) as caught:
        outlines(own, tmp_path / "w", "EPSG:9209")
    assert said in str(caught.value) and caught.value.facts["line"] >= 14


# -- tiles -------------------------------------------------------------------------------------------------


def test_tiles_come_from_the_one_host_that_the_policy_names(browser: Any, tmp_path: Path, made: Made) -> None:
    text = 'title = "a"\n[[layers]]\nshow = "projects"\n[tiles]\nprovider = "OpenStreetMap.Mapnik"\n'
    own = definition(tmp_path, text)
    html = webmap.draw(made.briefing, made.shapes, Words("vi"), own, tiles=tile_server(own))
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert policy and re.findall(r"https?://[^ ;\"]+", policy[1]) == ["https://tile.openstreetmap.org"]
    context = browser.new_context(viewport={"width": 900, "height": 700})
    page = context.new_page()
    asked: list[str] = []

    def route(found: Route) -> None:
        if found.request.url.startswith("file:"):
            found.continue_()
        else:
            asked.append(found.request.url)
            found.abort()

    context.route("**/*", route)
    show(page, html, tmp_path)
    page.wait_for_timeout(300)
    assert asked and all(url.startswith("https://tile.openstreetmap.org/") for url in asked)
    assert "OpenStreetMap" in page.locator(".credits").inner_text()
    page.locator("#layer-tiles").uncheck()
    assert page.locator(".leaflet-tile").count() == 0
    context.close()


def test_tiles_that_need_a_key_say_so(tmp_path: Path) -> None:
    text = 'title = "a"\n[[layers]]\nshow = "projects"\n[tiles]\nprovider = "Thunderforest.OpenCycleMap"\n'
    with pytest.raises(MapInvalid, match="key"):
        tile_server(definition(tmp_path, text))
    server = tile_server(definition(tmp_path, text + 'key = "a b&c"\n'))
    assert server and "a%20b%26c" in server.url and server.host.startswith("https://")


# -- in a frame --------------------------------------------------------------------------------------------


def framed(folder: Path, made: Made, origins: tuple[str, ...] = ()) -> Path:
    """Write the small map, its frame and the example as `parkgis map --embed` does; return the example."""
    public = shipped_map("public")
    (folder / "small.html").write_text(made.draw("public", embed=True, origins=origins), encoding="utf-8")
    (folder / "small.svg").write_text(still(Drawn(made.briefing, made.shapes, public, Words("vi"))), encoding="utf-8")
    frame = embedding.snippet("small.html", "small.svg", "Bản đồ & <b>")
    days = ("2026-05-01", made.briefing.on.isoformat())
    page = embedding.example(frame, "Bản đồ & <b>", "vi", days, "TS", ("Sớm hơn", "Nay", "Khu", "Trả lời"))
    (folder / "example.html").write_text(page, encoding="utf-8")
    return folder / "example.html"


def answer(page: Page) -> dict[str, Any]:
    page.wait_for_timeout(250)
    told: dict[str, Any] = json.loads(page.locator("#answer").inner_text())
    return told


def test_the_example_page_talks_to_the_sandboxed_map(page: Page, tmp_path: Path, made: Made) -> None:
    page.goto(framed(tmp_path, made).as_uri())
    inside = page.frame_locator("iframe")
    inside.locator("body[data-ready]").wait_for()
    assert answer(page) == {"parkgis": 1, "map": "public", "ready": True}
    page.locator("#earlier").click()
    assert answer(page)["day"] == "2026-05-01"
    assert "01/05/2026" in inside.locator("#time .day").inner_text()
    page.locator("#park").click()
    assert answer(page)["project"] == "TS" and "Tiên Sơn" in inside.locator(".sheet h3").inner_text()
    page.locator("#language").click()
    assert answer(page)["lang"] == "en" and "Tien Son" in inside.locator(".sheet h3").inner_text()
    page.evaluate(
        """() => document.querySelector("iframe").contentWindow.postMessage(
             {parkgis: 1, lang: "__proto__", day: "2026-99-99", project: "constructor", unit: {}}, "*")"""
    )
    assert answer(page)["lang"] == "en"
    page.evaluate("document.querySelector('iframe').contentWindow.postMessage('x', '*')")
    box = page.locator("iframe").bounding_box()
    assert box and (box["width"], box["height"]) == (604, 404)  # 600 x 400 and the frame's own border
    panel = inside.locator("#panel")
    assert panel.is_hidden() and inside.locator("#map_parkgis").bounding_box()["height"] > 230  # type: ignore[index]
    page.screenshot(path=tmp_path / "framed.png")
    assert page.evaluate("document.querySelector('iframe').getAttribute('sandbox')") == "allow-scripts"


def test_a_map_for_one_site_listens_to_no_other(page: Page, tmp_path: Path, made: Made) -> None:
    page.goto(framed(tmp_path, made, ("https://www.bacninh.gov.vn",)).as_uri())
    page.frame_locator("iframe").locator("body[data-ready]").wait_for()
    page.locator("#earlier").click()
    page.wait_for_timeout(250)
    assert page.locator("#answer").inner_text() == ""
    assert "31/10/2026" in page.frame_locator("iframe").locator("#time .day").inner_text()


def test_the_still_picture_has_no_script_and_says_what_it_is(tmp_path: Path, made: Made) -> None:
    for of, lang, said in ((made, "vi", "DEMO"), (untouched(tmp_path / "w"), "en", "Figures as of 30/06/2026")):
        drawn = still(Drawn(of.briefing, of.shapes, shipped_map("public"), Words(lang)))
        assert drawn == still(Drawn(of.briefing, of.shapes, shipped_map("public"), Words(lang)))
        text = " ".join(ET.fromstring(drawn).itertext())
        assert said in text and of.briefing.digest[:12] in text and "script" not in drawn.lower()
        assert len(drawn) < 200_000


def test_the_small_map_is_for_everyone(page: Page, tmp_path: Path, made: Made) -> None:
    page.set_viewport_size({"width": 600, "height": 400})
    show(page, made.draw("public", embed=True), tmp_path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 600
    assert violations(page) == []
