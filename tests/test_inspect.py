"""``check``: every finding in one list, and nothing written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from files import cadastre, saved
from make import reached, workspace

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
    assert [f.code for f in inspect.file_findings(here, "QV", good, Options(), quiet)] == ["not_imported"]
    assert [f.code for f in inspect.file_findings(here, "QV", bad, Options(), quiet)] == ["key_duplicate"]
    assert here.store.head().seq == 0
    assert not (here.root / "layers" / "parcels").exists()


def test_the_workspace_lists_the_worst_first(here: Workspace, tmp_path: Path) -> None:
    add_parcels(here, "QV", saved(cadastre(), tmp_path / "a.gpkg"), Options())
    here.store.append([reached("/1/1", project="QV"), reached("/7/7", project="QV")])
    found = inspect.workspace_findings(here, here.cut(on=here.today().replace(year=2027)))
    assert {"event_without_parcel", "parcel_without_event", "stage_without", "statement_sum"} <= {f.code for f in found}
    severities = [f.severity for f in found]
    assert severities == sorted(severities, reverse=True)


def test_a_vintage_changed_or_gone_behind_the_ledger(here: Workspace, tmp_path: Path) -> None:
    add_parcels(here, "QV", saved(cadastre(), tmp_path / "a.gpkg"), Options())
    path = here.root / "layers" / "parcels" / "QV-1.gpkg"
    assert inspect.ledger_findings(here) == ()
    path.write_bytes(path.read_bytes() + b"\0")
    (changed,) = inspect.ledger_findings(here)
    path.unlink()
    (gone,) = inspect.ledger_findings(here)
    assert (changed.code, gone.code, changed.severity) == ("vintage_changed", "vintage_gone", Severity.ERROR)
