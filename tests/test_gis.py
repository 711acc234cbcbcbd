"""What leaves in another program's format comes back the same: as many rows, the same text, the same ground."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
import unicodedata
import zipfile
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import briefings
import geopandas as gpd
import make
import numpy as np
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from parkgis import crs
from parkgis.outputs import export, gis, qgis
from parkgis.rules import stages
from parkgis.words.catalogue import Words
from parkgis.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

WORDS = Words("vi")
AREA_M2 = 0.05  # of a field of 900 m2 whose corners were rounded to a centimetre
KML = "{http://www.opengis.net/kml/2.2}"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("gis") / "w"
    briefings.worked(folder, demo=False)
    return Workspace(folder, make.clock(start=briefings.KNOWN))


@pytest.fixture(scope="module")
def content(here: Workspace) -> export.Edition:
    return export.edition(here, here.snapshot(here.cut(briefings.ON, briefings.KNOWN)), WORDS, public=False)


def exported(here: Workspace, content: export.Edition, path: Path, form: str, layer: str = "parcels") -> export.Exported:
    return export.write(here, content, path, form, layer)


def same(back: gpd.GeoDataFrame, sent: gpd.GeoDataFrame, columns: dict[str, str], key: str = "key") -> None:
    """Hold every text, number and area of what came back against what was sent, row by row."""
    assert len(back) == len(sent)
    back, sent = back.set_index(columns[key]).sort_index(), sent.set_index(key).sort_index()
    assert list(back.index) == list(sent.index)
    for name in sent.columns.difference([sent.geometry.name]):
        mine, theirs = sent[name].tolist(), back[columns[name]].tolist()
        if isinstance(mine[0], str):
            assert [unicodedata.normalize("NFC", cell if isinstance(cell, str) else "") for cell in theirs] == mine, name
        else:
            assert theirs == pytest.approx(mine, nan_ok=True), name
    grid = back.geometry.to_crs(sent.crs) if back.crs != sent.crs else back.geometry
    assert shapely.area(grid.to_numpy()) == pytest.approx(shapely.area(sent.geometry.to_numpy()), abs=AREA_M2)


def plain(frame: gpd.GeoDataFrame) -> dict[str, str]:
    return {name: name for name in gis.attributes(frame)}


@pytest.mark.parametrize("form", ["gpkg", "fgb", "parquet"])
def test_parcels_come_back(here: Workspace, content: export.Edition, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"o.{form}"
    exported(here, content, path, form)
    back = gpd.read_parquet(path) if form == "parquet" else gpd.read_file(path, layer="parcels")
    same(back.drop(columns="bbox", errors="ignore"), content.layers["parcels"], plain(content.layers["parcels"]))


@pytest.mark.parametrize("layer", ["projects", "tranches"])
@pytest.mark.parametrize("form", ["fgb", "parquet"])
def test_other_layers_too_with_and_without_shapes(
    here: Workspace, content: export.Edition, tmp_path: Path, form: str, layer: str
) -> None:
    path = tmp_path / f"o.{form}"
    done = exported(here, content, path, form, layer)
    back = gpd.read_parquet(path) if form == "parquet" else gpd.read_file(path)
    assert done.rows == {layer: len(back)}
    assert back.geometry.isna().sum() == content.layers[layer].geometry.isna().sum()


def test_geoparquet_says_where_its_rows_lie(here: Workspace, content: export.Edition, tmp_path: Path) -> None:
    exported(here, content, tmp_path / "o.parquet", "parquet")
    said = json.loads(pq.read_metadata(tmp_path / "o.parquet").metadata[b"geo"])
    column = said["columns"][said["primary_column"]]
    assert (said["version"], column["encoding"]) == ("1.1.0", "WKB")
    assert column["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
    bounds = content.layers["parcels"].total_bounds
    near = gpd.read_parquet(tmp_path / "o.parquet", bbox=(bounds[0], bounds[1], bounds[0] + 1, bounds[1] + 1))
    assert 0 < len(near) < len(content.layers["parcels"])


def test_rows_lie_along_a_hilbert_curve_in_groups(tmp_path: Path) -> None:
    chance = np.random.default_rng(5)
    points = chance.permutation(120_000)
    x, y = points % 400, points // 400
    frame = gpd.GeoDataFrame({"n": points}, geometry=shapely.box(x, y, x + 1, y + 1), crs=9209)
    gis.write_parquet(tmp_path / "o.parquet", frame)
    back = pq.ParquetFile(tmp_path / "o.parquet")
    assert [back.metadata.row_group(n).num_rows for n in range(3)] == [50_000, 50_000, 20_000]
    middles = shapely.get_coordinates(shapely.centroid(gpd.read_parquet(tmp_path / "o.parquet").geometry.to_numpy()))
    assert np.median(np.hypot(*np.diff(middles, axis=0).T)) <= np.sqrt(2), "neighbours in the file are neighbours on the land"


def test_shapefiles_in_a_zip_name_their_fields(here: Workspace, content: export.Edition, tmp_path: Path) -> None:
    done = exported(here, content, tmp_path / "o.zip", "shp")
    with zipfile.ZipFile(tmp_path / "o.zip") as archive:
        assert {n.rpartition(".")[2] for n in archive.namelist()} == {"shp", "shx", "dbf", "prj", "cpg", "csv"}
        assert archive.read("parcels.cpg") == b"UTF-8"
        archive.extractall(tmp_path / "x")
        lines = archive.read("fields.csv").decode().splitlines()[1:]
    columns = {long: short for layer, short, long in (line.split(",") for line in lines) if layer == "parcels"}
    assert max(map(len, columns.values())) <= 10 and len(set(columns.values())) == len(columns)
    same(gpd.read_file(tmp_path / "x" / "parcels.shp"), content.layers["parcels"], columns)
    assert {f.code for f in done.findings} == {"dbf_names"}


def test_text_too_long_for_a_dbf_is_cut_between_letters_and_said(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"note": ["ạ" * 100, "ngắn"]}, geometry=[shapely.box(0, 0, 1, 1)] * 2, crs=9209)
    found = gis.write_shapefiles(tmp_path / "o.zip", {"a": frame})
    assert [(f.code, f.facts["count"]) for f in found] == [("dbf_text", 1)]
    back = gpd.read_file(f"zip://{tmp_path / 'o.zip'}!a.shp")
    assert back["note"].tolist() == ["ạ" * 84, "ngắn"]


def test_kml_is_in_wgs_84_with_every_cell(here: Workspace, content: export.Edition, tmp_path: Path) -> None:
    exported(here, content, tmp_path / "o.kml", "kml")
    root = ET.parse(tmp_path / "o.kml").getroot()
    folders = {f.findtext(f"{KML}name"): f.findall(f"{KML}Placemark") for f in root.iter(f"{KML}Folder")}
    assert {name: len(rows) for name, rows in folders.items()} == {content.names[n]: len(f) for n, f in content.layers.items()}
    back = gpd.read_file(tmp_path / "o.kml", layer=content.names["parcels"])
    sent = content.layers["parcels"]
    assert (back.crs.to_epsg(), back["Name"].tolist()) == (4326, sent["key"].tolist())
    on_land = shapely.transform(back.geometry.to_numpy(), lambda xy: crs.convert(xy, "EPSG:4326", "EPSG:9209"))
    assert shapely.area(shapely.force_2d(on_land)) == pytest.approx(shapely.area(sent.geometry.to_numpy()), abs=2.0)
    cells = {d.get("name"): d.findtext(f"{KML}value") for d in folders[content.names["parcels"]][0].iter(f"{KML}Data")}
    assert cells["land_use"] == sent["land_use"].iloc[0]
    styled = {s.get("id") for s in root.iter(f"{KML}Style")}
    assert {u.text[1:] for u in root.iter(f"{KML}styleUrl") if u.text} <= styled


def test_names_never_become_markup(tmp_path: Path) -> None:
    evil = "<script>&\x00\x08]]>"
    frame = gpd.GeoDataFrame({"key": [evil], "stage": [""]}, geometry=[shapely.box(0, 0, 1, 1)], crs=9209)
    style = qgis.Style.by_value("stage", {"": (evil, "#ffffff")})
    gis.write_kml(tmp_path / "o.kml", {"a": (frame, evil, style)}, evil)
    root = ET.parse(tmp_path / "o.kml").getroot()
    assert root.findtext(f".//{KML}Placemark/{KML}name") == "<script>&]]>"
    assert not [e for e in root.iter() if e.tag.endswith("}script")]


def test_the_geopackage_holds_styles_that_qgis_takes(here: Workspace, content: export.Edition, tmp_path: Path) -> None:
    exported(here, content, tmp_path / "o.gpkg", "gpkg")
    with sqlite3.connect(tmp_path / "o.gpkg") as db:
        rows = db.execute("SELECT f_table_name, f_geometry_column, useAsDefault, styleQML FROM layer_styles").fetchall()
        assert db.execute("SELECT count(*) FROM gpkg_contents WHERE table_name = 'layer_styles'").fetchone() == (1,)
        shown = dict(db.execute("SELECT table_name, identifier FROM gpkg_contents"))
    assert [(r[0], r[1], r[2]) for r in rows] == [(name, "geom", 1) for name in content.layers]
    assert shown["parcels"] == "Thửa đất"
    for name, _, _, qml in rows:
        renderer = ET.fromstring(qml.partition("\n")[2]).find("renderer-v2")
        assert renderer is not None
        assert renderer.get("attr") in gis.attributes(content.layers[name])
        symbols = {s.get("name") for s in renderer.iter("symbol")}
        assert {c.get("symbol") for c in renderer.iter("category")} == symbols
    values = {c.get("value") for c in ET.fromstring(rows[1][3].partition("\n")[2]).iter("category")}
    assert values == {"", *(s.code for s in stages())}
    assert pyogrio.read_info(tmp_path / "o.gpkg", layer="parcels")["features"] == len(content.layers["parcels"])


def test_the_project_opens_the_layers_beside_it(here: Workspace, content: export.Edition, tmp_path: Path) -> None:
    exported(here, content, tmp_path / "o.gpkg", "gpkg")
    export.write_project(content, tmp_path / "o.gpkg", tmp_path / "o.qgz")
    with zipfile.ZipFile(tmp_path / "o.qgz") as archive:
        (name,) = archive.namelist()
        root = ET.fromstring(archive.read(name).decode().partition("\n")[2])
    assert name == "o.qgs"
    layers = {layer.findtext("id"): layer for layer in root.iter("maplayer")}
    assert {e.get("id") for e in root.iter("layer-tree-layer")} == set(layers) == set(content.layers)
    for id_, layer in layers.items():
        assert layer.findtext("layername") == content.names[str(id_)]
        file, _, table = str(layer.findtext("datasource")).partition("|layername=")
        assert len(gpd.read_file(tmp_path / file, layer=table)) == len(content.layers[table])
        assert layer.findtext("srs/spatialrefsys/authid") == "EPSG:9209"
        assert layer.find("renderer-v2") is not None
    first = (tmp_path / "o.qgz").read_bytes()
    export.write_project(content, tmp_path / "o.gpkg", tmp_path / "o.qgz")
    assert (tmp_path / "o.qgz").read_bytes() == first


@pytest.mark.parametrize("bom", [True, False])
def test_csv_with_and_without_the_mark_of_excel(here: Workspace, content: export.Edition, tmp_path: Path, bom: bool) -> None:
    export.write(here, content, tmp_path / "o.csv", "csv", bom=bom)
    assert (tmp_path / "o.csv").read_bytes().startswith(b"\xef\xbb\xbf") is bom


def test_an_osm_boundary_carries_its_credit(here: Workspace) -> None:
    def marked(status: Any) -> Any:
        return export._project(status, WORDS)["attribution"]

    statuses = here.snapshot(here.cut(briefings.ON, briefings.KNOWN)).projects
    assert {marked(s) for s in statuses} == {""}
    osm = [dataclasses.replace(s, site=dataclasses.replace(s.site, boundary="osm")) for s in statuses[:1]]
    assert [marked(s) for s in osm] == ["© OpenStreetMap contributors, ODbL 1.0"]
