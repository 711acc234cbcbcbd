"""The columns each frame must have, and the check that holds a frame to them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd


@dataclasses.dataclass(frozen=True, slots=True)
class Schema:
    """What a frame of one kind holds: column -> NumPy kind letter ("O" text, "f" float, "b" bool)."""

    name: str
    columns: Mapping[str, str]
    projected: bool = True


PARCELS = Schema(
    "parcels",
    {
        "key": "O",  # commune/sheet/parcel, unique
        "commune": "O",  # old commune code, or empty
        "sheet": "O",
        "parcel": "O",
        "land_use": "O",
        "holder": "O",  # pseudonym of the land user, never a name
        "area_document_m2": "f",  # basis survey: as written in the cadastral list; NaN where it is not
        "area_grid_m2": "f",  # planar, legal VN-2000 zone, the whole parcel
        "area_in_m2": "f",  # the part inside the project's surveyed boundary; the whole where there is none
        "irregular": "b",  # overlaps a neighbour or has an invalid ring: measured by geometry, not by column
    },
)
BOUNDARY = Schema("boundary", {"project": "O", "boundary": "O", "attribution": "O"})


def check(frame: gpd.GeoDataFrame, schema: Schema) -> gpd.GeoDataFrame:
    """Return the frame if it holds to its schema.

    Raises
    ------
    TypeError
        Naming the column that is missing or of another type, or the CRS that is not in metres. A frame
        that breaks its schema is a mistake in the program, not in the data.
    """
    for column, kind in schema.columns.items():
        if column not in frame.columns:
            raise TypeError(f"{schema.name}: no column {column!r}")
        if not _is(frame[column].dtype, kind):
            raise TypeError(f"{schema.name}: column {column!r} is {frame[column].dtype}, not {kind}")
    if frame.crs is None or (schema.projected and not frame.crs.is_projected):
        raise TypeError(f"{schema.name}: CRS {frame.crs} is not a grid in metres")
    return frame


def _is(dtype: Any, kind: str) -> bool:
    # pandas 3 infers its own string dtype where pandas 2 has object: both are text
    return dtype.kind == kind or (kind == "O" and str(dtype) in ("str", "string"))
