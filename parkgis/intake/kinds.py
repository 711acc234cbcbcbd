"""Rows of a workbook that are no stage reached: what each kind of entry makes of its cells."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Any

from parkgis.errors import EventUnknown, ParkgisError, RowsRefused
from parkgis.intake import enter, obstacles, stated
from parkgis.ledger import sheets
from parkgis.ledger.sheets.cells import blank
from parkgis.ledger.sheets.headers import bare
from parkgis.model import Finding, Kind, Severity
from parkgis.rules.counts import count_codes
from parkgis.rules.kinds import sheet_kinds
from parkgis.rules.obstacles import obstacle_codes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from parkgis.intake.enter import Paper
    from parkgis.ledger.sheets import SheetRow
    from parkgis.model import Event
    from parkgis.workspace import Workspace


def kind_of(said: str) -> Kind | None:
    """Return the kind a row means; an empty cell is a stage reached. None for what is no kind.

    Examples
    --------
    >>> kind_of("Vướng mắc").value, kind_of("payment – Chi trả").value, kind_of("").value, kind_of("xyz")
    ('obstacle', 'payment', 'reached', None)
    """
    code, name = said.partition(" – ")[0].strip(), bare(said)
    kinds = sheet_kinds()
    if not said:
        return Kind.REACHED
    if code in kinds:
        return Kind(code)
    named = (k.code for k in kinds.values() if name in k.names or name in (bare(k.vi), bare(k.en)))
    return next((Kind(code) for code in named), None)


def code_of(said: str) -> str:
    """Return the obstacle code a text means: a code, ``code – name``, or a name; the text itself when it is none."""
    code = said.partition(" – ")[0].strip()
    named = [c.code for c in obstacle_codes().values() if bare(said) in (bare(c.vi), bare(c.en))]
    return named[0] if code not in obstacle_codes() and named else code


def what_of(said: str) -> str:
    """Return the code of the count a text means: a code, ``code – name``, or a name; the text itself when it is none.

    Examples
    --------
    >>> what_of("Số mộ đã di chuyển"), what_of("graves_total – Số mộ"), what_of("Tổng số mộ"), what_of("cây")
    ('graves_moved', 'graves_total', 'graves_total', 'cây')
    """
    code, name = said.partition(" – ")[0].strip(), bare(said)
    codes = count_codes()
    named = [c.code for c in codes.values() if name in c.names or name in (bare(c.vi), bare(c.en))]
    return named[0] if code not in codes and named else code


def spread(row: SheetRow) -> list[SheetRow]:
    """Return a row for each count of a progress table, which has a column for each; any other row alone."""
    codes = [code for code in count_codes() if not blank(row.values.get(code))]
    if not codes or row.text("what") or kind_of(row.text("kind")) is not Kind.COUNT:
        return [row]
    return [
        dataclasses.replace(
            row, values={**row.values, "what": code, "value": row.values[code]}, headers={**row.headers, "value": row.column(code)}
        )
        for code in codes
    ]


class Cells:
    """The cells of one row about a parcel, or with an empty key about the project; what cannot be read becomes a finding.

    ``raised`` are the obstacles that other rows raise and the ledger does not hold yet.
    """

    def __init__(self, row: SheetRow, key: str, raised: Sequence[Event] = ()) -> None:
        self.row, self.key, self.raised = row, key, raised
        self.found: list[Finding] = []

    def refuse(self, code: str, role: str, **facts: object) -> None:
        given = {"column": self.row.column(role), "value": sheets.shown(self.row.values.get(role)), **facts}
        self.found.append(Finding(code, Severity.ERROR, where=self.row.where, facts=given))

    def read(self, role: str, reader: Callable[[Any], Any], empty: Any = None) -> Any:
        """Return what a cell says; ``empty`` for an empty one."""
        if not self.row.text(role):
            return empty
        value = reader(self.row.values.get(role))
        if value is None:
            self.refuse("row_cell", role)
        return value


def _obstacle(workspace: Workspace, paper: Paper, cells: Cells) -> Event:
    due: dt.date | None = cells.read("due", sheets.day)
    return obstacles.obstacle_event(workspace, paper, code_of(cells.row.text("code")), cells.key, cells.row.text("owner"), due)


def _lifted(workspace: Workspace, paper: Paper, cells: Cells) -> Event:
    ref = cells.row.text("refers").removeprefix("#")
    if not ref:
        raised = obstacles.standing_at(workspace, paper, cells.key, code_of(cells.row.text("code")), cells.raised)
        return obstacles.lifted_event(workspace, raised, paper)
    raised = obstacles.raised_by(workspace, ref)
    if raised.project != paper.project or (cells.key and raised.parcel != cells.key):
        cells.refuse("row_other_land", "refers", seq=ref, land="/".join(filter(None, (raised.project, raised.parcel))))
    return obstacles.lifted_event(workspace, raised, dataclasses.replace(paper, project=raised.project))


def _payment(workspace: Workspace, paper: Paper, cells: Cells) -> Event:
    amount, households = cells.read("amount_vnd", sheets.whole, 0), cells.read("households", sheets.whole, 0)
    return enter.payment_event(workspace, paper, cells.key, 1 if amount is None else amount, households or 0)


def _approval(workspace: Workspace, paper: Paper, cells: Cells) -> Event:
    amount, households = cells.read("amount_vnd", sheets.whole, 0), cells.read("households", sheets.whole, 0)
    organisations = cells.read("organisations", sheets.whole)
    area = cells.row.values.get("area_m2")
    return stated.approval_event(
        workspace, paper, 1 if amount is None else amount, households or 0, organisations, None if area is None else float(area),
        cells.row.text("batch"),
    )  # fmt: skip


def _count(workspace: Workspace, paper: Paper, cells: Cells) -> Event:
    value = cells.read("value", sheets.whole, 0)
    return stated.count_event(workspace, paper, what_of(cells.row.text("what")), value or 0)


def _attested(workspace: Workspace, paper: Paper, cells: Cells) -> Event:
    tolerance = cells.read("tolerance_m2", sheets.number, 0.0)
    area = float(cells.row.values.get("area_m2") or 0.0)
    stage = cells.row.text("stage")
    return enter.attested_event(workspace, paper, stage, area, tolerance or 0.0, cells.row.text("body"))


def _planned(workspace: Workspace, paper: Paper, cells: Cells) -> Event | None:
    month, baseline = cells.read("month", sheets.month), cells.read("baseline", sheets.whole)
    if month is None:
        return None
    return enter.planned_events(workspace, paper, {month: float(cells.row.values.get("area_m2") or 0.0)}, baseline)[0]


def _split(workspace: Workspace, paper: Paper, cells: Cells) -> Event | None:
    old, new = cells.read("old_parcels", sheets.parcels), cells.read("new_parcels", sheets.parcels)
    if old is None or new is None:
        return None
    if len(old) != 1:
        cells.refuse("row_one_parcel", "old_parcels")
        return None
    return enter.split_event(workspace, paper, old[0], new)


def _merge(workspace: Workspace, paper: Paper, cells: Cells) -> Event | None:
    old, new = cells.read("old_parcels", sheets.parcels), cells.read("new_parcels", sheets.parcels)
    if old is None or new is None:
        return None
    if len(new) != 1:
        cells.refuse("row_one_parcel", "new_parcels")
        return None
    return enter.merge_event(workspace, paper, old, new[0])


MAKERS: dict[Kind, Callable[[Workspace, Paper, Cells], Event | None]] = {
    Kind.OBSTACLE: _obstacle, Kind.LIFTED: _lifted, Kind.PAYMENT: _payment, Kind.APPROVAL: _approval, Kind.COUNT: _count,
    Kind.ATTESTED: _attested, Kind.PLANNED: _planned, Kind.SPLIT: _split, Kind.MERGE: _merge,
}  # fmt: skip
"""Every kind of a workbook but ``reached``: row -> its one entry."""

ON_PARCELS = frozenset({Kind.OBSTACLE, Kind.LIFTED, Kind.PAYMENT})
"""Kinds whose parcel columns name land; without a parcel they are about the project."""


def needed(kind: Kind) -> tuple[str, ...]:
    """Return the roles of the cells a kind cannot do without."""
    return sheet_kinds()[kind.value].needed


def made(
    workspace: Workspace, kind: Kind, paper: Paper, key: str, row: SheetRow, raised: Sequence[Event] = ()
) -> tuple[Event | None, list[Finding]]:  # fmt: skip
    """Return the entry a row makes, and why it makes none; ``raised`` are obstacles that other rows raise."""
    cells = Cells(row, key, raised)
    try:
        event = MAKERS[kind](workspace, paper, cells)
    except RowsRefused as refused:
        return None, [*cells.found, *(Finding(f.code, f.severity, row.where, f.facts) for f in refused.findings)]
    except EventUnknown:
        cells.refuse("row_no_entry", "refers")
        return None, cells.found
    except ParkgisError as refused:
        cells.refuse("row_refused", "kind", why=refused.facts.get("why", str(refused)))
        return None, cells.found
    return (None if cells.found else event), cells.found
