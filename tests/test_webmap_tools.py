"""What the reader does with a map: days, search, languages, measuring, printing; the figures are the briefing's."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from chromium import show
from PIL import Image
from webmaps import Made, gathered, of_demo, violations

from parkgis import crs
from parkgis.vn2000 import WGS84

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return of_demo(tmp_path_factory.mktemp("tools") / "demo")


def days_of(page: Page) -> list[str]:
    found: list[str] = page.evaluate("parkgis.content.time.days.map(parkgis.speak.iso)")
    return found


def go_to(page: Page, place: int) -> None:
    page.locator("#day").fill(str(place))


# -- days --------------------------------------------------------------------------------------------------


def test_the_slider_shows_the_figures_that_the_fold_has_for_each_day(page: Page, tmp_path: Path, made: Made) -> None:
    show(page, made.draw(), tmp_path)
    days = days_of(page)
    assert days[-1] == made.briefing.on.isoformat() and len(days) > 20
    for place in (len(days) // 2, len(days) - 2):
        go_to(page, place)
        day = dt.date.fromisoformat(days[place])
        then = gathered(made.workspace, made.workspace.cut(day, made.briefing.known)).briefing
        assert (
            f"{then.counted.area_m2 / 1e4:,.2f}".translate(str.maketrans(",.", ".,")) in page.locator("#bar .number").inner_text()
        )
        handed = {line.id: round(line.handed.area_m2, 1) for line in then.projects}
        shown = page.evaluate(
            """() => { const { time, projects } = parkgis.content, { day } = parkgis.store.get();
                 return Object.keys(projects).map(id => [id, time.handed[id]?.findLast(([d]) => d <= day)?.[1] ?? 0]); }"""
        )
        assert dict(shown) == pytest.approx(handed, abs=0.2)
        assert days[place][8:] in page.locator("#time .day").inner_text()
    assert "chốt ngày 31/10/2026" in page.locator(".not-cut").inner_text()
    counts = page.locator("#part-legend-parcels .count").all_inner_texts()
    assert sum(int(text.replace(".", "")) for text in counts) == len(made.shapes.parcels)


def test_playing_walks_through_the_days_and_stops_at_the_last(page: Page, tmp_path: Path, made: Made) -> None:
    show(page, made.draw(), tmp_path)
    days = days_of(page)
    go_to(page, len(days) - 3)
    page.locator("#play").click()
    assert page.locator("#play").get_attribute("aria-label") == "Dừng"
    page.wait_for_selector("#play[aria-label='Chạy']")
    assert page.evaluate("parkgis.store.get().day === parkgis.content.time.on")
    page.get_by_role("button", name="Ngày trước").click()
    assert page.evaluate("parkgis.speak.iso(parkgis.store.get().day)") == days[-2]


def test_two_days_stand_side_by_side(page: Page, tmp_path: Path, made: Made) -> None:
    show(page, made.draw("clearance"), tmp_path)
    page.locator("#compare").check()
    page.locator("#from").select_option(index=5)
    page.locator("#swipe").fill("30")
    panes = page.evaluate("['parcels', 'parcels-earlier'].map(p => getComputedStyle(parkgis.map.getPane(p)).clipPath)")
    assert all(path.startswith("polygon") for path in panes) and panes[0] != panes[1]
    box = page.locator("#map_parkgis").bounding_box()
    line = page.locator("#swipe-line").bounding_box()
    assert box and line and abs(line["x"] - box["x"] - 0.3 * box["width"]) < 3
    assert page.locator("#swipe-line").get_attribute("data-to") == "31/10/2026"
    earlier = page.evaluate("parkgis.scene.earlier.parcels.drawn().rows")
    former = made.shapes.former
    assert former is not None and earlier == len(made.shapes.parcels) - 2 + len(former)  # one parcel that is two by now
    page.locator("#compare").uncheck()
    assert page.locator("#swipe-line").is_hidden()
    assert page.evaluate("getComputedStyle(parkgis.map.getPane('parcels')).clipPath") == "none"


def test_a_day_before_the_first_event_is_a_map_of_nothing_yet(page: Page, tmp_path: Path, made: Made) -> None:
    early = gathered(made.workspace, made.workspace.cut(dt.date(2020, 1, 1), made.briefing.known))
    show(page, early.draw(), tmp_path)
    assert "0,00" in page.locator("#bar .number").inner_text()
    assert page.locator("#day").count() == 0  # one day only: nothing to slide
    none = page.locator("#part-legend-parcels li").first.locator(".count").inner_text()
    assert int(none.replace(".", "")) == len(early.shapes.parcels) > 0


# -- search, address, language, unit -----------------------------------------------------------------------


def test_search_finds_parks_communes_and_parcels_without_diacritics(page: Page, tmp_path: Path, made: Made) -> None:
    show(page, made.draw(), tmp_path)
    field, results = page.locator("#search"), page.locator("#results button")
    for text in ("que vo", "QUẾ VÕ", "Quế Võ"):
        field.fill(text)
        assert results.count() >= 6 and all("Quế Võ" in one for one in results.all_inner_texts())
    field.fill("không có đâu")
    assert "Không tìm thấy “không có đâu”" in page.locator(".search [role=status]").inner_text()
    key = str(made.shapes.parcels["key"].iloc[7])
    field.fill(key)
    results.first.click()
    assert f"Thửa {key}" in page.locator(".sheet").inner_text()
    assert f"%3A{key.replace('/', '%2F')}" in page.url
    field.fill("tien son")
    field.press("Enter")
    assert "Tiên Sơn" in page.locator(".sheet h3").inner_text()


def test_the_address_brings_the_view_back(page: Page, tmp_path: Path, made: Made) -> None:
    show(page, made.draw(), tmp_path)
    key, project = str(made.shapes.parcels["key"].iloc[3]), str(made.shapes.parcels["project"].iloc[3])
    go_to(page, 12)
    page.locator("#layer-labels").uncheck()
    page.locator("#lang-en").click()
    page.locator("#part-settings summary").click()
    page.locator("#unit").select_option("m2")
    page.locator("#theme").select_option("dark")
    page.evaluate("([id, key]) => parkgis.store.set({at: `${id}:${key}`})", [project, key])
    address, state = page.url, page.evaluate("JSON.stringify({...parkgis.store.get()})")
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector("body[data-ready]")
    assert json.loads(page.evaluate("JSON.stringify({...parkgis.store.get()})")) == json.loads(state)
    assert f"Parcel {key}" in page.locator(".sheet").inner_text()
    assert page.evaluate("document.documentElement.classList.contains('dark')")
    assert not page.locator("#layer-labels").is_checked()
    assert violations(page) == []  # dark, with an open sheet


@pytest.mark.parametrize(
    "fragment",
    ["#view=a/b/c&day=9999&lang=xx&at=__proto__&on=,,&unit=acre", "#%E0%A4%A", "#at=<img src=x onerror=alert(1)>&day=2026-13-45"],
)
def test_a_hostile_address_is_passed_over(page: Page, tmp_path: Path, made: Made, fragment: str) -> None:
    path = tmp_path / "map.html"
    path.write_text(made.draw("public"), encoding="utf-8")
    page.goto(path.as_uri() + fragment)
    page.wait_for_selector("body[data-ready]")
    assert page.evaluate("parkgis.store.get().lang") == "vi"
    assert page.evaluate("parkgis.store.get().day === parkgis.content.time.on")


def test_unit_and_language_change_every_figure(page: Page, tmp_path: Path, made: Made) -> None:
    show(page, made.draw(), tmp_path)
    page.locator("button[data-project=TS]").click()
    assert "402,81 ha" in page.locator(".sheet").inner_text()
    page.locator("#lang-en").click()
    assert "402.81 ha" in page.locator(".sheet").inner_text() and page.title().startswith("DEMO – Industrial")
    page.locator("#part-settings summary").click()
    page.locator("#unit").select_option("m2")
    assert "4,028,100.0 m²" in page.locator(".sheet").inner_text()
    assert "4,028,100.0 m²" in page.locator("button[data-project=TS]").inner_text()


# -- places and measures -----------------------------------------------------------------------------------


def test_coordinates_and_measures_are_those_of_pyproj_in_the_legal_grid(page: Page, tmp_path: Path, made: Made) -> None:
    show(page, made.draw(), tmp_path)
    box = page.locator("#map_parkgis").bounding_box()
    assert box
    page.evaluate("parkgis.map.on('mousemove', (event) => { window.pointed = [event.latlng.lat, event.latlng.lng]; })")
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    lat, lon = page.evaluate("window.pointed")
    for code in ("EPSG:9209", "EPSG:9214"):
        page.locator("#zone").select_option(code)
        ((east, north),) = crs.convert(np.array([[lon, lat]]), WGS84, code)
        x, y = re.findall(r"[XY] \([^)]*\) ([\d.,]+)", page.locator(".vn2000").inner_text())
        told = [float(text.replace(".", "").replace(",", ".")) for text in (x, y)]
        assert told == pytest.approx([north, east], abs=0.06)  # X is the northing: first
    page.evaluate("window.clicked = []; parkgis.map.on('click', ({latlng}) => window.clicked.push([latlng.lng, latlng.lat]))")
    page.locator("#tool-measure_area").click()
    corners = [(300, 150), (500, 150), (500, 350), (300, 350)]
    for dx, dy in corners:
        page.mouse.click(box["x"] + dx, box["y"] + dy)
    places = page.evaluate("window.clicked")
    xy = crs.convert(np.array(places), WGS84, "EPSG:9209")
    area = 0.5 * abs(np.dot(xy[:, 0], np.roll(xy[:, 1], -1)) - np.dot(xy[:, 1], np.roll(xy[:, 0], -1)))
    said = page.locator(".measured").inner_text()
    (m2,) = re.findall(r"= ([\d.,]+) m²", said)
    assert float(m2.replace(".", "").replace(",", ".")) == pytest.approx(area, rel=1e-6)
    assert "EPSG:9209" in said and page.locator(".sheet").count() == 0
    page.locator("#map_parkgis").focus()
    page.keyboard.press("Escape")
    assert page.locator(".measured").is_hidden()


def test_by_keyboard_alone(page: Page, tmp_path: Path, made: Made) -> None:
    show(page, made.draw("clearance"), tmp_path)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "panel"
    key = str(made.shapes.parcels["key"].iloc[0])
    inside = made.shapes.parcels.geometry.iloc[0].representative_point()
    ((lon, lat),) = crs.convert(np.array([[inside.x, inside.y]]), "EPSG:9209", WGS84)
    page.evaluate("([lat, lon]) => parkgis.map.setView([lat, lon], 18, {animate: false})", [lat, lon])
    page.locator("#map_parkgis").focus()
    page.keyboard.press("Enter")
    assert key in page.locator(".sheet h3").inner_text()
    page.keyboard.press("Escape")
    page.wait_for_selector(".sheet", state="detached")
    assert page.evaluate("document.activeElement.id") == "map_parkgis"


# -- the parcel's history ----------------------------------------------------------------------------------


def test_a_parcel_tells_its_whole_history_with_documents(page: Page, tmp_path: Path, made: Made) -> None:
    parcels = made.shapes.parcels
    days = parcels.filter(like="day_")
    row = int((days < 2**31 - 1).sum(axis=1).to_numpy().argmax())
    key, project = str(parcels["key"].iloc[row]), str(parcels["project"].iloc[row])
    show(page, made.draw(), tmp_path)
    page.locator("#search").fill(key)
    page.locator("#results button", has_text=key).first.click()
    told = page.locator(".sheet tbody tr").all_inner_texts()
    reached = {c.removeprefix("day_"): int(d) for c, d in days.iloc[row].items() if d < 2**31 - 1}
    assert len(told) >= len(reached) > 5
    for code, day in reached.items():
        date = dt.date(1970, 1, 1) + dt.timedelta(days=day)
        papers = [p.number for p in made.briefing.papers if (p.project, p.stage, p.day) == (project, code, date)]
        assert any(f"{date:%d/%m/%Y}" in line and any(number in line for number in papers) for line in told), code


def test_a_disputed_figure_is_said_to_be(page: Page, tmp_path: Path, made: Made) -> None:
    (project, key), stated = next(iter(made.shapes.history.disputed.items()))
    show(page, made.draw(lang="en"), tmp_path)
    page.locator("#search").fill(key)
    page.locator("#results button", has_text=key).first.click()
    sheet = page.locator(".sheet").inner_text()
    assert "Figure disputed" in sheet and f"document {stated:,.1f} m²" in sheet
    assert project in made.shapes.parcels["project"].to_numpy()


# -- table, paper, picture ---------------------------------------------------------------------------------


def test_the_table_has_the_figures_of_the_briefing(page: Page, tmp_path: Path, made: Made) -> None:
    show(page, made.draw(lang="en"), tmp_path)
    page.locator("#tool-table").click()
    rows = {row.locator("th").inner_text(): row.locator("td").all_inner_texts() for row in page.locator("#table tbody tr").all()}
    assert len(rows) == len(made.briefing.projects)
    for line in made.briefing.projects:
        cells = rows[line.name_en]
        assert cells[0] == f"{line.planned_ha:,.2f} ha"
        if line.handed.area_m2:
            assert cells[1] == f"{line.handed.area_m2 / 1e4:,.2f} ha"
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.locator("#table").wait_for(state="detached")  # a dialog tells that it was closed a moment later


def test_paper_has_title_legend_scale_day_and_digest_at_the_scale_asked_for(page: Page, tmp_path: Path, made: Made) -> None:
    show(page, made.draw(), tmp_path)
    page.evaluate("window.print = () => { window.printed = true; }")
    page.locator("#tool-print").click()
    page.locator("#paper").select_option("A3-portrait")
    page.locator("#scale").select_option("100000")
    page.locator("#print-now").click()
    assert page.evaluate("window.printed")
    sheet = page.locator("#sheet")
    text = sheet.text_content() or ""
    for said in ("DEMO", "Bản đồ tiến độ", "31/10/2026", made.briefing.digest, "1:100.000", "Đã bàn giao chủ đầu tư", "EPSG:6960"):
        assert said in text
    size = page.evaluate(
        "(() => { const c = document.querySelector('#sheet canvas'); return [c.width, parseFloat(c.style.width)]; })()"
    )
    assert size[1] * 25.4 / 96 == pytest.approx(277, abs=0.5) and size[0] / size[1] > 2  # mm across; dots
    pdf = page.pdf(path=tmp_path / "paper.pdf", prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox\s*\[([^\]]*)\]", pdf)
    assert len(boxes) == 1 and [round(float(n) * 25.4 / 72) for n in boxes[0].split()[2:]] == [297, 420]


@pytest.mark.parametrize(("paper", "beside"), [("A4-landscape", True), ("A3-portrait", False)])
def test_paper_shows_two_days_at_one_scale(page: Page, tmp_path: Path, made: Made, paper: str, beside: bool) -> None:
    show(page, made.draw("clearance"), tmp_path)
    page.locator("#compare").check()
    page.evaluate("window.print = () => {}")
    page.locator("#tool-print").click()
    page.locator("#paper").select_option(paper)
    page.locator("#print-now").click()
    first, last = page.evaluate("[parkgis.speak.day(parkgis.store.get().from), '31/10/2026']")
    assert page.locator("#sheet .paper-day").all_text_contents() == [first, last] and first != last
    for said in (f"{first} – {last}", f"Số lượng trong chú giải: đến ngày {last}"):
        assert said in (page.locator("#sheet").text_content() or "")
    handed, sizes = page.evaluate(
        """(() => { const all = [...document.querySelectorAll("#sheet canvas")];
             const handed = (c) => { const {data} = c.getContext("2d").getImageData(0, 0, c.width, c.height); let n = 0;
               for (let i = 0; i < data.length; i += 4) if (data[i] === 13 && data[i + 1] === 8 && data[i + 2] === 135) n++;
               return n; };
             return [all.map(handed), all.map((c) => [c.width, c.height])]; })()"""
    )
    assert handed[0] < handed[1] and sizes[0] == sizes[1]
    page.emulate_media(media="print")
    (x, y), (right, low) = page.evaluate("[...document.querySelectorAll('#sheet .frame')].map((f) => [f.offsetLeft, f.offsetTop])")
    assert (right > x and low == y) if beside else (right == x and low > y)
    pdf = page.pdf(path=tmp_path / "paper.pdf", prefer_css_page_size=True)
    assert len(re.findall(rb"/MediaBox", pdf)) == 1


def test_the_view_is_saved_as_a_picture(page: Page, tmp_path: Path, made: Made) -> None:
    show(page, made.draw("clearance"), tmp_path)
    page.locator("#tool-print").click()
    with page.expect_download() as asked:
        page.locator("#save-png").click()
    assert asked.value.suggested_filename == "DEMO-clearance-2026-10-31.png"
    asked.value.save_as(tmp_path / "view.png")
    with Image.open(tmp_path / "view.png") as picture:
        assert picture.width > 1500
        colours = {rgb for _, rgb in picture.convert("RGB").getcolors(2**24) or []}
    assert (0x0D, 0x08, 0x87) in colours  # parcels handed over are on it


# -- odd workspaces ----------------------------------------------------------------------------------------


def test_a_thousand_projects_are_one_list_and_one_map(page: Page, tmp_path: Path, made: Made) -> None:
    lines = made.briefing.projects
    many = tuple(
        dataclasses.replace(lines[i % len(lines)], id=f"N{i}", name_vi=f"KCN số {i}", name_en=f"Park {i}") for i in range(1000)
    )
    first = made.shapes.projects.iloc[[0]]
    ground: Any = pd.concat(
        [first.assign(project=f"N{i}", geometry=first.translate(900 * (i % 40), 900 * (i // 40))) for i in range(1000)]
    )
    of = dataclasses.replace(
        made, briefing=dataclasses.replace(made.briefing, projects=many), shapes=dataclasses.replace(made.shapes, projects=ground)
    )
    show(page, of.draw("public"), tmp_path)
    assert page.evaluate("parkgis.drawn.projects") == 1000
    assert page.locator("#part-all button").count() == 1000
    page.locator("#search").fill("so 999")
    page.locator("#results button").first.click()
    assert "KCN số 999" in page.locator(".sheet h3").inner_text()
