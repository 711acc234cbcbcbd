"""What a snapshot asks of the store: once, and handed out by project."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from parkgis.model import Cut, Kind
from parkgis.status import matters
from parkgis.status.fold import number
from parkgis.status.whole import Reading
from parkgis.units import year

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parkgis.layers.vintage import Floats
    from parkgis.ledger.store import Store
    from parkgis.model import Recorded, Target
    from parkgis.status.definition import Definition
    from parkgis.status.fold import Rows
    from parkgis.status.whole import Held


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

    def __init__(
        self, store: Store, cut: Cut, target: Target, definition: Definition, reading: Reading | None = None
    ) -> None:  # fmt: skip
        super().__init__(store, cut)
        self.on = number(cut.on)
        self.period = year(target.year)
        self.before = number(self.period.start) - 1
        self.end = min(self.on, number(self.period.end) - 1)
        self.definition = definition
        self.stage = definition.stage
        self.reading = reading.of(cut, self.stage) if reading else Reading(store, cut, self.stage)
        self._whole = self.reading.held(cut)
        self._first: dict[str, tuple[Rows, Floats, int]] = {}
        self._matters: dict[str, list[Recorded]] = {}
        # no second person stands behind these kinds: not asking for one spares the store a walk over every entry
        for entry in store.standing(dataclasses.replace(cut, confirmed_only=False), matters.KINDS):
            self._matters.setdefault(entry.event.project, []).append(entry)
        drawn = (p for p, entries in self._drawn.items() if any(e.event.day <= cut.on for e in entries))
        self.names = {*self._whole, *drawn, *self._matters}

    def whole(self, project: str, stage: str = "") -> Sequence[Held]:
        """Return standing entries of whole parcels of days up to ``on``; of one stage, or of all."""
        return [one for one in self._whole.get(project, []) if stage in ("", one.stage)]

    def stated(self, project: str) -> Held | None:
        """Return what documents state of the parcels that reached the counting stage, those of days before the year too."""
        return next(iter(self.whole(project, self.stage)), None)

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
        stated = self.stated(project)
        if stated is None:
            return np.empty(0, np.intp), np.empty(0), 0
        rows = stated.rows(index)
        _, first = np.unique(rows, return_index=True)
        first = first[np.lexsort((first, np.minimum(rows[first], len(index))))]  # what the layer does not hold, as it came
        day = stated.days[first]
        within = first[(day >= number(self.period.start)) & (day < number(self.period.end))]
        return rows[within], stated.area_m2[within], len(rows) - len(first)

    def matters(self, project: str) -> Sequence[Recorded]:
        """Return obstacles, payments, attestations and plans of days up to ``on``."""
        return self._matters.get(project, [])
