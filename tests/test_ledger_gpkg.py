"""The ledger in a GeoPackage: the promise of every store, guards, other processes, broken files."""

from __future__ import annotations

import contextlib
import datetime as dt
import multiprocessing
import os
import signal
import sqlite3
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import make
import pyogrio
import pytest
import store_contract
import writers
from histories import DAYS, histories
from hypothesis import given, settings
from hypothesis import strategies as st

from parkgis.errors import LedgerBusy, LedgerError, LedgerStale, LedgerTampered, OutputFailed, ParkgisError
from parkgis.ledger import MemoryStore, gpkg, text
from parkgis.ledger.gpkg import GpkgStore
from parkgis.ledger.verify import verify
from parkgis.model import Cut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from parkgis.model import Event

SPAWN = multiprocessing.get_context("spawn")
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals and limits")


class TestGpkgStore(store_contract.StoreContract):
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.path = tmp_path / "ledger.gpkg"

    def open(self, clock: Callable[[], dt.datetime]) -> GpkgStore:
        return GpkgStore(self.path, clock)


@pytest.fixture
def store(tmp_path: Path) -> GpkgStore:
    """Three parcels, recorded in one batch."""
    store = GpkgStore(tmp_path / "ledger.gpkg", make.clock())
    store.append(store_contract.PARCELS)
    return store


@contextlib.contextmanager
def raw(store: GpkgStore) -> Iterator[sqlite3.Connection]:
    """Open the file as anyone can."""
    with contextlib.closing(sqlite3.connect(store.path, isolation_level=None)) as db:
        yield db


# -- both stores say the same ------------------------------------------------------------------------------


@given(histories(), DAYS, st.integers(0, 14))
@settings(max_examples=40)
def test_memory_and_file_give_equal_answers_and_digests(events: list[Event], on: str, learned: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        stores = MemoryStore(make.clock()), GpkgStore(Path(folder) / "ledger.gpkg", make.clock())
        for store in stores:
            for event in events:
                store.append([event])
        known = make.START.replace(day=1 + learned)
        assert stores[0].head() == stores[1].head()
        for cut in (Cut(make.day(on), known), Cut(make.day(on), make.FOREVER), store_contract.ALWAYS):
            store_contract.same_answers(*stores, cut, ["paid", "handed_developer"])
        assert list(verify(stores[1])) == []


@given(histories())
@settings(max_examples=20)
def test_load_of_dump_is_the_ledger(events: list[Event]) -> None:
    """What comes out of one ledger, put into another at the same hour, is the same ledger."""
    first = MemoryStore(make.clock(step=dt.timedelta(0)))
    first.append(events)
    second = MemoryStore(make.clock(step=dt.timedelta(0)))
    second.append([entry.event for entry in first.events()])
    assert second.head() == first.head()


# -- guards ------------------------------------------------------------------------------------------------

REST = ", ".join(f'"{column}"' for column in text.COLUMNS[3:])  # all but seq, at, id


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET area_m2 = 1 WHERE seq = 2",
        "UPDATE ledger SET note = note",
        "DELETE FROM ledger WHERE seq = 3",
        "INSERT OR REPLACE INTO ledger SELECT * FROM ledger WHERE seq = 2",
        f"REPLACE INTO ledger SELECT 4, at, id, {REST} FROM ledger WHERE seq = 2",
        f"INSERT INTO ledger SELECT 9, at, 'new', {REST} FROM ledger WHERE seq = 2",
        "UPDATE OR REPLACE ledger SET seq = 1 WHERE seq = 2",
    ],
    ids=["update", "touch", "delete", "replace-seq", "replace-id", "leave-a-gap", "renumber"],
)  # fmt: skip
def test_sql_cannot_change_an_entry(store: GpkgStore, statement: str) -> None:
    before = list(store.rows())
    with raw(store) as db, pytest.raises(sqlite3.IntegrityError, match="the ledger"):
        db.execute(statement)
    assert list(store.rows()) == before
    assert list(verify(store)) == []


# -- a file like any other ---------------------------------------------------------------------------------


def test_gdal_sees_the_ledger(store: GpkgStore) -> None:
    assert [name for name, _ in pyogrio.list_layers(store.path)] == ["ledger"]
    table = pyogrio.read_dataframe(store.path, layer="ledger")
    assert list(table["parcel"]) == ["09/1/1", "09/1/2", "09/1/3"]
    assert list(verify(store)) == [], "reading through GDAL leaves it as it was"


def test_reading_never_creates_the_file(tmp_path: Path) -> None:
    store = GpkgStore(tmp_path / "sub" / "ledger.gpkg")
    store.head(), list(store.events()), store.reached(store_contract.ALWAYS), list(verify(store))
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputFailed, match="gone"):
        GpkgStore(tmp_path / "gone" / "ledger.gpkg").append(store_contract.PARCELS)


def test_an_interrupt_in_the_middle_leaves_nothing(store: GpkgStore) -> None:
    """Ctrl-C while the entries are laid out: the transaction goes back."""

    def interrupted() -> dt.datetime:
        raise KeyboardInterrupt

    before = store.path.read_bytes()
    with pytest.raises(KeyboardInterrupt):
        GpkgStore(store.path, interrupted).append([make.reached("09/1/4")])
    assert store.path.read_bytes() == before
    assert store.append([make.reached("09/1/4")])[0].seq == 4


def test_a_path_with_vietnamese_blanks_and_signs(tmp_path: Path) -> None:
    store = GpkgStore(tmp_path / "Sổ cái 100% #1?.gpkg", make.clock())
    store.append(store_contract.PARCELS)
    assert store.path.exists() and store.head().seq == 3


# -- other processes ---------------------------------------------------------------------------------------


def test_four_processes_append_side_by_side(tmp_path: Path) -> None:
    path = tmp_path / "ledger.gpkg"
    with ProcessPoolExecutor(4, mp_context=SPAWN) as pool:
        written = [pool.submit(writers.append_one_by_one, path, writer, 100) for writer in range(4)]
        assert [future.result() for future in written] == [100] * 4
    store = GpkgStore(path)
    assert [entry.seq for entry in store.events()] == list(range(1, 401))
    assert list(verify(store)) == []


@posix_only
def test_a_killed_writer_leaves_whole_batches_only(tmp_path: Path) -> None:
    store = GpkgStore(tmp_path / "ledger.gpkg")
    for milliseconds in (3, 17, 41):
        start = store.head().seq
        process = SPAWN.Process(target=writers.append_for_ever, args=(store.path,))
        process.start()
        deadline = time.monotonic() + 30
        while store.head().seq == start and time.monotonic() < deadline:
            time.sleep(0.002)
        time.sleep(milliseconds / 1000)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        assert store.head().seq > start
        assert store.head().seq % writers.BATCH == 0
        assert list(verify(store)) == []
    assert store.append([make.reached("09/1/1")])[0].seq == store.head().seq


@pytest.mark.parametrize("room", [0, 40_000, 200_000])
def test_a_full_disk_changes_nothing(store: GpkgStore, room: int, full_disk: Callable[[int], AbstractContextManager[None]]) -> None:
    before = list(store.rows())
    with full_disk(room), pytest.raises(OutputFailed):
        store.append([make.reached(f"09/9/{n}", note="x" * 500) for n in range(2000)])
    assert list(store.rows()) == before
    assert list(verify(store)) == []
    assert store.append([make.reached("09/1/4")])[0].seq == 4, "and there is room again"


def test_a_ledger_held_by_another_program(store: GpkgStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpkg, "WAIT_SECONDS", 0.05)
    with raw(store) as db:
        db.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerBusy, match="another program"):
            store.append([make.reached("09/1/4")])
        assert store.head().seq == 3, "reading goes on beside a writer"
        db.execute("ROLLBACK")
        db.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LedgerBusy):
            store.head()
        db.execute("ROLLBACK")
    assert store.append([make.reached("09/1/4")])[0].seq == 4


# -- files that are no ledger ------------------------------------------------------------------------------


@posix_only
def test_a_read_only_file(open_folder: Path, ordinary_user: Callable[[], AbstractContextManager[None]]) -> None:
    store = GpkgStore(open_folder / "ledger.gpkg", make.clock())
    store.append(store_contract.PARCELS)
    store.path.chmod(0o444)
    open_folder.chmod(0o555)
    with ordinary_user():
        with pytest.raises(OutputFailed):
            store.append([make.reached("09/1/4")])
        assert store.head().seq == 3
        assert list(verify(store)) == []


def every_answer(store: GpkgStore) -> None:
    store.head(), list(store.events()), store.get(1), store.reached(store_contract.ALWAYS), list(verify(store))


def test_a_file_that_is_no_database(store: GpkgStore) -> None:
    store.path.write_text("seq;parcel\n1;09/1/1\n" * 100, encoding="utf-8")
    before = store.path.read_bytes()
    for action in (store.head, lambda: store.append(store_contract.PARCELS)):
        with pytest.raises(LedgerError, match="not a database"):
            action()
    assert store.path.read_bytes() == before


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_file(store: GpkgStore, share: float) -> None:
    store.append([make.reached(f"09/2/{n}", note="x" * 300) for n in range(200)])
    whole = store.path.read_bytes()
    store.path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(LedgerError):
        every_answer(store)


def test_an_empty_file_is_an_empty_ledger(tmp_path: Path) -> None:
    (tmp_path / "ledger.gpkg").touch()
    store = GpkgStore(tmp_path / "ledger.gpkg", make.clock())
    assert store.head().seq == 0 and list(verify(store)) == []
    assert len(store.append(store_contract.PARCELS)) == 3


def test_somebody_elses_database_is_left_alone(tmp_path: Path) -> None:
    store = GpkgStore(tmp_path / "other.db")
    with raw(store) as db:
        db.execute("CREATE TABLE phone (number)")
    before = store.path.read_bytes()
    for action in (store.head, lambda: store.append(store_contract.PARCELS)):
        with pytest.raises(LedgerTampered, match="table is gone"):
            action()
    assert store.path.read_bytes() == before


def test_a_folder_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "ledger.gpkg").mkdir()
    store = GpkgStore(tmp_path / "ledger.gpkg")
    with pytest.raises(LedgerError):
        store.head()
    with pytest.raises(OutputFailed):
        store.append(store_contract.PARCELS)


def test_a_writer_may_bring_the_seq_it_saw(store: GpkgStore) -> None:
    """Two officers read entry 3; the second to write is told."""
    other = GpkgStore(store.path, make.clock())
    store.append([make.reached("09/1/4")], after=3)
    with pytest.raises(LedgerStale, match="entry 4 since entry 3"):
        other.append([make.reached("09/1/5")], after=3)


def test_every_refusal_speaks(tmp_path: Path) -> None:
    """A refusal's sentence can be built and names the file."""
    (tmp_path / "ledger.gpkg").write_bytes(b"x" * 5000)
    with pytest.raises(ParkgisError) as refused:
        GpkgStore(tmp_path / "ledger.gpkg").head()
    assert "ledger.gpkg" in str(refused.value)
