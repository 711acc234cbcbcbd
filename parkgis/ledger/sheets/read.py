"""Open a table a stranger made: every sheet, every cell as it stands, nothing evaluated, within limits."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
import statistics
import unicodedata
import warnings
import zipfile
from typing import TYPE_CHECKING, Any

from parkgis.errors import ExtraMissing, FileEmpty, FileMissing, FileUnreadable, Reason
from parkgis.ledger.sheets.cells import Fault, Formula

try:
    import openpyxl
except ModuleNotFoundError:  # the extra [office] is optional
    openpyxl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

MEGABYTE = 1_000_000
LARGEST = 200 * MEGABYTE  # of a CSV, or of all parts of a workbook unpacked
RATIO = 200  # unpacked to packed; office programs reach about 30
RATIO_FROM = 10 * MEGABYTE  # below this a ratio harms nobody
MOST_ROWS = 200_000
MOST_COLUMNS = 256
MOST_MERGED = 500_000
OLE = b"\xd0\xcf\x11\xe0"  # an old .xls, or a workbook with a password
SNIFFED = 60  # lines

_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')

Place = tuple[int, int]


@dataclasses.dataclass(frozen=True)
class Sheet:
    """One sheet as it stands.

    Attributes
    ----------
    name : str
        Empty for a CSV.
    rows : list of (int, list)
        Row number as Excel shows it, cells from column A on. Empty rows are left out.
    merged : mapping
        (row, column) of a cell that a merge swallowed -> (row, column) of the one that speaks for it; from 1.
    hidden : bool
    """

    name: str
    rows: Sequence[tuple[int, Sequence[Any]]]
    merged: Mapping[Place, Place] = dataclasses.field(default_factory=dict)
    hidden: bool = False


def read(path: Path) -> list[Sheet]:
    """Read every sheet of a table.

    Parameters
    ----------
    path : Path
        ``.csv`` (UTF-8; comma, semicolon or tab) or ``.xlsx``.

    Raises
    ------
    FileMissing, FileEmpty, FileUnreadable, ExtraMissing
    """
    if not path.is_file():
        raise FileMissing(path=path)
    try:
        if path.stat().st_size > LARGEST:
            raise _too_large(path)
        with path.open("rb") as file:
            start = file.read(4)
        if start == OLE or path.suffix.lower() == ".xls":
            why = Reason("xls_old", "an old .xls or a workbook with a password: save it as .xlsx without a password")
            raise FileUnreadable(path=path, why=why)
        found = list(_workbook(path)) if path.suffix.lower() in (".xlsx", ".xlsm") else [_csv(path)]
    except OSError as error:
        raise FileUnreadable(path=path, why=error.strerror or str(error)) from error
    if not any(sheet.rows for sheet in found):
        raise FileEmpty(path=path, what="rows")
    return found


def _too_large(path: Path) -> FileUnreadable:
    why = Reason("table_large", "larger than {limit} MB when unpacked; keep only the list", limit=LARGEST // MEGABYTE)
    return FileUnreadable(path=path, why=why)


# -- CSV ---------------------------------------------------------------------------------------------------


def _csv(path: Path) -> Sheet:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileUnreadable(path=path, why=Reason("csv_not_utf8", "not UTF-8: in Excel, save it as 'CSV UTF-8'")) from error
    limit = csv.field_size_limit(len(text) + 1)  # a cell too long is named by its place, not by the parser
    try:
        rows = [(at, [_typed(cell) for cell in cells]) for at, cells in _numbered(text, _delimiter(text)) if any(cells)]
    except csv.Error as error:
        raise FileUnreadable(path=path, why=str(error)) from error
    finally:
        csv.field_size_limit(limit)
    return Sheet("", _limited(path, rows))


def _numbered(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line it begins on: a quoted cell may hold line breaks."""
    reader, line = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1
    for cells in reader:
        yield line, cells
        line = reader.line_num + 1


def _delimiter(text: str) -> str:
    """Return the mark that cuts the first lines into most cells; a decimal comma cuts fewer than a semicolon."""
    head = "\n".join(text.splitlines()[:SNIFFED])

    def cells(mark: str) -> float:
        return statistics.median(len(row) for row in csv.reader(io.StringIO(head), delimiter=mark)) if head else 0

    return max(",;\t", key=cells)


def _typed(cell: str) -> str | None:
    if not cell:
        return None
    return Formula(cell) if cell.lstrip().startswith("=") else cell


def _limited(path: Path, rows: Sequence[tuple[int, Sequence[Any]]]) -> Sequence[tuple[int, Sequence[Any]]]:
    if len(rows) > MOST_ROWS:
        raise FileUnreadable(path=path, why=Reason("table_rows", "more than {limit} rows; split the list", limit=MOST_ROWS))
    return rows


# -- workbooks ---------------------------------------------------------------------------------------------


def _workbook(path: Path) -> Iterator[Sheet]:
    if openpyxl is None:
        raise ExtraMissing(what=Reason("extra_reading", "{path}: reading a workbook", path=path), extra="office")
    try:
        _demand_small(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and charts, which are not read anyway
            yield from _sheets(path)
    except (FileUnreadable, OSError):
        raise
    except Exception as error:  # a damaged workbook makes openpyxl raise almost anything: KeyError, TypeError, zlib.error, ...
        raise FileUnreadable(path=path, why=f"{type(error).__name__}: {error}"[:200]) from error


def _demand_small(path: Path) -> None:
    """Refuse a workbook that unpacks to far more than it is, before anything is unpacked."""
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(part.file_size for part in archive.infolist())
        packed = sum(part.compress_size for part in archive.infolist())
    if unpacked > LARGEST or (unpacked > RATIO_FROM and unpacked > RATIO * max(packed, 1)):
        raise _too_large(path)


def _sheets(path: Path) -> Iterator[Sheet]:
    # read_only keeps one row in memory, and data_only=False shows formulas as such: they are never evaluated
    book = openpyxl.load_workbook(path, read_only=True, data_only=False, keep_links=False)
    try:
        with zipfile.ZipFile(path) as archive:
            for sheet in book.worksheets:
                rows = _limited(path, _cells(sheet))
                last = rows[-1][0] if rows else 0
                # read_only knows no merges; they stand in the sheet's own part
                merged = _merges(archive.read(sheet._worksheet_path), last) if rows else {}  # type: ignore[attr-defined]
                yield Sheet(unicodedata.normalize("NFC", sheet.title), rows, merged, sheet.sheet_state != "visible")
    finally:
        book.close()


def _cells(sheet: Any) -> list[tuple[int, list[Any]]]:
    sheet.reset_dimensions()  # some programs write a dimension that is too small, and openpyxl would stop there
    found: list[tuple[int, list[Any]]] = []
    for at, cells in enumerate(sheet.iter_rows(), start=1):
        values = [_value(cell) for cell in cells[:MOST_COLUMNS]]
        while values and values[-1] is None:
            values.pop()
        if values:
            found.append((at, values))
        if len(found) > MOST_ROWS:
            break
    return found


def _value(cell: Any) -> Any:
    if cell.value is None:
        return None
    if cell.data_type == "f":
        return Formula(getattr(cell.value, "text", None) or cell.value)  # an array formula is an object with a text
    if cell.data_type == "e":
        return Fault(cell.value)
    return None if cell.value == "" else cell.value


def _merges(part: bytes, last_row: int) -> dict[Place, Place]:
    found: dict[Place, Place] = {}
    for left, top, right, bottom in _MERGE.findall(part):
        first, width = _column(left), min(_column(right), MOST_COLUMNS)
        row, height = int(top), min(int(bottom), last_row)
        if len(found) + max(height - row + 1, 0) * max(width - first + 1, 0) > MOST_MERGED:
            continue
        found.update(((r, c), (row, first)) for r in range(row, height + 1) for c in range(first, width + 1))
        found.pop((row, first), None)
    return found


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def letter(column: int) -> str:
    """Return the letter of a column, numbered from 1.

    Examples
    --------
    >>> letter(1), letter(28)
    ('A', 'AB')
    """
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found
