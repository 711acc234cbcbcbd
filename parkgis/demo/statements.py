"""Money and counts of a made-up history: plans approved, payments, and what the compensation body reports every second month."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from parkgis.demo import schedule
from parkgis.demo.minutes import Minutes
from parkgis.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parkgis.demo.oddities import Story
    from parkgis.model import Scalar

REPORT_FORM = "BC-TTPTQĐ"
VND_A_M2 = {"ONT": 6_800_000.0, "CLN": 560_000.0, "NTD": 0.0, "DTL": 0.0, "DGT": 0.0}
FIELD_VND_A_M2 = 430_000.0  # land, crops and support together, as the press reported for paddy near Quế Võ in 2025
SPREAD = 0.06
GRAVE_M2 = 14.0
FEWEST_GRAVES = 12
HOME = "ONT"
LOTS_A_HOME = 1.15
READY = ((0.25, 0.0), (0.5, 0.45), (0.75, 0.7), (2.0, 0.92))  # share of land inventoried, below which so many lots are ready


def tell(stories: list[Story]) -> None:
    """Add the money to every plan and payment, and the reports; no other paper changes, nor its number."""
    for story in stories:
        rng = np.random.default_rng([*map(ord, story.project)])
        land = _Land(rng, story)
        story.papers += [*_money(land, story), *_reports(rng, land, story)]


class _Land:
    """What each parcel is worth and whose it is; parts of a split parcel too."""

    def __init__(self, rng: np.random.Generator, story: Story) -> None:
        frame = story.cadastre.parcels if story.cadastre.vintage_2 is None else story.cadastre.vintage_2
        use = frame["land_use"].astype(str).tolist()
        price = np.array([VND_A_M2.get(code, FIELD_VND_A_M2) for code in use]) * rng.normal(1.0, SPREAD, len(use))
        worth = np.round(np.maximum(price, 0.0) * frame["area_document_m2"].to_numpy(float) / 1000) * 1000
        self.worth: dict[str, int] = dict(zip(frame["key"], worth.astype(np.int64).tolist(), strict=True))
        self.holder: dict[str, str] = dict(zip(frame["key"], frame["holder"].fillna("").astype(str), strict=True))
        self.holders = set(self.holder.values()) - {""}
        self.homes = len({h for h, code in zip(self.holder.values(), use, strict=True) if code == HOME and h})
        self.graves_m2 = float(frame.loc[frame["land_use"].astype(str) == "NTD", "area_document_m2"].sum())

    def receivers(self, paper: Minutes) -> set[str]:
        """Return whose land of a paper is worth any money."""
        return {self.holder[key] for key in paper.keys if self.worth[key]} - {""}


def _money(land: _Land, story: Story) -> Iterator[Minutes]:
    """Yield an approval for every plan, whose households count with their first parcel, and a payment: a list of who gets money.

    So a household with parcels paid on two days is on two lists, as in life.
    """
    for stage, kind in (("plan_approved", Kind.APPROVAL), ("paid", Kind.PAYMENT)):
        before: set[str] = set()
        for paper in _by_day(story, stage):
            here = land.receivers(paper)
            listed = len(here - before) if kind is Kind.APPROVAL else len(here)
            before |= here
            amount = sum(land.worth[key] for key in paper.keys)
            if amount:
                facts: dict[str, Scalar] = {"amount_vnd": amount, "households": listed}
                area = round(sum(area or 0.0 for area in paper.areas), 1) if kind is Kind.APPROVAL else None
                yield Minutes(
                    project=story.project, day=paper.day, form=paper.form, signed=paper.signed, kind=kind, areas=(area,),
                    facts=_facts(facts), paper=paper, late_days=paper.late_days,
                )  # fmt: skip


def _by_day(story: Story, stage: str) -> list[Minutes]:
    return sorted((p for p in story.papers if p.stage == stage), key=lambda p: p.day)


def _facts(facts: dict[str, Scalar]) -> tuple[tuple[str, Scalar], ...]:
    return tuple(sorted(facts.items()))


def _reports(rng: np.random.Generator, land: _Land, story: Story) -> Iterator[Minutes]:
    """Yield what the compensation body reports at the end of every even month from the first notice on."""
    days = {stage: story.day_of(stage) for stage in (schedule.NOTICE, schedule.INVENTORY, schedule.PAID, schedule.RECOVERED)}
    graves = max(round(land.graves_m2 / GRAVE_M2), FEWEST_GRAVES) + int(rng.integers(0, 8))
    needed, organisations = max(round(land.homes * LOTS_A_HOME), 1), int(rng.integers(1, 5))

    def share(stage: int, day: dt.date) -> float:
        reached = days[stage]
        known = days[schedule.NOTICE] >= 0
        return float(((reached >= 0) & (reached <= schedule.number(day)))[known].mean()) if known.any() else 0.0

    paid: set[str] = set()
    lists = _by_day(story, "paid")
    for day in _ends():
        while lists and lists[0].day <= day:
            paid |= land.receivers(lists.pop(0))
        if share(schedule.NOTICE, day):
            ready = round(needed * next(part for below, part in READY if share(schedule.INVENTORY, day) < below))
            counts = {
                "households_total": len(land.holders), "households_paid": len(paid),
                "organisations_total": organisations, "graves_total": graves,
                "graves_moved": int(graves * share(schedule.RECOVERED, day) ** 1.3), "resettle_lots_needed": needed,
                "resettle_lots_ready": ready, "resettle_lots_allocated": int(ready * share(schedule.PAID, day)),
            }  # fmt: skip
            yield from _report(story.project, day, counts)


def _report(project: str, day: dt.date, counts: dict[str, int]) -> Iterator[Minutes]:
    first: Minutes | None = None
    for what, value in counts.items():
        made = Minutes(
            project=project, day=day, form=REPORT_FORM, signed=day, kind=Kind.COUNT, facts=_facts({"what": what, "value": value}),
            paper=first,
        )  # fmt: skip
        first = first or made
        yield made


def _ends() -> Iterator[dt.date]:
    for month in range(24):
        day = dt.date(2025 + month // 12, month % 12 + 1, calendar.monthrange(2025 + month // 12, month % 12 + 1)[1])
        if day.month % 2 == 0 and day <= schedule.ON:
            yield day
