"""What every ledger store promises, and what stores share: laying entries out, voiding, confirming.

``tests/store_contract.py`` holds the promise; each store's test inherits it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Protocol

import numpy as np

from parkgis.errors import EventConflict, LedgerTampered, Reason
from parkgis.ledger import text
from parkgis.model import LAND_KINDS, Cut, Event, Head, Kind, Recorded
from parkgis.units import utc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import numpy.typing as npt

    Clock = Callable[[], dt.datetime]


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclasses.dataclass(frozen=True, slots=True)
class Batch:
    """Whole parcels that reached one stage of one project on one day: the bulk of a ledger, in columns.

    Attributes
    ----------
    project, stage : str
    day : datetime.date
    keys : sequence of str
        Parcel keys, one an entry, in no promised order: each store reads them the fastest way it can.
    """

    project: str
    stage: str
    day: dt.date
    keys: Sequence[str]


@dataclasses.dataclass(frozen=True, slots=True)
class Numbered:
    """Whole parcels that reached one stage of one project, with the numbers of the entries that say so; in no promised order.

    Attributes
    ----------
    keys : sequence of str
    days : ndarray of datetime64[D], shape (n,)
    seqs : ndarray of int64, shape (n,)
    """

    project: str
    stage: str
    keys: Sequence[str]
    days: npt.NDArray[np.datetime64]
    seqs: npt.NDArray[np.int64]


@dataclasses.dataclass(frozen=True, slots=True)
class Stated:
    """What documents state of the parcels of one project and stage, in order of (day, seq).

    Attributes
    ----------
    keys : sequence of str
    days : ndarray of datetime64[D], shape (n,)
    seqs : ndarray of int64, shape (n,)
    area_m2 : ndarray of float64, shape (n,)
        Basis ``document``; NaN where the document states no area.
    """

    project: str
    keys: Sequence[str]
    days: npt.NDArray[np.datetime64]
    seqs: npt.NDArray[np.int64]
    area_m2: npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True)
class Paper:
    """A document and what it backs: one line a (document, project, stage, day).

    Attributes
    ----------
    number : str
    date : datetime.date
        Of the document.
    day : datetime.date
        On which it says the stage was reached.
    entries : int
        Standing entries it backs.
    stated_m2 : float or None
        Sum of the areas it states (basis ``document``); None when it states none.
    first_seq : int
        Its first entry in the ledger.
    """

    number: str
    date: dt.date
    project: str
    stage: str
    day: dt.date
    entries: int
    stated_m2: float | None
    first_seq: int


class Store(Protocol):
    """An append-only ledger. Only :meth:`append` writes; nothing edits or removes.

    The three questions below :meth:`events` are the same fold asked in columns, so that a million entries
    need not become a million objects.
    """

    @property
    def place(self) -> str:
        """Where it is kept, for messages; never with a password."""
        ...

    def head(self) -> Head:
        """Return the newest entry's place; ``Head(0, "")`` for an empty ledger."""
        ...

    def head_at(self, known: dt.datetime) -> Head:
        """Return the newest entry learned at or before ``known``."""
        ...

    def append(self, events: Sequence[Event], after: int | None = None) -> Sequence[Recorded]:
        """Record events, all or none; an id already there with the same content is skipped.

        Parameters
        ----------
        events : sequence of Event
        after : int, optional
            The ``seq`` the caller last saw. When given and no longer the head, nothing is written.

        Returns
        -------
        sequence of Recorded
            Only what was new.

        Raises
        ------
        LedgerStale, EventConflict, LedgerBusy, OutputFailed
        """
        ...

    def restore(self, entries: Iterable[Recorded]) -> int:
        """Put entries back as they were, all or none: each keeps its seq, instant and digest.

        Parameters
        ----------
        entries : iterable of Recorded
            In order; the first follows on the head. Read while writing, so that a million need not be held.

        Returns
        -------
        int
            How many.

        Raises
        ------
        LedgerTampered
            When an entry does not follow on the one before; what ``entries`` raises. Nothing was written.
        """
        ...

    def events(self, cut: Cut | None = None, kinds: Iterable[Kind] = ()) -> Iterator[Recorded]:
        """Yield entries in order; with a cut only those learned by ``known`` of days up to ``on``."""
        ...

    def find(self, ids: Iterable[str]) -> dict[str, Recorded]:
        """Return the entries of these ids that exist."""
        ...

    def get(self, seq: int) -> Recorded | None:
        """Return one entry by its number."""
        ...

    def reached(self, cut: Cut) -> Sequence[Batch]:
        """Return whole parcels by (project, stage, day), voided entries left out."""
        ...

    def numbered(self, cut: Cut, but: str = "") -> Sequence[Numbered]:
        """Return what :meth:`reached` does by (project, stage), with the number of each entry.

        ``but`` names a stage that need not be read, because :meth:`stated` tells all of it and more.
        """
        ...

    def stated(self, cut: Cut, stage: str) -> Sequence[Stated]:
        """Return the documents' own areas of whole parcels for one stage, voided entries left out."""
        ...

    def drawn(self, cut: Cut) -> Sequence[Recorded]:
        """Return tranches and areas without a parcel, splits and merges; voided entries left out."""
        ...

    def standing(self, cut: Cut, kinds: Iterable[Kind]) -> Sequence[Recorded]:
        """Return entries of some kinds by (day, seq); voided entries left out. Not for ``reached`` in bulk."""
        ...

    def papers(self, cut: Cut, stage: str = "", since: dt.date = dt.date.min) -> Sequence[Paper]:
        """Return the documents behind standing ``reached`` entries of days after ``since``, by (day, first entry).

        ``stage`` names the one that is asked about; empty: every one.
        """
        ...


class Kept(Store, Protocol):
    """A ledger that outlives the process and can be looked at from outside: what ``verify`` needs."""

    def rows(self) -> Iterator[text.Row]:
        """Yield the stored columns as they are."""
        ...

    def guards_missing(self) -> list[str]:
        """Name the guards that are not there."""
        ...

    def last_seq_issued(self) -> int:
        """Return the highest ``seq`` ever given out."""
        ...

    def newest_seq(self) -> int:
        """Return the ``seq`` of the newest entry; 0 for an empty ledger."""
        ...


def voided(entries: Iterable[Recorded]) -> set[str]:
    """Return the ids that void entries among ``entries`` strike out; a void can itself be voided.

    Later voids are looked at first: a struck-out void strikes nothing out.
    """
    struck: set[str] = set()
    for entry in sorted((e for e in entries if e.event.kind is Kind.VOID), key=lambda e: -e.seq):
        if entry.event.id not in struck:
            struck.add(entry.event.refers)
    return struck


def unconfirmed(entries: Iterable[Recorded], struck: set[str]) -> set[str]:
    """Return the ids of land entries that no second person stands behind.

    A confirmation counts when it is not struck out itself and comes from somebody else than who recorded.
    """
    entries = list(entries)
    behind: dict[str, set[str]] = {}
    for entry in entries:
        if entry.event.kind is Kind.CONFIRMED and entry.event.id not in struck:
            for id_ in entry.event.into:
                behind.setdefault(id_, set()).add(entry.event.by)
    land = (e.event for e in entries if e.event.kind in LAND_KINDS)
    return {event.id for event in land if not behind.get(event.id, set()) - {event.by}}


def replay(
    head: Head, stored: dict[str, Recorded], events: Sequence[Event], at: dt.datetime, place: str
) -> Iterator[tuple[text.Row, Recorded]]:
    """Lay out what an append would write, one by one: new entries with seq, instant and digest.

    Parameters
    ----------
    head : Head
        The newest entry now.
    stored : dict
        Entries that already carry one of the ids.
    at : datetime
        Now; moved up to the head's instant if the clock runs behind it, so that ``at`` never decreases.
    place : str
        The ledger's name, for messages.

    Raises
    ------
    EventConflict
        When an id is there, or twice in the call, with other content.
    """
    known: dict[str, tuple[int, Event]] = {key: (r.seq, r.event) for key, r in stored.items()}
    seq, digest = head.seq, head.digest
    at = max(utc(at), head.at) if head.at else utc(at)
    for offered in events:
        if offered.id in known:
            there, old = known[offered.id]
            if names := text.differs(old, text.normal(offered)):
                raise EventConflict(path=place, seq=there, differs=", ".join(names))
            continue
        seq += 1
        event, row, written = text.laid_out(seq, at, offered)
        digest = text.follow(digest, written)
        known[event.id] = (seq, event)
        yield row, Recorded(seq, at, event, digest)


def rejoin(head: Head, entries: Iterable[Recorded], place: str) -> Iterator[tuple[text.Row, Recorded]]:
    """Lay out what a restore would write: entries as they were, each held against the chain.

    Raises
    ------
    LedgerTampered
        At the first entry that does not follow on the one before.
    """
    for entry in entries:
        row = text.to_row(entry.seq, entry.at, entry.event)
        late = head.at is None or entry.at >= head.at
        if entry.seq != head.seq + 1 or not late or entry.digest != text.chain(head.digest, row):
            why = Reason("ledger_not_next", "it does not follow on entry {head}", head=head.seq)
            raise LedgerTampered(path=place, seq=entry.seq, why=why)
        head = Head(entry.seq, entry.digest, entry.at)
        yield row, entry
