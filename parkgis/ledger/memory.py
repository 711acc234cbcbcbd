"""A ledger in memory: for tests and what-ifs; the plainest statement of what every store promises."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from parkgis.errors import LedgerStale, LedgerTampered, Reason
from parkgis.ledger.store import Batch, Numbered, Paper, Stated, rejoin, replay, unconfirmed, utc_now, voided
from parkgis.model import LAND_KINDS, Cut, Event, Head, Kind, Recorded
from parkgis.units import utc

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from parkgis.ledger.store import Clock


class MemoryStore:
    """A ledger in memory: for tests and what-ifs; the plainest statement of the promise.

    Parameters
    ----------
    clock : callable
        Returns the present instant; a test or the demo passes its own.
    """

    place = "memory"

    def __init__(self, clock: Clock = utc_now) -> None:
        self._clock = clock
        self._entries: list[Recorded] = []

    def head(self) -> Head:
        return self._head(self._entries)

    def head_at(self, known: dt.datetime) -> Head:
        return self._head([e for e in self._entries if e.at <= utc(known)])

    @staticmethod
    def _head(entries: list[Recorded]) -> Head:
        return Head(entries[-1].seq, entries[-1].digest, entries[-1].at) if entries else Head(0, "")

    def append(self, events: Sequence[Event], after: int | None = None) -> Sequence[Recorded]:
        head = self.head()
        if after is not None and after != head.seq:
            raise LedgerStale(path="memory", head=head.seq, expected=after)
        new = [entry for _, entry in replay(head, self.find(e.id for e in events), events, self._clock(), "memory")]
        self._entries.extend(new)
        return new

    def restore(self, entries: Iterable[Recorded]) -> int:
        new = [entry for _, entry in rejoin(self.head(), entries, "memory")]
        ids = [entry.event.id for entry in (*self._entries, *new)]
        if len(set(ids)) < len(ids):
            raise LedgerTampered(path="memory", seq="?", why=Reason("ledger_id_twice", "two entries have one id"))
        self._entries.extend(new)
        return len(new)

    def events(self, cut: Cut | None = None, kinds: Iterable[Kind] = ()) -> Iterator[Recorded]:
        wanted = set(kinds) or set(Kind)
        for entry in self._entries:
            if entry.event.kind in wanted and (cut is None or (entry.at <= cut.known and entry.event.day <= cut.on)):
                yield entry

    def find(self, ids: Iterable[str]) -> dict[str, Recorded]:
        wanted = set(ids)
        return {e.event.id: e for e in self._entries if e.event.id in wanted}

    def get(self, seq: int) -> Recorded | None:
        return self._entries[seq - 1] if 0 < seq <= len(self._entries) else None

    def _standing(self, cut: Cut) -> list[Recorded]:
        known = [e for e in self._entries if e.at <= cut.known and e.seq not in cut.without]
        struck = voided(known)
        if cut.confirmed_only:
            struck |= unconfirmed(known, struck)
        kept = [e for e in known if e.event.id not in struck and e.event.day <= cut.on]
        return sorted(kept, key=lambda e: (e.event.day, e.seq))

    def standing(self, cut: Cut, kinds: Iterable[Kind]) -> Sequence[Recorded]:
        wanted = set(kinds)
        return [e for e in self._standing(cut) if e.event.kind in wanted]

    def reached(self, cut: Cut) -> Sequence[Batch]:
        groups: dict[tuple[str, str, dt.date], list[str]] = {}
        for entry in self._standing(cut):
            event = entry.event
            if event.kind is Kind.REACHED and event.parcel:
                groups.setdefault((event.project, event.stage, event.day), []).append(event.parcel)
        return [Batch(*key, keys) for key, keys in sorted(groups.items())]

    def numbered(self, cut: Cut, but: str = "") -> Sequence[Numbered]:
        groups: dict[tuple[str, str], list[Recorded]] = {}
        for entry in self._standing(cut):
            if entry.event.kind is Kind.REACHED and entry.event.parcel and entry.event.stage != but:
                groups.setdefault((entry.event.project, entry.event.stage), []).append(entry)
        return [
            Numbered(
                *of,
                [e.event.parcel for e in entries],
                np.array([e.event.day for e in entries], dtype="datetime64[D]"),
                np.array([e.seq for e in entries], np.int64),
            )
            for of, entries in sorted(groups.items())
        ]

    def stated(self, cut: Cut, stage: str) -> Sequence[Stated]:
        found: dict[str, list[Recorded]] = {}
        for entry in self._standing(cut):
            if entry.event.kind is Kind.REACHED and entry.event.parcel and entry.event.stage == stage:
                found.setdefault(entry.event.project, []).append(entry)
        return [
            Stated(
                project,
                [e.event.parcel for e in entries],
                np.array([e.event.day for e in entries], dtype="datetime64[D]"),
                np.array([e.seq for e in entries], np.int64),
                np.array([np.nan if e.event.area_m2 is None else e.event.area_m2 for e in entries]),
            )
            for project, entries in sorted(found.items())
        ]

    def drawn(self, cut: Cut) -> Sequence[Recorded]:
        return [e for e in self.standing(cut, LAND_KINDS) if e.event.kind is not Kind.REACHED or not e.event.parcel]

    def papers(self, cut: Cut, stage: str = "", since: dt.date = dt.date.min) -> Sequence[Paper]:
        groups: dict[tuple[str, dt.date, str, str, dt.date], list[Recorded]] = {}
        for entry in self._standing(cut):
            e = entry.event
            if e.kind is Kind.REACHED and stage in ("", e.stage) and e.day > since:
                groups.setdefault((e.source.number, e.source.date, e.project, e.stage, e.day), []).append(entry)
        found = []
        for key, entries in groups.items():
            areas = [e.event.area_m2 for e in entries if e.event.area_m2 is not None]
            found.append(Paper(*key, len(entries), sum(areas) if areas else None, min(e.seq for e in entries)))
        return sorted(found, key=lambda p: (p.day, p.first_seq))
