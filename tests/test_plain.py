"""Answers as data: the contract that users' scripts rely on."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from files import cadastre, saved
from make import day, reached, workspace

from parkgis.briefing import brief
from parkgis.intake.add import Options, add_parcels
from parkgis.outputs import plain
from parkgis.words.catalogue import Words

if TYPE_CHECKING:
    from pathlib import Path

    from parkgis.briefing import Briefing


@pytest.fixture
def briefing(tmp_path: Path) -> Briefing:
    """QV: four parcels of 900 m2, one handed over, one paid by a document that states 905 m2."""
    here = workspace(tmp_path / "w")
    add_parcels(here, "QV", saved(cadastre(), tmp_path / "a.gpkg"), Options())
    here.store.append([reached("/1/1", project="QV"), reached("/1/2", "paid", project="QV", area_m2=905.0)])
    return brief(here, here.snapshot(here.cut(on=day("2026-06-30"))))


def body(briefing: Briefing) -> dict[str, Any]:
    root: dict[str, Any] = json.loads(plain.status_json(briefing, "vi"))
    assert list(root) == ["parkgis.status/v1"]
    found: dict[str, Any] = root["parkgis.status/v1"]
    return found


def test_the_keys_of_the_contract(briefing: Briefing) -> None:
    found = body(briefing)
    assert {"on", "known", "digest", "demo", "target", "stages", "parks", "projects", "statements"} <= set(found)
    assert {"year", "area_ha", "counted_ha", "documents_ha", "remaining_ha"} <= set(found["target"])
    assert {"id", "name", "planned_ha", "stages", "counted_ha", "findings"} <= set(found["projects"][0])
    assert all(set(s) == {"code", "area_m2", "parcels"} for s in found["stages"])


def test_the_figures(briefing: Briefing) -> None:
    found = body(briefing)
    assert (found["on"], found["demo"]) == ("2026-06-30", False)
    assert (found["target"]["counted_ha"], found["target"]["remaining_ha"]) == (0.09, 299.91)
    (project,) = [p for p in found["projects"] if p["id"] == "QV"]
    stages = {s["code"]: (s["area_m2"], s["parcels"]) for s in project["stages"]}
    assert (stages["handed_developer"], stages["paid"], stages["notice"]) == ((900.0, 1), (900.0, 1), (0.0, 0))
    assert len(found["parks"]) == 22
    assert len(found["projects"]) == 30


def test_statements_keep_their_precision_bound_and_scope(briefing: Briefing) -> None:
    said = [s for s in body(briefing)["statements"] if s["project"] == "NSHL" and s["metric"] == "handed_over_ha"]
    assert [(s["value"], s["bound"], s["date"], s["precision"]) for s in said] == [(236.0, "at_least", "2025-10-04", "day")]


def test_words_change_with_the_language_and_keys_do_not(briefing: Briefing) -> None:
    vi, en = (json.loads(plain.status_json(briefing, lang))["parkgis.status/v1"] for lang in ("vi", "en"))
    assert vi["projects"][0]["name"] != en["projects"][0]["name"]
    assert vi.keys() == en.keys()
    assert vi["target"] == en["target"]


def test_csv_has_a_row_a_project_and_the_same_figures(briefing: Briefing) -> None:
    rows = list(csv.DictReader(io.StringIO(plain.status_csv(briefing, "vi"))))
    assert len(rows) == 30
    (row,) = [r for r in rows if r["project"] == "QV"]
    assert (row["handed_developer_ha"], row["paid_ha"], row["counted_ha"]) == ("0.09", "0.09", "0.09")


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\tx"])
def test_a_cell_never_becomes_a_formula(text: str) -> None:
    assert plain.safe(text) == "'" + text
    assert plain.safe(-1.5) == -1.5
    assert plain.safe("thường") == "thường"


def test_findings_and_entries(briefing: Briefing) -> None:
    root = json.loads(plain.findings(briefing.findings, Words("vi"), "json"))["parkgis.findings/v1"]
    assert {"code", "severity", "where", "facts", "text", "remedy"} <= set(root[0])
    rows = list(csv.DictReader(io.StringIO(plain.findings(briefing.findings, Words("en"), "csv"))))
    assert [r["code"] for r in rows] == [f.code for f in briefing.findings]
