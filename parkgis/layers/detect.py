"""The CRS alarm: no system is assumed, and one that contradicts the coordinates is refused by name.

What can be seen, and against what::

    degrees for metres, and the reverse      the numbers themselves
    X and Y swapped, wrong meridian,         where the project lies (its published centre)
    Web Mercator, another country
    scale, datum, signs of TOWGS84           the definition the file carries (:func:`parkgis.crs.recognise`)
    the same where the definition is right   corners whose place is known (:mod:`parkgis.layers.shift`)
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from parkgis import crs
from parkgis.errors import CrsMissing, CrsSuspect, InputError, Reason
from parkgis.layers import shift
from parkgis.model import Finding, Severity
from parkgis.vn2000 import OPERATION, TM3, UTM, WGS84

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from parkgis.layers.shift import Reference

FAR_KM = 25.0
"""Centres are known to 3 km at worst and parks are a few km wide: farther than this is another place."""

PROVINCE_KM = 110.0
"""The same for a project without a published centre: from the middle of the province to its corners, and some."""

CLOSE_KM = 6.0
BESIDE_KM = 12.0
"""Beyond this, with another zone of the province within :data:`CLOSE_KM`, the meridian is wrong (15 minutes are 26 km)."""

DETECTED = "detected"  # what --accept says to take a reading found to be sure
DECLARED = "declared"  # and to take the file at its word where its definition is odd or its corners fit elsewhere
FAR = "far"


@dataclasses.dataclass(frozen=True)
class Near:
    """Where a file ought to lie.

    Attributes
    ----------
    lon, lat : float
        WGS 84 degrees.
    reach_km : float
        How far from there a right file may have its centre.
    legal : tuple of str
        The province's zones: a file in another one is looked at more closely.
    reference : Reference or None
        Corners whose place is known.
    """

    lon: float
    lat: float
    reach_km: float = FAR_KM
    legal: tuple[str, ...] = ("EPSG:9209", "EPSG:9214")
    reference: Reference | None = None

    @property
    def place(self) -> tuple[float, float]:
        return self.lon, self.lat


@dataclasses.dataclass(frozen=True)
class Placed:
    """How a file is read: its system, whether x is the northing, and what a person should know of it."""

    system: pyproj.CRS
    swapped: bool
    findings: tuple[Finding, ...] = ()


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
    """Return the system to read a few shapes in: :func:`place` by their bounds alone."""
    corners = np.array([shapely.box(*bounds)], dtype=object) if np.isfinite(bounds).all() else np.array([shapely.Point(np.nan, 0)])
    accepted = (FAR,) if accept_far else ()
    return place(path, corners, declared, told, Near(*near), swapped=swapped, accepted=accepted).system


def place(
    path: Path,
    shapes: npt.NDArray[Any],
    declared: pyproj.CRS | None,
    told: pyproj.CRS | None,
    near: Near,
    *,
    swapped: bool = False,
    accepted: Collection[str] = (),
) -> Placed:
    """Return how to read a file, if its coordinates do not contradict it.

    Parameters
    ----------
    path : Path
        For the message.
    shapes : ndarray of geometry
        As the file has them.
    declared : pyproj.CRS or None
        What the file says.
    told : pyproj.CRS or None
        What the user says (``--crs``); it outranks the file, and is checked alike.
    near : Near
    swapped : bool
        The user says that x is the northing.
    accepted : collection of str
        ``far``: the place is right although far from the project. ``detected``: the one reading that fits may be taken.
        ``declared``: the file is taken at its word although its definition is odd or its corners fit elsewhere.

    Raises
    ------
    CrsMissing
        With the systems that would put the file near the project, nearest first. None is taken unless ``detected``.
    CrsSuspect
        Degrees declared as metres and the reverse, swapped axes, wrong meridian, Web Mercator, outside Vietnam, a
        definition that equals no known system, and shifts that the reference gives away.
    InputError
        For coordinates that are not numbers.
    """
    found = tuple(float(v) for v in shapely.total_bounds(shapes))
    bounds = (found[0], found[1], found[2], found[3])
    if not np.isfinite(bounds).all():
        raise InputError(path=path, why=Reason("coordinates_nan", "has coordinates that are not numbers"))
    system = told or declared
    if system is None:
        fits = _fitting(bounds, near, swapped=swapped)
        if DETECTED in accepted and _sure(fits):
            return _taken(Placed(crs.parse(fits[0].crs), swapped != fits[0].swapped), None)
        raise CrsMissing(path=path, proposal=_proposal(fits))
    upright = (bounds[1], bounds[0], bounds[3], bounds[2]) if swapped else bounds
    problem = _alarm(upright, system, near, accepted)
    known = crs.recognise(system)[0]
    moved = None
    if problem is None and near.reference is not None and DECLARED not in accepted:
        moved = shift.look(shapes, known, near.reference, swapped=swapped)
        problem = _by_corners(moved) if moved else None
    if problem is None:
        return Placed(known, swapped, (*_stated(known), *_turned(moved)))
    why, better = problem
    if DETECTED in accepted and _sure(better):
        return _taken(Placed(crs.parse(better[0].crs), swapped != better[0].swapped), system)
    raise CrsSuspect(path=path, declared=crs.name(system), why=why, proposal=_proposal(better))


Problem = tuple[Reason, "list[crs.Reading]"]


def _alarm(bounds: crs.Bounds, system: pyproj.CRS, near: Near, accepted: Collection[str]) -> Problem | None:
    """Return the first thing that contradicts a system, with the readings that do not."""
    if found := _by_definition(system) if DECLARED not in accepted else None:
        return found
    fits = _fitting(bounds, near)
    if why := _by_numbers(bounds, system):
        return why, fits or crs.readings(bounds, near.place)[:1]
    if FAR not in accepted and (why := _by_place(bounds, system, near, fits)):
        return why, fits
    return None


def _by_definition(system: pyproj.CRS) -> Problem | None:
    _, why, passes = crs.recognise(system)
    return (why, [_reading(passes)] if passes else []) if why else None


def _reading(code: str, *, swapped: bool = False) -> crs.Reading:
    return crs.Reading(code, swapped, 0.0, 0.0, 0.0)


def _by_numbers(bounds: crs.Bounds, system: pyproj.CRS) -> Reason | None:
    degrees = max(abs(bounds[0]), abs(bounds[2])) <= 180 and max(abs(bounds[1]), abs(bounds[3])) <= 180
    first = f"({bounds[0]:.6g}, {bounds[1]:.6g})"
    if system.is_projected and degrees:
        return Reason("crs_degrees", "its coordinates {first} are degrees, not metres", first=first)
    if system.is_geographic and not degrees:
        return Reason("crs_metres", "its coordinates {first} are metres, not degrees", first=first)
    return None


def _by_place(bounds: crs.Bounds, system: pyproj.CRS, near: Near, fits: list[crs.Reading]) -> Reason | None:
    first = f"({bounds[0]:.6g}, {bounds[1]:.6g})"
    place = crs.place(bounds, crs.key(crs.recognise(system)[0]), near.place)
    if place is None:
        return Reason("crs_nowhere", "read so, its coordinates {first} lie nowhere on Earth", first=first)
    off = place.distance_km > near.reach_km
    beside = place.distance_km > BESIDE_KM and near.reach_km == FAR_KM
    other = beside and any(r.crs in near.legal and r.distance_km < CLOSE_KM and r.crs != crs.name(system) for r in fits)
    if place.in_vietnam and not off and not other:
        return None
    if fits and (named := _named(place, system, fits[0])):
        return named
    if not place.in_vietnam:
        return Reason(
            "crs_abroad", "read so, it lies outside Vietnam, at {lat} N {lon} E", lat=f"{place.lat:.3f}", lon=f"{place.lon:.3f}"
        )
    return Reason(
        "crs_far",
        "read so, it lies {km} km from the project (if that is right, pass --accept far)",
        km=f"{place.distance_km:.0f}",
    )


def _named(place: crs.Reading, system: pyproj.CRS, best: crs.Reading) -> Reason | None:
    """Name the mistake, where the nearest reading says which it is; the way is from the right place to the wrong one."""
    azimuth, _, metres = pyproj.Geod(ellps="WGS84").inv(best.lon, best.lat, place.lon, place.lat)
    way = {"km": f"{metres / 1000:.0f}", "azimuth": f"{azimuth % 360:.0f}"}
    if best.swapped:
        return Reason("crs_swapped", "its X and Y are swapped: X is the northing, as Vietnamese coordinate lists have it")
    code = system.to_epsg()
    zones = TM3 | UTM
    right = zones.get(int(best.crs.removeprefix("EPSG:")))
    if code in zones and right is not None and zones[code] != right:
        return Reason(
            "crs_meridian",
            "its numbers fit the central meridian {right}, not {wrong}: read so, it lies {km} km from the project, towards"
            " azimuth {azimuth}° (if that is right, pass --accept far)",
            right=_degrees(right),
            wrong=_degrees(zones[code]),
            **way,
        )
    if best.crs == "EPSG:3857":
        return Reason("crs_mercator", "its numbers are those of web maps (EPSG:3857), which make areas 15 % too large")
    return None


def _degrees(meridian: float) -> str:
    """Write a meridian in degrees and minutes, as the zones are called."""
    return f"{int(meridian)}°{round(meridian % 1 * 60):02d}'"


def _by_corners(found: shift.Shift) -> Problem | None:
    if not found.passes:
        return None
    why = Reason(
        "crs_shift",
        "{corners} corners of land already known fall on its corners if it is read as {passes}: as declared, it lies {metres} m"
        " off, towards azimuth {azimuth}° (if it is right all the same, pass --accept declared)",
        corners=found.corners,
        passes=found.passes,
        metres=f"{found.metres:.1f}",
        azimuth=f"{found.azimuth:.0f}",
    )
    return why, [_reading(found.passes)]


def _fitting(bounds: crs.Bounds, near: Near, *, swapped: bool = False) -> list[crs.Reading]:
    """Return the readings that put a file within reach of the project, nearest first; the obvious ones only.

    Zones that share a meridian differ by less than a kilometre, which no centre can tell: all of them are given.
    """
    upright = (bounds[1], bounds[0], bounds[3], bounds[2]) if swapped else bounds
    close = [r for r in crs.readings(upright, near.place) if r.distance_km <= near.reach_km]
    if not close:
        return []
    metres = max(abs(v) for v in bounds) > 400
    if not metres:  # degrees say nothing of their datum: WGS 84 first, as nearly all are
        return [*close, *(dataclasses.replace(r, crs="EPSG:4756") for r in close if r.crs == WGS84)]
    return [r for r in close if r.distance_km <= max(CLOSE_KM, 2 * close[0].distance_km)]


def _sure(fits: list[crs.Reading]) -> bool:
    """Tell whether one reading fits and no other, close to where the project is: what ``detected`` may take."""
    return len(fits) == 1 and fits[0].distance_km <= CLOSE_KM


def _proposal(fits: list[crs.Reading]) -> Reason | str:
    """Say which systems would put the file where it belongs; empty when none does."""
    if not fits:
        return ""
    if fits[0].distance_km == 0.0:
        quoted = f'"{fits[0].crs}"' if " " in fits[0].crs else fits[0].crs
        return Reason("crs_pass", " Pass --crs {system}, or --accept detected.", system=quoted)
    found = "; ".join(f"--crs {r.crs}{' --swap-xy' if r.swapped else ''} ({r.distance_km:.0f} km)" for r in fits[:3])
    return Reason("crs_proposal", " It would lie near the project (distance from its centre) with: {found}.", found=found)


# -- what is said of a file that was placed ----------------------------------------------------------------


def _stated(system: pyproj.CRS) -> tuple[Finding, ...]:
    """Say through which operation the file goes into the legal grid, where it changes the datum."""
    if crs.is_vn2000(system):
        return ()
    facts = {"system": crs.name(system), "operation": OPERATION}
    return (Finding("crs_transformed", Severity.INFO, facts=facts),)


def _turned(found: shift.Shift | None) -> tuple[Finding, ...]:
    """Say that a file was made with the rotations of TOWGS84 turned the wrong way: too little to refuse it."""
    if found is None:
        return ()
    facts = {"metres": found.metres, "azimuth": round(found.azimuth), "corners": found.corners}
    return (Finding("crs_rotations", Severity.WARNING, facts=facts),)


def _taken(placed: Placed, declared: pyproj.CRS | None) -> Placed:
    """Say which reading was taken in the place of what the file declares."""
    facts = {"declared": crs.name(declared) if declared else None, "system": crs.name(placed.system), "swapped": placed.swapped}
    taken = Finding("crs_detected", Severity.WARNING, facts=facts)
    return dataclasses.replace(placed, findings=(taken, *_stated(placed.system)))
