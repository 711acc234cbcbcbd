"""The door: what comes in is read whole, and what cannot be read is refused by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import shapely
from files import cadastre, saved

from parkgis.errors import EncodingUnknown, FileEmpty, FileMissing, FileUnreadable, InputError, ParkgisError, UsageError
from parkgis.layers.read import read

if TYPE_CHECKING:
    from pathlib import Path

FORMATS = {"GPKG": "gpkg", "ESRI Shapefile": "shp", "GeoJSON": "geojson", "FlatGeobuf": "fgb", "MapInfo File": "tab"}


@pytest.mark.parametrize(("driver", "suffix"), FORMATS.items())
def test_every_format_gives_the_same_parcels(driver: str, suffix: str, tmp_path: Path) -> None:
    path = saved(cadastre().drop(columns="TENCHU"), tmp_path / f"thua.{suffix}", driver=driver)
    frame = read(path).frame.sort_values("SHTHUA")
    assert frame["SHTHUA"].tolist() == [1, 2, 3, 4]
    assert frame["KHLOAIDAT"].tolist() == ["LUC"] * 4
    assert shapely.area(frame.geometry.values).tolist() == pytest.approx([900.0] * 4, abs=0.1)


def test_the_file_says_its_crs_or_none(tmp_path: Path) -> None:
    assert read(saved(cadastre(), tmp_path / "a.gpkg")).declared.to_epsg() == 9209  # type: ignore[union-attr]
    path = saved(cadastre(crs=None), tmp_path / "b.shp", encoding="utf-8")
    assert read(path).declared is None


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileMissing, match="no such file"):
        read(tmp_path / "không có.shp")


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.gpkg").write_bytes(b"")
    with pytest.raises(FileEmpty):
        read(tmp_path / "a.gpkg")


def test_a_layer_without_rows(tmp_path: Path) -> None:
    with pytest.raises(FileEmpty, match="rows"):
        read(saved(cadastre().iloc[:0], tmp_path / "a.gpkg"))


def test_a_table_without_shapes(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("to,thua\n1,2\n", encoding="utf-8")
    with pytest.raises(FileEmpty, match="shapes"):
        read(tmp_path / "a.csv")


@pytest.mark.parametrize("share", [0.0001, 0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "shp", "fgb"])
def test_a_truncated_file_is_an_error_of_ours_or_reads_whole(suffix: str, share: float, tmp_path: Path) -> None:
    path = saved(cadastre(), tmp_path / f"a.{suffix}")
    path.write_bytes(path.read_bytes()[: max(1, int(path.stat().st_size * share))])
    try:
        assert len(read(path).frame) <= 4
    except ParkgisError as error:
        assert str(path) in str(error)


def test_a_file_that_is_no_layer(tmp_path: Path) -> None:
    (tmp_path / "a.shp").write_bytes(b"PK\x03\x04 not a shapefile")
    with pytest.raises(FileUnreadable):
        read(tmp_path / "a.shp")


def test_several_layers_want_a_name(tmp_path: Path) -> None:
    path = saved(cadastre(), tmp_path / "a.gpkg", layer="thua")
    saved(cadastre(), path, layer="ranh")
    with pytest.raises(UsageError, match="thua, ranh"):
        read(path)
    assert len(read(path, layer="ranh").frame) == 4
    with pytest.raises(UsageError, match="no layer nhà"):
        read(path, layer="nhà")


def test_text_without_an_encoding_is_asked_for_not_guessed(tmp_path: Path) -> None:
    path = saved(cadastre(TENCHU=["Đinh Văn"] * 4), tmp_path / "a.shp", encoding="cp1258")
    path.with_suffix(".cpg").unlink()
    raw = bytearray(path.with_suffix(".dbf").read_bytes())
    raw[29] = 0  # the language byte says nothing either
    path.with_suffix(".dbf").write_bytes(raw)
    with pytest.raises(EncodingUnknown, match="TENCHU"):
        read(path)
    assert read(path, encoding="cp1258").frame["TENCHU"].tolist() == ["Đinh Văn"] * 4


def test_cp1258_keeps_the_last_letter_and_composes(tmp_path: Path) -> None:
    # GDAL's own cp1258 loses the last letter of values and of column names (GDAL 3.12)
    path = saved(cadastre(TENCHU=["Trần Thị Hà"] * 4), tmp_path / "a.shp", encoding="utf-8")
    for cell in ("Trần Thị Hà",):
        raw = path.with_suffix(".dbf").read_bytes()
        narrow = b"Tr\xe2\xccn Th\xf2i Ha\xcc"[: len(cell.encode())]
        path.with_suffix(".dbf").write_bytes(raw.replace(cell.encode(), narrow.ljust(len(cell.encode()))))
    path.with_suffix(".cpg").unlink()
    frame = read(path, encoding="cp1258").frame
    assert "KHLOAIDAT" in frame.columns
    assert frame["KHLOAIDAT"].tolist() == ["LUC"] * 4
    assert frame["TENCHU"].str.strip().str[-2:].tolist() == ["Hà"] * 4


def test_an_encoding_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="utf-9"):
        read(saved(cadastre(), tmp_path / "a.shp"), encoding="utf-9")


def test_coordinates_that_are_no_numbers_are_refused_by_the_alarm(tmp_path: Path) -> None:
    (tmp_path / "a.geojson").write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":1},"geometry":'
        '{"type":"Polygon","coordinates":[[[1e999,1],[2,2],[3,1],[1e999,1]]]}}]}',
        encoding="utf-8",
    )
    with pytest.raises(InputError):
        from_file = read(tmp_path / "a.geojson")
        from parkgis.layers.detect import settle

        b = [float(v) for v in from_file.frame.total_bounds]
        settle(from_file.path, (b[0], b[1], b[2], b[3]), from_file.declared, None, (106.1, 21.1))
