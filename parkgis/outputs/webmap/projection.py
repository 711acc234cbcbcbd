"""From the legal grid to what a browser draws in, as a polynomial that the page can carry.

PROJ projects a few hundred points (VN-2000 to WGS 84 by EPSG:6960); a polynomial of degree 5 on the block's own
extent repeats it. The page says by how much it was ever found to miss: less than :data:`ALLOWED_M` over a province.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt

from parkgis import crs
from parkgis.vn2000 import WGS84

Floats = npt.NDArray[np.float64]

SPHERE_M = 6378137.0  # radius of EPSG:3857
DEGREE = 5
POWERS = tuple((i, total - i) for total in range(DEGREE + 1) for i in range(total, -1, -1))
SAMPLES = 17  # along each side
LEAST_M = 1000.0  # half a side
ALLOWED_M = 0.002
DECIMALS = 7  # of coefficients, metres: the same text on every machine


@dataclasses.dataclass(frozen=True)
class Projection:
    """Spherical Mercator (EPSG:3857, metres) as a polynomial of u and v.

    Attributes
    ----------
    centre_m, half_m : (east, north) of the centre, and half the side: u = (east - centre) / half, v likewise
    x, y : coefficients of :data:`POWERS` of (u, v)
    error_m : the largest miss at points between those fitted, metres on the ground
    """

    centre_m: tuple[float, float]
    half_m: float
    x: tuple[float, ...]
    y: tuple[float, ...]
    error_m: float

    def project(self, xy: Floats) -> Floats:
        terms = _terms((xy - self.centre_m) / self.half_m)
        return np.column_stack([terms @ np.array(self.x), terms @ np.array(self.y)])


def fit(low: Floats, high: Floats, legal: str) -> Projection:
    """Fit the projection of a rectangle of the ``legal`` grid, metres, made a square and a tenth wider."""
    centre = np.round((low + high) / 2)
    half = float(max(np.ceil((high - low).max() * 0.55), LEAST_M))
    nodes = np.cos(np.pi * (np.arange(SAMPLES) + 0.5) / SAMPLES)  # Chebyshev's: no swinging at the edges
    uv = _square(nodes)
    solved = np.linalg.lstsq(_terms(uv), mercator(centre + half * uv, legal), rcond=None)[0]
    x, y = (tuple(np.round(column, DECIMALS).tolist()) for column in solved.T)
    found = Projection((float(centre[0]), float(centre[1])), half, x, y, 0.0)
    between = centre + half * _square(np.linspace(-1, 1, SAMPLES + 1))
    miss = np.hypot(*(found.project(between) - mercator(between, legal)).T).max()
    return dataclasses.replace(found, error_m=float(np.ceil(miss * 1e4) / 1e4))


def mercator(xy: Floats, legal: str) -> Floats:
    """Return spherical Mercator of points of the ``legal`` grid by PROJ, metres."""
    lon, lat = np.radians(crs.convert(xy, legal, WGS84)).T
    return SPHERE_M * np.column_stack([lon, np.arctanh(np.sin(lat))])


def _square(side: Floats) -> Floats:
    return np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)


def _terms(uv: Floats) -> Floats:
    u, v = uv.T
    return np.column_stack([u**i * v**j for i, j in POWERS])
