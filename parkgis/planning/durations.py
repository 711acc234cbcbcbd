"""How long each step takes: fitted to what a ledger shows, open steps counted as censored.

*Method*: a project's effect scales all its durations; it comes from a log-normal fit with a mean for each step, in which batches
that still wait are right-censored. Durations freed of that effect give each step a Kaplan-Meier curve, in which the same batches
are censored. Means, effects and curves are drawn toward what is assumed (``rules/forecast.toml``), the less the more batches
there are.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from parkgis.errors import ExtraMissing, Reason
from parkgis.planning.milestones import assumed, milestones
from parkgis.rules import limits, limits_on
from parkgis.status.fold import NEVER, date, number

try:
    from scipy.special import log_ndtr, ndtr, ndtri  # scipy.stats, which has all of this, takes half a second to load
except ModuleNotFoundError as error:
    raise ExtraMissing(what=Reason("extra_forecast", "A forecast"), extra="planning") from error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parkgis.planning.milestones import Cohort, Floats, Ints, Mask

SHORTEST = 0.5
"""Days that a step of one day to the same day is taken to last."""
ROUNDS = 25
LOG_ROOT = np.log(np.sqrt(2 * np.pi))
BINDING = 14
"""Days within which an act follows the end of the wait that held it up."""
LOG_DAYS = np.linspace(np.log(SHORTEST) - 0.1, np.log(4000.0), 256)
"""Where survival curves are known; logarithm of days."""


@dataclasses.dataclass(frozen=True)
class Durations:
    """Steps between milestones; step k leads from milestone k to k + 1.

    Attributes
    ----------
    survival : ndarray of float64, shape (steps, len(LOG_DAYS))
        Share of batches that a step has not let go after so many days, in a project of ordinary pace; falling.
    unsure : ndarray of float64, shape (steps,)
        How far off the scale of a curve may be: standard deviation of the logarithm.
    project : ndarray of float64, shape (projects,)
        Effect on the logarithm of all durations of a project.
    project_spread : ndarray of float64, shape (projects,)
        How unsure that is.
    kin : float
        How alike the steps of one batch are, 0-1: correlation of their normal scores.
    stuck : ndarray of float64, shape (steps,)
        Share of a batch's parcels that stay behind.
    late_rate : ndarray of float64, shape (steps,)
        Of those, who moves on, a day.
    """

    survival: Floats
    unsure: Floats
    project: Floats
    project_spread: Floats
    kin: float
    stuck: Floats
    late_rate: Floats

    def scores(self, step: Ints, project: Ints, days: Ints) -> Floats:
        """Return the normal score of each duration in its project: 0 for the median, positive for a long one; shape (n,)."""
        log = np.log(np.maximum(days, SHORTEST)) - self.project[project]
        share = np.zeros(len(log))
        for row, curve in enumerate(self.survival):
            mine = step == row
            share[mine] = np.interp(log[mine], LOG_DAYS, curve)
        found: Floats = ndtri(np.clip(1 - share, 0.01, 0.99))
        return found


def fit(found: Sequence[Cohort], projects: int, on: int) -> Durations:
    """Fit the durations of all steps to the cohorts known on a day.

    Parameters
    ----------
    found : sequence of Cohort
    projects : int
        How many projects there are.
    on : int
        Day number.
    """
    steps = len(milestones())
    step = np.array([c.milestone for c in found], dtype=np.int64)
    project = np.array([c.project for c in found], dtype=np.int64)
    moved = np.array([c.moved for c in found], dtype=np.int64)
    day = np.array([c.days[-1] for c in found], dtype=np.int64)
    known = moved != NEVER
    took = np.where(known, moved, on) - day
    log = np.log(np.maximum(took - _lapsed_waits(found, step, moved, on), SHORTEST))
    heft = np.sqrt([c.parcels for c in found])  # a batch of a hundred parcels is one decision, and more than a single one
    spread, effect = _fitted(log, known, step, project, projects, heft)
    of_project = np.bincount(project[known], minlength=projects)
    rules = assumed()
    prior = np.mean(spread) ** 2 / rules.project_spread**2
    stuck, late = _stuck(found, steps)
    fitted = Durations(
        survival=np.array([_curve(k, log - effect[project], known, step == k, heft) for k in range(steps)]),
        unsure=spread / np.sqrt(np.bincount(step[known], minlength=steps) + rules.weight),
        project=effect,
        project_spread=rules.project_spread * np.sqrt(prior / (prior + of_project)),
        kin=0.0,
        stuck=stuck,
        late_rate=late,
    )
    return dataclasses.replace(fitted, kin=_kin(found, fitted))


def _kin(found: Sequence[Cohort], fitted: Durations) -> float:
    """Estimate how alike the steps of one batch are from pairs of steps, one after another."""
    pairs = [
        (c.milestone, c.project, c.days[-1] - c.days[-2], c.moved - c.days[-1])
        for c in found
        if c.moved != NEVER and c.milestone > 1
    ]
    step, project, before, after = np.array(pairs, np.int64).reshape(-1, 4).T
    products = fitted.scores(step - 1, project, before) * fitted.scores(step, project, after)
    alone = np.zeros(round(assumed().weight * len(milestones())))
    return float(np.clip(np.concatenate([alone, products]).mean(), 0.0, 0.8))


def _lapsed_waits(found: Sequence[Cohort], milestone: Ints, moved: Ints, on: int) -> Ints:
    """Return by how many days the law made each batch wait longer than it does on ``on``; 0 for one that still waits."""
    place = {code: n for n, one in enumerate(milestones()) for code in one.stages}
    now = {limit.id: limit.days for limit in limits_on(date(on))}
    lapsed = np.zeros(len(found), np.int64)
    for limit in limits():
        days, after = limit.days or 0, place.get(limit.to_stage, 0)
        shorter = days - (now.get(limit.id) or days)
        if limit.kind != "min" or shorter <= 0 or not after:
            continue
        last = NEVER if limit.effective_to is None else number(limit.effective_to)
        mine = np.flatnonzero((milestone == after) & (number(limit.effective_from) <= moved) & (moved < last))
        start = place[limit.from_stage]
        since, waited = (moved[mine] - [found[row].days[reached] for row in mine.tolist()] for reached in (start, -1))
        bound = (since >= days) & (since <= days + BINDING)  # what it waited for was this limit, not the step before
        wait = shorter if start == after - 1 else np.where(bound, np.minimum(shorter, waited), 0)
        lapsed[mine] = np.maximum(lapsed[mine], wait)
    return lapsed


def _fitted(log: Floats, known: Mask, step: Ints, project: Ints, projects: int, heft: Floats) -> tuple[Floats, Floats]:
    """Return the spread of each step and the effect of each project.

    *Method*: alternate between filling in what is censored and drawing means, spreads and effects anew (EM).
    """
    rules = assumed()
    mean = np.log([one.median_days for one in milestones()])
    spread = np.array([one.spread for one in milestones()])
    prior_mean, prior_spread = mean.copy(), spread.copy()
    effect = np.zeros(projects)
    steps = len(mean)
    for _ in range(ROUNDS):
        centre, width = mean[step] + effect[project], spread[step]
        z = (log - centre) / width
        ratio = np.exp(-(z**2) / 2 - LOG_ROOT - log_ndtr(-z))  # inverse Mills: mean of a normal above z
        first = np.where(known, log, centre + width * ratio)
        variance = np.where(known, 0.0, width**2 * np.clip(1 + z * ratio - ratio**2, 0.0, 1.0))
        count = np.bincount(step, heft, steps) + rules.weight
        mean = (np.bincount(step, heft * (first - effect[project]), steps) + rules.weight * prior_mean) / count
        rest = first - mean[step] - effect[project]
        squares = np.bincount(step, heft * (rest**2 + variance), steps) + rules.weight * prior_spread**2
        spread = np.sqrt(squares / count)
        weight = heft / max(float(heft.sum()) / max(len(heft), 1), 1.0) / spread[step] ** 2
        pull = np.bincount(project, weight * (first - mean[step]), projects)
        effect = pull / (np.bincount(project, weight, projects) + 1 / rules.project_spread**2)
    return spread, effect


def _curve(step: int, log: Floats, known: Mask, mine: Mask, heft: Floats) -> Floats:
    """Return the survival curve of a step on :data:`LOG_DAYS`: what was observed, mixed with what is assumed."""
    one, weight = milestones()[step], assumed().weight
    prior: Floats = ndtr((np.log(one.median_days) - LOG_DAYS) / one.spread)
    if not (known & mine).any():
        return prior
    seen, left = kaplan_meier(log[mine], known[mine], np.rint(heft[mine]))
    at, shares = np.r_[LOG_DAYS[0], seen], np.r_[1.0, left]
    observed = np.interp(LOG_DAYS, at, shares)
    tail = at[-1] < LOG_DAYS  # what is still there at the last observation goes on as assumed
    observed[tail] = shares[-1] * prior[tail] / prior[~tail][-1]
    count = (known & mine).sum()
    mixed: Floats = (count * observed + weight * prior) / (count + weight)
    return mixed


def kaplan_meier(times: Floats, ended: Mask, weights: Floats) -> tuple[Floats, Floats]:
    """Return the share that lasts longer than each time, where some were still lasting when they were seen last.

    Parameters
    ----------
    times : ndarray of float64, shape (n,)
        How long each lasted, or was seen to last.
    ended : ndarray of bool, shape (n,)
    weights : ndarray of float64, shape (n,)
        As how many each counts.

    Returns
    -------
    times : ndarray of float64, shape (k,)
        Each once, rising.
    shares : ndarray of float64, shape (k,)
        *Source*: Kaplan and Meier (1958), J. Amer. Statist. Assoc. 53.
    """
    at, place = np.unique(times, return_inverse=True)
    gone, away = np.bincount(place, weights * ended, len(at)), np.bincount(place, weights, len(at))
    at_risk = away[::-1].cumsum()[::-1]
    return at, np.cumprod((at_risk - gone) / at_risk)


def _stuck(found: Sequence[Cohort], steps: int) -> tuple[Floats, Floats]:
    rules = assumed()
    behind, parcels = np.full(steps, rules.stuck_share * rules.stuck_weight), np.full(steps, rules.stuck_weight)
    late, waited = np.full(steps, rules.late_weight), np.full(steps, rules.late_weight * rules.late_days)
    gone = [c for c in found if c.moved != NEVER]
    milestone = [c.milestone for c in gone]
    np.add.at(behind, milestone, [c.behind for c in gone])
    np.add.at(parcels, milestone, [c.parcels for c in gone])
    np.add.at(late, milestone, [c.late for c in gone])
    np.add.at(waited, milestone, [c.late_days for c in gone])
    return behind / parcels, late / waited
