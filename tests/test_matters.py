"""Obstacles, payments, plans and attestations beside the hectares; approval by a second person."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import make
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parkgis.model import Cut, Kind
from parkgis.outputs import matters as drawn
from parkgis.rules.obstacles import obstacle_codes
from parkgis.status import Matters, take
from parkgis.status.matters import gather, together

if TYPE_CHECKING:
    from pathlib import Path

    from parkgis.model import Event, Finding
    from parkgis.status import Site, Snapshot


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Four squares of 100 m2."""
    return make.site(tmp_path_factory.mktemp("matters"), make.grid(2, 2))


def matters(*events: Event, on: str = "2026-06-30") -> Matters:
    entries = make.memory(*events).standing(Cut(make.day(on), make.FOREVER), list(Kind))
    return gather(entries, make.day(on), 2026)


def obstacle(on: str = "2026-03-01", due: str = "", code: str = "graves", parcel: str = "", **more: Any) -> Event:
    return make.entry(
        Kind.OBSTACLE, on, facts={"code": code, "owner": "UBND xã"} | ({"due": due} if due else {}), parcel=parcel, **more
    )


def lifted(event: Event, on: str) -> Event:
    return make.entry(Kind.LIFTED, on, refers=event.id)


def payment(amount: int, households: int, on: str = "2026-03-01", **more: Any) -> Event:
    return make.entry(Kind.PAYMENT, on, facts={"amount_vnd": amount, "households": households}, **more)


def planned(month: str, area: float, baseline: int = 1, on: str = "2026-01-05", **more: Any) -> Event:
    return make.entry(Kind.PLANNED, on, facts={"month": month, "baseline": baseline}, area_m2=area, **more)


# -- obstacles -----------------------------------------------------------------------------------------------


def test_an_obstacle_is_open_from_its_day_until_it_is_lifted() -> None:
    raised = obstacle(on="2026-03-01")
    gone = lifted(raised, on="2026-05-10")
    for on, count in (("2026-02-28", 0), ("2026-03-01", 1), ("2026-05-09", 1), ("2026-05-10", 0)):
        assert len(matters(raised, gone, on=on).obstacles) == count, on


def test_a_void_lifting_leaves_the_obstacle_open() -> None:
    raised = obstacle()
    gone = lifted(raised, on="2026-05-10")
    assert len(matters(raised, gone, make.void(gone)).obstacles) == 1
    assert matters(raised, make.void(raised)).obstacles == ()


def test_an_obstacle_is_overdue_the_day_after_it_was_due_and_the_first_due_comes_first() -> None:
    late, soon, none = obstacle(due="2026-06-29"), obstacle(due="2026-06-30", code="dispute"), obstacle(code="other", note="?")
    found = matters(none, soon, late)
    assert [(o.code, o.overdue) for o in found.obstacles] == [("graves", True), ("dispute", False), ("other", False)]
    assert found.overdue == 1
    first = found.obstacles[0]
    assert (first.owner, first.due, first.since, first.document) == (
        "UBND xã",
        make.day("2026-06-29"),
        make.day("2026-03-01"),
        "11/BC",
    )


def test_the_list_of_obstacles_is_whole() -> None:
    codes = obstacle_codes()
    assert len(codes) == 19 and {"graves", "inheritance", "dispute", "defence_land", "resettlement_not_ready", "other"} <= set(
        codes
    )
    assert all(c.name("vi") and c.name("en") and c.owner("vi") and c.owner("en") for c in codes.values())
    assert [c.code for c in codes.values() if not c.blocks] == ["dispute"], "money is deposited, hand-over goes on"


# -- money ---------------------------------------------------------------------------------------------------


def test_payments_add_up_to_the_day() -> None:
    wrong = payment(999, 9, paper="3/UNC")
    events = [payment(1_500_000_000, 12), payment(268_340_000_000, 300, on="2026-05-01"), wrong, make.void(wrong)]
    assert matters(*events, on="2026-04-30").paid == matters(events[0]).paid
    paid = matters(*events).paid
    assert (paid.amount_vnd, paid.households, paid.entries) == (269_840_000_000, 312, 2)


# -- plans ---------------------------------------------------------------------------------------------------


def test_the_plan_by_month_runs_up_and_stands_against_the_day() -> None:
    events = [planned("2026-02", 100.0), planned("2026-04", 300.0), planned("2026-05", 50.0), planned("2025-12", 9.0)]
    found = matters(*events, on="2026-04-30")
    assert [(m.month, m.planned_m2, m.cumulative_m2) for m in found.plan] == [
        ("2026-02", 100.0, 100.0), ("2026-04", 300.0, 400.0), ("2026-05", 50.0, 450.0)
    ]  # fmt: skip
    assert (found.planned_to_date_m2, found.baseline) == (400.0, 1)
    assert matters(*events, on="2026-04-29").planned_to_date_m2 == 100.0, "April has not ended"


def test_the_newest_baseline_is_the_whole_plan() -> None:
    events = [planned("2026-02", 100.0), planned("2026-04", 300.0), planned("2026-09", 250.0, 2, on="2026-03-10", note="thiếu vốn")]
    assert [m.month for m in matters(*events, on="2026-03-09").plan] == ["2026-02", "2026-04"]
    after = matters(*events, on="2026-03-10")
    assert ([m.month for m in after.plan], after.baseline, after.planned_to_date_m2) == (["2026-09"], 2, 0.0)
    back = matters(*events, make.void(events[2], on="2026-03-11"))
    assert back.baseline == 1, "a void baseline leaves the one before"


AMOUNTS = st.lists(st.tuples(st.integers(1, 10**12), st.integers(0, 500)), max_size=5)
MONTHS = st.lists(st.tuples(st.integers(1, 12), st.integers(0, 10**6)), max_size=6, unique_by=lambda t: t[0])


@given(st.lists(st.tuples(AMOUNTS, MONTHS), min_size=1, max_size=3), st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)))
@settings(max_examples=50)
def test_the_province_is_the_sum_of_its_projects(projects: list[tuple[Any, Any]], on: dt.date) -> None:
    parts = [
        matters(
            *(payment(amount, households, on="2026-01-01", paper=str(n)) for n, (amount, households) in enumerate(paid)),
            *(planned(f"2026-{month:02}", float(area), on="2026-01-01") for month, area in months),
            on=on.isoformat(),
        )
        for paid, months in projects
    ]  # fmt: skip
    whole = together(parts, on)
    assert whole.paid.amount_vnd == sum(amount for paid, _ in projects for amount, _ in paid)
    assert whole.planned_to_date_m2 == pytest.approx(sum(part.planned_to_date_m2 for part in parts))
    assert sum(m.planned_m2 for m in whole.plan) == sum(area for _, months in projects for _, area in months)
    assert [m.month for m in whole.plan] == sorted({f"2026-{m:02}" for _, months in projects for m, _ in months})


def test_projects_parks_and_province_show_their_matters(tmp_path: Path) -> None:
    left, right = (make.site(tmp_path, make.grid(1, 1), id_=id_) for id_ in ("P", "Q"))
    store = make.memory(obstacle(), obstacle(project="Q", due="2026-04-01"), payment(5, 1), payment(7, 2, project="Q"))
    found = make.snapshot(store, left, right, on="2026-06-30")
    assert [p.matters.paid.amount_vnd for p in found.projects] == [5, 7]
    assert [o.project for o in found.matters.obstacles] == ["Q", "P"]
    assert found.parks[0].matters == found.matters
    assert "event_without_project" not in {f.code for f in found.findings}
    stray = make.snapshot(make.memory(payment(5, 1, project="Z")), left)
    assert [f.facts["project"] for f in stray.findings if f.code == "event_without_project"] == ["Z"]


def test_the_keys_of_the_contract() -> None:
    found = drawn.keys(matters(obstacle(due="2026-04-01", parcel="09/1/1"), payment(5, 1), planned("2026-05", 25_000.0)), "en")
    (raised,) = found["obstacles"]
    assert (raised["name"], raised["due"], raised["overdue"], raised["parcel"]) == (
        "Graves not moved",
        "2026-04-01",
        True,
        "09/1/1",
    )
    assert found["payments"] == {"amount_vnd": 5, "households": 1, "entries": 1}
    assert found["plan"]["months"] == [{"month": "2026-05", "planned_ha": 2.5, "cumulative_ha": 2.5}]
    assert json.loads(json.dumps(found)) == found


# -- attestations --------------------------------------------------------------------------------------------


def attested(area: float, tolerance: float = 1.0, on: str = "2026-03-31", stage: str = "handed_developer") -> Event:
    return make.entry(Kind.ATTESTED, on, stage=stage, area_m2=area, facts={"body": "UBND phường", "tolerance_m2": tolerance})


def broken(site: Site, *events: Event, on: str = "2026-06-30", **more: Any) -> list[Finding]:
    found = make.snapshot(make.memory(*events), site, on=on, **more)
    return [f for f in found.project("P").findings if f.code == "attestation_broken"]


def test_an_attestation_holds_every_later_fold(site: Site) -> None:
    handed = make.reached("09/1/1", on="2026-03-02")
    assert broken(site, handed, attested(100.5)) == [], "100 m2 is within one of 100.5"
    assert broken(site, handed, attested(101.0)) == [], "the tolerance itself is within"
    (finding,) = broken(site, handed, attested(101.2))
    facts = finding.facts
    assert (facts["attested_m2"], facts["counted_m2"], facts["tolerance_m2"]) == (101.2, pytest.approx(100.0), 1.0)
    assert facts["difference_m2"] == pytest.approx(-1.2)
    assert (facts["body"], finding.where) == ("UBND phường", "ledger:2")


def test_late_minutes_and_voids_break_it_afterwards(site: Site) -> None:
    """Sound when it was recorded; what is learned later moves the area of its day."""
    handed, certificate = make.reached("09/1/1", on="2026-03-02"), attested(100.0)
    assert broken(site, handed, certificate) == []
    later = make.reached("09/1/2", on="2026-03-30", paper="02/BB")
    (finding,) = broken(site, handed, certificate, later)
    assert finding.facts["counted_m2"] == pytest.approx(200.0)
    assert broken(site, handed, certificate, later, known=make.at("2026-01-02")) == [], "nobody knew then"
    assert broken(site, handed, certificate, make.reached("09/1/2", on="2026-04-01")) == [], "its day is past"
    assert len(broken(site, handed, certificate, make.void(handed))) == 1
    assert broken(site, handed, make.void(handed), certificate, make.void(certificate)) == []
    assert broken(site, certificate, on="2026-03-30") == [], "as of a day before it, it says nothing"


# -- a second person -----------------------------------------------------------------------------------------


def confirmed(*events: Event, by: str, on: str = "2026-03-05") -> Event:
    return make.entry(Kind.CONFIRMED, on, into=tuple(e.id for e in events), by=by)


def approved(site: Site, *events: Event) -> Snapshot:
    cut = Cut(make.day("2026-12-31"), make.FOREVER, confirmed_only=True)
    return take(make.memory(*events), [site], [make.PARK], cut, make.TARGET, demo=False)


def test_what_waits_for_a_second_person_is_shown_and_not_counted(site: Site) -> None:
    one, two = make.reached("09/1/1"), make.reached("09/1/2")
    for events, counted, proposed in [
        ((one, two), 0.0, 200.0),
        ((one, two, confirmed(one, by="An")), 0.0, 200.0),
        ((one, two, confirmed(one, by="Bình")), 100.0, 100.0),
        ((one, two, confirmed(one, two, by="Bình")), 200.0, 0.0),
        ((one, two, confirmed(one, by="Bình"), make.void(one)), 0.0, 100.0),
    ]:
        found = approved(site, *events)
        assert found.counted.area_m2 == pytest.approx(counted)
        assert found.proposed_m2 == pytest.approx(proposed)
        assert found.projects[0].proposed_m2 == found.parks[0].proposed_m2 == found.proposed_m2
    assert make.snapshot(make.memory(one, two), site).proposed_m2 == 0.0, "without approval nothing waits"


def test_obstacles_and_money_wait_for_nobody(site: Site) -> None:
    found = approved(site, obstacle(), payment(5, 1)).matters
    assert (len(found.obstacles), found.paid.amount_vnd) == (1, 5)
