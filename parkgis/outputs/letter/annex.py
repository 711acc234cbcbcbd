"""The annexes: the project table, the parcels to unlock first, and the map on a sheet of A3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parkgis.outputs import charts, figure
from parkgis.outputs.letter.model import Annex, Grid, GridColumn, GridRow, Paragraph, Picture
from parkgis.outputs.letter.say import ROMAN, shows, signed
from parkgis.outputs.letter.say_ahead import board_grid
from parkgis.outputs.progress import progress
from parkgis.outputs.tables import blank, brief, clean, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parkgis.outputs.letter.model import Align, Block, Role
    from parkgis.outputs.letter.say import Told
    from parkgis.outputs.tables import Column, Row, Table

SERIAL, PROJECT = ("serial", 9.0), ("project", 62.0)
NUMBERS = ("planned", "counted", "remaining", "share")
WIDTH_MM = 251.0  # of A4 landscape between the margins
FUNNEL_MM, LOW_FUNNEL_MM = (215.0, 146.0), (215.0, 62.0)  # a page of its own, or below a short table
ROW_OF_PANELS = 3  # that many parks, all parks together among them, stand side by side
MAP_MM = (370.0, 214.0)  # what the head of the annex leaves of A3 landscape
TABLE_PT = 8.0
ROLES: dict[str, Role] = {"group": "group", "total": "total", "shared": "line"}


def annexes(told: Told, reference: str) -> tuple[Annex, ...]:
    """Return the project table and, where there is something to list or draw, parcels and map; each numbered from I."""
    words = told.words
    found: list[tuple[str, str, list[Block]]] = [("A4", words("letter.annex_projects"), _projects(told))]
    if listed := board_grid(told):
        found.append(("A4", words("letter.annex_board"), [listed, Paragraph(words("ahead.board_alone"), "note")]))
    if drawn := _map(told):
        found.append(("A3", words("letter.annex_map"), [drawn]))
    return tuple(
        Annex(words("letter.annex", n=number), title, reference, "A3" if paper == "A3" else "A4", tuple(blocks))
        for number, (paper, title, blocks) in zip(ROMAN, found, strict=False)
    )


# -- projects ------------------------------------------------------------------------------------------------


def _projects(told: Told) -> list[Block]:
    words = told.words
    table = progress(told.briefing, words)
    notes = [words(f"report.note_{name}") for name in ("no_data", "rounding")]
    return [_grid(told, table), Paragraph(" ".join(notes), "note"), *_funnel(told)]


def _funnel(told: Told) -> list[Picture]:
    """Draw the stages park by park; nothing where no land has passed one."""
    words, data = told.words, charts.stages_data(told.briefing)
    begun = [park for park in data.parks if any(map(shows, park.areas_m2))]
    if not any(map(shows, data.total.areas_m2)):
        return []
    size = LOW_FUNNEL_MM if 1 + len(begun) <= ROW_OF_PANELS else FUNNEL_MM
    png = charts.funnel(data, words, size, told.extras.dpi, "png", told.extras.font)
    return [Picture("funnel", png, *size, words("letter.funnel"), charts.stages_alt(data, words))]


def _grid(told: Told, table: Table) -> Grid:
    words = told.words
    chosen = [c for c in table.columns if c.key.startswith("stage_") or c.key in (SERIAL[0], PROJECT[0], *NUMBERS)]
    chosen.sort(key=lambda c: _place(c.key))  # stable: the stages keep their order
    ids = {clean(brief(p, words.lang)): p.id for p in told.briefing.projects}  # by their names as tables have them
    changes = _changes(told, table, ids)
    titles = [c.title for c in chosen] + ([words("letter.col_change")] if changes else [])
    wide = (WIDTH_MM - SERIAL[1] - PROJECT[1]) / (len(titles) - 2)
    columns = tuple(
        GridColumn(title, {0: SERIAL[1], 1: PROJECT[1]}.get(n, wide), _side(n)) for n, title in enumerate(titles)
    )  # fmt: skip
    none = [""] if changes else []
    rows = tuple(
        GridRow((*(_cell(told, table, row, column, ids) for column in chosen), *changes.get(n, none)), ROLES.get(row.role, "line"))
        for n, row in enumerate(table.rows)
        if row.role not in ("official", "official_gap")
    )
    return Grid("projects", "", columns, rows, TABLE_PT)


def _place(key: str) -> int:
    order = (SERIAL[0], PROJECT[0], "planned", "stage_", "counted", "remaining", "share")
    return order.index("stage_" if key.startswith("stage_") else key)


def _side(n: int) -> Align:
    return "center" if n == 0 else "left" if n == 1 else "right"


def _cell(told: Told, table: Table, row: Row, column: Column[object], ids: Mapping[str, str]) -> str:
    value = row.cells[table.at(column.key)]
    if column.key == PROJECT[0]:  # whole: a letter has no list of projects to look a name up in
        value = row.cells[table.at("park")] if row.role != "line" else told.project(ids.get(str(value), str(value)))
    if value is None and blank(column, row):
        return ""
    return shown(value, column.kind, told.words)


def _changes(told: Told, table: Table, ids: Mapping[str, str]) -> dict[int, list[str]]:
    """Return the change since the last report by row: of projects, and of all in the total."""
    found = told.extras.explanation
    if found is None:
        return {}
    changes: dict[int, list[str]] = {}
    for n, row in enumerate(table.rows):
        name = ids.get(str(row.cells[table.at("project")]), "")
        if row.role == "total":
            changes[n] = [signed(told.words, found.total.cents)]
        elif row.role == "line" and name in found.projects:
            changes[n] = [signed(told.words, found.projects[name].cents)]
    return changes


# -- map -----------------------------------------------------------------------------------------------------


def _map(told: Told) -> Picture | None:
    extras, words, briefing = told.extras, told.words, told.briefing
    if extras.shapes is None or extras.map is None:
        return None
    png = figure.figure(briefing, extras.shapes, words, extras.map, MAP_MM, extras.dpi, "png", extras.font)
    alt = figure.map_alt(briefing, words, extras.map)
    return Picture("map", png, *MAP_MM, words("letter.map", title=extras.map.title[words.lang]), alt)
