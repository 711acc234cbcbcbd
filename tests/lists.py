"""Make lists of land as offices write them: title lines, merged headings, totals, signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

TITLES = ("UBND XÃ NAM SƠN", "DANH SÁCH THỬA ĐẤT BÀN GIAO", "(Kèm theo Biên bản số 09/BB-BGTĐ ngày 30/06/2025)")
UPPER = (
    "STT",
    "Họ và tên / Chủ sử dụng đất",
    "Địa chỉ thửa đất",
    "Thửa đất",
    None,
    "Diện tích thu hồi (m2)",
    "Loại đất",
    "Ghi chú",
)
LOWER = (None, None, None, "Tờ bản đồ (số)", "Thửa đất (số)", None, None, None)
NUMBERING = tuple(f"({n})" for n in range(1, 9))
WIDTH = len(UPPER)


def rows_of(*lands: tuple[Any, Any, Any], total: Any = None) -> list[list[Any]]:
    """Return body rows of (sheet, parcel, area), a total and a signature."""
    rows: list[list[Any]] = [
        [n, "Nguyễn Văn A", "Đồng Cửa", sheet, parcel, area, "LUC", None] for n, (sheet, parcel, area) in enumerate(lands, start=1)
    ]
    if total is not None:
        rows.append([None, "Tổng cộng", None, None, None, total, None, None])
    rows.append([None, None, None, None, "Bắc Ninh, ngày 30 tháng 6 năm 2025"])
    rows.append([None, "NGƯỜI LẬP", None, None, "CHỦ TỊCH"])
    return rows


def written(
    path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]], titles: Sequence[str] = TITLES, merges: Sequence[str] = ()
) -> Path:
    """Write a workbook of such lists, one a sheet: titles merged across, a heading in two rows, numbered columns."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, body in sheets.items():
        sheet = book.create_sheet(name)
        for row, title in enumerate(titles, start=1):
            sheet.cell(row, 1, title)
            sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=WIDTH)
        top = len(titles) + 2
        for column in range(WIDTH):
            sheet.cell(top, column + 1, UPPER[column])
            sheet.cell(top + 1, column + 1, LOWER[column])
            sheet.cell(top + 2, column + 1, NUMBERING[column])
            if column not in (3, 4):
                sheet.merge_cells(start_row=top, end_row=top + 1, start_column=column + 1, end_column=column + 1)
        sheet.merge_cells(start_row=top, end_row=top, start_column=4, end_column=5)
        for row, cells in enumerate(body, start=top + 3):
            for column, value in enumerate(cells, start=1):
                sheet.cell(row, column, value)
        for merge in merges:
            sheet.merge_cells(merge)
    book.save(path)
    return path


FIRST = len(TITLES) + 5
"""Row of the first parcel in a list of :func:`written`."""
