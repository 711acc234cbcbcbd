"""Targets as ``parkgis.toml`` states them: hectares to hand over by a day, for the province, a park or a project."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from typing import TYPE_CHECKING, Any

from parkgis.errors import Reason

if TYPE_CHECKING:
    from parkgis.model import Target

KEYS = frozenset({"id", "name", "area_ha", "from", "by", "park", "project", "authority"})


class GoalRefused(ValueError):
    """A target that makes no sense; ``args[0]`` is the :class:`parkgis.errors.Reason`."""


@dataclasses.dataclass(frozen=True, slots=True)
class Goal:
    """Hectares to hand over from a day on and by another.

    Attributes
    ----------
    id : str
    name : str
        As the Board calls it; empty for the year's target.
    area_ha : float
    start, by : datetime.date
        First and last day that count.
    park, project : str
        Where; the whole province where both are empty.
    authority : str
        Who set it, in which document.
    """

    id: str
    name: str
    area_ha: float
    start: dt.date
    by: dt.date
    park: str = ""
    project: str = ""
    authority: str = ""

    @property
    def area_m2(self) -> float:
        return self.area_ha * 10_000


def year_goal(target: Target) -> Goal:
    """Return the year's own target, the first of all."""
    start, by = dt.date(target.year, 1, 1), dt.date(target.year, 12, 31)
    return Goal(str(target.year), "", target.area_ha, start, by, authority=target.authority)


def parse(rows: Any) -> tuple[Goal, ...]:
    """Read the ``[[targets]]`` tables.

    Raises
    ------
    GoalRefused
        Naming the target and the key.
    """
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _refused("?", "[[targets]]", rows)
    found = [_goal(row) for row in rows]
    ids = [goal.id for goal in found]
    if twice := next((id_ for id_ in ids if ids.count(id_) > 1), None):
        raise _refused(twice, "id", twice)
    return tuple(found)


def _goal(row: dict[str, Any]) -> Goal:
    id_ = str(row.get("id", "?"))
    for key in sorted(set(row) - KEYS):
        raise _refused(id_, key, row[key])
    for key in ("id", "area_ha", "by"):
        if key not in row:
            raise _refused(id_, key, None)
    area, by = row["area_ha"], row["by"]
    start = row.get("from", dt.date(by.year, 1, 1) if type(by) is dt.date else None)
    if isinstance(area, bool) or not isinstance(area, int | float) or not 0 < area < math.inf:
        raise _refused(id_, "area_ha", area)
    if type(by) is not dt.date:
        raise _refused(id_, "by", by)
    if type(start) is not dt.date or start > by:
        raise _refused(id_, "from", start)
    if row.get("park") and row.get("project"):
        raise _refused(id_, "park", row["park"])
    texts = (str(row.get(key, "")) for key in ("park", "project", "authority"))
    return Goal(id_, str(row.get("name", "")), float(area), start, by, *texts)


def _refused(id_: str, key: str, value: object) -> GoalRefused:
    return GoalRefused(
        Reason(
            "target_key",
            "[[targets]] {id}: {key} = {value} cannot be; needed are id (each once), area_ha above 0 and by = 2026-12-31, "
            "and there may be from (not after by), name, authority and one of park, project",
            id=id_, key=key, value="-" if value is None else str(value),
        )
    )  # fmt: skip
