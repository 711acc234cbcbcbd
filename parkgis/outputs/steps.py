"""What each step of clearance has reached: hectares, parcels, land users and money, this period and ever."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from parkgis.outputs import tables
from parkgis.outputs.tables import Column, Table, ha, table
from parkgis.rules import counting_stage, stage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from parkgis.briefing import Briefing, ProjectLine
    from parkgis.reporting import Beside
    from parkgis.reporting.beside import Figures
    from parkgis.reporting.parcels import Users
    from parkgis.status import Matters, StageArea
    from parkgis.words.catalogue import Words

PAID, PLAN = "paid", "plan_approved"
BILLION = 1e9


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """One step of one project, or of all together; what nobody knows is None."""

    project: str
    code: str
    parcels: int
    users: int | None
    before_ha: float | None
    ha: float
    planned_ha: float
    money_vnd: int | None
    money_before_vnd: int | None
    plan_ha: float | None
    to_date_ha: float | None

    @property
    def share(self) -> float | None:
        return self.ha / self.planned_ha if self.planned_ha else None

    @property
    def period_vnd(self) -> float | None:
        if self.money_vnd is None or self.money_before_vnd is None:
            return None
        return tables.gap(self.money_vnd / BILLION, self.money_before_vnd / BILLION)  # billions have two decimals too


def _steps(
    name: str, areas: Sequence[StageArea], planned_ha: float, then: Figures | None, users: Users | None, matters: Matters
) -> Iterator[Step]:  # fmt: skip
    for place, area in enumerate(areas):
        money, before = _amounts(area.code, matters, then)
        yield Step(
            name, area.code, area.parcels, users.reached[place] if users and users.known is not None else None,
            None if then is None else ha(then.stages[place].area_m2), ha(area.area_m2) or 0.0, planned_ha, money,
            before, None, None,
        )  # fmt: skip


def _amounts(code: str, matters: Matters, then: Figures | None) -> tuple[int | None, int | None]:
    """Return the dong approved or paid at a step, now and in the report before; None where no entry says it."""
    if code == PAID and matters.paid.entries:
        return matters.paid.amount_vnd, None if then is None else then.paid.amount_vnd
    if code == PLAN and matters.approved.entries:
        return matters.approved.amount_vnd, None if then is None else then.approved.amount_vnd
    return None, None


def province(briefing: Briefing, beside: Beside) -> tuple[Step, ...]:
    """Return the steps of all projects together, and last what counts toward the target, against target and plan."""
    then = beside.earlier.total if beside.earlier else None
    planned_ha = sum(p.planned_ha for p in briefing.projects)
    found = list(_steps("", briefing.stages, planned_ha, then, beside.register.users.get(""), briefing.matters))
    counted = ha(briefing.counted.area_m2) or 0.0
    matters = briefing.matters
    found.append(
        Step(
            "", "counted", next(a.parcels for a in briefing.stages if a.code == counting_stage().code), None,
            None if then is None else ha(then.counted_m2), counted, briefing.target.area_ha, None, None,
            briefing.target.area_ha or None, ha(matters.planned_to_date_m2) if matters.plan else None,
        )
    )  # fmt: skip
    return tuple(found)


def steps(briefing: Briefing, words: Words, beside: Beside) -> Table:
    """Return a row a step, all projects together; the last row is what counts, of the target and against the plan."""
    year = briefing.target.year

    def name(step: Step) -> str:
        return words("report.step_counted", year=year) if step.code == "counted" else stage(step.code).name(words.lang)

    columns: tuple[Column[Step], ...] = (
        Column("step", words("report.col_step"), "text", 44, name),
        *_common(words),
        Column("whole", words("report.col_of"), "ha", 11, lambda s: s.planned_ha),
        Column("share", words("report.col_of_share"), "share", 10, lambda s: s.share),
        *_money(words),
        Column("to_date", words("report.col_to_date"), "ha", 12, lambda s: s.to_date_ha),
        Column("against", words("report.col_against"), "ha", 12, apart=("ha", "to_date")),
    )
    return table(words, "steps", columns, tables.lines(columns, province(briefing, beside)))


def _common(words: Words) -> tuple[Column[Step], ...]:
    return (
        Column("parcels", words("report.col_parcels"), "whole", 9, lambda s: None if s.code == "counted" else s.parcels),
        Column("users", words("report.col_users"), "whole", 11, lambda s: s.users),
        Column("before", words("report.col_before"), "ha", 11, lambda s: s.before_ha),
        Column("period", words("report.col_period"), "ha", 11, apart=("ha", "before")),
        Column("ha", words("report.col_to_now"), "ha", 11, lambda s: s.ha),
    )


def _money(words: Words) -> tuple[Column[Step], ...]:
    return (
        Column("money_period", words("report.col_money_period"), "ha", 12, lambda s: s.period_vnd),
        Column("money", words("report.col_money"), "ha", 12, lambda s: None if s.money_vnd is None else s.money_vnd / BILLION),
    )


def by_project(briefing: Briefing, words: Words, beside: Beside, among: Sequence[ProjectLine] | None = None) -> Table:
    """Return a row a project and step, of the projects (all unless given) that anything is known of."""
    documented = {paper.project for paper in briefing.papers}
    then = beside.earlier.projects if beside.earlier else {}
    rows = [
        step
        for line in (briefing.projects if among is None else among)
        if line.parcels or line.id in documented
        for step in _steps(
            tables.brief(line, words.lang),
            line.stages,
            line.planned_ha,
            then.get(line.id),
            beside.register.users.get(line.id),
            line.matters,
        )
    ]
    columns: tuple[Column[Step], ...] = (
        Column("project", words("report.col_project"), "text", 34, lambda s: s.project),
        Column("step", words("report.col_step"), "text", 26, lambda s: stage(s.code).short(words.lang)),
        *_common(words),
        Column("share", words("report.col_of_share"), "share", 10, lambda s: s.share),
        *_money(words),
    )
    return table(words, "steps_by_project", columns, tables.lines(columns, rows))
