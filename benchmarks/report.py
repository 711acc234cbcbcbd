"""The report of 24 projects and 100,000 parcels: every format in one process; the parcels sheet beside pandas.

    python benchmarks/report.py [--parcels 100000] [--only book | every | ahead]

Seconds are CPU time (user and system) of the whole process, start-up included, and wall time; memory is its peak. The days
ahead (forecast, blocks) are a calculation of their own and measured apart: ``--only ahead``.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from timing import ENVIRONMENT, python

if TYPE_CHECKING:
    from collections.abc import Sequence

RUNS = 3
FORMATS = "xlsx,docx,html,pdf,pptx"
PLAIN = ("--no-forecast", "--no-blocks")
AHEAD = {"forecast": PLAIN[1:], "blocks": PLAIN[:1], "forecast and blocks": ()}
OURS = """
import sys
from pathlib import Path
from parkgis.outputs import workbook
from parkgis.reporting import Beside, parcels
from parkgis.briefing import brief
from parkgis.workspace import Workspace
from parkgis.words.catalogue import Words
found = Workspace(Path(sys.argv[1]))
snapshot = found.snapshot(found.cut(found.config.demo_on, found.store.head().at))
beside = Beside(register=parcels.register(snapshot))
Path(sys.argv[2]).write_bytes(workbook.build(brief(found, snapshot), Words("vi"), beside))
"""
PANDAS = """
import sys
from pathlib import Path
import numpy as np, pandas as pd
from parkgis.reporting import parcels
from parkgis.rules import stages
from parkgis.workspace import Workspace
found = Workspace(Path(sys.argv[1]))
snapshot = found.snapshot(found.cut(found.config.demo_on, found.store.head().at))
parts = []
for rows in parcels.register(snapshot).rows:
    part = {"project": rows.project, "key": rows.key, "commune": rows.commune, "sheet": rows.sheet, "parcel": rows.parcel,
            "land_use": rows.land_use, "area_document_m2": rows.area_document_m2, "area_in_m2": rows.area_in_m2}
    for stage, days in zip(stages(), rows.days):
        day = days.astype("datetime64[D]").astype("datetime64[s]")
        part[stage.code] = np.where(days < 0, np.datetime64("NaT"), day)
    parts.append(pd.DataFrame(part))
pd.concat(parts).to_excel(sys.argv[2], index=False, engine="xlsxwriter")
"""


def cost(command: list[str]) -> tuple[float, float, float]:
    """Run a command; return its CPU seconds, its peak memory in MB and its wall seconds."""
    start = time.perf_counter()
    process = os.posix_spawn(command[0], command, ENVIRONMENT, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
    _, status, used = os.wait4(process, 0)
    if status:
        raise SystemExit(f"failed: {command}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, time.perf_counter() - start


def median(command: list[str]) -> tuple[float, float, float]:
    """Run a command :data:`RUNS` times after one that warms the disk."""
    cost(command)
    runs = [cost(command) for _ in range(RUNS)]
    return statistics.median(r[0] for r in runs), max(r[1] for r in runs), statistics.median(r[2] for r in runs)


def book(root: Path, folder: Path) -> None:
    """Compare the workbook with pandas.to_excel of the parcels alone."""
    ours, mine, _ = median(python("-c", OURS, str(root), str(folder / "ours.xlsx")))
    peer, theirs, _ = median(python("-c", PANDAS, str(root), str(folder / "pandas.xlsx")))
    print(f"XLSX with every parcel: ours {ours:.1f} s CPU, {mine:.0f} MB, the whole workbook; "
          f"pandas.to_excel {peer:.1f} s, {theirs:.0f} MB, the parcels alone; {peer / ours:.1f} times")  # fmt: skip


def every(root: Path, folder: Path) -> None:
    """Time the command that writes all formats, and each alone."""
    for forms in (FORMATS, *FORMATS.split(",")):
        used, peak, wall = median(report(root, folder, forms, PLAIN))
        print(f"parkgis report --format {forms} {' '.join(PLAIN)}: {used:.1f} s CPU, {wall:.1f} s wall, {peak:.0f} MB")


def ahead(root: Path, folder: Path) -> None:
    """Time all formats with what looks ahead, once each."""
    for name, less in AHEAD.items():
        used, peak, wall = cost(report(root, folder, FORMATS, less))
        print(f"parkgis report --format {FORMATS} with {name}: {used:.1f} s CPU, {wall:.1f} s wall, {peak:.0f} MB")


def report(root: Path, folder: Path, forms: str, more: Sequence[str]) -> list[str]:
    return python("-m", "parkgis.cli.main", "report", "-C", str(root), "--format", forms, "--output", str(folder), *more)


def main() -> None:
    """Make the demo workspace and run what was asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--parcels", type=int, default=100_000)
    parser.add_argument("--only", choices=["book", "every", "ahead"], default="")
    parser.add_argument("--workspace", type=Path, help="A demo workspace that is there already.")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        root = told.workspace or folder / "w"
        if told.workspace is None:
            make = python("-m", "parkgis.cli.main", "demo", str(root), "--parcels", str(told.parcels), "--no-job")
            print(f"demo of {told.parcels} parcels: {cost(make)[0]:.1f} s CPU")
        for name, run in (("book", book), ("every", every), ("ahead", ahead)):
            if told.only in ("", name):
                run(root, folder)


if __name__ == "__main__":
    main()
