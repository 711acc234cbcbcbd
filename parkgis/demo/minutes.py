"""The papers of a made-up history: minutes and decisions, numbered as offices number them, turned into entries."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from parkgis.demo import schedule
from parkgis.model import Document, Event, Kind, mint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from parkgis.demo.cadastre import Cadastre
    from parkgis.demo.schedule import Plan
    from parkgis.model import Scalar

FORMS = {
    "notice": "TB-UBND",
    "inventory": "BB-KK",
    "posted": "NY-HĐBT",
    "plan_approved": "QĐ-UBND",
    "paid": "PC-TTPTQĐ",
    "recovered": "QĐ-UBND",
    "handed_user": "BB-BGMB",
    "allocated": "QĐ-UBND",
    "handed_developer": "BB-BGTĐ",
}
DECISIONS = ("TB-UBND", "QĐ-UBND")  # signed up to some days before they take effect
LAYER_FORM, SPLIT_FORM, VOID_FORM = "BBNT-ĐĐ", "TB-VPĐKĐĐ", "TB-BQL"
RECORDED_UTC = dt.time(8, 30, tzinfo=dt.UTC)  # officers enter the week's papers on Friday, 15:30 in Vietnam
FRIDAY = 4
CLERKS = 4


@dataclasses.dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Minutes:
    """One paper and what it says: the same of every parcel in ``keys``; or what else a ``paper`` told before says.

    ``keys`` and ``areas`` run side by side; one empty key for a tranche, an area alone, or no parcel at all.
    """

    project: str
    day: dt.date
    form: str
    signed: dt.date
    kind: Kind = Kind.REACHED
    stage: str = ""
    keys: Sequence[str] = ("",)
    areas: Sequence[float | None] = (None,)
    geometry: str = ""
    into: tuple[str, ...] = ()
    refers: str = ""
    voids: Minutes | None = None
    facts: tuple[tuple[str, Scalar], ...] = ()
    paper: Minutes | None = None
    note: str = ""
    late_days: int = 0  # how long the paper lay in a drawer

    @property
    def recorded(self) -> dt.datetime:
        """The Friday on which it is entered: two to eight days after the day it speaks of."""
        day = self.day + dt.timedelta(days=2 + self.late_days)
        return dt.datetime.combine(day + dt.timedelta(days=(FRIDAY - day.weekday()) % 7), RECORDED_UTC)


def from_plan(rng: np.random.Generator, cadastre: Cadastre, plan: Plan) -> list[Minutes]:
    """Write the papers of a plan: one a batch and stage, decisions on allocation for two batches at a time."""
    keys = cadastre.parcels["key"].to_numpy(dtype=object)
    areas = np.array(_document_areas(cadastre), dtype=object)
    found = []
    for stage, code in enumerate(schedule.CODES):
        group = plan.jointly if stage == schedule.ALLOCATED else np.arange(len(plan.batches))
        for one in np.unique(group):
            members = np.flatnonzero(group == one)
            day = schedule.date(plan.days[members[0], stage])
            rows = np.sort(np.concatenate([plan.batches[b] for b in members]))
            rows = rows[plan.passed[rows] > stage]
            if len(rows) and day <= schedule.ON:
                found.append(reached(rng, cadastre.project, code, day, keys=keys[rows].tolist(), areas=areas[rows].tolist()))
    return found


def reached(
    rng: np.random.Generator,
    project: str,
    stage: str,
    day: dt.date,
    *,
    keys: Sequence[str] = ("",),
    areas: Sequence[float | None] = (None,),
    geometry: str = "",
    note: str = "",
) -> Minutes:
    """Write one paper on a stage, signed on its day or, a decision, shortly before."""
    form = FORMS[stage]
    signed = day - dt.timedelta(days=int(rng.integers(0, 4)) if form in DECISIONS else 0)
    return Minutes(
        project=project, day=day, form=form, signed=signed, stage=stage, keys=keys, areas=areas, geometry=geometry, note=note
    )


def _document_areas(cadastre: Cadastre) -> list[float]:
    """Return what papers state of each parcel: the cadastral list's area, or of a crossing parcel the part inside."""
    inside, whole = (cadastre.parcels[c].to_numpy() for c in ("area_in_m2", "area_grid_m2"))
    areas: list[float] = np.where(inside < whole, np.round(inside, 1), cadastre.parcels["area_document_m2"]).tolist()
    return areas


def number(rng: np.random.Generator, papers: Sequence[Minutes]) -> dict[Minutes, Document]:
    """Number the papers of one project: a series a form and year, by date, with other offices' numbers between."""
    series: dict[tuple[str, int], list[Minutes]] = {}
    for paper in (p for p in papers if p.paper is None):
        series.setdefault((paper.form, paper.signed.year), []).append(paper)
    found = {}
    for (form, _), mine in sorted(series.items()):
        numbers = int(rng.integers(0, 40)) + np.cumsum(rng.integers(1, 5, len(mine)))
        for place, paper in zip(numbers.tolist(), sorted(mine, key=lambda m: m.signed), strict=True):
            found[paper] = Document(f"{place:02d}/{form}", paper.signed)
    return found


def events(paper: Minutes, documents: dict[Minutes, Document], clerk: int) -> Iterator[Event]:
    """Yield the entries of a paper."""
    source = documents[paper.paper or paper]
    refers = paper.refers
    if paper.voids is not None:
        refers = _id(paper.voids, documents[paper.voids.paper or paper.voids], paper.voids.keys[0])
    for key, area in zip(paper.keys, paper.areas, strict=True):
        yield Event(
            id=_id(paper, source, key), kind=paper.kind, day=paper.day, project=paper.project, source=source,
            by=f"can-bo-{clerk % CLERKS + 1}", stage=paper.stage, parcel=key, geometry=paper.geometry, area_m2=area,
            into=paper.into, refers=refers, facts=paper.facts, note=paper.note,
        )  # fmt: skip


def _id(paper: Minutes, source: Document, key: str) -> str:
    what = dict(paper.facts).get("what")
    return mint("demo", paper.project, paper.kind, paper.stage, source.number, source.date, key, *([what] if what else []))
