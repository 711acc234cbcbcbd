"""The laws of status: every fold equals a brute force over plain dicts and one union of shapes."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from typing import TYPE_CHECKING, Any

import make
import pytest
import shapely
from draws import DAYS, boxes
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from parkgis.errors import CrsMixed, StageUnknown
from parkgis.ledger import MemoryStore
from parkgis.model import Kind
from parkgis.status.patches import WHOLE_SHARE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

    from parkgis.model import Event, Finding
    from parkgis.status import Site, Snapshot

FINAL = "handed_developer"
FEW = ("notice", "paid", FINAL)
HALVES = {"09/1/1a": (0.0, 0.0, 5.0, 10.0), "09/1/1b": (5.0, 0.0, 10.0, 10.0)}


# -- small worlds, written once ----------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, repr=False)
class World:
    """A project's ground and, beside it, the same ground as plain shapes."""

    site: Site
    boxes: Mapping[str, make.Box]
    fence: make.Box | None = None

    def shape(self, box: make.Box) -> BaseGeometry:
        return shapely.intersection(make.land(box), make.land(self.fence)) if self.fence else make.land(box)


def two_communes() -> dict[str, make.Box]:
    """Three columns by three rows of 10 m; the top row lies in another commune."""
    return make.grid(3, 2) | make.grid(3, 1, south=20.0, commune="17")


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, World]:
    def world(boxes: dict[str, make.Box], irregular: Iterable[str] = (), fence: make.Box | None = None) -> World:
        site = make.site(tmp_path_factory.mktemp("world"), boxes, irregular=irregular, fence=fence)
        return World(site, boxes, fence)

    plain = two_communes()
    lapping = plain | {"09/2/1": (5.0, 5.0, 15.0, 15.0)}
    return {
        "plain": world(plain),
        "fenced": world(plain, fence=(3.0, 4.0, 26.0, 27.0)),
        "overlapping parcels": world(lapping, ["09/2/1", "09/1/1", "09/1/2", "09/1/4", "09/1/5"], (2.0, 2.0, 40.0, 40.0)),
        "split, parts flagged": world(plain | HALVES, ["09/1/1", *HALVES]),
        "split, fenced": world(plain | HALVES, (), (3.0, 4.0, 26.0, 27.0)),
        "no parcels": world({}),
        "no parcels, fenced": world({}, (), (3.0, 4.0, 26.0, 27.0)),
    }


WORLDS = ["plain", "fenced", "overlapping parcels", "split, parts flagged", "split, fenced", "no parcels", "no parcels, fenced"]

# -- random histories --------------------------------------------------------------------------------------

KEYS = st.sampled_from([*two_communes(), *HALVES, "09/2/1", "99/9/9"])
TRANCHES = st.builds(make.reached, stage=st.sampled_from(FEW), on=DAYS, tranche=boxes())
WHOLES = st.builds(make.reached, KEYS, st.sampled_from(FEW), DAYS)
ALONE = st.builds(make.reached, stage=st.sampled_from(FEW), on=DAYS, area_m2=st.just(77.0))


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Draw whole parcels, tranches, areas alone, at most one split, and voids of any of them."""
    events = draw(st.lists(WHOLES | TRANCHES | ALONE, max_size=10, unique_by=lambda e: e.id))
    if draw(st.booleans()):
        events.insert(0, make.split("09/1/1", *HALVES, on=draw(DAYS)))
    struck = draw(st.lists(st.sampled_from(events), max_size=2, unique_by=lambda e: e.id)) if events else []
    return [*events, *map(make.void, struck)]


# -- the brute force ---------------------------------------------------------------------------------------


class Brute:
    """Say the same of a world with dicts, loops and one union a question."""

    def __init__(self, world: World, events: Sequence[Event], on: dt.date) -> None:
        self.world = world
        struck = {e.refers for e in events if e.kind is Kind.VOID}
        standing = [e for e in events if e.id not in struck and e.kind is not Kind.VOID and e.day <= on]
        there = {e.parcel for e in events if e.kind is Kind.SPLIT and e.id not in struck and set(HALVES) <= set(world.boxes)}
        happened = {e.parcel for e in standing if e.kind is Kind.SPLIT} & there
        self.reached = [e for e in standing if e.kind is Kind.REACHED]
        self.hidden = (set(happened) if happened else set(HALVES) if there else set()) & set(world.boxes)
        if any(e.kind is Kind.SPLIT and e.id in struck for e in events):  # its parts are there only if something speaks of them
            self.hidden |= {key for key in HALVES if key in world.boxes} - {e.parcel for e in self.reached}
        self.heirs = {key: ("09/1/1", key) for key in HALVES} if happened else {}
        self.active = [key for key in world.boxes if key not in self.hidden]

    def tranches(self, stage: str, by: dt.date) -> BaseGeometry:
        drawn = [e for e in self.reached if e.geometry and e.stage == stage and e.day <= by]
        return shapely.union_all([self.world.shape(_box(e)) for e in drawn])

    def whole(self, stage: str, by: dt.date) -> set[str]:
        named = {e.parcel for e in self.reached if e.parcel and e.stage == stage and e.day <= by}
        return {key for key in self.active if named & {*self.heirs.get(key, (key,))}}

    def covers(self, stage: str, by: dt.date) -> dict[str, BaseGeometry]:
        """Return for every active parcel the part of it that reached the stage."""
        drawn, whole = self.tranches(stage, by), self.whole(stage, by)
        shapes = {key: self.world.shape(self.world.boxes[key]) for key in self.active}
        return {key: shape if key in whole else shapely.intersection(shape, drawn) for key, shape in shapes.items()}

    def land(self, stage: str, by: dt.date) -> BaseGeometry:
        return shapely.union_all([*self.covers(stage, by).values(), self.tranches(stage, by)])

    def parcels(self, stage: str, by: dt.date, commune: str | None = None) -> int:
        found, whole = 0, self.whole(stage, by)
        for key, cover in self.covers(stage, by).items():
            area = self.world.shape(self.world.boxes[key]).area
            if commune in (None, key.partition("/")[0]):
                found += key in whole or (cover.area > 0 and cover.area >= WHOLE_SHARE * area)
        return found

    def commune(self, stage: str, by: dt.date, commune: str) -> float:
        if commune == "":
            land = shapely.union_all([self.world.shape(self.world.boxes[key]) for key in self.active])
            return float(shapely.difference(self.tranches(stage, by), land).area)
        covers = [cover for key, cover in self.covers(stage, by).items() if key.startswith(f"{commune}/")]
        return float(shapely.union_all(covers).area)


def _box(event: Event) -> make.Box:
    x, y = make.ORIGIN
    west, south, east, north = shapely.from_wkt(event.geometry.partition(";")[2]).bounds
    return (west - x, south - y, east - x, north - y)


def near(value: float) -> object:
    return pytest.approx(value, abs=1e-4)


# -- laws --------------------------------------------------------------------------------------------------


@given(st.sampled_from(WORLDS), histories(), DAYS)
@settings(max_examples=100)
def test_the_fold_equals_the_brute_force(worlds: dict[str, World], name: str, events: list[Event], on: str) -> None:
    world, today = worlds[name], make.day(on)
    status = make.snapshot(make.memory(*events), world.site, on=on).project("P")
    brute = Brute(world, events, today)
    for stage in make.STAGES:
        area, parcels = status.stage(stage)[1:]
        assert area == near(brute.land(stage, today).area)
        assert parcels == brute.parcels(stage, today)
    for commune, stages in status.communes.items():
        for stage, area, parcels in stages:
            assert area == near(brute.commune(stage, today, commune))
            assert commune == "" or parcels == brute.parcels(stage, today, commune)
    then = dt.date(2025, 12, 31)
    expected = brute.land(FINAL, today).area - brute.land(FINAL, min(then, today)).area if today > then else 0.0
    assert status.counted.area_m2 == near(expected)
    assert status.parcels == len(brute.active)


@given(st.sampled_from(WORLDS), histories(), DAYS)
@settings(max_examples=30)
def test_a_stage_never_exceeds_the_land_it_is_on(worlds: dict[str, World], name: str, events: list[Event], on: str) -> None:
    world = worlds[name]
    status = make.snapshot(make.memory(*events), world.site, on=on).project("P")
    all_land = [world.shape(box) for box in (*world.boxes.values(), *(_box(e) for e in events if e.geometry))]
    for _, area, parcels in status.stages:
        assert -1e-6 <= area <= shapely.union_all(all_land).area + 1e-6
        assert 0 <= parcels <= status.parcels


@given(st.sampled_from(WORLDS), histories(), DAYS)
@settings(max_examples=30)
def test_as_of_a_day_ignores_later_events(worlds: dict[str, World], name: str, events: list[Event], on: str) -> None:
    later = [e for e in events if e.day > make.day(on) and e.kind is not Kind.VOID]
    # where the layer already holds the parts, only the split of later says that they are not yet there
    assume(not (name.startswith("split") and any(e.kind is Kind.SPLIT for e in later)))
    without = [make.layer_entry("parcels", f"{n}", "") if e in later else e for n, e in enumerate(events)]  # same seq for the rest
    asked, only = (make.snapshot(make.memory(*them), worlds[name].site, on=on) for them in (events, without))
    assert figures(asked) == figures(only)


def figures(snapshot: Snapshot) -> tuple[object, ...]:
    """Return every number and finding a snapshot shows."""
    projects = [(p.stages, dict(p.communes), p.counted, p.findings, p.parcels, p.without_event) for p in snapshot.projects]
    parks = [(p.stages, p.counted) for p in snapshot.parks]
    return (projects, parks, snapshot.stages, snapshot.counted, snapshot.findings, snapshot.remaining_m2)


@given(st.sampled_from(WORLDS), histories(), st.integers(1, 20))
@settings(max_examples=30)
def test_a_snapshot_at_a_fixed_hour_never_changes(worlds: dict[str, World], name: str, events: list[Event], learned: int) -> None:
    """What is learned later, voids too, does not touch what was known."""
    site, known = worlds[name].site, make.START + dt.timedelta(days=learned - 1)
    store, fresh = MemoryStore(make.clock()), iter(events)
    for event in itertools.islice(fresh, learned):
        store.append([event])
    before = make.snapshot(store, site, known=known)
    store.append([make.reached("09/1/9", "paid")]) if len(events) < learned else None
    for event in fresh:
        store.append([event])
    if len(events) < learned:  # that entry was learned within the hour; nothing later to compare with
        return
    after = make.snapshot(store, site, known=known)
    assert (after.digest, figures(after)) == (before.digest, figures(before))


@given(
    st.sampled_from(WORLDS), st.lists(WHOLES | TRANCHES, max_size=6, unique_by=lambda e: e.id), st.randoms(use_true_random=False)
)
@settings(max_examples=30)
def test_arrival_order_does_not_matter(worlds: dict[str, World], name: str, events: list[Event], random: object) -> None:
    site = worlds[name].site
    shuffled = list(events)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (make.snapshot(make.memory(*them), site).project("P") for them in (events, shuffled))
    assert [s.area_m2 for s in one.stages] == pytest.approx([s.area_m2 for s in other.stages], abs=1e-6)
    assert [s.parcels for s in one.stages] == [s.parcels for s in other.stages]
    assert one.counted.area_m2 == near(other.counted.area_m2)


@given(st.lists(TRANCHES, min_size=1, max_size=5, unique_by=lambda e: e.id))
@settings(max_examples=30)
def test_tranches_recorded_twice_on_two_papers_count_once(worlds: dict[str, World], events: list[Event]) -> None:
    again = [dataclasses.replace(e, id=f"{e.id}~") for e in events]
    site = worlds["plain"].site
    once, twice = (make.snapshot(make.memory(*them), site).project("P") for them in (events, [*events, *again]))
    assert [s.area_m2 for s in twice.stages] == pytest.approx([s.area_m2 for s in once.stages], abs=1e-6)
    assert twice.counted.area_m2 == near(once.counted.area_m2)


@pytest.mark.parametrize("name", ["split, parts flagged", "split, fenced"])
@given(st.lists(WHOLES.filter(lambda e: e.parcel not in HALVES) | TRANCHES, max_size=6, unique_by=lambda e: e.id))
@settings(max_examples=25)
def test_a_split_keeps_its_area(worlds: dict[str, World], name: str, events: list[Event]) -> None:
    """The day before the split and the day of it show the same land."""
    early = [dataclasses.replace(e, day=make.day("2026-01-10")) for e in events]
    store = make.memory(*early, make.split("09/1/1", *HALVES, on="2026-02-01"))
    before, after = (make.snapshot(store, worlds[name].site, on=on).project("P") for on in ("2026-01-31", "2026-02-01"))
    assert [s.area_m2 for s in after.stages] == pytest.approx([s.area_m2 for s in before.stages], abs=1e-6)
    assert after.counted.area_m2 == near(before.counted.area_m2)
    assert after.parcels_m2 == near(before.parcels_m2)
    assert after.parcels == before.parcels + 1


# -- splits and merges conserve what was reached ------------------------------------------------------------

PARENTS = {"09/1/1": (0.0, 0.0, 10.0, 10.0), "09/1/2": (10.0, 0.0, 20.0, 10.0), "09/1/3": (20.0, 0.0, 30.0, 10.0)}
MERGED = {"09/2/1": (0.0, 0.0, 20.0, 10.0)}
AGAIN = {"09/3/1": (0.0, 0.0, 20.0, 4.0), "09/3/2": (0.0, 4.0, 20.0, 10.0)}
KIN = PARENTS | MERGED | AGAIN
EARLY = st.dates(dt.date(2025, 11, 1), dt.date(2026, 1, 20)).map(str)


@pytest.fixture(scope="module")
def kin(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Site]:
    """Two of three parcels merged, and the merged one split crosswise; as the door flags them, and not; fenced."""

    def site(**more: Any) -> Site:
        return make.site(tmp_path_factory.mktemp("kin"), KIN, **more)

    flagged = [key for key in KIN if key != "09/1/3"]
    return {"plain": site(), "flagged": site(irregular=flagged), "fenced": site(fence=(3.0, 2.0, 26.0, 9.0), irregular=flagged)}


@pytest.mark.parametrize("name", ["plain", "flagged", "fenced"])
@given(
    st.lists(
        st.builds(make.reached, st.sampled_from(list(PARENTS)), st.sampled_from(FEW), EARLY)
        | st.builds(make.reached, stage=st.sampled_from(FEW), on=EARLY, tranche=boxes()),
        max_size=8, unique_by=lambda e: e.id,
    )
)  # fmt: skip
@settings(max_examples=40)
def test_a_merge_and_a_split_after_it_keep_every_stage_of_every_day(kin: dict[str, Site], name: str, events: list[Event]) -> None:
    """Parts that differ in stage, or in the year they reached it: area by stage and what counts stay as they were."""
    store = make.memory(
        *events, make.merge("09/1/1", "09/1/2", into="09/2/1", on="2026-02-01"), make.split("09/2/1", *AGAIN, on="2026-03-01")
    )
    before, merged, again = (make.snapshot(store, kin[name], on=on) for on in ("2026-01-31", "2026-02-01", "2026-03-01"))
    for after in (merged, again):
        assert [s.area_m2 for s in after.stages] == pytest.approx([s.area_m2 for s in before.stages], abs=1e-6)
        assert after.counted.area_m2 == near(before.counted.area_m2)
        one, other = before.project("P"), after.project("P")
        assert sum(s[-1].area_m2 for s in other.communes.values()) == near(sum(s[-1].area_m2 for s in one.communes.values()))
        assert other.parcels_m2 == near(one.parcels_m2)
    assert [s.project("P").parcels for s in (before, merged, again)] == [3, 2, 3]
    assert "lineage_area" not in findings(again) and "lineage_shape" not in findings(again)


def test_half_a_merged_parcel_is_a_patch_not_a_parcel(kin: dict[str, Site]) -> None:
    store = make.memory(
        make.reached("09/1/1", "paid", "2026-01-05"), make.merge("09/1/1", "09/1/2", into="09/2/1", on="2026-02-01")
    )
    status = make.snapshot(store, kin["plain"]).project("P")
    assert status.stage("paid") == ("paid", near(100.0), 0)
    assert [(p.row, p.shape.area) for p in status.patches] == [(list(KIN).index("09/2/1"), near(100.0))]
    assert status.without_event == 3, "the third parcel, and the two of a split nobody recorded"


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (make.split("09/2/1", "09/1/1", "09/1/2", on="2026-02-01"), ""),
        (make.split("09/2/1", "09/1/1", "09/3/1", on="2026-02-01"), "lineage_area"),
        (make.split("09/2/1", "09/1/2", "09/1/3", on="2026-02-01"), "lineage_shape"),
        (make.merge("09/1/1", "09/1/2", into="09/2/1", on="2026-02-01"), ""),
        (make.merge("09/1/1", "09/1/3", into="09/2/1", on="2026-02-01"), "lineage_shape"),
        (make.merge("09/1/1", "09/1/2", "09/1/3", into="09/2/1", on="2026-02-01"), "lineage_area"),
    ],
)
def test_a_split_or_merge_that_loses_land_is_a_finding(kin: dict[str, Site], event: Event, code: str) -> None:
    found = findings(make.snapshot(make.memory(event), kin["plain"]))
    assert {c for c in found if c.startswith("lineage")} == ({code} if code else set())
    assert "lineage_area" not in findings(make.snapshot(make.memory(event), kin["plain"], on="2026-01-31")), "not before its day"


# -- the year ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "counted"),
    [("2025-12-31", 0.0), ("2026-01-01", 100.0), ("2026-06-30", 200.0), ("2026-12-31", 300.0), ("2027-06-30", 300.0)],
)
def test_only_hand_over_within_the_targets_year_counts(worlds: dict[str, World], on: str, counted: float) -> None:
    store = make.memory(
        make.reached("09/1/1", on="2025-12-31"),
        make.reached("09/1/2", on="2026-01-01"),
        make.reached("09/1/3", on="2026-06-30"),
        make.reached("09/1/4", on="2026-12-31"),
        make.reached("09/1/5", on="2027-01-01"),
        make.reached("09/1/6", "allocated", on="2026-05-01"),
    )
    snapshot = make.snapshot(store, worlds["plain"].site, on=on)
    assert snapshot.counted.area_m2 == near(counted)
    assert snapshot.remaining_m2 == near(3_000_000 - counted)


def test_land_handed_over_last_year_does_not_count_again(worlds: dict[str, World]) -> None:
    store = make.memory(
        make.reached("09/1/1", on="2025-11-01", area_m2=100.0),
        make.reached("09/1/1", on="2026-03-01", area_m2=100.0, paper="02/BB"),
        make.reached(on="2026-03-02", tranche=(0, 0, 20, 10), area_m2=200.0),
    )
    counted = make.snapshot(store, worlds["plain"].site).counted
    assert counted.area_m2 == near(100.0)
    assert (counted.entries, counted.documents_m2) == (1, 200.0), "the documents of this year's land: the tranche"


def test_documents_stand_beside_the_geometry(worlds: dict[str, World]) -> None:
    store = make.memory(
        make.reached("09/1/1", area_m2=101.5), make.reached("09/1/2"), make.reached(tranche=(20, 0, 30, 5), area_m2=49.0),
        make.reached(area_m2=5_000.0),
    )  # fmt: skip
    counted = make.snapshot(store, worlds["plain"].site).counted
    assert counted.area_m2 == near(250.0)
    assert (counted.documents_m2, counted.entries, counted.unstated, counted.unmapped_m2) == (150.5, 3, 1, 5_000.0)


def test_documents_of_another_year_are_not_this_years(worlds: dict[str, World]) -> None:
    store = make.memory(
        make.reached(on="2025-12-31", tranche=(0, 0, 10, 10), area_m2=100.0),
        make.reached(on="2025-12-31", area_m2=7.0),
        make.reached("09/1/5", on="2025-12-31", area_m2=100.0),
        make.reached("09/1/6", on="2027-01-01", area_m2=100.0),
    )
    counted = make.snapshot(store, worlds["plain"].site, on="2027-06-30").counted
    assert (counted.area_m2, counted.documents_m2, counted.entries, counted.unmapped_m2) == (0.0, 0.0, 0, 0.0)


def test_more_than_the_target_leaves_nothing_to_do(tmp_path: Path) -> None:
    site = make.site(tmp_path, {"09/1/1": (0.0, 0.0, 2000.0, 2000.0)})
    assert make.snapshot(make.memory(make.reached("09/1/1")), site).remaining_m2 == 0.0


# -- tranches ----------------------------------------------------------------------------------------------


def test_land_outside_every_parcel_stands_under_the_empty_commune(worlds: dict[str, World]) -> None:
    status = make.snapshot(make.memory(make.reached(tranche=(-5, 0, 10, 10))), worlds["plain"].site).project("P")
    by_commune = {commune: stages[-1].area_m2 for commune, stages in status.communes.items()}
    assert by_commune == {"": near(50.0), "09": near(100.0), "17": 0.0}
    assert status.stage(FINAL) == (FINAL, near(150.0), 1)


def test_a_tranche_in_another_grid_is_refused(worlds: dict[str, World]) -> None:
    store = make.memory(make.reached(geometry=make.ewkt((0, 0, 5, 5), srid=9214)))
    with pytest.raises(CrsMixed, match=r"9214.*entry 1.*9209"):
        make.snapshot(store, worlds["plain"].site)


def test_a_tranche_in_a_project_without_parcels(worlds: dict[str, World]) -> None:
    status = make.snapshot(make.memory(make.reached(tranche=(0, 0, 30, 10))), worlds["no parcels"].site).project("P")
    assert status.stage(FINAL) == (FINAL, near(300.0), 0)


def test_a_layer_of_another_grid_is_refused(worlds: dict[str, World]) -> None:
    """Somebody changed ``crs.legal`` after the parcels were measured."""
    site = dataclasses.replace(worlds["plain"].site, srid=9214)
    with pytest.raises(CrsMixed, match=r"9209.*9214"):
        make.snapshot(make.memory(make.reached(tranche=(0, 0, 5, 5))), site)


def test_a_stage_the_rules_do_not_hold_is_named(worlds: dict[str, World]) -> None:
    with pytest.raises(StageUnknown, match="'gone'"):
        make.snapshot(make.memory(make.reached("09/1/1", "gone")), worlds["plain"].site)


# -- every finding of a fold, each by the smallest example --------------------------------------------------

SMALL = [
    ("event_without_parcel", [make.reached("99/9/9")], {"key": "99/9/9", "entries": 1}),
    ("event_without_project", [make.reached("09/1/1", project="Z")], {"project": "Z"}),
    ("parcel_without_event", [], {"count": 9}),
    ("stage_without", [make.reached("09/1/1", "paid")], {"stage": "paid", "earlier": "plan_approved", "count": 1}),
    (
        "stage_before",
        [make.reached("09/1/1", "notice", "2026-03-02"), make.reached("09/1/1", "inventory", "2026-03-01")],
        {"stage": "inventory", "earlier": "notice", "count": 1, "example": "09/1/1"},
    ),
    ("minutes_without_geometry", [make.reached(area_m2=500.0)], {"document": "01/BB", "stage": FINAL, "area_m2": 500.0, "seq": 1}),
    ("parcel_area_differs", [make.reached("09/1/1", area_m2=101.1)], {"count": 1, "example": "09/1/1"}),
    ("reached_twice", [make.reached("09/1/1"), make.reached("09/1/1", paper="02/BB")], {"count": 1}),
    ("documents_differ", [make.reached(tranche=(0, 0, 10, 10), area_m2=100.2)], {"documents_m2": 100.2}),
]


@pytest.mark.parametrize(("code", "events", "facts"), SMALL, ids=[code for code, _, _ in SMALL])
def test_a_finding(worlds: dict[str, World], code: str, events: list[Event], facts: dict[str, object]) -> None:
    found = findings(make.snapshot(make.memory(*events), worlds["plain"].site))[code]
    assert facts.items() <= found.facts.items()
    assert found.where


def findings(snapshot: Snapshot) -> dict[str, Finding]:
    return {f.code: f for f in (*snapshot.findings, *(f for p in snapshot.projects for f in p.findings))}


def test_a_quiet_history_has_no_findings(worlds: dict[str, World]) -> None:
    """Every parcel through every stage in order, documents to the square metre."""
    events = [
        make.reached(key, stage, f"2026-{month:02d}-05", area_m2=100.0)
        for key in two_communes()
        for month, stage in enumerate(make.STAGES, start=1)
    ]
    snapshot = make.snapshot(make.memory(*events), worlds["plain"].site)
    assert findings(snapshot) == {}
    assert snapshot.counted.area_m2 == near(900.0)


def test_areas_within_tolerance_are_no_finding(worlds: dict[str, World]) -> None:
    assert "parcel_area_differs" not in findings(
        make.snapshot(make.memory(make.reached("09/1/1", area_m2=100.9)), worlds["plain"].site)
    )


def test_a_split_of_later_is_no_finding_of_today(worlds: dict[str, World]) -> None:
    store = make.memory(
        make.split("99/9/1", "99/9/2", "99/9/3", on="2026-05-01"), make.reached("1/1/1", project="Z", on="2026-05-01")
    )
    site = worlds["plain"].site
    assert {*findings(make.snapshot(store, site, on="2026-04-30"))} == {"parcel_without_event"}
    assert {"event_without_parcel", "event_without_project"} <= {*findings(make.snapshot(store, site, on="2026-05-01"))}


def test_an_empty_ledger_and_no_projects() -> None:
    snapshot = make.snapshot(make.memory())
    assert (snapshot.counted.area_m2, snapshot.head.seq, snapshot.projects) == (0.0, 0, ())
    assert [s.area_m2 for s in snapshot.stages] == [0.0] * len(make.STAGES)


def test_the_digest_speaks_for_everything_a_snapshot_rests_on(worlds: dict[str, World]) -> None:
    plain, fenced = worlds["plain"].site, worlds["fenced"].site
    one, two = make.memory(make.reached("09/1/1")), make.memory(make.reached("09/1/2"))
    digests = {
        make.snapshot(one, plain).digest,
        make.snapshot(one, plain, on="2026-12-30").digest,
        make.snapshot(one, fenced).digest,
        make.snapshot(two, plain).digest,
        make.snapshot(one, dataclasses.replace(plain, layer_sha256="0")).digest,
    }
    assert len(digests) == 5
    assert make.snapshot(one, plain).digest == make.snapshot(make.memory(make.reached("09/1/1")), plain).digest
