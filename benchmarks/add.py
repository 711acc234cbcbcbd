"""`parkgis add` of 1,000,000 parcels from a GeoPackage, beside the plain geopandas pipeline, each in a process of its own.

The peer does what a careful analyst writes: ``read_file``, ``is_valid``, unique keys, ``overlay`` with the boundary,
``to_file``. It knows nothing of coordinate systems, overlaps, neighbouring projects or a ledger, so it does less. CPU
seconds are of the process and its threads, peak memory is the kernel's ``VmHWM``.

Usage: ``python benchmarks/add.py [PARCELS]``
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from status import fields
from timing import ENVIRONMENT

PARCELS = 1_000_000
STAGES = ("read", "check", "measure", "judge", "write", "done")

OURS = """
import json, sys, time
from pathlib import Path
from parkgis.intake.add import Options, add_parcels
from parkgis.workspace import Workspace
shown = []
cpu, wall = time.process_time(), time.perf_counter()
tell = lambda step, share: shown.append((share, time.perf_counter() - wall))
added = add_parcels(Workspace(Path(sys.argv[1])), "QV", Path(sys.argv[2]), Options(accepted=("far",), by="b"), tell)
spent = time.process_time() - cpu, time.perf_counter() - wall
"""
PEER = """
import json, sys, time
import geopandas as gpd
shown = []
cpu, wall = time.process_time(), time.perf_counter()
parcels, fence = gpd.read_file(sys.argv[2]), gpd.read_file(sys.argv[3])
assert parcels.is_valid.all()
parcels["key"] = parcels["MAXA"] + "/" + parcels["SHBANDO"].astype(str) + "/" + parcels["SHTHUA"].astype(str)
assert parcels["key"].is_unique
parcels["area_grid_m2"] = parcels.area
cut = gpd.overlay(parcels[["key", "geometry"]], fence, how="intersection", keep_geom_type=True)
parcels["area_in_m2"] = parcels["key"].map(cut.set_index("key").area).fillna(0.0)
parcels.to_file(sys.argv[1] + "/peer.gpkg", layer="parcels")
spent = time.process_time() - cpu, time.perf_counter() - wall
class added: area_in_m2 = float(parcels["area_in_m2"].sum())
"""
TOLD = """
peak = int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0])
print(json.dumps({"cpu": spent[0], "wall": spent[1], "peak_kb": peak, "area": added.area_in_m2, "shown": shown}))
"""
BOUNDARY = """
import sys
from pathlib import Path
from parkgis import workspace
from parkgis.intake.add import Options
from parkgis.intake.boundary import add_boundary
add_boundary(workspace.new(Path(sys.argv[1])), "QV", Path(sys.argv[2]), Options(accepted=("far",), by="b"))
"""


def build(folder: Path, count: int) -> tuple[Path, Path]:
    """Write parcels as a cadastral office hands them on, and a surveyed boundary of some hundred corners that cuts them."""
    shapes, rows = fields(count, 541_000.0), np.arange(count)
    facts = {
        "MAXA": np.array(["09214", "09217"])[rows % 2], "SHBANDO": rows // 1000 + 1, "SHTHUA": rows % 1000 + 1,
        "DIENTICH": np.round(shapely.area(shapes), 1), "KHLOAIDAT": np.array(["LUC", "BHK", "ONT+CLN"])[rows % 3],
    }  # fmt: skip
    parcels, fence = folder / "parcels.gpkg", folder / "fence.gpkg"
    gpd.GeoDataFrame(facts, geometry=shapes, crs=9209).to_file(parcels, layer="parcels")
    west, south, east, north = gpd.GeoSeries(shapes).total_bounds
    inset = 0.02 * (east - west)  # a cadastre is handed on with the fields around the project
    ring = shapely.segmentize(shapely.box(west + inset, south + inset, east - inset, north - inset), (east - west) / 225)
    corners = shapely.get_coordinates(ring)[:-1]
    ring = shapely.Polygon(corners + np.random.default_rng(1).uniform(-2, 2, corners.shape))
    gpd.GeoDataFrame({"project": ["QV"]}, geometry=[ring], crs=9209).to_file(fence)
    return parcels, fence


def run(code: str, *words: object) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, words)], check=True, stdout=subprocess.PIPE, env=ENVIRONMENT, text=True
    )
    told: dict[str, float] = json.loads(done.stdout or "{}")
    return told


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else PARCELS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parcels, fence = build(folder, count)
        run(BOUNDARY, folder / "w", fence)
        ours = run(OURS + TOLD, folder / "w", parcels)
        peer = run(PEER + TOLD, folder, parcels, fence)
    for side, told in (("parkgis add", ours), ("geopandas", peer)):
        print(f"{side:<12} {count:>9,} parcels  CPU {told['cpu']:6.1f} s  wall {told['wall']:6.1f} s", end="")
        print(f"  peak {told['peak_kb'] * 1024 / 1e9:5.2f} GB")
    print(f"peer / ours: CPU {peer['cpu'] / ours['cpu']:.1f}, wall {peer['wall'] / ours['wall']:.1f}")
    print(f"area inside: ours {ours['area'] / 1e4:.4f} ha, peer {peer['area'] / 1e4:.4f} ha")
    whole = ours["shown"][-1][1]  # type: ignore[index]
    print("bar:", ", ".join(f"{share:.2f} shown at {at / whole:.2f} of the time" for share, at in ours["shown"]))  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
