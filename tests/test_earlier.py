"""Many folds and snapshots from one reading of the ledger are those that each make of a reading of its own."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import make
import numpy as np
import pytest
from histories import histories
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parkgis.model import Cut
from parkgis.rules import counting_stage
from parkgis.status import take
from parkgis.status.earlier import Earlier
from parkgis.status.whole import Reading

if TYPE_CHECKING:
    from parkgis.model import Event
    from parkgis.status import Site

DAYS = st.dates(make.day("2025-11-15"), make.day("2026-03-01"))
HOURS = st.integers(0, 14).map(lambda days: make.START + dt.timedelta(days=days))
CUTS = st.lists(st.builds(Cut, DAYS, HOURS, st.booleans()), min_size=1, max_size=3)
BOXES = {**make.grid(5, 1), "09/1/7": (0.0, 0.0, 4.0, 10.0), "09/1/8": (4.0, 0.0, 10.0, 10.0)}


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> list[Site]:
    """P: five squares and the halves of one of them; Q: the same without the halves."""
    return [
        make.site(tmp_path_factory.mktemp("p"), BOXES, id_="P"),
        make.site(tmp_path_factory.mktemp("q"), make.grid(5, 1), id_="Q"),
    ]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=histories(), cuts=CUTS)
def test_each_cut_is_what_a_snapshot_of_it_holds(sites: list[Site], events: list[Event], cuts: list[Cut]) -> None:
    store = make.memory(*events)
    earlier = Earlier(store, Cut(dt.date.max, make.FOREVER))
    for cut in cuts:
        there = take(store, sites, (make.PARK,), cut, make.TARGET, demo=False).projects
        for ground, status in zip(earlier.grounds(sites, cut), there, strict=True):
            assert ground.site is status.site
            assert np.array_equal(ground.fold.days, status.fold.days) and np.array_equal(ground.fold.active, status.fold.active)
            assert np.array_equal(ground.fold.columns.irregular, status.fold.columns.irregular)
            assert (ground.fold.kept, list(ground.patches)) == (status.fold.kept, list(status.patches))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=histories(), cuts=CUTS, without=st.frozensets(st.integers(1, 12)), last=st.booleans())
def test_a_snapshot_is_the_same_from_the_reading_of_a_later_one(
    sites: list[Site], events: list[Event], cuts: list[Cut], without: frozenset[int], last: bool
) -> None:
    store = make.memory(*events)

    def asked(cut: Cut, reading: Reading | None) -> list[object]:
        found = take(store, sites, (make.PARK,), cut, make.TARGET, demo=False, reading=reading)
        days = [(status.fold.days.tolist(), status.fold.active.tolist(), status.patches) for status in found.projects]
        areas = [(s.counted, s.stages, s.communes, s.findings, s.proposed_m2, s.without_event) for s in found.projects]
        return [found.digest, found.counted, found.stages, found.parks, found.findings, found.proposed_m2, areas, days]

    newest = Cut(dt.date.max, make.FOREVER) if last else Cut(make.day("2026-02-01"), make.START + dt.timedelta(days=9))
    reading = Reading(store, newest, counting_stage().code)
    for cut in (*cuts, dataclasses.replace(cuts[0], without=without)):
        assert asked(cut, reading) == asked(cut, None)


def test_an_entry_counts_from_the_hour_it_was_learned_until_it_was_voided(sites: list[Site]) -> None:
    handed = make.reached("09/1/1", on="2025-12-01")
    store = make.memory(make.reached("09/1/2", on="2025-12-02"), handed, make.void(handed))
    earlier = Earlier(store, Cut(make.day("2026-06-30"), make.FOREVER))
    counts = []
    for days in (-1, 0, 1, 2):
        (ground,) = earlier.grounds(sites[:1], Cut(make.day("2026-06-30"), make.START + dt.timedelta(days=days)))
        counts.append(int(ground.fold.reached("handed_developer").sum()))
    assert counts == [0, 1, 2, 1]
