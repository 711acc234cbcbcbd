"""What lies left and right of the edges of a rim: how many polygons cover it, and which ground hangs together.

Land may be covered several times. Once edges are cut wherever others cross them, the rim divides the ground into faces, and
across an edge the number of polygons changes by as many as draw it. Starting outside, where there is none, that tells the number
of each face.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import shapely

from parkgis.layers.edges import turned
from parkgis.planning.mending import components

if TYPE_CHECKING:
    from parkgis.planning.edges import Edges, Floats, Ints, Mask


@dataclasses.dataclass(frozen=True)
class Faces:
    """The faces beside a rim.

    Attributes
    ----------
    edge : ndarray of int64, shape (m,)
        One edge, by row, of each group on the rim, the more covered side on the left.
    left, right : ndarray of int64, shape (m,)
        Which joined ground lies beside it; -1 for ground that no polygon covers.
    count : int
        How many pieces of joined ground there are.
    """

    edge: Ints
    left: Ints
    right: Ints
    count: int

    @property
    def outline(self) -> Mask:
        """Which of the edges bound what is covered, shape (m,)."""
        mask: Mask = (self.left >= 0) & (self.right < 0)
        return mask


def faces_of(edges: Edges) -> Faces:
    """Find what lies beside every edge of the rim; the edges must have been cut where others cross them."""
    edge = _one_each(edges)
    many = edges.net[edges.group[edge]]
    start, end = edges.start[edge], edges.end[edge]
    node, at = np.unique(np.concatenate([start, end]), return_inverse=True)
    start, end = at[: len(edge)], at[len(edge) :]
    walks, which = _walks(edges.xy[node], start, end)
    right, left = walks[: len(edge)], walks[len(edge) :]
    mainland = components(len(node), np.column_stack([start, end]))
    outer, host = _hosts(edges.xy[node], start, end, mainland, left, right, which)
    links = np.concatenate([np.column_stack([right, left]), np.column_stack([host, outer])])
    depth = _depths(which + 1, links, np.concatenate([np.abs(many), np.zeros(len(host), np.int64)]))
    covered = depth > 0
    within = links[covered[links].all(axis=1)]
    ground = np.where(covered, components(which + 1, within), -1)
    label = np.full(which + 1, -1)
    used, label[covered] = np.unique(ground[covered], return_inverse=True)
    return Faces(edge, label[left], label[right], len(used))


def _one_each(edges: Edges) -> Ints:
    outward = np.flatnonzero(edges.net[edges.group] * edges.sign > 0)
    first: Ints = outward[np.unique(edges.group[outward], return_index=True)[1]]
    return first


def _walks(xy: Floats, start: Ints, end: Ints) -> tuple[Ints, int]:
    """Return the walk around the face on the right of each edge, then of each edge backwards; and how many walks there are."""
    there, back = np.concatenate([start, end]), np.concatenate([end, start])
    following = turned(there, back, xy[back] - xy[there])
    walks = components(len(there), np.column_stack([np.arange(len(there)), following]))
    return walks, int(walks.max(initial=-1)) + 1


def _hosts(xy: Floats, start: Ints, end: Ints, mainland: Ints, left: Ints, right: Ints, outside: int) -> tuple[Ints, Ints]:
    """Return for each rim that hangs together the walk around it, and the walk that it lies in, which may be ``outside``.

    *Method*: a ray upward from the topmost vertex of each; the first edge of another that it meets tells.
    """
    count = int(mainland.max(initial=-1)) + 1
    order = np.lexsort((-xy[:, 1], mainland))
    top = order[np.searchsorted(mainland[order], np.arange(count))]
    tip = xy[top]
    lines = np.asarray(shapely.linestrings(np.stack([xy[start], xy[end]], axis=1)))
    sky = np.column_stack([tip[:, 0], np.full(count, xy[:, 1].max(initial=0.0) + 1.0)])
    ray, edge = shapely.STRtree(lines).query(shapely.linestrings(np.stack([tip, sky], axis=1)))
    ahead = mainland[start[edge]] != ray
    ray, edge = ray[ahead], edge[ahead]
    one, two = xy[start[edge]], xy[end[edge]]
    x, low, high = tip[ray, 0], np.minimum(one[:, 0], two[:, 0]), np.maximum(one[:, 0], two[:, 0])
    ray, edge, one, two, x = (part[(low <= x) & (x < high)] for part in (ray, edge, one, two, x))
    slope = (two[:, 1] - one[:, 1]) / (two[:, 0] - one[:, 0])
    y = one[:, 1] + (x - one[:, 0]) * slope
    above = y > tip[ray, 1]
    ray, edge, y, slope = ray[above], edge[above], y[above], slope[above]
    order = np.lexsort((slope, y, ray))
    met, first = np.unique(ray[order], return_index=True)
    edge = edge[order][first]
    host = np.full(count, outside)
    host[met] = np.where(xy[start[edge], 0] < xy[end[edge], 0], right[edge], left[edge])
    return _around(xy, start, end, mainland, left, right, top), host


def _around(xy: Floats, start: Ints, end: Ints, mainland: Ints, left: Ints, right: Ints, top: Ints) -> Ints:
    """Return the walk around each rim that hangs together.

    All its vertices lie below the topmost or level with it: of the edges there the one nearest to due east has that walk above.
    """
    node = np.concatenate([start, end])
    far = np.concatenate([end, start])
    above = np.concatenate([left, right])
    here = np.flatnonzero(top[mainland[node]] == node)
    run = xy[far[here]] - xy[node[here]]
    angle = np.arctan2(0.0 - run[:, 1], run[:, 0])  # 0 due east to pi due west, clockwise; 0.0 - 0.0 has no sign
    order = here[np.lexsort((angle, mainland[node[here]]))]
    found: Ints = above[order[np.unique(mainland[node[order]], return_index=True)[1]]]
    return found


def _depths(count: int, links: Ints, rise: Ints) -> Ints:
    """Return the number of each walk when each link from one to another adds ``rise``, and the last walk has none."""
    depth, known = np.zeros(count, np.int64), np.zeros(count, bool)
    known[-1] = True
    one, other = links.T
    while True:
        new = known[one] & ~known[other]
        depth[other[new]] = depth[one[new]] + rise[new]
        back = known[other] & ~known[one]
        depth[one[back]] = depth[other[back]] - rise[back]
        known[other[new]] = known[one[back]] = True
        if not (new.any() or back.any()):
            return depth
        far = ~(known[one] & known[other])
        one, other, rise = one[far], other[far], rise[far]
