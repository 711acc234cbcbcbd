"""Faces of a net of lines, and the places where the net does not close."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from parkgis.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

Shapes = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]

SPECK_M2 = 1e-3
"""Faces smaller than this are where two drawings of one line part, not parcels."""
REACH = 50  # times the tolerance within which the other end of a gap is looked for
NAMED = 5  # places named in a finding


def faces(lines: Shapes, snap_m: float) -> tuple[Shapes, list[Finding]]:
    """Return the faces lines enclose, from north to south, and where they fail to close.

    Parameters
    ----------
    lines : array of LineString
        Two dimensions, finite, metres.
    snap_m : float
        Free ends nearer than this to a line are drawn on to it; longer ones are findings.

    Returns
    -------
    (array of Polygon, list of Finding)
        ``lines_snapped`` (info), ``lines_dangling`` (error: a line ends in the open, with the gap to the nearest
        other free end), ``faces_specks`` (info), ``faces_invalid``.
    """
    net = _noded(lines)
    bridges = _bridges(net, snap_m)
    if len(bridges):
        net = _noded(np.concatenate([net, bridges]))
    net, trimmed = _trimmed(net, snap_m)
    found, cuts, _, invalid = (shapely.get_parts(part) for part in shapely.polygonize_full(net))
    large = shapely.area(found) > SPECK_M2
    kept = _ordered(found[large])
    findings: list[Finding] = []
    facts: dict[str, Any]
    if len(bridges) or trimmed:
        facts = {"count": len(bridges), "trimmed": trimmed, "snap_m": snap_m}
        findings.append(Finding("lines_snapped", Severity.INFO, facts=facts))
    if not large.all():
        findings.append(Finding("faces_specks", Severity.INFO, facts={"count": int((~large).sum())}))
    findings += _open_ends(net, snap_m)
    if len(invalid):
        facts = {"count": len(invalid), "places": _places(shapely.get_coordinates(shapely.get_point(invalid, 0)))}
        findings.append(Finding("rings_crossing", Severity.WARNING, where=first_place(facts), facts=facts))
    if len(cuts):
        facts = {"count": len(cuts), "places": _places(shapely.get_coordinates(shapely.get_point(cuts, 0)))}
        findings.append(Finding("lines_bridging", Severity.INFO, where=first_place(facts), facts=facts))
    return kept, findings


def _noded(lines: Shapes) -> Shapes:
    """Cut lines where they cross, drop repetitions, join what runs on."""
    merged = shapely.line_merge(shapely.union_all(lines))
    parts: Shapes = shapely.get_parts(merged)
    whole: Shapes = parts[shapely.get_type_id(parts) == 1]
    return whole


def _ordered(found: Shapes) -> Shapes:
    """Sort faces as a cadastre numbers them, north to south and west to east: the order of GEOS is nobody's."""
    bounds = shapely.bounds(found).reshape(-1, 4)
    ordered: Shapes = found[np.lexsort((bounds[:, 1], bounds[:, 0], -bounds[:, 3]))]
    return ordered


def _ends(net: Shapes) -> tuple[Floats, npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return coordinates of free ends, the line each belongs to, and which end it is (0 first, -1 last)."""
    open_ = ~shapely.is_closed(net)
    at = np.flatnonzero(open_)
    points = np.concatenate([shapely.get_coordinates(shapely.get_point(net[at], side)) for side in (0, -1)])
    line, side = np.concatenate([at, at]), np.repeat([0, -1], len(at))
    knots = shapely.get_coordinates(shapely.get_point(net[~open_], 0))
    _, which, times = np.unique(np.concatenate([points, knots, knots]), axis=0, return_inverse=True, return_counts=True)
    free = times[which.ravel()[: len(points)]] == 1
    return points[free], line[free], side[free]


def _bridges(net: Shapes, snap_m: float) -> Shapes:
    """Return a short line from each free end across the line it fails to meet, where it misses by little."""
    points, owner, _ = _ends(net)
    if not len(points) or snap_m <= 0:
        return np.empty(0, dtype=object)
    ends = np.asarray(shapely.points(points))
    end, near = shapely.STRtree(net).query(ends, predicate="dwithin", distance=snap_m)
    target = shapely.get_coordinates(_targets(ends[end], net[near], points[end], same=owner[end] == near))
    gap = np.hypot(*(target - points[end]).T)
    real = (gap > 0) & (gap <= snap_m)  # of its own line an end is given the other end, however far
    end, target, gap = end[real], target[real], gap[real]
    order = np.lexsort((gap, end))
    first = np.unique(end[order], return_index=True)[1]
    end, target = end[order][first], target[order][first]
    beyond = target + (target - points[end]) * 0.5  # across the line, so that the cut between them is certain
    return np.asarray(shapely.linestrings(np.stack([points[end], target, beyond], axis=1)))


def _targets(ends: Shapes, lines: Shapes, points: Floats, *, same: npt.NDArray[np.bool_]) -> Shapes:
    """Return the nearest point of each line; of the end's own line the other end, if it is the ring's gap."""
    target = shapely.line_interpolate_point(lines, shapely.line_locate_point(lines, ends))
    first, last = shapely.get_point(lines, 0), shapely.get_point(lines, -1)
    own = np.where((shapely.get_coordinates(first) == points).all(axis=1), last, first)
    return np.where(same, own, target)


def _trimmed(net: Shapes, snap_m: float) -> tuple[Shapes, int]:
    """Leave out loose pieces no longer than the tolerance: what overshoots a line it meets."""
    _, owner, _ = _ends(net)
    loose = np.zeros(len(net), bool)
    loose[owner] = True
    short = loose & (shapely.length(net) <= snap_m)
    return net[~short], int(short.sum())


def _open_ends(net: Shapes, snap_m: float) -> list[Finding]:
    points, owner, _ = _ends(net)
    if not len(points):
        return []
    gaps = _gaps(points, max(snap_m, 0.01) * REACH)
    facts: dict[str, Any] = {"count": len(points), "length_m": float(shapely.length(net[np.unique(owner)]).sum())}
    facts |= {"places": _places(points), "gaps": int(np.isfinite(gaps).sum())}
    facts |= {"gap_m": float(gaps[np.isfinite(gaps)].max()) if np.isfinite(gaps).any() else None}
    return [Finding("lines_dangling", Severity.WARNING, where=first_place(facts), facts=facts)]


def _gaps(points: Floats, reach_m: float) -> Floats:
    """Return the distance from each free end to the nearest other; infinite when none is near."""
    found = np.full(len(points), np.inf)
    shapes = np.asarray(shapely.points(points))
    left, right = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=reach_m)
    other = left != right
    np.minimum.at(found, left[other], shapely.distance(shapes[left[other]], shapes[right[other]]))
    return found


def first_place(facts: Mapping[str, Any]) -> str:
    """Return the first of the places a finding names: where to look."""
    return str(facts.get("places", "")).split("; ")[0].removesuffix(" …")


def _places(points: Floats) -> str:
    """Name some places as (easting, northing) of the file."""
    shown = "; ".join(f"({x:.2f}, {y:.2f})" for x, y in points[np.lexsort((points[:, 0], -points[:, 1]))][:NAMED])
    return f"{shown} …" if len(points) > NAMED else shown
