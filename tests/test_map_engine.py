"""The drawing engine in a real browser: what is drawn is counted on the canvas, what is clicked is checked against shapely."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import engine
import make
import numpy as np
import pytest
import shapely

from parkgis import crs
from parkgis.outputs.webmap.encode import Table, rings
from parkgis.vn2000 import WGS84

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

LEGAL = "EPSG:9209"


def land(*texts: str) -> np.ndarray:
    """Return shapes from WKT in metres from ``make.ORIGIN``."""
    return shapely.transform(np.array([shapely.from_wkt(text) for text in texts], dtype=object), lambda xy: xy + make.ORIGIN)


def table(shapes: np.ndarray, days: list[list[int]] | None = None) -> Table:
    numbers = np.array(days or [[0, 0]] * len(shapes), np.int32).reshape(len(shapes), 2)
    return Table(rings(shapes, LEGAL), {}, {}, {"days": numbers})


def quads(columns: int, rows: int, seed: int = 5, side: float = 25.0) -> np.ndarray:
    """Return a clean coverage of jittered quadrilaterals."""
    random = np.random.default_rng(seed)
    nodes = np.stack(np.meshgrid(np.arange(columns + 1.0), np.arange(rows + 1.0)), -1) * side
    nodes = np.round(nodes + random.uniform(-side / 4, side / 4, nodes.shape) + make.ORIGIN, 2)
    corners = np.stack([nodes[:-1, :-1], nodes[:-1, 1:], nodes[1:, 1:], nodes[1:, :-1]], axis=2)
    return np.asarray(shapely.polygons(corners.reshape(-1, 4, 2)))


def at(page: Page, places: np.ndarray) -> list[int]:
    """Return the row the layer finds at each place, metres of the legal grid."""
    degrees = crs.convert(places, LEGAL, WGS84)[:, ::-1].tolist()
    found: list[int] = page.evaluate("places => places.map(([lat, lng]) => engine.layer.at({lat, lng}))", degrees)
    return found


def drawn(page: Page) -> dict[str, int]:
    counts: dict[str, int] = page.evaluate("engine.layer.settled().then(() => engine.layer.drawn())")
    return counts


def pixel(page: Page, place: tuple[float, float]) -> str:
    """Return the colour on the canvas at a place in metres from ``make.ORIGIN``, or '' where it is clear."""
    ((lng, lat),) = crs.convert(np.array([place]) + make.ORIGIN, LEGAL, WGS84)
    rgba = page.evaluate(
        """([lat, lng]) => { const canvas = document.querySelector(".leaflet-parcels-pane canvas");
             const p = engine.map.latLngToLayerPoint([lat, lng]).subtract(L.DomUtil.getPosition(canvas));
             return [...canvas.getContext("2d").getImageData(p.x, p.y, 1, 1).data]; }""",
        [lat, lng],
    )
    return "#" + "".join(f"{part:02x}" for part in rgba[:3]) if rgba[3] else ""


# -- clicks ------------------------------------------------------------------------------------------------


def test_a_thousand_random_clicks_find_the_parcel_that_shapely_finds(page: Page, tmp_path: Path) -> None:
    lattice = quads(30, 30)
    holed = shapely.difference(lattice[::7], shapely.buffer(shapely.point_on_surface(lattice[::7]), 3))
    shapes = lattice.copy()
    shapes[::7] = holed  # holes
    shapes[1::7] = shapely.buffer(shapes[1::7], 2, join_style="mitre")  # overlaps
    shapes[2::14] = shapely.union(shapes[2::14], shapely.transform(shapes[2::14], lambda xy: xy + np.array([0, 800])))  # parts
    random = np.random.default_rng(3)
    places = random.uniform([-40, -40], [790, 1590], (1000, 2)) + make.ORIGIN
    points = shapely.points(places)
    hit, row = shapely.STRtree(shapes).query(points, predicate="within")
    expected = np.full(1000, -1)
    np.maximum.at(expected, hit, row)  # the topmost is drawn last
    near = shapely.STRtree(shapely.boundary(shapes)).query(points, predicate="dwithin", distance=0.02)[0]
    clear = np.setdiff1d(np.arange(1000), near)
    engine.show(page, table(shapes), tmp_path)
    found = np.array(at(page, places))
    assert len(clear) > 980
    assert (expected[clear] >= 0).sum() > 400
    assert found[clear].tolist() == expected[clear].tolist()


def test_either_neighbour_is_found_on_a_shared_edge_and_never_none(page: Page, tmp_path: Path) -> None:
    shapes = quads(10, 10)
    lines = shapely.get_parts(shapely.intersection(shapes[:-1], shapes[1:]))
    lines = lines[shapely.get_dimensions(lines) == 1]
    middle = shapely.get_coordinates(shapely.line_interpolate_point(lines, 0.5, normalized=True))
    engine.show(page, table(shapes), tmp_path)
    found = at(page, middle)
    around = shapely.distance(shapes[found], shapely.points(middle))
    assert min(found) >= 0 and around.max() < 0.02


def test_what_is_hidden_is_neither_drawn_nor_clicked(page: Page, tmp_path: Path) -> None:
    shapes = land("POLYGON ((0 0, 60 0, 60 60, 0 60, 0 0))", "POLYGON ((30 0, 90 0, 90 60, 30 60, 30 0))")
    engine.show(page, table(shapes), tmp_path)
    middle = np.array([[45.0, 30.0]]) + make.ORIGIN
    assert at(page, middle) == [1]
    page.evaluate("engine.layer.show(Uint8Array.from([0, engine.HIDDEN]))")
    assert drawn(page) == {"rows": 1, "seen": 1, "painted": 1}
    assert at(page, middle) == [0]
    assert pixel(page, (75, 30)) == ""


# -- drawing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("columns", "rows"), [(20, 20), (100, 80)])
def test_every_parcel_is_on_the_canvas(page: Page, tmp_path: Path, columns: int, rows: int) -> None:
    # few are painted as paths, many as a picture of rows
    count = columns * rows
    engine.show(page, table(quads(columns, rows)), tmp_path)
    assert drawn(page) == {"rows": count, "seen": count, "painted": count}


@pytest.mark.parametrize("columns", [20, 100])
def test_a_day_recolours_what_changed_by_then(page: Page, tmp_path: Path, columns: int) -> None:
    shapes = quads(columns, 40)
    days = [[100, 200] if i == 0 else [150, 0] for i in range(len(shapes))]
    engine.show(page, table(shapes, days), tmp_path)
    inside = shapely.get_coordinates(shapely.point_on_surface(shapes[[0, -1]])) - make.ORIGIN
    seen = {}
    for day in (99, 100, 150, 200):
        page.evaluate("day => engine.layer.show(engine.reachedOn(engine.table, 'days', day))", day)
        page.evaluate("engine.layer.settled()")
        seen[day] = [engine.COLOURS.index(pixel(page, (x, y))) for x, y in inside]
    assert seen == {99: [0, 0], 100: [1, 0], 150: [1, 1], 200: [2, 1]}


def test_a_slider_quicker_than_the_picture_ends_with_the_last_day(page: Page, tmp_path: Path) -> None:
    shapes = quads(60, 40)
    engine.show(page, table(shapes, [[10 + i % 90, 0] for i in range(len(shapes))]), tmp_path)
    page.evaluate("for (let day = 0; day < 120; day++) engine.layer.show(engine.reachedOn(engine.table, 'days', day))")
    page.evaluate("engine.layer.settled()")
    ((x, y),) = shapely.get_coordinates(shapely.point_on_surface(shapes[-1:])) - make.ORIGIN
    assert pixel(page, (x, y)) == engine.COLOURS[1]


def test_neighbours_leave_no_gap_from_afar(page: Page, tmp_path: Path) -> None:
    shapes = quads(100, 80, side=30)
    engine.show(page, table(shapes, [[1, 0]] * len(shapes)), tmp_path)
    for zoom in (13, 14, 15.25):
        page.evaluate("zoom => engine.map.setZoom(zoom, {animate: false})", zoom)
        page.evaluate("engine.layer.settled()")
        clear = page.evaluate(
            """() => { const canvas = document.querySelector(".leaflet-parcels-pane canvas");
                 const corner = L.DomUtil.getPosition(canvas), bounds = engine.extentOf(engine.table);
                 const a = engine.map.latLngToLayerPoint(bounds.getNorthWest()).subtract(corner);
                 const b = engine.map.latLngToLayerPoint(bounds.getSouthEast()).subtract(corner);
                 const x = Math.max(a.x, 0), y = Math.max(a.y, 0), edge = 16;
                 const part = canvas.getContext("2d").getImageData(x + edge, y + edge, Math.min(b.x, canvas.width) - x - 2 * edge,
                                                                   Math.min(b.y, canvas.height) - y - 2 * edge).data;
                 let clear = 0; for (let i = 3; i < part.length; i += 4) if (part[i] === 0) clear++; return clear; }"""
        )
        assert clear == 0


def test_highlight_clip_and_print_leave_the_rows_as_they_are(page: Page, tmp_path: Path) -> None:
    shapes = quads(20, 20)
    engine.show(page, table(shapes, [[1, 0]] * 400), tmp_path)
    page.evaluate("engine.layer.highlight([0, 1])")
    assert drawn(page)["painted"] == 400
    page.evaluate("engine.layer.clip(0.5, 1)")
    assert "polygon" in page.evaluate("document.querySelector('.leaflet-parcels-pane').style.clipPath")
    page.evaluate("engine.layer.clip(0, 1)")
    assert page.evaluate("document.querySelector('.leaflet-parcels-pane').style.clipPath") == ""
    share = page.evaluate(
        """() => { const canvas = document.createElement("canvas"); canvas.width = canvas.height = 1200;
             const bounds = engine.extentOf(engine.table);
             engine.layer.drawTo(canvas.getContext("2d"), {bounds, width: 600, height: 600, scale: 2});
             const data = canvas.getContext("2d").getImageData(0, 0, 1200, 1200).data;
             let inked = 0; for (let i = 3; i < data.length; i += 4) if (data[i]) inked++; return inked / 1200 / 1200; }"""
    )
    assert share > 0.9


def test_the_canvas_is_no_larger_than_what_is_painted(page: Page, tmp_path: Path) -> None:
    """What is clear would be copied and laid over the rest at every frame."""
    engine.show(page, table(land("POLYGON ((0 0, 60 0, 60 60, 0 60, 0 0))")), tmp_path)
    size = "(() => { const c = engine.map.getPane('parcels').querySelector('canvas'); return [c.width, c.height]; })()"
    page.evaluate("engine.map.setZoom(16, {animate: false}) && engine.layer.settled()")
    assert max(page.evaluate(size)) < 100
    assert pixel(page, (30, 30)) == engine.COLOURS[0]
    page.evaluate("engine.map.panBy([3000, 0], {animate: false}) && engine.layer.settled()")
    assert page.evaluate(size) == [1, 1]
    assert drawn(page) == {"rows": 1, "seen": 0, "painted": 0}
    page.evaluate("engine.map.panBy([-3000, 0], {animate: false}) && engine.layer.settled()")
    assert drawn(page) == {"rows": 1, "seen": 1, "painted": 1}


# -- bad input ---------------------------------------------------------------------------------------------


def test_no_shape_at_all_is_an_empty_map(page: Page, tmp_path: Path) -> None:
    engine.show(page, Table(rings(np.array([], dtype=object), LEGAL), {}, {}), tmp_path)
    assert drawn(page) == {"rows": 0, "seen": 0, "painted": 0}


def test_one_parcel_and_one_without_a_shape(page: Page, tmp_path: Path) -> None:
    engine.show(page, table(land("POLYGON ((0 0, 30 0, 30 30, 0 30, 0 0))", "POLYGON EMPTY")), tmp_path)
    assert drawn(page) == {"rows": 1, "seen": 1, "painted": 1}


def test_what_the_grid_collapses_stays_visible(page: Page, tmp_path: Path) -> None:
    point = "POLYGON ((10.001 10.001, 10.003 10.001, 10.002 10.003, 10.001 10.001))"
    line = "POLYGON ((20 20, 28 20.002, 28 20.004, 20 20))"
    engine.show(page, table(land(point, line, "POLYGON ((0 0, 60 0, 60 5, 0 5, 0 0))")), tmp_path)
    assert drawn(page) == {"rows": 3, "seen": 3, "painted": 3}


def test_a_hole_with_fifty_thousand_corners_is_a_hole(page: Page, tmp_path: Path) -> None:
    turn = np.linspace(0, 2 * np.pi, 50_000, endpoint=False)
    hole = np.column_stack([np.cos(turn), np.sin(turn)]) * 300 + 500
    shape: Any = shapely.Polygon([(0, 0), (1000, 0), (1000, 1000), (0, 1000)], [hole])
    engine.show(page, table(shapely.transform(np.array([shape], dtype=object), lambda xy: xy + make.ORIGIN)), tmp_path)
    assert at(page, np.array([[500.0, 500.0], [100.0, 100.0], [500.0, 801.0], [500.0, 799.0]]) + make.ORIGIN) == [-1, 0, 0, -1]
    assert (pixel(page, (500, 500)), pixel(page, (100, 100))) == ("", engine.COLOURS[0])


def test_a_thousand_parks_far_apart(page: Page, tmp_path: Path) -> None:
    west, south = (values.ravel() * 3000.0 for values in np.meshgrid(np.arange(40), np.arange(25)))
    shapes = shapely.box(520_000 + west, 2_300_000 + south, 521_500 + west, 2_301_500 + south)
    engine.show(page, table(shapes), tmp_path)
    assert drawn(page) == {"rows": 1000, "seen": 1000, "painted": 1000}
    middle = shapely.get_coordinates(shapely.centroid(shapes))
    assert at(page, middle) == list(range(1000))
