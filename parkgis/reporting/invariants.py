"""What must hold between the figures of a report; what does not becomes a finding in it, never a correction.

Early hand-over is lawful, and money is paid on land recovered later: a broken line is something to look at, not an error.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from parkgis.model import Finding, Severity
from parkgis.rules import stages
from parkgis.rules.counts import count_codes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from parkgis.briefing import Briefing, ProjectLine
    from parkgis.status import StageArea

TOLERANCE_M2 = 1.0  # areas are sums of thousands of parcels; a square metre is far below what is printed
ORDERS = (
    ("paid", "plan_approved"), ("plan_approved", "inventory"), ("handed_user", "recovered"), ("handed_developer", "handed_user"),
)  # fmt: skip
"""The first stage has never more area than the second (compare ``rules/stages.toml``)."""


def broken(briefing: Briefing) -> tuple[Finding, ...]:
    """Return what does not hold: the order of the steps, steps beyond the project's land, parts that are not the sum."""
    return (
        *(f for line in briefing.projects for f in _order(line.id, line.stages)),
        *(f for line in briefing.projects for f in _beyond(line)),
        *(f for line in briefing.projects for f in _stated(line)),
        *_parts(briefing),
    )


def _order(id_: str, areas: Sequence[StageArea]) -> Iterator[Finding]:
    area_m2 = {area.code: area.area_m2 for area in areas}
    for later, earlier in ORDERS:
        excess = area_m2[later] - area_m2[earlier]
        if excess > TOLERANCE_M2:
            facts = {
                "project": id_, "stage": later, "earlier": earlier, "area_m2": area_m2[later], "earlier_m2": area_m2[earlier],
                "excess_m2": excess,
            }  # fmt: skip
            yield Finding("report_order", Severity.WARNING, where=id_, facts=facts)


def _beyond(line: ProjectLine) -> Iterator[Finding]:
    planned_m2 = line.planned_ha * 10_000
    most = max(line.stages, key=lambda area: area.area_m2)
    if planned_m2 and most.area_m2 > planned_m2 + TOLERANCE_M2:
        facts = {
            "project": line.id, "stage": most.code, "area_m2": most.area_m2, "planned_m2": planned_m2,
            "excess_m2": most.area_m2 - planned_m2,
        }  # fmt: skip
        yield Finding("report_beyond", Severity.WARNING, where=line.id, facts=facts)


def _stated(line: ProjectLine) -> Iterator[Finding]:
    """Hold money paid against money approved, and every count against the one it lies within; the unknown breaks nothing."""
    matters = line.matters
    if matters.approved.entries and matters.paid.amount_vnd > matters.approved.amount_vnd:
        facts: dict[str, object] = {
            "project": line.id, "paid": matters.paid.amount_vnd, "approved": matters.approved.amount_vnd,
            "excess": matters.paid.amount_vnd - matters.approved.amount_vnd,
        }  # fmt: skip
        yield Finding("report_paid_over_approved", Severity.WARNING, where=line.id, facts=facts)
    yield from _households(line)
    for code in count_codes().values():
        part, whole = matters.count(code.code), matters.count(code.within)
        if part is not None and whole is not None and part > whole:
            facts = {"project": line.id, "counted": code.code, "value": part, "counted_within": code.within, "most": whole}
            yield Finding("report_count_over", Severity.WARNING, where=line.id, facts=facts)


def _households(line: ProjectLine) -> Iterator[Finding]:
    """Hold the households that were surely paid against those of the approved plans, and both against those affected."""
    homes, plans = line.matters.homes, line.matters.approved
    least = None if homes.paid is None else homes.paid.least
    planned = plans.households if plans.entries else None
    for code, part, whole in (
        ("report_homes_over", least, homes.total),
        ("report_homes_over_plans", least, planned),
        ("report_plans_over", planned, homes.total),
    ):
        if part is not None and whole is not None and part > whole:
            facts = {"project": line.id, "households": part, "most": whole, "excess": part - whole}
            yield Finding(code, Severity.WARNING, where=line.id, facts=facts)


def _parts(briefing: Briefing) -> Iterator[Finding]:
    """Hold the total of each stage against its projects: it may only be less, by land that two of them share."""
    for place, stage in enumerate(stages()):
        parts = math.fsum(line.stages[place].area_m2 for line in briefing.projects)
        total = briefing.stages[place].area_m2
        if total > parts + TOLERANCE_M2:
            facts = {"stage": stage.code, "total_m2": total, "parts_m2": parts, "excess_m2": total - parts}
            yield Finding("report_parts", Severity.ERROR, where=stage.code, facts=facts)
