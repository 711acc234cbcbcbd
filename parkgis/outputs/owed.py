"""Obstacles with who clears them by when, money paid, and the plan month by month against what was handed over."""

from __future__ import annotations

import calendar
import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from parkgis.outputs import tables
from parkgis.outputs.matters import obstacle_name
from parkgis.outputs.people import undivided
from parkgis.outputs.tables import Column, Table, ha, table
from parkgis.rules.obstacles import owner_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parkgis.briefing import Briefing, ProjectLine
    from parkgis.reporting import Beside
    from parkgis.reporting.beside import Figures
    from parkgis.status import Obstacle
    from parkgis.status.stated import Approved
    from parkgis.words.catalogue import Words


def obstacles(briefing: Briefing, words: Words, found: Iterable[Obstacle] | None = None) -> Table:
    """Return the open obstacles, the first due first; notes are left out: a person could be named in them."""
    names = {p.id: tables.brief(p, words.lang) for p in briefing.projects}
    columns: tuple[Column[Obstacle], ...] = (
        Column("project", words("report.col_project"), "text", 32, lambda o: names.get(o.project, o.project)),
        Column("parcel", words("report.col_parcel_key"), "text", 18, lambda o: o.parcel or words("report.whole_project")),
        Column("obstacle", words("report.col_obstacle"), "text", 40, lambda o: obstacle_name(o.code, words.lang)),
        Column("owner", words("report.col_owner"), "text", 30, lambda o: owner_name(o.owner, words.lang)),
        Column("since", words("report.col_since"), "day", 12, lambda o: o.since),
        Column("due", words("report.col_due"), "day", 12, lambda o: o.due),
        Column("late", words("report.col_late"), "whole", 11, lambda o: _late(o, briefing.on)),
        Column("document", words("report.col_number"), "text", 24, lambda o: o.document),
        Column("entry", words("report.col_entry"), "code", 10, lambda o: o.seq),
    )
    rows = briefing.matters.obstacles if found is None else tuple(found)
    return table(words, "obstacles", columns, tables.lines(columns, rows))


def _late(found: Obstacle, on: dt.date) -> int | None:
    """Return days past the day set; None where none was set."""
    return None if found.due is None else max((on - found.due).days, 0)


@dataclasses.dataclass(frozen=True, slots=True)
class _Paid:
    project: ProjectLine
    then: Figures | None

    @property
    def amount(self) -> int | None:
        return self.project.matters.paid.amount_vnd if self.project.matters.paid.entries else None

    @property
    def approved(self) -> Approved | None:
        return self.project.matters.approved if self.project.matters.approved.entries else None

    @property
    def period_vnd(self) -> int | None:
        return None if self.then is None else self.project.matters.paid.amount_vnd - self.then.paid.amount_vnd

    @property
    def households(self) -> int | None:
        """Households of all lists, each list by itself; None where none says it."""
        return self.project.matters.paid.households or None

    @property
    def period_households(self) -> int | None:
        return None if self.then is None else self.project.matters.paid.households - self.then.paid.households


def payments(briefing: Briefing, words: Words, beside: Beside) -> Table:
    """Return the money approved and paid by project, in dong; only projects with a plan or a payment on record."""
    then = beside.earlier.projects if beside.earlier else {}
    columns: tuple[Column[_Paid], ...] = (
        Column("project", words("report.col_project"), "text", 40, lambda r: tables.brief(r.project, words.lang)),
        Column(
            "approved",
            words("stated.col_approved"),
            "whole",
            20,
            lambda r: r.approved.amount_vnd if r.approved else None,
            adds=True,
        ),
        Column(
            "covered", words("stated.col_covered"), "whole", 12, lambda r: r.approved.households if r.approved else None, adds=True
        ),
        Column(
            "plan_ha", words("stated.col_plan_ha"), "ha", 12, lambda r: ha(r.approved.area_m2) if r.approved else None, adds=True
        ),
        Column("period", words("report.col_paid_period"), "whole", 20, lambda r: r.period_vnd, adds=True),
        Column("amount", words("report.col_paid_ever"), "whole", 20, lambda r: r.amount, adds=True),
        Column("paid_share", words("stated.col_paid_share"), "share", 11, lambda r: r.project.matters.paid_share),
        Column("households_period", words("report.col_households_period"), "whole", 14, lambda r: r.period_households, adds=True),
        Column("households", words("report.col_households"), "whole", 14, lambda r: r.households, adds=True),
        Column("entries", words("report.col_entries"), "whole", 12, lambda r: _entries(r.project), adds=True),
    )
    paid = [_Paid(line, then.get(line.id)) for line in briefing.projects if _entries(line)]
    made = tables.lines(columns, paid)
    total: dict[str, tables.Value] = {"project": words("report.total"), "paid_share": briefing.matters.paid_share}
    made = tables.totalled(columns, made, range(len(made)), {}, total) if made else ()
    return undivided(table(words, "payments", columns, made), briefing, words)


def _entries(line: ProjectLine) -> int:
    return line.matters.paid.entries + line.matters.approved.entries


@dataclasses.dataclass(frozen=True, slots=True)
class Month:
    """One month of the target's year; ``done_ha`` is None while it has not begun, or where the days are not known."""

    month: str
    planned_ha: float | None
    plan_to_ha: float | None
    done_ha: float | None
    done_to_ha: float | None
    target_ha: float
    known: bool


def months(briefing: Briefing, beside: Beside) -> tuple[Month, ...]:
    """Return the twelve months of the target's year: planned, handed over, both from the year's start on."""
    year, plan = briefing.target.year, {m.month: m for m in briefing.matters.plan}
    found: list[Month] = []
    planned_to = done_before = 0.0
    for number in range(1, 13):
        first, last = dt.date(year, number, 1), dt.date(year, number, calendar.monthrange(year, number)[1])
        name = f"{year}-{number:02}"
        planned = plan[name].planned_m2 if name in plan else 0.0
        planned_to = planned_to + planned
        done = beside.series.on(min(last, briefing.on)) if beside.series and first <= briefing.on else None
        found.append(
            Month(
                name, ha(planned) if plan else None, ha(planned_to) if plan else None,
                tables.gap(ha(done), ha(done_before)), ha(done), briefing.target.area_ha, done is not None,
            )
        )  # fmt: skip
        done_before = done or 0.0
    return tuple(found)


def plan(briefing: Briefing, words: Words, beside: Beside) -> Table:
    """Return plan against actual by month; nothing where neither is known."""
    rows = months(briefing, beside) if briefing.matters.plan or beside.series else ()
    columns: tuple[Column[Month], ...] = (
        Column("month", words("report.col_month"), "code", 12, lambda m: words.partial_day(m.month)),
        Column("planned", words("report.col_month_planned"), "ha", 16, lambda m: m.planned_ha, adds=True),
        Column("done", words("report.col_month_done"), "ha", 16, lambda m: m.done_ha, adds=True),
        Column("plan_to", words("report.col_plan_to"), "ha", 18, lambda m: m.plan_to_ha),
        Column("done_to", words("report.col_done_to"), "ha", 18, lambda m: m.done_to_ha),
        Column("against", words("report.col_against"), "ha", 18, apart=("done_to", "plan_to")),
        Column("target", words("report.col_target_line", year=briefing.target.year), "ha", 16, lambda m: m.target_ha or None),
    )
    made = tables.lines(columns, rows)
    total: dict[str, tables.Value] = {"month": words("report.total")}
    if made:
        made = (*made, tables.summed("total", columns, dict(enumerate(made)), total))
    return table(words, "plan", columns, made)
