"""The ledger in PostgreSQL: the promise of every store, rights, refusals in our words, the layer of tranches."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import make
import numpy as np
import psycopg
import pytest
import store_contract
from histories import DAYS, histories
from hypothesis import given, settings
from hypothesis import strategies as st
from postgres import NOBODY, admin, dsn, fresh

from parkgis import crs
from parkgis.errors import LedgerBusy, LedgerError, LedgerTampered, OutputFailed
from parkgis.ledger import MemoryStore
from parkgis.ledger.postgis import GUARDS, ROLES, PostgisStore, script, server
from parkgis.ledger.verify import verify
from parkgis.model import Cut, Kind, mint
from parkgis.vn2000 import TM3, UTM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from parkgis.model import Event

PASSWORD = "mật-khẩu/1:@"
QUOTED = "m%E1%BA%ADt-kh%E1%BA%A9u%2F1%3A%40"


class TestPostgisStore(store_contract.StoreContract):
    @pytest.fixture(autouse=True)
    def _database(self, database: str) -> None:
        self.dsn = database

    def open(self, clock: Callable[[], dt.datetime]) -> PostgisStore:
        return PostgisStore(self.dsn, clock)


@pytest.fixture
def store(database: str) -> PostgisStore:
    """Three parcels, recorded in one batch."""
    store = PostgisStore(database, make.clock())
    store.append(store_contract.PARCELS)
    return store


@contextlib.contextmanager
def raw(dsn_: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """Come with plain SQL, as anyone can; every statement commits by itself."""
    with psycopg.connect(dsn_, autocommit=True) as db:
        yield db


def confirmed(*events: Event, by: str = "Bình") -> Event:
    facts = make.void(events[0])
    return type(facts)(
        id=mint("confirmed", *(e.id for e in events)), kind=Kind.CONFIRMED, day=facts.day, project="", source=facts.source, by=by,
        into=tuple(e.id for e in events),
    )  # fmt: skip


# -- the same as the others --------------------------------------------------------------------------------


@settings(max_examples=6)
@given(events=histories(), on=DAYS, learned=st.integers(0, 14))
def test_memory_and_database_give_equal_answers_and_digests(
    module_database: str, events: list[Event], on: str, learned: int
) -> None:
    with raw(module_database) as db:
        db.execute("SET client_min_messages = warning")
        db.execute("DROP SCHEMA IF EXISTS parkgis CASCADE")
    stores = MemoryStore(make.clock()), PostgisStore(module_database, make.clock())
    for store in stores:
        for event in events:
            store.append([event])
    known = make.START.replace(day=1 + learned)
    assert stores[0].head() == stores[1].head()
    for cut in (Cut(make.day(on), known), Cut(make.day(on), make.FOREVER, confirmed_only=True), store_contract.ALWAYS):
        store_contract.same_answers(*stores, cut, ["paid", "handed_developer"])
    assert list(verify(stores[1])) == []


def test_only_what_a_second_person_confirmed(store: PostgisStore) -> None:
    first, second, third = store_contract.PARCELS
    store.append([confirmed(first), confirmed(second, by="An")])  # An recorded it: no second person
    cut = Cut(dt.date.max, make.FOREVER, confirmed_only=True)
    assert [k for b in store.reached(cut) for k in b.keys] == [first.parcel]
    without = Cut(dt.date.max, make.FOREVER, without=frozenset({1}))
    assert sorted(k for b in store.reached(without) for k in b.keys) == [second.parcel, third.parcel]


def test_the_clock_is_the_servers_unless_another_is_given(database: str) -> None:
    (entry,) = PostgisStore(database).append([make.reached("09/1/1")])
    assert abs(entry.at - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)


def test_reading_makes_nothing(database: str) -> None:
    store = PostgisStore(database)
    store.head(), list(store.events()), store.reached(store_contract.ALWAYS), list(verify(store))
    with raw(database) as db:
        assert db.execute("SELECT to_regnamespace('parkgis')").fetchone() == (None,)


# -- guards ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("replica", [False, True], ids=["", "as-replica"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE parkgis.ledger SET area_m2 = 1 WHERE seq = 2",
        "UPDATE parkgis.ledger SET note = note WHERE false",
        "DELETE FROM parkgis.ledger WHERE seq = 3",
        "TRUNCATE parkgis.ledger",
        "INSERT INTO parkgis.ledger SELECT * FROM parkgis.ledger WHERE seq = 2",
        "INSERT INTO parkgis.ledger TABLE parkgis.ledger ON CONFLICT (seq) DO UPDATE SET area_m2 = 1",
        "INSERT INTO parkgis.ledger TABLE parkgis.nine",
        "INSERT INTO parkgis.ledger TABLE parkgis.same_id",
    ],
    ids=["update", "touch", "delete", "truncate", "again", "upsert", "leave-a-gap", "same-id"],
)
def test_not_even_a_superuser_changes_an_entry_by_sql(store: PostgisStore, database: str, statement: str, replica: bool) -> None:
    before = list(store.rows())
    with raw(database) as db:
        db.execute("CREATE TABLE parkgis.nine AS SELECT * FROM parkgis.ledger WHERE seq = 2")
        db.execute("CREATE TABLE parkgis.same_id AS TABLE parkgis.nine")
        db.execute("UPDATE parkgis.nine SET seq = 9, id = 'new'")
        db.execute("UPDATE parkgis.same_id SET seq = 4")
        db.execute(f"SET session_replication_role = {'replica' if replica else 'origin'}")
        with pytest.raises(psycopg.IntegrityError):
            db.execute(statement.encode())
    assert list(store.rows()) == before
    assert list(verify(store)) == []


@pytest.mark.parametrize("guard", GUARDS)
@pytest.mark.parametrize("how", ["ALTER TABLE parkgis.ledger DISABLE TRIGGER {}", "DROP TRIGGER {} ON parkgis.ledger"])
def test_a_guard_that_is_gone_is_named_and_init_puts_it_back(store: PostgisStore, database: str, guard: str, how: str) -> None:
    with raw(database) as db:
        db.execute(how.format(guard).encode())
    assert [(f.code, f.facts["guard"]) for f in verify(store)] == [("ledger_unguarded", guard)]
    store.prepare()
    assert list(verify(store)) == []


EMPTY = "CREATE OR REPLACE FUNCTION parkgis.{} RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
OTHER_HOUR = "CREATE OR REPLACE TRIGGER ledger_no_update AFTER UPDATE ON parkgis.ledger EXECUTE FUNCTION parkgis.ledger_refuse()"


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (EMPTY.format("ledger_refuse()"), ["ledger_no_update", "ledger_no_delete", "ledger_no_truncate"]),
        (EMPTY.format("ledger_issue()"), ["ledger_in_order"]),
        (f"{OTHER_HOUR}; ALTER TABLE parkgis.ledger ENABLE ALWAYS TRIGGER ledger_no_update", ["ledger_no_update"]),
        ("CREATE TRIGGER hush BEFORE INSERT ON parkgis.ledger EXECUTE FUNCTION parkgis.ledger_turn()", ["hush"]),
    ],
    ids=["empty", "empty-issue", "after", "foreign"],
)
def test_a_guard_that_was_replaced_is_named_and_init_puts_it_back(
    store: PostgisStore, database: str, statement: str, named: list[str]
) -> None:
    with raw(database) as db:
        db.execute(statement.encode())
    assert [f.facts["guard"] for f in verify(store)] == named
    store.prepare()
    assert [f.facts["guard"] for f in verify(store)] == [name for name in named if name == "hush"]


def test_a_right_to_change_is_named(store: PostgisStore, database: str) -> None:
    with raw(database) as db:
        db.execute("GRANT UPDATE (note), DELETE ON parkgis.ledger TO PUBLIC")
    assert [f.facts["guard"] for f in verify(store)] == ["DELETE (PUBLIC)", "UPDATE (PUBLIC)"]


# -- rights ------------------------------------------------------------------------------------------------


@pytest.fixture
def person(server: str, database: str) -> Iterator[Callable[..., str]]:
    """Make a login with roles; return its connection string."""
    made: list[str] = []

    def make_login(*roles: str, database: str = database) -> str:
        name = f"p{len(made)}_{os.getpid()}"
        with admin(server) as db:
            db.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}' {'IN ROLE ' + ', '.join(roles) if roles else ''}")
        made.append(name)
        return dsn(database, database.rpartition("/")[2], name, QUOTED)

    yield make_login
    with admin(server) as db:
        for name in made:
            db.execute(f"DROP ROLE {name}")


CHANGES = (
    "UPDATE parkgis.ledger SET note = ''", "DELETE FROM parkgis.ledger", "TRUNCATE parkgis.ledger",
    "ALTER TABLE parkgis.ledger DISABLE TRIGGER ALL", "UPDATE parkgis.issued SET seq = 0", "DROP TABLE parkgis.ledger",
    "CREATE TABLE parkgis.mine (a int)",
)  # fmt: skip
LAND, WORD = make.reached("09/1/4"), confirmed(store_contract.PARCELS[0])


@pytest.mark.parametrize(
    ("roles", "reads", "records", "confirms"),
    [
        ((), False, False, False),
        (("parkgis_reader",), True, False, False),
        (("parkgis_recorder",), True, True, False),
        (("parkgis_approver",), True, False, True),
        (("parkgis_recorder", "parkgis_approver"), True, True, True),
    ],
)
def test_roles(
    store: PostgisStore, person: Callable[..., str], roles: tuple[str, ...], reads: bool, records: bool, confirms: bool
) -> None:
    login = person(*roles)
    mine = PostgisStore(login, make.clock(start=make.at("2026-02-01")))
    for may, action in (
        (reads, lambda: (mine.head(), list(mine.events()), mine.reached(store_contract.ALWAYS), list(verify(mine)))),
        (records, lambda: mine.append([LAND])),
        (confirms, lambda: mine.append([WORD])),
        (False, lambda: mine.append([make.reached("09/1/5"), confirmed(LAND)]) if not (records and confirms) else may_not()),
    ):
        if may:
            action()
        else:
            with pytest.raises(LedgerError, match="no right"):
                action()
    assert store.head().seq == 3 + records + confirms
    for statement in CHANGES:
        with raw(login) as db, pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.execute(statement)


def may_not() -> None:
    raise LedgerError(path="", why="no right, says this test")


def test_the_owner_of_a_database_makes_the_ledger_without_roles_and_grids(server: str, person: Callable[..., str]) -> None:
    """An ordinary owner has no right to add grids to PostGIS; the ledger works, and says what is missing."""
    with fresh(server) as own:
        name = own.rpartition("/")[2]
        login = person(database=own)
        user = psycopg.conninfo.conninfo_to_dict(login)["user"]
        with admin(server) as db:
            db.execute(f"ALTER DATABASE {name} OWNER TO {user}")
        store = PostgisStore(login, make.clock())
        assert store.prepare() == tuple(f"EPSG:{srid}" for srid in range(9205, 9219))
        assert len(store.append([*store_contract.PARCELS, confirmed(store_contract.PARCELS[0])])) == 4
        with raw(login) as db, pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.execute("UPDATE parkgis.ledger SET note = ''")
        assert list(verify(store)) == []
        assert PostgisStore(own).prepare() == (), "an administrator adds the rest"
        with admin(server) as db:
            db.execute(f"ALTER DATABASE {name} OWNER TO postgres")
        with admin(server, name) as db:
            db.execute(f"REASSIGN OWNED BY {user} TO postgres")
            db.execute(f"DROP OWNED BY {user}")


def test_a_database_without_postgis_says_so_to_who_cannot_add_it(server: str, person: Callable[..., str]) -> None:
    with fresh(server) as own:
        with raw(own) as db:
            db.execute("DROP EXTENSION postgis")
            db.execute("GRANT CREATE ON DATABASE " + own.rpartition("/")[2] + " TO PUBLIC")
        with pytest.raises(LedgerError, match=r"cannot make one \(permission denied to create extension"):
            PostgisStore(person(database=own)).append(store_contract.PARCELS)
        with raw(own) as db:
            assert db.execute("SELECT to_regnamespace('parkgis')").fetchone() == (None,), "nothing half-made stays"


def test_the_script_can_be_run_by_psql_and_again(database: str) -> None:
    with raw(database) as db:
        for _ in range(2):
            db.execute(script().encode())
    assert PostgisStore(database).prepare() == ()
    assert len(PostgisStore(database).append(store_contract.PARCELS)) == 3


# -- refusals in our words ---------------------------------------------------------------------------------


def refused(action: Callable[[], object], kind: type[LedgerError | OutputFailed] = LedgerError) -> str:
    with pytest.raises(kind) as caught:
        action()
    assert type(caught.value) is kind
    return str(caught.value)


def test_a_server_that_is_not_there() -> None:
    said = refused(PostgisStore("postgresql://an:geheim@127.0.0.1:1/gpmb").head)
    assert said.startswith("postgresql://an@127.0.0.1:1/gpmb: the database server cannot be reached (")
    assert "geheim" not in said


def test_a_wrong_password_is_not_repeated(database: str) -> None:
    said = refused(PostgisStore(dsn(database, database.rpartition("/")[2], password="geheim")).head)
    assert "did not let this user in" in said and "geheim" not in said


def test_no_such_database(database: str) -> None:
    assert "không_có" in refused(PostgisStore(dsn(database, "không_có")).head)


@pytest.mark.parametrize("wrong", ["an:geheim@[::1/x", "an:geheim@h/x?sslmod=geheim", "an:geheim/gpmb"])
def test_no_connection_string_and_no_word_of_it(wrong: str) -> None:
    """The password may stand anywhere in it; libpq's own message repeats it."""
    with pytest.raises(LedgerError, match="no connection string") as caught:
        PostgisStore(f"postgresql://{wrong}")
    assert "geheim" not in f"{caught.value}{caught.value.facts}{caught.value.__cause__}"


def test_a_ledger_held_by_another_writer(store: PostgisStore, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "WAIT_SECONDS", 1)
    with psycopg.connect(database) as db:
        db.execute(server.LOCK)
        refused(lambda: store.append([LAND]), LedgerBusy)
        assert store.head().seq == 3, "reading goes on beside a writer"
        db.rollback()
    assert store.append([LAND])[0].seq == 4


def test_a_read_only_database(store: PostgisStore, database: str) -> None:
    name = database.rpartition("/")[2]
    with raw(database) as db:
        db.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    try:
        assert "read-only" in refused(lambda: store.append([LAND]), OutputFailed)
    finally:
        with raw(database) as db:
            db.execute("SET default_transaction_read_only = off")
            db.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    assert store.append([LAND])[0].seq == 4


def test_a_connection_that_breaks_off_in_the_middle(store: PostgisStore, database: str) -> None:
    """The server is stopped while the entries are laid out: nothing is there, and the same command goes through later."""

    def broken() -> dt.datetime:
        with raw(database) as db:
            db.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'parkgis'")
        return make.at("2026-05-01")

    said = refused(lambda: PostgisStore(database, broken).append([LAND]))
    assert "broke off" in said and "run the command again" in said
    assert store.append([LAND])[0].seq == 4


def test_an_interrupt_in_the_middle_leaves_nothing(store: PostgisStore, database: str) -> None:
    def interrupted() -> dt.datetime:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        PostgisStore(database, interrupted).append([LAND])
    assert store.append([LAND])[0].seq == 4


@pytest.mark.skipif(sys.platform == "win32" or not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounts a small disk")
def test_a_full_disk(server: str, store: PostgisStore, database: str, small_disk: Callable[..., Any]) -> None:
    name = database.rpartition("/")[2]
    with small_disk(24, owner=str(NOBODY)) as folder:
        with admin(server) as db:
            db.execute(f"CREATE TABLESPACE tiny LOCATION '{folder}'")
            db.execute(f"ALTER DATABASE {name} SET TABLESPACE tiny")
        before = list(store.rows())
        many = [make.reached(f"09/9/{n}", note=os.urandom(400).hex()) for n in range(12_000)]
        said = refused(lambda: store.append(many), OutputFailed)
        assert "No space left" in said
        assert list(store.rows()) == before
        assert list(verify(store)) == []
        with admin(server) as db:
            db.execute(f"ALTER DATABASE {name} SET TABLESPACE pg_default")
            db.execute("DROP TABLESPACE tiny")
    assert store.append([LAND])[0].seq == 4


def test_a_table_that_is_gone(store: PostgisStore, database: str) -> None:
    with raw(database) as db:
        db.execute("DROP TABLE parkgis.ledger CASCADE")
    for action in (store.head, lambda: store.append([LAND])):
        assert "table is gone" in refused(action, LedgerTampered)


def test_a_column_that_is_gone(store: PostgisStore, database: str) -> None:
    with raw(database) as db:
        db.execute("ALTER TABLE parkgis.ledger DROP COLUMN facts")
    refused(lambda: list(store.events()), LedgerTampered)


def test_a_database_of_another_encoding(server: str) -> None:
    with admin(server) as db:
        db.execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    try:
        assert "LATIN1" in refused(lambda: PostgisStore(dsn(server, "latin")).append(store_contract.PARCELS))
    finally:
        with admin(server) as db:
            db.execute("DROP DATABASE latin")


def test_text_that_no_database_keeps(store: PostgisStore) -> None:
    refused(lambda: store.append([make.reached("09/1/4", note="a\0b")]))
    assert store.head().seq == 3


# -- in order ----------------------------------------------------------------------------------------------


def test_numbers_become_visible_in_order(store: PostgisStore, database: str) -> None:
    """A second writer waits for the first to commit; nobody ever sees 5 without 4, with plain SQL neither."""
    holding, go_on = threading.Event(), threading.Event()

    def slow() -> dt.datetime:
        holding.set()
        go_on.wait(20)
        return make.at("2026-05-01")

    first = threading.Thread(target=PostgisStore(database, slow).append, args=([LAND],))
    second = threading.Thread(target=store.append, args=([make.reached("09/1/5")],))
    first.start()
    holding.wait(20)
    second.start()
    time.sleep(0.2)
    assert store.head().seq == 3
    go_on.set()
    first.join()
    second.join()
    assert [e.event.parcel for e in store.events()][3:] == ["09/1/4", "09/1/5"]
    assert list(verify(store)) == []


# -- the layer of tranches ---------------------------------------------------------------------------------


def test_tranches_are_a_layer_for_qgis(database: str) -> None:
    store = PostgisStore(database, make.clock())
    good, bad = make.reached(tranche=(0, 0, 40, 30), area_m2=1190.0), make.reached(tranche=(50, 0, 60, 10), paper="02/BB")
    store.append([good, bad, make.reached("09/1/1"), make.void(bad)])
    columns = "seq, area_document_m2, round(area_grid_m2), document, void, ST_XMin(geom), ST_YMin(geom), ST_SRID(geom)"
    with raw(database) as db:
        rows = db.execute(f"SELECT {columns} FROM parkgis.tranches ORDER BY seq".encode()).fetchall()
        typed = db.execute("SELECT type, srid FROM geometry_columns WHERE f_table_name = 'tranches'").fetchall()
    assert [row[:5] for row in rows] == [(1, 1190.0, 1200.0, "01/BB", False), (2, None, 100.0, "02/BB", True)]
    corner = crs.convert(np.array([make.ORIGIN]), "EPSG:9209", "EPSG:4326")[0]
    assert rows[0][5:7] == pytest.approx(corner, abs=2e-6) and rows[0][7] == 4326
    assert typed == [("MULTIPOLYGON", 4326)]


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("how", ["ST_Transform(p, 4326)", "ST_Transform(p, proj4text, 4326)"], ids=["by-code", "by-proj4text"])
def test_postgis_transforms_every_grid_as_we_do(database: str, how: str) -> None:
    """By code through PROJ and, where a server's PROJ is too old, by proj4text: the same place within 2 cm."""
    far = {}
    with raw(database) as db:
        for code in (*TM3, *UTM):
            east = 560_000.0
            query = (
                f"SELECT ST_X(w), ST_Y(w) FROM (SELECT {how} AS w FROM spatial_ref_sys, "
                "ST_SetSRID(ST_MakePoint(%s, 2340000.0), %s) AS p WHERE srid = %s) AS moved"
            )
            lon, lat = db.execute(query.encode(), [east, code, code]).fetchone() or (0, 0)
            right = crs.convert(np.array([[east, 2_340_000.0]]), f"EPSG:{code}", "EPSG:4326")[0]
            off = np.hypot((lon - right[0]) * 104_000, (lat - right[1]) * 111_000)
            if off > 0.02:
                far[code] = round(float(off), 3)
    assert far == {}


@pytest.mark.usefixtures("store")
def test_every_role_is_made(database: str) -> None:
    with raw(database) as db:
        assert {n for (n,) in db.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'parkgis%'")} >= set(ROLES)
