"""Groups of parcels walk their remaining steps, in many draws at once; :mod:`parkgis.planning.simulate` says how."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from parkgis.errors import ExtraMissing, Reason
from parkgis.planning.durations import LOG_DAYS
from parkgis.planning.milestones import assumed

try:
    from scipy.special import betaincinv, ndtr, ndtri
except ModuleNotFoundError as error:
    raise ExtraMissing(what=Reason("extra_forecast", "A forecast"), extra="planning") from error

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from parkgis.planning.durations import Durations
    from parkgis.planning.milestones import Floats, Floats32, Ints, Mask

LEVELS = 4096
"""Cells of the tables from which durations and shares are read."""
SHARES = 512
FARTHEST = 5.0
"""Normal score at which those tables end."""
STUCK_SURE = 10.0
"""How sure the share that stays behind is, as parcels of a Beta distribution."""


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


class Tables:
    """What a normal score or a random level means: read from tables, since so many are drawn."""

    def __init__(self, fitted: Durations) -> None:
        scores = np.linspace(-FARTHEST, FARTHEST, LEVELS)
        self.log_days = [np.interp(ndtr(scores), curve[::-1], LOG_DAYS[::-1]).astype(np.float32) for curve in fitted.survival]
        levels = (np.arange(SHARES) + 0.5) / SHARES
        self.stuck = [betaincinv(s * STUCK_SURE, (1 - s) * STUCK_SURE, levels).astype(np.float32) for s in fitted.stuck]


def _read(table: Floats32, score: Floats32) -> Floats32:
    """Return the entries of a table of :data:`LEVELS` cells at normal scores."""
    place = score + np.float32(FARTHEST)
    place *= np.float32((LEVELS - 1) / (2 * FARTHEST))
    place += np.float32(0.5)
    found: Floats32 = np.take(table, place.astype(np.intp), mode="clip")
    return found


class Land:
    """The groups as columns, and what is supposed of them; days are counted from ``on``."""

    def __init__(self, waiting: Sequence[Group], steps: int, on: int, rules: Sequence[Rule]) -> None:
        self.milestone = np.array([g.milestone for g in waiting])
        self.day = np.array([g.day - on for g in waiting], dtype=np.float32)
        self.area_m2 = np.array([g.area_m2 for g in waiting], dtype=np.float32)
        self.stuck = np.array([g.stuck for g in waiting])
        self.project = np.array([g.project for g in waiting])
        self.log_batches = np.log([g.batches for g in waiting]).astype(np.float32)
        self.pace = np.array([g.pace for g in waiting], dtype=np.float32)
        self.unsure = np.array([g.unsure for g in waiting], dtype=np.float32)
        self.by, self.forced, self.not_before = self._supposed(rules, steps, on)

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


class Walk:
    """The walk of all groups in some draws; arrays have the shape (draws, groups).

    Columns are taken by :func:`numpy.take`: brackets give them in the other order of memory, and what meets both is slow.
    """

    def __init__(self, land: Land, fitted: Durations, tables: Tables, count: int, rng: np.random.Generator) -> None:
        self.land, self.fitted, self.tables, self.count, self.rng = land, fitted, tables, count, rng
        self.pace = land.pace + land.unsure * self._normal(len(land.day))
        steps = len(fitted.unsure)
        self.shift = (fitted.unsure * self._normal(steps)).astype(np.float32)
        effect = fitted.project + fitted.project_spread * self._normal(len(fitted.project))
        self.slow = (effect + assumed().shock_spread * self._normal(1)).astype(np.float32)
        self.took = np.zeros((count, steps))

    def _normal(self, width: int) -> Floats32:
        return self.rng.standard_normal((self.count, width), dtype=np.float32)

    def arrivals(self, within: int) -> Iterator[tuple[Ints, Ints, Floats32, Floats32]]:
        """Yield what arrives at the last milestone within so many days, as a rule a small part: draw, group, day and area.

        First the bulk, then what stayed behind at each step.
        """
        land = self.land
        now, whole = np.tile(land.day, (self.count, 1)), np.tile(land.area_m2, (self.count, 1))
        behind: list[tuple[Ints, Ints, Floats32, Floats32]] = []
        for step in range(len(self.fitted.unsure)):
            which = np.flatnonzero(land.milestone <= step)
            if not len(which):
                continue
            took, area_m2 = self._took(step, which), land.area_m2[which]
            self.took[:, step] = (took * area_m2).sum(axis=1) / max(float(area_m2.sum()), 1.0)
            there = np.minimum(np.take(now, which, axis=1) + took, np.maximum(land.by[step, which], 1))
            now[:, which] = there
            if step:
                goes = np.take(whole, which, axis=1)
                stays = goes * self._share(step, which)
                whole[:, which] = goes - stays
                wait = self.rng.standard_exponential(stays.shape, dtype=np.float32) / np.float32(self.fitted.late_rate[step])
                soon = _places(there + wait <= within)  # the steps to come make none earlier
                behind.append((soon[0], which[soon[1]], wait[soon], stays[soon]))
        soon = _places(now <= within)
        for drawn, group, wait, area_m2 in [(*soon, np.zeros(len(soon[0]), np.float32), whole[soon]), *behind]:
            yield drawn, group, np.maximum(now[drawn, group] + wait, land.not_before[group]), area_m2

    def _took(self, step: int, which: Ints) -> Floats32:
        """Draw how long a step takes; for who is in it already, given that it has not ended by ``on``."""
        land = self.land
        here = np.flatnonzero(land.milestone[which] == step)
        if step == 0:  # batches of notices come one after another; only the first has waited since the newest one
            here = here[_first(land.project[which])]
        log_scale = np.take(self.slow + self.shift[:, [step]], land.project[which], axis=1)
        if step == 0:
            log_scale += land.log_batches[which]
        score = self._normal(len(which))
        score *= self._own(step)
        pace = np.take(self.pace, which, axis=1) if step else np.zeros((1, len(which)), np.float32)
        score -= pace  # the share of batches that goes later
        stuck = land.stuck[which][here]
        level = self.rng.random((self.count, len(here)))[:, ~stuck]
        here, stays = here[~stuck], here[stuck]
        spent = -land.day[which][here]
        if len(here):
            score[:, here] = self._rest(step, spent, log_scale[:, here], np.broadcast_to(pace, score.shape)[:, here], level)
        took = _read(self.tables.log_days[step], score)
        took += log_scale
        np.exp(took, out=took)
        took[:, here] = np.maximum(took[:, here], spent + 1)
        if step == 0:
            return _in_turn(land.project[which], took)
        if len(stays):
            wait = self.rng.standard_exponential((self.count, len(stays)), dtype=np.float32) / self.fitted.late_rate[step]
            took[:, stays] = 1 - land.day[which][stays] + wait
        return took

    def _own(self, step: int) -> np.float32:
        """Return how much of a score is a step's own, and not its batch's."""
        return np.float32((1 - self.fitted.kin) ** 0.5 if step else 1.0)

    def _rest(self, step: int, spent: Floats32, log_scale: Floats32, pace: Floats32, level: Floats) -> Floats:
        """Return scores of a step that has not ended after the days spent in it."""
        there = np.interp(np.log(np.maximum(spent, 1e-9)) - log_scale, LOG_DAYS, self.fitted.survival[step])
        most = ndtr((pace - ndtri(1 - np.clip(there, 1e-9, 1.0))) / self._own(step))  # to go later than now, given the batch's pace
        left: Floats = ndtri(np.clip(most * (1 - level), 1e-12, 1 - 1e-7)) * self._own(step) - pace
        return left

    def _share(self, step: int, which: Ints) -> Floats32:
        """Draw the share that stays behind; of those who are behind already, or must not be, nobody else does."""
        drawn = np.take(self.tables.stuck[step], self.rng.integers(0, SHARES, (self.count, len(which))))
        drawn[:, (self.land.stuck & (self.land.milestone == step) | self.land.forced[step])[which]] = 0.0
        return drawn


def _places(mask: Mask) -> tuple[Ints, Ints]:
    """Return row and column of what is true: as :func:`numpy.nonzero`, which takes several times as long (NumPy 2.4)."""
    rows, columns = np.divmod(np.flatnonzero(mask), mask.shape[1])
    return rows, columns


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
