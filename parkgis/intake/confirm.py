"""``parkgis enter confirm``: a second person stands behind entries that somebody else recorded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parkgis.errors import EventUnknown, Reason, RecordError, UsageError
from parkgis.intake.outcome import append
from parkgis.ledger.store import unconfirmed, voided
from parkgis.model import LAND_KINDS, Cut, Document, Event, Kind, mint

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from parkgis.intake.outcome import Outcome
    from parkgis.model import Recorded
    from parkgis.workspace import Workspace

FORM = re.compile(r"(\d{1,18})(?:-(\d{1,18}))?")


def confirm(workspace: Workspace, refs: Sequence[str], document: str, by: str) -> Outcome:
    """Stand behind entries by number or range (``7-12``), or by the document they rest on.

    The confirmation rests on the very document that is confirmed: one entry a document. What somebody
    confirmed before is left out.

    Raises
    ------
    EventUnknown
        For a number the ledger does not have, or a document no entry rests on.
    RecordError
        For entries that are void or need no confirmation, or that the same person recorded.
    """
    struck = voided(workspace.store.events(None, [Kind.VOID]))
    chosen = _numbered(workspace, refs, struck) if refs else _of_document(workspace, document.strip(), struck)
    if mine := [e for e in chosen if _person(e.event.by) == _person(by)]:
        entries = ", ".join(str(e.seq) for e in mine[:10])
        raise RecordError(
            why=Reason(
                "confirm_self", "{by} recorded entry {entries}: somebody else has to confirm", by=mine[0].event.by, entries=entries
            )
        )
    behind = workspace.store.standing(_everything(workspace), [Kind.CONFIRMED])
    waiting = unconfirmed([*chosen, *behind], set())
    groups: dict[tuple[str, Document], list[str]] = {}
    for entry in chosen:
        if entry.event.id in waiting:
            groups.setdefault((entry.event.project, entry.event.source), []).append(entry.event.id)
    today = workspace.today()
    return append(workspace, [_confirmation(project, paper, ids, by, today) for (project, paper), ids in groups.items()])


def _everything(workspace: Workspace) -> Cut:
    return Cut(workspace.today().max, workspace.cut().known)


def _confirmation(project: str, paper: Document, ids: Sequence[str], by: str, today: dt.date) -> Event:
    return Event(
        id=mint("confirmed", by, *ids), kind=Kind.CONFIRMED, day=today, project=project, source=paper, by=by, into=tuple(ids)
    )


def _person(by: str) -> str:
    return " ".join(by.casefold().split())


def _needs_one(entry: Recorded, struck: set[str]) -> bool:
    return entry.event.kind in LAND_KINDS and entry.event.id not in struck


def _of_document(workspace: Workspace, number: str, struck: set[str]) -> list[Recorded]:
    """Return the land entries that rest on a document. Cost: a walk over the land entries of the ledger."""
    land = workspace.store.events(None, LAND_KINDS)
    found = [e for e in land if e.event.source.number == number and _needs_one(e, struck)]
    if not found:
        raise EventUnknown(ref=number)
    return found


def _numbered(workspace: Workspace, refs: Sequence[str], struck: set[str]) -> list[Recorded]:
    found: dict[int, Recorded] = {}
    for ref in refs:
        entries = [_entry(workspace, seq) for seq in _range(ref, workspace.store.head().seq)]
        inside = {entry.seq: entry for entry in entries if _needs_one(entry, struck)}
        if not inside:
            raise RecordError(why=Reason("confirm_nothing", "{ref}: void, or an entry that needs no confirmation", ref=ref))
        found.update(inside)
    return list(found.values())


def _entry(workspace: Workspace, seq: int) -> Recorded:
    entry = workspace.store.get(seq)
    if entry is None:
        raise EventUnknown(ref=str(seq))
    return entry


def _range(ref: str, head: int) -> range:
    match = FORM.fullmatch(ref.strip())
    if match is None or (match[2] and int(match[2]) < int(match[1])):
        raise UsageError(why=Reason("confirm_form", "{ref} is no entry: write 17 or 17-25", ref=ref))
    first, last = int(match[1]), int(match[2] or match[1])
    if not 0 < first <= last <= head:
        raise EventUnknown(ref=ref)
    return range(first, last + 1)
