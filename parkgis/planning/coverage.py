"""Join polygons that share an edge into one, whether or not the coverage is clean.

A clean coverage is joined without any overlay. Where polygons lie on each other, those, and only those, go through GEOS.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import shapely

from parkgis.planning.edges import TOLERANCE_M, edges_of
from parkgis.planning.outline import sound, trace

if TYPE_CHECKING:
    from parkgis.planning.edges import Edges, Ints, Mask, Shapes


@dataclasses.dataclass(frozen=True)
class Joined:
    """Polygons joined across shared edges.

    Attributes
    ----------
    labels : ndarray of int64, shape (n,)
        Which outline each polygon lies in.
    outlines : ndarray of Polygon, shape (k,)
        Valid, apart from each other but for single points; empty for a polygon without area. Metres.
    """

    labels: Ints
    outlines: Shapes


def join(shapes: Shapes, tolerance_m: float = TOLERANCE_M) -> Joined:
    """Join polygons across shared edges, never across corners.

    Parameters
    ----------
    shapes : ndarray of Polygon or MultiPolygon, shape (n,)
        Metres; none missing. The parts of a multipolygon are joined: it is one parcel.
    tolerance_m : float
        How far a neighbour's vertex may be off.

    Returns
    -------
    Joined
        Ground under several polygons counts once.

    Notes
    -----
    *Method*: edges are matched (:func:`parkgis.planning.edges.edges_of`), labels are the components of the graph of shared
    edges, outlines are traced along what is left. If these outlines are a valid multipolygon, they bound every point once, and
    the coverage is clean. If not, the polygons that lie on others are united by GEOS with the outlines of the rest.
    """
    return joined(edges_of(shapes, tolerance_m), shapes)


def joined(edges: Edges, shapes: Shapes) -> Joined:
    """Join polygons of which the edges are known already; as :func:`join`."""
    labels = edges.joined()
    outlines = trace(edges, labels, _count(labels))
    return Joined(labels, outlines) if sound(outlines) else _united(edges, shapes)


def _count(labels: Ints) -> int:
    return int(labels.max(initial=-1)) + 1


def _united(edges: Edges, shapes: Shapes) -> Joined:
    """Unite polygons of which some lie on others: those and what is around them by GEOS, the rest by their edges."""
    heap = _heap(edges, shapes)
    near = heap.copy()
    near[shapely.STRtree(shapes).query(shapes[heap])[1]] = True
    return _patched(edges, near) or _patched(edges, np.ones(edges.rows, bool)) or Joined(*_overlaid(edges))


def _patched(edges: Edges, near: Mask) -> Joined | None:
    """Put the union of some polygons in their place and join; None where that leaves polygons on each other."""
    single = _single(edges, near)
    seat, parts = _seated(single, shapely.get_parts(shapely.disjoint_subset_union_all(single)))
    whole = edges.of(~near).beside(parts)
    labels = whole.joined()
    outlines = trace(whole, labels, _count(labels))
    if not sound(outlines):
        return None
    label = labels[: edges.rows].copy()
    label[near] = labels[edges.rows + seat]
    return _in_order(label, outlines)


def _overlaid(edges: Edges) -> tuple[Ints, Shapes]:
    """Unite everything by GEOS and nothing else: what hair-thin overlaps may need."""
    single = _single(edges, np.ones(edges.rows, bool))
    return _seated(single, shapely.get_parts(shapely.disjoint_subset_union_all(single)))


def _heap(edges: Edges, shapes: Shapes) -> Mask:
    """Choose polygons without which no two lie on each other, shape (rows,); of two, the one that lies on more."""
    heap = edges.stacked()
    suspect = heap.copy()
    suspect[edges.owner[edges.loose()]] = True
    rows = np.flatnonzero(suspect)
    heap[rows] |= ~shapely.is_valid(shapes[rows])
    left, right = shapely.STRtree(shapes).query(shapes[rows])
    left = rows[left]
    once = (left < right) | ~suspect[right]
    left, right = left[once & (left != right)], right[once & (left != right)]
    drawn = np.full(edges.rows, None, dtype=object)
    asked = np.zeros(edges.rows, bool)
    asked[left] = asked[right] = True
    drawn[asked] = _single(edges, asked)
    met = shapely.intersects(drawn[left], drawn[right])
    left, right = left[met], right[met]
    over = ~shapely.touches(drawn[left], drawn[right])
    left, right = left[over], right[over]
    degree = np.bincount(np.concatenate([left, right]), minlength=edges.rows)
    heap[np.where(degree[left] >= degree[right], left, right)] = True
    return heap


def _single(edges: Edges, mask: Mask) -> Shapes:
    """Draw some polygons each by itself, on the vertices it shares with its neighbours."""
    place = np.cumsum(mask) - 1
    drawn = trace(edges.of(mask).within(place), place, int(mask.sum()))
    broken = ~shapely.is_valid(drawn)
    drawn[broken] = shapely.make_valid(drawn[broken], method="structure")
    return drawn


def _seated(seeds: Shapes, parts: Shapes) -> tuple[Ints, Shapes]:
    """Find the part each seed lies in; a seed without area gets an empty part of its own."""
    labels = np.full(len(seeds), -1)
    seed, part = shapely.STRtree(parts).query(shapely.point_on_surface(seeds), predicate="intersects")
    labels[seed[::-1]] = part[::-1]
    lost = np.flatnonzero(labels < 0)
    labels[lost] = len(parts) + np.arange(len(lost))
    return labels, np.concatenate([parts, np.full(len(lost), shapely.Polygon(), dtype=object)])


def _in_order(labels: Ints, outlines: Shapes) -> Joined:
    """Number the outlines by the first polygon of each."""
    used, first, place = np.unique(labels, return_index=True, return_inverse=True)
    order = np.argsort(first)
    turn = np.empty(len(order), np.int64)
    turn[order] = np.arange(len(order))
    return Joined(turn[place.ravel()], outlines[used[order]])
