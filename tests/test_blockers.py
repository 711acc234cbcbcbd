"""What a parcel unlocks equals what the blocks are with it and without it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from parkgis.planning.blockers import Field
from parkgis.planning.blocks import Rules, find_blocks
from parkgis.planning.land import Land

if TYPE_CHECKING:
    from collections.abc import Sequence

ORIGIN = np.array([560_000.0, 2_340_000.0])
SIDE = 10.0
seeds = st.integers(0, 2**32 - 1)


def land(shapes: Sequence[shapely.Geometry], handed: Sequence[bool], use: list[str] | None = None) -> Land:
    count = len(shapes)
    return Land(
        "P", 9209, np.array(list(shapes), dtype=object), np.array(handed, bool), np.arange(count),
        np.array([f"09/1/{n}" for n in range(count)], dtype=object), np.array(use or ["LUC"] * count, dtype=object),
    )  # fmt: skip


def cell(x: float, y: float, width: float = 1.0, height: float = 1.0) -> shapely.Polygon:
    low = ORIGIN + np.array([x, y]) * SIDE
    return shapely.box(*low, *(low + np.array([width, height]) * SIDE))


def drawn_land(seed: int) -> Land:
    """A field of cells, some apart by a lane, some missing, some handed over, some road or river; corners slightly moved."""
    rng = np.random.default_rng(seed)
    columns, rows = rng.integers(2, 9, 2)
    gap_x, gap_y = (np.cumsum(rng.choice([0, 0, 0, 0.3, 0.8], n + 1)) for n in (columns, rows))
    moved = rng.uniform(-0.2, 0.2, (columns + 1, rows + 1, 2)) * rng.integers(0, 2)
    shapes = []
    for x in range(columns):
        for y in range(rows):
            if rng.random() < 0.05:
                continue
            corners = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)]
            at = np.array([[a + gap_x[x], b + gap_y[y]] + moved[a, b] for a, b in corners])
            shapes.append(shapely.Polygon(ORIGIN + at * SIDE))
    count = len(shapes)
    use = rng.choice(["LUC", "LUC", "LUC", "ONT", "DGT", "SON"], count).tolist()
    return land(shapes, (rng.random(count) < rng.uniform(0.2, 0.9)).tolist(), use)


def flipped(ground: Land, *rows: int) -> Land:
    handed = ground.handed.copy()
    handed[list(rows)] = True
    return dataclasses.replace(ground, handed=handed)


RULES = [
    Rules(min_m2=700, width_m=0.0, lane_m=0.0),
    Rules(min_m2=700, width_m=0.0, lane_m=6.0),
    Rules(min_m2=500, width_m=7.0, lane_m=4.0),
    Rules(min_m2=500, width_m=13.0, lane_m=0.0),
]


@pytest.mark.parametrize("rules", RULES)
@settings(max_examples=20, deadline=None)
@given(seeds)
def test_unlocked_land_equals_the_blocks_with_the_parcel_less_those_without_it(rules: Rules, seed: int) -> None:
    ground = drawn_land(seed)
    open_ = np.flatnonzero(~ground.handed)
    field = Field(ground, rules)
    base = find_blocks(ground, rules).usable_m2
    assert field.usable_m2 == pytest.approx(base, abs=0.01)
    rows, bound = field.bounds_m2()
    limit = dict(zip(rows.tolist(), bound.tolist(), strict=True))
    for row in open_[:8].tolist():
        gain = find_blocks(flipped(ground, row), rules).usable_m2 - base
        assert field.unlocked([row]) == pytest.approx(gain, abs=0.02), row
        assert gain <= limit.get(row, 0.0) + 0.02


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_the_ranking_begins_with_what_unlocks_most(seed: int) -> None:
    ground, rules = drawn_land(seed), RULES[2]
    field = Field(ground, rules)
    every = sorted((field.unlocked([row]) for row in np.flatnonzero(~ground.handed).tolist()), reverse=True)
    ranking = field.ranked(3)
    wanted = [gain for gain in every[:3] if gain > 1e-6]
    assert [one.usable_m2 for one in ranking.first] == pytest.approx(wanted, abs=0.02)
    assert ranking.rest_m2 >= max(every[3:], default=0.0) - 0.02


def test_what_a_parcel_opens_is_drawn_and_one_that_opens_nothing_draws_nothing() -> None:
    ground = land([cell(x, 0) for x in range(5)], [True, True, False, True, False])
    field = Field(ground, Rules(min_m2=350, width_m=0.0, lane_m=0.0))
    assert field.opens([2]).area == pytest.approx(400)
    assert field.opens([4]).is_empty


def test_a_limit_on_the_work_is_said_and_the_rest_bounded() -> None:
    ground = land([cell(x, y) for x in range(6) for y in range(6)], [x % 2 == 0 for x in range(6) for _ in range(6)])
    ranking = Field(ground, Rules(min_m2=700, width_m=0.0, lane_m=0.0)).ranked(5, exact=1)
    assert (ranking.exact, ranking.open_pieces, len(ranking.first)) == (1, 18, 1)
    assert ranking.rest_m2 >= ranking.first[0].usable_m2
    assert ranking.proven in (0, 1)
