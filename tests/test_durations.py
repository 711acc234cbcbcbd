"""Durations: curves fall, open batches make them longer, slow projects are known as slow."""

from __future__ import annotations

import datetime as dt

import numpy as np
import ways
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from parkgis.planning.durations import LOG_DAYS, fit, kaplan_meier
from parkgis.planning.milestones import cohorts, milestones
from parkgis.status.fold import number

ON = number(ways.ON)


def median_days(curve: np.ndarray) -> float:
    return float(np.exp(np.interp(0.5, curve[::-1], LOG_DAYS[::-1])))


def test_curves_fall_from_one() -> None:
    found = fit(cohorts(ways.known(ways.grown(1)), ON), 3, ON)
    assert found.survival.shape == (len(milestones()), len(LOG_DAYS))
    assert (np.diff(found.survival, axis=1) <= 1e-12).all() and np.allclose(found.survival[:, 0], 1, atol=1e-3)
    assert 0 <= found.kin <= 0.8 and (found.late_rate > 0).all() and ((found.stuck > 0) & (found.stuck < 1)).all()


def test_without_a_ledger_the_assumptions_stand() -> None:
    found = fit([], 0, ON)
    assert [round(median_days(c)) for c in found.survival] == [round(m.median_days) for m in milestones()]


def test_batches_that_still_wait_make_a_step_longer() -> None:
    gone = [ways.travel("P", *((3, 100.0, ways.way(20 + n, start=f"2026-02-{n + 1:02}")) for n in range(8)))]
    wait = [ways.travel("P", *((3, 100.0, ways.way(*([20 + n] if n < 4 else []), start=f"2026-02-{n + 1:02}")) for n in range(8)))]
    short, long = (median_days(fit(cohorts(one, ON), 1, ON).survival[1]) for one in (gone, wait))
    assert long > 1.1 * short


def test_a_slow_project_is_known_as_slow() -> None:
    fast, slow = ways.grown(3, 1, 14, slow=0.6)[0], ways.grown(4, 1, 14, slow=1.8)[0]
    found = fit(cohorts(ways.known([fast, slow]), ON), 2, ON)
    assert found.project[1] > found.project[0] + 0.2


def test_a_wait_that_the_law_has_shortened_is_not_learned_as_it_was() -> None:
    """90 days from notice to recovery until 2025, 60 since 2026: who waited for the end of the 90 would now wait 30 days less."""
    waited = [ways.travel("P", *((3, 100.0, ways.way(10, 10, 10, 62, start=f"2025-03-{n + 1:02}")) for n in range(8)))]
    before, now = number(dt.date(2025, 12, 31)), number(dt.date(2026, 1, 1))
    short, long = (median_days(fit(cohorts(waited, ON), 1, on).survival[4]) for on in (now, before))
    assert long > 1.2 * short


@given(st.lists(st.tuples(st.integers(0, 12), st.booleans(), st.integers(1, 4)), min_size=1, max_size=30))
def test_shares_that_last_are_those_of_scipy_with_each_batch_as_often_as_it_weighs(batches: list[tuple[int, bool, int]]) -> None:
    times, ended, weights = (np.array(column) for column in zip(*batches, strict=True))
    often = np.repeat(np.arange(len(batches)), weights)
    theirs = ecdf(CensoredData(uncensored=times[often][ended[often]], right=times[often][~ended[often]])).sf
    at, shares = kaplan_meier(times.astype(np.float64), ended, weights.astype(np.float64))
    assert at.tolist() == theirs.quantiles.tolist()
    np.testing.assert_allclose(shares, theirs.probabilities, rtol=1e-12, atol=1e-12)
