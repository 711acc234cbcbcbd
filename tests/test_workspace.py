"""A workspace: found as git finds its own, wired once, the right vintage at every hour."""

from __future__ import annotations

import datetime as dt
import shutil
from typing import TYPE_CHECKING

import make
import pytest
import shapely

from parkgis.errors import (
    FileMissing,
    InputError,
    OutputFailed,
    ProjectUnknown,
    WorkspaceExists,
    WorkspaceInvalid,
    WorkspaceMissing,
)
from parkgis.layers.write import write_boundary, write_parcels
from parkgis.workspace import MARK, Workspace, new, shipped

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from parkgis.model import Boundary, Event

HANOI = dt.timezone(dt.timedelta(hours=7))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return make.workspace(tmp_path / "w")


# -- the real answer ---------------------------------------------------------------------------------------


def test_the_shipped_workspace_says_zero_of_three_hundred(workspace: Workspace) -> None:
    snapshot = workspace.snapshot(workspace.cut(make.day("2026-06-30")))
    assert (snapshot.target.year, snapshot.target.area_ha) == (2026, 300.0)
    assert (snapshot.counted.area_m2, snapshot.counted.documents_m2, snapshot.counted.entries) == (0.0, 0.0, 0)
    assert snapshot.remaining_m2 == 3_000_000.0
    assert len(snapshot.parks) == 22 and len(snapshot.projects) == 30
    assert [p.boundary for p in snapshot.projects].count("schematic") == 24
    assert [p.boundary for p in snapshot.projects].count("none") == 6
    assert not (workspace.root / "ledger.gpkg").exists(), "asking creates nothing"


def test_planned_hectares_of_a_park_are_those_of_its_projects(workspace: Workspace) -> None:
    parks = {p.park.id: p for p in workspace.snapshot(workspace.cut()).parks}
    assert parks["QV3"].projects == ("QV3-1", "QV3-2") and parks["QV3"].planned_ha == 490.05


# -- finding and making ------------------------------------------------------------------------------------


def test_found_upward_from_any_folder_below(workspace: Workspace) -> None:
    below = workspace.root / "layers" / "parcels" / "new"
    below.mkdir(parents=True)
    assert Workspace.find(below).root == Workspace.find(workspace.root).root == workspace.root


def test_nothing_above(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceMissing, match="parkgis new"):
        Workspace.find(tmp_path)
    with pytest.raises(WorkspaceMissing):
        Workspace(tmp_path / "gone")


def test_the_checkout_or_the_wheel_is_a_workspace() -> None:
    assert len(Workspace(shipped()).projects) == 30


def test_a_new_workspace_holds_the_shipped_layers_and_no_ledger(tmp_path: Path) -> None:
    made = new(tmp_path / "Bắc Ninh 2026")
    names = {path.relative_to(made.root).as_posix() for path in made.root.rglob("*") if path.is_file()}
    assert {MARK, "layers/parks.csv", "layers/projects.csv", "layers/statements.csv", "layers/README.md"} <= names
    assert not [name for name in names if name.endswith((".gpkg", ".html"))]
    assert len(made.projects) == 30 and not made.config.demo


def test_new_never_touches_a_folder_that_holds_something(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(WorkspaceExists):
        new(tmp_path)
    with pytest.raises(WorkspaceExists):
        new(tmp_path / "a.txt")
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_new_in_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    assert new(tmp_path / "w").root == tmp_path / "w"


@pytest.mark.parametrize("there", [False, True])
def test_a_full_disk_leaves_the_folder_as_it_was(
    tmp_path: Path, there: bool, full_disk: Callable[[int], AbstractContextManager[None]]
) -> None:
    folder = tmp_path / "w"
    folder.mkdir() if there else None
    with full_disk(2_000), pytest.raises(OutputFailed):
        new(folder)
    assert list(tmp_path.rglob("*")) == ([folder] if there else [])


def test_an_output_that_cannot_be_placed(workspace: Workspace) -> None:
    (workspace.root / "reports").touch()
    with pytest.raises(OutputFailed):
        workspace.output("reports", "a.xlsx")
    assert workspace.output("maps", "a.html").parent.is_dir()


# -- parkgis.toml ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "bad", "why"),
    [
        ('language = "vi"', 'language = "fr"', "fr"),
        ('legal = "EPSG:9209"', 'legal = "EPSG:4326"', "EPSG:4326"),
        ('legal = "EPSG:9209"', "legal = 9209", "9209"),
        ('legal = "EPSG:9209"', "", "legal"),
        ("year = 2026", 'year = "next"', "next"),
        ("year = 2026", "year = 0", "year"),
        ("area_ha = 300.0", "", "area_ha"),
        ("[target]", "[goal]", "target"),
        ('time_zone = "Asia/Ho_Chi_Minh"', 'time_zone = "Asia/Bac_Ninh"', "Bac_Ninh"),
        ('time_zone = "Asia/Ho_Chi_Minh"', 'time_zone = "Asia"', "Asia"),
        ("demo = false", "demo = maybe", "line"),
    ],
)
def test_a_bad_setting_is_named(workspace: Workspace, old: str, bad: str, why: str) -> None:
    path = workspace.root / MARK
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, bad), encoding="utf-8")
    with pytest.raises(WorkspaceInvalid) as refused:
        Workspace(workspace.root)
    assert MARK in str(refused.value) and why in str(refused.value)


def test_a_settings_file_in_another_encoding(workspace: Workspace) -> None:
    (workspace.root / MARK).write_bytes('name = "Bắc Ninh"'.encode("utf-16"))
    with pytest.raises(WorkspaceInvalid):
        Workspace(workspace.root)


def test_settings_are_read(workspace: Workspace) -> None:
    config = workspace.config
    assert (config.name, config.language, config.legal, config.demo) == ("Bắc Ninh", "vi", "EPSG:9209", False)
    assert config.board("vi").startswith("Ban Quản lý") and config.board("en").startswith("Bac Ninh")
    assert config.official_planned16_ha == 6397.68


def test_an_unknown_project_is_answered_with_near_ones(workspace: Workspace) -> None:
    assert workspace.project("QV2-1").park_id == "QV2"
    with pytest.raises(ProjectUnknown, match="QV2-1"):
        workspace.project("qv2_1")
    with pytest.raises(ProjectUnknown):
        workspace.project("")


def test_a_project_of_no_park_is_named(workspace: Workspace) -> None:
    path = workspace.root / "layers" / "projects.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("GB2,GB2,", "GB9,GB2,"), encoding="utf-8")
    with pytest.raises(InputError, match=r"project GB2: parks\.csv has no park GB9"):
        workspace.snapshot(workspace.cut())


# -- time --------------------------------------------------------------------------------------------------


def test_today_is_today_in_vietnam(tmp_path: Path) -> None:
    late = make.workspace(tmp_path / "w", start=dt.datetime(2026, 12, 31, 17, 30, tzinfo=dt.UTC))
    assert late.today() == dt.date(2027, 1, 1)
    assert late.cut().on == dt.date(2027, 1, 1)


def test_a_question_without_an_hour_knows_everything_recorded(workspace: Workspace) -> None:
    workspace.store.append([make.reached(area_m2=1.0, project="QV")])
    assert workspace.snapshot(workspace.cut()).head.seq == 1


def test_a_clock_set_back_hides_nothing(tmp_path: Path) -> None:
    made = make.workspace(tmp_path / "w")
    made.store.append([make.reached(area_m2=1.0, project="QV")])
    earlier = Workspace(made.root, lambda: make.at("2020-01-01"))
    assert earlier.snapshot(earlier.cut()).head.seq == 1


def test_an_answer_given_now_stays_when_more_is_recorded_within_the_second(tmp_path: Path) -> None:
    made = make.workspace(tmp_path / "w")
    made.clock = make.clock(step=dt.timedelta(milliseconds=50))
    made.store.append([make.reached(area_m2=1.0, project="QV")])
    cut = made.cut(make.day("2026-12-31"))
    before = made.snapshot(cut)
    made.store.append([make.reached(area_m2=2.0, project="QV")])
    assert made.snapshot(cut).digest == before.digest


def test_an_hour_in_another_zone(workspace: Workspace) -> None:
    cut = workspace.cut(known=dt.datetime(2026, 1, 1, 7, tzinfo=HANOI))
    assert cut.known == make.at("2026-01-01")


# -- layers ------------------------------------------------------------------------------------------------


def add(workspace: Workspace, name: str, project: str = "QV", columns: int = 2) -> Event:
    """Write a vintage of a row of parcels and enter it in the ledger."""
    path = f"layers/parcels/{name}.gpkg"
    sha256 = write_parcels(make.parcels(make.grid(columns, 1)), workspace.root / path, make.START)
    event = make.layer_entry("parcels", path, sha256, project)
    workspace.store.append([event])
    return event


def parcels(workspace: Workspace, known: dt.datetime, project: str = "QV") -> int:
    return workspace.snapshot(workspace.cut(known=known)).project(project).parcels


def test_an_old_report_finds_the_old_parcels(workspace: Workspace) -> None:
    add(workspace, "QV-1", columns=2)
    then = workspace.store.head().at
    assert then is not None
    before = workspace.snapshot(workspace.cut(make.day("2026-06-30"), then))
    add(workspace, "QV-2", columns=5)
    after = workspace.snapshot(workspace.cut(make.day("2026-06-30"), then))
    assert (before.project("QV").parcels, after.project("QV").parcels, parcels(workspace, make.FOREVER)) == (2, 2, 5)
    assert before.digest == after.digest


def test_a_void_layer_gives_way_to_the_one_before(workspace: Workspace) -> None:
    add(workspace, "QV-1", columns=2)
    wrong = add(workspace, "QV-2", columns=5)
    workspace.store.append([make.void(wrong)])
    assert parcels(workspace, make.FOREVER) == 2


def test_each_project_has_its_own_layers(workspace: Workspace) -> None:
    add(workspace, "QV-1", columns=2)
    add(workspace, "TS-1", "TS", columns=3)
    assert [parcels(workspace, make.FOREVER, project) for project in ("QV", "TS", "GB")] == [2, 3, 0]


@pytest.mark.parametrize(("kind", "clips"), [("survey", True), ("osm", False)])
def test_only_a_surveyed_boundary_may_clip(workspace: Workspace, kind: Boundary, clips: bool) -> None:
    path = "layers/boundaries/QV-1.gpkg"
    sha256 = write_boundary(make.land((0, 0, 9, 9)), "QV", kind, "EPSG:9209", workspace.root / path, make.START)
    workspace.store.append([make.layer_entry(f"boundary:{kind}", path, sha256, "QV")])
    site = next(s for s in workspace.sites(make.FOREVER) if s.project.id == "QV")
    assert site.boundary == kind
    assert (site.fence_wkb is not None) == clips
    assert site.boundary_wkb is not None and shapely.from_wkb(site.boundary_wkb).area == 81.0


def test_a_tranche_in_a_workspace_without_any_layer_is_measured(workspace: Workspace) -> None:
    """It once needed a layer somewhere to know the legal grid."""
    workspace.store.append([make.reached(tranche=(0, 0, 100, 100), project="QV")])
    snapshot = workspace.snapshot(workspace.cut(make.day("2026-12-31"), make.FOREVER))
    assert snapshot.counted.area_m2 == pytest.approx(10_000.0)


def test_a_vintage_that_was_deleted_is_named(workspace: Workspace) -> None:
    add(workspace, "QV-1")
    (workspace.root / "layers/parcels/QV-1.gpkg").unlink()
    with pytest.raises(FileMissing, match=r"QV-1\.gpkg"):
        workspace.snapshot(workspace.cut())


def test_a_workspace_moves_whole(workspace: Workspace, tmp_path: Path) -> None:
    """Paths in the ledger are relative: the same folder elsewhere gives the same answer."""
    add(workspace, "QV-1")
    cut = workspace.cut(make.day("2026-06-30"), make.FOREVER)
    here = workspace.snapshot(cut)
    shutil.move(workspace.root, tmp_path / "elsewhere")
    there = Workspace(tmp_path / "elsewhere").snapshot(cut)
    assert there.digest == here.digest and there.project("QV").parcels == 2
