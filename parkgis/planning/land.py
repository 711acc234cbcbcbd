"""The ground of a project as planning sees it: pieces of land, each handed over or not."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import shapely

from parkgis.layers.frame import ground_of
from parkgis.rules import counting_stage
from parkgis.status.fold import number, row_of
from parkgis.status.patches import Ground, polygons

if TYPE_CHECKING:
    import datetime as dt

    from parkgis.planning.edges import Ints, Mask, Shapes
    from parkgis.status import ProjectStatus


@dataclasses.dataclass(frozen=True)
class Land:
    """Pieces of land in a project's legal grid, metres.

    Attributes
    ----------
    project : str
    srid : int
        EPSG code of the grid.
    shapes : ndarray of Polygon or MultiPolygon, shape (n,)
        Clipped to the surveyed boundary where there is one. A parcel of which a part was handed over is two pieces.
    handed : ndarray of bool, shape (n,)
        Handed over to the infrastructure developer.
    row : ndarray of int64, shape (n,)
        Row of the parcel in the project's layer; -1 for land in no parcel.
    key : ndarray of str objects, shape (n,)
        Parcel key; empty for land in no parcel.
    use : ndarray of str objects, shape (n,)
        Land-use code; empty where it is not known.
    """

    project: str
    srid: int
    shapes: Shapes
    handed: Mask
    row: Ints
    key: Shapes
    use: Shapes

    def __len__(self) -> int:
        return len(self.shapes)


def land_of(status: ProjectStatus, on: dt.date) -> Land:
    """Gather a project's land as of a day.

    Parameters
    ----------
    status : ProjectStatus
        Of a snapshot of that day or a later one.
    on : date

    Returns
    -------
    Land
        Pieces that were handed over first, then what remains of the parcels. Without a parcel layer only what tranches drew.
    """
    stage, day = row_of(counting_stage().code), number(on)
    fold, site = status.fold, status.site
    shapes, use = _parcels(status)
    whole = fold.active & ~fold.columns.irregular & (fold.days[stage] <= day)
    patches = Ground(site, fold, status.patches).beside_columns(stage, day)
    rest = shapes.copy()
    for patch in patches:
        if patch.row >= 0:
            rest[patch.row] = polygons(shapely.difference(rest[patch.row], patch.shape))
    open_ = np.flatnonzero(fold.active & ~whole & (shapely.area(rest) > 0))
    taken = np.flatnonzero(whole)
    row = np.concatenate([taken, [p.row for p in patches], open_]).astype(np.int64)
    keys = np.array([*fold.columns.keys, ""], dtype=object)
    pieces = np.concatenate([shapes[taken], np.array([p.shape for p in patches], dtype=object), rest[open_]])
    handed = np.arange(len(row)) < len(taken) + len(patches)
    return Land(status.project.id, site.srid, pieces, handed, row, keys[row], use[row])


def _parcels(status: ProjectStatus) -> tuple[Shapes, Shapes]:
    """Return the shape and the land use of every parcel of the layer, valid and inside the boundary; one empty use more."""
    layer, fence = status.site.layer, status.site.fence_wkb
    if layer is None:
        return np.empty(0, dtype=object), np.array([""], dtype=object)
    shapes, use = ground_of(layer)
    broken = ~shapely.is_valid(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken], method="structure")
    if fence:
        area = shapely.from_wkb(fence)
        shapely.prepare(area)
        out = np.flatnonzero(~shapely.covers(area, shapes))
        shapes[out] = [polygons(shape) for shape in shapely.intersection(shapes[out], area)]
    return shapes, np.array([*use, ""], dtype=object)
