"""A ledger as text and back; from one store into another. Whatever is not as it was written is refused by its line."""

from __future__ import annotations

import dataclasses
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import make
import pytest
from histories import histories
from hypothesis import given, settings
from hypothesis import strategies as st
from store_contract import PARCELS

from parkgis.errors import EventConflict, FileMissing, FileUnreadable, InputError, LedgerError, LedgerTampered
from parkgis.ledger import MemoryStore
from parkgis.ledger.dump import Brought, copy, dump, load, read_head
from parkgis.ledger.gpkg import GpkgStore
from parkgis.ledger.postgis import PostgisStore
from parkgis.ledger.verify import verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from parkgis.ledger import Store
    from parkgis.model import Event

MORE = [make.reached("09/1/4"), make.void(PARCELS[0])]


@pytest.fixture(params=["memory", "gpkg", "postgis"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """An empty ledger of every kind; its clock stands at 1 January 2030."""
    clock = make.clock(start=make.at("2030-01-01"))
    if request.param == "postgis":
        return PostgisStore(request.getfixturevalue("database"), clock)
    return MemoryStore(clock) if request.param == "memory" else GpkgStore(tmp_path / "ledger.gpkg", clock)


def written(store: Store, path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(dump(store))
    return path


@pytest.fixture
def dumped(tmp_path: Path) -> Path:
    """Three parcels, learned one a day from 1 January 2026, as text."""
    return written(make.memory(*PARCELS), tmp_path / "so.jsonl")


# -- there and back ----------------------------------------------------------------------------------------


@given(histories(), st.integers(0, 12))
@settings(max_examples=60)
def test_load_of_dump_is_the_ledger(events: list[Event], start: int) -> None:
    """Entry by entry, seq, instant and digest too, into an empty ledger or one that holds the first of them."""
    ledger, other = make.memory(*events), make.memory(*events[:start])
    with tempfile.TemporaryDirectory() as folder:
        path = written(ledger, Path(folder) / "so.jsonl")
        brought = load(other, path)
        assert list(other.events()) == list(ledger.events())
        assert brought == Brought(max(len(events) - start, 0), 0, min(start, len(events)), 0)
        assert load(other, path).restored == 0
        assert "".join(dump(other)) == path.read_text(encoding="utf-8"), "and the text is the same text"


def test_every_store_takes_a_dump_as_it_was(empty: Store, dumped: Path) -> None:
    assert load(empty, dumped) == Brought(3, 0, 0, 0)
    assert list(empty.events()) == list(make.memory(*PARCELS).events())
    assert load(empty, dumped) == Brought(0, 0, 3, 0)
    assert "".join(dump(empty)) == dumped.read_text(encoding="utf-8")
    (entry,) = empty.append(MORE[:1])
    assert (entry.seq, entry.at) == (4, make.at("2030-01-01")), "and goes on from there"


def test_an_older_copy_is_brought_up_to_date(empty: Store, dumped: Path, tmp_path: Path) -> None:
    load(empty, dumped)
    newer = make.memory(*PARCELS, *MORE)
    assert load(empty, written(newer, tmp_path / "moi.jsonl")) == Brought(2, 0, 3, 0)
    assert empty.head() == newer.head()
    assert load(empty, dumped) == Brought(0, 0, 3, 0), "an older dump brings nothing and takes nothing away"
    assert empty.head() == newer.head()


def test_an_empty_ledger_has_a_dump(empty: Store, tmp_path: Path) -> None:
    path = written(MemoryStore(), tmp_path / "so.jsonl")
    assert path.read_text(encoding="utf-8") == '{"parkgis.ledger/v1":{"entries":0,"digest":""}}\n'
    assert load(empty, path) == Brought(0, 0, 0, 0)


def test_a_line_is_readable_json_in_utf8(dumped: Path) -> None:
    header, first, *_ = dumped.read_text(encoding="utf-8").splitlines()
    assert json.loads(header)["parkgis.ledger/v1"]["entries"] == 3
    facts = json.loads(first)
    assert [facts[n] for n in ("seq", "parcel", "area_m2", "document")] == [1, "09/1/1", 100.0, "01/BB"]
    assert len(facts["digest"]) == 64


def test_one_more_entry_is_one_more_line(dumped: Path) -> None:
    more = "".join(dump(make.memory(*PARCELS, *MORE))).splitlines()
    assert more[1:4] == dumped.read_text(encoding="utf-8").splitlines()[1:]


MAILED: dict[str, Callable[[bytes], bytes]] = {
    "line ends of Windows": lambda raw: raw.replace(b"\n", b"\r\n"),
    "a byte-order mark": lambda raw: b"\xef\xbb\xbf" + raw,
    "empty lines at the end": lambda raw: raw + b"\n\n",
}


@pytest.mark.parametrize("what", MAILED)
def test_what_mail_and_notepad_do_to_a_file_is_forgiven(dumped: Path, what: str) -> None:
    dumped.write_bytes(MAILED[what](dumped.read_bytes()))
    assert load(MemoryStore(), dumped).restored == 3


def test_a_note_of_several_lines_stays_one_line(tmp_path: Path) -> None:
    ledger = make.memory(make.reached("09/1/1", note="một\nhai\u2028ba\x85bốn\r"))
    path = written(ledger, tmp_path / "so.jsonl")
    assert path.read_bytes().count(b"\n") == 2
    other = MemoryStore()
    load(other, path)
    assert list(other.events()) == list(ledger.events())


# -- a ledger with another history -------------------------------------------------------------------------


def test_into_another_history_only_what_is_missing_comes_as_newly_learned(empty: Store, dumped: Path) -> None:
    empty.append([make.reached("09/9/9"), PARCELS[1]])
    assert load(empty, dumped) == Brought(0, 2, 1, 0)
    learned = list(empty.events())[2:]
    assert [e.event.parcel for e in learned] == ["09/1/1", "09/1/3"]
    assert [e.at.year for e in learned] == [2030, 2030], "learned here when it was loaded"
    assert learned[1].event.note == "[at 2026-01-03T00:00:00.000000Z, seq 3]", "and there, on that day"
    assert load(empty, dumped) == Brought(0, 0, 3, 0), "ids decide: loading twice adds nothing"


def test_the_same_id_with_other_content_is_refused_as_a_whole(empty: Store, dumped: Path) -> None:
    empty.append([dataclasses.replace(PARCELS[2], area_m2=7.0)])
    with pytest.raises(EventConflict) as refused:
        load(empty, dumped)
    assert (refused.value.facts["seq"], refused.value.facts["differs"]) == (1, "area_m2")
    assert empty.head().seq == 1


def test_layers_of_another_workspace_stay_out_of_another_history(empty: Store, tmp_path: Path) -> None:
    path = written(make.memory(make.layer_entry("parcels", "layers/parcels/P-1.gpkg", "ab" * 32), PARCELS[0]), tmp_path / "a.jsonl")
    empty.append([PARCELS[1]])
    assert load(empty, path) == Brought(0, 1, 0, 1)
    assert load(empty, path) == Brought(0, 0, 1, 1)


# -- changed by hand ---------------------------------------------------------------------------------------

HAND = {
    "an area": (b'"area_m2":200.0', b'"area_m2":201.0', 3),
    "the same area, otherwise written": (b'"area_m2":200.0', b'"area_m2":200.00', 3),
    "a space": (b'"parcel":"09/1/2"', b'"parcel": "09/1/2"', 3),
    "an instant": (b"2026-01-02T00", b"2026-01-02T01", 3),
    "a key": (b'"note":"","digest":"', b'"ghi":"","digest":"', 2),
    "no JSON": (b'{"seq":2', b'"seq":2', 3),
    "a number out of turn": (b'{"seq":2', b'{"seq":4', 3),
    "a day that is none": (b'"day":"2026-03-02"', b'"day":"2026-03-32"', 2),
    "deep": (b'{"seq":2', b"[" * 100_000, 3),
    "a huge number": (b'"area_m2":200.0', b'"area_m2":' + b"9" * 5000, 3),
    "the header": (b'"entries":3', b'"entries":4', None),
    "no header": (b"parkgis.ledger", b"parkgis.leger", 1),
    "a header with more": (b'"entries":3', b'"entries":3 ', 1),
}  # fmt: skip


@pytest.mark.parametrize("what", HAND)
def test_a_line_changed_by_hand_is_refused_by_its_number(empty: Store, dumped: Path, what: str) -> None:
    old, new, line = HAND[what]
    raw = dumped.read_bytes()
    assert old in raw
    dumped.write_bytes(raw.replace(old, new, 1))
    with pytest.raises(InputError) as refused:
        load(empty, dumped)
    assert line is None or f"line {line}" in str(refused.value)
    assert empty.head().seq == 0, "nothing of it was taken"


@given(st.data())
@settings(max_examples=150)
def test_no_changed_byte_gets_in(data: st.DataObject) -> None:
    """Whichever byte is changed, wherever: refused, or forgiven because what is read is the same."""
    ledger = make.memory(*PARCELS)
    with tempfile.TemporaryDirectory() as folder:
        path = written(ledger, Path(folder) / "so.jsonl")
        raw = bytearray(path.read_bytes())
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place] ^= data.draw(st.integers(1, 255))
        path.write_bytes(raw)
        other = MemoryStore()
        try:
            load(other, path)
        except InputError:
            assert other.head().seq == 0
        else:
            assert list(other.events()) == list(ledger.events())


@pytest.mark.parametrize("lines", [[0, 1, 2], [0, 2, 3], [0, 2, 1, 3], [0, 1, 1, 2, 3], [1, 2, 3], [0]])
def test_lines_cut_off_removed_moved_or_doubled(empty: Store, dumped: Path, lines: list[int]) -> None:
    whole = dumped.read_text(encoding="utf-8").splitlines(keepends=True)
    dumped.write_text("".join(whole[i] for i in lines), encoding="utf-8", newline="\n")
    with pytest.raises(InputError):
        load(empty, dumped)
    assert empty.head().seq == 0


def test_files_that_are_no_dump(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        load(MemoryStore(), tmp_path / "không có.jsonl")
    with pytest.raises(FileUnreadable):
        load(MemoryStore(), tmp_path)
    for content in (b"", b"\xff\xfe\x00", b"a;b\n1;2\n", b"null\n", b"[" * 100_000):
        (tmp_path / "x").write_bytes(content)
        with pytest.raises(InputError):
            load(MemoryStore(), tmp_path / "x")


def test_a_changed_ledger_is_not_passed_on() -> None:
    ledger = make.memory(*PARCELS)
    ledger._entries[1] = dataclasses.replace(ledger._entries[1], event=dataclasses.replace(PARCELS[1], area_m2=1.0))
    with pytest.raises(LedgerTampered, match="entry 2"):
        list(dump(ledger))


# -- from store to store -----------------------------------------------------------------------------------


@given(histories())
@settings(max_examples=15)
def test_a_ledger_moves_and_keeps_its_digests(events: list[Event]) -> None:
    source = make.memory(*events)
    with tempfile.TemporaryDirectory() as folder:
        target = GpkgStore(Path(folder) / "ledger.gpkg")
        assert copy(source, target).restored == len(events)
        assert list(target.events()) == list(source.events())
        assert list(verify(target)) == []


def test_from_a_file_to_a_database_and_back(database: str, tmp_path: Path) -> None:
    first, second, third = GpkgStore(tmp_path / "a.gpkg", make.clock()), PostgisStore(database), GpkgStore(tmp_path / "b.gpkg")
    for event in (*PARCELS, make.reached(tranche=(0, 0, 5, 5), area_m2=25.125, note="Đợt 3"), *MORE):
        first.append([event])
    assert (copy(first, second).restored, copy(second, third).restored) == (6, 6)
    assert list(first.events()) == list(second.events()) == list(third.events())
    assert [*verify(second), *verify(third)] == []
    first.append([make.reached("09/1/8")])
    assert copy(first, second) == Brought(1, 0, 6, 0), "copied again, only what is new"
    assert copy(first, second) == Brought(0, 0, 7, 0)


def test_a_copy_never_mixes_two_ledgers(empty: Store) -> None:
    empty.append([make.reached("09/9/9")])
    with pytest.raises(LedgerError, match="another ledger"):
        copy(make.memory(*PARCELS), empty)
    assert empty.head().seq == 1


def test_what_does_not_follow_is_not_restored(empty: Store) -> None:
    entries = list(make.memory(*PARCELS).events())
    forged = dataclasses.replace(entries[2], event=dataclasses.replace(PARCELS[2], area_m2=1.0))
    for wrong in ([entries[1]], [*entries[:2], forged], [entries[0], entries[0]], [entries[0], entries[2]]):
        with pytest.raises(LedgerTampered):
            empty.restore(wrong)
        assert empty.head().seq == 0, "all or none"
    assert empty.restore(entries) == 3
    assert empty.restore([]) == 0


def test_read_head(dumped: Path) -> None:
    assert read_head(dumped).seq == 3 and read_head(dumped).digest == make.memory(*PARCELS).head().digest
