"""An export holds what it says and nobody's name; a public one is proved on its own bytes."""

from __future__ import annotations

import csv
import json
import random
import unicodedata
from typing import TYPE_CHECKING, Any

import briefings
import geopandas as gpd
import make
import pyogrio
import pytest
import shapely
from files import cadastre, saved
from hypothesis import given, settings
from hypothesis import strategies as st

from parkgis.errors import OutputFailed, PrivacyError
from parkgis.intake.add import Options, add_parcels
from parkgis.layers import holders
from parkgis.layers.holders import Holder
from parkgis.outputs import export, proof
from parkgis.outputs.export import FORMS
from parkgis.words.catalogue import Words
from parkgis.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

WORDS = Words("vi")
NAMES = ["Nguyễn Thị Ất", "Đặng Văn Bính", "Lý Dần", "Trần Văn Cả"]
NUMBERS = ["012345678901", "109876543210", "", "023456789"]


@pytest.fixture(scope="module", params=[False])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The workspace of ``briefings.worked``: two projects with parcels, a tranche, a surveyed boundary; a demo or not."""
    folder = tmp_path_factory.mktemp("made") / "w"
    briefings.worked(folder, demo=request.param)
    return Workspace(folder, make.clock(start=briefings.KNOWN))


def named(folder: Path, **columns: Any) -> Workspace:
    """Return a workspace with four parcels of four people on file."""
    here = make.workspace(folder / "w")
    path = saved(cadastre(**{"TENCHU": NAMES, "CCCD": NUMBERS, **columns}), folder / "thua.gpkg")
    add_parcels(here, "QV", path, Options(fields={"holder": "TENCHU", "id_number": "CCCD"}))
    return here


def exported(here: Workspace, path: Path, form: str = "gpkg", *, public: bool = True) -> export.Exported:
    snapshot = here.snapshot(here.cut(briefings.ON, briefings.KNOWN))
    return export.write(here, export.edition(here, snapshot, WORDS, public=public), path, form)


# -- what it holds -----------------------------------------------------------------------------------------


def test_the_geopackage_holds_projects_parcels_and_tranches(made: Workspace, tmp_path: Path) -> None:
    done = exported(made, tmp_path / "o.gpkg")
    layers = {name: gpd.read_file(done.path, layer=name) for name, _ in pyogrio.list_layers(done.path) if name != "layer_styles"}
    assert {name: len(frame) for name, frame in layers.items()} == done.rows
    assert {frame.crs.to_epsg() for frame in layers.values()} == {9209}
    project = layers["projects"].set_index("project").loc["QV2-1"]
    assert (project["boundary"], project["handed_developer_ha"], project["demo"]) == ("survey", 0.36, "")
    parcel = layers["parcels"].set_index("key").loc["09/1/2"]
    assert (parcel["stage"], parcel["recovered_day"], parcel["handed_developer_day"]) == (
        "handed_developer",
        "2025-11-20",
        "2026-03-02",
    )
    assert (parcel["area_in_m2"], parcel["notice_day"], parcel["stage_name"][:8]) == (900.0, "", "Bàn giao")
    tranche = layers["tranches"]
    assert {"handed_developer"} == set(tranche["stage"][tranche["day"] == "2026-04-02"])
    assert tranche["area_m2"].to_numpy() == pytest.approx(shapely.area(tranche.geometry.to_numpy()), abs=0.01)


def test_schematic_boundaries_are_marked(made: Workspace, tmp_path: Path) -> None:
    done = exported(made, tmp_path / "o.gpkg")
    projects = gpd.read_file(done.path, layer="projects").set_index("project")
    drawn = projects[projects["boundary"] == "schematic"]
    assert len(drawn) > 5
    assert set(drawn["boundary_is"]) == {WORDS("word.boundary_schematic")}
    assert projects[projects["boundary"] == "none"].geometry.isna().all()


def test_geojson_is_in_wgs_84_and_says_the_same(made: Workspace, tmp_path: Path) -> None:
    exported(made, tmp_path / "o.geojson", "geojson")
    content = json.loads((tmp_path / "o.geojson").read_text(encoding="utf-8"))
    rows = [feature["properties"] for feature in content["features"]]
    assert {row["layer"] for row in rows} == {"projects", "parcels", "tranches"}
    (parcel,) = (f for f in content["features"] if f["properties"].get("key") == "09/1/2" and f["properties"]["layer"] == "parcels")
    shape = shapely.from_geojson(json.dumps(parcel["geometry"]))
    west, south, east, north = shape.bounds
    assert (106 < west < east < 107, 21 < south < north < 22, parcel["properties"]["area_in_m2"]) == (True, True, 900.0)
    assert shapely.get_parts(shape)[0].exterior.is_ccw, "RFC 7946: outer rings anticlockwise"
    assert content["demo"] is False and "30/06/2026" in content["about"]


def test_csv_has_a_row_a_thing(made: Workspace, tmp_path: Path) -> None:
    done = exported(made, tmp_path / "o.csv", "csv")
    with (tmp_path / "o.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {name: sum(row["layer"] == name for row in rows) for name in done.rows} == done.rows
    assert {row["on"] for row in rows} == {"2026-06-30"}


@pytest.mark.parametrize("made", [True], indirect=True)
@pytest.mark.parametrize("form", FORMS)
def test_a_demo_is_marked_in_every_row(form: str, made: Workspace, tmp_path: Path) -> None:
    done = exported(made, tmp_path / f"o.{form}", form)
    assert export.readable(done.path, form).count(b"DEMO") >= sum(done.rows.values())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("public", [True, False])
def test_the_same_snapshot_gives_the_same_bytes(form: str, public: bool, made: Workspace, tmp_path: Path) -> None:
    first, second = (exported(made, tmp_path / name / f"o.{form}", form, public=public) for name in ("a", "b"))
    assert first.path.read_bytes() == second.path.read_bytes()
    assert first.sha256 == second.sha256


def test_an_empty_workspace_can_be_exported(tmp_path: Path) -> None:
    for form in FORMS:
        assert exported(make.workspace(tmp_path / form), tmp_path / f"o.{form}", form).rows["parcels"] == 0


def test_cells_that_look_like_formulas_stay_text(tmp_path: Path) -> None:
    here = named(tmp_path, KHLOAIDAT=["=1+1"] * 4)
    exported(here, tmp_path / "o.csv", "csv")
    assert "'=1+1" in (tmp_path / "o.csv").read_text(encoding="utf-8-sig")


# -- who may see what --------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_a_public_edition_holds_no_pseudonym(form: str, tmp_path: Path) -> None:
    here = named(tmp_path)
    codes = [h.pseudonym.encode() for h in holders.holders(here.root)]
    public, other = (export.readable(exported(here, tmp_path / f"{p}.{form}", form, public=p).path, form) for p in (True, False))
    assert [code in public for code in codes] == [False] * 4
    assert [code in other for code in codes] == [True] * 4
    assert not any(name.encode() in other for name in NAMES)


def test_the_proof_says_what_was_searched(tmp_path: Path) -> None:
    done = exported(named(tmp_path), tmp_path / "o.gpkg")
    assert done.proof == proof.Proof(persons=4, values=7, unsearched=0, found=())
    assert exported(make.workspace(tmp_path / "v"), tmp_path / "p.gpkg").proof == proof.Proof(0, 0, 0, ())


WAYS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "upper": str.upper,
    "lower": str.lower,
    "decomposed": lambda name: unicodedata.normalize("NFD", name),
    "upper, decomposed": lambda name: unicodedata.normalize("NFD", name.upper()),
    "without accents": proof.bare,
    "inside": lambda name: f"LUC của {name}.",
}


@pytest.mark.parametrize(
    ("form", "way"), [*(("gpkg", way) for way in WAYS), *((form, "decomposed") for form in FORMS[1:]), ("csv", "upper")]
)
def test_a_name_in_another_column_is_refused(form: str, way: str, tmp_path: Path) -> None:
    here = named(tmp_path, KHLOAIDAT=["LUC", WAYS[way](NAMES[1]), "LUC", "LUC"])
    (who,) = (h.pseudonym for h in holders.holders(here.root) if h.name == NAMES[1])
    path = tmp_path / f"o.{form}"
    path.write_text("của lần trước", encoding="utf-8")
    with pytest.raises(PrivacyError) as refused:
        exported(here, path, form)
    assert refused.value.facts["why"].facts == {"count": 1, "pseudonyms": who}
    assert NAMES[1] not in str(refused.value) + WORDS("error.PrivacyError", **refused.value.facts)
    assert path.read_text(encoding="utf-8") == "của lần trước"
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_a_number_in_another_column_is_refused(tmp_path: Path) -> None:
    here = named(tmp_path, KHLOAIDAT=["LUC", f"LUC {NUMBERS[3].lstrip('0')}", "LUC", "LUC"])
    with pytest.raises(PrivacyError):
        exported(here, tmp_path / "o.gpkg")


def test_pseudonyms_that_are_not_on_file_are_refused(tmp_path: Path) -> None:
    here = named(tmp_path)
    holders.path_of(here.root).unlink()
    with pytest.raises(PrivacyError) as refused:
        exported(here, tmp_path / "o.gpkg")
    assert refused.value.facts["why"].code == "holders_missing"
    assert not (tmp_path / "o.gpkg").exists()
    assert exported(here, tmp_path / "o.gpkg", public=False).proof is None


def test_a_full_disk_leaves_nothing(tmp_path: Path, full_disk: Callable[[int], AbstractContextManager[None]]) -> None:
    here = named(tmp_path)
    for form in FORMS:
        with full_disk(3000), pytest.raises(OutputFailed):
            exported(here, tmp_path / "out" / f"o.{form}", form)
    assert list((tmp_path / "out").iterdir()) == []


# -- the search itself -------------------------------------------------------------------------------------


def holder(name: str, number: str = "", code: str = "H1") -> Holder:
    return Holder("P", code, name, number)


@given(
    st.binary(max_size=60), st.text(st.characters(categories=["Lu", "Ll", "Zs"]), min_size=4, max_size=12), st.binary(max_size=60)
)
@settings(max_examples=60)
def test_a_name_is_found_wherever_it_stands(before: bytes, name: str, after: bytes) -> None:
    for form in proof.forms(name):
        if len(form.encode()) >= proof.PREFIX and sum(map(str.isalpha, name)) >= 2:
            assert proof.prove(before + form.encode() + after, [], [holder(name)]).found == ("H1",)


@given(st.binary(max_size=300), st.lists(st.text("abđê ", min_size=6, max_size=8), max_size=5))
@settings(max_examples=60)
def test_the_search_equals_the_plain_one(content: bytes, names: list[str]) -> None:
    content += "".join(random.Random(len(content)).choices("abđê ", k=300)).encode()
    people = [holder(name, code=f"H{number}") for number, name in enumerate(names) if sum(map(str.isalpha, name)) >= 2]
    plain = {h.name for h in people if any(form.encode() in content for form in proof.forms(h.name))}
    assert {h.name for h in people if h.pseudonym in proof.prove(content, [], people).found} == plain


def test_a_name_across_the_seam_of_two_chunks_is_found() -> None:
    for shift in range(20):
        content = b"\0" * (proof.CHUNK - shift) + "Nguyễn Thị Ất".encode() + b"\0" * 9
        assert proof.prove(content, [], [holder("Nguyễn Thị Ất")]).found == ("H1",)


def test_short_names_are_compared_with_whole_cells() -> None:
    """Two letters stand in every binary file: only a cell that says just that gives them away."""
    content = b"An \x00An\xff" * 9
    assert proof.prove(content, ["LUC", "Đất An"], [holder("An")]).found == ()
    assert proof.prove(content, ["LUC", "AN "], [holder("An")]).found == ("H1",)


def test_what_is_neither_name_nor_number_is_not_searched_for() -> None:
    found = proof.prove(b"- 1 12345", ["-", "1", "12345"], [holder("-", "1"), holder("", "12345", "H2")])
    assert found == proof.Proof(persons=2, values=0, unsearched=3, found=())
