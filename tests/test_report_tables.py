"""Workbook and page of a period: steps, plan, obstacles, money, parcels; read back, every number is the briefing's."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

import briefings
import busy
import numpy as np
import openpyxl
import pytest
from test_pages import Read
from test_workbook import header_row, printable_mm, printed_mm, recalculated
from webmaps import shipped_map, violations

from parkgis import reporting
from parkgis.outputs import compared, owed, page_map, page_pictures, pages, paper, parcel_sheet, report, steps, tables, workbook
from parkgis.outputs import matters as drawn
from parkgis.outputs.letter import say_people
from parkgis.outputs.letter.model import Extras
from parkgis.outputs.letter.say import Told
from parkgis.outputs.page_pictures import Picture
from parkgis.reporting.parcels import EMPTY, Register, Rows
from parkgis.rules import stages
from parkgis.rules.counts import count_codes
from parkgis.shapes import shapes
from parkgis.status.homes import PAID
from parkgis.words.catalogue import Words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from openpyxl.workbook.workbook import Workbook
    from playwright.sync_api import Browser, Page

    from parkgis.briefing import Briefing
    from parkgis.outputs.page_map import Live
    from parkgis.reporting import Beside
    from parkgis.workspace import Workspace

VI, EN = Words("vi"), Words("en")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return busy.workspace(tmp_path_factory.mktemp("busy") / "w")


@pytest.fixture(scope="module")
def pair(found: Workspace) -> tuple[Briefing, Beside]:
    return busy.gathered(found)


@pytest.fixture(scope="module")
def pictured(found: Workspace, pair: tuple[Briefing, Beside]) -> tuple[Picture, ...]:
    drawn = shapes(found, found.snapshot(found.cut(busy.ON, busy.KNOWN)))
    return page_pictures.pictures(*pair, VI, drawn, shipped_map("overview"))


@pytest.fixture(scope="module")
def lively(found: Workspace, pair: tuple[Briefing, Beside]) -> Live:
    drawn = shapes(found, found.snapshot(found.cut(busy.ON, busy.KNOWN)))
    return page_map.live(pair[0], drawn, VI, shipped_map("overview"))


@pytest.fixture(scope="module")
def book(pair: tuple[Briefing, Beside]) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook.build(*pair[:1], VI, pair[1], by_project=True)), data_only=True)


def rows(book: Workbook, sheet: str, first: str) -> Iterator[dict[str, Any]]:
    """Read a table back: one dict a row, by column title, from the header that begins with ``first``."""
    top = header_row(book[sheet], first)
    titles = [str(cell.value) for cell in book[sheet][top]]
    for row in book[sheet].iter_rows(min_row=top + 1, values_only=True):
        if row[0] is None:
            return
        yield dict(zip(titles, row, strict=True))


# -- the workbook read back --------------------------------------------------------------------------------


def test_every_step_s_hectares_users_and_money_are_the_briefing_s(pair: tuple[Briefing, Beside], book: Workbook) -> None:
    briefing, beside = pair
    read = list(rows(book, "Theo bước", "Bước"))
    assert beside.earlier is not None
    for place, stage in enumerate(stages()):
        row, now = read[place], briefing.stages[place]
        assert row["Bước"] == stage.vi
        assert row["Lũy kế (ha)"] == pytest.approx(now.area_m2 / 10_000)
        assert row["Trong kỳ (ha)"] == pytest.approx((now.area_m2 - beside.earlier.total.stages[place].area_m2) / 10_000)
        assert (row["Số thửa"], row["Số hộ, tổ chức"]) == (now.parcels, beside.register.users[""].reached[place])
    paid = read[[s.code for s in stages()].index("paid")]
    assert (paid["Kinh phí lũy kế (tỷ đồng)"], paid["Kinh phí trong kỳ (tỷ đồng)"]) == (
        pytest.approx(2.9), pytest.approx(0.4)
    )  # fmt: skip
    plans = read[[s.code for s in stages()].index("plan_approved")]
    assert (plans["Kinh phí lũy kế (tỷ đồng)"], plans["Kinh phí trong kỳ (tỷ đồng)"]) == (pytest.approx(4.0), pytest.approx(1.0))
    counted = read[-1]
    assert counted["Lũy kế (ha)"] == pytest.approx(0.63)
    assert counted["Trên tổng (ha)"] == 300
    assert (counted["Kế hoạch đến kỳ (ha)"], counted["So với kế hoạch (ha)"]) == (pytest.approx(0.5), pytest.approx(0.13))


def test_obstacles_have_an_owner_a_due_day_and_no_note_that_names_a_person(book: Workbook) -> None:
    late, other = rows(book, "Vướng mắc", "Dự án hạ tầng")
    assert (late["Thửa đất"], late["Đơn vị chịu trách nhiệm"]) == (busy.KEYS[9], "UBND phường Quế Võ")
    assert (late["Hạn tháo gỡ"], late["Quá hạn (ngày)"]) == (dt.datetime(2026, 6, 20), 13)  # noqa: DTZ001 - a day
    assert (other["Thửa đất"], other["Hạn tháo gỡ"], other["Quá hạn (ngày)"]) == ("Cả dự án", "–", "–")
    assert not any("Nguyễn Thị X" in str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)


def test_payments_are_whole_dong_with_their_sum(book: Workbook) -> None:
    line, total = rows(book, "Chi trả", "Dự án hạ tầng")
    assert line["Chi trả lũy kế (đồng)"] == total["Chi trả lũy kế (đồng)"] == 2_900_000_001
    assert (line["Chi trả trong kỳ (đồng)"], line["Lượt hộ nhận tiền, lũy kế"], line["Lượt hộ nhận tiền, trong kỳ"]) == (
        400_000_001,
        4,
        1,
    )


def test_money_approved_stands_beside_money_paid(pair: tuple[Briefing, Beside], book: Workbook) -> None:
    line, total = rows(book, "Chi trả", "Dự án hạ tầng")
    for row in (line, total):
        assert (row["Kinh phí phê duyệt (đồng)"], row["Lượt hộ trong phương án"]) == (4_000_000_000, 6)
        assert row["Chi trả trên phê duyệt"] == pytest.approx(pair[0].matters.paid_share) == pytest.approx(0.72500000025)
    assert line["Diện tích theo phương án (ha)"] == 0.9
    progress = {row["Dự án hạ tầng"]: row for row in rows(book, "Tiến độ", "TT") if row["Dự án hạ tầng"]}
    quevo = progress[next(p.name_vi for p in pair[0].projects if p.id == "QV")]
    assert (quevo["Kinh phí phê duyệt (tỷ đồng)"], quevo["Đã chi trả (tỷ đồng)"]) == (pytest.approx(4.0), pytest.approx(2.9))


def test_households_graves_and_lots_are_what_the_newest_document_counts_and_unknown_is_a_dash(book: Workbook) -> None:
    (quevo,) = rows(book, "Hộ, mộ, tái định cư", "Dự án hạ tầng")
    columns = [code for code in count_codes().values() if code.code != PAID]
    assert {code.vi: quevo[code.vi] for code in columns} == {code.vi: busy.COUNTS.get(code.code, "–") for code in columns}
    assert quevo["Số lô tái định cư đã giao"] == "–"
    paid, left = ([quevo[f"{name}, {bound} nhất"] for bound in ("ít", "nhiều")] for name in ("Số hộ đã nhận tiền", "Số hộ còn lại"))
    assert (paid, left) == ([3, 4], [6, 7]), "two lists, of 3 and of 1: nobody says whether the one is of the three"
    assert (quevo["Số hộ có thửa vướng mắc"], quevo["Diện tích vướng mắc (ha)"]) == (1, pytest.approx(0.09))
    assert (quevo["Số liệu đến ngày"], quevo["Văn bản"]) == (dt.datetime(2026, 6, 30), "31/BC-TTPTQĐ")  # noqa: DTZ001 - a day


def test_workbook_page_letter_and_json_say_the_same_of_money_and_people(
    found: Workspace, pair: tuple[Briefing, Beside], book: Workbook
) -> None:
    html, told = Read(pages.build(pair[0], VI, pair[1])), Told(pair[0], Extras(letterhead=found.config.letterhead), VI)
    for key, name in (("people", "Hộ, mộ, tái định cư"), ("payments", "Chi trả")):
        (table,) = next(s.tables for s in report.sheets(pair[0], VI, pair[1]) if s.key == key)
        read = list(rows(book, name, "Dự án hạ tầng"))
        assert len(read) == len(table.rows)
        for row, cells, shown in zip(table.rows, read, html.tables[key][1:], strict=True):
            for value, column, cell, text in zip(row.cells, table.columns, cells.values(), shown, strict=True):
                if isinstance(value, int | float):
                    assert cell == pytest.approx(value), column.key
                    assert text == tables.shown(value, column.kind, VI), column.key
    said = " ".join(getattr(block, "text", "") for block in say_people.people(told))
    for number in ("4,00 tỷ đồng", "2,90 tỷ đồng", "72,50 %", "10 hộ", "184 trên 219", "84,02 %", "cần bố trí: 60", "sẵn sàng: 24"):
        assert number in said.replace("\u00a0", " "), number
    assert "Chưa có văn bản nào nêu số lô tái định cư đã giao." in said
    body = drawn.keys(pair[0].matters, "vi")
    assert {code: count["value"] for code, count in body["counts"].items()} == {
        code: busy.COUNTS.get(code) for code in count_codes()
    }
    assert (body["approved"]["amount_vnd"], body["approved"]["paid_share"]) == (4_000_000_000, 0.725)
    assert (body["households"]["total"], body["households"]["paid_at_least"], body["households"]["paid_at_most"]) == (10, 3, 4)
    assert "số hộ đã nhận tiền là từ 3 đến 4 hộ" in said and "còn lại từ 6 đến 7 hộ" in said


def test_plan_and_actual_by_month_end_at_the_counted_area(pair: tuple[Briefing, Beside], book: Workbook) -> None:
    read = {row["Tháng"]: row for row in rows(book, "Kế hoạch", "Tháng")}
    assert (read["05/2026"]["Kế hoạch tháng (ha)"], read["05/2026"]["Bàn giao trong tháng (ha)"]) == (0.3, pytest.approx(0.36))
    assert read["06/2026"]["So với kế hoạch (ha)"] == pytest.approx(-0.14)
    assert read["07/2026"]["Bàn giao lũy kế (ha)"] == pytest.approx(pair[0].counted.area_m2 / 10_000)
    assert read["08/2026"]["Bàn giao lũy kế (ha)"] == "–"
    assert (read["TỔNG CỘNG"]["Kế hoạch tháng (ha)"], read["TỔNG CỘNG"]["Bàn giao trong tháng (ha)"]) == (1.8, pytest.approx(0.63))


def test_projects_without_a_change_say_so(book: Workbook) -> None:
    read = {row["Mã dự án"]: row for row in rows(book, "So với kỳ trước", "Mã dự án")}
    assert (read["QV"]["Ghi chú"], read["QV"]["Trong kỳ (ha)"]) == ("Có phát sinh", pytest.approx(0.27))
    assert read["YP-1"]["Ghi chú"] == "Không phát sinh"
    assert read["TS"]["Ghi chú"] == "Không phát sinh (chưa có số liệu)"


def test_the_parcels_sheet_holds_every_parcel_with_its_days_a_filter_and_live_sums(book: Workbook) -> None:
    sheet = book["Thửa đất"]
    read = list(rows(book, "Thửa đất", "Dự án hạ tầng"))
    assert {row["Thửa đất"] for row in read} == {*busy.KEYS, *busy.OTHERS}
    first = next(row for row in read if row["Thửa đất"] == busy.KEYS[0])
    assert first["Đã bàn giao chủ đầu tư (ngày)"] == dt.datetime(2026, 5, 4)  # noqa: DTZ001 - a day
    assert (first["Đã thông báo (ngày)"], first["Diện tích đo, trong dự án (m²)"]) == (None, pytest.approx(900))
    top = header_row(sheet, "Dự án hạ tầng")
    assert sheet.freeze_panes == f"C{top + 1}"
    assert sheet.auto_filter.ref == f"A{top}:Q{top + 24}"
    assert [sheet.cell(top - 1, n).value for n in (2, 7, 8)] == [24, pytest.approx(21_600), pytest.approx(21_600)]


def test_libreoffice_calculates_what_the_period_says(pair: tuple[Briefing, Beside], tmp_path: Path) -> None:
    content = workbook.build(pair[0], VI, pair[1])
    said, again = openpyxl.load_workbook(io.BytesIO(content), data_only=True), recalculated(content, tmp_path)
    written = openpyxl.load_workbook(io.BytesIO(content))
    live = [(s.title, c.coordinate) for s in written for row in s.iter_rows() for c in row if c.data_type == "f"]
    assert {"Thửa đất", "Kế hoạch", "Chi trả", "So với kỳ trước"} <= {title for title, _ in live}
    for title, place in live:
        mine, theirs = said[title][place].value, again[title][place].value
        assert theirs == (mine if isinstance(mine, str) else pytest.approx(mine, abs=1e-6)), (title, place)


def test_charts_are_native_and_there_is_one_sheet_a_project(pair: tuple[Briefing, Beside], book: Workbook) -> None:
    with zipfile.ZipFile(io.BytesIO(workbook.build(pair[0], VI, pair[1]))) as parts:
        charts = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) == 2
    assert any("Bàn giao lũy kế so với kế hoạch" in chart for chart in charts)
    assert {p.id for p in pair[0].projects} <= set(book.sheetnames)
    assert [row[0].value for row in book["QV"].iter_rows(max_row=1)] == ["Dự án KCN Quế Võ (I và mở rộng)"]


def test_the_tables_of_a_project_are_as_wide_as_each_other_and_can_be_read(book: Workbook) -> None:
    """Laid over the columns of the first one, texts stood eight characters wide, and its head came again above other tables."""
    sheet = book["QV"]
    heads = [row for row in sheet.iter_rows() if row[0].fill.fgColor.rgb == "FFD3E4DC" and row[0].alignment.horizontal == "center"]
    assert len(heads) == 5
    ends = {(r.min_row, r.min_col): r.max_col for r in sheet.merged_cells.ranges}
    rights = {max(ends.get((cell.row, cell.column), cell.column) for cell in row if cell.value) for row in heads}
    assert rights == {sheet.max_column}
    assert sheet.print_title_rows == "$1:$1"
    assert all(11 * min(printable_mm(sheet) / wide_mm, 1) >= 7 for wide_mm in printed_mm(sheet))


@pytest.mark.parametrize("words", [VI, EN], ids=["vi", "en"])
def test_the_same_report_gives_the_same_bytes(pair: tuple[Briefing, Beside], words: Words) -> None:
    assert workbook.build(pair[0], words, pair[1]) == workbook.build(pair[0], words, pair[1])
    assert pages.build(pair[0], words, pair[1]) == pages.build(pair[0], words, pair[1])


# -- parcels that are hard to write ------------------------------------------------------------------------


def _rows(keys: list[str]) -> Rows:
    count = len(keys)
    days = np.full((len(stages()), count), EMPTY, np.int32)
    return Rows(
        "QV", keys, ["09"] * count, [""] * count, [" 7 "] * count, ["LUC"] * count, np.full(count, np.nan), np.ones(count), days
    )


def test_texts_of_parcels_stay_texts(pair: tuple[Briefing, Beside]) -> None:
    hard = ["=1+1", "@SUM(A1)", "<b>&\x00", "+7", "0012", "", "thường"]
    content = workbook.build(pair[0], VI, dataclasses.replace(pair[1], register=Register((_rows(hard),))))
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Thửa đất"]
    top = header_row(sheet, "Dự án hạ tầng")
    read = [sheet.cell(top + 1 + n, 2) for n in range(len(hard))]
    assert [cell.value for cell in read] == ["=1+1", "@SUM(A1)", "<b>&\ufffd", "+7", "0012", None, "thường"]
    assert {cell.data_type for cell in read if cell.value} == {"s"}
    assert [cell.quotePrefix for cell in read if cell.value] == [True, True, False, True, False, False]
    assert sheet.cell(top + 1, 5).value == " 7 "
    assert sheet.cell(top + 1, 7).value is None  # no area on record


def test_more_parcels_than_a_sheet_holds_go_on_a_second_one(pair: tuple[Briefing, Beside], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parcel_sheet, "MOST", 3)
    content = workbook.build(pair[0], EN, dataclasses.replace(pair[1], register=Register((_rows(list("abcd")), _rows(list("ef"))))))
    read = openpyxl.load_workbook(io.BytesIO(content))
    keys = [
        [row["Parcel"] for row in rows(read, name, "Infrastructure project")] for name in ("Parcels", "Parcels (2)")
    ]  # fmt: skip
    assert keys == [["a", "b", "c"], ["d", "e", "f"]]


@pytest.mark.parametrize(("count", "printed"), [(paper.MOST_ROWS, False), (paper.MOST_ROWS + 1, True)])
def test_more_parcels_than_paper_is_for_print_as_head_and_total(pair: tuple[Briefing, Beside], count: int, printed: bool) -> None:
    """Who prints the whole file gets no two thousand pages of parcels; the sheet says so, and how to print what was filtered."""
    register = Register((_rows([str(n) for n in range(count)]),))
    sheet = openpyxl.load_workbook(io.BytesIO(workbook.build(pair[0], EN, dataclasses.replace(pair[1], register=register))))[
        "Parcels"
    ]
    head = header_row(sheet, "Infrastructure project")
    told = [cell.value for row in sheet.iter_rows(max_row=head) for cell in row if "Clear Print Area" in str(cell.value)]
    assert bool(told) == printed
    assert str(sheet.print_area or "").endswith(f"$Q${head}") == printed
    assert sheet.cell(head + count, 2).value == str(count - 1)


def test_without_parcels_the_sheet_says_so(pair: tuple[Briefing, Beside]) -> None:
    content = workbook.build(pair[0], EN, dataclasses.replace(pair[1], register=Register()))
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Parcels"]
    assert "There are no parcels yet." in [cell.value for row in sheet.iter_rows() for cell in row]


# -- narrowed, and without a target ------------------------------------------------------------------------


def test_a_narrowed_report_says_so_in_its_title_and_has_no_part_of_the_province_s_target(found: Workspace) -> None:
    briefing, beside = busy.gathered(found, reporting.find(found, project="YP-1"))
    assert report.title(briefing, EN).endswith(": Yen Phong")
    values = {f.key: f.value for f in report.figures(briefing, EN, beside)}
    assert (values["target"], values["remaining"], values["share"], values["counted"]) == (None, None, None, 0)
    html = pages.build(briefing, EN, beside)
    assert "<h1>Progress of compensation, site clearance and land hand-over: Yen Phong</h1>" in html
    assert "300.00" not in html
    assert openpyxl.load_workbook(io.BytesIO(workbook.build(briefing, EN, beside))).properties.title.endswith(": Yen Phong")


def test_a_target_of_zero_has_no_share(pair: tuple[Briefing, Beside]) -> None:
    nothing = dataclasses.replace(pair[0], target=dataclasses.replace(pair[0].target, area_ha=0.0), remaining_m2=0.0)
    values = {f.key: f.value for f in report.figures(nothing, VI, pair[1])}
    assert (values["target"], values["remaining"], values["share"]) == (None, None, None)  # not 0.00 of 0.00 ha
    assert VI("report.goal_unset", year=2026) in pages.build(nothing, VI, pair[1])
    assert steps.province(nothing, pair[1])[-1].share is None
    assert "–" in pages.build(nothing, VI, pair[1])
    assert page_pictures.pictures(nothing, pair[1], VI) == ()


def test_two_hundred_projects_and_long_names_are_drawn(pair: tuple[Briefing, Beside]) -> None:
    line = next(p for p in pair[0].projects if p.id == "QV")
    many = tuple(
        dataclasses.replace(line, id=f"DA/{n:03}", name_vi=f"{briefings.LONG} {n}", name_en=f"{'x' * 300}{n}") for n in range(200)
    )
    crowded = dataclasses.replace(pair[0], projects=many)
    read = openpyxl.load_workbook(io.BytesIO(workbook.build(crowded, VI, pair[1], by_project=True)))
    assert len([name for name in read.sheetnames if name.startswith("DA_")]) == 200
    assert pages.build(crowded, VI, pair[1]).count('class="line"') > 2000


def test_the_other_figures_of_the_period_are_explained_by_their_documents(pair: tuple[Briefing, Beside], book: Workbook) -> None:
    briefing, beside = pair
    drawn_ = compared.figures(briefing, VI, beside)
    cells = {row.cells[0]: dict(zip([c.key for c in drawn_.columns], row.cells, strict=True)) for row in drawn_.rows}
    paid, homes = cells["Kinh phí bồi thường đã chi trả (đồng)"], cells["Số hộ đã nhận tiền, nhiều nhất"]
    assert (paid["before"], paid["difference"], paid["after"]) == (2_500_000_000, 400_000_001, 2_900_000_001)
    assert (homes["before"], homes["after"], homes["named"]) == (3, 4, "09/CT (02/07/2026, QV): +1")
    assert "Số hộ đã nhận tiền, ít nhất" not in cells, "it did not move"
    read = {row["Số liệu"]: row for row in rows(book, "So với kỳ trước", "Số liệu") if row["Số liệu"] in cells}
    assert {name: row["Thay đổi"] for name, row in read.items()} == {name: one["difference"] for name, one in cells.items()}


def test_the_reasons_add_up_in_print(pair: tuple[Briefing, Beside]) -> None:
    *lines, total = compared.reasons(*pair[:1], VI, pair[1]).rows
    parts = [row.cells[1] for row in lines]
    assert sum(part for part in parts if isinstance(part, float)) == total.cells[1] == 0.27
    assert "=02/BB (01/07/2026, QV)" in str(lines[0].cells[3])


def test_months_before_the_year_s_first_day_are_none_done(pair: tuple[Briefing, Beside]) -> None:
    early = dataclasses.replace(pair[0], on=dt.date(2025, 12, 31))
    assert {m.done_ha for m in owed.months(early, pair[1])} == {None}


# -- the page ----------------------------------------------------------------------------------------------


def test_the_page_prints_the_workbook_s_numbers(pair: tuple[Briefing, Beside]) -> None:
    read = Read(pages.build(pair[0], VI, pair[1]))
    for sheet in report.sheets(pair[0], VI, pair[1]):
        for table in sheet.tables:
            printed = read.tables.get(table.key, [])[2 if table.key == "progress" else 1 :]
            assert len(printed) == len(table.rows)
    assert read.figures["counted"] == "0,63"
    assert (read.figures["period"], read.figures["to_date"], read.figures["against"]) == ("0,27", "0,50", "0,13")


def test_the_foot_carries_day_digest_and_definition(pair: tuple[Briefing, Beside]) -> None:
    foot = pages.build(pair[0], VI, pair[1]).partition("<footer>")[2]
    for text in ("03/07/2026", pair[0].digest, pair[0].defined(VI)):
        assert text in foot
    with zipfile.ZipFile(io.BytesIO(workbook.build(pair[0], VI, pair[1]))) as parts:
        said = parts.read("xl/worksheets/sheet1.xml").decode()
    found = re.search(r"<oddFooter>(.*?)</oddFooter>", said, re.DOTALL)
    assert found is not None
    assert len(found[1]) <= 255
    assert "định nghĩa lần 1" in found[1]


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1400, 3840])
def test_the_page_with_pictures_fits_and_is_accessible(
    page: Page, tmp_path: Path, pair: tuple[Briefing, Beside], pictured: tuple[Picture, ...], lively: Live, width: int
) -> None:
    path = tmp_path / "report.html"
    path.write_text(pages.build(pair[0], VI, pair[1], pictured, lively), encoding="utf-8")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(path.as_uri())
    page.locator(".map-box").scroll_into_view_if_needed()
    page.wait_for_selector(".map-box.live")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    seen = page.evaluate("[...document.images].map((i) => [i.complete && i.naturalWidth > 0, i.alt.length > 20])")
    assert seen == [[True, True], [True, True]]
    assert violations(page) == []
    inside = page.frames[1]
    inside.wait_for_function("parkgis.map.getSize().x > 200 && parkgis.map.getZoom() > 8")  # it got its room, and land is in it
    assert inside.evaluate("parkgis.drawn.parcels") == 24
    assert violations(inside) == []
    page.emulate_media(media="print")
    assert page.locator("iframe").is_hidden()
    assert page.locator("picture.map").is_visible()
    page.set_viewport_size({"width": 1047, "height": 900})  # A4 landscape between the margins
    each = "(t) => [t.dataset.table, t.scrollWidth, parseFloat(getComputedStyle(t).fontSize)]"
    told = page.evaluate(f"[...document.querySelectorAll('table')].filter((t) => t.offsetWidth).map({each})")
    assert all(wide <= 1047 and px >= (28 / 3 if key in ("people", "statements") else 32 / 3) for key, wide, px in told), told


@pytest.mark.browser
def test_english_tables_fit_on_paper_too(page: Page, tmp_path: Path, pair: tuple[Briefing, Beside]) -> None:
    path = tmp_path / "report.html"
    path.write_text(pages.build(pair[0], EN, pair[1]), encoding="utf-8")
    page.set_viewport_size({"width": 1047, "height": 900})
    page.goto(path.as_uri())
    page.emulate_media(media="print")
    wide = page.evaluate("[...document.querySelectorAll('table')].map((t) => [t.dataset.table, t.scrollWidth])")
    assert all(px <= 1047 for _, px in wide), wide


@pytest.mark.browser
def test_the_progress_table_goes_on_paper_as_two_halves(page: Page, tmp_path: Path, pair: tuple[Briefing, Beside]) -> None:
    """One table of thirty columns printed in letters of 6 points; the halves hold its columns once, in the order it is sorted."""
    path = tmp_path / "report.html"
    path.write_text(pages.build(pair[0], VI, pair[1]), encoding="utf-8")
    page.goto(path.as_uri())
    page.wait_for_selector("body[data-ready]")
    whole, halves = page.locator('[data-table="progress"]'), page.locator('[data-table="progress_half"]')
    assert whole.is_visible() and [half.is_visible() for half in halves.all()] == [False, False]
    whole.locator('th[data-column="planned"] [role=button]').click()
    page.emulate_media(media="print")
    assert whole.is_hidden() and [half.is_visible() for half in halves.all()] == [True, True]
    assert [half.evaluate("(t) => getComputedStyle(t).fontSize") for half in halves.all()] == ["10.7px"] * 2  # 8 points
    keys = [half.locator("th").evaluate_all("(all) => all.map((th) => th.dataset.column)") for half in halves.all()]
    own = whole.locator("th").evaluate_all("(all) => all.map((th) => th.dataset.column)")
    assert keys[1][:2] == ["serial", "project"] and keys[0] + keys[1][2:] == own
    assert [half.get_by_text("TỔNG CỘNG").count() for half in halves.all()] == [1, 1]
    serials = "(rows) => rows.map((row) => row.cells[0].textContent)"
    orders = [table.locator("tbody tr").evaluate_all(serials) for table in (whole, *halves.all())]
    assert orders[0] == orders[1] == orders[2] and orders[0][1] != "1", "sorted on screen, sorted on paper"


@pytest.mark.browser
def test_without_scripts_the_printed_map_stays(
    browser: Browser, tmp_path: Path, pair: tuple[Briefing, Beside], pictured: tuple[Picture, ...], lively: Live
) -> None:
    path = tmp_path / "report.html"
    path.write_text(pages.build(pair[0], VI, pair[1], pictured, lively), encoding="utf-8")
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.locator("picture.map").is_visible()
    assert page.locator(".map-box.live").count() == 0
    context.close()


def test_a_map_of_many_parcels_draws_projects_and_says_so(
    pair: tuple[Briefing, Beside], found: Workspace, lively: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = shapes(found, found.snapshot(found.cut(busy.ON, busy.KNOWN)))
    assert (lively.note, page_map.live(pair[0], drawn, VI, shipped_map("overview"))) == ("", lively)
    monkeypatch.setattr(page_map, "MOST_PARCELS", 20)
    few = page_map.live(pair[0], drawn, VI, shipped_map("overview"))
    assert "id=&quot;parcels&quot;" in lively.document
    assert "id=&quot;parcels&quot;" not in few.document
    assert few.note in pages.build(pair[0], VI, pair[1], (Picture("map", "data:,", "data:,", "Bản đồ"),), few)


@pytest.mark.browser
def test_a_column_sorts_up_and_down_by_number_and_by_keyboard(page: Page, tmp_path: Path, pair: tuple[Briefing, Beside]) -> None:
    path = tmp_path / "report.html"
    path.write_text(pages.build(pair[0], VI, pair[1]), encoding="utf-8")
    page.goto(path.as_uri())
    page.wait_for_selector("body[data-ready]")
    table = page.locator('table[data-table="since"]')
    head = table.locator('th[data-column="now"] [role="button"]')
    cells = 'table[data-table="since"] tr.line td:nth-child(5)'

    def numbers() -> list[float]:
        return [float(text.replace(",", ".")) for text in page.locator(cells).all_inner_texts()]

    head.focus()
    page.keyboard.press("Enter")
    assert numbers() == sorted(numbers())
    head.click()
    assert numbers() == sorted(numbers(), reverse=True)
    assert table.locator("th[aria-sort]").get_attribute("aria-sort") == "descending"
    assert table.locator("tbody tr").last.get_attribute("class") == "total"
