"""What a file says it holds against what came back: a difference names both numbers."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from drawings import NUMBERS, SQUARES, dgn, dxf
from files import cadastre, saved
from make import workspace

from parkgis.errors import FileUnreadable, InputRefused
from parkgis.intake.add import Options, examine
from parkgis.layers.read import read
from parkgis.model import Severity

if TYPE_CHECKING:
    from typing import Any

REAL = Path(os.environ.get("PARKGIS_REAL_LAYERS", Path(__file__).resolve().parents[2] / "shared" / "data" / "real"))
real = pytest.mark.skipif(not REAL.is_dir(), reason="the real layers are not beside the checkout; set PARKGIS_REAL_LAYERS")


def said(path: Path) -> dict[str, dict[str, Any]]:
    return {f.code: {"severity": f.severity, **f.facts} for f in read(path, raw=True).findings}


def test_whole_files_say_nothing(tmp_path: Path) -> None:
    for name in ("a.shp", "a.gpkg", "a.geojson", "a.fgb"):
        assert said(saved(cadastre(), tmp_path / name)) == {}


def test_fewer_rows_in_the_table_than_shapes(tmp_path: Path) -> None:
    path = saved(cadastre(), tmp_path / "a.shp")
    table = bytearray(path.with_suffix(".dbf").read_bytes())
    table[4:8] = (3).to_bytes(4, "little")
    path.with_suffix(".dbf").write_bytes(table)
    found = said(path)
    assert (found["count_more"]["said"], found["count_more"]["read"]) == (3, 4)


def test_a_shapefile_shorter_than_it_says_is_refused(tmp_path: Path) -> None:
    path = saved(cadastre(), tmp_path / "a.shp")
    whole = path.stat().st_size
    path.write_bytes(path.read_bytes()[:-200])
    try:
        found = said(path)["file_cut"]
    except FileUnreadable:
        return
    assert (found["said"], found["read"], found["severity"]) == (whole, whole - 200, Severity.ERROR)


def test_rows_struck_out_are_counted(tmp_path: Path) -> None:
    path = saved(cadastre(), tmp_path / "a.shp")
    table = bytearray(path.with_suffix(".dbf").read_bytes())
    table[int.from_bytes(table[8:10], "little")] = ord("*")
    path.with_suffix(".dbf").write_bytes(table)
    found = said(path)
    assert len(read(path).frame) == 3
    assert set(found) == {"rows_deleted"} and found["rows_deleted"]["count"] == 1


def test_a_geopackage_that_lost_rows_is_not_taken_in(tmp_path: Path) -> None:
    """Written by a program that did not keep the count: the trigger is gone, the rows too."""
    path = saved(cadastre(), tmp_path / "a.gpkg")
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE gpkg_ogr_contents SET feature_count = 7")
        db.commit()
    found = said(path)["count_differs"]
    assert (found["source"], found["said"], found["read"]) == ("gpkg_ogr_contents", 7, 4)
    with pytest.raises(InputRefused) as caught:
        examine(workspace(tmp_path / "w"), "QV", path, Options())
    assert [f.code for f in caught.value.findings] == ["count_differs"]
    assert examine(workspace(tmp_path / "v"), "QV", path, Options(accepted=("count_differs",)))[1].rows == 4


def test_a_geopackage_whose_extent_is_larger_than_its_parcels(tmp_path: Path) -> None:
    path = saved(cadastre(), tmp_path / "a.gpkg")
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE gpkg_contents SET min_y = min_y - 1000")
        db.commit()
    assert said(path)["extent_differs"]["severity"] == Severity.WARNING


def test_features_a_reader_skips_are_missed(tmp_path: Path) -> None:
    path = saved(cadastre(), tmp_path / "a.geojson")
    whole = json.loads(path.read_text(encoding="utf-8"))
    whole["hidden"] = [whole["features"][0]] * 3  # where no reader looks
    path.write_text(json.dumps(whole), encoding="utf-8")
    found = said(path)["count_differs"]
    assert (found["said"], found["read"]) == (7, 4)


def drawings_start(content: bytes) -> int:
    """Return the byte at which the last element begins."""
    at = last = 0
    while content[at : at + 2] != b"\xff\xff":
        last, at = at, at + 4 + 2 * int.from_bytes(content[at + 2 : at + 4], "little")
    return last


def test_a_drawing_that_goes_on_behind_its_end(tmp_path: Path) -> None:
    """A real map lost its southern half so: the reader stops at the end mark, the file does not."""
    path = dgn(tmp_path / "a.dgn", SQUARES, NUMBERS)
    content = path.read_bytes()
    path.write_bytes(content + content[drawings_start(content) :])
    found = said(path)["dgn_rest_unread"]
    assert (found["read"], found["size"], found["count"]) == (len(content) - 2, path.stat().st_size, 1)
    assert found["severity"] == Severity.ERROR


def test_a_drawing_cut_in_the_middle_of_an_element(tmp_path: Path) -> None:
    path = dgn(tmp_path / "a.dgn", SQUARES, NUMBERS)
    path.write_bytes(path.read_bytes()[:-20])
    found = said(path)["file_cut"]
    assert found["said"] > found["read"] == path.stat().st_size


def test_entities_that_are_not_read_are_named(tmp_path: Path) -> None:
    path = dxf(tmp_path / "a.dxf", SQUARES, NUMBERS)
    path.write_bytes(path.read_bytes().replace(b"0\nENDSEC\n0\nEOF", b"0\nACAD_PROXY_ENTITY\n8\n10\n" * 2 + b"0\nENDSEC\n0\nEOF"))
    found = said(path)["dxf_left_out"]
    assert (found["said"], found["read"]) == (6, 4) and "ACAD_PROXY_ENTITY 2" in found["kinds"]


def test_a_text_file_that_stops_in_the_middle(tmp_path: Path) -> None:
    path = dxf(tmp_path / "a.dxf", SQUARES, NUMBERS)
    path.write_bytes(path.read_bytes()[:-60])
    try:
        assert "file_cut_end" in said(path)
    except FileUnreadable as error:
        assert "a.dxf" in str(error)


@real
def test_a_tab_lost_its_code_and_rounds_to_a_centimetre() -> None:
    came = read(REAL / "legacy" / "clp.tab")
    assert len(came.frame) == 4323
    assert came.declared is not None and came.declared.to_epsg() is None
    assert [(f.code, f.facts["step"]) for f in came.findings] == [("coordinates_rounded", 0.01)]


@real
def test_1500_polygons_come_back_as_1503_elements() -> None:
    came = read(REAL / "legacy" / "clp_1500.dgn")
    found = next(f for f in came.findings if f.code == "dgn_holes")
    assert dict(found.facts) == {"said": 1500, "holes": 8, "read": 1503} and len(came.frame) == 1503


@real
@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("legacy/clp.dxf", 4323),
        ("vietmong/diachinh.geojson", 4537),
        ("cambridge/ASSESSING_ParcelsFY2013.topojson", 13159),
        ("bac_ninh/bac_ninh_wards.geojson", 99),
    ],
)
def test_real_files_come_back_whole(name: str, rows: int) -> None:
    came = read(REAL / name)
    assert len(came.frame) == rows and came.findings == ()
