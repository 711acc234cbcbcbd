"""Every target of a workspace as of a day: counted, pace needed, plan, Earned Schedule, burn-up."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, NamedTuple

from parkgis.errors import WorkspaceInvalid
from parkgis.layers.indicators import read_indicators
from parkgis.planning import schedule
from parkgis.planning.goals import Goal, year_goal
from parkgis.planning.schedule import Planned
from parkgis.planning.supply import supply
from parkgis.rules.calendar import ONE_DAY
from parkgis.status.fold import NEVER, date, number
from parkgis.status.series import counted_by_day

if TYPE_CHECKING:
    import datetime as dt

    from parkgis.layers.indicators import Indicator
    from parkgis.status import Snapshot
    from parkgis.status.matters import PlanMonth
    from parkgis.workspace import Workspace


class Burn(NamedTuple):
    """From this day on so much was counted, m2."""

    day: dt.date
    area_m2: float


@dataclasses.dataclass(frozen=True, slots=True)
class Progress:
    """One target as of a day.

    Attributes
    ----------
    goal : Goal
    counted_m2 : float
        Since the target's first day. On the definition's basis for the target year, else on the map (``mapped``).
    mapped : bool
    remaining_m2 : float
    working_days : int
        After the day, up to and with the last one.
    holidays_certain : bool
        False where days off of a year to come are computed, not announced.
    pace_m2, pace_so_far_m2 : float or None
        A working day: needed from now on (None: no day is left), and kept so far (None: no day is over).
    plan : tuple of Planned
    plan_entered : bool
        False: nobody entered a plan; ``plan`` is an S-curve.
    planned_m2 : float
        By the day.
    plan_total_m2 : float
        Of all months: an entered plan may fall short of the target.
    earned : datetime.date
        The day by which the plan had meant to have what is counted.
    spi_t : float or None
    burn_up : tuple of Burn
    """

    goal: Goal
    counted_m2: float
    mapped: bool
    remaining_m2: float
    working_days: int
    holidays_certain: bool
    pace_m2: float | None
    pace_so_far_m2: float | None
    plan: tuple[Planned, ...]
    plan_entered: bool
    planned_m2: float
    plan_total_m2: float
    earned: dt.date
    spi_t: float | None
    burn_up: tuple[Burn, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Targets:
    """All targets and indicators of a workspace as of a day."""

    on: dt.date
    demo: bool
    progress: tuple[Progress, ...]
    indicators: tuple[Indicator, ...]


def goals_of(workspace: Workspace, snapshot: Snapshot) -> tuple[Goal, ...]:
    """Return the year's target and those of ``[[targets]]``.

    Raises
    ------
    WorkspaceInvalid
        For a park or project that is not in the tables.
    """
    parks, projects = {one.park.id for one in snapshot.parks}, {one.project.id for one in snapshot.projects}
    more = workspace.as_known(snapshot.cut.known).config.targets
    for goal in more:
        if (goal.park and goal.park not in parks) or (goal.project and goal.project not in projects):
            why = f"[[targets]] {goal.id}: there is no {goal.park or goal.project} in layers/parks.csv, layers/projects.csv"
            raise WorkspaceInvalid(path=workspace.root / "parkgis.toml", why=why)
    return (year_goal(snapshot.target), *more)


def targets(workspace: Workspace, snapshot: Snapshot) -> Targets:
    """Hold every target against a snapshot, with the indicators as they were known, and what was reached of them by the day.

    Indicators are not shown in a demo: they are true, and it is not.
    """
    demo, on = snapshot.demo, snapshot.cut.on
    known = () if demo else read_indicators(workspace.as_known(snapshot.cut.known).text("indicators"))
    found = tuple(dataclasses.replace(one, actuals=tuple(a for a in one.actuals if a.day <= on)) for one in known)
    progress = tuple(progress_of(snapshot, goal) for goal in goals_of(workspace, snapshot))
    return Targets(snapshot.cut.on, demo, progress, found)


def progress_of(snapshot: Snapshot, goal: Goal) -> Progress:
    """Hold one target against a snapshot."""
    on = snapshot.cut.on
    burn_up, mapped = _burn_up(snapshot, goal)
    counted = max(burn_up[-1].area_m2 if burn_up else 0.0, 0.0)
    remaining = max(goal.area_m2 - counted, 0.0)
    left = schedule.working_days(max(on, goal.start - ONE_DAY), goal.by)
    gone = schedule.working_days(goal.start - ONE_DAY, min(on, goal.by))
    given = schedule.entered(_matters(snapshot, goal), goal.start, goal.by)
    plan = given or schedule.s_curve(goal.area_m2, goal.start, goal.by)
    return Progress(
        goal=goal,
        counted_m2=counted,
        mapped=mapped,
        remaining_m2=remaining,
        working_days=left,
        holidays_certain=schedule.holidays_certain(on, goal.by),
        pace_m2=remaining / left if left else (0.0 if not remaining else None),
        pace_so_far_m2=counted / gone if gone else None,
        plan=plan,
        plan_entered=bool(given),
        planned_m2=schedule.planned_by(plan, on),
        plan_total_m2=plan[-1].area_m2,
        earned=schedule.earned_day(plan, counted),
        spi_t=schedule.spi_t(plan, counted, on),
        burn_up=burn_up,
    )


def _matters(snapshot: Snapshot, goal: Goal) -> tuple[PlanMonth, ...]:
    if goal.project:
        return snapshot.project(goal.project).matters.plan
    if goal.park:
        return next(one for one in snapshot.parks if one.park.id == goal.park).matters.plan
    return snapshot.matters.plan


def _burn_up(snapshot: Snapshot, goal: Goal) -> tuple[tuple[Burn, ...], bool]:
    """Return what was counted day by day, and whether it was measured on the map because no snapshot counts these days."""
    whole_year = (goal.start.month, goal.start.day) == (1, 1) and goal.start.year == snapshot.target.year == goal.by.year
    if whole_year and not goal.park:
        series = counted_by_day(snapshot)
        steps = series.projects.get(goal.project, ()) if goal.project else series.total
        return tuple(Burn(step.day, step.area_m2) for step in steps if step.day <= goal.by), False
    return _mapped(snapshot, goal), True


def _mapped(snapshot: Snapshot, goal: Goal) -> tuple[Burn, ...]:
    first, last = number(goal.start), min(number(goal.by), number(snapshot.cut.on))
    areas: dict[int, float] = {}
    for one in supply(snapshot, goal.park, goal.project).travels:
        for day, area_m2 in zip(one.days[-1].tolist(), one.area_m2.tolist(), strict=True):
            if day != NEVER and first <= day <= last:
                areas[day] = areas.get(day, 0.0) + area_m2
    total, found = 0.0, [Burn(goal.start, 0.0)]
    for day in sorted(areas):
        total += areas[day]
        found.append(Burn(date(day), total))
    return tuple(found)
