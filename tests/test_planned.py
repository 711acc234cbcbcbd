"""Plans by month, working days, Earned Schedule; targets as parkgis.toml states them."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parkgis.model import Target
from parkgis.planning import goals, schedule
from parkgis.planning.schedule import Planned
from parkgis.status.matters import PlanMonth

START, BY = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
PLAN = (Planned(dt.date(2025, 12, 31), 0.0), Planned(dt.date(2026, 1, 31), 10.0), Planned(dt.date(2026, 2, 28), 40.0))


def test_tet_weekends_and_holidays_are_no_working_days() -> None:
    assert schedule.working_days(dt.date(2026, 2, 13), dt.date(2026, 2, 22)) == 0, "Friday before Tet to the Sunday after"
    assert schedule.working_days(dt.date(2026, 6, 28), dt.date(2026, 7, 3)) == 5
    assert schedule.working_days(BY, START) == 0


def test_the_s_curve_starts_and_ends_slowly_and_is_whole() -> None:
    plan = schedule.s_curve(300.0, START, BY)
    steps = [b.area_m2 - a.area_m2 for a, b in itertools.pairwise(plan)]
    assert len(steps) == 12 and plan[-1].day == BY and plan[-1].area_m2 == pytest.approx(300.0)
    assert min(steps) == min(steps[0], steps[-1]) and max(steps) in steps[4:8]


def test_an_entered_plan_counts_only_the_months_of_the_target() -> None:
    months = [PlanMonth("2026-05", 10.0, 10.0), PlanMonth("2026-07", 5.0, 15.0)]
    plan = schedule.entered(months, START, BY)
    assert plan[-1].area_m2 == 15.0 and schedule.planned_by(plan, dt.date(2026, 5, 31)) == 10.0
    assert schedule.entered(months, dt.date(2026, 6, 1), BY)[-1].area_m2 == 5.0
    assert schedule.entered([], START, BY) == ()


def test_earned_schedule_is_the_day_that_planned_what_is_there() -> None:
    assert schedule.earned_day(PLAN, 10.0) == dt.date(2026, 1, 31)
    assert schedule.earned_day(PLAN, 25.0) == dt.date(2026, 2, 14)
    assert (schedule.earned_day(PLAN, 0.0), schedule.earned_day(PLAN, 99.0)) == (PLAN[0].day, PLAN[-1].day)


def test_spi_t_is_earned_time_over_time_gone() -> None:
    assert schedule.spi_t(PLAN, 10.0, dt.date(2026, 1, 31)) == 1.0
    assert schedule.spi_t(PLAN, 10.0, dt.date(2026, 2, 28)) == pytest.approx(31 / 59)
    assert schedule.spi_t(PLAN, 0.0, dt.date(2025, 12, 31)) is None


@given(st.floats(0, 50), st.floats(0, 50))
def test_more_area_is_never_earlier(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert schedule.earned_day(PLAN, low) <= schedule.earned_day(PLAN, high)


# -- targets ---------------------------------------------------------------------------------------------


def test_the_year_is_a_target() -> None:
    goal = goals.year_goal(Target(2026, 300.0, "QĐ"))
    assert (goal.id, goal.start, goal.by, goal.area_m2, goal.authority) == ("2026", START, BY, 3e6, "QĐ")


def test_a_target_counts_from_new_year_unless_it_says_otherwise() -> None:
    (plain, from_may) = goals.parse(
        [{"id": "a", "area_ha": 3, "by": BY, "park": "K"}, {"id": "b", "area_ha": 1.5, "by": BY, "from": dt.date(2026, 5, 1)}]
    )
    assert (plain.start, plain.park, from_may.start) == (START, "K", dt.date(2026, 5, 1))
    assert goals.parse([]) == ()


@pytest.mark.parametrize(
    "row",
    [
        {"id": "a", "area_ha": 0, "by": BY}, {"id": "a", "area_ha": -5.0, "by": BY}, {"id": "a", "area_ha": True, "by": BY},
        {"id": "a", "by": BY}, {"area_ha": 1, "by": BY}, {"id": "a", "area_ha": 1}, {"id": "a", "area_ha": 1, "by": "2026"},
        {"id": "a", "area_ha": 1, "by": BY, "from": dt.date(2027, 1, 1)},
        {"id": "a", "area_ha": 1, "by": BY, "park": "K", "project": "P"},
        {"id": "a", "area_ha": 1, "by": BY, "hectares": 3}, {"id": "a", "area_ha": float("nan"), "by": BY},
    ],
)  # fmt: skip
def test_a_target_that_cannot_be_is_refused(row: dict[str, object]) -> None:
    with pytest.raises(goals.GoalRefused, match="targets"):
        goals.parse([row])


def test_two_targets_of_one_id_are_refused() -> None:
    row = {"id": "a", "area_ha": 1, "by": BY}
    with pytest.raises(goals.GoalRefused):
        goals.parse([row, row])
    with pytest.raises(goals.GoalRefused):
        goals.parse({"id": "a"})
