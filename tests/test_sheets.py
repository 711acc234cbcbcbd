"""Minutes as tables: read without guessing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parkgis.errors import FieldMissing, FileEmpty, FileMissing, FileUnreadable, ParkgisError
from parkgis.ledger import sheets

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


def test_a_workbook_keeps_types_and_never_runs_a_formula(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))  # type: ignore[union-attr]
    book.active.append(["reached", "QV", 1, 2.0, "paid", dt.date(2026, 6, 30), "05/PC", "30/06/2026", "=900+1", "An", None])  # type: ignore[union-attr]
    book.save(tmp_path / "bb.xlsx")
    (row,) = sheets.rows(tmp_path / "bb.xlsx")
    assert (row.text("sheet"), row.text("parcel"), row.text("note")) == ("1", "2", "")
    assert sheets.day(row.values["day"]) == dt.date(2026, 6, 30)
    assert row.text("area_m2") == "=900+1"
    assert sheets.number(row.values["area_m2"]) is None


def test_text_is_composed(tmp_path: Path) -> None:
    (row,) = sheets.rows(written(tmp_path, f"{HEADER}\nreached,QV,1,2,paid,2026-06-30,05/PC,2026-06-30,900,An,thu\u031b\u0309a"))
    assert row.text("note") == "thửa"


def test_faults_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        sheets.rows(tmp_path / "x.csv")
    with pytest.raises(FileEmpty):
        sheets.rows(written(tmp_path, ""))
    with pytest.raises(FileEmpty):
        sheets.rows(written(tmp_path, HEADER + "\n,,,,,,,,,,\n"))
    with pytest.raises(FieldMissing, match="document_date"):
        sheets.rows(written(tmp_path, HEADER.replace("document_date", "ngày") + "\na\n"))
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
