"""Repair: what needs no opinion is mended, the rest is named; laws over made-up layers."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from parkgis.layers.checks import overlaps
from parkgis.layers.repair import Plan, Receipt, repair

EVERY = Plan(order=True, snap_m=0.05, close_m2=5.0, most_m2=5.0)
BOWTIE = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
PINCHED = shapely.Polygon([(0, 0), (10, 0), (10, 10), (5, 10), (5, 5), (4, 6), (5, 5), (5, 10), (0, 10)])


def layer(*shapes: shapely.Geometry | None) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    return np.array(shapes, dtype=object)


def same(left: np.ndarray[tuple[int], np.dtype[np.object_]], right: np.ndarray[tuple[int], np.dtype[np.object_]]) -> bool:
    """Tell whether two layers are alike bit for bit."""
    return bool((shapely.to_wkb(left) == shapely.to_wkb(right)).all())


def test_a_valid_layer_comes_back_object_by_object() -> None:
    shapes = layer(shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10), None, shapely.Polygon())
    done = repair(shapes, Plan())
    assert all(a is b for a, b in zip(done.shapes, shapes, strict=True))
    assert not done.changed.any() and not done.left.any()


def test_an_invalid_ring_is_made_valid_and_keeps_its_area() -> None:
    done = repair(layer(PINCHED, shapely.box(20, 0, 30, 10)), Plan())
    assert done.steps.tolist() == ["valid", ""]
    assert shapely.is_valid(done.shapes).all()
    assert done.after_m2.tolist() == pytest.approx([100.0, 100.0])


def test_the_reading_nearer_to_the_area_as_written_is_taken() -> None:
    """A ring that runs round a corner twice: by its edges the corner is a hole, by its land it is not."""
    twice = shapely.Polygon([(0, 0), (10, 0), (10, 10), (0, 10), (0, 0), (2, 0), (2, 2), (0, 2)])
    written = shapely.area(twice)
    done = repair(layer(twice), Plan(most_m2=10))
    readings = [shapely.make_valid(twice, method=m).area for m in ("structure", "linework")]
    assert abs(done.after_m2[0] - written) == pytest.approx(min(abs(area - written) for area in readings))


def test_a_parcel_that_would_change_too_much_is_left_alone_unless_told() -> None:
    shapes = layer(shapely.transform(BOWTIE, lambda xy: xy * 10), shapely.box(20, 0, 30, 10))  # two triangles of 25 m2, one undone
    done = repair(shapes, Plan())
    assert (done.changed.tolist(), done.left.tolist(), done.proposed_m2.tolist()) == ([False] * 2, [True, False], [50.0, 0.0])
    assert done.shapes[0] is shapes[0]
    told = repair(shapes, Plan(most_m2=50))
    assert (told.steps[0], told.after_m2[0]) == ("valid", 50.0)


def test_rings_are_put_in_order() -> None:
    shapes = layer(shapely.box(0, 0, 1, 1, ccw=False), shapely.box(1, 0, 2, 1, ccw=True))
    done = repair(shapes, Plan(order=True))
    assert done.steps.tolist() == ["order", ""]
    assert shapely.is_ccw(shapely.get_exterior_ring(done.shapes)).all()


def test_a_corner_is_snapped_below_the_tolerance_and_not_above() -> None:
    near = layer(shapely.box(0, 0, 10, 10), shapely.box(10.03, 0, 20, 10))
    done = repair(near, Plan(snap_m=0.05))
    assert done.changed.any() and shapely.is_empty(shapely.coverage_invalid_edges(done.shapes, gap_width=0.05)).all()
    assert not repair(layer(shapely.box(0, 0, 10, 10), shapely.box(10.2, 0, 20, 10)), Plan(snap_m=0.05)).changed.any()


def test_a_gap_goes_to_the_parcel_with_the_longest_boundary_on_it() -> None:
    ring = [(0, 0, 30, 10), (0, 10.1, 30, 20), (0, 10, 5, 10.1), (25, 10, 30, 10.1)]
    shapes = layer(*(shapely.box(*box) for box in ring))
    done = repair(shapes, Plan(close_m2=5.0, most_m2=5.0))
    assert done.steps.tolist() == ["gap", "", "", ""]
    assert done.after_m2[0] - done.before_m2[0] == pytest.approx(2.0)
    left = repair(shapes, Plan(close_m2=5.0))
    assert left.left.tolist() == [True, False, False, False] and same(left.shapes, shapes)


def test_degrees_are_measured_in_metres() -> None:
    shapes = layer(BOWTIE)
    done = repair(shapes, Plan(), lambda found: shapely.transform(found, lambda xy: xy * 100))
    assert done.left.tolist() == [True] and done.proposed_m2[0] == pytest.approx(5000.0)


@st.composite
def layers(draw: st.DrawFn) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Fields of 10 m in a grid: some corners moved by centimetres, some fields left out, some rings crossed."""
    across = draw(st.integers(2, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    found = []
    for x in range(across):
        for y in range(across):
            ring = np.array([(0, 0), (10, 0), (10, 10), (0, 10)]) + np.array([563_000.0 + 10 * x, 2_340_000.0 + 10 * y])
            if rng.random() < 0.3:
                ring[rng.integers(4)] += rng.uniform(-0.2, 0.2, 2).round(3)
            if rng.random() < 0.1:  # a thin crossing
                ring = np.vstack([ring, ring[0] + np.array([0, 0.02]), ring[1] - np.array([0, 0.02])])
            if rng.random() < 0.95:
                found.append(shapely.Polygon(ring))
    return np.array(found, dtype=object)


def shared(shapes: np.ndarray[tuple[int], np.dtype[np.object_]]) -> float:
    sound = shapely.make_valid(shapes, method="structure", keep_collapsed=False)
    left, right = shapely.STRtree(sound).query(sound, predicate="intersects")
    pairs = left < right
    return float(shapely.area(shapely.intersection(sound[left[pairs]], sound[right[pairs]])).sum())


PLANS = st.sampled_from([Plan(), Plan(order=True), Plan(snap_m=0.05), Plan(close_m2=5.0), EVERY])


@settings(max_examples=40, deadline=None)
@given(layers(), PLANS)
def test_mending_what_is_mended_changes_nothing(shapes: np.ndarray[tuple[int], np.dtype[np.object_]], plan: Plan) -> None:
    once = repair(shapes, plan)
    again = repair(once.shapes, plan)
    assert same(again.shapes, once.shapes), again.steps.tolist()


@settings(max_examples=40, deadline=None)
@given(layers(), PLANS)
def test_areas_change_only_as_the_receipt_says(shapes: np.ndarray[tuple[int], np.dtype[np.object_]], plan: Plan) -> None:
    done: Receipt = repair(shapes, plan)
    assert shapely.area(done.shapes).tolist() == pytest.approx(done.after_m2.tolist())
    assert (np.abs(done.after_m2 - done.before_m2) <= plan.most_m2 + 1e-9).all()
    untouched = ~done.changed
    assert all(a is b for a, b in zip(done.shapes[untouched], shapes[untouched], strict=True))
    assert not (done.changed & done.left & (done.proposed_m2 == 0)).any()


@settings(max_examples=40, deadline=None)
@given(layers(), PLANS)
def test_no_new_overlap(shapes: np.ndarray[tuple[int], np.dtype[np.object_]], plan: Plan) -> None:
    assert shared(repair(shapes, plan).shapes) <= shared(shapes) + 1e-4


@settings(max_examples=30, deadline=None)
@given(layers())
def test_the_input_stays_as_it_was(shapes: np.ndarray[tuple[int], np.dtype[np.object_]]) -> None:
    before = shapes.copy()
    repair(shapes, EVERY)
    assert all(a is b for a, b in zip(shapes, before, strict=True))


def test_which_of_two_overlapping_parcels_is_right_is_an_opinion() -> None:
    shapes = layer(shapely.box(0, 0, 10, 10), shapely.box(9, 0, 20, 10))
    done = repair(shapes, EVERY)
    assert (done.after_m2.tolist(), overlaps(done.shapes).areas.tolist()) == ([100.0, 110.0], [10.0])
