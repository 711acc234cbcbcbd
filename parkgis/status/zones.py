"""Bring shapes from one VN-2000 zone into another, so that land of two zones can be laid on each other.

Only to find what two projects share: an area is measured in its own project's zone. Written out here, by the series of
Krüger, so that a question need not load PROJ (0.1 s); ``tests/test_zones.py`` holds it to PROJ within a micrometre.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from parkgis.vn2000 import TM3, TM3_SCALE

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Points = npt.NDArray[np.float64]

EAST_M = 500_000.0
AXIS_M, FLATTENING = 6_378_137.0, 1 / 298.257223563  # of VN-2000: the ellipsoid of WGS 84
_N = FLATTENING / (2 - FLATTENING)
_RADIUS_M = AXIS_M / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_ALPHA = (
    _N / 2 - 2 * _N**2 / 3 + 5 * _N**3 / 16 + 41 * _N**4 / 180,
    13 * _N**2 / 48 - 3 * _N**3 / 5 + 557 * _N**4 / 1440,
    61 * _N**3 / 240 - 103 * _N**4 / 140,
    49561 * _N**4 / 161280,
)
_BETA = (
    _N / 2 - 2 * _N**2 / 3 + 37 * _N**3 / 96 - _N**4 / 360,
    _N**2 / 48 + _N**3 / 15 - 437 * _N**4 / 1440,
    17 * _N**3 / 480 - 37 * _N**4 / 840,
    4397 * _N**4 / 161280,
)


def convert(xy: Points, source: int, target: int) -> Points:
    """Bring coordinates (m) from one zone into another.

    Parameters
    ----------
    xy : ndarray, shape (n, 2)
        Easting, northing.
    source, target : int
        EPSG codes of two zones of :data:`parkgis.vn2000.TM3`.

    Method
    ------
    Both zones lie on one ellipsoid, so the way through the conformal sphere is enough; series to the fourth order
    (Krüger 1912, as in Karney 2011, Transverse Mercator with an accuracy of a few nanometers, eqs. 35 and 36).
    """
    turn = np.radians(TM3[target] - TM3[source])
    z = (xy[:, 1] + 1j * (xy[:, 0] - EAST_M)) / (TM3_SCALE * _RADIUS_M)
    w = z - sum(b * np.sin(2 * (k + 1) * z) for k, b in enumerate(_BETA))
    latitude = np.arcsin(np.sin(w.real) / np.cosh(w.imag))
    longitude = np.arctan2(np.sinh(w.imag), np.cos(w.real)) - turn
    w = np.arctan2(np.tan(latitude), np.cos(longitude)) + 1j * np.arctanh(np.sin(longitude) * np.cos(latitude))
    z = (w + sum(a * np.sin(2 * (k + 1) * w) for k, a in enumerate(_ALPHA))) * (TM3_SCALE * _RADIUS_M)
    return np.column_stack([z.imag + EAST_M, z.real])


def brought(shape: BaseGeometry, source: int, target: int) -> BaseGeometry:
    """Bring a shape from one zone into another; within one zone it is not touched."""
    if source == target:
        return shape
    change: Any = functools.partial(convert, source=source, target=target)
    return shapely.transform(shape, change)
