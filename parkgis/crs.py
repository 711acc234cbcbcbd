"""Transform and recognise coordinates: one pinned operation between VN-2000 and WGS 84.

All transformation goes through EPSG:6960 (VN-2000 to WGS 84 (2), coordinate-frame rotation, 1 m): never
through a ``+towgs84`` string, whose rotation signs are a trap (0.75 m when copied unflipped).
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyproj
from pyproj.transformer import TransformerGroup

from parkgis.errors import CrsMixed, Reason, UsageError
from parkgis.vn2000 import OPERATION_NAME, TM3, UTM, VIETNAM, WGS84

Bounds = tuple[float, float, float, float]


@functools.cache
def parse(text: str) -> pyproj.CRS:
    """Read what a user writes after ``--crs``: ``EPSG:9209``, ``9209``, or WKT.

    Raises
    ------
    UsageError
        When it names no coordinate system.
    """
    try:
        return pyproj.CRS.from_user_input(int(text) if text.strip().isdigit() else text)
    except (pyproj.exceptions.CRSError, ValueError) as error:
        raise UsageError(
            why=Reason("crs_unknown", "{text} names no coordinate system; write for example EPSG:9209", text=text)
        ) from error


def name(crs: pyproj.CRS) -> str:
    """Return ``EPSG:code`` where the system has one, else its name."""
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else crs.name


def key(crs: pyproj.CRS) -> str:
    """Return what :func:`parse` reads back into the same system: ``EPSG:code``, or WKT where it has none."""
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else crs.to_wkt()


def is_vn2000(crs: pyproj.CRS) -> bool:
    """Tell whether a system is on the VN-2000 datum."""
    base = crs.geodetic_crs
    return base is not None and (base.to_epsg() == 4756 or "VN-2000" in base.name)


def same(left: pyproj.CRS, right: pyproj.CRS) -> None:
    """Refuse two systems that are not equal.

    Raises
    ------
    CrsMixed
    """
    if left != right:
        raise CrsMixed(left=name(left), right=name(right))


def _geographic(crs: pyproj.CRS) -> pyproj.CRS:
    base = crs.geodetic_crs
    if base is None:
        raise UsageError(why=Reason("crs_local", "{crs} has no geographic system below it", crs=crs.name))
    return base


@functools.cache
def transformer(source: str, target: str) -> pyproj.Transformer:
    """Return the one transformation from ``source`` to ``target``, x = east first, pinned to EPSG:6960.

    PROJ ranks several operations between VN-2000 and WGS 84, by area of use; the pinned one is taken by
    name from its list, so that neither the place nor the PROJ version can choose another.

    Raises
    ------
    UsageError
        For a pair of datums without a pinned operation.
    """
    start, end = parse(source), parse(target)
    if _geographic(start).equals(_geographic(end), ignore_axis_order=True):
        return pyproj.Transformer.from_crs(start, end, always_xy=True)
    for found in TransformerGroup(start, end, always_xy=True, allow_ballpark=False).transformers:
        if OPERATION_NAME in found.description:
            return found
    raise UsageError(
        why=Reason(
            "crs_no_operation",
            "there is no pinned operation from {start} to {end}; convert the file to VN-2000 or WGS 84 first",
            start=name(start),
            end=name(end),
        )
    )


def convert(xy: npt.NDArray[np.float64], source: str, target: str) -> npt.NDArray[np.float64]:
    """Transform coordinates from one system to another.

    Parameters
    ----------
    xy : ndarray, shape (n, 2), float64
        East (or longitude) first.
    source, target : str
        ``EPSG:code``.

    Returns
    -------
    ndarray, shape (n, 2), float64
        In the same order.
    """
    x, y = transformer(source, target).transform(xy[:, 0], xy[:, 1], errcheck=True)
    return np.column_stack([x, y])


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a file's coordinates, and where it would put their centre (WGS 84 degrees)."""

    crs: str
    swapped: bool
    lon: float
    lat: float
    distance_km: float

    @property
    def in_vietnam(self) -> bool:
        return VIETNAM[0] <= self.lon <= VIETNAM[2] and VIETNAM[1] <= self.lat <= VIETNAM[3]


def place(bounds: Bounds, code: str, near: tuple[float, float], *, swapped: bool = False) -> Reading | None:
    """Return where a system puts the centre of ``bounds``; None when that is no place on Earth.

    Parameters
    ----------
    bounds : tuple of float
        (min x, min y, max x, max y) as the file has them.
    code : str
        ``EPSG:code`` or a name pyproj knows.
    near : tuple of float
        Longitude and latitude (WGS 84) to measure the distance from.
    swapped : bool
        Read x as the northing.
    """
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    lon, lat = transformer(code, WGS84).transform(*((y, x) if swapped else (x, y)))
    if not (np.isfinite(lon) and np.isfinite(lat) and -180 <= lon <= 180 and -90 <= lat <= 90):
        return None
    return Reading(code, swapped, lon, lat, pyproj.Geod(ellps="WGS84").inv(lon, lat, *near)[2] / 1000)


def readings(bounds: Bounds, near: tuple[float, float]) -> list[Reading]:
    """Try every known system, both ways round, and return those that lie in Vietnam, nearest first.

    Nothing is chosen: a person decides.
    """
    codes: Sequence[str] = [WGS84, "EPSG:3857", *(f"EPSG:{code}" for code in (*TM3, *UTM)), "EPSG:32648"]
    tried = (place(bounds, code, near, swapped=swapped) for code in codes for swapped in (False, True))
    return sorted((r for r in tried if r is not None and r.in_vietnam), key=lambda r: r.distance_km)
