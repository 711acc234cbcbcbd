"""Findings as a GeoPackage that QGIS opens styled: a layer of points, of lines and of areas, and the rest as rows."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING, Any

import numpy as np
import pyogrio
import shapely

from parkgis.layers.write import GDAL_REFUSED, whole, write_text
from parkgis.outputs.finding_style import SYMBOLS, qml

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    import geopandas as gpd

    from parkgis.words.catalogue import Words

DIMENSIONS = {"point": (0, 4), "line": (1, 2, 5), "area": (3, 6)}
"""Layer -> ids of the geometry types (shapely) it holds."""
TYPES = {"point": "MultiPoint", "line": "MultiLineString", "area": "MultiPolygon"}
REST = "finding_rows"
STYLES = """
CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT, f_table_schema TEXT,
  f_table_name TEXT, f_geometry_column TEXT, styleName TEXT, styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN,
  description TEXT, owner TEXT, ui TEXT, update_time DATETIME)
"""


def write(found: gpd.GeoDataFrame, path: Path, words: Words, at: dt.datetime, *, demo: bool) -> list[Path]:
    """Write findings as layers ``finding_point``, ``finding_line``, ``finding_area`` and the table ``finding_rows``.

    Parameters
    ----------
    found : GeoDataFrame
        From :func:`parkgis.outputs.finding_text.rows`.
    path : Path
        ``.gpkg``; replaced. Beside it each layer's style, ``STEM.finding_area.qml`` and so on.
    words : Words
        Language of the legend; the texts of the findings are in both.
    at : datetime
        Stamped into the file, so that the same findings give the same bytes.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    OutputFailed
    """
    stamp = at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    layers = _layers(found)
    about = words("check.title") + (f" – {words('word.demo')}" if demo else "")
    with whole(path) as temporary:
        temporary.unlink()  # GDAL makes the file itself
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": stamp})
        try:
            for name, frame in layers.items():
                _write_layer(frame, name, temporary, about)
        except GDAL_REFUSED as error:
            raise OSError(str(error)) from error
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
        _write_styles(temporary, layers, words, stamp)
    styles = [path.with_name(f"{path.stem}.{name}.qml") for name in layers if name != REST]
    for style in styles:
        write_text(style, qml(_shape_of(style.name.split(".")[-2]), words))
    return [path, *styles]


def _layers(found: gpd.GeoDataFrame) -> dict[str, gpd.GeoDataFrame]:
    kinds = shapely.get_type_id(np.asarray(found.geometry.values))
    placed = {f"finding_{name}": found[np.isin(kinds, ids)] for name, ids in DIMENSIONS.items()}
    rest = found[~np.isin(kinds, [kind for ids in DIMENSIONS.values() for kind in ids])]
    return {**placed, REST: rest}


def _write_layer(frame: gpd.GeoDataFrame, name: str, path: Path, about: str) -> None:
    options: dict[str, Any] = {"DESCRIPTION": about}
    if name == REST:
        pyogrio.write_dataframe(frame.drop(columns="geometry"), path, layer=name, driver="GPKG", layer_options=options)
        return
    options |= {"GEOMETRY_NAME": "geom", "SPATIAL_INDEX": "YES"}
    pyogrio.write_dataframe(
        frame, path, layer=name, driver="GPKG", geometry_type=TYPES[_shape_of(name)], promote_to_multi=True, layer_options=options
    )


def _shape_of(layer: str) -> str:
    return next(shape for shape in SYMBOLS if layer.endswith(shape))


def _write_styles(path: Path, layers: dict[str, gpd.GeoDataFrame], words: Words, stamp: str) -> None:
    shapes = {name: _shape_of(name) for name in layers if name != REST}
    rows = [(name, "geom", words(f"check.style_{shape}"), qml(shape, words), stamp) for name, shape in shapes.items()]
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute(STYLES)
        db.executemany(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML, "
            "useAsDefault, owner, update_time) VALUES ('', '', ?, ?, ?, ?, 1, '', ?)",
            rows,
        )
        db.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) "
            "VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?)",
            (stamp,),
        )
