"""Names live in a file of their own: pseudonyms at random, the file whole or as it was, nothing leaks."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
import stat
import threading
import unicodedata
import zipfile
from typing import TYPE_CHECKING

import pytest
from files import SQUARES, cadastre, saved
from hypothesis import given, settings
from hypothesis import strategies as st
from make import reached, workspace

from parkgis.briefing import brief
from parkgis.errors import FileUnreadable, InputRefused, LedgerStale, OutputFailed, UsageError
from parkgis.intake import add, inspect
from parkgis.intake.add import Options, add_parcels
from parkgis.layers import holders
from parkgis.layers.frame import frame_of
from parkgis.layers.holders import Person, enrolled
from parkgis.model import Severity
from parkgis.outputs import export, pages, plain, webmap, workbook
from parkgis.outputs.proof import forms
from parkgis.shapes import shapes
from parkgis.words.catalogue import Words

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from parkgis.workspace import Workspace

NAMES = ["Nguyễn Thị Ất", "Đặng Văn Bính", "NGUYỄN THỊ ẤT", ""]
NUMBERS = ["012345678901", "109876543210", "012345678901", ""]
FIELDS = {"holder": "TENCHU", "id_number": "CCCD"}
TOLD = Options(fields=FIELDS, by="An")
ANYTHING = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@pytest.fixture
def here(tmp_path: Path) -> Workspace:
    return workspace(tmp_path / "w")


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """Four parcels of two people, one of them twice, and one parcel of nobody."""
    return saved(cadastre(TENCHU=NAMES, CCCD=NUMBERS), tmp_path / "thua.gpkg")


def pseudonyms(here: Workspace, project: str = "QV") -> list[str]:
    layer = add.site_of(here, project).layer
    assert layer is not None
    return list(frame_of(layer)["holder"])


def numbered(*numbers: int) -> Callable[[int], int]:
    found = iter(numbers)
    return lambda below: next(found) % below


# -- on file -----------------------------------------------------------------------------------------------


def test_the_layer_holds_pseudonyms_and_the_file_who_they_are(here: Workspace, listed: Path) -> None:
    added = add_parcels(here, "QV", listed, TOLD)
    first, second, again, nobody = pseudonyms(here)
    assert re.fullmatch(r"H\d{6}", first)
    assert (first == again, first == second, nobody) == (True, False, "")
    known = {h.pseudonym: (h.project, h.name, h.id_number) for h in holders.holders(here.root)}
    assert known == {first: ("QV", NAMES[0], NUMBERS[0]), second: ("QV", NAMES[1], NUMBERS[1])}
    assert {"holder": "TENCHU", "id_number": "CCCD"}.items() <= added.fields.items()
    assert [f.facts["count"] for f in added.findings if f.code == "holders_kept"] == [2]
    assert "not_imported" not in {f.code for f in added.findings}


def test_a_new_vintage_keeps_the_pseudonyms(here: Workspace, listed: Path, tmp_path: Path) -> None:
    add_parcels(here, "QV", listed, TOLD)
    before = pseudonyms(here)
    content = holders.path_of(here.root).read_bytes()
    decomposed = [unicodedata.normalize("NFD", f" {name} ") for name in reversed(NAMES)]
    other = saved(cadastre(TENCHU=decomposed, CCCD=NUMBERS[::-1]), tmp_path / "b.gpkg")
    add_parcels(here, "QV", other, Options(fields=FIELDS, replace=True))
    assert pseudonyms(here) == before[::-1]
    assert holders.path_of(here.root).read_bytes() == content, "nobody new: not a byte is touched"


def test_another_project_gives_another_pseudonym(here: Workspace) -> None:
    found = []
    for project in ("QV", "TS", "QV"):
        with enrolled(here.root, project, [Person("Lê Văn Cả", "001")]) as one:
            found += one
    assert (found[0] == found[2], found[0] == found[1]) == (True, False)


def test_same_name_other_number_is_somebody_else(here: Workspace) -> None:
    people = [Person("Lê Văn Cả", "001"), Person("Lê Văn Cả", "002"), Person("LÊ VĂN  CẢ", "0 0 1"), Person("", "003"), Person("")]
    with enrolled(here.root, "QV", people) as found:
        assert (found[0] == found[2], len(set(found)), found[4]) == (True, 4, "")


def test_a_number_that_is_taken_is_drawn_again(here: Workspace) -> None:
    with enrolled(here.root, "QV", [Person("A"), Person("B")], numbered(7, 7, 7, 8)) as found:
        assert found == ["H000007", "H000008"]


def test_pseudonyms_grow_before_they_run_out() -> None:
    taken = {f"H{number:06d}" for number in range(500_000)}
    assert holders._mint(taken, numbered(1_234_567)) == "H1234567"


@given(st.lists(st.tuples(ANYTHING, ANYTHING), max_size=8))
@settings(max_examples=25)
def test_people_and_pseudonyms_are_one_to_one(tmp_path_factory: pytest.TempPathFactory, people: list[tuple[str, str]]) -> None:
    root = tmp_path_factory.mktemp("w")
    for _ in range(2):
        with enrolled(root, "QV", [Person(*person) for person in people]) as found:
            pairs = {(holders._identity(holders._tidy(Person(*p))), code) for p, code in zip(people, found, strict=True) if code}
    assert len(pairs) == len({one for one, _ in pairs}) == len({code for _, code in pairs}) == len(holders.holders(root))


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps rights another way")
def test_only_the_owner_may_read_it(here: Workspace, listed: Path) -> None:
    add_parcels(here, "QV", listed, TOLD)
    folder = here.root / "private"
    assert stat.S_IMODE((folder / "holders.sqlite").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_folder_says_what_it_is_and_keeps_out_of_git(here: Workspace, listed: Path) -> None:
    add_parcels(here, "QV", listed, TOLD)
    folder = here.root / "private"
    assert sorted(p.name for p in folder.iterdir()) == [".gitignore", "README.txt", "holders.lock", "holders.sqlite"]
    text = (folder / "README.txt").read_text(encoding="utf-8")
    assert "KHÔNG GỬI RA NGOÀI" in text and "NOT TO BE PASSED ON" in text
    assert (folder / ".gitignore").read_text(encoding="utf-8") == "*\n"


def test_nothing_is_made_where_nothing_was_told(here: Workspace, listed: Path) -> None:
    added = add_parcels(here, "QV", listed, Options())
    assert not (here.root / "private").exists()
    assert pseudonyms(here) == [""] * 4
    assert [f.facts["columns"] for f in added.findings if f.code == "not_imported"] == ["TENCHU, CCCD"]


def test_looking_at_a_file_enrols_nobody(here: Workspace, listed: Path) -> None:
    inspect.file_report(here, "QV", listed, TOLD, lambda _step, _share: None)
    assert not (here.root / "private").exists()


# -- whole or not at all -----------------------------------------------------------------------------------


def test_a_failed_add_leaves_the_file_as_it_was(
    here: Workspace, listed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_parcels(here, "QV", listed, TOLD)
    before = holders.path_of(here.root).read_bytes()
    other = saved(cadastre(TENCHU=["Lý Thị Dần"] * 4, CCCD=["9"] * 4), tmp_path / "b.gpkg")
    seen: list[int] = []

    def stale(*_: object, **__: object) -> None:
        seen.append(len(holders.holders(here.root)))
        raise LedgerStale(path="x", head=9, expected=1)

    monkeypatch.setattr(here.store, "append", stale)
    with pytest.raises(LedgerStale):
        add_parcels(here, "TS", other, TOLD)
    assert seen == [3], "on file before the ledger says so: no layer holds a pseudonym that means nobody"
    assert holders.path_of(here.root).read_bytes() == before
    assert sorted(p.name for p in (here.root / "private").iterdir()) == [
        ".gitignore",
        "README.txt",
        "holders.lock",
        "holders.sqlite",
    ]


def test_a_first_add_that_fails_leaves_no_file(here: Workspace, listed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(here.store, "append", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        add_parcels(here, "QV", listed, TOLD)
    assert not holders.path_of(here.root).exists()


def test_a_full_disk_is_said_and_changes_nothing(here: Workspace, full_disk: Callable[[int], AbstractContextManager[None]]) -> None:
    with enrolled(here.root, "QV", [Person("Lê Văn Cả")]):
        pass
    before = holders.path_of(here.root).read_bytes()
    crowd = [Person(f"Người số {number}", f"{number:012d}") for number in range(2000)]
    with full_disk(40_000), pytest.raises(OutputFailed), enrolled(here.root, "QV", crowd):
        pytest.fail("the disk was full")
    assert holders.path_of(here.root).read_bytes() == before


def test_what_a_crash_left_behind_is_swept_up(here: Workspace) -> None:
    with enrolled(here.root, "QV", [Person("Lê Văn Cả")]):
        (here.root / "private" / ".holders-abc").write_text("Lê Văn Cả", encoding="utf-8")
    with enrolled(here.root, "QV", [Person("Lê Văn Cả")]):
        assert list((here.root / "private").glob(".holders-*")) == []


def test_two_who_add_at_once_lose_nobody(here: Workspace) -> None:
    def work(name: str) -> None:
        for number in range(5):
            with enrolled(here.root, "QV", [Person(f"{name} {number}")]):
                pass

    crew = [threading.Thread(target=work, args=(name,)) for name in ("An", "Bình", "Chi")]
    for one in crew:
        one.start()
    for one in crew:
        one.join()
    assert len(holders.holders(here.root)) == 15


def test_while_another_adds_one_is_told(here: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holders, "WAIT_SECONDS", 0.1)
    with enrolled(here.root, "QV", [Person("A")]), pytest.raises(OutputFailed) as refused, enrolled(here.root, "QV", [Person("B")]):
        pytest.fail("two at once")
    assert refused.value.facts["why"].code == "holders_held"


def test_a_file_that_is_none_is_refused(here: Workspace) -> None:
    holders.path_of(here.root).parent.mkdir()
    holders.path_of(here.root).write_bytes(b"no database" * 100)
    with pytest.raises(FileUnreadable):
        holders.holders(here.root)
    with pytest.raises(OutputFailed), enrolled(here.root, "QV", [Person("A")]):
        pytest.fail("no database")


# -- columns that look personal ----------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["land", "commune", "parcel"])
def test_names_in_another_role_are_refused(here: Workspace, listed: Path, field: str) -> None:
    with pytest.raises(InputRefused) as refused:
        add_parcels(here, "QV", listed, Options(fields={field: "TENCHU"}))
    (found,) = refused.value.findings
    assert (found.code, found.severity, found.facts) == ("personal_column", Severity.ERROR, {"column": "TENCHU", "role": field})


def test_names_in_another_role_may_be_accepted_knowingly(here: Workspace, listed: Path) -> None:
    added = add_parcels(here, "QV", listed, Options(fields={"land": "TENCHU"}, accepted=("personal_column",)))
    assert [f.severity for f in added.findings if f.code == "personal_column"] == [Severity.WARNING]


def test_a_private_role_needs_its_column(here: Workspace, listed: Path) -> None:
    with pytest.raises(UsageError):
        add_parcels(here, "QV", listed, Options(fields={"holder": "CHU"}))


# -- nothing leaks -----------------------------------------------------------------------------------------


def texts(path: Path) -> list[bytes]:
    """Return a file's bytes, and those of its parts when it is a zip."""
    found = [path.read_bytes()]
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as book:
            found += [book.read(name) for name in book.namelist()]
    return found


def main_job(here: Workspace) -> None:
    """Write everything the workspace can write."""
    out, words = here.root / "reports", Words("vi")
    out.mkdir()
    snapshot = here.snapshot(here.cut())
    briefing = brief(here, snapshot)
    (out / "status.json").write_text(plain.status_json(briefing, "vi"), encoding="utf-8")
    (out / "findings.json").write_text(
        plain.findings(inspect.workspace_report(here, here.cut(), None, lambda *_: None).findings, words, "json"), encoding="utf-8"
    )
    (out / "ledger.csv").write_text(plain.entries(here.store.events(), "csv"), encoding="utf-8")
    (out / "report.xlsx").write_bytes(workbook.build(briefing, words))
    (out / "report.html").write_text(pages.build(briefing, words), encoding="utf-8")
    (out / "map.html").write_text(webmap.draw(briefing, shapes(here, snapshot), words), encoding="utf-8")
    for public in (True, False):
        for form in export.FORMS:
            export.write(here, export.edition(here, snapshot, words, public=public), out / f"{public}.{form}", form)


def test_no_file_of_the_main_job_holds_a_name(here: Workspace, listed: Path) -> None:
    add_parcels(here, "QV", listed, TOLD)
    key = add.site_of(here, "QV").columns.keys[0]
    here.store.append([reached(key, "handed_developer", "2026-01-01", project="QV")])
    main_job(here)
    wanted = {form.encode() for value in (*NAMES, *NUMBERS) if value for form in forms(value)}
    written = [p for p in here.root.rglob("*") if p.is_file() and p.parent.name != "private"]
    assert len(written) > 15
    assert [(p.name, name) for p in written for text in texts(p) for name in wanted if name in text] == []
    with contextlib.closing(sqlite3.connect(holders.path_of(here.root))) as book:
        assert book.execute("SELECT count(*) FROM holders").fetchone() == (2,)
    assert [p.name for p in (here.root / "private").iterdir() if NAMES[0].encode() in p.read_bytes()] == ["holders.sqlite"]


def test_the_search_would_find_a_name(here: Workspace, tmp_path: Path) -> None:
    """The test above can fail: names taken in on purpose are in the layer and in every export."""
    path = saved(cadastre(SQUARES, KHLOAIDAT=NAMES), tmp_path / "thua.gpkg")
    add_parcels(here, "QV", path, Options())
    main_job(here)
    found = {p.suffix for p in here.root.rglob("*") if p.is_file() and any(NAMES[1].encode() in text for text in texts(p))}
    assert {".gpkg", ".geojson", ".csv"} <= found
