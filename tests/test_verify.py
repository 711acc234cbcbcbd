"""Verify finds what a tamperer with the file in hand did, and names the entry."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

import geopandas as gpd
import make
import pandas as pd
import pyogrio
import pytest
import shapely
from commands import parkgis
from hypothesis import given
from hypothesis import strategies as st
from store_contract import ALWAYS

from parkgis.errors import LedgerError, LedgerTampered
from parkgis.ledger import MemoryStore, dump, text
from parkgis.ledger.gpkg import GUARDS, GpkgStore
from parkgis.ledger.verify import against_entries, chain_findings, digest_findings, verify
from parkgis.model import Severity

if TYPE_CHECKING:
    from pathlib import Path

ENTRIES = 6
EVENTS = [
    make.reached("09/1/1", area_m2=900.0),
    make.reached(tranche=(0, 0, 5, 5), paper="02/BB"),
    make.split("09/1/1", "09/1/7", "09/1/8", on="2026-03-05"),
    make.layer_entry("parcels", "layers/parcels/P-1.gpkg", "ab" * 32),
    make.void(make.reached("09/1/1", area_m2=900.0)),
    make.reached("09/1/2", stage="paid"),
]


@pytest.fixture
def store(tmp_path: Path) -> GpkgStore:
    """Six entries of every kind."""
    store = GpkgStore(tmp_path / "ledger.gpkg", make.clock())
    for event in EVENTS:
        store.append([event])
    return store


def tamper(store: GpkgStore, *statements: str, guarded: bool = False) -> None:
    """Change the file as somebody would who knows of the guards and puts them back afterwards."""
    with contextlib.closing(sqlite3.connect(store.path, isolation_level=None)) as db:
        guards = db.execute(f"SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name IN {GUARDS}").fetchall()
        for name in () if guarded else GUARDS:
            db.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            db.execute(statement)
        for (sql,) in () if guarded else guards:
            db.execute(sql)


def codes(store: GpkgStore) -> list[tuple[str, int]]:
    return [(f.code, f.facts["seq"]) for f in verify(store)]


def test_an_honest_ledger(store: GpkgStore) -> None:
    assert codes(store) == []


@pytest.mark.parametrize("seq", [1, 3, ENTRIES])
@pytest.mark.parametrize("column", [c for c in text.COLUMNS if c != "seq"])
def test_any_changed_column_names_its_entry(store: GpkgStore, column: str, seq: int) -> None:
    value = "12.5" if column == "area_m2" else "'khác'"
    tamper(store, f'UPDATE ledger SET "{column}" = {value} WHERE seq = {seq}')
    assert codes(store) == [("ledger_changed", seq)]


def test_the_finding_says_where_to_look(store: GpkgStore) -> None:
    tamper(store, "UPDATE ledger SET area_m2 = 901 WHERE seq = 1")
    (finding,) = verify(store)
    assert (finding.severity, finding.where) == (Severity.ERROR, "ledger:1")
    assert (finding.facts["project"], finding.facts["document"]) == ("P", "01/BB")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("area_m2", "900.0000001"),
        ("area_m2", "NULL"),
        ("area_m2", "x'00ff'"),
        ("note", "x'00ff'"),
        ("note", "CAST(x'c328' AS TEXT)"),
        ("document", "document || char(0)"),
    ],
)
def test_a_value_of_any_type_is_a_change(store: GpkgStore, column: str, value: str) -> None:
    """A blob, or bytes that are no UTF-8, once ended in a traceback."""
    tamper(store, f"UPDATE ledger SET {column} = {value} WHERE seq = 1")
    assert codes(store) == [("ledger_changed", 1)]


@pytest.mark.parametrize("statement", ["day = 'hôm qua'", "kind = 'gift'", "at = '?'", "document = ' '", "\"into\" = x'00'"])
def test_reading_a_changed_entry_is_refused_in_our_words(store: GpkgStore, statement: str) -> None:
    tamper(store, "PRAGMA ignore_check_constraints = 1", f"UPDATE ledger SET {statement} WHERE seq = {ENTRIES}")
    assert codes(store) == [("ledger_changed", ENTRIES)]
    with pytest.raises(LedgerTampered):
        list(store.events()), store.head(), store.reached(ALWAYS)


def test_a_changed_digest_names_its_entry_and_not_the_next(store: GpkgStore) -> None:
    tamper(store, f"UPDATE ledger SET digest = '{'0' * 64}' WHERE seq = 2")
    assert codes(store) == [("ledger_changed", 2)]


def test_a_change_with_a_fitting_digest_breaks_the_chain(store: GpkgStore) -> None:
    rows = list(store.rows())
    forged = list(rows[1])
    forged[text.FIELDS.index("area_m2")] = 1.0
    digest = text.chain(rows[0][-1], tuple(forged[:-1]))
    tamper(store, f"UPDATE ledger SET area_m2 = 1.0, digest = '{digest}' WHERE seq = 2")
    assert codes(store) == [("ledger_changed", 3)], "the first entry that does not hold on to the forged one"


def test_a_deleted_entry(store: GpkgStore) -> None:
    tamper(store, "DELETE FROM ledger WHERE seq = 3")
    assert codes(store) == [("ledger_gap", 3)], "the entries after it are not accused"


def test_a_cut_off_tail(store: GpkgStore) -> None:
    tamper(store, "DELETE FROM ledger WHERE seq > 4")
    assert [(f.code, f.facts["head"], f.facts["issued"]) for f in verify(store)] == [("ledger_tail", 4, ENTRIES)]
    with pytest.raises(LedgerTampered, match=r"entry 5 .*cut off"):
        store.append([make.reached("09/1/9")])  # would bury the cut


def test_every_entry_deleted(store: GpkgStore) -> None:
    tamper(store, "DELETE FROM ledger")
    assert codes(store) == [("ledger_tail", 0)]


def test_an_inserted_entry(store: GpkgStore) -> None:
    tamper(
        store,
        "CREATE TEMP TABLE forged AS SELECT * FROM ledger WHERE seq = 1",
        "UPDATE forged SET seq = 7, id = 'new'",
        "INSERT INTO ledger SELECT * FROM forged",
    )
    assert codes(store) == [("ledger_changed", 7)]


def test_two_entries_swapped(store: GpkgStore) -> None:
    tamper(store, *(f"UPDATE ledger SET seq = {new} WHERE seq = {old}" for old, new in ((2, 100), (3, 2), (100, 3))))
    assert {("ledger_changed", 2), ("ledger_changed", 3)} <= set(codes(store))


@pytest.mark.parametrize("guard", GUARDS)
def test_a_dropped_guard(store: GpkgStore, guard: str) -> None:
    tamper(store, f"DROP TRIGGER {guard}", guarded=True)
    assert [(f.code, f.facts["guard"]) for f in verify(store)] == [("ledger_unguarded", guard)]


def test_overwritten_through_gdal_with_another_table(store: GpkgStore) -> None:
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(0, 0)], crs=4326)
    pyogrio.write_dataframe(frame, store.path, layer="ledger", driver="GPKG")
    with pytest.raises(LedgerError):
        list(verify(store))
    with pytest.raises(LedgerError):
        store.reached(ALWAYS)
    with pytest.raises(LedgerError):
        store.append([make.reached("09/1/9")])


def test_overwritten_through_gdal_with_its_own_rows_but_one_changed(store: GpkgStore) -> None:
    """QGIS, export over the same layer: the rows are there, the guards are not."""
    table = pyogrio.read_dataframe(store.path, layer="ledger", fid_as_index=True).rename_axis("seq").reset_index()
    table.loc[1, "area_m2"] = 1.0
    pyogrio.write_dataframe(table, store.path, layer="ledger", driver="GPKG")
    found = codes(store)
    assert ("ledger_changed", 2) in found
    assert found.count(("ledger_unguarded", 0)) == len(GUARDS)


def test_a_dropped_table(store: GpkgStore) -> None:
    tamper(store, "DROP TABLE ledger", guarded=True)
    with pytest.raises(LedgerTampered, match="table is gone"):
        list(verify(store))
    with pytest.raises(LedgerTampered, match="table is gone"):
        store.append([make.reached("09/1/9")])


@given(st.data())
def test_any_set_of_changed_columns_is_named_exactly(data: st.DataObject) -> None:
    """Whatever columns are changed in whatever entries: those entries, no more and no fewer."""
    memory = MemoryStore(make.clock())
    memory.append(EVENTS)
    rows = [[*text.to_row(e.seq, e.at, e.event), e.digest] for e in memory.events()]
    bad = data.draw(st.sets(st.integers(1, ENTRIES), max_size=ENTRIES))
    for seq in bad:
        for column in data.draw(st.sets(st.integers(1, len(text.FIELDS) - 1), min_size=1, max_size=3)):
            rows[seq - 1][column] = f"{rows[seq - 1][column]}!"
    assert [f.facts["seq"] for f in chain_findings(map(tuple, rows))] == sorted(bad)


def test_a_table_keeps_its_types(store: GpkgStore) -> None:
    """What GDAL makes of the ledger is what was written: a check that the file is read as meant."""
    table = pyogrio.read_dataframe(store.path, layer="ledger")
    assert isinstance(table, pd.DataFrame)
    assert table["area_m2"].iloc[0] == 900.0
    assert table["document"].tolist()[1] == "02/BB"


@pytest.mark.parametrize("guard", GUARDS)
def test_a_guard_replaced_by_an_empty_trigger_of_its_name_is_named(store: GpkgStore, guard: str) -> None:
    event = "INSERT" if guard == "ledger_in_order" else "UPDATE"
    tamper(store, f"DROP TRIGGER {guard}", f"CREATE TRIGGER {guard} BEFORE {event} ON ledger BEGIN SELECT 1; END", guarded=True)
    assert [(f.code, f.facts["guard"]) for f in verify(store)] == [("ledger_unguarded", guard)]


def test_a_trigger_that_swallows_entries_is_named(store: GpkgStore) -> None:
    tamper(store, "CREATE TRIGGER hush BEFORE INSERT ON ledger BEGIN SELECT RAISE(IGNORE); END", guarded=True)
    assert [(f.code, f.facts["guard"]) for f in verify(store)] == [("ledger_unguarded", "hush")]


def forge(store: GpkgStore) -> None:
    """Change the newest entry and give it the digest it would have had."""
    rows = list(store.rows())
    forged = list(rows[-1][:-1])
    forged[text.COLUMNS.index("stage")] = "handed_developer"
    digest = text.chain(rows[-2][-1], tuple(forged))
    tamper(store, f"UPDATE ledger SET stage = 'handed_developer', digest = '{digest}' WHERE seq = {ENTRIES}")


def test_a_forged_newest_entry_shows_against_a_digest_noted_elsewhere(store: GpkgStore) -> None:
    noted, earlier = store.head().digest, list(store.rows())[2][-1]
    assert digest_findings(store, noted) == (ENTRIES, [])
    assert digest_findings(store, f" {noted[:12].upper()} ") == (ENTRIES, [])
    forge(store)
    assert list(verify(store)) == [], "by itself the chain is sound"
    held, (finding,) = digest_findings(store, noted)
    assert (held, finding.code) == (None, "ledger_digest_gone")
    assert digest_findings(store, earlier) == (3, []), "what was before is as it was"


def test_a_rewritten_ledger_shows_against_an_older_dump(store: GpkgStore, tmp_path: Path) -> None:
    path = tmp_path / "old.txt"
    path.write_text("".join(dump.dump(store)), encoding="utf-8")
    store.append([make.reached("09/1/3", stage="paid")])
    assert list(against_entries(store, dump.entries(path))) == [], "what came after is no matter"
    forge_at = ENTRIES
    with contextlib.closing(sqlite3.connect(store.path, isolation_level=None)) as db:
        db.execute("DROP TRIGGER ledger_no_delete")
        db.execute("DELETE FROM ledger WHERE seq >= ?", [forge_at])
    (finding,) = against_entries(store, dump.entries(path))
    assert (finding.code, finding.facts["seq"]) == ("ledger_other_history", forge_at)


def test_verify_from_the_command_line_says_what_it_cannot_see(tmp_path: Path) -> None:
    made = make.workspace(tmp_path / "w")
    made.store.append(EVENTS[:3])
    copy, digest = tmp_path / "cu.txt", made.store.head().digest
    copy.write_text("".join(dump.dump(made.store)), encoding="utf-8")
    words = ("ledger", "verify", "--lang", "en")
    assert f"note {digest[:12]}" in parkgis(*words, cwd=made.root).stdout
    held = parkgis(*words, "--digest", digest[:12], "--against", str(copy), cwd=made.root)
    assert held.returncode == 0
    assert "that of entry 3" in held.stdout and "Every entry of cu.txt" in held.stdout
    gone = parkgis(*words, "--digest", "ab" * 8, cwd=made.root)
    assert (gone.returncode, "No entry of the ledger carries" in gone.stdout) == (31, True)
    assert parkgis(*words, "--digest", "xyz", cwd=made.root).returncode == 2
