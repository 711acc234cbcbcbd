"""Styles and projects as QGIS keeps them, so that a layer opens looking like the maps of the report.

Follows what QGIS 3.34 itself writes: a QML document holds one ``renderer-v2``; a GeoPackage keeps QML in its table
``layer_styles``, where the one with ``useAsDefault`` is taken; a ``.qgz`` is a zip with one ``.qgs`` in it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
import sqlite3
import zipfile
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pyproj

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

VERSION = "3.34.0-Prizren"
DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # a zip's first day: the same project gives the same bytes
TABLE = """\
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
  f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
  owner TEXT(30), ui TEXT(30), update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))"""

COLUMNS = (
    "f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, "
    "owner, ui, update_time"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Category:
    """One value of a column, its name for readers, and how its polygons are filled and outlined."""

    value: str
    label: str
    fill: str  # #rrggbb, or empty for none
    outline: str = "#555555"
    width_mm: float = 0.1
    dashed: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Style:
    """Polygons coloured by the value of one column."""

    column: str
    categories: tuple[Category, ...]

    @classmethod
    def by_value(cls, column: str, values: Mapping[str, tuple[str, str]]) -> Style:
        """Return a style from value -> (name, fill colour)."""
        return cls(column, tuple(Category(value, label, fill) for value, (label, fill) in values.items()))

    def renderer(self) -> ET.Element:
        """Return the ``renderer-v2`` element."""
        root = ET.Element(
            "renderer-v2", type="categorizedSymbol", attr=self.column, forceraster="0", symbollevels="0", enableorderby="0"
        )
        root.set("referencescale", "-1")
        categories, symbols = ET.SubElement(root, "categories"), ET.SubElement(root, "symbols")
        for number, category in enumerate(self.categories):
            ET.SubElement(
                categories, "category", symbol=str(number), value=category.value, label=category.label, render="true", type="string"
            )
            symbol = ET.SubElement(symbols, "symbol", name=str(number), type="fill", alpha="1", clip_to_extent="1", force_rhr="0")
            layer = ET.SubElement(symbol, "layer", {"class": "SimpleFill", "enabled": "1", "locked": "0", "pass": "0"})
            options = ET.SubElement(layer, "Option", type="Map")
            for name, value in _fill(category).items():
                ET.SubElement(options, "Option", name=name, type="QString", value=value)
        return root

    def qml(self) -> str:
        """Return the style as a QML document."""
        root = ET.Element("qgis", version=VERSION, styleCategories="Symbology")
        root.append(self.renderer())
        return DOCTYPE + ET.tostring(root, encoding="unicode")


def _fill(category: Category) -> dict[str, str]:
    return {
        "color": _rgba(category.fill or "#ffffff"),
        "style": "solid" if category.fill else "no",
        "outline_color": _rgba(category.outline),
        "outline_style": "dash" if category.dashed else "solid",
        "outline_width": str(category.width_mm),
        "outline_width_unit": "MM",
        "joinstyle": "bevel",
        "offset": "0,0",
        "offset_unit": "MM",
    }


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"


def keep_styles(path: Path, styles: Mapping[str, tuple[str, Style]], stamp: str) -> None:
    """Put styles into a GeoPackage, each as the default of its layer.

    Parameters
    ----------
    styles : mapping of str to (str, Style)
        Layer -> name of the style and the style.
    stamp : str
        Instant as ISO text, so that the same content gives the same bytes.

    Raises
    ------
    OSError
        When SQLite cannot write.
    """
    rows = [("", "", layer, "geom", name, style.qml(), "", True, name, "", None, stamp) for layer, (name, style) in styles.items()]
    try:
        with contextlib.closing(sqlite3.connect(path)) as db, db:
            db.execute(TABLE)
            db.execute(
                "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) "
                "VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?)",
                [stamp],
            )
            db.executemany(f"INSERT INTO layer_styles ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    except sqlite3.DatabaseError as error:
        raise OSError(str(error)) from error


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """A layer of a project: its table, its name for readers, its style, its extent (west, south, east, north)."""

    table: str
    name: str
    style: Style
    extent: tuple[float, float, float, float]


def project(source: str, layers: Sequence[Shown], title: str, system: pyproj.CRS) -> bytes:
    """Return a ``.qgz`` that opens the layers of a GeoPackage beside it, the first on top.

    Parameters
    ----------
    source : str
        Name of the GeoPackage, without a folder.
    system : pyproj.CRS
        Of every layer and of the map.
    """
    root = ET.Element("qgis", projectname=title, version=VERSION)
    ET.SubElement(root, "title").text = title
    _system(ET.SubElement(root, "projectCrs"), system)
    tree = ET.SubElement(root, "layer-tree-group")
    drawn = ET.SubElement(root, "projectlayers")
    order = ET.SubElement(root, "layerorder")
    for layer in layers:
        place = f"./{source}|layername={layer.table}"
        names = {
            "id": layer.table,
            "name": layer.name,
            "source": place,
            "providerKey": "ogr",
            "checked": "Qt::Checked",
            "expanded": "1",
        }
        ET.SubElement(tree, "layer-tree-layer", names)
        ET.SubElement(order, "layer", id=layer.table)
        drawn.append(_layer(layer, place, system))
    canvas = ET.SubElement(root, "mapcanvas", name="theMapCanvas", annotationsVisible="1")
    ET.SubElement(canvas, "units").text = "meters"
    _extent(canvas, layers)
    _system(ET.SubElement(canvas, "destinationsrs"), system)
    text = DOCTYPE + ET.tostring(root, encoding="unicode")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo(source.rpartition(".")[0] + ".qgs", LONG_AGO)
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, text.encode("utf-8"))
    return out.getvalue()


def _layer(shown: Shown, place: str, system: pyproj.CRS) -> ET.Element:
    layer = ET.Element("maplayer", type="vector", geometry="Polygon", wkbType="MultiPolygon", autoRefreshMode="Disabled")
    for name, text in (("id", shown.table), ("datasource", place), ("layername", shown.name)):
        ET.SubElement(layer, name).text = text
    _system(ET.SubElement(layer, "srs"), system)
    ET.SubElement(layer, "provider", encoding="UTF-8").text = "ogr"
    layer.append(shown.style.renderer())
    ET.SubElement(layer, "layerGeometryType").text = "2"
    return layer


def _extent(canvas: ET.Element, layers: Sequence[Shown]) -> None:
    extent = ET.SubElement(canvas, "extent")
    sides = zip(("xmin", "ymin", "xmax", "ymax"), (min, min, max, max), strict=True)
    for at, (name, farthest) in enumerate(sides):
        ET.SubElement(extent, name).text = repr(float(farthest(layer.extent[at] for layer in layers)))


def _system(parent: ET.Element, system: pyproj.CRS) -> None:
    code = system.to_epsg()
    found = ET.SubElement(parent, "spatialrefsys", nativeFormat="Wkt")
    for name, text in (
        ("wkt", system.to_wkt()), ("proj4", ""), ("srid", str(code or 0)), ("authid", f"EPSG:{code}" if code else ""),
        ("description", system.name), ("geographicflag", str(system.is_geographic).lower()),
    ):  # fmt: skip
        ET.SubElement(found, name).text = text
