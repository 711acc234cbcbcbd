"""The series of counted area equals the snapshot on every day, from one reading of the ledger."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import make
import pytest
from draws import DAYS, boxes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parkgis.model import Cut, Kind
from parkgis.planning.pace import required_m2_a_day
from parkgis.status import Definition, take
from parkgis.status.series import CountedSeries, counted_by_day
from parkgis.units import Basis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parkgis.ledger import MemoryStore
    from parkgis.model import Event
    from parkgis.status import Site

FINAL = "handed_developer"
HALVES = {"09/1/1a": (0.0, 0.0, 5.0, 10.0), "09/1/1b": (5.0, 0.0, 10.0, 10.0)}
END = make.day("2026-01-20")
GRID, DOCUMENT = Definition(), Definition(basis=Basis.DOCUMENT)
LOOSE = Definition(basis=Basis.DOCUMENT, mapped_only=False)


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> list[Site]:
    """P: nine squares of 10 m, one of them to be split; Q: four that lie on P's last column, flagged so."""
    folder = tmp_path_factory.mktemp("series")
    second = make.grid(2, 2, west=20.0, commune="17")
    return [
        make.site(folder, make.grid(3, 3) | HALVES, id_="P"),
        make.site(folder, second, id_="Q", irregular=["17/1/1", "17/1/3"]),
        make.site(folder, None, id_="R", group="other"),
    ]


KEYS_P = st.sampled_from([*make.grid(3, 3), *HALVES, "99/9/9"])
KEYS_Q = st.sampled_from([*make.grid(2, 2, west=20.0, commune="17")])
STAGE = st.sampled_from(["paid", FINAL, FINAL])
AREAS = st.none() | st.integers(50, 120).map(float)
EVENTS = st.one_of(
    st.builds(make.reached, KEYS_P, STAGE, DAYS, area_m2=AREAS),
    st.builds(make.reached, KEYS_Q, STAGE, DAYS, area_m2=AREAS, project=st.just("Q")),
    st.builds(make.reached, stage=STAGE, on=DAYS, tranche=boxes(), project=st.sampled_from(["P", "Q"]), area_m2=AREAS),
    st.builds(make.reached, stage=STAGE, on=DAYS, project=st.sampled_from(["P", "R"]), area_m2=st.just(77.0)),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    events = draw(st.lists(EVENTS, max_size=10, unique_by=lambda e: e.id))
    if draw(st.booleans()):
        events.insert(0, make.split("09/1/1", *HALVES, on=draw(DAYS)))
    if draw(st.booleans()):
        events.append(make.merge("09/1/8", "09/1/9", into="09/1/7", on=draw(DAYS)))
    struck = draw(st.lists(st.sampled_from(events), max_size=2, unique_by=lambda e: e.id)) if events else []
    return [*events, *map(make.void, struck)]


def series(store: MemoryStore, sites: Sequence[Site], definition: Definition = GRID, on: dt.date = END) -> CountedSeries:
    return counted_by_day(take(store, sites, [], Cut(on, make.FOREVER), make.TARGET, demo=False, definition=definition))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=histories(), definition=st.sampled_from([GRID, DOCUMENT, LOOSE]))
def test_every_day_equals_the_snapshot_of_that_day(sites: list[Site], events: list[Event], definition: Definition) -> None:
    store = make.memory(*events)
    found = series(store, sites, definition)
    days = {make.day("2025-12-31"), make.day("2026-01-01"), END, *(e.day for e in events if e.kind is not Kind.VOID)}
    for day in sorted(d for d in days if d <= END):
        asked = take(store, sites, [make.PARK], Cut(day, make.FOREVER), make.TARGET, demo=False, definition=definition)
        assert found.on(day) == pytest.approx(asked.counted.area_m2, abs=1e-6), day
        for status in asked.projects:
            assert found.on(day, status.project.id) == pytest.approx(status.counted.area_m2, abs=1e-6), (day, status.project.id)


def test_the_steps_stand_in_order_and_begin_with_the_year(sites: list[Site]) -> None:
    first, second = make.reached("09/1/2", on="2026-01-05"), make.reached("09/1/3", on="2026-01-09")
    found = series(make.memory(second, first), sites)
    assert [(step.day, step.area_m2) for step in found.total] == [
        (make.day("2026-01-01"), 0.0),
        (make.day("2026-01-05"), 100.0),
        (make.day("2026-01-09"), 200.0),
    ]


def test_land_of_two_projects_counts_once_from_the_day_both_have_it(sites: list[Site]) -> None:
    ours, theirs = make.reached("09/1/3", on="2026-01-05"), make.reached("17/1/1", on="2026-01-09", project="Q")
    found = series(make.memory(ours, theirs), sites)
    assert found.on(make.day("2026-01-05")) == 100.0
    assert found.on(make.day("2026-01-09")) == pytest.approx(100.0)
    assert found.on(make.day("2026-01-09"), "P") + found.on(make.day("2026-01-09"), "Q") == pytest.approx(200.0)


def test_a_day_before_the_year_has_no_series(sites: list[Site]) -> None:
    found = series(make.memory(make.reached("09/1/3", on="2025-05-05")), sites, on=make.day("2025-06-01"))
    assert found.total == () and found.on(make.day("2025-06-01")) == 0.0


def test_minutes_after_the_day_asked_about_are_not_seen(sites: list[Site]) -> None:
    store = make.memory(make.reached("09/1/3", on="2026-01-10"))
    assert series(store, sites, on=make.day("2026-01-09")).on(make.day("2026-01-31")) == 0.0


def test_the_required_pace_spreads_what_remains_over_the_days_left() -> None:
    end = make.day("2026-12-31")
    assert required_m2_a_day(300.0, make.day("2026-12-28"), end) == 100.0
    assert required_m2_a_day(0.0, end, end) == 0.0
    assert required_m2_a_day(1.0, end, end) is None
