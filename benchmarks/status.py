"""`parkgis status` on 100,000 parcels with 300,000 entries, as a whole process, beside plain geopandas.

The peer reads the same parcels with ``geopandas.read_file`` and gets area by project and stage with
``geopandas.overlay`` and ``groupby``; it has the stage as a ready column and knows nothing of dates,
documents or voids, so it does less. Neither side draws anything.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from timing import pair, python, seconds

from parkgis import workspace
from parkgis.layers.write import write_boundary, write_parcels
from parkgis.ledger.gpkg import GpkgStore
from parkgis.model import Document, Event, Kind, mint

if TYPE_CHECKING:
    from collections.abc import Sequence

PARCELS, PROJECTS = 100_000, 10
STAGES = ("notice", "inventory", "handed_developer")
AT = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
START = dt.date(2026, 1, 1)
SIDE = 25.0

PEER = """
import sys, geopandas as gpd
parcels = gpd.read_file(sys.argv[1])
fences = gpd.read_file(sys.argv[2])
cut = gpd.overlay(parcels, fences, how="intersection", keep_geom_type=True)
cut["area_m2"] = cut.area
print(cut.groupby(["project", "stage"])["area_m2"].sum().to_json())
"""


def fields(count: int, west: float) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Return a clean coverage of jittered quads with five vertices a side less one: fields as surveyed."""
    across = int(np.ceil(np.sqrt(count)))
    rng = np.random.default_rng(7)
    nodes = np.stack(np.meshgrid(np.arange(across + 1), np.arange(across + 1), indexing="ij"), -1) * SIDE
    nodes = nodes + rng.uniform(-6, 6, nodes.shape) + np.array([west, 2_330_000.0])
    corners = np.stack([nodes[:-1, :-1], nodes[1:, :-1], nodes[1:, 1:], nodes[:-1, 1:]], axis=2).reshape(-1, 4, 2)
    return np.asarray(shapely.polygons(corners[:count]))


def build(folder: Path, parcels: int = PARCELS, stages: Sequence[str] = STAGES) -> tuple[Path, Path, Path]:
    """Make the workspace and the peer's two files from the same parcels."""
    made = workspace.new(folder / "w")
    made.store = GpkgStore(made.root / "ledger.gpkg", lambda: AT)
    projects = [p.id for p in made.projects][:PROJECTS]
    each = parcels // PROJECTS
    frames, fences = [], []
    for number, project in enumerate(projects):
        shapes = fields(each, 541_000.0 + number * 4_000)
        fence = shapely.union_all(shapes[: each - 500]).buffer(-8).simplify(2)
        frame = _parcels(shapes, number, fence)
        path, ring = (made.root / "layers" / kind / f"{project}-1.gpkg" for kind in ("parcels", "boundaries"))
        shas = {
            "parcels": (path, write_parcels(frame, path, AT)),
            "boundary:survey": (ring, write_boundary(fence, project, "survey", "EPSG:9209", ring, AT)),
        }
        made.store.append([_layer(project, role, p.relative_to(made.root).as_posix(), sha) for role, (p, sha) in shas.items()])
        made.store.append(_events(project, frame["key"], stages))
        frames.append(frame[["key", "geometry"]].assign(stage="handed_developer"))
        fences.append({"project": project, "geometry": fence})
    gpd.GeoDataFrame(pd.concat(frames), crs=9209).to_file(folder / "parcels.gpkg")
    gpd.GeoDataFrame(fences, crs=9209).to_file(folder / "fences.gpkg")
    return made.root, folder / "parcels.gpkg", folder / "fences.gpkg"


def _parcels(shapes: np.ndarray[tuple[int], np.dtype[np.object_]], commune: int, fence: shapely.Geometry) -> gpd.GeoDataFrame:
    number = np.arange(len(shapes))
    sheet, parcel = (number // 200 + 1).astype(str), (number % 200 + 1).astype(str)
    area = shapely.area(shapes)
    return gpd.GeoDataFrame(
        {
            "key": [f"0{commune:04}/{s}/{p}" for s, p in zip(sheet, parcel, strict=True)],
            "commune": f"0{commune:04}", "sheet": sheet, "parcel": parcel, "land_use": "LUC", "holder": "",
            "area_document_m2": area.round(1), "area_grid_m2": area,
            "area_in_m2": shapely.area(shapely.intersection(shapes, fence)),
            "irregular": np.zeros(len(shapes), bool),
        },
        geometry=shapes, crs=9209,
    )  # fmt: skip


def _layer(project: str, role: str, path: str, sha: str) -> Event:
    return Event(
        id=mint(role, project),
        kind=Kind.LAYER,
        day=START,
        project=project,
        source=Document(path, START),
        by="b",
        refers=path,
        into=(role, sha),
    )


def _events(project: str, keys: pd.Series, stages: Sequence[str]) -> list[Event]:
    return [
        Event(
            id=mint(project, key, stage), kind=Kind.REACHED, project=project,
            day=START + dt.timedelta(days=180 // len(stages) * rank + number // 100 % 60),
            stage=stage, parcel=key, area_m2=600.0, source=Document(f"{number // 100}/BB", START), by="b",
        )
        for rank, stage in enumerate(stages)
        for number, key in enumerate(keys)
    ]  # fmt: skip


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        root, parcels, fences = build(Path(name))
        ours = python("-m", "parkgis.cli.main", "status", "--format", "json", "-C", str(root), "--on", "2026-09-01")
        ratio = pair("status, 100,000 parcels, 300,000 entries", ours, python("-c", PEER, str(parcels), str(fences)))
        print(f"{'parkgis --help':<44} ours {min(seconds(python('-m', 'parkgis.cli.main', '--help')) for _ in range(5)):6.3f} s")
        sys.exit(ratio < 5)


if __name__ == "__main__":
    main()
