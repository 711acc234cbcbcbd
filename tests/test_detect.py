"""The CRS alarm: nothing is assumed, and what contradicts the coordinates is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from parkgis import crs
from parkgis.errors import CrsMissing, CrsSuspect, InputError
from parkgis.layers.detect import settle

HERE = (106.1148912, 21.1542444)  # Que Vo I, WGS 84
GRID = (563_000.0, 2_340_000.0, 564_000.0, 2_341_000.0)  # EPSG:9209
FILE = Path("thửa.shp")


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
        (GRID, 9214, "km from the project"),  # the wrong meridian: 156 km
        (GRID, 3857, "outside Vietnam"),
        ((2_340_000.0, 563_000.0, 2_341_000.0, 564_000.0), 9209, "--crs EPSG:9209 --swap-xy"),
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
