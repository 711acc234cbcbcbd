"""Land that two projects both claim: counted once in their park and in the province.

Regular parcels of one project overlap nothing inside it; across projects the layer that came second was
flagged when it was added, so that only its irregular parcels, and tranches, can lie on another project.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import shapely

from parkgis.model import Finding, Severity
from parkgis.status import zones
from parkgis.status.fold import NEVER
from parkgis.status.patches import MEASURABLE_M2

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from shapely.geometry.base import BaseGeometry

    from parkgis.layers.vintage import Floats
    from parkgis.status.patches import Ground

ANY_DAY = NEVER - 1


def shared_m2(grounds: Sequence[Ground], stage: int, day: int) -> float:
    """Return the area (m2, grid) that the sum over projects would count more than once.

    Each project's own area is already that of a union; what is left is patch on patch, and patch on the
    whole parcels of another project.
    """
    covers = [(ground, cover) for ground in grounds if (cover := ground.cover(stage, day)) is not None]
    if not covers:
        return 0.0
    zone = covers[0][0].site.srid  # where two zones meet, land of both is laid on each other in the first one's
    shapes = _meeting([zones.brought(cover, ground.site.srid, zone) for ground, cover in covers])
    twice = sum([s.area for s in shapes]) - shapely.union_all(shapes).area if len(shapes) else 0.0
    on_parcels = 0.0
    for other in grounds:
        foreign = [zones.brought(cover, ground.site.srid, other.site.srid) for ground, cover in covers if ground is not other]
        on_parcels += _on_whole_parcels(other, foreign, stage, day) if foreign else 0.0
    return float(twice + on_parcels)


def _meeting(shapes: Sequence[BaseGeometry]) -> npt.NDArray[np.object_]:
    """Return the shapes whose boxes meet that of another: the others share nothing."""
    every = np.array(shapes, dtype=object)
    box = shapely.bounds(every)
    found: npt.NDArray[np.object_] = every[_boxes_meet(box[:, None], box[None]).sum(axis=1) > 1]
    return found


def _boxes_meet(left: Floats, right: Floats) -> npt.NDArray[np.bool_]:
    """Tell which boxes (min x, min y, max x, max y along the last axis) have a point in common; an empty one has none."""
    meet = (left[..., :2] <= right[..., 2:]) & (left[..., 2:] >= right[..., :2])
    return np.asarray(meet.all(axis=-1), bool)


def _on_whole_parcels(ground: Ground, foreign: Sequence[BaseGeometry], stage: int, day: int) -> float:
    """Measure what land of other projects covers of a project's whole parcels."""
    layer = ground.site.layer
    if layer is None or layer.extent is None:
        return 0.0
    near = np.array(foreign, dtype=object)
    near = near[_boxes_meet(shapely.bounds(near), np.array(layer.extent))]
    if not len(near):
        return 0.0
    cover = shapely.union_all(near)
    regular = ground.fold.active & ~ground.fold.columns.irregular & (ground.fold.days[stage] <= day)
    if ground.site.fence_wkb:  # the columns hold what lies inside it
        cover = shapely.intersection(cover, shapely.from_wkb(ground.site.fence_wkb))
    rows = [row for row in layer.rows_touching(cover.bounds) if regular[row]] if not cover.is_empty else []
    if not rows:
        return 0.0
    return float(shapely.area(shapely.intersection(shapely.from_wkb(layer.wkb(rows)), cover)).sum())


def findings(grounds: Sequence[Ground]) -> tuple[Finding, ...]:
    """Name the pairs of projects whose reached land overlaps, with the area."""
    found = []
    for left, right in itertools.combinations([g for g in grounds if g.patches or g.site.columns.keys], 2):
        if not (left.patches or right.patches):
            continue
        area = max(shared_m2([left, right], stage, ANY_DAY) for stage in range(len(left.fold.days)))
        if area > MEASURABLE_M2:
            pair = f"{left.site.project.id}, {right.site.project.id}"
            found.append(Finding("projects_overlap", Severity.WARNING, where=pair, facts={"projects": pair, "area_m2": area}))
    return tuple(found)
