"""Lines the user adds to a map: communes, rivers, roads, from any file that GDAL reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from parkgis import crs
from parkgis.errors import ParkgisError, Reason
from parkgis.layers.read import read
from parkgis.outputs.webmap.legends import Outline
from parkgis.vn2000 import WGS84

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from parkgis.outputs.map_definition import Layer, MapDefinition

STEP_M = 1.0  # lines are drawn as exact as this
MICRO = 1e6  # coordinates travel in millionths of a degree: 0.1 m


def outlines(definition: MapDefinition, root: Path, legal: str) -> list[Outline]:
    """Read the lines of a map's ``file`` layers.

    Parameters
    ----------
    definition : MapDefinition
    root : Path
        Of the workspace, which the paths start from.
    legal : str
        ``EPSG:code``; lines are thinned in it, by metres.

    Raises
    ------
    MapInvalid
        Naming the line of the definition, for a file that is missing, unreadable, or without coordinate system.
    """
    found = []
    for place, layer in enumerate(definition.layers):
        if layer.show == "file":
            found.append(Outline(layer.attribution, _lines(definition, place, layer, root, legal)))
    return found


def _lines(definition: MapDefinition, place: int, layer: Layer, root: Path, legal: str) -> list[dict[str, Any]]:
    at = ("layers", place, "file")
    try:
        frame = read(root / layer.file).frame
        if frame.crs is None:
            why = Reason(
                "map_file_crs", "the layer {file} does not say its coordinate system: save it again with one", file=layer.file
            )
            raise definition.refuse(at, why)
        shapes = _placed(frame, legal)
    except ParkgisError as error:
        if error.code == "MapInvalid":
            raise
        why = Reason("map_file", "the layer {file} cannot be drawn: {error}", file=layer.file, error=str(error))
        raise definition.refuse(at, why) from error
    parts, row = shapely.get_parts(shapes, return_index=True)
    names = _names(definition, place, layer, frame)
    return [{"name": names[of], "at": _steps(line)} for line, of in zip(parts, row.tolist(), strict=True)]


def _placed(frame: gpd.GeoDataFrame, legal: str) -> np.ndarray[Any, Any]:
    """Return the lines in WGS 84, polygons as their rims, thinned to what can be seen."""
    shapes = np.asarray(frame.geometry.to_numpy(), dtype=object)
    flat = shapely.get_dimensions(shapes) == 2
    shapes = shapely.line_merge(shapely.force_2d(np.where(flat, shapely.boundary(shapes), shapes)))
    shapes[shapely.get_dimensions(shapes) != 1] = shapely.MultiLineString()
    metres = shapely.transform(shapes, lambda xy: crs.convert(xy, crs.key(frame.crs), legal) if len(xy) else xy)
    thin = shapely.simplify(metres, STEP_M)
    return np.asarray(shapely.transform(thin, lambda xy: crs.convert(xy, legal, WGS84) if len(xy) else xy), dtype=object)


def _steps(line: Any) -> list[int]:
    degrees = np.round(shapely.get_coordinates(line) * MICRO).astype(np.int64)
    return np.diff(degrees, axis=0, prepend=np.zeros((1, 2), np.int64)).ravel().tolist()


def _names(definition: MapDefinition, place: int, layer: Layer, frame: gpd.GeoDataFrame) -> list[str]:
    if not layer.name_field:
        return [""] * len(frame)
    if layer.name_field not in frame.columns:
        known = ", ".join(str(name) for name in frame.columns if name != frame.geometry.name)
        why = Reason(
            "map_file_field", "the layer {file} has no column {column}; it has: {columns}", file=layer.file,
            column=layer.name_field, columns=known,
        )  # fmt: skip
        raise definition.refuse(("layers", place, "name_field"), why)
    return ["" if value is None or value != value else str(value) for value in frame[layer.name_field]]
