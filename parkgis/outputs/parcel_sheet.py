"""The parcels sheet: any number of rows, written as text into a workbook that is already whole.

XlsxWriter spends 10 s on 1.7 million cells and keeps every text of them. Here it draws the sheet with two sample rows;
the rows themselves are joined from columns in their formats and streamed into the file beside everything else it drew
(``benchmarks/report.py``). Texts are inline strings: nothing in them is ever a formula.
"""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import numpy as np

from parkgis.outputs import tables
from parkgis.outputs.formulas import a1
from parkgis.outputs.tables import Column, clean
from parkgis.reporting.parcels import EMPTY
from parkgis.rules import stages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from parkgis.outputs.pen import Pen
    from parkgis.reporting.parcels import Register, Rows
    from parkgis.words.catalogue import Words

MOST = 1_000_000  # rows a sheet: Excel has 1,048,576
PIECE = 20_000  # rows joined at a time
LEVEL = 4  # of zlib: half the time of 6
EXCEL_EPOCH = 25_569  # 1970-01-01 as Excel counts days
TEXTS = 6
SAMPLE = "mẫu"


def columns(words: Words) -> tuple[Column[Any], ...]:
    """Return the columns: six texts, two areas in m2, a day a step."""
    days: list[Column[Any]] = [
        Column(s.code, words("report.col_reached", stage=s.short(words.lang)), "day", 11) for s in stages()
    ]  # fmt: skip
    return (
        Column("project", words("report.col_project"), "text", 30),
        Column("key", words("report.col_parcel_key"), "text", 16),
        Column("commune", words("report.col_commune"), "text", 10),
        Column("sheet", words("report.col_sheet"), "text", 8),
        Column("parcel", words("report.col_parcel"), "text", 8),
        Column("land_use", words("report.col_land_use"), "text", 9),
        Column("area_document", words("report.col_area_document"), "m2", 13),
        Column("area_in", words("report.col_area_in"), "m2", 13),
        *days,
    )


def pieces(register: Register) -> list[list[tuple[Rows, slice]]]:
    """Divide the parcels among sheets of at most :data:`MOST` rows; one sheet, empty, where there is none."""
    sheets: list[list[tuple[Rows, slice]]] = [[]]
    room = MOST
    for rows in register.rows:
        start = 0
        while start < len(rows):
            if not room:
                sheets.append([])
                room = MOST
            end = min(start + room, len(rows))
            sheets[-1].append((rows, slice(start, end)))
            room -= end - start
            start = end
    return sheets


def count(piece: Sequence[tuple[Rows, slice]]) -> int:
    return sum(part.stop - part.start for _, part in piece)


def draw(page: Any, pen: Pen, top: int, piece: Sequence[tuple[Rows, slice]], words: Words) -> int:
    """Draw the total, the head and two sample rows from a worksheet row on; return the row of the head."""
    made, rows = columns(words), count(piece)
    header, first = top + 1, top + 2
    last = first + max(rows, 1) - 1
    for at, column in enumerate(made):
        page.set_column(at, at, column.width)
        pen.put(page, (top, at, at), None, pen.format("total", column.kind))
    page.write_string(top, 0, words("report.parcels_total"), pen.format("total", "text"))
    sums = {"key": (103, float(rows))} | {k: (109, _sum(piece, k)) for k in ("area_document", "area_in")}
    for at, column in enumerate(made):
        if column.key in sums:
            how, value = sums[column.key]
            kind: tables.Kind = "whole" if how == 103 else "m2"
            formula = f"=SUBTOTAL({how},{a1(first, at)}:{a1(last, at)})"
            page.write_formula(top, at, formula, pen.format("total", kind), value)
        page.write_string(header, at, column.title, pen.format("head"))
    page.set_row(header, 60)
    for sample, text in enumerate((SAMPLE, f"={SAMPLE}")) if rows else ():
        for at, column in enumerate(made):
            cell: tables.Value = text if column.kind == "text" else 1.0
            page.set_row(first + sample, None)
            (page.write_string if column.kind == "text" else page.write_number)(
                first + sample, at, cell, pen.format("line", column.kind, cell if column.kind == "text" else None)
            )
    page.autofilter(header, 0, last, len(made) - 1)
    if rows:
        page.ignore_errors({"number_stored_as_text": f"{a1(first, 0)}:{a1(last, TEXTS - 1)}"})
    else:
        page.write_string(first, 0, words("report.empty_parcels"), pen.format("plain"))
    return header


def _sum(piece: Sequence[tuple[Rows, slice]], key: str) -> float:
    name = {"area_document": "area_document_m2", "area_in": "area_in_m2"}[key]
    return tables.tidy(float(sum(np.nansum(np.round(getattr(rows, name)[part], 2)) for rows, part in piece)))


# -- the rows ------------------------------------------------------------------------------------------------


def fill(content: bytes, sheets: Mapping[int, tuple[int, Sequence[tuple[Rows, slice]]]], names: Mapping[str, str]) -> bytes:
    """Return the workbook with its parcels.

    Parameters
    ----------
    content : bytes
        As XlsxWriter wrote it, with the two sample rows.
    sheets : mapping of int to (int, pieces)
        Number of the worksheet in the file, from 1: the row of its first parcel, from 0, and the parcels.
    names : mapping of str to str
        What each project is called.
    """
    wanted = {f"xl/worksheets/sheet{number}.xml": place for number, place in sheets.items()}
    result = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as target,
    ):
        for entry in source.infolist():
            if entry.filename not in wanted:
                target.writestr(entry, source.read(entry), zipfile.ZIP_DEFLATED)
                continue
            made = zipfile.ZipInfo(entry.filename, entry.date_time)
            made.compress_type, made.external_attr = zipfile.ZIP_DEFLATED, entry.external_attr
            made._compresslevel = LEVEL  # type: ignore[attr-defined]  # a streamed entry does not take that of its file
            with target.open(made, "w") as out:
                for part in _sheet(source.read(entry).decode(), *wanted[entry.filename], names):
                    out.write(part.encode())
    return result.getvalue()


def _sheet(drawn: str, first: int, piece: Sequence[tuple[Rows, slice]], names: Mapping[str, str]) -> Iterator[str]:
    """Yield the sheet with its sample rows replaced."""
    samples = [re.search(rf'<row r="{first + 1 + n}".*?</row>', drawn) for n in (0, 1)]
    assert samples[0] and samples[1]
    plain, live = ([int(style) for style in re.findall(r'<c r="[A-Z]+\d+" s="(\d+)"', found[0])] for found in samples if found)
    last = a1(first + count(piece) - 1, len(plain) - 1)
    head = re.sub(r'<dimension ref="[^"]*"/>', f'<dimension ref="A1:{last}"/>', drawn[: samples[0].start()])
    yield head
    number = itertools.count(first + 1)
    for rows, part in piece:
        for start in range(part.start, part.stop, PIECE):
            yield _rows(rows, slice(start, min(start + PIECE, part.stop)), number, plain, live, names)
    yield drawn[samples[1].end() :]


def _rows(
    rows: Rows, part: slice, number: Iterator[int], plain: Sequence[int], live: Sequence[int], names: Mapping[str, str]
) -> str:  # fmt: skip
    numbers = [str(n) for n in itertools.islice(number, part.stop - part.start)]
    letters = [a1(0, at)[:-1] for at in range(len(plain))]
    texts = ([names.get(rows.project, rows.project)] * len(numbers), *(getattr(rows, name)[part] for name in _TEXT_NAMES))
    cells = [_texts(letters[at], numbers, column, plain[at], live[at]) for at, column in enumerate(texts)]
    for at, name in enumerate(("area_document_m2", "area_in_m2"), start=TEXTS):
        values = np.round(getattr(rows, name)[part], 2).tolist()
        start, end = f'<c r="{letters[at]}', f'" s="{plain[at]}"><v>'
        cells.append([f"{start}{n}{end}{v}</v></c>" if v == v else "" for n, v in zip(numbers, values, strict=True)])
    for at, days in enumerate(rows.days[:, part], start=TEXTS + 2):
        start, end = f'<c r="{letters[at]}', f'" s="{plain[at]}"><v>'
        serial = np.where(days == EMPTY, EMPTY, days + EXCEL_EPOCH).tolist()
        cells.append([f"{start}{n}{end}{d}</v></c>" if d != EMPTY else "" for n, d in zip(numbers, serial, strict=True)])
    heads = [f'<row r="{n}">' for n in numbers]
    return "</row>".join(map("".join, zip(heads, *cells, strict=True))) + "</row>"


_TEXT_NAMES = ("key", "commune", "sheet", "parcel", "land_use")


PLAIN = re.compile(r"[\w/. ]+")
"""Text that is written as it is."""


def _texts(letter: str, numbers: Sequence[str], values: Sequence[str], plain: int, live: int) -> list[str]:
    """Return the cells of a column; what comes again and again (communes, sheets, land uses) is put into words once."""
    start = f'<c r="{letter}'
    told = {value: _text(value, plain, live) for value in set(values)}
    return [f"{start}{n}{told[value]}" if value else "" for n, value in zip(numbers, values, strict=True)]


def _text(value: str, plain: int, live: int) -> str:
    style = live if value[:1] in ("=", "+", "-", "@", "\t") else plain
    if not PLAIN.fullmatch(value):
        value = escape(clean(value))
    if not value.isascii():  # one Vietnamese name would double what Python keeps and copies of all the rows around it
        value = value.encode("ascii", "xmlcharrefreplace").decode("ascii")
    return f'" s="{style}" t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'
