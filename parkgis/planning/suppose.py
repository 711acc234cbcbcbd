"""What-if: suppositions about the days to come, as a leader would put them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import tomllib
from typing import TYPE_CHECKING, Any

from parkgis.errors import Reason, UsageError
from parkgis.planning.milestones import milestones
from parkgis.planning.walk import Rule
from parkgis.rules import stages
from parkgis.status.fold import number

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from parkgis.planning.supply import Supply

SCOPES = ("project", "park")
NOTHING = "nothing"


@dataclasses.dataclass(frozen=True, slots=True)
class Suppose:
    """One supposition.

    Attributes
    ----------
    scope : str
        ``project``, ``park`` or empty for all.
    ids : tuple of str
        Of projects or parks.
    stage : str
        Stage that all their land has reached by ``day``; empty: no land is handed over before ``day``.
    day : datetime.date
    """

    scope: str
    ids: tuple[str, ...]
    stage: str
    day: dt.date

    def __str__(self) -> str:
        where = f"{self.scope}={'+'.join(self.ids)}, " if self.scope else ""
        return f"{where}{self.stage} by {self.day}" if self.stage else f"{where}{NOTHING} before {self.day}"


def parse(text: str) -> Suppose:
    """Read ``project=NSHL, paid by 2026-09-30`` or ``park=QV+GB, nothing before 2026-10-01``; without a place, all projects.

    Raises
    ------
    UsageError
    """
    found = re.fullmatch(
        r"\s*(?:(project|park)\s*=\s*([^,=]+?)\s*,)?\s*(?:([\w]+)\s+by|(nothing)\s+before)\s+(\S+)\s*", text, re.IGNORECASE
    )
    if not found:
        raise _form(text)
    scope, ids, stage, _, day = found.groups()
    return _made((scope or "").lower(), [i.strip() for i in (ids or "").split("+")], (stage or "").lower(), _day(day, text), text)


def read(path: Path) -> tuple[Suppose, ...]:
    """Read ``[[if]]`` tables: ``project`` or ``park`` (text or list), ``stage`` and ``by``, or ``not_before``.

    Raises
    ------
    UsageError
    """
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("if", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(why=Reason("whatif_file", "{path}: {why}", path=str(path), why=str(error))) from error
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise _form(str(path))
    return tuple(_of_row(row) for row in rows)


def _of_row(row: dict[str, Any]) -> Suppose:
    text = ", ".join(f"{key} = {value}" for key, value in row.items())
    scope = next((name for name in SCOPES if name in row), "")
    ids = row.get(scope, [])
    day = row.get("by", row.get("not_before"))
    known = {scope, "stage", "by"} if "by" in row else {scope, "not_before"}
    if set(row) - known or ("by" in row and not row.get("stage")) or day is None:
        raise _form(text)
    day = day if type(day) is dt.date else _day(str(day), text)
    return _made(scope, [ids] if isinstance(ids, str) else [str(i) for i in ids], str(row.get("stage", "")), day, text)


def _made(scope: str, ids: Sequence[str], stage: str, day: dt.date, text: str) -> Suppose:
    codes = [code for one in milestones() for code in one.stages]
    if stage and stage not in codes:
        known = ", ".join(s.code for s in stages())
        raise UsageError(why=Reason("whatif_stage", "{text}: there is no stage {stage}; the stages are: {known}",
                                    text=text, stage=stage, known=known))  # fmt: skip
    given = tuple(i for i in ids if i)
    if scope and not given:
        raise _form(text)
    return Suppose(scope, given, stage, day)


def _day(text: str, whole: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise _form(whole) from error


def _form(text: str) -> UsageError:
    return UsageError(
        why=Reason(
            "whatif_form",
            '{text}: write a supposition as "project=NSHL, paid by 2026-09-30" or "park=QV, nothing before 2026-10-01"',
            text=text,
        )
    )


def rules(supposed: Sequence[Suppose], supply: Supply, on: dt.date) -> tuple[Rule, ...]:
    """Turn suppositions into what a draw obeys.

    Raises
    ------
    UsageError
        For a day that is past, or a project or park that has no parcels within the target.
    """
    found = []
    for one in supposed:
        if one.day <= on:
            raise UsageError(why=Reason("whatif_past", "{text}: the day is not after {on}; what was cannot be supposed otherwise",
                                        text=str(one), on=on))  # fmt: skip
        for place in _places(one, supply):
            if one.stage:
                step = next(n for n, m in enumerate(milestones()) if one.stage in m.stages)
                found.append(Rule(place, step, number(one.day)))
            else:
                found.append(Rule(place, -1, 0, number(one.day)))
    return tuple(found)


def _places(one: Suppose, supply: Supply) -> list[int]:
    names = [travel.project for travel in supply.travels] if one.scope == "project" else list(supply.parks)
    if unknown := [id_ for id_ in one.ids if id_ not in names]:
        known = ", ".join(sorted(set(names))) or "-"
        raise UsageError(why=Reason("whatif_place", "{text}: no parcels of {place} are known; forecast are: {known}",
                                    text=str(one), place=unknown[0], known=known))  # fmt: skip
    return [n for n, name in enumerate(names) if not one.scope or name in one.ids]
