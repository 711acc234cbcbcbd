"""Checks of a parcel frame, each frame -> findings; a check is an entry in a tuple, not a branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from parkgis.model import Finding, Severity
from parkgis.rules import land_codes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import geopandas as gpd

SHOWN = 5  # rows named in one finding
SLIVER_M2 = 0.01  # overlaps below this are the noise of a millimetre grid
TOLERANCE_PARCEL = 0.01

Shapes = npt.NDArray[np.object_]


def listed(rows: npt.NDArray[np.intp] | Sequence[int]) -> str:
    """Name some rows, counted from 1 as a person counts."""
    shown = ", ".join(str(int(row) + 1) for row in rows[:SHOWN])
    return shown + (", …" if len(rows) > SHOWN else "")


# -- before a frame is taken in: each of these is refused unless its code is accepted ----------------------


def _empty(frame: gpd.GeoDataFrame) -> Iterator[Finding]:
    rows = np.flatnonzero(shapely.is_missing(frame.geometry.values) | shapely.is_empty(frame.geometry.values))
    if len(rows):
        yield Finding(
            "geometry_empty", Severity.ERROR, where=f"row {rows[0] + 1}", facts={"count": len(rows), "rows": listed(rows)}
        )


def _type(frame: gpd.GeoDataFrame) -> Iterator[Finding]:
    shapes = frame.geometry.values
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    rows = np.flatnonzero(there & ~np.isin(shapely.get_type_id(shapes), (3, 6)))  # Polygon, MultiPolygon
    if len(rows):
        facts = {"count": len(rows), "type": shapes[rows[0]].geom_type, "rows": listed(rows)}
        yield Finding("geometry_type", Severity.ERROR, where=f"row {rows[0] + 1}", facts=facts)


def _invalid(frame: gpd.GeoDataFrame) -> Iterator[Finding]:
    shapes = frame.geometry.values
    rows = np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_valid(shapes))
    if len(rows):
        facts = {"count": len(rows), "rows": listed(rows), "example": shapely.is_valid_reason(shapes[rows[0]])}
        yield Finding("geometry_invalid", Severity.ERROR, where=f"row {rows[0] + 1}", facts=facts)


def _key_incomplete(frame: gpd.GeoDataFrame) -> Iterator[Finding]:
    bad = (frame["sheet"] == "") | (frame["parcel"] == "")
    for column in ("commune", "sheet", "parcel"):
        bad |= frame[column].str.contains("/", regex=False)  # the separator of a key
    rows = np.flatnonzero(bad)
    if len(rows):
        yield Finding(
            "key_incomplete", Severity.ERROR, where=f"row {rows[0] + 1}", facts={"count": len(rows), "rows": listed(rows)}
        )


def _key_duplicate(frame: gpd.GeoDataFrame) -> Iterator[Finding]:
    keys = frame["commune"] + "/" + frame["sheet"] + "/" + frame["parcel"]
    complete = (frame["sheet"] != "") & (frame["parcel"] != "")
    again = complete & keys.duplicated(keep=False)
    rows = np.flatnonzero(again)
    if len(rows):
        facts = {"count": len(rows), "example": keys[again].iloc[0], "rows": listed(rows)}
        yield Finding("key_duplicate", Severity.ERROR, where=f"row {rows[0] + 1}", facts=facts)


AT_THE_DOOR: tuple[Callable[[gpd.GeoDataFrame], Iterator[Finding]], ...] = (
    _empty,
    _type,
    _invalid,
    _key_incomplete,
    _key_duplicate,
)


# -- of a frame that holds to frames.PARCELS ---------------------------------------------------------------


def overlapping(shapes: Shapes) -> tuple[npt.NDArray[np.bool_], float, tuple[int, int] | None]:
    """Find parcels that overlap another one.

    Parameters
    ----------
    shapes : ndarray of valid polygons, shape (n,)
        Metres.

    Returns
    -------
    mask : ndarray of bool, shape (n,)
    area_m2 : float
        Sum of the pairwise overlaps.
    example : (int, int) or None
        Rows of the largest overlap.

    Notes
    -----
    ``coverage_invalid_edges`` flags the suspects in one pass; it misses corner slivers, so the suspects'
    neighbours are looked at too, and only suspects are intersected. 100,000 clean parcels: one pass.
    """
    mask = np.zeros(len(shapes), bool)
    if len(shapes) < 2:
        return mask, 0.0, None
    suspects = np.flatnonzero(~shapely.is_empty(shapely.coverage_invalid_edges(shapes)))
    if not len(suspects):
        return mask, 0.0, None
    left, right = shapely.STRtree(shapes).query(shapes[suspects], predicate="intersects")
    left = suspects[left]
    apart = left != right
    pairs = np.unique(np.sort(np.column_stack([left[apart], right[apart]]), axis=1), axis=0)
    areas = shapely.area(shapely.intersection(shapes[pairs[:, 0]], shapes[pairs[:, 1]]))
    real = areas > SLIVER_M2
    if not real.any():
        return mask, 0.0, None
    mask[pairs[real].ravel()] = True
    worst = pairs[int(areas.argmax())]
    return mask, float(areas[real].sum()), (int(worst[0]), int(worst[1]))


def _overlap(frame: gpd.GeoDataFrame) -> Iterator[Finding]:
    shapes = shapely.make_valid(frame.geometry.values, method="structure")
    mask, area, example = overlapping(np.asarray(shapes))
    if example:
        keys = " – ".join(frame["key"].iloc[list(example)])
        yield Finding("overlap", Severity.WARNING, where=keys, facts={"count": int(mask.sum()), "area_m2": area, "example": keys})


def _boundary(frame: gpd.GeoDataFrame) -> Iterator[Finding]:
    inside = frame["area_in_m2"]
    outside = inside <= SLIVER_M2
    crosses = ~outside & (inside < frame["area_grid_m2"] - SLIVER_M2)
    if outside.any():
        facts = {
            "count": int(outside.sum()),
            "area_m2": float(frame.loc[outside, "area_grid_m2"].sum()),
            "example": frame.loc[outside, "key"].iloc[0],
        }
        yield Finding("outside_boundary", Severity.WARNING, where=facts["example"], facts=facts)
    if crosses.any():
        yield Finding(
            "crosses_boundary", Severity.INFO, where=frame.loc[crosses, "key"].iloc[0], facts={"count": int(crosses.sum())}
        )


def _area_differs(frame: gpd.GeoDataFrame) -> Iterator[Finding]:
    stated = frame["area_document_m2"]
    missing = int(stated.isna().sum())
    if missing:
        yield Finding("document_area_missing", Severity.INFO, facts={"count": missing})
    off = (stated - frame["area_grid_m2"]).abs() > TOLERANCE_PARCEL * frame["area_grid_m2"]
    if off.any():
        example = frame.loc[off, "key"].iloc[0]
        facts = {"count": int(off.sum()), "example": example, "tolerance": f"{TOLERANCE_PARCEL:.0%}"}
        yield Finding("area_differs", Severity.WARNING, where=example, facts=facts)


def _land_codes(frame: gpd.GeoDataFrame) -> Iterator[Finding]:
    known = {code.code for code in land_codes()}
    written = pd.Series(frame["land_use"].unique())
    unknown = [text for text in written if text and not set(text.replace(" ", "").split("+")) <= known]
    if unknown:
        shown = ", ".join(sorted(unknown)[:SHOWN]) + (", …" if len(unknown) > SHOWN else "")
        yield Finding("land_code_unknown", Severity.WARNING, facts={"codes": shown})


CHECKS: tuple[Callable[[gpd.GeoDataFrame], Iterator[Finding]], ...] = (_overlap, _boundary, _area_differs, _land_codes)


def look(frame: gpd.GeoDataFrame, checks: Sequence[Callable[[gpd.GeoDataFrame], Iterator[Finding]]]) -> tuple[Finding, ...]:
    """Run checks over a frame; nothing is changed."""
    return tuple(finding for check in checks for finding in check(frame))
