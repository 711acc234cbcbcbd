"""The connection to PostgreSQL: who may come in, what went wrong, one writer at a time, how a ledger is made."""

from __future__ import annotations

import contextlib
import functools
import importlib.resources
import re
from typing import TYPE_CHECKING, Any

from parkgis.errors import ExtraMissing, LedgerBusy, LedgerError, LedgerTampered, OutputFailed, Reason

try:
    import psycopg
except ModuleNotFoundError as error:  # the extra [postgis] is optional
    raise ExtraMissing(what=Reason("extra_postgres", "A ledger in PostgreSQL"), extra="postgis") from error

if TYPE_CHECKING:
    from collections.abc import Iterator

    Connection = psycopg.Connection[tuple[Any, ...]]

SCRIPTS = ("postgis_schema.sql", "postgis_view.sql", "postgis_roles.sql")
ROLES = ("parkgis_reader", "parkgis_recorder", "parkgis_approver")
GRIDS = range(9205, 9219)  # EPSG codes that PostGIS 3.3.2 does not know
LOCK = "SELECT pg_advisory_xact_lock(1885434471, 1)"  # word for word the lock of the trigger ledger_turn
# A million entries are grouped in memory, in 0.4 s; with PostgreSQL 15's own 4 MB on disk, in 0.7 s.
FOLDING = "SELECT set_config('work_mem', '128MB', true), set_config('jit', 'off', true)"
WAIT_SECONDS = 30
CONNECT_SECONDS = 10
HELD = {"55P03", "40P01", "40001", "57014", "53300"}  # lock, deadlock, serialization, cancelled, connections
NO_ROOM = {"53100", "53200", "53400", "58030", "25006"}  # disk, memory, limit, input/output, read-only
_FUNCTION = re.compile(r"CREATE OR REPLACE FUNCTION parkgis\.(\w+)\(\).*?AS \$\$(.*?)\$\$;", re.DOTALL)
GONE = {"42P01", "42703", "42883"}  # table, column, function


def _part(name: str) -> str:
    return importlib.resources.files("parkgis.ledger").joinpath("sql", name).read_text(encoding="utf-8")


@functools.cache
def script() -> str:
    """Return the SQL that makes a ledger, as one transaction that may run again: for psql, and for reading."""
    return "BEGIN;\n" + "\n".join(map(_part, SCRIPTS)) + "COMMIT;\n"


@functools.cache
def functions() -> dict[str, str]:
    """Return what the guards' functions say, by name: to tell one that was replaced by an empty one."""
    return {name: body.strip() for name, body in _FUNCTION.findall(_part(SCRIPTS[0]))}


def shown(dsn: str) -> str:
    """Return a connection string without its password.

    Raises
    ------
    LedgerError
        When it is no connection string; nothing of it is repeated, a password may stand anywhere.
    """
    form = Reason("ledger_dsn", "this is no connection string; write postgresql://USER@HOST:5432/DATABASE")
    try:
        facts = psycopg.conninfo.conninfo_to_dict(dsn)
    except psycopg.ProgrammingError:
        raise LedgerError(path="postgresql://…", why=form) from None  # libpq repeats the string, password and all
    if not str(facts.get("port") or "0").replace(",", "").isdigit():  # USER:PASSWORD without @HOST reads as HOST:PORT
        raise LedgerError(path="postgresql://…", why=form)
    user = f"{facts['user']}@" if facts.get("user") else ""
    port = f":{facts['port']}" if facts.get("port") else ""
    return f"postgresql://{user}{facts.get('host') or ''}{port}/{facts.get('dbname') or ''}"


class Server:
    """The doors to one database: every question and every append has a connection of its own.

    Parameters
    ----------
    dsn : str

    Raises
    ------
    LedgerError
        When ``dsn`` is no connection string.
    """

    def __init__(self, dsn: str) -> None:
        self.place = shown(dsn)
        self._dsn = dsn

    def _connect(self) -> Connection:
        try:
            return psycopg.connect(self._dsn, connect_timeout=CONNECT_SECONDS, application_name="parkgis", client_encoding="utf8")
        except psycopg.Error as error:
            why = one_line(error)
            if error.pgconn is not None and (error.pgconn.used_password or error.pgconn.needs_password):
                reason = Reason("ledger_not_let_in", "the database server did not let this user in ({why})", why=why)
            else:
                reason = Reason("ledger_no_server", "the database server cannot be reached ({why})", why=why)
            raise LedgerError(path=self.place, why=reason) from error

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection | None]:
        """Open for reading, all questions at one moment; None where there is no ledger yet."""
        with self._translated(writing=False), self._connect() as db:
            db.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            db.read_only = True
            db.execute(FOLDING)
            try:
                yield db if self._there(db) else None
            except (ValueError, TypeError, AttributeError) as error:  # a column no writer of ours can have written
                raise LedgerTampered(path=self.place, seq="?", why=str(error)) from error

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open for writing, as the only writer until the transaction ends; the first makes the ledger."""
        with self._alone() as db:
            if not self._there(db):
                self._make(db)
            yield db

    def prepare(self) -> tuple[str, ...]:
        """Make the ledger, its guards, roles and view, or mend them.

        Returns
        -------
        tuple of str
            What this user had no right to make: roles, and ``EPSG:code`` of grids that PostGIS lacks.
        """
        with self._alone() as db:
            return self._make(db)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[Connection]:
        with self._translated(writing=True), self._connect() as db:
            db.execute(f"SELECT set_config('lock_timeout', '{WAIT_SECONDS}s', true)")
            # what is acknowledged is on disk, whatever the server's habit
            db.execute("SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'")
            db.execute(LOCK)
            yield db

    def _there(self, db: Connection) -> bool:
        row = db.execute("SELECT to_regnamespace('parkgis') IS NOT NULL, to_regclass('parkgis.ledger') IS NOT NULL").fetchone()
        if row == (True, False):
            raise LedgerTampered(path=self.place, seq=0, why=Reason("ledger_table_gone", "the ledger table is gone"))
        return row == (True, True)

    def _make(self, db: Connection) -> tuple[str, ...]:
        """Run the script inside the present transaction, and return what it could not make."""
        if (encoding := one(db, "SHOW server_encoding")) != "UTF8":
            why = Reason("ledger_encoding", "the database is in {encoding}; make one in UTF8", encoding=encoding)
            raise LedgerError(path=self.place, why=why)
        try:
            for name in SCRIPTS:
                db.execute(_part(name).encode())
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.FeatureNotSupported, psycopg.errors.UndefinedFile) as error:
            cannot = "this database holds no ledger yet and this user cannot make one ({why}); see `parkgis ledger init --help`"
            raise LedgerError(path=self.place, why=Reason("ledger_cannot_make", cannot, why=one_line(error))) from error
        roles = {name for (name,) in db.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [list(ROLES)])}
        grids = {srid for (srid,) in db.execute("SELECT srid FROM spatial_ref_sys WHERE srid = ANY(%s)", [list(GRIDS)])}
        return (*(name for name in ROLES if name not in roles), *(f"EPSG:{srid}" for srid in GRIDS if srid not in grids))

    @contextlib.contextmanager
    def _translated(self, *, writing: bool) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            raise self._refusal(error, writing=writing) from error

    def _refusal(self, error: psycopg.Error, *, writing: bool) -> LedgerError | OutputFailed:
        """Say what the server refused, by its SQLSTATE and never by its words."""
        state, why = error.sqlstate or "", one_line(error)
        if state in HELD:
            return LedgerBusy(path=self.place, why=why)
        if state in NO_ROOM and writing:
            return OutputFailed(path=self.place, why=why)
        if state in GONE or state.startswith("23"):
            return LedgerTampered(path=self.place, seq="?", why=why)
        if state == "42501":
            may_not = Reason("ledger_not_allowed", "this database user has no right to do that ({why})", why=why)
            return LedgerError(path=self.place, why=may_not)
        if isinstance(error, psycopg.OperationalError):
            lost = "the connection broke off ({why}); run the command again: what was already written is recognised"
            return LedgerError(path=self.place, why=Reason("ledger_lost", lost, why=why))
        return LedgerError(path=self.place, why=why)


def one_line(error: BaseException) -> str:
    """Return the first line of what an error says."""
    return " ".join((str(error).strip().splitlines() or [type(error).__name__])[0].split())


def one(db: Connection, query: str) -> Any:
    """Return the first value of the first row."""
    row = db.execute(query).fetchone()
    assert row is not None
    return row[0]
