"""Choose one layer of a file and read it with GDAL: the drivers of the table only, warnings kept as findings."""

from __future__ import annotations

import dataclasses
import warnings
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from parkgis.errors import FileEmpty, FileUnreadable, Reason, UsageError
from parkgis.layers import formats, links
from parkgis.layers.encoded import RAW, Text
from parkgis.ledger.sheets import shown
from parkgis.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MOST_COLUMNS = 1000
MOST_LAYERS = 1000
MOST_SAID = 200  # characters of a library's message
MOST_SHOWN = 40  # layers named in a message
QUIET = ("organizePolygons", "several geometry", "driver does not support open option", "JSONFG")
"""Warnings of GDAL that say nothing about the data."""


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """One layer of one file.

    Attributes
    ----------
    file : Path
    form : Format
    layer : str
        As the driver calls it; empty for formats without layers.
    name : str
        As the user calls it.
    layers : int
        How many layers of shapes the file has.
    """

    file: Path
    form: formats.Format
    layer: str
    name: str
    layers: int = 1


def choose(path: Path, files: Sequence[tuple[str, Path]], wanted: str | None) -> Source:
    """Return the layer that was asked for, or the only one.

    Parameters
    ----------
    path : Path
        For messages: what the user named.
    files : sequence of (name, file)
        From :func:`parkgis.layers.archive.opened`.
    wanted : str, optional

    Raises
    ------
    FileUnreadable, FileEmpty
    UsageError
        When there are several layers and none was named, or the one named is not there.
    """
    found = [source for name, file in files for source in _sources(path, name, file, alone=len(files) == 1)]
    names = ", ".join(source.name for source in found[:MOST_SHOWN])
    if wanted is not None and [source.form.name for source in found] != ["Excel"]:  # there it names a sheet
        hits = [s for s in found if s.name == wanted] or [s for s in found if s.layer == wanted]
        if len(hits) != 1:
            raise UsageError(
                why=Reason("layer_missing", "{path}: there is no layer {layer}; the layers are: {layers}", path=path, layer=wanted,
                           layers=names)
            )  # fmt: skip
        return hits[0]
    if len(found) > 1:
        raise UsageError(
            why=Reason("layer_several", "{path}: holds several layers; name one with --layer: {layers}", path=path, layers=names)
        )
    if not found:
        raise FileEmpty(path=path, what="layer")
    return found[0]


def _sources(path: Path, name: str, file: Path, *, alone: bool) -> list[Source]:
    try:
        form = formats.of(file)
        links.refuse(file, form.name)
    except FileUnreadable as error:
        raise FileUnreadable(path=path, why=error.facts["why"]) from error
    if not form.drivers:
        return [Source(file, form, "", name or file.stem)]
    layers = _layers(path, file)
    if not name or (alone and len(layers) > 1):
        return [Source(file, form, layer, layer, len(layers)) for layer in layers]
    several = len(layers) > 1
    return [Source(file, form, layer, f"{name}/{layer}" if several else name, len(layers)) for layer in layers]


def _layers(path: Path, file: Path) -> list[str]:
    """Return the layers that have shapes; all of them where none has."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            listed = pyogrio.list_layers(file)
        except Exception as error:  # GDAL on a damaged file: almost anything
            raise FileUnreadable(path=path, why=plain(str(error) or type(error).__name__, file)) from error
    shapes = [str(name) for name, kind in listed[:MOST_LAYERS] if kind is not None]
    return shapes or [str(name) for name, _ in listed[:MOST_LAYERS]]


def read(path: Path, source: Source, text: Text) -> tuple[gpd.GeoDataFrame, int, list[Finding]]:
    """Read a layer as it is.

    Returns
    -------
    (GeoDataFrame, int, list of Finding)
        The frame, the rows the driver states (-1 for unknown), and what GDAL warned of.

    Raises
    ------
    FileUnreadable, FileEmpty
    """
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            info = _info(path, source)
            frame = pyogrio.read_dataframe(source.file, layer=source.layer, on_invalid="ignore", **_options(source, text))
        except (FileUnreadable, FileEmpty):
            raise
        except Exception as error:  # GDAL, Arrow, pandas and GEOS raise almost anything on a damaged file
            raise FileUnreadable(path=path, why=plain(str(error) or type(error).__name__, source.file)) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise FileEmpty(path=path, what="shapes, only a table")
    if frame.empty:
        raise FileEmpty(path=path, what="rows")
    return tidy(frame), int(info["features"]), [*_warned(source.file, heard), *_bent(info, frame)]


def _info(path: Path, source: Source) -> dict[str, Any]:
    """Return what the driver says it has, if it is one the format may be read by."""
    if not source.form.asked:
        return {"features": -1, "geometry_type": ""}
    info: dict[str, Any] = pyogrio.read_info(source.file, layer=source.layer, **dict(source.form.options))
    _demand(path, source, info)
    return info


def _options(source: Source, text: Text) -> dict[str, Any]:
    options: dict[str, Any] = dict(source.form.options)
    if text.direct or source.form.name in ("Shapefile", "DXF"):
        options["use_arrow"] = True
    if not text.direct and source.form.name != "DXF":
        options["encoding"] = RAW
    return options


def _demand(path: Path, source: Source, info: dict[str, Any]) -> None:
    if info["driver"] not in source.form.drivers:
        why = Reason("format_driver", "it is called {suffix} but is a file of another kind ({driver})", suffix=source.file.suffix,
                     driver=info["driver"])  # fmt: skip
        raise FileUnreadable(path=path, why=why)
    if len(info["fields"]) > MOST_COLUMNS:
        raise FileUnreadable(path=path, why=Reason("columns_many", "more than {limit} columns", limit=MOST_COLUMNS))


def plain(said: str, file: Path) -> str:
    """Return a library's own message as one of ours shows it: short, on one line, without the path it repeats."""
    bare = said.replace(str(file), file.name).replace("{", "(").replace("}", ")")
    return " ".join(shown(word) for word in bare.split())[:MOST_SAID]


def _warned(file: Path, heard: Sequence[warnings.WarningMessage]) -> list[Finding]:
    said = dict.fromkeys(plain(str(w.message), file) for w in heard if not any(quiet in str(w.message) for quiet in QUIET))
    return [Finding("reader_warned", Severity.WARNING, facts={"said": text}) for text in list(said)[:5]]


def _bent(info: dict[str, Any], frame: gpd.GeoDataFrame) -> list[Finding]:
    """Say what was straightened or flattened on the way."""
    found = []
    if any(word in str(info["geometry_type"]) for word in ("Curve", "Surface", "Circular")):
        found.append(Finding("curves_straightened", Severity.WARNING, facts={"kind": str(info["geometry_type"])}))
    shapes = np.asarray(frame.geometry.values)
    high = shapes[shapely.has_z(shapes)]
    if len(high) and np.nanmax(np.abs(shapely.get_coordinates(high, include_z=True)[:, 2]), initial=0.0) > 0:
        found.append(Finding("heights_left_out", Severity.INFO, facts={"count": len(high)}))
    return found


def tidy(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a frame whose column names are text, each once: a second ``a`` is ``a_2``."""
    names: list[str] = []
    for column in map(str, frame.columns):
        number, name = 1, column
        while name in names:
            number += 1
            name = f"{column}_{number}"
        names.append(name)
    if names == list(frame.columns):
        return frame
    at = list(frame.columns).index(frame.geometry.name)
    table = pd.DataFrame(frame).set_axis(pd.Index(names), axis="columns")
    return gpd.GeoDataFrame(table, geometry=names[at], crs=frame.crs)
