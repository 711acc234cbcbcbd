"""Read a vintage back as a frame, geometry and all: for drawing and checking, not for folding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from parkgis.frames import PARCELS, check

if TYPE_CHECKING:
    from parkgis.layers.vintage import ParcelLayer

Shapes = npt.NDArray[np.object_]


def frame_of(layer: ParcelLayer) -> gpd.GeoDataFrame:
    """Return every parcel of a vintage in the order of its rows (:data:`parkgis.frames.PARCELS`)."""
    frame = gpd.read_file(layer.path, layer="parcels", use_arrow=True)
    frame["irregular"] = np.asarray(frame["irregular"], dtype=bool)
    return check(frame, PARCELS)


def ground_of(layer: ParcelLayer) -> tuple[Shapes, Shapes]:
    """Return the shape and the land use of every parcel of a vintage, in the order of its rows.

    Returns
    -------
    shapes : ndarray of Polygon or MultiPolygon, shape (n,)
    use : ndarray of str objects, shape (n,)
        Land-use code; empty where it is not known.
    """
    frame = gpd.read_file(layer.path, layer="parcels", columns=["land_use"], use_arrow=True)
    return np.asarray(frame.geometry.values, dtype=object), frame["land_use"].fillna("").to_numpy(dtype=object)
