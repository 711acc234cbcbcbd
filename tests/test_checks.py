"""Checks: a frame in, findings out, the frame as it was."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from make import LEGAL, ORIGIN, grid, land, parcels

from parkgis.layers import checks
from parkgis.layers.checks import ALL, CHECKS, SLIVER_M2, Case, Marks, look, overlapping, overlaps
from parkgis.layers.checks.limits import limits
from parkgis.layers.checks.rings import REASONS
from parkgis.layers.checks.segments import gaps
from parkgis.rules.communes import Commune, communes, new_units
from parkgis.words.catalogue import LANGUAGES, keys


def codes(boxes: dict[str, tuple[float, float, float, float]]) -> list[str]:
    return [f.code for f in look(parcels(boxes), CHECKS)]


def test_a_clean_coverage_has_nothing_to_look_at() -> None:
    assert codes(grid(5, 4)) == []


def test_an_overlap_is_measured_and_both_are_named() -> None:
    boxes = {"09/1/1": (0.0, 0.0, 10.0, 10.0), "09/1/2": (8.0, 0.0, 18.0, 10.0), "09/1/3": (18.0, 0.0, 28.0, 10.0)}
    (finding,) = look(parcels(boxes), CHECKS)
    assert finding.code == "overlap"
    assert finding.facts["count"] == 2
    assert finding.facts["area_m2"] == pytest.approx(20.0)
    assert finding.facts["example"] == "09/1/1 – 09/1/2"


def test_one_parcel_inside_another_and_the_same_twice() -> None:
    inside, _, _ = overlapping(np.array([land((0, 0, 10, 10)), land((2, 2, 4, 4)), land((20, 0, 30, 10))]))
    twice, _, _ = overlapping(np.array([land((0, 0, 10, 10)), land((0, 0, 10, 10)), land((20, 0, 30, 10))]))
    assert inside.tolist() == twice.tolist() == [True, True, False]


@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(1, 12), st.integers(1, 12)),
        min_size=2,
        max_size=12,
        unique=True,
    )
)
def test_overlaps_equal_every_pair_looked_at(boxes: list[tuple[int, int, int, int]]) -> None:
    shapes = np.array([land((x, y, x + w, y + h)) for x, y, w, h in boxes])
    mask, area, _ = overlapping(shapes)
    pairs = {(i, j): shapely.intersection(shapes[i], shapes[j]).area for i in range(len(shapes)) for j in range(i)}
    real = {pair: a for pair, a in pairs.items() if a > SLIVER_M2}
    assert set(np.flatnonzero(mask)) == {i for pair in real for i in pair}
    assert area == pytest.approx(sum(real.values()))


def test_areas_that_differ_and_areas_that_are_missing() -> None:
    frame = parcels(grid(3, 1))
    frame.loc[0, "area_document_m2"] = 102.0  # the square has 100
    frame.loc[1, "area_document_m2"] = np.nan
    found = {f.code: f.facts for f in look(frame, CHECKS)}
    assert found["area_differs"]["count"] == 1
    assert found["area_differs"]["example"] == "09/1/1"
    assert found["document_area_missing"]["count"] == 1


def test_land_codes_nobody_knows_and_several_on_one_parcel() -> None:
    frame = parcels(grid(3, 1))
    frame["land_use"] = ["ONT+CLN", "XYZ", ""]
    (finding,) = look(frame, CHECKS)
    assert (finding.code, finding.facts["codes"]) == ("land_code_unknown", "XYZ")


def test_outside_and_across_the_boundary() -> None:
    found = {f.code: f.facts for f in look(parcels(grid(4, 1), fence=land((0, 0, 25, 10))), CHECKS)}
    outside = found["outside_boundary"]
    assert (outside["count"], outside["area_m2"], outside["example"]) == (1, pytest.approx(100.0), "09/1/4")
    assert found["crosses_boundary"]["count"] == 1


# -- each check of its own ---------------------------------------------------------------------------------


def found(boxes: dict[str, tuple[float, float, float, float]] | None = None, **columns: object) -> dict[str, Marks]:
    """Run every check over boxes, with some columns replaced; what was found by code."""
    frame = parcels(boxes or grid(3, 1)).assign(holder="h1", **columns)
    return {marks.code: marks for marks in checks.marks(Case(frame, recorded=frozenset(frame["key"])))}


def drawn(*shapes: shapely.Geometry) -> Case:
    """Return a case of these shapes, metres from ORIGIN, keys 09/1/1 and on."""
    frame = parcels({f"09163/1/{n + 1}": (n * 10.0, 0.0, n * 10.0 + 10, 10.0) for n in range(len(shapes))})
    placed = shapely.transform(np.array(shapes, dtype=object), lambda xy: xy + np.array(ORIGIN))
    return Case(frame.set_geometry(list(placed), crs=LEGAL))


def run(case: Case, code: str) -> Marks | None:
    return next((marks for marks in checks.marks(case, [c for c in ALL if code in c.finds]) if marks.code == code), None)


def test_a_layer_without_fault_gives_nothing() -> None:
    assert set(found({f"09163/1/{n}": (n * 10.0, 0.0, n * 10 + 10.0, 10.0) for n in range(4)})) == set()


def test_every_code_has_words_in_both_languages() -> None:
    for lang in LANGUAGES:
        for code in checks.codes():
            assert {f"finding.{code}.text", f"finding.{code}.remedy", f"check.place.{code}"} <= set(keys(lang))
        for reason in (*REASONS.values(), "other"):
            assert f"check.reason.{reason}" in keys(lang)


def test_an_invalid_ring_is_named_with_its_reason_and_place() -> None:
    marks = run(drawn(shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)]), shapely.box(20, 0, 30, 10)), "geometry_invalid")
    assert marks is not None and marks.rows.tolist() == [0]
    assert marks.details["reason"] == ["crosses"]
    assert shapely.get_coordinates(marks.shapes[0]).tolist() == [[ORIGIN[0] + 5, ORIGIN[1] + 5]]


def test_rings_nested_the_wrong_way_are_a_finding_of_their_own() -> None:
    outside = shapely.Polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [[(20, 2), (22, 2), (22, 4)]])
    case = drawn(outside, shapely.box(40, 0, 50, 10))
    assert run(case, "geometry_invalid") is None
    marks = run(case, "ring_nesting")
    assert marks is not None and marks.details["reason"] == ["hole_outside"]


def test_the_same_rings_from_another_start_and_the_other_way_round_are_one_parcel_drawn_twice() -> None:
    ring = [(0, 0), (10, 0), (10, 10), (0, 10)]
    case = drawn(shapely.Polygon(ring), shapely.box(20, 0, 30, 10), shapely.Polygon([*ring[2:], *ring[:2]][::-1]))
    marks = run(case, "geometry_duplicate")
    assert marks is not None and marks.others is not None
    assert (marks.rows.tolist(), marks.others.tolist(), marks.measures.tolist()) == ([2], [0], [100.0])


@pytest.mark.parametrize(
    ("sheet", "parcel", "code", "rows"),
    [
        (["1", "", "1"], ["1", "2", "3"], "key_incomplete", [1]),
        (["1", "1/2", "1"], ["1", "2", "3"], "key_incomplete", [1]),
        (["1", "1", "1"], ["7", "8", "7"], "key_duplicate", [0, 2]),
    ],
)
def test_keys(sheet: list[str], parcel: list[str], code: str, rows: list[int]) -> None:
    marks = found(sheet=sheet, parcel=parcel)[code]
    assert marks.rows.tolist() == rows


def test_keys_that_lack_a_number_are_not_repeated_ones() -> None:
    assert "key_duplicate" not in found(sheet=["", "", ""])


def test_an_overlap_has_the_land_shared_its_area_and_its_mean_width() -> None:
    marks = found({"09163/1/1": (0, 0, 10, 10), "09163/1/2": (9.9, 0, 20, 10), "09163/1/3": (20, 0, 30, 10)})["overlap"]
    assert marks.measures.tolist() == [pytest.approx(1.0)]
    assert marks.details["width_m"] == [pytest.approx(2 * 1.0 / 20.2)]
    assert shapely.area(marks.shapes).tolist() == [pytest.approx(1.0)]


def test_a_gap_is_what_four_parcels_enclose_and_a_lane_is_none() -> None:
    ring = {"1": (0, 0, 30, 10), "2": (0, 12, 30, 20), "3": (0, 10, 14, 12), "4": (16, 10, 30, 12)}  # 2 m by 2 m left open
    marks = found({f"09163/1/{n}": box for n, box in ring.items()})["gap"]
    assert (marks.measures.tolist(), shapely.bounds(marks.shapes[0]).tolist()) == (
        [pytest.approx(4.0)],
        [ORIGIN[0] + 14, ORIGIN[1] + 10, ORIGIN[0] + 16, ORIGIN[1] + 12],
    )
    ring["4"] = (20, 10, 30, 12)  # 12 m2: more than a fault of drawing
    assert "gap" not in found({f"09163/1/{n}": box for n, box in ring.items()})


def test_slivers_tiny_parcels_and_parcels_in_parts() -> None:
    two = shapely.MultiPolygon([shapely.box(0, 10, 9, 19), shapely.box(20, 10, 29, 19)])
    case = drawn(shapely.box(0, 0, 100, 0.2), shapely.box(0, 5, 1, 6), two)
    for code, row, measure in (("parcel_sliver", 0, 0.1996), ("parcel_tiny", 1, 1.0), ("multipart", 2, 2.0)):
        marks = run(case, code)
        assert marks is not None and (marks.rows.tolist(), marks.measures.tolist()) == ([row], [pytest.approx(measure, rel=1e-3)])


def test_a_thorn_is_found_at_its_point_and_a_narrow_field_has_none() -> None:
    thorn = shapely.Polygon([(0, 0), (10, 0), (10, 4.99), (25, 5), (10, 5.01), (10, 10), (0, 10)])
    marks = run(drawn(thorn, shapely.box(40, 0, 42, 60)), "spike")
    assert marks is not None and shapely.get_coordinates(marks.shapes).tolist() == [[ORIGIN[0] + 25, ORIGIN[1] + 5]]
    assert marks.measures.tolist() == [pytest.approx(15.0, abs=0.01)]


def test_written_areas_are_held_to_the_tolerances_of_the_definition() -> None:
    frame = parcels(grid(3, 1)).assign(area_document_m2=[100.9, 100.0, 100.0])
    assert [f.code for f in look(Case(frame, tolerance_parcel=0.01), ALL) if "area" in f.code] == ["area_total"]
    strict = look(Case(frame, tolerance_parcel=0.001, tolerance_total=0.01), ALL)
    assert [f.code for f in strict if "area" in f.code] == ["area_differs"]


def test_the_total_is_held_against_the_decision() -> None:
    frame = parcels(grid(3, 1))
    (finding,) = [f for f in look(Case(frame, planned_m2=1000.0), ALL) if f.code == "decision_differs"]
    assert finding.facts["difference_m2"] == pytest.approx(-700.0)
    assert not [f for f in look(Case(frame, planned_m2=301.0), ALL) if f.code == "decision_differs"]


def test_land_codes_are_looked_up_on_the_day() -> None:
    frame = parcels(grid(3, 1)).assign(land_use=["LUC", "BHK", "XX"])
    then, now = (
        {f.code for f in look(Case(frame, on=day), ALL) if f.code.startswith("land_code")}
        for day in (dt.date(2020, 1, 1), dt.date(2026, 1, 1))
    )
    assert (then, now) == ({"land_code_unknown"}, {"land_code_unknown", "land_code_old"})


def test_commune_codes_old_reused_and_unknown() -> None:
    marks = found(commune=["09163", "09208", "99999"])  # 09208 was Thụy Hòa and is Tam Đa
    assert (marks["commune_reused"].rows.tolist(), marks["commune_unknown"].rows.tolist()) == ([1], [2])


def test_parcels_without_user_and_without_entry() -> None:
    frame = parcels(grid(3, 1))
    case = Case(frame, recorded=frozenset(frame["key"].iloc[:1]))
    marks = {m.code: m.rows.tolist() for m in checks.marks(case)}
    assert (marks["holder_missing"], marks["parcel_without_event"]) == ([0, 1, 2], [1, 2])


def test_the_part_outside_the_boundary_is_shown() -> None:
    fence = land((0, 0, 25, 10))
    case = Case(parcels(grid(4, 1), fence=fence), fence=fence)
    (marks,) = [m for m in checks.marks(case) if m.code == "crosses_boundary"]
    assert shapely.area(marks.shapes).tolist() == marks.measures.tolist() == [pytest.approx(50.0)]


def test_nothing_is_changed_by_looking() -> None:
    frame = parcels({"09163/1/1": (0, 0, 10, 10), "09163/1/2": (9, 0, 20, 10)})
    before = frame.copy(deep=True)
    look(frame, ALL)
    assert frame.equals(before)


# -- gaps, against an overlay ------------------------------------------------------------------------------


@given(st.lists(st.sampled_from([(x, y) for x in range(6) for y in range(6)]), max_size=12, unique=True), st.integers(0, 10**6))
def test_gaps_equal_what_the_boundary_of_the_union_encloses(holes: list[tuple[int, int]], seed: int) -> None:
    """Squares of 2 m, some left out, some moved a little: overlaps, gaps and corners that only touch."""
    rng = np.random.default_rng(seed)
    squares = [shapely.box(2 * x, 2 * y, 2 * x + 2, 2 * y + 2) for x in range(6) for y in range(6) if (x, y) not in holes]
    moved = [shapely.transform(s, lambda xy: xy + rng.integers(-1, 2, 2) / 8) if rng.random() < 0.1 else s for s in squares]
    shapes = np.array(moved, dtype=object)
    tree = shapely.STRtree(shapes)
    ours = gaps(shapes, overlaps(shapes, tree), tree, 1e-6, 5.0)
    faces = shapely.get_parts(shapely.polygonize([shapely.node(shapely.union_all(shapes).boundary)]))
    theirs = [f for f in faces if 1e-6 < f.area <= 5.0 and not tree.query(f.representative_point(), "within").size]
    assert sorted(shapely.area(ours).round(6)) == sorted(round(face.area, 6) for face in theirs)


def test_the_thresholds_have_a_unit_and_a_reason() -> None:
    for name, entry in limits().items():
        assert entry["unit"] in ("m2", "m", "deg", "share") and len(entry["why"]) > 20, name


def test_the_crosswalk_of_communes_is_whole() -> None:
    assert (len(communes()), len(new_units())) == (121, 41)
    assert all(code in communes() for code in new_units())  # every new code was an old one
    assert communes()["09199"] == Commune("09199", "Xã Tam Đa", "09208", "Xã Tam Đa")


def test_the_guide_lists_every_check_with_its_severity_and_remedy() -> None:
    guide = (Path(__file__).resolve().parents[1] / "docs" / "checks.md").read_text(encoding="utf-8")
    for code, severity in checks.codes().items():
        remedy = keys("en")[f"finding.{code}.remedy"]
        assert f"| `{code}` | {severity.name.lower()} |" in guide and f"| {remedy} |" in guide, code
    for entry in limits().values():
        assert entry["why"] in guide
