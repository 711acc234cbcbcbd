"""The plain figures beside a forecast."""

from __future__ import annotations

import datetime as dt

import pytest
import ways

from parkgis.planning.modest import straight_line_m2, throughput_m2
from parkgis.status.fold import NEVER, number

BEFORE, ON, LAST = number(dt.date(2025, 12, 31)), number(ways.ON), number(ways.LAST)


def test_a_straight_line_goes_on_as_so_far() -> None:
    assert straight_line_m2(181.0, BEFORE, ON, LAST) == pytest.approx(365.0)
    assert straight_line_m2(0.0, BEFORE, BEFORE, LAST) is None


def test_throughput_lets_pass_what_each_step_did_of_late() -> None:
    """90 ha waited at the last step, 9 of 99 passed it in the last 90 days: 0.1 a day."""
    on = [ON - 200] * 6
    one = ways.travel("P", (9, 1e4, [*on, ON - 10]), (90, 1e4, [*on, NEVER]))
    assert throughput_m2([one], 0.0, ON, LAST) == pytest.approx(0.1e4 * (LAST - ON))
    assert throughput_m2([one], 0.0, ON, ON + 10_000) == pytest.approx(90e4), "no more than there is"
