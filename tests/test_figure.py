"""Static maps: true to scale, with the web map's classes, readable by people and machines, the same bytes twice."""

from __future__ import annotations

import dataclasses
import io
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import briefings
import drawn
import make
import matplotlib
import numpy as np
import pdfplumber
import pytest
import shapely
from commands import parkgis
from hypothesis import given
from hypothesis import strategies as st

from parkgis.briefing import brief
from parkgis.errors import FontUnfit, UsageError
from parkgis.outputs.figure import A4, figure, map_alt, series
from parkgis.outputs.figure.bookmarks import text
from parkgis.outputs.figure.canvas import About, Sheet, draw, pages
from parkgis.outputs.figure.fonts import VIETNAMESE, letters_of
from parkgis.outputs.figure.ground import bar_metres, window
from parkgis.outputs.figure.land import Style, paths
from parkgis.outputs.figure.land import draw as draw_land
from parkgis.outputs.figure.scene import scene
from parkgis.outputs.webmap.colours import CHANGES, stage_classes
from parkgis.status.fold import number
from parkgis.words.catalogue import Words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from shapely.geometry.base import BaseGeometry

VI, EN = Words("vi"), Words("en")
OVERVIEW, CLEARANCE = (drawn.definition(name) for name in ("overview", "clearance"))
SMALL = (160.0, 90.0)
HANDED = stage_classes()[-1].colour


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> drawn.Drawn:
    return drawn.worked(tmp_path_factory.mktemp("worked") / "w", demo=True)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> drawn.Drawn:
    return drawn.untouched(tmp_path_factory.mktemp("untouched") / "w")


# -- scale -------------------------------------------------------------------------------------------------

SIDES = st.floats(1, 2e5)


@given(width=SIDES, height=SIDES, paper=st.tuples(st.floats(30, 400), st.floats(30, 300)))
def test_a_window_shows_all_it_was_asked_to_and_is_true_to_its_scale(
    width: float, height: float, paper: tuple[float, float]
) -> None:
    found = window((500_000.0, 2_300_000.0, 500_000.0 + width, 2_300_000.0 + height), 10, 20, *paper)
    west, south, east, north = found.bounds
    assert west < 500_000 and south < 2_300_000 and east > 500_000 + width and north > 2_300_000 + height
    assert (east - west) * 1000 / found.denominator == pytest.approx(paper[0])
    assert (north - south) * 1000 / found.denominator == pytest.approx(paper[1])
    assert found.place(west, north) == pytest.approx((10, 20), abs=1e-4)


@given(width=SIDES, room=st.floats(10, 80))
def test_a_scale_bar_is_round_and_fits(width: float, room: float) -> None:
    found = window((0.0, 0.0, width, width), 0, 0, 100, 100)
    metres = bar_metres(found, room)
    assert room / 2.5 - 1e-6 <= metres * 1000 / found.denominator <= room + 1e-6
    assert f"{metres:e}"[0] in "125" and float(f"{metres:e}".partition("e")[0]).is_integer()


def _painted(shapes: Sequence[BaseGeometry], fill: str, bounds: tuple[float, float, float, float]) -> bytes:
    def paint(sheet: Sheet) -> None:
        axes: Axes = sheet.axes(0, 0, 50.8, 50.8)
        axes.set_axis_off()
        axes.set_xlim(bounds[0], bounds[2])
        axes.set_ylim(bounds[1], bounds[3])
        draw_land(axes, list(paths(np.array(shapes, dtype=object))), Style(fill), 1.0)

    return draw(paint, (50.8, 50.8), 100, "png", About("t"))


def test_land_covers_as_many_pixels_as_its_area_says_and_holes_stay_open() -> None:
    ring = shapely.Polygon(shapely.box(10, 10, 90, 90).exterior, [shapely.box(30, 30, 70, 70).exterior])
    for shape in (ring, shapely.reverse(ring), shapely.MultiPolygon([ring])):
        found = drawn.of_colour(_painted([shape], "#0d0887", (0, 0, 100, 100)), "#0d0887")
        assert found.mean() == pytest.approx(0.48, abs=0.01)
        assert not found[100, 100] and found[30, 30]


def test_many_shapes_become_few_paths_and_none_is_lost() -> None:
    squares = [shapely.box(x, y, x + 1, y + 1) for x in range(50) for y in range(50)]
    found = list(paths(np.array([*squares, shapely.Polygon(), None], dtype=object)))
    assert len(found) == 2
    assert drawn.of_colour(_painted(squares, "#0d0887", (0, 0, 50, 50)), "#0d0887").mean() > 0.99


def test_land_handed_over_takes_the_area_on_paper_that_it_has_on_the_ground(worked: drawn.Drawn) -> None:
    """QV: 20 squares of 30 m; 11 handed over. Seen from the scene's own window, no legend, no edges."""
    only = dataclasses.replace(CLEARANCE, layers=tuple(layer for layer in CLEARANCE.layers if layer.show == "parcels"))
    park = next(p.id for p in worked.briefing.parks if "QV" in p.projects)
    found = scene(worked.briefing, worked.shapes, VI, only, park)
    handed = next(g for g in found.groups if g.style.fill == HANDED)
    picture = _painted(list(handed.shapes), HANDED, (563_000.0, 2_340_000.0, 563_300.0, 2_340_300.0))
    assert drawn.of_colour(picture, HANDED).mean() * 90_000 == pytest.approx(shapely.area(handed.shapes).sum(), rel=0.02)
    assert len(handed.shapes) == 11


# -- what a map says ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [VI, EN], ids=["vi", "en"])
def test_a_map_says_where_its_figures_come_from(worked: drawn.Drawn, words: Words) -> None:
    (page,) = drawn.texts(figure(worked.briefing, worked.shapes, words, OVERVIEW, A4, 100, "pdf"))
    briefing = worked.briefing
    for said in (
        OVERVIEW.title[words.lang], words("map.cut", on=briefing.on), briefing.digest[:12], briefing.operation, briefing.legal_crs,
        words("word.demo"), words("map.schematic_warning")[:30], words.ha(briefing.counted.area_m2), briefing.board(words.lang),
        words("figure.line_schematic"), words("map.legend_stage"),
    ):  # fmt: skip
        assert said in page, said
    for code in ("unknown", "zero", "to_25", "to_50", "to_75", "below_100", "full"):
        assert words(f"map.share_{code}") in page
    assert all(stage.split()[-1] in page for stage in (words("map.stage_none"), "1:"))


def test_every_class_stands_in_the_legend_though_it_holds_nothing(untouched: drawn.Drawn) -> None:
    found = scene(untouched.briefing, untouched.shapes, VI, OVERVIEW)
    assert [len(legend.keys) for legend in found.legends] == [7, 11, 3]
    assert sum(key.count or 0 for key in found.legends[1].keys) == 0
    (page,) = drawn.texts(figure(untouched.briefing, untouched.shapes, VI, OVERVIEW, A4, 100, "pdf"))
    assert VI("map.no_document")[:40] in page and "DEMO" not in page


def test_a_schematic_boundary_is_dashed_and_hatched_and_a_survey_is_neither(worked: drawn.Drawn) -> None:
    found = scene(worked.briefing, worked.shapes, VI, OVERVIEW)
    styles = {(group.style.hatch, group.style.dashed) for group in found.groups if group.order == 2.0}
    assert styles == {("////", True), ("", False)}


def test_projects_without_a_shape_are_said(untouched: drawn.Drawn) -> None:
    missing = {p.id for p in untouched.briefing.projects} - set(untouched.shapes.projects["project"])
    found = scene(untouched.briefing, untouched.shapes, VI, OVERVIEW)
    assert missing and any(VI("figure.undrawn", count=len(missing), projects="").split("(")[0] in w for w in found.warnings)


def test_the_same_briefing_gives_the_same_bytes(worked: drawn.Drawn) -> None:
    for form in ("png", "svg", "pdf"):
        once, again = (figure(worked.briefing, worked.shapes, VI, CLEARANCE, SMALL, 80, form) for _ in range(2))
        assert once == again, form
        assert b"20" + b"26-11" not in once[:400]


def test_an_svg_tells_its_title_and_its_text_and_runs_nothing(tmp_path: Path) -> None:
    briefing = briefings.hostile(tmp_path / "w")
    found = drawn.of(tmp_path / "w")
    svg = figure(briefing, found.shapes, VI, OVERVIEW, SMALL, 80, "svg")
    tree = ET.fromstring(svg)
    tags = {element.tag.partition("}")[2] for element in tree.iter()}
    assert "script" not in tags and not any(
        "href" in name and not value.startswith("#") for e in tree.iter() for name, value in e.items()
    )
    assert tree.get("role") == "img" and tree.get("aria-labelledby") == "title desc"
    told = {element.get("id"): element.text for element in tree if element.get("id") in ("title", "desc")}
    assert OVERVIEW.title["vi"] in (told["title"] or "") and told["desc"] == map_alt(briefing, VI, OVERVIEW)


def test_one_project_and_its_one_park_alone_make_a_map(worked: drawn.Drawn) -> None:
    line = next(p for p in worked.briefing.projects if p.id == "QV")
    one = dataclasses.replace(
        worked.briefing, projects=(line,), parks=tuple(p for p in worked.briefing.parks if p.id == line.park_id)
    )
    found = scene(one, worked.shapes, VI, CLEARANCE)
    west, south, east, north = found.bounds
    assert (round(east - west), round(north - south)) == (150, 120) and found.names == ()
    assert drawn.size(figure(one, worked.shapes, VI, CLEARANCE, SMALL, 100, "png")) == (629, 354)


def test_no_shape_at_all_shows_the_province(worked: drawn.Drawn) -> None:
    nothing = dataclasses.replace(
        worked.shapes, projects=worked.shapes.projects[:0], parcels=worked.shapes.parcels[:0], tranches=worked.shapes.tranches[:0]
    )
    assert drawn.size(figure(worked.briefing, nothing, EN, CLEARANCE, SMALL, 100, "png")) == (629, 354)


def test_a_layer_that_only_the_web_map_draws_is_refused(worked: drawn.Drawn) -> None:
    odd = dataclasses.replace(CLEARANCE, layers=(dataclasses.replace(CLEARANCE.layers[1], show="file", colour="#000000"),))
    with pytest.raises(UsageError) as refused:
        figure(worked.briefing, worked.shapes, VI, odd, SMALL, 80, "png")
    assert "only parkgis map draws" in str(refused.value.facts["why"])


def test_a_public_map_is_no_finer_than_its_published_scale_and_shows_no_parcel(worked: drawn.Drawn) -> None:
    public = drawn.definition("public")
    park = next(p.id for p in worked.briefing.parks if "QV" in p.projects)
    found = scene(worked.briefing, worked.shapes, VI, public, park)
    assert found.closest == public.published_scale == 25_000
    assert window(found.bounds, 0, 0, 200, 200, closest=found.closest).denominator >= 25_000
    assert not any(len(group.shapes) == 20 for group in found.groups)


def test_a_map_of_changes_tells_what_was_handed_over_since(worked: drawn.Drawn) -> None:
    """QV: ten squares in March and a tranche in April; QV2-1: four squares in May; one square of QV in 2025."""
    change, handed = drawn.definition("change"), CHANGES[2].colour

    def count(since: str) -> int:
        groups = scene(worked.briefing, worked.shapes, VI, change, since=number(make.day(since))).groups
        return sum(len(g.shapes) for g in groups if g.style.fill == handed and not g.style.hatch)

    assert (count("2025-12-01"), count("2025-12-31"), count("2026-04-30"), count("2026-06-01")) == (15, 14, 4, 0)


def test_usable_land_is_classed_by_size_and_the_rest_has_a_class_of_its_own(tmp_path: Path) -> None:
    """QV: eleven squares of 900 m2 in rows of five, and a strip; QV2-1: four squares. Only QV's is 0.5 ha large."""
    briefings.worked(tmp_path / "w")
    path = tmp_path / "w" / "parkgis.toml"
    path.write_text(re.sub(r"(?m)^min_ha = .*$", "min_ha = 0.5", path.read_text(encoding="utf-8")), encoding="utf-8")
    of = drawn.of(tmp_path / "w")
    found = scene(of.briefing, of.shapes, VI, drawn.definition("usable"))
    rest, *sizes = (key.count for key in found.legends[0].keys)
    land = of.shapes.laid().land
    assert (sizes, rest) == ([1, 0, 0, 0, 0], int((~land["usable"]).sum()))
    whole = of.shapes.laid().whole
    assert f"dùng được ngay {VI.ha(whole.usable_m2)} ha" in " ".join(found.warnings)
    held = scene(of.briefing, of.shapes, VI, drawn.definition("blockers")).legends
    assert [legend.title for legend in held][:2] == [VI("map.legend_ready"), VI("map.legend_gain")]
    assert sum(key.count or 0 for key in held[1].keys) == len(of.shapes.laid().demand_held().open)


# -- the series --------------------------------------------------------------------------------------------


def test_a_series_has_the_whole_and_a_page_a_park_with_bookmarks(worked: drawn.Drawn) -> None:
    some = dataclasses.replace(worked.briefing, parks=worked.briefing.parks[5:7])
    made = series(some, worked.shapes, VI, CLEARANCE)
    with pdfplumber.open(io.BytesIO(made)) as file:
        names = [title for _, title, *_ in file.doc.get_outlines()]
        pages_of = [file.doc.catalog["Lang"], len(file.pages), round(float(file.pages[0].width) / 72 * 25.4)]
    drawn_parks = [p for p in some.parks if set(p.projects) & set(worked.shapes.projects["project"])]
    assert names == [VI("figure.whole"), *(p.name_vi for p in drawn_parks)]
    assert pages_of[1:] == [len(names), 297]
    for page, park in zip(drawn.texts(made)[1:], drawn_parks, strict=True):
        assert park.name_vi.split(" (")[0] in page and VI("word.demo") in page


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_a_bookmark_keeps_its_letters(name: str) -> None:
    assert bytes.fromhex(text(name)[5:-1].decode()).decode("utf-16-be") == name


# -- fonts -------------------------------------------------------------------------------------------------


def test_the_fonts_own_letters_are_all_of_vietnamese() -> None:
    assert {"ệ", "Ặ", "ữ", "đ", "Ơ", "Z", "²"} <= VIETNAMESE and len(VIETNAMESE) > 180
    assert set(map(ord, VIETNAMESE)) <= letters_of("DejaVu Sans")


@pytest.mark.parametrize(("font", "code"), [("No Such Font", "font_missing"), ("cmr10", "font_letters")])
def test_a_font_without_vietnamese_is_refused(font: str, code: str) -> None:
    with pytest.raises(FontUnfit) as refused:
        draw(lambda _: None, SMALL, 80, "png", About("t"), font=font)
    assert refused.value.facts["why"].code == code


def test_what_a_font_cannot_draw_is_shown_as_such_and_controls_are_taken_out() -> None:
    with matplotlib.rc_context():
        sheet = Sheet(SMALL, 80)
    assert sheet.clean("Yên\u202e Phong\x00\n漢 $x$ e\u0302\u0301") == "Yên Phong \ufffd $x$ ế"


def test_lines_are_no_wider_than_their_room_and_say_when_they_were_cut() -> None:
    sheet = Sheet(SMALL, 80)
    lines = sheet.lines(briefings.LONG, 40.0, 8.0, most=3)
    assert len(lines) == 3 and lines[-1].endswith("…") and all(sheet.width_mm(line, 8.0) <= 40 for line in lines)
    assert sheet.lines("W" * 200, 40.0, 8.0)[0].endswith("…")


def test_letters_are_measured_as_matplotlib_lays_them_out() -> None:
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    said = "Bản đồ giải phóng mặt bằng theo thửa đất 1.805,00 ha"
    width, _, _ = text_to_path.get_text_width_height_descent(said, FontProperties(family="DejaVu Sans", size=10), ismath=False)
    assert Sheet(SMALL, 80).width_mm(said, 10.0) == pytest.approx(width * 25.4 / 72, rel=0.03)


def test_settings_hold_only_while_a_sheet_is_drawn() -> None:
    before = dict(matplotlib.rcParams)
    pages([("a", lambda _: None)], SMALL, 80, About("t"))
    assert dict(matplotlib.rcParams) == before
    code = "import sys, parkgis.outputs.cards; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# -- the command -------------------------------------------------------------------------------------------


def test_the_command_writes_what_it_is_asked_for(tmp_path: Path) -> None:
    make.workspace(tmp_path / "w")
    done = parkgis("figure", "--formats", "png,svg", "--size", "100x80", "--dpi", "100", "--format", "json", cwd=tmp_path / "w")
    assert done.returncode == 0, done.stderr
    written = json.loads(done.stdout)["parkgis.written/v1"]
    assert [path.rpartition(".")[2] for path in written] == ["png", "svg"]
    assert drawn.size((tmp_path / "w" / "figures" / written[0].replace("\\", "/").rpartition("/")[2]).read_bytes()) == (393, 314)


@pytest.mark.parametrize(
    "words", [("nothing",), ("overview", "--size", "huge"), ("overview", "--formats", "gif"), ("burn-up", "--series")],
)  # fmt: skip
def test_the_command_refuses_what_it_does_not_know(words: tuple[str, ...], tmp_path: Path) -> None:
    make.workspace(tmp_path / "w")
    done = parkgis("figure", *words, cwd=tmp_path / "w")
    assert done.returncode == 2 and done.stderr.count("\n") <= 2 and not (tmp_path / "w" / "figures").exists()


def test_help_shows_an_example(tmp_path: Path) -> None:
    done = parkgis("figure", "--help", cwd=tmp_path)
    assert done.returncode == 0 and "Ví dụ: parkgis figure" in " ".join(done.stdout.split())


def test_a_briefing_of_the_same_workspace_is_what_is_drawn(worked: drawn.Drawn) -> None:
    assert brief(worked.workspace, worked.snapshot).counted == worked.briefing.counted
