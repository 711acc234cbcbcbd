"""Minutes as tables: read without guessing."""

from __future__ import annotations

import datetime as dt
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parkgis.errors import FileEmpty, FileMissing, FileUnreadable, ParkgisError, RowsRefused
from parkgis.ledger import sheets
from parkgis.ledger.sheets import cells, headers
from parkgis.ledger.sheets.read import read

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "kind,project,sheet,parcel,stage,day,document,document_date,area_m2,by,note"


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "bb.csv"
    path.write_text(text, encoding=encoding)
    return path


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("900", 900.0), ("905.5", 905.5), ("905,5", 905.5), ("1.805,25", 1805.25), ("1,805.25", 1805.25), ("1 805,25", 1805.25),
        ("12.345.678,9", 12345678.9), ("0", 0.0),
        ("1.805", None), ("1,805", None), ("12.345.678", None),  # thousands to one reader, decimals to another
        ("-5", None), ("=1+1", None), ("NaN", None), ("1e5", None), ("", None), ("khoảng 900", None), ("9" * 400 + "x", None),
    ],
)  # fmt: skip
def test_numbers_are_not_guessed(text: str, value: float | None) -> None:
    assert sheets.number(text) == value


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2026-06-30", dt.date(2026, 6, 30)), ("30/06/2026", dt.date(2026, 6, 30)), ("3/6/2026", dt.date(2026, 6, 3)),
        (dt.datetime(2026, 6, 30, 8, tzinfo=dt.UTC), dt.date(2026, 6, 30)),
        ("06/30/2026", None), ("30.06.2026", None), ("30/6/26", None),
        ("31/02/2026", None), (46203, None), (None, None),
    ],
)  # fmt: skip
def test_days_are_not_guessed(value: object, day: dt.date | None) -> None:
    assert sheets.day(value) == day


@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_csv_as_excel_saves_it(separator: str, encoding: str, tmp_path: Path) -> None:
    lines = [HEADER, "reached,QV,1,2,paid,2026-06-30,05/PC,2026-06-30,900,An,ghi chú"]
    (row,) = sheets.rows(written(tmp_path, "\n".join(lines).replace(",", separator), encoding))
    assert (row.where, row.text("project"), row.text("note")) == ("bb.csv:2", "QV", "ghi chú")


def workbook(folder: Path, *rows: list[object]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(folder / "bb.xlsx")
    return folder / "bb.xlsx"


def test_a_workbook_keeps_types(tmp_path: Path) -> None:
    day = dt.date(2026, 6, 30)
    path = workbook(
        tmp_path, [*HEADER.split(",")], ["reached", "QV", 1, 2.0, "paid", day, "05/PC", "30/06/2026", 901.5, "An", None]
    )
    (row,) = sheets.rows(path)
    assert (row.where, row.text("sheet"), row.text("parcel"), row.text("note")) == ("bb.xlsx!Sheet:2", "1", "2", "")
    assert sheets.day(row.values["day"]) == day
    assert sheets.number(row.values["area_m2"]) == 901.5


@pytest.mark.parametrize("value", ["=900+1", '=HYPERLINK("http://x")'])
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_formula_is_named_and_never_run(value: str, kind: str, tmp_path: Path) -> None:
    cells = ["reached", "QV", "1", "2", "paid", "2026-06-30", "05/PC", "2026-06-30", value, "An", ""]
    path = workbook(tmp_path, [*HEADER.split(",")], [*cells])
    if kind == "csv":
        path = written(tmp_path, HEADER + "\n" + ",".join(f'"{c.replace(chr(34), chr(34) * 2)}"' for c in cells))
    with pytest.raises(RowsRefused) as caught:
        sheets.rows(path)
    (finding,) = caught.value.findings
    assert (finding.code, finding.where.partition(".")[2]) == ("row_formula", "xlsx!Sheet:2" if kind == "xlsx" else "csv:2")
    assert finding.facts == {"column": "I “area_m2”", "value": value}


def test_text_is_composed(tmp_path: Path) -> None:
    (row,) = sheets.rows(written(tmp_path, f"{HEADER}\nreached,QV,1,2,paid,2026-06-30,05/PC,2026-06-30,900,An,thu\u031b\u0309a"))
    assert row.text("note") == "thửa"


def test_faults_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        sheets.rows(tmp_path / "x.csv")
    with pytest.raises(FileEmpty):
        sheets.rows(written(tmp_path, ""))
    with pytest.raises(RowsRefused) as caught:
        sheets.rows(written(tmp_path, HEADER + "\n,,,,,,,,,,\n"))
    assert [f.code for f in caught.value.findings] == ["sheet_no_rows"]
    with pytest.raises(RowsRefused) as caught:
        sheets.rows(written(tmp_path, HEADER.replace("document_date", "ngày") + "\n,QV,1,2,paid,,,,,,\n"))
    assert [(f.code, f.facts["option"]) for f in caught.value.findings] == [("sheet_column_missing", "--document-date")]
    with pytest.raises(RowsRefused) as caught:
        sheets.rows(written(tmp_path, "xin chào\nkhông có gì\n"))
    assert [f.code for f in caught.value.findings] == ["sheet_no_list"]
    with pytest.raises(FileUnreadable, match="UTF-8"):
        sheets.rows(written(tmp_path, HEADER + "\nĐông", "utf-16"))
    (tmp_path / "x.xlsx").write_bytes(b"PK\x05\x06 no workbook")
    with pytest.raises(FileUnreadable):
        sheets.rows(tmp_path / "x.xlsx")


@given(st.binary(max_size=400))
def test_any_bytes_give_rows_or_an_error_of_ours(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    for name in ("a.csv", "a.xlsx"):
        (folder / name).write_bytes(content)
        with pytest.raises(ParkgisError):
            sheets.rows(folder / name)


# -- limits ------------------------------------------------------------------------------------------------


def zipped(path: Path, size: int) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * size)
    return path


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="200 MB"):
        read(zipped(tmp_path / "bomb.xlsx", 12_000_000))


def test_an_old_or_locked_workbook_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"\xd0\xcf\x11\xe0 locked")
    with pytest.raises(FileUnreadable, match="password"):
        read(tmp_path / "a.xlsx")


def test_a_cell_of_ten_megabytes_is_named_by_its_place(tmp_path: Path) -> None:
    path = written(tmp_path, f"{HEADER}\nreached,QV,1,2,paid,2026-06-30,05/PC,2026-06-30,900,An,{'x' * 10_000_000}")
    (finding,) = sheets.understood(path).refused
    assert (finding.code, finding.where, finding.facts["column"]) == ("row_too_long", "bb.csv:2", "K “note”")
    assert len(finding.facts["value"]) == cells.SHOWN + 1


def test_a_cell_far_away_costs_nothing(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADER.split(","))
    sheet["XFD1000000"] = "x"
    book.save(tmp_path / "far.xlsx")
    (found,) = read(tmp_path / "far.xlsx")
    assert [at for at, _ in found.rows] == [1]


# -- several in one cell -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("17", ["17"]), (17, ["17"]), (17.0, ["17"]), ("263A", ["263A"]), ("17+175", ["17", "175"]), ("17, 175", ["17", "175"]),
        ("17,175", ["17", "175"]), ("17;175 + 3", ["17", "175", "3"]), ("17 và 175", ["17", "175"]), ("17\n175", ["17", "175"]),
        (17.175, None), ("12/345", None), ("Người lập", None), ("=17", None), ("", None), ("17+", None), (True, None),
        (dt.date(2026, 1, 17), None), ("17 175", None),
    ],
)  # fmt: skip
def test_numbers_in_a_cell(cell: object, found: list[str] | None) -> None:
    assert sheets.numbers(cell) == found


@pytest.mark.parametrize(
    ("parts", "role"),
    [
        (["STT"], "index"), (["Loại đất"], "land"), (["Địa chỉ thửa đất"], "address"), (["Diện tích", "Theo GCN"], "area_other"),
        (["Họ và tên / Chủ sử dụng đất"], "personal"), (["Số CCCD"], "personal"), (["Họ và tên người nhận tiền"], "personal"),
        (["Tờ bản đồ (số)"], "sheet"), (["Thửa đất", "Tờ số"], "sheet"), (["Thửa đất (số)"], "parcel"),
        (["Diện tích (m²)"], "area_m2"), (["DIỆN TÍCH THU HỒI (M2)"], "area_m2"), (["Diện tích", "bàn giao", "(m2)"], "area_m2"),
        (["Recovered area (ha)"], "area_m2"), (["Số biên bản"], "document"), (["Ngày bàn giao"], "day"), (["Ghi chú"], "note"),
        (["document_date"], "document_date"), (["Sổ đỏ"], ""), (["Diện tích", "Đất ở"], ""),
    ],
)  # fmt: skip
def test_headings(parts: list[str], role: str) -> None:
    assert headers.role_of(parts)[0] == role


def test_every_synonym_is_written_bare_and_means_one_role() -> None:
    names = [(name.removesuffix(" *"), role) for role, found in headers.table()["role"].items() for name in found]
    assert [name for name, _ in names if headers.bare(name) != name] == []
    meant: dict[str, set[str]] = {}
    for name, role in names:
        meant.setdefault(name, set()).add(role)
    assert {name: roles for name, roles in meant.items() if len(roles) > 1} == {}
