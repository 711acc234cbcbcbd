"""Parcels out of drawings: lines become polygons, texts their numbers, and what does not close is said with its place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely
from drawings import NUMBERS, SQUARES, dgn, dxf
from hypothesis import given
from hypothesis import strategies as st
from make import ORIGIN, workspace

from parkgis.errors import FileEmpty, FileMissing, UsageError
from parkgis.intake.add import Options, add_parcels
from parkgis.layers import labels, linework, nodes
from parkgis.layers.read import read

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from drawings import Line, Note

    from parkgis.layers.read import Incoming
    from parkgis.model import Finding

WRITERS = {"dxf": dxf, "dgn": dgn}


def drawing(folder: Path, lines: Sequence[Line] = SQUARES, texts: Sequence[Note] = NUMBERS, config: str = "") -> Incoming:
    if config:
        (folder / "a.linework.toml").write_text(config, encoding="utf-8")
    return read(dxf(folder / "a.dxf", lines, texts), sheet="12")


def found(came: Incoming, code: str) -> Finding:
    return next(f for f in came.findings if f.code == code)


def codes(came: Incoming) -> set[str]:
    return {f.code for f in came.findings} - {"built_from_lines"}


@pytest.mark.parametrize("suffix", WRITERS)
def test_lines_and_labels_become_parcels(suffix: str, tmp_path: Path) -> None:
    write: Callable[..., Path] = WRITERS[suffix]
    texts = [*NUMBERS, ("2", "LUC", (15, 10)), ("4", "900,0", (15, 5)), ("2", "ONT+CLN", (45, 10))]
    frame = read(write(tmp_path / f"a.{suffix}", SQUARES, texts), sheet="12").frame
    assert frame.drop(columns="geometry").fillna(0).to_numpy().tolist() == [
        ["12", "345", "LUC", 900.0],
        ["12", "346", "ONT+CLN", 0.0],
    ]
    assert frame.area.round(6).tolist() == [900.0, 900.0]


@pytest.mark.parametrize("text", ["345\n900.0\nLUC", "345/900.0\nLUC", "345/LUC\n900,0"])
def test_one_text_may_say_number_area_and_land_use(text: str, tmp_path: Path) -> None:
    frame = drawing(tmp_path, texts=[("13", text, (15, 15)), NUMBERS[1]]).frame
    assert frame.iloc[0][["SHTHUA", "KHLOAIDAT", "DIENTICH"]].tolist() == ["345", "LUC", 900.0]


def test_a_drawing_is_added_as_parcels(tmp_path: Path) -> None:
    here = workspace(tmp_path / "w")
    path = dgn(tmp_path / "a.dgn", SQUARES, NUMBERS)
    added = add_parcels(here, "QV", path, Options(crs="EPSG:9209", sheet="12", by="An"))
    assert added.rows == 2 and added.area_grid_m2 == pytest.approx(1800)
    assert "built_from_lines" in {f.code for f in added.findings}


def test_roads_and_water_bound_parcels_too(tmp_path: Path) -> None:
    lines = [("10", [(0, 0), (0, 30), (30, 30)]), ("23", [(0, 0), (30, 0)]), ("31", [(30, 0), (30, 30)])]
    assert drawing(tmp_path, lines, NUMBERS[:1]).frame.area.tolist() == pytest.approx([900.0])


def test_a_gap_below_the_tolerance_is_closed(tmp_path: Path) -> None:
    came = drawing(tmp_path, [SQUARES[0], ("10", [(30, 0.015), (30, 29.99)])])
    assert came.frame.area.round(1).tolist() == [900.0, 900.0]
    assert found(came, "lines_snapped").facts["count"] == 2 and "lines_dangling" not in codes(came)


def test_an_overshoot_below_the_tolerance_is_trimmed(tmp_path: Path) -> None:
    came = drawing(tmp_path, [SQUARES[0], ("10", [(30, -0.01), (30, 30.01)])])
    assert len(came.frame) == 2 and found(came, "lines_snapped").facts["trimmed"] == 2


def test_a_gap_above_the_tolerance_is_a_finding_with_its_place(tmp_path: Path) -> None:
    came = drawing(tmp_path, [SQUARES[0], ("10", [(30, 0.5), (30, 30)])])
    assert len(came.frame) == 1, "two fields run together"
    open_end = found(came, "lines_dangling")
    assert open_end.where == f"({ORIGIN[0] + 30:.2f}, {ORIGIN[1] + 0.5:.2f})"
    assert found(came, "label_several").facts["example"] == "345 + 346"
    assert came.frame["SHTHUA"].tolist() == [""], "no number is chosen"


def test_an_unclosed_ring_names_the_gap_between_its_ends(tmp_path: Path) -> None:
    lines = [*SQUARES, ("10", [(100, 0), (130, 0), (130, 30), (100, 30), (100, 0.4)])]
    facts = found(drawing(tmp_path, lines), "lines_dangling").facts
    assert (facts["count"], facts["gaps"], facts["gap_m"]) == (2, 2, pytest.approx(0.4))


def test_an_outline_within_another_is_a_parcel_of_its_own_and_a_hole(tmp_path: Path) -> None:
    lines = [*SQUARES, ("10", [(10, 10), (20, 10), (20, 20), (10, 20), (10, 10)])]
    came = drawing(tmp_path, lines, [("13", "345", (5, 5)), ("13", "347", (15, 15)), NUMBERS[1]])
    assert dict(zip(came.frame["SHTHUA"], came.frame.area.round(1), strict=True)) == {"345": 800.0, "346": 900.0, "347": 100.0}


def test_labels_that_do_not_fit_are_findings(tmp_path: Path) -> None:
    texts = [("13", "345", (15, 15)), ("4", "700.0", (15, 5)), ("13", "9", (500, 500)), ("13", "giáp đường", (45, 5))]
    came = drawing(tmp_path, texts=[(a, b.replace("giáp đường", "giap"), c) for a, b, c in texts])
    assert {"label_missing", "label_area_off", "label_outside", "label_unread"} <= codes(came)
    assert found(came, "label_area_off").facts["stated_m2"] == 700.0
    assert found(came, "label_missing").facts["count"] == 1


def test_a_number_used_twice_is_a_finding(tmp_path: Path) -> None:
    assert (
        found(drawing(tmp_path, texts=[("13", "345", (15, 15)), ("13", "345", (45, 15))]), "label_twice").facts["example"] == "345"
    )


def test_a_small_difference_of_area_is_none(tmp_path: Path) -> None:
    assert "label_area_off" not in codes(drawing(tmp_path, texts=[*NUMBERS, ("4", "905.0", (15, 5))]))


def test_levels_are_named_in_a_file_beside_the_drawing(tmp_path: Path) -> None:
    lines = [("RANH_THUA", points) for _, points in SQUARES]
    config = '[linework]\nboundary = "RANH_THUA"\nnumber = ["SO_THUA"]\nunlabelled = "leave_out"\nsheet = 7\nsnap_m = 0'
    came = drawing(tmp_path, lines, [("SO_THUA", "345", (15, 15))], config)
    assert came.frame["SHTHUA"].tolist() == ["345"]
    assert found(came, "unlabelled_left_out").facts["count"] == 1
    assert came.frame["SHBANDO"].tolist() == ["12"], "what is told outranks the file"


@pytest.mark.parametrize(
    "line", ["boundry = 10", "snap_m = -1", "snap_m = true", 'unlabelled = "maybe"', "boundary = [1.5]", "sheet = [1]"]
)
def test_a_key_that_is_not_understood_is_refused(line: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not understood"):
        drawing(tmp_path, config=line)


def test_a_config_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        read(dxf(tmp_path / "a.dxf", SQUARES), config=tmp_path / "b.toml")


def test_told_to_build_from_levels_that_hold_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileEmpty, match="levels 61"):
        drawing(tmp_path, config="boundary = 61")


def test_a_drawing_without_a_sheet_says_so(tmp_path: Path) -> None:
    came = read(dxf(tmp_path / "a.dxf", SQUARES, NUMBERS))
    assert "sheet_untold" in codes(came) and came.frame["SHBANDO"].tolist() == ["", ""]


def test_a_drawing_of_polygons_is_read_as_such(tmp_path: Path) -> None:
    shapes = gpd.GeoDataFrame({"Layer": ["10"]}, geometry=[shapely.box(0, 0, 30, 30)], crs=9209)
    shapes.to_file(tmp_path / "a.dxf", driver="DXF")
    assert list(read(tmp_path / "a.dxf").frame.columns)[:2] == ["Layer", "PaperSpace"]


@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=6, unique=True),
    st.lists(st.integers(1, 40), min_size=1, max_size=6, unique=True),
)
def test_a_grid_of_lines_gives_every_cell_once(across: list[int], along: list[int]) -> None:
    """Areas add up to the frame's, whatever order the lines come in."""
    lines = [shapely.LineString([(x, 0), (x, 41)]) for x in [*across, 0, 41]]
    lines += [shapely.LineString([(0, y), (41, y)]) for y in [*along, 0, 41]]
    faces, findings = nodes.faces(np.array(lines, dtype=object), 0.02)
    assert len(faces) == (len(across) + 1) * (len(along) + 1)
    assert shapely.area(faces).sum() == pytest.approx(41 * 41)
    assert findings == []


def test_words_on_a_number_level_are_told_apart_by_their_form() -> None:
    point = shapely.Point(0, 0)
    assert labels.parts(labels.Text("number", "12a; LUC+NTS; 1.234,5", point)) == [
        ("number", "12a"), ("land", "LUC+NTS"), ("area", "1.234,5")]  # fmt: skip
    assert labels.parts(labels.Text("number", "Nguyễn Văn A", point)) == []


def test_every_key_of_the_config_is_in_the_guide() -> None:
    guide = (Path(__file__).resolve().parents[1] / "docs" / "formats.md").read_text(encoding="utf-8")
    for key, value in linework.Lines.__dataclass_fields__.items():
        assert f"\n{key} = " in guide, key
        assert value is not None
