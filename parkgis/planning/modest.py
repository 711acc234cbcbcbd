"""Two plain figures that stand beside every forecast, so that nobody takes it for more than it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from parkgis.planning.milestones import milestones
from parkgis.status.fold import NEVER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parkgis.planning.milestones import Floats, Travel

RECENT_DAYS = 90


def straight_line_m2(counted_m2: float, before: int, on: int, last: int) -> float | None:
    """Return what the year ends with if it goes on as it went so far.

    Parameters
    ----------
    counted_m2 : float
    before, on, last : int
        Day numbers: the day before the year, the day asked about, the year's last day.

    Returns
    -------
    float or None
        None before the year's first day is over.
    """
    return counted_m2 * (last - before) / (on - before) if on > before else None


def throughput_m2(travels: Sequence[Travel], counted_m2: float, on: int, last: int) -> float:
    """Return what the year ends with if every step lets through each day what it did of late, and no more than there is.

    *Method*: stock and flow. The rate of each step in each project is the area that made it in the last :data:`RECENT_DAYS`;
    land leaves a step no faster than that and no sooner than it came. Deterministic; a lower bound where a step only begins.
    """
    return counted_m2 + sum(_flow(one, on, last) for one in travels)


def _flow(one: Travel, on: int, last: int) -> float:
    steps = len(milestones())
    days = np.where(one.days <= on, one.days, NEVER)
    passed = (days != NEVER).sum(axis=0)
    stock: Floats = np.bincount(passed, weights=one.area_m2, minlength=steps + 1).astype(np.float64)
    rate = np.array([one.area_m2[(row > on - RECENT_DAYS) & (row <= on)].sum() for row in days]) / RECENT_DAYS
    done = stock[-1]
    for _ in range(max(last - on, 0)):
        moved = np.minimum(stock[:-1], rate)
        stock[:-1] -= moved
        stock[1:] += moved
    return float(stock[-1] - done)
