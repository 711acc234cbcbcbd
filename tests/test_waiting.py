"""Land that stands still: whole parcels, not handed over, no step for a month."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import make
import pytest

from parkgis.planning.waiting import LEAST_DAYS, Waiting, waiting

if TYPE_CHECKING:
    from pathlib import Path

    from parkgis.model import Event

ON = "2026-06-30"


def asked(folder: Path, *events: Event, on: str = ON) -> tuple[Waiting, ...]:
    site = make.site(folder, make.grid(3, 1, 10.0))
    return waiting(make.snapshot(make.memory(*events), site, on=on))


def test_parcels_at_one_stage_stand_together_with_the_oldest_day(tmp_path: Path) -> None:
    keys = list(make.grid(3, 1, 10.0))
    found = asked(
        tmp_path,
        make.reached(keys[0], "notice", "2026-01-05"),
        make.reached(keys[0], "recovered", "2026-03-01"),
        make.reached(keys[1], "recovered", "2026-04-01"),
        make.reached(keys[2], "paid", "2026-02-01"),
    )
    assert [(w.stage, w.since.isoformat(), w.days, w.parcels) for w in found] == [
        ("paid", "2026-02-01", 149, 1),
        ("recovered", "2026-03-01", 121, 2),
    ]
    assert found[1].area_m2 == pytest.approx(200.0)


def test_land_handed_over_or_moved_within_the_month_does_not_wait(tmp_path: Path) -> None:
    keys = list(make.grid(3, 1, 10.0))
    recent = (dt.date.fromisoformat(ON) - dt.timedelta(days=LEAST_DAYS - 1)).isoformat()
    assert (
        asked(
            tmp_path,
            make.reached(keys[0], "recovered", "2026-01-05"),
            make.reached(keys[0], "handed_developer", "2026-02-05"),
            make.reached(keys[1], "recovered", recent),
        )
        == ()
    )


def test_of_two_steps_on_one_day_the_later_stage_is_the_last(tmp_path: Path) -> None:
    key = next(iter(make.grid(3, 1, 10.0)))
    found = asked(tmp_path, make.reached(key, "paid", "2026-02-01"), make.reached(key, "plan_approved", "2026-02-01"))
    assert [w.stage for w in found] == ["paid"]
