"""The CRS alarm: no system is assumed, and one that contradicts the coordinates is refused by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from parkgis import crs
from parkgis.errors import CrsMissing, CrsSuspect, InputError, Reason

if TYPE_CHECKING:
    from pathlib import Path

    import pyproj

FAR_KM = 25.0
"""Centres are known to 3 km at worst and parks are a few km wide: farther than this is another place."""


def settle(
    path: Path,
    bounds: crs.Bounds,
    declared: pyproj.CRS | None,
    told: pyproj.CRS | None,
    near: tuple[float, float],
    *,
    swapped: bool = False,
    accept_far: bool = False,
) -> pyproj.CRS:
    """Return the system to read a file in, if the coordinates do not contradict it.

    Parameters
    ----------
    path : Path
        For the message.
    bounds : tuple of float
        (min x, min y, max x, max y) as the file has them.
    declared : pyproj.CRS or None
        What the file says.
    told : pyproj.CRS or None
        What the user says (``--crs``); it outranks the file, and is checked alike.
    near : tuple of float
        Longitude and latitude (WGS 84) of the project or the province.
    swapped : bool
        The user says that x is the northing.
    accept_far : bool
        The user says that the place is right although far from the project.

    Raises
    ------
    CrsMissing
        With the systems that would put the file near the project, nearest first. None is taken.
    CrsSuspect
        Degrees declared as metres and the reverse, swapped axes, wrong meridian, outside Vietnam.
    """
    if not np.isfinite(bounds).all():
        raise InputError(path=path, why=Reason("coordinates_nan", "has coordinates that are not numbers"))
    if swapped:
        bounds = (bounds[1], bounds[0], bounds[3], bounds[2])
    system = told or declared
    if system is None:
        raise CrsMissing(path=path, proposal=_proposal(bounds, near))
    if why := _contradiction(bounds, system, near, accept_far=accept_far):
        raise CrsSuspect(path=path, declared=crs.name(system), why=why, proposal=_proposal(bounds, near))
    return system


def _contradiction(bounds: crs.Bounds, system: pyproj.CRS, near: tuple[float, float], *, accept_far: bool) -> Reason | None:
    degrees = max(abs(bounds[0]), abs(bounds[2])) <= 180 and max(abs(bounds[1]), abs(bounds[3])) <= 180
    first = f"({bounds[0]:.6g}, {bounds[1]:.6g})"
    if system.is_projected and degrees:
        return Reason("crs_degrees", "its coordinates {first} are degrees, not metres", first=first)
    if system.is_geographic and not degrees:
        return Reason("crs_metres", "its coordinates {first} are metres, not degrees", first=first)
    place = crs.place(bounds, crs.key(system), near)
    if place is None:
        return Reason("crs_nowhere", "read so, its coordinates {first} lie nowhere on Earth", first=first)
    if not place.in_vietnam:
        return Reason(
            "crs_abroad", "read so, it lies outside Vietnam, at {lat} N {lon} E", lat=f"{place.lat:.3f}", lon=f"{place.lon:.3f}"
        )
    if place.distance_km > FAR_KM and not accept_far:
        return Reason(
            "crs_far",
            "read so, it lies {km} km from the project (if that is right, pass --accept far)",
            km=f"{place.distance_km:.0f}",
        )
    return None


def _proposal(bounds: crs.Bounds, near: tuple[float, float]) -> Reason | str:
    """Say which systems would put the file within reach of the project; empty when none does."""
    close = [r for r in crs.readings(bounds, near) if r.distance_km <= FAR_KM]
    if not close:
        return ""
    found = "; ".join(f"--crs {r.crs}{' --swap-xy' if r.swapped else ''} ({r.distance_km:.1f} km)" for r in close[:3])
    return Reason("crs_proposal", " It would lie near the project (distance from its centre) with: {found}.", found=found)
