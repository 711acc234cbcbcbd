"""Legal limits against the days of a fold: late, near, waiting, too early, each by the law of the day its clock started."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import make
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parkgis.outputs.matters import overdue_csv, overdue_json
from parkgis.rules import land_class
from parkgis.rules.calendar import is_working_day
from parkgis.status.overdue import Overdue, deadlines
from parkgis.words.catalogue import Words

if TYPE_CHECKING:
    from pathlib import Path

    from parkgis.model import Event, Finding
    from parkgis.status import Site

CODES = {"09/1/1": "LUC", "09/1/2": "ONT", "09/1/3": "BCS", "09/1/4": "ONT+CLN"}
FIELD, HOUSE, UNUSED, UNCLEAR = CODES
HALVES = {"09/9/1": (0.0, 0.0, 5.0, 10.0), "09/9/2": (5.0, 0.0, 10.0, 10.0)}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Four squares of 100 m2: a field, a house, unused land, land of two kinds."""
    return _site(tmp_path_factory.mktemp("overdue"), make.grid(4, 1))


def _site(folder: Path, boxes: dict[str, make.Box]) -> Site:
    real = make.parcels

    def with_codes(*args: Any, **more: Any) -> Any:
        frame = real(*args, **more)
        frame["land_use"] = [CODES.get(key, "LUC") for key in frame["key"]]
        return frame

    make.parcels = with_codes
    try:
        return make.site(folder, boxes)
    finally:
        make.parcels = real


def held(site: Site, *events: Event, on: str, within: int = 10, authority: str = "") -> Overdue:
    store = make.memory(*events)
    return deadlines(make.snapshot(store, site, on=on), store, within, authority)


def told(site: Site, *events: Event, on: str, limit: str = "", **more: Any) -> list[tuple[str, str, str, int]]:
    """Return (state, limit, day, days) of every deadline, or of one limit."""
    found = held(site, *events, on=on, **more).deadlines
    return [(d.state, d.limit.id, d.due.isoformat(), d.days) for d in found if limit in ("", d.limit.id)]


# -- the clock -----------------------------------------------------------------------------------------------


def test_payment_is_due_thirty_days_after_approval_rolled_over_tet(site: Site) -> None:
    """15 January and 30 days is Saturday 14 February, and Tet follows."""
    approved = make.reached(FIELD, "plan_approved", "2026-01-15")
    for on, state in (
        ("2026-02-12", []),
        ("2026-02-13", [("near", "payment", "2026-02-23", 10)]),
        ("2026-02-23", [("near", "payment", "2026-02-23", 0)]),
        ("2026-02-24", [("late", "payment", "2026-02-23", 1)]),
    ):
        assert told(site, approved, on=on, limit="payment") == state, on
    assert told(site, approved, make.reached(FIELD, "paid", "2026-03-30"), on="2026-04-30", limit="payment") == []


@pytest.mark.parametrize(
    ("noticed", "key", "limit", "due"),
    [
        ("2025-12-31", FIELD, "notice_agri", "2026-03-31"),
        ("2026-01-01", FIELD, "notice_agri", "2026-03-02"),
        ("2025-12-31", HOUSE, "notice_non_agri", "2026-06-29"),
        ("2026-01-01", HOUSE, "notice_non_agri", "2026-05-01"),
    ],
)
def test_the_waiting_time_is_that_of_the_day_of_the_notice_and_of_the_land(
    site: Site, noticed: str, key: str, limit: str, due: str
) -> None:
    notice = make.reached(key, "notice", noticed)
    (found,) = [t for t in told(site, notice, on="2026-02-01") if t[0] == "waiting"]
    assert found == ("waiting", limit, due, (make.day(due) - make.day("2026-02-01")).days)
    assert told(site, notice, on=due) == [], "on that day the decision may be taken"


def test_land_without_a_class_is_judged_by_no_limit_that_needs_one(site: Site) -> None:
    events = [make.reached(key, "notice", "2026-01-05") for key in (UNUSED, UNCLEAR)]
    found = held(site, *events, on="2026-02-01")
    assert (found.deadlines, found.unclassified) == ((), 1), "unused land has no waiting time; two kinds on one paper are unclear"
    assert [land_class(CODES[key]) for key in CODES] == ["agri", "non_agri", "unused", ""]


def test_a_notice_lapses_after_a_year_unless_it_was_issued_again(site: Site) -> None:
    first, again = make.reached(FIELD, "notice", "2025-03-15"), make.reached(FIELD, "notice", "2026-02-10", paper="02/TB")
    assert told(site, first, on="2026-03-20") == [("late", "notice_validity", "2026-03-16", 4)], "15 March 2026 is a Sunday"
    assert told(site, first, again, on="2026-03-20") == [], "and a notice issued again starts no new waiting time"
    assert told(site, first, again, on="2027-02-15") == [("late", "notice_validity", "2027-02-12", 3)]


def test_a_deadline_over_expected_holidays_is_not_called_certain(site: Site) -> None:
    """Tet of 2027 is computed, not announced: 10 February 2027 lies in it."""
    (found,) = held(site, make.reached(FIELD, "notice", "2026-02-10"), on="2027-02-15").deadlines
    assert (found.due, found.certain) == (make.day("2027-02-12"), False)


def test_recovery_is_never_due_before_it_may_be_decided(site: Site) -> None:
    """Approved on 20 January: ten days. But the notice of 5 January makes the field wait until 6 March."""
    events = [make.reached(FIELD, "notice", "2026-01-05"), make.reached(FIELD, "plan_approved", "2026-01-20")]
    assert told(site, *events, on="2026-02-20", limit="recovery_decision") == []
    assert told(site, *events, on="2026-03-12", limit="recovery_decision") == [("late", "recovery_decision", "2026-03-06", 6)]


def test_the_authority_of_the_workspace_decides_on_recovery(site: Site) -> None:
    events = [make.reached(FIELD, "plan_approved", "2026-03-02")]
    found = {d.limit.id: d for d in held(site, *events, on="2026-06-30", authority="UBND tỉnh").deadlines}
    assert found["recovery_decision"].actor("vi", "UBND tỉnh") == "UBND tỉnh"
    assert found["recovery_decision"].actor("en") == "Competent Chairman"
    assert found["payment"].actor("vi", "UBND tỉnh") == "Đơn vị thực hiện bồi thường"
    assert found["payment"].step("en") == "Compensation paid"
    assert "Điều 94" in found["payment"].limit.citation


# -- whole parcels, tranches, splits ---------------------------------------------------------------------------


def test_a_parcel_paid_piece_by_piece_is_paid_with_the_last_piece(site: Site) -> None:
    approved = make.reached(FIELD, "plan_approved", "2026-03-02")
    half = make.reached(stage="paid", on="2026-03-20", tranche=(0, 0, 5, 10))
    rest = make.reached(stage="paid", on="2026-05-20", tranche=(5, 0, 10, 10))
    assert len(told(site, approved, half, on="2026-06-30", limit="payment")) == 1
    assert told(site, approved, half, rest, on="2026-06-30", limit="payment") == []


def test_the_clock_goes_on_through_a_split_and_a_merge(tmp_path: Path) -> None:
    site = _site(tmp_path, make.grid(2, 1) | HALVES)
    events = [make.reached("09/1/1", "plan_approved", "2026-03-02"), make.split("09/1/1", *HALVES, on="2026-03-10")]
    (found,) = [d for d in held(site, *events, on="2026-06-30").deadlines if d.limit.id == "payment"]
    assert (found.parcels, found.started) == (tuple(HALVES), make.day("2026-03-02"))
    assert found.area_m2 == pytest.approx(100.0)


# -- too early -----------------------------------------------------------------------------------------------


def early(site: Site, *events: Event, on: str = "2026-12-31") -> list[Finding]:
    found = make.snapshot(make.memory(*events), site, on=on).project("P").findings
    return [f for f in found if f.code.startswith("limit_")]


@pytest.mark.parametrize(
    ("key", "noticed", "recovered", "code"),
    [
        (FIELD, "2026-01-05", "2026-03-05", "limit_early"),
        (FIELD, "2026-01-05", "2026-03-06", ""),
        (HOUSE, "2026-01-05", "2026-03-06", "limit_early"),
        (HOUSE, "2026-01-05", "2026-05-05", ""),
        (FIELD, "2025-10-01", "2025-12-29", "limit_early"),
        (FIELD, "2025-12-01", "2026-02-10", "limit_transition"),
        (FIELD, "2025-12-01", "2026-01-20", "limit_early"),
        (FIELD, "2025-12-01", "2026-03-01", ""),
        (UNUSED, "2026-01-05", "2026-01-06", ""),
        (UNCLEAR, "2026-01-05", "2026-01-06", ""),
    ],
)
def test_recovery_before_the_waiting_time_is_a_finding(site: Site, key: str, noticed: str, recovered: str, code: str) -> None:
    found = early(site, make.reached(key, "notice", noticed), make.reached(key, "recovered", recovered))
    assert [f.code for f in found] == ([code] if code else [])


def test_the_finding_names_the_law_and_an_example(site: Site) -> None:
    events = [make.reached(FIELD, "notice", "2026-01-05"), make.reached(FIELD, "recovered", "2026-01-15")]
    (finding,) = early(site, *events)
    assert {"stage": "recovered", "earlier": "notice", "days": 60, "count": 1, "example": FIELD}.items() <= finding.facts.items()
    assert "254/2025" in finding.facts["citation"]
    assert told(site, *events, on="2026-06-30", limit="notice_agri") == [("early", "notice_agri", "2026-03-06", 50)]


def test_approval_before_the_posting_ended_is_one_too(site: Site) -> None:
    posted = make.reached(UNCLEAR, "posted", "2026-03-02")
    assert [f.facts["days"] for f in early(site, posted, make.reached(UNCLEAR, "plan_approved", "2026-03-11"))] == [10]
    assert early(site, posted, make.reached(UNCLEAR, "plan_approved", "2026-03-12")) == []


def test_land_codes_are_read_only_where_two_days_lie_close(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """`status` of 100,000 parcels must not read what it does not need."""
    assert site.layer is not None
    monkeypatch.setattr(type(site.layer), "land_uses", lambda _self: pytest.fail("read"))
    make.snapshot(
        make.memory(
            make.reached(FIELD, "notice", "2025-01-05"), make.reached(FIELD, "recovered", "2025-08-05"), make.reached(HOUSE)
        ),
        site,
    )


# -- laws ----------------------------------------------------------------------------------------------------

DAYS = st.dates(make.day("2024-08-01"), make.day("2026-12-31")).map(str)
TIMED = st.sampled_from(["notice", "posted", "plan_approved", "paid", "recovered"])
HISTORIES = st.lists(
    st.builds(make.reached, st.sampled_from(list(CODES)), TIMED, DAYS),
    max_size=10, unique_by=lambda e: e.id,
)  # fmt: skip


@given(HISTORIES, st.dates(make.day("2024-08-01"), make.day("2027-06-30")).map(str), st.integers(0, 40))
@settings(max_examples=60)
def test_every_deadline_is_what_it_says(site: Site, events: list[Event], on: str, within: int) -> None:
    today = make.day(on)
    for found in held(site, *events, on=on, within=within).deadlines:
        assert found.started <= today and found.days >= 0 and found.parcels
        assert found.limit.in_force(found.started)
        if found.limit.kind == "max":
            assert is_working_day(found.due)
        left = (found.due - today).days
        assert {"late": left == -found.days < 0, "near": left == found.days <= within, "waiting": left == found.days > 0}.get(
            found.state, found.limit.kind == "min"
        )


# -- as data -------------------------------------------------------------------------------------------------


def test_json_and_csv(site: Site) -> None:
    found = held(
        site, *(make.reached(key, "plan_approved", "2026-03-02") for key in (FIELD, HOUSE)), on="2026-06-30", authority="=1+1"
    )
    body = json.loads(overdue_json(found, Words("en")))["parkgis.overdue/v1"]
    payment = next(d for d in body["deadlines"] if d["limit"] == "payment")
    assert (payment["state"], payment["due"], payment["days"], payment["parcels"]) == ("late", "2026-04-01", 90, [FIELD, HOUSE])
    assert payment["citation"] == "khoản 3, khoản 4 Điều 94 Luật Đất đai 2024"
    rows = list(csv.DictReader(io.StringIO(overdue_csv(found, Words("vi")))))
    assert {(r["parcel"], r["limit"]) for r in rows} == {(k, x) for k in (FIELD, HOUSE) for x in ("payment", "recovery_decision")}
    assert {r["actor"] for r in rows if r["limit"] == "recovery_decision"} == {"'=1+1"}, "text stays text in a spreadsheet"
