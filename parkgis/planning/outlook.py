"""A forecast of one target together with how past forecasts fared: what the command, the report and the briefing print."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from parkgis.errors import Reason, UsageError
from parkgis.planning.backtest import Backtest, backtest
from parkgis.planning.forecast import DRAWS, Forecast, Note, forecast
from parkgis.planning.supply import Supply, supply
from parkgis.planning.target import goals_of, progress_of
from parkgis.status.fold import number
from parkgis.units import year

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from parkgis.model import Cut
    from parkgis.planning.goals import Goal
    from parkgis.planning.suppose import Suppose
    from parkgis.status import Snapshot
    from parkgis.workspace import Workspace


@dataclasses.dataclass(frozen=True, slots=True)
class Outlook:
    """A forecast and what stands beside it.

    Attributes
    ----------
    goal : Goal
    cut : Cut
    demo : bool
    plain : Forecast
        Without suppositions.
    supposed : Forecast or None
        With them, from the same seed: the difference is theirs.
    past : Backtest or None
        None where it was not asked for: the band is then as it comes.
    """

    goal: Goal
    cut: Cut
    demo: bool
    plain: Forecast
    supposed: Forecast | None
    past: Backtest | None


@dataclasses.dataclass(frozen=True, slots=True)
class Summary:
    """The few figures a report prints, each with what it needs to be read; areas in m2, shares 0-1.

    ``probability``, ``p10_m2``, ``p50_m2`` and ``p90_m2`` are None where there is no ground for a number; ``notes`` are codes of
    ``forecast.note_CODE`` with their facts. ``covered_80`` is the share of ``pairs`` past forecasts whose 80 % band held what came.
    """

    target_m2: float
    counted_m2: float
    by: dt.date
    probability: float | None
    p10_m2: float | None
    p50_m2: float | None
    p90_m2: float | None
    reached_p50: dt.date | None
    months: int
    pairs: int
    covered_80: float | None
    calibration: float
    notes: tuple[tuple[str, dict[str, object]], ...]
    draws: int = 0
    seed: int = 0
    history_days: int = 0


def find_goal(workspace: Workspace, snapshot: Snapshot, id_: str) -> Goal:
    """Return a target by its id; the year's where ``id_`` is empty.

    Raises
    ------
    UsageError
    """
    known = goals_of(workspace, snapshot)
    for goal in known:
        if id_ in ("", goal.id):
            return goal
    ids = ", ".join(goal.id for goal in known)
    raise UsageError(why=Reason("target_unknown", "there is no target {id}; the targets are: {ids}", id=id_, ids=ids))


def outlook(
    workspace: Workspace, snapshot: Snapshot, goal: Goal, *, draws: int = DRAWS, seed: int = 1, supposed: Sequence[Suppose] = (),
    replay: bool = True, progress: Callable[[str, float], None] = lambda _step, _share: None,
) -> Outlook:  # fmt: skip
    """Forecast a target, its band calibrated by the past forecasts of the same land.

    Parameters
    ----------
    workspace, snapshot, goal
    draws, seed : int
    supposed : sequence of Suppose
    replay : bool
        False leaves the back-test out.
    progress : callable
    """
    base, on = _base(snapshot, goal), _asked(workspace, snapshot)
    past = None
    if replay:
        past = backtest(
            workspace, snapshot.cut, seed, goal.park, goal.project, lambda step, share: progress(step, 0.1 + 0.7 * share),
            truth=base.travels, reading=snapshot.asked.reading,
        )  # fmt: skip
    wide = past.calibration if past else 1.0

    def ask(given: Sequence[Suppose]) -> Forecast:
        made = forecast(base, goal.area_m2, on, goal.by, draws=draws, seed=seed, supposed=given, calibration=wide, start=goal.start)
        ahead = (Note("ahead", {"known": on, "on": snapshot.cut.on}),) if on < snapshot.cut.on else ()
        return dataclasses.replace(made, notes=(*made.notes, *ahead))

    progress("forecast", 0.85)
    return Outlook(goal, snapshot.cut, snapshot.demo, ask(()), ask(supposed) if supposed else None, past)


def _asked(workspace: Workspace, snapshot: Snapshot) -> dt.date:
    """Return the day to forecast from: the day asked about, but never after the last day anything can be known of.

    Of the days between nobody knows what was handed over: to start after them would take them for days on which nothing was.
    """
    return min(snapshot.cut.on, snapshot.cut.known.astimezone(workspace.zone).date())


def _base(snapshot: Snapshot, goal: Goal) -> Supply:
    """Return the land of a target and what counts of it since its first day."""
    found = supply(snapshot, goal.park, goal.project)
    period = year(snapshot.target.year)
    if (goal.start, goal.by.year) == (period.start, snapshot.target.year):
        return found
    first, on = number(goal.start), number(min(snapshot.cut.on, goal.by))
    counted = tuple(float(one.area_m2[(first <= one.days[-1]) & (one.days[-1] <= on)].sum()) for one in found.travels)
    total = progress_of(snapshot, goal).counted_m2
    return dataclasses.replace(found, counted_m2=total, counted_by_project_m2=counted, document_ratio=None)


def summary(found: Outlook) -> Summary:
    """Reduce an outlook to what a report prints."""
    plain, past = found.plain, found.past or Backtest()
    end = plain.end
    return Summary(
        target_m2=plain.target_m2,
        counted_m2=plain.counted_m2,
        by=plain.last,
        probability=plain.probability,
        p10_m2=end.p10 if end else None,
        p50_m2=end.p50 if end else None,
        p90_m2=end.p90 if end else None,
        reached_p50=plain.reached.p50 if plain.reached else None,
        months=past.months,
        pairs=past.pairs,
        covered_80=past.covered_80,
        calibration=plain.widened,
        notes=tuple((note.code, note.facts) for note in plain.notes),
        draws=plain.draws,
        seed=plain.seed,
        history_days=plain.history_days,
    )
