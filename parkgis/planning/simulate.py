"""Draw what may become of every batch of parcels: when, if ever, it is handed over.

*Method*: every group of parcels that waits at one milestone since one day walks the remaining steps. The step it is in is drawn
given the time already spent. Steps share three unknowns in each draw: how far the fitted means are off, how slow each project is,
and a shock common to all. At every step a share of the group stays behind and moves on later, or not in the time asked about.
"""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING

import numpy as np

from parkgis.planning.milestones import milestones
from parkgis.planning.walk import Group, Land, Tables, Walk
from parkgis.status.fold import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from parkgis.planning.durations import Durations
    from parkgis.planning.milestones import Cohort, Floats, Floats32, Ints, Travel
    from parkgis.planning.walk import Rule

CHUNK = 250
"""Draws at a time: bounds the memory, and keeps one array of them in the processor's cache."""
MOST_GROUPS = 800
"""More than these are joined with their neighbours in time: parcels that each go a way of their own."""
MOST_BATCHES = 60
"""Of notices still to come in a project."""


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


def groups(
    travels: Sequence[Travel], found: Sequence[Cohort], fitted: Durations, on: int, begin: frozenset[int] = frozenset()
) -> list[Group]:
    """Return the parcels still to be handed over in projects that have begun, grouped by where they wait.

    Those of ``begin`` count as begun on the day itself.
    """
    known = {(c.project, c.milestone, c.path): c for c in found if c.milestone}
    waiting: list[Group] = []
    for number, one in enumerate(travels):
        passed = (one.ways.days <= on).sum(axis=0)[one.ways.of]
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
        path = one.ways.paths[milestone - 1][one.ways.of[here]]
        paths = np.flatnonzero(np.bincount(path))
        area = np.bincount(path, weights=one.area_m2[here])[paths]
        batches = [known[number, milestone, number_] for number_ in paths.tolist()]
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
        land, tables = Land(waiting, steps, on, rules), Tables(durations)
        for first in range(0, count, CHUNK):
            part = slice(first, min(first + CHUNK, count))
            walk = Walk(land, durations, tables, part.stop - first, rng)
            made.end[part], made.by_day[part] = _chunk(walk, projects, last - on, days)
            made.took[part] = walk.took
    return made


def _chunk(walk: Walk, projects: int, last: int, days: int) -> tuple[Floats, Floats]:
    end, by_day = np.zeros(walk.count * projects), np.zeros(walk.count * (days + 1))
    for drawn, group, arrived, area_m2 in walk.arrivals(max(last, days)):
        end += np.bincount(drawn * projects + walk.land.project[group], area_m2 * (arrived <= last), end.size)
        day = np.clip(np.ceil(arrived).astype(np.int64) - 1, 0, days)  # the last holds what comes later
        by_day += np.bincount(drawn * (days + 1) + day, area_m2, by_day.size)
    return end.reshape(walk.count, -1), np.cumsum(by_day.reshape(walk.count, -1)[:, :days], axis=1)
