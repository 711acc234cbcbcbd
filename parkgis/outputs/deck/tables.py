"""Native tables: as large as their room allows, every cell inside its row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parkgis.errors import ExtraMissing, Reason
from parkgis.outputs.deck.fit import EMU_PT, LEADING, lines, plain, shortened

try:
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
    from pptx.util import Emu, Pt
except ImportError as error:
    raise ExtraMissing(what=Reason("extra_slides", "Slides"), extra="office") from error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parkgis.outputs.deck.model import Table

LARGEST_PT, SMALLEST_PT = 16.0, 11.0
SIDE_PT, ABOVE_PT = 6.0, 4.0
MOST_LINES = 2  # of a cell whose table does not fit otherwise


def table(shapes: Any, room: tuple[int, int, int, int], data: Table, locale: str) -> Any:
    """Draw a table with a heading; letters as large as all rows fit."""
    left, top, width, height = room
    widths = [width * column.share / EMU_PT for column in data.columns]
    rows = [[plain(column.title) for column in data.columns], *([plain(cell) for cell in row] for row in data.rows)]
    size, rows = _sized(rows, widths, height / EMU_PT)
    tall = [_height(row, widths, size, bold=n == 0) for n, row in enumerate(rows)]
    frame = shapes.add_table(len(rows), len(widths), left, top, width, Emu(round(sum(tall) * EMU_PT)))
    drawn = frame.table
    drawn.horz_banding = len(rows) > 4
    for n, wide in enumerate(widths):
        drawn.columns[n].width = Emu(round(wide * EMU_PT))
    for n, row in enumerate(rows):
        drawn.rows[n].height = Emu(round(tall[n] * EMU_PT))
        for m, text in enumerate(row):
            bold = n == 0 or n - 1 in data.bold
            _cell(drawn.cell(n, m), text, size, right=data.columns[m].right, bold=bold, locale=locale)
    return frame


def _sized(rows: list[list[str]], widths: Sequence[float], height: float) -> tuple[float, list[list[str]]]:
    """Return the largest size at which the rows fit; at the smallest, cells below the heading are cut to two lines, then to one."""
    size = LARGEST_PT
    while size > SMALLEST_PT and _total(rows, widths, size) > height:
        size -= 0.5
    for most in (MOST_LINES, 1):
        if _total(rows, widths, size) <= height:
            break
        below = [
            [shortened(cell, wide - 2 * SIDE_PT, size, most) for cell, wide in zip(row, widths, strict=True)] for row in rows[1:]
        ]
        rows = [rows[0], *below]
    return size, rows


def _total(rows: Sequence[Sequence[str]], widths: Sequence[float], size: float) -> float:
    return sum(_height(row, widths, size, bold=n == 0) for n, row in enumerate(rows))


def _height(row: Sequence[str], widths: Sequence[float], size: float, *, bold: bool) -> float:
    most = max(lines(text, wide - 2 * SIDE_PT, size, bold=bold) for text, wide in zip(row, widths, strict=True))
    return most * size * LEADING + 2 * ABOVE_PT


def _cell(cell: Any, text: str, size: float, *, right: bool, bold: bool, locale: str) -> None:
    cell.margin_left = cell.margin_right = Emu(round(SIDE_PT * EMU_PT))
    cell.margin_top = cell.margin_bottom = Emu(round(ABOVE_PT * EMU_PT))
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold = Pt(size), bold
    run._r.get_or_add_rPr().set("lang", locale)
