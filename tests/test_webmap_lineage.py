"""Splits and merges on the slider: an earlier day shows the parcels that stood then, and says where it cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import make
import pytest
from chromium import show
from test_webmap import drawing, lonlat, look_at, popup

from parkgis.layers.write import write_parcels
from parkgis.outputs.webmap.encode import decode, encode
from parkgis.outputs.webmap.tables import DAY_ZERO, ever, parcels
from parkgis.shapes import shapes
from parkgis.status.fold import number

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from parkgis.workspace import Workspace

BOXES = {
    "09/1/1": (0, 0, 40, 40),
    "09/1/2": (40, 0, 120, 40),  # split on 10 April into 3 and 4
    "09/1/3": (40, 0, 80, 40),
    "09/1/4": (80, 0, 120, 40),
    "09/1/5": (0, 40, 40, 80),  # merged with 6 on 10 May into 7
    "09/1/6": (40, 40, 80, 80),
    "09/1/7": (0, 40, 80, 80),
    "09/1/8": (80, 40, 100, 80),  # split from 99, which no layer holds
    "09/1/9": (100, 40, 120, 80),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("lineage") / "w"
    found = make.workspace(folder)
    sha256 = write_parcels(make.parcels(BOXES), folder / "layers/parcels/QV-1.gpkg", make.START)
    found.store.append(
        [
            make.layer_entry("parcels", "layers/parcels/QV-1.gpkg", sha256, project="QV"),
            make.reached("09/1/2", stage="notice", project="QV", on="2026-01-20"),
            make.reached("09/1/5", project="QV", on="2026-03-02", area_m2=1600.0),
            make.split("09/1/2", "09/1/3", "09/1/4", on="2026-04-10", project="QV"),
            make.merge("09/1/5", "09/1/6", into="09/1/7", on="2026-05-10", project="QV"),
            make.split("09/1/99", "09/1/8", "09/1/9", on="2026-05-20", project="QV"),
            make.reached("09/1/1", stage="notice", project="QV", on="2026-06-01"),
        ]
    )
    return found


def test_former_parcels_travel_with_the_days_they_were_there(made: Workspace) -> None:
    found = shapes(made, made.snapshot(made.cut(on=make.day("2026-06-30"))))
    assert set(found.parcels["key"]) == {f"09/1/{n}" for n in (1, 3, 4, 7, 8, 9)}
    assert found.former is not None and set(found.former["key"]) == {"09/1/2", "09/1/5", "09/1/6"}
    table = decode(encode(parcels(ever(found), "EPSG:9209", found.history.lives)))
    split, merge = (number(make.day(day)) - DAY_ZERO for day in ("2026-04-10", "2026-05-10"))
    lives = {
        f"09/1/{lot}": tuple(life) for lot, life in zip(table.ints["lot"].tolist(), table.tuples["life"].tolist(), strict=True)
    }
    assert lives == {
        "09/1/1": (0, 0), "09/1/2": (0, split), "09/1/3": (split, 0), "09/1/4": (split, 0), "09/1/5": (0, merge),
        "09/1/6": (0, merge), "09/1/7": (merge, 0), "09/1/8": (0, 0), "09/1/9": (0, 0),
    }  # fmt: skip
    before = shapes(made, made.snapshot(made.cut(on=make.day("2026-04-09"))))
    assert before.former is None and set(before.parcels["key"]) == {f"09/1/{n}" for n in (1, 2, 5, 6, 8, 9)}


@pytest.mark.browser
def test_each_day_shows_finds_and_tells_of_the_parcels_of_that_day(page: Page, tmp_path: Path, made: Workspace) -> None:
    show(page, drawing(made), tmp_path)
    places = {"mother": (60, 20), "daughter": (100, 20), "west": (20, 60), "east": (60, 60)}
    at = {name: [*reversed(lonlat(*place))] for name, place in places.items()}

    def on(day: str) -> tuple[list[str], int, int]:
        page.evaluate("day => parkgis.store.set({day: parkgis.speak.dayNumber(day)})", day)
        keys = [page.evaluate("place => parkgis.keyAt(place)", place).rpartition("/")[2] for place in at.values()]
        legend = sum(int(text) for text in page.locator("#part-legend-parcels .count").all_inner_texts())
        drawn = page.evaluate("parkgis.scene.layers.parcels.settled().then(() => parkgis.scene.layers.parcels.drawn())")
        assert drawn["rows"] == legend and drawn["painted"] == drawn["seen"]
        page.locator("#search").fill("09/1/2")
        return keys, legend, page.locator("#results button").count()

    look_at(page, 60, 40)
    assert on("2026-06-30") == (["3", "4", "7", "7"], 6, 0)
    assert on("2026-05-09") == (["3", "4", "5", "6"], 7, 0)
    assert on("2026-04-10") == (["3", "4", "5", "6"], 7, 0)
    assert on("2026-04-09") == (["2", "2", "5", "6"], 6, 1)
    days = page.evaluate("parkgis.content.time.days.map(parkgis.speak.iso)")
    assert {"2026-04-10", "2026-05-10"} <= set(days)
    assert "20/05/2026" in page.locator(".not-cut").inner_text()  # of 99 there is no shape
    page.mouse.click(*look_at(page, *places["mother"]))
    said = popup(page)
    assert "09/1/2" in said and "Tách thành các thửa: 09/1/3, 09/1/4" in said and "05/TĐ" in said
    page.keyboard.press("Escape")
    on("2026-06-30")
    assert page.locator(".not-cut").count() == 0
    page.mouse.click(*look_at(page, *places["west"]))
    assert "Hợp từ các thửa: 09/1/5, 09/1/6" in popup(page)


@pytest.mark.browser
def test_of_two_days_each_side_has_its_own_parcels(page: Page, tmp_path: Path, made: Workspace) -> None:
    show(page, drawing(made), tmp_path)
    x, y = look_at(page, 60, 20)
    page.locator("#compare").check()
    page.locator("#from").select_option(label="20/01/2026")
    box = page.locator("#map_parkgis").bounding_box()
    assert box is not None
    for share, key in ((x - box["x"] + 30, "09/1/2"), (x - box["x"] - 30, "09/1/3")):
        page.locator("#swipe").fill(str(round(100 * share / box["width"])))
        page.mouse.click(x, y)
        assert popup(page).startswith(f"Thửa {key}\n")
        page.keyboard.press("Escape")


@pytest.mark.browser
def test_a_merged_parcel_is_drawn_as_a_part_only_once_it_is_one(page: Page, tmp_path: Path, made: Workspace) -> None:
    show(page, drawing(made), tmp_path)
    rows = "parkgis.scene.layers.tranches.drawn().rows"
    assert page.evaluate(rows) == 1  # 5 was handed over, 6 not, and 7 not as a whole
    page.evaluate("parkgis.store.set({day: parkgis.speak.dayNumber('2026-05-09')})")
    assert page.evaluate(rows) == 0


@pytest.mark.browser
def test_what_was_recorded_before_a_split_is_told_of_the_mother(page: Page, tmp_path: Path) -> None:
    made = make.workspace(tmp_path / "w")
    boxes = {key: BOXES[key] for key in ("09/1/1", "09/1/2", "09/1/3", "09/1/4")}
    sha256 = write_parcels(make.parcels(boxes), tmp_path / "w/layers/parcels/QV-1.gpkg", make.START)
    made.store.append(
        [
            make.layer_entry("parcels", "layers/parcels/QV-1.gpkg", sha256, project="QV"),
            make.reached("09/1/2", stage="notice", project="QV", on="2026-01-20"),
            make.reached(project="QV", tranche=(60, 0, 90, 40), on="2026-03-05", area_m2=1200.0),
            make.split("09/1/2", "09/1/3", "09/1/4", on="2026-04-10", project="QV"),
            make.reached(project="QV", tranche=(100, 0, 115, 40), on="2026-05-05", area_m2=600.0),
        ]
    )
    show(page, drawing(made), tmp_path)
    mother, daughter = "bàn giao chủ đầu tư: 1.200,0 m², 05/03/2026", "bàn giao chủ đầu tư: 600,0 m², 05/05/2026"

    def told(day: str) -> str:
        page.evaluate("day => parkgis.store.set({day: parkgis.speak.dayNumber(day)})", day)
        page.mouse.click(*look_at(page, 95, 20))
        text = popup(page)
        page.keyboard.press("Escape")
        return text

    before, after = told("2026-04-09"), told("2026-06-30")
    assert "Thửa 09/1/2" in before and mother in before and daughter not in before
    assert "Thửa 09/1/4" in after and daughter in after and "05/03/2026" not in after
    assert "Phần thửa ghi nhận theo thửa cũ\n09/1/2" in after
    assert "(ghi nhận theo thửa 09/1/2)" in after and "(ghi nhận theo" not in before
