"""Charts: their facts are the briefing's, what is printed is those facts, nothing is drawn where nothing is known."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import json
from typing import TYPE_CHECKING, Any

import briefings
import drawn
import make
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parkgis.explain import explain
from parkgis.layers.vintage import ParcelLayer
from parkgis.layers.write import write_parcels
from parkgis.outputs import charts
from parkgis.outputs.charts.data import Cause, HouseholdRow, Name, Point, StageRow
from parkgis.outputs.charts.frame import DONE, LESS, nice_step, places_of, scale_of, spread
from parkgis.planning.households import Households, households
from parkgis.planning.patchwork import month_ends, series
from parkgis.planning.ruling import Rules
from parkgis.rules import stages
from parkgis.status.homes import Between, Homes
from parkgis.status.matters import PlanMonth
from parkgis.status.series import counted_by_day
from parkgis.words.catalogue import Words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from parkgis.outputs.charts.data import Chart

VI, EN = Words("vi"), Words("en")
SIZE = (160.0, 110.0)
SMALL = Rules(min_m2=5_000.0)


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> drawn.Drawn:
    return drawn.worked(tmp_path_factory.mktemp("worked") / "w")


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> drawn.Drawn:
    return drawn.untouched(tmp_path_factory.mktemp("untouched") / "w")


def burn_up(found: drawn.Drawn, *plan: tuple[str, float]) -> charts.BurnUp:
    """Return the facts of a burn-up; ``plan`` are months and cumulative hectares."""
    data = charts.burn_up_data(found.briefing, counted_by_day(found.snapshot))
    months = [PlanMonth(month, 0.0, area_ha * 10_000) for month, area_ha in plan]
    return dataclasses.replace(data, plan=tuple(Point(m.last, m.cumulative_m2) for m in months))


def waterfall(found: drawn.Drawn, since: str = "2026-03-31") -> charts.Waterfall:
    earlier = dataclasses.replace(found.snapshot.cut, on=make.day(since))
    return charts.waterfall_data(found.briefing, explain(found.workspace, earlier, found.snapshot.cut))


def over_time(found: drawn.Drawn, rules: Rules = SMALL) -> charts.OverTime:
    days = month_ends(dt.date(2026, 1, 1), found.snapshot.cut.on)
    counted = counted_by_day(found.snapshot)
    return charts.patchwork_data(found.briefing, series(found.snapshot, rules, days), counted, rules)


def every(found: drawn.Drawn) -> list[tuple[Any, Chart, Callable[[Any, Words], str]]]:
    """Return each chart: what draws it, its facts, and what says it."""
    by_stage = charts.stages_data(found.briefing)
    homes = charts.households_data(found.briefing, households(found.snapshot))
    return [
        (charts.burn_up, burn_up(found, ("2026-03", 10.0), ("2026-12", 300.0)), charts.burn_up_alt),
        (charts.funnel, by_stage, charts.stages_alt),
        (charts.heat, by_stage, charts.stages_alt),
        (charts.waterfall, waterfall(found), charts.waterfall_alt),
        (charts.households, homes, charts.households_alt),
        (charts.patchwork, over_time(found), charts.patchwork_alt),
    ]


# -- facts -------------------------------------------------------------------------------------------------


def test_a_burn_up_ends_at_the_counted_area_of_the_briefing(worked: drawn.Drawn) -> None:
    data = burn_up(worked)
    assert data.counted[0] == Point(dt.date(2026, 1, 1), 0.0)
    assert (data.counted[-1].day, data.now_m2) == (briefings.ON, worked.briefing.counted.area_m2)
    assert (data.target_m2, data.end) == (3_000_000.0, dt.date(2026, 12, 31))
    assert data.required_m2_a_day == pytest.approx((3_000_000 - data.now_m2) / 184)


def test_a_year_that_is_over_has_no_pace(worked: drawn.Drawn) -> None:
    over = dataclasses.replace(worked.briefing, on=dt.date(2027, 2, 1))
    data = charts.burn_up_data(over, counted_by_day(worked.snapshot))
    assert data.required_m2_a_day is None
    assert VI("chart.pace_none", remaining=VI.ha(3_000_000 - data.now_m2)) in charts.burn_up_alt(data, VI)


def test_stages_are_those_of_the_briefing_and_a_park_without_documents_is_unknown(worked: drawn.Drawn) -> None:
    data = charts.stages_data(worked.briefing)
    assert [name.id for name in data.stages] == [s.code for s in stages()]
    assert data.total.areas_m2 == tuple(s.area_m2 for s in worked.briefing.stages)
    assert {row.name.id: row.areas_m2 for row in data.parks} == {
        p.id: tuple(s.area_m2 for s in p.stages) for p in worked.briefing.parks
    }
    told = {line.park_id for line in worked.briefing.projects if line.id in ("QV", "QV2-1", "TT1")}
    assert {row.name.id for row in data.parks if row.known} == told


def test_a_waterfall_goes_from_the_earlier_figure_to_this_one(worked: drawn.Drawn) -> None:
    data = waterfall(worked)
    assert data.before_m2 + sum(c.area_m2 for c in data.causes) == pytest.approx(data.after_m2)
    assert data.after_m2 == worked.briefing.counted.area_m2
    shown = sum(round(c.shown_m2 / 100) for c in data.causes)
    assert shown == int(data.after_m2 / 100 + 0.5) - int(data.before_m2 / 100 + 0.5)


def test_every_chart_is_json_under_a_versioned_root(worked: drawn.Drawn) -> None:
    roots = []
    for _, data, _ in every(worked):
        ((root, facts),) = json.loads(json.dumps(charts.as_json(data))).items()
        roots.append(root)
        assert facts["as_of"]["on"] == "2026-06-30" and facts["as_of"]["digest"] == worked.briefing.digest
    names = ["burn_up", "stages", "stages", "waterfall", "households", "patchwork"]
    assert roots == [f"parkgis.chart.{name}/v1" for name in names]


# -- patchwork over time -------------------------------------------------------------------------------------


def test_patchwork_is_told_month_by_month_beside_what_counted(worked: drawn.Drawn) -> None:
    """QV: one square in 2025, ten in March and a tranche in April; QV2-1: four in May, too small to be usable."""
    data = over_time(worked)
    assert [month.day.isoformat() for month in data.months] == [
        "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30",
    ]  # fmt: skip
    assert (data.months[0].usable_m2, data.months[0].counted_m2) == (0.0, 0.0) and data.months[0].handed_m2 == pytest.approx(900)
    assert data.months[2].usable_m2 == pytest.approx(11 * 900, rel=0.02)
    last = data.months[-1]
    assert last.counted_m2 == worked.briefing.counted.area_m2 and last.usable_m2 < last.handed_m2
    (page,) = drawn.texts(charts.patchwork(data, VI, SIZE, 80, "pdf"))
    assert all(VI.ha(month.handed_m2) in page for month in data.months)
    assert VI.percent(last.usable_m2 / last.handed_m2) in page and "30/06" in page


def test_nothing_is_said_of_land_without_parcels_or_without_hand_over(worked: drawn.Drawn, untouched: drawn.Drawn) -> None:
    assert charts.patchwork_alt(over_time(untouched), EN) == EN("chart.patchwork_unknown")
    none = dataclasses.replace(over_time(worked), months=over_time(worked).months[:0])
    assert charts.patchwork_alt(none, EN) == EN("blocks.none", on=briefings.ON)


# -- households --------------------------------------------------------------------------------------------


def test_households_are_counted_once_by_pseudonym(tmp_path: Path) -> None:
    """H1 holds two parcels and has handed over one; H2 is paid; H3 has handed over; the last parcel names nobody."""
    boxes = make.grid(5, 1)
    frame = make.parcels(boxes)
    frame["holder"] = ["H1", "H1", "H2", "H3", ""]
    site = make.site(tmp_path, None)
    sha = write_parcels(frame, tmp_path / "P-1.gpkg", make.START)
    site = dataclasses.replace(site, layer=ParcelLayer(tmp_path / "P-1.gpkg"), layer_sha256=sha)
    one, three, four = (f"09/1/{n}" for n in (1, 3, 4))
    ledger = make.memory(
        make.reached(one, "handed_user"), make.reached(three, "paid"), make.reached(four, "paid"), make.reached(four, "handed_user")
    )
    found = households(make.snapshot(ledger, site))
    assert found == (Households("K", 3, 1, 2, 1), Households("", 3, 1, 2, 1))


def test_households_are_unknown_where_no_parcel_names_one(worked: drawn.Drawn) -> None:
    data = charts.households_data(worked.briefing, households(worked.snapshot))
    assert data.total.known is None
    (page,) = drawn.texts(charts.households(data, VI, SIZE, 80, "pdf"))
    assert VI("chart.households_empty")[:40] in page


def test_households_are_drawn_by_park(worked: drawn.Drawn) -> None:
    data = charts.households_data(worked.briefing, households(worked.snapshot))
    rows = tuple(HouseholdRow(Name(f"K{n}", f"KCN số {n}", f"Park {n}"), 100 + n, n, 2 * n, 0) for n in range(1, 4))
    made = dataclasses.replace(data, total=HouseholdRow(Name("", "", ""), 306, 6, 12, 4), parks=rows)
    (page,) = drawn.texts(charts.households(made, EN, SIZE, 80, "pdf"))
    assert "Park 3" in page and "6 of 103 (3 unpaid)" in page and "12 of 306 (6 unpaid)" in page
    assert EN("chart.households_unnamed", count=4) in page


def test_stated_totals_outrank_the_parcels_and_two_bases_are_not_added(worked: drawn.Drawn) -> None:
    left, right = (dataclasses.replace(p, matters=dataclasses.replace(p.matters, homes=Homes())) for p in worked.briefing.parks[:2])
    left = dataclasses.replace(
        left, matters=dataclasses.replace(left.matters, homes=Homes(300, Between(120, 120), Between(180, 180)))
    )
    found = [Households(left.id, 90, 1, 2, 3), Households(right.id, 40, 5, 6, 0), Households("", 130, 6, 8, 3)]
    data = charts.households_data(dataclasses.replace(worked.briefing, parks=(left, right)), found)
    assert [(r.known, r.remaining, r.stated) for r in data.parks] == [(300, 180, True), (40, 6, False)]
    assert (data.total.known, data.total.stated) == (130, False)
    (page,) = drawn.texts(charts.households(data, EN, SIZE, 80, "pdf"))
    assert "180 of 300 households unpaid" in page and EN("chart.households_stated")[:30] in page
    alone = [found[0], dataclasses.replace(found[1], known=None), found[2]]
    data = charts.households_data(dataclasses.replace(worked.briefing, parks=(left, right)), alone)
    assert (data.total.known, data.total.remaining, data.total.stated) == (300, 180, True)
    assert "180 of 300 households have not been paid" in charts.households_alt(data, EN)
    assert charts.as_json(data)["parkgis.chart.households/v1"]["parks"][0]["stated"]


# -- drawings ----------------------------------------------------------------------------------------------


def test_every_chart_says_its_unit_its_day_and_its_ledger(worked: drawn.Drawn) -> None:
    for (draw, data, _), words in zip(every(worked), (VI, EN, VI, EN, VI, EN), strict=True):
        (page,) = drawn.texts(draw(data, words, SIZE, 80, "pdf"))
        assert words.day(briefings.ON) in page and worked.briefing.digest[:12] in page, draw.__name__
        assert words("chart.entry", seq=worked.briefing.head_seq) in page and "DEMO" not in page


def test_what_is_printed_is_the_briefings_figure(worked: drawn.Drawn) -> None:
    briefing = worked.briefing
    by_stage = charts.stages_data(briefing)
    (page,) = drawn.texts(charts.burn_up(burn_up(worked, ("2026-12", 300.0)), VI, SIZE, 80, "pdf"))
    assert f"Đã bàn giao {VI.ha(briefing.counted.area_m2)} ha" in page and "Kế hoạch (nét đứt)" in page and "T12" in page
    for draw in (charts.heat, charts.funnel):
        (page,) = drawn.texts(draw(by_stage, EN, (240.0, 200.0), 80, "pdf"))
        assert all(EN.ha(area) in page for row in (by_stage.total, *by_stage.parks) for area in row.areas_m2 if area)
    (page,) = drawn.texts(charts.waterfall(waterfall(worked), VI, SIZE, 80, "pdf"))
    moved = [c for c in waterfall(worked).causes if c.area_m2]
    assert moved and all(f"+{VI.ha(c.shown_m2)}" in page and VI(f"chart.cause_{c.code}") in page for c in moved)


def test_an_empty_ledger_gives_sentences_not_pictures_of_nothing(untouched: drawn.Drawn) -> None:
    by_stage = charts.stages_data(untouched.briefing)
    (page,) = drawn.texts(charts.funnel(by_stage, VI, SIZE, 80, "pdf"))
    assert VI("chart.stages_empty", on=briefings.ON)[:45] in page
    (page,) = drawn.texts(charts.burn_up(burn_up(untouched), VI, SIZE, 80, "pdf"))
    assert VI("chart.burn_up_zero", year=2026) in page and VI("chart.no_plan") in page
    assert not any(row.known for row in by_stage.parks)


def test_one_park_is_not_drawn_twice(worked: drawn.Drawn) -> None:
    data = charts.stages_data(worked.briefing)
    park = next(row for row in data.parks if any(row.areas_m2))
    (both,) = drawn.texts(charts.funnel(data, VI, SIZE, 80, "pdf"))
    (alone,) = drawn.texts(charts.funnel(dataclasses.replace(data, total=park, parks=(park,)), VI, SIZE, 80, "pdf"))
    assert VI("chart.all_parks") in both
    assert VI("chart.all_parks") not in alone and park.name.of("vi") in alone


def test_parks_that_find_no_room_are_counted(worked: drawn.Drawn) -> None:
    data = charts.stages_data(worked.briefing)
    rows = tuple(StageRow(Name(f"K{n}", f"{briefings.LONG} {n}", "x $y$ <b>"), 1e6, (1e5,) * 9, True) for n in range(200))
    many = dataclasses.replace(data, parks=rows)
    (page,) = drawn.texts(charts.heat(many, EN, SIZE, 80, "pdf"))
    shown = page.count("x $y$")
    assert shown >= 8 and EN("chart.parks_left", count=200 - shown) in page


def test_the_same_facts_give_the_same_bytes_in_every_form(worked: drawn.Drawn) -> None:
    data = burn_up(worked, ("2026-12", 300.0))
    for form, start in (("png", b"\x89PNG"), ("svg", b"<?xml")):
        once = charts.burn_up(data, VI, SIZE, 80, form)
        assert once.startswith(start) and once == charts.burn_up(data, VI, SIZE, 80, form)


def test_every_chart_is_said_in_words_too(worked: drawn.Drawn, untouched: drawn.Drawn) -> None:
    for found in (worked, untouched):
        for _, data, say in every(found):
            assert len(say(data, VI)) > 30 and say(data, VI) != say(data, EN)
    assert VI.ha(worked.briefing.counted.area_m2) in charts.burn_up_alt(burn_up(worked), VI)


def test_a_loss_is_drawn_downward_and_named(worked: drawn.Drawn) -> None:
    data = dataclasses.replace(
        waterfall(worked), before_m2=5e4, after_m2=2e4, causes=(Cause("void", -3e4, -3e4), Cause("new", 0.0, 0.0))
    )
    (page,) = drawn.texts(charts.waterfall(data, EN, SIZE, 80, "pdf"))
    assert "−3.00" in page and EN("chart.cause_void") in page and EN("chart.cause_new") not in page


def test_gain_and_loss_differ_in_grey() -> None:
    light = [sum(w * int(c[n : n + 2], 16) for w, n in ((0.3, 1), (0.59, 3), (0.11, 5))) for c in (DONE, LESS)]
    assert abs(light[0] - light[1]) > 80


# -- arithmetic of places ----------------------------------------------------------------------------------


@given(st.floats(1e-3, 1e7), st.integers(2, 9))
def test_a_step_is_round_and_gives_about_as_many_parts(span: float, about: int) -> None:
    step = nice_step(span, about)
    assert span / step <= about * 1.001 and span / step >= about / 2.6
    assert places_of(step) <= 6


@given(st.lists(st.floats(0, 100), max_size=6))
def test_labels_are_moved_apart_and_keep_their_order(wanted: list[float]) -> None:
    placed = spread(wanted, 5.0, 0.0, 100.0)
    order = sorted(range(len(wanted)), key=lambda n: wanted[n])
    assert all(placed[b] - placed[a] >= 5 - 1e-9 for a, b in itertools.pairwise(order))
    assert all(-1e-9 <= place <= 100 + 1e-9 for place in placed)


def test_letters_grow_with_the_sheet() -> None:
    assert scale_of(160, 90) == 1.0 and scale_of(60, 40) < 1 < scale_of(338, 190)
