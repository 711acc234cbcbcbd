"""``add``: a file becomes a vintage and an entry, or the workspace is exactly as it was."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from files import SQUARES, cadastre, moved, saved, swapped
from make import land, reached, workspace

from parkgis.crs import convert
from parkgis.errors import (
    CrsMissing,
    CrsSuspect,
    FieldMissing,
    InputError,
    InputRefused,
    LedgerStale,
    OutputFailed,
    ParkgisError,
    ProjectUnknown,
    UsageError,
)
from parkgis.intake import add
from parkgis.intake.add import Options, add_parcels
from parkgis.intake.boundary import add_boundary
from parkgis.layers.frame import frame_of
from parkgis.model import Kind

if TYPE_CHECKING:
    from pathlib import Path

    from parkgis.workspace import Workspace


@pytest.fixture
def here(tmp_path: Path) -> Workspace:
    return workspace(tmp_path / "w")


def contents(folder: Path) -> dict[str, str]:
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()}


def keys(here: Workspace, project: str = "QV") -> list[str]:
    return add.site_of(here, project).columns.keys


def test_parcels_become_a_vintage_known_to_the_ledger(here: Workspace, tmp_path: Path) -> None:
    added = add_parcels(here, "QV", saved(cadastre(), tmp_path / "thua.gpkg"), Options(by="An"))
    assert added.rows == 4
    assert added.area_grid_m2 == pytest.approx(3600.0)
    assert added.fields == {"sheet": "SHBANDO", "parcel": "SHTHUA", "area": "DIENTICH", "land": "KHLOAIDAT"}
    (entry,) = here.store.events()
    assert (entry.event.kind, entry.event.refers, entry.event.source.number) == (
        Kind.LAYER,
        "layers/parcels/QV-1.gpkg",
        "thua.gpkg",
    )
    assert keys(here) == ["/1/1", "/1/2", "/1/3", "/1/4"]


def test_names_of_land_users_do_not_come_in(here: Workspace, tmp_path: Path) -> None:
    added = add_parcels(here, "QV", saved(cadastre(), tmp_path / "thua.gpkg"), Options())
    assert ("not_imported", "TENCHU") in [(f.code, f.facts["columns"]) for f in added.findings]
    assert "Nguyễn".encode() not in (here.root / "layers/parcels/QV-1.gpkg").read_bytes()


def test_an_unknown_project_names_its_neighbours(here: Workspace, tmp_path: Path) -> None:
    with pytest.raises(ProjectUnknown, match="NSHL"):
        add_parcels(here, "NSH", saved(cadastre(), tmp_path / "thua.gpkg"), Options())


@pytest.mark.parametrize(
    ("name", "options", "error"),
    [
        ("nocrs.shp", Options(), CrsMissing),
        ("wrong_zone.gpkg", Options(), CrsSuspect),
        ("swapped.gpkg", Options(), CrsSuspect),
        ("ocean.gpkg", Options(), CrsSuspect),
        ("nosheet.gpkg", Options(), FieldMissing),
        ("words.gpkg", Options(fields={"area": "TENCHU"}), InputError),
        ("plain.gpkg", Options(fields={"colour": "TENCHU"}), UsageError),
        ("plain.gpkg", Options(fields={"area": "KHÔNG CÓ"}), UsageError),
        ("plain.gpkg", Options(crs="EPSG:123456789"), UsageError),
        ("twice.gpkg", Options(), InputRefused),
        ("bowtie.gpkg", Options(), InputRefused),
        ("lines.gpkg", Options(), InputRefused),
        ("nothing.gpkg", Options(), InputRefused),
        ("nonumber.gpkg", Options(), InputRefused),
        ("slash.gpkg", Options(), InputRefused),
    ],
)
def test_a_refusal_leaves_the_workspace_as_it_was(
    here: Workspace, tmp_path: Path, name: str, options: Options, error: type[ParkgisError]
) -> None:
    bowtie = shapely.Polygon(np.array([(0, 0), (30, 30), (30, 0), (0, 30)]) + np.array([563_000, 2_340_000]))
    plain = cadastre()
    frames = {
        "nocrs.shp": plain.set_crs(None, allow_override=True),
        "wrong_zone.gpkg": plain.set_crs(9214, allow_override=True),
        "swapped.gpkg": swapped(plain),
        "ocean.gpkg": moved(plain, 5_000_000, 0),
        "nosheet.gpkg": plain.drop(columns="SHBANDO"),
        "words.gpkg": plain,
        "plain.gpkg": plain,
        "twice.gpkg": cadastre(SHTHUA=[1.0, 1.0, 2.0, 3.0]),
        "bowtie.gpkg": plain.set_geometry([bowtie, *plain.geometry[1:]], crs=9209),
        "lines.gpkg": plain.set_geometry(plain.geometry.boundary, crs=9209),
        "nothing.gpkg": plain.set_geometry([None, *plain.geometry[1:]], crs=9209),
        "nonumber.gpkg": cadastre(SHTHUA=[np.nan, 1.0, 2.0, 3.0]),
        "slash.gpkg": cadastre(SHTHUA=["17/2", "1", "2", "3"]),
    }
    path = saved(frames[name], tmp_path / name)
    before = contents(here.root)
    with pytest.raises(error) as caught:
        add_parcels(here, "QV", path, options)
    if error is not UsageError:
        assert name in str(caught.value)
    assert contents(here.root) == before


def test_what_is_accepted_stays_and_cannot_be_meant_by_accident(here: Workspace, tmp_path: Path) -> None:
    path = saved(cadastre(SHTHUA=[1.0, 1.0, np.nan, 3.0]), tmp_path / "a.gpkg")
    add_parcels(here, "QV", path, Options(accepted=("key_duplicate", "key_incomplete")))
    assert keys(here) == ["/1/1#1", "/1/1#2", "/1/3", "/1/?3"]


def test_an_invalid_ring_is_kept_and_measured_by_its_mended_copy(here: Workspace, tmp_path: Path) -> None:
    bowtie = shapely.Polygon(np.array([(0, 0), (30, 30), (30, 0), (0, 30)]) + np.array([563_000, 2_340_000]))
    plain = cadastre()
    path = saved(plain.set_geometry([bowtie, *plain.geometry[1:]], crs=9209), tmp_path / "a.gpkg")
    add_parcels(here, "QV", path, Options(accepted=("geometry_invalid",)))
    frame = frame_of(add.site_of(here, "QV").layer)  # type: ignore[arg-type]
    first = frame[frame["key"] == "/1/1"].iloc[0]
    assert not first.geometry.is_valid
    assert first["irregular"]
    assert first["area_grid_m2"] == pytest.approx(450.0)


@pytest.mark.parametrize("crs", [9214, 4326, 3405])
def test_other_systems_come_into_the_legal_grid(here: Workspace, tmp_path: Path, crs: int) -> None:
    plain = cadastre()
    turned = shapely.transform(np.asarray(plain.geometry.values), lambda xy: convert(xy, "EPSG:9209", f"EPSG:{crs}"))
    path = saved(cadastre(crs=None).set_geometry(list(turned), crs=crs), tmp_path / "thua.gpkg")
    add_parcels(here, "QV", path, Options())
    frame = frame_of(add.site_of(here, "QV").layer)  # type: ignore[arg-type]
    assert shapely.hausdorff_distance(np.asarray(frame.geometry.values), [land(b) for b in SQUARES]).max() < 0.001
    assert frame["area_grid_m2"].tolist() == pytest.approx([900.0] * 4, abs=0.01)


def test_swapped_axes_are_turned_when_told(here: Workspace, tmp_path: Path) -> None:
    add_parcels(here, "QV", saved(swapped(cadastre()), tmp_path / "a.gpkg"), Options(swapped=True))
    frame = frame_of(add.site_of(here, "QV").layer)  # type: ignore[arg-type]
    assert frame.total_bounds.tolist() == pytest.approx([563_000, 2_340_000, 563_060, 2_340_060])


def test_membership_is_cut_at_a_surveyed_boundary_whichever_comes_first(here: Workspace, tmp_path: Path) -> None:
    parcels = saved(cadastre(), tmp_path / "thua.gpkg")
    fence = saved(cadastre([(-5, -5, 45, 65)]), tmp_path / "ranh.gpkg")
    add_boundary(here, "QV", fence, Options())
    add_parcels(here, "QV", parcels, Options())
    add_parcels(here, "NSHL", parcels, Options(accepted=("far",)))
    add_boundary(here, "NSHL", fence, Options(accepted=("far",)))
    for project in ("QV", "NSHL"):
        assert add.site_of(here, project).columns.area_in_m2.tolist() == pytest.approx([900, 450, 900, 450])
        assert add.site_of(here, project).boundary == "survey"


def test_parcels_are_not_replaced_by_accident(here: Workspace, tmp_path: Path) -> None:
    path = saved(cadastre(), tmp_path / "thua.gpkg")
    add_parcels(here, "QV", path, Options())
    with pytest.raises(UsageError, match="--accept-proposal"):
        add_parcels(here, "QV", path, Options())
    add_parcels(here, "QV", path, Options(replace=True))
    assert [e.event.refers for e in here.store.events()] == ["layers/parcels/QV-1.gpkg", "layers/parcels/QV-2.gpkg"]


def test_nothing_the_ledger_speaks_of_vanishes(here: Workspace, tmp_path: Path) -> None:
    add_parcels(here, "QV", saved(cadastre(), tmp_path / "a.gpkg"), Options())
    here.store.append([reached("/1/4", project="QV")])
    fewer = saved(cadastre().iloc[:3], tmp_path / "b.gpkg")
    with pytest.raises(InputRefused) as caught:
        add_parcels(here, "QV", fewer, Options(replace=True))
    assert [(f.code, f.where) for f in caught.value.findings] == [("keys_vanish", "/1/4")]


def test_parcels_on_another_project_are_flagged(here: Workspace, tmp_path: Path) -> None:
    add_parcels(here, "QV", saved(cadastre(), tmp_path / "a.gpkg"), Options())
    added = add_parcels(here, "NSHL", saved(cadastre([(20, 20, 40, 40), (200, 0, 230, 30)]), tmp_path / "b.gpkg"), Options())
    (finding,) = [f for f in added.findings if f.code == "overlap_project"]
    assert finding.facts == {"project": "QV", "count": 1, "area_m2": pytest.approx(400.0)}
    assert add.site_of(here, "NSHL").columns.irregular.tolist() == [True, False]


def test_somebody_who_wrote_meanwhile_is_noticed(here: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(cadastre(), tmp_path / "a.gpkg")
    examine = add.examine

    def slow(*args: object, **more: object) -> object:
        here.store.append([reached("/9/9", project="QV")])
        return examine(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(add, "examine", slow)
    with pytest.raises(LedgerStale):
        add_parcels(here, "QV", path, Options())
    assert not list((here.root / "layers" / "parcels").glob("*"))


def test_a_folder_that_cannot_be_written(here: Workspace, tmp_path: Path) -> None:
    (here.root / "layers" / "parcels").write_text("a file in the place of the folder", encoding="utf-8")
    with pytest.raises(OutputFailed):
        add_parcels(here, "QV", saved(cadastre(), tmp_path / "a.gpkg"), Options())
    assert here.store.head().seq == 0
