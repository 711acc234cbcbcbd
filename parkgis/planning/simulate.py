"""Draw what may become of every batch of parcels: when, if ever, it is handed over.

*Method*: every group of parcels that waits at one milestone since one day walks the remaining steps. The step it is in is drawn
given the time already spent. Steps share three unknowns in each draw: how far the fitted means are off, how slow each project is,
and a shock common to all. At every step a share of the group stays behind and moves on later, or not in the time asked about.
"""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from parkgis.errors import ExtraMissing, Reason
from parkgis.planning.durations import LOG_DAYS
from parkgis.planning.milestones import Travel, assumed, milestones
from parkgis.status.fold import NEVER

try:
    from scipy.special import betaincinv, ndtr, ndtri
except ModuleNotFoundError as error:
    raise ExtraMissing(what=Reason("extra_forecast", "A forecast"), extra="planning") from error

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from parkgis.planning.durations import Durations
    from parkgis.planning.milestones import Cohort, Floats, Ints, Mask

Floats32 = npt.NDArray[np.float32]

CHUNK = 250
"""Draws at a time: bounds the memory, and keeps one array of them in the processor's cache."""
MOST_GROUPS = 800
"""More than these are joined with their neighbours in time: parcels that each go a way of their own."""
LEVELS = 4096
"""Cells of the tables from which durations and shares are read."""
SHARES = 512
FARTHEST = 5.0
"""Normal score at which those tables end."""
STUCK_SURE = 10.0
"""How sure the share that stays behind is, as parcels of a Beta distribution."""
MOST_BATCHES = 60
"""Of notices still to come in a project."""


class Group(NamedTuple):
    """Parcels that wait together.

    Attributes
    ----------
    project, milestone, day : int
        Milestone 0: no notice yet, ``day`` of the project's newest notice.
    area_m2 : float
    stuck : bool
        The others of their batch have moved on without them.
    pace, unsure : float
        What the steps behind them say of those before them: mean and standard deviation of a normal score.
    batches : float
        How many batches it stands for; notices of a project come one batch after another.
    """

    project: int
    milestone: int
    day: int
    area_m2: float
    stuck: bool
    pace: float
    unsure: float
    batches: float = 1.0


@dataclasses.dataclass(frozen=True)
class Draws:
    """What was drawn.

    Attributes
    ----------
    end : ndarray of float64, shape (draws, projects)
        Handed over after the day asked about, up to and with the last day; m2.
    by_day : ndarray of float32, shape (draws, days)
        Handed over in all projects up to each of the days after; m2, rising.
    took : ndarray of float64, shape (draws, steps)
        Mean days that the land which still has to make a step needs for it; 0 where none has.
    """

    end: Floats
    by_day: Floats32
    took: Floats


class Rule(NamedTuple):
    """Something supposed about the days to come.

    Attributes
    ----------
    project : int
    milestone : int
        Reached by ``by`` at the latest, by the whole project; -1 for none.
    by : int
        Day number.
    not_before : int
        No hand-over to the developer before this day number; 0 for none.
    """

    project: int
    milestone: int
    by: int
    not_before: int = 0


def groups(
    travels: Sequence[Travel], found: Sequence[Cohort], fitted: Durations, on: int, begin: frozenset[int] = frozenset()
) -> list[Group]:
    """Return the parcels still to be handed over in projects that have begun, grouped by where they wait.

    Those of ``begin`` count as begun on the day itself.
    """
    known = {(c.project, c.milestone, c.path): c for c in found if c.milestone}
    waiting: list[Group] = []
    for number, one in enumerate(travels):
        passed = (one.days <= on).sum(axis=0)
        if not passed.any():
            if number in begin and len(passed):
                waiting.append(Group(number, 0, on, float(one.area_m2.sum()), False, 0.0, fitted.kin**0.5))
            continue
        waiting += _waiting(number, one, passed, known, fitted)
        fresh = float(one.area_m2[passed == 0].sum())
        if fresh:
            waiting += _to_come(number, one, fresh, fitted, on)
    return _joined(waiting)


def _joined(waiting: list[Group]) -> list[Group]:
    """Join groups of one project, milestone and kind with their neighbours in time until there are few enough.

    What is joined shares its luck, so that a forecast becomes rather less sure than more.
    """
    if len(waiting) <= MOST_GROUPS:
        return waiting
    size = -(-len(waiting) // MOST_GROUPS)
    found = []
    ranked = sorted(waiting, key=lambda g: (g.project, g.milestone, g.stuck, g.day))
    for _, alike in itertools.groupby(ranked, key=lambda g: (g.project, g.milestone, g.stuck)):
        rest = list(alike)
        found += [_one_of(rest[first : first + size]) for first in range(0, len(rest), size)]
    return found


def _one_of(joined: Sequence[Group]) -> Group:
    area = np.array([g.area_m2 for g in joined])
    weights = area / area.sum() if area.sum() else np.full(len(area), 1 / len(area))
    day, pace, unsure = weights @ np.array([(g.day, g.pace, g.unsure) for g in joined])
    return joined[0]._replace(
        day=round(day), area_m2=float(area.sum()), pace=float(pace), unsure=float(unsure), batches=sum(g.batches for g in joined)
    )


def _waiting(
    number: int, one: Travel, passed: Ints, known: dict[tuple[int, int, int], Cohort], fitted: Durations
) -> Iterator[Group]:
    for milestone in range(1, len(milestones())):
        here = np.flatnonzero(passed == milestone)
        paths, place = np.unique(one.paths[milestone - 1][here], return_inverse=True)
        area = np.bincount(place.ravel(), weights=one.area_m2[here], minlength=len(paths))
        batches = [known[number, milestone, path] for path in paths.tolist()]
        pace, unsure = _pace(batches, fitted)
        for batch, area_m2, mean in zip(batches, area.tolist(), pace.tolist(), strict=True):
            yield Group(number, milestone, batch.days[-1], area_m2, batch.moved != NEVER, mean, unsure)


def _pace(batches: Sequence[Cohort], fitted: Durations) -> tuple[Floats, float]:
    """Return what the steps that batches of one milestone have made say of those to come: the mean of each, and its deviation."""
    if not fitted.kin or not batches:
        return np.zeros(len(batches)), 0.0
    days = np.array([batch.days for batch in batches], np.int64)
    took, made = np.diff(days, axis=1), days.shape[1] - 1
    step, project = np.tile(np.arange(1, made + 1), len(days)), np.repeat([batch.project for batch in batches], made)
    scores = fitted.scores(step, project, took.ravel()).reshape(took.shape)
    variance = 1 / (1 / fitted.kin + made / (1 - fitted.kin))
    mean: Floats = variance * scores.sum(axis=1) / (1 - fitted.kin)
    return mean, variance**0.5


def _to_come(number: int, one: Travel, area_m2: float, fitted: Durations, on: int) -> Iterator[Group]:
    """Cut the land without a notice into batches like those so far."""
    given = one.days[0][one.days[0] <= on]
    batches = len(np.unique(given))
    size = float(one.area_m2[one.days[0] <= on].sum()) / batches
    every = max(round(area_m2 / size), 1)
    count = min(every, MOST_BATCHES)
    for _ in range(count):
        yield Group(number, 0, int(given.max()), area_m2 / count, False, 0.0, fitted.kin**0.5, every / count)


def draw(
    waiting: Sequence[Group], durations: Durations, on: int, last: int, days: int, count: int, rng: np.random.Generator,
    rules: Sequence[Rule] = (),
) -> Draws:  # fmt: skip
    """Draw the hand-overs of all groups.

    Parameters
    ----------
    waiting : sequence of Group
    durations : Durations
    on : int
        Day number of the question: everything drawn comes after it.
    last : int
        Last day that ``end`` counts.
    days : int
        How many days after ``on`` ``by_day`` holds.
    count : int
        Draws.
    rng : Generator
    rules : sequence of Rule
        What is supposed.
    """
    steps, projects = len(durations.unsure), len(durations.project)
    made = Draws(np.zeros((count, projects)), np.zeros((count, days), np.float32), np.zeros((count, steps)))
    if waiting:
        tables = _Tables(durations)
        for first in range(0, count, CHUNK):
            part = slice(first, min(first + CHUNK, count))
            walk = _Walk(waiting, durations, tables, on, part.stop - first, rng, rules)
            made.end[part], made.by_day[part] = _chunk(walk, projects, last - on, days)
            made.took[part] = walk.took
    return made


def _chunk(walk: _Walk, projects: int, last: int, days: int) -> tuple[Floats, Floats]:
    count = walk.count
    end, by_day = np.zeros((count, projects)), np.zeros(count * (days + 1))
    place = (np.arange(count, dtype=np.int64) * (days + 1))[:, None]
    for arrived, area_m2, which in walk.arrivals():
        first = np.flatnonzero(_first(walk.project[which]))  # a matrix product of this size wakes threads that wait in vain
        come = np.where(arrived <= last, area_m2, np.float32(0))
        end[:, walk.project[which[first]]] += np.add.reduceat(come, first, axis=1, dtype=np.float64)
        cell = np.ceil(arrived)
        cell -= 1
        np.clip(cell, 0, days, out=cell)  # the last cell holds what comes later
        by_day += np.bincount((place + cell.astype(np.int64)).ravel(), weights=area_m2.ravel(), minlength=by_day.size)
    return end, np.cumsum(by_day.reshape(count, -1)[:, :days], axis=1)


class _Tables:
    """What a normal score or a random level means: read from tables, since so many are drawn."""

    def __init__(self, fitted: Durations) -> None:
        scores = np.linspace(-FARTHEST, FARTHEST, LEVELS)
        self.log_days = [np.interp(ndtr(scores), curve[::-1], LOG_DAYS[::-1]).astype(np.float32) for curve in fitted.survival]
        levels = (np.arange(SHARES) + 0.5) / SHARES
        self.stuck = [betaincinv(s * STUCK_SURE, (1 - s) * STUCK_SURE, levels).astype(np.float32) for s in fitted.stuck]


def _cell(score: Floats32) -> npt.NDArray[np.int32]:
    place = (score + np.float32(FARTHEST)) * np.float32((LEVELS - 1) / (2 * FARTHEST)) + np.float32(0.5)
    cell: npt.NDArray[np.int32] = np.clip(place, 0, LEVELS - 1).astype(np.int32)
    return cell


class _Walk:
    """The walk of all groups in some draws; arrays have the shape (draws, groups), days are counted from ``on``."""

    def __init__(
        self, waiting: Sequence[Group], fitted: Durations, tables: _Tables, on: int, count: int, rng: np.random.Generator,
        rules: Sequence[Rule],
    ) -> None:  # fmt: skip
        self.fitted, self.tables, self.count, self.rng = fitted, tables, count, rng
        self.milestone = np.array([g.milestone for g in waiting])
        self.day = np.array([g.day - on for g in waiting], dtype=np.float32)
        self.area_m2 = np.array([g.area_m2 for g in waiting], dtype=np.float32)
        self.stuck = np.array([g.stuck for g in waiting])
        self.project = np.array([g.project for g in waiting])
        self.log_batches = np.log([g.batches for g in waiting]).astype(np.float32)
        pace, unsure = (np.array([getattr(g, name) for g in waiting], dtype=np.float32) for name in ("pace", "unsure"))
        self.pace = pace + unsure * self._normal(len(waiting))
        steps = len(fitted.unsure)
        self.shift = (fitted.unsure * self._normal(steps)).astype(np.float32)
        effect = fitted.project + fitted.project_spread * self._normal(len(fitted.project))
        self.slow = (effect[:, self.project] + assumed().shock_spread * self._normal(1)).astype(np.float32)
        self.took = np.zeros((count, steps))
        self.by, self.forced, self.not_before = self._supposed(rules, steps, on)

    def _normal(self, width: int) -> Floats32:
        return self.rng.standard_normal((self.count, width), dtype=np.float32)

    def _supposed(self, rules: Sequence[Rule], steps: int, on: int) -> tuple[Floats32, Mask, Floats32]:
        """Return by when each group has made each step, whether nobody may stay behind, and before when no hand-over is."""
        by = np.full((steps, len(self.project)), np.inf, np.float32)
        not_before = np.zeros(len(self.project), np.float32)
        for rule in rules:
            mine = self.project == rule.project
            not_before[mine] = np.maximum(not_before[mine], rule.not_before - on)
            for step in range(rule.milestone + 1):
                by[step, mine] = np.minimum(by[step, mine], rule.by - on)
        return by, np.isfinite(by), not_before

    def arrivals(self) -> Iterator[tuple[Floats32, Floats32, Ints]]:
        """Yield when land arrives at the last milestone, how much and of which groups: the bulk, then what stayed behind."""
        now = np.broadcast_to(self.day, (self.count, len(self.day))).copy()
        whole = np.broadcast_to(self.area_m2, now.shape).copy()
        behind: list[tuple[Floats32, Floats32, Ints]] = []
        for step in range(len(self.fitted.unsure)):
            which = np.flatnonzero(self.milestone <= step)
            if not len(which):
                continue
            took = self._took(step, which, now[:, which])
            self.took[:, step] = (took * self.area_m2[which]).sum(axis=1) / max(float(self.area_m2[which].sum()), 1.0)
            now[:, which] = np.minimum(now[:, which] + took, np.maximum(self.by[step, which], 1))
            if step:
                lost = whole[:, which] * self._share(step, which)
                whole[:, which] -= lost
                wait = self.rng.standard_exponential(lost.shape, dtype=np.float32) / np.float32(self.fitted.late_rate[step])
                behind.append((wait, lost, which))
        for wait, area_m2, which in [(np.float32(0) * now, whole, np.arange(len(self.day))), *behind]:
            yield np.maximum(now[:, which] + wait, self.not_before[which]), area_m2, which

    def _took(self, step: int, which: Ints, now: Floats32) -> Floats32:
        """Draw how long a step takes; for who is in it already, given that it has not ended by ``on``."""
        here = np.flatnonzero(self.milestone[which] == step)
        if step == 0:  # batches of notices come one after another; only the first has waited since the newest one
            here = here[_first(self.project[which])]
        log_scale = self.shift[:, [step]] + self.slow[:, which] + (0 if step else self.log_batches[which])
        pace = self.pace[:, which] if step else np.zeros((1, len(which)), np.float32)
        own = np.float32((1 - self.fitted.kin) ** 0.5 if step else 1.0)
        score = self._normal(len(which))
        score *= own
        score -= pace  # the share of batches that goes later
        spent = -self.day[which][here]
        if len(here):
            log_spent = np.log(np.maximum(spent, 1e-9)) - log_scale[:, here]
            there = np.interp(log_spent, LOG_DAYS, self.fitted.survival[step])
            wide = np.broadcast_to(pace, score.shape)[:, here]
            most = ndtr((wide - ndtri(1 - np.clip(there, 1e-9, 1.0))) / own)  # to go later than now, given the batch's pace
            left = np.clip(most * (1 - self.rng.random(there.shape)), 1e-12, 1 - 1e-7)
            score[:, here] = ndtri(left) * own - wide
        took: Floats32 = np.exp(self.tables.log_days[step][_cell(score)] + log_scale)
        took[:, here] = np.maximum(took[:, here], spent + 1)
        if step == 0:
            return _in_turn(self.project[which], took)
        if (stuck := here[self.stuck[which][here]]).size:
            wait = self.rng.standard_exponential((len(now), len(stuck)), dtype=np.float32) / self.fitted.late_rate[step]
            took[:, stuck] = 1 - self.day[which][stuck] + wait
        return took

    def _share(self, step: int, which: Ints) -> Floats32:
        """Draw the share that stays behind; of those who are behind already, or must not be, nobody else does."""
        drawn: Floats32 = self.tables.stuck[step][self.rng.integers(0, SHARES, (self.count, len(which)), dtype=np.int32)]
        drawn[:, (self.stuck & (self.milestone == step) | self.forced[step])[which]] = 0.0
        return drawn


def _first(project: Ints) -> Mask:
    """Tell which group is the first of its project; those of one project stand together."""
    first: Mask = np.r_[True, project[1:] != project[:-1]]
    return first


def _in_turn(project: Ints, gap: Floats32) -> Floats32:
    """Return when each batch comes, from the gaps between those of one project."""
    total = np.cumsum(gap, axis=1)
    start = np.maximum.accumulate(np.where(_first(project), np.arange(len(project)), 0))
    before: Floats32 = total - (total - gap)[:, start]
    return before
