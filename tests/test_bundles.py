"""Bundles: never better than the proof, and the proof equals an exhaustive search where that can be made."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_blockers import cell, drawn_land, flipped, land

from parkgis.planning.blocks import Rules, find_blocks
from parkgis.planning.bundles import best_bundle, grow, network
from parkgis.planning.proof import solve

AREA = Rules(min_m2=650, width_m=0.0, lane_m=0.0)


def test_a_bridge_of_two_parcels_is_found() -> None:
    cells = [cell(x, 0) for x in range(8)]
    ground = land(cells, [True, True, True, False, False, True, True, True])
    found = best_bundle(ground, AREA, 2)
    assert found.pieces == (3, 4)
    assert (found.usable_m2, found.bound_m2, found.gap_m2) == pytest.approx((800, 800, 0))


def test_nothing_to_unlock() -> None:
    assert best_bundle(land([cell(0, 0)], [False]), AREA, 3).pieces == ()
    assert best_bundle(land([cell(0, 0)], [True]), AREA, 3).usable_m2 == 0
    assert best_bundle(land([cell(0, 0), cell(1, 0)], [True, False]), AREA, 0).pieces == ()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_the_optimum_equals_an_exhaustive_search(seed: int, most: int) -> None:
    ground = drawn_land(seed)
    if not 0 < int((~ground.handed).sum()) <= 15:
        return
    net = network(find_blocks(ground, AREA))
    nodes = range(net.blocks, len(net.near))
    best = max(net.usable_m2(some) for count in range(most + 1) for some in itertools.combinations(nodes, count))
    pieces, bound = solve(net, most, 10)
    of = {int(net.piece[node]): node for node in nodes}
    assert bound == pytest.approx(best, abs=0.01)
    assert net.usable_m2([of[piece] for piece in pieces]) == pytest.approx(best, abs=0.01)
    assert net.usable_m2([of[piece] for piece in grow(net, most)]) <= best + 0.01


@pytest.mark.parametrize("rules", [AREA, Rules(min_m2=600, width_m=7.0, lane_m=4.0)])
@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_what_is_said_of_a_bundle_is_true_and_below_its_bound(rules: Rules, seed: int) -> None:
    ground = drawn_land(seed)
    found = best_bundle(ground, rules, 3, seconds=5)
    base = find_blocks(ground, rules).usable_m2
    assert len(found.pieces) <= 3
    assert not ground.handed[list(found.pieces)].any()
    assert find_blocks(flipped(ground, *found.pieces), rules).usable_m2 - base == pytest.approx(found.usable_m2, abs=0.02)
    assert found.usable_m2 <= found.bound_m2 + 0.01
    for row in np.flatnonzero(~ground.handed)[:5].tolist():
        assert find_blocks(flipped(ground, row), rules).usable_m2 - base <= found.bound_m2 + 0.02
