"""A file laid a few hundred metres off: seen only against something whose place is known.

The corners of cadastral parcels are their own proof. Read rightly, many corners of a file fall on corners of the
project's surveyed boundary, of its earlier parcels, or of its neighbours, to the centimetre; read wrongly (without the
datum shift, with the scale of UTM) none do but by chance. Each reading is tried; one that hits many where the declared
one hits hardly any is named, with the distance and the direction.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from parkgis import crs
from parkgis.vn2000 import TM3, TM3_SCALE, TOWGS84, UTM, WGS84

if TYPE_CHECKING:
    from collections.abc import Iterator

Points = npt.NDArray[np.float64]
Read = Callable[[Points], Points]

HIT_M = 0.3
"""Corners this near are one: the unflipped rotations (0.75 m) must fall outside it."""

REACH_M = 1500.0  # a file may lie this far off: the scale of UTM moves it by 697 m
CORNERS = 2000  # of the reference that are looked at
ENOUGH = 12  # corners that must hit: fewer may by chance
AHEAD = 5  # times as many as in the declared reading


@dataclasses.dataclass(frozen=True)
class Reference:
    """Shapes whose place is known.

    Attributes
    ----------
    shapes : ndarray of geometry
    system : str
        ``EPSG:code`` of the grid they are in, metres.
    """

    shapes: npt.NDArray[Any]
    system: str


@dataclasses.dataclass(frozen=True, slots=True)
class Shift:
    """What a file seems to be in, and how far off it lies as declared.

    Attributes
    ----------
    kind : {"datum", "scale", "rotations", "system"}
    passes : str
        What to write after ``--crs``; empty where the file has to be made anew (``rotations``).
    metres, azimuth : float
        From where it belongs to where the declared reading puts it; azimuth in degrees from north.
    corners : int
        Corners of the reference that it then has.
    """

    kind: str
    passes: str
    metres: float
    azimuth: float
    corners: int


def look(shapes: npt.NDArray[Any], declared: pyproj.CRS, reference: Reference, *, swapped: bool = False) -> Shift | None:
    """Say whether another reading of a file fits a reference far better than the declared one.

    Parameters
    ----------
    shapes : ndarray of geometry
        As the file has them.
    declared : pyproj.CRS
    reference : Reference
    swapped : bool
        x is the northing.

    Returns
    -------
    Shift or None
        None where nothing speaks against the declared reading: it fits, or nothing fits.

    Method
    ------
    At most :data:`CORNERS` corners of the reference are brought into the file's coordinates by each reading and
    looked up in a tree of the file's shapes: linear in the size of the file, once.
    """
    corners = _near(reference, shapes, declared, swapped=swapped)
    if not len(corners):
        return None
    tree = shapely.STRtree(shapes)

    def hits(read: Read) -> int:
        xy = read(corners)
        return _hits(tree, shapes, xy[:, ::-1] if swapped else xy)

    first = hits(lambda xy: crs.convert(xy, reference.system, crs.key(declared)))
    found = [(hits(read), kind, passes, read) for kind, passes, read in _others(declared, reference.system)]
    best, kind, passes, read = max(found, key=lambda row: row[0], default=(0, "", "", None))
    if read is None or best < ENOUGH or best < AHEAD * first:
        return None
    metres, azimuth = _moved(corners.mean(axis=0, keepdims=True), read, declared, reference.system)
    return Shift(kind, passes, metres, azimuth, best)


def _near(reference: Reference, shapes: npt.NDArray[Any], declared: pyproj.CRS, *, swapped: bool) -> Points:
    """Return the reference's corners that the file might have, evenly thinned."""
    west, south, east, north = shapely.total_bounds(shapes)
    box = np.array([[west, south], [east, south], [east, north], [west, north]])
    placed = crs.convert(np.ascontiguousarray(box[:, ::-1]) if swapped else box, crs.key(declared), reference.system)
    low, high = placed.min(axis=0) - REACH_M, placed.max(axis=0) + REACH_M
    found = np.unique(shapely.get_coordinates(reference.shapes), axis=0)
    found = found[((found >= low) & (found <= high)).all(axis=1)]
    thinned: Points = found[np.linspace(0, len(found) - 1, min(CORNERS, len(found))).astype(int)] if len(found) else found
    return thinned


def _hits(tree: shapely.STRtree, shapes: npt.NDArray[Any], xy: Points) -> int:
    known = np.isfinite(xy).all(axis=1)
    points = np.asarray(shapely.points(xy[known]), dtype=object)
    unit_m = HIT_M if np.abs(xy[known]).max(initial=0.0) > 400 else HIT_M / 111_000  # degrees
    which, rows = tree.query(points, predicate="dwithin", distance=unit_m)
    if not len(which):
        return 0
    away = shapely.distance(points[which], shapely.extract_unique_points(shapes[rows]))
    return len(np.unique(which[away <= unit_m]))


# -- other readings: each a kind, what to pass, and the way from the reference into the file ----------------


def _others(declared: pyproj.CRS, legal: str) -> list[tuple[str, str, Read]]:
    code = declared.to_epsg()
    found: list[tuple[str, str, Read]] = [
        (kind, passes, functools.partial(_by_system, legal, passes)) for kind, passes in _systems(code, declared)
    ]
    if code in TM3:
        found.append(("rotations", "", functools.partial(_unflipped, legal, code)))
    return found


def _by_system(legal: str, passes: str, xy: Points) -> Points:
    return crs.convert(xy, legal, crs.key(crs.parse(passes)))


def _unflipped(legal: str, code: int, xy: Points) -> Points:
    """Go from a grid to WGS 84 rightly, and back into a zone with the rotations of ``TOWGS84`` turned the wrong way."""
    x, y, z, *turns, scale = TOWGS84
    shift = f"proj=helmert x={x} y={y} z={z} s={scale} " + " ".join(
        f"{n}={v}" for n, v in zip(("rx", "ry", "rz"), turns, strict=True)
    )
    start, end = TM3[int(legal.removeprefix("EPSG:"))], TM3[code]
    steps = (
        f"inv proj=tmerc lon_0={start} k={TM3_SCALE} x_0=500000 ellps=WGS84",
        "proj=push v_3",
        "proj=cart ellps=WGS84",
        f"{shift} convention=position_vector",
        f"inv {shift} convention=coordinate_frame",
        "inv proj=cart ellps=WGS84",
        "proj=pop v_3",
        f"proj=tmerc lon_0={end} k={TM3_SCALE} x_0=500000 ellps=WGS84",
    )
    transformer = pyproj.Transformer.from_pipeline("proj=pipeline " + " ".join(f"step {step}" for step in steps))
    return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))


def _systems(code: int | None, declared: pyproj.CRS) -> Iterator[tuple[str, str]]:
    """Return systems whose numbers look alike and whose places differ by metres, not by degrees."""
    utm_wgs84 = {32648: 105.0, 32649: 111.0}
    meridian = (TM3 | UTM | utm_wgs84).get(code or 0)
    for other, middle in (TM3 | UTM | utm_wgs84).items():
        if middle == meridian and other != code:
            yield "system", f"EPSG:{other}"
    if code in TM3:
        yield "datum", f"EPSG:{code} datum=WGS84"
        yield "scale", f"EPSG:{code} k=0.9996"
    if declared.is_geographic:
        yield "datum", "EPSG:4756" if code == 4326 else WGS84
    if declared.is_projected and (name := declared.name).startswith("EPSG:"):
        yield "system", name.partition(" ")[0]


def _moved(at: Points, read: Read, declared: pyproj.CRS, legal: str) -> tuple[float, float]:
    """Return how far, and in which direction, the declared reading moves a place."""
    shown = crs.convert(read(at), crs.key(declared), WGS84)[0]
    right = crs.convert(at, legal, WGS84)[0]
    azimuth, _, metres = pyproj.Geod(ellps="WGS84").inv(*right, *shown)
    return float(metres), float(azimuth % 360)
