"""Lists as officers have them: what is read, what is said not to be, and that totals are checked."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lists import FIRST, rows_of, written
from make import workspace

from parkgis.errors import ParkgisError
from parkgis.intake.minutes import record_plan
from parkgis.intake.rows import plan_file
from parkgis.ledger import sheets
from parkgis.ledger.sheets import Given
from parkgis.ledger.sheets.cells import Fault, Formula
from parkgis.ledger.sheets.read import Sheet
from parkgis.model import Severity

if TYPE_CHECKING:
    from pathlib import Path

TOLD = Given(project="QV", stage="handed_developer", day=dt.date(2025, 6, 30))
FULL = dataclasses.replace(TOLD, document="09/BB", document_date=dt.date(2025, 6, 30))


def understood(path: Path, told: Given = TOLD) -> sheets.Understood:
    return sheets.understood(path, told)


def codes(found: sheets.Understood) -> list[tuple[str, str]]:
    return [(f.code, f.where.partition("!")[2]) for f in found.findings]


def keys(found: sheets.Understood) -> list[tuple[str, str, Any]]:
    return [(row.text("sheet"), row.text("parcel"), row.values["area_m2"]) for row in found.rows]


def test_a_list_with_titles_merged_heading_total_and_signatures(tmp_path: Path) -> None:
    body = rows_of((12, "17+175", "905,5"), (12, "263A", 100.5), (13, "1, 2", "500+405,5"), total=1911.5)
    found = understood(written(tmp_path / "bb.xlsx", {"Danh sách": body}))
    assert codes(found) == []
    assert keys(found) == [
        ("12", "17", None), ("12", "175", None), ("12", "263A", 100.5), ("13", "1", 500.0), ("13", "2", 405.5),
    ]  # fmt: skip
    first = found.rows[0]
    assert first.where == f"bb.xlsx!Danh sách:{FIRST}"
    assert (first.values["document"], first.values["document_date"]) == ("09/BB-BGTĐ", dt.date(2025, 6, 30))
    assert (first.values["project"], first.values["stage"], first.values["day"]) == ("QV", "handed_developer", dt.date(2025, 6, 30))
    assert first.together == (905.5, "12/17, 12/175")
    (sheet,) = found.sheets
    assert sheet.heading is not None
    assert (sheet.heading.first, sheet.heading.last, sheet.rows, sheet.parcels) == (5, 6, 3, 5)
    assert {c.heading: c.role for c in sheet.heading.columns}["Họ và tên / Chủ sử dụng đất"] == "personal"
    (total,) = sheet.totals
    assert (total.stated_m2, total.summed_m2, total.agrees) == (1911.5, 1911.5, True)
    assert [row for row, _ in sheet.skipped] == [FIRST + 4, FIRST + 5]


def test_no_name_is_anywhere_in_what_was_understood(tmp_path: Path) -> None:
    found = understood(written(tmp_path / "bb.xlsx", {"A": rows_of((12, 17, 900), ("x y", 18, 900), total=1800)}))
    assert "Nguyễn" not in repr(dataclasses.asdict(found))


@pytest.mark.parametrize(("total", "agrees"), [(1500.1, True), (1500, True), ("1.500,0", True), (1500.2, False), (15000, False)])
def test_a_total_is_held_against_its_rows(total: object, agrees: bool, tmp_path: Path) -> None:
    found = understood(written(tmp_path / "bb.xlsx", {"A": rows_of((1, 1, 900), (1, 2, 600), total=total)}))
    assert codes(found) == ([] if agrees else [("sheet_total_differs", f"A:{FIRST + 2}")])
    assert found.sheets[0].totals[0].agrees is agrees


def test_subtotals_by_village_and_a_total_of_all_sheets(tmp_path: Path) -> None:
    east: list[list[Any]] = [
        [None, "Thôn Đông"],
        [1, "A", "x", 1, 1, 100],
        [2, "B", "x", 1, 2, 200],
        [None, "Cộng", None, None, None, 300],
        ["II", "Thôn Tây"],
        [3, "C", "x", 1, 3, 400],
        [None, "Cộng thôn Tây", None, None, None, 400],
        [None, "Tổng cộng", None, None, None, 700],
    ]
    west: list[list[Any]] = [[1, "D", "x", 2, 1, 50], [None, "Tổng số", None, None, None, 750]]
    found = understood(written(tmp_path / "bb.xlsx", {"Xã Nam Sơn": east, "Xã Bắc Sơn": west}))
    assert codes(found) == []
    assert [(t.stated_m2, t.agrees) for s in found.sheets for t in s.totals] == [
        (300.0, True), (400.0, True), (700.0, True), (750.0, True),
    ]  # fmt: skip
    assert found.sheets[0].places == ("Thôn Đông", "Thôn Tây")
    assert [row.text("note") for row in found.rows] == [
        "Thôn Đông; Xã Nam Sơn", "Thôn Đông; Xã Nam Sơn", "Thôn Tây; Xã Nam Sơn", "Xã Bắc Sơn",
    ]  # fmt: skip


def test_a_household_named_like_a_total_is_land(tmp_path: Path) -> None:
    body = [[1, "Tổng Công ty Viglacera", "x", 1, 1, 100], [2, "Tống Thị Cộng", "x", 1, 2, 100], [3, "Công ty A", "x", 1, 3, 100]]
    assert len(understood(written(tmp_path / "bb.xlsx", {"A": body})).rows) == 3


def test_a_total_that_is_a_formula_is_said_not_to_be_checked(tmp_path: Path) -> None:
    found = understood(written(tmp_path / "bb.xlsx", {"A": rows_of((1, 1, 900), total="=SUM(F8:F8)")}))
    assert codes(found) == [("sheet_total_formula", f"A:{FIRST + 1}")]
    assert found.sheets[0].totals[0].agrees is None and len(found.rows) == 1


def test_merged_cells_of_the_body_speak_for_all_their_rows(tmp_path: Path) -> None:
    body = [[1, "A", "x", 12, 1, 900], [2, "B", "x", None, 2, None], [3, "C", "x", None, 3, 100]]
    path = written(tmp_path / "bb.xlsx", {"A": body}, merges=[f"D{FIRST}:D{FIRST + 2}", f"F{FIRST}:F{FIRST + 1}"])
    found = understood(path)
    assert keys(found) == [("12", "1", None), ("12", "2", None), ("12", "3", 100)]
    assert [row.together for row in found.rows] == [(900.0, "12/1, 12/2"), (900.0, "12/1, 12/2"), None]


@pytest.mark.parametrize(
    ("sheet", "parcel", "area", "code", "column", "value"),
    [
        (12, 17.175, 900, "row_number_form", "E", "17.175"),
        (12, "12/17", 900, "row_number_form", "E", "12/17"),
        (None, 17, 900, "row_sheet_missing", "D", ""),
        (12, None, 900, "row_parcel_missing", "E", ""),
        (12, 17, "1.805", "row_number", "F", "1.805"),
        (12, 17, -5, "row_number", "F", "-5"),
        (12, 17, 1e30, "row_number", "F", "1e+30"),
        (12, 17, "=900", "row_formula", "F", "=900"),
        (12, "=17", 900, "row_formula", "E", "=17"),
        ("12\u200f\u202e", 17, 900, "row_control", "D", "12"),
        (12, "17+18", "500+400+1", "row_counts", "F", "500+400+1"),
        ("12+13", "1+2+3", 900, "row_counts", "D", "12+13"),
        (12, 17, dt.date(2025, 1, 1), "row_number", "F", "01/01/2025"),
        (True, 17, 900, "row_number_form", "D", "True"),
    ],
)
def test_a_fault_names_sheet_row_column_and_value(
    sheet: object, parcel: object, area: object, code: str, column: str, value: str, tmp_path: Path
) -> None:
    found = understood(written(tmp_path / "bb.xlsx", {"Thôn Đông": rows_of((12, 1, 100), (sheet, parcel, area), total=1000)}))
    finding = found.refused[0]
    assert (finding.code, finding.where) == (code, f"bb.xlsx!Thôn Đông:{FIRST + 1}")
    assert finding.facts["column"].startswith(f"{column} “")
    assert finding.facts["value"].startswith(value)
    assert [row.unread != frozenset() for row in found.rows] == [False, True]


def test_columns_outrank_options_and_options_outrank_the_title(tmp_path: Path) -> None:
    path = written(tmp_path / "bb.xlsx", {"A": rows_of((1, 1, 900))})
    told = dataclasses.replace(TOLD, document="77/BB")
    found = understood(path, told)
    assert found.rows[0].values["document"] == "77/BB"
    assert codes(found) == [("sheet_paper_differs", "A:5")]
    csv = tmp_path / "bb.csv"
    csv.write_text(
        "sheet,parcel,project,stage,day,document,document_date\n1,1,TT1,paid,2025-01-01,5,2025-01-01\n", encoding="utf-8"
    )
    assert understood(csv).rows[0].text("project") == "TT1"


def test_two_documents_above_the_list_are_none(tmp_path: Path) -> None:
    titles = ["Biên bản số 09/BB ngày 30/06/2025", "Căn cứ Quyết định số 10/QĐ ngày 01 tháng 5 năm 2025"]
    found = understood(written(tmp_path / "bb.xlsx", {"A": rows_of((1, 1, 900))}, titles))
    assert [f.code for f in found.findings] == ["sheet_papers", "sheet_column_missing", "sheet_column_missing"]


def test_what_is_missing_is_named_once_with_its_option(tmp_path: Path) -> None:
    found = understood(written(tmp_path / "bb.xlsx", {"A": rows_of((1, 1, 900), (1, 2, 900))}), Given())
    assert [(f.code, f.facts["option"]) for f in found.findings] == [
        ("sheet_column_missing", option) for option in ("--project", "--stage", "--day")
    ]


@pytest.mark.parametrize(
    ("heading", "above", "area"), [("Diện tích (ha)", "", 9000.0), ("Diện tích", "Đơn vị tính: ha", 9000.0), ("Diện tích", "", 0.9)]
)
def test_hectares_where_the_list_says_hectares(heading: str, above: str, area: float, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{above}\nTờ bản đồ;Thửa đất;{heading}\n1;1;0,9\nTổng cộng;;0,9\n", encoding="utf-8")
    found = sheets.understood(path, needed=())
    assert keys(found) == [("1", "1", area)]
    assert found.sheets[0].totals[0].agrees


def test_two_columns_of_one_meaning_are_not_chosen_between(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Số tờ,Số thửa,Diện tích thu hồi,Diện tích\n1,1,5,900\n", encoding="utf-8")
    assert keys(sheets.understood(path, needed=())) == [("1", "1", 5.0)], "the exact name outranks the general one"
    for heading in ("Số tờ,Số thửa,Diện tích,Diện tích", "Số tờ,Số thửa,Diện tích,Thửa đất"):
        path.write_text(f"{heading}\n1,1,5,900\n", encoding="utf-8")
        assert sheets.understood(path, needed=()).refused[0].code == "sheet_column_twice"


def test_hidden_and_strange_sheets_are_said_not_to_be_read(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(written(tmp_path / "bb.xlsx", {"A": rows_of((1, 1, 9)), "B": rows_of((1, 2, 9))}))
    book["B"].sheet_state = "hidden"
    book.create_sheet("Thơ").append(["Trăm năm trong cõi người ta"])
    book.create_sheet("Hướng dẫn").append(["Cách ghi"])
    book.create_sheet("Trống")
    book.save(tmp_path / "bb.xlsx")
    found = understood(tmp_path / "bb.xlsx")
    assert [s.state for s in found.sheets] == ["read", "hidden", "no_heading", "passed_over", "empty"]
    assert codes(found) == [("sheet_hidden", "B"), ("sheet_no_heading", "Thơ")]
    assert len(found.rows) == 1


def test_a_heading_repeated_on_every_printed_page(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Tờ bản đồ,Thửa đất,Diện tích\n1,1,5\nTờ bản đồ,Thửa đất,Diện tích\n1,2,6\n", encoding="utf-8")
    assert keys(sheets.understood(path, needed=())) == [("1", "1", 5.0), ("1", "2", 6.0)]


# -- anything at all ---------------------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NASTY = st.sampled_from(
    ["=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "NaN", "1e999", "9" * 400, "\x00\x01", "thu\u031b\u0309a", "\ufeffx",
     "1.805", "17+175", "17, 175", "263A", "12/345", "Tổng cộng", "Cộng", "(1)", "30/06/2025", "31/02/2025", "x" * 300,
     "\u202e12", "QV", "paid", "Tờ bản đồ", "Thửa đất (số)", "Diện tích (m2)", "Thôn Đông", "", " "]
)  # fmt: skip
NUMBERS = st.one_of(st.integers(-5, 3000), st.floats(-1e300, 1e300, allow_nan=False), st.sampled_from([0.0, -0.0, 1e15, 17.175]))
CELL = st.one_of(
    st.none(), TEXT, NASTY, NUMBERS, st.booleans(), st.dates(dt.date(1900, 3, 1)), st.just(Formula("=A1")), st.just(Fault("#N/A"))
)
HEADINGS = st.lists(
    st.sampled_from(["STT", "Họ và tên", "Tờ bản đồ", "Thửa đất", "Diện tích", "Số biên bản", "Ngày", "Ghi chú", "project", "stage",
                     "day", "document", "document_date", "Tờ/thửa", "Mã xã", ""]),
    min_size=2, max_size=9,
)  # fmt: skip
ROWS = st.lists(st.lists(CELL, max_size=9), max_size=8)


def recorded_or_refused(here: Any, found: sheets.Understood) -> None:
    """Record what was understood: entries, or one refusal that names each fault; the ledger is as it was on refusal."""
    before = here.store.head()
    planned = plan_file(here, found, "An")
    try:
        outcome = record_plan(here, planned, "x")
    except ParkgisError:
        assert here.store.head() == before and planned.refused
        assert all(f.where for f in planned.refused)
    else:
        assert len(outcome.recorded) + outcome.already == len(found.rows)
        assert here.store.head().seq == before.seq + len(outcome.recorded)
        for entry in outcome.recorded:
            assert entry.event.parcel.count("/") in (0, 2) and not entry.event.parcel.startswith("=")


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return workspace(tmp_path_factory.mktemp("any") / "w")


@settings(max_examples=800, suppress_health_check=[HealthCheck.too_slow])
@given(HEADINGS, ROWS, ROWS, st.sampled_from([None, TOLD, FULL]))
def test_any_cells_end_in_entries_or_findings(
    here: Any, heading: list[str], above: list[list[Any]], below: list[list[Any]], told: Given | None
) -> None:
    rows = [(n, cells) for n, cells in enumerate([*above, heading, *below], start=1) if cells]
    merged = {(len(above) + 2, 1): (len(above) + 1, 1), (len(above) + 3, 3): (len(above) + 2, 3)}
    found = sheets.understand("x", [Sheet("A", rows, merged)], told)
    assert all(f.severity in Severity for f in found.findings)
    recorded_or_refused(here, found)


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(HEADINGS, ROWS)
def test_any_workbook_on_disk(
    tmp_path_factory: pytest.TempPathFactory, here: Any, heading: list[str], below: list[list[Any]]
) -> None:
    path = tmp_path_factory.mktemp("xlsx") / "a.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet()
        for at, cells in enumerate([heading, *below]):
            for column, value in enumerate(cells):
                if isinstance(value, Formula):
                    page.write_formula(at, column, value, None, 905.5)  # a stored result that must not be trusted
                elif isinstance(value, str):
                    page.write_string(at, column, value[:32_767])
                elif isinstance(value, dt.date):
                    page.write_datetime(at, column, value)
                elif value is not None:
                    page.write(at, column, value)
    try:
        found = sheets.understood(path, FULL)
    except ParkgisError:
        return
    assert all(row.values.get("area_m2") != 905.5 for row in found.rows)
    recorded_or_refused(here, found)


@settings(max_examples=250, suppress_health_check=[HealthCheck.too_slow])
@given(HEADINGS, st.lists(st.lists(st.one_of(TEXT, NASTY), max_size=9), max_size=6), st.sampled_from(",;\t"), st.booleans())
def test_any_csv_on_disk(
    tmp_path_factory: pytest.TempPathFactory, here: Any, heading: list[str], below: list[list[str]], mark: str, bom: bool
) -> None:
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    text = "\n".join(mark.join(f'"{cell}"' if mark in cell else cell for cell in row) for row in [heading, *below])
    path.write_text(text, encoding="utf-8-sig" if bom else "utf-8", newline="")
    try:
        found = sheets.understood(path, FULL)
    except ParkgisError:
        return
    recorded_or_refused(here, found)


# -- any layout of a good list -----------------------------------------------------------------------------

LANDS = st.lists(
    st.tuples(st.integers(1, 40), st.lists(st.integers(1, 99), min_size=1, max_size=3, unique=True), st.integers(1, 99_999)),
    min_size=1, max_size=6, unique_by=lambda land: (land[0], *land[1]),
)  # fmt: skip
NAMES = {
    "sheet": ["Tờ bản đồ (số)", "Số tờ", "TỜ BẢN ĐỒ", "Map sheet", "Tờ ba\u0309n đồ"],
    "parcel": ["Thửa đất (số)", "Số thửa", "Parcel", "thửa"],
    "area": ["Diện tích (m2)", "Diện tích thu hồi (m²)", "Area (m2)", "Diện tích"],
}


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(LANDS, st.data())
def test_any_layout_of_a_good_list_says_the_same(here: Any, lands: list[tuple[int, list[int], int]], data: st.DataObject) -> None:
    """Order and names of columns, lines above, styles of numbers, joined parcels: the same land, the same square metres."""
    order = data.draw(st.permutations(["index", "personal", "sheet", "parcel", "area", "none"]))
    heading: dict[str, str | None] = {role: data.draw(st.sampled_from(names)) for role, names in NAMES.items()}
    heading |= {"index": "STT", "personal": "Họ và tên", "none": None}
    joint, style = data.draw(st.sampled_from(["+", ", ", "; ", "\n"])), data.draw(st.sampled_from(["number", "comma", "grouped"]))

    def area(tenths: int) -> Any:
        if style == "number":
            return tenths / 10
        whole = f"{tenths // 10:,}".replace(",", ".") if style == "grouped" else str(tenths // 10)
        return f"{whole},{tenths % 10}"

    body = []
    for n, (sheet, parcels, tenths) in enumerate(lands, start=1):
        joined = parcels[0] if len(parcels) == 1 else joint.join(map(str, parcels))
        cells = {"index": n, "personal": "Nguyễn Văn A", "sheet": sheet, "parcel": joined, "area": area(tenths), "none": None}
        body.append([cells[role] for role in order])
    total = {"personal": "Tổng cộng", "area": area(sum(land[2] for land in lands))}
    rows: list[list[Any]] = [
        *data.draw(st.sampled_from([[], [["DANH SÁCH"]], [["UBND XÃ"], ["DANH SÁCH"]]])),
        [heading[role] for role in order],
        *body,
    ]
    rows += [[total.get(role) for role in order], [None, "CHỦ TỊCH"]]
    told = dataclasses.replace(FULL, document=f"{data.draw(st.integers(0, 10**9))}/BB")
    found = sheets.understand("x", [Sheet("A", list(enumerate(rows, start=1)))], told)
    assert found.findings == ()
    assert [(row.text("sheet"), row.text("parcel")) for row in found.rows] == [(str(s), str(p)) for s, ps, _ in lands for p in ps]
    stated = [row.values["area_m2"] if row.together is None else row.together[0] for row in found.rows]
    assert [sheets.number(value) for value in stated] == [tenths / 10 for _, ps, tenths in lands for _ in ps]
    assert found.sheets[0].totals[0].agrees
    before = here.store.head().seq
    recorded_or_refused(here, found)
    contradictory = len({(s, p) for s, ps, _ in lands for p in ps}) < len(found.rows)
    assert contradictory or here.store.head().seq == before + len(found.rows)
