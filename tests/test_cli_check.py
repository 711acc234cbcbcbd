"""``parkgis check`` and ``parkgis repair`` as a user and a script see them: real processes and real files."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
from typing import TYPE_CHECKING

import geopandas as gpd
import openpyxl
import pyogrio
import pytest
import shapely
from commands import parkgis
from files import cadastre, saved
from make import ORIGIN, workspace

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def here(tmp_path: Path) -> Path:
    return workspace(tmp_path / "w").root


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """Four fields: two overlap by 30 m2, one is a ring that touches itself, one is called like a formula."""
    frame = cadastre([(0, 0, 30, 30), (29, 0, 60, 30), (0, 40, 30, 70), (40, 40, 70, 70)], KHLOAIDAT=["LUC", "=1+1", "LUC", "LUC"])
    pinched = [(0, 40), (30, 40), (30, 70), (15, 70), (15, 50), (14, 51), (15, 50), (15, 70), (0, 70)]
    frame.loc[2, "geometry"] = shapely.Polygon([(x + ORIGIN[0], y + ORIGIN[1]) for x, y in pinched])
    return saved(frame, tmp_path / "loi.gpkg")


@pytest.mark.parametrize("command", ["check", "repair"])
def test_help_has_examples(command: str, tmp_path: Path) -> None:
    assert f"Ví dụ: parkgis {command}" in re.sub(r"\s+", " ", parkgis(command, "--help", cwd=tmp_path).stdout)


def test_the_screen_says_the_worst_first_with_place_and_remedy(here: Path, faulty: Path) -> None:
    done = parkgis("check", str(faulty), "--project", "QV", cwd=here)
    assert done.returncode == 1, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "LỖI  geometry_invalid"
    assert lines[2].startswith("      /1/3: đường ranh tự chạm  (E 563.015,0, N 2.340.0")
    assert any(line.startswith("      /1/1: chồng lấn 30,0 m² với thửa /1/2") for line in lines)
    assert "Việc cần làm:" in done.stdout and lines[-1].startswith("Kết luận: 1 loại lỗi, 2 loại cảnh báo")


def test_json_has_findings_and_places(here: Path, faulty: Path) -> None:
    root = json.loads(parkgis("check", str(faulty), "--project", "QV", "--format", "json", cwd=here).stdout)
    assert {"geometry_invalid", "overlap", "land_code_unknown"} <= {f["code"] for f in root["parkgis.findings/v1"]}
    (overlap,) = [p for p in root["parkgis.places/v1"] if p["code"] == "overlap"]
    assert (overlap["project"], overlap["key"], overlap["other"], overlap["unit"]) == ("QV", "/1/1", "/1/2", "m2")
    assert overlap["measure"] == pytest.approx(30.0)
    assert shapely.from_wkt(overlap["wkt"]).area == pytest.approx(30.0)


def test_the_layer_opens_styled_and_knows_its_parcels(here: Path, faulty: Path, tmp_path: Path) -> None:
    done = parkgis("check", str(faulty), "--project", "QV", "--output", "../k.gpkg", "--fail-on", "never", cwd=here)
    assert done.returncode == 0, done.stderr
    path = tmp_path / "k.gpkg"
    layers = dict(pyogrio.list_layers(path))
    assert layers["finding_area"] == "MultiPolygon" and layers["finding_point"] == "MultiPoint"
    areas = gpd.read_file(path, layer="finding_area")
    assert areas.crs.to_epsg() == 9209
    (overlap,) = areas[areas["code"] == "overlap"].itertuples()
    assert (overlap.key, overlap.severity, overlap.text_en) == ("/1/1", "warning", overlap.text_en)
    assert overlap.geometry.area == pytest.approx(30.0)
    with sqlite3.connect(path) as db:
        styles = dict(db.execute("SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault"))
    assert set(styles) == {"finding_point", "finding_line", "finding_area"}
    assert styles["finding_area"] == (tmp_path / "k.finding_area.qml").read_text(encoding="utf-8")


def test_the_workbook_lists_places_and_runs_no_formula(here: Path, faulty: Path, tmp_path: Path) -> None:
    parkgis("check", str(faulty), "--project", "QV", "--output", "../k.xlsx", cwd=here)
    book = openpyxl.load_workbook(tmp_path / "k.xlsx")
    assert book.sheetnames == ["Tóm tắt", "Từng chỗ"]
    cells = [cell for sheet in book for row in sheet for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert any("=1+1" in str(cell.value) for cell in cells)
    keys = [row[3].value for row in book["Từng chỗ"].iter_rows(min_row=5)]
    assert "/1/1" in keys


def test_a_stored_layer_is_checked_as_a_file_was(here: Path, tmp_path: Path) -> None:
    path = saved(cadastre([(0, 0, 30, 30), (29, 0, 60, 30)]), tmp_path / "a.gpkg")
    assert parkgis("add", str(path), "--as", "parcels", "--project", "QV", cwd=here).returncode == 0
    root = json.loads(parkgis("check", "--project", "QV", "--format", "json", cwd=here).stdout)
    assert "overlap" in {place["code"] for place in root["parkgis.places/v1"]}


def test_output_of_another_kind_is_refused_before_anything_is_read(here: Path) -> None:
    done = parkgis("check", "--output", "x.docx", cwd=here)
    assert done.returncode == 2 and ".xlsx, .gpkg" in done.stderr


def test_repair_shows_first_and_writes_when_told(here: Path, faulty: Path, tmp_path: Path) -> None:
    before = faulty.read_bytes()
    dry = parkgis("repair", str(faulty), cwd=here)
    assert dry.returncode == 0, dry.stderr
    assert "/1/3: 900,00 m², thay đổi 0,0000 m²: làm hợp lệ đường ranh" in dry.stdout and "--output" in dry.stdout
    assert not (tmp_path / "da-sua.gpkg").exists()
    done = parkgis("repair", str(faulty), "--output", "../da-sua.gpkg", "--receipt", "../bb.xlsx", cwd=here)
    assert done.returncode == 0, done.stderr
    old, new = gpd.read_file(faulty), gpd.read_file(tmp_path / "da-sua.gpkg")
    assert new.geometry.is_valid.all() and list(new.columns) == list(old.columns)
    assert new.drop(columns="geometry").equals(old.drop(columns="geometry"))
    kept = [0, 1, 3]
    assert (shapely.to_wkb(new.geometry.values[kept]) == shapely.to_wkb(old.geometry.values[kept])).all()
    assert openpyxl.load_workbook(tmp_path / "bb.xlsx").sheetnames == ["Biên bản sửa"]
    assert faulty.read_bytes() == before
    again = parkgis("repair", str(faulty), "--output", "../da-sua.gpkg", cwd=here)
    assert again.returncode == 61, "a copy takes nobody's place"


def test_the_receipt_stands_beside_the_copy(here: Path, faulty: Path, tmp_path: Path) -> None:
    parkgis("repair", str(faulty), "--output", "../m.gpkg", cwd=here)
    with (tmp_path / "m.receipt.csv").open(encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert (row["row"], row["key"], row["state"], row["steps"], float(row["before_m2"])) == ("3", "/1/3", "mended", "valid", 900.0)
    root = json.loads(parkgis("repair", str(faulty), "--format", "json", cwd=here).stdout)["parkgis.repair/v1"]
    assert (root["parcels"], root["mended"], root["left"], root["change_m2"]) == (4, 1, 0, 0.0)


def test_a_project_is_mended_beside_its_vintage_and_the_ledger_stays(here: Path, tmp_path: Path) -> None:
    gap = [(0, 0, 30, 10), (0, 10.02, 30, 20), (0, 10, 5, 10.02), (25, 10, 30, 10.02)]
    path = saved(cadastre(gap), tmp_path / "a.gpkg")
    assert parkgis("add", str(path), "--as", "parcels", "--project", "QV", cwd=here).returncode == 0
    ledger = (here / "ledger.gpkg").read_bytes()
    done = parkgis("repair", "--project", "QV", "--close-gaps", "5", "--output", "../m.gpkg", cwd=here)
    assert done.returncode == 0, done.stderr
    assert gpd.read_file(tmp_path / "m.gpkg").area.sum() == pytest.approx(600.0)
    assert (here / "ledger.gpkg").read_bytes() == ledger


@pytest.mark.parametrize(
    ("words", "code"),
    [((), 2), (("--project", "QV"), 2), (("--project", "XX"), 41), (("FILE", "--output", "x.shp"), 2)],
)
def test_what_cannot_be_mended_is_said(words: tuple[str, ...], code: int, here: Path, faulty: Path) -> None:
    done = parkgis("repair", *(str(faulty) if word == "FILE" else word for word in words), cwd=here)
    assert done.returncode == code and done.stderr.startswith("Lỗi: ")


def test_degrees_are_not_snapped(here: Path, tmp_path: Path) -> None:
    path = saved(cadastre().to_crs(4326), tmp_path / "do.geojson")
    done = parkgis("repair", str(path), "--snap", "0.05", cwd=here)
    assert done.returncode == 2 and "độ" in done.stderr
    assert parkgis("repair", str(path), cwd=here).returncode == 0
