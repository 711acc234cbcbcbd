"""Blocks: what lies together, lanes and rivers, partly handed parcels, usable land, rectangles, patchwork."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import make
import numpy as np
import pytest
import shapely
import shapely.affinity
from hypothesis import given, settings
from hypothesis import strategies as st
from test_blockers import cell, drawn_land, flipped, land

from parkgis.planning.blocks import APART, Rules, find_blocks
from parkgis.planning.land import land_of
from parkgis.planning.opening import TILE_COORDINATES, between, opened
from parkgis.planning.patchwork import month_ends, mosaic, patchwork, series
from parkgis.planning.rectangle import largest_rectangle
from parkgis.planning.ruling import changed, parse, shipped

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = Rules(min_m2=0.0, width_m=0.0, lane_m=0.0)
seeds = st.integers(0, 2**32 - 1)


def shares(areas: list[float]) -> object:
    return pytest.approx(areas, abs=1e-3)


def test_blocks_join_across_edges_never_across_corners() -> None:
    found = find_blocks(land([cell(0, 0), cell(1, 0), cell(2, 1), cell(3, 0)], [True, True, True, False]), PLAIN)
    assert [b.area_m2 for b in found.blocks] == shares([200, 100])
    assert found.labels.tolist() == [1, 1, 2, 0]


def test_no_part_of_a_piece_in_two_parts_is_lost() -> None:
    two = shapely.union(cell(0, 0), cell(3, 0))
    found = find_blocks(land([two, cell(4, 0, 2, 1)], [True, True]), PLAIN)
    assert [b.area_m2 for b in found.blocks] == shares([300, 100])
    assert [b.pieces.tolist() for b in found.blocks] == [[0, 1], [0]]
    assert found.labels.tolist() == [1, 1]


def test_an_island_in_a_ring_is_a_block_of_its_own() -> None:
    ring = [cell(x, y) for x in range(5) for y in range(5) if {x, y} & {0, 4}]
    found = find_blocks(land([*ring, cell(2, 2)], [True] * 17), PLAIN)
    assert [b.area_m2 for b in found.blocks] == shares([1600, 100])


def test_a_lane_between_fields_joins_them_and_does_not_count() -> None:
    fields = [cell(0, 0, 2, 2), cell(2.4, 0, 2, 2)]
    assert len(find_blocks(land(fields, [True, True]), PLAIN).blocks) == 2
    (block,) = find_blocks(land(fields, [True, True]), dataclasses.replace(PLAIN, lane_m=6.0)).blocks
    assert block.area_m2 == pytest.approx(800, abs=0.01)
    assert 870 < block.shape.area < 880  # the ends of the lane are rounded
    assert len(find_blocks(land(fields, [True, True]), dataclasses.replace(PLAIN, lane_m=3.0)).blocks) == 2


@pytest.mark.parametrize(("use", "blocks"), [("DGT", 1), ("DTL", 1), ("SON", 2), ("LUC", 2)])
def test_what_lies_between_decides_whether_fields_are_joined(use: str, blocks: int) -> None:
    shapes = [cell(0, 0, 2, 2), cell(2, 0, 0.4, 2), cell(2.4, 0, 2, 2)]
    rules = dataclasses.replace(PLAIN, lane_m=6.0)
    assert len(find_blocks(land(shapes, [True, False, True], ["LUC", use, "LUC"]), rules).blocks) == blocks


def test_a_river_keeps_blocks_apart_even_when_it_is_handed_over() -> None:
    shapes = [cell(0, 0, 2, 2), cell(2, 0, 0.4, 2), cell(2.4, 0, 2, 2)]
    found = find_blocks(land(shapes, [True] * 3, ["LUC", "SON", "LUC"]), PLAIN)
    assert (len(found.blocks), round(found.barrier_m2), found.labels.tolist()) == (2, 80, [1, APART, 2])


def test_frontage_is_the_length_along_a_road_that_is_not_handed_over() -> None:
    shapes = [cell(0, 0, 3, 1), cell(0, 1, 3, 1)]
    (block,) = find_blocks(land(shapes, [True, False], ["LUC", "DGT"]), PLAIN).blocks
    assert block.frontage_m == pytest.approx(30)


def test_a_neck_narrower_than_the_width_divides_usable_land() -> None:
    shapes = [cell(0, 0, 5, 5), cell(5, 2, 2, 1), cell(7, 0, 5, 5)]
    wide = find_blocks(land(shapes, [True] * 3), Rules(min_m2=2400, width_m=5.0, lane_m=0.0))
    narrow = find_blocks(land(shapes, [True] * 3), Rules(min_m2=2400, width_m=15.0, lane_m=0.0))
    assert [len(b.blocks) for b in (wide, narrow)] == [1, 1]
    assert [len(shapely.get_parts(b.blocks[0].usable)) for b in (wide, narrow)] == [1, 2]
    assert wide.usable_m2 == pytest.approx(5200)
    assert 5000 <= narrow.usable_m2 <= 5100  # a disk reaches a little way into the neck


def test_nothing_all_and_hair_thin_land() -> None:
    nothing = find_blocks(land([], []), Rules())
    assert (nothing.blocks, nothing.usable_share, nothing.mesh_m2) == ((), None, None)
    none = find_blocks(land([cell(0, 0)], [False]), Rules())
    assert (none.blocks, none.area_m2, none.usable_share) == ((), 0, None)
    sliver = find_blocks(land([cell(0, 0, 50, 0.0001)], [True]), Rules())
    assert sliver.usable_m2 == 0


@settings(max_examples=60, deadline=None)
@given(seeds, st.sampled_from([0.0, 4.0]))
def test_blocks_and_rivers_add_up_to_the_union_of_what_was_handed_over(seed: int, lane_m: float) -> None:
    ground = drawn_land(seed)
    found = find_blocks(ground, Rules(min_m2=300, width_m=7.0, lane_m=lane_m))
    union = shapely.union_all(ground.shapes[ground.handed])
    assert found.area_m2 + found.barrier_m2 == pytest.approx(union.area, abs=0.5)
    for block in found.blocks:
        assert 0 <= block.usable_m2 <= block.area_m2 + 1e-6
        assert shapely.difference(block.usable, block.shape).area == pytest.approx(0, abs=1e-6)
        assert (found.labels[block.pieces] == block.number).all()
    assert [b.area_m2 for b in found.blocks] == sorted((b.area_m2 for b in found.blocks), reverse=True)


@settings(max_examples=30, deadline=None)
@given(seeds)
def test_handing_over_more_never_makes_less_usable(seed: int) -> None:
    ground, rules = drawn_land(seed), Rules(min_m2=400, width_m=0.0, lane_m=4.0)
    open_ = np.flatnonzero(~ground.handed)
    if len(open_):
        assert find_blocks(flipped(ground, int(open_[0])), rules).usable_m2 >= find_blocks(ground, rules).usable_m2 - 0.05


def test_a_large_shape_opened_in_tiles_is_what_it_is_in_one_piece() -> None:
    rng = np.random.default_rng(7)
    cells = [cell(x, y) for x in range(70) for y in range(70) if rng.random() < 0.75]
    whole = max(shapely.get_parts(shapely.union_all(cells)), key=lambda part: part.area)
    assert shapely.get_num_coordinates(whole) > TILE_COORDINATES
    found = opened(np.array([whole], dtype=object), 13.0)
    kept = shapely.buffer(whole, -6.5)
    wanted = shapely.intersection(shapely.buffer(kept, 6.5 * 1.000001, join_style="mitre", mitre_limit=2), whole)
    assert shapely.area(found.parts).sum() == pytest.approx(wanted.area, rel=2e-4)
    assert shapely.area(found.rest()[0]).sum() + shapely.area(found.parts).sum() == pytest.approx(whole.area, abs=0.5)


def test_lanes_found_in_tiles_are_those_found_in_one_piece() -> None:
    rng = np.random.default_rng(8)
    fields = np.array(
        [shapely.box(x, y, x + 26, y + 26) for x in range(0, 840, 30) for y in range(0, 840, 30) if rng.random() < 0.9]
    )
    assert shapely.get_num_coordinates(fields).sum() <= TILE_COORDINATES < 3 * shapely.get_num_coordinates(fields).sum()
    shifted = [shapely.affinity.translate(field, 1000 * n) for n in range(3) for field in fields]
    alone, tiled = between(fields, 6.0), between(np.array(shifted), 6.0)
    assert shapely.area(tiled).sum() == pytest.approx(3 * shapely.area(alone).sum(), rel=1e-4)


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_the_rectangle_lies_inside(seed: int) -> None:
    ground = drawn_land(seed)
    for block in find_blocks(dataclasses.replace(ground, handed=np.ones(len(ground), bool)), PLAIN).blocks[:2]:
        found = largest_rectangle(block.shape)
        assert shapely.difference(found.shape, block.shape).area <= 1e-3
        assert found.area_m2 <= block.shape.area + 1e-6
        assert found.length_m >= found.width_m


def test_the_rectangle_of_a_turned_rectangle_is_itself() -> None:
    turned = shapely.affinity.rotate(cell(0, 0, 8, 3), 27)
    found = largest_rectangle(turned)
    assert [found.length_m, found.width_m] == pytest.approx([80, 30], rel=0.02)


# -- from a snapshot -----------------------------------------------------------------------------------


def test_a_partly_handed_parcel_is_two_pieces(tmp_path: Path) -> None:
    site = make.site(tmp_path, make.grid(2, 1, 100.0))
    taken = make.memory(make.reached("09/1/1"), make.reached(tranche=(100.0, 0.0, 150.0, 100.0)))
    (status,) = make.snapshot(taken, site).projects
    found = land_of(status, make.day("2026-12-31"))
    assert sorted(shapely.area(found.shapes[found.handed]).tolist()) == pytest.approx([5000, 10000])
    assert shapely.area(found.shapes[~found.handed]).tolist() == pytest.approx([5000])
    assert [b.area_m2 for b in find_blocks(found, PLAIN).blocks] == shares([15000])


def test_the_months_follow_the_minutes(tmp_path: Path) -> None:
    site = make.site(tmp_path, make.grid(3, 1, 100.0))
    taken = make.memory(make.reached("09/1/1", on="2026-01-10"), make.reached("09/1/3", on="2026-02-10"))
    snapshot = make.snapshot(taken, site, on="2026-03-15")
    days = month_ends(make.day("2025-12-20"), snapshot.cut.on)
    assert days[0] == dt.date(2025, 12, 31)
    found = series(snapshot, PLAIN, days)
    assert [(one.blocks, one.handed_m2) for _, one in found] == [(0, 0), (1, 10000), (2, 20000), (2, 20000)]
    assert [one.usable_share for _, one in found] == [None, 1.0, 1.0, 1.0]


def test_a_project_without_parcels_is_named_and_not_counted(tmp_path: Path) -> None:
    with_land, without = make.site(tmp_path, make.grid(1, 1, 100.0)), make.site(tmp_path, id_="Q")
    found = mosaic(make.snapshot(make.memory(make.reached("09/1/1")), with_land, without), PLAIN)
    assert (found.without_land, [b.land.project for b in found.projects]) == (("Q",), ["P"])
    assert (round(found.whole.handed_m2), found.parks[0].name) == (10000, "K")


def test_patchwork_of_nothing_has_no_share() -> None:
    nothing = patchwork("K", [])
    assert (nothing.usable_share, nothing.mesh_m2, nothing.largest_m2) == (None, None, 0.0)


# -- rules ---------------------------------------------------------------------------------------------


def test_the_board_may_choose_otherwise_and_a_slip_is_named() -> None:
    assert (Rules().min_m2, Rules().width_m) == (50_000, 20)
    told = parse({"min_ha": 2, "barriers": ["SON", "MNC"]})
    assert (told.min_m2, told.barriers, told.lane_m) == (20_000, frozenset({"SON", "MNC"}), Rules().lane_m)
    assert changed(Rules(), min_ha=1.5, width_m=None).min_m2 == 15_000
    slips: list[dict[str, object]] = [
        {"min": 2}, {"min_ha": -1}, {"width_m": "20"}, {"connectors": "DGT"}, {"lane_m": float("nan")}, {"tolerance_m": 9},
    ]  # fmt: skip
    for wrong in slips:
        with pytest.raises(ValueError, match=next(iter(wrong))):
            parse(wrong)


def test_every_rule_has_a_name_and_a_reason() -> None:
    assert all(row["vi"] and row["en"] and row["why"] for row in shipped().values())
