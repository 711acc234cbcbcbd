"""Read a vintage back as a frame, geometry and all: for drawing and checking, not for folding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from parkgis.frames import PARCELS, check

if TYPE_CHECKING:
    from parkgis.layers.vintage import ParcelLayer


def frame_of(layer: ParcelLayer) -> gpd.GeoDataFrame:
    """Return every parcel of a vintage in the order of its rows (:data:`parkgis.frames.PARCELS`)."""
    frame = gpd.read_file(layer.path, layer="parcels", use_arrow=True)
    frame["irregular"] = np.asarray(frame["irregular"], dtype=bool)
    return check(frame, PARCELS)
