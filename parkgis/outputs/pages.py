"""The report as one HTML file: the number first, chart and map, the same tables as the workbook; nothing is fetched.

Every text passes Jinja's escaping; the content-security policy in the page allows the one style sheet and the one script (it
sorts tables) and those of the map in its frame by their hashes, pictures that lie in the page, and nothing else, so that even
a text that got past the escaping could neither run nor load. Without the script the page says the same.
"""

from __future__ import annotations

import base64
import datetime as dt
import functools
import hashlib
import importlib.resources
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup

from parkgis.outputs import ahead, compared, report, tables
from parkgis.outputs.progress import halves
from parkgis.outputs.report import NOTHING
from parkgis.outputs.tables import clean, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parkgis.briefing import Briefing
    from parkgis.outputs.page_map import Live
    from parkgis.outputs.page_pictures import Picture
    from parkgis.outputs.tables import Column, Row, Table, Value
    from parkgis.reporting import Beside
    from parkgis.words.catalogue import Words

BAR = 1000  # units of the progress bar's drawing, across


def build(
    briefing: Briefing, words: Words, beside: Beside = NOTHING, pictures: Sequence[Picture] = (), live: Live | None = None
) -> str:
    """Draw the report as a page.

    Parameters
    ----------
    briefing : Briefing
    words : Words
        Language and time zone of the reader.
    beside : Beside
        What the report says beside the briefing.
    pictures : sequence of Picture
        :func:`parkgis.outputs.page_pictures.pictures`.
    live : Live, optional
        :func:`parkgis.outputs.page_map.live`: the map that moves, in the place of the printed one.

    Returns
    -------
    str
        HTML, UTF-8. The same briefing gives the same text.
    """
    style, script = _file("pages.css"), _file("pages.js")
    figures = report.figures(briefing, words, beside)
    numbers = {figure.key: shown(figure.value, figure.kind, words) for figure in figures}
    return _template().render(
        words=words,
        style=Markup(style),
        style_hash=_hash(style),
        script=Markup(script),
        script_hash=_hash(script),
        title=report.title(briefing, words),
        pictures=pictures,
        live=live,
        compared=report.compared_with(beside, words),
        still=[clean(line.name(words.lang)) for line in compared.still(briefing, beside)],
        definition=briefing.defined(words),
        demo=briefing.demo,
        board=clean(briefing.board(words.lang)),
        masthead=report.masthead(briefing, words),
        goal=report.goal(briefing, words),
        numbers=numbers,
        figures=[(f.key, f.label, numbers[f.key]) for f in figures],
        remarks=report.remarks(briefing, words),
        ahead=_ahead(beside, words),
        bar=_bar(briefing, words, numbers) if figures[0].value is not None else None,
        sheets=report.sheets(briefing, words, beside),
        halves=halves,
        cells=functools.partial(_cells, words),
        cell_class=cell_class,
    )


def _ahead(beside: Beside, words: Words) -> dict[str, Any]:
    """Return the forecast as it stands on the first page: its numbers, and what must be read with them."""
    found = beside.ahead.forecast
    return {
        "title": "" if found is None else words("ahead.title", by=found.by),
        "figures": [(f.key, f.label, shown(f.value, f.kind, words)) for f in ahead.figures(beside.ahead, words)],
        "lines": [] if found is None else [*filter(None, map(" ".join, (ahead.forecast(found, words), ahead.notes(found, words))))],
        "absent": ahead.absent(beside.ahead, words),
    }


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def cell_class(column: Column[Any]) -> str:
    """Return the class of a column's cells: how they align, and how much room text wants."""
    if column.key == "project":
        return "text pin"
    if column.kind not in ("text", "code", "day"):
        return "number"
    if column.kind == "day":
        return "day"
    return "wide" if column.width >= 40 else "text" if column.width >= 13 else "short"


def _cells(words: Words, table: Table, row: Row, among: Sequence[int] = ()) -> list[tuple[str, int, str, float | int | None]]:
    """Return the cells of a row: classes, columns spanned, text, and the number to sort by where it is one.

    Of some columns alone (``among``) a label runs over those of its own that are there.
    """
    chosen = among or range(len(table.columns))
    label = [at for at in tables.label(table, row) if at in chosen]
    cells = []
    for at in chosen:
        if at in label[1:]:
            continue
        column, value = table.columns[at], row.cells[tables.label(table, row)[0] if at in label else at]
        cells.append((cell_class(column), len(label) if at in label else 1, _text(words, column, row, value), _order(value)))
    return cells


def _order(value: Value) -> float | int | None:
    if isinstance(value, dt.date):
        return value.toordinal()
    return value if isinstance(value, int | float) else None


def _text(words: Words, column: Column[Any], row: Row, value: Value) -> str:
    return "" if value is None and tables.blank(column, row) else shown(value, column.kind, words)


def _bar(briefing: Briefing, words: Words, numbers: dict[str, str]) -> dict[str, Value]:
    """Return the progress bar's lengths and the words for who cannot see it."""
    facts = {"counted": numbers["counted"], "area": numbers["target"], "share": numbers["share"], "gone": numbers["year_gone"]}
    return {
        "width": BAR,
        "filled": round(min(briefing.share or 0.0, 1.0) * BAR, 2),
        "gone": round(briefing.year_gone * BAR, 2),
        "title": words("report.bar_title", year=briefing.target.year),
        "desc": words("report.bar_desc", year=briefing.target.year, **facts),
    }


def _file(name: str) -> str:
    return importlib.resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_file("pages.html"))
