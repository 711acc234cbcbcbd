"""Files made wrong on purpose, one of each kind."""

from __future__ import annotations

import json
import stat
import zipfile
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from drawings import SQUARES, dxf
from files import cadastre, saved

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


def _geojson(coordinates: str, kind: str = "Polygon", **properties: Any) -> str:
    facts = json.dumps({"SHBANDO": 1, "SHTHUA": 1, **properties})
    geometry = f'{{"type":"{kind}","coordinates":{coordinates}}}'
    return f'{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{facts},"geometry":{geometry}}}]}}'


RING = "[[[563000,2340000],[563030,2340000],[563030,2340030],[563000,2340000]]]"


def _text(name: str, content: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / name).write_text(content, encoding="utf-8")
        return folder / name

    return make


def _frame(name: str, shapes: Sequence[Any], **options: Any) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        frame = gpd.GeoDataFrame({"SHBANDO": 1, "SHTHUA": range(len(shapes))}, geometry=list(shapes), crs=9209)
        return saved(frame, folder / name, **options)

    return make


def _zip(name: str, files: dict[str, bytes], mode: int = 0) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for inner, content in files.items():
                member = zipfile.ZipInfo(inner)
                member.external_attr = mode << 16
                archive.writestr(member, content, zipfile.ZIP_DEFLATED)
        return folder / name

    return make


def _bomb(folder: Path) -> Path:
    """A hundred and twenty megabytes of zeros in a tenth of one."""
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.shp", "w") as file:
        for _ in range(120):
            file.write(bytes(1_000_000))
    return folder / "a.zip"


def _lying_zip(folder: Path) -> Path:
    """A member that states one byte and holds a million."""
    path = _zip("a.zip", {"a.geojson": b" " * 1_000_000})(folder)
    content = path.read_bytes()
    path.write_bytes(content.replace((1_000_000).to_bytes(4, "little"), (1).to_bytes(4, "little")))
    return path


def _wide(folder: Path) -> Path:
    frame = cadastre().assign(**{f"COT{i}": i for i in range(300)})
    return saved(frame, folder / "a.gpkg")


def _great_ring(points: int) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        angle = np.linspace(0, 2 * np.pi, points, endpoint=False)
        ring = np.column_stack([563_000 + 500 * np.cos(angle), 2_340_000 + 500 * np.sin(angle)])
        return _frame("a.gpkg", [shapely.Polygon(ring)])(folder)

    return make


ODD_NAMES = ['a"b', "a'b; DROP TABLE x;--", "🌾🌾", "a\tb\nc", "=1+1", "<script>", "{0}", "%s", "x" * 200, "ấ" * 60]
VRT = "<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>{}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
KML = '<?xml version="1.0"?>{}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{}</Document></kml>'
PLACE = "<Placemark><name>{}</name><Point><coordinates>106,21</coordinates></Point></Placemark>"
RING_GML = (
    "<gml:outerBoundaryIs><gml:LinearRing><gml:coordinates>0,0 1,0 1,1 0,0</gml:coordinates></gml:LinearRing></gml:outerBoundaryIs>"
)
GML = (
    '<ogr:FeatureCollection xmlns:ogr="http://ogr.maptools.org/" xmlns:gml="http://www.opengis.net/gml"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://ogr.maptools.org/ {}">'
    f'<gml:featureMember><ogr:a fid="1"><ogr:geom><gml:Polygon>{RING_GML}</gml:Polygon></ogr:geom>'
    "<ogr:n>1</ogr:n></ogr:a></gml:featureMember></ogr:FeatureCollection>"
)

SQUARE = shapely.box(563_000, 2_340_000, 563_030, 2_340_030)
MADE: dict[str, Callable[[Path], Path]] = {
    "nested 10,000 deep": _text("a.geojson", _geojson("[" * 10_000 + "]" * 10_000)),
    "nested properties": _text("a.geojson", _geojson(RING).replace('"SHTHUA": 1', '"SHTHUA": ' + "[" * 10_000 + "]" * 10_000)),
    "nan": _text("a.geojson", _geojson(RING.replace("563030", "NaN"))),
    "infinity": _text("a.geojson", _geojson(RING.replace("563030", "1e999"))),
    "nan in gpkg": lambda f: _frame("a.gpkg", [shapely.Polygon([(0, 0), (np.nan, 1), (2, 0)])])(f),
    "infinite in gpkg": lambda f: _frame("a.gpkg", [shapely.Polygon([(0, 0), (np.inf, 1), (2, 0)])])(f),
    "3D": _frame("a.gpkg", [shapely.force_3d(SQUARE, 7.5)]),
    "M": _text("a.geojson", _geojson("[[[563000,2340000,1,2],[563030,2340000,1,2],[563030,2340030,1,2],[563000,2340000,1,2]]]")),
    "collection": _frame("a.geojson", [shapely.GeometryCollection([SQUARE, shapely.Point(563_000, 2_340_000)])]),
    "mixed": _frame("a.geojson", [SQUARE, shapely.Point(563_000, 2_340_000), shapely.LineString([(0, 0), (1, 1)]), None]),
    "empty polygon": _frame("a.gpkg", [shapely.Polygon()]),
    "no shape at all": _frame("a.gpkg", [None, None]),
    "two-point ring": _text("a.geojson", _geojson("[[[563000,2340000],[563030,2340000]]]")),
    "open ring": _text("a.geojson", _geojson("[[[563000,2340000],[563030,2340000],[563030,2340030]]]")),
    "curve": _text(
        "a.gml",
        GML.format("a.xsd").replace(
            RING_GML,
            "<gml:exterior><gml:Ring><gml:curveMember><gml:Curve><gml:segments><gml:ArcString><gml:posList>0 0 1 1 2 0 1 -1 0 0"
            "</gml:posList></gml:ArcString></gml:segments></gml:Curve></gml:curveMember></gml:Ring></gml:exterior>",
        ),
    ),
    "300 columns": _wide,
    "many columns": lambda f: saved(
        gpd.pd.concat([cadastre().iloc[:1], gpd.pd.DataFrame({f"C{i}": [i] for i in range(1500)})], axis=1), f / "a.fgb"
    ),
    "duplicated keys": _text("a.geojson", _geojson(RING).replace('"SHTHUA": 1', '"SHTHUA": 1, "SHTHUA": 2, "shthua": 3')),
    "duplicated columns": _text("a.csv", f'thua,thua,wkt,wkt\n1,2,"{SQUARE.wkt}","{SQUARE.wkt}"\n'),
    "odd names": lambda f: saved(cadastre().assign(**dict.fromkeys(ODD_NAMES, 1)), f / "a.geojson"),
    "odd values": lambda f: saved(cadastre(TENCHU=['"', "🌾\x01\x02", "\u202eabc", "=cmd|'/c'!A0"]), f / "a.geojson"),
    "lone surrogate": _text("a.geojson", _geojson(RING).replace('"SHTHUA": 1', '"SHTHUA": "\\ud800"')),
    "layer named oddly": lambda f: saved(cadastre(), f / "a.gpkg", layer="a'b\"; 🌾 <x>"),
    "file named oddly": lambda f: saved(cadastre(), f / "a.gpkg").rename(f / "a!b#c%20 🌾 {0}.gpkg"),
    "folder named oddly": lambda f: saved(cadastre(), f / "a.gdb", driver="OpenFileGDB").rename(f / "zip!x.gdb"),
    "zip bomb": _bomb,
    "lying zip": _lying_zip,
    "zip of ten thousand": _zip("a.zip", {f"{i}.txt": b"" for i in range(10_001)}),
    "zip upwards": _zip("a.zip", {"../../evil.geojson": _geojson(RING).encode()}),
    "zip absolute": _zip("a.zip", {"/tmp/evil.geojson": _geojson(RING).encode()}),
    "zip of Windows": _zip("a.zip", {"C:\\evil.geojson": _geojson(RING).encode()}),
    "zip backslash": _zip("a.zip", {"..\\evil.geojson": _geojson(RING).encode()}),
    "zip link": _zip("a.zip", {"a.geojson": b"/etc/passwd"}, stat.S_IFLNK | 0o777),
    "zip twice": _zip("a.zip", {"a.geojson": _geojson(RING).encode(), "A.geojson": b"{}"}),
    "zip in zip": _zip("a.zip", {"b.zip": b"PK\x05\x06" + bytes(18)}),
    "zip of nothing": _zip("a.zip", {}),
    "zip with a vrt": _zip("a.zip", {"a.vrt": VRT.format("/etc/passwd").encode()}),
    "vrt": _text("a.vrt", VRT.format("a.csv")),
    "vrt called shp": _text("a.shp", VRT.format("/etc/passwd")),
    "vrt called kml": _text("a.kml", VRT.format("/etc/passwd") + "<kml/>"),
    "vrt called gml": _text("a.gml", VRT.format("/etc/passwd") + "<!-- opengis.net/gml -->"),
    "seamless tab": _text("a.tab", "!table\n!version 300\n!charset Neutral\n\nDefinition Table\n  Type SEAMLESS\n"),
    "kml entity": _text("a.kml", KML.format('<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>', PLACE.format("&x;"))),
    "gml entity": _text(
        "a.gml",
        '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + GML.format("a.xsd").replace("<ogr:n>1", "<ogr:n>&x;"),
    ),
    "kml billion laughs": _text(
        "a.kml",
        KML.format(
            "<!DOCTYPE kml [<!ENTITY a0 'lollollol'>"
            + "".join(f"<!ENTITY a{i} '{f'&a{i - 1};' * 10}'>" for i in range(1, 10))
            + "]>",
            PLACE.format("&a9;"),
        ),
    ),
    "kml network link": _text(
        "a.kml", KML.format("", "<NetworkLink><Link><href>http://127.0.0.1:9/x.kml</href></Link></NetworkLink>" + PLACE.format("x"))
    ),
    "gml schema elsewhere": _text("a.gml", GML.format("http://127.0.0.1:9/a.xsd")),
    "gml billion laughs": _text(
        "a.gml",
        "<!DOCTYPE x [<!ENTITY a0 'lollollol'>"
        + "".join(f"<!ENTITY a{i} '{f'&a{i - 1};' * 10}'>" for i in range(1, 10))
        + "]>"
        + GML.format("a.xsd").replace("<ogr:n>1", "<ogr:n>&a9;"),
    ),
    "empty geojson": _text("a.geojson", "{}"),
    "no features": _text("a.geojson", '{"type":"FeatureCollection","features":[]}'),
    "a million open brackets": _text("a.geojson", "[" * 1_000_000),
    "csv of one long line": _text("a.csv", "thua,wkt\n1," + "x" * 2_000_000),
    "csv of many columns": _text("a.csv", ",".join(["wkt", *map(str, range(5000))]) + "\n" + ",".join(["POINT (1 1)"] * 5001)),
    "wkt too deep": _text("a.csv", "thua;wkt\n1;" + "GEOMETRYCOLLECTION(" * 20_000 + ")" * 20_000),
    "corners of nothing": _text("a.csv", "Số hiệu điểm,X (m),Y (m)\n1,,\n2,a,b\n"),
    "many corners": _text("a.csv", "thua,X,Y\n" + "".join(f"1,{2340000 + i % 97},{563000 + i % 89}\n" for i in range(20_000))),
    "config that is no toml": lambda f: ((f / "a.linework.toml").write_text("[[["), dxf(f / "a.dxf", SQUARES))[1],
    "config unknown key": lambda f: ((f / "a.linework.toml").write_text("boundry = 10"), dxf(f / "a.dxf", SQUARES))[1],
    "lines to nowhere": lambda f: dxf(f / "a.dxf", [("10", [(0, 0), (1e300, 1e300)]), ("10", [(float("nan"), 0), (1, 1)])]),
}
SLOW: dict[str, Callable[[Path], Path]] = {"ten million points": _great_ring(10_000_000)}
