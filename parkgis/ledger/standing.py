"""Which entries of a ledger in SQLite stand at a cut: known by its hour, of its days, not struck out, confirmed if they must be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from parkgis.ledger import text
from parkgis.ledger.store import voided
from parkgis.model import Head

if TYPE_CHECKING:
    import datetime as dt
    import sqlite3
    from collections.abc import Collection, Iterator

    from parkgis.model import Cut

COLUMNS = ", ".join(f'"{name}"' for name in text.COLUMNS)
STANDING = "day <= :on AND seq <= :seq AND +seq > :after AND seq NOT IN (SELECT seq FROM temp.struck)"  # +: no range of seq
WHOLE = f"kind = 'reached' AND parcel <> '' AND {STANDING}"
OTHER = "(kind <> 'reached' OR parcel = '')"  # word for word the condition of the partial index ledger_other


def head_of(db: sqlite3.Connection, before: int | None = None) -> Head:
    """Return the newest entry, or the newest of a number below ``before``."""
    below = "" if before is None else f"WHERE seq < {before:d}"
    row = db.execute(f"SELECT seq, digest, at FROM ledger {below} ORDER BY seq DESC LIMIT 1").fetchone()
    return Head(row[0], row[1], text.parse_instant(row[2])) if row else Head(0, "")


def head_known_at(db: sqlite3.Connection, known: dt.datetime) -> Head:
    """Return the newest entry learned by an hour.

    *Method*: instants never fall, so that halving the numbers finds it; walking back from the end took as long as all the rest
    of a question about a year ago.
    """
    at = text.instant(known)
    low, high = 1, head_of(db).seq + 1  # all before ``low`` were known, none from ``high`` on was
    while low < high:
        middle = (low + high) // 2
        seq, learned = db.execute("SELECT seq, at FROM ledger WHERE seq >= ? ORDER BY seq LIMIT 1", [middle]).fetchone()
        low, high = (seq + 1, high) if learned <= at else (low, middle)
    return head_of(db, low)


def prepare(db: sqlite3.Connection, cut: Cut) -> dict[str, object]:
    """Fill ``temp.struck`` with the numbers of voided entries and return the query's facts.

    Entries that are left out from the first on are not struck one by one: they lie before ``after``.
    """
    seq = head_known_at(db, cut.known).seq
    rows = db.execute(f"SELECT {COLUMNS} FROM ledger WHERE kind = 'void' AND {OTHER} AND seq <= ?", [seq])
    voids = [entry for entry in map(text.from_row, rows) if entry.seq not in cut.without]
    struck = voided(voids)
    db.execute("CREATE TEMP TABLE struck (seq INTEGER PRIMARY KEY)")
    db.executemany("INSERT OR IGNORE INTO temp.struck SELECT seq FROM ledger WHERE id = ?", [(id_,) for id_ in sorted(struck)])
    runs = list(_runs(cut.without))
    after = runs.pop(0)[1] if runs and runs[0][0] <= 1 else 0
    db.executemany("INSERT OR IGNORE INTO temp.struck SELECT seq FROM ledger WHERE seq BETWEEN ? AND ?", runs)
    if cut.confirmed_only:
        _strike_unconfirmed(db, cut, seq, struck)
    return {"on": cut.on.isoformat(), "seq": seq, "after": after}


def _runs(seqs: Collection[int]) -> Iterator[tuple[int, int]]:
    """Yield first and last of each run of numbers: to explain a month leaves out all that was learned in it."""
    if seqs:
        numbers = np.sort(np.fromiter(seqs, np.int64, len(seqs)))
        runs = np.split(numbers, np.flatnonzero(np.diff(numbers) > 1) + 1)
        yield from ((int(run[0]), int(run[-1])) for run in runs)


def _strike_unconfirmed(db: sqlite3.Connection, cut: Cut, seq: int, struck: set[str]) -> None:
    """Add to ``temp.struck`` the land entries that no second person stands behind (see :func:`store.unconfirmed`)."""
    rows = db.execute(f"SELECT {COLUMNS} FROM ledger WHERE kind = 'confirmed' AND {OTHER} AND seq <= ?", [seq])
    behind = [e for e in map(text.from_row, rows) if e.seq not in cut.without and e.event.id not in struck]
    db.execute("CREATE TEMP TABLE behind (id TEXT, person TEXT)")
    db.executemany("INSERT INTO temp.behind VALUES (?, ?)", [(id_, e.event.by) for e in behind for id_ in e.event.into])
    db.execute("CREATE INDEX temp.behind_id ON behind (id)")
    db.execute(
        "INSERT OR IGNORE INTO temp.struck SELECT seq FROM ledger WHERE kind IN ('reached', 'split', 'merge') AND seq <= ? "
        'AND NOT EXISTS (SELECT 1 FROM temp.behind WHERE behind.id = ledger.id AND behind.person <> ledger."by")',
        [seq],
    )
