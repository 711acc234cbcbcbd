"""Every parcel of two vintages has exactly one fate, and the areas of the fates add up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import make
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from parkgis.intake.vintages import FATES, Fate, compare

if TYPE_CHECKING:
    import geopandas as gpd
    from make import Box

    from parkgis.intake.vintages import Comparison

GRID = make.grid(5, 4)


def layer(boxes: dict[str, Box], **columns: object) -> gpd.GeoDataFrame:
    return make.parcels(boxes).assign(**columns)


def without(*keys: str) -> dict[str, Box]:
    return {key: box for key, box in GRID.items() if key not in keys}


def groups(comparison: Comparison) -> list[tuple[str, list[str], list[str]]]:
    return [(str(fate), old, new) for fate, old, new in comparison.groups(*FATES[1:])]


def test_the_same_layer_is_unchanged() -> None:
    same = compare(layer(GRID), layer(dict(reversed(GRID.items()))))
    assert same.quiet and groups(same) == []
    assert [(t.fate, t.old, t.new) for t in same.tallies() if t.old] == [(Fate.UNCHANGED, 20, 20)]


def test_a_split_a_merge_a_new_number_a_loss_and_a_find() -> None:
    newer = without("09/1/1", "09/1/3", "09/1/4", "09/1/7", "09/1/20") | {
        "09/1/101": (0, 0, 10, 4), "09/1/102": (0, 4, 10, 10),  # 1 split
        "09/1/103": (20, 0, 40, 10),  # 3 and 4 merged
        "09/1/104": (10, 10, 20, 20),  # 7 has another number
        "09/1/105": (200, 200, 210, 210),
    }  # fmt: skip
    assert groups(compare(layer(GRID), layer(newer))) == [
        ("split", ["09/1/1"], ["09/1/101", "09/1/102"]),
        ("merged", ["09/1/3", "09/1/4"], ["09/1/103"]),
        ("renumbered", ["09/1/7"], ["09/1/104"]),
        ("vanished", ["09/1/20"], []),
        ("new", [], ["09/1/105"]),
    ]


def test_a_boundary_between_two_neighbours_moved() -> None:
    newer = GRID | {"09/1/1": (0, 0, 12, 10), "09/1/2": (12, 0, 20, 10)}
    changed = compare(layer(GRID), layer(newer))
    assert groups(changed) == [("area", ["09/1/1"], ["09/1/1"]), ("area", ["09/1/2"], ["09/1/2"])]
    assert changed.moved_m[0] == pytest.approx(2.0)
    assert not changed.quiet


def test_a_parcel_moved_within_its_own_ground() -> None:
    lone = {"09/1/1": (0.0, 0.0, 10.0, 10.0), "09/1/2": (50.0, 0.0, 60.0, 10.0)}
    moved = compare(layer(lone), layer(lone | {"09/1/2": (51.0, 0.0, 61.0, 10.0)}))
    assert groups(moved) == [("moved", ["09/1/2"], ["09/1/2"])]
    assert moved.moved_m.tolist() == pytest.approx([0.0, 1.0])


def test_what_the_list_says_is_an_attribute() -> None:
    listed = compare(layer(GRID), layer(GRID, land_use="ONT"))
    assert {str(t.fate): t.new for t in listed.tallies() if t.new} == {"attributes": 20}
    assert listed.quiet


def test_two_fields_laid_out_anew_as_three() -> None:
    newer = without("09/1/1", "09/1/2") | {f"09/1/{90 + n}": (n * 20 / 3, 0, (n + 1) * 20 / 3, 10) for n in range(3)}
    assert groups(compare(layer(GRID), layer(newer))) == [("rearranged", ["09/1/1", "09/1/2"], ["09/1/90", "09/1/91", "09/1/92"])]


@pytest.mark.parametrize("shift", [(0.4, 0.0), (7.0, -3.0), (224.0, 100.0)])
def test_a_whole_survey_that_moved_is_one_shift_and_no_muddle(shift: tuple[float, float]) -> None:
    east, north = shift
    newer = {key: (w + east, s + north, e + east, n + north) for key, (w, s, e, n) in without("09/1/1").items()}
    newer |= {"09/1/91": (east, north, 10 + east, 4 + north), "09/1/92": (east, 4 + north, 10 + east, 10 + north)}
    moved = compare(layer(GRID), layer(newer))
    assert moved.shift_m == pytest.approx(shift, abs=1e-6)
    assert [g for g in groups(moved) if g[0] != "moved"] == [("split", ["09/1/1"], ["09/1/91", "09/1/92"])]
    assert moved.moved_m[:19] == pytest.approx(np.full(19, np.hypot(*shift)))


def test_swapped_numbers_follow_the_ground() -> None:
    swapped = GRID | {"09/1/1": GRID["09/1/20"], "09/1/20": GRID["09/1/1"]}
    assert groups(compare(layer(GRID), layer(swapped))) == [
        ("renumbered", ["09/1/1"], ["09/1/20"]),
        ("renumbered", ["09/1/20"], ["09/1/1"]),
    ]


def test_empty_layers() -> None:
    assert [t.fate for t in compare(layer({}), layer(GRID)).tallies() if t.new] == [Fate.NEW]
    assert [t.fate for t in compare(layer(GRID), layer({})).tallies() if t.old] == [Fate.VANISHED]


edits = st.lists(
    st.tuples(st.sampled_from(["split", "merge", "renumber", "drop", "add", "nudge", "grow"]), st.integers(0, 19)), max_size=8
)


def edited(boxes: dict[str, Box], steps: list[tuple[str, int]]) -> dict[str, Box]:
    """Edit a cadastre as surveyors do, at places chosen by number."""
    for turn, (what, place) in enumerate(steps):
        keys = list(boxes)
        if not keys:
            return boxes
        key = keys[place % len(keys)]
        w, s, e, n = boxes[key]
        fresh = f"09/2/{turn * 10}"
        if what == "add":
            boxes[fresh] = (300 + 20 * turn, 0, 310 + 20 * turn, 10)
            continue
        box = boxes.pop(key)
        if what == "split":
            boxes |= {fresh: (w, s, (w + e) / 2, n), f"{fresh}1": ((w + e) / 2, s, e, n)}
        elif what == "merge":
            right = next((k for k, b in boxes.items() if (b[0], b[1], b[3]) == (e, s, n)), None)
            boxes[fresh] = (w, s, boxes.pop(right)[2] if right else e, n)
        elif what == "renumber":
            boxes[fresh] = box
        elif what == "nudge":
            boxes[key] = (w + 0.3, s, e + 0.3, n)
        elif what == "grow":
            boxes[key] = (w, s, e + 1, n)
    return boxes


@settings(max_examples=60, deadline=None)
@given(edits)
def test_every_parcel_has_one_fate_and_areas_add_up(steps: list[tuple[str, int]]) -> None:
    old, new = layer(GRID), layer(edited(dict(GRID), steps))
    found = compare(old, new)
    tallies = found.tallies()
    assert (sum(t.old for t in tallies), sum(t.new for t in tallies)) == (len(old), len(new))
    assert sum(t.old_m2 for t in tallies) == pytest.approx(float(shapely.area(old.geometry.values).sum()))
    assert sum(t.new_m2 for t in tallies) == pytest.approx(float(shapely.area(new.geometry.values).sum()))
    named = found.groups(*FATES)
    for side, frame in ((1, old), (2, new)):
        assert sorted(key for group in named for key in group[side]) == sorted(frame["key"]), "each in exactly one group"
    for fate, olds, news in named:
        assert (bool(olds), bool(news)) == (fate is not Fate.NEW, fate is not Fate.VANISHED)
    if not steps:
        assert found.quiet


@settings(max_examples=30, deadline=None)
@given(edits)
def test_backwards_a_split_is_a_merge(steps: list[tuple[str, int]]) -> None:
    old, new = layer(GRID), layer(edited(dict(GRID), steps))
    there, back = compare(old, new), compare(new, old)
    turned = {Fate.SPLIT: Fate.MERGED, Fate.MERGED: Fate.SPLIT, Fate.NEW: Fate.VANISHED, Fate.VANISHED: Fate.NEW}
    forward = sorted((turned.get(f, f), sorted(b), sorted(a)) for f, a, b in there.groups(*FATES))
    assert forward == sorted((f, sorted(a), sorted(b)) for f, a, b in back.groups(*FATES))
