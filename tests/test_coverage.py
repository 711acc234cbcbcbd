"""Joining across shared edges equals a brute-force union: clean, noisy and overlapping coverages."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
import shapely.affinity
from hypothesis import given, settings
from hypothesis import strategies as st

from parkgis.planning.coverage import join
from parkgis.planning.edges import TOLERANCE_M, edges_of

ORIGIN = np.array([560_000.0, 2_340_000.0])
SIDE = 10.0


def cell(x: float, y: float, width: float = 1.0, height: float = 1.0) -> shapely.Polygon:
    """A cell of 10 m at (x, y), in cells."""
    low = ORIGIN + np.array([x, y]) * SIDE
    high = low + np.array([width, height]) * SIDE
    return shapely.box(*low, *high)


def shapes(*polygons: shapely.Geometry) -> np.ndarray:
    return np.array(polygons, dtype=object)


def brute(polygons: np.ndarray) -> np.ndarray:
    return shapely.get_parts(shapely.union_all(polygons))


def parcels_of(cells: np.ndarray) -> np.ndarray:
    """Polygons of a field of cells: equal numbers are one parcel, 0 is nothing; parts of a parcel may lie apart."""
    height, width = cells.shape
    found = []
    for number in np.unique(cells[cells > 0]):
        at = np.argwhere(cells == number)
        found.append(shapely.union_all([cell(x, y) for y, x in at]))
    assert height and width
    return np.array(found, dtype=object)


fields = st.integers(0, 2**32 - 1).map(
    lambda seed: np.random.default_rng(seed).integers(0, np.random.default_rng(seed).integers(2, 14), (6, 6))
)


def equal(joined: np.ndarray, wanted: np.ndarray, slack_m2: float = 1e-3) -> bool:
    both = shapely.area(shapely.symmetric_difference(shapely.union_all(joined), shapely.union_all(wanted)))
    return len(joined) == len(wanted) and bool(both <= slack_m2)


def test_neighbours_join_across_an_edge_and_not_across_a_corner() -> None:
    done = join(shapes(cell(0, 0), cell(1, 0), cell(2, 1)))
    assert done.labels.tolist() == [0, 0, 1]
    assert shapely.area(done.outlines).tolist() == pytest.approx([200, 100])


def test_a_ring_of_parcels_keeps_its_hole_and_the_island_in_it_stays_apart() -> None:
    ring = [cell(x, y) for x in range(5) for y in range(5) if {x, y} & {0, 4}]
    done = join(shapes(*ring, cell(2, 2)))
    assert done.labels.tolist() == [0] * 16 + [1]
    assert len(done.outlines[0].interiors) == 1
    assert done.outlines[0].area == pytest.approx(1600)


def test_a_hole_that_touches_the_rim_in_a_point_stays_a_hole() -> None:
    notched = [cell(x, y) for x in range(3) for y in range(3) if (x, y) not in ((0, 0), (1, 1))]
    (outline,) = join(shapes(*notched)).outlines
    assert shapely.is_valid(outline)
    assert len(outline.interiors) == 1


def test_a_neighbour_with_a_vertex_more_is_joined() -> None:
    done = join(shapes(cell(0, 0, 2, 1), cell(0, 1), cell(1, 1)))
    assert done.labels.tolist() == [0, 0, 0]
    assert shapely.equals(done.outlines[0], cell(0, 0, 2, 2))


def test_a_gap_below_the_tolerance_is_closed_and_one_above_it_is_not() -> None:
    near, far = 0.8 * TOLERANCE_M / SIDE, 3 * TOLERANCE_M / SIDE
    assert join(shapes(cell(0, 0), cell(1 + near, 0))).labels.tolist() == [0, 0]
    assert join(shapes(cell(0, 0), cell(1 + far, 0))).labels.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("polygons", "area_m2"),
    [
        (shapes(cell(0, 0), cell(0.5, 0)), 150),  # side by side, half on each other
        (shapes(cell(0, 0), cell(0, 0)), 100),  # the same parcel twice
        (shapes(cell(0, 0, 4, 4), cell(1, 1)), 1600),  # one inside another
        (shapes(cell(0, 0), cell(0, 0), cell(1, 0)), 200),  # twice, with a neighbour
        (shapes(cell(0, 0, 3, 3), cell(1, 1), cell(3, 0, 1, 3)), 1200),  # inside, and a neighbour of the outer one
        (shapes(cell(0, 0, 3, 1), cell(1, -1, 1, 3)), 500),  # a cross
    ],
)
def test_ground_under_several_parcels_counts_once(polygons: np.ndarray, area_m2: float) -> None:
    done = join(polygons)
    assert done.labels.tolist() == [0] * len(polygons)
    assert shapely.area(done.outlines).sum() == pytest.approx(area_m2)


def test_an_overlap_with_all_its_corners_shared_is_no_hole() -> None:
    """Two neighbours share edges and, between these, two corners between which one dips into the other."""
    rim = [(10, 20), (0, 20), (0, -10), (10, -10)], [(10, -10), (20, -10), (20, 20), (10, 20)]
    seam = [(10, 0), (10, 10)], [(10, 10), (9, 5), (10, 0)]
    both = shapes(*(shapely.Polygon(ORIGIN + np.array(one + two)) for one, two in zip(rim, seam, strict=True)))
    done = join(both)
    assert equal(done.outlines, brute(both))
    assert shapely.area(done.outlines).tolist() == pytest.approx([600])


def test_a_parcel_in_two_parts_is_one_block_if_a_neighbour_joins_them_and_otherwise_none_is_lost() -> None:
    two = shapely.union(cell(0, 0), cell(2, 0))
    assert join(shapes(two, cell(1, 0))).labels.tolist() == [0, 0]
    assert shapely.area(join(shapes(two, cell(1, 0))).outlines).tolist() == pytest.approx([300])
    done = join(shapes(cell(0, 1), two, cell(2, 1, 1, 2), cell(2.5, 2)))
    assert done.labels.tolist() == [0, 0, 1, 1]
    assert shapely.area(done.outlines).tolist() == pytest.approx([200, 350])


def test_both_wings_of_a_parcel_that_crosses_itself_count() -> None:
    bow = shapely.Polygon(ORIGIN + np.array([(0, 0), (10, 10), (10, 0), (0, 10)]))
    assert shapely.area(join(shapes(bow)).outlines).tolist() == pytest.approx([25, 25])
    assert shapely.area(join(shapes(bow, cell(1, 0))).outlines).tolist() == pytest.approx([125, 25])


def test_nothing_and_a_parcel_without_area() -> None:
    assert join(np.empty(0, dtype=object)).labels.tolist() == []
    done = join(shapes(shapely.Polygon(), cell(0, 0)))
    assert done.labels.tolist() == [0, 1]
    assert shapely.area(done.outlines).tolist() == pytest.approx([0, 100])


def test_input_is_not_changed() -> None:
    given = shapes(cell(0, 0), cell(0.5, 0))
    before = shapely.to_wkb(given).tolist()
    join(given)
    assert shapely.to_wkb(given).tolist() == before


@settings(max_examples=150, deadline=None)
@given(fields)
def test_a_random_coverage_equals_the_union_of_its_cells(cells: np.ndarray) -> None:
    parts = shapely.get_parts(parcels_of(cells)) if (cells > 0).any() else np.empty(0, dtype=object)
    done = join(parts)
    assert shapely.is_valid(done.outlines).all()
    assert equal(done.outlines, brute(parts) if len(parts) else parts)
    for row, part in enumerate(parts):
        assert shapely.covers(done.outlines[done.labels[row]].buffer(1e-6), part)


@settings(max_examples=100, deadline=None)
@given(fields, st.integers(0, 2**32 - 1))
def test_noise_below_the_tolerance_changes_nothing(cells: np.ndarray, seed: int) -> None:
    parts = shapely.get_parts(parcels_of(cells)) if (cells > 0).any() else np.empty(0, dtype=object)
    rng = np.random.default_rng(seed)
    noisy = shapes(*(_shaken(part, rng) for part in parts.tolist()))
    done = join(noisy)
    wanted = join(parts)
    assert done.labels.tolist() == wanted.labels.tolist()
    assert shapely.area(done.outlines).tolist() == pytest.approx(shapely.area(wanted.outlines).tolist(), abs=5)


def _shaken(part: shapely.Polygon, rng: np.random.Generator) -> shapely.Polygon:
    """Move every vertex by at most a fifth of the tolerance, a ring's first and last alike."""

    def moved(ring: shapely.LinearRing) -> np.ndarray:
        at = shapely.get_coordinates(ring)[:-1]
        at = at + rng.uniform(-TOLERANCE_M / 5, TOLERANCE_M / 5, at.shape)
        return np.vstack([at, at[:1]])

    return shapely.Polygon(moved(part.exterior), [moved(hole) for hole in part.interiors])


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12))
def test_overlapping_parcels_equal_their_union(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    at = rng.integers(0, 12, (count, 2)) / 2
    size = rng.integers(1, 6, (count, 2)) / 2
    polygons = shapes(*(cell(x, y, w, h) for (x, y), (w, h) in zip(at, size, strict=True)))
    done = join(polygons)
    assert shapely.is_valid(done.outlines).all()
    assert equal(done.outlines, brute(polygons))


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 15))
def test_parcels_that_lie_anyhow_equal_their_union(seed: int, count: int) -> None:
    """Turned boxes, some with others on them, in them, and some twice: as much as corners are drawn together they may differ."""
    rng = np.random.default_rng(seed)
    boxes = [cell(*rng.uniform(0, 6, 2), *rng.uniform(0.3, 3, 2)) for _ in range(count)]
    turned = [shapely.affinity.rotate(box, rng.uniform(0, 90)) for box in boxes]
    within = shapely.buffer(turned[:2], -1, join_style="mitre")
    polygons = shapes(*turned, *turned[:1], *within[~shapely.is_empty(within)])
    done = join(polygons)
    wanted = shapely.union_all(polygons)
    off = shapely.area(shapely.symmetric_difference(shapely.multipolygons(done.outlines), wanted))
    assert off <= 0.1 * TOLERANCE_M * wanted.length
    assert shapely.is_valid(shapely.multipolygons(done.outlines))
    grown = shapely.buffer(done.outlines[done.labels], 2 * TOLERANCE_M)
    assert shapely.covers(grown, polygons).all()


def test_pairs_say_who_shares_how_much() -> None:
    pairs, length_m = edges_of(shapes(cell(0, 0, 2, 1), cell(0, 1), cell(1, 1), cell(2, 1))).pairs()
    assert pairs.tolist() == [[0, 1], [0, 2], [1, 2], [2, 3]]
    assert length_m.tolist() == pytest.approx([10, 10, 10, 10])
