"""Periods close by rule, a narrowed report keeps to its land, what does not add up is said, a sent report stays as sent."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import zoneinfo
from typing import TYPE_CHECKING

import busy
import decks
import make
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parkgis import reporting
from parkgis.errors import FileUnreadable, OutputFailed, ProjectUnknown, UsageError
from parkgis.explain import Cause
from parkgis.model import Cut
from parkgis.outputs import deck, report
from parkgis.reporting import PERIODS, closing, invariants, kept, previous
from parkgis.rules import stages
from parkgis.words.catalogue import Words

if TYPE_CHECKING:
    from pathlib import Path

    from parkgis.briefing import Briefing
    from parkgis.reporting import Beside
    from parkgis.workspace import Workspace

ZONE = zoneinfo.ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return busy.workspace(tmp_path_factory.mktemp("busy") / "w")


@pytest.fixture(scope="module")
def whole(found: Workspace) -> tuple[Briefing, Beside]:
    return busy.gathered(found)


# -- periods -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "on", "before"),
    [
        ("week", "2026-07-03", "2026-06-26"),
        ("week", "2026-07-04", "2026-07-03"),
        ("month", "2026-03-01", "2026-02-28"),
        ("month", "2028-03-15", "2028-02-29"),
        ("quarter", "2026-07-03", "2026-06-30"),
        ("half", "2026-06-14", "2025-12-14"),
        ("half", "2026-12-01", "2026-06-14"),
        ("year", "2026-12-14", "2025-12-14"),
    ],
)
def test_the_period_before_closed_by_its_rule(period: str, on: str, before: str) -> None:
    assert previous(period, make.day(on)) == make.day(before)


def test_a_friday_closes_at_four_in_the_afternoon_and_a_month_at_midnight() -> None:
    assert closing("week", make.day("2026-06-26"), ZONE) == dt.datetime(2026, 6, 26, 16, tzinfo=ZONE)
    assert closing("month", make.day("2026-06-30"), ZONE) == dt.datetime(2026, 6, 30, 23, 59, 59, 999_999, tzinfo=ZONE)


@given(st.sampled_from(PERIODS), st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)))
def test_every_day_has_a_cut_off_before_it_and_the_one_of_the_next_day_is_no_earlier(period: str, on: dt.date) -> None:
    assert on - dt.timedelta(days=366) <= previous(period, on) < on
    assert previous(period, on) <= previous(period, on + dt.timedelta(days=1)) <= on


# -- what is gathered --------------------------------------------------------------------------------------


def test_the_change_since_friday_a_week_ago_adds_up_and_names_its_minutes(whole: tuple[Briefing, Beside]) -> None:
    briefing, beside = whole
    assert beside.earlier is not None
    assert beside.explanation is not None
    assert beside.earlier.on == make.day("2026-06-26")
    assert beside.earlier.total.counted_m2 == pytest.approx(3600)
    assert briefing.counted.area_m2 == pytest.approx(6300)
    (part,) = (p for p in beside.explanation.total.parts if p.papers)
    assert (part.cause, [p.number for p in part.papers]) == (Cause.NEW, ["=02/BB"])
    assert part.area_m2 == pytest.approx(2700)


def test_land_users_pass_a_step_once_all_their_parcels_have(whole: tuple[Briefing, Beside]) -> None:
    users = whole[1].register.users
    handed = [s.code for s in stages()].index("handed_developer")
    assert (users["QV"].known, users["QV"].reached[handed]) == (10, 3)  # parcels 0-6: the fourth user still holds one
    assert users["YP-1"].known is None
    assert users[""].known == 10


def test_hand_over_before_recovery_is_a_finding_and_the_figures_stay(whole: tuple[Briefing, Beside]) -> None:
    briefing, beside = whole
    told = {(f.where, f.facts["stage"], f.facts["earlier"]): f.facts["excess_m2"] for f in beside.broken}
    assert told["QV", "handed_developer", "handed_user"] == pytest.approx(6300)
    assert told["YP-1", "paid", "plan_approved"] == pytest.approx(3600)
    assert briefing.counted.area_m2 == pytest.approx(6300)


def test_a_total_of_more_than_its_parts_is_an_error(whole: tuple[Briefing, Beside]) -> None:
    more = tuple(area._replace(area_m2=area.area_m2 + 5) for area in whole[0].stages)
    broken = invariants.broken(dataclasses.replace(whole[0], stages=more))
    assert [f.facts["excess_m2"] for f in broken if f.code == "report_parts"] == [pytest.approx(5)] * len(stages())


def test_more_than_the_planned_area_is_a_finding(whole: tuple[Briefing, Beside]) -> None:
    lines = tuple(dataclasses.replace(p, planned_ha=0.1) if p.id == "QV" else p for p in whole[0].projects)
    broken = invariants.broken(dataclasses.replace(whole[0], projects=lines))
    assert [f.facts["excess_m2"] for f in broken if f.code == "report_beyond"] == [pytest.approx(5300)]


# -- narrowed ----------------------------------------------------------------------------------------------


def test_a_project_s_report_holds_its_own_figures_and_its_own_plan(found: Workspace, whole: tuple[Briefing, Beside]) -> None:
    briefing, beside = busy.gathered(found, reporting.find(found, project="QV"))
    (line,) = (p for p in whole[0].projects if p.id == "QV")
    assert [p.id for p in briefing.projects] == ["QV"]
    assert (briefing.counted, briefing.stages) == (line.counted, line.stages)
    assert briefing.target.area_ha == pytest.approx(1.8)  # of its plan; nobody divided the 300 ha
    assert briefing.digest == whole[0].digest
    assert {p.project for p in briefing.papers} == {"QV"}
    assert beside.series is not None
    assert beside.series.on(busy.ON) == pytest.approx(6300)
    assert beside.explanation is not None
    assert beside.explanation.total.exact_after_m2 == 6300
    assert "KCN Quế Võ" in briefing.scope("vi")


def test_parks_together_hold_what_the_province_holds(found: Workspace, whole: tuple[Briefing, Beside]) -> None:
    parts = [busy.gathered(found, reporting.find(found, park=p.id))[0] for p in whole[0].parks if p.id in ("QV", "YP", "TS")]
    assert sum(p.counted.area_m2 for p in parts) == pytest.approx(whole[0].counted.area_m2)
    assert sum(len(p.papers) for p in parts) == len(whole[0].papers)


def test_a_commune_s_report_holds_its_parcels_alone(found: Workspace) -> None:
    mine, beside = busy.gathered(found, reporting.find(found, commune="09"))
    other, _ = busy.gathered(found, reporting.find(found, commune="11"))
    assert [p.id for p in mine.projects] == ["QV"]
    assert mine.counted.area_m2 == pytest.approx(6300)
    assert mine.counted.documents_m2 == pytest.approx(6303)
    assert (other.counted.area_m2, [p.parcels for p in other.projects]) == (0, [4])
    assert [o.parcel for o in mine.matters.obstacles] == [busy.KEYS[9]]
    assert beside.explanation is None  # cannot be told for a commune alone
    said = {s.key: s.tables[0] for s in report.sheets(mine, Words("en"), beside)}
    assert {said[key].empty for key in ("people", "payments")} == {Words("en")("stated.undivided")}
    assert sum(len(rows) for rows in beside.register.rows) == 20


def test_slides_of_a_scope_say_so_on_each_and_leave_out_what_cannot_be_told(found: Workspace) -> None:
    for scope, keys in (
        (reporting.find(found, project="QV"), {"province", "change", "park:QV", "obstacles", "stages"}),
        (reporting.find(found, commune="09"), {"province", "park:QV", "obstacles", "stages"}),
    ):
        briefing, beside = busy.gathered(found, scope)
        said = deck.content(briefing, deck.Extras(series=beside.series, explanation=beside.explanation), Words("vi"), (120.0, 60.0))
        assert {slide.key for slide in said.slides} == keys
        assert briefing.scope("vi") in said.slides[0].title and briefing.scope("vi") in said.foot
        first = decks.texts_of(deck.draw(said, deck.load()))[0]
        assert Words("vi").ha(briefing.counted.area_m2) in first
        assert ("ha trên kế hoạch năm" in first) == (scope.kind == "project")


def test_a_scope_that_is_not_there_is_refused_with_the_nearest(found: Workspace) -> None:
    with pytest.raises(UsageError, match="QV"):
        reporting.find(found, park="QVX")
    with pytest.raises(UsageError, match="09"):
        reporting.find(found, commune="0")
    with pytest.raises(UsageError, match="one of them"):
        reporting.find(found, park="QV", commune="09")
    with pytest.raises(ProjectUnknown):
        reporting.find(found, project="QVX")


# -- kept --------------------------------------------------------------------------------------------------


def _keep(root: Path, pair: tuple[Briefing, Beside], text: str = "<p>") -> kept.Kept:
    return kept.keep(root, {"r.html": text.encode(), "r.xlsx": b"PK"}, *pair, make.at("2026-07-03T13:00"), "An")


def test_a_kept_report_is_numbered_chained_and_found_again(tmp_path: Path, whole: tuple[Briefing, Beside]) -> None:
    first, second = _keep(tmp_path, whole), _keep(tmp_path, whole, "<p>2")
    assert [k.number for k in kept.listed(tmp_path)] == [first.number, second.number] == [1, 2]
    assert (second.folder / "r.html").read_bytes() == b"<p>2"
    assert (first.before, len(second.before), second.digest) == ("", 64, whole[0].digest)
    assert kept.verify(tmp_path) == ()
    later = Cut(make.day("2026-07-10"), make.at("2026-07-10T10:00"))
    newest = kept.latest(tmp_path, "week", "province:", later)
    assert newest is not None
    assert (newest.number, newest.cut) == (2, Cut(busy.ON, busy.KNOWN))
    assert kept.latest(tmp_path, "month", "province:", later) is None
    assert kept.latest(tmp_path, "week", "province:", newest.cut) is None  # a report is not compared with itself


def test_the_next_report_is_compared_with_the_one_that_was_sent(found: Workspace) -> None:
    cut = found.cut(make.day("2026-07-10"), make.at("2026-07-10T10:00"))
    asked = reporting.ask(found, cut, "week", reporting.WHOLE, (7, Cut(busy.ON, busy.KNOWN)))
    assert (asked.kept, asked.since) == (7, Cut(busy.ON, busy.KNOWN))


def test_a_changed_file_a_changed_record_and_a_missing_report_are_found(tmp_path: Path, whole: tuple[Briefing, Beside]) -> None:
    for text in "123":
        _keep(tmp_path, whole, text)
    folder = tmp_path / "reports" / "kept"
    (folder / "0003" / "r.html").write_text("4", encoding="utf-8")
    record = json.loads((folder / "0001" / "report.json").read_text(encoding="utf-8"))
    record["parkgis.kept/v1"]["by"] = "ai đó"
    (folder / "0001" / "report.json").write_text(json.dumps(record), encoding="utf-8")
    assert {(f.code, f.where, f.facts["file"]) for f in kept.verify(tmp_path)} == {
        ("kept_changed", "0002", "report.json"), ("kept_changed", "0003", "r.html")
    }  # fmt: skip
    (folder / "0002").rename(tmp_path / "away")
    assert "kept_missing" in {f.code for f in kept.verify(tmp_path)}


def test_a_record_that_is_none_is_refused(tmp_path: Path, whole: tuple[Briefing, Beside]) -> None:
    (_keep(tmp_path, whole).folder / "report.json").write_text("{}", encoding="utf-8")
    with pytest.raises(FileUnreadable):
        kept.listed(tmp_path)


def test_where_nothing_can_be_kept_nothing_is_left_behind(tmp_path: Path, whole: tuple[Briefing, Beside]) -> None:
    (tmp_path / "reports").write_text("a file", encoding="utf-8")
    with pytest.raises(OutputFailed):
        _keep(tmp_path, whole)
    assert [p.name for p in tmp_path.iterdir()] == ["reports"]
