"""Two VN-2000 zones in one workspace: each project is measured in its own, and the figures are those of separate workspaces."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from files import SQUARES, cadastre, moved, saved
from hypothesis import given
from hypothesis import strategies as st
from make import ORIGIN, day, workspace

from parkgis import crs
from parkgis.briefing import brief
from parkgis.errors import InputError
from parkgis.intake import minutes
from parkgis.intake.add import Options, add_parcels
from parkgis.intake.boundary import add_boundary
from parkgis.layers.tables import read_projects
from parkgis.model import Document
from parkgis.shapes import shapes
from parkgis.status import zones
from parkgis.vn2000 import TM3
from parkgis.words.catalogue import Words
from parkgis.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from parkgis.status import Snapshot

WEST, EAST = "QV", "NSHL"  # the first stays in the province's zone (9209), the second gets 9214
CUT = day("2026-12-31")
PAPER = Document("07/BB", day("2026-03-02"))


@given(st.floats(380_000, 660_000), st.floats(2_300_000, 2_400_000), st.sampled_from(list(TM3)), st.sampled_from(list(TM3)))
def test_from_zone_to_zone_as_proj_within_a_micrometre(x: float, y: float, source: int, target: int) -> None:
    if abs(TM3[source] - TM3[target]) > 3:
        return
    xy = np.array([[x, y]])
    expected = crs.convert(xy, f"EPSG:{source}", f"EPSG:{target}")
    assert np.abs(zones.convert(xy, source, target) - expected).max() < 1e-6


def with_zones(folder: Path, zones: dict[str, str], legal: str = "EPSG:9209") -> Workspace:
    """Return a workspace whose projects.csv gives some projects a zone of their own."""
    here = workspace(folder)
    table = folder / "layers" / "projects.csv"
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0], "legal_crs"])
        writer.writeheader()
        writer.writerows([{**row, "legal_crs": zones.get(row["project_id"], "")} for row in rows])
    mark = folder / "parkgis.toml"
    mark.write_text(mark.read_text(encoding="utf-8").replace('legal = "EPSG:9209"', f'legal = "{legal}"'), encoding="utf-8")
    return Workspace(folder, here.clock)


def filled(here: Workspace, folder: Path, *projects: str) -> Snapshot:
    """Add parcels, a boundary that cuts them, a parcel and a tranche handed over; EAST's files come in its own zone."""
    folder.mkdir(exist_ok=True)
    for id_ in projects:
        away = 0.0 if id_ == WEST else 900.0
        system = "EPSG:9209" if id_ == WEST else "EPSG:9214"
        frame = moved(cadastre(), away, 0)
        fence = moved(cadastre([(5, 5, 55, 55)]), away, 0)
        tranche = moved(cadastre([(20, 35, 50, 70)]), away, 0)
        files = [saved(f.to_crs(system), folder / f"{id_}-{n}.gpkg") for n, f in enumerate((frame, fence, tranche))]
        add_parcels(here, id_, files[0], Options())
        add_boundary(here, id_, files[1], Options())
        drawn = minutes.tranche(here, id_, files[2], None)
        minutes.append(
            here,
            [
                minutes.reached(id_, "handed_developer", PAPER.date, PAPER, by="An", parcel="/1/1"),
                minutes.reached(id_, "handed_developer", PAPER.date, PAPER, by="An", geometry=drawn),
            ],
        )
    return here.snapshot(here.cut(CUT))


def figures(snapshot: Snapshot, id_: str) -> list[float]:
    (project,) = (p for p in snapshot.projects if p.project.id == id_)
    return [project.parcels_m2, project.counted.area_m2, *(s.area_m2 for s in project.stages)]


def test_figures_equal_those_of_separate_workspaces(tmp_path: Path) -> None:
    both = filled(with_zones(tmp_path / "ab", {EAST: "EPSG:9214"}), tmp_path / "f1", WEST, EAST)
    west = filled(with_zones(tmp_path / "a", {}), tmp_path / "f2", WEST)
    east = filled(with_zones(tmp_path / "b", {}, legal="EPSG:9214"), tmp_path / "f3", EAST)
    assert figures(both, WEST) == figures(west, WEST)
    assert figures(both, EAST) == figures(east, EAST)
    assert both.counted.area_m2 == pytest.approx(west.counted.area_m2 + east.counted.area_m2, abs=1e-6)
    wrong = filled(with_zones(tmp_path / "c", {}), tmp_path / "f4", EAST)
    assert abs(figures(wrong, EAST)[0] - figures(east, EAST)[0]) > 0.1  # 3600 m2 by 1 part in 10,000: the zone matters


def test_land_two_zones_both_claim_counts_once(tmp_path: Path) -> None:
    here = with_zones(tmp_path / "w", {EAST: "EPSG:9214"})
    tmp_path.joinpath("f").mkdir()
    for id_, system in ((WEST, "EPSG:9209"), (EAST, "EPSG:9214")):
        added = add_parcels(here, id_, saved(cadastre(SQUARES).to_crs(system), tmp_path / "f" / f"{id_}.gpkg"), Options())
        minutes.append(
            here, [minutes.reached(id_, "handed_developer", PAPER.date, PAPER, by="An", parcel=f"/1/{n}") for n in range(1, 5)]
        )
    assert [f.facts["area_m2"] for f in added.findings if f.code == "overlap_project"] == [pytest.approx(3600, rel=2e-4)]
    snapshot = here.snapshot(here.cut(CUT))
    assert snapshot.counted.area_m2 == pytest.approx(3600, rel=2e-4)
    assert "projects_overlap" in {f.code for f in snapshot.findings}


def test_the_map_draws_both_in_one_grid_and_the_briefing_states_both_zones(tmp_path: Path) -> None:
    here = with_zones(tmp_path / "w", {EAST: "EPSG:9214"})
    snapshot = filled(here, tmp_path / "f", WEST, EAST)
    drawn = shapes(here, snapshot)
    assert drawn.parcels.crs.to_epsg() == 9209
    low, high = drawn.parcels.total_bounds[:2], drawn.parcels.total_bounds[2:]
    assert (low > np.array(ORIGIN) - 1).all() and (high - np.array(ORIGIN) < [961, 61]).all()
    assert shapely.area(drawn.parcels.geometry.to_numpy()).sum() == pytest.approx(7200, abs=0.01)
    assert brief(here, snapshot).zones == ("EPSG:9209", "EPSG:9214")


@pytest.mark.parametrize("text", ["9214", "EPSG:4326", "EPSG:3405"])
def test_a_zone_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    here = with_zones(tmp_path / "w", {EAST: text})
    with pytest.raises(InputError, match="no VN-2000 TM-3 zone") as caught:
        read_projects(here.root / "layers" / "projects.csv")
    assert Words("vi").value("why", caught.value.facts["why"]).startswith("dòng ")
