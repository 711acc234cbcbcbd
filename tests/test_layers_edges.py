"""Overlaps found by the rims of parcels are exactly those that a look at every pair finds."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from parkgis.layers.checks import SLIVER_M2, overlapping
from parkgis.layers.edges import cycles, doubtful, follow, rim

Shapes = np.ndarray[tuple[int], np.dtype[np.object_]]


def by_pairs(shapes: Shapes) -> set[int]:
    """The slow truth: every pair is cut."""
    return {
        row
        for left in range(len(shapes))
        for right in range(left)
        if shapely.area(shapely.intersection(shapes[left], shapes[right])) > SLIVER_M2
        for row in (left, right)
    }


def found(shapes: list[shapely.Geometry]) -> set[int]:
    there = np.array(shapes, dtype=object)
    mask = set(np.flatnonzero(overlapping(there)[0]).tolist())
    assert mask == by_pairs(there)
    return mask


def fields(
    columns: int, rows: int, side: float = 10.0, west: float = 563_000.0, south: float = 2_340_000.0
) -> list[shapely.Geometry]:
    return [
        shapely.box(west + x * side, south + y * side, west + (x + 1) * side, south + (y + 1) * side)
        for x in range(columns)
        for y in range(rows)
    ]


def test_a_clean_cadastre_has_no_overlap() -> None:
    assert found(fields(4, 4)) == set()
    assert found([]) == set()
    assert found(fields(1, 1)) == set()


def test_a_parcel_twice() -> None:
    assert found([*fields(3, 3), fields(3, 3)[4]]) == {4, 9}


def test_a_house_plot_within_a_field_shares_no_edge_with_it() -> None:
    house = shapely.box(563_013, 2_340_013, 563_017, 2_340_017)
    assert found([*fields(3, 3), house]) == {4, 9}
    holed = fields(3, 3)
    holed[4] = shapely.difference(holed[4], house)
    assert found([*holed, house]) == set(), "the field leaves room for it"


def test_a_whole_cadastre_laid_over_itself_is_seen_to_its_middle() -> None:
    """Two clean layers with other fields but the same rim: only the rim has edges without a partner."""
    assert found(fields(6, 6)[:] + fields(3, 3, side=20.0)) == set(range(45))


def test_t_junctions_are_no_overlap() -> None:
    assert found([shapely.box(0, 0, 20, 10), shapely.box(0, 10, 10, 20), shapely.box(10, 10, 20, 20)]) == set()


def test_parts_and_empty_shapes() -> None:
    two = shapely.MultiPolygon([shapely.box(0, 0, 5, 5), shapely.box(20, 0, 25, 5)])
    assert found([two, shapely.box(4, 0, 9, 5), shapely.Polygon()]) == {0, 1}


boxes = st.tuples(*[st.integers(0, 12)] * 2, *[st.integers(1, 6)] * 2).map(
    lambda b: shapely.box(b[0], b[1], b[0] + b[2], b[1] + b[3])
)


@settings(max_examples=150, deadline=None)
@given(st.lists(boxes, max_size=14), st.randoms(use_true_random=False))
def test_any_boxes_in_any_turn(shapes: list[shapely.Geometry], chance: object) -> None:
    turned = [shapely.reverse(shape) if chance.random() < 0.5 else shape for shape in shapes]  # type: ignore[attr-defined]
    found(turned)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 6), st.integers(2, 6), st.lists(boxes, max_size=2))
def test_any_boxes_over_a_clean_cadastre(columns: int, rows: int, over: list[shapely.Geometry]) -> None:
    found([*fields(columns, rows, 2.0, 0.0, 0.0), *over])


# -- rims --------------------------------------------------------------------------------------------------


def test_the_rim_of_a_block_is_its_outline_however_its_rings_run() -> None:
    block = np.array(fields(3, 2), dtype=object)
    block[1] = shapely.reverse(block[1])
    edges = rim(block)
    assert len(edges) == 10
    lines = shapely.MultiLineString(list(np.stack([edges.start, edges.end], axis=1)))
    assert shapely.get_num_geometries(shapely.polygonize([lines])) == 1 and lines.length == 100
    assert set(cycles(follow(edges)).tolist()) == {0}


def test_blocks_apart_give_nothing_to_look_at_and_a_corner_on_an_edge_does() -> None:
    apart = np.array([*fields(2, 2), *fields(2, 2, west=563_100.0)], dtype=object)
    assert doubtful(rim(apart), shapely.STRtree(apart)).tolist() == []
    junction = np.array([shapely.box(0, 0, 20, 10), shapely.box(0, 10, 10, 20), shapely.box(10, 10, 20, 20)], dtype=object)
    assert doubtful(rim(junction), shapely.STRtree(junction)).tolist() == [0, 1, 2]


def test_one_parcel_of_a_block_within_another_parcel_is_enough_to_go_on() -> None:
    under = np.array(
        [shapely.box(563_000, 2_340_000, 563_100, 2_340_100), *fields(3, 3, 10.0, 563_020.0, 2_340_020.0)], dtype=object
    )
    assert len(doubtful(rim(under), shapely.STRtree(under))) == 1
    assert found(list(under)) == set(range(10))
