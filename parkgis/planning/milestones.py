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
Floats32 = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

MOST_KEYS = 2**62


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


class Ways(NamedTuple):
    """The different days on which parcels of a project came to all milestones, in the order of those days.

    Attributes
    ----------
    of : ndarray of int64, shape (n,)
        Way of each parcel.
    days : ndarray of int32, shape (milestones, ways)
    paths : ndarray of int64, shape (milestones, ways)
        Number, for each milestone, of the days on which parcels came this far; rising. Parcels of one number travelled
        together: one decision often joins batches that go apart again.
    parcels : ndarray of int64, shape (ways,)
    area_m2 : ndarray of float64, shape (ways,)
    """

    of: Ints
    days: Days
    paths: Ints
    parcels: Ints
    area_m2: Floats


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
    def ways(self) -> Ways:
        """The different ways that parcels went so far.

        *Method*: neighbours that went together are taken as one, so that there is less to sort.
        """
        parcels = self.days.shape[1]
        start = np.flatnonzero(np.r_[[True] * (parcels > 0), (self.days[:, 1:] != self.days[:, :-1]).any(axis=0)])
        days = np.take(self.days, start, axis=1)
        number, some = _numbered(days)
        of = np.repeat(number, np.diff(start, append=parcels))
        days = np.take(days, some, axis=1)
        apart = np.logical_or.accumulate(days[:, 1:] != days[:, :-1])
        paths = np.cumsum(np.pad(apart, ((0, 0), (1, 0)))[:, : len(some)], axis=1)
        area_m2: Floats = np.bincount(of, self.area_m2, len(some)).astype(np.float64)
        return Ways(of, days, paths, np.bincount(of, minlength=len(some)), area_m2)

    @functools.cached_property
    def _handed(self) -> dict[int, float]:
        return {}

    def handed_m2(self, day: int) -> float:
        """Return what was handed over up to a day: added up once, since a back-test asks it at every month-end."""
        if day not in self._handed:
            self._handed[day] = float(self.area_m2[self.days[-1] <= day].sum())
        return self._handed[day]

    def as_of(self, day: int) -> Travel:
        """Return what had happened by a day."""
        return dataclasses.replace(self, days=np.where(self.days <= day, self.days, NEVER).astype(np.int32))


def _numbered(days: Days) -> tuple[Ints, Ints]:
    """Number the different columns in the order of their days, the first row before the others, and return one place of each."""
    key, keys = np.zeros(days.shape[1], np.int64), 1
    for row in days:
        low = int(row.min(initial=NEVER))
        if low == NEVER:
            continue
        after = int(row.max(initial=low, where=row < NEVER)) + 1  # stands for NEVER
        if keys * (after - low + 1) > MOST_KEYS:
            key, keys = np.unique(key, return_inverse=True)[1], len(key)
        key, keys = key * (after - low + 1) + (np.minimum(row, after) - low), keys * (after - low + 1)
    number = np.unique(key, return_inverse=True)[1]
    some = np.zeros(int(number.max(initial=-1)) + 1, np.int64)
    some[number] = np.arange(len(number))
    return number, some


def travel(project: str, area_m2: Floats, stage_days: Days) -> Travel:
    """Reduce the days of stages to those of milestones.

    Parameters
    ----------
    project : str
    area_m2 : ndarray of float64, shape (n,)
    stage_days : ndarray of int32, shape (stages, n)
        As :attr:`parkgis.status.fold.Fold.days`.
    """
    days = np.array([functools.reduce(np.maximum, [stage_days[row_of(code)] for code in one.stages]) for one in milestones()])
    for row in range(len(days) - 1, 0, -1):  # row by row: NumPy 2.4 accumulates along them one number at a time
        np.minimum(days[row - 1], days[row], out=days[row - 1])  # who is farther on has been here
    for row in range(1, len(days)):
        np.maximum(days[row - 1], days[row], out=days[row])
    return Travel(project, area_m2, days)


def told_to(travels: Sequence[Travel], on: int) -> int:
    """Return the day up to which the ledger knows what happened: that of the latest step, or some days before ``on``.

    Minutes reach the ledger days after they are signed (offices report weekly): a batch of which nothing was heard since then
    may have moved on.
    """
    ways = [one.ways.days for one in travels if one.days.size]
    latest = max((int(days[days <= on].max(initial=0)) for days in ways), default=on)
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
        found += _notices(number, one.ways, on)
        for milestone in range(1, len(milestones())):
            found += _of_milestone(number, one.ways, milestone, on)
    return found


def _notices(number: int, ways: Ways, on: int) -> list[Cohort]:
    days = np.unique(ways.days[0][ways.days[0] <= on]).tolist()
    after = [*days[1:], NEVER] if (ways.days[0] > on).any() else days[1:]
    return [Cohort(number, 0, day, (day,), 1, moved, 0, 0, 0.0) for day, moved in zip(days, after, strict=False)]


def _of_milestone(number: int, ways: Ways, milestone: int, on: int) -> list[Cohort]:
    here = np.flatnonzero(ways.days[milestone - 1] <= on)
    if not len(here):
        return []
    path, left, parcels = ways.paths[milestone - 1][here], ways.days[milestone][here], ways.parcels[here]
    first = _first(path)
    moved = _main_days(path, ways.paths[milestone][here], np.where(left <= on, left, NEVER), ways.area_m2[here])
    main = np.repeat(moved, np.diff(first, append=len(path)))
    behind = np.where(left > main, parcels, 0)
    late = np.where(left <= on, behind, 0)
    late_days = (behind * (np.minimum(left, on) - main)).astype(np.float64)
    told = (path[first], *(np.add.reduceat(column, first) for column in (parcels, behind, late, late_days)))
    return [
        Cohort(number, milestone, which, tuple(way), count, day, *rest)
        for way, day, which, count, *rest in zip(
            ways.days[:milestone, here[first]].T.tolist(), moved.tolist(), *(column.tolist() for column in told), strict=True
        )
    ]


def _first(numbers: Ints) -> Ints:
    """Return where each number comes first; equal ones stand together."""
    return np.append(0, np.flatnonzero(numbers[1:] != numbers[:-1]) + 1)


def _main_days(path: Ints, further: Ints, left: Days, area_m2: Floats) -> Ints:
    """Return for each path to a milestone the day on which the most area moved on; the first of several equal ones; NEVER for none.

    Paths to the milestone after it, ``further``, are numbered by path, then by day.
    """
    first = _first(further)
    day, area = left[first], np.add.reduceat(area_m2, first)
    order = np.lexsort((-area, day == NEVER, path[first]))
    return day[order[_first(path[first])]].astype(np.int64)
