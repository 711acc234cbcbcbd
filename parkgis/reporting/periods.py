"""When the figures of a period are closed: the lines of ``rules/cutoffs.toml``."""

from __future__ import annotations

import calendar
import dataclasses
import datetime as dt
import functools
import importlib.resources
import tomllib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import zoneinfo

PERIODS = ("week", "month", "quarter", "half", "year")
_SEARCHED = 800  # days: every period closes at least once in a year


@dataclasses.dataclass(frozen=True, slots=True)
class CutOff:
    """When a period is closed: on a weekday (1 is Monday), or on days of the year; ``hour`` None is the day's end."""

    period: str
    practice: str
    weekday: int | None = None
    days: tuple[str, ...] = ()
    hour: dt.time | None = None

    def falls_on(self, day: dt.date) -> bool:
        """Tell whether figures are closed on a day."""
        return day.isoweekday() == self.weekday or any(_is(day, written) for written in self.days)


def _is(day: dt.date, written: str) -> bool:
    month, _, number = written.rpartition("-")
    last = calendar.monthrange(day.year, day.month)[1]
    return month in ("", f"{day.month:02}") and day.day == (last if number == "last" else int(number))


@functools.cache
def cut_offs() -> dict[str, CutOff]:
    """Return the rule of each period."""
    text = importlib.resources.files("parkgis.rules").joinpath("cutoffs.toml").read_text(encoding="utf-8")
    return {line["period"]: _read(line) for line in tomllib.loads(text)["cutoff"]}


def _read(line: dict[str, object]) -> CutOff:
    facts = dict(line)
    hour, days = facts.pop("hour", None), facts.pop("days", ())
    made = CutOff(**facts, hour=dt.time.fromisoformat(str(hour)) if hour else None)  # type: ignore[arg-type]
    return dataclasses.replace(made, days=tuple(map(str, days)))  # type: ignore[call-overload]


def previous(period: str, on: dt.date) -> dt.date:
    """Return the last day before ``on`` on which figures of a period were closed.

    Examples
    --------
    >>> previous("week", dt.date(2026, 7, 3)), previous("month", dt.date(2026, 3, 31)), previous("half", dt.date(2026, 12, 14))
    (datetime.date(2026, 6, 26), datetime.date(2026, 2, 28), datetime.date(2026, 6, 14))
    """
    rule = cut_offs()[period]
    return next(day for n in range(1, _SEARCHED) if rule.falls_on(day := on - dt.timedelta(days=n)))


def closing(period: str, day: dt.date, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """Return the hour of knowledge at which a day's figures are closed, in the workspace's zone."""
    hour = cut_offs()[period].hour
    if hour is not None:
        return dt.datetime.combine(day, hour, zone)
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone) - dt.timedelta(microseconds=1)
