"""Count legal limits: working days, roll-over, days and months; the Vietnamese holidays are data beside this file.

*Source.* Civil Code 2015 art. 148(5), from a secondary text: a limit that ends on a day off ends with the next working
day. That the first day is not counted, and that a limit in months ends on the day of the same number or on the last
of the month, is general knowledge of the same chapter; its text was not at hand.
"""

from __future__ import annotations

import calendar
import dataclasses
import datetime as dt
import functools
import importlib.resources
import tomllib
from typing import Any

SATURDAY = 5
ONE_DAY = dt.timedelta(days=1)


@dataclasses.dataclass(frozen=True, slots=True)
class Holiday:
    """A day off that is no weekend; ``status`` is "announced" or "computed" (no notice yet)."""

    day: dt.date
    vi: str
    en: str
    status: str

    def name(self, lang: str) -> str:
        return self.vi if lang == "vi" else self.en


@functools.cache
def _data() -> dict[str, Any]:
    return tomllib.loads(importlib.resources.files(__package__).joinpath("holidays.toml").read_text(encoding="utf-8"))


@functools.cache
def holidays() -> dict[dt.date, Holiday]:
    """Return every day off of the years the table covers, by its date; swapped days included."""
    found: dict[dt.date, Holiday] = {}
    for year in range(_data()["from_year"], _data()["to_year"] + 1):
        for row in _data()["fixed"]:
            day = dt.date(year, row["month"], row["day"])
            found[day] = Holiday(day, row["vi"], row["en"], "announced")
    for row in _data()["off"]:
        for ahead in range((row["last"] - row["first"]).days + 1):
            day = row["first"] + ahead * ONE_DAY
            found.setdefault(day, Holiday(day, row["vi"], row["en"], row["status"]))
    for row in _data()["swap"]:
        found[row["off"]] = Holiday(row["off"], "Nghỉ hoán đổi", "Swapped day off", "announced")
    return found


@functools.cache
def _worked() -> frozenset[dt.date]:
    return frozenset(row["worked"] for row in _data()["swap"])


@functools.cache
def _fixed() -> frozenset[tuple[int, int]]:
    return frozenset((row["month"], row["day"]) for row in _data()["fixed"])


def is_working_day(day: dt.date) -> bool:
    """Tell whether offices work on ``day``.

    Examples
    --------
    >>> is_working_day(dt.date(2026, 2, 17)), is_working_day(dt.date(2026, 2, 23)), is_working_day(dt.date(2026, 8, 22))
    (False, True, True)
    """
    if day in _worked():
        return True
    return day.weekday() < SATURDAY and day not in holidays() and (day.month, day.day) not in _fixed()


def certain(day: dt.date) -> bool:
    """Tell whether the days off of that year were announced; a limit rolled over expected days is itself expected."""
    known = [h for h in holidays().values() if h.day.year == day.year]
    return bool(known) and all(h.status == "announced" for h in known)


def roll_over(day: dt.date) -> dt.date:
    """Return the day on which a limit ending on ``day`` ends: the next working day, if it is a day off.

    Examples
    --------
    >>> roll_over(dt.date(2026, 2, 14))
    datetime.date(2026, 2, 23)
    >>> roll_over(dt.date(2026, 3, 2))
    datetime.date(2026, 3, 2)
    """
    while not is_working_day(day):
        day += ONE_DAY
    return day


def add_days(day: dt.date, days: int) -> dt.date:
    """Return the last day of a limit of so many calendar days that starts after ``day``, before any roll-over."""
    return day + days * ONE_DAY


def add_months(day: dt.date, months: int) -> dt.date:
    """Return the day of the same number so many months later, or the last day of that month.

    Examples
    --------
    >>> add_months(dt.date(2025, 8, 31), 6), add_months(dt.date(2025, 1, 15), 12)
    (datetime.date(2026, 2, 28), datetime.date(2026, 1, 15))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
