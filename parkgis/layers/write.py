"""Write a vintage once: beside its place first, then moved there whole."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import sqlite3
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyogrio
import shapely

from parkgis.errors import OutputFailed, Reason
from parkgis.frames import BOUNDARY, PARCELS, check
from parkgis.layers.tables import sha256
from parkgis.layers.vintage import COLUMNS_TABLE, SEPARATOR
from parkgis.model import ATTRIBUTION

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt
    from shapely.geometry.base import BaseGeometry

    from parkgis.frames import Schema
    from parkgis.model import Boundary

# on a full disk GDAL 3.12 gives any of the three, depending on how far it came
GDAL_REFUSED = (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError)

BATCH = 1 << 16  # rows on their way to GDAL at a time
POLYGON = 3
ONE_PART = b"\x01\x06\0\0\0\x01\0\0\0"  # WKB of a multipolygon with one part, before the part
ONE_RING = b"\x01\x03\0\0\0\x01\0\0\0"  # and of a polygon with one ring, before the number of its points
FEW = 256  # points of a ring that is written together with the others of so many points


@contextlib.contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Yield a path beside ``path`` to write to; move it there only when nothing went wrong.

    Raises
    ------
    OutputFailed
        Disk full, folder read-only, or the file open in another program (Windows). ``path`` is as it was.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        raise OutputFailed(path=path, why=error.strerror or str(error)) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
            for rest in temporary.parent.glob(f"{temporary.name}-*"):  # SQLite's journal of a failed write
                rest.unlink(missing_ok=True)


def write_parcels(frame: gpd.GeoDataFrame, path: Path, at: dt.datetime) -> str:
    """Write parcels (:data:`parkgis.frames.PARCELS`) as one GeoPackage layer ``parcels``.

    Parameters
    ----------
    frame : GeoDataFrame
        In a VN-2000 grid; row i gets ``fid`` i + 1.
    path : Path
        Must not exist: a vintage is written once.
    at : datetime
        Stamped into the file, so that the same parcels give the same bytes.

    Returns
    -------
    str
        SHA-256 of the file.
    """
    return _write(check(frame, PARCELS)[[*PARCELS.columns, "geometry"]], PARCELS, path, at)


def write_boundary(shape: BaseGeometry, project: str, boundary: Boundary, crs: str, path: Path, at: dt.datetime) -> str:
    """Write one project's boundary as a GeoPackage layer ``boundary``; see :func:`write_parcels`."""
    credit = ATTRIBUTION.get(boundary, "")
    frame = gpd.GeoDataFrame({"project": [project], "boundary": [boundary], "attribution": [credit]}, geometry=[shape], crs=crs)
    return _write(check(frame, BOUNDARY), BOUNDARY, path, at)


def _write(frame: gpd.GeoDataFrame, schema: Schema, path: Path, at: dt.datetime) -> str:
    if path.exists():
        raise OutputFailed(path=path, why=Reason("vintage_there", "this vintage is already there"))
    stamp = at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    with whole(path) as temporary:
        temporary.unlink()  # GDAL makes the file itself
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": stamp})
        try:
            pyogrio.raw.write_arrow(
                _stream(frame),
                temporary,
                layer=schema.name,
                driver="GPKG",
                geometry_name="geom",
                geometry_type="MultiPolygon",
                crs=frame.crs.to_wkt("WKT1_GDAL"),
                layer_options={"GEOMETRY_NAME": "geom", "SPATIAL_INDEX": "YES"},
            )
        except GDAL_REFUSED as error:
            raise OSError(str(error)) from error
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
        _demand_complete(temporary, schema.name, len(frame))
        if schema is PARCELS:
            _write_columns(frame, temporary)
    return sha256(path)


def _stream(frame: gpd.GeoDataFrame) -> pa.RecordBatchReader:
    """Hand a frame to GDAL piece by piece: 1,000,000 parcels whole, as WKB and as multipolygons, are a gigabyte more."""
    table = pa.Table.from_pandas(frame.drop(columns=frame.geometry.name), preserve_index=False).replace_schema_metadata(None)
    shapes = np.asarray(frame.geometry.values)
    schema = table.schema.append(pa.field("geom", pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb"}))

    def pieces() -> Iterator[pa.RecordBatch]:
        for start in range(0, len(frame), BATCH):
            piece = table.slice(start, BATCH).append_column(schema.field("geom"), multi_wkb(shapes[start : start + BATCH]))
            yield from piece.combine_chunks().to_batches()

    return pa.RecordBatchReader.from_batches(schema, pieces())


def multi_wkb(shapes: npt.NDArray[np.object_]) -> pa.Array:
    """Return polygons and multipolygons as WKB of multipolygons, without making them.

    Most parcels are one ring of few points: those of one length are written in one go, at a third of the cost of one by one.
    """
    plain = (shapely.get_type_id(shapes) == POLYGON) & (shapely.get_num_interior_rings(shapes) == 0)
    points = np.where(plain, shapely.get_num_coordinates(shapes), 0)
    points[points > FEW] = 0
    alike = [np.flatnonzero(points == number) for number in np.unique(points)]
    if not alike:
        return pa.array([], pa.binary())
    written = [_ring_wkb(shapes[rows], int(points[rows[0]])) if points[rows[0]] else _each_wkb(shapes[rows]) for rows in alike]
    place = np.empty(len(shapes), np.int64)
    place[np.concatenate(alike)] = np.arange(len(shapes))
    return pa.concat_arrays(written).take(pa.array(place))


def _ring_wkb(shapes: npt.NDArray[np.object_], points: int) -> pa.Array:
    """Return polygons of one ring, all of so many points, as WKB of multipolygons."""
    head = np.frombuffer(ONE_PART + ONE_RING + points.to_bytes(4, "little"), np.uint8)
    cells = np.empty((len(shapes), len(head) + 16 * points), np.uint8)
    cells[:, : len(head)] = head
    cells[:, len(head) :] = shapely.get_coordinates(shapes).astype("<f8", copy=False).reshape(len(shapes), -1).view(np.uint8)
    offsets = np.arange(len(shapes) + 1, dtype=np.int32) * np.int32(cells.shape[1])
    return pa.Array.from_buffers(pa.binary(), len(shapes), [None, pa.py_buffer(offsets), pa.py_buffer(cells)])


def _each_wkb(shapes: npt.NDArray[np.object_]) -> pa.Array:
    wkb = pa.array(shapely.to_wkb(shapes, byte_order=1, output_dimension=2), pa.binary())
    single = pa.array(shapely.get_type_id(shapes) == POLYGON)
    return pc.if_else(single, pc.binary_join_element_wise(ONE_PART, wkb, b""), wkb)


def _demand_complete(path: Path, layer: str, rows: int) -> None:
    """Count what GDAL wrote: a disk that fills up while it builds the index is no error to it (GDAL 3.12)."""
    try:
        with contextlib.closing(sqlite3.connect(path)) as db:
            wanted = f"SELECT coalesce(max(fid), 0) FROM {layer}", f"SELECT count(*) FROM rtree_{layer}_geom_rowid"
            counts = {db.execute(sql).fetchone()[0] for sql in wanted}  # count(*) of the features would read all of them again
    except sqlite3.DatabaseError as error:
        raise OSError(str(error)) from error
    if counts != {rows}:
        raise OSError(f"{min(counts)} of {rows} rows arrived")


def _write_columns(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Lay the columns a fold needs beside the features, whole (see :data:`parkgis.layers.vintage.COLUMNS_TABLE`)."""
    commune, communes = pd.factorize(frame["commune"], sort=True)
    blobs = {
        "key": _joined(frame["key"]),
        "communes": SEPARATOR.join(communes).encode(),
        "commune": commune.astype("<i4").tobytes(),
        "area_in_m2": frame["area_in_m2"].to_numpy("<f8").tobytes(),
        "irregular": frame["irregular"].to_numpy(np.bool_).tobytes(),
    }
    try:
        with contextlib.closing(sqlite3.connect(path)) as db, db:
            db.execute(f"CREATE TABLE {COLUMNS_TABLE} (name TEXT PRIMARY KEY, content BLOB NOT NULL)")
            db.executemany(f"INSERT INTO {COLUMNS_TABLE} VALUES (?, ?)", blobs.items())
    except sqlite3.DatabaseError as error:
        raise OSError(str(error)) from error


def _joined(texts: pd.Series) -> bytes:
    """Join texts without making a Python object of each."""
    every = pa.array(texts.array, pa.string())
    if isinstance(every, pa.ChunkedArray):  # texts of frames that were put together
        every = pa.concat_arrays(every.chunks)
    joined = pc.binary_join(pa.ListArray.from_arrays([0, len(every)], every), SEPARATOR)[0]
    return bytes(joined.as_buffer())


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    with whole(path) as temporary:
        temporary.write_bytes(content)


def write_text(path: Path, content: str) -> None:
    """Write a UTF-8 text file whole or not at all, with the same line ends on every system."""
    write_bytes(path, content.encode("utf-8"))
