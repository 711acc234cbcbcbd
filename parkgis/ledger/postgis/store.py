"""The ledger's questions in PostgreSQL's own SQL."""

from __future__ import annotations

import datetime as dt
import itertools
import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from parkgis.errors import LedgerStale, LedgerTampered, Reason
from parkgis.ledger import text
from parkgis.ledger.postgis.server import Server, functions, one
from parkgis.ledger.store import Batch, Numbered, Paper, Stated, rejoin, replay, voided
from parkgis.model import LAND_KINDS, Cut, Event, Head, Kind, Recorded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from parkgis.ledger.postgis.server import Connection
    from parkgis.ledger.store import Clock

GUARDS = {  # trigger: the function it runs, and when (pg_trigger.tgtype: 2 before, 4 insert, 8 delete, 16 update, 32 truncate)
    "ledger_no_update": ("ledger_refuse", 18),
    "ledger_no_delete": ("ledger_refuse", 10),
    "ledger_no_truncate": ("ledger_refuse", 34),
    "ledger_turn": ("ledger_turn", 6),
    "ledger_in_order": ("ledger_issue", 4),
    "ledger_by_role": ("ledger_by_role", 4),
}
PORTION = 5_000
COLUMNS = ", ".join(f'"{name}"' for name in text.COLUMNS)
KNOWN = "day <= %(on)s AND seq <= %(seq)s AND seq NOT IN (SELECT seq FROM struck)"
WHOLE = f"kind = 'reached' AND parcel <> '' AND {KNOWN}"
OTHER = "(kind <> 'reached' OR parcel = '')"  # word for word the condition of the partial index ledger_other
SEPARATOR = "\x1f"


class PostgisStore:
    """An append-only ledger in the schema ``parkgis`` of a PostgreSQL database.

    Reading never makes the ledger; the first append by the owner of the database does, as does :meth:`prepare`.

    Parameters
    ----------
    dsn : str
        ``postgresql://USER@HOST:PORT/DATABASE``; the password better in ``PGPASSWORD`` or ``~/.pgpass``.
    clock : callable, optional
        Returns the present instant (UTC). The server's clock unless given: the one that all writers share.

    Raises
    ------
    LedgerError
        When ``dsn`` is no connection string.
    """

    def __init__(self, dsn: str, clock: Clock | None = None) -> None:
        self._server = Server(dsn)
        self.place = self._server.place
        self._clock = clock

    def prepare(self) -> tuple[str, ...]:
        """Make the ledger, its guards, roles and view, or mend them; return what this user had no right to make."""
        return self._server.prepare()

    # -- writing -------------------------------------------------------------------------------------

    def append(self, events: Sequence[Event], after: int | None = None) -> Sequence[Recorded]:
        with self._server.writing() as db:
            head = self._sound_head(db)
            if after is not None and after != head.seq:
                raise LedgerStale(path=self.place, head=head.seq, expected=after)
            stored, at = _find(db, {e.id for e in events}), self._now(db)
            return list(_copied(db, replay(head, stored, events, at, self.place)))

    def restore(self, entries: Iterable[Recorded]) -> int:
        with self._server.writing() as db:
            count = sum(1 for _ in _copied(db, rejoin(self._sound_head(db), entries, self.place)))
            db.execute("ANALYZE parkgis.ledger")  # or the first folds are planned for an empty table: twice as slow
            return count

    def _sound_head(self, db: Connection) -> Head:
        head = _head(db, "true")
        if _issued(db) > head.seq:  # going on would bury the cut
            raise LedgerTampered(path=self.place, seq=head.seq + 1, why=Reason("ledger_cut", "the end of the ledger was cut off"))
        return head

    def _now(self, db: Connection) -> dt.datetime:
        return self._clock() if self._clock else one(db, "SELECT clock_timestamp()")

    # -- reading -------------------------------------------------------------------------------------

    def head(self) -> Head:
        with self._server.reading() as db:
            return _head(db, "true") if db else Head(0, "")

    def head_at(self, known: dt.datetime) -> Head:
        with self._server.reading() as db:
            return _head(db, "at <= %s", text.instant(known)) if db else Head(0, "")

    def events(self, cut: Cut | None = None, kinds: Iterable[Kind] = ()) -> Iterator[Recorded]:
        names = [kind.value for kind in kinds]
        where = "kind = ANY(%(kinds)s)" if names else "true"  # all: an unknown kind must not slip through
        if names and Kind.REACHED.value not in names:
            where += f" AND {OTHER}"
        facts: dict[str, Any] = {"kinds": names}
        if cut is not None:
            where += " AND at <= %(known)s AND day <= %(on)s"
            facts |= {"known": text.instant(cut.known), "on": cut.on.isoformat()}
        with self._server.reading() as db:
            if db:
                yield from map(
                    text.from_row, _stream(db, f"SELECT {COLUMNS} FROM parkgis.ledger WHERE {where} ORDER BY seq", facts)
                )

    def rows(self) -> Iterator[text.Row]:
        """Yield the stored columns as they are, for verification."""
        with self._server.reading() as db:
            if db:
                yield from _stream(db, f"SELECT {COLUMNS} FROM parkgis.ledger ORDER BY seq", {})

    def find(self, ids: Iterable[str]) -> dict[str, Recorded]:
        with self._server.reading() as db:
            return _find(db, set(ids)) if db else {}

    def get(self, seq: int) -> Recorded | None:
        with self._server.reading() as db:
            row = db.execute(f"SELECT {COLUMNS} FROM parkgis.ledger WHERE seq = %s", [seq]).fetchone() if db else None
            return text.from_row(row) if row else None

    def reached(self, cut: Cut) -> Sequence[Batch]:
        rows = self._ask(
            cut,
            f"SELECT project, stage, day, string_agg(parcel, '{SEPARATOR}') FROM parkgis.ledger WHERE {WHOLE} "
            "GROUP BY project, stage, day",
        )
        return [Batch(p, s, dt.date.fromisoformat(day), keys.split(SEPARATOR)) for p, s, day, keys in rows]

    def numbered(self, cut: Cut, but: str = "") -> Sequence[Numbered]:
        rows = self._ask(
            cut,
            f"SELECT project, stage, array_agg(day), string_agg(parcel, '{SEPARATOR}'), array_agg(seq) FROM parkgis.ledger "
            f"WHERE {WHOLE} AND stage <> %(but)s GROUP BY project, stage",
            but=but,
        )
        return [
            Numbered(p, s, keys.split(SEPARATOR), np.array(days, "datetime64[D]"), np.array(seqs, np.int64))
            for p, s, days, keys, seqs in rows
        ]

    def stated(self, cut: Cut, stage: str) -> Sequence[Stated]:
        rows = self._ask(
            cut,
            f"SELECT project, day, string_agg(parcel, '{SEPARATOR}' ORDER BY seq), "
            "array_agg(seq ORDER BY seq), string_agg(coalesce(area_m2::text, 'nan'), ',' ORDER BY seq) "
            f"FROM parkgis.ledger WHERE {WHOLE} AND stage = %(stage)s GROUP BY project, day ORDER BY project, day",
            stage=stage,
        )
        return [_stated(project, list(days)) for project, days in itertools.groupby(rows, operator.itemgetter(0))]

    def drawn(self, cut: Cut) -> Sequence[Recorded]:
        return self._entries(cut, f"{OTHER} AND kind = ANY(%(kinds)s)", [kind.value for kind in LAND_KINDS])

    def standing(self, cut: Cut, kinds: Iterable[Kind]) -> Sequence[Recorded]:
        names = [kind.value for kind in kinds]
        where = "kind = ANY(%(kinds)s)" if Kind.REACHED.value in names else f"{OTHER} AND kind = ANY(%(kinds)s)"
        return self._entries(cut, where, names)

    def _entries(self, cut: Cut, where: str, kinds: Sequence[str]) -> list[Recorded]:
        query = f"SELECT {COLUMNS} FROM parkgis.ledger WHERE {where} AND {KNOWN} ORDER BY day, seq"
        return [text.from_row(row) for row in self._ask(cut, query, kinds=kinds)]

    def papers(self, cut: Cut, stage: str = "", since: dt.date = dt.date.min) -> Sequence[Paper]:
        one = "AND stage = %(stage)s " if stage else ""
        rows = self._ask(
            cut,
            "SELECT document, document_date, project, stage, day, count(*), sum(area_m2), min(seq) AS first FROM parkgis.ledger "
            f"WHERE kind = 'reached' AND day > %(since)s AND {KNOWN} {one}"
            "GROUP BY document, document_date, project, stage, day ORDER BY day, first",
            stage=stage,
            since=since.isoformat(),
        )
        day = dt.date.fromisoformat
        return [Paper(number, day(date), p, s, day(on), *counts) for number, date, p, s, on, *counts in rows]

    def _ask(self, cut: Cut, query: str, **facts: object) -> list[tuple[Any, ...]]:
        """Ask about the standing entries of a cut: ``query`` may speak of ``struck``."""
        with self._server.reading() as db:
            if not db:
                return []
            struck, more = _struck(db, cut)
            return db.execute(f"WITH {struck} {query}", {**more, **facts}).fetchall()

    # -- keeping it honest ---------------------------------------------------------------------------

    def guards_missing(self) -> list[str]:
        """Name triggers that are gone, switched off, changed or not ours, and rights to change that somebody was given."""
        with self._server.reading() as db:
            if not db:
                return []
            on = (
                "SELECT tgname, proname, tgtype::int, prosrc, tgqual IS NULL AND pronamespace = 'parkgis'::regnamespace "
                "FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
                "WHERE tgrelid = 'parkgis.ledger'::regclass AND tgenabled = 'A' AND NOT tgisinternal"
            )
            ours, bodies = {name: (*runs, True) for name, runs in GUARDS.items()}, functions()
            sound = {n: (f, when, plain) for n, f, when, body, plain in db.execute(on) if body.strip() == bodies.get(f)}
            every = "SELECT tgname FROM pg_trigger WHERE tgrelid = 'parkgis.ledger'::regclass AND NOT tgisinternal ORDER BY 1"
            foreign = [name for (name,) in db.execute(every) if name not in GUARDS]
            given = (
                "SELECT DISTINCT privilege_type || ' (' || "
                "CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee) END || ')' "
                "FROM (SELECT relacl AS acl FROM pg_class WHERE oid = 'parkgis.ledger'::regclass UNION ALL "
                "SELECT attacl FROM pg_attribute WHERE attrelid = 'parkgis.ledger'::regclass) AS given, aclexplode(acl) "
                "WHERE privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE') ORDER BY 1"
            )
            missing = [name for name, runs in ours.items() if sound.get(name) != runs]
            return [*missing, *foreign, *(name for (name,) in db.execute(given))]

    def last_seq_issued(self) -> int:
        """Return the highest ``seq`` ever given out: higher than the head when the tail was cut off."""
        with self._server.reading() as db:
            return _issued(db) if db else 0

    def newest_seq(self) -> int:
        """Return the ``seq`` of the newest entry, whatever else it holds; 0 for an empty ledger."""
        with self._server.reading() as db:
            return int(one(db, "SELECT coalesce(max(seq), 0) FROM parkgis.ledger")) if db else 0


def _copied(db: Connection, laid: Iterable[tuple[text.Row, Recorded]]) -> Iterator[Recorded]:
    """Send entries while they are laid out, so that client and server work side by side; yield what was sent."""
    with db.cursor() as cursor, cursor.copy(f"COPY parkgis.ledger ({COLUMNS}) FROM STDIN") as copy:
        for row, entry in laid:
            copy.write_row((*row, entry.digest))
            yield entry


def _stream(db: Connection, query: str, facts: Mapping[str, object]) -> Iterator[tuple[Any, ...]]:
    """Yield rows without holding them all."""
    with db.cursor(name="parkgis") as cursor:
        cursor.itersize = PORTION
        yield from cursor.execute(query, facts)


def _issued(db: Connection) -> int:
    return int(one(db, "SELECT coalesce(max(seq), 0) FROM parkgis.issued"))


def _head(db: Connection, where: str, *facts: object) -> Head:
    row = db.execute(f"SELECT seq, digest, at FROM parkgis.ledger WHERE {where} ORDER BY seq DESC LIMIT 1", facts).fetchone()
    return Head(row[0], row[1], text.parse_instant(row[2])) if row else Head(0, "")


def _find(db: Connection, ids: set[str]) -> dict[str, Recorded]:
    rows = db.execute(f"SELECT {COLUMNS} FROM parkgis.ledger WHERE id = ANY(%s)", [sorted(ids)])
    return {entry.event.id: entry for entry in map(text.from_row, rows)}


def _stated(project: str, days: Sequence[tuple[str, str, str, list[int], str]]) -> Stated:
    """Unpack the joined columns of one project, a row a day."""
    keys = list(itertools.chain.from_iterable(joined.split(SEPARATOR) for _, _, joined, _, _ in days))
    on = np.repeat(np.array([day for _, day, *_ in days], "datetime64[D]"), [len(seqs) for *_, seqs, _ in days])
    seqs = np.concatenate([np.array(seqs, np.int64) for *_, seqs, _ in days])
    return Stated(project, keys, on, seqs, np.concatenate([np.fromstring(joined, sep=",") for *_, joined in days]))


def _struck(db: Connection, cut: Cut) -> tuple[str, dict[str, Any]]:
    """Return the query ``struck`` (numbers of entries that do not stand) and the facts of a cut."""
    seq = _head(db, "at <= %s", text.instant(cut.known)).seq
    voids = [entry for entry in _of_kind(db, Kind.VOID, seq) if entry.seq not in cut.without]
    struck = voided(voids)
    facts: dict[str, Any] = {"on": cut.on.isoformat(), "seq": seq, "ids": sorted(struck), "without": sorted(cut.without)}
    query = "SELECT seq FROM parkgis.ledger WHERE id = ANY(%(ids)s) UNION SELECT unnest(%(without)s::bigint[])"
    if cut.confirmed_only:  # see store.unconfirmed
        behind = [e for e in _of_kind(db, Kind.CONFIRMED, seq) if e.seq not in cut.without and e.event.id not in struck]
        pairs = [(id_, e.event.by) for e in behind for id_ in e.event.into]
        facts |= {"land": [kind.value for kind in LAND_KINDS], "behind": [i for i, _ in pairs], "persons": [p for _, p in pairs]}
        query += (
            " UNION SELECT seq FROM parkgis.ledger WHERE kind = ANY(%(land)s) AND seq <= %(seq)s AND NOT EXISTS "
            "(SELECT FROM unnest(%(behind)s::text[], %(persons)s::text[]) AS b (id, person) "
            'WHERE b.id = ledger.id AND b.person <> ledger."by")'
        )
    return f"struck AS MATERIALIZED ({query})", facts


def _of_kind(db: Connection, kind: Kind, seq: int) -> list[Recorded]:
    query = f"SELECT {COLUMNS} FROM parkgis.ledger WHERE kind = %s AND {OTHER} AND seq <= %s"
    return [text.from_row(row) for row in db.execute(query, [kind.value, seq])]
