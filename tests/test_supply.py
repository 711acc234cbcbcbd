"""What a forecast stands on: parcels, parts of parcels, scope, basis."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import make
import pytest

from parkgis.model import Cut
from parkgis.planning.supply import supply
from parkgis.status import Definition, take
from parkgis.status.fold import NEVER, number
from parkgis.units import Basis

if TYPE_CHECKING:
    from parkgis.ledger import MemoryStore
    from parkgis.status import Site, Snapshot

FINAL = "handed_developer"
BOXES = make.grid(2, 2)


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> list[Site]:
    """P: four squares of 100 m2; R: planned, no parcel."""
    return [make.site(tmp_path_factory.mktemp("supply"), BOXES, id_="P"), make.site(Path(), None, id_="R", planned_ha=40.0)]


def snapshot(sites: list[Site], store: MemoryStore, on: str = "2026-06-30", **definition: object) -> Snapshot:
    made = Definition(**definition)  # type: ignore[arg-type]
    return take(store, sites, (make.PARK,), Cut(make.day(on), make.FOREVER), make.TARGET, demo=False, definition=made)


def test_whole_parcels_and_what_counts(sites: list[Site]) -> None:
    store = make.memory(make.reached("09/1/1", "notice", "2026-01-05"), make.reached("09/1/1", FINAL, "2026-03-02"))
    found = supply(snapshot(sites, store))
    (one,) = found.travels
    assert (found.open_m2, found.counted_m2, *found.counted_by_project_m2) == pytest.approx((300.0, 100.0, 100.0))
    assert one.days[:, 0].tolist() == [number(make.day("2026-01-05")), *[number(make.day("2026-03-02"))] * 6]
    assert found.begun == number(make.day("2026-01-05"))
    assert (found.without_parcels, found.planned_ha, found.parks) == (("R",), 40.0, ("K",))


def test_a_part_handed_over_leaves_the_rest_open(sites: list[Site]) -> None:
    """A strip of 4 m by 10 m of parcel 1: 40 m2 handed over, 60 m2 of it and 300 m2 more are open."""
    store = make.memory(
        make.reached("09/1/1", "paid", "2026-02-02"), make.reached(stage=FINAL, on="2026-04-01", tranche=(0, 0, 4, 10))
    )
    found = supply(snapshot(sites, store))
    (one,) = found.travels
    assert found.counted_m2 == pytest.approx(40.0) and found.open_m2 == pytest.approx(360.0)
    handed = one.days[-1] != NEVER
    assert one.area_m2[handed].tolist() == pytest.approx([40.0])
    assert one.area_m2.sum() == pytest.approx(400.0)


def test_a_tranche_in_no_parcel_is_history_and_nothing_open(sites: list[Site]) -> None:
    found = supply(snapshot(sites, make.memory(make.reached(stage=FINAL, on="2026-04-01", tranche=(50, 0, 60, 10)))))
    assert found.open_m2 == pytest.approx(400.0) and found.counted_m2 == pytest.approx(100.0)
    assert found.begun == number(make.day("2026-04-01"))


def test_a_stage_drawn_over_most_of_a_parcel_is_reached(sites: list[Site]) -> None:
    found = supply(snapshot(sites, make.memory(make.reached(stage="notice", on="2026-04-01", tranche=(0, 0, 10, 8)))))
    assert (found.travels[0].days[0] != NEVER).sum() == 1


def test_scope_park_project_and_groups(sites: list[Site]) -> None:
    made = snapshot(sites, make.memory())
    assert [len(supply(made, park=p).travels) for p in ("K", "other")] == [1, 0]
    assert supply(made, project="R").travels == ()
    assert supply(snapshot(sites, make.memory(), groups=("new5",))).travels == ()


def test_documents_are_a_ratio_and_never_mix(sites: list[Site]) -> None:
    store = make.memory(make.reached("09/1/1", FINAL, "2026-03-02", area_m2=110.0))
    found = supply(snapshot(sites, store, basis=Basis.DOCUMENT))
    assert found.counted_m2 == 110.0 and found.document_ratio == pytest.approx(1.1)
    assert supply(snapshot(sites, store)).document_ratio is None


def test_another_stage_that_counts_is_said(sites: list[Site]) -> None:
    assert not supply(snapshot(sites, make.memory(), stage="paid")).final
