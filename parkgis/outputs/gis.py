"""The forms in which layers leave for other programs: one function a format, each writing to a path of its own."""

from __future__ import annotations

import contextlib
import re
import zipfile
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

import geopandas as gpd
import numpy as np
import pyogrio
import shapely

from parkgis import crs, vn2000
from parkgis.layers.write import GDAL_REFUSED, whole
from parkgis.model import Finding, Severity
from parkgis.outputs import qgis

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from parkgis.outputs.qgis import Style

ROW_GROUP = 50_000
DBF_NAME, DBF_TEXT_BYTES = 10, 254
NOT_XML = re.compile("[^\\t\\n\\r\\u0020-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
KML_DIGITS = 7  # of a degree: a centimetre


@contextlib.contextmanager
def gdal(stamp: str) -> Iterator[None]:
    """Let GDAL stamp what it writes with one instant; its refusals become ``OSError``."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": stamp})
    try:
        yield
    except GDAL_REFUSED as error:
        raise OSError(str(error)) from error
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def attributes(frame: gpd.GeoDataFrame) -> list[str]:
    """Return the columns that are not the geometry."""
    return [str(column) for column in frame.columns if column != frame.geometry.name]


def geopackage(path: Path, layers: Mapping[str, tuple[gpd.GeoDataFrame, str, Style]], about: str, stamp: str) -> None:
    """Write a GeoPackage of styled layers, whole or not at all: layer -> (frame, name for readers, style)."""
    with whole(path) as temporary:
        write_geopackage(temporary, layers, about, stamp)


def write_geopackage(path: Path, layers: Mapping[str, tuple[gpd.GeoDataFrame, str, Style]], about: str, stamp: str) -> None:
    """Write the layers of a GeoPackage, with the styles QGIS opens them in, in the place of an empty file."""
    path.unlink()  # GDAL makes the file itself
    for name, (frame, shown, _) in layers.items():
        options = {"GEOMETRY_NAME": "geom", "SPATIAL_INDEX": "YES", "DESCRIPTION": about, "IDENTIFIER": shown}
        with gdal(stamp):
            pyogrio.write_dataframe(
                frame, path, layer=name, driver="GPKG", geometry_type="MultiPolygon", promote_to_multi=True, layer_options=options
            )
    qgis.keep_styles(path, {name: (shown, style) for name, (_, shown, style) in layers.items()}, stamp)


def along_hilbert(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Order rows along a Hilbert curve, so that a reader of one place reads few row groups; rows without a shape come last."""
    shapes = np.asarray(frame.geometry.values)
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    place = np.full(len(frame), np.iinfo(np.int64).max)
    if there.any():
        place[there] = frame[there].hilbert_distance().to_numpy(np.int64)
    return frame.iloc[np.argsort(place, kind="stable")].reset_index(drop=True)


def write_parquet(path: Path, frame: gpd.GeoDataFrame) -> None:
    """Write GeoParquet 1.1: WKB, a ``bbox`` column that readers filter by, rows along a Hilbert curve."""
    along_hilbert(frame).to_parquet(
        path, index=False, compression="zstd", schema_version="1.1.0", write_covering_bbox=True, row_group_size=ROW_GROUP
    )


def write_flatgeobuf(path: Path, frame: gpd.GeoDataFrame, name: str, about: str) -> None:
    """Write one layer as FlatGeobuf, with its packed index; where rows have no shape there is none: it cannot hold them."""
    path.unlink()
    with gdal("2000-01-01T00:00:00.000Z"):
        pyogrio.write_dataframe(
            frame, path, layer=name, driver="FlatGeobuf", geometry_type="MultiPolygon", promote_to_multi=True,
            layer_options={"DESCRIPTION": about, "SPATIAL_INDEX": "NO" if frame.geometry.isna().any() else "YES"},
        )  # fmt: skip


# -- Shapefile ---------------------------------------------------------------------------------------------


def short_names(names: Sequence[str]) -> dict[str, str]:
    """Return a name of ten ASCII characters for each, all different.

    Examples
    --------
    >>> short_names(["handed_developer_day", "handed_developer_ha", "key"])
    {'handed_developer_day': 'handed_dev', 'handed_developer_ha': 'handed_d_1', 'key': 'key'}
    """
    found: dict[str, str] = {}
    for name in names:
        short, turn = name[:DBF_NAME], 0
        while short.lower() in {there.lower() for there in found.values()}:
            turn += 1
            short = f"{name[: DBF_NAME - 1 - len(str(turn))]}_{turn}"
        found[name] = short
    return found


def _cut(text: Any) -> Any:
    """Cut text to what a DBF cell holds, never within a letter."""
    if not isinstance(text, str) or len(raw := text.encode()) <= DBF_TEXT_BYTES:
        return text
    return raw[:DBF_TEXT_BYTES].decode("utf-8", "ignore")


def write_shapefiles(path: Path, layers: Mapping[str, gpd.GeoDataFrame]) -> list[Finding]:
    """Write every layer as a Shapefile (UTF-8, with .cpg and .prj) into one zip, with a list of what field means what.

    Returns
    -------
    list of Finding
        What the format cut: names of fields, long texts, rows without a shape that it keeps without one.
    """
    folder = path.parent / f"{path.name}-parts"
    folder.mkdir()
    found: list[Finding] = []
    try:
        fields = ["layer,field,means\n"]
        for layer, frame in layers.items():
            names = short_names(attributes(frame))
            fields += [f"{layer},{short},{name}\n" for name, short in names.items()]
            found += _shapefile(folder / f"{layer}.shp", frame, layer, names)
        (folder / "fields.csv").write_text("".join(fields), encoding="utf-8", newline="\n")
        _zip(path, folder)
    finally:
        for rest in folder.iterdir():
            rest.unlink()
        folder.rmdir()
    return found


def _shapefile(path: Path, frame: gpd.GeoDataFrame, layer: str, names: Mapping[str, str]) -> list[Finding]:
    short = frame.rename(columns=dict(names))
    long = 0
    for column in names.values():
        if short[column].dtype.kind == "O" or str(short[column].dtype) in ("str", "string"):
            cells = short[column].tolist()
            cut = [_cut(cell) for cell in cells]
            long += sum(a != b for a, b in zip(cells, cut, strict=True))
            short[column] = cut
    with gdal("2000-01-01T00:00:00.000Z"):
        pyogrio.write_dataframe(short, path, driver="ESRI Shapefile", encoding="UTF-8", geometry_type="Polygon")
    path.with_suffix(".cpg").write_text("UTF-8", encoding="ascii")
    renamed = [f"{a} → {b}" for a, b in names.items() if a != b]
    facts = {"layer": layer, "count": len(renamed), "names": ", ".join(renamed)}
    found = [Finding("dbf_names", Severity.INFO, where=layer, facts=facts)] if renamed else []
    return found + ([Finding("dbf_text", Severity.WARNING, where=layer, facts={"layer": layer, "count": long})] if long else [])


def _zip(path: Path, folder: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for part in sorted(folder.iterdir()):
            entry = zipfile.ZipInfo(part.name, qgis.LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, part.read_bytes())


# -- WGS 84 --------------------------------------------------------------------------------------------------


def on_earth(frame: gpd.GeoDataFrame) -> Any:
    """Return a frame's shapes in WGS 84, rounded to a centimetre, outer rings anticlockwise."""
    source = crs.key(frame.crs)

    def convert(xy: Any) -> Any:
        return np.round(crs.convert(np.ascontiguousarray(xy), source, vn2000.WGS84), KML_DIGITS)

    return shapely.orient_polygons(shapely.transform(np.asarray(frame.geometry), convert))


def write_kml(path: Path, layers: Mapping[str, tuple[gpd.GeoDataFrame, str, Style]], about: str) -> None:
    """Write KML 2.2 (always WGS 84): a folder a layer, a placemark a row, every cell as extended data."""
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n')
        out.write(f"<description>{_text(about)}</description>\n")
        for name, (_, _, style) in layers.items():
            out.writelines(_kml_style(f"{name}-{number}", c.fill, c.outline) for number, c in enumerate(style.categories))
        for name, (frame, shown, style) in layers.items():
            out.write(f"<Folder><name>{_text(shown)}</name>\n")
            out.writelines(_placemarks(name, frame, style))
            out.write("</Folder>\n")
        out.write("</Document></kml>\n")


def _text(value: Any) -> str:
    """Write a value as XML text; characters that XML has no way to write are left out."""
    return escape(NOT_XML.sub("", str(value)))


def _kml_style(name: str, fill: str, outline: str) -> str:
    line, area = (f"{colour[5:7]}{colour[3:5]}{colour[1:3]}" if colour else "ffffff" for colour in (outline, fill))
    return (
        f"<Style id={quoteattr(name)}><LineStyle><color>ff{line}</color></LineStyle>"
        f"<PolyStyle><color>{'b3' if fill else '00'}{area}</color></PolyStyle></Style>\n"
    )


def _placemarks(layer: str, frame: gpd.GeoDataFrame, style: Style) -> Iterator[str]:
    numbers = {category.value: number for number, category in enumerate(style.categories)}
    columns = attributes(frame)
    shapes = on_earth(frame)
    title = "key" if "key" in columns else columns[0]
    for shape, *cells in zip(shapes, *(frame[c].tolist() for c in columns), strict=True):
        row = dict(zip(columns, cells, strict=True))
        data = "".join(f"<Data name={quoteattr(c)}><value>{_text(v)}</value></Data>" for c, v in row.items() if not _blank(v))
        url = f"<styleUrl>#{layer}-{numbers[row[style.column]]}</styleUrl>" if row[style.column] in numbers else ""
        head = f"<name>{_text(row[title])}</name>{url}"
        yield f"<Placemark>{head}<ExtendedData>{data}</ExtendedData>{_kml_shape(shape)}</Placemark>\n"


def _blank(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, float) and not np.isfinite(value))


def _kml_shape(shape: Any) -> str:
    if shape is None or shape.is_empty:
        return ""
    return f"<MultiGeometry>{''.join(map(_kml_polygon, shapely.get_parts(shape)))}</MultiGeometry>"


def _kml_polygon(polygon: Any) -> str:
    rings = [polygon.exterior, *polygon.interiors]
    sides = ["outerBoundaryIs"] + ["innerBoundaryIs"] * (len(rings) - 1)
    lines = (" ".join(f"{x:.{KML_DIGITS}f},{y:.{KML_DIGITS}f}" for x, y in ring.coords) for ring in rings)
    drawn = (f"<{s}><LinearRing><coordinates>{line}</coordinates></LinearRing></{s}>" for s, line in zip(sides, lines, strict=True))
    return f"<Polygon>{''.join(drawn)}</Polygon>"
