"""Make land on its way to hand-over in a line: batches that take steps on known days."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from parkgis.planning.milestones import Travel, milestones
from parkgis.planning.supply import Supply
from parkgis.status.fold import NEVER, number

if TYPE_CHECKING:
    from collections.abc import Sequence

ON = dt.date(2026, 6, 30)
LAST = dt.date(2026, 12, 31)
STEPS = len(milestones())


def way(*steps: str | int, start: str = "2026-01-05") -> list[int]:
    """Return the day of each milestone: the first on ``start``, each further one so many days after the one before."""
    day = number(dt.date.fromisoformat(start))
    found = [day]
    for step in steps:
        day += int(step)
        found.append(day)
    return [*found, *[NEVER] * (STEPS - len(found))]


def travel(project: str, *rows: tuple[int, float, Sequence[int]]) -> Travel:
    """Return a project from (parcels, m2 each, days of the milestones)."""
    days = [list(day) for parcels, _, day in rows for _ in range(parcels)]
    area = [m2 for parcels, m2, _ in rows for _ in range(parcels)]
    return Travel(project, np.array(area, float), np.array(days, np.int32).reshape(len(area), STEPS).T)


def grown(seed: int, projects: int = 3, batches: int = 10, slow: float = 1.0, parcels: int = 0) -> list[Travel]:
    """Return projects whose batches go through all steps by a gamma law from May 2025 on: their truth is known."""
    rng = np.random.default_rng(seed)
    found = []
    for place in range(projects):
        start = number(dt.date(2025, 5, 1)) + np.sort(rng.integers(0, 480, batches))
        steps = np.maximum(rng.gamma(2.0, 14.0 * slow, (batches, STEPS - 1)), 1)
        days = np.floor(np.column_stack([start, start[:, None] + np.cumsum(steps, axis=1)])).astype(np.int32)
        sizes = np.full(batches, parcels) if parcels else rng.integers(5, 15, batches)
        found.append(Travel(f"P{place}", rng.lognormal(6.4, 0.4, int(sizes.sum())), np.repeat(days, sizes, axis=0).T.copy()))
    return found


def known(travels: Sequence[Travel], on: dt.date = ON) -> list[Travel]:
    return [one.as_of(number(on)) for one in travels]


def supply(travels: Sequence[Travel], on: dt.date = ON, **more: object) -> Supply:
    """Return a supply whose counted area is what was handed over since 1 January of the year."""
    first = number(dt.date(on.year, 1, 1))
    counted = [float(t.area_m2[(t.days[-1] >= first) & (t.days[-1] <= number(on))].sum()) for t in travels]
    facts: dict[str, object] = {
        "travels": tuple(travels), "parks": tuple(t.project for t in travels), "counted_m2": sum(counted),
        "counted_by_project_m2": tuple(counted),
    }  # fmt: skip
    return Supply(**(facts | more))  # type: ignore[arg-type]
