"""Minutes that arrive as a table (CSV or XLSX): rows as text, dates and numbers read without guessing."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
import re
import unicodedata
import zipfile
from typing import TYPE_CHECKING, Any

from parkgis.errors import ExtraMissing, FieldMissing, FileEmpty, FileMissing, FileUnreadable, Reason

try:
    import openpyxl
except ModuleNotFoundError:  # the extra [office] is optional
    openpyxl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COLUMNS = ("kind", "project", "sheet", "parcel", "stage", "day", "document", "document_date", "area_m2", "by", "note")
NEEDED = ("project", "stage", "day", "document", "document_date")
OPTIONAL = ("commune",)

GROUPED = re.compile(r"^\d{1,3}([.,]\d{3})+$")
PLAIN = re.compile(r"^\d+([.,]\d+)?$")
BOTH = re.compile(r"^(\d{1,3}(?:\.\d{3})+),(\d+)$|^(\d{1,3}(?:,\d{3})+)\.(\d+)$")


@dataclasses.dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of minutes: ``where`` says file, sheet and row; values are text, dates or numbers as they came."""

    where: str
    values: dict[str, Any]

    def text(self, column: str) -> str:
        """Return a cell as text in NFC; numbers without a trailing ``.0``."""
        value = self.values.get(column)
        if value is None:
            return ""
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return unicodedata.normalize("NFC", str(value)).strip()


def rows(path: Path) -> list[SheetRow]:
    """Read every row of a table of minutes.

    Parameters
    ----------
    path : Path
        ``.csv`` (UTF-8, comma or semicolon) or ``.xlsx`` (its first sheet); the header is the first row.

    Raises
    ------
    FileMissing, FileEmpty, FileUnreadable, FieldMissing, ExtraMissing
    """
    if not path.is_file():
        raise FileMissing(path=path)
    table = list(_xlsx(path) if path.suffix.lower() in (".xlsx", ".xlsm") else _csv(path))
    if not table:
        raise FileEmpty(path=path, what="rows")
    (_, header), *body = table
    names = [str(cell or "").strip().lower() for cell in header]
    for column in NEEDED:
        if column not in names:
            raise FieldMissing(path=path, role=column, columns=", ".join(filter(None, names)))
    found = [
        SheetRow(f"{path.name}:{number}", dict(zip(names, cells, strict=False)))
        for number, cells in body
        if any(cell not in (None, "") for cell in cells)
    ]
    if not found:
        raise FileEmpty(path=path, what="rows")
    return found


def _csv(path: Path) -> Iterator[tuple[int, list[Any]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileUnreadable(path=path, why=Reason("csv_not_utf8", "not UTF-8: in Excel, save it as 'CSV UTF-8'")) from error
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        yield from ((reader.line_num, row) for row in reader)
    except csv.Error as error:
        raise FileUnreadable(path=path, why=f"line {reader.line_num}: {error}") from error


def _xlsx(path: Path) -> Iterator[tuple[int, list[Any]]]:
    if openpyxl is None:
        raise ExtraMissing(what=f"{path}: reading a workbook", extra="office")
    try:
        # formulas are never evaluated: data_only=False shows them as text, which no cell type accepts
        book = openpyxl.load_workbook(path, read_only=True, data_only=False)
        sheet = book.worksheets[0]
        yield from ((number, list(cells)) for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1))
        book.close()
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, IndexError) as error:
        raise FileUnreadable(path=path, why=str(error)) from error


def day(value: Any) -> dt.date | None:
    """Read a day: a date cell, ``2026-06-30``, or ``30/06/2026``. None when it is none of these.

    Examples
    --------
    >>> day("30/06/2026") == day("2026-06-30") == dt.date(2026, 6, 30)
    True
    >>> day("06/30/2026") is None, day("30/6/26") is None
    (True, True)
    """
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    text = str(value or "").strip()
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def number(value: Any) -> float | None:
    """Read an area without guessing what a lone dot or comma before three digits means.

    Returns
    -------
    float or None
        None when it is no number, negative, or ambiguous: ``1.805`` is 1805 to a Vietnamese and 1.805 to Excel.

    Examples
    --------
    >>> number("1805,5"), number("1.805,5"), number("1,805.5"), number("1.805"), number(1.805)
    (1805.5, 1805.5, 1805.5, None, 1.805)
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if 0 <= value < 1e12 else None
    text = str(value or "").strip().replace(" ", "").replace("\xa0", "")
    if both := BOTH.match(text):
        whole, part = (both[1], both[2]) if both[1] else (both[3], both[4])
        return float(f"{re.sub('[.,]', '', whole)}.{part}")
    if GROUPED.match(text) or not PLAIN.match(text):
        return None
    return float(text.replace(",", "."))
