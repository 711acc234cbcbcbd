"""The CRS alarm: nothing is assumed, and what contradicts the coordinates is refused by name."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from parkgis import crs
from parkgis.errors import CrsMissing, CrsSuspect, InputError
from parkgis.layers import shift
from parkgis.layers.detect import Near, place, settle
from parkgis.layers.shift import Reference
from parkgis.layers.tables import read_projects
from parkgis.vn2000 import TM3, UTM
from parkgis.workspace import shipped

HERE = (106.1148912, 21.1542444)  # Que Vo I, WGS 84
GRID = (563_000.0, 2_340_000.0, 564_000.0, 2_341_000.0)  # EPSG:9209
MERCATOR = (11_812_300.0, 2_409_900.0, 11_812_900.0, 2_410_900.0)
FILE = Path("thửa.shp")
TMERC = "+proj=tmerc +lon_0=105.5 +k={k} +x_0=500000 +ellps=WGS84 +units=m"
SHIFT = " +towgs84=-191.90441429,-39.30318279,-111.45032835,{turns},0.252906278"


def near(**more: object) -> Near:
    return Near(*HERE, **more)  # type: ignore[arg-type]


def boxes(*bounds: crs.Bounds) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    return np.array([shapely.box(*b) for b in bounds], dtype=object)


def test_the_right_system_passes() -> None:
    assert settle(FILE, GRID, crs.parse("EPSG:9209"), None, HERE).to_epsg() == 9209


def test_the_user_outranks_the_file_and_is_checked_alike() -> None:
    assert settle(FILE, GRID, crs.parse("EPSG:5897"), crs.parse("EPSG:9209"), HERE).to_epsg() == 9209
    with pytest.raises(CrsSuspect):
        settle(FILE, GRID, crs.parse("EPSG:9209"), crs.parse("EPSG:5897"), HERE)


def test_no_system_is_asked_for_with_proposals() -> None:
    with pytest.raises(CrsMissing, match="EPSG:9209 \\(0"):
        settle(FILE, GRID, None, None, HERE)


@pytest.mark.parametrize(
    ("bounds", "declared", "says"),
    [
        ((105.43, 21.03, 105.44, 21.09), 5897, "are degrees, not metres"),
        (GRID, 4326, "are metres, not degrees"),
        (GRID, 9214, r"central meridian 105°30', not 107°00': read so, it lies 156 km from the project, towards azimuth 90"),
        (GRID, 3857, "outside Vietnam"),
        (MERCATOR, 9209, "web maps"),
        ((2_340_000.0, 563_000.0, 2_341_000.0, 564_000.0), 9209, "X and Y are swapped.*--crs EPSG:9209 --swap-xy"),
        ((-71.1, 42.3, -71.0, 42.4), 4326, "outside Vietnam"),
        ((1e30, 1e30, 1e31, 1e31), 9209, "nowhere on Earth"),
    ],
)
def test_what_the_coordinates_contradict(bounds: crs.Bounds, declared: int, says: str) -> None:
    with pytest.raises(CrsSuspect, match=says):
        settle(FILE, bounds, crs.parse(f"EPSG:{declared}"), None, HERE)


def test_swapped_axes_pass_when_told() -> None:
    bounds = (GRID[1], GRID[0], GRID[3], GRID[2])
    assert settle(FILE, bounds, crs.parse("EPSG:9209"), None, HERE, swapped=True).to_epsg() == 9209


def test_far_away_passes_only_knowingly() -> None:
    bounds = (105.43, 21.03, 105.44, 21.09)
    with pytest.raises(CrsSuspect, match="--accept far"):
        settle(FILE, bounds, crs.parse("EPSG:4326"), None, HERE)
    assert settle(FILE, bounds, crs.parse("EPSG:4326"), None, HERE, accept_far=True).to_epsg() == 4326


def test_numbers_that_are_none() -> None:
    with pytest.raises(InputError, match="not numbers"):
        settle(FILE, (float("nan"), 0.0, 1.0, 1.0), crs.parse("EPSG:9209"), None, HERE)


# -- what the definition itself gives away ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("definition", "says", "passes"),
    [
        (
            TMERC.format(k=0.9999) + SHIFT.format(turns="-0.00928836,0.01975479,-0.00427372"),
            "rotations with the wrong sign",
            "9209",
        ),
        (TMERC.format(k=0.9996) + SHIFT.format(turns="0.00928836,-0.01975479,0.00427372"), "scale is 0.9996", "9209"),
        ("+proj=tmerc +lon_0=107 +k=0.9999 +x_0=500000 +datum=WGS84", "names WGS 84 for a zone of VN-2000", "9214"),
        ("+proj=tmerc +lon_0=105.6 +k=0.9999 +x_0=500000 +datum=WGS84", "is no known system", ""),
    ],
)
def test_a_definition_that_is_not_what_it_seems(definition: str, says: str, passes: str) -> None:
    with pytest.raises(CrsSuspect, match=says) as caught:
        place(FILE, boxes(GRID), pyproj.CRS(definition), None, near())
    assert f"--crs EPSG:{passes}" in str(caught.value) or not passes


@pytest.mark.parametrize("turns", ["0.00928836,-0.01975479,0.00427372", "0,0,0"])
def test_a_definition_that_equals_a_known_zone_is_that_zone(turns: str) -> None:
    placed = place(FILE, boxes(GRID), pyproj.CRS(TMERC.format(k=0.9999) + SHIFT.format(turns=turns)), None, near())
    assert (placed.system.to_epsg(), placed.swapped, placed.findings) == (9209, False, ())


def test_a_file_is_taken_at_its_word_when_that_is_said() -> None:
    odd = pyproj.CRS("+proj=tmerc +lon_0=105.5 +k=0.9999 +x_0=500000 +datum=WGS84")
    assert place(FILE, boxes(GRID), odd, None, near(), accepted=["declared"]).system == odd


# -- what may be taken as found -----------------------------------------------------------------------------


def test_the_one_reading_that_fits_is_taken_when_accepted_and_said() -> None:
    placed = place(FILE, boxes(GRID), crs.parse("EPSG:9214"), None, near(), accepted=["detected"])
    assert (placed.system.to_epsg(), placed.swapped, [f.code for f in placed.findings]) == (9209, False, ["crs_detected"])
    turned = boxes((GRID[1], GRID[0], GRID[3], GRID[2]))
    placed = place(FILE, turned, crs.parse("EPSG:9209"), None, near(), accepted=["detected"])
    assert (placed.system.to_epsg(), placed.swapped) == (9209, True)


def test_where_two_readings_fit_none_is_taken() -> None:
    """5897, 3405 and 32648 share the meridian 105°: a published centre cannot tell them apart."""
    utm = crs.convert(np.array([[563_500.0, 2_340_500.0]]), "EPSG:9209", "EPSG:3405")[0]
    bounds = (utm[0] - 500, utm[1] - 500, utm[0] + 500, utm[1] + 500)
    with pytest.raises(CrsMissing, match=r"EPSG:3405.*EPSG:32648|EPSG:32648.*EPSG:3405"):
        place(FILE, boxes(bounds), None, None, near(), accepted=["detected"])


def test_corners_of_known_land_tell_what_the_centre_cannot() -> None:
    steps = np.random.default_rng(3).uniform(0, 900, (40, 2)) + np.array([563_000.0, 2_340_000.0])
    ours = np.array([shapely.box(x, y, x + 31.7, y + 22.1) for x, y in steps], dtype=object)
    shown = shapely.transform(ours, lambda xy: crs.convert(xy, "EPSG:9209", crs.key(crs.parse("EPSG:9209 datum=WGS84"))))
    here = near(reference=Reference(ours, "EPSG:9209"))
    with pytest.raises(CrsSuspect, match=r"224\.2 m off, towards azimuth 119.*--crs \"EPSG:9209 datum=WGS84\""):
        place(FILE, shown, crs.parse("EPSG:9209"), None, here)
    told = place(FILE, shown, crs.parse("EPSG:9209"), crs.parse("EPSG:9209 datum=WGS84"), here, accepted=["declared"])
    back = shapely.transform(shown, lambda xy: crs.convert(xy, crs.key(told.system), "EPSG:9209"))
    assert max(shapely.hausdorff_distance(back, ours)) < 0.001
    assert place(FILE, ours, crs.parse("EPSG:9209"), None, here).findings == ()
    turned = shapely.transform(ours, lambda xy: shift._unflipped("EPSG:9209", 9209, xy))
    (found,) = place(FILE, turned, crs.parse("EPSG:9209"), None, here).findings
    assert (found.code, round(found.facts["metres"], 2)) == ("crs_rotations", 0.76)


# -- a right file is never refused --------------------------------------------------------------------------

PROJECTS = [p for p in read_projects(shipped() / "layers" / "projects.csv") if p.lat is not None]
SYSTEMS = [f"EPSG:{code}" for code in (*TM3, *UTM, 32648, 32649, 4326, 4756, 3857)]


@given(
    st.sampled_from(PROJECTS),
    st.sampled_from(SYSTEMS),
    st.floats(-3000, 3000),
    st.floats(-3000, 3000),
    st.floats(50, 4000),
    st.booleans(),
)
def test_a_right_file_passes_in_every_system_at_every_project(
    project: object, system: str, east_m: float, north_m: float, size_m: float, told: bool
) -> None:
    lon, lat = project.lon, project.lat  # type: ignore[attr-defined]
    centre = crs.convert(np.array([[lon, lat]]), "EPSG:4326", "EPSG:9209")[0] + np.array([east_m, north_m])
    ring = centre + np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * size_m / 2
    shapes = np.array([shapely.Polygon(crs.convert(ring, "EPSG:9209", system))], dtype=object)
    declared, said = (None, crs.parse(system)) if told else (crs.parse(system), None)
    placed = place(FILE, shapes, declared, said, dataclasses.replace(near(), lon=lon, lat=lat))
    assert (crs.name(placed.system), placed.swapped) == (system, False)


@given(st.sampled_from(PROJECTS), st.sampled_from(["EPSG:9209", "EPSG:9214"]), st.sampled_from(list(TM3)), st.booleans())
def test_a_file_in_any_other_zone_or_turned_is_refused(project: object, right: str, wrong: int, swapped: bool) -> None:
    here = dataclasses.replace(near(), lon=project.lon, lat=project.lat)  # type: ignore[attr-defined]
    x, y = crs.convert(np.array([[here.lon, here.lat]]), "EPSG:4326", right)[0]
    bounds = (y - 500, x - 500, y + 500, x + 500) if swapped else (x - 500, y - 500, x + 500, y + 500)
    if f"EPSG:{wrong}" == right and not swapped:
        return
    with pytest.raises(CrsSuspect) as caught:
        place(FILE, boxes(bounds), crs.parse(f"EPSG:{wrong}"), None, here)
    assert f"--crs {right}{' --swap-xy' if swapped else ''} (" in str(caught.value)


def test_a_reading_that_is_only_just_within_reach_is_proposed_and_not_taken() -> None:
    """The file of another district, read in the project's zone, lies 20 km off: near enough to name, not to take."""
    bounds = (GRID[0] - 15_000, GRID[1] - 14_000, GRID[2] - 15_000, GRID[3] - 14_000)
    with pytest.raises(CrsMissing, match=r"EPSG:9209 \(20"):
        place(FILE, boxes(bounds), None, None, near(), accepted=["detected"])


def test_degrees_of_another_place_are_named_with_their_distance() -> None:
    with pytest.raises(CrsSuspect, match=r"degrees, not metres.*--crs EPSG:4326 \(7\d"):
        place(FILE, boxes((105.43, 21.03, 105.44, 21.09)), crs.parse("EPSG:5897"), None, near(), accepted=["detected"])
