"""What changed since the report before: the reasons, which add up, and project by project, those without a change too."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from parkgis.explain import rounded
from parkgis.outputs import moved, tables
from parkgis.outputs.tables import Column, Row, Table, ha, table

if TYPE_CHECKING:
    from parkgis.briefing import Briefing, ProjectLine
    from parkgis.explain import Moved, Part
    from parkgis.reporting import Beside
    from parkgis.reporting.beside import Figures
    from parkgis.words.catalogue import Words

SHOWN = 4  # documents named in a cell
DONG = 19  # characters of a hundred thousand billion; the figures stand under the hectares


def reasons(_briefing: Briefing, words: Words, beside: Beside) -> Table:
    """Return a row a cause that has something to say: its hectares, rounded so that they add up, and its documents."""
    columns: tuple[Column[tuple[Part, int]], ...] = (
        Column("cause", words("report.col_cause"), "text", 46, lambda r: words(f"explain.{r[0].cause.value}")),
        Column("change", words("report.col_change"), "ha", 13, lambda r: r[1] / 100, adds=True),
        Column("documents", words("report.col_behind"), "whole", 12, lambda r: len(r[0].papers)),
        Column("named", words("report.col_named"), "text", 70, lambda r: _named(r[0], words)),
    )
    made: list[Row] = []
    if beside.explanation is not None:
        total = beside.explanation.total
        pairs = [p for p in zip(total.parts, rounded(total)[2], strict=True) if p[1] or p[0].papers]
        made = list(tables.lines(columns, pairs))
    if made:
        made.append(tables.summed("total", columns, dict(enumerate(made)), {"cause": words("report.total")}))
    return table(words, "reasons", columns, made)


def figures(_briefing: Briefing, words: Words, beside: Beside) -> Table:
    """Return a row a figure beside the hectares that changed: money, households, graves, lots, and the documents that moved it."""
    columns: tuple[Column[Moved], ...] = (
        Column("figure", words("report.col_figure"), "text", 46, lambda r: moved.name(r.what, words)),
        Column("before", words("report.col_figure_before"), "whole", DONG, lambda r: r.before),
        Column("difference", words("report.col_figure_change"), "whole", DONG, lambda r: r.difference),
        Column("after", words("report.col_figure_now"), "whole", DONG, lambda r: r.after),
        Column("documents", words("report.col_behind"), "whole", 12, lambda r: len({(s.number, s.date) for s in r.shares})),
        Column("named", words("report.col_named"), "text", 34, lambda r: _shares(r, words)),
    )
    rows = moved.changed(moved.known(beside.explanation)) if beside.explanation is not None else []
    return table(words, "figures", columns, tables.lines(columns, rows))


def _shares(one: Moved, words: Words) -> str:
    """Name the documents that moved a figure most, each with what it did."""
    most = sorted(one.shares, key=lambda s: -abs(s.difference))
    said = "; ".join(
        f"{s.number} ({words.day(s.date)}, {s.project}): {moved.signed(s.difference, words)}" for s in most[:SHOWN]
    )  # fmt: skip
    left = most[SHOWN:]
    rest = f"{words('report.and_more', count=len(left))}: {moved.signed(sum(s.difference for s in left), words)}" if left else ""
    return "; ".join(filter(None, (said, rest)))


def _named(part: Part, words: Words) -> str:
    said = "; ".join(f"{p.number} ({words.day(p.date)}, {p.project or tables.UNKNOWN})" for p in part.papers[:SHOWN])
    more = len(part.papers) - SHOWN
    return said + (f"; {words('report.and_more', count=more)}" if more > 0 else "")


@dataclasses.dataclass(frozen=True, slots=True)
class _Moved:
    project: ProjectLine
    then: Figures | None

    @property
    def before(self) -> float | None:
        return None if self.then is None else ha(self.then.counted_m2)

    @property
    def change(self) -> float | None:
        return tables.gap(ha(self.project.counted.area_m2), self.before)

    @property
    def paid(self) -> int | None:
        if self.then is None or not self.project.matters.paid.entries + self.then.paid.entries:
            return None
        return self.project.matters.paid.amount_vnd - self.then.paid.amount_vnd

    @property
    def _stated(self) -> bool:
        """Whether a plan was approved, or a document counts otherwise than before."""
        if self.then is None:
            return False
        matters = self.project.matters
        return matters.approved != self.then.approved or {(c.what, c.value) for c in matters.counts} != {
            (c.what, c.value) for c in self.then.counts
        }

    @property
    def changed(self) -> bool | None:
        """Whether anything a report shows changed as far as two decimals tell; None where none was said before."""
        if self.then is None:
            return None
        steps = zip(self.project.stages, self.then.stages, strict=True)
        land = any(round(a.area_m2 - b.area_m2) for a, b in steps) or bool(self.change)
        return land or self._stated or bool(self.paid)


def by_project(briefing: Briefing, words: Words, beside: Beside) -> Table:
    """Return a row a project: counted before, this period, now; projects in which nothing happened say so."""
    then = beside.earlier.projects if beside.earlier else {}

    told = {paper.project for paper in briefing.papers}

    def said(row: _Moved) -> str:
        if row.changed is None:
            return words("report.period_new")
        known = row.project.parcels or row.project.id in told
        return words("report.moved" if row.changed else "report.still" if known else "report.still_unknown")

    columns: tuple[Column[_Moved], ...] = (
        Column("id", words("report.col_id"), "code", 12, lambda r: r.project.id),
        Column("project", words("report.col_project"), "text", 44, lambda r: tables.brief(r.project, words.lang)),
        Column("before", words("report.col_counted_before"), "ha", DONG, lambda r: r.before, adds=True),
        Column("period", words("report.col_period"), "ha", DONG, apart=("now", "before")),
        Column("now", words("report.col_counted_now"), "ha", DONG, lambda r: ha(r.project.counted.area_m2), adds=True),
        Column("paid", words("report.col_paid_period"), "whole", DONG, lambda r: r.paid, adds=True),
        Column("moved", words("report.col_note"), "text", 34, said),
    )
    if beside.earlier is None:
        return table(words, "since", columns, ())
    made = tables.lines(columns, [_Moved(line, then.get(line.id)) for line in briefing.projects])
    whole = {"before": ha(beside.earlier.total.counted_m2), "now": ha(briefing.counted.area_m2)}
    columns = tuple(dataclasses.replace(c, whole=whole.get(c.key)) for c in columns)
    labels: list[dict[str, tables.Value]] = [{"project": words("report.shared")}, {"project": words("report.total")}]
    return table(words, "since", columns, tables.totalled(columns, made, range(len(made)), *labels) if made else [])


def still(briefing: Briefing, beside: Beside) -> tuple[ProjectLine, ...]:
    """Return the projects in which nothing happened since the report before."""
    then = beside.earlier.projects if beside.earlier else {}
    return tuple(line for line in briefing.projects if _Moved(line, then.get(line.id)).changed is False)
