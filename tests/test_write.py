"""A file is there whole or not at all; a vintage is written once; the same parcels give the same bytes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import make
import numpy as np
import pytest
import shapely

from parkgis.errors import OutputFailed
from parkgis.layers.tables import sha256
from parkgis.layers.write import multi_wkb, whole, write_boundary, write_parcels

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="POSIX rights and limits")
FRAME = make.parcels(make.grid(3, 3))
LATER = make.at("2026-07-01")


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*"))


def test_a_file_is_moved_there_whole(tmp_path: Path) -> None:
    with whole(tmp_path / "sub" / "a.html") as path:
        path.write_text("new", encoding="utf-8")
        assert path.suffix == ".html" and not (tmp_path / "sub" / "a.html").exists()
    assert files(tmp_path) == ["a.html", "sub"]
    assert (tmp_path / "sub" / "a.html").read_text(encoding="utf-8") == "new"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_what_goes_wrong_leaves_the_old_file_and_nothing_else(tmp_path: Path, error: type[BaseException]) -> None:
    old = tmp_path / "a.html"
    old.write_text("old", encoding="utf-8")
    with pytest.raises(error), whole(old) as path:
        path.write_text("half of the n", encoding="utf-8")
        path.with_name(f"{path.name}-journal").touch()  # as SQLite leaves one
        raise error
    assert files(tmp_path) == ["a.html"] and old.read_text(encoding="utf-8") == "old"


def test_the_disks_own_words_are_kept(tmp_path: Path) -> None:
    with pytest.raises(OutputFailed, match="No space left on device"), whole(tmp_path / "a.html"):
        raise OSError(28, "No space left on device")
    assert files(tmp_path) == []


def test_a_folder_stands_where_the_file_should_go(tmp_path: Path) -> None:
    (tmp_path / "a.html").mkdir()
    (tmp_path / "a.html" / "b").touch()
    with pytest.raises(OutputFailed), whole(tmp_path / "a.html") as path:
        path.write_text("new", encoding="utf-8")
    assert files(tmp_path) == ["a.html", "b"]


def test_a_file_stands_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "maps").touch()
    with pytest.raises(OutputFailed), whole(tmp_path / "maps" / "a.html"):
        pass


@posix_only
def test_a_read_only_folder(open_folder: Path, ordinary_user: Callable[[], AbstractContextManager[None]]) -> None:
    open_folder.chmod(0o555)
    with ordinary_user(), pytest.raises(OutputFailed, match="Permission denied"), whole(open_folder / "a.html"):
        pass
    assert files(open_folder) == []


# -- vintages ----------------------------------------------------------------------------------------------


def test_the_same_parcels_give_the_same_bytes(tmp_path: Path) -> None:
    first = write_parcels(FRAME, tmp_path / "P-1.gpkg", make.START)
    second = write_parcels(FRAME, tmp_path / "P-2.gpkg", make.START)
    assert first == second == sha256(tmp_path / "P-1.gpkg")
    assert write_parcels(FRAME, tmp_path / "P-3.gpkg", LATER) != first, "the hour is in the file"


def test_shapes_written_together_are_those_written_one_by_one() -> None:
    circle, holed = shapely.Point(0, 0).buffer(1), shapely.box(0, 0, 9, 9) - shapely.box(1, 1, 2, 2)
    fine, two = (
        shapely.Point(0, 0).buffer(1, quad_segs=300),
        shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(5, 5, 6, 6)]),
    )
    shapes = np.array([shapely.box(0, 0, 1, 1), circle, holed, two, fine, shapely.force_3d(circle, 7), shapely.box(3, 3, 4, 4)])
    each = [shape if shape is two else shapely.MultiPolygon([shape]) for shape in shapes]
    assert multi_wkb(shapes).to_pylist() == [shapely.to_wkb(shape, byte_order=1, output_dimension=2) for shape in each]
    assert len(multi_wkb(shapes[:0])) == 0


def test_the_same_boundary_gives_the_same_bytes(tmp_path: Path) -> None:
    digests = {
        write_boundary(make.land((0, 0, 9, 9)), "P", "survey", "EPSG:9209", tmp_path / f"P-{n}.gpkg", make.START) for n in (1, 2)
    }
    assert len(digests) == 1


def test_a_vintage_is_written_once(tmp_path: Path) -> None:
    path = tmp_path / "P-1.gpkg"
    write_parcels(FRAME, path, make.START)
    before = path.read_bytes()
    with pytest.raises(OutputFailed, match="already there"):
        write_parcels(FRAME.iloc[:1], path, make.START)
    assert path.read_bytes() == before and files(tmp_path) == ["P-1.gpkg"]


def test_a_frame_that_breaks_the_schema_writes_nothing(tmp_path: Path) -> None:
    for broken in (FRAME.drop(columns="key"), FRAME.to_crs(4326), FRAME.assign(area_in_m2="x")):
        with pytest.raises(TypeError):
            write_parcels(broken, tmp_path / "P-1.gpkg", make.START)
    assert files(tmp_path) == []


def test_writing_changes_nothing_in_the_frame(tmp_path: Path) -> None:
    before = FRAME.copy()
    write_parcels(FRAME, tmp_path / "P-1.gpkg", make.START)
    assert before.drop(columns="geometry").equals(FRAME.drop(columns="geometry"))
    assert shapely.equals_identical(before.geometry.values, FRAME.geometry.values).all()


@pytest.mark.parametrize("room", [0, 20_000, 300_000, 700_000, 870_000])
def test_a_full_disk_leaves_nothing(tmp_path: Path, room: int, full_disk: Callable[[int], AbstractContextManager[None]]) -> None:
    """The whole takes 880,640 bytes; at 700,000 GDAL once left the index out and said nothing."""
    frame = make.parcels(make.grid(100, 30))
    with full_disk(room), pytest.raises(OutputFailed):
        write_parcels(frame, tmp_path / "P-1.gpkg", make.START)
    assert files(tmp_path) == []
