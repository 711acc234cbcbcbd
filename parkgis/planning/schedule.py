"""Plans by month, working days, and how far ahead or behind the calendar a target is: Earned Schedule.

*Source* of Earned Schedule: secondary texts on W. Lipke's "Schedule Is Different" (2003), which was not read itself: the time at
which the plan had meant to have earned what is earned (ES), over the time gone (AT), is SPI(t) = ES / AT.
"""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
from typing import TYPE_CHECKING, NamedTuple

from parkgis.rules.calendar import ONE_DAY, certain, is_working_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parkgis.status.matters import PlanMonth


class Planned(NamedTuple):
    """Up to and with this day so much is planned to be handed over, m2 since the target's first day."""

    day: dt.date
    area_m2: float


def working_days(after: dt.date, last: dt.date) -> int:
    """Count the days on which offices work after ``after``, up to and with ``last``; Tet and holidays are none."""
    return sum(is_working_day(after + n * ONE_DAY) for n in range(1, (last - after).days + 1))


def holidays_certain(after: dt.date, last: dt.date) -> bool:
    """Tell whether the days off of all years touched were announced."""
    return all(certain(dt.date(number, 1, 1)) for number in range(after.year, last.year + 1))


def s_curve(area_m2: float, start: dt.date, by: dt.date) -> tuple[Planned, ...]:
    """Return a plan by month that starts and ends slowly, over working days: nobody's plan, only a shape.

    *Method*: share 3t^2 - 2t^3 of the area at share t of the working days.
    """
    before = start - ONE_DAY
    total = working_days(before, by)
    found = [Planned(before, 0.0)]
    for last in _month_ends(start, by):
        gone = working_days(before, last) / total if total else 1.0
        found.append(Planned(last, area_m2 * (3 * gone**2 - 2 * gone**3)))
    return tuple(found)


def entered(plan: Sequence[PlanMonth], start: dt.date, by: dt.date) -> tuple[Planned, ...]:
    """Return the plan that the ledger holds, month by month within the target's days; empty where it has none there."""
    months = {month.last: month.planned_m2 for month in plan if start <= month.last.replace(day=1) and month.last <= by}
    if not months:
        return ()
    total, found = 0.0, [Planned(start - ONE_DAY, 0.0)]
    for last in _month_ends(start, by):
        total += months.get(last, 0.0)
        found.append(Planned(last, total))
    return tuple(found)


def _month_ends(start: dt.date, by: dt.date) -> list[dt.date]:
    found = []
    day = start
    while day <= by:
        last = min(day.replace(day=calendar.monthrange(day.year, day.month)[1]), by)
        found.append(last)
        day = last + ONE_DAY
    return found


def planned_by(plan: Sequence[Planned], day: dt.date) -> float:
    """Return what is planned by a day: within a month in proportion to its working days."""
    if not plan or day <= plan[0].day:
        return 0.0
    for before, after in itertools.pairwise(plan):
        if day <= after.day:
            days = working_days(before.day, after.day)
            share = working_days(before.day, day) / days if days else 1.0
            return before.area_m2 + (after.area_m2 - before.area_m2) * share
    return plan[-1].area_m2


def earned_day(plan: Sequence[Planned], area_m2: float) -> dt.date:
    """Return the day by which the plan had meant to have handed over so much: Earned Schedule as a date.

    Parameters
    ----------
    plan : sequence of Planned
    area_m2 : float

    Returns
    -------
    date
        The first such day, by calendar days within the month; the plan's first day less one for nothing, its last for more than
        all of it.
    """
    if area_m2 <= 0:
        return plan[0].day
    for before, after in itertools.pairwise(plan):
        if area_m2 <= after.area_m2 and after.area_m2 > before.area_m2:
            share = (area_m2 - before.area_m2) / (after.area_m2 - before.area_m2)
            return before.day + dt.timedelta(days=round(share * (after.day - before.day).days))
    return plan[-1].day


def spi_t(plan: Sequence[Planned], area_m2: float, on: dt.date) -> float | None:
    """Return Earned Schedule over the time gone; below 1 is behind. None before the first day is over."""
    start, last = plan[0].day, plan[-1].day
    gone = (min(on, last) - start).days
    return (earned_day(plan, area_m2) - start).days / gone if gone > 0 else None
