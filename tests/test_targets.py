"""Targets against a workspace: the year, a park, a project, another period; and as text and JSON."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import make
import pytest

from parkgis.errors import WorkspaceInvalid
from parkgis.intake.texts import enter_tables
from parkgis.layers.write import write_parcels
from parkgis.model import Document, Kind
from parkgis.outputs import targets as drawn
from parkgis.planning.target import Progress, targets
from parkgis.words.catalogue import Words
from parkgis.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

ON = dt.date(2026, 6, 30)
MORE = """
[[targets]]
id = "QV-9"
name = "Quế Võ"
area_ha = 0.5
by = 2026-09-30
project = "QV"

[[targets]]
id = "spring"
area_ha = 0.2
from = 2026-03-01
by = 2026-04-30
"""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six squares of 1000 m2 of QV: handed over on 2 March (two), 10 May (one); a plan of May and June."""
    made = make.workspace(tmp_path_factory.mktemp("targets") / "w")
    path = made.root / "parkgis.toml"
    path.write_text(path.read_text(encoding="utf-8") + MORE, encoding="utf-8")
    sha = write_parcels(make.parcels(make.grid(3, 2, 31.6227766)), made.root / "layers/parcels/QV-1.gpkg", make.START)
    plan = make.entry(Kind.PLANNED, "2026-01-05", "QV", facts={"month": "2026-05", "baseline": 1}, area_m2=2000.0)
    made.store.append(
        [
            make.layer_entry("parcels", "layers/parcels/QV-1.gpkg", sha, "QV"),
            *(make.reached(f"09/1/{n}", "handed_developer", "2026-03-02", project="QV") for n in (1, 2)),
            make.reached("09/1/3", "handed_developer", "2026-05-10", project="QV"),
            plan,
        ]
    )
    return made.root


def ask(here: Path, on: dt.date = ON) -> tuple[Progress, ...]:
    made = Workspace(here)
    return targets(made, made.snapshot(made.cut(on))).progress


def test_the_year_is_the_first_target(here: Path) -> None:
    year, project, spring = ask(here)
    assert (year.goal.id, year.mapped) == ("2026", False) and year.counted_m2 == pytest.approx(3000.0, abs=0.1)
    assert (project.counted_m2, project.remaining_m2) == pytest.approx((3000.0, 2000.0), abs=0.1)
    assert (spring.counted_m2, spring.remaining_m2) == pytest.approx((2000.0, 0.0), abs=0.1) and spring.mapped


def test_the_pace_is_a_working_day(here: Path) -> None:
    year, project, spring = ask(here)
    assert year.working_days == 130 and year.pace_m2 == pytest.approx((3e6 - 3000) / 130, rel=1e-4)
    assert project.pace_m2 is not None and project.pace_m2 == pytest.approx(2000 / project.working_days, rel=1e-3)
    assert spring.working_days == 0
    assert ask(here, dt.date(2026, 12, 31))[0].pace_m2 is None, "no day is left"


def test_an_entered_plan_is_used_and_a_curve_is_said_to_be_one(here: Path) -> None:
    year, project, spring = ask(here)
    assert (project.plan_entered, project.planned_m2, project.plan_total_m2) == (True, 2000.0, 2000.0)
    assert year.plan_entered and not spring.plan_entered
    text = drawn.text(targets(made := Workspace(here), made.snapshot(made.cut(ON))), Words("vi"))
    assert "đường cong chữ S" in text and "kế hoạch các tháng cộng lại chỉ 0,20 ha" in text


def test_the_burn_up_ends_with_what_is_counted(here: Path) -> None:
    for one in ask(here):
        assert one.burn_up[-1].area_m2 == one.counted_m2


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_text_shows_every_target_and_indicator(here: Path, lang: str) -> None:
    made = Workspace(here)
    text = drawn.text(targets(made, made.snapshot(made.cut(ON))), Words(lang))
    wanted = {
        "vi": ["300,00", "Quế Võ", "2–3", "92,4 tỷ USD", "2.390"],
        "en": ["300.00", "Quế Võ", "2–3", "92.4 billion USD", "2,390"],
    }
    assert [word for word in wanted[lang] if word not in text] == []


def test_json_has_a_versioned_root(here: Path) -> None:
    made = Workspace(here)
    body = json.loads(drawn.as_json(targets(made, made.snapshot(made.cut(ON)))))["parkgis.target/v1"]
    assert [t["goal"]["id"] for t in body["targets"]] == ["2026", "QV-9", "spring"] and len(body["indicators"]) == 4
    assert body["targets"][0]["burn_up"][-1][1] == pytest.approx(3000.0, abs=0.1)


def test_indicators_are_shown_as_they_were_known_and_what_was_reached_by_the_day(tmp_path: Path) -> None:
    made = make.workspace(tmp_path / "w")
    path, paper = made.root / "layers/indicators.csv", Document("15/QĐ-BQL", dt.date(2026, 1, 5))

    def entered(*values: str, at: str) -> None:
        rows = [f"export,actual,{value},,,,,BC\n" for value in values]
        path.write_text(path.read_text(encoding="utf-8") + "".join(rows), encoding="utf-8")
        enter_tables(Workspace(made.root, make.clock(start=make.at(at))), paper.date, paper, "An")

    def said(on: dt.date, known: str) -> str:
        later = Workspace(made.root, make.clock(start=make.at("2026-12-01")))
        found = targets(later, later.snapshot(later.cut(on, make.at(known))))
        assert all(actual.day <= on for one in found.indicators for actual in one.actuals)
        return next(text for text in drawn.text(found, Words("en")).split("  Export value")[1:])

    entered(at="2026-01-06")
    entered("2026-06-30,45.1", at="2026-07-05")
    entered("2026-09-30,70", at="2026-10-05")
    assert "no actual recorded" in said(ON, "2026-07-01"), "not known yet"
    assert "by 30/06/2026: 45.1 billion USD, 48.8% of the goal (BC)" in said(ON, "2026-07-06")
    assert "45.1" in said(dt.date(2026, 9, 30), "2026-09-30") and "by 30/09/2026: 70 " in said(dt.date(2026, 9, 30), "2026-10-06")
    assert "45.1" in said(ON, "2026-10-06"), "the day asked about outranks what came later"
    assert "no actual recorded" in said(dt.date(2026, 6, 29), "2026-10-06")


def test_a_target_of_a_place_that_is_not_there_is_refused(tmp_path: Path) -> None:
    made = make.workspace(tmp_path / "w")
    path = made.root / "parkgis.toml"
    path.write_text(path.read_text(encoding="utf-8") + MORE.replace('"QV"', '"NONE"'), encoding="utf-8")
    made = Workspace(made.root)
    with pytest.raises(WorkspaceInvalid, match="NONE"):
        targets(made, made.snapshot(made.cut(ON)))


def test_a_broken_target_is_said_with_its_key(tmp_path: Path) -> None:
    made = make.workspace(tmp_path / "w")
    path = made.root / "parkgis.toml"
    path.write_text(path.read_text(encoding="utf-8") + '\n[[targets]]\nid = "x"\narea_ha = -1\nby = 2026-12-31\n', encoding="utf-8")
    with pytest.raises(WorkspaceInvalid, match="area_ha = -1"):
        Workspace(made.root)
