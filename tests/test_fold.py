"""The columns of a fold: who reached what when, splits, the partial order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import make
import numpy as np
import pytest

from parkgis.errors import StageUnknown
from parkgis.layers.vintage import ParcelColumns
from parkgis.model import Cut
from parkgis.rules import stages
from parkgis.status import take
from parkgis.status.fold import NEVER, Fold, date, fold, number, order_findings, row_of
from parkgis.status.whole import Reading

if TYPE_CHECKING:
    from parkgis.model import Event
    from parkgis.status import Site, Snapshot

KEYS = ["a/1/1", "a/1/2", "a/1/3", "a/1/4", "a/1/5"]
COLUMNS = ParcelColumns(KEYS, ("a",), np.zeros(5, np.int32), np.full(5, 100.0), np.zeros(5, bool))


def folded(*events: Event, on: str = "2026-12-31") -> tuple[Fold, list[tuple[str, object]]]:
    store = make.memory(*events)
    cut = Cut(make.day(on), make.FOREVER)
    splits = [e for e in store.drawn(Cut(make.day("2099-01-01"), make.FOREVER)) if e.event.kind in ("split", "merge")]
    result, findings = fold(COLUMNS, Reading(store, cut).held(cut).get("P", []), splits, cut.on)
    return result, [(f.code, f.facts["key"]) for f in findings]


def first_days(result: Fold, stage: str) -> list[str]:
    return ["" if d == NEVER else str(date(d)) for d in result.days[row_of(stage)]]


def test_day_numbers_go_there_and_back() -> None:
    assert number(make.day("1970-01-02")) == 1
    assert date(number(make.day("2026-02-28"))) == make.day("2026-02-28")


def test_the_first_day_holds_whatever_arrives_later() -> None:
    result, _ = folded(make.reached("a/1/1", "paid", "2026-03-05"), make.reached("a/1/1", "paid", "2026-03-02"))
    assert first_days(result, "paid") == ["2026-03-02", "", "", "", ""]


def test_reached_by_a_day() -> None:
    result, _ = folded(make.reached("a/1/1", "paid", "2026-03-05"), make.reached("a/1/2", "paid", "2026-03-06"))
    assert result.reached("paid").tolist() == [True, True, False, False, False]
    assert result.reached("paid", number(make.day("2026-03-05"))).tolist() == [True, False, False, False, False]


def test_newest_is_the_highest_rank_not_the_latest_day() -> None:
    high, late = make.reached("a/1/1", "handed_developer", "2026-01-05"), make.reached("a/1/1", "notice", "2026-02-05")
    result, _ = folded(high, late, make.reached("a/1/2", "paid"))
    codes = [stages()[row].code if row >= 0 else "" for row in result.newest()]
    assert codes == ["handed_developer", "paid", "", "", ""]


def test_keys_the_layer_does_not_hold_are_told_in_order() -> None:
    _, findings = folded(make.reached("z/9/9"), make.reached("a/1/1"), make.reached("b/1/1"), make.reached("b/1/1", "paid"))
    assert findings == [("event_without_parcel", "b/1/1"), ("event_without_parcel", "z/9/9")]


def test_a_split_hands_its_history_down_and_its_parts_are_not_there_before() -> None:
    events = [
        make.reached("a/1/1", "notice", "2026-01-05"),
        make.split("a/1/1", "a/1/4", "a/1/5", on="2026-02-01"),
        make.reached("a/1/4", "paid", "2026-02-02"),
    ]
    before, _ = folded(*events, on="2026-01-31")
    after, _ = folded(*events)
    assert before.active.tolist() == [True, True, True, False, False]
    assert after.active.tolist() == [False, True, True, True, True]
    assert first_days(after, "notice") == ["2026-01-05", "", "", "2026-01-05", "2026-01-05"]
    assert first_days(after, "paid") == ["", "", "", "2026-02-02", ""]


def test_a_part_may_be_split_again() -> None:
    events = [
        make.split("a/1/2", "a/1/4", "a/1/5", on="2026-03-01"),
        make.split("a/1/1", "a/1/2", "a/1/3", on="2026-02-01"),
        make.reached("a/1/1", "notice", "2026-01-05"),
    ]
    for on, active in (("2026-01-31", "1"), ("2026-02-15", "23"), ("2026-03-01", "345")):
        assert [KEYS[i][-1] for i in np.flatnonzero(folded(*events, on=on)[0].active)] == list(active)
    assert first_days(folded(*events)[0], "notice")[2:] == ["2026-01-05"] * 3


def test_a_split_into_parcels_the_layer_lacks_leaves_the_land_where_it_was() -> None:
    result, findings = folded(make.split("a/1/1", "a/9/8", "a/9/9", on="2026-02-01"))
    assert result.active.all()
    assert findings == [("event_without_parcel", "a/9/8"), ("event_without_parcel", "a/9/9")]


def test_a_merge_reached_what_its_last_part_did_and_is_not_there_before() -> None:
    events = [
        make.reached("a/1/1", "notice", "2026-01-05"),
        make.reached("a/1/2", "notice", "2026-01-09"),
        make.reached("a/1/1", "paid", "2026-01-20"),
        make.merge("a/1/1", "a/1/2", into="a/1/5", on="2026-02-01"),
        make.reached("a/1/5", "recovered", "2026-02-02"),
    ]
    before, _ = folded(*events, on="2026-01-31")
    after, _ = folded(*events)
    assert before.active.tolist() == [True, True, True, True, False]
    assert after.active.tolist() == [False, False, True, True, True]
    assert first_days(after, "notice")[4] == "2026-01-09"
    assert first_days(after, "paid")[4] == ""
    assert first_days(after, "recovered")[4] == "2026-02-02"
    assert before.kept == ()
    assert [(k.row, stages()[k.stage].code, str(date(k.day)), k.heirs) for k in after.kept] == [
        (0, "notice", "2026-01-05", (4,)), (0, "paid", "2026-01-20", (4,))
    ]  # fmt: skip


def test_what_a_merged_part_had_reached_goes_to_the_parts_of_a_later_split() -> None:
    events = [
        make.reached("a/1/1", "paid", "2026-01-05"),
        make.merge("a/1/1", "a/1/2", into="a/1/3", on="2026-02-01"),
        make.split("a/1/3", "a/1/4", "a/1/5", on="2026-03-01"),
    ]
    assert [k.heirs for k in folded(*events, on="2026-02-28")[0].kept] == [(2,)]
    result, _ = folded(*events)
    assert [k.heirs for k in result.kept] == [(3, 4)]
    assert [KEYS[i] for i in np.flatnonzero(result.active)] == ["a/1/4", "a/1/5"]


def test_a_merge_into_a_parcel_the_layer_lacks_leaves_the_land_where_it_was() -> None:
    result, findings = folded(make.merge("a/1/1", "a/1/2", into="a/9/9", on="2026-02-01"))
    assert result.active.all() and result.kept == ()
    assert findings == [("event_without_parcel", "a/9/9")]


def test_recovery_and_payment_have_no_order() -> None:
    """Land Law 2024 art. 87(5): either may come first."""
    for first, second in (("paid", "recovered"), ("recovered", "paid")):
        path = ["notice", "inventory", "posted", "plan_approved", first, second]
        result, _ = folded(*(make.reached("a/1/1", stage, f"2026-01-{day:02d}") for day, stage in enumerate(path, 1)))
        assert order_findings(result) == []


def test_a_stage_on_the_day_of_the_one_before_is_in_order() -> None:
    result, _ = folded(make.reached("a/1/1", "notice"), make.reached("a/1/1", "inventory"))
    assert order_findings(result) == []


def test_what_was_struck_out_by_a_split_is_not_judged() -> None:
    result, _ = folded(make.reached("a/1/1", "paid", "2026-01-05"), make.split("a/1/1", "a/1/4", "a/1/5", on="2026-02-01"))
    (finding,) = order_findings(result)
    assert (finding.code, finding.facts["count"], finding.facts["example"]) == ("stage_without", 2, "a/1/4")


def test_rows_are_the_stages_by_rank() -> None:
    assert [row_of(code) for code in make.STAGES] == list(range(len(make.STAGES)))
    with pytest.raises(StageUnknown):
        row_of("gone")


def test_a_fold_is_frozen() -> None:
    result, _ = folded()
    with pytest.raises(AttributeError):
        result.active = np.zeros(5, bool)  # type: ignore[misc]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A layer that holds a parcel and the two it was split into, and one beside; nothing flags them."""
    boxes = {"09/1/1": (0, 0, 20, 10), "09/2/1": (0, 0, 8, 10), "09/2/2": (8, 0, 20, 10), "09/1/3": (20, 0, 30, 10)}
    return make.site(tmp_path_factory.mktemp("both"), boxes)


SPLIT = make.split("09/1/1", "09/2/1", "09/2/2", on="2026-02-01")


def handed(*keys: str) -> list[Event]:
    return [make.reached(key, "handed_developer", "2026-03-01", area_m2=1.0) for key in keys]


@pytest.mark.parametrize(
    ("keys", "area_m2", "parcels", "told"),
    [
        (["09/1/1"], 200.0, 2, False),
        (["09/2/1", "09/2/2"], 200.0, 4, True),
        (["09/1/1", "09/2/1", "09/2/2"], 200.0, 4, True),
        (["09/1/1", "09/2/1"], 200.0, 3, True),
        (["09/2/1", "09/1/3"], 180.0, 3, True),
    ],
)
def test_a_voided_split_counts_no_ground_twice(both: Site, keys: list[str], area_m2: float, parcels: int, told: bool) -> None:
    snapshot = make.snapshot(make.memory(SPLIT, *handed(*keys), make.void(SPLIT)), both)
    assert snapshot.counted.area_m2 == pytest.approx(area_m2)
    project = snapshot.project("P")
    assert project.parcels == parcels
    assert ("lineage_unheld" in {f.code for f in project.findings}) is told
    assert sum(areas[-1].area_m2 for areas in project.communes.values()) == pytest.approx(area_m2)


def test_an_unconfirmed_merge_counts_no_ground_twice(both: Site) -> None:
    merge = make.merge("09/2/1", "09/2/2", into="09/1/1", on="2026-02-01")
    store = make.memory(merge, *handed("09/2/1", "09/1/1"))

    def asked(**more: Any) -> Snapshot:
        return take(store, [both], [make.PARK], Cut(make.day("2026-12-31"), make.FOREVER, **more), make.TARGET, demo=False)

    waiting = asked(confirmed_only=True)
    assert waiting.counted.area_m2 == 0.0
    assert waiting.proposed_m2 == pytest.approx(200.0)
    assert asked(without=frozenset({1})).counted.area_m2 == pytest.approx(200.0)


def test_a_voided_split_that_nobody_used_leaves_the_old_parcel_alone(both: Site) -> None:
    snapshot = make.snapshot(make.memory(SPLIT, make.void(SPLIT)), both)
    assert snapshot.project("P").parcels == 2
    assert snapshot.project("P").parcels_m2 == pytest.approx(300.0)
