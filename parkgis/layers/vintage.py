"""The vintages of parcel layers and boundaries: GeoPackage files that are written once and never changed.

Status reads columns from them through plain SQLite (no geopandas: it alone costs more start-up time than
folding 300,000 entries), and geometry only of the parcels a tranche touches.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import sqlite3
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from parkgis.errors import FileMissing, FileUnreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Floats = npt.NDArray[np.float64]
SEPARATOR = "\x1f"
COLUMNS_TABLE = "rtree_parkgis_columns"
"""Beside the features, once more column by column: what a fold reads, at a twentieth of the cost of rows.

The prefix keeps it off the layer lists of GDAL and QGIS (GDAL 3.12 lists every table but ``gpkg_*`` and ``rtree_*``).
"""


@dataclasses.dataclass(frozen=True)
class ParcelColumns:
    """The columns of a parcel layer that a fold needs; row i is the parcel with key ``keys[i]``.

    Attributes
    ----------
    keys : list of str
    communes : tuple of str
        Old commune codes, each once.
    commune : ndarray of int32, shape (n,)
        Which of them each parcel lies in.
    area_in_m2 : ndarray of float64, shape (n,)
        Basis ``grid``; the part inside the project's surveyed boundary.
    irregular : ndarray of bool, shape (n,)
    """

    keys: list[str]
    communes: tuple[str, ...]
    commune: npt.NDArray[np.int32]
    area_in_m2: Floats
    irregular: npt.NDArray[np.bool_]

    @classmethod
    def empty(cls) -> ParcelColumns:
        return cls([], (), np.empty(0, np.int32), np.empty(0), np.empty(0, bool))

    @functools.cached_property
    def index(self) -> dict[str, int]:
        """Row of each key."""
        return {key: row for row, key in enumerate(self.keys)}


@contextlib.contextmanager
def _open(path: Path) -> Iterator[sqlite3.Connection]:
    if not path.exists():
        raise FileMissing(path=path)
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            yield db
    except sqlite3.DatabaseError as error:
        raise FileUnreadable(path=path, why=str(error)) from error


class ParcelLayer:
    """One vintage of a project's parcels, in a GeoPackage written by :mod:`parkgis.layers.write`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.worked: dict[Any, Any] = {}
        """What was worked out of this vintage, which never changes, by what it was worked out from."""

    def columns(self) -> ParcelColumns:
        """Return the columns of every parcel, in the order of their rows; read once."""
        return self._columns

    @functools.cached_property
    def _columns(self) -> ParcelColumns:
        with _open(self.path) as db:
            blobs: dict[str, bytes] = dict(db.execute(f"SELECT name, content FROM {COLUMNS_TABLE}"))
        keys = blobs["key"].decode().split(SEPARATOR) if blobs["key"] else []
        communes = tuple(blobs["communes"].decode().split(SEPARATOR)) if keys else ()
        commune, irregular = np.frombuffer(blobs["commune"], "<i4"), np.frombuffer(blobs["irregular"], np.bool_)
        return ParcelColumns(keys, communes, commune, np.frombuffer(blobs["area_in_m2"], "<f8"), irregular)

    def land_uses(self) -> list[str]:
        """Return the land-use code of every parcel, in the order of the rows, read once; only limits by kind of land need it."""
        return self._land_uses

    @functools.cached_property
    def _land_uses(self) -> list[str]:
        return self._cells("land_use")

    def holders(self) -> list[str]:
        """Return the pseudonym of every parcel's land user, empty for none, in the order of the rows; read once."""
        return self._holders

    @functools.cached_property
    def _holders(self) -> list[str]:
        return self._cells("holder")

    def _cells(self, column: str) -> list[str]:
        with _open(self.path) as db:
            rows = f"SELECT coalesce({column}, '') AS cell FROM parcels ORDER BY fid"  # one text: a quarter of the time of rows
            (cells,) = db.execute(f"SELECT group_concat(cell, '{SEPARATOR}') FROM ({rows})").fetchone()
            return [] if cells is None else cells.split(SEPARATOR)

    @functools.cached_property
    def srid(self) -> int:
        """EPSG code of the layer's grid."""
        with _open(self.path) as db:
            return int(db.execute("SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = 'parcels'").fetchone()[0])

    def rows_touching(self, bounds: Sequence[float]) -> list[int]:
        """Return the rows whose bounding box meets ``bounds`` (min x, min y, max x, max y), metres."""
        with _open(self.path) as db:
            found = db.execute(
                "SELECT id FROM rtree_parcels_geom WHERE maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ?",
                (bounds[0], bounds[2], bounds[1], bounds[3]),
            )
            return sorted(fid - 1 for (fid,) in found)  # rows are numbered from 1 when written

    def wkb(self, rows: Sequence[int]) -> list[bytes]:
        """Return the geometries of some rows as WKB, in the order asked."""
        with _open(self.path) as db:
            blobs = (db.execute("SELECT geom FROM parcels WHERE fid = ?", (row + 1,)).fetchone()[0] for row in rows)
            return [_strip_header(blob) for blob in blobs]

    @functools.cached_property
    def extent(self) -> tuple[float, float, float, float] | None:
        """The layer's :meth:`bounds`, read once."""
        return self.bounds()

    def bounds(self) -> tuple[float, float, float, float] | None:
        """Return the layer's extent, or None when it is empty."""
        with _open(self.path) as db:
            row: Any = db.execute("SELECT min(minx), min(miny), max(maxx), max(maxy) FROM rtree_parcels_geom").fetchone()
        return None if row[0] is None else row


def boundary_wkb(path: Path) -> bytes:
    """Return the one geometry of a boundary vintage as WKB."""
    with _open(path) as db:
        return _strip_header(db.execute("SELECT geom FROM boundary").fetchone()[0])


def _strip_header(blob: bytes) -> bytes:
    """Cut the GeoPackage header off a geometry blob (GeoPackage 1.3, clause 2.1.3)."""
    if blob[:2] != b"GP":
        raise ValueError("not a GeoPackage geometry")
    (flags,) = struct.unpack_from("B", blob, 3)
    envelope = (0, 32, 48, 48, 64)[(flags >> 1) & 7]
    return blob[8 + envelope :]
