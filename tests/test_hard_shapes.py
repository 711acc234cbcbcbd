"""Shapes that break programs: each is judged as it should be, and neither check nor repair falls over it.

The kinds are those that geometry libraries publish as test suites; every shape here is made anew, in a line.
"""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pytest
import shapely
from make import LEGAL, parcels

from parkgis.layers import checks
from parkgis.layers.checks import Case, overlaps
from parkgis.layers.checks.segments import gaps
from parkgis.layers.repair import Plan, repair

FAR = (9_000_000_000.0, -7_000_000_000.0)
VALID = ""


def ring(*corners: tuple[float, float]) -> list[tuple[float, float]]:
    return [*corners, corners[0]]


SQUARE = ring((0, 0), (10, 0), (10, 10), (0, 10))


def with_holes(*holes: list[tuple[float, float]], shell: list[tuple[float, float]] = SQUARE) -> shapely.Polygon:
    return shapely.Polygon(shell, holes)


def hole(west: float, south: float, side: float) -> list[tuple[float, float]]:
    return ring((west, south), (west, south + side), (west + side, south + side), (west + side, south))


def at_corner(x: float) -> shapely.Geometry:
    """Return a triangle with such a coordinate; shapely warns of it, files do not."""
    with np.errstate(invalid="ignore"):
        return shapely.Polygon([(0, 0), (10, 0), (x, 10), (0, 0)])


SHAPES: dict[str, tuple[shapely.Geometry, str, str]] = {
    # name: shape, code that must be found ("" for none of the invalid ones), reason
    "square": (with_holes(), VALID, ""),
    "clockwise square": (shapely.Polygon(SQUARE[::-1]), VALID, ""),
    "bowtie": (shapely.Polygon(ring((0, 0), (10, 10), (10, 0), (0, 10))), "geometry_invalid", "crosses"),
    "figure of eight that touches": (
        shapely.Polygon(ring((0, 0), (5, 5), (10, 0), (10, 10), (5, 5), (0, 10))), "geometry_invalid", "touches"
    ),
    "banana: a shell that touches itself around a hole": (
        shapely.Polygon(ring((0, 0), (10, 0), (10, 10), (0, 10), (0, 0), (4, 4), (4, 6), (6, 4))), "geometry_invalid", "touches"
    ),
    "inverted shell: the hole hangs on its corner": (with_holes(ring((0, 0), (3, 6), (6, 3))), VALID, ""),
    "spike out and back": (
        shapely.Polygon(ring((0, 0), (10, 0), (10, 5), (20, 5), (10, 5), (10, 10), (0, 10))), "geometry_invalid", "crosses"
    ),
    "spike in and back": (
        shapely.Polygon(ring((0, 0), (10, 0), (10, 5), (3, 5), (10, 5), (10, 10), (0, 10))), "geometry_invalid", "touches"
    ),
    "a loop back over the same edge": (
        shapely.Polygon(ring((0, 0), (10, 0), (10, 10), (5, 10), (5, 0), (0, 0), (0, 10))), "geometry_invalid", "touches"
    ),
    "hole": (with_holes(hole(2, 2, 3)), VALID, ""),
    "hole that touches the shell in a point": (with_holes(ring((0, 5), (4, 7), (4, 3))), VALID, ""),
    "hole that shares an edge with the shell": (with_holes(hole(0, 2, 3)), "geometry_invalid", "crosses"),
    "hole that crosses the shell": (with_holes(hole(8, 2, 5)), "geometry_invalid", "crosses"),
    "hole outside": (with_holes(hole(20, 2, 3)), "ring_nesting", "hole_outside"),
    "hole in a hole": (with_holes(hole(1, 1, 8), hole(3, 3, 3)), "ring_nesting", "holes_nested"),
    "the same hole twice": (with_holes(hole(1, 1, 3), hole(1, 1, 3)), "geometry_invalid", "crosses"),
    "holes that cut the inside in two": (
        with_holes(ring((0, 5), (5, 8), (5, 5.5)), ring((5, 5.5), (5, 2), (10, 5))), "geometry_invalid", "disconnected"
    ),
    "a part inside another part": (
        shapely.MultiPolygon([with_holes(), shapely.box(2, 2, 4, 4)]), "ring_nesting", "shells_nested"
    ),
    "a part in the hole of another": (shapely.MultiPolygon([with_holes(hole(2, 2, 6)), shapely.box(3, 3, 6, 6)]), VALID, ""),
    "parts that overlap": (shapely.MultiPolygon([with_holes(), shapely.box(5, 5, 15, 15)]), "geometry_invalid", "crosses"),
    "parts that share an edge": (shapely.MultiPolygon([with_holes(), shapely.box(10, 0, 20, 10)]), "geometry_invalid", "crosses"),
    "parts that touch in a point": (shapely.MultiPolygon([with_holes(), shapely.box(10, 10, 20, 20)]), VALID, ""),
    "points twice": (shapely.Polygon([p for p in SQUARE for _ in range(3)]), VALID, ""),
    "a ring fallen into a line": (shapely.Polygon(ring((0, 0), (10, 0), (5, 0))), "geometry_invalid", ""),
    "a ring fallen into a point": (shapely.Polygon(ring((1, 1), (1, 1), (1, 1))), "geometry_invalid", "too_few"),
    "a sliver of a millimetre": (shapely.box(0, 0, 1000, 0.001), VALID, ""),
    "a corner moved by the last digit": (shapely.Polygon(ring((0, 0), (10, 0), (10, math.nextafter(10, 11)), (0, 10))), VALID, ""),
    "far from the origin": (shapely.box(FAR[0], FAR[1], FAR[0] + 10, FAR[1] + 10), VALID, ""),
    "not a number": (at_corner(math.nan), "geometry_invalid", "coordinate"),
    "infinite": (at_corner(math.inf), "geometry_invalid", "coordinate"),
    "comb of a thousand teeth": (
        shapely.Polygon(ring(*[(x, 10.0 * (x % 2)) for x in range(1000)], (999, -5), (0, -5))), VALID, ""
    ),
}  # fmt: skip


def case_of(*shapes: shapely.Geometry | None) -> Case:
    frame = parcels({f"09163/1/{n + 1}": (0, 0, 1, 1) for n in range(len(shapes))})
    return Case(gpd.GeoDataFrame(frame.drop(columns="geometry"), geometry=list(shapes), crs=LEGAL))


@pytest.mark.parametrize("name", SHAPES)
def test_the_verdict_and_its_reason(name: str) -> None:
    shape, code, reason = SHAPES[name]
    found = {m.code: m for m in checks.marks(case_of(shape), checks.AT_THE_DOOR[:3])}
    assert set(found) == ({code} if code else set())
    if reason:
        assert found[code].details["reason"] == [reason]


@pytest.mark.parametrize("name", SHAPES)
def test_every_check_comes_to_an_end_beside_a_sound_parcel(name: str) -> None:
    shape = SHAPES[name][0]
    found = checks.marks(case_of(shape, shapely.box(100, 0, 110, 10), None, shapely.Polygon()))
    assert {"geometry_empty"} <= {m.code for m in found}
    for marks in found:
        assert len(marks.rows) == len(marks.shapes) == len(marks.measures)


@pytest.mark.parametrize("name", SHAPES)
def test_repair_mends_it_or_leaves_it_and_says_so(name: str) -> None:
    shape, code, _ = SHAPES[name]
    done = repair(np.array([shape, shapely.box(100, 0, 110, 10)], dtype=object), Plan(snap_m=0.05, close_m2=5, most_m2=1e9))
    if not code:
        assert not done.left.any()
    assert done.left[0] or shapely.is_valid(done.shapes[0])


# -- one over the other ------------------------------------------------------------------------------------

STEP = math.ulp(2_340_000.0)
BASE = np.array([563_000.0, 2_340_000.0])


def at(*boxes: tuple[float, float, float, float]) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    return np.array([shapely.transform(shapely.box(*box), lambda xy: xy + BASE) for box in boxes], dtype=object)


PAIRS: dict[str, tuple[np.ndarray[tuple[int], np.dtype[np.object_]], float]] = {
    "neighbours": (at((0, 0, 10, 10), (10, 0, 20, 10)), 0.0),
    "neighbours of other heights": (at((0, 0, 10, 10), (10, 3, 20, 17)), 0.0),
    "corner to corner": (at((0, 0, 10, 10), (10, 10, 20, 20)), 0.0),
    "edges one digit apart, over": (at((0, 0, 10 + STEP, 10), (10, 0, 20, 10)), 0.0),
    "edges one digit apart, open": (at((0, 0, 10, 10), (10 + STEP, 0, 20, 10)), 0.0),
    "over by a millimetre along a kilometre": (at((0, 0, 1000, 10.001), (0, 10, 1000, 20)), 1.0),
    "a cross": (at((0, 4, 10, 6), (4, 0, 6, 10)), 4.0),
    "the same": (at((0, 0, 10, 10), (0, 0, 10, 10)), 100.0),
    "one in the other": (at((0, 0, 10, 10), (3, 3, 5, 5)), 4.0),
    "one in the other, on its edge": (at((0, 0, 10, 10), (0, 3, 2, 5)), 4.0),
    "three over one place": (at((0, 0, 10, 10), (5, 0, 15, 10), (8, 0, 18, 10)), 50.0 + 20.0 + 70.0),
    "a corner over": (at((0, 0, 10, 10), (9, 9, 20, 20)), 1.0),
    "a corner over, less than the noise": (at((0, 0, 10, 10), (9.95, 9.95, 20, 20)), 0.0),
}


@pytest.mark.parametrize("name", PAIRS)
def test_land_claimed_twice(name: str) -> None:
    shapes, area = PAIRS[name]
    assert overlaps(shapes).areas.sum() == pytest.approx(area, abs=1e-4)


def test_two_coverages_one_over_the_other_are_seen_to_their_middle() -> None:
    """Inside each coverage every edge has its partner; only the rims are out of order."""
    coarse = [(x, y, x + 10.0, y + 10.0) for x in range(0, 90, 10) for y in range(0, 90, 10)]
    fine = [(x + 0.5, y + 0.5, x + 5.5, y + 5.5) for x in range(0, 85, 5) for y in range(0, 85, 5)]
    shapes = at(*coarse, *fine)
    found = overlaps(shapes)
    assert found.areas.sum() == pytest.approx(len(fine) * 25.0)
    assert len(np.unique(np.concatenate([found.left, found.right]))) == len(shapes)


@pytest.mark.parametrize(
    ("boxes", "areas"),
    [
        ([(0, 0, 30, 10), (0, 11, 30, 20), (0, 10, 14, 11), (16, 10, 30, 11)], [2.0]),
        ([(0, 0, 30, 10), (0, 11, 30, 20), (0, 10, 14, 11), (14, 10, 30, 11)], []),
        ([(0, 0, 30, 10), (0, 10.002, 30, 20), (0, 10, 1, 10.002), (29, 10, 30, 10.002)], [0.056]),
        ([(0, 0, 10, 10), (10, 0, 20, 10)], []),
        ([(0, 0, 2, 2), (2, 2, 4, 4), (0, 2, 1, 4), (1, 3, 2, 4), (3, 0, 4, 2), (2, 0, 3, 1)], [1.0, 1.0]),
    ],
    ids=["a hole", "none", "two millimetres wide", "two parcels", "two holes that meet in corners"],
)
def test_land_nobody_claims(boxes: list[tuple[float, float, float, float]], areas: list[float]) -> None:
    shapes = at(*boxes)
    tree = shapely.STRtree(shapes)
    found = gaps(shapes, overlaps(shapes, tree), tree, 1e-6, 5.0)
    assert sorted(shapely.area(found)) == pytest.approx(areas, abs=1e-6)
