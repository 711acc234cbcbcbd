"""Which corners a map leaves out from afar: a property of the corner itself, so that no gap opens.

Corners where three or more parcels meet always stay. Between them a line is thinned by Douglas and Peucker's
method; neighbours own the same corners and so lose the same ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from parkgis.outputs.webmap.rings import GRID_M

if TYPE_CHECKING:
    import numpy.typing as npt

    from parkgis.outputs.webmap.rings import Ints, Rings

    Longs = npt.NDArray[np.int64]

TOLERANCES_M = (0.5, 2.0, 8.0)
"""A corner of level k leaves the map where half a pixel is wider than ``TOLERANCES_M[k]``; of the last level, never."""


def levels(shapes: Rings, first: Longs, corner: Longs) -> Ints:
    """Return the level of each corner, 0 for the first to go.

    Parameters
    ----------
    shapes : Rings
    first, corner : ndarray of int64
        Where each corner appears first, and the corner of each point (:func:`parkgis.outputs.webmap.corners.weave`).
    """
    found = np.full(len(first), len(TOLERANCES_M), np.int32)
    along, line = _lines(shapes.points.astype(np.int64), corner, len(first))
    between = (np.bincount(line) > 2)[line]  # of two points, none can go
    along, line = along[between], line[between]
    ends = np.append(True, line[1:] != line[:-1])[: len(line)]
    ends[:-1] |= ends[1:]
    ends[-1:] = True
    found[along[~ends]] = 0
    places = np.column_stack([shapes.x[first[along]] * GRID_M, shapes.y[first[along]] * GRID_M, along])
    lines = shapely.linestrings(places, indices=np.unique(line, return_inverse=True)[1]) if len(along) else np.empty(0, object)
    for level, tolerance_m in enumerate(TOLERANCES_M, start=1):
        kept = shapely.get_coordinates(shapely.simplify(lines, tolerance_m, preserve_topology=False), include_z=True)
        stays = kept[:, 2].astype(np.int64)  # its number travels as the third coordinate
        found[stays] = np.maximum(found[stays], level)
    return found


def _lines(size: Longs, corner: Longs, corners: int) -> tuple[Longs, Longs]:
    """Cut rings where other than two lines meet; a ring without such a corner, at its first.

    Returns
    -------
    along, line : ndarray of int64
        Corners along the lines, both ends included, and the line of each.
    """
    ring = np.repeat(np.arange(len(size)), size)
    start = (np.cumsum(size) - size)[ring]
    size = size[ring]
    place = np.arange(len(ring)) - start
    after = start + (place + 1) % np.maximum(size, 1)
    cut = _degree(corner, corner[after], corners)[corner] != 2
    place_of_cut = np.full(ring[-1] + 1 if len(ring) else 0, len(ring))
    np.minimum.at(place_of_cut, ring[cut], place[cut])
    turn = np.where(place_of_cut == len(ring), 0, place_of_cut)[ring]
    turned = start + (place + turn) % np.maximum(size, 1)
    begins = cut[turned] | (place == 0)
    line = np.cumsum(begins) - 1
    last = np.flatnonzero(np.append(begins[1:], True)[: len(line)])
    return np.insert(corner[turned], last + 1, corner[after[turned[last]]]), np.insert(line, last + 1, line[last])


def _degree(one: Longs, other: Longs, corners: int) -> Longs:
    """Return how many different corners each is joined to."""
    edges = np.sort(np.minimum(one, other) * np.int64(corners) + np.maximum(one, other))
    edges = edges[np.append(True, edges[1:] != edges[:-1])[: len(edges)]]  # a fifth of the time of np.unique
    return np.bincount(np.concatenate([edges // max(corners, 1), edges % max(corners, 1)]), minlength=corners)
