"""What stands in the way in a made-up history: obstacles of households that hold out, and some that were cleared."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from parkgis.demo import schedule
from parkgis.demo.minutes import Minutes
from parkgis.model import Kind
from parkgis.rules.obstacles import obstacle_codes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from parkgis.demo.fields import Ints
    from parkgis.demo.oddities import Story

FORM = "BC-UBND"
MOST_HOUSEHOLDS = 12  # a commune reports the worst cases, not every parcel
MOST_CLEARED = 4
AFTER_DAYS, DUE_DAYS = 24, (40, 420)
CODES = {
    schedule.INVENTORY: ("inheritance", "refuses_inventory", "origin_unconfirmed", "holder_absent"),
    schedule.POSTED: ("price_disagreed", "price_disagreed", "dispute", "mortgaged_or_seized"),
    schedule.APPROVED: ("price_disagreed", "resettlement_not_ready", "inheritance"),
}
"""Last stage passed -> what may stand in the way of the next."""


def tell(stories: Sequence[Story]) -> None:
    """Add obstacles to parcels of some households that hold out, and to some that came round: these are lifted."""
    for story in stories:
        rng = np.random.default_rng([1, *map(ord, story.project)])
        papers: dict[dt.date, Minutes] = {}
        story.papers += [*_open(rng, story, papers), *_cleared(rng, story, papers)]


def _open(rng: np.random.Generator, story: Story, papers: dict[dt.date, Minutes]) -> Iterator[Minutes]:
    """Yield the obstacles of households that stopped at a stage, each household with one cause."""
    holder = story.cadastre.parcels["holder"].fillna("").to_numpy(dtype=object)
    for stage, codes in CODES.items():
        rows = np.flatnonzero((story.plan.passed == stage + 1) & (story.day_of(stage) >= 0) & (holder != ""))
        for name in rng.permutation(np.unique(holder[rows].astype(str)))[: MOST_HOUSEHOLDS // len(CODES)]:
            code = codes[int(rng.integers(len(codes)))]
            for row in rows[holder[rows] == name].tolist():
                if made := _obstacle(rng, story, row, int(story.day_of(stage)[row]), code, papers):
                    yield made


def _obstacle(
    rng: np.random.Generator, story: Story, row: int, reached: int, code: str, papers: dict[dt.date, Minutes]
) -> Minutes | None:
    """Return an obstacle of a parcel some weeks after a stage; all of one day rest on one paper. None after the last day."""
    day = schedule.date(reached) + dt.timedelta(days=AFTER_DAYS)
    day += dt.timedelta(days=(4 - day.weekday()) % 7)  # communes report on Fridays
    if day > schedule.ON:
        return None
    known = obstacle_codes()[code]
    facts = (
        ("code", code),
        ("due", (day + dt.timedelta(days=int(rng.integers(*DUE_DAYS)))).isoformat()),
        ("owner", known.owner("vi")),
    )
    made = Minutes(
        project=story.project, day=day, form=FORM, signed=day, kind=Kind.OBSTACLE, keys=[_key(story, row)], facts=facts,
        paper=papers.get(day),
    )  # fmt: skip
    papers.setdefault(day, made)
    return made


def _key(story: Story, row: int) -> str:
    return str(story.cadastre.parcels["key"].iloc[row])


def _cleared(rng: np.random.Generator, story: Story, papers: dict[dt.date, Minutes]) -> Iterator[Minutes]:
    """Yield obstacles of parcels that were paid long after the inventory, and their lifting on the day of payment."""
    inventory, paid = story.day_of(schedule.INVENTORY), story.day_of(schedule.PAID)
    split = {key for paper in story.papers if paper.kind is Kind.SPLIT for key in paper.keys}
    for row in (row for row in _slowest(rng, inventory, paid) if _key(story, row) not in split):
        raised = _obstacle(rng, story, row, int(inventory[row]), "price_disagreed", papers)
        day = schedule.date(int(paid[row]))
        if raised and raised.day < day:
            yield raised
            yield Minutes(
                project=story.project, day=day, form=FORM, signed=day, kind=Kind.LIFTED, keys=raised.keys, voids=raised
            )  # fmt: skip


def _slowest(rng: np.random.Generator, inventory: Ints, paid: Ints) -> list[int]:
    took = np.where((inventory >= 0) & (paid >= 0), paid - inventory, -1)
    slow = np.flatnonzero(took > AFTER_DAYS + 14)
    found: list[int] = sorted(rng.permutation(slow)[:MOST_CLEARED].tolist())
    return found
