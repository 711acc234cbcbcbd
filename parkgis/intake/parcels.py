"""Make a checked parcel frame out of a file as it came: keys, areas, membership, each computed once."""

from __future__ import annotations

import functools
import importlib.resources
import tomllib
import unicodedata
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from parkgis import crs
from parkgis.errors import FieldMissing, InputError, InputRefused, Reason, UsageError
from parkgis.frames import PARCELS, check
from parkgis.layers.holders import Person
from parkgis.layers.quality import AT_THE_DOOR, look, overlapping
from parkgis.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import pyproj
    from shapely.geometry.base import BaseGeometry

    from parkgis.layers.read import Incoming

ROLES = ("sheet", "parcel", "area", "land", "commune")
NEEDED = ("sheet", "parcel")
PRIVATE = ("holder", "id_number")
"""Roles that are taken only when told, and whose values never reach a layer (:mod:`parkgis.layers.holders`)."""

Floats = npt.NDArray[np.float64]
Shapes = npt.NDArray[np.object_]


@functools.cache
def _aliases() -> Mapping[str, list[str]]:
    text = importlib.resources.files("parkgis.rules").joinpath("fields.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def match_fields(incoming: Incoming, told: Mapping[str, str]) -> dict[str, str]:
    """Return which column plays which role: as told, else by the trade's usual names.

    Raises
    ------
    UsageError
        For a role that does not exist or a column that is not there.
    FieldMissing
        When sheet or parcel number has no column.
    """
    columns = [str(c) for c in incoming.frame.columns if c != incoming.frame.geometry.name]
    for role, column in told.items():
        if role not in (*ROLES, *PRIVATE):
            roles = ", ".join((*ROLES, *PRIVATE))
            raise UsageError(
                why=Reason("field_role", "--field {role}={column}: the roles are {roles}", role=role, column=column, roles=roles)
            )
        if column not in columns:
            raise UsageError(
                why=Reason(
                    "field_column",
                    "--field {role}={column}: {path} has the columns {columns}",
                    role=role,
                    column=column,
                    path=incoming.path,
                    columns=", ".join(columns),
                )
            )
    by_name = {column.lower(): column for column in columns}
    found = dict(told)
    for role in ROLES:
        alias = next((name for name in _aliases()[role] if name in by_name), None)
        if role not in found and alias:
            found[role] = by_name[alias]
        if role not in found and role in NEEDED:
            raise FieldMissing(path=incoming.path, role=role, columns=", ".join(columns))
    return found


def looks_personal(column: str) -> bool:
    """Tell whether a column's name says that it holds names, ID numbers or the like.

    Examples
    --------
    >>> looks_personal("Tên chủ"), looks_personal("SO_CCCD"), looks_personal("SHTHUA")
    (True, True, False)
    """
    bare = unicodedata.normalize("NFD", column.lower().replace("đ", "d"))
    return "".join(letter for letter in bare if letter.isascii() and letter.isalnum()) in _aliases()["personal"]


def misused(fields: Mapping[str, str], severity: Severity) -> list[Finding]:
    """Find columns that look personal but play a role whose values go into the layer, for everybody to read."""
    wrong = [(role, column) for role, column in fields.items() if role not in PRIVATE and looks_personal(column)]
    return [Finding("personal_column", severity, where=column, facts={"column": column, "role": role}) for role, column in wrong]


def people(frame: gpd.GeoDataFrame) -> list[Person]:
    """Return who holds each parcel, as told by ``--field holder=`` and ``--field id_number=``; empty where nothing was."""
    given = [frame[role] if (role := f"private_{name}") in frame else None for name in PRIVATE]
    if all(column is None for column in given):
        return []
    blank = [""] * len(frame)
    return [Person(*both) for both in zip(*(blank if column is None else column for column in given), strict=True)]


def _text(values: pd.Series) -> pd.Series:
    """Write numbers as a person does (``1``, not ``1.0``), text in NFC without blanks around it."""
    if values.dtype.kind in "fiu":
        whole = values.dropna()
        if len(whole) and bool((whole == np.floor(whole)).all()):
            return values.astype("Int64").astype("string").fillna("").astype(object)
    written = values.astype("string").fillna("").str.strip()
    return pd.Series([unicodedata.normalize("NFC", text) for text in written], index=values.index, dtype=object)


def _areas(incoming: Incoming, fields: Mapping[str, str]) -> Floats:
    if "area" not in fields:
        return np.full(len(incoming.frame), np.nan)
    try:
        return np.asarray(pd.to_numeric(incoming.frame[fields["area"]]).to_numpy(dtype=np.float64, na_value=np.nan))
    except (ValueError, TypeError) as error:
        raise InputError(
            path=incoming.path,
            why=Reason(
                "area_column",
                "column {column}: {error}; name the area column with --field area=COLUMN",
                column=fields["area"],
                error=str(error),
            ),
        ) from error


def labelled(incoming: Incoming, fields: Mapping[str, str]) -> gpd.GeoDataFrame:
    """Return the file's shapes with the columns of a parcel layer, in the file's own system and order."""
    frame = incoming.frame
    empty = pd.Series([""] * len(frame), index=frame.index, dtype=object)
    columns = {role: _text(frame[fields[role]]) if role in fields else empty for role in ("commune", "sheet", "parcel", "land")}
    return gpd.GeoDataFrame(
        {
            "commune": columns["commune"],
            "sheet": columns["sheet"],
            "parcel": columns["parcel"],
            "land_use": columns["land"],
            "holder": empty,  # a pseudonym comes here; names and ID numbers never do
            "area_document_m2": _areas(incoming, fields),
            **{f"private_{role}": _text(frame[fields[role]]) for role in PRIVATE if role in fields},
        },
        geometry=shapely.force_2d(frame.geometry.values),
        crs=frame.crs,
    ).reset_index(drop=True)


def admit(frame: gpd.GeoDataFrame, path: object, accepted: Collection[str]) -> tuple[gpd.GeoDataFrame, tuple[Finding, ...]]:
    """Refuse a frame with findings at the door, unless each was accepted by its code.

    Accepted rows stay: an invalid ring is kept as it is and measured by its mended copy; a repeated key gets
    ``#1``, ``#2`` behind it, so that no entry can mean it by accident; an incomplete key gets ``?row``. Only
    rows without any polygon are left out, and named.

    Raises
    ------
    InputRefused
    """
    findings = look(frame, AT_THE_DOOR)
    refused = [f for f in findings if f.severity is Severity.ERROR and f.code not in accepted]
    if refused:
        raise InputRefused(refused, path=path)
    shapes = frame.geometry.values
    frame = frame[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes) & np.isin(shapely.get_type_id(shapes), (3, 6))].copy()
    frame["key"] = _keys(frame)
    return frame.reset_index(drop=True), findings


def _keys(frame: gpd.GeoDataFrame) -> pd.Series:
    clean = frame[["commune", "sheet", "parcel"]].apply(lambda column: column.str.replace("/", "∕", regex=False))
    keys = clean["commune"] + "/" + clean["sheet"] + "/" + clean["parcel"]
    incomplete = (frame["sheet"] == "") | (frame["parcel"] == "")
    keys = keys.where(~incomplete, keys + "?" + pd.Series(frame.index + 1, index=frame.index).astype(str))
    again = keys.duplicated(keep=False)
    numbered: pd.Series = keys.where(~again, keys + "#" + (keys.groupby(keys).cumcount() + 1).astype(str))
    return numbered


def measure(
    frame: gpd.GeoDataFrame, source: pyproj.CRS, legal: str, fence: BaseGeometry | None, *, swapped: bool
) -> gpd.GeoDataFrame:
    """Bring parcels into the legal grid and compute what status will only read.

    Parameters
    ----------
    frame : GeoDataFrame
        From :func:`admit`.
    source : pyproj.CRS
        The system its coordinates are in.
    legal : str
        The VN-2000 grid areas are legal in.
    fence : BaseGeometry or None
        Surveyed boundary of the project, legal grid.
    swapped : bool
        x is the northing.

    Returns
    -------
    GeoDataFrame
        Holding to :data:`parkgis.frames.PARCELS`, sorted by key. Rings of a legal-grid file are not touched.
    """
    shapes = to_legal(np.asarray(frame.geometry.values), source, legal, swapped=swapped)
    valid = shapely.is_valid(shapes)
    sound = np.where(valid, shapes, shapely.make_valid(shapes, method="structure"))
    mask, _, _ = overlapping(sound)
    placed = frame.drop(columns="geometry").assign(
        area_grid_m2=shapely.area(sound), area_in_m2=area_inside(sound, fence), irregular=mask | ~valid
    )
    result = gpd.GeoDataFrame(placed, geometry=shapes, crs=legal)
    return check(result.sort_values("key", kind="stable").reset_index(drop=True), PARCELS)


def to_legal(shapes: Shapes, source: pyproj.CRS, legal: str, *, swapped: bool = False) -> Shapes:
    """Bring shapes (two dimensions) into the legal grid; those that are in it already are not touched."""
    if not swapped and source == crs.parse(legal):
        return shapes

    def convert(xy: Floats) -> Floats:
        return crs.convert(np.ascontiguousarray(xy[:, ::-1] if swapped else xy), crs.key(source), legal)

    return np.asarray(shapely.transform(shapes, convert))


def area_inside(shapes: Shapes, fence: BaseGeometry | None) -> Floats:
    """Return the area (m2, grid) of each parcel inside a boundary; only those that cross it are cut.

    Skipping the cut at the boundary is wrong by 1.4 % (1,000,000 parcels) to 14 % (10,000).
    """
    areas: Floats = shapely.area(shapes)
    if fence is None:
        return areas
    shapely.prepare(fence)
    within = shapely.contains_properly(fence, shapes)
    result = np.where(within, areas, 0.0)
    edge = np.flatnonzero(~within)
    edge = edge[shapely.intersects(fence, shapes[edge])]
    result[edge] = shapely.area(shapely.intersection(shapes[edge], fence))
    return result
