"""Our figure of 40,000 parcels beside ``GeoDataFrame.plot`` of the same land: CPU seconds and bytes, form by form.

Both read nothing and fold nothing: the frames are made first. The peer draws what a user writes in its place: parcels by
stage and outlines of projects, a legend, a title, with the same colours, size and resolution. It has no scale, grid,
insets, names or foot, which ours draws within its time.

    python benchmarks/figures.py [PARCELS]
"""

from __future__ import annotations

import datetime as dt
import functools
import io
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np

from parkgis import demo
from parkgis.briefing import brief
from parkgis.outputs import figure, map_definition
from parkgis.outputs.webmap.colours import stage_classes
from parkgis.shapes import shapes
from parkgis.status.series import counted_by_day
from parkgis.words.catalogue import Words
from parkgis.workspace import shipped

matplotlib.use("agg")  # before pyplot, which only the peer needs

from matplotlib import pyplot as plt

if TYPE_CHECKING:
    from collections.abc import Callable

    from parkgis.shapes import Shapes

RUNS = 3
SIZE_MM, DPI = (297.0, 210.0), 300


def peer(found: Shapes, form: str) -> bytes:
    """Draw with GeoDataFrame.plot: one call a class, as its guide does for colours of one's own."""
    made, axes = plt.subplots(figsize=(SIZE_MM[0] / 25.4, SIZE_MM[1] / 25.4))
    found.projects.plot(ax=axes, facecolor="#eef1f4", edgecolor="#1f2933", linewidth=1.0)
    for of in stage_classes():
        mine = found.parcels[found.parcels["stage"] == ("" if of.code == "none" else of.code)]
        if len(mine):
            mine.plot(ax=axes, color=of.colour, edgecolor="#7d8790", linewidth=0.2, label=of.code)
    axes.set_title("Clearance")
    buffer = io.BytesIO()
    made.savefig(buffer, format=form, dpi=DPI)
    plt.close(made)
    return buffer.getvalue()


def cpu(work: Callable[[], bytes]) -> tuple[float, int]:
    start = time.process_time()
    size = len(work())
    return time.process_time() - start, size


def main() -> None:
    """Make a demo, draw it in every form, print seconds, kilobytes and ratios; then the series beside snapshots."""
    parcels = int(sys.argv[1]) if len(sys.argv) > 1 else 40_000
    with tempfile.TemporaryDirectory() as folder:
        found = demo.make(Path(folder) / "demo", 2026, parcels)
        cut = found.cut(found.config.demo_on)
        snapshot = found.snapshot(cut)
        briefing, drawn, words = brief(found, snapshot), shapes(found, snapshot), Words("vi")
        (definition,) = map_definition.find([shipped() / "maps"], ["clearance"])
        print(f"{len(drawn.parcels):,} parcels, {len(drawn.projects)} projects, {SIZE_MM[0]:.0f} x {SIZE_MM[1]:.0f} mm, {DPI} dpi")
        for form in ("png", "svg", "pdf"):
            ours = functools.partial(figure.figure, briefing, drawn, words, definition, SIZE_MM, DPI, form)
            pair(form, ours, functools.partial(peer, drawn, form))
        series(found, cut)


def pair(name: str, ours: Callable[[], bytes], theirs: Callable[[], bytes]) -> None:
    runs = [(cpu(ours), cpu(theirs)) for _ in range(RUNS)]
    mine, other = (min(run[side][0] for run in runs) for side in (0, 1))
    sizes = [run[1] for run in runs[-1]]
    print(
        f"{name}: ours {mine:6.2f} s {sizes[0] / 1e6:6.2f} MB   GeoDataFrame.plot {other:6.2f} s {sizes[1] / 1e6:6.2f} MB   "
        f"{other / mine:4.1f}x less CPU, {sizes[1] / sizes[0]:4.1f}x smaller"
    )


def series(found: Any, cut: Any) -> None:
    """Time a snapshot and its series of counted area by day beside one snapshot a month."""
    start = time.process_time()
    steps = counted_by_day(found.snapshot(cut))
    ours = time.process_time() - start
    start = time.process_time()
    days = [dt.date(2026, month, 28) for month in range(1, 13) if dt.date(2026, month, 28) <= cut.on]
    for day in days:
        area = found.snapshot(found.cut(day, cut.known)).counted.area_m2
        assert np.isclose(area, steps.on(day), atol=1e-6), day
    theirs = (time.process_time() - start) / len(days)
    ratio = theirs * len(steps.total) / ours
    print(f"series: {len(steps.total)} days in {ours:.2f} s; one snapshot {theirs:.2f} s: {ratio:.0f}x less CPU than one a day")


if __name__ == "__main__":
    main()
