"""Join polygons that share an edge into one, whether or not the coverage is clean.

A clean coverage is joined along its edges. Where polygons lie on each other, the rim is cut where it crosses itself and traced
between what is covered and what is not. GEOS unites only what arithmetic on its edges could not make valid.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import shapely

from parkgis.planning.edges import TOLERANCE_M, edges_of
from parkgis.planning.faces import faces_of
from parkgis.planning.outline import drawn_along, sound, trace

if TYPE_CHECKING:
    from parkgis.planning.edges import Edges, Ints, Shapes


@dataclasses.dataclass(frozen=True)
class Joined:
    """Polygons joined across shared edges.

    Attributes
    ----------
    labels : ndarray of int64, shape (n,)
        Which outline each polygon lies in; of a multipolygon, its first part.
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
        Metres; none missing.
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
    the coverage is clean. If not, the rim, which is cut where it crosses itself, is traced between ground that is covered and
    ground that is not (:func:`parkgis.planning.faces.faces_of`).
    """
    several = shapely.get_num_geometries(shapes) > 1
    if several.any():
        parts, of = shapely.get_parts(shapes[several], return_index=True)
        done = join(np.concatenate([parts, shapes[~several]]), tolerance_m)
        first = np.searchsorted(of, np.arange(several.sum()))
        labels = np.empty(len(shapes), np.int64)
        labels[several], labels[~several] = done.labels[first], done.labels[len(parts) :]
        return _in_order(labels, done.outlines)
    return _joined(shapes, tolerance_m)


def _joined(shapes: Shapes, tolerance_m: float) -> Joined:
    edges = edges_of(shapes, tolerance_m)
    if not edges.crossed:
        labels = edges.joined()
        outlines = trace(edges, labels, _count(labels))
        if sound(outlines):
            return Joined(labels, outlines)
    broken = edges.knotted()
    broken = broken[~shapely.is_valid(shapes[broken])]
    if len(broken):
        shapes = shapes.copy()
        shapes[broken] = shapely.make_valid(shapes[broken], method="structure")
        edges = edges_of(shapes, tolerance_m)
    done = _covered(edges)
    return done if sound(done.outlines) else _overlaid(edges)


def _count(labels: Ints) -> int:
    return int(labels.max(initial=-1)) + 1


def _covered(edges: Edges) -> Joined:
    """Join polygons of which some lie on others, along the line between covered ground and the rest."""
    faces = faces_of(edges)
    rim = faces.edge[faces.outline]
    outlines = drawn_along(edges.xy, edges.start[rim], edges.end[rim], faces.left[faces.outline], faces.count)
    place = np.full(len(edges.net), -1)
    place[edges.group[faces.edge]] = np.arange(len(faces.edge))
    on_rim = np.flatnonzero(place[edges.group] >= 0)
    at = place[edges.group[on_rim]]
    mine = np.where(edges.start[on_rim] == edges.start[faces.edge[at]], faces.left[at], faces.right[at])
    joined = edges.joined()
    label = np.full(_count(joined), -1)
    inside = mine >= 0
    label[joined[edges.owner[on_rim[inside][::-1]]]] = mine[inside][::-1]
    lost = np.flatnonzero(label < 0)
    label[lost] = faces.count + np.arange(len(lost))
    return _in_order(label[joined], np.concatenate([outlines, np.full(len(lost), shapely.Polygon(), dtype=object)]))


def _overlaid(edges: Edges) -> Joined:
    """Unite everything by GEOS and nothing else: what hair-thin overlaps may need."""
    rows = np.arange(edges.rows)
    single = trace(edges.within(rows), rows, edges.rows)
    broken = ~shapely.is_valid(single)
    single[broken] = shapely.make_valid(single[broken], method="structure")
    parts = shapely.get_parts(shapely.disjoint_subset_union_all(single))
    labels = np.full(len(single), -1)
    seed, part = shapely.STRtree(parts).query(shapely.point_on_surface(single), predicate="intersects")
    labels[seed[::-1]] = part[::-1]
    lost = np.flatnonzero(labels < 0)
    labels[lost] = len(parts) + np.arange(len(lost))
    return _in_order(labels, np.concatenate([parts, np.full(len(lost), shapely.Polygon(), dtype=object)]))


def _in_order(labels: Ints, outlines: Shapes) -> Joined:
    """Number the outlines by the first polygon of each; those of other parts of polygons follow."""
    used, first, place = np.unique(labels, return_index=True, return_inverse=True)
    order = np.argsort(first)
    turn = np.empty(len(order), np.int64)
    turn[order] = np.arange(len(order))
    others = np.setdiff1d(np.arange(len(outlines)), used)
    return Joined(turn[place.ravel()], outlines[np.concatenate([used[order], others])])
