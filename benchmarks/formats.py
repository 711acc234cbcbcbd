"""Reading 100,000 parcels from each format, beside geopandas as it comes: same rows, same run, CPU seconds.

The difference is what parkgis does on top: the format told by its bytes, text judged, counts compared, SHA-256.
"""

from __future__ import annotations

import sys
import tempfile
import time
import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from parkgis.layers.read import read

COUNT = 100_000
DRIVERS = {
    "a.gpkg": "GPKG",
    "a.fgb": "FlatGeobuf",
    "a.shp": "ESRI Shapefile",
    "a.geojson": "GeoJSON",
    "a.tab": "MapInfo File",
    "a.gdb": "OpenFileGDB",
    "a.kml": "LIBKML",
    "a.gml": "GML",
    "a.parquet": "",
    "a.csv": "",
}


def cadastre(count: int) -> gpd.GeoDataFrame:
    """Return fields of 20 m x 20 m with what a cadastral file says of each."""
    side = int(np.ceil(count**0.5))
    at = np.arange(count)
    x, y = 563_000 + 20.0 * (at % side), 2_340_000 + 20.0 * (at // side)
    facts = {"SHBANDO": at // 500 + 1, "SHTHUA": at % 500 + 1, "KHLOAIDAT": "LUC", "DIENTICH": 400.0, "XUDONG": "Đồng Đằm"}
    return gpd.GeoDataFrame(facts, geometry=shapely.box(x, y, x + 20, y + 20), crs=9209)


def write(frame: gpd.GeoDataFrame, path: Path, driver: str) -> None:
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    elif path.suffix == ".csv":
        frame.assign(wkt=frame.geometry.to_wkt()).drop(columns="geometry").to_csv(path, index=False)
    else:
        frame.to_file(path, driver=driver, **({"encoding": "utf-8"} if driver == "ESRI Shapefile" else {}))


def peer(path: Path) -> gpd.GeoDataFrame:
    if path.suffix == ".parquet":
        return gpd.read_parquet(path)
    if path.suffix == ".csv":
        table = pd.read_csv(path)
        return gpd.GeoDataFrame(table, geometry=shapely.from_wkt(table["wkt"]))
    return gpd.read_file(path)


def cpu(work: object, path: Path) -> tuple[float, int]:
    started = time.process_time()
    frame = work(path)  # type: ignore[operator]
    return time.process_time() - started, len(frame)


def main(count: int = COUNT) -> None:
    warnings.simplefilter("ignore")
    frame = cadastre(count)
    print(f"{count} parcels; CPU seconds; ratio below 1 means faster than geopandas.read_file")
    with tempfile.TemporaryDirectory() as folder:
        for name, driver in DRIVERS.items():
            path = Path(folder) / name
            write(frame, path, driver)
            theirs, there = cpu(peer, path)
            ours, here = cpu(lambda p: read(p, raw=True).frame, path)
            print(f"{name:10} geopandas {theirs:6.2f}  parkgis {ours:6.2f}  ratio {ours / theirs:5.2f}  rows {there} / {here}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
