"""Tables that draw parcels: shapes as WKT, or corners one a row as VN-2000 lists have them (X is the northing)."""

from __future__ import annotations

import dataclasses
import functools
import importlib.resources
import re
import tomllib
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from parkgis.errors import FileEmpty
from parkgis.layers import rings
from parkgis.ledger.sheets import cells, headers
from parkgis.ledger.sheets.read import Sheet
from parkgis.ledger.sheets.read import read as read_sheets
from parkgis.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

SEARCHED = 60  # rows from the top in which a heading may begin
NAMES = {"sheet": "SHBANDO", "parcel": "SHTHUA", "land": "KHLOAIDAT", "area": "DIENTICH"}
"""Role -> the name the trade gives its column, by which ``add`` finds it."""

_SRID = re.compile(r"\s*SRID\s*=\s*(\d{4,6})\s*;(.*)", re.IGNORECASE | re.DOTALL)
_UNIT = re.compile(r"\s+m2?$")


@dataclasses.dataclass(frozen=True, slots=True)
class Heading:
    """Where the heading of a table stands and which column (from 0) plays which role."""

    row: int
    roles: Mapping[str, int]
    names: tuple[str, ...]


@functools.cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(importlib.resources.files("parkgis.rules").joinpath("corners.toml").read_text(encoding="utf-8"))


def role_of(heading: object) -> str:
    """Return the role a heading means, empty for none.

    Examples
    --------
    >>> role_of("X (m)"), role_of("Số hiệu điểm"), role_of("Diện tích (m²)"), role_of("Họ và tên")
    ('north', 'point', 'area', '')
    """
    plain = _UNIT.sub("", headers.bare(heading))
    for role, names in _table()["role"].items():
        if plain in names or any(n.endswith(" *") and plain.startswith(n[:-1]) for n in names):
            return str(role)
    return ""


def read(path: Path, only: str | None = None) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Read the parcels a table draws.

    Parameters
    ----------
    path : Path
        CSV (UTF-8) or XLSX.
    only : str, optional
        Name of the one sheet to read; every sheet otherwise.

    Returns
    -------
    (GeoDataFrame, list of Finding)
        Without CRS, unless the shapes are EWKT of one SRID. Corners stand as (easting, northing). A parcel any
        of whose corners cannot be read has no shape.

    Raises
    ------
    FileMissing, FileEmpty, FileUnreadable, ExtraMissing
    """
    findings: list[Finding] = []
    drawn: list[dict[str, Any]] = []
    if _cut_off(path):
        findings.append(Finding("table_open_end", Severity.WARNING))
    for sheet in read_sheets(path):
        where = f"{sheet.name}:" if sheet.name else ""
        if (only is not None and sheet.name != only) or (found := heading(sheet)) is None:
            continue
        if "wkt" in found.roles:
            drawn += _texts(sheet, found, where, findings)
        else:
            drawn += _corners(sheet, found, where, findings)
    if not drawn:
        raise FileEmpty(path=path, what="shapes, only a table")
    return _frame(drawn), findings


def _cut_off(path: Path) -> bool:
    """Tell whether a CSV stops without the line break every program writes at its end."""
    if path.suffix.lower() not in (".csv", ".txt") or not path.is_file():
        return False
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - 1, 0))
        return file.read(1) not in (b"\n", b"\r", b"")


def heading(sheet: Sheet) -> Heading | None:
    """Return the heading of a table of shapes; None when it has neither WKT nor both coordinates."""
    for number, row in sheet.rows[:SEARCHED]:
        roles: dict[str, int] = {}
        for at, cell in enumerate(row):
            if isinstance(cell, str) and (role := role_of(cell)):
                roles.setdefault(role, at)
        if "wkt" in roles or {"north", "east"} <= set(roles):
            return Heading(number, roles, tuple(cells.text(cell) or f"column {at + 1}" for at, cell in enumerate(row)))
    return None


def _frame(drawn: Sequence[Mapping[str, Any]]) -> gpd.GeoDataFrame:
    shapes = np.array([row["geometry"] for row in drawn], dtype=object)
    systems = {row["srid"] for row in drawn}
    columns = dict.fromkeys(name for row in drawn for name in row if name not in ("geometry", "srid"))
    table = {name: [row.get(name) for row in drawn] for name in columns}
    srid = systems.pop() if len(systems) == 1 else None
    return gpd.GeoDataFrame({name: _column(values) for name, values in table.items()}, geometry=shapes, crs=srid)


def _column(values: list[Any]) -> list[Any]:
    """Keep numbers where every cell is one, else write them all as text."""
    said = [v for v in values if v is not None]
    if all(isinstance(v, int | float) and not isinstance(v, bool) for v in said):
        return values
    return [None if v is None else cells.text(v) for v in values]


# -- shapes as text ----------------------------------------------------------------------------------------


def _texts(sheet: Sheet, found: Heading, where: str, findings: list[Finding]) -> list[dict[str, Any]]:
    at = found.roles["wkt"]
    rows = [(number, row) for number, row in sheet.rows if number > found.row and any(not cells.blank(c) for c in row)]
    said = [_SRID.fullmatch(text) if isinstance(text := _cell(row, at), str) else None for _, row in rows]
    wkt = [match[2] if match else _cell(row, at) for match, (_, row) in zip(said, rows, strict=True)]
    plain = np.array(
        [t if isinstance(t, str) and not isinstance(t, cells.Formula | cells.Fault) else None for t in wkt], dtype=object
    )
    shapes = shapely.from_wkt(plain, on_invalid="ignore")
    wrong = [number for (number, row), shape in zip(rows, shapes, strict=True) if shape is None and not cells.blank(_cell(row, at))]
    if wrong:
        facts = {"count": len(wrong), "row": wrong[0]}
        findings.append(Finding("wkt_unread", Severity.ERROR, where=f"{where}{wrong[0]}", facts=facts))
    findings += _computed(rows, where)
    drawn = []
    for match, shape, (_, row) in zip(said, shapes, rows, strict=True):
        facts = {name: _plain(_cell(row, column)) for column, name in enumerate(found.names) if column != at}
        drawn.append({**facts, "geometry": shape, "srid": int(match[1]) if match else None})
    return drawn


def _computed(rows: Sequence[tuple[int, Sequence[Any]]], where: str) -> Iterator[Finding]:
    at = [number for number, row in rows if any(isinstance(cell, cells.Formula | cells.Fault) for cell in row)]
    if at:
        yield Finding("cells_computed", Severity.WARNING, where=f"{where}{at[0]}", facts={"count": len(at), "row": at[0]})


def _cell(row: Sequence[Any], at: int) -> Any:
    return row[at] if at < len(row) else None


def _plain(value: Any) -> Any:
    """Return a cell's own value; what a formula would give is nobody's statement."""
    return None if isinstance(value, cells.Formula | cells.Fault) or cells.blank(value) else value


# -- corners -----------------------------------------------------------------------------------------------


def _corners(sheet: Sheet, found: Heading, where: str, findings: list[Finding]) -> list[dict[str, Any]]:
    """Return a row a parcel, from corners in the order of the list."""
    blocks = list(_blocks(sheet, found))
    findings += _computed([(c.row, c.cells) for block in blocks for c in block.corners], where)
    closing = [rings.closes(block.corners) for block in blocks]
    drawn = []
    for block, closed in zip(blocks, closing, strict=True):
        if not closed and sum(closing) > len(closing) // 2:
            facts = {"parcel": block.label or sheet.name, "row": block.corners[-1].row}
            findings.append(Finding("ring_open", Severity.WARNING, where=f"{where}{block.corners[-1].row}", facts=facts))
        shape, said = rings.drawn(block.corners, f"{where}{block.corners[0].row}", block.label or sheet.name)
        findings += said
        facts = {NAMES[role]: value for role, value in block.facts.items()}
        drawn.append({**facts, "geometry": shape, "srid": None})
    return drawn


@dataclasses.dataclass(slots=True)
class Block:
    """The corners of one parcel and what its rows say of it."""

    facts: dict[str, Any]
    corners: list[rings.Corner] = dataclasses.field(default_factory=list)

    @property
    def label(self) -> str:
        return "/".join(cells.text(self.facts[role]) for role in ("sheet", "parcel") if self.facts.get(role) is not None)


def _blocks(sheet: Sheet, found: Heading) -> Iterator[Block]:
    """Cut a list into parcels: by its parcel column (blank cells go on), by lines above, or the sheet as a whole."""
    block = Block({"parcel": None if "parcel" in found.roles else sheet.name or None, **_above(sheet, found.row)})
    gap, last = False, 0
    for number, row in sheet.rows:
        if number <= found.row or headers.is_numbering(row):
            continue
        corner = _corner(number, row, found.roles, gap=gap or number > last + 1)  # empty rows are not among a sheet's rows
        last = number
        if corner is None:
            if told := _line(row):
                if block.corners:
                    yield block
                block = Block({**block.facts, **told})
            gap = True
            continue
        said = {role: _plain(_cell(row, found.roles[role])) for role in NAMES if role in found.roles}
        new = {role: value for role, value in said.items() if value is not None}
        key = {role: value for role, value in new.items() if role in ("sheet", "parcel")}
        if block.corners and any(block.facts.get(role) != value for role, value in key.items()):
            yield block
            carried = {"sheet": block.facts.get("sheet")} if "parcel" in key else {}
            block, corner = Block(carried), dataclasses.replace(corner, gap=False)
        block.facts.update(new)
        block.corners.append(corner)
        gap = False
    if block.corners:
        yield block


def _corner(number: int, row: Sequence[Any], roles: Mapping[str, int], *, gap: bool) -> rings.Corner | None:
    """Return the corner a row states; None for a row that states no coordinates at all."""
    north, east = _cell(row, roles["north"]), _cell(row, roles["east"])
    if cells.blank(north) and cells.blank(east):
        return None
    if not any(map(str.isdigit, f"{north}{east}")):
        return None  # the heading again, on the next page; or a line of words across the columns
    said = {role: _cell(row, roles[role]) if role in roles else None for role in ("point", "ring", "side")}
    return rings.Corner(
        number, cells.number(east), cells.number(north), cells.text(_plain(said["point"])), cells.text(_plain(said["ring"])),
        cells.number(said["side"]), gap, row,
    )  # fmt: skip


def _above(sheet: Sheet, before: int) -> dict[str, str]:
    """Return what the lines above a heading say of the parcel."""
    found: dict[str, str] = {}
    for number, row in sheet.rows:
        if number < before:
            found.update(_line(row))
    return found


def _line(row: Sequence[Any]) -> dict[str, str]:
    said = headers.bare(" ".join(cells.text(cell) for cell in row if isinstance(cell, str) and not cells.blank(cell)))
    matches = {role: re.search(pattern, said[:200]) for role, pattern in _table()["above"].items()}
    return {role: match[1].upper() for role, match in matches.items() if match} if matches["parcel"] else {}
