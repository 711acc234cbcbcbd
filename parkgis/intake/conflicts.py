"""Rows of minutes against each other and against the ledger: what is new, what is there, what contradicts."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from parkgis.intake.reached import id_of
from parkgis.ledger import sheets
from parkgis.ledger.store import voided
from parkgis.ledger.text import differs, normal
from parkgis.model import Document, Event, Finding, Kind, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parkgis.ledger.sheets import SheetRow
    from parkgis.model import Recorded
    from parkgis.workspace import Workspace

Pair = tuple["SheetRow", Event]


def unique(pairs: Sequence[Pair]) -> tuple[list[Pair], list[Finding]]:
    """Return each fact once, and a finding for every row that contradicts an earlier one."""
    first: dict[str, Pair] = {}
    found = []
    for row, event in pairs:
        there = first.setdefault(event.id, (row, event))
        if names := differs(normal(there[1]), normal(event)):
            role = _role(names[0])
            facts = {"column": row.column(role), "value": sheets.shown(row.values.get(role)), "other": there[0].where}
            found.append(Finding("row_contradicts", Severity.ERROR, where=row.where, facts=facts))
    return list(first.values()), found


def _role(field: str) -> str:
    return "area_m2" if field == "facts" else field


def renamed(event: Event, struck: set[str]) -> Event:
    """Give minutes that were recorded, voided and are recorded again an id of their own."""
    turn, id_ = 1, event.id
    while id_ in struck:
        turn += 1
        id_ = f"{event.id}~{turn}"
    return dataclasses.replace(event, id=id_)


def against_ledger(workspace: Workspace, pairs: Sequence[Pair]) -> tuple[list[Event], list[Finding]]:
    """Return what the ledger does not hold yet, and a finding for every row that says it otherwise."""
    struck = voided(workspace.store.events(None, [Kind.VOID]))
    fresh = [(row, renamed(event, struck)) for row, event in pairs]
    there = workspace.store.find(event.id for _, event in fresh)
    missing = [(row, event) for row, event in fresh if event.id not in there]
    redated = _redated(workspace, missing, struck)
    found = [f for row, event in fresh if event.id in there for f in _conflicts(row, event, there[event.id])]
    found += [f for row, event in missing if event.id in redated for f in _conflicts(row, event, redated[event.id])]
    return [event for _, event in missing], found


def _redated(workspace: Workspace, pairs: Sequence[Pair], struck: set[str]) -> dict[str, Recorded]:
    """Return entries of the same land and document number whose date differs within its year: a date that was edited.

    Numbers begin anew each year, so that another year is another document.
    """
    dates: dict[tuple[str, str, str, int], set[dt.date]] = {}
    for paper in workspace.store.papers(workspace.cut(dt.date.max)) if pairs else ():
        dates.setdefault((paper.project, paper.stage, paper.number, paper.date.year), set()).add(paper.date)
    others: dict[str, str] = {}
    for _, e in pairs:
        for date in dates.get((e.project, e.stage, e.source.number, e.source.date.year), ()):
            others[id_of(e.project, e.stage, e.parcel or f"area {e.area_m2!r}", Document(e.source.number, date))] = e.id
    stored = workspace.store.find(others)
    return {others[id_]: entry for id_, entry in stored.items() if id_ not in struck}


def _conflicts(row: SheetRow, event: Event, entry: Recorded) -> list[Finding]:
    return [
        Finding(
            "row_conflict",
            Severity.ERROR,
            where=row.where,
            facts={
                "seq": entry.seq,
                "column": row.column(_role(name)),
                "ledger": _said(entry.event, name),
                "value": _said(event, name),
            },
        )
        for name in differs(entry.event, normal(event))
    ]


def _said(event: Event, field: str) -> object:
    if field == "document_date":
        return event.source.date
    if field == "document":
        return event.source.number
    if field == "facts":
        return event.fact("area_together_m2")
    return getattr(event, field)
