"""Findings and receipts of repairs as Excel workbooks: a summary to act on, and a row a place to tick off."""

from __future__ import annotations

import datetime as dt
import io
import math
from typing import TYPE_CHECKING, Any

from parkgis.findings import place, remedy, sentence
from parkgis.outputs.paper import A4
from parkgis.outputs.pen import LINE_HEIGHT, TALLEST, Pen, height
from parkgis.outputs.tables import clean
from parkgis.outputs.workbook import open_book

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from parkgis.model import Finding
    from parkgis.words.catalogue import Words

ROWS = 1_048_000  # what a worksheet of Excel holds, less the head


def book(findings: Sequence[Finding], places: gpd.GeoDataFrame, words: Words, at: dt.datetime, *, demo: bool) -> bytes:
    """Return a workbook of two sheets: what was found and what to do, and every place.

    Parameters
    ----------
    findings : sequence of Finding
        The worst first.
    places : GeoDataFrame
        From :func:`parkgis.outputs.finding_text.rows`.
    words : Words
    at : datetime
        Written into the file, so that the same findings give the same bytes.
    demo : bool
        Whether the figures are invented; said on every sheet.
    """
    lang = words.lang
    summary = [(_level(words, f.severity.name), f.code, place(f, words), sentence(f, words), remedy(f, words)) for f in findings]
    columns = zip(
        places["project"], (_level(words, s) for s in places["severity"]), places["code"], places["key"], places["other"],
        places[f"text_{lang}"], places["measure"], places["unit"], places["east"], places["north"], places[f"remedy_{lang}"],
        strict=True,
    )  # fmt: skip
    sheets = [
        ("summary", [("severity", 12), ("code", 24), ("key", 34), ("text", 70), ("remedy", 70)], summary),
        (
            "places",
            [("project", 10), ("severity", 12), ("code", 24), ("key", 22), ("other", 22), ("text", 60), ("measure", 14),
             ("unit", 8), ("east", 14), ("north", 14), ("remedy", 70)],
            list(columns),
        ),
    ]  # fmt: skip
    return tables(sheets, words, words("check.title"), at, demo=demo)


def tables(
    sheets: Sequence[tuple[str, Sequence[tuple[str, int]], Sequence[Sequence[Any]]]],
    words: Words,
    title: str,
    at: dt.datetime,
    *,
    demo: bool,
) -> bytes:
    """Return a workbook of plain tables: (key of the name, columns with widths in characters, rows) a sheet."""
    buffer = io.BytesIO()
    made = open_book(buffer)
    made.set_properties({"title": title, "created": at.astimezone(dt.UTC).replace(tzinfo=None)})
    pen = Pen(made, words.lang)
    for name, columns, rows in sheets:
        page = made.add_worksheet(words(f"check.sheet_{name}"))
        page.write_string(0, 0, title, pen.format("title"))
        if demo:
            page.write_string(1, 0, words("word.demo"), pen.format("demo"))
        _table(page, pen, columns, rows[:ROWS], words)
    made.close()
    return buffer.getvalue()


def _table(page: Any, pen: Pen, columns: Sequence[tuple[str, int]], rows: Sequence[Sequence[Any]], words: Words) -> None:
    for at, (name, width) in enumerate(columns):
        page.set_column(at, at, width)
        page.write_string(3, at, words(f"check.column_{name}"), pen.format("head"))
    wrapped, number = pen.format("line", "text"), pen.format("line", "figure", 0.01)
    for down, row in enumerate(rows, 4):
        tall = max((height(value, width) for value, (_, width) in zip(row, columns, strict=True) if _long(value, width)), default=0)
        page.set_row(down, min(tall, TALLEST) or LINE_HEIGHT)
        for at, value in enumerate(row):
            if isinstance(value, float | int):
                if math.isfinite(value):
                    page.write_number(down, at, round(value, 4), number)
                else:
                    page.write_blank(down, at, None, wrapped)
            else:
                text = clean(str(value))
                page.write_string(down, at, text, wrapped if text[:1] not in tuple("=+-@") else pen.format("line", "text", text))
    page.freeze_panes(4, 0)
    if rows:
        page.autofilter(3, 0, 3 + len(rows), len(columns) - 1)
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(3)


def _long(value: Any, width: int) -> bool:
    """Tell whether a text may need a second line; most do not, and measuring them all takes longer than writing."""
    return isinstance(value, str) and len(value) > width - 2


def _level(words: Words, severity: str) -> str:
    return words(f"cli.severity_{severity.lower()}")
