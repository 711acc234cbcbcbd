"""The made-up workspace: same bytes from the same seed, a clean cadastre, a history with everything in it."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from collections import Counter
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from parkgis import demo
from parkgis.briefing import brief
from parkgis.demo import cadastre, fields, schedule
from parkgis.demo.fields import Outline
from parkgis.errors import OutputFailed, UsageError, WorkspaceExists
from parkgis.layers.frame import frame_of
from parkgis.ledger.verify import verify
from parkgis.model import Event, Kind, Recorded
from parkgis.reporting import invariants
from parkgis.rules import land_codes, limits_on, stages
from parkgis.rules.counts import count_codes
from parkgis.status import Snapshot
from parkgis.workspace import Workspace

PARCELS = 400
BESIDE = (Kind.APPROVAL, Kind.PAYMENT, Kind.COUNT, Kind.OBSTACLE, Kind.LIFTED)
DEVELOPER = "handed_developer"


def hashes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return demo.make(tmp_path_factory.mktemp("demo") / "one", parcels=PARCELS)


@pytest.fixture(scope="module")
def frames(made: Workspace) -> dict[str, gpd.GeoDataFrame]:
    """The first vintage of every project's parcels."""
    return {path.stem[:-2]: gpd.read_file(path) for path in sorted((made.root / "layers" / "parcels").glob("*-1.gpkg"))}


@pytest.fixture(scope="module")
def boundaries(made: Workspace) -> dict[str, shapely.Geometry]:
    return {p.stem[:-2]: gpd.read_file(p).geometry[0] for p in sorted((made.root / "layers" / "boundaries").glob("*.gpkg"))}


@pytest.fixture(scope="module")
def entries(made: Workspace) -> list[Recorded]:
    return list(made.store.events())


@pytest.fixture(scope="module")
def events(entries: list[Recorded]) -> list[Event]:
    return [entry.event for entry in entries]


@pytest.fixture(scope="module")
def snapshot(made: Workspace) -> Snapshot:
    return made.snapshot(made.cut(on=made.config.demo_on))


# -- the folder ------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_bytes_in_every_file(made: Workspace, tmp_path: Path) -> None:
    again = demo.make(tmp_path / "two", parcels=PARCELS)
    assert hashes(made.root) == hashes(again.root)
    assert {"ledger.gpkg", "parkgis.toml", "layers/parcels/NSHL-1.gpkg", "layers/boundaries/NSHL-1.gpkg"} <= set(hashes(made.root))


def test_another_seed_gives_another_cadastre_and_history(made: Workspace, tmp_path: Path) -> None:
    other = hashes(demo.make(tmp_path / "other", seed=7, parcels=PARCELS).root)
    mine = hashes(made.root)
    assert all(other[name] != mine[name] for name in ("ledger.gpkg", "layers/parcels/NSHL-1.gpkg", "layers/boundaries/NSHL-1.gpkg"))


def test_demo_stands_before_every_name_and_no_real_statement_is_left(made: Workspace) -> None:
    opened = Workspace(made.root)  # read again from the files
    assert (opened.config.name, opened.config.demo, opened.config.demo_on) == ("DEMO Bắc Ninh", True, dt.date(2026, 10, 31))
    assert opened.config.target.area_ha == 300.0
    names = [name for park in opened.parks for name in (park.name_vi, park.name_en)]
    names += [name for project in opened.projects for name in (project.name_vi, project.name_en)]
    assert len(names) == 2 * (22 + 30)
    assert all(name.startswith("DEMO ") for name in names)
    assert opened.statements == ()
    assert (made.root / "layers" / "statements.csv").read_text(encoding="utf-8").startswith("park_vi,date,metric")
    assert "DEMO" in (made.root / "layers" / "README.md").read_text(encoding="utf-8")


def test_progress_is_told_step_by_step(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    demo.make(tmp_path / "d", parcels=120, progress=lambda step, share: told.append((step, share)))
    assert list(dict.fromkeys(step for step, _ in told)) == ["cadastre", "layers", "history"]
    for step in ("cadastre", "layers", "history"):
        shares = [share for name, share in told if name == step]
        assert shares == sorted(shares) and shares[-1] == 1.0


def test_a_folder_that_holds_something_is_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(WorkspaceExists):
        demo.make(tmp_path, parcels=PARCELS)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_breaking_off_leaves_an_empty_folder_empty(tmp_path: Path) -> None:
    def stop(step: str, _share: float) -> None:
        if step == "history":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demo.make(tmp_path, parcels=PARCELS, progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_too_few_parcels_are_refused_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        demo.make(tmp_path / "d", parcels=99)
    assert not (tmp_path / "d").exists()


def test_a_folder_that_cannot_be_made_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputFailed):
        demo.make(tmp_path / "file" / "below", parcels=PARCELS)


# -- the cadastre ----------------------------------------------------------------------------------------


def test_there_are_as_many_parcels_as_asked_for(frames: dict[str, gpd.GeoDataFrame]) -> None:
    assert sum(map(len, frames.values())) == PARCELS
    assert set(frames) == {site.project for site in demo.SITES}


def test_regular_parcels_are_a_clean_coverage(frames: dict[str, gpd.GeoDataFrame]) -> None:
    for frame in frames.values():
        shapes = shapely.get_parts(frame.geometry.to_numpy())
        regular = shapes[~frame["irregular"].to_numpy(bool)]
        assert shapely.is_valid(shapes).all()
        assert shapely.coverage_is_valid(regular)
        assert shapely.get_num_geometries(frame.geometry.to_numpy()).max() == 1
    touching = shapely.STRtree(regular).query(regular, predicate="touches")
    assert len(touching[0]) > len(regular)  # neighbours share edges: not a heap of single fields


def test_a_few_neighbours_overlap_and_are_flagged(frames: dict[str, gpd.GeoDataFrame]) -> None:
    for frame in frames.values():
        pair = frame[frame["irregular"]].geometry
        assert len(pair) == 2
        assert 1.0 < pair.iloc[0].intersection(pair.iloc[1]).area < 100.0


def test_parcels_have_the_size_of_fields_and_are_no_squares(frames: dict[str, gpd.GeoDataFrame]) -> None:
    every = pd.concat(frames.values())
    area = every["area_grid_m2"]
    assert area.between(100, 3000).all()
    assert 350 < area.mean() < 900
    np.testing.assert_allclose(area, every.geometry.area, rtol=1e-12)
    assert (area / every.geometry.minimum_rotated_rectangle().area < 0.999).all()


def test_coordinates_are_whole_millimetres(frames: dict[str, gpd.GeoDataFrame]) -> None:
    xy = shapely.get_coordinates(frames["NSHL"].geometry)
    assert np.array_equal(np.round(xy, 3), xy)


def test_paddy_dominates_and_every_code_is_known() -> None:
    rng = np.random.default_rng(1)
    ground = cadastre.clear(rng, "X", 3000)
    use = cadastre.register(rng, ground, np.array([560_000.0, 2_340_000.0]), ["09901", "09902"], 1).parcels["land_use"]
    shares = use.value_counts(normalize=True)
    assert 0.70 < shares["LUC"] < 0.85
    assert set(shares.index) == {"LUC", "HNK", "CLN", "NTS", "ONT", "NTD", "DGT", "DTL"}
    assert shares[["DGT", "DTL"]].sum() < 0.03
    assert set(shares.index) <= {code.code for code in land_codes() if code.valid_on(schedule.ON)}


def test_keys_are_unique_though_sheets_collide_across_communes(frames: dict[str, gpd.GeoDataFrame]) -> None:
    every = pd.concat(frames.values())
    assert every["key"].is_unique
    assert (every["key"] == every["commune"] + "/" + every["sheet"] + "/" + every["parcel"]).all()
    assert every["commune"].str.fullmatch(r"09\d{3}").all()
    assert every[["sheet", "parcel"]].duplicated().any()
    for frame in frames.values():
        assert 1 <= frame["commune"].nunique() <= 2
        number = frame[["commune", "sheet", "parcel"]].astype(int)
        assert number.equals(number.sort_values(["commune", "sheet", "parcel"], ignore_index=True))
        for _, sheet in number.groupby(["commune", "sheet"]):
            assert sheet["parcel"].tolist() == list(range(1, len(sheet) + 1))


def test_numbers_run_to_and_fro_from_the_north_west() -> None:
    #  y 990:  a(10)  b(60)      y 920 (next row, back):  d(10)  c(60)
    xy = np.array([[10.0, 990.0], [60.0, 990.0], [60.0, 940.0], [10.0, 940.0]])
    sheet, number, order = cadastre._number(xy, np.zeros(4, np.int64))
    assert sheet.tolist() == [1, 1, 1, 1]
    assert number.tolist() == [1, 2, 3, 4]
    assert order.tolist() == [0, 1, 2, 3]


def test_households_own_several_parcels_under_a_pseudonym(frames: dict[str, gpd.GeoDataFrame]) -> None:
    every = pd.concat(frames.values())
    households = every.loc[every["holder"].str.startswith("H"), "holder"]
    assert households.str.fullmatch(r"H\d{5}").all()
    assert 1.5 < len(households) / households.nunique() < 6
    assert households.value_counts().max() >= 5


def test_areas_inside_are_cut_only_where_the_boundary_crosses(
    frames: dict[str, gpd.GeoDataFrame], boundaries: dict[str, shapely.Geometry]
) -> None:
    cut = 0
    for project, frame in frames.items():
        inside = frame.geometry.intersection(boundaries[project]).area
        np.testing.assert_allclose(frame["area_in_m2"], inside, atol=1e-4)
        assert (frame["area_in_m2"] > 0).all()
        cut += int((frame["area_in_m2"] < frame["area_grid_m2"]).sum())
    assert 0 < cut < PARCELS / 2


def test_survey_areas_are_written_to_a_tenth_and_a_few_disagree() -> None:
    area = np.linspace(100.0, 3000.0, 5000)
    written = cadastre._written(np.random.default_rng(3), area)
    assert np.array_equal(written, np.round(written, 1))
    wrong = np.abs(written / area - 1) > 0.01
    assert 20 < wrong.sum() < 120
    assert np.abs(written / area - 1).max() < 0.09


def test_boundaries_are_irregular_disjoint_and_smaller_than_planned(
    made: Workspace, boundaries: dict[str, shapely.Geometry]
) -> None:
    shapes = np.array(list(boundaries.values()))
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    assert np.array_equal(left, right)
    for project, shape in boundaries.items():
        (ring,) = shapely.get_parts(shape)
        assert ring.is_valid and len(ring.exterior.coords) > 8
        assert ring.area < 0.9 * ring.minimum_rotated_rectangle.area
        assert ring.area < made.project(project).planned_ha * 10_000


def test_land_that_outgrows_the_parks_is_pushed_apart() -> None:
    centres = np.array([[0.0, 0.0], [1000.0, 0.0], [0.0, 1500.0], [40_000.0, 0.0]])
    places = cadastre.settle(centres, np.array([3000.0, 2000.0, 1000.0, 500.0]))
    away = np.hypot(*(places[:, None] - places).transpose(2, 0, 1))
    assert (away >= np.array([[0, 5000, 4000, 3500], [5000, 0, 3000, 2500], [4000, 3000, 0, 1500], [3500, 2500, 1500, 0]])).all()
    assert np.array_equal(places[3], centres[3])


def test_centres_that_are_far_enough_stay_where_they_are() -> None:
    centres = np.array([[0.0, 0.0], [1000.0, 0.0]])
    assert np.array_equal(cadastre.settle(centres, np.array([300.0, 300.0])), centres)


def test_an_outline_has_area_one_and_passes_through_its_own_corners() -> None:
    outline = Outline.draw(np.random.default_rng(5))
    assert outline.polygon(1000.0).area == pytest.approx(1e6, rel=1e-4)
    corners = shapely.get_coordinates(outline.polygon(1000.0))
    np.testing.assert_allclose(outline.gauge(corners), 1000.0, rtol=1e-5)
    middles = (corners[1:] + corners[:-1]) / 2
    np.testing.assert_allclose(outline.gauge(2.5 * middles), 2500.0, rtol=1e-5)


def test_a_double_strip_keeps_the_vertices_of_its_neighbours() -> None:
    nodes = np.stack(np.meshgrid([0.0, 10, 20, 30], [0.0, 40], indexing="ij"), axis=-1)
    parcels = fields._cut(nodes, np.array([[True], [True], [False]]))  # the second can not join twice
    assert sorted(shapely.area(parcels).tolist()) == [400.0, 800.0]
    assert sorted(shapely.get_num_coordinates(parcels).tolist()) == [5, 7]


# -- the history -----------------------------------------------------------------------------------------


def test_the_ledger_verifies(made: Workspace) -> None:
    assert list(verify(made.store)) == []


def test_every_kind_and_every_stage_occurs(events: list[Event]) -> None:
    kinds = Counter(event.kind for event in events)
    assert set(kinds) == {Kind.REACHED, Kind.SPLIT, Kind.LAYER, Kind.VOID, *BESIDE}
    assert (kinds[Kind.SPLIT], kinds[Kind.VOID], kinds[Kind.LAYER]) == (1, 1, 2 * len(demo.SITES) + 1)
    assert {event.stage for event in events if event.kind is Kind.REACHED} == {stage.code for stage in stages()}


def test_money_and_counts_are_believable(snapshot: Snapshot, made: Workspace) -> None:
    assert [f.code for f in invariants.broken(brief(made, snapshot)) if f.code != "report_order"] == []
    for status in snapshot.projects:
        if not (found := status.matters).counts:
            continue
        assert found.homes.remaining is None or 0 <= found.homes.remaining.least <= (found.homes.total or 0)
        per_m2 = found.approved.amount_vnd / (found.approved.area_m2 or 1.0)
        assert not found.approved.entries or 200_000 < per_m2 < 2_000_000, "dong a square metre"
        assert {count.what for count in found.counts} == set(count_codes())
    assert 0.5 < (snapshot.matters.paid_share or 0) < 1


def test_obstacles_hold_parcels_back_and_the_lifted_ones_were_paid(events: list[Event], snapshot: Snapshot) -> None:
    handed = {event.parcel for event in events if event.stage == DEVELOPER}
    still = snapshot.matters.obstacles
    assert still and not {o.parcel for o in still} & handed
    assert any(o.overdue for o in still) and len({o.code for o in still}) > 3
    raised = {event.id: event for event in events if event.kind is Kind.OBSTACLE}
    lifted = [event for event in events if event.kind is Kind.LIFTED]
    paid = {event.parcel: event.day for event in events if event.stage == "paid"}
    assert lifted and all(raised[e.refers].day < e.day == paid[e.parcel] and raised[e.refers].parcel == e.parcel for e in lifted)


def test_it_is_learned_some_days_later_and_in_order(entries: list[Recorded]) -> None:
    assert all(a.at <= b.at for a, b in itertools.pairwise(entries))
    lags = np.array([(entry.at.date() - entry.event.day).days for entry in entries])
    assert lags.min() >= 2
    assert (lags <= 8).mean() > 0.9
    late = [entry for entry, lag in zip(entries, lags, strict=True) if lag > 100]
    assert {entry.event.source.number for entry in late} == {late[0].event.source.number}  # one paper out of a drawer


def test_eighteen_months_end_on_the_day_the_demo_asks_about(events: list[Event]) -> None:
    days = [event.day for event in events]
    assert min(days) >= dt.date(2025, 4, 28)
    assert dt.date(2026, 10, 1) < max(days) <= schedule.ON == dt.date(2026, 10, 31)


def test_documents_are_numbered_uniquely_and_dated_no_later_than_the_day(events: list[Event]) -> None:
    backs: dict[tuple[str, str, int], set[tuple[dt.date, dt.date, str, str]]] = {}
    money = [event for event in events if event.kind in (Kind.APPROVAL, Kind.PAYMENT)]
    for event in (e for e in events if e not in money):
        assert event.source.date <= event.day
        assert (event.day - event.source.date).days <= 3
        about = (event.source.date, event.day, event.stage, event.refers)
        backs.setdefault((event.project, event.source.number, event.source.date.year), set()).add(about)
    assert all(len(about) == 1 for about in backs.values())
    told = {(e.project, e.source, e.day) for e in events if e.kind is Kind.REACHED}
    assert money and {(e.project, e.source, e.day) for e in money} <= told, "money stands in the paper of its stage"
    forms = {event.source.number.partition("/")[2] for event in events if event.kind is Kind.REACHED}
    assert forms == {"TB-UBND", "BB-KK", "NY-HĐBT", "QĐ-UBND", "PC-TTPTQĐ", "BB-BGMB", "BB-BGTĐ"}


def test_hand_overs_state_an_area(events: list[Event]) -> None:
    handed = [event for event in events if event.stage in ("handed_user", DEVELOPER)]
    assert handed and all(event.area_m2 is not None and event.area_m2 > 0 for event in handed)


def test_no_recovery_before_the_notice_period_of_its_day(events: list[Event], frames: dict[str, gpd.GeoDataFrame]) -> None:
    classes = {code.code: code.land_class for code in land_codes()}
    land = {key: classes[use] for frame in frames.values() for key, use in zip(frame["key"], frame["land_use"], strict=True)}
    noticed = {event.parcel: event.day for event in events if event.stage == "notice"}
    posted = {event.parcel: event.day for event in events if event.stage == "posted"}
    waits: Counter[str] = Counter()
    for event in events:
        if event.parcel not in land or event.stage not in ("recovered", "plan_approved") or event.parcel not in noticed:
            continue
        key = f"notice_{land[event.parcel]}" if event.stage == "recovered" else "posting"
        (limit,) = (found for found in limits_on(event.day) if found.id == key)
        start = noticed if event.stage == "recovered" else posted
        assert (event.day - start[event.parcel]).days >= (limit.days or 0), event
        waits[key] += 1
    assert waits["posting"] > 100 and waits["notice_agri"] > 100


def test_payment_comes_before_approval_for_one_batch_only(snapshot: Snapshot) -> None:
    broken = [
        (p.project.id, f.facts["stage"], f.facts["earlier"])
        for p in snapshot.projects
        for f in p.findings
        if f.code.startswith("stage_")
    ]
    assert broken == [("GB2", "paid", "plan_approved")]


def test_some_are_recovered_before_they_are_paid_and_some_after(events: list[Event]) -> None:
    day = {(event.parcel, event.stage): event.day for event in events if event.parcel}
    both = [(day[key, "recovered"], day[key, "paid"]) for key, stage in day if stage == "paid" and (key, "recovered") in day]
    assert any(recovered < paid for recovered, paid in both) and any(recovered > paid for recovered, paid in both)


def test_hold_outs_stop_early_and_leave_patches(snapshot: Snapshot) -> None:
    reached = {stage.code: stage.parcels for stage in snapshot.stages}
    assert PARCELS > reached["notice"] > reached["plan_approved"] > reached[DEVELOPER] > 0.3 * PARCELS


def test_tranches_are_drawn_to_the_millimetre_and_two_overlap(events: list[Event], boundaries: dict[str, shapely.Geometry]) -> None:
    drawn = [event for event in events if event.geometry]
    assert len(drawn) >= 4
    shapes = {}
    for event in drawn:
        head, _, text = event.geometry.partition(";")
        shape = shapely.from_wkt(text)
        assert head == "SRID=9209" and shape.is_valid and shape.geom_type == "Polygon"
        assert all(len(part.partition(".")[2].strip(",()")) == 3 for part in text.split()[1:])
        assert shape.difference(boundaries[event.project]).area < 1.0
        shapes[event.project, event.stage, event.day] = shape
    first, second = (shape for (project, _, _), shape in shapes.items() if project == "GB2")
    assert first.intersection(second).area > 1.0


def test_one_paper_states_an_area_alone_and_it_is_shown_not_counted(events: list[Event], snapshot: Snapshot) -> None:
    (alone,) = (event for event in events if event.kind is Kind.REACHED and not event.parcel and not event.geometry)
    assert snapshot.counted.unmapped_m2 == alone.area_m2 == 12_480.5


def test_a_split_keeps_its_area_and_comes_with_a_vintage_of_its_own(
    made: Workspace, events: list[Event], snapshot: Snapshot
) -> None:
    (split,) = (event for event in events if event.kind is Kind.SPLIT)
    status = snapshot.project(split.project)
    assert status.site.layer is not None
    assert status.site.layer.path.name == f"{split.project}-2.gpkg"
    frame = frame_of(status.site.layer).set_index("key")
    for column in ("area_grid_m2", "area_in_m2", "area_document_m2"):
        assert frame.loc[list(split.into), column].sum() == pytest.approx(frame.loc[split.parcel, column], abs=1e-6)
    active = frame[status.fold.active]
    assert split.parcel not in active.index and set(split.into) <= set(active.index)
    assert shapely.coverage_is_valid(shapely.get_parts(active.geometry[~active["irregular"]].to_numpy()))
    assert {event.parcel for event in events if event.day > split.day} & {split.parcel} == set()
    first = made.vintages(known=dt.datetime(2025, 5, 10, tzinfo=dt.UTC))[split.project, "parcels"]
    assert first.path == f"layers/parcels/{split.project}-1.gpkg"


def test_the_void_strikes_out_a_hand_over_and_gives_a_reason(events: list[Event], snapshot: Snapshot) -> None:
    (void,) = (event for event in events if event.kind is Kind.VOID)
    (wrong,) = (event for event in events if event.id == void.refers)
    assert wrong.stage == DEVELOPER and void.note and void.day > wrong.day
    fold = snapshot.project(wrong.project).fold
    assert not fold.reached(DEVELOPER)[fold.columns.index[wrong.parcel]]


def test_a_parcel_handed_over_twice_counts_once(events: list[Event], snapshot: Snapshot) -> None:
    counts = Counter((event.project, event.parcel) for event in events if event.stage == DEVELOPER and event.parcel)
    ((project, parcel), _) = max(counts.items(), key=lambda item: item[1])
    assert [count for count in counts.values() if count > 1] == [2]
    assert "reached_twice" in {finding.code for finding in snapshot.project(project).findings}
    status = snapshot.project(project)
    assert status.counted.area_m2 <= status.parcels_m2
    assert status.fold.reached(DEVELOPER)[status.fold.columns.index[parcel]]


def test_what_was_handed_over_in_2025_does_not_count_to_2026(made: Workspace, snapshot: Snapshot) -> None:
    before = made.snapshot(made.cut(on=dt.date(2025, 12, 31)))
    ever = {stage.code: stage.area_m2 for stage in snapshot.stages}[DEVELOPER]
    early = {stage.code: stage.area_m2 for stage in before.stages}[DEVELOPER]
    assert early > 1000.0
    assert before.counted.area_m2 == 0.0
    assert snapshot.counted.area_m2 == pytest.approx(ever - early, abs=1e-3)


def test_the_snapshot_is_marked_and_names_no_stray(snapshot: Snapshot) -> None:
    assert snapshot.demo
    codes = {f.code for f in snapshot.findings} | {f.code for p in snapshot.projects for f in p.findings}
    assert not codes & {"event_without_parcel", "event_without_project", "projects_overlap"}
    without = {p.project.id: p.without_event / p.parcels for p in snapshot.projects if p.parcels}
    assert 0 < max(without.values()) < 0.5
    assert snapshot.counted.documents_m2 == pytest.approx(snapshot.counted.area_m2, rel=0.05)


def test_waiting_times_follow_the_law_of_the_day() -> None:
    #            90 days, over in 2025     90 days would end in 2026: 60 days, but not before the new law
    day = np.array([schedule.number(dt.date(2025, 5, 1)), schedule.number(dt.date(2025, 10, 20))])
    found = [schedule.date(int(d)) for d in schedule._earliest("notice_agri", day)]
    assert found == [dt.date(2025, 7, 31), dt.date(2026, 1, 1)]


def test_offices_close_on_weekends_and_over_tet() -> None:
    days = [dt.date(2025, 5, 3), dt.date(2025, 5, 4), dt.date(2025, 5, 5), dt.date(2026, 2, 16)]
    opened = schedule._working_day(np.array([schedule.number(day) for day in days]))
    assert [schedule.date(int(d)) for d in opened] == [dt.date(2025, 5, 5)] * 3 + [dt.date(2026, 2, 23)]
