"""A ledger of 1,000,000 entries: append it, fold it; each beside what one would write without parkgis, in one run.

``append``: batches of 1,000, each on disk before the next, with the ids that ``record`` gives; and once more with ids that lie
all over. The peer inserts the same columns into a plain SQLite table with a unique id, in batches as large and as safe; it
knows no digest, no order and no earlier entry.

``fold``: which parcels reached which stage when, what documents state, and the status of 10 projects measured on their layers.
The peers only find the first day of each parcel and stage: pandas (``read_sql``, ``groupby``), and a window function in SQL.

Run ``benchmarks/ledger.py [ENTRIES] [DSN]``; with the connection string of an empty database it appends there, too.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from status import build
from timing import pair, python

from parkgis.intake.reached import reached
from parkgis.ledger import text
from parkgis.ledger.gpkg import GpkgStore
from parkgis.ledger.postgis import PostgisStore
from parkgis.ledger.store import utc_now
from parkgis.model import Document, Event, mint
from parkgis.rules import stages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from parkgis.ledger import Store

BATCH = 1_000
START = dt.date(2026, 1, 1)
CODES = tuple(stage.code for stage in stages())
PLAIN = f"""CREATE TABLE ledger (seq INTEGER PRIMARY KEY, {", ".join(f'"{c}"' for c in text.COLUMNS[1:])}, UNIQUE (id))"""

PEAK = """
import pathlib
def peak_mb():
    rows = pathlib.Path("/proc/self/status").read_text().splitlines()
    return next(int(row.split()[1]) for row in rows if row.startswith("VmHWM")) / 1024
"""

FOLD = (
    PEAK
    + """
import datetime as dt, sys, time
from pathlib import Path
from parkgis.model import Cut
from parkgis.workspace import Workspace
w = Workspace(Path(sys.argv[1]))
cut = Cut(dt.date(2026, 12, 31), dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
start = time.perf_counter()
snapshot = w.snapshot(cut)
took = time.perf_counter() - start
print(f"    in the process: {took:.2f} s, peak {peak_mb():.0f} MB, {snapshot.counted.area_m2 / 1e4:.2f} ha")
"""
)

PANDAS = (
    PEAK
    + """
import sqlite3, sys, time
import pandas as pd
start = time.perf_counter()
with sqlite3.connect(sys.argv[1]) as db:
    frame = pd.read_sql("SELECT project, stage, parcel, day, area_m2 FROM ledger WHERE kind = 'reached'", db)
first = frame.groupby(["project", "stage", "parcel"], sort=False)["day"].min()
took = time.perf_counter() - start
print(f"    in the process: {took:.2f} s, peak {peak_mb():.0f} MB, {len(first)} rows")
"""
)

WINDOW = (
    PEAK
    + """
import sqlite3, sys, time
start = time.perf_counter()
with sqlite3.connect(sys.argv[1]) as db:
    rows = db.execute('''
        SELECT project, stage, parcel, day, area_m2 FROM (
            SELECT *, row_number() OVER (PARTITION BY project, stage, parcel ORDER BY day, seq) AS turn
            FROM ledger WHERE kind = 'reached') WHERE turn = 1''').fetchall()
took = time.perf_counter() - start
print(f"    in the process: {took:.2f} s, peak {peak_mb():.0f} MB, {len(rows)} rows")
"""
)


def events(start: int, count: int) -> list[Event]:
    """Return entries ``start`` to ``start + count`` of a made-up clearance: stage by stage, a document a hundred parcels."""
    return [
        reached(
            f"P{number // 100 % 10}", CODES[number // 111_112 % len(CODES)], START + dt.timedelta(days=number // 5_000),
            Document(f"{number // 100}/BB-BGTĐ", START), by="Nguyễn An",
            parcel=f"0900{number // 100 % 10}/{number // 200 % 556}/{number % 200}", area_m2=600.5,
        )
        for number in range(start, start + count)
    ]  # fmt: skip


def scattered(start: int, count: int) -> list[Event]:
    """Return the same entries with ids as chance has them: the worst case, a document an entry."""
    return [dataclasses.replace(event, id=mint(number)) for number, event in enumerate(events(start, count), start=start)]


@contextlib.contextmanager
def plain(path: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous = FULL")
        db.execute(PLAIN)
        yield db


def append(name: str, store: Store, folder: Path, entries: int, made: Callable[[int, int], list[Event]] = events) -> None:
    """Append to a store and to a plain table by turns, and print both rates."""
    ours, peers = [], []
    marks = f"INSERT INTO ledger VALUES ({', '.join('?' * len(text.COLUMNS))})"
    with plain(folder / f"{name}.plain.db") as db:
        for start in range(0, entries, BATCH):
            batch = made(start, BATCH)
            rows = [(*text.to_row(start + n + 1, utc_now(), event), "0" * 64) for n, event in enumerate(batch)]
            begun = time.perf_counter()
            store.append(batch)
            ours.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            db.execute("BEGIN IMMEDIATE")
            db.executemany(marks, rows)
            db.execute("COMMIT")
            peers.append(time.perf_counter() - begun)
    print_rates(name, ours, peers)


def print_rates(name: str, ours: Sequence[float], peers: Sequence[float]) -> None:
    tenth = max(len(ours) // 10, 1)
    for part, times, other in (("all", ours, peers), ("last tenth", ours[-tenth:], peers[-tenth:])):
        mine, theirs = (len(times) * BATCH / sum(t) for t in (times, other))
        print(
            f"append, {name}, {part:<22} ours {mine:7,.0f}/s   peer {theirs:7,.0f}/s   ours/peer {mine / theirs:5.2f}", flush=True
        )


def fold(folder: Path, entries: int) -> None:
    root, *_ = build(folder, parcels=entries // len(CODES), stages=CODES)
    ledger = str(root / "ledger.gpkg")
    ours = python("-c", FOLD, str(root))
    for name, peer in (("pandas", PANDAS), ("window function", WINDOW)):
        subprocess.run(ours, check=True)
        subprocess.run(python("-c", peer, ledger), check=True)
        pair(f"fold, beside {name}", ours, python("-c", peer, ledger), runs=5)


def main() -> None:
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as name:
        append("gpkg", GpkgStore(Path(name) / "ledger.gpkg"), Path(name), entries)
        append("gpkg, scattered ids", GpkgStore(Path(name) / "scattered.gpkg"), Path(name), entries, scattered)
        if len(sys.argv) > 2:
            append("postgis", PostgisStore(sys.argv[2]), Path(name), entries)
    with tempfile.TemporaryDirectory() as name:
        fold(Path(name), entries)


if __name__ == "__main__":
    main()
