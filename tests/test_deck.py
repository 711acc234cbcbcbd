"""Slides: every number is the briefing's, everything is native and has words, nothing runs out of its room."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import itertools
import re
import zipfile
from typing import TYPE_CHECKING, Any

import briefings
import decks
import drawn
import make
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pptx import Presentation

from parkgis.errors import FileMissing, TemplateInvalid
from parkgis.explain import rounded
from parkgis.model import Cut
from parkgis.outputs import deck
from parkgis.outputs.deck import fit, master
from parkgis.outputs.deck.pack import packed
from parkgis.outputs.deck.parks import MOST_PARKS, MOST_ROWS, concerns
from parkgis.outputs.matters import obstacle_name
from parkgis.planning.backtest import Backtest
from parkgis.planning.forecast import Areas, Forecast, Note
from parkgis.planning.goals import Goal
from parkgis.planning.outlook import Outlook
from parkgis.words.catalogue import Words
from parkgis.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

VI, EN = Words("vi"), Words("en")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)
HOSTILE = briefings.HOSTILE
GOAL = Goal("year", "", 300.0, make.day("2026-01-01"), make.day("2026-12-31"))
FORECAST = Forecast(
    briefings.ON, GOAL.by, 3e6, 12_000.0, 4e6, 0.12, Areas(1.012e6, 1.124e6, 2.5e6, 3.1e6), draws=4000, seed=1, history_days=500,
    notes=(Note("reached", {"counted_ha": 1.0, "target_ha": 300.0}),),
)  # fmt: skip
OUTLOOK = Outlook(GOAL, Cut(briefings.ON, briefings.KNOWN), True, FORECAST, None, Backtest(months=9, pairs=40, covered_80=0.825))


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> drawn.Drawn:
    return decks.busy(tmp_path_factory.mktemp("busy") / "w")


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> drawn.Drawn:
    return decks.many(tmp_path_factory.mktemp("many") / "w")


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> drawn.Drawn:
    return drawn.untouched(tmp_path_factory.mktemp("untouched") / "w")


@pytest.fixture(scope="module")
def file(busy: drawn.Drawn) -> bytes:
    return deck.draw(decks.said(busy, VI, outlook=OUTLOOK), deck.load())


def texts(slide: Any) -> str:
    """Return all that a slide shows as text, its tables too."""
    parts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    tables = [shape.table for shape in slide.shapes if shape.has_table]
    parts += [cell.text for table in tables for row in table.rows for cell in row.cells]
    return "\n".join(parts).replace(fit.NO_BREAK, " ")


def titled(pptx: bytes, title: str) -> Any:
    (slide,) = (s for s in decks.read(pptx).slides if s.shapes.title.text_frame.text.replace(fit.NO_BREAK, " ") == title)
    return slide


def chart(slide: Any) -> Any:
    (found,) = (shape.chart for shape in slide.shapes if shape.has_chart)
    return found


def days_of(found: Any) -> list[dt.date]:
    """Return the days under a chart, which its worksheet counts as Excel does."""
    return [dt.date(1899, 12, 30) + dt.timedelta(days=float(label)) for label in found.plots[0].categories]


def notes(slide: Any) -> str:
    return str(slide.notes_slide.notes_text_frame.text).replace(fit.NO_BREAK, " ")


# -- numbers -------------------------------------------------------------------------------------------------


def test_the_first_slide_is_the_one_number(busy: drawn.Drawn, file: bytes) -> None:
    first, b = decks.read(file).slides[0], busy.briefing
    shown = texts(first)
    assert shown.split("\n")[1:3] == [VI.ha(b.counted.area_m2), "ha trên chỉ tiêu 300 ha"]
    assert f"Đạt {VI.percent(b.share)} chỉ tiêu; năm đã qua {VI.percent(b.year_gone)}" in shown
    behind = b.matters.planned_to_date_m2 - b.counted.area_m2
    assert f"Chậm {VI.ha(behind)} ha so với kế hoạch đến nay ({VI.ha(b.matters.planned_to_date_m2)} ha)" in shown
    paid, approved = (VI.number(amount / 1e9) for amount in (b.matters.paid.amount_vnd, b.matters.approved.amount_vnd))
    assert f"Đã chi trả {paid} trên {approved} tỷ đồng được phê duyệt ({VI.percent(b.matters.paid_share)})" in shown


def test_the_burn_up_chart_holds_the_briefings_hectares(busy: drawn.Drawn, file: bytes) -> None:
    b, found = busy.briefing, chart(decks.read(file).slides[0])
    days = days_of(found)
    series = {s.name: dict(zip(days, s.values, strict=True)) for s in found.plots[0].series}
    counted, target, plan, need = series.values()
    assert list(series) == [
        f"Đã bàn giao: {VI.ha(b.counted.area_m2)} ha", "Chỉ tiêu: 300 ha",
        f"Kế hoạch cả năm: {VI.ha(b.matters.plan[-1].cumulative_m2)} ha", list(series)[3],
    ]  # fmt: skip
    on, end = b.on, make.day("2026-12-31")
    assert [v for v in counted.values() if v is not None][-1] == counted[on] == pytest.approx(b.counted.area_m2 / 1e4, abs=1e-6)
    for month in b.matters.plan:
        assert plan[month.last] == pytest.approx(month.cumulative_m2 / 1e4, abs=1e-6)
    assert target[end] == 300 and need[end] == 300 and need[on] == counted[on]


def test_the_counted_line_is_a_stair(file: bytes) -> None:
    """A straight line between two hand-overs would show land that nobody had handed over yet."""
    found = chart(decks.read(file).slides[0])
    values = [(day, v) for day, v in zip(days_of(found), found.plots[0].series[0].values, strict=True) if v is not None]
    for (day, before), (following, after) in itertools.pairwise(values):
        assert before == after or (following - day).days == 1


def test_stages_are_the_briefings(busy: drawn.Drawn, file: bytes) -> None:
    bars = chart(titled(file, VI("deck.stages"))).plots[0].series[0]
    assert list(bars.values) == pytest.approx([s.area_m2 / 1e4 for s in busy.briefing.stages], abs=1e-6)
    labels = [bars.points[n].data_label.text_frame.text for n in range(len(busy.briefing.stages))]
    assert labels == [VI.ha(s.area_m2) for s in busy.briefing.stages]


def test_the_change_adds_up_and_names_its_documents(busy: drawn.Drawn, file: bytes) -> None:
    _, e = decks.told(busy.workspace, busy.snapshot.cut)
    before, after, parts = rounded(e.total, 100.0)
    assert after > before
    shown = texts(titled(file, VI("deck.change", since=decks.SINCE, on=busy.briefing.on)))
    assert f"Tăng {VI.number((after - before) / 100)} ha: từ {VI.number(before / 100)} ha lên {VI.number(after / 100)} ha" in shown
    assert f"+{VI.number(sum(parts) / 100)}" in shown and "02/BB (05/05/2026)" in shown


def test_a_park_that_matters_has_its_slide_and_its_reasons(busy: drawn.Drawn, file: bytes) -> None:
    found = {c.park.id: c for c in concerns(busy.briefing, decks.extras(busy, with_map=False).explanation)}
    assert set(found) == {"TT", "NSHL", "QV", "QV2"} or len(found) == 4
    for concern in found.values():
        shown = texts(titled(file, concern.park.name_vi))
        assert VI.ha(concern.park.counted.area_m2) in shown.split("\n")
        assert ("Chậm" in shown) == (concern.behind_units > 0) and ("quá hạn" in shown) == (concern.overdue > 0)
    kept = [p for p in busy.briefing.parks if p.id not in found]
    titles = {s.shapes.title.text_frame.text for s in decks.read(file).slides}
    assert kept and not titles & {park.name_vi for park in kept}


def test_obstacles_say_kind_place_owner_and_due_day(busy: drawn.Drawn, file: bytes) -> None:
    slide, first = titled(file, VI("deck.obstacles")), busy.briefing.matters.obstacles[0]
    (table,) = (s.table for s in slide.shapes if s.has_table)
    row = [cell.text for cell in table.rows[1].cells]
    name = next(p.name_vi for p in busy.briefing.projects if p.id == first.project)
    assert row[0] == obstacle_name(first.code, "vi") and row[1].startswith(name) and row[2] == first.owner
    assert first.due and row[3] == f"{VI.day(first.due)} (quá hạn)"
    assert all(f"Mục {o.seq}:" in notes(slide) for o in busy.briefing.matters.obstacles)


def test_a_forecast_is_a_likelihood_beside_the_hectares_of_the_cases(file: bytes) -> None:
    slide = titled(file, VI("deck.forecast", on=GOAL.by))
    shown = texts(slide)
    assert "khoảng 12 %" in shown and "từ 101,2 đến 310,0 ha; mức giữa 112,4 ha" in shown
    assert list(chart(slide).plots[0].series[0].values) == pytest.approx([1.2, 101.2, 112.4, 310.0, 300.0])
    assert "9 cuối tháng, 40 lần" in notes(slide) and VI.percent(0.825, 0) in notes(slide)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"probability": None, "end": None, "notes": (Note("no_parcels", {}),)}, "forecast.no_number"),
        ({"probability": 0.0, "notes": (Note("impossible", {"short_ha": 5.0}),)}, "deck.forecast_never"),
        ({"probability": 1.0, "counted_m2": 3e6}, "deck.forecast_sure"),
    ],
)
def test_a_forecast_without_ground_gives_no_number(busy: drawn.Drawn, change: dict[str, Any], said: str) -> None:
    outlook = dataclasses.replace(OUTLOOK, plain=dataclasses.replace(FORECAST, **change), past=None)
    slide = decks.one(decks.said(busy, VI, outlook=outlook, with_map=False), "forecast")
    assert slide.number == "" and slide.lines[0] == VI(said)
    assert not [line for line in (*slide.lines, *slide.notes) if "parkgis add" in line]  # no command on a chairman's slide
    assert not [s for s in decks.said(busy, VI, with_map=False).slides if s.key == "forecast"]


def test_english_slides_have_the_same_figures(busy: drawn.Drawn) -> None:
    vi, en = (decks.said(busy, words, with_map=False) for words in (VI, EN))
    assert [s.key for s in vi.slides] == [s.key for s in en.slides]
    for left, right in zip(vi.slides, en.slides, strict=True):
        assert left.number.translate(str.maketrans(",.", ".,")) == right.number


# -- nothing yet, too much, bad names ------------------------------------------------------------------------


def test_an_untouched_workspace_says_that_nothing_is_recorded(untouched: drawn.Drawn) -> None:
    pptx = deck.draw(decks.said(untouched, VI, with_map=False), deck.load())
    slides = decks.read(pptx).slides
    assert "0,00" in texts(slides[0]) and VI("deck.no_document", year=2026) in texts(slides[0])
    assert [s.shapes.title.text_frame.text for s in slides][2:] == [VI("deck.obstacles"), VI("deck.stages")]
    assert VI("deck.stages_none") in texts(slides[3])
    assert not any(shape.has_chart for shape in slides[3].shapes), "an empty chart tells nothing"
    assert VI("deck.change_none") in texts(slides[1]) and VI("deck.note_no_papers") in notes(slides[0])


def test_two_hundred_projects_give_twelve_parks_and_a_table(many: drawn.Drawn) -> None:
    said = decks.said(many, VI, with_map=False)
    assert sum(s.key.startswith("park:") for s in said.slides) == MOST_PARKS
    others = decks.one(said, "others")
    assert others.lines == (VI("deck.others_left", count=100 - MOST_PARKS, shown=MOST_ROWS),)
    named = "\n".join(others.notes)
    assert all(c.park.name_vi in named for c in concerns(many.briefing, decks.extras(many, with_map=False).explanation)[21:40])


@pytest.mark.parametrize("words", [VI, EN], ids=["vi", "en"])
def test_long_names_stay_inside_their_rooms(many: drawn.Drawn, words: Words) -> None:
    """Measured in a font wider than the slides': titles, lines, every row of every table."""
    for slide in decks.read(deck.draw(decks.said(many, words, with_map=False), deck.load())).slides:
        for shape in slide.shapes:
            if shape.has_table:
                rows = shape.table.rows
                bottom = shape.top + sum(row.height for row in rows)
                assert bottom <= deck.load().presentation.slide_height * 0.94, slide.shapes.title.text_frame.text
                for row in rows:
                    for n, cell in enumerate(row.cells):
                        wide = (shape.table.columns[n].width - cell.margin_left - cell.margin_right) / fit.EMU_PT
                        run = cell.text_frame.paragraphs[0].runs[0]
                        tall = (
                            fit.lines(cell.text, wide, run.font.size.pt, bold=bool(run.font.bold)) * run.font.size.pt * fit.LEADING
                        )
                        assert tall <= row.height / fit.EMU_PT
            elif shape.has_text_frame and shape.text_frame.text:
                runs = [p.runs[0] for p in shape.text_frame.paragraphs]
                sizes = [run.font.size.pt if run.font.size else None for run in runs]
                tall = sum(
                    fit.lines(run.text, shape.width / fit.EMU_PT, size) * size * fit.LEADING
                    for run, size in zip(runs, sizes, strict=True) if size
                )  # fmt: skip
                assert tall <= shape.height / fit.EMU_PT


def test_phases_of_one_long_name_stay_apart(many: drawn.Drawn) -> None:
    pptx = deck.draw(decks.said(many, VI, with_map=False), deck.load())
    (table,) = (s.table for s in titled(pptx, VI("deck.others")).shapes if s.has_table)
    names = [row.cells[0].text for row in list(table.rows)[1:]]
    assert len(set(names)) == len(names) == MOST_ROWS


def test_hostile_names_are_text_everywhere(tmp_path: Path) -> None:
    briefings.hostile(tmp_path / "w")
    entries = [
        *decks.matters(["TS", "DDHS-1", "YP-1"], each=2),
        *(make.reached(stage="handed_developer", on="2026-05-06", project="TS", paper=paper, area_m2=9.0)
          for paper in (HOSTILE, briefings.SCRIPT, briefings.CONTROL)),
    ]  # fmt: skip
    Workspace(tmp_path / "w", make.clock(start=make.at("2026-06-01"))).store.append(entries)
    found = drawn.of(tmp_path / "w")
    pptx = deck.draw(decks.said(found, VI, with_map=False), deck.load())
    with zipfile.ZipFile(io.BytesIO(pptx)) as parts:
        every = b"".join(parts.read(name) for name in parts.namelist() if name.endswith(".xml"))
        assert b"&lt;script&gt;" in every and HOSTILE.encode() in every.replace(b"&apos;", b"'")
        assert b"<script" not in every and b"\x1b" not in every
        for name in parts.namelist():
            if name.endswith(".xlsx"):
                (sheet,) = openpyxl.load_workbook(io.BytesIO(parts.read(name))).worksheets
                assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


@given(TEXT, st.floats(20, 400), st.integers(1, 3))
def test_a_shortened_text_fits(text: str, room: float, most: int) -> None:
    shown = fit.shortened(fit.plain(text), room, 10.0, most)
    assert fit.lines(shown, room, 10.0) <= most or shown == fit.ELLIPSIS


# -- what every slide carries --------------------------------------------------------------------------------


def test_every_slide_of_a_demo_says_so_and_no_other_does(untouched: drawn.Drawn, file: bytes) -> None:
    assert all(VI("word.demo") in texts(slide) for slide in decks.read(file).slides)
    real = decks.read(deck.draw(decks.said(untouched, VI, with_map=False), deck.load()))
    assert not any("DEMO" in texts(slide) for slide in real.slides)


def test_every_picture_chart_and_table_has_its_words(file: bytes) -> None:
    for slide in decks.read(file).slides:
        for shape in slide.shapes:
            if not shape.is_placeholder:
                (about,) = shape._element.xpath(".//p:cNvPr")
                assert len(about.get("descr")) > 20, shape.name


def test_notes_name_the_digest_the_definition_and_the_documents(busy: drawn.Drawn, file: bytes) -> None:
    slides = list(decks.read(file).slides)
    for slide in slides:
        assert busy.briefing.digest in notes(slide) and busy.briefing.defined(VI) in notes(slide)
    assert "01/BB ngày 02/03/2026" in notes(slides[0])
    park = titled(file, "KCN Quế Võ II")
    assert "02/BB" in notes(park) and VI("deck.park_rule", since=decks.SINCE) in notes(park)


def test_the_map_has_three_hundred_dots_an_inch(busy: drawn.Drawn) -> None:
    template = deck.load()
    room = template.size_mm("picture", "main")
    said = deck.content(busy.briefing, decks.extras(busy), VI, room)
    (shape,) = (s for s in titled(deck.draw(said, template), VI("deck.map")).shapes if hasattr(s, "image"))
    assert shape.image.size[0] / (shape.width / 914_400) == pytest.approx(300, rel=0.01)
    assert shape.width / shape.height == pytest.approx(room[0] / room[1], rel=0.01)


def test_the_same_briefing_gives_the_same_bytes_whatever_the_clock_says(busy: drawn.Drawn, file: bytes) -> None:
    again = deck.draw(decks.said(busy, VI, outlook=OUTLOOK), deck.load())
    assert again == file
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        assert {info.date_time for info in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        books = [name for name in parts.namelist() if name.endswith(".xlsx")]
        assert books
        for name in books:
            core = zipfile.ZipFile(io.BytesIO(parts.read(name))).read("docProps/core.xml")
            assert b"2026-07-01T" in core, "the hour of knowledge, not of drawing"
    assert packed(file, "2026-07-01T00:00:00Z") == packed(packed(file, "2026-01-01T00:00:00Z"), "2026-07-01T00:00:00Z")


# -- templates -----------------------------------------------------------------------------------------------


def restyled(path: Path, change: Any) -> Path:
    presentation = decks.read(deck.make())
    change(presentation)
    presentation.save(str(path))
    return path


def test_a_restyled_template_moves_and_colours_the_slides(busy: drawn.Drawn, tmp_path: Path) -> None:
    def change(presentation: Any) -> None:
        layout = presentation.slide_layouts[0]
        layout.name = "PARKGIS Number"
        place = next(p for p in layout.placeholders if p.name == "main")
        place.left, place.top, place.width, place.height = 111_111, 1_222_222, 5_333_333, 4_444_444
        presentation.slides.add_slide(presentation.slide_layouts[1])

    template = deck.load(restyled(tmp_path / "t.pptx", change))
    slides = decks.read(deck.draw(decks.said(busy, VI, with_map=False), template)).slides
    frame = next(s for s in slides[0].shapes if s.has_chart)
    assert (frame.left, frame.top, frame.width, frame.height) == (111_111, 1_222_222, 5_333_333, 4_444_444)
    assert slides[0].shapes.title.text_frame.text == VI("deck.province", year=2026), "the template's own slides are gone"


def test_a_template_that_lacks_layouts_is_refused_naming_all_of_them(tmp_path: Path) -> None:
    def change(presentation: Any) -> None:
        presentation.slide_layouts[1].name = "Ảnh"
        layout = presentation.slide_layouts[0]
        layout.shapes._spTree.remove(next(p for p in layout.placeholders if p.name == "lines")._element)

    with pytest.raises(TemplateInvalid) as refused:
        deck.load(restyled(tmp_path / "t.pptx", change))
    assert "parkgis wide; parkgis number: lines." in str(refused.value)


def test_a_foreign_or_broken_template_is_refused(tmp_path: Path) -> None:
    for name, content in (
        ("a.pptx", b"no zip"),
        ("b.pptx", b""),
        ("c.pptx", _zipped({"x.txt": b"x"})),
        ("d.pptx", deck.make()[:9000]),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(TemplateInvalid, match=re.escape("no PowerPoint presentation")):
            deck.load(path)
    with pytest.raises(FileMissing):
        deck.load(tmp_path / "none.pptx")


def _zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def test_an_ordinary_presentation_is_no_template(tmp_path: Path) -> None:
    Presentation().save(str(tmp_path / "t.pptx"))
    with pytest.raises(TemplateInvalid, match="parkgis number; parkgis wide; parkgis picture"):
        deck.load(tmp_path / "t.pptx")


def test_the_template_made_here_is_always_the_same_and_carries_nothing_of_strangers() -> None:
    made = deck.make()
    assert made == deck.make()
    names = zipfile.ZipFile(io.BytesIO(made)).namelist()
    assert not [name for name in names if "printer" in name or "thumbnail" in name]
    assert decks.read(made).core_properties.author == ""


def test_the_template_made_here_has_all_it_demands() -> None:
    template = deck.load()
    assert set(template.layouts) == set(master.LAYOUTS)
    assert {name: set(places) for name, places in template.places.items()} == {n: set(p) for n, p in master.LAYOUTS.items()}


def test_a_plan_that_is_kept_is_said_to_be(busy: drawn.Drawn) -> None:
    met = dataclasses.replace(
        busy.briefing, counted=dataclasses.replace(busy.briefing.counted, area_m2=4_000_000.0), remaining_m2=0.0
    )
    slide = decks.one(deck.content(met, decks.extras(busy, with_map=False), VI, decks.MAP_MM), "province")
    assert VI("deck.reached_target") in slide.lines and any(line.startswith("Đạt kế hoạch đến nay") for line in slide.lines)
