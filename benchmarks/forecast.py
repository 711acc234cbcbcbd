"""Back-test the forecast on 200 ledgers whose truth is known, beside the straight line, and time it.

``python benchmarks/forecast.py``            200 seeds over five families of generators, from 30 June
``python benchmarks/forecast.py --seeds 2``  fewer, to try
``python benchmarks/forecast.py --speed``    10,000 draws over 100,000 parcels, in CPU seconds and MB

The assumptions of ``rules/forecast.toml`` were set on other seeds than those of the report. Only the first family is what the
demo makes; the others draw durations from laws that the forecast does not assume, with shocks it is not told of.
"""

from __future__ import annotations

import argparse
import datetime as dt
import resource
import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from parkgis.demo import SITES, cadastre, schedule
from parkgis.planning.forecast import forecast
from parkgis.planning.milestones import Travel, travel
from parkgis.planning.modest import straight_line_m2
from parkgis.planning.supply import Supply
from parkgis.rules import stages
from parkgis.status.fold import NEVER, number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from parkgis.planning.milestones import Floats

Rng = np.random.Generator
ON, LAST, BEFORE = dt.date(2026, 6, 30), dt.date(2026, 12, 31), number(dt.date(2025, 12, 31))
FIRST_SEED = 5000
"""Seeds of the report; the assumptions were set on seeds below 200."""
DRAWS = 1000
MEDIANS = (20.0, 30.0, 25.0, 30.0, 30.0, 12.0)
STEPS = ((1,), (2,), (3,), (4, 5), (6, 7), (8,))
"""Stages reached together, by their row, after the notice."""


# -- ledgers ---------------------------------------------------------------------------------------------


def demo(seed: int, parcels: int = 2000) -> list[Travel]:
    """Return what becomes of the land by the demo's own schedule."""
    rng = np.random.default_rng(seed)
    found = []
    for pace in SITES:
        ground = cadastre.clear(rng, pace.project, parcels // len(SITES))
        land = cadastre.register(rng, ground, np.array([560_000.0, 2_340_000.0]), ["09901", "09902"], 1)
        plan = schedule.plan(rng, land, pace)
        days = np.full((len(schedule.CODES), len(land.parcels)), NEVER, np.int32)
        for rows, of_batch in zip(plan.batches, plan.days, strict=True):
            days[:, rows] = of_batch[:, None]
        days[np.arange(len(days))[:, None] >= plan.passed] = NEVER
        found.append(travel(pace.project, land.parcels["area_in_m2"].to_numpy(float), days))
    return found


def _gamma(rng: Rng, median: float, batches: int) -> Floats:
    return rng.gamma(2.0, median / 2, batches)


def _weibull(rng: Rng, median: float, batches: int) -> Floats:
    return median * 1.1 * rng.weibull(1.3, batches)


def _pareto(rng: Rng, median: float, batches: int) -> Floats:
    return median * 0.6 * (1 + rng.pareto(2.5, batches))


def _freeze(rng: Rng, median: float, batches: int) -> Floats:
    return rng.gamma(3.0, median / 3, batches)


LAWS: dict[str, Callable[[Rng, float, int], Floats]] = {"gamma": _gamma, "weibull": _weibull, "pareto": _pareto, "freeze": _freeze}


def other(kind: str, seed: int) -> list[Travel]:
    """Return ten projects whose batches go by a law; in ``freeze`` nothing is decided for five weeks after the question."""
    rng = np.random.default_rng([seed, len(kind), sum(map(ord, kind))])
    shock = rng.lognormal(0, 0.15)
    return [_project(rng, kind, f"P{n}", shock * rng.lognormal(0, 0.3)) for n in range(10)]


def _project(rng: Rng, kind: str, name: str, slow: float) -> Travel:
    batches = int(rng.integers(8, 30))
    start, span = number(dt.date(2025, 5, 1)) + rng.integers(0, 330), rng.integers(200, 500)
    of_batch = rng.integers(8, 60, batches)
    batch, parcels = np.repeat(np.arange(batches), of_batch), int(of_batch.sum())
    now = np.sort(start + span * rng.random(batches))
    days = np.full((len(stages()), parcels), NEVER, np.int32)
    days[0] = now[batch]
    going, late = np.ones(parcels, bool), np.zeros(parcels)
    for median, rows in zip(MEDIANS, STEPS, strict=True):
        now = _thawed(rng, kind, now + np.maximum(slow * LAWS[kind](rng, median, batches), 1))
        stays = going & (rng.random(parcels) < 0.03)
        back = stays & (rng.random(parcels) < 0.4)
        late[back] += rng.exponential(120, int(back.sum()))
        going &= ~stays | back
        for row in rows:
            days[row] = np.where(going, np.floor(now[batch] + late), NEVER)
    return travel(name, rng.lognormal(6.4, 0.5, parcels), days)


def _thawed(rng: Rng, kind: str, now: Floats) -> Floats:
    if kind != "freeze":
        return now
    first, last = number(dt.date(2026, 7, 15)), number(dt.date(2026, 8, 20))
    return np.where((now >= first) & (now < last), last + rng.integers(0, 10, len(now)), now)


# -- the back-test ---------------------------------------------------------------------------------------


class Row(NamedTuple):
    """One ledger: m2 at the year's end, what the forecast and the straight line said at mid-year."""

    truth: float
    low: float
    middle: float
    high: float
    line: float


def counted(travels: Sequence[Travel], last: int) -> list[float]:
    return [float(one.area_m2[(one.days[-1] > BEFORE) & (one.days[-1] <= last)].sum()) for one in travels]


def replay(whole: Sequence[Travel], seed: int) -> Row:
    known = tuple(one.as_of(number(ON)) for one in whole)
    so_far = counted(known, number(ON))
    supply = Supply(known, tuple(one.project for one in known), sum(so_far), tuple(so_far))
    found = forecast(supply, sum(so_far) + 1.0, ON, LAST, draws=DRAWS, seed=seed)
    assert found.end is not None
    line = straight_line_m2(sum(so_far), BEFORE, number(ON), number(LAST)) or 0.0
    return Row(sum(counted(whole, number(LAST))), found.end.p10, found.end.p50, found.end.p90, line)


def say(name: str, rows: Sequence[Row]) -> None:
    truth, low, middle, high, line = np.array(rows).T
    inside = ((low <= truth) & (truth <= high)).mean()
    ours, lines = np.median(np.abs(middle - truth)), np.median(np.abs(line - truth))
    bias = (middle - truth).sum() / truth.sum()
    print(
        f"{name:<10} n {len(rows):>3}   80 % band covers {inside:5.1%}   median error {np.median(np.abs(middle / truth - 1)):5.1%}"
        f" (straight line {np.median(np.abs(line / truth - 1)):5.1%}, ratio {ours / lines:.2f})   bias {bias:+.1%}"
        f"   width {np.mean((high - low) / truth):.1%}", flush=True,
    )  # fmt: skip


def back_test(seeds: int, first: int) -> None:
    every = []
    for name in ("demo", *LAWS):
        some = range(first, first + seeds // (len(LAWS) + 1))
        rows = [replay(demo(seed) if name == "demo" else other(name, seed), seed) for seed in some]
        say(name, rows)
        every += rows
    say("all", every)


# -- speed -----------------------------------------------------------------------------------------------


def speed(parcels: int, draws: int) -> None:
    known = tuple(one.as_of(number(ON)) for one in demo(1, parcels))
    so_far = counted(known, number(ON))
    supply = Supply(known, tuple(one.project for one in known), sum(so_far), tuple(so_far))
    start = time.process_time()
    found = forecast(supply, sum(so_far) * 1.5, ON, LAST, draws=draws)
    cpu = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{parcels:,} parcels, {draws:,} draws: {cpu:.1f} CPU s, {peak:.0f} MB at most, probability {found.probability}")


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--seeds", type=int, default=200)
    words.add_argument("--first", type=int, default=FIRST_SEED)
    words.add_argument("--speed", action="store_true")
    asked = words.parse_args()
    if asked.speed:
        speed(100_000, 10_000)
    else:
        back_test(asked.seeds, asked.first)


if __name__ == "__main__":
    main()
