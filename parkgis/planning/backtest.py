"""Was the forecast right? Every past month-end is forecast with what was known then and held against what came.

*Method*: at each month-end the ledger is folded as of that day, as known at its end, and the hand-over up to each later
month-end and to the last day the ledger knows of is forecast. Coverage counts these pairs; those of one month-end are no
independent witnesses, so that the factor on the width of the band, taken from them, is shrunk toward 1 by the number of month-ends.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from parkgis.planning.durations import fit
from parkgis.planning.forecast import FEWEST_MOVES
from parkgis.planning.milestones import cohorts, told_to
from parkgis.planning.simulate import draw, groups
from parkgis.planning.supply import first_step, travels_of
from parkgis.status.fold import NEVER, date, number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from parkgis.model import Cut
    from parkgis.planning.milestones import Floats, Floats32, Travel
    from parkgis.status.whole import Reading
    from parkgis.workspace import Workspace

DRAWS = 600
MOST_MONTHS = 18
SHRINK = 6.0
"""Month-ends that weigh as much as the belief that the band is right as it is."""
WIDEST = 3.0
BAND_80, BAND_50 = (0.1, 0.9), (0.25, 0.75)
AHEAD_DAYS = 20
"""A month-end nearer to the day asked about than this is not replayed."""


class Bands(NamedTuple):
    """Shares of futures in which less was handed over, m2."""

    p10: float
    p25: float
    p50: float
    p75: float
    p90: float


class Replay(NamedTuple):
    """A past month-end: what was forecast then for a later day, and what came. Areas in m2, basis grid, handed over since.

    ``came_m2`` is that of projects which had begun by then, as the forecast is; ``later_m2`` came from projects begun later.
    """

    on: dt.date
    to: dt.date
    bands: Bands
    came_m2: float
    later_m2: float


@dataclasses.dataclass(frozen=True, slots=True)
class Backtest:
    """How past forecasts fared.

    Attributes
    ----------
    replays : tuple of Replay
        One a month-end, up to the last day known.
    months, pairs : int
        Month-ends replayed; pairs of a month-end and a later day.
    covered_80, covered_50 : float or None
        Share of pairs in the band; None without any.
    bias : float or None
        Sum of the forecasts (P50) of ``replays`` over what came, less 1.
    calibration : float
        Factor on the width of the band, 1 to :data:`WIDEST`: never narrower.
    """

    replays: tuple[Replay, ...] = ()
    months: int = 0
    pairs: int = 0
    covered_80: float | None = None
    covered_50: float | None = None
    bias: float | None = None
    calibration: float = 1.0


def backtest(
    workspace: Workspace, cut: Cut, seed: int = 1, park: str = "", project: str = "",
    progress: Callable[[str, float], None] = lambda _step, _share: None, truth: Sequence[Travel] | None = None,
    reading: Reading | None = None,
) -> Backtest:  # fmt: skip
    """Replay the past month-ends of a workspace up to a cut; nothing known later than it is looked at.

    ``truth`` is how far the land is at the cut, ``reading`` what a snapshot of it read of the ledger, where there is one already.

    Cost: one reading of the ledger unless given; one fold and :data:`DRAWS` futures a month-end, :data:`MOST_MONTHS` at most.
    """
    fold = workspace.earlier(cut, reading)
    truth = travels_of(*fold(cut), park, project) if truth is None else truth
    begun = first_step(truth)
    if begun is None:
        return Backtest()
    told = date(told_to(truth, number(cut.on)))  # after it the truth is not in the ledger yet
    days = month_ends(date(begun), told)
    found: list[Replay] = []
    for done, day in enumerate(days):
        progress("backtest", done / len(days))
        known = min(dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), workspace.zone).astimezone(dt.UTC), cut.known)
        then = travels_of(*fold(workspace.cut(day, known)), park, project)
        found += replay(then, truth, day, [*(d for d in days if d > day), told], seed)
    return judge(found)


def month_ends(begun: dt.date, told: dt.date) -> list[dt.date]:
    """Return the month-ends after ``begun`` and some weeks before ``told``, the newest :data:`MOST_MONTHS`."""
    found: list[dt.date] = []
    day = begun.replace(day=1)
    while True:
        day = (day + dt.timedelta(days=32)).replace(day=1)
        last = day - dt.timedelta(days=1)
        if (told - last).days < AHEAD_DAYS:
            return found[-MOST_MONTHS:]
        found.append(last)


def replay(then: Sequence[Travel], truth: Sequence[Travel], on: dt.date, to: Sequence[dt.date], seed: int) -> list[Replay]:
    """Forecast from one past day to several later ones and lay what came beside it; nothing where there was too little to go by."""
    today, ends = number(on), [number(day) for day in to]
    found = cohorts(then, today)
    if sum(c.moved != NEVER and c.milestone > 0 for c in found) < FEWEST_MOVES:
        return []
    start = told_to(then, today)
    fitted = fit(found, len(then), start)
    waiting = groups(then, found, fitted, today)
    made = draw(waiting, fitted, start, ends[-1], ends[-1] - start, DRAWS, np.random.default_rng(seed))
    begun = {one.project for one in then if (one.ways.days <= today).any()}
    mine = [one for one in truth if one.project in begun]
    was, others = _handed(then, today), [one for one in truth if one.project not in begun]
    return [
        Replay(on, day, bands, _handed(mine, end) - was, _handed(others, end))
        for day, end, bands in zip(to, ends, _bands(made.by_day[:, np.array(ends) - start - 1]), strict=True)
    ]


def _bands(drawn: Floats32) -> list[Bands]:
    return [Bands(*day) for day in np.quantile(drawn, (0.1, 0.25, 0.5, 0.75, 0.9), axis=0).T.tolist()]


def _handed(travels: Sequence[Travel], day: int) -> float:
    return float(sum(one.handed_m2(day) for one in travels))


def judge(found: Sequence[Replay]) -> Backtest:
    """Count how often what came lay in the band, and how much wider the band should have been."""
    if not found:
        return Backtest()
    rows = np.array([(*row.bands, row.came_m2) for row in found])
    p10, p25, p50, p75, p90, came = rows.T
    newest = max(row.to for row in found)
    last = [row for row in found if row.to == newest]
    came_last = sum(row.came_m2 for row in last)
    months = len({row.on for row in found})
    return Backtest(
        replays=tuple(last),
        months=months,
        pairs=len(found),
        covered_80=float(((p10 <= came) & (came <= p90)).mean()),
        covered_50=float(((p25 <= came) & (came <= p75)).mean()),
        bias=sum(row.bands.p50 for row in last) / came_last - 1 if came_last > 0 else None,
        calibration=_calibration(p10, p50, p90, came, months),
    )


def _calibration(p10: Floats, p50: Floats, p90: Floats, came: Floats, months: int) -> float:
    """Return the factor at which 80 % of what came would have lain in the band, shrunk toward 1."""
    reach = np.where(came >= p50, p90 - p50, p50 - p10)
    known = reach > 0
    if not known.any():
        return 1.0
    needed = float(np.quantile(np.abs(came - p50)[known] / reach[known], 0.8))
    weight = months / (months + SHRINK)
    return float(np.clip(np.exp(weight * np.log(max(needed, 1e-9))), 1.0, WIDEST))
