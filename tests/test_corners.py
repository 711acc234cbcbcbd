"""Lists of corners and tables of WKT: X is the northing, nothing is guessed, what is odd is said with its row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from parkgis.errors import FileEmpty
from parkgis.layers import rings
from parkgis.layers.read import read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from parkgis.layers.read import Incoming

N, E = 2_340_000.0, 563_000.0
HEAD = "Tờ bản đồ;Số thửa;Số hiệu điểm;X (m);Y (m)"
HEADS: Sequence[object] = ["Số hiệu điểm", "X (m)", "Y (m)"]
SQUARE = [(0, 0), (30, 0), (30, 30), (0, 30)]
"""North and east of (N, E), as a list has them."""


def csv(folder: Path, *lines: str) -> Incoming:
    (folder / "a.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read(folder / "a.csv")


def rows(parcel: str, points: Sequence[tuple[float, float]] = SQUARE, first: int = 1) -> list[str]:
    return [f"12;{parcel};{first + i};{N + x};{E + y}" for i, (x, y) in enumerate(points)]


def codes(came: Incoming) -> list[str]:
    return [finding.code for finding in came.findings]


def book(folder: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> Path:
    made = Workbook()
    for name, lines in sheets.items():
        sheet = made.create_sheet(name)
        for line in lines:
            sheet.append(line)
    made.remove(made.worksheets[0])
    made.save(folder / "a.xlsx")
    return folder / "a.xlsx"


def test_x_is_the_northing(tmp_path: Path) -> None:
    came = csv(tmp_path, HEAD, *rows("345"))
    assert came.frame.total_bounds.tolist() == [E, N, E + 30, N + 30]
    assert came.frame[["SHBANDO", "SHTHUA"]].to_numpy().tolist() == [["12", "345"]]
    assert came.declared is None and codes(came) == []


def test_open_and_closed_rings_give_the_same_parcel(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    opened, closed = csv(tmp_path, HEAD, *rows("1")), csv(tmp_path / "b", HEAD, *rows("1", [*SQUARE, SQUARE[0]]))
    assert opened.frame.geometry[0].equals_exact(closed.frame.geometry[0])


def test_a_parcel_number_stands_once_and_goes_on(tmp_path: Path) -> None:
    lines = [line if i % 4 == 0 else ";;" + line.split(";", 2)[2] for i, line in enumerate([*rows("1"), *rows("2")])]
    frame = csv(tmp_path, HEAD, *lines).frame
    assert frame["SHTHUA"].tolist() == ["1", "2"] and frame["SHBANDO"].tolist() == ["12", "12"]


def test_a_ring_inside_another_is_a_hole_and_one_apart_is_a_part(tmp_path: Path) -> None:
    hole, apart = [(10, 10), (20, 10), (20, 20), (10, 20)], [(50, 0), (60, 0), (60, 10), (50, 10)]
    closed = [[*ring, ring[0]] for ring in (hole, SQUARE, apart)]
    came = csv(tmp_path, HEAD, *(line for ring in closed for line in rows("1", ring)))
    shape = came.frame.geometry[0]
    assert shape.geom_type == "MultiPolygon" and shape.area == 900 - 100 + 100
    assert len(came.frame) == 1


def test_an_empty_row_begins_another_ring(tmp_path: Path) -> None:
    hole = [(10, 10), (20, 10), (20, 20), (10, 20)]
    came = csv(tmp_path, HEAD, *rows("1"), ";;;;", *rows("1", hole))
    assert came.frame.geometry[0].area == 800


def test_a_ring_column(tmp_path: Path) -> None:
    lines = [f"1;{ring};{x + N};{y + E}" for ring, size in (("1", 30), ("2", 10)) for x, y in ((0, 0), (size, 0), (size, size))]
    shape = csv(tmp_path, "Số thửa;Vòng;X;Y", *lines).frame.geometry[0]
    assert shape.area == pytest.approx(450 - 50)


def test_corners_out_of_order_are_a_finding_and_stay_as_listed(tmp_path: Path) -> None:
    lines = rows("1")
    came = csv(tmp_path, HEAD, lines[0], lines[2], lines[1], lines[3])
    (found,) = came.findings
    assert (found.code, found.where, found.facts["row"]) == ("corner_order", "2", 4)
    assert not came.frame.geometry[0].is_valid


@pytest.mark.parametrize("numbers", ["4 3 2 1", "3 4 1 2", "1 2 3 5", "a b c d"])
def test_numbers_that_run_along_the_ring_are_in_order(numbers: str, tmp_path: Path) -> None:
    lines = [line.replace(f";{i + 1};", f";{n};", 1) for i, (line, n) in enumerate(zip(rows("99"), numbers.split(), strict=True))]
    assert codes(csv(tmp_path, HEAD, *lines)) == []


@pytest.mark.parametrize("cell", ["2.340", "=1+1", "abc", "-5", ""])
def test_a_corner_that_cannot_be_read_takes_its_parcel_with_it(cell: str, tmp_path: Path) -> None:
    came = csv(tmp_path, HEAD, *rows("1"), *rows("2")[:3], f"12;2;4;{cell};{E}")
    assert [shape is None for shape in came.frame.geometry] == [False, True]
    found = next(f for f in came.findings if f.code == "corner_unread")
    assert (found.facts["parcel"], found.facts["row"], found.where) == ("12/2", 9, "6")


def test_vietnamese_and_english_decimals(tmp_path: Path) -> None:
    came = csv(tmp_path, HEAD, "12;1;1;2.340.000,50;563000,25", "12;1;2;2,340,030.5;563000.25", "12;1;3;2340030,5;563030,25")
    assert came.frame.total_bounds.tolist() == [563000.25, 2340000.5, 563030.25, 2340030.5]


def test_a_ring_of_two_corners_is_none(tmp_path: Path) -> None:
    came = csv(tmp_path, HEAD, *rows("1", SQUARE[:2]))
    assert codes(came) == ["ring_short"] and came.frame.geometry[0] is None


def test_a_side_that_does_not_measure_as_stated(tmp_path: Path) -> None:
    lines = [
        f"1;{i + 1};{N + x};{E + y};{side}" for i, ((x, y), side) in enumerate(zip(SQUARE, (30, "30,02", 31.5, 30), strict=True))
    ]
    came = csv(tmp_path, "Số thửa;Số hiệu điểm;X;Y;Cạnh (m)", *lines)
    (found,) = came.findings
    assert (found.code, found.facts["row"], found.facts["stated_m"], found.facts["measured_m"]) == ("corner_side", 4, 31.5, 30.0)


def test_one_ring_left_open_where_the_others_close_may_be_cut(tmp_path: Path) -> None:
    closed = [line for parcel in "123" for line in rows(parcel, [*SQUARE, SQUARE[0]])]
    assert codes(csv(tmp_path, HEAD, *closed[:-1])) == ["ring_open"]


def test_a_sheet_a_parcel_with_its_number_above(tmp_path: Path) -> None:
    lines: list[Sequence[object]] = [
        ["BẢNG KÊ TỌA ĐỘ"],
        ["Thửa đất số: 345; Tờ bản đồ số: 12"],
        ["Số hiệu điểm", "X (m)", "Y (m)"],
        ["(1)", "(2)", "(3)"],
    ]
    points = [[i + 1, N + x, E + y] for i, (x, y) in enumerate(SQUARE)]
    came = read(book(tmp_path, {"Một": [*lines, *points], "346": [HEADS, *points], "Hướng dẫn": [["x"]]}))
    assert came.frame["SHTHUA"].tolist() == ["345", "346"]
    assert came.frame["SHBANDO"].tolist()[0] == "12"
    assert len(read(tmp_path / "a.xlsx", layer="346").frame) == 1


def test_formulas_are_never_computed(tmp_path: Path) -> None:
    points: list[Sequence[object]] = [[1, N, E], [2, "=2340000+30", E], [3, N + 30, E + 30]]
    came = read(book(tmp_path, {"a": [HEADS, *points]}))
    assert codes(came) == ["cells_computed", "corner_unread"]
    assert came.frame.geometry[0] is None


def test_wkt_with_its_own_system_and_every_other_column(tmp_path: Path) -> None:
    shape = shapely.box(E, N, E + 30, N + 30).wkt
    came = csv(tmp_path, "SHBANDO,SHTHUA,ghi chú,wkt", f'1,1,"a,b","SRID=9209;{shape}"', f'1,2,,"SRID=9209;{shape}"')
    assert came.declared is not None and came.declared.to_epsg() == 9209
    assert came.frame["ghi chú"].fillna("").tolist() == ["a,b", ""]


def test_wkt_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    came = csv(tmp_path, "thua,wkt", "1,POLYGON ((0 0", '2,"POINT (1 1)"')
    (found,) = came.findings
    assert (found.code, found.where) == ("wkt_unread", "2") and came.frame.geometry[0] is None


def test_shapes_of_two_systems_declare_none(tmp_path: Path) -> None:
    came = csv(tmp_path, "thua,wkt", "1,SRID=9209;POINT (1 1)", "2,SRID=9214;POINT (1 1)")
    assert came.declared is None


def test_a_table_that_draws_nothing_is_empty(tmp_path: Path) -> None:
    with pytest.raises(FileEmpty, match="shapes"):
        csv(tmp_path, "thua,X", "1,2")


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)), min_size=3, max_size=12, unique=True), st.booleans())
def test_every_corner_of_a_list_is_a_corner_of_the_parcel(points: list[tuple[int, int]], close: bool) -> None:
    listed = [*points, points[0]] if close else points
    corners = [rings.Corner(i, float(x), float(y), str(i)) for i, (x, y) in enumerate(listed)]
    shape, _ = rings.drawn(corners, "1", "1")
    assert shape is not None
    assert {tuple(map(int, p)) for p in shapely.get_coordinates(shape)} == set(points)
