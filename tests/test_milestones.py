"""Stages become milestones; parcels that travelled together are one cohort; later knowledge stays out."""

from __future__ import annotations

import numpy as np
import pytest
import ways
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parkgis.planning import milestones as steps
from parkgis.planning.milestones import cohorts, milestones, told_to, travel
from parkgis.rules import counting_stage
from parkgis.status.fold import NEVER, number, row_of


def test_the_last_milestone_is_what_counts() -> None:
    assert counting_stage().code in milestones()[-1].stages


def test_a_stage_that_is_missing_counts_as_reached_with_the_next() -> None:
    days = np.full((9, 1), NEVER, np.int32)
    days[row_of("notice")], days[row_of("plan_approved")] = 100, 160
    assert travel("P", np.array([5.0]), days).days[:, 0].tolist() == [100, 160, 160, 160, NEVER, NEVER, NEVER]


def test_a_milestone_of_two_stages_is_reached_with_the_second() -> None:
    days = np.full((9, 1), NEVER, np.int32)
    days[row_of("notice")], days[row_of("recovered")] = 100, 120
    assert travel("P", np.array([5.0]), days).days[4, 0] == NEVER  # not paid
    days[row_of("paid")] = 130
    assert travel("P", np.array([5.0]), days).days[4, 0] == 130


def test_a_batch_moves_on_with_most_of_its_area_and_some_stay_behind() -> None:
    on = number(ways.ON)
    one = ways.travel("P", (8, 100.0, ways.way(20)), (2, 100.0, ways.way()))
    first = next(c for c in cohorts([one], on) if c.milestone == 1)
    assert (first.parcels, first.moved, first.behind, first.late) == (10, ways.way(20)[1], 2, 0)


def test_what_happened_later_is_unknown() -> None:
    one = ways.travel("P", (3, 100.0, ways.way(20, 30, 400)))
    assert one.as_of(number(ways.ON)).passed.tolist() == [3, 3, 3]


def test_a_ledger_is_told_some_days_late() -> None:
    on = number(ways.ON)
    assert told_to([ways.travel("P", (1, 1.0, [on - 4, *[NEVER] * 6]))], on) == on - 4
    assert told_to([ways.travel("P", (1, 1.0, [on - 90, *[NEVER] * 6]))], on) == on - 10, "a long silence is no delay of the post"
    assert told_to([], on) == on


DAYS = st.lists(st.lists(st.integers(100, 103) | st.just(NEVER), min_size=ways.STEPS, max_size=ways.STEPS), max_size=12)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=DAYS, most=st.sampled_from([2**62, 20]))
def test_ways_are_the_different_days_in_order(monkeypatch: pytest.MonkeyPatch, rows: list[list[int]], most: int) -> None:
    monkeypatch.setattr(steps, "MOST_KEYS", most)
    one = ways.travel("P", *((1, 10.0, np.maximum.accumulate(row).tolist()) for row in rows))
    found, columns = one.ways, [tuple(way) for way in one.days.T.tolist()]
    assert [tuple(way) for way in found.days.T.tolist()] == sorted(set(columns))
    assert [sorted(set(columns)).index(way) for way in columns] == found.of.tolist()
    for count, paths in enumerate(found.paths, 1):
        different = sorted({way[:count] for way in columns})
        assert [different.index(way[:count]) for way in sorted(set(columns))] == paths.tolist()
    assert found.parcels.sum() == len(rows) and found.area_m2.sum() == one.area_m2.sum()
