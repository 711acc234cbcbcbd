"""The report as an Excel workbook: real numbers, totals as formulas, ready to print on A4 landscape."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

from parkgis.errors import ExtraMissing, Reason
from parkgis.outputs import ahead, formulas, paper, parcel_sheet, report, sheet_charts
from parkgis.outputs.formulas import a1
from parkgis.outputs.pen import FONT, Pen, height, spans
from parkgis.outputs.progress import halves
from parkgis.outputs.report import NOTHING
from parkgis.outputs.tables import UNKNOWN, Sheet, brief, clean
from parkgis.rules import stage

try:
    import xlsxwriter
except ModuleNotFoundError as error:
    raise ExtraMissing(what=Reason("extra_workbook", "An Excel workbook"), extra="office") from error

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from parkgis.briefing import Briefing
    from parkgis.outputs.tables import Figure, Table
    from parkgis.reporting import Beside
    from parkgis.reporting.parcels import Rows
    from parkgis.words.catalogue import Words

GRID = (3.9,) * 48  # columns of a sheet of a project, in letters of 7 points on paper; so narrow that each table finds its edges
LINE_OF_FIGURES = 6  # so many numbers of a block stand side by side, in letters one can read


def build(briefing: Briefing, words: Words, beside: Beside = NOTHING, *, by_project: bool = False) -> bytes:
    """Draw the report as XLSX.

    Parameters
    ----------
    briefing : Briefing
    words : Words
        Language and time zone of the reader.
    beside : Beside
        What the report says beside the briefing.
    by_project : bool
        Whether a sheet a project follows.

    Returns
    -------
    bytes
        The file. The same briefing gives the same bytes: the date inside it is ``briefing.known``.
    """
    buffer = io.BytesIO()
    book = open_book(buffer)
    book.set_properties(_properties(briefing, words))
    drawing = _Drawing(book, briefing, words, beside)
    first, *further = report.sheets(briefing, words, beside)
    drawing.first(first)
    for sheet in further:
        drawing.further(sheet)
    parcels = drawing.parcels()
    for sheet in report.project_sheets(briefing, words, beside) if by_project else ():
        drawing.form(sheet)
    book.close()
    names = {line.id: brief(line, words.lang) for line in briefing.projects}
    return parcel_sheet.fill(buffer.getvalue(), parcels, names) if parcels else buffer.getvalue()


def open_book(buffer: io.BytesIO) -> Any:
    """Return an empty XlsxWriter workbook that will be written into ``buffer``; the library has this one owner."""
    normal = {"font_name": FONT, "font_size": 11, "font_family": 1}  # columns are as wide as digits of it, on every computer
    return xlsxwriter.Workbook(buffer, {"in_memory": True, "default_format_properties": normal})


def _properties(briefing: Briefing, words: Words) -> dict[str, Any]:
    return {
        "title": report.title(briefing, words),
        "author": clean(briefing.board(words.lang)),
        "comments": words("word.demo") if briefing.demo else words("report.cut_off", on=briefing.on),
        "created": briefing.known.astimezone(dt.UTC).replace(tzinfo=None),
    }


class _Drawing:
    """One workbook in the making."""

    def __init__(self, book: Any, briefing: Briefing, words: Words, beside: Beside) -> None:
        self.book, self.briefing, self.words, self.beside = book, briefing, words, beside
        self.pen = Pen(book, words.lang)
        self._names: set[str] = set()

    def _page(self, name: str) -> Any:
        """Add a worksheet; Excel takes 31 characters, some not, and no name twice."""
        stem = "".join("_" if mark in "[]:*?/\\'" else mark for mark in clean(name))[:31].strip() or "_"
        name, number = stem, 2
        while name.casefold() in self._names:
            name, number = f"{stem[:27]} ({number})", number + 1
        self._names.add(name.casefold())
        return self.book.add_worksheet(name)

    def first(self, sheet: Sheet) -> None:
        """Draw the sheet with the heading, the number block and the progress table."""
        page, (table,) = self._page(sheet.name), sheet.tables
        row, half = self._texts(page, self._heading()), [table.columns[at].width for at in halves(table)[0]]
        said, forecast = report.figures(self.briefing, self.words, self.beside), ahead.figures(self.beside.ahead, self.words)
        lines = [*_lines(said), *_lines(forecast)]
        header = row + 2 * len(lines) + 1
        end = self.pen.table(page, header, table, numbered=True)
        live = self._live(said, table, row, half, header + 2)
        for at, line in enumerate(lines):
            self._block(page, row + 2 * at, half, line, live)
        page.set_row(header - 1, 6)
        self._notes(page, end + 1, self._ahead() if forecast else (), half)
        self._notes(page, end + 1 + bool(forecast), sheet.notes, half)
        page.freeze_panes(header + 2, table.at("project") + 1)
        self._print(page, header, header + 1)
        edges = (0, len(half), len(table.columns))
        paper.side_by_side(self.book, page, (header, end, end + 2 + bool(forecast)), table.at("project") + 1, edges)

    def further(self, sheet: Sheet) -> None:
        """Draw a sheet of tables under each other; the first sets the widths and has the filter."""
        page, (main, *others) = self._page(sheet.name), sheet.tables
        header = self._texts(page, self._sheet_heading(sheet, len(main.rows)), [column.width for column in main.columns])
        row = self.pen.table(page, header, main)
        if main.rows:
            page.autofilter(header, 0, header + sum(r.role == "line" for r in main.rows), len(main.columns) - 1)
            page.ignore_errors({"number_stored_as_text": f"{a1(header, 0)}:{a1(row, len(main.columns) - 1)}"})
        widths, starts = [c.width for c in main.columns], []
        for table in others:
            starts.append(row + 1)
            self._caption(page, row + 1, table)
            row = self.pen.table(page, row + 2, table, widths)
        if main.rows and sheet.key in sheet_charts.CHARTS:
            sheet_charts.CHARTS[sheet.key](self.book, page, main, (header + 1, row + 1), self.words)
        page.freeze_panes(header + 1, 1)
        long = not others or len(main.rows) > paper.PAGE_ROWS  # its head is repeated; above rows of another table it would lie
        repeated = header if long else 0
        self._print(page, repeated, repeated)
        paper.tables(self.book, page, starts, row, widths, repeated)
        paper.head_alone(page, header, len(main.rows), len(widths))
        if sheet.key in sheet_charts.CHARTS:
            page.fit_to_pages(1, 1)  # a chart must not be torn in two

    def _caption(self, page: Any, row: int, table: Table) -> None:
        page.write_string(row, 0, table.caption, self.pen.format("title"))
        page.set_row(row, 22)  # else as high as its letters, which nobody can reckon with

    def form(self, sheet: Sheet) -> None:
        """Draw a sheet of tables as unlike each other as those of a project: each as wide as the page, over one even grid."""
        page = self._page(sheet.name)
        page.set_column(0, len(GRID) - 1, GRID[0])
        row, starts = self._texts(page, self._sheet_heading(sheet), GRID), []
        for table in sheet.tables:
            starts.append(row)
            self._caption(page, row, table)
            row = self.pen.table(page, row + 1, table, GRID) + 1
        page.ignore_errors({"number_stored_as_text": f"A1:{a1(row, len(GRID) - 1)}"})
        page.freeze_panes(1, 0)
        self._print(page, 0, 0)
        paper.tables(self.book, page, starts, row, GRID)

    def parcels(self) -> dict[int, tuple[int, Sequence[tuple[Rows, slice]]]]:
        """Draw the parcels sheets but for their rows; say which worksheet gets which, from which row on."""
        wanted: dict[int, tuple[int, Sequence[tuple[Rows, slice]]]] = {}
        title, lead = self.words("report.title_parcels"), self.words("report.lead_parcels")
        for piece in parcel_sheet.pieces(self.beside.register):
            page = self._page(self.words("report.sheet_parcels"))
            widths = [column.width for column in parcel_sheet.columns(self.words)]
            rows = parcel_sheet.count(piece)
            top = self._texts(page, self._sheet_heading(Sheet("parcels", "", title, lead, ()), rows), widths)
            header = parcel_sheet.draw(page, self.pen, top, piece, self.words)
            page.freeze_panes(header + 1, 2)
            self._print(page, header, header)
            paper.head_alone(page, header, rows, len(widths))
            if piece:
                wanted[len(self._names)] = (header + 1, piece)
        return wanted

    def _texts(self, page: Any, texts: Iterator[tuple[str, str]], widths: Sequence[float] = ()) -> int:
        """Write lines from the top; one that is longer than the table below is wrapped over its columns."""
        row = 0
        for row, (text, style) in enumerate(texts, start=1):
            if style == "plain" and len(widths) > 1 and len(text) > sum(widths):
                self.pen.put(page, (row - 1, 0, len(widths) - 1), text, self.pen.format("lead"))
                page.set_row(row - 1, height(text, sum(widths)))
                continue
            page.write_string(row - 1, 0, text, self.pen.format(style))
            page.set_row(row - 1, 22 if style in ("title", "demo") else 16)
        return row

    def _heading(self) -> Iterator[tuple[str, str]]:
        cut_off, known, *rest = report.masthead(self.briefing, self.words)
        yield clean(self.briefing.board(self.words.lang)), "board"
        yield report.title(self.briefing, self.words).upper(), "title"
        if self.briefing.demo:
            yield self.words("word.demo"), "demo"
        yield f"{cut_off}. {known}.", "strong"
        yield " · ".join(rest), "plain"
        if said := report.compared_with(self.beside, self.words):
            yield said, "plain"
        yield from ((remark, "alarm") for remark in report.remarks(self.briefing, self.words))
        if not ahead.figures(self.beside.ahead, self.words):
            yield from ((line, "strong") for line in [" ".join(self._ahead())] if line)
        if said := ahead.absent(self.beside.ahead, self.words):
            yield said, "alarm"

    def _sheet_heading(self, sheet: Sheet, rows: int = 0) -> Iterator[tuple[str, str]]:
        yield sheet.title, "title"
        if self.briefing.demo:
            yield self.words("word.demo"), "demo"
        yield report.masthead(self.briefing, self.words)[0], "plain"
        if sheet.lead:
            yield sheet.lead, "alarm" if sheet.key == "statements" else "plain"
        if rows > paper.MOST_ROWS:
            yield self.words("report.lead_long", rows=rows), "plain"

    def _live(self, figures: Sequence[Figure], table: Table, row: int, widths: Sequence[float], top: int) -> dict[str, str]:
        """Return the formulas by which numbers of the block follow from the table, whose first row is ``top``."""
        if not any(r.role == "line" for r in table.rows) or figures[0].value is None:
            return {}
        places = [
            (one.key, a1(row + 2 * at + 1, first))
            for at, line in enumerate(_lines(figures))
            for one, (first, _) in zip(line, spans(widths, [1.0] * len(line)), strict=True)
        ]
        names = dict(places) | {f"total_{key}": a1(top + table.total, table.at(key)) for key in ("counted", "documents")}
        return {f.key: formulas.FIGURES[f.key].format(**names) for f in figures if f.key in formulas.FIGURES}

    def _block(self, page: Any, row: int, widths: Sequence[float], figures: Sequence[Figure], live: Mapping[str, str]) -> None:
        """Draw a line of numbers over columns of these widths: their labels in a row and the numbers below."""
        tall = 0.0
        for figure, (first, last) in zip(figures, spans(widths, [1.0] * len(figures)), strict=True):
            value, style = figure.value if figure.value is not None else UNKNOWN, self.pen.format("figure", figure.kind)
            self.pen.put(page, (row, first, last), figure.label, self.pen.format("figure_label"))
            self.pen.put(page, (row + 1, first, last), value, style, live.get(figure.key, ""))
            tall = max(tall, height(figure.label, sum(widths[first : last + 1])))
        page.set_row(row, tall + 2)
        page.set_row(row + 1, 24)

    def _ahead(self) -> list[str]:
        """Return what must be read with the forecast; without a number that is all there is, and stands above the table."""
        found = self.beside.ahead.forecast
        return [] if found is None else [*ahead.forecast(found, self.words), *ahead.notes(found, self.words)]

    def _notes(self, page: Any, row: int, said: Iterable[str], widths: Sequence[float]) -> None:
        if note := " ".join(filter(None, said)):
            self.pen.put(page, (row, 0, len(widths) - 1), note, self.pen.format("note"))
            page.set_row(row, height(note, sum(widths)))

    def _print(self, page: Any, first_repeated: int, last_repeated: int) -> None:
        b, words = self.briefing, self.words
        paper.set_up(page, first_repeated, last_repeated)
        cut_off = words("report.cut_off", on=b.on)
        left = words("report.footer_short", cut_off=cut_off, head_seq=b.head_seq, digest=b.digest[:16])
        counts = stage(b.definition.stage).name(words.lang)
        left += "\n" + words("report.definition_short", stage=counts, version=b.definition.version)
        page.set_footer(f"&L{left}&R{words('report.page')} &P/&N", {"margin": 0.25})
        if b.demo:
            page.set_header(f'&C&"{FONT},Bold"&KC00000 {words("word.demo")}')


def _lines(figures: Sequence[Figure]) -> list[Sequence[Figure]]:
    """Divide numbers into lines as long as each other."""
    if not figures:
        return []
    count = -(-len(figures) // LINE_OF_FIGURES)
    length = -(-len(figures) // count)
    return [figures[start : start + length] for start in range(0, len(figures), length)]
