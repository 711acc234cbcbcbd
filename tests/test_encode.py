"""What goes into the page comes out of it again, to the grid."""

from __future__ import annotations

import make
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from parkgis import crs
from parkgis.outputs.webmap.encode import GRID_M, SPHERE_M, Rings, Table, decode, encode, rings
from parkgis.vn2000 import WGS84

INT32 = st.integers(-(2**31), 2**31 - 1)


def ints(size: int, values: st.SearchStrategy[int] = INT32) -> st.SearchStrategy[np.ndarray]:
    return arrays.arrays(np.int32, size, elements=values)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    loops = draw(arrays.arrays(np.int32, draw(st.integers(0, 6)), elements=st.integers(0, 3)))
    points = draw(ints(int(loops.sum()), st.integers(3, 9)))
    size = int(points.sum())
    texts = draw(st.lists(st.text(), min_size=len(loops), max_size=len(loops)))
    shapes = Rings(loops, points, draw(ints(size)), draw(ints(size)), (11_800_000.0, 2_410_000.5))
    return Table(shapes, {"day": draw(ints(len(loops)))}, {"name": texts})


def columns(table: Table) -> dict[str, list[object]]:
    shapes = table.shapes
    geometry = {"rings": shapes.rings, "points": shapes.points, "x": shapes.x, "y": shapes.y}
    found = {name: values.tolist() for name, values in {**geometry, **table.ints}.items()}
    return {**found, **{name: list(values) for name, values in table.texts.items()}, "origin": list(shapes.origin_m)}


@given(tables())
def test_decoding_gives_back_what_was_encoded(table: Table) -> None:
    assert columns(decode(encode(table))) == columns(table)


@given(tables())
def test_the_same_table_gives_the_same_text(table: Table) -> None:
    assert encode(table) == encode(decode(encode(table)))


def put(*shapes: str) -> Rings:
    ground = shapely.transform(np.array([shapely.from_wkt(text) for text in shapes], dtype=object), lambda xy: xy + make.ORIGIN)
    return rings(ground, "EPSG:9209")


def test_holes_and_parts_are_rings_without_their_closing_point() -> None:
    # metres from a corner of Que Vo I
    holed = "POLYGON ((0 0, 90 0, 90 90, 0 0), (50 20, 60 20, 60 30, 50 20))"
    parts = "MULTIPOLYGON (((100 0, 110 0, 110 10, 100 0)), ((200 0, 210 0, 210 10, 200 10, 200 0)))"
    found = put(holed, "POLYGON EMPTY", parts, "LINESTRING (0 0, 90 0)")
    assert found.rings.tolist() == [2, 0, 2, 0]
    assert found.points.tolist() == [3, 3, 3, 4]


def test_no_shapes_at_all() -> None:
    found = rings(np.array([], dtype=object), "EPSG:9209")
    assert (len(found.rings), len(found.x)) == (0, 0)
    assert columns(decode(encode(Table(found, {}, {})))) == columns(Table(found, {}, {}))


def test_whatever_way_rings_run_outer_ones_run_alike() -> None:
    # drawn in one path by the nonzero rule, neighbours that run against each other would cancel where they overlap
    square = shapely.from_wkt("POLYGON ((563000 2340000, 563090 2340000, 563090 2340090, 563000 2340000))")
    both = rings(np.array([square, shapely.reverse(square)], dtype=object), "EPSG:9209")
    turn = [np.sign(_signed(both.x[i : i + 3], both.y[i : i + 3])) for i in (0, 3)]
    assert turn[0] == turn[1] != 0


def _signed(x: np.ndarray, y: np.ndarray) -> float:
    x, y = x.astype(float), y.astype(float)
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())


@pytest.mark.parametrize(
    ("east", "north", "lon", "lat"),
    [(563_663.05, 2_340_152.82, 106.1148912, 21.1542444), (552_202.20, 2_348_408.64, 106.0047924, 21.2291794)],
)
def test_published_points_land_within_the_grid(east: float, north: float, lon: float, lat: float) -> None:
    # the two centres and their EPSG:9209 coordinates are those of the park table; 9209 to 0.01 m
    found = rings(np.array([shapely.box(east, north, east + 50, north + 50)], dtype=object), "EPSG:9209")
    x = found.origin_m[0] + GRID_M * found.x
    y = found.origin_m[1] + GRID_M * found.y
    at = np.argmin(np.hypot(x - SPHERE_M * np.radians(lon), y - SPHERE_M * np.arctanh(np.sin(np.radians(lat)))))
    assert np.degrees(x[at] / SPHERE_M) == pytest.approx(lon, abs=1.5e-6)
    assert np.degrees(np.arcsin(np.tanh(y[at] / SPHERE_M))) == pytest.approx(lat, abs=1.5e-6)


def test_a_corner_moves_less_than_the_grid() -> None:
    corners = np.random.default_rng(7).uniform([560_000, 2_330_000], [570_000, 2_350_000], (300, 2))
    shapes = np.asarray(shapely.polygons(corners[:, None] + np.array([[0, 0], [30, 0], [0, 30]])))
    found = rings(shapes, "EPSG:9209")
    lonlat = np.degrees(np.column_stack([(found.origin_m[0] + GRID_M * found.x) / SPHERE_M,
                                         np.arcsin(np.tanh((found.origin_m[1] + GRID_M * found.y) / SPHERE_M))]))  # fmt: skip
    back = crs.convert(lonlat, WGS84, "EPSG:9209").reshape(-1, 3, 2)
    there = shapely.polygons(back)
    assert shapely.hausdorff_distance(shapes, there).max() < GRID_M
