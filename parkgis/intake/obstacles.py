"""Obstacles: raised on parcels or on a project, and lifted once, by the number of their entry or by where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parkgis.errors import EventUnknown, Reason, RecordError
from parkgis.intake.enter import Paper, checked, event_of, not_future, number_of, standing
from parkgis.intake.outcome import append
from parkgis.intake.register import parcels_named
from parkgis.ledger.store import voided
from parkgis.model import Document, Event, Kind
from parkgis.rules.obstacles import obstacle_codes

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from parkgis.intake.outcome import Outcome
    from parkgis.model import Scalar
    from parkgis.workspace import Workspace

OTHER = "other"


def obstacle(workspace: Workspace, paper: Paper, code: str, parcels: Sequence[str], owner: str, due: dt.date | None) -> Outcome:
    """Record what stands in the way of parcels, or of the whole project when none is named; see :func:`obstacle_event`."""
    checked(workspace, paper)
    keys = parcels_named(workspace, paper.project, parcels) if parcels else [""]
    return append(workspace, [obstacle_event(workspace, paper, code, key, owner, due) for key in dict.fromkeys(keys)])


def obstacle_event(workspace: Workspace, paper: Paper, code: str, key: str, owner: str, due: dt.date | None) -> Event:
    """Return the entry "something stands in the way" of a parcel, or of the project when the key is empty.

    Parameters
    ----------
    code : str
        From ``rules/obstacles.toml``.
    owner : str
        Who has to clear it; empty for the body that usually does.
    due : datetime.date or None
        By when.

    Raises
    ------
    RecordError
        An unknown code; ``other`` without a note; due before the day it was raised.
    """
    checked(workspace, paper)
    known = obstacle_codes().get(code)
    if known is None:
        raise RecordError(
            why=Reason(
                "obstacle_code", "there is no obstacle {code}; the codes are: {codes}", code=code, codes=", ".join(obstacle_codes())
            )
        )
    if code == OTHER and not paper.note.strip():
        raise RecordError(why=Reason("obstacle_note", "an obstacle of code other needs --note TEXT: what is it?"))
    if due is not None and due < paper.day:
        raise RecordError(why=Reason("obstacle_due", "due {due} is before the day it was raised, {day}", due=due, day=paper.day))
    facts: dict[str, Scalar] = {"code": code, "owner": owner.strip() or known.owner(workspace.config.language)}
    if due is not None:
        facts["due"] = due.isoformat()
    return event_of(paper, Kind.OBSTACLE, [key, code, *number_of(paper.document)], facts, parcel=key)


def lifted(workspace: Workspace, ref: str, day: dt.date, document: Document, by: str, note: str = "") -> Outcome:
    """Record that the obstacle of an entry, named by its number or id, is gone; see :func:`raised_by`, :func:`lifted_event`."""
    raised = raised_by(workspace, ref)
    return append(workspace, [lifted_event(workspace, raised, Paper(raised.project, day, document, by, note))])


def raised_by(workspace: Workspace, ref: str) -> Event:
    """Return the obstacle that an entry raised.

    Raises
    ------
    EventUnknown
    RecordError
        The entry is no obstacle, or is void.
    """
    entry = workspace.store.get(int(ref)) if ref.isdigit() and len(ref) < 19 else workspace.store.find([ref]).get(ref)
    if entry is None:
        raise EventUnknown(ref=ref)
    if entry.event.kind is not Kind.OBSTACLE or entry.event.id in voided(workspace.store.events(None, [Kind.VOID])):
        raise RecordError(why=Reason("no_obstacle", "entry {seq} is no standing obstacle", seq=entry.seq))
    return entry.event


def standing_at(workspace: Workspace, paper: Paper, key: str, code: str, fresh: Iterable[Event] = ()) -> Event:
    """Return the one obstacle of a parcel (of the project, for an empty key) that is not lifted, or that this paper lifted.

    Parameters
    ----------
    code : str
        Which obstacle; empty where the paper does not say.
    fresh : iterable of Event
        Obstacles that are not in the ledger yet: the same workbook raises them.

    Raises
    ------
    RecordError
        There is none, or several: name the entry.
    """
    gone = {e.event.refers for e in standing(workspace, Kind.LIFTED) if not _rests_on(e.event, paper)}
    there = [(str(e.seq), e.event) for e in standing(workspace, Kind.OBSTACLE) if e.event.id not in gone]
    found = [
        (name, event)
        for name, event in [*there, *((event.source.number, event) for event in fresh)]
        if (event.project, event.parcel) == (paper.project, key) and code in ("", event.fact("code"))
    ]
    if len(found) != 1:
        which = Reason(
            "obstacle_which", "{count} standing obstacles fit; name the entry ({entries})", count=len(found),
            entries=", ".join(name for name, _ in found) or "–",
        )  # fmt: skip
        raise RecordError(why=which)
    return found[0][1]


def lifted_event(workspace: Workspace, raised: Event, paper: Paper) -> Event:
    """Return the entry "an obstacle is gone".

    Raises
    ------
    RecordError
        It was raised later, or another paper lifted it.
    """
    not_future(workspace, paper.day, paper.document.date)
    if paper.day < raised.day:
        raise RecordError(why=Reason("lifted_before", "lifted on {day}, raised on {raised}", day=paper.day, raised=raised.day))
    others = [e for e in standing(workspace, Kind.LIFTED) if e.event.refers == raised.id and not _rests_on(e.event, paper)]
    if others:
        seq = workspace.store.find([raised.id])[raised.id].seq
        raise RecordError(
            why=Reason("lifted_twice", "the obstacle of entry {seq} was lifted by entry {other}", seq=seq, other=str(others[0].seq))
        )
    return event_of(paper, Kind.LIFTED, [raised.id], parcel=raised.parcel, refers=raised.id)


def _rests_on(event: Event, paper: Paper) -> bool:
    return (event.day, number_of(event.source)) == (paper.day, number_of(paper.document))
