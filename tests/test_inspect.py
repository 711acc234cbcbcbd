"""``check``: every finding in one list, and nothing written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from files import cadastre, saved
from make import reached, split, workspace

from parkgis.errors import ProjectUnknown
from parkgis.intake import inspect
from parkgis.intake.add import Options, add_parcels
from parkgis.model import Severity

if TYPE_CHECKING:
    from pathlib import Path

    from parkgis.workspace import Workspace


@pytest.fixture
def here(tmp_path: Path) -> Workspace:
    return workspace(tmp_path / "w")


def quiet(_step: str, _share: float) -> None:
    pass


def test_a_file_is_judged_as_add_would_and_nothing_is_written(here: Workspace, tmp_path: Path) -> None:
    good, bad = saved(cadastre(), tmp_path / "a.gpkg"), saved(cadastre(SHTHUA=[1.0, 1.0, 2.0, 3.0]), tmp_path / "b.gpkg")
    expected = ["decision_differs", "holder_missing", "not_imported"]
    assert [f.code for f in inspect.file_report(here, "QV", good, Options(), quiet).findings] == expected
    report = inspect.file_report(here, "QV", bad, Options(), quiet)
    assert [f.code for f in report.findings] == ["key_duplicate", *expected]
    (checked,) = report.checked
    assert [checked.case.keys(marks.rows) for marks in checked.marks if marks.code == "key_duplicate"] == [["/1/1#1", "/1/1#2"]]
    assert here.store.head().seq == 0
    assert not (here.root / "layers" / "parcels").exists()


def test_the_workspace_lists_the_worst_first(here: Workspace, tmp_path: Path) -> None:
    add_parcels(here, "QV", saved(cadastre(), tmp_path / "a.gpkg"), Options())
    here.store.append([reached("/1/1", project="QV"), reached("/7/7", project="QV")])
    found = inspect.workspace_report(here, here.cut(on=here.today().replace(year=2027)), None, quiet).findings
    assert {"event_without_parcel", "parcel_without_event", "stage_without", "statement_sum"} <= {f.code for f in found}
    severities = [f.severity for f in found]
    assert severities == sorted(severities, reverse=True)


def test_one_project_is_checked_without_the_rest(here: Workspace, tmp_path: Path) -> None:
    add_parcels(here, "QV", saved(cadastre(), tmp_path / "a.gpkg"), Options())
    here.store.append([reached("/1/1", project="QV")])
    report = inspect.workspace_report(here, here.cut(on=here.today().replace(year=2027)), "QV", quiet)
    assert [checked.project for checked in report.checked] == ["QV"]
    assert "statement_sum" not in {f.code for f in report.findings}
    (without,) = [f for f in report.findings if f.code == "parcel_without_event"]
    assert (without.where, without.facts["count"]) == ("QV: /1/2", 3)
    with pytest.raises(ProjectUnknown):
        inspect.workspace_report(here, here.cut(), "XX", quiet)


def test_rows_that_never_become_parcels_are_told_by_the_door(here: Workspace, tmp_path: Path) -> None:
    frame = cadastre()
    frame.geometry = [None, *frame.geometry[1:]]
    report = inspect.file_report(here, "QV", saved(frame, tmp_path / "a.gpkg"), Options(), quiet)
    assert report.findings[0].code == "geometry_empty"


def test_a_parcel_split_before_the_day_is_not_checked(here: Workspace, tmp_path: Path) -> None:
    boxes = [(0, 0, 30, 30), (0, 0, 15, 30), (15, 0, 30, 30)]  # the old one, and what it was split into
    add_parcels(here, "QV", saved(cadastre(boxes), tmp_path / "a.gpkg"), Options())
    before = inspect.workspace_report(here, here.cut(), "QV", quiet)
    here.store.append([split("/1/1", "/1/2", "/1/3", on="2026-01-01", project="QV")])
    after = inspect.workspace_report(here, here.cut(on=here.today().replace(year=2027)), "QV", quiet)
    assert ["overlap" in {f.code for f in report.findings} for report in (before, after)] == [True, False]


def test_a_vintage_changed_or_gone_behind_the_ledger(here: Workspace, tmp_path: Path) -> None:
    add_parcels(here, "QV", saved(cadastre(), tmp_path / "a.gpkg"), Options())
    path = here.root / "layers" / "parcels" / "QV-1.gpkg"
    assert inspect.ledger_findings(here) == ()
    path.write_bytes(path.read_bytes() + b"\0")
    (changed,) = inspect.ledger_findings(here)
    path.unlink()
    (gone,) = inspect.ledger_findings(here)
    assert (changed.code, gone.code, changed.severity) == ("vintage_changed", "vintage_gone", Severity.ERROR)
