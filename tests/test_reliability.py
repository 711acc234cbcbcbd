"""Reliability, as figures: killed writers, eight at a time, a full disk, tampering; with every store, in real processes.

The numbers here are small, so that the tests stay quick. ``PARKGIS_FULL=1`` runs the whole: 200 kills of each kind, 8 writers
with 1,000 entries each (some ten minutes); what that gave stands in ``benchmarks/README.md``.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import multiprocessing
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import make
import psycopg
import pytest
import writers
from files import cadastre, saved
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parkgis.intake.inspect import ledger_findings
from parkgis.ledger import text
from parkgis.ledger.gpkg import GUARDS, GpkgStore
from parkgis.ledger.postgis import PostgisStore
from parkgis.ledger.verify import verify
from parkgis.model import Document, Event, Kind, mint
from parkgis.workspace import Workspace, new

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from parkgis.ledger.store import Kept

FULL = os.environ.get("PARKGIS_FULL") == "1"
KILLS = {"gpkg": 200, "postgis": 200, "command": 100} if FULL else {"gpkg": 25, "postgis": 10, "command": 3}
WRITERS, EACH = (8, 1000) if FULL else (4, 50)
SPAWN = multiprocessing.get_context("spawn")
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="kill -9")


@pytest.fixture(params=["gpkg", "postgis"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty ledger is kept."""
    return request.getfixturevalue("database") if request.param == "postgis" else str(tmp_path / "ledger.gpkg")


# -- kill -9 -----------------------------------------------------------------------------------------------


@posix_only
def test_a_writer_killed_at_any_moment_leaves_whole_batches_and_all_it_acknowledged(place: str, tmp_path: Path) -> None:
    chance = random.Random(2026)
    fork = multiprocessing.get_context("forkserver")  # 200 fresh interpreters would take minutes
    fork.set_forkserver_preload(["writers"])
    store, said, batches = writers.opened(place), tmp_path / "said", 0
    kills = KILLS["postgis" if isinstance(store, PostgisStore) else "gpkg"]
    for turn in range(kills):
        said.write_text("", encoding="ascii")
        process = fork.Process(target=writers.append_and_say_so, args=(place, said, turn))
        process.start()
        kill(process, said, words=1 + turn % 2, after_s=chance.uniform(0, 0.06))
        told = set(said.read_text(encoding="ascii").split()[1:])
        there: dict[str, int] = {}
        for entry in store.events():
            commune, batch, _ = entry.event.parcel.split("/")
            if commune == str(turn):
                there[batch] = there.get(batch, 0) + 1
        assert told <= set(there), "what was acknowledged is there"
        assert set(there.values()) <= {writers.BATCH}, "no half batch"
        assert turn % 5 or list(verify(store)) == []
        batches += len(there)
    assert list(verify(store)) == []
    assert batches >= kills // 2, "every second writer was let go until it had acknowledged a batch"
    assert store.head().seq == batches * writers.BATCH


def kill(process: Any, said: Path, words: int, after_s: float) -> None:
    """Kill a writer some time after it has said so many words: the first says that it started."""
    deadline = time.monotonic() + 60
    while len(said.read_text(encoding="ascii").split()) < words and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(after_s)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    process.close()


HEADER = "kind,project,sheet,parcel,stage,day,document,document_date,area_m2,by,note\n"


def command(*words: str, root: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "parkgis.cli.main", *words], cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def killed_after(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Kill a command when its time is up; tell whether it had finished, and so told its user."""
    try:
        return process.wait(seconds) == 0
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False


@posix_only
def test_record_and_add_killed_at_any_moment(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """As a user runs them; the moments lie in the later half of a run, where something is written."""
    chance = random.Random(2026)
    made = new(tmp_path / "w")
    places = ["ledger.gpkg", request.getfixturevalue("database")] if FULL else ["ledger.gpkg"]
    for place in places:
        mark = made.root / "parkgis.toml"
        mark.write_text(mark.read_text(encoding="utf-8").replace('store = "ledger.gpkg"', f'store = "{place}"'), encoding="utf-8")
        boxes = [(x * 10.0, y * 10.0, x * 10.0 + 10, y * 10.0 + 10) for x in range(15) for y in range(15)]
        saved(cadastre(boxes), made.root / "thua.gpkg")
        add = ("add", "thua.gpkg", "--as", "parcels", "--project", "QV", "--replace")
        assert command(*add, root=made.root).wait() == 0
        for turn in range(KILLS["command"]):
            check_record(made.root, turn, chance)
            check_add(made.root, add, chance)


def check_record(root: Path, turn: int, chance: random.Random) -> None:
    rows = [f"reached,QV,1,{n + 1},paid,2026-03-02,{turn}/BB,2026-03-02,,An,\n" for n in range(200)]
    (root / "bb.csv").write_text(HEADER + "".join(rows), encoding="utf-8")
    told = killed_after(command("record", "--from", "bb.csv", root=root), chance.uniform(0.4, 1.6))
    workspace = Workspace(root)
    there = sum(e.event.source.number == f"{turn}/BB" for e in workspace.store.events())
    assert there in ((200,) if told else (0, 200))
    assert ledger_findings(workspace) == ()
    workspace.store.append([])  # and the ledger takes the next writer


def check_add(root: Path, words: tuple[str, ...], chance: random.Random) -> None:
    before = Workspace(root).store.head().seq
    told = killed_after(command(*words, root=root), chance.uniform(0.6, 2.2))
    workspace = Workspace(root)
    after = workspace.store.head().seq
    assert after == before + 1 if told else after in (before, before + 1)
    assert ledger_findings(workspace) == (), "each vintage the ledger knows is there, whole"
    assert len(workspace.sites(workspace.cut().known)) == len(workspace.projects)


# -- several at a time -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pool() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(WRITERS, mp_context=SPAWN) as pool:
        yield pool


def test_many_processes_append_side_by_side(place: str, pool: ProcessPoolExecutor) -> None:
    written = [pool.submit(writers.append_one_by_one, place, writer, EACH) for writer in range(WRITERS)]
    assert [future.result() for future in written] == [EACH] * WRITERS
    store = writers.opened(place)
    assert [entry.seq for entry in store.events()] == list(range(1, WRITERS * EACH + 1))
    assert list(verify(store)) == []


def test_stale_writers_are_told_and_come_again(place: str, pool: ProcessPoolExecutor) -> None:
    each = EACH // 5
    for future in [pool.submit(writers.append_after, place, writer, each) for writer in range(WRITERS)]:
        future.result()
    store = writers.opened(place)
    assert len({entry.event.id for entry in store.events()}) == store.head().seq == WRITERS * each
    assert list(verify(store)) == []


# -- a full disk -------------------------------------------------------------------------------------------


@posix_only
def test_record_on_a_full_disk(tmp_path: Path, small_disk: Callable[..., contextlib.AbstractContextManager[Path]]) -> None:
    """A workspace on a disk of 3 MB: the command refuses, nothing is half there, and with room again it goes through."""
    with small_disk(3) as disk:
        made = new(disk / "w")
        boxes = [(x * 10.0, y * 10.0, x * 10.0 + 10, y * 10.0 + 10) for x in range(15) for y in range(15)]
        saved(cadastre(boxes), tmp_path / "thua.gpkg")
        add = ("add", str(tmp_path / "thua.gpkg"), "--as", "parcels", "--project", "QV")
        assert command(*add, root=made.root).wait() == 0
        rows = [f"reached,QV,1,{n + 1},paid,2026-03-02,1/BB,2026-03-02,,An,\n" for n in range(200)]
        (made.root / "bb.csv").write_text(HEADER + "".join(rows), encoding="utf-8")
        filler = disk / "filler"
        filler.write_bytes(b"x" * room(disk, less=60_000))
        assert command("record", "--from", "bb.csv", root=made.root).wait() == 61
        assert Workspace(made.root).store.head().seq == 1
        assert ledger_findings(Workspace(made.root)) == ()
        filler.unlink()
        assert command("record", "--from", "bb.csv", root=made.root).wait() == 0
        assert Workspace(made.root).store.head().seq == 201


def room(disk: Path, less: int) -> int:
    free = os.statvfs(disk)
    return free.f_bavail * free.f_frsize - less


# -- tampering ---------------------------------------------------------------------------------------------

PAPER = Document("05/TB", dt.date(2026, 3, 2), "scan/05.pdf", "ab" * 32)
EVENTS = [
    make.reached("09/1/1", area_m2=900.0),
    make.reached(tranche=(0, 0, 5, 5), paper="02/BB", note="đợt 2"),
    make.split("09/1/1", "09/1/7", "09/1/8", on="2026-03-05"),
    Event(id=mint("obstacle"), kind=Kind.OBSTACLE, day=PAPER.date, project="P", source=PAPER, by="An", parcel="09/1/2",
          facts=(("due", "2026-05-01"), ("obstacle", "price"), ("owner", "UBND xã"))),
    Event(id=mint("payment"), kind=Kind.PAYMENT, day=PAPER.date, project="P", source=PAPER, by="An",
          facts=(("amount_vnd", 1_200_000_000), ("households", 12))),
    make.layer_entry("parcels", "layers/parcels/P-1.gpkg", "ab" * 32),
    make.void(make.reached("09/1/1", area_m2=900.0)),
]  # fmt: skip
FIELDS = [name for name in text.COLUMNS if name != "seq"]


class Tamperer:
    """Somebody with every right to the store, who switches the guards off and on again."""

    def __init__(self, place: str) -> None:
        self.store: Kept = writers.opened(place)
        self._place = place
        clock = make.clock()
        opened = type(self.store)(place if isinstance(self.store, PostgisStore) else Path(place), clock)  # type: ignore[call-arg]
        for event in EVENTS:
            opened.append([event])

    def change(self, statement: str, *values: object) -> None:
        if isinstance(self.store, PostgisStore):
            with psycopg.connect(self._place) as db:
                db.execute("ALTER TABLE parkgis.ledger DISABLE TRIGGER USER")
                db.execute(statement.replace("ledger", "parkgis.ledger").replace("?", "%s").encode(), values)
                db.execute("SET CONSTRAINTS ALL IMMEDIATE")
                for guard in self.guards(db):
                    db.execute(f"ALTER TABLE parkgis.ledger ENABLE ALWAYS TRIGGER {guard}".encode())
            return
        with contextlib.closing(sqlite3.connect(self._place, isolation_level=None)) as db:
            sql = db.execute(f"SELECT sql FROM sqlite_master WHERE name IN {GUARDS}").fetchall()
            for name in GUARDS:
                db.execute(f"DROP TRIGGER {name}")
            db.execute(statement, values)
            for (create,) in sql:
                db.execute(create)

    @staticmethod
    def guards(db: psycopg.Connection[tuple[Any, ...]]) -> Iterator[str]:
        query = "SELECT tgname FROM pg_trigger WHERE tgrelid = 'parkgis.ledger'::regclass AND NOT tgisinternal"
        yield from [name for (name,) in db.execute(query)]

    def found(self) -> list[tuple[str, int]]:
        return [(f.code, f.facts["seq"]) for f in verify(self.store)]


@pytest.fixture
def tamperer(place: str) -> Tamperer:
    return Tamperer(place)


@given(data=st.data())
@settings(max_examples=200 if FULL else 20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_changed_byte_of_any_field_is_named(tamperer: Tamperer, data: st.DataObject) -> None:
    """Change one character of one field; verify names that entry and no other; put it back, and all is well."""
    seq, name = data.draw(st.integers(1, len(EVENTS))), data.draw(st.sampled_from(FIELDS))
    old = dict(zip(text.COLUMNS, list(tamperer.store.rows())[seq - 1], strict=True))[name]
    if name == "area_m2":
        changed: object = 1.0 if old is None else old + data.draw(st.sampled_from([1e-9, -0.01, 1.0]))
    else:
        at = data.draw(st.integers(0, len(old)))
        letter = data.draw(st.sampled_from("0aZ đ.\n").filter(lambda c: old[at : at + 1] != c))
        changed = old[:at] + letter + old[at + 1 :]
    if changed == old or (name == "document" and not str(changed).strip()):
        return
    tamperer.change(f'UPDATE ledger SET "{name}" = ? WHERE seq = ?', changed, seq)
    assert tamperer.found() == [("ledger_changed", seq)]
    tamperer.change(f'UPDATE ledger SET "{name}" = ? WHERE seq = ?', old, seq)
    assert tamperer.found() == []


def test_deleted_cut_off_reordered_and_inserted(tamperer: Tamperer) -> None:
    rows = list(tamperer.store.rows())
    columns = ", ".join(f'"{name}"' for name in text.COLUMNS)
    put = f"INSERT INTO ledger ({columns}) VALUES ({', '.join('?' * len(text.COLUMNS))})"

    tamperer.change("DELETE FROM ledger WHERE seq = ?", 3)
    assert tamperer.found() == [("ledger_gap", 3)]
    tamperer.change(put, *rows[2])
    assert tamperer.found() == []

    tamperer.change("DELETE FROM ledger WHERE seq > ?", 5)
    assert tamperer.found() == [("ledger_tail", 5)]
    for row in rows[5:]:
        tamperer.change(put, *row)
    assert tamperer.found() == []

    for old, other in ((2, 100), (4, 2), (100, 4)):
        tamperer.change("UPDATE ledger SET seq = ? WHERE seq = ?", other, old)
    assert {("ledger_changed", 2), ("ledger_changed", 4)} <= set(tamperer.found())
    for old, other in ((2, 100), (4, 2), (100, 4)):
        tamperer.change("UPDATE ledger SET seq = ? WHERE seq = ?", other, old)
    assert tamperer.found() == []

    tamperer.change(put, len(rows) + 1, rows[0][1], "f" * 32, *rows[0][3:])
    assert ("ledger_changed", len(rows) + 1) in tamperer.found()


def test_the_stores_are_what_they_say(place: str) -> None:
    """A test that ran twice on one store would pass here as well."""
    assert type(writers.opened(place)) is (PostgisStore if place.startswith("postgresql:") else GpkgStore)
