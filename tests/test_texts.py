"""parkgis.toml and the tables have two times, too: edited in December, a report of June stays as it was."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import briefings
import make
import pytest
from commands import parkgis
from test_two_times import drawn, later

from parkgis.errors import InputError, RecordError
from parkgis.intake import texts
from parkgis.intake.texts import enter_tables
from parkgis.model import Document, Kind
from parkgis.workspace import TABLES, Workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PAPER = Document("15/QĐ-BQL", make.day("2026-07-01"))
CHANGES = {
    "parkgis.toml": (
        ('name = "Bắc Ninh"', 'name = "Nơi khác"'), ("area_ha = 300.0", "area_ha = 500.0"), ("approval = false", "approval = true"),
        ("ha = 6397.68", "ha = 1.0"), ('board_vi = "', 'board_vi = "X '), ('recovery = ""', 'recovery = "Tỉnh"'),
        ("year = 2026", "year = 2027"),
    ),
    "layers/parks.csv": (("KCN", "Khu"),),
    "layers/projects.csv": (("KCN", "Khu"), ("planned16", "later")),
    "layers/statements.csv": (("2025", "2024"),),
    "layers/indicators.csv": (("92.4", "95.5"),),
}  # fmt: skip


def edit(root: Path, *files: str) -> None:
    """Change everything a reader can see in files that hold it."""
    for name in files or CHANGES:
        path = root / name
        text = path.read_text(encoding="utf-8")
        for old, new in CHANGES[name]:
            assert old in text, old
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")


def enter_now(root: Path, clock: Callable[[], object] | None = None) -> int:
    found = Workspace(root, clock or make.clock(start=make.at("2026-12-01")))  # type: ignore[arg-type]
    return len(enter_tables(found, PAPER.date, PAPER, "An").recorded)


@pytest.fixture
def june(tmp_path: Path) -> Workspace:
    """The workspace of the June report, its texts recorded on the day after."""
    briefings.worked(tmp_path / "w")
    assert enter_now(tmp_path / "w", make.clock(start=briefings.KNOWN)) == len(TABLES)
    return later(tmp_path / "w")


def test_every_table_edited_in_december_leaves_june_as_it_was(june: Workspace, tmp_path: Path) -> None:
    before = drawn(june.root, tmp_path)
    edit(june.root)
    assert drawn(june.root, tmp_path) == before, "edited, not recorded"
    assert enter_now(june.root) == len(TABLES)
    assert drawn(june.root, tmp_path) == before, "edited and recorded"
    now = later(june.root)
    assert now.snapshot(now.cut()).target.area_ha == 500.0
    assert now.parks[0].name_vi.startswith("Khu")


def test_texts_first_recorded_later_hold_for_the_time_before(tmp_path: Path) -> None:
    briefings.worked(tmp_path / "w")
    before = drawn(tmp_path / "w", tmp_path)
    enter_now(tmp_path / "w")
    assert drawn(tmp_path / "w", tmp_path) == before
    edit(tmp_path / "w")
    assert drawn(tmp_path / "w", tmp_path) == before


def test_without_a_recorded_text_the_file_is_read(tmp_path: Path) -> None:
    briefings.worked(tmp_path / "w")
    edit(tmp_path / "w")
    found = later(tmp_path / "w")
    snapshot = found.snapshot(found.cut())
    assert snapshot.target.area_ha == 500.0
    assert not [f for f in snapshot.findings if f.code == "table_unrecorded"]


@pytest.mark.parametrize("file", CHANGES)
def test_an_edited_text_is_not_in_force_and_is_a_finding_until_it_is_recorded(june: Workspace, file: str) -> None:
    edit(june.root, file)
    found = later(june.root)
    snapshot = found.snapshot(found.cut())
    assert [f.where for f in snapshot.findings if f.code == "table_unrecorded"] == [file]
    assert (snapshot.target.area_ha, found.projects[0].name_vi[:3]) == (300.0, "KCN")
    old = found.snapshot(found.cut(briefings.ON, briefings.KNOWN))
    assert not [f for f in old.findings if f.code == "table_unrecorded"], "an old question does not know of it"
    assert enter_now(june.root) == 1
    found = later(june.root)
    assert not [f for f in found.snapshot(found.cut()).findings if f.code == "table_unrecorded"]
    with pytest.raises(RecordError, match="as they are recorded"):
        enter_tables(found, PAPER.date, PAPER, "An")


def test_a_text_may_go_back_to_what_it_was(june: Workspace) -> None:
    path = june.root / "layers/parks.csv"
    first = path.read_bytes()
    edit(june.root, "layers/parks.csv")
    enter_now(june.root)
    path.write_bytes(first)
    assert enter_now(june.root) == 1
    assert later(june.root).parks[0].name_vi.startswith("KCN")


def test_a_table_that_cannot_be_read_is_not_recorded(june: Workspace) -> None:
    path = june.root / "layers/projects.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("\nQV,", "\nXX,"), encoding="utf-8")
    head = june.store.head()
    with pytest.raises(InputError, match=r"parks\.csv has no park"):
        enter_now(june.root)
    assert june.store.head() == head
    assert len(list((june.root / "layers/kept").iterdir())) == len(TABLES)


def test_language_and_store_and_zone_are_the_files_own(june: Workspace) -> None:
    path = june.root / "parkgis.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('language = "vi"', 'language = "en"'), encoding="utf-8")
    found = later(june.root)
    assert found.as_known(briefings.KNOWN).config.language == "en"
    assert not [f for f in found.snapshot(found.cut()).findings if f.code == "table_unrecorded"]


def test_a_kept_copy_holds_no_password(june: Workspace) -> None:
    path = june.root / "parkgis.toml"
    secret = "postgresql://an:bi-mat@db/gpmb"
    path.write_text(path.read_text(encoding="utf-8").replace('store = "ledger.gpkg"', f'store = "{secret}"'), encoding="utf-8")
    edit(june.root, "parkgis.toml")
    found = later(june.root)
    found.__dict__["store"] = june.store  # no server answers there
    enter_tables(found, PAPER.date, PAPER, "An")
    kept = [p.read_text(encoding="utf-8") for p in (june.root / "layers/kept").glob("parkgis-*.toml")]
    assert len(kept) == 2
    assert not any("bi-mat" in text for text in kept)


def test_a_first_definition_that_is_not_the_shipped_one_needs_a_higher_version(tmp_path: Path) -> None:
    made = make.workspace(tmp_path / "w")
    path = made.root / "parkgis.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("tolerance_parcel = 0.01", "tolerance_parcel = 0.05"), encoding="utf-8"
    )
    paper = Document("1/QĐ", make.day("2025-12-01"))
    with pytest.raises(RecordError, match="raise it"):
        texts.definition(Workspace(made.root, made.clock), paper.date, paper, "An")
    path.write_text(path.read_text(encoding="utf-8").replace("version = 1", "version = 2"), encoding="utf-8")
    assert texts.definition(Workspace(made.root, made.clock), paper.date, paper, "An").recorded


def test_from_the_command_line(june: Workspace) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return parkgis(*words, "-C", str(june.root), "--lang", "en", cwd=june.root)

    asked = ("status", "--on", "2026-06-30", "--known", "2026-07-01T12:00Z", "--format", "json")
    before = run(*asked)
    edit(june.root)
    told = run("status")
    assert "layers/projects.csv is not as recorded" in told.stdout
    assert "parkgis enter tables" in run("check").stdout
    done = run("enter", "tables", "--document", "15/QĐ-BQL", "--document-date", "01/07/2026", "--by", "An")
    assert (done.returncode, done.stderr) == (0, "")
    assert run(*asked).stdout == before.stdout
    assert json.loads(run("status", "--format", "json").stdout)
    assert len(list(june.store.events(None, [Kind.LAYER]))) == 2 * len(TABLES) + 3
