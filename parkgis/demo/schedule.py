"""Plan how clearance goes in a project: who is in which batch, how far each gets, and on which days."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import math
from typing import TYPE_CHECKING

import numpy as np

from parkgis.rules import land_codes, limits, stages

if TYPE_CHECKING:
    from parkgis.demo.cadastre import Cadastre
    from parkgis.demo.fields import Floats, Ints

ON = dt.date(2026, 10, 31)
EPOCH = dt.date(1970, 1, 1)
TET = (dt.date(2026, 2, 14), dt.date(2026, 2, 23))  # no hand-overs: days in it move to its end

CODES = tuple(s.code for s in stages())
NOTICE, INVENTORY, POSTED, APPROVED, PAID, RECOVERED, USER, ALLOCATED, DEVELOPER = range(len(CODES))
ALL = len(CODES)

PUBLIC = ("DTL", "DGT")  # field roads and ditches: nobody's notice names them
HOLD_OUTS = {INVENTORY + 1: 0.35, POSTED + 1: 0.45, APPROVED + 1: 0.2}  # stages passed -> share of hold-outs
HOUSEHOLDS_OUT = 0.075
PARCELS_OUT = 0.012
HOMES_OUT = 0.12
LATE_SHARE = 0.3  # of the hold-outs: they agree later
BATCHES = 9  # in a project of ordinary size
BATCH_PARCELS = (8, 280)


@dataclasses.dataclass(frozen=True, slots=True)
class Pace:
    """How a project goes: first notice, days to the last one, and a factor on every delay."""

    project: str
    start: dt.date
    span: int
    slow: float = 1.0
    paid_early: bool = False  # one batch is paid before its plan is approved


@dataclasses.dataclass(frozen=True)
class Plan:
    """What becomes of each parcel.

    Attributes
    ----------
    batches : list of ndarray of int64
        Rows of the parcels of each batch, ascending.
    passed : ndarray of int64, shape (n,)
        How many stages each parcel passes in the end, in the order of :data:`CODES`.
    days : ndarray of int64, shape (batches, stages)
        Days since 1970-01-01; those after :data:`ON` have not come.
    jointly : ndarray of int64, shape (batches,)
        Batches of one number are allocated to the developer by one decision.
    """

    batches: list[Ints]
    passed: Ints
    days: Ints
    jointly: Ints

    def reached(self, stage: int, n: int) -> Ints:
        """Return the day on which each of ``n`` parcels reaches a stage; -1 where it has not by ``ON``."""
        day = np.full(n, -1)
        for rows, days in zip(self.batches, self.days, strict=True):
            day[rows] = days[stage]
        return np.where((self.passed > stage) & (day <= number(ON)), day, -1)


def number(day: dt.date) -> int:
    return (day - EPOCH).days


def date(day: int) -> dt.date:
    return EPOCH + dt.timedelta(days=int(day))


def plan(rng: np.random.Generator, cadastre: Cadastre, pace: Pace) -> Plan:
    """Plan a project's clearance from the lie of the land and the temper of its households."""
    use = cadastre.parcels["land_use"].to_numpy(dtype=object)
    farmed = np.isin(use.astype(str), _agricultural())
    public = np.isin(use.astype(str), PUBLIC)
    holder = np.unique(cadastre.parcels["holder"].to_numpy(dtype=object).astype(str), return_inverse=True)[1].ravel()
    order = _temper(rng, cadastre, holder)
    passed = _passed(rng, holder, farmed)
    passed[public] = 0
    late = farmed & (passed < ALL) & (rng.random(len(use)) < LATE_SHARE) & ~public
    passed[late] = ALL
    size = int(np.clip(len(use) / BATCHES, *BATCH_PARCELS))
    groups = [_parts(np.flatnonzero(rows), order, size) for rows in (farmed & ~late & ~public, ~farmed & ~public, late)]
    place = np.concatenate([_place(len(group), start) for group, start in zip(groups, (0.0, 0.25, 0.15), strict=True)])
    slow = pace.slow * np.repeat([1.0, 1.25, 2.4], [len(group) for group in groups])
    agri = np.repeat([True, False, True], [len(group) for group in groups])
    jointly = np.concatenate([10_000 * i + np.arange(len(group)) // 2 for i, group in enumerate(groups)])
    days = _days(rng, number(pace.start) + pace.span * place, slow, agri, jointly)
    batches = [np.sort(rows) for group in groups for rows in group]
    if pace.paid_early:
        _pay_early(days, [len(rows) for rows in batches])
    return Plan(batches, passed, days, jointly)


def _agricultural() -> list[str]:
    return [code.code for code in land_codes() if code.land_class == "agri"]


def _temper(rng: np.random.Generator, cadastre: Cadastre, holder: Ints) -> Floats:
    """Say who comes early: one end of the land before the other, some field areas and households against it."""
    place = cadastre.centres - cadastre.centres.mean(axis=0)
    along = place @ rng.normal(size=2)
    area = rng.normal(0, 0.7, int(cadastre.area.max()) + 1)[cadastre.area]
    household = rng.normal(0, 0.3, int(holder.max()) + 1)[holder]
    found: Floats = along / max(float(along.std()), 1.0) + area + household + rng.normal(0, 0.2, len(holder))
    return found


def _passed(rng: np.random.Generator, holder: Ints, farmed: np.typing.NDArray[np.bool_]) -> Ints:
    stubborn = (rng.random(int(holder.max()) + 1) < HOUSEHOLDS_OUT)[holder]
    stubborn |= rng.random(len(holder)) < np.where(farmed, PARCELS_OUT, HOMES_OUT)
    stop = rng.choice(list(HOLD_OUTS), len(holder), p=list(HOLD_OUTS.values()))
    return np.where(stubborn, stop, ALL)


def _parts(rows: Ints, order: Floats, size: int) -> list[Ints]:
    ranked = rows[np.argsort(order[rows], kind="stable")]
    return [part for part in np.array_split(ranked, max(1, math.ceil(len(rows) / size))) if len(part)]


def _place(count: int, start: float) -> Floats:
    return start + (1 - start) * np.arange(count) / max(count - 1, 1)


def _days(rng: np.random.Generator, begin: Floats, slow: Floats, agri: np.typing.NDArray[np.bool_], jointly: Ints) -> Ints:
    """Run every batch through the stages, at or above what the law demands."""

    def after(day: Ints, low: float, high: float, factor: Floats | float = 1.0) -> Ints:
        return _working_day((day + rng.uniform(low, high, len(day)) * factor).astype(np.int64))

    days = np.zeros((len(begin), ALL), np.int64)
    days[:, NOTICE] = after(begin.astype(np.int64), 0, 10)
    days[:, INVENTORY] = after(days[:, NOTICE], 12, 32, slow)
    days[:, POSTED] = after(days[:, INVENTORY], 18, 38, slow)
    days[:, APPROVED] = after(_earliest("posting", days[:, POSTED]), 4, 22, slow)
    days[:, PAID] = after(days[:, APPROVED], 4, 27)
    wait = np.where(agri, _earliest("notice_agri", days[:, NOTICE]), _earliest("notice_non_agri", days[:, NOTICE]))
    days[:, RECOVERED] = np.maximum(after(days[:, APPROVED], 1, 9), after(wait, 0, 6))
    days[:, USER] = after(np.maximum(days[:, PAID], days[:, RECOVERED]), 4, 20, slow)
    decided = after(days[:, RECOVERED], 10, 32)
    for joint in np.unique(jointly):
        days[jointly == joint, ALLOCATED] = decided[jointly == joint].max()
    days[:, DEVELOPER] = after(np.maximum(days[:, ALLOCATED], days[:, USER]), 3, 18)
    return days


@functools.cache
def _waits(limit: str) -> tuple[tuple[int, int, int], ...]:
    """Return (days, first day in force, first day no longer) of a limit, as day numbers."""
    rows = [row for row in limits() if row.id == limit and row.days is not None]
    return tuple((row.days or 0, number(row.effective_from), number(row.effective_to or dt.date.max)) for row in rows)


def _earliest(limit: str, day: Ints) -> Ints:
    """Return the first day on which the law's waiting time is over, whichever of its versions is in force then."""
    never = number(dt.date.max)
    found = np.full(len(day), never)
    for wait, start, end in _waits(limit):
        over = np.maximum(day + wait + 1, start)
        found = np.minimum(found, np.where(over < end, over, never))
    return found


def _working_day(day: Ints) -> Ints:
    weekday = (day + 3) % 7  # 1970-01-01 was a Thursday
    open_ = day + np.where(weekday == 5, 2, np.where(weekday == 6, 1, 0))
    return np.where((open_ >= number(TET[0])) & (open_ < number(TET[1])), number(TET[1]), open_)


def _pay_early(days: Ints, sizes: list[int]) -> None:
    done = np.flatnonzero(days[:, DEVELOPER] <= number(ON))
    if len(done):
        batch = done[np.array(sizes)[done].argmin()]
        days[batch, PAID] = _working_day(days[[batch], APPROVED] - 9)[0]
