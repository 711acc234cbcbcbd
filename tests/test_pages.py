"""The page prints the workbook's numbers, to the last digit, and nothing in it can run or load."""

from __future__ import annotations

import dataclasses
import io
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import briefings
import openpyxl
import pytest

from parkgis.outputs import pages, report, tables, workbook
from parkgis.words.catalogue import Words

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from parkgis.briefing import Briefing

VI, EN = Words("vi"), Words("en")


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Briefing:
    return briefings.worked(tmp_path_factory.mktemp("worked") / "w")


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Briefing:
    return briefings.untouched(tmp_path_factory.mktemp("untouched") / "w")


class Read(HTMLParser):
    """Tables by their key, figures by theirs, and every tag."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.figures: dict[str, str] = {}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._rows: list[list[str]] = []
        self._figure = self._into = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        if tag == "table":
            self._rows = self.tables.setdefault(found["data-table"] or "", [])
        if tag == "tr":
            self._rows.append([])
        if tag in ("td", "th"):
            self._rows[-1].extend([""] * int(found.get("colspan") or 1))
            self._into = f"cell:{found.get('colspan') or 1}"
        if tag == "div" and "data-figure" in found:
            self._figure = found["data-figure"] or ""
        if tag == "dd":
            self._into = "figure"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "dd"):
            self._into = ""

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._into.startswith("cell"):
            self._rows[-1][-int(self._into[5:])] += data
        elif self._into == "figure":
            self.figures[self._figure] = data


def printed(value: object, number_format: str, words: Words) -> str:
    """Print a cell of the workbook as Excel would, from its value and number format."""
    if isinstance(value, int | float) and number_format != "0":  # "0" is for numbers that name something
        digits = len(number_format.partition(".")[2].replace("%", "").strip())
        return words.percent(value, digits) if "%" in number_format else words.number(value, digits)
    return "" if value is None else f"{value:%d/%m/%Y}" if hasattr(value, "year") else str(value)


# -- the same as the workbook ------------------------------------------------------------------------------


@pytest.mark.parametrize("case", ["worked", "untouched"])
@pytest.mark.parametrize("words", [VI, EN], ids=["vi", "en"])
def test_every_cell_is_printed_as_in_the_workbook(case: str, words: Words, request: pytest.FixtureRequest) -> None:
    briefing = request.getfixturevalue(case)
    read = Read(pages.build(briefing, words))
    book = openpyxl.load_workbook(io.BytesIO(workbook.build(briefing, words)), data_only=True)
    compared = 0
    for sheet in report.sheets(briefing, words):
        table, drawn = sheet.tables[0], book[sheet.name]
        if not table.rows:
            continue
        top = next(row[0].row for row in drawn.iter_rows(max_col=1) if row[0].value == table.columns[0].title)
        first = top + (2 if table.key == "progress" else 1)
        html = read.tables[table.key][first - top :]
        for at, cells in enumerate(drawn.iter_rows(min_row=first, max_row=first + len(table.rows) - 1, max_col=len(table.columns))):
            assert html[at] == [printed(cell.value, cell.number_format, words) for cell in cells]
            compared += len(cells)
    assert compared > 1500


@pytest.mark.parametrize("words", [VI, EN], ids=["vi", "en"])
def test_the_number_block_is_printed_as_in_the_workbook(worked: Briefing, words: Words) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(workbook.build(worked, words)), data_only=True).worksheets[0]
    labels = {figure.label: figure.key for figure in report.figures(worked, words)}
    row = next(row[0].row for row in sheet.iter_rows(max_col=1) if row[0].value in labels)
    block = {
        labels[str(a.value)]: printed(b.value, b.number_format, words)
        for line in (row, row + 2)
        for a, b in zip(sheet[line], sheet[line + 1], strict=True)
        if a.value
    }
    assert Read(pages.build(worked, words)).figures == block


def test_ties_are_rounded_up_as_excel_does(worked: Briefing) -> None:
    tied = dataclasses.replace(worked, counted=dataclasses.replace(worked.counted, area_m2=10_050.0))
    assert Read(pages.build(tied, VI)).figures["counted"] == "1,01"
    assert tables.shown(0.125, "ha", EN) == "0.13"


# -- what it says ------------------------------------------------------------------------------------------


def test_the_number_comes_first(worked: Briefing) -> None:
    html = pages.build(worked, VI)
    assert '<p class="number"><strong>1,20</strong> <span>/ 300,00 ha</span></p>' in html
    assert html.index('class="number"') < html.index("<table")
    assert "Đã bàn giao 1,20 trên 300,00 ha, đạt 0,40 %; năm 2026 đã qua 49,59 %." in html


def test_without_a_document_it_says_so_plainly(untouched: Briefing) -> None:
    assert "0.00 ha is counted because the ledger holds no hand-over document for 2026." in pages.build(untouched, EN)


def test_the_foot_says_what_the_figures_rest_on(worked: Briefing) -> None:
    foot = pages.build(worked, VI).partition("<footer>")[2]
    for fact in ("30/06/2026", "08:30 01/07/2026", f"Mục cuối của sổ: {worked.head_seq}", worked.digest, "EPSG:9209", "EPSG:6960"):
        assert fact in foot


def test_statements_stand_apart_and_are_said_not_to_count(untouched: Briefing) -> None:
    section = pages.build(untouched, EN).partition('<section id="statements"')[2].partition("</section>")[0]
    assert "nothing here is counted" in section
    assert len(Read(section).tables["statements"]) == 1 + len(untouched.statements)
    assert len(Read(section).tables["contradictions"]) == 1 + len(untouched.contradictions)
    assert "<a " not in section


def test_demo_is_unmistakable(tmp_path: Path, worked: Briefing) -> None:
    html = pages.build(briefings.worked(tmp_path / "w", demo=True), EN)
    assert "<title>DEMO · " in html
    assert html.count('<p class="demo"') == 2
    assert "DEMO" not in pages.build(worked, EN)


@pytest.mark.parametrize(("words", "lang"), [(VI, "vi"), (EN, "en")])
def test_the_language_is_declared(worked: Briefing, words: Words, lang: str) -> None:
    assert f'<html lang="{lang}">' in pages.build(worked, words)


def test_the_same_briefing_gives_the_same_page(worked: Briefing) -> None:
    assert pages.build(worked, VI) == pages.build(worked, VI)


# -- what it cannot do -------------------------------------------------------------------------------------


def test_hostile_texts_are_only_texts(tmp_path: Path) -> None:
    html = pages.build(briefings.hostile(tmp_path / "w"), VI)
    read = Read(html)
    assert not {tag for tag, _ in read.tags} & {"img", "iframe", "object", "link", "base", "form"}
    assert html.count("<script>") == html.count("</script>") == [tag for tag, _ in read.tags].count("script") == 1
    assert not [name for _, attrs in read.tags for name in attrs if name.startswith("on") or name == "style"]
    names = [row[2] for row in read.tables["progress"][2:]]
    assert {briefings.HOSTILE, briefings.SCRIPT} <= set(names)
    assert briefings.LONG in [row[2] for row in read.tables["projects"]], "it is cut elsewhere"
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", html)


def test_it_points_nowhere_but_into_itself(untouched: Briefing) -> None:
    pointing = [
        v
        for _, attrs in Read(pages.build(untouched, VI)).tags
        for k, v in attrs.items()
        if k in ("href", "src", "srcset", "action")
    ]
    assert pointing == [f"#{sheet.key}" for sheet in report.sheets(untouched, VI)]


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1400, 3840])
def test_it_opens_styled_offline_and_fits_its_window(
    page: Page,
    tmp_path: Path,
    width: int,
) -> None:
    path = tmp_path / "report.html"
    path.write_text(pages.build(briefings.hostile(tmp_path / "w"), VI), encoding="utf-8")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("getComputedStyle(document.querySelector('.number strong')).color") == "rgb(11, 93, 78)"
    assert page.get_by_role("img", name="Tiến độ bàn giao so với nhiệm vụ năm 2026").is_visible()
    box = page.locator(".scroll").first.bounding_box()
    assert box is not None
    assert box["width"] <= width
