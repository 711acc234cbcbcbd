"""Draws: reproducible, never before the day, never more than there is; suppositions are obeyed."""

from __future__ import annotations

import numpy as np
import pytest
import ways

from parkgis.planning import simulate
from parkgis.planning.durations import fit
from parkgis.planning.milestones import Travel, cohorts
from parkgis.planning.simulate import Draws, draw, groups
from parkgis.planning.walk import Group, Rule
from parkgis.status.fold import NEVER, number

ON, LAST = number(ways.ON), number(ways.LAST)
TRAVELS = ways.known(ways.grown(2))


def drawn(travels: list[Travel], count: int = 400, seed: int = 1, rules: tuple[Rule, ...] = ()) -> Draws:
    found = cohorts(travels, ON)
    fitted = fit(found, len(travels), ON)
    waiting = groups(travels, found, fitted, ON, frozenset(r.project for r in rules))
    return draw(waiting, fitted, ON, LAST, 300, count, np.random.default_rng(seed), rules)


def test_the_same_seed_draws_the_same() -> None:
    assert np.array_equal(drawn(TRAVELS).end, drawn(TRAVELS).end)
    assert not np.array_equal(drawn(TRAVELS).end, drawn(TRAVELS, seed=2).end)


def test_land_is_handed_over_after_the_day_and_once() -> None:
    made = drawn(TRAVELS)
    left = np.array([one.area_m2[one.days[-1] == NEVER].sum() for one in TRAVELS])
    assert (made.end >= 0).all() and (made.end <= left * 1.0001).all()
    assert (np.diff(made.by_day, axis=1) >= -1).all()
    assert np.allclose(made.by_day[:, LAST - ON - 1], made.end.sum(axis=1), rtol=1e-3)


def test_groups_hold_all_land_not_handed_over() -> None:
    found = cohorts(TRAVELS, ON)
    waiting = groups(TRAVELS, found, fit(found, 3, ON), ON)
    assert sum(g.area_m2 for g in waiting) == pytest.approx(sum(t.area_m2[t.days[-1] == NEVER].sum() for t in TRAVELS))


def test_many_groups_are_joined_without_losing_land(monkeypatch: pytest.MonkeyPatch) -> None:
    found = cohorts(TRAVELS, ON)
    fitted = fit(found, 3, ON)
    every = groups(TRAVELS, found, fitted, ON)
    monkeypatch.setattr(simulate, "MOST_GROUPS", 10)
    few = groups(TRAVELS, found, fitted, ON)
    assert len(few) < len(every) and sum(g.area_m2 for g in few) == pytest.approx(sum(g.area_m2 for g in every))


def test_parcels_that_each_go_their_own_way_are_not_hurried() -> None:
    """600 notices of one parcel each: more batches are to come than are drawn, and each drawn one takes the time of several."""
    whole = ways.grown(5, projects=1, batches=900, parcels=1)
    end = np.median(drawn(ways.known(whole)).end)
    came = whole[0].area_m2[(whole[0].days[-1] > ON) & (whole[0].days[-1] <= LAST)].sum()
    assert end == pytest.approx(came, rel=0.1)


def test_what_is_forced_comes_sooner_and_what_is_held_does_not_come() -> None:
    plain = drawn(TRAVELS).end[:, 0].mean()
    sooner = drawn(TRAVELS, rules=(Rule(0, 4, ON + 20),)).end[:, 0].mean()
    never = drawn(TRAVELS, rules=(Rule(0, -1, 0, LAST + 1),)).end
    assert sooner > plain and (never[:, 0] == 0).all() and never[:, 1].mean() > 0


def test_a_project_that_has_not_begun_waits_unless_it_is_forced() -> None:
    fresh = [*TRAVELS, ways.travel("Q", (10, 500.0, [NEVER] * ways.STEPS))]
    assert (drawn(fresh).end[:, 3] == 0).all()
    assert np.allclose(drawn(fresh, rules=(Rule(3, 6, ON + 30),)).end[:, 3], 5000)


def test_no_land_draws_nothing() -> None:
    made = draw([], fit([], 0, ON), ON, LAST, 5, 3, np.random.default_rng(1))
    assert made.end.shape == (3, 0) and (made.by_day == 0).all()


def test_a_long_wait_already_spent_makes_the_rest_longer() -> None:
    """With the assumed log-normal the hazard falls: who has waited long waits on."""
    fitted = fit([], 1, ON)

    def soon(spent: int) -> float:
        group = Group(0, 6, ON - spent, 1.0, False, 0.0, 0.0)
        made = draw([group], fitted, ON, LAST, 300, 2000, np.random.default_rng(1))
        return float(made.by_day[:, 20].mean())

    assert soon(0) > 1.1 * soon(120)


def test_a_shorter_look_sees_the_same_days() -> None:
    """What comes late is left out early: that must lose nothing of what comes in time, suppositions or not."""
    for rules in ((), (Rule(0, 4, ON + 20), Rule(1, 6, ON + 90), Rule(2, -1, 0, ON + 40))):
        found = cohorts(TRAVELS, ON)
        fitted = fit(found, len(TRAVELS), ON)
        waiting = groups(TRAVELS, found, fitted, ON)
        short, long = (draw(waiting, fitted, ON, ON + 30, days, 300, np.random.default_rng(1), rules) for days in (60, 2000))
        assert np.array_equal(short.by_day, long.by_day[:, :60]) and np.array_equal(short.end, long.end)
        assert np.allclose(long.by_day[:, 29], long.end.sum(axis=1), rtol=1e-6)
