"""The columns of a fold: which parcel reached which stage on which day."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from parkgis.model import Finding, Kind, Severity
from parkgis.rules import stage, stages

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from parkgis.layers.vintage import ParcelColumns
    from parkgis.ledger.store import Batch
    from parkgis.model import Recorded

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
        False for a parcel that was split by ``on``, and for a part of a split that is still to come.
    """

    columns: ParcelColumns
    days: Days
    active: Mask

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


def fold(columns: ParcelColumns, batches: Iterable[Batch], splits: Sequence[Recorded], on: dt.date) -> tuple[Fold, list[Finding]]:
    """Fold one project's whole-parcel entries into a day matrix.

    Parameters
    ----------
    columns : ParcelColumns
    batches : iterable of Batch
        Standing entries of days up to ``on``.
    splits : sequence of Recorded
        Every split known, also of days after ``on``: its parts must not count before it.
    on : date

    Returns
    -------
    Fold
    list of Finding
        ``event_without_parcel`` for keys that the layer does not hold.
    """
    days = np.full((len(stages()), len(columns.keys)), NEVER, np.int32)
    missing: dict[str, int] = {}
    for batch in batches:
        rows = _rows(columns.index, batch.keys, missing)
        stage_days = days[row_of(batch.stage)]
        stage_days[rows] = np.minimum(stage_days[rows], number(batch.day))
    active = np.ones(len(columns.keys), bool)
    for entry in sorted(splits, key=lambda e: (e.event.day, e.seq)):
        _split(entry, columns.index, days, active, missing, happened=entry.event.day <= on)
    findings = [
        Finding("event_without_parcel", Severity.WARNING, where=key, facts={"key": key, "entries": count})
        for key, count in sorted(missing.items())
    ]
    return Fold(columns, days, active), findings


def _rows(index: dict[str, int], keys: Sequence[str], missing: dict[str, int]) -> Rows:
    try:
        return np.fromiter(map(index.__getitem__, keys), np.intp, len(keys))
    except KeyError:
        for key in keys:
            if key not in index:
                missing[key] = missing.get(key, 0) + 1
        return np.array([index[key] for key in keys if key in index], np.intp)


def _split(entry: Recorded, index: dict[str, int], days: Days, active: Mask, missing: dict[str, int], *, happened: bool) -> None:
    """Retire the old parcel and give its history to the new ones; before its day, do the reverse."""
    assert entry.event.kind is Kind.SPLIT
    family = (entry.event.parcel, *entry.event.into)
    if absent := [key for key in family if key not in index]:
        for key in absent if happened else ():
            missing[key] = missing.get(key, 0) + 1
        return  # the land stays with the old parcel rather than with nobody
    old, *new = (index[key] for key in family)
    if not happened:
        active[new] = False
        return
    active[old] = False
    days[:, new] = np.minimum(days[:, new], days[:, [old]])


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
