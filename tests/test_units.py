"""Areas of two bases never add; periods are half-open; a time says its zone."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parkgis.errors import MixError
from parkgis.units import Area, Basis, Period, hectares, utc, year

bases = st.sampled_from(Basis)


@given(bases, bases, st.floats(0, 1e9), st.floats(0, 1e9))
def test_only_areas_of_one_basis_add_and_compare(left: Basis, right: Basis, a: float, b: float) -> None:
    one, other = Area(a, left), Area(b, right)
    if left is right:
        assert (one + other).m2 == a + b and (one - other).m2 == a - b and (one < other) == (a < b)
        assert (one + other).basis is left
        return
    for operation in (lambda: one + other, lambda: one - other, lambda: one < other):
        with pytest.raises(MixError, match=f"{left} area with {right} area"):
            operation()


def test_hectares() -> None:
    assert hectares(18_050_000) == Area(18_050_000, Basis.GRID).ha == 1805.0


@given(st.integers(1, 9998), st.dates())
def test_every_day_lies_in_exactly_its_year(number: int, day: dt.date) -> None:
    assert year(number).contains(day) == (day.year == number)


def test_the_end_of_a_period_is_outside() -> None:
    period = Period(dt.date(2026, 1, 1), dt.date(2026, 2, 1))
    assert period.contains(period.start) and not period.contains(period.end)


def test_a_time_without_a_zone_is_refused() -> None:
    hanoi = dt.timezone(dt.timedelta(hours=7))
    assert utc(dt.datetime(2026, 1, 1, 6, tzinfo=hanoi)) == dt.datetime(2025, 12, 31, 23, tzinfo=dt.UTC)
    with pytest.raises(MixError, match="without a zone"):
        utc(dt.datetime(2026, 1, 1))  # noqa: DTZ001
