"""The days ahead stand in every format of the report with the same words and digits; what cannot be told says why."""

from __future__ import annotations

import dataclasses
import io
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import letters
import openpyxl
import pytest
from test_extras import WITHOUT
from test_pages import Read, printed

from parkgis import reporting
from parkgis.outputs import ahead, deck, letter, pages, report, workbook
from parkgis.outputs.letter.model import Grid, Paragraph
from parkgis.reporting.look import looking
from parkgis.status.series import counted_by_day
from parkgis.words.catalogue import Words

if TYPE_CHECKING:
    from pathlib import Path

    from parkgis.briefing import Briefing
    from parkgis.reporting import Beside
    from parkgis.workspace import Workspace

VI, EN = Words("vi"), Words("en")


def gathered(found: Workspace, scope: reporting.Scope = reporting.WHOLE, **wish: Any) -> tuple[Briefing, Beside]:
    snapshot = found.snapshot(found.cut(letters.ON, letters.KNOWN))
    return reporting.gather(found, snapshot, reporting.ask(found, snapshot.cut, "week", scope), looking(found, **wish))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return letters.worked(tmp_path_factory.mktemp("ahead") / "w")


@pytest.fixture(scope="module")
def pair(found: Workspace) -> tuple[Briefing, Beside]:
    return gathered(found)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Briefing, Beside]:
    return gathered(letters.untouched(tmp_path_factory.mktemp("untouched") / "u"))


def content(found: Workspace, pair: tuple[Briefing, Beside], words: Words) -> letter.Content:
    return letter.content(pair[0], letter.Extras(letterhead=found.config.letterhead, ahead=pair[1].ahead), words)


def spoken(said: letter.Content) -> str:
    return " ".join(b.text for b in said.blocks if isinstance(b, Paragraph)).replace("\u00a0", " ")


def grids(said: letter.Content) -> dict[str, Grid]:
    blocks = [*said.blocks, *(block for annex in said.annexes for block in annex.blocks)]
    return {block.key: block for block in blocks if isinstance(block, Grid)}


# -- the same in every format ------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [VI, EN], ids=["vi", "en"])
def test_numbers_are_printed_alike_in_workbook_page_and_letter(
    found: Workspace, pair: tuple[Briefing, Beside], words: Words
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook.build(pair[0], words, pair[1])), data_only=True)
    page, said = Read(pages.build(pair[0], words, pair[1])), content(found, pair, words)
    labels = {f.label: f.key for f in ahead.figures(pair[1].ahead, words)}
    row = next(row[0].row for row in book.worksheets[0].iter_rows(max_col=1) if row[0].value in labels)
    block = {
        labels[str(a.value)]: printed(b.value, b.number_format, words)
        for a, b in zip(book.worksheets[0][row], book.worksheets[0][row + 1], strict=True)
        if a.value
    }
    assert set(block) == {"chance", "p10", "p50", "p90", "covered", "factor"}
    assert {key: page.figures[key] for key in block} == block
    for text in (block[key] for key in block if key != "chance"):
        assert text in spoken(said)
    for table in (t for s in report.sheets(pair[0], words, pair[1]) for t in s.tables if t.key in ("usable", "blockers")):
        name = words(f"report.sheet_{table.key}")
        top = next(row[0].row for row in book[name].iter_rows(max_col=1) if row[0].value == table.columns[0].title)
        drawn = book[name].iter_rows(min_row=top + 1, max_row=top + len(table.rows), max_col=len(table.columns))
        cells = [[printed(cell.value, cell.number_format, words) for cell in row] for row in drawn]
        assert cells == page.tables[table.key][1:] == [list(row.cells) for row in grids(said)[table.key].rows]


def test_the_first_page_says_chance_band_and_how_such_forecasts_have_fared(found: Workspace, pair: tuple[Briefing, Beside]) -> None:
    sure = dataclasses.replace(pair[1].ahead.forecast, probability=0.354, notes=(), months=12, covered_80=0.8333)  # type: ignore[type-var]
    beside = dataclasses.replace(pair[1], ahead=dataclasses.replace(pair[1].ahead, forecast=sure))
    said = content(found, (pair[0], beside), VI)
    paragraphs = [b.text.replace("\u00a0", " ") for b in said.blocks if isinstance(b, Paragraph)]
    assert paragraphs[2].startswith("Khả năng hoàn thành chỉ tiêu 300,00 ha đúng hạn được dự báo là khoảng 35 %.")
    assert (
        "12 thời điểm cuối tháng đã qua (3 lần so sánh), khoảng dự báo 80 % chứa đúng kết quả thực tế trong 83 %" in paragraphs[2]
    )
    html = pages.build(pair[0], VI, beside)
    assert html.index("khoảng 35 %") < html.index("<nav")


def test_the_board_is_on_a_slide(found: Workspace, pair: tuple[Briefing, Beside]) -> None:
    explained = pair[1].explanation
    assert explained is not None
    extras = deck.Extras(
        series=counted_by_day(found.snapshot(found.cut(letters.ON, letters.KNOWN))), explanation=explained, ahead=pair[1].ahead
    )
    slide = next(s for s in deck.content(pair[0], extras, VI, (120.0, 60.0)).slides if s.key == "blockers")
    assert "9,00 ha trên 10,00 ha" in slide.lines[0]
    listed = ahead.board_table(pair[0], pair[1].ahead, VI)
    assert [row[:2] for row in slide.main.rows] == [(f"{r.cells[1]}, thửa {r.cells[2]}", "1,00") for r in listed.rows]  # type: ignore[union-attr]


def test_the_same_question_gives_the_same_figures(found: Workspace, pair: tuple[Briefing, Beside]) -> None:
    again = gathered(found)
    assert ahead.as_facts(again[1].ahead) == ahead.as_facts(pair[1].ahead)
    assert workbook.build(*again[:1], VI, again[1]) == workbook.build(*pair[:1], VI, pair[1])


def test_handed_over_is_what_the_other_tables_say(pair: tuple[Briefing, Beside]) -> None:
    table = ahead.usable_table(*pair[:1], pair[1].ahead, VI)
    total = dict(zip([c.key for c in table.columns], table.rows[-1].cells, strict=True))
    assert total["handed"] == pytest.approx(pair[0].stages[-1].area_m2 / 10_000)
    assert (total["counted"], total["usable"], total["rest"], total["usable_share"]) == (10.0, 9.0, 1.0, 0.9)


# -- where there is no number ------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [VI, EN], ids=["vi", "en"])
def test_without_parcels_every_format_says_why_there_is_no_forecast(
    found: Workspace, untouched: tuple[Briefing, Beside], words: Words
) -> None:
    reason = f"{words('ahead.chance_none')} {words('ahead.note_no_parcels')}"
    assert ahead.figures(untouched[1].ahead, words) == ()
    assert reason in spoken(content(found, untouched, words))
    assert words("ahead.note_no_parcels") in pages.build(untouched[0], words, untouched[1])
    sheet = openpyxl.load_workbook(io.BytesIO(workbook.build(untouched[0], words, untouched[1]))).worksheets[0]
    assert reason in [row[0].value for row in sheet.iter_rows(max_row=12)]


def test_a_project_is_held_against_its_own_plan_or_none(found: Workspace) -> None:
    planned = gathered(found, reporting.find(found, project="QV"))[1].ahead.forecast
    other = gathered(found, reporting.find(found, park="GB"))[1].ahead
    assert planned is not None
    assert (planned.target_m2, planned.counted_m2) == (620_000, 90_000)
    assert other.forecast is not None
    assert (other.forecast.target_m2, other.forecast.probability) == (0, None)
    assert VI("ahead.note_no_target") in ahead.forecast(other.forecast, VI) or other.forecast.p50_m2 is None
    assert other.usable is not None
    assert [park.name for park in other.usable.parks] == ["GB"]


def test_a_commune_is_told_that_it_cannot_be_told(found: Workspace) -> None:
    briefing, beside = gathered(found, reporting.find(found, commune="09"))
    assert (beside.ahead.forecast, beside.ahead.usable) == (None, None)
    html = pages.build(briefing, VI, beside)
    assert VI("ahead.commune") in html
    assert " – xã, phường cũ mã 09</h1>" in html  # a code that the list of communes does not hold says what it is
    assert VI("report.official") not in html  # the area that was decided is of all parks, not of a commune


def test_what_was_not_asked_for_is_not_there(found: Workspace) -> None:
    briefing, beside = gathered(found, forecast=False)
    assert beside.ahead.forecast is None
    assert beside.ahead.board is not None
    assert VI("ahead.figure_p50") not in pages.build(briefing, VI, beside)
    assert gathered(found, forecast=False, land=False)[1].ahead == reporting.ahead.NOTHING


def test_without_scipy_the_report_is_written_and_says_what_it_lacks(found: Workspace, tmp_path: Path) -> None:
    words = ["report", "--on", "2026-06-30", "--known", "2026-07-01T08:30+07:00", "--format", "xlsx,html,docx"]
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT, "scipy", *words, "-o", str(tmp_path)], cwd=found.root, capture_output=True,
        encoding="utf-8",
        check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert 'pip install "parkgis[planning]"' in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "parkgis[planning]" in (tmp_path / "report-2026-06-30-vi.html").read_text(encoding="utf-8")
