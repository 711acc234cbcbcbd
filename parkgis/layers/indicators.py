"""Read ``layers/indicators.csv``: goals of the Board that are no hectares, and what was reached of them by which day."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import math
from typing import TYPE_CHECKING

from parkgis.errors import FieldMissing, FileUnreadable, InputError, Reason

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = ("id", "row", "date", "value", "value_max", "unit", "name_vi", "name_en", "source")


@dataclasses.dataclass(frozen=True, slots=True)
class Actual:
    """What was reached by a day, according to a source; in the unit of its indicator."""

    day: dt.date
    value: float
    source: str


@dataclasses.dataclass(frozen=True, slots=True)
class Indicator:
    """A goal that is no hectares.

    Attributes
    ----------
    id, name_vi, name_en : str
    unit : str
        A key of the catalogue (project, billion_usd, trillion_vnd), or words of its own.
    by : datetime.date
    at_least, up_to : float
        ``up_to`` equals ``at_least`` where the goal is no range.
    source : str
    actuals : tuple of Actual
        By day.
    """

    id: str
    name_vi: str
    name_en: str
    unit: str
    by: dt.date
    at_least: float
    up_to: float
    source: str
    actuals: tuple[Actual, ...] = ()

    def name(self, lang: str) -> str:
        return self.name_vi if lang == "vi" else self.name_en

    def newest(self, on: dt.date) -> Actual | None:
        """Return what was reached by ``on`` at last; None where nothing was said."""
        return max((one for one in self.actuals if one.day <= on), key=lambda one: one.day, default=None)


def read_indicators(path: Path) -> tuple[Indicator, ...]:
    """Read the table; a workspace without it has none.

    One row ``target`` an indicator; any number of rows ``actual``, of which only id, date, value and source are read.

    Raises
    ------
    FieldMissing, FileUnreadable, InputError
        Naming the line and the column.
    """
    if not path.exists():
        return ()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            for column in COLUMNS:
                if column not in (reader.fieldnames or ()):
                    raise FieldMissing(path=path, role=column, columns=", ".join(reader.fieldnames or ()))
            rows = [(reader.line_num, {key: (row[key] or "").strip() for key in COLUMNS}) for row in reader]
    except UnicodeDecodeError as error:
        raise FileUnreadable(path=path, why=Reason("not_utf8", "not UTF-8")) from error
    except (OSError, csv.Error) as error:
        raise FileUnreadable(path=path, why=str(error)) from error
    goals = {row["id"]: _goal(path, line, row) for line, row in rows if row["row"] == "target"}
    for line, row in rows:
        if row["row"] not in ("target", "actual"):
            raise _wrong(path, line, "row", row["row"])
        if row["id"] not in goals:
            raise _wrong(path, line, "id", row["id"])
        if row["row"] == "actual":
            goal = goals[row["id"]]
            actual = Actual(_day(path, line, row["date"]), _value(path, line, "value", row["value"]), row["source"])
            goals[row["id"]] = dataclasses.replace(goal, actuals=tuple(sorted((*goal.actuals, actual), key=lambda a: a.day)))
    return tuple(goals.values())


def _goal(path: Path, line: int, row: dict[str, str]) -> Indicator:
    least = _value(path, line, "value", row["value"])
    most = _value(path, line, "value_max", row["value_max"]) if row["value_max"] else least
    if most < least:
        raise _wrong(path, line, "value_max", row["value_max"])
    day = _day(path, line, row["date"])
    return Indicator(row["id"], row["name_vi"], row["name_en"], row["unit"], day, least, most, row["source"])


def _day(path: Path, line: int, text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise _wrong(path, line, "date", text) from error


def _value(path: Path, line: int, column: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise _wrong(path, line, column, text) from error
    if not math.isfinite(value) or value < 0:
        raise _wrong(path, line, column, text)
    return value


def _wrong(path: Path, line: int, column: str, text: str) -> InputError:
    return InputError(
        path=path,
        why=Reason(
            "indicator_cell",
            "line {line}: {text} is no {column}; write target or actual, a day as 2026-12-31, a number as 2390.5",
            line=line, text=text or "-", column=column,
        ),
    )  # fmt: skip
