"""Overlaps and gaps among 100,000 parcels, beside GEOS's coverage call alone and beside geopandas' overlay of a layer on itself.

The layers: fields as surveyed (a closed coverage) and an invented cadastre with lanes between its blocks
(``parkgis.demo``), each clean and with one parcel in a hundred moved by up to 30 cm. All in one process and by CPU seconds,
best of three; the overlay once, for it takes long. ``ours`` makes its own tree of the parcels, finds every pair that overlaps
with its area, and every enclosed gap up to 5 m2. The coverage call finds which edges are out of order, not by how much; the
overlay finds overlaps and no gaps.

Run ``benchmarks/check.py [PARCELS]``.
"""

from __future__ import annotations

import functools
import sys
import time
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from status import fields

from parkgis.demo import cadastre
from parkgis.layers.checks import limit, overlaps
from parkgis.layers.checks.segments import gaps

if TYPE_CHECKING:
    from collections.abc import Callable

    Shapes = np.ndarray[tuple[int], np.dtype[np.object_]]

MOVED = 0.01
RUNS = 3


def seconds(work: Callable[[], object], runs: int = RUNS) -> float:
    """Return the least CPU time of some runs."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def disturbed(shapes: Shapes) -> Shapes:
    rng = np.random.default_rng(3)
    found = shapes.copy()
    for row in rng.choice(len(shapes), int(len(shapes) * MOVED), replace=False):
        found[row] = shapely.transform(shapes[row], lambda xy: xy + rng.uniform(-0.3, 0.3, 2))
    return found


def ours(shapes: Shapes) -> tuple[int, int]:
    tree = shapely.STRtree(shapes)
    found = overlaps(shapes, tree)
    return len(found.left), len(gaps(shapes, found, tree, limit("gap_noise"), limit("gap")))


def overlay(shapes: Shapes) -> object:
    frame = gpd.GeoDataFrame({"n": np.arange(len(shapes))}, geometry=shapes, crs=9209)
    return gpd.overlay(frame, frame, how="intersection", keep_geom_type=True)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    fields_m = fields(count, 541_000.0)
    lanes = np.asarray(cadastre.clear(np.random.default_rng(1), "X", count).shapes)
    good = True
    for name, clean in (("fields", fields_m), ("cadastre", lanes)):
        for state, shapes in (("clean", clean), ("dirty", disturbed(clean))):
            mine = seconds(functools.partial(ours, shapes))
            geos = seconds(functools.partial(shapely.coverage_invalid_edges, shapes))
            peer = seconds(functools.partial(overlay, shapes), 1)
            pairs, holes = ours(shapes)
            print(
                f"check, {name}, {state}, {len(shapes):,} parcels ({pairs} overlaps, {holes} gaps): ours {mine:.2f} s", flush=True
            )
            print(f"    coverage call {geos:6.2f} s   ours/call    {mine / geos:5.2f}")
            print(f"    overlay       {peer:6.2f} s   overlay/ours {peer / mine:5.2f}")
            good &= mine <= 2 * geos and peer >= 5 * mine
    sys.exit(not good)


if __name__ == "__main__":
    main()
