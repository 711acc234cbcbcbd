"""The balance of a detailed plan: shares, least shares, lots ready, in part, blocked."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
import shapely
from test_blockers import cell, land

from parkgis.planning.land_use import balance, lots, use_of, uses

ON = dt.date(2026, 6, 30)


def test_shares_and_lots() -> None:
    ground = land([cell(0, 0, 5, 5), cell(5, 0, 5, 5)], [True, False])
    shapes = np.array([cell(0, 0, 4, 5), cell(4, 0, 4, 5), cell(8, 0, 2, 4.5), cell(8, 4.5, 2, 0.5)], dtype=object)
    found = lots(shapes, ["A", "B", "C", "D"], ["CN-01", "Cây xanh", "Giao thông", "?"], ground)
    assert [lot.state for lot in found] == ["ready", "part", "blocked", "blocked"]
    assert [lot.handed_m2 for lot in found] == pytest.approx([2000, 500, 0, 0])
    rows = {row.use: row for row in balance(found, ON)}
    assert list(rows) == ["industrial", "green", "transport", "technical", ""]
    assert [rows[use].share for use in rows] == pytest.approx([0.4, 0.4, 0.18, 0.0, 0.02])
    assert [rows[use].meets for use in rows] == [None, True, True, False, None]
    assert (rows["industrial"].ready, rows["green"].part, rows["transport"].blocked) == (1, 1, 1)


def test_ground_handed_over_twice_counts_once_and_a_plan_of_nothing_is_empty() -> None:
    ground = land([cell(0, 0, 2, 1), cell(1, 0, 2, 1)], [True, True])
    (lot,) = lots(np.array([cell(0, 0, 3, 1)], dtype=object), ["A"], ["CN"], ground)
    assert lot.handed_m2 == pytest.approx(300)
    none = np.empty(0, dtype=object)
    assert balance(lots(none, [], [], ground), ON)[0].share == 0
    (cross,) = lots(np.array([shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])], dtype=object), ["X"], ["CN"], ground)
    assert cross.state == "blocked"


def test_a_minimum_holds_from_its_day_and_says_whether_its_clause_was_read() -> None:
    green = next(use for use in uses() if use.code == "green")
    assert green.minimum_on(dt.date(2021, 7, 4)) is None
    assert green.minimum_on(ON) == 0.1
    assert all(use.citation for use in uses() if use.minimum is not None)
    assert not green.read


@pytest.mark.parametrize(
    ("text", "use"),
    [("ĐẤT KHO TÀNG", "warehouse"), ("HTKT-02", "technical"), ("Đất hành chính, dịch vụ", "administration"), ("", "")],
)
def test_uses_are_read_as_plans_write_them(text: str, use: str) -> None:
    assert use_of(text) == use
