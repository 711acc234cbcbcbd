"""Make a checked parcel frame out of a file as it came: keys, areas, membership, each computed once."""

from __future__ import annotations

import functools
import hashlib
import importlib.resources
import tomllib
import unicodedata
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from parkgis import crs
from parkgis.errors import FieldMissing, InputError, InputRefused, Reason, UsageError
from parkgis.frames import PARCELS, check
from parkgis.layers.checks import AT_THE_DOOR, Case, look, overlapping
from parkgis.layers.holders import Person
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
Rows = npt.NDArray[np.intp]


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


TEXT = pd.StringDtype("pyarrow", na_value=np.nan)
"""Text as Arrow keeps it: a million keys are joined, compared and written without a Python object each."""


def _text(values: pd.Series) -> pd.Series:
    """Write numbers as a person does (``1``, not ``1.0``), text in NFC without blanks around it."""
    if values.dtype.kind in "fiu":
        whole = values.dropna()
        if len(whole) and bool((whole == np.floor(whole)).all()):
            values = values.astype("Int64")
    written = values.astype("string").astype(TEXT).fillna("").str.strip()
    return _composed(written)


def _composed(written: pd.Series) -> pd.Series:
    """Return text in NFC; ASCII is, and only what is not is looked at."""
    beyond = ~written.str.isascii()
    if beyond.any():
        known = {text: unicodedata.normalize("NFC", text) for text in written[beyond].unique()}
        written = written.where(~beyond, written[beyond].map(known).astype(TEXT))
    return written


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
    empty = pd.Series("", index=frame.index, dtype=TEXT)
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
        geometry=_flat(np.asarray(frame.geometry.values)),
        crs=frame.crs,
    ).reset_index(drop=True)


def _flat(shapes: Shapes) -> Shapes:
    """Return shapes without heights; a million that have none are not made anew."""
    return np.asarray(shapely.force_2d(shapes)) if shapely.has_z(shapes).any() or shapely.has_m(shapes).any() else shapes


def admit(frame: gpd.GeoDataFrame, path: object, accepted: Collection[str]) -> tuple[gpd.GeoDataFrame, tuple[Finding, ...]]:
    """Refuse a frame with findings at the door, unless each was accepted by its code.

    Accepted rows stay: an invalid ring is kept as it is and measured by its mended copy; a repeated key gets
    ``#1``, ``#2`` behind it, so that no entry can mean it by accident; an incomplete key gets ``?row``. Only
    rows without any polygon are left out, and named.

    Returns
    -------
    (GeoDataFrame, tuple of Finding)
        The frame with ``key`` and ``valid``: to ask a million rings costs as much as to read them, so it is asked once.

    Raises
    ------
    InputRefused
    """
    case = Case(frame)
    findings = look(case, AT_THE_DOOR)
    refused = [f for f in findings if f.severity is Severity.ERROR and f.code not in accepted]
    if refused:
        raise InputRefused(refused, path=path)
    valid = np.ones(len(frame), bool)
    valid[case.broken] = False
    frame = frame.assign(valid=valid)
    whole = case.there & np.isin(shapely.get_type_id(case.shapes), (3, 6))
    frame = frame if whole.all() else frame[whole]
    doubtful = any(f.code.startswith("key_") for f in findings)
    return frame.assign(key=_keys(frame) if doubtful else _plain_keys(frame)).reset_index(drop=True), findings


def _plain_keys(frame: gpd.GeoDataFrame) -> pd.Series:
    """Join keys that were looked at: complete, each there once, without a separator inside."""
    parts = (pa.array(frame[name].array, pa.large_string()) for name in ("commune", "sheet", "parcel"))
    joined: pd.Series = pc.binary_join_element_wise(*parts, pa.scalar("/", pa.large_string())).to_pandas(
        types_mapper=lambda _: TEXT
    )
    return joined.set_axis(frame.index)


def _keys(frame: gpd.GeoDataFrame) -> pd.Series:
    commune, sheet, parcel = (frame[name].str.replace("/", "∕", regex=False) for name in ("commune", "sheet", "parcel"))
    keys: pd.Series = commune + "/" + sheet + "/" + parcel
    incomplete = (frame["sheet"] == "") | (frame["parcel"] == "")
    if incomplete.any():
        keys = keys.where(~incomplete, keys + "?" + pd.Series(frame.index + 1, index=frame.index).astype(TEXT))
    again = keys.duplicated(keep=False)
    if again.any():
        numbered = keys[again] + "#" + (keys[again].groupby(keys[again]).cumcount() + 1).astype(TEXT)
        keys = keys.where(~again, numbered)
    return keys


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
    came = np.asarray(frame.geometry.values)
    shapes = to_legal(came, source, legal, swapped=swapped)
    sound, valid = mended(shapes, frame["valid"].to_numpy() if shapes is came else None)
    areas = np.asarray(shapely.area(sound))
    placed = frame.drop(columns=["geometry", "valid"]).assign(
        area_grid_m2=areas, area_in_m2=area_inside(sound, fence, areas), irregular=overlapping(sound)[0] | ~valid
    )
    result = gpd.GeoDataFrame(placed, geometry=shapes, crs=legal)
    return check(result.sort_values("key", kind="stable").reset_index(drop=True), PARCELS)


def mended(shapes: Shapes, valid: npt.NDArray[np.bool_] | None = None) -> tuple[Shapes, npt.NDArray[np.bool_]]:
    """Return the shapes, invalid ones as their mended copies, and which were valid, where that is not known already."""
    valid = np.asarray(shapely.is_valid(shapes)) if valid is None else valid
    if valid.all():
        return shapes, valid
    sound = shapes.copy()
    sound[~valid] = shapely.make_valid(shapes[~valid], method="structure")
    return sound, valid


def digest(frame: gpd.GeoDataFrame) -> str:
    """Return the SHA-256 of every cell and every corner of a frame: another content, another digest."""
    running = hashlib.sha256()
    for column in frame.columns:
        cells = shapely.to_wkb(frame[column].values) if column == frame.geometry.name else map(repr, frame[column].tolist())
        running.update(hashlib.sha256(b"\x1f".join(c if isinstance(c, bytes) else c.encode() for c in cells)).digest())
    return running.hexdigest()


def to_legal(shapes: Shapes, source: pyproj.CRS, legal: str, *, swapped: bool = False) -> Shapes:
    """Bring shapes (two dimensions) into the legal grid; those that are in it already are not touched."""
    if not swapped and source == crs.parse(legal):
        return shapes

    def convert(xy: Floats) -> Floats:
        return crs.convert(np.ascontiguousarray(xy[:, ::-1] if swapped else xy), crs.key(source), legal)

    return np.asarray(shapely.transform(shapes, convert))


def area_inside(shapes: Shapes, fence: BaseGeometry | None, areas: Floats | None = None) -> Floats:
    """Return the area (m2, grid) of each parcel inside a boundary; only those that cross it are cut.

    Skipping the cut at the boundary is wrong by 1.4 % (1,000,000 parcels) to 14 % (10,000).
    """
    areas = np.asarray(shapely.area(shapes)) if areas is None else areas
    if fence is None:
        return areas
    shapely.prepare(fence)
    within = shapely.contains_properly(fence, shapes)
    result = np.where(within, areas, 0.0)
    edge = np.flatnonzero(~within)
    edge = edge[shapely.intersects(fence, shapes[edge])]
    result[edge] = shapely.area(shapely.intersection(shapes[edge], fence))
    return result
