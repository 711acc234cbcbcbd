"""`parkgis ledger diff` on 100,000 parcels with 300,000 entries: half of them learned between the two days.

There is no peer: no other tool explains a figure. `parkgis status` of the same workspace, one fold, is beside it.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
from pathlib import Path

import status
from timing import pair, python

from parkgis.ledger.gpkg import GpkgStore
from parkgis.model import Document, Event, Kind
from parkgis.workspace import Workspace

MIDDLE = dt.datetime(2026, 5, 11, tzinfo=dt.UTC)
LIMIT = 6  # folds of a month with a void: a diff may take so many times a status


class Slow(GpkgStore):
    """A ledger that learns one batch a day."""

    days = iter(range(10**6))

    def __init__(self, path: Path, _clock: object) -> None:
        super().__init__(path, lambda: dt.datetime(2026, 5, 1, tzinfo=dt.UTC) + dt.timedelta(days=next(self.days)))


def strike_one(root: Path) -> None:
    """Void an entry known in the middle: the walk then takes the longer way."""
    store = Workspace(root).store
    entry = next(e for e in store.events(None, [Kind.REACHED]) if e.event.stage == "handed_developer")
    store.append(
        [
            Event(
                id="void", kind=Kind.VOID, day=dt.date(2026, 6, 1), project=entry.event.project, by="b", note="-",
                source=Document("1", dt.date(2026, 6, 1)), refers=entry.event.id,
            )
        ]
    )  # fmt: skip


def main() -> None:
    status.GpkgStore = Slow  # type: ignore[assignment, attr-defined]
    with tempfile.TemporaryDirectory() as name:
        root, *_ = status.build(Path(name))
        known = ["--from-known", MIDDLE.isoformat(), "--to-known", "2100-01-01"]
        span = ["--from", "2026-05-20", "--to", "2026-09-01", *known]
        cli = ["-m", "parkgis.cli.main"]
        diff = python(*cli, "ledger", "diff", *span, "--format", "json", "-C", str(root))
        fold = python(*cli, "status", "--format", "json", "--on", "2026-09-01", "-C", str(root))
        plain = pair("ledger diff beside one status", diff, fold, runs=3)
        strike_one(root)
        void = pair("the same with a void", diff, fold, runs=3)
        sys.exit(min(plain, void) < 1 / LIMIT)


if __name__ == "__main__":
    main()
