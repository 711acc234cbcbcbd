"""The text layers: what ships adds up, precision is kept, contradictions are found, bad files are named."""

from __future__ import annotations

import collections
import csv
import hashlib
from typing import TYPE_CHECKING

import pytest

from parkgis.errors import FieldMissing, FileMissing, FileUnreadable, InputError
from parkgis.layers.tables import contradictions, read_parks, read_projects, read_statements, sha256
from parkgis.workspace import shipped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LAYERS = shipped() / "layers"
PARKS, PROJECTS, STATEMENTS = (
    read_parks(LAYERS / "parks.csv"), read_projects(LAYERS / "projects.csv"), read_statements(LAYERS / "statements.csv")
)  # fmt: skip

# -- what ships --------------------------------------------------------------------------------------------


def test_sixteen_planned_parks_five_new_one_later() -> None:
    assert collections.Counter(p.group for p in PARKS) == {"planned16": 16, "new5": 5, "later": 1}
    assert collections.Counter(p.group for p in PROJECTS) == {"planned16": 24, "new5": 5, "later": 1}


@pytest.mark.parametrize(("group", "hectares"), [("planned16", 6240.81), ("new5", 1805.0), ("later", 140.34)])
def test_planned_areas_add_up(group: str, hectares: float) -> None:
    assert round(sum(p.planned_ha for p in PROJECTS if p.group == group), 2) == hectares


def test_every_project_has_its_park_and_every_park_a_project() -> None:
    assert {p.park_id for p in PROJECTS} == {p.id for p in PARKS}
    group = {p.id: p.group for p in PARKS}
    assert all(p.group == group[p.park_id] for p in PROJECTS)


def test_the_five_new_ones_say_verify() -> None:
    assert all("verify" in p.note for p in PROJECTS if p.group == "new5")


def test_centres_have_a_grade_and_only_they() -> None:
    assert collections.Counter(p.coord_grade for p in PROJECTS) == {"A": 7, "B": 4, "C": 13, "": 6}
    assert all((p.lat is None) == (p.lon is None) == (p.coord_grade == "") for p in PROJECTS)


def test_statements_keep_the_precision_they_came_with() -> None:
    with (LAYERS / "statements.csv").open(encoding="utf-8", newline="") as file:
        written = [row["date"] for row in csv.DictReader(file)]
    assert [s.date for s in STATEMENTS] == written
    assert len(STATEMENTS) == 116
    assert {s.precision for s in STATEMENTS} == {"year", "month", "day"}
    assert all(s.precision == {4: "year", 7: "month", 10: "day"}[len(s.date)] for s in STATEMENTS)


def test_statements_point_at_what_exists() -> None:
    parks, projects = {p.id for p in PARKS}, {p.id: p.park_id for p in PROJECTS}
    for said in STATEMENTS:
        assert said.park_id in {"", *parks} and said.project_id in {"", *projects}
        assert not said.project_id or projects[said.project_id] == said.park_id
        assert said.scope in {"whole", "part", "province", "other_park"}
        assert said.bound in {"exact", "at_least", "about", "at_most"}
        assert said.date_inferred in {"", "month", "year"}
        assert said.source and said.url.startswith("http")


def test_only_two_statements_speak_of_hand_over_and_neither_of_2026() -> None:
    handed = [s for s in STATEMENTS if s.metric == "handed_over_ha"]
    assert len(handed) == 2 and all(s.date < "2026" for s in handed)


@pytest.mark.parametrize(
    ("code", "where", "facts"),
    [
        ("statement_sum", "Đại Đồng – Hoàn Sơn giai đoạn II, 2025-01-06", {"left": 3.71, "right": 3.74}),
        ("statement_rises", "Hòa Phú", {"before": 3.65, "after": 5.1, "then": "2023-02", "now": "2024-08-18"}),
        ("statement_paid_more", "Quế Võ III", {"paid": 205.6, "handed": 130.0}),
        ("statement_areas", "NSHL", {"project": "NSHL"}),
    ],
)
def test_the_real_contradictions_are_found(code: str, where: str, facts: dict[str, object]) -> None:
    found = [f for f in contradictions(STATEMENTS) if (f.code, f.where) == (code, where)]
    assert len(found) == 1
    assert facts.items() <= found[0].facts.items()


def test_statements_that_agree_contradict_nothing() -> None:
    assert contradictions([s for s in STATEMENTS if s.label == "Hanaka"]) == ()
    assert contradictions([]) == ()


# -- files as people make them -----------------------------------------------------------------------------

HEADS = {
    "parks": (LAYERS / "parks.csv").read_text(encoding="utf-8").splitlines()[0],
    "projects": (LAYERS / "projects.csv").read_text(encoding="utf-8").splitlines()[0],
    "statements": (LAYERS / "statements.csv").read_text(encoding="utf-8").splitlines()[0],
}
READ: dict[str, Callable[[Path], tuple[object, ...]]] = {
    "parks": read_parks,
    "projects": read_projects,
    "statements": read_statements,
}


def row(table: str, **cells: str) -> str:
    """Return a good row of a table with some cells changed."""
    good = {
        "park_id": "K", "project_id": "P", "planned_ha": "1805.5", "lat": "21.1", "lon": "106.1", "date": "2025-04", "value": "3.5",
    }  # fmt: skip
    return ",".join((good | cells).get(name, "x") for name in HEADS[table].split(","))


def read(tmp_path: Path, table: str, *rows: str) -> tuple[object, ...]:
    path = tmp_path / f"{table}.csv"
    path.write_text("\n".join([HEADS[table], *rows, ""]), encoding="utf-8")
    return READ[table](path)


@pytest.mark.parametrize("table", READ)
def test_a_good_row_is_read(tmp_path: Path, table: str) -> None:
    assert len(read(tmp_path, table, row(table))) == 1


@pytest.mark.parametrize("table", READ)
def test_excel_writes_a_byte_order_mark(tmp_path: Path, table: str) -> None:
    (tmp_path / "t.csv").write_text(f"{HEADS[table]}\r\n{row(table)}\r\n", encoding="utf-8-sig", newline="")
    assert len(READ[table](tmp_path / "t.csv")) == 1


@pytest.mark.parametrize(
    ("table", "cells", "why"),
    [
        ("projects", {"planned_ha": "1.805,5"}, "not as many cells"),
        ("projects", {"planned_ha": "nhiều"}, "planned_ha"),
        ("projects", {"planned_ha": ""}, "planned_ha"),
        ("projects", {"planned_ha": "nan"}, "planned_ha"),
        ("projects", {"lat": "106.1", "lon": "21.1"}, "not in Vietnam"),
        ("projects", {"lat": "21.1", "lon": ""}, "lon"),
        ("projects", {"lat": "2340152", "lon": "563663"}, "not in Vietnam"),
        ("statements", {"value": "hơn 5"}, "value"),
        ("statements", {"date": "18/04/2025"}, "date"),
        ("statements", {"date": "2025-13"}, "date"),
        ("statements", {"date": "2025-4"}, "date"),
        ("statements", {"date": ""}, "date"),
    ],
)
def test_a_bad_cell_is_named_with_its_line(tmp_path: Path, table: str, cells: dict[str, str], why: str) -> None:
    with pytest.raises(InputError) as refused:
        read(tmp_path, table, row(table, park_id="A", project_id="A"), row(table, **cells))
    assert f"{table}.csv" in str(refused.value) and "line 3" in str(refused.value) and why in str(refused.value)


@pytest.mark.parametrize("table", READ)
def test_a_short_row_is_named(tmp_path: Path, table: str) -> None:
    with pytest.raises(InputError, match="line 2: not as many cells"):
        read(tmp_path, table, "a,b")


@pytest.mark.parametrize("table", ["parks", "projects"])
def test_an_id_is_one_thing(tmp_path: Path, table: str) -> None:
    with pytest.raises(InputError, match="stands in two rows"):
        read(tmp_path, table, row(table), row(table))


@pytest.mark.parametrize("table", READ)
def test_a_column_that_is_missing(tmp_path: Path, table: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(FieldMissing, match="The columns are: a, b"):
        READ[table](path)


@pytest.mark.parametrize("table", READ)
def test_files_that_cannot_be_read(tmp_path: Path, table: str) -> None:
    (tmp_path / "t.csv").write_bytes(HEADS[table].encode() + b"\nK\xe9,")
    with pytest.raises(FileUnreadable, match="not UTF-8"):
        READ[table](tmp_path / "t.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(FileUnreadable):
        READ[table](tmp_path / "folder.csv")
    (tmp_path / "empty.csv").touch()
    with pytest.raises(FieldMissing):
        READ[table](tmp_path / "empty.csv")


def test_parks_and_projects_must_be_there_statements_need_not(tmp_path: Path) -> None:
    for reader in (read_parks, read_projects):
        with pytest.raises(FileMissing):
            reader(tmp_path / "t.csv")
    assert read_statements(tmp_path / "t.csv") == ()


def test_sha256_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 3_000_000)
    assert sha256(tmp_path / "a") == hashlib.sha256(b"x" * 3_000_000).hexdigest()
