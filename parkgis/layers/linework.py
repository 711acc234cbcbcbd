"""Parcels out of a drawing: polygons from the lines of the boundary levels, numbers from the texts inside them."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from parkgis.errors import FileEmpty, FileMissing, FileUnreadable, Reason, UsageError
from parkgis.layers import labels, nodes
from parkgis.layers.corners import NAMES
from parkgis.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from parkgis.layers.nodes import Shapes

LEVELS = {"DGN V7": "Level", "DXF": "Layer"}
"""Format -> the column that names the level an element lies on."""
FARTHEST_M = 1e9  # no grid on Earth goes farther
MOST_TEXT = 200  # characters of one label that are looked at


@dataclasses.dataclass(frozen=True, slots=True)
class Lines:
    """How the levels of a drawing are to be understood.

    The defaults are those of the cadastral maps (circular 26/2024/TT-BTNMT, appendix 21): parcels are bounded by
    level 10, and by roads (23) and water (31, 32), where no parcel line is drawn.

    Attributes
    ----------
    boundary, number, land, area : tuple of str
        Levels of the lines, and of the texts that give parcel number, land use and stated area. A text on a
        number level may say all three, on lines of their own: ``345``, ``600.5``, ``LUC``.
    snap_m : float
        A line that ends nearer than this to another is taken to meet it (units of the file).
    area_share : float
        Stated areas may differ from the drawn one by this share.
    sheet : str
        Map sheet of the whole drawing.
    unlabelled : {"keep", "leave_out"}
        What becomes of a polygon without a number: roads and canals have none.
    """

    boundary: tuple[str, ...] = ("10", "23", "31", "32")
    number: tuple[str, ...] = ("13",)
    land: tuple[str, ...] = ("2",)
    area: tuple[str, ...] = ("4",)
    snap_m: float = 0.02
    area_share: float = 0.01
    sheet: str = ""
    unlabelled: str = "keep"


def configured(path: Path | None, drawing: Path) -> Lines | None:
    """Return what a TOML file says of a drawing: the one named, else ``DRAWING.linework.toml`` beside it.

    Parameters
    ----------
    path : Path, optional
    drawing : Path

    Returns
    -------
    Lines or None
        None when there is no such file: then a drawing is read as lines only where it has no polygons.

    Raises
    ------
    FileMissing, FileUnreadable
    UsageError
        For a key or a value the table ``[linework]`` does not have.
    """
    beside = drawing.with_name(f"{drawing.stem}.linework.toml")
    if path is None and not beside.is_file():
        return None
    file = path or beside
    if not file.is_file():
        raise FileMissing(path=file)
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FileUnreadable(path=file, why=str(error)) from error
    return _lines(file, table.get("linework", table))


def _lines(file: Path, table: Mapping[str, Any]) -> Lines:
    known = {field.name: str(field.type) for field in dataclasses.fields(Lines)}
    values: dict[str, Any] = {}
    for key, value in table.items():
        fits = _FITS.get(known.get(key, ""))
        if fits is None or (made := fits(value)) is None or (key == "unlabelled" and made not in ("keep", "leave_out")):
            raise UsageError(
                why=Reason("linework_key", "{path}: {key} = {value} is not understood; the keys are {keys}", path=file, key=key,
                           value=str(value)[:60], keys=", ".join(known))
            )  # fmt: skip
        values[key] = made
    return Lines(**values)


def _levels(value: Any) -> tuple[str, ...] | None:
    given = value if isinstance(value, list) else [value]
    return tuple(map(str, given)) if all(isinstance(v, str | int) and not isinstance(v, bool) for v in given) else None


_FITS: Mapping[str, Callable[[Any], Any]] = {
    "tuple[str, ...]": _levels,
    "float": lambda v: float(v) if isinstance(v, int | float) and not isinstance(v, bool) and 0 <= v < 100 else None,
    "str": lambda v: str(v) if isinstance(v, str | int) and not isinstance(v, bool) else None,
}


def wanted(frame: gpd.GeoDataFrame, form: str, told: Lines | None) -> Lines | None:
    """Return how to read a drawing as line work; None when it holds its parcels as polygons.

    Without being told, a drawing is line work when its boundary levels hold lines and it has no polygons there.
    """
    if form not in LEVELS or LEVELS[form] not in frame.columns:
        return None
    if told is not None:
        return told
    lines = Lines()
    kinds = shapely.get_type_id(frame.geometry.values)[_on(frame, form, lines.boundary)]
    return lines if np.isin(kinds, (1, 5)).any() and not np.isin(kinds, (3, 6)).any() else None


def _on(frame: gpd.GeoDataFrame, form: str, levels: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.isin(frame[LEVELS[form]].astype("string").fillna("").to_numpy(dtype=str), levels)


def polygons(path: Path, frame: gpd.GeoDataFrame, form: str, lines: Lines) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Build parcels from a drawing.

    Parameters
    ----------
    path : Path
        For messages.
    frame : GeoDataFrame
        Elements as the file has them.
    form : str
        Name of the format: a key of :data:`LEVELS`.
    lines : Lines

    Returns
    -------
    (GeoDataFrame, list of Finding)
        Columns ``SHBANDO``, ``SHTHUA``, ``KHLOAIDAT``, ``DIENTICH``; one polygon a row, without CRS. A polygon
        with no number or with several has an empty one.

    Raises
    ------
    FileEmpty
        When the boundary levels hold nothing, or nothing on them closes.

    Notes
    -----
    Lines are cut where they cross (GEOS unary union, n log n), free ends are drawn on to the line they miss by no
    more than ``snap_m``, and the faces are read off (GEOS polygonize).
    """
    bounds, nowhere = _outlines(np.asarray(frame.geometry.values)[_on(frame, form, lines.boundary)])
    if not len(bounds):
        raise FileEmpty(path=path, what=f"lines on the levels {', '.join(lines.boundary)}")
    faces, findings = nodes.faces(bounds, lines.snap_m)
    if not len(faces):
        raise FileEmpty(path=path, what="closed boundaries")
    texts = _texts(frame, form, lines)
    read, said = labels.join(faces, texts, lines.area_share)
    keep = np.array([bool(label.number) or bool(label.several) or lines.unlabelled == "keep" for label in read], dtype=bool)
    made = gpd.GeoDataFrame(
        {
            NAMES["sheet"]: [lines.sheet] * len(faces),
            NAMES["parcel"]: [label.number for label in read],
            NAMES["land"]: [label.land for label in read],
            NAMES["area"]: [label.area_m2 for label in read],
        },
        geometry=faces,
    )
    notes = [Finding("built_from_lines", Severity.INFO, facts={
        "count": len(faces), "levels": ", ".join(lines.boundary), "snap_m": lines.snap_m})]  # fmt: skip
    if nowhere:
        notes.append(Finding("lines_nowhere", Severity.WARNING, facts={"count": nowhere}))
    if not keep.all():
        notes.append(Finding("unlabelled_left_out", Severity.WARNING, facts={"count": int((~keep).sum())}))
    if not lines.sheet:
        notes.append(Finding("sheet_untold", Severity.WARNING))
    return made[keep].reset_index(drop=True), [*notes, *findings, *said]


def _outlines(shapes: Shapes) -> tuple[Shapes, int]:
    """Return lines and outlines of polygons as single lines in two dimensions, and how many elements lie nowhere."""
    there = shapes[~shapely.is_missing(shapes)]
    points, owner = shapely.get_coordinates(there, return_index=True)
    lost = np.unique(owner[~(np.abs(points) < FARTHEST_M).all(axis=1)])
    flat = shapely.get_parts(shapely.force_2d(np.delete(there, lost)))
    kinds = shapely.get_type_id(flat)
    drawn = np.concatenate([flat[np.isin(kinds, (1, 2))], shapely.get_parts(shapely.boundary(flat[kinds == 3]))])
    sound: Shapes = drawn[shapely.length(drawn) > 0]
    return sound, len(lost)


def _texts(frame: gpd.GeoDataFrame, form: str, lines: Lines) -> list[labels.Text]:
    """Return the texts on the label levels with their place and what they may say."""
    shapes = np.asarray(frame.geometry.values)
    if "Text" not in frame.columns:
        return []
    found = []
    for role, levels in (("number", lines.number), ("land", lines.land), ("area", lines.area)):
        for at in np.flatnonzero(_on(frame, form, levels) & (shapely.get_type_id(shapes) == 0)):
            text = frame["Text"].iloc[at]
            if isinstance(text, str) and text.strip() and not shapely.is_empty(shapes[at]):
                found.append(labels.Text(role, re.sub(r"\\P", "\n", text[:MOST_TEXT]), shapes[at]))
    return found
