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
from pyproj.crs.coordinate_operation import TransverseMercatorConversion
from pyproj.transformer import TransformerGroup

from parkgis.errors import CrsMixed, Reason, UsageError
from parkgis.vn2000 import OPERATION_NAME, TM3, TM3_SCALE, TOWGS84, UTM, UTM_SCALE, VIETNAM, WGS84

Bounds = tuple[float, float, float, float]


@functools.cache
def parse(text: str) -> pyproj.CRS:
    """Read what a user writes after ``--crs``: ``EPSG:9209``, ``9209``, WKT, or a zone computed wrongly.

    ``EPSG:9209 k=0.9996`` is the zone with the scale of UTM, ``EPSG:9209 datum=WGS84`` the zone without the datum shift:
    not systems anyone should use, but files are in them.

    Raises
    ------
    UsageError
        When it names no coordinate system.

    Examples
    --------
    >>> parse("EPSG:9209 k=0.9996").name
    'EPSG:9209 k=0.9996'
    """
    base, _, wrong = text.strip().partition(" ")
    if (wrong := wrong.strip()) in WRONGLY and base.removeprefix("EPSG:").isdigit():
        return wrongly(int(base.removeprefix("EPSG:")), wrong)
    try:
        return pyproj.CRS.from_user_input(int(text) if text.strip().isdigit() else text)
    except (pyproj.exceptions.CRSError, ValueError) as error:
        raise UsageError(
            why=Reason("crs_unknown", "{text} names no coordinate system; write for example EPSG:9209", text=text)
        ) from error


WRONGLY = ("k=0.9996", "k=0.9999", "datum=WGS84")
"""What goes wrong with a zone without anybody seeing it on a map of the province."""


@functools.cache
def wrongly(code: int, how: str) -> pyproj.CRS:
    """Return a VN-2000 zone as it is computed by mistake: with the other scale, or without the datum shift.

    Raises
    ------
    UsageError
        For a code that is no zone of VN-2000.
    """
    if code not in TM3 and code not in UTM:
        raise UsageError(
            why=Reason("crs_unknown", "{text} names no coordinate system; write for example EPSG:9209", text=f"EPSG:{code} {how}")
        )
    scale = float(how.removeprefix("k=")) if how.startswith("k=") else (TM3_SCALE if code in TM3 else UTM_SCALE)
    meridian = (TM3 | UTM)[code]
    return pyproj.crs.ProjectedCRS(
        name=f"EPSG:{code} {how}",
        conversion=TransverseMercatorConversion(0, meridian, 500_000, 0, scale),
        geodetic_crs=pyproj.CRS.from_epsg(4326 if how == "datum=WGS84" else 4756),
    )


def recognise(system: pyproj.CRS) -> tuple[pyproj.CRS, Reason | None, str]:
    """Hold a definition against the known zones, whatever it calls itself.

    Parameters
    ----------
    system : pyproj.CRS
        As a file declares it, e.g. in a ``.prj``.

    Returns
    -------
    (pyproj.CRS, Reason or None, str)
        The EPSG system with the same numbers where there is one, else the one given; what is wrong with the definition;
        and what to pass after ``--crs`` instead.

    Examples
    --------
    >>> odd = "+proj=tmerc +lon_0=105.5 +k=0.9996 +x_0=500000 +ellps=WGS84 +towgs84=-191.904,-39.303,-111.450,0,0,0,0"
    >>> recognise(pyproj.CRS(odd))[1].code
    'crs_definition_scale'
    """
    inner = system.source_crs if system.is_bound and system.source_crs is not None else system
    numbers = _transverse(inner)
    if numbers is None:
        return system, None, ""
    meridian, scale, easting, northing = numbers
    code = next((c for c, m in TM3.items() if abs(m - meridian) < 1e-7), None)
    if scale == UTM_SCALE:
        code = next((c for c, m in UTM.items() if abs(m - meridian) < 1e-7), code)
    datum = _datum(system)
    if code is None or easting != 500_000 or northing != 0 or datum == "other" or scale not in (TM3_SCALE, UTM_SCALE):
        known = inner.to_epsg(min_confidence=100) is not None
        return system, None if known else Reason("crs_definition", "its definition ({crs}) is no known system", crs=inner.name), ""
    shown = f"EPSG:{code}"
    if datum == "wgs84":
        utm = scale == UTM_SCALE and code in UTM
        why = Reason("crs_definition_datum", "it names WGS 84 for a zone of VN-2000: read so, it lies 224 m off")
        return system, None if utm else why, shown
    if scale != (TM3_SCALE if code in TM3 else UTM_SCALE):
        return (
            system,
            Reason("crs_definition_scale", "its scale is {k}; that of the 3° zones is 0.9999 (697 m)", k=f"{scale:g}"),
            shown,
        )
    if datum == "unflipped":
        why = Reason("crs_definition_rotations", "its TOWGS84 has the rotations with the wrong sign (0.75 m)")
        return system, why, shown
    return parse(shown), None, ""


def _transverse(system: pyproj.CRS) -> tuple[float, float, float, float] | None:
    """Return meridian (degrees), scale, false easting and northing (m) of a transverse Mercator; None for anything else."""
    operation = system.coordinate_operation
    if not system.is_projected or operation is None or operation.method_name != "Transverse Mercator":
        return None
    values = {param.code or param.name: param.value for param in operation.params}
    if values.get("8801", 0.0) != 0.0:
        return None
    return tuple(round(float(values.get(code, 0.0)), 9) for code in ("8802", "8805", "8806", "8807"))  # type: ignore[return-value]


def _datum(system: pyproj.CRS) -> str:
    """Return ``vn2000``, ``unflipped`` (its rotations turned the wrong way), ``wgs84`` or ``other``."""
    if system.is_bound and system.coordinate_operation is not None:
        shift = list(system.coordinate_operation.towgs84)
        if len(shift) < 3 or any(abs(a - b) > 1.0 for a, b in zip(shift, TOWGS84, strict=False)):
            return "wgs84" if not any(shift) else "other"
        turned = shift[3:6]
        return "unflipped" if any(turned) and all(a * b <= 0 for a, b in zip(turned, TOWGS84[3:6], strict=True)) else "vn2000"
    if is_vn2000(system):
        return "vn2000"
    base = system.geodetic_crs
    said = f"{base.name} {base.datum.name if base.datum else ''}".upper() if base is not None else ""
    if "2000" in said and ("VN" in said or "VIET" in said):
        return "vn2000"
    return "wgs84" if ("WGS" in said and "84" in said) or "WORLD GEODETIC SYSTEM 1984" in said else "other"


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
    codes: Sequence[str] = [WGS84, "EPSG:3857", *(f"EPSG:{code}" for code in (*TM3, *UTM)), "EPSG:32648", "EPSG:32649"]
    tried = (place(bounds, code, near, swapped=swapped) for code in codes for swapped in (False, True))
    return sorted((r for r in tried if r is not None and r.in_vietnam), key=lambda r: r.distance_km)
