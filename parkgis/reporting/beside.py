"""Gather what stands beside a briefing: the period before, its plan day by day, who still waits, what does not add up."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import datetime as dt
from fractions import Fraction
from typing import TYPE_CHECKING

from parkgis.explain import Cause, Change, Explanation, Part, explain, summed
from parkgis.model import Cut
from parkgis.planning.households import households
from parkgis.planning.waiting import waiting
from parkgis.reporting import ahead, invariants
from parkgis.reporting.parcels import Register, register
from parkgis.reporting.periods import closing, previous
from parkgis.reporting.scope import WHOLE, Scope, briefed, narrowed
from parkgis.status.series import CountedSeries, Step, counted_by_day
from parkgis.status.stated import Approved, Count
from parkgis.units import printed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parkgis.briefing import Briefing
    from parkgis.model import Finding
    from parkgis.planning.households import Households
    from parkgis.planning.waiting import Waiting
    from parkgis.status import Money, Overdue, ProjectStatus, Snapshot, StageArea
    from parkgis.workspace import Workspace

EVEN_M2 = 0.5  # below what two decimals of a hectare can show: nothing happened


@dataclasses.dataclass(frozen=True, slots=True)
class Figures:
    """What the earlier report said of a project, or of all together."""

    counted_m2: float
    stages: tuple[StageArea, ...]
    paid: Money
    approved: Approved = dataclasses.field(default_factory=Approved)
    counts: tuple[Count, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Earlier:
    """The report before: its day and hour, its ledger, its figures; ``kept`` is its number where it was kept as sent."""

    on: dt.date
    known: dt.datetime
    digest: str
    total: Figures
    projects: Mapping[str, Figures]
    kept: int | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What a report says beside its briefing; what is None or empty is left out, or said to be unknown."""

    scope: Scope = WHOLE
    period: str = "week"
    earlier: Earlier | None = None
    explanation: Explanation | None = None
    series: CountedSeries | None = None
    households: Sequence[Households] = ()
    overdue: Overdue | None = None
    waiting: Sequence[Waiting] = ()
    broken: Sequence[Finding] = ()
    register: Register = dataclasses.field(default_factory=Register)
    ahead: ahead.Ahead = ahead.NOTHING


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """Which report: its period, what it is narrowed to, and the two times of the report it is compared with."""

    period: str
    scope: Scope
    since: Cut | None
    kept: int | None = None


def ask(workspace: Workspace, cut: Cut, period: str, scope: Scope, sent: tuple[int, Cut] | None = None) -> Question:
    """Say what a report is compared with: the one sent before, else what was known when the period before was closed."""
    if sent is not None and sent[1].on <= cut.on and sent[1].known <= cut.known:
        return Question(period, scope, sent[1], sent[0])
    day = previous(period, cut.on)
    return Question(period, scope, workspace.cut(day, min(closing(period, day, workspace.zone), cut.known)))


def gather(
    workspace: Workspace, snapshot: Snapshot, question: Question, look: ahead.Look | None = None
) -> tuple[Briefing, Beside]:  # fmt: skip
    """Gather the briefing and everything beside it; one more fold for the earlier report, and those of the explanation.

    ``look`` (:func:`parkgis.reporting.look.looking`) looks ahead, which takes longer than all the rest.
    """
    scope = question.scope
    mine = narrowed(workspace, snapshot, scope)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:  # SQLite and GEOS leave the interpreter free
        compared = pool.submit(_compared, workspace, snapshot, mine, question)
        listed = pool.submit(briefed, workspace, mine, scope)
        overdue = workspace.overdue(mine)
        seen = look(snapshot, mine, scope, overdue) if look else ahead.NOTHING
        series, rows, homes, due = counted_by_day(snapshot), register(mine), households(mine), waiting(mine)
        (earlier, explanation), briefing = compared.result(), listed.result()
    beside = Beside(
        scope=scope, period=question.period, earlier=earlier, explanation=explanation, series=_series(series, scope, mine),
        households=homes, overdue=overdue, waiting=due, broken=invariants.broken(briefing), register=rows, ahead=seen,
    )  # fmt: skip
    return briefing, beside


def _compared(
    workspace: Workspace, snapshot: Snapshot, mine: Snapshot, question: Question
) -> tuple[Earlier | None, Explanation | None]:  # fmt: skip
    """Return the report before, and why the figure is another one now."""
    if question.since is None:
        return None, None
    then = workspace.snapshot(question.since, snapshot.asked.reading)
    earlier = _earlier(workspace, then, question)
    return earlier, _explained(workspace, (then, snapshot), mine, question, earlier.total.counted_m2)


def _earlier(workspace: Workspace, snapshot: Snapshot, question: Question) -> Earlier:
    then = narrowed(workspace, snapshot, question.scope)
    return Earlier(
        then.cut.on, then.cut.known, then.digest, _figures(then),
        {p.project.id: _figures(p) for p in then.projects}, question.kept,
    )  # fmt: skip


def _figures(status: Snapshot | ProjectStatus) -> Figures:
    return Figures(status.counted.area_m2, status.stages, status.matters.paid, status.matters.approved, status.matters.counts)


def _series(series: CountedSeries, scope: Scope, mine: Snapshot) -> CountedSeries | None:
    """Return the days of the scope; None where they cannot be told apart: a commune, or projects that share land."""
    if scope.kind == "province":
        return series
    if scope.kind == "commune":
        return None
    projects = {p.project.id: series.projects[p.project.id] for p in mine.projects if p.project.id in series.projects}
    days = sorted({step.day for steps in projects.values() for step in steps} | {series.start})
    found = CountedSeries(series.start, series.end, (), projects)
    total = tuple(Step(day, sum(found.on(day, id_) for id_ in projects)) for day in days)
    shared = abs((total[-1].area_m2 if total else 0.0) - mine.counted.area_m2)
    return dataclasses.replace(found, total=total) if shared < EVEN_M2 else None


def _explained(
    workspace: Workspace, folded: tuple[Snapshot, Snapshot], mine: Snapshot, question: Question, before_m2: float
) -> Explanation | None:  # fmt: skip
    """Explain the change since the earlier report; None where it cannot be told for the scope alone.

    Projects that share land, then or now, cannot: their changes do not add up to the scope's.
    """
    if question.scope.kind == "commune":
        return None
    told = explain(workspace, folded[0].cut, folded[1].cut, folded=folded)
    if question.scope.kind == "province":
        return told
    ids = {p.project.id for p in mine.projects}
    projects = {id_: change for id_, change in told.projects.items() if id_ in ids}
    total, nothing = summed(list(projects.values())), Fraction(0)
    if _levels(total) != (printed(before_m2), printed(mine.counted.area_m2)):
        return None
    empty = tuple(Part(cause, nothing, ()) for cause in Cause)
    figures = {id_: moved for id_, moved in told.figures.items() if id_ in ids}
    return dataclasses.replace(told, projects=projects, total=total, overlap=Change(nothing, nothing, empty), figures=figures)


def _levels(change: Change) -> tuple[int, int]:
    return printed(float(change.exact_before_m2)), printed(float(change.exact_after_m2))
