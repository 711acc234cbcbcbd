"""The days ahead: how likely the target is, which land is usable, which parcels to unlock first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parkgis.outputs import ahead
from parkgis.outputs.letter.model import Grid, GridColumn, GridRow, Paragraph
from parkgis.outputs.letter.say import paragraph, shows
from parkgis.outputs.tables import blank, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parkgis.outputs.letter.model import Align, Block
    from parkgis.outputs.letter.say import Told
    from parkgis.outputs.tables import Row, Table
    from parkgis.words.catalogue import Words

USABLE_MM = {
    "park": 38.0, "counted": 15.5, "handed": 16.5, "usable": 15.0, "rest": 18.0, "usable_share": 15.0, "mesh": 16.5,
    "blocks": 14.0, "largest": 16.5,
}  # fmt: skip
BOARD_MM = {
    "rank": 9.0, "project": 44.0, "parcel": 22.0, "own": 16.0, "unlocked": 17.0, "stage": 24.0, "obstacle": 30.0, "next": 34.0,
    "office": 34.0, "due": 21.0,
}  # fmt: skip
USABLE_PT, BOARD_PT = 9.5, 9.0


def outlook(told: Told) -> list[Block]:
    """Say how likely the target is and what the band is, tested on the past, beside the figure itself: on the first page."""
    seen, words = told.extras.ahead, told.words
    if seen.without:
        return list(paragraph(ahead.absent(seen, words)))
    return list(paragraph(*ahead.forecast(seen.forecast, words))) if seen.forecast else []


def outlook_notes(told: Told) -> list[Block]:
    """Say what else must be known to read the forecast; in small letters how it was made."""
    found = told.extras.ahead.forecast
    *said, method = (ahead.notes(found, told.words) if found else []) or [""]
    return [*paragraph(*said), *([Paragraph(method, "note")] if method else [])]


def usable(told: Told) -> list[Block]:
    """Say how much of the land handed over is usable, park by park."""
    seen, words = told.extras.ahead, told.words
    if not has_grid(told):
        return list(paragraph(*ahead.usable(told.briefing, seen, words)))
    caption = words("letter.usable_caption", on=told.briefing.on)
    lead = words("letter.usable_lead", n=1 + any(shows(s.area_m2) for s in told.briefing.stages))
    return [
        *paragraph(*ahead.usable(told.briefing, seen, words), lead),
        grid(ahead.usable_table(told.briefing, seen, words), words, "usable", caption, USABLE_MM, USABLE_PT),
    ]


def has_grid(told: Told) -> bool:
    """Tell whether usable land stands in a table: the tables after it are numbered by that."""
    found = told.extras.ahead.usable
    return found is not None and found.whole.handed_m2 > 0 and ahead.handed(told.briefing) > 0


def board(told: Told) -> list[Block]:
    """Say which parcels to unlock first; the list stands in its annex."""
    where = told.words("letter.annex", n=BOARD_ANNEX)
    return list(paragraph(*ahead.board(told.briefing, told.extras.ahead, told.words, where)))


BOARD_ANNEX = "II"


def board_grid(told: Told) -> Grid | None:
    """Return the list of parcels to unlock first; None where there is none."""
    seen = told.extras.ahead
    if seen.board is None or not seen.board.blockers:
        return None
    return grid(ahead.board_table(told.briefing, seen, told.words), told.words, "blockers", "", BOARD_MM, BOARD_PT)


def grid(table: Table, words: Words, key: str, caption: str, widths_mm: Mapping[str, float], size_pt: float) -> Grid:
    """Print a table of the report in a letter, every cell as the page prints it."""
    columns = tuple(GridColumn(c.title, widths_mm[c.key], _side(c.kind)) for c in table.columns)
    rows = tuple(GridRow(_cells(table, row, words), "total" if row.role == "total" else "line") for row in table.rows)
    return Grid(key, caption, columns, rows, size_pt)


def _side(kind: str) -> Align:
    return {"text": "left", "code": "center", "day": "center"}.get(kind, "right")  # type: ignore[return-value]


def _cells(table: Table, row: Row, words: Words) -> tuple[str, ...]:
    return tuple(
        "" if value is None and blank(column, row) else shown(value, column.kind, words)
        for column, value in zip(table.columns, row.cells, strict=True)
    )
