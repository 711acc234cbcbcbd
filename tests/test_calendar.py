"""Legal limits are counted as the Civil Code says, over the holidays of Vietnam."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from make import day

from parkgis.rules.calendar import add_days, add_months, certain, holidays, is_working_day, roll_over

DATES = st.dates(dt.date(2024, 1, 1), dt.date(2027, 12, 31))


@pytest.mark.parametrize(
    ("end", "rolled", "why"),
    [
        ("2026-03-02", "2026-03-02", "a Monday"),
        ("2026-03-07", "2026-03-09", "Saturday"),
        ("2026-03-08", "2026-03-09", "Sunday"),
        ("2026-02-14", "2026-02-23", "the Saturday before Tet: two weekends and five days of Tet"),
        ("2026-02-17", "2026-02-23", "new year's day of Bính Ngọ"),
        ("2025-01-27", "2025-02-03", "Tet of Ất Tỵ"),
        ("2024-02-09", "2024-02-15", "Tet of Giáp Thìn"),
        ("2026-04-26", "2026-04-28", "Hung Kings' Day on a Sunday, made good on Monday"),
        ("2026-04-30", "2026-05-04", "30 April, 1 May, weekend"),
        ("2025-05-02", "2025-05-05", "swapped for a Saturday"),
        ("2025-04-26", "2025-04-26", "the Saturday worked for it"),
        ("2026-08-29", "2026-09-03", "weekend, swapped Monday, National Day"),
        ("2026-01-01", "2026-01-05", "New Year, swapped Friday, weekend"),
        ("2026-01-10", "2026-01-10", "the Saturday worked for it"),
        ("2031-04-30", "2031-05-02", "beyond the table, fixed days and weekends hold"),
    ],
)
def test_a_limit_that_ends_on_a_day_off_runs_to_the_next_working_day(end: str, rolled: str, why: str) -> None:
    assert roll_over(day(end)) == day(rolled), why


@pytest.mark.parametrize(
    ("year", "new_year", "kings"), [(2024, "02-10", "04-18"), (2025, "01-29", "04-07"), (2026, "02-17", "04-26")]
)
def test_lunar_days_of_the_years_announced(year: int, new_year: str, kings: str) -> None:
    for text in (new_year, kings):
        assert not is_working_day(day(f"{year}-{text}"))
    assert certain(dt.date(year, 6, 1))


def test_what_is_expected_is_not_called_certain() -> None:
    assert not is_working_day(day("2027-02-06")) and not is_working_day(day("2027-04-16")), "computed from the lunar calendar"
    assert not certain(day("2027-06-01"))
    assert not certain(day("2028-06-01")), "nothing is known of 2028"


def test_every_year_has_the_eleven_days_of_the_labour_code() -> None:
    """1/1, five of Tet, Hung Kings, 30/4, 1/5, two of National Day: off work, whichever weekday they fall on."""
    for year in range(2024, 2028):
        off = {h.day for h in holidays().values() if h.day.year == year}
        assert {(1, 1), (4, 30), (5, 1), (9, 2)} <= {(d.month, d.day) for d in off}
        tet = [d for d in off if d.month in (1, 2) and d != dt.date(year, 1, 1) and "hoán đổi" not in holidays()[d].vi]
        assert len(tet) >= 5
        assert len([d for d in off if d.month in (8, 9) and d.month == 9]) == 2
        assert any(h.vi.startswith("Giỗ Tổ") for h in holidays().values() if h.day.year == year)


@given(DATES)
def test_rolling_over_ends_on_a_working_day_and_skips_none(start: dt.date) -> None:
    end = roll_over(start)
    assert is_working_day(end) and roll_over(end) == end
    assert not any(is_working_day(start + dt.timedelta(days=n)) for n in range((end - start).days))


@given(DATES, st.integers(0, 400))
def test_the_first_day_is_not_counted(start: dt.date, days: int) -> None:
    assert (add_days(start, days) - start).days == days


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2025-01-31", 1, "2025-02-28"), ("2024-01-31", 1, "2024-02-29"), ("2025-03-15", 12, "2026-03-15"),
        ("2025-12-31", 2, "2026-02-28"), ("2024-02-29", 12, "2025-02-28"), ("2025-11-30", 1, "2025-12-30"),
    ],
)  # fmt: skip
def test_months_end_on_the_same_number_or_the_last_of_the_month(start: str, months: int, end: str) -> None:
    assert add_months(day(start), months) == day(end)


def test_swapped_days_come_in_pairs() -> None:
    swapped = [h for h in holidays().values() if h.en == "Swapped day off"]
    assert len(swapped) == 4
    assert all(h.day.weekday() < 5 for h in swapped)
