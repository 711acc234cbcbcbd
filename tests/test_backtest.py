"""Past month-ends replayed with what was known then; coverage and calibration."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import make
import numpy as np
import pytest
import ways

from parkgis import demo
from parkgis.outputs.outlook import sentences
from parkgis.planning.backtest import Backtest, Bands, Replay, backtest, judge, month_ends, replay
from parkgis.planning.outlook import find_goal, outlook, summary
from parkgis.status.fold import number
from parkgis.words.catalogue import Words
from parkgis.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from parkgis.model import Cut

ON = dt.date(2026, 6, 30)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return demo.make(tmp_path_factory.mktemp("back") / "w", parcels=400)


def cut(made: Workspace) -> Cut:
    return made.cut(ON, dt.datetime(2026, 7, 1, tzinfo=dt.UTC))


def test_month_ends_lie_between_the_first_step_and_some_weeks_before_the_last() -> None:
    assert month_ends(dt.date(2026, 1, 15), dt.date(2026, 4, 22)) == [
        dt.date(2026, 1, 31),
        dt.date(2026, 2, 28),
        dt.date(2026, 3, 31),
    ]
    assert month_ends(dt.date(2026, 1, 15), dt.date(2026, 2, 10)) == []
    assert len(month_ends(dt.date(2020, 1, 15), dt.date(2026, 4, 22))) == 18


def test_a_replay_lays_what_came_beside_what_was_forecast() -> None:
    whole = ways.grown(11)
    then, truth = ways.known(whole, dt.date(2026, 3, 31)), ways.known(whole, ON)
    (one,) = replay(then, truth, dt.date(2026, 3, 31), [ON], 1)
    came = sum(t.area_m2[(t.days[-1] > number(dt.date(2026, 3, 31))) & (t.days[-1] <= number(ON))].sum() for t in whole)
    assert one.came_m2 == pytest.approx(float(came)) and list(one.bands) == sorted(one.bands)


def test_projects_begun_later_are_beside_and_not_in_the_truth() -> None:
    whole = ways.grown(11)
    late = dataclasses.replace(whole[0], project="Q", days=np.where(whole[0].days < 10**6, whole[0].days + 300, whole[0].days))
    both = [*whole, late]
    (one,) = replay(ways.known(both, dt.date(2025, 12, 31)), ways.known(both, ON), dt.date(2025, 12, 31), [ON], 1)
    handed = float(late.area_m2[late.days[-1] <= number(ON)].sum())
    assert one.later_m2 == pytest.approx(handed)


def test_too_little_to_go_by_is_no_replay() -> None:
    assert replay([ways.travel("P", (3, 10.0, ways.way()))], [], ON, [ways.LAST], 1) == []
    assert judge([]) == Backtest()


def _rows(came: float, months: int) -> list[Replay]:
    bands = Bands(80.0, 90.0, 100.0, 110.0, 120.0)
    return [Replay(dt.date(2026, month, 28), ON, bands, came, 0.0) for month in range(1, months + 1)]


def test_coverage_and_calibration() -> None:
    good, bad = judge(_rows(105.0, 5)), judge(_rows(160.0, 5))
    assert (good.covered_80, good.covered_50, good.calibration) == (1.0, 1.0, 1.0)
    assert bad.covered_80 == 0.0 and bad.bias == pytest.approx(-0.375)
    assert bad.calibration == pytest.approx(3 ** (5 / 11)), "three times too narrow, believed as far as five months go"
    assert judge(_rows(160.0, 1)).calibration < bad.calibration


def test_a_workspace_is_replayed_with_what_was_known_then(made: Workspace) -> None:
    found = backtest(made, cut(made))
    assert found.months >= 5 and found.pairs > found.months
    assert max(r.to for r in found.replays) <= ON


def test_nothing_known_later_changes_a_forecast(tmp_path: Path) -> None:
    """The trap: hand-overs of the past, learned after the hour asked about."""
    made = demo.make(tmp_path / "w", parcels=100)
    goal = find_goal(made, made.snapshot(cut(made)), "")
    before = outlook(made, made.snapshot(cut(made)), goal, draws=200)
    keys = next(p.fold.columns.keys for p in made.snapshot(cut(made)).projects if p.parcels)
    project = next(p.project.id for p in made.snapshot(cut(made)).projects if p.parcels)
    late = Workspace(made.root, make.clock(start=dt.datetime(2026, 11, 20, tzinfo=dt.UTC), step=dt.timedelta(seconds=1)))
    late.store.append([make.reached(key, "handed_developer", "2026-05-05", project=project, paper="99/BB") for key in keys])
    assert outlook(late, late.snapshot(cut(made)), goal, draws=200) == before
    told = outlook(late, late.snapshot(late.cut(ON)), goal, draws=200, replay=False)
    assert told.plain.counted_m2 > before.plain.counted_m2, "the trap would have changed it"


def test_the_summary_stands_with_its_test(made: Workspace) -> None:
    snapshot = made.snapshot(cut(made))
    found = summary(outlook(made, snapshot, find_goal(made, snapshot, ""), draws=200))
    lines = sentences(found, Words("vi"))
    assert "8 trường hợp nằm từ" in lines[1] and "Kiểm chứng bằng quá khứ" in lines[2] and "vẫn thiếu" in lines[3]
    assert found.target_m2 == 3e6 and found.months >= 5 and found.covered_80 is not None and found.calibration >= 1.0
    assert found.probability == 0.0 and found.notes[0][0] == "impossible"
