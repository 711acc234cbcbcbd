"""Households, organisations, graves and resettlement by project: what documents count, and what was paid."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING

from parkgis.outputs import tables
from parkgis.outputs.tables import Column, Table, ha, table
from parkgis.rules.counts import count_codes
from parkgis.status.homes import AFFECTED, PAID

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from parkgis.briefing import Briefing, ProjectLine
    from parkgis.reporting import Beside
    from parkgis.reporting.parcels import Stuck
    from parkgis.status.homes import Between
    from parkgis.words.catalogue import Words

SHOWN = 3  # documents named in a cell


@dataclasses.dataclass(frozen=True, slots=True)
class _Line:
    project: ProjectLine
    stuck: Stuck | None
    next: dt.date | None

    def count(self, what: str) -> int | None:
        return self.project.matters.count(what)

    @property
    def as_of(self) -> dt.date | None:
        """The day of the oldest of its counts: all of them hold at least until then."""
        return min((count.day for count in self.project.matters.counts), default=None)

    @property
    def documents(self) -> str:
        named = list(dict.fromkeys(name for count in self.project.matters.counts for name in count.documents))
        return "; ".join(named[:SHOWN]) + ("; …" if len(named) > SHOWN else "")


def next_deadline(line: ProjectLine, beside: Beside, on: dt.date) -> dt.date | None:
    """Return the next day, from the day asked about on, by which the law or an obstacle's owner has to act."""
    legal = [d.due for d in beside.overdue.deadlines if d.project == line.id and d.state == "near"] if beside.overdue else []
    days = [*legal, *(o.due for o in line.matters.obstacles if o.due)]
    return min((day for day in days if day >= on), default=None)


def people(briefing: Briefing, words: Words, beside: Beside, among: Sequence[ProjectLine] | None = None) -> Table:
    """Return a row a project of which anything is known: what nobody stated is unknown, and left out of the sums."""
    lines = [
        _Line(line, beside.register.stuck.get(line.id), next_deadline(line, beside, briefing.on))
        for line in (briefing.projects if among is None else among)
    ]
    rows = [line for line in lines if _known(line)]
    columns: tuple[Column[_Line], ...] = (
        Column("project", words("report.col_project"), "text", 30, lambda r: tables.brief(r.project, words.lang)),
        *_homes(rows, words),
        *(_counted(code, words) for code in count_codes() if code not in (AFFECTED, PAID)),
        Column("as_of", words("stated.col_as_of"), "day", 11, lambda r: r.as_of),
        Column("next", words("stated.col_next"), "day", 11, lambda r: r.next),
        Column("documents", words("stated.col_documents"), "text", 22, lambda r: r.documents),
    )
    made = tables.lines(columns, rows)
    total: dict[str, tables.Value] = {"project": words("report.total")}
    made = tables.totalled(columns, made, range(len(made)), {}, total) if len(made) > 1 else made
    return undivided(table(words, "people", columns, made), briefing, words)


def undivided(found: Table, briefing: Briefing, words: Words) -> Table:
    """Say of a table of a part of a project why it is empty: it is not that nothing is recorded."""
    return found if briefing.matters.divided else dataclasses.replace(found, rows=(), empty=words("stated.undivided"))


def _known(line: _Line) -> bool:
    matters = line.project.matters
    return bool(matters.counts or matters.approved.entries or matters.paid.entries or (line.stuck and line.stuck.parcels))


def _counted(code: str, words: Words) -> Column[_Line]:
    return Column(code, count_codes()[code].name(words.lang), "whole", 10, functools.partial(_swapped, code), adds=True)


def _swapped(code: str, line: _Line) -> int | None:
    return line.count(code)


def _homes(rows: Sequence[_Line], words: Words) -> tuple[Column[_Line], ...]:
    """Return households affected, paid and remaining: one column each where the numbers are certain, else two for the bounds."""
    certain = all(between is None or between.exact is not None for r in rows for between in _paid_and_left(r))
    bounds = [("", "least")] if certain else [("_least", "least"), ("_most", "most")]
    return (
        _counted(AFFECTED, words),
        *(
            Column(
                f"homes_{name}{end}", words(f"stated.col_homes_{name}{end}"), "whole", 10,
                functools.partial(_bound, place, bound), adds=True,
            )
            for place, name in enumerate(("paid", "left")) for end, bound in bounds
        ),
        Column("stuck", words("stated.col_stuck"), "whole", 10, lambda r: r.stuck.users if r.stuck else None, adds=True),
        Column("stuck_ha", words("stated.col_stuck_ha"), "ha", 10, lambda r: ha(r.stuck.area_m2) if r.stuck else None, adds=True),
    )  # fmt: skip


def _paid_and_left(line: _Line) -> tuple[Between | None, Between | None]:
    return line.project.matters.homes.paid, line.project.matters.homes.remaining


def _bound(place: int, bound: str, line: _Line) -> int | None:
    found = _paid_and_left(line)[place]
    return None if found is None else int(getattr(found, bound))
