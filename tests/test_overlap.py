"""Land that two projects claim counts once in their park and in the province."""

from __future__ import annotations

from typing import TYPE_CHECKING

import make
import pytest
import shapely
from draws import DAYS, boxes
from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parkgis.model import Event
    from parkgis.status import Site

STAGES = ("paid", "handed_developer")
FENCE = (0.0, 0.0, 26.0, 30.0)
P = make.grid(3, 3)  # 0-30 m, clipped at 26 m east by its surveyed boundary
Q = make.grid(3, 3, west=15.0, commune="17")  # 15-45 m: its two western columns lie on P and were flagged when added
FLAGGED = [key for key, box in Q.items() if box[0] < 30.0]

EVENTS = st.one_of(
    st.builds(make.reached, st.sampled_from([*P]), st.sampled_from(STAGES), DAYS, project=st.just("P")),
    st.builds(make.reached, st.sampled_from([*Q]), st.sampled_from(STAGES), DAYS, project=st.just("Q")),
    st.builds(make.reached, stage=st.sampled_from(STAGES), on=DAYS, project=st.sampled_from("PQR"), tranche=boxes()),
)


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, ...]:
    """Two projects whose parcels overlap, and a third without parcels, known by its tranches alone."""
    folder = tmp_path_factory.mktemp("sites")
    return (
        make.site(folder, P, "P", fence=FENCE),
        make.site(folder, Q, "Q", irregular=FLAGGED),
        make.site(folder, None, "R"),
    )


def land(events: Sequence[Event], stage: str, by: str) -> float:
    """Return the area of everything that reached a stage, by one union."""
    shapes = []
    for event in events:
        if event.stage == stage and event.day <= make.day(by):
            box = (P | Q)[event.parcel] if event.parcel else None
            shape = make.land(box) if box else shapely.from_wkt(event.geometry.partition(";")[2])
            shapes.append(shapely.intersection(shape, make.land(FENCE)) if event.project == "P" else shape)
    return float(shapely.union_all(shapes).area)


@given(st.lists(EVENTS, max_size=10, unique_by=lambda e: e.id), DAYS)
@settings(max_examples=100)
def test_park_and_province_are_unions_of_their_projects(sites: tuple[Site, ...], events: list[Event], on: str) -> None:
    snapshot = make.snapshot(make.memory(*events), *sites, on=on)
    (park,) = snapshot.parks
    for one, other in zip(park.stages, snapshot.stages, strict=True):
        expected = land(events, one.code, on) if one.code in STAGES else 0.0
        assert one.area_m2 == pytest.approx(expected, abs=1e-4)
        assert other == one
    then = min(on, "2025-12-31")
    counted = land(events, STAGES[-1], on) - land(events, STAGES[-1], then)
    assert snapshot.counted.area_m2 == park.counted.area_m2 == pytest.approx(counted, abs=1e-4)


def test_a_hectare_claimed_twice(sites: tuple[Site, ...]) -> None:
    """P hands over its parcel at 20-30 m (20-26 inside its boundary), Q the one at 15-25 m: 11 m of 10 m in all."""
    store = make.memory(make.reached("09/1/3", project="P"), make.reached("17/1/1", project="Q"))
    snapshot = make.snapshot(store, *sites)
    assert [p.counted.area_m2 for p in snapshot.projects] == pytest.approx([60.0, 100.0, 0.0])
    assert snapshot.counted.area_m2 == pytest.approx(110.0)
    (finding,) = snapshot.findings
    assert (finding.code, finding.facts["projects"]) == ("projects_overlap", "P, Q")
    assert finding.facts["area_m2"] == pytest.approx(50.0)


def test_projects_side_by_side_are_no_finding(sites: tuple[Site, ...]) -> None:
    store = make.memory(make.reached("09/1/1", project="P"), make.reached("17/1/3", project="Q"))
    snapshot = make.snapshot(store, *sites)
    assert snapshot.findings == ()
    assert snapshot.counted.area_m2 == pytest.approx(200.0)


def test_overlap_outside_a_boundary_is_no_overlap(sites: tuple[Site, ...]) -> None:
    """P's parcel reaches to 30 m but counts to 26 m; R's tranche begins there."""
    store = make.memory(make.reached("09/1/3", project="P"), make.reached(tranche=(26, 0, 30, 10), project="R"))
    snapshot = make.snapshot(store, *sites)
    assert snapshot.counted.area_m2 == pytest.approx(100.0)
    assert snapshot.findings == ()


def test_one_tranche_claimed_by_three_projects_counts_once(sites: tuple[Site, ...]) -> None:
    store = make.memory(*(make.reached(tranche=(16, 0, 24, 10), project=name) for name in "PQR"))
    snapshot = make.snapshot(store, *sites)
    assert snapshot.counted.area_m2 == pytest.approx(80.0)
    assert len(snapshot.findings) == 3, "each pair is named"
