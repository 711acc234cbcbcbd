"""What charts show, apart from how: frozen facts out of a briefing, the same for pictures and for pages.

Areas are square metres on the basis of the definition in force; days are days; nothing is rounded.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from typing import TYPE_CHECKING, Any

from parkgis.explain import rounded
from parkgis.planning.pace import required_m2_a_day
from parkgis.rules import stages
from parkgis.units import CENT_M2, year

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from parkgis.briefing import Briefing, ParkLine
    from parkgis.explain import Explanation
    from parkgis.planning.households import Households
    from parkgis.planning.patchwork import Patchwork
    from parkgis.planning.ruling import Rules
    from parkgis.status.homes import Homes
    from parkgis.status.series import CountedSeries

VERSION = "v1"


@dataclasses.dataclass(frozen=True, slots=True)
class AsOf:
    """Which question a chart answers: its day, its hour, its ledger."""

    on: dt.date
    known: dt.datetime
    digest: str
    head_seq: int
    basis: str
    demo: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Name:
    """What a row is called in either language."""

    id: str
    vi: str
    en: str

    def of(self, lang: str) -> str:
        return self.vi if lang == "vi" else self.en


@dataclasses.dataclass(frozen=True, slots=True)
class Point:
    """An area (m2) at the end of a day."""

    day: dt.date
    area_m2: float


@dataclasses.dataclass(frozen=True, slots=True)
class BurnUp:
    """Counted area against plan, target and the pace that would still reach it.

    Attributes
    ----------
    counted : tuple of Point
        Steps: each holds to the next; the last is the day asked about.
    plan : tuple of Point
        Cumulative, at month ends, by the newest baseline of each project; empty where no plan is recorded.
    required_m2_a_day : float or None
        None where something remains and no day is left.
    """

    as_of: AsOf
    year: int
    target_m2: float
    start: dt.date
    end: dt.date
    counted: tuple[Point, ...]
    plan: tuple[Point, ...]
    planned_to_date_m2: float
    required_m2_a_day: float | None

    @property
    def now_m2(self) -> float:
        return self.counted[-1].area_m2 if self.counted else 0.0


@dataclasses.dataclass(frozen=True, slots=True)
class StageRow:
    """One park (or all, with an empty id): cumulative area by stage (m2, grid), in the order of the stages.

    Where ``known`` is false no document of the park is recorded: the zeros are not measured, nobody said anything.
    """

    name: Name
    planned_m2: float
    areas_m2: tuple[float, ...]
    known: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Stages:
    """Cumulative area by stage and park: what the funnel and the heat table draw."""

    as_of: AsOf
    stages: tuple[Name, ...]
    total: StageRow
    parks: tuple[StageRow, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Cause:
    """By how much (m2) one cause moved the counted area; ``shown_m2`` is rounded to 0.01 ha so that all add up in print."""

    code: str
    area_m2: float
    shown_m2: float


@dataclasses.dataclass(frozen=True, slots=True)
class Waterfall:
    """From the counted area of an earlier question to that of this one, cause by cause; zeros too."""

    as_of: AsOf
    since: dt.date
    before_m2: float
    after_m2: float
    causes: tuple[Cause, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class HouseholdRow:
    """Land users of one park; ``known`` None where the parcels name none.

    Where ``stated`` is true documents count the households of the whole park: ``known`` is their total, ``remaining`` at most so
    many that payments have not reached, ``unpaid`` those of them of whom that is certain.
    """

    name: Name
    known: int | None
    unpaid: int
    remaining: int
    parcels_unnamed: int
    stated: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class HouseholdsLeft:
    """Land users who have not handed over all their land, by park."""

    as_of: AsOf
    total: HouseholdRow
    parks: tuple[HouseholdRow, ...]
    paid_households: int | None  # as documents say; None where nobody knows, or only between which numbers


@dataclasses.dataclass(frozen=True, slots=True)
class Patch:
    """Land handed over by a day (m2, grid): ever, of it usable, and what counted toward the target's year by then.

    ``mesh_m2`` is the mean area of the block that a point of it lies in, None where nothing was handed over.
    """

    day: dt.date
    handed_m2: float
    usable_m2: float
    mesh_m2: float | None
    counted_m2: float


@dataclasses.dataclass(frozen=True, slots=True)
class OverTime:
    """Patchwork month by month, the last on the day asked about, by the rules of which land is usable.

    Attributes
    ----------
    known : bool
        False where no parcel is known: nothing can be said of land that lies together.
    """

    as_of: AsOf
    year: int
    known: bool
    least_m2: float
    width_m: float
    months: tuple[Patch, ...]


Chart = BurnUp | Stages | Waterfall | HouseholdsLeft | OverTime


def as_of(briefing: Briefing) -> AsOf:
    return AsOf(
        briefing.on, briefing.known, briefing.digest, briefing.head_seq, briefing.definition.basis.value, briefing.demo
    )  # fmt: skip


def burn_up_data(briefing: Briefing, series: CountedSeries) -> BurnUp:
    """Lay the counted area of every day beside the plan; ``series`` is :func:`parkgis.status.series.counted_by_day`."""
    period = year(briefing.target.year)
    last = period.end - dt.timedelta(days=1)
    counted = [Point(step.day, step.area_m2) for step in series.total]
    if counted and counted[-1].day < series.end:
        counted.append(Point(series.end, counted[-1].area_m2))
    plan = [Point(month.last, month.cumulative_m2) for month in briefing.matters.plan]
    remaining = max(briefing.target.area_ha * 10_000 - briefing.counted.area_m2, 0.0)
    today = max(briefing.on, period.start - dt.timedelta(days=1))
    return BurnUp(
        as_of(briefing), briefing.target.year, briefing.target.area_ha * 10_000, period.start, last, tuple(counted), tuple(plan),
        briefing.matters.planned_to_date_m2, required_m2_a_day(remaining, today, last),
    )  # fmt: skip


def stages_data(briefing: Briefing) -> Stages:
    """Gather area by stage, park by park in the briefing's order; the briefing must hold its documents."""
    told = {paper.project for paper in briefing.papers}
    planned_m2 = sum(p.planned_ha for p in briefing.parks) * 10_000
    total = StageRow(Name("", "", ""), planned_m2, tuple(s.area_m2 for s in briefing.stages), bool(told))
    parks = tuple(_stage_row(park, not told.isdisjoint(park.projects)) for park in briefing.parks)
    names = tuple(Name(s.code, s.short("vi"), s.short("en")) for s in stages())
    return Stages(as_of(briefing), names, total, parks)


def _stage_row(park: ParkLine, known: bool) -> StageRow:
    name = Name(park.id, park.name_vi, park.name_en)
    return StageRow(name, park.planned_ha * 10_000, tuple(s.area_m2 for s in park.stages), known)


def waterfall_data(briefing: Briefing, explanation: Explanation) -> Waterfall:
    """Take the parts of a change out of its explanation (:func:`parkgis.explain.explain`)."""
    total = explanation.total
    _, _, shown = rounded(total)
    causes = tuple(Cause(part.cause.value, part.area_m2, n * CENT_M2) for part, n in zip(total.parts, shown, strict=True))
    return Waterfall(as_of(briefing), explanation.a.on, float(total.exact_before_m2), float(total.exact_after_m2), causes)


def households_data(briefing: Briefing, found: Sequence[Households]) -> HouseholdsLeft:
    """Name the counts of :func:`parkgis.planning.households.households`."""
    names = {p.id: Name(p.id, p.name_vi, p.name_en) for p in briefing.parks}
    counted = [
        HouseholdRow(names.get(h.park, Name("", "", "")), h.known, h.unpaid, h.remaining, h.parcels_unnamed) for h in found
    ]  # fmt: skip
    stated, paid = {park.id: _stated(names[park.id], park.matters.homes) for park in briefing.parks}, briefing.matters.homes.paid
    rows = [stated.get(row.name.id) or row for row in counted[:-1]]
    return HouseholdsLeft(as_of(briefing), _all(counted[-1], rows), tuple(rows), None if paid is None else paid.exact)


def patchwork_data(
    briefing: Briefing, series: Iterable[tuple[dt.date, Patchwork]], counted: CountedSeries, rules: Rules
) -> OverTime:  # fmt: skip
    """Lay the patchwork of each day (:func:`parkgis.planning.patchwork.series`) beside what counted by then."""
    months = tuple(Patch(day, one.handed_m2, one.usable_m2, one.mesh_m2, counted.on(day)) for day, one in series)
    known = any(line.parcels for line in briefing.projects) or any(month.handed_m2 for month in months)
    return OverTime(as_of(briefing), briefing.target.year, known, rules.min_m2, rules.width_m, months)


def _stated(name: Name, homes: Homes) -> HouseholdRow | None:
    """Return the row of a park whose households documents count, in the projects that payments speak of too; else None."""
    total, paid, left = homes.total, homes.paid, homes.remaining
    if total is None or paid is None or left is None or left.most != total - paid.least:
        return None
    return HouseholdRow(name, total, max(left.least, 0), max(left.most, 0), 0, stated=True)


def _all(counted: HouseholdRow, rows: Sequence[HouseholdRow]) -> HouseholdRow:
    """Return the row of all parks: of documents where every park that is known is stated, for the two bases do not add."""
    known = [row for row in rows if row.known is not None]
    if not known or not all(row.stated for row in known):
        return counted
    total, left, sure = (sum(getattr(row, name) or 0 for row in known) for name in ("known", "remaining", "unpaid"))
    return HouseholdRow(counted.name, total, sure, left, 0, stated=True)


ROOTS: dict[type, str] = {
    BurnUp: "burn_up",
    Stages: "stages",
    Waterfall: "waterfall",
    HouseholdsLeft: "households",
    OverTime: "patchwork",
}


def as_json(chart: Chart) -> dict[str, Any]:
    """Return a chart's facts under a versioned root, ready for ``json.dumps``: ``{"parkgis.chart.burn_up/v1": {...}}``."""
    return {f"parkgis.chart.{ROOTS[type(chart)]}/{VERSION}": _plain(chart)}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    return value.value if isinstance(value, enum.Enum) else value


def most_advanced(rows: Iterable[StageRow]) -> list[StageRow]:
    """Sort parks for a drawing: those with most land reached first, then by planned area."""
    return sorted(rows, key=lambda row: (-row.areas_m2[-1], -max(row.areas_m2, default=0.0), -row.planned_m2, row.name.id))
