"""Where every parcel stands on its way to hand-over, and which parcels travel together."""

from __future__ import annotations

import dataclasses
import functools
import importlib.resources
import tomllib
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from parkgis.rules import stage
from parkgis.status.fold import NEVER, row_of

if TYPE_CHECKING:
    from collections.abc import Sequence

Days = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Milestone(NamedTuple):
    """Stages that are reached together, and what is assumed of the time to get there."""

    stages: tuple[str, ...]
    median_days: float
    spread: float


class Assumed(NamedTuple):
    """What is assumed before a ledger is seen; ``rules/forecast.toml`` says what each means."""

    weight: float
    stuck_share: float
    stuck_weight: float
    late_days: float
    late_weight: float
    project_spread: float
    shock_spread: float


@functools.cache
def _table() -> dict[str, object]:
    text = importlib.resources.files("parkgis.rules").joinpath("forecast.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@functools.cache
def milestones() -> tuple[Milestone, ...]:
    """Return the milestones in order; the last is the one that counts."""
    rows = _table()["milestone"]
    assert isinstance(rows, list)
    return tuple(
        Milestone(tuple(stage(code).code for code in row["stages"]), float(row["median_days"]), float(row["spread"]))
        for row in rows
    )


@functools.cache
def assumed() -> Assumed:
    """Return what a forecast assumes before it has seen a ledger."""
    return Assumed(**{name: float(str(_table()[name])) for name in Assumed._fields})


@dataclasses.dataclass(frozen=True)
class Travel:
    """The parcels of one project on their way, as of a day.

    Attributes
    ----------
    project : str
    area_m2 : ndarray of float64, shape (n,)
        Not yet handed over, or handed over; basis grid.
    days : ndarray of int32, shape (milestones, n)
        Day number on which each milestone was reached, never before the one below it; NEVER where it was not.
    """

    project: str
    area_m2: Floats
    days: Days

    @property
    def passed(self) -> Ints:
        """How many milestones each parcel has reached, shape (n,)."""
        count: Ints = (self.days != NEVER).sum(axis=0)
        return count

    @functools.cached_property
    def paths(self) -> Ints:
        """Number, for each milestone, the different days on which parcels came this far; shape (milestones, n).

        Parcels of one number travelled together: one decision often joins batches that go apart again.
        """
        found = np.zeros(self.days.shape, np.int64)
        before = np.zeros(self.days.shape[1], np.int64)
        for row, days in enumerate(self.days):
            both = (before << 33) + days  # sorts as the pair does; a day number needs 32 bits and its sign
            before = np.unique(both, return_inverse=True)[1].ravel()
            found[row] = before
        return found

    def as_of(self, day: int) -> Travel:
        """Return what had happened by a day."""
        return dataclasses.replace(self, days=np.where(self.days <= day, self.days, NEVER).astype(np.int32))


def travel(project: str, area_m2: Floats, stage_days: Days) -> Travel:
    """Reduce the days of stages to those of milestones.

    Parameters
    ----------
    project : str
    area_m2 : ndarray of float64, shape (n,)
    stage_days : ndarray of int32, shape (stages, n)
        As :attr:`parkgis.status.fold.Fold.days`.
    """
    reached = [stage_days[[row_of(code) for code in one.stages]].max(axis=0) for one in milestones()]
    days = np.array(reached, dtype=np.int32).reshape(len(reached), -1)
    days = np.minimum.accumulate(days[::-1], axis=0)[::-1]  # who is farther on has been here
    return Travel(project, area_m2, np.maximum.accumulate(days, axis=0).astype(np.int32))


def told_to(travels: Sequence[Travel], on: int) -> int:
    """Return the day up to which the ledger knows what happened: that of the latest step, or some days before ``on``.

    Minutes reach the ledger days after they are signed (offices report weekly): a batch of which nothing was heard since then
    may have moved on.
    """
    latest = max((int(one.days[one.days <= on].max(initial=0)) for one in travels if one.days.size), default=on)
    return min(max(latest, on - assumed_lag()), on)


def assumed_lag() -> int:
    """Return how many days after a step the ledger knows of it, at most, as a rule."""
    return int(str(_table()["lag_days"]))


class Cohort(NamedTuple):
    """Parcels of one project that came to a milestone by the same days: they wait together.

    Attributes
    ----------
    project : int
        Its place in the sequence of travels.
    milestone : int
        How many milestones they had passed.
    path : int
        Of :attr:`Travel.paths`.
    days : tuple of int
        On which they reached each milestone so far; the last is the day since which they wait.
    parcels : int
        All of them.
    moved : int
        The day on which the most of them (by area) moved on; NEVER where none has.
    behind : int
        Parcels that had not moved on by then.
    late : int
        Of those, who moved on later.
    late_days : float
        Parcel-days that those behind waited after the others had gone.
    """

    project: int
    milestone: int
    path: int
    days: tuple[int, ...]
    parcels: int
    moved: int
    behind: int
    late: int
    late_days: float


def cohorts(travels: Sequence[Travel], on: int) -> list[Cohort]:
    """Group parcels by project, milestone and path, for every milestone but the last.

    Milestone 0 stands for the wait from one batch of notices to the next, while parcels without a notice remain.
    """
    found = []
    for number, one in enumerate(travels):
        found += _notices(number, one, on)
        for milestone in range(1, len(milestones())):
            found += _of_milestone(number, one, milestone, on)
    return found


def _notices(number: int, one: Travel, on: int) -> list[Cohort]:
    days = np.unique(one.days[0][one.days[0] <= on]).tolist()
    after = [*days[1:], NEVER] if (one.days[0] > on).any() else days[1:]
    return [Cohort(number, 0, day, (day,), 1, moved, 0, 0, 0.0) for day, moved in zip(days, after, strict=False)]


def _of_milestone(number: int, one: Travel, milestone: int, on: int) -> list[Cohort]:
    here = np.flatnonzero(one.days[milestone - 1] <= on)
    path, left = one.paths[milestone - 1][here], one.days[milestone][here]
    count = int(path.max(initial=-1)) + 1
    first = _first(path, count)
    moved = _main_days(one, milestone, here[left <= on], count)
    later = left > moved[path]
    waited = np.where(later, np.minimum(left, on) - moved[path], 0)
    told = (
        np.bincount(path, minlength=count), moved, np.bincount(path, later, count), np.bincount(path, later & (left <= on), count),
        np.bincount(path, waited, count),
    )  # fmt: skip
    there = np.flatnonzero(told[0])
    days = one.days[:milestone, here[first[there]]].T.tolist()
    return [
        Cohort(number, milestone, which, tuple(way), parcels, day, int(behind), int(late), late_days)
        for which, way, parcels, day, behind, late, late_days in zip(
            there.tolist(), days, *(column[there].tolist() for column in told), strict=True
        )
    ]


def _first(groups: Ints, count: int) -> Ints:
    """Return the first row of each group, shape (count,); -1 for one without rows."""
    found = np.full(count, -1)
    found[groups[::-1]] = np.arange(len(groups))[::-1]
    return found


def _main_days(one: Travel, milestone: int, gone: Ints, count: int) -> Ints:
    """Return for each path to a milestone the day on which the most area moved on; the first of several equal ones; NEVER for none.

    Paths to the milestone after it are numbered by path, then by day.
    """
    further = one.paths[milestone][gone]
    area = np.bincount(further, weights=one.area_m2[gone])
    ways = np.unique(further)
    row = gone[_first(further, len(area))[ways]]
    path = one.paths[milestone - 1][row]
    order = np.lexsort((ways, -area[ways], path))[::-1]  # of each path the largest comes last, and stays
    found = np.full(count, NEVER, np.int64)
    found[path[order]] = one.days[milestone][row[order]]
    return found
