"""What a list of land says: its heading, its columns, its rows, its totals; and what was not understood."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import re
from typing import TYPE_CHECKING, Any

from parkgis.ledger.sheets import body, headers
from parkgis.ledger.sheets.cells import day, shown, text
from parkgis.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from parkgis.ledger.sheets.body import Total
    from parkgis.ledger.sheets.cells import SheetRow
    from parkgis.ledger.sheets.headers import Heading
    from parkgis.ledger.sheets.read import Sheet

NEEDED = ("project", "stage", "day", "document", "document_date")
REACHED = "reached"
COMPARED = frozenset({*headers.LAND, "commune", "project", "stage"})
MUST_BE_ONE = frozenset({*NEEDED, *headers.LAND, *headers.OWN, "commune", "kind"})

_DATE = r"(\d{1,2})\s*(?:/|tháng)\s*(\d{1,2})\s*(?:/|năm)\s*(\d{4})"
_PAPER = re.compile(rf"số\s*:?\s*([^\s,;]*\d[^\s,;]{{0,40}})\s*,?\s*ngày\s*{_DATE}", re.IGNORECASE)


@dataclasses.dataclass(frozen=True, slots=True)
class Given:
    """What the command line says of every row that does not say it itself; days as days."""

    project: str = ""
    stage: str = ""
    day: dt.date | None = None
    document: str = ""
    document_date: dt.date | None = None
    kind: str = ""

    def items(self) -> Iterator[tuple[str, str | dt.date]]:
        """Yield the roles that are given, with their values."""
        for role in (*NEEDED, "kind"):
            if value := getattr(self, role):
                yield role, value


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """What one sheet was understood to say.

    Attributes
    ----------
    name : str
    state : {"read", "empty", "hidden", "passed_over", "no_heading"}
    heading : Heading or None
    rows : int
        Rows about land.
    parcels : int
        Parcels in them: a cell may name several.
    first, last : int
        Their first and last row number.
    area_m2 : float or None
        Sum of what they state (basis document); None where no row states one.
    totals : tuple of Total
    places : tuple of str
        Villages named by lines between the rows.
    skipped : tuple of (int, str)
        Rows that are about no land: titles, signatures, second lines of a household.
    paper : tuple or None
        Number and date of the document named above the heading.
    """

    name: str
    state: str
    heading: Heading | None = None
    rows: int = 0
    parcels: int = 0
    first: int = 0
    last: int = 0
    area_m2: float | None = None
    totals: tuple[Total, ...] = ()
    places: tuple[str, ...] = ()
    skipped: tuple[tuple[int, str], ...] = ()
    paper: tuple[str, dt.date] | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Understood:
    """What a file was understood to say: readable rows, a reading a sheet, and what is wrong."""

    file: str
    rows: tuple[SheetRow, ...]
    sheets: tuple[Reading, ...]
    findings: tuple[Finding, ...]

    @property
    def refused(self) -> tuple[Finding, ...]:
        """The findings that forbid to record anything."""
        return tuple(f for f in self.findings if f.severity is Severity.ERROR)


def understand(file: str, sheets: Sequence[Sheet], given: Given | None = None, needed: Sequence[str] = NEEDED) -> Understood:
    """Read the sheets of a list.

    Parameters
    ----------
    file : str
        Its name, for messages.
    sheets : sequence of Sheet
    given : Given
        Fills what a row or the whole list does not say. What a row says outranks it.
    needed : sequence of str
        Roles every row must have; none for a list that is only compared, of which notes and papers are not read.

    Returns
    -------
    Understood
        Nothing is guessed: a cell that is needed and cannot be read is a finding at ERROR, and its row says
        in ``unread`` that it can record nothing.
    """
    given = given or Given()
    found, rows, readings = [], [], []
    headings = [None if sheet.hidden else headers.find(sheet) for sheet in sheets]
    states = [_state(sheet, heading) for sheet, heading in zip(sheets, headings, strict=True)]
    several = sum(state == "read" for state in states) > 1
    above: list[float] = []
    for sheet, heading, state in zip(sheets, headings, states, strict=True):
        if heading is not None and state == "read":
            reading, sheet_rows, findings = _sheet(file, sheet, heading, given, needed, above, named=several)
            rows.extend(sheet_rows)
            found.extend(findings)
        else:
            reading = Reading(sheet.name, state)
            found.extend(_unread(file, sheet, state))
        readings.append(reading)
    if "read" not in states:
        found = [Finding("sheet_no_list", Severity.ERROR, where=file, facts={"sheets": ", ".join(s.name for s in sheets) or "–"})]
    elif not rows and not any(f.severity is Severity.ERROR for f in found):
        found.append(Finding("sheet_no_rows", Severity.ERROR, where=file))
    return Understood(file, tuple(rows), tuple(readings), tuple(found))


def _state(sheet: Sheet, heading: Heading | None) -> str:
    if not sheet.rows:
        return "empty"
    if headers.bare(sheet.name) in headers.table()["list"]["passed_over"]:
        return "passed_over"
    if sheet.hidden:
        return "hidden"
    return "read" if heading else "no_heading"


def _unread(file: str, sheet: Sheet, state: str) -> list[Finding]:
    where = place(file, sheet.name)
    if state == "hidden":
        return [Finding("sheet_hidden", Severity.WARNING, where=where, facts={"name": sheet.name})]
    if state == "no_heading":
        return [Finding("sheet_no_heading", Severity.WARNING, where=where, facts={"name": sheet.name})]
    return []


def place(file: str, sheet: str, row: int | None = None) -> str:
    """Write a place as ``file!sheet:row``, without the parts there are none of."""
    return file + (f"!{sheet}" if sheet else "") + (f":{row}" if row else "")


def _sheet(
    file: str, sheet: Sheet, heading: Heading, given: Given, needed: Sequence[str], above: list[float], *, named: bool
) -> tuple[Reading, list[SheetRow], list[Finding]]:
    filled: dict[str, Any] = dict(given.items())
    kinds = "kind" in heading.roles() or filled.get("kind", REACHED) != REACHED
    if not kinds:  # a column of money beside a list of land handed over says nothing here, and may hold what it likes
        heading = headers.without(heading, headers.OWN)
    paper, findings = _paper(file, sheet, heading)
    roles = heading.roles()
    if paper and not {"document", "document_date"} & set(roles):
        filled = {"document": paper[0], "document_date": paper[1], **filled}
        findings += _paper_differs(file, sheet, heading, paper, given)
    if kinds:  # which rows need a stage their kind says, row by row
        needed = tuple(role for role in needed if role != "stage")
    findings += _columns(file, sheet, heading, filled, needed)
    missing = [role for role in needed if role not in roles and role not in filled]
    read = body.read(
        sheet, heading, lambda row: place(file, sheet.name, row), filled, missing, named=named, only=() if needed else COMPARED
    )
    totals, off = _totals(file, sheet, read.totals, read.areas, above)
    above.extend(area for _, area in read.areas if area is not None)
    known = math.fsum(area for _, area in read.areas if area is not None)
    reading = Reading(
        name=sheet.name, state="read", heading=heading, rows=len(read.areas), parcels=len(read.rows),
        first=min((at for at, _ in read.areas), default=0), last=max((at for at, _ in read.areas), default=0),
        area_m2=known or None, totals=totals, places=read.places, skipped=read.skipped, paper=paper,
    )  # fmt: skip
    return reading, read.rows, [*findings, *read.findings, *off]


# -- the lines above, the columns --------------------------------------------------------------------------


def _paper(file: str, sheet: Sheet, heading: Heading) -> tuple[tuple[str, dt.date] | None, list[Finding]]:
    """Return the document the lines above the heading name; two of them are none, and said."""
    lines = [text(cell) for at, cells in sheet.rows if at < heading.first for cell in cells if isinstance(cell, str)]
    found = []
    for number, *parts in (match.groups() for line in lines for match in _PAPER.finditer(line[:1000])):
        if date := day("/".join(parts)):
            found.append((number.rstrip("."), date))
    papers = list(dict.fromkeys(found))
    if len(papers) > 1:
        facts = {"papers": "; ".join(f"{number} ({date:%d/%m/%Y})" for number, date in papers)}
        return None, [Finding("sheet_papers", Severity.WARNING, where=place(file, sheet.name), facts=facts)]
    return (papers[0] if papers else None), []


def _paper_differs(file: str, sheet: Sheet, heading: Heading, paper: tuple[str, dt.date], given: Given) -> list[Finding]:
    told = (given.document or paper[0], given.document_date or paper[1])
    if told == paper:
        return []
    facts = {"above": f"{paper[0]} ({paper[1]:%d/%m/%Y})", "told": f"{told[0]} ({told[1]:%d/%m/%Y})"}
    return [Finding("sheet_paper_differs", Severity.WARNING, where=place(file, sheet.name, heading.first), facts=facts)]


def _columns(file: str, sheet: Sheet, heading: Heading, filled: dict[str, Any], needed: Sequence[str]) -> list[Finding]:
    where, roles, found = place(file, sheet.name, heading.first), heading.roles(), []
    for role in filter(MUST_BE_ONE.__contains__, heading.twice):
        rivals = ", ".join(c.label for c in heading.columns if headers.role_of([c.heading])[0] == role) or role
        found.append(Finding("sheet_column_twice", Severity.ERROR, where=where, facts={"role": role, "columns": rivals}))
    headed = ", ".join(shown(c.label) for c in heading.columns)
    for role in needed:
        if role not in roles and role not in filled and role not in heading.twice:
            facts = {"role": role, "option": f"--{role.replace('_', '-')}", "columns": headed}
            found.append(Finding("sheet_column_missing", Severity.ERROR, where=where, facts=facts))
    return found


# -- totals ------------------------------------------------------------------------------------------------


def _totals(
    file: str, sheet: Sheet, totals: Sequence[Total], areas: Sequence[tuple[int, float | None]], above: Sequence[float]
) -> tuple[tuple[Total, ...], list[Finding]]:
    """Hold every total against the rows it can mean: those since the last one, the sheet's, the file's."""
    checked, found, since = [], [], 0
    for total in totals:
        until = [(at, area) for at, area in areas if at < total.row]
        group = [area for at, area in until if at > since]
        since = total.row
        sums = _sums(group, [area for _, area in until], above)
        if total.stated_m2 is None or not sums:
            checked.append(total)
            continue
        agrees = any(abs(s - total.stated_m2) <= total.tolerance_m2 for s in sums)
        nearest = min(sums, key=lambda s: abs(s - (total.stated_m2 or 0.0)))
        checked.append(dataclasses.replace(total, summed_m2=nearest, agrees=agrees))
        if not agrees:
            facts = {
                "label": shown(total.label), "stated_m2": total.stated_m2, "summed_m2": nearest,
                "difference_m2": total.stated_m2 - nearest, "column": total.column,
            }  # fmt: skip
            found.append(Finding("sheet_total_differs", Severity.ERROR, where=place(file, sheet.name, total.row), facts=facts))
    return tuple(checked), found


def _sums(group: Sequence[float | None], sheet: Sequence[float | None], above: Sequence[float]) -> list[float]:
    """Return the sums a total may mean; none where an area among its rows could not be read."""
    if any(area is None or math.isnan(area) for area in sheet):
        return []
    known = [area for area in sheet if area is not None]
    own = [area for area in group if area is not None]
    return [math.fsum(part) for part in dict.fromkeys((tuple(own), tuple(known), (*above, *known))) if part]
