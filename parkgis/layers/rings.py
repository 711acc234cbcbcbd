"""Rings out of lists of corners: several a parcel, holes in it, closed or not; what does not fit is a finding."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

import shapely

from parkgis.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SAME_M = 0.001
"""Corners nearer than this are one: lists are written to the millimetre."""
SIDE_M = 0.05
"""A side may differ from its stated length by the rounding of two corners and of itself, and by a survey's own error."""


@dataclasses.dataclass(frozen=True, slots=True)
class Corner:
    """One row of a list of corners.

    Attributes
    ----------
    row : int
        As the program that made the list numbers it.
    east, north : float or None
        None when the cell holds no number that can be read without guessing.
    point, ring : str
        Number of the corner, and of its ring; empty when not given.
    side_m : float or None
        Stated length of the side that begins here.
    gap : bool
        A row without coordinates stands before it.
    cells : sequence
        The row itself.
    """

    row: int
    east: float | None
    north: float | None
    point: str = ""
    ring: str = ""
    side_m: float | None = None
    gap: bool = False
    cells: Sequence[Any] = ()


def drawn(corners: Sequence[Corner], where: str, parcel: str) -> tuple[shapely.Geometry | None, list[Finding]]:
    """Return the polygon that corners draw in the order they are listed, and what is odd about them.

    Parameters
    ----------
    corners : sequence of Corner
        Of one parcel.
    where : str
        File, sheet and first row.
    parcel : str
        For messages.

    Returns
    -------
    (Polygon or MultiPolygon or None, list of Finding)
        (easting, northing). None when a corner is unread or a ring has fewer than three: a parcel with a corner
        left out would be another parcel.
    """
    unread = [corner.row for corner in corners if corner.east is None or corner.north is None]
    if unread:
        facts = {"parcel": parcel, "row": unread[0], "count": len(unread)}
        return None, [Finding("corner_unread", Severity.ERROR, where=where, facts=facts)]
    found, findings = [], []
    for ring in _rings(corners):
        findings += [*_order(ring, where, parcel), *_sides(ring, where, parcel)]
        line = _open(ring)
        if len({(c.east, c.north) for c in line}) < 3:
            facts = {"parcel": parcel, "row": ring[0].row, "count": len(line)}
            return None, [*findings, Finding("ring_short", Severity.ERROR, where=where, facts=facts)]
        found.append(shapely.Polygon([_at(c) for c in line]))
    return _nested(found), findings


def closes(corners: Sequence[Corner]) -> bool:
    """Tell whether the last ring of a list comes back to its first corner."""
    last = list(_rings(corners))[-1]
    return len(last) > 3 and _same(last[0], last[-1])


def _rings(corners: Sequence[Corner]) -> Iterator[list[Corner]]:
    """Cut corners into rings: by the ring column, an empty row, or a ring that closed itself."""
    ring: list[Corner] = []
    for corner in corners:
        closed = len(ring) > 3 and _same(ring[0], ring[-1])
        if ring and (corner.gap or closed or (corner.ring and corner.ring != ring[0].ring)):
            yield ring
            ring = []
        ring.append(corner)
    if ring:
        yield ring


def _same(one: Corner, other: Corner) -> bool:
    return math.dist(_at(one), _at(other)) <= SAME_M


def _at(corner: Corner) -> tuple[float, float]:
    return corner.east or 0.0, corner.north or 0.0


def _open(ring: Sequence[Corner]) -> Sequence[Corner]:
    return ring[:-1] if len(ring) > 3 and _same(ring[0], ring[-1]) else ring


def _order(ring: Sequence[Corner], where: str, parcel: str) -> Iterator[Finding]:
    """Corners are numbered along the ring; a number that goes back or comes twice is out of its place."""
    line = _open(ring)
    numbers = [int(c.point) for c in line if c.point.isascii() and c.point.isdigit() and len(c.point) < 10]
    if len(numbers) < len(line):
        return
    wrong = [line[i].row for i in range(1, len(line)) if numbers[i] <= numbers[i - 1]]
    backwards = numbers == sorted(numbers, reverse=True) and len(set(numbers)) == len(numbers)
    round_once = len(wrong) == 1 and numbers[-1] < numbers[0] and len(set(numbers)) == len(numbers)  # 4 5 6 1 2 3
    if wrong and not backwards and not round_once:
        facts = {"parcel": parcel, "row": wrong[0], "count": len(wrong)}
        yield Finding("corner_order", Severity.WARNING, where=where, facts=facts)


def _sides(ring: Sequence[Corner], where: str, parcel: str) -> Iterator[Finding]:
    line = _open(ring)
    pairs = [(c, math.dist(_at(c), _at(line[(i + 1) % len(line)]))) for i, c in enumerate(line) if c.side_m]
    wrong = [(c, measured) for c, measured in pairs if abs(measured - (c.side_m or 0.0)) > SIDE_M]
    if wrong:
        corner, measured = wrong[0]
        facts = {"parcel": parcel, "row": corner.row, "count": len(wrong), "stated_m": corner.side_m, "measured_m": measured}
        yield Finding("corner_side", Severity.WARNING, where=where, facts=facts)


def _nested(polygons: Sequence[shapely.Polygon]) -> shapely.Geometry:
    """Make rings inside another its holes, and rings apart from it parts of their own; the order does not matter."""
    shells: list[shapely.Polygon] = []
    holes: list[list[shapely.Polygon]] = []
    for polygon in sorted(polygons, key=lambda p: -p.area):
        inside = next((i for i, shell in enumerate(shells) if _within(polygon, shell)), None)
        if inside is None or any(_within(polygon, hole) for hole in holes[inside]):
            shells.append(polygon)
            holes.append([])
        else:
            holes[inside].append(polygon)
    parts = [shapely.Polygon(s.exterior, [h.exterior for h in own]) for s, own in zip(shells, holes, strict=True)]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _within(inner: shapely.Polygon, outer: shapely.Polygon) -> bool:
    """Tell whether a ring lies in another, by a point inside it: rings that cross are the door's to judge."""
    return bool(outer.is_valid and inner.is_valid and outer.contains(inner.representative_point()))
