"""A file some hundred metres off is seen by its corners, and a right one is never suspected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from parkgis import crs
from parkgis.layers import shift
from parkgis.layers.shift import Reference, look

if TYPE_CHECKING:
    from collections.abc import Callable

LEGAL = "EPSG:9209"


def fields(side: int = 15, seed: int = 1, west: float = 563_000.0, south: float = 2_340_000.0) -> Any:
    """Return parcels with crooked edges that share corners, EPSG:9209."""
    random = np.random.default_rng(seed)
    steps = np.stack(np.meshgrid(np.arange(side + 1) * 31.7, np.arange(side + 1) * 27.3), -1)
    p = steps + random.uniform(-8, 8, steps.shape) + (west, south)
    rings = [[p[i, j], p[i, j + 1], p[i + 1, j + 1], p[i + 1, j]] for i in range(side) for j in range(side)]
    return shapely.polygons(np.array(rings))


def as_in(shapes: Any, read: str | Callable[[Any], Any]) -> Any:
    return shapely.transform(
        shapes, (lambda xy: crs.convert(xy, LEGAL, crs.key(crs.parse(read)))) if isinstance(read, str) else read
    )


def unflipped(xy: Any) -> Any:
    return shift._unflipped(LEGAL, 9209, xy)


@pytest.mark.parametrize(
    ("written", "declared", "kind", "passes", "metres", "azimuth"),
    [
        ("EPSG:9209 datum=WGS84", "EPSG:9209", "datum", "EPSG:9209 datum=WGS84", 224.2, 119.2),
        ("EPSG:9209 k=0.9996", "EPSG:9209", "scale", "EPSG:9209 k=0.9996", 702.3, 181.8),
        ("EPSG:9214 k=0.9996", "EPSG:9214", "scale", "EPSG:9214 k=0.9996", 702.6, 177.4),
        ("EPSG:3405", "EPSG:5897", "system", "EPSG:3405", 702.9, 183.2),
        ("EPSG:32648", "EPSG:3405", "system", "EPSG:32648", 224.2, 119.2),
        ("EPSG:4756", "EPSG:4326", "datum", "EPSG:4756", 224.2, 299.2),
        (unflipped, "EPSG:9209", "rotations", "", 0.755, 73.6),
    ],
)
@pytest.mark.parametrize("known", ["parcels", "boundary"])
@pytest.mark.parametrize("swapped", [False, True], ids=["x east", "x north"])
def test_a_shift_is_named_with_its_length_and_direction(
    written: str, declared: str, kind: str, passes: str, metres: float, azimuth: float, known: str, *, swapped: bool
) -> None:
    shapes = as_in(fields(), written)
    shapes = shapely.transform(shapes, lambda xy: xy[:, ::-1]) if swapped else shapes
    reference = fields() if known == "parcels" else np.array([shapely.union_all(fields())])
    found = look(shapes, crs.parse(declared), Reference(reference, LEGAL), swapped=swapped)
    assert found is not None
    assert (found.kind, found.passes) == (kind, passes)
    assert found.metres == pytest.approx(metres, abs=0.5 if metres > 1 else 0.01)
    assert found.azimuth == pytest.approx(azimuth, abs=0.2)


@settings(max_examples=20)
@given(
    st.sampled_from(["EPSG:9209", "EPSG:9214", "EPSG:5897", "EPSG:3405", "EPSG:32648", "EPSG:4326"]),
    st.floats(540_000, 640_000),
    st.floats(2_320_000, 2_390_000),
    st.integers(0, 99),
    st.sampled_from(["same", "neighbour", "unrelated", "boundary"]),
)
def test_a_right_file_is_never_suspected(system: str, west: float, south: float, seed: int, known: str) -> None:
    ours = fields(8, seed, west, south)
    reference = {
        "same": ours,
        "neighbour": fields(8, seed + 1, west + 250, south),
        "unrelated": fields(8, seed + 1, west + 40, south - 90),
        "boundary": np.array([shapely.union_all(ours).buffer(-3)]),
    }[known]
    assert look(as_in(ours, system), crs.parse(system), Reference(reference, LEGAL)) is None
