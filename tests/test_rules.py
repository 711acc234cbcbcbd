"""Law as data: one counting stage, a partial order, dated limits that follow each other, land codes."""

from __future__ import annotations

import datetime as dt
import itertools

import make
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parkgis.errors import StageUnknown
from parkgis.rules import counting_stage, land_codes, limits, limits_on, stage, stages

CODES = ["notice", "inventory", "posted", "plan_approved", "paid", "recovered", "handed_user", "allocated", "handed_developer"]


def test_the_nine_stages_by_rank() -> None:
    assert [s.code for s in stages()] == CODES
    assert [s.rank for s in stages()] == list(range(1, 10))


def test_only_hand_over_to_the_developer_counts() -> None:
    assert [s.code for s in stages() if s.counts] == ["handed_developer"]
    assert counting_stage().code == "handed_developer"


def test_the_order_names_stages_that_exist_and_has_no_circle() -> None:
    before: dict[str, set[str]] = {}
    for found in stages():
        assert set(found.after) <= set(before), f"{found.code} comes after a stage of higher rank"
        before[found.code] = set(found.after).union(*(before[code] for code in found.after))
    assert "recovered" not in before["paid"] and "paid" not in before["recovered"]
    assert {"recovered", "handed_user"} <= before["handed_developer"]


def test_every_stage_says_itself_in_both_languages_and_names_its_law() -> None:
    for found in stages():
        assert found.name("vi") and found.name("en") and found.short("vi") and found.short("en") and found.law
        assert found.name("vi") != found.name("en")


def test_an_unknown_stage_is_named_with_the_known_ones() -> None:
    assert stage("paid").rank == 5
    with pytest.raises(StageUnknown, match=r"'cleared'.*notice, inventory"):
        stage("cleared")


# -- limits ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "limit", "days"),
    [
        ("2025-12-31", "notice_agri", 90), ("2026-01-01", "notice_agri", 60),
        ("2025-12-31", "notice_non_agri", 180), ("2026-01-01", "notice_non_agri", 120),
        ("2025-12-31", "posting", 30), ("2026-01-01", "posting", 10),
        ("2025-12-31", "dialogue", 60), ("2026-01-01", "dialogue", 30),
        ("2026-06-01", "payment", 30), ("2026-06-01", "recovery_decision", 10),
    ],
)  # fmt: skip
def test_limits_before_and_after_resolution_254(day: str, limit: str, days: int) -> None:
    (found,) = (x for x in limits_on(make.day(day)) if x.id == limit)
    assert found.days == days
    assert ("254/2025" in found.citation) == (day >= "2026" and limit in ("notice_agri", "notice_non_agri", "posting", "dialogue"))


def test_no_limit_before_the_land_law_of_2024() -> None:
    assert limits_on(dt.date(2024, 7, 31)) == ()


@given(st.dates(dt.date(2024, 1, 1), dt.date(2030, 1, 1)))
def test_at_most_one_row_of_a_limit_is_in_force(day: dt.date) -> None:
    ids = [limit.id for limit in limits_on(day)]
    assert len(ids) == len(set(ids))


def test_rows_of_one_limit_follow_each_other_without_a_gap() -> None:
    for _, rows in itertools.groupby(limits(), key=lambda x: x.id):
        for one, next_ in itertools.pairwise(rows):
            assert one.effective_to == next_.effective_from


def test_every_limit_is_well_formed() -> None:
    codes = {"", *CODES}
    for limit in limits():
        assert {limit.from_stage, limit.to_stage} <= codes
        assert (limit.days is None) != (limit.months is None)
        assert limit.kind in ("min", "max") and limit.applies in ("agri", "non_agri", "all")
        assert limit.counting == "calendar" and limit.citation and limit.vi and limit.en


# -- land codes --------------------------------------------------------------------------------------------


def test_land_codes_of_the_fields_and_the_park() -> None:
    known = {code.code: code for code in land_codes()}
    assert known["LUC"].land_class == "agri" and known["SKK"].land_class == "non_agri" and known["BCS"].land_class == "unused"
    assert {code.land_class for code in land_codes()} == {"agri", "non_agri", "unused"}
    assert len(known) == len(land_codes()), "no code twice"


def test_old_codes_lapse() -> None:
    old = next(code for code in land_codes() if code.code == "SMN")
    assert old.valid_on(dt.date(2024, 7, 31)) and not old.valid_on(dt.date(2024, 8, 1))
