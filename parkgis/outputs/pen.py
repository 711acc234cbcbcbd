"""Formats and cells of the workbook: the hand that draws a table into a worksheet.

Texts are written as strings, never offered to Excel for interpretation: a name that looks like a formula,
a link or a number stays a name.
"""

from __future__ import annotations

import datetime as dt
import functools
import itertools
from typing import TYPE_CHECKING, Any

from parkgis.outputs import formulas, lettering, paper, tables
from parkgis.outputs.tables import UNKNOWN, digits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parkgis.outputs.tables import Kind, Row, Table, Value

    Spans = Sequence[tuple[int, int]]

FONT = "Times New Roman"
LINE_HEIGHT = 14.25  # points, at size 11
TALLEST = 400.0  # points; Excel refuses rows above 409
DAY = 10.5  # characters of 31/12/2026 and the room beside it
BOLD = 1.12  # bold letters take this much more room
CELL_LIMIT = 32_767  # characters Excel holds in one cell
INK, ACCENT, GROUP, HEAD, RULE, RED = "#1f2933", "#0b5d4e", "#e9f2ee", "#d3e4dc", "#9aa5ab", "#c00000"

BASE: dict[str, Any] = {"font_name": FONT, "font_size": 11, "font_color": INK}
BOX: dict[str, Any] = {**BASE, "border": 1, "border_color": RULE, "valign": "vcenter"}
STYLES: dict[str, dict[str, Any]] = {
    "board": {**BASE, "bold": True},
    "title": {**BASE, "bold": True, "font_size": 15, "font_color": ACCENT},
    "strong": {**BASE, "bold": True},
    "plain": BASE,
    "lead": {**BASE, "text_wrap": True, "valign": "top"},
    "alarm": {**BASE, "bold": True, "font_color": RED},
    "demo": {**BASE, "bold": True, "font_size": 13, "font_color": RED},
    "note": {**BASE, "italic": True, "font_size": 10, "text_wrap": True, "valign": "top"},
    "head": {**BOX, "bold": True, "text_wrap": True, "align": "center", "bg_color": HEAD},
    "numbering": {**BOX, "italic": True, "font_size": 9, "align": "center"},
    "figure_label": {**BOX, "font_size": 10, "text_wrap": True, "align": "center", "bottom": 0},
    "figure": {**BOX, "bold": True, "font_size": 15, "align": "center", "font_color": ACCENT, "top": 0},
    "line": BOX,
    "group": {**BOX, "bold": True, "bg_color": GROUP},
    "total": {**BOX, "bold": True, "bg_color": HEAD},
    "shared": {**BOX, "italic": True},
    "official": {**BOX, "italic": True},
    "official_gap": {**BOX, "italic": True},
}
ALIGN = {"text": "left", "code": "center", "day": "center"}
NUMBERS = {
    "ha": "#,##0.00", "m2": "#,##0.0", "whole": "#,##0", "code": "0", "day": "dd/mm/yyyy", "tenth": "#,##0.0",
    "factor": "#,##0.00",
}  # fmt: skip
PERCENT = {"vi": "0.00 %", "en": "0.00%"}
ROUGHLY = {"vi": "0 %", "en": "0%"}


class Pen:
    """Draws tables into one workbook; keeps its formats, of which Excel wants each only once.

    Parameters
    ----------
    book : xlsxwriter.Workbook
    lang : {"vi", "en"}
    """

    def __init__(self, book: Any, lang: str) -> None:
        self._book, self._lang = book, lang
        self._formats: dict[tuple[str, str, bool], Any] = {}

    def format(self, style: str, kind: Kind | None = None, value: Value = None) -> Any:
        """Return the format of a style for a kind of cell; text that looks live is marked as quoted."""
        shape, live = self._shape(kind, value), isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t"))
        key = (style, f"{kind}{shape}", live)
        if key not in self._formats:
            extra = {} if kind is None else {"num_format": shape, **self._layout(style, kind)}
            self._formats[key] = self._book.add_format({**STYLES[style], **extra, "quote_prefix": live})
        return self._formats[key]

    def _shape(self, kind: Kind | None, value: Value) -> str:
        if kind in ("share", "percent"):
            return (PERCENT if kind == "share" else ROUGHLY)[self._lang]
        if kind == "figure":
            return "#,##0" + ("." + "0" * digits(value) if digits(value) else "")
        return NUMBERS.get(kind or "", "General")

    def _layout(self, style: str, kind: Kind) -> dict[str, Any]:
        align = STYLES[style].get("align", ALIGN.get(kind, "right"))
        return {"align": align, "text_wrap": kind == "text", "indent": int(kind == "text")}

    def table(self, page: Any, header: int, table: Table, host: Sequence[float] = (), *, numbered: bool = False) -> int:
        """Draw a table from its header row on.

        Parameters
        ----------
        page : xlsxwriter.Worksheet
        header : int
            Row of the header, from 0.
        table : Table
        host : sequence of float
            Widths of the table above, over whose columns it is laid; when not given it sets the widths itself.
        numbered : bool
            Whether a row (1), (2), ... follows the header, as Vietnamese forms have.

        Returns
        -------
        int
            The first free row.
        """
        widths = [column.width for column in table.columns]
        places = spans(host or widths, widths, [_least(host, column.kind) for column in table.columns] if host else ())
        if not host:
            for at, width in enumerate(widths):
                page.set_column(at, at, width)
        else:
            widths = [paper.across(host[first : last + 1]) or width for (first, last), width in zip(places, widths, strict=True)]
        for (first, last), column in zip(places, table.columns, strict=True):
            self.put(page, (header, first, last), column.title, self.format("head"))
            if numbered:
                page.write_string(header + 1, first, f"({first + 1})", self.format("numbering"))
        page.set_row(header, max(height(c.title, width + 1, BOLD) for c, width in zip(table.columns, widths, strict=True)) + 4)
        top = header + 1 + numbered
        for at, row in enumerate(table.rows):
            self._row(page, top, top + at, table, row, (places, widths))
        if not table.rows:
            page.write_string(top, 0, table.empty, self.format("plain"))
        return top + max(len(table.rows), 1)

    def _row(self, page: Any, top: int, at_row: int, table: Table, row: Row, laid: tuple[Spans, Sequence[float]]) -> None:
        label, (places, widths) = tables.label(table, row), laid
        tall = LINE_HEIGHT
        for at, (column, value) in enumerate(zip(table.columns, row.cells, strict=True)):
            if at in label[1:]:
                continue
            reach = label if at in label[:1] else range(at, at + 1)
            where = (at_row, places[reach[0]][0], places[reach[-1]][1])
            formula = formulas.cell(table, row, at_row, at, top, [first for first, _ in places])
            seen = UNKNOWN if value is None and not tables.blank(column, row) else value
            self.put(page, where, seen, self.format(row.role, column.kind, value), formula)
            if column.kind == "text" and value:
                room = sum(widths[i] for i in reach)
                tall = max(tall, height(str(value), room, BOLD if STYLES[row.role].get("bold") else 1.0))
        page.set_row(at_row, min(tall, TALLEST))

    def put(self, page: Any, where: tuple[int, int, int], value: Value, style: Any, formula: str | None = None) -> None:
        """Write one cell, merged over its columns: row, first column, last column."""
        row, first, last = where
        if first != last:
            page.merge_range(row, first, row, last, "", style)
        if formula:
            page.write_formula(row, first, formula, style, value)
        elif isinstance(value, str) and value:
            page.write_string(row, first, value[:CELL_LIMIT], style)
        elif isinstance(value, dt.date):
            page.write_datetime(row, first, value, style)
        elif isinstance(value, int | float):
            page.write_number(row, first, value, style)
        else:
            page.write_blank(row, first, None, style)


def _least(host: Sequence[float], kind: Kind) -> int:
    """Return how many columns of an even grid a day takes that is not shown as ###; a table's own columns are wide enough."""
    if kind != "day" or len(set(host)) > 1:
        return 1
    return next((n for n in range(1, len(host)) if paper.across(host[:n]) >= DAY), 1)


def spans(host: Sequence[float], guest: Sequence[float], least: Sequence[int] = ()) -> list[tuple[int, int]]:
    """Lay columns of the widths ``guest``, all together as wide as the table above, over the columns of that table.

    Each takes a column at least, or as many as ``least`` says; where there are more of them than columns, they lie side by side
    beyond it.

    Examples
    --------
    >>> spans([10, 10, 10, 40], [18, 5, 30])
    [(0, 1), (2, 2), (3, 3)]
    >>> spans([10, 10, 10, 40], [5, 30, 5], [2, 1, 1])
    [(0, 1), (2, 2), (3, 3)]
    """
    least = least or [1] * len(guest)
    if sum(least) > len(host):
        return [(at, at) for at in range(len(guest))]
    edges, goals = list(itertools.accumulate(host)), list(itertools.accumulate(guest))
    cuts = [0]
    for n, goal in enumerate(goals[:-1], start=1):
        free = range(cuts[-1] + least[n - 1], len(host) - sum(least[n:]) + 1)
        cuts.append(min(free, key=lambda cut: abs(edges[cut - 1] - goal / goals[-1] * edges[-1])))
    return [(first, end - 1) for first, end in itertools.pairwise([*cuts, len(host)])]


@functools.lru_cache(maxsize=4096)  # names of parks and steps come again in every table
def height(text: str, width: float, weight: float = 1.0) -> float:
    """Return the height in points of text wrapped at ``width`` characters.

    Neither Excel nor LibreOffice fits merged rows, and LibreOffice none that it prints without a screen.
    """
    return LINE_HEIGHT * lettering.lines(text, (width - 2) / weight)
