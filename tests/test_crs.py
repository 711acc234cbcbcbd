"""Coordinates: the zones, the pinned operation, what mistakes cost, what the numbers give away."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parkgis import crs, vn2000
from parkgis.errors import CrsMixed, UsageError

# WGS 84 latitude, longitude; easting, northing in EPSG:9209 and in EPSG:9214, metres to the centimetre
POINTS = {
    "Quế Võ I": (21.1542444, 106.1148912, 563663.05, 2340152.82, 407881.21, 2340287.26),
    "VSIP": (21.0800324, 105.9835287, 550045.26, 2331889.62, 394184.96, 2332152.22),
    "Yên Phong MR": (21.2291794, 106.0047924, 552202.20, 2348408.64, 396498.13, 2348651.82),
    "Quế Võ III": (21.14788, 106.181135, 570545.98, 2339476.28, 414757.72, 2339545.69),
}
GEOD = pyproj.Geod(ellps="WGS84")
HERE = (106.1148912, 21.1542444)  # Que Vo I, longitude first

lons = st.floats(vn2000.PROVINCE[0], vn2000.PROVINCE[2])
lats = st.floats(vn2000.PROVINCE[1], vn2000.PROVINCE[3])


def convert(x: float, y: float, source: str, target: str) -> tuple[float, float]:
    east, north = crs.convert(np.array([[x, y]]), source, target)[0]
    return float(east), float(north)


def metres(left: tuple[float, float], right: tuple[float, float]) -> float:
    return float(GEOD.inv(*left, *right)[2])


# -- the operation -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", POINTS)
def test_known_points(name: str) -> None:
    lat, lon, *grid = POINTS[name]
    found = (*convert(lon, lat, "EPSG:4326", "EPSG:9209"), *convert(lon, lat, "EPSG:4326", "EPSG:9214"))
    assert found == pytest.approx(grid, abs=0.006)


@pytest.mark.parametrize("name", POINTS)
def test_known_points_from_zone_to_zone(name: str) -> None:
    _, _, east, north, *other = POINTS[name]
    assert convert(east, north, "EPSG:9209", "EPSG:9214") == pytest.approx(other, abs=0.012)


@given(lons, lats, st.sampled_from([f"EPSG:{code}" for code in (*vn2000.TM3, *vn2000.UTM)]))
def test_there_and_back_is_within_a_millimetre(lon: float, lat: float, code: str) -> None:
    x, y = convert(lon, lat, "EPSG:4326", code)
    back = convert(*convert(x, y, code, "EPSG:4326"), "EPSG:4326", code)
    assert np.hypot(back[0] - x, back[1] - y) < 0.001


@pytest.mark.parametrize("target", ["EPSG:4326", "EPSG:3857", "EPSG:32648"])
def test_every_way_to_wgs84_takes_the_pinned_operation(target: str) -> None:
    there, back = crs.transformer("EPSG:9209", target), crs.transformer(target, "EPSG:9209")
    assert vn2000.OPERATION_NAME in there.description and vn2000.OPERATION_NAME in back.description


def test_the_pinned_operation_has_the_published_parameters() -> None:
    """QĐ 05/2007/QĐ-BTNMT, coordinate-frame rotation: rX and rZ negative, rY positive."""
    method = next(op for op in crs.transformer("EPSG:4756", "EPSG:4326").operations or () if "VN-2000" in op.name)
    values = [p.value for p in method.params]
    assert (method.method_code, method.name) == ("9607", vn2000.OPERATION_NAME)
    assert values == pytest.approx(
        [-191.90441429, -39.30318279, -111.45032835, -0.00928836, 0.01975479, -0.00427372, 0.252906278], abs=1e-8
    )


def test_two_datums_without_an_operation_are_refused() -> None:
    with pytest.raises(UsageError, match="no pinned operation from EPSG:9209 to EPSG:27700"):
        crs.transformer("EPSG:9209", "EPSG:27700")


def test_many_points_keep_their_order() -> None:
    xy = np.array([[lon, lat] for lat, lon, *_ in POINTS.values()])
    expected = np.array([[e, n] for _, _, e, n, *_ in POINTS.values()])
    assert np.abs(crs.convert(xy, "EPSG:4326", "EPSG:9209") - expected).max() < 0.006


def test_zones_are_what_epsg_says() -> None:
    for code, meridian in (vn2000.TM3 | vn2000.UTM).items():
        system = crs.parse(f"EPSG:{code}")
        params = {p.name: p.value for p in system.coordinate_operation.params}  # type: ignore[union-attr]
        assert crs.is_vn2000(system)
        assert params["Longitude of natural origin"] == meridian
        assert params["Scale factor at natural origin"] == (0.9999 if code in vn2000.TM3 else 0.9996)
        assert (params["False easting"], params["False northing"]) == (500_000.0, 0.0)


# -- what mistakes cost (domain facts the design rests on) -------------------------------------------------

EAST, NORTH = POINTS["Quế Võ I"][2:4]
TM3_105_30 = "+proj=tmerc +lon_0=105.5 +k=0.9999 +x_0=500000"
TOWGS84 = f"{TM3_105_30} +ellps=WGS84 +towgs84=-191.90441429,-39.30318279,-111.45032835,{{}},0.252906278"


def read_as(system: str) -> tuple[float, float]:
    found = pyproj.Transformer.from_crs(system, "EPSG:4326", always_xy=True).transform(EAST, NORTH)
    return float(found[0]), float(found[1])


@pytest.mark.parametrize(
    ("mistake", "system", "low", "high"),
    [
        ("datum ignored", f"{TM3_105_30} +datum=WGS84", 224.1, 224.3),
        ("wrong meridian", "EPSG:9214", 155_700, 155_900),
        ("rotations unflipped", TOWGS84.format("-0.00928836,0.01975479,-0.00427372"), 0.70, 0.80),
        ("rotations flipped", TOWGS84.format("0.00928836,-0.01975479,0.00427372"), 0.0, 0.001),
        ("k of UTM", TOWGS84.format("0.00928836,-0.01975479,0.00427372").replace("0.9999", "0.9996"), 690, 705),
    ],
)
def test_what_a_mistake_costs_at_que_vo(mistake: str, system: str, low: float, high: float) -> None:
    assert low <= metres(read_as("EPSG:9209"), read_as(system)) <= high, mistake


def test_web_mercator_inflates_areas_by_fifteen_percent() -> None:
    """15.55 % against the ellipsoid (sec² of the latitude alone says 14.97 %); the legal grid is off by less than 0.02 %."""
    ring = np.array([EAST, NORTH]) + np.array([[0, 0], [1000, 0], [1000, 1000], [0, 1000]])
    lonlat = crs.convert(ring, "EPSG:9209", "EPSG:4326")
    ellipsoid = abs(GEOD.polygon_area_perimeter(lonlat[:, 0], lonlat[:, 1])[0])
    mercator = crs.convert(ring, "EPSG:9209", "EPSG:3857")
    x, y = mercator[:, 0], mercator[:, 1]
    shoelace = abs(float(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1)))) / 2
    assert shoelace / ellipsoid == pytest.approx(1.1555, abs=0.0005)
    assert 1e6 / ellipsoid == pytest.approx(1.0, abs=2e-4)


# -- refusing and recognising ------------------------------------------------------------------------------


def test_mixing_two_systems_is_refused() -> None:
    crs.same(crs.parse("EPSG:9209"), crs.parse("9209"))
    with pytest.raises(CrsMixed, match="EPSG:9209 and EPSG:9214"):
        crs.same(crs.parse("EPSG:9209"), crs.parse("EPSG:9214"))


@pytest.mark.parametrize("text", ["", "9", "EPSG:1", "Bắc Ninh", "99999999999999999999"])
def test_a_word_that_names_no_system(text: str) -> None:
    with pytest.raises(UsageError, match="names no coordinate system"):
        crs.parse(text)


def test_a_system_without_a_code_can_be_named_and_read_back() -> None:
    odd = crs.parse("+proj=tmerc +lon_0=105.6 +k=0.9999 +x_0=500000 +ellps=WGS84 +units=m")
    assert odd.to_epsg() is None
    assert crs.parse(crs.key(odd)) == odd
    assert (crs.key(crs.parse("9209")), crs.name(crs.parse("9209"))) == ("EPSG:9209", "EPSG:9209")


def around(x: float, y: float) -> crs.Bounds:
    return (x - 500, y - 500, x + 500, y + 500)


@pytest.mark.parametrize("name", POINTS)
@pytest.mark.parametrize("swapped", [False, True], ids=["x east", "x north"])
@pytest.mark.parametrize("zone", ["EPSG:9209", "EPSG:9214"])
def test_the_numbers_give_away_zone_and_axes(name: str, swapped: bool, zone: str) -> None:
    lat, lon, *grid = POINTS[name]
    x, y = grid[:2] if zone == "EPSG:9209" else grid[2:]
    best = crs.readings(around(y, x) if swapped else around(x, y), (lon, lat))[0]
    assert (best.crs, best.swapped) == (zone, swapped)
    assert best.distance_km < 0.01


def test_a_swap_in_degrees_is_recognised() -> None:
    best = crs.readings((21.15, 106.11, 21.16, 106.12), HERE)[0]
    assert (best.crs, best.swapped) == ("EPSG:4326", True)


def test_the_wrong_meridian_is_far_and_the_right_one_near() -> None:
    found = {(r.crs, r.swapped): r.distance_km for r in crs.readings(around(EAST, NORTH), HERE)}
    assert found["EPSG:9209", False] < 0.01
    assert found["EPSG:9214", False] == pytest.approx(155.8, abs=0.1)


@pytest.mark.parametrize("bounds", [(0.0, 0.0, 1.0, 1.0), (5e6, 5e6, 5.1e6, 5.1e6), (-1e9, 1e9, -1e9, 1e9)])
def test_coordinates_of_nowhere_near(bounds: crs.Bounds) -> None:
    assert crs.readings(bounds, HERE) == []


def test_a_place_outside_vietnam_is_said_to_be_there() -> None:
    place = crs.place((0.1, 52.2, 0.12, 52.22), "EPSG:4326", HERE)
    assert place is not None and not place.in_vietnam
    assert place.distance_km > 8000
