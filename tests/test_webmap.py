"""The web map, opened from disk in a real browser that has no network."""

from __future__ import annotations

import csv
import dataclasses
import re
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import make
import numpy as np
import pytest
import shapely
from chromium import show

from parkgis import crs
from parkgis.briefing import brief
from parkgis.layers.write import write_boundary, write_parcels
from parkgis.outputs import webmap
from parkgis.outputs.webmap.colours import STAGE_RAMP
from parkgis.rules import stages
from parkgis.shapes import Shapes, shapes
from parkgis.status.fold import NEVER
from parkgis.vn2000 import WGS84
from parkgis.words.catalogue import Words

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from parkgis.briefing import Briefing
    from parkgis.workspace import Workspace

pytestmark = pytest.mark.browser

BOXES = make.grid(5, 4, side=40)
"""Twenty parcels 09/1/1 to 09/1/20 of 40 m in Que Vo I, which has a centre."""


def workspace(folder: Path, demo: bool = False) -> Workspace:
    """Que Vo: ten parcels handed over, one noticed, and a tranche over parts of 13, 14, 18 and 19."""
    made = make.workspace(folder)
    if demo:
        mark = folder / "parkgis.toml"
        mark.write_text(mark.read_text(encoding="utf-8").replace("demo = false", "demo = true"), encoding="utf-8")
        made = type(made)(folder, made.clock)
    sha256 = write_parcels(make.parcels(BOXES), folder / "layers/parcels/QV-1.gpkg", make.START)
    handed = [make.reached(f"09/1/{n}", project="QV", on="2026-03-02", area_m2=1600.0) for n in range(1, 11)]
    made.store.append(
        [
            make.layer_entry("parcels", "layers/parcels/QV-1.gpkg", sha256, project="QV"),
            make.reached("09/1/1", stage="notice", project="QV", on="2025-11-20"),
            make.reached("09/1/20", stage="notice", project="QV", on="2025-11-20"),
            *handed,
            make.reached(project="QV", tranche=(100, 100, 140, 140), on="2026-03-05", area_m2=1600.0),
        ]
    )
    return made


def drawing(made: Workspace, lang: str = "vi", on: str = "2026-06-30", **changes: Any) -> str:
    snapshot = made.snapshot(made.cut(on=make.day(on)))
    briefing = dataclasses.replace(brief(made, snapshot), **changes)
    return webmap.draw(briefing, shapes(made, snapshot), Words(lang))


def project_row(folder: Path, id_: str, **changes: str) -> None:
    """Change cells of one project in ``layers/projects.csv``."""
    path = folder / "layers/projects.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["project_id"] == id_:
            row.update(changes)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def lonlat(east: float, north: float) -> tuple[float, float]:
    """Return longitude and latitude of a place in metres from ``make.ORIGIN``."""
    ((lon, lat),) = crs.convert(np.array([[make.ORIGIN[0] + east, make.ORIGIN[1] + north]]), "EPSG:9209", WGS84)
    return float(lon), float(lat)


def look_at(page: Page, east: float, north: float, zoom: int = 17) -> tuple[float, float]:
    """Move the view and return where on the screen the place now is."""
    lon, lat = lonlat(east, north)
    page.evaluate("([lat, lon, zoom]) => parkgis.map.setView([lat, lon], zoom, {animate: false})", [lat, lon, zoom])
    place = page.evaluate(
        """([lat, lon]) => { const p = parkgis.map.latLngToContainerPoint([lat, lon]);
                             const r = parkgis.map.getContainer().getBoundingClientRect(); return [p.x + r.x, p.y + r.y]; }""",
        [lat, lon],
    )
    return place[0], place[1]


def popup(page: Page) -> str:
    return page.locator(".leaflet-popup-content").inner_text()


# -- the shipped workspace ---------------------------------------------------------------------------------


def test_shipped_workspace_says_zero_and_why(page: Page, tmp_path: Path) -> None:
    show(page, drawing(make.workspace(tmp_path / "w")), tmp_path)
    page.screenshot(path=tmp_path / "shipped.png")
    bar = page.locator("#bar").inner_text()
    assert "Số liệu chốt đến ngày 30/06/2026" in bar
    assert re.search(r"0,00\s*/ 300 ha", bar)
    assert "0,0 % chỉ tiêu · năm 2026 đã qua 49,6 %" in bar.replace("\n", "")
    assert "chưa có văn bản" in page.locator("#warnings").inner_text()
    assert "Ranh giới sơ họa" in page.locator("#warnings").inner_text()
    assert page.evaluate("parkgis.drawn") == {"projects": 24, "parcels": 0, "tranches": 0}
    assert [page.locator("ul.legend").nth(i).locator("li").count() for i in range(3)] == [7, 10, 3]  # empty classes too
    assert "DEMO" not in page.title() + page.locator("body").inner_text()


def test_click_on_a_park_tells_its_figures(page: Page, tmp_path: Path) -> None:
    show(page, drawing(make.workspace(tmp_path / "w")), tmp_path)
    page.locator("path.project[data-project=TS]").click()
    text = popup(page)
    for said in ("KCN Tiên Sơn", "402,81 ha", "Viglacera", "Ranh giới sơ họa", "Chưa có văn bản", "Đã bàn giao chủ đầu tư"):
        assert said in text
    assert page.locator("path.project[data-project=TS]").get_attribute("fill") == "url(#hatch-unknown)"
    assert page.locator("path.project[data-project=TS]").get_attribute("stroke-dasharray")
    page.screenshot(path=tmp_path / "park.png")


def test_projects_without_a_centre_are_listed_and_can_be_opened(page: Page, tmp_path: Path) -> None:
    show(page, drawing(make.workspace(tmp_path / "w")), tmp_path)
    listed = page.locator("details", has_text="chưa biết tâm").locator("button")
    assert listed.count() == 6
    listed.filter(has_text="Hoàn Sơn (GĐ2)").click()
    assert "Chưa có ranh giới và tâm" in popup(page)


def test_public_statements_stand_apart_with_date_bound_and_source(page: Page, tmp_path: Path) -> None:
    show(page, drawing(make.workspace(tmp_path / "w")), tmp_path)
    section = page.locator("details", has_text="Phát biểu công khai").first
    section.evaluate("node => node.querySelectorAll('details').forEach(d => { d.open = true; }) ?? (node.open = true)")
    text = section.inner_text()
    assert "không cộng vào" in text
    assert "04/2021 (tháng suy ra) Diện tích dự án: khoảng 307 ha" in text
    assert section.locator("a[href^='https://']").count() > 50


def test_english_edition_has_no_word_of_the_other(page: Page, tmp_path: Path) -> None:
    show(page, drawing(make.workspace(tmp_path / "w"), "en"), tmp_path)
    page.screenshot(path=tmp_path / "english.png")
    assert page.locator("html").get_attribute("lang") == "en"
    assert "Figures as of 30/06/2026" in page.locator("#bar").inner_text()
    assert re.search(r"0.00\s*/ 300 ha", page.locator("#bar").inner_text())
    assert "No document" in page.locator("#panel").inner_text()
    assert not re.search(
        r"[ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹđ]",
        page.locator("#bar").inner_text() + page.locator("#layers").inner_text(),
    )


# -- parcels and tranches ----------------------------------------------------------------------------------


def test_click_on_a_parcel_opens_that_parcel(page: Page, tmp_path: Path) -> None:
    show(page, drawing(workspace(tmp_path / "w")), tmp_path)
    page.mouse.click(*look_at(page, 20, 20))
    text = popup(page)
    for said in ("Thửa 09/1/1", "KCN Quế Võ", "LUC", "1.600,0 m²", "Bàn giao đất trên thực địa", "20/11/2025", "02/03/2026"):
        assert said in text
    page.screenshot(path=tmp_path / "parcel.png")
    page.locator(".leaflet-popup-content button.link").click()
    assert "KCN Quế Võ" in popup(page)
    assert page.evaluate("parkgis.drawn") == {"projects": 24, "parcels": 20, "tranches": 4}


def test_all_parcels_are_on_the_map_before_what_stands_beside_it(page: Page, tmp_path: Path) -> None:
    page.add_init_script(
        """addEventListener("DOMContentLoaded", () => new MutationObserver((_, seen) => {
             if (!document.body.dataset.drawn) return;
             seen.disconnect();
             window.first = {...parkgis.scene.layers.parcels.drawn(), size: parkgis.map.getSize(), beside: panel.childElementCount};
           }).observe(document.body, {attributes: true}));"""
    )
    show(page, drawing(workspace(tmp_path / "w")), tmp_path)
    size = page.evaluate("parkgis.map.invalidateSize(), parkgis.map.getSize()")
    assert page.evaluate("first") == {"rows": 20, "seen": 20, "painted": 20, "size": size, "beside": 0}
    assert page.locator("#panel > *").count() > 3


def test_parcel_tells_of_the_part_handed_over(page: Page, tmp_path: Path) -> None:
    show(page, drawing(workspace(tmp_path / "w")), tmp_path)
    page.mouse.click(*look_at(page, 110, 110))  # parcel 13: 80-120 by 80-120, of which the tranche has 20 x 20 m
    assert "Thửa 09/1/13" in popup(page)
    assert re.search(r"Đã bàn giao chủ đầu tư: 400,\d m², 05/03/2026", popup(page))
    page.screenshot(path=tmp_path / "tranche.png")


def test_layers_switched_off_are_neither_drawn_nor_clicked(page: Page, tmp_path: Path) -> None:
    show(page, drawing(workspace(tmp_path / "w")), tmp_path)
    for layer in ("parcels", "tranches"):
        page.locator(f"#layer-{layer}").uncheck()
    assert page.locator(".leaflet-parcels-pane canvas").count() == 0
    page.mouse.click(*look_at(page, 20, 20, zoom=14))
    assert "Thửa 09/1/1" not in popup(page)
    page.locator("#layer-parcels").check()
    assert page.locator(".leaflet-parcels-pane canvas").count() == 1


def test_a_parcel_is_painted_in_the_colour_of_its_class(page: Page, tmp_path: Path) -> None:
    show(page, drawing(workspace(tmp_path / "w")), tmp_path)
    assert painted(page, 60, 20) == STAGE_RAMP[-1]  # parcel 2, handed over
    assert painted(page, 180, 140) == STAGE_RAMP[0]  # parcel 20, noticed


def painted(page: Page, east: float, north: float) -> str:
    """Return the colour on the parcels' canvas at a place."""
    x, y = look_at(page, east, north, zoom=18)
    rgb = page.evaluate(
        """([x, y]) => { const canvas = document.querySelector(".leaflet-parcels-pane canvas");
             const box = canvas.getBoundingClientRect();
             const scale = canvas.width / box.width;
             const pixel = canvas.getContext("2d").getImageData((x - box.x) * scale, (y - box.y) * scale, 1, 1);
             return [...pixel.data.slice(0, 3)]; }""",
        [x, y],
    )
    return "#" + "".join(f"{part:02x}" for part in rgb)


HOLED = "POLYGON ((0 0, 300 0, 300 300, 0 300, 0 0), (100 100, 100 200, 200 200, 200 100, 100 100))"
PARTED = "MULTIPOLYGON (((400 0, 450 0, 450 50, 400 50, 400 0)), ((500 0, 550 0, 550 50, 500 50, 500 0)))"


def frame_of(texts: list[str], stage: str = "notice") -> gpd.GeoDataFrame:
    """Return parcels as ``Shapes`` holds them, from WKT in metres from ``make.ORIGIN``."""
    ground = shapely.transform(np.array(shapely.from_wkt(texts)), lambda xy: xy + np.array(make.ORIGIN))
    return as_parcels(ground, stage)


def as_parcels(ground: np.ndarray, stage: str = "notice") -> gpd.GeoDataFrame:
    size = len(ground)
    days = {f"day_{s.code}": np.full(size, 20_400 if s.code == stage else NEVER, np.int32) for s in stages()}
    keys = [f"09100/{i // 300 + 1}/{i % 300 + 1}" for i in range(size)]
    columns = {
        "project": ["QV"] * size,
        "key": keys,
        "land_use": ["LUC"] * size,
        "area_in_m2": shapely.area(ground),
        "stage": [stage] * size,
    }
    return gpd.GeoDataFrame({**columns, **days}, geometry=ground, crs=9209)


def with_parcels(made: Workspace, frame: gpd.GeoDataFrame, lang: str = "vi") -> str:
    briefing, found = parts(made)
    return webmap.draw(briefing, dataclasses.replace(found, parcels=frame), Words(lang))


def parts(made: Workspace) -> tuple[Briefing, Shapes]:
    snapshot = made.snapshot(made.cut(on=make.day("2026-06-30")))
    return brief(made, snapshot), shapes(made, snapshot)


def test_holes_are_not_the_parcel_and_every_part_is(page: Page, tmp_path: Path) -> None:
    show(page, with_parcels(make.workspace(tmp_path / "w"), frame_of([HOLED, PARTED])), tmp_path)

    def key_at(east: float, north: float) -> str | None:
        lon, lat = lonlat(east, north)
        found: str | None = page.evaluate("([lat, lon]) => parkgis.keyAt([lat, lon])", [lat, lon])
        return found

    assert [key_at(50, 50), key_at(150, 150), key_at(425, 25), key_at(475, 25), key_at(525, 25)] == [
        "09100/1/1", None, "09100/1/2", None, "09100/1/2"
    ]  # fmt: skip
    assert painted(page, 50, 50) == STAGE_RAMP[0]
    assert painted(page, 150, 150) == "#000000"  # nothing: the canvas is clear


def test_an_irregular_parcel_reached_as_a_whole_is_no_tranche(page: Page, tmp_path: Path) -> None:
    made = make.workspace(tmp_path / "w")
    sha256 = write_parcels(make.parcels(BOXES, irregular=["09/1/1"]), tmp_path / "w/layers/parcels/QV-1.gpkg", make.START)
    made.store.append(
        [make.layer_entry("parcels", "layers/parcels/QV-1.gpkg", sha256, project="QV"), make.reached("09/1/1", project="QV")]
    )
    show(page, drawing(made), tmp_path)
    assert page.evaluate("parkgis.drawn") == {"projects": 24, "parcels": 20, "tranches": 0}


def test_surveyed_boundary_is_solid_and_without_hatch(page: Page, tmp_path: Path) -> None:
    made = workspace(tmp_path / "w")
    path = "layers/boundaries/QV-1.gpkg"
    sha256 = write_boundary(make.land((-100, -100, 400, 400)), "QV", "survey", "EPSG:9209", tmp_path / "w" / path, make.START)
    made.store.append([make.layer_entry("boundary:survey", path, sha256, project="QV")])
    show(page, drawing(made), tmp_path)
    shape = page.locator("path.project[data-project=QV]")
    assert shape.get_attribute("stroke-dasharray") is None
    assert (shape.get_attribute("fill") or "").startswith("#")


def test_nothing_to_draw_is_still_a_map(page: Page, tmp_path: Path) -> None:
    briefing, found = parts(make.workspace(tmp_path / "w"))
    empty = Shapes(found.projects.iloc[:0], found.parcels, found.tranches)
    show(page, webmap.draw(briefing, empty, Words("vi")), tmp_path)
    assert page.evaluate("parkgis.drawn") == {"projects": 0, "parcels": 0, "tranches": 0}
    assert page.locator("details", has_text="chưa biết tâm").locator("button").count() == 30


# -- honest, safe, usable ----------------------------------------------------------------------------------


def test_demo_says_so_everywhere(page: Page, tmp_path: Path) -> None:
    show(page, drawing(workspace(tmp_path / "w", demo=True)), tmp_path)
    page.screenshot(path=tmp_path / "demo.png")
    assert page.title().startswith("DEMO – ")
    assert "DEMO" in page.locator(".demo-band").inner_text()
    assert page.locator(".demo-ribbon").is_visible()
    page.mouse.click(*look_at(page, 20, 20))
    assert popup(page).startswith("DEMO")


HOSTILE = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "`${alert(3)}`",
    "{{ 7*7 }}{% raw %}",
    "'\"><svg onload=alert(4)>",
    "\u202egnp.\u2066txt",
    "\u2028alert(5)\u2029",
    "<!--<script>",
    "]]>&amp;&lt;",
)


def test_hostile_names_are_shown_and_never_run(page: Page, tmp_path: Path) -> None:
    made = make.workspace(tmp_path / "w")
    ids = [line.id for line in made.projects if line.lat is not None][: len(HOSTILE)]
    for id_, text in zip(ids, HOSTILE, strict=True):
        project_row(tmp_path / "w", id_, name_vi=text, developer=text, communes=text, source=text)
    text = HOSTILE[0]
    frame = frame_of([HOLED] * len(HOSTILE))
    frame["key"], frame["land_use"] = [f"{one}/1/1" for one in HOSTILE], list(HOSTILE)
    briefing, found = parts(type(made)(tmp_path / "w", made.clock))
    said = [
        dataclasses.replace(made.statements[0], label=one, text=one, source=one, url=f"javascript:alert(6)//{one}", metric=one)
        for one in HOSTILE
    ]
    hostile = dataclasses.replace(briefing, board_vi=text, workspace=text, digest=text, statements=tuple(said))
    show(page, webmap.draw(hostile, dataclasses.replace(found, parcels=frame), Words("vi")), tmp_path)
    page.evaluate("() => document.querySelectorAll('details').forEach(d => { d.open = true; })")
    for id_, name in zip(ids, HOSTILE, strict=True):
        page.locator(f"button[data-project='{id_}']").first.click()
        assert name in (page.locator(".sheet h3").text_content() or "")
    page.mouse.click(*look_at(page, 50, 50))
    assert any(f"{one}/1/1" in (page.locator(".sheet h3").text_content() or "") for one in HOSTILE)
    assert page.locator(".board").text_content() == text
    assert page.locator("a[href^='javascript']").count() == 0


def test_policy_allows_no_remote_and_no_eval(tmp_path: Path) -> None:
    html = drawing(make.workspace(tmp_path / "w"))
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; script-src 'sha256-")
    assert not re.search(r"unsafe|https?:|\*", policy[1])
    assert not re.search(r"""<(?:script|img|iframe)[^>]*\ssrc=|<link[^>]*href="(?!data:)""", html)


def test_the_policy_is_alive(page: Page, browser: Any, tmp_path: Path) -> None:
    show(page, drawing(make.workspace(tmp_path / "w")), tmp_path)
    other = browser.new_context(offline=True).new_page()  # a page of its own: what it does wrong is what is wanted here
    other.goto((tmp_path / "map.html").as_uri())
    other.wait_for_selector("body[data-ready]")
    other.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.ran = true'; document.body.append(s); }"
    )
    assert other.evaluate("window.ran ?? null") is None
    other.context.close()


def test_same_briefing_same_bytes(tmp_path: Path) -> None:
    briefing, found = parts(workspace(tmp_path / "w"))
    assert webmap.draw(briefing, found, Words("vi")) == webmap.draw(briefing, found, Words("vi"))


def test_the_view_stays_near_the_land(page: Page, tmp_path: Path) -> None:
    show(page, drawing(make.workspace(tmp_path / "w")), tmp_path)
    page.evaluate("parkgis.map.setView([10, 100], 3, {animate: false})")
    page.wait_for_timeout(600)
    assert page.evaluate("parkgis.map.getBounds().intersects([[20.9, 105.8], [21.3, 106.4]])")
    assert page.evaluate("parkgis.map.getZoom()") > 9


def test_what_is_written_on_the_map_is_hidden_while_it_is_scaled(page: Page, tmp_path: Path) -> None:
    show(page, drawing(workspace(tmp_path / "w")), tmp_path)
    seen = page.evaluate(
        """async () => {
             const marks = () => [...document.querySelectorAll(".marks")].map((node) => getComputedStyle(node).visibility);
             const event = (name) => new Promise((tell) => parkgis.map.once(name, () => tell(marks())));
             const [before, during, after] = [marks(), event("zoomanim"), event("moveend")];
             parkgis.map.zoomIn(1);
             return [before, await during, await after];
           }"""
    )
    assert seen == [["visible"] * 3, ["hidden"] * 3, ["visible"] * 3]


def test_a_phone_shows_the_map_first_and_the_legend_on_demand(page: Page, tmp_path: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    show(page, drawing(workspace(tmp_path / "w")), tmp_path)
    page.screenshot(path=tmp_path / "phone.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not page.locator("#panel").is_visible()
    page.locator("#toggle").click()
    assert page.locator("#panel").is_visible()
    assert page.locator("#toggle").get_attribute("aria-expanded") == "true"
    page.screenshot(path=tmp_path / "phone-legend.png")
