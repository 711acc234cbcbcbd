"""The report as an Excel workbook: real numbers, totals as formulas, ready to print on A4 landscape."""

from __future__ import annotations

import datetime as dt
import io
import itertools
from typing import TYPE_CHECKING, Any

from parkgis.errors import ExtraMissing
from parkgis.outputs import formulas, report
from parkgis.outputs.formulas import a1
from parkgis.outputs.pen import FONT, Pen, height, spans
from parkgis.outputs.tables import UNKNOWN, clean

try:
    import xlsxwriter
except ModuleNotFoundError as error:
    raise ExtraMissing(what="An Excel workbook", extra="office") from error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parkgis.briefing import Briefing
    from parkgis.outputs.tables import Sheet, Table
    from parkgis.words.catalogue import Words

A4 = 9


def build(briefing: Briefing, words: Words) -> bytes:
    """Draw the report as XLSX.

    Parameters
    ----------
    briefing : Briefing
    words : Words
        Language and time zone of the reader.

    Returns
    -------
    bytes
        The file. The same briefing gives the same bytes: the date inside it is ``briefing.known``.
    """
    buffer = io.BytesIO()
    book = open_book(buffer)
    book.set_properties(_properties(briefing, words))
    drawing = _Drawing(book, briefing, words)
    first, *further = report.sheets(briefing, words)
    drawing.first(first)
    for sheet in further:
        drawing.further(sheet)
    book.close()
    return buffer.getvalue()


def open_book(buffer: io.BytesIO) -> Any:
    """Return an empty XlsxWriter workbook that will be written into ``buffer``; the library has this one owner."""
    return xlsxwriter.Workbook(buffer, {"in_memory": True})


def _properties(briefing: Briefing, words: Words) -> dict[str, Any]:
    return {
        "title": words("report.title"),
        "author": clean(briefing.board(words.lang)),
        "comments": words("word.demo") if briefing.demo else words("report.cut_off", on=briefing.on),
        "created": briefing.known.astimezone(dt.UTC).replace(tzinfo=None),
    }


class _Drawing:
    """One workbook in the making."""

    def __init__(self, book: Any, briefing: Briefing, words: Words) -> None:
        self.book, self.briefing, self.words = book, briefing, words
        self.pen = Pen(book, words.lang)

    def first(self, sheet: Sheet) -> None:
        """Draw the sheet with the heading, the number block and the progress table."""
        page, (table,) = self.book.add_worksheet(sheet.name), sheet.tables
        row = self._texts(page, self._heading())
        header = row + 3
        end = self.pen.table(page, header, table, numbered=True)
        self._figures(page, row, table, header + 2)
        page.set_row(row + 2, 6)
        self._notes(page, end + 1, sheet, table)
        page.freeze_panes(header + 2, table.at("project") + 1)
        self._print(page, header, header + 1)

    def further(self, sheet: Sheet) -> None:
        """Draw a sheet of tables under each other; the first sets the widths and has the filter."""
        page, (main, *others) = self.book.add_worksheet(sheet.name), sheet.tables
        header = self._texts(page, self._sheet_heading(sheet))
        row = self.pen.table(page, header, main)
        if main.rows:
            page.autofilter(header, 0, header + sum(r.role == "line" for r in main.rows), len(main.columns) - 1)
            page.ignore_errors({"number_stored_as_text": f"{a1(header, 0)}:{a1(row, len(main.columns) - 1)}"})
        for table in others:
            page.write_string(row + 1, 0, table.caption, self.pen.format("title"))
            row = self.pen.table(page, row + 2, table, spans([c.width for c in main.columns], [c.width for c in table.columns]))
        page.freeze_panes(header + 1, 1)
        self._print(page, header, header)

    def _texts(self, page: Any, texts: Iterator[tuple[str, str]]) -> int:
        row = 0
        for row, (text, style) in enumerate(texts, start=1):
            page.write_string(row - 1, 0, text, self.pen.format(style))
            page.set_row(row - 1, 22 if style in ("title", "demo") else 16)
        return row

    def _heading(self) -> Iterator[tuple[str, str]]:
        cut_off, known, *rest = report.masthead(self.briefing, self.words)
        yield clean(self.briefing.board(self.words.lang)), "board"
        yield self.words("report.title").upper(), "title"
        if self.briefing.demo:
            yield self.words("word.demo"), "demo"
        yield f"{cut_off}. {known}.", "strong"
        yield " · ".join(rest), "plain"
        yield from ((remark, "alarm") for remark in report.remarks(self.briefing, self.words))

    def _sheet_heading(self, sheet: Sheet) -> Iterator[tuple[str, str]]:
        yield sheet.title, "title"
        if self.briefing.demo:
            yield self.words("word.demo"), "demo"
        yield report.masthead(self.briefing, self.words)[0], "plain"
        if sheet.lead:
            yield sheet.lead, "alarm" if sheet.key == "statements" else "plain"

    def _figures(self, page: Any, row: int, table: Table, top: int) -> None:
        """Draw the number block: a row of labels and, below, a row of numbers that follow from the table."""
        figures = report.figures(self.briefing, self.words)
        edge, columns = table.at("project") + 1, len(table.columns)
        steps = [0, *(edge + (columns - edge) * n // (len(figures) - 1) for n in range(len(figures)))]
        places = {f.key: (first, end - 1) for f, (first, end) in zip(figures, itertools.pairwise(steps), strict=True)}
        names = {key: a1(row + 1, first) for key, (first, _) in places.items()}
        names |= {f"total_{key}": a1(top + table.total, table.at(key)) for key in ("counted", "documents")}
        live = any(r.role == "line" for r in table.rows)
        for figure in figures:
            formula = formulas.FIGURES.get(figure.key, "").format(**names) if live else ""
            value, style = figure.value if figure.value is not None else UNKNOWN, self.pen.format("figure", figure.kind)
            self.pen.put(page, (row, *places[figure.key]), figure.label, self.pen.format("figure_label"))
            self.pen.put(page, (row + 1, *places[figure.key]), value, style, formula)
        page.set_row(row, 30)
        page.set_row(row + 1, 24)

    def _notes(self, page: Any, row: int, sheet: Sheet, table: Table) -> None:
        if sheet.notes:
            note = " ".join(sheet.notes)
            self.pen.put(page, (row, 0, len(table.columns) - 1), note, self.pen.format("note"))
            page.set_row(row, height(note, sum(c.width for c in table.columns)))

    def _print(self, page: Any, first_repeated: int, last_repeated: int) -> None:
        b, words = self.briefing, self.words
        page.set_landscape()
        page.set_paper(A4)
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
        page.repeat_rows(first_repeated, last_repeated)
        page.hide_gridlines(2)
        cut_off = words("report.cut_off", on=b.on)
        left = words("report.footer_short", cut_off=cut_off, head_seq=b.head_seq, digest=b.digest[:16])
        page.set_footer(f"&L{left}&R{words('report.page')} &P/&N", {"margin": 0.25})
        if b.demo:
            page.set_header(f'&C&"{FONT},Bold"&KC00000 {words("word.demo")}')
