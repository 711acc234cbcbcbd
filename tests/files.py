"""Make files as they come in from outside, so that a test shows what was in them."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from make import ORIGIN, land

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from make import Box

SQUARES: tuple[Box, ...] = ((0, 0, 30, 30), (30, 0, 60, 30), (0, 30, 30, 60), (30, 30, 60, 60))
"""Four fields of 900 m2 that share edges."""


def cadastre(boxes: Sequence[Box] = SQUARES, crs: Any = 9209, **columns: Sequence[Any]) -> gpd.GeoDataFrame:
    """Return a file's content: sheet 1, parcels 1..n, the areas the cadastre states, land users' names."""
    n = len(boxes)
    facts: dict[str, Sequence[Any]] = {
        "SHBANDO": [1.0] * n,
        "SHTHUA": [float(i + 1) for i in range(n)],
        "DIENTICH": [float(land(box).area) for box in boxes],
        "KHLOAIDAT": ["LUC"] * n,
        "TENCHU": ["Nguyễn Thị Ất"] * n,
        **columns,
    }
    return gpd.GeoDataFrame(facts, geometry=[land(box) for box in boxes], crs=crs)


def saved(frame: gpd.GeoDataFrame, path: Path, **options: Any) -> Path:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="'crs' was not provided")  # a file without a CRS is what some tests want
        frame.to_file(path, **options)
    return path


def moved(frame: gpd.GeoDataFrame, east_m: float, north_m: float) -> gpd.GeoDataFrame:
    """Return the frame with its coordinates shifted: a file in the wrong place."""
    shifted = shapely.transform(np.asarray(frame.geometry.values), lambda xy: xy + np.array([east_m, north_m]))
    return frame.set_geometry(gpd.GeoSeries(shifted, index=frame.index, crs=frame.crs))


def swapped(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the frame with X = northing first, as Vietnamese coordinate lists have it."""
    turned = shapely.transform(np.asarray(frame.geometry.values), lambda xy: xy[:, ::-1])
    return frame.set_geometry(gpd.GeoSeries(turned, index=frame.index, crs=frame.crs))


__all__ = ["ORIGIN", "SQUARES", "cadastre", "moved", "saved", "swapped"]
