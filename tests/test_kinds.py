"""Obstacles, payments, plans, certificates, splits and merges through workbooks: all or nothing, each fault by its cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from files import cadastre, saved
from hypothesis import given
from hypothesis import strategies as st
from make import day, workspace

from parkgis.errors import RowsRefused
from parkgis.intake import minutes
from parkgis.intake.add import Options, add_parcels
from parkgis.intake.kinds import kind_of
from parkgis.intake.minutes import record_plan
from parkgis.intake.rows import plan_file
from parkgis.ledger import sheets
from parkgis.model import Kind
from parkgis.outputs import template
from parkgis.rules.kinds import sheet_kinds
from parkgis.rules.obstacles import obstacle_codes
from parkgis.rules.read import stages
from parkgis.words.catalogue import Words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from parkgis.intake.minutes import Outcome
    from parkgis.model import Event
    from parkgis.workspace import Workspace

VI, EN = Words("vi"), Words("en")
PAPER = {"project": "QV", "day": "20/12/2025", "document": "09/BC", "document_date": "20/12/2025"}
GRAVES = obstacle_codes()["graves"]
ROWS: dict[str, dict[str, Any]] = {
    "reached": {"sheet": "1", "parcel": "1", "stage": "paid"},
    "obstacle": {"sheet": "1", "parcel": "1+2", "code": GRAVES.vi, "due": "30/01/2026", "owner": "UBND xã"},
    "payment": {"sheet": "1", "parcel": "3", "amount_vnd": "1.500.000.000", "households": 2},
    "approval": {"amount_vnd": "268.340.000.000", "households": 312, "organisations": 3, "area_m2": 929000, "batch": "Đợt 1"},
    "count": {"what": "Số mộ phải di chuyển", "value": 219},
    "attested": {"stage": "paid", "area_m2": 900.5, "tolerance_m2": 1, "body": "UBND xã"},
    "planned": {"month": "5/2026", "area_m2": 120000},
}


@pytest.fixture
def here(tmp_path: Path) -> Workspace:
    """Today is 1 January 2026; QV has parcels 1/1 to 1/4."""
    found = workspace(tmp_path / "w")
    add_parcels(found, "QV", saved(cadastre(), tmp_path / "thua.gpkg"), Options())
    return found


def filled(here: Workspace, kind: str, *rows: Mapping[str, Any], words: Words = VI) -> Path:
    """Return the kind's own template with rows filled in, as an officer would."""
    path = here.root.parent / f"{kind}.xlsx"
    path.write_bytes(template.build(here.projects, words, demo=False, kind=kind))
    book = openpyxl.load_workbook(path)
    minutes = book.worksheets[0]
    columns = sheet_kinds()[kind].columns
    for at, row in enumerate(rows, start=4):
        for role, value in {
            **PAPER,
            **({"kind": sheet_kinds()[kind].name(words.lang)} if kind != "reached" else {}),
            **row,
        }.items():
            minutes.cell(at, columns.index(role) + 1, value)
    book.save(path)
    return path


def record(here: Workspace, path: Path, kind: str = "") -> Outcome:
    return record_plan(here, plan_file(here, sheets.understood(path, sheets.Given(kind=kind)), "Bình"), path)


def csv(here: Workspace, *lines: str) -> Path:
    path = here.root.parent / "muc.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def faults(here: Workspace, path: Path, kind: str = "") -> list[tuple[str, str]]:
    before = here.store.head()
    with pytest.raises(RowsRefused) as caught:
        record(here, path, kind)
    assert here.store.head() == before, "all or nothing"
    return [(f.code, f.where.rpartition(":")[2]) for f in caught.value.findings]


def events(outcome: Outcome) -> list[Event]:
    return [entry.event for entry in outcome.recorded]


@pytest.mark.parametrize("words", [VI, EN], ids=["vi", "en"])
@pytest.mark.parametrize("kind", ROWS)
def test_a_filled_template_of_each_kind_is_recorded_and_the_second_time_adds_nothing(
    here: Workspace, kind: str, words: Words
) -> None:
    path = filled(here, kind, ROWS[kind], words=words)
    made = events(record(here, path))
    assert {event.kind.value for event in made} == {kind}
    again = record(here, path)
    assert (again.recorded, again.already) == ((), len(made))


def test_what_the_cells_say_is_in_the_entries(here: Workspace) -> None:
    first, second = events(record(here, filled(here, "obstacle", ROWS["obstacle"])))
    assert [(e.parcel, e.fact("code"), e.fact("owner"), e.fact("due")) for e in (first, second)] == [
        ("/1/1", "graves", "UBND xã", "2026-01-30"), ("/1/2", "graves", "UBND xã", "2026-01-30"),
    ]  # fmt: skip
    (paid,) = events(record(here, filled(here, "payment", ROWS["payment"])))
    assert (paid.parcel, paid.fact("amount_vnd"), paid.fact("households")) == ("/1/3", 1_500_000_000, 2)
    (plan,) = events(record(here, filled(here, "approval", ROWS["approval"])))
    assert (plan.area_m2, dict(plan.facts)) == (
        929000.0, {"amount_vnd": 268_340_000_000, "batch": "Đợt 1", "households": 312, "organisations": 3},
    )  # fmt: skip
    (bare,) = events(record(here, filled(here, "approval", {"amount_vnd": 7, "households": 0})))
    assert (bare.area_m2, dict(bare.facts)) == (None, {"amount_vnd": 7, "households": 0}), "what is not said is not 0"
    (graves,) = events(record(here, filled(here, "count", ROWS["count"])))
    assert dict(graves.facts) == {"what": "graves_total", "value": 219}
    (sworn,) = events(record(here, filled(here, "attested", ROWS["attested"])))
    assert (sworn.stage, sworn.area_m2, sworn.fact("tolerance_m2"), sworn.fact("body")) == ("paid", 900.5, 1.0, "UBND xã")
    (plan,) = events(record(here, filled(here, "planned", ROWS["planned"])))
    assert (plan.fact("month"), plan.fact("baseline"), plan.area_m2) == ("2026-05", 1, 120000.0)


def test_an_obstacle_is_lifted_by_its_number_or_by_its_parcel(here: Workspace) -> None:
    raised = record(here, filled(here, "obstacle", ROWS["obstacle"])).recorded
    by_number = {"refers": str(raised[0].seq), "document": "31/BC"}
    by_parcel = {"sheet": "1", "parcel": "2", "code": "graves", "document": "31/BC"}
    gone = events(record(here, filled(here, "lifted", by_number, by_parcel)))
    assert [event.refers for event in gone] == [entry.event.id for entry in raised]
    assert faults(here, filled(here, "lifted", {**by_parcel, "document": "32/BC"})) == [("row_refused", "4")]
    assert faults(here, filled(here, "lifted", {"refers": "9999"})) == [("row_no_entry", "4")]
    wrong = {"refers": str(raised[0].seq), "sheet": "1", "parcel": "4", "document": "31/BC"}
    assert faults(here, filled(here, "lifted", wrong)) == [("row_other_land", "4")]


def test_an_obstacle_is_raised_and_lifted_in_one_workbook_in_any_order(here: Workspace) -> None:
    lines = [
        "Loại mục,Dự án,Tờ bản đồ,Thửa đất,Vướng mắc,Ngày thực hiện,Số văn bản,Ngày văn bản",
        f"Đã tháo gỡ,QV,1,2,{GRAVES.vi},20/12/2025,31/BC,20/12/2025",
        f"Vướng mắc,QV,1,2,{GRAVES.vi},05/12/2025,12/BC,05/12/2025",
        f"Vướng mắc,QV,1,3,{GRAVES.vi},05/12/2025,12/BC,05/12/2025",
        "Đã tháo gỡ,QV,1,3,,21/12/2025,32/BC,21/12/2025",
    ]
    path = csv(here, *lines)
    made = events(record(here, path))
    raised = {event.parcel: event.id for event in made if event.kind is Kind.OBSTACLE}
    assert {event.parcel: event.refers for event in made if event.kind is Kind.LIFTED} == raised
    assert here.snapshot(here.cut()).matters.obstacles == ()
    again = record(here, path)
    assert (again.recorded, again.already) == ((), 4), "the same workbook once more"
    early = csv(
        here,
        lines[0],
        f"Vướng mắc,QV,1,4,{GRAVES.vi},20/12/2025,13/BC,20/12/2025",
        lines[1].replace(",2,", ",4,").replace("20/12", "19/12"),
    )
    assert faults(here, early) == [("row_refused", "3")], "lifted before it was raised"
    none = csv(here, lines[0], lines[1].replace(",2,", ",1,"))
    assert faults(here, none) == [("row_refused", "2")], "no row raises it"


def test_an_obstacle_that_was_void_is_raised_anew_and_lifted_in_one_workbook(here: Workspace) -> None:
    raised = record(here, filled(here, "obstacle", ROWS["obstacle"])).recorded[0]
    minutes.void(here, str(raised.seq), "nhầm thửa", raised.event.source, "An")
    path = csv(
        here,
        "Loại mục,Dự án,Tờ bản đồ,Thửa đất,Vướng mắc,Đơn vị giải quyết,Hạn giải quyết,Ngày thực hiện,Số văn bản,Ngày văn bản",
        f"Vướng mắc,QV,1,1,{GRAVES.vi},UBND xã,30/01/2026,20/12/2025,09/BC,20/12/2025",
        f"Đã tháo gỡ,QV,1,1,{GRAVES.vi},,,21/12/2025,31/BC,21/12/2025",
    )
    anew, gone = events(record(here, path))
    assert (anew.id, gone.refers) == (f"{raised.event.id}~2", anew.id)


def test_splits_and_merges_by_workbook_are_held_against_the_layer(here: Workspace) -> None:
    bad = {"old_parcels": "1/1", "new_parcels": "1/2+1/3"}
    assert [code for code, _ in faults(here, filled(here, "split", bad))] == ["lineage_area"]
    assert faults(here, filled(here, "split", {"old_parcels": "1/1+1/2", "new_parcels": "1/3"})) == [("row_one_parcel", "4")]
    assert faults(here, filled(here, "merge", {"old_parcels": "12", "new_parcels": "1/3"})) == [("row_cell", "4")]


def test_kinds_mixed_in_one_list_by_their_vietnamese_names(here: Workspace) -> None:
    path = csv(
        here,
        "Loại mục,Dự án,Tờ bản đồ,Thửa đất,Giai đoạn,Vướng mắc,Số tiền,Tháng,Diện tích (ha),Ngày thực hiện,Số văn bản,Ngày văn bản",
        ",QV,1,1,paid,,,,,20/12/2025,09/BC,20/12/2025",
        "Vướng mắc,QV,1,2,,graves,,,,20/12/2025,10/BC,20/12/2025",
        "Chi trả,QV,1,2,,,250000000,,,20/12/2025,11/UNC,20/12/2025",
        'Kế hoạch,QV,,,,,,Tháng 3/2026,"12,5",20/12/2025,12/KH,20/12/2025',
    )
    made = events(record(here, path))
    assert [e.kind for e in made] == [Kind.REACHED, Kind.OBSTACLE, Kind.PAYMENT, Kind.PLANNED]
    assert made[3].area_m2 == 125_000.0


def test_approved_plans_and_counts_out_of_an_officer_s_own_list(here: Workspace) -> None:
    path = csv(
        here,
        "Loại mục,Dự án,Đợt,Kinh phí phê duyệt,Số hộ,Số tổ chức,Diện tích (ha),Chỉ tiêu,Số lượng,"
        "Ngày thực hiện,Số văn bản,Ngày văn bản",
        'Phê duyệt phương án,QV,Đợt 1,268.340.000.000,312,,"62,3",,,20/12/2025,210/QĐ-UBND,20/12/2025',
        "Số liệu theo báo cáo,QV,,,,,,Tổng số ngôi mộ,219,20/12/2025,31/BC,20/12/2025",
        "Số liệu,QV,,,,,,Lô tái định cư đã giao,0,20/12/2025,31/BC,20/12/2025",
    )
    plan, graves, lots = events(record(here, path))
    assert (plan.kind, plan.fact("amount_vnd"), plan.fact("organisations")) == (Kind.APPROVAL, 268_340_000_000, None)
    assert plan.area_m2 == pytest.approx(623_000)
    assert [(e.fact("what"), e.fact("value")) for e in (graves, lots)] == [("graves_total", 219), ("resettle_lots_allocated", 0)]


def test_a_progress_table_has_a_column_for_each_count_and_an_empty_cell_says_nothing(here: Workspace) -> None:
    path = csv(
        here,
        "STT,Dự án,Tổng số hộ,Tổng số mộ,Mộ đã di chuyển,Số lô tái định cư cần bố trí,Ngày thực hiện,Số văn bản,Ngày văn bản",
        "1,QV,312,219,184,-,20/12/2025,31/BC,20/12/2025",
    )
    made = events(record(here, path, kind="count"))
    assert [(e.fact("what"), e.fact("value")) for e in made] == [
        ("households_total", 312), ("graves_total", 219), ("graves_moved", 184)
    ]  # fmt: skip
    again = record(here, path, kind="count")
    assert (again.recorded, again.already) == ((), 3)
    heading = "Dự án,Tổng số mộ,Mộ đã di chuyển,Ngày thực hiện,Số văn bản,Ngày văn bản"
    wrong = csv(here, heading, "QV,7,nhiều,20/12/2025,9/BC,20/12/2025")
    with pytest.raises(RowsRefused) as caught:
        record(here, wrong, kind="count")
    (finding,) = caught.value.findings
    assert (finding.code, finding.facts["value"]) == ("row_cell", "nhiều") and "Mộ đã di chuyển" in finding.facts["column"]


@pytest.mark.parametrize(
    ("kind", "change", "code"),
    [
        ("obstacle", {"code": "ma quỷ"}, "row_refused"),
        ("obstacle", {"code": None}, "row_role_missing"),
        ("obstacle", {"due": "30/13/2026"}, "row_cell"),
        ("obstacle", {"due": "01/01/2025"}, "row_refused"),
        ("obstacle", {"code": "other"}, "row_refused"),
        ("obstacle", {"code": "=1+1"}, "row_formula"),
        ("payment", {"amount_vnd": "nhiều"}, "row_cell"),
        ("payment", {"amount_vnd": 0}, "row_refused"),
        ("payment", {"amount_vnd": 1.5}, "row_cell"),
        ("payment", {"amount_vnd": None}, "row_role_missing"),
        ("payment", {"households": "-1"}, "row_cell"),
        ("payment", {"parcel": "99"}, "row_parcel_unknown"),
        ("approval", {"amount_vnd": "0"}, "row_refused"),
        ("approval", {"households": None}, "row_role_missing"),
        ("approval", {"organisations": "ba"}, "row_cell"),
        ("approval", {"area_m2": 0}, "row_refused"),
        ("count", {"what": "Số cây"}, "row_refused"),
        ("count", {"value": "12,5"}, "row_cell"),
        ("count", {"value": None}, "row_role_missing"),
        ("attested", {"stage": "xong"}, "row_stage"),
        ("attested", {"body": None}, "row_role_missing"),
        ("attested", {"area_m2": None}, "row_role_missing"),
        ("planned", {"month": "13/2026"}, "row_cell"),
        ("planned", {"baseline": "0"}, "row_refused"),
        ("planned", {"day": "05/01/2027"}, "row_day_future"),
        ("planned", {"kind": "mua bán"}, "row_kind"),
    ],
)
def test_a_fault_names_its_cell_and_nothing_is_recorded(here: Workspace, kind: str, change: dict[str, Any], code: str) -> None:
    good = {**ROWS[kind], "document": "77/BC"}
    path = filled(here, kind, good, {**ROWS[kind], **change})
    assert set(faults(here, path)) == {(code, "5")}


def test_the_same_document_with_another_amount_is_a_conflict_by_its_column(here: Workspace) -> None:
    record(here, filled(here, "payment", ROWS["payment"]))
    with pytest.raises(RowsRefused) as caught:
        record(here, filled(here, "payment", {**ROWS["payment"], "amount_vnd": 2}))
    (finding,) = caught.value.findings
    assert (finding.code, finding.facts["ledger"], finding.facts["value"]) == ("row_conflict", 1_500_000_000, 2)
    assert "Số tiền" in finding.facts["column"]


def test_a_new_plan_needs_its_reason_and_replaces_the_one_before(here: Workspace) -> None:
    record(here, filled(here, "planned", ROWS["planned"]))
    new = {**ROWS["planned"], "baseline": 2, "area_m2": 90000, "document": "13/KH"}
    assert faults(here, filled(here, "planned", new)) == [("row_refused", "4")]
    assert len(record(here, filled(here, "planned", {**new, "note": "chậm giải ngân"})).recorded) == 1


def test_a_column_of_money_in_a_list_of_land_is_left_alone(here: Workspace) -> None:
    path = csv(
        here,
        "Dự án,Tờ bản đồ,Thửa đất,Số tiền,Giai đoạn,Ngày thực hiện,Số văn bản,Ngày văn bản",
        "QV,1,1,=A1*2,paid,20/12/2025,09/BC,20/12/2025",
    )
    assert [e.kind for e in events(record(here, path))] == [Kind.REACHED]


def test_a_kind_for_the_whole_file_from_the_command_line(here: Workspace) -> None:
    path = csv(
        here,
        "Dự án,Số tiền,Số hộ,Ngày thực hiện,Số văn bản,Ngày văn bản",
        "QV,1500000,3,20/12/2025,09/UNC,20/12/2025",
    )
    (paid,) = events(record(here, path, kind="payment"))
    assert (paid.kind, paid.parcel, paid.fact("households")) == (Kind.PAYMENT, "", 3)


@pytest.mark.parametrize("words", [VI, EN], ids=["vi", "en"])
@pytest.mark.parametrize("kind", list(sheet_kinds()))
def test_a_template_has_its_columns_and_drop_downs_and_the_reader_knows_each(kind: str, words: Words, tmp_path: Path) -> None:
    here = workspace(tmp_path / "w")
    path = filled(here, kind, words=words)
    book = openpyxl.load_workbook(path)
    page, _, lists = book.worksheets
    rules = {str(rule.sqref).partition("4:")[0]: rule for rule in page.data_validations.dataValidation}
    columns = sheet_kinds()[kind].columns
    for role in ("project", "stage", "code", "kind"):
        if role in columns:
            assert rules[chr(ord("A") + columns.index(role))].type == "list", role
    assert [c.value for c in lists["J"][4 : 4 + len(obstacle_codes())]] == list(obstacle_codes())
    assert [c.value for c in lists["C"][4 : 4 + len(stages())]] == [s.name(words.lang) for s in stages()]
    given = sheets.Given(kind=kind)
    (reading, *_) = sheets.understood(path, given).sheets
    assert reading.heading is not None
    assert list(reading.heading.roles()) == list(columns)


def test_every_name_of_a_kind_means_that_kind_and_no_other() -> None:
    for kind in sheet_kinds().values():
        for name in (*kind.names, kind.vi, kind.en, kind.code, f"{kind.code} – {kind.vi}"):
            assert kind_of(name) is Kind(kind.code), name


@given(st.text(max_size=40) | st.integers() | st.floats() | st.booleans() | st.dates())
def test_whatever_stands_in_a_cell_it_is_read_or_refused(value: object) -> None:
    amount, month, keys = sheets.whole(value), sheets.month(value), sheets.parcels(value)
    assert amount is None or 0 <= amount < 1e15
    assert month is None or day(f"{month}-01")
    assert keys is None or all("/" in key for key in keys)
