"""Rows of minutes against each other and against the ledger: what is new, what is there, what contradicts."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from parkgis.intake.reached import former_id, id_of
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


def as_known(workspace: Workspace, events: Sequence[Event], struck: set[str]) -> list[Event]:
    """Return events under the ids the ledger would know them by: their own, a former one, or that of another turn."""
    former = {former_id(event): event.id for event in events if event.kind is Kind.REACHED}
    there = {former[id_]: id_ for id_ in workspace.store.find(former)}
    return [renamed(dataclasses.replace(e, id=there[e.id]) if e.id in there else e, struck) for e in events]


def unrecorded(workspace: Workspace, events: Sequence[Event]) -> list[Event]:
    """Return those that the ledger does not hold yet, under the ids it would know them by."""
    known = as_known(workspace, events, voided(workspace.store.events(None, [Kind.VOID])))
    there = workspace.store.find(event.id for event in known)
    return [event for event in known if event.id not in there]


def against_ledger(workspace: Workspace, pairs: Sequence[Pair]) -> tuple[list[Event], list[Finding]]:
    """Return what the ledger does not hold yet, and a finding for every row that says it otherwise."""
    struck = voided(workspace.store.events(None, [Kind.VOID]))
    known = as_known(workspace, [event for _, event in pairs], struck)
    fresh = [(row, event) for (row, _), event in zip(pairs, known, strict=True)]
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
        if e.kind is not Kind.REACHED:
            continue
        for date in dates.get((e.project, e.stage, e.source.number, e.source.date.year), ()):
            dated = Document(e.source.number, date)
            others[id_of(e.project, e.stage, e.parcel or f"area {e.area_m2!r}", dated)] = e.id
            others[former_id(dataclasses.replace(e, source=dated))] = e.id
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
        for name in _fields(entry.event, normal(event))
    ]


def _fields(stored: Event, offered: Event) -> list[str]:
    """Name the fields that differ; of facts each one by its own name, which is the role of its column."""
    found: list[str] = []
    for name in differs(stored, offered):
        if name == "facts" and stored.kind is not Kind.REACHED:
            found += [n for n in dict((*stored.facts, *offered.facts)) if stored.fact(n) != offered.fact(n)]
        else:
            found.append(name)
    return found


def _said(event: Event, field: str) -> object:
    if field == "document_date":
        return event.source.date
    if field == "document":
        return event.source.number
    if field == "facts":
        return event.fact("area_together_m2")
    return getattr(event, field) if hasattr(event, field) else event.fact(field)
