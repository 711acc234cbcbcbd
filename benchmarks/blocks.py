"""Joining 100,000 parcels across shared edges beside union_all and explode, libpysal Rook components and coverage_union_all.

Run: python benchmarks/blocks.py [PARCELS [SECONDS]]. CPU seconds, the best of three; "peer/ours" above 1 means we are faster.
Then the best 30 parcels of a park of 2,025 within SECONDS (60): how far below the proven bound what was found may be, as a
share of the usable land with the bundle, and of what the bundle unlocks. Last the worst of all.
"""

from __future__ import annotations

import sys
import time
import warnings
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from libpysal.graph import Graph

from parkgis.planning.blockers import Field
from parkgis.planning.blocks import Rules, find_blocks
from parkgis.planning.bundles import best_bundle
from parkgis.planning.coverage import join
from parkgis.planning.land import Land

if TYPE_CHECKING:
    from collections.abc import Callable

    from parkgis.planning.edges import Mask, Shapes

SIDE_M = 25.0


def coverage(count: int, rng: np.random.Generator) -> tuple[Shapes, Mask]:
    """Quadrilaterals of 25 m that share every edge, and which of them a patchwork hands over."""
    n = round(count**0.5)
    at = np.arange(n + 1) * SIDE_M
    corners = np.stack(np.meshgrid(at, at), -1) + rng.uniform(-8, 8, (n + 1, n + 1, 2)) + [560_000, 2_340_000]
    rings = np.stack([corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1], corners[:-1, :-1]], axis=2)
    shapes = np.asarray(shapely.polygons(rings.reshape(-1, 5, 2)), dtype=object)
    x, y = shapely.get_coordinates(shapely.centroid(shapes)).T
    return shapes, np.sin(x / 300) + np.cos(y / 200) + rng.normal(0, 0.3, len(x)) > -0.2


def dirty(shapes: Shapes, rng: np.random.Generator) -> Shapes:
    """One parcel in a hundred grown by 0.8 m over its neighbours, one with its corners off by up to 2 cm."""
    chosen = rng.choice(len(shapes), len(shapes) // 50, replace=False)
    made = shapes.copy()
    made[chosen[::2]] = shapely.buffer(made[chosen[::2]], 0.8, join_style="mitre")
    made[chosen[1::2]] = [_shaken(shape, rng) for shape in made[chosen[1::2]]]
    return made


def _shaken(shape: Any, rng: np.random.Generator) -> Any:
    at = shapely.get_coordinates(shape)[:-1]
    at = at + rng.uniform(-0.02, 0.02, at.shape)
    return shapely.polygons(np.vstack([at, at[:1]]))


def cpu(work: Callable[[], Any], runs: int = 3) -> tuple[float, Any]:
    times = []
    for _ in range(runs):
        start = time.process_time()
        found = work()
        times.append(time.process_time() - start)
    return min(times), found


def rook(shapes: Shapes) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Graph.build_contiguity(gpd.GeoDataFrame(geometry=shapes), rook=True).component_labels


def row(name: str, shapes: Shapes, *, clean: bool) -> None:
    ours, joined = cpu(lambda: join(shapes))
    peer, parts = cpu(lambda: shapely.get_parts(shapely.union_all(shapes)), 1)
    off = abs(shapely.area(joined.outlines).sum() - shapely.area(parts).sum())
    print(f"{name:<28} {len(shapes):>7}   ours {ours:6.3f} s   union_all {peer:6.3f} s   peer/ours {peer / ours:5.1f}", end="")
    if clean:
        tessellated, _ = cpu(lambda: rook(shapes), 1)
        fast, _ = cpu(lambda: shapely.get_parts(shapely.coverage_union_all(shapes)), 1)
        print(f"   rook {tessellated:6.3f} s = {tessellated / ours:5.1f}", end="")
        print(f"   coverage_union_all {fast:6.3f} s = {fast / ours:5.1f}", end="")
    print(f"   area off {off:.3f} m2 of {shapely.area(parts).sum():.0f}")


def land_of(shapes: Shapes, handed: Mask) -> Land:
    texts = np.full(len(shapes), "", dtype=object)
    return Land("P", 9209, shapes, handed, np.arange(len(shapes)), texts, np.full(len(shapes), "LUC", dtype=object))


def bundles(seconds: float) -> None:
    plain, worst = Rules(width_m=0.0, lane_m=0.0), [0.0, 0.0]
    for rules, kind in ((plain, "areas alone"), (Rules(), f"width {Rules().width_m:g} m, lanes")):
        for seed, scattered in ((1, 0.0), (2, 0.0), (3, 0.0), (1, 0.7), (1, 0.6)):
            rng = np.random.default_rng(seed)
            shapes, handed = coverage(2025, rng)
            land = land_of(shapes, rng.random(len(shapes)) < scattered if scattered else handed)
            start, clock = time.process_time(), time.monotonic()
            found, now = best_bundle(land, rules, 30, seconds), find_blocks(land, rules).usable_m2
            gaps = [found.gap_m2 / (now + found.bound_m2), found.gap_m2 / found.bound_m2]
            what = f"{scattered:.0%} at random" if scattered else "a patchwork"
            print(f"best 30, {kind:<17} {what:<14} seed {seed}: {found.usable_m2 / 1e4:6.2f} ha more than {now / 1e4:.2f}", end="")
            print(f", at most {found.gap_m2 / 1e4:.3f} better: {gaps[0]:.2%} of all, {gaps[1]:.2%} of the gain", end="")
            print(f"   {time.monotonic() - clock:.0f} s, CPU {time.process_time() - start:.0f} s", flush=True)
            worst = [max(pair) for pair in zip(worst, gaps, strict=True)]
    print(f"worst: {worst[0]:.2%} of all, {worst[1]:.2%} of the gain")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    rng = np.random.default_rng(1)
    shapes, handed = coverage(count, rng)
    row("clean, all", shapes, clean=True)
    row("clean, a patchwork", shapes[handed], clean=True)
    row("dirty, all", dirty(shapes, rng), clean=False)
    row("dirty, a patchwork", dirty(shapes[handed], rng), clean=False)
    land = land_of(shapes, handed)
    seconds, found = cpu(lambda: find_blocks(land, Rules()), 1)
    print(f"find_blocks, width and usable land: {seconds:.2f} s, {len(found.blocks)} blocks, usable {found.usable_m2 / 1e4:.2f} ha")
    seconds, ranking = cpu(lambda: Field(land, Rules()).ranked(), 1)
    print(f"blockers, ranking: {seconds:.2f} s, {ranking.exact} of {ranking.open_pieces} exact, first {ranking.proven} proven")
    bundles(float(sys.argv[2]) if len(sys.argv) > 2 else 60.0)


if __name__ == "__main__":
    main()
