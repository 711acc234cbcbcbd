"""A newer parcel layer through the command line: shown, accepted, and the bar on the way."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import geopandas as gpd
import pyogrio
import pytest
from commands import parkgis
from files import SQUARES, cadastre, saved
from make import workspace

from parkgis.intake.add import SHARES, Options, add_parcels
from parkgis.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

NEWER = [*SQUARES[1:], (0, 0, 10, 30), (10, 0, 30, 30)]
ADD = ("--as", "parcels", "--project", "QV")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with four fields, the first of them handed over, and a newer file in which it is split."""
    made = tmp_path_factory.mktemp("cli")
    here = workspace(made / "w")
    add_parcels(here, "QV", saved(cadastre(), made / "a.gpkg"), Options())
    minutes = ("--stage", "handed_developer", "--day", "2025-12-30", "--document", "1/BB", "--document-date", "2025-12-30")
    done = parkgis("record", "1/1", "--project", "QV", *minutes, cwd=here.root)
    assert done.returncode == 0, done.stderr
    saved(cadastre(NEWER, SHTHUA=["2", "3", "4", "5", "6"]), made / "b.gpkg")
    return made


def test_shown_then_accepted(folder: Path) -> None:
    root, file = folder / "w", str(folder / "b.gpkg")
    shown = parkgis("add", file, *ADD, "--lang", "vi", "--look", "xem.gpkg", cwd=root)
    assert shown.returncode == 0, shown.stderr
    assert "tách thửa: /1/1 → /1/5 + /1/6" in shown.stdout and "Chưa ghi gì" in shown.stdout
    told = json.loads(parkgis("add", file, *ADD, "--format", "json", cwd=root).stdout)["parkgis.vintage/v1"]
    assert re.search(rf"--accept-proposal {told['id']} ", shown.stdout)
    look = gpd.read_file(root / "xem.gpkg", layer="changes")
    assert sorted(look["fate"]) == ["split", "split", "unchanged", "unchanged", "unchanged"]
    assert "layer_styles" in {str(name) for name, _ in pyogrio.list_layers(root / "xem.gpkg")}
    refused = parkgis("add", file, *ADD, "--accept-proposal", told["id"], cwd=root)
    assert refused.returncode == 2
    paper = ("--document", "2/BB", "--document-date", "2026-01-15")
    done = parkgis("add", file, *ADD, "--accept-proposal", told["id"], *paper, cwd=root)
    assert done.returncode == 0, done.stderr
    assert [e.event.kind.value for e in Workspace(root).store.events()] == ["layer", "reached", "split", "layer"]


def test_the_bar_never_goes_back(folder: Path, tmp_path: Path) -> None:
    here = workspace(tmp_path / "w")
    seen: list[float] = []
    add_parcels(here, "QV", folder / "a.gpkg", Options(), lambda _, share: seen.append(share))
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0.0, 1.0)
    assert list(SHARES.values()) == sorted(SHARES.values())


def test_the_mapping_is_read(folder: Path) -> None:
    done = parkgis("add", str(folder / "b.gpkg"), *ADD, "--map", "x", cwd=folder / "w")
    assert (done.returncode, "OLD=NEW" in done.stderr or "CŨ=MỚI" in done.stderr) == (2, True)
