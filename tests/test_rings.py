"""Shapes on the map's grid: metre-true, without gaps, and nothing lost."""

from __future__ import annotations

import functools
import itertools
from typing import Any

import make
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from parkgis import crs
from parkgis.outputs.webmap import levels, projection
from parkgis.outputs.webmap.corners import weave
from parkgis.outputs.webmap.rings import GRID_M, Rings, rings, twice_areas
from parkgis.vn2000 import WGS84

LEGAL = "EPSG:9209"
WEST, SOUTH = make.ORIGIN


def put(*shapes: str) -> Rings:
    """Put WKT in metres from a corner of Que Vo I on the grid."""
    ground = shapely.transform(np.array([shapely.from_wkt(text) for text in shapes], dtype=object), lambda xy: xy + make.ORIGIN)
    return rings(ground, LEGAL)


def back(found: Rings) -> np.ndarray:
    """Return the rings of every row as one polygon each, metres; even-odd."""
    ends = np.cumsum(found.points)
    xy = np.column_stack([found.x, found.y]) * GRID_M + found.origin_m
    loops = [shapely.Polygon(part) for part in np.split(xy, ends[:-1])] if len(ends) else []
    rows = np.split(np.array(loops, dtype=object), np.cumsum(found.rings)[:-1])
    cut: Any = shapely.symmetric_difference
    return np.array([functools.reduce(cut, row, shapely.Polygon()) for row in rows], dtype=object)


def test_holes_and_parts_are_rings_without_their_closing_point() -> None:
    holed = "POLYGON ((0 0, 90 0, 90 90, 0 0), (50 20, 60 20, 60 30, 50 20))"
    parts = "MULTIPOLYGON (((100 0, 110 0, 110 10, 100 0)), ((200 0, 210 0, 210 10, 200 10, 200 0)))"
    found = put(holed, "POLYGON EMPTY", parts, "LINESTRING (0 0, 90 0)")
    assert found.rings.tolist() == [2, 0, 2, 0]
    assert found.points.tolist() == [3, 3, 3, 4]


def test_no_shapes_at_all() -> None:
    found = rings(np.array([], dtype=object), LEGAL)
    assert (len(found.rings), len(found.points), len(found.x)) == (0, 0, 0)


def test_what_the_grid_collapses_keeps_a_point_or_two() -> None:
    found = put(
        "POLYGON ((0.001 0.001, 0.003 0.001, 0.002 0.003, 0.001 0.001))", "POLYGON ((5 5, 9 5.002, 9 5.004, 5 5))",
        "POLYGON ((0 0, 5 0, 5 5, 0 5, 0 0), (1.001 1.001, 1.001 1.003, 1.003 1.003, 1.001 1.001))",
    )  # fmt: skip
    assert found.rings.tolist() == [1, 1, 2]
    assert found.points.tolist() == [1, 2, 4, 1]


def test_a_shape_that_crosses_itself_on_the_grid_stays_as_it_is() -> None:
    # a spike 4 mm wide whose sides change places when rounded
    found = put("POLYGON ((0 0, 10 0, 10 10, 5.004 10, 5.006 20, 5.002 10, 0 10, 0 0))")
    assert found.rings.tolist() == [1]
    assert twice_areas(found)[0] * GRID_M**2 / 2 == pytest.approx(100, abs=0.1)


def test_a_hole_with_fifty_thousand_corners() -> None:
    turn = np.linspace(0, 2 * np.pi, 50_000, endpoint=False)
    hole = np.column_stack([np.cos(turn), np.sin(turn)]) * 300 + 500
    shape = shapely.Polygon([(0, 0), (1000, 0), (1000, 1000), (0, 1000)], [hole])
    found = rings(shapely.transform(np.array([shape], dtype=object), lambda xy: xy + make.ORIGIN), LEGAL)
    assert found.points.tolist() == [4, 50_000]
    assert twice_areas(found)[0] / 2 * GRID_M**2 == pytest.approx(shape.area, rel=1e-6)


def test_whatever_way_rings_run_outer_ones_run_alike() -> None:
    # filled as one path by the nonzero rule, neighbours that run against each other would cancel where they overlap
    square = shapely.from_wkt("POLYGON ((563000 2340000, 563090 2340000, 563090 2340090, 563000 2340000))")
    both = rings(np.array([square, shapely.reverse(square)], dtype=object), LEGAL)
    assert [_turn(both.x[i : i + 3], both.y[i : i + 3]) for i in (0, 3)] == [1, 1]


def _turn(x: np.ndarray, y: np.ndarray) -> float:
    x, y = x.astype(float), y.astype(float)
    return float(np.sign((x * np.roll(y, -1) - np.roll(x, -1) * y).sum()))


def test_corners_written_to_the_centimetre_are_not_moved_and_others_by_seven_millimetres_at_most() -> None:
    random = np.random.default_rng(7)
    corners = random.uniform([WEST, SOUTH], [WEST + 9000, SOUTH + 20_000], (300, 2))[:, None] + np.array([[0, 0], [30, 0], [0, 30]])
    for decimals, moved_m in ((2, 0.0), (6, GRID_M * 2**0.5 / 2)):
        shapes = np.asarray(shapely.polygons(np.round(corners, decimals)))
        assert shapely.hausdorff_distance(shapes, back(rings(shapes, LEGAL))).max() <= moved_m + 1e-6


@given(st.integers(0, 2**32 - 1))
def test_shapes_come_back_whatever_ring_begins_where(seed: int) -> None:
    random = np.random.default_rng(seed)
    nodes = np.stack(np.meshgrid(np.arange(5.0), np.arange(5.0)), -1) * 20 + random.uniform(-6, 6, (5, 5, 2)) + make.ORIGIN
    corners = np.round(np.stack([nodes[:-1, :-1], nodes[:-1, 1:], nodes[1:, 1:], nodes[1:, :-1]], axis=2).reshape(-1, 4, 2), 2)
    shapes = np.array([shapely.Polygon(np.roll(ring, int(random.integers(4)), axis=0)) for ring in corners], dtype=object)
    random.shuffle(shapes)
    assert shapely.equals(shapes, shapely.set_precision(back(rings(shapes, LEGAL)), GRID_M)).all()


# -- projection --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("legal", ["EPSG:9209", "EPSG:9214"])
@pytest.mark.parametrize("side_m", [500.0, 20_000.0, 120_000.0])
def test_the_polynomial_misses_proj_by_less_than_it_may(legal: str, side_m: float) -> None:
    centre = crs.convert(np.array([[106.1, 21.2]]), WGS84, legal)[0]
    fitted = projection.fit(centre - side_m / 2, centre + side_m / 2, legal)
    places = np.random.default_rng(2).uniform(centre - side_m / 2, centre + side_m / 2, (2000, 2))
    miss = np.hypot(*(fitted.project(places) - projection.mercator(places, legal)).T)
    assert miss.max() <= fitted.error_m + 1e-4
    assert fitted.error_m < projection.ALLOWED_M


def test_published_points_land_where_they_were_published() -> None:
    # the two centres and their EPSG:9209 coordinates are those of the park table; 9209 to 0.01 m
    east_north = np.array([[563_663.05, 2_340_152.82], [552_202.20, 2_348_408.64]])
    fitted = projection.fit(east_north.min(axis=0), east_north.max(axis=0), LEGAL)
    lon, lat = np.radians([[106.1148912, 21.1542444], [106.0047924, 21.2291794]]).T
    expected = projection.SPHERE_M * np.column_stack([lon, np.arctanh(np.sin(lat))])
    assert np.abs(fitted.project(east_north) - expected).max() < 0.05


# -- levels ------------------------------------------------------------------------------------------------


def thinned(found: Rings, level: int) -> np.ndarray:
    """Return the rows without corners below a level."""
    _, first, corner = weave(found)
    kept = levels.levels(found, first, corner)[corner] >= level
    loop = np.repeat(np.arange(len(found.points)), found.points)[kept]
    fewer = np.bincount(loop, minlength=len(found.points)).astype(np.int32)
    return back(Rings(found.rings, fewer, found.x[kept], found.y[kept], found.origin_m, found.legal))


def wavy(count: int) -> np.ndarray:
    """Return strips side by side whose shared borders wave by 0.2 m, with a corner every metre."""
    north = np.arange(0, 101.0)
    lines = [np.column_stack([30.0 * i + 0.2 * np.sin(north * (1 + i / 9)), north]) for i in range(count + 1)]
    return np.array([shapely.Polygon([*a, *b[::-1]]) for a, b in itertools.pairwise(lines)], dtype=object)


def test_neighbours_lose_the_same_corners_so_that_no_gap_opens() -> None:
    shapes = shapely.transform(wavy(12), lambda xy: xy + make.ORIGIN)
    found = rings(shapes, LEGAL)
    assert shapely.coverage_is_valid(back(found))
    for level in (1, 2):
        thin = thinned(found, level)
        assert shapely.coverage_is_valid(thin)
        assert shapely.get_num_coordinates(thin).sum() < 0.2 * shapely.get_num_coordinates(shapes).sum()
    assert shapely.hausdorff_distance(thinned(found, 1), shapes).max() < levels.TOLERANCES_M[0] + GRID_M


def test_corners_where_three_meet_always_stay() -> None:
    found = put("POLYGON ((0 0, 2 0, 2 1, 0 1, 0 0))", "POLYGON ((2 0, 4 0, 4 1, 2 1, 2 0))", "POLYGON ((0 1, 2 1, 4 1, 2 2, 0 1))")
    _, first, corner = weave(found)
    of = {
        (int(x), int(y)): int(level)
        for x, y, level in zip(found.x[first], found.y[first], levels.levels(found, first, corner), strict=True)
    }
    assert of[200, 100] == len(levels.TOLERANCES_M)
