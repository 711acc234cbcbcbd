"""``parkgis enter``: everything that is no stage reached becomes an entry of the ledger, or is refused with the reason."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from typing import TYPE_CHECKING

from parkgis.errors import Reason, RecordError, RowsRefused, UsageError
from parkgis.intake.outcome import append
from parkgis.intake.register import parcels_named
from parkgis.model import Cut, Document, Event, Finding, Kind, Severity, mint
from parkgis.rules import stage as known_stage
from parkgis.status import lineage
from parkgis.status.fold import children, parents

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parkgis.intake.outcome import Outcome
    from parkgis.model import Recorded, Scalar
    from parkgis.status import Site
    from parkgis.workspace import Workspace

MONTH = re.compile(r"^\d{4}-(0[1-9]|1[0-2])$")
VND_LIMIT = 10**15  # a million billion: beyond any project, a slip of units


@dataclasses.dataclass(frozen=True, slots=True)
class Paper:
    """What every entry rests on: the project, the day it became true, the document, and who records it."""

    project: str
    day: dt.date
    document: Document
    by: str
    note: str = ""


def checked(workspace: Workspace, paper: Paper) -> None:
    """Refuse a project that is not there, and days in the future."""
    workspace.project(paper.project)
    not_future(workspace, paper.day, paper.document.date)


def not_future(workspace: Workspace, day: dt.date, document_date: dt.date) -> None:
    today = workspace.today()
    for name, value in (("--day", day), ("--document-date", document_date)):
        if value > today:
            raise UsageError(
                why=Reason("future", "{option} {value} is in the future (today is {today})", option=name, value=value, today=today)
            )


def event_of(
    paper: Paper, kind: Kind, identity: Sequence[object], facts: Mapping[str, Scalar] | None = None, **more: object
) -> Event:
    """Return an event of a paper; the same ``identity`` gives the same id."""
    fields: dict[str, object] = {
        "id": mint(kind.value, paper.project, *identity), "kind": kind, "day": paper.day, "project": paper.project,
        "source": paper.document, "by": paper.by, "note": paper.note.strip(), "facts": tuple(sorted((facts or {}).items())),
    }  # fmt: skip
    return Event(**{**fields, **more})  # type: ignore[arg-type]


def number_of(document: Document) -> tuple[str, str]:
    return document.number, document.date.isoformat()


def standing(workspace: Workspace, *kinds: Kind) -> Sequence[Recorded]:
    """Return the entries of some kinds that hold, of every day."""
    return workspace.store.standing(Cut(dt.date.max, workspace.cut().known), kinds)


# -- parcels split and merged --------------------------------------------------------------------------------


def split(workspace: Workspace, paper: Paper, old: str, new: Sequence[str]) -> Outcome:
    """Record that one parcel became several; see :func:`split_event`."""
    return append(workspace, [split_event(workspace, paper, old, new)])


def split_event(workspace: Workspace, paper: Paper, old: str, new: Sequence[str]) -> Event:
    """Return the entry "one parcel became several", all of them in the project's layer.

    Raises
    ------
    RecordError
        Fewer than two new parcels, a parcel named twice, or a project without parcels.
    RowsRefused
        With ``lineage_area`` or ``lineage_shape`` when the land is not conserved, ``lineage_gone`` or
        ``lineage_made`` when a parcel has been split, merged or made before.
    """
    checked(workspace, paper)
    key, *into = _keys(workspace, paper.project, [old, *new])
    return _change(workspace, event_of(paper, Kind.SPLIT, [key], parcel=key, into=tuple(into)))


def merge(workspace: Workspace, paper: Paper, old: Sequence[str], new: str) -> Outcome:
    """Record that several parcels became one; see :func:`split_event`."""
    return append(workspace, [merge_event(workspace, paper, old, new)])


def merge_event(workspace: Workspace, paper: Paper, old: Sequence[str], new: str) -> Event:
    """Return the entry "several parcels became one"; see :func:`split_event`."""
    checked(workspace, paper)
    key, *into = _keys(workspace, paper.project, [new, *old])
    return _change(workspace, event_of(paper, Kind.MERGE, [key], parcel=key, into=tuple(into)))


def _keys(workspace: Workspace, project: str, names: Sequence[str]) -> list[str]:
    keys = parcels_named(workspace, project, names)
    if len(keys) < 3 or len(set(keys)) < len(keys):
        raise RecordError(
            why=Reason(
                "lineage_few", "{parcels}: one parcel on one side, at least two others on the other", parcels=", ".join(keys)
            )
        )
    return keys


def _change(workspace: Workspace, event: Event) -> Event:
    site = next(s for s in workspace.sites(workspace.cut().known) if s.project.id == event.project)
    if event.id not in workspace.store.find([event.id]):  # recorded again, it was looked at then
        _demand_conserved(workspace, site, event)
    return event


def _demand_conserved(workspace: Workspace, site: Site, event: Event) -> None:
    if site.layer is None:
        raise RecordError(
            why=Reason(
                "lineage_no_layer", "project {project} has no parcel layer to check a split or merge on", project=event.project
            )
        )
    found = _born_or_gone(workspace, event)
    found += lineage.breaches(event, lineage.shapes_of(site, lineage.family(event)), Severity.ERROR, event.parcel)
    if found:
        raise RowsRefused(found, path=event.parcel)


def _born_or_gone(workspace: Workspace, event: Event) -> list[Finding]:
    earlier = [e for e in standing(workspace, Kind.SPLIT, Kind.MERGE) if e.event.project == event.project]
    gone = {key: e.seq for e in earlier for key in parents(e.event)}
    made = {key: e.seq for e in earlier for key in children(e.event)}
    found = [
        Finding("lineage_gone", Severity.ERROR, where=key, facts={"key": key, "seq": gone[key]})
        for key in lineage.family(event)
        if key in gone
    ]
    twice = [key for key in children(event) if key in made and key not in gone]
    return found + [Finding("lineage_made", Severity.ERROR, where=key, facts={"key": key, "seq": made[key]}) for key in twice]


# -- money, attestations, plans --------------------------------------------------------------------------------


def payment(workspace: Workspace, paper: Paper, parcel: str, amount_vnd: int, households: int) -> Outcome:
    """Record compensation paid; ``parcel`` is empty for a payment of the project; see :func:`payment_event`."""
    checked(workspace, paper)
    key = parcels_named(workspace, paper.project, [parcel])[0] if parcel else ""
    return append(workspace, [payment_event(workspace, paper, key, amount_vnd, households)])


def payment_event(workspace: Workspace, paper: Paper, key: str, amount_vnd: int, households: int) -> Event:
    """Return the entry "compensation was paid", VND, to households; ``key`` is empty for a payment of the project.

    Raises
    ------
    RecordError
        An amount that is not positive or beyond belief; a negative number of households.
    """
    checked(workspace, paper)
    if not 0 < amount_vnd < VND_LIMIT:
        raise RecordError(
            why=Reason("payment_amount", "{amount} VND is no payment; write dong, without dots: 1500000000", amount=str(amount_vnd))
        )
    if households < 0:
        raise RecordError(why=Reason("payment_households", "{count} households cannot be paid", count=households))
    facts: dict[str, Scalar] = {"amount_vnd": amount_vnd, "households": households}
    return event_of(paper, Kind.PAYMENT, [key, *number_of(paper.document)], facts, parcel=key)


def attested(workspace: Workspace, paper: Paper, stage: str, area_m2: float, tolerance_m2: float, body: str) -> Outcome:
    """Record what an outside body certifies; see :func:`attested_event`."""
    return append(workspace, [attested_event(workspace, paper, stage, area_m2, tolerance_m2, body)])


def attested_event(workspace: Workspace, paper: Paper, stage: str, area_m2: float, tolerance_m2: float, body: str) -> Event:
    """Return the entry "an outside body certifies that so much land had reached a stage by the day".

    Every later fold is held to it; it is not refused when the ledger says otherwise today.

    Raises
    ------
    StageUnknown
    RecordError
        Areas that are negative, or no body.
    """
    checked(workspace, paper)
    known_stage(stage)
    if not (0 <= area_m2 < float("inf") and 0 <= tolerance_m2 < float("inf")):
        raise RecordError(why=Reason("attested_area", "an attested area and its tolerance are square metres, not below zero"))
    if not body.strip():
        raise RecordError(why=Reason("attested_body", "who certifies it? Pass --body NAME"))
    facts: dict[str, Scalar] = {"body": body.strip(), "tolerance_m2": float(tolerance_m2)}
    identity = [stage, paper.day.isoformat(), *number_of(paper.document)]
    return event_of(paper, Kind.ATTESTED, identity, facts, stage=stage, area_m2=float(area_m2))


def planned(workspace: Workspace, paper: Paper, months_m2: Mapping[str, float], baseline: int | None) -> Outcome:
    """Record hectares planned by month; see :func:`planned_events`."""
    return append(workspace, planned_events(workspace, paper, months_m2, baseline))


def planned_events(workspace: Workspace, paper: Paper, months_m2: Mapping[str, float], baseline: int | None) -> list[Event]:
    """Return the entries of a plan by month. A baseline is a whole plan: months it does not name have none.

    Parameters
    ----------
    months_m2 : mapping of str to float
        ``2026-05`` -> m2.
    baseline : int or None
        Number of the plan; None for the newest there is, 1 for the first. A new number needs the note: why.

    Raises
    ------
    RecordError
    """
    checked(workspace, paper)
    before = [int(e.event.fact("baseline") or 0) for e in standing(workspace, Kind.PLANNED) if e.event.project == paper.project]
    newest = max(before, default=0)
    number = baseline if baseline is not None else max(newest, 1)
    if not months_m2 or any(not MONTH.match(month) or not 0 <= area < float("inf") for month, area in months_m2.items()):
        raise RecordError(why=Reason("plan_months", "write each month with its hectares: 2026-05=12.5"))
    if number < max(newest, 1):
        raise RecordError(
            why=Reason(
                "plan_old", "baseline {baseline} is older than baseline {newest} in the ledger", baseline=number, newest=newest
            )
        )
    if number > newest > 0 and not paper.note.strip():
        raise RecordError(why=Reason("plan_reason", "a new baseline needs its reason: --note TEXT"))
    return [
        event_of(paper, Kind.PLANNED, [month, number], {"month": month, "baseline": number}, area_m2=float(area))
        for month, area in sorted(months_m2.items())
    ]
