"""The progress table, one row a project, and the same areas by old commune."""

from __future__ import annotations

import dataclasses
import functools
import math
from typing import TYPE_CHECKING, Any, TypeVar

from parkgis.briefing import Group
from parkgis.outputs import tables
from parkgis.outputs.tables import Column, Row, Table, ha, named, table
from parkgis.rules import counting_stage, stage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from parkgis.briefing import Briefing, ProjectLine
    from parkgis.reporting import Beside
    from parkgis.reporting.beside import Earlier
    from parkgis.status import StageArea
    from parkgis.words.catalogue import Words

    _Commune = tuple[str, ProjectLine, Sequence[StageArea]]

T = TypeVar("T")
BILLION = 1e9
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


def _areas(areas: Sequence[StageArea], code: str) -> float | None:
    return next((ha(a.area_m2) for a in areas if a.code == code), None)


@dataclasses.dataclass(frozen=True, slots=True)
class _Line:
    """A project's row; ``known`` says whether the ledger or a parcel layer knows anything of it."""

    serial: int
    park: str
    project: ProjectLine
    known: bool

    def stage(self, code: str) -> float | None:
        return _areas(self.project.stages, code) if self.known else None

    @property
    def remaining(self) -> float | None:
        handed = self.stage(counting_stage().code)
        return None if handed is None else tables.tidy(self.project.planned_ha - handed)


def _progress_columns(briefing: Briefing, words: Words, beside: Beside | None) -> tuple[Column[_Line], ...]:
    lang, target, counted = words.lang, briefing.target.year, ha(briefing.counted.area_m2)
    counts = f"stage_{counting_stage().code}"
    return (
        Column("serial", words("report.col_serial"), "code", 4.5, lambda r: r.serial),
        Column("park", words("report.col_park"), "text", 18, lambda r: r.park),
        Column("project", words("report.col_project"), "text", 26, lambda r: tables.brief(r.project, lang)),
        Column("communes", words("report.col_communes"), "text", 17, lambda r: r.project.communes),
        Column("developer", words("report.col_developer"), "text", 15.5, lambda r: r.project.developer),
        Column("planned", words("report.col_planned"), "ha", 10, lambda r: r.project.planned_ha, True),
        Column("boundary", words("report.col_boundary"), "code", 9.5, lambda r: words(f"report.boundary_{r.project.boundary}")),
        Column("parcels", words("report.col_parcels"), "whole", 8, lambda r: r.project.parcels if r.known else None, True),
        *_stage_columns(9.5, _Line.stage, briefing, words),
        *_period_columns(words, beside.earlier if beside else None),
        Column(
            "counted", words("report.col_counted", year=target), "ha", 9.5, lambda r: ha(r.project.counted.area_m2), True, counted
        ),
        Column(
            "documents", words("report.col_documents", year=target), "ha", 9.5, lambda r: ha(r.project.counted.documents_m2), True
        ),
        *_plan_columns(briefing, words),
        *_money_columns(briefing, words),
        Column("remaining", words("report.col_remaining"), "ha", 10, lambda r: r.remaining, True),
        Column("share", words("report.col_share"), "share", 9, parts=(counts, "remaining")),
        Column("findings", words("report.col_findings"), "whole", 7, lambda r: len(r.project.findings), True),
        Column("note", words("report.col_note"), "text", 44, lambda r: _note(r, words)),
    )


def _period_columns(words: Words, then: Earlier | None) -> tuple[Column[_Line], ...]:
    """Return what the report before counted, and what was added since; nothing where there is none."""
    if then is None:
        return ()

    def before(line: _Line) -> float | None:
        past = then.projects.get(line.project.id)
        return None if past is None else ha(past.counted_m2)

    return (
        Column("before", words("report.col_counted_before"), "ha", 9.5, before, True, ha(then.total.counted_m2)),
        Column("period", words("report.col_period"), "ha", 9, apart=("counted", "before")),
    )


def _plan_columns(briefing: Briefing, words: Words) -> tuple[Column[_Line], ...]:
    """Return planned for the months that have ended, and what is ahead of it or behind; nothing where no plan is recorded."""
    if not briefing.matters.plan:
        return ()

    def planned(line: _Line) -> float | None:
        matters = line.project.matters
        return ha(matters.planned_to_date_m2) if matters.plan else None

    return (
        Column("to_date", words("report.col_to_date"), "ha", 9, planned, True),
        Column("against", words("report.col_against"), "ha", 9, apart=("counted", "to_date")),
    )


def _money_columns(briefing: Briefing, words: Words) -> tuple[Column[_Line], ...]:
    """Return billions of dong approved and paid; nothing where no entry says either."""
    if not briefing.matters.approved.entries + briefing.matters.paid.entries:
        return ()

    def approved(line: _Line) -> float | None:
        found = line.project.matters.approved
        return found.amount_vnd / BILLION if found.entries else None

    def paid(line: _Line) -> float | None:
        found = line.project.matters.paid
        return found.amount_vnd / BILLION if found.entries else None

    return (
        Column("approved_bn", words("stated.col_approved_bn"), "ha", 9.5, approved, True),
        Column("paid_bn", words("stated.col_paid_bn"), "ha", 9.5, paid, True),
    )


def _stage_columns(width: float, area: Callable[[T, str], float | None], briefing: Briefing, words: Words) -> tuple[Column[T], ...]:
    return tuple(
        Column(
            f"stage_{s.code}",
            words("report.col_stage", stage=stage(s.code).short(words.lang)),
            "ha",
            width,
            functools.partial(_swapped, area, s.code),
            adds=True,
            whole=ha(s.area_m2),
        )
        for s in briefing.stages
    )


def _swapped(area: Callable[[T, str], float | None], code: str, row: T) -> float | None:
    return area(row, code)


def _note(line: _Line, words: Words) -> str:
    unmapped = line.project.counted.unmapped_m2
    said = [] if line.project.parcels else [words("report.only_area" if line.known else "report.no_data")]
    return "; ".join([*said, *([words("report.unmapped", area=ha(unmapped))] if unmapped else [])])


def progress(briefing: Briefing, words: Words, beside: Beside | None = None) -> Table:
    """Return the progress table: projects by group of parks, each group summed, and the total."""
    columns = _progress_columns(briefing, words, beside)
    rows: list[Row] = []
    heads: list[int] = []
    for number, (group, of_group) in enumerate(_grouped(briefing)):
        made = tables.lines(columns, _lines(of_group, _count(rows), briefing, words))
        heads.append(len(rows))
        labels: dict[str, tables.Value] = {
            "serial": ROMAN[number] if number < len(ROMAN) else str(number + 1),
            "park": named(words, "group", group.code),
            "note": words("report.total_of", parks=group.parks, projects=group.projects),
        }
        rows.append(tables.summed("group", columns, dict(enumerate(made, start=len(rows) + 1)), labels))
        rows += [*made, *([] if briefing.scope(words.lang) else _official(columns, group, words))]  # the decision is of all of them
    return table(words, "progress", columns, _totalled(columns, rows, heads, briefing, words))


def _grouped(briefing: Briefing) -> list[tuple[Group, list[ProjectLine]]]:
    """Return the projects of each group of parks; those of no known park last, never dropped."""
    of_park = {park.id: park.group for park in briefing.parks}
    strays = [p for p in briefing.projects if p.park_id not in of_park]
    groups = [(g, [p for p in briefing.projects if of_park.get(p.park_id) == g.code]) for g in briefing.groups]
    return [*groups, *([(Group("stray", 0, len(strays), math.fsum(p.planned_ha for p in strays)), strays)] if strays else [])]


def _count(rows: Sequence[Row]) -> int:
    return sum(row.role == "line" for row in rows)


def _totalled(
    columns: Sequence[Column[Any]], rows: Sequence[Row], heads: Sequence[int], briefing: Briefing, words: Words
) -> tuple[Row, ...]:
    note = words("report.total_of", parks=len(briefing.parks), projects=len(briefing.projects))
    return tables.totalled(columns, rows, heads, {"park": words("report.shared")}, {"park": words("report.total"), "note": note})


def _lines(of_group: Sequence[ProjectLine], serial: int, briefing: Briefing, words: Words) -> list[_Line]:
    parks = {park.id: tables.brief(park, words.lang) for park in briefing.parks}
    documented = {paper.project for paper in briefing.papers}
    return [
        _Line(n, parks.get(p.park_id, p.park_id), p, bool(p.parcels) or p.id in documented)
        for n, p in enumerate(of_group, start=serial + 1)
    ]


def _official(columns: Sequence[Column[Any]], group: Group, words: Words) -> list[Row]:
    """Return what the approved plan says of a group, and how far this list is from it."""
    if group.official_ha is None:
        return []
    gap = tables.tidy(group.planned_ha - group.official_ha)
    return [
        tables.labelled(
            "official", columns, {"park": words("report.official"), "planned": group.official_ha, "note": group.official_source}
        ),
        tables.labelled("official_gap", columns, {"park": words("report.official_gap"), "planned": gap}),
    ]


# -- on paper ----------------------------------------------------------------------------------------


def halves(table: Table) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the columns of the two halves in which the progress table goes on paper; number and name stand in both.

    The left one ends with the hand-over to the developer.
    """
    cut = table.at(f"stage_{counting_stage().code}") + 1
    return tuple(range(cut)), (table.at("serial"), table.at("project"), *range(cut, len(table.columns)))


# -- communes ----------------------------------------------------------------------------------------


def _commune_stage(row: _Commune, code: str) -> float | None:
    return _areas(row[2], code)


def communes(briefing: Briefing, words: Words) -> Table:
    """Return area by stage of each old commune and project."""
    rows = sorted(
        ((code, p, areas) for p in briefing.projects for code, areas in p.by_commune.items()), key=lambda r: r[0] or "\uffff"
    )
    columns: tuple[Column[_Commune], ...] = (
        Column("commune", words("report.col_commune"), "text", 24, lambda r: r[0] or words("report.outside_parcels")),
        Column("project", words("report.col_project"), "text", 30, lambda r: tables.brief(r[1], words.lang)),
        *_stage_columns(11, _commune_stage, briefing, words),
    )
    made = tables.lines(columns, rows)
    labels: list[dict[str, tables.Value]] = [{"commune": words("report.shared")}, {"commune": words("report.total")}]
    return table(words, "communes", columns, tables.totalled(columns, made, range(len(made)), *labels) if made else [])
