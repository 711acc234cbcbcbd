"""Find the heading of a list in its first rows, and which column plays which role."""

from __future__ import annotations

import dataclasses
import functools
import importlib.resources
import re
import tomllib
import unicodedata
from typing import TYPE_CHECKING, Any

from parkgis.ledger.sheets.cells import Fault, Formula, blank, number, text
from parkgis.ledger.sheets.read import letter
from parkgis.rules.counts import count_codes

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from parkgis.ledger.sheets.read import Sheet

SEARCHED = 60  # rows from the top in which a heading may begin
TALLEST = 3  # rows of one heading
LAND = frozenset({"sheet", "parcel", "sheet_parcel", "area_m2"})
OWN = frozenset(
    {
        "code", "owner", "due", "refers", "amount_vnd", "households", "organisations", "batch", "what", "value", "body",
        "tolerance_m2", "month", "baseline", "old_parcels", "new_parcels", *count_codes(),
    }
)  # fmt: skip
"""Roles that only one kind of entry has (``rules/kinds.toml``); of a count also a column for each thing counted."""

NUMBERS = frozenset({"sheet", "parcel", "sheet_parcel", "commune", "project", "stage"})
LEFT_OUT = frozenset({"index", "land", "address", "area_other", "personal", ""})

_UNIT = re.compile(r"\(\s*(m2|ha|hecta)\s*\)|[,/]\s*(m2|ha)\s*$|\s(m2|ha)\s*$")
_NUMBERING = re.compile(r"\(\d{1,2}[a-z]?\)(\s*=.{1,60})?|\d{1,2}\s*=\s*\d.{0,60}")
_ABOVE_UNIT = re.compile(r"\b(don vi|dvt)\b[^:]{0,30}:\s*(ha|hecta)\b")


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: where it stands, what it is headed, which role it plays (empty: not understood)."""

    at: int  # from 0
    heading: str
    role: str
    unit: str = ""

    @property
    def label(self) -> str:
        """Letter and heading, as a message names the column."""
        return f"{letter(self.at + 1)} “{self.heading}”"


@dataclasses.dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a sheet: its first and last row and its columns.

    ``twice`` names the roles two columns claim with equal right; neither is taken.
    """

    first: int
    last: int
    columns: tuple[Column, ...]
    twice: tuple[str, ...] = ()

    def roles(self) -> dict[str, Column]:
        """Return the column of each role that rows are read by."""
        return {c.role: c for c in self.columns if c.role not in LEFT_OUT}


@functools.cache
def table() -> Mapping[str, Any]:
    """Return ``rules/headers.toml``."""
    file = importlib.resources.files("parkgis.rules").joinpath("headers.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def bare(value: object) -> str:
    """Write a heading without accents, case and punctuation.

    Examples
    --------
    >>> bare("Tờ bản đồ (số)"), bare("Diện tích (m²)")
    ('to ban do so', 'dien tich m2')
    """
    plain = unicodedata.normalize("NFKD", str(value).casefold().replace("đ", "d"))
    return " ".join(re.sub(r"[^0-9a-z]+", " ", "".join(c for c in plain if not unicodedata.combining(c))).split())


def _unit(heading: str) -> str:
    plain = unicodedata.normalize("NFKD", heading.casefold())
    found = _UNIT.search(plain)
    return next(filter(None, found.groups()), "") if found else ""


def _name(heading: str) -> str:
    """Return a heading bare and without its unit."""
    plain = _UNIT.sub(" ", unicodedata.normalize("NFKD", heading.casefold()))
    return bare(plain) or bare(heading)


@functools.cache
def _synonyms() -> tuple[dict[str, tuple[str, int]], list[tuple[str, str, int]]]:
    exact: dict[str, tuple[str, int]] = {}
    begins: list[tuple[str, str, int]] = []
    for role, names in table()["role"].items():
        for rank, name in enumerate(names):
            if name.endswith(" *"):
                begins.append((name[:-1], role, rank))
            else:
                exact.setdefault(name, (role, rank))
    for count in count_codes().values():  # a progress table has a column for each
        for name in (bare(count.vi), bare(count.en), *count.names):
            exact.setdefault(name, (count.code, 0))
    return exact, begins


def role_of(parts: Sequence[str]) -> tuple[str, int]:
    """Return the role a heading means and its rank among the role's names; an empty role when none.

    Examples
    --------
    >>> role_of(["Thửa đất", "Tờ bản đồ (số)"])[0], role_of(["Diện tích", "thu hồi (m2)"])[0], role_of(["Sổ đỏ"])[0]
    ('sheet', 'area_m2', '')
    """
    exact, begins = _synonyms()
    whole = _name(" ".join(parts))
    for name in dict.fromkeys((whole, _name(parts[-1]) if parts else "")):
        if name in exact:
            return exact[name]
    return next(((role, rank) for start, role, rank in begins if whole.startswith(start)), ("", 0))


def find(sheet: Sheet) -> Heading | None:
    """Return the heading of a sheet: the rows that name most roles, the first and the fewest of equals.

    None when no row names two roles, one of them of land or of a kind of entry.
    """
    best, most = None, (1, 0)
    rows = sheet.rows[: SEARCHED + TALLEST]
    for start in range(min(len(rows), SEARCHED)):
        for height in range(1, TALLEST + 1):
            span = rows[start : start + height]
            if len(span) < height or not all(_worded(cells) for _, cells in span):
                break
            found = _heading(sheet, span)
            roles = {c.role for c in found.columns} - {""}
            if (len(roles), -height) > most and len(roles) > 1 and roles & (LAND | OWN):
                best, most = found, (len(roles), -height)
    return best


def without(heading: Heading, roles: Collection[str]) -> Heading:
    """Return a heading whose columns play none of some roles."""
    columns = tuple(dataclasses.replace(c, role="") if c.role in roles else c for c in heading.columns)
    return dataclasses.replace(heading, columns=columns, twice=tuple(r for r in heading.twice if r not in roles))


def _worded(cells: Sequence[Any]) -> bool:
    """Tell whether a row can belong to a heading: words only, no number, day or formula."""
    return all(blank(c) or (isinstance(c, str) and not isinstance(c, Formula | Fault) and number(c) is None) for c in cells)


def _heading(sheet: Sheet, span: Sequence[tuple[int, Sequence[Any]]]) -> Heading:
    width = max(len(cells) for _, cells in span)
    columns = [_column(at, _parts(sheet, span, at)) for at in range(width)]
    chosen, twice = _settle(columns)
    return Heading(span[0][0], span[-1][0], tuple(c for c in chosen if c.heading), twice)


def _parts(sheet: Sheet, span: Sequence[tuple[int, Sequence[Any]]], at: int) -> list[str]:
    """Return what stands above a column, from the top; a merged cell speaks for all it covers."""
    given = dict(span)
    parts: list[str] = []
    for height, (row, cells) in enumerate(span):
        from_row, from_column = sheet.merged.get((row, at + 1), (row, at + 1))
        source = given.get(from_row, ())
        said = text(source[from_column - 1]) if from_column <= len(source) else ""
        if not said and not sheet.merged and any(at < len(low) and not blank(low[at]) for _, low in span[height + 1 :]):
            said = next((text(cell) for cell in reversed(cells[:at]) if not blank(cell)), "")  # a CSV has no merges
        said = " ".join(said.split())
        if said and said not in parts:
            parts.append(said)
    return parts


def _column(at: int, parts: list[str]) -> tuple[Column, int]:
    role, rank = role_of(parts) if parts else ("", 0)
    return Column(at, " / ".join(parts), role, _unit(parts[-1]) or _unit(parts[0]) if parts else ""), rank


def _settle(columns: Sequence[tuple[Column, int]]) -> tuple[list[Column], tuple[str, ...]]:
    """Give each role to the one column that names it best; the others play none. Of numbers no name is the better one."""
    chosen, twice = [], []
    for column, own in columns:
        rank = 0 if column.role in NUMBERS else own
        rivals = [0 if column.role in NUMBERS else r for other, r in columns if other.role == column.role and other is not column]
        if column.role in LEFT_OUT or all(rank < r for r in rivals):
            chosen.append(column)
        else:
            chosen.append(dataclasses.replace(column, role="area_other" if column.role == "area_m2" else ""))
            if rank == min(rivals) and column.role not in twice:
                twice.append(column.role)
    return chosen, tuple(r for r in twice if not any(c.role == r for c in chosen))


def is_numbering(cells: Sequence[Any]) -> bool:
    """Tell whether a row only numbers the columns: ``(1) (2) (3)``, or 1, 2, 3 ... from five columns on."""
    said = [text(cell) for cell in cells if not blank(cell)]
    if len(said) >= 2 and all(_NUMBERING.fullmatch(cell.casefold()) for cell in said):
        return True
    return len(said) >= 5 and said == [str(n) for n in range(1, len(said) + 1)]


def hectares_above(sheet: Sheet, heading: Heading) -> bool:
    """Tell whether a line above the heading says that areas are in hectares (``Đơn vị tính: ha``)."""
    above = " ".join(text(c) for at, cells in sheet.rows if at < heading.first for c in cells if isinstance(c, str))
    plain = unicodedata.normalize("NFKD", above.casefold().replace("đ", "d"))
    return _ABOVE_UNIT.search("".join(c for c in plain if not unicodedata.combining(c))) is not None
