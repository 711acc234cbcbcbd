"""Parcels that stand still: how long ago the last step was taken on land not yet handed over."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from parkgis.rules import counting_stage, stages
from parkgis.status.fold import NEVER, date, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parkgis.status import ProjectStatus, Snapshot

LEAST_DAYS = 30  # land that took a step within the last month does not wait


@dataclasses.dataclass(frozen=True, slots=True)
class Waiting:
    """Parcels of one project that stand at the same stage and took no step for at least :data:`LEAST_DAYS`.

    Attributes
    ----------
    stage : str
        The latest step taken; of two on one day the later one by the order of the stages.
    since : datetime.date
        The day of that step, of the parcel that has waited longest.
    days : int
        From that day to the day asked about.
    parcels : int
    area_m2 : float
        Basis grid, inside the project.
    """

    project: str
    stage: str
    since: dt.date
    days: int
    parcels: int
    area_m2: float


def waiting(snapshot: Snapshot) -> tuple[Waiting, ...]:
    """List whole parcels that took a step but are not handed over to the developer, by project and stage.

    Returns
    -------
    tuple of Waiting
        The longest wait first. What tranches did to a part of a parcel is not looked at. Cost: one pass over the days.
    """
    found = [group for status in snapshot.projects for group in _groups(status, snapshot.cut.on)]
    return tuple(sorted(found, key=lambda w: (w.since, -w.area_m2, w.project, w.stage)))


def _groups(status: ProjectStatus, on: dt.date) -> Iterator[Waiting]:
    codes, days = [s.code for s in stages()], status.fold.days
    if not days.size:
        return
    taken = days != NEVER
    last = np.where(taken, days, -1).max(axis=0)
    at = len(codes) - 1 - np.argmax((taken & (days == last))[::-1], axis=0)
    still = status.fold.active & taken.any(axis=0) & ~taken[codes.index(counting_stage().code)]
    still &= last <= number(on) - LEAST_DAYS
    for row, code in enumerate(codes):
        mine = np.flatnonzero(still & (at == row))
        if len(mine):
            since = date(last[mine].min())
            area = float(status.fold.columns.area_in_m2[mine].sum())
            yield Waiting(status.project.id, code, since, (on - since).days, len(mine), area)
