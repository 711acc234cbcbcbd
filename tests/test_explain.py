"""A change of the counted figure is the exact sum of its causes."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import make
import pytest
from draws import DAYS, boxes
from hypothesis import given, settings
from hypothesis import strategies as st
from test_matters import payment
from test_stated import approval, count

from parkgis.errors import UsageError
from parkgis.explain import Cause, Change, Explanation, Part, end_of, explain, rounded, together
from parkgis.explain.figures import APPROVED, LEAST, MONEY, MOST
from parkgis.ledger.gpkg import GpkgStore
from parkgis.ledger.postgis import PostgisStore
from parkgis.model import Cut, Document, Event, Kind, mint
from parkgis.outputs import moved
from parkgis.outputs.difference import as_csv
from parkgis.status.definition import Definition
from parkgis.workspace import LayerVintage, Workspace, read_config, shipped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from parkgis.ledger.store import Store
    from parkgis.status import Site, Snapshot

FINAL = "handed_developer"
GRID = make.grid(3, 3)
HALVES = {"09/1/1a": (0.0, 0.0, 5.0, 10.0), "09/1/1b": (5.0, 0.0, 10.0, 10.0)}
FENCE = (3.0, 4.0, 26.0, 27.0)


class Small(Workspace):
    """A workspace in memory: project P, and Q beside it that claims some of its land.

    Its layers change at the hour ``fenced``: from then on P has a surveyed boundary.
    """

    def __init__(self, store: Store, sites: Sequence[Sequence[Site]], fenced: dt.datetime, *, approval: bool = False) -> None:
        self.config = self._written = dataclasses.replace(read_config(shipped() / "parkgis.toml"), approval=approval)
        self.clock = lambda: make.FOREVER
        self._sites, self._fenced = sites, fenced
        self.__dict__ |= {"store": store, "parks": (make.PARK,), "projects": tuple(s.project for s in sites[0])}

    def sites(self, known: dt.datetime) -> list[Site]:
        return list(self._sites[known >= self._fenced])

    def as_known(self, known: dt.datetime) -> Workspace:  # noqa: ARG002 - its files have no past
        return self

    def vintages(self, known: dt.datetime) -> dict[tuple[str, str], LayerVintage]:
        path = f"P-{known >= self._fenced}"
        return {("P", "parcels"): LayerVintage("P", "parcels", path, path, 0)}


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> list[list[Site]]:
    folders = [tmp_path_factory.mktemp("ground") for _ in range(3)]
    plain, fenced = (make.site(folder, GRID | HALVES, fence=fence) for folder, fence in zip(folders, (None, FENCE), strict=False))
    beside = make.grid(2, 1, west=20.0, commune="17")  # lies on the last column of P
    other = make.site(folders[2], beside, "Q", irregular=beside)
    return [[plain, other], [fenced, other]]


def world(ground: list[list[Site]], *events: Event, fenced: str = "2099-01-01", approval: bool = False) -> Small:
    """Return a workspace whose events were learned one a day from 1 January 2026."""
    return Small(make.memory(*events), ground, make.at(fenced), approval=approval)


def cut(on: str, known: str) -> Cut:
    return Cut(make.day(on), make.at(known))


def told(explanation: Explanation) -> dict[str, float]:
    """Return the parts that moved the total."""
    return {part.cause.value: part.area_m2 for part in explanation.total.parts if part.exact_m2}


def backing(explanation: Explanation, cause: Cause) -> list[tuple[str, int, float | None]]:
    part = next(p for p in explanation.total.parts if p.cause is cause)
    return [(paper.number, paper.entries, paper.stated_m2) for paper in part.papers]


def near(value: float) -> Any:
    return pytest.approx(value, abs=1e-6)


# -- one cause at a time -----------------------------------------------------------------------------------

MARCH, APRIL = "2026-03-31", "2026-04-30"
FIRST = make.reached("09/1/1", FINAL, "2026-03-02", paper="01/BB", area_m2=101.0)


def again(event: Event, **more: Any) -> Event:
    return dataclasses.replace(event, **{"id": f"{event.id}~2", **more})


def test_new_minutes(ground: list[list[Site]]) -> None:
    made = world(ground, FIRST, make.reached("09/1/2", FINAL, "2026-04-02", paper="02/BB", area_m2=99.0))
    found = explain(made, cut(MARCH, "2026-01-01T12:00"), cut(APRIL, "2026-06-01"))
    assert told(found) == {"new": near(100.0)}
    assert backing(found, Cause.NEW) == [("02/BB", 1, 99.0)]
    assert (found.heads, found.years) == ((1, 2), (2026, 2026))


def test_minutes_known_before_of_a_day_to_come_are_new(ground: list[list[Site]]) -> None:
    made = world(ground, FIRST, make.reached("09/1/2", FINAL, "2026-04-02", paper="02/BB"))
    found = explain(made, cut(MARCH, "2026-06-01"), cut(APRIL, "2026-06-01"))
    assert told(found) == {"new": near(100.0)}
    assert backing(found, Cause.NEW) == [("02/BB", 1, None)]


def test_late_minutes(ground: list[list[Site]]) -> None:
    late = [make.reached(key, FINAL, "2026-03-05", paper="03/BB", area_m2=90.0) for key in ("09/1/2", "09/1/4")]
    found = explain(world(ground, FIRST, *late), cut(MARCH, "2026-01-01T12:00"), cut(APRIL, "2026-06-01"))
    assert told(found) == {"late": near(200.0)}
    assert backing(found, Cause.LATE) == [("03/BB", 2, 180.0)]


def test_minutes_of_another_stage_are_no_cause(ground: list[list[Site]]) -> None:
    made = world(ground, FIRST, make.reached("09/1/2", "paid", "2026-03-05"))
    found = explain(made, cut(MARCH, "2026-01-01T12:00"), cut(APRIL, "2026-06-01"))
    assert told(found) == {}
    assert [part.papers for part in found.total.parts] == [()] * len(Cause)


def test_a_void(ground: list[list[Site]]) -> None:
    found = explain(world(ground, FIRST, make.void(FIRST)), cut(MARCH, "2026-01-01T12:00"), cut(MARCH, "2026-06-01"))
    assert told(found) == {"void": near(-100.0)}
    assert backing(found, Cause.VOID) == [("09/ĐC", 1, -101.0)]


def test_a_void_that_is_void_gives_back(ground: list[list[Site]]) -> None:
    void = make.void(FIRST)
    made = world(ground, FIRST, void, make.void(void))
    found = explain(made, cut(MARCH, "2026-01-02T12:00"), cut(MARCH, "2026-06-01"))
    assert told(found) == {"void": near(100.0)}


def test_what_came_and_went_in_between_is_no_cause(ground: list[list[Site]]) -> None:
    wrong = make.reached("09/1/2", FINAL, "2026-03-05")
    made = world(ground, FIRST, wrong, make.void(wrong))
    found = explain(made, cut(MARCH, "2026-01-01T12:00"), cut(MARCH, "2026-06-01"))
    assert told(found) == {}
    assert [part.papers for part in found.total.parts] == [()] * len(Cause)


@pytest.mark.parametrize(
    "instead",
    [
        again(FIRST, area_m2=99.0),  # the id that `record` gives to minutes that come again
        make.reached("09/1/1", FINAL, "2026-02-02", paper="77/BB"),  # same land and stage by another paper
    ],
)
def test_a_correction(ground: list[list[Site]], instead: Event) -> None:
    made = world(ground, FIRST, make.reached("09/1/3", FINAL, "2026-01-05"), make.void(FIRST), instead)
    found = explain(made, cut(MARCH, "2026-01-02T12:00"), cut(MARCH, "2026-06-01"))
    assert told(found) == {}, "as much as before, by other minutes"
    assert {number for number, _, _ in backing(found, Cause.CORRECTION)} == {"09/ĐC", instead.source.number}
    assert backing(found, Cause.VOID) == backing(found, Cause.LATE) == []


def test_a_correction_to_a_later_day_is_whole_once_that_day_has_come(ground: list[list[Site]]) -> None:
    made = world(ground, FIRST, make.void(FIRST), again(FIRST, day=make.day("2026-04-10")))
    whole = explain(made, cut(MARCH, "2026-01-01T12:00"), cut(APRIL, "2026-06-01"))
    assert told(whole) == {}
    half = explain(made, cut(MARCH, "2026-01-01T12:00"), cut(MARCH, "2026-06-01"))
    assert told(half) == {"correction": near(-100.0)}


def test_a_tranche_drawn_anew_from_the_same_minutes_is_a_correction(ground: list[list[Site]]) -> None:
    first = make.reached(stage=FINAL, tranche=(0, 0, 10, 10), area_m2=100.0)
    made = world(ground, first, make.void(first), make.reached(stage=FINAL, tranche=(0, 0, 10, 9), area_m2=90.0))
    found = explain(made, cut(MARCH, "2026-01-01T12:00"), cut(MARCH, "2026-06-01"))
    assert told(found) == {"correction": near(-10.0)}
    assert [stated for _, _, stated in backing(found, Cause.CORRECTION)] == [90.0, -100.0]


def test_a_boundary(ground: list[list[Site]]) -> None:
    layer = make.layer_entry("boundary:survey", "P-2.gpkg", "")
    made = world(ground, FIRST, layer, fenced="2026-01-02")
    found = explain(made, cut(MARCH, "2026-01-01T12:00"), cut(MARCH, "2026-06-01"))
    assert told(found) == {"layer": near(7.0 * 6.0 - 100.0)}
    assert backing(found, Cause.LAYER) == [("P-2.gpkg", 1, None)]


def test_minutes_on_the_land_of_a_new_layer_are_minutes(ground: list[list[Site]]) -> None:
    bare = [[dataclasses.replace(ground[0][0], layer=None), ground[0][1]], ground[0]]
    layer = make.layer_entry("parcels", "P-1.gpkg", "")
    made = world(bare, layer, FIRST, fenced="2026-01-01")
    made._fenced = make.at("2026-01-01") + dt.timedelta(hours=1)
    found = explain(made, cut(MARCH, "2025-12-31"), cut(MARCH, "2026-06-01"))
    assert told(found) == {"late": near(100.0)}


def test_a_confirmation(ground: list[list[Site]]) -> None:
    other = make.reached("09/1/2", FINAL, "2026-03-05")
    fresh = make.reached("09/1/3", FINAL, "2026-04-05")
    confirmed = [
        Event(
            id=mint("ok", e.id), kind=Kind.CONFIRMED, day=make.day("2026-05-01"), project="P", by="Bình",
            source=Document("05/XN", make.day("2026-05-01")), into=(e.id,),
        )
        for e in (FIRST, other, fresh)
    ]  # fmt: skip
    made = world(ground, FIRST, other, confirmed[0], confirmed[1], fresh, confirmed[2], approval=True)
    found = explain(made, cut(MARCH, "2026-01-03T12:00"), cut("2026-05-31", "2026-06-01"))
    assert told(found) == {"confirmed": near(100.0), "new": near(100.0)}
    assert found.total.exact_before_m2 == near(100.0)
    assert backing(found, Cause.CONFIRMED) == [("05/XN", 2, None)]


def test_a_definition(ground: list[list[Site]]) -> None:
    defined = Event(
        id="d", kind=Kind.DEFINED, day=make.day("2026-03-01"), project="", by="An",
        source=Document("01/QĐ", make.day("2026-03-01")), facts=Definition(stage="paid", version=2).facts(),
    )  # fmt: skip
    paid = make.reached("09/1/2", "paid", "2026-03-01"), make.reached("09/1/3", "paid", "2026-03-01")
    found = explain(world(ground, FIRST, *paid, defined), cut(MARCH, "2026-01-03T12:00"), cut(MARCH, "2026-06-01"))
    assert told(found) == {"definition": near(100.0)}
    assert backing(found, Cause.DEFINITION) == [("01/QĐ", 1, None)]


def test_the_passing_of_the_year(ground: list[list[Site]]) -> None:
    old = make.reached("09/1/2", FINAL, "2025-12-30"), make.reached("09/1/3", FINAL, "2025-12-30")
    made = world(ground, FIRST, *old)
    found = explain(made, cut("2025-12-31", "2026-06-01"), cut(MARCH, "2026-06-01"), (2025, 2026))
    assert told(found) == {"new": near(100.0), "year": near(-200.0)}
    assert found.years == (2025, 2026)


def test_land_of_two_projects_is_in_the_overlap(ground: list[list[Site]]) -> None:
    both = make.reached("09/1/3", FINAL, "2026-04-02"), make.reached("17/1/1", FINAL, "2026-04-03", project="Q")
    found = explain(world(ground, *both), cut(MARCH, "2025-12-31"), cut(APRIL, "2026-06-01"))
    assert told(found) == {"new": near(100.0)}
    assert {name: float(change.exact_after_m2) for name, change in found.projects.items()} == {"P": near(100.0), "Q": near(100.0)}
    assert float(found.overlap.exact_after_m2) == near(-100.0)


@pytest.mark.parametrize("kind", ["gpkg", "postgis"])
def test_every_store_tells_the_same(ground: list[list[Site]], tmp_path: Path, kind: str, request: pytest.FixtureRequest) -> None:
    late = make.reached("09/1/2", FINAL, "2026-03-05")
    tranche = make.reached(stage=FINAL, on="2026-04-02", tranche=(0, 20, 15, 30))
    events = [FIRST, late, make.split("09/1/5", *HALVES, on="2026-03-01"), make.void(FIRST), again(FIRST), make.void(late), tranche]
    store: Store = GpkgStore(tmp_path / "ledger.gpkg", make.clock())
    if kind == "postgis":
        store = PostgisStore(request.getfixturevalue("database"), make.clock())
    for event in events:
        store.append([event])
    asked = cut(MARCH, "2026-01-02T12:00"), cut(APRIL, "2026-06-01")
    found = [explain(world(ground, *events), *asked), explain(Small(store, ground, make.FOREVER), *asked)]
    assert found[0] == found[1]
    assert told(found[0]) == {"void": near(-100.0), "new": near(150.0)}


def test_backwards_is_refused(ground: list[list[Site]]) -> None:
    made = world(ground, FIRST)
    for late, early in (
        (cut(APRIL, "2026-06-01"), cut(MARCH, "2026-06-01")),
        (cut(MARCH, "2026-06-02"), cut(MARCH, "2026-06-01")),
    ):
        with pytest.raises(UsageError, match="backwards"):
            explain(made, late, early)


def test_nothing_changed(ground: list[list[Site]]) -> None:
    same = cut(MARCH, "2026-06-01")
    found = explain(world(ground, FIRST), same, same)
    assert (told(found), found.total.exact_m2, len(found.total.parts)) == ({}, Fraction(0), len(Cause))
    assert found.digests[0] == found.digests[1]


def test_a_day_is_known_at_its_own_end_in_hanoi(tmp_path: Path) -> None:
    asked = end_of(make.workspace(tmp_path / "w"), make.day("2026-06-30"))
    assert asked.known == make.at("2026-06-30T17:00") - dt.timedelta(microseconds=1)


# -- laws --------------------------------------------------------------------------------------------------

KEYS = st.sampled_from([*GRID, *HALVES, "99/9/9"])
WHOLES = st.builds(make.reached, KEYS, st.sampled_from(("paid", FINAL)), DAYS)
OTHERS = st.builds(make.reached, st.sampled_from(("17/1/1", "17/1/2")), st.just(FINAL), DAYS, project=st.just("Q"))
TRANCHES = st.builds(make.reached, stage=st.just(FINAL), on=DAYS, tranche=boxes())
MOMENTS = st.integers(0, 16).map(lambda days: (make.START + dt.timedelta(days=days, hours=-12)).isoformat()[:16])


@st.composite
def ledgers(draw: st.DrawFn) -> list[Event]:
    """Draw minutes, a split, voids of some, and some of these recorded again: in any order that can happen."""
    events = draw(st.lists(WHOLES | OTHERS | TRANCHES, max_size=8, unique_by=lambda e: e.id))
    if draw(st.booleans()):
        events.insert(draw(st.integers(0, len(events))), make.split("09/1/1", *HALVES, on=draw(DAYS)))
    for event in draw(st.lists(st.sampled_from(events), max_size=3, unique_by=lambda e: e.id)) if events else []:
        void = make.void(event)
        events.insert(draw(st.integers(events.index(event) + 1, len(events))), void)
        if draw(st.booleans()):
            events.insert(draw(st.integers(events.index(void) + 1, len(events))), again(event, day=make.day(draw(DAYS))))
    return events


@st.composite
def questions(draw: st.DrawFn) -> tuple[Cut, Cut]:
    days, hours = (sorted((draw(strategy), draw(strategy))) for strategy in (DAYS, MOMENTS))
    return cut(days[0], hours[0]), cut(days[1], hours[1])


def _ends(change: Change) -> tuple[float, float]:
    return float(change.exact_before_m2), float(change.exact_after_m2)


def everything(found: Explanation) -> list[Change]:
    return [found.total, found.overlap, *found.projects.values()]


@given(ledgers(), questions(), MOMENTS)
@settings(max_examples=60)
def test_the_parts_add_up_exactly(ground: list[list[Site]], events: list[Event], asked: tuple[Cut, Cut], fenced: str) -> None:
    made = world(ground, *events, fenced=fenced)
    found = explain(made, *asked)
    before, after = (made.snapshot(question) for question in asked)
    assert found.digests == (before.digest, after.digest)
    for change in everything(found):
        assert sum((part.exact_m2 for part in change.parts), Fraction(0)) == change.exact_m2
    assert _ends(found.total) == (before.counted.area_m2, after.counted.area_m2)
    for name, change in found.projects.items():
        assert _ends(change) == (before.project(name).counted.area_m2, after.project(name).counted.area_m2)
    for number, part in enumerate(found.total.parts):
        assert part.exact_m2 == sum(change.parts[number].exact_m2 for change in everything(found)[1:])


# -- money, households and counts ----------------------------------------------------------------------------


def _papers(found: Explanation, what: str) -> list[tuple[str, str, int]]:
    """Return what moved a figure of all projects: cause, document, by how much."""
    (one,) = (one for one in together(found.figures.values()) if one.what == what)
    assert sum(share.difference for share in one.shares) == one.difference
    return [(share.cause.value, share.number, share.difference) for share in one.shares]


def test_money_is_explained_document_by_document(ground: list[list[Site]]) -> None:
    first, wrong, twice = (payment(n, 1, on="2026-01-01", paper=f"{n}/DS") for n in (100, 20, 3))
    late, new = payment(7, 1, on="2026-01-02", paper="7/DS"), payment(50, 1, on="2026-01-20", paper="50/DS")
    right = again(twice, facts=(("amount_vnd", 5), ("households", 1)))
    void = make.void(wrong)
    made = world(ground, first, wrong, twice, void, late, new, make.void(twice), right)
    found = explain(made, cut("2026-01-10", "2026-01-03T12:00"), cut("2026-01-31", "2026-01-31"))
    assert _papers(found, MONEY) == [
        ("void", void.source.number, -20), ("correction", "3/DS", 2), ("late", "7/DS", 7), ("new", "50/DS", 50)
    ]  # fmt: skip
    (one,) = (one for one in found.figures["P"] if one.what == MONEY)
    assert (one.before, one.after) == (123, 162)
    rows = [row for row in csv.DictReader(io.StringIO(as_csv(found))) if row["figure"] == MONEY]
    assert [(row["project"], row["cause"], row["documents"], row["difference"], row["area_m2"]) for row in rows] == [
        (name, cause, paper, str(moved_by), "")
        for name in ("P", "total") for cause, paper, moved_by in _papers(found, MONEY)
    ]  # fmt: skip


def test_a_count_moves_by_the_document_that_replaces_it_and_its_void_gives_back(ground: list[list[Site]]) -> None:
    counts = [count("graves_moved", n, on=f"2026-01-0{d}", paper=f"{d}/BC") for d, n in ((1, 11), (2, 30), (3, 26))]
    made = world(ground, *counts, make.void(counts[2]))
    found = explain(made, cut("2026-01-01", "2026-01-01T12:00"), cut("2026-01-05", "2026-01-03T12:00"))
    assert _papers(found, "graves_moved") == [("new", "2/BC", 19), ("new", "3/BC", -4)]
    back = explain(made, cut("2026-01-05", "2026-01-03T12:00"), cut("2026-01-05", "2026-01-31"))
    assert [share[::2] for share in _papers(back, "graves_moved")] == [("void", 4)]


def test_bounds_of_households_move_each_for_itself(ground: list[list[Site]]) -> None:
    lists = [payment(1, n, on=f"2026-01-0{d}", paper=f"{d}/DS") for d, n in ((1, 120), (2, 90))]
    report = count("households_paid", 150, on="2026-01-03", paper="3/BC")
    found = explain(world(ground, *lists, report), cut("2026-01-01", "2026-01-01T12:00"), cut("2026-01-05", "2026-01-31"))
    assert _papers(found, MOST) == [("new", "2/DS", 90), ("new", "3/BC", -60)]
    assert _papers(found, LEAST) == [("new", "3/BC", 30)]
    assert {one.what for one in moved.changed(moved.known(found))} == {MONEY, LEAST, MOST}
    settled = explain(world(ground, lists[0], report), cut("2026-01-01", "2026-01-01T12:00"), cut("2026-01-05", "2026-01-31"))
    assert {one.what for one in moved.changed(moved.known(settled))} == {"households_paid"}, "alike: one figure"


PROJECTS = st.sampled_from(("P", "Q"))
PAYMENTS = st.builds(
    payment, st.integers(1, 9), st.integers(0, 5), DAYS, project=PROJECTS, paper=st.sampled_from("ABC"),
    parcel=st.sampled_from(("", "", "09/1/1", "09/1/2")),
)  # fmt: skip
PLANS = st.builds(approval, st.integers(1, 9), st.integers(0, 5), DAYS, project=PROJECTS, paper=st.sampled_from("DE"))
COUNTS = st.builds(
    count, st.sampled_from(("households_total", "households_paid", "graves_moved")), st.integers(0, 9), DAYS, st.sampled_from("FG"),
    project=PROJECTS,
)  # fmt: skip


@st.composite
def beside(draw: st.DrawFn) -> list[Event]:
    """Draw payments, plans and counts, voids of some, voids of these, and some recorded again."""
    events = draw(st.lists(PAYMENTS | PLANS | COUNTS, max_size=10, unique_by=lambda e: e.id))
    for event in draw(st.lists(st.sampled_from(events), max_size=4, unique_by=lambda e: e.id)) if events else []:
        void = make.void(event)
        events.append(void)
        events += draw(st.sampled_from(([], [make.void(void)], [again(event, day=make.day(draw(DAYS)))])))
    return events


@given(beside(), questions())
@settings(max_examples=150)
def test_the_other_figures_add_up_exactly_to_what_the_snapshots_say(
    ground: list[list[Site]], events: list[Event], asked: tuple[Cut, Cut]
) -> None:
    made = world(ground, *events)
    found = explain(made, *asked)
    ends = [made.snapshot(question) for question in asked]

    def said(end: Snapshot, name: str, what: str) -> int | None:
        matters = end.project(name).matters if name else end.matters
        homes = matters.homes.paid
        own: dict[str, int | None] = {
            MONEY: matters.paid.amount_vnd if matters.paid.entries else None, LEAST: homes.least if homes else None,
            APPROVED: matters.approved.amount_vnd if matters.approved.entries else None, MOST: homes.most if homes else None,
        }  # fmt: skip
        return own[what] if what in own else matters.count(what)

    for name, figures in [*found.figures.items(), ("", together(found.figures.values()))]:
        for one in figures:
            assert (one.before, one.after) == (said(ends[0], name, one.what), said(ends[1], name, one.what)), (name, one.what)
            assert sum(share.difference for share in one.shares) == one.difference
            assert all(share.difference and share.number for share in one.shares)


@given(ledgers(), questions(), st.booleans())
@settings(max_examples=50)
def test_a_kind_that_did_not_happen_is_zero(
    ground: list[list[Site]], events: list[Event], asked: tuple[Cut, Cut], fenced: bool
) -> None:
    a, b = asked
    made = world(ground, *events, fenced=f"{a.known:%Y-%m-%d}" if fenced else "2099-01-01")
    found = told(explain(made, a, b))
    learned = [e.event for e in made.store.events() if a.known < e.at <= b.known]
    bearing = [e for e in learned if e.kind is Kind.SPLIT or (e.kind is Kind.REACHED and e.stage == FINAL)]
    if not any(e.kind is Kind.VOID for e in learned):
        assert not {"void", "correction"} & set(found)
    if a.on == b.on:
        assert "new" not in found
    if not any(e.day <= a.on or e.kind is Kind.SPLIT for e in bearing):
        assert "late" not in found
    if made.vintages(a.known) == made.vintages(b.known):
        assert "layer" not in found
    assert not {"confirmed", "definition", "year"} & set(found)


@given(st.lists(WHOLES | OTHERS | TRANCHES, max_size=8, unique_by=lambda e: e.id), st.data(), questions())
@settings(max_examples=30)
def test_the_order_of_arrival_within_a_kind_does_not_matter(
    ground: list[list[Site]], events: list[Event], data: st.DataObject, asked: tuple[Cut, Cut]
) -> None:
    before = data.draw(st.integers(0, len(events)))
    moved = [*events[:before], *data.draw(st.permutations(events[before:]))]
    a, b = (
        dataclasses.replace(question, known=make.START + dt.timedelta(days=days - 0.5))
        for question, days in zip(asked, (before, 99), strict=True)
    )
    left, right = (explain(world(ground, *order), a, b) for order in (events, moved))
    for one, other in zip(everything(left), everything(right), strict=True):
        assert [p.area_m2 for p in one.parts] == near([p.area_m2 for p in other.parts])  # type: ignore[arg-type]
    assert [p.papers for p in left.total.parts] == [p.papers for p in right.total.parts]


NOISE = Fraction(1, 10**6)
"""What lies nearer to a tie than that, in units, prints as the tie."""
AREAS = st.floats(-1e7, 1e7, allow_subnormal=False).map(Fraction) | st.just(Fraction(0))


@given(st.fractions(0, 10**8), st.lists(AREAS, min_size=1, max_size=8), st.sampled_from([0.01, 100.0]))
def test_rounded_parts_add_up_to_the_rounded_difference(before: Fraction, areas: list[Fraction], unit: float) -> None:
    change = Change(before, before + sum(areas, Fraction(0)), tuple(Part(Cause.NEW, area, ()) for area in areas))
    first, last, parts = rounded(change, unit)
    assert sum(parts) == last - first
    if change.exact_after_m2 >= 0:  # no land is less than none; ties below would print away from those above
        for area, share in zip(areas, parts, strict=True):
            assert abs(share - area / Fraction(unit)) < 1 + NOISE


def test_rounding_shows_its_input() -> None:
    thirds = tuple(Part(cause, Fraction(10_000, 3), ()) for cause in (Cause.NEW, Cause.LATE, Cause.VOID))
    assert rounded(Change(Fraction(0), Fraction(10_000), thirds), 100.0) == (0, 100, [34, 33, 33])


def test_a_difference_is_that_of_the_printed_levels() -> None:
    """19.0650 ha and 23.4349 ha print as 19.07 and 23.43, 4.36 apart; rounded by itself it would be 4.37."""
    change = Change(Fraction(190_650), Fraction(234_349), (Part(Cause.NEW, Fraction(43_699), ()),))
    assert rounded(change) == (1907, 2343, [436])
    assert change.cents == 436
