"""Pieces of land whose area the columns cannot tell: tranches and irregular parcels."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import make
import pytest
import shapely

from parkgis.layers.vintage import ParcelLayer
from parkgis.layers.write import write_parcels
from parkgis.status import Site
from parkgis.status.patches import OUTSIDE, Patch, area_m2, parse_ewkt, polygons

if TYPE_CHECKING:
    from pathlib import Path

    from parkgis.model import Event
    from parkgis.status import ProjectStatus


def status(folder: Path, *events: Event, **ground: object) -> ProjectStatus:
    site = make.site(folder, make.grid(3, 1), **ground)  # type: ignore[arg-type]
    return make.snapshot(make.memory(*events), site).project("P")


def handed(found: ProjectStatus) -> tuple[object, ...]:
    """Return area and parcels handed over to the developer."""
    return found.stage("handed_developer")[1:]


def patches(found: ProjectStatus) -> list[tuple[str, float]]:
    return [("outside" if p.row == OUTSIDE else found.fold.columns.keys[p.row], p.shape.area) for p in found.patches]


def test_a_tranche_is_cut_along_parcels(tmp_path: Path) -> None:
    found = status(tmp_path, make.reached(tranche=(5, 0, 12, 20)))
    assert patches(found) == [("09/1/1", 50.0), ("09/1/2", 20.0), ("outside", 70.0)]


def test_a_tranche_that_only_touches_a_parcel_leaves_no_piece_there(tmp_path: Path) -> None:
    assert patches(status(tmp_path, make.reached(tranche=(10, 0, 20, 10)))) == [("09/1/2", 100.0)]


def test_a_surveyed_boundary_clips(tmp_path: Path) -> None:
    found = status(tmp_path, make.reached(tranche=(5, -5, 12, 20)), fence=(0, 0, 11, 10))
    assert patches(found) == [("09/1/1", 50.0), ("09/1/2", 10.0)]


def test_any_other_boundary_never_clips(tmp_path: Path) -> None:
    """A shape from OpenStreetMap is for drawing."""
    site = dataclasses.replace(make.site(tmp_path, make.grid(3, 1), fence=(0, 0, 1, 1)), boundary="osm")
    store = make.memory(make.reached(tranche=(0, 0, 30, 10)))
    assert make.snapshot(store, site).project("P").stage("handed_developer").area_m2 == pytest.approx(300.0)


def test_a_tranche_wholly_outside_the_boundary_counts_nothing(tmp_path: Path) -> None:
    found = status(tmp_path, make.reached(tranche=(50, 50, 60, 60)), fence=(0, 0, 11, 10))
    assert patches(found) == []
    assert found.stage("handed_developer") == ("handed_developer", 0.0, 0)


def test_a_tranche_of_several_pieces(tmp_path: Path) -> None:
    pieces = shapely.union_all([make.land((0, 0, 5, 10)), make.land((25, 0, 30, 10))])
    found = status(tmp_path, make.reached(geometry=f"SRID=9209;{pieces.wkt}"))
    assert patches(found) == [("09/1/1", 50.0), ("09/1/3", 50.0)]


@pytest.mark.parametrize(("east", "parcels"), [(9.98, 0), (9.995, 1), (10.0, 1)])
def test_covered_but_for_a_sliver_is_covered(tmp_path: Path, east: float, parcels: int) -> None:
    """Surveyors' corners differ by millimetres: 99.9 % is the whole."""
    assert status(tmp_path, make.reached(tranche=(0, 0, east, 10))).stage("handed_developer").parcels == parcels


def test_two_halves_make_a_whole_parcel(tmp_path: Path) -> None:
    found = status(tmp_path, make.reached(tranche=(0, 0, 5, 10)), make.reached(tranche=(5, 0, 10, 10), paper="02/BB"))
    assert handed(found) == (pytest.approx(100.0), 1)


def test_a_parcel_and_a_tranche_on_it_count_once(tmp_path: Path) -> None:
    found = status(tmp_path, make.reached("09/1/1"), make.reached(tranche=(0, 0, 15, 10)))
    assert handed(found) == (pytest.approx(150.0), 1)


def test_irregular_parcels_are_measured_by_their_union(tmp_path: Path) -> None:
    boxes = {"09/1/1": (0.0, 0.0, 10.0, 10.0), "09/1/2": (8.0, 0.0, 18.0, 10.0)}
    site = make.site(tmp_path, boxes, irregular=boxes)
    found = make.snapshot(make.memory(*map(make.reached, boxes)), site).project("P")
    assert handed(found) == (pytest.approx(180.0), 2)


def test_a_bow_tie_kept_as_it_came_is_measured_by_its_mended_copy(tmp_path: Path) -> None:
    frame = make.parcels({"09/1/1": (0.0, 0.0, 10.0, 10.0)}, ["09/1/1"])
    x, y = make.ORIGIN
    frame.geometry = [shapely.Polygon([(x, y), (x + 10, y + 10), (x + 10, y), (x, y + 10)])]
    sha256 = write_parcels(frame, tmp_path / "P-1.gpkg", make.START)
    site = Site(make.project(), srid=9209, layer=ParcelLayer(tmp_path / "P-1.gpkg"), layer_sha256=sha256)
    found = make.snapshot(make.memory(make.reached("09/1/1")), site).project("P")
    assert found.stage("handed_developer").area_m2 == pytest.approx(50.0)


def test_ewkt_is_read() -> None:
    srid, shape = parse_ewkt("SRID=9214;POLYGON ((0 0, 1 0, 1 1, 0 0))")
    assert (srid, shape.area) == (9214, 0.5)


def test_only_what_has_area_is_kept() -> None:
    mixed = shapely.from_wkt("GEOMETRYCOLLECTION (POINT (9 9), LINESTRING (0 0, 9 9), POLYGON ((0 0, 1 0, 1 1, 0 0)))")
    assert polygons(mixed).equals(shapely.from_wkt("POLYGON ((0 0, 1 0, 1 1, 0 0))"))
    assert polygons(shapely.from_wkt("LINESTRING (0 0, 9 9)")).is_empty


def test_the_area_of_patches_is_that_of_their_union() -> None:
    assert area_m2([]) == 0.0
    assert area_m2([Patch(0, 0, 0, make.land((0, 0, 4, 4))), Patch(1, 0, 0, make.land((2, 0, 6, 4)))]) == 24.0


@pytest.mark.parametrize(
    ("wkt", "code", "area"),
    [
        ("POLYGON ((0 0, 10 10, 10 0, 0 10, 0 0))", "tranche_invalid", 50.0),
        ("POLYGON ((0 0, 1 1, 0 0))", "tranche_unreadable", 0.0),
        ("POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0), (20 20, 21 20, 21 21, 20 20))", "tranche_invalid", 100.5),
        ("LINESTRING (0 0, 5 5)", "tranche_unreadable", 0.0),
        ("POLYGON ((0 0, 1e400 0, 1 1, 0 0))", "tranche_unreadable", 0.0),
        ("vùng đất", "tranche_unreadable", 0.0),
        ("", "tranche_unreadable", 0.0),
    ],
    ids=["bow-tie", "no-area", "hole-outside", "line", "infinite", "no-wkt", "empty"],
)
def test_a_broken_polygon_of_an_old_ledger_is_a_finding(tmp_path: Path, wkt: str, code: str, area: float) -> None:
    event = dataclasses.replace(make.reached(tranche=(0, 0, 1, 1)), geometry=f"SRID=9209;{wkt}")
    found = status(tmp_path, event)
    assert code in {f.code for f in found.findings}
    assert handed(found)[0] == pytest.approx(area)


def test_a_polygon_that_crosses_itself_is_clipped_by_the_boundary(tmp_path: Path) -> None:
    bow = shapely.transform(shapely.from_wkt("POLYGON ((0 0, 10 10, 10 0, 0 10, 0 0))"), lambda xy: xy + make.ORIGIN)
    event = dataclasses.replace(make.reached(tranche=(0, 0, 1, 1)), geometry=f"SRID=9209;{bow.wkt}")
    found = status(tmp_path, event, fence=(0, 0, 30, 5))
    assert handed(found)[0] == pytest.approx(25.0)
