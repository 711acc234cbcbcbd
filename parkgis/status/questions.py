"""What a snapshot asks of the store: once, and handed out by project."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from parkgis.model import Cut, Kind
from parkgis.status import matters
from parkgis.status.fold import number
from parkgis.units import year

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parkgis.layers.vintage import Floats
    from parkgis.ledger.store import Batch, Stated, Store
    from parkgis.model import Recorded, Target
    from parkgis.status.definition import Definition
    from parkgis.status.fold import Rows


class Drawn:
    """Splits, merges and what draws polygons, as of a cut: few entries, asked once and handed out by project."""

    def __init__(self, store: Store, cut: Cut) -> None:
        self.cut = cut
        self._drawn: dict[str, list[Recorded]] = {}
        for entry in store.drawn(dataclasses.replace(cut, on=dt.date.max)):
            self._drawn.setdefault(entry.event.project, []).append(entry)
        holds = {e.seq for entries in self._drawn.values() for e in entries}
        self._unheld: dict[str, list[Recorded]] = {}
        for entry in store.events(Cut(dt.date.max, cut.known), (Kind.SPLIT, Kind.MERGE)):
            if entry.seq not in holds:
                self._unheld.setdefault(entry.event.project, []).append(entry)

    def lineage(self, project: str) -> list[Recorded]:
        """Return every split and merge known, also of days after ``on``."""
        return [e for e in self._drawn.get(project, []) if e.event.kind in (Kind.SPLIT, Kind.MERGE)]

    def unheld(self, project: str) -> Sequence[Recorded]:
        """Return every split and merge known that does not hold: void, or waiting for a second person."""
        return self._unheld.get(project, [])

    def tranches(self, project: str) -> list[Recorded]:
        """Return entries that draw a polygon, or state an area alone, of days up to ``on``."""
        return [e for e in self._drawn.get(project, []) if e.event.kind is Kind.REACHED and e.event.day <= self.cut.on]


class Questions(Drawn):
    """What is asked of the store, once, and handed out by project."""

    def __init__(self, store: Store, cut: Cut, target: Target, definition: Definition) -> None:
        super().__init__(store, cut)
        self.on = number(cut.on)
        self.period = year(target.year)
        self.before = number(self.period.start) - 1
        self.end = min(self.on, number(self.period.end) - 1)
        self.definition = definition
        self.stage = definition.stage
        self._stated: Mapping[str, Stated] = {s.project: s for s in store.stated(cut, self.stage)}
        self._batches: dict[str, list[Batch]] = {p: s.batches(self.stage) for p, s in self._stated.items()}
        for batch in store.reached(cut, but=self.stage):
            self._batches.setdefault(batch.project, []).append(batch)
        self._first: dict[str, tuple[Rows, Floats, int]] = {}
        self._matters: dict[str, list[Recorded]] = {}
        # no second person stands behind these kinds: not asking for one spares the store a walk over every entry
        for entry in store.standing(dataclasses.replace(cut, confirmed_only=False), matters.KINDS):
            self._matters.setdefault(entry.event.project, []).append(entry)
        drawn = (p for p, entries in self._drawn.items() if any(e.event.day <= cut.on for e in entries))
        self.names = {*self._batches, *drawn, *self._matters}

    def batches(self, project: str) -> Sequence[Batch]:
        return self._batches.get(project, [])

    def stated(self, project: str) -> Stated | None:
        """Return what documents state of the parcels that reached the counting stage, those of days before the year too."""
        return self._stated.get(project)

    def first_stated(self, project: str, index: Mapping[str, int]) -> tuple[Rows, Floats, int]:
        """Return what documents state of parcels that came to count within the year, each by its first document.

        Parameters
        ----------
        index : mapping
            Row of each parcel key in the layer.

        Returns
        -------
        rows : ndarray of intp
            Row of the parcel; beyond the layer for a key that it does not hold.
        area_m2 : ndarray of float64
            Basis ``document``; NaN where the document states none.
        repeated : int
            Entries of parcels that another document counted before.
        """
        if project not in self._first:
            self._first[project] = self._look_up_first(project, index)
        return self._first[project]

    def _look_up_first(self, project: str, index: Mapping[str, int]) -> tuple[Rows, Floats, int]:
        stated = self._stated.get(project)
        if stated is None:
            return np.empty(0, np.intp), np.empty(0), 0
        rows = numbered(stated.keys, index)
        _, first = np.unique(rows, return_index=True)
        day = stated.days[first]
        within = first[(day >= np.datetime64(self.period.start)) & (day < np.datetime64(self.period.end))]
        return rows[within], stated.area_m2[within], len(rows) - len(first)

    def matters(self, project: str) -> Sequence[Recorded]:
        """Return obstacles, payments, attestations and plans of days up to ``on``."""
        return self._matters.get(project, [])


def numbered(keys: Sequence[str], index: Mapping[str, int]) -> Rows:
    """Return the row of each key; keys that the layer does not hold get rows of their own behind it."""
    try:
        return np.fromiter(map(index.__getitem__, keys), np.intp, len(keys))
    except KeyError:
        longer = dict(index)
        return np.array([longer.setdefault(key, len(longer)) for key in keys], np.intp)
