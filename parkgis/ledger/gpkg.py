"""The ledger in one GeoPackage file: the default store, opens in QGIS, no server."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import importlib.resources
import itertools
import operator
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from parkgis.errors import LedgerBusy, LedgerError, LedgerStale, LedgerTampered, OutputFailed, Reason
from parkgis.ledger import text
from parkgis.ledger.standing import COLUMNS, OTHER, STANDING, WHOLE, head_known_at, head_of, prepare
from parkgis.ledger.store import Batch, Numbered, Paper, Stated, rejoin, replay, utc_now
from parkgis.model import Cut, Event, Head, Kind, Recorded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy.typing as npt

    from parkgis.ledger.store import Clock

APPLICATION_ID = 0x47504B47  # "GPKG"
GUARDS = ("ledger_no_update", "ledger_no_delete", "ledger_in_order")
WAIT_SECONDS = 30.0
CACHE_KB = 65_536  # of the index of ids, which is written all over
HELD = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
NO_ROOM = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM}
SEPARATOR = "\x1f"


@functools.cache
def _schema() -> str:
    return importlib.resources.files("parkgis.ledger").joinpath("sql/gpkg_schema.sql").read_text(encoding="utf-8")


def _statements(script: str) -> Iterator[str]:
    """Split the schema where SQLite itself says a statement is complete (triggers hold semicolons)."""
    pending = ""
    for row in script.splitlines():
        pending += row + "\n"
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""


class GpkgStore:
    """An append-only ledger in a GeoPackage attributes table.

    Reading never creates the file; the first append does. Appends run under an immediate transaction, so
    that of two writers one waits for the other and then sees what it wrote.

    Parameters
    ----------
    path : Path
    clock : callable, optional
        Returns the present instant (UTC).
    """

    def __init__(self, path: Path, clock: Clock = utc_now) -> None:
        self.path = path
        self._clock = clock

    @property
    def place(self) -> str:
        return str(self.path)

    # -- doors ---------------------------------------------------------------------------------------

    def _connect(self, mode: str) -> sqlite3.Connection:
        return sqlite3.connect(f"{self.path.absolute().as_uri()}?mode={mode}", uri=True, timeout=WAIT_SECONDS, isolation_level=None)

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """Open for reading; None where there is no ledger yet.

        Read-write is tried first: after a crash only a writer may roll the journal back.
        """
        if not self.path.exists() or self.path.stat().st_size == 0:
            yield None
            return
        with self._translated(writing=False), contextlib.closing(self._open_to_read()) as db:
            try:
                yield db
            except (ValueError, TypeError, AttributeError) as error:  # a column no writer of ours can have written
                raise LedgerTampered(path=self.path, seq="?", why=str(error)) from error

    def _open_to_read(self) -> sqlite3.Connection:
        try:
            return self._opened("rw")
        except sqlite3.OperationalError as error:
            if _cause(error) in HELD:
                raise
            return self._opened("ro")

    def _opened(self, mode: str) -> sqlite3.Connection:
        db = self._connect(mode)
        try:
            self._demand_table(db)
        except BaseException:
            db.close()
            raise
        return db

    def _demand_table(self, db: sqlite3.Connection) -> None:
        there = {row[1] for row in db.execute("PRAGMA table_info(ledger)")}
        if not there:
            raise LedgerTampered(path=self.path, seq=0, why=Reason("ledger_table_gone", "the ledger table is gone"))
        if lost := [name for name in text.COLUMNS if name not in there]:
            raise LedgerTampered(
                path=self.path,
                seq=0,
                why=Reason("ledger_columns_gone", "the ledger table has no column {columns}", columns=", ".join(lost)),
            )

    @contextlib.contextmanager
    def _translated(self, *, writing: bool) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            cause, why = _cause(error), str(error)
            if cause in HELD:
                raise LedgerBusy(path=self.path, why=why) from error
            if cause in NO_ROOM and writing:
                raise OutputFailed(path=self.path, why=why) from error
            if cause in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_CONSTRAINT):
                raise LedgerTampered(path=self.path, seq="?", why=why) from error
            raise LedgerError(path=self.path, why=why) from error

    # -- writing -------------------------------------------------------------------------------------

    def append(self, events: Sequence[Event], after: int | None = None) -> Sequence[Recorded]:
        with self._writing() as (db, head):
            if after is not None and after != head.seq:
                raise LedgerStale(path=self.path, head=head.seq, expected=after)
            laid = list(replay(head, _find(db, {e.id for e in events}), events, self._clock(), self.place))
            _insert(db, laid)
        return [entry for _, entry in laid]

    def restore(self, entries: Iterable[Recorded]) -> int:
        with self._writing() as (db, head):
            return _insert(db, rejoin(head, entries, self.place))

    @contextlib.contextmanager
    def _writing(self) -> Iterator[tuple[sqlite3.Connection, Head]]:
        """Open for writing, as the only writer until the transaction ends; the first makes the ledger."""
        with self._translated(writing=True), contextlib.closing(self._connect("rwc")) as db:
            db.execute("PRAGMA synchronous = FULL")
            db.execute(f"PRAGMA cache_size = -{CACHE_KB}")
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db, self._sound_head(db)
                db.execute("COMMIT")
            except BaseException:  # Ctrl-C too: nothing half-written may stay
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    def _sound_head(self, db: sqlite3.Connection) -> Head:
        if db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            db.execute("PRAGMA user_version = 10300")
            for statement in _statements(_schema()):
                db.execute(statement)
        self._demand_table(db)  # never make a ledger inside somebody else's database
        head = head_of(db)
        if _issued(db) > head.seq:  # going on would bury the cut
            raise LedgerTampered(path=self.path, seq=head.seq + 1, why=Reason("ledger_cut", "the end of the ledger was cut off"))
        return head

    # -- reading -------------------------------------------------------------------------------------

    def head(self) -> Head:
        with self._reading() as db:
            return head_of(db) if db else Head(0, "")

    def head_at(self, known: dt.datetime) -> Head:
        with self._reading() as db:
            return head_known_at(db, known) if db else Head(0, "")

    def events(self, cut: Cut | None = None, kinds: Iterable[Kind] = ()) -> Iterator[Recorded]:
        names = [kind.value for kind in kinds]
        where = f"kind IN ({', '.join('?' * len(names))})" if names else "1"  # all: an unknown kind must not slip through
        if names and Kind.REACHED.value not in names:
            where += f" AND {OTHER}"
        facts: list[Any] = list(names)
        if cut is not None:
            where += " AND at <= ? AND day <= ?"
            facts += [text.instant(cut.known), cut.on.isoformat()]
        with self._reading() as db:
            if db:
                yield from map(text.from_row, db.execute(f"SELECT {COLUMNS} FROM ledger WHERE {where} ORDER BY seq", facts))

    def rows(self) -> Iterator[text.Row]:
        """Yield the stored columns as they are, for verification."""
        with self._reading() as db:
            if db:
                db.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")  # what is no text is a change, too
                yield from db.execute(f"SELECT {COLUMNS} FROM ledger ORDER BY seq")

    def find(self, ids: Iterable[str]) -> dict[str, Recorded]:
        with self._reading() as db:
            return _find(db, set(ids)) if db else {}

    def get(self, seq: int) -> Recorded | None:
        with self._reading() as db:
            row = db.execute(f"SELECT {COLUMNS} FROM ledger WHERE seq = ?", [seq]).fetchone() if db else None
            return text.from_row(row) if row else None

    def reached(self, cut: Cut) -> Sequence[Batch]:
        with self._reading() as db:
            if not db:
                return []
            rows = db.execute(
                f"SELECT project, stage, day, group_concat(parcel, '{SEPARATOR}') FROM ledger "
                f"WHERE {WHOLE} GROUP BY stage, project, day",
                prepare(db, cut),
            )
            return [Batch(p, s, dt.date.fromisoformat(day), keys.split(SEPARATOR)) for p, s, day, keys in rows]

    def numbered(self, cut: Cut, but: str = "") -> Sequence[Numbered]:
        with self._reading() as db:
            if not db:
                return []
            rows = db.execute(
                f"SELECT project, stage, day, group_concat(parcel, '{SEPARATOR}'), group_concat(seq) FROM ledger "
                f"WHERE {WHOLE} AND stage <> :but GROUP BY stage, project, day",
                {**prepare(db, cut), "but": but},
            ).fetchall()
        return [_numbered(p, s, list(days)) for (p, s), days in itertools.groupby(rows, operator.itemgetter(0, 1))]

    def stated(self, cut: Cut, stage: str) -> Sequence[Stated]:
        with self._reading() as db:
            if not db:
                return []
            rows = db.execute(
                f"SELECT project, day, group_concat(parcel, '{SEPARATOR}'), group_concat(seq), "
                "group_concat(iif(area_m2 IS NULL, 'nan', printf('%!.17g', area_m2))) "
                f"FROM ledger WHERE {WHOLE} AND stage = :stage GROUP BY project, day ORDER BY project, day",
                {**prepare(db, cut), "stage": stage},
            ).fetchall()
        return [_stated(project, list(days)) for project, days in itertools.groupby(rows, operator.itemgetter(0))]

    def drawn(self, cut: Cut) -> Sequence[Recorded]:
        with self._reading() as db:
            if not db:
                return []
            rows = db.execute(
                f"SELECT {COLUMNS} FROM ledger WHERE {OTHER} AND kind IN ('reached', 'split', 'merge') "
                f"AND {STANDING} ORDER BY day, seq",
                prepare(db, cut),
            )
            return [text.from_row(row) for row in rows]

    def standing(self, cut: Cut, kinds: Iterable[Kind]) -> Sequence[Recorded]:
        names = [kind.value for kind in kinds]
        where = f"kind IN ({', '.join(f':kind{i}' for i in range(len(names)))})"
        if Kind.REACHED.value not in names:
            where += f" AND {OTHER}"
        with self._reading() as db:
            if not db:
                return []
            facts = {**prepare(db, cut), **{f"kind{i}": name for i, name in enumerate(names)}}
            rows = db.execute(
                f"SELECT {COLUMNS} FROM ledger WHERE {where} AND {STANDING} ORDER BY day, seq",
                facts,
            )
            return [text.from_row(row) for row in rows]

    def papers(self, cut: Cut, stage: str = "", since: dt.date = dt.date.min) -> Sequence[Paper]:
        with self._reading() as db:
            if not db:
                return []
            where = f"kind = 'reached' AND seq > :after AND day > :since AND {STANDING}"
            if stage:  # the two indexes name its few entries; of every stage a walk over the table is the shorter way
                where = (
                    f"seq IN (SELECT seq FROM ledger WHERE {WHOLE} AND stage = :stage AND day > :since UNION ALL "
                    f"SELECT seq FROM ledger WHERE {OTHER} AND {where} AND stage = :stage)"
                )
            rows = db.execute(
                "SELECT document, document_date, project, stage, day, count(*), sum(area_m2), min(seq) AS first FROM ledger "
                f"WHERE {where} GROUP BY document, document_date, project, stage, day ORDER BY day, first",
                {**prepare(db, cut), "stage": stage, "since": since.isoformat()},
            )
            day = dt.date.fromisoformat
            return [Paper(number, day(date), p, s, day(on), *counts) for number, date, p, s, on, *counts in rows]

    # -- keeping it honest ---------------------------------------------------------------------------

    def guards_missing(self) -> list[str]:
        """Name the append-only triggers that are not there or say something else, and triggers on the ledger that are not ours."""
        with self._reading() as db:
            if not db:
                return []
            query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger' COLLATE NOCASE"
            there = {name: _plain(sql or "") for name, sql in db.execute(query)}
        ours = {name: _plain(sql) for sql in _statements(_schema()) for name in GUARDS if f"TRIGGER IF NOT EXISTS {name} " in sql}
        return [*(name for name in GUARDS if there.get(name) != ours[name]), *sorted(set(there) - set(GUARDS))]

    def last_seq_issued(self) -> int:
        """Return the highest ``seq`` SQLite ever gave out: higher than the head when the tail was cut off."""
        with self._reading() as db:
            return _issued(db) if db else 0

    def newest_seq(self) -> int:
        """Return the ``seq`` of the newest entry, whatever else it holds; 0 for an empty ledger."""
        with self._reading() as db:
            return int(db.execute("SELECT coalesce(max(seq), 0) FROM ledger").fetchone()[0]) if db else 0


def _plain(sql: str) -> str:
    """Return a statement as SQLite keeps it: without comments, spacing, and what was only said to make it."""
    lines = (line for line in sql.splitlines() if not line.lstrip().startswith("--"))
    return " ".join(" ".join(lines).replace("IF NOT EXISTS", "").rstrip("; \n").split())


def _cause(error: sqlite3.Error) -> int:
    """Return SQLite's primary result code; 0 when the error came from Python's module itself."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _issued(db: sqlite3.Connection) -> int:
    if db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_sequence'").fetchone()[0] == 0:
        return 0
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'ledger'").fetchone()
    return int(row[0]) if row else 0


def _insert(db: sqlite3.Connection, laid: Iterable[tuple[text.Row, Recorded]]) -> int:
    marks = ", ".join("?" * len(text.COLUMNS))
    return db.executemany(f"INSERT INTO ledger ({COLUMNS}) VALUES ({marks})", ((*row, e.digest) for row, e in laid)).rowcount


def _find(db: sqlite3.Connection, ids: set[str]) -> dict[str, Recorded]:
    found: dict[str, Recorded] = {}
    wanted = sorted(ids)
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        marks = ", ".join("?" * len(part))
        for row in db.execute(f"SELECT {COLUMNS} FROM ledger WHERE id IN ({marks})", part):
            entry = text.from_row(row)
            found[entry.event.id] = entry
    return found


def _numbered(project: str, stage: str, days: Sequence[tuple[str, ...]]) -> Numbered:
    return Numbered(project, stage, *_unpacked([d[2:5] for d in days]))


def _stated(project: str, days: Sequence[tuple[str, ...]]) -> Stated:
    """Put the parcels of one project into order of (day, seq), with the areas stated of them."""
    keys, on, seqs = _unpacked([d[1:4] for d in days])
    areas = np.fromstring(",".join([d[4] for d in days]), sep=",")
    order = np.lexsort((seqs, on))
    return Stated(project, [keys[i] for i in order.tolist()], on[order], seqs[order], areas[order])


def _unpacked(days: Sequence[tuple[str, ...]]) -> tuple[list[str], npt.NDArray[np.datetime64], npt.NDArray[np.int64]]:
    """Unpack concatenated columns, a row (day, keys, numbers) a day."""
    counts = [keys.count(SEPARATOR) + 1 for _, keys, _ in days]
    keys = SEPARATOR.join([keys for _, keys, _ in days]).split(SEPARATOR)
    on = np.repeat(np.array([day for day, _, _ in days], "datetime64[D]"), counts)
    return keys, on, np.fromstring(",".join([seqs for _, _, seqs in days]), np.int64, sep=",")
