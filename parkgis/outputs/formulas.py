"""The formulas of a table's sums, in A1 notation, so that a reader can follow every total in Excel."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from parkgis.outputs.tables import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from parkgis.outputs.tables import Row, Table

FIGURES = {
    "counted": "={total_counted}",
    "documents": "={total_documents}",
    "remaining": "=MAX({target}-{counted},0)",
    "share": f'=IF({{target}}=0,"{UNKNOWN}",{{counted}}/{{target}})',
    "difference": "=ROUND({documents},2)-ROUND({counted},2)",
    "against": "=ROUND({counted},2)-ROUND({to_date},2)",
}
"""Of the number block, by key; names in braces are other figures or totals of the progress table."""


def a1(row: int, column: int) -> str:
    """Return the address of a cell, counting rows and columns from 0.

    Examples
    --------
    >>> a1(0, 0), a1(9, 27)
    ('A1', 'AB10')
    """
    letters, column = "", column + 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"


def cell(table: Table, row: Row, at_row: int, at: int, top: int, places: Sequence[int] = ()) -> str | None:
    """Return the formula of a cell, or None where it holds a value of its own.

    Parameters
    ----------
    table : Table
    row : Row
        The row the cell is in.
    at_row : int
        Of the cell in the worksheet, from 0.
    at : int
        Index of the column.
    top : int
        Worksheet row of the table's first row, from 0.
    places : sequence of int
        Worksheet column of each column, where that is not its index.
    """
    places = places or range(len(table.columns))
    column = table.columns[at]
    if column.parts and row.role in ("line", "group", "total"):
        part, rest = (a1(at_row, places[table.at(key)]) for key in column.parts)
        return f'=IF(COUNT({part},{rest})<2,"{UNKNOWN}",IF({part}+{rest}=0,"{UNKNOWN}",{part}/({part}+{rest})))'
    if column.apart and row.role in ("line", "group", "total"):
        later, earlier = (a1(at_row, places[table.at(key)]) for key in column.apart)
        return f'=IF(COUNT({later},{earlier})<2,"{UNKNOWN}",ROUND({later},2)-ROUND({earlier},2))'
    if not column.adds or not row.adds:
        return None
    added = ",".join(_ranges((top + i for i in row.adds), places[at]))
    return f'=IF(COUNT({added})=0,"{UNKNOWN}",SUM({added}))' if row.cells[at] is None else f"=SUM({added})"


def _ranges(rows: Iterable[int], column: int) -> Iterator[str]:
    for _, run in itertools.groupby(enumerate(sorted(rows)), key=lambda pair: pair[1] - pair[0]):
        first, *rest = (row for _, row in run)
        yield a1(first, column) + (f":{a1(rest[-1], column)}" if rest else "")
