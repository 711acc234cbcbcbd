"""Pairs of parcels that share land.

Only parcels whose rim meets another rim, or lies in another parcel, can be the first of such a pair
(:func:`parkgis.layers.edges.doubtful`): they are intersected with their neighbours, and so is every parcel found to share land.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import shapely

from parkgis.layers.checks.limits import Bools, Floats, Ints, Shapes, limit
from parkgis.layers.edges import Rim, doubtful, rim


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
        Rows out of order with a neighbour, by an overlap or a missing corner.
    rim : Rim
        The edges no two parcels share.
    """

    left: Ints
    right: Ints
    shapes: Shapes
    areas: Floats
    suspects: Ints
    rim: Rim


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
    A clean layer costs one sort of its edges and a look at its rim: a tenth to a half of ``shapely.coverage_invalid_edges``.
    From the parcels found the way goes on to what lies on them: inside a layer laid over another one, all edges have partners.
    """
    edges = rim(shapes)
    tree = tree or shapely.STRtree(shapes)
    seen, fresh = np.zeros(len(shapes), bool), doubtful(edges, tree)
    pairs, shared, areas = [np.empty((0, 2), np.intp)], [np.empty(0, object)], [np.empty(0)]
    while len(fresh):
        near = _beside(shapes, tree, fresh, seen)
        land = np.asarray(shapely.intersection(shapes[near[:, 0]], shapes[near[:, 1]]))
        size = np.asarray(shapely.area(land))
        seen[fresh] = True
        pairs.append(near[size > 0])
        shared.append(land[size > 0])
        areas.append(size[size > 0])
        found = np.union1d(pairs[-1], _onward(shapes, tree, pairs[-1], shared[-1]))
        fresh = found[~seen[found]]
    return _sorted(np.concatenate(pairs), np.concatenate(shared), np.concatenate(areas), np.flatnonzero(seen), edges)


def _beside(shapes: Shapes, tree: shapely.STRtree, rows: Ints, seen: Bools) -> Ints:
    """Return pairs of some parcels and all that touch them, except those that were looked at before; the lower row first."""
    left, right = tree.query(shapes[rows], predicate="intersects")
    left = rows[left]
    new = (left != right) & ~seen[right]
    two = np.sort(np.column_stack([left[new], right[new]]), axis=1)
    code = np.unique(two[:, 0] * np.int64(len(shapes)) + two[:, 1])
    return np.column_stack(np.divmod(code, len(shapes)))


def _onward(shapes: Shapes, tree: shapely.STRtree, pairs: Ints, land: Shapes) -> Ints:
    """Return the parcels around land two parcels share, where both end along one line: behind it two others may lie."""
    ends = shapely.intersection(shapely.boundary(shapes[pairs[:, 0]]), shapely.boundary(shapes[pairs[:, 1]]))
    return np.asarray(tree.query(land[shapely.length(ends) > 0], predicate="intersects")[1])


def _sorted(pairs: Ints, shared: Shapes, areas: Floats, suspects: Ints, edges: Rim) -> Overlaps:
    real = np.flatnonzero(areas > limit("overlap"))
    order = real[np.lexsort((pairs[real, 1], pairs[real, 0]))]
    return Overlaps(pairs[order, 0], pairs[order, 1], shared[order], areas[order], suspects, edges)


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
