"""Checks: a frame in, findings out, the frame as it was."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from make import grid, land, parcels

from parkgis.layers.quality import CHECKS, SLIVER_M2, look, overlapping


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
    assert found["outside_boundary"] == {"count": 1, "area_m2": pytest.approx(100.0), "example": "09/1/4"}
    assert found["crosses_boundary"]["count"] == 1
