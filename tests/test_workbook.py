"""The workbook holds the briefing's numbers, as numbers; its sums are formulas that give the same."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import os
import re
import shutil
import subprocess
import zipfile
from typing import TYPE_CHECKING, Any

import briefings
import openpyxl
import pytest
from openpyxl.utils import range_boundaries

from parkgis.outputs import formulas, lettering, pen, report, tables, workbook
from parkgis.rules import stages
from parkgis.words.catalogue import Words

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from parkgis.briefing import Briefing

VI, EN = Words("vi"), Words("en")


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Briefing:
    return briefings.worked(tmp_path_factory.mktemp("worked") / "w")


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Briefing:
    return briefings.untouched(tmp_path_factory.mktemp("untouched") / "w")


def opened(content: bytes, *, cached: bool = True) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content), data_only=cached)


def header_row(sheet: Worksheet, title: str) -> int:
    return next(cell.row for row in sheet.iter_rows() for cell in row if cell.value == title)


def progress(book: Workbook) -> list[dict[str, Any]]:
    """Read the progress table back: one dict a row, by Vietnamese column title."""
    sheet = book["Tiến độ"]
    top = header_row(sheet, "TT")
    titles = [str(cell.value) for cell in sheet[top]]
    rows = sheet.iter_rows(min_row=top + 2, max_col=len(titles), values_only=True)
    return [dict(zip(titles, row, strict=True)) for row in rows if row[1]]


# -- numbers ---------------------------------------------------------------------------------------------


def test_every_project_s_numbers_are_the_briefing_s(worked: Briefing) -> None:
    rows = {row["TT"]: row for row in progress(opened(workbook.build(worked, VI)))}
    for serial, line in enumerate(worked.projects, start=1):
        row = rows[serial]
        assert row["Dự án hạ tầng"] == line.name_vi
        assert row["Diện tích quy hoạch (ha)"] == line.planned_ha
        assert row["Được tính năm 2026 (ha)"] == pytest.approx(line.counted.area_m2 / 10_000, abs=1e-8)
        assert row["Theo văn bản 2026 (ha)"] == pytest.approx(line.counted.documents_m2 / 10_000, abs=1e-8)
        assert row["Số phát hiện"] == len(line.findings)
        for stage, area in zip(stages(), line.stages, strict=True):
            seen = row[f"{stage.short_vi} (ha)"]
            assert seen == (pytest.approx(area.area_m2 / 10_000, abs=1e-8) if line.id in ("QV", "QV2-1", "TT1") else "–")


def test_a_project_nobody_knows_anything_of_shows_dashes_and_one_with_minutes_shows_zero(worked: Briefing) -> None:
    rows = {row["Dự án hạ tầng"]: row for row in progress(opened(workbook.build(worked, VI)))}
    unknown, minutes = rows["KCN Tiên Sơn"], rows["KCN Thuận Thành I"]
    assert (unknown["Số thửa"], unknown["Còn lại của dự án (ha)"], unknown["Tỷ lệ đã bàn giao"]) == ("–", "–", "–")
    assert unknown["Ghi chú"] == "Chưa có dữ liệu thửa đất"
    assert (minutes["Số thửa"], minutes["Đã bàn giao chủ đầu tư (ha)"], minutes["Còn lại của dự án (ha)"]) == (0, 0, 250)
    assert minutes["Ghi chú"] == "Văn bản chỉ ghi diện tích, chưa có thửa đất; Văn bản không có vị trí: 0,43 ha, không tính"


def test_land_of_two_projects_is_taken_off_once_so_that_the_total_is_the_counted_area(worked: Briefing) -> None:
    rows = {row["Khu công nghiệp"]: row for row in progress(opened(workbook.build(worked, VI)))}
    assert rows["Trừ đất của hai dự án chồng lấn"]["Được tính năm 2026 (ha)"] == pytest.approx(-0.18)
    assert rows["Khu công nghiệp theo quy hoạch"]["Được tính năm 2026 (ha)"] == pytest.approx(1.3815)
    assert rows["TỔNG CỘNG"]["Được tính năm 2026 (ha)"] == pytest.approx(worked.counted.area_m2 / 10_000) == 1.2015
    for stage, area in zip(stages(), worked.stages, strict=True):
        assert rows["TỔNG CỘNG"][f"{stage.short_vi} (ha)"] == pytest.approx(area.area_m2 / 10_000, abs=1e-8)


def test_the_official_area_stands_beside_ours_with_the_difference(untouched: Briefing) -> None:
    rows = {row["Khu công nghiệp"]: row["Diện tích quy hoạch (ha)"] for row in progress(opened(workbook.build(untouched, VI)))}
    assert rows["Khu công nghiệp theo quy hoạch"] == 6240.81
    assert rows["Diện tích theo văn bản phê duyệt quy hoạch"] == 6397.68
    assert rows["Danh mục này trừ văn bản phê duyệt"] == -156.87
    assert rows["Khu công nghiệp mới (cần xác minh tên, diện tích)"] == 1805
    assert rows["TỔNG CỘNG"] == 8186.15


def test_the_number_block(worked: Briefing) -> None:
    sheet = opened(workbook.build(worked, VI))["Tiến độ"]
    row = header_row(sheet, "Nhiệm vụ năm 2026 (ha)")
    lines = [zip(sheet[at], sheet[at + 1], strict=True) for at in (row, row + 2)]
    block = {label.value: value.value for line in lines for label, value in line if label.value}
    assert block == {
        "Nhiệm vụ năm 2026 (ha)": 300,
        "Đã bàn giao trong năm, được tính (ha)": pytest.approx(1.2015),
        "Còn phải bàn giao (ha)": pytest.approx(298.7985),
        "Đạt tỷ lệ": pytest.approx(0.004005),
        "Thời gian của năm đã qua": pytest.approx(181 / 365),
        "Diện tích ghi trong văn bản (ha)": pytest.approx(1.38845),
        "Văn bản trừ đo trên bản đồ (ha)": pytest.approx(0.19),
        "Văn bản không có vị trí, không tính (ha)": pytest.approx(0.43215),
    }


def test_without_a_document_it_says_so(untouched: Briefing, worked: Briefing) -> None:
    def texts(briefing: Briefing) -> str:
        return " ".join(str(row[0]) for row in opened(workbook.build(briefing, VI))["Tiến độ"].iter_rows(values_only=True))

    assert "Được tính 0,00 ha vì sổ theo dõi chưa có văn bản bàn giao nào trong năm 2026" in texts(untouched)
    assert "chưa có văn bản bàn giao" not in texts(worked)


# -- formulas --------------------------------------------------------------------------------------------


def without_cached_values(content: bytes) -> bytes:
    """Return the workbook with every formula's remembered result removed: a reader must calculate."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(result, "w") as target:
        for name in source.namelist():
            target.writestr(name, re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", source.read(name)))
    return result.getvalue()


def recalculated(content: bytes, folder: Path) -> Workbook:
    if shutil.which("soffice") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("LibreOffice (soffice) is not on the PATH")
    source = folder / "in.xlsx"
    source.write_bytes(without_cached_values(content))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        str(folder / "out"),
        str(source),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return opened((folder / "out" / "in.xlsx").read_bytes())


@pytest.mark.parametrize("case", ["worked", "untouched"])
def test_libreoffice_calculates_what_we_say(case: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    content = workbook.build(request.getfixturevalue(case), VI)
    said, again, written = opened(content), recalculated(content, tmp_path), opened(content, cached=False)
    count = 0
    for sheet in written:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            mine, theirs = said[sheet.title][cell.coordinate].value, again[sheet.title][cell.coordinate].value
            assert theirs == (mine if isinstance(mine, str) else pytest.approx(mine, abs=1e-7)), (
                sheet.title,
                cell.coordinate,
                cell.value,
            )
            count += 1
    assert count > 80


def test_totals_are_sums_of_cells() -> None:
    column: tables.Column[float] = tables.Column("a", "A", "ha", 9, lambda x: x, adds=True)
    rows = tables.totalled([column], tables.lines([column], [0.1, 0.2, 0.3]), [0, 1, 2], {}, {})
    table = tables.Table("t", "", (column,), rows, "")
    assert rows[-1] == tables.Row("total", (0.6,), (0, 1, 2))
    assert formulas.cell(table, rows[-1], at_row=13, at=0, top=10) == "=SUM(A11:A13)"


def test_a_sum_of_nothing_known_is_not_known() -> None:
    column: tables.Column[float | None] = tables.Column("a", "A", "ha", 9, lambda x: x, adds=True)
    rows = tables.totalled([column], tables.lines([column], [None, None]), [0, 1], {}, {})
    assert rows[-1].cells == (None,)
    assert (
        formulas.cell(tables.Table("t", "", (column,), rows, ""), rows[-1], 12, 0, 10) == '=IF(COUNT(A11:A12)=0,"–",SUM(A11:A12))'
    )


# -- texts -----------------------------------------------------------------------------------------------


def test_hostile_texts_stay_texts(tmp_path: Path) -> None:
    briefing = briefings.hostile(tmp_path / "w")
    content = workbook.build(briefing, VI)
    book, written = opened(content), opened(content, cached=False)
    numbers = [row[0] for row in book["Văn bản"].iter_rows(min_row=5, values_only=True)]
    names = [row["Dự án hạ tầng"] for row in progress(book)]
    assert {briefings.HOSTILE, briefings.SCRIPT, "@SUM(1)"} <= set(numbers)
    assert names[1:3] == [briefings.HOSTILE, briefings.SCRIPT]
    assert any(str(name).endswith("… (YP-1)") and briefings.LONG.startswith(str(name)[:70]) for name in names)
    assert briefings.LONG in [row[2] for row in book["Dự án"].iter_rows(min_row=5, values_only=True)]
    live = {cell.value for sheet in written for row in sheet.iter_rows() for cell in row if cell.data_type == "f"}
    assert not [formula for formula in live if "cmd" in str(formula)]
    quoted = next(cell for row in written["Văn bản"].iter_rows() for cell in row if cell.value == briefings.HOSTILE)
    assert quoted.data_type == "s"
    assert quoted.quotePrefix


def test_characters_no_file_should_carry_are_marked(tmp_path: Path) -> None:
    content = workbook.build(briefings.hostile(tmp_path / "w"), VI)
    assert 'vào\ufffd sổ\ufffd[31m\ufffd \ufffdđảo _x0041_ & "ngoặc"' in [
        row[0] for row in opened(content)["Văn bản"].iter_rows(values_only=True)
    ]
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        for name in parts.namelist():
            assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", parts.read(name)) or not name.endswith(".xml")


def test_no_links_no_macros(untouched: Briefing) -> None:
    with zipfile.ZipFile(io.BytesIO(workbook.build(untouched, VI))) as parts:
        assert not [name for name in parts.namelist() if "vba" in name or "externalLink" in name]
        assert not any(b"<hyperlink" in parts.read(name) for name in parts.namelist())


def test_statements_keep_the_precision_of_their_dates(untouched: Briefing) -> None:
    sheet = opened(workbook.build(untouched, VI))["Thông tin công bố"]
    top = header_row(sheet, "Tên nêu trong nguồn")
    rows = list(sheet.iter_rows(min_row=top + 1, max_row=top + len(untouched.statements), values_only=True))
    assert [row[1] for row in rows] == ["/".join(reversed(s.date.split("-"))) for s in untouched.statements]
    assert [row[5] for row in rows] == [s.value for s in untouched.statements]
    assert [row[11] for row in rows] == [s.url for s in untouched.statements]
    assert "không số nào ở đây được tính" in sheet["A3"].value
    assert sheet["A3"].font.bold


def test_every_finding_is_there_with_its_remedy(worked: Briefing) -> None:
    sheet = opened(workbook.build(worked, EN))["Findings"]
    rows = list(sheet.iter_rows(min_row=header_row(sheet, "Severity") + 1, values_only=True))
    assert len(rows) == len(worked.findings) == 8
    assert rows[1][1:3] == ("Que Vo (I and expansion)", worked.projects[9].findings[0].where)
    assert all(row[3] and row[4] for row in rows)


def test_contradictions_follow_the_statements(untouched: Briefing) -> None:
    texts = [cell for row in opened(workbook.build(untouched, EN))["Public statements"].iter_rows(values_only=True) for cell in row]
    assert any("205.6 ha compensated" in str(text) for text in texts)


def test_papers_have_real_days_and_numbers(worked: Briefing) -> None:
    sheet = opened(workbook.build(worked, VI))["Văn bản"]
    top = header_row(sheet, "Số, ký hiệu")
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=top + 1)}
    assert [cell.value for cell in rows["01/BB"]][1:] == [
        dt.datetime(2026, 3, 2), "KCN Quế Võ (I và mở rộng)", "Bàn giao đất trên thực địa cho chủ đầu tư hạ tầng",  # noqa: DTZ001
        dt.datetime(2026, 3, 2), 10, pytest.approx(0.905), 20,  # noqa: DTZ001
    ]  # fmt: skip
    assert rows["01/BB"][1].number_format == "dd/mm/yyyy"
    assert rows["77/QĐ"][6].value == "–"


def test_by_commune(worked: Briefing, untouched: Briefing) -> None:
    sheet = opened(workbook.build(worked, VI))["Theo xã"]
    rows = {(row[0], row[1]): row[2:] for row in sheet.iter_rows(min_row=4, values_only=True)}
    assert rows["09", "KCN Quế Võ (I và mở rộng)"][-1] == pytest.approx(1.1115)
    assert rows["11", "KCN Quế Võ II (GĐ1)"][-1] == pytest.approx(0.36)
    assert rows["TỔNG CỘNG", None][-1] == pytest.approx(1.2915)
    assert (
        opened(workbook.build(untouched, VI))["Theo xã"]["A5"].value
        == "Chưa có dữ liệu thửa đất nên chưa chia được theo xã, phường."
    )


# -- form ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_sheets_are_set_up_for_print_and_reading(worked: Briefing, lang: str) -> None:
    words = Words(lang)
    one_page = ["steps", "plan", *(["projects"] if lang == "vi" else [])]  # a chart is never torn; the list is a little too long
    book = opened(workbook.build(worked, words))
    assert book.sheetnames == [*(sheet.name for sheet in report.sheets(worked, words)), words("report.sheet_parcels")]
    for sheet in book:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        whole = sheet.title in [words(f"report.sheet_{key}") for key in one_page]
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, None if whole else 0)
        assert sheet.print_title_rows
        assert sheet.freeze_panes
        assert sheet.oddFooter is not None
        foot = str(sheet.oddFooter.left.text)
        assert worked.digest[:16] in foot
        assert "30/06/2026" in foot
    assert book.worksheets[0].auto_filter.ref is None
    assert [sheet.title for sheet in book.worksheets[1:] if not sheet.auto_filter.ref and sheet.max_row > 5] in (
        [], [words("report.sheet_since")]  # compared with nothing: its first table is empty
    )  # fmt: skip


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_is_printed_can_be_read(worked: Briefing, lang: str) -> None:
    """Letters of 11 points, shrunk to the width of A4 landscape, stay 7 points or more on every sheet."""
    for sheet in opened(workbook.build(worked, Words(lang))):
        assert all(11 * min(printable_mm(sheet) / wide_mm, 1) >= 7 for wide_mm in printed_mm(sheet)), sheet.title


def printable_mm(sheet: Worksheet) -> float:
    return 297 - (sheet.page_margins.left + sheet.page_margins.right) * 25.4


def printed_mm(sheet: Worksheet) -> list[float]:
    """Return how wide each print area is, with the columns repeated beside it, where a digit is as broad as in LibreOffice."""
    px = {n: 22 / 3 * one.width for one in sheet.column_dimensions.values() for n in range(one.min or 0, (one.max or 0) + 1)}
    areas = list(map(edges, str(sheet.print_area or sheet.dimensions).split(",")))
    kept = range(1, edges(sheet.print_title_cols)[2] + 1) if sheet.print_title_cols else range(0)
    return [sum(px[n] for n in {*kept, *range(first, last + 1)}) * 25.4 / 96 for first, _, last, _ in areas]


def edges(area: str) -> tuple[int, int, int, int]:
    """Return first column, first row, last column, last row."""
    first, top, last, bottom = range_boundaries(area.split("!")[-1])
    return first or 1, top or 1, last or 1, bottom or 1


def test_the_progress_table_prints_as_two_areas_without_a_gap(worked: Briefing) -> None:
    sheet = opened(workbook.build(worked, VI))["Tiến độ"]
    head = header_row(sheet, "TT")
    left, right = map(edges, str(sheet.print_area).split(","))
    assert (left[0], left[1], right[1]) == (1, 1, head)
    assert right[0] == left[2] + 1
    assert right[2] == len([cell for cell in sheet[head] if cell.value])
    assert (sheet.print_title_rows, sheet.print_title_cols) == (f"${head}:${head + 1}", "$A:$C")
    assert sheet.cell(head, left[2]).value == "Đã bàn giao chủ đầu tư (ha)"
    below = [row[0].value for row in sheet.iter_rows(min_row=right[3] + 1) if row[0].value]
    assert len(below) == 1  # the notes print with the left area alone
    assert below[0] in [row[0].value for row in sheet.iter_rows(max_row=left[3])]


def test_a_sheet_a_little_longer_than_a_page_is_made_to_fit(worked: Briefing) -> None:
    """No heading of a second table alone at the foot, no row alone on a last page; a long list keeps its size."""
    for rows, pages in ((20, 0), (42, None), (90, 0), (600, 0)):
        papers = tuple(dataclasses.replace(worked.papers[0], number=f"{n}/BB") for n in range(rows))
        sheet = opened(workbook.build(dataclasses.replace(worked, papers=papers), VI))[VI("report.sheet_papers")]
        assert sheet.page_setup.fitToHeight == pages, rows
        head = header_row(sheet, "Số, ký hiệu")
        assert bool(sheet.print_area) == (rows == 600)  # so many are for the screen: their head alone is printed
        assert edges(str(sheet.print_area or "A1:A1"))[3] == (head if rows == 600 else 1)


def test_no_heading_of_a_second_table_stands_alone_at_the_foot_of_a_page(untouched: Briefing) -> None:
    """Where the second table would begin at a foot it begins a print area, and with it a page; elsewhere nothing is cut."""
    broken = []
    for rows in range(60, 110, 2):
        statements = (dataclasses.replace(untouched.statements[0], text="–", source="–", url="–"),) * rows
        sheet = opened(workbook.build(dataclasses.replace(untouched, statements=statements), VI))[VI("report.sheet_statements")]
        areas = list(map(edges, str(sheet.print_area).split(","))) if sheet.print_area else []
        caption = header_row(sheet, VI("report.title_contradictions"))
        if areas:
            broken.append(rows)
            assert [(top, bottom) for _, top, _, bottom in areas] == [(1, caption - 1), (caption, sheet.max_row)]
    assert 0 < len(broken) < 12  # a few rows before every foot, and nowhere else


def test_a_demo_says_so_on_every_sheet_and_printed_page(tmp_path: Path) -> None:
    briefing = briefings.worked(tmp_path / "w", demo=True)
    for sheet in opened(workbook.build(briefing, VI)):
        top = [row[0] for row in sheet.iter_rows(max_row=4) if str(row[0].value).startswith("DEMO")]
        assert len(top) == 1
        assert top[0].font.color.rgb == "FFC00000"
        assert sheet.oddHeader is not None
        assert "DEMO" in str(sheet.oddHeader.center.text)


def test_a_workspace_that_is_no_demo_never_says_demo(worked: Briefing) -> None:
    assert all(
        b"DEMO" not in zipfile.ZipFile(io.BytesIO(workbook.build(worked, VI))).read(name) for name in ("xl/sharedStrings.xml",)
    )


def test_the_same_briefing_gives_the_same_bytes(worked: Briefing) -> None:
    first = workbook.build(worked, VI)
    assert first == workbook.build(worked, VI)
    assert opened(first).properties.created == dt.datetime(2026, 7, 1, 1, 30)  # noqa: DTZ001 - UTC, as the format has it


def test_languages_differ_in_words_only(worked: Briefing) -> None:
    def numbers(words: Words) -> list[list[Any]]:
        return [
            [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, int | float)]
            for sheet in opened(workbook.build(worked, words))
        ]

    assert numbers(VI) == numbers(EN)


def test_long_names_get_the_room_they_need() -> None:
    assert pen.height("một", 20) == pen.LINE_HEIGHT
    assert pen.height(briefings.LONG, 22) > lettering.width(briefings.LONG) / 20 * pen.LINE_HEIGHT  # 20: less the padding
    assert pen.height(briefings.LONG, 22) >= len(briefings.LONG) // 27 * pen.LINE_HEIGHT
