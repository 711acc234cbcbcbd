"""Columns and geometry come back from a vintage as they were written, through plain SQLite."""

from __future__ import annotations

import tempfile
from pathlib import Path

import make
import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from parkgis.errors import FileMissing, FileUnreadable
from parkgis.frames import PARCELS, check
from parkgis.layers.frame import frame_of
from parkgis.layers.vintage import ParcelLayer, boundary_wkb
from parkgis.layers.write import write_boundary, write_parcels

BOXES = make.grid(3, 2) | {"/1/9": (40.0, 0.0, 50.0, 10.0)}


@pytest.fixture
def layer(tmp_path: Path) -> ParcelLayer:
    """Seven squares, one of them irregular, one without commune, one without an area on paper."""
    frame = make.parcels(BOXES, ["09/1/2"])
    frame.loc[3, "area_document_m2"] = np.nan
    write_parcels(frame, tmp_path / "P-1.gpkg", make.START)
    return ParcelLayer(tmp_path / "P-1.gpkg")


def test_columns(layer: ParcelLayer) -> None:
    columns = layer.columns()
    assert columns.keys == list(BOXES)
    assert [columns.communes[i] for i in columns.commune] == ["09"] * 6 + [""]
    assert columns.area_in_m2.tolist() == [100.0] * 7
    assert np.flatnonzero(columns.irregular).tolist() == [1]
    assert columns.index["09/1/4"] == 3


def test_rows_by_place_and_their_geometry(layer: ParcelLayer) -> None:
    assert layer.rows_touching(make.land((11, 1, 12, 2)).bounds) == [1]
    assert layer.rows_touching(make.land((8, 8, 12, 12)).bounds) == [0, 1, 3, 4]
    assert layer.rows_touching(make.land((100, 100, 101, 101)).bounds) == []
    found = shapely.from_wkb(layer.wkb([4, 0]))
    assert [shape.equals(make.land(list(BOXES.values())[row])) for row, shape in zip((4, 0), found, strict=True)] == [True, True]


def test_grid_and_extent(layer: ParcelLayer) -> None:
    assert layer.srid == 9209
    assert layer.bounds() == pytest.approx(make.land((0, 0, 50, 20)).bounds, abs=0.5)  # the index holds 32-bit boxes


def test_coordinates_are_kept_to_the_last_bit(tmp_path: Path) -> None:
    """float32 at these northings is a grid of 0.125 to 0.25 m."""
    frame = make.parcels({"09/1/1": (0.123456789, 0.000001, 10.1, 10.0)})
    write_parcels(frame, tmp_path / "P-1.gpkg", make.START)
    back = shapely.from_wkb(ParcelLayer(tmp_path / "P-1.gpkg").wkb([0])[0])
    assert shapely.get_coordinates(back).tolist() == shapely.get_coordinates(frame.geometry.iloc[0]).tolist()


@given(st.lists(st.floats(0, 1e9, allow_subnormal=False), min_size=1, max_size=20))
@settings(max_examples=20)
def test_areas_are_kept_to_the_last_bit(areas: list[float]) -> None:
    """The columns come out of SQLite as text: seventeen digits must be enough."""
    frame = make.parcels(make.grid(len(areas), 1)).assign(area_in_m2=areas)
    with tempfile.TemporaryDirectory() as folder:
        write_parcels(frame, Path(folder) / "P-1.gpkg", make.START)
        assert ParcelLayer(Path(folder) / "P-1.gpkg").columns().area_in_m2.tolist() == areas


def test_a_vintage_reads_back_as_a_frame(layer: ParcelLayer) -> None:
    frame = frame_of(layer)
    assert check(frame, PARCELS) is frame
    assert list(frame["key"]) == list(BOXES) and frame.crs.to_epsg() == 9209
    assert np.flatnonzero(np.isnan(frame["area_document_m2"])).tolist() == [3], "none on paper is not nothing"
    assert shapely.equals(frame.geometry.values, make.parcels(BOXES).geometry.values).all()


def test_no_parcels_at_all(tmp_path: Path) -> None:
    write_parcels(make.parcels(BOXES).iloc[:0], tmp_path / "P-1.gpkg", make.START)
    layer = ParcelLayer(tmp_path / "P-1.gpkg")
    assert layer.columns().keys == [] and len(layer.columns().area_in_m2) == 0
    assert layer.bounds() is None and layer.rows_touching((0, 0, 1e7, 1e7)) == []


def test_gdal_opens_it(layer: ParcelLayer) -> None:
    assert [name for name, _ in pyogrio.list_layers(layer.path)] == ["parcels"]


def test_a_boundary(tmp_path: Path) -> None:
    shape = make.land((0, 0, 30, 30)).difference(make.land((10, 10, 20, 20)))
    write_boundary(shape, "P", "survey", "EPSG:9209", tmp_path / "P-1.gpkg", make.START)
    assert shapely.from_wkb(boundary_wkb(tmp_path / "P-1.gpkg")).equals(shape)


def test_files_that_cannot_be_read(tmp_path: Path, layer: ParcelLayer) -> None:
    for reader in (lambda path: ParcelLayer(path).columns(), boundary_wkb):
        with pytest.raises(FileMissing):
            reader(tmp_path / "gone.gpkg")
        (tmp_path / "text.gpkg").write_text("no database" * 100, encoding="utf-8")
        with pytest.raises(FileUnreadable):
            reader(tmp_path / "text.gpkg")
        with pytest.raises(FileUnreadable):
            reader(tmp_path / "empty.gpkg") if (tmp_path / "empty.gpkg").write_bytes(b"") is not None else None
    layer.path.write_bytes(layer.path.read_bytes()[:30_000])
    with pytest.raises(FileUnreadable):
        ParcelLayer(layer.path).columns(), ParcelLayer(layer.path).wkb([0])
