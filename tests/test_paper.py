"""The workbook on paper, as LibreOffice prints it: no heading alone at the foot of a page, no number too wide for its column."""

from __future__ import annotations

import dataclasses
import io
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import busy
import openpyxl
import pdfplumber
import pytest
from openpyxl.cell.cell import Cell

from parkgis.outputs import paper, report, workbook
from parkgis.words.catalogue import Words

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from parkgis.briefing import Briefing
    from parkgis.outputs.tables import Table
    from parkgis.reporting import Beside

VI = Words("vi")
DIGIT_PX = 22 / 3  # of Times New Roman 11


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Briefing, Beside]:
    return busy.gathered(busy.workspace(tmp_path_factory.mktemp("busy") / "w"))


@pytest.fixture(scope="module")
def crowded(pair: tuple[Briefing, Beside]) -> Briefing:
    """Projects with more documents each, so that the table behind them begins ever further down a page."""
    briefing = pair[0]
    line = next(p for p in briefing.projects if p.id == "QV")
    lines = tuple(dataclasses.replace(line, id=f"P{n:02}", findings=line.findings or briefing.findings[:2]) for n in range(12))
    papers = [
        dataclasses.replace(briefing.papers[0], project=one.id, number=f"{k + 1:02}/BB")
        for n, one in enumerate(lines)
        for k in range(24 + 2 * n)
    ]
    return dataclasses.replace(briefing, projects=lines, papers=tuple(papers))


def printed(content: bytes, folder: Path) -> list[list[str]]:
    """Return the lines of every page that LibreOffice prints."""
    if shutil.which("soffice") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("LibreOffice (soffice) is not on the PATH")
    (folder / "in.xlsx").write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(folder / "in.xlsx")]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    with pdfplumber.open(folder / "in.pdf") as read:
        return [(page.extract_text() or "").splitlines() for page in read.pages]


def test_no_heading_stands_alone_at_a_foot_and_nothing_is_too_wide(
    pair: tuple[Briefing, Beside], crowded: Briefing, tmp_path: Path
) -> None:
    """Columns were as wide as digits of Calibri: where there is none, pages held other rows than reckoned."""
    found = printed(workbook.build(crowded, VI, pair[1], by_project=True), tmp_path)
    captions = {table.caption for sheet in report.project_sheets(crowded, VI, pair[1]) for table in sheet.tables}
    heads = tuple(f"{table.columns[0].title} {table.columns[1].title}" for table in _tables(crowded, pair[1]))
    second = 0
    for lines in found:
        body = [line for line in lines if not line.startswith(("Số liệu chốt", "Được tính:", "Trang "))]
        assert body[-1] not in captions and not body[-1].startswith(heads), body[-3:]
        assert "###" not in " ".join(body)
        second += body[0] in captions or body[1] in captions
    assert len(found) > 24 and second


def _tables(briefing: Briefing, beside: Beside) -> list[Table]:
    return [table for sheet in report.project_sheets(briefing, VI, beside) for table in sheet.tables]


def test_a_day_has_room_in_every_table(pair: tuple[Briefing, Beside]) -> None:
    """Over the even grid of a project's sheet days were nine characters wide and printed as ###."""
    book = openpyxl.load_workbook(io.BytesIO(workbook.build(pair[0], VI, pair[1], by_project=True)))
    narrow = [
        (sheet.title, cell.coordinate, px)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell, Cell) and cell.is_date and (px := _px(sheet, cell.row, cell.column)) < 10 * DIGIT_PX
    ]
    assert not narrow
    assert paper.scale(workbook.GRID, paper.BROAD) * paper.LETTERS_PT >= paper.LEAST_PT


def test_very_long_names_are_cut_but_in_the_list_of_projects(crowded: Briefing, pair: tuple[Briefing, Beside]) -> None:
    """Names of 300 characters in every row of every table were 273 pages."""
    name = "Khu công nghiệp " + "rất dài " * 35 + "hết"
    lines = tuple(dataclasses.replace(line, name_vi=f"{name} {line.id}") for line in crowded.projects)
    content = workbook.build(dataclasses.replace(crowded, projects=lines), VI, pair[1], by_project=True)
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    whole: dict[str, int] = {}
    cut = 0
    for sheet in book:
        texts = [
            str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value and "Khu công nghiệp rất" in str(cell.value)
        ]
        whole[sheet.title] = sum(name in text for text in texts)
        cut += sum(text.endswith("… (P03)") and len(text) < 110 for text in texts)
        if sheet.title in {line.id for line in lines}:
            assert len(texts) == 1, "the name stands above the tables, not in their rows"
    assert {title: count for title, count in whole.items() if count} == {VI("report.sheet_projects"): len(lines)}
    assert cut > 5


def _px(sheet: Worksheet, row: int, column: int) -> float:
    """Return the width of a cell, merged or not, in pixels of Excel."""
    merged = next((r for r in sheet.merged_cells.ranges if (r.min_row, r.min_col) == (row, column)), None)
    places = range(column, (merged.max_col if merged else column) + 1)
    widths = {
        n: one.width for one in sheet.column_dimensions.values() for n in range(one.min or 0, (one.max or 0) + 1)
    }  # fmt: skip
    return sum(int(7 * widths[n]) for n in places)
