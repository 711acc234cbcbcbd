"""Shapes and columns as a few hundred kilobytes: integer deltas, dictionaries, deflate, base64.

::

    block   = base64(zlib(uint32le(len(header)) + header + column + column + ...))
    header  = JSON: rows, origin_m, grid_m, texts {name: values}, columns [[name, length, bytes], ...]
    column  = varint(zigzag(value - value before)), arithmetic modulo 2**32

Coordinates are spherical Web Mercator (EPSG:3857) on a grid of 0.1 m, since that is what the browser draws
in: its areas are never used. ``decode.js`` reads what :func:`encode` writes; :func:`decode` does so here,
for tests.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import struct
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from parkgis import crs
from parkgis.vn2000 import WGS84

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Ints = npt.NDArray[np.int32]

GRID_M = 0.1
SPHERE_M = 6378137.0  # radius of EPSG:3857
BYTES = 5  # a 32-bit number in groups of seven bits
GEOMETRY = ("rings", "points", "x", "y")


@dataclasses.dataclass(frozen=True)
class Rings:
    """Polygons as rings of grid points; even-odd, so that holes and parts need no marks.

    Attributes
    ----------
    rings : ndarray of int32, shape (rows,)
        How many rings each row has.
    points : ndarray of int32, shape (all rings,)
        How many points each ring has; the closing point is left out.
    x, y : ndarray of int32, shape (all points,)
        In units of :data:`GRID_M` from ``origin_m``.
    origin_m : tuple of float
        EPSG:3857, metres.
    """

    rings: Ints
    points: Ints
    x: Ints
    y: Ints
    origin_m: tuple[float, float]


@dataclasses.dataclass(frozen=True)
class Table:
    """What one data block of the page holds: shapes, whole numbers, texts; all of the same rows."""

    shapes: Rings
    ints: Mapping[str, Ints]
    texts: Mapping[str, Sequence[str]]


def rings(shapes: npt.NDArray[np.object_], legal: str) -> Rings:
    """Put polygons on the grid the browser draws in.

    Parameters
    ----------
    shapes : ndarray of BaseGeometry, shape (n,)
        Polygons and multipolygons in the ``legal`` VN-2000 grid, metres; an empty one has no rings.
    legal : str
        ``EPSG:code``; transformed through EPSG:6960.
    """
    parts, row_of_part = shapely.get_parts(shapes, return_index=True)
    flat = shapely.get_dimensions(parts) == 2
    # drawn by the nonzero rule: outer rings run one way, holes the other, so that overlapping neighbours do not cancel
    loops, part_of_loop = shapely.get_rings(shapely.orient_polygons(parts[flat]), return_index=True)
    xy, loop_of_point = shapely.get_coordinates(loops, return_index=True)
    closing = np.append(loop_of_point[1:] != loop_of_point[:-1], True) if len(xy) else np.zeros(0, bool)
    mercator = _mercator(xy[~closing], legal)
    origin = np.floor(mercator.min(axis=0)) if len(mercator) else np.zeros(2)
    grid = np.round((mercator - origin) / GRID_M).astype(np.int32)
    return Rings(
        np.bincount(row_of_part[flat][part_of_loop], minlength=len(shapes)).astype(np.int32),
        np.bincount(loop_of_point[~closing], minlength=len(loops)).astype(np.int32),
        np.ascontiguousarray(grid[:, 0]),
        np.ascontiguousarray(grid[:, 1]),
        (float(origin[0]), float(origin[1])),
    )


def _mercator(xy: npt.NDArray[np.float64], legal: str) -> npt.NDArray[np.float64]:
    if not len(xy):
        return np.zeros((0, 2))
    lon, lat = np.radians(crs.convert(xy, legal, WGS84)).T
    return SPHERE_M * np.column_stack([lon, np.arctanh(np.sin(lat))])


def encode(table: Table) -> str:
    """Return the table as a base64 text; the same table gives the same text."""
    dictionaries = {name: list(dict.fromkeys(values)) for name, values in table.texts.items()}
    geometry = {name: getattr(table.shapes, name) for name in GEOMETRY}
    columns = {**geometry, **table.ints, **{name: _indices(table.texts[name], known) for name, known in dictionaries.items()}}
    packed = {name: _pack(values) for name, values in columns.items()}
    header: dict[str, Any] = {
        "rows": len(table.shapes.rings),
        "origin_m": table.shapes.origin_m,
        "grid_m": GRID_M,
        "texts": dictionaries,
        "columns": [[name, len(columns[name]), len(data)] for name, data in packed.items()],
    }
    head = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.b64encode(zlib.compress(struct.pack("<I", len(head)) + head + b"".join(packed.values()), 9)).decode()


def decode(block: str) -> Table:
    """Read a block back."""
    data = zlib.decompress(base64.b64decode(block))
    (length,) = struct.unpack_from("<I", data)
    header = json.loads(data[4 : 4 + length])
    columns, at = {}, 4 + length
    for name, _, size in header["columns"]:
        columns[name] = _unpack(data[at : at + size])
        at += size
    east, north = header["origin_m"]
    shapes = Rings(columns.pop("rings"), columns.pop("points"), columns.pop("x"), columns.pop("y"), (east, north))
    texts = {name: [known[i] for i in columns.pop(name)] for name, known in header["texts"].items()}
    return Table(shapes, columns, texts)


def _indices(values: Sequence[str], known: Sequence[str]) -> Ints:
    place = {value: i for i, value in enumerate(known)}
    return np.fromiter((place[v] for v in values), np.int32, len(values))


def _pack(values: Ints) -> bytes:
    delta = np.diff(values, prepend=np.int32(0))  # wraps around, and wraps back when summed
    zigzag = ((delta << 1) ^ (delta >> 31)).astype(np.int32).view(np.uint32)
    groups = zigzag[:, None] >> np.arange(0, 7 * BYTES, 7, dtype=np.uint32)
    used = np.column_stack([np.ones(len(zigzag), bool), groups[:, 1:] > 0])
    more = np.column_stack([groups[:, 1:] > 0, np.zeros(len(zigzag), bool)])
    octets: npt.NDArray[np.uint8] = ((groups & 0x7F) | (more.astype(np.uint32) << 7)).astype(np.uint8)
    return bytes(octets[used].tobytes())


def _unpack(data: bytes) -> Ints:
    octets = np.frombuffer(data, np.uint8)
    if not len(octets):
        return np.zeros(0, np.int32)
    first = np.append(True, octets[:-1] < 0x80)
    start = np.flatnonzero(first)
    place = np.arange(len(octets)) - start[np.cumsum(first) - 1]
    zigzag = np.add.reduceat((octets & 0x7F).astype(np.uint64) << (7 * place).astype(np.uint64), start).astype(np.uint32)
    delta = (zigzag >> np.uint32(1)).view(np.int32) ^ -(zigzag & np.uint32(1)).astype(np.int32)
    return np.cumsum(delta, dtype=np.int32)
