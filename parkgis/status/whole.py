"""Whole parcels in columns, nearly all of a ledger: read once, and told as of every cut that is asked about.

*Method.* Entries are read with the numbers they were recorded under, those that were voided since too. A cut takes the ones of
its days, up to the head at its hour, that had not been voided by then: a few comparisons of columns, where reading them anew takes
a walk over an index of the ledger. Where a second person must confirm, every cut is read for itself.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from typing import TYPE_CHECKING

import numpy as np

from parkgis.ledger.store import voided
from parkgis.model import Cut, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy.typing as npt

    from parkgis.layers.vintage import Floats
    from parkgis.ledger.store import Numbered, Stated, Store
    from parkgis.status.fold import Days, Mask, Rows


class Column:
    """Entries of one stage of a project.

    Attributes
    ----------
    days : ndarray of int32, shape (n,)
        Day numbers.
    area_m2 : ndarray of float64, shape (n,), or None
        What documents state; None where that was not read.
    """

    def __init__(self, stage: str, told: Numbered | Stated, area_m2: Floats | None = None) -> None:
        self.stage, self.keys, self.seqs, self.area_m2 = stage, told.keys, told.seqs, area_m2
        self.days: Days = told.days.astype("datetime64[D]").astype(np.int32)
        self._found: tuple[Mapping[str, int], Rows] | None = None

    def rows(self, index: Mapping[str, int]) -> Rows:
        """Return the row of each entry's parcel in a layer, looked up once; those that it does not hold get rows behind it."""
        found = self._found  # another thread may look up another layer's meanwhile
        if found is None or found[0] is not index:
            found = self._found = index, _numbered(self.keys, index)
        return found[1]


@dataclasses.dataclass(frozen=True, slots=True)
class Held:
    """The entries of a column that stand at a cut, in the column's order."""

    column: Column
    mask: Mask

    @property
    def stage(self) -> str:
        return self.column.stage

    @property
    def days(self) -> Days:
        return self.column.days[self.mask]

    @property
    def area_m2(self) -> Floats:
        areas = self.column.area_m2
        return np.full(int(self.mask.sum()), np.nan) if areas is None else areas[self.mask]

    def keys(self) -> Iterator[str]:
        return itertools.compress(self.column.keys, self.mask.tolist())

    def rows(self, index: Mapping[str, int]) -> Rows:
        """Return the row of each parcel in a layer, beyond its end for one that it does not hold."""
        return self.column.rows(index)[self.mask]

    def upto(self, day: int) -> Held:
        """Return the entries of days up to one."""
        return Held(self.column, self.mask & (self.column.days <= day))


class Reading:
    """What a ledger says of whole parcels up to a cut.

    Parameters
    ----------
    store : Store
    cut : Cut
        The last hour and day that it can tell of.
    stage : str, optional
        Of it the stated areas are read too, in order of (day, seq).
    """

    def __init__(self, store: Store, cut: Cut, stage: str = "") -> None:
        self._store, self._cut, self._stage = store, cut, stage
        if not cut.confirmed_only:
            voids = frozenset(e.seq for e in store.events(Cut(dt.date.max, cut.known), [Kind.VOID]))
            cut = Cut(cut.on, cut.known, without=voids)
        self._columns: dict[str, list[Column]] = {}
        for stated in store.stated(cut, stage) if stage else ():
            self._columns.setdefault(stated.project, []).append(Column(stage, stated, stated.area_m2))
        for one in store.numbered(cut, but=stage):
            self._columns.setdefault(one.project, []).append(Column(one.stage, one))

    def of(self, cut: Cut, stage: str | None = None) -> Reading:
        """Return what can tell of a cut, with the stated areas of a stage if one is named: this reading, or else one of its own."""
        stage = self._stage if stage is None else stage
        if cut.confirmed_only or self._cut.confirmed_only:
            there = cut == self._cut
        else:
            there = cut.on <= self._cut.on and cut.known <= self._cut.known
        return self if there and stage == self._stage else Reading(self._store, cut, stage)

    def held(self, cut: Cut) -> dict[str, list[Held]]:
        """Return what stands at a cut that it can tell of, by project."""
        upto, day, struck = self._store.head_at(cut.known).seq, np.datetime64(cut.on).astype(int), self._struck(cut)
        found: dict[str, list[Held]] = {}
        for project, columns in self._columns.items():
            for column in columns:
                mask = (column.seqs <= upto) & (column.days <= day)
                if len(struck):
                    mask &= ~np.isin(column.seqs, struck)
                if mask.any():
                    found.setdefault(project, []).append(Held(column, mask))
        return found

    def _struck(self, cut: Cut) -> npt.NDArray[np.int64]:
        """Return the numbers of entries that are left out, or had been voided by the cut's hour."""
        voids = [e for e in self._store.events(Cut(dt.date.max, cut.known), [Kind.VOID]) if e.seq not in cut.without]
        gone = {*cut.without, *(entry.seq for entry in self._store.find(voided(voids)).values())}
        return np.fromiter(gone, np.int64, len(gone))


def _numbered(keys: Sequence[str], index: Mapping[str, int]) -> Rows:
    """Return the row of each key; keys that the layer does not hold get rows of their own behind it."""
    try:
        return np.fromiter(map(index.__getitem__, keys), np.intp, len(keys))
    except KeyError:
        longer = dict(index)
        return np.array([longer.setdefault(key, len(longer)) for key in keys], np.intp)
