"""A circle of the planned area around a known centre, and nothing where the centre is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import make
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from parkgis import crs
from parkgis.layers.schematic import circle
from parkgis.layers.tables import read_projects
from parkgis.workspace import shipped

if TYPE_CHECKING:
    from parkgis.model import Project

PROJECTS = read_projects(shipped() / "layers" / "projects.csv")
LEGAL = "EPSG:9209"


@pytest.mark.parametrize("project", [p for p in PROJECTS if p.lat is not None], ids=lambda p: p.id)
def test_the_area_is_the_planned_one(project: Project) -> None:
    shape = circle(project, LEGAL)
    assert shape is not None and shape.is_valid
    assert shape.area == pytest.approx(project.planned_ha * 10_000, rel=1e-9)
    xy = shapely.get_coordinates(shape)
    lonlat = crs.convert(xy, LEGAL, "EPSG:4326")
    there_and_back = shapely.Polygon(crs.convert(lonlat, "EPSG:4326", LEGAL))
    assert there_and_back.area == pytest.approx(project.planned_ha * 10_000, rel=1e-4)


def test_no_centre_no_shape() -> None:
    unknown = [p for p in PROJECTS if p.lat is None]
    assert len(unknown) == 6
    assert [circle(p, LEGAL) for p in unknown] == [None] * 6
    assert circle(make.project(lat=21.15, lon=106.11, planned_ha=0.0), LEGAL) is None


@given(st.floats(21.0, 21.6), st.floats(105.8, 107.0), st.floats(0.1, 2000.0), st.sampled_from(["EPSG:9209", "EPSG:9214"]))
def test_anywhere_in_the_province_in_either_zone(lat: float, lon: float, planned_ha: float, legal: str) -> None:
    shape = circle(make.project(lat=lat, lon=lon, planned_ha=planned_ha), legal)
    assert shape is not None
    assert shape.area == pytest.approx(planned_ha * 10_000, rel=1e-9)
    centre = np.array([[shape.centroid.x, shape.centroid.y]])
    assert crs.convert(centre, legal, "EPSG:4326")[0] == pytest.approx([lon, lat], abs=1e-8)
