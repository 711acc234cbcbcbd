"""The blocker board: ranked across projects, and the way to the target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import make
import pytest

from parkgis.model import Kind
from parkgis.planning.board import board, cheapest
from parkgis.planning.ruling import Rules

if TYPE_CHECKING:
    from pathlib import Path

    from parkgis.status import Snapshot

RULES = Rules(min_m2=20_000, width_m=20.0, lane_m=0.0)


def snapshot(folder: Path) -> Snapshot:
    """P: five fields of 1 ha of which the first two and the fourth are handed over; Q: two of 4 ha, none handed over."""
    p = make.site(folder, make.grid(5, 1, 100.0))
    q = make.site(folder, make.grid(2, 1, 200.0, west=5000.0, commune="10"), id_="Q")
    handed = [make.reached(f"09/1/{n}", paper=f"{n}/BB") for n in (1, 2, 4)]
    stuck = make.entry(Kind.OBSTACLE, project="Q", parcel="10/1/1", facts={"code": "inheritance"})
    return make.snapshot(make.memory(*handed, stuck), p, q)


def test_parcels_of_all_projects_stand_in_one_ranking(tmp_path: Path) -> None:
    found = board(snapshot(tmp_path), RULES)
    assert [(b.project, b.key, round(b.unlocked_m2)) for b in found.blockers] == [
        ("Q", "10/1/1", 40000), ("Q", "10/1/2", 40000), ("P", "09/1/3", 20000), ("P", "09/1/5", 20000),
    ]  # fmt: skip
    assert [o.code for o in found.blockers[0].waits.obstacles] == ["inheritance"]
    assert found.blockers[0].waits.next_stage == "notice"
    assert (found.open_parcels, found.proven, found.known) == (4, 4, 2)
    assert [found.handed_m2, found.usable_m2] == pytest.approx([30000, 20000])
    assert board(snapshot(tmp_path / "again"), RULES, first=1).blockers[0].key == "10/1/1"


def test_the_way_to_the_target_takes_parcels_without_obstacle_first(tmp_path: Path) -> None:
    way = cheapest(snapshot(tmp_path), 45_000)
    assert [key for _, key, *_ in way.parcels] == ["10/1/2", "09/1/3"]
    assert (way.closes, way.least, round(way.area_m2)) == (True, 2, 50000)
    assert not cheapest(snapshot(tmp_path / "b"), 1e6).closes
    assert cheapest(snapshot(tmp_path / "c"), 0).parcels == ()


def test_with_every_cost_known_the_cheapest_hectare_comes_first(tmp_path: Path) -> None:
    costs = {("P", "09/1/3"): 1e9, ("P", "09/1/5"): 2e9, ("Q", "10/1/1"): 1e8, ("Q", "10/1/2"): 40e9}
    way = cheapest(snapshot(tmp_path), 15_000, costs=costs)
    assert [key for _, key, *_ in way.parcels] == ["09/1/3", "09/1/5"]
    assert way.cost_vnd == 3e9
    first = board(snapshot(tmp_path / "b"), RULES, costs=costs).blockers[2]
    assert (first.key, round(first.per_billion_m2 or 0), first.per_household_m2) == ("09/1/3", 20000, None)
