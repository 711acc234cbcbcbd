"""Read GeoParquet through geopandas: what its metadata says first, so that nothing small unpacks to too much."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pyarrow.parquet as pq

from parkgis.errors import FileEmpty, FileUnreadable, Reason
from parkgis.layers.archive import LARGEST, MEGABYTE

if TYPE_CHECKING:
    from pathlib import Path


def read(path: Path) -> tuple[gpd.GeoDataFrame, int]:
    """Read a GeoParquet file.

    Returns
    -------
    (GeoDataFrame, int)
        The frame and the rows the file's own metadata states.

    Raises
    ------
    FileUnreadable
    FileEmpty
        For a Parquet file that says nothing of geometry.
    """
    try:
        with pq.ParquetFile(path, thrift_string_size_limit=100 * MEGABYTE, thrift_container_size_limit=10 * MEGABYTE) as file:
            told, said = file.metadata, file.schema_arrow.metadata or {}
            unpacked = sum(told.row_group(at).total_byte_size for at in range(told.num_row_groups))
            rows = int(told.num_rows)
        if unpacked > LARGEST:
            why = Reason("zip_large", "{size} MB when unpacked: unpack it yourself and add the layer", size=unpacked // MEGABYTE)
            raise FileUnreadable(path=path, why=why)
        if b"geo" not in said:
            raise FileEmpty(path=path, what="shapes, only a table")
        return gpd.read_parquet(path), rows
    except (FileUnreadable, FileEmpty):
        raise
    except Exception as error:  # Arrow, pandas and GEOS raise almost anything on a damaged file
        raise FileUnreadable(
            path=path, why=(str(error) or type(error).__name__)[:200].replace("{", "(").replace("}", ")")
        ) from error
