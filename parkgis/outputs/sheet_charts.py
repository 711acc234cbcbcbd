"""Native charts of the workbook: they follow the cells below them when somebody edits a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parkgis.outputs.pen import ACCENT, FONT, INK, RULE

if TYPE_CHECKING:
    from collections.abc import Callable

    from parkgis.outputs.tables import Table
    from parkgis.words.catalogue import Words

PLAN, TARGET = "#8a5a00", "#a61b1b"
WIDTH, HEIGHT = 900, 380  # pixels
TEXT = {"name": FONT, "size": 10, "color": INK}


def _rows(table: Table, key: str) -> list[int]:
    """Return the lines whose cell of a column holds a number: what a chart can show."""
    at = table.at(key)
    return [n for n, row in enumerate(table.rows) if row.role == "line" and isinstance(row.cells[at], int | float)]


def _series(table: Table, page: Any, top: int, name: str, key: str) -> dict[str, Any]:
    """Return names and numbers of one column, from its first line to the last that holds a number."""
    rows, at, names = _rows(table, key), table.at(key), table.at(name)
    first, last = top, top + rows[-1]
    return {
        "name": table.columns[at].title, "categories": [page.name, first, names, last, names],
        "values": [page.name, first, at, last, at],
    }  # fmt: skip


def burn_up(book: Any, page: Any, table: Table, place: tuple[int, int], words: Words) -> None:
    """Draw handed over, plan and target month by month."""
    top, below = place
    chart = book.add_chart({"type": "line"})
    looks = {
        "target": {"line": {"color": TARGET, "width": 1.5, "dash_type": "dash"}},
        "plan_to": {"line": {"color": PLAN, "width": 2.0, "dash_type": "square_dot"}},
        "done_to": {"line": {"color": ACCENT, "width": 3.0}, "marker": {"type": "circle", "size": 6}},
    }
    for key, look in looks.items():
        if _rows(table, key):
            chart.add_series({**_series(table, page, top, "month", key), **look})
    _finish(chart, words("report.chart_burn_up"))
    page.insert_chart(below, 0, chart, {"description": words("report.chart_burn_up")})


def by_step(book: Any, page: Any, table: Table, place: tuple[int, int], words: Words) -> None:
    """Draw the area that has reached each step."""
    top, below = place
    chart = book.add_chart({"type": "bar"})
    chart.add_series(
        {
            **_series(table, page, top, "step", "ha"), "fill": {"color": ACCENT}, "gap": 40,
            "data_labels": {"value": True, "num_format": "#,##0.00", "font": TEXT},
        }
    )  # fmt: skip
    chart.set_y_axis({"reverse": True, "num_font": TEXT})
    chart.set_legend({"none": True})
    _finish(chart, words("report.chart_steps"), legend=False)
    page.insert_chart(below, 0, chart, {"description": words("report.chart_steps")})


def _finish(chart: Any, title: str, *, legend: bool = True) -> None:
    chart.set_title({"name": title, "name_font": {**TEXT, "size": 13, "bold": True}})
    chart.set_size({"width": WIDTH, "height": HEIGHT})
    grid = {"visible": True, "line": {"color": RULE, "width": 0.5}}
    if legend:
        chart.set_legend({"position": "bottom", "font": TEXT})
        chart.set_y_axis({"num_format": "#,##0", "num_font": TEXT, "major_gridlines": grid, "min": 0})
        chart.set_x_axis({"num_font": TEXT})
    else:
        chart.set_x_axis({"visible": False, "min": 0, "major_gridlines": {"visible": False}})


CHARTS: dict[str, Callable[[Any, Any, Table, tuple[int, int], Words], None]] = {"plan": burn_up, "steps": by_step}
"""Which sheet has which chart."""
