"""Which formats are read, what is refused by name, and that nothing but the file itself is ever opened."""

from __future__ import annotations

import contextlib
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pyogrio
import pytest
import shapely
from corpus import SEEDS, sound
from files import cadastre, saved
from oddfiles import GML, KML, PLACE, VRT

from parkgis.errors import FileMissing, FileUnreadable, ParkgisError
from parkgis.layers import formats
from parkgis.layers.read import read
from parkgis.words.catalogue import Words

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = Path(__file__).resolve().parents[1] / "docs" / "formats.md"


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return sound(tmp_path_factory.mktemp("formats"))


@pytest.mark.parametrize("name", [name for name in SEEDS if name not in ("dxf", "dgn")])
def test_every_format_gives_the_same_parcels(seeds: dict[str, Path], name: str) -> None:
    frame = read(seeds[name]).frame
    shapes = frame.geometry if frame.crs is None else frame.to_crs(9209).geometry
    assert sorted(shapely.area(shapely.force_2d(shapes.values)).round(0).tolist()) == [900.0] * 4


@pytest.mark.parametrize("name", ["dxf", "dgn"])
def test_a_drawing_gives_the_parcels_its_lines_enclose(seeds: dict[str, Path], name: str) -> None:
    frame = read(seeds[name], sheet="12").frame
    assert frame[["SHBANDO", "SHTHUA"]].to_numpy().tolist() == [["12", "345"], ["12", "346"]]
    assert frame.area.round(2).tolist() == [900.0, 900.0]


def test_the_guide_tells_of_every_format_what_it_loses() -> None:
    text = DOCS.read_text(encoding="utf-8")
    rows = {line.split("|")[1].strip(): line for line in text.splitlines() if line.startswith("| ")}
    for form in (*formats.FORMATS, formats.FILEGDB):
        row = rows[form.name]
        assert all(f"`{suffix}`" in row for suffix in form.suffixes), form.name
    for unread in formats.UNREAD:
        assert any(f"`{suffix}`" in text for suffix in unread.suffixes), unread.suffixes


def test_a_folder_geodatabase(tmp_path: Path) -> None:
    path = saved(cadastre(), tmp_path / "thua.gdb", driver="OpenFileGDB")
    came = read(path)
    assert len(came.frame) == 4
    assert came.sha256 == read(path).sha256


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.dgn", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "MicroStation V7 DGN"),
        ("a.dwg", b"AC1032" + bytes(600), "DXF"),
        ("a.mdb", b"\0\1\0\0Standard Jet DB\0", "Geodatabase"),
        ("a.tif", b"II*\0", "draw the boundaries"),
        ("a.pdf", b"%PDF-1.7", "corner points"),
        ("a.xls", b"\xd0\xcf\x11\xe0", ".xlsx"),
        ("a.rar", b"Rar!", ".zip"),
        ("a.qgz", b"PK\3\4", "the file that holds the shapes"),
        ("a.gpkg", b"\x8f\x11\x02" * 400, "encrypted"),
        ("a.abc", b"x", ".gpkg"),
    ],
)
def test_what_is_not_read_is_refused_with_the_way_to_convert_it(name: str, content: bytes, says: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileUnreadable) as caught:
        read(tmp_path / name)
    assert says in str(caught.value)
    vietnamese = Words("vi")("error.FileUnreadable", **caught.value.facts)
    assert "not read" not in vietnamese and str(tmp_path / name) in vietnamese


def test_a_shapefile_without_its_index_asks_for_the_whole_set(tmp_path: Path) -> None:
    path = saved(cadastre(), tmp_path / "a.shp")
    path.with_suffix(".shx").unlink()
    with pytest.raises(FileUnreadable, match=r"a\.shx must lie beside it"):
        read(path)


def test_companions_in_capitals_are_found(tmp_path: Path) -> None:
    path = saved(cadastre(), tmp_path / "A.shp", encoding="utf-8")
    for file in sorted(tmp_path.iterdir()):
        file.rename(file.with_suffix(file.suffix.upper()))
    assert len(read(path.with_suffix(".SHP")).frame) == 4


# -- nothing but the file itself ---------------------------------------------------------------------------


def test_only_the_drivers_of_the_table_are_there() -> None:
    assert set(pyogrio.list_drivers()) - {"MEM"} == set(formats.drivers())
    assert "OGR_VRT" not in pyogrio.list_drivers()


def test_a_pointer_file_is_not_followed_whatever_it_is_called(tmp_path: Path) -> None:
    saved(cadastre(), tmp_path / "there.gpkg")
    for suffix in sorted({s for form in formats.FORMATS for s in form.suffixes}):
        path = tmp_path / f"a{suffix}"
        path.write_text(VRT.format(tmp_path / "there.gpkg"), encoding="utf-8")
        with pytest.raises(ParkgisError):
            read(path)


def test_a_virtual_path_is_no_file() -> None:
    with pytest.raises(FileMissing):
        read(Path("/vsicurl/http://127.0.0.1:9/a.gpkg"))


@contextlib.contextmanager
def _listener() -> Iterator[tuple[int, list[bytes]]]:
    """Take connections on the loopback and keep what they ask."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        done = threading.Event()

        def listen() -> None:
            while not done.is_set():
                with contextlib.suppress(TimeoutError), server.accept()[0] as caller:
                    caller.settimeout(1)
                    heard.append(caller.recv(200))

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield server.getsockname()[1], heard
        finally:
            done.set()
            thread.join()


def test_no_format_reaches_for_the_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")  # or the dead proxy alone would keep it away
    with _listener() as (port, heard):
        address = f"http://127.0.0.1:{port}/x"
        link = f"<NetworkLink><Link><href>{address}.kml</href></Link></NetworkLink>"
        style = PLACE.replace("<name>", f"<styleUrl>{address}#s</styleUrl><name>")
        entity = f'<!DOCTYPE kml [<!ENTITY x SYSTEM "{address}">]>'
        geojson = f'{{"type":"FeatureCollection","crs":{{"type":"link","properties":{{"href":"{address}"}}}},"features":[]}}'
        for name, content in {
            "a.kml": KML.format("", link + style.format("x")),
            "b.kml": KML.format(entity, PLACE.format("&x;")),
            "a.gml": GML.format(f"{address}.xsd"),
            "b.gml": GML.format("b.xsd").replace(
                "<ogr:n>1", f'<ogr:n xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="{address}">1'
            ),
            "a.vrt": VRT.format(f"/vsicurl/{address}.gpkg"),
            "a.geojson": geojson,
            "c.geojson": geojson.replace("crs", "\\u0063rs").replace("link", "LINK"),
            "d.geojson": geojson.replace('"link"', '"link"' + " " * 100_000),
            "c.gml": GML.format("c.xsd").replace("<gml:Polygon>", f'<gml:Polygon srsName="{address}">'),
            "a.json": geojson.replace("FeatureCollection", "Topology"),
            "b.geojson": f'"{address}"',
        }.items():
            (tmp_path / name).write_text(content, encoding="utf-8")
            with contextlib.suppress(ParkgisError):
                read(tmp_path / name)
        shape = saved(cadastre(), tmp_path / "a.shp")
        shape.with_suffix(".prj").write_text(address, encoding="utf-8")
        with contextlib.suppress(ParkgisError):
            read(shape)
    assert heard == []


def test_an_entity_that_names_a_file_is_not_put_in(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("ENTITY-WAS-FOLLOWED", encoding="utf-8")
    entity = f'<!DOCTYPE x [<!ENTITY x SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'
    for name, content in {
        "a.kml": KML.format(entity, PLACE.format("&x;")),
        "a.gml": entity + GML.format("a.xsd").replace("<ogr:n>1", "<ogr:n>&x;"),
    }.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
        with contextlib.suppress(ParkgisError):
            assert "FOLLOWED" not in read(tmp_path / name).frame.to_string()


def test_reading_leaves_nothing_beside_the_file(seeds: dict[str, Path]) -> None:
    for path in seeds.values():
        before = {p.name: p.stat().st_mtime_ns for p in path.parent.iterdir()}
        read(path)
        assert {p.name: p.stat().st_mtime_ns for p in path.parent.iterdir()} == before
