"""Land on a sheet: one collection a class, its polygons laid end to end in a few long paths.

Thousands of path objects are what makes ``GeoDataFrame.plot`` slow; one path may hold any number of rings.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import shapely
from matplotlib.collections import PathCollection
from matplotlib.path import Path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt
    from matplotlib.axes import Axes

    Shapes = npt.NDArray[np.object_]

POLYGON = 3  # as GEOS numbers kinds of shapes
TOGETHER = 2000
"""Polygons in one path: Agg sorts the cells of a path, and loses time on a path of everything."""


@dataclasses.dataclass(frozen=True, slots=True)
class Style:
    """How land of one class is drawn; ``line_pt`` 0 for no edge."""

    fill: str
    edge: str = "none"
    line_pt: float = 0.0
    hatch: str = ""
    dashed: bool = False
    alpha: float | None = None


def paths(shapes: Shapes) -> Iterator[Path]:
    """Yield polygons as paths, outer rings one way round and holes the other, so that holes stay open.

    Parameters
    ----------
    shapes : ndarray of Polygon or MultiPolygon, shape (n,)
        Metres; None and empty ones are left out.
    """
    kinds = shapely.get_type_id(shapes)
    parts = shapes if (kinds == POLYGON).all() else shapely.get_parts(shapes[kinds >= 0])  # what is missing has no kind
    parts = shapely.orient_polygons(parts[(shapely.get_type_id(parts) == POLYGON) & ~shapely.is_empty(parts)])
    for start in range(0, len(parts), TOGETHER):
        _, points, (rings, _) = shapely.to_ragged_array(parts[start : start + TOGETHER])
        codes = np.full(len(points), Path.LINETO, Path.code_type)
        codes[rings[:-1]] = Path.MOVETO
        codes[rings[1:] - 1] = Path.CLOSEPOLY
        yield Path(points[:, :2], codes)


def draw(axes: Axes, found: Sequence[Path], style: Style, order: float) -> None:
    """Draw the :func:`paths` of one class onto axes, in the axes' own grid."""
    if not found:
        return
    made = PathCollection(
        found, facecolors=style.fill, edgecolors=style.edge if style.line_pt else "none", linewidths=style.line_pt,
        linestyles=[(0, (4, 2))] if style.dashed else "solid", hatch=style.hatch or None, zorder=order, alpha=style.alpha,
    )  # fmt: skip
    axes.add_collection(made, autolim=False)


def within(shapes: Shapes, bounds: tuple[float, float, float, float]) -> npt.NDArray[np.bool_]:
    """Tell which shapes may show in a window (min x, min y, max x, max y), shape (n,)."""
    west, south, east, north = bounds
    box = shapely.bounds(shapes)
    meets: npt.NDArray[np.bool_] = (box[:, 0] <= east) & (box[:, 2] >= west) & (box[:, 1] <= north) & (box[:, 3] >= south)
    return meets
