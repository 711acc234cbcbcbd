"""VN-2000: the zones, one pinned operation to WGS 84, and what coordinates give away about their system.

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

from parkgis.errors import CrsMixed, UsageError

OPERATION = "EPSG:6960"
OPERATION_NAME = "VN-2000 to WGS 84 (2)"
WGS84 = "EPSG:4326"
VN2000 = "EPSG:4756"
METRES = ("metre", "meter", "m")

# EPSG code -> central meridian; every TM-3 zone of VN-2000 and the two UTM
# zones of the national topographic maps. Read from EPSG v11.022 (PROJ 9.5.1).
TM3 = {
    5896: 102.0, 9205: 103.0, 9206: 104.0, 9207: 104.5, 9208: 104.75, 5897: 105.0, 9209: 105.5, 9210: 105.75, 9211: 106.0,
    9212: 106.25, 9213: 106.5, 9214: 107.0, 9215: 107.25, 9216: 107.5, 5899: 107.75, 5898: 108.0, 9217: 108.25, 9218: 108.5,
}  # fmt: skip
UTM = {3405: 105.0, 3406: 111.0}

# Bounds of the province with its neighbours, degrees (west, south, east, north): outside is an alarm.
VIETNAM = (102.0, 7.0, 118.0, 23.8)
PROVINCE = (105.6, 20.9, 107.2, 21.8)

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
        raise UsageError(why=f"{text!r} names no coordinate system; write for example EPSG:9209") from error


def name(crs: pyproj.CRS) -> str:
    """Return ``EPSG:code`` where the system has one, else its name."""
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else crs.name


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
        raise UsageError(why=f"{crs.name} has no geographic system below it")
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
    raise UsageError(why=f"there is no pinned operation from {name(start)} to {name(end)}; convert the file to VN-2000 or WGS 84 first")


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
    """One way to read a file's coordinates, and where it would put them."""

    crs: str
    swapped: bool
    lon: float
    lat: float
    distance_km: float


def readings(bounds: Bounds, near: tuple[float, float]) -> list[Reading]:
    """Try every known system on the centre of ``bounds`` and say where each would put it.

    Parameters
    ----------
    bounds : tuple of float
        (min x, min y, max x, max y) as the file has them.
    near : tuple of float
        Longitude, latitude (WGS 84) of where the file ought to lie.

    Returns
    -------
    list of Reading
        Nearest first; only those within 400 km. Nothing is chosen: a person decides.
    """
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    found = []
    geod = pyproj.Geod(ellps="WGS84")
    codes: Sequence[str] = [WGS84, "EPSG:3857", *(f"EPSG:{code}" for code in (*TM3, *UTM)), "EPSG:32648"]
    for code in codes:
        for swapped in (False, True):
            lon, lat = _lonlat((y, x) if swapped else (x, y), code)
            if not (VIETNAM[0] <= lon <= VIETNAM[2] and VIETNAM[1] <= lat <= VIETNAM[3]):
                continue
            metres = geod.inv(lon, lat, *near)[2]
            if metres < 400_000:
                found.append(Reading(code, swapped, lon, lat, metres / 1000))
    return sorted(found, key=lambda reading: reading.distance_km)


def _lonlat(xy: tuple[float, float], code: str) -> tuple[float, float]:
    if not np.isfinite(xy).all():
        return (np.nan, np.nan)
    lon, lat = transformer(code, WGS84).transform(*xy)
    return float(lon), float(lat)
