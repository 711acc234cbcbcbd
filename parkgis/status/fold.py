"""The columns of a fold: which parcel reached which stage on which day."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import itertools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from parkgis.model import Finding, Kind, Severity
from parkgis.rules import stage, stages

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from parkgis.layers.vintage import ParcelColumns
    from parkgis.model import Event, Recorded
    from parkgis.status.whole import Held

Days = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]

NEVER = int(np.iinfo(np.int32).max)
"""Stands in a day matrix where a stage was not reached."""

EPOCH = dt.date(1970, 1, 1)


def number(day: dt.date) -> int:
    """Return days since 1970-01-01, as day matrices hold them."""
    return (day - EPOCH).days


def date(days: int) -> dt.date:
    """Return the date of a day number."""
    return EPOCH + dt.timedelta(days=int(days))


class Kept(NamedTuple):
    """A merged parcel's old part that reached a stage before the whole did: its land must not be lost.

    Attributes
    ----------
    row : int
        Of the old parcel.
    stage : int
        Row of the day matrix.
    day : int
        On which the part reached it.
    heirs : tuple of int
        Rows of the active parcels that hold its land now.
    """

    row: int
    stage: int
    day: int
    heirs: tuple[int, ...]


@dataclasses.dataclass(frozen=True)
class Fold:
    """Which whole parcels of a project reached which stage, and when.

    Attributes
    ----------
    columns : ParcelColumns
    days : ndarray of int32, shape (stages, parcels)
        Day number at which the parcel as a whole reached the stage; :data:`NEVER` if it did not. Rows in
        the order of :func:`parkgis.rules.stages`.
    active : ndarray of bool, shape (parcels,)
        False for a parcel that was split or merged by ``on``, and for one that a split or merge still to
        come will make.
    since, until : ndarray of int32, shape (parcels,)
        Day number on which a split or merge made the parcel, 0 where none did; on which one retired it, :data:`NEVER` where
        none did. Of splits and merges that happened by ``on``.
    kept : tuple of Kept
    """

    columns: ParcelColumns
    days: Days
    active: Mask
    since: Days
    until: Days
    kept: tuple[Kept, ...] = ()

    def reached(self, stage: str, day: int = NEVER - 1) -> Mask:
        """Tell which active parcels reached ``stage`` as a whole by ``day``, shape (parcels,)."""
        mask: Mask = self.active & (self.days[row_of(stage)] <= day)
        return mask

    def newest(self) -> npt.NDArray[np.intp]:
        """Return for each parcel the row of the highest-ranked stage it reached, or -1; shape (parcels,)."""
        there = self.days != NEVER
        return np.where(there.any(axis=0), len(there) - 1 - there[::-1].argmax(axis=0), -1)


@functools.cache
def row_of(code: str) -> int:
    """Return the row of a stage in a day matrix.

    Raises
    ------
    StageUnknown
        For a stage that the rules no longer hold.
    """
    return stages().index(stage(code))


def fold(
    columns: ParcelColumns, entries: Iterable[Held], lineage: Sequence[Recorded], on: dt.date, unheld: Sequence[Recorded] = ()
) -> tuple[Fold, list[Finding]]:
    """Fold one project's whole-parcel entries into a day matrix.

    Parameters
    ----------
    columns : ParcelColumns
    entries : iterable of Held
        Standing entries of days up to ``on``.
    lineage : sequence of Recorded
        Every split and merge known, also of days after ``on``: what they make must not count before them.
    on : date
    unheld : sequence of Recorded
        Splits and merges known that do not hold: void, or not confirmed. What they made shares its ground with what they
        retired, and both may be in the layer.

    Returns
    -------
    Fold
        Where parcels on one ground are active together they are ``irregular`` there: measured by the union of their shapes,
        so that no ground counts twice.
    list of Finding
        ``event_without_parcel`` for keys that the layer does not hold; ``lineage_unheld`` for parcels on one ground that
        both reached something.
    """
    days, missing = _first_days(columns, entries)
    family = _Family(columns, days)
    for entry in sorted(lineage, key=lambda e: (e.event.day, e.seq)):
        family.take(entry, missing, happened=entry.event.day <= on)
    findings = [
        Finding("event_without_parcel", Severity.WARNING, where=key, facts={"key": key, "entries": count})
        for key, count in sorted(missing.items())
    ]
    shared, told = family.sharing(unheld)
    if shared.any():
        columns = dataclasses.replace(columns, irregular=columns.irregular | shared)
    return Fold(columns, days, family.active, family.since, family.until, family.kept()), findings + told


def _first_days(columns: ParcelColumns, entries: Iterable[Held]) -> tuple[Days, dict[str, int]]:
    """Return the first day of each stage and parcel, and how many entries name each key that the layer does not hold."""
    days, missing = np.full((len(stages()), len(columns.keys)), NEVER, np.int32), dict[str, int]()
    for one in entries:
        rows, on = one.rows(columns.index), one.days
        there = rows < len(columns.keys)
        np.minimum.at(days[row_of(one.stage)], rows[there], on[there])
        for key in () if there.all() else itertools.compress(one.keys(), ~there):
            missing[key] = missing.get(key, 0) + 1
    return days, missing


def parents(event: Event) -> tuple[str, ...]:
    """Return the keys that a split or merge retires."""
    return (event.parcel,) if event.kind is Kind.SPLIT else event.into


def children(event: Event) -> tuple[str, ...]:
    """Return the keys that a split or merge makes."""
    return event.into if event.kind is Kind.SPLIT else (event.parcel,)


class _Family:
    """Retire the old parcels of splits and merges and give their history to the new ones."""

    def __init__(self, columns: ParcelColumns, days: Days) -> None:
        self._index = columns.index
        self._days = days
        self._heirs: dict[int, list[int]] = {}
        self._parts: list[tuple[int, int, int]] = []
        self._made: set[int] = set()
        self._undone: list[Recorded] = []
        self.active: Mask = np.ones(len(columns.keys), bool)
        self.since: Days = np.zeros(len(columns.keys), np.int32)
        self.until: Days = np.full(len(columns.keys), NEVER, np.int32)

    def take(self, entry: Recorded, missing: dict[str, int], *, happened: bool) -> None:
        """Apply one entry; before its day, hide what it will make."""
        keys = (*parents(entry.event), *children(entry.event))
        if absent := [key for key in keys if key not in self._index]:
            for key in absent if happened else ():
                missing[key] = missing.get(key, 0) + 1
            self._undone.append(entry)
            return  # the land stays with the old parcels rather than with nobody
        old, new = ([self._index[key] for key in part(entry.event)] for part in (parents, children))
        if not happened:
            self.active[new] = False
            return
        self.active[old] = False
        self.until[old], self.since[new] = np.minimum(self.until[old], number(entry.event.day)), number(entry.event.day)
        self._made.update(new)
        for row in old:
            self._heirs.setdefault(row, []).extend(new)
        days = self._days
        # together the old parcels reached what the last of them did: NEVER is the greatest day
        days[:, new] = np.minimum(days[:, new], days[:, old].max(axis=1, keepdims=True))
        if len(old) > 1:
            self._keep(old, new[0])

    def sharing(self, unheld: Sequence[Recorded]) -> tuple[Mask, list[Finding]]:
        """Find active parcels that lie on one ground, because what told them apart does not hold.

        A new parcel that nothing speaks of is not there; where both the old and the new reached something, both stay.
        """
        shared: Mask = np.zeros(len(self.active), bool)
        found = []
        reached = (self._days != NEVER).any(axis=0)
        for entry in (*unheld, *self._undone):
            old, new = ([self._index[key] for key in part(entry.event) if key in self._index] for part in (parents, children))
            if not self.active[old].any():
                continue
            self.active[[row for row in new if not reached[row] and row not in self._made]] = False
            rows = [row for row in (*old, *new) if self.active[row]]
            if self.active[new].any():
                shared[rows] = True
                facts = {"seq": entry.seq, "old": ", ".join(parents(entry.event)), "new": ", ".join(children(entry.event))}
                found.append(Finding("lineage_unheld", Severity.WARNING, where=f"ledger:{entry.seq}", facts=facts))
        return shared, found

    def _keep(self, old: Sequence[int], new: int) -> None:
        for row in old:
            for rank in np.flatnonzero(self._days[:, row] < self._days[:, new]):
                self._parts.append((row, int(rank), int(self._days[rank, row])))

    def kept(self) -> tuple[Kept, ...]:
        return tuple(Kept(row, rank, day, tuple(self._living(row))) for row, rank, day in self._parts)

    def _living(self, row: int) -> list[int]:
        found: dict[int, None] = {}
        waiting = list(self._heirs.get(row, ()))
        while waiting:
            heir = waiting.pop(0)
            if self.active[heir] or heir not in self._heirs:
                found.setdefault(heir)
            else:
                waiting.extend(self._heirs[heir])
        return list(found)


def order_findings(folded: Fold) -> list[Finding]:
    """Report stages reached before, or without, a stage that is expected to be earlier.

    The law's order is partial and practice departs from it: nothing is refused or changed.
    """
    found = []
    for later in stages():
        for earlier in later.after:
            then = folded.days[row_of(later.code)]
            before = folded.days[row_of(earlier)]
            reached = folded.active & (then != NEVER)
            breaches = {"stage_without": reached & (before == NEVER), "stage_before": reached & (before != NEVER) & (before > then)}
            for code, breach in breaches.items():
                if count := int(breach.sum()):
                    example = folded.columns.keys[int(breach.argmax())]
                    facts = {"stage": later.code, "earlier": earlier, "count": count, "example": example}
                    found.append(Finding(code, Severity.WARNING, where=example, facts=facts))
    return found
