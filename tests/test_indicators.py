"""Goals that are no hectares: read, ranged, with what was reached by a day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from parkgis.errors import FieldMissing, FileUnreadable, InputError
from parkgis.layers.indicators import read_indicators
from parkgis.workspace import shipped

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "id,row,date,value,value_max,unit,name_vi,name_en,source\n"
GOAL = "a,target,2026-12-31,2,3,project,Dự án,Projects,NQ\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "indicators.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_goals_of_2026() -> None:
    found = {one.id: (one.at_least, one.up_to, one.unit) for one in read_indicators(shipped() / "layers/indicators.csv")}
    assert found == {
        "new_projects": (2, 3, "project"), "investment": (1.6, 1.6, "billion_usd"), "output": (2390, 2390, "trillion_vnd"),
        "export": (92.4, 92.4, "billion_usd"),
    }  # fmt: skip


def test_the_newest_actual_by_a_day(tmp_path: Path) -> None:
    rows = "a,actual,2026-09-30,2,,,,,BC 9\na,actual,2026-06-30,1,,,,,BC 6\n"
    (one,) = read_indicators(written(tmp_path, HEAD + GOAL + rows))
    values = [(found := one.newest(dt.date(2026, month, 30))) and found.value for month in (3, 6, 8, 9)]
    assert values == [None, 1.0, 1.0, 2.0]


def test_a_workspace_without_the_table_has_none(tmp_path: Path) -> None:
    assert read_indicators(tmp_path / "none.csv") == ()


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        ("a,target,31/12/2026,2,,,,,\n", "date"), ("a,target,2026-12-31,hai,,,,,\n", "value"),
        ("a,target,2026-12-31,nan,,,,,\n", "value"),
        ("a,target,2026-12-31,-1,,,,,\n", "value"), ("a,target,2026-12-31,3,2,,,,\n", "value_max"),
        ("b,actual,2026-12-31,3,,,,,\n", "id"),
        ("a,goal,2026-12-31,3,,,,,\n", "row"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_named(tmp_path: Path, rows: str, word: str) -> None:
    with pytest.raises(InputError, match=f"line 2.*{word}"):
        read_indicators(written(tmp_path, HEAD + rows))


def test_a_missing_column_and_another_encoding_are_said(tmp_path: Path) -> None:
    with pytest.raises(FieldMissing, match="value_max"):
        read_indicators(written(tmp_path, HEAD.replace("value_max,", "")))
    (tmp_path / "indicators.csv").write_bytes(HEAD.encode() + "a,target,2026-12-31,2,,,Dự,,\n".encode("utf-16"))
    with pytest.raises(FileUnreadable):
        read_indicators(tmp_path / "indicators.csv")
