"""Every shipped map of the demo workspace and of the shipped one, at three sizes and in two languages, without a network."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from chromium import show
from goldenmaps import picture, same
from webmaps import Made, of_demo, untouched, violations

from parkgis.outputs.webmap import colours
from parkgis.outputs.webmap.colours import stage_classes

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

MAPS = ("overview", "clearance", "usable", "blockers", "change", "public")
SIZES = ((1400, 900), (1024, 700), (390, 800))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    folder = tmp_path_factory.mktemp("maps")
    return {"demo": of_demo(folder / "demo", blocks=True), "shipped": untouched(folder / "shipped")}


@pytest.mark.parametrize("name", MAPS)
@pytest.mark.parametrize("kind", ["demo", "shipped"])
def test_every_map_at_three_sizes_in_two_languages(page: Page, tmp_path: Path, made: dict[str, Made], kind: str, name: str) -> None:
    compare = dt.date(2026, 3, 31) if name == "change" else None
    show(page, made[kind].draw(name, compare=compare), tmp_path)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for lang in ("en", "vi"):
            page.locator(f"#lang-{lang}").click()
            assert page.locator("html").get_attribute("lang") == lang
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.locator("#map_parkgis").bounding_box()["height"] > 0.35 * height  # type: ignore[index]
            seen = picture(page, close=(width, height) == SIZES[1])
            assert same(seen, f"{kind}-{name}-{width}", tmp_path / f"golden-{lang}") == ""  # only the letters differ
        if width == SIZES[0][0] or (kind == "demo" and width == SIZES[2][0]):
            assert violations(page) == []
    assert page.locator(".failed").first.is_hidden()
    drawn = page.evaluate(
        """() => Object.fromEntries(Object.entries(parkgis.scene.layers).filter(([, layer]) => layer.drawn && layer._map)
             .map(([id, layer]) => [id, layer.drawn()]))"""
    )
    assert all(layer["painted"] == layer["seen"] for layer in drawn.values()), drawn
    assert "DEMO" in page.title() if kind == "demo" else "DEMO" not in page.title()


def test_a_golden_picture_tells_one_class_in_another_colour_and_a_layer_that_is_missing(
    page: Page, tmp_path: Path, made: dict[str, Made], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PARKGIS_GOLDEN", raising=False)
    name, folder = f"demo-clearance-{SIZES[1][0]}", tmp_path / "golden"
    page.set_viewport_size({"width": SIZES[1][0], "height": SIZES[1][1]})
    ramp = colours.STAGE_RAMP
    monkeypatch.setattr(colours, "STAGE_RAMP", ("#c7e9b4", *ramp[1:]))  # the palest yellow
    show(page, made["demo"].draw("clearance", "en"), tmp_path)
    assert "clearly off" in same(picture(page, close=True), name, folder)
    assert sorted(path.stem.removeprefix(f"{name}-") for path in folder.iterdir()) == ["difference", "expected", "got"]
    monkeypatch.setattr(colours, "STAGE_RAMP", ramp)
    show(page, made["demo"].draw("clearance", "en"), tmp_path)
    assert same(picture(page, close=True), name, folder) == ""  # the other language
    page.evaluate("() => { parkgis.scene.layers.tranches.remove(); }")
    assert "clearly off" in same(picture(page, close=True), name, folder)


def test_the_public_map_holds_no_parcel_no_document_and_no_way_in(page: Page, tmp_path: Path, made: dict[str, Made]) -> None:
    html = made["demo"].draw("public")
    show(page, html, tmp_path)
    keys = made["demo"].shapes.parcels["key"]
    held = page.evaluate(
        "JSON.stringify(parkgis.content) + Object.values(parkgis.tables).map(t => JSON.stringify(t.dictionaries)).join()"
    )
    assert not [key for key in keys if key in held]
    assert not [paper.number for paper in made["demo"].briefing.papers if paper.number in held]
    assert set(page.evaluate("Object.keys(parkgis.tables)")) == {"projects", "stages"}
    page.evaluate("parkgis.map.setZoom(30, {animate: false})")
    metres = page.evaluate("40075016.686 * Math.cos(21.1 * Math.PI / 180) / 256 / 2 ** parkgis.map.getZoom()")
    assert metres * 96 / 0.0254 >= 25_000 * 0.98  # never closer than the published scale
    assert page.evaluate("parkgis.tables.stages.rows") > 0


def test_changes_are_those_between_the_two_days(page: Page, tmp_path: Path, made: dict[str, Made]) -> None:
    of = made["demo"]
    show(page, of.draw("change", "en", dt.date(2026, 3, 31)), tmp_path)
    epoch = dt.date(1970, 1, 1)
    days = of.shapes.parcels["day_handed_developer"].to_numpy()
    between = int(((days > (dt.date(2026, 3, 31) - epoch).days) & (days <= (of.briefing.on - epoch).days)).sum())
    legend = page.locator("#part-legend-parcels li", has_text="Handed over").locator(".count").inner_text()
    assert int(legend.replace(",", "")) == between > 0
    assert "between 31/03/2026 and 31/10/2026" in page.locator("#time .sum").inner_text()
    assert page.locator("#swipe").count() == 0  # one picture of the change, not two days


def test_colours_cover_the_land_in_the_shares_of_its_stages(page: Page, tmp_path: Path, made: dict[str, Made]) -> None:
    """The picture against the ground truth: pixels a colour, beside areas a stage."""
    of = made["demo"]
    show(page, of.draw("clearance"), tmp_path)
    project = of.shapes.parcels["project"].mode()[0]
    pixels = page.evaluate(
        """(project) => { const { tables: { parcels: t }, scene, map } = parkgis;
             const rows = [...Array(t.rows).keys()].filter((r) => t.text("project", r) === project);
             const box = (f) => (i) => f(...rows.map((r) => t.box[4 * r + i]));
             const west = box(Math.min)(0), south = box(Math.min)(1), east = box(Math.max)(2), north = box(Math.max)(3);
             const at = (x, y) => L.Projection.SphericalMercator.unproject(L.point(t.centre[0] + x, t.centre[1] + y));
             const width = 900, height = Math.round(width * (north - south) / (east - west));
             const canvas = Object.assign(document.createElement("canvas"), { width, height });
             const context = canvas.getContext("2d");
             const bounds = L.latLngBounds(at(west, south), at(east, north));
             scene.layers.parcels.drawTo(context, { bounds, width, height, scale: 1 });
             const { data } = context.getImageData(0, 0, width, height), count = {};
             for (let i = 0; i < data.length; i += 4) if (data[i + 3] === 255) {
               const colour = "#" + [0, 1, 2].map((k) => data[i + k].toString(16).padStart(2, "0")).join("");
               count[colour] = (count[colour] ?? 0) + 1;
             }
             return count; }""",
        project,
    )
    of_stage = {"" if c.code == "none" else c.code: c.colour for c in stage_classes()}
    land = of.shapes.parcels[of.shapes.parcels["project"] == project]
    areas = land.geometry.area.groupby(land["stage"]).sum()
    painted = sum(pixels.get(colour, 0) for colour in of_stage.values())
    assert painted > 0.5 * sum(pixels.values())  # the rest are edges, darker than their class
    for stage, area in areas.items():
        assert pixels.get(of_stage[str(stage)], 0) / painted == pytest.approx(area / areas.sum(), abs=0.03), stage
