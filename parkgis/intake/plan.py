"""The lots of a detailed plan (quy hoạch chi tiết), read from a file as it is; nothing is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from parkgis.errors import CrsMissing, FieldMissing
from parkgis.intake.parcels import to_legal
from parkgis.layers.read import read

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from parkgis.planning.edges import Shapes

USE_COLUMNS = ("use", "use_code", "chuc_nang", "chucnang", "loai_dat", "loaidat", "land_use", "ky_hieu", "kyhieu")
NAME_COLUMNS = ("lot", "name", "ten_lo", "tenlo", "lo", "ky_hieu", "kyhieu", "id")


class Plan(NamedTuple):
    """Lots in the legal grid, with their names and what the plan says of their use."""

    shapes: Shapes
    names: list[str]
    uses: list[str]


def read_plan(path: Path, legal: str, use: str = "") -> Plan:
    """Read a plan's lots.

    Parameters
    ----------
    path : Path
    legal : str
        Grid of the project.
    use : str
        Column of the use; empty looks for one of :data:`USE_COLUMNS`.

    Raises
    ------
    CrsMissing
        The file does not say its coordinate system: it is never guessed.
    FieldMissing
        No column says the use of a lot.
    """
    incoming = read(path)
    frame, declared = incoming.frame, incoming.declared
    if declared is None:
        raise CrsMissing(path=path, proposal="")
    column = _column(frame, (use,) if use else USE_COLUMNS)
    if not column:
        raise FieldMissing(path=path, role="use", columns=", ".join(map(str, frame.columns)))
    shapes = np.asarray(frame.geometry.values, dtype=object)
    lots = np.flatnonzero(shapely.get_dimensions(shapes) == 2)
    name = _column(frame, NAME_COLUMNS)
    names = [str(text) for text in frame[name].fillna("")] if name else [str(row + 1) for row in range(len(frame))]
    texts = [str(text) for text in frame[column].fillna("")]
    flat = to_legal(shapely.force_2d(shapes[lots]), declared, legal)
    return Plan(flat, [names[row] for row in lots], [texts[row] for row in lots])


def _column(frame: gpd.GeoDataFrame, wanted: tuple[str, ...]) -> str:
    known = {str(column).lower(): str(column) for column in frame.columns if column != frame.geometry.name}
    return next((known[name.lower()] for name in wanted if name.lower() in known), "")
