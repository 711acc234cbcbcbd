"""The empty workbook for minutes: its lists, and that what is filled in can be recorded."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from files import cadastre, saved
from make import day, project, workspace

from parkgis.intake.add import Options, add_parcels
from parkgis.intake.minutes import record_plan
from parkgis.intake.rows import plan_file
from parkgis.ledger import sheets
from parkgis.outputs import template
from parkgis.rules import stages
from parkgis.words.catalogue import Words

if TYPE_CHECKING:
    from pathlib import Path

VI, EN = Words("vi"), Words("en")
BOTH = pytest.mark.parametrize("words", [VI, EN], ids=["vi", "en"])
PROJECTS = [project("QV", name_vi="=1+1", name_en="@x"), project("TT1", name_vi="Thuận Thành I", name_en="Thuan Thanh I")]


def opened(words: Words, **more: object) -> openpyxl.Workbook:
    content = template.build(PROJECTS, words, demo=bool(more.get("demo")), project=str(more.get("project", "")))
    return openpyxl.load_workbook(io.BytesIO(content))


@BOTH
def test_three_sheets_with_drop_downs(words: Words) -> None:
    book = opened(words)
    minutes, _, lists = book.worksheets
    assert minutes.freeze_panes == "A4"
    rules = {str(rule.sqref): rule for rule in minutes.data_validations.dataValidation}
    name = words("sheets.template_lists")
    assert rules["A4:A1003"].formula1 == f"'{name}'!$A$5:$A$6"
    assert rules["F4:F1003"].formula1 == f"'{name}'!$C$5:$C${4 + len(stages())}"
    assert rules["J4:J1003"].formula1 == '"reached"'
    assert rules["G4:G1003"].type == rules["I4:I1003"].type == "date"
    assert [lists.cell(row, 1).value for row in (5, 6)] == [template.choice(p, words.lang) for p in PROJECTS]
    assert [lists.cell(row, 3).value for row in range(5, 5 + len(stages()))] == [s.name(words.lang) for s in stages()]


def test_one_project_and_the_mark_of_a_demo() -> None:
    book = opened(VI, project="TT1", demo=True)
    assert [cell.value for cell in book.worksheets[2]["A"][4:] if cell.value] == ["TT1 – Thuận Thành I"]
    for sheet in book.worksheets:
        assert VI("word.demo") in [sheet.cell(row, 1).value for row in (1, 2)]


@BOTH
def test_nothing_in_it_is_a_formula_and_the_same_call_gives_the_same_bytes(words: Words) -> None:
    cells = [cell for sheet in opened(words).worksheets for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert template.build(PROJECTS, words, demo=False) == template.build(PROJECTS, words, demo=False)


@BOTH
def test_a_filled_template_is_recorded(words: Words, tmp_path: Path) -> None:
    here = workspace(tmp_path / "w")
    add_parcels(here, "QV", saved(cadastre(), tmp_path / "thua.gpkg"), Options())
    path = tmp_path / "mau.xlsx"
    path.write_bytes(template.build(here.projects, words, demo=True))
    book = openpyxl.load_workbook(path)
    minutes, _, lists = book.worksheets
    named = next(str(cell.value) for cell in lists["A"] if str(cell.value).startswith("QV – "))
    stage = next(s for s in stages() if s.code == "paid").name(words.lang)
    for row, (parcel, area) in enumerate([("1+2", "900+905,5"), ("3", 900)], start=5):
        values: list[Any] = [named, None, "1", parcel, area, stage, day("2025-12-20"), "09/BB", "20/12/2025", "reached", "đủ"]
        for column, value in enumerate(values, start=1):
            minutes.cell(row, column, value)
    minutes.cell(7, 1, "Tổng cộng")
    minutes.cell(7, 5, 2705.5)
    book.save(path)
    understood = sheets.understood(path)
    outcome = record_plan(here, plan_file(here, understood, "An"), path)
    assert [(e.event.parcel, e.event.area_m2, e.event.stage, e.event.note) for e in outcome.recorded] == [
        ("/1/1", 900.0, "paid", "đủ"), ("/1/2", 905.5, "paid", "đủ"), ("/1/3", 900.0, "paid", "đủ"),
    ]  # fmt: skip
    assert [s.state for s in understood.sheets] == ["read", "passed_over", "passed_over"]
    assert outcome.findings == ()
    assert record_plan(here, plan_file(here, sheets.understood(path), "An"), path).already == 3
