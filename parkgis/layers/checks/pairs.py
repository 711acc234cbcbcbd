"""Pairs of parcels that share land.

GEOS's coverage validator looks at every parcel once (``coverage_invalid_edges``). It says which parcels are out of
order, not by how much, and where one coverage lies on another it flags only the rim; so its suspects are intersected
with their neighbours, and so is every parcel whose centre lies in another one.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import shapely

from parkgis.layers.checks.limits import Bools, Floats, Ints, Shapes, limit


@dataclasses.dataclass(frozen=True, eq=False)
class Overlaps:
    """Pairs of parcels that overlap.

    Attributes
    ----------
    left, right : ndarray of int, shape (n,)
        Rows, ``left`` < ``right``; each pair once.
    shapes : ndarray of geometry, shape (n,)
        The land shared.
    areas : ndarray of float64, shape (n,)
        Square metres.
    suspects : ndarray of int
        Rows the coverage validator flagged: out of order with a neighbour, by an overlap or a missing corner.
    """

    left: Ints
    right: Ints
    shapes: Shapes
    areas: Floats
    suspects: Ints


def overlaps(shapes: Shapes, tree: shapely.STRtree | None = None) -> Overlaps:
    """Find every pair of parcels that overlap by more than the noise.

    Parameters
    ----------
    shapes : ndarray of valid polygons, shape (n,)
        Metres; missing and empty ones overlap nothing.
    tree : STRtree, optional
        Over ``shapes``.

    Notes
    -----
    A clean coverage costs one pass of the validator; in others only suspects are intersected.
    """
    suspects = _suspects(shapes)
    if not len(suspects):
        none = np.empty(0, np.intp)
        return Overlaps(none, none, np.empty(0, object), np.empty(0), suspects)
    tree = tree or shapely.STRtree(shapes)
    inside = tree.query(shapely.centroid(shapes), predicate="within")
    stacked = np.union1d(suspects, inside[:, inside[0] != inside[1]].ravel())
    near = tree.query(shapes[stacked], predicate="intersects")
    pairs = np.column_stack([stacked[near[0]], near[1]])
    pairs = np.unique(np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1), axis=0)
    shared = shapely.intersection(shapes[pairs[:, 0]], shapes[pairs[:, 1]])
    areas = np.asarray(shapely.area(shared))
    real = areas > limit("overlap")
    return Overlaps(pairs[real, 0], pairs[real, 1], shared[real], areas[real], suspects)


def _suspects(shapes: Shapes) -> Ints:
    if len(shapes) < 2:
        return np.empty(0, np.intp)
    edges = shapely.coverage_invalid_edges(shapes)
    return np.flatnonzero(~(shapely.is_empty(edges) | shapely.is_missing(edges)))


def overlapping(shapes: Shapes) -> tuple[Bools, float, tuple[int, int] | None]:
    """Find parcels that overlap another one.

    Returns
    -------
    mask : ndarray of bool, shape (n,)
    area_m2 : float
        Sum of the pairwise overlaps.
    example : (int, int) or None
        Rows of the largest overlap.
    """
    found = overlaps(shapes)
    mask = np.zeros(len(shapes), bool)
    mask[found.left] = mask[found.right] = True
    if not len(found.left):
        return mask, 0.0, None
    worst = int(found.areas.argmax())
    return mask, float(found.areas.sum()), (int(found.left[worst]), int(found.right[worst]))


def mean_width(shapes: Shapes) -> Floats:
    """Return area over half the perimeter (metres): what a long thin shape is wide, half of what a square is."""
    length = shapely.length(shapes)
    return np.divide(2 * shapely.area(shapes), length, out=np.zeros(len(length)), where=length > 0)
