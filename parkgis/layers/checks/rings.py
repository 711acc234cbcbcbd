"""Checks of one shape at a time: is it there, is it a polygon, are its rings sound, is it a parcel at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import shapely

from parkgis.layers.checks.case import Marks, on_parcels
from parkgis.layers.checks.limits import limit
from parkgis.layers.checks.pairs import mean_width
from parkgis.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parkgis.layers.checks.case import Case
    from parkgis.layers.checks.limits import Ints, Shapes

NESTING = frozenset({"hole_outside", "holes_nested", "shells_nested"})
REASONS = {
    "Self-intersection": "crosses",
    "Ring Self-intersection": "touches",
    "Hole lies outside shell": "hole_outside",
    "Holes are nested": "holes_nested",
    "Nested shells": "shells_nested",
    "Interior is disconnected": "disconnected",
    "Duplicate Rings": "ring_twice",
    "Invalid Coordinate": "coordinate",
    "Too few points in geometry component": "too_few",
    "Ring is not closed": "not_closed",
    "Geometry has too few points": "too_few",
}
"""What GEOS 3.13 says of an invalid shape, as keys of ``words/*/check.toml``; anything else is ``other``."""

_SAID = re.compile(r"^(.*?)\s*\[\s*(\S+)\s+(\S+)\s*\]$")


def empty(case: Case) -> Iterator[Marks]:
    yield from on_parcels(case, "geometry_empty", Severity.ERROR, np.flatnonzero(~case.there))


def kind(case: Case) -> Iterator[Marks]:
    rows = np.flatnonzero(case.there & ~np.isin(shapely.get_type_id(case.shapes), (3, 6)))  # Polygon, MultiPolygon
    if len(rows):
        yield from on_parcels(case, "geometry_type", Severity.ERROR, rows, type=case.shapes[rows[0]].geom_type)


def invalid(case: Case) -> Iterator[Marks]:
    """Find invalid rings, each with GEOS's reason and place; rings nested the wrong way are a finding of their own."""
    rows = case.broken
    if not len(rows):
        return
    said = [str(text) for text in shapely.is_valid_reason(case.shapes[rows])]
    reasons, places = zip(*map(_reason, said), strict=True)
    nested = np.array([reason in NESTING for reason in reasons])
    for code, mask in (("geometry_invalid", ~nested), ("ring_nesting", nested)):
        at = np.flatnonzero(mask)
        if len(at):
            sizes = np.full(len(at), np.nan)
            where = np.array([places[i] for i in at], dtype=object)
            details = {"reason": [reasons[i] for i in at]}
            yield Marks(code, Severity.ERROR, rows[at], where, sizes, details=details, facts={"reason": said[at[0]]})


def _reason(text: str) -> tuple[str, shapely.Point | None]:
    found = _SAID.match(text)
    if found is None:
        return REASONS.get(text, "other"), None
    x, y = float(found[2]), float(found[3])
    return REASONS.get(found[1], "other"), shapely.Point(x, y) if np.isfinite([x, y]).all() else None


def duplicate(case: Case) -> Iterator[Marks]:
    """Find parcels drawn twice: the same rings, wherever they start and whichever way they run."""
    first, again = same_rings(case.sound)
    if len(again):
        sizes = np.asarray(shapely.area(case.sound[again]))
        yield Marks("geometry_duplicate", Severity.WARNING, again, case.sound[again], sizes, "m2", others=first)


def same_rings(shapes: Shapes) -> tuple[Ints, Ints]:
    """Return pairs of rows with the same rings up to start and direction: the first such row, and each later one.

    Only shapes with equal bounds are normalised: in a clean layer none.
    """
    bounds = shapely.bounds(shapes)
    order = np.lexsort(bounds.T)
    twin = np.zeros(len(shapes), bool)
    same = (bounds[order][1:] == bounds[order][:-1]).all(axis=1)  # NaN bounds of the empty equal nothing
    twin[order[1:][same]] = twin[order[:-1][same]] = True
    rows = np.flatnonzero(twin)
    seen: dict[bytes, int] = {}
    pairs = [
        (seen.setdefault(wkb, int(row)), int(row))
        for row, wkb in zip(rows, shapely.to_wkb(shapely.normalize(shapes[rows])), strict=True)
    ]
    found = np.array([pair for pair in pairs if pair[0] != pair[1]], np.intp).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def multipart(case: Case) -> Iterator[Marks]:
    parts = shapely.get_num_geometries(case.shapes)
    rows = np.flatnonzero(parts > 1)
    yield from on_parcels(case, "multipart", Severity.INFO, rows, parts[rows].astype(float))


def tiny(case: Case) -> Iterator[Marks]:
    areas = shapely.area(case.sound)
    rows = np.flatnonzero(case.there & (areas < limit("tiny")))
    yield from on_parcels(case, "parcel_tiny", Severity.INFO, rows, areas[rows], "m2", limit_m2=limit("tiny"))


def sliver(case: Case) -> Iterator[Marks]:
    widths = mean_width(case.sound)
    rows = np.flatnonzero(case.there & (widths < limit("sliver")))
    yield from on_parcels(case, "parcel_sliver", Severity.WARNING, rows, widths[rows], "m", limit_m=limit("sliver"))


def spike(case: Case) -> Iterator[Marks]:
    """Find corners sharper than a person draws, by the length of the shorter of their two sides."""
    rings, row = shapely.get_rings(case.sound[case.there], return_index=True)
    if not len(rings):
        return
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    first = np.flatnonzero(np.r_[True, ring[1:] != ring[:-1]])
    last = np.r_[first[1:], len(ring)] - 1
    before = np.arange(len(xy)) - 1
    before[first] = last - 1  # a ring ends where it starts
    after = np.arange(len(xy)) + 1
    corner = np.ones(len(xy), bool)
    corner[last] = False
    after[last] = 0
    into, out = xy[before] - xy, xy[after] - xy
    sides = np.minimum(np.hypot(*into.T), np.hypot(*out.T))
    turn = np.abs(np.arctan2(into[:, 0] * out[:, 1] - into[:, 1] * out[:, 0], (into * out).sum(axis=1)))
    at = np.flatnonzero(corner & (sides > limit("spike_length")) & (turn < np.radians(limit("spike_angle"))))
    if len(at):
        rows = np.flatnonzero(case.there)[row[ring[at]]]
        details = {"angle_deg": np.degrees(turn[at]).tolist()}
        yield Marks("spike", Severity.WARNING, rows, np.asarray(shapely.points(xy[at])), sides[at], "m", details=details)
