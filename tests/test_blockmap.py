"""The maps of usable land and of what holds it back: the figures of the commands, and a parcel that lights up its block."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import TYPE_CHECKING, Any

import make
import pyogrio
import pytest
import shapely
from chromium import show
from commands import parkgis
from webmaps import Made, definition, gathered, shipped_map, untouched, violations

from parkgis import crs, demo
from parkgis.outputs import webmap
from parkgis.outputs.webmap.content import Drawn, content
from parkgis.outputs.webmap.still import still
from parkgis.status.matters import Obstacle
from parkgis.vn2000 import WGS84
from parkgis.words.catalogue import Words
from parkgis.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A demo of few parcels, whose land is usable from half a hectare on: so that there is something to see."""
    made = demo.make(tmp_path_factory.mktemp("blocks") / "demo", 2026, 600)
    path = made.root / "parkgis.toml"
    text = re.sub(r"^min_ha = .*$", "min_ha = 0.5", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    path.write_text(text, encoding="utf-8")
    found = Workspace(made.root)
    return gathered(found, found.cut(found.config.demo_on, make.FOREVER), blocks=True)


def told(made: Made, name: str) -> dict[str, Any]:
    return content(Drawn(made.briefing, made.shapes, shipped_map(name), Words("vi")))


def asked(made: Made, *command: str) -> Any:
    known = made.briefing.known.isoformat()
    done = parkgis(*command, "--on", made.briefing.on.isoformat(), "--known", known, "--format", "json", cwd=made.workspace.root)
    assert done.returncode == 0, done.stderr
    (body,) = json.loads(done.stdout).values()
    return body


# -- the figures -------------------------------------------------------------------------------------------


def test_the_map_tells_the_figures_of_parkgis_blocks(office: Made) -> None:
    said, found = told(office, "usable")["blocks"], asked(office, "blocks")
    assert said["whole"]["usable_m2"] > 0
    for one, other in zip([said["whole"], *said["parks"]], [found["all"], *found["parks"]], strict=True):
        assert (one["id"], one["blocks"], one["usable_blocks"]) == (other["id"], other["blocks"], other["usable_blocks"])
        assert [one[name] / 10_000 for name in ("m2", "usable_m2", "largest_m2")] == pytest.approx(
            [other[name] for name in ("handed_ha", "usable_ha", "largest_ha")], abs=2e-6
        )
        assert one["share"] == pytest.approx(other["usable_share"], abs=1e-6)
        assert one["mesh_m2"] / 10_000 == pytest.approx(other["mesh_ha"], abs=1e-6)
    for block, row in zip(said["rows"], found["blocks"], strict=True):
        assert (block["project"], block["number"], block["pieces"]) == (row["project"], row["number"], row["pieces"])
        assert [block[name] for name in ("width_m", "compactness", "frontage_m")] == pytest.approx(
            [row[name] for name in ("width_m", "compactness", "frontage_m")]
        )
        assert block["rectangle_m"] == (row["rectangle_m"] or [])


def test_what_is_drawn_is_the_land_handed_over_each_piece_once(office: Made) -> None:
    laid = office.shapes.laid()
    drawn, usable = laid.land.geometry, laid.land["usable"].to_numpy()
    assert shapely.union_all(drawn.to_numpy()).area == pytest.approx(drawn.area.sum(), rel=1e-6)
    lanes = drawn.area.sum() - laid.whole.handed_m2  # they run through blocks and do not count
    assert -1 < lanes < 0.05 * laid.whole.handed_m2
    assert 0 <= drawn[usable].area.sum() - laid.whole.usable_m2 <= lanes + 1


def test_the_board_is_that_of_parkgis_blockers(office: Made) -> None:
    said, found = told(office, "blockers"), asked(office, "blockers", "--top", "30", "--bundle", "5")
    board = said["board"]
    assert [(row["project"], row["key"]) for row in board["rows"]] == [(r["project"], r["parcel"]) for r in found["blockers"]]
    unlocked = [row["unlocked_ha"] for row in found["blockers"]]
    assert [row["unlocks_m2"] / 10_000 for row in board["rows"]] == pytest.approx(unlocked, abs=2e-6)
    texts = said["texts"]["vi"]["board"]["rows"]
    assert [text["office"] for text in texts if "," not in text["obstacle"]][:3] == [r["office"] for r in found["blockers"]][:3]
    bundles = {bundle["project"]: bundle for bundle in board["bundles"]}
    for bundle in found["bundles"]:
        if bundle["unlocked_ha"] and len(bundle["parcels"]) > 1:
            assert bundles[bundle["project"]]["keys"] == bundle["parcels"]
            assert bundles[bundle["project"]]["unlocks_m2"] / 10_000 == pytest.approx(bundle["unlocked_ha"], abs=2e-6)


def test_a_map_of_one_park_tells_of_that_park_alone(office: Made, tmp_path: Path) -> None:
    park = office.shapes.laid().listed()[0][0]
    made = definition(tmp_path, f'title = "a"\nparks = ["{park}"]\n[[layers]]\nshow = "blockers"\n')
    laid = office.shapes.narrowed({park}).laid()
    assert {project for project, _ in laid.listed()} == set(laid.demand_held().open["project"]) == {park}
    assert webmap.draw(office.briefing, office.shapes, Words("vi"), made)


def test_without_land_the_maps_say_so(tmp_path: Path) -> None:
    said = told(untouched(tmp_path / "w"), "blockers")
    assert said["blocks"]["whole"]["m2"] == 0 and said["board"]["rows"] == []
    assert said["texts"]["vi"]["board"]["none"]


def test_the_picture_without_a_script_draws_the_land_too(office: Made) -> None:
    for name in ("usable", "blockers"):
        made = Drawn(office.briefing, office.shapes, shipped_map(name), Words("vi"))
        shown = {layer["id"]: layer for layer in content(made)["layers"]}
        colour = shown["usable"]["classes"][1]["colour"]
        assert f'fill="{colour}" fill-rule="evenodd"' in still(made)


# -- ticking -----------------------------------------------------------------------------------------------

LIT = """async () => {
  const { scene: { lit }, map } = parkgis, rows = [...lit._classes].flatMap((of, row) => (of === 255 ? [] : [row]));
  if (lit._map) await lit.settled();
  return { shown: map.hasLayer(lit), rows, drawn: lit._map ? lit.drawn() : null };
}"""


@pytest.mark.browser
def test_a_ticked_parcel_lights_up_the_block_it_would_open(page: Page, tmp_path: Path, office: Made) -> None:
    show(page, office.draw("blockers", "en"), tmp_path)
    held = office.shapes.laid().demand_held()
    first, second = held.board.blockers[:2]
    assert page.evaluate(LIT)["shown"] is False and page.locator("#lit").is_hidden()
    page.locator("#tick-0").focus()
    page.keyboard.press("Space")
    lit = page.evaluate(LIT)
    assert (lit["shown"], lit["rows"]) == (True, [0]) and lit["drawn"]["painted"] == 1
    assert f"Parcel {first.key}: unlocks {Words('en').ha(first.unlocked_m2)} ha alone" in page.locator("#lit").inner_text()
    place = shapely.get_coordinates(shapely.point_on_surface(held.opens[0]))
    lon, lat = crs.convert(place, office.briefing.legal_crs, WGS84)[0].tolist()
    assert page.evaluate("([lat, lon]) => parkgis.scene.lit.at(L.latLng(lat, lon))", [lat, lon]) == 0
    page.locator("#tick-1").check()
    said = page.locator("#lit").inner_text()
    assert "do not add up" in said and second.key in said
    assert Words("en").ha(first.unlocked_m2 + second.unlocked_m2) not in said
    assert "lit=0%2C1" in page.url or "lit=0,1" in page.url
    page.locator("#lang-vi").click()
    assert page.locator("#tick-1").is_checked() and "không cộng được" in page.locator("#lit").inner_text()
    assert violations(page) == []
    page.locator("#lit-clear").click()
    assert page.evaluate(LIT)["shown"] is False and not page.locator("#tick-0").is_checked()


PLACE = """const place = () => {
  const [sheet, room] = [".leaflet-popup", ".leaflet-container"].map((one) => document.querySelector(one).getBoundingClientRect());
  return [sheet.left - room.left, sheet.top - room.top, room.right - sheet.right, room.bottom - sheet.bottom].map(Math.round);
}"""


@pytest.mark.browser
def test_a_click_on_a_parcel_tells_what_it_waits_for_and_lights_it(page: Page, tmp_path: Path, office: Made) -> None:
    show(page, office.draw("blockers", "en"), tmp_path)
    opened, after = page.evaluate(f"""async () => {{
      {PLACE}
      document.querySelector("#part-board button").click();
      const now = place();
      await new Promise((done) => setTimeout(done, 400));
      return [now, place()];
    }}""")
    assert opened == after, "a sheet that slides away from under a press is closed by it"
    sheet = page.locator(".sheet").inner_text()
    first = office.shapes.laid().demand_held().board.blockers[0]
    for text in (first.key, f"{Words('en').ha(first.unlocked_m2)} ha", "Rank", "Next legal step", first.waits.office("en")):
        assert text in sheet
    page.evaluate("window.ticked = document.querySelector('.sheet input')")
    page.locator(".sheet input").check()
    assert page.evaluate(LIT)["rows"] == [0] and page.locator("#tick-0").is_checked()
    assert page.evaluate("document.activeElement === window.ticked"), "the box that was ticked is still there, and in focus"
    assert min(page.evaluate(f"() => {{ {PLACE}; return place(); }}")) >= 0, "and its sheet in the view"
    assert violations(page) == []


@pytest.mark.browser
def test_the_table_tells_every_park_and_what_its_projects_handed_over(page: Page, tmp_path: Path, office: Made) -> None:
    show(page, office.draw("usable", "en"), tmp_path)
    page.locator("#tool-table").click()
    parks, projects = page.locator("#table table").all()
    words, whole = Words("en"), office.shapes.laid().whole
    assert parks.locator("tr").count() == len(office.shapes.laid().by_park()) + 2
    for text in (words.ha(whole.usable_m2), words.percent(whole.usable_share), words.ha(whole.mesh_m2 or 0.0)):
        assert text in parks.locator("tr").last.inner_text()
    line = max(office.briefing.projects, key=lambda one: one.handed.area_m2)
    assert f"{words.ha(line.handed.area_m2)} ha" in projects.locator("tr", has_text=line.name("en")).first.inner_text()
    assert violations(page) == []


@pytest.mark.browser
def test_together_is_said_of_a_computed_bundle_alone(page: Page, tmp_path: Path, office: Made) -> None:
    held = office.shapes.laid().demand_held()
    assert held.bundles, "the demo has a bundle"
    at = len(held.board.blockers)
    show(page, office.draw("blockers", "en"), tmp_path)
    page.locator(f"#tick-{at}").check()
    said = page.locator("#lit").inner_text()
    assert f"unlocks {Words('en').ha(held.bundles[0].unlocked_m2)} ha together" in said
    ticked = page.evaluate("[...parkgis.scene.ticked._classes].filter((of) => of !== 255).length")
    assert ticked == len(held.bundles[0].keys)
    page.evaluate("window.print = () => undefined")
    page.locator("#tool-print").click()
    page.locator("#print-now").click()
    legends = page.locator("#sheet .legends").text_content() or ""
    assert "Usable land that ticked parcels would join" in legends and "highest stage" not in legends  # that layer is off


HOSTILE = "</script><img src=x onerror=alert(1)>`${alert(2)}`\u202egnp"


@pytest.mark.browser
def test_hostile_texts_on_the_board_are_shown_and_never_run(page: Page, tmp_path: Path, office: Made) -> None:
    laid = office.shapes.laid()
    held, first = laid.demand_held(), laid.demand_held().board.blockers[0]
    obstacle = Obstacle(1, "o", first.project, HOSTILE, HOSTILE, HOSTILE, office.briefing.on, None, False, HOSTILE, HOSTILE)
    bad = dataclasses.replace(first, key=HOSTILE, waits=dataclasses.replace(first.waits, obstacles=(obstacle,)))
    board = dataclasses.replace(held.board, blockers=(bad, *held.board.blockers[1:]))
    ground = held.open.copy()
    ground.loc[ground.index[0], "key"] = HOSTILE
    made = dataclasses.replace(laid, held=dataclasses.replace(held, board=board, open=ground, bundles=()))
    shapes = dataclasses.replace(office.shapes, blocks=made)
    show(page, webmap.draw(office.briefing, shapes, Words("vi"), shipped_map("blockers")), tmp_path)
    page.locator("#tick-0").check()
    assert "onerror=alert(1)" in page.locator("#lit").inner_text()
    page.locator("#part-board button").first.click()
    assert page.locator(".sheet").inner_text().count("onerror=alert(1)") >= 3  # key, obstacle, office
    page.locator(".leaflet-popup-close-button").click()
    page.locator("#tool-table").click()
    assert "onerror=alert(1)" in page.locator("#table").inner_text()


def test_the_board_names_no_land_user(office: Made) -> None:
    files = sorted((office.workspace.root / "layers" / "parcels").glob("*.gpkg"))
    names = {
        name for file in files for name in pyogrio.read_dataframe(file, columns=["holder"], read_geometry=False)["holder"].dropna()
    }
    said = json.dumps(told(office, "blockers"), ensure_ascii=False)
    assert names and not [name for name in names if name and name in said]
