"""How a worksheet comes out on paper: A4 landscape, letters large enough to read, no page for two stray rows.

Excel divides a wide sheet where it likes, and ignores page breaks that were set where a sheet is fitted to a width; it keeps
print areas apart, each on pages of its own. So a table that is too wide for one page prints as two areas, left and right.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

from parkgis.outputs.formulas import a1

if TYPE_CHECKING:
    from collections.abc import Sequence

A4 = 9
MARGINS_IN = {"left": 0.4, "right": 0.4, "top": 0.5, "bottom": 0.75}
WIDTH_MM = 297.0 - (MARGINS_IN["left"] + MARGINS_IN["right"]) * 25.4
HEIGHT_MM = 210.0 - (MARGINS_IN["top"] + MARGINS_IN["bottom"]) * 25.4
PIXEL_MM = 25.4 / 96
DIGIT_PX, PADDING_PX, ROW_PX = 7, 5, 20  # of a column's width in characters, and of a row whose height is not set
BROAD = 22 / 21  # Excel counts a digit of Times New Roman 11 as 7 pixels, LibreOffice as it is: 7.33, so columns are wider there
PROGRAMS = ((1.0, HEIGHT_MM), (BROAD, HEIGHT_MM), (BROAD, HEIGHT_MM + 3.0))
"""How broad and high a page is in Excel, and in LibreOffice without and with a header, whose margin it takes smaller."""
SQUEEZED = 1.4  # a sheet of so many pages is made to fit one, if its letters stay readable
LETTERS_PT, LEAST_PT = 11.0, 7.0  # as written, and as small as they may come out
BEGINNING = 4  # rows of a table that stand together: its caption, its head and two more
PAGE_ROWS = 40  # about so many rows of one line fit a page
MOST_ROWS = 500  # more are for the screen: a hundred thousand parcels would be two thousand pages


def set_up(page: Any, first_repeated: int, last_repeated: int) -> None:
    """Print a worksheet on A4 landscape, as wide as the page, its head on every page."""
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.set_margins(**MARGINS_IN)
    page.repeat_rows(first_repeated, last_repeated)
    page.hide_gridlines(2)


def scale(widths: Sequence[float], broad: float = 1.0) -> float:
    """Return by how much columns (widths in characters) shrink to fit the page, in whole per cent as programs do; 1 where they fit.

    Examples
    --------
    >>> round(scale([10] * 10), 2), round(scale([10] * 30), 2), round(scale([10] * 30, BROAD), 2)
    (1.0, 0.46, 0.44)
    """
    wide_mm = sum(int(DIGIT_PX * width + PADDING_PX) for width in widths) * PIXEL_MM * broad
    return min(math.floor(WIDTH_MM / wide_mm * 100) / 100, 1.0) if wide_mm else 1.0


def across(widths: Sequence[float]) -> float:
    """Return the width in characters of columns merged to one: the padding between them is room for letters.

    Examples
    --------
    >>> across([9]), round(across([9, 9]), 2)
    (9.0, 18.71)
    """
    return sum(widths) + max(len(widths) - 1, 0) * PADDING_PX / DIGIT_PX


def tables(book: Any, page: Any, starts: Sequence[int], end: int, widths: Sequence[float], repeated: int = 0) -> None:
    """Print tables under each other: a little longer than a page on one, else none with its heading alone at a foot.

    Excel and LibreOffice shrink the same columns by another per cent, so their pages hold another number of rows; where a table
    would begin at a foot in either, it begins a page in both.

    Parameters
    ----------
    book, page : xlsxwriter Workbook and Worksheet
    starts : sequence of int
        Row of the caption of each table after the first, from 0.
    end : int
        First row below everything.
    widths : sequence of float
        Of the columns, in characters.
    repeated : int
        Row that stands at the top of every page.
    """
    pages = _high_mm(page, 0, end) * scale(widths) / HEIGHT_MM
    if pages <= 1.0:
        return
    if pages <= SQUEEZED and LETTERS_PT * scale(widths) / pages >= LEAST_PT:
        page.fit_to_pages(1, 1)
        return
    rooms_mm, cuts = [high_mm / scale(widths, broad) for broad, high_mm in PROGRAMS], [0]
    for start, below in itertools.pairwise([*starts, end + 1]):
        high = _high_mm(page, start, min(start + BEGINNING, below - 1)) + ROW_PX * PIXEL_MM  # a row more, for the reckoning
        if any(_filled_mm(page, cuts[-1], start, room, repeated) + high > room for room in rooms_mm):
            cuts.append(start)
    if len(cuts) > 1:
        _areas(book, page, [(top, 0, below, len(widths)) for top, below in itertools.pairwise([*cuts, end])])


def _filled_mm(page: Any, top: int, below: int, room_mm: float, repeated: int) -> float:
    """Return how far down its last page come the rows of an area; a row is not torn in two."""
    head_mm = _high_mm(page, repeated, repeated + 1)
    filled = head_mm if top > repeated else 0.0
    for row in range(top, below):
        high = _high_mm(page, row, row + 1)
        filled = filled + high if filled + high <= room_mm else head_mm + high
    return filled


def _high_mm(page: Any, top: int, below: int) -> float:
    return float(sum(page.row_sizes.get(row, (ROW_PX,))[0] for row in range(top, below))) * PIXEL_MM


def head_alone(page: Any, header: int, rows: int, columns: int) -> None:
    """Print of a list of more than :data:`MOST_ROWS` rows what stands above it and its head; who filters it clears the area."""
    if rows > MOST_ROWS:
        page.print_area(0, 0, header, columns - 1)


def side_by_side(book: Any, page: Any, rows: tuple[int, int, int], kept: int, edges: Sequence[int]) -> None:
    """Print a wide table as areas, each on pages of its own: the first with what stands above and below the table.

    Parameters
    ----------
    book, page : xlsxwriter Workbook and Worksheet
    rows : (int, int, int)
        Row of the table's head, from 0; first row below the table; first row below everything.
    kept : int
        So many columns at the left name a row; they are repeated.
    edges : sequence of int
        First column of each area, and behind them the first column that is no more.
    """
    page.repeat_columns(0, kept - 1)
    header, below, end = rows
    _areas(
        book, page,
        [(header if first else 0, first, below if first else end, last) for first, last in itertools.pairwise(edges)],
    )  # fmt: skip


def _areas(book: Any, page: Any, areas: Sequence[tuple[int, int, int, int]]) -> None:
    """Print areas (first row and column, and behind them the first that are no more), each on pages of its own."""
    name = page.get_name()
    told = [f"'{name}'!{_fixed(top, left)}:{_fixed(below - 1, right - 1)}" for top, left, below, right in areas]
    book.define_name(f"'{name}'!_xlnm.Print_Area", "=" + ",".join(told))


def _fixed(row: int, column: int) -> str:
    return f"${a1(0, column)[:-1]}${row + 1}"
