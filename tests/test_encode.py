"""What goes into the page comes out of it again, in Python and in the browser's own code."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from parkgis.outputs.webmap.corners import weave
from parkgis.outputs.webmap.encode import Rings, Table, decode, encode, rings
from parkgis.outputs.webmap.text91 import ALPHABET, to_bytes, to_text

WEB = Path(__file__).parent / "web"
INT32 = st.integers(-(2**31), 2**31 - 1)
NEAR = st.integers(-40, 40)  # so few places that rings share corners and edges, and cross themselves


def ints(size: int, values: st.SearchStrategy[int] = INT32) -> st.SearchStrategy[np.ndarray]:
    return arrays.arrays(np.int32, size, elements=values)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    loops = draw(arrays.arrays(np.int32, draw(st.integers(0, 6)), elements=st.integers(0, 3)))
    points = draw(ints(int(loops.sum()), st.integers(1, 9)))
    size, rows = int(points.sum()), len(loops)
    places = draw(st.sampled_from([NEAR, st.integers(-(10**5), 10**5), st.integers(-(2 * 10**7), 2 * 10**7)]))
    shapes = Rings(loops, points, draw(ints(size, places)), draw(ints(size, places)), (544_000.0, 2_341_000.0), "EPSG:9209")
    return Table(
        shapes,
        {"day": draw(ints(rows)), "lot": draw(ints(rows, st.integers(0, 99)))},
        {"name": draw(st.lists(st.text(), min_size=rows, max_size=rows))},
        {"days": draw(arrays.arrays(np.int32, (rows, 3), elements=st.integers(0, 3)))},
        {"area": draw(ints(rows))},
    )


def holds(table: Table) -> dict[str, object]:
    """Return what a table holds, as plain data."""
    shapes = table.shapes
    return {
        "rings": shapes.rings.tolist(),
        "points": shapes.points.tolist(),
        "x": shapes.x.tolist(),
        "y": shapes.y.tolist(),
        "origin": list(shapes.origin_m),
        "ints": {name: values.tolist() for name, values in {**table.ints, **table.areas}.items()},
        "texts": {name: list(values) for name, values in table.texts.items()},
        "tuples": {name: values.tolist() for name, values in table.tuples.items()},
    }


@given(tables())
def test_decoding_gives_back_what_was_encoded(table: Table) -> None:
    assert holds(decode(encode(table))) == holds(table)


@given(tables())
def test_the_same_table_gives_the_same_text(table: Table) -> None:
    assert encode(table) == encode(decode(encode(table)))


def test_the_browser_decodes_what_was_encoded(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        tell = pytest.fail if os.environ.get("CI") else pytest.skip
        tell("node is not on the PATH: apt-get install nodejs")
    found: list[dict[str, object]] = []

    # one process of node for all examples: they are gathered first
    @settings(max_examples=150, database=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
    @given(tables())
    def gather(table: Table) -> None:
        found.append({"text": encode(table), "holds": holds(table)})

    gather()
    cases = tmp_path / "cases.json"
    cases.write_text(json.dumps(found), encoding="utf-8")
    environment = {**os.environ, "PARKGIS_BLOCKS": str(cases)}
    run = subprocess.run(
        [node, "--test", str(WEB / "decode.test.js")],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-3000:]
    assert "# skipped 0" in run.stdout or "skipped 0" in run.stdout


@given(st.binary())
def test_bytes_survive_as_text_that_cannot_end_an_element(data: bytes) -> None:
    text = to_text(data)
    assert to_bytes(text) == data
    assert not set(text) & set("<&\"\r\n\0") and text.isascii()  # fmt: skip


def test_text_is_a_quarter_longer_than_bytes() -> None:
    assert len(set(ALPHABET)) == 91
    assert len(to_text(bytes(range(256)) * 64)) / (256 * 64) < 1.235


def squares(across: int) -> Table:
    """Return a lattice of 20 m squares that share their corners."""
    west, south = (values.ravel() * 20.0 for values in np.meshgrid(np.arange(across), np.arange(across)))
    ground = shapely.box(544_000 + west, 2_341_000 + south, 544_020 + west, 2_341_020 + south)
    return Table(rings(ground, "EPSG:9209"), {}, {})


def test_corners_that_neighbours_share_are_stored_once() -> None:
    shapes = squares(60).shapes
    columns, first, _ = weave(shapes)
    assert (len(shapes.x), len(first), len(columns["x"])) == (4 * 3600, 61 * 61, 61 * 61)


def test_an_area_near_the_shape_s_own_takes_no_room() -> None:
    table = squares(40)
    near, far = (np.full(1600, 4000, np.int32), np.random.default_rng(1).integers(0, 10**6, 1600).astype(np.int32))
    with_near, with_far = (len(encode(dataclasses.replace(table, areas={"area": values}))) for values in (near, far))
    assert with_near - len(encode(table)) < 60 < 3000 < with_far - len(encode(table))
